//! `demo-cleanup-exports`

use insta::assert_snapshot;

use crate::clone;
use crate::support::{assert_unchanged, state};

#[test]
fn old_versions_go_and_the_latest_stays() {
    let sandbox = clone();
    let before = state(&sandbox);
    assert_snapshot!(sandbox.run(&["demo-cleanup", "general", "--keep", "1", "--dry-run"]).transcript(), @"
    $ cargo xtask demo-cleanup general --keep 1 --dry-run
     scenario   version         records        size
    ────────────────────────────────────────────────
     general    v1_2026-11-20       217   107.8 KiB
    -- exit 0
    ");
    assert_snapshot!(sandbox.run(&["demo-cleanup", "general", "--keep", "1"]).transcript(), @"
    $ cargo xtask demo-cleanup general --keep 1
     scenario   version         records        size
    ────────────────────────────────────────────────
     general    v1_2026-11-20       217   107.8 KiB
    -- stderr
    error: 1 version would be removed, and nobody is here to confirm it
       help: say --yes to go on, or look first: --dry-run
    -- exit 2
    ");
    assert_unchanged(&before, &sandbox);
    assert_snapshot!(sandbox.run(&["demo-cleanup", "general", "--keep", "1", "--yes"]).transcript(), @"
    $ cargo xtask demo-cleanup general --keep 1 --yes
     scenario   version         records        size
    ────────────────────────────────────────────────
     general    v1_2026-11-20       217   107.8 KiB
    -- stderr
    Removed 1 version; the manifest keeps its number and digest, and git its file, if it was committed.
    -- exit 0
    ");
    assert_snapshot!(sandbox.run(&["demo-list", "general"]).transcript(), @"
    $ cargo xtask demo-list general
     scenario   version         records        size   added   changed   removed
    ──────────────────────────────────────────────────────────────────────────────────────
     general    v2_2026-11-20       218   108.9 KiB       2         3         1   latest
     general    v1_2026-11-20       217   107.8 KiB     217         0         0   removed
    -- exit 0
    ");
    assert_snapshot!(sandbox.run(&["demo-import", "general", "--version", "v1"]).transcript(), @"
    $ cargo xtask demo-import general --version v1
    -- stderr
    error: general v1_2026-11-20 was removed from the archive
       help: if it was committed, its file is in the git history; versions still here: v2_2026-11-20
    -- exit 2
    ");
    let _ = sandbox.run(&["demo-verify", "general"]).expect_code(0);
}

#[test]
fn keeping_none_keeps_the_latest() {
    let sandbox = clone();
    let _ = sandbox.run(&["demo-cleanup", "--keep", "0", "--yes"]).expect_code(0);
    let _ = sandbox.run(&["demo-import", "general"]).expect_code(0);
}

#[test]
fn a_date_that_is_none_is_a_usage_error() {
    assert_snapshot!(clone().run(&["demo-cleanup", "--older-than", "soon"]).transcript(), @"
    $ cargo xtask demo-cleanup --older-than soon
    -- stderr
    error: `soon` is neither a date such as 2026-01-31 nor a number of days such as 90d
    -- exit 2
    ");
}
