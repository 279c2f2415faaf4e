//! SQLite through rusqlite.
//!
//! `connection` opens and hardens, `introspect` reads the catalog. `said` puts a plain plan's rows into queries, `select` finds
//! those of any other, `stream` reads them in order; `selected` and `source` put these together. `merge` and `target` change a
//! database, `check` looks for what is wrong in one. No text of a file, a scenario or a stored schema ever becomes SQL: names are
//! quoted, values are bound.

mod check;
mod checks;
mod connection;
mod convert;
mod cuts;
mod ddl;
mod ddl_text;
mod depths;
mod fulltext;
mod functions;
mod introspect;
mod merge;
mod migrate;
mod predicate;
mod reach;
mod reference;
mod remove;
#[cfg(test)]
mod round_trip;
mod row;
mod said;
mod sample;
mod select;
mod selected;
mod source;
mod statistics;
mod stream;
mod target;
mod traps;

pub(crate) use connection::create;
pub(crate) use remove::remove;
pub(crate) use source::SqliteSource;
pub(crate) use target::SqliteTarget;
