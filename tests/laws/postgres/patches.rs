//! Patches on PostgreSQL, run by `psql`.

use database::Triggers;
use model::Engine;
use test_support::postgres::TestDatabase;

use super::psql;
use crate::patches::{
    BY_HAND, Maker, RENAMED, clear, content_of, few_refused, patch_of, postgres_schema, told, write, yaml,
};
use crate::random_schemas::Lab;

#[test]
fn patches_of_random_pairs_lead_from_base_to_head_on_postgres() {
    let cases = crate::cases_asked_for().unwrap_or(24);
    let mut maker = Maker::new();
    let database = TestDatabase::new();
    database.psql(&postgres_schema());
    let mut client = database.client();
    let lab = Lab::new(&yaml(), Triggers::Off);
    let catalog = Lab::catalog(&database.url());
    assert_eq!(catalog.engine, Engine::Postgres);
    let mut refused = 0;
    for number in 0..u64::from(cases) {
        let pair = maker.pair(number);
        let rows = &pair.rows;
        client.send(&format!(
            "SET session_replication_role = replica; BEGIN; {} {rows} COMMIT; SET session_replication_role = origin",
            clear()
        ));
        if let Some(patch) = patch_of(&pair, &catalog) {
            let file = pair.lab.path("patch.sql");
            write(&file, &patch);
            psql(&database, &file);
            let found = lab.exported(&database.url());
            let found = found.unwrap_or_else(|error| panic!("{}", told(number, &pair, &patch, &error)));
            let differ = || told(number, &pair, &patch, "other rows");
            assert_eq!(content_of(&found), content_of(&pair.head), "{}", differ());
            let again = database.psql_file(&file);
            let found = lab.exported(&database.url()).expect("rows that an export takes");
            let differ = || told(number, &pair, &patch, &format!("again: {again:?}"));
            assert_eq!(content_of(&found), content_of(&pair.head), "{}", differ());
        } else {
            refused += 1;
        }
        maker.give_back(pair);
    }
    few_refused(refused, cases);
}

#[test]
fn a_patch_changes_nothing_where_rows_are_not_as_in_base_on_postgres() {
    let mut maker = Maker::new();
    let database = TestDatabase::new();
    database.psql(&postgres_schema());
    let pair = maker.pair_of(RENAMED[0].to_owned(), RENAMED[1]);
    let patch = patch_of(&pair, &Lab::catalog(&database.url())).expect("a patch");
    let file = pair.lab.path("patch.sql");
    write(&file, &patch);
    database.psql(&format!("{} {BY_HAND}", pair.rows));
    let output = database.psql_file(&file);
    assert!(!output.status.success());
    let said = String::from_utf8_lossy(&output.stderr);
    assert!(said.contains("invalid input syntax for type json"), "{said}");
    assert!(said.contains("rows_of_vaults_are_not_as_in_base"), "{said}");
    assert_eq!(database.psql("SELECT name FROM vaults").trim(), "by hand");
}
