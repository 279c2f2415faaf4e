//! The promises on PostgreSQL, and between both engines: a real server, real clients, the tool run as its users run it.

mod bundled;
mod crossing;
mod determinism;
mod in_use;
mod invariant;
mod keys_after;
mod kill;
mod patches;
mod random_rows;
mod random_schemas;
mod reached;
mod shapes;
mod values;

use std::path::Path;

use test_support::Sandbox;
use test_support::postgres::TestDatabase;

use crate::{EPOCH, done, exported_from};

/// An empty database with the bundled schema.
fn migrated(sandbox: &Sandbox) -> TestDatabase {
    let database = TestDatabase::new();
    done(sandbox, &["db-migrate", "--database", &database.url()]);
    database
}

/// The bytes that an export of `scenario` from the database at `url` would write.
#[track_caller]
fn exported(sandbox: &Sandbox, scenario: &str, url: &str) -> Vec<u8> {
    exported_from(sandbox, scenario, url, &[EPOCH])
}

/// As `crate::lasting`, without the line that names the engine: what must be the same from either.
#[track_caller]
fn lasting(snapshot: &[u8]) -> String {
    let text = crate::lasting(snapshot);
    text.lines().filter(|line| !line.starts_with("-- Source: ")).collect::<Vec<_>>().join("\n")
}

/// What `psql` prints that runs the file.
#[track_caller]
fn psql(server: &TestDatabase, path: &Path) -> String {
    let output = server.psql_file(path);
    assert!(output.status.success(), "psql: {}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).expect("UTF-8")
}

/// The content digest that a snapshot states.
#[track_caller]
fn content_digest(snapshot: &[u8]) -> String {
    let text = String::from_utf8(snapshot.to_vec()).expect("UTF-8");
    let line = text.lines().rev().find(|line| line.starts_with("-- Content: ")).expect("a digest");
    line.to_owned()
}
