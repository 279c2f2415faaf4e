//! What the options and the archive decide on the rows that differ, and the plan that comes of it.

use super::super::copy::CopyRow;
use super::super::session::Session;
use super::Merge;
use super::compare::Tally;
use super::facts::{count, number};
use super::shape::Shape;
use crate::merge::judgement::Status;
use crate::merge::resolve::{InTheWay, Origin, Rule, apply_options};
use crate::{CreatedSchema, Error, MergePlan, TablePlan};

/// Applies the options to the notes, and counts.
///
/// # Errors
/// The options refuse (see [`apply_options`]), or the target cannot be read.
pub(super) fn resolve(
    session: &mut Session,
    merge: &Merge<'_>,
    tallies: &[Tally],
    created: Option<CreatedSchema>,
) -> Result<MergePlan, Error> {
    let skipped =
        apply_options(merge.options, &mut |origin, rule, rows| decide(session, merge, origin, rule, rows))?;
    let mut plan = MergePlan { skipped, created, ..MergePlan::default() };
    for (shape, tally) in merge.shapes.iter().zip(tallies) {
        let mut table = TablePlan {
            table: shape.spec.name.clone(),
            insert: tally.insert,
            update: tally.change,
            delete: 0,
            skip: 0,
            equal: tally.equal(),
        };
        if !shape.direct {
            table.skip = count(session, &format!("{} WHERE skipped", shape.change()))?;
            table.update -= table.skip;
            table.delete = count(session, &shape.gone())?;
            find_lost(session, shape, &mut plan)?;
        }
        plan.tables.push(table);
    }
    Ok(plan)
}

/// Applies a rule to the unexplained rows of an origin.
fn decide(
    session: &mut Session,
    merge: &Merge<'_>,
    origin: Origin,
    rule: Rule,
    rows: &mut InTheWay,
) -> Result<(), Error> {
    for shape in merge.staged() {
        let condition = format!(
            "n.origin = {} AND EXISTS (SELECT FROM {} AS c WHERE {} AND c.status < {})",
            origin as i64,
            shape.candidate(),
            shape.same("c", "n"),
            Status::Explained as i64
        );
        let name = shape.row_name("t");
        let mut each = |row: &CopyRow| {
            let columns = || shape.show_columns(&Shape::marked(row.text(0).unwrap_or_default()));
            rows.note(rule, || name.show(row, 1), columns);
        };
        let list = format!("n.mask, {}", name.list());
        each_row(session, shape, &shape.change(), &list, &condition, &mut each)?;
        if rule == Rule::LeaveAlone {
            session.batch(&format!("UPDATE {} AS n SET skipped = TRUE WHERE {condition}", shape.change()))?;
        }
    }
    Ok(())
}

/// Rows of people that would be changed or deleted.
fn find_lost(session: &mut Session, shape: &Shape, plan: &mut MergePlan) -> Result<(), Error> {
    let condition = format!(
        "n.status < {explained} AND NOT EXISTS (SELECT FROM {change} AS h WHERE {same} AND h.origin <> {owned})",
        explained = Status::Explained as i64,
        change = shape.change(),
        same = shape.same("h", "n"),
        owned = Origin::Owned as i64
    );
    let name = shape.row_name("t");
    let list = format!("n.status, {}", name.list());
    each_row(session, shape, &shape.candidate(), &list, &condition, &mut |row| {
        let status = number(row, 0).unwrap_or(Status::Known as i64);
        plan.note_lost(&shape.spec.name, status, || name.show_key(row, 1));
    })
}

/// Calls `each` with `list` of every row of the notes `table` (as `n`, the target's row as `t`) that satisfies `condition`,
/// in the order of their keys.
fn each_row(
    session: &mut Session,
    shape: &Shape,
    table: &str,
    list: &str,
    condition: &str,
    each: &mut dyn FnMut(&CopyRow),
) -> Result<(), Error> {
    let sql = format!(
        "SELECT {list} FROM {table} AS n JOIN {} AS t ON {} WHERE {condition} ORDER BY {}",
        shape.relation.from,
        shape.is_noted("t", "n"),
        shape.k_list("n")
    );
    session
        .copy_out(&sql, &mut |row| {
            each(row);
            Ok(())
        })
        .map(|_| ())
}
