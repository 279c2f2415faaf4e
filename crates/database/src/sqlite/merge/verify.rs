//! Reads back what was written, inside the transaction: the rows, whose they are, and where they refer to.
//!
//! The rows are compared as sets by a keyed digest; only where that differs a third pass over the snapshot names the row.
//! Rows that an option left alone are on neither side.

use model::{ForeignKey, RowSource};

use super::super::select::{Kept, Selection};
use super::Merge;
use super::apply::Written;
use super::finder::{Finder, Found};
use super::names::RowName;
use super::resolve::count;
use super::scratch::{Code, RunReader};
use super::shape::Shape;
use crate::error::At as _;
use crate::merge::digest::RowSet;
use crate::merge::read_back::{Differences, LEFT_OVER, NOT_OWNED, ReadBack, check_owned};
use crate::merge::rows::{STEP, Sections, out_of_step};
use crate::sql::identifier;
use crate::{Error, MergeError, MergeProgress};

/// Verifies the import.
///
/// # Errors
/// [`MergeError::Verification`] or [`MergeError::ForeignKey`], or the target cannot be read.
pub(super) fn verify(
    merge: &Merge<'_>,
    written: &Written,
    snapshot: &mut dyn RowSource,
    progress: &mut dyn FnMut(MergeProgress),
) -> Result<ReadBack, Error> {
    let mut read_back = ReadBack::default();
    let mut first_wrong = None;
    for (shape, expected) in merge.shapes.iter().zip(&written.tables) {
        let found = read_rows(merge, shape, written, read_back.rows, progress)?;
        read_back.rows += found.rows;
        if found != expected.all && first_wrong.is_none() {
            first_wrong = Some((shape, found.rows, expected.all.rows));
        }
    }
    if let Some((shape, found, expected)) = first_wrong {
        let counts = || format!("{} has {found} rows where the snapshot has {expected}", shape.shown_name());
        read_back.accept(differences(merge, snapshot)?, merge.options.triggers, counts)?;
    }
    check_ownership(merge, written)?;
    for shape in &merge.shapes {
        check_references(merge, shape, &rows_of(merge, shape, "c"))?;
    }
    Ok(read_back)
}

/// The rows of one table as the target has them now, those left alone aside.
fn read_rows(
    merge: &Merge<'_>,
    shape: &Shape,
    written: &Written,
    before: u64,
    progress: &mut dyn FnMut(MergeProgress),
) -> Result<RowSet, Error> {
    let sql = format!("SELECT {} FROM {}", shape.column_list("t"), rows_of(merge, shape, "t"));
    let mut statement = merge.connection.prepare(&sql).at(merge.connection)?;
    let mut rows = statement.query([]).at(merge.connection)?;
    let mut set = RowSet::default();
    let mut buffer = Vec::new();
    while let Some(row) = rows.next().at(merge.connection)? {
        let values = shape.values_of(row, 0).at(merge.connection)?;
        set.add(&written.key, &values, &mut buffer);
        if set.rows.is_multiple_of(STEP) {
            progress(MergeProgress::Verified(before + set.rows));
        }
    }
    progress(MergeProgress::Verified(before + set.rows));
    Ok(set)
}

/// The FROM clause of the snapshot's rows of a table, as `alias`, ending in a WHERE to which conditions can be added.
fn rows_of(merge: &Merge<'_>, shape: &Shape, alias: &str) -> String {
    if merge.is_whole(shape) {
        return format!("{} AS {alias} WHERE 1", shape.name);
    }
    format!(
        "{} AS s CROSS JOIN {} AS {alias} ON {} WHERE NOT s.skipped",
        shape.seen(),
        shape.name,
        shape.joined(alias, "s")
    )
}

/// The third pass: every row of the snapshot looked up by its key. A row that is missing ends it.
fn differences(merge: &Merge<'_>, snapshot: &mut dyn RowSource) -> Result<Differences, Error> {
    let mut found = Differences::default();
    let mut runs = RunReader::new(merge.connection);
    for shape in &merge.shapes {
        shape.empty_bag(merge.connection)?;
    }
    let mut seq: i64 = 0;
    let mut sections = Sections::open(snapshot)?;
    while let Some(section) = sections.next_section()? {
        let shape = merge.shape(section.table)?;
        let mut finder = Finder::new(merge.connection, shape, "0")?;
        while let Some(values) = sections.next_row()? {
            let code = runs.next()?.ok_or_else(out_of_step)?;
            seq += 1;
            if code == Code::Change && is_skipped(merge, shape, seq - 1)? {
                continue;
            }
            match finder.find(shape, values, false)? {
                Found::Row(row) if row.code() == Code::Equal => {}
                Found::Row(row) => found.note(&shape.spec, values, &Shape::marked(&row.mask)),
                Found::Nothing | Found::Near => {
                    return Ok(Differences::missing(format!("{} is missing", shape.show(values))));
                }
            }
        }
    }
    Ok(found)
}

/// Whether an option leaves the row of that number in the file alone.
///
/// # Errors
/// The notes cannot be read.
pub(super) fn is_skipped(merge: &Merge<'_>, shape: &Shape, seq: i64) -> Result<bool, Error> {
    merge
        .connection
        .prepare_cached(&format!("SELECT 1 FROM {} WHERE seq = ? AND skipped", shape.change()))
        .and_then(|mut statement| statement.exists([seq]))
        .at(merge.connection)
}

/// Evaluates the definition again: the scenario's rows in the target are exactly the snapshot's, so far as the options
/// allow that to be said. Rows left alone may be anything, and so may what depends on them.
fn check_ownership(merge: &Merge<'_>, written: &Written) -> Result<(), Error> {
    let selection =
        Selection::prepare(merge.connection, &merge.catalog, &merge.ownership, "merge_owned_after")?;
    selection.keep_owned(merge.connection, &merge.catalog, &merge.ownership)?;
    let mut left_alone = 0;
    for shape in &merge.shapes {
        left_alone += count(merge.connection, &format!("{} WHERE skipped", shape.change()))?;
    }
    let is_told = merge.options.ownership.is_none() && !merge.ownership.has_limits();
    let all_owned = left_alone == 0 && is_told;
    for (shape, written) in merge.shapes.iter().zip(&written.tables) {
        let at = merge.ownership.position(&shape.spec.name);
        let Some(kept) = at.and_then(|at| selection.tables.get(at)) else { continue };
        if all_owned {
            check_all_owned(merge, shape, kept, written.owned)?;
        }
        if merge.deletes() {
            check_nothing_else_owned(merge, shape, kept)?;
        }
    }
    Ok(())
}

fn check_all_owned(merge: &Merge<'_>, shape: &Shape, kept: &Kept, owned: u64) -> Result<(), Error> {
    if merge.is_whole(shape) {
        return check_owned(&shape.spec.name, count(merge.connection, &kept.kept)?, owned);
    }
    let from = format!(
        "{} AS s CROSS JOIN {} AS t ON {} WHERE s.owned AND NOT EXISTS (SELECT 1 FROM {} AS k WHERE {})",
        shape.seen(),
        shape.name,
        shape.joined("t", "s"),
        kept.kept,
        kept.looked_up("k", "t")
    );
    refuse_first(merge, shape, &from, NOT_OWNED)
}

fn check_nothing_else_owned(merge: &Merge<'_>, shape: &Shape, kept: &Kept) -> Result<(), Error> {
    if merge.is_whole(shape) {
        return Ok(());
    }
    let from = format!(
        "{} AS k CROSS JOIN {} AS t ON {} WHERE NOT EXISTS (SELECT 1 FROM {} AS s WHERE {})",
        kept.kept,
        shape.name,
        kept.joined("t", "k"),
        shape.seen(),
        shape.looked_up("s", "t")
    );
    refuse_first(merge, shape, &from, LEFT_OVER)
}

/// Refuses the first row `t` of a FROM clause.
fn refuse_first(merge: &Merge<'_>, shape: &Shape, from: &str, why: &str) -> Result<(), Error> {
    let name = RowName::new(&shape.spec.name, &shape.table, &shape.spec.key);
    let sql = format!("SELECT {} FROM {from} LIMIT 1", name.list("t"));
    match name.of_row(merge.connection, &sql)? {
        Some(row) => Err(MergeError::Verification { what: format!("{row} {why}") }.into()),
        None => Ok(()),
    }
}

/// Checks every reference of a table, as the target or the snapshot declares it, for the rows `c` of a FROM clause that ends in a WHERE.
///
/// # Errors
/// [`MergeError::ForeignKey`] for the first row that refers to nothing, or the target cannot be read.
pub(super) fn check_references(merge: &Merge<'_>, shape: &Shape, from: &str) -> Result<(), Error> {
    let name = RowName::new(&shape.spec.name, &shape.table, &shape.spec.key);
    for key in &merge.references(&shape.spec.name, &shape.table) {
        let sql = format!("SELECT {} FROM {from} AND {} LIMIT 1", name.list("c"), dangles(merge, key));
        if let Some(row) = name.of_row(merge.connection, &sql)? {
            return Err(MergeError::dangling(row, key).into());
        }
    }
    Ok(())
}

/// The SQL condition under which a row `c` refers to nothing.
pub(super) fn dangles(merge: &Merge<'_>, key: &ForeignKey) -> String {
    let refers: Vec<String> =
        key.columns.iter().map(|column| format!("c.{} IS NOT NULL", identifier(column))).collect();
    let known = merge.catalog.tables.contains_key(&key.to) && key.columns.len() == key.key.len();
    if !known {
        return refers.join(" AND ");
    }
    // As the engine compares: with the parent column's collation and affinity, so without the child's.
    let equal: Vec<String> = (key.key.iter().zip(&key.columns))
        .map(|(parent, child)| format!("p.{} = +c.{}", identifier(parent), identifier(child)))
        .collect();
    format!(
        "{} AND NOT EXISTS (SELECT 1 FROM main.{} AS p WHERE {})",
        refers.join(" AND "),
        identifier(&key.to),
        equal.join(" AND ")
    )
}
