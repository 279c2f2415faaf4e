//! Reads back what was written, inside the transaction: the rows, whose they are, and where they refer to.
//!
//! The rows are compared as sets by a keyed digest; only where that differs a third pass over the snapshot names the row.
//! Rows that an option left alone are on neither side.

use std::collections::BTreeSet;

use model::text::Shown;
use model::{ForeignKey, RowEvent, RowSource, Value};

use super::super::connection::quote_identifier;
use super::super::select::{Kept, Selection};
use super::Merge;
use super::apply::Written;
use super::compare::{STEP, out_of_step};
use super::finder::{Finder, Found};
use super::names::RowName;
use super::resolve::count;
use super::scratch::{Code, RunReader};
use super::shape::Shape;
use crate::error::At as _;
use crate::merge::digest::RowSet;
use crate::merge::drift::shown_list;
use crate::{Error, MergeError, MergeProgress, Triggers};

/// What was read back.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct ReadBack {
    /// Rows that equal the snapshot's.
    pub rows: u64,
    /// `table.column`, sorted.
    pub changed_by_triggers: Vec<String>,
}

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
        let differences = differences(merge, snapshot)?;
        if merge.options.triggers == Triggers::Off || differences.columns.is_empty() {
            let what = differences.first.unwrap_or_else(|| {
                format!("{} has {found} rows where the snapshot has {expected}", shape.shown_name())
            });
            return Err(MergeError::Verification { what }.into());
        }
        read_back.rows -= differences.rows;
        read_back.changed_by_triggers = differences.columns.into_iter().collect();
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

#[derive(Debug, Default)]
struct Differences {
    /// The first one, as the end of a sentence.
    first: Option<String>,
    /// `table.column`.
    columns: BTreeSet<String>,
    rows: u64,
}

/// The third pass: every row of the snapshot looked up by its key. A row that is missing ends it.
fn differences(merge: &Merge<'_>, snapshot: &mut dyn RowSource) -> Result<Differences, Error> {
    let mut found = Differences::default();
    let mut runs = RunReader::new(merge.connection);
    for shape in &merge.shapes {
        shape.empty_bag(merge.connection)?;
    }
    let mut table: Option<(&Shape, Finder<'_>)> = None;
    let mut seq: i64 = 0;
    let mut stream = snapshot.open().map_err(Error::Stream)?;
    while let Some(event) = stream.next().map_err(Error::Stream)? {
        match event {
            RowEvent::Section { table: index, .. } => {
                let shape = merge.shape(index)?;
                table = Some((shape, Finder::new(merge.connection, shape, "0")?));
            }
            RowEvent::Row(values) => {
                let (shape, finder) = table.as_mut().ok_or_else(out_of_step)?;
                let code = runs.next()?.ok_or_else(out_of_step)?;
                seq += 1;
                if code == Code::Change && is_skipped(merge, shape, seq - 1)? {
                    continue;
                }
                match finder.find(shape, values, false)? {
                    Found::Row(row) if row.code() == Code::Equal => {}
                    Found::Row(row) => found.note(shape, values, &row.mask),
                    Found::Nothing | Found::Near => {
                        let first = Some(format!("{} is missing", shape.show(values)));
                        return Ok(Differences { first, ..Differences::default() });
                    }
                }
            }
        }
    }
    Ok(found)
}

impl Differences {
    fn note(&mut self, shape: &Shape, values: &[Value], mask: &[u8]) {
        self.rows += 1;
        self.first
            .get_or_insert_with(|| format!("{} differs in {}", shape.show(values), shape.show_mask(mask)));
        for (column, changed) in shape.spec.columns.iter().zip(mask) {
            if *changed == 1 {
                self.columns.insert(format!("{}.{}", shape.shown_name(), Shown(&column.name)));
            }
        }
    }
}

fn is_skipped(merge: &Merge<'_>, shape: &Shape, seq: i64) -> Result<bool, Error> {
    merge
        .connection
        .prepare_cached(&format!("SELECT skipped FROM {} WHERE seq = ?", shape.change()))
        .and_then(|mut statement| statement.query_row([seq], |row| row.get(0)))
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
    let all_owned = left_alone == 0 && merge.options.ownership.is_none();
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
        let found = count(merge.connection, &kept.kept)?;
        if found == owned {
            return Ok(());
        }
        let name = shape.shown_name();
        let what = format!(
            "the file's definition finds {found} of the scenario's rows in {name}, where the file has {owned}"
        );
        return Err(MergeError::Verification { what }.into());
    }
    let from = format!(
        "{} AS s CROSS JOIN {} AS t ON {} WHERE s.owned AND NOT EXISTS (SELECT 1 FROM {} AS k WHERE {})",
        shape.seen(),
        shape.name,
        shape.joined("t", "s"),
        kept.kept,
        kept.looked_up("k", "t")
    );
    refuse_first(merge, shape, &from, "is not the scenario's by the file's definition")
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
    refuse_first(merge, shape, &from, "is the scenario's by the definition, and not in the snapshot")
}

/// Refuses the first row `t` of a FROM clause.
fn refuse_first(merge: &Merge<'_>, shape: &Shape, from: &str, why: &str) -> Result<(), Error> {
    let name = RowName::new(&shape.spec.name, &shape.table, &shape.spec.key);
    let sql = format!("SELECT {} FROM {from} LIMIT 1", name.list("t"));
    let mut statement = merge.connection.prepare(&sql).at(merge.connection)?;
    let mut rows = statement.query([]).at(merge.connection)?;
    let Some(row) = rows.next().at(merge.connection)? else { return Ok(()) };
    let what = format!("{} {why}", name.show(row, 0).at(merge.connection)?);
    Err(MergeError::Verification { what }.into())
}

/// Checks every reference of a table, as the target or the snapshot declares it, for the rows `c` of a FROM clause that ends in a WHERE.
///
/// # Errors
/// [`MergeError::ForeignKey`] for the first row that refers to nothing, or the target cannot be read.
pub(super) fn check_references(merge: &Merge<'_>, shape: &Shape, from: &str) -> Result<(), Error> {
    let name = RowName::new(&shape.spec.name, &shape.table, &shape.spec.key);
    for key in &merge.references(&shape.spec.name, &shape.table) {
        let sql = format!("SELECT {} FROM {from} AND {} LIMIT 1", name.list("c"), dangles(merge, key));
        let mut statement = merge.connection.prepare(&sql).at(merge.connection)?;
        let mut rows = statement.query([]).at(merge.connection)?;
        if let Some(row) = rows.next().at(merge.connection)? {
            let row = name.show(row, 0).at(merge.connection)?;
            let columns = shown_list(&key.columns);
            return Err(MergeError::ForeignKey { row, columns, parent: key.to.clone() }.into());
        }
    }
    Ok(())
}

/// The SQL condition under which a row `c` refers to nothing.
pub(super) fn dangles(merge: &Merge<'_>, key: &ForeignKey) -> String {
    let refers: Vec<String> =
        key.columns.iter().map(|column| format!("c.{} IS NOT NULL", quote_identifier(column))).collect();
    let known = merge.catalog.tables.contains_key(&key.to) && key.columns.len() == key.key.len();
    if !known {
        return refers.join(" AND ");
    }
    // As the engine compares: with the parent column's collation and affinity, so without the child's.
    let equal: Vec<String> = (key.key.iter().zip(&key.columns))
        .map(|(parent, child)| format!("p.{} = +c.{}", quote_identifier(parent), quote_identifier(child)))
        .collect();
    format!(
        "{} AND NOT EXISTS (SELECT 1 FROM main.{} AS p WHERE {})",
        refers.join(" AND "),
        quote_identifier(&key.to),
        equal.join(" AND ")
    )
}
