//! A bundled schema in a database: made, brought up to date, or made anew.

use database::{DatabaseUrl, MigrationReport, Schema, SourceOptions, TargetOptions};
use model::text::Shown;

use crate::bundled::SchemaError;
use crate::context::Scratch;
use crate::new_database::NewDatabase;
use crate::{Context, Error, guard};

/// How many rows a fresh start would lose; 0 for a database that does not exist.
///
/// # Errors
/// It is no database, cannot be read or written, or holds tables of another origin.
pub fn rows_to_lose(context: &Context, schema: Schema, url: &DatabaseUrl) -> Result<u64, Error> {
    if url.file().is_some_and(|path| !path.exists()) {
        return Ok(0);
    }
    check_origin(context, schema, url)?;
    let going = match url {
        DatabaseUrl::Sqlite(_) => None,
        DatabaseUrl::Postgres(_) => Some(bundled_tables(schema)?),
    };
    let tables = database::open_source(url, &SourceOptions::default())?.statistics()?;
    let goes = |table: &String| going.as_ref().is_none_or(|going| going.contains(table));
    Ok(tables.iter().filter(|table| goes(&table.table)).map(|table| table.rows).sum())
}

/// Brings a database to a bundled schema's newest version; makes a file when missing. `fresh` removes it first: a
/// SQLite file whole, of a PostgreSQL database the schema's tables.
///
/// # Errors
/// The target looks like production, is in use, holds tables of another origin or of another bundled schema, or is newer
/// than the schema.
pub fn migrate(
    context: &Context,
    schema: Schema,
    url: &DatabaseUrl,
    fresh: bool,
    allow_target: Option<&str>,
) -> Result<MigrationReport, Error> {
    guard::check(url, allow_target)?;
    check_origin(context, schema, url)?;
    if fresh {
        match url {
            DatabaseUrl::Sqlite(path) => database::remove_database(path)?,
            DatabaseUrl::Postgres(server) => {
                let tables = bundled_tables(schema)?;
                return Ok(database::migrate_anew(server, &tables, schema.migrations.postgres)?);
            }
        }
    }
    let new = NewDatabase::prepare(schema, url, true)?;
    let place = new.as_ref().map_or(url, NewDatabase::url).clone();
    let options = NewDatabase::options(new.as_ref(), TargetOptions::default().lock_timeout);
    let report = database::open_target(&place, &options)?.migrate(schema.migrations.of(url.engine()))?;
    if let Some(new) = new {
        new.keep()?;
    }
    Ok(report)
}

/// `error`, or what it comes from: that `url` was named for a scenario of another bundled schema than the one it holds.
pub(crate) fn told_by_schema(context: &Context, schema: Schema, url: &DatabaseUrl, error: Error) -> Error {
    let is_misfit = matches!(
        &error,
        Error::Database(database::Error::Merge(database::MergeError::Drift { .. }))
            | Error::Scenario(scenario::Error::DoesNotFit { .. })
    );
    match is_misfit.then(|| held(context, schema, url)) {
        Some(Ok(Some(found))) => {
            let (database, wanted, found) = (url.to_string(), schema.name, found.name);
            SchemaError::OfOthers { database, wanted, found }.into()
        }
        // What was found first is told where the second look fails.
        _ => error,
    }
}

/// The bundled schema that a database has all tables of, if it is another one than `schema`, of which it has none.
fn held(context: &Context, schema: Schema, url: &DatabaseUrl) -> Result<Option<Schema>, Error> {
    let found = database::open_source(url, &SourceOptions::default())?.catalog()?.tables;
    if bundled_tables(schema)?.iter().any(|table| found.contains_key(table)) {
        return Ok(None);
    }
    for other in context.schemas.iter() {
        let tables = bundled_tables(other)?;
        if !tables.is_empty() && tables.iter().all(|table| found.contains_key(table)) {
            return Ok(Some(other));
        }
    }
    Ok(None)
}

fn is_missing(url: &DatabaseUrl) -> bool {
    url.file().is_some_and(|path| path.symlink_metadata().is_err())
}

/// The names of a bundled schema's tables, the same on every engine.
fn bundled_tables(schema: Schema) -> Result<Vec<String>, Error> {
    Ok(Scratch::bundled(schema)?.target()?.catalog()?.tables.into_keys().collect())
}

/// Refuses what this schema's migrations did not make: a database that they never counted in, and one that another
/// program's or another bundled schema's did. A database that is newer than this program, or has tables of its user's
/// beside the schema's, is still the schema's.
fn check_origin(context: &Context, schema: Schema, url: &DatabaseUrl) -> Result<(), Error> {
    if is_missing(url) {
        return Ok(());
    }
    let mut target = database::open_target(url, &TargetOptions::default())?;
    // Without any migration to run, this only looks: a count above none is too new, no count is either empty or foreign.
    match target.migrate(&[]) {
        Err(database::Error::SchemaTooNew { .. }) => {}
        looked => return Ok(looked.map(drop)?),
    }
    let found: Vec<String> = target.catalog()?.tables.into_keys().collect();
    drop(target);
    let holds = |schema: Schema| -> Result<bool, Error> {
        let tables = bundled_tables(schema)?;
        Ok(found.iter().any(|name| tables.contains(name)))
    };
    if found.is_empty() || holds(schema)? {
        return Ok(());
    }
    for other in context.schemas.iter() {
        if holds(other)? {
            let (database, wanted, found) = (url.to_string(), schema.name, other.name);
            return Err(SchemaError::Other { database, wanted, found }.into());
        }
    }
    let tables = found.iter().take(5).map(|name| Shown(name).to_string()).collect::<Vec<_>>().join(", ");
    let path = url.file().map_or_else(|| url.to_string().into(), std::path::Path::to_path_buf);
    Err(database::Error::ForeignSchema { path, tables }.into())
}
