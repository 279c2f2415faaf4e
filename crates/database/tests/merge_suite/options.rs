//! What options and archived versions decide.

use database::{MergeMode, MergeOptions, OnConflict, Parents};
use model::Value;

use super::engine::{NOTES, fresh};
use super::support::{definition, delete, lost, notes, notes_snapshot, selecting, table};

const V1: &str = "
    INSERT INTO vaults VALUES (1, 'Personal');
    INSERT INTO fragments VALUES (1, 1, NULL, 'a', 'A', 'writer'), (2, 1, NULL, 'b', 'B', 'writer');
    INSERT INTO todos VALUES (1, 'a', false);
";

#[test]
fn a_shared_row_with_other_values_is_refused_kept_or_overwritten() {
    let snapshot = notes_snapshot("writer", V1);
    let target = fresh("app.db", &format!("{NOTES} INSERT INTO vaults VALUES (1, 'Mine');"));
    insta::assert_snapshot!(target.refusal(&snapshot, &[], &delete()), @r"
    1 shared row exists in the target with other values:
      vaults: id 1 (name)
    help: `--parents keep` leaves them as they are, `--parents overwrite` gives them the snapshot's values
    ");
    let kept =
        target.merge(&snapshot, &[], &MergeOptions { parents: Parents::Keep, ..delete() }).expect("kept");
    assert_eq!(kept.plan.skipped, ["vaults: id 1"]);
    assert_eq!((kept.plan.tables[0].skip, kept.verified_rows), (1, 3));
    assert_eq!(target.rows("SELECT * FROM vaults"), "1|Mine");
    let options = MergeOptions { parents: Parents::Overwrite, ..delete() };
    let overwritten = target.merge(&snapshot, &[], &options).expect("overwritten");
    assert_eq!(overwritten.plan.tables[0].update, 1);
    assert_eq!(target.rows("SELECT * FROM vaults"), "1|Personal");
}

#[test]
fn a_shared_row_that_an_archived_version_has_is_updated_silently() {
    let v1 = notes_snapshot("writer", V1);
    let v2 = notes_snapshot("writer", &V1.replace("Personal", "Private"));
    let target = fresh("app.db", NOTES);
    target.import(&v1, &[]).expect("version 1");
    let outcome = target.import(&v2, &[&v2, &v1]).expect("version 2");
    assert_eq!(outcome.plan.tables[0].update, 1);
    assert_eq!(lost(&outcome), Vec::<String>::new());
    assert_eq!(target.rows("SELECT name FROM vaults"), "Private");
}

#[test]
fn a_key_taken_by_another_row_is_refused_skipped_or_overwritten() {
    let snapshot = notes_snapshot("writer", V1);
    let target = fresh(
        "app.db",
        &format!(
            "{NOTES} INSERT INTO vaults VALUES (1, 'Personal');
                  INSERT INTO fragments VALUES (2, 1, NULL, 'mine', 'Mine', NULL);"
        ),
    );
    insta::assert_snapshot!(target.refusal(&snapshot, &[], &delete()), @r"
    1 key is taken by rows that are not the scenario's:
      fragments: id 2 (slug, title, scenario)
    help: `--on-conflict skip` leaves those rows as they are, `--on-conflict overwrite` gives them the snapshot's values
    ");
    let options = MergeOptions { on_conflict: OnConflict::Skip, ..delete() };
    let skipped = target.merge(&snapshot, &[], &options).expect("skipped");
    assert_eq!(skipped.plan.skipped, ["fragments: id 2"]);
    assert_eq!(target.rows("SELECT id, slug FROM fragments"), "1|a\n2|mine");
    assert!(!target.merge(&snapshot, &[], &options).expect("again").applied);
    let options = MergeOptions { on_conflict: OnConflict::Overwrite, ..delete() };
    target.merge(&snapshot, &[], &options).expect("overwritten");
    assert_eq!(target.rows("SELECT id, slug FROM fragments"), "1|a\n2|b");
}

#[test]
fn a_row_in_the_way_that_an_archived_version_has_counts_as_the_scenarios() {
    // In version 1 the fragment was a reader's and came along as a parent.
    let mut v1 = notes_snapshot("writer", V1);
    v1.sections[1].2[1][5] = Value::Text("reader".to_owned());
    let v2 = notes_snapshot("writer", V1);
    let target =
        fresh("app.db", &format!("{NOTES}{}", V1.replace("'b', 'B', 'writer'", "'b', 'B', 'reader'")));
    let outcome = target.import(&v2, &[&v2, &v1]).expect("an import");
    assert_eq!((outcome.plan.tables[1].update, lost(&outcome).len()), (1, 0));
    assert_eq!(target.rows("SELECT scenario FROM fragments"), "writer\nwriter");
}

#[test]
fn a_row_left_alone_that_others_need_otherwise_is_refused() {
    let snapshot = notes_snapshot("writer", V1);
    let target = fresh(
        "app.db",
        &format!(
            "{NOTES} INSERT INTO vaults VALUES (1, 'Personal');
                  INSERT INTO fragments VALUES (1, 1, NULL, 'mine', 'Mine', NULL);"
        ),
    );
    let options = MergeOptions { on_conflict: OnConflict::Skip, ..delete() };
    let dry = MergeOptions { mode: MergeMode::DryRun, ..options.clone() };
    let refusal = target.refusal(&snapshot, &[], &options);
    assert_eq!(target.refusal(&snapshot, &[], &dry), refusal, "a dry run says the same");
    insta::assert_snapshot!(refusal, @r"
    todos: id 1 refers by (fragment) to a row of fragments that does not exist in the target
    help: the target's schema has a reference that the exported database had not, or a row was left alone that others need; nothing was changed
    ");
}

#[test]
fn rows_of_others_that_follow_an_overwritten_row_are_refused() {
    let snapshot = notes_snapshot("writer", V1);
    let target = fresh(
        "app.db",
        &format!(
            "{NOTES} INSERT INTO vaults VALUES (1, 'Personal');
                  INSERT INTO fragments VALUES (1, 1, NULL, 'a', 'Mine', NULL); INSERT INTO todos VALUES (9, 'a', TRUE);"
        ),
    );
    let options = MergeOptions { on_conflict: OnConflict::Overwrite, ..delete() };
    let dry = MergeOptions { mode: MergeMode::DryRun, ..options.clone() };
    let refusal = target.refusal(&snapshot, &[], &options);
    assert_eq!(target.refusal(&snapshot, &[], &dry), refusal, "a dry run says the same");
    insta::assert_snapshot!(refusal, @r"
    rows that are not the scenario's would become its own with the rows of others that they refer to:
      todos: id 9
    help: `--on-conflict skip` leaves the rows of others as they are; or point those referring rows elsewhere, then import again
    ");
    let options = MergeOptions { delete: false, ..options };
    target.merge(&snapshot, &[], &options).expect("an import that deletes nothing");
}

#[test]
fn rows_that_people_added_or_edited_are_listed_before_they_are_lost() {
    let (v1, v2) = (notes_snapshot("writer", V1), notes_snapshot("writer", &V1.replace("'B'", "'Bee'")));
    let target = fresh("app.db", NOTES);
    target.import(&v1, &[]).expect("version 1");
    target.execute(
        "
        UPDATE fragments SET title = 'edited' WHERE id = 1;
        INSERT INTO fragments VALUES (7, 1, NULL, 'new', 'added', 'writer');
        INSERT INTO todos VALUES (8, 'a', true);
    ",
    );
    let outcome = target.import(&v2, &[&v2, &v1]).expect("version 2");
    assert_eq!(lost(&outcome), ["fragments: id 1 edited", "fragments: id 7 added", "todos: id 8 added"]);
    // From one archived version to another nothing is lost.
    assert_eq!(lost(&target.import(&v1, &[&v2, &v1]).expect("back")), Vec::<String>::new());
    // Without an archive nobody knows.
    assert_eq!(lost(&target.import(&v2, &[]).expect("again")), ["fragments: id 2 added"]);
}

#[test]
fn without_delete_rows_that_the_snapshot_lacks_stay() {
    let target = fresh("app.db", NOTES);
    target.import(&notes_snapshot("writer", V1), &[]).expect("an import");
    let less = notes_snapshot(
        "writer",
        "
        INSERT INTO vaults VALUES (1, 'Personal');
        INSERT INTO fragments VALUES (1, 1, NULL, 'a', 'Edited', 'writer');
    ",
    );
    let outcome = target.merge(&less, &[], &MergeOptions::default()).expect("an import");
    assert_eq!(outcome.plan.tables.iter().map(|table| table.delete).sum::<u64>(), 0);
    assert_eq!(target.rows("SELECT id, title FROM fragments"), "1|Edited\n2|B");
}

#[test]
fn a_definition_with_limits_never_deletes() {
    let target = fresh("app.db", NOTES);
    target.import(&notes_snapshot("writer", V1), &[]).expect("an import");
    let mut less = notes_snapshot(
        "writer",
        "
        INSERT INTO vaults VALUES (1, 'Personal');
        INSERT INTO fragments VALUES (1, 1, NULL, 'a', 'A', 'writer');
    ",
    );
    less.definition.tables[2].limit = true;
    assert!(!target.import(&less, &[]).expect("an import").plan.changes_anything());
}

#[test]
fn what_may_be_deleted_follows_the_ownership_at_hand() {
    let target = fresh("app.db", NOTES);
    let both = V1.replace("'b', 'B', 'writer'", "'b', 'B', 'reader'");
    target.import(&notes_snapshot("writer", &both), &[]).expect("an import");
    target.import(&notes_snapshot("reader", &both), &[]).expect("an import");
    let empty = notes_snapshot(
        "writer",
        "INSERT INTO vaults VALUES (1, 'Personal');
        INSERT INTO fragments VALUES (3, 1, NULL, 'c', 'C', 'writer');",
    );
    let options = MergeOptions { ownership: Some(notes("reader")), ..delete() };
    target.merge(&empty, &[], &options).expect("an import");
    assert_eq!(target.rows("SELECT id, scenario FROM fragments"), "1|writer\n3|writer");
}

#[test]
fn rows_without_a_key_merge_as_multisets() {
    let schema = "CREATE TABLE log (at TEXT, what TEXT, scenario TEXT);";
    let mut log = selecting(table("log", "at:text what:text scenario:text"), "scenario", "s");
    log.key.clear();
    let log = definition(vec![log]);
    let with = |name: &str, rows: &str| fresh(name, &format!("{schema} INSERT INTO log VALUES {rows};"));
    let new =
        with("new.db", "('1', 'a', 's'), ('1', 'a', 's'), ('2', NULL, 's'), ('3', 'c', 's')").snapshot(&log);
    let target = with(
        "app.db",
        "('1', 'a', 's'), ('1', 'a', 's'), ('1', 'a', 's'), ('2', NULL, 's'), ('4', 'd', 's'), ('1', 'a', 'other')",
    );
    let outcome = target.import(&new, &[]).expect("an import");
    let plan = &outcome.plan.tables[0];
    assert_eq!((plan.insert, plan.update, plan.delete, plan.equal), (1, 0, 2, 3));
    assert_eq!(
        lost(&outcome),
        [
            "log: (at, what, scenario) ('1', 'a', 's') added",
            "log: (at, what, scenario) ('4', 'd', 's') added"
        ]
    );
    insta::assert_snapshot!(target.rows("SELECT * FROM log ORDER BY 1, 2, 3"), @r"
    1|a|other
    1|a|s
    1|a|s
    2|NULL|s
    3|c|s
    ");
    assert!(!target.import(&new, &[]).expect("again").applied);
}
