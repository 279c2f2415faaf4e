//! Loads a snapshot into an empty scratch database: plain inserts in one transaction, references checked at the end.

use model::RowSource;
use rusqlite::Connection;

use super::apply::{insert_row, insert_sql};
use super::transaction::{Begin, Transaction};
use super::{Merge, verify};
use crate::error::At as _;
use crate::merge::rows::{Sections, out_of_step};
use crate::{Error, MergeOptions, Triggers};

/// Inserts every row: how many there were. Triggers fire as the schema has them.
///
/// # Errors
/// The schema refuses a row, a reference leads nowhere, or the database cannot be written. Nothing is inserted then.
pub(crate) fn load(connection: &Connection, rows: &mut dyn RowSource) -> Result<u64, Error> {
    let definition = rows.definition().clone();
    let options = MergeOptions { triggers: Triggers::On, ..MergeOptions::default() };
    let transaction = Transaction::begin(connection, &options, Begin::Writing)?;
    let merge = Merge::new(connection, &definition, &options)?;
    transaction.before_changes()?;
    let mut count = 0;
    let mut sections = Sections::open(rows)?;
    while let Some(section) = sections.next_section()? {
        let shape = merge.shape(section.table)?;
        let mut insert = connection.prepare(&insert_sql(shape)).at(connection)?;
        while let Some(values) = sections.next_row()? {
            if values.len() != shape.columns.len() {
                return Err(out_of_step());
            }
            insert_row(connection, shape, &mut insert, values)?;
            transaction.still_open()?;
            count += 1;
        }
    }
    for shape in &merge.shapes {
        verify::check_references(&merge, shape, &format!("{} AS c WHERE 1", shape.name))?;
    }
    transaction.commit()?;
    Ok(count)
}
