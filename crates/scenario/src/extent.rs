//! `follow`, `limits`, `passthrough_tables` and `excluded_tables`: how far a scenario reaches from the rows that it selects.

use std::collections::BTreeMap;

use model::scope::{Limit, OrderBy};

use crate::cursor::{Cursor, Fault, Known};
use crate::path::cut;
use crate::select::Select;
use crate::tree::Node;

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

/// What narrows or widens a selection; by default nothing.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Extent {
    /// `limits.tables`: table to the most rows that are the scenario's own.
    pub rows: BTreeMap<String, Limit>,
    /// `follow.children`, for each table with a limit of its own: the most rows for each row that they refer to.
    pub children: BTreeMap<String, Limit>,
    /// `follow.max_children_per_node`: the same for every other followed table.
    pub max_children_per_node: Option<u64>,
    /// `follow.follow_nullable_relations: false`.
    pub skip_nullable: bool,
    /// `passthrough_tables`: tables of which every row is taken, in written order.
    pub passthrough: Vec<String>,
    /// `excluded_tables`: tables of which no row is taken, in written order.
    pub excluded: Vec<String>,
}

/// `follow`.
pub(crate) fn follow(value: &Cursor<'_>, extent: &mut Extent) -> Result<Children, Fault> {
    const KEYS: Known =
        Known { keys: &["children", "max_children_per_node", "follow_nullable_relations"], reserved: &[] };
    let fields = value.fields("a mapping with `children`", &KEYS)?;
    if let Some(most) = fields.get("max_children_per_node") {
        extent.max_children_per_node = Some(at_least_one(most)?);
    }
    if let Some(flag) = fields.get("follow_nullable_relations") {
        extent.skip_nullable = !flag.flag("true or false")?;
    }
    fields.get("children").map_or(Ok(Children::None), |value| children(value, extent))
}

fn children(value: &Cursor<'_>, extent: &mut Extent) -> Result<Children, Fault> {
    const EXPECTED: &str = "`all`, a list of tables, or a mapping of tables to limits";
    let tables = match value.node {
        Node::Text(all) if all == "all" => return Ok(Children::All),
        Node::Map(_) => {
            let mut tables = Vec::new();
            for (table, limit) in value.entries(EXPECTED)? {
                extent.children.extend(child_limit(&limit)?.map(|limit| (table.to_owned(), limit)));
                tables.push(table.to_owned());
            }
            tables
        }
        Node::List(_) => self::tables(value)?,
        _ => return Err(value.kind(EXPECTED)),
    };
    Ok(if tables.is_empty() { Children::None } else { Children::Tables(tables) })
}

/// What stands for a followed table: `all`, or its limit.
fn child_limit(value: &Cursor<'_>) -> Result<Option<Limit>, Fault> {
    const EXPECTED: &str = "`all`, or a mapping with `max_children_per_node` and `order_by`";
    match value.node {
        Node::Text(all) if all == "all" => Ok(None),
        Node::Map(_) => limit(value, EXPECTED, "max_children_per_node").map(Some),
        _ => Err(value.kind(EXPECTED)),
    }
}

/// `limits`: the guard over all tables; limits of single tables go into `extent`.
pub(crate) fn limits(value: &Cursor<'_>, extent: &mut Extent) -> Result<Option<u64>, Fault> {
    const KEYS: Known = Known { keys: &["rows", "tables"], reserved: &[] };
    let fields = value.fields("a mapping with `rows` and `tables`", &KEYS)?;
    if let Some(tables) = fields.get("tables") {
        for (table, value) in tables.entries("a mapping of tables to limits")? {
            let limit = limit(&value, "a mapping with `row_limit` and `order_by`", "row_limit")?;
            extent.rows.insert(table.to_owned(), limit);
        }
    }
    match fields.get("rows").map(|rows| (rows, rows.count("a number of rows"))) {
        Some((rows, Ok(0))) => Err(rows.meaning("a limit of 0 rows allows no snapshot")),
        Some((_, rows)) => rows.map(Some),
        None => Ok(None),
    }
}

fn limit(value: &Cursor<'_>, expected: &'static str, most: &'static str) -> Result<Limit, Fault> {
    let known = match most {
        "row_limit" => Known { keys: &["row_limit", "order_by"], reserved: &[] },
        _ => Known { keys: &["max_children_per_node", "order_by"], reserved: &[] },
    };
    let fields = value.fields(expected, &known)?;
    Ok(Limit {
        most: at_least_one(crate::cursor::required(&fields, value, most)?)?,
        order: fields.get("order_by").map_or(Ok(Vec::new()), order_by)?,
    })
}

fn at_least_one(value: &Cursor<'_>) -> Result<u64, Fault> {
    match value.count("a number of rows")? {
        0 => Err(value.meaning("a limit of 0 takes no row: leave the table out instead")),
        most => Ok(most),
    }
}

/// One column or a list of them; `-` before a name means the largest first.
fn order_by(value: &Cursor<'_>) -> Result<Vec<OrderBy>, Fault> {
    const EXPECTED: &str =
        "a column (`created_at`, or `-created_at` for the largest first) or a list of columns";
    let columns = match value.node {
        Node::Text(_) => vec![value.clone()],
        Node::List(_) => value.items(EXPECTED)?,
        _ => return Err(value.kind(EXPECTED)),
    };
    let mut order: Vec<OrderBy> = Vec::new();
    for column in columns {
        let text = column.name("a column's name")?;
        let (name, descending) = text.strip_prefix('-').map_or((text.as_str(), false), |name| (name, true));
        if name.is_empty() {
            return Err(column.meaning("a `-` without the name of a column"));
        }
        if order.iter().any(|by| by.column == name) {
            return Err(column.meaning(format!("`{}` stands twice", cut(name))));
        }
        order.push(OrderBy { column: name.to_owned(), descending });
    }
    Ok(order)
}

/// The tables that are taken by name.
pub(crate) struct Taken<'a> {
    pub(crate) select: &'a Select,
    pub(crate) children: &'a Children,
}

/// Refuses a table of which no row is taken and some are, and one of which every row is taken and some are not.
pub(crate) fn without_contradictions(
    fields: &BTreeMap<&str, Cursor<'_>>,
    extent: &Extent,
    taken: &Taken<'_>,
) -> Result<(), Fault> {
    let items = |key: &str| fields.get(key).map_or(Ok(Vec::new()), |value| value.items("a list of tables"));
    for (item, table) in items("excluded_tables")?.iter().zip(&extent.excluded) {
        let followed = matches!(taken.children, Children::Tables(tables) if tables.contains(table));
        let named = [
            (taken.select.iter().any(|(name, _)| name == table), "select"),
            (followed, "follow.children"),
            (extent.passthrough.contains(table), "passthrough_tables"),
        ];
        if let Some((_, setting)) = named.into_iter().find(|(is_named, _)| *is_named) {
            return Err(item.meaning(format!("`{}` stands under `{setting}` too", cut(table))));
        }
    }
    for (item, table) in items("passthrough_tables")?.iter().zip(&extent.passthrough) {
        let limited = [
            (extent.rows.contains_key(table), "limits.tables"),
            (extent.children.contains_key(table), "follow.children"),
        ];
        if let Some((_, setting)) = limited.into_iter().find(|(is_limited, _)| *is_limited) {
            return Err(item.meaning(format!(
                "every row of `{}` is taken here, and `{setting}` limits them: keep one of the two",
                cut(table)
            )));
        }
    }
    Ok(())
}

/// A list of tables, none twice.
pub(crate) fn tables(value: &Cursor<'_>) -> Result<Vec<String>, Fault> {
    let mut tables = Vec::new();
    for item in value.items("a list of tables")? {
        let table = item.name("a table's name")?;
        if tables.contains(&table) {
            return Err(item.meaning(format!("`{}` stands twice", cut(&table))));
        }
        tables.push(table);
    }
    Ok(tables)
}
