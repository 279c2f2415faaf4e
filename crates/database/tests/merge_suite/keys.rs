//! Keys that the target computes or carries on, and values that it cannot hold.

use super::engine::{JSON_TYPE, fresh};
use super::support::{child, definition, delete, selecting, snapshot_in_sqlite, table};

pub(crate) const COMPUTED: &str = "
    CREATE TABLE p (id INTEGER PRIMARY KEY, tag TEXT, slug TEXT, lc TEXT GENERATED ALWAYS AS (lower(slug)) STORED UNIQUE);
    CREATE TABLE c (id INTEGER PRIMARY KEY, lc TEXT REFERENCES p (lc) ON DELETE CASCADE ON UPDATE RESTRICT);
";

pub(crate) fn slugs() -> model::Definition {
    definition(vec![selecting(table("p", "id:integer tag:text slug:text"), "tag", "demo")])
}

#[test]
fn a_computed_key_that_a_users_row_refers_to_is_not_changed() {
    let row = |name, slug: &str| {
        let insert = format!("{COMPUTED} INSERT INTO p (id, tag, slug) VALUES (1, 'demo', '{slug}');");
        fresh(name, &insert)
    };
    let (target, new) = (row("app.db", "Old"), row("new.db", "New").snapshot(&slugs()));
    target.execute("INSERT INTO c VALUES (7, 'old');");
    insta::assert_snapshot!(target.refusal(&new, &[], &delete()), @r"
    rows that the import would delete, or whose key it would change, are referred to by rows that stay:
      c: id 7 refers by (lc) to p: id 1
    help: delete those referring rows or point them elsewhere, then import again
    ");
    target.execute("DELETE FROM c;");
    target.import(&new, &[]).expect("an import");
    assert_eq!(target.rows("SELECT lc FROM p"), "new");
}

#[test]
fn a_computed_key_stays_where_nothing_changes_that_it_is_computed_from() {
    let titled =
        definition(vec![selecting(table("p", "id:integer tag:text slug:text title:text"), "tag", "demo")]);
    let schema = format!("{COMPUTED} ALTER TABLE p ADD COLUMN title TEXT;");
    let row = |name, title: &str| {
        let row = format!("INSERT INTO p (id, tag, slug, title) VALUES (1, 'demo', 'Slug', '{title}');");
        fresh(name, &format!("{schema} {row}"))
    };
    let (target, new) = (row("app.db", "old"), row("new.db", "new").snapshot(&titled));
    target.execute("INSERT INTO c VALUES (7, 'slug');");
    target.import(&new, &[]).expect("an import");
    assert_eq!(target.rows("SELECT title, lc FROM p JOIN c USING (lc)"), "new|slug");
}

#[test]
fn rows_without_a_key_follow_a_key_that_moves() {
    let schema = "CREATE TABLE p (id INTEGER PRIMARY KEY, slug TEXT UNIQUE, tag TEXT);
                  CREATE TABLE c (p TEXT REFERENCES p (slug) ON UPDATE CASCADE ON DELETE CASCADE, what TEXT);";
    let mut c = child(table("c", "p:text what:text"), "p", "p", "slug");
    c.key = Vec::new();
    let both = definition(vec![selecting(table("p", "id:integer slug:text tag:text"), "tag", "s"), c]);
    let version = |rows: &str| snapshot_in_sqlite(&format!("{schema}{rows}"), &both);
    let old = version(
        "INSERT INTO p VALUES (1, 'a', 's'), (2, 'b', 's'); INSERT INTO c VALUES ('a', 'x'), ('a', 'x'), ('b', 'y');",
    );
    let new = version(
        "INSERT INTO p VALUES (1, 'b', 's'), (2, 'a', 's'); INSERT INTO c VALUES ('b', 'x'), ('b', 'x'), ('a', 'y');",
    );
    // A row that stays as it is refers to a key that does too.
    let third = version(
        "INSERT INTO p VALUES (1, 'b', 's'), (3, 'z', 's'); INSERT INTO c VALUES ('b', 'x'), ('z', 'w');",
    );
    let fourth = version(
        "INSERT INTO p VALUES (1, 'q', 's'), (3, 'z', 's'); INSERT INTO c VALUES ('q', 'x'), ('z', 'w');",
    );
    let all = [&fourth, &third, &new, &old];
    let target = fresh("app.db", schema);
    for version in [&old, &new, &old, &third, &fourth, &third] {
        target.import(version, &all).expect("an import");
        assert_eq!(target.snapshot(&both).sections, version.sections);
    }
}

#[test]
fn json_with_a_key_twice_that_people_wrote_is_replaced_as_any_other_value() {
    let schema = format!("CREATE TABLE facts (id INTEGER PRIMARY KEY, data {JSON_TYPE}, scenario TEXT);");
    let facts =
        definition(vec![selecting(table("facts", "id:integer data:json scenario:text"), "scenario", "s")]);
    let snapshot = |data: &str| {
        let rows = format!(
            "CREATE TABLE facts (id INTEGER PRIMARY KEY, data JSON, scenario TEXT);
            INSERT INTO facts VALUES (1, '{data}', 's'), (2, '[]', 's');"
        );
        snapshot_in_sqlite(&rows, &facts)
    };
    let (old, new) = (snapshot("{}"), snapshot("{\"a\":2}"));
    let target = fresh("app.db", &schema);
    target.import(&old, &[]).expect("an import");
    target.execute("UPDATE facts SET data = '{\"a\":1,\"a\":2}' WHERE id = 1");
    let outcome = target.import(&new, &[&old]).expect("an import");
    assert_eq!((outcome.plan.tables[0].update, outcome.plan.tables[0].equal), (1, 1));
    assert_eq!(target.snapshot(&facts).sections, new.sections);
    target.execute("UPDATE facts SET data = '{\"a\":1,\"a\":2}' WHERE id = 2");
    target.import(&old, &[&old]).expect("an import");
    target
        .execute("UPDATE facts SET data = '{\"a\":1,\"a\":2}' WHERE id = 2; UPDATE facts SET scenario = 's'");
    let mut fewer = old.clone();
    fewer.sections[0].2.pop();
    target.import(&fewer, &[&old]).expect("an import");
    assert_eq!(target.snapshot(&facts).sections, fewer.sections);
}
