//! References to rows that an option leaves alone: see [`crate::merge::left_alone`].

use std::collections::BTreeSet;

use model::{RowSource, Value};

use super::super::session::Session;
use super::Merge;
use super::differences::LeftAlone;
use super::facts::exists;
use super::shape::Shape;
use crate::Error;
use crate::merge::digest::hash_of;
use crate::merge::left_alone::{self, Endangered, Target};

/// Looks for rows of the snapshot that refer to what a row left alone does not become.
///
/// # Errors
/// [`crate::MergeError::ForeignKey`], or the snapshot or the target cannot be read.
pub(super) fn check(
    session: &mut Session,
    merge: &Merge<'_>,
    snapshot: &mut dyn RowSource,
) -> Result<(), Error> {
    let mut references = Vec::new();
    for child in &merge.shapes {
        for reference in merge.references(&child.spec.name, &child.table) {
            let Some(parent) = merge.shape_of(&reference.to).filter(|parent| !parent.direct) else {
                continue;
            };
            let columns: Option<Vec<usize>> =
                reference.columns.iter().map(|name| child.position(name)).collect();
            let key: Option<Vec<usize>> = reference.key.iter().map(|name| parent.position(name)).collect();
            let (Some(columns), Some(key)) = (columns, key) else { continue };
            let differ = format!(
                "SELECT FROM {} AS n WHERE n.skipped AND {}",
                parent.change(),
                Shape::touches("n", &key)
            );
            if exists(session, &differ)? {
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
    if references.is_empty() {
        return Ok(());
    }
    let Some(left_alone) = LeftAlone::fetch(session, merge)? else { return Ok(()) };
    left_alone::check(snapshot, &references, &mut Rows { session, merge, left_alone, lost: BTreeSet::new() })
}

struct Rows<'s, 'm, 'd> {
    session: &'s mut Session,
    merge: &'m Merge<'d>,
    left_alone: LeftAlone,
    /// By the reference's place, the hashes of what was noted: as many as rows are left alone that differ in a key.
    lost: BTreeSet<(usize, Vec<u8>)>,
}

impl Target for Rows<'_, '_, '_> {
    fn is_left_alone(&mut self, _: usize, number: u64) -> Result<bool, Error> {
        self.left_alone.has(number)
    }

    fn is_kept(&mut self, reference: &Endangered, number: u64, _: &[Value]) -> Result<bool, Error> {
        let shape = self.merge.shape(reference.parent)?;
        let equal: Vec<String> = (reference.key.iter())
            .map(|at| {
                let column = &shape.columns[*at];
                format!("t.{} {} s.c{at}", column.quoted, column.equals)
            })
            .collect();
        let sql = format!(
            "SELECT FROM {table} AS t JOIN {stage} AS s ON {equal} WHERE s.seq = {number}
             AND NOT EXISTS (SELECT FROM {gone} AS g WHERE {is_gone})
             AND NOT EXISTS (SELECT FROM {change} AS h WHERE {is_changed} AND NOT h.skipped AND {touches})",
            table = shape.relation.from,
            stage = shape.stage(),
            equal = equal.join(" AND "),
            gone = shape.gone(),
            is_gone = shape.is_noted("t", "g"),
            change = shape.change(),
            is_changed = shape.is_noted("t", "h"),
            touches = Shape::touches("h", &reference.key),
        );
        exists(self.session, &sql)
    }

    fn note_lost(&mut self, at: usize, reference: &Endangered, values: &[Value]) -> Result<(), Error> {
        self.lost.insert((at, hash_of(reference.key.iter().map(|at| &values[*at]))));
        Ok(())
    }

    /// As the model compares: what only the server finds equal it refuses itself.
    fn is_lost(&mut self, at: usize, reference: &Endangered, values: &[Value]) -> Result<bool, Error> {
        Ok(self.lost.contains(&(at, hash_of(reference.columns.iter().map(|at| &values[*at])))))
    }

    fn show(&self, table: usize, values: &[Value]) -> String {
        self.merge.shapes.get(table).map_or_else(String::new, |shape| shape.show(values))
    }
}
