//! `data-stats`

use insta::assert_snapshot;

use crate::clone;

#[test]
fn rows_and_bytes_of_every_table() {
    let sandbox = clone();
    assert_snapshot!(sandbox.run(&["data-stats"]).transcript(), @"
    $ cargo xtask data-stats
    -- stderr
    error: there is no database at `target/demo.sqlite`
       help: check the path; `db-migrate` makes a new database with the bundled schema
    -- exit 4
    ");
    let _ = sandbox.run(&["demo-import", "writer"]).expect_code(0);
    assert_snapshot!(sandbox.run(&["data-stats"]).transcript(), @"
    $ cargo xtask data-stats
     table           rows        size
    ──────────────────────────────────
     chat_sessions      3    20.0 KiB
     contacts           7     4.0 KiB
     fragments         92   100.0 KiB
     projects           6    12.0 KiB
     todos             14    12.0 KiB
     vaults             2     8.0 KiB
     total            124   156.0 KiB
    -- exit 0
    ");
    assert_snapshot!("statistics_as_json", sandbox.run(&["data-stats", "--json"]).transcript());
}
