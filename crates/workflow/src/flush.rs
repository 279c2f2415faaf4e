//! A file whose bytes go to the disk beside the work on what follows them.
//!
//! The rule to keep in mind: nothing here makes a file safe; that it is, only the one who waits for its end can say. There
//! is just less to wait for then.

use std::fs::File;
use std::io::{self, Write};
use std::sync::mpsc::{SyncSender, sync_channel};
use std::thread;

/// As much is written before the disk is asked to take it.
const PIECE: u64 = 32 * 1024 * 1024;

/// See the module's documentation.
pub(crate) struct Flushing {
    file: File,
    /// Whether anybody will wait for the disk.
    lasting: bool,
    /// Since the disk was asked last.
    written: u64,
    /// Asks a second thread, which ends with it.
    ask: Option<SyncSender<()>>,
}

impl Flushing {
    /// Writes to `file` from where it stands. One that is not `lasting` stays in memory as long as the system likes.
    pub(crate) fn new(file: File, lasting: bool) -> Self {
        Self { file, lasting, written: 0, ask: None }
    }

    pub(crate) fn into_file(self) -> File {
        self.file
    }

    fn ask(&mut self) {
        self.written = 0;
        if let Some(ask) = &self.ask {
            // It is still busy with the last piece, or gone: the next one will do.
            let _ = ask.try_send(());
            return;
        }
        let Ok(file) = self.file.try_clone() else { return };
        let (ask, asked) = sync_channel(1);
        let flush = move || {
            for () in asked {
                // What fails now fails again for whoever waits for the file.
                let _ = file.sync_data();
            }
        };
        if ask.try_send(()).is_ok() && thread::Builder::new().name("flush".to_owned()).spawn(flush).is_ok() {
            self.ask = Some(ask);
        }
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
