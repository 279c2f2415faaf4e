//! Snapshot files at fault: archived ones, and files from elsewhere.

use insta::assert_snapshot;

use crate::clone;
use crate::support::{TINY_FILE, WRITER_FILE, assert_unchanged, refused, state, tiny, tiny_refused};

const FILE: [&str; 2] = ["--file", "edited.sql"];

/// The transcript of importing the tiny version with `old` replaced by `new`, as a file from elsewhere.
#[track_caller]
fn edited(old: &str, new: &str) -> String {
    let sandbox = tiny();
    let text = sandbox.read(TINY_FILE);
    assert!(text.contains(old), "{text}");
    sandbox.write("edited.sql", text.replacen(old, new, 1));
    tiny_refused(&sandbox, &FILE)
}

#[test]
fn a_file_that_is_not_there() {
    assert_snapshot!(tiny_refused(&tiny(), &["--file", "nowhere.sql"]), @"
    $ cargo xtask demo-import tiny --database sqlite:app.sqlite --file nowhere.sql
    -- stderr
    error: there is no file `nowhere.sql`
       help: check the path; `demo-list` shows the versions of the archive
    -- exit 3
    ");
}

#[test]
fn an_empty_file() {
    let sandbox = tiny();
    sandbox.write("edited.sql", "");
    assert_snapshot!(tiny_refused(&sandbox, &FILE), @"
    $ cargo xtask demo-import tiny --database sqlite:app.sqlite --file edited.sql
    -- stderr
    error: edited.sql: the file is empty
       help: restore it from version control, or export the scenario again
    -- exit 3
    ");
}

#[test]
fn a_folder_instead_of_a_file() {
    assert_snapshot!(tiny_refused(&tiny(), &["--file", "demo-snapshots"]), @"
    $ cargo xtask demo-import tiny --database sqlite:app.sqlite --file demo-snapshots
    -- stderr
    error: `demo-snapshots` is a folder, not a snapshot file
       help: name a file that `demo-export` wrote
    -- exit 3
    ");
}

#[cfg(unix)]
#[test]
fn a_pipe_instead_of_a_file_is_not_waited_for() {
    let (sandbox, elsewhere) = (tiny(), tiny());
    let pipe = elsewhere.path("pipe.sql");
    #[expect(clippy::disallowed_methods, reason = "the standard library makes no pipes with a name")]
    let made = std::process::Command::new("mkfifo").arg(&pipe).status().expect("mkfifo runs");
    assert!(made.success());
    let pipe = pipe.to_str().expect("a path of text");
    assert_snapshot!(tiny_refused(&sandbox, &["--file", pipe]).replace(pipe, "pipe.sql"), @"
    $ cargo xtask demo-import tiny --database sqlite:app.sqlite --file pipe.sql
    -- stderr
    error: `pipe.sql` is a pipe or device, not a snapshot file
       help: name a file that `demo-export` wrote
    -- exit 3
    ");
}

#[test]
fn a_file_of_another_kind() {
    let sandbox = tiny();
    sandbox.write(
        "edited.sql",
        "PRAGMA foreign_keys=OFF;\nBEGIN TRANSACTION;\nCREATE TABLE notes (id);\nCOMMIT;\n",
    );
    assert_snapshot!(tiny_refused(&sandbox, &FILE), @"
    $ cargo xtask demo-import tiny --database sqlite:app.sqlite --file edited.sql
    -- stderr
    error: edited.sql: line 1: this is not a snapshot, since it does not start with `-- Demo Data Export`
       help: name a file that `demo-export` wrote
    -- exit 3
    ");
}

#[test]
fn bytes_that_are_no_text() {
    let sandbox = tiny();
    sandbox.write("edited.sql", [0xff, 0x00, 0x1b, 0x5b, 0x32, 0x4a, 0x0a, 0x80]);
    assert_snapshot!(tiny_refused(&sandbox, &FILE), @"
    $ cargo xtask demo-import tiny --database sqlite:app.sqlite --file edited.sql
    -- stderr
    error: edited.sql: line 1: this is not a snapshot, since it does not start with `-- Demo Data Export`
       help: name a file that `demo-export` wrote
    -- exit 3
    ");
}

#[test]
fn a_file_cut_off_after_any_line() {
    let sandbox = tiny();
    let text = sandbox.read(TINY_FILE);
    let lines: Vec<&str> = text.split_inclusive('\n').collect();
    let mut transcripts = std::collections::BTreeMap::new();
    for kept in 1..lines.len() {
        sandbox.write("edited.sql", lines[..kept].concat());
        let transcript = tiny_refused(&sandbox, &FILE);
        assert!(transcript.ends_with("-- exit 3"), "{transcript}");
        transcripts.insert(kept, transcript);
    }
    assert_snapshot!(transcripts[&6], @"
    $ cargo xtask demo-import tiny --database sqlite:app.sqlite --file edited.sql
    -- stderr
    error: edited.sql: line 7: the file ends here, before `-- End of export`: it was cut off
       help: restore it from version control, or export the scenario again
    -- exit 3
    ");
    assert_snapshot!(transcripts[&(lines.len() / 2)], @"
    $ cargo xtask demo-import tiny --database sqlite:app.sqlite --file edited.sql
    -- stderr
    error: edited.sql: line 20: the file ends here, before `-- End of export`: it was cut off
       help: restore it from version control, or export the scenario again
    -- exit 3
    ");
    assert_snapshot!(transcripts[&(lines.len() - 1)], @"
    $ cargo xtask demo-import tiny --database sqlite:app.sqlite --file edited.sql
    -- stderr
    error: edited.sql: line 38: the file ends here, before `-- End of export`: it was cut off
       help: restore it from version control, or export the scenario again
    -- exit 3
    ");
}

#[test]
fn an_archived_version_cut_off_after_any_line() {
    let sandbox = tiny();
    let text = sandbox.read(TINY_FILE);
    let lines: Vec<&str> = text.split_inclusive('\n').collect();
    let mut last = String::new();
    for kept in 0..lines.len() {
        sandbox.write(TINY_FILE, lines[..kept].concat());
        last = tiny_refused(&sandbox, &[]);
        assert!(last.ends_with("-- exit 3"), "{last}");
    }
    assert_snapshot!(last, @"
    $ cargo xtask demo-import tiny --database sqlite:app.sqlite
    -- stderr
    error: demo-snapshots/tiny/tiny_v1_2026-11-18.sql: the file has 1286 bytes, the manifest says 1303
       help: if the edit is not committed, `git checkout -- demo-snapshots/tiny/tiny_v1_2026-11-18.sql` restores it; `demo-verify` shows the edit, and which commit has the file as it was
    -- exit 3
    ");
}

#[test]
fn a_file_with_one_byte_changed_anywhere() {
    let sandbox = tiny();
    let bytes = std::fs::read(sandbox.path(TINY_FILE)).expect("a version");
    let before = state(&sandbox);
    for at in (0..bytes.len()).step_by(11) {
        let mut damaged = bytes.clone();
        damaged[at] ^= 1 << (at % 8);
        sandbox.write("edited.sql", &damaged);
        let run =
            sandbox.run(&["demo-import", "tiny", "--database", "sqlite:app.sqlite", "--file", "edited.sql"]);
        assert_eq!((run.code, run.stdout.as_str()), (Some(3), ""), "byte {at}: {}", run.transcript());
        std::fs::remove_file(sandbox.path("edited.sql")).expect("removed");
        assert_unchanged(&before, &sandbox);
    }
}

#[test]
fn an_archived_version_with_one_byte_changed_anywhere() {
    let sandbox = tiny();
    let bytes = std::fs::read(sandbox.path(TINY_FILE)).expect("a version");
    for at in (3..bytes.len()).step_by(13) {
        let mut damaged = bytes.clone();
        damaged[at] ^= 1 << (at % 8);
        sandbox.write(TINY_FILE, &damaged);
        let transcript = tiny_refused(&sandbox, &[]);
        assert!(transcript.ends_with("-- exit 3"), "byte {at}: {transcript}");
    }
}

#[test]
fn an_archived_value_that_was_changed() {
    let sandbox = tiny();
    sandbox.write(TINY_FILE, sandbox.read(TINY_FILE).replacen("'First'", "'Fir5t'", 1));
    assert_snapshot!(tiny_refused(&sandbox, &[]), @"
    $ cargo xtask demo-import tiny --database sqlite:app.sqlite
    -- stderr
    error: demo-snapshots/tiny/tiny_v1_2026-11-18.sql: the rows do not have the digest that the `Content` line says: expected [DIGEST], found [DIGEST]
       help: a value was changed: restore the file from version control, or export again
    -- exit 3
    ");
}

#[test]
fn an_archived_version_replaced_by_another_whole_file() {
    let sandbox = tiny();
    let other = tiny();
    test_support::sqlite::execute(
        &other.path("app.sqlite"),
        "INSERT INTO notes VALUES (1, 1, 'Fir5t', 3, 'tiny'), (2, 1, 'Second', NULL, 'tiny')",
    );
    std::fs::remove_dir_all(other.path("demo-snapshots/metadata")).expect("removed");
    std::fs::remove_file(other.path(TINY_FILE)).expect("removed");
    let _ = other
        .run_with(&["demo-export", "tiny", "--database", "sqlite:app.sqlite"], &crate::support::EPOCH)
        .expect_code(0);
    sandbox.write(TINY_FILE, other.read(TINY_FILE));
    assert_snapshot!(tiny_refused(&sandbox, &[]), @"
    $ cargo xtask demo-import tiny --database sqlite:app.sqlite
    -- stderr
    error: demo-snapshots/tiny/tiny_v1_2026-11-18.sql: this is not the version that was recorded: its digests are not those that were recorded
       help: a version is never changed once written: if the edit is not committed, `git checkout -- demo-snapshots/tiny/tiny_v1_2026-11-18.sql` restores it; `demo-verify` shows the edit, and which commit has the file as it was; to keep an edit, write it as a new version with `demo-export --from-file`
    -- exit 3
    ");
}

#[test]
fn windows_line_ends() {
    let sandbox = tiny();
    sandbox.write("edited.sql", sandbox.read(TINY_FILE).replace('\n', "\r\n"));
    assert_snapshot!(tiny_refused(&sandbox, &FILE), @"
    $ cargo xtask demo-import tiny --database sqlite:app.sqlite --file edited.sql
    -- stderr
    error: edited.sql: line 1: the file has CRLF line ends; a snapshot has LF only
       help: git or an editor converted it: add `*.sql text eol=lf` to .gitattributes, then delete the file and restore it with `git checkout`
    -- exit 3
    ");
    sandbox.write(TINY_FILE, sandbox.read("edited.sql"));
    assert_snapshot!(tiny_refused(&sandbox, &[]), @"
    $ cargo xtask demo-import tiny --database sqlite:app.sqlite
    -- stderr
    error: demo-snapshots/tiny/tiny_v1_2026-11-18.sql: the file has CRLF line ends
       help: add `demo-snapshots/** text eol=lf` to .gitattributes, delete the file and restore it with `git checkout -- demo-snapshots/tiny/tiny_v1_2026-11-18.sql`
    -- exit 3
    ");
}

#[test]
fn another_scenarios_file() {
    let sandbox = clone();
    std::fs::copy(sandbox.path(WRITER_FILE), sandbox.path("edited.sql")).expect("copied");
    assert_snapshot!(refused(&sandbox, &["demo-import", "general", "--file", "edited.sql"]), @"
    $ cargo xtask demo-import general --file edited.sql
    -- stderr
    error: edited.sql: this is scenario `writer`, not `general`
       help: name the scenario that the file is of, or the file of the scenario
    -- exit 3
    ");
}

#[test]
fn a_newer_format() {
    assert_snapshot!(edited("-- Format: 1\n", "-- Format: 2\n"), @"
    $ cargo xtask demo-import tiny --database sqlite:app.sqlite --file edited.sql
    -- stderr
    error: edited.sql: line 2: the snapshot was made by a newer tool: format 2
       help: update this tool, or export the scenario again with it
    -- exit 3
    ");
    assert_snapshot!(edited("-- Definition:", "-- Compression: zstd\n-- Definition:"), @"
    $ cargo xtask demo-import tiny --database sqlite:app.sqlite --file edited.sql
    -- stderr
    error: edited.sql: line 9: the snapshot was made by a newer tool: the header line `Compression` is not known here
       help: update this tool, or export the scenario again with it
    -- exit 3
    ");
}

#[test]
fn statements_that_the_writer_would_not_write() {
    let after_begin = |line: &str| edited("BEGIN;\n", &format!("BEGIN;\n{line}\n"));
    assert_snapshot!(after_begin("DROP TABLE \"notes\";"), @r#"
    $ cargo xtask demo-import tiny --database sqlite:app.sqlite --file edited.sql
    -- stderr
    error: edited.sql: line 16: `DROP TABLE "notes";` does not belong here: the writer would not write it
       help: a snapshot is data, so nothing else is accepted: remove the line, or restore the file from version control
    -- exit 3
    "#);
    assert_snapshot!(after_begin("-- only a comment"), @"
    $ cargo xtask demo-import tiny --database sqlite:app.sqlite --file edited.sql
    -- stderr
    error: edited.sql: line 16: `-- only a comment` does not belong here: the writer would not write it
       help: a snapshot is data, so nothing else is accepted: remove the line, or restore the file from version control
    -- exit 3
    ");
    assert_snapshot!(after_begin(".shell touch /tmp/owned"), @"
    $ cargo xtask demo-import tiny --database sqlite:app.sqlite --file edited.sql
    -- stderr
    error: edited.sql: line 16: `.shell touch /tmp/owned` does not belong here: the writer would not write it
       help: a snapshot is data, so nothing else is accepted: remove the line, or restore the file from version control
    -- exit 3
    ");
    assert_snapshot!(after_begin("\\! touch /tmp/owned"), @r"
    $ cargo xtask demo-import tiny --database sqlite:app.sqlite --file edited.sql
    -- stderr
    error: edited.sql: line 16: `\! touch /tmp/owned` does not belong here: the writer would not write it
       help: a snapshot is data, so nothing else is accepted: remove the line, or restore the file from version control
    -- exit 3
    ");
    assert_snapshot!(edited("\n-- notes (2 records)", "\nCOMMIT;\n-- notes (2 records)"), @"
    $ cargo xtask demo-import tiny --database sqlite:app.sqlite --file edited.sql
    -- stderr
    error: edited.sql: line 26: `COMMIT;` does not belong here: the writer would not write it
       help: a snapshot is data, so nothing else is accepted: remove the line, or restore the file from version control
    -- exit 3
    ");
    assert_snapshot!(edited("  (1, 1, 'First'", "  (1, 1, (SELECT 'First')"), @"
    $ cargo xtask demo-import tiny --database sqlite:app.sqlite --file edited.sql
    -- stderr
    error: edited.sql: line 28, column 10: this is no literal of the format
       help: a snapshot holds only what `demo-export` writes: restore the file, or hand an edited one to `demo-export --from-file`
    -- exit 3
    ");
    assert_snapshot!(edited("-- End of export\n", "-- End of export\nDROP TABLE \"notes\";\n"), @"
    $ cargo xtask demo-import tiny --database sqlite:app.sqlite --file edited.sql
    -- stderr
    error: edited.sql: line 39: text follows the end of the snapshot
       help: remove what follows `-- End of export`, or restore the file from version control
    -- exit 3
    ");
}

#[test]
fn a_terminal_escape_in_a_file_is_shown_not_sent() {
    let transcript = edited("BEGIN;\n", "BEGIN;\n\u{1b}[2J\u{202e}DROP TABLE \"notes\";\n");
    assert!(!transcript.contains(['\u{1b}', '\u{202e}']));
    assert_snapshot!(transcript, @r#"
    $ cargo xtask demo-import tiny --database sqlite:app.sqlite --file edited.sql
    -- stderr
    error: edited.sql: line 16: `\u001b[2J\u202eDROP TABLE "notes";` does not belong here: the writer would not write it
       help: a snapshot is data, so nothing else is accepted: remove the line, or restore the file from version control
    -- exit 3
    "#);
}

#[test]
fn a_header_that_its_rows_do_not_bear_out() {
    assert_snapshot!(edited("-- Total Notes: 2", "-- Total Notes: 3"), @"
    $ cargo xtask demo-import tiny --database sqlite:app.sqlite --file edited.sql
    -- stderr
    error: edited.sql: the header says `Total Notes` 3, and the rows make it 2
       help: header and rows are not from the same export: restore the file from version control, or export again
    -- exit 3
    ");
    assert_snapshot!(edited("-- Total Records: 3", "-- Total Records: 4"), @"
    $ cargo xtask demo-import tiny --database sqlite:app.sqlite --file edited.sql
    -- stderr
    error: edited.sql: the header says `Total Records` 4, and the rows make it 3
       help: header and rows are not from the same export: restore the file from version control, or export again
    -- exit 3
    ");
    assert_snapshot!(edited("-- notes (2 records)", "-- notes (3 records)"), @"
    $ cargo xtask demo-import tiny --database sqlite:app.sqlite --file edited.sql
    -- stderr
    error: edited.sql: line 31: the section of table `notes` says 3, and has 2 rows
       help: a row was added or lost by hand: restore the file, or hand it to `demo-export --from-file`
    -- exit 3
    ");
    assert_snapshot!(edited("[\"stars\",\"integer\"]", "[\"stars\",\"boolean\"]"), @"
    $ cargo xtask demo-import tiny --database sqlite:app.sqlite --file edited.sql
    -- stderr
    error: edited.sql: line 28: table `notes`, row id 1, column `stars`: the value is an integer, and PostgreSQL's column of type boolean cannot hold it
       help: the file was changed by hand or damaged: restore it, or hand an edited one to `demo-export --from-file`
    -- exit 3
    ");
    assert_snapshot!(edited("-- Scenario: tiny\n", "-- Scenario: Tiny Notes\n"), @"
    $ cargo xtask demo-import tiny --database sqlite:app.sqlite --file edited.sql
    -- stderr
    error: edited.sql: line 3: the header is damaged: `Tiny Notes` cannot name a scenario: a name has 1 to 64 of a-z, 0-9, `_` and `-`, starts with a letter or digit, and is neither `metadata` nor a device name such as `con`
       help: headers are written by `demo-export`; restore the file from version control, or export again
    -- exit 3
    ");
}

#[test]
fn rows_that_no_export_writes() {
    assert_snapshot!(edited("'First', 3, ", "'First', 3, 4, "), @"
    $ cargo xtask demo-import tiny --database sqlite:app.sqlite --file edited.sql
    -- stderr
    error: edited.sql: line 28: a row of table `notes` has 6 values for 5 columns
       help: the file was changed by hand or damaged: restore it, or hand an edited one to `demo-export --from-file`
    -- exit 3
    ");
    assert_snapshot!(edited(", (2, 1, ", ", (1, 1, "), @"
    $ cargo xtask demo-import tiny --database sqlite:app.sqlite --file edited.sql
    -- stderr
    error: edited.sql: line 29: table `notes`: the row id 1 does not come after the row id 1
       help: the file was changed by hand or damaged: restore it, or hand an edited one to `demo-export --from-file`
    -- exit 3
    ");
    assert_snapshot!(edited(", (2, 1, ", ", (2, 7, "), @"
    $ cargo xtask demo-import tiny --database sqlite:app.sqlite --file edited.sql
    -- stderr
    error: edited.sql: the rows do not have the digest that the `Content` line says: expected [DIGEST], found [DIGEST]
       help: a value was changed: restore the file from version control, or export again
    -- exit 3
    ");
    assert_snapshot!(edited("'First'", "'Fir''st"), @"
    $ cargo xtask demo-import tiny --database sqlite:app.sqlite --file edited.sql
    -- stderr
    error: edited.sql: line 28, column 24: `, ` or `)` is missing after the value
       help: a snapshot holds only what `demo-export` writes: restore the file, or hand an edited one to `demo-export --from-file`
    -- exit 3
    ");
    assert_snapshot!(edited("'First', 3,", "'First', 99999999999999999999,"), @"
    $ cargo xtask demo-import tiny --database sqlite:app.sqlite --file edited.sql
    -- stderr
    error: edited.sql: line 28, column 19: this is no 64-bit integer and no number of the format
       help: a snapshot holds only what `demo-export` writes: restore the file, or hand an edited one to `demo-export --from-file`
    -- exit 3
    ");
}

#[test]
fn a_hand_edited_file_that_cannot_become_a_version() {
    let sandbox = tiny();
    let text = sandbox.read(TINY_FILE);
    let export = ["demo-export", "tiny", "--from-file", "edited.sql"];
    sandbox.write("edited.sql", text.replacen("BEGIN;\n", "BEGIN;\nDROP TABLE \"notes\";\n", 1));
    assert_snapshot!(refused(&sandbox, &export), @r#"
    $ cargo xtask demo-export tiny --from-file edited.sql
    -- stderr
    error: edited.sql: line 16: `DROP TABLE "notes";` does not belong here: the writer would not write it
       help: mend the file there: rows may be added, changed and removed, and counts, order and digests are put right, but every line must be of a kind that `demo-export` writes
    -- exit 3
    "#);
    sandbox.write("edited.sql", text.replacen("'First', 3, ", "'First', 3, 4, ", 1));
    assert_snapshot!(refused(&sandbox, &export), @"
    $ cargo xtask demo-export tiny --from-file edited.sql
    -- stderr
    error: edited.sql: line 28: a row of table `notes` has 6 values for 5 columns
       help: mend the file there: rows may be added, changed and removed, and counts, order and digests are put right, but every line must be of a kind that `demo-export` writes
    -- exit 3
    ");
    sandbox.write("edited.sql", text.replacen(", (2, 1, ", ", (1, 1, ", 1));
    assert_snapshot!(refused(&sandbox, &export), @"
    $ cargo xtask demo-export tiny --from-file edited.sql
    -- stderr
    error: edited.sql: its rows do not fit the schema
      caused by: the target refuses notes: id 1: UNIQUE constraint failed: notes.id
       help: mend these rows where they come from; nothing was changed
    -- exit 3
    ");
    sandbox.write("edited.sql", text.replacen(", (2, 1, ", ", (2, 7, ", 1));
    assert_snapshot!(refused(&sandbox, &export), @"
    $ cargo xtask demo-export tiny --from-file edited.sql
    -- stderr
    error: edited.sql: its rows do not fit the schema
      caused by: notes: id 2 refers by (folder_id) to a row of folders that does not exist in the target
       help: mend these rows where they come from; nothing was changed
    -- exit 3
    ");
    sandbox.write("edited.sql", text.replacen("'Second'", "NULL", 1));
    assert_snapshot!(refused(&sandbox, &export), @"
    $ cargo xtask demo-export tiny --from-file edited.sql
    -- stderr
    error: edited.sql: its rows do not fit the schema
      caused by: the target refuses notes: id 2: NOT NULL constraint failed: notes.title
       help: mend these rows where they come from; nothing was changed
    -- exit 3
    ");
    sandbox.write("edited.sql", text.replacen("-- Scenario: tiny\n", "-- Scenario: other\n", 1));
    assert_snapshot!(refused(&sandbox, &export), @"
    $ cargo xtask demo-export tiny --from-file edited.sql
    -- stderr
    error: edited.sql: line 17: `-- Cleanup: rows of scenario tiny` does not belong here: the writer would not write it
       help: mend the file there: rows may be added, changed and removed, and counts, order and digests are put right, but every line must be of a kind that `demo-export` writes
    -- exit 3
    ");
    assert_snapshot!(refused(&sandbox, &["demo-export", "tiny", "--from-file", "nowhere.sql"]), @"
    $ cargo xtask demo-export tiny --from-file nowhere.sql
    -- stderr
    error: there is no file `nowhere.sql`
       help: check the path; `demo-list` shows the versions of the archive
    -- exit 3
    ");
}
