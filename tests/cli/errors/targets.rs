//! Databases at fault: of another schema, of another kind, or not meant to be changed.

use insta::assert_snapshot;
use test_support::{Sandbox, sqlite};

use crate::clone;
use crate::support::{assert_unchanged, refused, state, tiny, tiny_refused};

/// The transcript of an import into `app.sqlite` after `sql` changed its schema.
#[track_caller]
fn after(sql: &str) -> String {
    let sandbox = tiny();
    sqlite::execute(&sandbox.path("app.sqlite"), sql);
    tiny_refused(&sandbox, &[])
}

#[test]
fn a_table_that_the_target_lacks() {
    assert_snapshot!(after("DROP TABLE notes"), @"
    $ cargo xtask demo-import tiny --database sqlite:app.sqlite
    -- stderr
    error: the target's schema does not fit the snapshot:
             the target has no table notes
       help: migrate the target, import into an empty database with `--create-schema`, or export the scenario again from a database with the target's schema
    -- exit 3
    ");
    assert_snapshot!(after("DROP TABLE notes; DROP TABLE folders"), @"
    $ cargo xtask demo-import tiny --database sqlite:app.sqlite
    -- stderr
    error: the target has no tables
       help: `db-migrate` makes those of the bundled schema, `demo-import --create-schema` those of the snapshot
    -- exit 3
    ");
}

#[test]
fn a_column_that_the_target_lacks() {
    assert_snapshot!(after("ALTER TABLE notes DROP COLUMN stars"), @"
    $ cargo xtask demo-import tiny --database sqlite:app.sqlite
    -- stderr
    error: the target's schema does not fit the snapshot:
             the target has no column notes.stars
       help: migrate the target, import into an empty database with `--create-schema`, or export the scenario again from a database with the target's schema
    -- exit 3
    ");
    assert_snapshot!(after("ALTER TABLE notes DROP COLUMN scenario"), @"
    $ cargo xtask demo-import tiny --database sqlite:app.sqlite
    -- stderr
    error: the target's schema does not fit the snapshot:
             the target has no column notes.scenario
       help: migrate the target, import into an empty database with `--create-schema`, or export the scenario again from a database with the target's schema
    -- exit 3
    ");
}

#[test]
fn a_column_that_the_snapshot_lacks_and_that_cannot_be_left_out() {
    let table = "DROP TABLE notes; CREATE TABLE notes (id INTEGER PRIMARY KEY, folder_id INTEGER NOT NULL \
        REFERENCES folders (id), title TEXT NOT NULL, stars INTEGER, scenario TEXT, owner TEXT NOT NULL)";
    assert_snapshot!(after(table), @"
    $ cargo xtask demo-import tiny --database sqlite:app.sqlite
    -- stderr
    error: the target's schema does not fit the snapshot:
             the column notes.owner is NOT NULL without a default, and the snapshot lacks it
       help: migrate the target, import into an empty database with `--create-schema`, or export the scenario again from a database with the target's schema
    -- exit 3
    ");
}

#[test]
fn a_rule_of_the_target_that_a_row_breaks() {
    let table = "DROP TABLE notes; CREATE TABLE notes (id INTEGER PRIMARY KEY, folder_id INTEGER NOT NULL \
        REFERENCES folders (id), title TEXT NOT NULL CHECK (length(title) < 6), stars INTEGER, scenario TEXT)";
    assert_snapshot!(after(table), @"
    $ cargo xtask demo-import tiny --database sqlite:app.sqlite
    -- stderr
    error: the target refuses notes: id 2: CHECK constraint failed: length(title) < 6
       help: compare the target's constraints with those of the database that was exported; nothing was changed
    -- exit 3
    ");
}

#[test]
fn a_type_that_alters_what_is_written() {
    let table = "DROP TABLE notes; CREATE TABLE notes (id INTEGER PRIMARY KEY, folder_id INTEGER NOT NULL \
        REFERENCES folders (id), title TEXT NOT NULL, stars TEXT, scenario TEXT)";
    assert_snapshot!(after(table), @"
    $ cargo xtask demo-import tiny --database sqlite:app.sqlite
    -- stderr
    error: read back after the import, notes: id 1 differs in stars
       help: nothing was changed; the target's schema alters what is written (a trigger, a column's type), or the file's definition and rows disagree
    -- exit 3
    ");
}

#[test]
fn the_bundled_schema_asked_to_hold_another_one() {
    let sandbox = clone();
    let other = tiny();
    std::fs::copy(other.path(crate::support::TINY_FILE), sandbox.path("tiny.sql")).expect("copied");
    assert_snapshot!(refused(&sandbox, &["demo-import", "tiny", "--file", "tiny.sql"]), @"
    $ cargo xtask demo-import tiny --file tiny.sql
    -- stderr
    error: there is no database at `target/demo.sqlite`, and the bundled schema `vault` that it would be made with has no table `folders`
       help: check the path; `--create-schema` makes one, with the tables of the snapshot
    -- exit 4
    ");
}

#[test]
fn tables_asked_for_where_there_are_some() {
    let sandbox = tiny();
    sqlite::execute(&sandbox.path("app.sqlite"), "DROP TABLE notes");
    assert_snapshot!(tiny_refused(&sandbox, &["--create-schema"]), @"
    $ cargo xtask demo-import tiny --database sqlite:app.sqlite --create-schema
    -- stderr
    error: the target's schema does not fit the snapshot:
             the target has no table notes
       help: migrate the target, import into an empty database with `--create-schema`, or export the scenario again from a database with the target's schema
    -- exit 3
    ");
}

#[test]
fn a_file_that_is_no_database() {
    let sandbox = tiny();
    sandbox
        .write("app.sqlite", "Dear diary, this is no database, however long the text may be.\n".repeat(40));
    assert_snapshot!(tiny_refused(&sandbox, &[]), @"
    $ cargo xtask demo-import tiny --database sqlite:app.sqlite
    -- stderr
    error: `app.sqlite` is no SQLite database
       help: check the path; an encrypted database has to be decrypted first
    -- exit 3
    ");
    assert_snapshot!(refused(&sandbox, &["demo-export", "tiny", "--database", "sqlite:app.sqlite"]), @"
    $ cargo xtask demo-export tiny --database sqlite:app.sqlite
    -- stderr
    error: `app.sqlite` is no SQLite database
       help: check the path; an encrypted database has to be decrypted first
    -- exit 3
    ");
    assert_snapshot!(refused(&sandbox, &["data-stats", "--database", "sqlite:app.sqlite"]), @"
    $ cargo xtask data-stats --database sqlite:app.sqlite
    -- stderr
    error: `app.sqlite` is no SQLite database
       help: check the path; an encrypted database has to be decrypted first
    -- exit 3
    ");
    assert_snapshot!(refused(&sandbox, &["db-migrate", "--database", "sqlite:app.sqlite"]), @"
    $ cargo xtask db-migrate --database sqlite:app.sqlite
    -- stderr
    error: `app.sqlite` is no SQLite database
       help: check the path; an encrypted database has to be decrypted first
    -- exit 3
    ");
}

#[test]
fn a_damaged_database() {
    let sandbox = tiny();
    let mut bytes = std::fs::read(sandbox.path("app.sqlite")).expect("a database");
    let page = 4096;
    for byte in &mut bytes[page..] {
        *byte = 0x5a;
    }
    sandbox.write("app.sqlite", bytes);
    assert_snapshot!(tiny_refused(&sandbox, &[]), @"
    $ cargo xtask demo-import tiny --database sqlite:app.sqlite
    -- stderr
    error: the database `app.sqlite` is damaged: database disk image is malformed
       help: restore it from a backup; SQLite's `.recover` may save most rows
    -- exit 3
    ");
}

#[test]
fn a_folder_instead_of_a_database() {
    let sandbox = tiny();
    assert_snapshot!(import_into(&sandbox, "sqlite:demo-snapshots"), @"
    $ cargo xtask demo-import tiny --database sqlite:demo-snapshots
    -- stderr
    error: `demo-snapshots` is a folder, not a database file
       help: give the path of a SQLite file
    -- exit 4
    ");
    assert_snapshot!(refused(&sandbox, &["demo-export", "tiny", "--database", "sqlite:demo-snapshots"]), @"
    $ cargo xtask demo-export tiny --database sqlite:demo-snapshots
    -- stderr
    error: `demo-snapshots` is a folder, not a database file
       help: give the path of a SQLite file
    -- exit 4
    ");
}

#[test]
fn a_database_that_is_not_there() {
    let sandbox = tiny();
    assert_snapshot!(refused(&sandbox, &["demo-export", "tiny", "--database", "sqlite:nowhere.sqlite"]), @"
    $ cargo xtask demo-export tiny --database sqlite:nowhere.sqlite
    -- stderr
    error: there is no database at `nowhere.sqlite`
       help: check the path; `db-migrate` makes a new database with the bundled schema
    -- exit 4
    ");
    assert_snapshot!(import_into(&sandbox, "sqlite:app.sqlite/below.sqlite"), @"
    $ cargo xtask demo-import tiny --database sqlite:app.sqlite/below.sqlite
    -- stderr
    error: no database can be made at `app.sqlite/below.sqlite`
      caused by: entity already exists
       help: check that the folder can be written; if the file appeared meanwhile, run the command again
    -- exit 4
    ");
}

#[test]
fn a_database_url_of_another_form_and_no_password_is_repeated() {
    let sandbox = tiny();
    let urls = [
        "postgres://app:hunter2/@db.example.com/app",
        "mysql://app:hunter2@db.example.com/app",
        "app:hunter2@db.example.com/app",
        "host=db.example.com password=hunter2",
        "sqlite:",
        "sqlite::memory:",
        "app.sqlite",
        "",
    ];
    let transcripts = urls.map(|url| {
        let run = import_into(&sandbox, url);
        let (command, told) = run.split_once('\n').expect("two lines");
        assert!(!told.contains("hunter2") && !told.contains("db.example.com"), "{run}");
        let logged = sandbox.run(&["demo-import", "tiny", "-vv", "--database", url]);
        assert!(!logged.stderr.contains("hunter2"), "{}", logged.stderr);
        format!("{command}\n{told}")
    });
    assert_snapshot!("database_urls", transcripts.join("\n"));
}

#[test]
fn a_target_that_looks_like_production() {
    let sandbox = tiny();
    std::fs::rename(sandbox.path("app.sqlite"), sandbox.path("app-prod.sqlite")).expect("renamed");
    assert_snapshot!(import_into(&sandbox, "sqlite:app-prod.sqlite"), @"
    $ cargo xtask demo-import tiny --database sqlite:app-prod.sqlite
    -- stderr
    error: the target `app-prod.sqlite` looks like a production database
       help: if it is meant, name it in full: --allow-target app-prod.sqlite
    -- exit 2
    ");
    let args = ["demo-import", "tiny", "--database", "sqlite:app-prod.sqlite", "--allow-target"];
    assert_snapshot!(refused(&sandbox, &[&args[..], &["app-prod"]].concat()), @"
    $ cargo xtask demo-import tiny --database sqlite:app-prod.sqlite --allow-target app-prod
    -- stderr
    error: the target `app-prod.sqlite` looks like a production database
       help: if it is meant, name it in full: --allow-target app-prod.sqlite
    -- exit 2
    ");
    let _ = sandbox.run(&[&args[..], &["app-prod.sqlite"]].concat()).expect_code(0);
}

#[track_caller]
fn import_into(sandbox: &Sandbox, url: &str) -> String {
    refused(sandbox, &["demo-import", "tiny", "--database", url])
}

#[test]
fn a_target_that_is_not_there_is_not_made_of_the_wrong_tables() {
    let sandbox = tiny();
    assert_snapshot!(refused(&sandbox, &["demo-import", "tiny", "--database", "sqlite:nope.db"]), @"
    $ cargo xtask demo-import tiny --database sqlite:nope.db
    -- stderr
    error: there is no database at `nope.db`, and the bundled schema `vault` that it would be made with has no table `folders`
       help: check the path; `--create-schema` makes one, with the tables of the snapshot
    -- exit 4
    ");
    assert_snapshot!(refused(&sandbox, &["demo-import", "tiny", "--database", "sqlite:nope.db", "--dry-run"]), @"
    $ cargo xtask demo-import tiny --database sqlite:nope.db --dry-run
    -- stderr
    error: there is no database at `nope.db`, and the bundled schema `vault` that it would be made with has no table `folders`
       help: check the path; `--create-schema` makes one, with the tables of the snapshot
    -- exit 4
    ");
}

#[test]
fn a_dry_run_says_what_an_import_would_make() {
    let sandbox = tiny();
    let before = state(&sandbox);
    let told =
        |args: &[&str]| sandbox.run(&[&["demo-import"], args, &["--dry-run"]].concat()).expect_code(0).stderr;
    assert_snapshot!(told(&["tiny", "--database", "sqlite:nope.db", "--create-schema"]), @"
    An import would first make sqlite:nope.db with the schema of the snapshot.
    An import would first make 2 tables.
    warning: Checks other than for JSON, indexes other than plain unique ones, indexes' own collations, AUTOINCREMENT, ON CONFLICT clauses, triggers, views and virtual tables (full-text ones, too) are not made.
    ");
    sqlite::execute(&sandbox.path("empty.sqlite"), "PRAGMA user_version = 1");
    assert_snapshot!(told(&["tiny", "--database", "sqlite:empty.sqlite", "--create-schema"]), @"
    An import would first make 2 tables.
    warning: Checks other than for JSON, indexes other than plain unique ones, indexes' own collations, AUTOINCREMENT, ON CONFLICT clauses, triggers, views and virtual tables (full-text ones, too) are not made.
    ");
    std::fs::remove_file(sandbox.path("empty.sqlite")).expect("removed");
    assert_unchanged(&before, &sandbox);
    let bundled = crate::clone();
    let run = bundled.run(&["demo-import", "memory", "--dry-run"]).expect_code(0);
    assert!(
        run.stderr.starts_with(
            "An import would first make sqlite:target/demo-memory.sqlite with the bundled schema.\n"
        ),
        "{}",
        run.stderr
    );
    let run = bundled.run(&["demo-seed", "memory", "--dry-run"]).expect_code(0);
    assert!(
        run.stderr.starts_with(
            "A seeding would first make sqlite:target/demo-memory.sqlite with the bundled schema.\n"
        ),
        "{}",
        run.stderr
    );
    assert!(!bundled.path("target").exists());
}
