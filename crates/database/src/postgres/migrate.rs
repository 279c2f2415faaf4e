//! A schema's history in a PostgreSQL database: each migration runs once, and a table of the schema `public` counts them.
//!
//! A migration's SQL is part of a program, never of a snapshot, and the only text that runs with `public` in the search
//! path. A lock of the database's own keeps two runs apart.

use std::path::{Path, PathBuf};

use super::error::PostgresError;
use super::introspect::{self, get};
use super::session::Session;
use super::sql;
use crate::{Error, Migration, MigrationReport, target};

/// The table of the schema `public` that counts the migrations which have run; it is in no catalog.
pub(crate) const COUNT_TABLE: &str = "demo_snapshot_migrations";

/// The advisory lock that migrations of a database take: `demo_mig` in ASCII.
const LOCK: i64 = 0x6465_6d6f_5f6d_6967;

/// Runs those of `migrations` that have not run yet, each in its own transaction; see
/// [`Target::migrate`](crate::Target::migrate).
///
/// # Errors
/// The database is newer, holds tables of another origin, the role may not make tables there, or a migration fails.
pub(crate) fn migrate(session: &mut Session, migrations: &[Migration]) -> Result<MigrationReport, Error> {
    let mut applied = Vec::new();
    loop {
        session.batch("BEGIN")?;
        let ran = run_next(session, migrations).and_then(|ran| {
            let Some(migration) = ran else { return session.batch("ROLLBACK").map(|()| None) };
            session.commit().map_err(|error| failure(session, migration, error))?;
            Ok(Some(migration))
        });
        match ran {
            Ok(Some(migration)) => applied.push(migration.name.to_owned()),
            Ok(None) => return Ok(MigrationReport { applied, version: migrations.len() }),
            Err(error) => {
                // The server did so by itself where the session is gone.
                let _ = session.batch("ROLLBACK");
                return Err(error);
            }
        }
    }
}

/// As [`migrate`], but all of them within the transaction that is open, which holds back other runs until its end.
///
/// # Errors
/// As there; the transaction can then only be rolled back.
pub(crate) fn migrate_in_transaction(
    session: &mut Session,
    migrations: &[Migration],
) -> Result<MigrationReport, Error> {
    let mut applied = Vec::new();
    while let Some(migration) = run_next(session, migrations)? {
        applied.push(migration.name.to_owned());
    }
    Ok(MigrationReport { applied, version: migrations.len() })
}

/// Drops the named tables of the schema `public`, which earlier runs made, and runs all of `migrations`: all of it in one
/// transaction. Other tables stay; one that depends on a dropped table refuses it. Where nothing was counted, this is
/// [`migrate`].
///
/// # Errors
/// As there; or something depends on the tables, they are not the role's, or they are in use for too long.
pub(crate) fn migrate_anew(
    session: &mut Session,
    tables: &[String],
    migrations: &[Migration],
) -> Result<MigrationReport, Error> {
    session.batch("BEGIN")?;
    let ran = run_anew(session, tables, migrations).and_then(|report| session.commit().map(|()| report));
    if ran.is_err() {
        let _ = session.batch("ROLLBACK");
    }
    ran
}

fn run_anew(
    session: &mut Session,
    tables: &[String],
    migrations: &[Migration],
) -> Result<MigrationReport, Error> {
    session.query_one("SELECT pg_catalog.pg_advisory_xact_lock($1)", &[&LOCK])?;
    let counted = count_table_kind(session)?.is_some_and(|kind| kind == "r");
    if !counted || last_version(session)? == 0 {
        return migrate_in_transaction(session, migrations);
    }
    let names: Vec<String> = tables.iter().map(|name| sql::qualified(None, name)).collect();
    if !names.is_empty() {
        session.batch(&format!("DROP TABLE IF EXISTS {} RESTRICT", names.join(", ")))?;
    }
    session.batch(&format!("DELETE FROM {}", sql::qualified(None, COUNT_TABLE)))?;
    let mut applied = Vec::new();
    for (migration, version) in migrations.iter().zip(1..) {
        run(session, migration)?;
        count(session, version, migration)?;
        applied.push(migration.name.to_owned());
    }
    Ok(MigrationReport { applied, version: migrations.len() })
}

/// Runs the first migration that has not run yet in the open transaction, and returns it. Waits for other runs first.
fn run_next<'m>(session: &mut Session, migrations: &'m [Migration]) -> Result<Option<&'m Migration>, Error> {
    session.query_one("SELECT pg_catalog.pg_advisory_xact_lock($1)", &[&LOCK])?;
    let version = checked_version(session, migrations.len())?;
    let Some(migration) = migrations.get(version) else { return Ok(None) };
    if count_table_kind(session)?.is_none() {
        let table = sql::qualified(None, COUNT_TABLE);
        session.batch(&format!(
            "CREATE TABLE {table} (version pg_catalog.int4 PRIMARY KEY, name pg_catalog.text NOT NULL,
               applied_at pg_catalog.timestamptz NOT NULL)"
        ))?;
    }
    run(session, migration)?;
    count(session, i32::try_from(version + 1).unwrap_or(i32::MAX), migration)?;
    Ok(Some(migration))
}

/// Notes that a migration has run.
fn count(session: &mut Session, version: i32, migration: &Migration) -> Result<(), Error> {
    let table = sql::qualified(None, COUNT_TABLE);
    let sql = format!("INSERT INTO {table} (version, name, applied_at) VALUES ($1, $2, pg_catalog.now())");
    session.execute(&sql, &[&version, &migration.name]).map(|_| ())
}

fn checked_version(session: &mut Session, known: usize) -> Result<usize, Error> {
    let counted = count_table_kind(session)?.is_some_and(|kind| kind == "r");
    let found = if counted { last_version(session)? } else { 0 };
    target::counted_version(&place(session), found, known, || some_tables(session, counted))
}

fn run(session: &mut Session, migration: &Migration) -> Result<(), Error> {
    let before = transaction(session)?;
    // Temporary tables last: by themselves they would come first, and hide those of the schema.
    session.batch("SET LOCAL search_path = public, pg_temp")?;
    session.batch(migration.sql).map_err(|error| failure(session, migration, error))?;
    if transaction(session)? != before {
        return Err(failed(session, migration, "it ended its transaction by itself".to_owned()));
    }
    session.batch("SET LOCAL search_path = ''")
}

/// `r` for an ordinary table; `None` if there is nothing of the name.
fn count_table_kind(session: &mut Session) -> Result<Option<String>, Error> {
    let sql = "SELECT c.relkind::pg_catalog.text FROM pg_catalog.pg_class AS c
      JOIN pg_catalog.pg_namespace AS n ON n.oid = c.relnamespace WHERE n.nspname = 'public' AND c.relname = $1";
    session.query(sql, &[&COUNT_TABLE])?.first().map(|row| get(session, row, 0)).transpose()
}

fn last_version(session: &mut Session) -> Result<i64, Error> {
    let sql =
        format!("SELECT pg_catalog.max(version)::pg_catalog.int8 FROM {}", sql::qualified(None, COUNT_TABLE));
    let row = session.query_one(&sql, &[])?;
    Ok(get::<Option<i64>>(session, &row, 0)?.unwrap_or(0))
}

/// The number of the open transaction.
fn transaction(session: &mut Session) -> Result<String, Error> {
    let row = session.query_one("SELECT pg_catalog.pg_current_xact_id()::pg_catalog.text", &[])?;
    get(session, &row, 0)
}

/// Some of the tables and views that are there, the migrations' own count aside if it is `counted`.
fn some_tables(session: &mut Session, counted: bool) -> Result<Vec<String>, Error> {
    let sql = format!(
        "SELECT n.nspname::pg_catalog.text, c.relname::pg_catalog.text FROM pg_catalog.pg_class AS c
         JOIN pg_catalog.pg_namespace AS n ON n.oid = c.relnamespace
         WHERE c.relkind IN ('r', 'p', 'v', 'm', 'f') AND {}
           AND NOT ($1 AND n.nspname = 'public' AND c.relname = $2)
         ORDER BY 1, 2 LIMIT 5",
        introspect::OF_USERS
    );
    let rows = session.query(&sql, &[&counted, &COUNT_TABLE])?;
    let tables = rows.iter().map(|row| {
        let (schema, name): (String, String) = (get(session, row, 0)?, get(session, row, 1)?);
        Ok(introspect::shown(&schema, &name))
    });
    tables.collect()
}

/// What an error in the middle of a migration means: the migration's own fault, or the environment's.
fn failure(session: &Session, migration: &Migration, error: Error) -> Error {
    let reason = match &error {
        Error::Postgres(refused) => match refused.as_ref() {
            PostgresError::Refused { fault, .. } => Some(fault.to_string()),
            _ => None,
        },
        _ => None,
    };
    reason.map_or(error, |reason| failed(session, migration, reason))
}

fn failed(session: &Session, migration: &Migration, reason: String) -> Error {
    Error::Migration { path: place(session), name: migration.name.to_owned(), reason }
}

fn place(session: &Session) -> PathBuf {
    Path::new(session.place()).to_owned()
}

#[cfg(test)]
mod tests {
    use test_support::postgres::TestDatabase;

    use super::*;
    use crate::postgres::introspect::tests::session;

    #[test]
    fn migrations_in_an_open_transaction_are_gone_with_it() {
        let one = Migration { name: "one", sql: "CREATE TABLE t (id int)" };
        let two = Migration { name: "two", sql: "ALTER TABLE t ADD COLUMN x int" };
        let db = TestDatabase::new();
        let mut session = session(&db);
        session.batch("BEGIN").expect("begins");
        let report = migrate_in_transaction(&mut session, &[one, two]).expect("runs");
        assert_eq!(report, MigrationReport { applied: vec!["one".to_owned(), "two".to_owned()], version: 2 });
        let catalog = introspect::catalog(&mut session).expect("a catalog");
        assert_eq!(catalog.tables["t"].columns.len(), 2);
        assert!(session.batch("SELECT FROM t").is_err(), "the search path is empty again");
        session.batch("ROLLBACK").expect("rolls back");
        assert_eq!(
            db.psql("SELECT count(*) FROM pg_class WHERE relnamespace = 'public'::regnamespace").trim(),
            "0"
        );
    }
}
