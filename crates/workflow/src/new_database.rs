//! A database that does not exist yet: made beside its place, moved there once the import into it has committed. A run
//! that fails or is killed leaves no half-made database.

use std::path::{Path, PathBuf};

use database::{DatabaseUrl, TargetOptions};

use crate::{Context, Error};

/// A database under a temporary name, removed unless it is kept.
pub(crate) struct NewDatabase {
    url: DatabaseUrl,
    temp: tempfile::TempPath,
    place: PathBuf,
}

impl NewDatabase {
    /// Makes one if `target` does not exist: with the bundled schema, or empty if the import makes the tables.
    pub(crate) fn prepare(
        context: &Context,
        target: &DatabaseUrl,
        empty: bool,
    ) -> Result<Option<Self>, Error> {
        let DatabaseUrl::Sqlite(place) = target;
        // A dangling link is no missing file: what it points at is not ours to make.
        if place.symlink_metadata().is_ok() {
            return Ok(None);
        }
        let folder = place.parent().filter(|p| !p.as_os_str().is_empty()).unwrap_or_else(|| Path::new("."));
        std::fs::create_dir_all(folder).map_err(|source| Error::new_database(place, &source))?;
        let mut builder = tempfile::Builder::new();
        builder.prefix(".new-database-").suffix(".tmp");
        let temp = as_anyone_would(&mut builder)
            .tempfile_in(folder)
            .map_err(|source| Error::new_database(place, &source))?
            .into_temp_path();
        let url = DatabaseUrl::Sqlite(temp.to_path_buf());
        if !empty {
            database::open_target(&url, &TargetOptions::default())?.migrate(context.migrations)?;
        }
        Ok(Some(Self { url, temp, place: place.clone() }))
    }

    pub(crate) fn url(&self) -> &DatabaseUrl {
        &self.url
    }

    /// Moves the database to its place; never over another that appeared meanwhile.
    pub(crate) fn keep(self) -> Result<bool, Error> {
        let Self { temp, place, .. } = self;
        temp.persist_noclobber(&place).map_err(|error| Error::new_database(&place, &error.error))?;
        Ok(true)
    }
}

/// With the permissions that the system gives to new files, not those of a secret.
#[cfg(unix)]
fn as_anyone_would<'a, 'p, 's>(
    builder: &'a mut tempfile::Builder<'p, 's>,
) -> &'a mut tempfile::Builder<'p, 's> {
    use std::os::unix::fs::PermissionsExt as _;
    builder.permissions(std::fs::Permissions::from_mode(0o666))
}

#[cfg(not(unix))]
fn as_anyone_would<'a, 'p, 's>(
    builder: &'a mut tempfile::Builder<'p, 's>,
) -> &'a mut tempfile::Builder<'p, 's> {
    builder
}
