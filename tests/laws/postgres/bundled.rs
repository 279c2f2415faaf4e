//! Every scenario of the committed archive on PostgreSQL, and from one engine into the other: the same bytes below the
//! header, the same digest at each hop.

use test_support::postgres::TestDatabase;
use test_support::sqlite;

use super::{content_digest, exported, lasting, psql};
use crate::bundled::{inserts_without_id, latest, raw, updates};
use crate::{body, bundled, clone, done, versions};

/// What the manual gives to those who run a file with bytes in it.
const UNHEX: &str = "CREATE FUNCTION unhex(text) RETURNS bytea LANGUAGE sql IMMUTABLE STRICT AS $$ SELECT decode($1, 'hex') $$;";

#[test]
fn every_scenario_goes_from_sqlite_to_postgres_and_back() {
    for scenario in bundled() {
        let (sandbox, name, server) = (clone(), &scenario.name, TestDatabase::new());
        let latest = latest(&sandbox, &scenario);
        done(&sandbox, &["demo-import", name]);
        let first = exported(&sandbox, name, &format!("sqlite:{}", scenario.database()));
        sandbox.write("first.sql", &first);
        let import = ["demo-import", name, "--file", "first.sql", "--database", &server.url()];
        done(&sandbox, &import);
        let again = done(&sandbox, &import);
        assert!(again.stdout.contains("nothing was changed"), "{}", again.transcript());
        let second = exported(&sandbox, name, &server.url());
        assert_eq!(lasting(&second), lasting(&first), "{name}: SQLite to PostgreSQL");
        // Every row in another place of its table.
        server.psql(&updates(&server.url()).join(";"));
        assert!(exported(&sandbox, name, &server.url()) == second, "{name}: where rows lie shows");
        sandbox.write("second.sql", &second);
        let back = ["demo-import", name, "--file", "second.sql", "--database", "sqlite:back.sqlite"];
        done(&sandbox, &back);
        let third = exported(&sandbox, name, "sqlite:back.sqlite");
        assert_eq!(lasting(&third), lasting(&first), "{name}: PostgreSQL to SQLite");
        assert_eq!(body(&third), body(&latest), "{name}");
        let digests = [&latest, &first, &second, &third].map(|file| content_digest(file));
        assert!(digests.iter().all(|digest| *digest == digests[0]), "{name}: {digests:?}");

        let run = done(&sandbox, &["data-check", "--database", &server.url()]);
        assert!(run.stderr.contains("No findings"), "{}", run.transcript());
        for sql in inserts_without_id(&server.url()) {
            server.psql(&sql);
        }
    }
}

#[test]
fn tables_are_made_on_postgres_from_what_the_archive_recorded_of_sqlite() {
    for scenario in bundled() {
        let (sandbox, name, server) = (clone(), &scenario.name, TestDatabase::new());
        done(&sandbox, &["demo-import", name, "--database", &server.url(), "--create-schema"]);
        assert_eq!(
            body(&exported(&sandbox, name, &server.url())),
            body(&latest(&sandbox, &scenario)),
            "{name}"
        );
    }
}

#[test]
fn psql_runs_every_committed_file_and_the_result_exports_to_the_same_bytes() {
    for scenario in bundled() {
        let (sandbox, name) = (clone(), &scenario.name);
        for (file, snapshot) in versions(&sandbox, name) {
            let (server, raw) = (TestDatabase::new(), raw(&snapshot));
            done(&sandbox, &["db-migrate", "--schema", &scenario.schema, "--database", &server.url()]);
            if raw.needs_unhex {
                server.psql(UNHEX);
            }
            let path = sandbox.path(&format!("demo-snapshots/{name}/{file}"));
            // A second raw run finds its own rows and replaces them.
            for round in 0..=usize::from(raw.runs_again) {
                crate::raw_run::check_printed(&psql(&server, &path), &file);
                let found = exported(&sandbox, name, &server.url());
                assert_eq!(lasting(&found), lasting(&snapshot), "{file}, {round}");
            }
        }
    }
}

#[test]
fn sqlite3_runs_every_committed_file_that_it_is_new_enough_for() {
    let (client, mut ran) = (sqlite::client_minor_version(), 0);
    for scenario in bundled() {
        let (sandbox, name) = (clone(), &scenario.name);
        for (file, snapshot) in versions(&sandbox, name) {
            if raw(&snapshot).sqlite_minor > client {
                continue;
            }
            let url = format!("sqlite:{file}.sqlite");
            done(&sandbox, &["db-migrate", "--schema", &scenario.schema, "--database", &url]);
            let path = sandbox.path(&format!("demo-snapshots/{name}/{file}"));
            let printed = sqlite::client(&sandbox.path(&format!("{file}.sqlite")), &path);
            crate::raw_run::check_printed(&printed, &file);
            assert_eq!(lasting(&exported(&sandbox, name, &url)), lasting(&snapshot), "{file}");
            ran += 1;
        }
    }
    assert!(ran >= 6, "{ran} files");
}
