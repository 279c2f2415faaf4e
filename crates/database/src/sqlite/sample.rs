//! A look at a table's first rows.

use model::{Catalog, Value};
use rusqlite::Connection;
use rusqlite::types::ValueRef;

use crate::Error;
use crate::error::At as _;
use crate::known::known_columns;
use crate::source::LONGEST_SAMPLE;
use crate::sql::{identifier, identifiers, in_key_order};

/// See [`crate::Source::sample`].
///
/// # Errors
/// The table has no such columns, or reading fails.
pub(crate) fn sample(
    connection: &Connection,
    catalog: &Catalog,
    name: &str,
    columns: &[String],
    rows: u32,
    each: &mut dyn FnMut(&[Value]),
) -> Result<(), Error> {
    let table = known_columns(catalog, name, columns)?;
    if columns.is_empty() {
        return Ok(());
    }
    let order = in_key_order(table);
    let sql = format!("SELECT {} FROM main.{}{order} LIMIT {rows}", identifiers(columns), identifier(name));
    let mut statement = connection.prepare(&sql).at(connection)?;
    let mut found = statement.query([]).at(connection)?;
    let mut values = Vec::with_capacity(columns.len());
    while let Some(row) = found.next().at(connection)? {
        values.clear();
        for at in 0..columns.len() {
            values.push(value(row.get_ref(at).at(connection)?));
        }
        each(&values);
    }
    Ok(())
}

fn value(stored: ValueRef<'_>) -> Value {
    match stored {
        ValueRef::Null => Value::Null,
        ValueRef::Integer(number) => Value::Integer(number),
        ValueRef::Real(number) => Value::Real(number),
        ValueRef::Text(text) if text.len() > LONGEST_SAMPLE => Value::Null,
        ValueRef::Text(text) => match std::str::from_utf8(text) {
            Ok(text) => Value::Text(text.to_owned()),
            Err(_) => Value::Bytes(Vec::new()),
        },
        ValueRef::Blob(_) => Value::Bytes(Vec::new()),
    }
}
