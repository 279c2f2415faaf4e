//! `db-migrate`

use insta::assert_snapshot;
use test_support::sqlite;

use crate::clone;

#[test]
fn a_database_is_made_brought_up_to_date_and_made_anew() {
    let sandbox = clone();
    assert_snapshot!(sandbox.run(&["db-migrate"]).transcript(), @"
    $ cargo xtask db-migrate
    -- stderr
    sqlite:target/demo.sqlite is at schema version 3: ran 0001_tables, 0002_indexes, 0003_full_text.
    -- exit 0
    ");
    assert_snapshot!(sandbox.run(&["db-migrate"]).transcript(), @"
    $ cargo xtask db-migrate
    -- stderr
    sqlite:target/demo.sqlite is at schema version 3 already.
    -- exit 0
    ");
    let _ = sandbox.run(&["demo-import", "writer"]).expect_code(0);
    assert_snapshot!(sandbox.run(&["db-migrate", "--fresh"]).transcript(), @"
    $ cargo xtask db-migrate --fresh
    -- stderr
    sqlite:target/demo.sqlite is at schema version 3: ran 0001_tables, 0002_indexes, 0003_full_text.
    -- exit 0
    ");
    assert_eq!(sqlite::one(&sandbox.path("target/demo.sqlite"), "SELECT count(*) FROM todos"), "0");
}

#[test]
fn a_named_database_is_not_made_anew_without_a_yes() {
    let sandbox = clone();
    let named = ["--database", "sqlite:mine.sqlite"];
    let _ = sandbox.run(&[&["demo-import", "writer"], &named[..]].concat()).expect_code(0);
    assert_snapshot!(sandbox.run(&[&["db-migrate", "--fresh"], &named[..]].concat()).transcript(), @"
    $ cargo xtask db-migrate --fresh --database sqlite:mine.sqlite
    -- stderr
    error: sqlite:mine.sqlite and its 124 rows would be removed, and nobody is here to confirm it
       help: say --yes to go on
    -- exit 2
    ");
    assert_eq!(sqlite::one(&sandbox.path("mine.sqlite"), "SELECT count(*) FROM todos"), "14");
    let _ = sandbox.run(&[&["db-migrate", "--fresh", "--yes"], &named[..]].concat()).expect_code(0);
    assert_eq!(sqlite::one(&sandbox.path("mine.sqlite"), "SELECT count(*) FROM todos"), "0");
}

#[test]
fn a_database_of_another_origin_is_left_alone() {
    let sandbox = clone();
    sqlite::execute(&sandbox.path("other.sqlite"), "CREATE TABLE mine (id INTEGER PRIMARY KEY)");
    let before = std::fs::read(sandbox.path("other.sqlite")).expect("there");
    assert_snapshot!(sandbox.run(&["db-migrate", "--database", "sqlite:other.sqlite"]).transcript(), @"
    $ cargo xtask db-migrate --database sqlite:other.sqlite
    -- stderr
    error: the database `other.sqlite` holds tables of another origin: mine
       help: migrations run only on an empty database or on one that they made; choose another database
    -- exit 3
    ");
    assert_snapshot!(sandbox.run(&["db-migrate", "--fresh", "--yes", "--database", "sqlite:other.sqlite"]).transcript(), @"
    $ cargo xtask db-migrate --fresh --yes --database sqlite:other.sqlite
    -- stderr
    error: the database `other.sqlite` holds tables of another origin: mine
       help: migrations run only on an empty database or on one that they made; choose another database
    -- exit 3
    ");
    assert_eq!(std::fs::read(sandbox.path("other.sqlite")).expect("there"), before);
    sqlite::execute(&sandbox.path("other.sqlite"), "INSERT INTO mine VALUES (1); PRAGMA user_version = 42");
    for fresh in [&["--fresh", "--yes"][..], &["--fresh"]] {
        let args = [&["db-migrate", "--database", "sqlite:other.sqlite"], fresh].concat();
        let run = sandbox.run(&args).expect_code(3);
        assert!(run.stderr.contains("holds tables of another origin: mine"), "{}", run.transcript());
    }
    assert_eq!(sqlite::one(&sandbox.path("other.sqlite"), "SELECT count(*) FROM mine"), "1");
}

#[test]
fn a_database_that_is_newer_can_be_made_anew() {
    let sandbox = clone();
    let _ = sandbox.run(&["db-migrate"]).expect_code(0);
    let database = sandbox.path("target/demo.sqlite");
    sqlite::execute(&database, "CREATE TABLE later (id INTEGER PRIMARY KEY); PRAGMA user_version = 4");
    assert_snapshot!(sandbox.run(&["db-migrate"]).transcript(), @"
    $ cargo xtask db-migrate
    -- stderr
    error: the database `target/demo.sqlite` has schema version 4, and this program knows 3
       help: use a newer version of this program, or start again with `db-migrate --fresh`
    -- exit 3
    ");
    let _ = sandbox.run(&["db-migrate", "--fresh"]).expect_code(0);
    assert_eq!(sqlite::one(&database, "PRAGMA user_version"), "3");
}

#[test]
fn a_database_that_looks_like_production_is_named_in_full_or_left_alone() {
    let sandbox = clone();
    let args = ["db-migrate", "--database", "sqlite:production.sqlite"];
    assert_snapshot!(sandbox.run(&args).transcript(), @"
    $ cargo xtask db-migrate --database sqlite:production.sqlite
    -- stderr
    error: the target `production.sqlite` looks like a production database
       help: if it is meant, name it in full: --allow-target production.sqlite
    -- exit 2
    ");
    assert!(!sandbox.path("production.sqlite").exists());
    let _ = sandbox.run(&[&args[..], &["--allow-target", "production.sqlite"]].concat()).expect_code(0);
}
