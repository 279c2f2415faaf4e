//! Versions that wait for a review: told, accepted, rejected.

use std::fs::File;
use std::io::{self, Read as _, Seek as _, SeekFrom};
use std::path::PathBuf;

use archive::{Entry, NewVersion};
use model::digest::{BLOCK, StreamDigest};
use model::{Catalog, Definition, Digest, Engine, ScenarioName, Version};
use snapshot_sql::{Header, Snapshot};

use crate::changes::{self, ChangeSummary, Head};
use crate::context::Scratch;
use crate::export::Base;
use crate::{Context, Error, facts};

/// A version that waits, as it was when it was listed: what is shown, accepted or rejected is this content and no other.
#[derive(Clone, Debug)]
pub struct Pending {
    /// Its scenario.
    pub scenario: ScenarioName,
    /// What it is to be.
    pub version: Version,
    /// Its file.
    pub path: PathBuf,
    /// The digest of the file's bytes.
    pub digest: Digest,
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
/// The scenario is unknown, a folder cannot be listed, or a file cannot be read.
pub fn pending(context: &Context, scenario: Option<&str>) -> Result<Vec<Pending>, Error> {
    let mut found = Vec::new();
    for name in context.scenario_names(scenario)? {
        for version in context.archive.pending(&name)? {
            let path = context.archive.pending_path(&name, version);
            let mut file = match context.archive.open_pending(&name, version) {
                // Decided meanwhile.
                Err(archive::Error::Missing { .. }) => continue,
                other => other?,
            };
            let digest = digest_of(&mut file).map_err(|source| Error::input(&path, source))?;
            found.push(Pending { scenario: name.clone(), version, path, digest });
        }
    }
    Ok(found)
}

/// Whether a pending version is its scenario's first, so that there is none to compare it with.
///
/// # Errors
/// The manifest cannot be read.
pub fn is_first(context: &Context, scenario: &ScenarioName) -> Result<bool, Error> {
    Ok(context.archive.manifest()?.latest(scenario).is_none())
}

/// Makes a pending version a version: the very file that was looked at.
///
/// # Errors
/// It is damaged, it was changed since it was listed, or its number was given to another meanwhile; the archive is then as it
/// was.
pub fn accept(context: &Context, pending: &Pending) -> Result<AcceptReport, Error> {
    let Pending { scenario, version, path, digest } = pending;
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
    let new = gone_is_changed(pending, context.archive.take_pending(&lock, scenario, *version))?;
    let mut handle = new.file().try_clone().map_err(Error::spool)?;
    if digest_of(&mut handle).map_err(Error::spool)? != *digest {
        return Err(changed(pending));
    }
    let mut snapshot = Snapshot::open(handle).map_err(|source| Error::file(&file, source))?;
    let checked = snapshot.check().map_err(|source| Error::file(&file, source))?;
    require_own(&file, scenario, *version, &checked.header)?;
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
/// It was changed since it was listed, or the file cannot be removed.
pub fn reject(context: &Context, pending: &Pending) -> Result<(), Error> {
    let lock = context.archive.lock()?;
    let file = context.archive.open_pending(&pending.scenario, pending.version);
    let mut file = gone_is_changed(pending, file)?;
    if digest_of(&mut file).map_err(|source| Error::input(&pending.path, source))? != pending.digest {
        return Err(changed(pending));
    }
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

/// Opens a scenario's newest pending version to be read.
///
/// # Errors
/// There is none, or it is damaged or another's.
pub(crate) fn open_newest(
    context: &Context,
    name: &ScenarioName,
) -> Result<(Version, Snapshot<File>), Error> {
    let none = || Error::NothingPending { scenario: name.to_string() };
    let version = context.archive.pending(name)?.pop().ok_or_else(none)?;
    let file = context.archive.open_pending(name, version)?;
    Ok((version, snapshot_of(context, name, version, file)?))
}

/// Opens a pending version as it was listed.
///
/// # Errors
/// It was changed since it was listed, or it is damaged or another's.
pub(crate) fn open_listed(context: &Context, pending: &Pending) -> Result<Snapshot<File>, Error> {
    let Pending { scenario, version, path, digest } = pending;
    let mut file = gone_is_changed(pending, context.archive.open_pending(scenario, *version))?;
    // What is shown is a copy of what was hashed, whatever is written into the file meanwhile.
    let mut copy = context.scratch_file()?;
    io::copy(&mut file, &mut copy).map_err(|source| Error::input(path, source))?;
    if digest_of(&mut copy).map_err(Error::spool)? != *digest {
        return Err(changed(pending));
    }
    snapshot_of(context, scenario, *version, copy)
}

fn snapshot_of(
    context: &Context,
    name: &ScenarioName,
    version: Version,
    file: File,
) -> Result<Snapshot<File>, Error> {
    let path = context.archive.pending_path(name, version).display().to_string();
    let snapshot = Snapshot::open(file).map_err(|source| Error::file(&path, source))?;
    require_own(&path, name, version, snapshot.header())?;
    Ok(snapshot)
}

/// Whether a file is the version that its name says.
fn require_own(file: &str, name: &ScenarioName, version: Version, header: &Header) -> Result<(), Error> {
    if header.scenario == *name && header.version == Some(version) {
        return Ok(());
    }
    let found = header.version.map_or_else(|| "no version".to_owned(), |version| version.to_string());
    Err(Error::PendingOther {
        file: file.to_owned(),
        scenario: name.to_string(),
        found: format!("{found} of {}", header.scenario),
    })
}

fn changed(pending: &Pending) -> Error {
    let (file, scenario) = (pending.path.display().to_string(), pending.scenario.to_string());
    Error::PendingChanged { file, scenario }
}

fn gone_is_changed<T>(pending: &Pending, result: Result<T, archive::Error>) -> Result<T, Error> {
    result.map_err(|error| match error {
        archive::Error::Missing { .. } => changed(pending),
        other => other.into(),
    })
}

/// The digest of a file's bytes; goes back to its start.
fn digest_of(file: &mut File) -> io::Result<Digest> {
    file.seek(SeekFrom::Start(0))?;
    let (mut digest, mut block) = (StreamDigest::new(), Vec::new());
    while file.by_ref().take(BLOCK as u64).read_to_end(&mut block)? > 0 {
        digest.hand_over(&mut block, 0);
        block.clear();
    }
    file.seek(SeekFrom::Start(0))?;
    Ok(digest.finish())
}
