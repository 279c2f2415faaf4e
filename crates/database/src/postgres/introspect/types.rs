//! What a column's type means: domains are what they are made of.

use std::collections::BTreeMap;

use model::LogicalType;

use super::get;
use crate::Error;
use crate::postgres::session::Session;

/// The types that some tables use, by their number in the server.
pub(super) struct Types(BTreeMap<u32, Type>);

struct Type {
    ty: LogicalType,
    /// What a domain is made of.
    base: Option<u32>,
    not_null: bool,
    has_default: bool,
}

/// What a type says of a column.
pub(super) struct Meaning {
    pub(super) ty: LogicalType,
    pub(super) not_null: bool,
    pub(super) has_default: bool,
}

/// Reads the types of the columns of `tables`, and what their domains are made of.
///
/// # Errors
/// Reading fails.
pub(super) fn read(session: &mut Session, tables: &[u32]) -> Result<Types, Error> {
    let sql = "WITH RECURSIVE used(type) AS (
        SELECT DISTINCT atttypid FROM pg_catalog.pg_attribute
        WHERE attrelid = ANY ($1) AND attnum > 0 AND NOT attisdropped
        UNION
        SELECT t.typbasetype FROM used JOIN pg_catalog.pg_type AS t ON t.oid = used.type WHERE t.typtype = 'd'
      )
      SELECT t.oid, n.nspname = 'pg_catalog', t.typname::pg_catalog.text, t.typtype::pg_catalog.text,
        t.typoutput = 'pg_catalog.array_out'::pg_catalog.regproc, t.typbasetype, t.typnotnull, t.typdefault IS NOT NULL
      FROM used JOIN pg_catalog.pg_type AS t ON t.oid = used.type
      JOIN pg_catalog.pg_namespace AS n ON n.oid = t.typnamespace";
    let mut types = BTreeMap::new();
    for row in session.query(sql, &[&tables])? {
        let builtin: bool = get(session, &row, 1)?;
        let name: String = get(session, &row, 2)?;
        let kind: String = get(session, &row, 3)?;
        // `int2vector` calls itself an array and is printed as `1 2 3`.
        let printed_as_array: bool = get(session, &row, 4)?;
        let base: u32 = get(session, &row, 5)?;
        let read = Type {
            ty: match kind.as_str() {
                "e" => LogicalType::Enum,
                "r" | "m" => LogicalType::Range,
                "b" if printed_as_array => LogicalType::Array,
                "b" if builtin => of_builtin(&name),
                _ => LogicalType::Text,
            },
            base: (kind == "d").then_some(base),
            not_null: get(session, &row, 6)?,
            has_default: get(session, &row, 7)?,
        };
        types.insert(get(session, &row, 0)?, read);
    }
    Ok(Types(types))
}

impl Types {
    /// What the type of that number means.
    pub(super) fn meaning(&self, number: u32) -> Meaning {
        let mut meaning = Meaning { ty: LogicalType::Text, not_null: false, has_default: false };
        let mut next = self.0.get(&number);
        // No domain is made of itself, and a chain is not longer than there are types.
        for _ in 0..self.0.len() {
            let Some(found) = next else { break };
            meaning.ty = found.ty;
            meaning.not_null |= found.not_null;
            meaning.has_default |= found.has_default;
            next = found.base.and_then(|base| self.0.get(&base));
        }
        meaning
    }
}

/// The logical type of one of PostgreSQL's own types, by its internal name. What is not here is its text.
fn of_builtin(name: &str) -> LogicalType {
    match name {
        "int2" | "int4" | "int8" | "oid" => LogicalType::Integer,
        "float4" | "float8" => LogicalType::Real,
        "bool" => LogicalType::Boolean,
        "bytea" => LogicalType::Bytes,
        "numeric" => LogicalType::Decimal,
        "date" => LogicalType::Date,
        "time" => LogicalType::Time,
        "timestamp" => LogicalType::Timestamp,
        "timestamptz" => LogicalType::Timestamptz,
        "interval" => LogicalType::Interval,
        "uuid" => LogicalType::Uuid,
        "json" | "jsonb" => LogicalType::Json,
        _ => LogicalType::Text,
    }
}
