//! One table on three sides: which row is in the merged version.

use std::collections::BTreeSet;

use model::text::Shown;
use model::{Definition, TableSpec, Value};

use super::cells::{Cells, Columns};
use super::{Conflict, ConflictKind, Differing, Hold, Judge, Stream, TableMerge, Take};
use crate::Error;
use crate::table::{Keyed, Place, TableRows};

/// A table to be merged.
pub(super) struct Job<'d> {
    /// As the merged version defines it, else as the side does that has it.
    pub(super) spec: &'d TableSpec,
    /// Its index in the merged definition, if it is there.
    merged: Option<usize>,
    /// Its index on each side that has it: base, ours, theirs.
    pub(super) sides: [Option<usize>; 3],
    specs: [Option<&'d TableSpec>; 3],
    columns: Columns<'d>,
}

/// The tables of all sides: those of the merged version in its order, then those that it lacks.
pub(super) fn jobs<'d>(
    merged: &'d Definition,
    sides: [Option<&'d Definition>; 3],
) -> Result<Vec<Job<'d>>, Error> {
    let mut names: Vec<&str> = merged.tables.iter().map(|spec| spec.name.as_str()).collect();
    let known: BTreeSet<&str> = names.iter().copied().collect();
    let others: BTreeSet<&str> =
        sides.iter().flatten().flat_map(|side| &side.tables).map(|spec| spec.name.as_str()).collect();
    names.extend(others.difference(&known));
    names.into_iter().filter_map(|name| job(name, merged, sides).transpose()).collect()
}

fn job<'d>(
    name: &str,
    merged: &'d Definition,
    sides: [Option<&'d Definition>; 3],
) -> Result<Option<Job<'d>>, Error> {
    let mut at = sides.map(|side| side.and_then(|side| side.position(name)));
    let mut specs = sides.map(|side| side.and_then(|side| side.table(name)));
    if let [_, Some(ours), Some(theirs)] = specs
        && let Some(what) = incomparable(ours, theirs)
    {
        return Err(Error::Incomparable { table: Shown(name).to_string(), what });
    }
    let Some(spec) = merged.table(name).or(specs[1]).or(specs[2]).or(specs[0]) else { return Ok(None) };
    // Rows of the base that are known by another key match none: both sides then have them anew.
    if specs[0].is_some_and(|base| !crate::schema::comparable(base, spec)) {
        (at[0], specs[0]) = (None, None);
    }
    let columns = Columns::of(merged.table(name), specs);
    Ok(Some(Job { spec, merged: merged.position(name), sides: at, specs, columns }))
}

fn incomparable(ours: &TableSpec, theirs: &TableSpec) -> Option<String> {
    if ours.key != theirs.key {
        return Some("its row key".to_owned());
    }
    if !crate::schema::comparable(ours, theirs) {
        return Some("its columns, and it has no row key".to_owned());
    }
    let other = |name: &str| theirs.column(name).map(|at| theirs.columns[at].ty);
    let column = ours.columns.iter().find(|column| other(&column.name).is_some_and(|ty| ty != column.ty))?;
    Some(format!("the type of its column {}", Shown(&column.name)))
}

type Sided<T> = [Option<T>; 3];

/// A row on the sides that have it.
struct Row<'r> {
    key: &'r [Value],
    rows: Sided<&'r [Value]>,
    /// On which of them it is a parent that is only shared.
    shared: [bool; 3],
    /// What it is to the scenario.
    hold: Hold,
}

impl Job<'_> {
    /// The rows of one side, if it has the table.
    pub(super) fn start<'r, 's>(
        &'r self,
        side: usize,
        stream: &'r mut Stream<'s, '_>,
    ) -> Result<Option<TableRows<'r, 's>>, Error> {
        let (Some(at), Some(spec)) = (self.sides[side], self.specs[side]) else { return Ok(None) };
        let place = Place { sections: &mut stream.0, table: at, spec, scratch: &mut *stream.1 };
        TableRows::start(place).map(Some)
    }

    /// Merges the rows of all sides.
    pub(super) fn merge(
        &self,
        mut sides: Sided<TableRows<'_, '_>>,
        judge: &mut dyn Judge,
        told: &mut TableMerge,
    ) -> Result<(), Error> {
        let mut heads: Sided<Keyed> = [None, None, None];
        for (head, side) in heads.iter_mut().zip(&mut sides) {
            *head = next(side)?;
        }
        loop {
            let Some(first) = heads.iter().flatten().map(|row| &row.key).min().cloned() else {
                return Ok(());
            };
            let (mut rows, mut copies): (Sided<Keyed>, [u64; 3]) = ([None, None, None], [0; 3]);
            for at in 0..3 {
                // In a table without key equal rows follow each other.
                while heads[at].as_ref().is_some_and(|head| head.key == first) {
                    rows[at] = std::mem::replace(&mut heads[at], next(&mut sides[at])?);
                    copies[at] += 1;
                }
            }
            let owned = rows[1..].iter().flatten().any(|row| !row.shared);
            let shared = [0, 1, 2].map(|at| rows[at].as_ref().is_some_and(|row| row.shared));
            let rows = [0, 1, 2].map(|at| rows[at].as_ref().map(|row| row.row.as_slice()));
            let hold = match rows {
                _ if owned => Hold::Owned,
                [Some(_), None, _] | [Some(_), _, None] => Hold::Dropped,
                _ => Hold::Shared,
            };
            let row = Row { key: &first, rows, shared, hold };
            if self.spec.key.is_empty() {
                self.copies(&row, copies, judge, told)?;
            } else {
                self.row(&row, judge, told)?;
            }
        }
    }

    /// A row of a table without key, with how often each side has it.
    fn copies(
        &self,
        row: &Row<'_>,
        [base, ours, theirs]: [u64; 3],
        judge: &mut dyn Judge,
        told: &mut TableMerge,
    ) -> Result<(), Error> {
        let conflict = ours != theirs && ours != base && theirs != base;
        // Without a table to put them in, more copies can only be given up.
        let homeless = self.merged.is_none() && if ours == base { theirs } else { ours } > 0;
        let take = ask(judge, self.spec, row, ours != theirs, conflict || homeless);
        let count = match take {
            Some(Take::Theirs) => theirs,
            None if conflict => {
                return self.open(judge, row, ConflictKind::Copies { base, ours, theirs }, told);
            }
            None if ours == base => theirs,
            Some(Take::Ours) | None => ours,
        };
        if self.merged.is_none() && count > 0 {
            return self.open(judge, row, ConflictKind::NoTable(self.without()), told);
        }
        told.count(take, [base != ours, base != theirs]);
        for _ in 0..count {
            self.keep(judge, row.key, row.hold)?;
        }
        Ok(())
    }

    fn row(&self, row: &Row<'_>, judge: &mut dyn Judge, told: &mut TableMerge) -> Result<(), Error> {
        let [base, ours, theirs] = row.rows;
        let same = |a: usize, b: usize| match (row.rows[a], row.rows[b]) {
            (Some(left), Some(right)) => self.columns.same((a, left), (b, right)),
            (None, None) => true,
            _ => false,
        };
        let changed = [!same(0, 1), !same(0, 2)];
        let open = !self.columns.merge(row.rows, None).open.is_empty();
        // A side without a column has no say in it, but what the other set there may have no place.
        if same(1, 2) && !open {
            return self.write(row, (row.rows, None), (None, changed), judge, told);
        }
        // One side no longer has it, and it was the scenario's own, or its whole table is left out.
        let one_sided = ours.is_some() != theirs.is_some();
        let left_out = self.merged.is_none();
        let deleted = base.is_some() && one_sided && (left_out || !row.shared.contains(&true));
        let torn = deleted && changed == [true, true];
        let conflict = torn || open || (left_out && !deleted);
        let take = ask(judge, self.spec, row, true, conflict);
        let (rows, side) = match (take, ours, theirs) {
            // What both have keeps what both changed, but for the columns that contradict each other.
            (Some(take), Some(_), Some(_)) if conflict => (row.rows, Some(take)),
            (Some(Take::Ours), ..) => ([base, ours, None], None),
            (Some(Take::Theirs), ..) => ([base, None, theirs], None),
            (None, ..) if torn => {
                let set = self.columns.set(row.rows);
                let kind = match ours {
                    None => ConflictKind::DeletedByOurs(set),
                    Some(_) => ConflictKind::DeletedByTheirs(set),
                };
                return self.open(judge, row, kind, told);
            }
            (None, ..) if deleted => ([base, None, None], None),
            (None, ..) => (row.rows, None),
        };
        self.write(row, (rows, side), (take, changed), judge, told)
    }

    /// Writes the row that the given sides make; none if neither has it.
    fn write(
        &self,
        row: &Row<'_>,
        (rows, side): (Sided<&[Value]>, Option<Take>),
        (take, changed): (Option<Take>, [bool; 2]),
        judge: &mut dyn Judge,
        told: &mut TableMerge,
    ) -> Result<(), Error> {
        if rows[1].is_none() && rows[2].is_none() {
            told.count(take, changed);
            return Ok(());
        }
        if self.merged.is_none() {
            return self.open(judge, row, ConflictKind::NoTable(self.without()), told);
        }
        let Cells { row: merged, open } = self.columns.merge(rows, side);
        if !open.is_empty() {
            let kind = match row.rows {
                [None, Some(_), Some(_)] => ConflictKind::Added(open),
                _ => ConflictKind::Columns(open),
            };
            return self.open(judge, row, kind, told);
        }
        told.count(take, changed);
        self.keep(judge, &merged, row.hold)
    }

    fn keep(&self, judge: &mut dyn Judge, row: &[Value], hold: Hold) -> Result<(), Error> {
        match self.merged {
            Some(at) => judge.row(at, row, hold).map_err(Error::Taken),
            None => Ok(()),
        }
    }

    fn open(
        &self,
        judge: &mut dyn Judge,
        row: &Row<'_>,
        kind: ConflictKind<'_>,
        told: &mut TableMerge,
    ) -> Result<(), Error> {
        told.open += 1;
        judge.conflict(&Conflict { table: self.spec, key: row.key, kind }).map_err(Error::Taken)
    }

    /// The side without the table, if the merged version lacks it too.
    fn without(&self) -> Take {
        if self.sides[1].is_none() { Take::Ours } else { Take::Theirs }
    }
}

/// Whose word counts on a row, asked only where the sides differ.
fn ask(
    judge: &mut dyn Judge,
    table: &TableSpec,
    row: &Row<'_>,
    differs: bool,
    conflict: bool,
) -> Option<Take> {
    if differs { judge.take(&Differing { table, key: row.key, conflict }) } else { None }
}

fn next(side: &mut Option<TableRows<'_, '_>>) -> Result<Option<Keyed>, Error> {
    match side {
        Some(rows) => rows.next(),
        None => Ok(None),
    }
}

impl TableMerge {
    fn count(&mut self, take: Option<Take>, changed: [bool; 2]) {
        match (take, changed) {
            (Some(_), _) => self.taken += 1,
            (None, [true, true]) => self.both += 1,
            (None, [true, false]) => self.ours += 1,
            (None, [false, true]) => self.theirs += 1,
            (None, [false, false]) => {}
        }
    }
}
