//! `demo-merge` of versions from PostgreSQL.

use insta::assert_snapshot;
use test_support::Sandbox;
use test_support::postgres::TestDatabase;

use super::DAY;
use crate::support::XTASK;

const TABLES: &str = "
    CREATE TABLE items (
      id BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY, price NUMERIC NOT NULL, score DOUBLE PRECISION,
      at TIMESTAMPTZ, tags TEXT[], info JSONB
    );
    INSERT INTO items (price, score, at, tags, info) VALUES
      (1.10000000000000000000, 0.5, '2026-11-20 10:00:00+02', '{a,\"b c\"}', '{\"n\": 1.50}'), (2, NULL, NULL, NULL, NULL);
";

/// Two branches, each with a change of the items.
fn merged(engines: &str, theirs: &str, ours: &str, options: &[&str]) -> (Sandbox, String) {
    let (sandbox, database) = (Sandbox::empty(XTASK), TestDatabase::new());
    let git = |args: &[&str]| drop(sandbox.git(args).expect_code(0));
    let export = |change: &str| {
        database.psql(&format!("DROP TABLE IF EXISTS items; {TABLES} {change}"));
        let args = ["demo-export", "shop", "--database", &database.url()];
        let _ = sandbox.run_with(&args, &[DAY]).expect_code(0);
        git(&["add", "."]);
        git(&["commit", "-q", "-m", "a version"]);
    };
    let scenario = format!("scenario: shop\nengines: [{engines}]\nselect: {{ items: all }}\n");
    sandbox.write("demo-snapshots/shop/scenario.yaml", scenario);
    sandbox.write(".gitignore", ".lock\n");
    git(&["init", "-q", "-b", "main"]);
    export("");
    git(&["checkout", "-q", "-b", "feature"]);
    export(theirs);
    git(&["checkout", "-q", "main"]);
    export(ours);
    let args = [&["demo-merge", "shop", "--with", "feature"], options].concat();
    let run = sandbox.run_with(&args, &[DAY]);
    (sandbox, run.transcript())
}

#[test]
fn every_digit_survives_the_scratch_database() {
    let theirs = "UPDATE items SET price = 1.2000, info = '{\"n\": 1.50, \"t\": [1e2]}' WHERE id = 1";
    let ours = "UPDATE items SET at = '2026-11-21', info = '{\"n\": 1.50, \"o\": null}' WHERE id = 1;
        INSERT INTO items (price) VALUES (0.0000000000000000000001)";
    let (sandbox, told) = merged("sqlite, postgres", theirs, ours, &[]);
    assert_snapshot!(told, @"
    $ cargo xtask demo-merge shop --with feature
     table   ours   theirs   both   decided
    ────────────────────────────────────────
     items      1        0      1         0
    v2_2026-11-20 of theirs is now v3_2026-11-20.
    shop v4_2026-11-20 holds what both branches have: against ours 0 rows added, 1 changed, 0 removed.
    -- stderr
    To go on: git add demo-snapshots/shop demo-snapshots/metadata && git commit
    -- exit 0
    ");
    let latest = sandbox.read("demo-snapshots/shop/latest.sql");
    let rows = latest.split_once("-- items").and_then(|(_, rest)| rest.split_once("\n\n"));
    assert_snapshot!(rows.expect("a section").0, @r#"
     (3 records)
    INSERT INTO "items" ("id", "price", "score", "at", "tags", "info") VALUES
      (1, '1.2000', 0.5, '2026-11-21 00:00:00+00:00', '{a,"b c"}', '{"n":1.50,"o":null,"t":[100]}')
    , (2, '2', NULL, NULL, NULL, NULL)
    , (3, '0.0000000000000000000001', NULL, NULL, NULL, NULL)
    ;
    "#);
    let _ = sandbox.run(&["demo-verify"]).expect_code(0);
}

#[test]
fn what_sqlite_cannot_hold_is_not_merged() {
    let theirs = "UPDATE items SET price = 3 WHERE id = 1";
    let ours = "UPDATE items SET score = 'NaN' WHERE id = 2";
    assert_snapshot!(merged("postgres", theirs, ours, &[]).1, @"
    $ cargo xtask demo-merge shop --with feature
    -- stderr
    error: shop cannot be merged row by row: items.score, row id 2: SQLite has no NaN, and merged rows are checked in a scratch SQLite database
       help: import one branch's version into a PostgreSQL database, bring in the other's changes there, and export
    -- exit 3
    ");
}
