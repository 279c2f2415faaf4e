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
    error: the manifest would be rebuilt from the version files, and nobody is here to confirm it
       help: say --yes to go on, or look first: cargo xtask demo-verify
    -- exit 2
    ");
    assert_snapshot!(sandbox.run(&["demo-repair", "--yes"]).transcript(), @"
    $ cargo xtask demo-repair --yes
    -- stderr
    Rebuilt the manifest from 4 version files.
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
    Manifest and links already say what the version files hold; nothing was written.
    -- exit 0
    ");
    assert_unchanged(&before, &sandbox);
}
