//! The Links part, read while its rows are read: where it starts, and a cursor along it.
//!
//! Links stand in the order of their rows, so one step ahead is enough. What a link says is checked twice: here against
//! its row, and by the pass when it comes to the part itself.

use std::io::{Read, Seek};

use memchr::memchr;
use model::{Digest, Value};

use crate::Error;
use crate::compose::{Link, MAX_ROW};
use crate::cursor::Cursor;
use crate::faults::{stopped, truncated};
use crate::layout::Layout;
use crate::lexical::{Lexer, State};
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

/// Finds the Links comment: outside of literals and names, which may hold the same words.
///
/// # Errors
/// Reading fails.
pub(crate) fn find_links(input: &mut (impl Read + Seek)) -> Result<LinksPlace, Error> {
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
            if lexer.state() == State::Comment {
                let end = memchr(b'\n', rest).unwrap_or(rest.len());
                comment.extend(rest[..end].iter().take(KEPT - comment.len().min(KEPT)));
                if end < rest.len() && is_links_comment(&comment) {
                    return Ok(LinksPlace::At(start));
                }
            }
            let was_comment = lexer.state() == State::Comment;
            let used = lexer.run(rest);
            line += rest[..used].iter().map(|byte| u64::from(*byte == b'\n')).sum::<u64>();
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
    started: bool,
}

impl LinkCursor {
    /// Before the first link.
    pub(crate) fn new(start: LinksStart) -> Self {
        let mut cursor = Cursor::new(start.offset, start.line);
        cursor.restart_digest();
        Self { cursor, next: None, started: false }
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
        self.look(input, layout)?;
        let mut key = layout.tables[table].key.iter().map(|at| &row[*at]);
        match &self.next {
            Some((link, _)) if link.table == table && link.key.iter().eq(key.by_ref()) => {
                Ok(self.next.take().map(|(link, _)| link))
            }
            _ => Ok(None),
        }
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
        self.next = Some((link, self.cursor.next_line()));
        self.cursor.pass(used);
        Ok(())
    }
}

fn is_links_comment(comment: &[u8]) -> bool {
    comment.starts_with(b"-- Links (") && (comment.ends_with(b" update)") || comment.ends_with(b" updates)"))
}
