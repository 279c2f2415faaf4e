//! Who is at fault: what a caller's exit code depends on.

use crate::{Error, PlaceError, SchemaError};

/// What an error is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fault {
    /// The request: an unknown scenario or version, a missing answer.
    Usage,
    /// The file, the data or the target: damage, drift, conflict.
    Data,
    /// The environment: locked, read-only, missing, disk full.
    Environment,
}

impl Error {
    /// Who is at fault.
    pub fn fault(&self) -> Fault {
        of(self)
    }
}

fn of(error: &Error) -> Fault {
    match error {
        Error::Archive(error) => of_archive(error),
        Error::Database(error) | Error::Loading { source: error, .. } => of_database(error),
        Error::Snapshot(error) | Error::File { source: error, .. } | Error::Edited { source: error, .. } => {
            of_snapshot(error)
        }
        Error::Diff(row_diff::Error::Scratch(_))
        | Error::Input { .. }
        | Error::Scratch { .. }
        | Error::Spool(_)
        | Error::Output(_)
        | Error::Place(PlaceError::Io { .. })
        | Error::NewDatabase { .. }
        | Error::Schema(SchemaError::NoTarget { .. }) => Fault::Environment,
        Error::Git(error) => of_git(error),
        Error::Patch(error) => of_patch(error),
        Error::Merge(error) if error.is_usage() => Fault::Usage,
        Error::Guard(_)
        | Error::Clock(_)
        | Error::Place(_)
        | Error::Version(_)
        | Error::NoSuchTable { .. }
        | Error::Explain(_)
        | Error::NothingBefore { .. }
        | Error::NothingPending { .. }
        | Error::OnlyPending { .. }
        | Error::NotInRevision { .. } => Fault::Usage,
        Error::Schema(SchemaError::Unknown { file, .. }) if file.is_empty() => Fault::Usage,
        Error::Schema(_)
        | Error::SeedBytes(_)
        | Error::Scenario(_)
        | Error::Plan(_)
        | Error::Diff(_)
        | Error::Merge(_)
        | Error::NoFile { .. }
        | Error::NotAFile { .. }
        | Error::LeftBehind { .. }
        | Error::OtherScenario { .. }
        | Error::NotTheRecorded { .. }
        | Error::Structure { .. }
        | Error::PendingOvertaken { .. }
        | Error::PendingChanged { .. }
        | Error::PendingOther { .. }
        | Error::SchemaMissing { .. }
        | Error::NothingSelected { .. }
        | Error::NothingToSelect { .. }
        | Error::RowLimit { .. }
        | Error::Expectation { .. }
        | Error::Misfit { .. }
        | Error::NameMisfit { .. }
        | Error::OtherSpelling { .. }
        | Error::EditedBeyondScratch { .. }
        | Error::Witness { .. }
        | Error::OwnershipDiffers { .. }
        | Error::NoSeed { .. }
        | Error::SeedSchema { .. }
        | Error::SeedBeyondScenario { .. }
        | Error::Stream(_) => Fault::Data,
    }
}

fn of_git(error: &crate::git::GitError) -> Fault {
    use crate::git::GitError;
    match error {
        GitError::Spelling { .. } | GitError::UnknownRevision { .. } | GitError::NoRepository { .. } => {
            Fault::Usage
        }
        GitError::NotAFile { .. } | GitError::NoText { .. } => Fault::Data,
        GitError::NoGit(_) | GitError::Failed { .. } | GitError::Keep(_) => Fault::Environment,
    }
}

fn of_archive(error: &archive::Error) -> Fault {
    use archive::Error;
    match error {
        Error::NoArchive { .. }
        | Error::NoFolder { .. }
        | Error::UnknownScenario { .. }
        | Error::UnknownVersion { .. }
        | Error::NoVersions { .. }
        | Error::WrongDate { .. }
        | Error::Removed { .. } => Fault::Usage,
        Error::Locked { .. } | Error::Io { .. } => Fault::Environment,
        _ => Fault::Data,
    }
}

fn of_database(error: &database::Error) -> Fault {
    use database::Error;
    match error {
        Error::Url(_) => Fault::Usage,
        Error::Postgres(error) if !error.is_of_the_data() => Fault::Environment,
        Error::Missing { .. }
        | Error::Exists { .. }
        | Error::NotAFile { .. }
        | Error::SymbolicLink { .. }
        | Error::Permission { .. }
        | Error::ReadOnly { .. }
        | Error::Locked { .. }
        | Error::DiskFull { .. }
        | Error::Io { .. }
        | Error::Interrupted { .. }
        | Error::OutOfMemory { .. }
        | Error::NeedsRecovery { .. }
        | Error::WalUnreadable { .. } => Fault::Environment,
        _ => Fault::Data,
    }
}

fn of_patch(error: &snapshot_sql::patch::PatchError) -> Fault {
    use snapshot_sql::patch::PatchError;
    match error {
        PatchError::Scratch(_) | PatchError::Write(_) => Fault::Environment,
        _ => Fault::Data,
    }
}

fn of_snapshot(error: &snapshot_sql::Error) -> Fault {
    match error {
        snapshot_sql::Error::Read(_) | snapshot_sql::Error::Write(_) => Fault::Environment,
        _ => Fault::Data,
    }
}
