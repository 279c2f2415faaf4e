//! What the options and the archive decide on the rows that differ, and the plan that comes of it.

use super::super::copy::CopyRow;
use super::super::session::Session;
use super::Merge;
use super::compare::Tally;
use super::facts::count;
use super::notes::Origin;
use super::shape::Shape;
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
    session: &mut Session,
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
    let shared = decide(session, merge, Origin::Shared, parents, &mut skipped)?;
    if !shared.is_empty() {
        return Err(MergeError::SharedDiffers { rows: shared }.into());
    }
    let taken = decide(session, merge, Origin::Foreign, conflicts, &mut skipped)?;
    if !taken.is_empty() {
        return Err(MergeError::KeyTaken { rows: taken }.into());
    }
    let mut plan = MergePlan { skipped: skipped.rows, created, ..MergePlan::default() };
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

/// Applies a rule to the unexplained rows of an origin. Returns those that it refuses.
fn decide(
    session: &mut Session,
    merge: &Merge<'_>,
    origin: Origin,
    rule: Rule,
    skipped: &mut FirstRows,
) -> Result<FirstRows, Error> {
    let mut refused = FirstRows::default();
    for shape in merge.staged().filter(|_| rule != Rule::Change) {
        let condition = format!(
            "n.origin = {} AND EXISTS (SELECT FROM {} AS c WHERE {} AND c.status < {})",
            origin as i16,
            shape.candidate(),
            shape.same("c", "n"),
            Status::Explained as i64
        );
        let name = shape.row_name("t");
        let mut each = |row: &CopyRow| match rule {
            Rule::Refuse => refused.push_with(|| {
                let mask = row.text(0).unwrap_or_default();
                format!("{} ({})", name.show(row, 1), shape.show_mask(mask))
            }),
            Rule::LeaveAlone | Rule::Change => skipped.push_with(|| name.show(row, 1)),
        };
        let list = format!("n.mask, {}", name.list());
        each_row(session, shape, &shape.change(), &list, &condition, &mut each)?;
        if rule == Rule::LeaveAlone {
            session.batch(&format!("UPDATE {} AS n SET skipped = TRUE WHERE {condition}", shape.change()))?;
        }
    }
    Ok(refused)
}

/// Rows of people that would be changed or deleted.
fn find_lost(session: &mut Session, shape: &Shape, plan: &mut MergePlan) -> Result<(), Error> {
    let condition = format!(
        "n.status < {explained} AND NOT EXISTS (SELECT FROM {change} AS h WHERE {same} AND h.origin <> {owned})",
        explained = Status::Explained as i64,
        change = shape.change(),
        same = shape.same("h", "n"),
        owned = Origin::Owned as i16
    );
    let name = shape.row_name("t");
    let list = format!("n.status, {}", name.list());
    each_row(session, shape, &shape.candidate(), &list, &condition, &mut |row| {
        plan.lost_total += 1;
        if plan.lost.len() < FirstRows::MAX {
            let unknown = row.text(0) == Some("0");
            let why = if unknown { LostWhy::Added } else { LostWhy::Edited };
            let key = name.show_key(row, 1);
            plan.lost.push(LostRow { table: shape.spec.name.clone(), key, why });
        }
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
