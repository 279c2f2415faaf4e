//! What is SQLite's own: triggers, full-text tables, constraints with a mind of their own, tables of every kind.

use database::{MergeOptions, MergeOutcome, Triggers};

use crate::engine::{Database, NOTES, fresh};
use crate::suite::support::{Rows, definition, delete, notes_snapshot, selecting, table};
use crate::suite::unique::fragments;

const V1: &str = "
    INSERT INTO vaults VALUES (1, 'V');
    INSERT INTO fragments VALUES (1, 1, NULL, 'a', 'Apples', 'writer'), (2, 1, NULL, 'b', 'Bananas', 'writer');
    INSERT INTO todos VALUES (1, 'a', 0);
";
const V2: &str = "
    INSERT INTO vaults VALUES (1, 'V');
    INSERT INTO fragments VALUES (1, 1, NULL, 'a', 'Apricots', 'writer'), (3, 1, NULL, 'c', 'Cherries', 'writer');
    INSERT INTO todos VALUES (1, 'c', 1);
";

fn with_triggers(target: &Database, snapshot: &Rows) -> MergeOutcome {
    target.merge(snapshot, &[], &MergeOptions { triggers: Triggers::On, ..delete() }).expect("an import")
}

#[test]
fn triggers_of_the_target_do_not_fire_and_are_named() {
    let target = fresh(
        "app.db",
        &format!(
            "{NOTES}
        CREATE TABLE audit (what TEXT);
        CREATE TRIGGER todo_log AFTER INSERT ON todos BEGIN INSERT INTO audit VALUES ('insert'); END;
        CREATE TRIGGER todo_gone AFTER DELETE ON todos BEGIN INSERT INTO audit VALUES ('delete'); END;
        CREATE TRIGGER shout AFTER INSERT ON fragments BEGIN
            UPDATE fragments SET title = upper(title) WHERE id = new.id; END;
    "
        ),
    );
    let outcome = target.import(&notes_snapshot("writer", V1), &[]).expect("an import");
    insta::assert_snapshot!(outcome.plan.notes.join("\n"), @"Triggers of the target do not fire during the import: shout on fragments, todo_log on todos.");
    assert_eq!(target.rows("SELECT * FROM audit"), "");
    assert_eq!(target.rows("SELECT title FROM fragments"), "Apples\nBananas");
}

#[test]
fn triggers_that_are_on_fire_and_what_they_change_is_listed() {
    let target = fresh(
        "app.db",
        &format!(
            "{NOTES}
        CREATE TABLE audit (what TEXT);
        CREATE TRIGGER todo_log AFTER INSERT ON todos BEGIN INSERT INTO audit VALUES ('insert'); END;
        CREATE TRIGGER shout AFTER INSERT ON fragments BEGIN
            UPDATE fragments SET title = upper(title) WHERE id = new.id; END;
    "
        ),
    );
    let outcome = with_triggers(&target, &notes_snapshot("writer", V1));
    assert_eq!(outcome.changed_by_triggers, ["fragments.title"]);
    assert_eq!(outcome.verified_rows, 2);
    assert_eq!(outcome.plan.notes, ["Triggers of the target added rows: audit (1 row)."]);
    assert_eq!(target.rows("SELECT * FROM audit"), "insert");
    assert_eq!(target.rows("SELECT title FROM fragments"), "APPLES\nBANANAS");
}

#[test]
fn a_trigger_that_takes_a_row_away_fails_the_import() {
    let target = fresh(
        "app.db",
        &format!(
            "{NOTES}
        CREATE TRIGGER gone AFTER INSERT ON todos BEGIN DELETE FROM todos WHERE id = new.id; END;"
        ),
    );
    let options = MergeOptions { triggers: Triggers::On, ..delete() };
    insta::assert_snapshot!(target.refusal(&notes_snapshot("writer", V1), &[], &options), @r"
    read back after the import, todos: id 1 is missing
    help: nothing was changed; the target's schema alters what is written (a trigger, a column's type), or the file's definition and rows disagree
    ");
}

#[test]
fn a_trigger_that_refuses_a_row_fails_the_import() {
    let target = fresh("app.db", &format!("{NOTES}
        CREATE TRIGGER no BEFORE INSERT ON todos BEGIN SELECT RAISE(ABORT, 'no ' || char(27) || '[2Jtodos'); END;"));
    let options = MergeOptions { triggers: Triggers::On, ..delete() };
    insta::assert_snapshot!(target.refusal(&notes_snapshot("writer", V1), &[], &options), @r"
    the target refuses todos: id 1: no \u001b[2Jtodos
    help: compare the target's constraints with those of the database that was exported; nothing was changed
    ");
}

#[test]
fn versions_can_be_changed_back_and_forth_with_triggers_and_the_engines_own_references_on() {
    let target = fresh("app.db", NOTES);
    for version in [V1, V2, V1, V2] {
        with_triggers(&target, &notes_snapshot("writer", version));
    }
    assert_eq!(target.rows("SELECT * FROM todos"), "1|c|1");
    assert_eq!(target.rows("PRAGMA foreign_key_check"), "");
}

const SEARCH: &str = "
    CREATE VIRTUAL TABLE search USING fts5(title, content='fragments', content_rowid='id');
    CREATE TRIGGER search_insert AFTER INSERT ON fragments BEGIN
        INSERT INTO search (rowid, title) VALUES (new.id, new.title); END;
    CREATE TRIGGER search_delete AFTER DELETE ON fragments BEGIN
        INSERT INTO search (search, rowid, title) VALUES ('delete', old.id, old.title); END;
    CREATE TRIGGER search_update AFTER UPDATE ON fragments BEGIN
        INSERT INTO search (search, rowid, title) VALUES ('delete', old.id, old.title);
        INSERT INTO search (rowid, title) VALUES (new.id, new.title); END;
";

#[test]
fn full_text_tables_over_the_snapshots_rows_are_in_sync_afterwards() {
    let target = fresh("app.db", &format!("{NOTES}{SEARCH}"));
    let found = |word: &str| target.rows(&format!("SELECT rowid FROM search WHERE search MATCH '{word}'"));
    let outcome = target.import(&notes_snapshot("writer", V1), &[]).expect("version 1");
    assert_eq!(outcome.plan.notes, Vec::<String>::new());
    assert_eq!((found("apples"), found("bananas")), ("1".to_owned(), "2".to_owned()));
    target.import(&notes_snapshot("writer", V2), &[]).expect("version 2");
    assert_eq!((found("apples"), found("bananas")), (String::new(), String::new()));
    assert_eq!((found("apricots"), found("cherries")), ("1".to_owned(), "3".to_owned()));
    target.execute("INSERT INTO search (search, rank) VALUES ('integrity-check', 1);");
    with_triggers(&target, &notes_snapshot("writer", V1));
    assert_eq!((found("apples"), found("cherries")), ("1".to_owned(), String::new()));
    target.execute("INSERT INTO search (search, rank) VALUES ('integrity-check', 1);");
}

#[test]
fn a_full_text_table_that_only_triggers_fill_asks_for_triggers() {
    let target = fresh(
        "app.db",
        &format!(
            "{NOTES}
        CREATE VIRTUAL TABLE words USING fts5(title);
        CREATE TRIGGER words_insert AFTER INSERT ON fragments BEGIN
            INSERT INTO words (rowid, title) VALUES (new.id, new.title); END;
    "
        ),
    );
    let v1 = notes_snapshot("writer", V1);
    insta::assert_snapshot!(target.refusal(&v1, &[], &delete()), @r"
    full-text tables of the target are filled by triggers, which are off during an import:
      words (by the trigger words_insert on fragments)
    help: import with `--triggers on`
    ");
    with_triggers(&target, &v1);
    assert_eq!(target.rows("SELECT rowid FROM words WHERE words MATCH 'apples'"), "1");
}

#[test]
fn a_full_text_table_that_cannot_be_rebuilt_fails_the_import() {
    let target = fresh("app.db", &format!("{NOTES}
        CREATE VIRTUAL TABLE search USING fts5(title, no_such_column, content='fragments', content_rowid='id');"));
    insta::assert_snapshot!(target.refusal(&notes_snapshot("writer", V1), &[], &delete()), @r"
    the full-text table search cannot be brought in step with its rows: no such column: T.no_such_column
    help: check the options of that table, or import with `--triggers on`; nothing was changed
    ");
}

#[test]
fn a_constraint_that_says_replace_replaces_nothing() {
    let schema = "CREATE TABLE items (id INTEGER PRIMARY KEY ON CONFLICT REPLACE, code TEXT UNIQUE ON CONFLICT REPLACE,
                  lower_code TEXT, scenario TEXT);
                  CREATE UNIQUE INDEX by_lower ON items (lower(lower_code));";
    let items = definition(vec![selecting(
        table("items", "id:integer code:text lower_code:text scenario:text"),
        "scenario",
        "s",
    )]);
    let new = fresh("new.db", &format!("{schema} INSERT INTO items VALUES (1, 'a', 'X', 's');"));
    let users = fresh("app.db", &format!("{schema} INSERT INTO items VALUES (9, 'a', 'y', NULL);"));
    insta::assert_snapshot!(users.refusal(&new.snapshot(&items), &[], &delete()), @r"
    unique values of the snapshot are taken in the target:
      items: id 1 needs the (code) that items: id 9 has
    help: give the rows that hold them other values, or delete them, then import again
    ");
    let users = fresh("expression.db", &format!("{schema} INSERT INTO items VALUES (9, 'b', 'x', NULL);"));
    insta::assert_snapshot!(users.refusal(&new.snapshot(&items), &[], &delete()), @r"
    unique values of the snapshot are taken in the target:
      items: id 1 needs the (lower_code) that items: id 9 has
    help: give the rows that hold them other values, or delete them, then import again
    ");
}

#[test]
fn a_row_that_a_check_refuses_fails_the_import() {
    let target = fresh("app.db", &NOTES.replace("title TEXT", "title TEXT CHECK (length(title) < 7)"));
    insta::assert_snapshot!(target.refusal(&notes_snapshot("writer", V1), &[], &delete()), @r"
    the target refuses fragments: id 2: CHECK constraint failed: length(title) < 7
    help: compare the target's constraints with those of the database that was exported; nothing was changed
    ");
}

#[test]
fn tables_without_row_numbers_strict_tables_and_odd_names_merge() {
    let schema = r#"
        CREATE TABLE "a ""b" ("rowid" TEXT, "select" INTEGER, "é" ANY, scenario TEXT, PRIMARY KEY ("rowid", "select")) STRICT, WITHOUT ROWID;
        CREATE TABLE "order" ("oid" TEXT PRIMARY KEY NOT NULL, "rowid" REAL, of TEXT, n INTEGER, scenario TEXT,
                              FOREIGN KEY (of, n) REFERENCES "a ""b" ("rowid", "select"));
    "#;
    let mut first =
        selecting(table("a \"b", "rowid:text select:integer é:any scenario:text"), "scenario", "s");
    first.key.push("select".to_owned());
    let second =
        selecting(table("order", "oid:text rowid:real of:text n:integer scenario:text"), "scenario", "s");
    let odd = definition(vec![first, second]);
    let old = fresh(
        "old.db",
        &format!(
            r#"{schema}
        INSERT INTO "a ""b" VALUES ('x', 1, 'text', 's'), ('x', 2, 5, 's'), ('y', 1, x'00', NULL);
        INSERT INTO "order" VALUES ('p', 1.5, 'x', 1, 's'), ('q', NULL, 'x', 2, 's');"#
        ),
    );
    let new = fresh(
        "new.db",
        &format!(
            r#"{schema}
        INSERT INTO "a ""b" VALUES ('x', 2, '5', 's'), ('z', 1, NULL, 's');
        INSERT INTO "order" VALUES ('p', 2.0, 'z', 1, 's'), ('r', NULL, 'x', 2, 's');"#
        ),
    );
    let (v1, v2) = (old.snapshot(&odd), new.snapshot(&odd));
    old.import(&v2, &[&v1]).expect("an import");
    assert_eq!(
        old.rows(r#"SELECT *, typeof("é") FROM "a ""b""#),
        "x|2|5|s|text\ny|1|[0]|NULL|blob\nz|1|NULL|s|null"
    );
    assert_eq!(old.rows(r#"SELECT * FROM "order""#), "p|2.0|z|1|s\nr|NULL|x|2|s");
    assert!(old.import(&v1, &[&v2]).expect("back").applied);
    assert_eq!(old.snapshot(&odd).sections, v1.sections);
}

#[test]
fn a_key_of_json_or_instants_is_found_in_every_spelling() {
    let schema = "CREATE TABLE days (at TIMESTAMPTZ PRIMARY KEY NOT NULL, what TEXT, scenario TEXT);";
    let days =
        definition(vec![selecting(table("days", "at:timestamptz what:text scenario:text"), "scenario", "s")]);
    let target = fresh(
        "app.db",
        &format!("{schema} INSERT INTO days VALUES ('2026-01-01T00:00:00+01:00', 'a', 's');"),
    );
    let new =
        fresh("new.db", &format!("{schema} INSERT INTO days VALUES ('2025-12-31T23:00:00Z', 'a', 's');"));
    assert!(!target.import(&new.snapshot(&days), &[]).expect("an import").plan.changes_anything());
}

#[test]
fn json_is_compared_by_value_and_left_as_it_is_spelled() {
    let schema =
        "CREATE TABLE facts (id INTEGER PRIMARY KEY, data TEXT CHECK (json_valid(data)), scenario TEXT);";
    let facts =
        definition(vec![selecting(table("facts", "id:integer data:json scenario:text"), "scenario", "s")]);
    let spelled =
        r#"INSERT INTO facts VALUES (1, '{ "b": 1, "a": [1e2] }', 's'), (2, '{"a":1,"a":2}', 's');"#;
    let target = fresh("app.db", &format!("{schema}{spelled}"));
    let new = fresh(
        "new.db",
        &format!(r#"{schema} INSERT INTO facts VALUES (1, '{{"a":[100],"b":1}}', 's'), (2, '1', 's');"#),
    );
    let outcome = target.import(&new.snapshot(&facts), &[]).expect("an import");
    assert_eq!((outcome.plan.tables[0].equal, outcome.plan.tables[0].update), (1, 1));
    assert_eq!(target.rows("SELECT data FROM facts"), "{ \"b\": 1, \"a\": [1e2] }\n1");
}

#[test]
fn ids_of_autoincrement_tables_are_never_given_again() {
    let schema = "CREATE TABLE notes (id INTEGER PRIMARY KEY AUTOINCREMENT, scenario TEXT);";
    let notes = definition(vec![selecting(table("notes", "id:integer scenario:text"), "scenario", "s")]);
    let new = fresh("new.db", &format!("{schema} INSERT INTO notes VALUES (50, 's');"));
    let none = fresh("none.db", &format!("{schema} INSERT INTO notes VALUES (7, 's');"));
    let target = fresh("app.db", schema);
    target.import(&new.snapshot(&notes), &[]).expect("an import");
    target.import(&none.snapshot(&notes), &[]).expect("an import");
    target.execute("INSERT INTO notes (scenario) VALUES ('mine');");
    assert_eq!(target.rows("SELECT id FROM notes"), "7\n51");
}

#[test]
fn a_utf16_target_and_one_in_wal_mode_merge() {
    let (v1, v2) =
        (notes_snapshot("writer", &V1.replace("Apples", "Äpfel 🍎")), notes_snapshot("writer", V2));
    for (name, pragma) in
        [("utf16.db", "PRAGMA encoding = 'UTF-16be';"), ("wal.db", "PRAGMA journal_mode = WAL;")]
    {
        let target = fresh(name, &format!("{pragma}{NOTES}"));
        target.import(&v1, &[]).expect("version 1");
        assert_eq!(target.snapshot(&v1.definition).sections, v1.sections);
        target.import(&v2, &[]).expect("version 2");
        assert_eq!(target.snapshot(&v1.definition).sections, v2.sections);
        assert!(!target.import(&v2, &[]).expect("again").applied);
        assert_eq!(target.files(), [name]);
    }
}

#[test]
fn rows_whose_primary_key_is_text_of_other_bytes_are_found_again() {
    let schema = "CREATE TABLE notes (key TEXT PRIMARY KEY, body TEXT, scenario TEXT) WITHOUT ROWID;";
    let notes =
        definition(vec![selecting(table("notes", "key:text body:text scenario:text"), "scenario", "s")]);
    let filled = |name, body: &str| {
        let rows = format!(
            "INSERT INTO notes VALUES (CAST(x'ff00' AS TEXT), '{body}', 's'), ('a' || char(0), 'b', 's');"
        );
        fresh(name, &format!("{schema}{rows}")).snapshot(&notes)
    };
    let (one, two) = (filled("one.db", "first"), filled("two.db", "second"));
    let target = fresh("app.db", schema);
    for (snapshot, applied) in [(&one, true), (&one, false), (&two, true), (&one, true)] {
        assert_eq!(target.import(snapshot, &[&one, &two]).expect("an import").applied, applied);
        assert_eq!(target.snapshot(&notes).sections, snapshot.sections);
    }
}

#[test]
fn with_triggers_on_a_value_that_the_engine_would_carry_on_is_not_parked() {
    let old = fragments("(1, 1, NULL, 'a', 'x', 'writer'), (2, 1, NULL, 'b', 'y', 'writer')");
    let new = fragments("(1, 1, NULL, 'b', 'x', 'writer'), (2, 1, NULL, 'a', 'y', 'writer')");
    let target = fresh("app.db", NOTES);
    target.import(&old, &[]).expect("an import");
    let options = MergeOptions { triggers: Triggers::On, ..delete() };
    insta::assert_snapshot!(target.refusal(&new, &[], &options), @r"
    unique values of the target have to move, and nothing can stand in their place meanwhile:
      fragments: id 1 (slug)
      fragments: id 2 (slug)
    help: change or delete those rows in the target first, then import again
    ");
}
