//! What can be typed: every command, option and help text. Parsing only; `commands` turns it into requests.
//!
//! Texts name `cargo xtask`, this workspace's scenarios and its database file; `tool` puts an embedding program's in their
//! place.

mod reviewing;

use std::path::PathBuf;

use clap::{Args, Parser, Subcommand, ValueEnum};

use crate::Tool;
pub(crate) use reviewing::{
    DiffArgs, FormatArg, MergeArgs, MergeDriverArgs, PendingArgs, RegenerateArgs, ReportArgs, TextconvArgs,
};

/// Demo scenarios of real rows as reviewable SQL files, and back into a database exactly as they were.
#[derive(Parser, Debug)]
#[command(
    name = "cargo xtask",
    bin_name = "cargo xtask",
    version,
    max_term_width = 100,
    subcommand_required = true,
    arg_required_else_help = true,
    after_help = "Exit codes: 0 done, 1 differs, 2 usage, 3 file, data or target at fault, 4 environment."
)]
pub(crate) struct Root<C: Subcommand> {
    /// What is common to all commands.
    #[command(flatten)]
    pub(crate) global: Global,
    /// The command.
    #[command(subcommand)]
    pub(crate) command: C,
}

/// What every command is given: the options that all of them have, and the program that they are part of.
#[derive(Args, Debug, Clone)]
pub struct Global {
    /// The folder of scenarios and versions [default: demo-snapshots/ of the workspace]
    #[arg(
        long,
        global = true,
        value_name = "DIR",
        env = "DEMO_SNAPSHOTS",
        hide_env_values = true,
        help_heading = "Global options"
    )]
    pub(crate) archive: Option<PathBuf>,
    /// Print errors, warnings and results only
    #[arg(long, short, global = true, help_heading = "Global options")]
    pub(crate) quiet: bool,
    /// Go on without asking, where a command asks
    #[arg(long, short, global = true, help_heading = "Global options")]
    pub(crate) yes: bool,
    /// Log to stderr what is done (-vv: in detail); never values, never passwords
    #[arg(long, short, global = true, action = clap::ArgAction::Count, help_heading = "Global options")]
    pub(crate) verbose: u8,
    /// The program.
    #[arg(skip)]
    pub(crate) tool: Tool,
    /// All that can be typed, the program's own commands included.
    #[arg(skip)]
    pub(crate) root: clap::Command,
}

/// Which database.
#[derive(Args, Debug, Clone)]
pub(crate) struct DatabaseArg {
    /// The database, `sqlite:PATH` or `postgres://USER@HOST:PORT/DATABASE` [default: the bundled SQLite file,
    /// target/demo.sqlite, or that of the schema that is named]
    #[arg(long, value_name = "URL", env = "DEMO_DATABASE_URL", hide_env_values = true)]
    pub(crate) database: Option<String>,
}

/// Output for programs.
#[derive(Args, Debug, Clone, Copy)]
pub(crate) struct JsonArg {
    /// Print the result as JSON on stdout
    #[arg(long)]
    pub(crate) json: bool,
}

/// The commands, to be run by [`Command::run`]. A program with commands of its own flattens them into its own `Subcommand`.
#[derive(Subcommand, Debug)]
pub enum Command {
    /// Propose a scenario.yaml from a database's tables and keys
    DemoInit(InitArgs),
    /// Write a scenario's rows as its next version; nothing when unchanged
    DemoExport(ExportArgs),
    /// Bring a version into a database, verified, or change nothing
    DemoImport(ImportArgs),
    /// List the versions of one scenario or of all
    #[command(visible_alias = "demo-list")]
    DemoListExports(ListArgs),
    /// Remove old versions; the latest always stays
    #[command(visible_alias = "demo-cleanup")]
    DemoCleanupExports(CleanupArgs),
    /// What differs between two versions, files, databases or git revisions, row by row
    DemoDiff(DiffArgs),
    /// Check every version against manifest, grammar, both SQL dialects and a restore
    DemoVerify(VerifyArgs),
    /// Why a row is in a scenario: the path of references from a selected row
    DemoExplain(ExplainArgs),
    /// Merge two branches' versions of a scenario, row by row and column by column
    DemoMerge(MergeArgs),
    /// Merge manifest, schemas or CHANGES.md, as git's merge driver
    DemoMergeDriver(MergeDriverArgs),
    /// Rebuild the manifest and the latest links from the version files
    DemoRepair(RepairArgs),
    /// Write a site about the archive: scenarios, versions over time, what each holds and what it changed
    DemoReport(ReportArgs),
    /// Bring a scenario's seed.yaml into a database
    DemoSeed(SeedArgs),
    /// Export every scenario from its seed, and leave what differs for a review; or check that nothing does, as CI does
    DemoRegenerate(RegenerateArgs),
    /// Look at the versions that wait for a review, and accept or reject them
    DemoReview(PendingArgs),
    /// Make the versions that wait for a review versions
    DemoAccept(PendingArgs),
    /// Remove the versions that wait for a review
    DemoReject(PendingArgs),
    /// Print a version file as `git diff` shows it best, a value a line: for diff.NAME.textconv
    DemoTextconv(TextconvArgs),
    /// Rows and bytes of every table of a database
    DataStats(StatsArgs),
    /// Look for what is wrong in a database: keys, indexes, full-text tables, sequences, types
    DataCheck(DataCheckArgs),
    /// Bring a database to a bundled schema's newest version
    DbMigrate(MigrateArgs),
    /// Print a shell's completion script
    Completions(CompletionsArgs),
}

/// `demo-init`
#[derive(Args, Debug)]
#[command(after_help = "Examples:\n  cargo xtask demo-init shop --database sqlite:app.db\n  \
    cargo xtask demo-init shop --database postgres:///shop --output - | less\n\n\
    The tables that seem to be the roots are selected, those that refer to them are followed. Guesses stand behind `#`: \
    references and JSON that names and values suggest. No value of a row is written.")]
pub struct InitArgs {
    /// The scenario's name, which becomes a folder: a-z, 0-9, `_` and `-`
    pub(crate) scenario: String,
    #[command(flatten)]
    pub(crate) database: DatabaseArg,
    /// Replace the scenario.yaml that is there; `git diff` shows what changed, if the one before was committed
    #[arg(long)]
    pub(crate) force: bool,
    /// Print the text, and write no file: the only place is `-`
    #[arg(long, short, value_name = "-", value_parser = ["-"], hide_possible_values = true,
        conflicts_with_all = ["force", "json"])]
    pub(crate) output: Option<String>,
    #[command(flatten)]
    pub(crate) json: JsonArg,
}

/// `demo-export`
#[derive(Args, Debug)]
#[command(
    after_help = "Examples:\n  cargo xtask demo-export writer\n  cargo xtask demo-export writer --database sqlite:app.db\n  \
    cargo xtask demo-export writer --database postgres://me@localhost/demo\n  \
    cargo xtask demo-export writer --output - | less\n  cargo xtask demo-export writer --from-file edited.sql"
)]
pub struct ExportArgs {
    /// The scenario
    pub(crate) scenario: String,
    #[command(flatten)]
    pub(crate) database: DatabaseArg,
    /// Take the rows of a hand-edited snapshot instead of a database
    #[arg(long, value_name = "FILE", conflicts_with = "database")]
    pub(crate) from_file: Option<PathBuf>,
    /// Write the snapshot to FILE, or to stdout with `-`, and leave the archive alone
    #[arg(long, short, value_name = "FILE")]
    pub(crate) output: Option<PathBuf>,
    /// Number the version by itself: always so, kept for its name
    #[arg(long)]
    pub(crate) auto_version: bool,
    /// Write a version without rows
    #[arg(long)]
    pub(crate) allow_empty: bool,
    /// How much of the file is read again and checked in both SQL dialects
    #[arg(long, value_enum, default_value_t = ValidateArg::Auto)]
    pub(crate) validate: ValidateArg,
    #[command(flatten)]
    pub(crate) json: JsonArg,
}

/// How much is validated.
#[derive(ValueEnum, Debug, Clone, Copy)]
pub(crate) enum ValidateArg {
    /// A row of each shape while it is written; a file up to 8 MiB is then read again, every statement
    Auto,
    /// Every statement, whatever the size
    Full,
}

/// `demo-import`
#[derive(Args, Debug)]
#[command(
    after_help = "Examples:\n  cargo xtask demo-import writer\n  cargo xtask demo-import general --version v1\n  \
    cargo xtask demo-import writer --file old.sql --dry-run\n  cargo xtask demo-import writer --database sqlite:app.db --yes\n  \
    cargo xtask demo-import writer --database postgres:///demo"
)]
pub struct ImportArgs {
    /// The scenario
    pub(crate) scenario: String,
    /// The version, `v1` or `v1_2025-01-15`
    #[arg(long, value_name = "VERSION", conflicts_with_all = ["latest", "file"])]
    pub(crate) version: Option<String>,
    /// The newest version (the default)
    #[arg(long, conflicts_with = "file")]
    pub(crate) latest: bool,
    /// A snapshot file from anywhere, of this or an older format
    #[arg(long, value_name = "FILE")]
    pub(crate) file: Option<PathBuf>,
    #[command(flatten)]
    pub(crate) database: DatabaseArg,
    /// Say what would be inserted, updated and deleted, and change nothing
    #[arg(long)]
    pub(crate) dry_run: bool,
    /// When a row that is not the scenario's has the key of one that is
    #[arg(long, value_enum, default_value_t = OnConflictArg::Error)]
    pub(crate) on_conflict: OnConflictArg,
    /// When a shared parent exists with other values
    #[arg(long, value_enum, default_value_t = ParentsArg::Error)]
    pub(crate) parents: ParentsArg,
    /// Which definition says what the scenario owns, where the file and scenario.yaml differ
    #[arg(long, value_enum)]
    pub(crate) definition: Option<DefinitionArg>,
    /// Whether the database's own triggers fire
    #[arg(long, value_enum, default_value_t = TriggersArg::Off)]
    pub(crate) triggers: TriggersArg,
    /// Make the tables first, in a database without any
    #[arg(long)]
    pub(crate) create_schema: bool,
    /// Go on although the database is on another machine, or looks like production: its path or HOST/DATABASE
    #[arg(long, value_name = "DATABASE")]
    pub(crate) allow_target: Option<String>,
    /// Seconds to wait for a lock that somebody else holds
    #[arg(long, value_name = "SECONDS", default_value_t = 5, value_parser = seconds)]
    pub(crate) lock_timeout: u64,
    #[command(flatten)]
    pub(crate) json: JsonArg,
}

/// A day is the longest that anybody waits.
fn seconds(typed: &str) -> Result<u64, String> {
    let seconds = typed.parse().ok().filter(|seconds| *seconds <= 86_400);
    seconds.ok_or_else(|| "give a whole number of seconds, 0 to 86400".to_owned())
}

/// `--on-conflict`
#[derive(ValueEnum, Debug, Clone, Copy)]
pub(crate) enum OnConflictArg {
    /// Refuse the import
    Error,
    /// Leave that row as it is
    Skip,
    /// Update that row
    Overwrite,
}

/// `--parents`
#[derive(ValueEnum, Debug, Clone, Copy)]
pub(crate) enum ParentsArg {
    /// Refuse the import
    Error,
    /// Leave them as they are
    Keep,
    /// Update them
    Overwrite,
}

/// `--definition`
#[derive(ValueEnum, Debug, Clone, Copy)]
pub(crate) enum DefinitionArg {
    /// The file's own
    File,
    /// scenario.yaml's
    Scenario,
}

/// `--triggers`
#[derive(ValueEnum, Debug, Clone, Copy)]
pub(crate) enum TriggersArg {
    /// They do not fire; full-text indexes are rebuilt
    Off,
    /// They fire; columns that they change are listed
    On,
}

/// `demo-list-exports`
#[derive(Args, Debug)]
#[command(after_help = "Examples:\n  cargo xtask demo-list\n  cargo xtask demo-list general --json")]
pub struct ListArgs {
    /// The scenario [default: all]
    pub(crate) scenario: Option<String>,
    #[command(flatten)]
    pub(crate) json: JsonArg,
}

/// `demo-cleanup-exports`
#[derive(Args, Debug)]
#[command(
    after_help = "Examples:\n  cargo xtask demo-cleanup general --keep 2 --dry-run\n  cargo xtask demo-cleanup --older-than 90d"
)]
pub struct CleanupArgs {
    /// The scenario [default: all]
    pub(crate) scenario: Option<String>,
    /// How many versions of each scenario stay
    #[arg(long, value_name = "N", default_value_t = 5)]
    pub(crate) keep: usize,
    /// Remove only versions before this date, `2026-01-31`, or older than so many days, `90d`
    #[arg(long, value_name = "DATE|DAYS")]
    pub(crate) older_than: Option<String>,
    /// Say what would be removed
    #[arg(long)]
    pub(crate) dry_run: bool,
    #[command(flatten)]
    pub(crate) json: JsonArg,
}

/// `demo-verify`
#[derive(Args, Debug)]
#[command(after_help = "Examples:\n  cargo xtask demo-verify\n  cargo xtask demo-verify writer --json")]
pub struct VerifyArgs {
    /// The scenario [default: all]
    pub(crate) scenario: Option<String>,
    #[command(flatten)]
    pub(crate) json: JsonArg,
}

/// `demo-repair`
#[derive(Args, Debug)]
#[command(after_help = "Example:\n  cargo xtask demo-repair --yes")]
pub struct RepairArgs {
    #[command(flatten)]
    pub(crate) json: JsonArg,
}

/// `demo-seed`
#[derive(Args, Debug)]
#[command(after_help = "Examples:\n  cargo xtask demo-seed general --dry-run\n  \
    cargo xtask db-migrate --fresh && cargo xtask demo-seed general")]
pub struct SeedArgs {
    /// The scenario
    pub(crate) scenario: String,
    #[command(flatten)]
    pub(crate) database: DatabaseArg,
    /// Say what would be inserted, updated and deleted, and change nothing
    #[arg(long)]
    pub(crate) dry_run: bool,
    /// Go on although the database is on another machine, or looks like production: its path or HOST/DATABASE
    #[arg(long, value_name = "DATABASE")]
    pub(crate) allow_target: Option<String>,
    #[command(flatten)]
    pub(crate) json: JsonArg,
}

/// `data-stats`
#[derive(Args, Debug)]
#[command(
    after_help = "Examples:\n  cargo xtask data-stats\n  cargo xtask data-stats --database postgres:///demo --json"
)]
pub struct StatsArgs {
    #[command(flatten)]
    pub(crate) database: DatabaseArg,
    #[command(flatten)]
    pub(crate) json: JsonArg,
}

/// `demo-explain`
#[derive(Args, Debug)]
#[command(
    after_help = "Examples:\n  cargo xtask demo-explain writer\n  cargo xtask demo-explain writer todos 101\n  \
    cargo xtask demo-explain memory capsule_observations 1 2\n\n\
    The database is only read, as an export would read it now. Exit codes: 0 explained, 1 the scenario takes no such row, \
    2 usage, 3 the scenario or the data is at fault, 4 the database cannot be read."
)]
pub struct ExplainArgs {
    /// The scenario
    pub(crate) scenario: String,
    /// The table [default: how many rows of each table are in for which reason]
    pub(crate) table: Option<String>,
    /// The row's key, a value for each of its columns [default: all rows of the table]
    #[arg(value_name = "KEY", requires = "table")]
    pub(crate) key: Vec<String>,
    #[command(flatten)]
    pub(crate) database: DatabaseArg,
    #[command(flatten)]
    pub(crate) json: JsonArg,
}

/// `data-check`
#[derive(Args, Debug)]
#[command(
    after_help = "Examples:\n  cargo xtask data-check\n  cargo xtask data-check todos fragments --database sqlite:app.db\n  \
    cargo xtask data-check --database postgres:///demo --json\n\n\
    The database is only read. Exit codes: 0 no findings, 1 findings, 2 no such table, 3 no database, or one too damaged, \
    4 it cannot be read. What is looked for: docs/data-check.md."
)]
pub struct DataCheckArgs {
    /// The tables [default: all]
    #[arg(value_name = "TABLE")]
    pub(crate) tables: Vec<String>,
    #[command(flatten)]
    pub(crate) database: DatabaseArg,
    #[command(flatten)]
    pub(crate) json: JsonArg,
}

/// `db-migrate`
#[derive(Args, Debug)]
#[command(after_help = "Examples:\n  cargo xtask db-migrate\n  cargo xtask db-migrate --fresh\n  \
    cargo xtask db-migrate --database postgres:///demo")]
pub struct MigrateArgs {
    /// Which bundled schema, by its name in scenario.yaml [default: the first]
    #[arg(long, value_name = "NAME")]
    pub(crate) schema: Option<String>,
    #[command(flatten)]
    pub(crate) database: DatabaseArg,
    /// Remove the SQLite file, or the schema's tables of a PostgreSQL database, first: their rows are lost; asks unless
    /// it is a bundled file
    #[arg(long)]
    pub(crate) fresh: bool,
    /// Go on although the database is on another machine, or looks like production: its path or HOST/DATABASE
    #[arg(long, value_name = "DATABASE")]
    pub(crate) allow_target: Option<String>,
    #[command(flatten)]
    pub(crate) json: JsonArg,
}

/// `completions`
#[derive(Args, Debug)]
#[command(
    after_help = "Example:\n  cargo xtask completions bash > ~/.local/share/bash-completion/completions/xtask"
)]
pub struct CompletionsArgs {
    /// The shell
    pub(crate) shell: clap_complete::Shell,
}
