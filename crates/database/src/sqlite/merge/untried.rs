//! The unique indexes of the target, for those among them that only the engine itself can try.

use super::Merge;
use super::shape::Shape;
use crate::error::At as _;
use crate::merge::untried::{IndexColumn, UniqueIndex};
use crate::{Error, MergePlan};

/// A sentence on each such index of a table that gets rows or values.
///
/// # Errors
/// The target cannot be read.
pub(super) fn notes(merge: &Merge<'_>, plan: &MergePlan) -> Result<Vec<String>, Error> {
    let mut notes = Vec::new();
    for (shape, table) in merge.shapes.iter().zip(&plan.tables) {
        if table.insert + table.update == 0 {
            continue;
        }
        let indexes = unique_indexes(merge, shape)?;
        let is_tried =
            |index: &&UniqueIndex<'_>| shape.uniques.iter().any(|unique| unique.name == index.name);
        notes.extend(
            indexes.iter().filter(|index| !is_tried(index)).filter_map(|index| index.note(&shape.spec.name)),
        );
    }
    Ok(notes)
}

fn unique_indexes<'s>(merge: &Merge<'_>, shape: &'s Shape) -> Result<Vec<UniqueIndex<'s>>, Error> {
    let sql = r#"SELECT l.name, l.partial, x.name FROM pragma_index_list(?, 'main') AS l
                 JOIN pragma_index_xinfo(l.name, 'main') AS x
                 WHERE l."unique" AND x.key ORDER BY l.name, x.seqno"#;
    let mut statement = merge.connection.prepare(sql).at(merge.connection)?;
    let mut rows = statement.query([&shape.spec.name]).at(merge.connection)?;
    let mut indexes: Vec<UniqueIndex<'_>> = Vec::new();
    while let Some(row) = rows.next().at(merge.connection)? {
        let part = || Ok((row.get::<_, String>(0)?, row.get(1)?, row.get(2)?));
        let (name, partial, column): (String, bool, Option<String>) = part().at(merge.connection)?;
        if indexes.last().is_none_or(|index| index.name != name) {
            indexes.push(UniqueIndex { name, partial, computed: false, columns: Vec::new() });
        }
        let Some(index) = indexes.last_mut() else { continue };
        // An expression has no name.
        index.computed |= column.is_none();
        index.columns.extend(column.map(|name| IndexColumn {
            is_known: shape.position(&name).is_some(),
            column: shape.table.columns.iter().find(|column| column.name.eq_ignore_ascii_case(&name)),
        }));
    }
    Ok(indexes)
}
