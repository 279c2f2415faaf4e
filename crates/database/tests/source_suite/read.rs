//! In which order rows are read and as which values, and which are refused.

use insta::assert_snapshot;
use model::{ConditionOp, LogicalType, Reference, Scalar};

use super::engine::{INTEGER, STORED, WITHOUT_ROWID, db};
use super::support::{all, only, relation, table};

#[test]
fn the_deeper_of_two_parents_counts() {
    let db = db(&format!("CREATE TABLE t (id TEXT PRIMARY KEY, a TEXT NOT NULL REFERENCES t, b TEXT NOT NULL REFERENCES t) {WITHOUT_ROWID};
        INSERT INTO t VALUES ('r', 'r', 'r'), ('y', 'r', 'r'), ('x', 'y', 'r'), ('a', 'r', 'x'), ('b', 'a', 'y')"));
    let rows = db.rows(|definition| {
        all(definition, "t");
        table(definition, "t").order_parents = true;
    });
    assert_snapshot!(rows, @"
    t (5)
      'r' | 'r' | 'r'
      'y' | 'r' | 'r'
      'x' | 'y' | 'r'
      'a' | 'r' | 'x'
      'b' | 'a' | 'y'
    ");
}

#[test]
fn a_column_may_be_read_as_another_type_than_its_own() {
    let db = db(
        r#"CREATE TABLE t (id INTEGER PRIMARY KEY, m TEXT); INSERT INTO t VALUES (1, '{ "a": 1, "a": 2 }'), (2, '[1, 2]')"#,
    );
    let as_type = |ty| {
        db.try_rows(|definition| {
            all(definition, "t");
            table(definition, "t").columns[1].ty = ty;
        })
    };
    assert_snapshot!(as_type(LogicalType::JsonVerbatim).unwrap(), @r#"
    t (2)
      1 | '{ "a": 1, "a": 2 }'
      2 | '[1, 2]'
    "#);
    assert!(as_type(LogicalType::Json).is_err());
}

#[test]
fn a_json_value_without_one_meaning_names_row_column_and_way_out() {
    let db = db(
        r#"CREATE TABLE t (id INTEGER PRIMARY KEY, m JSON); INSERT INTO t VALUES (1, '{}'), (7, '{"a":1,"a":2}')"#,
    );
    assert_snapshot!(db.error(|definition| all(definition, "t")), @"
    t.m, row id 7: the key `a` stands twice in one JSON object
    help: repair the value, or keep its exact text with `columns: { t: { m: json-verbatim } }` in the scenario
    ");
    assert!(
        db.try_rows(|definition| {
            all(definition, "t");
            table(definition, "t").columns[1].ty = LogicalType::JsonVerbatim;
        })
        .is_ok()
    );
}

#[test]
fn rows_that_are_their_own_ancestors_are_refused() {
    let rows = "CREATE TABLE t (id INTEGER PRIMARY KEY, p INTEGER NOT NULL REFERENCES t, q INTEGER NOT NULL REFERENCES t);";
    let cycle = |values: &str| {
        db(&format!("{rows} INSERT INTO t VALUES {values}")).error(|definition| {
            all(definition, "t");
            table(definition, "t").order_parents = true;
        })
    };
    assert_snapshot!(cycle("(1, 1, 1), (2, 3, 3), (3, 2, 2)"), @"
    t: the row id 2 is its own ancestor along a NOT NULL reference
    help: break the circle in the source: no order of rows could insert it
    ");
    assert_snapshot!(cycle("(1, 1, 1), (2, 3, 1), (3, 2, 2)"), @"
    t: the row id 3 is its own ancestor along a NOT NULL reference
    help: break the circle in the source: no order of rows could insert it
    ");
}

#[test]
fn parents_come_first_where_a_reference_to_the_table_itself_is_not_null() {
    let db = db("CREATE TABLE t (id INTEGER PRIMARY KEY, parent INTEGER NOT NULL REFERENCES t);
        INSERT INTO t VALUES (1, 3), (2, 9), (3, 3), (4, 1), (9, 3), (5, 5)");
    let rows = db.rows(|definition| {
        all(definition, "t");
        table(definition, "t").order_parents = true;
    });
    assert_snapshot!(rows, @"
    t (6)
      3 | 3
      5 | 5
      1 | 3
      9 | 3
      2 | 9
      4 | 1
    ");
    let some = db.rows(|definition| {
        only(definition, "t", "id", ConditionOp::In, &[Scalar::Integer(2), Scalar::Integer(4)]);
        table(definition, "t").order_parents = true;
    });
    assert_snapshot!(some, @"
    t (3 shared)
      3 | 3
      1 | 3
      9 | 3
    t (2)
      2 | 9
      4 | 1
    ");
}

#[test]
fn a_definition_must_fit_the_database() {
    let db = db(&format!(
        "CREATE TABLE t (id INTEGER PRIMARY KEY, g {INTEGER} GENERATED ALWAYS AS (id) {STORED})"
    ));
    assert_snapshot!(db.error(|definition| table(definition, "t").name = "gone\u{1b}".into()), @r"
    the database has no table `gone\u001b`
    help: migrate the database, or take the table out of the scenario
    ");
    assert_snapshot!(db.error(|definition| only(definition, "t", "gone", ConditionOp::Null, &[])), @"
    the table `t` has no stored column `gone`
    help: migrate the database, or take the column out of the scenario; generated columns are never exported
    ");
    assert_snapshot!(db.error(|definition| table(definition, "t").columns[0].name = "g".into()), @"
    the table `t` has no stored column `g`
    help: migrate the database, or take the column out of the scenario; generated columns are never exported
    ");
    assert_snapshot!(db.error(|definition| {
        table(definition, "t").references.push(relation("id", "elsewhere", "id", false));
    }), @"
    t refers to elsewhere, which is not among the tables
    help: make that table, or drop the foreign key: a snapshot holds every row that its rows refer to
    ");
    assert_snapshot!(db.error(|definition| {
        let reference = Reference { key: Vec::new(), ..relation("id", "t", "id", false) };
        table(definition, "t").references.push(reference);
    }), @"
    t refers to t by 1 columns, and the key there has 0
    help: name as many columns as the key has, under `relations:` or in the foreign key
    ");
}
