//! Every scenario's seed to its next version: what CI runs with `--check` to see that the archive has not drifted.

use std::fs::File;
use std::path::PathBuf;

use archive::Entry;
use model::{ScenarioName, Version};
use row_diff::render::Rendering;
use snapshot_sql::{Snapshot, Validate};

use crate::changes::{self, ChangeSummary, Head};
use crate::collect::Output;
use crate::event::Observer;
use crate::export::{self, Base, ExportReport, Next};
use crate::seed::collect_seed;
use crate::side::OpenSide;
use crate::{Context, Error, diff, orphans};

/// What checking one scenario found.
#[derive(Clone, Debug)]
pub struct CheckReport {
    /// The scenario.
    pub scenario: ScenarioName,
    /// Its latest version, if it has one.
    pub latest: Option<Entry>,
    /// How the seed's rows differ from it.
    pub changes: ChangeSummary,
    /// Whether a version would be written.
    pub differs: bool,
    /// Pending versions that are there: nobody's to commit.
    pub pending: Vec<Version>,
}

/// What regenerating one scenario did.
#[derive(Clone, Debug)]
pub struct RegenerateReport {
    /// The scenario.
    pub scenario: ScenarioName,
    /// The version that it left, or the latest if nothing differs.
    pub version: Version,
    /// The file that waits for a review; `None` if nothing differs.
    pub pending: Option<PathBuf>,
    /// How the seed's rows differ from the latest version.
    pub changes: ChangeSummary,
    /// What the seed's database held that a snapshot cannot, a sentence each.
    pub notes: Vec<String>,
}

/// Exports a scenario from its seed, and leaves the result as a pending version where it differs from the latest one. An
/// older pending version goes.
///
/// # Errors
/// The seed, the scenario or the archive is at fault; the archive is then as it was.
pub fn regenerate(
    context: &Context,
    name: &ScenarioName,
    observer: Observer<'_>,
) -> Result<RegenerateReport, Error> {
    let lock = context.archive.lock()?;
    orphans::record(context, &lock, name)?;
    let base = Base::latest(context, name)?;
    let file = context.archive.begin(&lock, name)?;
    let version = context.archive.next_version(name, context.clock.today())?;
    let mut collected =
        collect_seed(context, name, output(file.file(), version, base.as_ref(), true), observer)?;
    let notes = collected.notes.clone();
    let report = |version, pending, changes| RegenerateReport {
        scenario: name.clone(),
        version,
        pending,
        changes,
        notes,
    };
    if let Some(base) = base.as_ref().filter(|base| export::is_unchanged(base, &collected)) {
        for stale in context.archive.pending(name)? {
            context.archive.drop_pending(&lock, name, stale)?;
        }
        return Ok(report(base.entry.version(), None, ChangeSummary::default()));
    }
    collected.assemble(Some(version), context.clock.now())?;
    export::check_written(file.file(), Validate::Auto, observer)?;
    let sections = collected.body.tally().sections.clone();
    let handle = file.file().try_clone().map_err(Error::spool)?;
    let head = Head { version, rows: &mut Snapshot::open(handle)?, sections: &sections };
    let (changes, _) = changes::describe(context, name, base, head)?;
    let path = context.archive.leave_pending(&lock, file, version)?;
    Ok(report(version, Some(path), changes))
}

/// Exports a scenario from its seed to its next version, without a review.
///
/// # Errors
/// As [`regenerate`].
pub fn regenerate_accepted(
    context: &Context,
    name: &ScenarioName,
    observer: Observer<'_>,
) -> Result<ExportReport, Error> {
    let lock = context.archive.lock()?;
    let recorded: Vec<Version> = orphans::record(context, &lock, name)?;
    let base = Base::latest(context, name)?;
    let file = context.archive.begin(&lock, name)?;
    let version = context.archive.next_version(name, context.clock.today())?;
    let mut collected =
        collect_seed(context, name, output(file.file(), version, base.as_ref(), true), observer)?;
    let next = Next { scenario: name, base, file, validate: Validate::Auto };
    let mut report = export::finish(context, &lock, next, &mut collected, observer)?;
    report.recorded = recorded;
    for stale in context.archive.pending(name)? {
        context.archive.drop_pending(&lock, name, stale)?;
    }
    Ok(report)
}

/// Compares a scenario's seed with its latest version, has what differs told by `rendering`, and writes nothing. Of a scenario
/// without a version nothing is told: all of its rows are new.
///
/// # Errors
/// The seed, the scenario or the archive is at fault.
pub fn check(
    context: &Context,
    name: &ScenarioName,
    rendering: &mut dyn Rendering,
    observer: Observer<'_>,
) -> Result<CheckReport, Error> {
    let base = Base::latest(context, name)?;
    let pending = context.archive.pending(name)?;
    let version = context.archive.next_version(name, context.clock.today())?;
    let file = context.scratch_file()?;
    let collected = collect_seed(context, name, output(&file, version, base.as_ref(), false), observer)?;
    let latest = base.as_ref().map(|base| base.entry.clone());
    let report = |changes, differs| CheckReport { scenario: name.clone(), latest, changes, differs, pending };
    let Some(base) = base else {
        let counts = changes::all_added(&collected.draft.definition, &collected.body.tally().sections);
        return Ok(report(changes::summary(&counts), true));
    };
    if export::is_unchanged(&base, &collected) {
        return Ok(report(ChangeSummary::default(), false));
    }
    let (snapshot, recorded) = collected.into_snapshot(Some(version), context.clock.now())?;
    let mut head = OpenSide::of_snapshot("seed.yaml".to_owned(), snapshot, None);
    head.recorded = Some(recorded);
    let base = OpenSide::entry(context, name, base.entry)?;
    let told = diff::between(context, name, base, head, rendering, observer)?;
    Ok(report(changes::summary(&told.counts), true))
}

fn output<'a>(file: &'a File, version: Version, base: Option<&'a Base>, lasting: bool) -> Output<'a> {
    let base = base.map(|base| &base.definition);
    Output { file, lasting, version: Some(version), base, allow_empty: false }
}
