//! A file whose bytes go to the disk beside the work on what follows them.
//!
//! The rule to keep in mind: nothing here makes a file safe; that it is, only the one who waits for its end can say. There
//! is just less to wait for then. But a system may tell of a failing disk only once, to whoever asks first, so what is told
//! here is handed on.

use std::fs::File;
use std::io::{self, Write};
use std::sync::mpsc::{SyncSender, sync_channel};
use std::thread::{self, JoinHandle};

/// As much is written before the disk is asked to take it.
const PIECE: u64 = 32 * 1024 * 1024;

/// See the module's documentation.
pub(crate) struct Flushing {
    file: File,
    /// Whether anybody will wait for the disk.
    lasting: bool,
    /// Since the disk was asked last.
    written: u64,
    beside: Option<Beside>,
}

/// A second thread, which waits for the disk whenever it is asked to.
struct Beside {
    ask: SyncSender<()>,
    thread: JoinHandle<io::Result<()>>,
}

impl Flushing {
    /// Writes to `file` from where it stands. One that is not `lasting` stays in memory as long as the system likes.
    pub(crate) fn new(file: File, lasting: bool) -> Self {
        Self { file, lasting, written: 0, beside: None }
    }

    /// The file, once the disk has told how it went so far.
    ///
    /// # Errors
    /// The disk failed.
    pub(crate) fn into_file(self) -> io::Result<File> {
        if let Some(Beside { ask, thread }) = self.beside {
            drop(ask);
            thread.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic))?;
        }
        Ok(self.file)
    }

    fn ask(&mut self) {
        self.written = 0;
        if self.beside.is_none() {
            self.beside = Beside::start(&self.file);
        }
        if let Some(beside) = &self.beside {
            // It is still busy with the last piece: the next one will do.
            let _ = beside.ask.try_send(());
        }
    }
}

impl Beside {
    /// `None` where there is no thread to be had: then all is left to the end.
    fn start(file: &File) -> Option<Self> {
        let file = file.try_clone().ok()?;
        let (ask, asked) = sync_channel(1);
        let flush = move || asked.into_iter().try_for_each(|()| file.sync_data());
        let thread = thread::Builder::new().name("flush".to_owned()).spawn(flush).ok()?;
        Some(Self { ask, thread })
    }
}

impl Write for Flushing {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let count = self.file.write(bytes)?;
        self.written += count as u64;
        if self.lasting && self.written >= PIECE {
            self.ask();
        }
        Ok(count)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.file.flush()
    }
}

#[cfg(test)]
mod tests {
    use std::io::{Read as _, Seek as _};

    use super::*;

    #[test]
    fn everything_is_written_whether_the_disk_is_asked_or_not() -> io::Result<()> {
        for lasting in [false, true] {
            let mut flushing = Flushing::new(tempfile::tempfile()?, lasting);
            let piece = vec![7; 1 << 20];
            for _ in 0..=2 * (PIECE >> 20) {
                flushing.write_all(&piece)?;
            }
            assert_eq!(flushing.beside.is_some(), lasting);
            let mut file = flushing.into_file()?;
            file.rewind()?;
            let mut read = Vec::new();
            file.read_to_end(&mut read)?;
            assert_eq!(read.len() as u64, 2 * PIECE + (1 << 20));
            assert!(read.iter().all(|byte| *byte == 7));
        }
        Ok(())
    }
}
