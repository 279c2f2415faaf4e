//! `latest.sql` in its forms, and the manifest made anew.

use std::collections::BTreeMap;

use crate::support::{Fixture, MANIFEST, SCHEMAS, facts, name, version};
use demo_snapshot_archive::{CleanupMode, Facts, LatestState, Rebuilt, Written};
use model::ScenarioName;

fn rebuild(fixture: &Fixture, numbers: &[u32]) -> Rebuilt {
    let lock = fixture.archive.lock().expect("locks");
    fixture.archive.rebuild(&lock, found(numbers)).expect("rebuilds")
}

fn found(numbers: &[u32]) -> BTreeMap<ScenarioName, Vec<Facts>> {
    [(name("general"), numbers.iter().map(|number| facts(version(*number))).collect())].into()
}

fn marks(fixture: &Fixture) -> Vec<(u32, bool, bool)> {
    let manifest = fixture.archive.manifest().expect("the new one is whole");
    let entries = manifest.entries(&name("general")).iter();
    entries.map(|entry| (entry.version().number, entry.rebuilt, entry.removed)).collect()
}

#[test]
fn rebuilding_what_is_whole_changes_nothing() {
    let fixture = Fixture::with_versions(3);
    let before = fixture.tree();
    assert_eq!(rebuild(&fixture, &[3, 1, 2]).written, Written::Same);
    assert_eq!(fixture.tree(), before);
}

#[test]
fn rebuilding_without_a_manifest_marks_every_entry() {
    let fixture = Fixture::with_versions(2);
    std::fs::remove_file(fixture.path(MANIFEST)).expect("removes");
    assert_eq!(rebuild(&fixture, &[1, 2]).written, Written::Changed);
    assert_eq!(marks(&fixture), [(2, true, false), (1, true, false)]);
}

#[test]
fn rebuilding_keeps_spent_numbers_and_what_only_the_old_lines_tell() {
    let fixture = Fixture::with_versions(3);
    let general = name("general");
    let lock = fixture.archive.lock().expect("locks");
    fixture.archive.cleanup(&lock, &general, 2, None, CleanupMode::Write).expect("cleans");
    drop(lock);
    std::fs::remove_file(fixture.path("general/general_v3_2026-11-13.sql")).expect("removes");
    fixture.edit_manifest(|text| format!("<<<<<<< HEAD\n{text}"));
    let mut found = found(&[2]);
    for facts in found.values_mut().flatten() {
        facts.changes.added = 0;
    }
    let lock = fixture.archive.lock().expect("locks");
    let rebuilt = fixture.archive.rebuild(&lock, found).expect("rebuilds");
    assert_eq!(rebuilt.gone, [(general.clone(), version(3))]);
    assert_eq!(marks(&fixture), [(3, false, true), (2, false, false), (1, false, true)]);
    assert_eq!(rebuilt.manifest.entries(&general)[1].facts.changes.added, 1);
    let state = fixture.archive.check_latest(&rebuilt.manifest, &general);
    assert_eq!(state.expect("checks"), LatestState::Right);
}

#[test]
fn a_damaged_file_keeps_its_entry_for_verification_to_show() {
    let fixture = Fixture::with_versions(2);
    fixture.put("general/general_v1_2026-11-11.sql", "damaged, so its facts are not given");
    let rebuilt = rebuild(&fixture, &[2]);
    assert_eq!(rebuilt.kept, [(name("general"), version(1))]);
    let findings = fixture.archive.verify_structure(&rebuilt.manifest, &name("general")).expect("verifies");
    assert_eq!(findings.len(), 1);
}

#[test]
fn an_edited_entry_gives_way_to_what_its_file_says() {
    let fixture = Fixture::with_versions(3);
    let before = fixture.read(MANIFEST);
    fixture.edit_manifest(|text| text.replacen("\"records\":3", "\"records\":4", 1));
    rebuild(&fixture, &[1, 2, 3]);
    assert_eq!(marks(&fixture), [(3, true, false), (2, false, false), (1, false, false)]);
    let after = fixture.read(MANIFEST).replacen("\"rebuilt\":true,", "", 1);
    assert_eq!(after, before);
}

#[test]
fn what_a_newer_tool_wrote_is_not_rebuilt() {
    let fixture = Fixture::with_versions(1);
    fixture.edit_manifest(|text| text.replacen("\"format\":1", "\"format\":2", 1));
    let before = fixture.tree();
    let lock = fixture.archive.lock().expect("locks");
    let error = fixture.archive.rebuild(&lock, found(&[1])).expect_err("newer");
    assert!(matches!(error, demo_snapshot_archive::Error::Newer { format: 2, .. }));
    assert_eq!(fixture.tree(), before);
}

#[test]
fn two_files_of_one_number_are_refused_by_name() {
    let fixture = Fixture::with_versions(1);
    fixture.put("general/general_v1_2020-01-01.sql", "another branch's");
    let mut found = found(&[1]);
    let mut other = facts(version(1));
    other.version.date = jiff::civil::date(2020, 1, 1);
    found.entry(name("general")).or_default().push(other);
    let lock = fixture.archive.lock().expect("locks");
    let error = fixture.archive.rebuild(&lock, found).expect_err("one number, two files");
    insta::assert_snapshot!(fixture.told(&error), @r"
    scenario general has two files of one number: v1_2026-11-11 and v1_2020-01-01
    help: two branches may each have added a version: merge them row by row, cargo xtask demo-merge general, in the middle of git's merge or with `--with BRANCH`
    ");
}

#[test]
fn damaged_schemas_are_dropped_and_the_others_kept() {
    let fixture = Fixture::with_versions(1);
    let whole = fixture.read(SCHEMAS);
    fixture.put(SCHEMAS, &whole.replace("{\n\"", "{\nrubbish\n\""));
    rebuild(&fixture, &[1]);
    assert_eq!(fixture.read(SCHEMAS), whole);
}

#[test]
fn gits_form_of_a_link_and_a_copy_are_right_too() {
    let fixture = Fixture::with_versions(2);
    let manifest = fixture.archive.manifest().expect("reads");
    let latest = fixture.path("general/latest.sql");
    for (text, state) in [
        ("general_v2_2026-11-12.sql", LatestState::Right),
        ("general 2\n", LatestState::Right),
        ("general_v1_2026-11-11.sql", LatestState::Stale(Some(version(1)))),
        ("general 1\n", LatestState::Stale(None)),
        ("", LatestState::Stale(None)),
    ] {
        std::fs::remove_file(&latest).expect("removes");
        fixture.put("general/latest.sql", text);
        let found = fixture.archive.check_latest(&manifest, &name("general")).expect("checks");
        assert_eq!(found, state, "{text}");
    }
    std::fs::remove_file(&latest).expect("removes");
    let found = fixture.archive.check_latest(&manifest, &name("general")).expect("checks");
    assert_eq!(found, LatestState::Missing);
}

#[cfg(unix)]
#[test]
fn a_link_out_of_the_archive_is_refused_and_mended_without_touching_its_target() {
    let fixture = Fixture::with_versions(1);
    let general = name("general");
    let latest = fixture.path("general/latest.sql");
    let victim = fixture.root.path().join("victim");
    crate::support::put(&victim, "precious");
    std::fs::remove_file(&latest).expect("removes");
    std::os::unix::fs::symlink(&victim, &latest).expect("links");
    let before = fixture.tree();
    let error = fixture.commit("general", 2).expect_err("it leads out");
    assert!(matches!(error, demo_snapshot_archive::Error::LatestOutside { .. }));
    insta::assert_snapshot!(fixture.told(&error), @r"
    DIR/general/latest.sql: the link points outside its folder, to `ROOT/victim`
    help: run `demo-repair` to point it at the newest version
    ");
    assert_eq!(fixture.tree(), before);
    let lock = fixture.archive.lock().expect("locks");
    let manifest = fixture.archive.manifest().expect("reads");
    assert_eq!(fixture.archive.set_latest(&lock, &manifest, &general).expect("mends"), Written::Changed);
    assert_eq!(fixture.archive.set_latest(&lock, &manifest, &general).expect("is right"), Written::Same);
    assert_eq!(fixture.tree()["general/latest.sql"], "-> general_v1_2026-11-11.sql");
    assert_eq!(std::fs::read_to_string(&victim).expect("reads"), "precious");
}

#[test]
fn a_folder_in_the_place_of_latest_is_refused() {
    let fixture = Fixture::with_versions(1);
    let latest = fixture.path("general/latest.sql");
    std::fs::remove_file(&latest).expect("removes");
    std::fs::create_dir(&latest).expect("makes a folder");
    let manifest = fixture.archive.manifest().expect("reads");
    let error = fixture.archive.check_latest(&manifest, &name("general")).expect_err("a folder");
    insta::assert_snapshot!(fixture.told(&error), @r"
    DIR/general/latest.sql: a folder stands where the link to the newest version goes
    help: move the folder away, then run `demo-repair`
    ");
}
