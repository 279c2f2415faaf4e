//! Which rows a definition means.

use insta::assert_snapshot;
use model::{ConditionOp, Scalar};

use crate::engine::{Db, db};
use crate::suite::support::{all, child, only, table, text};

#[track_caller]
fn ids(db: &Db, path: &str, op: ConditionOp, values: &[Scalar]) -> String {
    let rows = db.rows(|definition| only(definition, "t", path, op, values));
    let ids: Vec<&str> = rows.lines().skip(1).filter_map(|line| line.trim().split(' ').next()).collect();
    ids.join(" ")
}

#[test]
fn plain_columns_are_compared_byte_by_byte() {
    let db = db("CREATE TABLE t (id INTEGER PRIMARY KEY, x TEXT COLLATE NOCASE, n INTEGER, d REAL, b BOOLEAN);
        INSERT INTO t VALUES (1, 'a', 1, 0.5, TRUE), (2, 'A', 2, 1.5, FALSE), (3, NULL, 3, NULL, 2), (4, 'é', 4, 4, 1)");
    assert_eq!(ids(&db, "x", ConditionOp::In, &[text("a")]), "1");
    assert_eq!(ids(&db, "x", ConditionOp::In, &[text("a"), text("é")]), "1 4");
    assert_eq!(ids(&db, "x", ConditionOp::Null, &[]), "3");
    assert_eq!(ids(&db, "x", ConditionOp::Like, &[text("_")]), "1 2 4");
    assert_eq!(ids(&db, "x", ConditionOp::Like, &[text("A%")]), "2");
    assert_eq!(ids(&db, "n", ConditionOp::In, &[Scalar::Integer(2), Scalar::Integer(9)]), "2");
    assert_eq!(ids(&db, "d", ConditionOp::In, &[Scalar::Integer(4)]), "4");
    assert_eq!(ids(&db, "b", ConditionOp::In, &[Scalar::Boolean(true)]), "1 4");
    assert_eq!(ids(&db, "b", ConditionOp::In, &[Scalar::Boolean(false)]), "2");
}

#[test]
fn ranges_begin_with_from_and_end_before_to() {
    let db = db("CREATE TABLE t (id INTEGER PRIMARY KEY, day DATE, n INTEGER, at TIMESTAMPTZ);
        INSERT INTO t VALUES (1, '2026-01-01', 10, '2026-01-01T00:30:00+01:00'), (2, '2026-02-01', 20, '2026-01-01 00:00:00Z'),
          (3, '2026-03-01', 30, NULL), (4, NULL, NULL, 'soon'), (5, 5, 'text', NULL)");
    assert_eq!(ids(&db, "day", ConditionOp::From, &[text("2026-02-01")]), "2 3");
    assert_eq!(ids(&db, "day", ConditionOp::To, &[text("2026-02-01")]), "1");
    assert_eq!(ids(&db, "n", ConditionOp::From, &[Scalar::Integer(20)]), "2 3");
    assert_eq!(ids(&db, "n", ConditionOp::To, &[Scalar::Real(20.0)]), "1");
    assert_eq!(ids(&db, "at", ConditionOp::From, &[text("2026-01-01 01:00:00+01:00")]), "2");
    assert_eq!(ids(&db, "at", ConditionOp::In, &[text("2025-12-31T23:30:00Z")]), "1");
}

#[test]
fn text_ranges_are_the_same_in_a_utf_16_database() {
    let rows = "CREATE TABLE t (id INTEGER PRIMARY KEY, x TEXT); INSERT INTO t VALUES (1, 'Ā'), (2, 'z'), (3, '\u{ffff}'), (4, '😀')";
    for encoding in ["UTF-8", "UTF-16le", "UTF-16be"] {
        let db = db(&format!("PRAGMA encoding = '{encoding}'; {rows}"));
        assert_eq!(ids(&db, "x", ConditionOp::From, &[text("Ā")]), "1 3 4", "{encoding}");
        assert_eq!(ids(&db, "x", ConditionOp::From, &[text("😀")]), "4", "{encoding}");
        assert_eq!(ids(&db, "x", ConditionOp::In, &[text("😀")]), "4", "{encoding}");
    }
}

#[test]
fn json_paths_survive_rows_that_are_no_json() {
    let db = db(r#"CREATE TABLE t (id INTEGER PRIMARY KEY, m TEXT);
        INSERT INTO t VALUES (1, '{"demo":true,"s":"writer","n":5}'), (2, '{"demo":1,"s":"Writer","n":7.5}'),
          (3, '{not json'), (4, NULL), (5, '{"demo":false,"s":null}'), (6, '{"demo":"true","n":"7"}'), (7, x'00')"#);
    assert_eq!(ids(&db, "m.demo", ConditionOp::In, &[Scalar::Boolean(true)]), "1 2 6");
    assert_eq!(ids(&db, "m.demo", ConditionOp::In, &[Scalar::Boolean(false)]), "5");
    assert_eq!(ids(&db, "m.s", ConditionOp::In, &[text("writer")]), "1");
    assert_eq!(ids(&db, "m.s", ConditionOp::Like, &[text("_riter")]), "1 2");
    assert_eq!(ids(&db, "m.s", ConditionOp::From, &[text("a")]), "1");
    assert_eq!(ids(&db, "m.s", ConditionOp::Null, &[]), "3 4 5 6 7");
    assert_eq!(ids(&db, "m.n", ConditionOp::From, &[Scalar::Integer(6)]), "2");
    assert_eq!(ids(&db, "m.n", ConditionOp::In, &[Scalar::Real(5.0), Scalar::Real(7.5)]), "1 2");
}

#[track_caller]
fn uncomparable(json: &str) -> String {
    let db = db("CREATE TABLE t (id INTEGER PRIMARY KEY, m TEXT)");
    db.connect().execute("INSERT INTO t VALUES (1, ?1)", [json]).unwrap();
    let error = |op, values: &[Scalar]| db.error(|definition| only(definition, "t", "m.k", op, values));
    let said = error(ConditionOp::In, &[text("x")]);
    assert_eq!(error(ConditionOp::Like, &[text("x%")]), said);
    assert_eq!(error(ConditionOp::Null, &[]), said);
    assert_eq!(error(ConditionOp::From, &[Scalar::Integer(1)]), said);
    assert_eq!(error(ConditionOp::To, &[text("x")]), said);
    said
}

#[test]
fn json_that_cannot_be_held_is_no_row_left_out() {
    assert_snapshot!(uncomparable(r#"{"k":"x","a":1,"a":2}"#), @"
    t.m: a value of JSON that cannot be compared: the key `a` stands twice in one JSON object
    help: repair the value: the selection looks at every row of the table, so it must be able to read each of them
    ");
    let first_line = |json: &str| uncomparable(json).lines().next().unwrap_or_default().to_owned();
    assert_snapshot!(first_line(r#"{"k":"x","a":1e500}"#), @"t.m: a value of JSON that cannot be compared: a JSON number with an exponent beyond 400");
    assert_snapshot!(first_line(r#"{"k":"\ud800"}"#), @"t.m: a value of JSON that cannot be compared: a JSON string with half a surrogate pair (at byte 8)");
    let deep = format!("{}{}{}", r#"{"k":"#, "[".repeat(300), "]".repeat(300)) + "}";
    assert_snapshot!(first_line(&deep), @"t.m: a value of JSON that cannot be compared: JSON nested deeper than 256 levels");
    let large = format!(r#"{{"k":"x","a":"{}"}}"#, "-".repeat(34_000_000));
    assert_snapshot!(first_line(&large), @"t.m: a value of JSON that cannot be compared: JSON of more than 32 MiB, or taking more than 192 MiB of memory");
    let key = "\u{200b}".repeat(1000);
    assert!(first_line(&format!(r#"{{"k":"x","{key}":1,"{key}":1}}"#)).len() < 2000);
}

#[test]
fn json_that_cannot_be_held_and_has_nothing_at_the_path_is_anothers() {
    let db = db(r#"CREATE TABLE t (id INTEGER PRIMARY KEY, m TEXT);
        INSERT INTO t VALUES (1, '{"k":"x"}'), (2, '{"a":1,"a":2}'), (3, '["k",1e500]'), (4, '{"k":"x","k":"y"')"#);
    assert_eq!(ids(&db, "m.k", ConditionOp::In, &[text("x")]), "1");
}

#[test]
fn values_are_bound_and_names_quoted() {
    let db = db(
        "CREATE TABLE t (id INTEGER PRIMARY KEY, \"x\"\" OR 1=1 --\" TEXT); INSERT INTO t VALUES (1, ''' OR 1=1 --'), (2, 'b')",
    );
    assert_eq!(ids(&db, "x\" OR 1=1 --", ConditionOp::In, &[text("' OR 1=1 --")]), "1");
}

#[test]
fn references_compare_with_the_parents_collation_and_affinity() {
    let rows = db("CREATE TABLE p (code TEXT PRIMARY KEY COLLATE NOCASE, n TEXT UNIQUE);
        CREATE TABLE c (id INTEGER PRIMARY KEY, code TEXT REFERENCES p, n INTEGER REFERENCES p (n));
        INSERT INTO p VALUES ('Ab', '7'), ('cd', '8'); INSERT INTO c VALUES (1, 'aB', 8), (2, 'x', NULL)");
    let kept = rows.rows(|definition| {
        only(definition, "c", "id", ConditionOp::In, &[Scalar::Integer(1)]);
    });
    assert_snapshot!(kept, @"
    c (1)
      1 | 'aB' | 8
    p (2 shared)
      'Ab' | '7'
      'cd' | '8'
    ");
    let kept = rows.rows(|definition| {
        only(definition, "p", "n", ConditionOp::In, &[text("8")]);
        table(definition, "c").references[1].child = true;
    });
    assert_snapshot!(kept, @"
    c (1)
      1 | 'aB' | 8
    p (1 shared)
      'Ab' | '7'
    p (1)
      'cd' | '8'
    ");
}

#[test]
fn columns_may_hide_the_row_number() {
    for columns in ["rowid TEXT", "rowid TEXT, _rowid_ TEXT", "ROWID TEXT, oid TEXT"] {
        let db = db(&format!("CREATE TABLE t ({columns}); INSERT INTO t (rowid) VALUES ('b'), ('a')"));
        assert!(db.rows(|definition| all(definition, "t")).starts_with("t (2)\n  'a'"), "{columns}");
    }
}

#[test]
fn a_deep_chain_is_followed_in_moments() {
    let db = db("CREATE TABLE t (id INTEGER PRIMARY KEY, parent REFERENCES t);
        WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 5000)
        INSERT INTO t SELECT i, nullif(i - 1, 0) FROM n; CREATE INDEX i ON t (parent)");
    let down = db.rows(|definition| {
        only(definition, "t", "id", ConditionOp::In, &[Scalar::Integer(1)]);
        child(definition, "t");
    });
    assert!(down.starts_with("t (5000)\n"));
    let up = db.rows(|definition| only(definition, "t", "id", ConditionOp::In, &[Scalar::Integer(5000)]));
    assert!(up.starts_with("t (4999 shared)\n"));
}
