//! The archive's folder: where everything is, which scenarios there are, what is read.
//!
//! No path is made of anything but a checked scenario name, a version and fixed names, and no link is followed.

use std::collections::BTreeSet;
use std::fs::File;
use std::path::{Path, PathBuf};

use jiff::civil::Date;
use model::text::Shown;
use model::{ScenarioName, Version};

use crate::latest::LatestForm;
use crate::text::{self, cut};
use crate::{Entry, Error, Manifest, Wanted, files};

/// `demo-snapshots/`.
#[derive(Clone, Debug)]
pub struct Archive {
    dir: PathBuf,
    form: LatestForm,
}

/// The name of a version's file: `writer_v2_2026-11-20.sql`.
pub fn version_file(scenario: &ScenarioName, version: Version) -> String {
    format!("{scenario}_{version}.sql")
}

/// The version that a file name of the scenario tells; `None` for every other file.
pub(crate) fn version_of(scenario: &ScenarioName, file: &str) -> Option<Version> {
    let rest = file.strip_prefix(scenario.as_str())?.strip_prefix('_')?;
    Version::parse(rest.strip_suffix(".sql")?).ok()
}

impl Archive {
    /// Opens an existing folder as an archive. It may be empty: `metadata/` is made at the first write.
    ///
    /// # Errors
    /// There is no such folder.
    pub fn open(dir: &Path) -> Result<Self, Error> {
        let archive = Self::at(dir)?;
        if archive.exists() { Ok(archive) } else { Err(Error::NoArchive { path: dir.to_owned() }) }
    }

    /// As [`Archive::open`], of a folder that may be missing: [`Archive::make`] makes it.
    ///
    /// # Errors
    /// It is no folder, or cannot be looked at.
    pub fn at(dir: &Path) -> Result<Self, Error> {
        // A link to the archive as a whole is the user's own choice; links within it are not followed.
        match std::fs::metadata(dir) {
            Ok(found) if !found.is_dir() => return Err(Error::NoFolder { path: dir.to_owned() }),
            Err(error) if error.kind() != std::io::ErrorKind::NotFound => {
                return Err(Error::io("open", dir)(error));
            }
            _ => {}
        }
        Ok(Self { dir: dir.to_owned(), form: LatestForm::Link })
    }

    /// Whether its folder is there.
    pub fn exists(&self) -> bool {
        self.dir.is_dir()
    }

    /// Makes its folder, and those above it, where they are missing. Returns whether it had to.
    ///
    /// # Errors
    /// The system refuses.
    pub fn make(&self) -> Result<bool, Error> {
        if self.exists() {
            return Ok(false);
        }
        std::fs::create_dir_all(&self.dir).map_err(Error::io("create", &self.dir))?;
        Ok(true)
    }

    /// The same archive with another form of `latest.sql`.
    #[must_use]
    pub fn with_latest(self, form: LatestForm) -> Self {
        Self { form, ..self }
    }

    /// The form of `latest.sql` that this archive writes.
    pub fn latest_form(&self) -> LatestForm {
        self.form
    }

    /// The archive's folder.
    pub fn dir(&self) -> &Path {
        &self.dir
    }

    /// The folders that hold a `scenario.yaml`, by name.
    ///
    /// # Errors
    /// The archive cannot be listed.
    pub fn scenarios(&self) -> Result<Vec<ScenarioName>, Error> {
        let mut found = Vec::new();
        for name in files::names_in(&self.dir)? {
            let Ok(name) = ScenarioName::new(&name) else { continue };
            let real = std::fs::symlink_metadata(self.folder(&name)).is_ok_and(|found| found.is_dir());
            if real && std::fs::symlink_metadata(self.scenario_file(&name)).is_ok() {
                found.push(name);
            }
        }
        Ok(found)
    }

    /// The scenario called `name`: one with a `scenario.yaml`, or one of which the manifest still has versions.
    ///
    /// # Errors
    /// There is none; the error lists all and names the closest.
    pub fn scenario(&self, name: &str) -> Result<ScenarioName, Error> {
        let mut known: BTreeSet<ScenarioName> = self.scenarios()?.into_iter().collect();
        if let Some(found) = known.iter().find(|scenario| scenario.as_str() == name) {
            return Ok(found.clone());
        }
        // Read only now: a damaged manifest is no reason to refuse a scenario that is there.
        if let Ok(manifest) = self.manifest() {
            known.extend(manifest.scenarios().map(|(name, _)| name.clone()));
        }
        if let Some(found) = known.iter().find(|scenario| scenario.as_str() == name) {
            return Ok(found.clone());
        }
        let known: Vec<String> = known.into_iter().map(String::from).collect();
        let name = cut(name);
        let closest = known.iter().map(|known| (strsim::osa_distance(&name, known), known)).min();
        let candidate = closest.filter(|(distance, _)| *distance <= 3).map(|(_, known)| known.clone());
        Err(Error::UnknownScenario { name: Shown(&name).to_string(), candidate, known })
    }

    /// `<scenario>/`
    pub fn folder(&self, scenario: &ScenarioName) -> PathBuf {
        self.dir.join(scenario.as_str())
    }

    /// `<scenario>/scenario.yaml`
    pub fn scenario_file(&self, scenario: &ScenarioName) -> PathBuf {
        self.folder(scenario).join("scenario.yaml")
    }

    /// `<scenario>/seed.yaml`
    pub fn seed_file(&self, scenario: &ScenarioName) -> PathBuf {
        self.folder(scenario).join("seed.yaml")
    }

    /// `<scenario>/CHANGES.md`
    pub fn changes_file(&self, scenario: &ScenarioName) -> PathBuf {
        self.folder(scenario).join("CHANGES.md")
    }

    /// `<scenario>/latest.sql`
    pub fn latest_file(&self, scenario: &ScenarioName) -> PathBuf {
        self.folder(scenario).join("latest.sql")
    }

    /// `<scenario>/<scenario>_vN_DATE.sql`
    pub fn version_path(&self, scenario: &ScenarioName, version: Version) -> PathBuf {
        self.folder(scenario).join(version_file(scenario, version))
    }

    /// `metadata/export_manifest.json`
    pub fn manifest_file(&self) -> PathBuf {
        self.metadata().join("export_manifest.json")
    }

    /// `metadata/schema_versions.json`
    pub fn schemas_file(&self) -> PathBuf {
        self.metadata().join("schema_versions.json")
    }

    pub(crate) fn metadata(&self) -> PathBuf {
        self.dir.join("metadata")
    }

    /// The text of a file in the archive, at most `cap` bytes.
    ///
    /// # Errors
    /// It is missing, no plain file, larger, not UTF-8, or reached through a link.
    pub fn read_text(&self, path: &Path, cap: u64) -> Result<String, Error> {
        self.require_inside(path)?;
        files::read_text(path, cap)?.ok_or_else(|| Error::Missing { path: path.to_owned() })
    }

    /// The text of a scenario's `CHANGES.md`, or `None` if it has none yet.
    ///
    /// # Errors
    /// It is no plain file, larger than 16 MiB, or not UTF-8.
    pub fn changes_text(&self, scenario: &ScenarioName) -> Result<Option<String>, Error> {
        let path = self.changes_file(scenario);
        self.require_inside(&path)?;
        files::read_text(&path, text::CAP)
    }

    /// The manifest; an empty one if there is none yet. The archive's very first version can be there before it, left by
    /// a kill; more versions than that mean that the manifest was lost.
    ///
    /// # Errors
    /// It was lost, damaged, edited, left in the middle of a merge, or written by a newer tool.
    pub fn manifest(&self) -> Result<Manifest, Error> {
        let path = self.manifest_file();
        match self.metadata_text(&path)? {
            Some(text) => Manifest::parse(&path, &text),
            None if self.has_several_versions()? => Err(Error::NoManifest { path }),
            None => Ok(Manifest::default()),
        }
    }

    fn has_several_versions(&self) -> Result<bool, Error> {
        let mut found = 0;
        for scenario in self.scenarios()? {
            found += self.versions_on_disk(&scenario)?.len();
        }
        Ok(found > 1)
    }

    /// The text of a file in `metadata/`, if there is one.
    pub(crate) fn metadata_text(&self, path: &Path) -> Result<Option<String>, Error> {
        if files::is_folder(&self.metadata())? { files::read_text(path, text::CAP) } else { Ok(None) }
    }

    /// The entry of the version asked for.
    ///
    /// # Errors
    /// The manifest cannot be read, or [`Manifest::resolve`] fails.
    pub fn resolve(&self, scenario: &ScenarioName, wanted: Wanted) -> Result<Entry, Error> {
        Ok(self.manifest()?.resolve(scenario, wanted)?.clone())
    }

    /// Opens a version's file, which is as long as its entry says.
    ///
    /// # Errors
    /// It is missing, no plain file, or of another size.
    pub fn open_version(&self, scenario: &ScenarioName, entry: &Entry) -> Result<File, Error> {
        let path = self.version_path(scenario, entry.version());
        self.require_inside(&path)?;
        let (file, found) = files::open_plain(&path)?;
        if found.len() == entry.size {
            Ok(file)
        } else if found.len() > entry.size && files::starts_with_crlf_line(&file) {
            Err(Error::Crlf { path })
        } else {
            Err(Error::Size { path, expected: entry.size, actual: found.len() })
        }
    }

    /// Opens a version's file that the manifest may lack, and tells its size.
    ///
    /// # Errors
    /// It is missing or no plain file.
    pub fn open_unlisted(&self, scenario: &ScenarioName, version: Version) -> Result<(File, u64), Error> {
        let path = self.version_path(scenario, version);
        self.require_inside(&path)?;
        files::open_plain(&path).map(|(file, found)| (file, found.len()))
    }

    /// The versions whose files are in the scenario's folder, by number.
    ///
    /// # Errors
    /// The folder is a link, or cannot be listed.
    pub fn versions_on_disk(&self, scenario: &ScenarioName) -> Result<Vec<Version>, Error> {
        let folder = self.folder(scenario);
        if !files::is_folder(&folder)? {
            return Ok(Vec::new());
        }
        let names = files::names_in(&folder)?;
        let mut versions: Vec<Version> = names.iter().filter_map(|name| version_of(scenario, name)).collect();
        versions.sort();
        Ok(versions)
    }

    /// Versions on disk whose number the manifest lacks, oldest first: a run ended between writing the file and its entry.
    /// The caller checks the files, then records them.
    ///
    /// # Errors
    /// The folder cannot be listed.
    pub fn orphans(&self, manifest: &Manifest, scenario: &ScenarioName) -> Result<Vec<Version>, Error> {
        let entries = manifest.entries(scenario);
        let mut versions = self.versions_on_disk(scenario)?;
        versions.retain(|version| entries.iter().all(|entry| entry.version().number != version.number));
        Ok(versions)
    }

    /// Versions that the manifest lists as present and whose files are gone, newest first.
    ///
    /// # Errors
    /// The folder cannot be listed.
    pub fn missing<'m>(
        &self,
        manifest: &'m Manifest,
        scenario: &ScenarioName,
    ) -> Result<Vec<&'m Entry>, Error> {
        let present = self.versions_on_disk(scenario)?;
        let listed = manifest.entries(scenario).iter();
        Ok(listed.filter(|entry| !entry.removed && !present.contains(&entry.version())).collect())
    }

    /// The next version: one above any number ever seen, in the manifest (removed ones included) or on disk.
    ///
    /// # Errors
    /// The manifest or the folder cannot be read, or no number is left.
    pub fn next_version(&self, scenario: &ScenarioName, date: Date) -> Result<Version, Error> {
        let manifest = self.manifest()?;
        let listed = manifest.entries(scenario).iter().map(|entry| entry.version().number).max();
        let present = self.versions_on_disk(scenario)?.iter().map(|version| version.number).max();
        let highest = listed.max(present).unwrap_or(0);
        let none = || Error::NoNumberLeft { scenario: scenario.clone() };
        Ok(Version { number: highest.checked_add(1).ok_or_else(none)?, date })
    }

    /// Refuses a path that leaves the archive, by name or through a link to a folder.
    pub(crate) fn require_inside(&self, path: &Path) -> Result<(), Error> {
        let outside = || Error::Outside { path: path.to_owned() };
        let inside = path.strip_prefix(&self.dir).map_err(|_| outside())?;
        let mut at = self.dir.clone();
        let folders = inside.parent().into_iter().flat_map(Path::components);
        for component in folders {
            let std::path::Component::Normal(name) = component else { return Err(outside()) };
            at.push(name);
            files::is_folder(&at)?;
        }
        Ok(())
    }
}
