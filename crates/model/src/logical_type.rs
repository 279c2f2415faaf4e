//! What a column's values mean, whichever engine holds them: the `type` of a snapshot's `Table` line.

use serde::{Deserialize, Serialize};

use crate::Engine;

/// A column's logical type. Declared names mean the same on both engines.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum LogicalType {
    /// 64-bit signed integers.
    Integer,
    /// IEEE 754 doubles.
    Real,
    /// `TRUE` and `FALSE`; SQLite stores 1 and 0.
    Boolean,
    /// Unicode text.
    Text,
    /// Bytes: BLOB or bytea.
    Bytes,
    /// Decimal numbers whose scale is kept: `1.10` is not `1.1`.
    Decimal,
    /// `2026-11-20`.
    Date,
    /// `10:30:00` with up to six fractional digits, no trailing zeros.
    Time,
    /// A date and a time without zone, separated by one space.
    Timestamp,
    /// An instant, written in UTC with `+00:00`.
    Timestamptz,
    /// Lower-case, with hyphens.
    Uuid,
    /// JSON, compared and written by value in canonical form.
    Json,
    /// JSON whose exact text matters; compared as text.
    JsonVerbatim,
    /// No one type: each value keeps the storage class that SQLite gave it.
    Any,
    /// PostgreSQL's interval, as text.
    Interval,
    /// PostgreSQL's enums, as text.
    Enum,
    /// PostgreSQL's arrays, as text.
    Array,
    /// PostgreSQL's ranges, as text.
    Range,
}

impl LogicalType {
    /// Every type, in the order of the format's definition.
    pub const ALL: [Self; 18] = [
        Self::Integer,
        Self::Real,
        Self::Boolean,
        Self::Text,
        Self::Bytes,
        Self::Decimal,
        Self::Date,
        Self::Time,
        Self::Timestamp,
        Self::Timestamptz,
        Self::Uuid,
        Self::Json,
        Self::JsonVerbatim,
        Self::Any,
        Self::Interval,
        Self::Enum,
        Self::Array,
        Self::Range,
    ];

    /// Whether values hold JSON, compared by value or by its text.
    pub fn is_json(self) -> bool {
        matches!(self, Self::Json | Self::JsonVerbatim)
    }

    /// The name used in files and settings.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Integer => "integer",
            Self::Real => "real",
            Self::Boolean => "boolean",
            Self::Text => "text",
            Self::Bytes => "bytes",
            Self::Decimal => "decimal",
            Self::Date => "date",
            Self::Time => "time",
            Self::Timestamp => "timestamp",
            Self::Timestamptz => "timestamptz",
            Self::Uuid => "uuid",
            Self::Json => "json",
            Self::JsonVerbatim => "json-verbatim",
            Self::Any => "any",
            Self::Interval => "interval",
            Self::Enum => "enum",
            Self::Array => "array",
            Self::Range => "range",
        }
    }

    /// A declaration that gives this type in an `engine`'s schema.
    #[expect(clippy::match_same_arms, reason = "one of them is TEXT for a reason of its own")]
    pub fn declared(self, engine: Engine) -> &'static str {
        match (self, engine) {
            (Self::Integer, Engine::Sqlite) => "INTEGER",
            (Self::Integer, Engine::Postgres) => "BIGINT",
            (Self::Real, Engine::Sqlite) => "REAL",
            (Self::Real, Engine::Postgres) => "DOUBLE PRECISION",
            (Self::Boolean, _) => "BOOLEAN",
            (Self::Bytes, Engine::Sqlite) => "BLOB",
            (Self::Bytes, Engine::Postgres) => "BYTEA",
            // SQLite keeps only 15 digits of a DECIMAL column, and turns a bare number in a JSON column into a number.
            (Self::Decimal, Engine::Sqlite) => "DECIMAL TEXT",
            (Self::Json, Engine::Sqlite) => "TEXT",
            (Self::Decimal, Engine::Postgres) => "NUMERIC",
            (Self::Json, Engine::Postgres) => "JSONB",
            (Self::JsonVerbatim, Engine::Postgres) => "JSON",
            (Self::Date, _) => "DATE",
            (Self::Time, _) => "TIME",
            (Self::Timestamp, _) => "TIMESTAMP",
            (Self::Timestamptz, _) => "TIMESTAMPTZ",
            (Self::Uuid, _) => "UUID",
            (Self::Any, Engine::Sqlite) => "",
            (
                Self::Text
                | Self::JsonVerbatim
                | Self::Any
                | Self::Interval
                | Self::Enum
                | Self::Array
                | Self::Range,
                _,
            ) => "TEXT",
        }
    }

    /// The type of that name in files and settings.
    pub fn parse(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|ty| ty.as_str() == name)
    }

    /// Whether values have a canonical textual form of their own ([`crate::Value::Typed`]).
    pub fn has_canonical_form(self) -> bool {
        !matches!(
            self,
            Self::Integer
                | Self::Real
                | Self::Boolean
                | Self::Text
                | Self::Bytes
                | Self::JsonVerbatim
                | Self::Any
        )
    }
}

impl std::fmt::Display for LogicalType {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.as_str())
    }
}
