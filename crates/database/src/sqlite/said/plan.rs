//! Which plans are plain: those of which SQL can say every row, owned or shared, in statements that end and stay short.
//!
//! Pure: it knows neither the schema nor SQL. The rule to keep in mind: a plan is said as a whole or walked as a whole.

use model::{Definition, Scope};

use crate::owned::{self, Follows, MAX_SUBQUERIES, Owned};

/// How many conditions may be said in all, since SQLite's expressions are at most 1,000 deep, and OR nests.
const MAX_CONDITIONS: usize = 200;

/// A reference between two tables of a definition, by their places in it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Edge {
    pub(crate) child: usize,
    pub(crate) parent: usize,
    /// Which of the child's references it is.
    pub(crate) reference: usize,
    /// Whether rows that refer to an owned row are owned too.
    pub(crate) follows: bool,
}

/// What makes a row of a table a shared one, if it is not owned.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Shared {
    /// Nothing does.
    None,
    /// Nothing needs to: the table is kept whole.
    All,
    /// A kept row that refers to it along one of these edges.
    Needed(Vec<Edge>),
}

/// A plain plan; all of it by table of the definition.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Plan {
    pub(crate) edges: Vec<Edge>,
    pub(crate) owned: Vec<Owned>,
    pub(crate) shared: Vec<Shared>,
}

impl Plan {
    /// The plan of `definition` within `scope`, if it is plain: no limits, no references beside the definition's, no order
    /// by depth, no circle that the rows could go round in, and not more than 64 subqueries in all that is said. `edges` are all
    /// of the definition's references.
    pub(crate) fn of(definition: &Definition, scope: &Scope, edges: Vec<Edge>) -> Option<Self> {
        let conditions: usize = (definition.tables.iter())
            .flat_map(|spec| &spec.select)
            .map(|term| 1 + term.len())
            .fold(0, usize::saturating_add);
        let by_depth = definition.tables.iter().any(|spec| spec.order_parents);
        if scope.is_walked() || by_depth || conditions > MAX_CONDITIONS {
            return None;
        }
        let follows: Vec<Follows> = (edges.iter())
            .filter(|edge| edge.follows)
            .map(|edge| Follows { child: edge.child, parent: edge.parent })
            .collect();
        let owned = owned::decide(definition, &follows, |_| false);
        if owned.contains(&Owned::Walked) {
            return None;
        }
        let shared = settle(definition, scope, &edges, &owned)?;
        let plan = Self { edges, owned, shared };
        (plan.subqueries()? <= MAX_SUBQUERIES).then_some(plan)
    }

    /// The references of a table along which its rows are owned.
    pub(crate) fn followed(&self, table: usize) -> impl Iterator<Item = &Edge> {
        self.edges
            .iter()
            .filter(move |edge| edge.child == table && edge.follows && self.owned[edge.parent] != Owned::None)
    }

    /// Whether every row of a table is kept.
    pub(crate) fn keeps_all(&self, table: usize) -> bool {
        self.owned[table] == Owned::All || self.shared[table] == Shared::All
    }

    /// How many subqueries the statements have that say the sections; `None` if too many to count.
    fn subqueries(&self) -> Option<usize> {
        let mut needed = vec![None; self.owned.len()];
        // As deep as tables refer to tables: `settle` found an end of it.
        for _ in 0..needed.len() {
            for table in 0..needed.len() {
                needed[table] = self.needed_subqueries(table, &needed);
            }
            if needed.iter().all(Option::is_some) {
                break;
            }
        }
        let mut all = 0usize;
        for (table, needed) in needed.iter().enumerate() {
            let is_shared = self.shared[table] != Shared::None;
            let sections = if is_shared { 2 } else { 1 };
            all = all.checked_add(self.owned_subqueries(table) * sections)?.checked_add((*needed)?)?;
        }
        Some(all)
    }

    fn owned_subqueries(&self, table: usize) -> usize {
        if let Owned::Sql(subqueries) = self.owned[table] { subqueries } else { 0 }
    }

    /// `None` while a child's are not known, or too many to count.
    fn needed_subqueries(&self, table: usize, needed: &[Option<usize>]) -> Option<usize> {
        let Shared::Needed(edges) = &self.shared[table] else { return Some(0) };
        let mut all = 0usize;
        for edge in edges {
            let kept = if self.keeps_all(edge.child) {
                0
            } else {
                self.owned_subqueries(edge.child).checked_add(needed[edge.child]?)?
            };
            all = all.checked_add(kept)?.checked_add(1)?;
        }
        Some(all)
    }
}

/// What makes rows shared, by table: those whose children are all settled are settled next. `None` if a circle is left over.
fn settle(definition: &Definition, scope: &Scope, edges: &[Edge], owned: &[Owned]) -> Option<Vec<Shared>> {
    let ends = definition.tables.iter().zip(owned).map(|(spec, owned)| match owned {
        Owned::All => Some(Shared::None),
        _ if scope.whole.contains(&spec.name) => Some(Shared::All),
        _ => None,
    });
    let mut shared: Vec<Option<Shared>> = ends.collect();
    let mut progress = true;
    while progress {
        progress = false;
        for table in 0..shared.len() {
            if shared[table].is_none() {
                shared[table] = needed(definition, edges, owned, table, &shared);
                progress |= shared[table].is_some();
            }
        }
    }
    shared.into_iter().collect()
}

/// `None` while a child is not settled.
fn needed(
    definition: &Definition,
    edges: &[Edge],
    owned: &[Owned],
    table: usize,
    shared: &[Option<Shared>],
) -> Option<Shared> {
    let mut needed = Vec::new();
    for edge in edges.iter().filter(|edge| edge.parent == table) {
        let children = shared[edge.child].as_ref()?;
        let nothing_else = *children == Shared::None;
        let is_empty = nothing_else && owned[edge.child] == Owned::None;
        // Rows that are kept for the sake of this reference alone refer to owned rows.
        let ways = edges
            .iter()
            .filter(|other| other.child == edge.child && other.follows && owned[other.parent] != Owned::None);
        let is_only_way = nothing_else && definition.tables[edge.child].select.is_empty() && ways.eq([edge]);
        if !is_empty && !is_only_way {
            needed.push(*edge);
        }
    }
    Some(if needed.is_empty() { Shared::None } else { Shared::Needed(needed) })
}
