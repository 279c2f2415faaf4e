//! Rows and columns of the snapshot's tables as people read them.

use std::collections::{BTreeSet, VecDeque};

use model::text::{Shown, show_key, show_names};
use model::{Catalog, Column, Table, TableSpec, Value};

/// The names of a table's columns at `positions`: `list_id, position`.
pub(crate) fn show_columns(spec: &TableSpec, positions: &[usize]) -> String {
    show_names(positions.iter().filter_map(|at| spec.columns.get(*at)).map(|column| &column.name))
}

/// That rows or tables refer to another one: `notes: id 3 refers by (list_id) to lists: id 1`.
pub(crate) fn refers_by(child: &str, columns: &[String], parent: &str) -> String {
    format!("{child} refers by ({}) to {parent}", show_names(columns))
}

/// The circle that a reference of `from` to `to` belongs to, the shortest there is: `a.b -> b, b.a -> a`; the reference
/// alone if there is none.
pub(crate) fn circle(catalog: &Catalog, from: &str, columns: &[String], to: &str) -> String {
    let step = |table: &str, columns: &[String], to: &str| match columns {
        [column] => format!("{}.{} -> {}", Shown(table), Shown(column), Shown(to)),
        _ => format!("{}({}) -> {}", Shown(table), show_names(columns), Shown(to)),
    };
    let first = step(from, columns, to);
    let mut seen = BTreeSet::from([to]);
    let mut waiting = VecDeque::from([(to, first.clone())]);
    while let Some((at, way)) = waiting.pop_front() {
        if at == from {
            return way;
        }
        for key in catalog.tables.get(at).into_iter().flat_map(|table| &table.foreign_keys) {
            if seen.insert(&key.to) {
                waiting.push_back((&key.to, format!("{way}, {}", step(at, &key.columns, &key.to))));
            }
        }
    }
    first
}

/// That a row needs unique values which another one has.
pub(crate) fn needs(spec: &TableSpec, incoming: &str, columns: &[usize], holder: &str) -> String {
    format!("{incoming} needs the ({}) that {holder} has", show_columns(spec, columns))
}

/// Positions of the columns that a mask marks.
pub(crate) fn marked(marks: impl Iterator<Item = bool>) -> Vec<usize> {
    marks.enumerate().filter(|(_, mark)| *mark).map(|(at, _)| at).collect()
}

/// Positions of the columns that name a row of the snapshot: its key, else the first three.
pub(crate) fn named_by(spec: &TableSpec) -> Vec<usize> {
    let key = spec.key_indexes();
    if key.is_empty() { (0..spec.columns.len().min(3)).collect() } else { key }
}

/// A row of the snapshot: `fragments: id 3`; a row without key by its first values.
pub(crate) fn show(spec: &TableSpec, values: &[Value]) -> String {
    format!("{}: {}", Shown(&spec.name), show_row_key(spec, values))
}

/// A row's key: `id 3`; without key, its first values.
pub(crate) fn show_row_key(spec: &TableSpec, values: &[Value]) -> String {
    let positions = named_by(spec);
    let columns: Vec<String> = positions.iter().map(|at| spec.columns[*at].name.clone()).collect();
    let values: Vec<Value> = positions.iter().filter_map(|at| values.get(*at).cloned()).collect();
    show_key(&columns, &values)
}

/// The columns that name the rows of any table, followed or not: those of `key`, or of the table's own key where that is
/// empty, else the first three.
pub(crate) fn naming_columns<'t>(table: &'t Table, key: &[String]) -> Vec<&'t Column> {
    let own = table.row_key();
    let key = if key.is_empty() { &own } else { key };
    if key.is_empty() {
        return table.columns.iter().take(3).collect();
    }
    key.iter().filter_map(|name| table.column(name)).collect()
}
