//! A database's catalog to a scenario that a person can start from: looks at the tables and some of their rows, asks for a
//! proposal, tries it on the database, and places it.
//!
//! The rule to keep in mind: what is placed can be read and says the names that were meant; whether an export of it works
//! is found out here and told.

use std::collections::{BTreeMap, BTreeSet};
use std::path::PathBuf;

use archive::Existing;
use database::{DatabaseUrl, Source, SourceOptions, TableStatistics};
use model::{Catalog, Ownership, ScenarioName};
use scenario::{Children, Draft, Scenario};
use serde::Serialize;
use subset::{Facts, Looks};

use crate::{Context, Error, Fault};

/// Of a table so many rows are looked at.
const SAMPLE: u32 = 200;

/// So many columns are looked at together, which bounds the memory that it takes.
const COLUMNS_AT_ONCE: usize = 8;

/// A scenario that is proposed for a database.
#[derive(Debug)]
pub struct Drafted {
    /// The text of its scenario.yaml.
    pub text: String,
    /// The tables that it selects.
    pub select: Vec<String>,
    /// The tables that it follows.
    pub follow: Vec<String>,
    /// What waits behind `#`.
    pub waiting: Waiting,
    /// What an export would take now.
    pub trial: Trial,
}

/// How many proposals wait for a person.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Waiting {
    /// Further tables to select.
    pub select: usize,
    /// Further tables to follow.
    pub follow: usize,
    /// References that the schema does not declare.
    pub relations: usize,
    /// Types of columns.
    pub columns: usize,
}

/// What came of trying the proposal on the database.
#[derive(Debug)]
pub enum Trial {
    /// An export would have so many rows, in so many tables.
    Rows {
        /// Rows.
        rows: u64,
        /// Tables with at least one of them.
        tables: usize,
        /// Tables that are selected from, and of which no row is.
        without: Vec<String>,
    },
    /// An export would be refused.
    Refused(Box<Error>),
}

/// What placing a scenario did.
#[derive(Debug)]
pub struct InitReport {
    /// The proposal.
    pub drafted: Drafted,
    /// Its file.
    pub path: PathBuf,
    /// Whether another one stood there.
    pub replaced: bool,
    /// Whether the archive's folder was made for it.
    pub made_archive: bool,
}

/// Proposes a scenario called `name` for a database, and writes nothing.
///
/// # Errors
/// The database cannot be read, or no scenario can select rows of any of its tables.
pub fn draft(name: &ScenarioName, url: &DatabaseUrl) -> Result<Drafted, Error> {
    let mut source = database::open_source(url, &SourceOptions::default())?;
    let catalog = source.catalog()?;
    let facts = facts(source.as_mut(), &catalog)?;
    let nothing = || Error::NothingToSelect { database: url.to_string(), tables: catalog.tables.len() };
    let draft = subset::propose(&catalog, name, &facts).ok_or_else(nothing)?;
    let scenario = draft.scenario()?;
    let trial = match try_out(source.as_mut(), &catalog, &scenario) {
        Ok(trial) => trial,
        Err(error) if error.fault() == Fault::Environment => return Err(error),
        Err(error) => Trial::Refused(Box::new(error)),
    };
    let follow = match scenario.children {
        Children::Tables(tables) => tables,
        Children::None | Children::All => Vec::new(),
    };
    Ok(Drafted {
        text: draft.to_yaml(),
        select: scenario.select.into_iter().map(|(table, _)| table).collect(),
        follow,
        waiting: waiting(&draft),
        trial,
    })
}

/// Proposes a scenario for a database and places it in the archive, whose folder is made if it is missing.
///
/// # Errors
/// As [`draft`]; the scenario exists already and is to be kept, or the archive cannot be written. Nothing is then changed.
pub fn init(
    context: &Context,
    name: &ScenarioName,
    url: &DatabaseUrl,
    existing: Existing,
) -> Result<InitReport, Error> {
    let replaced = context.archive.has_scenario_file(name)?;
    if replaced && existing == Existing::Keep {
        return Err(archive::Error::ScenarioExists { path: context.archive.scenario_file(name) }.into());
    }
    let drafted = draft(name, url)?;
    let made_archive = context.archive.make()?;
    let lock = context.archive.lock()?;
    let path = context.archive.place_scenario(&lock, name, &drafted.text, existing)?;
    Ok(InitReport { drafted, path, replaced, made_archive })
}

fn facts(source: &mut dyn Source, catalog: &Catalog) -> Result<Facts, Error> {
    let rows = source.statistics()?.into_iter().map(|TableStatistics { table, rows, .. }| (table, rows));
    let mut facts = Facts { rows: rows.collect(), looks: BTreeMap::new() };
    for (table, columns) in subset::columns_to_look_at(catalog) {
        let looks = facts.looks.entry(table.clone()).or_default();
        for columns in columns.chunks(COLUMNS_AT_ONCE) {
            let mut seen = vec![Looks::default(); columns.len()];
            source.sample(&table, columns, SAMPLE, &mut |values| {
                seen.iter_mut().zip(values).for_each(|(looks, value)| looks.add(value));
            })?;
            looks.extend(columns.iter().cloned().zip(seen));
        }
    }
    Ok(facts)
}

fn try_out(source: &mut dyn Source, catalog: &Catalog, scenario: &Scenario) -> Result<Trial, Error> {
    let plan = subset::plan(catalog, scenario, None, &BTreeSet::new())?;
    let sections = source.select_within(&plan.definition, &plan.scope)?;
    let tables: BTreeSet<usize> = sections.iter().map(|section| section.table).collect();
    let has_own = |name: &str| {
        let own = sections.iter().filter(|section| section.ownership == Ownership::Owned);
        own.map(|section| &plan.definition.tables[section.table]).any(|spec| spec.name == name)
    };
    let selected = scenario.select.iter().map(|(table, _)| table);
    Ok(Trial::Rows {
        rows: sections.iter().map(|section| section.count).sum(),
        tables: tables.len(),
        without: selected.filter(|table| !has_own(table)).cloned().collect(),
    })
}

fn waiting(draft: &Draft) -> Waiting {
    let columns = draft.columns.iter().flat_map(|table| &table.columns);
    Waiting {
        select: draft.select.iter().filter(|proposal| !proposal.active).count(),
        follow: draft.follow.iter().filter(|proposal| !proposal.active).count(),
        relations: draft.relations.iter().filter(|proposal| !proposal.active).count(),
        columns: columns.filter(|proposal| !proposal.active).count(),
    }
}
