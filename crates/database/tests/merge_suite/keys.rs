//! Keys that the target computes.

use super::engine::fresh;
use super::support::{definition, delete, selecting, table};

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
