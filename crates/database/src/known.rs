//! What a definition names, found in a catalog: tables, columns, and the ends of references.
//!
//! The rule to keep in mind: both engines refuse the same definitions, in the same words.

use model::{Catalog, Column, ColumnSpec, Definition, Reference, Table, TableSpec};

use crate::Error;

/// The table of that name.
///
/// # Errors
/// There is none.
pub(crate) fn known_table<'c>(catalog: &'c Catalog, name: &str) -> Result<&'c Table, Error> {
    catalog.tables.get(name).ok_or_else(|| Error::UnknownTable { table: name.to_owned() })
}

/// The column of that name; `name` is the table's.
///
/// # Errors
/// There is none.
pub(crate) fn known_column<'c>(name: &str, table: &'c Table, column: &str) -> Result<&'c Column, Error> {
    let unknown = || Error::UnknownColumn { table: name.to_owned(), column: column.to_owned() };
    table.column(column).ok_or_else(unknown)
}

/// The table of that name, if it has these columns.
///
/// # Errors
/// The table or a column is missing.
pub(crate) fn known_columns<'c>(
    catalog: &'c Catalog,
    name: &str,
    columns: &[String],
) -> Result<&'c Table, Error> {
    let table = known_table(catalog, name)?;
    for column in columns {
        known_column(name, table, column)?;
    }
    Ok(table)
}

/// The table of `spec`, if it stores all the columns that `spec` speaks of.
///
/// # Errors
/// The table or a column is missing, or the column is computed.
pub(crate) fn stored_table<'c>(catalog: &'c Catalog, spec: &TableSpec) -> Result<&'c Table, Error> {
    let table = known_table(catalog, &spec.name)?;
    let stored = |name: &str| table.column(name).is_some_and(|column| !column.generated);
    let names = spec.columns.iter().map(|column| &column.name).chain(&spec.key);
    match names.into_iter().find(|name| !stored(name)) {
        Some(missing) => Err(Error::UnknownColumn { table: spec.name.clone(), column: missing.clone() }),
        None => Ok(table),
    }
}

/// Which table of `definition` a reference of `spec` leads to.
///
/// # Errors
/// The definition has no such table.
pub(crate) fn parent_position(
    definition: &Definition,
    spec: &TableSpec,
    reference: &Reference,
) -> Result<usize, Error> {
    definition
        .position(&reference.to)
        .ok_or_else(|| Error::UnknownParent { table: spec.name.clone(), parent: reference.to.clone() })
}

/// The pairs of columns of a reference of the table `child`: which refers, and which is referred to.
///
/// # Errors
/// It has not as many columns on both ends, or none.
pub(crate) fn pairs_of<'r>(
    child: &str,
    reference: &'r Reference,
) -> Result<impl Iterator<Item = (&'r String, &'r String)> + use<'r>, Error> {
    if reference.columns.is_empty() || reference.columns.len() != reference.key.len() {
        return Err(Error::UnevenReference {
            table: child.to_owned(),
            parent: reference.to.clone(),
            columns: reference.columns.len(),
            keys: reference.key.len(),
        });
    }
    Ok(reference.columns.iter().zip(&reference.key))
}

/// A spec of every stored column of a table, so that conditions on it can be compiled.
pub(crate) fn whole_spec(name: &str, table: &Table) -> TableSpec {
    TableSpec {
        name: name.to_owned(),
        schema: table.schema.clone(),
        columns: table.stored_columns().map(|c| ColumnSpec { name: c.name.clone(), ty: c.ty }).collect(),
        key: table.row_key(),
        order_parents: false,
        limit: false,
        select: Vec::new(),
        references: Vec::new(),
    }
}
