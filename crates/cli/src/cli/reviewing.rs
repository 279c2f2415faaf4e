//! What can be typed to look at changes: comparing, merging, reporting, accepting.

use std::path::PathBuf;

use clap::{Args, ValueEnum};

use super::{DatabaseArg, JsonArg};

/// `demo-diff`
#[derive(Args, Debug)]
#[command(
    after_help = "Examples:\n  cargo xtask demo-diff writer\n  cargo xtask demo-diff writer v1 v3 --format summary\n  \
    cargo xtask demo-diff writer latest database\n  cargo xtask demo-diff writer git:main --format markdown\n  \
    cargo xtask demo-diff writer old.sql sqlite:app.db\n\n\
    A side is a version (`v2`, `v2_2026-11-20`, `latest`), a snapshot file, a database (`sqlite:PATH`, `postgres://…`, or \
    `database`, the one of --database), or a version at a git revision (`git:main`, its newest there, or `git:main:v2`).\n\n\
    Exit codes: 0 nothing differs, 1 something does."
)]
pub struct DiffArgs {
    /// The scenario
    pub(crate) scenario: String,
    /// What was [default: the version before HEAD]
    pub(crate) base: Option<String>,
    /// What is [default: the latest version]
    pub(crate) head: Option<String>,
    /// How the differences are told
    #[arg(long, short, value_enum, default_value_t = FormatArg::Terminal)]
    pub(crate) format: FormatArg,
    /// Write them to FILE instead of stdout
    #[arg(long, short, value_name = "FILE")]
    pub(crate) output: Option<PathBuf>,
    /// The most bytes that `--format markdown` writes
    #[arg(long, value_name = "BYTES", default_value_t = 60_000, value_parser = clap::value_parser!(u64).range(4_000..=1_000_000))]
    pub(crate) max_size: u64,
    /// Do not page what is longer than the terminal
    #[arg(long)]
    pub(crate) no_pager: bool,
    #[command(flatten)]
    pub(crate) database: DatabaseArg,
    /// The same as `--format json`
    #[arg(long, conflicts_with = "format")]
    pub(crate) json: bool,
}

/// `--format`
#[derive(ValueEnum, Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum FormatArg {
    /// Every row and value that differs, for reading
    Terminal,
    /// The counts by table
    Summary,
    /// A comment for a pull request, of limited size
    Markdown,
    /// For programs, every value
    Json,
    /// A page for a browser, one file
    Html,
    /// The SQL that leads from BASE to HEAD, for sqlite3 -bail and psql
    Sql,
}

/// `demo-merge`
#[derive(Args, Debug)]
#[command(after_help = "Examples:\n  cargo xtask demo-merge writer\n  \
    cargo xtask demo-merge writer --theirs fragments:7 --ours todos:12\n  cargo xtask demo-merge writer --with origin/main --dry-run\n\n\
    What is merged is what both branches have committed. Versions that theirs added come after those of ours, under other \
    numbers, and a version with the rows of both goes on top. A conflict names its ROW, TABLE:KEY. Exit codes: 0 merged, \
    1 rows are open and nothing was written, 2 usage, 3 a branch's archive is at fault, 4 environment.")]
pub struct MergeArgs {
    /// The scenario
    pub(crate) scenario: String,
    /// The other branch [default: that of the merge that git has begun]
    #[arg(long, value_name = "BRANCH")]
    pub(crate) with: Option<String>,
    /// Where the two contradict each other, take this branch's value: in ROW, in all of a TABLE, or everywhere
    #[arg(long, value_name = "ROW", num_args = 0..=1, default_missing_value = "", action = clap::ArgAction::Append)]
    pub(crate) ours: Vec<String>,
    /// The same, for the other branch's value
    #[arg(long, value_name = "ROW", num_args = 0..=1, default_missing_value = "", action = clap::ArgAction::Append)]
    pub(crate) theirs: Vec<String>,
    /// Say what would be merged, and write nothing
    #[arg(long)]
    pub(crate) dry_run: bool,
    #[command(flatten)]
    pub(crate) json: JsonArg,
}

/// `demo-merge-driver`
#[derive(Args, Debug)]
#[command(after_help = "Example:\n  \
    git config merge.demo-merge.driver 'cargo xtask demo-merge-driver %O %A %B %P'\n\n\
    Git calls it for files with `merge=demo-merge` in .gitattributes: export_manifest.json and schema_versions.json of \
    metadata/, and CHANGES.md. Exit codes: 0 merged, 1 both branches added versions of one scenario, which `demo-merge` \
    merges; the file then is that of this branch.")]
pub struct MergeDriverArgs {
    /// The file that both branches began with
    #[arg(value_name = "BASE")]
    pub(crate) base: PathBuf,
    /// This branch's file, which becomes the result
    #[arg(value_name = "OURS")]
    pub(crate) ours: PathBuf,
    /// The other branch's file
    #[arg(value_name = "THEIRS")]
    pub(crate) theirs: PathBuf,
    /// Where the file stands in the repository
    #[arg(value_name = "PATH")]
    pub(crate) path: String,
}

/// `demo-report`
#[derive(Args, Debug)]
#[command(
    after_help = "Examples:\n  cargo xtask demo-report\n  cargo xtask demo-report writer --output target/writer-report\n\n\
    The pages need no server and no network: open index.html in a browser, or publish the folder. A report that is there is \
    replaced; a folder that holds anything else is left alone. The same archive makes the same bytes."
)]
pub struct ReportArgs {
    /// The scenario [default: all]
    pub(crate) scenario: Option<String>,
    /// The folder to write [default: target/demo-report of the workspace]
    #[arg(long, short, value_name = "DIR")]
    pub(crate) output: Option<PathBuf>,
    #[command(flatten)]
    pub(crate) json: JsonArg,
}

/// `demo-regenerate`
#[derive(Args, Debug)]
#[command(
    after_help = "Examples:\n  cargo xtask demo-regenerate && cargo xtask demo-review\n  cargo xtask demo-regenerate --check"
)]
pub struct RegenerateArgs {
    /// The scenario [default: all that have a seed.yaml]
    pub(crate) scenario: Option<String>,
    /// Write nothing; show what differs, and exit 1 if anything does or if a version waits for a review
    #[arg(long)]
    pub(crate) check: bool,
    /// Write versions at once, without a review
    #[arg(long, conflicts_with = "check")]
    pub(crate) accept: bool,
    #[command(flatten)]
    pub(crate) json: JsonArg,
}

/// `demo-review`, `demo-accept`, `demo-reject`
#[derive(Args, Debug)]
#[command(
    after_help = "Examples:\n  cargo xtask demo-review\n  cargo xtask demo-accept writer\n  cargo xtask demo-reject"
)]
pub struct PendingArgs {
    /// The scenario [default: all]
    pub(crate) scenario: Option<String>,
    #[command(flatten)]
    pub(crate) json: JsonArg,
}

/// `demo-textconv`
#[derive(Args, Debug)]
#[command(
    after_help = "Example:\n  git config diff.demo-snapshot.textconv \"cargo --quiet xtask demo-textconv\""
)]
pub struct TextconvArgs {
    /// The version file; any other file is printed as it is
    pub(crate) file: PathBuf,
}
