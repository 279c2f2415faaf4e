//! The rows that no SQL names: owned ones along references that go round in a circle, and shared parents.
//!
//! References spread in waves: each wave looks only at the rows that the last one added, a batch of places at a time, so
//! that a reference to the table itself ends when nothing new is found.

use model::Ownership;

use super::ends::Parents;
use super::owned::Rules;
use super::reach::{Edges, Ranked, Reach};
use super::scratch::{Place, Set};
use super::{Ends, Selection};
use crate::Error;
use crate::owned::Owned;
use crate::postgres::copy::CopyRow;
use crate::postgres::predicate::Term;
use crate::postgres::session::Session;

/// Fills the scratch file.
///
/// # Errors
/// JSON that cannot be compared, or reading fails.
pub(super) fn walk(
    session: &mut Session,
    selection: &Selection,
    rules: &Rules<'_>,
    reach: &Reach,
) -> Result<(), Error> {
    let mut walk = Walk { session, selection, rules, reach };
    for table in 0..selection.tables.len() {
        selection.scratch.prepare(table)?;
        if selection.tables[table].owned.is_none() {
            walk.seed_owned(table)?;
        }
    }
    walk.spread(Ownership::Owned)?;
    for table in 0..selection.tables.len() {
        walk.seed_whole(table)?;
    }
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
    reach: &'a Reach,
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
        self.trim(table)?;
        self.selection.scratch.advance(table, Ownership::Owned).map(drop)
    }

    /// Every row of a table that is kept whole, those aside that are owned.
    fn seed_whole(&mut self, table: usize) -> Result<(), Error> {
        let (rules, from) = (self.rules, self.rules.from(table));
        let is_whole = self.selection.scope.whole.contains(&rules.definition.tables[table].name);
        if !is_whole || rules.owned[table] == Owned::All {
            return Ok(());
        }
        let owned = match rules.owned[table] {
            Owned::Walked => "FALSE".to_owned(),
            _ => rules.sql(table),
        };
        self.add(table, &format!("SELECT m.tableoid, m.ctid FROM {from} AS m WHERE ({owned}) IS NOT TRUE"))
    }

    /// Leaves of the rows that the wave found for a table those that its limit has room for.
    fn trim(&mut self, table: usize) -> Result<(), Error> {
        let (selection, scratch) = (self.selection, &self.selection.scratch);
        let Some(ranked) = self.reach.rows.get(&table) else { return Ok(()) };
        let room = ranked.most.saturating_sub(scratch.count(table, Ownership::Owned)?);
        let sql =
            format!("SELECT {}m.tableoid, m.ctid FROM {} AS m", ranked.columns_sql(), self.rules.from(table));
        scratch.begin_ranks()?;
        let each = |places: &str| {
            let rank = &mut |row: &CopyRow| match Place::read(row, ranked.width()) {
                Some(place) => scratch.rank(None, &ranked.key(row)?, place),
                None => Ok(()),
            };
            self.session.copy_out(&format!("{sql} WHERE {places}"), rank).map(drop)
        };
        selection.batches(table, Set::Next, each, "m")?;
        scratch.run(&format!("DELETE FROM next_{table}"))?;
        scratch.add_first(table, room)
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
                let may_be_shared = |ends: &&Ends| {
                    self.rules.owned[ends.parent] != Owned::All && ends.parents != Parents::Cut
                };
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
            let joined = self.spread_loosely(ownership, &fresh)?;
            for (table, fresh) in fresh.iter_mut().enumerate() {
                let gains = joined.contains(&table) || steps.iter().any(|(_, to, _)| *to == table);
                if gains && ownership == Ownership::Owned {
                    self.trim(table)?;
                }
                *fresh = gains && self.selection.scratch.advance(table, ownership)? > 0;
            }
        }
        Ok(())
    }

    /// What loose references add to a wave. Returns the tables that they can add to.
    fn spread_loosely(&mut self, ownership: Ownership, fresh: &[bool]) -> Result<Vec<usize>, Error> {
        let scratch = &self.selection.scratch;
        let mut gaining = Vec::new();
        for edges in &self.reach.edges {
            let &Edges { number, child, parent, follows } = edges;
            let (from, to) = match ownership {
                Ownership::Owned if follows => (parent, child),
                Ownership::Owned => continue,
                Ownership::Shared => (child, parent),
            };
            gaining.push(to);
            let limit = self.reach.children.get(&to).filter(|_| ownership == Ownership::Owned);
            match limit {
                _ if !fresh[from] => {}
                Some(limit) => scratch.add_first_children(number, from, to, limit.most)?,
                None => scratch.add_joined(number, from, to, ownership == Ownership::Owned)?,
            }
        }
        Ok(gaining)
    }

    /// What one reference adds to a wave.
    fn step(&mut self, ownership: Ownership, from: usize, to: usize, ends: &Ends) -> Result<(), Error> {
        let (known, found) = match ownership {
            Ownership::Owned => ("p", "m"),
            Ownership::Shared => ("m", "p"),
        };
        let not_owned = match ownership {
            Ownership::Owned => String::new(),
            // A row that meets a condition and yet was left out by a limit can be a parent all the same.
            Ownership::Shared if self.selection.scope.is_walked() => String::new(),
            Ownership::Shared => format!(" AND ({}) IS NOT TRUE", self.rules.sql_as(to, "p")),
        };
        if let Some(ranked) = self.reach.children.get(&to).filter(|_| ownership == Ownership::Owned) {
            return self.step_ranked(from, to, ends, ranked);
        }
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

    /// What one reference adds to a wave: the first children of each row that the last one added.
    fn step_ranked(&mut self, from: usize, to: usize, ends: &Ends, ranked: &Ranked) -> Result<(), Error> {
        let (selection, scratch) = (self.selection, &self.selection.scratch);
        let sql = format!(
            "SELECT {}p.tableoid, p.ctid, m.tableoid, m.ctid FROM {} AS p JOIN {} AS m ON {}",
            ranked.columns_sql(),
            self.rules.from(from),
            self.rules.from(to),
            ends.equal("p", "m"),
        );
        scratch.begin_ranks()?;
        let each = |places: &str| {
            let rank = &mut |row: &CopyRow| {
                let at = ranked.width();
                match (Place::read(row, at), Place::read(row, at + 2)) {
                    (Some(parent), Some(child)) => scratch.rank(Some(parent), &ranked.key(row)?, child),
                    _ => Ok(()),
                }
            };
            self.session.copy_out(&format!("{sql} WHERE {places}"), rank).map(drop)
        };
        selection.batches(from, Set::Front, each, "p")?;
        scratch.add_first(to, ranked.most)
    }

    /// Adds the rows whose places a query gives to the wave.
    fn add(&mut self, table: usize, sql: &str) -> Result<(), Error> {
        let scratch = &self.selection.scratch;
        let each = &mut |row: &CopyRow| Place::read(row, 0).map_or(Ok(()), |place| scratch.add(table, place));
        self.session.copy_out(sql, each).map(drop)
    }
}
