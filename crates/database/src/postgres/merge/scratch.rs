//! Scratch files of this process, for what the model has to say of values that the server holds: memory does not grow with
//! the rows.

use std::path::Path;

use rusqlite::Connection;

use crate::Error;
use crate::error::At as _;

/// A scratch file, made ready by `sql`; it goes with its connection.
///
/// # Errors
/// There is no room for it.
pub(super) fn file(sql: &str) -> Result<Connection, Error> {
    let place = Path::new("a temporary file");
    let scratch = Connection::open("").map_err(|error| Error::of_sqlite(place, &error))?;
    scratch.execute_batch("PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF").at(&scratch)?;
    scratch.execute_batch(sql).at(&scratch)?;
    Ok(scratch)
}
