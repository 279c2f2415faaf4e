//! A pass over a file whose digests are known: from a whole pass before, or from an archive that has recorded them.
//!
//! Rows are not written again to compare, nor is the content hashed: the bytes are parsed, and hashed as they are read. If
//! they have the digest that is known, so is all that was read from them. What surrounds the rows is compared with what
//! the writer writes there. The rule to keep in mind: what is handed out counts only when the pass has ended with `None`;
//! until then the file may be any.

use std::io::{Read, Seek};

use model::{Definition, Digest, Ownership, RowEvent, RowStream, StreamDigest, StreamError, Value};

use crate::Error;
use crate::compose::{MAX_ROW, closing, opening, section_head, statement_end};
use crate::cursor::Cursor;
use crate::layout::Layout;
use crate::lexical::row_length;
use crate::links::{LinkCursor, LinksPlace, LinksStart};
use crate::owned::Predicates;
use crate::parse::{Parser, Stop};
use crate::pass::{Entry, MAX_COMMENT, parse_entry, section_comment};
use crate::snapshot::{Recorded, Snapshot};
use crate::writer::{content_line, file_digest, last_lines};

/// A pass over a file that is known.
pub(crate) struct Replay<'s, R> {
    input: &'s mut R,
    recorded: Recorded,
    /// The header that was checked.
    text: &'s str,
    pub(crate) definition: &'s Definition,
    predicates: Predicates,
    opening: String,
    pub(crate) layout: Layout<'s>,
    header_digest: Digest,
    cursor: Cursor,
    links_place: &'s mut LinksPlace,
    links: Option<(LinksStart, LinkCursor)>,
    /// Those that have begun.
    sections: Vec<(usize, Ownership, u64)>,
    state: State,
    row: Vec<Value>,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum State {
    Start,
    /// In a section, of which rows were read or not yet.
    Rows {
        table: usize,
        ownership: Ownership,
        read: bool,
        left: u64,
    },
    /// All of it was read, and it is the file that is known.
    Proven,
    Failed,
}

/// What a pass came to; the row itself is [`Replay::row_mut`].
#[derive(Clone, Copy)]
pub(crate) enum Step {
    Section { table: usize, ownership: Ownership, count: u64 },
    Row,
    End,
}

impl<'s, R: Read + Seek> Replay<'s, R> {
    /// Starts a pass from the first byte.
    pub(crate) fn start(snapshot: &'s mut Snapshot<R>, recorded: Recorded) -> Self {
        let draft = &snapshot.draft;
        let predicates = Predicates::new(&draft.definition);
        let mut cursor = Cursor::new(0, 1);
        cursor.restart_digest();
        Self {
            input: &mut snapshot.input,
            recorded,
            text: &snapshot.text,
            definition: &draft.definition,
            opening: opening(&predicates, draft),
            predicates,
            layout: Layout::new(&draft.definition, &draft.engines),
            header_digest: Digest([0; 32]),
            cursor,
            links_place: &mut snapshot.links,
            links: None,
            sections: Vec::new(),
            state: State::Start,
            row: Vec::new(),
        }
    }

    /// Whether all of the file was read, and is what is known of it.
    pub(crate) fn is_proven(&self) -> bool {
        self.state == State::Proven
    }

    /// The last row.
    pub(crate) fn row_mut(&mut self) -> &mut Vec<Value> {
        &mut self.row
    }

    /// The next step. After an error the pass is over.
    pub(crate) fn advance(&mut self) -> Result<Step, Error> {
        match std::mem::replace(&mut self.state, State::Failed) {
            State::Failed => Err(Error::Changed),
            State::Proven => {
                self.state = State::Proven;
                Ok(Step::End)
            }
            State::Start => {
                let start = self.links_place.find(self.input, self.definition)?;
                self.links = start.map(|start| (start, LinkCursor::new(start)));
                self.expect(self.text)?;
                self.header_digest = self.cursor.restart_digest().ok_or(Error::Changed)?;
                let opening = std::mem::take(&mut self.opening);
                self.expect(&opening)?;
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
                Ok(Step::Row)
            }
        }
    }

    /// The next section, or the end.
    fn next_section(&mut self) -> Result<Step, Error> {
        self.expect("\n")?;
        let line = self.cursor.line_ahead(self.input, MAX_COMMENT, "a comment")?;
        let comment = std::str::from_utf8(line).unwrap_or_default().trim_end_matches('\n');
        if let Some((name, ownership, count)) = section_comment(comment) {
            let table = self.layout.position(name).ok_or(Error::Changed)?;
            let last = self.sections.last().map(|(table, ownership, _)| (*table, *ownership));
            if last >= Some((table, ownership)) {
                return Err(Error::Changed);
            }
            let head = section_head(name, ownership, count);
            self.expect(head.trim_start_matches('\n'))?;
            self.sections.push((table, ownership, count));
            self.state = State::Rows { table, ownership, read: false, left: count };
            return Ok(Step::Section { table, ownership, count });
        }
        if let Some((start, links)) = self.links.take() {
            self.pass_links(start, links)?;
            self.expect("\n")?;
        }
        self.end()?;
        self.state = State::Proven;
        Ok(Step::End)
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
        let mut row = std::mem::take(&mut self.row);
        let used = self.parse_row(table, first, &mut row)?;
        self.row = row;
        if let Some((_, links)) = &mut self.links
            && let Some(link) = links.take_for(self.input, &self.layout, table, &self.row)?
            && link.fill(&mut self.row).is_some()
        {
            return Err(Error::Changed);
        }
        self.cursor.pass(used);
        Ok(())
    }

    /// Parses the next row as it stands, without its link; returns its length with what is before it. Nothing is passed.
    fn parse_row(&mut self, table: usize, first: bool, row: &mut Vec<Value>) -> Result<usize, Error> {
        let (head, types) = (&self.layout.tables[table].head, &self.layout.tables[table].types);
        loop {
            let mut parser = Parser::new(self.cursor.rest(), self.layout.has_nan());
            match parse_entry(&mut parser, head, types, first, row) {
                Ok(Entry::Row { .. }) => return Ok(parser.used()),
                Err(Stop::More) if !self.cursor.ended() => {
                    self.cursor.more(self.input, MAX_ROW, "a row")?;
                }
                Ok(Entry::Other) | Err(_) => return Err(Error::Changed),
            }
        }
    }

    /// Passes the links, which must be the very bytes that rows were filled from.
    fn pass_links(&mut self, start: LinksStart, mut links: LinkCursor) -> Result<(), Error> {
        let unpaired = links.next_unpaired(self.input, &self.layout)?;
        if unpaired.is_some() || start.offset != self.cursor.offset() {
            return Err(Error::Changed);
        }
        let mut passed = StreamDigest::new();
        loop {
            let left = links.offset().checked_sub(self.cursor.offset()).ok_or(Error::Changed)?;
            let here = self.cursor.rest();
            let count = usize::try_from(left).map_or(here.len(), |left| left.min(here.len()));
            passed.update(&here[..count]);
            self.cursor.pass(count);
            if count as u64 == left {
                break;
            }
            if self.cursor.ended() {
                return Err(Error::Changed);
            }
            self.cursor.more(self.input, MAX_ROW, "the file")?;
        }
        if links.take_digest() == Some(passed.finish()) { Ok(()) } else { Err(Error::Changed) }
    }

    /// What follows the last section after its blank line, and whether the whole file is what is known of it.
    fn end(&mut self) -> Result<(), Error> {
        let closing = closing(&self.predicates, self.definition, &self.sections);
        self.expect(closing.strip_prefix('\n').unwrap_or(&closing))?;
        self.expect(&content_line(self.recorded.trailer.content))?;
        let rest = self.cursor.take_digest().ok_or(Error::Changed)?;
        self.expect(&last_lines(self.recorded.trailer.file))?;
        self.cursor.ensure(self.input, 1)?;
        let same = file_digest(self.header_digest, rest) == self.recorded.trailer.file
            && self.cursor.rest().is_empty()
            && self.cursor.offset() == self.recorded.size;
        if same { Ok(()) } else { Err(Error::Changed) }
    }

    /// The section that more rows of are to come: its table, and whose they are.
    pub(crate) fn section(&self) -> Option<(usize, Ownership)> {
        match self.state {
            State::Rows { table, ownership, left: 1.., .. } => Some((table, ownership)),
            _ => None,
        }
    }

    /// The next row as text: what stands before it, and what it is with its line feed, in bytes. `None` if something else
    /// stands there.
    pub(crate) fn row_ahead(&mut self) -> Result<Option<(usize, usize)>, Error> {
        loop {
            let start = self.row_start()?;
            let Some(start) = start else { return Ok(None) };
            if let Some(length) = row_length(&self.cursor.rest()[start..]) {
                return Ok(Some((start, length)));
            }
            if self.cursor.ended() {
                return Ok(None);
            }
            self.cursor.more(self.input, MAX_ROW, "a row")?;
        }
    }

    /// How many bytes stand before the next row: a comma, or the end of a statement and the start of the next.
    pub(crate) fn row_start(&mut self) -> Result<Option<usize>, Error> {
        let State::Rows { table, ownership, read, left: 1.. } = self.state else { return Ok(None) };
        let rest = self.cursor.rest();
        if read && rest.starts_with(b", ") {
            return Ok(Some(2));
        }
        let end = if read { statement_end(ownership) } else { "" };
        let head = &self.layout.tables[table].head;
        let length = end.len() + head.len() + 2;
        self.cursor.ensure(self.input, length)?;
        let rest = self.cursor.rest();
        if read && rest.starts_with(b", ") {
            return Ok(Some(2));
        }
        let found = rest.strip_prefix(end.as_bytes()).and_then(|rest| rest.strip_prefix(head.as_bytes()));
        Ok(found.is_some_and(|rest| rest.starts_with(b"  ")).then_some(length))
    }

    /// Whether `text` stands `ahead` of here.
    pub(crate) fn has_ahead(&mut self, ahead: usize, text: &[u8]) -> Result<bool, Error> {
        let here = self.cursor.rest().get(ahead..).unwrap_or_default();
        if here.len() < text.len() && text.starts_with(here) {
            self.cursor.ensure(self.input, ahead + text.len())?;
        }
        Ok(self.cursor.rest().get(ahead..).unwrap_or_default().starts_with(text))
    }

    /// The next row as text, of which [`Replay::row_ahead`] said where it is.
    pub(crate) fn text_ahead(&self, ahead: usize, length: usize) -> &[u8] {
        &self.cursor.rest()[ahead..ahead + length]
    }

    /// The next row's values as they stand, without its link. Nothing is passed.
    pub(crate) fn look_at_row(&mut self, row: &mut Vec<Value>) -> Result<(), Error> {
        let State::Rows { table, read, .. } = self.state else { return Err(Error::Changed) };
        self.parse_row(table, !read, row).map(|_| ())
    }

    /// Whether the next link may belong to a row of this text. If it does all the same, it is left over at the end.
    pub(crate) fn may_have_link(&mut self, table: usize, ahead: usize, length: usize) -> Result<bool, Error> {
        let text = &self.cursor.rest()[ahead..ahead + length];
        match &mut self.links {
            Some((_, links)) => links.may_be_for(self.input, &self.layout, table, text),
            None => Ok(false),
        }
    }

    /// Whether the next link belongs to a row of this table.
    pub(crate) fn has_link_for(&mut self, table: usize, row: &[Value]) -> Result<bool, Error> {
        match &mut self.links {
            Some((_, links)) => links.is_for(self.input, &self.layout, table, row),
            None => Ok(false),
        }
    }

    /// Passes the next row with what stands before it, `length` bytes in all.
    pub(crate) fn pass_row(&mut self, length: usize) {
        if let State::Rows { read, left, .. } = &mut self.state {
            (*read, *left) = (true, left.saturating_sub(1));
            self.cursor.pass(length);
        }
    }
}

impl<R: Read + Seek> RowStream for Replay<'_, R> {
    fn next(&mut self) -> Result<Option<RowEvent<'_>>, StreamError> {
        Ok(match self.advance().map_err(changed)? {
            Step::Section { table, ownership, count } => Some(RowEvent::Section { table, ownership, count }),
            Step::Row => Some(RowEvent::Row(&self.row)),
            Step::End => None,
        })
    }
}

/// Whatever is wrong with a file that is known was not when it became so.
pub(crate) fn changed(error: Error) -> Error {
    match error {
        Error::Read(_) => error,
        _ => Error::Changed,
    }
}
