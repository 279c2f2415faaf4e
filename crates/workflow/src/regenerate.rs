//! Every scenario's seed to its next version: what CI runs with `--check` to see that the archive has not drifted.

use std::fs::File;

use archive::Entry;
use model::{ScenarioName, Version};
use snapshot_sql::{Snapshot, Validate};

use crate::changes::{self, ChangeSummary, Head};
use crate::collect::Output;
use crate::event::Observer;
use crate::export::{self, Base, ExportReport, Next};
use crate::seed::collect_seed;
use crate::{Context, Error, orphans};

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
}

/// Exports a scenario from its seed.
///
/// # Errors
/// The seed, the scenario or the archive is at fault; the archive is then as it was.
pub fn regenerate(
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
    Ok(report)
}

/// Compares a scenario's seed with its latest version and writes nothing.
///
/// # Errors
/// The seed, the scenario or the archive is at fault.
pub fn check(context: &Context, name: &ScenarioName, observer: Observer<'_>) -> Result<CheckReport, Error> {
    let base = Base::latest(context, name)?;
    let version = context.archive.next_version(name, context.clock.today())?;
    let file = context.scratch_file()?;
    let collected = collect_seed(context, name, output(&file, version, base.as_ref(), false), observer)?;
    let latest = base.as_ref().map(|base| base.entry.clone());
    if base.as_ref().is_some_and(|base| export::is_unchanged(base, &collected)) {
        let changes = ChangeSummary::default();
        return Ok(CheckReport { scenario: name.clone(), latest, changes, differs: false });
    }
    let sections = collected.body.tally().sections.clone();
    let mut rows = Snapshot::open(collected.into_file(Some(version), context.clock.now())?)?;
    let head = Head { version, rows: &mut rows, sections: &sections };
    let (changes, _) = changes::describe(context, name, base, head)?;
    Ok(CheckReport { scenario: name.clone(), latest, changes, differs: true })
}

fn output<'a>(file: &'a File, version: Version, base: Option<&'a Base>, lasting: bool) -> Output<'a> {
    let base = base.map(|base| &base.definition);
    Output { file, lasting, version: Some(version), base, allow_empty: false }
}
