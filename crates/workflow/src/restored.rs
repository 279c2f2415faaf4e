//! Whether a database holds the rows of a file and no others, whichever condition they were chosen by.

use database::{RowSet, RunKey, Source};
use model::{Definition, Ownership, RowEvent, RowSource, TableSpec};

use crate::Error;

/// A definition of the same tables that means all of their rows.
pub(crate) fn all_rows(definition: &Definition) -> Definition {
    let all = |spec: &TableSpec| {
        let mut spec =
            TableSpec { select: vec![Vec::new()], order_parents: false, limit: false, ..spec.clone() };
        spec.references.iter_mut().for_each(|reference| reference.child = false);
        spec
    };
    Definition { tables: definition.tables.iter().map(all).collect(), ..definition.clone() }
}

/// Whether a database and a file hold the same rows in the tables of `all`.
///
/// # Errors
/// Reading fails, or the system gives no random numbers.
pub(crate) fn is_same(
    source: &mut dyn Source,
    file: &mut dyn RowSource,
    all: &Definition,
) -> Result<bool, Error> {
    let key = RunKey::random()?;
    Ok(of_source(source, all, &key)? == of_file(file, all, &key)?)
}

/// The rows of the tables of `all` in a database.
///
/// # Errors
/// Reading fails.
fn of_source(source: &mut dyn Source, all: &Definition, key: &RunKey) -> Result<Vec<RowSet>, Error> {
    let mut buffer = Vec::new();
    let mut tables = vec![RowSet::default(); all.tables.len()];
    for section in source.select(all)? {
        let sum = &mut tables[section.table];
        source.read(all, section.table, Ownership::Owned, &mut |row| {
            sum.add(key, row, &mut buffer);
            Ok(())
        })?;
    }
    Ok(tables)
}

/// The rows of a file of the tables of `all`.
///
/// # Errors
/// Reading fails.
fn of_file(file: &mut dyn RowSource, all: &Definition, key: &RunKey) -> Result<Vec<RowSet>, Error> {
    let mut buffer = Vec::new();
    let mut tables = vec![RowSet::default(); all.tables.len()];
    let mut stream = file.open().map_err(Error::from_boxed)?;
    let mut at = 0;
    while let Some(event) = stream.next().map_err(Error::from_boxed)? {
        match event {
            RowEvent::Section { table, .. } => at = table,
            RowEvent::Row(row) => tables[at].add(key, row, &mut buffer),
        }
    }
    Ok(tables)
}
