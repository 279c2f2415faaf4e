//! Manifest and links made anew from the version files, each read whole.

use std::collections::BTreeMap;

use archive::{Facts, Written};
use model::{RowSource as _, ScenarioName, Version};

use crate::changes::ChangeSummary;
use crate::{Context, Error, facts};

/// What a repair did.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RepairReport {
    /// How many version files were read and found whole.
    pub rebuilt: usize,
    /// Whether the manifest has changed.
    pub changed: bool,
    /// What people should know: damaged files, versions whose files are gone.
    pub notes: Vec<String>,
}

/// Rebuilds the manifest from the files and the links from the manifest.
///
/// # Errors
/// Two files have the same number, or the system refuses.
pub fn repair(context: &Context) -> Result<RepairReport, Error> {
    let archive = &context.archive;
    let lock = archive.lock()?;
    let mut found: BTreeMap<ScenarioName, Vec<Facts>> = BTreeMap::new();
    let mut catalogs = Vec::new();
    let mut notes = Vec::new();
    for name in archive.scenarios()? {
        for version in archive.versions_on_disk(&name)? {
            match read(context, &name, version) {
                Ok((facts, catalog)) => {
                    catalogs.push(catalog);
                    found.entry(name.clone()).or_default().push(facts);
                }
                Err(error) => notes.push(damaged(&name, version, &error)),
            }
        }
    }
    let files = found.values().map(Vec::len).sum();
    let schemas = archive.mend_schemas(&lock, &catalogs)?;
    let rebuilt = archive.rebuild(&lock, found)?;
    for (name, version) in &rebuilt.gone {
        notes.push(format!("{name} {version}: its file is gone; marked as removed"));
    }
    let changed = rebuilt.written == Written::Changed || schemas == Written::Changed;
    Ok(RepairReport { rebuilt: files, changed, notes })
}

/// A damaged file is not repaired: git has it.
fn damaged(name: &ScenarioName, version: Version, error: &Error) -> String {
    format!("{name} {version} is damaged and was not read; restore it with git ({error})")
}

fn read(context: &Context, name: &ScenarioName, version: Version) -> Result<(Facts, model::Catalog), Error> {
    let (snapshot, checked) = facts::read_unlisted(context, name, version)?;
    let catalog = facts::schema_of(&context.archive, snapshot.definition(), snapshot.header().source)?;
    let unknown = ChangeSummary::default();
    let facts =
        facts::of(&checked.header, &checked.trailer, &checked.tally.sections, &catalog, &unknown, version);
    Ok((facts, catalog))
}
