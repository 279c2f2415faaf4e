//! What the conditions of a selection mean.

use insta::assert_snapshot;
use model::{ConditionOp, LogicalType, Scalar};

use super::engine::{Db, db};
use super::suite::support::{condition, only, table, text};

/// The keys of the rows of `t` that meet a condition.
#[track_caller]
fn ids(db: &Db, path: &str, op: ConditionOp, values: &[Scalar]) -> String {
    keys(&db.rows(|definition| only(definition, "t", path, op, values)))
}

fn keys(rows: &str) -> String {
    let ids: Vec<&str> = rows.lines().skip(1).filter_map(|line| line.trim().split(' ').next()).collect();
    ids.join(" ")
}

#[test]
fn plain_columns_are_compared_byte_by_byte() {
    let db = db("CREATE COLLATION nocase (provider = icu, locale = 'und-u-ks-level2', deterministic = false);
        CREATE TABLE t (id INTEGER PRIMARY KEY, x TEXT COLLATE nocase, n INTEGER, d FLOAT8, b BOOLEAN, c CHAR(3), f REAL);
        INSERT INTO t VALUES (1, 'a', 1, 0.5, TRUE, 'a', 0.1), (2, 'A', 2, 1.5, FALSE, 'ab', 0.2), (3, NULL, 3, NULL, NULL, NULL, NULL),
          (4, 'é', 4, 4, TRUE, 'abc', 4)");
    assert_eq!(ids(&db, "x", ConditionOp::In, &[text("a")]), "1");
    assert_eq!(ids(&db, "x", ConditionOp::In, &[text("a"), text("é")]), "1 4");
    assert_eq!(ids(&db, "x", ConditionOp::Null, &[]), "3");
    assert_eq!(ids(&db, "x", ConditionOp::Like, &[text("_")]), "1 2 4");
    assert_eq!(ids(&db, "x", ConditionOp::Like, &[text("A%")]), "2");
    assert_eq!(ids(&db, "x", ConditionOp::From, &[text("a")]), "1 4");
    assert_eq!(ids(&db, "x", ConditionOp::To, &[text("a\0b")]), "1 2");
    assert_eq!(ids(&db, "x", ConditionOp::From, &[text("a\0")]), "4");
    assert_eq!(ids(&db, "x", ConditionOp::In, &[text("a\0")]), "");
    assert_eq!(ids(&db, "n", ConditionOp::In, &[Scalar::Integer(2), Scalar::Integer(9)]), "2");
    assert_eq!(
        ids(&db, "n", ConditionOp::In, &[text("2"), text("two"), Scalar::Real(3.0), Scalar::Real(4.5)]),
        "2 3"
    );
    assert_eq!(ids(&db, "n", ConditionOp::Like, &[text("%")]), "");
    assert_eq!(ids(&db, "d", ConditionOp::In, &[Scalar::Integer(4)]), "4");
    assert_eq!(ids(&db, "f", ConditionOp::In, &[Scalar::Real(0.1), Scalar::Integer(4)]), "1 4");
    assert_eq!(ids(&db, "b", ConditionOp::In, &[Scalar::Boolean(true)]), "1 4");
    assert_eq!(ids(&db, "b", ConditionOp::In, &[Scalar::Boolean(false)]), "2");
    assert_eq!(ids(&db, "c", ConditionOp::In, &[text("a"), text("ab ")]), "2");
    assert_eq!(ids(&db, "c", ConditionOp::Like, &[text("a_ ")]), "1 2", "with its blanks");
}

#[test]
fn patterns_have_no_escape() {
    let db = db(
        r"CREATE TABLE t (id INTEGER PRIMARY KEY, x TEXT); INSERT INTO t VALUES (1, 'a\b'), (2, 'a%'), (3, 'ab')",
    );
    assert_eq!(ids(&db, "x", ConditionOp::Like, &[text(r"a\%")]), "1");
    assert_eq!(ids(&db, "x", ConditionOp::Like, &[text(r"%\")]), "");
    assert_eq!(ids(&db, "x", ConditionOp::Like, &[text("a_")]), "2 3");
}

#[test]
fn ranges_begin_with_from_and_end_before_to() {
    let db = db("CREATE TABLE t (id INTEGER PRIMARY KEY, day DATE, n INTEGER, at TIMESTAMPTZ, d NUMERIC, f FLOAT8, t TIME, u UUID);
        INSERT INTO t VALUES
          (1, '2026-01-01', 10, '2026-01-01T00:30:00+01:00', 1.5, 1.5, '10:00', '0a3e4567-e89b-12d3-a456-426614174000'),
          (2, '2026-02-01', 20, '2026-01-01 00:00:00Z', 10, 'NaN', '24:00', 'fa3e4567-e89b-12d3-a456-426614174000'),
          (3, 'infinity', 30, 'infinity', 'NaN', 'Infinity', NULL, NULL), (4, NULL, NULL, NULL, NULL, NULL, NULL, NULL)");
    assert_eq!(ids(&db, "day", ConditionOp::From, &[text("2026-02-01")]), "2");
    assert_eq!(ids(&db, "day", ConditionOp::To, &[text("2026-02-01")]), "1");
    assert_eq!(ids(&db, "day", ConditionOp::From, &[text("a text")]), "3");
    assert_eq!(
        ids(&db, "day", ConditionOp::In, &[text("infinity"), text("2026-01-01"), text("2026-13-01")]),
        "1 3"
    );
    assert_eq!(ids(&db, "n", ConditionOp::From, &[Scalar::Integer(20)]), "2 3");
    assert_eq!(ids(&db, "n", ConditionOp::To, &[Scalar::Real(20.0)]), "1");
    assert_eq!(ids(&db, "n", ConditionOp::To, &[Scalar::Real(20.5)]), "1 2");
    assert_eq!(ids(&db, "n", ConditionOp::From, &[Scalar::Real(-1e300)]), "1 2 3");
    assert_eq!(ids(&db, "n", ConditionOp::To, &[Scalar::Real(1e300)]), "1 2 3");
    assert_eq!(ids(&db, "n", ConditionOp::From, &[text("1")]), "");
    assert_eq!(ids(&db, "at", ConditionOp::From, &[text("2026-01-01 01:00:00+01:00")]), "2");
    assert_eq!(ids(&db, "at", ConditionOp::In, &[text("2025-12-31T23:30:00Z"), text("infinity")]), "1 3");
    assert_eq!(ids(&db, "d", ConditionOp::From, &[Scalar::Integer(2)]), "2");
    assert_eq!(ids(&db, "d", ConditionOp::To, &[Scalar::Integer(2)]), "1");
    assert_eq!(ids(&db, "d", ConditionOp::In, &[text("1.5"), text("10.0"), text("NaN")]), "1 3");
    assert_eq!(ids(&db, "f", ConditionOp::From, &[Scalar::Integer(1)]), "1 3");
    assert_eq!(ids(&db, "t", ConditionOp::From, &[text("09:00:00")]), "1");
    assert_eq!(ids(&db, "t", ConditionOp::In, &[text("24:00:00"), text("10:00:00")]), "1 2");
    assert_eq!(ids(&db, "u", ConditionOp::From, &[text("aaaaaaaa-0000-0000-0000-000000000000")]), "2");
    assert_eq!(
        ids(&db, "u", ConditionOp::In, &[text("0A3E4567-E89B-12D3-A456-426614174000")]),
        "",
        "byte by byte"
    );
    assert_eq!(ids(&db, "u", ConditionOp::Like, &[text("0a%")]), "1");
}

#[test]
fn enums_domains_and_arrays_are_what_they_print() {
    let db = db("CREATE TYPE mood AS ENUM ('sad', 'ok'); CREATE DOMAIN email AS text; CREATE DOMAIN year AS integer;
        CREATE TABLE t (id INTEGER PRIMARY KEY, mood mood, email email, year year, tags TEXT[], ip INET, raw BYTEA);
        INSERT INTO t VALUES (1, 'sad', 'a@x', 2026, '{a,b}', '10.0.0.1', '\\x61'), (2, 'ok', 'A@x', 2025, '{}', '10.0.0.0/8', NULL)");
    assert_eq!(ids(&db, "mood", ConditionOp::In, &[text("sad"), text("no such")]), "1");
    assert_eq!(ids(&db, "mood", ConditionOp::From, &[text("p")]), "1", "by bytes, not as declared");
    assert_eq!(ids(&db, "email", ConditionOp::In, &[text("a@x")]), "1");
    assert_eq!(ids(&db, "email", ConditionOp::Like, &[text("A%")]), "2");
    assert_eq!(ids(&db, "year", ConditionOp::From, &[Scalar::Integer(2026)]), "1");
    assert_eq!(ids(&db, "tags", ConditionOp::In, &[text("{a,b}")]), "1");
    assert_eq!(ids(&db, "ip", ConditionOp::In, &[text("10.0.0.1")]), "1");
    assert_eq!(ids(&db, "raw", ConditionOp::In, &[text("a"), text("\\x61")]), "");
    assert_eq!(ids(&db, "raw", ConditionOp::Null, &[]), "2");
    assert_eq!(ids(&db, "year.a", ConditionOp::Null, &[]), "1 2");
    assert_eq!(ids(&db, "year.a", ConditionOp::In, &[text("x")]), "");
}

const DOCUMENTS: &str = r#"(1, '{"demo":true,"s":"writer","n":5}'), (2, '{"demo":1,"s":"Writer","n":7.5}'), (4, NULL),
    (5, '{"demo":false,"s":null}'), (6, '{"demo":"true","n":"7"}'), (8, '{"s":{"writer":[1,1.50]},"n":[5]}'), (9, '["demo"]')"#;

#[test]
fn json_paths_are_the_same_in_jsonb_json_and_text() {
    for ty in ["JSONB", "JSON", "TEXT"] {
        let db =
            db(&format!("CREATE TABLE t (id INTEGER PRIMARY KEY, m {ty}); INSERT INTO t VALUES {DOCUMENTS}"));
        let ids = |path, op, values: &[Scalar]| ids(&db, path, op, values);
        assert_eq!(ids("m.demo", ConditionOp::In, &[Scalar::Boolean(true)]), "1 2 6", "{ty}");
        assert_eq!(ids("m.demo", ConditionOp::In, &[Scalar::Boolean(false)]), "5", "{ty}");
        assert_eq!(ids("m.s", ConditionOp::In, &[text("writer")]), "1", "{ty}");
        assert_eq!(ids("m.s", ConditionOp::In, &[text(r#"{"writer":[1,1.50]}"#)]), "8", "{ty}");
        assert_eq!(
            ids("m.s", ConditionOp::In, &[text(r#"{"writer": [1, 1.50]}"#), text(r#"{"writer":[1,1.5]}"#)]),
            "",
            "{ty}"
        );
        assert_eq!(ids("m.s.writer", ConditionOp::In, &[text("[1,1.50]")]), "8", "{ty}");
        assert_eq!(ids("m.s.writer.0", ConditionOp::In, &[text("1")]), "", "{ty}: no item of an array");
        assert_eq!(ids("m.s", ConditionOp::Like, &[text("_riter")]), "1 2", "{ty}");
        assert_eq!(ids("m.s", ConditionOp::Like, &[text("%rit%")]), "1 2 8", "{ty}: nested too");
        assert_eq!(ids("m.s", ConditionOp::Like, &[text("%")]), "1 2 8", "{ty}");
        assert_eq!(
            ids("m.s", ConditionOp::Like, &[text(r#"{"writer":%"#)]),
            "8",
            "{ty}: as it is written canonically"
        );
        assert_eq!(ids("m.s", ConditionOp::Like, &[text("%w%r%")]), "1 8", "{ty}");
        assert_eq!(ids("m.s", ConditionOp::From, &[text("a")]), "1 8", "{ty}");
        assert_eq!(ids("m.s", ConditionOp::To, &[text("a")]), "2", "{ty}");
        assert_eq!(ids("m.s", ConditionOp::To, &[text("{")]), "1 2", "{ty}");
        assert_eq!(ids("m.s", ConditionOp::Null, &[]), "4 5 6 9", "{ty}");
        assert_eq!(ids("m.n", ConditionOp::From, &[Scalar::Integer(6)]), "2", "{ty}");
        assert_eq!(ids("m.n", ConditionOp::To, &[Scalar::Real(7.5)]), "1", "{ty}");
        assert_eq!(ids("m.n", ConditionOp::In, &[Scalar::Real(5.0), Scalar::Real(7.5)]), "1 2", "{ty}");
        assert_eq!(ids("m.n", ConditionOp::From, &[text("6")]), "2 6 8", "{ty}: as text");
    }
}

#[test]
fn json_paths_survive_rows_that_are_no_json() {
    let db = db(&format!(
        "CREATE TABLE t (id INTEGER PRIMARY KEY, m TEXT, n INTEGER);
        INSERT INTO t VALUES {DOCUMENTS}, (3, '{{not json'), (7, '\"')"
    ));
    assert_eq!(ids(&db, "m.demo", ConditionOp::In, &[Scalar::Boolean(true)]), "1 2 6");
    assert_eq!(ids(&db, "m.s", ConditionOp::Null, &[]), "3 4 5 6 7 9");
    // Of a term, the server does what it can.
    let rows = db.rows(|definition| {
        let small = condition("id", ConditionOp::To, &[Scalar::Integer(6)]);
        table(definition, "t").select =
            vec![vec![condition("m.demo", ConditionOp::In, &[Scalar::Boolean(true)]), small]];
        only(definition, "t", "id", ConditionOp::In, &[Scalar::Integer(9)]);
    });
    assert_eq!(keys(&rows), "1 2 9");
}

#[test]
fn json_that_cannot_be_held_is_no_row_left_out() {
    let db = db(r#"CREATE TABLE t (id INTEGER PRIMARY KEY, m JSON, x TEXT);
        INSERT INTO t VALUES (1, '{"k":"x","a":1,"a":2}', '{"k":"\ud800"}'), (2, '{"a":1,"a":2}', '["k",1e500]')"#);
    let error =
        |path: &str, op, values: &[Scalar]| db.error(|definition| only(definition, "t", path, op, values));
    let said = error("m.k", ConditionOp::In, &[text("x")]);
    assert_snapshot!(said, @"
    t.m: a value of JSON that cannot be compared: the key `a` stands twice in one JSON object
    help: repair the value: the selection looks at every row of the table, so it must be able to read each of them
    ");
    assert_eq!(error("m.k", ConditionOp::Like, &[text("x%")]), said);
    assert_eq!(error("m.k", ConditionOp::Null, &[]), said);
    assert_eq!(error("m.k", ConditionOp::From, &[Scalar::Integer(1)]), said);
    assert_snapshot!(error("x.k", ConditionOp::To, &[text("x")]), @"
    t.x: a value of JSON that cannot be compared: a JSON string with half a surrogate pair (at byte 8)
    help: repair the value: the selection looks at every row of the table, so it must be able to read each of them
    ");
    // What has nothing at the path is another's.
    let second = condition("id", ConditionOp::In, &[Scalar::Integer(2)]);
    let rows = db.try_rows(|definition| {
        let nothing = condition("m.k", ConditionOp::Null, &[]);
        let spec = table(definition, "t");
        spec.select = vec![vec![second, nothing, condition("x.k", ConditionOp::Null, &[])]];
        spec.columns[1].ty = LogicalType::JsonVerbatim;
    });
    assert_eq!(keys(&rows.unwrap()), "2");
}

#[test]
fn texts_that_are_read_as_another_type_are_compared_as_such() {
    let db = db("CREATE TABLE t (id INTEGER PRIMARY KEY, at TEXT, day TEXT);
        INSERT INTO t VALUES (1, '2026-01-01T10:00:00+01:00', '2026-01-01'), (2, '2026-01-01 10:00:00Z', 'soon'), (3, 'never', NULL)");
    let as_type = |column: usize, ty, op, value: &str| {
        let path = ["id", "at", "day"][column];
        keys(&db.rows(|definition| {
            only(definition, "t", path, op, &[text(value)]);
            table(definition, "t").columns[column].ty = ty;
        }))
    };
    assert_eq!(as_type(1, LogicalType::Timestamptz, ConditionOp::In, "2026-01-01 09:00:00+00:00"), "1");
    assert_eq!(as_type(1, LogicalType::Timestamptz, ConditionOp::From, "2026-01-01 09:30:00Z"), "2");
    assert_eq!(as_type(1, LogicalType::Timestamptz, ConditionOp::From, "a"), "3");
    assert_eq!(as_type(2, LogicalType::Date, ConditionOp::From, "2025-01-01"), "1");
    assert_eq!(as_type(2, LogicalType::Date, ConditionOp::To, "tomorrow"), "2");
    assert_eq!(as_type(2, LogicalType::Text, ConditionOp::From, "2025-01-01"), "1 2");
}

#[test]
fn values_and_names_are_quoted() {
    let db = db(r#"CREATE TABLE t (id INTEGER PRIMARY KEY, "x"" OR 1=1 --" TEXT, m JSONB);
        INSERT INTO t VALUES (1, ''' OR 1=1 --', '{"a'' OR 1=1 --":1}'), (2, 'b\', '{}')"#);
    assert_eq!(ids(&db, "x\" OR 1=1 --", ConditionOp::In, &[text("' OR 1=1 --")]), "1");
    assert_eq!(ids(&db, "x\" OR 1=1 --", ConditionOp::In, &[text("b\\")]), "2");
    assert_eq!(ids(&db, "m.a' OR 1=1 --", ConditionOp::In, &[Scalar::Integer(1)]), "1");
    assert_eq!(ids(&db, "m.a\0", ConditionOp::Null, &[]), "1 2");
}
