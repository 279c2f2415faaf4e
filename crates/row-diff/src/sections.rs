//! One pass over a side, section by section, with its order checked.

use model::text::Shown;
use model::{Definition, Ownership, RowEvent, RowStream, StreamError, Value};

use crate::{Error, Which};

/// A stream with the announcement of its next section taken in.
pub(crate) struct Sections<'s> {
    which: Which,
    widths: Vec<(String, usize)>,
    stream: Box<dyn RowStream + 's>,
    /// Announced, not begun.
    next: Option<(usize, Ownership)>,
    last: Option<(usize, Ownership)>,
}

enum Step {
    Section,
    Row(Vec<Value>),
    End,
}

impl<'s> Sections<'s> {
    pub(crate) fn start(
        which: Which,
        definition: &Definition,
        stream: Result<Box<dyn RowStream + 's>, StreamError>,
    ) -> Result<Self, Error> {
        let stream = stream.map_err(|source| Error::Read { which, source })?;
        let widths = definition.tables.iter().map(|spec| (spec.name.clone(), spec.columns.len())).collect();
        let mut sections = Self { which, widths, stream, next: None, last: None };
        match sections.step()? {
            Step::Row(_) => Err(sections.disorder()),
            Step::Section | Step::End => Ok(sections),
        }
    }

    pub(crate) fn which(&self) -> Which {
        self.which
    }

    /// Passes over everything before `table`.
    pub(crate) fn skip_to(&mut self, table: usize) -> Result<(), Error> {
        while self.next.is_some_and(|(at, _)| at < table) {
            self.next = None;
            while self.row()?.is_some() {}
        }
        Ok(())
    }

    /// Begins the next section if it is of `table`, and tells whose rows it has.
    pub(crate) fn begin(&mut self, table: usize) -> Option<Ownership> {
        let (_, ownership) = self.next.take_if(|(at, _)| *at == table)?;
        Some(ownership)
    }

    /// The next row of the section that was begun; `None` at its end.
    pub(crate) fn row(&mut self) -> Result<Option<Vec<Value>>, Error> {
        if self.next.is_some() {
            return Ok(None);
        }
        match self.step()? {
            Step::Row(row) => Ok(Some(row)),
            Step::Section | Step::End => Ok(None),
        }
    }

    /// The error of a side whose rows are out of order.
    pub(crate) fn disorder(&self) -> Error {
        let at = self.last.and_then(|(table, _)| self.widths.get(table));
        let table = at.map_or_else(|| "?".to_owned(), |(name, _)| Shown(name).to_string());
        Error::Disorder { which: self.which, table }
    }

    fn step(&mut self) -> Result<Step, Error> {
        let width = self.last.and_then(|(table, _)| self.widths.get(table)).map(|(_, width)| *width);
        let event = self.stream.next().map_err(|source| Error::Read { which: self.which, source })?;
        match event {
            None => Ok(Step::End),
            Some(RowEvent::Row(row)) if Some(row.len()) == width => Ok(Step::Row(row.to_vec())),
            Some(RowEvent::Row(_)) => Err(self.disorder()),
            Some(RowEvent::Section { table, ownership, .. }) => {
                let section = Some((table, ownership));
                if table >= self.widths.len() || section <= self.last {
                    return Err(self.disorder());
                }
                (self.next, self.last) = (section, section);
                Ok(Step::Section)
            }
        }
    }
}
