//! A version once written is never written again, and whatever is changed in an archive by other hands is found and named.

use std::collections::BTreeMap;
use std::path::PathBuf;

use test_support::{Run, Sandbox, sqlite};

use crate::{EPOCH, XTASK, file_name, versions, with_scenario};

const VERSION: &str = "demo-snapshots/tiny/tiny_v1_2026-11-21.sql";
const NEWER: &str = "demo-snapshots/tiny/tiny_v2_2026-11-21.sql";
const MANIFEST: &str = "demo-snapshots/metadata/export_manifest.json";
const SCHEMAS: &str = "demo-snapshots/metadata/schema_versions.json";

/// A small archive with `count` versions.
fn with_versions(count: usize) -> Sandbox {
    let sandbox = with_scenario("scenario: tiny\nselect: { notes: all }\n");
    sqlite::execute(
        &sandbox.path("app.sqlite"),
        "CREATE TABLE notes (id INTEGER PRIMARY KEY, text TEXT, data TEXT CHECK (json_valid(data)));
         INSERT INTO notes VALUES (1, 'One', '{}'), (2, 'Two', '[1,2]'), (3, NULL, NULL);",
    );
    for _ in 0..count {
        edit(&sandbox);
        let _ = export(&sandbox);
    }
    sandbox
}

fn edit(sandbox: &Sandbox) {
    sqlite::execute(
        &sandbox.path("app.sqlite"),
        "INSERT INTO notes SELECT max(id) + 1, 'More', NULL FROM notes",
    );
}

fn export(sandbox: &Sandbox) -> Run {
    sandbox.run_with(&["demo-export", "tiny", "--database", "sqlite:app.sqlite"], &[EPOCH]).expect_code(0)
}

#[test]
fn the_bytes_of_old_versions_stay_through_any_sequence_of_commands() {
    let sandbox = with_versions(0);
    let mut known: BTreeMap<String, Vec<u8>> = BTreeMap::new();
    let commands: [&[&str]; 12] = [
        &["edit"],
        &["demo-export", "tiny", "--database", "sqlite:app.sqlite"],
        &["demo-export", "tiny", "--database", "sqlite:app.sqlite"],
        &["edit"],
        &["demo-export", "tiny", "--database", "sqlite:app.sqlite"],
        &["demo-import", "tiny", "--version", "v1", "--database", "sqlite:app.sqlite", "--yes"],
        &["demo-export", "tiny", "--database", "sqlite:app.sqlite"],
        &["edit"],
        &["demo-export", "tiny", "--database", "sqlite:app.sqlite"],
        &["demo-repair", "--yes"],
        &["demo-cleanup", "tiny", "--keep", "2", "--yes"],
        &["demo-export", "tiny", "--database", "sqlite:app.sqlite"],
    ];
    for command in commands {
        match command {
            ["edit"] => edit(&sandbox),
            command => drop(sandbox.run(command).expect_code(0)),
        }
        let now = versions(&sandbox, "tiny");
        for (name, bytes) in &known {
            if let Some(found) = now.get(name) {
                assert!(found == bytes, "{command:?} changed {name}");
            }
        }
        known.extend(now);
        let _ = sandbox.run(&["demo-verify"]).expect_code(0);
    }
    assert_eq!(known.len(), 4);
    assert_eq!(versions(&sandbox, "tiny").len(), 2, "two were cleaned up");
    let manifest = sandbox.read(MANIFEST);
    for (name, _) in known {
        assert!(manifest.contains(&format!("\"{name}\"")), "{name} keeps its line");
    }
}

#[test]
fn a_number_that_was_cleaned_up_is_not_given_again() {
    let sandbox = with_versions(3);
    let _ = sandbox.run(&["demo-cleanup", "tiny", "--keep", "1", "--yes"]).expect_code(0);
    edit(&sandbox);
    let run = export(&sandbox);
    assert!(run.stdout.contains("tiny v4_"), "{}", run.transcript());
}

/// Fails unless `demo-verify` finds the change and names the file.
#[track_caller]
fn found(sandbox: &Sandbox, file: &str, what: &str) {
    let run = sandbox.run(&["demo-verify"]);
    assert!(matches!(run.code, Some(1 | 3)), "{what}\n{}", run.transcript());
    let name = file_name(&PathBuf::from(file));
    let said = format!("{}{}", run.stdout, run.stderr);
    assert!(said.contains(&name), "{what}: {name} is not named\n{}", run.transcript());
}

/// Flips a bit at `samples` places of a file, one after the other.
fn flip(file: &str, samples: usize) {
    let sandbox = with_versions(2);
    let bytes = std::fs::read(sandbox.path(file)).expect("there");
    for sample in 0..samples {
        let at = sample * (bytes.len() - 1) / (samples - 1);
        let bit = 1 << (sample % 8);
        let mut changed = bytes.clone();
        changed[at] ^= bit;
        sandbox.write(file, &changed);
        let around =
            String::from_utf8_lossy(&bytes[at.saturating_sub(20)..(at + 20).min(bytes.len())]).into_owned();
        found(&sandbox, file, &format!("bit {bit} of byte {at}, in {around:?}"));
    }
    sandbox.write(file, &bytes);
    let _ = sandbox.run(&["demo-verify"]).expect_code(0);
}

#[test]
fn a_flipped_bit_in_a_version_is_found() {
    flip(VERSION, 60);
}

#[test]
fn a_flipped_bit_in_the_manifest_is_found() {
    flip(MANIFEST, 60);
}

#[test]
fn a_flipped_bit_in_the_schemas_is_found() {
    flip(SCHEMAS, 40);
}

#[test]
fn swapped_removed_added_and_shortened_versions_are_found() {
    let sandbox = with_versions(3);
    let (old, new) = (sandbox.read(VERSION), sandbox.read(NEWER));
    let restored = |sandbox: &Sandbox| {
        sandbox.write(VERSION, &old);
        sandbox.write(NEWER, &new);
        let _ = sandbox.run(&["demo-verify"]).expect_code(0);
    };
    sandbox.write(VERSION, &new);
    sandbox.write(NEWER, &old);
    found(&sandbox, VERSION, "two versions swapped");
    found(&sandbox, NEWER, "two versions swapped");
    restored(&sandbox);

    sandbox.write(VERSION, new.replace("-- Version: v2_", "-- Version: v1_"));
    found(&sandbox, VERSION, "another version's rows under this one's name");
    restored(&sandbox);

    std::fs::remove_file(sandbox.path(VERSION)).expect("removed");
    found(&sandbox, VERSION, "a version removed");
    restored(&sandbox);

    sandbox.write(NEWER, &new[..new.len() / 2]);
    found(&sandbox, NEWER, "a version cut in half");
    restored(&sandbox);

    let stray = "demo-snapshots/tiny/tiny_v9_2026-11-21.sql";
    sandbox.write(stray, &new);
    found(&sandbox, stray, "a version that the manifest does not list");
    std::fs::remove_file(sandbox.path(stray)).expect("removed");
    restored(&sandbox);
}

#[test]
fn a_version_written_anew_with_right_digests_is_still_not_the_recorded_one() {
    let sandbox = with_versions(2);
    // The tool itself writes a well-formed file with other rows, elsewhere, under the same name and of the same length.
    let elsewhere = Sandbox::with_archive(XTASK, &sandbox.path("demo-snapshots"));
    std::fs::remove_dir_all(elsewhere.path("demo-snapshots/metadata")).expect("removed");
    for file in [VERSION, NEWER, "demo-snapshots/tiny/latest.sql"] {
        std::fs::remove_file(elsewhere.path(file)).expect("removed");
    }
    std::fs::copy(sandbox.path("app.sqlite"), elsewhere.path("app.sqlite")).expect("copied");
    sqlite::execute(
        &elsewhere.path("app.sqlite"),
        "DELETE FROM notes WHERE id = 5; UPDATE notes SET text = 'Eno' WHERE id = 1",
    );
    let _ = export(&elsewhere);
    let forged = elsewhere.read(VERSION);
    assert_eq!(forged.len(), sandbox.read(VERSION).len());
    sandbox.write(VERSION, forged);
    found(&sandbox, VERSION, "a forged version");
    let import = sandbox.run(&[
        "demo-import",
        "tiny",
        "--version",
        "v1",
        "--database",
        "sqlite:new.sqlite",
        "--create-schema",
    ]);
    assert_eq!(import.code, Some(3), "{}", import.transcript());
    assert!(!sandbox.path("new.sqlite").exists());
}

#[test]
fn an_edited_chain_is_found() {
    let sandbox = with_versions(3);
    let manifest = sandbox.read(MANIFEST);
    let lines: Vec<&str> = manifest.lines().collect();
    let at = lines.iter().position(|line| line.contains("\"tiny_v2_")).expect("v2's line");
    let without: Vec<&str> =
        lines.iter().enumerate().filter(|(line, _)| *line != at).map(|(_, line)| *line).collect();
    let mut swapped = lines.clone();
    swapped.swap(at, at + 1);
    let edits = [
        ("a line taken out", without.join("\n") + "\n"),
        ("two lines swapped", swapped.join("\n") + "\n"),
        ("a count edited", manifest.replacen("\"records\":4", "\"records\":5", 1)),
        ("the changes edited", manifest.replacen("\"added\":1", "\"added\":2", 1)),
        ("a line twice", manifest.replacen(lines[at], &format!("{0}\n{0}", lines[at]), 1)),
        ("no end of line", manifest.trim_end().to_owned()),
        ("a blank too many", manifest.replacen("\"total\":", "\"total\": ", 1)),
        ("another time", manifest.replacen("T10:00:00Z", "T10:00:01Z", 1)),
    ];
    for (what, edited) in edits {
        assert_ne!(edited, manifest, "{what}");
        sandbox.write(MANIFEST, edited);
        found(&sandbox, MANIFEST, what);
    }
    // Removing a version is no break of the chain; but then its file is gone.
    sandbox.write(MANIFEST, manifest.replacen("\"records\":4", "\"records\":4,\"removed\":true", 1));
    found(&sandbox, VERSION, "marked as removed");
    sandbox.write(MANIFEST, manifest);
    let _ = sandbox.run(&["demo-verify"]).expect_code(0);
}
