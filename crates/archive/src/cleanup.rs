//! Removing old versions: the manifest first, the files second, so that a stop between the two leaves a file too many,
//! which the next cleanup takes, and never an entry without its file.

use jiff::civil::Date;
use model::{ScenarioName, Version};

use crate::{Archive, Entry, Error, Lock, files};

/// Whether files are removed or only named.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CleanupMode {
    /// Remove.
    Write,
    /// Only tell what would be removed.
    DryRun,
}

impl Archive {
    /// Removes the versions beyond the newest `keep` (at least 1: the latest always stays) that are dated before
    /// `older_than`, where that is given. Returns their entries, newest first.
    ///
    /// # Errors
    /// The manifest is damaged, or the system refuses.
    pub fn cleanup(
        &self,
        _lock: &Lock,
        scenario: &ScenarioName,
        keep: usize,
        older_than: Option<Date>,
        mode: CleanupMode,
    ) -> Result<Vec<Entry>, Error> {
        let mut manifest = self.manifest()?;
        self.require_inside(&self.latest_file(scenario))?;
        let present = manifest.entries(scenario).iter().filter(|entry| !entry.removed);
        let surplus: Vec<Entry> = present
            .skip(keep.max(1))
            .filter(|entry| older_than.is_none_or(|date| entry.version().date < date))
            .cloned()
            .collect();
        if mode == CleanupMode::DryRun {
            return Ok(surplus);
        }
        let versions: Vec<Version> = surplus.iter().map(Entry::version).collect();
        if !versions.is_empty() {
            manifest.mark_removed(scenario, &versions);
            self.write_manifest(&manifest)?;
        }
        // All that are marked, not only those of this run: an earlier one may have been stopped here.
        for entry in manifest.entries(scenario).iter().filter(|entry| entry.removed) {
            files::remove_plain(&self.version_path(scenario, entry.version()))?;
        }
        Ok(surplus)
    }
}
