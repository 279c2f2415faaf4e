//! What is left to people, by git's driver and by the command, and what is refused.

use insta::assert_snapshot;

use super::{branch, commit, fresh, git, merge, repository, sound};
use crate::support::{XTASK, assert_unchanged, shown, state};

#[test]
fn the_driver_joins_what_two_scenarios_added_and_leaves_the_rest_to_the_command() {
    let sandbox = repository();
    let driver = format!("{XTASK} demo-merge-driver %O %A %B %P");
    let _ = git(&sandbox, &["config", "merge.demo-merge.driver", &driver]);
    let attributes = include_str!("../../../.gitattributes");
    let lines = attributes.lines().filter(|line| line.contains("merge=demo-merge"));
    sandbox.write(".gitattributes", lines.collect::<Vec<_>>().join("\n") + "\n");
    commit(&sandbox, "attributes");
    branch(&sandbox, "left", &[("tiny", "UPDATE notes SET title = 'Oat milk' WHERE list_id = 1")]);
    branch(&sandbox, "right", &[("tiny", "UPDATE notes SET title = 'Emma, again' WHERE list_id = 2")]);
    branch(&sandbox, "main", &[("other", "UPDATE notes SET title = 'Write' WHERE list_id = 3")]);
    let _ = git(&sandbox, &["merge", "-q", "--no-edit", "left"]);
    let _ = sandbox.run(&["demo-verify"]).expect_code(0);
    let conflict = sandbox.git(&["merge", "-q", "right"]);
    assert_eq!(conflict.code, Some(1));
    let told: Vec<&str> = conflict.stderr.lines().filter(|line| line.contains("demo-merge")).collect();
    assert_snapshot!(told.join("\n"), @"
    demo-snapshots/tiny/CHANGES.md: both branches added versions; `cargo xtask demo-merge` merges it
    demo-snapshots/metadata/export_manifest.json: both branches added versions: cargo xtask demo-merge tiny
    ");
    // The manifest is that of ours, and can be read.
    let _ = sandbox.run(&["demo-list"]).expect_code(0);
    let _ = merge(&sandbox, &[]).expect_code(0);
    commit(&sandbox, "merged");
    assert_snapshot!(sound(&sandbox), @"
     scenario   version         records
    ────────────────────────────────────────────
     other      v1_2026-11-18         3   sound
     other      v2_2026-11-18         3   sound
     tiny       v1_2026-11-18         6   sound
     tiny       v2_2026-11-18         6   sound
     tiny       v3_2026-11-18         6   sound
     tiny       v4_2026-11-18         6   sound
    ");
    sandbox.write("empty", "");
    let other = sandbox.run(&["demo-merge-driver", "empty", "empty", "empty", "a\u{1b}.sql"]).expect_code(2);
    assert_snapshot!(other.stderr, @r"
    error: `a\u001b.sql` is no file that this merges
       help: set `merge=demo-merge` for metadata/*.json and CHANGES.md of the archive alone
    ");
}

#[test]
fn what_both_changed_in_the_scenario_itself_is_not_lost_with_equal_rows() {
    let sandbox = repository();
    let scenario = sandbox.read("demo-snapshots/tiny/scenario.yaml");
    let selecting = |select: &str| scenario.replace("lists: { scenario: tiny }", select);
    sandbox.write("demo-snapshots/tiny/scenario.yaml", selecting("lists: { scenario: [tiny, a] }"));
    branch(&sandbox, "feature", &[("tiny", "")]);
    sandbox.write("demo-snapshots/tiny/scenario.yaml", selecting("lists: { scenario: [tiny, b] }"));
    branch(&sandbox, "main", &[("tiny", "")]);
    assert_snapshot!(merge(&sandbox, &["--with", "feature"]).transcript(), @"
    $ cargo xtask demo-merge tiny --with feature
    -- stderr
    error: ours and theirs both changed what the scenario holds: table lists
       help: bring one branch's change of tables, columns or selection into the other, export there, and merge again
    -- exit 3
    ");
}

#[test]
fn what_cannot_be_merged_is_refused() {
    let sandbox = repository();
    branch(&sandbox, "feature", &[("tiny", "UPDATE notes SET title = 'Oat milk' WHERE list_id = 1")]);
    branch(&sandbox, "main", &[("tiny", "UPDATE notes SET title = 'Soy milk' WHERE list_id = 1")]);
    let refused = |options: &[&str]| {
        let before = state(&sandbox);
        let run = merge(&sandbox, options);
        assert_unchanged(&before, &sandbox);
        shown(&run)
    };
    assert_snapshot!(refused(&[]), @"
    $ cargo xtask demo-merge tiny
    -- stderr
    error: no merge is going on here
       help: start one with `git merge BRANCH`, or name the other branch: --with BRANCH
    -- exit 2
    ");
    assert_snapshot!(refused(&["--with=--all"]), @"
    $ cargo xtask demo-merge tiny --with=--all
    -- stderr
    error: `--all` cannot name a revision
       help: name a branch, a tag or a commit, such as `main` or `origin/main`
    -- exit 2
    ");
    assert_snapshot!(refused(&["--with", "nowhere"]), @"
    $ cargo xtask demo-merge tiny --with nowhere
    -- stderr
    error: git knows no revision `nowhere`
       help: `git branch --all` lists the branches; fetch it if another repository has it (`git fetch`; in a shallow clone `git fetch --unshallow`)
    -- exit 2
    ");
    assert_snapshot!(refused(&["--with", "feature", "--ours", "notes:7"]), @"
    $ cargo xtask demo-merge tiny --with feature --ours notes:7
    -- stderr
    error: `notes:7` names no row on which the two branches differ
       help: name a row as the list of conflicts does: TABLE:KEY, the key of several columns as a JSON list; a table alone means all its conflicts
    -- exit 2
    ");
    // A version that both began with, changed on one branch.
    let _ = git(&sandbox, &["checkout", "-q", "-b", "rewritten", "main~1"]);
    let files =
        ["tiny/tiny_v1_2026-11-18.sql", "other/other_v1_2026-11-18.sql", "metadata/export_manifest.json"];
    for file in files {
        std::fs::remove_file(sandbox.path("demo-snapshots").join(file)).expect("removed");
    }
    fresh(&sandbox, "");
    let later = [("SOURCE_DATE_EPOCH", "1795000001")];
    let _ =
        sandbox.run_with(&["demo-export", "tiny", "--database", "sqlite:app.sqlite"], &later).expect_code(0);
    commit(&sandbox, "rewritten");
    let _ = git(&sandbox, &["checkout", "-q", "main"]);
    let head = git(&sandbox, &["rev-parse", "rewritten"]).stdout;
    assert_snapshot!(refused(&["--with", "rewritten"]).replace(&head[..10], "COMMIT"), @"
    $ cargo xtask demo-merge tiny --with rewritten
    -- stderr
    error: COMMIT:metadata/export_manifest.json: theirs changed tiny v1_2026-11-18, which both branches began with
       help: a version is never changed once written: restore it in that branch with git, then merge again
    -- exit 3
    ");
    // A version's file that is not the recorded one.
    let _ = git(&sandbox, &["checkout", "-q", "feature"]);
    let file = "demo-snapshots/tiny/tiny_v2_2026-11-18.sql";
    let text = sandbox.read(file);
    sandbox.write(file, text.replace("Oat milk", "Cat milk"));
    commit(&sandbox, "edited");
    let _ = git(&sandbox, &["checkout", "-q", "main"]);
    let told = refused(&["--with", "feature"]);
    let edited = git(&sandbox, &["rev-parse", "feature"]).stdout;
    assert_snapshot!(told.replace(&edited[..10], "COMMIT"), @"
    $ cargo xtask demo-merge tiny --with feature
    -- stderr
    error: COMMIT:tiny/tiny_v2_2026-11-18.sql: the rows do not have the digest that the `Content` line says: expected [DIGEST], found [DIGEST]
       help: a value was changed: restore the file from version control, or export again
    -- exit 3
    ");
}

#[test]
fn rows_that_do_not_fit_together_are_named() {
    let sandbox = repository();
    branch(
        &sandbox,
        "feature",
        &[("tiny", "INSERT INTO lists VALUES (4, 2, 'Films', 'tiny'), (6, 1, 'A', 'tiny')")],
    );
    branch(
        &sandbox,
        "main",
        &[("tiny", "INSERT INTO lists VALUES (5, 2, 'Films', 'tiny'), (6, 1, 'B', 'tiny')")],
    );
    let run = |options: &[&str]| merge(&sandbox, &[&["--with", "feature"], options].concat());
    assert_snapshot!(run(&[]).transcript(), @"
    $ cargo xtask demo-merge tiny --with feature
    lists id 6: both added it, with other values
      ROW: lists:6
      title: base nothing, ours 'B', theirs 'A'
    -- stderr
    1 conflict is open, so nothing was written. Say for each whose word counts, --ours ROW or --theirs ROW, or for all of them --ours or --theirs.
    -- exit 1
    ");
    assert_snapshot!(run(&["--theirs"]).transcript(), @"
    $ cargo xtask demo-merge tiny --with feature --theirs
    the rows of both together: the target refuses lists: id 5: UNIQUE constraint failed: lists.title; decide on this row, or on the one that it needs or that is in its way
    -- stderr
    1 conflict is open, so nothing was written. Say for each whose word counts, --ours ROW or --theirs ROW, or for all of them --ours or --theirs.
    -- exit 1
    ");
    assert_snapshot!(run(&["--json"]).transcript(), @r#"
    $ cargo xtask demo-merge tiny --with feature --json
    {
      "base": "v1_2026-11-18",
      "changes": {
        "added": 0,
        "changed": 0,
        "removed": 0,
        "tables": {}
      },
      "conflicts": {
        "listed": [
          {
            "columns": [
              {
                "base": null,
                "column": "title",
                "ours": "'B'",
                "theirs": "'A'"
              }
            ],
            "pick": "lists:6",
            "row": "lists id 6",
            "what": "both added it, with other values"
          }
        ],
        "total": 1
      },
      "dry_run": false,
      "latest": null,
      "notes": [],
      "ok": false,
      "ours": "v2_2026-11-18",
      "outcome": "open",
      "paths": [],
      "renumbered": [],
      "scenario": "tiny",
      "tables": {
        "folders": {
          "both": 0,
          "decided": 0,
          "open": 0,
          "ours": 0,
          "theirs": 0
        },
        "lists": {
          "both": 0,
          "decided": 0,
          "open": 1,
          "ours": 1,
          "theirs": 1
        },
        "notes": {
          "both": 0,
          "decided": 0,
          "open": 0,
          "ours": 0,
          "theirs": 0
        }
      },
      "theirs": "v2_2026-11-18",
      "waiting": []
    }
    -- exit 1
    "#);
    let _ = run(&["--theirs", "--ours", "lists:4"]).expect_code(0);
    let _ = sandbox.run(&["demo-verify"]).expect_code(0);
}
