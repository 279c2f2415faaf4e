//! The commands on PostgreSQL: what is typed, printed and returned, and what docs/troubleshooting.md says of it.
//!
//! Transcripts show `demo` for the name of the test's database, `[SERVER]` for where it runs, and no password anywhere.

mod init;
mod merge;
mod refusals;
mod schemas;

use std::path::Path;

use insta::assert_snapshot;
use test_support::postgres::TestDatabase;
use test_support::{Run, Sandbox, sqlite};

use crate::clone;

/// The day of the committed versions.
const DAY: (&str, &str) = ("SOURCE_DATE_EPOCH", "1795170600");

/// A fresh clone and a database.
struct Demo {
    sandbox: Sandbox,
    db: TestDatabase,
}

/// An empty database.
fn empty() -> Demo {
    Demo { sandbox: clone(), db: TestDatabase::new() }
}

/// A database that holds the scenario `writer`.
fn imported() -> Demo {
    let demo = empty();
    let _ = demo.run(&["demo-import", "writer"]).expect_code(0);
    demo
}

impl Demo {
    /// Runs a command on the database.
    fn run(&self, args: &[&str]) -> Run {
        self.run_at(&self.db.url(), args)
    }

    /// Runs a command on the database as another role.
    fn run_as(&self, role: &str, args: &[&str]) -> Run {
        self.run_at(&self.db.url_of(role), args)
    }

    fn run_at(&self, url: &str, args: &[&str]) -> Run {
        self.sandbox.run_with(args, &[DAY, ("DEMO_DATABASE_URL", url)])
    }

    fn shows(&self, args: &[&str]) -> String {
        self.shown(&self.run(args))
    }

    fn shows_as(&self, role: &str, args: &[&str]) -> String {
        self.shown(&self.run_as(role, args))
    }

    /// The transcript, the same on every server.
    fn shown(&self, run: &Run) -> String {
        self.redacted(&run.transcript())
    }

    fn redacted(&self, text: &str) -> String {
        let (user, password, server) = self.parts();
        assert!(password.is_empty() || !text.contains(&password), "a password is shown:\n{text}");
        let (host, port) = server.rsplit_once(':').unwrap_or((&server, "5432"));
        text.replace(&format!("@{server}/"), "@[SERVER]/")
            .replace(&format!("-h {host} -p {port} "), &format!("-h {host} "))
            .replace(&format!("-h {host} -U {user} "), "-h [HOST] -U postgres ")
            .replace(&format!("//{user}@"), "//postgres@")
            .replace(self.db.name(), "demo")
    }

    /// Role, password and `host:port` of the database's URL.
    fn parts(&self) -> (String, String, String) {
        let url = self.db.url();
        let (who, rest) = url.trim_start_matches("postgres://").split_once('@').expect("a role");
        let (user, password) = who.split_once(':').unwrap_or((who, ""));
        let host = rest.split_once('/').expect("a database").0;
        let port = if host.ends_with(']') || !host.contains(':') { ":5432" } else { "" };
        (user.to_owned(), password.to_owned(), format!("{host}{port}"))
    }

    /// Fails the test unless the page shows this error: there the role is `ana` and the server `localhost`.
    #[track_caller]
    fn assert_troubleshooting_shows(&self, run: &Run) {
        let page = Path::new(env!("CARGO_MANIFEST_DIR")).join("../docs/troubleshooting.md");
        let page = std::fs::read_to_string(page).expect("the page").replace("\r\n", "\n");
        let error = &run.stderr[run.stderr.find("error: ").expect("an error")..];
        let error = self.redacted(error).replace("demo_ana", "ana").replace("//postgres@", "//ana@");
        let error = error.replace("[SERVER]", "localhost:5432");
        let error = error.replace("-h [HOST] -U postgres", "-h localhost -U ana");
        assert!(page.contains(error.trim_end()), "docs/troubleshooting.md does not show:\n{error}");
    }

    /// A role that may read, and what else is granted to it.
    fn role(&self, grants: &str) -> String {
        let role = self.db.role("ana", "");
        self.db.psql(&grants.replace("ana", &role));
        role
    }
}

const ALL_RIGHTS: &str = "GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA public TO ana;
    GRANT SELECT, UPDATE ON ALL SEQUENCES IN SCHEMA public TO ana";

#[test]
fn an_import_fills_an_empty_database_and_then_finds_it_full() {
    let demo = empty();
    assert_snapshot!(demo.shows(&["demo-import", "writer"]), @"
    $ cargo xtask demo-import writer
    Imported writer v1_2026-11-20 into postgres://postgres@[SERVER]/demo: 124 rows read back and equal to the file ([TIME]).
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
    Made the bundled schema in postgres://postgres@[SERVER]/demo.
    fragments by type: 9 character, 13 draft, 7 idea, 4 link, 9 log, 4 meeting, 10 note, 4 quote, 3 reminder, 12 research, 3 snippet, 14 todo
    -- exit 0
    ");
    assert_snapshot!(demo.shows(&["demo-import", "writer"]), @"
    $ cargo xtask demo-import writer
    postgres://postgres@[SERVER]/demo already holds writer v1_2026-11-20: nothing was changed ([TIME]).
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
    demo.db.psql("UPDATE todos SET title = 'Mine' WHERE id = 105; DELETE FROM todos WHERE id = 106");
    assert_snapshot!(demo.shows(&["demo-import", "writer", "--dry-run"]), @"
    $ cargo xtask demo-import writer --dry-run
    Dry run of writer v1_2026-11-20 into postgres://postgres@[SERVER]/demo: nothing was changed ([TIME]).
     table           rows   inserted   updated   deleted   skipped   unchanged
    ───────────────────────────────────────────────────────────────────────────
     chat_sessions      3          -         -         -         -           3
     contacts           7          -         -         -         -           7
     vaults             2          -         -         -         -           2
     projects           6          -         -         -         -           6
     fragments         92          -         -         -         -          92
     todos             14          1         1         -         -          12
     total            124          1         1         -         -         122
    -- stderr
    Rows that people added or edited and that would be lost:
      todos id 105 (edited)
    fragments by type: 9 character, 13 draft, 7 idea, 4 link, 9 log, 4 meeting, 10 note, 4 quote, 3 reminder, 12 research, 3 snippet, 14 todo
    -- exit 0
    ");
    assert_snapshot!(demo.shows(&["demo-import", "writer"]), @"
    $ cargo xtask demo-import writer
    -- stderr
    error: 1 row of the demo that people added or edited would be lost, and nobody is here to confirm it:
             todos id 105 (edited)
       help: say --yes to go on, or look first: --dry-run
    -- exit 2
    ");
    let _ = demo.run(&["demo-import", "writer", "--yes"]).expect_code(0);
    assert_eq!(demo.db.psql("SELECT count(*) FROM todos WHERE title <> 'Mine'"), "14");
}

#[test]
fn an_export_writes_what_changed_and_a_sqlite_file_takes_it() {
    let demo = imported();
    assert_snapshot!(demo.shows(&["demo-export", "writer"]), @"
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
    demo.db.psql("UPDATE todos SET status = 'done' WHERE id = 105");
    assert_snapshot!(demo.shows(&["demo-export", "writer"]), @"
    $ cargo xtask demo-export writer
    writer v2_2026-11-20: 0 rows added, 1 changed, 0 removed ([TIME]).
    Wrote demo-snapshots/writer/writer_v2_2026-11-20.sql (91.3 KiB).
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
    let _ = demo.sandbox.run(&["demo-import", "writer"]).expect_code(0);
    let file = demo.sandbox.path("target/demo.sqlite");
    assert_eq!(sqlite::one(&file, "SELECT status FROM todos WHERE id = 105"), "done");
    let run = demo.sandbox.run_with(&["demo-export", "writer"], &[DAY]).expect_code(0);
    assert!(run.stdout.starts_with("writer is unchanged since v2_2026-11-20"), "{}", run.transcript());
}

#[test]
fn the_tables_of_a_version_are_made_where_there_are_none() {
    let demo = empty();
    assert_snapshot!(demo.shows(&["demo-import", "writer", "--create-schema"]), @"
    $ cargo xtask demo-import writer --create-schema
    Imported writer v1_2026-11-20 into postgres://postgres@[SERVER]/demo: 124 rows read back and equal to the file ([TIME]).
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
    Made 6 tables.
    warning: chat_sessions: no default for messages, is_pinned, metadata.
    warning: contacts: no default for emails, phones, is_favorite, metadata.
    warning: fragments: no default for tags, relationships, metadata, state, inbox_status.
    warning: projects: no default for status, metadata.
    warning: todos: no default for status, priority.
    warning: vaults: no default for metadata.
    warning: Checks, indexes other than plain unique ones, indexes' own collations, ON CONFLICT clauses, triggers, views and virtual tables (full-text ones, too) are not made.
    fragments by type: 9 character, 13 draft, 7 idea, 4 link, 9 log, 4 meeting, 10 note, 4 quote, 3 reminder, 12 research, 3 snippet, 14 todo
    -- exit 0
    ");
    let _ = demo.run(&["demo-export", "writer"]).expect_code(0);
}

#[test]
fn statistics_count_rows_and_bytes() {
    let demo = imported();
    let shown = demo.shows(&["data-stats"]);
    // Bytes depend on the server's version.
    let rows: Vec<&str> =
        shown.lines().map(|line| line.rsplit_once("   ").map_or(line, |(rows, _)| rows).trim_end()).collect();
    assert_snapshot!(rows.join("\n"), @"
    $ cargo xtask data-stats
     table           rows
    ──────────────────────────────────
     chat_sessions      3
     contacts           7
     fragments         92
     projects           6
     todos             14
     vaults             2
     total            124
    -- exit 0
    ");
    let json = demo.run(&["data-stats", "--json"]).expect_code(0);
    let json: serde_json::Value = serde_json::from_str(&json.stdout).expect("JSON");
    assert_eq!(
        demo.redacted(json["database"].as_str().expect("a text")),
        "postgres://postgres@[SERVER]/demo"
    );
    assert!(json["tables"][0]["bytes"].as_u64().is_some_and(|bytes| bytes > 8000), "{json}");
}

#[test]
fn migrations_run_once_and_anew_only_after_a_yes() {
    let demo = empty();
    assert_snapshot!(demo.shows(&["db-migrate"]), @"
    $ cargo xtask db-migrate
    -- stderr
    postgres://postgres@[SERVER]/demo is at schema version 3: ran 0001_tables, 0002_indexes, 0003_full_text.
    -- exit 0
    ");
    assert_snapshot!(demo.shows(&["db-migrate"]), @"
    $ cargo xtask db-migrate
    -- stderr
    postgres://postgres@[SERVER]/demo is at schema version 3 already.
    -- exit 0
    ");
    let _ = demo.run(&["demo-import", "writer"]).expect_code(0);
    assert_snapshot!(demo.shows(&["db-migrate", "--fresh"]), @"
    $ cargo xtask db-migrate --fresh
    -- stderr
    error: the bundled tables of postgres://postgres@[SERVER]/demo and their 124 rows would be removed, and nobody is here to confirm it
       help: say --yes to go on
    -- exit 2
    ");
    assert_snapshot!(demo.shows(&["db-migrate", "--fresh", "--yes"]), @"
    $ cargo xtask db-migrate --fresh --yes
    -- stderr
    postgres://postgres@[SERVER]/demo is at schema version 3: ran 0001_tables, 0002_indexes, 0003_full_text.
    -- exit 0
    ");
    assert_eq!(demo.db.psql("SELECT count(*) FROM todos"), "0");
    // Tables of others stay, and are in nobody's way.
    demo.db.psql("CREATE TABLE mine (id int); INSERT INTO mine VALUES (1)");
    let _ = demo.run(&["db-migrate", "--fresh", "--yes"]).expect_code(0);
    assert_eq!(demo.db.psql("SELECT count(*) FROM mine"), "1");
    demo.db.psql("CREATE VIEW open_todos AS SELECT * FROM todos");
    assert_snapshot!(demo.shows(&["db-migrate", "--fresh", "--yes"]), @"
    $ cargo xtask db-migrate --fresh --yes
    -- stderr
    error: the database `postgres://postgres@[SERVER]/demo` refuses: other objects depend on what is to be dropped: view public.open_todos depends on table public.todos
       help: compare its schema with what is asked of it; nothing was changed
    -- exit 3
    ");
}

#[test]
fn a_database_of_another_application_is_left_alone() {
    let demo = empty();
    demo.db.psql("CREATE SCHEMA app; CREATE TABLE app.mine (id int)");
    assert_snapshot!(demo.shows(&["db-migrate"]), @"
    $ cargo xtask db-migrate
    -- stderr
    error: the database `postgres://postgres@[SERVER]/demo` holds tables of another origin: app.mine
       help: migrations run only on an empty database or on one that they made; choose another database
    -- exit 3
    ");
    assert_snapshot!(demo.shows(&["db-migrate", "--fresh", "--yes"]), @"
    $ cargo xtask db-migrate --fresh --yes
    -- stderr
    error: the database `postgres://postgres@[SERVER]/demo` holds tables of another origin: app.mine
       help: migrations run only on an empty database or on one that they made; choose another database
    -- exit 3
    ");
    assert_snapshot!(demo.shows(&["demo-import", "writer"]), @"
    $ cargo xtask demo-import writer
    -- stderr
    error: the target's schema does not fit the snapshot:
             the target has no table chat_sessions
             the target has no table contacts
             the target has no table vaults
             the target has no table projects
             the target has no table fragments
             the target has no table todos
       help: migrate the target, import into an empty database with `--create-schema`, or export the scenario again from a database with the target's schema
    -- exit 3
    ");
    assert_eq!(demo.db.psql("SELECT count(*) FROM app.mine"), "0");
}

#[test]
fn a_seed_is_brought_in() {
    let demo = empty();
    assert_snapshot!(demo.shows(&["demo-seed", "writer"]), @"
    $ cargo xtask demo-seed writer
    Seeded writer into postgres://postgres@[SERVER]/demo: 124 rows read back and equal ([TIME]).
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
    let again = demo.run(&["demo-seed", "writer"]).expect_code(0);
    assert!(
        again.stdout.contains("already holds the seed of writer: nothing was changed"),
        "{}",
        again.transcript()
    );
}

#[test]
fn the_grants_of_the_page_are_enough() {
    let demo = imported();
    let role = demo.role(ALL_RIGHTS);
    demo.db.psql("UPDATE todos SET title = 'x' WHERE id = 105; DELETE FROM todos WHERE id = 106;
        INSERT INTO todos (fragment_id, title, created_at, updated_at) SELECT fragment_id, 'y', created_at, updated_at FROM todos LIMIT 1");
    let run = demo.run_as(&role, &["demo-import", "writer", "--yes"]).expect_code(0);
    assert!(run.stdout.contains("124 rows read back and equal to the file"), "{}", run.transcript());
}

#[test]
fn a_role_that_may_make_tables_migrates() {
    let demo = empty();
    let role = demo.role("REVOKE CREATE ON SCHEMA public FROM PUBLIC");
    assert_snapshot!(demo.shows_as(&role, &["db-migrate"]), @r#"
    $ cargo xtask db-migrate
    -- stderr
    error: the role `demo_ana` has no right to use the schema "public" in `postgres://demo_ana@[SERVER]/demo`
       help: the owner can give it: GRANT USAGE, CREATE ON SCHEMA "public" TO "demo_ana"
    -- exit 4
    "#);
    demo.db.psql(&format!("GRANT USAGE, CREATE ON SCHEMA public TO {role}"));
    let _ = demo.run_as(&role, &["demo-import", "writer"]).expect_code(0);
    assert_eq!(demo.db.psql("SELECT DISTINCT tableowner FROM pg_tables WHERE schemaname = 'public'"), role);
}

#[test]
fn a_table_name_that_two_schemas_have_is_warned_of_once() {
    let demo = imported();
    demo.db.psql("CREATE SCHEMA old; CREATE TABLE old.todos (id int PRIMARY KEY)");
    let run = demo.run(&["demo-import", "writer"]).expect_code(0);
    assert_snapshot!(demo.shown(&run), @"
    $ cargo xtask demo-import writer
    postgres://postgres@[SERVER]/demo already holds writer v1_2026-11-20: nothing was changed ([TIME]).
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
    warning: old.todos is left out: todos has the same name
    fragments by type: 9 character, 13 draft, 7 idea, 4 link, 9 log, 4 meeting, 10 note, 4 quote, 3 reminder, 12 research, 3 snippet, 14 todo
    -- exit 0
    ");
    let options = if demo.db.url().contains('?') { "&" } else { "?" };
    let other = format!("{}{options}options=-c%20search_path=old", demo.db.url());
    assert_snapshot!(demo.redacted(&demo.run_at(&other, &["demo-import", "writer"]).expect_code(3).stderr), @"
    warning: todos is left out: old.todos has the same name
    error: the target's schema does not fit the snapshot:
             the target has no column todos.fragment_id
             the target has no column todos.title
             the target has no column todos.status
             the target has no column todos.priority
             the target has no column todos.due_at
             the target has no column todos.completed_at
             the target has no column todos.created_at
             the target has no column todos.updated_at
       help: migrate the target, import into an empty database with `--create-schema`, or export the scenario again from a database with the target's schema
    ");
}

#[test]
fn a_database_is_looked_at_for_what_is_wrong() {
    let demo = imported();
    assert_snapshot!(demo.shows(&["data-check"]), @"
    $ cargo xtask data-check
     table           rows   foreign   unique   counters   findings
    ───────────────────────────────────────────────────────────────
     chat_sessions      3         -        1          1          -
     contacts           7         -        1          1          -
     fragments         92         2        1          1          -
     projects           6         2        1          1          -
     todos             14         1        1          1          -
     vaults             2         -        2          1          -
    -- stderr
    No findings: 6 tables, 124 rows ([TIME]).
    -- exit 0
    ");
    demo.db.psql(
        "SET session_replication_role = replica; UPDATE todos SET fragment_id = 99 WHERE id IN (101, 105);
        SELECT setval(pg_get_serial_sequence('vaults', 'id'), 1, false)",
    );
    let before = demo.db.content();
    assert_snapshot!(demo.shows(&["data-check"]), @r#"
    $ cargo xtask data-check
     table           rows   foreign   unique   counters   findings
    ───────────────────────────────────────────────────────────────
     chat_sessions      3         -        1          1          -
     contacts           7         -        1          1          -
     fragments         92         2        1          1          -
     projects           6         2        1          1          -
     todos             14         1        1          1          1
     vaults             2         -        2          1          1

    foreign-key: todos todos_fragment_id_fkey (fragment_id) → fragments (id): 2 rows
      id 101; id 105
      these rows refer to rows that do not exist; they came while the key's triggers were off, as for a restore or a replica, or its index is damaged: insert the missing rows, or change, empty or delete the references
    sequence: vaults public.vaults_id_seq
      the sequence is behind the rows of vaults, so that an INSERT without a value meets one that is taken: `SELECT setval('"public"."vaults_id_seq"', (SELECT max("id") FROM ONLY "public"."vaults"))`
    -- stderr
    2 findings: 6 tables, 124 rows ([TIME]).
    -- exit 1
    "#);
    assert_eq!(demo.db.content(), before, "the database is only read");
    let json = demo.run(&["data-check", "todos", "--json"]).expect_code(1);
    let json: serde_json::Value = serde_json::from_str(&json.stdout).expect("JSON");
    assert_eq!(json["findings"][0]["kind"], "foreign-key");
    assert_eq!(json["tables"].as_array().map(Vec::len), Some(1), "{json}");
}
