//! Writing a snapshot: the body first, spooled while it is hashed, then header, body and trailer put together.
//!
//! The header says what only the rows know, so it cannot be written before them; the digest of the file is defined over
//! header and body apart (see the format's definition), so that the body is hashed once. Opens no file: the caller hands
//! in where the body and the links go meanwhile.

use std::io::{Read, Seek, Write};

use model::{Digest, Ownership, Value};
use sha2::{Digest as _, Sha256};

use crate::compose::{Composer, MAX_ROW, Tally, push_link};
use crate::cursor::Cursor;
use crate::parse::{Parser, Stop};
use crate::{Draft, Error, Header};

const BLOCK: usize = 64 * 1024;

/// Writes a body: sections with their rows, in file order.
///
/// `W` takes the body; `S` keeps the links until all rows are written, from wherever it stands.
pub struct BodyWriter<'d, W, S> {
    composer: Composer<'d>,
    out: W,
    spool: S,
    spool_start: u64,
    buffer: Vec<u8>,
    links: Vec<u8>,
    digest: Sha256,
}

/// A finished body: what its rows decided, and its digest so far.
#[derive(Clone, Debug)]
pub struct Body {
    tally: Tally,
    digest: Sha256,
}

/// The two digests at a file's end.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Trailer {
    /// Of the rows, the same from the file and from either engine.
    pub content: Digest,
    /// Of the file.
    pub file: Digest,
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
        let buffer = composer.opening().into_bytes();
        Ok(Self {
            composer,
            out,
            spool: links_spool,
            spool_start,
            buffer,
            links: Vec::new(),
            digest: Sha256::new(),
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
        self.drain(BLOCK)
    }

    /// Writes a full row of the last section, references included: which of them have to wait is decided here.
    ///
    /// # Errors
    /// The row cannot stand here ([`crate::RowFault`] says why), or writing fails.
    pub fn row(&mut self, row: &[Value]) -> Result<(), Error> {
        if let Some(link) = self.composer.row(row, &mut self.buffer)? {
            push_link(&link, &self.composer.layout, &mut self.links);
            if self.links.len() >= BLOCK {
                self.spool.write_all(&self.links).map_err(Error::Write)?;
                self.links.clear();
            }
        }
        self.drain(BLOCK)
    }

    /// Writes links, verification and `COMMIT;`, and gives back where the body went.
    ///
    /// # Errors
    /// The last section has not got its rows, or writing fails.
    pub fn finish(mut self) -> Result<(W, Body), Error> {
        self.composer.close(&mut self.buffer)?;
        if self.composer.links() > 0 {
            self.copy_links()?;
        }
        self.buffer.extend_from_slice(self.composer.closing().as_bytes());
        self.drain(0)?;
        self.out.flush().map_err(Error::Write)?;
        Ok((self.out, Body { tally: self.composer.tally(), digest: self.digest }))
    }

    fn drain(&mut self, threshold: usize) -> Result<(), Error> {
        if self.buffer.len() > threshold {
            self.digest.update(&self.buffer);
            self.out.write_all(&self.buffer).map_err(Error::Write)?;
            self.buffer.clear();
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

/// Puts a file together: header, the body that was spooled, trailer.
///
/// # Errors
/// Reading the spool or writing the file fails.
pub fn assemble(
    draft: &Draft,
    body: &Body,
    mut spool: impl Read,
    mut out: impl Write,
) -> Result<(Header, Trailer), Error> {
    let header = body.header(draft);
    let text = header.text();
    out.write_all(text.as_bytes()).map_err(Error::Write)?;
    let mut block = vec![0; BLOCK];
    let mut digest = Sha256::new();
    loop {
        let count = match spool.read(&mut block) {
            Ok(0) => break,
            Ok(count) => count,
            Err(error) if error.kind() == std::io::ErrorKind::Interrupted => continue,
            Err(error) => return Err(Error::Read(error)),
        };
        digest.update(&block[..count]);
        out.write_all(&block[..count]).map_err(Error::Write)?;
    }
    // What was spooled has to come back: a spool read from the wrong place would go unnoticed until an import.
    if digest.finalize() != body.digest.clone().finalize() {
        return Err(Error::Changed);
    }
    let trailer = trailer(&text, body);
    out.write_all(trailer_text(&trailer).as_bytes()).map_err(Error::Write)?;
    out.flush().map_err(Error::Write)?;
    Ok((header, trailer))
}

fn trailer(header: &str, body: &Body) -> Trailer {
    let content = body.tally.content;
    let mut rest = body.digest.clone();
    rest.update(content_line(content));
    Trailer { content, file: file_digest(Digest::of(header.as_bytes()).0, rest.finalize().into()) }
}

/// The `File` digest, from the digests of the header and of the rest up to its own line.
pub(crate) fn file_digest(header: [u8; 32], rest: [u8; 32]) -> Digest {
    Digest::of(&[header, rest].concat())
}

/// The line of the content digest.
pub(crate) fn content_line(content: Digest) -> String {
    format!("-- Content: sha256:{content}\n")
}

fn trailer_text(trailer: &Trailer) -> String {
    format!("{}-- File: sha256:{}\n-- End of export\n", content_line(trailer.content), trailer.file)
}
