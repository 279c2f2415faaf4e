//! Only the scenario's rows change: rows of users in the same tables, and rows that point at the scenario's, stay as they
//! are, byte for byte; where that cannot be, nothing changes at all.

use insta::assert_snapshot;
use test_support::{Sandbox, sqlite};

use crate::{DATABASE, clone, done, rows};

const TIMES: &str = "'2026-11-20 08:00:00', '2026-11-20 08:00:00'";

/// A database with general v1, and rows that are none of its business.
fn with_users_rows(bookmarks: &str) -> Sandbox {
    let sandbox = clone();
    done(&sandbox, &["demo-import", "general", "--version", "v1"]);
    sqlite::execute(
        &sandbox.path(DATABASE),
        &format!(
            "CREATE TABLE bookmarks (id INTEGER PRIMARY KEY, fragment_id INTEGER REFERENCES fragments (id) {bookmarks}, note TEXT);
             INSERT INTO vaults VALUES (9001, 'Mine', 'mine', NULL, '{{}}', {TIMES});
             INSERT INTO projects VALUES (9001, (SELECT id FROM vaults WHERE slug = 'personal'), NULL, 'Mine', NULL, 'active', '{{ \"mine\" : 1 }}', {TIMES}),
                                         (9002, 9001, 9001, 'Mine too', NULL, 'paused', '{{}}', {TIMES});
             INSERT INTO fragments VALUES
               (9001, 'note', 'Mine', 'Not a demo row', '[]', '[]', '{{\"scenario\":\"general\"}}', '{{}}', 'personal', 9001, 'pending', NULL, {TIMES}),
               (9002, 'note', NULL, 'Under my own vault', '[]', '[]', '{{\"demo_seed\":false,\"scenario\":\"general\"}}', '{{}}', 'mine', NULL, 'pending', NULL, {TIMES}),
               (9003, 'note', NULL, 'Of a scenario without a file', '[]', '[]', '{{\"demo_seed\":true,\"scenario\":\"other\"}}', '{{}}', 'mine', NULL, 'pending', NULL, {TIMES});
             INSERT INTO todos VALUES (9001, 9001, 'Mine', 'open', 'normal', NULL, NULL, {TIMES});
             INSERT INTO bookmarks VALUES (1, 1, 'at a demo row'), (2, 9001, 'at my own'), (3, NULL, 'at nothing');"
        ),
    );
    sandbox
}

/// What is the users', with exact values.
fn users_rows(sandbox: &Sandbox) -> Vec<Vec<String>> {
    let connection = sqlite::open(&sandbox.path(DATABASE));
    [
        "vaults WHERE id > 9000",
        "vaults WHERE slug = 'personal'",
        "projects WHERE id > 9000",
        "fragments WHERE id > 9000",
        "todos WHERE id > 9000",
        "bookmarks",
    ]
    .map(|from| rows(&connection, &format!("SELECT * FROM {from}")))
    .into()
}

fn database(sandbox: &Sandbox) -> Vec<u8> {
    std::fs::read(sandbox.path(DATABASE)).expect("there")
}

fn broken_references(sandbox: &Sandbox) -> Vec<String> {
    rows(&sqlite::open(&sandbox.path(DATABASE)), "PRAGMA foreign_key_check")
}

#[test]
fn importing_the_same_version_leaves_the_file_alone() {
    for action in ["", "ON DELETE CASCADE", "ON DELETE SET NULL"] {
        let sandbox = with_users_rows(action);
        let before = database(&sandbox);
        let run = done(&sandbox, &["demo-import", "general", "--version", "v1"]);
        assert!(run.stdout.contains("nothing was changed"), "{}", run.transcript());
        assert!(database(&sandbox) == before, "{action}: the file's bytes changed");
    }
}

#[test]
fn importing_a_newer_version_leaves_users_rows_alone() {
    for action in ["", "ON DELETE CASCADE", "ON DELETE SET NULL ON UPDATE CASCADE"] {
        let sandbox = with_users_rows(action);
        // A row that v2 changes and one that it keeps, both pointed at.
        sqlite::execute(
            &sandbox.path(DATABASE),
            "INSERT INTO bookmarks VALUES (4, 172, 'at a row that changes')",
        );
        let before = users_rows(&sandbox);
        done(&sandbox, &["demo-import", "general"]);
        assert_eq!(users_rows(&sandbox), before, "{action}");
        assert_eq!(broken_references(&sandbox), [""; 0]);
        let export = done(&sandbox, &["demo-export", "general"]);
        assert!(export.stdout.contains("is unchanged since v2_"), "{}", export.transcript());
        done(&sandbox, &["demo-import", "general", "--version", "v1"]);
        assert_eq!(users_rows(&sandbox), before, "{action}");
    }
}

#[test]
fn a_newer_version_that_removes_a_row_pointed_at_is_refused_before_any_change() {
    for action in
        ["", "ON DELETE CASCADE", "ON DELETE SET NULL", "ON DELETE SET DEFAULT", "ON DELETE RESTRICT"]
    {
        let sandbox = with_users_rows(action);
        sqlite::execute(
            &sandbox.path(DATABASE),
            "INSERT INTO bookmarks VALUES (5, 176, 'at a row that goes')",
        );
        let before = database(&sandbox);
        for args in [&["demo-import", "general"][..], &["demo-import", "general", "--yes"]] {
            let run = sandbox.run(args).expect_code(3);
            if args.len() == 2 && action.is_empty() {
                assert_snapshot!(run.transcript(), @r"
                $ cargo xtask demo-import general
                -- stderr
                error: rows that the import would delete, or whose key it would change, are referred to by rows that stay:
                         bookmarks: id 5 refers by (fragment_id) to fragments: id 176
                   help: delete those referring rows or point them elsewhere, then import again
                -- exit 3
                ");
            }
            assert!(
                run.stderr.contains("bookmarks: id 5") && run.stderr.contains("fragments: id 176"),
                "{}",
                run.transcript()
            );
            assert!(database(&sandbox) == before, "{action}: the file's bytes changed");
        }
        let side_files: Vec<_> = sandbox.tree("target").into_keys().collect();
        assert_eq!(side_files, [sandbox.path(DATABASE)]);
    }
}

#[test]
fn a_users_todo_of_a_demo_row_is_an_edit_of_the_demo_and_asked_about() {
    // Todos are followed: one that a user adds to a fragment of the scenario becomes the scenario's.
    let sandbox = with_users_rows("");
    sqlite::execute(
        &sandbox.path(DATABASE),
        &format!("INSERT INTO todos VALUES (9009, 1, 'Added', 'open', 'low', NULL, NULL, {TIMES})"),
    );
    let before = database(&sandbox);
    let run = sandbox.run(&["demo-import", "general"]).expect_code(2);
    assert!(run.stderr.contains("todos id 9009 (added)"), "{}", run.transcript());
    assert!(database(&sandbox) == before, "the file's bytes changed");
}

#[test]
fn a_users_trigger_does_not_fire_and_an_unfollowed_child_of_a_child_stays() {
    let sandbox = with_users_rows("ON DELETE CASCADE");
    let database = sandbox.path(DATABASE);
    sqlite::execute(
        &database,
        "CREATE TABLE audit (line TEXT);
         CREATE TABLE alarms (id INTEGER PRIMARY KEY, todo_id INTEGER REFERENCES todos (id) ON DELETE CASCADE);
         INSERT INTO alarms VALUES (1, 11), (2, 9001);
         CREATE TRIGGER watch AFTER UPDATE ON fragments BEGIN
           INSERT INTO audit VALUES (new.id); DELETE FROM bookmarks; UPDATE todos SET title = 'fired';
         END;
         CREATE TRIGGER watch_deletes AFTER DELETE ON fragments BEGIN DELETE FROM alarms; END;",
    );
    let before = users_rows(&sandbox);
    done(&sandbox, &["demo-import", "general"]);
    assert_eq!(users_rows(&sandbox), before);
    let connection = sqlite::open(&database);
    assert_eq!(rows(&connection, "SELECT * FROM audit"), [""; 0]);
    assert_eq!(rows(&connection, "SELECT * FROM alarms"), ["1 | 11", "2 | 9001"]);
}
