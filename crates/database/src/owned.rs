//! What decides which rows of each table a definition owns: its selection, or a child reference to an owned row. The same
//! for both engines, and without SQL.
//!
//! Tables whose owned parents are all decided are decided next; what is left over depends on a circle, and no SQL that
//! ends says it.

use model::Definition;

/// How many subqueries an engine is asked to put into one another, or beside one another, before rows are walked instead.
pub(crate) const MAX_SUBQUERIES: usize = 64;

/// What decides which rows of a table are owned.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Owned {
    /// No row is.
    None,
    /// Every row is.
    All,
    /// SQL tells; it has so many subqueries.
    Sql(usize),
    /// What a walk found.
    Walked,
}

/// A reference whose rows are owned with the rows that they refer to; both tables by their places in the definition.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Follows {
    pub(crate) child: usize,
    pub(crate) parent: usize,
}

/// By table of the definition, what decides which of its rows are owned. `is_unsaid` tells the tables whose own conditions
/// the engine cannot say; where all rows are selected it does not matter.
pub(crate) fn decide(
    definition: &Definition,
    follows: &[Follows],
    is_unsaid: impl Fn(usize) -> bool,
) -> Vec<Owned> {
    let tables = definition.tables.iter().enumerate();
    let mut owned: Vec<Option<Owned>> = tables
        .map(|(table, spec)| {
            let is_child = follows.iter().any(|edge| edge.child == table);
            if spec.select.iter().any(Vec::is_empty) {
                Some(Owned::All)
            } else if spec.select.is_empty() && !is_child {
                Some(Owned::None)
            } else {
                is_unsaid(table).then_some(Owned::Walked)
            }
        })
        .collect();
    let mut progress = true;
    while progress {
        progress = false;
        for table in 0..owned.len() {
            if owned[table].is_none() {
                owned[table] = of_parents(table, follows, &owned);
                progress |= owned[table].is_some();
            }
        }
    }
    owned.into_iter().map(|owned| owned.unwrap_or(Owned::Walked)).collect()
}

/// `None` while a parent is undecided.
fn of_parents(table: usize, follows: &[Follows], owned: &[Option<Owned>]) -> Option<Owned> {
    let parents: Option<Vec<Owned>> =
        follows.iter().filter(|edge| edge.child == table).map(|edge| owned[edge.parent]).collect();
    let mut subqueries = 0usize;
    for parent in parents? {
        match parent {
            Owned::None => {}
            Owned::All => subqueries += 1,
            Owned::Sql(inner) => subqueries += 1 + inner,
            Owned::Walked => return Some(Owned::Walked),
        }
    }
    Some(if subqueries > MAX_SUBQUERIES { Owned::Walked } else { Owned::Sql(subqueries) })
}
