//! `demo-regenerate`

use insta::assert_snapshot;
use test_support::Sandbox;

use crate::clone;
use crate::support::{EPOCH, assert_unchanged, refused, shown, state};

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
    assert_snapshot!(sandbox.run(&["demo-regenerate", "--check"]).transcript(), @r#"
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

        writer: v1_2026-11-20 → seed.yaml

        fragments
          ~ id 1068
              state:
                $.status: "blocked" → "open"

         table      added  changed  removed  equal
         fragments      0        1        0     91
        1 row changed

        The seeds hold other rows than the latest versions. To write new versions: cargo xtask demo-regenerate && cargo xtask demo-review
        -- exit 1
        "#);
    assert_unchanged(&before, &sandbox);
    let _ = sandbox.run_with(&["demo-regenerate", "--accept"], &EPOCH).expect_code(0);
    let _ = sandbox.run(&["demo-regenerate", "--check"]).expect_code(0);
    let _ = sandbox.run(&["demo-verify"]).expect_code(0);
}

/// A fresh clone with a changed seed, and what it gives waiting for a review.
fn waiting() -> Sandbox {
    let sandbox = clone();
    let seed = sandbox.read("demo-snapshots/writer/seed.yaml");
    sandbox.write("demo-snapshots/writer/seed.yaml", seed.replacen("status: blocked", "status: open", 1));
    let _ = sandbox.run_with(&["demo-regenerate", "writer"], &EPOCH).expect_code(0);
    sandbox
}

const PENDING: &str = "demo-snapshots/writer/writer_v2_2026-11-18.sql.new";

#[test]
fn what_differs_waits_for_a_review_and_is_accepted_as_it_was_seen() {
    let sandbox = waiting();
    assert_snapshot!(sandbox.run_with(&["demo-regenerate", "writer"], &EPOCH).transcript(), @r"
        $ cargo xtask demo-regenerate writer
         scenario   version                              added   changed   removed
        ───────────────────────────────────────────────────────────────────────────
         writer     v2_2026-11-18   waits for a review       0         1         0
        -- stderr
        What differs waits for a review: cargo xtask demo-review shows it, cargo xtask demo-accept takes it, cargo xtask demo-reject removes it.
        -- exit 0
        ");
    let seen = sandbox.read(PENDING);
    assert_snapshot!(sandbox.run(&["demo-review"]).transcript(), @r#"
        $ cargo xtask demo-review
        Version 1 of 1
        writer: v1_2026-11-20 → v2_2026-11-18 (pending)

        fragments
          ~ id 1068
              state:
                $.status: "blocked" → "open"

         table      added  changed  removed  equal
         fragments      0        1        0     91
        1 row changed
        -- stderr
        1 version still waits: cargo xtask demo-accept or demo-reject, for one scenario or for all.
        -- exit 1
        "#);
    assert_snapshot!(sandbox.run(&["demo-review", "--json"]).transcript(), @r#"
        $ cargo xtask demo-review --json
        {
          "pending": [
            {
              "file": "demo-snapshots/writer/writer_v2_2026-11-18.sql.new",
              "scenario": "writer",
              "version": "v2_2026-11-18"
            }
          ]
        }
        -- exit 1
        "#);
    assert_snapshot!(sandbox.run(&["demo-diff", "writer", "latest", "pending", "--format", "summary"]).transcript(), @r"
        $ cargo xtask demo-diff writer latest pending --format summary
        writer: v1_2026-11-20 → v2_2026-11-18 (pending)
         table      added  changed  removed  equal
         fragments      0        1        0     91
        1 row changed
        -- exit 1
        ");
    assert_snapshot!(sandbox.run(&["demo-accept"]).transcript(), @r"
        $ cargo xtask demo-accept
        -- stderr
        Accepted writer v2_2026-11-18: demo-snapshots/writer/writer_v2_2026-11-18.sql (1 row changed).
        -- exit 0
        ");
    assert_eq!(sandbox.read("demo-snapshots/writer/writer_v2_2026-11-18.sql"), seen);
    assert!(!sandbox.path(PENDING).exists());
    assert_snapshot!(sandbox.run(&["demo-review"]).transcript(), @r"
        $ cargo xtask demo-review
        -- stderr
        No version waits for a review.
        -- exit 0
        ");
    let _ = sandbox.run(&["demo-verify"]).expect_code(0);
    let _ = sandbox.run(&["demo-regenerate", "--check"]).expect_code(0);
    // As if it had been written at once.
    let other = clone();
    other.write("demo-snapshots/writer/seed.yaml", sandbox.read("demo-snapshots/writer/seed.yaml"));
    let _ = other.run_with(&["demo-regenerate", "--accept"], &EPOCH).expect_code(0);
    for file in ["metadata/export_manifest.json", "metadata/schema_versions.json", "writer/CHANGES.md"] {
        let read = |sandbox: &Sandbox| sandbox.read(&format!("demo-snapshots/{file}"));
        assert_eq!(read(&other), read(&sandbox), "{file}");
    }
}

#[test]
fn a_version_that_waits_is_rejected() {
    let sandbox = waiting();
    assert_snapshot!(sandbox.run(&["demo-reject", "writer"]).transcript(), @r"
        $ cargo xtask demo-reject writer
        -- stderr
        Rejected writer v2_2026-11-18: removed demo-snapshots/writer/writer_v2_2026-11-18.sql.new.
        -- exit 0
        ");
    assert!(!sandbox.path(PENDING).exists());
    assert_snapshot!(sandbox.run(&["demo-reject", "writer"]).transcript(), @r"
        $ cargo xtask demo-reject writer
        -- stderr
        No version waits for a review.
        -- exit 0
        ");
    assert_snapshot!(refused(&sandbox, &["demo-diff", "writer", "latest", "pending"]), @r"
        $ cargo xtask demo-diff writer latest pending
        -- stderr
        error: no version of writer waits for a review
           help: `demo-regenerate` leaves one where a seed holds other rows than the latest version
        -- exit 2
        ");
}

#[test]
fn a_version_that_waits_is_nobodys_to_commit() {
    let sandbox = waiting();
    sandbox.write("demo-snapshots/writer/seed.yaml", clone().read("demo-snapshots/writer/seed.yaml"));
    let before = state(&sandbox);
    assert_snapshot!(sandbox.run(&["demo-regenerate", "writer", "--check"]).transcript(), @r"
        $ cargo xtask demo-regenerate writer --check
         scenario   version                              added   changed   removed
        ───────────────────────────────────────────────────────────────────────────
         writer     v1_2026-11-20   waits for a review       0         0         0
        -- stderr
        Versions that wait for a review are no part of the archive: cargo xtask demo-review, then commit.
        -- exit 1
        ");
    assert_snapshot!(sandbox.run(&["demo-verify", "writer"]).transcript(), @r"
        $ cargo xtask demo-verify writer
         scenario   version         records
        ────────────────────────────────────────────
         writer     v1_2026-11-20       124   sound
        -- stderr
        error: demo-snapshots/writer/writer_v2_2026-11-18.sql.new: this version waits for a review, and is no part of the archive
           help: look at it with `demo-review`; `demo-accept` makes it a version, `demo-reject` removes it
        1 finding ([TIME]).
        -- exit 1
        ");
    assert_unchanged(&before, &sandbox);
    // What no longer differs waits no longer.
    let _ = sandbox.run(&["demo-regenerate", "writer"]).expect_code(0);
    assert!(!sandbox.path(PENDING).exists());
}

#[test]
fn a_version_that_was_damaged_or_overtaken_is_not_accepted() {
    let sandbox = waiting();
    let pending = sandbox.read(PENDING);
    sandbox.write(PENDING, pending.replacen("'open'", "'shut'", 1));
    assert_snapshot!(shown(&sandbox.run(&["demo-accept", "writer"])), @r"
        $ cargo xtask demo-accept writer
        -- stderr
        error: demo-snapshots/writer/writer_v2_2026-11-18.sql.new: the rows do not have the digest that the `Content` line says: expected [DIGEST], found [DIGEST]
           help: a value was changed: restore the file from version control, or export again
        -- exit 3
        ");
    sandbox.write(PENDING, pending);
    let _ = sandbox.run(&["demo-import", "writer", "--quiet"]).expect_code(0);
    test_support::sqlite::execute(
        &sandbox.path("target/demo.sqlite"),
        "UPDATE fragments SET title = 'Another' WHERE id = 1068",
    );
    let _ = sandbox.run_with(&["demo-export", "writer"], &EPOCH).expect_code(0);
    assert_snapshot!(refused(&sandbox, &["demo-accept", "writer"]), @r"
        $ cargo xtask demo-accept writer
        -- stderr
        error: demo-snapshots/writer/writer_v2_2026-11-18.sql.new: this cannot be v2_2026-11-18 any more: the next version is v3_2026-11-18
           help: make it anew with `demo-regenerate writer`, and look at it again
        -- exit 3
        ");
}
