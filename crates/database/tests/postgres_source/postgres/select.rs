//! Which rows a definition means.

use insta::assert_snapshot;
use model::{ConditionOp, Scalar};

use super::engine::db;
use super::suite::support::{all, child, only, relation, table, text};

#[test]
fn references_compare_as_the_servers_own_keys_do() {
    let rows = db("CREATE COLLATION nocase (provider = icu, locale = 'und-u-ks-level2', deterministic = false);
        CREATE TABLE p (code TEXT COLLATE nocase PRIMARY KEY, n NUMERIC UNIQUE);
        CREATE TABLE c (id INTEGER PRIMARY KEY, code TEXT COLLATE nocase REFERENCES p, n INTEGER REFERENCES p (n));
        INSERT INTO p VALUES ('Ab', 7), ('cd', 8.0); INSERT INTO c VALUES (1, 'aB', 8), (2, 'CD', NULL)");
    let kept = rows.rows(|definition| {
        only(definition, "c", "id", ConditionOp::In, &[Scalar::Integer(1)]);
    });
    assert_snapshot!(kept, @"
    c (1)
      1 | 'aB' | 8
    p (2 shared)
      'Ab' | '7'
      'cd' | '8.0'
    ");
    let kept = rows.rows(|definition| {
        only(definition, "p", "n", ConditionOp::In, &[text("8.0")]);
        table(definition, "c").references[1].child = true;
    });
    assert_snapshot!(kept, @"
    c (1)
      1 | 'aB' | 8
    p (1 shared)
      'Ab' | '7'
    p (1)
      'cd' | '8.0'
    ");
}

#[test]
fn a_relation_between_two_types_compares_what_they_print() {
    let rows = db("CREATE TABLE p (id BIGINT PRIMARY KEY, u UUID UNIQUE);
        CREATE TABLE c (id INTEGER PRIMARY KEY, p TEXT COLLATE \"C\", u CHAR(40));
        INSERT INTO p VALUES (1, '123e4567-e89b-12d3-a456-426614174000'), (2, NULL);
        INSERT INTO c VALUES (1, '1', NULL), (2, '2', NULL), (3, NULL, '123e4567-e89b-12d3-a456-426614174000')");
    let by = |column: &str, key: &str| {
        rows.try_rows(|definition| {
            only(definition, "p", "id", ConditionOp::In, &[Scalar::Integer(1)]);
            table(definition, "c").references.push(relation(column, "p", key, true));
        })
    };
    assert_snapshot!(by("p", "id").unwrap(), @"
    c (1)
      1 | '1' | NULL
    p (1)
      1 | '123e4567-e89b-12d3-a456-426614174000'
    ");
    // A blank-padded text is no uuid.
    assert_snapshot!(by("u", "u").unwrap(), @"
    p (1)
      1 | '123e4567-e89b-12d3-a456-426614174000'
    ");
}

#[test]
fn rows_of_walked_tables_are_owned_by_every_way() {
    // Selected, child of a table that SQL knows, and child of another row.
    let rows = db("CREATE TABLE p (id INTEGER PRIMARY KEY, tag TEXT);
        CREATE TABLE t (id INTEGER PRIMARY KEY, up INTEGER REFERENCES t, p INTEGER REFERENCES p);
        CREATE TABLE leaf (id INTEGER PRIMARY KEY, t INTEGER REFERENCES t);
        INSERT INTO p VALUES (1, 'x'), (2, 'y'), (3, NULL);
        INSERT INTO t VALUES (1, NULL, 1), (2, 1, 2), (3, NULL, 2), (4, NULL, 3), (5, 4, NULL), (6, NULL, NULL), (7, 6, NULL);
        INSERT INTO leaf VALUES (1, 2), (2, 3), (3, 7), (4, 5)")
    .rows(|definition| {
        only(definition, "p", "tag", ConditionOp::In, &[text("x")]);
        only(definition, "t", "id", ConditionOp::In, &[Scalar::Integer(6)]);
        child(definition, "t");
        child(definition, "leaf");
    });
    assert_snapshot!(rows, @"
    leaf (2)
      1 | 2
      3 | 7
    p (1 shared)
      2 | 'y'
    p (1)
      1 | 'x'
    t (4)
      1 | NULL | 1
      2 | 1 | 2
      6 | NULL | NULL
      7 | 6 | NULL
    ");
}

#[test]
fn partitioned_tables_are_read_through_their_root_and_inheriting_ones_alone() {
    let db = db("CREATE TABLE base (id INTEGER PRIMARY KEY, x TEXT); CREATE TABLE derived (PRIMARY KEY (id)) INHERITS (base);
        INSERT INTO base VALUES (1, 'base'); INSERT INTO derived VALUES (2, 'derived');
        CREATE TABLE parted (id INTEGER, region TEXT, up INTEGER, up_region TEXT, PRIMARY KEY (id, region)) PARTITION BY LIST (region);
        CREATE TABLE parted_a PARTITION OF parted FOR VALUES IN ('a');
        CREATE TABLE parted_b PARTITION OF parted FOR VALUES IN ('b') PARTITION BY RANGE (id);
        CREATE TABLE parted_b1 PARTITION OF parted_b FOR VALUES FROM (0) TO (10);
        CREATE TABLE parted_b2 PARTITION OF parted_b FOR VALUES FROM (10) TO (20);
        ALTER TABLE parted ADD FOREIGN KEY (up, up_region) REFERENCES parted;
        INSERT INTO parted VALUES (1, 'b', NULL, NULL), (1, 'a', 1, 'b'), (12, 'b', 1, 'a'), (3, 'b', NULL, NULL), (4, 'a', 3, 'b')");
    let rows = db.rows(|definition| {
        all(definition, "base");
        all(definition, "parted");
    });
    assert_snapshot!(rows, @"
    base (1)
      1 | 'base'
    parted (5)
      1 | 'a' | 1 | 'b'
      1 | 'b' | NULL | NULL
      3 | 'b' | NULL | NULL
      4 | 'a' | 3 | 'b'
      12 | 'b' | 1 | 'a'
    ");
    let down = db.rows(|definition| {
        only(definition, "parted", "id", ConditionOp::In, &[Scalar::Integer(1)]);
        child(definition, "parted");
    });
    assert_snapshot!(down, @"
    parted (3)
      1 | 'a' | 1 | 'b'
      1 | 'b' | NULL | NULL
      12 | 'b' | 1 | 'a'
    ");
    let up = db.rows(|definition| only(definition, "parted", "id", ConditionOp::In, &[Scalar::Integer(12)]));
    assert_snapshot!(up, @"
    parted (2 shared)
      1 | 'a' | 1 | 'b'
      1 | 'b' | NULL | NULL
    parted (1)
      12 | 'b' | 1 | 'a'
    ");
}

#[test]
fn tables_of_other_schemas_are_read_there() {
    let rows = db("CREATE SCHEMA \"Other\"; CREATE TABLE \"Other\".\"Select\" (id INTEGER PRIMARY KEY);
        CREATE TABLE t (id INTEGER PRIMARY KEY, s INTEGER REFERENCES \"Other\".\"Select\");
        INSERT INTO \"Other\".\"Select\" VALUES (1), (2); INSERT INTO t VALUES (1, 2)")
    .rows(|definition| all(definition, "t"));
    assert_snapshot!(rows, @"
    Select (1 shared)
      2
    t (1)
      1 | 2
    ");
}

#[test]
fn a_deep_chain_is_followed_in_moments() {
    let db = db("CREATE TABLE t (id INTEGER PRIMARY KEY, parent INTEGER REFERENCES t);
        INSERT INTO t SELECT i, nullif(i - 1, 0) FROM generate_series(1, 2000) AS i; CREATE INDEX i ON t (parent)");
    let down = db.rows(|definition| {
        only(definition, "t", "id", ConditionOp::In, &[Scalar::Integer(1)]);
        child(definition, "t");
    });
    assert!(down.starts_with("t (2000)\n"));
    let up = db.rows(|definition| only(definition, "t", "id", ConditionOp::In, &[Scalar::Integer(2000)]));
    assert!(up.starts_with("t (1999 shared)\n"));
}

#[test]
fn many_rows_are_walked_in_batches() {
    let db = db("CREATE TABLE t (id INTEGER PRIMARY KEY, parent INTEGER REFERENCES t);
        INSERT INTO t SELECT i, CASE WHEN i > 1 THEN 1 + i / 10000 END FROM generate_series(1, 10000) AS i");
    let rows = db.rows(|definition| {
        only(definition, "t", "id", ConditionOp::In, &[Scalar::Integer(1)]);
        child(definition, "t");
    });
    assert!(rows.starts_with("t (10000)\n  1 | NULL\n  2 | 1\n") && rows.ends_with("  10000 | 2\n"));
}
