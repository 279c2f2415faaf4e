//! Unique values that an incoming row needs and another row of the target holds.
//!
//! A holder that is deleted, or whose value changes, gives the value up (see `parking`); one that keeps it refuses the
//! import.

use super::Merge;
use super::indexes::Unique;
use super::names::RowName;
use super::parking;
use super::shape::{Shape, exists};
use crate::error::At as _;
use crate::merge::naming::needs;
use crate::{Error, FirstRows, MergeError};

/// Looks for holders that keep their values, and for those that cannot give them up.
///
/// # Errors
/// [`MergeError::UniqueTaken`], [`MergeError::CannotPark`], or the target cannot be read.
pub(super) fn check(merge: &Merge<'_>) -> Result<(), Error> {
    let mut taken = FirstRows::default();
    let mut stuck = FirstRows::default();
    for shape in &merge.shapes {
        if !exists(merge.connection, &format!("SELECT 1 FROM {}", shape.wait()))? {
            continue;
        }
        for number in 0..shape.unique_count() {
            mark_for_parking(merge, shape, number)?;
            find_taken(merge, shape, number, &mut taken)?;
            parking::each_holder(merge, shape, number, &mut |holder| {
                if holder.columns.is_empty() {
                    stuck.push_with(|| holder.shown());
                }
                Ok(())
            })?;
        }
    }
    if !taken.is_empty() {
        return Err(MergeError::UniqueTaken { rows: taken }.into());
    }
    if stuck.is_empty() { Ok(()) } else { Err(MergeError::CannotPark { rows: stuck }.into()) }
}

/// A row that leaves an index by its condition alone has no changing value to park: it parks one that stays, which its own
/// update then gives back.
fn mark_for_parking(merge: &Merge<'_>, shape: &Shape, number: usize) -> Result<(), Error> {
    let Some(unique) = shape.unique(number).filter(|unique| !unique.condition_columns.is_empty()) else {
        return Ok(());
    };
    let mask =
        parking::parkable(merge, shape, unique, None).into_iter().fold("mask".to_owned(), |mask, at| {
            // Two blobs one behind the other would be a text, which a UTF-16 database keeps of even length.
            format!(
                "unhex(substr(hex({mask}), 1, {}) || '01' || substr(hex({mask}), {}))",
                2 * at,
                2 * at + 3
            )
        });
    if mask == "mask" {
        return Ok(());
    }
    let sql = format!(
        "UPDATE {change} AS h SET mask = {mask}
         WHERE NOT h.skipped AND {by_condition} AND NOT {by_value}
           AND EXISTS (SELECT 1 FROM {wait} AS w WHERE w.number = {number} AND {is_changed})",
        change = shape.change(),
        by_condition = Shape::touches("h", &unique.condition_columns),
        by_value = Shape::touches("h", &unique.columns),
        wait = shape.wait(),
        is_changed = shape.holder_is("w", "h"),
    );
    merge.connection.execute_batch(&sql).at(merge.connection)
}

fn find_taken(merge: &Merge<'_>, shape: &Shape, number: usize, taken: &mut FirstRows) -> Result<(), Error> {
    let Some(unique) = shape.unique(number) else { return Ok(()) };
    let name = RowName::new(&shape.spec.name, &shape.table, &shape.spec.key);
    let sql = format!(
        "SELECT {columns}, w.incoming FROM {wait} AS w CROSS JOIN {table} AS t ON {holder}
         WHERE w.number = {number} AND {counts} AND NOT {gives_up} ORDER BY w.seq",
        columns = name.list("t"),
        wait = shape.wait(),
        table = shape.name,
        holder = shape.joined_holder("t", "w"),
        counts = counts(shape),
        gives_up = gives_up(shape, number),
    );
    let mut statement = merge.connection.prepare(&sql).at(merge.connection)?;
    let mut rows = statement.query([]).at(merge.connection)?;
    while let Some(row) = rows.next().at(merge.connection)? {
        let holder = name.show(row, 0).at(merge.connection)?;
        let incoming: String = row.get(name.len()).at(merge.connection)?;
        taken.push_with(|| needs(&shape.spec, &incoming, &unique.columns, &holder));
    }
    Ok(())
}

/// The SQL condition under which a wait `w` counts: its own row is not left alone.
pub(super) fn counts(shape: &Shape) -> String {
    format!("NOT EXISTS (SELECT 1 FROM {} AS own WHERE own.seq = w.seq AND own.skipped)", shape.change())
}

/// The SQL condition under which the holder of a wait `w` gives its value up.
pub(super) fn gives_up(shape: &Shape, number: usize) -> String {
    let columns = shape.unique(number).map_or_else(Vec::new, Unique::all_columns);
    format!(
        "(EXISTS (SELECT 1 FROM {gone} AS g WHERE {is_gone})
          OR EXISTS (SELECT 1 FROM {change} AS h WHERE {is_changed} AND NOT h.skipped AND {touches}))",
        gone = shape.gone(),
        is_gone = shape.holder_is("w", "g"),
        change = shape.change(),
        is_changed = shape.holder_is("w", "h"),
        touches = Shape::touches("h", &columns),
    )
}
