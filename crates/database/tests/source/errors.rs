//! Every error of a source, word for word.

use std::fs::{self, File};
use std::io::Write as _;
use std::path::Path;
use std::time::{Duration, Instant};

use insta::assert_snapshot;
use model::{ConditionOp, Scalar};

use crate::engine::{db, open, open_waiting};
use crate::suite::support::{all, message, only, table};

#[track_caller]
fn open_error(path: &Path) -> String {
    let error = open(path).map(|_| ()).unwrap_err();
    message(&error).replace(&path.display().to_string(), "[path]")
}

fn file(bytes: &[u8]) -> (tempfile::TempDir, std::path::PathBuf) {
    let folder = tempfile::tempdir().unwrap();
    let path = if cfg!(unix) { folder.path().canonicalize().unwrap() } else { folder.path().to_owned() };
    let path = path.join("x.db");
    File::create(&path).unwrap().write_all(bytes).unwrap();
    (folder, path)
}

#[test]
fn a_missing_file_is_not_made() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("none.db");
    assert_snapshot!(open_error(&path), @"
    there is no database at `[path]`
    help: check the path; `db-migrate` makes a new database with the bundled schema
    ");
    assert!(!path.exists());
    assert_snapshot!(open_error(&folder.path().join("no/folder.db")), @"
    there is no database at `[path]`
    help: check the path; `db-migrate` makes a new database with the bundled schema
    ");
}

#[test]
fn what_is_no_file_is_not_opened() {
    let folder = tempfile::tempdir().unwrap();
    assert_snapshot!(open_error(folder.path()), @"
    `[path]` is a folder, not a database file
    help: give the path of a SQLite file
    ");
    if cfg!(unix) {
        assert_snapshot!(open_error(Path::new("/dev/zero")), @"
        `[path]` is a pipe or device, not a database file
        help: give the path of a SQLite file
        ");
    }
}

#[test]
fn a_file_of_another_kind_is_no_database() {
    let (_folder, path) = file(&b"just some text, long enough to have a header ".repeat(40));
    assert_snapshot!(open_error(&path), @"
    `[path]` is no SQLite database
    help: check the path; an encrypted database has to be decrypted first
    ");
    let (_folder, path) = file(b"short");
    assert_snapshot!(open_error(&path), @"
    `[path]` is no SQLite database
    help: check the path; an encrypted database has to be decrypted first
    ");
}

#[test]
fn a_damaged_database_is_no_environment_fault() {
    let whole = db("CREATE TABLE t (id INTEGER PRIMARY KEY, x); WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n
        WHERE i < 5000) INSERT INTO t SELECT i, 'text' FROM n")
    .bytes();
    let (_folder, path) = file(&whole[..8192]);
    let result = open(&path).and_then(|mut source| {
        let mut definition = crate::suite::support::definition(&source.catalog()?);
        all(&mut definition, "t");
        crate::suite::support::rows(source.as_mut(), &definition)
    });
    let error = message(&result.unwrap_err()).replace(&path.display().to_string(), "[path]");
    assert_snapshot!(error, @"
    the database `[path]` is damaged: database disk image is malformed
    help: restore it from a backup; SQLite's `.recover` may save most rows
    ");
}

#[test]
fn a_locked_database_is_an_environment_fault() {
    let db = db("CREATE TABLE t (x)");
    let writer = db.connect();
    writer.execute_batch("BEGIN EXCLUSIVE").unwrap();
    let begun = Instant::now();
    let error = open_waiting(&db.path, Duration::from_millis(200)).map(|_| ()).unwrap_err();
    assert!((200..2000).contains(&begun.elapsed().as_millis()), "{:?}", begun.elapsed());
    assert_snapshot!(message(&error).replace(&db.path.display().to_string(), "[path]"), @"
    the database `[path]` is locked by another process
    help: close the program that is using it, or wait, then run the command again
    ");
}

#[test]
fn a_lock_that_is_given_up_in_time_is_waited_for() {
    let db = db("CREATE TABLE t (x)");
    let (locked, is_locked) = std::sync::mpsc::channel();
    let path = db.path.clone();
    let writer = std::thread::spawn(move || {
        let connection = rusqlite::Connection::open(path).unwrap();
        connection.execute_batch("BEGIN EXCLUSIVE; INSERT INTO t VALUES (1)").unwrap();
        locked.send(()).unwrap();
        std::thread::sleep(Duration::from_millis(500));
        connection.execute_batch("COMMIT").unwrap();
    });
    is_locked.recv().unwrap();
    let begun = Instant::now();
    let mut source = open_waiting(&db.path, Duration::from_secs(3)).unwrap();
    assert!((300..2900).contains(&begun.elapsed().as_millis()), "{:?}", begun.elapsed());
    assert_eq!(source.statistics().unwrap()[0].rows, 1);
    writer.join().unwrap();
}

#[test]
#[cfg(unix)]
fn a_file_without_permission_is_an_environment_fault() {
    use std::os::unix::fs::PermissionsExt as _;
    let db = db("CREATE TABLE t (x)");
    fs::set_permissions(&db.path, fs::Permissions::from_mode(0o000)).unwrap();
    if File::open(&db.path).is_ok() {
        return; // The system's administrator is never refused.
    }
    assert_snapshot!(open_error(&db.path), @"
    `[path]` may not be opened: the engine cannot open it
    help: check the permissions of the file and of its folder
    ");
}

#[test]
#[cfg(unix)]
fn a_wal_database_in_a_read_only_folder_is_read_only_without_its_wal() {
    use std::os::unix::fs::PermissionsExt as _;
    let db = db("PRAGMA journal_mode = WAL; CREATE TABLE t (x); INSERT INTO t VALUES (1)");
    let lock_folder = |mode| fs::set_permissions(db.folder.path(), fs::Permissions::from_mode(mode)).unwrap();
    lock_folder(0o555);
    if File::create(db.folder.path().join("probe")).is_ok() {
        return; // The system's administrator is never refused.
    }
    assert_eq!(db.rows(|definition| all(definition, "t")), "t (1)\n  1\n");
    lock_folder(0o755);
    let writer = db.connect();
    writer.execute_batch("INSERT INTO t VALUES (2)").unwrap();
    let wal = crate::engine::beside(&db.path, "-wal");
    let kept = fs::read(&wal).unwrap();
    drop(writer);
    File::create(&wal).unwrap().write_all(&kept).unwrap();
    lock_folder(0o555);
    assert_snapshot!(open_error(&db.path), @"
    `[path]` is in WAL mode, and its side files can be neither used nor made
    help: make its folder writable, or copy the file with its `-wal` file to a writable folder and read it there
    ");
    lock_folder(0o755);
}

#[test]
fn a_change_that_nobody_finished_needs_a_writer() {
    let db = db("CREATE TABLE t (x); INSERT INTO t VALUES (1)");
    let writer = db.connect();
    // Spills before it commits: then both files are as a killed writer leaves them.
    writer.execute_batch("PRAGMA cache_size = 2; BEGIN; INSERT INTO t WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1
        FROM n WHERE i < 20000) SELECT hex(randomblob(40)) FROM n").unwrap();
    let folder = tempfile::tempdir().unwrap();
    let copy = folder.path().join("test.db");
    fs::copy(&db.path, &copy).unwrap();
    fs::copy(db.folder.path().join("test.db-journal"), folder.path().join("test.db-journal")).unwrap();
    assert_snapshot!(open_error(&copy), @"
    `[path]` was left in the middle of a change, which reading alone cannot finish or undo
    help: open it once with a program that may write to it, such as its own application, then run the command again
    ");
}

#[test]
fn a_selection_too_large_for_a_statement_is_refused() {
    let db = db("CREATE TABLE t (id INTEGER PRIMARY KEY, m TEXT)");
    let many: Vec<Scalar> = (0..40_000).map(Scalar::Integer).collect();
    assert_snapshot!(db.error(|definition| only(definition, "t", "id", ConditionOp::In, &many)), @"
    the selection of `t` is too large: it lists more than 32,000 values
    help: select by a column that marks the scenario's rows instead of listing values
    ");
    assert_snapshot!(db.error(|definition| {
        only(definition, "t", "id", ConditionOp::Null, &[]);
        let condition = table(definition, "t").select[0][0].clone();
        table(definition, "t").select[0] = vec![condition; 500];
    }), @"
    the selection of `t` is too large: more than 400 conditions are joined
    help: select by a column that marks the scenario's rows instead of listing values
    ");
    let path = vec!["m"; 130].join(".");
    assert_snapshot!(db.error(|definition| only(definition, "t", &path, ConditionOp::Null, &[])), @"
    the selection of `t` is too large: a path into JSON is longer than 100 keys
    help: select by a column that marks the scenario's rows instead of listing values
    ");
}

#[test]
fn a_reference_that_leads_nowhere_names_row_key_and_parent() {
    let db = db("CREATE TABLE p (a, b, PRIMARY KEY (a, b)); CREATE TABLE c (id TEXT PRIMARY KEY, a, b, FOREIGN KEY (a, b) REFERENCES p);
        INSERT INTO p VALUES (1, 'x'); INSERT INTO c VALUES ('ok', 1, 'x'), ('null', 9, NULL), ('bad', 1, 'y')");
    assert_snapshot!(db.error(|definition| all(definition, "c")), @"
    c: the row id 'bad' refers by (a, b) (1, 'y') to p, which has no such row
    help: repair the row in the source, or insert the parent: a snapshot holds every row that its rows refer to
    ");
    assert!(
        db.try_rows(|definition| only(
            definition,
            "c",
            "id",
            ConditionOp::Like,
            &[crate::suite::support::text("%l")]
        ))
        .is_ok()
    );
}

#[test]
fn a_reference_to_a_missing_table_is_an_error() {
    let db = db("CREATE TABLE c (id INTEGER PRIMARY KEY, p REFERENCES gone)");
    assert_snapshot!(db.error(|definition| all(definition, "c")), @"
    c refers to gone, which is not among the tables
    help: make that table, or drop the foreign key: a snapshot holds every row that its rows refer to
    ");
}

#[test]
fn a_key_with_null_is_refused() {
    let db = db(
        "CREATE TABLE t (a TEXT, b INTEGER, PRIMARY KEY (a, b)); INSERT INTO t VALUES ('x', 1), ('x', NULL)",
    );
    assert_snapshot!(db.error(|definition| all(definition, "t")), @"
    t: the row (a, b) ('x', NULL) has NULL in its key
    help: give the row a key: SQLite allows NULL there, a snapshot cannot find such a row again
    ");
}

#[test]
fn keys_that_mean_the_same_are_refused() {
    let db = db(
        "CREATE TABLE t (at TIMESTAMPTZ PRIMARY KEY); INSERT INTO t VALUES ('2026-01-01T10:00:00Z'), ('2026-01-01 11:00:00+01')",
    );
    assert_snapshot!(db.error(|definition| all(definition, "t")), @"
    t: two rows have the key at '2026-01-01T10:00:00Z'
    help: the key's values mean the same in their columns' types; change one of them, or name the columns' types under `columns:`
    ");
}

#[test]
fn a_json_value_that_takes_too_much_memory_names_the_same_way_out() {
    let db = db("CREATE TABLE t (id INTEGER PRIMARY KEY, m JSON); INSERT INTO t VALUES (1, '{}')");
    db.run(r#"INSERT INTO t VALUES (7, '"' || hex(zeroblob(32 << 20)) || '"')"#);
    assert_snapshot!(db.error(|definition| all(definition, "t")), @"
    t.m, row id 7: JSON of more than 32 MiB, or taking more than 192 MiB of memory
    help: repair the value, or keep its exact text with `columns: { t: { m: json-verbatim } }` in the scenario
    ");
    assert!(
        db.try_rows(|definition| {
            all(definition, "t");
            table(definition, "t").columns[1].ty = model::LogicalType::JsonVerbatim;
        })
        .is_ok()
    );
}

#[test]
fn rows_that_cannot_be_told_apart_are_refused() {
    let db = db("CREATE TABLE t (rowid, _rowid_, oid)");
    assert_snapshot!(db.error(|definition| all(definition, "t")), @"
    the rows of `t` cannot be told apart: its columns hide every name of SQLite's row number
    help: rename one of its columns `rowid`, `_rowid_`, `oid`, or give it an INTEGER PRIMARY KEY
    ");
}

#[test]
fn an_existing_file_is_never_replaced_by_a_new_database() {
    let db = db("CREATE TABLE t (x)");
    let before = db.bytes();
    let error = database::create_database(&db.path).unwrap_err();
    assert_snapshot!(message(&error).replace(&db.path.display().to_string(), "[path]"), @"
    `[path]` exists already
    help: a new database never replaces a file: choose another path, or move that file away
    ");
    assert_eq!(db.bytes(), before);
}
