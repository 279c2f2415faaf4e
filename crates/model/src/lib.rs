//! Pure data that every other crate speaks: catalogs, logical types, values with a total order, definitions (what a
//! snapshot's `Table` lines say), canonical encodings and digests.
//!
//! Opens no file, no database and no terminal; knows no SQL. The one rule to keep in mind: two values are equal exactly
//! when their canonical encodings are, and every order that reaches a file is [`Value`]'s.

pub mod canonical;
pub mod catalog;
pub mod definition;
pub mod digest;
pub mod digits;
pub mod fit;
pub mod json;
mod logical_type;
pub mod name;
pub mod rows;
pub mod scope;
pub mod text;
mod value;
mod version;

pub use catalog::{Catalog, Collation, Column, ForeignKey, ReferentialAction, Table, UniqueKey};
pub use definition::{
    ColumnSpec, Condition, ConditionOp, Definition, Ownership, Reference, Scalar, TableSpec,
};
pub use digest::{ContentHasher, Digest, StreamDigest};
pub use logical_type::LogicalType;
pub use name::ScenarioName;
pub use rows::{RowEvent, RowSource, RowStream, StreamError};
pub use scope::Scope;
pub use value::{Value, canonical_encoding, order_key};
pub use version::{Version, VersionError};

use serde::{Deserialize, Serialize};

/// A database engine that a snapshot can leave and enter.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Engine {
    /// SQLite, 3.38 and later.
    Sqlite,
    /// PostgreSQL, 14 and later.
    Postgres,
}

impl Engine {
    /// Both engines, in the order in which files name them.
    pub const ALL: [Self; 2] = [Self::Sqlite, Self::Postgres];

    /// The name used in files and settings: `sqlite` or `postgres`.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Sqlite => "sqlite",
            Self::Postgres => "postgres",
        }
    }

    /// The engine of that name in files and settings.
    pub fn parse(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|engine| engine.as_str() == name)
    }
}

impl std::fmt::Display for Engine {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.as_str())
    }
}
