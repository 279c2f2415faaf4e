//! `latest.sql`: for people and their tools. No command reads it: the latest version is the manifest's.
//!
//! A relative link where links work; where they fail, git's own form of one inside a work tree (a file with the bare name,
//! no line feed), a copy outside. An existing link is replaced by rename, never written or read through.

use std::fs::File;
use std::io::{self, Read};
use std::path::{Component, Path};

use model::text::Shown;
use model::{ScenarioName, Version};

use crate::folder::version_of;
use crate::text::cut;
use crate::{Archive, Error, Lock, Manifest, Written, files, version_file};

/// What `latest.sql` is written as.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum LatestForm {
    /// A link, or what stands in for one.
    #[default]
    Link,
    /// Always a copy: shows row by row in a pull request what changed.
    Copy,
}

/// What `latest.sql` says, against the manifest.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LatestState {
    /// The newest version, in whatever form; or nothing, where there is no version.
    Right,
    /// Nothing is there.
    Missing,
    /// Another version, or a file of another content.
    Stale(Option<Version>),
}

/// What stands at `latest.sql`.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Found {
    Nothing,
    Link(Option<Version>),
    NameOnly(Version),
    Plain,
}

impl Archive {
    /// Whether `latest.sql` is the newest version.
    ///
    /// # Errors
    /// It is a link out of its folder ([`Error::LatestOutside`]), a folder, or cannot be read.
    pub fn check_latest(&self, manifest: &Manifest, scenario: &ScenarioName) -> Result<LatestState, Error> {
        let newest = manifest.latest(scenario).map(crate::Entry::version);
        Ok(match (self.find_latest(scenario)?, newest) {
            (Found::Nothing, None) => LatestState::Right,
            (Found::Nothing, Some(_)) => LatestState::Missing,
            (Found::Link(Some(at)) | Found::NameOnly(at), Some(newest)) if at == newest => LatestState::Right,
            (Found::Link(at), _) => LatestState::Stale(at),
            (Found::NameOnly(at), _) => LatestState::Stale(Some(at)),
            (Found::Plain, Some(newest)) if self.is_copy(scenario, newest)? => LatestState::Right,
            (Found::Plain, _) => LatestState::Stale(None),
        })
    }

    /// Makes `latest.sql` the newest version of the manifest, whatever link or file stands there; a link is taken away
    /// where no version is left.
    ///
    /// # Errors
    /// A folder stands there, the newest version's file is missing where a copy is needed, or the system refuses.
    pub fn set_latest(
        &self,
        _lock: &Lock,
        manifest: &Manifest,
        scenario: &ScenarioName,
    ) -> Result<Written, Error> {
        if let Some(entry) = manifest.latest(scenario) {
            return self.point_latest(scenario, entry.version());
        }
        let path = self.latest_file(scenario);
        if std::fs::symlink_metadata(&path).is_ok_and(|found| found.is_symlink()) {
            std::fs::remove_file(&path).map_err(Error::io("remove", &path))?;
            return Ok(Written::Changed);
        }
        Ok(Written::Same)
    }

    /// Makes `latest.sql` the given version.
    pub(crate) fn point_latest(&self, scenario: &ScenarioName, version: Version) -> Result<Written, Error> {
        let found = match self.find_latest(scenario) {
            Err(Error::LatestOutside { .. }) => Found::Link(None),
            found => found?,
        };
        let path = self.latest_file(scenario);
        match self.latest_form() {
            LatestForm::Copy if found == Found::Plain && self.is_copy(scenario, version)? => {
                Ok(Written::Same)
            }
            LatestForm::Copy => self.copy_latest(scenario, version),
            LatestForm::Link if found == Found::Link(Some(version)) || found == Found::NameOnly(version) => {
                Ok(Written::Same)
            }
            LatestForm::Link => {
                let target = version_file(scenario, version);
                match files::temp_link(&self.folder(scenario), &target) {
                    Ok(link) => files::replace(link, &path).map(|()| Written::Changed),
                    // No links on this system, or not for this user.
                    Err(_) if in_work_tree(self.dir()) => files::write_atomic(&path, target.as_bytes()),
                    Err(_) if found == Found::Plain && self.is_copy(scenario, version)? => Ok(Written::Same),
                    Err(_) => self.copy_latest(scenario, version),
                }
            }
        }
    }

    fn copy_latest(&self, scenario: &ScenarioName, version: Version) -> Result<Written, Error> {
        let path = self.latest_file(scenario);
        let (mut from, _) = files::open_plain(&self.version_path(scenario, version))?;
        let mut temp = files::temp(&self.folder(scenario))?;
        io::copy(&mut from, temp.as_file_mut()).map_err(Error::io("write", &path))?;
        temp.as_file().sync_all().map_err(Error::io("write", &path))?;
        files::replace(temp.into_temp_path(), &path)?;
        Ok(Written::Changed)
    }

    fn find_latest(&self, scenario: &ScenarioName) -> Result<Found, Error> {
        let path = self.latest_file(scenario);
        self.require_inside(&path)?;
        let found = match std::fs::symlink_metadata(&path) {
            Ok(found) => found,
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Found::Nothing),
            Err(error) => return Err(Error::io("read", &path)(error)),
        };
        if found.is_dir() {
            return Err(Error::LatestIsFolder { path });
        }
        if found.is_symlink() {
            let target = std::fs::read_link(&path).map_err(Error::io("read", &path))?;
            return match single_name(&target) {
                Some(name) => Ok(Found::Link(version_of(scenario, name))),
                None => {
                    let target = Shown(&cut(&target.display().to_string())).to_string();
                    Err(Error::LatestOutside { path, target })
                }
            };
        }
        // Longer than any version's file name: no need to read it.
        if found.len() > 128 {
            return files::plain(&path).map(|_| Found::Plain);
        }
        Ok(match files::read_text(&path, 128) {
            Err(Error::NotUtf8 { .. }) => Found::Plain,
            text => match text?.and_then(|text| version_of(scenario, &text)) {
                Some(version) => Found::NameOnly(version),
                None => Found::Plain,
            },
        })
    }

    /// Whether `latest.sql`, a plain file, has the bytes of that version.
    fn is_copy(&self, scenario: &ScenarioName, version: Version) -> Result<bool, Error> {
        let of = self.version_path(scenario, version);
        if files::plain(&of)?.is_none() {
            return Ok(false);
        }
        let path = self.latest_file(scenario);
        let ((a, a_found), (b, b_found)) = (files::open_plain(&path)?, files::open_plain(&of)?);
        if a_found.len() != b_found.len() {
            return Ok(false);
        }
        same_bytes(a, b).map_err(Error::io("read", &path))
    }
}

/// The one plain name that a link's target is; `None` if it leaves its folder.
fn single_name(target: &Path) -> Option<&str> {
    let mut components = target.components();
    match (components.next(), components.next()) {
        (Some(Component::Normal(name)), None) => name.to_str(),
        _ => None,
    }
}

/// Whether the folder is in a git work tree: only there is git's form of a link understood.
fn in_work_tree(folder: &Path) -> bool {
    std::path::absolute(folder)
        .is_ok_and(|folder| folder.ancestors().any(|folder| folder.join(".git").exists()))
}

/// Whether two files of one length have the same bytes.
fn same_bytes(mut a: File, mut b: File) -> io::Result<bool> {
    let (mut left, mut right) = (vec![0; 64 << 10], vec![0; 64 << 10]);
    loop {
        let read = a.read(&mut left)?;
        if read == 0 {
            return Ok(true);
        }
        b.read_exact(&mut right[..read])?;
        if left[..read] != right[..read] {
            return Ok(false);
        }
    }
}
