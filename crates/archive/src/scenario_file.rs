//! Placing a scenario.yaml. Commands only read it otherwise: it is its author's.

use std::fs;
use std::io::{self, Write as _};
use std::path::PathBuf;

use model::ScenarioName;

use crate::{Archive, Error, Lock, files};

/// What becomes of a scenario.yaml that is there already.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Existing {
    /// It stays: placing another one is an error.
    Keep,
    /// It is replaced whole; only a history of the archive, such as git's, still has it.
    Replace,
}

impl Archive {
    /// Whether anything stands where the scenario's settings go.
    ///
    /// # Errors
    /// The scenario's folder is a link, or the system refuses to look.
    pub fn has_scenario_file(&self, scenario: &ScenarioName) -> Result<bool, Error> {
        let path = self.scenario_file(scenario);
        self.require_inside(&path)?;
        match fs::symlink_metadata(&path) {
            Ok(_) => Ok(true),
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(false),
            Err(error) => Err(Error::io("read", &path)(error)),
        }
    }

    /// Writes a scenario's settings, whole or not at all, in its folder, which is made if it is missing. Returns the path.
    ///
    /// # Errors
    /// [`Error::ScenarioExists`] if there are some and they are to be kept; a folder or device stands there; or the system
    /// refuses.
    pub fn place_scenario(
        &self,
        _lock: &Lock,
        scenario: &ScenarioName,
        text: &str,
        existing: Existing,
    ) -> Result<PathBuf, Error> {
        let (folder, path) = (self.folder(scenario), self.scenario_file(scenario));
        files::make_folder(&folder)?;
        match existing {
            Existing::Replace => {
                files::write_atomic(&path, text.as_bytes())?;
            }
            Existing::Keep => {
                let mut temp = files::temp(&folder)?;
                temp.write_all(text.as_bytes()).map_err(Error::io("write", &path))?;
                files::place_new(temp, &path).map_err(|error| match error {
                    Error::Exists { path } => Error::ScenarioExists { path },
                    other => other,
                })?;
            }
        }
        tracing::info!(%scenario, "wrote its settings");
        Ok(path)
    }
}
