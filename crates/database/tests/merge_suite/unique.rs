//! Unique values that move between rows.

use database::{MergeMode, MergeOptions};

use super::engine::{MAKE_NOCASE, NOTES, SECOND_SWITCH, TAKEN_BUT_FOR_CASE, fresh};
use super::support::{Rows, definition, delete, notes_snapshot, selecting, snapshot_in_sqlite, table};

pub(crate) fn fragments(rows: &str) -> Rows {
    notes_snapshot(
        "writer",
        &format!("INSERT INTO vaults VALUES (1, 'V'); INSERT INTO fragments VALUES {rows};"),
    )
}

/// Imports both versions one after the other and shows the fragments.
#[track_caller]
fn after(old: &Rows, new: &Rows) -> String {
    let target = fresh("app.db", NOTES);
    target.import(old, &[]).expect("the old version");
    target.import(new, &[old]).expect("the new version");
    target.import(old, &[new, old]).expect("the way back");
    target.import(new, &[]).expect("the new version again");
    target.rows("SELECT id, slug, title FROM fragments")
}

#[test]
fn a_slug_can_be_reused_by_a_new_row() {
    let old = fragments("(1, 1, NULL, 'a', 'old', 'writer')");
    let new = fragments("(2, 1, NULL, 'a', 'new', 'writer')");
    assert_eq!(after(&old, &new), "2|a|new");
}

#[test]
fn two_rows_can_swap_their_slugs() {
    let old = fragments("(1, 1, NULL, 'a', 'x', 'writer'), (2, 1, NULL, 'b', 'y', 'writer')");
    let new = fragments("(1, 1, NULL, 'b', 'x', 'writer'), (2, 1, NULL, 'a', 'y', 'writer')");
    assert_eq!(after(&old, &new), "1|b|x\n2|a|y");
}

#[test]
fn slugs_can_move_along_a_chain_of_rows() {
    let old = fragments(
        "(1, 1, NULL, 'a', 'x', 'writer'), (2, 1, NULL, 'b', 'y', 'writer'), (3, 1, NULL, 'c', 'z', 'writer')",
    );
    let new = fragments(
        "(1, 1, NULL, 'b', 'x', 'writer'), (2, 1, NULL, 'c', 'y', 'writer'), (4, 1, NULL, 'a', 'w', 'writer')",
    );
    assert_eq!(after(&old, &new), "1|b|x\n2|c|y\n4|a|w");
}

#[test]
fn a_value_that_another_row_keeps_is_refused_naming_both() {
    let target = fresh(
        "app.db",
        &format!(
            "{NOTES} INSERT INTO vaults VALUES (1, 'V');
                  INSERT INTO fragments VALUES (9, 1, NULL, 'a', 'mine', NULL);"
        ),
    );
    let snapshot = fragments("(1, 1, NULL, 'a', 'x', 'writer'), (2, 1, NULL, 'b', 'y', 'writer')");
    insta::assert_snapshot!(target.refusal(&snapshot, &[], &delete()), @r"
    unique values of the snapshot are taken in the target:
      fragments: id 1 needs the (slug) that fragments: id 9 has
    help: give the rows that hold them other values, or delete them, then import again
    ");
}

#[test]
fn positions_in_a_list_can_shift() {
    let schema = "CREATE TABLE items (id INTEGER PRIMARY KEY, list TEXT NOT NULL, position INTEGER NOT NULL
                  CHECK (position >= 0), UNIQUE (list, position));";
    let items =
        definition(vec![selecting(table("items", "id:integer list:text position:integer"), "list", "l")]);
    let insert = |rows: &str| format!("{schema} INSERT INTO items VALUES {rows};");
    let old = fresh("old.db", &insert("(1, 'l', 0), (2, 'l', 1), (3, 'l', 2)")).snapshot(&items);
    let new = fresh("new.db", &insert("(4, 'l', 0), (1, 'l', 1), (2, 'l', 2), (3, 'l', 3)")).snapshot(&items);
    let target = fresh("app.db", schema);
    target.import(&old, &[]).expect("the old version");
    target.import(&new, &[]).expect("the new version");
    assert_eq!(target.rows("SELECT id, position FROM items ORDER BY position"), "4|0\n1|1\n2|2\n3|3");
}

#[test]
fn a_value_that_nothing_can_stand_for_meanwhile_is_refused_naming_the_row() {
    let schema = "CREATE TABLE switches (id INTEGER PRIMARY KEY, side TEXT NOT NULL UNIQUE CHECK (side IN ('on', 'off')));";
    let mut switches = table("switches", "id:integer side:text");
    switches.select.push(Vec::new());
    let switches = definition(vec![switches]);
    let old = fresh("old.db", &format!("{schema} INSERT INTO switches VALUES (1, 'on'), (2, 'off');"));
    let new = fresh("new.db", &format!("{schema} INSERT INTO switches VALUES (1, 'off'), (2, 'on');"));
    assert_eq!(
        old.refusal(&new.snapshot(&switches), &[], &delete()),
        format!(
            "unique values of the target have to move, and nothing can stand in their place meanwhile:
  switches: id 1 (side){SECOND_SWITCH}
help: change or delete those rows in the target first, then import again"
        )
    );
}

#[test]
fn a_key_that_only_case_tells_apart_is_replaced_where_the_target_ignores_case() {
    let exact = "CREATE TABLE tags (name TEXT PRIMARY KEY, label TEXT, scenario TEXT);";
    let nocase = format!(
        "{MAKE_NOCASE} CREATE TABLE tags (name TEXT COLLATE NOCASE PRIMARY KEY, label TEXT, scenario TEXT);"
    );
    let tags =
        definition(vec![selecting(table("tags", "name:text label:text scenario:text"), "scenario", "s")]);
    let target = fresh("app.db", &format!("{nocase} INSERT INTO tags VALUES ('Go', 'old', 's');"));
    let new = fresh("new.db", &format!("{exact} INSERT INTO tags VALUES ('go', 'new', 's');"));
    target.import(&new.snapshot(&tags), &[]).expect("an import");
    assert_eq!(target.rows("SELECT * FROM tags"), "go|new|s");

    let target = fresh("users.db", &format!("{nocase} INSERT INTO tags VALUES ('GO', 'mine', NULL);"));
    assert_eq!(target.refusal(&new.snapshot(&tags), &[], &delete()), TAKEN_BUT_FOR_CASE);
}

/// Users whose address is theirs alone, in whatever case, unless they are gone.
const USERS: &str = "
    CREATE TABLE users (id INTEGER PRIMARY KEY, email TEXT NOT NULL, gone TEXT, place INTEGER, scenario TEXT);
    CREATE UNIQUE INDEX by_email ON users (lower(email)) WHERE gone IS NULL;
    CREATE UNIQUE INDEX by_place ON users (place) WHERE gone IS NULL;
";

fn users(rows: &str) -> Rows {
    let users = table("users", "id:integer email:text gone:text place:integer scenario:text");
    let users = definition(vec![selecting(users, "scenario", "s")]);
    snapshot_in_sqlite(&format!("{USERS} INSERT INTO users VALUES {rows};"), &users)
}

#[test]
fn a_value_of_an_index_with_an_expression_or_a_condition_is_foreseen() {
    let snapshot = users("(1, 'ann@x', NULL, 1, 's'), (2, 'bob@x', 'yes', 2, 's')");
    let target = fresh(
        "app.db",
        &format!("{USERS} INSERT INTO users VALUES (8, 'Ann@X', NULL, 7, NULL), (9, 'x@x', NULL, 1, NULL);"),
    );
    let refusal = target.refusal(&snapshot, &[], &delete());
    let dry = MergeOptions { mode: MergeMode::DryRun, ..delete() };
    assert_eq!(target.refusal(&snapshot, &[], &dry), refusal, "a dry run says the same");
    insta::assert_snapshot!(refusal, @r"
    unique values of the snapshot are taken in the target:
      users: id 1 needs the (email) that users: id 8 has
      users: id 1 needs the (place) that users: id 9 has
    help: give the rows that hold them other values, or delete them, then import again
    ");
    target.execute("UPDATE users SET gone = 'now'");
    assert_eq!(target.merge(&snapshot, &[], &dry).expect("a dry run").plan.notes, Vec::<String>::new());
    target.import(&snapshot, &[]).expect("an import");
}

#[test]
fn values_of_an_index_with_an_expression_or_a_condition_can_move() {
    let versions = [
        users("(1, 'ann@x', NULL, 1, 's'), (2, 'bob@x', NULL, 2, 's'), (3, 'eve@x', NULL, 3, 's')"),
        // Two change places, one goes.
        users("(1, 'BOB@x', NULL, 2, 's'), (2, 'Ann@x', NULL, 1, 's'), (4, 'EVE@x', NULL, 3, 's')"),
        // One leaves an index by its condition alone, and another takes its values.
        users(
            "(1, 'ann@x', NULL, 1, 's'), (2, 'Ann@x', 'yes', 1, 's'), (4, 'EVE@x', 'yes', 3, 's'), (5, 'eve@x', NULL, 3, 's')",
        ),
    ];
    let target = fresh("app.db", USERS);
    for at in [0, 1, 2, 1, 0, 2, 0] {
        let version = &versions[at];
        let dry = MergeOptions { mode: MergeMode::DryRun, ..delete() };
        let history: Vec<&Rows> = versions.iter().collect();
        let dry = target.merge(version, &history, &dry).expect("a dry run");
        let outcome = target.import(version, &history).expect("an import");
        assert_eq!(outcome.plan, dry.plan);
        assert_eq!(target.snapshot(&version.definition).sections, version.sections);
    }
}
