//! `demo-repair`

use insta::assert_snapshot;

use crate::clone;
use crate::support::{assert_unchanged, state};

#[test]
fn a_lost_manifest_is_made_anew_from_the_files() {
    let sandbox = clone();
    std::fs::remove_file(sandbox.path("demo-snapshots/metadata/export_manifest.json")).expect("removed");
    assert_snapshot!(sandbox.run(&["demo-repair"]).transcript(), @"
    $ cargo xtask demo-repair
    -- stderr
    error: manifest, schemas and links would be rebuilt from the version files, and nobody is here to confirm it
       help: say --yes to go on, or look first: cargo xtask demo-verify
    -- exit 2
    ");
    assert_snapshot!(sandbox.run(&["demo-repair", "--yes"]).transcript(), @"
    $ cargo xtask demo-repair --yes
    -- stderr
    Rebuilt manifest, schemas and links from 7 version files.
    -- exit 0
    ");
    let _ = sandbox.run(&["demo-verify"]).expect_code(0);
    let _ = sandbox.run(&["demo-import", "general"]).expect_code(0);
}

#[test]
fn a_sound_archive_is_left_alone() {
    let sandbox = clone();
    let before = state(&sandbox);
    assert_snapshot!(sandbox.run(&["demo-repair", "--yes"]).transcript(), @"
    $ cargo xtask demo-repair --yes
    -- stderr
    Manifest, schemas and links already say what the version files hold; nothing was written.
    -- exit 0
    ");
    assert_unchanged(&before, &sandbox);
}

#[test]
fn lost_schemas_come_back_from_the_files() {
    let sandbox = clone();
    std::fs::remove_file(sandbox.path("demo-snapshots/metadata/schema_versions.json")).expect("removed");
    let _ = sandbox.run(&["demo-verify", "writer"]).expect_code(1);
    assert_snapshot!(sandbox.run(&["demo-repair", "--yes"]).transcript(), @"
    $ cargo xtask demo-repair --yes
    -- stderr
    Rebuilt manifest, schemas and links from 7 version files.
    -- exit 0
    ");
    let _ = sandbox.run(&["demo-verify"]).expect_code(0);
}

#[cfg(unix)]
#[test]
fn a_link_that_leads_out_of_the_archive_is_mended_and_told() {
    let sandbox = clone();
    let link = sandbox.path("demo-snapshots/writer/latest.sql");
    std::fs::remove_file(&link).expect("removed");
    std::os::unix::fs::symlink("../../../elsewhere.sql", &link).expect("a link");
    assert_snapshot!(sandbox.run(&["demo-repair", "--yes"]).transcript(), @"
    $ cargo xtask demo-repair --yes
    -- stderr
    Rebuilt manifest, schemas and links from 7 version files.
    -- exit 0
    ");
    let _ = sandbox.run(&["demo-verify"]).expect_code(0);
}

#[test]
fn a_damaged_version_is_named_and_left_to_git() {
    let sandbox = clone();
    let file = crate::support::WRITER_FILE;
    sandbox.write(file, sandbox.read(file).replacen("'accepted'", "'acceptee'", 1));
    assert_snapshot!(crate::support::shown(&sandbox.run(&["demo-repair", "--yes"])), @"
    $ cargo xtask demo-repair --yes
    -- stderr
    warning: writer v1_2026-11-20 is damaged and was not read; restore it with git (demo-snapshots/writer/writer_v1_2026-11-20.sql: the rows do not have the digest that the `Content` line says: expected [DIGEST], found [DIGEST])
    Manifest, schemas and links already say what the version files hold; nothing was written.
    -- exit 0
    ");
    let _ = sandbox.run(&["demo-verify", "writer"]).expect_code(1);
}

#[test]
fn a_manifest_that_is_missing_beside_versions_is_told_by_every_command() {
    let sandbox = clone();
    std::fs::remove_file(sandbox.path("demo-snapshots/metadata/export_manifest.json")).expect("removed");
    assert_snapshot!(crate::support::refused(&sandbox, &["demo-import", "writer"]), @"
    $ cargo xtask demo-import writer
    -- stderr
    error: demo-snapshots/metadata/export_manifest.json: the manifest is missing, and the archive holds versions
       help: restore it with `git checkout -- demo-snapshots/metadata/export_manifest.json`, or rebuild it from the files with `demo-repair`
    -- exit 3
    ");
    for command in [&["demo-list"][..], &["demo-export", "writer"], &["demo-verify"], &["demo-cleanup"]] {
        let _ = sandbox.run(command).expect_code(3);
    }
}
