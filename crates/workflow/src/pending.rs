//! Versions that wait for a review: told, accepted, rejected.

use std::fs::File;
use std::path::PathBuf;

use archive::{Entry, NewVersion};
use model::{Catalog, Definition, Engine, ScenarioName, Version};
use snapshot_sql::Snapshot;

use crate::changes::{self, ChangeSummary, Head};
use crate::context::Scratch;
use crate::export::Base;
use crate::{Context, Error, facts};

/// A version that waits.
#[derive(Clone, Debug)]
pub struct Pending {
    /// Its scenario.
    pub scenario: ScenarioName,
    /// What it is to be.
    pub version: Version,
    /// Its file.
    pub path: PathBuf,
}

/// What accepting a version did.
#[derive(Clone, Debug)]
pub struct AcceptReport {
    /// The version, as the manifest now has it.
    pub entry: Entry,
    /// Its file.
    pub path: PathBuf,
    /// How it differs from the version before.
    pub changes: ChangeSummary,
}

/// The versions that wait, of one scenario or of all.
///
/// # Errors
/// The scenario is unknown, or a folder cannot be listed.
pub fn pending(context: &Context, scenario: Option<&str>) -> Result<Vec<Pending>, Error> {
    let mut found = Vec::new();
    for name in context.scenario_names(scenario)? {
        for version in context.archive.pending(&name)? {
            let path = context.archive.pending_path(&name, version);
            found.push(Pending { scenario: name.clone(), version, path });
        }
    }
    Ok(found)
}

/// How many rows a pending version has, if it is a scenario's first; `None` if there is one to compare it with.
///
/// # Errors
/// The manifest or the pending file cannot be read.
pub fn first_pending(context: &Context, pending: &Pending) -> Result<Option<u64>, Error> {
    if context.archive.manifest()?.latest(&pending.scenario).is_some() {
        return Ok(None);
    }
    let (_, snapshot) = open(context, &pending.scenario)?;
    Ok(Some(snapshot.header().records))
}

/// Makes a pending version a version: the very file that was looked at.
///
/// # Errors
/// It is damaged, or its number was given to another meanwhile; the archive is then as it was.
pub fn accept(context: &Context, pending: &Pending) -> Result<AcceptReport, Error> {
    let Pending { scenario, version, path } = pending;
    let file = path.display().to_string();
    let lock = context.archive.lock()?;
    crate::orphans::record(context, &lock, scenario)?;
    let next = context.archive.next_version(scenario, version.date)?;
    if next != *version {
        return Err(Error::PendingOvertaken {
            file,
            scenario: scenario.to_string(),
            version: version.to_string(),
            next: next.to_string(),
        });
    }
    let new = context.archive.take_pending(&lock, scenario, *version)?;
    let handle = new.file().try_clone().map_err(Error::spool)?;
    let mut snapshot = Snapshot::open(handle).map_err(|source| Error::file(&file, source))?;
    let checked = snapshot.check().map_err(|source| Error::file(&file, source))?;
    if checked.header.scenario != *scenario || checked.header.version != Some(*version) {
        let what = "its header names another version".to_owned();
        return Err(Error::NotTheRecorded { file, what });
    }
    let catalog = schema_of(context, scenario, &checked.header.definition, checked.header.source)?;
    let sections = checked.tally.sections.clone();
    let base = Base::latest(context, scenario)?;
    let head = Head { version: *version, rows: &mut snapshot, sections: &sections };
    let (changes, markdown) = changes::describe(context, scenario, base, head)?;
    let facts = facts::of(&checked.header, &checked.trailer, &sections, &catalog, &changes, *version);
    let new = NewVersion { file: new, facts, catalog: &catalog, changes: &markdown };
    let entry = context.archive.commit(&lock, new)?;
    context.archive.drop_pending(&lock, scenario, *version)?;
    Ok(AcceptReport { path: context.archive.version_path(scenario, *version), entry, changes })
}

/// Removes a pending version.
///
/// # Errors
/// The file cannot be removed.
pub fn reject(context: &Context, pending: &Pending) -> Result<(), Error> {
    let lock = context.archive.lock()?;
    Ok(context.archive.drop_pending(&lock, &pending.scenario, pending.version)?)
}

/// The schema that a pending version came from: the scenario's bundled one, where that has its tables as the file has them.
fn schema_of(
    context: &Context,
    scenario: &ScenarioName,
    definition: &Definition,
    engine: Engine,
) -> Result<Catalog, Error> {
    let bundled = Scratch::bundled(context.schema_of(scenario)?)?.source()?.catalog()?;
    let names = definition.tables.iter().map(|spec| spec.name.as_str());
    let bundled = bundled.restricted_to(names);
    if engine == Engine::Sqlite && bundled.covers(definition) {
        return Ok(bundled);
    }
    facts::schema_of(&context.archive, definition, engine)
}

/// Opens a pending version to be read.
///
/// # Errors
/// It is damaged or gone.
pub(crate) fn open(context: &Context, name: &ScenarioName) -> Result<(Version, Snapshot<File>), Error> {
    let none = || Error::NothingPending { scenario: name.to_string() };
    let version = context.archive.pending(name)?.pop().ok_or_else(none)?;
    let file = context.archive.open_pending(name, version)?;
    let path = context.archive.pending_path(name, version).display().to_string();
    Ok((version, Snapshot::open(file).map_err(|source| Error::file(&path, source))?))
}
