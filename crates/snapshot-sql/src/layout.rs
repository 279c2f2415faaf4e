//! A definition turned to indexes: what the writer and the reader need of each table, row by row.
//!
//! Built once per file from a checked definition (see `definition_check`). The rule to keep in mind: columns are indexes
//! here, so a definition that was not checked must not come this far.

use std::collections::BTreeMap;

use model::{Definition, Engine, LogicalType, Reference, TableSpec};

use crate::literal::{identifier, identifiers};

/// All tables of a definition, in its order.
#[derive(Debug)]
pub(crate) struct Layout<'d> {
    pub(crate) tables: Vec<TableLayout<'d>>,
    positions: BTreeMap<&'d str, usize>,
    pub(crate) engines: &'d [Engine],
    /// Whether a row may refer to a later row all the same, which only a check at the end allows.
    pub(crate) has_late_checks: bool,
}

/// One table by indexes.
#[derive(Debug)]
pub(crate) struct TableLayout<'d> {
    pub(crate) spec: &'d TableSpec,
    /// `INSERT INTO … VALUES`, with its line feed.
    pub(crate) head: String,
    pub(crate) types: Vec<LogicalType>,
    /// The row key; empty for a keyless table.
    pub(crate) key: Vec<usize>,
    /// What rows are ordered by: the row key; all columns of a keyless table.
    pub(crate) order: Vec<usize>,
    pub(crate) references: Vec<ReferenceLayout<'d>>,
    /// The references by which a shared row may keep a row that the scenario owns.
    pub(crate) holds: Vec<Hold>,
    /// The keys of this table that its own rows refer to, whose values have to be remembered.
    pub(crate) remembered: Vec<Remembered>,
    pub(crate) order_parents: bool,
}

/// A reference that may point to a later row.
#[derive(Debug)]
pub(crate) struct ReferenceLayout<'d> {
    pub(crate) spec: &'d Reference,
    /// The referring columns, in the order of the key that they refer to.
    pub(crate) columns: Vec<usize>,
    /// What a link sets: the referring columns outside the row key.
    pub(crate) linked: Vec<usize>,
    pub(crate) target: Target,
}

/// A reference to a table with owned rows. Child references are none: a row that refers by one to an owned row is owned.
#[derive(Debug)]
pub(crate) struct Hold {
    /// The referring columns.
    pub(crate) columns: Vec<usize>,
    /// Where it refers to its own table: an index into [`TableLayout::references`].
    pub(crate) own: Option<usize>,
}

/// Where a reference points, and so how to tell whether its row comes later.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Target {
    /// To a table further down: every such row comes later.
    LaterTable,
    /// To this table: an index into [`TableLayout::remembered`].
    OwnTable(usize),
}

/// A key of a table whose values are remembered while its rows pass.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Remembered {
    pub(crate) columns: Vec<usize>,
    /// The row key's values come in order, so that only those of shared rows need remembering.
    pub(crate) ordered: bool,
}

impl<'d> Layout<'d> {
    /// The layout of a checked definition.
    pub(crate) fn new(definition: &'d Definition, engines: &'d [Engine]) -> Self {
        let positions: BTreeMap<&str, usize> =
            definition.tables.iter().enumerate().map(|(at, spec)| (spec.name.as_str(), at)).collect();
        let tables: Vec<TableLayout<'d>> =
            definition.tables.iter().map(|spec| TableLayout::new(spec, definition, &positions)).collect();
        let late = |one: &ReferenceLayout<'_>| one.target == Target::LaterTable && !one.spec.link;
        let has_late_checks = tables.iter().any(|table| table.references.iter().any(late));
        Self { tables, positions, engines, has_late_checks }
    }

    /// The index of the table of that name.
    pub(crate) fn position(&self, name: &str) -> Option<usize> {
        self.positions.get(name).copied()
    }

    /// Whether `'NaN'` is a number: only PostgreSQL holds it.
    pub(crate) fn has_nan(&self) -> bool {
        self.engines == [Engine::Postgres]
    }
}

/// Whether a row of the table may have to wait for its references.
pub(crate) fn has_links(spec: &TableSpec) -> bool {
    spec.references.iter().any(|one| one.link)
}

impl<'d> TableLayout<'d> {
    fn new(spec: &'d TableSpec, definition: &Definition, positions: &BTreeMap<&str, usize>) -> Self {
        let columns: BTreeMap<&str, usize> =
            spec.columns.iter().enumerate().map(|(at, column)| (column.name.as_str(), at)).collect();
        let indexes = |names: &[String]| -> Vec<usize> {
            names.iter().filter_map(|name| columns.get(name.as_str()).copied()).collect()
        };
        let own = positions.get(spec.name.as_str()).copied();
        let key = indexes(&spec.key);
        let mut remembered: Vec<Remembered> = Vec::new();
        let mut references = Vec::new();
        let mut holds = Vec::new();
        for reference in &spec.references {
            let to = positions.get(reference.to.as_str()).and_then(|at| definition.tables.get(*at));
            if !reference.child && to.is_some_and(TableSpec::is_owned) {
                let own = (reference.to == spec.name).then_some(references.len());
                holds.push(Hold { columns: indexes(&reference.columns), own });
            }
            let target = if reference.to == spec.name {
                // The row key in its own order, so that a value compares with the key of the row at hand.
                let (refers, key_columns) =
                    paired(&indexes(&reference.columns), &indexes(&reference.key), &key);
                let ordered = key_columns == key && !spec.order_parents;
                let wanted = Remembered { columns: key_columns, ordered };
                let at = remembered.iter().position(|one| *one == wanted).unwrap_or_else(|| {
                    remembered.push(wanted);
                    remembered.len() - 1
                });
                Some((refers, Target::OwnTable(at)))
            } else if positions.get(reference.to.as_str()).copied() > own {
                Some((indexes(&reference.columns), Target::LaterTable))
            } else {
                None
            };
            if let Some((columns, target)) = target {
                let mut linked: Vec<usize> = columns.iter().copied().filter(|at| !key.contains(at)).collect();
                linked.sort_unstable();
                references.push(ReferenceLayout { spec: reference, columns, linked, target });
            }
        }
        Self {
            spec,
            head: format!(
                "INSERT INTO {} ({}) VALUES\n",
                identifier(&spec.name),
                identifiers(spec.columns.iter().map(|column| &column.name))
            ),
            types: spec.columns.iter().map(|column| column.ty).collect(),
            order: if key.is_empty() { (0..spec.columns.len()).collect() } else { key.clone() },
            key,
            references,
            holds,
            remembered,
            order_parents: spec.order_parents,
        }
    }
}

/// Referring columns and key columns in the order of the row key where the reference is to the row key, else as they are.
fn paired(columns: &[usize], key: &[usize], row_key: &[usize]) -> (Vec<usize>, Vec<usize>) {
    let place = |at: &usize| key.iter().position(|one| one == at);
    let order: Option<Vec<usize>> = row_key.iter().map(place).collect();
    match order.filter(|order| order.len() == key.len()) {
        Some(order) => {
            (order.iter().map(|at| columns[*at]).collect(), order.iter().map(|at| key[*at]).collect())
        }
        None => (columns.to_vec(), key.to_vec()),
    }
}
