//! The rows of a merged version, set aside until all of them are known.

use model::{Definition, Ownership, RowEvent, RowSource, RowStream, StreamError, Value};

use super::Hold;
use crate::Error;
use crate::spool::{RunReader, RunWriter, Spool};

/// Takes rows on, a table after the other.
pub struct RowsWriter<'a> {
    writer: RunWriter<'a>,
    /// The tables that rows came of, with how many there are.
    tables: Vec<(usize, u64)>,
    /// The row at hand, with whose it is.
    row: Vec<Value>,
}

/// Rows by table, in the order in which they came, in one section each.
pub struct Rows<'a> {
    definition: Definition,
    reader: RunReader<'a>,
    /// By table of the definition: its run, and how many rows it has.
    tables: Vec<(usize, usize, u64)>,
    /// The only rows to be given, if not all.
    only: Option<Hold>,
}

impl<'a> RowsWriter<'a> {
    /// Starts; the content of `spool` is overwritten.
    ///
    /// # Errors
    /// Scratch space fails.
    pub fn new(spool: &'a mut dyn Spool) -> Result<Self, Error> {
        Ok(Self { writer: RunWriter::new(spool)?, tables: Vec::new(), row: Vec::new() })
    }

    /// Adds a row of `table`, with what it is to the scenario; the rows of a table follow each other.
    ///
    /// # Errors
    /// Scratch space fails.
    pub fn push(&mut self, table: usize, row: &[Value], hold: Hold) -> Result<(), Error> {
        match self.tables.last_mut() {
            Some((last, count)) if *last == table => *count += 1,
            _ => {
                self.writer.start_run();
                self.tables.push((table, 1));
            }
        }
        self.row.clear();
        self.row.extend_from_slice(row);
        self.row.push(Value::Integer(hold as i64));
        self.writer.push(&self.row)
    }

    /// The rows as a source, with the tables of `definition`.
    ///
    /// # Errors
    /// Scratch space fails.
    pub fn finish(self, definition: Definition) -> Result<Rows<'a>, Error> {
        let mut tables: Vec<(usize, usize, u64)> =
            self.tables.iter().enumerate().map(|(run, (table, count))| (*table, run, *count)).collect();
        tables.sort_unstable();
        Ok(Rows { definition, reader: self.writer.finish()?, tables, only: None })
    }
}

impl Rows<'_> {
    /// How many rows there are.
    pub fn len(&self) -> u64 {
        self.tables.iter().map(|(_, _, count)| count).sum()
    }

    /// From now on gives only the rows that are this to the scenario.
    pub fn only(&mut self, hold: Hold) {
        self.only = Some(hold);
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.tables.is_empty()
    }
}

impl RowSource for Rows<'_> {
    fn definition(&self) -> &Definition {
        &self.definition
    }

    fn open(&mut self) -> Result<Box<dyn RowStream + '_>, StreamError> {
        self.reader.rewind();
        Ok(Box::new(Pass {
            tables: &self.tables,
            reader: &mut self.reader,
            at: 0,
            begun: false,
            row: Vec::new(),
            only: self.only,
        }))
    }
}

struct Pass<'p, 'a> {
    tables: &'p [(usize, usize, u64)],
    reader: &'p mut RunReader<'a>,
    at: usize,
    begun: bool,
    row: Vec<Value>,
    only: Option<Hold>,
}

impl RowStream for Pass<'_, '_> {
    fn next(&mut self) -> Result<Option<RowEvent<'_>>, StreamError> {
        while let Some((table, run, count)) = self.tables.get(self.at).copied() {
            if !self.begun {
                self.begun = true;
                return Ok(Some(RowEvent::Section { table, ownership: Ownership::Owned, count }));
            }
            if let Some(mut row) = self.reader.next(run)? {
                let hold = row.pop();
                if self.only.is_some_and(|only| hold != Some(Value::Integer(only as i64))) {
                    continue;
                }
                self.row = row;
                return Ok(Some(RowEvent::Row(&self.row)));
            }
            (self.at, self.begun) = (self.at + 1, false);
        }
        Ok(None)
    }
}
