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

use crate::Error;
use crate::postgres::error::of_postgres;
use crate::postgres::session::Link;

/// As much as is gathered before it is handed on.
const CHUNK: usize = 128 * 1024;
/// How many bytes of rows there are at a time, with those that the caller reads; a larger row is there alone.
const ROOM: u32 = 2 * 1024 * 1024;

/// Rows on their way out of the server.
pub(crate) struct RowsOut {
    chunks: UnboundedReceiver<Option<io::Result<Chunk>>>,
}

/// Whole rows. It takes its room until it is dropped.
pub(crate) struct Chunk {
    /// Their lines.
    pub(crate) lines: Vec<u8>,
    _room: OwnedSemaphorePermit,
}

impl RowsOut {
    /// Begins to gather the rows of `stream`, on the thread of `handle`.
    pub(crate) fn new(handle: &Handle, stream: CopyOutStream) -> Self {
        let (send, chunks) = unbounded_channel();
        handle.spawn(gather(stream, send));
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
async fn gather(stream: CopyOutStream, send: UnboundedSender<Option<io::Result<Chunk>>>) {
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
            chunk.lines.ends_with(b"\n") && (size >= CHUNK || size + row.len() > 2 * CHUNK)
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
    buffer: Vec<u8>,
    begun: bool,
}

impl<'s> RowsIn<'s> {
    /// Rows into the table that `sink` leads to.
    pub(crate) fn new(link: &'s Link, sink: CopyInSink<Bytes>, place: &'s str) -> Self {
        Self { link, sink: Box::pin(sink), place, buffer: Vec::new(), begun: false }
    }

    /// The next field: `write` appends its escaped text; `None` is NULL.
    pub(crate) fn field(&mut self, write: Option<impl FnOnce(&mut Vec<u8>)>) {
        if self.begun {
            self.buffer.push(b'\t');
        }
        self.begun = true;
        match write {
            Some(write) => write(&mut self.buffer),
            None => self.buffer.extend_from_slice(b"\\N"),
        }
    }

    /// Ends a row.
    ///
    /// # Errors
    /// The server refuses what it was sent, or is gone.
    pub(crate) fn end_row(&mut self) -> Result<(), Error> {
        self.buffer.push(b'\n');
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
