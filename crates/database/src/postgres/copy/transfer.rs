//! Rows on their way between the caller and the thread that drives the connection, many at a time.
//!
//! The rule to keep in mind: whoever is ahead waits, so that memory is that of a few chunks.

use std::io;
use std::pin::{Pin, pin};
use std::sync::Arc;

use bytes::Bytes;
use futures_util::{SinkExt as _, StreamExt as _};
use tokio::runtime::Handle;
use tokio::sync::mpsc::{UnboundedReceiver, UnboundedSender, unbounded_channel};
use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use tokio_postgres::{CopyInSink, CopyOutStream};

use super::binary::{HEADER, TRAILER};
use crate::Error;
use crate::postgres::error::of_postgres;
use crate::postgres::session::Link;

/// As much as is gathered before it is handed on.
const CHUNK: usize = 128 * 1024;
/// How many bytes of rows there are at a time, with those that the caller reads; a larger row is there alone.
const ROOM: u32 = 2 * 1024 * 1024;

/// How rows travel.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Form {
    /// Lines of text.
    Text,
    /// Rows of fields, each as its type sends itself.
    Binary,
}

impl Form {
    /// What is said of it in a COPY statement.
    pub(crate) fn sql(self) -> &'static str {
        match self {
            Self::Text => "",
            Self::Binary => " (FORMAT binary)",
        }
    }
}

/// Rows on their way out of the server.
pub(crate) struct RowsOut {
    chunks: UnboundedReceiver<Option<io::Result<Chunk>>>,
}

/// Whole rows. It takes its room until it is dropped.
pub(crate) struct Chunk {
    /// Their lines, or what stands for them in the binary form.
    pub(crate) lines: Vec<u8>,
    _room: OwnedSemaphorePermit,
}

impl RowsOut {
    /// Begins to gather the rows of `stream`, on the thread of `handle`.
    pub(crate) fn new(handle: &Handle, stream: CopyOutStream, form: Form) -> Self {
        let (send, chunks) = unbounded_channel();
        handle.spawn(gather(stream, form, send));
        Self { chunks }
    }

    /// The next rows; none at the end.
    ///
    /// # Errors
    /// The server failed, which the error carries, or is gone.
    pub(crate) fn chunk(&mut self) -> io::Result<Option<Chunk>> {
        match self.chunks.blocking_recv() {
            Some(Some(chunk)) => chunk.map(Some),
            Some(None) => Ok(None),
            None => Err(io::ErrorKind::ConnectionAborted.into()),
        }
    }
}

/// Hands on the rows of `stream` chunk by chunk, then that this is all, or why it is not.
async fn gather(stream: CopyOutStream, form: Form, send: UnboundedSender<Option<io::Result<Chunk>>>) {
    let mut stream = pin!(stream);
    let room = Arc::new(Semaphore::new(ROOM as usize));
    let mut chunk: Option<Chunk> = None;
    let end = loop {
        let row = match stream.next().await {
            Some(Ok(row)) => row,
            Some(Err(error)) => break Some(Err(io::Error::other(error))),
            None => break None,
        };
        // A row larger than a chunk gets one of its own, and is copied only once there is room for it.
        let full = |chunk: &mut Chunk| {
            let size = chunk.lines.len();
            // A message of binary rows holds whole ones, as the protocol says.
            let is_whole = form == Form::Binary || chunk.lines.ends_with(b"\n");
            is_whole && (size >= CHUNK || size + row.len() > 2 * CHUNK)
        };
        if let Some(chunk) = chunk.take_if(full)
            && send.send(Some(Ok(chunk))).is_err()
        {
            return;
        }
        if chunk.is_none() {
            let lines = (2 * CHUNK).max(row.len());
            let size = u32::try_from(lines).unwrap_or(ROOM).min(ROOM);
            let Ok(room) = Arc::clone(&room).acquire_many_owned(size).await else { return };
            chunk = Some(Chunk { lines: Vec::with_capacity(lines), _room: room });
        }
        if let Some(chunk) = &mut chunk {
            chunk.lines.extend_from_slice(&row);
        }
    };
    if chunk.is_none_or(|chunk| send.send(Some(Ok(chunk))).is_ok()) {
        let _ = send.send(end);
    }
}

/// Rows on their way into a table.
pub(crate) struct RowsIn<'s> {
    link: &'s Link,
    sink: Pin<Box<CopyInSink<Bytes>>>,
    place: &'s str,
    form: Form,
    buffer: Vec<u8>,
    begun: bool,
}

impl<'s> RowsIn<'s> {
    /// Rows into the table that `sink` leads to.
    pub(crate) fn new(link: &'s Link, sink: CopyInSink<Bytes>, place: &'s str, form: Form) -> Self {
        let buffer = match form {
            Form::Text => Vec::new(),
            Form::Binary => HEADER.to_vec(),
        };
        Self { link, sink: Box::pin(sink), place, form, buffer, begun: false }
    }

    /// The next field of a line: `write` appends its escaped text; `None` is NULL.
    pub(crate) fn field(&mut self, write: Option<impl FnOnce(&mut Vec<u8>)>) {
        debug_assert_eq!(self.form, Form::Text);
        if self.begun {
            self.buffer.push(b'\t');
        }
        self.begun = true;
        match write {
            Some(write) => write(&mut self.buffer),
            None => self.buffer.extend_from_slice(b"\\N"),
        }
    }

    /// Begins a binary row of so many fields, at most as many as a table has columns.
    pub(crate) fn begin_row(&mut self, fields: usize) {
        debug_assert_eq!(self.form, Form::Binary);
        self.buffer.extend_from_slice(&u16::try_from(fields).unwrap_or(u16::MAX).to_be_bytes());
    }

    /// The next field of a binary row: `write` appends it, and returns whether it could; `None` is NULL. Where it could not,
    /// or the field is too large, false is returned, and no more can be copied.
    #[must_use]
    pub(crate) fn binary_field(&mut self, write: Option<impl FnOnce(&mut Vec<u8>) -> bool>) -> bool {
        let Some(write) = write else {
            self.buffer.extend_from_slice(&(-1_i32).to_be_bytes());
            return true;
        };
        let at = self.buffer.len();
        self.buffer.extend_from_slice(&[0; 4]);
        if !write(&mut self.buffer) {
            return false;
        }
        let Ok(length) = i32::try_from(self.buffer.len() - at - 4) else { return false };
        self.buffer[at..at + 4].copy_from_slice(&length.to_be_bytes());
        true
    }

    /// Ends a row.
    ///
    /// # Errors
    /// The server refuses what it was sent, or is gone.
    pub(crate) fn end_row(&mut self) -> Result<(), Error> {
        if self.form == Form::Text {
            self.buffer.push(b'\n');
        }
        self.begun = false;
        if self.buffer.len() >= CHUNK {
            self.send()?;
            self.buffer.reserve(CHUNK + CHUNK / 8);
        }
        Ok(())
    }

    /// Ends the statement; returns how many rows it wrote.
    ///
    /// # Errors
    /// The server refuses what it was sent, or is gone.
    pub(crate) fn finish(mut self) -> Result<u64, Error> {
        if self.form == Form::Binary {
            self.buffer.extend_from_slice(&TRAILER);
        }
        self.send()?;
        let (sink, place) = (self.sink.as_mut(), self.place);
        self.link.wait(async |_| sink.finish().await).map_err(|error| of_postgres(place, &error))
    }

    /// Hands on what is gathered, and waits while the server is behind.
    fn send(&mut self) -> Result<(), Error> {
        let (lines, mut sink) = (Bytes::from(std::mem::take(&mut self.buffer)), self.sink.as_mut());
        let sent = self.link.wait(async |_| sink.send(lines).await);
        sent.map_err(|error| of_postgres(self.place, &error))
    }
}
