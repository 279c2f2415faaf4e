//! Migrations: each runs once, in its own transaction, and SQLite's `user_version` counts them.
//!
//! By hand and not by a crate: `rusqlite_migration` asks for another release of rusqlite than this workspace has, and
//! two copies of SQLite cannot be linked into one program. What is needed of it fits on this page.

use std::path::Path;

use model::text::Shown;
use rusqlite::{Connection, TransactionBehavior};

use super::introspect::check_not_shadowed;
use crate::error::{At as _, reason_of};
use crate::{Error, Migration, MigrationReport, target};

/// Runs those of `migrations` that `connection`'s database has not seen.
///
/// A migration sees foreign keys off, as SQLite's own procedure for changing tables asks; they are checked before it
/// commits, and enforced again afterwards.
///
/// # Errors
/// The database is newer than `migrations`, holds tables of another origin or such as hide the schema, is locked, or a
/// migration fails.
pub(crate) fn migrate(
    connection: &mut Connection,
    migrations: &[Migration],
) -> Result<MigrationReport, Error> {
    let path = connection.path().unwrap_or("").to_owned();
    let path = Path::new(&path);
    let mut applied = Vec::new();
    let mut version = checked_version(connection, path, migrations.len())?;
    connection.pragma_update(None, "foreign_keys", false).at(connection)?;
    let result = (|| {
        while let Some(migration) = migrations.get(version) {
            if run(connection, path, migration, version)? {
                applied.push(migration.name.to_owned());
            }
            version += 1;
        }
        Ok(())
    })();
    connection.pragma_update(None, "foreign_keys", true).at(connection)?;
    result.map(|()| MigrationReport { applied, version })
}

fn checked_version(connection: &Connection, path: &Path, known: usize) -> Result<usize, Error> {
    let found = user_version(connection)?;
    let version = target::counted_version(path, found, known, || some_tables(connection))?;
    check_not_shadowed(connection)?;
    Ok(version)
}

/// Runs one migration unless another process ran it since. Returns whether it ran.
fn run(connection: &mut Connection, path: &Path, migration: &Migration, at: usize) -> Result<bool, Error> {
    let transaction = begin(connection, path)?;
    if user_version(&transaction)? != i64::try_from(at).unwrap_or(i64::MAX) {
        return Ok(false);
    }
    let failed = |reason| Error::Migration { path: path.to_owned(), name: migration.name.to_owned(), reason };
    transaction.execute_batch(migration.sql).map_err(|error| match Error::of_sqlite(path, &error) {
        Error::Engine { .. } => failed(reason_of(&error)),
        environment => environment,
    })?;
    if transaction.is_autocommit() {
        return Err(failed("it ended its transaction by itself".to_owned()));
    }
    if let Some(table) = dangling_table(&transaction)? {
        return Err(failed(format!("a row of {} refers to a parent that does not exist", Shown(&table))));
    }
    transaction
        .pragma_update(None, "user_version", i64::try_from(at + 1).unwrap_or(i64::MAX))
        .at(&transaction)?;
    transaction.commit().map_err(|error| Error::of_sqlite(path, &error))?;
    Ok(true)
}

fn begin<'c>(connection: &'c mut Connection, path: &Path) -> Result<rusqlite::Transaction<'c>, Error> {
    connection
        .transaction_with_behavior(TransactionBehavior::Immediate)
        .map_err(|error| Error::of_sqlite(path, &error))
}

fn user_version(connection: &Connection) -> Result<i64, Error> {
    connection.query_row("PRAGMA main.user_version", [], |row| row.get(0)).at(connection)
}

fn some_tables(connection: &Connection) -> Result<Vec<String>, Error> {
    let sql = "SELECT name FROM main.sqlite_schema WHERE type IN ('table', 'view')
               AND name NOT LIKE 'sqlite\\_%' ESCAPE '\\' ORDER BY name LIMIT 5";
    let mut statement = connection.prepare(sql).at(connection)?;
    let names = statement
        .query_map([], |row| Ok(Shown(&String::from_utf8_lossy(row.get_ref(0)?.as_bytes()?)).to_string()))
        .at(connection)?;
    names.collect::<rusqlite::Result<Vec<String>>>().at(connection)
}

fn dangling_table(connection: &Connection) -> Result<Option<String>, Error> {
    use rusqlite::OptionalExtension as _;
    connection
        .query_row("PRAGMA main.foreign_key_check", [], |row| row.get("table"))
        .optional()
        .at(connection)
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use insta::assert_snapshot;
    use miette::Diagnostic as _;

    use super::*;
    use crate::sqlite::connection::open_write;

    const ONE: Migration =
        Migration { name: "tables", sql: "CREATE TABLE t (id INTEGER PRIMARY KEY, p REFERENCES t)" };
    const TWO: Migration =
        Migration { name: "column", sql: "ALTER TABLE t ADD COLUMN x; INSERT INTO t VALUES (1, 1, 2)" };

    struct Db(tempfile::TempDir);

    impl Db {
        fn new(sql: &str) -> Self {
            let db = Self(tempfile::tempdir().expect("a temporary folder"));
            Connection::open(db.path()).expect("opens").execute_batch(sql).expect("runs");
            db
        }

        fn path(&self) -> std::path::PathBuf {
            self.0.path().join("test.db")
        }

        fn migrate(&self, migrations: &[Migration]) -> Result<MigrationReport, Error> {
            migrate(&mut open_write(&self.path(), Duration::ZERO)?, migrations)
        }

        fn error(&self, migrations: &[Migration]) -> String {
            let before = std::fs::read(self.path()).expect("reads");
            let error = self.migrate(migrations).expect_err("refused");
            assert_eq!(std::fs::read(self.path()).expect("reads"), before, "nothing changed");
            let help = error.help().map_or_else(String::new, |help| help.to_string());
            format!("{error}\nhelp: {help}").replace(&self.path().display().to_string(), "[path]")
        }
    }

    #[test]
    fn each_migration_runs_once() {
        let db = Db::new("");
        let report = db.migrate(&[ONE]).expect("runs");
        assert_eq!(report, MigrationReport { applied: vec!["tables".to_owned()], version: 1 });
        let report = db.migrate(&[ONE, TWO]).expect("runs");
        assert_eq!(report, MigrationReport { applied: vec!["column".to_owned()], version: 2 });
        let report = db.migrate(&[ONE, TWO]).expect("runs");
        assert_eq!(report, MigrationReport { applied: Vec::new(), version: 2 });
    }

    #[test]
    fn foreign_keys_are_enforced_again_afterwards() {
        let db = Db::new("");
        let mut connection = open_write(&db.path(), Duration::ZERO).expect("opens");
        migrate(&mut connection, &[ONE]).expect("runs");
        assert!(connection.execute("INSERT INTO t VALUES (1, 9)", []).is_err());
    }

    #[test]
    fn a_newer_database_is_left_alone() {
        assert_snapshot!(Db::new("PRAGMA user_version = 3; CREATE TABLE t (x)").error(&[ONE, TWO]), @"
        the database `[path]` has schema version 3, and this program knows 2
        help: use a newer version of this program, or start again with `db-migrate --fresh`
        ");
        assert_snapshot!(Db::new("PRAGMA user_version = -1; CREATE TABLE t (x)").error(&[ONE, TWO]), @"
        the database `[path]` has schema version -1, and this program knows 2
        help: use a newer version of this program, or start again with `db-migrate --fresh`
        ");
    }

    #[test]
    fn a_database_of_another_origin_is_left_alone() {
        assert_snapshot!(Db::new("CREATE TABLE other (x); CREATE VIEW v AS SELECT 1").error(&[ONE]), @"
        the database `[path]` holds tables of another origin: other, v
        help: migrations run only on an empty database or on one that they made; choose another database
        ");
    }

    #[test]
    fn a_migration_that_fails_changes_nothing() {
        let failing = |sql| Migration { name: "bad", sql };
        let db = Db::new("");
        db.migrate(&[ONE]).expect("runs");
        assert_snapshot!(db.error(&[ONE, failing("CREATE TABLE u (x); CREATE TABLE t (x)")]), @"
        the migration `bad` failed on `[path]`: table t already exists
        help: the database keeps the schema it had before this migration; repair what the reason names, then run it again
        ");
        assert_snapshot!(db.error(&[ONE, failing("INSERT INTO t VALUES (1, 9)")]), @"
        the migration `bad` failed on `[path]`: a row of t refers to a parent that does not exist
        help: the database keeps the schema it had before this migration; repair what the reason names, then run it again
        ");
    }

    #[test]
    fn a_locked_database_is_no_failed_migration() {
        let db = Db::new("");
        let other = Connection::open(db.path()).expect("opens");
        other.execute_batch("BEGIN IMMEDIATE").expect("locks");
        assert!(matches!(db.migrate(&[ONE]), Err(Error::Locked { .. })));
    }
}
