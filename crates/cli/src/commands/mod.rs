//! One file per command; the match that chooses; what can go wrong outside the libraries.

mod check;
mod cleanup;
mod completions;
mod diff;
mod explain;
mod export;
mod import;
mod init;
mod list;
mod merge;
mod merge_view;
mod migrate;
mod place;
mod regenerate;
mod repair;
mod report;
mod review;
mod seed;
mod stats;
mod textconv;
mod verify;

use crate::cli::{Command, Global};

/// What a command returns: an exit code, or an error that has one.
pub type Outcome = Result<u8, Failure>;

/// Why a command failed.
#[derive(Debug, thiserror::Error, miette::Diagnostic)]
pub enum Failure {
    /// The libraries' errors.
    #[error(transparent)]
    #[diagnostic(transparent)]
    Workflow(#[from] workflow::Error),
    /// The current folder cannot be told.
    #[error("the current folder cannot be read")]
    #[diagnostic(help("change into a folder that exists and that you may read"))]
    CurrentDir(#[source] std::io::Error),
    /// No workspace upwards.
    #[error("no {archive} folder here or in any folder above")]
    #[diagnostic(help("run this inside the workspace, or name the folder: --archive DIR"))]
    NoWorkspace {
        /// The archive's folder.
        archive: String,
    },
    /// A command that works on the program's own schema, of which the program says nothing.
    #[error("this program has no schema of its own, and `{command}` works on nothing else")]
    #[diagnostic(help(
        "give it migrations, `Tool::migrations` in its main function; or take rows from a database that is there: `demo-export`"
    ))]
    NoSchema {
        /// As typed.
        command: &'static str,
    },
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
    /// What was typed cannot name a scenario.
    #[error(transparent)]
    #[diagnostic(help("choose a name such as `shop-2`"))]
    Name(#[from] model::name::NameError),
    /// `--version` is no version, but nearly.
    #[error("{error}")]
    #[diagnostic(help("did you mean `{meant}`?"))]
    Spelling {
        /// What it is not.
        error: model::VersionError,
        /// What it looks like.
        meant: String,
    },
    /// `--output` names what an export would not bring back.
    #[error(transparent)]
    #[diagnostic(transparent)]
    Output(#[from] export::output::Refusal),
    /// What was typed as a side of a comparison is none.
    #[error("`{}` is no version, and no file of that name is here", model::text::Shown(.0))]
    #[diagnostic(help(
        "a side is a version such as `v2` or `latest`, a snapshot file, `git:REVISION`, or a database: `sqlite:PATH`, `postgres://…`, `database`"
    ))]
    Side(String),
    /// A file that is not a result's to replace.
    #[error("`{path}` is {what}, and no place for a result")]
    #[diagnostic(help("name another file"))]
    Place {
        /// The file.
        path: String,
        /// What it is.
        what: &'static str,
    },
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
    /// A result has nowhere to go.
    #[error("the result could not be written")]
    #[diagnostic(help(
        "what was asked for is done; make room where the output goes, and ask again for what you wanted to see"
    ))]
    ResultLost(#[source] std::io::Error),
    /// What a command of the embedding program's own says.
    #[error("{what}")]
    Own {
        /// The [exit code](crate::exit_code).
        code: u8,
        /// What is wrong.
        what: String,
        /// What to do about it.
        #[help]
        help: Option<String>,
    },
}

fn listed(rows: &str) -> String {
    if rows.is_empty() { String::new() } else { format!(":\n{rows}") }
}

impl Command {
    /// Runs what was typed, and prints its result; returns its exit code.
    ///
    /// # Errors
    /// What the command refuses, or where it failed; nothing has been printed of it.
    pub fn run(self, global: &Global) -> Outcome {
        match self {
            Command::DemoInit(args) => init::run(global, &args),
            Command::DemoExport(args) => export::run(global, &args),
            Command::DemoImport(args) => import::run(global, &args),
            Command::DemoListExports(args) => list::run(global, &args),
            Command::DemoCleanupExports(args) => cleanup::run(global, &args),
            Command::DemoDiff(args) => diff::run(global, &args),
            Command::DemoVerify(args) => verify::run(global, &args),
            Command::DemoExplain(args) => explain::run(global, &args),
            Command::DemoMerge(args) => merge::run(global, &args),
            Command::DemoMergeDriver(args) => merge::drive(global, &args),
            Command::DemoRepair(args) => repair::run(global, &args),
            Command::DemoReport(args) => report::run(global, &args),
            Command::DemoSeed(args) => seed::run(global, &args),
            Command::DemoRegenerate(args) => regenerate::run(global, &args),
            Command::DemoReview(args) => review::review(global, &args),
            Command::DemoAccept(args) => review::accept(global, &args),
            Command::DemoReject(args) => review::reject(global, &args),
            Command::DemoTextconv(args) => textconv::run(global, &args),
            Command::DataStats(args) => stats::run(global, &args),
            Command::DataCheck(args) => check::run(global, &args),
            Command::DbMigrate(args) => migrate::run(global, &args),
            Command::Completions(args) => Ok(completions::run(global, &args)),
        }
    }
}

/// Prints a report for programs.
pub(crate) fn print_json(terminal: crate::terminal::Terminal, value: &serde_json::Value) -> u8 {
    terminal.result(format!("{value:#}"));
    crate::exit_code::DONE
}

#[cfg(test)]
mod tests {
    use std::fmt::Write as _;
    use std::io::{Error, ErrorKind};

    use insta::assert_snapshot;

    use super::{Failure, export::output::Refusal};

    #[test]
    fn every_failure_says_what_why_and_what_next() {
        let denied = || Error::from(ErrorKind::PermissionDenied);
        let path = || "out.sql".to_owned();
        let needs_yes = |rows: &str, or: Option<&str>| Failure::NeedsYes {
            what: "2 versions would be removed".to_owned(),
            rows: rows.to_owned(),
            or: or.map(str::to_owned),
        };
        let spelling = model::Version::parse("2").expect_err("no version");
        let failures = [
            Failure::Workflow(workflow::Error::Output(denied())),
            Failure::CurrentDir(denied()),
            Failure::NoWorkspace { archive: "demo-snapshots".to_owned() },
            Failure::NoSchema { command: "db-migrate" },
            needs_yes("", None),
            needs_yes("  todos id 900 (added)", Some("look first: --dry-run")),
            Failure::Stopped,
            Failure::OlderThan("soon\u{1b}[2J".to_owned()),
            Failure::Name(model::ScenarioName::new("../Shop").expect_err("no name")),
            Failure::Spelling { error: spelling, meant: "v2".to_owned() },
            Failure::Side("main\u{1b}".to_owned()),
            Failure::Place { path: path(), what: "a database" },
            Failure::Output(Refusal::InArchive { path: path() }),
            Failure::Output(Refusal::Source { path: path() }),
            Failure::Output(Refusal::NotASnapshot { path: path() }),
            Failure::Output(Refusal::NotAFile { path: path(), what: "a folder" }),
            Failure::Io { path: path(), doing: "writing", source: denied() },
            Failure::ResultLost(Error::from(ErrorKind::StorageFull)),
            Failure::Own {
                code: 4,
                what: "the tests need PostgreSQL".to_owned(),
                help: Some("any one of these:\n  one\n  two".to_owned()),
            },
            Failure::Own { code: 1, what: "tests: command exited with non-zero code".to_owned(), help: None },
        ];
        let mut told = String::new();
        for failure in &failures {
            let text = crate::report::render("cargo xtask", failure);
            let _ = write!(told, "{}", anstream::adapter::strip_str(&text));
            let _ = writeln!(told, "-- exit {}", crate::exit_code::of(failure));
        }
        assert_snapshot!(told, @r"
        error: the output cannot be written
          caused by: permission denied
        -- exit 4
        error: the current folder cannot be read
          caused by: permission denied
           help: change into a folder that exists and that you may read
        -- exit 4
        error: no demo-snapshots folder here or in any folder above
           help: run this inside the workspace, or name the folder: --archive DIR
        -- exit 2
        error: this program has no schema of its own, and `db-migrate` works on nothing else
           help: give it migrations, `Tool::migrations` in its main function; or take rows from a database that is there: `demo-export`
        -- exit 2
        error: 2 versions would be removed, and nobody is here to confirm it
           help: say --yes to go on
        -- exit 2
        error: 2 versions would be removed, and nobody is here to confirm it:
                 todos id 900 (added)
           help: say --yes to go on, or look first: --dry-run
        -- exit 2
        error: stopped: nothing was changed
        -- exit 2
        error: `soon\u001b[2J` is neither a date such as 2026-01-31 nor a number of days such as 90d
        -- exit 2
        error: `../Shop` cannot name a scenario: a name has 1 to 64 of a-z, 0-9, `_` and `-`, starts with a letter or digit, and is neither `metadata` nor a device name such as `con`
           help: choose a name such as `shop-2`
        -- exit 2
        error: `2` is not a version: expected one such as `v2` or `v2_2026-11-20`
           help: did you mean `v2`?
        -- exit 2
        error: `main\u001b` is no version, and no file of that name is here
           help: a side is a version such as `v2` or `latest`, a snapshot file, `git:REVISION`, or a database: `sqlite:PATH`, `postgres://…`, `database`
        -- exit 2
        error: `out.sql` is a database, and no place for a result
           help: name another file
        -- exit 2
        error: `out.sql` is inside the archive, where only versions belong
           help: name a file elsewhere, or leave out `--output`: the export then becomes the scenario's next version
        -- exit 2
        error: `out.sql` is the database that is exported, or one of its side files
           help: name another file: the source of an export is only read
        -- exit 2
        error: `out.sql` is there already, and is not a snapshot
           help: name another file, or remove this one first: `--output` replaces nothing but a snapshot
        -- exit 2
        error: `out.sql` is a folder, not a file that can be written
           help: name a file; `--output -` writes to stdout
        -- exit 2
        error: out.sql: writing failed
          caused by: permission denied
           help: check that the folder exists, can be written and has space left
        -- exit 4
        error: the result could not be written
          caused by: no storage space
           help: what was asked for is done; make room where the output goes, and ask again for what you wanted to see
        -- exit 4
        error: the tests need PostgreSQL
           help: any one of these:
                   one
                   two
        -- exit 4
        error: tests: command exited with non-zero code
        -- exit 1
        ");
    }
}
