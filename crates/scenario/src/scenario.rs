//! `scenario.yaml`: which rows are a scenario's, what is followed, what is counted and guarded.
//!
//! Reads the settings without a database; whether its tables and columns exist is `check`'s question.

use std::collections::BTreeMap;

use model::{Condition, Engine, LogicalType, ScenarioName};

use crate::cursor::{Cursor, Fault, Known, read_file, required};
use crate::error::{Error, Problem};
use crate::extent::{self, Children, Extent};
use crate::relations::{self, LooseRelation, Relation};
use crate::select;

/// The largest scenario, in bytes.
pub const SCENARIO_LIMIT: usize = 64 << 10;

/// A scenario's settings.
#[derive(Clone, Debug, PartialEq)]
pub struct Scenario {
    /// The file that it was read from, as messages show it.
    pub file: String,
    /// Its name.
    pub name: ScenarioName,
    /// What it is, for people; may be empty.
    pub description: String,
    /// The bundled schema that it is a scenario of; `None`: the first one.
    pub schema: Option<String>,
    /// The engines that must be able to hold every value, in [`Engine::ALL`]'s order; both unless the file says less.
    pub engines: Vec<Engine>,
    /// Table to terms, in written order; never empty. Terms are joined by OR, the conditions of one by AND; an empty term
    /// selects every row. The header counts the rows of the first table by name.
    pub select: Vec<(String, Vec<Vec<Condition>>)>,
    /// Which rows that point at the scenario's rows are its own too.
    pub children: Children,
    /// What narrows or widens the selection.
    pub extent: Extent,
    /// References that the schema does not declare, in written order, but for those in `loose`.
    pub relations: Vec<Relation>,
    /// References out of JSON values, and those that hold under conditions, in written order.
    pub loose: Vec<LooseRelation>,
    /// Logical types by table and column, where the catalog cannot tell.
    pub columns: BTreeMap<String, BTreeMap<String, LogicalType>>,
    /// Statistics by a column: table to column.
    pub breakdown: BTreeMap<String, String>,
    /// How many rows a table must have.
    pub expect: BTreeMap<String, Expect>,
    /// More rows than this, over all tables, are an error.
    pub row_limit: Option<u64>,
}

/// How many rows a table must have, both bounds included.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Expect {
    /// At least.
    pub min: Option<u64>,
    /// At most.
    pub max: Option<u64>,
}

/// Reads the text of a scenario.yaml. `file` is its path as messages show it.
///
/// # Errors
/// The text is larger than [`SCENARIO_LIMIT`], is not one plain YAML document, has unknown keys, lacks one that is needed, or
/// has a value that means nothing there. The error says where.
pub fn read_scenario(text: &str, file: &str) -> Result<Scenario, Error> {
    read_file(text, file, SCENARIO_LIMIT, |whole| scenario(whole, file))
}

const TOP: Known = Known {
    keys: &[
        "scenario",
        "description",
        "schema",
        "engines",
        "select",
        "follow",
        "relations",
        "columns",
        "breakdown",
        "expect",
        "limits",
        "passthrough_tables",
        "excluded_tables",
    ],
    reserved: &[
        ("redact", "`redact` (masked columns)"),
        ("volatile", "`volatile` (columns kept from the base version)"),
        ("clock", "`clock` (dates moved on import)"),
    ],
};

fn scenario(whole: &Cursor<'_>, file: &str) -> Result<Scenario, Fault> {
    let fields = whole.fields("a mapping of settings", &TOP)?;
    let optional = |key: &str| fields.get(key);
    let name = required(&fields, whole, "scenario")?;
    let mut extent = Extent::default();
    let children =
        optional("follow").map_or(Ok(Children::None), |value| extent::follow(value, &mut extent))?;
    let row_limit = optional("limits").map_or(Ok(None), |value| extent::limits(value, &mut extent))?;
    extent.passthrough = optional("passthrough_tables").map_or(Ok(Vec::new()), extent::tables)?;
    extent.excluded = optional("excluded_tables").map_or(Ok(Vec::new()), extent::tables)?;
    let select = select::read(required(&fields, whole, "select")?)?;
    let taken = extent::Taken { select: &select, children: &children };
    extent::without_contradictions(&fields, &extent, &taken)?;
    let (relations, loose) = optional("relations").map_or(Ok(Default::default()), relations::read)?;
    Ok(Scenario {
        file: model::text::Shown(file).to_string(),
        name: read_name(name)?,
        description: match optional("description") {
            Some(text) => text.text("text that says what the scenario is")?.to_owned(),
            None => String::new(),
        },
        schema: optional("schema").map(|name| name.name("the name of a bundled schema")).transpose()?,
        engines: optional("engines").map_or(Ok(Engine::ALL.to_vec()), engines)?,
        select,
        children,
        extent,
        relations,
        loose,
        columns: optional("columns").map_or(Ok(BTreeMap::new()), columns)?,
        breakdown: optional("breakdown").map_or(Ok(BTreeMap::new()), breakdown)?,
        expect: optional("expect").map_or(Ok(BTreeMap::new()), expect)?,
        row_limit,
    })
}

/// The scenario's name, in whichever file it stands.
pub(crate) fn read_name(value: &Cursor<'_>) -> Result<ScenarioName, Fault> {
    let name = value.text("a scenario's name (quote it if it is a number)")?;
    ScenarioName::new(name).map_err(|error| value.refuse(Problem::ScenarioName(error)))
}

fn engines(value: &Cursor<'_>) -> Result<Vec<Engine>, Fault> {
    let mut named = Vec::new();
    for item in value.items("a list of engines")? {
        let engine = item.one_of("an engine's name", &Engine::ALL.map(|engine| (engine.as_str(), engine)))?;
        if named.contains(&engine) {
            return Err(item.meaning(format!("`{engine}` stands twice")));
        }
        named.push(engine);
    }
    if named.is_empty() {
        return Err(value.meaning("no engine is named: leave the key out for both"));
    }
    named.sort_unstable();
    Ok(named)
}

fn columns(value: &Cursor<'_>) -> Result<BTreeMap<String, BTreeMap<String, LogicalType>>, Fault> {
    let types = LogicalType::ALL.map(|ty| (ty.as_str(), ty));
    let mut tables = BTreeMap::new();
    for (table, columns) in value.entries("a mapping of tables")? {
        let mut typed = BTreeMap::new();
        for (column, ty) in columns.entries("a mapping of columns to types")? {
            typed.insert(column.to_owned(), ty.one_of("a type's name", &types)?);
        }
        tables.insert(table.to_owned(), typed);
    }
    Ok(tables)
}

fn breakdown(value: &Cursor<'_>) -> Result<BTreeMap<String, String>, Fault> {
    let tables = value.entries("a mapping of tables to a column")?;
    tables
        .into_iter()
        .map(|(table, column)| Ok((table.to_owned(), column.name("a column's name")?)))
        .collect()
}

fn expect(value: &Cursor<'_>) -> Result<BTreeMap<String, Expect>, Fault> {
    let tables = value.entries("a mapping of tables to row counts")?;
    tables.into_iter().map(|(table, rows)| Ok((table.to_owned(), expected_rows(&rows)?))).collect()
}

fn expected_rows(value: &Cursor<'_>) -> Result<Expect, Fault> {
    const EXPECTED: &str = "a number of rows, or a mapping with `min` and `max`";
    const KEYS: Known = Known { keys: &["min", "max"], reserved: &[] };
    if !matches!(value.node, crate::tree::Node::Map(_)) {
        let exact = value.count(EXPECTED)?;
        return Ok(Expect { min: Some(exact), max: Some(exact) });
    }
    let fields = value.fields(EXPECTED, &KEYS)?;
    let bound = |key: &str| fields.get(key).map(|rows| rows.count("a number of rows")).transpose();
    let expect = Expect { min: bound("min")?, max: bound("max")? };
    match expect {
        Expect { min: None, max: None } => {
            Err(value.meaning(format!("nothing is expected: give {EXPECTED}")))
        }
        Expect { min: Some(min), max: Some(max) } if min > max => {
            Err(value.meaning(format!("at least {min} and at most {max} rows cannot both be")))
        }
        _ => Ok(expect),
    }
}
