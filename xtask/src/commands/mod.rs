//! The development tasks, a file for each; the match that chooses.

mod bench;
mod development;
mod docs;

use cli::{Failure, Global, Outcome, exit_code};

use crate::tasks::Command;

/// Runs what was typed.
pub(crate) fn run(global: &Global, command: Command) -> Outcome {
    match command {
        Command::Tool(command) => command.run(global),
        Command::Docs(args) => docs::run(global, &args),
        Command::Test(args) => development::test(global, &args),
        Command::Ci(args) => development::ci(global, &args),
        Command::Bench(args) => bench::run(global, &args),
    }
}

/// A task that failed, and has said why.
pub(crate) fn failed(what: impl Into<String>) -> Failure {
    Failure::Own { code: exit_code::DIFFERS, what: what.into(), help: None }
}

/// Something that a task needs is not there, or cannot be used: what to do about it.
pub(crate) fn absent(what: impl Into<String>, help: impl Into<String>) -> Failure {
    Failure::Own { code: exit_code::ENVIRONMENT, what: what.into(), help: Some(help.into()) }
}
