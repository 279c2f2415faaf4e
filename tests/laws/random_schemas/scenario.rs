//! A random scenario over a random schema, and what it means: the rows that are in it, found by nothing but the numbers of
//! the rows that references lead to.

use std::collections::{BTreeMap, BTreeSet};

use proptest::collection::vec;
use proptest::prelude::*;

use super::reach::{self, Reach};
use super::rows::{Cell, Row};
use super::schema::Table;

/// A row by its table and its number.
pub(crate) type Place = (usize, usize);

/// A condition on the integer that rows are selected by.
#[derive(Clone, Debug)]
enum Condition {
    All,
    One(i64),
    List(Vec<i64>),
    Null,
    Range(i64, i64),
}

#[derive(Clone, Debug)]
enum Children {
    None,
    All,
    /// Those of these tables that refer to one of the scenario's.
    Some(BTreeSet<usize>),
}

#[derive(Clone, Debug)]
pub(crate) struct Genes {
    /// By table: its terms, one of which has to hold.
    select: Vec<(bool, Vec<Condition>)>,
    children: Children,
    /// How far it reaches, if that is said at all.
    reach: Option<reach::Genes>,
}

pub(crate) fn genes() -> impl Strategy<Value = Genes> {
    let condition = prop_oneof![
        Just(Condition::All),
        (0..4i64).prop_map(Condition::One),
        vec(0..4i64, 1..3).prop_map(Condition::List),
        Just(Condition::Null),
        (0..3i64, 1..3i64).prop_map(|(from, more)| Condition::Range(from, from + more)),
    ];
    let children = prop_oneof![
        Just(Children::None),
        Just(Children::All),
        proptest::collection::btree_set(0..6usize, 1..5).prop_map(Children::Some),
    ];
    let reach = proptest::option::weighted(0.5, reach::genes());
    (vec((proptest::bool::weighted(0.4), vec(condition, 1..3)), 6), children, reach)
        .prop_map(|(select, children, reach)| Genes { select, children, reach })
}

/// A scenario that fits its tables.
pub(crate) struct Scenario {
    /// By table, selected ones only.
    select: BTreeMap<usize, Vec<Condition>>,
    /// The tables that are followed; `None` is all.
    follow: Option<BTreeSet<usize>>,
    /// The tables that may have rows of the scenario's own.
    owned_tables: BTreeSet<usize>,
    pub(crate) reach: Reach,
}

/// The rows of a scenario.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Closure {
    pub(crate) selected: BTreeSet<Place>,
    pub(crate) owned: BTreeSet<Place>,
    /// The owned ones and all that they need.
    pub(crate) all: BTreeSet<Place>,
    /// The references of these that are not followed and lead out of them.
    pub(crate) cut: BTreeSet<(Place, usize)>,
}

impl Scenario {
    pub(crate) fn build(genes: &Genes, tables: &[Table]) -> Self {
        let picked = genes.select.iter().take(tables.len()).enumerate().filter(|(_, (picked, _))| *picked);
        let mut select: BTreeMap<usize, Vec<Condition>> =
            picked.map(|(table, (_, terms))| (table, terms.clone())).collect();
        if select.is_empty() {
            select.insert(0, genes.select[0].1.clone());
        }
        let mut follow = match &genes.children {
            Children::None => Some(BTreeSet::new()),
            Children::All => None,
            Children::Some(tables) => Some(tables.clone()),
        };
        let mut reach = Reach::default();
        if let Some(genes) = &genes.reach {
            reach = Reach::build(genes, tables, &|excluded| {
                let follow = follow.as_ref();
                let owned = owned_tables(tables, &select, &|at| {
                    !excluded.contains(&at) && follow.is_none_or(|follow| follow.contains(&at))
                });
                (owned, select.keys().copied().collect())
            });
        }
        if let Some(follow) = &mut follow {
            follow.retain(|at| !reach.excluded.contains(at));
        }
        let owned_tables = owned_tables(tables, &select, &|at| {
            !reach.excluded.contains(&at) && follow.as_ref().is_none_or(|follow| follow.contains(&at))
        });
        if let Some(follow) = &mut follow {
            let refers = |at: usize| tables[at].references.iter().any(|r| owned_tables.contains(&r.to));
            follow.retain(|at| *at < tables.len() && refers(*at));
        }
        reach.fit(tables, &owned_tables, follow.as_ref());
        Self { select, follow, owned_tables, reach }
    }

    /// Whether a table's rows are followed.
    pub(super) fn follows(&self, table: usize) -> bool {
        let named = self.follow.as_ref().is_none_or(|follow| follow.contains(&table));
        named && !self.reach.excluded.contains(&table)
    }

    pub(crate) fn is_selected(&self, table: usize) -> bool {
        self.select.contains_key(&table)
    }

    /// A number with which a row of a selected table is selected.
    pub(crate) fn selecting(&self, table: usize) -> Cell {
        match &self.select[&table][0] {
            Condition::All => Cell::Integer(2),
            Condition::One(n) | Condition::Range(n, _) => Cell::Integer(*n),
            Condition::List(list) => Cell::Integer(list[0]),
            Condition::Null => Cell::Null,
        }
    }

    /// The tables whose rows are in the file.
    pub(crate) fn held_tables(&self, tables: &[Table]) -> BTreeSet<usize> {
        self.reach.held(tables, &self.owned_tables)
    }

    /// Whether it names tables that the file does not hold, so that a database that an import made does not do for it.
    pub(crate) fn names_more(&self, tables: &[Table]) -> bool {
        let held = self.held_tables(tables);
        let relations = held.iter().flat_map(|at| tables[*at].references.iter().filter(|r| !r.is_declared));
        self.reach.excludes() || relations.into_iter().any(|reference| !held.contains(&reference.to))
    }

    /// The rows that are the scenario's: those selected, those of followed tables that lead to one of them, and so on; then
    /// whatever these lead to.
    pub(crate) fn closure(&self, tables: &[Table], rows: &[Vec<Row>]) -> Closure {
        let places =
            || rows.iter().enumerate().flat_map(|(at, rows)| (0..rows.len()).map(move |nth| (at, nth)));
        let selected: BTreeSet<Place> = places()
            .filter(|(at, nth)| {
                let number = &rows[*at][*nth].cells[tables[*at].number];
                self.select.get(at).is_some_and(|terms| terms.iter().any(|term| term.holds(number)))
            })
            .collect();
        let (selected, owned) = self.owned(tables, rows, selected);
        let mut all = owned.clone();
        all.extend(places().filter(|(at, _)| self.reach.whole.contains(at)));
        let followed = |place: &Place| {
            let (at, nth) = *place;
            let leads = rows[at][nth].parents.iter().zip(&tables[at].references);
            let leads = leads.filter(move |(_, reference)| !self.reach.is_cut(&tables[at], reference));
            leads.filter_map(|(to, reference)| to.map(|to| (reference.to, to)))
        };
        while let Some(found) = all.iter().flat_map(followed).find(|parent| !all.contains(parent)) {
            all.insert(found);
        }
        let cut = |place: &Place| {
            let (at, nth) = *place;
            let leads = rows[at][nth].parents.iter().zip(&tables[at].references).enumerate();
            let out = leads.filter(|(_, (to, r))| to.is_some_and(|to| !all.contains(&(r.to, to))));
            out.map(|(which, _)| (*place, which)).collect::<Vec<_>>()
        };
        let cut = all.iter().flat_map(cut).collect();
        Closure { selected, owned, all, cut }
    }

    /// What `scenario.yaml` says. Of relations, only those of tables that the file holds: an export from a database that an
    /// import made would miss the others' tables.
    pub(crate) fn yaml(&self, tables: &[Table], engines: &str) -> String {
        let held = self.held_tables(tables);
        let quoted = |text: &str| serde_json::to_string(text).expect("a string");
        let name = |at: &usize| quoted(&tables[*at].name);
        let select: Vec<String> = (self.select.iter())
            .map(|(at, terms)| {
                let number = quoted(&tables[*at].columns[tables[*at].number].name);
                let terms: Vec<String> = terms.iter().map(|term| term.yaml(&number)).collect();
                let all = terms.iter().any(|term| term == "all");
                let terms = if all { "all".to_owned() } else { format!("[{}]", terms.join(", ")) };
                format!("  {}: {terms}\n", name(at))
            })
            .collect();
        let children = match &self.follow {
            None => "all".to_owned(),
            Some(tables) => {
                let limit = |at: &usize| format!("{}: {}", name(at), self.reach.children_yaml(*at));
                format!("{{ {} }}", tables.iter().map(limit).collect::<Vec<_>>().join(", "))
            }
        };
        let nullable = !self.reach.skips_nullable;
        let follow = format!("follow: {{ children: {children}, follow_nullable_relations: {nullable} }}\n");
        let reach = self.reach.yaml(&name);
        let end = |table: &Table, columns: &[usize]| {
            let in_quotes = |name: &str| format!("\"{}\"", name.replace('"', "\"\""));
            let columns: Vec<String> = columns.iter().map(|at| in_quotes(&table.columns[*at].name)).collect();
            quoted(&format!("{}({})", in_quotes(&table.name), columns.join(", ")))
        };
        let relations: Vec<String> = (held.iter().map(|at| &tables[*at]))
            .flat_map(|table| table.references.iter().filter(|r| !r.is_declared).map(move |r| (table, r)))
            .map(|(table, r)| {
                format!("  - {{ from: {}, to: {} }}\n", end(table, &r.columns), end(&tables[r.to], &r.key))
            })
            .collect();
        let relations =
            if relations.is_empty() { String::new() } else { format!("relations:\n{}", relations.concat()) };
        format!(
            "scenario: random\nengines: [{engines}]\nselect:\n{}{follow}{relations}{reach}",
            select.concat()
        )
    }

    /// Whether tables of the file refer to each other in a circle that no row can start where references that are not
    /// DEFERRABLE are checked at once.
    pub(crate) fn has_closed_circle(&self, tables: &[Table]) -> bool {
        let mut open = self.held_tables(tables);
        let is_free = |at: &usize, open: &BTreeSet<usize>| {
            tables[*at].references.iter().all(|reference| {
                let waits = reference.deferrable || !reference.is_declared;
                reference.to == *at
                    || !open.contains(&reference.to)
                    || waits
                    || tables[*at].can_set_later(reference)
            })
        };
        while let Some(free) = open.iter().copied().find(|at| is_free(at, &open)) {
            open.remove(&free);
        }
        !open.is_empty()
    }
}

/// The selected tables, and of those that are followed the ones that refer to one of these, and so on.
fn owned_tables(
    tables: &[Table],
    select: &BTreeMap<usize, Vec<Condition>>,
    follows: &dyn Fn(usize) -> bool,
) -> BTreeSet<usize> {
    let mut owned: BTreeSet<usize> = select.keys().copied().collect();
    let refers =
        |at: usize, owned: &BTreeSet<usize>| tables[at].references.iter().any(|r| owned.contains(&r.to));
    while let Some(found) =
        (0..tables.len()).find(|at| follows(*at) && !owned.contains(at) && refers(*at, &owned))
    {
        owned.insert(found);
    }
    owned
}

impl Condition {
    fn holds(&self, number: &Cell) -> bool {
        match (self, number) {
            (Self::All, _) | (Self::Null, Cell::Null) => true,
            (Self::One(n), Cell::Integer(found)) => n == found,
            (Self::List(list), Cell::Integer(found)) => list.contains(found),
            (Self::Range(from, to), Cell::Integer(found)) => (from..to).contains(&found),
            _ => false,
        }
    }

    fn yaml(&self, number: &str) -> String {
        match self {
            Self::All => "all".to_owned(),
            Self::One(n) => format!("{{ {number}: {n} }}"),
            Self::List(list) => {
                let list: BTreeSet<&i64> = list.iter().collect();
                let list: Vec<String> = list.into_iter().map(i64::to_string).collect();
                format!("{{ {number}: [{}] }}", list.join(", "))
            }
            Self::Null => format!("{{ {number}: null }}"),
            Self::Range(from, to) => format!("{{ {number}: {{ from: {from}, to: {to} }} }}"),
        }
    }
}
