//! The exit codes, and which error has which: the one table of them.

use crate::commands::Failure;

/// Done.
pub(crate) const DONE: u8 = 0;
/// Something differs: verify, check.
pub(crate) const DIFFERS: u8 = 1;
/// Usage: an unknown scenario or version, a wrong or missing option.
pub(crate) const USAGE: u8 = 2;
/// The file, the data or the target is at fault: damage, drift, conflict.
pub(crate) const DATA: u8 = 3;
/// The environment: locked, read-only, missing, disk full.
pub(crate) const ENVIRONMENT: u8 = 4;

/// The exit code of a failure.
pub(crate) fn of(failure: &Failure) -> u8 {
    match failure {
        Failure::Workflow(error) => of_workflow(error),
        Failure::CurrentDir(_) | Failure::Io { .. } => ENVIRONMENT,
        Failure::NoWorkspace | Failure::NeedsYes { .. } | Failure::Stopped | Failure::OlderThan(_) => USAGE,
        Failure::Task(_) => DIFFERS,
    }
}

fn of_workflow(error: &workflow::Error) -> u8 {
    use workflow::Error;
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
        | Error::NewDatabase { .. } => ENVIRONMENT,
        Error::Guard(_) | Error::Clock(_) | Error::Version(_) => USAGE,
        Error::Scenario(_)
        | Error::Plan(_)
        | Error::Diff(_)
        | Error::NoFile { .. }
        | Error::NotAFile { .. }
        | Error::OtherScenario { .. }
        | Error::NotTheRecorded { .. }
        | Error::Structure { .. }
        | Error::SchemaMissing { .. }
        | Error::NothingSelected { .. }
        | Error::RowLimit { .. }
        | Error::Expectation { .. }
        | Error::Misfit { .. }
        | Error::Witness { .. }
        | Error::OwnershipDiffers { .. }
        | Error::SeedSchema { .. }
        | Error::SeedBeyondScenario { .. }
        | Error::Stream(_) => DATA,
    }
}

fn of_archive(error: &archive::Error) -> u8 {
    use archive::Error;
    match error {
        Error::NoArchive { .. }
        | Error::UnknownScenario { .. }
        | Error::UnknownVersion { .. }
        | Error::NoVersions { .. }
        | Error::WrongDate { .. }
        | Error::Removed { .. } => USAGE,
        Error::Locked { .. } | Error::Io { .. } => ENVIRONMENT,
        _ => DATA,
    }
}

fn of_database(error: &database::Error) -> u8 {
    use database::Error;
    match error {
        Error::Url(_) => USAGE,
        Error::Missing { .. }
        | Error::Exists { .. }
        | Error::NotAFile { .. }
        | Error::Permission { .. }
        | Error::ReadOnly { .. }
        | Error::Locked { .. }
        | Error::DiskFull { .. }
        | Error::Io { .. }
        | Error::Interrupted { .. }
        | Error::OutOfMemory { .. }
        | Error::NeedsRecovery { .. }
        | Error::WalUnreadable { .. } => ENVIRONMENT,
        _ => DATA,
    }
}

fn of_snapshot(error: &snapshot_sql::Error) -> u8 {
    match error {
        snapshot_sql::Error::Read(_) | snapshot_sql::Error::Write(_) => ENVIRONMENT,
        _ => DATA,
    }
}
