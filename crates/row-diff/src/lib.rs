//! What differs between two snapshots, row by row, and how it is told to people. The only crate that knows similar.
//!
//! Opens no file and no database: rows come from two [`model::RowSource`]s, rows that must wait go to scratch space that
//! the caller lends. The rule to keep in mind: rows stream, so memory never grows with their number; and the order of
//! the changes depends on the data alone.

pub mod changes;
pub mod detail;
mod diff;
mod error;
pub mod merge;
mod passes;
pub mod render;
mod schema;
mod sections;
mod spool;
mod table;

pub use diff::{Change, ColumnChange, Counts, Kind, Side, TableCounts, diff};
pub use error::{Error, Which};
pub use schema::{SchemaChange, schema_changes};
pub use spool::Spool;
