//! Every scenario of the committed archive, of every bundled schema, through the laws: here on SQLite, in
//! `postgres/bundled.rs` on PostgreSQL and across. A scenario that is added is swept without a change to these files.

use database::{DatabaseUrl, SourceOptions};
use rusqlite::Connection;
use test_support::{Sandbox, sqlite};

use crate::determinism::{Layout, copy_rows};
use crate::raw_run::run_raw;
use crate::{Bundled, body, bundled, clone, content, done, exported, lasting, quoted, versions};

/// What the header of a snapshot says of runs without the tool.
pub(crate) struct Raw {
    /// The oldest SQLite, as 3.`minor`.
    pub(crate) sqlite_minor: u32,
    /// Whether it needs the function that PostgreSQL lacks.
    pub(crate) needs_unhex: bool,
    /// Whether it finds and replaces its own rows.
    pub(crate) runs_again: bool,
}

#[track_caller]
pub(crate) fn raw(snapshot: &[u8]) -> Raw {
    let text = std::str::from_utf8(snapshot).expect("UTF-8");
    let line =
        text.lines().find_map(|line| line.strip_prefix("-- Raw: sqlite >= 3.")).expect("runs on SQLite");
    let (minor, rest) = line.split_once(", postgres >= 14").expect("runs on PostgreSQL");
    Raw {
        sqlite_minor: minor.parse().expect("a version"),
        needs_unhex: text.contains("unhex('"),
        runs_again: !rest.contains("empty tables only"),
    }
}

/// The newest version of a scenario.
#[track_caller]
pub(crate) fn latest(sandbox: &Sandbox, scenario: &Bundled) -> Vec<u8> {
    versions(sandbox, &scenario.name).pop_last().expect("a version").1
}

/// For each table, a statement that writes every row anew as it is.
pub(crate) fn updates(url: &str) -> Vec<String> {
    let tables = catalog(url).tables;
    let update = |(name, table): (&String, &model::catalog::Table)| {
        let column = quoted(&table.columns[table.columns.len() - 1].name);
        format!("UPDATE {} SET {column} = {column}", quoted(name))
    };
    tables.iter().map(update).collect()
}

fn catalog(url: &str) -> model::Catalog {
    let url = DatabaseUrl::parse(url).expect("a URL");
    database::open_source(&url, &SourceOptions::default()).expect("opens").catalog().expect("a catalog")
}

/// For each table that counts its ids up, a statement that inserts a row without one: a copy of a row that is there, with
/// other texts where they are unique.
pub(crate) fn inserts_without_id(url: &str) -> Vec<String> {
    let catalog = catalog(url);
    let counted =
        catalog.tables.iter().filter(|(_, table)| table.columns.iter().any(|column| column.identity));
    counted
        .map(|(name, table)| {
            let columns: Vec<_> = table.columns.iter().filter(|column| !column.identity).collect();
            let names: Vec<String> = columns.iter().map(|column| quoted(&column.name)).collect();
            let is_unique = |name: &str| table.unique_keys.iter().any(|key| key.columns == [name]);
            let value = |(column, quoted): (&&model::catalog::Column, &String)| {
                if is_unique(column.name.as_str()) {
                    format!("{quoted} || ', again'")
                } else {
                    quoted.clone()
                }
            };
            let values: Vec<String> = columns.iter().zip(&names).map(value).collect();
            let (table, names, values) = (quoted(name), names.join(", "), values.join(", "));
            format!("INSERT INTO {table} ({names}) SELECT {values} FROM {table} LIMIT 1")
        })
        .collect()
}

fn check_search_indexes(connection: &Connection) {
    let sql = "SELECT name FROM sqlite_schema WHERE sql LIKE 'CREATE VIRTUAL TABLE%fts5%'";
    let mut statement = connection.prepare(sql).expect("a query");
    let indexes: Vec<String> =
        statement.query_map([], |row| row.get(0)).expect("runs").map(|name| name.expect("a name")).collect();
    for index in indexes {
        let check = format!("INSERT INTO {index} ({index}, rank) VALUES ('integrity-check', 1)");
        connection.execute_batch(&check).expect("the full-text index is in step");
    }
}

#[test]
fn the_archive_has_a_scenario_of_every_bundled_schema() {
    let schemas: Vec<String> = bundled().into_iter().map(|scenario| scenario.schema).collect();
    for schema in demo_app::SCHEMAS {
        assert!(schemas.iter().any(|name| name == schema.name), "{}", schema.name);
    }
}

#[test]
fn every_scenario_comes_back_as_it_was_and_a_second_import_changes_nothing() {
    for scenario in bundled() {
        let (sandbox, name, home) = (clone(), &scenario.name, scenario.database());
        let latest = latest(&sandbox, &scenario);
        done(&sandbox, &["demo-import", name]);
        let before = std::fs::read(sandbox.path(&home)).expect("the schema's own file was made");
        let again = done(&sandbox, &["demo-import", name]);
        assert!(again.stdout.contains("nothing was changed"), "{}", again.transcript());
        let run = done(&sandbox, &["demo-export", name]);
        assert!(run.stdout.contains("is unchanged since"), "{}", run.transcript());
        assert!(
            std::fs::read(sandbox.path(&home)).expect("there") == before,
            "{name}: the database was written"
        );

        let first = exported(&sandbox, name, &home);
        assert_eq!(lasting(&first), lasting(&latest), "{name}");
        sandbox.write("first.sql", &first);
        for (copy, create) in [("bundled.sqlite", &[][..]), ("made.sqlite", &["--create-schema"])] {
            let url = format!("sqlite:{copy}");
            let import = ["demo-import", name, "--file", "first.sql", "--database", &url];
            done(&sandbox, &[&import, create].concat());
            assert_eq!(lasting(&exported(&sandbox, name, copy)), lasting(&first), "{name}, {copy}");
        }
    }
}

#[test]
fn every_file_run_raw_gives_what_an_import_gives_and_twice_where_it_says_so() {
    for scenario in bundled() {
        let (sandbox, name) = (clone(), &scenario.name);
        done(&sandbox, &["demo-import", name]);
        let imported = content(&sandbox.path(&scenario.database()));
        for (file, snapshot) in versions(&sandbox, name) {
            let raw = raw(&snapshot);
            let database = format!("{file}.sqlite");
            let url = format!("sqlite:{database}");
            done(&sandbox, &["db-migrate", "--schema", &scenario.schema, "--database", &url]);
            let connection = sqlite::open(&sandbox.path(&database));
            for round in 0..=usize::from(raw.runs_again) {
                run_raw(&connection, &snapshot);
                check_search_indexes(&connection);
                assert_eq!(
                    lasting(&exported(&sandbox, name, &database)),
                    lasting(&snapshot),
                    "{file}, {round}"
                );
            }
            if snapshot == latest(&sandbox, &scenario) {
                assert_eq!(content(&sandbox.path(&database)), imported, "{file}");
            }
        }
    }
}

#[test]
fn how_a_database_stores_rows_shows_in_no_scenario() {
    for scenario in bundled() {
        let (sandbox, name, home) = (clone(), &scenario.name, scenario.database());
        done(&sandbox, &["demo-import", name]);
        let layout = Layout { encoding: "UTF-16le", page_size: 1024, order: "random()" };
        copy_rows(&sandbox.path(&home), &sandbox.path("copy.sqlite"), &layout);
        let under = [("LC_ALL", "tr_TR.UTF-8"), ("TZ", "Asia/Kolkata"), crate::EPOCH];
        let copy = crate::exported_under(&sandbox, name, "copy.sqlite", &under);
        assert!(copy == exported(&sandbox, name, &home), "{name}");
    }
}

#[test]
fn every_seed_is_the_latest_version_and_every_version_is_sound() {
    let sandbox = clone();
    let checked = done(&sandbox, &["demo-regenerate", "--check"]);
    let verified = done(&sandbox, &["demo-verify"]);
    for scenario in bundled() {
        let name = &scenario.name;
        let says =
            |text: &str, what: &str| text.lines().any(|line| line.contains(name) && line.contains(what));
        assert!(says(&checked.stdout, "up to date"), "{name}\n{}", checked.transcript());
        assert!(says(&verified.stdout, "sound"), "{name}\n{}", verified.transcript());
        let seeded = format!("{name}.sqlite");
        done(&sandbox, &["demo-seed", name, "--database", &format!("sqlite:{seeded}")]);
        assert_eq!(body(&exported(&sandbox, name, &seeded)), body(&latest(&sandbox, &scenario)), "{name}");
        let run = done(&sandbox, &["data-check", "--database", &format!("sqlite:{seeded}")]);
        assert!(run.stderr.contains("No findings"), "{}", run.transcript());
    }
}

#[test]
fn every_table_that_counts_takes_a_row_without_an_id_after_an_import() {
    let mut tables = 0;
    for scenario in bundled() {
        let sandbox = clone();
        done(&sandbox, &["demo-import", &scenario.name]);
        let database = sandbox.path(&scenario.database());
        for sql in inserts_without_id(&format!("sqlite:{}", database.display())) {
            sqlite::execute(&database, &sql);
            tables += 1;
        }
    }
    assert!(tables >= 22, "{tables} tables");
}
