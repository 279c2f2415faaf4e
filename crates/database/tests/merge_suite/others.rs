//! Rows that are not the scenario's.

use super::engine::{BOOLEANS, NOTES, ON_UPDATE_MOVABLE, fresh};
use super::support::{definition, delete, notes_snapshot, referring, selecting, table};

const GENERAL: &str = "
    INSERT INTO vaults VALUES (1, 'Shared'), (2, 'General only');
    INSERT INTO fragments VALUES (10, 1, NULL, 'g-one', 'One', 'general'), (11, 2, 10, 'g-two', 'Two', 'general');
    INSERT INTO todos VALUES (10, 'g-one', false);
";
const WRITER: &str = "
    INSERT INTO vaults VALUES (1, 'Shared');
    INSERT INTO fragments VALUES (20, 1, NULL, 'w-one', 'One', 'writer'), (21, 1, 20, 'w-two', 'Two', 'writer');
    INSERT INTO todos VALUES (20, 'w-two', true);
";
const DEVELOPER: &str = "
    INSERT INTO vaults VALUES (1, 'Shared');
    INSERT INTO fragments VALUES (30, 1, NULL, 'd-one', 'One', 'developer');
";

#[test]
fn three_scenarios_that_share_a_parent_import_in_any_order_and_each_is_then_unchanged() {
    let snapshots = [
        notes_snapshot("general", GENERAL),
        notes_snapshot("writer", WRITER),
        notes_snapshot("developer", DEVELOPER),
    ];
    let mut contents = Vec::new();
    for (at, order) in [[0, 1, 2], [0, 2, 1], [1, 0, 2], [1, 2, 0], [2, 0, 1], [2, 1, 0]].iter().enumerate() {
        let target = fresh(&format!("{at}.db"), NOTES);
        for scenario in order {
            let outcome = target.import(&snapshots[*scenario], &[]).expect("an import");
            assert!(outcome.applied && outcome.plan.lost_total == 0);
        }
        for snapshot in &snapshots {
            assert!(!target.import(snapshot, &[]).expect("an import").plan.changes_anything());
            assert_eq!(target.snapshot(&snapshot.definition).sections, snapshot.sections);
        }
        contents.push(
            ["vaults", "fragments", "todos"].map(|t| target.rows(&format!("SELECT * FROM {t} ORDER BY id"))),
        );
    }
    assert!(contents.iter().all(|content| *content == contents[0]));
}

#[test]
fn rows_of_users_in_the_same_tables_stay_as_they_are() {
    let users = "
        INSERT INTO vaults VALUES (1, 'Shared'), (9, 'Mine');
        INSERT INTO fragments VALUES (90, 1, NULL, 'mine', 'Mine', NULL), (91, 9, 90, 'also-mine', NULL, 'other');
        INSERT INTO todos VALUES (90, 'mine', false);
        INSERT INTO bookmarks VALUES (1, 90);
    ";
    let target = fresh("app.db", &format!("{NOTES}{users}"));
    let mine = || {
        ["vaults WHERE id IN (1, 9)", "fragments WHERE id >= 90", "todos WHERE id >= 90", "bookmarks"]
            .map(|from| target.rows(&format!("SELECT * FROM {from}")))
    };
    let before = mine();
    let (old, new) = (
        notes_snapshot("general", GENERAL),
        notes_snapshot(
            "general",
            "
        INSERT INTO vaults VALUES (1, 'Shared');
        INSERT INTO fragments VALUES (12, 1, NULL, 'g-three', 'Three', 'general');
    ",
        ),
    );
    target.import(&old, &[]).expect("an import");
    target.execute(
        "INSERT INTO bookmarks VALUES (2, 11); UPDATE bookmarks SET fragment_id = 10 WHERE id = 2;
                    DELETE FROM bookmarks WHERE id = 2;",
    );
    target.import(&new, &[&old]).expect("an import");
    assert_eq!(mine(), before);
    assert_eq!(target.rows("SELECT id FROM fragments WHERE scenario = 'general'"), "12");
    assert_eq!(target.rows("SELECT id FROM vaults"), "1\n2\n9");
}

#[test]
fn a_row_that_a_users_row_refers_to_is_not_deleted_whatever_the_key_would_do() {
    let target = fresh("app.db", NOTES);
    let old = notes_snapshot("general", GENERAL);
    target.import(&old, &[]).expect("an import");
    target.execute(
        "
        INSERT INTO bookmarks VALUES (1, 11), (2, NULL);
        INSERT INTO fragments VALUES (90, 1, 10, 'mine', 'Mine', NULL);
    ",
    );
    let new = notes_snapshot(
        "general",
        "
        INSERT INTO vaults VALUES (1, 'Shared');
        INSERT INTO fragments VALUES (12, 1, NULL, 'g-three', 'Three', 'general');
    ",
    );
    insta::assert_snapshot!(target.refusal(&new, &[&old], &delete()), @r"
    rows that the import would delete, or whose key it would change, are referred to by rows that stay:
      bookmarks: id 1 refers by (fragment_id) to fragments: id 11
      fragments: id 90 refers by (parent_id) to fragments: id 10
    help: delete those referring rows or point them elsewhere, then import again
    ");
}

#[test]
fn a_key_that_a_users_row_refers_to_is_not_changed() {
    // Users' todos refer to fragments by slug.
    let target = fresh(
        "app.db",
        &format!(
            "{NOTES}
        CREATE TABLE pins (id INTEGER PRIMARY KEY, slug TEXT REFERENCES fragments (slug) ON UPDATE CASCADE);"
        ),
    );
    let old = notes_snapshot("general", GENERAL);
    target.import(&old, &[]).expect("an import");
    target.execute("INSERT INTO pins VALUES (7, 'g-one');");
    let new = notes_snapshot("general", &GENERAL.replace("g-one", "g-eins"));
    insta::assert_snapshot!(target.refusal(&new, &[&old], &delete()), @r"
    rows that the import would delete, or whose key it would change, are referred to by rows that stay:
      pins: id 7 refers by (slug) to fragments: id 10
    help: delete those referring rows or point them elsewhere, then import again
    ");
    target.execute("DELETE FROM pins;");
    target.import(&new, &[&old]).expect("an import");
    assert_eq!(target.rows("SELECT slug FROM fragments WHERE id = 10"), "g-eins");
    assert_eq!(target.rows("SELECT fragment FROM todos"), "g-eins");
}

#[test]
fn deleting_does_not_cascade_to_rows_that_the_snapshot_moves_elsewhere() {
    let target = fresh("app.db", NOTES);
    let old = notes_snapshot("general", GENERAL);
    target.import(&old, &[]).expect("an import");
    // Todo 10 moves from the fragment that goes to the one that stays.
    let new = notes_snapshot(
        "general",
        "
        INSERT INTO vaults VALUES (2, 'General only');
        INSERT INTO fragments VALUES (11, 2, NULL, 'g-two', 'Two', 'general');
        INSERT INTO todos VALUES (10, 'g-two', false);
    ",
    );
    let outcome = target.import(&new, &[&old]).expect("an import");
    assert_eq!(outcome.plan.tables[2].update, 1);
    assert_eq!(target.rows("SELECT * FROM todos"), format!("10|g-two|{}", BOOLEANS[0]));
    assert_eq!(target.dangling(), "");
}

#[test]
fn references_with_restrict_and_cycles_do_not_stop_a_merge() {
    let schema = format!(
        "
        CREATE TABLE vaults (id INTEGER PRIMARY KEY, name TEXT NOT NULL);
        CREATE TABLE fragments (
            id INTEGER PRIMARY KEY, vault_id INTEGER NOT NULL REFERENCES vaults (id) ON DELETE RESTRICT,
            parent_id INTEGER REFERENCES fragments (id) ON DELETE RESTRICT ON UPDATE RESTRICT,
            slug TEXT NOT NULL UNIQUE, title TEXT, scenario TEXT);
        CREATE TABLE todos (
            id INTEGER PRIMARY KEY, fragment TEXT NOT NULL REFERENCES fragments (slug) ON DELETE RESTRICT
            {ON_UPDATE_MOVABLE}, done BOOLEAN NOT NULL);
    "
    );
    let target = fresh("app.db", &schema);
    let old = notes_snapshot(
        "writer",
        "
        INSERT INTO vaults VALUES (1, 'V');
        INSERT INTO fragments VALUES (1, 1, 2, 'a', NULL, 'writer'), (2, 1, 1, 'b', NULL, 'writer'),
                                     (3, 1, NULL, 'c', NULL, 'writer'), (4, 1, 3, 'd', NULL, 'writer');
        INSERT INTO todos VALUES (1, 'a', false), (2, 'c', false);
    ",
    );
    let new = notes_snapshot(
        "writer",
        "
        INSERT INTO vaults VALUES (1, 'V');
        INSERT INTO fragments VALUES (4, 1, NULL, 'c', NULL, 'writer');
        INSERT INTO todos VALUES (2, 'c', false);
    ",
    );
    target.import(&old, &[]).expect("an import");
    target.import(&new, &[&old]).expect("an import");
    assert_eq!(target.rows("SELECT id, slug FROM fragments"), "4|c");
    assert_eq!(target.dangling(), "");
}

#[test]
fn a_row_that_a_users_row_refers_to_by_a_relation_of_the_snapshot_is_not_deleted() {
    let schema = "CREATE TABLE threads (id TEXT PRIMARY KEY NOT NULL, scenario TEXT);
                  CREATE TABLE steps (id INTEGER PRIMARY KEY, thread TEXT, scenario TEXT);";
    let steps = selecting(table("steps", "id:integer thread:text scenario:text"), "scenario", "s");
    let relations = definition(vec![
        selecting(table("threads", "id:text scenario:text"), "scenario", "s"),
        referring(steps, "thread", "threads", "id"),
    ]);
    let target = fresh(
        "app.db",
        &format!(
            "{schema} INSERT INTO threads VALUES ('a', 's'), ('b', 's'); INSERT INTO steps VALUES (1, 'b', NULL);"
        ),
    );
    let new = fresh("new.db", &format!("{schema} INSERT INTO threads VALUES ('a', 's');"));
    insta::assert_snapshot!(target.refusal(&new.snapshot(&relations), &[], &delete()), @r"
    rows that the import would delete, or whose key it would change, are referred to by rows that stay:
      steps: id 1 refers by (thread) to threads: id 'b'
    help: delete those referring rows or point them elsewhere, then import again
    ");
}
