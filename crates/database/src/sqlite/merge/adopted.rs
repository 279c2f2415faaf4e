//! Rows of others that would become the scenario's: they refer to a row that an option gives to it, by a reference that its
//! definition follows. The snapshot does not have them, and nobody asked for their end.

use super::Merge;
use super::names::RowName;
use crate::error::At as _;
use crate::merge::resolve::Origin;
use crate::sql::identifier;
use crate::{Error, FirstRows, MergeError};

/// Looks for such rows, where the scenario's rows are to be the snapshot's and no others.
///
/// # Errors
/// [`MergeError::Adopted`], or the target cannot be read.
pub(super) fn check(merge: &Merge<'_>) -> Result<(), Error> {
    let mut found = FirstRows::default();
    for child in merge.shapes.iter().filter(|_| merge.deletes()) {
        let at = merge.ownership.position(&child.spec.name);
        let references = at.map_or(&[][..], |at| &merge.ownership.tables[at].references);
        for reference in references.iter().filter(|reference| reference.child) {
            let Some(parent) = merge.shape_of(&reference.to) else { continue };
            // As the engine compares: with the parent column's collation and affinity.
            let refers: Vec<String> = (reference.key.iter().zip(&reference.columns))
                .map(|(key, column)| format!("t.{} = +c.{}", identifier(key), identifier(column)))
                .collect();
            let name = RowName::new(&child.spec.name, &child.table, &child.spec.key);
            let sql = format!(
                "SELECT {columns} FROM {change} AS n CROSS JOIN {parent} AS t ON {noted} CROSS JOIN {child} AS c ON {refers}
                 WHERE n.origin = {foreign} AND NOT n.skipped
                   AND NOT EXISTS (SELECT 1 FROM {seen} AS s WHERE {is_seen}) ORDER BY {columns}",
                columns = name.list("c"),
                change = parent.change(),
                parent = parent.name,
                noted = parent.joined("t", "n"),
                child = child.name,
                refers = refers.join(" AND "),
                foreign = Origin::Foreign as i64,
                seen = child.seen(),
                is_seen = child.looked_up("s", "c"),
            );
            let mut statement = merge.connection.prepare(&sql).at(merge.connection)?;
            let mut rows = statement.query([]).at(merge.connection)?;
            while let Some(row) = rows.next().at(merge.connection)? {
                let row = name.show(row, 0).at(merge.connection)?;
                found.push_with(|| row);
            }
        }
    }
    if found.is_empty() { Ok(()) } else { Err(MergeError::Adopted { rows: found }.into()) }
}
