//! A look at a table's first rows.

use model::{Catalog, Value};

use super::select::{Relations, get};
use super::session::Session;
use crate::Error;
use crate::known::known_columns;
use crate::source::LONGEST_SAMPLE;
use crate::sql::{identifier, identifiers, in_key_order};

/// See [`crate::Source::sample`]. The server knows the texts of all its types: every value comes as text.
///
/// # Errors
/// The table has no such columns, the role may not read it, or reading fails.
pub(crate) fn sample(
    session: &mut Session,
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
    let relations = Relations::lock(session, catalog, &[name])?;
    let order = in_key_order(table);
    let from = &relations.of(name)?.from;
    // The first rows by the key's own index; only then are texts made and measured.
    let texts: Vec<String> = columns.iter().map(|column| short_text(column)).collect();
    let sql = format!(
        "SELECT {} FROM (SELECT {} FROM {from}{order} LIMIT {rows}) AS m",
        texts.join(", "),
        identifiers(columns)
    );
    for row in session.query(&sql, &[])? {
        let mut values = Vec::with_capacity(columns.len());
        for at in 0..columns.len() {
            values.push(get::<Option<String>>(session, &row, at)?.map_or(Value::Null, Value::Text));
        }
        each(&values);
    }
    Ok(())
}

/// The column's text, NULL where it is long.
fn short_text(column: &str) -> String {
    let text = format!("m.{}::pg_catalog.text", identifier(column));
    format!("CASE WHEN pg_catalog.octet_length({text}) <= {LONGEST_SAMPLE} THEN {text} END")
}
