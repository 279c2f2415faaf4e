//! The order of a snapshot's tables: parents first, by name where there is a choice. Where a circle leaves no table
//! whose parents are all placed, one goes first whose open references can be NULL; these become links.

use std::collections::BTreeSet;

use model::{Catalog, Reference};

use crate::error::{CycleStep, Error};
use crate::graph::References;

/// The tables in file order; sets `link` in `held` on every reference that may meet a row that comes later.
///
/// # Errors
/// [`Error::Cycle`]: tables refer to each other in a circle without a reference that can be NULL.
pub(crate) fn order(catalog: &Catalog, held: &mut References) -> Result<Vec<String>, Error> {
    let links = Links { catalog, referred: referred_columns(held) };
    links.set_self_references(held);
    let mut open: BTreeSet<String> = held.keys().cloned().collect();
    let mut order = Vec::with_capacity(open.len());
    while !open.is_empty() {
        let ready = open.iter().find(|name| open_references(held, name, &open).next().is_none());
        let next = ready.or_else(|| {
            open.iter().find(|name| open_references(held, name, &open).all(|r| links.possible(name, r)))
        });
        let Some(next) = next.cloned() else { return Err(cycle(&links, held, &open)) };
        for reference in held.get_mut(&next).into_iter().flatten() {
            if reference.to != next && open.contains(&reference.to) {
                reference.link = true;
            }
        }
        open.remove(&next);
        order.push(next);
    }
    Ok(order)
}

/// Whether rows have to follow their parents within the table: a self-reference that cannot be a link.
pub(crate) fn needs_parents_first(name: &str, references: &[Reference]) -> bool {
    references.iter().any(|reference| reference.to == name && !reference.link)
}

/// References to tables that are not placed yet, self-references aside.
fn open_references<'a>(
    held: &'a References,
    name: &'a str,
    open: &'a BTreeSet<String>,
) -> impl Iterator<Item = &'a Reference> {
    let references = held.get(name).into_iter().flatten();
    references.filter(move |reference| reference.to != name && open.contains(&reference.to))
}

/// Table and column that some reference refers to.
fn referred_columns(held: &References) -> BTreeSet<(String, String)> {
    let references = held.values().flatten();
    references.flat_map(|r| r.key.iter().map(|column| (r.to.clone(), column.clone()))).collect()
}

struct Links<'a> {
    catalog: &'a Catalog,
    referred: BTreeSet<(String, String)>,
}

impl Links<'_> {
    /// Whether a row can be written with NULL in the reference and set afterwards: each of its columns takes NULL, the row
    /// can be found again by a key that is not among them, and no row written before then refers to them.
    fn possible(&self, name: &str, reference: &Reference) -> bool {
        let Some(table) = self.catalog.tables.get(name) else { return false };
        let key = table.row_key();
        let takes_null = |column: &String| table.column(column).is_some_and(|c| !c.not_null);
        let is_free = |column: &String| {
            !key.contains(column) && !self.referred.contains(&(name.to_owned(), column.clone()))
        };
        !key.is_empty() && reference.columns.iter().all(|column| takes_null(column) && is_free(column))
    }

    fn set_self_references(&self, held: &mut References) {
        for (name, references) in held {
            for reference in references.iter_mut().filter(|reference| reference.to == *name) {
                reference.link = self.possible(name, reference);
            }
        }
    }
}

/// The circle that the smallest open table runs into along references that cannot be links. There is one: each open
/// table has such a reference to another.
fn cycle(links: &Links<'_>, held: &References, open: &BTreeSet<String>) -> Error {
    let mut steps: Vec<CycleStep> = Vec::new();
    let mut at = open.first().cloned();
    while let Some(name) = at.take() {
        if let Some(start) = steps.iter().position(|step| step.table == name) {
            steps.drain(..start);
            break;
        }
        let blocking = open_references(held, &name, open).find(|r| !links.possible(&name, r));
        if let Some(reference) = blocking {
            at = Some(reference.to.clone());
            let (columns, to) = (reference.columns.clone(), reference.to.clone());
            steps.push(CycleStep { table: name, columns, to });
        }
    }
    let smallest = (0..steps.len()).min_by_key(|&at| &steps[at].table).unwrap_or(0);
    steps.rotate_left(smallest);
    Error::Cycle { steps }
}
