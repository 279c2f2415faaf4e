//! What happens to the file that is read, and to those beside it.

use std::fs;

use crate::engine::{Db, db, open};
use crate::suite::support::all;

/// The names in the database's folder.
fn names(db: &Db) -> Vec<String> {
    let mut names: Vec<String> = fs::read_dir(db.folder.path())
        .unwrap()
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .collect();
    names.sort();
    names
}

fn read_everything(db: &Db) {
    db.rows(|definition| all(definition, "t"));
    db.source().statistics().unwrap();
}

const ROWS: &str = "CREATE TABLE t (k TEXT PRIMARY KEY); INSERT INTO t VALUES ('b'), ('a')";

#[test]
fn reading_leaves_no_trace() {
    let db = db(ROWS);
    let (before, modified) = (db.bytes(), fs::metadata(&db.path).unwrap().modified().unwrap());
    read_everything(&db);
    assert_eq!(names(&db), ["test.db"]);
    assert_eq!(db.bytes(), before);
    assert_eq!(fs::metadata(&db.path).unwrap().modified().unwrap(), modified);
}

#[test]
fn reading_a_wal_database_leaves_no_trace_either() {
    let db = db(&format!("PRAGMA journal_mode = WAL; {ROWS}"));
    assert_eq!(names(&db), ["test.db"], "the writer cleaned up");
    let before = db.bytes();
    read_everything(&db);
    assert_eq!(names(&db), ["test.db"]);
    assert_eq!(db.bytes(), before);
}

#[test]
fn a_wal_database_in_use_keeps_its_side_files_and_its_writer() {
    let db = db(&format!("PRAGMA journal_mode = WAL; {ROWS}"));
    let writer = db.connect();
    writer.execute_batch("INSERT INTO t VALUES ('c')").unwrap();
    let before = db.bytes();
    read_everything(&db);
    assert_eq!(names(&db), ["test.db", "test.db-shm", "test.db-wal"]);
    assert_eq!(db.bytes(), before, "no checkpoint");
    writer.execute_batch("INSERT INTO t VALUES ('d')").unwrap();
    assert_eq!(db.rows(|definition| all(definition, "t")).lines().count(), 5);
}

#[test]
fn a_writer_that_comes_while_we_read_keeps_its_side_files() {
    let db = db(&format!("PRAGMA journal_mode = WAL; {ROWS}"));
    let source = db.source();
    let writer = db.connect();
    writer.execute_batch("INSERT INTO t VALUES ('c')").unwrap();
    drop(source);
    assert_eq!(names(&db), ["test.db", "test.db-shm", "test.db-wal"]);
    writer.execute_batch("INSERT INTO t VALUES ('d')").unwrap();
    assert_eq!(db.rows(|definition| all(definition, "t")).lines().count(), 5);
}

#[test]
fn someone_who_only_looks_at_a_wal_database_keeps_it_open() {
    let db = db(&format!("PRAGMA journal_mode = WAL; {ROWS}"));
    let source = db.source();
    let other = db.connect();
    other.query_row("SELECT count(*) FROM t", [], |_| Ok(())).unwrap();
    drop(source);
    assert_eq!(names(&db), ["test.db", "test.db-shm", "test.db-wal"]);
    other.execute_batch("INSERT INTO t VALUES ('c')").unwrap();
    assert_eq!(db.rows(|definition| all(definition, "t")).lines().count(), 4);
}

#[test]
#[cfg(unix)]
fn a_link_is_followed_and_stays() {
    let db = db(&format!("PRAGMA journal_mode = WAL; {ROWS}"));
    let link = db.folder.path().join("link.db");
    std::os::unix::fs::symlink(&db.path, &link).unwrap();
    assert!(open(&link).unwrap().catalog().unwrap().tables.contains_key("t"));
    assert_eq!(names(&db), ["link.db", "test.db"]);
}

#[test]
fn an_empty_file_is_an_empty_database() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("empty.db");
    database::create_database(&path).unwrap();
    assert!(open(&path).unwrap().catalog().unwrap().tables.is_empty());
    assert_eq!(fs::metadata(&path).unwrap().len(), 0);
}

#[test]
fn a_path_is_never_a_uri() {
    let folder = tempfile::tempdir().unwrap();
    for name in ["file:x?mode=rwc", ":memory:", "a%20b?c#d.db"] {
        let path = folder.path().join(name);
        assert!(open(&path).is_err(), "{name}");
        assert!(!path.exists(), "{name}");
        database::create_database(&path).unwrap();
        assert!(open(&path).is_ok(), "{name}");
    }
}
