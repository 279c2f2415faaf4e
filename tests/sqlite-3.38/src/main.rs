//! Every bundled schema opens in SQLite 3.38, and every committed snapshot that says so runs there statement by statement,
//! twice in a row where it cleans up after itself, with the counts that its verification expects. Run by `cargo xtask test`.

use std::fs;
use std::path::{Path, PathBuf};

use rusqlite::{Batch, Connection};

fn main() {
    assert!(rusqlite::version().starts_with("3.38."), "{}", rusqlite::version());
    let workspace = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    let (mut ran, mut newer) = (0, 0);
    for folder in entries(&workspace.join("demo-snapshots")) {
        let Ok(scenario) = fs::read_to_string(folder.join("scenario.yaml")) else { continue };
        let schema = scenario.lines().find_map(|line| line.strip_prefix("schema: ")).unwrap_or("vault");
        let migrations = workspace.join("crates/demo-app/migrations").join(schema).join("sqlite");
        for path in entries(&folder) {
            let name = file_name(&path);
            if !name.starts_with(&format!("{}_v", file_name(&folder))) {
                continue;
            }
            let snapshot = fs::read_to_string(&path).expect("a snapshot");
            let database = migrated(&migrations);
            match raw(&snapshot) {
                Some(rounds) => {
                    run(&database, &snapshot, &name, rounds);
                    ran += 1;
                }
                None => newer += 1,
            }
        }
    }
    assert!(ran >= 6, "{ran} snapshots");
    println!(
        "SQLite {}: the schemas open, {ran} snapshots run, {newer} ask for a newer one",
        rusqlite::version()
    );
}

/// What is in a folder, by name.
fn entries(folder: &Path) -> Vec<PathBuf> {
    let mut paths: Vec<PathBuf> =
        fs::read_dir(folder).expect("a folder").map(|entry| entry.expect("an entry").path()).collect();
    paths.sort();
    paths
}

fn file_name(path: &Path) -> String {
    path.file_name().expect("a name").to_string_lossy().into_owned()
}

/// How often a snapshot runs into one database, by its header; `None` if this SQLite is too old for it.
fn raw(snapshot: &str) -> Option<usize> {
    let line = snapshot.lines().find_map(|line| line.strip_prefix("-- Raw: sqlite >= 3.")).expect("a header");
    let (minor, rest) = line.split_once(',').expect("two engines");
    let minor: u32 = minor.parse().expect("a version");
    (minor <= 38).then_some(if rest.contains("empty tables only") { 1 } else { 2 })
}

fn migrated(migrations: &Path) -> Connection {
    let database = Connection::open_in_memory().expect("memory");
    database.execute_batch("PRAGMA foreign_keys = ON").expect("foreign keys");
    for migration in entries(migrations) {
        let sql = fs::read_to_string(&migration).expect("a migration");
        database.execute_batch(&sql).unwrap_or_else(|error| panic!("{}: {error}", migration.display()));
    }
    database
}

fn run(database: &Connection, snapshot: &str, name: &str, rounds: usize) {
    for _ in 0..rounds {
        let verified = run_once(database, snapshot, name);
        assert!(verified >= 5, "{name}: {verified} tables verified");
    }
    let sql = "SELECT name FROM sqlite_schema WHERE sql LIKE 'CREATE VIRTUAL TABLE%fts5%'";
    let mut statement = database.prepare(sql).expect("a query");
    let indexes = statement.query_map([], |row| row.get::<_, String>(0)).expect("runs");
    for index in indexes.map(|name| name.expect("a name")) {
        let check = format!("INSERT INTO {index} ({index}, rank) VALUES ('integrity-check', 1)");
        database.execute(&check, []).expect("full-text search in sync");
    }
}

/// Runs a snapshot's statements; returns how many verified their counts.
fn run_once(database: &Connection, snapshot: &str, name: &str) -> usize {
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
