//! `demo-list-exports`

use insta::assert_snapshot;

use crate::clone;
use crate::support::{XTASK, shown};

#[test]
fn versions_are_listed_newest_first_with_the_latest_marked() {
    assert_snapshot!(clone().run(&["demo-list-exports"]).transcript(), @"
    $ cargo xtask demo-list-exports
     scenario    version         records        size   added   changed   removed
    ──────────────────────────────────────────────────────────────────────────────────────
     agent       v1_2026-11-20        52    56.8 KiB      52         0         0   latest
     astrology   v1_2026-11-20        54    20.7 KiB      54         0         0   latest
     developer   v1_2026-11-20       139    91.5 KiB     139         0         0   latest
     general     v2_2026-11-20       218   108.9 KiB       2         3         1   latest
     general     v1_2026-11-20       217   107.8 KiB     217         0         0
     memory      v1_2026-11-20        71    16.7 KiB      71         0         0   latest
     writer      v1_2026-11-20       124    91.3 KiB     124         0         0   latest
    -- exit 0
    ");
    assert_snapshot!("versions_as_json", shown(&clone().run(&["demo-list", "general", "--json"])));
}

#[test]
fn an_archive_without_versions_says_how_to_write_one() {
    assert_snapshot!(test_support::Sandbox::empty(XTASK).run(&["demo-list"]).transcript(), @"
    $ cargo xtask demo-list
    -- stderr
    No versions yet. Write one: cargo xtask demo-export SCENARIO
    -- exit 0
    ");
}
