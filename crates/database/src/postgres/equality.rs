//! How two columns of a reference compare in SQL: by the operators of the server's own foreign key where there is one, else
//! by value where both are of one kind, else by what they print.
//!
//! The rule to keep in mind: the export and the import take the same rows for the two ends of a reference.

use std::collections::BTreeMap;

use model::{Column, LogicalType};

use super::introspect::get;
use super::order::{is_text, printed};
use super::session::Session;
use super::sql::{identifier, qualified};
use crate::Error;

/// How a pair of columns compares.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum How {
    /// By this operator, and in this collation where the two columns differ: `OPERATOR("pg_catalog".=)`.
    Operator { operator: String, collation: Option<String> },
    /// By value.
    Value,
    /// By the bytes of texts, in the database's own collation: there no other text is equal, and most indexes have it.
    Texts,
    /// By the bytes of what is printed.
    Printed,
}

impl How {
    /// For two columns that no foreign key joins.
    pub(crate) fn of(column: &Column, key: &Column) -> Self {
        use LogicalType as T;
        let numbers = [T::Integer, T::Decimal];
        let by_value =
            [T::Boolean, T::Real, T::Uuid, T::Bytes, T::Date, T::Time, T::Timestamp, T::Timestamptz];
        let same = column.ty == key.ty && by_value.contains(&key.ty);
        if same || numbers.contains(&column.ty) && numbers.contains(&key.ty) {
            return Self::Value;
        }
        // Two texts may have collations of their own, in which more than equal bytes are equal.
        if is_text(column) && is_text(key) { Self::Texts } else { Self::Printed }
    }

    /// The SQL condition under which `left`, a value of the column `key` that is referred to, and `right`, one of the
    /// referring `column`, are equal. An operator needs no columns.
    pub(crate) fn sql(
        &self,
        key: Option<&Column>,
        left: &str,
        column: Option<&Column>,
        right: &str,
    ) -> String {
        match self {
            Self::Operator { operator, collation: None } => format!("{left} {operator} {right}"),
            Self::Operator { operator, collation: Some(collation) } => {
                format!("{left} {operator} {right} COLLATE {collation}")
            }
            Self::Value => format!("{left} = {right}"),
            Self::Texts => {
                let collation = "COLLATE pg_catalog.\"default\"";
                format!("{left} {collation} = {right} {collation}")
            }
            Self::Printed => {
                let print = |column: Option<&Column>, sql: &str| {
                    column.map_or_else(|| format!("{sql}::pg_catalog.text"), |column| printed(column, sql))
                };
                format!("({}) COLLATE \"C\" = ({}) COLLATE \"C\"", print(key, left), print(column, right))
            }
        }
    }
}

/// A foreign key as the server has it, whatever its tables are.
#[expect(clippy::struct_excessive_bools, reason = "independent facts, as the server tells them")]
#[derive(Clone, Debug)]
pub(crate) struct DeclaredKey {
    pub(crate) name: String,
    /// The tables' numbers: which refers, and which is referred to.
    pub(crate) child: u32,
    pub(crate) parent: u32,
    /// The roots of the partitioned tables that they are parts of, or they themselves.
    pub(crate) child_root: u32,
    pub(crate) parent_root: u32,
    /// Whether the server made sure that all rows satisfy it.
    pub(crate) is_validated: bool,
    /// Whether the server enforces it, by equality: temporal ones (`PERIOD`) lead to no one row.
    pub(crate) is_enforced: bool,
    /// Whether it is a part of another that is enforced and has all of its rows.
    pub(crate) is_part: bool,
    /// Whether it leads to periods, not to one row.
    pub(crate) is_temporal: bool,
    /// Whether a row with NULL in some of the columns but not in all breaks it.
    pub(crate) is_full: bool,
    pub(crate) pairs: Vec<KeyPair>,
}

/// A column and the one that it refers to.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct KeyPair {
    pub(crate) column: String,
    pub(crate) key: String,
    pub(crate) how: How,
}

/// Every foreign key to some tables or to parts of them, one row for each pair of columns; those that the server validated
/// come last. `conperiod` and `conenforced` came with PostgreSQL 18; through JSON they may be missing.
const DECLARED: &str = "WITH keys AS (
      SELECT f.*, coalesce(pg_catalog.pg_partition_root(f.conrelid)::pg_catalog.oid, f.conrelid) AS child_root,
        coalesce(pg_catalog.pg_partition_root(f.confrelid)::pg_catalog.oid, f.confrelid) AS parent_root,
        coalesce(pg_catalog.to_jsonb(f)->>'conperiod', 'false') = 'false'
          AND coalesce(pg_catalog.to_jsonb(f)->>'conenforced', 'true') = 'true' AS enforced
      FROM pg_catalog.pg_constraint AS f WHERE f.contype = 'f')
    SELECT f.oid, f.conrelid, f.confrelid, f.child_root, f.parent_root, f.convalidated, f.enforced,
      EXISTS (SELECT FROM keys AS whole WHERE whole.oid = f.conparentid AND whole.enforced),
      a.attname::pg_catalog.text, b.attname::pg_catalog.text, s.nspname::pg_catalog.text, o.oprname::pg_catalog.text,
      CASE WHEN a.attcollation <> b.attcollation THEN cs.nspname::pg_catalog.text END,
      CASE WHEN a.attcollation <> b.attcollation THEN c.collname::pg_catalog.text END,
      f.conname::pg_catalog.text, coalesce(pg_catalog.to_jsonb(f)->>'conperiod', 'false') <> 'false',
      f.confmatchtype = 'f'
    FROM keys AS f
    CROSS JOIN ROWS FROM (pg_catalog.unnest(f.conkey), pg_catalog.unnest(f.confkey), pg_catalog.unnest(f.conpfeqop))
      WITH ORDINALITY AS k(child, parent, operator, place)
    JOIN pg_catalog.pg_attribute AS a ON a.attrelid = f.conrelid AND a.attnum = k.child
    JOIN pg_catalog.pg_attribute AS b ON b.attrelid = f.confrelid AND b.attnum = k.parent
    JOIN pg_catalog.pg_operator AS o ON o.oid = k.operator
    JOIN pg_catalog.pg_namespace AS s ON s.oid = o.oprnamespace
    LEFT JOIN pg_catalog.pg_collation AS c ON c.oid = b.attcollation
    LEFT JOIN pg_catalog.pg_namespace AS cs ON cs.oid = c.collnamespace
    WHERE f.parent_root = ANY ($1)
    ORDER BY f.convalidated, f.oid, k.place";

/// Every foreign key that leads to one of the tables `roots` or to a part of one; those that the server validated last.
///
/// # Errors
/// Reading fails.
pub(crate) fn declared_keys(session: &mut Session, roots: &[u32]) -> Result<Vec<DeclaredKey>, Error> {
    let mut keys: Vec<DeclaredKey> = Vec::new();
    let mut places: BTreeMap<u32, usize> = BTreeMap::new();
    for row in session.query(DECLARED, &[&roots])? {
        let schema: String = get(session, &row, 10)?;
        let operator: String = get(session, &row, 11)?;
        let collation_schema: Option<String> = get(session, &row, 12)?;
        let collation: Option<String> = get(session, &row, 13)?;
        let how = How::Operator {
            // The server allows no character in an operator's name that could end it.
            operator: format!("OPERATOR({}.{operator})", identifier(&schema)),
            collation: collation.map(|name| qualified(collation_schema.as_deref(), &name)),
        };
        let pair = KeyPair { column: get(session, &row, 8)?, key: get(session, &row, 9)?, how };
        let place = *places.entry(get(session, &row, 0)?).or_insert(keys.len());
        if let Some(key) = keys.get_mut(place) {
            key.pairs.push(pair);
            continue;
        }
        keys.push(DeclaredKey {
            name: get(session, &row, 14)?,
            child: get(session, &row, 1)?,
            parent: get(session, &row, 2)?,
            child_root: get(session, &row, 3)?,
            parent_root: get(session, &row, 4)?,
            is_validated: get(session, &row, 5)?,
            is_enforced: get(session, &row, 6)?,
            is_part: get(session, &row, 7)?,
            is_temporal: get(session, &row, 15)?,
            is_full: get(session, &row, 16)?,
            pairs: vec![pair],
        });
    }
    Ok(keys)
}
