//! `data-check`

use insta::assert_snapshot;
use test_support::{Sandbox, sqlite};

use crate::support::{XTASK, clone, imported, refused};

/// Two lists, of which one has rows that the schema forbids.
fn broken() -> Sandbox {
    let sandbox = Sandbox::empty(XTASK);
    let connection = sqlite::open(&sandbox.path("app.sqlite"));
    let sql = "PRAGMA foreign_keys = OFF; CREATE TABLE lists (id INTEGER PRIMARY KEY AUTOINCREMENT, name TEXT NOT NULL);
        CREATE TABLE notes (id INTEGER PRIMARY KEY, list_id INTEGER REFERENCES lists (id), due DATE, body TEXT);
        CREATE VIRTUAL TABLE notes_fts USING fts5(body, content='notes', content_rowid='id');
        INSERT INTO lists VALUES (1, 'Inbox'); INSERT INTO notes VALUES (1, 1, '2026-11-20', 'a secret'), (2, 9, 'soon', 'another secret');
        DELETE FROM sqlite_sequence";
    connection.execute_batch(sql).expect("runs");
    sandbox
}

#[test]
fn the_bundled_database_has_no_findings() {
    assert_snapshot!(refused(&clone(), &["data-check"]), @"
    $ cargo xtask data-check
    -- stderr
    error: there is no database at `target/demo.sqlite`
       help: check the path; `db-migrate` makes a new database with the bundled schema
    -- exit 4
    ");
    let sandbox = imported("writer");
    let before = sandbox.tree("target");
    assert_snapshot!(sandbox.run(&["data-check"]).expect_code(0).transcript(), @"
    $ cargo xtask data-check
     table           rows   foreign   unique   full-text   columns   findings
    ──────────────────────────────────────────────────────────────────────────
     chat_sessions      3         -        1           -         8          -
     contacts           7         -        1           -         9          -
     fragments         92         2        1           1        14          -
     projects           6         2        1           -         9          -
     todos             14         1        1           -         9          -
     vaults             2         -        2           -         7          -
    -- stderr
    No findings: 6 tables, 124 rows ([TIME]).
    -- exit 0
    ");
    assert_eq!(sandbox.tree("target"), before, "the database is only read");
}

#[test]
fn findings_name_rows_by_key_and_say_what_helps() {
    let sandbox = broken();
    let before = sandbox.tree("");
    let run = sandbox.run(&["data-check", "--database", "sqlite:app.sqlite"]).expect_code(1);
    assert!(!run.transcript().contains("secret"), "{}", run.transcript());
    assert_snapshot!(run.transcript(), @r#"
        $ cargo xtask data-check --database sqlite:app.sqlite
         table   rows   foreign   unique   full-text   counters   columns   findings
        ─────────────────────────────────────────────────────────────────────────────
         lists      1         -        1           -          1         2          1
         notes      2         1        1           1          -         4          3

        sequence: lists id
          the table has rows and no counter of AUTOINCREMENT, so that the numbers of deleted rows are given again; set `seq` in `sqlite_sequence` for this table to the greatest id there has ever been, in one row
        foreign-key: notes (list_id) → lists (id): 1 row
          id 2
          these rows refer to rows that do not exist; SQLite enforces foreign keys only for connections that ask for it: insert the missing rows, or change, empty or delete the references
        type: notes due: 1 row
          id 2
          the text is none of the column's type date: a date is `2026-11-20`
        full-text: notes notes_fts
          the index does not have the words of the rows of notes, so that searches miss rows or find others: `INSERT INTO "notes_fts" ("notes_fts") VALUES ('rebuild')` makes it anew, unless the application leaves rows out on purpose
        -- stderr
        4 findings: 2 tables, 3 rows ([TIME]).
        -- exit 1
        "#);
    let json = sandbox.run(&["data-check", "--database", "sqlite:app.sqlite", "--json"]).expect_code(1);
    assert_snapshot!("findings_as_json", json.transcript());
    assert_eq!(sandbox.tree(""), before, "the database is only read");
}

#[test]
fn only_the_tables_that_are_named_are_looked_at() {
    let sandbox = broken();
    let database = ["--database", "sqlite:app.sqlite"];
    let check = |tables: &[&str]| sandbox.run(&[&["data-check"], tables, &database].concat());
    assert_snapshot!(check(&["lists"]).expect_code(1).transcript(), @"
    $ cargo xtask data-check lists --database sqlite:app.sqlite
     table   rows   unique   counters   columns   findings
    ───────────────────────────────────────────────────────
     lists      1        1          1         2          1

    sequence: lists id
      the table has rows and no counter of AUTOINCREMENT, so that the numbers of deleted rows are given again; set `seq` in `sqlite_sequence` for this table to the greatest id there has ever been, in one row
    -- stderr
    1 finding: 1 table, 1 row ([TIME]).
    -- exit 1
    ");
    assert_snapshot!(check(&["Lists"]).expect_code(2).transcript(), @"
    $ cargo xtask data-check Lists --database sqlite:app.sqlite
    -- stderr
    error: the database has no table `Lists`
       help: did you mean `lists`? `data-stats` lists the tables
    -- exit 2
    ");
    assert_snapshot!(check(&["\u{1b}[2J"]).expect_code(2).stderr, @r"
    error: the database has no table `\u001b[2J`
       help: `data-stats` lists the tables
    ");
}

#[test]
fn a_file_that_is_no_database_is_told_from_findings() {
    let sandbox = Sandbox::empty(XTASK);
    sandbox.write(
        "app.sqlite",
        "not a database, but long enough to be looked at as one, as it is more than a header",
    );
    assert_snapshot!(refused(&sandbox, &["data-check", "--database", "sqlite:app.sqlite"]), @"
    $ cargo xtask data-check --database sqlite:app.sqlite
    -- stderr
    error: `app.sqlite` is no SQLite database
       help: check the path; an encrypted database has to be decrypted first
    -- exit 3
    ");
}
