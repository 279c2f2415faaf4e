//! `seed.yaml`: authored rows. Defaults are merged in and copied columns filled, so what comes out is complete.
//!
//! Knows no catalog: which columns exist and what their values mean is decided where the rows are loaded.

use std::cell::Cell;
use std::collections::BTreeMap;

use model::ScenarioName;
use model::json::{self, Json};

use crate::cursor::{Cursor, Fault, Known, read_file, required};
use crate::error::Error;
use crate::path::cut;
use crate::scenario::read_name;
use crate::tree::Node;

/// The largest seed, in bytes.
pub const SEED_LIMIT: usize = 2 << 20;

/// How much `defaults` and `copy` may fill in, in bytes as written, all rows together: one long default and many rows would
/// otherwise take any amount of memory.
const FILL_LIMIT: usize = 64 << 20;

/// Authored rows of a scenario.
#[derive(Clone, Debug, PartialEq)]
pub struct Seed {
    /// The scenario's name.
    pub name: ScenarioName,
    /// In written order.
    pub tables: Vec<SeedTable>,
}

/// The rows of one table.
#[derive(Clone, Debug, PartialEq)]
pub struct SeedTable {
    /// The table's name.
    pub name: String,
    /// In written order, by column.
    pub rows: Vec<BTreeMap<String, SeedValue>>,
}

/// A value as written.
#[derive(Clone, Debug, PartialEq)]
pub enum SeedValue {
    /// `null`
    Null,
    /// `true`, `false`
    Boolean(bool),
    /// A whole number.
    Integer(i64),
    /// A finite double, never -0.0.
    Real(f64),
    /// Text.
    Text(String),
    /// A list or mapping.
    Json(Json),
}

/// Reads the text of a seed.yaml. `file` is its path as messages show it.
///
/// # Errors
/// The text is larger than [`SEED_LIMIT`], is not one plain YAML document, has unknown keys, names a table under `defaults` or
/// `copy` that has no rows, or copies from a column that a row leaves out. The error says where.
pub fn read_seed(text: &str, file: &str) -> Result<Seed, Error> {
    read_file(text, file, SEED_LIMIT, seed)
}

fn seed(whole: &Cursor<'_>) -> Result<Seed, Fault> {
    const KEYS: Known = Known { keys: &["seed", "defaults", "copy", "rows"], reserved: &[] };
    let fields = whole.fields("a mapping with `seed` and `rows`", &KEYS)?;
    let name = read_name(required(&fields, whole, "seed")?)?;
    let rows = required(&fields, whole, "rows")?.entries("a mapping of tables to rows")?;
    let tables: Vec<&str> = rows.iter().map(|(table, _)| *table).collect();
    let defaults = fields.get("defaults").map_or(Ok(BTreeMap::new()), |value| defaults(value, &tables))?;
    let copies = fields.get("copy").map_or(Ok(BTreeMap::new()), |value| copies(value, &tables))?;
    let budget = Cell::new(FILL_LIMIT);
    let read = |(table, value): &(&str, Cursor<'_>)| {
        let fill = Fill {
            defaults: defaults.get(*table).map_or(&[], Vec::as_slice),
            copies: copies.get(*table).map_or(&[], Vec::as_slice),
            budget: &budget,
        };
        let rows =
            value.items("a list of rows")?.iter().map(|row| fill.row(row)).collect::<Result<_, _>>()?;
        Ok(SeedTable { name: (*table).to_owned(), rows })
    };
    Ok(Seed { name, tables: rows.iter().map(read).collect::<Result<_, _>>()? })
}

type ByTable<'a, T> = BTreeMap<&'a str, Vec<(&'a str, T)>>;

fn defaults<'a>(value: &Cursor<'a>, tables: &[&str]) -> Result<ByTable<'a, &'a Node>, Fault> {
    by_table(value, tables, |column| Ok(column.node))
}

/// Column to the column that it copies.
fn copies<'a>(value: &Cursor<'a>, tables: &[&str]) -> Result<ByTable<'a, String>, Fault> {
    let copies = by_table(value, tables, |source| source.name("a column's name"))?;
    for (table, columns) in &copies {
        for (column, source) in columns {
            if columns.iter().any(|(copied, _)| copied == source) {
                return Err(value.meaning(format!(
                    "`{}.{}` copies `{}`, which is a copy itself: name the column that rows write",
                    cut(table),
                    cut(column),
                    cut(source)
                )));
            }
        }
    }
    Ok(copies)
}

fn by_table<'a, T>(
    value: &Cursor<'a>,
    tables: &[&str],
    read: impl Fn(&Cursor<'a>) -> Result<T, Fault>,
) -> Result<ByTable<'a, T>, Fault> {
    let mut all = BTreeMap::new();
    for (table, columns) in value.entries("a mapping of tables")? {
        if !tables.contains(&table) {
            return Err(columns.unknown_key(table, tables));
        }
        let entries = columns.entries("a mapping of columns")?;
        let read = entries.into_iter().map(|(column, value)| Ok((column, read(&value)?)));
        all.insert(table, read.collect::<Result<_, _>>()?);
    }
    Ok(all)
}

/// What fills the columns that a row leaves out.
struct Fill<'a> {
    defaults: &'a [(&'a str, &'a Node)],
    copies: &'a [(&'a str, String)],
    budget: &'a Cell<usize>,
}

impl Fill<'_> {
    fn row(&self, value: &Cursor<'_>) -> Result<BTreeMap<String, SeedValue>, Fault> {
        let mut row = BTreeMap::new();
        for (column, written) in value.entries("a mapping of columns to values")? {
            row.insert(column.to_owned(), self.written(column, &written)?);
        }
        for (column, default) in self.defaults {
            if !row.contains_key(*column) {
                self.spend(weight(default), value)?;
                row.insert((*column).to_owned(), plain_value(default, value)?);
            }
        }
        for (column, source) in self.copies {
            if !row.contains_key(*column) {
                let copied = self.copied(&row, column, source, value)?;
                row.insert((*column).to_owned(), copied);
            }
        }
        Ok(row)
    }

    /// The written value, its mappings merged into those of the default.
    fn written(&self, column: &str, written: &Cursor<'_>) -> Result<SeedValue, Fault> {
        let default = self.defaults.iter().find(|(name, _)| *name == column).map(|(_, node)| *node);
        match default {
            Some(default @ Node::Map(_)) if matches!(written.node, Node::Map(_)) => {
                self.spend(weight(default), written)?;
                plain_value(&merge(default, written.node), written)
            }
            _ => plain_value(written.node, written),
        }
    }

    fn copied(
        &self,
        row: &BTreeMap<String, SeedValue>,
        column: &str,
        source: &str,
        at: &Cursor<'_>,
    ) -> Result<SeedValue, Fault> {
        let Some(value) = row.get(source) else {
            let (column, source) = (cut(column), cut(source));
            return Err(at.meaning(format!("`{column}` copies `{source}`, and the row has neither")));
        };
        let size = match value {
            SeedValue::Text(text) => text.len(),
            SeedValue::Json(json) => json.to_text().len(),
            SeedValue::Null | SeedValue::Boolean(_) | SeedValue::Integer(_) | SeedValue::Real(_) => 0,
        };
        self.spend(NODE_WEIGHT + size, at)?;
        Ok(value.clone())
    }

    fn spend(&self, cost: usize, at: &Cursor<'_>) -> Result<(), Fault> {
        let rest = self.budget.get().checked_sub(cost);
        let rest = rest.ok_or_else(|| {
            at.meaning(format!(
                "`defaults` and `copy` fill in more than {} MiB by this row",
                FILL_LIMIT >> 20
            ))
        })?;
        self.budget.set(rest);
        Ok(())
    }
}

/// What a value without text counts.
const NODE_WEIGHT: usize = 8;

fn weight(node: &Node) -> usize {
    let inside = match node {
        Node::Null | Node::Boolean(_) | Node::Integer(_) | Node::Real(_) => 0,
        Node::Text(text) => text.len(),
        Node::List(items) => items.iter().map(weight).sum(),
        Node::Map(entries) => entries.iter().map(|(key, value)| key.len() + weight(value)).sum(),
    };
    NODE_WEIGHT + inside
}

fn merge(default: &Node, written: &Node) -> Node {
    let (Node::Map(default), Node::Map(written)) = (default, written) else { return written.clone() };
    let mut merged = default.clone();
    for (key, value) in written {
        match merged.iter_mut().find(|(name, _)| name == key) {
            Some((_, default)) => *default = merge(default, value),
            None => merged.push((key.clone(), value.clone())),
        }
    }
    Node::Map(merged)
}

fn plain_value(node: &Node, at: &Cursor<'_>) -> Result<SeedValue, Fault> {
    Ok(match node {
        Node::Null => SeedValue::Null,
        Node::Boolean(flag) => SeedValue::Boolean(*flag),
        Node::Integer(number) => SeedValue::Integer(*number),
        Node::Real(number) => SeedValue::Real(*number),
        Node::Text(text) => SeedValue::Text(text.clone()),
        Node::List(_) | Node::Map(_) => SeedValue::Json(json_value(node, at)?),
    })
}

fn json_value(node: &Node, at: &Cursor<'_>) -> Result<Json, Fault> {
    Ok(match node {
        Node::Null => Json::Null,
        Node::Boolean(flag) => Json::Bool(*flag),
        Node::Integer(number) => Json::Number(number.to_string()),
        // The model's reader makes the digits canonical.
        Node::Real(number) => json::parse(&format!("{number:?}"))
            .map_err(|error| at.meaning(format!("{number:?} as a JSON number: {error}")))?,
        Node::Text(text) => Json::String(text.clone()),
        Node::List(items) => {
            Json::Array(items.iter().map(|item| json_value(item, at)).collect::<Result<_, _>>()?)
        }
        Node::Map(entries) => Json::Object(
            entries
                .iter()
                .map(|(key, value)| Ok((key.clone(), json_value(value, at)?)))
                .collect::<Result<_, _>>()?,
        ),
    })
}
