//! Foreign keys that the order of the changes would break for a moment.
//!
//! Most are not: parents are written first, and a statement's own rows may refer to each other. References along a cycle of
//! tables wait (`postponed`). What is left is checked at the end instead, by its owner: references along a cycle that may
//! not be NULL, and keys that change while rows refer to them. The change to the constraint belongs to the transaction and
//! is taken back before its end; until then it keeps readers of these tables waiting, so it is made only where needed.

use super::super::session::Session;
use super::super::sql::identifier;
use super::Merge;
use super::compare::Tally;
use super::facts::{equal, exists, get};
use super::shape::Shape;
use crate::Error;

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
