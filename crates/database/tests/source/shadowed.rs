//! A schema cannot hide itself: names that stand in front of what SQLite says of it are refused, whoever reads.

use database::{DatabaseUrl, Error, Migration, TargetOptions, open_target};
use insta::assert_snapshot;

use crate::engine::{Db, db};
use crate::suite::support::message;

const PARENTS: &str = "CREATE TABLE p (id INTEGER PRIMARY KEY); CREATE TABLE c (p REFERENCES p)";

fn said(db: &Db, error: &Error) -> String {
    message(error).replace(&db.path.display().to_string(), "[path]")
}

/// What reading, changing and migrating say of a database with `sql` in its schema: the same.
#[track_caller]
fn refused(sql: &str) -> String {
    let db = db(&format!("PRAGMA user_version = 1; {PARENTS}; {sql}"));
    let before = db.bytes();
    let error = said(&db, &db.source().catalog().map(|_| ()).unwrap_err());
    assert_eq!(said(&db, &db.source().statistics().map(|_| ()).unwrap_err()), error);
    let mut target = open_target(&DatabaseUrl::sqlite(&db.path), &TargetOptions::default()).unwrap();
    assert_eq!(said(&db, &target.catalog().map(|_| ()).unwrap_err()), error);
    let migrations =
        [Migration { name: "one", sql: "" }, Migration { name: "two", sql: "CREATE TABLE two (x)" }];
    assert_eq!(said(&db, &target.migrate(&migrations).map(|_| ()).unwrap_err()), error);
    drop(target);
    assert_eq!(db.bytes(), before, "nothing changed");
    error
}

#[test]
fn a_table_cannot_stand_in_for_the_foreign_keys() {
    let sql = "CREATE TABLE pragma_foreign_key_list (id, seq, \"table\", \"from\", \"to\", on_delete, on_update, arg, schema)";
    assert_snapshot!(refused(sql), @"
    the database `[path]` holds a table `pragma_foreign_key_list`, which hides what SQLite itself says of the schema
    help: rename it: SQLite itself must answer under this name, so no table or view may have it
    ");
}

#[test]
fn a_view_is_refused_in_any_spelling() {
    assert_snapshot!(refused("CREATE VIEW \"Pragma_Table_List\" AS SELECT 1"), @"
    the database `[path]` holds a view `Pragma_Table_List`, which hides what SQLite itself says of the schema
    help: rename it: SQLite itself must answer under this name, so no table or view may have it
    ");
}

#[test]
fn a_table_cannot_stand_in_for_the_page_counts() {
    assert_snapshot!(refused("CREATE TABLE DBSTAT (name, pgsize, aggregate)"), @"
    the database `[path]` holds a table `DBSTAT`, which hides what SQLite itself says of the schema
    help: rename it: SQLite itself must answer under this name, so no table or view may have it
    ");
}

#[test]
fn other_names_are_free() {
    let db = db(
        "CREATE TABLE pragmatic (x); CREATE TABLE pragma (x); CREATE TABLE dbstats (x); CREATE TABLE t (x);
        CREATE TABLE pragma_settings (x); CREATE VIEW pragma_table_info AS SELECT 1;
        CREATE INDEX pragma_table_list ON t (x); CREATE TRIGGER dbstat AFTER INSERT ON t BEGIN SELECT 1; END",
    );
    let tables: Vec<String> = db.source().catalog().unwrap().tables.into_keys().collect();
    assert_eq!(tables, ["dbstats", "pragma", "pragma_settings", "pragmatic", "t"]);
}
