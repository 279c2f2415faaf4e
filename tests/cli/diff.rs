//! `demo-diff`

use insta::assert_snapshot;
use test_support::{Sandbox, sqlite};

use crate::support::{EPOCH, TINY_FILE, XTASK, assert_unchanged, git, refused, shown, state, tiny};

const EDIT: &str = "
    UPDATE notes SET title = 'First, again' WHERE id = 1;
    DELETE FROM notes WHERE id = 2;
    INSERT INTO notes VALUES (1, 1, 'First, again', 3, 'tiny') ON CONFLICT DO NOTHING;
    INSERT INTO notes VALUES (3, 1, 'Third::set-output', 5, 'tiny');
";

/// The tiny archive with a second version: one note changed, one removed, one added.
fn two_versions() -> Sandbox {
    let sandbox = tiny();
    let database = sandbox.path("app.sqlite");
    let _ = sandbox.run(&["demo-import", "tiny", "--database", "sqlite:app.sqlite"]).expect_code(0);
    sqlite::execute(&database, EDIT);
    let _ =
        sandbox.run_with(&["demo-export", "tiny", "--database", "sqlite:app.sqlite"], &EPOCH).expect_code(0);
    sandbox
}

#[test]
fn the_latest_version_is_compared_with_the_one_before() {
    let sandbox = two_versions();
    let before = state(&sandbox);
    assert_snapshot!(sandbox.run(&["demo-diff", "tiny"]).transcript(), @r"
        $ cargo xtask demo-diff tiny
        tiny: v1_2026-11-18 → v2_2026-11-18

        notes
          ~ id 1
              title: 'First' → 'First, again'
          - id 2  folder_id 1, title 'Second', scenario 'tiny'
          + id 3  folder_id 1, title 'Third::set-output', stars 5, scenario 'tiny'

         table  added  changed  removed  equal
         notes      1        1        1      0
        1 row added, 1 changed, 1 removed
        -- exit 1
        ");
    assert_snapshot!(sandbox.run(&["demo-diff", "tiny", "v2", "v1", "--format", "summary"]).transcript(), @r"
        $ cargo xtask demo-diff tiny v2 v1 --format summary
        tiny: v2_2026-11-18 → v1_2026-11-18
         table  added  changed  removed  equal
         notes      1        1        1      0
        1 row added, 1 changed, 1 removed
        -- exit 1
        ");
    assert_snapshot!(sandbox.run(&["demo-diff", "tiny", "v1", "v1"]).transcript(), @r"
        $ cargo xtask demo-diff tiny v1 v1
        tiny: v1_2026-11-18 → v1_2026-11-18
        No row differs
        -- exit 0
        ");
    assert_unchanged(&before, &sandbox);
}

#[test]
fn files_and_databases_are_sides_too() {
    let sandbox = two_versions();
    sqlite::execute(&sandbox.path("app.sqlite"), "UPDATE notes SET stars = 4 WHERE id = 3");
    std::fs::copy(sandbox.path(TINY_FILE), sandbox.path("old.sql")).expect("copied");
    let before = state(&sandbox);
    assert_snapshot!(sandbox.run(&["demo-diff", "tiny", "latest", "sqlite:app.sqlite"]).transcript(), @r"
        $ cargo xtask demo-diff tiny latest sqlite:app.sqlite
        tiny: v2_2026-11-18 → sqlite:app.sqlite

        notes
          ~ id 3
              stars: 5 → 4

         table  added  changed  removed  equal
         notes      0        1        0      1
        1 row changed
        -- exit 1
        ");
    assert_snapshot!(
        sandbox.run(&["demo-diff", "tiny", "old.sql", "database", "--database", "sqlite:app.sqlite", "--format", "summary"]).transcript(), @r"
        $ cargo xtask demo-diff tiny old.sql database --database sqlite:app.sqlite --format summary
        tiny: old.sql → sqlite:app.sqlite
         table  added  changed  removed  equal
         notes      1        1        1      0
        1 row added, 1 changed, 1 removed
        -- exit 1
        ");
    // A database as the head is compared with the latest version; a version as the base, too.
    assert_snapshot!(sandbox.run(&["demo-diff", "tiny", "old.sql", "--format", "summary"]).transcript(), @r"
        $ cargo xtask demo-diff tiny old.sql --format summary
        tiny: old.sql → v2_2026-11-18
         table  added  changed  removed  equal
         notes      1        1        1      0
        1 row added, 1 changed, 1 removed
        -- exit 1
        ");
    assert_unchanged(&before, &sandbox);
}

#[test]
fn a_program_reads_every_value() {
    let sandbox = two_versions();
    assert_snapshot!(sandbox.run(&["demo-diff", "tiny", "--json"]).transcript(), @r#"
        $ cargo xtask demo-diff tiny --json
        {
        "format": 1,
        "scenario": "tiny",
        "base": {"name": "v1_2026-11-18", "records": 3},
        "head": {"name": "v2_2026-11-18", "records": 3},
        "schema": [],
        "tables": {
          "folders": {"key": ["id"], "columns": {"id": "integer", "name": "text"}},
          "notes": {"key": ["id"], "columns": {"id": "integer", "folder_id": "integer", "title": "text", "stars": "integer", "scenario": "text"}}
        },
        "changes": [
        {"table": "notes", "operation": "changed", "key": {"id": 1}, "columns": {"title": {"base": "First", "head": "First, again"}}},
        {"table": "notes", "operation": "removed", "key": {"id": 2}, "row": {"id": 2, "folder_id": 1, "title": "Second", "stars": null, "scenario": "tiny"}},
        {"table": "notes", "operation": "added", "key": {"id": 3}, "row": {"id": 3, "folder_id": 1, "title": "Third::set-output", "stars": 5, "scenario": "tiny"}}
        ],
        "counts": {"total": {"added": 1, "changed": 1, "removed": 1, "equal": 1}, "tables": {
          "folders": {"added": 0, "changed": 0, "removed": 0, "equal": 1},
          "notes": {"added": 1, "changed": 1, "removed": 1, "equal": 0}
        }}
        }
        -- exit 1
        "#);
    let other = sandbox.run(&["demo-diff", "tiny", "--format", "json"]);
    assert_eq!(other.stdout, sandbox.run(&["demo-diff", "tiny", "--json"]).stdout);
}

#[test]
fn a_pull_request_gets_a_comment() {
    let sandbox = two_versions();
    assert_snapshot!(sandbox.run(&["demo-diff", "tiny", "--format", "markdown"]).transcript(), @r"
        $ cargo xtask demo-diff tiny --format markdown
        ### `tiny`: `v1_2026-11-18` → `v2_2026-11-18`

        1 row added, 1 changed, 1 removed.

        | table | added | changed | removed |
        | --- | ---: | ---: | ---: |
        | `notes` | 1 | 1 | 1 |

        <details>
        <summary><code>notes</code>: 1 row added, 1 changed, 1 removed</summary>

        - changed `id 1`
          - `title`: `'First'` → `'First, again'`
        - removed `id 2`: `folder_id` `1`, `title` `'Second'`, `scenario` `'tiny'`
        - added `id 3`: `folder_id` `1`, `title` `'Third::set-output'`, `stars` `5`, `scenario` `'tiny'`

        </details>
        -- exit 1
        ");
}

#[test]
fn a_patch_leads_from_the_base_to_the_head() {
    let sandbox = two_versions();
    let run = sandbox.run(&["demo-diff", "tiny", "--format", "sql"]);
    assert_snapshot!(shown(&run), @r#"
        $ cargo xtask demo-diff tiny --format sql
        -- Demo Data Patch
        -- Scenario: tiny
        -- Base: v1_2026-11-18, content sha256:[DIGEST]
        -- Head: v2_2026-11-18, content sha256:[DIGEST]
        -- Engines: sqlite, postgres
        -- Raw: sqlite >= 3.38, postgres >= 14
        -- Rows: 1 added, 1 changed, 1 removed
        -- It changes rows only, in one transaction: all of them, or none after the first error. Run it with
        -- `sqlite3 -bail`, keys switched on by `PRAGMA foreign_keys = ON`, or with `psql -X -v ON_ERROR_STOP=1`.
        -- Rows that it changes or removes must be as base has them, else a check fails: `malformed JSON` says
        -- SQLite, PostgreSQL shows whose rows differ. JSON, instants, doubles and long values are only checked
        -- for being there, or for their length.

        BEGIN;

        -- notes: 2 rows as base has them
        SELECT json(CASE WHEN COUNT(*) = 2 THEN '"as in base"' ELSE 'rows_of_notes_are_not_as_in_base' END) AS "notes" FROM "notes" WHERE
          ("id" = 1 AND "title" = 'First')
        OR ("id" = 2 AND "folder_id" = 1 AND "title" = 'Second' AND "stars" IS NULL AND "scenario" = 'tiny')
        ;

        -- notes: 1 row added
        INSERT INTO "notes" ("id", "folder_id", "title", "stars", "scenario") VALUES (3, 1, 'Third::set-output', 5, 'tiny');

        -- notes: 1 row changed
        UPDATE "notes" SET "title" = 'First, again' WHERE "id" = 1;

        -- notes: 1 row removed
        DELETE FROM "notes" WHERE "id" = 2;

        COMMIT;
        -- End of patch
        -- exit 1
        "#);
    // A database with the rows of the base, and a row of somebody's own.
    let other = tiny();
    let _ = other.run(&["demo-import", "tiny", "--database", "sqlite:app.sqlite"]).expect_code(0);
    sqlite::execute(&other.path("app.sqlite"), &format!("PRAGMA foreign_keys = ON;\n{}", run.stdout));
    let differs = ["demo-diff", "tiny", "v2", &format!("sqlite:{}", other.path("app.sqlite").display())];
    let _ = sandbox.run(&differs).expect_code(0);
}

#[test]
fn a_result_goes_to_a_file_but_over_nothing_that_is_precious() {
    let sandbox = two_versions();
    let run = sandbox.run(&["demo-diff", "tiny", "--output", "changes.txt"]);
    assert_snapshot!(run.transcript(), @r"
        $ cargo xtask demo-diff tiny --output changes.txt
        -- stderr
        Wrote changes.txt: 1 row added, 1 changed, 1 removed.
        -- exit 1
        ");
    assert_eq!(sandbox.read("changes.txt"), sandbox.run(&["demo-diff", "tiny"]).stdout);
    let again = sandbox.run(&["demo-diff", "tiny", "--output", "changes.txt", "--format", "markdown"]);
    assert_eq!(again.code, Some(1));
    assert!(sandbox.read("changes.txt").starts_with("### `tiny`"));
    std::fs::copy(sandbox.path(TINY_FILE), sandbox.path("old.sql")).expect("copied");
    for (place, told) in [
        ("app.sqlite", "`app.sqlite` is a database, and no place for a result"),
        ("old.sql", "`old.sql` is a snapshot, and no place for a result"),
        ("demo-snapshots", "`demo-snapshots` is a folder, and no place for a result"),
        (
            "demo-snapshots/tiny/x.md",
            "`demo-snapshots/tiny/x.md` is inside the archive, and no place for a result",
        ),
        ("nowhere/x.md", "nowhere/x.md: finding its folder failed"),
    ] {
        let text = refused(&sandbox, &["demo-diff", "tiny", "--output", place]);
        assert!(text.contains(told), "{text}");
    }
}

#[test]
fn what_is_no_side_is_refused() {
    let sandbox = tiny();
    assert_snapshot!(refused(&sandbox, &["demo-diff", "tiny"]), @r"
        $ cargo xtask demo-diff tiny
        -- stderr
        error: scenario tiny has no version before v1_2026-11-18
           help: name what it is to be compared with: a file, `git:REVISION` or a database, as in `demo-diff tiny database`
        -- exit 2
        ");
    assert_snapshot!(refused(&sandbox, &["demo-diff", "tiny", "v1", "v7"]), @r"
        $ cargo xtask demo-diff tiny v1 v7
        -- stderr
        error: scenario tiny has no version v7
           help: versions here: v1_2026-11-18
        -- exit 2
        ");
    assert_snapshot!(refused(&sandbox, &["demo-diff", "tiny", "main"]), @r"
        $ cargo xtask demo-diff tiny main
        -- stderr
        error: `main` is no version, and no file of that name is here
           help: a side is a version such as `v2` or `latest`, a snapshot file, `git:REVISION`, or a database: `sqlite:PATH`, `postgres://…`, `database`
        -- exit 2
        ");
    assert_snapshot!(refused(&sandbox, &["demo-diff", "tiny", "gone.sql"]), @r"
        $ cargo xtask demo-diff tiny gone.sql
        -- stderr
        error: there is no file `gone.sql`
           help: check the path; `demo-list` shows the versions of the archive
        -- exit 3
        ");
    assert_snapshot!(refused(&sandbox, &["demo-diff", "tiny", "sqlite:gone.sqlite"]), @r"
        $ cargo xtask demo-diff tiny sqlite:gone.sqlite
        -- stderr
        error: there is no database at `gone.sqlite`
           help: check the path; `db-migrate` makes a new database with the bundled schema
        -- exit 4
        ");
    assert_snapshot!(refused(&sandbox, &["demo-diff", "tiny", "app.sqlite"]), @r"
        $ cargo xtask demo-diff tiny app.sqlite
        -- stderr
        error: `app.sqlite` is a path, not a database URL
           help: write `sqlite:app.sqlite`
        -- exit 2
        ");
    assert_snapshot!(refused(&sandbox, &["demo-diff", "tiny", "git:main"]), @r"
        $ cargo xtask demo-diff tiny git:main
        -- stderr
        error: demo-snapshots: this folder is in no git work tree
           help: run this in a clone of the repository
        -- exit 2
        ");
}

#[test]
fn a_damaged_version_is_no_side() {
    let sandbox = two_versions();
    sandbox.write(TINY_FILE, sandbox.read(TINY_FILE).replacen("'First'", "'Fourth'", 1));
    let run = sandbox.run(&["demo-diff", "tiny", "v1", "v2"]);
    assert_snapshot!(shown(&run), @r"
        $ cargo xtask demo-diff tiny v1 v2
        -- stderr
        error: demo-snapshots/tiny/tiny_v1_2026-11-18.sql: the file has 1304 bytes, the manifest says 1303
           help: if the edit is not committed, `git checkout -- demo-snapshots/tiny/tiny_v1_2026-11-18.sql` restores it; `demo-verify` shows the edit, and which commit has the file as it was
        -- exit 3
        ");
}

#[test]
fn a_version_of_the_recorded_size_and_other_bytes_is_no_side() {
    let sandbox = two_versions();
    let was = sandbox.read(TINY_FILE);
    let diff = ["demo-diff", "tiny", "v1", "v2", "--format", "summary"];
    // In a row that both versions have, in one that only this one has, and in none.
    let edits = [("'Inbox'", "'In6ox'"), ("'Second'", "'Sec0nd'"), ("COMMIT;", "COMMIT,")];
    let refusals = edits.map(|(from, to)| {
        assert!(was.contains(from), "{was}");
        sandbox.write(TINY_FILE, was.replacen(from, to, 1));
        shown(&sandbox.run(&diff))
    });
    assert_snapshot!(refusals.join("\n"), @r"
        $ cargo xtask demo-diff tiny v1 v2 --format summary
        tiny: v1_2026-11-18 → v2_2026-11-18
        -- stderr
        error: demo-snapshots/tiny/tiny_v1_2026-11-18.sql: the rows do not have the digest that the `Content` line says: expected [DIGEST], found [DIGEST]
           help: a value was changed: restore the file from version control, or export again
        -- exit 3
        $ cargo xtask demo-diff tiny v1 v2 --format summary
        tiny: v1_2026-11-18 → v2_2026-11-18
        -- stderr
        error: demo-snapshots/tiny/tiny_v1_2026-11-18.sql: the rows do not have the digest that the `Content` line says: expected [DIGEST], found [DIGEST]
           help: a value was changed: restore the file from version control, or export again
        -- exit 3
        $ cargo xtask demo-diff tiny v1 v2 --format summary
        tiny: v1_2026-11-18 → v2_2026-11-18
        -- stderr
        error: demo-snapshots/tiny/tiny_v1_2026-11-18.sql: line 35: `COMMIT,` does not belong here: the writer would not write it
           help: a snapshot is data, so nothing else is accepted: remove the line, or restore the file from version control
        -- exit 3
        ");
}

#[test]
fn a_side_is_a_version_at_a_git_revision() {
    let sandbox = tiny();
    let _ = git(&sandbox, &["init", "-q", "-b", "main"]);
    let _ = git(&sandbox, &["add", "demo-snapshots"]);
    let _ = git(&sandbox, &["commit", "-q", "-m", "one"]);
    let _ = sandbox.run(&["demo-import", "tiny", "--database", "sqlite:app.sqlite"]).expect_code(0);
    sqlite::execute(&sandbox.path("app.sqlite"), EDIT);
    let _ =
        sandbox.run_with(&["demo-export", "tiny", "--database", "sqlite:app.sqlite"], &EPOCH).expect_code(0);
    assert_snapshot!(sandbox.run(&["demo-diff", "tiny", "git:main", "--format", "summary"]).transcript(), @r"
        $ cargo xtask demo-diff tiny git:main --format summary
        tiny: git:main v1_2026-11-18 → v2_2026-11-18
         table  added  changed  removed  equal
         notes      1        1        1      0
        1 row added, 1 changed, 1 removed
        -- exit 1
        ");
    assert_snapshot!(sandbox.run(&["demo-diff", "tiny", "latest", "git:HEAD:v1", "--format", "summary"]).transcript(), @r"
        $ cargo xtask demo-diff tiny latest git:HEAD:v1 --format summary
        tiny: v2_2026-11-18 → git:HEAD v1_2026-11-18
         table  added  changed  removed  equal
         notes      1        1        1      0
        1 row added, 1 changed, 1 removed
        -- exit 1
        ");
    assert_snapshot!(refused(&sandbox, &["demo-diff", "tiny", "git:elsewhere"]), @r"
        $ cargo xtask demo-diff tiny git:elsewhere
        -- stderr
        error: git knows no revision `elsewhere`
           help: `git branch --all` lists the branches; fetch it if another repository has it (`git fetch`; in a shallow clone `git fetch --unshallow`)
        -- exit 2
        ");
    assert_snapshot!(refused(&sandbox, &["demo-diff", "tiny", "git:main:v2"]), @r"
        $ cargo xtask demo-diff tiny git:main:v2
        -- stderr
        error: scenario tiny has no version v2
           help: versions here: v1_2026-11-18
        -- exit 2
        ");
    assert_snapshot!(refused(&sandbox, &["demo-diff", "tiny", "git:--all"]), @r"
        $ cargo xtask demo-diff tiny git:--all
        -- stderr
        error: `--all` cannot name a revision
           help: name a branch, a tag or a commit, such as `main` or `origin/main`
        -- exit 2
        ");
}

#[test]
fn git_shows_a_new_version_value_by_value() {
    let sandbox = two_versions();
    let told = sandbox.run(&["demo-textconv", TINY_FILE]);
    assert_snapshot!(told.transcript(), @r"
        $ cargo xtask demo-textconv demo-snapshots/tiny/tiny_v1_2026-11-18.sql
        scenario tiny

        folders, shared
        folders id 1
          name: 'Inbox'

        notes
        notes id 1
          folder_id: 1
          title: 'First'
          stars: 3
          scenario: 'tiny'
        notes id 2
          folder_id: 1
          title: 'Second'
          scenario: 'tiny'
        -- exit 0
        ");
    sandbox.write("notes.txt", "no snapshot\n");
    assert_eq!(sandbox.run(&["demo-textconv", "notes.txt"]).stdout, "no snapshot\n");
    let _ = git(&sandbox, &["init", "-q", "-b", "main"]);
    let _ = git(&sandbox, &["config", "diff.demo-snapshot.textconv", &format!("{XTASK} demo-textconv")]);
    sandbox.write(".gitattributes", "demo-snapshots/*/*_v*.sql diff=demo-snapshot\n");
    let _ = git(&sandbox, &["add", TINY_FILE, ".gitattributes"]);
    let _ = git(&sandbox, &["commit", "-q", "-m", "one"]);
    let _ = git(&sandbox, &["add", "demo-snapshots"]);
    let copies = ["diff", "--cached", "-C", "--find-copies-harder", "--", "demo-snapshots/tiny/*_v*.sql"];
    assert_snapshot!(git(&sandbox, &copies).stdout, @r"
        diff --git a/demo-snapshots/tiny/tiny_v1_2026-11-18.sql b/demo-snapshots/tiny/tiny_v2_2026-11-18.sql
        similarity index 79%
        copy from demo-snapshots/tiny/tiny_v1_2026-11-18.sql
        copy to demo-snapshots/tiny/tiny_v2_2026-11-18.sql
        index bf9c776..796f8df 100644
        --- a/demo-snapshots/tiny/tiny_v1_2026-11-18.sql
        +++ b/demo-snapshots/tiny/tiny_v2_2026-11-18.sql
        @@ -7,10 +7,11 @@ folders id 1
         notes
         notes id 1
           folder_id: 1
        -  title: 'First'
        +  title: 'First, again'
           stars: 3
           scenario: 'tiny'
        -notes id 2
        +notes id 3
           folder_id: 1
        -  title: 'Second'
        +  title: 'Third::set-output'
        +  stars: 5
           scenario: 'tiny'
        ");
}
