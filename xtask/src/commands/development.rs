//! `test` and `ci`: what is run on every change. The only place that starts other programs, and never on a snapshot.
//!
//! A test that needs a PostgreSQL server has `postgres` in its name, and one that needs a browser `browser`: that is what
//! leaves it out, and what selects it.

mod applications;
mod browser;
mod matrix;
mod server;

use cli::{Failure, Global, Outcome, exit_code};
use xshell::{Shell, cmd};

use crate::commands::failed;
use crate::environment;
use crate::tasks::{CiArgs, TestArgs, Without};

pub(crate) use browser::pictures;

/// The variable that tells tests how many random cases to run where they run a sample otherwise, and what `--full` means.
const CASES: &str = "DEMO_TEST_CASES";
const FULL: &str = "2000";

/// All tests of the workspace, documentation examples included.
pub(crate) fn test(global: &Global, args: &TestArgs) -> Outcome {
    if args.postgres_matrix {
        return matrix::run(global, &args.only, args.write);
    }
    if args.applications {
        return applications::run(global, args.without.without_postgres, &args.rest);
    }
    let shell = shell(global)?;
    if args.size.full {
        shell.set_var(CASES, FULL);
    }
    let left_out = LeftOut::by(args.without);
    let warnings = count_left_out(&shell, &left_out, &args.rest)?;
    let mut rest = args.rest.clone();
    for tests in &left_out {
        // A test that needs what it may not have, and does not say so in its name, fails by this.
        shell.set_var(tests.variable, "1");
        rest.extend(["--skip", tests.word].map(str::to_owned));
    }
    let server = if args.without.without_postgres { None } else { Some(server::provide(global, &shell)?) };
    if let Some(server) = &server {
        shell.set_var(server::VARIABLE, server.url());
    }
    if !args.without.without_browser {
        shell.set_var(browser::VARIABLE, browser::provide(global, &shell)?);
    }
    let outcome = run_tests(global, &shell, &rest);
    for warning in warnings {
        global.terminal().warn(warning);
    }
    outcome
}

/// Tests that are left out by a word in their names.
struct LeftOut {
    word: &'static str,
    what: &'static str,
    variable: &'static str,
}

impl LeftOut {
    fn by(without: Without) -> Vec<Self> {
        let postgres =
            Self { word: "postgres", what: "tests of PostgreSQL", variable: "DEMO_WITHOUT_POSTGRES" };
        let browser = Self { word: "browser", what: "tests in a browser", variable: "DEMO_WITHOUT_BROWSER" };
        let all = [(without.without_postgres, postgres), (without.without_browser, browser)];
        all.into_iter().filter_map(|(is_left_out, tests)| is_left_out.then_some(tests)).collect()
    }
}

/// How many tests are left out, as warnings: nobody should take the rest for all.
fn count_left_out(shell: &Shell, left_out: &[LeftOut], rest: &[String]) -> Result<Vec<String>, Failure> {
    if left_out.is_empty() {
        return Ok(Vec::new());
    }
    let apart = target_apart();
    let list = cmd!(shell, "cargo test --quiet --workspace --all-targets {apart...} -- {rest...} --list");
    let listed = anew(list.quiet()).read().map_err(|error| failed(format!("tests: {error}")))?;
    let tests = || listed.lines().filter(|line| line.ends_with(": test"));
    let told = |of: &LeftOut| {
        let count = tests().filter(|line| line.contains(of.word)).count();
        format!("{} that were left out: {count}", of.what)
    };
    Ok(left_out.iter().map(told).collect())
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
    test(global, &TestArgs { without: args.without, ..TestArgs::default() })
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
