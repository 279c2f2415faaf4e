//! Rows to the next version of a scenario: collect, compare with the latest, write, check what was written, commit.

use std::fs::File;
use std::io::{Read as _, Seek as _, SeekFrom, Write};
use std::path::{Path, PathBuf};

use archive::{Entry, Lock, NewFile, NewVersion};
use database::{DatabaseUrl, SourceOptions};
use model::{Catalog, Definition, Engine, RowSource as _, ScenarioName, Version};
use snapshot_sql::edited::Edited;
use snapshot_sql::{Snapshot, Validate};

use crate::changes::{self, ChangeSummary, Head};
use crate::collect::{Assembled, Collected, Output, collect_scenario, first_misfit};
use crate::context::Scratch;
use crate::event::{Event, Observer, Phase};
use crate::statistics::{BreakdownCounts, TableCount, table_counts};
use crate::{Context, Error, facts, input, orphans};

/// Where the rows come from.
#[derive(Clone, Debug)]
pub enum ExportFrom {
    /// A database.
    Database(DatabaseUrl),
    /// A hand-edited snapshot.
    File(PathBuf),
}

/// What an export does.
#[derive(Clone, Debug)]
pub struct ExportRequest {
    /// The scenario.
    pub scenario: ScenarioName,
    /// Its rows.
    pub from: ExportFrom,
    /// Whether a version without rows may be written.
    pub allow_empty: bool,
    /// How much of the file both SQL dialects check.
    pub validate: Validate,
}

/// Whether a version was written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ExportOutcome {
    /// A new version.
    Written,
    /// The latest version holds the same rows.
    Unchanged,
}

/// What an export did.
#[derive(Clone, Debug)]
pub struct ExportReport {
    /// Whether a version was written.
    pub outcome: ExportOutcome,
    /// The new version, or the latest if unchanged.
    pub entry: Entry,
    /// Its file.
    pub path: PathBuf,
    /// Rows by table.
    pub tables: Vec<TableCount>,
    /// Rows by the scenario's breakdown columns.
    pub breakdown: Vec<BreakdownCounts>,
    /// How it differs from the version before.
    pub changes: ChangeSummary,
    /// Versions that were found complete on disk and recorded first.
    pub recorded: Vec<Version>,
    /// What the source held that a snapshot cannot, a sentence each.
    pub notes: Vec<String>,
}

/// Writes the next version of a scenario, or nothing when its rows are those of the latest.
///
/// # Errors
/// The scenario, the source or the archive is at fault; the archive is then as it was.
pub fn export(
    context: &Context,
    request: &ExportRequest,
    observer: Observer<'_>,
) -> Result<ExportReport, Error> {
    let lock = context.archive.lock()?;
    let recorded = orphans::record(context, &lock, &request.scenario)?;
    let base = Base::latest(context, &request.scenario)?;
    let file = context.archive.begin(&lock, &request.scenario)?;
    let version = context.archive.next_version(&request.scenario, context.clock.today())?;
    let output = output(request, file.file(), Some(version), base.as_ref());
    let mut collected = collect_from(context, request, output, observer)?;
    let next = Next { scenario: &request.scenario, base, file, validate: request.validate };
    let mut report = finish(context, &lock, next, &mut collected, observer)?;
    report.recorded = recorded;
    Ok(report)
}

/// Writes the snapshot to `out` as an unversioned file and leaves the archive alone.
///
/// # Errors
/// As [`export`]; what `out` then holds is incomplete.
pub fn export_to(
    context: &Context,
    request: &ExportRequest,
    out: &mut dyn Write,
    observer: Observer<'_>,
) -> Result<(Assembled, Vec<TableCount>), Error> {
    let mut scratch = context.scratch_file()?;
    let exported = export_unversioned(context, request, &scratch, false, observer)?;
    scratch.seek(SeekFrom::Start(0)).map_err(Error::spool)?;
    copy(&mut scratch, out)?;
    Ok(exported)
}

/// As [`export_to`], into an open file, which is emptied first. It can be read and written.
///
/// # Errors
/// As [`export`]; what the file then holds is incomplete.
pub fn export_into(
    context: &Context,
    request: &ExportRequest,
    file: &File,
    observer: Observer<'_>,
) -> Result<(Assembled, Vec<TableCount>), Error> {
    export_unversioned(context, request, file, true, observer)
}

fn export_unversioned(
    context: &Context,
    request: &ExportRequest,
    file: &File,
    lasting: bool,
    observer: Observer<'_>,
) -> Result<(Assembled, Vec<TableCount>), Error> {
    let base = Base::latest(context, &request.scenario)?;
    let output = Output { lasting, ..output(request, file, None, base.as_ref()) };
    let mut collected = collect_from(context, request, output, observer)?;
    let assembled = collected.assemble(None, context.clock.now())?;
    check_written(file, request.validate, observer)?;
    Ok((assembled, table_counts(&collected.draft.definition, &collected.body.tally().sections)))
}

/// The version that a new one builds on.
pub(crate) struct Base {
    pub(crate) entry: Entry,
    pub(crate) definition: Definition,
    pub(crate) snapshot: Snapshot<File>,
}

impl Base {
    /// The latest version of a scenario, if there is one.
    pub(crate) fn latest(context: &Context, name: &ScenarioName) -> Result<Option<Self>, Error> {
        let manifest = context.archive.manifest()?;
        let Some(entry) = manifest.latest(name).cloned() else { return Ok(None) };
        let snapshot = open_recorded(context, name, &entry)?;
        Ok(Some(Self { definition: snapshot.header().definition.clone(), entry, snapshot }))
    }
}

/// Opens an archived version and checks that its header is the recorded one's.
pub(crate) fn open_recorded(
    context: &Context,
    name: &ScenarioName,
    entry: &Entry,
) -> Result<Snapshot<File>, Error> {
    let snapshot = Snapshot::open(context.archive.open_version(name, entry)?)
        .map_err(|source| Error::version(context, name, entry, source))?;
    let header = snapshot.header();
    if header.scenario != *name || header.version != Some(entry.version()) {
        return Err(Error::NotTheRecorded {
            file: context.version_file(name, entry),
            what: "its header names another version".to_owned(),
        });
    }
    Ok(snapshot)
}

fn output<'a>(
    request: &ExportRequest,
    file: &'a File,
    version: Option<Version>,
    base: Option<&'a Base>,
) -> Output<'a> {
    let base = base.map(|base| &base.definition);
    Output { file, lasting: true, version, base, allow_empty: request.allow_empty }
}

fn collect_from(
    context: &Context,
    request: &ExportRequest,
    output: Output<'_>,
    observer: Observer<'_>,
) -> Result<Collected, Error> {
    let scenario = context.scenario(&request.scenario)?;
    match &request.from {
        ExportFrom::Database(url) => {
            let mut source = database::open_source(url, &SourceOptions::default())?;
            let catalog = source.catalog()?;
            collect_scenario(context, output, source.as_mut(), &catalog, &scenario, observer)
        }
        ExportFrom::File(path) => {
            let (scratch, catalog) = load_edited(context, &request.scenario, path)?;
            let mut source = scratch.source()?;
            collect_scenario(context, output, source.as_mut(), &catalog, &scenario, observer)
        }
    }
}

/// A hand-edited snapshot in a scratch database with the schema that the archive knows for it.
fn load_edited(context: &Context, name: &ScenarioName, path: &Path) -> Result<(Scratch, Catalog), Error> {
    let shown = path.display().to_string();
    let in_file = |source| Error::Edited { file: shown.clone(), source };
    let mut edited = Edited::open(input::open_plain(path)?).map_err(in_file)?;
    let found = &edited.header().scenario;
    if found != name {
        let (found, expected) = (found.to_string(), name.to_string());
        return Err(Error::OtherScenario { file: shown, found, expected });
    }
    if let Some(misfit) = first_misfit(&mut edited, Engine::Sqlite)? {
        return Err(Error::EditedBeyondScratch { file: shown, misfit });
    }
    let catalog = facts::schema_of(&context.archive, edited.definition(), edited.header().source)?;
    let scratch = Scratch::empty()?;
    let mut target = scratch.target()?;
    target.create_schema(&catalog.for_engine(Engine::Sqlite))?;
    target.load(&mut edited).map_err(|error| Error::loading(&shown, error))?;
    drop(target);
    Ok((scratch, catalog))
}

/// What a version is written for, and on which it builds.
pub(crate) struct Next<'a> {
    pub(crate) scenario: &'a ScenarioName,
    pub(crate) base: Option<Base>,
    /// What was collected stands in it.
    pub(crate) file: NewFile,
    pub(crate) validate: Validate,
}

/// Compares what was collected with the latest version and commits it if it differs.
pub(crate) fn finish(
    context: &Context,
    lock: &Lock,
    next: Next<'_>,
    collected: &mut Collected,
    observer: Observer<'_>,
) -> Result<ExportReport, Error> {
    let scenario = next.scenario;
    let (outcome, entry, changes) = match &next.base {
        Some(base) if is_unchanged(base, collected) => {
            (ExportOutcome::Unchanged, base.entry.clone(), ChangeSummary::default())
        }
        _ => {
            let (entry, changes) = write_version(context, lock, next, collected, observer)?;
            (ExportOutcome::Written, entry, changes)
        }
    };
    Ok(ExportReport {
        outcome,
        path: context.archive.version_path(scenario, entry.version()),
        entry,
        tables: table_counts(&collected.draft.definition, &collected.body.tally().sections),
        breakdown: collected.breakdown.counts().to_vec(),
        changes,
        recorded: Vec::new(),
        notes: collected.notes.clone(),
    })
}

fn write_version(
    context: &Context,
    lock: &Lock,
    next: Next<'_>,
    collected: &mut Collected,
    observer: Observer<'_>,
) -> Result<(Entry, ChangeSummary), Error> {
    let Next { scenario, base, file, validate } = next;
    let generated = context.clock.now();
    let version = context.archive.next_version(scenario, context.clock.today())?;
    let assembled = collected.assemble(Some(version), generated)?;
    check_written(file.file(), validate, observer)?;
    let handle = file.file().try_clone().map_err(Error::spool)?;
    let sections = &collected.body.tally().sections;
    let head = Head { version, rows: &mut Snapshot::open(handle)?, sections };
    let (changes, markdown) = changes::describe(context, scenario, base, head)?;
    let catalog = &collected.catalog;
    let facts = facts::of(&assembled.header, &assembled.trailer, sections, catalog, &changes, version);
    let entry = context.archive.commit(lock, NewVersion { file, facts, catalog, changes: &markdown })?;
    Ok((entry, changes))
}

/// Equal content digest and equal Definition and Table lines.
pub(crate) fn is_unchanged(base: &Base, collected: &Collected) -> bool {
    base.entry.facts.content == collected.body.tally().content
        && base.definition == collected.draft.definition
}

/// Reads what was written as an import would, and hands it to both SQL dialects. Of a long file a row of each shape went
/// through them as it was written; all of it again is for whoever asks.
pub(crate) fn check_written(
    mut file: &File,
    validate: Validate,
    observer: Observer<'_>,
) -> Result<(), Error> {
    observer(Event { phase: Phase::Validating, done: 0, total: None });
    tracing::info!("checking what was written, in the format's grammar and both SQL dialects");
    file.flush().map_err(Error::spool)?;
    let size = file.metadata().map_err(Error::spool)?.len();
    if !validate.reads_again(size) {
        return Ok(());
    }
    let handle = file.try_clone().map_err(Error::spool)?;
    snapshot_sql::validate(&mut Snapshot::open(handle)?, validate)?;
    Ok(())
}

fn copy(from: &mut File, to: &mut dyn Write) -> Result<(), Error> {
    let mut buffer = vec![0; 1 << 16];
    loop {
        let read = from.read(&mut buffer).map_err(Error::spool)?;
        if read == 0 {
            return to.flush().map_err(Error::output);
        }
        to.write_all(&buffer[..read]).map_err(Error::output)?;
    }
}
