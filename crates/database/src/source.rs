//! What can be read from a database.

use std::time::Duration;

use model::{Catalog, Definition, Engine, Ownership, Scope, StreamError, Value};

use crate::{CheckProgress, DataCheck, Error};

/// How a source is opened.
#[derive(Clone, Debug)]
pub struct SourceOptions {
    /// How long to wait for a lock that another process holds.
    pub lock_timeout: Duration,
}

impl Default for SourceOptions {
    fn default() -> Self {
        Self { lock_timeout: Duration::from_secs(5) }
    }
}

/// How many rows a section has.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SectionCount {
    /// Index into the definition's tables.
    pub table: usize,
    /// Shared or owned.
    pub ownership: Ownership,
    /// At least 1.
    pub count: u64,
}

/// Size of a table.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TableStatistics {
    /// The table.
    pub table: String,
    /// Its rows.
    pub rows: u64,
    /// The bytes that it and its indexes occupy in the database; `None` where the engine cannot tell.
    pub bytes: Option<u64>,
}

/// The longest text of a [`Source::sample`], in bytes.
pub const LONGEST_SAMPLE: usize = 16 << 10;

/// A database that is read, in one consistent transaction from open to drop, and never written.
pub trait Source {
    /// The engine.
    fn engine(&self) -> Engine;

    /// The tables with their columns, types and keys.
    ///
    /// # Errors
    /// The database cannot be read, or holds names that no file can hold.
    fn catalog(&mut self) -> Result<Catalog, Error>;

    /// Finds the rows of `definition`: owned rows by selection and child references, then every parent that a reference
    /// of a kept row needs. Sections in file order, none of them empty.
    ///
    /// # Errors
    /// A kept row refers to a parent that does not exist, a row key holds NULL, or reading fails.
    fn select(&mut self, definition: &Definition) -> Result<Vec<SectionCount>, Error> {
        self.select_within(definition, &Scope::default())
    }

    /// As [`Source::select`], within a scope: with its limits, tables that are kept whole, references that are not followed and
    /// those that no engine knows.
    ///
    /// # Errors
    /// As [`Source::select`].
    fn select_within(&mut self, definition: &Definition, scope: &Scope) -> Result<Vec<SectionCount>, Error>;

    /// Hands the rows of one section of the last [`Source::select`] to `each`, in file order, values converted to their
    /// columns' logical types. Returns how many there were.
    ///
    /// # Errors
    /// A value has no place in its column's type (JSON with a duplicate key), reading fails, or `each` does
    /// ([`Error::Stream`]).
    fn read(
        &mut self,
        definition: &Definition,
        table: usize,
        ownership: Ownership,
        each: &mut dyn FnMut(&[Value]) -> Result<(), StreamError>,
    ) -> Result<u64, Error>;

    /// What the rows read since the last [`Source::select`] hold that a snapshot cannot, a sentence for each column:
    /// `items.score: 2 values of -0.0 were written as 0.0`. Asking again gives none of them twice.
    fn notes(&mut self) -> Vec<String>;

    /// Hands some values to `each`, row by row: of the table's first rows by its row key at most `rows`, of these the named
    /// columns, in this order, as they are stored; what is stored as neither text nor a number comes as empty bytes, and a
    /// text longer than [`LONGEST_SAMPLE`] as NULL. For a look at what columns hold: takes neither more time nor more memory
    /// for a larger table, unless it has no key.
    ///
    /// # Errors
    /// The table has no such columns, or reading fails.
    fn sample(
        &mut self,
        table: &str,
        columns: &[String],
        rows: u32,
        each: &mut dyn FnMut(&[Value]),
    ) -> Result<(), Error>;

    /// Rows and bytes of every table of the catalog, by name.
    ///
    /// # Errors
    /// Reading fails.
    fn statistics(&mut self) -> Result<Vec<TableStatistics>, Error>;

    /// Looks for what is wrong in the tables of these names, in all where none is named: rows that break keys, indexes,
    /// full-text tables and sequences that do not have them, values that are not what their column says.
    ///
    /// # Errors
    /// The catalog has no table of such a name, or reading fails for another reason than damage to some tables.
    fn check(&mut self, tables: &[String], progress: CheckProgress<'_>) -> Result<DataCheck, Error>;
}
