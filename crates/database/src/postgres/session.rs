//! One connection to a PostgreSQL server, as every step uses it: session settings that make text forms and name
//! resolution the same everywhere, errors that name the place and never a value or a password.

mod gathered;
mod link;

use std::time::Duration;

use model::text::Shown;
use tokio_postgres::types::{ToSql, Type};
use tokio_postgres::{Row, SimpleQueryMessage};

pub(crate) use self::gathered::Gathered;
pub(crate) use self::link::{Failure, Link};
use super::copy::{BinaryRow, CopyRow, Form, RowsIn, RowsOut};
use super::error::{Attempt, DbFault, PostgresError};
use super::tls::Connector;
use crate::Error;

/// The oldest server that is supported.
pub(crate) const OLDEST: i32 = 14;

/// What a session is asked before anything is set: who and where it is, and where the role's own search path leads.
const FACTS: &str = "
    SELECT pg_catalog.current_setting('server_version_num') AS version,
        pg_catalog.current_setting('server_version') AS version_text,
        pg_catalog.current_setting('server_encoding') AS encoding,
        CURRENT_USER::pg_catalog.text AS role, pg_catalog.current_database()::pg_catalog.text AS database,
        pg_catalog.pg_is_in_recovery()::pg_catalog.text AS standby,
        pg_catalog.current_setting('transaction_read_only') AS read_only;
    SELECT schema::pg_catalog.text AS schema FROM pg_catalog.unnest(pg_catalog.current_schemas(false)) AS schema;";

/// What every session sets. An empty search path: nothing is found but what is named with its schema, and `pg_catalog`.
/// The last line sets what only some versions have: limits that would end a long import, and filters of search results.
const SETTINGS: &str = "
    SET search_path = ''; SET standard_conforming_strings = on; SET client_encoding = 'UTF8';
    SET TimeZone = 'UTC'; SET DateStyle = 'ISO, YMD'; SET IntervalStyle = 'postgres'; SET bytea_output = 'hex';
    SET extra_float_digits = 1; SET lc_monetary = 'C'; SET xmloption = 'content'; SET xmlbinary = 'base64';
    SET quote_all_identifiers = off; SET array_nulls = on; SET transform_null_equals = off;
    SET gin_fuzzy_search_limit = 0; SET synchronize_seqscans = off; SET statement_timeout = 0;
    SET idle_in_transaction_session_timeout = 0;
    SELECT pg_catalog.set_config(name, '0', false) FROM pg_catalog.pg_settings
        WHERE name OPERATOR(pg_catalog.=) ANY (ARRAY['transaction_timeout', 'idle_session_timeout']);";

/// The server looks this often whether its client still lives, so that the locks of one that was killed are soon gone.
const CLIENT_CHECK: &str = "SET client_connection_check_interval = '250ms'";

/// What the server says of itself and of the session.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Facts {
    /// `server_version_num`: 150004 is 15.4.
    pub(crate) version: i32,
    /// The role whose rights count.
    pub(crate) role: String,
    /// The database's name.
    pub(crate) database: String,
    /// The schemas that the role's own search path led to, in its order.
    pub(crate) search_path: Vec<String>,
    /// Whether the server is a standby.
    pub(crate) standby: bool,
    /// Whether transactions are read-only unless they say otherwise.
    pub(crate) read_only: bool,
}

/// An open connection.
pub(crate) struct Session {
    link: Link,
    place: String,
    facts: Facts,
    tls: Connector,
}

impl Session {
    /// Takes a connection that was just made, and sets it up: two messages. `place` names it in messages: no password.
    /// Statements wait for a lock at most `lock_timeout`.
    ///
    /// # Errors
    /// The server is too old, its encoding is unknown, or it refuses a setting.
    pub(crate) fn new(
        link: Link,
        place: String,
        lock_timeout: Duration,
        tls: Connector,
    ) -> Result<Self, Error> {
        let unknown = Attempt { place: &place, role: "", database: "", sql: "" };
        let facts = link
            .wait(async |client| client.simple_query(FACTS).await)
            .map_err(|error| unknown.failed(&error))?;
        let facts = read_facts(&place, &facts)?;
        // 0 would be no limit at all.
        let wait = lock_timeout.as_millis().clamp(1, i32::MAX.unsigned_abs().into());
        let settings = format!("{SETTINGS} SET lock_timeout = {wait}");
        let set = link.wait(async |client| client.batch_execute(&settings).await);
        set.map_err(|error| unknown.failed(&error))?;
        match link.wait(async |client| client.batch_execute(CLIENT_CHECK).await) {
            Err(error) if error.as_db_error().is_none() => return Err(unknown.failed(&error)),
            Err(_) => tracing::debug!("the server's system cannot tell whether a client lives"),
            Ok(()) => {}
        }
        let session = Self { link, place, facts, tls };
        tracing::debug!(version = session.version(), "a session with a PostgreSQL server has begun");
        Ok(session)
    }

    /// The database's name in messages: `postgres://user@host/database`.
    pub(crate) fn place(&self) -> &str {
        &self.place
    }

    /// The server's `server_version_num`: 150004 is 15.4.
    pub(crate) fn version(&self) -> i32 {
        self.facts.version
    }

    /// The role whose rights count.
    pub(crate) fn role(&self) -> &str {
        &self.facts.role
    }

    /// What the server says of itself and of the session.
    pub(crate) fn facts(&self) -> &Facts {
        &self.facts
    }

    /// The schemas that the role's own search path led to before it was emptied, in its order.
    pub(crate) fn search_path(&self) -> &[String] {
        &self.facts.search_path
    }

    /// Runs statements without results, each message one string.
    pub(crate) fn batch(&mut self, sql: &str) -> Result<(), Error> {
        let done = self.link.wait(async |client| client.batch_execute(sql).await);
        done.map_err(|error| self.attempt(sql).failed(&error))
    }

    /// Runs a statement; returns how many rows it concerned.
    pub(crate) fn execute(&mut self, sql: &str, values: &[&(dyn ToSql + Sync)]) -> Result<u64, Error> {
        let done = self.link.wait(async |client| client.execute(sql, values).await);
        done.map_err(|error| self.attempt(sql).failed(&error))
    }

    /// All rows of a query that has few.
    pub(crate) fn query(&mut self, sql: &str, values: &[&(dyn ToSql + Sync)]) -> Result<Vec<Row>, Error> {
        let done = self.link.wait(async |client| client.query(sql, values).await);
        done.map_err(|error| self.attempt(sql).failed(&error))
    }

    /// The one row of a query.
    pub(crate) fn query_one(&mut self, sql: &str, values: &[&(dyn ToSql + Sync)]) -> Result<Row, Error> {
        let done = self.link.wait(async |client| client.query_one(sql, values).await);
        done.map_err(|error| self.attempt(sql).failed(&error))
    }

    /// The types of a query's columns, which is not run.
    pub(crate) fn column_types(&mut self, select: &str) -> Result<Vec<Type>, Error> {
        let prepared = self.link.wait(async |client| client.prepare(select).await);
        let statement = prepared.map_err(|error| self.attempt(select).failed(&error))?;
        Ok(statement.columns().iter().map(|column| column.type_().clone()).collect())
    }

    /// The rows of a query, one at a time, in COPY's text form. Returns how many there were.
    ///
    /// Where `each` fails, the server is told to stop and what it has already sent is dropped: the session stays usable, and
    /// its transaction, if one is open, can only be rolled back.
    pub(crate) fn copy_out(
        &mut self,
        select: &str,
        each: &mut dyn FnMut(&CopyRow) -> Result<(), Error>,
    ) -> Result<u64, Error> {
        let mut row = CopyRow::default();
        let mut count = 0;
        self.copy_chunks(select, Form::Text, |session, lines| {
            row.fill(lines).map_err(|_| session.garbled("a row that is no UTF-8"))?;
            while row.advance() {
                each(&row)?;
                count += 1;
            }
            // The chunk gives its room to the next one.
            row = CopyRow::default();
            Ok(())
        })?;
        Ok(count)
    }

    /// As [`Session::copy_out`], in COPY's binary form.
    pub(crate) fn copy_out_binary(
        &mut self,
        select: &str,
        each: &mut dyn FnMut(&BinaryRow) -> Result<(), Error>,
    ) -> Result<u64, Error> {
        let mut row = BinaryRow::default();
        let mut count = 0;
        self.copy_chunks(select, Form::Binary, |session, rows| {
            row.fill(rows);
            while row.advance().map_err(|_| session.garbled("rows in an unknown form"))? {
                each(&row)?;
                count += 1;
            }
            row.fill(Vec::new());
            Ok(())
        })?;
        Ok(count)
    }

    fn copy_chunks(
        &self,
        select: &str,
        form: Form,
        mut each: impl FnMut(&Self, Vec<u8>) -> Result<(), Error>,
    ) -> Result<(), Error> {
        let sql = format!("COPY ({select}) TO STDOUT{}", form.sql());
        let attempt = self.attempt(&sql);
        let mut rows = self.link.copy_out(&sql, form).map_err(|error| attempt.failed(&error))?;
        while let Some(mut chunk) = rows.chunk().map_err(|error| attempt.stream_failed(error))? {
            let read = each(self, std::mem::take(&mut chunk.lines));
            drop(chunk);
            if let Err(error) = read {
                self.give_up(rows);
                return Err(error);
            }
        }
        Ok(())
    }

    /// Ends a COPY before its end.
    fn give_up(&self, mut rows: RowsOut) {
        // Without it all that is left of the table would have to be read before the connection can close.
        if let Err(error) = self.link.cancel(self.tls.clone()) {
            tracing::debug!("the server could not be told to stop: {error}");
        }
        let done = loop {
            match rows.chunk() {
                Ok(Some(_)) => {}
                Ok(None) => break true,
                Err(_) => break false,
            }
        };
        if done {
            // It was through before it heard, and would stop whatever it does next.
            let _ =
                self.link.wait(async |client| client.batch_execute("SELECT pg_catalog.pg_sleep(1)").await);
        }
    }

    fn garbled(&self, what: &str) -> Error {
        let reason = format!("it sent {what}; the database may be damaged");
        PostgresError::Server { place: self.place.clone(), fault: DbFault { reason, ..DbFault::default() } }
            .into()
    }

    /// Begins to copy rows into `into`: a table with its columns, `"public"."t" ("a", "b")`.
    pub(crate) fn copy_in(&mut self, into: &str) -> Result<RowsIn<'_>, Error> {
        self.copy_in_as(into, Form::Text)
    }

    /// The same in either of COPY's forms.
    pub(crate) fn copy_in_as(&mut self, into: &str, form: Form) -> Result<RowsIn<'_>, Error> {
        let sql = format!("COPY {into} FROM STDIN{}", form.sql());
        let sink = self.link.copy_in(&sql).map_err(|error| self.attempt(&sql).failed(&error))?;
        Ok(RowsIn::new(&self.link, sink, &self.place, form))
    }

    /// Commits the open transaction, in messages of its own: nothing that could still fail is sent with it.
    ///
    /// # Errors
    /// The transaction had failed before, a deferred constraint is broken, or the connection was lost: then
    /// [`PostgresError::OutcomeUnknown`].
    pub(crate) fn commit(&mut self) -> Result<(), Error> {
        // COMMIT of a failed transaction is a ROLLBACK that reports success: any other statement is refused there.
        let id =
            self.query_one("SELECT pg_catalog.pg_current_xact_id_if_assigned()::pg_catalog.text", &[])?;
        let transaction = id.try_get(0).ok().flatten();
        self.batch("COMMIT").map_err(|error| match error {
            Error::Postgres(lost) if matches!(*lost, PostgresError::ConnectionLost { .. }) => {
                PostgresError::OutcomeUnknown { place: self.place.clone(), transaction }.into()
            }
            error => error,
        })
    }

    fn attempt<'a>(&'a self, sql: &'a str) -> Attempt<'a> {
        Attempt { sql, ..attempt(&self.place, &self.facts) }
    }
}

fn attempt<'a>(place: &'a str, facts: &'a Facts) -> Attempt<'a> {
    Attempt { place, role: &facts.role, database: &facts.database, sql: "" }
}

fn read_facts(place: &str, messages: &[SimpleQueryMessage]) -> Result<Facts, Error> {
    let mut facts = Facts::default();
    for message in messages {
        let SimpleQueryMessage::Row(row) = message else { continue };
        let text = |name| row.try_get(name).ok().flatten().unwrap_or_default().to_owned();
        if row.len() == 1 {
            facts.search_path.push(text("schema"));
            continue;
        }
        facts.version = text("version").parse().unwrap_or_default();
        check(place, facts.version, &text("version_text"), &text("encoding"))?;
        (facts.role, facts.database) = (text("role"), text("database"));
        (facts.standby, facts.read_only) = (text("standby") == "true", text("read_only") == "on");
    }
    Ok(facts)
}

/// Whether this program knows what such a server says.
fn check(place: &str, number: i32, version: &str, encoding: &str) -> Result<(), PostgresError> {
    let place = || place.to_owned();
    if number < OLDEST * 10_000 {
        return Err(PostgresError::TooOld { place: place(), version: Shown(version).to_string() });
    }
    // Nobody says of their bytes which characters they are, or the server itself cannot turn them into UTF-8.
    if matches!(encoding, "SQL_ASCII" | "MULE_INTERNAL") {
        return Err(PostgresError::Encoding { place: place(), encoding: encoding.to_owned() });
    }
    Ok(())
}

#[cfg(test)]
mod tests;
