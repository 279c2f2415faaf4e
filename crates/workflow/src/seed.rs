//! seed.yaml to rows: through a scratch database with the scenario's bundled schema, so that what is seeded is exactly what an
//! export of it would hold.

pub(crate) mod bytes;

use std::collections::{BTreeMap, BTreeSet};
use std::fs::File;

use database::{
    DatabaseUrl, Decision, MergeMode, MergeOptions, MergeOutcome, MergePlan, MergeProgress, TargetOptions,
};
use model::{
    Catalog, ColumnSpec, Definition, LogicalType, Ownership, RowEvent, RowSource, RowStream, ScenarioName,
    StreamError, TableSpec, Value, json::Json,
};
use scenario::{Seed, SeedTable, SeedValue};
use snapshot_sql::Snapshot;

use self::bytes::BytesError;
use crate::collect::{Collected, Output, collect_scenario};
use crate::context::Scratch;
use crate::event::{Event, Observer, Phase};
use crate::history::ArchivedVersions;
use crate::new_database::NewDatabase;
use crate::schema::told_by_schema;
use crate::statistics::{TableCount, table_counts};
use crate::{Context, Error, guard};

/// What seeding did.
#[derive(Clone, Debug)]
pub struct SeedReport {
    /// Rows by table of the seed.
    pub tables: Vec<TableCount>,
    /// Whether there was no database: one that is seeded is made.
    pub new_database: bool,
    /// Whether the database was made.
    pub created_database: bool,
    /// What the merge did.
    pub outcome: MergeOutcome,
}

/// Brings a scenario's seed into a database, as an import of its export would, or tells what that would do.
///
/// # Errors
/// The seed does not fit its bundled schema, holds rows that are not the scenario's, or the merge is refused.
pub fn seed(
    context: &Context,
    name: &ScenarioName,
    target: &DatabaseUrl,
    allow_target: Option<&str>,
    mode: MergeMode,
    observer: Observer<'_>,
    decide: &mut dyn FnMut(&MergePlan) -> Decision,
) -> Result<SeedReport, Error> {
    guard::check(target, allow_target)?;
    let mut snapshot = seeded_snapshot(context, name, observer)?;
    let checked = snapshot.check()?;
    let tables = table_counts(snapshot.definition(), &checked.tally.sections);
    let schema = context.schema_of(name)?;
    let new = NewDatabase::prepare(schema, target, false)?;
    let url = new.as_ref().map_or(target, NewDatabase::url).clone();
    let entries = context.archive.manifest()?.entries(name).to_vec();
    let mut history = ArchivedVersions::new(&context.archive, name, entries);
    let migrations = schema.migrations.of(url.engine());
    let options = MergeOptions { delete: true, mode, migrations, ..MergeOptions::default() };
    let records = checked.tally.records;
    let mut progress = |progress| {
        let (MergeProgress::Compared(done) | MergeProgress::Applied(done) | MergeProgress::Verified(done)) =
            progress;
        observer(Event { phase: Phase::Applying, done, total: Some(records) });
    };
    let target_options = NewDatabase::options(new.as_ref(), TargetOptions::default().lock_timeout);
    let mut database = database::open_target(&url, &target_options)?;
    let merged = database.merge(&mut snapshot, &mut history, &options, &mut progress, decide);
    drop(database);
    let outcome = merged.map_err(|error| told_by_schema(context, schema, target, error.into()))?;
    let new_database = new.is_some();
    let created_database = match new {
        Some(new) if outcome.applied => new.keep()?,
        _ => false,
    };
    Ok(SeedReport { tables, new_database, created_database, outcome })
}

fn seeded_snapshot(
    context: &Context,
    name: &ScenarioName,
    observer: Observer<'_>,
) -> Result<Snapshot<File>, Error> {
    let file = context.scratch_file()?;
    let output = Output { file: &file, lasting: false, version: None, base: None, allow_empty: false };
    let collected = collect_seed(context, name, output, observer)?;
    Ok(Snapshot::open(collected.into_file(None, context.clock.now())?)?)
}

/// The rows of a scenario's seed, as an export of a freshly seeded database would collect them.
pub(crate) fn collect_seed(
    context: &Context,
    name: &ScenarioName,
    output: Output<'_>,
    observer: Observer<'_>,
) -> Result<Collected, Error> {
    let scenario = context.scenario(name)?;
    let seed = context.seed(name)?;
    let scratch = Scratch::bundled(context.schema_of(name)?)?;
    let mut target = scratch.target()?;
    let catalog = target.catalog()?;
    let mut rows = SeedRows::new(&seed, &catalog)?;
    let loaded = target.load(&mut rows).map_err(|error| Error::loading("seed.yaml", error))?;
    drop(target);
    let mut source = scratch.source()?;
    let collected = collect_scenario(context, output, source.as_mut(), &catalog, &scenario, observer)?;
    if collected.body.tally().records == loaded {
        Ok(collected)
    } else {
        let (scenario, rows) = (name.to_string(), loaded);
        Err(Error::SeedBeyondScenario { scenario, rows, kept: collected.body.tally().records })
    }
}

/// A seed's rows, typed by a catalog.
struct SeedRows {
    definition: Definition,
    rows: Vec<Vec<Vec<Value>>>,
}

impl SeedRows {
    fn new(seed: &Seed, catalog: &Catalog) -> Result<Self, Error> {
        let mut tables = Vec::new();
        let mut rows = Vec::new();
        for table in &seed.tables {
            let spec = table_spec(table, catalog)?;
            let numbered = table.rows.iter().zip(1..);
            rows.push(numbered.map(|(row, at)| typed_row(&spec, row, at)).collect::<Result<_, _>>()?);
            tables.push(spec);
        }
        let total = tables.first().map(|spec: &TableSpec| spec.name.clone()).unwrap_or_default();
        Ok(Self { definition: Definition { total, breakdown: BTreeMap::new(), tables }, rows })
    }
}

fn table_spec(seed: &SeedTable, catalog: &Catalog) -> Result<TableSpec, Error> {
    let unknown = |column: Option<String>, known: Vec<String>| Error::SeedSchema {
        table: seed.name.clone(),
        column,
        known: known.join(", "),
    };
    let Some(table) = catalog.tables.get(&seed.name) else {
        return Err(unknown(None, catalog.tables.keys().cloned().collect()));
    };
    let named: BTreeSet<&String> = seed.rows.iter().flat_map(BTreeMap::keys).collect();
    let mut columns: Vec<ColumnSpec> = Vec::new();
    for name in named {
        let Some(column) = table.column(name).filter(|column| !column.generated) else {
            let known = table.columns.iter().map(|column| column.name.clone()).collect();
            return Err(unknown(Some(name.clone()), known));
        };
        columns.push(ColumnSpec { name: name.clone(), ty: column.ty });
    }
    Ok(TableSpec {
        name: seed.name.clone(),
        schema: None,
        columns,
        key: table.row_key(),
        order_parents: false,
        limit: false,
        select: Vec::new(),
        references: Vec::new(),
    })
}

/// The values of a table's row, which is the `at`th.
fn typed_row(
    spec: &TableSpec,
    row: &BTreeMap<String, SeedValue>,
    at: usize,
) -> Result<Vec<Value>, BytesError> {
    let value = |column: &ColumnSpec| match row.get(&column.name) {
        None => Ok(Value::Null),
        Some(value) if column.ty == LogicalType::Bytes => {
            let bytes = bytes::read(value).map_err(|found| BytesError {
                table: spec.name.clone(),
                row: at,
                column: column.name.clone(),
                found,
            })?;
            Ok(bytes.map_or(Value::Null, Value::Bytes))
        }
        Some(value) => Ok(typed(column.ty, value)),
    };
    spec.columns.iter().map(value).collect()
}

fn typed(ty: LogicalType, value: &SeedValue) -> Value {
    if ty == LogicalType::Json && *value != SeedValue::Null {
        return Value::Typed(json_of(value).to_text());
    }
    match value {
        SeedValue::Null => Value::Null,
        SeedValue::Boolean(b) if ty == LogicalType::Boolean => Value::Boolean(*b),
        SeedValue::Boolean(b) => Value::Integer(i64::from(*b)),
        SeedValue::Integer(n) => Value::Integer(*n),
        SeedValue::Real(x) => Value::real(*x),
        SeedValue::Text(text) => Value::from_quoted(ty, text.clone()),
        SeedValue::Json(json) => Value::Text(json.to_text()),
    }
}

fn json_of(value: &SeedValue) -> Json {
    match value {
        SeedValue::Null => Json::Null,
        SeedValue::Boolean(b) => Json::Bool(*b),
        SeedValue::Integer(n) => Json::Number(n.to_string()),
        SeedValue::Real(x) => Json::Number(format!("{x}")),
        SeedValue::Text(text) => Json::String(text.clone()),
        SeedValue::Json(json) => json.clone(),
    }
}

impl RowSource for SeedRows {
    fn definition(&self) -> &Definition {
        &self.definition
    }

    fn open(&mut self) -> Result<Box<dyn RowStream + '_>, StreamError> {
        Ok(Box::new(SeedStream { rows: &self.rows, table: 0, row: None }))
    }
}

struct SeedStream<'a> {
    rows: &'a [Vec<Vec<Value>>],
    table: usize,
    /// The next row of the table; `None` before its section was told.
    row: Option<usize>,
}

impl RowStream for SeedStream<'_> {
    fn next(&mut self) -> Result<Option<RowEvent<'_>>, StreamError> {
        loop {
            let Some(rows) = self.rows.get(self.table) else { return Ok(None) };
            match self.row {
                None => {
                    self.row = Some(0);
                    let (table, count) = (self.table, rows.len() as u64);
                    return Ok(Some(RowEvent::Section { table, ownership: Ownership::Owned, count }));
                }
                Some(row) if row < rows.len() => {
                    self.row = Some(row + 1);
                    return Ok(Some(RowEvent::Row(&rows[row])));
                }
                Some(_) => {
                    self.table += 1;
                    self.row = None;
                }
            }
        }
    }
}
