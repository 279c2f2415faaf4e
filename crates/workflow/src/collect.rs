//! Rows from a source to a spooled snapshot body: the middle of every export.

use std::collections::{BTreeMap, BTreeSet};
use std::fs::File;
use std::io::{BufWriter, Seek as _, SeekFrom, Write};

use database::{SectionCount, Source};
use jiff::Timestamp;
use model::{
    Catalog, Definition, Engine, Ownership, ScenarioName, StreamError, TableSpec, Value, Version, fit,
};
use scenario::Scenario;
use snapshot_sql::{Body, BodyWriter, Draft, Header, Trailer};

use crate::context::plan;
use crate::event::{Event, Observer, Phase};
use crate::statistics::Breakdown;
use crate::{Context, Error};

/// A finished file: what its first and last lines say.
#[derive(Clone, Debug)]
pub struct Assembled {
    /// The header.
    pub header: Header,
    /// The digests.
    pub trailer: Trailer,
    /// What the source held that a snapshot cannot, a sentence each.
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
    spool: File,
}

/// Reads the rows of `scenario` from `source`, in the column order and types of `base` so far as its values fit.
///
/// # Errors
/// The scenario does not fit the schema, a guard of the scenario is not met, or a value has no place in the file.
pub(crate) fn collect_scenario(
    context: &Context,
    source: &mut dyn Source,
    catalog: &Catalog,
    scenario: &Scenario,
    base: Option<&Definition>,
    allow_empty: bool,
    observer: Observer<'_>,
) -> Result<Collected, Error> {
    let mut refit = BTreeSet::new();
    loop {
        let definition = plan(catalog, scenario, base, &refit)?;
        let sections = source.select(&definition)?;
        check_guards(scenario, &definition, &sections, allow_empty)?;
        let draft = Draft {
            scenario: scenario.name.clone(),
            version: None,
            generated: context.clock.now(),
            source: source.engine(),
            engines: scenario.engines.clone(),
            definition,
        };
        match spool(context, source, catalog, draft, &sections, observer) {
            Err(Error::Misfit { table, column, .. })
                if base_type_differs(catalog, scenario, base, &table, &column)
                    && refit.insert((table.clone(), column.clone())) =>
            {
                tracing::info!(table, column, "the base version's type no longer fits: using the schema's");
            }
            other => return other,
        }
    }
}

/// Reads the rows of a given definition, as they are.
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
    spool(context, source, &catalog, draft, &sections, observer)
}

impl Collected {
    /// Puts header, body and trailer together as `version`.
    pub(crate) fn assemble(
        &mut self,
        version: Option<Version>,
        generated: Timestamp,
        out: &mut dyn Write,
    ) -> Result<Assembled, Error> {
        self.draft.version = version;
        self.draft.generated = generated;
        self.spool.seek(SeekFrom::Start(0)).map_err(Error::spool)?;
        let mut out = BufWriter::with_capacity(1 << 16, out);
        let (header, trailer) = snapshot_sql::assemble(&self.draft, &self.body, &mut self.spool, &mut out)?;
        out.flush().map_err(Error::spool)?;
        Ok(Assembled { header, trailer, notes: self.notes.clone() })
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
    for (table, expect) in &scenario.expect {
        let rows = counts.get(table.as_str()).copied().unwrap_or(0);
        if expect.min.is_some_and(|min| rows < min) || expect.max.is_some_and(|max| rows > max) {
            let expected = expectation(expect.min, expect.max);
            return Err(Error::Expectation { table: table.clone(), rows, expected });
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

fn spool(
    context: &Context,
    source: &mut dyn Source,
    catalog: &Catalog,
    draft: Draft,
    sections: &[SectionCount],
    observer: Observer<'_>,
) -> Result<Collected, Error> {
    let out = BufWriter::with_capacity(1 << 16, context.scratch_file()?);
    let mut writer = BodyWriter::new(out, context.scratch_file()?, &draft)?;
    let mut breakdown = Breakdown::new(&draft.definition);
    let total = sections.iter().map(|section| section.count).sum();
    let mut done = 0;
    for section in sections {
        writer.section(section.table, section.ownership, section.count)?;
        let spec = &draft.definition.tables[section.table];
        let mut each = |values: &[Value]| -> Result<(), StreamError> {
            check_fit(spec, values, &draft.engines)?;
            breakdown.add(section.table, values);
            writer.row(values)?;
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
    let (out, body) = writer.finish()?;
    tracing::info!(rows = done, scenario = %draft.scenario, "collected rows from {}", draft.source);
    let spool = out.into_inner().map_err(|error| Error::spool(error.into_error()))?;
    let names: Vec<&str> = draft.definition.tables.iter().map(|spec| spec.name.as_str()).collect();
    let catalog = catalog.restricted_to(names);
    let notes = source.notes();
    Ok(Collected { draft, body, breakdown, catalog, notes, spool })
}

/// Checks that every engine of the scenario can hold every value.
fn check_fit(spec: &TableSpec, values: &[Value], engines: &[Engine]) -> Result<(), Error> {
    for (column, value) in spec.columns.iter().zip(values) {
        for engine in engines {
            if let Some(why) = fit::misfit(column.ty, value, *engine) {
                let key: Vec<Value> = spec.key_indexes().into_iter().map(|at| values[at].clone()).collect();
                return Err(Error::Misfit {
                    table: spec.name.clone(),
                    column: column.name.clone(),
                    key: model::text::show_key(&spec.key, &key),
                    value: model::text::show_value(value, 60),
                    why,
                });
            }
        }
    }
    Ok(())
}
