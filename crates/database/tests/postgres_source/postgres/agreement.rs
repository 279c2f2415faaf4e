//! The same definition means the same rows on both engines.

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::fmt::Write as _;

use database::{DatabaseUrl, Source, SourceOptions, open_source};
use model::{Condition, ConditionOp, Definition, Ownership, Scalar, Value};
use proptest::prelude::*;
use proptest::test_runner::{Config, TestRunner};

use super::engine::db;
use super::suite::support::{condition, definition, relation, rows, text};

/// The columns with their declarations in both engines.
const COLUMNS: &[(&str, &str, &str)] = &[
    ("n", "INTEGER", "INTEGER"),
    ("r", "REAL", "FLOAT8"),
    ("b", "BOOLEAN", "BOOLEAN"),
    ("x", "TEXT", "TEXT"),
    ("day", "DATE", "DATE"),
    ("at", "TIMESTAMPTZ", "TIMESTAMPTZ"),
    ("clock", "TIME", "TIME"),
    ("ts", "TIMESTAMP", "TIMESTAMP"),
    ("m", "TEXT CHECK (json_valid(m))", "JSONB"),
    ("raw", "TEXT", "TEXT"),
];

/// Rows, the values of each in SQL that both engines read.
const ROWS: &[&str] = &[
    "1, 1.5, TRUE, 'a', '2026-01-01', '2026-01-01 10:00:00+00:00', '10:00:00', '2026-01-01 10:00:00', '{\"k\":true,\"s\":\"a\"}', '{\"k\":1}'",
    "2, -1.5, FALSE, 'A', '2026-01-02', '2026-01-01 09:00:00.5+00:00', '10:00:00.5', '2025-12-31 23:59:59', '{\"k\":false,\"s\":\"\"}', '{k'",
    "10, 10, TRUE, '', '0001-01-01', '9999-12-31 23:59:59+00:00', '00:00:00', '0001-01-01 00:00:00', '{\"k\":1,\"s\":null}', ''",
    "9, 9, NULL, '10', '9999-12-31', NULL, NULL, NULL, '{\"k\":\"true\",\"s\":1.50}', '[1]'",
    "0, 0, FALSE, '2026-01-01', NULL, '2026-01-01 10:00:00.25+00:00', '23:59:59', '2026-01-01 10:00:00.25', '{\"k\":{\"k\":1},\"s\":[1,2]}', '{\"k\":\"a\"}'",
    "-5, 1e300, TRUE, 'é%_', '2026-02-28', NULL, '09:59:59.999999', NULL, '[1,{\"k\":1}]', 'null'",
    "9223372036854775807, 0.1, FALSE, 'ab', NULL, NULL, NULL, '2026-01-01 00:00:00', '\"a\"', '{\"k\":null}'",
    "NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL",
];

fn any_scalar() -> impl Strategy<Value = Scalar> {
    let texts = [
        "",
        "a",
        "A",
        "é%_",
        "10",
        "1",
        "true",
        "2026-01-01",
        "2026-01-01 10:00:00",
        "2026-01-01T11:00:00+01:00",
        "2026-01-01 10:00:00+00:00",
        "10:00:00",
        "10:00:00.5",
        "nothing",
        "{\"k\":1}",
        "[1,2]",
        "1.50",
        "z",
        "9999-12-31",
    ];
    prop_oneof![
        any::<bool>().prop_map(Scalar::Boolean),
        prop::sample::select(vec![-5, 0, 1, 2, 9, 10, i64::MAX]).prop_map(Scalar::Integer),
        prop::sample::select(vec![-1.5, 0.0, 0.1, 1.0, 1.5, 9.5, 1e300]).prop_map(Scalar::Real),
        prop::sample::select(texts.to_vec()).prop_map(text),
    ]
}

fn any_condition() -> impl Strategy<Value = Condition> {
    let paths = [
        "id", "n", "r", "b", "x", "day", "at", "clock", "ts", "m", "m.k", "m.s", "m.k.k", "raw", "raw.k",
        "n.k",
    ];
    let path = prop::sample::select(paths.to_vec());
    let like = prop::sample::select(vec!["a", "a%", "A_", "%", "_", "%b", "é\\%", "2026%", ""]);
    prop_oneof![
        (path.clone(), prop::collection::vec(any_scalar(), 1..4)).prop_map(|(p, v)| condition(
            p,
            ConditionOp::In,
            &v
        )),
        (path.clone(), any_scalar()).prop_map(|(p, v)| condition(p, ConditionOp::From, &[v])),
        (path.clone(), any_scalar()).prop_map(|(p, v)| condition(p, ConditionOp::To, &[v])),
        path.clone().prop_map(|p| condition(p, ConditionOp::Null, &[])),
        (path, like).prop_map(|(p, v)| condition(p, ConditionOp::Like, &[text(v)])),
    ]
}

fn picked(source: &mut dyn Source, definition: &Definition) -> Vec<Value> {
    let mut ids = Vec::new();
    let each = &mut |row: &[Value]| {
        ids.push(row[0].clone());
        Ok(())
    };
    source.read(definition, 0, Ownership::Owned, each).unwrap();
    ids
}

#[test]
fn both_engines_pick_the_same_rows() {
    let create = |declared: fn(&(&str, &str, &str)) -> String| {
        let columns: Vec<String> = COLUMNS.iter().map(declared).collect();
        let rows: Vec<String> = ROWS.iter().enumerate().map(|(id, row)| format!("({id}, {row})")).collect();
        format!(
            "CREATE TABLE t (id BIGINT PRIMARY KEY, {}); INSERT INTO t VALUES {}",
            columns.join(", ").replace("n INTEGER", "n BIGINT"),
            rows.join(", ")
        )
    };
    let postgres = db(&create(|(name, _, ty)| format!("{name} {ty}")));
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("t.db");
    let sqlite = rusqlite::Connection::open(&path).unwrap();
    sqlite.execute_batch(&create(|(name, ty, _)| format!("{name} {ty}"))).unwrap();
    let postgres = RefCell::new(postgres.source());
    let sqlite = open_source(&DatabaseUrl::sqlite(&path), &SourceOptions::default()).unwrap();
    let sqlite = RefCell::new(sqlite);
    let base = definition(&postgres.borrow_mut().catalog().unwrap());
    let types = |definition: &Definition| -> BTreeMap<String, String> {
        definition.tables[0]
            .columns
            .iter()
            .map(|column| (column.name.clone(), column.ty.to_string()))
            .collect()
    };
    assert_eq!(types(&base), types(&definition(&sqlite.borrow_mut().catalog().unwrap())));

    let terms = prop::collection::vec(prop::collection::vec(any_condition(), 1..3), 1..3);
    let mut runner = TestRunner::new(Config { cases: 200, failure_persistence: None, ..Config::default() });
    let run = runner.run(&terms, |select| {
        let mut definition = base.clone();
        definition.tables[0].select = select;
        prop_assert_eq!(
            picked(postgres.borrow_mut().as_mut(), &definition),
            picked(sqlite.borrow_mut().as_mut(), &definition),
            "{:?}",
            definition.tables[0].select
        );
        Ok(())
    });
    run.unwrap_or_else(|error| panic!("{error}"));
}

const GRAPH: &str = "CREATE TABLE a (id INTEGER PRIMARY KEY, up INTEGER REFERENCES a, c INTEGER);
    CREATE TABLE b (id INTEGER PRIMARY KEY, a INTEGER REFERENCES a, other INTEGER REFERENCES a);
    CREATE TABLE c (id INTEGER PRIMARY KEY, b INTEGER REFERENCES b, a INTEGER REFERENCES a);";

/// What is chosen of one table: the rows by key, none, or all; which references are followed to children.
type Choice = (Option<Vec<i64>>, [bool; 2]);

fn any_choice() -> impl Strategy<Value = Choice> {
    let keys = prop::option::weighted(0.8, prop::collection::vec(0..8i64, 0..3));
    (keys, any::<[bool; 2]>())
}

/// Rows of the three tables, by what they refer to: 0 is nothing.
type Graph = [Vec<(i64, i64)>; 3];

fn statements(graph: &Graph) -> String {
    let mut sql = "UPDATE a SET up = NULL; DELETE FROM c; DELETE FROM b; DELETE FROM a;".to_owned();
    for (table, rows) in ["a", "b", "c"].iter().zip(graph) {
        for (at, _) in rows.iter().enumerate() {
            let _ = write!(sql, "INSERT INTO {table} (id) VALUES ({});", at + 1);
        }
    }
    let columns = [["up", "c"], ["a", "other"], ["b", "a"]];
    let parents = [[0, 2], [0, 0], [1, 0]];
    for (at, rows) in graph.iter().enumerate() {
        for (row, (x, y)) in rows.iter().enumerate() {
            for (side, to) in [(0, *x), (1, *y)] {
                let count = i64::try_from(graph[parents[at][side]].len()).unwrap();
                if to > 0 && count > 0 {
                    let (table, column, to) = (["a", "b", "c"][at], columns[at][side], 1 + to % count);
                    let _ = write!(sql, "UPDATE {table} SET {column} = {to} WHERE id = {};", row + 1);
                }
            }
        }
    }
    sql
}

fn chosen(base: &Definition, choices: &[Choice; 3]) -> Definition {
    let mut definition = base.clone();
    // No schema declares it: with it the references go round through all three tables.
    definition.tables[0].references.push(relation("c", "c", "id", false));
    for (spec, (keys, follow)) in definition.tables.iter_mut().zip(choices) {
        spec.select = match keys {
            None => vec![Vec::new()],
            Some(keys) if keys.is_empty() => Vec::new(),
            Some(keys) => {
                let keys: Vec<Scalar> = keys.iter().copied().map(Scalar::Integer).collect();
                vec![vec![condition("id", ConditionOp::In, &keys)]]
            }
        };
        for (reference, follow) in spec.references.iter_mut().zip(follow) {
            reference.child = *follow;
        }
    }
    definition
}

#[test]
fn both_engines_follow_the_same_references() {
    let postgres = db(GRAPH);
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("t.db");
    let sqlite = rusqlite::Connection::open(&path).unwrap();
    sqlite.execute_batch(GRAPH).unwrap();
    let base = definition(&postgres.source().catalog().unwrap());

    let any_rows = || prop::collection::vec((0..9i64, 0..9i64), 0..8);
    let any_case = (
        [any_rows(), any_rows(), any_rows()],
        prop::collection::vec([any_choice(), any_choice(), any_choice()], 4),
    );
    let mut runner = TestRunner::new(Config { cases: 25, failure_persistence: None, ..Config::default() });
    let run = runner.run(&any_case, |(graph, choices)| {
        let sql = statements(&graph);
        postgres.0.psql(&sql);
        sqlite.execute_batch(&sql).unwrap();
        let mut on_postgres = postgres.source();
        let mut on_sqlite = open_source(&DatabaseUrl::sqlite(&path), &SourceOptions::default()).unwrap();
        for choice in &choices {
            let definition = chosen(&base, choice);
            prop_assert_eq!(
                rows(on_postgres.as_mut(), &definition).unwrap(),
                rows(on_sqlite.as_mut(), &definition).unwrap()
            );
        }
        Ok(())
    });
    run.unwrap_or_else(|error| panic!("{error}"));
}
