//! `demo-verify`

use insta::assert_snapshot;

use crate::clone;
use crate::support::{WRITER_FILE, assert_unchanged, git, shown, state};

#[test]
fn a_whole_archive_is_sound() {
    assert_snapshot!(clone().run(&["demo-verify"]).transcript(), @"
    $ cargo xtask demo-verify
     scenario    version         records
    ─────────────────────────────────────────────
     agent       v1_2026-11-20        52   sound
     astrology   v1_2026-11-20        54   sound
     developer   v1_2026-11-20       139   sound
     general     v1_2026-11-20       217   sound
     general     v2_2026-11-20       218   sound
     memory      v1_2026-11-20        71   sound
     writer      v1_2026-11-20       124   sound
    -- stderr
    Chain, digests, grammar, both SQL dialects and a restore agree ([TIME]).
    -- exit 0
    ");
}

#[test]
fn a_changed_version_is_found_and_named_and_the_others_are_still_checked() {
    let sandbox = clone();
    sandbox.write(WRITER_FILE, sandbox.read(WRITER_FILE).replacen("'accepted'", "'acceptee'", 1));
    let before = state(&sandbox);
    assert_snapshot!(shown(&sandbox.run(&["demo-verify"])), @"
    $ cargo xtask demo-verify
     scenario    version         records
    ─────────────────────────────────────────────
     agent       v1_2026-11-20        52   sound
     astrology   v1_2026-11-20        54   sound
     developer   v1_2026-11-20       139   sound
     general     v1_2026-11-20       217   sound
     general     v2_2026-11-20       218   sound
     memory      v1_2026-11-20        71   sound
    -- stderr
    error: demo-snapshots/writer/writer_v1_2026-11-20.sql: the rows do not have the digest that the `Content` line says: expected [DIGEST], found [DIGEST]
       help: a value was changed: restore the file from version control, or export again
    1 finding ([TIME]).
    -- exit 1
    ");
    assert_snapshot!(shown(&sandbox.run(&["demo-verify", "writer", "--json"])), @r#"
    $ cargo xtask demo-verify writer --json
    {
      "ok": false,
      "scenarios": [
        {
          "findings": [
            {
              "error": "demo-snapshots/writer/writer_v1_2026-11-20.sql: the rows do not have the digest that the `Content` line says: expected [DIGEST], found [DIGEST]",
              "subject": "writer_v1_2026-11-20.sql"
            }
          ],
          "not_restored": [],
          "scenario": "writer",
          "sound": []
        }
      ]
    }
    -- exit 1
    "#);
    assert_unchanged(&before, &sandbox);
}

#[test]
fn a_version_that_is_gone_and_a_file_that_nobody_recorded_are_found() {
    let sandbox = clone();
    std::fs::rename(
        sandbox.path(WRITER_FILE),
        sandbox.path("demo-snapshots/writer/writer_v7_2026-11-20.sql"),
    )
    .expect("renamed");
    assert_snapshot!(shown(&sandbox.run(&["demo-verify", "writer"])), @"
    $ cargo xtask demo-verify writer
    -- stderr
    error: demo-snapshots/writer/writer_v1_2026-11-20.sql: listed in the manifest, but missing
       help: restore the files with git, or rebuild what can be rebuilt: cargo xtask demo-repair
    error: demo-snapshots/writer/writer_v7_2026-11-20.sql: not listed in the manifest
       help: restore the files with git, or rebuild what can be rebuilt: cargo xtask demo-repair
    2 findings ([TIME]).
    -- exit 1
    ");
}

#[test]
fn windows_line_ends_are_found() {
    let sandbox = clone();
    sandbox.write(WRITER_FILE, sandbox.read(WRITER_FILE).replace('\n', "\r\n"));
    assert_snapshot!(shown(&sandbox.run(&["demo-verify", "writer"])), @"
    $ cargo xtask demo-verify writer
    -- stderr
    error: demo-snapshots/writer/writer_v1_2026-11-20.sql: the file has CRLF line ends
       help: add `demo-snapshots/** text eol=lf` to .gitattributes, delete the file and restore it with `git checkout -- demo-snapshots/writer/writer_v1_2026-11-20.sql`
    1 finding ([TIME]).
    -- exit 1
    ");
}

#[test]
fn an_edit_of_a_version_is_shown_where_git_has_it_as_it_was() {
    let sandbox = clone();
    let _ = git(&sandbox, &["init", "-q", "-b", "main"]);
    let _ = git(&sandbox, &["add", "demo-snapshots"]);
    let _ = git(&sandbox, &["commit", "-q", "-m", "one"]);
    sandbox.write(WRITER_FILE, sandbox.read(WRITER_FILE).replacen("'Write and file", "'Write, and file", 1));
    assert_snapshot!(shown(&sandbox.run(&["demo-verify", "writer"])), @r"
        $ cargo xtask demo-verify writer
        -- stderr
        error: demo-snapshots/writer/writer_v1_2026-11-20.sql: the file has 93484 bytes, the manifest says 93483
           help: if the edit is not committed, `git checkout -- demo-snapshots/writer/writer_v1_2026-11-20.sql` restores it; `demo-verify` shows the edit, and which commit has the file as it was

        writer: v1_2026-11-20 as committed → v1_2026-11-20 as it is here

        todos
          ~ id 114
              title: 'Write and file À Margem before the holiday' → 'Write, and file À Margem before the holiday'

         table  added  changed  removed  equal
         todos      0        1        0     13
        1 row changed

        To have the version back: git checkout HEAD -- demo-snapshots/writer/writer_v1_2026-11-20.sql; to keep the change, `demo-export writer --from-file` a copy of it first

        1 finding ([TIME]).
        -- exit 1
        ");
}

#[test]
fn an_edit_that_was_committed_is_shown_with_the_commit_that_has_the_version() {
    let sandbox = clone();
    let _ = git(&sandbox, &["init", "-q", "-b", "main"]);
    let _ = git(&sandbox, &["add", "demo-snapshots"]);
    let _ = git(&sandbox, &["commit", "-q", "-m", "one"]);
    let commit = git(&sandbox, &["rev-parse", "HEAD"]).stdout[..10].to_owned();
    // Once of another length, once of the same; and a commit that does not touch the file.
    let text = sandbox.read(WRITER_FILE);
    for edited in ["'Write, and file", "'Write and bile"] {
        sandbox.write(WRITER_FILE, text.replacen("'Write and file", edited, 1));
        let _ = git(&sandbox, &["commit", "-q", "-a", "-m", "an edit"]);
    }
    sandbox.write("notes.txt", "one\n");
    let _ = git(&sandbox, &["add", "notes.txt"]);
    let _ = git(&sandbox, &["commit", "-q", "-m", "notes"]);
    let run = sandbox.run(&["demo-verify", "writer"]);
    assert_snapshot!(shown(&run).replace(&commit, "COMMIT"), @r"
        $ cargo xtask demo-verify writer
        -- stderr
        error: demo-snapshots/writer/writer_v1_2026-11-20.sql: the rows do not have the digest that the `Content` line says: expected [DIGEST], found [DIGEST]
           help: a value was changed: restore the file from version control, or export again

        writer: v1_2026-11-20 as committed → v1_2026-11-20 as it is here

        todos
          ~ id 114
              title: 'Write and file À Margem before the holiday' → 'Write and bile À Margem before the holiday'

         table  added  changed  removed  equal
         todos      0        1        0     13
        1 row changed

        To have the version back: git checkout COMMIT -- demo-snapshots/writer/writer_v1_2026-11-20.sql; to keep the change, `demo-export writer --from-file` a copy of it first

        1 finding ([TIME]).
        -- exit 1
        ");
    // The command that is named mends it.
    let _ = git(&sandbox, &["checkout", &commit, "--", WRITER_FILE]);
    let _ = sandbox.run(&["demo-verify", "writer"]).expect_code(0);
}
