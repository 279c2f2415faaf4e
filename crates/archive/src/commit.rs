//! Adding a version: the steps, in the order that survives a stop after any of them.
//!
//! Schemas, file, `CHANGES.md`, latest, manifest. Until the manifest is written the version does not exist for any
//! command; its file, if already placed, is an orphan that the next run checks and records.

use std::fs::File;

use model::{Catalog, ScenarioName, Version};
use tempfile::NamedTempFile;

use crate::{Archive, Entry, Error, Facts, LatestState, Lock, Manifest, Written, files, text};

/// A version's file while it is being written; dropped, it is gone.
#[derive(Debug)]
pub struct NewFile {
    pub(crate) scenario: ScenarioName,
    pub(crate) temp: NamedTempFile,
}

impl NewFile {
    /// The open file: to write, and to read back.
    pub fn file(&self) -> &File {
        self.temp.as_file()
    }

    pub(crate) fn into_temp(self) -> NamedTempFile {
        self.temp
    }
}

/// A finished version, to be added.
#[derive(Debug)]
pub struct NewVersion<'a> {
    /// Its file, from [`Archive::begin`], complete.
    pub file: NewFile,
    /// What the file holds.
    pub facts: Facts,
    /// The schema whose fingerprint the facts tell.
    pub catalog: &'a Catalog,
    /// The whole new text of `CHANGES.md`.
    pub changes: &'a str,
}

/// The steps of adding a version, in order.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Step {
    Schema,
    File,
    Changes,
    Latest,
    Manifest,
}

const STEPS: [Step; 5] = [Step::Schema, Step::File, Step::Changes, Step::Latest, Step::Manifest];

struct Addition<'a> {
    scenario: &'a ScenarioName,
    version: Version,
    manifest: Manifest,
    file: Option<NamedTempFile>,
    catalog: &'a Catalog,
    changes: Option<&'a str>,
}

impl Archive {
    /// Starts a version's file in its scenario's folder, which is made if it is missing.
    ///
    /// # Errors
    /// The folder is a link, or cannot be written.
    pub fn begin(&self, _lock: &Lock, scenario: &ScenarioName) -> Result<NewFile, Error> {
        let folder = self.folder(scenario);
        files::make_folder(&folder)?;
        Ok(NewFile { scenario: scenario.clone(), temp: files::temp(&folder)? })
    }

    /// Adds a version: its file gets its name, `CHANGES.md`, `latest.sql` and the manifest follow. Returns its entry.
    ///
    /// # Errors
    /// Before anything is changed: the manifest or schemas are damaged, the number is not above all others, `latest.sql`
    /// leads out of the archive or is a folder. Later only what the system refuses; the next run then completes it.
    pub fn commit(&self, lock: &Lock, new: NewVersion<'_>) -> Result<Entry, Error> {
        self.commit_until(lock, new, Step::Manifest)
    }

    fn commit_until(&self, _lock: &Lock, new: NewVersion<'_>, last: Step) -> Result<Entry, Error> {
        let NewVersion { file: NewFile { scenario, temp }, facts, catalog, changes } = new;
        debug_assert_eq!(facts.schema, catalog.fingerprint(), "the facts are of this schema");
        let version = facts.version;
        let newest = self.versions_on_disk(&scenario)?.pop();
        match newest {
            Some(newest) if newest == version => {
                return Err(Error::Exists { path: self.version_path(&scenario, version) });
            }
            Some(newest) if newest.number >= version.number => {
                return Err(Error::NotNewest { scenario, version, newest });
            }
            _ => {}
        }
        let found = temp.as_file().metadata().map_err(Error::io("read", temp.path()))?;
        let (manifest, entry) = self.added(&scenario, facts, found.len())?;
        let file = Some(temp);
        let changes = Some(changes);
        self.add(Addition { scenario: &scenario, version, manifest, file, catalog, changes }, last)?;
        tracing::info!(%scenario, %version, "added a version");
        Ok(entry)
    }

    /// Adds the entry of a version whose file is in place ([`Archive::orphans`]), which the caller has checked.
    /// `changes`, if given, is the whole new text of `CHANGES.md`.
    ///
    /// # Errors
    /// As [`Archive::commit`]; a number below the manifest's newest is left to a repair.
    pub fn record(
        &self,
        _lock: &Lock,
        scenario: &ScenarioName,
        facts: Facts,
        catalog: &Catalog,
        changes: Option<&str>,
    ) -> Result<Entry, Error> {
        let version = facts.version;
        let (_, size) = self.open_unlisted(scenario, version)?;
        let (manifest, entry) = self.added(scenario, facts, size)?;
        let addition = Addition { scenario, version, manifest, file: None, catalog, changes };
        self.add(addition, Step::Manifest)?;
        tracing::info!(%scenario, %version, "recorded a version that an interrupted run had left");
        Ok(entry)
    }

    /// The manifest with one more entry. Everything that can be refused is refused here, before anything is changed.
    fn added(&self, scenario: &ScenarioName, facts: Facts, size: u64) -> Result<(Manifest, Entry), Error> {
        let mut manifest = self.manifest()?;
        self.schemas()?;
        let _: LatestState = self.check_latest(&manifest, scenario)?;
        files::plain(&self.changes_file(scenario))?;
        let previous = manifest.entries(scenario).first();
        if let Some(newest) = previous.map(Entry::version)
            && newest.number >= facts.version.number
        {
            return Err(Error::NotNewest { scenario: scenario.clone(), version: facts.version, newest });
        }
        let entry = Entry::new(scenario, facts, size, previous);
        manifest.push(scenario, entry.clone());
        Ok((manifest, entry))
    }

    /// Runs the steps up to and including `last`; tests stop early to see what a kill would leave.
    fn add(&self, mut new: Addition<'_>, last: Step) -> Result<(), Error> {
        for step in STEPS {
            self.step(&mut new, step)?;
            if step == last {
                break;
            }
        }
        Ok(())
    }

    fn step(&self, new: &mut Addition<'_>, step: Step) -> Result<(), Error> {
        match step {
            Step::Schema => {
                let mut schemas = self.schemas()?;
                schemas.insert(new.catalog.fingerprint(), new.catalog.clone());
                self.write_schemas(&schemas)?;
            }
            Step::File => {
                if let Some(temp) = new.file.take() {
                    files::place_new(temp, &self.version_path(new.scenario, new.version))?;
                }
            }
            Step::Changes => {
                if let Some(changes) = new.changes {
                    text::write(&self.changes_file(new.scenario), changes)?;
                }
            }
            Step::Latest => {
                self.point_latest(new.scenario, new.version)?;
            }
            Step::Manifest => {
                self.write_manifest(&new.manifest)?;
            }
        }
        Ok(())
    }

    pub(crate) fn write_manifest(&self, manifest: &Manifest) -> Result<Written, Error> {
        text::write(&self.manifest_file(), &manifest.render())
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;
    use std::io::Write as _;

    use model::{Digest, Engine};

    use super::*;
    use crate::ChangeCounts;

    fn scenario() -> ScenarioName {
        ScenarioName::new("general").expect("a name")
    }

    fn catalog(number: u32) -> Catalog {
        let table = model::Table {
            schema: None,
            columns: vec![],
            primary_key: vec![],
            unique_keys: vec![],
            foreign_keys: vec![],
            without_rowid: false,
            strict: number.is_multiple_of(2),
            comment: None,
        };
        Catalog { engine: Engine::Sqlite, tables: [("t".to_owned(), table)].into() }
    }

    fn facts(number: u32) -> Facts {
        Facts {
            version: Version { number, date: jiff::civil::date(2026, 11, 20) },
            records: 1,
            total: 1,
            tables: BTreeMap::new(),
            format: 1,
            source: Engine::Sqlite,
            generated: jiff::Timestamp::UNIX_EPOCH,
            content: Digest::of(b"content"),
            file_digest: Digest::of(b"file"),
            schema: catalog(number).fingerprint(),
            changes: ChangeCounts::default(),
        }
    }

    fn archive(root: &tempfile::TempDir) -> Archive {
        let archive = Archive::open(root.path()).expect("opens");
        let path = archive.scenario_file(&scenario());
        files::make_folder(&archive.folder(&scenario())).expect("makes the folder");
        assert_eq!(files::write_atomic(&path, b"scenario: general\n").expect("writes"), Written::Changed);
        archive
    }

    fn commit(archive: &Archive, number: u32, last: Step) -> Entry {
        let lock = archive.lock().expect("locks");
        let file = archive.begin(&lock, &scenario()).expect("begins");
        write!(file.file(), "version {number}").expect("writes");
        let (catalog, changes) = (catalog(number), format!("# Changes\n\n## v{number}\n"));
        let new = NewVersion { file, facts: facts(number), catalog: &catalog, changes: &changes };
        archive.commit_until(&lock, new, last).expect("runs up to the step")
    }

    /// What the workflow does first: record what an interrupted run left.
    fn record_orphans(archive: &Archive) -> usize {
        let lock = archive.lock().expect("locks");
        let manifest = archive.manifest().expect("reads");
        let orphans = archive.orphans(&manifest, &scenario()).expect("lists");
        for version in &orphans {
            let number = version.number;
            let changes = format!("# Changes\n\n## v{number}\n");
            let (facts, catalog) = (facts(number), catalog(number));
            archive.record(&lock, &scenario(), facts, &catalog, Some(&changes)).expect("records");
        }
        orphans.len()
    }

    /// Everything that a user sees: file names with their bytes or targets.
    fn seen(archive: &Archive) -> BTreeMap<String, Vec<u8>> {
        let mut found = BTreeMap::new();
        for folder in [archive.metadata(), archive.folder(&scenario())] {
            for name in files::names_in(&folder).expect("lists") {
                let path = folder.join(&name);
                let bytes = match std::fs::read_link(&path) {
                    Ok(target) => target.into_os_string().into_encoded_bytes(),
                    Err(_) => std::fs::read(&path).expect("reads"),
                };
                found.insert(name, bytes);
            }
        }
        found
    }

    #[test]
    fn a_stop_after_any_step_is_completed_by_the_next_run() {
        for last in STEPS {
            let (root, reference) =
                (tempfile::tempdir().expect("a folder"), tempfile::tempdir().expect("a folder"));
            let (stopped, straight) = (archive(&root), archive(&reference));
            for archive in [&stopped, &straight] {
                commit(archive, 1, Step::Manifest);
            }
            commit(&straight, 2, Step::Manifest);
            commit(&stopped, 2, last);
            let manifest = stopped.manifest().expect("the old or the new one");
            let expected = if last == Step::Manifest { 2 } else { 1 };
            assert_eq!(manifest.entries(&scenario()).len(), expected, "{last:?}");
            let orphans = record_orphans(&stopped);
            if last == Step::Schema {
                assert_eq!(orphans, 0, "no file yet");
                commit(&stopped, 2, Step::Manifest);
            }
            assert_eq!(seen(&stopped), seen(&straight), "stopped after {last:?}");
            let manifest = stopped.manifest().expect("reads");
            assert_eq!(stopped.verify_structure(&manifest, &scenario()).expect("verifies"), []);
        }
    }

    #[test]
    fn a_file_that_is_dropped_unfinished_leaves_nothing() {
        let root = tempfile::tempdir().expect("a folder");
        let archive = archive(&root);
        let lock = archive.lock().expect("locks");
        let before = seen(&archive);
        drop(archive.begin(&lock, &scenario()).expect("begins"));
        assert_eq!(seen(&archive), before);
    }

    #[test]
    fn what_cannot_be_committed_changes_nothing() {
        let root = tempfile::tempdir().expect("a folder");
        let archive = archive(&root);
        commit(&archive, 1, Step::Manifest);
        let latest = archive.latest_file(&scenario());
        std::fs::remove_file(&latest).expect("removes");
        std::fs::create_dir(&latest).expect("makes a folder");
        let lock = archive.lock().expect("locks");
        let file = archive.begin(&lock, &scenario()).expect("begins");
        let catalog = catalog(2);
        let new = NewVersion { file, facts: facts(2), catalog: &catalog, changes: "" };
        let error = archive.commit(&lock, new).expect_err("a folder is in the way");
        assert!(matches!(error, Error::LatestIsFolder { .. }));
        assert_eq!(archive.versions_on_disk(&scenario()).expect("lists").len(), 1);
        assert_eq!(archive.schemas().expect("reads").len(), 1);
    }
}
