//! Unique values that an incoming row needs and another row of the target holds.
//!
//! A holder that is deleted, or whose value changes, gives the value up (see `parking`); one that keeps it refuses the
//! import. Which rows these are is noted once the options have decided, so that rows left alone need nothing.

use std::collections::BTreeSet;

use super::super::session::Session;
use super::Merge;
use super::facts::exists;
use super::indexes::Unique;
use super::names::RowName;
use super::parking;
use super::refused::takes;
use super::shape::Shape;
use crate::merge::naming::needs;
use crate::{Error, FirstRows, MergeError};

/// Unique indexes that the merge could not try after all, by the position of their table and their name: the server cannot
/// compute them of every row.
pub(super) type Untried = BTreeSet<(usize, String)>;

/// Looks for holders that keep their values, and for those that cannot give them up.
///
/// # Errors
/// [`MergeError::UniqueTaken`], [`MergeError::CannotPark`], or the target cannot be read.
pub(super) fn check(session: &mut Session, merge: &Merge<'_>) -> Result<Untried, Error> {
    let mut taken = FirstRows::default();
    let mut stuck = FirstRows::default();
    let mut untried = Untried::new();
    for shape in merge.staged() {
        for (number, unique) in shape.uniques.iter().enumerate() {
            let holders = holders_sql(shape, number, unique);
            if unique.is_plain() {
                session.batch(&holders)?;
            } else if !takes(session, &holders)? {
                untried.insert((shape.index, unique.name.clone()));
            }
        }
        if !exists(session, &format!("SELECT FROM {}", shape.wait()))? {
            continue;
        }
        session.batch(&format!("ANALYZE {}", shape.wait()))?;
        for (number, unique) in shape.uniques.iter().enumerate() {
            mark_for_parking(session, shape, number, unique)?;
            find_taken(session, shape, number, unique, &mut taken)?;
            if !unique.deferrable {
                parking::find_stuck(session, shape, number, unique, &mut stuck)?;
            }
        }
    }
    if !taken.is_empty() {
        return Err(MergeError::UniqueTaken { rows: taken }.into());
    }
    if stuck.is_empty() { Ok(untried) } else { Err(MergeError::CannotPark { rows: stuck }.into()) }
}

/// The statement that notes the rows of the target which hold values of one unique index that rows to be inserted or
/// updated need.
fn holders_sql(shape: &Shape, number: usize, unique: &Unique) -> String {
    let own = if shape.has_key() {
        shape.has_key_of("t", "s")
    } else {
        format!(
            "EXISTS (SELECT FROM {} AS f WHERE f.seq = s.seq AND {})",
            shape.found(),
            shape.is_noted("t", "f")
        )
    };
    format!(
        "INSERT INTO {wait} SELECT s.seq, {number}, {ids}
         FROM (SELECT seq FROM {fresh} UNION ALL SELECT seq FROM {change} AS n WHERE NOT n.skipped AND {touches}) AS due
         JOIN {needed} AS s ON s.seq = due.seq JOIN {held} AS t ON {equal} WHERE NOT ({own})",
        wait = shape.wait(),
        ids = shape.identity_list("t"),
        needed = unique.in_stage(shape),
        held = unique.in_table(shape),
        equal = unique.equal(shape, "t", "s"),
        fresh = shape.fresh(),
        change = shape.change(),
        touches = Shape::touches("n", &unique.all_columns()),
    )
}

/// A row that leaves an index by its condition alone has no changing value to park: it parks one that stays, which its own
/// update then gives back.
fn mark_for_parking(
    session: &mut Session,
    shape: &Shape,
    number: usize,
    unique: &Unique,
) -> Result<(), Error> {
    let mask = parking::parkable(shape, unique)
        .into_iter()
        .fold("h.mask".to_owned(), |mask, at| format!("pg_catalog.overlay({mask}, '1', {})", at + 1));
    if unique.condition_columns.is_empty() || mask == "h.mask" {
        return Ok(());
    }
    session.batch(&format!(
        "UPDATE {change} AS h SET mask = {mask} FROM (SELECT DISTINCT {k} FROM {wait} AS w WHERE w.number = {number}) AS w
         WHERE {same} AND NOT h.skipped AND {by_condition} AND NOT {by_value}",
        change = shape.change(),
        k = shape.k_list("w"),
        wait = shape.wait(),
        same = shape.same("w", "h"),
        by_condition = Shape::touches("h", &unique.condition_columns),
        by_value = Shape::touches("h", &unique.columns),
    ))
}

fn find_taken(
    session: &mut Session,
    shape: &Shape,
    number: usize,
    unique: &Unique,
    taken: &mut FirstRows,
) -> Result<(), Error> {
    let holder = RowName::new(&shape.spec.name, &shape.table, &shape.spec.key, "t");
    let incoming = shape.staged_name("s");
    let sql = format!(
        "SELECT {holders}, {staged} FROM {wait} AS w JOIN {from} AS t ON {noted} JOIN {stage} AS s ON s.seq = w.seq
         WHERE w.number = {number} AND NOT {gives_up} ORDER BY w.seq",
        holders = holder.list(),
        staged = incoming.list(),
        wait = shape.wait(),
        from = shape.relation.from,
        noted = shape.is_noted("t", "w"),
        stage = shape.stage(),
        gives_up = gives_up(shape, unique),
    );
    session.copy_out(&sql, &mut |row| {
        taken.push_with(|| {
            let (holder, incoming) = (holder.show(row, 0), incoming.show(row, holder.len()));
            needs(&shape.spec, &incoming, &unique.columns, &holder)
        });
        Ok(())
    })?;
    Ok(())
}

/// The SQL condition under which the holder of a wait `w` gives its value up: it is deleted, or has another one afterwards.
pub(super) fn gives_up(shape: &Shape, unique: &Unique) -> String {
    format!(
        "(EXISTS (SELECT FROM {gone} AS g WHERE {is_gone})
          OR EXISTS (SELECT FROM {change} AS h WHERE {is_changed} AND NOT h.skipped AND {touches}
            AND NOT EXISTS (SELECT FROM {held} AS ht JOIN {kept} AS hs ON {equal}
              WHERE hs.seq = h.seq AND {is_holder})))",
        gone = shape.gone(),
        is_gone = shape.same("w", "g"),
        change = shape.change(),
        is_changed = shape.same("w", "h"),
        touches = Shape::touches("h", &unique.all_columns()),
        held = unique.in_table(shape),
        kept = unique.in_stage(shape),
        equal = unique.equal(shape, "ht", "hs"),
        is_holder = shape.is_noted("ht", "w"),
    )
}
