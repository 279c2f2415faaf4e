//! A snapshot file as a source of rows.
//!
//! Opening reads and checks the header alone; the first pass (see `pass`) checks the whole file and vouches for it, later
//! ones (see `replay`) that it is still the same. Opens no file: the handle is the caller's, and only ever read and moved.

use std::io::{Read, Seek};

use model::{Definition, Ownership, RowSource, RowStream, StreamError};

use crate::compose::Tally;
use crate::cursor::Cursor;
use crate::faults::{END, foreign};
use crate::header::MAX_HEADER;
use crate::links::LinksPlace;
use crate::pass::Pass;
use crate::replay::Replay;
use crate::{Draft, Error, FileKind, Header, Trailer, detect};

/// A snapshot in format 1.
pub struct Snapshot<R> {
    pub(crate) input: R,
    pub(crate) header: Header,
    pub(crate) draft: Draft,
    /// The header's bytes.
    pub(crate) text: String,
    /// Found by the first pass.
    pub(crate) links: LinksPlace,
    /// What a pass that ended leaves to later ones.
    pub(crate) vouched: Option<Checked>,
}

/// What is known of a file before it is read: another pass found it, or an archive wrote it down.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Recorded {
    /// The file's digests.
    pub trailer: Trailer,
    /// The file's size in bytes.
    pub size: u64,
}

/// What a whole pass vouches for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Checked {
    /// The file's header, in agreement with its rows.
    pub header: Header,
    /// The file's digests, in agreement with its bytes.
    pub trailer: Trailer,
    /// What the rows decide: sections, counts.
    pub tally: Tally,
    /// The file's size in bytes.
    pub size: u64,
}

impl Checked {
    /// By what the file is known again.
    pub fn recorded(&self) -> Recorded {
        Recorded { trailer: self.trailer, size: self.size }
    }
}

impl<R: Read + Seek> Snapshot<R> {
    /// Reads and checks the header; the rows are checked by the first pass.
    ///
    /// # Errors
    /// The file is no snapshot of format 1 ([`detect`] tells the kinds apart), its header is damaged, or reading fails.
    pub fn open(mut input: R) -> Result<Self, Error> {
        let text = header_text(&mut input)?;
        let header = Header::read(&text)?;
        Ok(Self { input, draft: header.draft(), header, text, links: LinksPlace::Unknown, vouched: None })
    }

    /// What the file says of itself; its counts are true once a pass has ended.
    pub fn header(&self) -> &Header {
        &self.header
    }

    /// A whole pass over the file.
    ///
    /// # Errors
    /// Anything in the file is not as the writer writes it, or reading fails.
    pub fn check(&mut self) -> Result<Checked, Error> {
        let mut pass = Pass::start(self)?;
        while pass.advance()?.is_some() {}
        drop(pass);
        self.checked().cloned().ok_or(Error::Changed)
    }

    /// The file's length in bytes, before any pass has vouched for it.
    pub(crate) fn length(&mut self) -> Result<u64, Error> {
        self.input.seek(std::io::SeekFrom::End(0)).map_err(Error::Read)
    }

    /// What the last pass that ended vouches for. All passes of one `Snapshot` see the same file, or fail.
    pub fn checked(&self) -> Option<&Checked> {
        self.vouched.as_ref()
    }

    /// Gives the handle back.
    pub fn into_inner(self) -> R {
        self.input
    }
}

impl<R: Read + Seek> RowSource for Snapshot<R> {
    fn definition(&self) -> &Definition {
        &self.header.definition
    }

    fn sections(&self) -> Option<Vec<(usize, Ownership, u64)>> {
        self.checked().map(|checked| checked.tally.sections.clone())
    }

    fn open(&mut self) -> Result<Box<dyn RowStream + '_>, StreamError> {
        if let Some(recorded) = self.vouched.as_ref().map(Checked::recorded) {
            return Ok(Box::new(Replay::start(self, recorded)));
        }
        Ok(Box::new(Pass::start(self)?))
    }
}

/// Reads a file's header text: all lines up to the first blank one.
pub(crate) fn header_text<R: Read + Seek>(input: &mut R) -> Result<String, Error> {
    let mut cursor = Cursor::new(0, 1);
    cursor.ensure(input, 256)?;
    refuse_others(&detect(cursor.rest()))?;
    let mut text = Vec::new();
    loop {
        let line = cursor.line_ahead(input, MAX_HEADER, "the header")?;
        if !line.ends_with(b"\n") {
            return Err(Error::Truncated { line: cursor.line(), expected: END });
        }
        if line == b"\n" {
            break;
        }
        let length = line.len();
        let is_comment = line.starts_with(b"--");
        text.extend_from_slice(line);
        if !is_comment {
            return Err(foreign(cursor.rest(), cursor.line()));
        }
        if text.len() > MAX_HEADER {
            return Err(Error::TooLong { line: cursor.line(), what: "the header", limit: MAX_HEADER });
        }
        cursor.pass(length);
    }
    String::from_utf8(text).map_err(|error| {
        let valid = &error.as_bytes()[..error.utf8_error().valid_up_to()];
        let line = valid.iter().fold(1, |line, byte| line + u64::from(*byte == b'\n'));
        Error::Header { line, why: "the bytes are no UTF-8".to_owned() }
    })
}

fn refuse_others(kind: &FileKind) -> Result<(), Error> {
    match kind {
        FileKind::Format1 => Ok(()),
        FileKind::Format0 => Err(Error::OldFormat),
        FileKind::Newer(number) => Err(Error::Newer { line: 2, what: format!("format {number}") }),
        FileKind::Crlf => Err(Error::Crlf { line: 1 }),
        FileKind::Empty => Err(Error::Empty),
        FileKind::NotASnapshot => Err(Error::NotASnapshot),
    }
}
