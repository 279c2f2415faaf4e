//! The rows that no SQL names: owned ones along references that go round in a circle, and shared parents.
//!
//! References spread in waves: each wave looks only at the rows that the last one added, a batch of places at a time, so
//! that a reference to the table itself ends when nothing new is found.

use model::Ownership;

use super::owned::{Owned, Rules};
use super::scratch::{Place, Set};
use super::{Ends, Selection};
use crate::Error;
use crate::postgres::copy::CopyRow;
use crate::postgres::predicate::Term;
use crate::postgres::session::Session;

/// Fills the scratch file.
///
/// # Errors
/// JSON that cannot be compared, or reading fails.
pub(super) fn walk(session: &mut Session, selection: &Selection, rules: &Rules<'_>) -> Result<(), Error> {
    let mut walk = Walk { session, selection, rules };
    for table in 0..selection.tables.len() {
        selection.scratch.prepare(table)?;
        if selection.tables[table].owned.is_none() {
            walk.seed_owned(table)?;
        }
    }
    walk.spread(Ownership::Owned)?;
    for ends in rules.ends {
        walk.seed_shared(ends)?;
    }
    for table in 0..selection.tables.len() {
        selection.scratch.advance(table, Ownership::Shared)?;
        selection.scratch.start_from_kept(table)?;
    }
    walk.spread(Ownership::Shared)
}

struct Walk<'a> {
    session: &'a mut Session,
    selection: &'a Selection,
    rules: &'a Rules<'a>,
}

impl Walk<'_> {
    /// The rows of a walked table that are owned whatever the walk finds.
    fn seed_owned(&mut self, table: usize) -> Result<(), Error> {
        let (rules, from) = (self.rules, self.rules.from(table));
        let sql = rules.sql(table);
        if sql != "FALSE" {
            self.add(table, &format!("SELECT m.tableoid, m.ctid FROM {from} AS m WHERE {sql}"))?;
        }
        if rules.owned[table] != Owned::All {
            for term in rules.terms[table].iter().filter(|term| !term.filters.is_empty()) {
                self.add_filtered(table, term)?;
            }
        }
        self.selection.scratch.advance(table, Ownership::Owned).map(drop)
    }

    /// Adds the rows that meet the conditions of `term`, those that SQL cannot say included.
    fn add_filtered(&mut self, table: usize, term: &Term<'_>) -> Result<(), Error> {
        let columns: Vec<String> = term.filters.iter().map(|filter| filter.column_sql("m")).collect();
        let sql = format!(
            "SELECT m.tableoid, m.ctid, {} FROM {} AS m WHERE {}",
            columns.join(", "),
            self.rules.from(table),
            term.sql("m")
        );
        let scratch = &self.selection.scratch;
        let each = &mut |row: &CopyRow| {
            for (at, filter) in term.filters.iter().enumerate() {
                if !filter.is_met(row.text(at + 2))? {
                    return Ok(());
                }
            }
            Place::read(row, 0).map_or(Ok(()), |place| scratch.add(table, place))
        };
        self.session.copy_out(&sql, each).map(drop)
    }

    /// Adds the parents, not owned themselves, of the rows that SQL says are owned.
    fn seed_shared(&mut self, ends: &Ends) -> Result<(), Error> {
        let (rules, spec) = (self.rules, &self.rules.definition.tables[ends.child]);
        let is_only_way = ends.follows
            && spec.select.is_empty()
            && spec.references.iter().filter(|reference| reference.child).count() == 1;
        let nothing = rules.owned[ends.parent] == Owned::All || rules.owned[ends.child] == Owned::None;
        if is_only_way || nothing || self.selection.tables[ends.child].owned.is_none() {
            return Ok(());
        }
        let sql = format!(
            "SELECT p.tableoid, p.ctid FROM {} AS p WHERE EXISTS (SELECT FROM {} AS m WHERE {} AND ({})) AND ({}) IS NOT TRUE",
            rules.from(ends.parent),
            rules.from(ends.child),
            ends.equal("p", "m"),
            rules.sql(ends.child),
            rules.sql_as(ends.parent, "p"),
        );
        self.add(ends.parent, &sql)
    }

    /// Wave by wave, from the last one: children of owned rows, or parents of all.
    fn spread(&mut self, ownership: Ownership) -> Result<(), Error> {
        let walked = |table: usize| self.rules.owned[table] == Owned::Walked;
        let steps: Vec<(usize, usize, &Ends)> = match ownership {
            Ownership::Owned => {
                let circle = |ends: &&Ends| ends.follows && walked(ends.parent) && walked(ends.child);
                self.rules.ends.iter().filter(circle).map(|ends| (ends.parent, ends.child, ends)).collect()
            }
            Ownership::Shared => {
                let may_be_shared = |ends: &&Ends| self.rules.owned[ends.parent] != Owned::All;
                self.rules
                    .ends
                    .iter()
                    .filter(may_be_shared)
                    .map(|ends| (ends.child, ends.parent, ends))
                    .collect()
            }
        };
        let mut fresh = vec![true; self.selection.tables.len()];
        while fresh.contains(&true) {
            for (from, to, ends) in steps.iter().filter(|(from, ..)| fresh[*from]) {
                self.step(ownership, *from, *to, ends)?;
            }
            for (table, fresh) in fresh.iter_mut().enumerate() {
                let gains = steps.iter().any(|(_, to, _)| *to == table);
                *fresh = gains && self.selection.scratch.advance(table, ownership)? > 0;
            }
        }
        Ok(())
    }

    /// What one reference adds to a wave.
    fn step(&mut self, ownership: Ownership, from: usize, to: usize, ends: &Ends) -> Result<(), Error> {
        let (known, found) = match ownership {
            Ownership::Owned => ("p", "m"),
            Ownership::Shared => ("m", "p"),
        };
        let not_owned = match ownership {
            Ownership::Owned => String::new(),
            Ownership::Shared => format!(" AND ({}) IS NOT TRUE", self.rules.sql_as(to, "p")),
        };
        let sql = format!(
            "SELECT {found}.tableoid, {found}.ctid FROM {} AS {known} JOIN {} AS {found} ON {}",
            self.rules.from(from),
            self.rules.from(to),
            ends.equal("p", "m"),
        );
        let selection = self.selection;
        let each = |places: &str| self.add(to, &format!("{sql} WHERE {places}{not_owned}"));
        selection.batches(from, Set::Front, each, known)
    }

    /// Adds the rows whose places a query gives to the wave.
    fn add(&mut self, table: usize, sql: &str) -> Result<(), Error> {
        let scratch = &self.selection.scratch;
        let each = &mut |row: &CopyRow| Place::read(row, 0).map_or(Ok(()), |place| scratch.add(table, place));
        self.session.copy_out(sql, each).map(drop)
    }
}
