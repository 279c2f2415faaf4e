//! The unique indexes of the target, for those among them that only the server itself can try.

use super::super::session::Session;
use super::Merge;
use super::facts::get;
use crate::merge::untried::{IndexColumn, UniqueIndex};
use crate::{Error, MergePlan};

/// A sentence on each such index of a table that gets rows or values.
///
/// # Errors
/// The target cannot be read.
pub(super) fn notes(
    session: &mut Session,
    merge: &Merge<'_>,
    plan: &MergePlan,
) -> Result<Vec<String>, Error> {
    let mut notes = Vec::new();
    for (shape, table) in merge.shapes.iter().zip(&plan.tables) {
        if table.insert + table.update == 0 {
            continue;
        }
        let sql = "SELECT c.relname::pg_catalog.text, i.indpred IS NOT NULL, i.indexprs IS NOT NULL,
              (SELECT coalesce(pg_catalog.array_agg(a.attname::pg_catalog.text), '{}') FROM pg_catalog.pg_attribute AS a
               WHERE a.attrelid = i.indrelid AND a.attnum > 0
                 AND a.attnum = ANY ((i.indkey::pg_catalog.int2[])[0:i.indnkeyatts - 1]))
            FROM pg_catalog.pg_index AS i JOIN pg_catalog.pg_class AS c ON c.oid = i.indexrelid
            WHERE i.indrelid = $1 AND i.indisunique AND i.indisvalid ORDER BY c.relname";
        for row in session.query(sql, &[&shape.relation.oid])? {
            let columns: Vec<String> = get(session, &row, 3)?;
            let column = |name: &String| IndexColumn {
                is_known: shape.position(name).is_some(),
                column: shape.table.column(name),
            };
            let index = UniqueIndex {
                name: get(session, &row, 0)?,
                partial: get(session, &row, 1)?,
                computed: get(session, &row, 2)?,
                columns: columns.iter().map(column).collect(),
            };
            notes.extend(index.note(&shape.spec.name));
        }
    }
    Ok(notes)
}
