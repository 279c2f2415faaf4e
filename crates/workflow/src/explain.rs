//! Why rows are in a scenario.

use std::collections::BTreeSet;

use database::{DatabaseUrl, Explanation, ReasonCount, SourceOptions, Step};
use model::{Definition, ScenarioName};

use crate::context::plan;
use crate::event::{Event, Observer, Phase};
use crate::export::Base;
use crate::{Context, Error};

/// What is asked.
#[derive(Clone, Debug)]
pub struct ExplainRequest {
    /// The scenario.
    pub scenario: ScenarioName,
    /// The database that its rows are in.
    pub database: DatabaseUrl,
    /// The table; `None`: all that the snapshot would hold.
    pub table: Option<String>,
    /// The row's key, as plain texts in the key's order; empty: all rows of the table.
    pub key: Vec<String>,
}

/// The answer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ExplainReport {
    /// How many rows are in for which reason, by table in the order of the file.
    Counts(Vec<ReasonCount>),
    /// The way to a row: from one that needs no other to the row itself.
    Path(Vec<Step>),
    /// The scenario takes no such row; of its table it takes so many.
    NotIn {
        /// The table.
        table: String,
        /// Its key's columns.
        columns: Vec<String>,
        /// How many of its rows the scenario takes.
        rows: u64,
    },
}

/// Tells why rows are in a scenario, from a database as an export would find them now. Nothing is written.
///
/// # Errors
/// The scenario or the source is at fault, as for an export; the scenario holds no such table; or the key has another number
/// of columns than the table's.
pub fn explain(
    context: &Context,
    request: &ExplainRequest,
    observer: Observer<'_>,
) -> Result<ExplainReport, Error> {
    let scenario = context.scenario(&request.scenario)?;
    let base = Base::latest(context, &request.scenario)?.map(|base| base.definition);
    let mut source = database::open_source(&request.database, &SourceOptions::default())?;
    let catalog = source.catalog()?;
    let plan = plan(&catalog, &scenario, base.as_ref(), &BTreeSet::new())?;
    check(&plan.definition, request)?;
    let mut progress = |done, total| observer(Event { phase: Phase::Collecting, done, total: Some(total) });
    let found = database::explain(source.as_mut(), &catalog, &plan.definition, &plan.scope, &mut progress)?;
    report(&plan.definition, request, &found)
}

/// Refuses a table that the snapshot does not hold, and a key that is none of its.
fn check(definition: &Definition, request: &ExplainRequest) -> Result<(), Error> {
    let Some(table) = &request.table else { return Ok(()) };
    let Some(spec) = definition.table(table) else {
        let known = definition.tables.iter().map(|spec| spec.name.as_str());
        return Err(Error::NotInScenario {
            table: table.clone(),
            scenario: request.scenario.to_string(),
            meant: scenario::closest(table, known).map(str::to_owned),
            held: definition.tables.iter().map(|spec| spec.name.clone()).collect(),
        });
    };
    if !request.key.is_empty() && request.key.len() != spec.key.len() {
        let (table, columns, given) = (table.clone(), spec.key.clone(), request.key.len());
        return Err(Error::KeyColumns { table, columns, given });
    }
    Ok(())
}

fn report(
    definition: &Definition,
    request: &ExplainRequest,
    found: &Explanation,
) -> Result<ExplainReport, Error> {
    let mut counts = found.counts()?;
    let Some(table) = &request.table else { return Ok(ExplainReport::Counts(counts)) };
    counts.retain(|count| count.table == *table);
    if request.key.is_empty() {
        return Ok(ExplainReport::Counts(counts));
    }
    Ok(match found.path(table, &request.key)? {
        Some(steps) => ExplainReport::Path(steps),
        None => ExplainReport::NotIn {
            table: table.clone(),
            columns: definition.table(table).map(|spec| spec.key.clone()).unwrap_or_default(),
            rows: counts.iter().map(|count| count.rows).sum(),
        },
    })
}
