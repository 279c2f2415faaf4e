//! PostgreSQL: introspection, streaming by COPY, and the verified merge.
//!
//! Everything goes through a [`session::Session`], whose settings make text forms and name resolution the same on every
//! server. No text of a snapshot or a scenario becomes SQL: values travel by COPY, as bound values, or quoted by
//! `sql::literal`.

mod binary;
mod check;
mod codec;
mod connect;
mod copy;
mod ddl;
mod environment;
mod equality;
mod error;
mod introspect;
mod merge;
mod migrate;
mod order;
mod passfile;
mod predicate;
mod sample;
mod select;
mod sequences;
mod session;
mod source;
mod sql;
mod statistics;
mod target;
mod tls;
mod url;

pub use self::error::{DbFault, PostgresError};
pub(crate) use self::source::PostgresSource;
pub(crate) use self::target::{PostgresTarget, migrate_anew};
pub use self::url::PostgresUrl;
