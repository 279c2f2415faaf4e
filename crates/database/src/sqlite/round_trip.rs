//! The law of conversion, tested: any value that SQLite can hold, in a column of any declared type, is read as a value
//! from which the same one can be stored again.

use model::{Definition, LogicalType, Ownership, TableSpec, Value};
use proptest::prelude::*;
use rusqlite::Connection;
use rusqlite::types::Value as Stored;

use super::SqliteSource;
use super::convert::{Affinity, to_storage};
use crate::{Error, Source as _, SourceOptions};

const TYPES: [&str; 19] = [
    "",
    "INTEGER",
    "TEXT",
    "BLOB",
    "REAL",
    "NUMERIC",
    "DECIMAL(10,2)",
    "DECIMAL TEXT",
    "BOOLEAN",
    "DATE",
    "TIME",
    "TIMESTAMP",
    "TIMESTAMPTZ",
    "UUID",
    "JSON",
    "VARCHAR(3)",
    "ANY",
    "JSON BLOB",
    "TEXT CHECK (json_valid(v) OR TRUE)",
];

fn any_stored() -> impl Strategy<Value = Stored> {
    prop_oneof![
        Just(Stored::Null),
        any::<i64>().prop_map(Stored::Integer),
        (-3i64..3).prop_map(Stored::Integer),
        // -0.0 has no portable spelling; SQLite stores NaN as NULL.
        any::<f64>().prop_map(|x| Stored::Real(if x == 0.0 || x.is_nan() { 0.5 } else { x })),
        (-40i32..40).prop_map(|n| Stored::Real(f64::from(n) / 8.0 + 0.0)),
        Just(Stored::Real(f64::INFINITY)),
        any::<String>().prop_map(Stored::Text),
        "[-+]?[0-9]{1,22}(\\.[0-9]{1,4})?(e-?[0-9]{1,3})?".prop_map(Stored::Text),
        "20[0-9]{2}-0[1-9]-[0-2][0-9]([ T][0-9]{2}:00:00(\\.[0-9]{1,7})?(Z|\\+0[0-9]:30)?)?"
            .prop_map(Stored::Text),
        "\\{\"a\": ?[0-9]{1,3}(\\.[0-9]{1,2})?\\}".prop_map(Stored::Text),
        "[ntf\\[\\]\"0-9]{0,5}".prop_map(Stored::Text),
        proptest::collection::vec(any::<u8>(), 0..6).prop_map(Stored::Blob),
    ]
}

struct Db(tempfile::TempDir);

impl Db {
    fn new(sql: &str) -> Self {
        let db = Self(tempfile::tempdir().expect("a temporary folder"));
        db.connect().execute_batch(sql).expect("the test's schema");
        db
    }

    fn path(&self) -> std::path::PathBuf {
        self.0.path().join("test.db")
    }

    fn connect(&self) -> Connection {
        let connection = Connection::open(self.path()).expect("a database");
        connection.execute_batch("PRAGMA synchronous = OFF; PRAGMA journal_mode = MEMORY").expect("set");
        connection
    }

    fn store(&self, rows: &[Stored], broken: &[Vec<u8>]) {
        let connection = self.connect();
        for value in rows {
            connection.execute("INSERT INTO t (v) VALUES (?1)", [value]).expect("stored");
        }
        for bytes in broken {
            connection.execute("INSERT INTO t (v) VALUES (CAST(?1 AS TEXT))", [bytes]).expect("stored");
        }
    }

    fn store_again(&self, ty: LogicalType, affinity: Affinity, values: &[Value]) {
        let connection = self.connect();
        for value in values {
            let stored = to_storage(ty, affinity, value);
            connection.execute("INSERT INTO t (v) VALUES (?1)", [stored]).expect("stored again");
        }
    }

    /// The values of the column `v` as they are read, in the type that the catalog gives them.
    fn values(&self, table: &str) -> Result<(LogicalType, Vec<Value>), Error> {
        let mut source = SqliteSource::open(&self.path(), &SourceOptions::default())?;
        let found = source.catalog()?.tables.remove(table).expect("the test's table");
        let spec = TableSpec { select: vec![Vec::new()], ..crate::known::whole_spec(table, &found) };
        let breakdown = std::collections::BTreeMap::new();
        let definition = Definition { total: table.to_owned(), breakdown, tables: vec![spec] };
        let column = definition.tables[0].column("v").expect("the test's column");
        let mut values = Vec::new();
        source.read(&definition, 0, Ownership::Owned, &mut |row| {
            values.push(row[column].clone());
            Ok(())
        })?;
        Ok((definition.tables[0].columns[column].ty, values))
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(192))]

    #[test]
    fn stored_values_survive_reading_and_storing_again(
        declared in proptest::sample::select(&TYPES[..]),
        utf16 in any::<bool>(),
        rows in proptest::collection::vec(any_stored(), 5),
        broken in proptest::collection::vec(proptest::collection::vec(any::<u8>(), 1..4), 0..2),
    ) {
        let encoding = if utf16 { "UTF-16" } else { "UTF-8" };
        let sql = format!("PRAGMA encoding = '{encoding}'; CREATE TABLE t (id INTEGER PRIMARY KEY, v {declared})");
        let (one, other) = (Db::new(&sql), Db::new(&sql));
        one.store(&rows, if utf16 { &[] } else { &broken });
        let (ty, read) = match one.values("t") {
            Ok(found) => found,
            // JSON with a duplicate key, or an exponent beyond reason, is refused by name and never altered.
            Err(Error::Value { .. }) => return Ok(()),
            Err(error) => return Err(TestCaseError::fail(error.to_string())),
        };
        let words = declared.split(" CHECK").next().unwrap_or_default();
        other.store_again(ty, Affinity::of(words), &read);
        prop_assert_eq!(other.values("t").expect("read again").1, read);
    }

    #[test]
    fn rows_are_read_in_the_order_of_their_values(
        declared in proptest::sample::select(&TYPES[..]),
        collation in proptest::sample::select(&["", "COLLATE NOCASE", "COLLATE RTRIM"][..]),
        utf16 in any::<bool>(),
        rows in proptest::collection::vec(any_stored(), 9),
    ) {
        let encoding = if utf16 { "UTF-16" } else { "UTF-8" };
        let db = Db::new(&format!("PRAGMA encoding = '{encoding}'; CREATE TABLE t (v {declared} {collation})"));
        db.store(&rows, &[]);
        if let Ok((_, read)) = db.values("t") {
            prop_assert!(read.is_sorted(), "{:?}", read);
            prop_assert_eq!(read.len(), rows.len());
        }
    }
}
