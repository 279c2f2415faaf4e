//! `demo-seed`

use insta::assert_snapshot;
use test_support::sqlite;

use crate::clone;
use crate::support::{assert_unchanged, state};

#[test]
fn a_seeded_scenario_exports_as_unchanged() {
    let sandbox = clone();
    assert_snapshot!(sandbox.run(&["demo-seed", "general"]).transcript(), @"
    $ cargo xtask demo-seed general
    Seeded general into sqlite:target/demo.sqlite: 218 rows read back and equal ([TIME]).
     table           rows   inserted   updated   deleted   skipped   unchanged
    ───────────────────────────────────────────────────────────────────────────
     chat_sessions      4          4         -         -         -           -
     contacts           9          9         -         -         -           -
     vaults             3          3         -         -         -           -
     projects           9          9         -         -         -           -
     fragments        175        175         -         -         -           -
     todos             18         18         -         -         -           -
     total            218        218         -         -         -           -
    -- exit 0
    ");
    for scenario in ["writer", "developer"] {
        let _ = sandbox.run(&["demo-seed", scenario]).expect_code(0);
    }
    for scenario in ["general", "writer", "developer"] {
        let run = sandbox.run(&["demo-export", scenario]).expect_code(0);
        assert!(run.stdout.contains("is unchanged since"), "{}", run.transcript());
    }
    assert_snapshot!(sandbox.run(&["demo-seed", "general"]).transcript(), @"
    $ cargo xtask demo-seed general
    sqlite:target/demo.sqlite already holds the seed of general: nothing was changed ([TIME]).
     table           rows   inserted   updated   deleted   skipped   unchanged
    ───────────────────────────────────────────────────────────────────────────
     chat_sessions      4          -         -         -         -           4
     contacts           9          -         -         -         -           9
     vaults             3          -         -         -         -           3
     projects           9          -         -         -         -           9
     fragments        175          -         -         -         -         175
     todos             18          -         -         -         -          18
     total            218          -         -         -         -         218
    -- exit 0
    ");
}

#[test]
fn a_dry_run_tells_what_would_be_lost_and_changes_nothing() {
    let sandbox = clone();
    assert_snapshot!(sandbox.run(&["demo-seed", "writer", "--dry-run", "-q"]).transcript(), @"
    $ cargo xtask demo-seed writer --dry-run -q
    Dry run of the seed of writer into sqlite:target/demo.sqlite: nothing was changed ([TIME]).
     table           rows   inserted   updated   deleted   skipped   unchanged
    ───────────────────────────────────────────────────────────────────────────
     chat_sessions      3          3         -         -         -           -
     contacts           7          7         -         -         -           -
     vaults             2          2         -         -         -           -
     projects           6          6         -         -         -           -
     fragments         92         92         -         -         -           -
     todos             14         14         -         -         -           -
     total            124        124         -         -         -           -
    -- exit 0
    ");
    assert!(sandbox.tree("target").is_empty());
    let _ = sandbox.run(&["demo-seed", "writer"]).expect_code(0);
    sqlite::execute(
        &sandbox.path("target/demo.sqlite"),
        "UPDATE fragments SET title = 'Mine now' WHERE id = 1001; DELETE FROM todos WHERE id = 101",
    );
    let before = state(&sandbox);
    assert_snapshot!(sandbox.run(&["demo-seed", "writer"]).transcript(), @"
    $ cargo xtask demo-seed writer
    -- stderr
    error: 1 row of the demo that people added or edited would be lost, and nobody is here to confirm it:
             fragments id 1001 (edited)
       help: say --yes to go on, or look first: --dry-run
    -- exit 2
    ");
    assert_snapshot!(sandbox.run(&["demo-seed", "writer", "--dry-run"]).transcript(), @"
    $ cargo xtask demo-seed writer --dry-run
    Dry run of the seed of writer into sqlite:target/demo.sqlite: nothing was changed ([TIME]).
     table           rows   inserted   updated   deleted   skipped   unchanged
    ───────────────────────────────────────────────────────────────────────────
     chat_sessions      3          -         -         -         -           3
     contacts           7          -         -         -         -           7
     vaults             2          -         -         -         -           2
     projects           6          -         -         -         -           6
     fragments         92          -         1         -         -          91
     todos             14          1         -         -         -          13
     total            124          1         1         -         -         122
    -- stderr
    Rows that people added or edited and that would be lost:
      fragments id 1001 (edited)
    -- exit 0
    ");
    assert_unchanged(&before, &sandbox);
    assert_snapshot!(sandbox.run(&["demo-seed", "writer", "--yes"]).transcript(), @"
    $ cargo xtask demo-seed writer --yes
    Seeded writer into sqlite:target/demo.sqlite: 124 rows read back and equal ([TIME]).
     table           rows   inserted   updated   deleted   skipped   unchanged
    ───────────────────────────────────────────────────────────────────────────
     chat_sessions      3          -         -         -         -           3
     contacts           7          -         -         -         -           7
     vaults             2          -         -         -         -           2
     projects           6          -         -         -         -           6
     fragments         92          -         1         -         -          91
     todos             14          1         -         -         -          13
     total            124          1         1         -         -         122
    -- stderr
    losing 1 row of the demo that people added or edited, as --yes says:
      fragments id 1001 (edited)
    -- exit 0
    ");
}
