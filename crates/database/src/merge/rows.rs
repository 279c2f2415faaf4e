//! The snapshot's rows as a merge reads them: section by section, each row as its definition promises it.
//!
//! The rule to keep in mind: a stream that does not keep to its own definition ends the merge, whichever pass sees it.

use model::{Definition, Ownership, RowEvent, RowSource, RowStream, TableSpec, Value};

use crate::{Error, MergeError};

/// How many rows lie between two reports of progress.
pub(crate) const STEP: u64 = 4096;

/// A stream that does not keep to its own definition.
pub(crate) fn out_of_step() -> Error {
    Error::Stream("the snapshot's rows do not keep to its definition".into())
}

/// Checks that a definition's keys are among its columns.
///
/// # Errors
/// One is not.
pub(crate) fn check_keys(definition: &Definition) -> Result<(), Error> {
    if definition.tables.iter().any(|spec| spec.key_indexes().len() != spec.key.len()) {
        return Err(out_of_step());
    }
    Ok(())
}

/// Checks a row of a table with its key at the positions `key`.
///
/// # Errors
/// [`MergeError::NullKey`], or the row has not as many values as the table has columns.
pub(crate) fn check_row(spec: &TableSpec, key: &[usize], values: &[Value]) -> Result<(), Error> {
    if values.len() != spec.columns.len() {
        return Err(out_of_step());
    }
    if key.iter().any(|at| values[*at].is_null()) {
        return Err(MergeError::NullKey { row: super::naming::show(spec, values) }.into());
    }
    Ok(())
}

/// What a section says of its rows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Section {
    /// Index into the definition's tables.
    pub table: usize,
    /// Whose its rows are.
    pub ownership: Ownership,
}

/// A pass over a snapshot.
pub(crate) struct Sections<'s> {
    stream: Box<dyn RowStream + 's>,
    next: Option<Section>,
    ended: bool,
}

impl<'s> Sections<'s> {
    /// Begins a pass.
    ///
    /// # Errors
    /// The snapshot cannot be read.
    pub(crate) fn open(snapshot: &'s mut dyn RowSource) -> Result<Self, Error> {
        Ok(Self { stream: snapshot.open().map_err(Error::Stream)?, next: None, ended: false })
    }

    /// The next section; the rows of the one before have all been read.
    ///
    /// # Errors
    /// The snapshot cannot be read, or does not keep to its definition.
    pub(crate) fn next_section(&mut self) -> Result<Option<Section>, Error> {
        if let Some(section) = self.next.take() {
            return Ok(Some(section));
        }
        if self.ended {
            return Ok(None);
        }
        match self.stream.next().map_err(Error::Stream)? {
            Some(RowEvent::Section { table, ownership, .. }) => Ok(Some(Section { table, ownership })),
            Some(RowEvent::Row(_)) => Err(out_of_step()),
            None => {
                self.ended = true;
                Ok(None)
            }
        }
    }

    /// Whether the section whose rows have all been read is followed by another one of its table.
    pub(crate) fn goes_on_with(&self, table: usize) -> bool {
        self.next.is_some_and(|section| section.table == table)
    }

    /// The next row of the section; `None` at its end.
    ///
    /// # Errors
    /// The snapshot cannot be read.
    pub(crate) fn next_row(&mut self) -> Result<Option<&[Value]>, Error> {
        if self.ended || self.next.is_some() {
            return Ok(None);
        }
        match self.stream.next().map_err(Error::Stream)? {
            Some(RowEvent::Row(values)) => Ok(Some(values)),
            Some(RowEvent::Section { table, ownership, .. }) => {
                self.next = Some(Section { table, ownership });
                Ok(None)
            }
            None => {
                self.ended = true;
                Ok(None)
            }
        }
    }
}
