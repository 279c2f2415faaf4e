//! The bundled schema opens in SQLite 3.38, and every committed snapshot runs there statement by statement, twice in a row,
//! with the counts that its verification expects. Run by `cargo xtask test`.

use std::path::Path;

use rusqlite::{Batch, Connection};

const MIGRATIONS: [&str; 3] = [
    include_str!("../../../crates/demo-app/migrations/sqlite/0001_tables.sql"),
    include_str!("../../../crates/demo-app/migrations/sqlite/0002_indexes.sql"),
    include_str!("../../../crates/demo-app/migrations/sqlite/0003_full_text.sql"),
];

fn main() {
    assert!(rusqlite::version().starts_with("3.38."), "{}", rusqlite::version());
    let archive = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../demo-snapshots");
    let mut checked = 0;
    for scenario in ["developer", "general", "writer"] {
        for entry in std::fs::read_dir(archive.join(scenario)).expect("a scenario") {
            let path = entry.expect("an entry").path();
            let name = path.file_name().expect("a name").to_string_lossy().into_owned();
            if name.starts_with(&format!("{scenario}_v")) {
                run_twice(&std::fs::read_to_string(&path).expect("a snapshot"), &name);
                checked += 1;
            }
        }
    }
    assert!(checked >= 4, "{checked} snapshots");
    println!("SQLite {}: the schema opens, {checked} snapshots run", rusqlite::version());
}

fn run_twice(snapshot: &str, name: &str) {
    let database = Connection::open_in_memory().expect("memory");
    database.execute_batch("PRAGMA foreign_keys = ON").expect("foreign keys");
    for migration in MIGRATIONS {
        database.execute_batch(migration).expect("the schema");
    }
    for _ in 0..2 {
        let verified = run(&database, snapshot, name);
        assert!(verified >= 5, "{name}: {verified} tables verified");
    }
    let check = "INSERT INTO fragments_fts (fragments_fts, rank) VALUES ('integrity-check', 1)";
    database.execute(check, []).expect("full-text search in sync");
}

/// Runs a snapshot's statements; returns how many verified their counts.
fn run(database: &Connection, snapshot: &str, name: &str) -> usize {
    let mut verified = 0;
    let mut batch = Batch::new(database, snapshot);
    while let Some(mut statement) = batch.next().unwrap_or_else(|error| panic!("{name}: {error}")) {
        let mut rows = statement.query([]).unwrap_or_else(|error| panic!("{name}: {error}"));
        while let Some(row) = rows.next().unwrap_or_else(|error| panic!("{name}: {error}")) {
            let (table, expected, actual): (String, i64, i64) =
                (row.get(0).expect("a table"), row.get(1).expect("a count"), row.get(2).expect("a count"));
            assert_eq!(actual, expected, "{name}: {table}");
            verified += 1;
        }
    }
    verified
}
