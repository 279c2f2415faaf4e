//! What the snapshot says comes true, and nothing else does.

use database::{Decision, MergeMode, MergeOptions};

use super::engine::{BOOLEANS, NOTES, fresh};
use super::support::{delete, notes_snapshot};

const V1: &str = "
    INSERT INTO vaults VALUES (1, 'Personal');
    INSERT INTO fragments VALUES (1, 1, 2, 'first', 'First', 'writer'), (2, 1, NULL, 'second', 'Second', 'writer');
    INSERT INTO todos VALUES (1, 'first', false), (2, 'second', true);
";

const V2: &str = "
    INSERT INTO vaults VALUES (1, 'Personal');
    INSERT INTO fragments VALUES (1, 1, NULL, 'first', 'First, edited', 'writer'), (3, 1, 1, 'third', 'Third', 'writer');
    INSERT INTO todos VALUES (1, 'third', false), (3, 'first', true);
";

#[test]
fn rows_that_are_missing_are_inserted_into_empty_tables() {
    let target = fresh("app.db", NOTES);
    let outcome = target.import(&notes_snapshot("writer", V1), &[]).expect("an import");
    assert!(outcome.applied);
    assert_eq!(outcome.verified_rows, 5);
    insta::assert_snapshot!(target.rows("SELECT * FROM fragments"), @r"
    1|1|2|first|First|writer
    2|1|NULL|second|Second|writer
    ");
    let [no, yes] = BOOLEANS;
    assert_eq!(target.rows("SELECT * FROM todos"), format!("1|first|{no}\n2|second|{yes}"));
}

#[test]
fn a_newer_version_updates_inserts_and_deletes() {
    let target = fresh("app.db", NOTES);
    let (v1, v2) = (notes_snapshot("writer", V1), notes_snapshot("writer", V2));
    target.import(&v1, &[]).expect("an import");
    let outcome = target.import(&v2, &[&v2, &v1]).expect("an import");
    assert_eq!(outcome.plan.lost_total, 0);
    let counts: Vec<_> = (outcome.plan.tables.iter())
        .map(|t| format!("{} +{} ~{} -{} ={}", t.table, t.insert, t.update, t.delete, t.equal))
        .collect();
    insta::assert_snapshot!(counts.join("\n"), @r"
    vaults +0 ~0 -0 =1
    fragments +1 ~1 -1 =0
    todos +1 ~1 -1 =0
    ");
    insta::assert_snapshot!(target.rows("SELECT * FROM fragments"), @r"
    1|1|NULL|first|First, edited|writer
    3|1|1|third|Third|writer
    ");
    let [no, yes] = BOOLEANS;
    assert_eq!(target.rows("SELECT * FROM todos"), format!("1|third|{no}\n3|first|{yes}"));
}

#[test]
fn a_second_import_writes_nothing() {
    let target = fresh("app.db", NOTES);
    let v1 = notes_snapshot("writer", V1);
    target.import(&v1, &[]).expect("an import");
    let before = target.traces();
    let outcome = target.import(&v1, &[]).expect("an import");
    assert!(!outcome.applied && !outcome.stopped);
    assert_eq!(outcome.verified_rows, 5);
    assert!(target.traces() == before);
}

#[test]
fn a_dry_run_and_a_stop_leave_everything_alone_and_the_plan_is_what_a_run_does() {
    let target = fresh("app.db", NOTES);
    let (v1, v2) = (notes_snapshot("writer", V1), notes_snapshot("writer", V2));
    target.import(&v1, &[]).expect("an import");
    let content = target.content();
    let options = MergeOptions { mode: MergeMode::DryRun, ..delete() };
    let dry = target.merge(&v2, &[], &options).expect("a dry run");
    assert!(!dry.applied && !dry.stopped);
    let options = delete();
    let stopped = target.ask(&v2, &[], &options, &mut |_| Decision::Stop).expect("a stop");
    assert!(!stopped.applied && stopped.stopped);
    assert!(target.content() == content);
    assert_eq!(dry.plan, target.merge(&v2, &[], &options).expect("an import").plan);
}
