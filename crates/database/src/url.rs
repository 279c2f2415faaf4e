//! Where a database is: `sqlite:PATH` or `postgres://USER@HOST:PORT/DATABASE`.
//!
//! A URL of another engine may hold a password, and so may a text that was meant to be one. So nothing here repeats a
//! text that it could not read, and only what was understood can be shown.

use std::fmt;
use std::path::{Path, PathBuf};

use miette::Diagnostic;
use model::Engine;
use model::text::Shown;

use crate::PostgresUrl;

/// The address of a database.
#[derive(Clone, PartialEq, Eq)]
pub enum DatabaseUrl {
    /// A SQLite file.
    Sqlite(PathBuf),
    /// A database of a PostgreSQL server.
    Postgres(PostgresUrl),
}

/// Why a text is no address of a database. Holds nothing of the text but a bare path.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error, Diagnostic)]
pub enum UrlError {
    /// Nothing at all.
    #[error("the database URL is empty")]
    #[diagnostic(help(
        "write `sqlite:PATH`, for example `sqlite:app.db`, or `postgres://USER@HOST:PORT/DATABASE`"
    ))]
    Empty,
    /// A path without its scheme.
    #[error("`{}` is a path, not a database URL", Shown(.0))]
    #[diagnostic(help("write `sqlite:{}`", Shown(.0)))]
    BarePath(String),
    /// `sqlite:` and nothing, or a name that SQLite takes for a database without a file.
    #[error("a `sqlite:` URL needs the path of a database file")]
    #[diagnostic(help("write `sqlite:PATH`; databases in memory end with the command and cannot be used"))]
    NoFile,
    /// The path holds U+0000.
    #[error("the path of a `sqlite:` URL cannot hold a NUL character")]
    #[diagnostic(help("write the path as the file system has it"))]
    NulInPath,
    /// A PostgreSQL URL that cannot be read. What is wrong with it, without its text.
    #[error("the PostgreSQL URL cannot be read: {0} (it is not shown, since it may hold a password)")]
    #[diagnostic(help("write `postgres://USER@HOST:PORT/DATABASE`"))]
    PostgresForm(&'static str),
    /// A parameter of a PostgreSQL URL that nobody knows.
    #[error("the PostgreSQL URL has a parameter `{}`, which is not known here", Shown(.0))]
    #[diagnostic(help("check its spelling, or leave it out; the parameters are libpq's"))]
    UnknownParameter(String),
    /// A value that its parameter cannot have.
    #[error("`{name}`, from {place}, is not {expected}")]
    #[diagnostic(help("correct it, or leave it out"))]
    BadParameter {
        /// The parameter.
        name: &'static str,
        /// Where it stands: `the URL`, `PGPORT`.
        place: String,
        /// What it can be.
        expected: &'static str,
    },
    /// No service file has the service that was named.
    #[error("no service file has a service `{}`", Shown(.0))]
    #[diagnostic(help(
        "check its name; services are looked for in PGSERVICEFILE or ~/.pg_service.conf, then in the system's pg_service.conf (PGSYSCONFDIR)"
    ))]
    UnknownService(String),
    /// A service file that cannot be read.
    #[error("{}: line {line} {what}", Shown(.file))]
    #[diagnostic(help(
        "a service is a line `[NAME]` and lines `PARAMETER=VALUE`, without spaces around the `=`"
    ))]
    ServiceLine {
        /// The file.
        file: String,
        /// The line, from 1.
        line: usize,
        /// What is wrong with it; not its text.
        what: &'static str,
    },
    /// No role is named, and the system does not tell who runs this.
    #[error("the PostgreSQL URL names no role")]
    #[diagnostic(help("write `postgres://USER@HOST:PORT/DATABASE`, or set PGUSER"))]
    NoUser,
    /// Anything else. The text may hold a password and is not repeated.
    #[error("the database URL has a form that is not known (it is not shown, since it may hold a password)")]
    #[diagnostic(help(
        "write `sqlite:PATH`, for example `sqlite:app.db`, or `postgres://USER@HOST:PORT/DATABASE`"
    ))]
    UnknownForm,
}

impl DatabaseUrl {
    /// Reads `sqlite:PATH` or `sqlite://PATH`, whose path is taken as it is written: percent signs and question marks are
    /// part of it. Or `postgres://…`, completed from libpq's variables and files.
    ///
    /// # Errors
    /// The text has another form; see [`UrlError`].
    pub fn parse(text: &str) -> Result<Self, UrlError> {
        if text.is_empty() {
            return Err(UrlError::Empty);
        }
        let Some((scheme, rest)) = text.split_once(':') else {
            return Err(if is_plain_path(text) {
                UrlError::BarePath(text.to_owned())
            } else {
                UrlError::UnknownForm
            });
        };
        match scheme.to_ascii_lowercase().as_str() {
            "sqlite" => sqlite(rest.strip_prefix("//").unwrap_or(rest)),
            "postgres" | "postgresql" => PostgresUrl::parse(text).map(Self::Postgres),
            _ => Err(UrlError::UnknownForm),
        }
    }

    /// The SQLite file at `path`.
    pub fn sqlite(path: impl Into<PathBuf>) -> Self {
        Self::Sqlite(path.into())
    }

    /// The engine that it is a database of.
    pub fn engine(&self) -> Engine {
        match self {
            Self::Sqlite(_) => Engine::Sqlite,
            Self::Postgres(_) => Engine::Postgres,
        }
    }

    /// The file that holds the database, where the engine keeps it in one.
    pub fn file(&self) -> Option<&Path> {
        match self {
            Self::Sqlite(path) => Some(path),
            Self::Postgres(_) => None,
        }
    }
}

impl std::str::FromStr for DatabaseUrl {
    type Err = UrlError;
    fn from_str(text: &str) -> Result<Self, UrlError> {
        Self::parse(text)
    }
}

/// Safe to print: holds no password, and steers no terminal.
impl fmt::Display for DatabaseUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Sqlite(path) => write!(f, "sqlite:{}", Shown(&path.to_string_lossy())),
            Self::Postgres(url) => fmt::Display::fmt(url, f),
        }
    }
}

impl fmt::Debug for DatabaseUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

fn sqlite(path: &str) -> Result<DatabaseUrl, UrlError> {
    if path.is_empty() || path == ":memory:" {
        return Err(UrlError::NoFile);
    }
    if path.contains('\0') {
        return Err(UrlError::NulInPath);
    }
    Ok(DatabaseUrl::Sqlite(PathBuf::from(path)))
}

/// Whether `text` is so plain a path that it cannot hold a user, a password or a connection string.
fn is_plain_path(text: &str) -> bool {
    text.contains(['.', '/', '\\'])
        && text.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '.' | '/' | '\\' | '_' | '-' | ' '))
}

#[cfg(test)]
mod tests {
    use insta::assert_snapshot;

    use super::*;

    #[test]
    fn both_forms_name_a_file() {
        for (text, path) in [
            ("sqlite:app.db", "app.db"),
            ("sqlite://app.db", "app.db"),
            ("sqlite:///var/app.db", "/var/app.db"),
            ("SQLite:a b?c%20.db", "a b?c%20.db"),
        ] {
            assert_eq!(DatabaseUrl::parse(text), Ok(DatabaseUrl::sqlite(path)), "{text}");
        }
    }

    #[test]
    fn other_forms_are_refused_by_name() {
        for (text, error) in [
            ("", UrlError::Empty),
            ("data/app.db", UrlError::BarePath("data/app.db".to_owned())),
            ("sqlite:", UrlError::NoFile),
            ("sqlite::memory:", UrlError::NoFile),
            ("sqlite:a\0b", UrlError::NulInPath),
            ("mysql://me:secret@host/db", UrlError::UnknownForm),
            ("host=db password=secret", UrlError::UnknownForm),
            ("secret", UrlError::UnknownForm),
        ] {
            assert_eq!(DatabaseUrl::parse(text), Err(error), "{text}");
        }
    }

    #[test]
    fn errors_say_what_to_write() {
        let said = |text| {
            let error = DatabaseUrl::parse(text).expect_err("no SQLite URL");
            format!("{error}\nhelp: {}", error.help().map_or_else(String::new, |help| help.to_string()))
        };
        assert_snapshot!(said(""), @"
        the database URL is empty
        help: write `sqlite:PATH`, for example `sqlite:app.db`, or `postgres://USER@HOST:PORT/DATABASE`
        ");
        assert_snapshot!(said("data/app.db"), @"
        `data/app.db` is a path, not a database URL
        help: write `sqlite:data/app.db`
        ");
        assert_snapshot!(said("sqlite::memory:"), @"
        a `sqlite:` URL needs the path of a database file
        help: write `sqlite:PATH`; databases in memory end with the command and cannot be used
        ");
        assert_snapshot!(said("sqlite:a\0b"), @"
        the path of a `sqlite:` URL cannot hold a NUL character
        help: write the path as the file system has it
        ");
        assert_snapshot!(said("mysql://me@localhost/db"), @"
        the database URL has a form that is not known (it is not shown, since it may hold a password)
        help: write `sqlite:PATH`, for example `sqlite:app.db`, or `postgres://USER@HOST:PORT/DATABASE`
        ");
    }

    #[test]
    fn no_error_repeats_a_password() {
        for text in [
            "postgres:me:hunter2@h/d",
            "postgres://me:hunter2",
            "postgers://me:hunter2@h",
            "me:hunter2@h",
            "password=hunter2",
        ] {
            let error = DatabaseUrl::parse(text).expect_err("no SQLite URL");
            assert!(
                !format!("{error} {error:?} {:?}", error.help().map(|h| h.to_string())).contains("hunter2")
            );
        }
    }

    #[test]
    fn a_url_is_shown_without_control_characters() {
        assert_eq!(DatabaseUrl::sqlite("a\u{1b}[2J.db").to_string(), "sqlite:a\\u001b[2J.db");
    }
}
