//! Unique indexes that only the server itself can try: with a condition, an expression, or columns of which the snapshot
//! does not say what they will hold. The real run refuses a row that they refuse, by name; a dry run names the indexes.

use model::text::Shown;

use super::super::session::Session;
use super::Merge;
use super::facts::get;
use super::shape::Shape;
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
            let (partial, computed) = (get(session, &row, 1)?, get(session, &row, 2)?);
            let columns: Vec<String> = get(session, &row, 3)?;
            if let Some(why) = why(shape, partial, computed, &columns) {
                let index: String = get(session, &row, 0)?;
                notes.push(format!(
                    "The unique index {} of {} has {why}: whether its rows fit shows only in the real run.",
                    Shown(&index),
                    shape.shown_name()
                ));
            }
        }
    }
    Ok(notes)
}

/// What keeps the merge from trying an index; `None` if nothing does, or if no row can meet another there.
fn why(shape: &Shape, partial: bool, computed: bool, columns: &[String]) -> Option<&'static str> {
    let known = |name: &String| shape.position(name).is_some();
    // A column that a new row leaves out is NULL, which is unlike every other, unless a default says otherwise.
    let filled =
        |name: &String| shape.table.column(name).is_some_and(|column| column.has_default || column.not_null);
    let generated = |name: &String| shape.table.column(name).is_some_and(|column| column.generated);
    if partial {
        Some("a condition")
    } else if computed {
        Some("an expression")
    } else if columns.iter().any(generated) {
        Some("columns that the target computes")
    } else if columns.iter().all(known) || !columns.iter().any(|name| known(name) || filled(name)) {
        None
    } else {
        Some("columns that the snapshot lacks")
    }
}
