//! The plan: a definition complete enough to find the rows in a source and to write their file.

use std::collections::BTreeSet;

use model::scope::LooseReference;
use model::text::Shown;
use model::{Catalog, Definition, Engine, Scope, Table, TableSpec};
use scenario::Scenario;

use crate::columns::{Types, check_names, columns};
use crate::error::Error;
use crate::graph::{self, Held};
use crate::order::{self, Circles};

/// What is exported, in the order of the file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Plan {
    /// Tables, columns, keys, selection, references: what the file's header says.
    pub definition: Definition,
    /// What the header does not say: limits, whole tables, references that are not followed or that no engine knows.
    pub scope: Scope,
    /// What the snapshot will hold that may lead nowhere, a sentence each.
    pub notes: Vec<String>,
}

/// Plans a snapshot of `scenario` from a database with `catalog`.
///
/// `base` is the definition of the version that the new one builds on: it decides the order of columns, and types as long
/// as all values fit them. `refit` names the columns (table, column) where one did not: these take the catalog's type.
///
/// # Errors
/// The scenario names what the catalog lacks, a reference of the tables concerned finds no single row, the tables refer to
/// each other in a circle that no row can start, or a name cannot be spelled in a file.
pub fn plan(
    catalog: &Catalog,
    scenario: &Scenario,
    base: Option<&Definition>,
    refit: &BTreeSet<(String, String)>,
) -> Result<Plan, Error> {
    planned(catalog, scenario, base, refit, Circles::AsDeclared)
}

/// As [`plan`], to tell which rows of a target are the scenario's: in an order that may be none in which its rows can be
/// written.
///
/// # Errors
/// As [`plan`], circles aside.
pub fn plan_ownership(
    catalog: &Catalog,
    scenario: &Scenario,
    base: Option<&Definition>,
) -> Result<Plan, Error> {
    planned(catalog, scenario, base, &BTreeSet::new(), Circles::Any)
}

fn planned(
    catalog: &Catalog,
    scenario: &Scenario,
    base: Option<&Definition>,
    refit: &BTreeSet<(String, String)>,
    circles: Circles,
) -> Result<Plan, Error> {
    scenario::check(scenario, catalog)?;
    let Held { references: mut held, scope, staying } = graph::tables(catalog, scenario)?;
    check_names(catalog, held.keys())?;
    let order = order::order(catalog, &mut held, circles, base)?;
    let types = Types { scenario, refit };
    let mut tables = Vec::with_capacity(order.len());
    for name in &order {
        let (Some(table), Some(references)) = (catalog.tables.get(name), held.remove(name)) else { continue };
        let base = base.and_then(|base| base.table(name));
        tables.push(TableSpec {
            name: name.clone(),
            schema: schema(catalog.engine, table, base),
            columns: columns(&types, name, table, base)?,
            key: table.row_key(),
            order_parents: order::needs_parents_first(name, &references),
            limit: is_limited(&scope, name),
            select: terms(scenario, name),
            references,
        });
    }
    refuse_not_held(scenario, &order)?;
    let total = scenario.select.first().map(|(table, _)| table.clone()).unwrap_or_default();
    let definition = Definition { total, breakdown: scenario.breakdown.clone(), tables };
    let scope = linked(scope, &definition);
    Ok(Plan { definition, scope, notes: staying.iter().map(stays_note).collect() })
}

/// Whether a definition cannot say which rows of the table are owned.
fn is_limited(scope: &Scope, table: &str) -> bool {
    let loosely = scope.loose.iter().any(|reference| reference.child && reference.from == table);
    scope.rows.contains_key(table) || scope.children.contains_key(table) || loosely
}

/// What is said of references out of JSON to an excluded table.
fn stays_note(reference: &LooseReference) -> String {
    format!(
        "{}.{}: references to `{}`, which the scenario leaves out, stay in the JSON as they are",
        Shown(&reference.from),
        Shown(&reference.shown_path()),
        Shown(&reference.to)
    )
}

/// The scope with its references as the definition has them, whose order tells which are links.
fn linked(mut scope: Scope, definition: &Definition) -> Scope {
    for cut in &mut scope.cuts {
        let Some(reference) = &mut cut.unless_kept else { continue };
        let held = definition.table(&cut.table).into_iter().flat_map(|spec| &spec.references);
        let same = |held: &&model::Reference| {
            (&held.columns, &held.to, &held.key) == (&reference.columns, &reference.to, &reference.key)
        };
        if let Some(held) = held.into_iter().find(same) {
            *reference = held.clone();
        }
    }
    scope
}

/// The table's schema. SQLite has none, so there the version that the new one builds on tells: a table that came from
/// PostgreSQL goes back to where it was.
fn schema(engine: Engine, table: &Table, base: Option<&TableSpec>) -> Option<String> {
    match engine {
        Engine::Postgres => table.schema.clone(),
        Engine::Sqlite => base.and_then(|base| base.schema.clone()),
    }
}

fn terms(scenario: &Scenario, table: &str) -> Vec<Vec<model::Condition>> {
    let terms = scenario.select.iter().find(|(name, _)| name == table).map(|(_, terms)| terms.clone());
    terms.unwrap_or_default()
}

/// Statistics and expectations about tables that are not in the file would never be met.
fn refuse_not_held(scenario: &Scenario, held: &[String]) -> Result<(), Error> {
    let breakdown = scenario.breakdown.keys().map(|table| ("breakdown", table));
    let expect = scenario.expect.keys().map(|table| ("expect", table));
    match breakdown.chain(expect).find(|(_, table)| !held.contains(table)) {
        None => Ok(()),
        Some((setting, table)) => Err(Error::NotHeld {
            file: scenario.file.clone(),
            setting,
            table: table.clone(),
            held: held.to_vec(),
        }),
    }
}
