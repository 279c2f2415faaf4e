//! What the options and the archive decide on the rows that differ, and the plan that comes of it.

use model::Value;
use rusqlite::Connection;

use super::Merge;
use super::compare::Tally;
use super::scratch::Origin;
use super::shape::Shape;
use crate::error::At as _;
use crate::merge::judgement::Status;
use crate::{
    CreatedSchema, Error, FirstRows, LostRow, LostWhy, MergeError, MergePlan, OnConflict, Parents, TablePlan,
};

/// What an option says of rows that are in the way.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Rule {
    Refuse,
    LeaveAlone,
    Change,
}

/// Applies the options to the notes, and counts.
///
/// # Errors
/// [`MergeError::SharedDiffers`] or [`MergeError::KeyTaken`] where the options refuse.
pub(super) fn resolve(
    merge: &Merge<'_>,
    tallies: &[Tally],
    created: Option<CreatedSchema>,
) -> Result<MergePlan, Error> {
    let parents = match merge.options.parents {
        Parents::Error => Rule::Refuse,
        Parents::Keep => Rule::LeaveAlone,
        Parents::Overwrite => Rule::Change,
    };
    let conflicts = match merge.options.on_conflict {
        OnConflict::Error => Rule::Refuse,
        OnConflict::Skip => Rule::LeaveAlone,
        OnConflict::Overwrite => Rule::Change,
    };
    let mut skipped = FirstRows::default();
    let shared = decide(merge, Origin::Shared, parents, &mut skipped)?;
    if !shared.is_empty() {
        return Err(MergeError::SharedDiffers { rows: shared }.into());
    }
    let taken = decide(merge, Origin::Foreign, conflicts, &mut skipped)?;
    if !taken.is_empty() {
        return Err(MergeError::KeyTaken { rows: taken }.into());
    }
    let mut plan = MergePlan { skipped: skipped.rows, created, ..MergePlan::default() };
    for (shape, tally) in merge.shapes.iter().zip(tallies) {
        let skip = count(merge.connection, &format!("{} WHERE skipped", shape.change()))?;
        let delete = count(merge.connection, &shape.gone())?;
        find_lost(merge.connection, shape, &mut plan)?;
        plan.tables.push(TablePlan {
            table: shape.spec.name.clone(),
            insert: tally.insert,
            update: tally.change - skip,
            delete,
            skip,
            equal: tally.equal,
        });
    }
    Ok(plan)
}

/// Applies a rule to the unexplained rows of an origin. Returns those that it refuses.
fn decide(
    merge: &Merge<'_>,
    origin: Origin,
    rule: Rule,
    skipped: &mut FirstRows,
) -> Result<FirstRows, Error> {
    let mut refused = FirstRows::default();
    for shape in merge.shapes.iter().filter(|_| rule != Rule::Change) {
        let condition = format!(
            "n.origin = {} AND EXISTS (SELECT 1 FROM {} AS c WHERE {} AND c.status < {})",
            origin as i64,
            shape.candidate(),
            shape.same("c", "n"),
            Status::Explained as i64
        );
        each_row(merge.connection, shape, &shape.change(), "n.mask", &condition, &mut |row, values| {
            let mask: Vec<u8> = row.get(0)?;
            match rule {
                Rule::Refuse => {
                    refused.push_with(|| format!("{} ({})", shape.show(values), shape.show_mask(&mask)));
                }
                Rule::LeaveAlone | Rule::Change => skipped.push_with(|| shape.show(values)),
            }
            Ok(())
        })?;
        if rule == Rule::LeaveAlone {
            leave_alone(merge.connection, shape, &condition)?;
        }
    }
    Ok(refused)
}

fn leave_alone(connection: &Connection, shape: &Shape, condition: &str) -> Result<(), Error> {
    let sql = format!(
        "UPDATE {change} AS n SET skipped = 1 WHERE {condition};
         UPDATE {seen} AS s SET skipped = 1
         WHERE EXISTS (SELECT 1 FROM {change} AS n WHERE {same} AND n.skipped);",
        change = shape.change(),
        seen = shape.seen(),
        same = shape.same("n", "s")
    );
    connection.execute_batch(&sql).at(connection)
}

/// Rows of people that would be changed or deleted.
fn find_lost(connection: &Connection, shape: &Shape, plan: &mut MergePlan) -> Result<(), Error> {
    let condition = format!(
        "n.status < {explained} AND NOT EXISTS (SELECT 1 FROM {change} AS h
         WHERE {same} AND h.origin <> {owned})",
        explained = Status::Explained as i64,
        change = shape.change(),
        same = shape.same("h", "n"),
        owned = Origin::Owned as i64
    );
    each_row(connection, shape, &shape.candidate(), "n.status", &condition, &mut |row, values| {
        plan.lost_total += 1;
        if plan.lost.len() < FirstRows::MAX {
            let status: i64 = row.get(0)?;
            let why = if status == Status::Unknown as i64 { LostWhy::Added } else { LostWhy::Edited };
            let key = shape.show_key(values);
            plan.lost.push(LostRow { table: shape.spec.name.clone(), key, why });
        }
        Ok(())
    })
}

/// Calls `each` for every row of the notes `table` (as `n`) that satisfies `condition`, with a result row that begins with
/// the expression `first`, and with the values that the target has now.
pub(super) fn each_row(
    connection: &Connection,
    shape: &Shape,
    table: &str,
    first: &str,
    condition: &str,
    each: &mut dyn FnMut(&rusqlite::Row<'_>, &[Value]) -> rusqlite::Result<()>,
) -> Result<(), Error> {
    let sql = format!(
        "SELECT {first}, {} FROM {table} AS n CROSS JOIN {} AS t ON {} WHERE {condition} ORDER BY {}",
        shape.column_list("t"),
        shape.name,
        shape.joined("t", "n"),
        shape.r_list("n")
    );
    let mut statement = connection.prepare(&sql).at(connection)?;
    let mut rows = statement.query([]).at(connection)?;
    while let Some(row) = rows.next().at(connection)? {
        let values = shape.values_of(row, 1).at(connection)?;
        each(row, &values).at(connection)?;
    }
    Ok(())
}

/// How many rows `from` (a table, perhaps with a condition) has.
pub(super) fn count(connection: &Connection, from: &str) -> Result<u64, Error> {
    let count: i64 =
        connection.query_row(&format!("SELECT count(*) FROM {from}"), [], |row| row.get(0)).at(connection)?;
    Ok(count.unsigned_abs())
}
