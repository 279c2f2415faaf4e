//! `scenario.yaml`: which rows are a scenario's, what is followed, what is counted and guarded.
//!
//! Reads the settings without a database; whether its tables and columns exist is `check`'s question.

use std::collections::BTreeMap;

use model::{Condition, Engine, LogicalType, ScenarioName};

use crate::cursor::{Cursor, Fault, Known, read_file, required};
use crate::error::{Error, Problem};
use crate::names::split_table;
use crate::path::cut;
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
    /// The engines that must be able to hold every value, in [`Engine::ALL`]'s order; both unless the file says less.
    pub engines: Vec<Engine>,
    /// Table to terms, in written order; never empty. Terms are joined by OR, the conditions of one by AND; an empty term
    /// selects every row. The header counts the rows of the first table by name.
    pub select: Vec<(String, Vec<Vec<Condition>>)>,
    /// Which rows that point at the scenario's rows are its own too.
    pub children: Children,
    /// References that the schema does not declare, in written order.
    pub relations: Vec<Relation>,
    /// Logical types by table and column, where the catalog cannot tell.
    pub columns: BTreeMap<String, BTreeMap<String, LogicalType>>,
    /// Statistics by a column: table to column.
    pub breakdown: BTreeMap<String, String>,
    /// How many rows a table must have.
    pub expect: BTreeMap<String, Expect>,
    /// More rows than this, over all tables, are an error.
    pub row_limit: Option<u64>,
}

/// `follow.children`.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Children {
    /// Only selected rows are the scenario's.
    #[default]
    None,
    /// Rows of every table that refers to one of the scenario's tables, and so on.
    All,
    /// Rows of these tables, in written order, none twice.
    Tables(Vec<String>),
}

/// A reference that the schema does not declare.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Relation {
    /// The referring table.
    pub from: String,
    /// Its columns.
    pub columns: Vec<String>,
    /// The table referred to.
    pub to: String,
    /// The columns referred to, as many as `columns`; `None`: the table's row key.
    pub key: Option<Vec<String>>,
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
        "engines",
        "select",
        "follow",
        "relations",
        "columns",
        "breakdown",
        "expect",
        "limits",
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
    Ok(Scenario {
        file: model::text::Shown(file).to_string(),
        name: read_name(name)?,
        description: match optional("description") {
            Some(text) => text.text("text that says what the scenario is")?.to_owned(),
            None => String::new(),
        },
        engines: optional("engines").map_or(Ok(Engine::ALL.to_vec()), engines)?,
        select: select::read(required(&fields, whole, "select")?)?,
        children: optional("follow").map_or(Ok(Children::None), follow)?,
        relations: optional("relations").map_or(Ok(Vec::new()), relations)?,
        columns: optional("columns").map_or(Ok(BTreeMap::new()), columns)?,
        breakdown: optional("breakdown").map_or(Ok(BTreeMap::new()), breakdown)?,
        expect: optional("expect").map_or(Ok(BTreeMap::new()), expect)?,
        row_limit: optional("limits").map_or(Ok(None), limits)?,
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

fn follow(value: &Cursor<'_>) -> Result<Children, Fault> {
    const KEYS: Known = Known { keys: &["children"], reserved: &[] };
    let fields = value.fields("a mapping with `children`", &KEYS)?;
    fields.get("children").map_or(Ok(Children::None), children)
}

fn children(value: &Cursor<'_>) -> Result<Children, Fault> {
    const EXPECTED: &str = "`all` or a list of tables";
    match value.node {
        crate::tree::Node::Text(all) if all == "all" => return Ok(Children::All),
        crate::tree::Node::Map(_) => return Err(value.refuse(Problem::Reserved("limits per table"))),
        _ => {}
    }
    let mut tables = Vec::new();
    for item in value.items(EXPECTED)? {
        let table = item.name("a table's name")?;
        if tables.contains(&table) {
            return Err(item.meaning(format!("`{}` stands twice", cut(&table))));
        }
        tables.push(table);
    }
    Ok(if tables.is_empty() { Children::None } else { Children::Tables(tables) })
}

fn relations(value: &Cursor<'_>) -> Result<Vec<Relation>, Fault> {
    value.items("a list of relations")?.iter().map(relation).collect()
}

fn relation(value: &Cursor<'_>) -> Result<Relation, Fault> {
    const KEYS: Known = Known { keys: &["from", "to"], reserved: &[] };
    let fields = value.fields("a mapping with `from` and `to`", &KEYS)?;
    let (from_value, to_value) = (required(&fields, value, "from")?, required(&fields, value, "to")?);
    let (from, columns) = table_and_columns(from_value)?;
    let (to, key) = table_and_columns(to_value)?;
    let Some(columns) = columns else {
        return Err(from_value.meaning(format!("name the referring columns: `{}(column)`", cut(&from))));
    };
    if let Some(key) = key.as_ref().filter(|key| key.len() != columns.len()) {
        return Err(to_value.meaning(format!(
            "{} referring, {} referred to",
            columns_of(&columns),
            columns_of(key)
        )));
    }
    Ok(Relation { from, columns, to, key })
}

fn columns_of(columns: &[String]) -> String {
    format!("{} column{}", columns.len(), if columns.len() == 1 { "" } else { "s" })
}

fn table_and_columns(value: &Cursor<'_>) -> Result<(String, Option<Vec<String>>), Fault> {
    let text = value.text("`table(column, …)`")?;
    let (table, columns) = split_table(text)
        .map_err(|reason| value.meaning(format!("`{}` is not `table(column, …)`: {reason}", cut(text))))?;
    let twice = columns
        .iter()
        .flatten()
        .enumerate()
        .find(|(at, name)| columns.iter().flatten().take(*at).any(|c| c == *name));
    match twice {
        Some((_, name)) => Err(value.meaning(format!("the column `{}` stands twice", cut(name)))),
        None => Ok((table, columns)),
    }
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

fn limits(value: &Cursor<'_>) -> Result<Option<u64>, Fault> {
    const KEYS: Known = Known { keys: &["rows"], reserved: &[] };
    for (key, limit) in value.entries("a mapping with `rows`")? {
        if key != "rows" {
            return Err(limit.refuse_key(Problem::Reserved("limits other than `rows` (all tables together)")));
        }
    }
    let fields = value.fields("a mapping with `rows`", &KEYS)?;
    match fields.get("rows").map(|rows| (rows, rows.count("a number of rows"))) {
        Some((rows, Ok(0))) => Err(rows.meaning("a limit of 0 rows allows no snapshot")),
        Some((_, rows)) => rows.map(Some),
        None => Ok(None),
    }
}
