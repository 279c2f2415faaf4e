//! A version into a database: check the file whole (`opened`), decide what the scenario owns (`ownership`), merge, verify.

mod opened;
mod ownership;

use std::path::PathBuf;
use std::time::Duration;

use database::{
    DatabaseUrl, Decision, MergeMode, MergeOptions, MergeOutcome, MergePlan, MergeProgress, OnConflict,
    Parents, TargetOptions, Triggers,
};
use model::{ScenarioName, Version};

use self::opened::{Format, Opened, open};
use self::ownership::merge_options;
use crate::event::{Event, Observer, Phase};
use crate::history::ArchivedVersions;
use crate::new_database::NewDatabase;
use crate::schema::told_by_schema;
use crate::statistics::{BreakdownCounts, TableCount};
use crate::{Context, Error, guard, orphans};

/// Which snapshot is imported.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ImportWhat {
    /// The newest version.
    Latest,
    /// A version as typed: `v1` or `v1_2025-01-15`.
    Version(String),
    /// A file from anywhere.
    File(PathBuf),
}

/// Which definition says what the scenario owns, where file and scenario.yaml differ.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum OwnedBy {
    /// The file's own.
    File,
    /// scenario.yaml's.
    Scenario,
}

/// What an import does.
#[derive(Clone, Debug)]
pub struct ImportRequest {
    /// The scenario.
    pub scenario: ScenarioName,
    /// The snapshot.
    pub what: ImportWhat,
    /// The database; made with the scenario's bundled schema when missing.
    pub target: DatabaseUrl,
    /// Keys taken by rows that are not the scenario's.
    pub on_conflict: OnConflict,
    /// Shared parents with other values.
    pub parents: Parents,
    /// The target's triggers.
    pub triggers: Triggers,
    /// Write or compare only.
    pub mode: MergeMode,
    /// The answer where the two definitions differ.
    pub owned_by: Option<OwnedBy>,
    /// Whether tables are made in a target without any.
    pub create_schema: bool,
    /// What `--allow-target` named.
    pub allow_target: Option<String>,
    /// How long a locked target is waited for.
    pub lock_timeout: Duration,
}

/// What vouches for the file that was imported.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum VouchedBy {
    /// The manifest: its bytes are an archived version's.
    Archive,
    /// Only the digests in the file itself.
    OwnDigest,
    /// Only the two totals that format 0 has.
    Totals,
}

/// What an import did.
#[derive(Clone, Debug)]
pub struct ImportReport {
    /// The version that the file is, if the manifest knows it.
    pub version: Option<Version>,
    /// The file's name as people know it.
    pub file: String,
    /// What vouches for the file.
    pub vouched_by: VouchedBy,
    /// Whether there was no database: one that is imported into is made.
    pub new_database: bool,
    /// Whether the database was made.
    pub created_database: bool,
    /// Rows by table in the file.
    pub tables: Vec<TableCount>,
    /// Rows by the scenario's breakdown columns.
    pub breakdown: Vec<BreakdownCounts>,
    /// The table that the header counts by name, and its rows.
    pub total: (String, u64),
    /// Tables of which the file cannot say what rows are the scenario's own, since a limit or a relation out of JSON shapes
    /// them: an import of it deletes nothing.
    pub limited: Vec<String>,
    /// All rows of the file.
    pub records: u64,
    /// What the merge did.
    pub outcome: MergeOutcome,
    /// Versions that were found complete on disk and recorded first.
    pub recorded: Vec<Version>,
    /// Versions on disk that the manifest lacks: in a dry run, what the real run would record first.
    pub unrecorded: Vec<Version>,
}

/// Imports a snapshot: the scenario's rows are then exactly the snapshot's, or nothing changed.
///
/// `decide` is asked once, before anything changes, unless nothing differs.
///
/// # Errors
/// The file is damaged or another scenario's, the target does not fit it or is in use, or rows of others are in the way;
/// archive and database are then as they were.
pub fn import(
    context: &Context,
    request: &ImportRequest,
    observer: Observer<'_>,
    decide: &mut dyn FnMut(&MergePlan) -> Decision,
) -> Result<ImportReport, Error> {
    guard::check(&request.target, request.allow_target.as_deref())?;
    let recorded = match request.mode {
        MergeMode::Write => orphans::record_if_any(context, &request.scenario)?,
        MergeMode::DryRun => Vec::new(),
    };
    let unrecorded = context.archive.orphans(&context.archive.manifest()?, &request.scenario)?;
    let schema = context.schema_of(&request.scenario)?;
    let new = NewDatabase::prepare(schema, &request.target, request.create_schema)?;
    let url = new.as_ref().map_or(&request.target, NewDatabase::url).clone();
    let mut opened = open(context, request, &url, observer)?;
    tracing::info!(file = opened.file, records = opened.records, "read the snapshot whole");
    if let Some(new) = new.as_ref().filter(|_| !request.create_schema) {
        new.check_holds(schema, opened.rows.definition())?;
    }
    let place = Place { url: &url, options: NewDatabase::options(new.as_ref(), request.lock_timeout) };
    let outcome = merge_options(context, schema, request, &opened, &url)
        .and_then(|options| merge(context, request, &place, &options, &mut opened, observer, decide))
        .map_err(|error| told_by_schema(context, schema, &request.target, error))?;
    let new_database = new.is_some();
    let created_database = match new {
        Some(new) if outcome.applied => new.keep()?,
        _ => false,
    };
    Ok(ImportReport { new_database, unrecorded, ..opened.into_report(outcome, created_database, recorded) })
}

/// The database that is written, under its present name.
struct Place<'a> {
    url: &'a DatabaseUrl,
    options: TargetOptions,
}

fn merge(
    context: &Context,
    request: &ImportRequest,
    place: &Place<'_>,
    options: &MergeOptions,
    opened: &mut Opened,
    observer: Observer<'_>,
    decide: &mut dyn FnMut(&MergePlan) -> Decision,
) -> Result<MergeOutcome, Error> {
    // The old layout tells nothing of versions: a row that differs is the options' to decide, whatever brought it.
    let entries = match opened.format {
        Format::Zero => Vec::new(),
        Format::One => context.archive.manifest()?.entries(&request.scenario).to_vec(),
    };
    let mut history = ArchivedVersions::new(&context.archive, &request.scenario, entries);
    let total = Some(opened.records);
    let mut target = database::open_target(place.url, &place.options)?;
    let mut progress = |progress| {
        let (phase, done) = match progress {
            MergeProgress::Compared(done) => (Phase::Comparing, done),
            MergeProgress::Applied(done) => (Phase::Applying, done),
            MergeProgress::Verified(done) => (Phase::Verifying, done),
        };
        observer(Event { phase, done, total });
    };
    let rows = opened.rows.as_mut();
    let outcome = target.merge(rows, &mut history, options, &mut progress, decide)?;
    tracing::info!(
        applied = outcome.applied,
        verified = outcome.verified_rows,
        "merged into {}",
        request.target
    );
    Ok(outcome)
}
