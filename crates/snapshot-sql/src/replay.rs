//! A later pass over a file that a whole pass has vouched for: reads the rows again, and proves that the file is the same.
//!
//! Nothing is written again to compare, nor is the content hashed: the bytes are parsed as they were then, and hashed as
//! they are read. If they have the digest of the file that was checked, so is all that was read from them. The rule to
//! keep in mind: what is handed out counts only when the pass has ended with `None`; until then the file may be any.

use std::io::{Read, Seek};

use model::{Digest, Ownership, RowEvent, RowStream, StreamError, Value};

use crate::Error;
use crate::compose::{MAX_ROW, section_head, statement_end};
use crate::cursor::Cursor;
use crate::layout::Layout;
use crate::links::{LinkCursor, LinksPlace};
use crate::parse::{Parser, Stop};
use crate::pass::{Entry, parse_entry};
use crate::snapshot::{Snapshot, Vouched};
use crate::writer::{file_digest, last_lines};

/// A later pass over a file.
pub(crate) struct Replay<'s, R> {
    input: &'s mut R,
    vouched: &'s Vouched,
    layout: Layout<'s>,
    header_length: usize,
    header_digest: Digest,
    cursor: Cursor,
    links: Option<LinkCursor>,
    /// The next section.
    section: usize,
    state: State,
    row: Vec<Value>,
}

#[derive(Clone, Copy)]
enum State {
    Start,
    /// In a section, of which rows were read or not yet.
    Rows {
        table: usize,
        ownership: Ownership,
        read: bool,
        left: u64,
    },
    Over,
}

impl<'s, R: Read + Seek> Replay<'s, R> {
    /// Starts a pass from the first byte.
    ///
    /// # Errors
    /// No pass has vouched for the file.
    pub(crate) fn start(snapshot: &'s mut Snapshot<R>) -> Result<Self, Error> {
        let vouched = snapshot.vouched.as_ref().ok_or(Error::Changed)?;
        let links = match snapshot.links {
            LinksPlace::At(start) => Some(LinkCursor::new(start)),
            LinksPlace::Unknown | LinksPlace::Nowhere => None,
        };
        let mut cursor = Cursor::new(0, 1);
        cursor.restart_digest();
        Ok(Self {
            input: &mut snapshot.input,
            vouched,
            layout: Layout::new(&snapshot.draft.definition, &snapshot.draft.engines),
            header_length: snapshot.text.len(),
            header_digest: Digest([0; 32]),
            cursor,
            links,
            section: 0,
            state: State::Start,
            row: Vec::new(),
        })
    }

    fn advance(&mut self) -> Result<Option<RowEvent<'_>>, Error> {
        match std::mem::replace(&mut self.state, State::Over) {
            State::Over => Ok(None),
            State::Start => {
                self.pass_to(self.header_length as u64)?;
                self.header_digest = self.cursor.restart_digest().ok_or(Error::Changed)?;
                self.pass_to(self.vouched.rows_at)?;
                self.next_section()
            }
            State::Rows { read, left: 0, ownership, .. } => {
                if read {
                    self.expect(statement_end(ownership))?;
                }
                self.next_section()
            }
            State::Rows { table, ownership, read, left } => {
                self.read_row(table, !read)?;
                self.state = State::Rows { table, ownership, read: true, left: left - 1 };
                Ok(Some(RowEvent::Row(&self.row)))
            }
        }
    }

    /// The next section, or the end.
    fn next_section(&mut self) -> Result<Option<RowEvent<'_>>, Error> {
        let Some(&(table, ownership, count)) = self.vouched.checked.tally.sections.get(self.section) else {
            self.end()?;
            return Ok(None);
        };
        self.expect(&section_head(&self.layout.tables[table].spec.name, ownership, count))?;
        self.section += 1;
        self.state = State::Rows { table, ownership, read: false, left: count };
        Ok(Some(RowEvent::Section { table, ownership, count }))
    }

    /// Passes `text`, which has to come next.
    fn expect(&mut self, text: &str) -> Result<(), Error> {
        self.cursor.ensure(self.input, text.len())?;
        if !self.cursor.rest().starts_with(text.as_bytes()) {
            return Err(Error::Changed);
        }
        self.cursor.pass(text.len());
        Ok(())
    }

    fn read_row(&mut self, table: usize, first: bool) -> Result<(), Error> {
        let (head, types) = (&self.layout.tables[table].head, &self.layout.tables[table].types);
        let used = loop {
            let mut parser = Parser::new(self.cursor.rest(), self.layout.has_nan());
            match parse_entry(&mut parser, head, types, first, &mut self.row) {
                Ok(Entry::Row { .. }) => break parser.used(),
                Err(Stop::More) if !self.cursor.ended() => {
                    self.cursor.more(self.input, MAX_ROW, "a row")?;
                }
                Ok(Entry::Other) | Err(_) => return Err(Error::Changed),
            }
        };
        if let Some(links) = &mut self.links
            && let Some(link) = links.take_for(self.input, &self.layout, table, &self.row)?
            && link.fill(&mut self.row).is_some()
        {
            return Err(Error::Changed);
        }
        self.cursor.pass(used);
        Ok(())
    }

    /// The rest of the file, and whether all of it is what it was.
    fn end(&mut self) -> Result<(), Error> {
        let links = self.links.as_mut().and_then(LinkCursor::take_digest);
        let last = last_lines(self.vouched.checked.trailer.file);
        self.pass_to(self.vouched.checked.size.saturating_sub(last.len() as u64))?;
        let rest = self.cursor.take_digest().ok_or(Error::Changed)?;
        self.cursor.ensure(self.input, last.len() + 1)?;
        let same = links == self.vouched.links
            && file_digest(self.header_digest, rest) == self.vouched.checked.trailer.file
            && self.cursor.rest() == last.as_bytes();
        if same { Ok(()) } else { Err(Error::Changed) }
    }

    /// Passes everything before `offset`.
    fn pass_to(&mut self, offset: u64) -> Result<(), Error> {
        loop {
            let left = offset.checked_sub(self.cursor.offset()).ok_or(Error::Changed)?;
            let here = self.cursor.rest().len();
            let count = usize::try_from(left).map_or(here, |left| left.min(here));
            self.cursor.pass(count);
            if count as u64 == left {
                return Ok(());
            }
            if self.cursor.ended() {
                return Err(Error::Changed);
            }
            self.cursor.more(self.input, MAX_ROW, "the file")?;
        }
    }
}

impl<R: Read + Seek> RowStream for Replay<'_, R> {
    fn next(&mut self) -> Result<Option<RowEvent<'_>>, StreamError> {
        // Whatever is wrong now was not then.
        self.advance().map_err(|error| match error {
            Error::Read(_) => error.into(),
            _ => Error::Changed.into(),
        })
    }
}
