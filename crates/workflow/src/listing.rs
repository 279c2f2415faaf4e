//! What the archive holds, and what of it is old.

use archive::{CleanupMode, Entry};
use jiff::civil::Date;
use model::ScenarioName;

use crate::{Context, Error};

/// A version of a scenario.
#[derive(Clone, Debug)]
pub struct Listed {
    /// The scenario.
    pub scenario: ScenarioName,
    /// The version.
    pub entry: Entry,
    /// Whether it is the scenario's newest.
    pub latest: bool,
}

/// The versions of one scenario or of all: by scenario, newest first.
///
/// # Errors
/// The scenario is unknown, or the manifest cannot be read.
pub fn list(context: &Context, scenario: Option<&str>) -> Result<Vec<Listed>, Error> {
    let manifest = context.archive.manifest()?;
    let mut listed = Vec::new();
    for scenario in context.scenario_names(scenario)? {
        let latest = manifest.latest(&scenario).map(Entry::version);
        listed.extend(manifest.entries(&scenario).iter().map(|entry| Listed {
            scenario: scenario.clone(),
            latest: latest == Some(entry.version()),
            entry: entry.clone(),
        }));
    }
    Ok(listed)
}

/// The scenarios that have a seed: one, or all of them.
///
/// # Errors
/// The scenario is unknown.
pub fn seeded_scenarios(context: &Context, scenario: Option<&str>) -> Result<Vec<ScenarioName>, Error> {
    let names = context.scenario_names(scenario)?;
    let seeded = |name: &ScenarioName| scenario.is_some() || context.archive.seed_file(name).is_file();
    Ok(names.into_iter().filter(seeded).collect())
}

/// The versions that [`cleanup`] would remove.
///
/// # Errors
/// The scenario is unknown, or the manifest cannot be read.
pub fn cleanup_plan(
    context: &Context,
    scenario: Option<&str>,
    keep: usize,
    before: Option<Date>,
) -> Result<Vec<Listed>, Error> {
    clean(context, scenario, keep, before, CleanupMode::DryRun)
}

/// Removes the versions beyond the newest `keep` that are dated before `before`; the latest always stays. Returns them.
///
/// # Errors
/// The scenario is unknown, or the archive cannot be changed.
pub fn cleanup(
    context: &Context,
    scenario: Option<&str>,
    keep: usize,
    before: Option<Date>,
) -> Result<Vec<Listed>, Error> {
    clean(context, scenario, keep, before, CleanupMode::Write)
}

fn clean(
    context: &Context,
    scenario: Option<&str>,
    keep: usize,
    before: Option<Date>,
    mode: CleanupMode,
) -> Result<Vec<Listed>, Error> {
    let names = context.scenario_names(scenario)?;
    let lock = context.archive.lock()?;
    let mut listed = Vec::new();
    for scenario in names {
        let entries = context.archive.cleanup(&lock, &scenario, keep, before, mode)?;
        let of = |entry| Listed { scenario: scenario.clone(), entry, latest: false };
        listed.extend(entries.into_iter().map(of));
    }
    Ok(listed)
}
