//! What the commands say of references that are not followed, of loose ones, and of rows that a limit chose.

use insta::assert_snapshot;
use test_support::{Sandbox, sqlite};

use crate::support::{EPOCH, XTASK, refused, shown};

fn sandbox(sql: &str, scenario: &str) -> Sandbox {
    let sandbox = Sandbox::empty(XTASK);
    sqlite::execute(&sandbox.path("app.sqlite"), sql);
    sandbox.write("demo-snapshots/app/scenario.yaml", format!("scenario: app\n{scenario}"));
    sandbox
}

const EXPORT: [&str; 4] = ["demo-export", "app", "--database", "sqlite:app.sqlite"];

const TAGS: &str = "CREATE TABLE types (id INTEGER PRIMARY KEY, model TEXT); INSERT INTO types VALUES (1, 'post'), (2, 'photo');
    CREATE TABLE posts (id INTEGER PRIMARY KEY); INSERT INTO posts VALUES (5);
    CREATE TABLE photos (id INTEGER PRIMARY KEY, post INTEGER REFERENCES posts); INSERT INTO photos VALUES (5, 5);
    CREATE TABLE tags (id INTEGER PRIMARY KEY, type INTEGER REFERENCES types, object INTEGER, more JSON);
    INSERT INTO tags VALUES (1, 2, 5, '{\"photo\":5}'), (2, NULL, 7, NULL);";

#[test]
fn what_leads_to_an_excluded_table_is_told() {
    let relations = "relations:
  - { from: tags(object), to: photos, type_table: { column: type, table: types, where: { model: photo } } }
  - { from: tags(more.photo), to: photos }\n";
    let sandbox = sandbox(TAGS, &format!("select: {{ tags: all }}\nexcluded_tables: [photos]\n{relations}"));
    assert_snapshot!(shown(&sandbox.run_with(&EXPORT, &EPOCH).expect_code(0)), @r"
        $ cargo xtask demo-export app --database sqlite:app.sqlite
        app v1_2026-11-18: 3 rows added, 0 changed, 0 removed ([TIME]).
        Wrote demo-snapshots/app/app_v1_2026-11-18.sql (1.1 KiB).
         table   rows   own   shared
        ─────────────────────────────
         types      1     -        1
         tags       2     2        -
         total      3     2        1
        -- stderr
        warning: tags.more.photo: references to `photos`, which the scenario leaves out, stay in the JSON as they are
        warning: tags.object: 1 reference to a row that the scenario leaves out was written as NULL
        -- exit 0
        ");
    let scenario = format!("scenario: app\nselect: {{ tags: all }}\nexcluded_tables: [types]\n{relations}");
    sandbox.write("demo-snapshots/app/scenario.yaml", scenario);
    assert_snapshot!(refused(&sandbox, &EXPORT), @r"
        $ cargo xtask demo-export app --database sqlite:app.sqlite
        -- stderr
        error: demo-snapshots/app/scenario.yaml, at `excluded_tables`: `tags.type` refers to `types` and cannot be written as NULL: a relation tells by `type` which table it means
           help: rows of that table are needed: take it off the list, or exclude the referring table too
        -- exit 3
        ");
}

#[test]
fn a_loose_reference_by_bytes_that_finds_no_row_is_told_as_bytes() {
    let sql = "CREATE TABLE posts (id BLOB NOT NULL PRIMARY KEY); CREATE TABLE notes (id INTEGER PRIMARY KEY, kind TEXT, subject BLOB);
        INSERT INTO posts VALUES (x'00ff'); INSERT INTO notes VALUES (1, 'Post', x'00ff'), (2, 'Post', x'0abbff');";
    let scenario =
        "select: { notes: all }\nrelations: [{ from: notes(subject), to: posts, when: { kind: Post } }]\n";
    assert_snapshot!(refused(&sandbox(sql, scenario), &EXPORT), @r"
        $ cargo xtask demo-export app --database sqlite:app.sqlite
        -- stderr
        error: notes: the row id 2 refers by subject x'0abbff' to posts, which has no such row
           help: repair the row in the source, or insert the parent: a snapshot holds every row that its rows refer to
        -- exit 3
        ");
}

#[test]
fn a_parent_in_the_same_table_by_another_spelling_is_told() {
    let people = "CREATE TABLE people (name TEXT COLLATE NOCASE NOT NULL PRIMARY KEY, boss TEXT NOT NULL REFERENCES people);
        INSERT INTO people VALUES ('Ann', 'Ann'), ('Bob', 'ann');";
    assert_snapshot!(refused(&sandbox(people, "select: { people: all }\n"), &EXPORT), @r"
        $ cargo xtask demo-export app --database sqlite:app.sqlite
        -- stderr
        error: people, row name 'Bob': boss refers to a row of the same table by a value that the database takes for equal to the row's, but that is not the same
           help: a file that orders such rows knows only the same value (not 'ann' for 'Ann', '1' for 1, 1.0 for 1.00): let the row hold the value as its parent has it
        -- exit 3
        ");
}

#[test]
fn a_path_leads_along_what_holds_and_what_a_limit_chose() {
    let relation = |table: &str, model: &str| {
        format!(
            "  - {{ from: tags(object), to: {table}, type_table: {{ column: type, table: types, where: {{ model: {model} }} }} }}\n"
        )
    };
    let relations = format!("relations:\n{}{}", relation("posts", "post"), relation("photos", "photo"));
    let explain = |sandbox: &Sandbox, key: &[&str]| {
        let args = [&["demo-explain", "app"], key, &["--database", "sqlite:app.sqlite"]].concat();
        sandbox.run(&args).expect_code(0).transcript()
    };
    let tags = sandbox(TAGS, &format!("select: {{ tags: all }}\n{relations}"));
    assert_snapshot!(explain(&tags, &["posts", "5"]), @r"
        $ cargo xtask demo-explain app posts 5 --database sqlite:app.sqlite
         row              owner    why
        ──────────────────────────────────────────────────────────────────
         tags id 1        own      selected
         └ photos id 5    shared   parent: tags (object) refers to its id
           └ posts id 5   shared   parent: photos (post) refers to its id
        -- exit 0
        ");
    let children = "CREATE TABLE a (id INTEGER PRIMARY KEY); INSERT INTO a VALUES (1), (2);
        CREATE TABLE c (id INTEGER PRIMARY KEY, x INTEGER REFERENCES a, y INTEGER REFERENCES a, n INTEGER);
        INSERT INTO c VALUES (1, 1, NULL, 3), (2, 1, NULL, 9), (3, 1, 2, 5);";
    let limited = sandbox(
        children,
        "select: { a: all }\nfollow: { children: { c: { max_children_per_node: 1, order_by: -n } } }\n",
    );
    assert_snapshot!(explain(&limited, &["c", "3"]), @r"
        $ cargo xtask demo-explain app c 3 --database sqlite:app.sqlite
         row        owner   why
        ──────────────────────────────────────────────────
         a id 2     own     selected
         └ c id 3   own     child: its y refers to a (id)
        -- exit 0
        ");
    assert_snapshot!(explain(&limited, &["c", "2"]), @r"
        $ cargo xtask demo-explain app c 2 --database sqlite:app.sqlite
         row        owner   why
        ──────────────────────────────────────────────────
         a id 1     own     selected
         └ c id 2   own     child: its x refers to a (id)
        -- exit 0
        ");
}

#[test]
fn a_version_goes_into_a_new_database_without_the_tables_that_it_leaves_out() {
    let sql = "CREATE TABLE logs (id INTEGER PRIMARY KEY); INSERT INTO logs VALUES (1); CREATE TABLE labels (id INTEGER PRIMARY KEY); INSERT INTO labels VALUES (1);
        CREATE TABLE todos (id INTEGER PRIMARY KEY, log INTEGER REFERENCES logs, label INTEGER); INSERT INTO todos VALUES (1, 1, 1);";
    let scenario = "select: { todos: all }\nfollow: { follow_nullable_relations: false }\nexcluded_tables: [logs]\n\
        relations: [{ from: todos(label), to: labels }]\n";
    let sandbox = sandbox(sql, scenario);
    let _ = sandbox.run(&EXPORT).expect_code(0);
    let _ = sandbox
        .run(&["demo-import", "app", "--database", "sqlite:new.sqlite", "--create-schema"])
        .expect_code(0);
    let row = "SELECT concat_ws(',', id, ifnull(log, 'NULL'), ifnull(label, 'NULL')) FROM todos";
    assert_eq!(sqlite::one(&sandbox.path("new.sqlite"), row), "1,NULL,NULL");
}
