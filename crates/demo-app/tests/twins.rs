//! The two schemas are twins: a scenario means the same rows of either.

extern crate demo_snapshot_app as demo_app;

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

use database::{DatabaseUrl, Migration, TargetOptions, open_target};
use model::{Catalog, Definition};
use test_support::postgres::TestDatabase;

/// The catalog of a database in which all of `migrations` ran, twice.
#[track_caller]
fn migrated(url: &DatabaseUrl, migrations: &[Migration]) -> Catalog {
    let mut target = open_target(url, &TargetOptions::default()).expect("opens");
    let names: Vec<&str> = migrations.iter().map(|migration| migration.name).collect();
    let first = target.migrate(migrations).expect("runs");
    assert_eq!(
        (first.applied, first.version),
        (names.iter().map(|&name| name.to_owned()).collect(), names.len())
    );
    let second = target.migrate(migrations).expect("runs again");
    assert_eq!((second.applied, second.version), (Vec::new(), names.len()));
    target.catalog().expect("a catalog")
}

fn sqlite() -> Catalog {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let path = folder.path().join("demo.db");
    database::create_database(&path).expect("made");
    migrated(&DatabaseUrl::sqlite(path), demo_app::SQLITE)
}

fn postgres(db: &TestDatabase) -> Catalog {
    migrated(&DatabaseUrl::parse(&db.url()).expect("a URL"), demo_app::POSTGRES)
}

fn definition(catalog: &Catalog, scenario: &Path) -> Definition {
    let text = fs::read_to_string(scenario).expect("a scenario");
    let scenario = scenario::read_scenario(&text, "scenario.yaml").expect("reads");
    subset::plan(catalog, &scenario, None, &BTreeSet::new()).expect("a plan").definition
}

#[test]
fn postgres_and_sqlite_give_every_bundled_scenario_the_same_definition() {
    let sqlite = sqlite();
    let db = TestDatabase::new();
    let postgres = postgres(&db);
    let scenarios = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../demo-snapshots");
    for name in ["developer", "general", "writer"] {
        let scenario = scenarios.join(name).join("scenario.yaml");
        assert_eq!(definition(&postgres, &scenario), definition(&sqlite, &scenario), "{name}");
    }
}

#[test]
fn postgres_has_the_columns_keys_and_references_of_sqlite() {
    let mut sqlite = sqlite();
    let db = TestDatabase::new();
    let mut postgres = postgres(&db);
    // What each engine calls its types and its keys' indexes is its own.
    for table in sqlite.tables.values_mut().chain(postgres.tables.values_mut()) {
        for column in &mut table.columns {
            column.declared.clear();
        }
        for key in &mut table.unique_keys {
            key.name.clear();
        }
    }
    assert_eq!(postgres.tables, sqlite.tables);
}

#[test]
fn postgres_refuses_what_the_application_could_not_show_and_counts_ids_up() {
    let db = TestDatabase::new();
    postgres(&db);
    let fragment = |metadata: &str| {
        db.try_psql(&format!(
            "INSERT INTO fragments (type, title, message, metadata, vault, created_at, updated_at) VALUES
             ('note', 'Hinges', 'Order the 110° ones', '{metadata}', 'home', '2026-11-01 08:00', '2026-11-01 08:00')
             RETURNING id"
        ))
    };
    assert!(fragment("{}").is_err(), "a fragment without its vault");
    db.psql(
        "INSERT INTO vaults (id, name, slug, created_at, updated_at)
         VALUES (7, 'Home', 'home', '2026-11-01 08:00', '2026-11-01 08:00')",
    );
    assert!(fragment("{").is_err(), "metadata that is not JSON");
    assert_eq!(fragment("{}").expect("a fragment").trim(), "2", "the refused one took a number");
}

#[test]
fn postgres_finds_fragments_by_their_words_with_the_index() {
    let db = TestDatabase::new();
    postgres(&db);
    let plan = db.psql(
        "SET enable_seqscan = off; EXPLAIN (COSTS off) SELECT id FROM fragments
         WHERE to_tsvector('simple', coalesce(title, '') || ' ' || message) @@ plainto_tsquery('simple', 'hinges')",
    );
    assert!(plan.contains("Bitmap Index Scan on fragments_full_text"), "{plan}");
}
