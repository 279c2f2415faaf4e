//! The bundled schema in a database: made, brought up to date, or made anew.

use database::{DatabaseUrl, MigrationReport, TargetOptions};

use crate::new_database::NewDatabase;
use crate::{Context, Error, guard};

/// How many rows a fresh start would lose; 0 for a database that does not exist.
///
/// # Errors
/// The file is no database, or cannot be read.
pub fn rows_to_lose(url: &DatabaseUrl) -> Result<u64, Error> {
    let DatabaseUrl::Sqlite(path) = url;
    if !path.exists() {
        return Ok(0);
    }
    Ok(database::open_source(url)?.statistics()?.iter().map(|table| table.rows).sum())
}

/// Brings a database to the bundled schema's newest version; makes it when missing. `fresh` removes it first.
///
/// # Errors
/// The target looks like production, is in use, holds tables of another origin, or is newer than the schema.
pub fn migrate(
    context: &Context,
    url: &DatabaseUrl,
    fresh: bool,
    allow_target: Option<&str>,
) -> Result<MigrationReport, Error> {
    guard::check(url, allow_target)?;
    if fresh {
        database::remove_database(url)?;
    }
    let new = NewDatabase::prepare(context, url, true)?;
    let place = new.as_ref().map_or(url, NewDatabase::url).clone();
    let report = database::open_target(&place, &TargetOptions::default())?.migrate(context.migrations)?;
    if let Some(new) = new {
        new.keep()?;
    }
    Ok(report)
}
