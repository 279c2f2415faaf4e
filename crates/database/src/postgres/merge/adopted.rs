//! Rows of others that would become the scenario's: they refer to a row that an option gives to it, by a reference that its
//! definition follows. The snapshot does not have them, and nobody asked for their end.

use super::super::session::Session;
use super::Merge;
use super::facts::equal;
use super::names::RowName;
use crate::merge::resolve::Origin;
use crate::{Error, FirstRows, MergeError};

/// Looks for such rows, where the scenario's rows are to be the snapshot's and no others.
///
/// # Errors
/// [`MergeError::Adopted`], or the target cannot be read.
pub(super) fn check(session: &mut Session, merge: &Merge<'_>) -> Result<(), Error> {
    let mut found = FirstRows::default();
    for child in merge.staged().filter(|_| merge.deletes()) {
        let at = merge.ownership.position(&child.spec.name);
        let references = at.map_or(&[][..], |at| &merge.ownership.tables[at].references);
        for reference in references.iter().filter(|reference| reference.child) {
            let parent = merge.shape_of(&reference.to).filter(|parent| !parent.direct);
            let Some(parent) = parent else { continue };
            let refers: Vec<String> = (reference.key.iter().zip(&reference.columns))
                .map(|(key, column)| equal(parent.end("t"), key, child.end("c"), column))
                .collect();
            let name = RowName::new(&child.spec.name, &child.table, &child.spec.key, "c");
            let sql = format!(
                "SELECT {columns} FROM {change} AS n JOIN {parent} AS t ON {noted} JOIN {child} AS c ON {refers}
                 WHERE n.origin = {foreign} AND NOT n.skipped AND NOT {in_snapshot} ORDER BY {columns}",
                columns = name.list(),
                change = parent.change(),
                parent = parent.relation.from,
                noted = parent.is_noted("t", "n"),
                child = child.relation.from,
                refers = refers.join(" AND "),
                foreign = Origin::Foreign as i64,
                in_snapshot = child.in_snapshot("c", ""),
            );
            session.copy_out(&sql, &mut |row| {
                found.push_with(|| name.show(row, 0));
                Ok(())
            })?;
        }
    }
    if found.is_empty() { Ok(()) } else { Err(MergeError::Adopted { rows: found }.into()) }
}
