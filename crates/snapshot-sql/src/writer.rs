//! Writing a snapshot's body; header and trailer come around it afterwards (see `assemble`).
//!
//! The digest of the file is defined over header and body apart (see the format's definition), so that the body is hashed
//! once, as it is written. Opens no file: the caller hands in where the body goes, and the links until all rows are written.

use std::io::{Read, Seek, Write};

use model::digest::BLOCK;
use model::{Digest, Ownership, StreamDigest, Value};

use crate::compose::{Composer, MAX_ROW, Tally, push_link};
use crate::cursor::Cursor;
use crate::faults::END;
use crate::parse::{Parser, Stop};
use crate::validate::Validator;
use crate::{Draft, Error, Header};

/// Writes a body: sections with their rows, in file order.
///
/// `W` takes the body; `S` keeps the links until all rows are written, from wherever it stands. What is written is handed
/// to both SQL dialects on the way: a row for each distinct shape (table, columns set, kinds of literals).
pub struct BodyWriter<'d, W, S> {
    composer: Composer<'d>,
    out: W,
    spool: S,
    spool_start: u64,
    buffer: Vec<u8>,
    links: Vec<u8>,
    digest: StreamDigest,
    length: u64,
    validator: Validator,
}

/// A finished body: what its rows decided, and its digest.
#[derive(Clone, Debug)]
pub struct Body {
    tally: Tally,
    /// Of the file's part between the header and the line of its digest.
    pub(crate) rest: Digest,
    pub(crate) length: u64,
}

impl<'d, W: Write, S: Read + Write + Seek> BodyWriter<'d, W, S> {
    /// Starts a body.
    ///
    /// # Errors
    /// The draft's definition is inconsistent, or writing fails.
    pub fn new(out: W, mut links_spool: S, draft: &'d Draft) -> Result<Self, Error> {
        draft.check()?;
        let composer = Composer::new(draft);
        let spool_start = links_spool.stream_position().map_err(Error::Write)?;
        let opening = composer.opening();
        let mut validator = Validator::new(false);
        validator.fixed("BEGIN and Cleanup", &opening)?;
        let buffer = opening.into_bytes();
        Ok(Self {
            composer,
            out,
            spool: links_spool,
            spool_start,
            buffer,
            links: Vec::new(),
            digest: StreamDigest::new(),
            length: 0,
            validator,
        })
    }

    /// Starts the section of `count` rows of a table (an index into the definition). Nothing is written for no rows.
    ///
    /// # Errors
    /// The section before has not got its rows, or this one is out of order; or writing fails.
    pub fn section(&mut self, table: usize, ownership: Ownership, count: u64) -> Result<(), Error> {
        if count == 0 {
            return Ok(());
        }
        self.composer.section(table, ownership, count, &mut self.buffer)?;
        self.validator.section(&self.composer, table, ownership)?;
        self.drain(BLOCK)
    }

    /// Writes a full row of the last section, references included: which of them have to wait is decided here.
    ///
    /// # Errors
    /// The row cannot stand here ([`crate::RowFault`] says why), or writing fails.
    pub fn row(&mut self, row: &[Value]) -> Result<(), Error> {
        if let Some(link) = self.composer.row(row, &mut self.buffer)? {
            let start = self.links.len();
            push_link(&link, &self.composer.layout, &mut self.links);
            self.validator.link(&link, &self.links[start..])?;
            if self.links.len() >= BLOCK {
                self.spool.write_all(&self.links).map_err(Error::Write)?;
                self.links.clear();
            }
        }
        self.validator.row(&self.composer)?;
        self.drain(BLOCK)
    }

    /// Writes links, verification and `COMMIT;`, and gives back where the body went.
    ///
    /// # Errors
    /// The last section has not got its rows, or writing fails.
    pub fn finish(mut self) -> Result<(W, Body), Error> {
        self.composer.close(&mut self.buffer)?;
        self.composer.check_awaited()?;
        if self.composer.links() > 0 {
            self.copy_links()?;
        }
        let closing = self.composer.closing();
        self.validator.flush()?;
        self.validator.fixed("Verification and COMMIT", &closing)?;
        self.buffer.extend_from_slice(closing.as_bytes());
        self.drain(0)?;
        self.out.flush().map_err(Error::Write)?;
        let tally = self.composer.tally();
        self.digest.update(content_line(tally.content).as_bytes());
        Ok((self.out, Body { tally, rest: self.digest.finish(), length: self.length }))
    }

    fn drain(&mut self, threshold: usize) -> Result<(), Error> {
        if self.buffer.len() > threshold {
            self.length += self.buffer.len() as u64;
            self.out.write_all(&self.buffer).map_err(Error::Write)?;
            self.digest.hand_over(&mut self.buffer, 0);
        }
        Ok(())
    }

    /// The content counts links after all rows, so they are read back from the spool as a reader reads them.
    fn copy_links(&mut self) -> Result<(), Error> {
        self.spool.write_all(&self.links).map_err(Error::Write)?;
        self.buffer.extend_from_slice(self.composer.links_head().as_bytes());
        let mut cursor = Cursor::new(self.spool_start, 1);
        for _ in 0..self.composer.links() {
            let (link, used) = loop {
                let mut parser = Parser::new(cursor.rest(), self.composer.layout.has_nan());
                match parser.link(&self.composer.layout) {
                    Ok(link) => break (link, parser.used()),
                    Err(Stop::More) if !cursor.ended() => cursor.more(&mut self.spool, MAX_ROW, "a link")?,
                    Err(_) => return Err(Error::Changed),
                }
            };
            self.composer.hash_link(&link);
            self.buffer.extend_from_slice(&cursor.rest()[..used]);
            cursor.pass(used);
            self.drain(BLOCK)?;
        }
        Ok(())
    }
}

impl Body {
    /// What the rows decided: content digest, sections, counts.
    pub fn tally(&self) -> &Tally {
        &self.tally
    }

    /// The header that belongs to this body.
    pub fn header(&self, draft: &Draft) -> Header {
        draft.with(self.tally.raw, self.tally.total, self.tally.records)
    }
}

/// The `File` digest, from the digests of the header and of the rest up to its own line.
pub(crate) fn file_digest(header: Digest, rest: Digest) -> Digest {
    Digest::of(&[header.0, rest.0].concat())
}

/// The line of the content digest.
pub(crate) fn content_line(content: Digest) -> String {
    format!("-- Content: sha256:{content}\n")
}

/// The lines after that of the content digest.
pub(crate) fn last_lines(file: Digest) -> String {
    format!("-- File: sha256:{file}\n{END}\n")
}
