//! The second net under `referenced`: rows of the target that referred to something before the changes, and refer to
//! nothing after them.
//!
//! `referenced` reasons about what the changes will do; this looks at what they did, triggers and columns that the
//! target computes included. Only references to tables are looked at whose rows are deleted, or whose key may change.

use model::{ForeignKey, Table};

use super::Merge;
use super::names::RowName;
use super::referenced::{has_computed, moved};
use super::shape::exists;
use super::verify::dangles;
use crate::error::At as _;
use crate::sql::identifier;
use crate::{Error, MergeError, Triggers};

/// A reference to rows that are about to go.
pub(super) struct Endangered<'m> {
    name: &'m str,
    child: &'m Table,
    key: ForeignKey,
    /// The columns of rows that refer to nothing already.
    before: String,
}

/// Notes which rows refer to nothing before the changes, of every reference that the changes may harm.
///
/// # Errors
/// The target cannot be read, or there is no room for temporary files.
pub(super) fn note<'m>(merge: &'m Merge<'_>) -> Result<Vec<Endangered<'m>>, Error> {
    let mut found = Vec::new();
    for (name, child) in &merge.catalog.tables {
        for key in merge.references(name, child) {
            if !is_endangered(merge, &key)? {
                continue;
            }
            let before = format!("merge_dangling_{}", found.len());
            note_before(merge, name, &key, &before)?;
            found.push(Endangered { name, child, key, before: format!("temp.{before}") });
        }
    }
    Ok(found)
}

/// Makes the temporary table `before` of the columns by which rows of `name` refer to nothing, indexed: there may be many.
fn note_before(merge: &Merge<'_>, name: &str, key: &ForeignKey, before: &str) -> Result<(), Error> {
    let names: Vec<String> = (0..key.columns.len()).map(|at| format!("c{at}")).collect();
    let columns: Vec<String> =
        (key.columns.iter().zip(&names)).map(|(c, name)| format!("c.{} AS {name}", identifier(c))).collect();
    let sql = format!(
        "DROP TABLE IF EXISTS temp.{before};
         CREATE TABLE temp.{before} AS SELECT {columns} FROM main.{table} AS c WHERE {dangles};
         CREATE INDEX temp.{before}_index ON {before} ({names});",
        columns = columns.join(", "),
        table = identifier(name),
        dangles = dangles(merge, key),
        names = names.join(", "),
    );
    merge.connection.execute_batch(&sql).at(merge.connection)
}

/// Looks again, after the changes.
///
/// # Errors
/// [`MergeError::ForeignKey`] for the first row that refers to nothing any more, or the target cannot be read.
pub(super) fn check(merge: &Merge<'_>, endangered: &[Endangered<'_>]) -> Result<(), Error> {
    for reference in endangered {
        let Endangered { name, child, key, before } = reference;
        let spec_key = merge.shape_of(name).map_or(&[][..], |shape| &shape.spec.key);
        let row_name = RowName::new(name, child, spec_key);
        let same: Vec<String> =
            key.columns.iter().zip(0..).map(|(c, at)| format!("d.c{at} = c.{}", identifier(c))).collect();
        let sql = format!(
            "SELECT {} FROM main.{} AS c WHERE {} AND NOT EXISTS (SELECT 1 FROM {before} AS d WHERE {}) LIMIT 1",
            row_name.list("c"),
            identifier(name),
            dangles(merge, key),
            same.join(" AND ")
        );
        if let Some(row) = row_name.of_row(merge.connection, &sql)? {
            return Err(MergeError::dangling(row, key).into());
        }
    }
    Ok(())
}

/// Whether rows that the reference leads to are deleted or may get another key.
fn is_endangered(merge: &Merge<'_>, key: &ForeignKey) -> Result<bool, Error> {
    let Some(parent) = merge.shape_of(&key.to).filter(|_| key.columns.len() == key.key.len()) else {
        return Ok(false);
    };
    if exists(merge.connection, &format!("SELECT 1 FROM {}", parent.gone()))? {
        return Ok(true);
    }
    // A trigger may change any column of a row that changes; and what a computed column depends on is read from the
    // schema's text by `referenced`, which this net is not to rely on.
    let moved = match merge.options.triggers {
        Triggers::Off if !has_computed(parent, key) => moved(merge, parent, key)?,
        _ => Some("NOT n.skipped".to_owned()),
    };
    let Some(moved) = moved else { return Ok(false) };
    exists(merge.connection, &format!("SELECT 1 FROM {} AS n WHERE {moved}", parent.change()))
}
