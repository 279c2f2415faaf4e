//! `test` and `ci`: what is run on every change. The only place that starts other programs, and never on a snapshot.

use xshell::{Shell, cmd};

use crate::cli::{Global, TestArgs};
use crate::commands::{Failure, Outcome};
use crate::{environment, exit_code};

/// All tests of the workspace, documentation examples included.
pub(crate) fn test(global: &Global, args: &TestArgs) -> Outcome {
    let shell = shell()?;
    let rest = &args.rest;
    let apart = target_apart();
    task(global, "tests", cmd!(shell, "cargo test --workspace --all-targets {apart...} -- {rest...}"))?;
    task(global, "documentation examples", cmd!(shell, "cargo test --workspace --doc {apart...}"))?;
    let old = ["--manifest-path", "tests/sqlite-3.38/Cargo.toml", "--target-dir", "target/sqlite-3.38"];
    task(global, "the oldest SQLite", cmd!(shell, "cargo run --quiet {old...}"))
}

/// Windows cannot replace a program that runs, and this one does: there, tests are built beside it.
fn target_apart() -> &'static [&'static str] {
    if cfg!(windows) { &["--target-dir", "target/tests"] } else { &[] }
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

/// A shell in the workspace; the cargo that it starts leaves the network alone if `NO_NETWORK` says so.
pub(crate) fn shell() -> Result<Shell, Failure> {
    let shell = Shell::new().map_err(|error| Failure::Task(error.to_string()))?;
    shell.change_dir(environment::workspace()?);
    if environment::no_network() {
        shell.set_var("CARGO_NET_OFFLINE", "true");
    }
    Ok(shell)
}

fn task(global: &Global, what: &str, command: xshell::Cmd<'_>) -> Outcome {
    environment::terminal(global).say(format!("Running {what}: {command}"));
    command.quiet().run().map_err(|error| Failure::Task(format!("{what}: {error}")))?;
    Ok(exit_code::DONE)
}
