//! Unique values that an incoming row needs and another row of the target holds.
//!
//! A holder that is deleted, or whose value changes, gives the value up (see `parking`); one that keeps it refuses the
//! import. Which rows these are is noted once the options have decided, so that rows left alone need nothing.

use super::super::session::Session;
use super::Merge;
use super::facts::exists;
use super::names::RowName;
use super::parking;
use super::shape::{Shape, Unique};
use crate::merge::naming::needs;
use crate::{Error, FirstRows, MergeError};

/// Looks for holders that keep their values, and for those that cannot give them up.
///
/// # Errors
/// [`MergeError::UniqueTaken`], [`MergeError::CannotPark`], or the target cannot be read.
pub(super) fn check(session: &mut Session, merge: &Merge<'_>) -> Result<(), Error> {
    let mut taken = FirstRows::default();
    let mut stuck = FirstRows::default();
    for shape in merge.staged() {
        for (number, unique) in shape.uniques.iter().enumerate() {
            note_holders(session, shape, number, unique)?;
        }
        if !exists(session, &format!("SELECT FROM {}", shape.wait()))? {
            continue;
        }
        session.batch(&format!("ANALYZE {}", shape.wait()))?;
        for (number, unique) in shape.uniques.iter().enumerate() {
            find_taken(session, shape, number, unique, &mut taken)?;
            if !unique.deferrable {
                parking::find_stuck(session, shape, number, unique, &mut stuck)?;
            }
        }
    }
    if !taken.is_empty() {
        return Err(MergeError::UniqueTaken { rows: taken }.into());
    }
    if stuck.is_empty() { Ok(()) } else { Err(MergeError::CannotPark { rows: stuck }.into()) }
}

/// Notes the rows of the target that hold values of one unique key which rows to be inserted or updated need.
fn note_holders(session: &mut Session, shape: &Shape, number: usize, unique: &Unique) -> Result<(), Error> {
    let operator = if unique.nulls_are_equal { "IS NOT DISTINCT FROM" } else { "=" };
    let same: Vec<String> = (unique.columns.iter())
        .map(|at| format!("t.{} {operator} s.c{at}", shape.columns[*at].quoted))
        .collect();
    let own = if shape.has_key() {
        shape.has_key_of("t", "s")
    } else {
        format!(
            "EXISTS (SELECT FROM {} AS f WHERE f.seq = s.seq AND {})",
            shape.found(),
            shape.is_noted("t", "f")
        )
    };
    session.batch(&format!(
        "INSERT INTO {wait} SELECT s.seq, {number}, {ids}
         FROM (SELECT seq FROM {fresh} UNION ALL SELECT seq FROM {change} AS n WHERE NOT n.skipped AND {touches}) AS due
         JOIN {stage} AS s ON s.seq = due.seq JOIN {from} AS t ON {same} WHERE NOT ({own})",
        wait = shape.wait(),
        ids = shape.identity_list("t"),
        stage = shape.stage(),
        from = shape.relation.from,
        same = same.join(" AND "),
        fresh = shape.fresh(),
        change = shape.change(),
        touches = Shape::touches("n", &unique.columns),
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

/// The SQL condition under which the holder of a wait `w` gives its value up.
pub(super) fn gives_up(shape: &Shape, unique: &Unique) -> String {
    format!(
        "(EXISTS (SELECT FROM {gone} AS g WHERE {is_gone})
          OR EXISTS (SELECT FROM {change} AS h WHERE {is_changed} AND NOT h.skipped AND {touches}))",
        gone = shape.gone(),
        is_gone = shape.same("w", "g"),
        change = shape.change(),
        is_changed = shape.same("w", "h"),
        touches = Shape::touches("h", &unique.columns),
    )
}
