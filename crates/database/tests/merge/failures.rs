//! What stops a merge into a file of SQLite: types, locks, and other writers.

use database::{Decision, MergeMode, MergeOptions, TargetOptions, open_target};

use crate::engine::{NOTES, fresh};
use crate::suite::failures::V1;
use crate::suite::support::{delete, notes_snapshot};

#[test]
fn rows_that_the_target_finds_by_another_key_are_drift() {
    let schema = NOTES.replace("fragments (id)", "fragments (slug)");
    let target = fresh(
        "app.db",
        &schema.replace(
            "CREATE TABLE todos (
        id INTEGER PRIMARY KEY,
        fragment TEXT NOT NULL REFERENCES fragments (slug) ON DELETE CASCADE ON UPDATE CASCADE,
        done BOOLEAN NOT NULL DEFAULT 0
    );",
            "CREATE TABLE todos (id INTEGER NOT NULL UNIQUE, fragment TEXT, done INTEGER PRIMARY KEY);",
        ),
    );
    insta::assert_snapshot!(target.refusal(&notes_snapshot("writer", V1), &[], &delete()), @r"
    the target's schema does not fit the snapshot:
      the target finds rows of todos by (done), the snapshot by (id)
    help: migrate the target, import into an empty database with `--create-schema`, or export the scenario again from a database with the target's schema
    ");
}

#[test]
fn a_value_that_the_target_stores_otherwise_is_refused() {
    let target = fresh("app.db", &NOTES.replace("title TEXT", "title INTEGER"));
    let snapshot = notes_snapshot("writer", &V1.replace("'B'", "'0012'"));
    insta::assert_snapshot!(target.refusal(&snapshot, &[], &delete()), @r"
    read back after the import, fragments: id 2 differs in title
    help: nothing was changed; the target's schema alters what is written (a trigger, a column's type), or the file's definition and rows disagree
    ");
}

#[test]
fn a_locked_target_is_an_environment_fault_and_unharmed() {
    let target = fresh("app.db", NOTES);
    let snapshot = notes_snapshot("writer", V1);
    // Before the first read, at the first change, at the commit.
    for lock in ["BEGIN EXCLUSIVE", "BEGIN IMMEDIATE", "BEGIN; SELECT * FROM vaults"] {
        let other = target.connect();
        let mut statement = other.prepare("SELECT * FROM sqlite_schema").expect("a query");
        let mut rows = None;
        if lock.ends_with("vaults") {
            let mut open = statement.query([]).expect("a query");
            open.next().expect("a row");
            rows = Some(open);
        } else {
            other.execute_batch(lock).expect("a lock");
        }
        let error = target.import(&snapshot, &[]).expect_err("locked");
        assert!(matches!(error, database::Error::Locked { .. }), "{lock}: {error}");
        drop(rows);
    }
    assert_eq!(target.rows("SELECT count(*) FROM fragments"), "0");
    assert_eq!(target.files(), ["app.db"]);
    assert!(target.import(&snapshot, &[]).expect("an import").applied);
}

#[test]
fn a_target_that_another_process_changes_while_the_caller_decides_is_compared_again() {
    let target = fresh("app.db", &format!("PRAGMA journal_mode = WAL; {NOTES}"));
    let mut plans = Vec::new();
    let outcome = target
        .ask(&notes_snapshot("writer", V1), &[], &delete(), &mut |plan| {
            if plans.is_empty() {
                target.execute("INSERT INTO vaults VALUES (1, 'V');");
            }
            plans.push((plan.tables[0].insert, plan.tables[0].equal));
            Decision::Apply
        })
        .expect("a merge");
    assert!(outcome.applied);
    assert_eq!(plans, [(1, 0), (0, 1)], "the second answer is to what there is by then");
    assert_eq!(target.rows("SELECT * FROM vaults"), "1|V");
    assert_eq!(target.rows("SELECT count(*) FROM fragments"), "2");
}

#[test]
fn a_dry_run_does_not_finish_what_another_writer_left_in_its_log() {
    let target = fresh("app.db", &format!("PRAGMA journal_mode = WAL; {NOTES}"));
    // A writer that was killed leaves its log: a copy made while it is open.
    let writer = target.connect();
    writer
        .execute_batch("PRAGMA wal_autocheckpoint = 0; INSERT INTO vaults VALUES (1, 'V');")
        .expect("a write");
    let left = fresh("app.db", "");
    for suffix in ["", "-wal"] {
        let file = |path: &std::path::Path| format!("{}{suffix}", path.display());
        std::fs::copy(file(&target.path), file(&left.path)).expect("a copy");
    }
    let bytes = std::fs::read(&left.path).expect("the file");
    let dry = MergeOptions { mode: MergeMode::DryRun, ..delete() };
    let plan = left.merge(&notes_snapshot("writer", V1), &[], &dry).expect("a dry run").plan;
    assert_eq!((plan.tables[0].equal, plan.tables[1].insert), (1, 2));
    assert!(std::fs::read(&left.path).expect("the file") == bytes);
    assert!(left.import(&notes_snapshot("writer", V1), &[]).expect("an import").applied);
    assert_eq!(left.files(), ["app.db"]);
}

#[test]
fn a_schema_that_cannot_be_made_leaves_the_target_as_it_was() {
    let target = fresh("app.db", NOTES);
    let catalog = open_target(&target.url(), &TargetOptions::default()).expect("a target").catalog();
    let catalog = catalog.expect("a catalog");
    let create = |path: &std::path::Path, catalog: &model::Catalog| {
        let url = database::DatabaseUrl::sqlite(path);
        let error = open_target(&url, &TargetOptions::default()).expect("a target").create_schema(catalog);
        let error = error.expect_err("refused");
        format!("{error}\nhelp: {}", miette::Diagnostic::help(&error).expect("a help"))
    };
    insta::assert_snapshot!(create(&target.path, &catalog), @"
    the schema cannot be made in the target: the database has tables already
    help: make the schema with the application's own migrations, then import
    ");
    let empty = fresh("empty.db", "");
    let bytes = empty.content();
    let mut without_columns = catalog;
    without_columns.tables.get_mut("bookmarks").expect("a table").columns.clear();
    without_columns.tables.get_mut("bookmarks").expect("a table").foreign_keys.clear();
    insta::assert_snapshot!(create(&empty.path, &without_columns), @r#"
    the schema cannot be made in the target: near "PRIMARY": syntax error
    help: make the schema with the application's own migrations, then import
    "#);
    assert!(empty.content() == bytes);
}
