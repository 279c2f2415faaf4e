//! Which rows a definition means.

use insta::assert_snapshot;
use model::{ConditionOp, Scalar};

use super::engine::{CYCLE, INTEGER, OTHER_TEXT, WITHOUT_ROWID, db};
use super::support::{all, child, only, relation, table, text};

fn tree() -> String {
    format!("CREATE TABLE users (id INTEGER PRIMARY KEY, name TEXT);
    CREATE TABLE posts (id INTEGER PRIMARY KEY, author {INTEGER} REFERENCES users, parent {INTEGER} REFERENCES posts, tag TEXT);
    CREATE TABLE likes (id INTEGER PRIMARY KEY, post {INTEGER} REFERENCES posts, by {INTEGER} REFERENCES users);
    INSERT INTO users VALUES (1, 'a'), (2, 'b'), (3, 'c'), (4, 'nobody');
    INSERT INTO posts VALUES (10, 1, NULL, 'x'), (11, 2, 10, NULL), (12, 1, 11, NULL), (13, 3, NULL, 'y');
    INSERT INTO likes VALUES (1, 12, 3), (2, 13, 3), (3, NULL, 2)")
}

#[test]
fn children_are_followed_from_owned_rows_and_parents_from_all() {
    let rows = db(&tree()).rows(|definition| {
        only(definition, "posts", "tag", ConditionOp::In, &[text("x")]);
        table(definition, "posts").references[1].child = true;
        table(definition, "likes").references[1].child = true;
    });
    assert_snapshot!(rows, @"
    likes (1)
      1 | 12 | 3
    posts (3)
      10 | 1 | NULL | 'x'
      11 | 2 | 10 | NULL
      12 | 1 | 11 | NULL
    users (3 shared)
      1 | 'a'
      2 | 'b'
      3 | 'c'
    ");
}

#[test]
fn children_are_not_followed_from_shared_rows() {
    let rows = db(&tree()).rows(|definition| {
        only(definition, "likes", "id", ConditionOp::In, &[Scalar::Integer(2)]);
        child(definition, "posts");
    });
    assert_snapshot!(rows, @"
    likes (1)
      2 | 13 | 3
    posts (1 shared)
      13 | 3 | NULL | 'y'
    users (1 shared)
      3 | 'c'
    ");
}

#[test]
fn a_row_that_is_selected_and_a_parent_is_owned() {
    let rows = db(&tree()).rows(|definition| {
        all(definition, "users");
        all(definition, "posts");
    });
    assert!(rows.starts_with("posts (4)\n") && rows.ends_with("  4 | 'nobody'\n"), "{rows}");
    assert!(!rows.contains("shared"));
}

#[test]
fn parents_that_only_some_rows_own_are_shared_by_the_others() {
    let rows = db(&tree()).rows(|definition| {
        only(definition, "users", "name", ConditionOp::In, &[text("a")]);
        child(definition, "posts");
        table(definition, "posts").references[1].child = false;
        only(definition, "likes", "id", ConditionOp::In, &[Scalar::Integer(1), Scalar::Integer(2)]);
    });
    assert_snapshot!(rows, @"
    likes (2)
      1 | 12 | 3
      2 | 13 | 3
    posts (2 shared)
      11 | 2 | 10 | NULL
      13 | 3 | NULL | 'y'
    posts (2)
      10 | 1 | NULL | 'x'
      12 | 1 | 11 | NULL
    users (2 shared)
      2 | 'b'
      3 | 'c'
    users (1)
      1 | 'a'
    ");
}

#[test]
fn cycles_end() {
    let rows = db(&format!("{CYCLE} INSERT INTO a VALUES (1, NULL), (3, NULL); INSERT INTO b VALUES (2, 1); UPDATE a SET b = 2 WHERE id = 1")).rows(|definition| {
        only(definition, "a", "id", ConditionOp::In, &[Scalar::Integer(1)]);
        child(definition, "a");
        child(definition, "b");
    });
    assert_snapshot!(rows, @"
    a (1)
      1 | 2
    b (1)
      2 | 1
    ");
}

#[test]
fn composite_and_unique_keys_are_followed() {
    let rows = db(&format!("CREATE TABLE threads (ns TEXT, id TEXT, slug TEXT NOT NULL UNIQUE, PRIMARY KEY (ns, id)) {WITHOUT_ROWID};
        CREATE TABLE notes (a TEXT, b TEXT, n INTEGER, slug TEXT REFERENCES threads (slug), PRIMARY KEY (n, b),
          FOREIGN KEY (b, a) REFERENCES threads (id, ns)) {WITHOUT_ROWID};
        INSERT INTO threads VALUES ('x', '1', 's1'), ('x', '2', 's2'), ('y', '1', 's3');
        INSERT INTO notes VALUES ('x', '1', 5, 's3'), ('x', '2', 6, NULL), (NULL, '2', 7, NULL)"))
    .rows(|definition| {
        only(definition, "threads", "slug", ConditionOp::In, &[text("s1")]);
        child(definition, "notes");
    });
    assert_snapshot!(rows, @"
    notes (1)
      'x' | '1' | 5 | 's3'
    threads (1 shared)
      'y' | '1' | 's3'
    threads (1)
      'x' | '1' | 's1'
    ");
}

#[test]
fn a_relation_that_no_schema_declares_is_followed() {
    let rows = db(&format!(
        "CREATE TABLE p (id TEXT PRIMARY KEY); CREATE TABLE c (id INTEGER PRIMARY KEY, p {OTHER_TEXT});
        INSERT INTO p VALUES ('a'), ('b'); INSERT INTO c VALUES (1, 'a'), (2, 'b')"
    ))
    .rows(|definition| {
        only(definition, "p", "id", ConditionOp::In, &[text("b")]);
        table(definition, "c").references.push(relation("p", "p", "id", true));
    });
    assert_snapshot!(rows, @"
    c (1)
      2 | 'b'
    p (1)
      'b'
    ");
}
