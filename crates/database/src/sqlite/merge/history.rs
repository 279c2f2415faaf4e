//! Which rows of the target the archive explains: those that equal a row of an archived version were put there by an
//! import, not by people.
//!
//! Versions are read newest first, only while a row is unexplained, and only rows of tables that have such rows are
//! looked at. A row is compared on the snapshot's columns; one to be deleted also on those that only archived versions
//! have. A version that lacks some of these knows too little: it explains a row only if the scenario owns it, NULL stands in
//! them (a default that came with a new column cannot be told from what people wrote), and no newer version has its key.
//! It never explains a row of others, a shared one, or one without a key.

use model::{ColumnSpec, Definition, RowEvent, RowSource, TableSpec, Value};
use rusqlite::types::ValueRef;
use rusqlite::{Connection, Row, Statement, params_from_iter};

use super::super::connection::quote_identifier;
use super::super::convert::Affinity;
use super::Merge;
use super::finder::hash_of;
use super::scratch::Origin;
use super::shape::{Shape, exists, read_value};
use super::stored::Stored;
use crate::error::At as _;
use crate::{Error, History};

/// What the archive says of a row, as `candidate` notes it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
#[repr(i64)]
pub(super) enum Status {
    /// No version has its key. The notes begin with this.
    Unknown = 0,
    /// A version has its key, with other values.
    Known = 1,
    /// A version has the row as it is.
    Explained = 2,
}

/// What the import would do to a row, as `candidate` notes it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(i64)]
enum Stake {
    /// Change a row that is shared or not the scenario's.
    NotOwned = 0,
    /// Change a row of the scenario.
    Changed = 1,
    /// Delete a row of the scenario.
    Deleted = 2,
}

/// A column of the target that archived versions have and the snapshot has not.
#[derive(Clone)]
struct Extra {
    name: String,
    affinity: Affinity,
}

/// Notes the status of every row that would be changed or deleted.
///
/// # Errors
/// A version or the target cannot be read.
pub(super) fn explain(merge: &Merge<'_>, history: &mut dyn History) -> Result<(), Error> {
    for shape in &merge.shapes {
        note_candidates(merge.connection, shape)?;
    }
    let mut extras = vec![Vec::new(); merge.shapes.len()];
    for index in 0..history.len() {
        if !any_open(merge)? {
            break;
        }
        let mut version = history.open(index).map_err(Error::Stream)?;
        compare_version(merge, version.as_mut(), &mut extras)?;
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
    extras: &mut [Vec<Extra>],
) -> Result<(), Error> {
    let definition = version.definition().clone();
    for spec in &definition.tables {
        if let Some(shape) = merge.shapes.iter().find(|shape| shape.spec.name == spec.name) {
            add_extras(shape, spec, &mut extras[shape.index]);
        }
    }
    let mut stream = version.open().map_err(Error::Stream)?;
    let mut table = None;
    while let Some(event) = stream.next().map_err(Error::Stream)? {
        match event {
            RowEvent::Section { table: index, .. } => {
                table = ArchivedTable::new(merge, &definition, index, extras)?;
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

/// Adds the columns of a version that the target has and the snapshot has not.
fn add_extras(shape: &Shape, spec: &TableSpec, extras: &mut Vec<Extra>) {
    for column in &spec.columns {
        let known = shape.position(&column.name).is_some() || extras.iter().any(|e| e.name == column.name);
        let stored = shape.table.column(&column.name).filter(|column| !known && !column.generated);
        if let Some(stored) = stored {
            let affinity = Affinity::of_column(&shape.table, stored);
            extras.push(Extra { name: column.name.clone(), affinity });
        }
    }
}

/// The columns that are compared, those of the snapshot first.
struct Columns {
    extras: Vec<Extra>,
    /// Position in the archived row, the version's column, position among those compared.
    common: Vec<(usize, ColumnSpec, usize)>,
    /// Positions of those that the version lacks.
    lacking: Vec<usize>,
}

impl Columns {
    fn of(shape: &Shape, spec: &TableSpec, extras: Vec<Extra>) -> Self {
        let position = |name: &str| {
            let extra = || extras.iter().position(|extra| extra.name == name);
            shape.position(name).or_else(|| Some(shape.columns.len() + extra()?))
        };
        let common: Vec<(usize, ColumnSpec, usize)> = (spec.columns.iter().enumerate())
            .filter_map(|(at, column)| Some((at, column.clone(), position(&column.name)?)))
            .collect();
        let lacks = |at: &usize| common.iter().all(|(_, _, known)| known != at);
        let lacking = (0..shape.columns.len() + extras.len()).filter(lacks).collect();
        Self { extras, common, lacking }
    }

    /// Positions in `common` of the columns that find a candidate; `None` if the version lacks one of them.
    fn key(&self, shape: &Shape) -> Option<Vec<usize>> {
        let all: Vec<usize> = (0..shape.columns.len()).collect();
        let key = if shape.key.is_empty() { &all } else { &shape.key };
        key.iter().map(|key| self.common.iter().position(|(_, _, at)| at == key)).collect()
    }

    /// `t."id", t."note"`: all that are compared.
    fn list(&self, shape: &Shape, alias: &str) -> String {
        let extras = self.extras.iter().map(|extra| format!(", {alias}.{}", quote_identifier(&extra.name)));
        shape.column_list(alias) + &extras.collect::<String>()
    }

    fn len(&self, shape: &Shape) -> usize {
        shape.columns.len() + self.extras.len()
    }

    /// The common columns of a row of the target (behind its identity), read with the version's types.
    fn values(&self, shape: &Shape, row: &Row<'_>) -> rusqlite::Result<Vec<Value>> {
        let first = shape.identity_len();
        let affinity = |at: usize| match shape.columns.get(at) {
            Some(column) => column.affinity,
            None => self.extras[at - shape.columns.len()].affinity,
        };
        let read = |(_, column, at): &(usize, ColumnSpec, usize)| {
            Ok(read_value(column.ty, affinity(*at), row.get_ref(first + at)?))
        };
        self.common.iter().map(read).collect()
    }

    /// Whether an archived row with a candidate's key accounts for all of the target's row that is at stake.
    fn explain(&self, shape: &Shape, candidate: &Row<'_>, archived: &[&Value]) -> rusqlite::Result<bool> {
        let first = shape.identity_len();
        let behind = first + self.len(shape);
        let (stake, status): (i64, i64) = (candidate.get(behind)?, candidate.get(behind + 1)?);
        let at_stake = |at: usize| at < shape.columns.len() || stake == Stake::Deleted as i64;
        for ((value, archived), (_, _, at)) in
            self.values(shape, candidate)?.iter().zip(archived).zip(&self.common)
        {
            if at_stake(*at) && value != *archived {
                return Ok(false);
            }
        }
        let may_lack =
            stake != Stake::NotOwned as i64 && status == Status::Unknown as i64 && !shape.key.is_empty();
        for at in self.lacking.iter().filter(|at| at_stake(**at)) {
            if !may_lack || candidate.get_ref(first + at)? != ValueRef::Null {
                return Ok(false);
            }
        }
        Ok(true)
    }
}

/// A section of an archived version beside the table's candidates.
struct ArchivedTable<'a> {
    connection: &'a Connection,
    shape: &'a Shape,
    columns: Columns,
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
        extras: &[Vec<Extra>],
    ) -> Result<Option<Self>, Error> {
        let connection = merge.connection;
        let Some(spec) = definition.tables.get(index) else { return Ok(None) };
        let Some(shape) = merge.shapes.iter().find(|shape| shape.spec.name == spec.name) else {
            return Ok(None);
        };
        if !has_open(connection, shape)? {
            return Ok(None);
        }
        let columns = Columns::of(shape, spec, extras[shape.index].clone());
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
            self.columns.list(shape, "t"),
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
                let explains = self.columns.explain(self.shape, row, &archived).at(self.connection)?;
                let status = if explains { Status::Explained } else { Status::Known };
                matches.push((status, self.shape.identity_of(row, 0).at(self.connection)?));
            }
        }
        for (status, id) in matches {
            let bound = [Stored::Integer(status as i64)].into_iter().chain(id);
            self.note.execute(params_from_iter(bound)).at(self.connection)?;
        }
        Ok(())
    }
}

fn statements<'a>(
    connection: &'a Connection,
    shape: &Shape,
    columns: &Columns,
) -> Result<(Statement<'a>, Statement<'a>), Error> {
    let find = format!(
        "SELECT {}, {}, c.stake, c.status FROM {} AS c CROSS JOIN {} AS t ON {}
         WHERE c.hash = ? AND c.status < 2",
        shape.r_list("c"),
        columns.list(shape, "t"),
        shape.candidate(),
        shape.name,
        shape.joined("t", "c")
    );
    let note =
        format!("UPDATE {} SET status = max(status, ?1) WHERE {}", shape.candidate(), shape.is_note(2));
    Ok((connection.prepare(&find).at(connection)?, connection.prepare(&note).at(connection)?))
}
