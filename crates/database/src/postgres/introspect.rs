//! The typed catalog of a PostgreSQL database, read from the system catalogs: one query for each kind of thing.
//!
//! Everyone may read those, so a table is listed whether or not the role may read its rows. Left out are views, foreign
//! and temporary tables, what belongs to an extension, and partitions: their rows are read through the root. A table that
//! merely inherits from another is a table of its own, so both are to be read with `ONLY`.
//!
//! The rule to keep in mind: a catalog knows tables by bare name. Where two schemas have the same one, the search path of
//! the role decides, and no key leads to the other.

mod columns;
mod comments;
mod keys;
mod types;

use std::collections::BTreeMap;

use model::text::{Shown, needs_escape};
use model::{Catalog, Engine, Table};
use tokio_postgres::Row;
use tokio_postgres::types::FromSqlOwned;

use super::error::of_postgres;
use super::migrate;
use super::session::Session;
use crate::Error;

/// The tables of every schema that are the users', with columns, types and keys.
///
/// # Errors
/// A table or column has a name that no file can hold, or reading fails.
pub(crate) fn catalog(session: &mut Session) -> Result<Catalog, Error> {
    read(session, &Err)
}

/// The same without the tables with names that no file can hold: who only reads may leave them out, and says so.
///
/// # Errors
/// Reading fails.
pub(crate) fn catalog_of_source(session: &mut Session) -> Result<Catalog, Error> {
    read(session, &leave_out)
}

/// What to do about a name that no file can hold.
type OnName<'a> = &'a dyn Fn(Error) -> Result<(), Error>;

/// Leaves a table with such a name out.
fn leave_out(error: Error) -> Result<(), Error> {
    let Error::Name { .. } = error else { return Err(error) };
    tracing::warn!("{error}; the table is left out");
    Ok(())
}

fn read(session: &mut Session, on_name: OnName<'_>) -> Result<Catalog, Error> {
    let mut listed = listed_tables(session, on_name)?;
    columns::leave_out_unfit(session, &mut listed, on_name)?;
    let listed = one_of_each_name(session, listed);
    let oids: Vec<u32> = listed.keys().copied().collect();
    let mut comments = comments::read(session, &listed, &oids)?;
    let mut columns = columns::read(session, &listed, &oids, &mut comments)?;
    let mut keys = keys::read(session, &listed, &oids)?;
    let tables = listed.into_iter().map(|(oid, table)| {
        let keys = keys.remove(&oid).unwrap_or_default();
        let read = Table {
            schema: Some(table.schema).filter(|schema| schema != "public"),
            columns: columns.remove(&oid).unwrap_or_default(),
            primary_key: keys.primary,
            unique_keys: keys.unique,
            foreign_keys: keys.foreign,
            without_rowid: false,
            strict: false,
            comment: comments.remove(&(oid, comments::OF_TABLE)),
        };
        (table.name, read)
    });
    Ok(Catalog { engine: Engine::Postgres, tables: tables.collect() })
}

/// A table that is the users'.
struct Listed {
    schema: String,
    name: String,
}

impl Listed {
    /// As messages name it.
    fn shown(&self) -> String {
        shown(&self.schema, &self.name)
    }
}

/// A table as messages name it.
pub(super) fn shown(schema: &str, name: &str) -> String {
    if schema == "public" { Shown(name).to_string() } else { format!("{}.{}", Shown(schema), Shown(name)) }
}

/// Tables by their number in the server.
type Tables = BTreeMap<u32, Listed>;

/// What of `pg_class` as `c`, in `pg_namespace` as `n`, is the users'.
pub(super) const OF_USERS: &str = "NOT c.relispartition AND c.relpersistence <> 't'
    AND n.nspname !~ '^pg_' AND n.nspname <> 'information_schema'
    AND NOT EXISTS (SELECT FROM pg_catalog.pg_depend AS e
      WHERE e.classid = 'pg_catalog.pg_class'::pg_catalog.regclass AND e.objid = c.oid AND e.deptype = 'e')";

fn listed_tables(session: &mut Session, on_name: OnName<'_>) -> Result<Tables, Error> {
    let sql = format!(
        "SELECT c.oid, n.nspname::pg_catalog.text, c.relname::pg_catalog.text
         FROM pg_catalog.pg_class AS c JOIN pg_catalog.pg_namespace AS n ON n.oid = c.relnamespace
         WHERE c.relkind IN ('r', 'p') AND {OF_USERS}"
    );
    let mut tables = Tables::new();
    for row in session.query(&sql, &[])? {
        let schema: String = get(session, &row, 1)?;
        let name: String = get(session, &row, 2)?;
        if schema == "public" && name == migrate::COUNT_TABLE {
            continue;
        }
        let fits = check_name(&schema, || "a schema".to_owned());
        if let Err(error) = fits.and_then(|()| check_name(&name, || "a table".to_owned())) {
            on_name(error)?;
            continue;
        }
        tables.insert(get(session, &row, 0)?, Listed { schema, name });
    }
    Ok(tables)
}

/// Leaves out all but one of the tables with the same name: the one that the role's search path finds first stays, else
/// that of `public`, else none.
fn one_of_each_name(session: &Session, mut tables: Tables) -> Tables {
    let mut by_name: BTreeMap<&str, Vec<u32>> = BTreeMap::new();
    for (oid, table) in &tables {
        by_name.entry(&table.name).or_default().push(*oid);
    }
    let twice: Vec<Vec<u32>> = by_name.into_values().filter(|oids| oids.len() > 1).collect();
    if twice.is_empty() {
        return tables;
    }
    let rank = |table: &Listed| {
        let place =
            session.search_path().iter().position(|schema| *schema == table.schema).unwrap_or(usize::MAX);
        (place, table.schema != "public", table.schema.clone())
    };
    for mut oids in twice {
        oids.sort_by_key(|oid| tables.get(oid).map(rank));
        // What neither the role's search path nor `public` decides, the alphabet does not: anybody may have made the other.
        let first = oids.first().and_then(|oid| tables.get(oid));
        let decided = first
            .is_some_and(|table| table.schema == "public" || session.search_path().contains(&table.schema));
        if !decided {
            let names: Vec<String> =
                oids.iter().filter_map(|oid| tables.get(oid)).map(Listed::shown).collect();
            tracing::warn!(
                "{} have the same name and are left out: the role's search_path decides",
                names.join(" and ")
            );
            for oid in oids {
                tables.remove(&oid);
            }
            continue;
        }
        for oid in oids.split_off(1) {
            if let Some(table) = tables.remove(&oid) {
                let kept =
                    oids.first().and_then(|oid| tables.get(oid)).map(Listed::shown).unwrap_or_default();
                tracing::warn!("{} is left out: {kept} has the same name", table.shown());
            }
        }
    }
    tables
}

/// A value of a row of the system catalogs.
pub(super) fn get<T: FromSqlOwned>(session: &Session, row: &Row, at: usize) -> Result<T, Error> {
    row.try_get(at).map_err(|error| of_postgres(session.place(), &error))
}

/// Refuses a name that no file can hold.
pub(super) fn check_name(name: &str, place: impl FnOnce() -> String) -> Result<(), Error> {
    if needs_escape(name) || name.contains(['\t', '\n', '\u{fffd}']) {
        return Err(Error::Name { place: place(), name: Shown(name).to_string() });
    }
    Ok(())
}

#[cfg(test)]
pub(super) mod tests {
    use std::time::Duration;

    use test_support::postgres::TestDatabase;

    use crate::DatabaseUrl;
    use crate::postgres::connect;
    use crate::postgres::session::Session;

    /// A session with a test's database.
    #[track_caller]
    pub(in crate::postgres) fn session(db: &TestDatabase) -> Session {
        let DatabaseUrl::Postgres(url) = DatabaseUrl::parse(&db.url()).expect("a URL") else {
            panic!("a URL of another engine")
        };
        connect::connect(&url, Duration::from_secs(5)).expect("connects")
    }
}
