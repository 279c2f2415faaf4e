//! `test` and `ci`: what is run on every change. The only place that starts other programs, and never on a snapshot.

use xshell::{Shell, cmd};

use crate::cli::{Global, TestArgs};
use crate::commands::{Failure, Outcome};
use crate::{environment, exit_code};

/// All tests of the workspace, documentation examples included.
pub(crate) fn test(global: &Global, args: &TestArgs) -> Outcome {
    let shell = shell()?;
    let rest = &args.rest;
    task(global, "tests", cmd!(shell, "cargo test --workspace --all-targets -- {rest...}"))?;
    task(global, "documentation examples", cmd!(shell, "cargo test --workspace --doc"))
}

/// Everything that a change must pass.
pub(crate) fn ci(global: &Global) -> Outcome {
    let shell = shell()?;
    task(global, "formatting", cmd!(shell, "cargo fmt --all --check"))?;
    task(global, "lints", cmd!(shell, "cargo clippy --workspace --all-targets -- --deny warnings"))?;
    task(global, "documentation", cmd!(shell, "cargo doc --workspace --no-deps --document-private-items"))?;
    task(global, "command reference", cmd!(shell, "cargo xtask docs --check"))?;
    task(global, "archive", cmd!(shell, "cargo xtask demo-verify"))?;
    task(global, "seeds", cmd!(shell, "cargo xtask demo-regenerate --check"))?;
    test(global, &TestArgs { rest: Vec::new() })
}

fn shell() -> Result<Shell, Failure> {
    let shell = Shell::new().map_err(|error| Failure::Task(error.to_string()))?;
    shell.change_dir(environment::workspace()?);
    Ok(shell)
}

fn task(global: &Global, what: &str, command: xshell::Cmd<'_>) -> Outcome {
    environment::terminal(global).say(format!("Running {what}: {command}"));
    command.quiet().run().map_err(|error| Failure::Task(format!("{what}: {error}")))?;
    Ok(exit_code::DONE)
}
