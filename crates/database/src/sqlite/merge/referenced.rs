//! Rows that stay and refer to rows that go: found in every table of the target, followed or not, before any change.
//!
//! A row goes if it is deleted or if a column that a key refers to changes; a column that the target computes counts as
//! changed with its row, since what it will be is not known beforehand (`dangling` looks afterwards). A row that refers to it may go too, or be a
//! row of the snapshot that takes the snapshot's reference; every other one refuses the import, whatever its key would do
//! on delete.

use model::{Column, ForeignKey, Table};

use super::super::connection::quote_identifier;
use super::Merge;
use super::drift::shown_list;
use super::names::RowName;
use super::shape::{Shape, exists};
use crate::error::At as _;
use crate::{Error, FirstRows, MergeError};

/// Looks for such rows.
///
/// # Errors
/// [`MergeError::Referenced`], or the target cannot be read.
pub(super) fn check(merge: &Merge<'_>) -> Result<(), Error> {
    let mut found = FirstRows::default();
    for parent in &merge.shapes {
        let some = |table: String| exists(merge.connection, &format!("SELECT 1 FROM {table}"));
        let (gone, changed) = (some(parent.gone())?, some(parent.change())?);
        if !gone && !changed {
            continue;
        }
        for (name, child) in &merge.catalog.tables {
            for key in &merge.references(name, child) {
                if !key.to.eq_ignore_ascii_case(&parent.spec.name) || key.columns.len() != key.key.len() {
                    continue;
                }
                let reference = Reference { parent, name, child, key };
                if gone {
                    reference.check(merge, &parent.gone(), "1", &mut found)?;
                }
                if let Some(moved) = moved(parent, key).filter(|_| changed) {
                    reference.check(merge, &parent.change(), &moved, &mut found)?;
                }
            }
        }
    }
    if found.is_empty() { Ok(()) } else { Err(MergeError::Referenced { rows: found }.into()) }
}

struct Reference<'a> {
    parent: &'a Shape,
    name: &'a str,
    child: &'a Table,
    key: &'a ForeignKey,
}

impl Reference<'_> {
    /// Looks at the rows that refer to those of the notes `going` (as `n`) that satisfy `condition`.
    fn check(
        &self,
        merge: &Merge<'_>,
        going: &str,
        condition: &str,
        found: &mut FirstRows,
    ) -> Result<(), Error> {
        let parent = self.parent;
        let parent_name = RowName::new(&parent.spec.name, &parent.table, &parent.spec.key);
        let child_shape = merge.shape_of(self.name);
        let child_key = child_shape.map_or(&[][..], |shape| &shape.spec.key);
        let child_name = RowName::new(self.name, self.child, child_key);
        let sql = format!(
            "SELECT {parent_columns}, {child_columns} FROM {going} AS n CROSS JOIN {parent_table} AS p ON {joined}
             JOIN main.{child} AS c ON {refers} WHERE {condition}{stays} ORDER BY {row}",
            parent_columns = parent_name.list("p"),
            child_columns = child_name.list("c"),
            parent_table = parent.name,
            joined = parent.joined("p", "n"),
            child = quote_identifier(self.name),
            refers = refers(self.key, "p", "c"),
            row = parent.r_list("n"),
            stays = child_shape.map_or_else(String::new, |shape| self.stays(shape)),
        );
        let mut statement = merge.connection.prepare(&sql).at(merge.connection)?;
        let mut rows = statement.query([]).at(merge.connection)?;
        while let Some(row) = rows.next().at(merge.connection)? {
            let shown = |name: &RowName, first| name.show(row, first).at(merge.connection);
            let (parent, child) = (shown(&parent_name, 0)?, shown(&child_name, parent_name.len())?);
            found.push_with(|| format!("{child} refers by ({}) to {parent}", shown_list(&self.key.columns)));
        }
        Ok(())
    }

    /// The SQL condition under which a row `c` of a followed table keeps its reference: it is not deleted, and its
    /// reference is not the snapshot's.
    fn stays(&self, shape: &Shape) -> String {
        let gone = format!(
            " AND NOT EXISTS (SELECT 1 FROM {} AS g WHERE {})",
            shape.gone(),
            shape.looked_up("g", "c")
        );
        // What the target computes from a row of the snapshot is the snapshot's as well.
        let others = |column: &String| {
            shape.position(column).is_none() && !shape.table.column(column).is_some_and(|c| c.generated)
        };
        if self.key.columns.iter().any(others) {
            return gone;
        }
        format!(
            "{gone} AND NOT EXISTS (SELECT 1 FROM {} AS s WHERE {} AND NOT s.skipped)",
            shape.seen(),
            shape.looked_up("s", "c")
        )
    }
}

/// The SQL condition under which a change `n` may give a row another value of a key that is referred to; `None` if no
/// change can.
pub(super) fn moved(parent: &Shape, key: &ForeignKey) -> Option<String> {
    let computed = |name: &String| {
        let same = |column: &&Column| column.name.eq_ignore_ascii_case(name);
        parent.table.columns.iter().find(same).is_some_and(|column| column.generated)
    };
    if key.key.iter().any(computed) {
        return Some("NOT n.skipped".to_owned());
    }
    let positions: Vec<usize> = key.key.iter().filter_map(|column| parent.position(column)).collect();
    (!positions.is_empty()).then(|| format!("NOT n.skipped AND {}", Shape::touches("n", &positions)))
}

/// The SQL condition under which row `c` refers to row `p`. The parent's columns stand on the left, so that their
/// collation applies, as it does for the engine.
pub(super) fn refers(key: &ForeignKey, p: &str, c: &str) -> String {
    let terms: Vec<String> = key
        .key
        .iter()
        .zip(&key.columns)
        .map(|(parent, child)| format!("{p}.{} = {c}.{}", quote_identifier(parent), quote_identifier(child)))
        .collect();
    terms.join(" AND ")
}
