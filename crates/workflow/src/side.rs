//! What can be compared: an archived version, a file, a version at a git revision, the scenario's rows of a database. Each
//! becomes a snapshot that streams.

use std::fs::File;
use std::path::{Path, PathBuf};

use archive::{Entry, Manifest, Wanted};
use database::{DatabaseUrl, SourceOptions};
use model::{
    Catalog, Definition, Engine, Ownership, RowEvent, RowSource, RowStream, ScenarioName, StreamError,
    Version,
};
use row_diff::render::SideName;
use snapshot_sql::{FileKind, Recorded, Snapshot, Trailer};

use crate::collect::{Output, collect_scenario};
use crate::event::Observer;
use crate::export::{Base, open_recorded};
use crate::git::Repository;
use crate::{Context, Error, Pending, facts, input, pending};

/// The largest manifest that is read.
const MANIFEST_CAP: u64 = 64 << 20;

/// One side of a comparison, as it was asked for.
#[derive(Clone, Debug)]
pub enum SideSpec {
    /// The newest version of the archive.
    Latest,
    /// A version of the archive, `v1` or `v1_2025-01-15`.
    Version(String),
    /// A snapshot file.
    File(PathBuf),
    /// The version that waits for a review: the newest, if there are several.
    Pending,
    /// A version that waits, as it was listed.
    Listed(Pending),
    /// A version that the archive has at a git revision: the newest there, or that which is named.
    Git {
        /// A branch, a tag or a commit.
        revision: String,
        /// The version, if not the newest.
        version: Option<String>,
    },
    /// The rows of a database that are the scenario's now.
    Database(DatabaseUrl),
}

/// A side that was opened.
pub(crate) struct OpenSide {
    pub(crate) name: SideName,
    pub(crate) rows: Rows,
    /// The file, as messages name it.
    pub(crate) file: String,
    /// The archive's entry, of a version.
    pub(crate) entry: Option<Entry>,
    /// The schema that the rows came from, where it is known.
    pub(crate) catalog: Option<Catalog>,
    /// What is known of the file before it is read: as the archive recorded it, or as it was just written.
    pub(crate) recorded: Option<Recorded>,
}

/// What a side holds.
pub(crate) enum Rows {
    /// A snapshot's rows.
    Snapshot(Box<Snapshot<File>>),
    /// None, of these tables.
    Nothing(Definition),
}

impl Rows {
    fn of(snapshot: Snapshot<File>) -> Self {
        Self::Snapshot(Box::new(snapshot))
    }

    /// The engines that its rows are for.
    pub(crate) fn engines(&self) -> Vec<Engine> {
        match self {
            Self::Snapshot(snapshot) => snapshot.header().engines.clone(),
            Self::Nothing(_) => vec![Engine::Sqlite, Engine::Postgres],
        }
    }
}

impl RowSource for Rows {
    fn definition(&self) -> &Definition {
        match self {
            Self::Snapshot(snapshot) => snapshot.definition(),
            Self::Nothing(definition) => definition,
        }
    }

    fn sections(&self) -> Option<Vec<(usize, Ownership, u64)>> {
        match self {
            Self::Snapshot(snapshot) => snapshot.sections(),
            Self::Nothing(_) => Some(Vec::new()),
        }
    }

    fn open(&mut self) -> Result<Box<dyn RowStream + '_>, StreamError> {
        match self {
            Self::Snapshot(snapshot) => snapshot.as_mut().open(),
            Self::Nothing(_) => Ok(Box::new(NoRows)),
        }
    }
}

struct NoRows;

impl RowStream for NoRows {
    fn next(&mut self) -> Result<Option<RowEvent<'_>>, StreamError> {
        Ok(None)
    }
}

impl OpenSide {
    /// A snapshot, named `name`.
    pub(crate) fn of_snapshot(name: String, snapshot: Snapshot<File>, catalog: Option<Catalog>) -> Self {
        let records = Some(snapshot.header().records);
        let (file, name) = (name.clone(), SideName { name, records });
        Self { name, rows: Rows::of(snapshot), file, entry: None, catalog, recorded: None }
    }

    /// No row, of the tables of a scenario's first version.
    pub(crate) fn nothing(first: &Self) -> Self {
        Self {
            name: SideName { name: "nothing".to_owned(), records: Some(0) },
            rows: Rows::Nothing(first.rows.definition().clone()),
            file: "nothing".to_owned(),
            entry: None,
            catalog: first.catalog.clone(),
            recorded: None,
        }
    }

    /// Opens a side.
    ///
    /// # Errors
    /// There is no such version, file or database, it is another scenario's, or its rows cannot be read.
    pub(crate) fn open(
        context: &Context,
        name: &ScenarioName,
        spec: &SideSpec,
        observer: Observer<'_>,
    ) -> Result<Self, Error> {
        match spec {
            SideSpec::Latest => Self::version(context, name, Wanted::Latest),
            SideSpec::Version(typed) => Self::version(context, name, Wanted::parse(typed)?),
            SideSpec::File(path) => Self::file(context, name, path),
            SideSpec::Pending => {
                let (version, snapshot) = pending::open_newest(context, name)?;
                Self::pending(context, name, version, snapshot)
            }
            SideSpec::Listed(listed) => {
                Self::pending(context, name, listed.version, pending::open_listed(context, listed)?)
            }
            SideSpec::Git { revision, version } => Self::git(context, name, revision, version.as_deref()),
            SideSpec::Database(url) => Self::database(context, name, url, observer),
        }
    }

    fn version(context: &Context, name: &ScenarioName, wanted: Wanted) -> Result<Self, Error> {
        match context.archive.resolve(name, wanted) {
            Err(archive::Error::NoVersions { .. }) if !context.archive.pending(name)?.is_empty() => {
                Err(Error::OnlyPending { scenario: name.to_string() })
            }
            entry => Self::entry(context, name, entry?),
        }
    }

    pub(crate) fn entry(context: &Context, name: &ScenarioName, entry: Entry) -> Result<Self, Error> {
        let snapshot = open_recorded(context, name, &entry)?;
        Ok(Self {
            name: SideName { name: entry.version().to_string(), records: Some(entry.facts.records) },
            file: context.version_file(name, &entry),
            catalog: context.archive.schema_catalog(&entry.facts.schema)?,
            recorded: Some(recorded(&entry)),
            entry: Some(entry),
            rows: Rows::of(snapshot),
        })
    }

    fn file(context: &Context, name: &ScenarioName, path: &Path) -> Result<Self, Error> {
        let shown = path.display().to_string();
        let mut file = input::open_plain(path)?;
        if input::kind_of(&mut file, path)? == FileKind::Format0 {
            return Err(Error::file(&shown, snapshot_sql::Error::OldFormat));
        }
        let snapshot = Snapshot::open(file).map_err(|source| Error::file(&shown, source))?;
        Self::of_file(context, name, snapshot, shown)
    }

    /// A snapshot from outside of the archive, named `shown`.
    pub(crate) fn of_file(
        context: &Context,
        name: &ScenarioName,
        snapshot: Snapshot<File>,
        shown: String,
    ) -> Result<Self, Error> {
        let header = snapshot.header();
        if header.scenario != *name {
            let (found, expected) = (header.scenario.to_string(), name.to_string());
            return Err(Error::OtherScenario { file: shown, found, expected });
        }
        let catalog = facts::recorded_schema_of(&context.archive, &header.definition, header.source)?;
        Ok(Self::of_snapshot(shown, snapshot, catalog))
    }

    fn pending(
        context: &Context,
        name: &ScenarioName,
        version: Version,
        snapshot: Snapshot<File>,
    ) -> Result<Self, Error> {
        let shown = context.archive.pending_path(name, version).display().to_string();
        let mut side = Self::of_file(context, name, snapshot, shown)?;
        side.name.name = format!("{version} (pending)");
        Ok(side)
    }

    fn git(
        context: &Context,
        name: &ScenarioName,
        revision: &str,
        version: Option<&str>,
    ) -> Result<Self, Error> {
        let wanted = version.map_or(Ok(Wanted::Latest), Wanted::parse)?;
        let archive = &context.archive;
        let repository = Repository::of(archive.dir())?;
        let commit = repository.resolve(revision)?;
        let inside = |path: &Path| path.strip_prefix(archive.dir()).unwrap_or(path).display().to_string();
        let nothing = || Error::NotInRevision { scenario: name.to_string(), revision: revision.to_owned() };
        let path = inside(&archive.manifest_file());
        let text = repository.text(&commit, &path, MANIFEST_CAP)?.ok_or_else(nothing)?;
        let manifest = Manifest::parse(Path::new(&format!("{commit}:{path}")), &text)?;
        if manifest.entries(name).is_empty() {
            return Err(nothing());
        }
        let entry = manifest.resolve(name, wanted)?.clone();
        let path = inside(&archive.version_path(name, entry.version()));
        let blob = repository.blob(&commit, &path)?.ok_or_else(nothing)?;
        let mut file = context.scratch_file()?;
        repository.read_into(&blob, &mut file)?;
        let shown = format!("{commit}:{path}");
        let snapshot = Snapshot::open(file).map_err(|source| Error::file(&shown, source))?;
        let mut side = Self::of_file(context, name, snapshot, shown)?;
        side.name.name = format!("git:{revision} {}", entry.version());
        side.recorded = Some(recorded(&entry));
        side.entry = Some(entry);
        Ok(side)
    }

    fn database(
        context: &Context,
        name: &ScenarioName,
        url: &DatabaseUrl,
        observer: Observer<'_>,
    ) -> Result<Self, Error> {
        let scenario = context.scenario(name)?;
        let base = Base::latest(context, name)?;
        let mut source = database::open_source(url, &SourceOptions::default())?;
        let catalog = source.catalog()?;
        let file = context.scratch_file()?;
        let base = base.as_ref().map(|base| &base.definition);
        let output = Output { file: &file, lasting: false, version: None, base, allow_empty: true };
        let collected = collect_scenario(context, output, source.as_mut(), &catalog, &scenario, observer)?;
        let catalog = Some(collected.catalog.clone());
        let (snapshot, recorded) = collected.into_snapshot(None, context.clock.now())?;
        let side = Self::of_snapshot(url.to_string(), snapshot, catalog);
        Ok(Self { recorded: Some(recorded), ..side })
    }

    /// What is wrong with a file that turned out not to be what is known of it, as a whole pass over it tells.
    pub(crate) fn fault(&mut self) -> Option<Error> {
        let Rows::Snapshot(snapshot) = &mut self.rows else { return None };
        match snapshot.check() {
            Err(source) => Some(Error::file(&self.file, source)),
            Ok(_) => self.check().err(),
        }
    }

    /// Whether what was read, whole, is what the archive recorded.
    ///
    /// # Errors
    /// It is not.
    pub(crate) fn check(&self) -> Result<(), Error> {
        let (Some(entry), Rows::Snapshot(snapshot)) = (&self.entry, &self.rows) else { return Ok(()) };
        let Some(checked) = snapshot.checked() else { return Ok(()) };
        let read = (checked.trailer.content, checked.trailer.file);
        if read == (entry.facts.content, entry.facts.file_digest) {
            return Ok(());
        }
        let what = "its digests are not those that were recorded".to_owned();
        Err(Error::NotTheRecorded { file: self.file.clone(), what })
    }
}

fn recorded(entry: &Entry) -> Recorded {
    let trailer = Trailer { content: entry.facts.content, file: entry.facts.file_digest };
    Recorded { trailer, size: entry.size }
}
