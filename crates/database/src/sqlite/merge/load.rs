//! Loads a snapshot into an empty scratch database: plain inserts in one transaction, references checked at the end.

use model::{RowEvent, RowSource};
use rusqlite::{Connection, Statement};

use super::apply::{insert_row, insert_sql};
use super::compare::out_of_step;
use super::shape::Shape;
use super::transaction::{Begin, Transaction};
use super::{Merge, verify};
use crate::error::At as _;
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
    let mut table: Option<(&Shape, Statement<'_>)> = None;
    let mut stream = rows.open().map_err(Error::Stream)?;
    while let Some(event) = stream.next().map_err(Error::Stream)? {
        match event {
            RowEvent::Section { table: index, .. } => {
                let shape = merge.shape(index)?;
                table = Some((shape, connection.prepare(&insert_sql(shape)).at(connection)?));
            }
            RowEvent::Row(values) => {
                let (shape, insert) = table.as_mut().ok_or_else(out_of_step)?;
                if values.len() != shape.columns.len() {
                    return Err(out_of_step());
                }
                insert_row(connection, shape, insert, values)?;
                transaction.still_open()?;
                count += 1;
            }
        }
    }
    drop(stream);
    for shape in &merge.shapes {
        verify::check_references(&merge, shape, &format!("{} AS c WHERE 1", shape.name))?;
    }
    drop(table);
    transaction.commit()?;
    Ok(count)
}
