//! Every version against everything that can vouch for it: the manifest's chain and digests, the grammar, both SQL
//! dialects, and a restore into a scratch database that is exported again.
//!
//! The scratch database is SQLite's, whichever engine the version came from, so that nobody needs a server to verify an
//! archive. A version that is for PostgreSQL alone may hold what SQLite cannot: it is then not restored, and that is said.

use archive::Entry;
use model::{Catalog, Engine, RowSource as _, ScenarioName, fit};
use snapshot_sql::{Snapshot, Validate};

use crate::collect::{collect_definition, first_misfit};
use crate::context::Scratch;
use crate::event::{Event, Observer, Phase};
use crate::export::open_recorded;
use crate::restored;
use crate::{Context, Error, Fault};

/// What verifying one scenario found.
#[derive(Debug)]
pub struct VerifyReport {
    /// The scenario.
    pub scenario: ScenarioName,
    /// The versions that are whole, oldest first.
    pub sound: Vec<Entry>,
    /// Those of them that could not be restored, oldest first: all else about them was verified.
    pub not_restored: Vec<NotRestored>,
    /// What is wrong, a finding each.
    pub findings: Vec<Finding>,
}

/// A version for PostgreSQL alone that no scratch database can hold.
#[derive(Debug)]
pub struct NotRestored {
    /// The version.
    pub entry: Entry,
    /// What SQLite cannot hold, as a sentence without its end.
    pub why: String,
}

/// Something that differs.
#[derive(Debug)]
pub struct Finding {
    /// The file or entry concerned.
    pub subject: String,
    /// What is wrong with it.
    pub error: Error,
    /// The version whose file it is about.
    pub entry: Option<Entry>,
}

/// The scenarios to verify: one, or all that the archive has or its manifest tells.
///
/// # Errors
/// The scenario is unknown, or the manifest cannot be read.
pub fn verifiable(context: &Context, scenario: Option<&str>) -> Result<Vec<ScenarioName>, Error> {
    let mut names = context.scenario_names(scenario)?;
    if scenario.is_none() {
        let manifest = context.archive.manifest()?;
        names.extend(manifest.scenarios().map(|(name, _)| name.clone()));
        names.sort();
        names.dedup();
    }
    Ok(names)
}

/// Verifies every version of a scenario.
///
/// # Errors
/// The manifest cannot be read, or the environment fails; what differs is a finding, not an error.
pub fn verify(context: &Context, name: &ScenarioName, observer: Observer<'_>) -> Result<VerifyReport, Error> {
    let (manifest, structure) = structure(context, name)?;
    let mut findings: Vec<Finding> = structure
        .into_iter()
        .map(|finding| Finding {
            subject: file_name(&finding.path),
            error: Error::Structure { finding },
            entry: None,
        })
        .collect();
    let (mut sound, mut not_restored) = (Vec::new(), Vec::new());
    let mut entries: Vec<Entry> =
        manifest.entries(name).iter().filter(|entry| !entry.removed).cloned().collect();
    entries.reverse();
    let total = entries.iter().map(|entry| entry.facts.records).sum();
    let mut done = 0;
    for entry in entries {
        match verify_version(context, name, &entry) {
            Ok(restored) => {
                sound.push(entry.clone());
                if let Restored::No(why) = restored {
                    not_restored.push(NotRestored { entry: entry.clone(), why });
                }
            }
            Err(error) if error.fault() == Fault::Environment => return Err(error),
            Err(error) => {
                let finding = Finding { subject: entry.file.clone(), error, entry: Some(entry.clone()) };
                add(&mut findings, finding);
            }
        }
        done += entry.facts.records;
        observer(Event { phase: Phase::Verifying, done, total: Some(total) });
    }
    Ok(VerifyReport { scenario: name.clone(), sound, not_restored, findings })
}

/// The manifest, and what differs from it. Seen again under the lock if anything does: an export may be at work.
fn structure(
    context: &Context,
    name: &ScenarioName,
) -> Result<(archive::Manifest, Vec<archive::Finding>), Error> {
    let look = || -> Result<_, Error> {
        let manifest = context.archive.manifest()?;
        let findings = context.archive.verify_structure(&manifest, name)?;
        Ok((manifest, findings))
    };
    let seen = look()?;
    if seen.1.is_empty() {
        return Ok(seen);
    }
    match context.archive.lock() {
        Ok(_lock) => look(),
        // Nobody can be at work in an archive that cannot be written.
        Err(_) => Ok(seen),
    }
}

/// Tells each file's fault once: that it is gone as the archive's structure says it, all else as reading it does, which
/// knows more (line ends rather than a length) and advises more closely.
fn add(findings: &mut Vec<Finding>, finding: Finding) {
    use archive::Problem;
    let told = findings.iter_mut().find(|found| found.subject == finding.subject);
    match told {
        None => findings.push(finding),
        Some(Finding { error: Error::Structure { finding: structure }, .. })
            if structure.problem == Problem::Missing => {}
        Some(told) => *told = finding,
    }
}

fn file_name(path: &std::path::Path) -> String {
    path.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default()
}

/// Whether a version was restored; `No` says why it could not be.
enum Restored {
    Yes,
    No(String),
}

fn verify_version(context: &Context, name: &ScenarioName, entry: &Entry) -> Result<Restored, Error> {
    let mut snapshot = open_recorded(context, name, entry)?;
    let checked = snapshot.check().map_err(|source| Error::version(context, name, entry, source))?;
    let differs = |what: &str| {
        Err(Error::NotTheRecorded { file: context.version_file(name, entry), what: what.to_owned() })
    };
    if checked.trailer.content != entry.facts.content || checked.trailer.file != entry.facts.file_digest {
        return differs("its digests are not those that were recorded");
    }
    if checked.header.records != entry.facts.records || checked.header.total != entry.facts.total {
        return differs("its counts are not those that were recorded");
    }
    snapshot_sql::validate(&mut snapshot, Validate::Auto)
        .map_err(|source| Error::version(context, name, entry, source))?;
    restore(context, name, entry, &mut snapshot)
}

/// Restores into a scratch database made from the recorded schema and compares what an export of it would hold.
fn restore(
    context: &Context,
    name: &ScenarioName,
    entry: &Entry,
    snapshot: &mut Snapshot<std::fs::File>,
) -> Result<Restored, Error> {
    let header = snapshot.header();
    let (scenario, engines) = (header.scenario.clone(), header.engines.clone());
    let definition = snapshot.definition().clone();
    let file = || context.version_file(name, entry);
    let Some(catalog) = context.archive.schema_catalog(&entry.facts.schema)? else {
        return Err(Error::SchemaMissing { file: file(), schema: entry.facts.schema.to_string() });
    };
    let beyond_sqlite = !engines.contains(&Engine::Sqlite);
    if beyond_sqlite {
        let misfit = match fit::name_misfit(&definition, Engine::Sqlite) {
            None => first_misfit(snapshot, Engine::Sqlite)?,
            names => names,
        };
        if let Some(why) = misfit {
            return Ok(Restored::No(why));
        }
    }
    let scratch = Scratch::empty()?;
    match load(&scratch, &catalog.for_engine(Engine::Sqlite), &file(), snapshot) {
        Ok(()) => {}
        // Such as a reference between decimals of different scales, which only PostgreSQL compares as equal.
        Err(error) if beyond_sqlite && error.fault() == Fault::Data => {
            return Ok(Restored::No(format!("SQLite refuses it: {error}")));
        }
        Err(error) => return Err(error),
    }
    let mut source = scratch.source()?;
    let (all, quiet) = (restored::all_rows(&definition), &mut |_: Event| ());
    let collected = collect_definition(context, source.as_mut(), definition, scenario, engines, quiet)?;
    // A definition does not tell of limits, of tables that were kept whole, or of references out of JSON.
    if collected.body.tally().content == entry.facts.content
        || restored::is_same(source.as_mut(), snapshot, &all)?
    {
        Ok(Restored::Yes)
    } else {
        let what = "a restore of it holds other rows".to_owned();
        Err(Error::NotTheRecorded { file: file(), what })
    }
}

fn load(
    scratch: &Scratch,
    catalog: &Catalog,
    file: &str,
    snapshot: &mut Snapshot<std::fs::File>,
) -> Result<(), Error> {
    let mut target = scratch.target()?;
    target.create_schema(catalog)?;
    target.load(snapshot).map(drop).map_err(|error| Error::loading(file, error))
}
