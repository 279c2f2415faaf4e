//! References to rows that an option leaves alone: see [`crate::merge::left_alone`].

use model::{RowSource, Value};
use rusqlite::params_from_iter;
use rusqlite::types::ToSqlOutput;

use super::super::convert::to_storage;
use super::Merge;
use super::indexes::declared;
use super::shape::{Shape, exists};
use super::verify::is_skipped;
use crate::Error;
use crate::error::At as _;
use crate::merge::left_alone::{self, Endangered, Target};

/// Looks for rows of the snapshot that refer to what a row left alone does not become.
///
/// # Errors
/// [`crate::MergeError::ForeignKey`], or the snapshot or the target cannot be read.
pub(super) fn check(merge: &Merge<'_>, snapshot: &mut dyn RowSource) -> Result<(), Error> {
    let mut references = Vec::new();
    for child in &merge.shapes {
        for reference in merge.references(&child.spec.name, &child.table) {
            let Some(parent) = merge.shape_of(&reference.to) else { continue };
            let columns: Option<Vec<usize>> =
                reference.columns.iter().map(|name| child.position(name)).collect();
            let key: Option<Vec<usize>> = reference.key.iter().map(|name| parent.position(name)).collect();
            let (Some(columns), Some(key)) = (columns, key) else { continue };
            let differ = format!(
                "SELECT 1 FROM {} AS n WHERE n.skipped AND {}",
                parent.change(),
                Shape::touches("n", &key)
            );
            if exists(merge.connection, &differ)? {
                references.push(Endangered {
                    child: child.index,
                    parent: parent.index,
                    columns,
                    key,
                    reference,
                });
            }
        }
    }
    for (at, reference) in references.iter().enumerate() {
        let parent = merge.shape(reference.parent)?;
        let columns: Vec<String> =
            reference.key.iter().enumerate().map(|(k, at)| declared(parent, *at, &format!("k{k}"))).collect();
        let sql = format!("DROP TABLE IF EXISTS {0}; CREATE TABLE {0} ({1});", lost(at), columns.join(", "));
        merge.connection.execute_batch(&sql).at(merge.connection)?;
    }
    left_alone::check(snapshot, &references, &mut Rows(merge))
}

struct Rows<'m, 'c>(&'m Merge<'c>);

impl Rows<'_, '_> {
    /// Some columns of a row of the snapshot, as the table at `table` stores them.
    fn bound<'v>(
        &self,
        table: usize,
        columns: &[usize],
        values: &'v [Value],
    ) -> Result<Vec<ToSqlOutput<'v>>, Error> {
        let shape = self.0.shape(table)?;
        let bound = columns.iter().map(|at| {
            let column = &shape.columns[*at];
            to_storage(column.ty, column.affinity, &values[*at])
        });
        Ok(bound.collect())
    }
}

/// `temp.merge_lost_0(k0, …)`: by the reference's place, keys that no row will have.
fn lost(at: usize) -> String {
    format!("temp.merge_lost_{at}")
}

impl Target for Rows<'_, '_> {
    fn is_left_alone(&mut self, table: usize, number: u64) -> Result<bool, Error> {
        is_skipped(self.0, self.0.shape(table)?, number.cast_signed())
    }

    fn is_kept(&mut self, reference: &Endangered, _: u64, values: &[Value]) -> Result<bool, Error> {
        let shape = self.0.shape(reference.parent)?;
        let equal: Vec<String> =
            reference.key.iter().map(|at| format!("t.{} = ?", shape.columns[*at].quoted)).collect();
        let sql = format!(
            "SELECT 1 FROM {table} AS t WHERE {equal} AND NOT EXISTS (SELECT 1 FROM {gone} AS g WHERE {is_gone})
             AND NOT EXISTS (SELECT 1 FROM {change} AS h WHERE {is_changed} AND NOT h.skipped AND {touches})",
            table = shape.name,
            equal = equal.join(" AND "),
            gone = shape.gone(),
            is_gone = shape.looked_up("g", "t"),
            change = shape.change(),
            is_changed = shape.looked_up("h", "t"),
            touches = Shape::touches("h", &reference.key),
        );
        let bound = self.bound(reference.parent, &reference.key, values)?;
        (self.0.connection.prepare_cached(&sql))
            .and_then(|mut statement| statement.exists(params_from_iter(bound)))
            .at(self.0.connection)
    }

    fn note_lost(&mut self, at: usize, reference: &Endangered, values: &[Value]) -> Result<(), Error> {
        let holes = vec!["?"; reference.key.len()].join(", ");
        let sql = format!("INSERT INTO {} VALUES ({holes})", lost(at));
        let bound = self.bound(reference.parent, &reference.key, values)?;
        (self.0.connection.prepare_cached(&sql))
            .and_then(|mut statement| statement.execute(params_from_iter(bound)))
            .map(|_| ())
            .at(self.0.connection)
    }

    /// As the engine compares: with the collation and affinity of the column that is referred to.
    fn is_lost(&mut self, at: usize, reference: &Endangered, values: &[Value]) -> Result<bool, Error> {
        let equal: Vec<String> = (0..reference.key.len()).map(|k| format!("k{k} = ?")).collect();
        let sql = format!("SELECT 1 FROM {} WHERE {}", lost(at), equal.join(" AND "));
        let bound = self.bound(reference.child, &reference.columns, values)?;
        (self.0.connection.prepare_cached(&sql))
            .and_then(|mut statement| statement.exists(params_from_iter(bound)))
            .at(self.0.connection)
    }

    fn show(&self, table: usize, values: &[Value]) -> String {
        self.0.shapes.get(table).map_or_else(String::new, |shape| shape.show(values))
    }
}
