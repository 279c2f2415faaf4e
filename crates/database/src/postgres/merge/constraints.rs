//! Foreign keys that the order of the changes would break for a moment.
//!
//! Most are not: parents are written first, and a statement's own rows may refer to each other. References along a cycle of
//! tables wait (`postponed`). What is left is checked at the end instead, by its owner: references along a cycle that may
//! not be NULL, and keys that change while rows refer to them. The change to the constraint belongs to the transaction and
//! is taken back before its end; until then it keeps readers of these tables waiting, so it is made only where needed.
//! Where the role is not the owner, a circle of such references is refused before the first change (`check`).

use super::super::session::Session;
use super::super::sql::identifier;
use super::Merge;
use super::compare::Tally;
use super::facts::{equal, equal_to, exists, get};
use super::shape::Shape;
use crate::merge::naming::circle;
use crate::{Error, FirstRows, MergeError};

/// A constraint that is checked at the end for now.
pub(super) struct Loosened {
    alter: String,
}

/// A foreign key between two tables of the snapshot that is checked at once.
#[derive(Debug)]
pub(super) struct Immediate {
    name: String,
    /// Positions of the tables in the snapshot's definition.
    pub child: usize,
    pub parent: usize,
    /// The child's columns and the parent's, pair by pair.
    pairs: Vec<(String, String)>,
    /// Whether a reference that is NULL in part is refused.
    pub is_full: bool,
    /// Whether a key that rows refer to is refused another value.
    holds_keys: bool,
}

/// The foreign keys between the snapshot's tables that are checked at once.
///
/// # Errors
/// The target cannot be read.
pub(super) fn immediate(session: &mut Session, shapes: &[Shape]) -> Result<Vec<Immediate>, Error> {
    let oids: Vec<u32> = shapes.iter().map(|shape| shape.relation.oid).collect();
    let at = |oid: u32| shapes.iter().position(|shape| shape.relation.oid == oid);
    let sql = "SELECT f.conname::pg_catalog.text, f.conrelid, f.confrelid, f.confmatchtype = 'f', f.confupdtype = 'a',
          (SELECT pg_catalog.array_agg(a.attname::pg_catalog.text ORDER BY k.place)
           FROM pg_catalog.unnest(f.conkey) WITH ORDINALITY AS k(number, place)
           JOIN pg_catalog.pg_attribute AS a ON a.attrelid = f.conrelid AND a.attnum = k.number),
          (SELECT pg_catalog.array_agg(a.attname::pg_catalog.text ORDER BY k.place)
           FROM pg_catalog.unnest(f.confkey) WITH ORDINALITY AS k(number, place)
           JOIN pg_catalog.pg_attribute AS a ON a.attrelid = f.confrelid AND a.attnum = k.number)
        FROM pg_catalog.pg_constraint AS f
        WHERE f.contype = 'f' AND f.conparentid = 0 AND NOT f.condeferrable
          AND f.conrelid = ANY ($1) AND f.confrelid = ANY ($1) ORDER BY f.conrelid, f.conname";
    let mut found = Vec::new();
    for row in session.query(sql, &[&oids])? {
        let (child, parent) = (at(get(session, &row, 1)?), at(get(session, &row, 2)?));
        let (Some(child), Some(parent)) = (child, parent) else { continue };
        let (columns, key): (Vec<String>, Vec<String>) = (get(session, &row, 5)?, get(session, &row, 6)?);
        found.push(Immediate {
            name: get(session, &row, 0)?,
            child,
            parent,
            pairs: columns.into_iter().zip(key).collect(),
            is_full: get(session, &row, 3)?,
            holds_keys: get(session, &row, 4)?,
        });
    }
    Ok(found)
}

/// Lets all constraints be checked at the end that may be, and those that must be, so far as the role owns their tables.
///
/// # Errors
/// The target cannot be read or changed.
pub(super) fn loosen(
    session: &mut Session,
    merge: &Merge<'_>,
    tallies: &[Tally],
) -> Result<Vec<Loosened>, Error> {
    let mut loosened = Vec::new();
    for key in immediate(session, &merge.shapes)? {
        let child = merge.shape(key.child)?;
        if !child.relation.is_own || !key.is_in_the_way(session, merge, tallies)? {
            continue;
        }
        let alter = format!("ALTER TABLE {} ALTER CONSTRAINT {}", child.relation.name, identifier(&key.name));
        session.batch(&format!("{alter} DEFERRABLE INITIALLY DEFERRED"))?;
        loosened.push(Loosened { alter });
    }
    session.batch("SET CONSTRAINTS ALL DEFERRED")?;
    Ok(loosened)
}

/// Checks that no row needs a check at the end that the role cannot have: see [`Shape::checked_at_once`].
///
/// # Errors
/// [`MergeError::KeysFixed`], or the target cannot be read.
pub(super) fn check(session: &mut Session, merge: &Merge<'_>) -> Result<(), Error> {
    if !merge.shapes.iter().any(|shape| shape.checked_at_once) {
        return Ok(());
    }
    let mut keys = FirstRows::default();
    for key in immediate(session, &merge.shapes)? {
        let (child, parent) = (merge.shape(key.child)?, merge.shape(key.parent)?);
        let ahead = key.child < key.parent && child.checked_at_once && !key.is_postponed(child);
        if ahead && (key.leads_ahead(session, child, parent)? || key.goes_first(session, child, parent)?) {
            let columns: Vec<String> = key.pairs.iter().map(|(column, _)| column.clone()).collect();
            keys.push_with(|| circle(&merge.catalog, &child.spec.name, &columns, &parent.spec.name));
        }
    }
    if keys.is_empty() { Ok(()) } else { Err(MergeError::KeysFixed { keys }.into()) }
}

/// Takes it back; nothing may be left to check.
///
/// # Errors
/// The target cannot be changed.
pub(super) fn tighten(session: &mut Session, loosened: &[Loosened]) -> Result<(), Error> {
    loosened.iter().try_for_each(|key| session.batch(&format!("{} NOT DEFERRABLE", key.alter)))
}

impl Immediate {
    /// The child's columns; `None` for one that is not the snapshot's.
    pub(super) fn columns(&self, child: &Shape) -> Vec<Option<usize>> {
        self.pairs.iter().map(|(column, _)| child.position(column)).collect()
    }

    fn is_in_the_way(
        &self,
        session: &mut Session,
        merge: &Merge<'_>,
        tallies: &[Tally],
    ) -> Result<bool, Error> {
        let (child, parent) = (merge.shape(self.child)?, merge.shape(self.parent)?);
        if self.child < self.parent && !self.is_postponed(child) {
            let some = tallies.get(self.child).is_some_and(Tally::may_have_rows);
            if some && self.is_written(session, child)? {
                return Ok(true);
            }
            // Rows go from the last table to the first.
            if !parent.direct && exists(session, &format!("SELECT FROM {}", parent.gone()))? {
                return Ok(true);
            }
        }
        if parent.direct {
            return Ok(false);
        }
        self.is_moved(session, child, parent)
    }

    /// Whether the reference is NULL until the table that it leads to is written.
    fn is_postponed(&self, child: &Shape) -> bool {
        let waits = |at: &Option<usize>| at.is_some_and(|at| child.postponed.contains(&at));
        let columns = self.columns(child);
        if self.is_full { columns.iter().all(waits) } else { columns.iter().any(waits) }
    }

    fn is_written(&self, session: &mut Session, child: &Shape) -> Result<bool, Error> {
        if child.direct {
            return Ok(true);
        }
        let columns: Vec<usize> = self.columns(child).into_iter().flatten().collect();
        Ok(exists(session, &format!("SELECT FROM {}", child.fresh()))?
            || exists(
                session,
                &format!(
                    "SELECT FROM {} AS n WHERE NOT n.skipped AND {}",
                    child.change(),
                    Shape::touches("n", &columns)
                ),
            )?)
    }

    /// Whether a row that is written leads to one that is not there yet.
    fn leads_ahead(&self, session: &mut Session, child: &Shape, parent: &Shape) -> Result<bool, Error> {
        let columns: Vec<usize> = self.columns(child).into_iter().flatten().collect();
        if columns.len() < self.pairs.len() {
            return Ok(false);
        }
        let given: Vec<String> = columns.iter().map(|at| format!("s.c{at} IS NOT NULL")).collect();
        let found: Vec<String> = (self.pairs.iter().zip(&columns))
            .map(|((column, key), at)| {
                equal_to(parent.end("p"), key, child.end("s"), column, &format!("s.c{at}"))
            })
            .collect();
        let sql = format!(
            "SELECT FROM {stage} AS s WHERE {given} AND NOT EXISTS (SELECT FROM {parent} AS p WHERE {found})
               AND (EXISTS (SELECT FROM {fresh} AS n WHERE n.seq = s.seq)
                 OR EXISTS (SELECT FROM {change} AS n WHERE n.seq = s.seq AND NOT n.skipped AND {touched}))",
            stage = child.stage(),
            given = given.join(" AND "),
            parent = parent.relation.from,
            found = found.join(" AND "),
            fresh = child.fresh(),
            change = child.change(),
            touched = Shape::touches("n", &columns),
        );
        exists(session, &sql)
    }

    /// Whether a row is to be deleted before one that is to be deleted refers to it no longer.
    fn goes_first(&self, session: &mut Session, child: &Shape, parent: &Shape) -> Result<bool, Error> {
        if parent.direct {
            return Ok(false);
        }
        let refers: Vec<String> = (self.pairs.iter())
            .map(|(column, key)| equal(parent.end("p"), key, child.end("c"), column))
            .collect();
        let sql = format!(
            "SELECT FROM {child} AS c JOIN {parent} AS p ON {refers}
             WHERE EXISTS (SELECT FROM {child_gone} AS n WHERE {child_noted})
               AND EXISTS (SELECT FROM {parent_gone} AS n WHERE {parent_noted})",
            child = child.relation.from,
            parent = parent.relation.from,
            refers = refers.join(" AND "),
            child_gone = child.gone(),
            child_noted = child.is_noted("c", "n"),
            parent_gone = parent.gone(),
            parent_noted = parent.is_noted("p", "n"),
        );
        exists(session, &sql)
    }

    /// Whether a key changes to which rows refer that cannot follow it at once.
    fn is_moved(&self, session: &mut Session, child: &Shape, parent: &Shape) -> Result<bool, Error> {
        let key: Vec<usize> = self.pairs.iter().filter_map(|(_, column)| parent.position(column)).collect();
        let parked: Vec<String> = (parent.uniques.iter().enumerate())
            .filter(|(_, unique)| unique.columns.iter().any(|at| key.contains(at)))
            .map(|(number, _)| format!("n.number = {number}"))
            .collect();
        let parked = if parked.is_empty() { "FALSE".to_owned() } else { parked.join(" OR ") };
        let moves = |row: &str| {
            format!(
                "EXISTS (SELECT FROM {} AS n WHERE NOT n.skipped AND {}{row})
                   OR EXISTS (SELECT FROM {} AS n WHERE ({parked}){row})",
                parent.change(),
                Shape::touches("n", &key),
                parent.wait(),
            )
        };
        if !exists(session, &format!("SELECT WHERE {}", moves("")))? {
            return Ok(false);
        }
        // A row that is inserted may refer to a key that another row of its table gets only then.
        if self.child == self.parent {
            return Ok(true);
        }
        let refers: Vec<String> = (self.pairs.iter())
            .map(|(column, key)| equal(parent.end("p"), key, child.end("c"), column))
            .collect();
        let held = format!(
            "SELECT FROM {} AS c JOIN {} AS p ON {} WHERE {}",
            child.relation.from,
            parent.relation.from,
            refers.join(" AND "),
            moves(&format!(" AND {}", parent.is_noted("p", "n")))
        );
        Ok(self.holds_keys && !child.direct && exists(session, &held)?)
    }
}
