//! Private databases for what a walk has to remember: they are kept on disk where they grow, so that memory does not, and
//! the system removes them with their connection.

use std::path::Path;

use rusqlite::Connection;

use crate::Error;

/// What messages call a private database.
pub(crate) const PLACE: &str = "temporary files";

/// A new one, empty, inside a transaction that nobody will commit.
///
/// # Errors
/// There is no room for temporary files.
pub(crate) fn open() -> Result<Connection, Error> {
    // SQLite makes a nameless file of its own for an empty path, and writes it only when its cache is full.
    let connection = Connection::open("").map_err(failed)?;
    // Nothing of it outlives the process, so nothing is journalled or synced.
    let settings = "PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF; PRAGMA temp_store = FILE;
        PRAGMA cache_size = -8192; BEGIN";
    connection.execute_batch(settings).map_err(failed)?;
    Ok(connection)
}

/// What a failure of a private database means.
#[expect(clippy::needless_pass_by_value, reason = "passed to map_err")]
pub(crate) fn failed(error: rusqlite::Error) -> Error {
    Error::of_sqlite(Path::new(PLACE), &error)
}
