//! What a catalog says of a schema.

use std::fmt::Write as _;

use database::{DatabaseUrl, TargetOptions, open_target};
use insta::assert_snapshot;
use model::Catalog;
use rusqlite::functions::FunctionFlags;

use crate::engine::{Db, db};
use crate::suite::support::message;

fn catalog(db: &Db) -> Catalog {
    db.source().catalog().unwrap()
}

/// A line per table, column and key.
#[track_caller]
fn described(sql: &str) -> String {
    let mut out = String::new();
    for (name, table) in &catalog(&db(sql)).tables {
        let flags = [(table.without_rowid, " without-rowid"), (table.strict, " strict")];
        let flags: String = flags.iter().filter_map(|(on, flag)| on.then_some(*flag)).collect();
        let _ = writeln!(out, "{name}{flags} key {:?} row key {:?}", table.primary_key, table.row_key());
        for c in &table.columns {
            let flags = [
                (c.not_null, " not-null"),
                (c.has_default, " default"),
                (c.generated, " generated"),
                (c.identity, " identity"),
            ];
            let flags: String = flags.iter().filter_map(|(on, flag)| on.then_some(*flag)).collect();
            let _ = writeln!(out, "  {} {:?} -> {}{flags}", c.name, c.declared, c.ty);
        }
        for key in &table.unique_keys {
            let _ = writeln!(out, "  unique {:?}", key.columns);
        }
        for key in &table.foreign_keys {
            let _ = writeln!(
                out,
                "  {:?} -> {} {:?} delete {:?} update {:?}",
                key.columns, key.to, key.key, key.on_delete, key.on_update
            );
        }
    }
    out
}

#[test]
fn declared_names_and_affinities_give_logical_types() {
    assert_snapshot!(described(
        "CREATE TABLE t (a BOOL, b boolean, c DATE, d time, e DATETIME, f TIMESTAMP(3), g TIMESTAMPTZ,
           h timestamp with time zone, i UUID, j JSON, k jsonb, l DECIMAL(10, 2), m NUMERIC, n BIGINT, o VARCHAR(20),
           p CLOB, q DOUBLE PRECISION, r FLOAT, s BLOB, t, u ANY, v STRING)"
    ), @r#"
    t key [] row key []
      a "BOOL" -> boolean
      b "BOOLEAN" -> boolean
      c "DATE" -> date
      d "TIME" -> time
      e "DATETIME" -> timestamp
      f "TIMESTAMP(3)" -> timestamp
      g "TIMESTAMPTZ" -> timestamptz
      h "TIMESTAMP WITH TIME ZONE" -> timestamptz
      i "UUID" -> uuid
      j "JSON" -> json
      k "JSONB" -> json
      l "DECIMAL(10, 2)" -> decimal
      m "NUMERIC" -> decimal
      n "BIGINT" -> integer
      o "VARCHAR(20)" -> text
      p "CLOB" -> text
      q "DOUBLE PRECISION" -> real
      r "FLOAT" -> real
      s "BLOB" -> bytes
      t "" -> any
      u "ANY" -> any
      v "STRING" -> any
    "#);
}

#[test]
fn a_json_valid_check_makes_a_column_json() {
    assert_snapshot!(described(
        "CREATE TABLE t (a TEXT CHECK (json_valid(a)), b TEXT, c BLOB, d INTEGER CHECK (json_valid(d)), \"E f\" TEXT,
           CHECK (b IS NULL OR json_valid(b)), CHECK (json_valid(\"e F\")))"
    ), @r#"
    t key [] row key []
      a "TEXT" -> json
      b "TEXT" -> json
      c "BLOB" -> bytes
      d "INTEGER" -> integer
      E f "TEXT" -> json
    "#);
}

#[test]
fn keys_know_what_is_not_null_and_what_counts_up() {
    assert_snapshot!(described(
        "CREATE TABLE a (id INTEGER PRIMARY KEY AUTOINCREMENT);
         CREATE TABLE b (id INTEGER PRIMARY KEY DESC);
         CREATE TABLE c (id INT PRIMARY KEY);
         CREATE TABLE d (x TEXT, y TEXT, PRIMARY KEY (y, x)) WITHOUT ROWID;
         CREATE TABLE e (x TEXT PRIMARY KEY, y ANY) STRICT;
         CREATE TABLE f (x TEXT NOT NULL UNIQUE, y TEXT UNIQUE, z DEFAULT 1, w AS (z + 1), v AS (z) STORED);
         CREATE UNIQUE INDEX partial ON f (z) WHERE z > 1; CREATE UNIQUE INDEX expression ON f (lower(x));
         CREATE UNIQUE INDEX pair ON f (x, z); CREATE INDEX plain ON f (z);"
    ), @r#"
    a key ["id"] row key ["id"]
      id "INTEGER" -> integer not-null identity
    b key ["id"] row key ["id"]
      id "INTEGER" -> integer
    c key ["id"] row key ["id"]
      id "INT" -> integer
    d without-rowid key ["y", "x"] row key ["y", "x"]
      x "TEXT" -> text not-null
      y "TEXT" -> text not-null
    e strict key ["x"] row key ["x"]
      x "TEXT" -> text not-null
      y "ANY" -> any
    f key [] row key ["x"]
      x "TEXT" -> text not-null
      y "TEXT" -> text
      z "" -> any default
      w "" -> any generated
      v "" -> any generated
      unique ["x", "z"]
      unique ["x"]
      unique ["y"]
    "#);
}

#[test]
fn foreign_keys_name_their_parents_as_the_parents_do() {
    assert_snapshot!(described(
        "CREATE TABLE Users (Id INTEGER PRIMARY KEY, slug TEXT NOT NULL UNIQUE);
         CREATE TABLE pairs (a, b, PRIMARY KEY (b, a));
         CREATE TABLE t (u REFERENCES users ON DELETE CASCADE ON UPDATE SET NULL, s TEXT REFERENCES USERS (SLUG),
           x, y, gone REFERENCES nowhere (id), FOREIGN KEY (x, y) REFERENCES pairs ON DELETE RESTRICT,
           FOREIGN KEY (u) REFERENCES users)"
    ), @r#"
    Users key ["Id"] row key ["Id"]
      Id "INTEGER" -> integer not-null identity
      slug "TEXT" -> text not-null
      unique ["slug"]
    pairs key ["b", "a"] row key ["b", "a"]
      a "" -> any
      b "" -> any
    t key [] row key []
      u "" -> any
      s "TEXT" -> text
      x "" -> any
      y "" -> any
      gone "" -> any
      ["gone"] -> nowhere ["id"] delete NoAction update NoAction
      ["s"] -> Users ["slug"] delete NoAction update NoAction
      ["u"] -> Users ["Id"] delete NoAction update NoAction
      ["u"] -> Users ["Id"] delete Cascade update SetNull
      ["x", "y"] -> pairs ["b", "a"] delete Restrict update NoAction
    "#);
}

#[test]
fn only_ordinary_tables_are_in_a_catalog() {
    assert_snapshot!(described(
        "CREATE TABLE t (id INTEGER PRIMARY KEY AUTOINCREMENT); INSERT INTO t VALUES (1); CREATE VIEW v AS SELECT 1;
         CREATE VIRTUAL TABLE f USING fts5(body); CREATE VIRTUAL TABLE r USING rtree(id, a, b); ANALYZE;
         CREATE TABLE sqliteish (x);"
    ), @r#"
    sqliteish key [] row key []
      x "" -> any
    t key ["id"] row key ["id"]
      id "INTEGER" -> integer not-null identity
    "#);
}

#[test]
fn strange_but_harmless_names_are_kept() {
    assert_snapshot!(described(
        "CREATE TABLE \"select\" (\"a\"\"b\", \"\" TEXT, \"größe 漢\" INTEGER, rowid, \"';--\");
         CREATE TABLE \"\" (\"order\" INTEGER PRIMARY KEY)"
    ), @r#"
     key ["order"] row key ["order"]
      order "INTEGER" -> integer not-null identity
    select key [] row key []
      a"b "" -> any
       "TEXT" -> text
      größe 漢 "INTEGER" -> integer
      rowid "" -> any
      ';-- "" -> any
    "#);
}

/// What a target says, which has to look after every table.
#[track_caller]
fn refused(db: &Db) -> String {
    let target = open_target(&DatabaseUrl::sqlite(&db.path), &TargetOptions::default());
    message(&target.unwrap().catalog().unwrap_err())
}

#[test]
fn tables_with_names_that_no_file_can_hold_are_left_out_of_a_source_and_refused_in_a_target() {
    let table = db("CREATE TABLE \"a\u{1b}[31m\" (x); CREATE TABLE fine (x)");
    assert_eq!(catalog(&table).tables.into_keys().collect::<Vec<_>>(), ["fine"]);
    assert_snapshot!(refused(&table), @r"
    a table has a name that no snapshot can hold: `a\u001b[31m`
    help: rename it: names with control, invisible or direction-changing characters, tabs or line breaks are refused
    ");
    let column = db("CREATE TABLE t (\"a\nb\"); CREATE TABLE fine (x)");
    assert_eq!(catalog(&column).tables.into_keys().collect::<Vec<_>>(), ["fine"]);
    assert_snapshot!(refused(&column), @r"
    a column of t has a name that no snapshot can hold: `a\nb`
    help: rename it: names with control, invisible or direction-changing characters, tabs or line breaks are refused
    ");
}

#[test]
fn a_schema_that_needs_what_is_not_there_can_still_be_read() {
    let strange = db("CREATE TABLE t (a TEXT COLLATE NOCASE, b)");
    let connection = strange.connect();
    connection.create_scalar_function("evil", 1, FunctionFlags::SQLITE_DETERMINISTIC, |_| Ok(1)).unwrap();
    connection.create_collation("strange", str::cmp).unwrap();
    connection
        .execute_batch(
            "CREATE TABLE u (a INTEGER PRIMARY KEY, b AS (evil(a)), c CHECK (evil(c)), d TEXT COLLATE strange UNIQUE);
             CREATE INDEX i ON u (evil(c)); CREATE INDEX j ON u (c) WHERE evil(c);
             INSERT INTO u VALUES (1, 2, 'x'), (2, 3, 'y');
             CREATE VIEW v AS SELECT evil(a) FROM gone;
             CREATE TRIGGER tr AFTER INSERT ON u BEGIN SELECT evil(1) FROM gone; END;
             PRAGMA writable_schema = ON;
             INSERT INTO sqlite_schema VALUES ('table', 'w', 'w', 0, 'CREATE VIRTUAL TABLE w USING unknown(x)')",
        )
        .unwrap();
    drop(connection);
    let rows = strange.rows(|definition| crate::suite::support::all(definition, "u"));
    assert_eq!(rows, "u (2)\n  1 | 2 | 'x'\n  2 | 3 | 'y'\n");
    assert_eq!(strange.source().statistics().unwrap().len(), 2);
}

#[test]
fn a_schema_has_the_same_fingerprint_in_another_file() {
    let sql = "CREATE TABLE t (id INTEGER PRIMARY KEY, x TEXT UNIQUE)";
    let padded = format!("CREATE TABLE other (x); DROP TABLE other; {sql}");
    assert_eq!(catalog(&db(sql)).fingerprint(), catalog(&db(&padded)).fingerprint());
}

#[test]
fn statistics_count_rows_and_bytes_of_tables_with_their_indexes() {
    let db = db("CREATE TABLE a (id INTEGER PRIMARY KEY, x); CREATE INDEX i ON a (x); CREATE TABLE b (x);
                 INSERT INTO a VALUES (1, 'x'), (2, 'y')");
    let found: Vec<_> = db.source().statistics().unwrap();
    let shown: Vec<String> =
        found.iter().map(|table| format!("{} {} {:?}", table.table, table.rows, table.bytes)).collect();
    assert_eq!(shown, ["a 2 Some(8192)", "b 0 Some(4096)"]);
}
