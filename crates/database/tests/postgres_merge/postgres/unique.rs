//! Unique values that PostgreSQL itself carries on to other rows.

use database::{MergeMode, MergeOptions};

use super::engine::{NOTES, fresh};
use super::suite::support::{definition, delete, notes_snapshot, selecting, snapshot_in_sqlite, table};

#[test]
fn a_value_that_the_server_carries_on_to_rows_that_stay_is_parked_and_given_back() {
    let todos = "INSERT INTO todos VALUES (1, 'a', false), (2, 'b', true), (3, 'c', true);";
    let version = |rows: &str| {
        let rows = format!("INSERT INTO vaults VALUES (1, 'V'); INSERT INTO fragments VALUES {rows};{todos}");
        notes_snapshot("writer", &rows)
    };
    let old = version(
        "(1, 1, NULL, 'a', 'x', 'writer'), (2, 1, NULL, 'b', 'y', 'writer'), (3, 1, NULL, 'c', 'z', 'writer')",
    );
    let new = version(
        "(1, 1, NULL, 'b', 'x', 'writer'), (2, 1, NULL, 'a', 'y', 'writer'), (4, 1, NULL, 'c', 'z', 'writer')",
    );
    for action in ["CASCADE", "NO ACTION", "SET DEFAULT"] {
        let schema = NOTES
            .replace("fragment TEXT NOT NULL", "fragment TEXT")
            .replace("ON UPDATE CASCADE", &format!("ON UPDATE {action}"));
        let target = fresh("app.db", &schema);
        for version in [&old, &new, &old, &new] {
            target.import(version, &[&new, &old]).expect("an import");
            assert_eq!(target.snapshot(&version.definition).sections, version.sections, "{action}");
        }
        assert_eq!(
            target.rows("SELECT condeferrable FROM pg_constraint WHERE conname LIKE '%fkey'"),
            "f\nf\nf\nf"
        );
    }
    let target = fresh("app.db", &NOTES.replace("ON UPDATE CASCADE", "ON UPDATE RESTRICT"));
    target.import(&old, &[]).expect("an import");
    insta::assert_snapshot!(target.refusal(&new, &[&old], &delete()), @r"
    unique values of the target have to move, and nothing can stand in their place meanwhile:
      fragments: id 1 (slug)
      fragments: id 2 (slug)
      fragments: id 3 (slug)
    help: change or delete those rows in the target first, then import again
    ");
}

#[test]
fn a_value_that_differs_only_by_case_is_foreseen_where_the_type_ignores_case() {
    let users =
        definition(vec![selecting(table("users", "id:integer name:text scenario:text"), "scenario", "s")]);
    let in_sqlite = "CREATE TABLE users (id INTEGER PRIMARY KEY, name TEXT, scenario TEXT);";
    let version =
        |rows: &str| snapshot_in_sqlite(&format!("{in_sqlite} INSERT INTO users VALUES {rows};"), &users);
    let dry = MergeOptions { mode: MergeMode::DryRun, ..delete() };
    for (schema, extension) in
        [("public", "CREATE EXTENSION citext;"), ("x", "CREATE SCHEMA x; CREATE EXTENSION citext SCHEMA x;")]
    {
        let schema = format!(
            "{extension} CREATE TABLE users (id INTEGER PRIMARY KEY, name {schema}.citext UNIQUE, scenario TEXT);"
        );
        let target = fresh("app.db", &format!("{schema} INSERT INTO users VALUES (9, 'GO', NULL);"));
        let refusal = target.refusal(&version("(1, 'go', 's')"), &[], &delete());
        assert_eq!(target.refusal(&version("(1, 'go', 's')"), &[], &dry), refusal, "a dry run says the same");
        insta::allow_duplicates! {
            insta::assert_snapshot!(refusal, @r"
            unique values of the snapshot are taken in the target:
              users: id 1 needs the (name) that users: id 9 has
            help: give the rows that hold them other values, or delete them, then import again
            ");
        }
        let target = fresh("app.db", &schema);
        let versions = [version("(1, 'go', 's'), (2, 'c', 's')"), version("(1, 'C', 's'), (2, 'Go', 's')")];
        for version in [&versions[0], &versions[1], &versions[0]] {
            target.import(version, &[&versions[0], &versions[1]]).expect("an import");
            assert_eq!(target.snapshot(&users).sections, version.sections);
        }
        // A row keeps its value whatever its spelling: no other may have it.
        insta::allow_duplicates! {
            insta::assert_snapshot!(target.refusal(&version("(1, 'GO', 's'), (2, 'c', 's'), (3, 'go', 's')"), &[], &delete()), @r"
            unique values of the snapshot are taken in the target:
              users: id 3 needs the (name) that users: id 1 has
            help: give the rows that hold them other values, or delete them, then import again
            ");
        }
    }
}

#[test]
fn a_key_whose_type_ignores_case_is_found_in_every_spelling() {
    let tags =
        definition(vec![selecting(table("tags", "name:text label:text scenario:text"), "scenario", "s")]);
    let in_sqlite = "CREATE TABLE tags (name TEXT PRIMARY KEY, label TEXT, scenario TEXT);";
    let go = |name: &str| {
        snapshot_in_sqlite(&format!("{in_sqlite} INSERT INTO tags VALUES ('{name}', 'new', 's');"), &tags)
    };
    let schema =
        "CREATE EXTENSION citext; CREATE TABLE tags (name citext PRIMARY KEY, label TEXT, scenario TEXT);";
    let target = fresh("app.db", &format!("{schema} INSERT INTO tags VALUES ('Go', 'old', 's');"));
    target.import(&go("go"), &[]).expect("an import");
    assert_eq!(target.rows("SELECT * FROM tags"), "go|new|s");
    let target = fresh("users.db", &format!("{schema} INSERT INTO tags VALUES ('GO', 'mine', NULL);"));
    insta::assert_snapshot!(target.refusal(&go("go"), &[], &delete()), @r"
    1 key is taken by rows that are not the scenario's:
      tags: name 'GO' (name, label, scenario)
    help: `--on-conflict skip` leaves those rows as they are, `--on-conflict overwrite` gives them the snapshot's values
    ");
}

#[test]
fn an_index_that_cannot_be_computed_of_a_row_is_left_to_the_server_and_named_by_a_dry_run() {
    let in_sqlite = "CREATE TABLE facts (id INTEGER PRIMARY KEY, data TEXT, scenario TEXT);";
    let facts =
        definition(vec![selecting(table("facts", "id:integer data:text scenario:text"), "scenario", "s")]);
    let schema = "CREATE TABLE facts (id INTEGER PRIMARY KEY, data TEXT, scenario TEXT);
        CREATE UNIQUE INDEX numbers ON facts ((data::integer)); INSERT INTO facts VALUES (9, '9', NULL);";
    let version = |data: &str| {
        snapshot_in_sqlite(&format!("{in_sqlite} INSERT INTO facts VALUES (1, '{data}', 's');"), &facts)
    };
    let target = fresh("app.db", schema);
    let dry = MergeOptions { mode: MergeMode::DryRun, ..delete() };
    insta::assert_snapshot!(target.merge(&version("x"), &[], &dry).expect("a dry run").plan.notes.join("\n"), @"The unique index numbers of facts has an expression: whether its rows fit shows only in the real run.");
    insta::assert_snapshot!(target.refusal(&version("x"), &[], &delete()), @r"
    the target refuses facts: id 1: a value is no valid `integer`
    help: compare the target's constraints with those of the database that was exported; nothing was changed
    ");
    insta::assert_snapshot!(target.refusal(&version("09"), &[], &dry), @r"
    unique values of the snapshot are taken in the target:
      facts: id 1 needs the (data) that facts: id 9 has
    help: give the rows that hold them other values, or delete them, then import again
    ");
}

#[test]
fn an_exclusion_constraint_is_left_to_the_server_and_named_by_a_dry_run() {
    let spans =
        definition(vec![selecting(table("spans", "id:integer span:range scenario:text"), "scenario", "s")]);
    let in_sqlite = "CREATE TABLE spans (id INTEGER PRIMARY KEY, span TEXT, scenario TEXT);
        INSERT INTO spans VALUES (1, '[1,5)', 's');";
    let target = fresh(
        "app.db",
        "CREATE TABLE spans (id INTEGER PRIMARY KEY, span INT4RANGE, scenario TEXT,
           CONSTRAINT apart EXCLUDE USING gist (span WITH &&));
         INSERT INTO spans VALUES (9, '[4,9)', NULL);",
    );
    let snapshot = snapshot_in_sqlite(in_sqlite, &spans);
    let dry = MergeOptions { mode: MergeMode::DryRun, ..delete() };
    let notes = target.merge(&snapshot, &[], &dry).expect("a dry run").plan.notes;
    insta::assert_snapshot!(notes.join("\n"), @"Whether rows fit the exclusion constraint apart of spans shows only in the real run.");
    insta::assert_snapshot!(target.refusal(&snapshot, &[], &delete()), @"
    the target refuses spans: id 1: the exclusion constraint `apart` of `spans` is violated
    help: compare the target's constraints with those of the database that was exported; nothing was changed
    ");
}
