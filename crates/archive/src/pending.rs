//! Versions that wait for somebody to look at them: `writer_v2_2026-11-20.sql.new` beside the versions.
//!
//! No command but those of a review reads them, no manifest lists them, and git ignores them. The rule to keep in mind: a
//! pending file is the very file that its acceptance adds.

use std::fs::File;
use std::io::{Seek as _, SeekFrom};
use std::path::PathBuf;

use model::{ScenarioName, Version};

use crate::folder::version_of;
use crate::{Archive, Error, Lock, NewFile, files};

const SUFFIX: &str = ".new";

impl Archive {
    /// The file of a pending version.
    pub fn pending_path(&self, scenario: &ScenarioName, version: Version) -> PathBuf {
        let mut name = self.version_path(scenario, version).into_os_string();
        name.push(SUFFIX);
        name.into()
    }

    /// A scenario's pending versions, by number; as a rule one at most.
    ///
    /// # Errors
    /// The folder is a link, or cannot be listed.
    pub fn pending(&self, scenario: &ScenarioName) -> Result<Vec<Version>, Error> {
        let folder = self.folder(scenario);
        if !files::is_folder(&folder)? {
            return Ok(Vec::new());
        }
        let names = files::names_in(&folder)?;
        let pending = names.iter().filter_map(|name| version_of(scenario, name.strip_suffix(SUFFIX)?));
        let mut pending: Vec<Version> = pending.collect();
        pending.sort();
        Ok(pending)
    }

    /// Opens a pending version.
    ///
    /// # Errors
    /// There is none, or it is no plain file.
    pub fn open_pending(&self, scenario: &ScenarioName, version: Version) -> Result<File, Error> {
        let path = self.pending_path(scenario, version);
        self.require_inside(&path)?;
        files::open_plain(&path).map(|(file, _)| file)
    }

    /// Leaves a finished file as the scenario's pending version, in place of any other that waits.
    ///
    /// # Errors
    /// The folder cannot be written.
    pub fn leave_pending(&self, lock: &Lock, file: NewFile, version: Version) -> Result<PathBuf, Error> {
        let NewFile { scenario, temp } = file;
        let path = self.pending_path(&scenario, version);
        temp.as_file().sync_all().map_err(Error::io("write", &path))?;
        files::replace(temp.into_temp_path(), &path)?;
        for other in self.pending(&scenario)?.into_iter().filter(|other| *other != version) {
            self.drop_pending(lock, &scenario, other)?;
        }
        Ok(path)
    }

    /// The bytes of a pending version as a version's new file.
    ///
    /// # Errors
    /// There is none, or the folder cannot be written.
    pub fn take_pending(
        &self,
        lock: &Lock,
        scenario: &ScenarioName,
        version: Version,
    ) -> Result<NewFile, Error> {
        let path = self.pending_path(scenario, version);
        let mut pending = self.open_pending(scenario, version)?;
        let new = self.begin(lock, scenario)?;
        let mut file = new.file();
        std::io::copy(&mut pending, &mut file).map_err(Error::io("copy", &path))?;
        file.seek(SeekFrom::Start(0)).map_err(Error::io("copy", &path))?;
        Ok(new)
    }

    /// Removes a pending version.
    ///
    /// # Errors
    /// It is no plain file, or cannot be removed.
    pub fn drop_pending(&self, _lock: &Lock, scenario: &ScenarioName, version: Version) -> Result<(), Error> {
        let path = self.pending_path(scenario, version);
        if files::plain(&path)?.is_some() {
            std::fs::remove_file(&path).map_err(Error::io("remove", &path))?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use std::io::{Read as _, Write as _};

    use super::*;

    #[test]
    fn a_pending_version_waits_is_taken_and_goes() {
        let root = tempfile::tempdir().expect("a folder");
        let archive = Archive::open(root.path()).expect("opens");
        let scenario = ScenarioName::new("general").expect("a name");
        let lock = archive.lock().expect("locks");
        let version = |text: &str| Version::parse(text).expect("a version");
        assert_eq!(archive.pending(&scenario).expect("lists"), []);
        for text in ["v2_2026-11-19", "v2_2026-11-20"] {
            let new = archive.begin(&lock, &scenario).expect("begins");
            write!(new.file(), "rows of {text}").expect("writes");
            archive.leave_pending(&lock, new, version(text)).expect("leaves it");
        }
        assert_eq!(archive.pending(&scenario).expect("lists"), [version("v2_2026-11-20")]);
        assert_eq!(archive.versions_on_disk(&scenario).expect("lists"), [], "it is no version yet");
        let taken = archive.take_pending(&lock, &scenario, version("v2_2026-11-20")).expect("takes it");
        let mut text = String::new();
        taken.file().read_to_string(&mut text).expect("reads");
        assert_eq!(text, "rows of v2_2026-11-20");
        archive.drop_pending(&lock, &scenario, version("v2_2026-11-20")).expect("drops it");
        archive.drop_pending(&lock, &scenario, version("v2_2026-11-20")).expect("is gone already");
        assert_eq!(archive.pending(&scenario).expect("lists"), []);
    }
}
