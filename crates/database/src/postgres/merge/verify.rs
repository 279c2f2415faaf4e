//! Reads back what was written, inside the transaction: the rows, whose they are, and where they refer to.
//!
//! The rows are compared as sets by a keyed digest; only where that differs is the row looked for (`differences`). Rows
//! that an option left alone are on neither side. References that the target declares are the server's own to check.

use std::collections::BTreeSet;

use model::{ForeignKey, RowSource};

use super::super::binary::Wired;
use super::super::codec::Fields;
use super::super::session::Session;
use super::Merge;
use super::compare::Tally;
use super::differences::{self, LeftAlone};
use super::facts::{End, count, equal, equal_to};
use super::names::{RowName, encode};
use super::owned::{OwnedRows, OwnedTable};
use super::refused::hidden;
use super::shape::Shape;
use crate::merge::digest::{RowSet, RunKey};
use crate::merge::read_back::{LEFT_OVER, NOT_OWNED, ReadBack, check_owned};
use crate::merge::rows::{STEP, Sections, out_of_step};
use crate::{Error, MergeError, MergeProgress};

/// Verifies the import.
///
/// # Errors
/// [`MergeError::Verification`] or [`MergeError::ForeignKey`], or the target cannot be read.
pub(super) fn verify(
    session: &mut Session,
    merge: &Merge<'_>,
    tallies: &[Tally],
    snapshot: &mut dyn RowSource,
    progress: &mut dyn FnMut(MergeProgress),
) -> Result<ReadBack, Error> {
    let read_back = rows(session, merge, tallies, snapshot, progress)?;
    check_ownership(session, merge, tallies)?;
    for shape in &merge.shapes {
        for key in merge.relations_only(&shape.spec.name, &shape.table) {
            check_reference(session, merge, shape, &key)?;
        }
    }
    Ok(read_back)
}

/// Reads the snapshot's rows back and compares them.
///
/// # Errors
/// [`MergeError::Verification`], or the target cannot be read.
pub(super) fn rows(
    session: &mut Session,
    merge: &Merge<'_>,
    tallies: &[Tally],
    snapshot: &mut dyn RowSource,
    progress: &mut dyn FnMut(MergeProgress),
) -> Result<ReadBack, Error> {
    let left_alone = LeftAlone::fetch(session, merge)?;
    let expected = match &left_alone {
        None => tallies.iter().map(|tally| tally.rows).collect(),
        Some(left_alone) => expected(merge, snapshot, left_alone)?,
    };
    let mut read_back = ReadBack::default();
    let mut wrong = BTreeSet::new();
    let mut counts = None;
    for (shape, expected) in merge.shapes.iter().zip(&expected) {
        let found = read_rows(session, merge, shape, read_back.rows, progress)?;
        read_back.rows += found.rows;
        if found != *expected {
            wrong.insert(shape.index);
            counts.get_or_insert((shape, found.rows, expected.rows));
        }
    }
    let Some((shape, found, due)) = counts else { return Ok(read_back) };
    let differences = differences::find(session, merge, &wrong, snapshot, left_alone.as_ref())?;
    let counts = || {
        let hidden = hidden(session, &shape.relation);
        format!("{} has {found} rows where the snapshot has {due}{hidden}", shape.shown_name())
    };
    read_back.accept(differences, merge.triggers, counts)?;
    Ok(read_back)
}

/// The snapshot's rows without those that are left alone.
fn expected(
    merge: &Merge<'_>,
    snapshot: &mut dyn RowSource,
    left_alone: &LeftAlone,
) -> Result<Vec<RowSet>, Error> {
    let mut sets = vec![RowSet::default(); merge.shapes.len()];
    let (mut buffer, mut seq) = (Vec::new(), 0);
    let mut sections = Sections::open(snapshot)?;
    while let Some(section) = sections.next_section()? {
        let set = sets.get_mut(section.table).ok_or_else(out_of_step)?;
        while let Some(values) = sections.next_row()? {
            if !left_alone.has(seq)? {
                set.add(&merge.key, values, &mut buffer);
            }
            seq += 1;
        }
    }
    Ok(sets)
}

/// The rows of one table as the target has them now, those left alone aside.
fn read_rows(
    session: &mut Session,
    merge: &Merge<'_>,
    shape: &Shape,
    before: u64,
    progress: &mut dyn FnMut(MergeProgress),
) -> Result<RowSet, Error> {
    let sql = format!("SELECT {} FROM {}", shape.column_list("t"), rows_of(shape, "t"));
    let mut reading =
        Reading { key: &merge.key, shape, set: RowSet::default(), buffer: Vec::new(), before, progress };
    match shape.wires.as_deref() {
        Some(wires) => {
            session.copy_out_binary(&sql, &mut |row| reading.take(&Wired { row, wires }))?;
        }
        None => {
            session.copy_out(&sql, &mut |row| reading.take(row))?;
        }
    }
    let set = reading.set;
    progress(MergeProgress::Verified(before + set.rows));
    Ok(set)
}

/// A table's rows on their way back.
struct Reading<'r> {
    key: &'r RunKey,
    shape: &'r Shape,
    set: RowSet,
    buffer: Vec<u8>,
    /// Rows of other tables that came before.
    before: u64,
    progress: &'r mut dyn FnMut(MergeProgress),
}

impl Reading<'_> {
    fn take(&mut self, row: &impl Fields) -> Result<(), Error> {
        let mut garbled = None;
        let all = |out: &mut Vec<u8>| {
            for (at, column) in self.shape.columns.iter().enumerate() {
                if encode(row, at, column.stored, column.ty, out).is_err() {
                    garbled.get_or_insert(column);
                }
            }
        };
        self.set.add_encoded(self.key, all, &mut self.buffer);
        if let Some(column) = garbled {
            let what = format!("{}.{} holds text that is no UTF-8", self.shape.shown_name(), column.quoted);
            return Err(MergeError::Verification { what }.into());
        }
        if self.set.rows.is_multiple_of(STEP) {
            (self.progress)(MergeProgress::Verified(self.before + self.set.rows));
        }
        Ok(())
    }
}

/// The FROM clause of the snapshot's rows of a table, as `alias`, ending in a WHERE to which conditions can be added.
pub(super) fn rows_of(shape: &Shape, alias: &str) -> String {
    if shape.direct {
        return format!("{} AS {alias} WHERE TRUE", shape.relation.from);
    }
    let rows = shape.staged_in_target("s", alias);
    // Rows that are left alone have a key: those without one are equal or not there.
    let kept = if shape.has_key() { shape.not_skipped("s") } else { String::new() };
    format!("{rows} WHERE TRUE{kept}")
}

/// Evaluates the definition again: the scenario's rows in the target are exactly the snapshot's, so far as the options
/// allow that to be said. Rows left alone may be anything, and so may what depends on them.
fn check_ownership(session: &mut Session, merge: &Merge<'_>, tallies: &[Tally]) -> Result<(), Error> {
    let mut left_alone = 0;
    for shape in merge.staged() {
        left_alone += count(session, &format!("{} WHERE skipped", shape.change()))?;
    }
    let is_told = merge.options.ownership.is_none() && !merge.ownership.has_limits();
    let all_owned = left_alone == 0 && is_told;
    if !all_owned && !merge.deletes() {
        return Ok(());
    }
    let owned = OwnedRows::find(session, &merge.tables(), &merge.ownership, "own_after")?;
    for (shape, tally) in merge.shapes.iter().zip(tallies) {
        if all_owned {
            check_all_owned(session, shape, owned.of(&shape.spec.name), tally.owned)?;
        }
        if let Some(owned) = owned.of(&shape.spec.name).filter(|_| merge.deletes() && !shape.direct) {
            check_nothing_else_owned(session, shape, owned)?;
        }
    }
    Ok(())
}

fn check_all_owned(
    session: &mut Session,
    shape: &Shape,
    owned: Option<&OwnedTable>,
    due: u64,
) -> Result<(), Error> {
    if shape.direct {
        let found = match owned {
            Some(owned) => owned.count(session, &shape.relation.from)?,
            None => 0,
        };
        return check_owned(&shape.spec.name, found, due);
    }
    let is_owned = owned.map_or_else(|| "FALSE".to_owned(), OwnedTable::condition);
    let from = format!("{} AND s.owned AND NOT {is_owned}", rows_of(shape, "t"));
    refuse_first(session, shape, &from, NOT_OWNED)
}

fn check_nothing_else_owned(session: &mut Session, shape: &Shape, owned: &OwnedTable) -> Result<(), Error> {
    let from = format!(
        "{} AS k JOIN {} AS t ON {} WHERE NOT {}",
        owned.rows(&shape.relation.from),
        shape.relation.from,
        owned.is_row("t", "k"),
        shape.in_snapshot("t", "")
    );
    refuse_first(session, shape, &from, LEFT_OVER)
}

/// Refuses the first row `t` of a FROM clause.
fn refuse_first(session: &mut Session, shape: &Shape, from: &str, why: &str) -> Result<(), Error> {
    let name = RowName::new(&shape.spec.name, &shape.table, &shape.spec.key, "t");
    match first(session, &name, from)? {
        Some(row) => Err(MergeError::Verification { what: format!("{row} {why}") }.into()),
        None => Ok(()),
    }
}

/// The name of the first row of a FROM clause, by its key.
fn first(session: &mut Session, name: &RowName, from: &str) -> Result<Option<String>, Error> {
    let sql = format!("SELECT {list} FROM {from} ORDER BY {list} LIMIT 1", list = name.list());
    name.of_row(session, &sql)
}

/// Looks for a row of the snapshot in the target that refers to nothing, by every reference of its table.
///
/// # Errors
/// [`MergeError::ForeignKey`] for the first one, or the target cannot be read.
pub(super) fn check_every_reference(
    session: &mut Session,
    merge: &Merge<'_>,
    shape: &Shape,
) -> Result<(), Error> {
    let keys = merge.references(&shape.spec.name, &shape.table);
    keys.iter().try_for_each(|key| check_reference(session, merge, shape, key))
}

fn check_reference(
    session: &mut Session,
    merge: &Merge<'_>,
    shape: &Shape,
    key: &ForeignKey,
) -> Result<(), Error> {
    let name = RowName::new(&shape.spec.name, &shape.table, &shape.spec.key, "c");
    let refers: Vec<String> = key
        .columns
        .iter()
        .map(|column| format!("c.{} IS NOT NULL", super::super::sql::identifier(column)))
        .collect();
    let parent = match (merge.catalog.tables.get(&key.to), merge.relations.get(&key.to)) {
        (Some(table), Some(relation)) if key.columns.len() == key.key.len() => {
            let parent = End { alias: "p", relation, table };
            let same: Vec<String> = (key.key.iter().zip(&key.columns))
                .map(|(to, column)| equal(parent, to, shape.end("c"), column))
                .collect();
            format!(" AND NOT EXISTS (SELECT FROM {} AS p WHERE {})", relation.from, same.join(" AND "))
        }
        _ => String::new(),
    };
    let from = format!("{} AND {}{parent}", rows_of(shape, "c"), refers.join(" AND "));
    match first(session, &name, &from)? {
        Some(row) => Err(MergeError::dangling(row, key).into()),
        None => Ok(()),
    }
}

/// Looks for a staged row that refers neither to a row of the target nor, in its own table, to another staged one.
///
/// # Errors
/// [`MergeError::ForeignKey`] for the first one, or the target cannot be read.
pub(super) fn check_staged(session: &mut Session, merge: &Merge<'_>, shape: &Shape) -> Result<(), Error> {
    let name = shape.staged_name("s");
    let mut keys = merge.references(&shape.spec.name, &shape.table);
    // Rows of tables that come later may not be there yet.
    keys.sort_by_key(|key| merge.shape_of(&key.to).is_some_and(|parent| parent.index > shape.index));
    for key in keys {
        let positions: Option<Vec<usize>> = key.columns.iter().map(|column| shape.position(column)).collect();
        let Some(positions) = positions else { continue };
        let (Some(table), Some(relation)) = (merge.catalog.tables.get(&key.to), merge.relations.get(&key.to))
        else {
            continue;
        };
        let parent = End { alias: "p", relation, table };
        let refers: Vec<String> = positions.iter().map(|at| format!("s.c{at} IS NOT NULL")).collect();
        let same: Vec<String> = (key.key.iter().zip(&key.columns).zip(&positions))
            .map(|((to, column), at)| equal_to(parent, to, shape.end("s"), column, &format!("s.c{at}")))
            .collect();
        let among_staged: Option<Vec<String>> = (key.to == shape.spec.name)
            .then(|| {
                let pair =
                    |(to, at): (&String, &usize)| Some(format!("p.c{} = s.c{at}", shape.position(to)?));
                key.key.iter().zip(&positions).map(pair).collect()
            })
            .flatten();
        let among_staged = among_staged.map_or_else(String::new, |same| {
            format!(" AND NOT EXISTS (SELECT FROM {} AS p WHERE {})", shape.stage(), same.join(" AND "))
        });
        let sql = format!(
            "SELECT {list} FROM {stage} AS s WHERE {refers}{kept}
               AND NOT EXISTS (SELECT FROM {from} AS p WHERE {same}){among_staged} ORDER BY s.seq LIMIT 1",
            list = name.list(),
            stage = shape.stage(),
            refers = refers.join(" AND "),
            kept = shape.not_skipped("s"),
            from = relation.from,
            same = same.join(" AND "),
        );
        if let Some(row) = name.of_row(session, &sql)? {
            return Err(MergeError::dangling(row, &key).into());
        }
    }
    Ok(())
}
