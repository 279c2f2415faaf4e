//! Any value that SQLite can hold survives the way through a file: same storage class, same value, in a column of any
//! declared type. Minus zero becomes zero, JSON columns are compared by value, instants by the time that they mean.
//!
//! Each case is a database of many random rows, so that a few runs of the tool try tens of thousands of values.

use proptest::prelude::*;
use rusqlite::Connection;
use rusqlite::types::ValueRef;
use test_support::{Run, Sandbox, sqlite};

use crate::random_rows::{INSTANTS, JSON, Rows, TYPES, fill, make_tables, rows};
use crate::{body, cell, done, exported, versions, with_scenario};

const SCENARIO: &str = "scenario: values\nengines: [sqlite]\nselect: { typed: all, keyed: all, texts: all, tight: all, places: all }\n";

/// How many rows a case has.
const ROWS: usize = 500;

/// The tables with the columns that are compared as JSON, and as instants.
const TABLES: [(&str, &[usize], &[usize]); 5] = [
    ("SELECT * FROM typed ORDER BY id", &[JSON + 1, TYPES.len() + 1], &[INSTANTS + 1]),
    ("SELECT * FROM keyed ORDER BY typeof(key), CAST(key AS BLOB), key", &[], &[]),
    ("SELECT * FROM texts ORDER BY typeof(key), CAST(key AS BLOB)", &[], &[]),
    ("SELECT * FROM tight ORDER BY id", &[], &[]),
    ("SELECT * FROM places ORDER BY id", &[], &[]),
];

/// Every row of a table as comparable text, its columns by their own sense of equality.
fn values(connection: &Connection, sql: &str, json: &[usize], instants: &[usize]) -> Vec<String> {
    let mut statement = connection.prepare(sql).expect("a query");
    let columns = statement.column_count();
    let mut rows = statement.query([]).expect("runs");
    let mut lines = Vec::new();
    while let Some(row) = rows.next().expect("a row") {
        let cells = (0..columns).map(|at| {
            let value = row.get_ref(at).expect("a column");
            match value {
                ValueRef::Real(0.0) => "0.0".to_owned(),
                ValueRef::Text(bytes) if json.contains(&at) => meaning(bytes).unwrap_or_else(|| cell(value)),
                ValueRef::Text(bytes) if instants.contains(&at) => {
                    instant(bytes).unwrap_or_else(|| cell(value))
                }
                value => cell(value),
            }
        });
        lines.push(cells.collect::<Vec<_>>().join(" | "));
    }
    lines
}

/// JSON's value, keys in order; numbers as the nearest double, which every notation of one number shares.
fn meaning(text: &[u8]) -> Option<String> {
    let number = |text: &str| text.parse::<f64>().is_ok_and(|x| x == 0.0).then(|| "json 0".to_owned());
    let plain = std::str::from_utf8(text).ok()?;
    number(plain).or_else(|| {
        serde_json::from_str::<serde_json::Value>(plain).ok().map(|value| format!("json {}", normal(&value)))
    })
}

fn normal(value: &serde_json::Value) -> String {
    match value {
        serde_json::Value::Number(number) => format!("{:?}", number.as_f64().map(|x| x + 0.0)),
        serde_json::Value::Array(items) => format!("{:?}", items.iter().map(normal).collect::<Vec<_>>()),
        serde_json::Value::Object(fields) => {
            let mut fields: Vec<_> = fields.iter().map(|(key, value)| (key, normal(value))).collect();
            fields.sort();
            format!("{fields:?}")
        }
        other => other.to_string(),
    }
}

/// The instant that a text with date, time and offset means, in seconds; `None` for every other text.
fn instant(bytes: &[u8]) -> Option<String> {
    let text = std::str::from_utf8(bytes).ok()?;
    let instant: jiff::Timestamp = text.parse().ok()?;
    Some(format!("instant {instant}"))
}

/// A workspace with a database to export from.
struct Source {
    sandbox: Sandbox,
    connection: Connection,
}

impl Source {
    fn new() -> Self {
        let sandbox = with_scenario(SCENARIO);
        let connection = sqlite::open(&sandbox.path("source.sqlite"));
        make_tables(&connection);
        Self { sandbox, connection }
    }

    /// Fills the database and writes the next version.
    fn write(&self, first: i64, rows: &Rows) {
        fill(&self.connection, first, rows);
        done(&self.sandbox, &["demo-export", "values", "--database", "sqlite:source.sqlite"]);
    }

    /// Imports a version into the copy.
    fn import(&self, version: &str, more: &[&str]) -> Run {
        let args = ["demo-import", "values", "--version", version, "--database", "sqlite:copy.sqlite"];
        done(&self.sandbox, &[&args, more].concat())
    }

    /// Fails unless the copy holds the same values as the database, and exports as the version did.
    fn compare(&self, version: &str) {
        let copy = sqlite::open(&self.sandbox.path("copy.sqlite"));
        for (sql, json, instants) in TABLES {
            let of = |connection| values(connection, sql, json, instants);
            let (source, copy) = (of(&self.connection), of(&copy));
            assert_eq!(source.len(), copy.len(), "{sql}");
            if let Some((source, copy)) = source.iter().zip(&copy).find(|(source, copy)| source != copy) {
                panic!("{sql}\n{source}\n{copy}");
            }
        }
        let again = exported(&self.sandbox, "values", "copy.sqlite");
        let written = versions(&self.sandbox, "values");
        let (_, file) =
            written.iter().find(|(name, _)| name.starts_with(&format!("values_{version}_"))).expect("it");
        assert!(body(&again) == body(file), "a second export of {version} differs");
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 3, max_shrink_iters: 0, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn any_value_in_a_column_of_any_type_comes_back_and_becomes_any_other(old in rows(ROWS), new in rows(ROWS)) {
        let source = Source::new();
        source.write(0, &old);
        source.import("v1", &["--create-schema"]);
        source.compare("v1");
        // Some rows go, some come, those between have all their values changed, unique ones change places.
        source.write(20, &new);
        source.import("v2", &[]);
        source.compare("v2");
        source.import("v1", &[]);
        fill(&source.connection, 0, &old);
        source.compare("v1");
    }
}
