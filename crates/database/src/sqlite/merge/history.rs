//! Which rows of the target the archive explains: those that equal a row of an archived version were put there by an
//! import, not by people.
//!
//! Versions are read newest first, only while a row is unexplained, and only rows of tables that have such rows are
//! looked at. A row is compared on the snapshot's columns; one to be deleted also on those that only the target has, and
//! with rows that a version owned. A version that lacks some of these explains a row of the scenario if each of them holds
//! nothing (see `extras`): so the row is after an import of that version and a migration. Where they hold something, it
//! must be what some version has there, and the row must differ from every newer version in a column that the explaining
//! one knows; otherwise it is that newer row with an edit. It never explains a row of others or a shared one.

use model::{ColumnSpec, Definition, Ownership, RowEvent, RowSource, TableSpec, Value};
use rusqlite::{Connection, Row, Statement, params_from_iter};

use super::super::connection::quote_identifier;
use super::Merge;
use super::extras::{self, Compared};
use super::finder::hash_of;
use super::scratch::Origin;
use super::shape::{Identity, Shape, exists, read_value};
use super::stored::Stored;
use crate::error::At as _;
use crate::merge::judgement::{Judgement, Stake, Status, Weighed};
use crate::{Error, History};

/// Notes the status of every row that would be changed or deleted.
///
/// # Errors
/// A version or the target cannot be read.
pub(super) fn explain(merge: &Merge<'_>, history: &mut dyn History) -> Result<(), Error> {
    for shape in &merge.shapes {
        note_candidates(merge.connection, shape)?;
    }
    let compared: Vec<Vec<Compared>> = merge
        .shapes
        .iter()
        .map(|shape| extras::compared(merge.connection, shape))
        .collect::<Result<_, _>>()?;
    for index in 0..history.len() {
        if !any_open(merge)? {
            break;
        }
        let mut version = history.open(index).map_err(Error::Stream)?;
        compare_version(merge, version.as_mut(), &compared)?;
    }
    Ok(())
}

/// Every row that would be changed or deleted, as yet unknown to the archive.
fn note_candidates(connection: &Connection, shape: &Shape) -> Result<(), Error> {
    let sql = format!(
        "INSERT INTO {candidate} ({r}, stake)
         SELECT {r}, CASE origin WHEN {owned} THEN {changed} ELSE {not_owned} END FROM {change}
         UNION ALL SELECT {r}, {deleted} FROM {gone};
         CREATE INDEX temp.merge_candidate_hash_{index} ON merge_candidate_{index} (hash) WHERE status < 2;",
        r = shape.r_list(""),
        candidate = shape.candidate(),
        owned = Origin::Owned as i64,
        changed = Stake::Changed as i64,
        not_owned = Stake::NotOwned as i64,
        deleted = Stake::Deleted as i64,
        change = shape.change(),
        gone = shape.gone(),
        index = shape.index,
    );
    connection.execute_batch(&sql).at(connection)
}

fn compare_version(
    merge: &Merge<'_>,
    version: &mut dyn RowSource,
    compared: &[Vec<Compared>],
) -> Result<(), Error> {
    let definition = version.definition().clone();
    let mut stream = version.open().map_err(Error::Stream)?;
    let mut table = None;
    while let Some(event) = stream.next().map_err(Error::Stream)? {
        match event {
            RowEvent::Section { table: index, ownership, .. } => {
                table = ArchivedTable::new(merge, &definition, index, ownership, compared)?;
            }
            RowEvent::Row(values) => {
                if let Some(table) = &mut table {
                    table.row(values)?;
                }
            }
        }
    }
    Ok(())
}

fn any_open(merge: &Merge<'_>) -> Result<bool, Error> {
    for shape in &merge.shapes {
        if has_open(merge.connection, shape)? {
            return Ok(true);
        }
    }
    Ok(false)
}

fn has_open(connection: &Connection, shape: &Shape) -> Result<bool, Error> {
    exists(connection, &format!("SELECT 1 FROM {} WHERE status < 2", shape.candidate()))
}

/// The columns that are compared, those of the snapshot first.
struct Columns<'a> {
    all: &'a [Compared],
    /// Position in the archived row, the version's column, position among those compared.
    common: Vec<(usize, ColumnSpec, usize)>,
    /// A byte for each that is compared: 1 if the version has it.
    known: Vec<u8>,
    /// Of what the version says here.
    ownership: Ownership,
}

impl<'a> Columns<'a> {
    fn of(spec: &TableSpec, all: &'a [Compared], ownership: Ownership) -> Self {
        let position = |name: &str| all.iter().position(|column| column.name.eq_ignore_ascii_case(name));
        let common: Vec<(usize, ColumnSpec, usize)> = (spec.columns.iter().enumerate())
            .filter_map(|(at, column)| Some((at, column.clone(), position(&column.name)?)))
            .collect();
        let mut known = vec![0; all.len()];
        for (_, _, at) in &common {
            known[*at] = 1;
        }
        Self { all, common, known, ownership }
    }

    /// Positions in `common` of the columns that find a candidate; `None` if the version lacks one of them.
    fn key(&self, shape: &Shape) -> Option<Vec<usize>> {
        let all: Vec<usize> = (0..shape.columns.len()).collect();
        let key = if shape.key.is_empty() { &all } else { &shape.key };
        key.iter().map(|key| self.common.iter().position(|(_, _, at)| at == key)).collect()
    }

    /// `t."id", t."note"`: all that are compared.
    fn list(&self) -> String {
        let columns: Vec<String> =
            self.all.iter().map(|column| format!("t.{}", quote_identifier(&column.name))).collect();
        columns.join(", ")
    }

    /// Of all that are compared, whether they hold nothing.
    fn blank_list(&self) -> String {
        let columns: Vec<&str> = self.all.iter().map(|column| column.blank.as_str()).collect();
        columns.join(", ")
    }

    /// The common columns of a row of the target (behind its identity), read with the version's types.
    fn values(&self, shape: &Shape, row: &Row<'_>) -> rusqlite::Result<Vec<Value>> {
        let first = shape.identity_len();
        let read = |(_, column, at): &(usize, ColumnSpec, usize)| {
            Ok(read_value(column.ty, self.all[*at].affinity, row.get_ref(first + at)?))
        };
        self.common.iter().map(read).collect()
    }

    /// What is known of a candidate once an archived row with its key is read.
    fn judge(&self, shape: &Shape, candidate: &Row<'_>, archived: &[&Value]) -> rusqlite::Result<Judgement> {
        let blank_at = shape.identity_len() + self.all.len();
        let notes_at = blank_at + self.all.len();
        let stake = Stake::of(candidate.get(notes_at)?);
        let mut judgement = Judgement {
            status: Status::Known,
            held: candidate.get(notes_at + 1)?,
            unlike: candidate.get(notes_at + 2)?,
            pending: candidate.get(notes_at + 3)?,
        };
        let values = self.values(shape, candidate)?;
        let same: Vec<(usize, bool)> = (values.iter().zip(archived).zip(&self.common))
            .map(|((value, archived), (_, _, at))| (*at, value == *archived))
            .collect();
        let row = Weighed {
            stake,
            snapshot_columns: shape.columns.len(),
            ownership: self.ownership,
            known: &self.known,
            same: &same,
        };
        judgement.weigh(&row, &|at| candidate.get(blank_at + at))?;
        Ok(judgement)
    }
}

fn bound(judgement: Judgement, id: Identity) -> impl Iterator<Item = Stored> {
    let pending = Stored::Integer(i64::from(judgement.pending));
    let notes = [
        Stored::Integer(judgement.status as i64),
        Stored::Blob(judgement.held),
        Stored::Blob(judgement.unlike),
        pending,
    ];
    notes.into_iter().chain(id)
}

/// A section of an archived version beside the table's candidates.
struct ArchivedTable<'a> {
    connection: &'a Connection,
    shape: &'a Shape,
    columns: Columns<'a>,
    /// Positions in the common columns of those that find a candidate.
    key: Vec<usize>,
    find: Statement<'a>,
    note: Statement<'a>,
}

impl<'a> ArchivedTable<'a> {
    /// `None` where nothing of the section can explain a row.
    fn new(
        merge: &'a Merge<'_>,
        definition: &Definition,
        index: usize,
        ownership: Ownership,
        compared: &'a [Vec<Compared>],
    ) -> Result<Option<Self>, Error> {
        let connection = merge.connection;
        let Some(spec) = definition.tables.get(index) else { return Ok(None) };
        let Some(shape) = merge.shapes.iter().find(|shape| shape.spec.name == spec.name) else {
            return Ok(None);
        };
        if !has_open(connection, shape)? {
            return Ok(None);
        }
        let columns = Columns::of(spec, &compared[shape.index], ownership);
        let Some(key) = columns.key(shape) else { return Ok(None) };
        let (find, note) = statements(connection, shape, &columns)?;
        let mut table = Self { connection, shape, columns, key, find, note };
        table.hash_candidates()?;
        Ok(Some(table))
    }

    /// Gives every open candidate the hash of its key, read with this version's types.
    fn hash_candidates(&mut self) -> Result<(), Error> {
        let shape = self.shape;
        let select = format!(
            "SELECT {}, {} FROM {} AS c CROSS JOIN {} AS t ON {} WHERE c.status < 2",
            shape.r_list("c"),
            self.columns.list(),
            shape.candidate(),
            shape.name,
            shape.joined("t", "c")
        );
        let update = format!("UPDATE {} SET hash = ?1 WHERE {}", shape.candidate(), shape.is_note(2));
        let mut update = self.connection.prepare(&update).at(self.connection)?;
        let mut select = self.connection.prepare(&select).at(self.connection)?;
        let mut rows = select.query([]).at(self.connection)?;
        while let Some(row) = rows.next().at(self.connection)? {
            let id = shape.identity_of(row, 0).at(self.connection)?;
            let values = self.columns.values(shape, row).at(self.connection)?;
            let hash = Stored::Blob(hash_of(self.key.iter().map(|at| &values[*at])));
            update.execute(params_from_iter([hash].into_iter().chain(id))).at(self.connection)?;
        }
        Ok(())
    }

    fn row(&mut self, values: &[Value]) -> Result<(), Error> {
        let Some(archived) =
            self.columns.common.iter().map(|(at, ..)| values.get(*at)).collect::<Option<Vec<&Value>>>()
        else {
            return Err(super::compare::out_of_step());
        };
        let hash = hash_of(self.key.iter().map(|at| archived[*at]));
        let mut matches = Vec::new();
        {
            let mut rows = self.find.query([hash]).at(self.connection)?;
            while let Some(row) = rows.next().at(self.connection)? {
                let judgement = self.columns.judge(self.shape, row, &archived).at(self.connection)?;
                matches.push((judgement, self.shape.identity_of(row, 0).at(self.connection)?));
            }
        }
        for (judgement, id) in matches {
            self.note.execute(params_from_iter(bound(judgement, id))).at(self.connection)?;
        }
        Ok(())
    }
}

fn statements<'a>(
    connection: &'a Connection,
    shape: &Shape,
    columns: &Columns<'_>,
) -> Result<(Statement<'a>, Statement<'a>), Error> {
    let find = format!(
        "SELECT {}, {}, {}, c.stake, c.held, c.unlike, c.pending FROM {} AS c CROSS JOIN {} AS t ON {}
         WHERE c.hash = ? AND c.status < 2",
        shape.r_list("c"),
        columns.list(),
        columns.blank_list(),
        shape.candidate(),
        shape.name,
        shape.joined("t", "c")
    );
    let note = format!(
        "UPDATE {} SET status = ?1, held = ?2, unlike = ?3, pending = ?4 WHERE {}",
        shape.candidate(),
        shape.is_note(5)
    );
    Ok((connection.prepare(&find).at(connection)?, connection.prepare(&note).at(connection)?))
}
