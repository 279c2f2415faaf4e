//! What is refused: each kind of damage with its own message, and nothing of it by accident.

use crate::support::{Fixture, MANIFEST, SCHEMAS, name, put, version};
use demo_snapshot_archive::{Archive, Error, Problem};

#[track_caller]
fn manifest_told(change: impl FnOnce(&str) -> String) -> String {
    let fixture = Fixture::with_versions(3);
    fixture.edit_manifest(change);
    fixture.told(&fixture.archive.manifest().expect_err("it is damaged"))
}

#[test]
fn conflict_markers_are_named_by_line() {
    insta::assert_snapshot!(
        manifest_told(|text| text.replace("\"general\":[\n", "\"general\":[\n<<<<<<< HEAD\n")),
        @r"
    DIR/metadata/export_manifest.json:3: conflict markers of an unfinished merge
    help: merge the scenario that both branches added versions to: cargo xtask demo-merge SCENARIO; without a merge in git, `demo-repair` rebuilds the manifest from the files
    ");
    insta::assert_snapshot!(manifest_told(|text| format!("{text}=======\n")), @r"
    DIR/metadata/export_manifest.json:8: conflict markers of an unfinished merge
    help: merge the scenario that both branches added versions to: cargo xtask demo-merge SCENARIO; without a merge in git, `demo-repair` rebuilds the manifest from the files
    ");
}

#[test]
fn converted_line_ends_are_named() {
    insta::assert_snapshot!(manifest_told(|text| text.replace('\n', "\r\n")), @r"
    DIR/metadata/export_manifest.json: the file has CRLF line ends
    help: add `demo-snapshots/** text eol=lf` to .gitattributes, delete the file and restore it with `git checkout -- DIR/metadata/export_manifest.json`
    ");
}

#[test]
fn what_is_no_json_is_named_by_line() {
    insta::assert_snapshot!(manifest_told(|text| text.replace("}}\n", "")), @r"
    DIR/metadata/export_manifest.json:7: not JSON (at byte 1692)
    help: restore it with `git checkout -- DIR/metadata/export_manifest.json`, or run `demo-repair`
    ");
    insta::assert_snapshot!(manifest_told(|_| String::new()), @r"
    DIR/metadata/export_manifest.json:1: not JSON (at byte 0)
    help: restore it with `git checkout -- DIR/metadata/export_manifest.json`, or run `demo-repair`
    ");
    insta::assert_snapshot!(manifest_told(|_| "[".repeat(100_000)), @r"
    DIR/metadata/export_manifest.json:1: JSON nested deeper than 256 levels
    help: restore it with `git checkout -- DIR/metadata/export_manifest.json`, or run `demo-repair`
    ");
}

#[test]
fn keys_that_stand_twice_or_are_unknown_are_named() {
    insta::assert_snapshot!(
        manifest_told(|text| text.replacen("\"size\":10", "\"size\":10,\"size\":11", 1)), @r"
    DIR/metadata/export_manifest.json: the key `size` stands twice in one object
    help: restore it with `git checkout -- DIR/metadata/export_manifest.json`, or run `demo-repair`
    ");
    insta::assert_snapshot!(
        manifest_told(|text| text.replacen("\"size\":10", "\"si\\u001bze\":1,\"size\":10", 1)), @r"
    DIR/metadata/export_manifest.json: general v3_2026-11-13: unknown key `si\u001bze`
    help: a newer version of this tool may have written it: update the tool, or run `demo-repair`
    ");
    insta::assert_snapshot!(
        manifest_told(|text| text.replacen("\"added\":1", "\"added\":1,\"moved\":1", 1)), @r"
    DIR/metadata/export_manifest.json: general v3_2026-11-13: unknown key `moved`
    help: a newer version of this tool may have written it: update the tool, or run `demo-repair`
    ");
}

#[test]
fn values_of_another_kind_are_named() {
    insta::assert_snapshot!(manifest_told(|text| text.replacen("\"size\":10", "\"size\":-1", 1)), @r"
    DIR/metadata/export_manifest.json: general v3_2026-11-13: `size` must be a whole number
    help: restore it with `git checkout -- DIR/metadata/export_manifest.json`, or run `demo-repair`
    ");
    insta::assert_snapshot!(manifest_told(|text| text.replacen(",\"size\":10", "", 1)), @r"
    DIR/metadata/export_manifest.json: general v3_2026-11-13: `size` must be a whole number
    help: restore it with `git checkout -- DIR/metadata/export_manifest.json`, or run `demo-repair`
    ");
    insta::assert_snapshot!(manifest_told(|text| text.replacen("v2_2026-11-12.sql", "../x.sql", 1)), @r"
    DIR/metadata/export_manifest.json: general v2_2026-11-12: `file` must be the name made of scenario and version
    help: restore it with `git checkout -- DIR/metadata/export_manifest.json`, or run `demo-repair`
    ");
    insta::assert_snapshot!(manifest_told(|text| text.replacen("\"general\"", "\"../x\"", 1)), @r"
    DIR/metadata/export_manifest.json: scenarios: `../x` must be the name of a scenario
    help: restore it with `git checkout -- DIR/metadata/export_manifest.json`, or run `demo-repair`
    ");
    insta::assert_snapshot!(manifest_told(|text| text.replacen("sqlite", "oracle", 1)), @r"
    DIR/metadata/export_manifest.json: general v3_2026-11-13: `source` must be `sqlite` or `postgres`
    help: restore it with `git checkout -- DIR/metadata/export_manifest.json`, or run `demo-repair`
    ");
}

#[test]
fn a_newer_format_asks_for_a_newer_tool() {
    insta::assert_snapshot!(manifest_told(|text| text.replacen("\"format\":1", "\"format\":2", 1)), @r"
    DIR/metadata/export_manifest.json: written in format 2, this tool knows up to 1
    help: made by a newer tool: update this one
    ");
}

#[test]
fn an_entry_changed_moved_or_taken_out_breaks_the_chain() {
    insta::assert_snapshot!(manifest_told(|text| text.replacen("\"records\":3", "\"records\":4", 1)), @r"
    DIR/metadata/export_manifest.json: scenario general: the entry of v3_2026-11-13 does not follow from those before it
    help: an entry was changed, moved or taken out: restore the file with `git checkout -- DIR/metadata/export_manifest.json`, or run `demo-repair`
    ");
    let without = |nth: usize| {
        move |text: &str| {
            let lines = text.lines().enumerate().filter(|(at, _)| *at != nth).map(|(_, line)| line);
            lines.collect::<Vec<_>>().join("\n") + "\n"
        }
    };
    insta::assert_snapshot!(manifest_told(without(3)), @r"
    DIR/metadata/export_manifest.json: scenario general: the entry of v3_2026-11-13 does not follow from those before it
    help: an entry was changed, moved or taken out: restore the file with `git checkout -- DIR/metadata/export_manifest.json`, or run `demo-repair`
    ");
    let swapped = |text: &str| {
        let mut lines: Vec<&str> = text.lines().collect();
        lines.swap(2, 3);
        lines.join("\n") + "\n"
    };
    insta::assert_snapshot!(manifest_told(swapped), @r"
    DIR/metadata/export_manifest.json: scenario general: v3_2026-11-13 stands below v2_2026-11-12: entries go newest first
    help: two branches may each have added a version: renumber one of them, or run `demo-repair`
    ");
}

#[test]
fn another_spelling_of_the_same_is_told_as_an_edit() {
    insta::assert_snapshot!(manifest_told(|text| text.replacen("\"size\":10", "\"size\": 10", 1)), @r"
    DIR/metadata/export_manifest.json:3: edited by hand: the line is not as this tool writes it
    help: restore it with `git checkout -- DIR/metadata/export_manifest.json`, or run `demo-repair`
    ");
    insta::assert_snapshot!(manifest_told(|text| format!("{text}\n")), @r"
    DIR/metadata/export_manifest.json:8: edited by hand: the line is not as this tool writes it
    help: restore it with `git checkout -- DIR/metadata/export_manifest.json`, or run `demo-repair`
    ");
}

#[test]
fn a_manifest_that_is_no_plain_text_is_refused() {
    let fixture = Fixture::with_versions(1);
    let path = fixture.path(MANIFEST);
    std::fs::remove_file(&path).expect("removes");
    std::fs::create_dir(&path).expect("makes a folder");
    insta::assert_snapshot!(fixture.told(&fixture.archive.manifest().expect_err("a folder")), @r"
    DIR/metadata/export_manifest.json: this is a folder, not a plain file
    help: remove it and restore the file with `git checkout -- DIR/metadata/export_manifest.json`
    ");
}

#[test]
fn a_damaged_manifest_stops_every_change_before_it_begins() {
    let fixture = Fixture::with_versions(1);
    fixture.edit_manifest(|text| text.replacen("\"records\":3", "\"records\":4", 1));
    let before = fixture.tree();
    assert!(matches!(fixture.commit("general", 2), Err(Error::Chain { .. })));
    assert_eq!(fixture.tree(), before);
}

#[test]
fn a_schema_under_another_fingerprint_is_refused() {
    let fixture = Fixture::with_versions(1);
    let schemas = fixture.read(SCHEMAS);
    let told = |text: &str| {
        fixture.put(SCHEMAS, text);
        fixture.told(&fixture.archive.schemas().expect_err("it is damaged"))
    };
    insta::assert_snapshot!(told(&schemas.replace("INTEGER", "TEXT")), @r"
    DIR/metadata/schema_versions.json: the schema kept as 84e28ffb7ac54dfc3c8f98cae873c6bba89c45e2e0e58aa87f72937a40adc6d8 is another one
    help: restore it with `git checkout -- DIR/metadata/schema_versions.json`, or run `demo-repair`
    ");
    insta::assert_snapshot!(told(&schemas.replace("\"identity\":true,", "\"identity\":true, ")), @r"
    DIR/metadata/schema_versions.json:2: edited by hand: the line is not as this tool writes it
    help: restore it with `git checkout -- DIR/metadata/schema_versions.json`, or run `demo-repair`
    ");
    insta::assert_snapshot!(told(&schemas.replace("\"identity\":true,", "\"identity\":7,")), @r"
    DIR/metadata/schema_versions.json: schemas: `84e28ffb7ac54dfc3c8f98cae873c6bba89c45e2e0e58aa87f72937a40adc6d8` must be a catalog of tables
    help: restore it with `git checkout -- DIR/metadata/schema_versions.json`, or run `demo-repair`
    ");
}

#[cfg(unix)]
#[test]
fn links_to_folders_and_files_are_not_followed() {
    let fixture = Fixture::with_versions(1);
    let outside = fixture.root.path().join("outside");
    put(&outside.join("scenario.yaml"), "scenario: evil\n");
    let link =
        |to: &std::path::Path, from: &str| std::os::unix::fs::symlink(to, fixture.path(from)).expect("links");
    link(&outside, "evil");
    link(&outside.join("scenario.yaml"), "general/seed.yaml");
    assert_eq!(fixture.archive.scenarios().expect("lists"), [name("general")]);
    let evil = fixture.archive.read_text(&fixture.archive.scenario_file(&name("evil")), 99);
    insta::assert_snapshot!(fixture.told(&evil.expect_err("a link")), @r"
    DIR/evil: this is a symbolic link, not a folder
    help: the archive follows no links: remove it and make a real folder
    ");
    let seed = fixture.archive.read_text(&fixture.archive.seed_file(&name("general")), 99);
    insta::assert_snapshot!(fixture.told(&seed.expect_err("a link")), @r"
    DIR/general/seed.yaml: this is a symbolic link, not a plain file
    help: remove it and restore the file with `git checkout -- DIR/general/seed.yaml`
    ");
    let lock = fixture.archive.lock().expect("locks");
    assert!(matches!(fixture.archive.begin(&lock, &name("evil")), Err(Error::NotAFolder { .. })));
    let above = fixture.archive.read_text(&fixture.path("general/../../outside/scenario.yaml"), 99);
    insta::assert_snapshot!(fixture.told(&above.expect_err("outside")), @r"
    DIR/general/../../outside/scenario.yaml: outside the archive
    help: only files of the archive are read here
    ");
}

#[cfg(unix)]
#[test]
fn a_socket_in_a_versions_place_is_refused_without_waiting() {
    let fixture = Fixture::with_versions(1);
    let path = fixture.path("general/general_v1_2026-11-11.sql");
    std::fs::remove_file(&path).expect("removes");
    let _socket = std::os::unix::net::UnixListener::bind(&path).expect("a socket");
    let entry = fixture.archive.manifest().expect("reads").entries(&name("general"))[0].clone();
    let error = fixture.archive.open_version(&name("general"), &entry).expect_err("a socket");
    insta::assert_snapshot!(fixture.told(&error), @r"
    DIR/general/general_v1_2026-11-11.sql: this is a device, pipe or socket, not a plain file
    help: remove it and restore the file with `git checkout -- DIR/general/general_v1_2026-11-11.sql`
    ");
}

#[test]
fn texts_are_read_whole_and_bounded() {
    let fixture = Fixture::new();
    let path = fixture.path("general/scenario.yaml");
    let read = |cap| fixture.archive.read_text(&path, cap);
    assert_eq!(read(18).expect("reads"), "scenario: general\n");
    insta::assert_snapshot!(fixture.told(&read(17).expect_err("too large")), @r"
    DIR/general/scenario.yaml: 18 bytes are more than the 17 allowed
    help: nothing of this kind grows so large by itself: check what the file holds
    ");
    let missing = fixture.archive.read_text(&fixture.path("general/seed.yaml"), 9);
    insta::assert_snapshot!(fixture.told(&missing.expect_err("missing")), @r"
    DIR/general/seed.yaml: no such file
    help: if it was there before, restore it with `git checkout -- DIR/general/seed.yaml`
    ");
}

#[test]
fn a_version_with_windows_line_ends_is_told_as_such_and_not_by_its_size() {
    let fixture = Fixture::with_versions(1);
    fixture.put("general/general_v1_2026-11-11.sql", "general 1\r\n");
    let entry = fixture.archive.manifest().expect("reads").entries(&name("general"))[0].clone();
    let error = fixture.archive.open_version(&name("general"), &entry).expect_err("converted");
    insta::assert_snapshot!(fixture.told(&error), @r"
    DIR/general/general_v1_2026-11-11.sql: the file has CRLF line ends
    help: add `demo-snapshots/** text eol=lf` to .gitattributes, delete the file and restore it with `git checkout -- DIR/general/general_v1_2026-11-11.sql`
    ");
}

#[test]
fn a_version_of_another_size_is_not_opened() {
    let fixture = Fixture::with_versions(1);
    fixture.put("general/general_v1_2026-11-11.sql", "longer than it was");
    let entry = fixture.archive.manifest().expect("reads").entries(&name("general"))[0].clone();
    let error = fixture.archive.open_version(&name("general"), &entry).expect_err("longer");
    insta::assert_snapshot!(fixture.told(&error), @r"
    DIR/general/general_v1_2026-11-11.sql: the file has 18 bytes, the manifest says 10
    help: if the edit is not committed, `git checkout -- DIR/general/general_v1_2026-11-11.sql` restores it; `demo-verify` shows the edit, and which commit has the file as it was
    ");
}

#[test]
fn verification_names_every_difference() {
    let fixture = Fixture::with_versions(5);
    let general = name("general");
    let file = |number: u32| fixture.path(&format!("general/general_v{number}_2026-11-1{number}.sql"));
    std::fs::remove_file(file(1)).expect("removes");
    put(&file(2), "longer than it was");
    std::fs::remove_file(file(3)).expect("removes");
    std::fs::create_dir(file(3)).expect("makes a folder");
    fixture.put("general/general_v4_2020-01-01.sql", "x");
    fixture.put("general/general_v9_2026-11-19.sql", "x");
    std::fs::remove_file(fixture.path("general/latest.sql")).expect("removes");
    fixture.put("general/latest.sql", "general_v4_2026-11-14.sql");
    fixture.put(SCHEMAS, "{\n}\n");
    let manifest = fixture.archive.manifest().expect("reads");
    let findings = fixture.archive.verify_structure(&manifest, &general).expect("verifies");
    assert!(findings.iter().any(|finding| matches!(finding.problem, Problem::NoSchema(_))));
    let told: Vec<String> = findings
        .iter()
        .filter(|finding| !matches!(finding.problem, Problem::NoSchema(_)))
        .map(|finding| finding.to_string().replace(&fixture.archive.dir().display().to_string(), "DIR"))
        .collect();
    insta::assert_snapshot!(told.join("\n"), @r"
    DIR/general/general_v1_2026-11-11.sql: listed in the manifest, but missing
    DIR/general/general_v2_2026-11-12.sql: the file has 18 bytes, the manifest says 10
    DIR/general/general_v3_2026-11-13.sql: this is a folder, not a plain file
    DIR/general/general_v4_2020-01-01.sql: the manifest has this number as v4_2026-11-14
    DIR/general/general_v9_2026-11-19.sql: not listed in the manifest
    DIR/general/latest.sql: is v4_2026-11-14, not the newest version
    ");
    let missing = fixture.archive.missing(&manifest, &general).expect("lists");
    assert_eq!(missing.iter().map(|entry| entry.version()).collect::<Vec<_>>(), [version(1)]);
}

#[test]
fn a_file_is_no_archive() {
    let fixture = Fixture::new();
    let error = Archive::open(&fixture.path("general/scenario.yaml")).expect_err("a file");
    insta::assert_snapshot!(fixture.told(&error), @r"
    DIR/general/scenario.yaml: this is not a folder, and so no archive
    help: name the folder that holds the scenarios: --archive DIR
    ");
}

#[test]
fn what_the_system_refuses_is_told_with_its_path() {
    let fixture = Fixture::new();
    let path = fixture.path("general");
    let source = std::io::Error::from(std::io::ErrorKind::PermissionDenied);
    let error = Error::Io { action: "write", path, source };
    let cause = std::error::Error::source(&error).expect("a cause").to_string();
    insta::assert_snapshot!(format!("{}\ncause: {cause}", fixture.told(&error)), @r"
    DIR/general: cannot write
    help: check the folder's permissions and free space; nothing that was complete has been lost
    cause: permission denied
    ");
}

#[test]
fn a_file_that_is_replaced_while_it_is_opened_is_worth_another_try() {
    let fixture = Fixture::new();
    let error = Error::Replaced { path: fixture.path(MANIFEST) };
    insta::assert_snapshot!(fixture.told(&error), @r"
    DIR/metadata/export_manifest.json: the file is being replaced at this moment
    help: run this again when nothing else is changing the archive
    ");
}

#[test]
fn text_that_is_not_utf_8_is_named_by_byte() {
    let fixture = Fixture::new();
    let path = fixture.path("general/seed.yaml");
    demo_snapshot_archive::write_atomic(&path, b"ab\xff").expect("writes");
    let error = fixture.archive.read_text(&path, 99).expect_err("not UTF-8");
    insta::assert_snapshot!(fixture.told(&error), @r"
    DIR/general/seed.yaml: not UTF-8 (at byte 2)
    help: save it as UTF-8 without a byte order mark
    ");
}

#[test]
fn a_folder_that_is_gone_is_the_systems_refusal() {
    let fixture = Fixture::new();
    let error = demo_snapshot_archive::write_atomic(&fixture.path("gone/file"), b"x").expect_err("no folder");
    assert!(matches!(error, Error::Io { .. }));
    insta::assert_snapshot!(fixture.told(&error), @r"
    DIR/gone: cannot create a file in
    help: check the folder's permissions and free space; nothing that was complete has been lost
    ");
}

#[cfg(unix)]
#[test]
fn writing_replaces_a_link_and_leaves_its_target_alone() {
    let fixture = Fixture::new();
    let (victim, path) = (fixture.root.path().join("victim"), fixture.path("general/CHANGES.md"));
    put(&victim, "precious");
    std::os::unix::fs::symlink(&victim, &path).expect("links");
    let error = fixture.commit("general", 1).expect_err("not ours to replace");
    insta::assert_snapshot!(fixture.told(&error), @r"
    DIR/general/CHANGES.md: this is a symbolic link, not a plain file
    help: remove it and restore the file with `git checkout -- DIR/general/CHANGES.md`
    ");
    demo_snapshot_archive::write_atomic(&path, b"new").expect("writes");
    assert_eq!(fixture.read("general/CHANGES.md"), "new");
    assert_eq!(std::fs::read_to_string(&victim).expect("reads"), "precious");
    assert!(!std::fs::symlink_metadata(&path).expect("is there").is_symlink());
}
