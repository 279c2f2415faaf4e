//! One file per command; the match that chooses; what can go wrong outside the libraries.

mod bench;
mod cleanup;
mod completions;
mod development;
mod docs;
mod export;
mod import;
mod list;
mod merge_view;
mod migrate;
mod regenerate;
mod repair;
mod seed;
mod stats;
mod verify;

use crate::cli::{Cli, Command};

/// What a command returns: an exit code, or an error that has one.
pub(crate) type Outcome = Result<u8, Failure>;

/// Why a command failed.
#[derive(Debug, thiserror::Error, miette::Diagnostic)]
pub(crate) enum Failure {
    /// The libraries' errors.
    #[error(transparent)]
    #[diagnostic(transparent)]
    Workflow(#[from] workflow::Error),
    /// The current folder cannot be told.
    #[error("the current folder cannot be read")]
    CurrentDir(#[source] std::io::Error),
    /// No workspace upwards.
    #[error("no demo-snapshots folder here or in any folder above")]
    #[diagnostic(help("run this inside the workspace, or name the folder: --archive DIR"))]
    NoWorkspace,
    /// A question that nobody can answer.
    #[error("{what}, and nobody is here to confirm it{}", listed(.rows))]
    #[diagnostic(help("say --yes to go on{}", .or.as_deref().map(|or| format!(", or {or}")).unwrap_or_default()))]
    NeedsYes {
        /// What would happen.
        what: String,
        /// To which rows, a line each; empty where they are not named.
        rows: String,
        /// The other way.
        or: Option<String>,
    },
    /// The person said no.
    #[error("stopped: nothing was changed")]
    Stopped,
    /// `--older-than` is neither a date nor days.
    #[error("`{}` is neither a date such as 2026-01-31 nor a number of days such as 90d", model::text::Shown(.0))]
    OlderThan(String),
    /// A file that a command writes or reads by itself.
    #[error("{path}: {doing} failed")]
    #[diagnostic(help("check that the folder exists, can be written and has space left"))]
    Io {
        /// The file.
        path: String,
        /// What was tried.
        doing: &'static str,
        /// Why.
        #[source]
        source: std::io::Error,
    },
    /// A development task failed; it has said why.
    #[error("{0}")]
    Task(String),
}

fn listed(rows: &str) -> String {
    if rows.is_empty() { String::new() } else { format!(":\n{rows}") }
}

/// Runs what was typed.
pub(crate) fn run(cli: Cli) -> Outcome {
    let global = &cli.global;
    match cli.command {
        Command::DemoExport(args) => export::run(global, &args),
        Command::DemoImport(args) => import::run(global, &args),
        Command::DemoListExports(args) => list::run(global, &args),
        Command::DemoCleanupExports(args) => cleanup::run(global, &args),
        Command::DemoVerify(args) => verify::run(global, &args),
        Command::DemoRepair(args) => repair::run(global, &args),
        Command::DemoSeed(args) => seed::run(global, &args),
        Command::DemoRegenerate(args) => regenerate::run(global, &args),
        Command::DataStats(args) => stats::run(global, &args),
        Command::DbMigrate(args) => migrate::run(global, &args),
        Command::Completions(args) => Ok(completions::run(&args)),
        Command::Docs(args) => docs::run(global, &args),
        Command::Test(args) => development::test(global, &args),
        Command::Ci => development::ci(global),
        Command::Bench(args) => bench::run(global, &args),
    }
}

/// Prints a report for programs.
pub(crate) fn print_json(terminal: crate::terminal::Terminal, value: &serde_json::Value) -> u8 {
    terminal.result(format!("{value:#}"));
    crate::exit_code::DONE
}
