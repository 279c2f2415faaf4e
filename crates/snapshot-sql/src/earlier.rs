//! Which references of a row point to rows that come later in the file.
//!
//! A table further down is later as a whole. Within a table the values that rows refer to are remembered while they pass:
//! not for a row key in its own order, which a comparison decides, except those of shared rows. The cost: 16 bytes and a
//! map's overhead per remembered row, so memory grows with the rows of tables that refer to themselves by another key or
//! are ordered by parents, and with nothing else.

use std::collections::BTreeMap;

use model::text::Shown;
use model::{Digest, Ownership, Value, canonical_encoding};

use crate::RowFault;
use crate::compose::key_of;
use crate::layout::{ReferenceLayout, TableLayout, Target};

/// What of a table has passed.
#[derive(Debug, Default)]
pub(crate) struct Passed {
    /// By [`TableLayout::remembered`]: hashes of values, with their rows' depth.
    seen: Vec<BTreeMap<[u8; 16], u32>>,
    /// Of shared rows that refer to own rows of their table, which come later: which of [`TableLayout::remembered`], and
    /// the hash of the values.
    awaited: BTreeMap<(usize, [u8; 16]), Waiting>,
}

/// A row that refers to a later one of its own table.
#[derive(Clone, Debug)]
pub(crate) struct Waiting {
    /// The row's key as shown.
    pub(crate) key: String,
    /// The referring columns.
    pub(crate) columns: Vec<String>,
}

/// Where a reference points.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Points {
    /// To nothing, to an earlier table or to the row itself.
    Nowhere,
    /// To an earlier row of this table, at this depth (0 where depths are not asked for).
    Earlier(u32),
    /// To a row that has not passed.
    Later,
}

impl Passed {
    /// Nothing has passed of `table`.
    pub(crate) fn new(table: &TableLayout<'_>) -> Self {
        Self { seen: table.remembered.iter().map(|_| BTreeMap::new()).collect(), awaited: BTreeMap::new() }
    }

    /// Where a reference of `row` points.
    pub(crate) fn look(
        &self,
        table: &TableLayout<'_>,
        reference: &ReferenceLayout<'_>,
        ownership: Ownership,
        row: &[Value],
    ) -> Points {
        let values = || reference.columns.iter().map(|at| &row[*at]);
        if values().any(Value::is_null) {
            return Points::Nowhere;
        }
        let Target::OwnTable(at) = reference.target else { return Points::Later };
        let remembered = &table.remembered[at];
        let own = || remembered.columns.iter().map(|at| &row[*at]);
        match values().cmp(own()) {
            std::cmp::Ordering::Equal => return Points::Nowhere,
            std::cmp::Ordering::Less if remembered.ordered && ownership == Ownership::Owned => {
                return Points::Earlier(0);
            }
            _ => {}
        }
        // An empty set needs no hash: the usual table has no shared rows.
        if self.seen[at].is_empty() {
            return Points::Later;
        }
        self.seen[at].get(&hash(values())).map_or(Points::Later, |depth| Points::Earlier(*depth))
    }

    /// Notes that the shared `row` refers to a row of its own table that has not passed.
    pub(crate) fn wait(
        &mut self,
        reference: &ReferenceLayout<'_>,
        row: &[Value],
        waiting: impl FnOnce() -> Waiting,
    ) {
        if let Target::OwnTable(at) = reference.target {
            let values = reference.columns.iter().map(|at| &row[*at]);
            self.awaited.entry((at, hash(values))).or_insert_with(waiting);
        }
    }

    /// The row that waits for the shared `row`, which should have come before it; an own row is waited for no longer.
    pub(crate) fn arrive(
        &mut self,
        table: &TableLayout<'_>,
        ownership: Ownership,
        row: &[Value],
    ) -> Option<Waiting> {
        if self.awaited.is_empty() {
            return None;
        }
        for (at, remembered) in table.remembered.iter().enumerate() {
            let found = self.awaited.remove(&(at, hash(remembered.columns.iter().map(|at| &row[*at]))));
            if ownership == Ownership::Shared && found.is_some() {
                return found;
            }
        }
        None
    }

    /// A row that waits for one that never came.
    pub(crate) fn in_vain(&self) -> Option<&Waiting> {
        self.awaited.values().next()
    }

    /// Whether the shared `row` may refer to a row that the scenario owns. Only for a shared row of its own table that has
    /// passed is it certain that it does not, so the answer errs towards yes.
    pub(crate) fn may_hold_owned(&self, table: &TableLayout<'_>, row: &[Value]) -> bool {
        table.holds.iter().any(|hold| {
            let later =
                |at: usize| self.look(table, &table.references[at], Ownership::Shared, row) == Points::Later;
            hold.columns.iter().all(|at| !row[*at].is_null()) && hold.own.is_none_or(later)
        })
    }

    /// Remembers `row`, which is `depth` references away from a row without parent.
    pub(crate) fn remember(
        &mut self,
        table: &TableLayout<'_>,
        ownership: Ownership,
        row: &[Value],
        depth: u32,
    ) {
        for (remembered, seen) in table.remembered.iter().zip(&mut self.seen) {
            let values = || remembered.columns.iter().map(|at| &row[*at]);
            let needed = !remembered.ordered || ownership == Ownership::Shared;
            if needed && !values().any(Value::is_null) {
                seen.insert(hash(values()), depth);
            }
        }
    }
}

/// The columns of a row that have to wait, in order, how deep it lies below a row without parent, and whether it refers to
/// an own row of its table although it is shared.
pub(crate) fn place(
    table: &TableLayout<'_>,
    ownership: Ownership,
    passed: &mut Passed,
    row: &[Value],
) -> Result<(Vec<usize>, u32, bool), RowFault> {
    let mut linked = Vec::new();
    let mut depth = 0;
    let mut waits = false;
    for reference in &table.references {
        let waiting = || Waiting { key: key_of(table, row), columns: reference.spec.columns.clone() };
        match passed.look(table, reference, ownership, row) {
            Points::Later if reference.spec.link => linked.extend_from_slice(&reference.linked),
            // Stays in its row, for a database that checks it at the end.
            Points::Later if reference.target == Target::LaterTable => {}
            Points::Later if table.order_parents && ownership == Ownership::Shared => {
                passed.wait(reference, row, waiting);
                waits = true;
            }
            Points::Later => return Err(later(table, waiting(), &reference.spec.to)),
            Points::Earlier(above) if !reference.spec.link => depth = depth.max(above.saturating_add(1)),
            Points::Earlier(_) | Points::Nowhere => {}
        }
    }
    linked.sort_unstable();
    linked.dedup();
    Ok((linked, depth, waits))
}

/// The fault of a row that refers to a row of `to` that may not come later.
pub(crate) fn later(table: &TableLayout<'_>, waiting: Waiting, to: &str) -> RowFault {
    RowFault::LaterReference {
        table: Shown(&table.spec.name).to_string(),
        key: waiting.key,
        columns: Shown(&waiting.columns.join(", ")).to_string(),
        to: Shown(to).to_string(),
    }
}

/// Half a SHA-256: no two values of a file share it, not even by design.
fn hash<'a>(values: impl Iterator<Item = &'a Value>) -> [u8; 16] {
    let digest = Digest::of(&canonical_encoding(values)).0;
    let mut half = [0; 16];
    half.copy_from_slice(&digest[..16]);
    half
}
