//! How migrations run.

use std::thread;
use std::time::Duration;

use database::{DatabaseUrl, Error, Migration, MigrationReport, TargetOptions, open_target};
use insta::assert_snapshot;
use test_support::postgres::TestDatabase;

use crate::support::{catalog, db, described, message, target, text, without_place};

const ONE: Migration = Migration {
    name: "tables",
    sql: "CREATE TABLE t (id int PRIMARY KEY, p int REFERENCES t DEFERRABLE INITIALLY DEFERRED)",
};
const TWO: Migration =
    Migration { name: "column", sql: "ALTER TABLE t ADD COLUMN x int; INSERT INTO t VALUES (1, 1, 2)" };

fn migrate(db: &TestDatabase, migrations: &[Migration]) -> Result<MigrationReport, Error> {
    target(&db.url()).migrate(migrations)
}

fn report(applied: &[&str], version: usize) -> MigrationReport {
    MigrationReport { applied: applied.iter().map(|&name| name.to_owned()).collect(), version }
}

/// The error of a migration, which changed nothing.
#[track_caller]
fn error(db: &TestDatabase, migrations: &[Migration]) -> String {
    let state = || {
        let count = "SELECT xmin, * FROM demo_snapshot_migrations";
        (text(&catalog(db)), db.try_psql(count).unwrap_or_else(|_| "none".to_owned()))
    };
    let before = state();
    let error = migrate(db, migrations).unwrap_err();
    assert_eq!(state(), before, "nothing changed");
    without_place(&message(&error), db)
}

#[test]
fn postgres_each_migration_runs_once() {
    let db = db("");
    assert_eq!(migrate(&db, &[]).unwrap(), report(&[], 0));
    assert_eq!(
        db.psql("SELECT count(*) FROM pg_class WHERE relname = 'demo_snapshot_migrations'").trim(),
        "0"
    );
    assert_eq!(migrate(&db, &[ONE]).unwrap(), report(&["tables"], 1));
    assert_eq!(migrate(&db, &[ONE, TWO]).unwrap(), report(&["column"], 2));
    assert_eq!(migrate(&db, &[ONE, TWO]).unwrap(), report(&[], 2));
    assert_eq!(
        db.psql("SELECT version, name FROM demo_snapshot_migrations ORDER BY 1").trim(),
        "1|tables\n2|column"
    );
    assert_eq!(db.psql("SELECT * FROM t").trim(), "1|1|2");
    assert_snapshot!(text(&catalog(&db)), @r#"
    t key ["id"] row key ["id"]
      id integer -> integer not-null
      p integer -> integer
      x integer -> integer
      ["p"] -> t ["id"] delete NoAction update NoAction deferrable
    "#);
}

#[test]
fn postgres_a_migration_finds_the_tables_of_public_and_nothing_else() {
    let db = db("CREATE SCHEMA other; CREATE FUNCTION other.only_there() RETURNS int LANGUAGE sql RETURN 1;");
    db.psql(&format!("ALTER DATABASE {} SET search_path = other", db.name()));
    migrate(&db, &[ONE, TWO]).unwrap();
    let call = Migration { name: "call", sql: "SELECT only_there()" };
    assert_snapshot!(error(&db, &[ONE, TWO, call]), @"
    the migration `call` failed on `[place]`: function only_there() does not exist
    help: the database keeps the schema it had before this migration; repair what the reason names, then run it again
    ");
}

#[test]
fn postgres_a_newer_database_is_left_alone() {
    let db = db("");
    migrate(&db, &[ONE, TWO]).unwrap();
    assert_snapshot!(error(&db, &[ONE]), @"
    the database `[place]` has schema version 2, and this program knows 1
    help: use a newer version of this program, or start again with `db-migrate --fresh`
    ");
    db.psql("UPDATE demo_snapshot_migrations SET version = -version");
    assert_snapshot!(error(&db, &[ONE, TWO]), @"
    the database `[place]` has schema version -1, and this program knows 2
    help: use a newer version of this program, or start again with `db-migrate --fresh`
    ");
}

#[test]
fn postgres_a_database_of_another_origin_is_left_alone() {
    let db1 = db("CREATE SCHEMA app; CREATE TABLE app.other (x int); CREATE VIEW v AS SELECT 1");
    assert_snapshot!(error(&db1, &[ONE]), @"
    the database `[place]` holds tables of another origin: app.other, v
    help: migrations run only on an empty database or on one that they made; choose another database
    ");
    let db2 = db("CREATE TABLE \"Und\u{1b}\" (x int)");
    assert_snapshot!(without_place(&message(&migrate(&db2, &[ONE]).unwrap_err()), &db2), @r"
    the database `[place]` holds tables of another origin: Und\u001b
    help: migrations run only on an empty database or on one that they made; choose another database
    ");
    // What only looks like the count is not asked.
    let db3 = db("CREATE VIEW demo_snapshot_migrations AS SELECT 1 / 0 AS version");
    assert_snapshot!(error(&db3, &[ONE]), @"
    the database `[place]` holds tables of another origin: demo_snapshot_migrations
    help: migrations run only on an empty database or on one that they made; choose another database
    ");
    let db4 = db("CREATE TABLE demo_snapshot_migrations (version int, name text, applied_at timestamptz)");
    assert_eq!(migrate(&db4, &[ONE]).unwrap(), report(&["tables"], 1));
}

#[test]
fn postgres_a_migration_that_fails_changes_nothing() {
    let failing = |sql| Migration { name: "bad", sql };
    let db = db("");
    migrate(&db, &[ONE]).unwrap();
    assert_snapshot!(error(&db, &[ONE, failing("CREATE TABLE u (x int); CREATE TABLE t (x int)")]), @r#"
    the migration `bad` failed on `[place]`: relation "t" already exists
    help: the database keeps the schema it had before this migration; repair what the reason names, then run it again
    "#);
    assert_snapshot!(error(&db, &[ONE, failing("INSERT INTO t VALUES (1, 9)")]), @"
    the migration `bad` failed on `[place]`: the foreign key `t_p_fkey` of `t` is violated
    help: the database keeps the schema it had before this migration; repair what the reason names, then run it again
    ");
    assert_snapshot!(error(&db, &[ONE, failing("INSERT INTO t VALUES ('hunter2', 9)")]), @"
    the migration `bad` failed on `[place]`: a value is no valid `integer`
    help: the database keeps the schema it had before this migration; repair what the reason names, then run it again
    ");
    let error = migrate(&db, &[ONE, failing("CREATE TABLE u (x int); COMMIT; BEGIN")]).unwrap_err();
    assert_snapshot!(without_place(&message(&error), &db), @"
    the migration `bad` failed on `[place]`: it ended its transaction by itself
    help: the database keeps the schema it had before this migration; repair what the reason names, then run it again
    ");
}

#[test]
fn postgres_a_role_that_may_not_make_tables_is_told_which_grant_is_missing() {
    let db = db("REVOKE CREATE ON SCHEMA public FROM public");
    let role = db.role("reader", "");
    let error = target(&db.url_of(&role)).migrate(&[ONE]).unwrap_err();
    assert_snapshot!(without_place(&message(&error), &db).replace(&role, "[role]"), @r#"
    the role `[role]` has no right to use the schema "public" in `[place]`
    help: the owner can give it: GRANT USAGE, CREATE ON SCHEMA "public" TO "[role]"
    "#);
    db.psql(&format!("GRANT CREATE ON SCHEMA public TO {role}"));
    assert_eq!(target(&db.url_of(&role)).migrate(&[ONE]).unwrap(), report(&["tables"], 1));
}

#[test]
fn postgres_two_runs_at_once_run_each_migration_once() {
    const SLOW: Migration = Migration { name: "slow", sql: "SELECT pg_sleep(0.3); CREATE TABLE s (id int)" };
    let db = db("");
    let url = db.url();
    let runs: Vec<_> = (0..4)
        .map(|_| {
            let url = url.clone();
            thread::spawn(move || target(&url).migrate(&[ONE, SLOW, TWO]).map(|report| report.applied))
        })
        .collect();
    let mut applied: Vec<String> = runs.into_iter().flat_map(|run| run.join().unwrap().unwrap()).collect();
    applied.sort();
    assert_eq!(applied, ["column", "slow", "tables"]);
}

#[test]
fn postgres_a_locked_database_is_no_failed_migration() {
    let db = db("");
    migrate(&db, &[ONE]).unwrap();
    let url = db.url();
    let holder = thread::spawn(move || {
        let hold = Migration { name: "hold", sql: "LOCK TABLE t; SELECT pg_sleep(1.5)" };
        target(&url).migrate(&[ONE, hold])
    });
    thread::sleep(Duration::from_millis(600));
    let options = TargetOptions { lock_timeout: Duration::from_millis(100), ..TargetOptions::default() };
    let mut target = open_target(&DatabaseUrl::parse(&db.url()).unwrap(), &options).unwrap();
    let error = target.migrate(&[ONE, TWO]).unwrap_err();
    assert_snapshot!(without_place(&message(&error), &db), @"
    the database `[place]` is in use: another session holds a lock for longer than was to be waited
    help: nothing was changed; close the program that is using it, or wait, then run the command again (`demo-import --lock-timeout` waits longer)
    ");
    holder.join().unwrap().unwrap();
}

#[test]
fn postgres_the_count_is_in_no_catalog() {
    assert_snapshot!(described("CREATE TABLE demo_snapshot_migrations (version int); CREATE SCHEMA a;
        CREATE TABLE a.demo_snapshot_migrations (version int)"), @"
        demo_snapshot_migrations in a key [] row key []
          version integer -> integer
        ");
}
