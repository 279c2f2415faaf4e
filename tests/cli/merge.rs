//! `demo-merge` and `demo-merge-driver`, in real repositories of two branches.

mod between;
mod refusals;

use insta::assert_snapshot;
use test_support::{Run, Sandbox, sqlite};

use crate::support::{EPOCH, XTASK, assert_unchanged, git, state};

/// Noon of 20 November 2026, the day in the documents.
const DAY: [(&str, &str); 1] = [("SOURCE_DATE_EPOCH", "1795176000")];

#[track_caller]
fn commit(sandbox: &Sandbox, message: &str) {
    let _ = git(sandbox, &["add", "."]);
    let _ = git(sandbox, &["commit", "-q", "-m", message]);
}

/// A repository with two scenarios, `tiny` and `other`, of lists with their notes in shared folders.
fn repository() -> Sandbox {
    let sandbox = Sandbox::empty(XTASK);
    for name in ["tiny", "other"] {
        let scenario = format!(
            "scenario: {name}\ndescription: Lists\nselect:\n  lists: {{ scenario: {name} }}\nfollow:\n  children: [notes]\n"
        );
        sandbox.write(&format!("demo-snapshots/{name}/scenario.yaml"), scenario);
    }
    sandbox.write(".gitignore", "*.sqlite\n.lock\n.demo-*.tmp\n");
    fresh(&sandbox, "");
    let _ = git(&sandbox, &["init", "-q", "-b", "main"]);
    export(&sandbox, "tiny");
    export(&sandbox, "other");
    commit(&sandbox, "first versions");
    sandbox
}

const TABLES: &str = "
    CREATE TABLE folders (id INTEGER PRIMARY KEY, name TEXT NOT NULL);
    CREATE TABLE lists (
      id INTEGER PRIMARY KEY, folder_id INTEGER NOT NULL REFERENCES folders, title TEXT NOT NULL UNIQUE, scenario TEXT
    );
    CREATE TABLE notes (
      list_id INTEGER NOT NULL REFERENCES lists, place TEXT NOT NULL, title TEXT, more JSON, PRIMARY KEY (list_id, place)
    );
    INSERT INTO folders VALUES (1, 'Inbox'), (2, 'Later');
    INSERT INTO lists VALUES (1, 1, 'Errands', 'tiny'), (2, 2, 'Books', 'tiny'), (3, 1, 'Work', 'other');
    INSERT INTO notes VALUES (1, 'a', 'Milk', '{\"shop\":1}'), (2, 'a', 'Emma', NULL), (3, 'a', 'Call', NULL);
";

/// The database as it was in the beginning, and then changed by `change`.
fn fresh(sandbox: &Sandbox, change: &str) {
    let path = sandbox.path("app.sqlite");
    let _ = std::fs::remove_file(&path);
    sqlite::execute(&path, &format!("{TABLES}{change}"));
}

#[track_caller]
fn export(sandbox: &Sandbox, scenario: &str) {
    let _ = sandbox
        .run_with(&["demo-export", scenario, "--database", "sqlite:app.sqlite"], &EPOCH)
        .expect_code(0);
}

/// Exports `scenario` with `change` on `branch`, which starts at the first commit.
fn branch(sandbox: &Sandbox, branch: &str, changes: &[(&str, &str)]) {
    if branch != "main" {
        let _ = git(sandbox, &["checkout", "-q", "-b", branch, "main"]);
    }
    for (scenario, change) in changes {
        fresh(sandbox, change);
        export(sandbox, scenario);
    }
    commit(sandbox, branch);
    let _ = git(sandbox, &["checkout", "-q", "main"]);
}

/// What `demo-verify` lists, and that it finds nothing.
#[track_caller]
fn sound(sandbox: &Sandbox) -> String {
    let run = sandbox.run(&["demo-verify"]).expect_code(0);
    run.stdout.lines().map(str::trim_end).collect::<Vec<_>>().join("\n")
}

fn merge(sandbox: &Sandbox, options: &[&str]) -> Run {
    sandbox.run_with(&[&["demo-merge", "tiny"], options].concat(), &EPOCH)
}

#[test]
fn two_branches_become_one_and_what_contradicts_itself_is_decided() {
    let sandbox = repository();
    let theirs = "
        UPDATE notes SET title = 'Oat milk', more = '{\"shop\":1,\"litres\":2}' WHERE list_id = 1;
        DELETE FROM notes WHERE list_id = 2;
        DELETE FROM lists WHERE id = 2;
        INSERT INTO lists VALUES (4, 2, 'Films', 'tiny');";
    let ours = "
        UPDATE notes SET title = 'Soy milk', more = '{\"shop\":3}' WHERE list_id = 1;
        INSERT INTO notes VALUES (2, 'b', 'Persuasion', NULL), (1, 'b', 'Bread', NULL);";
    branch(&sandbox, "feature", &[("tiny", theirs)]);
    branch(
        &sandbox,
        "main",
        &[("tiny", ours), ("other", "UPDATE notes SET title = 'Write' WHERE list_id = 3")],
    );
    assert_eq!(sandbox.git(&["merge", "feature"]).code, Some(1));
    let before = state(&sandbox);
    assert_snapshot!(merge(&sandbox, &[]).transcript(), @r#"
    $ cargo xtask demo-merge tiny
    notes (list_id, place) (1, 'a'): both changed it
      ROW: 'notes:[1,"a"]'
      title: base 'Milk', ours 'Soy milk', theirs 'Oat milk'
    -- stderr
    1 conflict is open, so nothing was written. Say for each whose word counts, --ours ROW or --theirs ROW, or for all of them --ours or --theirs.
    -- exit 1
    "#);
    assert_snapshot!(merge(&sandbox, &["--theirs", r#"notes:[1, "a"]"#]).transcript(), @r#"
    $ cargo xtask demo-merge tiny --theirs notes:[1, "a"]
    the rows of both together: notes: (list_id, place) (2, 'b') refers by (list_id) to a row of lists that does not exist in the target; decide on this row, or on the one that it needs or that is in its way
    -- stderr
    1 conflict is open, so nothing was written. Say for each whose word counts, --ours ROW or --theirs ROW, or for all of them --ours or --theirs.
    -- exit 1
    "#);
    assert_unchanged(&before, &sandbox);
    let decided = ["--theirs", r#"notes:[1,"a"]"#, "--ours", "lists:2"];
    assert_snapshot!(merge(&sandbox, &[&decided[..], &["--dry-run"]].concat()).transcript(), @r#"
    $ cargo xtask demo-merge tiny --theirs notes:[1,"a"] --ours lists:2 --dry-run
     table   ours   theirs   both   decided
    ────────────────────────────────────────
     lists      0        1      0         1
     notes      2        1      0         1
    v2_2026-11-18 of theirs is now v3_2026-11-18.
    Dry run: tiny v4_2026-11-18 would hold what both branches have. Nothing was written.
    -- exit 0
    "#);
    assert_unchanged(&before, &sandbox);
    assert_snapshot!(merge(&sandbox, &decided).transcript(), @r#"
    $ cargo xtask demo-merge tiny --theirs notes:[1,"a"] --ours lists:2
     table   ours   theirs   both   decided
    ────────────────────────────────────────
     lists      0        1      0         1
     notes      2        1      0         1
    v2_2026-11-18 of theirs is now v3_2026-11-18.
    tiny v4_2026-11-18 holds what both branches have: against ours 1 row added, 1 changed, 1 removed.
    -- stderr
    To go on: git add demo-snapshots/tiny demo-snapshots/metadata && git merge --continue
    -- exit 0
    "#);
    let after = sandbox.tree("demo-snapshots");
    assert_snapshot!(sound(&sandbox), @"
     scenario   version         records
    ────────────────────────────────────────────
     other      v1_2026-11-18         3   sound
     other      v2_2026-11-18         3   sound
     tiny       v1_2026-11-18         6   sound
     tiny       v2_2026-11-18         8   sound
     tiny       v3_2026-11-18         5   sound
     tiny       v4_2026-11-18         8   sound
    ");
    let latest = sandbox.read("demo-snapshots/tiny/tiny_v4_2026-11-18.sql");
    let rows = latest.split("\n-- Verification").next().and_then(|text| text.split_once("-- folders"));
    assert_snapshot!(rows.expect("sections").1, @r#"
     (2 shared records)
    INSERT INTO "folders" ("id", "name") VALUES
      (1, 'Inbox')
    , (2, 'Later')
    ON CONFLICT DO NOTHING
    ;

    -- lists (3 records)
    INSERT INTO "lists" ("id", "folder_id", "title", "scenario") VALUES
      (1, 1, 'Errands', 'tiny')
    , (2, 2, 'Books', 'tiny')
    , (4, 2, 'Films', 'tiny')
    ;

    -- notes (3 records)
    INSERT INTO "notes" ("list_id", "place", "title", "more") VALUES
      (1, 'a', 'Oat milk', '{"litres":2,"shop":3}')
    , (1, 'b', 'Bread', NULL)
    , (2, 'b', 'Persuasion', NULL)
    ;
    "#);
    assert_snapshot!(sandbox.read("demo-snapshots/tiny/CHANGES.md"), @"
    # Changes

    What each version added, changed and removed, newest first.

    ## v4_2026-11-18

    1 row added, 1 changed, 1 removed since v2_2026-11-18; 8 records now.

    | table | rows | added | changed | removed |
    | --- | ---: | ---: | ---: | ---: |
    | `folders` | 2 | 0 | 0 | 0 |
    | `lists` | 3 | 1 | 0 | 0 |
    | `notes` | 3 | 0 | 1 | 1 |

    ### `lists`

    - added `id 4`: `folder_id` `2`, `title` `'Films'`, `scenario` `'tiny'`

    ### `notes`

    - changed `(list_id, place) (1, 'a')`
      - `title`: `'Soy milk'` → `'Oat milk'`
      - `more`:
        - `$.litres`: (nothing) → `2`
    - removed `(list_id, place) (2, 'a')`: `title` `'Emma'`

    ## v3_2026-11-18

    1 row added, 1 changed, 2 removed since v1_2026-11-18; 5 records now.

    | table | rows | added | changed | removed |
    | --- | ---: | ---: | ---: | ---: |
    | `folders` | 2 | 0 | 0 | 0 |
    | `lists` | 2 | 1 | 0 | 1 |
    | `notes` | 1 | 0 | 1 | 1 |

    ### `lists`

    - removed `id 2`: `folder_id` `2`, `title` `'Books'`, `scenario` `'tiny'`
    - added `id 4`: `folder_id` `2`, `title` `'Films'`, `scenario` `'tiny'`

    ### `notes`

    - changed `(list_id, place) (1, 'a')`
      - `title`: `'Milk'` → `'Oat milk'`
      - `more`:
        - `$.litres`: (nothing) → `2`
    - removed `(list_id, place) (2, 'a')`: `title` `'Emma'`

    ## v2_2026-11-18

    2 rows added, 1 changed since v1_2026-11-18; 8 records now.

    | table | rows | added | changed | removed |
    | --- | ---: | ---: | ---: | ---: |
    | `folders` | 2 | 0 | 0 | 0 |
    | `lists` | 2 | 0 | 0 | 0 |
    | `notes` | 4 | 2 | 1 | 0 |

    ### `notes`

    - changed `(list_id, place) (1, 'a')`
      - `title`: `'Milk'` → `'Soy milk'`
      - `more`:
        - `$.shop`: `1` → `3`
    - added `(list_id, place) (1, 'b')`: `title` `'Bread'`
    - added `(list_id, place) (2, 'b')`: `title` `'Persuasion'`

    ## v1_2026-11-18

    First version: 6 records.

    | table | rows |
    | --- | ---: |
    | `folders` | 2 |
    | `lists` | 2 |
    | `notes` | 2 |
    ");
    // Stopped before the manifest was written, it is done again.
    let _ = git(&sandbox, &["checkout", "--merge", "--", "demo-snapshots/metadata/export_manifest.json"]);
    let _ = merge(&sandbox, &decided).expect_code(0);
    assert_eq!(sandbox.tree("demo-snapshots"), after);
    assert_snapshot!(merge(&sandbox, &[]).transcript(), @"
    $ cargo xtask demo-merge tiny
    tiny holds all of both branches already: its latest is v4_2026-11-18.
    -- stderr
    To go on: git add demo-snapshots/tiny demo-snapshots/metadata && git merge --continue
    -- exit 0
    ");
    let _ = git(&sandbox, &["add", "demo-snapshots/tiny", "demo-snapshots/metadata"]);
    let _ = git(&sandbox, &["commit", "-q", "-m", "merged"]);
    assert_eq!(git(&sandbox, &["status", "--short"]).stdout, "");
}

#[test]
fn merging_the_other_way_round_gives_the_same_rows() {
    let theirs = "INSERT INTO lists VALUES (4, 2, 'Films', 'tiny'); DELETE FROM notes WHERE list_id = 2";
    let ours =
        "UPDATE lists SET title = 'Shopping' WHERE id = 1; INSERT INTO notes VALUES (1, 'b', 'Bread', NULL)";
    let contents = [(theirs, ours), (ours, theirs)].map(|(theirs, ours)| {
        let sandbox = repository();
        branch(&sandbox, "feature", &[("tiny", theirs)]);
        branch(&sandbox, "main", &[("tiny", ours)]);
        let _ = merge(&sandbox, &["--with", "feature"]).expect_code(0);
        let latest = sandbox.read("demo-snapshots/tiny/tiny_v4_2026-11-18.sql");
        latest.lines().find(|line| line.starts_with("-- Content: ")).expect("a digest").to_owned()
    });
    assert_eq!(contents[0], contents[1]);
}

#[test]
fn a_merge_without_gits_is_not_done_twice() {
    let sandbox = repository();
    branch(&sandbox, "feature", &[("tiny", "UPDATE notes SET title = 'Oat milk' WHERE list_id = 1")]);
    branch(&sandbox, "main", &[("tiny", "INSERT INTO notes VALUES (1, 'b', 'Bread', NULL)")]);
    assert_snapshot!(merge(&sandbox, &["--with", "feature"]).transcript(), @"
    $ cargo xtask demo-merge tiny --with feature
     table   ours   theirs   both   decided
    ────────────────────────────────────────
     notes      1        1      0         0
    v2_2026-11-18 of theirs is now v3_2026-11-18.
    tiny v4_2026-11-18 holds what both branches have: against ours 0 rows added, 1 changed, 0 removed.
    -- stderr
    To go on: git add demo-snapshots/tiny demo-snapshots/metadata && git commit
    -- exit 0
    ");
    commit(&sandbox, "merged by rows");
    let before = sandbox.tree("demo-snapshots");
    assert_eq!(sandbox.git(&["merge", "feature"]).code, Some(1));
    assert_snapshot!(merge(&sandbox, &[]).transcript(), @"
    $ cargo xtask demo-merge tiny
    tiny holds all of both branches already: its latest is v4_2026-11-18.
    -- stderr
    To go on: git add demo-snapshots/tiny demo-snapshots/metadata && git merge --continue
    -- exit 0
    ");
    assert_eq!(sandbox.tree("demo-snapshots"), before);
    let _ = sandbox.run(&["demo-verify"]).expect_code(0);
}

#[test]
fn a_version_that_one_branch_cleaned_up_is_still_what_both_began_with() {
    let sandbox = repository();
    branch(&sandbox, "feature", &[("tiny", "DELETE FROM notes WHERE list_id = 2")]);
    branch(&sandbox, "main", &[("tiny", "UPDATE notes SET title = 'Oat milk' WHERE list_id = 1")]);
    let _ = sandbox.run(&["demo-cleanup", "tiny", "--keep", "1", "--yes"]).expect_code(0);
    commit(&sandbox, "cleaned up");
    let _ = git(&sandbox, &["checkout", "-q", "feature"]);
    let run = merge(&sandbox, &["--with", "main"]);
    assert_snapshot!(run.transcript(), @"
    $ cargo xtask demo-merge tiny --with main
     table   ours   theirs   both   decided
    ────────────────────────────────────────
     notes      1        1      0         0
    v2_2026-11-18 of theirs is now v3_2026-11-18.
    tiny v4_2026-11-18 holds what both branches have: against ours 0 rows added, 1 changed, 0 removed.
    -- stderr
    To go on: git add demo-snapshots/tiny demo-snapshots/metadata && git commit
    -- exit 0
    ");
    assert_snapshot!(sound(&sandbox), @"
     scenario   version         records
    ────────────────────────────────────────────
     other      v1_2026-11-18         3   sound
     tiny       v2_2026-11-18         5   sound
     tiny       v3_2026-11-18         6   sound
     tiny       v4_2026-11-18         5   sound
    ");
    assert!(!sandbox.path("demo-snapshots/tiny/tiny_v1_2026-11-18.sql").exists());
}

#[test]
fn a_scenario_that_only_one_branch_changed_needs_no_merge() {
    let sandbox = repository();
    branch(&sandbox, "feature", &[("tiny", "UPDATE notes SET title = 'Oat milk' WHERE list_id = 1")]);
    assert_snapshot!(merge(&sandbox, &["--with", "feature"]).transcript(), @"
    $ cargo xtask demo-merge tiny --with feature
    Only one branch added versions of tiny: its latest is v2_2026-11-18.
    -- stderr
    To go on: git add demo-snapshots/tiny demo-snapshots/metadata && git commit
    -- exit 0
    ");
    let _ = sandbox.run(&["demo-verify"]).expect_code(0);
    let ours = git(&sandbox, &["show", "feature:demo-snapshots/tiny/tiny_v2_2026-11-18.sql"]).stdout;
    assert_eq!(sandbox.read("demo-snapshots/tiny/tiny_v2_2026-11-18.sql"), ours);
}

#[test]
fn the_page_on_merging_shows_what_its_reader_sees() {
    let page = include_str!("../../docs/merging.md").replace("\r\n", "\n");
    let sandbox = crate::clone();
    sandbox.write(".gitignore", "/target/\n.lock\n*.tmp\n");
    let _ = git(&sandbox, &["init", "-q", "-b", "main"]);
    commit(&sandbox, "first");
    let shows =
        |text: &str| assert!(page.contains(text.trim_end()), "docs/merging.md does not show:\n{text}");
    let edit = |sql: &str| {
        shows(&format!("$ sqlite3 target/demo.sqlite \"{sql}\""));
        sqlite::execute(&sandbox.path("target/demo.sqlite"), sql);
        let _ = sandbox.run_with(&["demo-export", "writer"], &DAY).expect_code(0);
    };
    let _ = sandbox.run(&["demo-import", "writer"]).expect_code(0);
    let _ = git(&sandbox, &["checkout", "-q", "-b", "feature"]);
    edit("UPDATE todos SET status = 'done', priority = 'low' WHERE id = 105");
    commit(&sandbox, "feature");
    let _ = git(&sandbox, &["checkout", "-q", "main"]);
    let _ = sandbox.run(&["demo-import", "writer", "--yes"]).expect_code(0);
    edit("UPDATE todos SET priority = 'high', title = 'Book the vet' WHERE id = 105");
    commit(&sandbox, "main");
    let told = sandbox.git(&["merge", "feature"]);
    assert_eq!(told.code, Some(1));
    shows(&told.stdout);
    for options in [vec![], vec!["--theirs", "todos:105"]] {
        let run = sandbox.run_with(&[vec!["demo-merge", "writer"], options].concat(), &DAY);
        let lines = run.stdout.lines().chain(run.stderr.lines()).map(str::trim_end);
        let typed = format!("$ cargo xtask {}", run.args.join(" "));
        shows(&std::iter::once(typed.as_str()).chain(lines).collect::<Vec<_>>().join("\n"));
    }
    let _ = git(&sandbox, &["add", "demo-snapshots/writer", "demo-snapshots/metadata"]);
    let _ = git(&sandbox, &["-c", "core.editor=true", "merge", "--continue"]);
    let changes = sandbox.read("demo-snapshots/writer/CHANGES.md");
    shows(changes.split("\n## ").nth(1).expect("a section"));
    let attributes = include_str!("../../.gitattributes");
    for line in attributes.lines().filter(|line| line.contains("merge=")) {
        shows(line);
    }
    let _ = sandbox.run(&["demo-verify", "writer"]).expect_code(0);
}
