//! What must hold of the rows of a definition, and the errors that say otherwise.

use insta::assert_snapshot;
use model::{ConditionOp, LogicalType, Scalar};

use super::engine::db;
use super::suite::support::{all, only, relation, table, text};

#[test]
fn a_selection_too_large_for_a_statement_is_refused() {
    let db = db("CREATE TABLE t (id INTEGER PRIMARY KEY, m JSONB)");
    let many: Vec<Scalar> = (0..40_000).map(Scalar::Integer).collect();
    assert_snapshot!(db.error(|definition| only(definition, "t", "id", ConditionOp::In, &many)), @"
    the selection of `t` is too large: it lists more than 32,000 values
    help: select by a column that marks the scenario's rows instead of listing values
    ");
    assert!(db.try_rows(|definition| only(definition, "t", "id", ConditionOp::In, &many[..32_000])).is_ok());
    let conditions = |count: usize| {
        db.try_rows(|definition| {
            only(definition, "t", "id", ConditionOp::Null, &[]);
            let condition = table(definition, "t").select[0][0].clone();
            table(definition, "t").select[0] = vec![condition; count];
        })
    };
    assert_snapshot!(conditions(500).unwrap_err().to_string(), @"the selection of `t` is too large: more than 400 conditions are joined");
    assert!(conditions(400).is_ok());
    let path = |length: usize| {
        let path = vec!["m"; length].join(".");
        db.try_rows(|definition| only(definition, "t", &path, ConditionOp::Null, &[]))
    };
    assert_snapshot!(path(130).unwrap_err().to_string(), @"the selection of `t` is too large: a path into JSON is longer than 100 keys");
    assert!(path(100).is_ok());
}

#[test]
fn a_reference_that_leads_nowhere_names_row_key_and_parent() {
    let db = db("CREATE TABLE p (a INTEGER, b TEXT, PRIMARY KEY (a, b)); CREATE TABLE c (id TEXT PRIMARY KEY, a INTEGER, b TEXT);
        INSERT INTO p VALUES (1, 'x'); INSERT INTO c VALUES ('ok', 1, 'x'), ('null', 9, NULL), ('worse', 2, 'z'), ('bad', 1, 'y');
        ALTER TABLE c ADD FOREIGN KEY (a, b) REFERENCES p NOT VALID");
    assert_snapshot!(db.error(|definition| all(definition, "c")), @"
    c: the row id 'bad' refers by (a, b) (1, 'y') to p, which has no such row
    help: repair the row in the source, or insert the parent: a snapshot holds every row that its rows refer to
    ");
    let like = |pattern: &str| {
        db.try_rows(|definition| only(definition, "c", "id", ConditionOp::Like, &[text(pattern)]))
    };
    assert!(like("%l").is_ok());
    assert!(like("w%").is_err());
}

#[test]
fn a_relation_that_leads_nowhere_is_refused_for_walked_and_shared_rows_too() {
    let db = db("CREATE TABLE p (id INTEGER PRIMARY KEY, up INTEGER REFERENCES p, far TEXT);
        CREATE TABLE c (id INTEGER PRIMARY KEY, p INTEGER REFERENCES p);
        INSERT INTO p VALUES (1, NULL, '3'), (2, 1, '1'), (3, NULL, '7'); INSERT INTO c VALUES (1, 2)");
    let error = db.error(|definition| {
        all(definition, "c");
        table(definition, "p").references.push(relation("far", "p", "id", false));
    });
    assert_snapshot!(error, @"
    p: the row id 3 refers by far '7' to p, which has no such row
    help: repair the row in the source, or insert the parent: a snapshot holds every row that its rows refer to
    ");
    let error = db.error(|definition| {
        only(definition, "p", "id", ConditionOp::In, &[Scalar::Integer(1)]);
        table(definition, "p").references[0].child = true;
        table(definition, "p").references.push(relation("far", "p", "id", false));
    });
    assert!(error.starts_with("p: the row id 3 refers by far '7' to p"), "{error}");
}

#[test]
fn a_reference_to_a_missing_table_is_an_error() {
    let db = db(
        "CREATE TABLE gone (id INTEGER PRIMARY KEY); CREATE TABLE c (id INTEGER PRIMARY KEY, p INTEGER REFERENCES gone)",
    );
    assert_snapshot!(db.error(|definition| {
        definition.tables.retain(|spec| spec.name == "c");
        all(definition, "c");
    }), @"
    c refers to gone, which is not among the tables
    help: make that table, or drop the foreign key: a snapshot holds every row that its rows refer to
    ");
}

#[test]
fn a_key_with_null_is_refused() {
    let db =
        db("CREATE TABLE t (a TEXT, b INTEGER, UNIQUE (a, b)); INSERT INTO t VALUES ('x', 1), ('x', NULL)");
    assert_snapshot!(db.error(|definition| {
        all(definition, "t");
        table(definition, "t").key = vec!["a".into(), "b".into()];
    }), @"
    t: the row (a, b) ('x', NULL) has NULL in its key
    help: give the row a key: SQLite allows NULL there, a snapshot cannot find such a row again
    ");
}

#[test]
fn keys_that_mean_the_same_are_refused() {
    let db = db(
        "CREATE TABLE t (at TEXT PRIMARY KEY); INSERT INTO t VALUES ('2026-01-01T10:00:00Z'), ('2026-01-01 11:00:00+01')",
    );
    assert_snapshot!(db.error(|definition| {
        all(definition, "t");
        table(definition, "t").columns[0].ty = LogicalType::Timestamptz;
    }), @"
    t: two rows have the key at '2026-01-01T10:00:00Z'
    help: the key's values mean the same in their columns' types; change one of them, or name the columns' types under `columns:`
    ");
}

#[test]
fn a_key_that_is_none_is_refused() {
    let db = db("CREATE TABLE t (a INTEGER NOT NULL); INSERT INTO t VALUES (1), (2), (2)");
    assert_snapshot!(db.error(|definition| {
        all(definition, "t");
        table(definition, "t").key = vec!["a".into()];
    }), @"
    t: two rows have the key a 2
    help: the key's values mean the same in their columns' types; change one of them, or name the columns' types under `columns:`
    ");
}
