//! What a server's errors mean, by SQLSTATE. Faults of the environment, and of the data, have variants of their own.
//!
//! PostgreSQL's DETAIL, HINT and CONTEXT hold values of rows and are never shown, and its messages only where they can
//! hold nothing but names: see [`fault`].

mod fault;
mod rights;

use std::error::Error as _;
use std::io;

use miette::Diagnostic;
use model::text::Shown;
use tokio_postgres::error::DbError;

pub use self::fault::DbFault;
use crate::Error;

/// Why a PostgreSQL database could not be reached, read or changed. `place` is its address without a password.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error, Diagnostic)]
#[non_exhaustive]
pub enum PostgresError {
    /// Environment: nobody answers there.
    #[error("the server of `{place}` cannot be reached: {reason}")]
    #[diagnostic(help("check that the server runs and listens there, and the host and port of the URL"))]
    Unreachable {
        /// The database.
        place: String,
        /// What the system said.
        reason: String,
    },
    /// Environment: the server does not let the role in.
    #[error("the server of `{place}` does not let the role `{}` in: {reason}", Shown(.role))]
    #[diagnostic(help(
        "a password is looked for in the URL, in PGPASSWORD, then in ~/.pgpass or the file that PGPASSFILE names, which has lines `HOST:PORT:DATABASE:USER:PASSWORD` and is readable by its owner only"
    ))]
    Authentication {
        /// The database.
        place: String,
        /// Who wanted in.
        role: String,
        /// Why not; never the password.
        reason: String,
    },
    /// Environment: the server's rules do not let the role in, whatever its password.
    #[error("the server of `{place}` does not admit the role `{}`: {reason}", Shown(.role))]
    #[diagnostic(help(
        "check the role's name, that it may log in, and the rules of the server's pg_hba.conf: they count the host, the database and the encryption"
    ))]
    NotAdmitted {
        /// The database.
        place: String,
        /// Who wanted in.
        role: String,
        /// What the server said.
        reason: String,
    },
    /// Environment: the server has no such database.
    #[error("there is no database at `{place}`")]
    #[diagnostic(help("check the name, or make it: createdb {make}"))]
    NoDatabase {
        /// The database.
        place: String,
        /// What `createdb` is given to make it, safe to show: `-h db.example.org -U ana demo`.
        make: String,
    },
    /// Environment: no encrypted connection, or not to whom the URL names.
    #[error("no secure connection to `{place}`: {reason}")]
    #[diagnostic(help("{help}"))]
    Tls {
        /// The database.
        place: String,
        /// What failed.
        reason: String,
        /// What to do.
        help: String,
    },
    /// Environment: the server is older than what is supported.
    #[error(
        "the server of `{place}` is PostgreSQL {version}, and at least {} is needed",
        super::session::OLDEST
    )]
    #[diagnostic(help("upgrade the server, or copy the database to a newer one"))]
    TooOld {
        /// The database.
        place: String,
        /// The server's version.
        version: String,
    },
    /// Data: the database's texts have no known meaning.
    #[error("the database `{place}` has the encoding {}, whose texts cannot be told as UTF-8", Shown(.encoding))]
    #[diagnostic(help(
        "copy it into a database made with ENCODING 'UTF8': only there is it certain what its bytes mean"
    ))]
    Encoding {
        /// The database.
        place: String,
        /// The server's name for it.
        encoding: String,
    },
    /// Environment: another session holds what is needed.
    #[error("the database `{place}` is in use: {reason}")]
    #[diagnostic(help(
        "nothing was changed; close the program that is using it, or wait, then run the command again (`demo-import --lock-timeout` waits longer)"
    ))]
    Locked {
        /// The database.
        place: String,
        /// What was waited for.
        reason: String,
    },
    /// Environment: the role lacks a right.
    #[error("the role `{}` has no right to {what} in `{place}`", Shown(.role))]
    #[diagnostic(help("the owner can give it: {grant}"))]
    MissingRight {
        /// The database.
        place: String,
        /// Who lacks it.
        role: String,
        /// `use the table "public"."items"`, made safe.
        what: String,
        /// The statement that gives it, made safe.
        grant: String,
    },
    /// Environment: a policy hides rows from this role.
    #[error("row-level security of the table `{}` hides rows from the role `{}` in `{place}`", Shown(.table), Shown(.role))]
    #[diagnostic(help(
        "use the table's owner (without FORCE ROW LEVEL SECURITY) or a role with BYPASSRLS: a part of the rows is never taken for all of them"
    ))]
    RowSecurity {
        /// The database.
        place: String,
        /// Who is not shown all rows.
        role: String,
        /// The table, where the server names it.
        table: String,
    },
    /// Environment: a policy refuses a row.
    #[error("row-level security of the table `{}` refuses a row of the role `{}` in `{place}`", Shown(.table), Shown(.role))]
    #[diagnostic(help(
        "nothing was changed; use the table's owner or a role with BYPASSRLS, or a policy that admits these rows"
    ))]
    PolicyRefuses {
        /// The database.
        place: String,
        /// Who may not write it.
        role: String,
        /// The table, where the server names it.
        table: String,
    },
    /// Environment: a standby, or a role or database that is read-only by its settings.
    #[error("the database `{place}` cannot be written: the session is read-only")]
    #[diagnostic(help(
        "connect to the primary server (`target_session_attrs=read-write` finds it among several hosts), or turn off default_transaction_read_only for this role"
    ))]
    ReadOnly {
        /// The database.
        place: String,
    },
    /// Environment: the server's disk is full.
    #[error("the disk of the server of `{place}` is full")]
    #[diagnostic(help(
        "nothing was changed; free some space there (temporary files count too), then run the command again"
    ))]
    DiskFull {
        /// The database.
        place: String,
    },
    /// Environment: the server has no memory, or a limit of its settings is reached.
    #[error("the server of `{place}` is at a limit: {reason}")]
    #[diagnostic(help(
        "nothing was changed; raise what the reason names, or close other sessions, then run the command again"
    ))]
    OutOfMemory {
        /// The database.
        place: String,
        /// What the server said.
        reason: String,
    },
    /// Environment: no session is free.
    #[error("the server of `{place}` takes no further sessions")]
    #[diagnostic(help("close some, or raise max_connections or the limit of the role or database"))]
    TooManyConnections {
        /// The database.
        place: String,
    },
    /// Environment: the server does not take sessions at the moment.
    #[error("the server of `{place}` takes no sessions now: {reason}")]
    #[diagnostic(help("wait until it has started, then run the command again"))]
    NotReady {
        /// The database.
        place: String,
        /// What the server said.
        reason: String,
    },
    /// Environment: the session ended in the middle of the work. What it had not committed is undone.
    #[error("the connection to `{place}` was lost")]
    #[diagnostic(help("the database is as it was; look into the server's log, then run the command again"))]
    ConnectionLost {
        /// The database.
        place: String,
    },
    /// Environment: the session ended while it committed.
    #[error("the connection to `{place}` was lost during COMMIT: whether the change was made is unknown")]
    #[diagnostic(help("run the command again: it changes nothing if all is there{}", .transaction.as_ref().map(|id| format!("; or ask the server: SELECT pg_xact_status('{id}')")).unwrap_or_default()))]
    OutcomeUnknown {
        /// The database.
        place: String,
        /// The server's number of the transaction.
        transaction: Option<String>,
    },
    /// Environment: somebody cancelled the statement.
    #[error("work on `{place}` was cancelled at the server")]
    #[diagnostic(help("nothing was changed; run the command again"))]
    Interrupted {
        /// The database.
        place: String,
    },
    /// Environment: the role's sessions pose as a replica, and may not stop to.
    #[error(
        "sessions of the role `{role}` at `{place}` run as a replica's, in which foreign keys are not enforced"
    )]
    #[diagnostic(help(
        "ALTER ROLE … RESET session_replication_role (or ALTER DATABASE), or import as another role; nothing was changed"
    ))]
    Replica {
        /// The database.
        place: String,
        /// The role.
        role: String,
    },
    /// Environment: the server's own fault.
    #[error("the server of `{place}` failed: {fault}")]
    #[diagnostic(help("nothing was changed; look into the server's log"))]
    Server {
        /// The database.
        place: String,
        /// What it said.
        fault: DbFault,
    },
    /// Data: the database's own rules refuse a statement or a row.
    #[error("the database `{place}` refuses: {fault}")]
    #[diagnostic(help("compare its schema with what is asked of it; nothing was changed"))]
    Refused {
        /// The database.
        place: String,
        /// What it said.
        fault: DbFault,
    },
}

impl PostgresError {
    /// Whether the data is at fault, and not the environment.
    pub fn is_of_the_data(&self) -> bool {
        matches!(self, Self::Refused { .. } | Self::Encoding { .. })
    }

    /// What the database said of the row or statement that it refuses.
    pub fn fault(&self) -> Option<&DbFault> {
        match self {
            Self::Refused { fault, .. } | Self::Server { fault, .. } => Some(fault),
            _ => None,
        }
    }
}

impl From<PostgresError> for Error {
    fn from(error: PostgresError) -> Self {
        Self::Postgres(Box::new(error))
    }
}

/// What was tried, so that an error can tell of whom and of what.
#[derive(Clone, Copy)]
pub(crate) struct Attempt<'a> {
    /// The database, without a password.
    pub(crate) place: &'a str,
    /// Who tried.
    pub(crate) role: &'a str,
    /// The database's name.
    pub(crate) database: &'a str,
    /// The statement; empty for none.
    pub(crate) sql: &'a str,
}

impl Attempt<'_> {
    /// What `error` means.
    pub(crate) fn failed(&self, error: &tokio_postgres::Error) -> Error {
        let place = || self.place.to_owned();
        if let Some(db) = error.as_db_error() {
            tracing::debug!(sqlstate = db.code().code(), "the server refused a statement");
            return self.refused(db).into();
        }
        tracing::debug!("the session failed: {error}");
        if error.is_closed() || is_io(error) {
            return PostgresError::ConnectionLost { place: place() }.into();
        }
        // What is left are answers that the client cannot read: a column of another type, no row where one must be.
        let reason = error.to_string();
        PostgresError::Server { place: place(), fault: DbFault { reason, ..DbFault::default() } }.into()
    }

    /// What a failure of a COPY's stream means: mostly it carries the server's own error.
    pub(crate) fn stream_failed(&self, error: io::Error) -> Error {
        match error.into_inner().and_then(|inner| inner.downcast::<tokio_postgres::Error>().ok()) {
            Some(error) => self.failed(&error),
            None => PostgresError::ConnectionLost { place: self.place.to_owned() }.into(),
        }
    }

    /// What the server's answer means.
    pub(crate) fn refused(&self, db: &DbError) -> PostgresError {
        let place = self.place.to_owned();
        let role = || self.role.to_owned();
        let reason = || fault::bounded(db.message());
        if fault::is_raised(db) {
            return PostgresError::Refused { place, fault: DbFault::of(db) };
        }
        match db.code().code() {
            "28P01" => PostgresError::Authentication {
                place,
                role: role(),
                reason: "the password is refused".to_owned(),
            },
            "28000" => PostgresError::NotAdmitted { place, role: role(), reason: reason() },
            "3D000" => PostgresError::NoDatabase { place, make: word(self.database) },
            "55P03" => PostgresError::Locked {
                place,
                reason: "another session holds a lock for longer than was to be waited".to_owned(),
            },
            "55006" => PostgresError::Locked { place, reason: reason() },
            "40P01" => PostgresError::Locked { place, reason: "a deadlock with another session".to_owned() },
            "40001" => PostgresError::Locked {
                place,
                reason: "another session changed the same rows meanwhile".to_owned(),
            },
            "57014" => PostgresError::Interrupted { place },
            "42501" => rights::missing(self, db),
            "25006" => PostgresError::ReadOnly { place },
            "53100" => PostgresError::DiskFull { place },
            "53300" => PostgresError::TooManyConnections { place },
            "57P03" => PostgresError::NotReady { place, reason: reason() },
            "57P01" | "57P02" | "57P04" | "57P05" | "25P03" | "25P04" => {
                PostgresError::ConnectionLost { place }
            }
            code if code.starts_with("08") => PostgresError::ConnectionLost { place },
            code if code.starts_with("53") => PostgresError::OutOfMemory { place, reason: reason() },
            code if ["58", "XX", "F0", "57"].iter().any(|class| code.starts_with(class)) => {
                PostgresError::Server { place, fault: DbFault::of(db) }
            }
            _ => PostgresError::Refused { place, fault: DbFault::of(db) },
        }
    }
}

/// What `error` means for the database at `place`, where no more is known.
pub(crate) fn of_postgres(place: &str, error: &tokio_postgres::Error) -> Error {
    Attempt { place, role: "", database: "", sql: "" }.failed(error)
}

/// A word for a shell, safe to show.
pub(crate) fn word(text: &str) -> String {
    let is_plain = |c: char| c.is_alphanumeric() || "-_./:@,".contains(c);
    let shown = Shown(text).to_string();
    if !text.is_empty() && text.chars().all(is_plain) {
        shown
    } else {
        format!("'{}'", shown.replace('\'', r"'\''"))
    }
}

fn is_io(error: &tokio_postgres::Error) -> bool {
    error.source().is_some_and(<dyn std::error::Error>::is::<io::Error>)
}
