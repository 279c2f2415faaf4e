//! One pass over a file: parses it from its first byte and checks all of it in place.
//!
//! A row that was parsed goes through the same composer that writes files, and what that appends must be the very bytes
//! just read; so the reader accepts exactly what the writer writes, without rules of its own. Rows come out full: a second
//! cursor runs along the links. The rule to keep in mind: a pass vouches for the file only when it has ended with `None`.

use std::collections::BTreeMap;
use std::io::{Read, Seek};

use model::text::{Shown, show_key};
use model::{Digest, Ownership, RowEvent, RowStream, StreamDigest, StreamError, Value};

use crate::compose::{Composer, Link, MAX_ROW, push_link};
use crate::cursor::Cursor;
use crate::faults::{difference, foreign, stopped, truncated};
use crate::links::{LinkCursor, LinksStart, read_link};
use crate::literal::label;
use crate::parse::{Parser, Stop};
use crate::snapshot::{Checked, Snapshot};
use crate::writer::{content_line, file_digest, last_lines};
use crate::{Error, Header, Trailer};

/// A section's comment is at most this long: a table's name and a number.
pub(crate) const MAX_COMMENT: usize = 64 * 1024;

/// So many kinds of links are kept for validation; no schema has more.
const MAX_SAMPLES: usize = 1024;

/// One pass over a file.
pub(crate) struct Pass<'s, R> {
    input: &'s mut R,
    header: &'s Header,
    text: &'s str,
    vouched: &'s mut Option<Checked>,
    pub(crate) composer: Composer<'s>,
    cursor: Cursor,
    links_start: Option<LinksStart>,
    links: Option<LinkCursor>,
    header_digest: Digest,
    state: State,
    row: Vec<Value>,
    /// What the composer writes next.
    out: Vec<u8>,
    /// One link's statement for each table and set of columns.
    samples: BTreeMap<(usize, Vec<usize>), String>,
}

/// What a pass came to; the row itself is [`Pass::row`].
pub(crate) enum Step {
    Section { table: usize, ownership: Ownership, count: u64 },
    Row,
}

#[derive(Clone, Copy)]
enum State {
    Start,
    Rows { table: usize, count: u64, read: u64 },
    Over,
}

/// What follows a row.
pub(crate) enum Entry {
    /// A row that starts there.
    Row { at: usize },
    /// No row: the section is over, or something else stands there.
    Other,
}

impl<'s, R: Read + Seek> Pass<'s, R> {
    /// Starts a pass from the first byte.
    ///
    /// # Errors
    /// Reading fails.
    pub(crate) fn start(snapshot: &'s mut Snapshot<R>) -> Result<Self, Error> {
        let links_start = snapshot.links.find(&mut snapshot.input, &snapshot.draft.definition)?;
        let composer = Composer::new(&snapshot.draft);
        let mut cursor = Cursor::new(0, 1);
        cursor.restart_digest();
        Ok(Self {
            input: &mut snapshot.input,
            header: &snapshot.header,
            text: &snapshot.text,
            vouched: &mut snapshot.vouched,
            composer,
            cursor,
            links_start,
            links: links_start.map(LinkCursor::new),
            header_digest: Digest([0; 32]),
            state: State::Start,
            row: Vec::new(),
            out: Vec::new(),
            samples: BTreeMap::new(),
        })
    }

    /// The next step; `None` when the whole file has been checked. After an error the pass is over.
    pub(crate) fn advance(&mut self) -> Result<Option<Step>, Error> {
        match std::mem::replace(&mut self.state, State::Over) {
            State::Over => Ok(None),
            State::Start => {
                self.opening()?;
                self.between()
            }
            State::Rows { table, count, read } if read == count => {
                self.end_section(table, count)?;
                self.between()
            }
            State::Rows { table, count, read } => {
                self.read_row(table, count, read)?;
                self.state = State::Rows { table, count, read: read + 1 };
                Ok(Some(Step::Row))
            }
        }
    }

    /// The statement of one link of each kind, once the pass has ended.
    pub(crate) fn link_samples(&self) -> Vec<&str> {
        self.samples.values().map(String::as_str).collect()
    }

    fn opening(&mut self) -> Result<(), Error> {
        self.cursor.ensure(self.input, self.text.len())?;
        if !self.cursor.rest().starts_with(self.text.as_bytes()) {
            return Err(Error::Changed);
        }
        self.cursor.pass(self.text.len());
        self.header_digest = self.cursor.restart_digest().ok_or(Error::Changed)?;
        let opening = self.composer.opening();
        self.expect(opening.as_bytes())?;
        Ok(())
    }

    /// At a blank line: a section, the links, or the end.
    fn between(&mut self) -> Result<Option<Step>, Error> {
        let comment = self.comment_ahead()?;
        if let Some((name, ownership, count)) = section_comment(&comment) {
            let table = self.composer.layout.position(name);
            let table = table.ok_or_else(|| Error::Syntax {
                line: self.cursor.line() + 1,
                column: 4,
                why: format!("the table `{}` is none of the header's", Shown(name)),
            })?;
            self.out.clear();
            let line = self.cursor.line() + 1;
            let composed = self.composer.section(table, ownership, count, &mut self.out);
            composed.map_err(|fault| Error::Row { line, fault })?;
            self.expect_out()?;
            self.state = State::Rows { table, count, read: 0 };
            return Ok(Some(Step::Section { table, ownership, count }));
        }
        let is_links = comment.starts_with("-- Links (");
        if !is_links && comment != "-- Verification" {
            return Err(foreign(&self.cursor.rest()[1..], self.cursor.line() + 1));
        }
        let line = self.cursor.line();
        self.composer.check_awaited().map_err(|fault| Error::Row { line, fault })?;
        self.read_links(is_links)?;
        let closing = self.composer.closing();
        self.expect(closing.as_bytes())?;
        self.trailer()?;
        Ok(None)
    }

    /// The line after the blank one, without its line feed; nothing is passed.
    fn comment_ahead(&mut self) -> Result<String, Error> {
        let mut searched = 1;
        loop {
            let rest = self.cursor.rest();
            if !rest.is_empty() && rest[0] != b'\n' {
                return Err(foreign(rest, self.cursor.line()));
            }
            if let Some(at) = rest.iter().skip(searched).position(|byte| *byte == b'\n') {
                return Ok(String::from_utf8_lossy(&rest[1..searched + at]).into_owned());
            }
            if self.cursor.ended() {
                return Err(truncated(&self.cursor));
            }
            searched = rest.len().max(1);
            self.cursor.more(self.input, MAX_COMMENT, "a comment")?;
        }
    }

    fn end_section(&mut self, table: usize, count: u64) -> Result<(), Error> {
        self.out.clear();
        let line = self.cursor.line();
        self.composer.close(&mut self.out).map_err(|fault| Error::Row { line, fault })?;
        self.cursor.ensure(self.input, self.out.len() + 64)?;
        let rest = self.cursor.rest();
        let closed = rest.strip_prefix(self.out.as_slice());
        if rest.starts_with(b", (") || closed.is_some_and(|rest| rest.starts_with(b"INSERT INTO ")) {
            let table = Shown(&self.composer.layout.tables[table].spec.name).to_string();
            return Err(Error::SectionCount { line, table, said: count, found: "more".to_owned() });
        }
        self.expect_out()
    }

    fn read_row(&mut self, table: usize, count: u64, read: u64) -> Result<(), Error> {
        let (row_at, used) = self.parse_row(table, count, read)?;
        let link = self.take_link(table, row_at)?;
        self.out.clear();
        let decided = self
            .composer
            .row(&self.row, &mut self.out)
            .map_err(|fault| Error::Row { line: self.cursor.place(row_at).0, fault })?;
        if decided != link {
            let (line, _) = self.cursor.place(row_at);
            let key = self.shown_key(table);
            let why = match link {
                None => {
                    format!("the row {key} refers to a later row, so its reference belongs under `-- Links`")
                }
                Some(_) => format!("the row {key} refers to an earlier row, so `-- Links` must not set it"),
            };
            return Err(Error::Link { line, why });
        }
        if self.out != self.cursor.rest()[..used] {
            return Err(difference(&self.cursor, &self.out));
        }
        self.cursor.pass(used);
        Ok(())
    }

    /// Parses the next row with what stands before it; returns where the row starts and all ends. Nothing is passed.
    fn parse_row(&mut self, table: usize, count: u64, read: u64) -> Result<(usize, usize), Error> {
        loop {
            let layout = &self.composer.layout;
            let (head, types) = (&layout.tables[table].head, &layout.tables[table].types);
            let mut parser = Parser::new(self.cursor.rest(), layout.has_nan());
            match parse_entry(&mut parser, head, types, read == 0, &mut self.row) {
                Ok(Entry::Row { at }) => return Ok((at, parser.used())),
                Ok(Entry::Other) => return Err(self.no_row(parser.used(), table, count, read)),
                Err(Stop::More) if !self.cursor.ended() => self.cursor.more(self.input, MAX_ROW, "a row")?,
                Err(stop) => {
                    let name = &layout.tables[table].spec.name;
                    return Err(stopped(&self.cursor, stop, Some((name, types.len()))));
                }
            }
        }
    }

    /// What stands where a row should.
    fn no_row(&self, ahead: usize, table: usize, count: u64, read: u64) -> Error {
        let layout = &self.composer.layout.tables[table];
        let rest = &self.cursor.rest()[ahead..];
        let (line, _) = self.cursor.place(ahead);
        if rest.is_empty() && self.cursor.ended() {
            truncated(&self.cursor)
        } else if rest.starts_with(b"INSERT INTO ") {
            let table = Shown(&layout.spec.name);
            let why =
                format!("the INSERT does not name the columns of the header's `Table` line of `{table}`");
            Error::Syntax { line, column: 1, why }
        } else if read > 0 && (rest.starts_with(b"\n") || rest.starts_with(b"-- ")) {
            let table = Shown(&layout.spec.name).to_string();
            Error::SectionCount { line, table, said: count, found: read.to_string() }
        } else {
            foreign(rest, line)
        }
    }

    /// Fills the references of the row that stand under Links.
    fn take_link(&mut self, table: usize, row_at: usize) -> Result<Option<Link>, Error> {
        let layout = &self.composer.layout;
        let Some(links) = &mut self.links else { return Ok(None) };
        let Some(link) = links.take_for(self.input, layout, table, &self.row)? else { return Ok(None) };
        if let Some(at) = link.fill(&mut self.row) {
            let column = Shown(&layout.tables[table].spec.columns[at].name).to_string();
            let why = format!("`-- Links` sets the column `{column}`, which is not NULL in its row");
            return Err(Error::Link { line: self.cursor.place(row_at).0, why });
        }
        Ok(Some(link))
    }

    fn read_links(&mut self, is_links: bool) -> Result<(), Error> {
        if let Some(links) = &mut self.links
            && let Some((link, line)) = links.next_unpaired(self.input, &self.composer.layout)?
        {
            let table = self.composer.layout.tables[link.table].spec;
            let key = show_key(&table.key, &link.key);
            let name = Shown(&table.name);
            let why = format!(
                "this sets references of the row {key} of `{name}`, which is not in the file or not in this order"
            );
            return Err(Error::Link { line, why });
        }
        if self.composer.links() == 0 {
            return Ok(());
        }
        if is_links && self.links_start.is_none_or(|start| start.offset != self.cursor.offset() + 1) {
            return Err(Error::Changed);
        }
        let head = self.composer.links_head();
        if is_links && !self.cursor.rest().starts_with(head.as_bytes()) {
            let why = format!(
                "the links are {} in number, and their comment says otherwise",
                self.composer.links()
            );
            return Err(Error::Link { line: self.cursor.line() + 1, why });
        }
        self.expect(head.as_bytes())?;
        // The blank line before the comment is none of the links'.
        let mut passed = StreamDigest::new();
        passed.update(&head.as_bytes()[1..]);
        for _ in 0..self.composer.links() {
            let (link, used) = read_link(&mut self.cursor, self.input, &self.composer.layout)?;
            self.out.clear();
            push_link(&link, &self.composer.layout, &mut self.out);
            if self.out != self.cursor.rest()[..used] {
                return Err(difference(&self.cursor, &self.out));
            }
            let shape = (link.table, link.set.iter().map(|(at, _)| *at).collect());
            if self.samples.len() < MAX_SAMPLES {
                self.samples.entry(shape).or_insert_with(|| String::from_utf8_lossy(&self.out).into_owned());
            }
            self.composer.hash_link(&link);
            passed.update(&self.out);
            self.cursor.pass(used);
        }
        // The rows were filled from what another cursor read.
        if self.links.as_mut().and_then(LinkCursor::take_digest) != Some(passed.finish()) {
            return Err(Error::Changed);
        }
        Ok(())
    }

    /// The digests, the end, and nothing after it; then the header's word against the rows'.
    fn trailer(&mut self) -> Result<(), Error> {
        let tally = self.composer.tally();
        let draft_header = self.header.draft().with(tally.raw, tally.total, tally.records);
        agree("`Raw`".to_owned(), &self.header.raw, &draft_header.raw)?;
        agree(
            format!("`Total {}`", label(&self.header.definition.total)),
            &self.header.total,
            &draft_header.total,
        )?;
        agree("`Total Records`".to_owned(), &self.header.records, &draft_header.records)?;

        let said = self.digest_line("-- Content: sha256:")?;
        if said != tally.content {
            return Err(Error::ContentDigest { said, found: tally.content });
        }
        self.cursor.pass(content_line(said).len());
        let rest = self.cursor.take_digest().ok_or(Error::Changed)?;
        let file = file_digest(self.header_digest, rest);
        let said = self.digest_line("-- File: sha256:")?;
        if said != file {
            return Err(Error::FileDigest { said, found: file });
        }
        self.expect(last_lines(said).as_bytes())?;
        self.cursor.ensure(self.input, 1)?;
        if !self.cursor.rest().is_empty() {
            return Err(Error::TrailingText { line: self.cursor.line() });
        }
        let trailer = Trailer { content: tally.content, file };
        if self.vouched.as_ref().is_some_and(|before| before.trailer != trailer) {
            return Err(Error::Changed);
        }
        let checked = Checked { header: self.header.clone(), trailer, tally, size: self.cursor.offset() };
        *self.vouched = Some(checked);
        Ok(())
    }

    /// Reads a line of `prefix` and a digest; nothing is passed.
    fn digest_line(&mut self, prefix: &str) -> Result<Digest, Error> {
        let length = prefix.len() + 65;
        self.cursor.ensure(self.input, length)?;
        let rest = self.cursor.rest();
        if !rest.starts_with(prefix.as_bytes()) {
            return Err(difference(&self.cursor, prefix.as_bytes()));
        }
        if rest.len() < length {
            return Err(truncated(&self.cursor));
        }
        let digits = std::str::from_utf8(&rest[prefix.len()..length - 1]).unwrap_or_default();
        match Digest::parse(digits) {
            Ok(digest) if rest[length - 1] == b'\n' => Ok(digest),
            _ => {
                let (line, column) = self.cursor.place(prefix.len());
                let why = "64 lower-case hexadecimal digits and the line's end are missing".to_owned();
                Err(Error::Syntax { line, column, why })
            }
        }
    }

    fn expect_out(&mut self) -> Result<(), Error> {
        let out = std::mem::take(&mut self.out);
        let result = self.expect(&out);
        self.out = out;
        result
    }

    /// Passes `text`, which has to come next.
    fn expect(&mut self, text: &[u8]) -> Result<(), Error> {
        self.cursor.ensure(self.input, text.len())?;
        if !self.cursor.rest().starts_with(text) {
            return Err(difference(&self.cursor, text));
        }
        self.cursor.pass(text.len());
        Ok(())
    }

    fn shown_key(&self, table: usize) -> String {
        let layout = &self.composer.layout.tables[table];
        let key: Vec<Value> = layout.key.iter().map(|at| self.row[*at].clone()).collect();
        show_key(&layout.spec.key, &key)
    }
}

impl<R: Read + Seek> RowStream for Pass<'_, R> {
    fn next(&mut self) -> Result<Option<RowEvent<'_>>, StreamError> {
        Ok(match self.advance()? {
            Some(Step::Section { table, ownership, count }) => {
                Some(RowEvent::Section { table, ownership, count })
            }
            Some(Step::Row) => Some(RowEvent::Row(&self.row)),
            None => None,
        })
    }
}

/// A row with what stands before it: a comma, or the end of a statement and the start of the next.
pub(crate) fn parse_entry(
    parser: &mut Parser<'_>,
    head: &str,
    types: &[model::LogicalType],
    first: bool,
    row: &mut Vec<Value>,
) -> Result<Entry, Stop> {
    if first || !parser.skip(", ")? {
        if !first {
            parser.skip("ON CONFLICT DO NOTHING\n")?;
            if !parser.skip(";\n")? {
                return Ok(Entry::Other);
            }
        }
        if !parser.skip(head)? {
            return Ok(Entry::Other);
        }
        parser.expect("  ")?;
    }
    let at = parser.used();
    parser.row(types, row)?;
    parser.expect("\n")?;
    Ok(Entry::Row { at })
}

/// `-- table (n shared records)`: the table's name, the ownership, the count.
pub(crate) fn section_comment(line: &str) -> Option<(&str, Ownership, u64)> {
    let (name, rest) = line.strip_prefix("-- ")?.rsplit_once(" (")?;
    let rest = rest.strip_suffix("record)").or_else(|| rest.strip_suffix("records)"))?;
    let (count, ownership) = match rest.split_once(' ')? {
        (count, "shared ") => (count, Ownership::Shared),
        (count, "") => (count, Ownership::Owned),
        _ => return None,
    };
    Some((name, ownership, count.parse().ok()?))
}

fn agree<T: PartialEq + ToString>(what: String, said: &T, found: &T) -> Result<(), Error> {
    if said == found {
        return Ok(());
    }
    Err(Error::HeaderDisagrees { what, said: said.to_string(), found: found.to_string() })
}
