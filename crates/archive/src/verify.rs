//! What differs between the manifest and the files beside it. The files' content is the caller's to check: it knows the
//! format.

use std::fmt;
use std::path::PathBuf;

use model::{Digest, ScenarioName, Version};

use crate::error::shown;
use crate::{Archive, Entry, Error, LatestState, Manifest, files};

/// One difference.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Finding {
    /// The file concerned.
    pub path: PathBuf,
    /// What is wrong with it.
    pub problem: Problem,
}

/// What is wrong with a file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Problem {
    /// The manifest lists it, and it is gone.
    Missing,
    /// A link, folder or device stands in its place.
    NotPlain(&'static str),
    /// It is not as long as recorded.
    Size {
        /// As recorded.
        expected: u64,
        /// As found.
        actual: u64,
    },
    /// The manifest lacks it.
    Unlisted,
    /// The manifest has its number under another date.
    OtherDate(Version),
    /// The manifest says that it was removed.
    StillThere,
    /// A pending version, which is nobody's to commit.
    Pending,
    /// The schema that it came from is not kept.
    NoSchema(Digest),
    /// `latest.sql` is missing.
    NoLatest,
    /// `latest.sql` is another version, or none.
    StaleLatest(Option<Version>),
    /// `latest.sql` is a folder, or leads out of its folder.
    WrongLatest(String),
}

impl fmt::Display for Finding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: ", shown(&self.path))?;
        match &self.problem {
            Problem::Missing => f.write_str("listed in the manifest, but missing"),
            Problem::NotPlain(found) => write!(f, "this is {found}, not a plain file"),
            Problem::Size { expected, actual } => {
                write!(f, "the file has {actual} bytes, the manifest says {expected}")
            }
            Problem::Unlisted => f.write_str("not listed in the manifest"),
            Problem::OtherDate(listed) => write!(f, "the manifest has this number as {listed}"),
            Problem::StillThere => f.write_str("marked as removed, but still there"),
            Problem::Pending => f.write_str("this version waits for a review, and is no part of the archive"),
            Problem::NoSchema(schema) => {
                write!(f, "its schema {schema} is not in schema_versions.json")
            }
            Problem::NoLatest => f.write_str("missing"),
            Problem::StaleLatest(Some(version)) => write!(f, "is {version}, not the newest version"),
            Problem::StaleLatest(None) => f.write_str("is not the newest version"),
            Problem::WrongLatest(why) => f.write_str(why),
        }
    }
}

impl Archive {
    /// Compares a scenario's entries with its folder; oldest version first, `latest.sql` last. The chain is checked by
    /// [`Archive::manifest`].
    ///
    /// # Errors
    /// Something cannot be read at all.
    pub fn verify_structure(
        &self,
        manifest: &Manifest,
        scenario: &ScenarioName,
    ) -> Result<Vec<Finding>, Error> {
        self.require_inside(&self.latest_file(scenario))?;
        let schemas = self.schemas()?;
        let mut findings = Vec::new();
        for entry in manifest.entries(scenario).iter().rev() {
            let path = self.version_path(scenario, entry.version());
            let mut problems: Vec<Problem> = self.file_problem(scenario, entry)?.into_iter().collect();
            if !entry.removed && !schemas.contains_key(&entry.facts.schema) {
                problems.push(Problem::NoSchema(entry.facts.schema));
            }
            findings.extend(problems.into_iter().map(|problem| Finding { path: path.clone(), problem }));
        }
        findings.extend(self.unlisted(manifest, scenario)?);
        let pending = self.pending(scenario)?.into_iter();
        findings.extend(pending.map(|version| Finding {
            path: self.pending_path(scenario, version),
            problem: Problem::Pending,
        }));
        if let Some(problem) = self.latest_problem(manifest, scenario)? {
            findings.push(Finding { path: self.latest_file(scenario), problem });
        }
        Ok(findings)
    }

    fn file_problem(&self, scenario: &ScenarioName, entry: &Entry) -> Result<Option<Problem>, Error> {
        let found = match files::plain(&self.version_path(scenario, entry.version())) {
            Err(Error::NotAFile { found, .. }) => return Ok(Some(Problem::NotPlain(found))),
            found => found?,
        };
        Ok(match found {
            None => (!entry.removed).then_some(Problem::Missing),
            Some(_) if entry.removed => Some(Problem::StillThere),
            Some(found) if found.len() != entry.size => {
                Some(Problem::Size { expected: entry.size, actual: found.len() })
            }
            Some(_) => None,
        })
    }

    fn unlisted(&self, manifest: &Manifest, scenario: &ScenarioName) -> Result<Vec<Finding>, Error> {
        let entries = manifest.entries(scenario);
        let problem = |version: Version| {
            let listed = entries.iter().map(Entry::version).find(|entry| entry.number == version.number);
            match listed {
                None => Some(Problem::Unlisted),
                Some(listed) => (listed != version).then_some(Problem::OtherDate(listed)),
            }
        };
        let versions = self.versions_on_disk(scenario)?;
        let findings = versions.into_iter().filter_map(|version| {
            problem(version).map(|problem| Finding { path: self.version_path(scenario, version), problem })
        });
        Ok(findings.collect())
    }

    fn latest_problem(&self, manifest: &Manifest, scenario: &ScenarioName) -> Result<Option<Problem>, Error> {
        match self.check_latest(manifest, scenario) {
            Ok(LatestState::Right) => Ok(None),
            Ok(LatestState::Missing) => Ok(Some(Problem::NoLatest)),
            Ok(LatestState::Stale(version)) => Ok(Some(Problem::StaleLatest(version))),
            Err(Error::NotAFile { found, .. }) => Ok(Some(Problem::NotPlain(found))),
            Err(Error::LatestOutside { target, .. }) => {
                Ok(Some(Problem::WrongLatest(format!("the link points outside its folder, to `{target}`"))))
            }
            Err(Error::LatestIsFolder { .. }) => Ok(Some(Problem::WrongLatest("is a folder".to_owned()))),
            Err(error) => Err(error),
        }
    }
}
