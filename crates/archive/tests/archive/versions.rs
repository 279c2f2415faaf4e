//! Adding, finding and removing versions.

use std::time::Duration;

use crate::support::{Fixture, MANIFEST, SCHEMAS, catalog, facts, name, version};
use demo_snapshot_archive::{
    Archive, CleanupMode, Error, LatestForm, LatestState, NewVersion, Wanted, Written, version_file,
    write_atomic,
};

#[test]
fn a_commit_writes_version_schema_changes_latest_and_manifest() {
    let fixture = Fixture::with_versions(2);
    let tree = fixture.tree();
    let names: Vec<&str> = tree.keys().map(String::as_str).collect();
    assert_eq!(
        names,
        [
            "general/CHANGES.md",
            "general/general_v1_2026-11-11.sql",
            "general/general_v2_2026-11-12.sql",
            "general/latest.sql",
            "general/scenario.yaml",
            "metadata/.lock",
            MANIFEST,
            SCHEMAS,
        ]
    );
    assert_eq!(tree["general/CHANGES.md"], "# Changes\n\n## v2_2026-11-12\n");
    #[cfg(unix)]
    assert_eq!(tree["general/latest.sql"], "-> general_v2_2026-11-12.sql");
    insta::assert_snapshot!(tree[MANIFEST]);
    insta::assert_snapshot!(tree[SCHEMAS]);
}

#[test]
fn an_addition_to_the_manifest_is_one_new_line() {
    let fixture = Fixture::with_versions(2);
    let before = fixture.read(MANIFEST);
    fixture.commit("general", 3).expect("commits");
    let after = fixture.read(MANIFEST);
    let kept: Vec<&str> = after.lines().filter(|line| before.lines().any(|old| old == *line)).collect();
    assert_eq!(kept.join("\n"), before.trim_end());
    assert_eq!(after.lines().count(), before.lines().count() + 1);
}

#[test]
fn sixteen_threads_lose_no_version() {
    let fixture = Fixture::new();
    std::thread::scope(|scope| {
        for _ in 0..16 {
            scope.spawn(|| {
                for _ in 0..20 {
                    commit_next(&fixture.archive);
                }
            });
        }
    });
    let manifest = fixture.archive.manifest().expect("reads");
    assert_eq!(manifest.entries(&name("general")).len(), 320);
    let findings = fixture.archive.verify_structure(&manifest, &name("general")).expect("verifies");
    assert_eq!(findings, []);
}

fn commit_next(archive: &Archive) {
    let scenario = name("general");
    let lock = archive.lock_within(Duration::from_mins(5)).expect("locks");
    let date = jiff::civil::date(2026, 11, 20);
    let facts = facts(archive.next_version(&scenario, date).expect("a number is left"));
    let file = archive.begin(&lock, &scenario).expect("begins");
    let new = NewVersion { file, facts, catalog: &catalog(), changes: "# Changes\n" };
    archive.commit(&lock, new).expect("commits");
}

#[test]
fn readers_need_no_lock_while_versions_are_added() {
    let fixture = Fixture::new();
    let done = std::sync::atomic::AtomicBool::new(false);
    std::thread::scope(|scope| {
        scope.spawn(|| {
            let mut most = 0;
            while !done.load(std::sync::atomic::Ordering::Relaxed) {
                let entries = fixture.archive.manifest().expect("reads").entries(&name("general")).len();
                assert!(entries >= most);
                most = entries;
            }
        });
        for _ in 0..20 {
            commit_next(&fixture.archive);
        }
        done.store(true, std::sync::atomic::Ordering::Relaxed);
    });
}

#[test]
fn a_version_is_never_written_over_an_existing_file() {
    let fixture = Fixture::with_versions(1);
    let before = fixture.tree();
    let error = fixture.commit("general", 1).expect_err("it exists");
    insta::assert_snapshot!(fixture.told(&error), @r"
    DIR/general/general_v1_2026-11-11.sql: this version exists already
    help: a version is never rewritten; run `demo-verify` to see what the archive holds
    ");
    assert_eq!(fixture.tree(), before);
}

#[test]
fn a_number_below_the_newest_is_refused() {
    let fixture = Fixture::with_versions(3);
    std::fs::remove_file(fixture.path("general/general_v3_2026-11-13.sql")).expect("removes");
    let error = fixture.commit("general", 3).expect_err("the manifest has it");
    insta::assert_snapshot!(fixture.told(&error), @r"
    general v3_2026-11-13 cannot be added: the archive already has v3_2026-11-13
    help: run `demo-repair` to take up version files that the manifest lacks
    ");
}

#[test]
fn the_next_number_is_above_all_ever_seen() {
    let fixture = Fixture::with_versions(2);
    let next = || {
        let date = jiff::civil::date(2026, 11, 20);
        fixture.archive.next_version(&name("general"), date).expect("a number is left").to_string()
    };
    assert_eq!(next(), "v3_2026-11-20");
    fixture.put("general/general_v7_2026-01-01.sql", "an orphan");
    assert_eq!(next(), "v8_2026-11-20");
    fixture.put(&format!("general/general_v{}_2026-01-01.sql", u32::MAX), "the last");
    let error = fixture.archive.next_version(&name("general"), jiff::civil::date(2026, 11, 20));
    insta::assert_snapshot!(fixture.told(&error.expect_err("none is left")), @r"
    scenario general has used every version number
    help: start a new scenario
    ");
}

#[test]
fn an_orphan_is_found_and_recorded() {
    let fixture = Fixture::with_versions(1);
    let general = name("general");
    fixture.put("general/general_v2_2026-11-12.sql", "complete");
    fixture.put("general/general_v1_2020-01-01.sql", "no orphan: the number is taken");
    let manifest = fixture.archive.manifest().expect("reads");
    assert_eq!(fixture.archive.orphans(&manifest, &general).expect("lists"), [version(2)]);
    let lock = fixture.archive.lock().expect("locks");
    let entry =
        fixture.archive.record(&lock, &general, facts(version(2)), &catalog(), None).expect("records");
    assert_eq!((entry.size, entry.file.as_str()), (8, "general_v2_2026-11-12.sql"));
    let manifest = fixture.archive.manifest().expect("reads");
    assert_eq!(fixture.archive.orphans(&manifest, &general).expect("lists"), []);
    assert_eq!(fixture.archive.check_latest(&manifest, &general).expect("checks"), LatestState::Right);
}

#[test]
fn versions_are_found_by_number_label_or_as_the_latest() {
    let fixture = Fixture::with_versions(3);
    clean(&fixture, 2);
    let resolve = |wanted| match fixture.archive.resolve(&name("general"), wanted) {
        Ok(entry) => entry.file,
        Err(error) => fixture.told(&error),
    };
    let parse = |text: &str| Wanted::parse(text).expect("a version");
    assert_eq!(resolve(Wanted::Latest), "general_v3_2026-11-13.sql");
    assert_eq!(resolve(parse("v2")), "general_v2_2026-11-12.sql");
    assert_eq!(resolve(parse("v2_2026-11-12")), "general_v2_2026-11-12.sql");
    insta::assert_snapshot!(resolve(parse("v9")), @r"
    scenario general has no version v9
    help: versions here: v3_2026-11-13, v2_2026-11-12
    ");
    insta::assert_snapshot!(resolve(parse("v2_2025-01-01")), @r"
    scenario general has no v2_2025-01-01: its version 2 is v2_2026-11-12
    help: the number identifies a version, the date is a label: say `v2` or `v2_2026-11-12`
    ");
    insta::assert_snapshot!(resolve(parse("v1")), @r"
    general v1_2026-11-11 was removed from the archive
    help: if it was committed, its file is in the git history; versions still here: v3_2026-11-13, v2_2026-11-12
    ");
    let error = fixture.archive.resolve(&name("writer"), Wanted::Latest).expect_err("has none");
    insta::assert_snapshot!(fixture.told(&error), @r"
    scenario writer has no version yet
    help: write its first one with `demo-export writer`
    ");
}

fn clean(fixture: &Fixture, keep: usize) -> Vec<String> {
    let lock = fixture.archive.lock().expect("locks");
    let general = name("general");
    let removed = fixture.archive.cleanup(&lock, &general, keep, None, CleanupMode::Write).expect("cleans");
    removed.into_iter().map(|entry| entry.file).collect()
}

#[test]
fn cleanup_keeps_the_newest_and_the_entries_of_the_rest() {
    let fixture = Fixture::with_versions(4);
    let general = name("general");
    assert_eq!(clean(&fixture, 0), [1, 2, 3].map(|n| version_file(&general, version(4 - n))));
    let manifest = fixture.archive.manifest().expect("the chain is whole");
    let removed: Vec<bool> = manifest.entries(&general).iter().map(|entry| entry.removed).collect();
    assert_eq!(removed, [false, true, true, true]);
    assert_eq!(fixture.archive.versions_on_disk(&general).expect("lists"), [version(4)]);
    assert_eq!(fixture.archive.verify_structure(&manifest, &general).expect("verifies"), []);
    assert_eq!(clean(&fixture, 1), Vec::<String>::new());
    let next = fixture.archive.next_version(&general, version(5).date).expect("a number is left");
    assert_eq!(next.number, 5);
}

#[test]
fn cleanup_by_age_spares_younger_versions_and_a_dry_run_all() {
    let fixture = Fixture::with_versions(4);
    let lock = fixture.archive.lock().expect("locks");
    let before = fixture.tree();
    let date = Some(version(3).date);
    let run = |mode| {
        let cleaned = fixture.archive.cleanup(&lock, &name("general"), 1, date, mode).expect("cleans");
        cleaned.into_iter().map(|entry| entry.version().number).collect::<Vec<_>>()
    };
    assert_eq!(run(CleanupMode::DryRun), [2, 1]);
    assert_eq!(fixture.tree(), before);
    assert_eq!(run(CleanupMode::Write), [2, 1]);
}

#[test]
fn a_cleanup_stopped_before_the_files_is_completed_by_the_next() {
    let fixture = Fixture::with_versions(2);
    let kept = fixture.read("general/general_v1_2026-11-11.sql");
    clean(&fixture, 1);
    fixture.put("general/general_v1_2026-11-11.sql", &kept);
    assert_eq!(clean(&fixture, 1), Vec::<String>::new());
    assert!(!fixture.path("general/general_v1_2026-11-11.sql").exists());
}

#[cfg(unix)]
#[test]
fn cleanup_refuses_what_is_no_plain_file() {
    let fixture = Fixture::with_versions(2);
    let path = fixture.path("general/general_v1_2026-11-11.sql");
    std::fs::remove_file(&path).expect("removes");
    std::fs::create_dir(&path).expect("makes a folder");
    let lock = fixture.archive.lock().expect("locks");
    let error = fixture.archive.cleanup(&lock, &name("general"), 1, None, CleanupMode::Write);
    insta::assert_snapshot!(fixture.told(&error.expect_err("a folder")), @r"
    DIR/general/general_v1_2026-11-11.sql: this is a folder, not a plain file
    help: remove it and restore the file with `git checkout -- DIR/general/general_v1_2026-11-11.sql`
    ");
    assert!(path.is_dir());
}

#[test]
fn a_held_lock_is_waited_for_and_then_named() {
    let fixture = Fixture::new();
    let _held = fixture.archive.lock().expect("locks");
    let error = fixture.archive.lock_within(Duration::ZERO).expect_err("it is held");
    assert!(matches!(error, Error::Locked { .. }));
    insta::assert_snapshot!(fixture.told(&error), @r"
    DIR/metadata/.lock: another process is changing the archive (waited 0 s)
    help: wait for it to finish and run this again; the lock goes away with its process
    ");
}

#[test]
fn unfinished_files_are_swept_and_other_files_are_not() {
    let fixture = Fixture::with_versions(1);
    fixture.put("general/.demo-abc123.tmp", "half a ver");
    fixture.put("metadata/.demo-xyz.tmp", "{");
    fixture.put("general/notes.tmp", "mine");
    drop(fixture.archive.lock().expect("locks"));
    let tree = fixture.tree();
    let left: Vec<&String> = tree.keys().filter(|name| name.contains(".tmp")).collect();
    assert_eq!(left, ["general/notes.tmp"]);
}

#[test]
fn an_unknown_scenario_names_the_closest_and_all() {
    let fixture = Fixture::new();
    fixture.put("writer/scenario.yaml", "scenario: writer\n");
    fixture.put("metadata/scenario.yaml", "not a scenario");
    fixture.put("no-settings/seed.yaml", "not a scenario yet");
    assert_eq!(fixture.archive.scenario("writer").expect("is there"), name("writer"));
    let error = fixture.archive.scenario("wirter\u{1b}").expect_err("unknown");
    insta::assert_snapshot!(fixture.told(&error), @r"
    there is no scenario `wirter\u001b`; did you mean `writer`?
    help: scenarios here: general, writer
    ");
}

#[test]
fn a_missing_archive_is_told_with_the_way_to_name_one() {
    let fixture = Fixture::new();
    let error = Archive::open(&fixture.path("nowhere")).expect_err("is not there");
    insta::assert_snapshot!(fixture.told(&error), @r"
    DIR/nowhere: there is no archive yet
    help: `cargo xtask demo-init SCENARIO` makes it, with a scenario that it proposes for your database; if it is elsewhere, name its folder: --archive DIR
    ");
}

#[test]
fn writing_the_same_bytes_leaves_the_file_alone() {
    let fixture = Fixture::new();
    let path = fixture.path("general/note.md");
    assert_eq!(write_atomic(&path, b"a").expect("writes"), Written::Changed);
    assert_eq!(write_atomic(&path, b"a").expect("writes"), Written::Same);
    assert_eq!(write_atomic(&path, b"b").expect("writes"), Written::Changed);
}

#[test]
fn latest_can_be_a_copy() {
    let fixture = Fixture::new();
    let archive = fixture.archive.clone().with_latest(LatestForm::Copy);
    let fixture = Fixture { archive, ..fixture };
    fixture.commit("general", 1).expect("commits");
    fixture.commit("general", 2).expect("commits");
    assert_eq!(fixture.tree()["general/latest.sql"], "general 2\n");
    let manifest = fixture.archive.manifest().expect("reads");
    let state = fixture.archive.check_latest(&manifest, &name("general"));
    assert_eq!(state.expect("checks"), LatestState::Right);
}
