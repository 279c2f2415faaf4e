//! How errors are made of others.

use std::io;
use std::path::Path;

use archive::Entry;
use model::{ScenarioName, StreamError};

use super::Error;

impl From<database::Error> for Error {
    fn from(error: database::Error) -> Self {
        match error {
            database::Error::Stream(inner) => Self::from_boxed(inner),
            other => Self::Database(other),
        }
    }
}

impl From<row_diff::Error> for Error {
    fn from(error: row_diff::Error) -> Self {
        match error {
            row_diff::Error::Read { source, .. } | row_diff::Error::Taken(source) => Self::from_boxed(source),
            other => Self::Diff(other),
        }
    }
}

impl From<database::UrlError> for Error {
    fn from(error: database::UrlError) -> Self {
        Self::Database(error.into())
    }
}

impl Error {
    /// The error behind a stream's, where it is one of ours.
    pub(crate) fn from_boxed(error: StreamError) -> Self {
        let error = match error.downcast::<Self>() {
            Ok(own) => return *own,
            Err(other) => other,
        };
        let error = match error.downcast::<snapshot_sql::Error>() {
            Ok(inner) => return Self::Snapshot(*inner),
            Err(other) => other,
        };
        let error = match error.downcast::<snapshot_sql::patch::PatchError>() {
            Ok(inner) => return Self::Patch(*inner),
            Err(other) => other,
        };
        match error.downcast::<archive::Error>() {
            Ok(inner) => Self::Archive(*inner),
            Err(other) => Self::Stream(other),
        }
    }

    pub(crate) fn file(file: &str, source: snapshot_sql::Error) -> Self {
        Self::File { file: file.to_owned(), source }
    }

    /// An error in a snapshot, with the name of its file.
    pub(crate) fn in_file(self, file: &str) -> Self {
        match self {
            Self::Snapshot(source) => Self::file(file, source),
            other => other,
        }
    }

    pub(crate) fn version(
        context: &crate::Context,
        name: &ScenarioName,
        entry: &Entry,
        source: snapshot_sql::Error,
    ) -> Self {
        Self::file(&context.version_file(name, entry), source)
    }

    pub(crate) fn loading(file: &str, source: database::Error) -> Self {
        match Self::from(source) {
            Self::Database(source) => Self::Loading { file: file.to_owned(), source },
            other => other,
        }
    }

    pub(crate) fn scratch(dir: &Path, source: io::Error) -> Self {
        Self::Scratch { dir: dir.to_owned(), source }
    }

    pub(crate) fn input(path: &Path, source: io::Error) -> Self {
        let path = path.to_owned();
        match source.kind() {
            io::ErrorKind::NotFound => Self::NoFile { path },
            _ => Self::Input { path, source },
        }
    }

    pub(crate) fn spool(source: io::Error) -> Self {
        Self::Spool(source)
    }

    pub(crate) fn output(source: io::Error) -> Self {
        Self::Output(source)
    }

    pub(crate) fn new_database(path: &Path, source: &io::Error) -> Self {
        // The error names a temporary file, which tells nobody anything.
        Self::NewDatabase { path: path.to_owned(), source: source.kind().into() }
    }
}
