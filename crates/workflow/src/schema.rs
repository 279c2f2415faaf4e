//! The bundled schema in a database: made, brought up to date, or made anew.

use database::{DatabaseUrl, MigrationReport, SourceOptions, TargetOptions};
use model::text::Shown;

use crate::context::Scratch;
use crate::new_database::NewDatabase;
use crate::{Context, Error, guard};

/// How many rows a fresh start would lose; 0 for a database that does not exist.
///
/// # Errors
/// It is no database, cannot be read or written, or holds tables of another origin.
pub fn rows_to_lose(context: &Context, url: &DatabaseUrl) -> Result<u64, Error> {
    if url.file().is_some_and(|path| !path.exists()) {
        return Ok(0);
    }
    check_origin(context, url)?;
    let going = match url {
        DatabaseUrl::Sqlite(_) => None,
        DatabaseUrl::Postgres(_) => Some(bundled_tables(context)?),
    };
    let tables = database::open_source(url, &SourceOptions::default())?.statistics()?;
    let goes = |table: &String| going.as_ref().is_none_or(|going| going.contains(table));
    Ok(tables.iter().filter(|table| goes(&table.table)).map(|table| table.rows).sum())
}

/// Brings a database to the bundled schema's newest version; makes a file when missing. `fresh` removes it first: a
/// SQLite file whole, of a PostgreSQL database the bundled tables.
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
        check_origin(context, url)?;
        match url {
            DatabaseUrl::Sqlite(path) => database::remove_database(path)?,
            DatabaseUrl::Postgres(server) => {
                let tables = bundled_tables(context)?;
                return Ok(database::migrate_anew(server, &tables, context.migrations.postgres)?);
            }
        }
    }
    let new = NewDatabase::prepare(context, url, true)?;
    let place = new.as_ref().map_or(url, NewDatabase::url).clone();
    let options = NewDatabase::options(new.as_ref(), TargetOptions::default().lock_timeout);
    let report = database::open_target(&place, &options)?.migrate(context.migrations.of(url.engine()))?;
    if let Some(new) = new {
        new.keep()?;
    }
    Ok(report)
}

fn is_missing(url: &DatabaseUrl) -> bool {
    url.file().is_some_and(|path| path.symlink_metadata().is_err())
}

/// The names of the bundled schema's tables, the same on every engine.
fn bundled_tables(context: &Context) -> Result<Vec<String>, Error> {
    Ok(Scratch::bundled(context)?.target()?.catalog()?.tables.into_keys().collect())
}

/// Refuses to remove what this schema's migrations did not make: a database that they never counted in, and one that
/// another program's did. A database that is newer than this program, or has tables of its user's beside the schema's, is
/// still the schema's.
fn check_origin(context: &Context, url: &DatabaseUrl) -> Result<(), Error> {
    if is_missing(url) {
        return Ok(());
    }
    // Without any migration to run, this only looks: a count above none is too new, no count is either empty or foreign.
    match database::open_target(url, &TargetOptions::default())?.migrate(&[]) {
        Err(database::Error::SchemaTooNew { .. }) => {}
        looked => return Ok(looked.map(drop)?),
    }
    let bundled = bundled_tables(context)?;
    let found = database::open_source(url, &SourceOptions::default())?.statistics()?;
    let names = || found.iter().map(|table| table.table.clone());
    if found.is_empty() || names().any(|name| bundled.contains(&name)) {
        return Ok(());
    }
    let tables = names().take(5).map(|name| Shown(&name).to_string()).collect::<Vec<_>>().join(", ");
    let path = url.file().map_or_else(|| url.to_string().into(), std::path::Path::to_path_buf);
    Err(database::Error::ForeignSchema { path, tables }.into())
}
