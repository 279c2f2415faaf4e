//! Tables made from a typed catalog of either engine: columns, keys, NOT NULL, types; never a stored schema's own text.
//!
//! A catalog may come from a file of a pull request. Names are quoted; a declared type is kept only if it is one of
//! PostgreSQL's own, spelled anew from a closed list ([`types`]); everything else is generated from closed enums.

mod comments;
mod types;

use std::collections::BTreeSet;

use model::text::Shown;
use model::{Catalog, Engine, ForeignKey, Table, UniqueKey};

use super::error::PostgresError;
use super::introspect::{self, get};
use super::session::Session;
use super::sql::{identifier, qualified};
use crate::ddl::{COMPUTED, NOT_THERE, foreign_key, left_out_of, no_foreign_key, not_told, shown_columns};
use crate::sql::identifiers;
use crate::{CreatedSchema, Error, MergeError};

/// Makes the tables of `catalog`, by name: within the transaction that is open, or in one of its own that is then
/// committed. Schemas that are missing are made too.
///
/// # Errors
/// The database has tables already, or a statement fails: an own transaction is then rolled back.
pub(crate) fn create(session: &mut Session, catalog: &Catalog) -> Result<CreatedSchema, Error> {
    if in_transaction(session)? {
        return make(session, catalog);
    }
    session.batch("BEGIN")?;
    let created = make(session, catalog).and_then(|created| {
        session.commit()?;
        Ok(created)
    });
    if created.is_err() {
        // The server did so by itself where the session is gone.
        let _ = session.batch("ROLLBACK");
    }
    created
}

/// Whether a transaction is open: a setting that is local to one does not outlive the statement without it.
fn in_transaction(session: &mut Session) -> Result<bool, Error> {
    session.query_one("SELECT pg_catalog.set_config('demo_snapshot.open', 'yes', true)", &[])?;
    let row = session.query_one("SELECT pg_catalog.current_setting('demo_snapshot.open', true)", &[])?;
    Ok(get::<Option<String>>(session, &row, 0)?.is_some_and(|open| open == "yes"))
}

fn make(session: &mut Session, catalog: &Catalog) -> Result<CreatedSchema, Error> {
    if !introspect::catalog(session)?.tables.is_empty() {
        return Err(refused("the database has tables already".to_owned()));
    }
    check_names(catalog)?;
    let (statements, left_out) = create_statements(catalog);
    for statement in missing_schemas(session, catalog)?.into_iter().chain(statements) {
        session.batch(&statement).map_err(|error| match error {
            Error::Postgres(failed) => match *failed {
                PostgresError::Refused { fault, .. } => refused(fault.to_string()),
                other => other.into(),
            },
            error => error,
        })?;
    }
    Ok(CreatedSchema { tables: catalog.tables.keys().cloned().collect(), left_out })
}

fn refused(reason: String) -> Error {
    MergeError::CreateSchema { reason }.into()
}

/// How long a name may be, in bytes.
const LONGEST_NAME: usize = 63;

/// A catalog from a file may have any names. PostgreSQL would cut long ones, with nothing but a notice, and keeps some
/// schemas for itself.
fn check_names(catalog: &Catalog) -> Result<(), Error> {
    for (name, table) in &catalog.tables {
        let columns = table.columns.iter().map(|column| &column.name);
        for name in [name].into_iter().chain(&table.schema).chain(columns) {
            introspect::check_name(name, || "the schema to be made".to_owned())?;
            if name.len() > LONGEST_NAME {
                return Err(refused(format!(
                    "the name `{}` is longer than the {LONGEST_NAME} bytes that PostgreSQL keeps",
                    Shown(name)
                )));
            }
        }
        if let Some(schema) =
            table.schema.as_ref().filter(|s| s.starts_with("pg_") || *s == "information_schema")
        {
            return Err(refused(format!("the schema `{}` is PostgreSQL's own", Shown(schema))));
        }
    }
    Ok(())
}

/// Only those that are missing: `IF NOT EXISTS` asks for the right to make them all the same.
fn missing_schemas(session: &mut Session, catalog: &Catalog) -> Result<Vec<String>, Error> {
    let named: BTreeSet<&str> =
        catalog.tables.values().map(|table| table.schema.as_deref().unwrap_or("public")).collect();
    let mut missing = Vec::new();
    for schema in named {
        let sql = "SELECT FROM pg_catalog.pg_namespace WHERE nspname = $1";
        if session.query(sql, &[&schema])?.is_empty() {
            missing.push(format!("CREATE SCHEMA {}", identifier(schema)));
        }
    }
    Ok(missing)
}

/// The statements that make the tables of `catalog`, and a sentence for each thing that they lack of the original. What
/// the server names by itself comes after what has a name: it then takes one that is free.
fn create_statements(catalog: &Catalog) -> (Vec<String>, Vec<String>) {
    let tables = &catalog.tables;
    let mut left_out = Vec::new();
    let mut statements = Vec::new();
    for (name, table) in tables {
        statements.push(create_table(catalog.engine, name, table, &mut left_out));
    }
    let mut taken = tables.iter().map(|(name, table)| (table.schema.as_deref(), name.as_str())).collect();
    statements.extend(tables.iter().filter_map(|(name, table)| add_unique_keys(name, table, &mut taken)));
    statements.extend(tables.iter().filter_map(|(name, table)| add_primary_key(name, table)));
    let circles = catalog.closed_circles();
    for (name, table) in tables {
        let closed = circles.get(name.as_str()).map_or(&[][..], Vec::as_slice);
        statements.extend(add_foreign_keys(catalog, name, table, closed, &mut left_out));
    }
    statements.extend(comments::statements(catalog, &mut left_out));
    left_out.push(not_told(catalog.engine, Engine::Postgres).to_owned());
    (statements, left_out)
}

/// Computed columns are left out: as plain ones they would hold what nobody computes, and the next export would write them.
fn create_table(engine: Engine, name: &str, table: &Table, left_out: &mut Vec<String>) -> String {
    let mut columns = Vec::new();
    let mut instead = Vec::new();
    for column in table.stored_columns() {
        let (declared, kept) = types::declared(engine, column);
        if !kept {
            instead.push(format!(
                "{}: {} is {declared}, not {}.",
                Shown(name),
                Shown(&column.name),
                Shown(&column.declared)
            ));
        }
        if let Some(collation) = column.collation {
            instead.push(format!(
                "{}: {} compares byte by byte, not by {}.",
                Shown(name),
                Shown(&column.name),
                collation.as_str()
            ));
        }
        let not_null = if column.not_null || column.identity { " NOT NULL" } else { "" };
        columns.push(format!("{} {declared}{not_null}", identifier(&column.name)));
    }
    left_out.extend(lacks_of(name, table));
    left_out.extend(instead);
    format!("CREATE TABLE {} (\n  {}\n)", qualified(table.schema.as_deref(), name), columns.join(",\n  "))
}

/// By their names wherever these are free: of two keys that could identify a row, the name decides. Where it does not,
/// SQLite's numbers would only puzzle people.
fn add_unique_keys<'c>(
    name: &str,
    table: &'c Table,
    taken: &mut BTreeSet<(Option<&'c str>, &'c str)>,
) -> Option<String> {
    let stored = |key: &&UniqueKey| !table.has_generated(&key.columns);
    let decides = table.primary_key.is_empty() && table.unique_keys.len() > 1;
    let parts = table.unique_keys.iter().filter(stored).map(|key| {
        let wanted = decides || !key.name.starts_with("sqlite_autoindex_");
        let free = wanted && !key.name.is_empty() && key.name.len() <= LONGEST_NAME;
        let constraint = if free && taken.insert((table.schema.as_deref(), &key.name)) {
            format!("CONSTRAINT {} ", identifier(&key.name))
        } else {
            String::new()
        };
        format!("ADD {constraint}UNIQUE ({})", identifiers(&key.columns))
    });
    alter_table(name, table, &parts.collect::<Vec<_>>())
}

fn add_primary_key(name: &str, table: &Table) -> Option<String> {
    let mut parts = Vec::new();
    if !table.primary_key.is_empty() && !table.has_generated(&table.primary_key) {
        parts.push(format!("ADD PRIMARY KEY ({})", identifiers(&table.primary_key)));
    }
    let counted = table.columns.iter().filter(|column| column.identity && !column.generated);
    parts.extend(counted.map(|column| {
        format!("ALTER COLUMN {} ADD GENERATED BY DEFAULT AS IDENTITY", identifier(&column.name))
    }));
    alter_table(name, table, &parts)
}

fn alter_table(name: &str, table: &Table, parts: &[String]) -> Option<String> {
    let table = qualified(table.schema.as_deref(), name);
    (!parts.is_empty()).then(|| format!("ALTER TABLE {table}\n  {}", parts.join(",\n  ")))
}

/// Those that close a circle are DEFERRABLE, or no rows could be written along it.
fn add_foreign_keys(
    catalog: &Catalog,
    name: &str,
    table: &Table,
    closed: &[&ForeignKey],
    left_out: &mut Vec<String>,
) -> Option<String> {
    let mut parts = Vec::new();
    for key in &table.foreign_keys {
        let columns = key.columns.join(", ");
        match parent_of(catalog, table, key) {
            Ok(parent) => {
                let parent = qualified(parent.schema.as_deref(), &key.to);
                let deferrable = closed.contains(&key);
                if deferrable {
                    left_out.push(format!(
                        "{}: the foreign key ({}) to {} is DEFERRABLE, since rows refer to each other in a circle.",
                        Shown(name),
                        Shown(&columns),
                        Shown(&key.to)
                    ));
                }
                let key = ForeignKey { deferrable: key.deferrable || deferrable, ..key.clone() };
                parts.push(format!("ADD {}", foreign_key(&key, &parent)));
            }
            Err(reason) => left_out.push(no_foreign_key(name, key, reason)),
        }
    }
    alter_table(name, table, &parts)
}

/// The table that a foreign key leads to; `Err` says why PostgreSQL would not take the key.
fn parent_of<'c>(catalog: &'c Catalog, table: &Table, key: &ForeignKey) -> Result<&'c Table, &'static str> {
    let parent = catalog.tables.get(&key.to).ok_or(NOT_THERE)?;
    if table.has_generated(&key.columns) || parent.has_generated(&key.key) {
        return Err(COMPUTED);
    }
    let wanted: BTreeSet<&String> = key.key.iter().collect();
    let is_wanted = |columns: &Vec<String>| columns.iter().collect::<BTreeSet<_>>() == wanted;
    if !is_wanted(&parent.primary_key) && !parent.unique_keys.iter().any(|unique| is_wanted(&unique.columns))
    {
        return Err("where no unique key has these columns");
    }
    let mut pairs = key.columns.iter().zip(&key.key);
    let same = key.columns.len() == key.key.len()
        && pairs.all(|(from, to)| match (table.column(from), parent.column(to)) {
            (Some(from), Some(to)) => {
                types::comparable(types::made(catalog.engine, from), types::made(catalog.engine, to))
            }
            _ => false,
        });
    if same { Ok(parent) } else { Err("whose columns have other types") }
}

/// What is not made of a table, or made in another way.
fn lacks_of(name: &str, table: &Table) -> Vec<String> {
    let mut sentences = left_out_of(name, table);
    let always = shown_columns(table, |column| column.identity && column.always && !column.generated);
    if !always.is_empty() {
        sentences.push(format!("{}: {} GENERATED BY DEFAULT, not ALWAYS.", Shown(name), is_or_are(&always)));
    }
    sentences
}

/// `id is`, `id, n are`.
fn is_or_are(names: &[String]) -> String {
    format!("{} {}", names.join(", "), if names.len() == 1 { "is" } else { "are" })
}

#[cfg(test)]
mod tests {
    use test_support::postgres::TestDatabase;

    use super::*;
    use crate::postgres::introspect::tests::session;

    #[test]
    fn tables_made_in_an_open_transaction_are_gone_with_it() {
        let (source, db) = (TestDatabase::new(), TestDatabase::new());
        source.psql("CREATE SCHEMA app; CREATE TABLE app.t (id serial PRIMARY KEY)");
        let catalog = introspect::catalog(&mut session(&source)).expect("a catalog");
        let mut session = session(&db);
        session.batch("BEGIN").expect("begins");
        create(&mut session, &catalog).expect("makes them");
        assert_eq!(introspect::catalog(&mut session).expect("a catalog"), catalog);
        assert_eq!(db.psql("SELECT count(*) FROM pg_namespace WHERE nspname = 'app'").trim(), "0");
        session.batch("ROLLBACK").expect("rolls back");
        assert!(introspect::catalog(&mut session).expect("a catalog").tables.is_empty());
        create(&mut session, &catalog).expect("makes them");
        assert_eq!(db.psql("SELECT count(*) FROM app.t").trim(), "0", "committed by itself");
    }
}
