//! Rows from a source to a snapshot's body: the middle of every export.
//!
//! The rule to keep in mind: rows are written where they will stand, into the file that the export is to become, or into one
//! without a name where it is to become none.

use std::collections::{BTreeMap, BTreeSet};
use std::fs::File;
use std::io::{BufWriter, Seek as _, SeekFrom};

use database::{SectionCount, Source};
use jiff::Timestamp;
use model::text::Shown;
use model::{
    Catalog, ColumnSpec, Definition, Engine, LogicalType, Ownership, RowEvent, RowSource, ScenarioName,
    Scope, StreamError, TableSpec, Value, Version, fit,
};
use scenario::Scenario;
use snapshot_sql::{Body, BodyWriter, Draft, Header, Recorded, RowFault, Snapshot, Trailer};
use subset::Plan;

use crate::context::plan;
use crate::event::{Event, Observer, Phase};
use crate::flush::Flushing;
use crate::statistics::Breakdown;
use crate::{Context, Error};

/// A finished file: what its first and last lines say.
#[derive(Clone, Debug)]
pub struct Assembled {
    /// The header.
    pub header: Header,
    /// The digests.
    pub trailer: Trailer,
    /// What the source held that is not as it seems, a sentence each.
    pub notes: Vec<String>,
}

/// A snapshot whose rows are written and whose header is not.
pub(crate) struct Collected {
    pub(crate) draft: Draft,
    pub(crate) body: Body,
    pub(crate) breakdown: Breakdown,
    /// The part of the source's catalog that the snapshot holds.
    pub(crate) catalog: Catalog,
    /// See [`Source::notes`].
    pub(crate) notes: Vec<String>,
    file: File,
    /// Where the body starts.
    body_at: u64,
}

/// What the rows are to become.
#[derive(Clone, Copy)]
pub(crate) struct Output<'a> {
    /// The file that they are written into, which is emptied first.
    pub(crate) file: &'a File,
    /// Whether the file has a name, so that it will be on the disk in the end.
    pub(crate) lasting: bool,
    /// The version that it will most likely be.
    pub(crate) version: Option<Version>,
    /// Gives column order and types, so far as the values fit.
    pub(crate) base: Option<&'a Definition>,
    /// Whether there may be no rows.
    pub(crate) allow_empty: bool,
}

/// Reads the rows of `scenario` from `source`.
///
/// # Errors
/// The scenario does not fit the schema, a guard of the scenario is not met, or a value has no place in the file.
pub(crate) fn collect_scenario(
    context: &Context,
    output: Output<'_>,
    source: &mut dyn Source,
    catalog: &Catalog,
    scenario: &Scenario,
    observer: Observer<'_>,
) -> Result<Collected, Error> {
    let Output { version, base, allow_empty, .. } = output;
    let mut refit = BTreeSet::new();
    loop {
        let Plan { definition, scope, notes } = plan(catalog, scenario, base, &refit)?;
        check_names(&definition, &scenario.engines)?;
        let sections = source.select_within(&definition, &scope)?;
        check_guards(scenario, &definition, &sections, allow_empty)?;
        let draft = Draft {
            scenario: scenario.name.clone(),
            version,
            generated: context.clock.now(),
            source: source.engine(),
            engines: scenario.engines.clone(),
            definition,
        };
        match write_body(context, output, source, catalog, draft, &sections, observer) {
            Err(Error::Misfit { table, column, .. })
                if base_type_differs(catalog, scenario, base, &table, &column)
                    && refit.insert((table.clone(), column.clone())) =>
            {
                tracing::info!(table, column, "the base version's type no longer fits: using the schema's");
            }
            other => {
                return other.map(|mut collected| {
                    collected.notes.splice(0..0, notes);
                    collected
                });
            }
        }
    }
}

/// Reads the rows of a given definition, as they are, into a file without a name.
///
/// # Errors
/// Reading fails, or a value has no place in the file.
pub(crate) fn collect_definition(
    context: &Context,
    source: &mut dyn Source,
    definition: Definition,
    scenario: ScenarioName,
    engines: Vec<Engine>,
    observer: Observer<'_>,
) -> Result<Collected, Error> {
    let catalog = source.catalog()?;
    let sections = source.select(&definition)?;
    let (generated, engine) = (context.clock.now(), source.engine());
    let draft = Draft { scenario, version: None, generated, source: engine, engines, definition };
    let file = context.scratch_file()?;
    let output = Output { file: &file, lasting: false, version: None, base: None, allow_empty: true };
    write_body(context, output, source, &catalog, draft, &sections, observer)
}

/// As [`collect_definition`], within a scope, as the draft says, into `output`'s file; `catalog` is what the snapshot is
/// recorded with.
///
/// # Errors
/// As [`collect_definition`].
pub(crate) fn collect_within(
    context: &Context,
    output: Output<'_>,
    source: &mut dyn Source,
    catalog: &Catalog,
    draft: Draft,
    scope: &Scope,
    observer: Observer<'_>,
) -> Result<Collected, Error> {
    let sections = source.select_within(&draft.definition, scope)?;
    write_body(context, output, source, catalog, draft, &sections, observer)
}

impl Collected {
    /// Makes the file whole, as `version`.
    pub(crate) fn assemble(
        &mut self,
        version: Option<Version>,
        generated: Timestamp,
    ) -> Result<Assembled, Error> {
        self.draft.version = version;
        self.draft.generated = generated;
        let (header, trailer) =
            snapshot_sql::assemble(&self.draft, &self.body, &mut self.file, self.body_at)?;
        Ok(Assembled { header, trailer, notes: self.notes.clone() })
    }

    /// Another handle to the file, at its start.
    pub(crate) fn reopen(&mut self) -> Result<File, Error> {
        self.file.seek(SeekFrom::Start(0)).map_err(Error::spool)?;
        self.file.try_clone().map_err(Error::spool)
    }

    /// As [`Collected::assemble`]; gives the file to be read, with what is known of it.
    pub(crate) fn into_snapshot(
        mut self,
        version: Option<Version>,
        generated: Timestamp,
    ) -> Result<(Snapshot<File>, Recorded), Error> {
        let trailer = self.assemble(version, generated)?.trailer;
        let size = self.file.seek(SeekFrom::End(0)).map_err(Error::spool)?;
        self.file.seek(SeekFrom::Start(0)).map_err(Error::spool)?;
        Ok((Snapshot::open(self.file)?, Recorded { trailer, size }))
    }

    /// As [`Collected::assemble`]; gives the file back, at its start.
    pub(crate) fn into_file(mut self, version: Option<Version>, generated: Timestamp) -> Result<File, Error> {
        self.assemble(version, generated)?;
        self.file.seek(SeekFrom::Start(0)).map_err(Error::spool)?;
        Ok(self.file)
    }
}

/// Whether a column's type came from the base version and the catalog says another.
fn base_type_differs(
    catalog: &Catalog,
    scenario: &Scenario,
    base: Option<&Definition>,
    table: &str,
    column: &str,
) -> bool {
    let set = scenario.columns.get(table).is_some_and(|columns| columns.contains_key(column));
    let of_base = base.and_then(|d| d.table(table)).and_then(|t| t.columns.iter().find(|c| c.name == column));
    let of_catalog = catalog.tables.get(table).and_then(|t| t.column(column));
    !set && matches!((of_base, of_catalog), (Some(base), Some(now)) if base.ty != now.ty)
}

fn check_guards(
    scenario: &Scenario,
    definition: &Definition,
    sections: &[SectionCount],
    allow_empty: bool,
) -> Result<(), Error> {
    let owned: u64 = sections.iter().filter(|s| s.ownership == Ownership::Owned).map(|s| s.count).sum();
    if owned == 0 && !allow_empty {
        return Err(Error::NothingSelected { scenario: scenario.name.to_string() });
    }
    let total: u64 = sections.iter().map(|section| section.count).sum();
    if let Some(limit) = scenario.row_limit.filter(|limit| total > *limit) {
        return Err(Error::RowLimit { scenario: scenario.name.to_string(), rows: total, limit });
    }
    let mut counts: BTreeMap<&str, u64> = BTreeMap::new();
    for section in sections {
        *counts.entry(definition.tables[section.table].name.as_str()).or_default() += section.count;
    }
    let mut unmet = Vec::new();
    for (table, expect) in &scenario.expect {
        let rows = counts.get(table.as_str()).copied().unwrap_or(0);
        if expect.min.is_some_and(|min| rows < min) || expect.max.is_some_and(|max| rows > max) {
            let expected = expectation(expect.min, expect.max);
            let rows = if rows == 1 { "1 row".to_owned() } else { format!("{rows} rows") };
            unmet.push(format!("table `{}` has {rows}; the scenario expects {expected}", Shown(table)));
        }
    }
    if unmet.is_empty() { Ok(()) } else { Err(Error::Expectation { unmet }) }
}

/// Checks that every engine of the scenario can have tables and columns of these names.
fn check_names(definition: &Definition, engines: &[Engine]) -> Result<(), Error> {
    for engine in engines {
        if let Some(misfit) = fit::name_misfit(definition, *engine) {
            let other = if *engine == Engine::Sqlite { Engine::Postgres } else { Engine::Sqlite };
            return Err(Error::NameMisfit { misfit, other });
        }
    }
    Ok(())
}

fn expectation(min: Option<u64>, max: Option<u64>) -> String {
    match (min, max) {
        (Some(min), Some(max)) if min == max => format!("{min}"),
        (Some(min), Some(max)) => format!("{min} to {max}"),
        (Some(min), None) => format!("at least {min}"),
        (None, Some(max)) => format!("at most {max}"),
        (None, None) => "any number".to_owned(),
    }
}

fn write_body(
    context: &Context,
    output: Output<'_>,
    source: &mut dyn Source,
    catalog: &Catalog,
    draft: Draft,
    sections: &[SectionCount],
    observer: Observer<'_>,
) -> Result<Collected, Error> {
    let body_at =
        draft.header_length(sections.iter().map(|section| (section.table, section.ownership, section.count)));
    let mut file = output.file.try_clone().map_err(Error::spool)?;
    file.set_len(0).map_err(Error::spool)?;
    file.seek(SeekFrom::Start(body_at)).map_err(Error::spool)?;
    let out = BufWriter::with_capacity(1 << 16, Flushing::new(file, output.lasting));
    let mut writer = BodyWriter::new(out, context.scratch_file()?, &draft)?;
    let mut breakdown = Breakdown::new(&draft.definition);
    let total = sections.iter().map(|section| section.count).sum();
    let mut done = 0;
    for section in sections {
        writer.section(section.table, section.ownership, section.count)?;
        let spec = &draft.definition.tables[section.table];
        let mut each = |values: &[Value]| -> Result<(), StreamError> {
            breakdown.add(section.table, values);
            if let Err(error) = writer.row(values) {
                // Where it is a value that an engine cannot hold, this tells more.
                check_fit(catalog, spec, values, &draft.engines)?;
                return Err(refused(error).into());
            }
            done += 1;
            if done % 1024 == 0 {
                observer(Event { phase: Phase::Collecting, done, total: Some(total) });
            }
            Ok(())
        };
        let read = source.read(&draft.definition, section.table, section.ownership, &mut each);
        let rows = read?;
        if rows != section.count {
            return Err(Error::Witness { table: spec.name.clone(), counted: section.count, read: rows });
        }
    }
    observer(Event { phase: Phase::Collecting, done, total: Some(total) });
    let (out, body) = writer.finish().map_err(refused)?;
    tracing::info!(rows = done, scenario = %draft.scenario, "collected rows from {}", draft.source);
    let file = out.into_inner().map_err(|error| Error::spool(error.into_error()))?;
    let file = file.into_file().map_err(Error::spool)?;
    let names: Vec<&str> = draft.definition.tables.iter().map(|spec| spec.name.as_str()).collect();
    let catalog = catalog.restricted_to(names);
    let notes = source.notes();
    Ok(Collected { draft, body, breakdown, catalog, notes, file, body_at })
}

/// Why a row cannot be written. The source has every row's parent and gives it first, so what the writer does not find again
/// among a table's own rows is a parent whose key is not the very same value.
fn refused(error: snapshot_sql::Error) -> Error {
    match error {
        snapshot_sql::Error::Unwritable { fault: RowFault::LaterReference { table, key, columns, to } }
            if table == to =>
        {
            Error::OtherSpelling { table, key, columns }
        }
        other => other.into(),
    }
}

/// The first value of `rows` that `engine` cannot hold, in words: `items.score, row id 3: SQLite has no NaN`.
///
/// # Errors
/// The rows cannot be read.
pub(crate) fn first_misfit(rows: &mut dyn RowSource, engine: Engine) -> Result<Option<String>, Error> {
    let definition = rows.definition().clone();
    let mut spec: Option<&TableSpec> = None;
    let mut stream = rows.open().map_err(Error::from_boxed)?;
    while let Some(event) = stream.next().map_err(Error::from_boxed)? {
        match (event, spec) {
            (RowEvent::Section { table, .. }, _) => spec = definition.tables.get(table),
            (RowEvent::Row(values), Some(spec)) => {
                for (column, value) in spec.columns.iter().zip(values) {
                    if let Some(why) = fit::misfit(column.ty, value, engine) {
                        let place = format!("{}.{}", Shown(&spec.name), Shown(&column.name));
                        return Ok(Some(format!("{place}, row {}: {why}", shown_key(spec, values))));
                    }
                }
            }
            (RowEvent::Row(_), None) => {}
        }
    }
    Ok(None)
}

fn shown_key(spec: &TableSpec, values: &[Value]) -> String {
    let key: Vec<Value> = spec.key_indexes().into_iter().map(|at| values[at].clone()).collect();
    model::text::show_key(&spec.key, &key)
}

/// Checks that every engine of the scenario can hold every value.
fn check_fit(catalog: &Catalog, spec: &TableSpec, values: &[Value], engines: &[Engine]) -> Result<(), Error> {
    for (column, value) in spec.columns.iter().zip(values) {
        for engine in engines {
            if let Some(why) = fit::misfit(column.ty, value, *engine) {
                return Err(Error::Misfit {
                    table: spec.name.clone(),
                    column: column.name.clone(),
                    key: shown_key(spec, values),
                    value: model::text::show_value(value, 60),
                    why,
                    help: misfit_help(catalog, spec, column, value, *engine),
                });
            }
        }
    }
    Ok(())
}

/// The ways out for a value that `engine` cannot hold: another value, another type, another engine.
fn misfit_help(
    catalog: &Catalog,
    spec: &TableSpec,
    column: &ColumnSpec,
    value: &Value,
    engine: Engine,
) -> String {
    let stored = catalog.tables.get(&spec.name).and_then(|table| table.column(&column.name));
    let declared = stored.map_or("", |stored| stored.declared.as_str());
    let is_number = matches!(value, Value::Integer(_) | Value::Real(_));
    // A name that SQLite does not know gives a column without a type, and yet one that makes numbers of texts.
    let mistaken = column.ty == LogicalType::Any && is_number && !matches!(declared, "" | "ANY");
    let mend = match fit::remedy(column.ty, value) {
        _ if mistaken => format!(
            "declare the column TEXT if it is to hold text (SQLite takes the declared type {} for a number's, and '007' for 7), or ",
            Shown(declared)
        ),
        Some(how) => format!("mend the row ({how}), or "),
        None if column.ty == LogicalType::Any => String::new(),
        None => "mend the row, or ".to_owned(),
    };
    let other = if engine == Engine::Sqlite { Engine::Postgres } else { Engine::Sqlite };
    let ty = if mistaken { Some(LogicalType::Decimal) } else { fit::fitting_type(value, engine) };
    let retype = ty.filter(|ty| *ty != column.ty).map_or_else(String::new, |ty| {
        let (table, column) = (Shown(&spec.name), Shown(&column.name));
        format!("what the column holds (`columns: {{ {table}: {{ {column}: {ty} }} }}`) or ")
    });
    format!("{mend}say in scenario.yaml {retype}that the scenario is for one engine (`engines: [{other}]`)")
}
