//! Whether the target's schema can hold the snapshot's rows: everything that is in the way, found before any change.

use model::text::{Shown, show_names};
use model::{Catalog, Definition, Table, TableSpec};

use crate::{FirstRows, MergeError};

/// Whether updating the snapshot's columns could change which row of the target is which.
pub(crate) type MovesRows = fn(&TableSpec, &Table) -> bool;

/// Compares a definition with the target's catalog.
///
/// # Errors
/// [`MergeError::Drift`] with all problems: tables and columns that the target lacks, columns that it computes, columns
/// that it needs and the snapshot lacks, keys that are not unique there. [`MergeError::NoTables`] if it has no table at all.
pub(crate) fn check(
    definition: &Definition,
    catalog: &Catalog,
    moves_rows: MovesRows,
) -> Result<(), MergeError> {
    if catalog.tables.is_empty() && !definition.tables.is_empty() {
        return Err(MergeError::NoTables);
    }
    let mut problems = FirstRows::default();
    for spec in &definition.tables {
        match catalog.tables.get(&spec.name) {
            Some(table) => check_table(spec, table, moves_rows, &mut problems),
            None => problems.push_with(|| format!("the target has no table {}", Shown(&spec.name))),
        }
    }
    if problems.is_empty() { Ok(()) } else { Err(MergeError::Drift { problems }) }
}

fn check_table(spec: &TableSpec, table: &Table, moves_rows: MovesRows, problems: &mut FirstRows) {
    let place = |column: &str| format!("{}.{}", Shown(&spec.name), Shown(column));
    for column in &spec.columns {
        match table.column(&column.name) {
            None => problems.push_with(|| format!("the target has no column {}", place(&column.name))),
            Some(found) if found.generated => {
                problems
                    .push_with(|| format!("the column {} is computed by the target", place(&column.name)));
            }
            Some(_) => {}
        }
    }
    for column in &table.columns {
        let filled = !column.not_null || column.has_default || column.generated || column.identity;
        if !filled && spec.column(&column.name).is_none() {
            problems.push_with(|| {
                format!(
                    "the column {} is NOT NULL without a default, and the snapshot lacks it",
                    place(&column.name)
                )
            });
        }
    }
    check_key(spec, table, moves_rows, problems);
}

fn check_key(spec: &TableSpec, table: &Table, moves_rows: MovesRows, problems: &mut FirstRows) {
    let known = spec.key.iter().all(|name| spec.column(name).is_some() && table.column(name).is_some());
    if spec.key.is_empty() || !known {
        return;
    }
    let same =
        |columns: &[String]| columns.len() == spec.key.len() && columns.iter().all(|c| spec.key.contains(c));
    let unique = same(&table.primary_key) || table.unique_keys.iter().any(|key| same(&key.columns));
    if !unique {
        problems.push_with(|| {
            format!(
                "the key ({}) of {} is not unique in the target",
                show_names(&spec.key),
                Shown(&spec.name)
            )
        });
    } else if !same(&table.primary_key) && moves_rows(spec, table) {
        problems.push_with(|| {
            format!(
                "the target finds rows of {} by ({}), the snapshot by ({})",
                Shown(&spec.name),
                show_names(&table.primary_key),
                show_names(&spec.key)
            )
        });
    }
}
