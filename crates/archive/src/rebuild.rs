//! A manifest made anew from the files, when the old one is damaged, edited or left in the middle of a merge.
//!
//! Whatever lines of the old one can still be read are used: for numbers already spent, and for what no file tells. An
//! entry that comes out as it was keeps its mark; every other one is marked as rebuilt.

use std::collections::{BTreeMap, BTreeSet};

use model::{Catalog, Digest, ScenarioName, Version};

use crate::{Archive, Entry, Error, Facts, Lock, Manifest, Written, files};

/// What a rebuild came to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Rebuilt {
    /// As written.
    pub manifest: Manifest,
    /// Whether the manifest's file or a `latest.sql` has changed.
    pub written: Written,
    /// Versions whose file is in place, but was not among the facts: kept as the old manifest had them, for
    /// `demo-verify` to show what is wrong with them.
    pub kept: Vec<(ScenarioName, Version)>,
    /// Versions of the old manifest whose files are gone: now marked as removed.
    pub gone: Vec<(ScenarioName, Version)>,
}

impl Archive {
    /// Writes the manifest anew from `found`, what the caller learned from each version's file by reading it whole (in any
    /// order; the changes and schema may be unknown where the old manifest still tells them), then `latest.sql` of every
    /// scenario. Schemas that cannot be read any more are dropped.
    ///
    /// # Errors
    /// The manifest is a newer tool's, two files have the same number, a file has gone in the meantime, or the system refuses.
    pub fn rebuild(
        &self,
        lock: &Lock,
        mut found: BTreeMap<ScenarioName, Vec<Facts>>,
    ) -> Result<Rebuilt, Error> {
        // What a newer tool wrote cannot be read line by line, and is not ours to overwrite.
        if let Err(newer @ Error::Newer { .. }) = self.manifest() {
            return Err(newer);
        }
        let mut old = self.salvage()?;
        let names: BTreeSet<ScenarioName> = found.keys().chain(old.keys()).cloned().collect();
        let mut manifest = Manifest::default();
        let schemas = self.salvage_schemas()?;
        let (mut kept, mut gone) = (Vec::new(), Vec::new());
        for scenario in names {
            let facts = found.remove(&scenario).unwrap_or_default();
            let old = old.remove(&scenario).unwrap_or_default();
            let mut parts = self.parts(&scenario, facts, &old, &schemas)?;
            for part in parts.values_mut().filter(|part| part.origin == Origin::Old) {
                let present = files::plain(&self.version_path(&scenario, part.facts.version))?.is_some();
                let list = if present { &mut kept } else { &mut gone };
                if !part.removed {
                    list.push((scenario.clone(), part.facts.version));
                }
                part.removed |= !present;
            }
            manifest.set(scenario.clone(), chained(&scenario, parts, &old));
        }
        self.write_schemas(&schemas)?;
        let mut written = self.write_manifest(&manifest)?;
        for (scenario, _) in manifest.scenarios() {
            if self.set_latest(lock, &manifest, scenario)? == Written::Changed {
                written = Written::Changed;
            }
        }
        Ok(Rebuilt { manifest, written, kept, gone })
    }

    /// The entries that can still be read from the manifest, in whatever state it is; in the file's order.
    ///
    /// # Errors
    /// The system refuses to read it.
    pub(crate) fn salvage(&self) -> Result<BTreeMap<ScenarioName, Vec<Entry>>, Error> {
        let text = self.current_text()?.unwrap_or_default();
        Ok(Manifest::salvage(&self.manifest_file(), &text))
    }

    fn current_text(&self) -> Result<Option<String>, Error> {
        match self.metadata_text(&self.manifest_file()) {
            Err(Error::NotUtf8 { .. } | Error::TooLarge { .. }) => Ok(None),
            text => text,
        }
    }

    /// What is known of each number, from the files first, else from the old manifest.
    fn parts(
        &self,
        scenario: &ScenarioName,
        facts: Vec<Facts>,
        old: &[Entry],
        schemas: &BTreeMap<Digest, Catalog>,
    ) -> Result<BTreeMap<u32, Part>, Error> {
        let mut parts = BTreeMap::new();
        for mut facts in facts {
            let version = facts.version;
            let (_, size) = self.open_unlisted(scenario, version)?;
            if let Some(old) = old.iter().find(|old| same_file(&old.facts, &facts)) {
                facts.changes = old.facts.changes;
                // A schema that is lost is replaced by the one that the file itself tells.
                if schemas.contains_key(&old.facts.schema) {
                    facts.schema = old.facts.schema;
                }
            }
            let part = Part { facts, size, removed: false, origin: Origin::File };
            if let Some(other) = parts.insert(version.number, part) {
                let (first, second) = (other.facts.version, version);
                return Err(Error::SameNumber { scenario: scenario.clone(), first, second });
            }
        }
        for entry in old {
            let part = || Part {
                facts: entry.facts.clone(),
                size: entry.size,
                removed: entry.removed,
                origin: Origin::Old,
            };
            parts.entry(entry.version().number).or_insert_with(part);
        }
        Ok(parts)
    }
}

struct Part {
    facts: Facts,
    size: u64,
    removed: bool,
    origin: Origin,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Origin {
    File,
    Old,
}

fn same_file(a: &Facts, b: &Facts) -> bool {
    (a.version, a.content, a.file_digest) == (b.version, b.content, b.file_digest)
}

/// The entries, newest first, each chained to the one before.
fn chained(scenario: &ScenarioName, parts: BTreeMap<u32, Part>, old: &[Entry]) -> Vec<Entry> {
    let mut entries: Vec<Entry> = Vec::new();
    for part in parts.into_values() {
        let mut entry = Entry::new(scenario, part.facts, part.size, entries.last());
        let same = old.iter().find(|old| old.chain == entry.chain && old.facts == entry.facts);
        entry.rebuilt = same.is_none_or(|old| old.rebuilt);
        entry.removed = part.removed;
        entries.push(entry);
    }
    entries.reverse();
    entries
}
