//! What the merge needs to know of the target's tables beyond the catalog: who owns them, how their columns compare, what
//! the server does by itself.
//!
//! Read once, inside the transaction and behind the locks. Everyone may read the system catalogs.

use std::collections::BTreeMap;

use model::{Catalog, Table};

use super::super::copy::CopyRow;
use super::super::equality::{How, declared_keys};
pub(super) use super::super::introspect::get;
use super::super::session::Session;
use super::super::sql::{identifier, qualified};
use crate::Error;

/// The tables of the catalog, by name.
pub(super) type Relations = BTreeMap<String, Relation>;

/// A table as the server has it.
#[derive(Clone, Debug)]
pub(super) struct Relation {
    /// Its number in the server.
    pub oid: u32,
    /// `"public"."t"`: where rows are inserted.
    pub name: String,
    /// `ONLY "public"."t"`: where rows are read, updated and deleted. Tables that inherit are tables of their own.
    pub from: String,
    /// Whether the role may alter it.
    pub is_own: bool,
    /// Whether policies apply to the role.
    pub row_security: bool,
    /// By name.
    pub columns: BTreeMap<String, ColumnFacts>,
    /// How the server's own foreign keys compare: by a column of this table, the number of the referring table, and its
    /// column.
    pub operators: BTreeMap<(String, u32, String), How>,
}

/// A column as the server has it.
#[derive(Clone, Debug)]
pub(super) struct ColumnFacts {
    /// Its number in the table.
    pub number: i16,
    /// Its type's number in the server.
    pub type_oid: u32,
    /// Whether it is GENERATED ALWAYS AS IDENTITY.
    pub always_identity: bool,
    /// The operator by which keys tell two of its values apart. An extension's type (`citext`) has one of its own, which no
    /// session without a search path finds by its bare name.
    pub equals: String,
}

/// How many rows `from` (a table, perhaps with a condition) has.
pub(super) fn count(session: &mut Session, from: &str) -> Result<u64, Error> {
    let row = session.query_one(&format!("SELECT pg_catalog.count(*) FROM {from}"), &[])?;
    Ok(get::<i64>(session, &row, 0)?.unsigned_abs())
}

/// The number that a copied row has in a column.
pub(super) fn number(row: &CopyRow, at: usize) -> Option<i64> {
    row.text(at).and_then(|number| number.parse().ok())
}

/// Whether a query has a row.
pub(super) fn exists(session: &mut Session, sql: &str) -> Result<bool, Error> {
    let row = session.query_one(&format!("SELECT EXISTS ({sql})"), &[])?;
    get(session, &row, 0)
}

/// The tables of `catalog`.
///
/// # Errors
/// The target cannot be read.
pub(super) fn relations(session: &mut Session, catalog: &Catalog) -> Result<Relations, Error> {
    let sql = "SELECT n.nspname::pg_catalog.text, c.relname::pg_catalog.text, c.oid, c.relkind = 'p',
          pg_catalog.pg_has_role(c.relowner, 'USAGE'), pg_catalog.row_security_active(c.oid)
        FROM pg_catalog.pg_class AS c JOIN pg_catalog.pg_namespace AS n ON n.oid = c.relnamespace
        WHERE c.relkind IN ('r', 'p') AND NOT c.relispartition AND n.nspname !~ '^pg_'";
    let mut relations = Relations::new();
    for row in session.query(sql, &[])? {
        let (schema, name): (String, String) = (get(session, &row, 0)?, get(session, &row, 1)?);
        let known = |table: &&Table| table.schema.as_deref().unwrap_or("public") == schema;
        let Some(table) = catalog.tables.get(&name).filter(known) else { continue };
        let qualified = qualified(table.schema.as_deref(), &name);
        let partitioned: bool = get(session, &row, 3)?;
        let relation = Relation {
            oid: get(session, &row, 2)?,
            from: if partitioned { qualified.clone() } else { format!("ONLY {qualified}") },
            name: qualified,
            is_own: get(session, &row, 4)?,
            row_security: get(session, &row, 5)?,
            columns: BTreeMap::new(),
            operators: BTreeMap::new(),
        };
        relations.insert(name, relation);
    }
    read_columns(session, &mut relations)?;
    read_operators(session, &mut relations)?;
    Ok(relations)
}

fn read_columns(session: &mut Session, relations: &mut Relations) -> Result<(), Error> {
    let names: BTreeMap<u32, String> =
        relations.iter().map(|(name, relation)| (relation.oid, name.clone())).collect();
    let oids: Vec<u32> = names.keys().copied().collect();
    let sql = "SELECT a.attrelid, a.attname::pg_catalog.text, a.attnum, a.atttypid, a.attidentity = 'a',
          e.nspname::pg_catalog.text, e.oprname::pg_catalog.text
        FROM pg_catalog.pg_attribute AS a JOIN pg_catalog.pg_type AS t ON t.oid = a.atttypid
        LEFT JOIN LATERAL (SELECT s.nspname, o.oprname FROM pg_catalog.pg_opclass AS p
          JOIN pg_catalog.pg_amop AS m ON m.amopfamily = p.opcfamily AND m.amoplefttype = p.opcintype
            AND m.amoprighttype = p.opcintype AND m.amopstrategy = 3 AND m.amoppurpose = 's'
          JOIN pg_catalog.pg_operator AS o ON o.oid = m.amopopr
          JOIN pg_catalog.pg_namespace AS s ON s.oid = o.oprnamespace
          WHERE p.opcdefault AND p.opcintype = CASE WHEN t.typtype = 'd' THEN t.typbasetype ELSE t.oid END
            AND p.opcmethod = (SELECT oid FROM pg_catalog.pg_am WHERE amname = 'btree')
            AND s.nspname <> 'pg_catalog' LIMIT 1) AS e ON TRUE
        WHERE a.attrelid = ANY ($1) AND a.attnum > 0 AND NOT a.attisdropped";
    for row in session.query(sql, &[&oids])? {
        let oid: u32 = get(session, &row, 0)?;
        let operator: (Option<String>, Option<String>) = (get(session, &row, 5)?, get(session, &row, 6)?);
        let facts = ColumnFacts {
            number: get(session, &row, 2)?,
            type_oid: get(session, &row, 3)?,
            always_identity: get(session, &row, 4)?,
            equals: match operator {
                (Some(schema), Some(operator)) => format!("OPERATOR({}.{operator})", identifier(&schema)),
                _ => "=".to_owned(),
            },
        };
        let column: String = get(session, &row, 1)?;
        if let Some(relation) = names.get(&oid).and_then(|name| relations.get_mut(name)) {
            relation.columns.insert(column, facts);
        }
    }
    Ok(())
}

fn read_operators(session: &mut Session, relations: &mut Relations) -> Result<(), Error> {
    let names: BTreeMap<u32, String> =
        relations.iter().map(|(name, relation)| (relation.oid, name.clone())).collect();
    let oids: Vec<u32> = names.keys().copied().collect();
    for key in declared_keys(session, &oids)? {
        let Some(parent) = names.get(&key.parent).and_then(|name| relations.get_mut(name)) else { continue };
        for pair in key.pairs {
            parent.operators.insert((pair.key, key.child, pair.column), pair.how);
        }
    }
    Ok(())
}

/// One end of a comparison between columns of two tables.
#[derive(Clone, Copy)]
pub(super) struct End<'a> {
    /// How the row is called.
    pub alias: &'a str,
    /// The table as the server has it.
    pub relation: &'a Relation,
    /// The table as the catalog has it.
    pub table: &'a Table,
}

/// The SQL condition under which two columns are equal, as the export compares them: by the operator of the server's own
/// foreign key from `its` to `column` where there is one. The first end is the one referred to.
pub(super) fn equal(one: End<'_>, column: &str, other: End<'_>, its: &str) -> String {
    let right = format!("{}.{}", other.alias, identifier(its));
    equal_to(one, column, other, its, &right)
}

/// The same with the other side's value in SQL: what the column `its` holds.
pub(super) fn equal_to(one: End<'_>, column: &str, other: End<'_>, its: &str, right: &str) -> String {
    let left = format!("{}.{}", one.alias, identifier(column));
    let (key, referring) = (one.table.column(column), other.table.column(its));
    let declared = one.relation.operators.get(&(column.to_owned(), other.relation.oid, its.to_owned()));
    let how = declared
        .cloned()
        .or_else(|| Some(How::of(referring?, key?)))
        // Columns that the catalog does not know.
        .unwrap_or(How::Printed);
    how.sql(key, &left, referring, right)
}
