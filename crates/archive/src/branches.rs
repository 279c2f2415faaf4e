//! Two branches' archives become one: which versions they share, what each added, and the files of both written as one.
//!
//! Pure but for [`Archive::adopt`]. The rule to keep in mind: a version that both branches have keeps its number, its line
//! and its file; only what one branch added after that gets another number.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use model::{Catalog, Digest, ScenarioName, Version};

use crate::{Archive, Entry, Error, Facts, Lock, Manifest, NewFile, files, text, version_file};

/// One of the two branches.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Branch {
    /// This one.
    Ours,
    /// The other.
    Theirs,
}

/// What became of a scenario on two branches.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Joined {
    /// At most one of them added versions: the entries of both, newest first.
    One(Vec<Entry>),
    /// Both added versions.
    Both {
        /// The entries that both have, newest first.
        common: Vec<Entry>,
        /// Those that ours added, newest first.
        ours: Vec<Entry>,
        /// Those that theirs added, newest first.
        theirs: Vec<Entry>,
    },
    /// A version that both began with is not the same any more on one of them.
    Rewritten(Branch, Version),
}

/// Joins a scenario's entries (newest first) on two branches with those that both began with. A version that either
/// removed is removed.
pub fn join(base: &[Entry], ours: &[Entry], theirs: &[Entry]) -> Joined {
    for (branch, entries) in [(Branch::Ours, ours), (Branch::Theirs, theirs)] {
        let shared = shared(base, entries);
        if let Some(entry) = base.iter().rev().nth(shared) {
            return Joined::Rewritten(branch, entry.version());
        }
    }
    let shared = shared(ours, theirs);
    let common: Vec<Entry> = {
        let pairs = ours.iter().rev().zip(theirs.iter().rev()).take(shared);
        let both = pairs.map(|(ours, theirs)| Entry {
            removed: ours.removed || theirs.removed,
            rebuilt: ours.rebuilt && theirs.rebuilt,
            ..ours.clone()
        });
        let mut both: Vec<Entry> = both.collect();
        both.reverse();
        both
    };
    let added = |entries: &[Entry]| entries[..entries.len() - shared].to_vec();
    let (ours, theirs) = (added(ours), added(theirs));
    match (ours.is_empty(), theirs.is_empty()) {
        (false, false) => Joined::Both { common, ours, theirs },
        (_, true) => Joined::One([ours, common].concat()),
        (true, false) => Joined::One([theirs, common].concat()),
    }
}

/// Whether `entries` (newest first) begin with the versions of `first`, whatever was removed or rebuilt since.
pub fn begins_with(entries: &[Entry], first: &[Entry]) -> bool {
    shared(entries, first) == first.len()
}

/// How many of the oldest entries are the same.
fn shared(a: &[Entry], b: &[Entry]) -> usize {
    a.iter().rev().zip(b.iter().rev()).take_while(|(a, b)| a.chain == b.chain && a.facts == b.facts).count()
}

/// Two branches' manifests as one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct JoinedManifest {
    /// Every scenario; of those that are still open the entries of ours.
    pub manifest: Manifest,
    /// The scenarios that both branches added versions to.
    pub open: Vec<ScenarioName>,
}

/// Joins two branches' manifests, scenario by scenario.
///
/// # Errors
/// A branch changed a version that both began with; `path` is for the message.
pub fn join_manifests(
    path: &Path,
    base: &Manifest,
    ours: &Manifest,
    theirs: &Manifest,
) -> Result<JoinedManifest, Error> {
    let names: BTreeSet<&ScenarioName> =
        [base, ours, theirs].into_iter().flat_map(Manifest::scenarios).map(|(name, _)| name).collect();
    let (mut manifest, mut open) = (Manifest::default(), Vec::new());
    for name in names {
        let entries = match join(base.entries(name), ours.entries(name), theirs.entries(name)) {
            Joined::One(entries) => entries,
            Joined::Both { .. } => {
                open.push(name.clone());
                ours.entries(name).to_vec()
            }
            Joined::Rewritten(branch, version) => {
                let (path, scenario) = (path.to_owned(), name.clone());
                return Err(Error::Rewritten { path, scenario, version, branch: branch.as_str() });
            }
        };
        manifest.set(name.clone(), entries);
    }
    Ok(JoinedManifest { manifest, open })
}

impl Branch {
    /// `ours` or `theirs`.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Ours => "ours",
            Self::Theirs => "theirs",
        }
    }
}

/// The text of two branches' `schema_versions.json` as one: every schema of either.
///
/// # Errors
/// One of them was damaged or edited; `path` is for the message.
pub fn join_schemas(path: &Path, ours: &str, theirs: &str) -> Result<String, Error> {
    let mut all = schemas_of(path, ours)?;
    all.extend(schemas_of(path, theirs)?);
    Ok(crate::schemas::render(&all))
}

/// The schemas that a text of `schema_versions.json` holds; none in an empty one. `path` is for messages.
///
/// # Errors
/// It was damaged or edited.
pub fn schemas_of(path: &Path, source: &str) -> Result<BTreeMap<Digest, Catalog>, Error> {
    if source.is_empty() { Ok(BTreeMap::new()) } else { crate::schemas::parse(path, source) }
}

/// What a scenario is to be once two branches are one.
#[derive(Debug)]
pub struct Adoption<'a> {
    /// The scenario.
    pub scenario: &'a ScenarioName,
    /// The manifest without the versions in `files`.
    pub manifest: Manifest,
    /// Versions to be added, oldest first, each with its finished file.
    pub files: Vec<(NewFile, Facts)>,
    /// Files of versions that the manifest has already, and the folder does not as they were recorded.
    pub restored: Vec<(NewFile, Version)>,
    /// Versions whose files are no longer in the archive: those that got another number.
    pub gone: Vec<Version>,
    /// Schemas to be kept beside those that are.
    pub schemas: BTreeMap<Digest, Catalog>,
    /// The whole text of `CHANGES.md`; `None` leaves it alone.
    pub changes: Option<String>,
}

impl Adoption<'_> {
    /// The entries that the versions in `files` will have, oldest first.
    ///
    /// # Errors
    /// A file cannot be measured.
    pub fn added(&self) -> Result<Vec<Entry>, Error> {
        let mut entries: Vec<Entry> = Vec::new();
        let newest = self.manifest.entries(self.scenario).first();
        for (file, facts) in &self.files {
            let found = file.file().metadata().map_err(Error::io("read", Path::new("a new version")))?;
            let previous = entries.last().or(newest);
            entries.push(Entry::new(self.scenario, facts.clone(), found.len(), previous));
        }
        Ok(entries)
    }
}

impl Archive {
    /// Writes what two branches have become, in the order of [`Archive::commit`]: schemas, files, `CHANGES.md`, latest,
    /// manifest; then the files that are gone are removed. Whatever git left in the place of one of these files is
    /// replaced. Stopped on the way, it is done again by the same command. Returns the paths that were written or removed.
    ///
    /// # Errors
    /// The system refuses.
    pub fn adopt(&self, lock: &Lock, adoption: Adoption<'_>) -> Result<Vec<PathBuf>, Error> {
        let added = adoption.added()?;
        let Adoption { scenario, mut manifest, files, restored, gone, schemas, changes } = adoption;
        for entry in added {
            manifest.push(scenario, entry);
        }
        let mut paths = vec![self.schemas_file()];
        let mut all = self.salvage_schemas()?;
        all.extend(schemas);
        self.write_schemas(&all)?;
        let versions = files.into_iter().map(|(file, facts)| (file, facts.version));
        let mut kept = BTreeSet::new();
        for (file, version) in restored.into_iter().chain(versions) {
            let path = self.version_path(scenario, version);
            let temp = file.into_temp();
            temp.as_file().sync_all().map_err(Error::io("write", &path))?;
            files::replace(temp.into_temp_path(), &path)?;
            kept.insert(version_file(scenario, version));
            paths.push(path);
        }
        if let Some(changes) = changes {
            text::write(&self.changes_file(scenario), &changes)?;
            paths.push(self.changes_file(scenario));
        }
        self.set_latest(lock, &manifest, scenario)?;
        paths.push(self.latest_file(scenario));
        self.write_manifest(&manifest)?;
        paths.push(self.manifest_file());
        for version in gone {
            let path = self.version_path(scenario, version);
            let listed = manifest.entries(scenario).iter().any(|e| !e.removed && e.version() == version);
            if !listed && !kept.contains(&version_file(scenario, version)) {
                files::remove_plain(&path)?;
                paths.push(path);
            }
        }
        Ok(paths)
    }
}

#[cfg(test)]
mod tests {
    use model::Engine;
    use proptest::prelude::*;

    use super::*;
    use crate::ChangeCounts;

    fn name() -> ScenarioName {
        ScenarioName::new("general").expect("a name")
    }

    /// Entries of these contents, oldest first, on top of others; newest first.
    fn on(below: &[Entry], contents: &[u8]) -> Vec<Entry> {
        let mut entries = below.to_vec();
        for content in contents {
            let number = entries.first().map_or(1, |entry| entry.version().number + 1);
            let facts = Facts {
                version: Version { number, date: jiff::civil::date(2026, 11, 20) },
                records: 1,
                total: 1,
                tables: BTreeMap::new(),
                format: 1,
                source: Engine::Sqlite,
                generated: jiff::Timestamp::UNIX_EPOCH,
                content: Digest::of(&[*content]),
                file_digest: Digest::of(&[*content, 1]),
                schema: Digest::of(b"schema"),
                changes: ChangeCounts::default(),
            };
            entries.insert(0, Entry::new(&name(), facts, 9, entries.first()));
        }
        entries
    }

    fn manifest(entries: &[Entry]) -> Manifest {
        let mut manifest = Manifest::default();
        manifest.set(name(), entries.to_vec());
        manifest
    }

    #[test]
    fn what_one_branch_added_is_taken_and_what_either_removed_is_removed() {
        let base = on(&[], &[1, 2]);
        let mut ours = base.clone();
        ours[1].removed = true;
        let theirs = on(&base, &[3]);
        let mut both = theirs.clone();
        both[2].removed = true;
        assert_eq!(join(&base, &ours, &theirs), Joined::One(both.clone()));
        assert_eq!(join(&base, &theirs, &ours), Joined::One(both));
    }

    #[test]
    fn what_both_added_begins_where_they_part() {
        let base = on(&[], &[1]);
        let picked = on(&base, &[2]);
        let (ours, theirs) = (on(&picked, &[3]), on(&picked, &[4, 5]));
        let joined = join(&base, &ours, &theirs);
        assert_eq!(
            joined,
            Joined::Both { common: picked, ours: ours[..1].to_vec(), theirs: theirs[..2].to_vec() }
        );
        let all = join_manifests(Path::new("m"), &manifest(&base), &manifest(&ours), &manifest(&theirs));
        let all = all.expect("joins");
        assert_eq!((all.manifest, all.open), (manifest(&ours), vec![name()]));
    }

    #[test]
    fn a_version_that_a_branch_rewrote_or_dropped_is_named() {
        let base = on(&[], &[1, 2]);
        let version = base[0].version();
        let other = on(&base[1..], &[9]);
        assert_eq!(join(&base, &other, &base), Joined::Rewritten(Branch::Ours, version));
        assert_eq!(join(&base, &base, &base[1..]), Joined::Rewritten(Branch::Theirs, version));
        let error = join_manifests(Path::new("m"), &manifest(&base), &manifest(&base), &manifest(&other));
        insta::assert_snapshot!(error.expect_err("refused").to_string(), @"m: theirs changed general v2_2026-11-20, which both branches began with");
    }

    proptest! {
        #[test]
        fn joining_knows_no_sides(base in ".{0,3}", a in ".{0,3}", b in ".{0,3}") {
            let base = on(&[], base.as_bytes());
            let (a, b) = (on(&base, a.as_bytes()), on(&base, b.as_bytes()));
            prop_assert_eq!(join(&base, &a, &a), Joined::One(a.clone()));
            prop_assert_eq!(join(&base, &a, &base), Joined::One(a.clone()));
            match (join(&base, &a, &b), join(&base, &b, &a)) {
                (Joined::One(one), Joined::One(other)) => prop_assert_eq!(one, other),
                (
                    Joined::Both { common, ours, theirs },
                    Joined::Both { common: same, ours: other_theirs, theirs: other_ours },
                ) => {
                    prop_assert_eq!(&common, &same);
                    prop_assert_eq!((&ours, &theirs), (&other_ours, &other_theirs));
                    prop_assert_eq!([ours, common.clone()].concat(), a);
                    prop_assert_eq!([theirs, common].concat(), b);
                }
                (one, other) => prop_assert!(false, "{:?} {:?}", one, other),
            }
        }
    }
}
