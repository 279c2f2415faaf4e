//! How rows travel between crates: a source that can be read again, and a stream of sections and rows.

use crate::{Definition, Ownership, Value};

/// What went wrong inside a stream: the error of the crate that reads it.
pub type StreamError = Box<dyn std::error::Error + Send + Sync + 'static>;

/// One step of a [`RowStream`].
#[derive(Debug, PartialEq)]
pub enum RowEvent<'a> {
    /// The rows that follow belong to `table` (an index into [`Definition::tables`]).
    Section {
        /// Index into the definition's tables.
        table: usize,
        /// Whether they are the scenario's own or parents that it shares.
        ownership: Ownership,
        /// How many rows follow.
        count: u64,
    },
    /// A row of the last section: one value per column of the table's definition, references included (a reference
    /// that the file sets under `Links` is already in its row here).
    Row(&'a [Value]),
}

/// Rows in file order: by table, shared before owned, then by row key.
pub trait RowStream {
    /// The next step, or `None` at the end, when everything that was read has been checked.
    ///
    /// # Errors
    /// Whatever the source finds wrong; the stream is then over.
    fn next(&mut self) -> Result<Option<RowEvent<'_>>, StreamError>;
}

/// Something that can be read from its beginning, several times, always with the same rows.
pub trait RowSource {
    /// What the rows are.
    fn definition(&self) -> &Definition;

    /// The sections in file order with their row counts, where they are known before a pass: each is a table (an index
    /// into the definition), whose its rows are, and how many.
    fn sections(&self) -> Option<Vec<(usize, Ownership, u64)>> {
        None
    }

    /// Starts a pass from the beginning.
    ///
    /// # Errors
    /// The source cannot be read, or is no longer what it was.
    fn open(&mut self) -> Result<Box<dyn RowStream + '_>, StreamError>;
}
