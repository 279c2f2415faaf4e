//! What an archived version with other columns can say of the target's rows, and what it cannot.

use database::MergeOptions;
use model::Definition;

use super::engine::{Database, MAKE_NOCASE, ODD_BOOLEAN, ROW, TYPE_OF_INTEGERS, fresh};
use super::support::{Rows, definition, delete, lost, selecting, table};

pub(crate) fn tagged(columns: &str) -> Definition {
    definition(vec![selecting(table("p", columns), "tag", "demo")])
}

pub(crate) const PLAIN: &str = "CREATE TABLE p (id INTEGER PRIMARY KEY, tag TEXT, v TEXT);
    INSERT INTO p VALUES (1, 'demo', 'one'), (2, 'demo', 'two');";

/// A database, the version before it had the column `note`, and the one after.
fn two_versions(note: &str) -> (Database, Rows, Rows) {
    let app = fresh("app.db", PLAIN);
    let v1 = app.snapshot(&tagged("id:integer tag:text v:text"));
    app.execute(&format!("ALTER TABLE p ADD COLUMN note TEXT; UPDATE p SET note = {note};"));
    let v2 = app.snapshot(&tagged("id:integer tag:text v:text note:text"));
    (app, v1, v2)
}

#[test]
fn a_value_that_people_put_into_a_column_of_later_versions_is_asked_about() {
    let (app, v1, v2) = two_versions("'demo'");
    app.execute("UPDATE p SET note = 'MY HOURS' WHERE id = 1;");
    let outcome = app.import(&v2, &[&v2, &v1]).expect("an import");
    assert_eq!(lost(&outcome), ["p: id 1 edited"]);
    // Not even the older version alone can say where the value came from.
    app.execute("UPDATE p SET note = 'MY HOURS' WHERE id = 1;");
    assert_eq!(lost(&app.import(&v2, &[&v1]).expect("an import")), ["p: id 1 edited"]);
}

#[test]
fn a_row_as_an_older_version_and_a_migration_leave_it_asks_nothing() {
    let (app, v1, v2) = two_versions("'demo'");
    // Nothing tells it from a row whose new column somebody emptied: it holds nothing of theirs.
    app.execute("UPDATE p SET note = NULL WHERE id = 1;");
    let outcome = app.import(&v2, &[&v2, &v1]).expect("an import");
    assert_eq!((outcome.plan.tables[0].update, lost(&outcome).len()), (1, 0));
}

#[test]
fn an_archived_version_with_fewer_columns_explains_rows_that_have_nothing_in_the_others() {
    let (app, v1, v2) = two_versions("'demo'");
    app.execute("UPDATE p SET note = NULL;");
    let outcome = app.import(&v2, &[&v1]).expect("an import");
    assert_eq!((outcome.plan.tables[0].update, lost(&outcome).len()), (2, 0));
}

#[test]
fn an_older_version_with_all_columns_explains_a_row_that_a_newer_one_changed() {
    let (app, v1, v2) = two_versions("'demo'");
    app.execute("UPDATE p SET note = 'later';");
    let v3 = app.snapshot(&v2.definition);
    app.import(&v2, &[&v3, &v2, &v1]).expect("back");
    assert_eq!(lost(&app.import(&v3, &[&v3, &v2, &v1]).expect("and forth")), Vec::<String>::new());
}

#[test]
fn a_row_is_not_deleted_unasked_for_a_value_that_only_later_versions_have() {
    let (app, mut v1, v2) = two_versions("'demo'");
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
    let source = fresh(
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
    for (name, owner, body) in
        [("full.db", "'alice'", "'DATA'"), ("bare.db", "'alice'", "NULL"), ("empty.db", "NULL", "NULL")]
    {
        let target = fresh(
            name,
            &format!(
                "CREATE TABLE p (id INTEGER PRIMARY KEY, kind TEXT, owner TEXT, body TEXT);
                 INSERT INTO p VALUES (1, 'demo', {owner}, {body});"
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
    let keyless = |columns: &str| {
        let mut spec = selecting(table("log", columns), "tag", "demo");
        spec.key.clear();
        definition(vec![spec])
    };
    let app =
        fresh("app.db", "CREATE TABLE log (tag TEXT, what TEXT); INSERT INTO log VALUES ('demo', 'a');");
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

#[test]
fn what_people_wrote_into_a_column_of_the_target_alone_is_asked_about_before_its_row_is_deleted() {
    let (app, v2, _) = two_versions("NULL");
    let mut v1 = v2.clone();
    v1.sections[0].2.pop();
    app.execute(&format!(
        "{MAKE_NOCASE}
         ALTER TABLE p ADD COLUMN my_notes TEXT; ALTER TABLE p ADD COLUMN stars REAL NOT NULL DEFAULT 1;
         ALTER TABLE p ADD COLUMN mood TEXT COLLATE NOCASE DEFAULT 'it''s fine';
         ALTER TABLE p ADD COLUMN done BOOLEAN DEFAULT TRUE;"
    ));
    let dry = MergeOptions { mode: database::MergeMode::DryRun, ..delete() };
    let asked = || lost(&app.merge(&v1, &[&v2, &v1], &dry).expect("a dry run"));
    assert_eq!(asked(), Vec::<String>::new());
    for (column, default, value) in [
        ("my_notes", "NULL", "'two hours'"),
        ("stars", "1", "2"),
        ("mood", "'it''s fine'", "'IT''S FINE'"),
        ("done", "TRUE", ODD_BOOLEAN),
    ] {
        app.execute(&format!("UPDATE p SET {column} = {value} WHERE id = 2;"));
        assert_eq!(asked(), ["p: id 2 edited"], "{column}");
        app.execute(&format!("UPDATE p SET {column} = {default} WHERE id = 2;"));
        assert_eq!(asked(), Vec::<String>::new(), "{column}");
    }
    app.import(&v1, &[&v2, &v1]).expect("an import");
    assert_eq!(app.rows("SELECT id FROM p"), "1");
}

#[test]
fn a_default_that_is_computed_does_not_explain_what_a_column_of_the_target_alone_holds() {
    let app = fresh(
        "app.db",
        "CREATE TABLE p (id INTEGER PRIMARY KEY, tag TEXT, made TEXT DEFAULT (1 + 1));
         INSERT INTO p (id, tag) VALUES (1, 'demo'), (2, 'demo');",
    );
    let v2 = app.snapshot(&tagged("id:integer tag:text"));
    let mut v1 = v2.clone();
    v1.sections[0].2.pop();
    assert_eq!(lost(&app.import(&v1, &[&v2, &v1]).expect("an import")), ["p: id 2 edited"]);
}

#[test]
fn of_equal_rows_without_a_key_those_stay_in_which_people_wrote() {
    let mut spec = selecting(table("log", "tag:text what:text"), "tag", "demo");
    spec.key.clear();
    let app = fresh(
        "app.db",
        "CREATE TABLE log (tag TEXT, what TEXT);
         INSERT INTO log VALUES ('demo', 'a'), ('demo', 'a'), ('demo', 'a'), ('demo', 'b');",
    );
    let v2 = app.snapshot(&definition(vec![spec]));
    let mut v1 = v2.clone();
    v1.sections[0].2.truncate(1);
    app.execute(&format!(
        "ALTER TABLE log ADD COLUMN mine TEXT;
         UPDATE log SET mine = 'x' WHERE {ROW} IN (
             SELECT row FROM (SELECT {ROW} AS row, row_number() OVER (ORDER BY {ROW}) AS number FROM log) AS numbered
             WHERE number IN (2, 4));"
    ));
    let written = app.rows(&format!("SELECT {ROW}, * FROM log WHERE what = 'a' AND mine IS NOT NULL"));
    let outcome = app.import(&v1, &[&v2, &v1]).expect("an import");
    assert_eq!(lost(&outcome), ["log: (tag, what) ('demo', 'b') edited"]);
    assert_eq!(app.rows("SELECT * FROM log"), "demo|a|x");
    assert_eq!(app.rows(&format!("SELECT {ROW}, * FROM log")), written);
    app.execute("INSERT INTO log VALUES ('demo', 'a', 'y');");
    let outcome = app.import(&v1, &[&v2, &v1]).expect("an import");
    assert_eq!(lost(&outcome), ["log: (tag, what) ('demo', 'a') edited"]);
}

/// Goes through versions in turn; nobody edits anything, so nothing is ever asked.
#[track_caller]
fn walk(app: &Database, archive: &[&Rows], steps: &[&Rows]) {
    for (step, version) in steps.iter().enumerate() {
        let outcome = app.import(version, archive).expect("an import");
        assert!(outcome.applied, "step {step}");
        assert_eq!(lost(&outcome), Vec::<String>::new(), "step {step}");
    }
}

#[test]
fn going_between_versions_around_a_new_column_asks_nothing() {
    for column in ["note TEXT", "note INT NOT NULL DEFAULT 0", "note TEXT DEFAULT 'none'"] {
        let app = fresh("app.db", PLAIN);
        let v1 = app.snapshot(&tagged("id:integer tag:text v:text"));
        let later = fresh(
            "later.db",
            &format!(
                "CREATE TABLE p (id INTEGER PRIMARY KEY, tag TEXT, v TEXT, {column});
                 INSERT INTO p VALUES (1, 'demo', 'uno', '7'), (2, 'demo', 'due', '8'), (3, 'demo', 'tre', '9');"
            ),
        );
        let v2 = later.snapshot(&tagged(&format!(
            "id:integer tag:text v:text note:{}",
            if column.contains("INT") { TYPE_OF_INTEGERS } else { "text" }
        )));
        later.execute("UPDATE p SET v = 'eins' WHERE id = 1; DELETE FROM p WHERE id = 2;");
        let v3 = later.snapshot(&v2.definition);
        app.execute(&format!("ALTER TABLE p ADD COLUMN {column};"));
        let archive = [&v3, &v2, &v1];
        let copy = fresh("copy.db", &format!("{PLAIN} ALTER TABLE p ADD COLUMN {column};"));
        walk(&app, &archive, &[&v2, &v1, &v2, &v3, &v1, &v3]);
        walk(&copy, &archive, &[&v3, &v2]);
    }
}

#[test]
fn going_back_to_a_column_that_a_later_version_dropped_asks_nothing() {
    let app = fresh(
        "app.db",
        "CREATE TABLE p (id INTEGER PRIMARY KEY, tag TEXT, v TEXT, old TEXT);
         INSERT INTO p VALUES (1, 'demo', 'one', 'x'), (2, 'demo', 'two', 'y');",
    );
    let v1 = app.snapshot(&tagged("id:integer tag:text v:text old:text"));
    let mut v2 = v1.clone();
    v2.definition = tagged("id:integer tag:text v:text");
    for row in &mut v2.sections[0].2 {
        row.pop();
        row[2] = model::Value::Text("later".to_owned());
    }
    let extra =
        vec![model::Value::Integer(3), model::Value::Text("demo".into()), model::Value::Text("x".into())];
    v2.sections[0].2.push(extra);
    walk(&app, &[&v2, &v1], &[&v2, &v1, &v2, &v1]);
    // What a person wrote there is another matter.
    app.import(&v2, &[&v2, &v1]).expect("an import");
    app.execute("UPDATE p SET old = 'MINE' WHERE id = 1;");
    assert_eq!(lost(&app.import(&v1, &[&v2, &v1]).expect("an import")), ["p: id 1 edited"]);
}

#[test]
fn a_row_to_delete_is_not_explained_by_a_version_that_only_shared_it() {
    let (app, v2, _) = two_versions("NULL");
    let mut v1 = v2.clone();
    v1.sections[0].2.pop();
    let mut shared = v2.clone();
    shared.sections[0].1 = model::Ownership::Shared;
    assert_eq!(lost(&app.import(&v1, &[&shared, &v1]).expect("an import")), ["p: id 2 edited"]);
}
