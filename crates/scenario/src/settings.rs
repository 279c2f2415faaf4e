//! `demo-snapshots/archive.yaml`: settings of an archive as a whole. The file may be missing; every key may be left out.

use crate::cursor::{Known, read_file};
use crate::error::Error;

/// The largest settings file, in bytes.
pub const SETTINGS_LIMIT: usize = 64 << 10;

/// Settings of an archive; the default is what an archive without the file has.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct ArchiveSettings {
    /// What `latest.sql` is.
    pub latest: Latest,
}

/// What `latest.sql` is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Latest {
    /// A relative link to the version's file.
    #[default]
    Link,
    /// A regular file with the version's bytes, so that a pull request shows changed rows.
    Copy,
}

/// Reads the text of an archive.yaml. `file` is its path as messages show it.
///
/// # Errors
/// The text is larger than [`SETTINGS_LIMIT`], is not one plain YAML document, or has unknown keys or values.
pub fn read_archive_settings(text: &str, file: &str) -> Result<ArchiveSettings, Error> {
    const KEYS: Known = Known { keys: &["latest"], reserved: &[] };
    read_file(text, file, SETTINGS_LIMIT, |whole| {
        let fields = whole.fields("a mapping of settings", &KEYS)?;
        let choices = [("link", Latest::Link), ("copy", Latest::Copy)];
        let latest =
            fields.get("latest").map(|latest| latest.one_of("`link` or `copy`", &choices)).transpose()?;
        Ok(ArchiveSettings { latest: latest.unwrap_or_default() })
    })
}
