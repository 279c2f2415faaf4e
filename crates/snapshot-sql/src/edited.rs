//! A hand-edited file of format 1: the same header lines, statements and literals, with the bookkeeping left to the tool.
//!
//! Free are counts, the order of rows and sections, where statements begin and end, the numbers in comments, the place of
//! links, blank lines and the digests. Nothing else is. Opening reads the whole file; links are kept in memory, as in an
//! edited file they may stand anywhere. The rule to keep in mind: rows come out full but unsorted, so they go through a
//! scratch database and a new export, never straight into an archive.

use std::collections::{BTreeMap, BTreeSet};
use std::io::{Read, Seek};

use model::text::{Shown, show_key};
use model::{Definition, Ownership, RowEvent, RowSource, RowStream, StreamError, Value, canonical_encoding};

use crate::compose::{Composer, Link, MAX_ROW, push_link};
use crate::cursor::Cursor;
use crate::faults::{difference, foreign, stopped, truncated};
use crate::layout::Layout;
use crate::lexical::{statement_length, statements};
use crate::literal::push_value;
use crate::parse::{Parser, Stop};
use crate::pass::section_comment;
use crate::snapshot::header_text;
use crate::{Draft, Error, Header};

/// A comment is at most this long.
const MAX_COMMENT: usize = 64 * 1024;

/// A hand-edited snapshot as a source of rows.
pub struct Edited<R> {
    input: R,
    header: Header,
    draft: Draft,
    /// The header's length in bytes and lines.
    start: (u64, u64),
    runs: Vec<Run>,
    links: Links,
}

/// Rows of one table and ownership, one after the other.
#[derive(Clone, Copy)]
struct Run {
    table: usize,
    ownership: Ownership,
    count: u64,
}

/// By table and encoded key: the link and its line.
type Links = BTreeMap<(usize, Vec<u8>), (Link, u64)>;

impl<R: Read + Seek> Edited<R> {
    /// Reads and checks the whole file.
    ///
    /// # Errors
    /// A header line, statement or literal is not as the writer spells it, the file is cut off before `COMMIT;`, or two
    /// links set the same row.
    pub fn open(mut input: R) -> Result<Self, Error> {
        let text = header_text(&mut input)?;
        let header = Header::read(&text)?;
        let draft = header.draft();
        let start = (text.len() as u64, 1 + text.lines().count() as u64);
        let (mut runs, mut links): (Vec<Run>, Links) = (Vec::new(), BTreeMap::new());
        let mut scan = Scan::new(&draft, start);
        let mut pending = 0;
        while let Some(found) = scan.next(&mut input)? {
            match found {
                Found::Row => pending += 1,
                Found::End { table, ownership } => {
                    let count = std::mem::take(&mut pending);
                    match runs.last_mut() {
                        Some(run) if (run.table, run.ownership) == (table, ownership) => run.count += count,
                        _ => runs.push(Run { table, ownership, count }),
                    }
                }
                Found::Link(link, line) => {
                    let key = (link.table, canonical_encoding(&link.key));
                    if links.insert(key, (link, line)).is_some() {
                        let why = "a second UPDATE sets references of the same row".to_owned();
                        return Err(Error::Link { line, why });
                    }
                }
            }
        }
        Ok(Self { input, header, draft, start, runs, links })
    }

    /// What the file says of itself; its counts are not checked.
    pub fn header(&self) -> &Header {
        &self.header
    }
}

impl<R: Read + Seek> RowSource for Edited<R> {
    fn definition(&self) -> &Definition {
        &self.header.definition
    }

    fn open(&mut self) -> Result<Box<dyn RowStream + '_>, StreamError> {
        Ok(Box::new(Pass {
            input: &mut self.input,
            scan: Scan::new(&self.draft, self.start),
            runs: &self.runs,
            links: &self.links,
            applied: BTreeSet::new(),
            at: 0,
            left: 0,
        }))
    }
}

struct Pass<'s, R> {
    input: &'s mut R,
    scan: Scan<'s>,
    runs: &'s [Run],
    links: &'s Links,
    applied: BTreeSet<(usize, Vec<u8>)>,
    /// The next run.
    at: usize,
    /// Rows left of the last one.
    left: u64,
}

impl<R: Read + Seek> RowStream for Pass<'_, R> {
    fn next(&mut self) -> Result<Option<RowEvent<'_>>, StreamError> {
        if self.left == 0
            && let Some(run) = self.runs.get(self.at)
        {
            (self.at, self.left) = (self.at + 1, run.count);
            return Ok(Some(RowEvent::Section {
                table: run.table,
                ownership: run.ownership,
                count: run.count,
            }));
        }
        loop {
            match self.scan.next(self.input)? {
                None if self.left == 0 => {
                    self.all_applied()?;
                    return Ok(None);
                }
                Some(Found::Row) if self.left > 0 => break,
                None | Some(Found::Row) => return Err(Error::Changed.into()),
                Some(Found::End { .. } | Found::Link(..)) => {}
            }
        }
        self.left -= 1;
        self.apply_link()?;
        Ok(Some(RowEvent::Row(&self.scan.row)))
    }
}

impl<R> Pass<'_, R> {
    fn apply_link(&mut self) -> Result<(), Error> {
        let Some(run) = self.at.checked_sub(1).and_then(|at| self.runs.get(at)) else { return Ok(()) };
        if self.links.is_empty() {
            return Ok(());
        }
        let layout = &self.scan.composer.layout.tables[run.table];
        let key = (run.table, canonical_encoding(layout.key.iter().map(|at| &self.scan.row[*at])));
        let Some((link, line)) = self.links.get(&key) else { return Ok(()) };
        if let Some(at) = link.fill(&mut self.scan.row) {
            let column = Shown(&layout.spec.columns[at].name);
            let why = format!("this sets the column `{column}`, which is not NULL in its row");
            return Err(Error::Link { line: *line, why });
        }
        self.applied.insert(key);
        Ok(())
    }

    fn all_applied(&self) -> Result<(), Error> {
        let Some((_, (link, line))) = self.links.iter().find(|(key, _)| !self.applied.contains(*key)) else {
            return Ok(());
        };
        let spec = self.scan.composer.layout.tables[link.table].spec;
        let key = show_key(&spec.key, &link.key);
        let why = format!(
            "this sets references of the row {key} of `{}`, which is not in the file",
            Shown(&spec.name)
        );
        Err(Error::Link { line: *line, why })
    }
}

/// Goes through the statements after the header.
struct Scan<'d> {
    cursor: Cursor,
    composer: Composer<'d>,
    /// Tables by the first line of their INSERT.
    heads: BTreeMap<String, usize>,
    /// The statements and comments of Cleanup, and those of Verification with the count 0.
    fixed: BTreeSet<String>,
    place: Place,
    /// The last row.
    row: Vec<Value>,
    out: Vec<u8>,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Place {
    BeforeBegin,
    Between,
    Rows { table: usize, first: bool },
    AfterCommit,
}

enum Found {
    /// A row; its values are [`Scan::row`].
    Row,
    /// The end of an INSERT, which says whose rows they were.
    End {
        table: usize,
        ownership: Ownership,
    },
    Link(Link, u64),
}

impl<'d> Scan<'d> {
    fn new(draft: &'d Draft, (offset, line): (u64, u64)) -> Self {
        let composer = Composer::new(draft);
        let tables = &composer.layout.tables;
        let heads = tables.iter().enumerate().map(|(at, table)| (table.head.clone(), at)).collect();
        let (opening, closing) = (composer.opening(), composer.closing());
        let comments = opening.lines().chain(closing.lines()).filter(|line| line.starts_with("-- "));
        let parts = statements(&opening).into_iter().chain(statements(&closing));
        let fixed = parts.chain(comments).filter(|part| *part != "BEGIN;" && *part != "COMMIT;");
        let fixed = fixed.map(str::to_owned).collect();
        let cursor = Cursor::new(offset, line);
        Self { cursor, composer, heads, fixed, place: Place::BeforeBegin, row: Vec::new(), out: Vec::new() }
    }

    /// The next row, end of an INSERT, or link; `None` at the end of the file, after `COMMIT;`.
    fn next<R: Read + Seek>(&mut self, input: &mut R) -> Result<Option<Found>, Error> {
        loop {
            self.cursor.ensure(input, 64)?;
            if let Place::Rows { table, first } = self.place {
                return self.entry(input, table, first).map(Some);
            }
            let Some(next) = self.cursor.rest().first() else {
                return match self.place {
                    Place::AfterCommit => Ok(None),
                    _ => Err(truncated(&self.cursor)),
                };
            };
            match next {
                b'\n' => self.cursor.pass(1),
                b'-' => self.comment(input)?,
                b'I' if self.place == Place::Between => self.insert(input)?,
                _ => {
                    if let Some(link) = self.statement(input)? {
                        return Ok(Some(link));
                    }
                }
            }
        }
    }

    /// A row, or the end of the INSERT.
    fn entry<R: Read + Seek>(&mut self, input: &mut R, table: usize, first: bool) -> Result<Found, Error> {
        let rest = self.cursor.rest();
        if !first {
            for (end, ownership) in
                [(";\n", Ownership::Owned), ("ON CONFLICT DO NOTHING\n;\n", Ownership::Shared)]
            {
                if rest.starts_with(end.as_bytes()) {
                    self.cursor.pass(end.len());
                    self.place = Place::Between;
                    return Ok(Found::End { table, ownership });
                }
            }
        }
        let before = if first { "  " } else { ", " };
        if rest.len() >= 3 && !rest.starts_with(format!("{before}(").as_bytes()) {
            let why = "a row starts with `  (` after `VALUES` and with `, (` after another row".to_owned();
            return Err(Error::Syntax { line: self.cursor.line(), column: 1, why });
        }
        let layout = &self.composer.layout;
        let types = &layout.tables[table].types;
        let used = loop {
            let mut parser = Parser::new(self.cursor.rest(), layout.has_nan());
            let parsed = parser
                .expect(before)
                .and_then(|()| parser.row(types, &mut self.row))
                .and_then(|()| parser.expect("\n"));
            match parsed {
                Ok(()) => break parser.used(),
                Err(Stop::More) if !self.cursor.ended() => self.cursor.more(input, MAX_ROW, "a row")?,
                Err(stop) => {
                    let name = &layout.tables[table].spec.name;
                    return Err(stopped(&self.cursor, stop, Some((name, types.len()))));
                }
            }
        };
        self.out.clear();
        self.out.extend_from_slice(before.as_bytes());
        push_row(&self.row, &mut self.out);
        if self.out != self.cursor.rest()[..used] {
            return Err(difference(&self.cursor, &self.out));
        }
        self.cursor.pass(used);
        self.place = Place::Rows { table, first: false };
        Ok(Found::Row)
    }

    fn insert<R: Read + Seek>(&mut self, input: &mut R) -> Result<(), Error> {
        let line = self.cursor.line_ahead(input, MAX_ROW, "a statement")?;
        let length = line.len();
        let table = std::str::from_utf8(line).ok().and_then(|line| self.heads.get(line)).copied();
        let Some(table) = table else {
            let why = "no table of the header has this name and these columns in this order".to_owned();
            return Err(Error::Syntax { line: self.cursor.line(), column: 1, why });
        };
        self.cursor.pass(length);
        self.place = Place::Rows { table, first: true };
        Ok(())
    }

    fn comment<R: Read + Seek>(&mut self, input: &mut R) -> Result<(), Error> {
        let line = self.cursor.line_ahead(input, MAX_COMMENT, "a comment")?;
        let length = line.len();
        let text = String::from_utf8_lossy(line).trim_end_matches('\n').to_owned();
        let section =
            section_comment(&text).is_some_and(|(name, _, _)| self.composer.layout.position(name).is_some());
        let links = text.strip_prefix("-- Links (").is_some_and(|rest| {
            let digits = rest.trim_start_matches(|c: char| c.is_ascii_digit());
            digits.len() < rest.len() && matches!(digits, " update)" | " updates)")
        });
        let trailer = text == crate::faults::END
            || ["-- Content: sha256:", "-- File: sha256:"].iter().any(|name| text.starts_with(name));
        let known = match self.place {
            Place::AfterCommit => trailer,
            _ => section || links || self.fixed.contains(&text),
        };
        if !known {
            return Err(foreign(self.cursor.rest(), self.cursor.line()));
        }
        self.cursor.pass(length);
        Ok(())
    }

    /// `BEGIN;`, `COMMIT;`, a statement of Cleanup or Verification, or a link.
    fn statement<R: Read + Seek>(&mut self, input: &mut R) -> Result<Option<Found>, Error> {
        let length = self.statement_ahead(input)?;
        let line = self.cursor.line();
        let text = String::from_utf8_lossy(&self.cursor.rest()[..length]).into_owned();
        let statement = text.trim_end_matches('\n');
        let next = match (self.place, statement) {
            (Place::BeforeBegin, "BEGIN;") => Some(Place::Between),
            (Place::Between, "COMMIT;") => Some(Place::AfterCommit),
            (Place::Between, _) if self.fixed.contains(&uncounted(statement)) => Some(Place::Between),
            _ => None,
        };
        if let Some(next) = next {
            self.place = next;
            self.cursor.pass(length);
            return Ok(None);
        }
        if self.place != Place::Between || !statement.starts_with("UPDATE ") {
            return Err(foreign(self.cursor.rest(), line));
        }
        self.link(&text, line).map(Some)
    }

    fn link(&mut self, text: &str, line: u64) -> Result<Found, Error> {
        let layout: &Layout<'_> = &self.composer.layout;
        let mut parser = Parser::new(text.as_bytes(), layout.has_nan());
        let link = parser.link(layout).map_err(|stop| stopped(&self.cursor, stop, None))?;
        self.out.clear();
        push_link(&link, layout, &mut self.out);
        if self.out != text.as_bytes() {
            return Err(difference(&self.cursor, &self.out));
        }
        self.cursor.pass(text.len());
        Ok(Found::Link(link, line))
    }

    /// The length of the statement at the cursor, with its line feed.
    fn statement_ahead<R: Read + Seek>(&mut self, input: &mut R) -> Result<usize, Error> {
        loop {
            if let Some(length) = statement_length(self.cursor.rest())
                && self.cursor.rest().len() > length
            {
                return Ok(length + 1);
            }
            if self.cursor.ended() {
                return Err(foreign(self.cursor.rest(), self.cursor.line()));
            }
            self.cursor.more(input, MAX_ROW, "a statement")?;
        }
    }
}

fn push_row(row: &[Value], out: &mut Vec<u8>) {
    for (at, value) in row.iter().enumerate() {
        out.extend_from_slice(if at == 0 { b"(" } else { b", " });
        push_value(value, out);
    }
    out.extend_from_slice(b")\n");
}

/// A verification query with the count 0; other statements as they are.
fn uncounted(statement: &str) -> String {
    const BEFORE: &str = " AS \"table\", ";
    const AFTER: &str = " AS \"expected\", ";
    if let Some((before, rest)) = statement.split_once(BEFORE)
        && let Some((count, after)) = rest.split_once(AFTER)
        && statement.starts_with("SELECT ")
        && !count.is_empty()
        && count.bytes().all(|byte| byte.is_ascii_digit())
    {
        return format!("{before}{BEFORE}0{AFTER}{after}");
    }
    statement.to_owned()
}
