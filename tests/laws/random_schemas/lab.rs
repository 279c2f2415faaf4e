//! An archive with one scenario, and the tool's own operations on it: without its command line, of which there would be
//! tens of thousands.

use std::io::Cursor;
use std::path::{Path, PathBuf};
use std::time::Duration;

use archive::Archive;
use database::{
    DatabaseUrl, Decision, MergeMode, MergeOutcome, OnConflict, Parents, SourceOptions, Triggers,
};
use model::{Catalog, ScenarioName};
use snapshot_sql::Snapshot;
use tempfile::TempDir;
use workflow::{
    Clock, Context, ExportFrom, ExportRequest, ImportRequest, ImportWhat, Migrations, PatchHead, PatchSide,
    Validate,
};

pub(crate) struct Lab {
    folder: TempDir,
    context: Context,
    scenario: ScenarioName,
    /// Whether foreign keys and their actions are the engine's own business during an import.
    triggers: Triggers,
}

impl Lab {
    #[expect(clippy::disallowed_methods, reason = "a scratch archive")]
    pub(crate) fn new(yaml: &str, triggers: Triggers) -> Self {
        let folder = tempfile::tempdir().expect("a folder");
        let archive = folder.path().join("demo-snapshots");
        std::fs::create_dir_all(archive.join("random")).expect("a folder");
        std::fs::write(archive.join("random/scenario.yaml"), yaml).expect("a file");
        let clock = Clock::from_source_date_epoch(Some(crate::EPOCH.1)).expect("a time");
        let archive = Archive::open(&archive).expect("an archive");
        let context = Context::new(archive, clock, Migrations::default()).expect("a context");
        Self { folder, context, scenario: ScenarioName::new("random").expect("a name"), triggers }
    }

    /// A path in a folder of its own.
    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    /// Exports into the archive; returns the file.
    pub(crate) fn export(&self, url: &str) -> Result<Vec<u8>, String> {
        let report = workflow::export(&self.context, &self.request(url), &mut |_| {})
            .map_err(|error| in_full(&error))?;
        Ok(std::fs::read(report.path).expect("a file"))
    }

    /// What an export would write.
    pub(crate) fn exported(&self, url: &str) -> Result<Vec<u8>, String> {
        let mut file = Vec::new();
        workflow::export_to(&self.context, &self.request(url), &mut file, &mut |_| {})
            .map_err(|error| in_full(&error))?;
        Ok(file)
    }

    /// The patch that leads from one file to another, in a database of that schema.
    pub(crate) fn patch(
        &self,
        base: &[u8],
        head: &[u8],
        catalog: &Catalog,
    ) -> Result<Vec<u8>, workflow::Error> {
        let open = |file: &[u8]| Snapshot::open(Cursor::new(file.to_vec())).expect("a snapshot");
        let (mut base, mut head) = (open(base), open(head));
        let (old, new) = (base.header().definition.clone(), head.header().definition.clone());
        let engines = head.header().engines.clone();
        let side = |name, definition| PatchSide { name, content: None, definition };
        let request = PatchHead {
            scenario: &self.scenario,
            base: side("base", &old),
            head: side("head", &new),
            engines: &engines,
            catalog: Some(catalog),
        };
        let mut text = Vec::new();
        workflow::patch(&self.context, &request, (&mut base, &mut head), &mut text)?;
        Ok(text)
    }

    /// The schema of a database.
    pub(crate) fn catalog(url: &str) -> Catalog {
        let mut source = database::open_source(&address(url), &SourceOptions::default()).expect("opens");
        source.catalog().expect("a schema")
    }

    fn request(&self, url: &str) -> ExportRequest {
        ExportRequest {
            scenario: self.scenario.clone(),
            from: ExportFrom::Database(address(url)),
            allow_empty: true,
            validate: Validate::default(),
        }
    }

    /// Imports the archive's version; what it loses is nobody's.
    pub(crate) fn import(&self, url: &str, create_schema: bool) -> Result<MergeOutcome, String> {
        let request = ImportRequest {
            scenario: self.scenario.clone(),
            what: ImportWhat::Latest,
            target: address(url),
            on_conflict: OnConflict::Error,
            parents: Parents::Error,
            triggers: self.triggers,
            mode: MergeMode::Write,
            owned_by: None,
            create_schema,
            allow_target: None,
            lock_timeout: Duration::from_secs(5),
        };
        let imported = workflow::import(&self.context, &request, &mut |_| {}, &mut |_| Decision::Apply);
        imported.map(|report| report.outcome).map_err(|error| in_full(&error))
    }
}

fn address(url: &str) -> DatabaseUrl {
    match url.strip_prefix("sqlite:") {
        Some(path) => DatabaseUrl::sqlite(Path::new(path)),
        None => url.parse().expect("an address"),
    }
}

pub(crate) fn in_full(error: &workflow::Error) -> String {
    let mut text = error.to_string();
    let mut cause = std::error::Error::source(error);
    while let Some(error) = cause {
        text = format!("{text}: {error}");
        cause = error.source();
    }
    text
}
