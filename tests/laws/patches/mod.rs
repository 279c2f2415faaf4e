//! A patch leads from base to head, run by the engine's own client with all keys enforced; or it is refused by name before
//! its first line is written. Run once more, it fails as a whole or changes nothing.
//!
//! A sample runs with all tests, thousands with `cargo xtask test --full`.

mod state;

use std::path::{Path, PathBuf};

use database::Triggers;
use model::{Catalog, Engine};
use snapshot_sql::patch::PatchError;
use test_support::sqlite;

pub(crate) use self::state::{clear, postgres_schema, rows, schema, yaml};
use crate::random_schemas::{Lab, in_full};

/// How many of a hundred pairs may be refused.
const MOST_REFUSED: u32 = 25;

/// Two snapshots of random states, and where the second came from.
pub(crate) struct Pair {
    pub(crate) lab: Lab,
    path: PathBuf,
    pub(crate) base: Vec<u8>,
    pub(crate) head: Vec<u8>,
    /// The statements that make the base.
    pub(crate) rows: String,
}

/// Makes pairs in one SQLite database.
pub(crate) struct Maker {
    lab: Option<Lab>,
}

impl Maker {
    pub(crate) fn new() -> Self {
        let lab = Lab::new(&yaml(), Triggers::Off);
        sqlite::execute(&lab.path("pairs.sqlite"), &schema());
        Self { lab: Some(lab) }
    }

    /// The pair of that number.
    pub(crate) fn pair(&mut self, number: u64) -> Pair {
        // From states with nothing in common to those that differ in a row or two.
        let same = (10 - number % 6 * 2).min(9);
        self.pair_of(rows(number, number, 10), &rows(number, number ^ 0x5555, same))
    }

    /// The pair of two states.
    pub(crate) fn pair_of(&mut self, base: String, head: &str) -> Pair {
        let lab = self.lab.take().expect("given back");
        let path = lab.path("pairs.sqlite");
        let head = exported(&lab, &path, head);
        let rows = base;
        let base = exported(&lab, &path, &rows);
        Pair { lab, path, base, head, rows }
    }

    pub(crate) fn give_back(&mut self, pair: Pair) {
        self.lab = Some(pair.lab);
    }
}

fn fill(path: &Path, rows: &str) {
    let sql =
        format!("PRAGMA foreign_keys = OFF; PRAGMA synchronous = OFF; BEGIN; {} {rows} COMMIT;", clear());
    sqlite::execute(path, &sql);
}

fn exported(lab: &Lab, path: &Path, rows: &str) -> Vec<u8> {
    fill(path, rows);
    lab.exported(&format!("sqlite:{}", path.display())).expect("a state is exported")
}

/// The patch of a pair; `None` if it is refused as it may be.
#[track_caller]
pub(crate) fn patch_of(pair: &Pair, catalog: &Catalog) -> Option<Vec<u8>> {
    match pair.lab.patch(&pair.base, &pair.head, catalog) {
        Ok(text) => Some(text),
        Err(workflow::Error::Patch(error @ (PatchError::Stuck { .. } | PatchError::Referred { .. }))) => {
            let (table, why) = match &error {
                PatchError::Stuck { table, why, .. } => (table.as_str(), why.as_str()),
                PatchError::Referred { table, by, .. } => (table.as_str(), by.as_str()),
                _ => ("", ""),
            };
            let known = [
                ("seats", "there is no placeholder of its type"),
                ("codes", "rows refer to it"),
                ("codes", "uses"),
            ];
            assert!(known.contains(&(table, why)), "{error}");
            None
        }
        Err(error) => panic!("{}", in_full(&error)),
    }
}

#[track_caller]
pub(crate) fn few_refused(refused: u32, cases: u32) {
    assert!(refused * 100 <= cases * MOST_REFUSED, "{refused} of {cases} were refused");
}

#[track_caller]
pub(crate) fn content_of(snapshot: &[u8]) -> String {
    let text = String::from_utf8(snapshot.to_vec()).expect("UTF-8");
    let line = text.lines().rev().find(|line| line.starts_with("-- Content: ")).expect("a digest");
    line.to_owned()
}

/// What goes wrong, with the patch.
pub(crate) fn told(number: u64, pair: &Pair, patch: &[u8], what: &str) -> String {
    format!("pair {number}: {what}\n{}\n{}", pair.rows, String::from_utf8_lossy(patch))
}

#[test]
fn patches_of_random_pairs_lead_from_base_to_head_on_sqlite() {
    let cases = crate::cases_asked_for().unwrap_or(24);
    let mut maker = Maker::new();
    let mut refused = 0;
    // What the pairs are there for.
    let mut missing =
        vec![" parked, whose", " linked to ", " unlinked from ", " added\n", " changed\n", " removed\n"];
    let (mut catalog, client) = (None, sqlite::client_minor_version());
    for number in 0..u64::from(cases) {
        let pair = maker.pair(number);
        let url = format!("sqlite:{}", pair.path.display());
        let catalog = catalog.get_or_insert_with(|| Lab::catalog(&url));
        assert_eq!(catalog.engine, Engine::Sqlite);
        let Some(patch) = patch_of(&pair, catalog) else {
            refused += 1;
            maker.give_back(pair);
            continue;
        };
        let text = String::from_utf8_lossy(&patch);
        missing.retain(|part| !text.contains(part));
        let file = pair.lab.path("patch.sql");
        write(&file, &patch);
        let ran = run(&pair.path, &file, &patch, client);
        let tell = |what: &str| told(number, &pair, &patch, what);
        ran.unwrap_or_else(|said| panic!("{}", tell(&said)));
        let found = pair.lab.exported(&url).unwrap_or_else(|error| panic!("{}", tell(&error)));
        assert_eq!(content_of(&found), content_of(&pair.head), "{}", tell("other rows"));
        // Once more: a database that is not as base has it.
        let again = run(&pair.path, &file, &patch, client);
        let found = pair.lab.exported(&url).unwrap_or_else(|error| panic!("{}", tell(&error)));
        assert_eq!(content_of(&found), content_of(&pair.head), "{}", tell(&format!("again: {again:?}")));
        maker.give_back(pair);
    }
    few_refused(refused, cases);
    assert_eq!(missing, [""; 0], "no patch has such a part");
}

/// A row, and the same as another wants to have it.
pub(crate) const RENAMED: [&str; 2] =
    ["INSERT INTO vaults VALUES (1, 'old', NULL);", "INSERT INTO vaults VALUES (1, 'new', NULL);"];
/// What somebody did to it meanwhile.
pub(crate) const BY_HAND: &str = "UPDATE vaults SET name = 'by hand'";

#[test]
fn a_patch_changes_nothing_where_rows_are_not_as_in_base_on_sqlite() {
    let mut maker = Maker::new();
    let pair = maker.pair_of(RENAMED[0].to_owned(), RENAMED[1]);
    let url = format!("sqlite:{}", pair.path.display());
    let patch = patch_of(&pair, &Lab::catalog(&url)).expect("a patch");
    let file = pair.lab.path("patch.sql");
    write(&file, &patch);
    sqlite::execute(&pair.path, BY_HAND);
    let said = sqlite::client_with_keys(&pair.path, &file).expect_err("a check fails");
    assert!(said.contains("malformed JSON"), "{said}");
    assert_eq!(sqlite::one(&pair.path, "SELECT name FROM vaults"), "by hand");
}

/// Runs a patch by the client, or, where that is too old to know `unhex`, statement by statement.
fn run(database: &Path, file: &Path, patch: &[u8], client: u32) -> Result<(), String> {
    let text = std::str::from_utf8(patch).expect("UTF-8");
    if client >= 41 || text.contains("-- Raw: sqlite >= 3.38,") {
        return sqlite::client_with_keys(database, file).map(|_| ());
    }
    // What is not committed is undone with the connection.
    sqlite::open(database).execute_batch(text).map_err(|error| error.to_string())
}

#[expect(clippy::disallowed_methods, reason = "a script for a client")]
pub(crate) fn write(path: &Path, patch: &[u8]) {
    std::fs::write(path, patch).expect("written");
}
