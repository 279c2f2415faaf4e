//! The tables whose rows a scenario may select: those with marks first, then those that much refers to and that refer to
//! little. Logs, tables of tools, tables that only join others, and tables without a key are never among them.

use std::cmp::Reverse;

use model::{Catalog, Column, LogicalType, Table};
use scenario::{Mark, is_spellable};

use super::graph::Graph;
use super::{Facts, Looks, can_be_held, names};

/// A table whose rows a scenario may select.
pub(super) struct Root<'a> {
    pub(super) table: &'a str,
    /// The marks that its rows carry: a column, then keys of its JSON.
    pub(super) marks: Vec<(Vec<String>, Mark)>,
    pub(super) why: String,
    /// Whether it is worth a proposal of its own.
    pub(super) is_likely: bool,
}

/// The best first; of equals the first by name.
pub(super) fn roots<'a>(catalog: &'a Catalog, graph: &Graph<'a>, facts: &Facts) -> Vec<Root<'a>> {
    let mut ranked: Vec<_> = catalog
        .tables
        .iter()
        .filter(|(name, table)| can_be_root(catalog, graph, name, table))
        .map(|(name, table)| {
            let root = root(graph, facts, name, table);
            let (referring, parents) = (graph.referring(name).count(), graph.parents(name).count());
            let weight = i64::try_from(referring).unwrap_or(i64::MAX) - i64::try_from(parents).unwrap_or(0);
            let rank =
                (!root.marks.is_empty(), root.is_likely, facts.rows_of(name) > 0, weight, graph.reach(name));
            (Reverse(rank), root)
        })
        .collect();
    // Stable: by name within a rank.
    ranked.sort_by_key(|(rank, _)| *rank);
    ranked.into_iter().map(|(_, root)| root).collect()
}

fn can_be_root(catalog: &Catalog, graph: &Graph<'_>, name: &str, table: &Table) -> bool {
    let nothing_refers = graph.referring(name).next().is_none();
    !table.row_key().is_empty()
        && can_be_held(catalog, name, table)
        && !names::is_of_a_tool(name)
        && !(nothing_refers && (names::is_log(name) || only_joins(table)))
}

/// Whether it has two foreign keys and little else: a key of its own, times, a place in an order.
fn only_joins(table: &Table) -> bool {
    let refers = |column: &Column| table.foreign_keys.iter().any(|key| key.columns.contains(&column.name));
    let is_little = |column: &Column| {
        table.primary_key == [column.name.clone()]
            || matches!(column.ty, LogicalType::Timestamp | LogicalType::Timestamptz)
            || matches!(
                names::words(&column.name).join("_").as_str(),
                "created_at" | "updated_at" | "position" | "sort_order" | "ordinal" | "rank"
            )
    };
    table.foreign_keys.len() > 1 && table.stored_columns().all(|column| refers(column) || is_little(column))
}

fn root<'a>(graph: &Graph<'a>, facts: &Facts, name: &'a str, table: &'a Table) -> Root<'a> {
    let marks = marks(facts, name, table);
    let (referring, parents) = (graph.referring(name).count(), graph.parents(name).count());
    let may_hold_marks =
        table.stored_columns().find(|column| column.ty.is_json() && names::suggests_json(&column.name));
    let mut why = match (marks.is_empty(), referring, parents) {
        (false, ..) => "its rows carry a mark".to_owned(),
        (true, 0, 0) => "no foreign key joins it to others".to_owned(),
        (true, 0, _) => format!("no table refers to it, it refers to {parents}"),
        (true, 1, 0) => "1 table refers to it, it refers to none".to_owned(),
        (true, 1, _) => format!("1 table refers to it, it refers to {parents}"),
        (true, _, 0) => format!("{referring} tables refer to it, it refers to none"),
        (true, ..) => format!("{referring} tables refer to it, it refers to {parents}"),
    };
    if let (true, Some(column)) = (marks.is_empty(), may_hold_marks) {
        why = format!("{why}; {} may hold a mark", names::cut(&column.name));
    }
    let rows = facts.rows_of(name);
    why = if rows == 1 { format!("{why}; 1 row") } else { format!("{why}; {rows} rows") };
    let is_likely = !marks.is_empty()
        || referring > parents
        || (referring == 0 && parents == 0)
        || may_hold_marks.is_some();
    Root { table: name, marks, why, is_likely }
}

/// The marks of the first column that has any.
fn marks(facts: &Facts, name: &str, table: &Table) -> Vec<(Vec<String>, Mark)> {
    let columns = table.stored_columns().filter(|column| is_spellable(&column.name));
    columns.map(|column| marks_of(facts, name, column)).find(|marks| !marks.is_empty()).unwrap_or_default()
}

fn marks_of(facts: &Facts, table: &str, column: &Column) -> Vec<(Vec<String>, Mark)> {
    let looks = facts.looks_of(table, &column.name);
    let itself = |mark| vec![(vec![column.name.clone()], mark)];
    match column.ty {
        LogicalType::Boolean if names::is_mark(&column.name) => itself(Mark::True),
        LogicalType::Integer if names::is_mark(&column.name) && looks.is_some_and(Looks::is_boolean) => {
            itself(Mark::One)
        }
        LogicalType::Text if names::is_scenario(&column.name) => itself(Mark::Name),
        LogicalType::Text | LogicalType::Json | LogicalType::JsonVerbatim => {
            let Some(looks) = looks.filter(|looks| looks.is_json()) else { return Vec::new() };
            let (flags, scenario) = looks.marks();
            let path = |key: &str| vec![column.name.clone(), key.to_owned()];
            let flags = flags.into_iter().map(|key| (path(key), Mark::True));
            flags.chain(scenario.map(|key| (path(key), Mark::Name))).collect()
        }
        _ => Vec::new(),
    }
}
