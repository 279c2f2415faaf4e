//! The committed files are SQL that `psql` and `sqlite3` run unmodified, into empty schemas.

use std::path::Path;

use test_support::postgres::TestDatabase;
use test_support::sqlite;

use super::{exported, lasting, migrated};
use crate::{BUNDLED, clone, done, versions};

#[test]
fn psql_runs_each_committed_file_and_the_result_exports_to_the_same_bytes() {
    for scenario in BUNDLED {
        let sandbox = clone();
        for (file, snapshot) in versions(&sandbox, scenario) {
            let server = migrated(&sandbox);
            let path = sandbox.path(&format!("demo-snapshots/{scenario}/{file}"));
            check_verification(&psql(&server, &path), &file);
            assert_eq!(lasting(&exported(&sandbox, scenario, &server.url())), lasting(&snapshot), "{file}");
            // A second raw run finds its own rows and replaces them.
            check_verification(&psql(&server, &path), &file);
            assert_eq!(
                lasting(&exported(&sandbox, scenario, &server.url())),
                lasting(&snapshot),
                "{file}, twice"
            );
        }
    }
}

#[test]
fn sqlite3_runs_each_committed_file_and_the_result_exports_to_the_same_bytes() {
    for scenario in BUNDLED {
        let sandbox = clone();
        for (file, snapshot) in versions(&sandbox, scenario) {
            let database = format!("{file}.sqlite");
            done(&sandbox, &["db-migrate", "--database", &format!("sqlite:{database}")]);
            let path = sandbox.path(&format!("demo-snapshots/{scenario}/{file}"));
            let printed = sqlite::client(&sandbox.path(&database), &path);
            check_verification(&printed, &file);
            let url = format!("sqlite:{database}");
            assert_eq!(lasting(&exported(&sandbox, scenario, &url)), lasting(&snapshot), "{file}");
        }
    }
}

/// What `psql` prints that runs the file.
#[track_caller]
fn psql(server: &TestDatabase, path: &Path) -> String {
    let output = server.psql_file(path);
    assert!(output.status.success(), "psql: {}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).expect("UTF-8")
}

/// Each line of the Verification section gives a table, the rows that are expected and the rows that are there.
#[track_caller]
fn check_verification(printed: &str, file: &str) {
    let lines: Vec<Vec<&str>> = printed
        .lines()
        .map(|line| line.split('|').map(str::trim).collect::<Vec<_>>())
        .filter(|l| l.len() == 3)
        .collect();
    assert!(!lines.is_empty(), "{file}: {printed}");
    for line in lines.iter().filter(|line| line[0] != "table") {
        assert_eq!(line[1], line[2], "{file}: {line:?}");
    }
}
