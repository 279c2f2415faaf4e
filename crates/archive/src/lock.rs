//! The archive's lock: one writer at a time, across processes; readers need none, since files are replaced whole.

use std::fs::{File, OpenOptions, TryLockError};
use std::time::{Duration, Instant};

use model::ScenarioName;

use crate::{Archive, Error, files};

/// How long [`Archive::lock`] waits for another process.
const PATIENCE: Duration = Duration::from_secs(30);
const PAUSE: Duration = Duration::from_millis(5);

/// Held while the archive is changed; released when dropped, or when the process ends.
#[derive(Debug)]
pub struct Lock {
    _file: File,
}

impl Archive {
    /// Waits for the exclusive lock, makes `metadata/` if it is missing, and removes what interrupted runs left. Whoever
    /// reads the manifest to change it does so under the lock.
    ///
    /// # Errors
    /// Another process held it for 30 seconds ([`Error::Locked`]), or the archive cannot be written.
    pub fn lock(&self) -> Result<Lock, Error> {
        self.lock_within(PATIENCE)
    }

    /// Like [`Archive::lock`], waiting no longer than `patience`.
    ///
    /// # Errors
    /// As [`Archive::lock`].
    pub fn lock_within(&self, patience: Duration) -> Result<Lock, Error> {
        files::make_folder(&self.metadata())?;
        let path = self.metadata().join(".lock");
        files::plain(&path)?;
        let mut options = OpenOptions::new();
        let file = options.write(true).create(true).truncate(false).open(&path);
        let file = file.map_err(Error::io("open", &path))?;
        let start = Instant::now();
        loop {
            match file.try_lock() {
                Ok(()) => break,
                Err(TryLockError::WouldBlock) if start.elapsed() < patience => std::thread::sleep(PAUSE),
                Err(TryLockError::WouldBlock) => {
                    return Err(Error::Locked { path, waited: patience.as_secs() });
                }
                Err(TryLockError::Error(error)) => return Err(Error::io("lock", &path)(error)),
            }
        }
        self.sweep()?;
        Ok(Lock { _file: file })
    }

    fn sweep(&self) -> Result<(), Error> {
        files::sweep(&self.metadata())?;
        // Every folder that can be a scenario's, with settings or without: a file can be imported without any.
        for name in files::names_in(self.dir())? {
            let folder = self.dir().join(&name);
            if ScenarioName::new(&name).is_ok() && matches!(files::is_folder(&folder), Ok(true)) {
                files::sweep(&folder)?;
            }
        }
        Ok(())
    }
}
