//! The exit codes, and which error has which: the one table of them.

use workflow::Fault;

use crate::commands::Failure;

/// Done.
pub const DONE: u8 = 0;
/// Something differs: verify, check.
pub const DIFFERS: u8 = 1;
/// Usage: an unknown scenario or version, a wrong or missing option.
pub const USAGE: u8 = 2;
/// The file, the data or the target is at fault: damage, drift, conflict.
pub const DATA: u8 = 3;
/// The environment: locked, read-only, missing, disk full.
pub const ENVIRONMENT: u8 = 4;

/// The exit code of a failure.
pub(crate) fn of(failure: &Failure) -> u8 {
    match failure {
        Failure::Workflow(error) => match error.fault() {
            Fault::Usage => USAGE,
            Fault::Data => DATA,
            Fault::Environment => ENVIRONMENT,
        },
        Failure::CurrentDir(_) | Failure::ResultLost(_) | Failure::Io { .. } => ENVIRONMENT,
        Failure::NoWorkspace { .. }
        | Failure::NoSchema { .. }
        | Failure::NeedsYes { .. }
        | Failure::Stopped
        | Failure::OlderThan(_)
        | Failure::Name(_)
        | Failure::Spelling { .. }
        | Failure::Output(_)
        | Failure::Side(_)
        | Failure::Place { .. } => USAGE,
        Failure::Own { code, .. } => *code,
    }
}
