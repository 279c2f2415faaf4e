//! Why rows are in a scenario.

mod key;

use std::collections::BTreeSet;

use database::{DatabaseUrl, ReasonCount, Source, SourceOptions, Step};
use model::text::{Shown, show_names};
use model::{Catalog, ScenarioName, Scope, TableSpec};
use scenario::Scenario;

use self::key::Key;
use crate::context::plan;
use crate::error::{key_shape, meant_table};
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
    /// The scenario takes no such row.
    NotIn(NotIn),
}

/// A row that a scenario does not take.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NotIn {
    /// Its table.
    pub table: String,
    /// Its key's columns.
    pub columns: Vec<String>,
    /// Its key, as texts.
    pub key: Vec<String>,
    /// Whether the database has it; `None` where that cannot be asked.
    pub exists: Option<bool>,
    /// How many rows of its table the scenario takes.
    pub rows: u64,
    /// What limits of the scenario can have left it out.
    pub limit: Option<LimitedBy>,
}

/// A limit that can have left a row out.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LimitedBy {
    /// At most so many rows of its table are the scenario's own.
    Rows(u64),
    /// At most so many rows of its table for each row that they refer to.
    Children(u64),
    /// Another table's: rows that would have led to it may be left out.
    Others,
}

/// What cannot be explained, as it was asked.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error, miette::Diagnostic)]
pub enum ExplainError {
    /// A table that the scenario does not take from.
    #[error("the scenario {scenario} takes no rows of a table `{}`, only of {}", Shown(.table), show_names(.held))]
    #[diagnostic(help("{help}"))]
    NotInScenario {
        /// The name.
        table: String,
        /// The scenario.
        scenario: String,
        /// The tables that the scenario takes rows of.
        held: Vec<String>,
        /// Why not, or which one may be meant.
        help: String,
    },
    /// A key with too many values, or too few.
    #[error("{given} value{} for the key of {}, which {}", if *.given == 1 { "" } else { "s" }, Shown(.table), key_shape(.columns)
    )]
    #[diagnostic(help(
        "give one value for each column, in this order; a table without a key has no single rows to ask for"
    ))]
    KeyColumns {
        /// The table.
        table: String,
        /// Its key; may be empty.
        columns: Vec<String>,
        /// How many values were given.
        given: usize,
    },
    /// A value of the key that its column cannot hold.
    #[error("`{}` is no value of {place}: {wanted}", Shown(.value))]
    #[diagnostic(help("the values of the key are those of {}, in this order", show_names(.columns)))]
    KeyValue {
        /// The column, `table.column`, safe to show.
        place: String,
        /// What was typed.
        value: String,
        /// What the column holds.
        wanted: &'static str,
        /// The key's columns.
        columns: Vec<String>,
    },
}

/// Tells why rows are in a scenario, from a database as an export would find them now. Nothing is written.
///
/// # Errors
/// The scenario or the source is at fault, as for an export; the scenario holds no such table; or the key is none of its.
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
    let spec = match &request.table {
        None => None,
        Some(table) => {
            let held = || plan.definition.tables.iter().map(|spec| spec.name.clone()).collect();
            let unknown = || not_in_scenario(table, &scenario, &catalog, held());
            Some(plan.definition.table(table).ok_or_else(unknown)?)
        }
    };
    let asked = match spec {
        Some(spec) if !request.key.is_empty() => Some((spec, Key::read(spec, &request.key)?)),
        _ => None,
    };
    let mut progress = |done, total| observer(Event { phase: Phase::Collecting, done, total: Some(total) });
    let found = database::explain(source.as_mut(), &catalog, &plan.definition, &plan.scope, &mut progress)?;
    let mut counts = found.counts()?;
    counts.retain(|count| spec.is_none_or(|spec| count.table == spec.name));
    let Some((spec, key)) = asked else { return Ok(ExplainReport::Counts(counts)) };
    if let Some(steps) = found.path(&spec.name, &key.texts)? {
        return Ok(ExplainReport::Path(steps));
    }
    let rows = counts.iter().map(|count| count.rows).sum();
    Ok(ExplainReport::NotIn(not_in(source.as_mut(), spec, &plan.scope, key, rows)))
}

/// What is known of a row of `spec`'s table that the scenario does not take; of the table it takes `rows`.
fn not_in(source: &mut dyn Source, spec: &TableSpec, scope: &Scope, key: Key, rows: u64) -> NotIn {
    let limit = match (scope.rows.get(&spec.name), scope.children.get(&spec.name)) {
        (Some(limit), _) => Some(LimitedBy::Rows(limit.most)),
        (None, Some(limit)) => Some(LimitedBy::Children(limit.most)),
        (None, None) => {
            let is_limited = !(scope.rows.is_empty() && scope.children.is_empty());
            is_limited.then_some(LimitedBy::Others)
        }
    };
    let exists = key.exists(source, spec);
    NotIn { table: spec.name.clone(), columns: spec.key.clone(), key: key.texts, exists, rows, limit }
}

/// Tells apart a table that the scenario excludes, one that it does not come to, and one that there is not.
fn not_in_scenario(table: &str, scenario: &Scenario, catalog: &Catalog, held: Vec<String>) -> ExplainError {
    let help = if scenario.extent.excluded.iter().any(|excluded| excluded == table) {
        "`excluded_tables` in its scenario.yaml leaves it out".to_owned()
    } else if catalog.tables.contains_key(table) {
        "the database has it, but the scenario neither selects nor follows it, and no row of the scenario refers to one of it".to_owned()
    } else {
        meant_table(scenario::closest(table, held.iter().map(String::as_str)))
    };
    ExplainError::NotInScenario { table: table.to_owned(), scenario: scenario.name.to_string(), held, help }
}
