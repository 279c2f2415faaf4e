//! Random schemas, random rows that keep their keys, random scenarios: what the tool takes is what a model says that knows
//! no engine; it comes back to the byte, changes nothing that is not its own, and goes from one engine to the other.
//!
//! A sample runs with all tests, thousands with `cargo xtask test --full`. A failing case is shrunk, and printed as SQL.

mod case;
mod lab;
mod reach;
mod rows;
mod scenario;
mod schema;
mod sql;

use std::cell::RefCell;
use std::collections::BTreeMap;

use proptest::test_runner::{Config, RngAlgorithm, TestCaseError, TestError, TestRng, TestRunner};
use rusqlite::Connection;
use test_support::sqlite;

pub(crate) use self::case::Case;
pub(crate) use self::lab::{Lab, in_full};
use self::schema::Key;
pub(crate) use self::sql::{Dialect, quoted};
use crate::{body, content};

/// An engine's databases, by name.
pub(crate) trait Databases {
    /// An empty database of that name, and in it what the statements make, which need not keep foreign keys.
    fn make(&mut self, lab: &Lab, name: &str, sql: &str) -> String;

    /// Runs statements, as [`Databases::make`].
    fn run(&mut self, url: &str, sql: &str);

    /// Every row of every table, sorted.
    fn content(&mut self, case: &Case, url: &str) -> BTreeMap<String, Vec<String>>;

    /// Rows that refer to nothing.
    fn dangling(&mut self, url: &str) -> Vec<String>;
}

/// Runs `law` on random cases, the same ones each time: on as many as the sample has, unless more were asked for.
pub(crate) fn on_cases(dialect: Dialect, sample: u32, law: impl Fn(&Case) -> Result<(), String>) {
    let cases = crate::cases_asked_for().unwrap_or(sample);
    let result = runner(cases)
        .run(&case::genes(), |genes| law(&Case::build(&genes, dialect)).map_err(TestCaseError::fail));
    if let Err(TestError::Fail(reason, genes)) = &result {
        panic!("{reason}\n{}", Case::build(genes, dialect));
    }
    result.expect("cases can be drawn");
}

fn runner(cases: u32) -> TestRunner {
    let config = Config {
        cases,
        max_shrink_iters: 1000,
        max_shrink_time: 60_000,
        failure_persistence: None,
        ..Config::default()
    };
    TestRunner::new_with_rng(config, TestRng::deterministic_rng(RngAlgorithm::ChaCha))
}

/// Checks a case on one engine; returns its archive, unless no export of it is to be had.
pub(crate) fn check(case: &Case, databases: &mut dyn Databases) -> Result<Option<(Lab, Vec<u8>)>, String> {
    let makes_schema = case.makes_schema;
    let lab = Lab::new(&case.yaml(), case.triggers);
    let source = databases.make(&lab, "source", &case.database(case.dialect));
    let file = match lab.export(&source) {
        Ok(file) => file,
        Err(error) => {
            let is_known = error.contains("in a circle that no row can start") && is_closed(case);
            return if is_known { Ok(None) } else { Err(format!("export: {error}")) };
        }
    };
    if is_closed(case) {
        return Err("a circle that no row can start was exported".to_owned());
    }
    if case.has_own_value() {
        let both = Lab::new(&case.yaml_for_both(), case.triggers);
        let refused = both.export(&source).err().unwrap_or_default();
        if !refused.contains("cannot hold") && !refused.contains("SQLite has no NaN") {
            return Err(format!("a value of one engine alone, for both: {refused}"));
        }
    }
    let expected = databases.make(&lab, "expected", &case.expected());
    let expected = databases.content(case, &expected);
    let empty = if makes_schema {
        String::new()
    } else {
        case.dialect.create(&case.tables) + &case.dialect.constrain(&case.tables)
    };
    let target = databases.make(&lab, "target", &empty);
    check_import(case, databases, (&lab, &file), &target)?;
    let mut found = databases.content(case, &target);
    // Tables that the scenario does not need are made by nobody.
    let held = case.scenario.held_tables(&case.tables);
    let needed = |name: &String| !makes_schema || held.iter().any(|at| case.tables[*at].name == *name);
    found.retain(|name, _| needed(name));
    same(
        "the rows of the scenario",
        &expected.into_iter().filter(|(name, _)| needed(name)).collect(),
        &found,
    )?;
    // A file that leaves references out changes the rows that it came from, and one with limits deletes nothing.
    if !case.scenario.reach.is_limited() {
        check_edits(case, databases, &lab, &source)?;
    }
    Ok(Some((lab, file)))
}

/// Whether the case is one that no export can be had of.
fn is_closed(case: &Case) -> bool {
    case.dialect == Dialect::Postgres && case.scenario.has_closed_circle(&case.tables)
}

/// Imports into a database without rows, and again; exports from there.
fn check_import(
    case: &Case,
    databases: &mut dyn Databases,
    (lab, file): (&Lab, &[u8]),
    target: &str,
) -> Result<(), String> {
    let makes_schema = case.makes_schema;
    let empty = case.closure.all.is_empty();
    let outcome = lab.import(target, makes_schema).map_err(|error| format!("import: {error}"))?;
    if outcome.applied == (empty && !makes_schema) {
        return Err(format!("the first import applied: {}", outcome.applied));
    }
    let dangling = databases.dangling(target);
    if !dangling.is_empty() {
        return Err(format!("rows that refer to nothing: {dangling:?}"));
    }
    let again = lab.exported(target).map_err(|error| format!("the export of what was imported: {error}"))?;
    same_text("exported, imported, exported", &body(file), &body(&again))?;
    unchanged(lab, target, "the second import")
}

/// Imports where nothing is to be done.
fn unchanged(lab: &Lab, url: &str, what: &str) -> Result<(), String> {
    let outcome = lab.import(url, false).map_err(|error| format!("{what}: {error}"))?;
    if outcome.applied || outcome.plan.changes_anything() {
        return Err(format!("{what} changes something: {:?}", outcome.plan));
    }
    Ok(())
}

/// In the database that the scenario came from, its rows are edited, and an import brings back the state before.
fn check_edits(case: &Case, databases: &mut dyn Databases, lab: &Lab, source: &str) -> Result<(), String> {
    let before = databases.content(case, source);
    databases.run(source, &case.edits());
    if databases.content(case, source) == before {
        return unchanged(lab, source, "the import into the source");
    }
    let outcome = lab.import(source, false).map_err(|error| format!("import after edits: {error}"))?;
    if !outcome.applied {
        return Err("the import after edits did nothing".to_owned());
    }
    same("the rows after edits and an import", &before, &databases.content(case, source))?;
    let dangling = databases.dangling(source);
    if dangling.is_empty() {
        Ok(())
    } else {
        Err(format!("rows that refer to nothing after edits: {dangling:?}"))
    }
}

type Content = BTreeMap<String, Vec<String>>;

fn same(what: &str, expected: &Content, found: &Content) -> Result<(), String> {
    if expected == found {
        return Ok(());
    }
    let lines = |content: &Content| {
        let rows =
            content.iter().flat_map(|(table, rows)| rows.iter().map(move |row| format!("{table}: {row}")));
        rows.collect::<Vec<_>>().join("\n")
    };
    same_text(what, &lines(expected), &lines(found))?;
    Err(format!("{what}: other tables"))
}

/// The texts are equal; else the lines that only one of them has.
pub(crate) fn same_text(what: &str, expected: &str, found: &str) -> Result<(), String> {
    if expected == found {
        return Ok(());
    }
    let only = |one: &str, other: &str, mark: &str| {
        let lines = one.lines().filter(|line| !other.lines().any(|o| o == *line)).take(20);
        lines.map(|line| format!("\n{mark} {line}")).collect::<Vec<_>>().concat()
    };
    Err(format!("{what}{}{}", only(expected, found, "-"), only(found, expected, "+")))
}

/// SQLite files in the case's own folder.
pub(crate) struct SqliteFiles;

impl SqliteFiles {
    fn open(url: &str) -> Connection {
        let connection = sqlite::open(url.trim_start_matches("sqlite:").as_ref());
        connection.execute_batch("PRAGMA foreign_keys = off; PRAGMA synchronous = off").expect("a free hand");
        connection
    }
}

impl Databases for SqliteFiles {
    fn make(&mut self, lab: &Lab, name: &str, sql: &str) -> String {
        let url = format!("sqlite:{}", lab.path(name).display());
        // A file with no table would not be a database.
        Self::open(&url).execute_batch(&format!("VACUUM; BEGIN; {sql} COMMIT")).expect("the case's SQL");
        url
    }

    fn run(&mut self, url: &str, sql: &str) {
        Self::open(url).execute_batch(&format!("BEGIN; {sql} COMMIT")).expect("the case's SQL");
    }

    fn content(&mut self, _: &Case, url: &str) -> BTreeMap<String, Vec<String>> {
        content(url.trim_start_matches("sqlite:").as_ref())
    }

    fn dangling(&mut self, url: &str) -> Vec<String> {
        crate::rows(&Self::open(url), "PRAGMA foreign_key_check")
    }
}

/// Runs the file as SQLite's client would, where it says that this can be done: with foreign keys enforced at once where it
/// says so of PostgreSQL.
fn check_raw(case: &Case, lab: &Lab, file: &[u8]) -> Result<(), String> {
    let text = String::from_utf8(file.to_vec()).expect("UTF-8");
    let raw = text.lines().find(|line| line.starts_with("-- Raw: ")).expect("the line");
    if raw.contains("sqlite none") {
        return Err(format!("{raw} of a file from SQLite"));
    }
    let url = SqliteFiles.make(lab, "raw", &case.dialect.create(&case.tables));
    let connection = SqliteFiles::open(&url);
    if raw.contains("postgres >=") {
        connection.execute_batch("PRAGMA foreign_keys = on").expect("enforced");
    }
    connection.execute_batch(&text).map_err(|error| format!("run raw: {error}"))?;
    let found = lab.exported(&url).map_err(|error| format!("the export after a raw run: {error}"))?;
    same_text("run raw", &body(file), &body(&found))
}

/// Whether a case is of a shape.
type IsShape = fn(&Case) -> bool;

#[test]
fn random_cases_are_of_every_shape() {
    let shapes: [(&str, IsShape); 20] = [
        ("six tables", |case| case.tables.len() == 6),
        ("no row in the file", |case| case.closure.all.is_empty()),
        ("ten rows in the file", |case| case.closure.all.len() >= 10),
        ("rows outside of the file", |case| case.rows.iter().flatten().count() > case.closure.all.len() + 5),
        ("followed children", |case| case.closure.owned.len() > case.closure.selected.len()),
        ("shared parents", |case| case.closure.all.len() > case.closure.owned.len()),
        ("shared and own rows in one table", |case| {
            let tables = |is_owned: bool| {
                let rows = case
                    .closure
                    .all
                    .iter()
                    .filter(move |place| case.closure.owned.contains(place) == is_owned);
                rows.map(|place| place.0)
            };
            tables(true).any(|table| tables(false).any(|other| other == table))
        }),
        ("a composite reference", |case| case.has_row_with(&|_, r| r.columns.len() > 1)),
        ("an inherited key", |case| {
            case.has_row_with(&|t, r| matches!(t.kind, Key::Inherited(_)) && r.columns == t.key)
        }),
        ("a reference to a unique column", |case| {
            case.has_row_with(&|_, r| case.tables[r.to].unique.is_some_and(|at| r.key == [at]))
        }),
        ("a table without key", |case| case.has_row_with(&|t, _| t.row_key().is_empty())),
        ("a self-reference that is set later", |case| {
            case.has_row_with(&|t, r| t.name == case.tables[r.to].name && !r.is_ordered)
        }),
        ("a self-reference that orders rows", |case| case.has_row_with(&|_, r| r.is_ordered)),
        ("a relation", |case| case.has_row_with(&|_, r| !r.is_declared)),
        ("a cascade", |case| case.has_row_with(&|_, r| r.on_delete.ends_with("CASCADE"))),
        ("a circle without NULL", |case| {
            !case.closure.all.is_empty() && case.scenario.has_closed_circle(&case.tables)
        }),
        ("a reference that is not followed", |case| !case.closure.cut.is_empty()),
        ("an excluded table", |case| !case.closure.all.is_empty() && case.scenario.reach.excludes()),
        ("limits", |case| !case.closure.all.is_empty() && case.scenario.reach.has_limits()),
        ("edits that delete and add", |case| {
            case.edits().contains("DELETE") && case.edits().contains("INSERT")
        }),
    ];
    let found = RefCell::new(BTreeMap::new());
    let mut runner = runner(400);
    let drawn = runner.run(&case::genes(), |genes| {
        let case = Case::build(&genes, Dialect::Sqlite);
        for (name, is_shape) in shapes {
            *found.borrow_mut().entry(name).or_insert(0) += u32::from(is_shape(&case));
        }
        Ok(())
    });
    drawn.expect("cases can be drawn");
    let rare: Vec<_> = found
        .borrow()
        .iter()
        .filter(|(_, count)| **count < 12)
        .map(|(name, n)| format!("{name}: {n}"))
        .collect();
    assert!(rare.is_empty(), "{rare:?}");
}

#[test]
fn scenarios_of_random_schemas_are_what_a_model_says_and_come_back() {
    on_cases(Dialect::Sqlite, 25, |case| {
        let Some((lab, file)) = check(case, &mut SqliteFiles)? else {
            return Err("refused".to_owned());
        };
        check_raw(case, &lab, &file)
    });
}
