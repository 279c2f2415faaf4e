//! What can be compared: an archived version, a file, a version at a git revision, the scenario's rows of a database. Each
//! becomes a snapshot that streams.

use std::fs::File;
use std::path::{Path, PathBuf};

use archive::{Entry, Manifest, Wanted};
use database::{DatabaseUrl, SourceOptions};
use model::{Catalog, ScenarioName};
use row_diff::render::SideName;
use snapshot_sql::{FileKind, Recorded, Snapshot, Trailer};

use crate::collect::{Output, collect_scenario};
use crate::event::Observer;
use crate::export::{Base, open_recorded};
use crate::git::Repository;
use crate::{Context, Error, facts, input};

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
    /// The version that waits for a review.
    Pending,
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
    pub(crate) snapshot: Snapshot<File>,
    /// The file, as messages name it.
    pub(crate) file: String,
    /// The archive's entry, of a version.
    pub(crate) entry: Option<Entry>,
    /// The schema that the rows came from, where it is known.
    pub(crate) catalog: Option<Catalog>,
    /// What is known of the file before it is read: as the archive recorded it, or as it was just written.
    pub(crate) recorded: Option<Recorded>,
}

impl OpenSide {
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
            SideSpec::Pending => Self::pending(context, name),
            SideSpec::Git { revision, version } => Self::git(context, name, revision, version.as_deref()),
            SideSpec::Database(url) => Self::database(context, name, url, observer),
        }
    }

    fn version(context: &Context, name: &ScenarioName, wanted: Wanted) -> Result<Self, Error> {
        Self::entry(context, name, context.archive.resolve(name, wanted)?)
    }

    pub(crate) fn entry(context: &Context, name: &ScenarioName, entry: Entry) -> Result<Self, Error> {
        let snapshot = open_recorded(context, name, &entry)?;
        Ok(Self {
            name: SideName { name: entry.version().to_string(), records: Some(entry.facts.records) },
            file: context.version_file(name, &entry),
            catalog: context.archive.schema_catalog(&entry.facts.schema)?,
            recorded: Some(recorded(&entry)),
            entry: Some(entry),
            snapshot,
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
        let name = SideName { name: shown.clone(), records: Some(header.records) };
        Ok(Self { name, snapshot, file: shown, entry: None, catalog, recorded: None })
    }

    fn pending(context: &Context, name: &ScenarioName) -> Result<Self, Error> {
        let (version, snapshot) = crate::pending::open(context, name)?;
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
        let shown = url.to_string();
        let name = SideName { name: shown.clone(), records: Some(snapshot.header().records) };
        Ok(Self { name, snapshot, file: shown, entry: None, catalog, recorded: Some(recorded) })
    }

    /// What is wrong with a file that turned out not to be what is known of it, as a whole pass over it tells.
    pub(crate) fn fault(&mut self) -> Option<Error> {
        match self.snapshot.check() {
            Err(source) => Some(Error::file(&self.file, source)),
            Ok(_) => self.check().err(),
        }
    }

    /// Whether what was read, whole, is what the archive recorded.
    ///
    /// # Errors
    /// It is not.
    pub(crate) fn check(&self) -> Result<(), Error> {
        let (Some(entry), Some(checked)) = (&self.entry, self.snapshot.checked()) else { return Ok(()) };
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
