//! `demo-import`

use insta::assert_snapshot;
use test_support::{Sandbox, sqlite};

use crate::clone;
use crate::support::{EPOCH, WRITER_FILE, XTASK};

#[test]
fn a_fresh_clone_gets_a_filled_database_and_a_second_run_changes_nothing() {
    let sandbox = clone();
    assert_snapshot!(sandbox.run(&["demo-import", "writer"]).transcript(), @"
    $ cargo xtask demo-import writer
    Imported writer v1_2026-11-20 into sqlite:target/demo.sqlite: 124 rows read back and equal to the file ([TIME]).
     table           rows   inserted   updated   deleted   skipped   unchanged
    ───────────────────────────────────────────────────────────────────────────
     chat_sessions      3          3         -         -         -           -
     contacts           7          7         -         -         -           -
     vaults             2          2         -         -         -           -
     projects           6          6         -         -         -           -
     fragments         92         92         -         -         -           -
     todos             14         14         -         -         -           -
     total            124        124         -         -         -           -
    -- stderr
    Made sqlite:target/demo.sqlite with the bundled schema.
    fragments by type: 9 character, 13 draft, 7 idea, 4 link, 9 log, 4 meeting, 10 note, 4 quote, 3 reminder, 12 research, 3 snippet, 14 todo
    -- exit 0
    ");
    let database = sandbox.path("target/demo.sqlite");
    let before = std::fs::read(&database).expect("made");
    let changed = database.metadata().expect("there").modified().expect("a time");
    assert_snapshot!(sandbox.run(&["demo-import", "writer"]).transcript(), @"
    $ cargo xtask demo-import writer
    sqlite:target/demo.sqlite already holds writer v1_2026-11-20: nothing was changed ([TIME]).
     table           rows   inserted   updated   deleted   skipped   unchanged
    ───────────────────────────────────────────────────────────────────────────
     chat_sessions      3          -         -         -         -           3
     contacts           7          -         -         -         -           7
     vaults             2          -         -         -         -           2
     projects           6          -         -         -         -           6
     fragments         92          -         -         -         -          92
     todos             14          -         -         -         -          14
     total            124          -         -         -         -         124
    -- stderr
    fragments by type: 9 character, 13 draft, 7 idea, 4 link, 9 log, 4 meeting, 10 note, 4 quote, 3 reminder, 12 research, 3 snippet, 14 todo
    -- exit 0
    ");
    assert_eq!(std::fs::read(&database).expect("there"), before);
    assert_eq!(database.metadata().expect("there").modified().expect("a time"), changed);
    assert_eq!(sandbox.tree("target").len(), 1, "no side files stay");
}

#[test]
fn a_dry_run_tells_what_would_happen_and_makes_nothing() {
    let sandbox = clone();
    assert_snapshot!(sandbox.run(&["demo-import", "general", "--dry-run"]).transcript(), @"
    $ cargo xtask demo-import general --dry-run
    Dry run of general v2_2026-11-20 into sqlite:target/demo.sqlite: nothing was changed ([TIME]).
     table           rows   inserted   updated   deleted   skipped   unchanged
    ───────────────────────────────────────────────────────────────────────────
     chat_sessions      4          4         -         -         -           -
     contacts           9          9         -         -         -           -
     vaults             3          3         -         -         -           -
     projects           9          9         -         -         -           -
     fragments        175        175         -         -         -           -
     todos             18         18         -         -         -           -
     total            218        218         -         -         -           -
    -- stderr
    An import would first make sqlite:target/demo.sqlite with the bundled schema.
    fragments by type: 13 idea, 13 link, 32 log, 14 meeting, 44 note, 10 quote, 12 recipe, 10 reminder, 9 snippet, 18 todo
    -- exit 0
    ");
    assert!(sandbox.tree("target").is_empty());
}

#[test]
fn a_named_version_and_then_the_latest_ask_nothing() {
    let sandbox = clone();
    let _ = sandbox.run(&["demo-import", "general", "--version", "v1"]).expect_code(0);
    assert_snapshot!(sandbox.run(&["demo-import", "general"]).transcript(), @"
    $ cargo xtask demo-import general
    Imported general v2_2026-11-20 into sqlite:target/demo.sqlite: 218 rows read back and equal to the file ([TIME]).
     table           rows   inserted   updated   deleted   skipped   unchanged
    ───────────────────────────────────────────────────────────────────────────
     chat_sessions      4          -         -         -         -           4
     contacts           9          -         -         -         -           9
     vaults             3          -         -         -         -           3
     projects           9          -         1         -         -           8
     fragments        175          2         1         1         -         172
     todos             18          -         1         -         -          17
     total            218          2         3         1         -         213
    -- stderr
    fragments by type: 13 idea, 13 link, 32 log, 14 meeting, 44 note, 10 quote, 12 recipe, 10 reminder, 9 snippet, 18 todo
    -- exit 0
    ");
    assert_snapshot!(sandbox.run(&["demo-import", "general", "--version", "v1"]).transcript(), @"
    $ cargo xtask demo-import general --version v1
    Imported general v1_2026-11-20 into sqlite:target/demo.sqlite: 217 rows read back and equal to the file ([TIME]).
     table           rows   inserted   updated   deleted   skipped   unchanged
    ───────────────────────────────────────────────────────────────────────────
     chat_sessions      4          -         -         -         -           4
     contacts           9          -         -         -         -           9
     vaults             3          -         -         -         -           3
     projects           9          -         1         -         -           8
     fragments        174          1         1         2         -         172
     todos             18          -         1         -         -          17
     total            217          1         3         2         -         213
    -- stderr
    fragments by type: 12 idea, 13 link, 32 log, 14 meeting, 43 note, 10 quote, 12 recipe, 11 reminder, 9 snippet, 18 todo
    -- exit 0
    ");
}

#[test]
fn edits_of_the_demo_are_not_lost_without_a_yes() {
    let sandbox = clone();
    let _ = sandbox.run(&["demo-import", "writer"]).expect_code(0);
    let database = sandbox.path("target/demo.sqlite");
    sqlite::execute(&database, "UPDATE fragments SET title = 'Mine now' WHERE id = 1001; DELETE FROM todos WHERE id = 101;
        INSERT INTO todos (id, fragment_id, title, created_at, updated_at) VALUES (900, 1002, 'Added by hand', '2026-11-20 08:00:00', '2026-11-20 08:00:00')");
    let before = std::fs::read(&database).expect("there");
    assert_snapshot!(sandbox.run(&["demo-import", "writer"]).transcript(), @"
    $ cargo xtask demo-import writer
    -- stderr
    error: 2 rows of the demo that people added or edited would be lost, and nobody is here to confirm it:
             fragments id 1001 (edited)
             todos id 900 (added)
       help: say --yes to go on, or look first: --dry-run
    -- exit 2
    ");
    assert_snapshot!(sandbox.run(&["demo-import", "writer", "--dry-run"]).transcript(), @"
    $ cargo xtask demo-import writer --dry-run
    Dry run of writer v1_2026-11-20 into sqlite:target/demo.sqlite: nothing was changed ([TIME]).
     table           rows   inserted   updated   deleted   skipped   unchanged
    ───────────────────────────────────────────────────────────────────────────
     chat_sessions      3          -         -         -         -           3
     contacts           7          -         -         -         -           7
     vaults             2          -         -         -         -           2
     projects           6          -         -         -         -           6
     fragments         92          -         1         -         -          91
     todos             14          1         -         1         -          13
     total            124          1         1         1         -         122
    -- stderr
    Rows that people added or edited and that would be lost:
      fragments id 1001 (edited)
      todos id 900 (added)
    fragments by type: 9 character, 13 draft, 7 idea, 4 link, 9 log, 4 meeting, 10 note, 4 quote, 3 reminder, 12 research, 3 snippet, 14 todo
    -- exit 0
    ");
    assert_eq!(std::fs::read(&database).expect("there"), before);
    assert_snapshot!(sandbox.run(&["demo-import", "writer", "--yes"]).transcript(), @"
    $ cargo xtask demo-import writer --yes
    Imported writer v1_2026-11-20 into sqlite:target/demo.sqlite: 124 rows read back and equal to the file ([TIME]).
     table           rows   inserted   updated   deleted   skipped   unchanged
    ───────────────────────────────────────────────────────────────────────────
     chat_sessions      3          -         -         -         -           3
     contacts           7          -         -         -         -           7
     vaults             2          -         -         -         -           2
     projects           6          -         -         -         -           6
     fragments         92          -         1         -         -          91
     todos             14          1         -         1         -          13
     total            124          1         1         1         -         122
    -- stderr
    losing 2 rows of the demo that people added or edited, as --yes says:
      fragments id 1001 (edited)
      todos id 900 (added)
    fragments by type: 9 character, 13 draft, 7 idea, 4 link, 9 log, 4 meeting, 10 note, 4 quote, 3 reminder, 12 research, 3 snippet, 14 todo
    -- exit 0
    ");
    assert_eq!(sqlite::one(&database, "SELECT count(*) FROM todos WHERE id = 900"), "0");
}

#[test]
fn a_copied_file_of_the_archive_counts_as_its_version() {
    let sandbox = clone();
    std::fs::copy(sandbox.path(WRITER_FILE), sandbox.path("copy.sql")).expect("copied");
    let run = sandbox.run(&["demo-import", "writer", "--file", "copy.sql"]).expect_code(0);
    assert!(run.stdout.contains("Imported writer v1_"), "{}", run.transcript());
}

#[test]
fn quiet_leaves_the_result() {
    let sandbox = clone();
    assert_snapshot!(sandbox.run(&["demo-import", "writer", "--quiet"]).transcript(), @"
    $ cargo xtask demo-import writer --quiet
    Imported writer v1_2026-11-20 into sqlite:target/demo.sqlite: 124 rows read back and equal to the file ([TIME]).
     table           rows   inserted   updated   deleted   skipped   unchanged
    ───────────────────────────────────────────────────────────────────────────
     chat_sessions      3          3         -         -         -           -
     contacts           7          7         -         -         -           -
     vaults             2          2         -         -         -           -
     projects           6          6         -         -         -           -
     fragments         92         92         -         -         -           -
     todos             14         14         -         -         -           -
     total            124        124         -         -         -           -
    -- exit 0
    ");
    let again = sandbox.run(&["demo-import", "writer", "-q"]).expect_code(0);
    assert!(
        again.stdout.starts_with("sqlite:target/demo.sqlite already holds writer v1_"),
        "{}",
        again.transcript()
    );
    assert_eq!(again.stderr, "");
}

#[test]
fn a_version_without_its_v_is_told_how_it_is_spelled() {
    assert_snapshot!(clone().run(&["demo-import", "writer", "--version", "2"]).transcript(), @"
    $ cargo xtask demo-import writer --version 2
    -- stderr
    error: `2` is not a version: expected one such as `v2` or `v2_2026-11-20`
       help: did you mean `v2`?
    -- exit 2
    ");
    assert_snapshot!(clone().run(&["demo-import", "writer", "--version", "V1_2026-11-20"]).transcript(), @"
    $ cargo xtask demo-import writer --version V1_2026-11-20
    -- stderr
    error: `V1_2026-11-20` is not a version: expected one such as `v2` or `v2_2026-11-20`
       help: did you mean `v1_2026-11-20`?
    -- exit 2
    ");
    assert_snapshot!(clone().run(&["demo-import", "writer", "--version", "newest"]).transcript(), @"
    $ cargo xtask demo-import writer --version newest
    -- stderr
    error: `newest` is not a version: expected one such as `v2` or `v2_2026-11-20`
       help: `demo-list` shows the versions there are
    -- exit 2
    ");
}

#[test]
fn a_file_of_the_old_layout_is_read() {
    let sandbox = clone();
    sandbox.write("old.sql", include_str!("../../crates/snapshot-sql/tests/golden/format-0.sql"));
    assert_snapshot!(sandbox.run(&["demo-import", "general", "--file", "old.sql"]).transcript(), @"
    $ cargo xtask demo-import general --file old.sql
    Imported general old.sql into sqlite:target/demo.sqlite: 5 rows read back and equal to the file ([TIME]).
     table       rows   inserted   updated   deleted   skipped   unchanged
    ───────────────────────────────────────────────────────────────────────
     vaults         1          1         -         -         -           -
     projects       1          1         -         -         -           -
     fragments      2          2         -         -         -           -
     todos          1          1         -         -         -           -
     total          5          5         -         -         -           -
    -- stderr
    warning: this file is in format 0, without digests: only its totals vouch for it
    Made sqlite:target/demo.sqlite with the bundled schema.
    -- exit 0
    ");
    assert_snapshot!(sandbox.run(&["demo-import", "general", "--file", "old.sql"]).transcript(), @"
    $ cargo xtask demo-import general --file old.sql
    sqlite:target/demo.sqlite already holds the rows of old.sql: nothing was changed ([TIME]).
     table       rows   inserted   updated   deleted   skipped   unchanged
    ───────────────────────────────────────────────────────────────────────
     vaults         1          -         -         -         -           1
     projects       1          -         -         -         -           1
     fragments      2          -         -         -         -           2
     todos          1          -         -         -         -           1
     total          5          -         -         -         -           5
    -- stderr
    warning: this file is in format 0, without digests: only its totals vouch for it
    -- exit 0
    ");
}

#[test]
fn a_database_without_tables_gets_them_when_asked() {
    let sandbox = clone();
    let args = ["demo-import", "writer", "--database", "sqlite:plain.sqlite", "--create-schema"];
    assert_snapshot!(sandbox.run(&args).transcript());
    assert_eq!(sqlite::one(&sandbox.path("plain.sqlite"), "SELECT count(*) FROM fragments"), "92");
}

#[test]
fn the_result_is_json_when_a_program_asks() {
    let sandbox = clone();
    assert_snapshot!(sandbox.run(&["demo-import", "writer", "--json"]).transcript());
}

#[test]
fn rows_of_the_old_layout_that_differ_are_the_options_to_decide() {
    let old = ["demo-import", "general", "--file", "old.sql"];
    let edited = || {
        let sandbox = clone();
        sandbox.write("old.sql", include_str!("../../crates/snapshot-sql/tests/golden/format-0.sql"));
        let _ = sandbox.run(&old).expect_code(0);
        sqlite::execute(
            &sandbox.path("target/demo.sqlite"),
            "UPDATE fragments SET title = 'Mine' WHERE id = 1",
        );
        sandbox
    };
    let title = |sandbox: &test_support::Sandbox| {
        sqlite::one(&sandbox.path("target/demo.sqlite"), "SELECT title FROM fragments WHERE id = 1")
    };
    assert_snapshot!(crate::support::refused(&edited(), &old), @"
    $ cargo xtask demo-import general --file old.sql
    -- stderr
    error: 1 shared row exists in the target with other values:
             fragments: id 1 (title)
       help: `--parents keep` leaves them as they are, `--parents overwrite` gives them the snapshot's values
    -- exit 3
    ");
    for (options, expected) in [
        (["--on-conflict", "skip"], "Mine"),
        (["--parents", "keep"], "Mine"),
        (["--on-conflict", "overwrite"], "Order the hinges"),
        (["--parents", "overwrite"], "Order the hinges"),
    ] {
        let sandbox = edited();
        let _ = sandbox.run(&[&old[..], &options].concat()).expect_code(0);
        assert_eq!(title(&sandbox), expected, "{options:?}");
    }
}

#[test]
fn rows_of_the_old_layout_do_not_count_as_an_archived_versions() {
    let sandbox = clone();
    let _ = sandbox.run(&["demo-import", "general"]).expect_code(0);
    sandbox.write("old.sql", include_str!("../../crates/snapshot-sql/tests/golden/format-0.sql"));
    let run = sandbox.run(&["demo-import", "general", "--file", "old.sql"]);
    assert_eq!(run.code, Some(3), "{}", run.transcript());
    assert!(run.stderr.contains("exist in the target with other values"), "{}", run.transcript());
}

#[test]
fn without_scenario_yaml_rows_that_the_file_lacks_stay_and_are_told() {
    let sandbox = clone();
    let _ = sandbox.run(&["demo-import", "general", "--version", "v1"]).expect_code(0);
    std::fs::remove_file(sandbox.path("demo-snapshots/general/scenario.yaml")).expect("removed");
    for _ in 0..2 {
        let run = sandbox.run(&["demo-import", "general"]).expect_code(0);
        assert!(run.stderr.contains("1 row of the scenario not in the file: left,"), "{}", run.transcript());
        assert!(!run.stdout.contains("already holds general v2"), "{}", run.transcript());
    }
    let run = sandbox.run(&["demo-import", "general", "--definition", "file"]).expect_code(0);
    assert!(!run.stderr.contains("not in the file: left"), "{}", run.transcript());
    assert_eq!(sqlite::one(&sandbox.path("target/demo.sqlite"), "SELECT count(*) FROM fragments"), "175");
}

#[cfg(target_os = "linux")]
#[test]
fn output_that_cannot_be_written_is_no_panic_and_no_lie() {
    let sandbox = clone();
    let full = || std::fs::File::options().write(true).open("/dev/full").expect("a full device");
    let aside = || std::fs::File::create(sandbox.path("aside.txt")).expect("a file");
    assert_eq!(sandbox.run_into(&["demo-list", "--json"], full(), aside()), Some(4));
    assert_eq!(sandbox.run_into(&["demo-import", "writer"], aside(), full()), Some(0));
    assert_eq!(sandbox.run_into(&["demo-import", "nosuch"], full(), full()), Some(2));
    assert_eq!(sandbox.run_into(&["-vv", "demo-verify"], aside(), full()), Some(0));
    assert_eq!(sandbox.run_into(&["completions", "bash"], full(), full()), Some(4));
}

#[test]
fn what_a_lost_database_left_behind_is_not_taken_for_the_new_ones() {
    let sandbox = clone();
    let import = ["demo-import", "writer", "--database", "sqlite:demo.db"];
    let _ = sandbox.run(&import).expect_code(0);
    let database = sandbox.path("demo.db");
    let app = sqlite::open(&database);
    app.execute_batch("PRAGMA journal_mode = wal; UPDATE fragments SET title = 'Edited'").expect("an edit");
    let log = std::fs::read(sandbox.path("demo.db-wal")).expect("a log");
    drop(app);
    std::fs::remove_file(&database).expect("lost");
    sandbox.write("demo.db-wal", &log);
    assert_snapshot!(crate::support::refused(&sandbox, &import), @"
    $ cargo xtask demo-import writer --database sqlite:demo.db
    -- stderr
    error: `demo.db-wal` was left by a database that is no longer there
       help: put that database back as `demo.db`, or delete what is left of it; a new database beside it would be damaged
    -- exit 3
    ");
    assert_snapshot!(crate::support::refused(&sandbox, &["demo-seed", "writer", "--database", "sqlite:demo.db"]), @"
    $ cargo xtask demo-seed writer --database sqlite:demo.db
    -- stderr
    error: `demo.db-wal` was left by a database that is no longer there
       help: put that database back as `demo.db`, or delete what is left of it; a new database beside it would be damaged
    -- exit 3
    ");
    let fresh = ["db-migrate", "--fresh", "--yes", "--database", "sqlite:demo.db"];
    let _ = sandbox.run(&fresh).expect_code(0);
    let _ = sandbox.run(&import).expect_code(0);
    assert_eq!(sqlite::one(&database, "SELECT count(*) FROM fragments"), "92");
}

#[test]
fn rows_that_are_left_as_they_are_are_not_said_to_be_held() {
    let sandbox = clone();
    let _ = sandbox.run(&["demo-import", "writer"]).expect_code(0);
    let shared = "UPDATE vaults SET name = 'Mine' WHERE id = 1";
    sqlite::execute(&sandbox.path("target/demo.sqlite"), shared);
    let run = sandbox.run(&["demo-import", "writer", "--parents", "keep"]).expect_code(0);
    assert!(run.stdout.contains("but for 1 row left as they are"), "{}", run.transcript());
}

#[test]
fn a_dry_run_tells_of_a_version_that_an_import_would_record_first() {
    let sandbox = clone();
    let _ = sandbox.run(&["demo-import", "writer"]).expect_code(0);
    let manifest = sandbox.read("demo-snapshots/metadata/export_manifest.json");
    let edit = "UPDATE fragments SET title = 'Edited' WHERE id = 1001";
    sqlite::execute(&sandbox.path("target/demo.sqlite"), edit);
    let _ = sandbox.run(&["demo-export", "writer"]).expect_code(0);
    sandbox.write("demo-snapshots/metadata/export_manifest.json", &manifest);
    let before = crate::support::state(&sandbox);
    let run = sandbox.run(&["demo-import", "writer", "--dry-run"]).expect_code(0);
    assert!(run.stderr.contains("is on disk and not in the manifest"), "{}", run.transcript());
    crate::support::assert_unchanged(&before, &sandbox);
    let run = sandbox.run(&["demo-import", "writer"]).expect_code(0);
    assert!(run.stderr.contains("Recorded v2_"), "{}", run.transcript());
}

#[test]
fn rows_that_a_limited_version_leaves_are_told_with_the_reason() {
    let sandbox = Sandbox::empty(XTASK);
    let scenario = "scenario: tiny\nselect: { notes: all }\nbreakdown: { notes: kind }\nlimits: { tables: { notes: { row_limit: 1 } } }\n";
    sandbox.write("demo-snapshots/tiny/scenario.yaml", scenario);
    let sql = "CREATE TABLE notes (id INTEGER PRIMARY KEY, kind TEXT); INSERT INTO notes VALUES (1, 'a'), (2, 'a'), (3, 'b')";
    sqlite::execute(&sandbox.path("app.sqlite"), sql);
    let at = ["--database", "sqlite:app.sqlite"];
    let _ = sandbox.run_with(&[&["demo-export", "tiny"], &at[..]].concat(), &EPOCH).expect_code(0);
    let warning = |args: &[&str]| {
        let run = sandbox.run(&[&["demo-import", "tiny"], args, &at].concat()).expect_code(0);
        run.stderr.lines().find(|line| line.starts_with("warning")).unwrap_or_default().to_owned()
    };
    let limited = "warning: 2 rows of the scenario not in the file: left, since a limit, or a relation out of JSON, shapes its rows of notes: an import of such a version deletes none";
    assert_eq!(warning(&[]), limited);
    assert_eq!(warning(&["--definition", "file"]), limited);
    sandbox.write("demo-snapshots/tiny/scenario.yaml", scenario.replace("limits", "# limits"));
    let _ = sandbox.run_with(&[&["demo-export", "tiny"], &at[..]].concat(), &EPOCH).expect_code(0);
    sqlite::execute(&sandbox.path("app.sqlite"), "INSERT INTO notes VALUES (4, 'b')");
    std::fs::remove_file(sandbox.path("demo-snapshots/tiny/scenario.yaml")).expect("removed");
    let file = std::fs::read_dir(sandbox.path("demo-snapshots/tiny")).expect("a folder");
    let mut names = file.map(|entry| entry.expect("an entry").file_name().into_string().expect("a name"));
    let newest = names.find(|name| name.starts_with("tiny_v2")).expect("a version");
    let newest = format!("demo-snapshots/tiny/{newest}");
    assert_eq!(
        warning(&["--file", &newest]),
        "warning: 1 row of the scenario not in the file: left, as there is no scenario.yaml that says what is the scenario's; `--definition file` goes by the file"
    );
}
