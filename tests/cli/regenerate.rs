//! `demo-regenerate`

use insta::assert_snapshot;

use crate::clone;
use crate::support::{assert_unchanged, state};

#[test]
fn the_committed_archive_is_what_its_seeds_give() {
    assert_snapshot!(clone().run(&["demo-regenerate", "--check"]).transcript(), @"
    $ cargo xtask demo-regenerate --check
     scenario    version                      added   changed   removed
    ────────────────────────────────────────────────────────────────────
     agent       v1_2026-11-20   up to date       0         0         0
     astrology   v1_2026-11-20   up to date       0         0         0
     developer   v1_2026-11-20   up to date       0         0         0
     general     v2_2026-11-20   up to date       0         0         0
     memory      v1_2026-11-20   up to date       0         0         0
     writer      v1_2026-11-20   up to date       0         0         0
    -- exit 0
    ");
}

#[test]
fn an_edited_seed_differs_until_it_is_regenerated() {
    let sandbox = clone();
    let seed = sandbox.read("demo-snapshots/writer/seed.yaml");
    sandbox.write("demo-snapshots/writer/seed.yaml", seed.replacen("status: blocked", "status: open", 1));
    let before = state(&sandbox);
    assert_snapshot!(sandbox.run(&["demo-regenerate", "--check"]).transcript(), @"
    $ cargo xtask demo-regenerate --check
     scenario    version                      added   changed   removed
    ────────────────────────────────────────────────────────────────────
     agent       v1_2026-11-20   up to date       0         0         0
     astrology   v1_2026-11-20   up to date       0         0         0
     developer   v1_2026-11-20   up to date       0         0         0
     general     v2_2026-11-20   up to date       0         0         0
     memory      v1_2026-11-20   up to date       0         0         0
     writer      v1_2026-11-20   differs          0         1         0
    -- stderr
    The seeds hold other rows than the latest versions. To write new versions: cargo xtask demo-regenerate
    -- exit 1
    ");
    assert_unchanged(&before, &sandbox);
    let epoch = [("SOURCE_DATE_EPOCH", "1795000000")];
    assert_snapshot!(sandbox.run_with(&["demo-regenerate"], &epoch).transcript(), @"
    $ cargo xtask demo-regenerate
     scenario    version                     added   changed   removed
    ───────────────────────────────────────────────────────────────────
     agent       v1_2026-11-20   unchanged       0         0         0
     astrology   v1_2026-11-20   unchanged       0         0         0
     developer   v1_2026-11-20   unchanged       0         0         0
     general     v2_2026-11-20   unchanged       0         0         0
     memory      v1_2026-11-20   unchanged       0         0         0
     writer      v2_2026-11-18   written         0         1         0
    -- exit 0
    ");
    let _ = sandbox.run(&["demo-regenerate", "--check"]).expect_code(0);
    let _ = sandbox.run(&["demo-verify"]).expect_code(0);
}
