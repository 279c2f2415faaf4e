//! What an archived version with other columns can say of the target's rows, and what it cannot.

use database::{LostWhy, MergeOptions, MergeOutcome};
use model::Definition;

use crate::support::{Database, Folder, Rows, definition, selecting, table};

fn delete() -> MergeOptions {
    MergeOptions { delete: true, ..MergeOptions::default() }
}

fn lost(outcome: &MergeOutcome) -> Vec<String> {
    let why = |why| if why == LostWhy::Added { "added" } else { "edited" };
    outcome.plan.lost.iter().map(|row| format!("{}: {} {}", row.table, row.key, why(row.why))).collect()
}

fn tagged(columns: &str) -> Definition {
    definition(vec![selecting(table("p", columns), "tag", "demo")])
}

/// A database, the version before it had the column `note`, and the one after.
fn two_versions(folder: &Folder, note: &str) -> (Database, Rows, Rows) {
    let app = folder.database(
        "app.db",
        "CREATE TABLE p (id INTEGER PRIMARY KEY, tag TEXT, v TEXT);
         INSERT INTO p VALUES (1, 'demo', 'one'), (2, 'demo', 'two');",
    );
    let v1 = app.snapshot(&tagged("id:integer tag:text v:text"));
    app.execute(&format!("ALTER TABLE p ADD COLUMN note TEXT; UPDATE p SET note = {note};"));
    let v2 = app.snapshot(&tagged("id:integer tag:text v:text note:text"));
    (app, v1, v2)
}

#[test]
fn a_value_that_people_put_into_a_column_of_later_versions_is_asked_about() {
    let folder = Folder::new();
    let (app, v1, v2) = two_versions(&folder, "'demo'");
    app.execute("UPDATE p SET note = 'MY HOURS' WHERE id = 1;");
    let outcome = app.import(&v2, &[&v2, &v1]).expect("an import");
    assert_eq!(lost(&outcome), ["p: id 1 edited"]);
    // Not even the older version alone can say where the value came from.
    app.execute("UPDATE p SET note = 'MY HOURS' WHERE id = 1;");
    assert_eq!(lost(&app.import(&v2, &[&v1]).expect("an import")), ["p: id 1 edited"]);
}

#[test]
fn a_row_to_which_a_newer_version_gave_other_values_is_not_explained_by_a_poorer_one() {
    let folder = Folder::new();
    let (app, v1, v2) = two_versions(&folder, "'demo'");
    app.execute("UPDATE p SET note = NULL WHERE id = 1;");
    assert_eq!(lost(&app.import(&v2, &[&v2, &v1]).expect("an import")), ["p: id 1 edited"]);
}

#[test]
fn an_archived_version_with_fewer_columns_explains_rows_that_have_nothing_in_the_others() {
    let folder = Folder::new();
    let (app, v1, v2) = two_versions(&folder, "'demo'");
    app.execute("UPDATE p SET note = NULL;");
    let outcome = app.import(&v2, &[&v1]).expect("an import");
    assert_eq!((outcome.plan.tables[0].update, lost(&outcome).len()), (2, 0));
}

#[test]
fn an_older_version_with_all_columns_explains_a_row_that_a_newer_one_changed() {
    let folder = Folder::new();
    let (app, v1, v2) = two_versions(&folder, "'demo'");
    app.execute("UPDATE p SET note = 'later';");
    let v3 = app.snapshot(&v2.definition);
    app.import(&v2, &[&v3, &v2, &v1]).expect("back");
    assert_eq!(lost(&app.import(&v3, &[&v3, &v2, &v1]).expect("and forth")), Vec::<String>::new());
}

#[test]
fn a_row_is_not_deleted_unasked_for_a_value_that_only_later_versions_have() {
    let folder = Folder::new();
    let (app, mut v1, v2) = two_versions(&folder, "'demo'");
    v1.sections[0].2.pop();
    app.execute("UPDATE p SET note = 'MY HOURS';");
    // Going back to version 1 deletes row 2, and leaves the note of row 1 alone.
    assert_eq!(lost(&app.import(&v1, &[&v2, &v1]).expect("an import")), ["p: id 2 edited"]);
    assert_eq!(app.rows("SELECT * FROM p"), "1|demo|one|MY HOURS");
    app.execute("DELETE FROM p;");
    app.import(&v2, &[&v2, &v1]).expect("an import");
    assert_eq!(lost(&app.import(&v1, &[&v2, &v1]).expect("an import")), Vec::<String>::new());
}

#[test]
fn a_row_of_others_is_not_explained_by_the_columns_that_it_shares_with_an_old_version() {
    let folder = Folder::new();
    let source = folder.database(
        "source.db",
        "CREATE TABLE p (id INTEGER PRIMARY KEY, kind TEXT); INSERT INTO p VALUES (1, 'demo');",
    );
    let kinds = definition(vec![selecting(table("p", "id:integer kind:text"), "kind", "demo")]);
    let v1 = source.snapshot(&kinds);
    source.execute(
        "ALTER TABLE p ADD COLUMN owner TEXT; ALTER TABLE p ADD COLUMN body TEXT;
         UPDATE p SET owner = 'seed', body = 'text';",
    );
    let owners = table("p", "id:integer kind:text owner:text body:text");
    let v2 = source.snapshot(&definition(vec![selecting(owners, "owner", "seed")]));
    for (name, body) in [("full.db", "'DATA'"), ("bare.db", "NULL")] {
        let target = folder.database(
            name,
            &format!(
                "CREATE TABLE p (id INTEGER PRIMARY KEY, kind TEXT, owner TEXT, body TEXT);
                 INSERT INTO p VALUES (1, 'demo', NULLIF('alice', {body} IS NULL), {body});"
            ),
        );
        let refusal = target.refusal(&v2, &[&v2, &v1], &delete());
        assert!(
            refusal.starts_with("1 key is taken by rows that are not the scenario's:\n  p: id 1 ("),
            "{refusal}"
        );
    }
}

#[test]
fn rows_without_a_key_are_explained_by_versions_with_all_their_columns_only() {
    let folder = Folder::new();
    let keyless = |columns: &str| {
        let mut spec = selecting(table("log", columns), "tag", "demo");
        spec.key.clear();
        definition(vec![spec])
    };
    let app = folder
        .database("app.db", "CREATE TABLE log (tag TEXT, what TEXT); INSERT INTO log VALUES ('demo', 'a');");
    let v1 = app.snapshot(&keyless("tag:text what:text"));
    app.execute("ALTER TABLE log ADD COLUMN note TEXT; UPDATE log SET note = 'demo';");
    let v2 = app.snapshot(&keyless("tag:text what:text note:text"));
    app.execute("INSERT INTO log VALUES ('demo', 'a', 'MINE'), ('demo', 'a', NULL);");
    let outcome = app.import(&v2, &[&v2, &v1]).expect("an import");
    assert_eq!(
        lost(&outcome),
        [
            "log: (tag, what, note) ('demo', 'a', 'MINE') added",
            "log: (tag, what, note) ('demo', 'a', NULL) added"
        ]
    );
}
