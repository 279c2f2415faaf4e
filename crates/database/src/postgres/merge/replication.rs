//! Sessions that pose as a replica: the server enforces no foreign key there, and fires other triggers.

use super::super::error::PostgresError;
use super::super::session::Session;
use super::facts::get;
use crate::Error;

/// Makes the transaction an ordinary one, where the role or the database says otherwise.
///
/// # Errors
/// The role may not change the setting ([`PostgresError::Replica`]), or the server is gone.
pub(super) fn leave(session: &mut Session) -> Result<(), Error> {
    if role_is_origin(session)? {
        return Ok(());
    }
    session.batch("SAVEPOINT merge_role")?;
    if session.batch("SET LOCAL session_replication_role = 'origin'").is_err() {
        session.batch("ROLLBACK TO SAVEPOINT merge_role")?;
    }
    if role_is_origin(session)? {
        return Ok(());
    }
    Err(PostgresError::Replica { place: session.place().to_owned(), role: session.role().to_owned() }.into())
}

fn role_is_origin(session: &mut Session) -> Result<bool, Error> {
    let row = session.query_one("SELECT pg_catalog.current_setting('session_replication_role')", &[])?;
    let role: String = get(session, &row, 0)?;
    Ok(role == "origin")
}
