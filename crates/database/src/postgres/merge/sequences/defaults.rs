//! Defaults of key columns that are computed in a way nobody can follow: told of, since an INSERT without an id may then
//! meet one that is taken.
//!
//! Random ids and those of a function that an extension brings are no matter: they are made to be new.

use model::text::Shown;

use super::super::super::sequences::{BASES, COUNTING, NEXT_VALUE};
use super::super::super::session::Session;
use super::super::Merge;
use super::super::facts::get;
use crate::Error;

/// The types that are numbers: those that count, `real` and `double precision`.
const NUMBERS: [u32; 6] = [20, 21, 23, 1700, 700, 701];

/// A sentence on each such column of the snapshot's tables.
///
/// # Errors
/// The target cannot be read.
pub(in super::super) fn notes(session: &mut Session, merge: &Merge<'_>) -> Result<Vec<String>, Error> {
    // A call is a name with a parenthesis behind it; a type's own ones, as in `::numeric(10,2)`, are none.
    let sql = format!(
        "{BASES}, found AS (
          SELECT a.attnum, a.attname::pg_catalog.text AS name, b.base,
            coalesce(pg_catalog.pg_get_expr(e.adbin, e.adrelid), b.initial) AS made,
            e.oid IS NOT NULL AND pg_catalog.pg_get_expr(e.adbin, e.adrelid) ~ $2 AND b.base = ANY ($3) AS is_followed,
            EXISTS (SELECT FROM pg_catalog.pg_depend AS d
              WHERE d.classid = 'pg_catalog.pg_attrdef'::pg_catalog.regclass AND d.objid = e.oid
                AND d.refclassid = 'pg_catalog.pg_proc'::pg_catalog.regclass
                AND NOT EXISTS (SELECT FROM pg_catalog.pg_depend AS x
                  WHERE x.classid = d.refclassid AND x.objid = d.refobjid AND x.deptype = 'e')) AS is_own_function
          FROM pg_catalog.pg_attribute AS a JOIN base AS b ON b.oid = a.atttypid
          LEFT JOIN pg_catalog.pg_attrdef AS e ON e.adrelid = a.attrelid AND e.adnum = a.attnum
          WHERE a.attrelid = $1 AND a.attnum > 0 AND a.attgenerated = '' AND a.attidentity = '')
        SELECT name FROM found
        WHERE NOT is_followed AND base <> 'pg_catalog.uuid'::pg_catalog.regtype AND (is_own_function
          OR pg_catalog.strpos(made, 'nextval(') > 0
          OR base = ANY ($4)
            AND pg_catalog.regexp_replace(made, '::[^()'']+[(][0-9, ]+[)]', '', 'g') ~ '[[:alnum:]_\"][(]')
        ORDER BY attnum"
    );
    let mut notes = Vec::new();
    for shape in &merge.shapes {
        let values = (&shape.relation.oid, COUNTING.as_slice(), NUMBERS.as_slice());
        for row in session.query(&sql, &[values.0, &NEXT_VALUE, &values.1, &values.2])? {
            let column: String = get(session, &row, 0)?;
            if shape.spec.key.contains(&column) {
                notes.push(format!(
                    "the default of {}.{} is computed in a way that cannot be followed: an INSERT without it may meet a value that is taken",
                    shape.shown_name(),
                    Shown(&column)
                ));
            }
        }
    }
    Ok(notes)
}
