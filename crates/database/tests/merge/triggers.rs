//! What the target's triggers do to rows that are not the scenario's, and full-text tables that are partial by intent.

use database::{MergeMode, MergeOptions, Triggers};

use crate::engine::{Database, NOTES, fresh};
use crate::suite::support::{Rows, delete, notes_snapshot};

const V1: &str = "
    INSERT INTO vaults VALUES (1, 'V');
    INSERT INTO fragments VALUES (1, 1, NULL, 'a', 'Apples', 'writer'), (2, 1, NULL, 'b', 'Bananas', 'writer');
    INSERT INTO todos VALUES (1, 'a', 0);
";
const USERS: &str = "
    INSERT INTO vaults VALUES (1, 'V');
    INSERT INTO fragments VALUES (8, 1, NULL, 'm', 'Mine', NULL), (9, 1, NULL, 'n', 'Mine', NULL);
    CREATE TABLE u (id INTEGER PRIMARY KEY, x TEXT); INSERT INTO u VALUES (1, 'a'), (2, 'b'), (3, 'c');
    CREATE TABLE w (id TEXT PRIMARY KEY, x TEXT) WITHOUT ROWID; INSERT INTO w VALUES ('a', 'b');
    CREATE TABLE audit (what TEXT); CREATE TABLE more (what TEXT);
";

fn on() -> MergeOptions {
    MergeOptions { triggers: Triggers::On, ..delete() }
}

fn v1() -> Rows {
    notes_snapshot("writer", V1)
}

fn with_trigger(name: &str, trigger: &str) -> Database {
    fresh(name, &format!("{NOTES}{USERS} CREATE TRIGGER t {trigger} END;"))
}

#[test]
fn a_trigger_that_changes_or_deletes_rows_of_others_fails_the_import() {
    let target = with_trigger(
        "app.db",
        "AFTER INSERT ON todos BEGIN
            INSERT INTO audit VALUES ('todo'); INSERT INTO audit VALUES ('todo');
            UPDATE audit SET what = 'seen';
            DELETE FROM u WHERE id = 3; UPDATE u SET x = 'z' WHERE id < 3; UPDATE u SET x = 'y' WHERE id < 3;
            UPDATE fragments SET title = upper(title);
            INSERT INTO vaults VALUES (70, 'of the trigger');",
    );
    insta::assert_snapshot!(target.refusal(&v1(), &[], &on()), @r"
    with `--triggers on`, triggers of the target changed rows that are not the scenario's:
      fragments: 2 rows updated
      u: 2 rows updated
      u: 1 row deleted
      vaults: 1 row inserted
    help: import with `--triggers off`, or change those triggers; nothing was changed
    ");
}

#[test]
fn rows_that_a_trigger_empties_out_of_a_table_or_replaces_are_noticed_too() {
    let target = with_trigger("all.db", "AFTER INSERT ON todos BEGIN DELETE FROM u;");
    insta::assert_snapshot!(target.refusal(&v1(), &[], &on()), @r"
    with `--triggers on`, triggers of the target changed rows that are not the scenario's:
      u: 3 rows deleted
    help: import with `--triggers off`, or change those triggers; nothing was changed
    ");
    let target = with_trigger("replace.db", "AFTER DELETE ON todos BEGIN REPLACE INTO u VALUES (1, 'new');");
    target.merge(&v1(), &[], &on()).expect("nothing is deleted yet");
    let without = notes_snapshot("writer", &V1.replace("INSERT INTO todos VALUES (1, 'a', 0);", ""));
    insta::assert_snapshot!(target.refusal(&without, &[], &on()), @r"
    with `--triggers on`, triggers of the target changed rows that are not the scenario's:
      u: 1 row deleted
    help: import with `--triggers off`, or change those triggers; nothing was changed
    ");
}

#[test]
fn rows_that_triggers_add_to_other_tables_are_told_and_kept() {
    let target = with_trigger("app.db",
        "AFTER INSERT ON fragments BEGIN INSERT INTO audit VALUES (new.slug);
            UPDATE audit SET what = upper(what) WHERE what = new.slug; INSERT INTO more VALUES (new.slug || 'w');",
    );
    let outcome = target.merge(&v1(), &[], &on()).expect("an import");
    assert!(outcome.applied);
    assert_eq!(outcome.plan.notes, ["Triggers of the target added rows: audit (2 rows), more (2 rows)."]);
    assert_eq!(target.rows("SELECT * FROM audit"), "A\nB");
    assert!(!target.merge(&v1(), &[], &on()).expect("again").applied);
}

#[test]
fn a_row_that_a_trigger_swallows_is_refused_by_name() {
    let insert = with_trigger("a.db", "BEFORE INSERT ON todos BEGIN SELECT RAISE(IGNORE);");
    insta::assert_snapshot!(insert.refusal(&v1(), &[], &on()), @r"
    the target refuses todos: id 1: a trigger of the target ignored it
    help: compare the target's constraints with those of the database that was exported; nothing was changed
    ");
    let update = with_trigger("b.db", "BEFORE UPDATE ON fragments BEGIN SELECT RAISE(IGNORE);");
    update.merge(&v1(), &[], &on()).expect("an import");
    let v2 = notes_snapshot("writer", &V1.replace("Apples", "Apricots"));
    insta::assert_snapshot!(update.refusal(&v2, &[], &on()), @r"
    the target refuses fragments: id 1: a trigger of the target ignored it
    help: compare the target's constraints with those of the database that was exported; nothing was changed
    ");
}

#[test]
fn a_full_text_table_that_leaves_rows_out_is_not_rebuilt() {
    let target = fresh(
        "app.db",
        &format!(
            "{NOTES}
        CREATE VIRTUAL TABLE search USING fts5(title, content='fragments', content_rowid='id');
        CREATE TRIGGER search_insert AFTER INSERT ON fragments WHEN new.title <> 'Hidden' BEGIN
            INSERT INTO search (rowid, title) VALUES (new.id, new.title); END;
        INSERT INTO vaults VALUES (1, 'V');
        INSERT INTO fragments VALUES (8, 1, NULL, 'm', 'Shown', NULL), (9, 1, NULL, 'n', 'Hidden', NULL);"
        ),
    );
    let off = MergeOptions { triggers: Triggers::Off, ..on() };
    let dry = MergeOptions { mode: MergeMode::DryRun, ..off.clone() };
    let refusal = target.refusal(&v1(), &[], &off);
    assert_eq!(target.refusal(&v1(), &[], &dry), refusal, "a dry run says the same");
    insta::assert_snapshot!(refusal, @r"
    full-text tables of the target do not index the rows of their tables as a rebuild would:
      search (of fragments)
    help: import with `--triggers on` if triggers leave rows out of them on purpose; rebuild those that are only out of date
    ");
    target.merge(&v1(), &[], &on()).expect("an import");
    assert_eq!(target.rows("SELECT rowid FROM search WHERE search MATCH 'hidden'"), "");
    assert_eq!(target.rows("SELECT rowid FROM search WHERE search MATCH 'apples'"), "1");
    // Nothing is due any more, so the full-text table is in nobody's way.
    assert!(!target.merge(&v1(), &[], &off).expect("an import").applied);
}

#[test]
fn a_dry_run_that_looks_at_a_full_text_table_leaves_the_file_alone() {
    let target = fresh(
        "app.db",
        &format!(
            "{NOTES} CREATE VIRTUAL TABLE search USING fts5(title, content='fragments', content_rowid='id');"
        ),
    );
    let dry = MergeOptions { mode: MergeMode::DryRun, ..MergeOptions::default() };
    let modified = || std::fs::metadata(&target.path).and_then(|data| data.modified()).expect("a time");
    let (bytes, time) = (target.content(), modified());
    assert!(target.merge(&v1(), &[], &dry).expect("a dry run").plan.changes_anything());
    assert!(target.content() == bytes && modified() == time);
    assert_eq!(target.files(), ["app.db"]);
}

#[test]
fn a_dry_run_waits_for_a_lock_only_to_look_at_a_full_text_table() {
    let dry = MergeOptions { mode: MergeMode::DryRun, ..MergeOptions::default() };
    let search = "CREATE VIRTUAL TABLE search USING fts5(title, content='fragments', content_rowid='id');";
    for (name, sql, locked) in [("plain.db", "", false), ("search.db", search, true)] {
        let target = fresh(name, &format!("{NOTES}{sql}"));
        let other = target.connect();
        other.execute_batch("BEGIN IMMEDIATE").expect("a lock");
        let outcome = target.merge(&v1(), &[], &dry);
        assert_eq!(matches!(outcome, Err(database::Error::Locked { .. })), locked, "{outcome:?}");
    }
}

#[test]
fn many_rows_are_deleted_while_triggers_are_watched() {
    let target = with_trigger("app.db", "AFTER DELETE ON todos BEGIN SELECT 1;");
    target.merge(&v1(), &[], &on()).expect("an import");
    target.execute(
        "WITH RECURSIVE n (id) AS (SELECT 2 UNION ALL SELECT id + 1 FROM n WHERE id < 70000)
         INSERT INTO todos SELECT id, 'a', 0 FROM n;",
    );
    let outcome = target.merge(&v1(), &[], &on()).expect("an import");
    assert_eq!(outcome.plan.tables[2].delete, 69_999);
    assert_eq!(target.rows("SELECT count(*) FROM todos"), "1");
}

#[test]
fn triggers_that_can_change_tables_without_row_numbers_are_refused_before_any_change() {
    let bodies = [
        ("a.db", "UPDATE w SET x = 'z';"),
        ("b.db", "DELETE FROM 'w';"),
        (
            "c.db",
            "INSERT INTO audit VALUES (''); END; CREATE TRIGGER second AFTER INSERT ON audit BEGIN REPLACE INTO \"W\" VALUES ('a', '');",
        ),
        (
            "d.db",
            "INSERT INTO seen VALUES (''); END; CREATE VIEW seen AS SELECT what FROM audit; CREATE TRIGGER third INSTEAD OF INSERT ON seen BEGIN DELETE FROM [w];",
        ),
    ];
    let mut named = Vec::new();
    for (name, body) in bodies {
        let target = with_trigger(name, &format!("AFTER INSERT ON todos BEGIN {body}"));
        let refusal = target.refusal(&v1(), &[], &on());
        named.extend(refusal.lines().nth(1).map(str::to_owned));
        let dry = MergeOptions { mode: MergeMode::DryRun, ..on() };
        assert_eq!(target.refusal(&v1(), &[], &dry), refusal, "a dry run says the same");
        target
            .merge(&v1(), &[], &MergeOptions { triggers: Triggers::Off, ..on() })
            .expect("without triggers");
        assert!(!target.merge(&v1(), &[], &on()).expect("nothing is due, so nothing fires").applied);
    }
    insta::assert_snapshot!(named.join("\n"), @r"
      t on todos names w
      t on todos names w
      second on audit names w
      third on seen names w
    ");
}

#[test]
fn a_trigger_that_names_a_table_without_row_numbers_is_told_in_full() {
    let target = with_trigger("app.db", "AFTER INSERT ON todos BEGIN UPDATE w SET x = 'z';");
    insta::assert_snapshot!(target.refusal(&v1(), &[], &on()), @r"
    with `--triggers on`, triggers of the target may change rows of tables without row numbers, which the import cannot notice:
      t on todos names w
    help: import with `--triggers off`, or make those tables anew without WITHOUT ROWID; nothing was changed
    ");
}

#[test]
fn triggers_that_name_no_table_without_row_numbers_are_let_through() {
    for (name, trigger) in [
        ("elsewhere.db", "AFTER INSERT ON u BEGIN DELETE FROM w;"),
        ("text.db", "AFTER INSERT ON todos BEGIN INSERT INTO audit VALUES ('w');"),
        ("itself.db", "AFTER INSERT ON w BEGIN INSERT INTO audit VALUES (new.x);"),
    ] {
        let target = with_trigger(name, trigger);
        assert!(target.merge(&v1(), &[], &on()).expect("an import").applied, "{name}");
    }
}

#[test]
fn a_trigger_whose_changes_a_table_without_row_numbers_follows_is_refused_too() {
    let likes = |key: &str| {
        format!(
            "UPDATE fragments SET title = upper(title), slug = upper(slug) WHERE slug = 'b'; END;
             CREATE TABLE likes (fragment PRIMARY KEY REFERENCES fragments ({key}) ON UPDATE CASCADE
                 ON DELETE CASCADE) WITHOUT ROWID;
             CREATE TRIGGER more AFTER UPDATE ON likes BEGIN SELECT 1;"
        )
    };
    let target = with_trigger("slug.db", &format!("AFTER INSERT ON todos BEGIN {}", likes("slug")));
    let refusal = target.refusal(&v1(), &[], &on());
    assert_eq!(
        refusal.lines().nth(1),
        Some("  t on todos names fragments, whose changes likes follows"),
        "{refusal}"
    );
    // A primary key that a trigger changed is noticed where it stands.
    let target = with_trigger("id.db", &format!("AFTER INSERT ON todos BEGIN {}", likes("id")));
    let outcome = target.merge(&v1(), &[], &on()).expect("an import");
    assert!(outcome.applied);
}

#[test]
fn triggers_of_tables_that_follow_changed_rows_are_looked_at_too() {
    let target = with_trigger("app.db", "AFTER DELETE ON bookmarks BEGIN DELETE FROM w;");
    let refusal = target.refusal(&v1(), &[], &on());
    assert_eq!(refusal.lines().nth(1), Some("  t on bookmarks names w"), "{refusal}");
}
