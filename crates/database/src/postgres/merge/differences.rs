//! Where what was read back is not the snapshot: which row, which columns. Looked for only once a digest differs.
//!
//! The target's rows go into a scratch file by the hash of their keys, a hash for each column; the snapshot is then read
//! again beside it.

use std::collections::BTreeSet;

use model::{RowSource, Value};
use rusqlite::{Connection, OptionalExtension as _, params};

use super::super::session::Session;
use super::facts::{exists, number};
use super::names::value;
use super::refused::hidden;
use super::shape::Shape;
use super::verify::rows_of;
use super::{Merge, scratch};
use crate::Error;
use crate::error::At as _;
use crate::merge::digest::{hash_of, key_hash};
use crate::merge::naming::marked;
use crate::merge::read_back::Differences;
use crate::merge::rows::Sections;

/// The rows that an option left alone, by their numbers in the file.
pub(super) struct LeftAlone(Connection);

impl LeftAlone {
    /// Brings them here; `None` if there are none.
    ///
    /// # Errors
    /// The target cannot be read, or there is no room for temporary files.
    pub(super) fn fetch(session: &mut Session, merge: &Merge<'_>) -> Result<Option<Self>, Error> {
        let mut scratch = None;
        for shape in merge.staged() {
            let from = format!("{} WHERE skipped", shape.change());
            if !exists(session, &format!("SELECT FROM {from}"))? {
                continue;
            }
            let scratch = match &mut scratch {
                Some(scratch) => scratch,
                none => none.insert(scratch::file("CREATE TABLE left_alone (seq INTEGER PRIMARY KEY)")?),
            };
            let mut insert = scratch.prepare("INSERT INTO left_alone VALUES (?)").at(scratch)?;
            session.copy_out(&format!("SELECT seq FROM {from}"), &mut |row| {
                insert.execute(params![number(row, 0)]).map(|_| ()).at(scratch)
            })?;
        }
        Ok(scratch.map(Self))
    }

    /// Whether the row of that number is one.
    ///
    /// # Errors
    /// The scratch file cannot be read.
    pub(super) fn has(&self, seq: u64) -> Result<bool, Error> {
        self.0
            .prepare_cached("SELECT 1 FROM left_alone WHERE seq = ?")
            .and_then(|mut statement| statement.exists([seq.cast_signed()]))
            .at(&self.0)
    }
}

/// Looks every row of the snapshot up in the tables whose digests differ. A row that is missing ends it.
///
/// # Errors
/// The snapshot or the target cannot be read, or there is no room for temporary files.
pub(super) fn find(
    session: &mut Session,
    merge: &Merge<'_>,
    tables: &BTreeSet<usize>,
    snapshot: &mut dyn RowSource,
    left_alone: Option<&LeftAlone>,
) -> Result<Differences, Error> {
    let mut found = Differences::default();
    let scratch = scratch::file("CREATE TABLE stored (tab INTEGER, hash BLOB, parts BLOB)")?;
    for shape in merge.shapes.iter().filter(|shape| tables.contains(&shape.index)) {
        fetch(session, shape, &scratch)?;
    }
    scratch.execute_batch("CREATE INDEX stored_hash ON stored (tab, hash)").at(&scratch)?;
    let mut seq = 0;
    let mut sections = Sections::open(snapshot)?;
    while let Some(section) = sections.next_section()? {
        let shape = merge.shape(section.table)?;
        while let Some(values) = sections.next_row()? {
            seq += 1;
            let skipped = match left_alone {
                Some(left_alone) => left_alone.has(seq - 1)?,
                None => false,
            };
            if skipped || !tables.contains(&shape.index) {
                continue;
            }
            match take(&scratch, shape, values)? {
                None => {
                    let hidden = hidden(session, &shape.relation);
                    return Ok(Differences::missing(format!("{} is missing{hidden}", shape.show(values))));
                }
                Some(differing) if differing.is_empty() => {}
                Some(differing) => found.note(&shape.spec, values, &differing),
            }
        }
    }
    Ok(found)
}

fn fetch(session: &mut Session, shape: &Shape, scratch: &Connection) -> Result<(), Error> {
    let mut insert = scratch.prepare("INSERT INTO stored VALUES (?, ?, ?)").at(scratch)?;
    let sql = format!("SELECT {} FROM {}", shape.column_list("t"), rows_of(shape, "t"));
    session.copy_out(&sql, &mut |row| {
        let values: Vec<Value> = (shape.columns.iter().enumerate())
            .map(|(at, column)| value(column.stored, column.ty, row.text(at)))
            .collect();
        insert
            .execute(params![table_number(shape), key_hash(&shape.key, &values), parts(&values)])
            .map(|_| ())
            .at(scratch)
    })?;
    Ok(())
}

/// Takes the target's row with a row's key out of the scratch file: positions of the columns that differ.
fn take(scratch: &Connection, shape: &Shape, values: &[Value]) -> Result<Option<Vec<usize>>, Error> {
    let row: Option<(i64, Vec<u8>)> = scratch
        .prepare_cached("SELECT rowid, parts FROM stored WHERE tab = ? AND hash = ? LIMIT 1")
        .and_then(|mut statement| {
            let key = params![table_number(shape), key_hash(&shape.key, values)];
            statement.query_row(key, |row| Ok((row.get(0)?, row.get(1)?))).optional()
        })
        .at(scratch)?;
    let Some((number, stored)) = row else { return Ok(None) };
    scratch
        .prepare_cached("DELETE FROM stored WHERE rowid = ?")
        .and_then(|mut statement| statement.execute([number]))
        .at(scratch)?;
    let own = parts(values);
    Ok(Some(marked(own.chunks(PART).zip(stored.chunks(PART)).map(|(one, other)| one != other))))
}

fn table_number(shape: &Shape) -> i64 {
    i64::try_from(shape.index).unwrap_or(i64::MAX)
}

/// How many bytes stand for a column.
const PART: usize = 32;

fn parts(values: &[Value]) -> Vec<u8> {
    values.iter().flat_map(|value| hash_of([value])).collect()
}
