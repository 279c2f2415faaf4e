//! `test` and `ci`: what is run on every change. The only place that starts other programs, and never on a snapshot.
//!
//! A test that needs a PostgreSQL server has `postgres` in its name: that is what leaves it out, and what selects it.

mod applications;
mod matrix;
mod server;

use cli::{Failure, Global, Outcome, exit_code};
use xshell::{Shell, cmd};

use crate::commands::failed;
use crate::environment;
use crate::tasks::{CiArgs, TestArgs};

/// The variable that tells tests how many random cases to run where they run a sample otherwise, and what `--full` means.
const CASES: &str = "DEMO_TEST_CASES";
const FULL: &str = "2000";

/// All tests of the workspace, documentation examples included.
pub(crate) fn test(global: &Global, args: &TestArgs) -> Outcome {
    if args.postgres_matrix {
        return matrix::run(global, &args.only, args.write);
    }
    if args.applications {
        return applications::run(global, args.postgres.without_postgres, &args.rest);
    }
    let shell = shell(global)?;
    if args.size.full {
        shell.set_var(CASES, FULL);
    }
    if args.postgres.without_postgres {
        return without_postgres(global, &shell, &args.rest);
    }
    let server = server::provide(global, &shell)?;
    let _variable = shell.push_env(server::VARIABLE, server.url());
    run_tests(global, &shell, &args.rest)
}

/// As [`test()`], without the tests of PostgreSQL, which are counted.
fn without_postgres(global: &Global, shell: &Shell, rest: &[String]) -> Outcome {
    let apart = target_apart();
    let list = cmd!(shell, "cargo test --quiet --workspace --all-targets {apart...} -- {rest...} --list");
    let listed = anew(list.quiet()).read().map_err(|error| failed(format!("tests: {error}")))?;
    let left_out =
        listed.lines().filter(|line| line.contains("postgres") && line.ends_with(": test")).count();
    // A test that needs a server and does not say so in its name fails by this.
    let _variable = shell.push_env("DEMO_WITHOUT_POSTGRES", "1");
    let skip = ["--skip", "postgres"].map(str::to_owned);
    let outcome = run_tests(global, shell, &[rest, &skip].concat());
    global.terminal().warn(format!("tests of PostgreSQL that were left out: {left_out}"));
    outcome
}

fn run_tests(global: &Global, shell: &Shell, rest: &[String]) -> Outcome {
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
pub(crate) fn ci(global: &Global, args: &CiArgs) -> Outcome {
    let shell = shell(global)?;
    task(global, "formatting", cmd!(shell, "cargo fmt --all --check"))?;
    task(
        global,
        "lints",
        cmd!(shell, "cargo clippy --workspace --all-targets --all-features -- --deny warnings"),
    )?;
    task(global, "documentation", cmd!(shell, "cargo doc --workspace --no-deps --document-private-items"))?;
    task(global, "command reference", cmd!(shell, "cargo xtask docs --check"))?;
    task(global, "archive", cmd!(shell, "cargo xtask demo-verify"))?;
    task(global, "seeds", cmd!(shell, "cargo xtask demo-regenerate --check"))?;
    test(global, &TestArgs { postgres: args.postgres, ..TestArgs::default() })
}

/// A shell in the workspace; the cargo that it starts leaves the network alone if `NO_NETWORK` says so.
pub(crate) fn shell(global: &Global) -> Result<Shell, Failure> {
    let shell = Shell::new().map_err(|error| failed(error.to_string()))?;
    shell.change_dir(global.workspace()?);
    if environment::no_network() {
        shell.set_var("CARGO_NET_OFFLINE", "true");
    }
    Ok(shell)
}

fn task(global: &Global, what: &str, command: xshell::Cmd<'_>) -> Outcome {
    global.terminal().say(format!("Running {what}: {command}"));
    anew(command.quiet()).run().map_err(|error| failed(format!("{what}: {error}")))?;
    Ok(exit_code::DONE)
}

/// A command that is told nothing of this program's own package.
fn anew(mut command: xshell::Cmd<'_>) -> xshell::Cmd<'_> {
    for name in environment::of_own_package() {
        command = command.env_remove(name);
    }
    command
}
