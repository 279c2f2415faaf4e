//! SQLite to PostgreSQL and back: the same bytes below the header, the same digest at each hop.

use test_support::postgres::TestDatabase;

use super::exported;
use crate::{VAULT, body, clone, done, versions};

#[test]
fn every_archived_version_is_unchanged_on_either_engine() {
    let sandbox = clone();
    let server = TestDatabase::new();
    for scenario in VAULT {
        done(&sandbox, &["demo-import", scenario, "--database", &server.url()]);
        let run = done(&sandbox, &["demo-import", scenario, "--database", &server.url()]);
        assert!(run.stdout.contains("nothing was changed"), "{}", run.transcript());
    }
    // Three scenarios share a vault: each is still what it was.
    for scenario in VAULT {
        let run = done(&sandbox, &["demo-export", scenario, "--database", &server.url()]);
        assert!(run.stdout.contains("is unchanged since"), "{}", run.transcript());
    }
}

#[test]
fn a_scenario_goes_from_one_version_to_the_other_and_back_without_a_question() {
    let sandbox = clone();
    let server = TestDatabase::new();
    for version in ["v1", "v2", "v1", "v2"] {
        let args = ["demo-import", "general", "--version", version, "--database", &server.url()];
        let run = done(&sandbox, &args);
        assert!(run.stdout.contains("read back and equal to the file"), "{}", run.transcript());
    }
    let (_, latest) = versions(&sandbox, "general").pop_last().expect("a version");
    assert_eq!(body(&exported(&sandbox, "general", &server.url())), body(&latest));
}

#[test]
fn a_version_exported_from_postgres_is_verified_and_restored_without_a_server() {
    let sandbox = clone();
    let server = super::migrated(&sandbox);
    done(&sandbox, &["demo-import", "writer", "--database", &server.url()]);
    server.psql("UPDATE fragments SET title = title || '!' WHERE metadata->>'scenario' = 'writer'");
    let run = done(&sandbox, &["demo-export", "writer", "--database", &server.url()]);
    assert!(run.stdout.contains("writer v2_") && run.stdout.contains("86 changed"), "{}", run.transcript());
    done(&sandbox, &["demo-verify"]);
    for extra in [&[][..], &["--create-schema"]] {
        let url = format!("sqlite:made{}.sqlite", extra.len());
        done(&sandbox, &[&["demo-import", "writer", "--database", &url], extra].concat());
        let (_, latest) = versions(&sandbox, "writer").pop_last().expect("a version");
        assert_eq!(body(&exported(&sandbox, "writer", &url)), body(&latest));
    }
}
