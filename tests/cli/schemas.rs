//! The bundled schemas: each scenario finds its own, and none is mistaken for another.

use insta::assert_snapshot;
use test_support::sqlite;

use crate::clone;
use crate::support::{refused, shown};

#[test]
fn a_scenario_of_another_schema_needs_no_option() {
    let sandbox = clone();
    let run = sandbox.run(&["demo-import", "memory"]).expect_code(0);
    assert_snapshot!(shown(&run), @"
    $ cargo xtask demo-import memory
    Imported memory v1_2026-11-20 into sqlite:target/demo-memory.sqlite: 71 rows read back and equal to the file ([TIME]).
     table                  rows   inserted   updated   deleted   skipped   unchanged
    ──────────────────────────────────────────────────────────────────────────────────
     scopes                    5          5         -         -         -           -
     capsules                  5          5         -         -         -           -
     observations             30         30         -         -         -           -
     capsule_observations     21         21         -         -         -           -
     summaries                 5          5         -         -         -           -
     pins                      5          5         -         -         -           -
     total                    71         71         -         -         -           -
    -- stderr
    Made sqlite:target/demo-memory.sqlite with the bundled schema.
    observations by kind: 6 decision, 11 event, 6 fact, 5 preference, 2 question
    -- exit 0
    ");
    assert_eq!(
        sqlite::one(&sandbox.path("target/demo-memory.sqlite"), "SELECT count(*) FROM observations"),
        "30"
    );
    assert!(!sandbox.path("target/demo.sqlite").exists());
    let moved = "UPDATE observations SET content = NULL, is_redacted = TRUE, redaction_reason = 'asked for' WHERE id = 2";
    sqlite::execute(&sandbox.path("target/demo-memory.sqlite"), moved);
    let run = sandbox.run(&["demo-export", "memory"]).expect_code(0);
    assert!(run.stdout.contains("memory v2_") && run.stdout.contains("1 changed"), "{}", run.transcript());
}

#[test]
fn a_schema_is_made_by_its_name() {
    let sandbox = clone();
    assert_snapshot!(sandbox.run(&["db-migrate", "--schema", "memory"]).transcript(), @"
    $ cargo xtask db-migrate --schema memory
    -- stderr
    sqlite:target/demo-memory.sqlite is at schema version 2: ran 0001_tables, 0002_full_text.
    -- exit 0
    ");
    assert_snapshot!(sandbox.run(&["db-migrate", "--schema", "memory", "--json"]).transcript(), @r#"
    $ cargo xtask db-migrate --schema memory --json
    {
      "applied": [],
      "database": "sqlite:target/demo-memory.sqlite",
      "fresh": false,
      "schema": "memory",
      "version": 2
    }
    -- exit 0
    "#);
    assert_snapshot!(sandbox.run(&["db-migrate", "--schema", "vault", "--fresh"]).transcript(), @"
    $ cargo xtask db-migrate --schema vault --fresh
    -- stderr
    sqlite:target/demo.sqlite is at schema version 3: ran 0001_tables, 0002_indexes, 0003_full_text.
    -- exit 0
    ");
    assert_snapshot!(refused(&sandbox, &["db-migrate", "--schema", "memry"]), @"
    $ cargo xtask db-migrate --schema memry
    -- stderr
    error: there is no bundled schema `memry`
       help: did you mean `memory`? the bundled schemas are: vault, memory, checkpoints, astrology
    -- exit 2
    ");
}

#[test]
fn a_database_of_another_schema_is_left_alone() {
    let sandbox = clone();
    let _ = sandbox.run(&["demo-import", "writer"]).expect_code(0);
    let vault = ["--database", "sqlite:target/demo.sqlite"];
    let migrate = ["db-migrate", "--schema", "memory"];
    assert_snapshot!(refused(&sandbox, &[&migrate[..], &vault].concat()), @"
    $ cargo xtask db-migrate --schema memory --database sqlite:target/demo.sqlite
    -- stderr
    error: sqlite:target/demo.sqlite holds the schema `vault`, not `memory`
       help: name the schema that it holds: --schema vault; or another database, since one holds one bundled schema
    -- exit 3
    ");
    assert_snapshot!(refused(&sandbox, &[&migrate[..], &["--fresh", "--yes"], &vault].concat()), @"
    $ cargo xtask db-migrate --schema memory --fresh --yes --database sqlite:target/demo.sqlite
    -- stderr
    error: sqlite:target/demo.sqlite holds the schema `vault`, not `memory`
       help: name the schema that it holds: --schema vault; or another database, since one holds one bundled schema
    -- exit 3
    ");
    assert_snapshot!(refused(&sandbox, &[&["demo-import", "memory"], &vault[..]].concat()), @"
    $ cargo xtask demo-import memory --database sqlite:target/demo.sqlite
    -- stderr
    error: sqlite:target/demo.sqlite holds the bundled schema `vault`, and the scenario is of `memory`
       help: leave --database out, for the scenario's schema has a file of its own; or name another database, since one holds one bundled schema
    -- exit 3
    ");
    assert_snapshot!(refused(&sandbox, &[&["demo-seed", "memory"], &vault[..]].concat()), @"
    $ cargo xtask demo-seed memory --database sqlite:target/demo.sqlite
    -- stderr
    error: sqlite:target/demo.sqlite holds the bundled schema `vault`, and the scenario is of `memory`
       help: leave --database out, for the scenario's schema has a file of its own; or name another database, since one holds one bundled schema
    -- exit 3
    ");
}

#[test]
fn a_scenario_of_a_schema_that_there_is_not() {
    let sandbox = clone();
    let file = "demo-snapshots/memory/scenario.yaml";
    sandbox.write(file, sandbox.read(file).replace("schema: memory", "schema: memori"));
    assert_snapshot!(refused(&sandbox, &["demo-import", "memory"]), @"
    $ cargo xtask demo-import memory
    -- stderr
    error: demo-snapshots/memory/scenario.yaml: there is no bundled schema `memori`
       help: did you mean `memory`? the bundled schemas are: vault, memory, checkpoints, astrology
    -- exit 3
    ");
    assert_snapshot!(refused(&sandbox, &["demo-regenerate", "memory", "--check"]), @"
    $ cargo xtask demo-regenerate memory --check
    -- stderr
    error: demo-snapshots/memory/scenario.yaml: there is no bundled schema `memori`
       help: did you mean `memory`? the bundled schemas are: vault, memory, checkpoints, astrology
    -- exit 3
    ");
}

#[test]
fn bytes_of_a_seed_that_are_spelled_in_no_form() {
    let sandbox = clone();
    let file = "demo-snapshots/agent/seed.yaml";
    let seed = sandbox.read(file).replacen("value: { hex: \"\" }", "value: nothing", 1);
    sandbox.write(file, seed);
    assert_snapshot!(refused(&sandbox, &["demo-seed", "agent"]), @r#"
    $ cargo xtask demo-seed agent
    -- stderr
    error: seed.yaml: `writes`, row 2: column `value` holds bytes, and this is text
       help: write `{ hex: "00ff" }`, `{ text: … }` for its UTF-8, or `{ json: … }` or `{ msgpack: … }` for a value in that form
    -- exit 3
    "#);
}
