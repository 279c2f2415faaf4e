//! What can go wrong in an operation: the crates' own errors, and what only shows when they work together.

mod make;
mod words;

use std::io;
use std::path::PathBuf;

use model::StreamError;
use model::text::Shown;

use self::words::{edited_help, loading_help, no_table, rows, seed_schema, structure_help};
pub(crate) use self::words::{key_shape, meant_table};

/// Why an operation failed. Archive and database are then as they were.
#[derive(Debug, thiserror::Error, miette::Diagnostic)]
pub enum Error {
    /// The archive.
    #[error(transparent)]
    #[diagnostic(transparent)]
    Archive(#[from] archive::Error),
    /// The database.
    #[error(transparent)]
    #[diagnostic(transparent)]
    Database(database::Error),
    /// scenario.yaml, seed.yaml or archive.yaml.
    #[error(transparent)]
    #[diagnostic(transparent)]
    Scenario(#[from] scenario::Error),
    /// The plan.
    #[error(transparent)]
    #[diagnostic(transparent)]
    Plan(#[from] subset::Error),
    /// A snapshot that was just written.
    #[error(transparent)]
    #[diagnostic(transparent)]
    Snapshot(#[from] snapshot_sql::Error),
    /// The comparison with the version before.
    #[error(transparent)]
    #[diagnostic(transparent)]
    Diff(row_diff::Error),
    /// An SQL patch.
    #[error(transparent)]
    #[diagnostic(transparent)]
    Patch(#[from] snapshot_sql::patch::PatchError),
    /// The target guard.
    #[error(transparent)]
    #[diagnostic(transparent)]
    Guard(#[from] crate::guard::GuardError),
    /// Which bundled schema is meant.
    #[error(transparent)]
    #[diagnostic(transparent)]
    Schema(#[from] crate::bundled::SchemaError),
    /// A value of a seed that means no bytes.
    #[error(transparent)]
    #[diagnostic(transparent)]
    SeedBytes(#[from] crate::seed::bytes::BytesError),
    /// The folder of a report.
    #[error(transparent)]
    #[diagnostic(transparent)]
    Place(#[from] crate::report::PlaceError),
    /// `SOURCE_DATE_EPOCH`.
    #[error(transparent)]
    #[diagnostic(transparent)]
    Clock(#[from] crate::clock::ClockError),
    /// What git cannot tell.
    #[error(transparent)]
    #[diagnostic(transparent)]
    Git(#[from] crate::git::GitError),
    /// Two branches that cannot be merged.
    #[error(transparent)]
    #[diagnostic(transparent)]
    Merge(#[from] crate::merge::MergeError),
    /// `--version` is no version.
    #[error(transparent)]
    #[diagnostic(help("`demo-list` shows the versions there are"))]
    Version(#[from] model::VersionError),

    /// A table that was named, and is not there.
    #[error("the database has no table `{}`", Shown(.table))]
    #[diagnostic(help("{}", meant_table(.meant.as_deref())))]
    NoSuchTable {
        /// The name.
        table: String,
        /// The table that it looks like.
        meant: Option<String>,
    },

    /// What cannot be explained.
    #[error(transparent)]
    #[diagnostic(transparent)]
    Explain(#[from] crate::ExplainError),

    /// A snapshot file, named.
    #[error("{}: {source}", Shown(.file))]
    File {
        /// The file.
        file: String,
        /// What is wrong with it.
        #[source]
        #[diagnostic_source]
        source: snapshot_sql::Error,
    },
    /// A hand-edited snapshot file, named.
    #[error("{}: {source}", Shown(.file))]
    #[diagnostic(help("{}", edited_help(.source)))]
    Edited {
        /// The file.
        file: String,
        /// What is wrong with it.
        #[source]
        source: snapshot_sql::Error,
    },
    /// A file that cannot be read.
    #[error("`{}` cannot be read", Shown(&.path.to_string_lossy()))]
    #[diagnostic(help("check the path and the file's permissions"))]
    Input {
        /// The file.
        path: PathBuf,
        /// Why.
        #[source]
        source: io::Error,
    },
    /// A file that does not exist.
    #[error("there is no file `{}`", Shown(&.path.to_string_lossy()))]
    #[diagnostic(help("check the path; `demo-list` shows the versions of the archive"))]
    NoFile {
        /// The file.
        path: PathBuf,
    },
    /// A folder, pipe or device where a snapshot should be.
    #[error("`{}` is {what}, not a snapshot file", Shown(&.path.to_string_lossy()))]
    #[diagnostic(help("name a file that `demo-export` wrote"))]
    NotAFile {
        /// The path.
        path: PathBuf,
        /// What it is instead.
        what: &'static str,
    },
    /// A file is another scenario's.
    #[error("{}: this is scenario `{}`, not `{}`", Shown(.file), Shown(.found), Shown(.expected))]
    #[diagnostic(help("name the scenario that the file is of, or the file of the scenario"))]
    OtherScenario {
        /// The file.
        file: String,
        /// The scenario in it.
        found: String,
        /// The scenario asked for.
        expected: String,
    },
    /// An archived version is not what the manifest recorded.
    #[error("{}: this is not the version that was recorded: {what}", Shown(.file))]
    #[diagnostic(help(
        "a version is never changed once written: if the edit is not committed, `git checkout -- {}` restores it; `demo-verify` shows the edit, and which commit has the file as it was; to keep an edit, write it as a new version with `demo-export --from-file`", Shown(.file)
    ))]
    NotTheRecorded {
        /// The file.
        file: String,
        /// What differs.
        what: String,
    },
    /// What the archive's structure lacks.
    #[error("{finding}")]
    #[diagnostic(help("{}", structure_help(.finding)))]
    Structure {
        /// The difference.
        finding: archive::Finding,
    },
    /// The schema of a version is not recorded.
    #[error("{}: its schema {schema} is not in schema_versions.json", Shown(.file))]
    #[diagnostic(help("restore metadata/schema_versions.json with git, or run `cargo xtask demo-repair`"))]
    SchemaMissing {
        /// The file.
        file: String,
        /// The fingerprint.
        schema: String,
    },

    /// No version waits for a review.
    #[error("no version of {scenario} waits for a review")]
    #[diagnostic(help("`demo-regenerate` leaves one where a seed holds other rows than the latest version"))]
    NothingPending {
        /// The scenario.
        scenario: String,
    },
    /// A pending version whose number was given to another meanwhile.
    #[error("{}: this cannot be {version} any more: the next version is {next}", Shown(.file))]
    #[diagnostic(help("make it anew with `demo-regenerate {scenario}`, and look at it again"))]
    PendingOvertaken {
        /// Its file.
        file: String,
        /// The scenario.
        scenario: String,
        /// What it was to be.
        version: String,
        /// What a version added now would be.
        next: String,
    },

    /// A pending version that is not what was listed, or gone.
    #[error("{}: this was changed since it was shown, and nothing was done with it", Shown(.file))]
    #[diagnostic(help("look at it again: `demo-review {scenario}`"))]
    PendingChanged {
        /// Its file.
        file: String,
        /// The scenario.
        scenario: String,
    },
    /// A pending file that holds another version than its name says.
    #[error("{}: by its header this is {}", Shown(.file), Shown(.found))]
    #[diagnostic(help(
        "remove it with `demo-reject {scenario}`, and make it anew with `demo-regenerate {scenario}`"
    ))]
    PendingOther {
        /// Its file.
        file: String,
        /// The scenario.
        scenario: String,
        /// What the header says.
        found: String,
    },
    /// A scenario whose first version waits.
    #[error("scenario {scenario} has no version yet: its first one waits for a review")]
    #[diagnostic(help(
        "`demo-review {scenario}` shows it, `demo-diff {scenario} latest pending` compares it with nothing, `demo-accept {scenario}` makes it a version"
    ))]
    OnlyPending {
        /// The scenario.
        scenario: String,
    },

    /// There is nothing to compare a version with.
    #[error("scenario {scenario} has no version before {version}")]
    #[diagnostic(help(
        "name what it is to be compared with: a file, `git:REVISION` or a database, as in `demo-diff {scenario} database`"
    ))]
    NothingBefore {
        /// The scenario.
        scenario: String,
        /// Its version.
        version: String,
    },

    /// A revision without any version of the scenario.
    #[error("{scenario} has no version at `git:{}`", Shown(.revision))]
    #[diagnostic(help("`git log -- demo-snapshots/{scenario}` tells since when there is one"))]
    NotInRevision {
        /// The scenario.
        scenario: String,
        /// The revision as typed.
        revision: String,
    },

    /// No row is the scenario's.
    #[error("scenario `{scenario}` selects no row")]
    #[diagnostic(help(
        "check `select` in its scenario.yaml and that the database is the right one; `--allow-empty` writes a version without rows"
    ))]
    NothingSelected {
        /// The scenario.
        scenario: String,
    },
    /// A database has no rows for any scenario.
    #[error("{} has {}", Shown(.database), no_table(*.tables))]
    #[diagnostic(help(
        "name the right database with --database; a table that a scenario selects needs a primary key, or a unique key that is never NULL"
    ))]
    NothingToSelect {
        /// The database.
        database: String,
        /// Its tables.
        tables: usize,
    },
    /// More rows than the scenario's limit.
    #[error("scenario `{scenario}` has {rows} rows, more than its limit of {limit}")]
    #[diagnostic(help("narrow `select` or `follow` in its scenario.yaml, or raise `limits: {{ rows: … }}`"))]
    RowLimit {
        /// The scenario.
        scenario: String,
        /// Its rows.
        rows: u64,
        /// The limit.
        limit: u64,
    },
    /// Fewer or more rows than the scenario expects.
    #[error("{}", .unmet.join("\n"))]
    #[diagnostic(help("mend the data, or `expect` in scenario.yaml"))]
    Expectation {
        /// A sentence for each table, safe to show.
        unmet: Vec<String>,
    },
    /// A table or column that an engine of the scenario cannot have.
    #[error("{misfit}")]
    #[diagnostic(help(
        "rename it, or say in scenario.yaml that the scenario is for one engine (`engines: [{other}]`)"
    ))]
    NameMisfit {
        /// The name and why, in words.
        misfit: String,
        /// The engine that can.
        other: model::Engine,
    },
    /// A value that an engine of the scenario cannot hold.
    #[error("{}.{}, row {key}: {why}; the value is {value}", Shown(.table), Shown(.column))]
    #[diagnostic(help("{help}"))]
    Misfit {
        /// The table.
        table: String,
        /// The column.
        column: String,
        /// The row's key as people read it.
        key: String,
        /// The value as people read it.
        value: String,
        /// Why it does not fit.
        why: String,
        /// What to do, which depends on what the value is.
        help: String,
    },
    /// A row of a table that is written parents first refers to a row of its own by a value that is not the very same.
    #[error(
        "{table}, row {key}: {columns} refers to a row of the same table by a value that the database takes for equal to the row's, but that is not the same"
    )]
    #[diagnostic(help(
        "a file that orders such rows knows only the same value (not 'ann' for 'Ann', '1' for 1, 1.0 for 1.00): let the row hold the value as its parent has it"
    ))]
    OtherSpelling {
        /// The table.
        table: String,
        /// The row's key as people read it.
        key: String,
        /// The referring columns.
        columns: String,
    },
    /// A hand-edited snapshot holds what the scratch database, SQLite's, cannot.
    #[error("{file}: {misfit}, and an edited file becomes a version by way of a scratch SQLite database")]
    #[diagnostic(help(
        "import the latest version into a PostgreSQL database, edit the rows there, and export from it"
    ))]
    EditedBeyondScratch {
        /// The file.
        file: String,
        /// The value and why, in words.
        misfit: String,
    },
    /// The rows counted and the rows read differ.
    #[error("table `{}`: {counted} rows were counted and {read} were read", Shown(.table))]
    #[diagnostic(help(
        "nothing was written; the database changed underneath, which its transaction should prevent: try again"
    ))]
    Witness {
        /// The table.
        table: String,
        /// `SELECT COUNT(*)`.
        counted: u64,
        /// Rows read.
        read: u64,
    },

    /// The file and scenario.yaml disagree on what the scenario owns.
    #[error(
        "the file and scenario.yaml of `{scenario}` differ in what the scenario owns: {} of the target by the file, {by_scenario} by scenario.yaml",
        rows(*.by_file)
    )]
    #[diagnostic(help(
        "say whose word counts, --definition file or --definition scenario; add --dry-run to see what either would do"
    ))]
    OwnershipDiffers {
        /// The scenario.
        scenario: String,
        /// Rows of the target that the file's definition owns.
        by_file: u64,
        /// Rows of the target that scenario.yaml owns.
        by_scenario: u64,
    },
    /// A scenario has no seed.
    #[error("scenario `{scenario}` has no seed: there is no `{}`", Shown(&.path.to_string_lossy()))]
    #[diagnostic(help(
        "a seed is rows that people write, for a bundled schema (docs/scenarios.md#seedyaml); if there was one, git may have it; a version's rows come by `demo-import {scenario}`"
    ))]
    NoSeed {
        /// Where it would be.
        path: PathBuf,
        /// The scenario.
        scenario: String,
    },
    /// A seed names a table or column that the bundled schema lacks.
    #[error("seed.yaml: {}", seed_schema(.table, .column.as_deref()))]
    #[diagnostic(help("the schema has: {}", Shown(.known)))]
    SeedSchema {
        /// The table.
        table: String,
        /// The column, if the table exists.
        column: Option<String>,
        /// What there is.
        known: String,
    },
    /// A seed holds rows that the scenario does not select.
    #[error("seed.yaml of `{scenario}` has {rows} rows, and the scenario selects {kept} of them")]
    #[diagnostic(help(
        "every row of a seed must be the scenario's or a parent of its rows: mend the marks of the seed's rows, or `select` in scenario.yaml"
    ))]
    SeedBeyondScenario {
        /// The scenario.
        scenario: String,
        /// Rows of the seed.
        rows: u64,
        /// Rows that the scenario has.
        kept: u64,
    },
    /// Rows that the schema refuses.
    #[error("{}: its rows do not fit the schema", Shown(.file))]
    #[diagnostic(help("{}", loading_help(.source)))]
    Loading {
        /// Where they come from.
        file: String,
        /// Why.
        #[source]
        #[diagnostic_source]
        source: database::Error,
    },

    /// A scratch file or folder cannot be used.
    #[error("{}: no scratch file can be made here", Shown(&.dir.to_string_lossy()))]
    #[diagnostic(help("check that the folder exists, can be written and has space left"))]
    Scratch {
        /// The folder.
        dir: PathBuf,
        /// Why.
        #[source]
        source: io::Error,
    },
    /// Reading or writing a scratch file fails.
    #[error("a scratch file cannot be read or written")]
    #[diagnostic(help("the disk may be full"))]
    Spool(#[source] io::Error),
    /// The output fails.
    #[error("the output cannot be written")]
    Output(#[source] io::Error),
    /// A side file of a database that is gone.
    #[error("`{}` was left by a database that is no longer there", Shown(&.path.to_string_lossy()))]
    #[diagnostic(help(
        "put that database back as `{}`, or delete what is left of it; a new database beside it would be damaged",
        Shown(&.database.to_string_lossy())
    ))]
    LeftBehind {
        /// The side file.
        path: PathBuf,
        /// The database.
        database: PathBuf,
    },
    /// A new database cannot be made.
    #[error("no database can be made at `{}`", Shown(&.path.to_string_lossy()))]
    #[diagnostic(help(
        "check that the folder can be written; if the file appeared meanwhile, run the command again"
    ))]
    NewDatabase {
        /// Where.
        path: PathBuf,
        /// Why.
        #[source]
        source: io::Error,
    },
    /// Another error from a stream of rows.
    #[error("the rows cannot be read")]
    Stream(#[source] StreamError),
}
