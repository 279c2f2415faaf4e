//! Makes a schema in a database that has none, from a typed catalog.

use model::{Catalog, Definition};
use rusqlite::{Connection, ErrorCode};

use super::super::{ddl, introspect};
use super::transaction::{Begin, Transaction, fault};
use crate::error::reason_of;
use crate::{CreatedSchema, Error, MergeError, MergeOptions};

/// Makes the tables of `catalog` and commits.
///
/// # Errors
/// The database has tables already, or a statement fails. It is then as it was.
pub(crate) fn create(connection: &Connection, catalog: &Catalog) -> Result<CreatedSchema, Error> {
    let options = MergeOptions { create_schema: Some(catalog.clone()), ..MergeOptions::default() };
    let transaction = Transaction::begin(connection, &options, Begin::Writing)?;
    if !introspect::catalog(connection)?.tables.is_empty() {
        let reason = "the database has tables already".to_owned();
        return Err(MergeError::CreateSchema { reason }.into());
    }
    let created = make(connection, catalog)?;
    transaction.commit()?;
    Ok(created)
}

/// Makes the tables of `catalog`, if one is given and the database has none, in the open transaction. They are listed in
/// the order of `definition`, others behind them.
///
/// # Errors
/// A statement fails.
pub(super) fn create_if_empty(
    connection: &Connection,
    catalog: Option<&Catalog>,
    definition: &Definition,
) -> Result<Option<CreatedSchema>, Error> {
    let Some(catalog) = catalog else { return Ok(None) };
    if !introspect::catalog(connection)?.tables.is_empty() {
        return Ok(None);
    }
    Ok(Some(make(connection, catalog)?.ordered_by(definition)))
}

fn make(connection: &Connection, catalog: &Catalog) -> Result<CreatedSchema, Error> {
    let (statements, left_out) = ddl::create_statements(catalog);
    for statement in statements {
        connection.execute_batch(&statement).map_err(|error| match error.sqlite_error_code() {
            Some(ErrorCode::Unknown) | None => MergeError::CreateSchema { reason: reason_of(&error) }.into(),
            _ => fault(connection, &error),
        })?;
    }
    Ok(CreatedSchema { tables: catalog.tables.keys().cloned().collect(), left_out })
}
