//! A scenario's archived versions as rows, newest first: by them a merge tells a row that an older version brought from
//! one that people edited.

use archive::{Archive, Entry};
use model::{RowSource, StreamError};
use snapshot_sql::Snapshot;

/// The versions of one scenario that are still there.
pub(crate) struct ArchivedVersions<'a> {
    archive: &'a Archive,
    scenario: &'a model::ScenarioName,
    entries: Vec<Entry>,
}

impl<'a> ArchivedVersions<'a> {
    pub(crate) fn new(
        archive: &'a Archive,
        scenario: &'a model::ScenarioName,
        entries: impl IntoIterator<Item = Entry>,
    ) -> Self {
        let entries = entries.into_iter().filter(|entry| !entry.removed).collect();
        Self { archive, scenario, entries }
    }
}

impl database::History for ArchivedVersions<'_> {
    fn len(&self) -> usize {
        self.entries.len()
    }

    fn open(&mut self, index: usize) -> Result<Box<dyn RowSource + '_>, StreamError> {
        let file = self.archive.open_version(self.scenario, &self.entries[index])?;
        Ok(Box::new(Snapshot::open(file)?))
    }
}
