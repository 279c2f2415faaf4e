//! The snapshot's stream, section by section.

use model::{Ownership, RowEvent, RowSource, RowStream, Value};

use super::compare::out_of_step;
use crate::Error;

/// What a section says of its rows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Section {
    /// Index into the definition's tables.
    pub table: usize,
    /// Whose its rows are.
    pub ownership: Ownership,
}

/// A pass over a snapshot.
pub(super) struct Sections<'s> {
    stream: Box<dyn RowStream + 's>,
    next: Option<Section>,
    ended: bool,
}

impl<'s> Sections<'s> {
    /// Begins a pass.
    ///
    /// # Errors
    /// The snapshot cannot be read.
    pub(super) fn open(snapshot: &'s mut dyn RowSource) -> Result<Self, Error> {
        Ok(Self { stream: snapshot.open().map_err(Error::Stream)?, next: None, ended: false })
    }

    /// The next section; the rows of the one before have all been read.
    ///
    /// # Errors
    /// The snapshot cannot be read, or does not keep to its definition.
    pub(super) fn next_section(&mut self) -> Result<Option<Section>, Error> {
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
    pub(super) fn goes_on_with(&self, table: usize) -> bool {
        self.next.is_some_and(|section| section.table == table)
    }

    /// The next row of the section; `None` at its end.
    ///
    /// # Errors
    /// The snapshot cannot be read.
    pub(super) fn next_row(&mut self) -> Result<Option<&[Value]>, Error> {
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
