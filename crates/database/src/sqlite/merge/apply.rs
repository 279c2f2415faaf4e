//! The second pass: parks what is in the way, inserts what is missing and updates what differs, in file order, then
//! deletes what the snapshot lacks, children first.
//!
//! Rows are told apart by the notes of the first pass; nothing is decided here. After every statement the transaction
//! must still be open.

use std::collections::BTreeMap;

use model::{Ownership, RowSource, Value};
use rusqlite::{Connection, ErrorCode, Statement, params_from_iter};

use super::super::convert::to_storage;
use super::Merge;
use super::parking;
use super::resolve::count;
use super::scratch::{Code, RunReader};
use super::shape::{Identity, Shape};
use super::stored::Stored;
use super::transaction::{Transaction, fault};
use crate::error::{At as _, reason_of};
use crate::merge::digest::{RowSet, RunKey};
use crate::merge::rows::{STEP, Sections, out_of_step};
use crate::{Error, MergeError, MergeProgress};

/// What the snapshot holds, as it must be read back: skipped rows are not in it.
pub(super) struct Written {
    /// The key of the digests.
    pub key: RunKey,
    /// Per table of the definition.
    pub tables: Vec<WrittenTable>,
}

/// One table of [`Written`].
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct WrittenTable {
    /// All rows.
    pub all: RowSet,
    /// How many of them are the scenario's own.
    pub owned: u64,
}

/// Changes the target.
///
/// # Errors
/// The target refuses a row or cannot be written, or the snapshot is no longer what it was.
pub(super) fn apply(
    merge: &Merge<'_>,
    transaction: &Transaction<'_>,
    snapshot: &mut dyn RowSource,
    progress: &mut dyn FnMut(MergeProgress),
) -> Result<Written, Error> {
    transaction.before_changes()?;
    parking::park(merge, transaction)?;
    let written = write_rows(merge, transaction, snapshot, progress)?;
    delete_rows(merge, transaction)?;
    Ok(written)
}

fn write_rows(
    merge: &Merge<'_>,
    transaction: &Transaction<'_>,
    snapshot: &mut dyn RowSource,
    progress: &mut dyn FnMut(MergeProgress),
) -> Result<Written, Error> {
    let key = RunKey::random()?;
    let mut tables = vec![WrittenTable::default(); merge.shapes.len()];
    let mut runs = RunReader::new(merge.connection);
    let mut buffer = Vec::new();
    let mut seq: i64 = 0;
    let mut sections = Sections::open(snapshot)?;
    while let Some(section) = sections.next_section()? {
        let shape = merge.shape(section.table)?;
        let mut table = TableWriter::new(merge, shape, section.ownership)?;
        while let Some(values) = sections.next_row()? {
            let code = runs.next()?.filter(|_| values.len() == shape.columns.len());
            if table.row(seq, code.ok_or_else(out_of_step)?, values)? == Kept::AsWritten {
                let written = &mut tables[shape.index];
                written.all.add(&key, values, &mut buffer);
                written.owned += u64::from(section.ownership == Ownership::Owned);
            }
            transaction.still_open()?;
            seq += 1;
            if seq.cast_unsigned().is_multiple_of(STEP) {
                progress(MergeProgress::Applied(seq.cast_unsigned()));
            }
        }
    }
    if runs.next()?.is_some() {
        return Err(out_of_step());
    }
    progress(MergeProgress::Applied(seq.cast_unsigned()));
    Ok(Written { key, tables })
}

fn delete_rows(merge: &Merge<'_>, transaction: &Transaction<'_>) -> Result<(), Error> {
    for shape in merge.shapes.iter().rev() {
        let all = format!(
            "DELETE FROM {} AS t WHERE ({}) IN (SELECT {} FROM {}",
            shape.name,
            shape.identity_list("t"),
            shape.r_list(""),
            shape.gone()
        );
        let statements = if transaction.is_watched() {
            let due = count(merge.connection, &shape.gone())?;
            let part = |done| format!("{all} LIMIT {WATCHED_DELETES} OFFSET {done})");
            (0..due).step_by(WATCHED_DELETES).map(part).collect()
        } else {
            vec![format!("{all})")]
        };
        for sql in statements {
            merge.connection.execute(&sql, []).map_err(|error| {
                refused(merge.connection, &error, || format!("to delete rows of {}", shape.shown_name()))
            })?;
            transaction.still_open()?;
        }
    }
    Ok(())
}

/// How many rows one statement deletes while triggers are watched, so that what it did fits into memory.
const WATCHED_DELETES: usize = 65_536;

/// Whether a row of the snapshot is in the target as the snapshot has it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kept {
    AsWritten,
    LeftAlone,
}

/// Writes rows of one table.
pub(super) struct TableWriter<'c> {
    connection: &'c Connection,
    shape: &'c Shape,
    ownership: Ownership,
    insert: Statement<'c>,
    /// `None` where all rows of the table are the snapshot's, so that none needs to be noted.
    seen: Option<Statement<'c>>,
    change: Statement<'c>,
    /// By the columns that they set.
    updates: BTreeMap<Vec<u8>, Statement<'c>>,
}

/// How many update statements are kept prepared: one for each combination of columns.
const PREPARED_UPDATES: usize = 64;

impl<'c> TableWriter<'c> {
    fn new(merge: &'c Merge<'_>, shape: &'c Shape, ownership: Ownership) -> Result<Self, Error> {
        let connection = merge.connection;
        let prepare = |sql: &str| connection.prepare(sql).at(connection);
        let holes = vec!["?"; shape.identity_len() + 1].join(", ");
        let seen = format!("INSERT INTO {} ({}, owned) VALUES ({holes})", shape.seen(), shape.r_list(""));
        let change =
            format!("SELECT skipped, mask, {} FROM {} WHERE seq = ?", shape.r_list(""), shape.change());
        Ok(Self {
            connection,
            shape,
            ownership,
            insert: prepare(&insert_sql(shape))?,
            seen: (!merge.is_whole(shape)).then(|| prepare(&seen)).transpose()?,
            change: prepare(&change)?,
            updates: BTreeMap::new(),
        })
    }

    fn row(&mut self, seq: i64, code: Code, values: &[Value]) -> Result<Kept, Error> {
        match code {
            Code::Equal => Ok(Kept::AsWritten),
            Code::Insert => self.insert(values).map(|()| Kept::AsWritten),
            Code::Change => {
                let shape = self.shape;
                let (skipped, mask, id): (bool, Vec<u8>, Identity) = self
                    .change
                    .query_row([seq], |row| Ok((row.get(0)?, row.get(1)?, shape.identity_of(row, 2)?)))
                    .at(self.connection)?;
                if skipped {
                    return Ok(Kept::LeftAlone);
                }
                self.update(&mask, &id, values).map(|()| Kept::AsWritten)
            }
        }
    }

    fn insert(&mut self, values: &[Value]) -> Result<(), Error> {
        insert_row(self.connection, self.shape, &mut self.insert, values)?;
        let Some(seen) = &mut self.seen else { return Ok(()) };
        let owned = Stored::Integer(i64::from(self.ownership == Ownership::Owned));
        let id = self.shape.identity_of_inserted(self.connection.last_insert_rowid(), values);
        seen.execute(params_from_iter(id.into_iter().chain([owned]))).map(|_| ()).at(self.connection)
    }

    fn update(&mut self, mask: &[u8], id: &[Stored], values: &[Value]) -> Result<(), Error> {
        if !self.updates.contains_key(mask) {
            if self.updates.len() >= PREPARED_UPDATES {
                self.updates.clear();
            }
            let statement = self.connection.prepare(&update_sql(self.shape, mask)).at(self.connection)?;
            self.updates.insert(mask.to_vec(), statement);
        }
        let Some(statement) = self.updates.get_mut(mask) else { return Ok(()) };
        let set = (self.shape.columns.iter().zip(values).zip(mask))
            .filter(|(_, changed)| **changed == 1)
            .map(|((column, value), _)| to_storage(column.ty, column.affinity, value));
        let id = id.iter().map(Stored::as_output);
        let updated = statement.execute(params_from_iter(set.chain(id)));
        written(self.connection, updated, || self.shape.show(values))
    }
}

/// `OR ABORT` overrides what the target's constraints say of conflicts: REPLACE there would delete rows of others.
pub(super) fn insert_sql(shape: &Shape) -> String {
    let columns: Vec<&str> = shape.columns.iter().map(|column| column.quoted.as_str()).collect();
    let holes = vec!["?"; columns.len()].join(", ");
    format!("INSERT OR ABORT INTO {} ({}) VALUES ({holes})", shape.name, columns.join(", "))
}

/// Inserts a row of the snapshot.
///
/// # Errors
/// [`MergeError::Refused`] where the target's rules refuse it, or the target cannot be written.
pub(super) fn insert_row(
    connection: &Connection,
    shape: &Shape,
    insert: &mut Statement<'_>,
    values: &[Value],
) -> Result<(), Error> {
    let bound = (shape.columns.iter().zip(values))
        .map(|(column, value)| to_storage(column.ty, column.affinity, value));
    let inserted = insert.execute(params_from_iter(bound));
    written(connection, inserted, || shape.show(values))
}

fn update_sql(shape: &Shape, mask: &[u8]) -> String {
    let set: Vec<&str> = (shape.columns.iter().zip(mask))
        .filter(|(_, changed)| **changed == 1)
        .map(|(column, _)| column.quoted.as_str())
        .collect();
    let assignments: Vec<String> =
        set.iter().zip(1..).map(|(column, at)| format!("{column} = ?{at}")).collect();
    format!(
        "UPDATE OR ABORT {} AS t SET {} WHERE {}",
        shape.name,
        assignments.join(", "),
        shape.is_row("t", set.len() + 1)
    )
}

/// Checks that a statement wrote its one row: a trigger can make the engine pass over it without an error.
///
/// # Errors
/// [`MergeError::Refused`], or the target cannot be written.
pub(super) fn written(
    connection: &Connection,
    written: rusqlite::Result<usize>,
    row: impl Fn() -> String,
) -> Result<(), Error> {
    match written {
        Ok(0) => {
            let reason = "a trigger of the target ignored it".to_owned();
            Err(MergeError::Refused { row: row(), reason }.into())
        }
        Ok(_) => Ok(()),
        Err(error) => Err(refused(connection, &error, row)),
    }
}

/// A rule of the target that refuses a row is a fault of the data; everything else keeps its own meaning.
fn refused(connection: &Connection, error: &rusqlite::Error, row: impl FnOnce() -> String) -> Error {
    match error.sqlite_error_code() {
        Some(ErrorCode::ConstraintViolation | ErrorCode::TypeMismatch) => {
            MergeError::Refused { row: row(), reason: reason_of(error) }.into()
        }
        _ => fault(connection, error),
    }
}
