//! The unique indexes and exclusion constraints of the target, for those among them that only the server itself can try.

use model::text::Shown;

use super::super::session::Session;
use super::Merge;
use super::facts::get;
use super::unique::Untried;
use crate::merge::untried::{IndexColumn, UniqueIndex};
use crate::{Error, MergePlan};

/// A sentence on each such index or constraint of a table that gets rows or values.
///
/// # Errors
/// The target cannot be read.
pub(super) fn notes(
    session: &mut Session,
    merge: &Merge<'_>,
    plan: &MergePlan,
    untried: &Untried,
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
            let (name, columns): (String, Vec<String>) = (get(session, &row, 0)?, get(session, &row, 3)?);
            let was_tried = shape.uniques.iter().any(|unique| unique.name == name)
                && !untried.contains(&(shape.index, name.clone()));
            if was_tried {
                continue;
            }
            let column = |name: &String| IndexColumn {
                is_known: shape.position(name).is_some(),
                column: shape.table.column(name),
            };
            let index = UniqueIndex {
                name,
                partial: get(session, &row, 1)?,
                computed: get(session, &row, 2)?,
                columns: columns.iter().map(column).collect(),
            };
            notes.extend(index.note(&shape.spec.name));
        }
        let sql = "SELECT c.conname::pg_catalog.text FROM pg_catalog.pg_constraint AS c
            WHERE c.conrelid = $1 AND c.contype = 'x' ORDER BY c.conname";
        for row in session.query(sql, &[&shape.relation.oid])? {
            let name: String = get(session, &row, 0)?;
            notes.push(format!(
                "Whether rows fit the exclusion constraint {} of {} shows only in the real run.",
                Shown(&name),
                Shown(&shape.spec.name)
            ));
        }
    }
    Ok(notes)
}
