//! The rows of one section, in file order, one at a time.
//!
//! The server sorts where it can compare as the model does; elsewhere the scratch file does, by bytes that the model makes
//! of each key. The order is checked while reading all the same.

use std::cmp::Ordering;

use model::{Ownership, StreamError, Table, TableSpec, Value, order_key};

use super::row::RowReader;
use super::scratch::{Place, Set};
use super::{Selection, depths};
use crate::Error;
use crate::postgres::binary::{self, Wired};
use crate::postgres::codec::Fields;
use crate::postgres::copy::{BinaryRow, CopyRow};
use crate::postgres::error::{DbFault, PostgresError};
use crate::postgres::order::order_by;
use crate::postgres::session::Session;

/// One section of a selection.
pub(crate) struct Section<'a> {
    pub(super) selection: &'a Selection,
    pub(super) spec: &'a TableSpec,
    pub(super) table: &'a Table,
    pub(super) index: usize,
    pub(super) ownership: Ownership,
}

/// What reading a section found.
#[derive(Debug)]
pub(crate) struct SectionRead {
    pub(crate) rows: u64,
    /// By column, how many values of -0.0 were handed out as 0.0.
    pub(crate) negative_zeros: Vec<u64>,
    /// By column, how many references were handed out as NULL.
    pub(crate) cut: Vec<u64>,
}

impl Section<'_> {
    /// Hands every row to `each`.
    ///
    /// # Errors
    /// Two rows have the same key, a value has no place in its column's type, reading fails, or `each` does.
    pub(crate) fn read(
        &self,
        session: &mut Session,
        each: &mut dyn FnMut(&[Value]) -> Result<(), StreamError>,
    ) -> Result<SectionRead, Error> {
        let place = session.place().to_owned();
        let mut reading = Reading {
            reader: RowReader::new(self.spec, self.table),
            spec: self.spec,
            place: &place,
            has_depths: self.selection.tables[self.index].has_depths,
            values: Vec::with_capacity(self.spec.columns.len()),
            last: Vec::new(),
            read: SectionRead {
                rows: 0,
                negative_zeros: vec![0; self.spec.columns.len()],
                cut: vec![0; self.spec.columns.len()],
            },
            each,
        };
        let said = self.selection.said(self.index, self.ownership);
        let cuts = &self.selection.tables[self.index].cuts;
        let order = order_by(self.spec, self.table, "m", self.selection.encoding).filter(|_| cuts.is_empty());
        let from = &self.selection.tables[self.index].from;
        let columns = reading.reader.columns_sql("m");
        match (said, order) {
            (Some("FALSE"), _) => {}
            (Some(owned), Some(order)) => {
                let sql = format!("SELECT {columns} FROM {from} AS m WHERE {owned}{order}");
                match binary::wires(session, &sql)? {
                    Some(wires) => {
                        let wires = wires.as_slice();
                        let mut take = |row: &BinaryRow| reading.take(&Wired { row, wires });
                        session.copy_out_binary(&sql, &mut take)?;
                    }
                    None => drop(session.copy_out(&sql, &mut |row| reading.take(row))?),
                }
            }
            (said, _) => {
                let reader = reading.reader.clone();
                self.sort(session, said, &reader, &mut reading.read.cut)?;
                self.selection.scratch.sorted(&mut |row| reading.take(row))?;
            }
        }
        Ok(reading.read)
    }

    /// Puts the rows, and what orders them, into the scratch file.
    fn sort(
        &self,
        session: &mut Session,
        said: Option<&str>,
        reader: &RowReader<'_>,
        cut: &mut [u64],
    ) -> Result<(), Error> {
        let (scratch, kept) = (&self.selection.scratch, &self.selection.tables[self.index]);
        let width = self.spec.columns.len();
        let comma = if width > 0 { ", " } else { "" };
        let sql =
            format!("SELECT {}{comma}m.tableoid, m.ctid FROM {} AS m", reader.columns_sql("m"), kept.from);
        let mut values = Vec::new();
        let mut take = |row: &CopyRow| {
            reader.read(row, &mut values)?;
            let nulls = self.cut(row, &mut values, cut)?;
            let mut key = Vec::new();
            if let Some(place) = Place::read(row, width).filter(|_| kept.has_depths) {
                key.extend_from_slice(&depths::depth_of(scratch, self.index, place)?.to_be_bytes());
            }
            key.extend_from_slice(&order_key(reader.order_of(&values)));
            scratch.sort(&key, row, &nulls)
        };
        scratch.begin_sort()?;
        match said {
            Some(owned) => session.copy_out(&format!("{sql} WHERE {owned}"), &mut take).map(drop),
            None => {
                let each =
                    |places: &str| session.copy_out(&format!("{sql} WHERE {places}"), &mut take).map(drop);
                self.selection.batches(self.index, Set::Kept(self.ownership), each, "m")
            }
        }
    }
}

impl Section<'_> {
    /// Makes NULL of references that the row's parents are not kept for; returns their columns.
    fn cut(&self, row: &CopyRow, values: &mut [Value], cut: &mut [u64]) -> Result<Vec<usize>, Error> {
        let (scratch, kept) = (&self.selection.scratch, &self.selection.tables[self.index]);
        let mut nulls = Vec::new();
        let Some(place) = Place::read(row, self.spec.columns.len()) else { return Ok(nulls) };
        for cut in &kept.cuts {
            if cut.is_cut(scratch, place, values)? {
                nulls.push(cut.column);
            }
        }
        nulls.sort_unstable();
        nulls.dedup();
        for at in &nulls {
            values[*at] = Value::Null;
            cut[*at] += 1;
        }
        Ok(nulls)
    }
}

/// A section on its way.
struct Reading<'a> {
    reader: RowReader<'a>,
    spec: &'a TableSpec,
    place: &'a str,
    has_depths: bool,
    values: Vec<Value>,
    /// The row before.
    last: Vec<Value>,
    read: SectionRead,
    each: &'a mut dyn FnMut(&[Value]) -> Result<(), StreamError>,
}

impl Reading<'_> {
    fn take(&mut self, row: &impl Fields) -> Result<(), Error> {
        self.reader.read(row, &mut self.values)?;
        self.reader.count_negative_zeros(row, &self.values, &mut self.read.negative_zeros);
        if !self.spec.key.is_empty() {
            self.check_order(row)?;
        }
        (self.each)(&self.values).map_err(Error::Stream)?;
        self.read.rows += 1;
        std::mem::swap(&mut self.values, &mut self.last);
        Ok(())
    }

    fn check_order(&self, row: &impl Fields) -> Result<(), Error> {
        if self.last.is_empty() {
            return Ok(());
        }
        match self.reader.key_of(&self.last).cmp(self.reader.key_of(&self.values)) {
            Ordering::Less => Ok(()),
            // Depths start again from small keys.
            Ordering::Greater if self.has_depths => Ok(()),
            Ordering::Equal => {
                Err(Error::DuplicateKey { table: self.spec.name.clone(), key: self.reader.shown(row) })
            }
            Ordering::Greater => {
                let name = model::text::Shown(&self.spec.name);
                let reason = format!(
                    "the rows of {name} do not come in the order of their keys; an index may be damaged"
                );
                let fault = DbFault { reason, ..DbFault::default() };
                Err(PostgresError::Server { place: self.place.to_owned(), fault }.into())
            }
        }
    }
}
