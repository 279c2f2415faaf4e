//! `demo-export`

use insta::assert_snapshot;
use test_support::{Sandbox, sqlite};

use crate::clone;
use crate::support::{
    EPOCH, WRITER_FILE, XTASK, assert_unchanged, imported, redacted, refused, shown, state, tiny,
};

#[test]
fn unchanged_rows_write_no_version() {
    let sandbox = imported("writer");
    let before = state(&sandbox);
    assert_snapshot!(sandbox.run(&["demo-export", "writer"]).transcript(), @"
    $ cargo xtask demo-export writer
    writer is unchanged since v1_2026-11-20: no version was written ([TIME]).
     table           rows   own   shared
    ─────────────────────────────────────
     chat_sessions      3     3        -
     contacts           7     7        -
     vaults             2     1        1
     projects           6     6        -
     fragments         92    92        -
     todos             14    14        -
     total            124   123        1
    -- stderr
    fragments by type: 9 character, 13 draft, 7 idea, 4 link, 9 log, 4 meeting, 10 note, 4 quote, 3 reminder, 12 research, 3 snippet, 14 todo
    -- exit 0
    ");
    assert_unchanged(&before, &sandbox);
}

#[test]
fn an_edited_row_writes_a_version_that_differs_in_its_line_the_header_and_the_digests() {
    let sandbox = imported("writer");
    sqlite::execute(
        &sandbox.path("target/demo.sqlite"),
        "UPDATE contacts SET organization = NULL WHERE id = 104",
    );
    assert_snapshot!(sandbox.run_with(&["demo-export", "writer"], &EPOCH).transcript(), @"
    $ cargo xtask demo-export writer
    writer v2_2026-11-18: 0 rows added, 1 changed, 0 removed ([TIME]).
    Wrote demo-snapshots/writer/writer_v2_2026-11-18.sql (91.3 KiB).
     table           rows   own   shared
    ─────────────────────────────────────
     chat_sessions      3     3        -
     contacts           7     7        -
     vaults             2     1        1
     projects           6     6        -
     fragments         92    92        -
     todos             14    14        -
     total            124   123        1
    -- stderr
    fragments by type: 9 character, 13 draft, 7 idea, 4 link, 9 log, 4 meeting, 10 note, 4 quote, 3 reminder, 12 research, 3 snippet, 14 todo
    -- exit 0
    ");
    let files: Vec<String> = sandbox
        .tree("demo-snapshots/writer")
        .into_iter()
        .filter(|(path, _)| path.to_string_lossy().contains("writer_v"))
        .map(|(_, bytes)| String::from_utf8(bytes).expect("text"))
        .collect();
    let [old, new] = files.as_slice() else { panic!("two versions") };
    let differing: Vec<&str> = old.lines().zip(new.lines()).filter(|(a, b)| a != b).map(|(a, _)| a).collect();
    assert_eq!(old.lines().count(), new.lines().count());
    let starts: Vec<String> = differing.iter().map(|line| line.chars().take(12).collect()).collect();
    let [version, generated, row, content, file] = starts.as_slice() else { panic!("{starts:?}") };
    assert_eq!(
        [version, generated, content, file],
        ["-- Version: ", "-- Generated", "-- Content: ", "-- File: sha"]
    );
    assert!(row.contains("(104, "), "{row}");
}

#[test]
fn a_snapshot_goes_to_stdout_and_leaves_the_archive_alone() {
    let sandbox = imported("writer");
    let before = state(&sandbox);
    let run = sandbox.run(&["demo-export", "writer", "--output", "-"]).expect_code(0);
    assert!(
        run.stdout
            .starts_with("-- Demo Data Export\n-- Format: 1\n-- Scenario: writer\n-- Version: unversioned\n")
    );
    assert!(run.stdout.ends_with("-- End of export\n"));
    assert_unchanged(&before, &sandbox);
}

#[test]
fn a_snapshot_goes_to_a_file_and_replaces_only_another_snapshot() {
    let sandbox = imported("writer");
    let before = state(&sandbox);
    assert_snapshot!(sandbox.run(&["demo-export", "writer", "--output", "out.sql"]).transcript(), @"
    $ cargo xtask demo-export writer --output out.sql
    Wrote out.sql (91.3 KiB); the archive is as it was.
     table           rows   own   shared
    ─────────────────────────────────────
     chat_sessions      3     3        -
     contacts           7     7        -
     vaults             2     1        1
     projects           6     6        -
     fragments         92    92        -
     todos             14    14        -
     total            124   123        1
    -- exit 0
    ");
    let _ = sandbox.run(&["demo-export", "writer", "--output", "out.sql"]).expect_code(0);
    std::fs::remove_file(sandbox.path("out.sql")).expect("written");
    assert_unchanged(&before, &sandbox);
    sandbox.write("notes.txt", "-- Demo notes\n");
    assert_snapshot!(to(&sandbox, "notes.txt"), @"
    $ cargo xtask demo-export writer --output notes.txt
    -- stderr
    error: `notes.txt` is there already, and is not a snapshot
       help: name another file, or remove this one first: `--output` replaces nothing but a snapshot
    -- exit 2
    ");
    assert_snapshot!(to(&sandbox, "target"), @"
    $ cargo xtask demo-export writer --output target
    -- stderr
    error: `target` is a folder, not a file that can be written
       help: name a file; `--output -` writes to stdout
    -- exit 2
    ");
    // Through a link: were it replaced after all, the device would stay.
    #[cfg(unix)]
    {
        std::os::unix::fs::symlink("/dev/zero", sandbox.path("device")).expect("linked");
        assert_snapshot!(to(&sandbox, "device"), @"
        $ cargo xtask demo-export writer --output device
        -- stderr
        error: `device` is a pipe or device, not a file that can be written
           help: name a file; `--output -` writes to stdout
        -- exit 2
        ");
    }
}

#[test]
fn an_output_never_lies_in_the_archive() {
    let sandbox = imported("writer");
    assert_snapshot!(to(&sandbox, WRITER_FILE), @"
    $ cargo xtask demo-export writer --output demo-snapshots/writer/writer_v1_2026-11-20.sql
    -- stderr
    error: `demo-snapshots/writer/writer_v1_2026-11-20.sql` is inside the archive, where only versions belong
       help: name a file elsewhere, or leave out `--output`: the export then becomes the scenario's next version
    -- exit 2
    ");
    let others = [
        "demo-snapshots/writer/writer_v2_2026-11-20.sql",
        "demo-snapshots/writer/latest.sql",
        "demo-snapshots/metadata/export_manifest.json",
        "target/../demo-snapshots/new.sql",
    ];
    for path in others {
        let told = to(&sandbox, path);
        assert!(told.contains("is inside the archive"), "{told}");
    }
    #[cfg(unix)]
    {
        std::os::unix::fs::symlink(sandbox.path("demo-snapshots/writer"), sandbox.path("link"))
            .expect("linked");
        let told = to(&sandbox, "link/new.sql");
        assert!(told.contains("is inside the archive"), "{told}");
    }
}

#[test]
fn an_output_is_never_the_source() {
    let sandbox = imported("writer");
    assert_snapshot!(to(&sandbox, "target/demo.sqlite"), @"
    $ cargo xtask demo-export writer --output target/demo.sqlite
    -- stderr
    error: `target/demo.sqlite` is the database that is exported, or one of its side files
       help: name another file: the source of an export is only read
    -- exit 2
    ");
    for suffix in ["-wal", "-shm", "-journal"] {
        let told = to(&sandbox, &format!("target/demo.sqlite{suffix}"));
        assert!(told.contains("is the database that is exported"), "{told}");
    }
    #[cfg(unix)]
    {
        std::os::unix::fs::symlink("target/demo.sqlite", sandbox.path("link.sqlite")).expect("linked");
        let through = ["demo-export", "writer", "--database", "sqlite:link.sqlite", "--output"];
        for path in ["target/demo.sqlite", "target/demo.sqlite-journal", "link.sqlite", "link.sqlite-wal"] {
            let told = refused(&sandbox, &[&through[..], &[path]].concat());
            assert!(told.contains("is the database that is exported"), "{told}");
        }
    }
}

/// The transcript of an export to a place where it must change nothing.
#[track_caller]
fn to(sandbox: &Sandbox, output: &str) -> String {
    refused(sandbox, &["demo-export", "writer", "--output", output])
}

#[test]
fn quiet_leaves_the_result() {
    let sandbox = imported("writer");
    assert_snapshot!(sandbox.run(&["demo-export", "writer", "-q"]).transcript(), @"
    $ cargo xtask demo-export writer -q
    writer is unchanged since v1_2026-11-20: no version was written ([TIME]).
     table           rows   own   shared
    ─────────────────────────────────────
     chat_sessions      3     3        -
     contacts           7     7        -
     vaults             2     1        1
     projects           6     6        -
     fragments         92    92        -
     todos             14    14        -
     total            124   123        1
    -- exit 0
    ");
    sqlite::execute(
        &sandbox.path("target/demo.sqlite"),
        "UPDATE contacts SET organization = NULL WHERE id = 104",
    );
    assert_snapshot!(sandbox.run_with(&["demo-export", "writer", "-q"], &EPOCH).transcript(), @"
    $ cargo xtask demo-export writer -q
    writer v2_2026-11-18: 0 rows added, 1 changed, 0 removed ([TIME]).
    Wrote demo-snapshots/writer/writer_v2_2026-11-18.sql (91.3 KiB).
     table           rows   own   shared
    ─────────────────────────────────────
     chat_sessions      3     3        -
     contacts           7     7        -
     vaults             2     1        1
     projects           6     6        -
     fragments         92    92        -
     todos             14    14        -
     total            124   123        1
    -- exit 0
    ");
}

#[test]
fn a_hand_edited_file_becomes_the_next_version() {
    let sandbox = imported("writer");
    let text = sandbox.run(&["demo-export", "writer", "--output", "-"]).expect_code(0).stdout;
    sandbox.write("edited.sql", text.replacen("'accepted'", "'skipped'", 1));
    assert_snapshot!(sandbox.run_with(&["demo-export", "writer", "--from-file", "edited.sql"], &EPOCH).transcript(), @"
    $ cargo xtask demo-export writer --from-file edited.sql
    writer v2_2026-11-18: 0 rows added, 1 changed, 0 removed ([TIME]).
    Wrote demo-snapshots/writer/writer_v2_2026-11-18.sql (91.3 KiB).
     table           rows   own   shared
    ─────────────────────────────────────
     chat_sessions      3     3        -
     contacts           7     7        -
     vaults             2     1        1
     projects           6     6        -
     fragments         92    92        -
     todos             14    14        -
     total            124   123        1
    -- stderr
    fragments by type: 9 character, 13 draft, 7 idea, 4 link, 9 log, 4 meeting, 10 note, 4 quote, 3 reminder, 12 research, 3 snippet, 14 todo
    -- exit 0
    ");
}

#[test]
fn a_hand_edited_key_that_other_rows_still_refer_to_is_refused() {
    let sandbox = imported("writer");
    let text = sandbox.run(&["demo-export", "writer", "--output", "-"]).expect_code(0).stdout;
    sandbox.write("edited.sql", text.replacen("(1016, ", "(1999, ", 1));
    assert_snapshot!(refused(&sandbox, &["demo-export", "writer", "--from-file", "edited.sql"]), @"
    $ cargo xtask demo-export writer --from-file edited.sql
    -- stderr
    error: edited.sql: its rows do not fit the schema
      caused by: todos: id 102 refers by (fragment_id) to a row of fragments that does not exist in the target
       help: mend these rows where they come from; nothing was changed
    -- exit 3
    ");
}

#[test]
fn a_reader_that_has_seen_enough_is_no_error() {
    use std::process::{Command, Stdio};
    let sandbox = imported("writer");
    #[expect(clippy::disallowed_methods, reason = "tests run the tool as its users do")]
    let mut export = Command::new(XTASK)
        .args(["demo-export", "writer", "--output", "-"])
        .current_dir(sandbox.path(""))
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("starts");
    drop(export.stdout.take());
    let output = export.wait_with_output().expect("ends");
    assert_eq!((output.status.code(), String::from_utf8_lossy(&output.stderr).as_ref()), (Some(0), ""));
}

#[test]
fn every_scenario_exports_as_pinned() {
    for scenario in ["developer", "general", "writer"] {
        let sandbox = imported(scenario);
        let run = sandbox.run_with(&["demo-export", scenario, "--output", "-"], &EPOCH).expect_code(0);
        insta::assert_snapshot!(format!("export_of_{scenario}"), redacted(&run.stdout));
    }
}

#[test]
fn the_result_is_json_when_a_program_asks() {
    let sandbox = imported("writer");
    assert_snapshot!(shown(&sandbox.run(&["demo-export", "writer", "--json"])));
}

#[test]
fn values_of_minus_zero_are_told() {
    let sandbox = tiny();
    let rows = "ALTER TABLE notes ADD COLUMN score;
        INSERT INTO notes VALUES (1, 1, 'First', 3, 'tiny', 0.0 * -1), (2, 1, 'Second', NULL, 'tiny', 0.0 * -1)";
    sqlite::execute(&sandbox.path("app.sqlite"), rows);
    let scenario =
        sandbox.read("demo-snapshots/tiny/scenario.yaml") + "columns: { notes: { score: real } }\n";
    sandbox.write("demo-snapshots/tiny/scenario.yaml", &scenario);
    let export = ["demo-export", "tiny", "--database", "sqlite:app.sqlite"];
    let note = "notes.score: 2 values of -0.0 were written as 0.0";
    for to in [&["--output", "-"][..], &["--output", "tiny.sql"], &[], &["--json"]] {
        let run = sandbox.run_with(&[&export[..], to].concat(), &EPOCH).expect_code(0);
        assert!(run.stderr.contains(&format!("warning: {note}\n")), "{}", run.transcript());
        assert!(!run.stdout.replace(note, "").contains("-0.0"), "{}", run.stdout);
        assert_eq!(run.stdout.contains(note), to.contains(&"--json"), "{}", run.stdout);
    }
}

#[test]
fn nothing_selected_is_an_error_unless_allowed() {
    let sandbox = clone();
    let _ = sandbox.run(&["db-migrate"]).expect_code(0);
    let before = state(&sandbox);
    assert_snapshot!(sandbox.run(&["demo-export", "writer"]).transcript(), @"
    $ cargo xtask demo-export writer
    -- stderr
    error: scenario `writer` selects no row
       help: check `select` in its scenario.yaml and that the database is the right one; `--allow-empty` writes a version without rows
    -- exit 3
    ");
    assert_unchanged(&before, &sandbox);
}
