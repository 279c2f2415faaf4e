//! The tables that are read, held so that nobody puts something else in their place.
//!
//! A catalog says what a table was when the transaction began. The rule to keep in mind: no row is read before the table
//! is locked and found to be that same table, since a view under its name would run code of another role.

use std::collections::BTreeMap;

use model::Catalog;
use tokio_postgres::Row;
use tokio_postgres::types::FromSqlOwned;

use crate::Error;
use crate::postgres::error::of_postgres;
use crate::postgres::session::Session;
use crate::postgres::sql::qualified;

/// A table that is locked.
#[derive(Clone, Debug)]
pub(crate) struct Relation {
    /// Its number in the server.
    pub(crate) oid: u32,
    /// What rows are read from, in SQL: `ONLY "public"."items"`, since a table that inherits from another is a table of
    /// its own; a partitioned one without ONLY.
    pub(crate) from: String,
}

/// The locked tables, by name.
#[derive(Clone, Debug, Default)]
pub(crate) struct Relations(BTreeMap<String, Relation>);

/// What the transaction's catalog says of tables.
const KNOWN: &str = "SELECT n.nspname::pg_catalog.text, c.relname::pg_catalog.text, c.oid, c.relkind::pg_catalog.text
    FROM ROWS FROM (pg_catalog.unnest($1::pg_catalog.text[]), pg_catalog.unnest($2::pg_catalog.text[])) AS w(schema, name)
    JOIN pg_catalog.pg_namespace AS n ON n.nspname = w.schema
    JOIN pg_catalog.pg_class AS c ON c.relnamespace = n.oid AND c.relname = w.name
    WHERE c.relkind IN ('r', 'p')";

/// What stands there now: functions look into the catalog of this moment. Only a table of rows has a file.
const NOW: &str = "SELECT w.oid FROM ROWS FROM (pg_catalog.unnest($1::pg_catalog.oid[]),
      pg_catalog.unnest($2::pg_catalog.text[]), pg_catalog.unnest($3::pg_catalog.bool[])) AS w(oid, name, rows)
    WHERE pg_catalog.to_regclass(w.name)::pg_catalog.oid = w.oid
    AND (pg_catalog.pg_relation_filenode(w.oid) IS NOT NULL) = w.rows";

impl Relations {
    /// Locks the tables of these names, of which `catalog` tells the schemas, against being changed or replaced until the
    /// transaction ends. Readers and writers of rows go on.
    ///
    /// # Errors
    /// A table is missing or no longer what it was, the role may not read it, or another session locks it for too long.
    pub(crate) fn lock(session: &mut Session, catalog: &Catalog, names: &[&str]) -> Result<Self, Error> {
        let mut schemas = Vec::new();
        for name in names {
            let table = catalog.tables.get(*name).ok_or_else(|| unknown(name))?;
            schemas.push(table.schema.as_deref().unwrap_or("public"));
        }
        let mut found = BTreeMap::new();
        for row in session.query(KNOWN, &[&schemas, &names])? {
            let schema: String = get(session, &row, 0)?;
            let name: String = get(session, &row, 1)?;
            let oid: u32 = get(session, &row, 2)?;
            let kind: String = get(session, &row, 3)?;
            found.insert(name.clone(), (oid, kind == "r", qualified(Some(&schema), &name)));
        }
        if let Some(name) = names.iter().find(|name| !found.contains_key(**name)) {
            return Err(unknown(name));
        }
        let from = |rows: bool, sql: &str| if rows { format!("ONLY {sql}") } else { sql.to_owned() };
        let relations: BTreeMap<String, Relation> = found
            .iter()
            .map(|(name, (oid, rows, sql))| (name.clone(), Relation { oid: *oid, from: from(*rows, sql) }))
            .collect();
        // Said before as well, since what is no table cannot be locked either.
        check_kinds(session, &found)?;
        if !relations.is_empty() {
            let all: Vec<&str> = relations.values().map(|relation| relation.from.as_str()).collect();
            session.batch(&format!("LOCK TABLE {} IN ACCESS SHARE MODE", all.join(", ")))?;
        }
        check_kinds(session, &found)?;
        Ok(Self(relations))
    }

    /// The table of that name.
    ///
    /// # Errors
    /// It was not locked.
    pub(crate) fn of(&self, name: &str) -> Result<&Relation, Error> {
        self.0.get(name).ok_or_else(|| unknown(name))
    }
}

fn check_kinds(session: &mut Session, found: &BTreeMap<String, (u32, bool, String)>) -> Result<(), Error> {
    let oids: Vec<u32> = found.values().map(|(oid, ..)| *oid).collect();
    let names: Vec<&str> = found.values().map(|(.., sql)| sql.as_str()).collect();
    let rows: Vec<bool> = found.values().map(|(_, rows, _)| *rows).collect();
    let mut same = Vec::new();
    for row in session.query(NOW, &[&oids, &names, &rows])? {
        same.push(get::<u32>(session, &row, 0)?);
    }
    match found.iter().find(|(_, (oid, ..))| !same.contains(oid)) {
        Some((name, _)) => Err(unknown(name)),
        None => Ok(()),
    }
}

fn unknown(table: &str) -> Error {
    Error::UnknownTable { table: table.to_owned() }
}

/// A value of a row that the server answered.
///
/// # Errors
/// It is of another type.
pub(crate) fn get<T: FromSqlOwned>(session: &Session, row: &Row, at: usize) -> Result<T, Error> {
    row.try_get(at).map_err(|error| of_postgres(session.place(), &error))
}

/// The number that a query gives.
///
/// # Errors
/// The query fails.
pub(crate) fn count(session: &mut Session, sql: &str) -> Result<u64, Error> {
    let row = session.query_one(sql, &[])?;
    get::<i64>(session, &row, 0).map(i64::unsigned_abs)
}
