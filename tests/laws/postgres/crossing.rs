//! SQLite to PostgreSQL and back: the same bytes below the header, the same digest at each hop.

use test_support::postgres::TestDatabase;

use super::{content_digest, exported, lasting};
use crate::{BUNDLED, body, clone, done, versions};

#[test]
fn the_bundled_scenarios_go_from_sqlite_to_postgres_and_back() {
    for scenario in BUNDLED {
        let sandbox = clone();
        let (_, latest) = versions(&sandbox, scenario).pop_last().expect("a version");
        let server = TestDatabase::new();
        done(&sandbox, &["demo-import", scenario]);
        let first = exported(&sandbox, scenario, "sqlite:target/demo.sqlite");
        sandbox.write("first.sql", &first);
        done(&sandbox, &["demo-import", scenario, "--file", "first.sql", "--database", &server.url()]);
        let second = exported(&sandbox, scenario, &server.url());
        assert_eq!(lasting(&second), lasting(&first), "{scenario}: SQLite to PostgreSQL");
        sandbox.write("second.sql", &second);
        let back = ["demo-import", scenario, "--file", "second.sql", "--database", "sqlite:back.sqlite"];
        done(&sandbox, &back);
        let third = exported(&sandbox, scenario, "sqlite:back.sqlite");
        assert_eq!(lasting(&third), lasting(&first), "{scenario}: PostgreSQL to SQLite");
        assert_eq!(body(&third), body(&latest), "{scenario}");
        let digests = [&latest, &first, &second, &third].map(|file| content_digest(file));
        assert!(digests.iter().all(|digest| *digest == digests[0]), "{scenario}: {digests:?}");
    }
}

#[test]
fn every_archived_version_is_unchanged_on_either_engine() {
    let sandbox = clone();
    let server = TestDatabase::new();
    for scenario in BUNDLED {
        done(&sandbox, &["demo-import", scenario, "--database", &server.url()]);
        let run = done(&sandbox, &["demo-import", scenario, "--database", &server.url()]);
        assert!(run.stdout.contains("nothing was changed"), "{}", run.transcript());
    }
    // Three scenarios share a vault: each is still what it was.
    for scenario in BUNDLED {
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

#[test]
fn tables_are_made_on_postgres_from_what_the_archive_recorded_of_sqlite() {
    for scenario in BUNDLED {
        let sandbox = clone();
        let server = TestDatabase::new();
        done(&sandbox, &["demo-import", scenario, "--database", &server.url(), "--create-schema"]);
        let (_, latest) = versions(&sandbox, scenario).pop_last().expect("a version");
        assert_eq!(body(&exported(&sandbox, scenario, &server.url())), body(&latest), "{scenario}");
    }
}
