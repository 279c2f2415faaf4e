//! Which tables refer to which, by the declared foreign keys.

use std::collections::{BTreeMap, BTreeSet};

use model::{Catalog, ForeignKey};

use super::{can_be_held, names};

/// The references between different tables of a catalog.
pub(super) struct Graph<'a> {
    /// By table: the tables that it refers to.
    parents: BTreeMap<&'a str, BTreeSet<&'a str>>,
    /// By table: those that refer to it.
    children: BTreeMap<&'a str, BTreeSet<&'a str>>,
}

/// A table that may be followed.
pub(super) struct Child<'a> {
    pub(super) table: &'a str,
    /// Along which key.
    pub(super) why: String,
    /// Whether its rows are worth a demo: neither a log nor a tool's own table, nor one that no snapshot can hold.
    pub(super) is_data: bool,
}

impl<'a> Graph<'a> {
    pub(super) fn of(catalog: &'a Catalog) -> Self {
        let mut graph = Self { parents: BTreeMap::new(), children: BTreeMap::new() };
        for (name, table) in &catalog.tables {
            for key in table.foreign_keys.iter().filter(|key| key.to != *name) {
                if let Some((to, _)) = catalog.tables.get_key_value(&key.to) {
                    graph.parents.entry(name).or_default().insert(to);
                    graph.children.entry(to).or_default().insert(name);
                }
            }
        }
        graph
    }

    /// The other tables that `table` refers to.
    pub(super) fn parents(&self, table: &str) -> impl Iterator<Item = &'a str> {
        self.parents.get(table).into_iter().flatten().copied()
    }

    /// The other tables that refer to `table`.
    pub(super) fn referring(&self, table: &str) -> impl Iterator<Item = &'a str> {
        self.children.get(table).into_iter().flatten().copied()
    }

    /// The tables that refer to one of `roots`, those that refer to these, and so on: nearest first, then by name. What
    /// refers to a table that is not worth following is not among them.
    pub(super) fn children(&self, catalog: &'a Catalog, roots: &[&'a str]) -> Vec<Child<'a>> {
        let mut seen: BTreeSet<&str> = roots.iter().copied().collect();
        let mut found = Vec::new();
        let mut wave: BTreeSet<&str> = seen.clone();
        while !wave.is_empty() {
            let next: BTreeSet<&'a str> =
                wave.iter().flat_map(|table| self.referring(table)).filter(|t| !seen.contains(t)).collect();
            let children: Vec<Child<'a>> =
                next.iter().filter_map(|table| self.child(catalog, table, &wave)).collect();
            seen.extend(&next);
            wave = children.iter().filter(|child| child.is_data).map(|child| child.table).collect();
            found.extend(children);
        }
        found
    }

    fn child(&self, catalog: &'a Catalog, name: &'a str, parents: &BTreeSet<&str>) -> Option<Child<'a>> {
        let table = catalog.tables.get(name)?;
        if !scenario::is_spellable(name) || names::is_of_a_tool(name) {
            return None;
        }
        let keys = table.foreign_keys.iter().filter(|key| parents.contains(key.to.as_str()));
        let why = keys.map(key_in_words).collect::<Vec<_>>().join(", ");
        let is_log = names::is_log(name) && self.referring(name).next().is_none();
        let why = if is_log { format!("looks like a log; {why}") } else { why };
        Some(Child { table: name, why, is_data: !is_log && can_be_held(catalog, name, table) })
    }

    /// How many tables are reached by following.
    pub(super) fn reach(&self, root: &str) -> usize {
        closure(&[root], |table| self.children.get(table)).len() - 1
    }

    /// The tables, and every table that one of them refers to.
    pub(super) fn with_parents<'t>(&'t self, tables: &[&'t str]) -> BTreeSet<&'t str> {
        closure(tables, |table| self.parents.get(table))
    }
}

fn closure<'t>(from: &[&'t str], next: impl Fn(&str) -> Option<&'t BTreeSet<&'t str>>) -> BTreeSet<&'t str> {
    let mut all: BTreeSet<&str> = from.iter().copied().collect();
    let mut waiting: Vec<&str> = from.to_vec();
    while let Some(table) = waiting.pop() {
        for other in next(table).into_iter().flatten() {
            if all.insert(other) {
                waiting.push(other);
            }
        }
    }
    all
}

/// `fragment_id refers to fragments`
fn key_in_words(key: &ForeignKey) -> String {
    let columns: Vec<&str> = key.columns.iter().map(|column| names::cut(column)).collect();
    format!("{} refers to {}", columns.join(", "), names::cut(&key.to))
}
