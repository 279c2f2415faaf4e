//! An archive in a temporary folder, with versions whose content is one line of text.

use std::collections::BTreeMap;
use std::fs;
use std::io::Write as _;
use std::path::{Path, PathBuf};

use demo_snapshot_archive::{Archive, ChangeCounts, Entry, Error, Facts, NewVersion};
use model::{Catalog, Column, Digest, Engine, LogicalType, ScenarioName, Table, Version};

pub(crate) struct Fixture {
    pub(crate) root: tempfile::TempDir,
    pub(crate) archive: Archive,
}

impl Fixture {
    pub(crate) fn new() -> Self {
        let root = tempfile::tempdir().expect("a temporary folder");
        let dir = root.path().join("demo-snapshots");
        fs::create_dir(&dir).expect("makes the archive's folder");
        let archive = Archive::open(&dir).expect("opens");
        let fixture = Self { root, archive };
        fixture.put("general/scenario.yaml", "scenario: general\n");
        fixture
    }

    /// An archive with versions `1..=count` of `general`.
    pub(crate) fn with_versions(count: u32) -> Self {
        let fixture = Self::new();
        for number in 1..=count {
            fixture.commit("general", number).expect("commits");
        }
        fixture
    }

    pub(crate) fn commit(&self, scenario: &str, number: u32) -> Result<Entry, Error> {
        let lock = self.archive.lock()?;
        let file = self.archive.begin(&lock, &name(scenario))?;
        writeln!(file.file(), "{scenario} {number}").expect("writes");
        let (facts, catalog) = (facts(version(number)), catalog());
        let changes = format!("# Changes\n\n## {}\n", version(number));
        self.archive.commit(&lock, NewVersion { file, facts, catalog: &catalog, changes: &changes })
    }

    pub(crate) fn path(&self, relative: &str) -> PathBuf {
        self.archive.dir().join(relative)
    }

    pub(crate) fn read(&self, relative: &str) -> String {
        fs::read_to_string(self.path(relative)).expect("reads")
    }

    pub(crate) fn put(&self, relative: &str, text: &str) {
        put(&self.path(relative), text);
    }

    /// Applies `change` to the manifest's text.
    pub(crate) fn edit_manifest(&self, change: impl FnOnce(&str) -> String) {
        let text = change(&self.read(MANIFEST));
        self.put(MANIFEST, &text);
    }

    /// An error as people read it: the message, and what to do.
    pub(crate) fn told(&self, error: &Error) -> String {
        let help = miette::Diagnostic::help(error).map(|help| help.to_string()).unwrap_or_default();
        let text = format!("{error}\nhelp: {help}");
        let text = text.replace(&self.archive.dir().display().to_string(), "DIR");
        text.replace(&self.root.path().display().to_string(), "ROOT")
    }

    /// Every file with its bytes, links as their targets.
    pub(crate) fn tree(&self) -> BTreeMap<String, String> {
        let mut found = BTreeMap::new();
        let mut folders = vec![self.archive.dir().to_owned()];
        while let Some(folder) = folders.pop() {
            for entry in fs::read_dir(&folder).expect("lists") {
                let path = entry.expect("an entry").path();
                let shown = path.strip_prefix(self.archive.dir()).expect("inside").display().to_string();
                let meta = fs::symlink_metadata(&path).expect("is there");
                if meta.is_dir() {
                    folders.push(path);
                } else if meta.is_symlink() {
                    let target = fs::read_link(&path).expect("a link");
                    found.insert(shown, format!("-> {}", target.display()));
                } else {
                    found.insert(shown, fs::read_to_string(&path).expect("text"));
                }
            }
        }
        found
    }
}

pub(crate) const MANIFEST: &str = "metadata/export_manifest.json";
pub(crate) const SCHEMAS: &str = "metadata/schema_versions.json";

#[expect(clippy::disallowed_methods, reason = "a test's own files need not survive a crash")]
pub(crate) fn put(path: &Path, text: &str) {
    fs::create_dir_all(path.parent().expect("a parent")).expect("makes the folder");
    fs::write(path, text).expect("writes");
}

pub(crate) fn name(name: &str) -> ScenarioName {
    ScenarioName::new(name).expect("a scenario's name")
}

pub(crate) fn version(number: u32) -> Version {
    let date = jiff::civil::date(2026, 11, 10).checked_add(jiff::Span::new().days(number)).expect("a date");
    Version { number, date }
}

pub(crate) fn facts(version: Version) -> Facts {
    Facts {
        version,
        records: 3,
        total: 2,
        tables: [("fragments".to_owned(), 2), ("vaults".to_owned(), 1)].into(),
        format: 1,
        source: Engine::Sqlite,
        generated: "2026-11-20T10:30:00Z".parse().expect("an instant"),
        content: Digest::of(version.to_string().as_bytes()),
        file_digest: Digest::of(b"file"),
        schema: catalog().fingerprint(),
        changes: ChangeCounts { added: 1, changed: 2, removed: 0 },
    }
}

pub(crate) fn catalog() -> Catalog {
    let id = Column { not_null: true, identity: true, ..Column::new("id", "INTEGER", LogicalType::Integer) };
    let table = Table {
        schema: None,
        columns: vec![id],
        primary_key: vec!["id".to_owned()],
        unique_keys: vec![],
        foreign_keys: vec![],
        without_rowid: false,
        strict: false,
        comment: None,
    };
    Catalog { engine: Engine::Sqlite, tables: [("vaults".to_owned(), table)].into() }
}
