//! References that are not followed: in which rows of a selection their column is written as NULL, and what is said of it.

use std::collections::BTreeMap;

use model::scope::{Cut, LooseReference};
use model::{Catalog, Definition, TableSpec};
use rusqlite::{Connection, params_from_iter};

use super::reach::meant;
use super::reference::{Ends, Plus};
use super::select::{Kept, Selection};
use crate::Error;
use crate::error::At as _;
use crate::sql::identifier;

/// A column whose values are written as NULL where a condition does not hold.
#[derive(Clone, Debug)]
pub(crate) struct CutColumn {
    /// Its index among the definition's columns of its table.
    pub(crate) at: usize,
    /// When the value stays, over the alias `m`.
    pub(crate) stays: String,
}

/// The columns of the table `at` that are not always written as they are.
///
/// # Errors
/// A cut names what `catalog` lacks, or reading fails.
pub(crate) fn columns(
    connection: &Connection,
    catalog: &Catalog,
    definition: &Definition,
    selection: &Selection,
    at: usize,
) -> Result<Vec<CutColumn>, Error> {
    let (spec, kept) = (&definition.tables[at], &selection.tables[at]);
    let mut columns: BTreeMap<usize, Vec<String>> = BTreeMap::new();
    for (number, cut) in selection.reach.scope.cuts_of(&spec.name).enumerate() {
        let Some(column) = spec.column(&cut.column) else { continue };
        let stays = match (&cut.only, &cut.unless_kept) {
            (Some(reference), _) => {
                let name = format!("{}_meant_{number}", kept.name);
                let rows = keep_meant(connection, catalog, spec, kept, &name, reference)?;
                format!("NOT EXISTS (SELECT 1 FROM {rows} AS x WHERE {})", kept.looked_up("x", "m"))
            }
            (None, Some(reference)) => parent_is_kept(catalog, definition, selection, cut, reference)?,
            (None, None) => "FALSE".to_owned(),
        };
        columns.entry(column).or_default().push(format!("({} OR {stays})", refers_to_nothing(cut)));
    }
    Ok(columns.into_iter().map(|(at, stays)| CutColumn { at, stays: stays.join(" AND ") }).collect())
}

/// A reference that is NULL in part leads nowhere as it is.
fn refers_to_nothing(cut: &Cut) -> String {
    let columns: Vec<String> =
        cut.reference.iter().map(|column| format!("m.{} IS NULL", identifier(column))).collect();
    columns.join(" OR ")
}

fn parent_is_kept(
    catalog: &Catalog,
    definition: &Definition,
    selection: &Selection,
    cut: &Cut,
    reference: &model::Reference,
) -> Result<String, Error> {
    let Some(parent) = definition.position(&reference.to) else { return Ok("FALSE".to_owned()) };
    let (ends, parent) = (Ends::new(catalog, &cut.table, reference)?, &selection.tables[parent]);
    Ok(format!(
        "EXISTS (SELECT 1 FROM {} AS p CROSS JOIN {} AS x ON {} WHERE {})",
        parent.table,
        parent.kept,
        parent.looked_up("x", "p"),
        ends.equal("p", "m", Plus::Yes)
    ))
}

/// Makes a temporary table of the kept rows that a loose reference is meant for. Returns its name in SQL.
fn keep_meant(
    connection: &Connection,
    catalog: &Catalog,
    spec: &TableSpec,
    kept: &Kept,
    name: &str,
    reference: &LooseReference,
) -> Result<String, Error> {
    let rows = format!("temp.\"{name}\"");
    let columns = kept.columns();
    let create = format!(
        "DROP TABLE IF EXISTS {rows}; CREATE TABLE {rows} ({columns}, PRIMARY KEY ({columns})) WITHOUT ROWID"
    );
    connection.execute_batch(&create).at(connection)?;
    let condition = meant(catalog, spec, reference)?;
    let sql = format!(
        "INSERT INTO {rows} SELECT {} FROM {} AS k CROSS JOIN {} AS m ON {} WHERE {}",
        kept.identity_of("m"),
        kept.kept,
        kept.table,
        kept.joined("m", "k"),
        condition.sql
    );
    connection.execute(&sql, params_from_iter(condition.values)).at(connection)?;
    Ok(rows)
}

/// What is said of values that are written as NULL, a sentence for each column.
///
/// # Errors
/// Reading fails.
pub(crate) fn notes(
    connection: &Connection,
    spec: &TableSpec,
    kept: &Kept,
    cuts: &[CutColumn],
) -> Result<Vec<String>, Error> {
    let mut notes = Vec::new();
    for CutColumn { at, stays } in cuts {
        let column = &spec.columns[*at].name;
        let sql = format!(
            "SELECT count(*) FROM {} AS k CROSS JOIN {} AS m ON {} WHERE m.{} IS NOT NULL AND NOT ({stays})",
            kept.kept,
            kept.table,
            kept.joined("m", "k"),
            identifier(column),
        );
        let count: i64 = connection.query_row(&sql, [], |row| row.get(0)).at(connection)?;
        notes.extend(crate::row::cut_note(spec, column, count.unsigned_abs()));
    }
    Ok(notes)
}
