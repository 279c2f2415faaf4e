//! The Links part, read while its rows are read: where it starts, and a cursor along it.
//!
//! Links stand in the order of their rows, so one step ahead is enough. What a link says is checked twice: here against
//! its row, and by the pass when it comes to the part itself.

use std::io::{Read, Seek};

use memchr::memchr;
use memchr::memmem::Finder;
use model::{Definition, Digest, Value};

use crate::Error;
use crate::compose::{Link, MAX_ROW};
use crate::cursor::{Cursor, count_lines};
use crate::faults::{stopped, truncated};
use crate::layout::{Layout, has_links};
use crate::lexical::{Lexer, State, row_length};
use crate::literal::push_value;
use crate::parse::{Parser, Stop};

/// Where the Links comment stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct LinksStart {
    pub(crate) offset: u64,
    line: u64,
}

/// Whether a file's links were looked for, and where they are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum LinksPlace {
    /// Not yet.
    Unknown,
    /// There are none.
    Nowhere,
    /// There.
    At(LinksStart),
}

impl LinksPlace {
    /// Looks for the links if rows of the definition may have any and nobody has looked before.
    ///
    /// # Errors
    /// Reading fails.
    pub(crate) fn find(
        &mut self,
        input: &mut (impl Read + Seek),
        definition: &Definition,
    ) -> Result<Option<LinksStart>, Error> {
        if *self == Self::Unknown && definition.tables.iter().any(has_links) {
            *self = find_links(input)?;
        }
        Ok(match self {
            Self::At(start) => Some(*start),
            Self::Unknown | Self::Nowhere => None,
        })
    }
}

/// Finds the Links comment: outside of literals and names, which may hold the same words.
///
/// # Errors
/// Reading fails.
fn find_links(input: &mut (impl Read + Seek)) -> Result<LinksPlace, Error> {
    // More than any such comment, less than all of them.
    const KEPT: usize = 64;
    let mut cursor = Cursor::new(0, 1);
    let mut lexer = Lexer::default();
    let mut comment = Vec::new();
    let mut start = LinksStart { offset: 0, line: 1 };
    loop {
        cursor.more(input, MAX_ROW, "a row")?;
        let mut line = cursor.line();
        let mut at = 0;
        while at < cursor.rest().len() {
            let rest = &cursor.rest()[at..];
            // Most of a file: passed as a whole where it is all there.
            if lexer.state() == State::LineStart
                && let Some(row) = rest.strip_prefix(b", ").filter(|row| row.starts_with(b"("))
                && let Some(length) = row_length(row)
            {
                line += count_lines(&row[..length]);
                at += 2 + length;
                continue;
            }
            if lexer.state() == State::Comment {
                let end = memchr(b'\n', rest).unwrap_or(rest.len());
                comment.extend(rest[..end].iter().take(KEPT - comment.len().min(KEPT)));
                if end < rest.len() && is_links_comment(&comment) {
                    return Ok(LinksPlace::At(start));
                }
            }
            let was_comment = lexer.state() == State::Comment;
            let used = lexer.run(rest);
            line += count_lines(&rest[..used]);
            at += used;
            if lexer.state() == State::Comment && !was_comment {
                comment.clear();
                comment.extend_from_slice(b"--");
                start = LinksStart { offset: cursor.offset() + at as u64 - 2, line };
            }
        }
        let passed = cursor.rest().len();
        cursor.pass(passed);
        if cursor.ended() {
            return Ok(LinksPlace::Nowhere);
        }
    }
}

/// Reads the link at the cursor and returns it with its length; nothing is passed.
///
/// # Errors
/// Something else stands there, or reading fails.
pub(crate) fn read_link(
    cursor: &mut Cursor,
    input: &mut (impl Read + Seek),
    layout: &Layout<'_>,
) -> Result<(Link, usize), Error> {
    loop {
        let mut parser = Parser::new(cursor.rest(), layout.has_nan());
        match parser.link(layout) {
            Ok(link) => return Ok((link, parser.used())),
            Err(Stop::More) if !cursor.ended() => cursor.more(input, MAX_ROW, "a link")?,
            Err(stop) => return Err(stopped(cursor, stop, None)),
        }
    }
}

/// A cursor along the links, one step ahead of the rows.
pub(crate) struct LinkCursor {
    cursor: Cursor,
    /// The next link, and where it stands.
    next: Option<(Link, u64)>,
    /// The first value of its key, as it is written.
    needle: Finder<'static>,
    started: bool,
}

impl LinkCursor {
    /// Before the first link.
    pub(crate) fn new(start: LinksStart) -> Self {
        let mut cursor = Cursor::new(start.offset, start.line);
        cursor.restart_digest();
        Self { cursor, next: None, needle: Finder::new(b"").into_owned(), started: false }
    }

    /// The next link, if it belongs to this row.
    ///
    /// # Errors
    /// The next statement is no link, or reading fails.
    pub(crate) fn take_for(
        &mut self,
        input: &mut (impl Read + Seek),
        layout: &Layout<'_>,
        table: usize,
        row: &[Value],
    ) -> Result<Option<Link>, Error> {
        let belongs = self.is_for(input, layout, table, row)?;
        Ok(self.next.take_if(|_| belongs).map(|(link, _)| link))
    }

    /// Whether the next link may belong to a row of this text. Where the writer wrote both, it does not if this says so.
    ///
    /// # Errors
    /// The next statement is no link, or reading fails.
    pub(crate) fn may_be_for(
        &mut self,
        input: &mut (impl Read + Seek),
        layout: &Layout<'_>,
        table: usize,
        text: &[u8],
    ) -> Result<bool, Error> {
        self.look(input, layout)?;
        let is_of_table = self.next.as_ref().is_some_and(|(link, _)| link.table == table);
        Ok(is_of_table && self.needle.find(text).is_some())
    }

    /// Whether the next link belongs to this row.
    ///
    /// # Errors
    /// The next statement is no link, or reading fails.
    pub(crate) fn is_for(
        &mut self,
        input: &mut (impl Read + Seek),
        layout: &Layout<'_>,
        table: usize,
        row: &[Value],
    ) -> Result<bool, Error> {
        self.look(input, layout)?;
        let key = layout.tables[table].key.iter().map(|at| &row[*at]);
        Ok(self.next.as_ref().is_some_and(|(link, _)| link.table == table && link.key.iter().eq(key)))
    }

    /// The next link and its line, when all rows have passed.
    ///
    /// # Errors
    /// The next statement is no link, or reading fails.
    pub(crate) fn next_unpaired(
        &mut self,
        input: &mut (impl Read + Seek),
        layout: &Layout<'_>,
    ) -> Result<Option<(Link, u64)>, Error> {
        self.look(input, layout)?;
        Ok(self.next.take())
    }

    /// The place after the links that were read.
    pub(crate) fn offset(&self) -> u64 {
        self.cursor.offset()
    }

    /// The digest of the links that were read, with their comment.
    pub(crate) fn take_digest(&mut self) -> Option<Digest> {
        self.cursor.take_digest()
    }

    fn look(&mut self, input: &mut (impl Read + Seek), layout: &Layout<'_>) -> Result<(), Error> {
        if self.next.is_some() {
            return Ok(());
        }
        if !self.started {
            let comment = self.cursor.line_ahead(input, 1024, "a comment")?.len();
            self.cursor.pass(comment);
            self.started = true;
        }
        self.cursor.ensure(input, 1)?;
        match self.cursor.rest().first() {
            Some(b'U') => {}
            Some(_) => return Ok(()),
            // Said here, since the rows of the missing links would be called something else.
            None => return Err(truncated(&self.cursor)),
        }
        let (link, used) = read_link(&mut self.cursor, input, layout)?;
        let mut needle = Vec::new();
        if let Some(value) = link.key.first() {
            push_value(value, &mut needle);
        }
        self.needle = Finder::new(&needle).into_owned();
        self.next = Some((link, self.cursor.next_line()));
        self.cursor.pass(used);
        Ok(())
    }
}

fn is_links_comment(comment: &[u8]) -> bool {
    comment.starts_with(b"-- Links (") && (comment.ends_with(b" update)") || comment.ends_with(b" updates)"))
}
