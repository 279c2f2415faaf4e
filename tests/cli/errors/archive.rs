//! Names that the archive does not have, and an archive whose own files are at fault.

use insta::assert_snapshot;

use crate::clone;
use crate::support::{TINY_FILE, refused, shown, tiny, tiny_refused};

const MANIFEST: &str = "demo-snapshots/metadata/export_manifest.json";

#[test]
fn a_scenario_that_does_not_exist() {
    let sandbox = clone();
    assert_snapshot!(refused(&sandbox, &["demo-import", "writter"]), @"
    $ cargo xtask demo-import writter
    -- stderr
    error: there is no scenario `writter`; did you mean `writer`?
       help: scenarios here: agent, astrology, developer, general, memory, writer
    -- exit 2
    ");
    assert_snapshot!(refused(&sandbox, &["demo-export", "novelist"]), @"
    $ cargo xtask demo-export novelist
    -- stderr
    error: there is no scenario `novelist`
       help: scenarios here: agent, astrology, developer, general, memory, writer
    -- exit 2
    ");
    assert_snapshot!(refused(&sandbox, &["demo-seed", "../writer"]), @"
    $ cargo xtask demo-seed ../writer
    -- stderr
    error: there is no scenario `../writer`; did you mean `writer`?
       help: scenarios here: agent, astrology, developer, general, memory, writer
    -- exit 2
    ");
}

#[test]
fn a_version_that_does_not_exist() {
    let sandbox = clone();
    assert_snapshot!(refused(&sandbox, &["demo-import", "general", "--version", "v7"]), @"
    $ cargo xtask demo-import general --version v7
    -- stderr
    error: scenario general has no version v7
       help: versions here: v2_2026-11-20, v1_2026-11-20
    -- exit 2
    ");
    assert_snapshot!(refused(&sandbox, &["demo-import", "general", "--version", "v1_2025-01-15"]), @"
    $ cargo xtask demo-import general --version v1_2025-01-15
    -- stderr
    error: scenario general has no v1_2025-01-15: its version 1 is v1_2026-11-20
       help: the number identifies a version, the date is a label: say `v1` or `v1_2026-11-20`
    -- exit 2
    ");
    assert_snapshot!(refused(&sandbox, &["demo-import", "general", "--version", "newest"]), @"
    $ cargo xtask demo-import general --version newest
    -- stderr
    error: `newest` is not a version: expected one such as `v2` or `v2_2026-11-20`
       help: `demo-list` shows the versions there are
    -- exit 2
    ");
}

#[test]
fn options_that_mean_nothing_or_exclude_each_other() {
    let sandbox = clone();
    assert_snapshot!(refused(&sandbox, &["demo-import", "general", "--lock-timeout", "18446744073709551615"]), @"
    $ cargo xtask demo-import general --lock-timeout 18446744073709551615
    -- stderr
    error: invalid value '18446744073709551615' for '--lock-timeout <SECONDS>': give a whole number of seconds, 0 to 86400

    For more information, try '--help'.
    -- exit 2
    ");
    assert_snapshot!(refused(&sandbox, &["demo-import", "general", "--version", "v1", "--file", "a.sql"]), @"
    $ cargo xtask demo-import general --version v1 --file a.sql
    -- stderr
    error: the argument '--version <VERSION>' cannot be used with '--file <FILE>'

    Usage: cargo xtask demo-import --version <VERSION> <SCENARIO>

    For more information, try '--help'.
    -- exit 2
    ");
}

#[test]
fn a_scenario_without_versions() {
    let sandbox = clone();
    sandbox.write(
        "demo-snapshots/new/scenario.yaml",
        "scenario: new\ndescription: None yet\nselect: { todos: { status: open } }\n",
    );
    assert_snapshot!(refused(&sandbox, &["demo-import", "new"]), @"
    $ cargo xtask demo-import new
    -- stderr
    error: scenario new has no version yet
       help: write its first one with `demo-export new`
    -- exit 2
    ");
}

#[test]
fn an_archive_that_is_no_folder() {
    let sandbox = clone();
    assert_snapshot!(refused(&sandbox, &["demo-list", "--archive", "nowhere"]), @"
    $ cargo xtask demo-list --archive nowhere
    -- stderr
    error: nowhere: there is no archive yet
       help: `cargo xtask demo-init SCENARIO` makes it, with a scenario that it proposes for your database; if it is elsewhere, name its folder: --archive DIR
    -- exit 2
    ");
    assert_snapshot!(refused(&sandbox, &["demo-list", "--archive", "Cargo.toml"]), @"
    $ cargo xtask demo-list --archive Cargo.toml
    -- stderr
    error: Cargo.toml: this is not a folder, and so no archive
       help: name the folder that holds the scenarios: --archive DIR
    -- exit 2
    ");
}

#[test]
fn a_manifest_with_conflict_markers() {
    let sandbox = clone();
    let manifest = sandbox.read(MANIFEST);
    let line = manifest.lines().find(|line| line.contains("general_v2")).expect("a line").to_owned();
    let conflict = format!("<<<<<<< HEAD\n{line}\n=======\n{line}\n>>>>>>> other");
    sandbox.write(MANIFEST, manifest.replace(&line, &conflict));
    assert_snapshot!(refused(&sandbox, &["demo-import", "general"]), @"
    $ cargo xtask demo-import general
    -- stderr
    error: demo-snapshots/metadata/export_manifest.json:12: conflict markers of an unfinished merge
       help: merge the scenario that both branches added versions to: cargo xtask demo-merge SCENARIO; without a merge in git, `demo-repair` rebuilds the manifest from the files
    -- exit 3
    ");
    assert_snapshot!(refused(&sandbox, &["demo-list"]), @"
    $ cargo xtask demo-list
    -- stderr
    error: demo-snapshots/metadata/export_manifest.json:12: conflict markers of an unfinished merge
       help: merge the scenario that both branches added versions to: cargo xtask demo-merge SCENARIO; without a merge in git, `demo-repair` rebuilds the manifest from the files
    -- exit 3
    ");
}

#[test]
fn a_manifest_with_a_key_twice() {
    let sandbox = tiny();
    sandbox.write(
        MANIFEST,
        sandbox.read(MANIFEST).replacen("\"records\":3,", "\"records\":3,\"records\":4,", 1),
    );
    assert_snapshot!(tiny_refused(&sandbox, &[]), @"
    $ cargo xtask demo-import tiny --database sqlite:app.sqlite
    -- stderr
    error: demo-snapshots/metadata/export_manifest.json: the key `records` stands twice in one object
       help: restore it with `git checkout -- demo-snapshots/metadata/export_manifest.json`, or run `demo-repair`
    -- exit 3
    ");
}

#[test]
fn a_manifest_that_is_no_manifest() {
    let sandbox = tiny();
    let manifest = sandbox.read(MANIFEST);
    let with = |text: String| {
        sandbox.write(MANIFEST, text);
        tiny_refused(&sandbox, &[])
    };
    assert_snapshot!(with(String::new()), @"
    $ cargo xtask demo-import tiny --database sqlite:app.sqlite
    -- stderr
    error: demo-snapshots/metadata/export_manifest.json:1: not JSON (at byte 0)
       help: restore it with `git checkout -- demo-snapshots/metadata/export_manifest.json`, or run `demo-repair`
    -- exit 3
    ");
    assert_snapshot!(with(manifest[..manifest.len() / 2].to_owned()), @"
    $ cargo xtask demo-import tiny --database sqlite:app.sqlite
    -- stderr
    error: demo-snapshots/metadata/export_manifest.json:3: not JSON (at byte 293)
       help: restore it with `git checkout -- demo-snapshots/metadata/export_manifest.json`, or run `demo-repair`
    -- exit 3
    ");
    assert_snapshot!(with(manifest.replacen("\"records\":3", "\"records\":\"3\"", 1)), @"
    $ cargo xtask demo-import tiny --database sqlite:app.sqlite
    -- stderr
    error: demo-snapshots/metadata/export_manifest.json: tiny v1_2026-11-18: `records` must be a whole number
       help: restore it with `git checkout -- demo-snapshots/metadata/export_manifest.json`, or run `demo-repair`
    -- exit 3
    ");
    assert_snapshot!(with(manifest.replacen("\"records\":3", "\"records\":4", 1)), @"
    $ cargo xtask demo-import tiny --database sqlite:app.sqlite
    -- stderr
    error: demo-snapshots/metadata/export_manifest.json: scenario tiny: the entry of v1_2026-11-18 does not follow from those before it
       help: an entry was changed, moved or taken out: restore the file with `git checkout -- demo-snapshots/metadata/export_manifest.json`, or run `demo-repair`
    -- exit 3
    ");
    assert_snapshot!(with(manifest.replacen("\"format\":1", "\"format\":9", 1)), @"
    $ cargo xtask demo-import tiny --database sqlite:app.sqlite
    -- stderr
    error: demo-snapshots/metadata/export_manifest.json: written in format 9, this tool knows up to 1
       help: made by a newer tool: update this one
    -- exit 3
    ");
    assert_snapshot!(with(manifest.replacen("\"records\":3", "\"colour\":\"red\",\"records\":3", 1)), @"
    $ cargo xtask demo-import tiny --database sqlite:app.sqlite
    -- stderr
    error: demo-snapshots/metadata/export_manifest.json: tiny v1_2026-11-18: unknown key `colour`
       help: a newer version of this tool may have written it: update the tool, or run `demo-repair`
    -- exit 3
    ");
    assert_snapshot!(with(manifest.replacen("tiny_v1_2026-11-18.sql", "../../../etc/passwd", 1)), @"
    $ cargo xtask demo-import tiny --database sqlite:app.sqlite
    -- stderr
    error: demo-snapshots/metadata/export_manifest.json: tiny v1_2026-11-18: `file` must be the name made of scenario and version
       help: restore it with `git checkout -- demo-snapshots/metadata/export_manifest.json`, or run `demo-repair`
    -- exit 3
    ");
    assert_snapshot!(with(manifest.replacen("{\"format\":1,", "{ \"format\": 1,", 1)), @"
    $ cargo xtask demo-import tiny --database sqlite:app.sqlite
    -- stderr
    error: demo-snapshots/metadata/export_manifest.json:1: edited by hand: the line is not as this tool writes it
       help: restore it with `git checkout -- demo-snapshots/metadata/export_manifest.json`, or run `demo-repair`
    -- exit 3
    ");
    assert_snapshot!(with(manifest.replace('\n', "\r\n")), @"
    $ cargo xtask demo-import tiny --database sqlite:app.sqlite
    -- stderr
    error: demo-snapshots/metadata/export_manifest.json: the file has CRLF line ends
       help: add `demo-snapshots/** text eol=lf` to .gitattributes, delete the file and restore it with `git checkout -- demo-snapshots/metadata/export_manifest.json`
    -- exit 3
    ");
}

#[test]
fn a_version_file_that_is_gone() {
    let sandbox = tiny();
    std::fs::remove_file(sandbox.path(TINY_FILE)).expect("removed");
    assert_snapshot!(tiny_refused(&sandbox, &[]), @"
    $ cargo xtask demo-import tiny --database sqlite:app.sqlite
    -- stderr
    error: demo-snapshots/tiny/tiny_v1_2026-11-18.sql: no such file
       help: if it was there before, restore it with `git checkout -- demo-snapshots/tiny/tiny_v1_2026-11-18.sql`
    -- exit 3
    ");
}

#[cfg(unix)]
#[test]
fn a_version_file_that_is_a_link() {
    let sandbox = tiny();
    std::fs::rename(sandbox.path(TINY_FILE), sandbox.path("moved.sql")).expect("moved");
    std::os::unix::fs::symlink("../../moved.sql", sandbox.path(TINY_FILE)).expect("linked");
    assert_snapshot!(tiny_refused(&sandbox, &[]), @"
    $ cargo xtask demo-import tiny --database sqlite:app.sqlite
    -- stderr
    error: demo-snapshots/tiny/tiny_v1_2026-11-18.sql: this is a symbolic link, not a plain file
       help: remove it and restore the file with `git checkout -- demo-snapshots/tiny/tiny_v1_2026-11-18.sql`
    -- exit 3
    ");
}

#[cfg(unix)]
#[test]
fn a_latest_link_that_points_outside_is_followed_by_nobody_and_replaced_by_nobody() {
    let sandbox = tiny();
    let latest = sandbox.path("demo-snapshots/tiny/latest.sql");
    std::fs::remove_file(&latest).expect("removed");
    std::os::unix::fs::symlink("../../app.sqlite", &latest).expect("linked");
    let verify = sandbox.run(&["demo-verify", "tiny"]).expect_code(1);
    assert_snapshot!(shown(&verify), @"
    $ cargo xtask demo-verify tiny
     scenario   version         records
    ────────────────────────────────────────────
     tiny       v1_2026-11-18         3   sound
    -- stderr
    error: demo-snapshots/tiny/latest.sql: the link points outside its folder, to `../../app.sqlite`
       help: restore the files with git, or rebuild what can be rebuilt: cargo xtask demo-repair
    1 finding ([TIME]).
    -- exit 1
    ");
    test_support::sqlite::execute(
        &sandbox.path("app.sqlite"),
        "INSERT INTO notes VALUES (5, 1, 'Fifth', 3, 'tiny')",
    );
    assert_snapshot!(refused(&sandbox, &["demo-export", "tiny", "--database", "sqlite:app.sqlite"]), @"
    $ cargo xtask demo-export tiny --database sqlite:app.sqlite
    -- stderr
    error: demo-snapshots/tiny/latest.sql: the link points outside its folder, to `../../app.sqlite`
       help: run `demo-repair` to point it at the newest version
    -- exit 3
    ");
}

#[test]
fn schemas_that_are_gone() {
    let sandbox = tiny();
    std::fs::remove_file(sandbox.path("demo-snapshots/metadata/schema_versions.json")).expect("removed");
    let run = sandbox.run(&["demo-verify"]);
    assert_snapshot!(shown(&run), @"
    $ cargo xtask demo-verify
    -- stderr
    error: demo-snapshots/tiny/tiny_v1_2026-11-18.sql: its schema [DIGEST] is not in schema_versions.json
       help: restore metadata/schema_versions.json with git, or run `cargo xtask demo-repair`
    1 finding ([TIME]).
    -- exit 1
    ");
}
