//! What happens between the start and the end of a merge: scenario.yaml open, exports, a second scenario, other commands of git.

use super::{branch, commit, export, fresh, git, merge, repository};
use crate::support::{EPOCH, assert_unchanged, state};

const OURS: &str = "UPDATE notes SET title = 'Oat milk'";
const THEIRS: &str = "UPDATE notes SET more = '{}'";

#[test]
fn a_second_scenario_and_an_export_do_not_undo_the_first() {
    let sandbox = repository();
    branch(&sandbox, "feature", &[("tiny", THEIRS), ("other", THEIRS)]);
    let _ = git(&sandbox, &["checkout", "-q", "feature"]);
    let _ = sandbox.run(&["demo-cleanup", "tiny", "--keep", "1", "--yes"]).expect_code(0);
    commit(&sandbox, "cleaned up");
    let _ = git(&sandbox, &["checkout", "-q", "main"]);
    branch(&sandbox, "main", &[("tiny", OURS), ("other", OURS)]);
    assert_eq!(sandbox.git(&["merge", "feature"]).code, Some(1));
    let _ = merge(&sandbox, &[]).expect_code(0);
    fresh(&sandbox, "UPDATE notes SET title = 'Later'");
    export(&sandbox, "tiny");
    let _ = sandbox.run_with(&["demo-merge", "other"], &EPOCH).expect_code(0);
    let manifest = sandbox.read("demo-snapshots/metadata/export_manifest.json");
    assert!(manifest.contains("tiny_v5_2026-11-18.sql"), "{manifest}");
    assert!(manifest.contains("other_v4_2026-11-18.sql"), "{manifest}");
    let told = merge(&sandbox, &["--ours"]).expect_code(2).stderr;
    assert!(told.contains("tiny holds all of both branches already"), "{told}");
    let _ = sandbox.run(&["demo-verify"]).expect_code(0);
}

#[test]
fn a_cherry_pick_is_refused_by_name() {
    let sandbox = repository();
    branch(&sandbox, "feature", &[("tiny", THEIRS)]);
    branch(&sandbox, "main", &[("tiny", OURS)]);
    assert_eq!(sandbox.git(&["cherry-pick", "feature"]).code, Some(1));
    let before = state(&sandbox);
    let told = merge(&sandbox, &[]).expect_code(2).stderr;
    assert!(told.contains("a cherry-pick is going on here"), "{told}");
    assert_unchanged(&before, &sandbox);
}

#[test]
fn rows_that_only_a_relation_leads_to_are_kept_or_the_merge_is_refused() {
    let sandbox = repository();
    let scenario = |text: &str| {
        let relation = "relations:\n  - { from: notes(more.folder), to: folders }\n";
        let text = format!(
            "scenario: tiny\ndescription: {text}\nselect:\n  lists: {{ scenario: tiny }}\nfollow:\n  children: [notes]\n{relation}"
        );
        sandbox.write("demo-snapshots/tiny/scenario.yaml", text);
    };
    scenario("Lists");
    branch(&sandbox, "main", &[("tiny", "UPDATE notes SET more = NULL")]);
    let needing = "INSERT INTO folders VALUES (7, 'Seven'); UPDATE notes SET more = '{\"folder\":7}'";
    scenario("theirs");
    branch(&sandbox, "feature", &[("tiny", needing)]);
    scenario("ours");
    branch(&sandbox, "main", &[("tiny", "UPDATE notes SET title = 'Oat milk', more = NULL")]);
    assert_eq!(sandbox.git(&["merge", "feature"]).code, Some(1));
    let told = merge(&sandbox, &[]).expect_code(2).stderr;
    assert!(told.contains("resolve scenario.yaml first"), "{told}");
    scenario("both");
    let _ = merge(&sandbox, &[]).expect_code(0);
    let latest = sandbox.read("demo-snapshots/tiny/latest.sql");
    assert!(latest.contains("(7, 'Seven')"), "{latest}");
}
