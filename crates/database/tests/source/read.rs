//! In which order rows are read, and as which values.

use insta::assert_snapshot;
use model::{LogicalType, Ownership};

use crate::engine::{db, open};
use crate::suite::support::{all, definition, table};

#[test]
fn rows_are_ordered_by_key_when_the_row_number_differs() {
    let db = db(
        "CREATE TABLE t (k TEXT PRIMARY KEY, n); INSERT INTO t VALUES ('b', 1), ('a', 2), ('B', 3), ('', 4)",
    );
    assert_snapshot!(db.rows(|definition| all(definition, "t")), @"
    t (4)
      '' | 4
      'B' | 3
      'a' | 2
      'b' | 1
    ");
}

#[test]
fn keys_are_ordered_by_kind_then_bytes_whatever_the_collation() {
    let db = db("CREATE TABLE t (k COLLATE NOCASE PRIMARY KEY NOT NULL, n) WITHOUT ROWID;
        INSERT INTO t (k) VALUES (x'00'), ('a'), ('B'), (1.5), (-1), (2), ('10'), (x'')");
    assert_snapshot!(db.rows(|definition| all(definition, "t")), @"
    t (8)
      -1 | NULL
      2 | NULL
      1.5 | NULL
      '10' | NULL
      'B' | NULL
      'a' | NULL
      0 bytes | NULL
      1 byte | NULL
    ");
}

#[test]
fn order_is_the_same_in_a_utf_16_database() {
    let sql = "CREATE TABLE t (k TEXT PRIMARY KEY); INSERT INTO t VALUES ('😀'), ('\u{ffff}'), ('é'), ('z'), ('漢')";
    let utf8 = db(sql).rows(|definition| all(definition, "t"));
    for encoding in ["UTF-16le", "UTF-16be"] {
        let utf16 = db(&format!("PRAGMA encoding = '{encoding}'; {sql}"));
        assert_eq!(utf16.rows(|definition| all(definition, "t")), utf8);
    }
}

#[test]
fn order_does_not_depend_on_how_the_rows_were_written() {
    let tables = "CREATE TABLE a (k TEXT PRIMARY KEY, v); CREATE TABLE b (x, y);";
    let one = db(&format!(
        "{tables} INSERT INTO a VALUES ('x', 1), ('y', 2); INSERT INTO b VALUES (1, 'a'), (1, 'b'), (1, 'a')"
    ));
    let other = db(&format!(
        "PRAGMA page_size = 512; {tables} INSERT INTO b VALUES (1, 'b'), (1, 'a'), (2, NULL), (1, 'a');
         INSERT INTO a VALUES ('z', 0), ('y', 2), ('x', 1); DELETE FROM a WHERE k = 'z'; DELETE FROM b WHERE x = 2; VACUUM"
    ));
    let rows = |db: &crate::engine::Db| {
        db.rows(|definition| {
            all(definition, "a");
            all(definition, "b");
        })
    };
    assert_eq!(rows(&one), rows(&other));
}

#[test]
fn tables_without_a_key_are_ordered_by_all_columns_and_keep_equal_rows() {
    let db = db(
        "CREATE TABLE t (a, b TEXT); INSERT INTO t VALUES (2, 'x'), (1, 'y'), (1, 'x'), (1, 'y'), (NULL, 'z'), (NULL, NULL)",
    );
    assert_snapshot!(db.rows(|definition| all(definition, "t")), @"
    t (6)
      NULL | NULL
      NULL | 'z'
      1 | 'x'
      1 | 'y'
      1 | 'y'
      2 | 'x'
    ");
}

#[test]
fn tables_wider_than_a_function_call_are_ordered_too() {
    let columns: Vec<String> = (0..150).map(|n| format!("c{n}")).collect();
    let db =
        db(&format!("CREATE TABLE t ({0}); INSERT INTO t (c149) VALUES (3), (1), (2)", columns.join(", ")));
    let rows = db.rows(|definition| all(definition, "t"));
    let last: Vec<&str> = rows.lines().skip(1).filter_map(|line| line.rsplit(' ').next()).collect();
    assert_eq!(last, ["1", "2", "3"]);
}

#[test]
fn values_take_their_columns_types() {
    let db = db(
        r#"CREATE TABLE t (id INTEGER PRIMARY KEY, b BOOLEAN, d DATE, z TIMESTAMPTZ, u UUID, j TEXT CHECK (json_valid(j)),
          n DECIMAL, r REAL, x TEXT, y BLOB);
        INSERT INTO t VALUES (1, TRUE, '2026-01-01', '2026-01-01T10:00:00+02:00', 'A', '{"b" : 1, "a":[ ]}', '1.50', 5, 'ä', x'00ff'),
          (2, 7, 'never', 'soon', '123e4567-e89b-12d3-a456-426614174000', NULL, 12345678901234567890, 9e999, '', x'')"#,
    );
    assert_snapshot!(db.rows(|definition| all(definition, "t")), @r#"
    t (2)
      1 | TRUE | '2026-01-01' | '2026-01-01 08:00:00+00:00' | 'A' | '{"a":[],"b":1}' | '1.5' | 5.0 | 'ä' | 2 bytes
      2 | 7 | 'never' | 'soon' | '123e4567-e89b-12d3-a456-426614174000' | NULL | '12345678901234567000' | inf | '' | 0 bytes
    "#);
}

#[test]
fn text_with_nul_or_broken_utf_8_is_kept() {
    let db = db("CREATE TABLE t (id INTEGER PRIMARY KEY, x TEXT);
        INSERT INTO t VALUES (1, CAST(x'6100' AS TEXT)), (2, CAST(x'ff61' AS TEXT)), (3, 'a' || char(0) || 'b')");
    assert_snapshot!(db.rows(|definition| all(definition, "t")), @r"
    t (3)
      1 | 'a\u0000'
      2 | text that is not UTF-8 (2 bytes)
      3 | 'a\u0000b'
    ");
}

#[test]
fn strange_names_are_read_by_name_and_never_as_text() {
    let db = db(
        "CREATE TABLE \"select\" (\"\" INTEGER PRIMARY KEY, \"a\"\"b\", \"group\", \"größe 漢\", \"rowid\");
        INSERT INTO \"select\" VALUES (1, 'p', 'q', 'r', 's')",
    );
    assert_snapshot!(db.rows(|definition| all(definition, "select")), @"
    select (1)
      1 | 'p' | 'q' | 'r' | 's'
    ");
    let renamed = db.error(|definition| table(definition, "select").columns[1].name = "gone".into());
    assert!(renamed.starts_with("the table `select` has no stored column `gone`"), "{renamed}");
}

#[test]
fn generated_columns_are_left_out_but_can_be_selected_by() {
    let db =
        db("CREATE TABLE t (id INTEGER PRIMARY KEY, n INTEGER, twice AS (n * 2), thrice AS (n * 3) STORED);
        INSERT INTO t VALUES (1, 1), (2, 2)");
    let rows = db.rows(|definition| {
        let four = [model::Scalar::Integer(4)];
        crate::suite::support::only(definition, "t", "twice", model::ConditionOp::In, &four);
    });
    assert_snapshot!(rows, @"
    t (1)
      2 | 2
    ");
}

#[test]
fn a_section_can_be_read_again_and_stopped_in_the_middle() {
    let db = db("CREATE TABLE t (id INTEGER PRIMARY KEY); INSERT INTO t VALUES (1), (2), (3)");
    let mut source = open(&db.path).unwrap();
    let mut definition = definition(&source.catalog().unwrap());
    all(&mut definition, "t");
    let mut seen = 0;
    let stopped = source.read(&definition, 0, Ownership::Owned, &mut |_| {
        seen += 1;
        if seen == 2 { Err("enough".into()) } else { Ok(()) }
    });
    assert_eq!(stopped.unwrap_err().to_string(), "enough");
    assert_eq!(source.read(&definition, 0, Ownership::Owned, &mut |_| Ok(())).unwrap(), 3);
    assert_eq!(source.read(&definition, 0, Ownership::Shared, &mut |_| Ok(())).unwrap(), 0);
}

#[test]
fn values_of_minus_zero_are_counted_by_column() {
    let db = db(
        "CREATE TABLE items (id INTEGER PRIMARY KEY, up INTEGER REFERENCES items, score, b, r REAL, n NUMERIC, s TEXT)",
    );
    let connection = db.connect();
    for (id, up, x) in [(3, 3, -0.0), (2, 3, 0.0), (1, 2, -0.0)] {
        connection.execute("INSERT INTO items VALUES (?1, ?2, ?3, ?3, ?3, ?3, ?3)", (id, up, x)).unwrap();
    }
    connection.execute("UPDATE items SET b = 0 WHERE id = 3", []).unwrap();
    let mut source = db.source();
    let mut chosen = definition(&source.catalog().unwrap());
    table(&mut chosen, "items").columns[3].ty = LogicalType::Decimal;
    // Owned alone: the others are its parents.
    crate::suite::support::only(
        &mut chosen,
        "items",
        "id",
        model::ConditionOp::In,
        &[model::Scalar::Integer(1)],
    );
    assert!(source.notes().is_empty());
    let first = crate::suite::support::rows(source.as_mut(), &chosen).unwrap();
    assert!(first.starts_with("items (2 shared)\n  2 | 3 | 0.0 | 0.0"), "{first}");
    // A section that is read again counts once.
    assert_eq!(crate::suite::support::rows(source.as_mut(), &chosen).unwrap(), first);
    assert_eq!(
        source.notes(),
        [
            "items.score: 2 values of -0.0 were written as 0.0",
            "items.b: 1 value of -0.0 was written as 0.0",
            "items.b: 3 values are numbers, the first in row id 2, in a column of type decimal; PostgreSQL would not hold such values",
        ]
    );
    assert!(source.notes().is_empty(), "told once");
    crate::suite::support::rows(source.as_mut(), &chosen).unwrap();
    table(&mut chosen, "items").select = Vec::new();
    source.select(&chosen).unwrap();
    assert!(source.notes().is_empty(), "the rows of another selection");
}

#[test]
fn one_moment_is_read_while_others_write() {
    let db =
        db("PRAGMA journal_mode = WAL; CREATE TABLE t (id INTEGER PRIMARY KEY); INSERT INTO t VALUES (1)");
    let writer = db.connect();
    let mut source = db.source();
    writer.execute_batch("INSERT INTO t VALUES (2)").unwrap();
    let mut definition = definition(&source.catalog().unwrap());
    all(&mut definition, "t");
    assert_eq!(source.select(&definition).unwrap()[0].count, 1);
    writer.execute_batch("INSERT INTO t VALUES (3)").unwrap();
    assert_eq!(source.read(&definition, 0, Ownership::Owned, &mut |_| Ok(())).unwrap(), 1);
}
