//! What a check of a whole SQLite database finds, and that it finds nothing where nothing is wrong.

use std::fmt::Write as _;

use insta::assert_snapshot;

use crate::engine::{Db, db};
use crate::suite::check::{findings, report};

/// What is found, after damage done by statements that may write the schema.
#[track_caller]
fn found(sql: &str) -> String {
    findings(db(sql).source().as_mut(), &[])
}

/// Rows that came before a constraint did: the schema is exchanged for one that would not have let them in.
fn tightened(sql: &str, table: &str, tight: &str) -> Db {
    let db = db(sql);
    let connection = db.connect();
    connection.execute_batch("PRAGMA writable_schema = ON").unwrap();
    connection.execute("UPDATE sqlite_schema SET sql = ?1 WHERE name = ?2", [tight, table]).unwrap();
    connection.execute_batch("PRAGMA writable_schema = RESET").unwrap();
    db
}

#[test]
fn a_database_in_which_nothing_is_wrong_has_no_findings() {
    let sql = "CREATE TABLE p (id INTEGER PRIMARY KEY AUTOINCREMENT, name TEXT UNIQUE COLLATE NOCASE, at TIMESTAMP);
        CREATE TABLE c (a TEXT, b INTEGER, p TEXT REFERENCES p (name), j JSON, x, PRIMARY KEY (a, b)) WITHOUT ROWID;
        CREATE VIRTUAL TABLE f USING fts5(name, content='p', content_rowid='id');
        INSERT INTO p VALUES (1, 'Ana', '2026-11-20 10:30:00'), (2, NULL, NULL), (3, NULL, NULL);
        INSERT INTO c VALUES ('x', 1, 'ANA', '{}', -0.0), ('x', 2, NULL, NULL, x'00');
        INSERT INTO f (f) VALUES ('rebuild')";
    let db = db(sql);
    let before = db.bytes();
    assert_snapshot!(report(db.source().as_mut(), &[]), @"
    c: rows 2, foreign 1, unique 1, full-text 0, sequences 0, columns 5
    p: rows 3, foreign 0, unique 2, full-text 1, sequences 1, columns 3
    ");
    assert_eq!(db.bytes(), before, "a check never writes");
    assert_eq!(std::fs::read_dir(db.folder.path()).unwrap().count(), 1, "nor leaves anything behind");
}

#[test]
fn rows_that_refer_to_nothing_are_found_as_sqlite_compares() {
    let sql = "CREATE TABLE p (id INTEGER PRIMARY KEY, code TEXT COLLATE NOCASE UNIQUE, a, b, UNIQUE (a, b));
        CREATE TABLE c (id INTEGER PRIMARY KEY, p INTEGER REFERENCES p, code REFERENCES p (code), a, b,
          FOREIGN KEY (a, b) REFERENCES p (a, b));
        CREATE TABLE k (a TEXT, b TEXT, p INTEGER REFERENCES p, PRIMARY KEY (a, b)) WITHOUT ROWID;
        INSERT INTO p VALUES (1, 'abc', 1, 'x'), (2, '7', 2, NULL);
        INSERT INTO c VALUES (1, 1, 'ABC', 1, 'x'), (2, 2, 7, NULL, 'y'), (3, NULL, NULL, 2, NULL),
          (4, 9, 'abd', 1, 'X'), (5, '1', '7.0', '1', 'x'), (6, 8, 7.0, NULL, NULL);
        INSERT INTO k VALUES ('x', 'y', 1), ('x', 'z', 3)";
    assert_snapshot!(found(sql), @"
    foreign-key c (a, b) → p (a, b) (2): id 4; id 5
      these rows refer to rows that do not exist; SQLite enforces foreign keys only for connections that ask for it: insert the missing rows, or change, empty or delete the references
    foreign-key c (code) → p (code) (3): id 4; id 5; id 6
      these rows refer to rows that do not exist; SQLite enforces foreign keys only for connections that ask for it: insert the missing rows, or change, empty or delete the references
    foreign-key c (p) → p (id) (2): id 4; id 6
      these rows refer to rows that do not exist; SQLite enforces foreign keys only for connections that ask for it: insert the missing rows, or change, empty or delete the references
    foreign-key k (p) → p (id) (1): (a, b) ('x', 'z')
      these rows refer to rows that do not exist; SQLite enforces foreign keys only for connections that ask for it: insert the missing rows, or change, empty or delete the references
    ");
}

#[test]
fn keys_that_lead_nowhere_are_findings_of_their_own() {
    let sql = "CREATE TABLE p (id INTEGER PRIMARY KEY, a, b, c TEXT); CREATE VIEW v AS SELECT 1 AS id;
        CREATE UNIQUE INDEX i ON p (c COLLATE NOCASE);
        CREATE TABLE c (id INTEGER PRIMARY KEY, x REFERENCES gone, y REFERENCES p (missing), z REFERENCES p (a), w REFERENCES v (id),
          FOREIGN KEY (x, y) REFERENCES p);
        CREATE TABLE d (id INTEGER PRIMARY KEY, c TEXT REFERENCES p (c));
        INSERT INTO p VALUES (1, 1, 1, 'a'); INSERT INTO c VALUES (1, 1, 1, 1, 1), (2, NULL, NULL, 2, NULL); INSERT INTO d VALUES (1, 'a')";
    assert_snapshot!(found(sql), @r#"
    broken-foreign-key c (w) → v (id) (1): id 1
      there is no table of the name that the key leads to, so that SQLite can enforce it for no row, and refuses changes where foreign keys are on: make what it refers to, or take the key out of the schema
    broken-foreign-key c (x) → gone (1): id 1
      there is no table of the name that the key leads to, so that SQLite can enforce it for no row, and refuses changes where foreign keys are on: make what it refers to, or take the key out of the schema
    broken-foreign-key c (x, y) → p (id)
      the key has not as many columns as what it refers to, so that SQLite can enforce it for no row, and refuses changes where foreign keys are on: make what it refers to, or take the key out of the schema
    broken-foreign-key c (y) → p (missing)
      the key leads to a column that does not exist, so that SQLite can enforce it for no row, and refuses changes where foreign keys are on: make what it refers to, or take the key out of the schema
    broken-foreign-key c (z) → p (a)
      the columns that the key leads to are neither a primary key nor unique, so that SQLite can enforce it for no row, and refuses changes where foreign keys are on: make what it refers to, or take the key out of the schema
    broken-foreign-key d
      foreign key mismatch - "d" referencing "p": the columns that it leads to have no unique index in their own collation, so that SQLite refuses changes where foreign keys are on: make such an index, or take the key out of the schema
    "#);
}

#[test]
fn null_in_a_primary_key_is_found() {
    let sql = "CREATE TABLE t (a TEXT, b INTEGER, PRIMARY KEY (a, b)); CREATE TABLE u (id INT PRIMARY KEY);
        INSERT INTO t VALUES ('x', 1), ('x', NULL), (NULL, NULL), (NULL, 2); INSERT INTO u VALUES (NULL), (NULL), (1)";
    assert_snapshot!(found(sql), @"
    null-in-key t a, b (3): rowid 2; rowid 3; rowid 4
      SQLite allows NULL in a primary key, and such a row can neither be found by its key nor exported: give it a key, and declare the columns NOT NULL
    null-in-key u id (2): rowid 1; rowid 2
      SQLite allows NULL in a primary key, and such a row can neither be found by its key nor exported: give it a key, and declare the columns NOT NULL
    ");
}

#[test]
fn rows_that_their_constraints_would_refuse_today_are_found() {
    let sql = "CREATE TABLE t (id INTEGER PRIMARY KEY, n INTEGER, s TEXT);
        INSERT INTO t VALUES (1, 1, 'a'), (2, NULL, 'b'), (3, -1, 'c'), (4, -2, NULL), (5, 3, '')";
    let tight = "CREATE TABLE t (id INTEGER PRIMARY KEY, n INTEGER NOT NULL CONSTRAINT positive CHECK (n > 0), s TEXT CHECK (s <> ''))";
    let db = tightened(sql, "t", tight);
    assert_snapshot!(findings(db.source().as_mut(), &[]), @"
    not-null t n (1): id 2
      the column is NOT NULL, and the database would refuse these rows today: give them a value
    check t positive (2): id 3; id 4
      the database would refuse these rows today: change them, or the constraint
    check t s <> '' (1): id 5
      the database would refuse these rows today: change them, or the constraint
    ");
    assert_eq!(
        findings(db.source().as_mut(), &[]),
        findings(db.source().as_mut(), &["t"]),
        "a table that is named is looked at as all are"
    );
}

#[test]
fn values_that_stand_twice_in_a_unique_index_are_found() {
    let sql = "CREATE TABLE t (id INTEGER PRIMARY KEY, a TEXT, b INTEGER); CREATE INDEX i ON t (a, b); CREATE INDEX j ON t (b);
        INSERT INTO t VALUES (1, 'x', 1), (2, 'X', 1), (3, 'y', NULL), (4, 'y', NULL), (5, 'x', 2), (6, 'x', 1)";
    let db = tightened(sql, "i", "CREATE UNIQUE INDEX i ON t (a, b)");
    assert_snapshot!(findings(db.source().as_mut(), &[]), @"
    duplicate t i (a, b) (2): id 1; id 6
      the values are to be unique, and an index over them can no longer be made: change or delete all rows but one
    ");
}

#[test]
fn an_index_without_its_tables_rows_is_found() {
    let db = db(
        "CREATE TABLE t (id INTEGER PRIMARY KEY, a TEXT); CREATE TABLE u (id INTEGER PRIMARY KEY, a TEXT);
        CREATE INDEX i ON t (a); INSERT INTO t VALUES (1, 'x'), (2, 'y'); INSERT INTO u VALUES (1, 'x')",
    );
    // The index is hidden from one change, and so knows nothing of it.
    let connection = db.connect();
    let sql = "CREATE INDEX i ON t (a)";
    connection.execute_batch("PRAGMA writable_schema = ON").unwrap();
    connection.execute_batch("UPDATE sqlite_schema SET type = 'table', sql = 'CREATE TABLE i (a, b, PRIMARY KEY (a, b)) WITHOUT ROWID', tbl_name = 'i' WHERE name = 'i'").unwrap();
    connection.execute_batch("PRAGMA writable_schema = RESET").unwrap();
    drop(connection);
    let connection = db.connect();
    connection.execute_batch("INSERT INTO t VALUES (3, 'z'); PRAGMA writable_schema = ON").unwrap();
    connection
        .execute("UPDATE sqlite_schema SET type = 'index', sql = ?1, tbl_name = 't' WHERE name = 'i'", [sql])
        .unwrap();
    connection.execute_batch("PRAGMA writable_schema = RESET").unwrap();
    drop(connection);
    assert_snapshot!(findings(db.source().as_mut(), &[]), @"
    index t i
      the index does not have the rows of its table, so that statements which use it miss or repeat rows: `REINDEX` makes it anew
    ");
}

#[test]
fn full_text_tables_out_of_step_are_found() {
    let sql = "CREATE TABLE t (id INTEGER PRIMARY KEY, a TEXT); INSERT INTO t VALUES (1, 'one'), (2, 'two');
        CREATE VIRTUAL TABLE f5 USING fts5(a, content='t', content_rowid='id'); INSERT INTO f5 (f5) VALUES ('rebuild');
        CREATE VIRTUAL TABLE f4 USING fts4(a, content='t'); INSERT INTO f4 (f4) VALUES ('rebuild');
        CREATE VIRTUAL TABLE own USING fts5(a); INSERT INTO own VALUES ('three');
        CREATE VIRTUAL TABLE bare USING fts5(a, content=''); INSERT INTO bare (rowid, a) VALUES (1, 'four');
        CREATE VIRTUAL TABLE lost USING fts5(a, content='gone');";
    let db = db(sql);
    assert_snapshot!(findings(db.source().as_mut(), &["t"]), @"");
    db.run("UPDATE t SET a = 'changed' WHERE id = 2");
    db.run("UPDATE own_content SET c0 = 'changed'");
    let before = db.bytes();
    assert_snapshot!(findings(db.source().as_mut(), &[]), @r#"
    full-text t f4
      the index does not have the words of the rows of t, so that searches miss rows or find others: `INSERT INTO "f4" ("f4") VALUES ('rebuild')` makes it anew, unless the application leaves rows out on purpose
    full-text t f5
      the index does not have the words of the rows of t, so that searches miss rows or find others: `INSERT INTO "f5" ("f5") VALUES ('rebuild')` makes it anew, unless the application leaves rows out on purpose
    full-text lost lost
      it cannot be compared with its rows: no such table: main.gone; make what it needs, or drop it and make it anew
    full-text own own
      the index does not have the words of its own rows, so that searches miss rows or find others: `INSERT INTO "own" ("own") VALUES ('rebuild')` makes it anew if the table keeps its text, else fill it again
    "#);
    assert_eq!(db.bytes(), before, "the question is put to a copy");
}

#[test]
fn counters_that_are_missing_or_no_number_are_found() {
    let sql = ["a", "b", "c", "d", "e", "f"]
        .map(|t| {
            format!("CREATE TABLE {t} (id INTEGER PRIMARY KEY AUTOINCREMENT); INSERT INTO {t} VALUES (7);")
        })
        .concat();
    let change = "DELETE FROM sqlite_sequence WHERE name = 'b'; UPDATE sqlite_sequence SET seq = 'many' WHERE name = 'c';
        UPDATE sqlite_sequence SET seq = 3 WHERE name = 'd'; INSERT INTO sqlite_sequence VALUES ('e', 9);
        UPDATE sqlite_sequence SET seq = 9223372036854775807 WHERE name = 'f'";
    assert_snapshot!(found(&format!("{sql}{change}")), @"
    sequence b id
      the table has rows and no counter of AUTOINCREMENT, so that the numbers of deleted rows are given again; set `seq` in `sqlite_sequence` for this table to the greatest id there has ever been, in one row
    sequence c id
      the counter of AUTOINCREMENT is no integer, so that the numbers of deleted rows are given again; set `seq` in `sqlite_sequence` for this table to the greatest id there has ever been, in one row
    sequence d id
      the counter of AUTOINCREMENT is behind the rows, so that the numbers of deleted rows may be given again; set `seq` in `sqlite_sequence` for this table to the greatest id there has ever been, in one row
    sequence e id
      the table has several counters of AUTOINCREMENT, of which SQLite uses one; set `seq` in `sqlite_sequence` for this table to the greatest id there has ever been, in one row
    sequence f id
      the counter of AUTOINCREMENT is at its end, so that SQLite refuses the next row; set `seq` in `sqlite_sequence` for this table to the greatest id there has ever been, in one row
    ");
}

#[test]
fn values_that_are_not_what_their_column_says_are_found() {
    let sql = "CREATE TABLE t (id INTEGER PRIMARY KEY, n INTEGER, day DATE, at TIMESTAMP, u UUID, j JSON, s TEXT, code STRING, b BOOLEAN, d DECIMAL, r REAL);
        INSERT INTO t VALUES (1, 1, '2026-11-20', '2026-11-20 10:30:00', '123e4567-e89b-12d3-a456-426614174000', '{}', 'a', 'a', 1, 1.5, 1),
          (2, 'one', 'yesterday', 'noon', 'A', '{', CAST(x'ff' AS TEXT), '007', 'true', 'much', 'r'),
          (3, x'', 1763596800, 1.5, 'B', '{\"a\":1,\"a\":2}', 'a' || char(0), '1e5', 2, 12345678901234567890, -0.0),
          (4, 1.5, '2026-02-30', NULL, 5, x'00', x'61', 'b', NULL, NULL, NULL)";
    assert_snapshot!(found(sql), @"
    type t n (3): id 2; id 3; id 4
      1 value is a floating-point number, 1 is text and 1 is bytes, in a column of type integer; PostgreSQL would not hold such values
    type t day (1): id 3
      1 value is a number (seconds since 1970?); a date is text like '2026-11-20', and SQLite's date(…, 'unixepoch') makes one
    type t day (2): id 2; id 4
      the text is none of the column's type date: a date is `2026-11-20`
    type t at (1): id 3
      1 value is a number (seconds since 1970?); a timestamp is text like '2026-11-20 10:30:00', and SQLite's datetime(…, 'unixepoch') makes one
    type t at (1): id 2
      the text is none of the column's type timestamp: a timestamp is `2026-11-20 10:30:00`: a space, no zone, and no zeros at the end of a fraction
    type t u (1): id 4
      1 value is a number; SQLite takes the declared type UUID for a number's, so that a UUID without hyphens may become one, or infinity: declare the column TEXT and store such values again
    type t u (2): id 2; id 3
      the text is none of the column's type uuid: a UUID is lower case, with hyphens
    type t j (2): id 2; id 4
      1 value is not JSON and 1 is bytes, in a column of type json; PostgreSQL would not hold such values
    type t j (1): id 3
      the JSON has no one value that could be kept (the key `a` stands twice in one JSON object): repair it
    type t s (1): id 4
      1 value is bytes, in a column of type text; PostgreSQL would not hold such values
    text t s (1): id 2
      the text is not UTF-8, which most programs fail on or show as other characters: store it as UTF-8, or as bytes in a column declared BLOB
    text t s (1): id 3
      the text has U+0000, at which many programs and SQLite's own functions end it: take it out
    type t code (2): id 2; id 3
      2 values are numbers; SQLite takes the declared type STRING for a number's, so that a text like '007' became 7 and '1e5' 100000.0: declare the column TEXT and store such values again
    type t b (2): id 2; id 3
      1 value is a number and 1 is text; SQLite's TRUE and FALSE are 1 and 0, and nothing else is
    type t d (1): id 2
      1 value is text, in a column of type decimal; PostgreSQL would not hold such values
    type t d (1): id 3
      1 value has more than 15 digits; SQLite keeps such a decimal as a double, so that its last digits may be lost: declare the column DECIMAL TEXT and store such values again
    type t r (1): id 2
      1 value is text, in a column of type real; PostgreSQL would not hold such values
    ");
}

#[test]
fn rows_without_a_key_are_named_by_their_row_number_and_names_are_made_safe() {
    let sql = "CREATE TABLE p (id INTEGER PRIMARY KEY); CREATE TABLE \"a b\" (\"x y\" INTEGER REFERENCES p, secret TEXT, n INTEGER);
        INSERT INTO \"a b\" VALUES (1, 'a password', 'no'), (NULL, 'another', 1);
        CREATE TABLE h (rowid TEXT, _rowid_ TEXT, n INTEGER REFERENCES p); INSERT INTO h VALUES ('a', 'b', 4)";
    let found = found(sql);
    assert!(!found.contains("password"), "{found}");
    assert_snapshot!(found, @"
    foreign-key a b (x y) → p (id) (1): rowid 1
      these rows refer to rows that do not exist; SQLite enforces foreign keys only for connections that ask for it: insert the missing rows, or change, empty or delete the references
    type a b n (1): rowid 1
      1 value is text, in a column of type integer; PostgreSQL would not hold such values
    foreign-key h (n) → p (id) (1): oid 1
      these rows refer to rows that do not exist; SQLite enforces foreign keys only for connections that ask for it: insert the missing rows, or change, empty or delete the references
    ");
}

#[test]
fn rows_that_no_plain_name_leads_to_are_checked_all_the_same() {
    let look =
        |sql: &str, table: &str, tight: &str| findings(tightened(sql, table, tight).source().as_mut(), &[]);
    let made =
        "CREATE TABLE \"t\" (\"a\"\"\" INTEGER PRIMARY KEY, n INTEGER); INSERT INTO t VALUES (1, -1), (2, 1)";
    assert_snapshot!(look(made, "t", "CREATE TABLE \"t\" (\"a\"\"\" INTEGER PRIMARY KEY, n INTEGER CHECK (n > 0))"), @r#"
        check t n > 0 (1): a" 1
          the database would refuse these rows today: change them, or the constraint
        "#);
    let made = "CREATE TABLE t (secret TEXT, rowid INTEGER, _rowid_ INTEGER, OID TEXT); INSERT INTO t VALUES ('a password', 1, NULL, 'x'), (NULL, -1, 5, NULL), ('b', -1, 'no', x'00')";
    assert_snapshot!(look(made, "t", "CREATE TABLE t (secret TEXT, rowid INTEGER CHECK (rowid > 0), _rowid_ INTEGER, OID TEXT)"), @r"
        check t rowid > 0 (2): (rowid, _rowid_, OID) (-1, 5, NULL); (rowid, _rowid_, OID) (-1, 'no', x'00')
          the database would refuse these rows today: change them, or the constraint
        type t _rowid_ (1): (rowid, _rowid_, OID) (-1, 'no', x'00')
          1 value is text, in a column of type integer; PostgreSQL would not hold such values
        type t OID (1): (rowid, _rowid_, OID) (-1, 'no', x'00')
          1 value is bytes, in a column of type text; PostgreSQL would not hold such values
        ");
    let made = "CREATE TABLE t (k TEXT PRIMARY KEY, n INTEGER) WITHOUT ROWID; INSERT INTO t VALUES (CAST(x'61ff' AS TEXT), -1), ('b', 1)";
    assert_snapshot!(look(made, "t", "CREATE TABLE t (k TEXT PRIMARY KEY, n INTEGER CHECK (n > 0)) WITHOUT ROWID"), @r"
        check t n > 0 (1): k text that is not UTF-8 (x'61ff')
          the database would refuse these rows today: change them, or the constraint
        text t k (1): k text that is not UTF-8 (x'61ff')
          the text is not UTF-8, which most programs fail on or show as other characters: store it as UTF-8, or as bytes in a column declared BLOB
        ");
}

#[test]
fn only_the_first_rows_are_named() {
    let sql = "CREATE TABLE p (id INTEGER PRIMARY KEY); CREATE TABLE c (id INTEGER PRIMARY KEY, p INTEGER REFERENCES p);
        WITH RECURSIVE n(i) AS (VALUES (1) UNION ALL SELECT i + 1 FROM n WHERE i < 5000) INSERT INTO c SELECT i, i FROM n";
    assert_snapshot!(found(sql), @"
    foreign-key c (p) → p (id) (5000): id 1; id 2; id 3; id 4; id 5
      these rows refer to rows that do not exist; SQLite enforces foreign keys only for connections that ask for it: insert the missing rows, or change, empty or delete the references
    ");
}

#[test]
#[expect(clippy::disallowed_methods, reason = "a test damages its own file")]
fn damage_to_one_table_leaves_the_others_to_be_looked_at() {
    let db = db("CREATE TABLE a (id INTEGER PRIMARY KEY, x TEXT); CREATE TABLE b (id INTEGER PRIMARY KEY, n INTEGER);
        WITH RECURSIVE n(i) AS (VALUES (1) UNION ALL SELECT i + 1 FROM n WHERE i < 2000) INSERT INTO a SELECT i, hex(randomblob(20)) FROM n;
        INSERT INTO b VALUES (1, 'one')");
    let root: i64 = db
        .connect()
        .query_row("SELECT rootpage FROM sqlite_schema WHERE name = 'a'", [], |row| row.get(0))
        .unwrap();
    let mut bytes = db.bytes();
    let start = usize::try_from(root - 1).unwrap() * 4096;
    bytes[start..start + 4096].fill(0xff);
    std::fs::write(&db.path, bytes).unwrap();
    let found = findings(db.source().as_mut(), &[]);
    assert!(found.contains("damage"), "{found}");
    assert!(found.contains("type b n (1): id 1"), "{found}");
}

#[test]
fn a_table_that_is_not_there_is_an_error() {
    let error = db("CREATE TABLE t (id INTEGER PRIMARY KEY)")
        .source()
        .check(&["u".to_owned()], &mut |_, _| ())
        .unwrap_err();
    assert!(matches!(error, database::Error::UnknownTable { table } if table == "u"));
}

#[test]
fn references_are_compared_as_sqlites_own_check_does() {
    let values =
        ["1", "'1'", "'1.0'", "1.0", "'a'", "'A'", "'a '", "x'61'", "''", "NULL", "1.5", "'1.5'", "'01'"];
    let types =
        ["", "TEXT", "INTEGER", "REAL", "NUMERIC", "BLOB", "TEXT COLLATE NOCASE", "TEXT COLLATE RTRIM"];
    for parent in types {
        for child in types {
            let mut sql = format!(
                "CREATE TABLE p (k {parent} UNIQUE); CREATE TABLE c (id INTEGER PRIMARY KEY, k {child} REFERENCES p (k));
                 INSERT INTO p VALUES (1), ('a'), (1.5);"
            );
            for value in values {
                let _ = write!(sql, "INSERT INTO c (k) VALUES ({value});");
            }
            let db = db(&sql);
            let connection = db.connect();
            let mut statement =
                connection.prepare("SELECT rowid FROM pragma_foreign_key_check('c') ORDER BY rowid").unwrap();
            let own: Vec<i64> =
                statement.query_map([], |row| row.get(0)).unwrap().map(Result::unwrap).collect();
            let report = db.source().check(&["c".to_owned()], &mut |_, _| ()).unwrap();
            let found =
                report.findings.iter().find(|finding| finding.kind == database::FindingKind::ForeignKey);
            let rows = found.and_then(|finding| finding.rows).unwrap_or_default();
            assert_eq!(rows, own.len() as u64, "{child} refers to {parent}: {own:?}");
        }
    }
}
