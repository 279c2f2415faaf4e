//! A position in a file: buffered bytes from there on, the line number, and a running digest of what was passed.
//!
//! Several cursors share one handle, so each seeks before it reads. What was passed is counted and hashed when the buffer is
//! read into again, not piece by piece. The rule to keep in mind: memory is one buffer (and a few that are lent to the
//! digest), grown only while one unparsed piece (a row, a line) does not fit, and never beyond that piece's limit.

use std::io::{Read, Seek, SeekFrom};

use memchr::memchr;
use model::{Digest, StreamDigest};

use crate::Error;

const CHUNK: usize = 256 * 1024;
/// The largest buffer that is lent to the digest.
const LENT: usize = 4 * CHUNK;

/// A position in a file.
pub(crate) struct Cursor {
    buffer: Vec<u8>,
    /// Empty, for the next bytes.
    spare: Vec<u8>,
    at: usize,
    /// Of `at`, in the file.
    offset: u64,
    /// Of `counted`, counted from 1.
    line: u64,
    /// So far in the buffer lines were counted.
    counted: usize,
    /// So far in the buffer bytes were hashed.
    hashed: usize,
    ended: bool,
    digest: Option<StreamDigest>,
}

impl Cursor {
    /// A cursor at `offset`, where line `line` starts.
    pub(crate) fn new(offset: u64, line: u64) -> Self {
        Self {
            buffer: Vec::new(),
            spare: Vec::new(),
            at: 0,
            offset,
            line,
            counted: 0,
            hashed: 0,
            ended: false,
            digest: None,
        }
    }

    /// The bytes that are in memory from here on.
    pub(crate) fn rest(&self) -> &[u8] {
        &self.buffer[self.at..]
    }

    /// Whether [`Cursor::rest`] is all there is.
    pub(crate) fn ended(&self) -> bool {
        self.ended
    }

    /// The place in the file.
    pub(crate) fn offset(&self) -> u64 {
        self.offset
    }

    /// The line of this place, counted from 1.
    pub(crate) fn line(&self) -> u64 {
        self.line + count_lines(&self.buffer[self.counted..self.at])
    }

    /// The line of this place, found faster the next time: for what asks after each piece.
    pub(crate) fn next_line(&mut self) -> u64 {
        self.line = self.line();
        self.counted = self.at;
        self.line
    }

    /// Line and column (in characters) of the byte `ahead` of here.
    pub(crate) fn place(&self, ahead: usize) -> (u64, u64) {
        let passed = &self.rest()[..ahead.min(self.rest().len())];
        let line = self.line() + count_lines(passed);
        // Pieces are parsed from the start of a line on, so the last line feed is among what was passed.
        let start = passed.iter().rposition(|byte| *byte == b'\n').map_or(0, |at| at + 1);
        let characters = passed[start..].iter().filter(|byte| **byte & 0xc0 != 0x80).count();
        (line, characters as u64 + 1)
    }

    /// Starts a digest of what is passed from here on, and returns that of what was passed until now.
    pub(crate) fn restart_digest(&mut self) -> Option<Digest> {
        let before = self.take_digest();
        self.hashed = self.at;
        self.digest = Some(StreamDigest::new());
        before
    }

    /// Ends the digest.
    pub(crate) fn take_digest(&mut self) -> Option<Digest> {
        self.hash_passed();
        self.digest.take().map(StreamDigest::finish)
    }

    /// Passes `count` bytes, which are in memory.
    pub(crate) fn pass(&mut self, count: usize) {
        debug_assert!(count <= self.rest().len());
        self.at += count;
        self.offset += count as u64;
    }

    fn hash_passed(&mut self) {
        if let Some(digest) = &mut self.digest {
            digest.update(&self.buffer[self.hashed..self.at]);
            self.hashed = self.at;
        }
    }

    /// Drops what was passed from the buffer.
    fn drop_passed(&mut self) {
        self.next_line();
        if self.buffer.capacity() > LENT || self.rest().len() > CHUNK {
            // A long piece is not copied as a whole, nor kept by the digest.
            self.hash_passed();
            self.buffer.drain(..self.at);
        } else if self.at > 0 {
            self.spare.extend_from_slice(&self.buffer[self.at..]);
            std::mem::swap(&mut self.buffer, &mut self.spare);
            self.spare.truncate(self.at);
            match &mut self.digest {
                Some(digest) => digest.hand_over(&mut self.spare, self.hashed),
                None => self.spare.clear(),
            }
        }
        (self.at, self.counted, self.hashed) = (0, 0, 0);
    }

    /// Reads more bytes; nothing happens at the end of the file.
    ///
    /// # Errors
    /// Reading fails, the new bytes hold a carriage return, or more than `limit` bytes are waiting (`what` is too long).
    pub(crate) fn more(
        &mut self,
        input: &mut (impl Read + Seek),
        limit: usize,
        what: &'static str,
    ) -> Result<(), Error> {
        if self.ended {
            return Ok(());
        }
        self.drop_passed();
        let kept = self.buffer.len();
        if kept > limit {
            return Err(Error::TooLong { line: self.line, what, limit });
        }
        input.seek(SeekFrom::Start(self.offset + kept as u64)).map_err(Error::Read)?;
        // At least as much again as is waiting, so that a long piece is not parsed over and over.
        let wanted = CHUNK.max(kept) as u64;
        input.take(wanted).read_to_end(&mut self.buffer).map_err(Error::Read)?;
        self.ended = (self.buffer.len() - kept) < CHUNK.max(kept);
        self.refuse_carriage_return(kept)
    }

    /// Makes sure that `count` bytes are in memory, or all there are.
    pub(crate) fn ensure(&mut self, input: &mut (impl Read + Seek), count: usize) -> Result<(), Error> {
        while self.rest().len() < count && !self.ended {
            self.more(input, count, "a line")?;
        }
        Ok(())
    }

    /// The next line, its line feed included; without one if the file ends before. Not passed yet.
    pub(crate) fn line_ahead(
        &mut self,
        input: &mut (impl Read + Seek),
        limit: usize,
        what: &'static str,
    ) -> Result<&[u8], Error> {
        let mut searched = 0;
        let end = loop {
            if let Some(at) = memchr(b'\n', &self.rest()[searched..]) {
                break searched + at + 1;
            }
            searched = self.rest().len();
            if self.ended {
                break searched;
            }
            self.more(input, limit, what)?;
        };
        if end > limit {
            return Err(Error::TooLong { line: self.line, what, limit });
        }
        Ok(&self.rest()[..end])
    }

    /// No snapshot holds a carriage return: values spell it out. So one always means that something converted the file.
    fn refuse_carriage_return(&self, new: usize) -> Result<(), Error> {
        let Some(at) = memchr(b'\r', &self.buffer[new..]) else { return Ok(()) };
        let (line, column) = self.place(new + at);
        match self.buffer.get(new + at + 1) {
            Some(b'\n') => Err(Error::Crlf { line }),
            _ => Err(Error::Syntax {
                line,
                column,
                why: "a carriage return, which no snapshot holds raw".to_owned(),
            }),
        }
    }
}

/// How many line feeds there are.
pub(crate) fn count_lines(bytes: &[u8]) -> u64 {
    // Counted in bytes per block, which the compiler turns to vector instructions.
    bytes
        .chunks(192)
        .map(|block| u64::from(block.iter().map(|byte| u8::from(*byte == b'\n')).sum::<u8>()))
        .sum()
}
