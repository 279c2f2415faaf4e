//! In which order rows are read, and as which values.

use std::fmt::Write as _;

use insta::assert_snapshot;
use model::{ConditionOp, LogicalType, Ownership, Scalar, Value};

use super::engine::db;
use super::suite::support::{all, definition, only, rows, table};

/// Values of a type, in no order: each in SQL, the whole cast to the type.
const VALUES: &[(&str, &[&str])] = &[
    ("smallint", &["3", "-1", "32767", "0"]),
    ("integer", &["3", "-1", "10", "0", "9"]),
    ("bigint", &["9223372036854775807", "-9223372036854775808", "0", "10", "9", "1"]),
    ("oid", &["4294967295", "10", "9"]),
    ("boolean", &["true", "false"]),
    ("real", &["1.5", "-0", "NaN", "Infinity", "-Infinity", "0.1", "1e30", "-2"]),
    (
        "double precision",
        &["1.5", "-0", "NaN", "Infinity", "-Infinity", "0.1", "1e300", "5e-324", "-2", "10", "9"],
    ),
    (
        "numeric",
        &["1.50", "NaN", "Infinity", "-Infinity", "-1.5", "10", "9", "0.000", "12345678901234567890.5"],
    ),
    ("text", &["", "a", "B", "ä", "z", "😀", "\u{ffff}", "a b", "ab", "{\"a\":1}", "2026-01-01", "5"]),
    ("character varying(9)", &["b", "a", "A", "ä"]),
    ("character(3)", &["a", "ab", "a\t", "A"]),
    ("name", &["b", "a", "A", "ä"]),
    ("\"char\"", &["b", "a", ""]),
    ("text COLLATE \"en-x-icu\"", &["b", "A", "a", "B", "ä", "-a"]),
    ("bytea", &["\\x", "\\x00", "\\xff", "\\x0001", "\\x61"]),
    (
        "date",
        &["2026-01-01", "infinity", "-infinity", "0044-03-15 BC", "10000-01-01", "0001-01-01", "9999-12-31"],
    ),
    ("time", &["10:00:00", "24:00:00", "00:00:00", "10:00:00.5", "10:00:00.25"]),
    ("timetz", &["10:00:00+02", "09:00:00+00", "24:00:00-01"]),
    (
        "timestamp",
        &[
            "2026-01-01 10:00:00.5",
            "2026-01-01 10:00:00",
            "infinity",
            "-infinity",
            "0044-03-15 00:00:00 BC",
            "10000-01-01 00:00:00",
        ],
    ),
    (
        "timestamptz",
        &[
            "2026-01-01 10:00:00.5+02",
            "2026-01-01 10:00:00+00",
            "infinity",
            "-infinity",
            "0044-03-15 00:00:00+00 BC",
            "10000-01-01 00:00:00+00",
            "0001-01-01 00:00:00+00",
        ],
    ),
    ("interval", &["1 day", "23:00:00", "-1 mon", "2 days", "10 days"]),
    (
        "uuid",
        &[
            "f23e4567-e89b-12d3-a456-426614174000",
            "123e4567-e89b-12d3-a456-426614174000",
            "0a3e4567-e89b-12d3-a456-426614174000",
        ],
    ),
    ("jsonb", &["{\"b\":1,\"aa\":2}", "[1,2]", "1.50", "\"x\"", "null", "true", "10", "9", "{\"a\": 1}"]),
    ("json", &["{\"b\":1,\"aa\":2}", " [1, 2]", "1e2", "\"x\"", "null", "true"]),
    ("integer[]", &["{1,2}", "{10}", "{9}", "{}", "{NULL}"]),
    ("int4range", &["[1,5)", "empty", "(,3)", "[10,)"]),
    ("mood", &["sad", "ok", "Happy"]),
    ("email", &["b@x", "A@x", "a@x"]),
    ("year", &["9", "10", "2026"]),
    ("inet", &["10.0.0.1", "10.0.0.0/8", "::1", "9.0.0.1"]),
    ("xml", &["<a/>", "<b>1</b>"]),
    ("point", &["(1,2)", "(0,9)"]),
    ("money", &["$1.00", "$-2.50", "$10.00"]),
    ("bit varying", &["101", "1", "0"]),
    ("tsvector", &["a b", "c"]),
];

const TYPES: &str =
    "CREATE TYPE mood AS ENUM ('sad', 'ok', 'Happy'); CREATE DOMAIN email AS text CHECK (VALUE LIKE '%@%');
    CREATE DOMAIN year AS integer;";

#[test]
fn every_type_is_read_in_the_models_order_whatever_it_is_read_as() {
    let mut sql = TYPES.to_owned();
    for (at, (ty, values)) in VALUES.iter().enumerate() {
        let values: Vec<String> =
            values.iter().map(|value| format!("('{}')", value.replace('\'', "''"))).collect();
        let _ = write!(
            sql,
            "CREATE TABLE t{at:02} (x {ty}); INSERT INTO t{at:02} VALUES {}, (NULL);",
            values.join(", ")
        );
    }
    let db = db(&sql);
    let mut source = db.source();
    let catalog = source.catalog().unwrap();
    let mut read = 0;
    for ty in LogicalType::ALL {
        let mut definition = definition(&catalog);
        for spec in &mut definition.tables {
            spec.columns[0].ty = ty;
            spec.select = vec![Vec::new()];
        }
        for (at, (stored, values)) in VALUES.iter().enumerate() {
            let mut found: Vec<Value> = Vec::new();
            let result = source.read(&definition, at, Ownership::Owned, &mut |row| {
                found.push(row[0].clone());
                Ok(())
            });
            match result {
                Ok(rows) => assert_eq!(usize::try_from(rows).unwrap(), values.len() + 1, "{stored} as {ty}"),
                Err(error) => panic!("{stored} as {ty}: {error}"),
            }
            assert!(found.is_sorted(), "{stored} as {ty}: {found:?}");
            assert!(found[0].is_null() && !found[1].is_null(), "{stored} as {ty}: {found:?}");
            read += 1;
        }
    }
    assert_eq!(read, VALUES.len() * LogicalType::ALL.len());
}

#[test]
fn keys_of_every_type_are_read_in_the_models_order() {
    let without_order = ["json", "xml", "point"];
    let mut sql = TYPES.to_owned();
    for (at, (ty, values)) in VALUES.iter().enumerate() {
        if without_order.contains(ty) {
            continue;
        }
        let values: Vec<String> =
            values.iter().map(|value| format!("('{}', {at})", value.replace('\'', "''"))).collect();
        let _ = write!(
            sql,
            "CREATE TABLE t{at:02} (x {ty} PRIMARY KEY, n INTEGER); INSERT INTO t{at:02} VALUES {};",
            values.join(", ")
        );
    }
    let db = db(&sql);
    let mut source = db.source();
    let mut definition = definition(&source.catalog().unwrap());
    for spec in &mut definition.tables {
        spec.select = vec![Vec::new()];
    }
    for section in source.select(&definition).unwrap() {
        let mut found: Vec<Value> = Vec::new();
        let read = source.read(&definition, section.table, Ownership::Owned, &mut |row| {
            found.push(row[0].clone());
            Ok(())
        });
        assert_eq!(read.unwrap(), section.count);
        assert!(found.is_sorted(), "{found:?}");
    }
}

#[test]
fn keys_of_several_columns_are_ordered_column_by_column() {
    let db = db("CREATE TABLE t (day DATE, n INTEGER, x TEXT, PRIMARY KEY (x, day, n));
        INSERT INTO t VALUES ('2026-01-01', 10, 'a'), ('infinity', 1, 'a'), ('2026-01-01', 9, 'a'), ('2025-01-01', 1, 'B'), ('-infinity', 1, 'b')");
    assert_snapshot!(db.rows(|definition| all(definition, "t")), @"
    t (5)
      '2025-01-01' | 1 | 'B'
      'infinity' | 1 | 'a'
      '2026-01-01' | 9 | 'a'
      '2026-01-01' | 10 | 'a'
      '-infinity' | 1 | 'b'
    ");
}

#[test]
fn order_does_not_depend_on_a_columns_collation() {
    let sql = |collation: &str| {
        format!(
            "CREATE TABLE t (k TEXT COLLATE \"{collation}\" PRIMARY KEY);
            INSERT INTO t VALUES ('😀'), ('\u{ffff}'), ('é'), ('z'), ('漢'), ('Z'), ('a'), ('-b')"
        )
    };
    let plain = db(&sql("C")).rows(|definition| all(definition, "t"));
    assert_eq!(db(&sql("de-x-icu")).rows(|definition| all(definition, "t")), plain);
}

#[test]
fn order_and_ranges_do_not_depend_on_the_databases_encoding() {
    let sql = "CREATE TABLE t (k TEXT PRIMARY KEY); INSERT INTO t VALUES ('ю'), ('а'), ('я'), ('z'), ('Ъ')";
    let from = [Scalar::Text("я".to_owned())];
    let utf8 = db(sql);
    let plain = utf8.rows(|definition| all(definition, "t"));
    let name = format!("{}_koi8", utf8.0.name());
    utf8.0.psql(&format!("CREATE DATABASE {name} TEMPLATE template0 ENCODING 'KOI8R' LOCALE 'C'"));
    let url = utf8.0.url().replace(utf8.0.name(), &name);
    // psql speaks the language of its terminal; here that is the database's.
    let converted = sql.replace('\'', "''");
    utf8.0
        .psql(&format!("\\c {name}\nSET client_encoding = 'UTF8';\nDO $$BEGIN EXECUTE '{converted}'; END$$"));
    let mut source = super::engine::open(&url).unwrap();
    let mut definition = definition(&source.catalog().unwrap());
    all(&mut definition, "t");
    assert_eq!(rows(source.as_mut(), &definition).unwrap(), plain);
    table(&mut definition, "t").select.clear();
    only(&mut definition, "t", "k", ConditionOp::From, &from);
    assert_eq!(rows(source.as_mut(), &definition).unwrap(), "t (1)\n  'я'\n");
    drop(source);
    utf8.0.psql(&format!("DROP DATABASE {name}"));
}

#[test]
fn order_does_not_depend_on_how_the_rows_were_written() {
    let tables = "CREATE TABLE a (k TEXT PRIMARY KEY, v INTEGER); CREATE TABLE b (x INTEGER, y TEXT);";
    let one = db(&format!(
        "{tables} INSERT INTO a VALUES ('x', 1), ('y', 2); INSERT INTO b VALUES (1, 'a'), (1, 'b'), (1, 'a')"
    ));
    let other = db(&format!(
        "{tables} INSERT INTO b VALUES (1, 'b'), (1, 'a'), (2, NULL), (1, 'a');
         INSERT INTO a VALUES ('z', 0), ('y', 0), ('x', 1); DELETE FROM a WHERE k = 'z'; UPDATE a SET v = 2 WHERE k = 'y';
         DELETE FROM b WHERE x = 2"
    ));
    let rows = |db: &super::engine::Db| {
        db.rows(|definition| {
            all(definition, "a");
            all(definition, "b");
        })
    };
    assert_eq!(rows(&one), rows(&other));
}

#[test]
fn tables_without_a_key_are_ordered_by_all_columns_and_keep_equal_rows() {
    let sql = |json: &str| {
        format!("CREATE TABLE t (a INTEGER, b TEXT, m {json});
            INSERT INTO t VALUES (2, 'x', '{{}}'), (1, 'y', '1'), (1, 'x', '[]'), (1, 'y', '1'), (NULL, 'z', NULL), (NULL, NULL, '2')")
    };
    let rows = db(&sql("TEXT")).rows(|definition| all(definition, "t"));
    assert_snapshot!(rows, @"
    t (6)
      NULL | NULL | '2'
      NULL | 'z' | NULL
      1 | 'x' | '[]'
      1 | 'y' | '1'
      1 | 'y' | '1'
      2 | 'x' | '{}'
    ");
    // The same by way of the scratch file.
    assert_eq!(db(&sql("JSONB")).rows(|definition| all(definition, "t")), rows);
}

#[test]
fn a_table_without_columns_has_rows() {
    let db = db("CREATE TABLE t (); INSERT INTO t DEFAULT VALUES; INSERT INTO t DEFAULT VALUES");
    assert_snapshot!(db.rows(|definition| all(definition, "t")), @"t (2)");
}

#[test]
fn values_take_their_columns_types() {
    let db = db(
        r#"CREATE TABLE t (id INTEGER PRIMARY KEY, b BOOLEAN, d DATE, z TIMESTAMPTZ, u UUID, j JSONB, n NUMERIC(38,20), r REAL, x TEXT, y BYTEA, a TEXT[]);
        INSERT INTO t VALUES (1, TRUE, '2026-01-01', '2026-01-01T10:00:00+02:00', '123E4567-E89B-12D3-A456-426614174000', '{"b" : 1e2, "a":[ ]}',
            1.5, 0.1, E'ä\t\\', '\x00ff', '{a,"b c",NULL}'),
          (2, NULL, 'infinity', '-infinity', NULL, NULL, 'NaN', 'Infinity', '', '', '{}')"#,
    );
    assert_snapshot!(db.rows(|definition| all(definition, "t")), @r#"
    t (2)
      1 | TRUE | '2026-01-01' | '2026-01-01 08:00:00+00:00' | '123e4567-e89b-12d3-a456-426614174000' | '{"a":[],"b":100}' | '1.50000000000000000000' | 0.1 | 'ä\t\' | 2 bytes | '{a,"b c",NULL}'
      2 | NULL | 'infinity' | '-infinity' | NULL | NULL | 'NaN' | inf | '' | 0 bytes | '{}'
    "#);
}

#[test]
fn strange_names_are_read_by_name_and_never_as_text() {
    let db = db(
        "CREATE TABLE \"select\" (\"Id\" INTEGER PRIMARY KEY, \"a\"\"b\" TEXT, \"group\" TEXT, \"größe 漢\" TEXT, \"ctid \" TEXT);
        INSERT INTO \"select\" VALUES (1, 'p', 'q', 'r', 's')",
    );
    assert_snapshot!(db.rows(|definition| all(definition, "select")), @"
    select (1)
      1 | 'p' | 'q' | 'r' | 's'
    ");
}

#[test]
fn generated_columns_are_left_out_but_can_be_selected_by() {
    let db = db("CREATE TABLE t (id INTEGER PRIMARY KEY, n INTEGER, twice INTEGER GENERATED ALWAYS AS (n * 2) STORED);
        INSERT INTO t VALUES (1, 1), (2, 2)");
    let rows = db.rows(|definition| only(definition, "t", "twice", ConditionOp::In, &[Scalar::Integer(4)]));
    assert_snapshot!(rows, @"
    t (1)
      2 | 2
    ");
}

#[test]
fn a_section_can_be_read_again_and_stopped_in_the_middle() {
    let db = db("CREATE TABLE t (id INTEGER PRIMARY KEY, x TEXT);
        INSERT INTO t SELECT i, repeat('x', 1000) FROM generate_series(1, 20000) AS i");
    let mut source = db.source();
    let mut definition = definition(&source.catalog().unwrap());
    all(&mut definition, "t");
    for _ in 0..20 {
        let mut seen = 0;
        let stopped = source.read(&definition, 0, Ownership::Owned, &mut |_| {
            seen += 1;
            if seen == 2 { Err("enough".into()) } else { Ok(()) }
        });
        assert_eq!(stopped.unwrap_err().to_string(), "enough");
        assert_eq!(source.select(&definition).unwrap()[0].count, 20000);
    }
    assert_eq!(source.read(&definition, 0, Ownership::Owned, &mut |_| Ok(())).unwrap(), 20000);
    assert_eq!(source.read(&definition, 0, Ownership::Shared, &mut |_| Ok(())).unwrap(), 0);
    assert_eq!(source.read(&definition, 9, Ownership::Owned, &mut |_| Ok(())).unwrap(), 0);
}

#[test]
fn values_of_minus_zero_are_counted_by_column() {
    let db = db(
        "CREATE TABLE items (id INTEGER PRIMARY KEY, up INTEGER REFERENCES items, score FLOAT8, b REAL, n NUMERIC, s TEXT);
        INSERT INTO items VALUES (3, 3, '-0', 0, '-0', '-0'), (2, 3, 0, '-0', 0, '0'), (1, 2, '-0', 0, 0, '-0.0')",
    );
    let mut source = db.source();
    let mut chosen = definition(&source.catalog().unwrap());
    // Owned alone: the others are its parents.
    only(&mut chosen, "items", "id", ConditionOp::In, &[Scalar::Integer(1)]);
    assert!(source.notes().is_empty());
    let first = rows(source.as_mut(), &chosen).unwrap();
    assert!(first.starts_with("items (2 shared)\n  2 | 3 | 0.0 | 0.0"), "{first}");
    // A section that is read again counts once.
    assert_eq!(rows(source.as_mut(), &chosen).unwrap(), first);
    assert_eq!(
        source.notes(),
        ["items.score: 2 values of -0.0 were written as 0.0", "items.b: 1 value of -0.0 was written as 0.0"]
    );
    assert!(source.notes().is_empty(), "told once");
    rows(source.as_mut(), &chosen).unwrap();
    table(&mut chosen, "items").select = Vec::new();
    source.select(&chosen).unwrap();
    assert!(source.notes().is_empty(), "the rows of another selection");
}

#[test]
fn statistics_count_rows_and_bytes_of_all_partitions() {
    let db = db("CREATE TABLE empty (id INTEGER); CREATE TABLE base (id INTEGER); CREATE TABLE derived () INHERITS (base);
        INSERT INTO base VALUES (1); INSERT INTO derived VALUES (2), (3);
        CREATE TABLE parted (id INTEGER PRIMARY KEY) PARTITION BY RANGE (id);
        CREATE TABLE p1 PARTITION OF parted FOR VALUES FROM (0) TO (10);
        CREATE TABLE p2 PARTITION OF parted FOR VALUES FROM (10) TO (2000);
        INSERT INTO parted SELECT i FROM generate_series(1, 1000) AS i");
    let statistics = db.source().statistics().unwrap();
    let rows: Vec<(&str, u64)> = statistics.iter().map(|table| (table.table.as_str(), table.rows)).collect();
    assert_eq!(rows, [("base", 1), ("derived", 2), ("empty", 0), ("parted", 1000)]);
    let bytes: Vec<u64> = statistics.iter().filter_map(|table| table.bytes).collect();
    assert!(bytes[0] > 0 && bytes[1] > 0 && bytes[2] == 0 && bytes[3] > 32_000, "{bytes:?}");
}

#[test]
fn a_sample_shows_every_type_as_text_and_finds_tables_of_any_schema() {
    let db = db(
        "CREATE SCHEMA s; CREATE TABLE s.t (id INTEGER PRIMARY KEY, j JSONB, d DATE) PARTITION BY RANGE (id);
        CREATE TABLE s.part PARTITION OF s.t DEFAULT; INSERT INTO s.t VALUES (1, '{\"a\": 1}', '2026-11-20')",
    );
    let mut seen = Vec::new();
    let columns = ["j", "d", "id"].map(str::to_owned);
    db.source().sample("t", &columns, 9, &mut |values| seen.extend_from_slice(values)).unwrap();
    let text = |text: &str| Value::Text(text.to_owned());
    assert_eq!(seen, [text("{\"a\": 1}"), text("2026-11-20"), text("1")]);
}
