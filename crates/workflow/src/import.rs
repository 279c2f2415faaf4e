//! A version into a database: check the file whole, decide what the scenario owns, merge, verify.

use std::collections::BTreeSet;
use std::fs::File;
use std::path::{Path, PathBuf};
use std::time::Duration;

use archive::{Entry, Wanted};
use database::{
    DatabaseUrl, Decision, MergeMode, MergeOptions, MergeOutcome, MergePlan, MergeProgress, OnConflict,
    Parents, SourceOptions, TargetOptions, Triggers,
};
use model::{Catalog, Definition, Digest, Engine, Ownership, RowEvent, RowSource, ScenarioName, Version};
use snapshot_sql::format0::Format0;
use snapshot_sql::{FileKind, Snapshot};

use crate::context::plan;
use crate::event::{Event, Observer, Phase};
use crate::export::open_recorded;
use crate::history::ArchivedVersions;
use crate::new_database::NewDatabase;
use crate::statistics::{Breakdown, BreakdownCounts, TableCount, table_counts};
use crate::{Context, Error, guard, input, orphans};

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
    /// The database; made with the bundled schema when missing.
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
    /// Whether the database was made.
    pub created_database: bool,
    /// Rows by table in the file.
    pub tables: Vec<TableCount>,
    /// Rows by the scenario's breakdown columns.
    pub breakdown: Vec<BreakdownCounts>,
    /// The table that the header counts by name, and its rows.
    pub total: (String, u64),
    /// All rows of the file.
    pub records: u64,
    /// What the merge did.
    pub outcome: MergeOutcome,
    /// Versions that were found complete on disk and recorded first.
    pub recorded: Vec<Version>,
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
    let new = NewDatabase::prepare(context, &request.target, request.create_schema)?;
    let url = new.as_ref().map_or(&request.target, NewDatabase::url).clone();
    let mut opened = open(context, request, &url, observer)?;
    tracing::info!(file = opened.file, records = opened.records, "read the snapshot whole");
    let options = merge_options(context, request, &opened, &url)?;
    let place = Place { url: &url, options: NewDatabase::options(new.as_ref(), request.lock_timeout) };
    let outcome = merge(context, request, &place, &options, &mut opened, observer, decide)?;
    let created_database = match new {
        Some(new) if outcome.applied => new.keep()?,
        _ => false,
    };
    Ok(opened.into_report(outcome, created_database, recorded))
}

/// A snapshot that was read once, whole, and found good.
struct Opened {
    rows: Box<dyn RowSource>,
    file: String,
    entry: Option<Entry>,
    format: Format,
    tables: Vec<TableCount>,
    breakdown: Vec<BreakdownCounts>,
    total: (String, u64),
    records: u64,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Format {
    Zero,
    One,
}

impl Opened {
    fn vouched_by(&self) -> VouchedBy {
        match (&self.entry, self.format) {
            (Some(_), _) => VouchedBy::Archive,
            (None, Format::One) => VouchedBy::OwnDigest,
            (None, Format::Zero) => VouchedBy::Totals,
        }
    }

    fn into_report(
        self,
        outcome: MergeOutcome,
        created_database: bool,
        recorded: Vec<Version>,
    ) -> ImportReport {
        ImportReport {
            version: self.entry.as_ref().map(Entry::version),
            vouched_by: self.vouched_by(),
            file: self.file,
            created_database,
            tables: self.tables,
            breakdown: self.breakdown,
            total: self.total,
            records: self.records,
            outcome,
            recorded,
        }
    }
}

fn open(
    context: &Context,
    request: &ImportRequest,
    url: &DatabaseUrl,
    observer: Observer<'_>,
) -> Result<Opened, Error> {
    let name = &request.scenario;
    let wanted = match &request.what {
        ImportWhat::File(path) => return open_file(context, request, path, url, observer),
        ImportWhat::Latest => Wanted::Latest,
        ImportWhat::Version(typed) => Wanted::parse(typed)?,
    };
    let entry = context.archive.resolve(name, wanted)?;
    let snapshot = open_recorded(context, name, &entry)?;
    let path = context.archive.version_path(name, entry.version()).display().to_string();
    let (opened, digests) =
        read_whole(snapshot, entry.file.clone(), observer).map_err(|error| error.in_file(&path))?;
    if digests != (entry.facts.content, entry.facts.file_digest) {
        let what = "its digests are not those that were recorded".to_owned();
        return Err(Error::NotTheRecorded { file: path, what });
    }
    Ok(Opened { entry: Some(entry), ..opened })
}

fn open_file(
    context: &Context,
    request: &ImportRequest,
    path: &Path,
    url: &DatabaseUrl,
    observer: Observer<'_>,
) -> Result<Opened, Error> {
    let shown = path.display().to_string();
    let in_file = |source: snapshot_sql::Error| Error::file(&shown, source);
    let mut file = input::open_plain(path)?;
    if input::kind_of(&mut file, path)? == FileKind::Format0 {
        let catalog = target_source(url, request.lock_timeout)?.catalog()?;
        let rows = Format0::open(file, &catalog).map_err(in_file)?;
        same_scenario(&shown, rows.header().scenario.as_str(), &request.scenario)?;
        return read_format0(rows, shown, observer);
    }
    let snapshot = Snapshot::open(file).map_err(in_file)?;
    same_scenario(&shown, snapshot.header().scenario.as_str(), &request.scenario)?;
    let (opened, (_, digest)) =
        read_whole(snapshot, shown.clone(), observer).map_err(|error| error.in_file(&shown))?;
    let manifest = context.archive.manifest()?;
    let entry =
        manifest.entries(&request.scenario).iter().find(|entry| entry.facts.file_digest == digest).cloned();
    Ok(Opened { entry, ..opened })
}

fn same_scenario(file: &str, found: &str, expected: &ScenarioName) -> Result<(), Error> {
    if found == expected.as_str() {
        return Ok(());
    }
    let (found, expected) = (found.to_owned(), expected.to_string());
    Err(Error::OtherScenario { file: file.to_owned(), found, expected })
}

/// Reads every row once, counting; the reader checks all there is to check. Also returns the content's and the file's
/// digest.
fn read_whole(
    mut snapshot: Snapshot<File>,
    file: String,
    observer: Observer<'_>,
) -> Result<(Opened, (Digest, Digest)), Error> {
    let header = snapshot.header();
    let (total, records) = ((header.definition.total.clone(), header.total), header.records);
    let counted = count_rows(&mut snapshot, records, observer)?;
    let checked = snapshot.checked().ok_or(snapshot_sql::Error::Changed)?;
    let digests = (checked.trailer.content, checked.trailer.file);
    let tables = table_counts(snapshot.definition(), &counted.sections);
    let breakdown = counted.breakdown.counts().to_vec();
    let rows = Box::new(snapshot);
    let opened = Opened { rows, file, entry: None, format: Format::One, tables, breakdown, total, records };
    Ok((opened, digests))
}

fn read_format0(mut rows: Format0<File>, file: String, observer: Observer<'_>) -> Result<Opened, Error> {
    let header = rows.header();
    let (total, records) = ((rows.definition().total.clone(), header.total), header.records);
    let counted = count_rows(&mut rows, records, observer).map_err(|error| error.in_file(&file))?;
    let tables = table_counts(rows.definition(), &counted.sections);
    let (rows, format, breakdown) = (Box::new(rows), Format::Zero, Vec::new());
    Ok(Opened { rows, file, entry: None, format, tables, breakdown, total, records })
}

struct Counted {
    sections: Vec<(usize, Ownership, u64)>,
    breakdown: Breakdown,
}

fn count_rows(rows: &mut dyn RowSource, records: u64, observer: Observer<'_>) -> Result<Counted, Error> {
    let mut counted = Counted { sections: Vec::new(), breakdown: Breakdown::new(rows.definition()) };
    let mut stream = rows.open().map_err(Error::from_boxed)?;
    let mut done = 0;
    while let Some(event) = stream.next().map_err(Error::from_boxed)? {
        match event {
            RowEvent::Section { table, ownership, count } => counted.sections.push((table, ownership, count)),
            RowEvent::Row(values) => {
                let table = counted.sections.last().map_or(0, |section| section.0);
                counted.breakdown.add(table, values);
                done += 1;
                if done % 1024 == 0 {
                    observer(Event { phase: Phase::Checking, done, total: Some(records) });
                }
            }
        }
    }
    observer(Event { phase: Phase::Checking, done, total: Some(records) });
    Ok(counted)
}

/// What may be deleted, and by whose word.
fn merge_options(
    context: &Context,
    request: &ImportRequest,
    opened: &Opened,
    url: &DatabaseUrl,
) -> Result<MergeOptions, Error> {
    let definition = opened.rows.definition();
    let mut options = MergeOptions {
        on_conflict: request.on_conflict,
        parents: request.parents,
        triggers: request.triggers,
        mode: request.mode,
        create_schema: schema_to_create(context, request, opened)?,
        ..MergeOptions::default()
    };
    if opened.format == Format::Zero {
        // Its rows are all shared, as the layout knows no owner: `--on-conflict` answers for them as `--parents` does.
        options.parents = match (request.parents, request.on_conflict) {
            (Parents::Error, OnConflict::Skip) => Parents::Keep,
            (Parents::Error, OnConflict::Overwrite) => Parents::Overwrite,
            (said, _) => said,
        };
        return Ok(options);
    }
    let limited = definition.tables.iter().any(|table| table.limit);
    match scenario_definition(context, request, opened, url)? {
        None => options.delete = !limited && request.owned_by == Some(OwnedBy::File),
        Some(_) if request.owned_by == Some(OwnedBy::File) => options.delete = !limited,
        Some(planned) => {
            if request.owned_by.is_none() && !planned.same_ownership(definition) {
                return Err(ownership_differs(request, definition, &planned, url)?);
            }
            options.delete = !limited;
            if request.owned_by == Some(OwnedBy::Scenario) && !planned.same_ownership(definition) {
                options.ownership = Some(planned);
            }
        }
    }
    Ok(options)
}

/// The definition that scenario.yaml plans today; `None` without a scenario.yaml.
fn scenario_definition(
    context: &Context,
    request: &ImportRequest,
    opened: &Opened,
    url: &DatabaseUrl,
) -> Result<Option<Definition>, Error> {
    if !context.archive.scenarios()?.contains(&request.scenario) {
        return Ok(None);
    }
    let scenario = context.scenario(&request.scenario)?;
    let base = Some(opened.rows.definition());
    let target = target_source(url, request.lock_timeout)?.catalog()?;
    let planned = plan(&target, &scenario, base, &BTreeSet::new());
    // A target that lacks tables is the merge's to tell; the version's own schema then says what is owned.
    let known = match schema_to_create(context, request, opened)? {
        None => archived_catalog(context, opened)?,
        made => made,
    };
    match (planned, known) {
        (Err(_), Some(catalog)) => plan(&catalog, &scenario, base, &BTreeSet::new()).map(Some),
        (planned, _) => planned.map(Some),
    }
}

/// The target, to be looked at before the merge. Other than a source, it may first be brought back from the middle of a
/// change whose writer was killed: that takes a writer, and the import is one.
fn target_source(url: &DatabaseUrl, lock_timeout: Duration) -> Result<Box<dyn database::Source>, Error> {
    let options = SourceOptions { lock_timeout };
    match database::open_source(url, &options) {
        Err(database::Error::NeedsRecovery { .. }) => {
            drop(database::open_target(url, &TargetOptions { lock_timeout, ..TargetOptions::default() })?);
            Ok(database::open_source(url, &options)?)
        }
        opened => Ok(opened?),
    }
}

fn archived_catalog(context: &Context, opened: &Opened) -> Result<Option<Catalog>, Error> {
    match &opened.entry {
        Some(entry) => Ok(context.archive.schema_catalog(&entry.facts.schema)?),
        None => Ok(None),
    }
}

fn schema_to_create(
    context: &Context,
    request: &ImportRequest,
    opened: &Opened,
) -> Result<Option<Catalog>, Error> {
    if !request.create_schema {
        return Ok(None);
    }
    let archived = archived_catalog(context, opened)?;
    Ok(Some(archived.unwrap_or_else(|| Catalog::of_definition(opened.rows.definition(), Engine::Sqlite))))
}

fn ownership_differs(
    request: &ImportRequest,
    file: &Definition,
    scenario: &Definition,
    url: &DatabaseUrl,
) -> Result<Error, Error> {
    let mut source = target_source(url, request.lock_timeout)?;
    let mut owned = |definition: &Definition| -> Result<u64, Error> {
        let sections = source.select(definition)?;
        Ok(sections.iter().filter(|s| s.ownership == Ownership::Owned).map(|s| s.count).sum())
    };
    let (by_file, by_scenario) = (owned(file)?, owned(scenario)?);
    let scenario = request.scenario.to_string();
    Ok(Error::OwnershipDiffers { scenario, by_file, by_scenario })
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
