//! How far a random scenario reaches: limits, references that are not followed, excluded and whole tables; and the rows that are
//! its own, wave by wave, where limits choose them.

use std::cmp::Ordering;
use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;

use proptest::collection::{btree_map, btree_set};
use proptest::prelude::*;

use super::rows::{Cell, Row};
use super::scenario::{Place, Scenario};
use super::schema::{Reference, Table};

/// At most so many rows, ordered by the integer that rows are selected by, the largest first or not; else by key.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Limit {
    most: usize,
    descending: Option<bool>,
}

#[derive(Clone, Debug)]
pub(crate) struct Genes {
    skips_nullable: bool,
    excluded: BTreeSet<usize>,
    whole: BTreeSet<usize>,
    rows: BTreeMap<usize, Limit>,
    children: BTreeMap<usize, Limit>,
}

pub(crate) fn genes() -> impl Strategy<Value = Genes> {
    let limit = || {
        (1..4usize, proptest::option::of(any::<bool>()))
            .prop_map(|(most, descending)| Limit { most, descending })
    };
    let few = || btree_set(0..6usize, 0..3);
    let genes = (
        any::<bool>(),
        few(),
        few(),
        btree_map(0..6usize, limit(), 0..3),
        btree_map(0..6usize, limit(), 0..5),
    );
    genes.prop_map(|(skips_nullable, excluded, whole, rows, children)| Genes {
        skips_nullable,
        excluded,
        whole,
        rows,
        children,
    })
}

/// The owned and the selected tables where some are excluded.
type Owned<'a> = dyn Fn(&BTreeSet<usize>) -> (BTreeSet<usize>, BTreeSet<usize>) + 'a;

/// How far a scenario reaches; the default is all the way.
#[derive(Default)]
pub(crate) struct Reach {
    pub(super) skips_nullable: bool,
    pub(super) excluded: BTreeSet<usize>,
    pub(super) whole: BTreeSet<usize>,
    rows: BTreeMap<usize, Limit>,
    children: BTreeMap<usize, Limit>,
}

impl Reach {
    /// What fits the tables: nothing that is selected is excluded, and nothing that a row must refer to. `owned` tells the
    /// owned tables and the selected ones where some tables are excluded.
    pub(super) fn build(genes: &Genes, tables: &[Table], owned: &Owned<'_>) -> Self {
        let whole: BTreeSet<usize> = genes.whole.iter().copied().filter(|at| *at < tables.len()).collect();
        // A table cannot be taken whole and limited.
        let unlimited = |limits: &BTreeMap<usize, Limit>| {
            let mut limits = limits.clone();
            limits.retain(|at, _| !whole.contains(at));
            limits
        };
        let (rows, children) = (unlimited(&genes.rows), unlimited(&genes.children));
        let mut reach =
            Self { skips_nullable: genes.skips_nullable, whole, rows, children, ..Self::default() };
        for at in genes.excluded.iter().copied().filter(|at| *at < tables.len()) {
            let mut excluded = reach.excluded.clone();
            excluded.insert(at);
            let (owned, selected) = owned(&excluded);
            let before = std::mem::replace(&mut reach.excluded, excluded);
            let held = reach.held(tables, &owned);
            if selected.contains(&at) || reach.whole.contains(&at) || held.contains(&at) {
                reach.excluded = before;
            }
        }
        reach
    }

    /// Drops limits that mean nothing. Rows without a key have no order that is easily told.
    pub(super) fn fit(
        &mut self,
        tables: &[Table],
        owned: &BTreeSet<usize>,
        follow: Option<&BTreeSet<usize>>,
    ) {
        let is_keyed = |at: &usize| *at < tables.len() && !tables[*at].row_key().is_empty();
        self.rows.retain(|at, _| is_keyed(at) && owned.contains(at));
        self.children.retain(|at, _| is_keyed(at) && follow.is_some_and(|follow| follow.contains(at)));
    }

    /// Whether anything is cut off.
    pub(crate) fn is_limited(&self) -> bool {
        self.skips_nullable || !(self.excluded.is_empty() && self.rows.is_empty() && self.children.is_empty())
    }

    pub(crate) fn has_limits(&self) -> bool {
        !(self.rows.is_empty() && self.children.is_empty())
    }

    pub(crate) fn excludes(&self) -> bool {
        !self.excluded.is_empty()
    }

    /// Whether a reference is not followed: no column of it has another meaning, so that it can be written as NULL if it
    /// takes that.
    pub(super) fn is_cut(&self, table: &Table, reference: &Reference) -> bool {
        let takes_null = reference.columns.iter().all(|at| !table.columns[*at].not_null);
        takes_null && (self.skips_nullable || self.excluded.contains(&reference.to))
    }

    /// The tables whose rows are in the file.
    pub(super) fn held(&self, tables: &[Table], owned: &BTreeSet<usize>) -> BTreeSet<usize> {
        let mut held: BTreeSet<usize> = owned.union(&self.whole).copied().collect();
        let mut waiting: Vec<usize> = held.iter().copied().collect();
        while let Some(at) = waiting.pop() {
            let followed = tables[at].references.iter().filter(|r| !self.is_cut(&tables[at], r));
            waiting.extend(followed.map(|r| r.to).filter(|to| held.insert(*to)));
        }
        held
    }

    pub(super) fn children_yaml(&self, at: usize) -> String {
        self.children.get(&at).map_or_else(|| "all".to_owned(), |limit| limit.yaml("max_children_per_node"))
    }

    pub(super) fn yaml(&self, name: &dyn Fn(&usize) -> String) -> String {
        let list = |tables: &BTreeSet<usize>| tables.iter().map(name).collect::<Vec<_>>().join(", ");
        let mut yaml = String::new();
        for (key, tables) in [("passthrough_tables", &self.whole), ("excluded_tables", &self.excluded)] {
            if !tables.is_empty() {
                let _ = writeln!(yaml, "{key}: [{}]", list(tables));
            }
        }
        let limits: Vec<String> = self
            .rows
            .iter()
            .map(|(at, limit)| format!("{}: {}", name(at), limit.yaml("row_limit")))
            .collect();
        if !limits.is_empty() {
            let _ = writeln!(yaml, "limits: {{ tables: {{ {} }} }}", limits.join(", "));
        }
        yaml
    }
}

impl Limit {
    fn yaml(&self, key: &str) -> String {
        let order = match self.descending {
            None => "",
            Some(false) => ", order_by: n",
            Some(true) => ", order_by: [-n]",
        };
        format!("{{ {key}: {}{order} }}", self.most)
    }

    /// The first of some rows of a table, at most `most`.
    fn first(&self, table: &Table, rows: &[Row], mut some: Vec<usize>, most: usize) -> Vec<usize> {
        let cell = |nth: usize, column: usize| &rows[nth].cells[column];
        some.sort_by(|a, b| {
            let number = compare(cell(*a, table.number), cell(*b, table.number));
            let number = match self.descending {
                None => Ordering::Equal,
                Some(false) => number,
                Some(true) => number.reverse(),
            };
            let by_key =
                table.row_key().into_iter().map(|column| compare(cell(*a, column), cell(*b, column)));
            number.then_with(|| by_key.fold(Ordering::Equal, Ordering::then))
        });
        some.dedup();
        some.truncate(most);
        some
    }
}

/// Values of keys and numbers in the order of the file.
fn compare(a: &Cell, b: &Cell) -> Ordering {
    match (a, b) {
        (Cell::Integer(a), Cell::Integer(b)) => a.cmp(b),
        (Cell::Text(a), Cell::Text(b)) => a.cmp(b),
        (Cell::Bytes(a), Cell::Bytes(b)) => a.cmp(b),
        _ => (*a != Cell::Null).cmp(&(*b != Cell::Null)),
    }
}

impl Scenario {
    /// What limits leave of the selected rows, and all rows that are the scenario's own: children of these wave by wave, of
    /// each wave as many as there is room for.
    pub(super) fn owned(
        &self,
        tables: &[Table],
        rows: &[Vec<Row>],
        mut selected: BTreeSet<Place>,
    ) -> (BTreeSet<Place>, BTreeSet<Place>) {
        let trim = |some: &mut BTreeSet<Place>, owned: &BTreeSet<Place>| {
            for (at, limit) in &self.reach.rows {
                let of_table = |place: &&Place| place.0 == *at;
                let room = limit.most.saturating_sub(owned.iter().filter(of_table).count());
                let found = some.iter().filter(of_table).map(|place| place.1).collect();
                let first = limit.first(&tables[*at], &rows[*at], found, room);
                some.retain(|place| place.0 != *at || first.contains(&place.1));
            }
        };
        trim(&mut selected, &BTreeSet::new());
        let mut owned = selected.clone();
        let mut front = selected.clone();
        while !front.is_empty() {
            let mut next: BTreeSet<Place> = BTreeSet::new();
            for at in (0..tables.len()).filter(|at| self.follows(*at)) {
                for (which, reference) in tables[at].references.iter().enumerate() {
                    for parent in front.iter().filter(|place| place.0 == reference.to) {
                        let leads = |nth: &usize| rows[at][*nth].parents[which] == Some(parent.1);
                        let mut children: Vec<usize> = (0..rows[at].len()).filter(leads).collect();
                        if let Some(limit) = self.reach.children.get(&at) {
                            children = limit.first(&tables[at], &rows[at], children, limit.most);
                        }
                        next.extend(children.into_iter().map(|nth| (at, nth)));
                    }
                }
            }
            next.retain(|place| !owned.contains(place));
            trim(&mut next, &owned);
            owned.extend(next.iter().copied());
            front = next;
        }
        (selected, owned)
    }
}
