//! The exit codes, and which error has which: the one table of them.

use workflow::Fault;

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
        Failure::Workflow(error) => match error.fault() {
            Fault::Usage => USAGE,
            Fault::Data => DATA,
            Fault::Environment => ENVIRONMENT,
        },
        Failure::CurrentDir(_) | Failure::ResultLost(_) | Failure::Io { .. } | Failure::TestServer { .. } => {
            ENVIRONMENT
        }
        Failure::NoWorkspace
        | Failure::NeedsYes { .. }
        | Failure::Stopped
        | Failure::OlderThan(_)
        | Failure::Name(_)
        | Failure::Spelling { .. }
        | Failure::Output(_) => USAGE,
        Failure::Task(_) => DIFFERS,
    }
}
