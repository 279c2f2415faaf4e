//! What goes, what the server carried on meanwhile, and the search for one refused row among many.

use model::ReferentialAction;

use super::super::session::Session;
use super::Merge;
use super::apply::{insert_sql, update_sql};
use super::facts::{exists, get};
use super::refused::{is_reference, refused, refused_in, takes};
use super::shape::Shape;
use super::verify;
use crate::Error;
use crate::merge::references::acts;

/// Gives the snapshot's rows the references that had to wait, and those back that the server carried on with a key that
/// changed or was parked.
///
/// # Errors
/// The target refuses that.
pub(super) fn settle(session: &mut Session, merge: &Merge<'_>) -> Result<(), Error> {
    for child in merge.staged().filter(|shape| shape.has_key()) {
        if !child.postponed.is_empty() {
            take_snapshots(session, merge, child, &child.postponed)?;
            let none: Vec<String> =
                child.postponed.iter().map(|at| format!("{} = NULL", child.columns[*at].quoted)).collect();
            session.batch(&format!(
                "UPDATE {} AS t SET {} FROM {} AS g WHERE {}",
                child.relation.from,
                none.join(", "),
                child.gone(),
                child.is_noted("t", "g")
            ))?;
        }
        for key in &child.table.foreign_keys {
            let parent = merge.shape_of(&key.to).filter(|parent| acts(key.on_update) && !parent.direct);
            let Some(parent) = parent else { continue };
            let touched = exists(session, &format!("SELECT FROM {}", parent.wait()))?
                || exists(session, &format!("SELECT FROM {} WHERE NOT skipped", parent.change()))?;
            let columns: Vec<usize> = key.columns.iter().filter_map(|name| child.position(name)).collect();
            if touched && !columns.is_empty() {
                take_snapshots(session, merge, child, &columns)?;
            }
        }
    }
    Ok(())
}

/// Gives the snapshot's rows of a table the snapshot's values of some columns, where they have others.
fn take_snapshots(
    session: &mut Session,
    merge: &Merge<'_>,
    shape: &Shape,
    columns: &[usize],
) -> Result<(), Error> {
    let quoted = |at: &usize| shape.columns[*at].quoted.as_str();
    let set: Vec<String> = columns.iter().map(|at| format!("{} = s.c{at}", quoted(at))).collect();
    let differs: Vec<String> =
        columns.iter().map(|at| format!("t.{} IS DISTINCT FROM s.c{at}", quoted(at))).collect();
    let sql = format!(
        "UPDATE {from} AS t SET {set} FROM {stage} AS s WHERE {same}{kept} AND ({differs})",
        from = shape.relation.from,
        set = set.join(", "),
        stage = shape.stage(),
        same = shape.has_key_of("t", "s"),
        kept = shape.not_skipped("s"),
        differs = differs.join(" OR "),
    );
    let due = format!(
        "SELECT FROM {from} AS t JOIN {stage} AS s ON {same}{kept} AND ({differs})",
        from = shape.relation.from,
        stage = shape.stage(),
        same = shape.has_key_of("t", "s"),
        kept = shape.not_skipped("s"),
        differs = differs.join(" OR "),
    );
    if !exists(session, &due)? {
        return Ok(());
    }
    session.batch("SAVEPOINT merge_settle")?;
    let Err(error) = session.batch(&sql) else { return session.batch("RELEASE SAVEPOINT merge_settle") };
    if is_reference(&error)
        && session.batch("ROLLBACK TO SAVEPOINT merge_settle").is_ok()
        && let Err(found @ Error::Merge(_)) = verify::check_staged(session, merge, shape)
    {
        return Err(found);
    }
    Err(refused(error, || format!("the rows of {}", shape.shown_name())))
}

/// Deletes rows without a key that the server would carry along with a key that changes: they would have another place
/// afterwards, and nobody could tell which they were.
///
/// # Errors
/// The target refuses that.
pub(super) fn delete_followers(session: &mut Session, merge: &Merge<'_>) -> Result<(), Error> {
    let followers = |shape: &&Shape| {
        let mut keys = shape.table.foreign_keys.iter();
        !shape.has_key() && keys.any(|key| acts(key.on_update) && merge.shape_of(&key.to).is_some())
    };
    for shape in merge.staged().rev().filter(followers) {
        if !exists(session, &format!("SELECT FROM {}", shape.gone()))? {
            continue;
        }
        delete_at_once(session, merge, &[shape])?;
        session.batch(&format!("TRUNCATE {}", shape.gone()))?;
    }
    Ok(())
}

/// Deletes what the snapshot lacks, children first. Along a circle of references with ON DELETE RESTRICT, which no server
/// checks later than at a statement's end, all of it in one statement.
///
/// # Errors
/// The target refuses that.
pub(super) fn delete(session: &mut Session, merge: &Merge<'_>) -> Result<(), Error> {
    let mut due = Vec::new();
    for shape in merge.staged().rev() {
        // Triggers for whole statements fire for no row as well.
        if exists(session, &format!("SELECT FROM {}", shape.gone()))? {
            due.push(shape);
        }
    }
    let at_once = due.iter().any(|shape| restricts_later(shape, &due));
    let steps: Vec<&[&Shape]> = if at_once { vec![&due] } else { due.chunks(1).collect() };
    steps.into_iter().try_for_each(|shapes| delete_at_once(session, merge, shapes))
}

fn delete_at_once(session: &mut Session, merge: &Merge<'_>, shapes: &[&Shape]) -> Result<(), Error> {
    session.batch(&delete_sql(shapes)).map_err(|error| {
        let names: Vec<String> = shapes.iter().map(|shape| shape.shown_name()).collect();
        refused_in(session, merge, None, error, || format!("to delete rows of {}", names.join(", ")))
    })
}

/// Whether rows of the table keep rows that go before them.
fn restricts_later(child: &Shape, due: &[&Shape]) -> bool {
    let is_later = |to: &str| due.iter().any(|shape| shape.spec.name == to && shape.index > child.index);
    let mut keys = child.table.foreign_keys.iter();
    keys.any(|key| key.on_delete == ReferentialAction::Restrict && is_later(&key.to))
}

fn delete_sql(shapes: &[&Shape]) -> String {
    let deletes: Vec<String> = (shapes.iter())
        .map(|shape| {
            let (from, gone) = (&shape.relation.from, shape.gone());
            format!("DELETE FROM {from} AS t USING {gone} AS g WHERE {}", shape.is_noted("t", "g"))
        })
        .collect();
    let Some((last, before)) = deletes.split_last() else { return String::new() };
    let before: Vec<String> =
        before.iter().enumerate().map(|(at, delete)| format!("d{at} AS ({delete})")).collect();
    if before.is_empty() { last.clone() } else { format!("WITH {} {last}", before.join(", ")) }
}

/// The name of the first row of a staged table that the target refuses, found by halves. The transaction is at the
/// savepoint before the table.
///
/// # Errors
/// The target cannot be asked.
pub(super) fn first_refused(session: &mut Session, shape: &Shape) -> Result<Option<String>, Error> {
    let bounds = |from: &str| format!("SELECT pg_catalog.min(seq), pg_catalog.max(seq) FROM {from}");
    let fresh = bounds(&shape.fresh());
    if let Some(row) = search(session, shape, &fresh, &|condition| insert_sql(shape, condition))? {
        return Ok(Some(row));
    }
    let masks = format!("SELECT DISTINCT mask FROM {} WHERE NOT skipped ORDER BY mask", shape.change());
    for row in session.query(&masks, &[])? {
        let mask: String = get(session, &row, 0)?;
        let changed = bounds(&format!("{} WHERE NOT skipped", shape.change()));
        let found = search(session, shape, &changed, &|condition| update_sql(shape, &mask, condition))?;
        if found.is_some() {
            return Ok(found);
        }
    }
    Ok(None)
}

fn search(
    session: &mut Session,
    shape: &Shape,
    bounds: &str,
    sql: &dyn Fn(&str) -> String,
) -> Result<Option<String>, Error> {
    let row = session.query_one(bounds, &[])?;
    let bounds: (Option<i64>, Option<i64>) = (get(session, &row, 0)?, get(session, &row, 1)?);
    let (Some(mut low), Some(mut high)) = bounds else { return Ok(None) };
    if takes(session, &sql(&between(low, high)))? {
        return Ok(None);
    }
    while low < high {
        let middle = low + (high - low) / 2;
        if takes(session, &sql(&between(low, middle)))? {
            low = middle + 1;
        } else {
            high = middle;
        }
    }
    let name = shape.staged_name("s");
    let row = format!("SELECT {} FROM {} AS s WHERE s.seq = {low}", name.list(), shape.stage());
    name.of_row(session, &row)
}

fn between(low: i64, high: i64) -> String {
    format!(" AND s.seq BETWEEN {low} AND {high}")
}
