//! `relations`: references that the schema does not declare. Most are columns that hold another table's key, as a foreign key's
//! do; others stand in a JSON value, or mean a table only where other columns say so.

use model::Condition;

use crate::cursor::{Cursor, Fault, Known, required};
use crate::names::{TableColumns, split_table};
use crate::path::cut;
use crate::select;

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

/// A reference out of a JSON value, or one that holds under conditions.
#[derive(Clone, Debug, PartialEq)]
pub struct LooseRelation {
    /// Where it stands in the list, from 0.
    pub at: usize,
    /// The referring table.
    pub from: String,
    /// Its column, then keys into its JSON.
    pub path: Vec<String>,
    /// The table referred to.
    pub to: String,
    /// The column referred to; `None`: the table's row key.
    pub key: Option<String>,
    /// Conditions on the referring row.
    pub when: Vec<Condition>,
    /// A condition by way of another table.
    pub type_table: Option<TypeTable>,
    /// Whether a value may find no row.
    pub optional: bool,
}

/// `type_table`: rows of another table name what a reference means.
#[derive(Clone, Debug, PartialEq)]
pub struct TypeTable {
    /// The referring row's column that names a row of it.
    pub column: String,
    /// The table.
    pub table: String,
    /// Which of its rows mean the table referred to.
    pub select: Vec<Condition>,
}

pub(crate) fn read(value: &Cursor<'_>) -> Result<(Vec<Relation>, Vec<LooseRelation>), Fault> {
    let (mut relations, mut loose) = (Vec::new(), Vec::new());
    for (at, item) in value.items("a list of relations")?.iter().enumerate() {
        match relation(at, item)? {
            Read::Plain(relation) => relations.push(relation),
            Read::Loose(relation) => loose.push(relation),
        }
    }
    Ok((relations, loose))
}

enum Read {
    Plain(Relation),
    Loose(LooseRelation),
}

fn relation(at: usize, value: &Cursor<'_>) -> Result<Read, Fault> {
    const KEYS: Known = Known { keys: &["from", "to", "when", "type_table", "optional"], reserved: &[] };
    let fields = value.fields("a mapping with `from` and `to`", &KEYS)?;
    let (from_value, to_value) = (required(&fields, value, "from")?, required(&fields, value, "to")?);
    let (from, paths) = table_and_columns(from_value)?;
    let (to, keys) = table_and_columns(to_value)?;
    let Some(paths) = paths else {
        return Err(from_value.meaning(match from.split_once('.') {
            Some((table, column)) if !column.is_empty() => {
                format!("the columns stand in brackets: did you mean `{}({})`?", cut(table), cut(column))
            }
            _ => format!("name the referring columns: `{}(column)`", cut(&from)),
        }));
    };
    let key = keys.map(|keys| plain_columns(to_value, keys)).transpose()?;
    if let Some(key) = key.as_ref().filter(|key| key.len() != paths.len()) {
        return Err(to_value.meaning(format!(
            "{} referring, {} referred to",
            columns_of(paths.len()),
            columns_of(key.len())
        )));
    }
    let when = fields.get("when").map_or(Ok(Vec::new()), select::read_term)?;
    let type_table = fields.get("type_table").map(type_table).transpose()?;
    let optional = fields.get("optional").map(|flag| flag.flag("true or false")).transpose()?;
    let into_json = paths.iter().any(|path| path.len() > 1);
    if !into_json && when.is_empty() && type_table.is_none() && optional.is_none() {
        let columns = plain_columns(from_value, paths)?;
        return Ok(Read::Plain(Relation { from, columns, to, key }));
    }
    let [path] = <[Vec<String>; 1]>::try_from(paths).map_err(|paths| {
        from_value.meaning(format!(
            "{} referring: a relation out of JSON, or with `when`, `type_table` or `optional`, has one",
            columns_of(paths.len())
        ))
    })?;
    let key = key.and_then(|key| key.into_iter().next());
    let optional = optional.unwrap_or(false);
    Ok(Read::Loose(LooseRelation { at, from, path, to, key, when, type_table, optional }))
}

fn type_table(value: &Cursor<'_>) -> Result<TypeTable, Fault> {
    const KEYS: Known = Known { keys: &["column", "table", "where"], reserved: &[] };
    let fields = value.fields("a mapping with `column`, `table` and `where`", &KEYS)?;
    Ok(TypeTable {
        column: required(&fields, value, "column")?.name("a column's name")?,
        table: required(&fields, value, "table")?.name("a table's name")?,
        select: select::read_term(required(&fields, value, "where")?)?,
    })
}

fn columns_of(columns: usize) -> String {
    format!("{columns} column{}", if columns == 1 { "" } else { "s" })
}

/// Paths that are columns and no more.
fn plain_columns(value: &Cursor<'_>, paths: Vec<Vec<String>>) -> Result<Vec<String>, Fault> {
    paths
        .into_iter()
        .map(|path| match <[String; 1]>::try_from(path) {
            Ok([column]) => Ok(column),
            Err(path) => Err(value.meaning(format!(
                "`{}` is a path into JSON, which has no key; quote the name of a column that holds a dot",
                cut(&path.join("."))
            ))),
        })
        .collect()
}

fn table_and_columns(value: &Cursor<'_>) -> Result<TableColumns, Fault> {
    let text = value.text("`table(column, …)`")?;
    let (table, columns) = split_table(text)
        .map_err(|reason| value.meaning(format!("`{}` is not `table(column, …)`: {reason}", cut(text))))?;
    let twice = columns
        .iter()
        .flatten()
        .enumerate()
        .find(|(at, name)| columns.iter().flatten().take(*at).any(|c| c == *name));
    match twice {
        Some((_, name)) => Err(value.meaning(format!("the column `{}` stands twice", cut(&name.join("."))))),
        None => Ok((table, columns)),
    }
}
