//! Whether the target's schema can hold the snapshot's rows: everything that is in the way, found before any change.

use model::text::Shown;
use model::{Catalog, Definition, Engine, Table, TableSpec};

use crate::{FirstRows, MergeError};

/// Compares a definition with the target's catalog.
///
/// # Errors
/// [`MergeError::Drift`] with all problems: tables and columns that the target lacks, columns that it computes, columns
/// that it needs and the snapshot lacks, keys that are not unique there. [`MergeError::NoTables`] if it has no table at all.
pub(crate) fn check(definition: &Definition, catalog: &Catalog) -> Result<(), MergeError> {
    if catalog.tables.is_empty() && !definition.tables.is_empty() {
        return Err(MergeError::NoTables);
    }
    let mut problems = FirstRows::default();
    for spec in &definition.tables {
        match catalog.tables.get(&spec.name) {
            Some(table) => check_table(spec, table, catalog.engine, &mut problems),
            None => problems.push_with(|| format!("the target has no table {}", Shown(&spec.name))),
        }
    }
    if problems.is_empty() { Ok(()) } else { Err(MergeError::Drift { problems }) }
}

fn check_table(spec: &TableSpec, table: &Table, engine: Engine, problems: &mut FirstRows) {
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
    check_key(spec, table, engine, problems);
}

fn check_key(spec: &TableSpec, table: &Table, engine: Engine, problems: &mut FirstRows) {
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
                shown_list(&spec.key),
                Shown(&spec.name)
            )
        });
    } else if engine == Engine::Sqlite && !same(&table.primary_key) && moves_rows(spec, table) {
        problems.push_with(|| {
            format!(
                "the target finds rows of {} by ({}), the snapshot by ({})",
                Shown(&spec.name),
                shown_list(&table.primary_key),
                shown_list(&spec.key)
            )
        });
    }
}

/// SQLite: whether updating the snapshot's columns could change which row of the target is which: its primary key is where the
/// row is kept, and the snapshot has it among its ordinary columns.
fn moves_rows(spec: &TableSpec, table: &Table) -> bool {
    let kept_by_key = table.without_rowid
        || table.primary_key.iter().any(|name| table.column(name).is_some_and(|column| column.identity));
    kept_by_key
        && table.primary_key.iter().any(|name| spec.column(name).is_some() && !spec.key.contains(name))
}

/// `a, b`.
pub(crate) fn shown_list(names: &[String]) -> String {
    names.iter().map(|name| Shown(name).to_string()).collect::<Vec<_>>().join(", ")
}
