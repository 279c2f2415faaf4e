//! Rows in each other's way, and rows that a scenario does not expect.

use insta::assert_snapshot;
use test_support::{Sandbox, sqlite};

use crate::support::{imported, refused, shown, tiny, tiny_refused};

const IMPORT: [&str; 4] = ["demo-import", "tiny", "--database", "sqlite:app.sqlite"];
const EXPORT: [&str; 4] = ["demo-export", "tiny", "--database", "sqlite:app.sqlite"];

/// The tiny archive after `sql` ran in the target.
#[track_caller]
fn after(sql: &str) -> Sandbox {
    let sandbox = tiny();
    sqlite::execute(&sandbox.path("app.sqlite"), sql);
    sandbox
}

fn one(sandbox: &Sandbox, sql: &str) -> String {
    sqlite::one(&sandbox.path("app.sqlite"), sql)
}

#[test]
fn a_shared_parent_with_other_values() {
    let sandbox = after("UPDATE folders SET name = 'In-tray'");
    assert_snapshot!(tiny_refused(&sandbox, &[]), @"
    $ cargo xtask demo-import tiny --database sqlite:app.sqlite
    -- stderr
    error: 1 shared row exists in the target with other values:
             folders: id 1 (name)
       help: `--parents keep` leaves them as they are, `--parents overwrite` gives them the snapshot's values
    -- exit 3
    ");
    assert_snapshot!(shown(&sandbox.run(&[&IMPORT[..], &["--parents", "keep"]].concat())), @"
    $ cargo xtask demo-import tiny --database sqlite:app.sqlite --parents keep
    Imported tiny v1_2026-11-18 into sqlite:app.sqlite: 2 rows read back and equal to the file ([TIME]).
     table     rows   inserted   updated   deleted   skipped   unchanged
    ─────────────────────────────────────────────────────────────────────
     folders      1          -         -         -         1           -
     notes        2          2         -         -         -           -
     total        3          2         -         -         1           -
    -- stderr
    warning: left as it is: folders: id 1
    -- exit 0
    ");
    assert_eq!(one(&sandbox, "SELECT name FROM folders"), "In-tray");
    assert_snapshot!(shown(&sandbox.run(&[&IMPORT[..], &["--parents", "overwrite"]].concat())), @"
    $ cargo xtask demo-import tiny --database sqlite:app.sqlite --parents overwrite
    Imported tiny v1_2026-11-18 into sqlite:app.sqlite: 3 rows read back and equal to the file ([TIME]).
     table     rows   inserted   updated   deleted   skipped   unchanged
    ─────────────────────────────────────────────────────────────────────
     folders      1          -         1         -         -           -
     notes        2          -         -         -         -           2
     total        3          -         1         -         -           2
    -- exit 0
    ");
    assert_eq!(one(&sandbox, "SELECT name FROM folders"), "Inbox");
}

#[test]
fn a_users_row_that_has_the_key_of_one_of_the_scenarios() {
    let sandbox = after("INSERT INTO notes VALUES (2, 1, 'Mine', NULL, NULL)");
    assert_snapshot!(tiny_refused(&sandbox, &[]), @"
    $ cargo xtask demo-import tiny --database sqlite:app.sqlite
    -- stderr
    error: 1 key is taken by rows that are not the scenario's:
             notes: id 2 (title, scenario)
       help: `--on-conflict skip` leaves those rows as they are, `--on-conflict overwrite` gives them the snapshot's values
    -- exit 3
    ");
    assert_snapshot!(shown(&sandbox.run(&[&IMPORT[..], &["--on-conflict", "skip"]].concat())), @"
    $ cargo xtask demo-import tiny --database sqlite:app.sqlite --on-conflict skip
    Imported tiny v1_2026-11-18 into sqlite:app.sqlite: 2 rows read back and equal to the file ([TIME]).
     table     rows   inserted   updated   deleted   skipped   unchanged
    ─────────────────────────────────────────────────────────────────────
     folders      1          -         -         -         -           1
     notes        2          1         -         -         1           -
     total        3          1         -         -         1           1
    -- stderr
    warning: left as it is: notes: id 2
    -- exit 0
    ");
    assert_eq!(one(&sandbox, "SELECT title FROM notes WHERE id = 2"), "Mine");
    assert_snapshot!(shown(&sandbox.run(&[&IMPORT[..], &["--on-conflict", "overwrite"]].concat())), @"
    $ cargo xtask demo-import tiny --database sqlite:app.sqlite --on-conflict overwrite
    Imported tiny v1_2026-11-18 into sqlite:app.sqlite: 3 rows read back and equal to the file ([TIME]).
     table     rows   inserted   updated   deleted   skipped   unchanged
    ─────────────────────────────────────────────────────────────────────
     folders      1          -         -         -         -           1
     notes        2          -         1         -         -           1
     total        3          -         1         -         -           2
    -- exit 0
    ");
    assert_eq!(one(&sandbox, "SELECT title FROM notes WHERE id = 2"), "Second");
}

#[test]
fn a_unique_value_that_a_users_row_has() {
    let sandbox =
        after("CREATE UNIQUE INDEX titles ON notes (title); UPDATE notes SET title = 'First' WHERE id = 9");
    assert_snapshot!(tiny_refused(&sandbox, &[]), @"
    $ cargo xtask demo-import tiny --database sqlite:app.sqlite
    -- stderr
    error: unique values of the snapshot are taken in the target:
             notes: id 1 needs the (title) that notes: id 9 has
       help: give the rows that hold them other values, or delete them, then import again
    -- exit 3
    ");
}

#[test]
fn a_users_row_that_points_at_a_row_to_be_removed() {
    let sandbox = after(
        "INSERT INTO notes VALUES (5, 1, 'Fifth', 3, 'tiny');
         CREATE TABLE stickers (id INTEGER PRIMARY KEY, note_id INTEGER REFERENCES notes (id) ON DELETE CASCADE);
         INSERT INTO stickers VALUES (1, 5)",
    );
    assert_snapshot!(tiny_refused(&sandbox, &["--yes"]), @"
    $ cargo xtask demo-import tiny --database sqlite:app.sqlite --yes
    -- stderr
    error: rows that the import would delete, or whose key it would change, are referred to by rows that stay:
             stickers: id 1 refers by (note_id) to notes: id 5
       help: delete those referring rows or point them elsewhere, then import again
    -- exit 3
    ");
}

#[test]
fn rows_that_people_added_are_not_lost_without_a_yes() {
    let sandbox = after("INSERT INTO notes VALUES (5, 1, 'Fifth', 3, 'tiny')");
    assert_snapshot!(tiny_refused(&sandbox, &[]), @"
    $ cargo xtask demo-import tiny --database sqlite:app.sqlite
    -- stderr
    error: 1 row of the demo that people added or edited would be lost, and nobody is here to confirm it:
             notes id 5 (added)
       help: say --yes to go on, or look first: --dry-run
    -- exit 2
    ");
}

#[test]
fn a_file_and_a_scenario_that_differ_in_what_is_owned() {
    let sandbox = after("INSERT INTO notes VALUES (1, 1, 'First', 3, 'tiny')");
    let scenario = "scenario: tiny\ndescription: Notes\nselect:\n  notes: { scenario: tiny, stars: 3 }\n";
    sandbox.write("demo-snapshots/tiny/scenario.yaml", scenario);
    assert_snapshot!(tiny_refused(&sandbox, &[]), @"
    $ cargo xtask demo-import tiny --database sqlite:app.sqlite
    -- stderr
    error: the file and scenario.yaml of `tiny` differ in what the scenario owns: 1 row of the target by the file, 1 by scenario.yaml
       help: say whose word counts, --definition file or --definition scenario; add --dry-run to see what either would do
    -- exit 3
    ");
    assert_snapshot!(shown(&sandbox.run(&[&IMPORT[..], &["--definition", "scenario", "--dry-run"]].concat())), @"
    $ cargo xtask demo-import tiny --database sqlite:app.sqlite --definition scenario --dry-run
    Dry run of tiny v1_2026-11-18 into sqlite:app.sqlite: nothing was changed ([TIME]).
     table     rows   inserted   updated   deleted   skipped   unchanged
    ─────────────────────────────────────────────────────────────────────
     folders      1          -         -         -         -           1
     notes        2          1         -         -         -           1
     total        3          1         -         -         -           2
    -- exit 0
    ");
    assert_snapshot!(shown(&sandbox.run(&[&IMPORT[..], &["--definition", "file"]].concat())), @"
    $ cargo xtask demo-import tiny --database sqlite:app.sqlite --definition file
    Imported tiny v1_2026-11-18 into sqlite:app.sqlite: 3 rows read back and equal to the file ([TIME]).
     table     rows   inserted   updated   deleted   skipped   unchanged
    ─────────────────────────────────────────────────────────────────────
     folders      1          -         -         -         -           1
     notes        2          1         -         -         -           1
     total        3          1         -         -         -           2
    -- exit 0
    ");
}

#[test]
fn nothing_selected() {
    assert_snapshot!(refused(&tiny(), &EXPORT), @"
    $ cargo xtask demo-export tiny --database sqlite:app.sqlite
    -- stderr
    error: scenario `tiny` selects no row
       help: check `select` in its scenario.yaml and that the database is the right one; `--allow-empty` writes a version without rows
    -- exit 3
    ");
}

#[test]
fn expectations_and_limits_that_are_not_met() {
    let sandbox = imported("writer");
    let path = "demo-snapshots/writer/scenario.yaml";
    let text = sandbox.read(path);
    let with = |old: &str, new: &str| {
        assert!(text.contains(old), "{old}");
        sandbox.write(path, text.replacen(old, new, 1));
        refused(&sandbox, &["demo-export", "writer"])
    };
    assert_snapshot!(with("todos: { min: 10 }", "todos: { min: 15 }"), @"
    $ cargo xtask demo-export writer
    -- stderr
    error: table `todos` has 14 rows; the scenario expects at least 15
       help: mend the data, or `expect` in scenario.yaml
    -- exit 3
    ");
    assert_snapshot!(with("todos: { min: 10 }", "todos: { max: 13 }"), @"
    $ cargo xtask demo-export writer
    -- stderr
    error: table `todos` has 14 rows; the scenario expects at most 13
       help: mend the data, or `expect` in scenario.yaml
    -- exit 3
    ");
    assert_snapshot!(with("limits: { rows: 5000 }", "limits: { rows: 100 }"), @"
    $ cargo xtask demo-export writer
    -- stderr
    error: scenario `writer` has 124 rows, more than its limit of 100
       help: narrow `select` or `follow` in its scenario.yaml, or raise `limits: { rows: … }`
    -- exit 3
    ");
}

#[test]
fn a_value_that_one_of_the_engines_cannot_hold() {
    let sandbox = after("INSERT INTO notes VALUES (1, 1, 'First', 'three', 'tiny')");
    assert_snapshot!(refused(&sandbox, &EXPORT), @"
    $ cargo xtask demo-export tiny --database sqlite:app.sqlite
    -- stderr
    error: notes.stars, row id 1: the value is text, and PostgreSQL's column of type integer cannot hold it; the value is 'three'
       help: mend the row, or say in scenario.yaml what the column holds (`columns: { notes: { stars: text } }`) or that the scenario is for one engine (`engines: [sqlite]`)
    -- exit 3
    ");
    sqlite::execute(
        &sandbox.path("app.sqlite"),
        "UPDATE notes SET stars = 3, title = 'a' || char(0) || 'b' WHERE id = 1",
    );
    assert_snapshot!(refused(&sandbox, &EXPORT), @r"
    $ cargo xtask demo-export tiny --database sqlite:app.sqlite
    -- stderr
    error: notes.title, row id 1: PostgreSQL cannot hold text with U+0000; the value is 'a\u0000b'
       help: mend the row (take U+0000 out of the text), or say in scenario.yaml that the scenario is for one engine (`engines: [sqlite]`)
    -- exit 3
    ");
    sqlite::execute(
        &sandbox.path("app.sqlite"),
        "UPDATE notes SET title = CAST(x'ff41' AS TEXT) WHERE id = 1",
    );
    assert_snapshot!(refused(&sandbox, &EXPORT), @"
    $ cargo xtask demo-export tiny --database sqlite:app.sqlite
    -- stderr
    error: notes.title, row id 1: PostgreSQL cannot hold text that is not UTF-8; the value is text that is not UTF-8 (2 bytes)
       help: mend the row (text is UTF-8; other bytes belong into a column declared BLOB), or say in scenario.yaml that the scenario is for one engine (`engines: [sqlite]`)
    -- exit 3
    ");
}

#[test]
fn a_reference_that_leads_nowhere() {
    let sandbox = after("PRAGMA foreign_keys = OFF; INSERT INTO notes VALUES (1, 7, 'First', 3, 'tiny')");
    assert_snapshot!(refused(&sandbox, &EXPORT), @"
    $ cargo xtask demo-export tiny --database sqlite:app.sqlite
    -- stderr
    error: notes: the row id 1 refers by folder_id 7 to folders, which has no such row
       help: repair the row in the source, or insert the parent: a snapshot holds every row that its rows refer to
    -- exit 3
    ");
}

#[test]
fn a_seed_over_edits_of_the_demo() {
    let sandbox = imported("writer");
    sqlite::execute(
        &sandbox.path("target/demo.sqlite"),
        "UPDATE todos SET title = 'Mine now' WHERE id = 101",
    );
    assert_snapshot!(refused(&sandbox, &["demo-seed", "writer"]), @"
    $ cargo xtask demo-seed writer
    -- stderr
    error: 1 row of the demo that people added or edited would be lost, and nobody is here to confirm it:
             todos id 101 (edited)
       help: say --yes to go on, or look first: --dry-run
    -- exit 2
    ");
}
