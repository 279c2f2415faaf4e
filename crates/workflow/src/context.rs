//! What every operation needs: the archive, the clock, the bundled schemas and a folder for scratch files.

use std::collections::BTreeSet;
use std::fs::File;
use std::path::PathBuf;

use archive::{Archive, Entry, LatestForm};
use database::{DatabaseUrl, Durability, Schema, TargetOptions};
use model::{Catalog, Definition, ScenarioName};
use scenario::{Scenario, Seed};
use subset::Plan;

use crate::bundled::Schemas;
use crate::{Clock, Error};

/// The largest files that are read: as much as their readers take.
const SCENARIO_CAP: u64 = 64 * 1024;
const SEED_CAP: u64 = 2 * 1024 * 1024;

/// An archive and how to work on it. Another workspace embeds the tool by making one of its own.
pub struct Context {
    /// The archive.
    pub archive: Archive,
    /// Where "now" comes from.
    pub clock: Clock,
    /// The schemas that a missing database is made with.
    pub schemas: Schemas,
}

impl Context {
    /// An archive's context, with the archive's own settings (`archive.yaml`). One schema is given as its `Migrations`;
    /// several, as a list of [`Schema`].
    ///
    /// # Errors
    /// The settings cannot be read.
    pub fn new(archive: Archive, clock: Clock, schemas: impl Into<Schemas>) -> Result<Self, Error> {
        let path = archive.dir().join("archive.yaml");
        let settings = match archive.read_text(&path, SCENARIO_CAP) {
            Ok(text) => scenario::read_archive_settings(&text, &path.display().to_string())?,
            Err(archive::Error::Missing { .. }) => scenario::ArchiveSettings::default(),
            Err(error) => return Err(error.into()),
        };
        let form = match settings.latest {
            scenario::Latest::Link => LatestForm::Link,
            scenario::Latest::Copy => LatestForm::Copy,
        };
        Ok(Self { archive: archive.with_latest(form), clock, schemas: schemas.into() })
    }

    /// Checks a scenario's name as it was typed, and that the archive has it.
    ///
    /// # Errors
    /// No such scenario: names the nearest one and all there are.
    pub fn scenario_name(&self, typed: &str) -> Result<ScenarioName, Error> {
        Ok(self.archive.scenario(typed)?)
    }

    /// One scenario, or all of them.
    ///
    /// # Errors
    /// As [`Context::scenario_name`]; also when the archive has no scenario at all.
    pub fn scenario_names(&self, typed: Option<&str>) -> Result<Vec<ScenarioName>, Error> {
        match typed {
            Some(typed) => Ok(vec![self.scenario_name(typed)?]),
            None => Ok(self.archive.scenarios()?),
        }
    }

    /// A scenario's settings.
    ///
    /// # Errors
    /// The file is missing, is not readable, or says what no scenario can say.
    pub fn scenario(&self, name: &ScenarioName) -> Result<Scenario, Error> {
        let path = self.archive.scenario_file(name);
        let text = self.archive.read_text(&path, SCENARIO_CAP)?;
        scenario_of(name, &text, path.display().to_string())
    }

    /// The bundled schema that a scenario is of: the one that its scenario.yaml names, else the first.
    ///
    /// # Errors
    /// Its scenario.yaml cannot be read, or names a schema that there is not.
    pub fn schema_of(&self, name: &ScenarioName) -> Result<Schema, Error> {
        let scenario = match self.scenario(name) {
            Err(Error::Archive(archive::Error::Missing { .. })) => return Ok(self.schemas.first()),
            read => read?,
        };
        let Some(schema) = scenario.schema else { return Ok(self.schemas.first()) };
        Ok(self.schemas.named(&schema, Some(&scenario.file))?)
    }

    /// A scenario's seed.
    ///
    /// # Errors
    /// The file is missing, is not readable, or says what no seed can say.
    pub fn seed(&self, name: &ScenarioName) -> Result<Seed, Error> {
        let path = self.archive.seed_file(name);
        let text = match self.archive.read_text(&path, SEED_CAP) {
            Err(archive::Error::Missing { path }) => {
                return Err(Error::NoSeed { path, scenario: name.to_string() });
            }
            read => read?,
        };
        let shown = path.display().to_string();
        let seed = scenario::read_seed(&text, &shown)?;
        if seed.name == *name {
            Ok(seed)
        } else {
            Err(Error::OtherScenario {
                file: shown,
                found: seed.name.to_string(),
                expected: name.to_string(),
            })
        }
    }

    /// A version's file, as messages name it: a path that `git checkout --` takes.
    pub(crate) fn version_file(&self, name: &ScenarioName, entry: &Entry) -> String {
        self.archive.version_path(name, entry.version()).display().to_string()
    }

    /// A file without a name that vanishes with its handle: beside the archive's own, where there is room for what it is
    /// to hold, or among the system's temporary files where the archive is read-only.
    ///
    /// # Errors
    /// Neither folder can be written.
    pub fn scratch_file(&self) -> Result<File, Error> {
        tempfile::tempfile_in(self.archive.dir())
            .or_else(|_| tempfile::tempfile())
            .map_err(|source| Error::scratch(&std::env::temp_dir(), source))
    }
}

/// The settings of scenario `name` that `text`, the content of `file`, says.
///
/// # Errors
/// It says what no scenario can say, or is another scenario's.
pub(crate) fn scenario_of(name: &ScenarioName, text: &str, file: String) -> Result<Scenario, Error> {
    let scenario = scenario::read_scenario(text, &file)?;
    if scenario.name == *name {
        Ok(scenario)
    } else {
        Err(Error::OtherScenario { file, found: scenario.name.to_string(), expected: name.to_string() })
    }
}

/// A scratch database.
pub(crate) struct Scratch {
    pub(crate) url: DatabaseUrl,
    _dir: tempfile::TempDir,
}

impl Scratch {
    /// An empty database.
    pub(crate) fn empty() -> Result<Self, Error> {
        let mut builder = tempfile::Builder::new();
        builder.prefix("demo-snapshot-");
        #[cfg(unix)]
        {
            use std::os::unix::fs::PermissionsExt as _;
            // The folder of temporary files is everybody's; these rows are not.
            builder.permissions(std::fs::Permissions::from_mode(0o700));
        }
        let dir = builder.tempdir().map_err(|source| Error::scratch(&std::env::temp_dir(), source))?;
        let path = scratch_path(&dir);
        database::create_database(&path)?;
        Ok(Self { url: DatabaseUrl::Sqlite(path), _dir: dir })
    }

    /// A database with a bundled schema.
    pub(crate) fn bundled(schema: Schema) -> Result<Self, Error> {
        let scratch = Self::empty()?;
        scratch.target()?.migrate(schema.migrations.sqlite)?;
        Ok(scratch)
    }

    pub(crate) fn target(&self) -> Result<Box<dyn database::Target>, Error> {
        let options = TargetOptions { durability: Durability::Scratch, ..TargetOptions::default() };
        Ok(database::open_target(&self.url, &options)?)
    }

    pub(crate) fn source(&self) -> Result<Box<dyn database::Source>, Error> {
        Ok(database::open_source(&self.url, &database::SourceOptions::default())?)
    }
}

fn scratch_path(dir: &tempfile::TempDir) -> PathBuf {
    dir.path().join("scratch.sqlite")
}

/// Checks a scenario against a catalog and plans it.
pub(crate) fn plan(
    catalog: &Catalog,
    scenario: &Scenario,
    base: Option<&Definition>,
    refit: &BTreeSet<(String, String)>,
) -> Result<Plan, Error> {
    scenario::check(scenario, catalog)?;
    Ok(subset::plan(catalog, scenario, base, refit)?)
}

/// The definition by which rows of a target with `catalog` are a scenario's, whether or not its rows could be written there.
/// Relations of a table that neither it nor the version with the definition `base` has say nothing of any row.
///
/// # Errors
/// As [`plan`].
pub(crate) fn plan_ownership(
    catalog: &Catalog,
    scenario: &Scenario,
    base: &Definition,
) -> Result<Definition, Error> {
    let mut scenario = scenario.clone();
    let is_known = |table: &str| catalog.tables.contains_key(table) || base.table(table).is_some();
    // A version holds no table that is excluded, and none that a reference leads to which is not followed.
    scenario.extent.excluded.retain(|table| is_known(table));
    scenario.relations.retain(|relation| is_known(&relation.from) && is_known(&relation.to));
    scenario.loose.retain(|relation| is_known(&relation.from) && is_known(&relation.to));
    scenario::check(&scenario, catalog)?;
    Ok(subset::plan_ownership(catalog, &scenario, Some(base))?.definition)
}
