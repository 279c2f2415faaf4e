//! `demo-seed`

use insta::assert_snapshot;

use crate::clone;

#[test]
fn a_seeded_scenario_exports_as_unchanged() {
    let sandbox = clone();
    assert_snapshot!(sandbox.run(&["demo-seed", "general"]).transcript(), @"
    $ cargo xtask demo-seed general
     table           rows   inserted   updated   deleted   skipped   unchanged
    ───────────────────────────────────────────────────────────────────────────
     chat_sessions      4          4         -         -         -           -
     contacts           9          9         -         -         -           -
     vaults             3          3         -         -         -           -
     projects           9          9         -         -         -           -
     fragments        175        175         -         -         -           -
     todos             18         18         -         -         -           -
     total            218        218         -         -         -           -
    -- stderr
    Seeded general into sqlite:target/demo.sqlite: 218 rows read back and equal ([TIME]).
    -- exit 0
    ");
    for scenario in ["writer", "developer"] {
        let _ = sandbox.run(&["demo-seed", scenario]).expect_code(0);
    }
    for scenario in ["general", "writer", "developer"] {
        let run = sandbox.run(&["demo-export", scenario]).expect_code(0);
        assert!(run.stderr.contains("is unchanged since"), "{}", run.transcript());
    }
    assert_snapshot!(sandbox.run(&["demo-seed", "general"]).transcript(), @"
    $ cargo xtask demo-seed general
     table           rows   inserted   updated   deleted   skipped   unchanged
    ───────────────────────────────────────────────────────────────────────────
     chat_sessions      4          -         -         -         -           4
     contacts           9          -         -         -         -           9
     vaults             3          -         -         -         -           3
     projects           9          -         -         -         -           9
     fragments        175          -         -         -         -         175
     todos             18          -         -         -         -          18
     total            218          -         -         -         -         218
    -- stderr
    sqlite:target/demo.sqlite already holds the seed of general; nothing was written ([TIME]).
    -- exit 0
    ");
}
