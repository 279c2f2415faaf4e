//! The schemas of both engines are twins: a scenario means the same rows of either.

extern crate demo_snapshot_app as demo_app;

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

use database::{DatabaseUrl, Migration, Schema, TargetOptions, open_target};
use demo_app::{MEMORY, SCHEMAS, VAULT};
use model::{Catalog, Definition};
use scenario::Scenario;
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

fn sqlite(schema: Schema) -> Catalog {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let path = folder.path().join("demo.db");
    database::create_database(&path).expect("made");
    migrated(&DatabaseUrl::sqlite(path), schema.migrations.sqlite)
}

fn postgres(schema: Schema, db: &TestDatabase) -> Catalog {
    migrated(&DatabaseUrl::parse(&db.url()).expect("a URL"), schema.migrations.postgres)
}

/// The bundled scenarios of a schema.
fn scenarios(schema: Schema) -> Vec<Scenario> {
    let archive = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../demo-snapshots");
    let files = fs::read_dir(archive).expect("an archive").map(|entry| entry.expect("an entry").path());
    let read = |file: std::path::PathBuf| {
        let text = fs::read_to_string(file.join("scenario.yaml")).ok()?;
        Some(scenario::read_scenario(&text, "scenario.yaml").expect("reads"))
    };
    let is_of = |scenario: &Scenario| scenario.schema.as_deref().unwrap_or(SCHEMAS[0].name) == schema.name;
    files.filter_map(read).filter(is_of).collect()
}

fn definition(catalog: &Catalog, scenario: &Scenario) -> Definition {
    subset::plan(catalog, scenario, None, &BTreeSet::new()).expect("a plan").definition
}

#[test]
fn postgres_and_sqlite_give_every_bundled_scenario_the_same_definition() {
    for &schema in SCHEMAS {
        let (sqlite, postgres) = (sqlite(schema), postgres(schema, &TestDatabase::new()));
        let scenarios = scenarios(schema);
        assert!(!scenarios.is_empty(), "{}", schema.name);
        for scenario in scenarios {
            let name = &scenario.name;
            assert_eq!(definition(&postgres, &scenario), definition(&sqlite, &scenario), "{name}");
        }
    }
}

#[test]
fn postgres_has_the_columns_keys_and_references_of_sqlite() {
    for &schema in SCHEMAS {
        let (mut sqlite, mut postgres) = (sqlite(schema), postgres(schema, &TestDatabase::new()));
        // What each engine calls its types and its keys' indexes is its own.
        for table in sqlite.tables.values_mut().chain(postgres.tables.values_mut()) {
            for column in &mut table.columns {
                column.declared.clear();
            }
            for key in &mut table.unique_keys {
                key.name.clear();
            }
        }
        assert_eq!(postgres.tables, sqlite.tables, "{}", schema.name);
    }
}

#[test]
fn postgres_refuses_what_the_application_could_not_show_and_counts_ids_up() {
    let db = TestDatabase::new();
    postgres(VAULT, &db);
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
fn postgres_finds_words_with_the_index() {
    for (schema, index, query) in [
        (
            VAULT,
            "fragments_full_text",
            "fragments WHERE to_tsvector('simple', coalesce(title, '') || ' ' || message)",
        ),
        (MEMORY, "observations_full_text", "observations WHERE to_tsvector('simple', coalesce(content, ''))"),
    ] {
        let db = TestDatabase::new();
        postgres(schema, &db);
        let plan = db.psql(&format!(
            "SET enable_seqscan = off; EXPLAIN (COSTS off) SELECT id FROM {query} @@ plainto_tsquery('simple', 'hinges')"
        ));
        assert!(plan.contains(&format!("Bitmap Index Scan on {index}")), "{plan}");
    }
}
