//! The order of a snapshot's tables: parents first, by name where there is a choice. Where a circle leaves no table
//! whose parents are all placed, one goes first whose open references can be NULL; these become links. Where there is
//! none either, one of the circle goes first whose open references can be checked at the end; these stay as they are.

use std::collections::{BTreeMap, BTreeSet};

use model::{Catalog, Definition, Engine, ForeignKey, Reference};

use crate::circles::components;
use crate::error::{CycleStep, Error};
use crate::graph::References;

/// Which references along a circle can be checked when all rows are there.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Circles {
    /// As the engine does it: SQLite any, PostgreSQL those that are DEFERRABLE.
    AsDeclared,
    /// Any: nothing is read or written in this order.
    Any,
}

/// The tables in file order; sets `link` in `held` on every reference that may meet a row that comes later and is written
/// as NULL until then.
///
/// # Errors
/// [`Error::Cycle`]: tables refer to each other in a circle without a reference that can be NULL or wait.
pub(crate) fn order(
    catalog: &Catalog,
    held: &mut References,
    circles: Circles,
    base: Option<&Definition>,
) -> Result<Vec<String>, Error> {
    let part = catalog.restricted_to(held.keys().map(String::as_str));
    let rules = Rules { catalog, circles, base, closed: closed_circles(&part), links: links(catalog, held) };
    rules.set_self_references(held);
    let mut open: BTreeSet<String> = held.keys().cloned().collect();
    let mut order = Vec::with_capacity(open.len());
    while !open.is_empty() {
        let ready = open.iter().find(|name| open_references(held, name, &open).next().is_none());
        let next = ready
            .or_else(|| {
                open.iter().find(|name| open_references(held, name, &open).all(|r| rules.is_link(name, r)))
            })
            .or_else(|| rules.first_of_a_circle(held, &open));
        let Some(next) = next.cloned() else { return Err(rules.cycle(held, &open)) };
        for reference in held.get_mut(&next).into_iter().flatten() {
            if reference.to != next && open.contains(&reference.to) {
                reference.link = rules.is_link(&next, reference);
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

/// By table, the columns of references that can be links: a row can be written with NULL in them and have them set
/// afterwards. Each takes NULL, the row can be found again by a key that is not among them, and no row written before then
/// refers to them.
fn links(catalog: &Catalog, held: &References) -> BTreeMap<String, BTreeSet<Vec<String>>> {
    let all = || held.values().flatten();
    let referred: BTreeSet<(&str, &str)> =
        all().flat_map(|r| r.key.iter().map(|column| (r.to.as_str(), column.as_str()))).collect();
    let of_table = |(name, references): (&String, &Vec<Reference>)| {
        let is_link = |columns: &&Vec<String>| {
            let is_referred = |column: &String| referred.contains(&(name.as_str(), column.as_str()));
            catalog.tables.get(name).is_some_and(|table| table.can_set_later(columns))
                && !columns.iter().any(is_referred)
        };
        let links = references.iter().map(|reference| &reference.columns).filter(is_link);
        (name.clone(), links.cloned().collect())
    };
    held.iter().map(of_table).collect()
}

/// The foreign keys of a catalog that close circles, with their tables.
fn closed_circles(catalog: &Catalog) -> BTreeSet<(String, ForeignKey)> {
    let circles = catalog.closed_circles();
    circles
        .iter()
        .flat_map(|(name, keys)| keys.iter().map(|&key| ((*name).to_owned(), key.clone())))
        .collect()
}

/// What may become of a reference to a row that is written later.
struct Rules<'a> {
    catalog: &'a Catalog,
    circles: Circles,
    base: Option<&'a Definition>,
    /// The foreign keys along circles that `--create-schema` makes DEFERRABLE.
    closed: BTreeSet<(String, ForeignKey)>,
    links: BTreeMap<String, BTreeSet<Vec<String>>>,
}

impl Rules<'_> {
    fn is_link(&self, name: &str, reference: &Reference) -> bool {
        self.links.get(name).is_some_and(|links| links.contains(&reference.columns))
    }

    fn set_self_references(&self, held: &mut References) {
        for (name, references) in held {
            for reference in references.iter_mut().filter(|reference| reference.to == *name) {
                reference.link = self.is_link(name, reference);
            }
        }
    }

    /// Whether the engine can check the reference at the end. Of one that only the scenario knows it checks nothing. In
    /// SQLite a schema does not tell; there those count that would be made DEFERRABLE for PostgreSQL, so that the order
    /// is the same on both.
    fn can_wait(&self, name: &str, reference: &Reference) -> bool {
        let Some(table) = self.catalog.tables.get(name) else { return false };
        let mut declared = table.foreign_keys.iter().filter(|key| {
            key.to == reference.to && key.columns == reference.columns && key.key == reference.key
        });
        declared.all(|key| {
            let closes = || self.closed.contains(&(name.to_owned(), key.clone()));
            key.deferrable || self.catalog.engine == Engine::Sqlite && closes()
        })
    }

    /// A table of a circle whose references in the way all belong to the circle and can wait: the first one of the version
    /// before, so that the order stays the same through an engine that tells less of what can wait; else the smallest.
    fn first_of_a_circle<'o>(&self, held: &References, open: &'o BTreeSet<String>) -> Option<&'o String> {
        let all = |name: &str, rule: &dyn Fn(&Reference) -> bool| {
            open_references(held, name, open).filter(|r| !self.is_link(name, r)).all(rule)
        };
        let components = components(&self.edges(held, open));
        let component = |name: &str| components.get(name);
        let in_a_circle = |name: &&String| all(name, &|r| component(&r.to) == component(name));
        // SQLite checks any reference at the end where it is told to.
        let any_waits = self.catalog.engine == Engine::Sqlite || self.circles == Circles::Any;
        let place = |name: &str| self.base.and_then(|base| base.position(name)).unwrap_or(usize::MAX);
        let possible = open.iter().filter_map(|name| {
            let waits = all(name, &|r| self.can_wait(name, r));
            (waits || any_waits).then_some((name, (place(name), !waits)))
        });
        let possible = possible.filter(|(name, _)| in_a_circle(name));
        possible.min_by_key(|(name, rank)| (*rank, *name)).map(|(name, _)| name)
    }

    /// The open tables, and which of them each refers to along references that cannot be links.
    fn edges<'h>(&self, held: &'h References, open: &'h BTreeSet<String>) -> BTreeMap<&'h str, Vec<&'h str>> {
        let to = |name: &'h String| {
            let blocking = open_references(held, name, open).filter(|r| !self.is_link(name, r));
            blocking.map(|reference| reference.to.as_str()).collect()
        };
        open.iter().map(|name| (name.as_str(), to(name))).collect()
    }

    /// The circle that the first possible open table runs into along references that can neither be links nor wait. There
    /// is one: of the circles that lead to no other, each table has such a reference.
    fn cycle(&self, held: &References, open: &BTreeSet<String>) -> Error {
        let found = open.iter().map(|start| self.circle_from(start, held, open));
        let mut steps = found.into_iter().find(|steps| !steps.is_empty()).unwrap_or_default();
        let smallest = (0..steps.len()).min_by_key(|&at| &steps[at].table).unwrap_or(0);
        steps.rotate_left(smallest);
        Error::Cycle { steps }
    }

    fn circle_from(&self, start: &str, held: &References, open: &BTreeSet<String>) -> Vec<CycleStep> {
        let rigid = |name: &str| {
            let mut blocking = open_references(held, name, open);
            blocking.find(|r| !self.is_link(name, r) && !self.can_wait(name, r)).cloned()
        };
        let mut steps: Vec<CycleStep> = Vec::new();
        let mut at = start.to_owned();
        while let Some(Reference { columns, to, .. }) = rigid(&at) {
            if let Some(start) = steps.iter().position(|step| step.table == at) {
                return steps.split_off(start);
            }
            steps.push(CycleStep { table: std::mem::replace(&mut at, to.clone()), columns, to });
        }
        Vec::new()
    }
}
