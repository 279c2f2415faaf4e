//! What the options and the archive decide on the rows that differ, and the plan that comes of it.

use model::Value;
use rusqlite::Connection;

use super::Merge;
use super::shape::Shape;
use crate::error::At as _;
use crate::merge::judgement::Status;
use crate::merge::resolve::{InTheWay, Origin, Rule, apply_options};
use crate::{CreatedSchema, Error, MergePlan, TablePlan};

/// Applies the options to the notes, and counts.
///
/// # Errors
/// The options refuse (see [`apply_options`]), or the target cannot be read.
pub(super) fn resolve(
    merge: &Merge<'_>,
    tables: Vec<TablePlan>,
    created: Option<CreatedSchema>,
) -> Result<MergePlan, Error> {
    let skipped = apply_options(merge.options, &mut |origin, rule, rows| decide(merge, origin, rule, rows))?;
    let mut plan = MergePlan { tables, skipped, created, ..MergePlan::default() };
    for shape in &merge.shapes {
        let table = &mut plan.tables[shape.index];
        table.skip = count(merge.connection, &format!("{} WHERE skipped", shape.change()))?;
        table.update -= table.skip;
        table.delete = count(merge.connection, &shape.gone())?;
        find_lost(merge.connection, shape, &mut plan)?;
    }
    Ok(plan)
}

/// Applies a rule to the unexplained rows of an origin.
fn decide(merge: &Merge<'_>, origin: Origin, rule: Rule, rows: &mut InTheWay) -> Result<(), Error> {
    for shape in &merge.shapes {
        let condition = format!(
            "n.origin = {} AND EXISTS (SELECT 1 FROM {} AS c WHERE {} AND c.status < {})",
            origin as i64,
            shape.candidate(),
            shape.same("c", "n"),
            Status::Explained as i64
        );
        each_row(merge.connection, shape, &shape.change(), "n.mask", &condition, &mut |row, values| {
            let mask: Vec<u8> = row.get(0)?;
            rows.note(rule, || shape.show(values), || shape.show_columns(&Shape::marked(&mask)));
            Ok(())
        })?;
        if rule == Rule::LeaveAlone {
            leave_alone(merge.connection, shape, &condition)?;
        }
    }
    Ok(())
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
        plan.note_lost(&shape.spec.name, row.get(0)?, || shape.show_key(values));
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
