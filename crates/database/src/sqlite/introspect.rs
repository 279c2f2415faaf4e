//! The typed catalog of a SQLite database, read through bound pragma functions; DDL text is looked at only for
//! `json_valid` checks, with a tolerant tokenizer (`ddl_text`). A schema that puts tables of its own in front of those
//! functions is refused before anything is asked.
//!
//! Views, virtual tables, their shadow tables and SQLite's own tables are left out. Names of parents and their columns
//! are brought to the spelling of their own table, since SQLite compares names without regard to ASCII case.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use model::text::{Shown, needs_escape};
use model::{
    Catalog, Collation, Column, Engine, ForeignKey, LogicalType, ReferentialAction, Table, UniqueKey,
};
use rusqlite::types::ValueRef;
use rusqlite::{Connection, OptionalExtension as _, Row};

use super::convert::Affinity;
use super::ddl_text::json_checked_columns;
use crate::Error;
use crate::error::At as _;

/// The ordinary tables of the main database, with columns, types and keys.
///
/// # Errors
/// A table or column has a name that no file can hold or that hides the schema, or reading fails.
pub(crate) fn catalog(connection: &Connection) -> Result<Catalog, Error> {
    read(connection, &Err)
}

/// The same without the tables with names that no file can hold: who only reads may leave them out, and says so.
///
/// # Errors
/// A name hides the schema, or reading fails.
pub(crate) fn catalog_of_source(connection: &Connection) -> Result<Catalog, Error> {
    read(connection, &leave_out)
}

/// What to do about a name that no file can hold.
type OnName<'a> = &'a dyn Fn(Error) -> Result<(), Error>;

/// Leaves a table with such a name out.
fn leave_out(error: Error) -> Result<(), Error> {
    let Error::Name { .. } = error else { return Err(error) };
    tracing::warn!("{error}; the table is left out");
    Ok(())
}

fn read(connection: &Connection, on_name: OnName<'_>) -> Result<Catalog, Error> {
    check_not_shadowed(connection)?;
    let mut tables = BTreeMap::new();
    for listed in listed_tables(connection, on_name)? {
        match read_table(connection, &listed) {
            Ok(table) => {
                tables.insert(listed.name, table);
            }
            Err(error) => on_name(error)?,
        }
    }
    resolve_parents(&mut tables);
    for table in tables.values_mut() {
        table.foreign_keys.sort();
        table.foreign_keys.dedup();
    }
    Ok(Catalog { engine: Engine::Sqlite, tables })
}

/// What our statements ask SQLite itself by name, and what a table or view of that name would answer instead.
const ASKED: [&str; 7] = [
    "dbstat",
    "pragma_foreign_key_list",
    "pragma_index_list",
    "pragma_index_xinfo",
    "pragma_module_list",
    "pragma_table_list",
    "pragma_table_xinfo",
];

/// Checks that SQLite itself answers for the schema: a table or view of the same name goes before a pragma function and
/// before `dbstat`, so that it could hide tables, keys and references. Other names are free.
///
/// # Errors
/// There is such a table or view, or reading fails.
pub(crate) fn check_not_shadowed(connection: &Connection) -> Result<(), Error> {
    let holes = ["?"; ASKED.len()].join(", ");
    let sql = format!(
        "SELECT type = 'view', name FROM main.sqlite_schema WHERE type IN ('table', 'view')
         AND name COLLATE NOCASE IN ({holes}) ORDER BY name LIMIT 1"
    );
    let read = |row: &Row<'_>| Ok((row.get(0)?, lossy_text(row, 1)?));
    let found: Option<(bool, String)> = connection.query_row(&sql, ASKED, read).optional().at(connection)?;
    let Some((is_view, name)) = found else { return Ok(()) };
    Err(Error::SchemaShadowed {
        path: Path::new(connection.path().unwrap_or("")).to_owned(),
        kind: if is_view { "view" } else { "table" },
        name: Shown(&name).to_string(),
    })
}

/// The logical type that a declared type and a `json_valid` check give a column.
pub(crate) fn logical_type(declared: &str, strict: bool, json_checked: bool) -> LogicalType {
    let bare = bare_type(declared);
    // `DATE BLOB`, `DECIMAL TEXT` and the like: the type, without the conversions that SQLite makes for its name.
    let named = bare.strip_suffix(" BLOB").or_else(|| bare.strip_suffix(" TEXT")).unwrap_or(&bare);
    let by_name = match named {
        "BOOL" | "BOOLEAN" => Some(LogicalType::Boolean),
        "DATE" => Some(LogicalType::Date),
        "TIME" | "TIME WITHOUT TIME ZONE" => Some(LogicalType::Time),
        "TIMESTAMP" | "DATETIME" | "TIMESTAMP WITHOUT TIME ZONE" => Some(LogicalType::Timestamp),
        "TIMESTAMPTZ" | "TIMESTAMP WITH TIME ZONE" => Some(LogicalType::Timestamptz),
        "UUID" => Some(LogicalType::Uuid),
        "JSON" | "JSONB" => Some(LogicalType::Json),
        "DECIMAL" | "NUMERIC" => Some(LogicalType::Decimal),
        "ANY" if strict => return LogicalType::Any,
        _ => None,
    };
    let affinity = Affinity::of(declared);
    if json_checked && matches!(affinity, Affinity::Text | Affinity::Blob | Affinity::Numeric) {
        return LogicalType::Json;
    }
    by_name.unwrap_or(match affinity {
        Affinity::Integer => LogicalType::Integer,
        Affinity::Text => LogicalType::Text,
        Affinity::Real => LogicalType::Real,
        Affinity::Blob if declared.trim().is_empty() => LogicalType::Any,
        Affinity::Blob => LogicalType::Bytes,
        Affinity::Numeric => LogicalType::Any,
    })
}

struct Listed {
    name: String,
    without_rowid: bool,
    strict: bool,
    sql: String,
}

fn listed_tables(connection: &Connection, on_name: OnName<'_>) -> Result<Vec<Listed>, Error> {
    let sql = "SELECT l.name, l.wr, l.strict, s.sql FROM pragma_table_list AS l
               JOIN main.sqlite_schema AS s ON s.type = 'table' AND s.name = l.name
               WHERE l.schema = 'main' AND l.type = 'table' AND l.name NOT LIKE 'sqlite\\_%' ESCAPE '\\'
               ORDER BY l.name";
    let mut statement = connection.prepare(sql).at(connection)?;
    let mut rows = statement.query([]).at(connection)?;
    let mut listed = Vec::new();
    while let Some(row) = rows.next().at(connection)? {
        let name = match checked_name(row, 0, || "a table".to_owned()).at(connection)? {
            Ok(name) => name,
            Err(error) => {
                on_name(error)?;
                continue;
            }
        };
        listed.push(Listed {
            name,
            without_rowid: row.get(1).at(connection)?,
            strict: row.get(2).at(connection)?,
            sql: lossy_text(row, 3).at(connection)?,
        });
    }
    Ok(listed)
}

fn read_table(connection: &Connection, listed: &Listed) -> Result<Table, Error> {
    let indexes = read_indexes(connection, &listed.name)?;
    let (mut columns, primary_key) = read_columns(connection, listed)?;
    // SQLite's row number itself: exactly then the primary key has no index of its own (`DESC` gives it one).
    let alias = match primary_key.as_slice() {
        [only] if !listed.without_rowid && !indexes.iter().any(|index| index.origin == "pk") => Some(only),
        _ => None,
    };
    for column in &mut columns {
        column.identity = alias == Some(&column.name);
        let implied = column.identity || listed.without_rowid || listed.strict;
        column.not_null |= implied && primary_key.contains(&column.name);
    }
    let mut unique_keys: Vec<UniqueKey> =
        indexes.into_iter().filter(|index| index.origin != "pk").filter_map(Index::into_unique_key).collect();
    unique_keys.sort();
    Ok(Table {
        schema: None,
        columns,
        primary_key,
        unique_keys,
        foreign_keys: read_foreign_keys(connection, &listed.name)?,
        without_rowid: listed.without_rowid,
        strict: listed.strict,
        comment: None,
    })
}

fn read_columns(connection: &Connection, listed: &Listed) -> Result<(Vec<Column>, Vec<String>), Error> {
    const PLAIN: i64 = 0;
    const VIRTUAL: i64 = 2;
    const STORED: i64 = 3;
    let json_checked: BTreeSet<String> = json_checked_columns(&listed.sql);
    let sql = "SELECT name, type, \"notnull\", dflt_value IS NOT NULL, pk, hidden
               FROM pragma_table_xinfo(?1, 'main') ORDER BY cid";
    let mut statement = connection.prepare_cached(sql).at(connection)?;
    let mut rows = statement.query([&listed.name]).at(connection)?;
    let mut columns = Vec::new();
    let mut key: BTreeMap<i64, String> = BTreeMap::new();
    while let Some(row) = rows.next().at(connection)? {
        let hidden: i64 = row.get(5).at(connection)?;
        if !matches!(hidden, PLAIN | VIRTUAL | STORED) {
            continue;
        }
        let name =
            checked_name(row, 0, || format!("a column of {}", Shown(&listed.name))).at(connection)??;
        let declared = lossy_text(row, 1).at(connection)?.to_ascii_uppercase();
        let rank: i64 = row.get(4).at(connection)?;
        if rank > 0 {
            key.insert(rank, name.clone());
        }
        columns.push(Column {
            ty: logical_type(&declared, listed.strict, json_checked.contains(&name.to_ascii_lowercase())),
            declared,
            not_null: row.get(2).at(connection)?,
            has_default: hidden == PLAIN && row.get(3).at(connection)?,
            generated: hidden != PLAIN,
            identity: false,
            always: false,
            collation: collation(connection, &listed.name, &name)?,
            comment: None,
            name,
        });
    }
    Ok((columns, key.into_values().collect()))
}

/// How a column's texts compare, where that is not byte by byte.
fn collation(connection: &Connection, table: &str, column: &str) -> Result<Option<Collation>, Error> {
    let (_, name, ..) = connection.column_metadata(Some("main"), table, column).at(connection)?;
    Ok(name.and_then(|name| Collation::parse(&name.to_string_lossy())))
}

struct Index {
    name: String,
    unique: bool,
    origin: String,
    partial: bool,
    /// `None` for an index over an expression.
    columns: Option<Vec<String>>,
}

impl Index {
    fn into_unique_key(self) -> Option<UniqueKey> {
        let columns = self.columns.filter(|_| self.unique && !self.partial)?;
        Some(UniqueKey { name: self.name, columns })
    }
}

fn read_indexes(connection: &Connection, table: &str) -> Result<Vec<Index>, Error> {
    let sql = "SELECT name, \"unique\", origin, partial FROM pragma_index_list(?1, 'main') ORDER BY name";
    let mut statement = connection.prepare_cached(sql).at(connection)?;
    let mut rows = statement.query([table]).at(connection)?;
    let mut indexes = Vec::new();
    while let Some(row) = rows.next().at(connection)? {
        let name = lossy_text(row, 0).at(connection)?;
        indexes.push(Index {
            columns: indexed_columns(connection, &name)?,
            name,
            unique: row.get(1).at(connection)?,
            origin: row.get(2).at(connection)?,
            partial: row.get(3).at(connection)?,
        });
    }
    Ok(indexes)
}

fn indexed_columns(connection: &Connection, index: &str) -> Result<Option<Vec<String>>, Error> {
    let sql = "SELECT name FROM pragma_index_xinfo(?1, 'main') WHERE key ORDER BY seqno";
    let mut statement = connection.prepare_cached(sql).at(connection)?;
    let names = statement.query_map([index], |row| row.get::<_, Option<String>>(0)).at(connection)?;
    names.collect::<rusqlite::Result<Option<Vec<String>>>>().at(connection)
}

/// Foreign keys as declared: the parent's columns empty where the schema leaves them out.
fn read_foreign_keys(connection: &Connection, table: &str) -> Result<Vec<ForeignKey>, Error> {
    let sql = "SELECT id, \"table\", \"from\", \"to\", on_delete, on_update
               FROM pragma_foreign_key_list(?1, 'main') ORDER BY id, seq";
    let mut statement = connection.prepare_cached(sql).at(connection)?;
    let mut rows = statement.query([table]).at(connection)?;
    let mut keys: BTreeMap<i64, ForeignKey> = BTreeMap::new();
    while let Some(row) = rows.next().at(connection)? {
        let to = checked_name(row, 1, || format!("a parent of {}", Shown(table))).at(connection)??;
        let on_delete = action(&lossy_text(row, 4).at(connection)?);
        let on_update = action(&lossy_text(row, 5).at(connection)?);
        let key = keys.entry(row.get(0).at(connection)?).or_insert_with(|| ForeignKey {
            columns: Vec::new(),
            to,
            key: Vec::new(),
            on_delete,
            on_update,
            deferrable: false,
        });
        key.columns.push(row.get(2).at(connection)?);
        key.key.extend(row.get::<_, Option<String>>(3).at(connection)?);
    }
    Ok(keys.into_values().collect())
}

fn action(name: &str) -> ReferentialAction {
    match name {
        "RESTRICT" => ReferentialAction::Restrict,
        "CASCADE" => ReferentialAction::Cascade,
        "SET NULL" => ReferentialAction::SetNull,
        "SET DEFAULT" => ReferentialAction::SetDefault,
        _ => ReferentialAction::NoAction,
    }
}

/// Spells each parent and its columns as that table does, and fills in the primary key where none is named.
/// A parent that does not exist stays as declared: whoever follows the key reports it.
fn resolve_parents(tables: &mut BTreeMap<String, Table>) {
    let parents: BTreeMap<String, (String, Vec<String>, Vec<String>)> = tables
        .iter()
        .map(|(name, table)| {
            let columns = table.columns.iter().map(|column| column.name.clone()).collect();
            (name.to_ascii_lowercase(), (name.clone(), columns, table.primary_key.clone()))
        })
        .collect();
    for key in tables.values_mut().flat_map(|table| &mut table.foreign_keys) {
        let Some((name, columns, primary_key)) = parents.get(&key.to.to_ascii_lowercase()) else { continue };
        key.to.clone_from(name);
        if key.key.is_empty() {
            key.key.clone_from(primary_key);
        }
        for column in &mut key.key {
            if let Some(spelled) = columns.iter().find(|other| other.eq_ignore_ascii_case(column)) {
                column.clone_from(spelled);
            }
        }
    }
}

/// A declared type without its length, upper case, with single spaces: `varchar (10)` is `VARCHAR`.
pub(crate) fn bare_type(declared: &str) -> String {
    let mut depth = 0usize;
    let mut bare = String::new();
    for c in declared.chars() {
        match c {
            '(' => depth += 1,
            ')' => depth = depth.saturating_sub(1),
            c if depth == 0 => bare.push(c.to_ascii_uppercase()),
            _ => {}
        }
    }
    bare.split_whitespace().collect::<Vec<_>>().join(" ")
}

fn checked_name(
    row: &Row<'_>,
    at: usize,
    place: impl Fn() -> String,
) -> rusqlite::Result<Result<String, Error>> {
    let name = lossy_text(row, at)?;
    let refused = needs_escape(&name) || name.contains(['\t', '\n', '\u{fffd}']);
    Ok(if refused { Err(Error::Name { place: place(), name: Shown(&name).to_string() }) } else { Ok(name) })
}

fn lossy_text(row: &Row<'_>, at: usize) -> rusqlite::Result<String> {
    Ok(match row.get_ref(at)? {
        ValueRef::Text(bytes) => String::from_utf8_lossy(bytes).into_owned(),
        _ => String::new(),
    })
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "a test that cannot set up its database has failed")]
mod tests {
    use std::fs;

    use super::*;

    /// The names of SQLite's own tables in the statements of the files under `folder`.
    fn asked_in(folder: &Path, found: &mut BTreeSet<String>) {
        for entry in fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                asked_in(&path, found);
                continue;
            }
            let text = fs::read_to_string(&path).unwrap();
            let words: Vec<&str> = text.split_whitespace().collect();
            let asked =
                words.windows(2).filter(|pair| pair[0].ends_with("FROM") || pair[0].ends_with("JOIN"));
            found.extend(
                asked
                    .filter_map(|pair| pair[1].split(|c: char| !c.is_alphanumeric() && c != '_').next())
                    .filter(|name| *name == "dbstat" || name.starts_with("pragma_"))
                    .map(str::to_owned),
            );
        }
    }

    #[test]
    fn every_name_that_our_statements_ask_sqlite_by_is_guarded() {
        let mut found = BTreeSet::new();
        asked_in(&Path::new(env!("CARGO_MANIFEST_DIR")).join("src"), &mut found);
        assert_eq!(found.into_iter().collect::<Vec<_>>(), ASKED);
    }
}
