//! A table of the snapshot as the target has it: names ready for SQL, column types, how a row is found again.
//!
//! Makes no decision and changes nothing. The rule to keep in mind: `r0`, `r1`, … is a row's identity in the target (its
//! row number, or the primary key of a table without one), and never changes while a merge runs.

use model::text::Shown;
use model::{Catalog, ColumnSpec, Definition, LogicalType, Table, TableSpec, Value};
use rusqlite::types::{ToSqlOutput, ValueRef};
use rusqlite::{Connection, Row};

use super::super::convert::{Affinity, from_storage, to_storage};
use super::super::select::{IdentityKind, identity};
use super::indexes::{self, Unique};
use super::stored::Stored;
use crate::Error;
use crate::error::At as _;
use crate::merge::naming;
use crate::sql::identifier;

/// A row's identity: the values of `r0`, `r1`, ….
pub(super) type Identity = Vec<Stored>;

/// One table of the snapshot, as the target has it.
#[derive(Debug)]
pub(super) struct Shape {
    /// Position in the snapshot's definition.
    pub index: usize,
    /// What the snapshot says of it.
    pub spec: TableSpec,
    /// What the target says of it.
    pub table: Table,
    /// `main."fragments"`.
    pub name: String,
    /// The snapshot's columns, in its order.
    pub columns: Vec<ShapeColumn>,
    /// Positions of the row key's columns; empty for a table without one.
    pub key: Vec<usize>,
    /// Unique indexes of the target whose columns all are the snapshot's; the row key is not among them.
    pub uniques: Vec<Unique>,
    /// The unique index of the row key itself, where the target makes a text index of it.
    pub key_unique: Option<Unique>,
    /// Whether the target's table had no row when the merge began.
    pub empty: bool,
    /// What tells the target's rows apart, in SQL: its row number, or the primary key of a table without one.
    pub identity: Vec<String>,
    /// Whether that is a row number.
    pub by_row_number: bool,
}

/// A column of a [`Shape`].
#[derive(Debug)]
pub(super) struct ShapeColumn {
    /// `"title"`.
    pub quoted: String,
    /// What its values mean in the snapshot.
    pub ty: LogicalType,
    /// What the target does to values that it stores.
    pub affinity: Affinity,
    /// Whether the target forbids NULL.
    pub not_null: bool,
    /// Whether it is part of the row's identity in the target.
    pub is_identity: bool,
}

impl Shape {
    /// The shapes of the definition's tables, in its order. The definition has been checked against the catalog.
    ///
    /// # Errors
    /// Reading the target fails.
    pub(super) fn of_all(
        connection: &Connection,
        definition: &Definition,
        catalog: &Catalog,
    ) -> Result<Vec<Self>, Error> {
        definition
            .tables
            .iter()
            .enumerate()
            .filter_map(|(index, spec)| catalog.tables.get(&spec.name).map(|table| (index, spec, table)))
            .map(|(index, spec, table)| Self::of(connection, index, spec, table))
            .collect()
    }

    fn of(connection: &Connection, index: usize, spec: &TableSpec, table: &Table) -> Result<Self, Error> {
        let (kind, identity) = identity(&spec.name, table)?;
        let name = format!("main.{}", identifier(&spec.name));
        let empty = !exists(connection, &format!("SELECT 1 FROM {name}"))?;
        let columns = spec.columns.iter().map(|column| ShapeColumn::of(column, table)).collect();
        let mut shape = Self {
            index,
            table: table.clone(),
            name,
            columns,
            key: spec.key_indexes(),
            uniques: Vec::new(),
            key_unique: None,
            empty,
            identity,
            by_row_number: kind == IdentityKind::RowNumber,
            spec: spec.clone(),
        };
        shape.find_uniques(connection)?;
        Ok(shape)
    }

    fn find_uniques(&mut self, connection: &Connection) -> Result<(), Error> {
        for unique in indexes::of(connection, self)? {
            let same_as_key = unique.computed.is_none()
                && unique.columns.len() == self.key.len()
                && unique.columns.iter().all(|column| self.key.contains(column));
            // Of several indexes over the key, each with collations of its own, the rest are like any other.
            if same_as_key && self.key_unique.is_none() {
                self.key_unique = Some(unique);
            } else {
                self.uniques.push(unique);
            }
        }
        Ok(())
    }

    /// ` COLLATE "NOCASE"`: how the row key's own index compares the column at `at`, so that it serves a lookup.
    pub(super) fn key_collation(&self, at: usize) -> String {
        let by_index = self.key_unique.as_ref().and_then(|unique| {
            let place = unique.columns.iter().position(|column| *column == at)?;
            Some(format!(" COLLATE {}", unique.collations[place]))
        });
        by_index.unwrap_or_default()
    }

    /// The position of the snapshot's column of that name, as SQLite compares names.
    pub(super) fn position(&self, name: &str) -> Option<usize> {
        self.spec.columns.iter().position(|column| column.name.eq_ignore_ascii_case(name))
    }

    /// `t."a", t."b"`: the snapshot's columns.
    pub(super) fn column_list(&self, alias: &str) -> String {
        let columns: Vec<String> =
            self.columns.iter().map(|column| format!("{alias}.{}", column.quoted)).collect();
        columns.join(", ")
    }

    /// The identity that starts at column `first` of a result row.
    pub(super) fn identity_of(&self, row: &Row<'_>, first: usize) -> rusqlite::Result<Identity> {
        (0..self.identity.len()).map(|at| row.get(first + at)).collect()
    }

    /// The identity of a row of the snapshot that was just inserted.
    pub(super) fn identity_of_inserted(&self, row_number: i64, values: &[Value]) -> Identity {
        if self.by_row_number {
            return vec![Stored::Integer(row_number)];
        }
        let stored = |name: &String| {
            let at = self.position(name)?;
            let column = &self.columns[at];
            match to_storage(column.ty, column.affinity, &values[at]) {
                ToSqlOutput::Owned(value) => Some(Stored::from(ValueRef::from(&value))),
                ToSqlOutput::Borrowed(value) => Some(value.into()),
                _ => None,
            }
        };
        self.table.primary_key.iter().map(|name| stored(name).unwrap_or(Stored::Null)).collect()
    }

    /// The snapshot's columns, read from a result row that holds them from column `first` on.
    pub(super) fn values_of(&self, row: &Row<'_>, first: usize) -> rusqlite::Result<Vec<Value>> {
        (0..self.columns.len()).map(|at| self.value_of(row, first, at)).collect()
    }

    /// The value of the snapshot's column `at`.
    pub(super) fn value_of(&self, row: &Row<'_>, first: usize, at: usize) -> rusqlite::Result<Value> {
        let column = &self.columns[at];
        Ok(read_value(column.ty, column.affinity, row.get_ref(first + at)?))
    }

    /// A row of the snapshot as people read it: `fragments: id 3`; a row without key by its first values.
    pub(super) fn show(&self, values: &[Value]) -> String {
        naming::show(&self.spec, values)
    }

    /// The table's name as people read it.
    pub(super) fn shown_name(&self) -> String {
        Shown(&self.spec.name).to_string()
    }

    /// A row's key as people read it: `id 3`; without key, its first values.
    pub(super) fn show_key(&self, values: &[Value]) -> String {
        naming::show_row_key(&self.spec, values)
    }

    /// The SQL condition under which the mask of `alias` marks one of the columns at `positions`.
    pub(super) fn touches(alias: &str, positions: &[usize]) -> String {
        let terms: Vec<String> =
            positions.iter().map(|at| format!("substr({alias}.mask, {}, 1) = x'01'", at + 1)).collect();
        if terms.is_empty() { "0".to_owned() } else { format!("({})", terms.join(" OR ")) }
    }

    /// Positions of the columns that a mask marks.
    pub(super) fn marked(mask: &[u8]) -> Vec<usize> {
        naming::marked(mask.iter().map(|mark| *mark == 1))
    }

    /// The names of the columns at `positions`: `list_id, position`.
    pub(super) fn show_columns(&self, positions: &[usize]) -> String {
        naming::show_columns(&self.spec, positions)
    }
}

impl ShapeColumn {
    fn of(spec: &ColumnSpec, table: &Table) -> Self {
        let column = table.column(&spec.name);
        let is_identity = column.is_some_and(|column| column.identity)
            || table.without_rowid && table.primary_key.contains(&spec.name);
        Self {
            quoted: identifier(&spec.name),
            ty: spec.ty,
            affinity: column.map_or(Affinity::Blob, |column| Affinity::of_column(table, column)),
            not_null: column.is_some_and(|column| column.not_null),
            is_identity,
        }
    }
}

/// Whether updating the snapshot's columns could change which row of the target is which: its primary key is where the row is
/// kept, and the snapshot has it among its ordinary columns.
pub(super) fn moves_rows(spec: &TableSpec, table: &Table) -> bool {
    let kept_by_key = table.without_rowid
        || table.primary_key.iter().any(|name| table.column(name).is_some_and(|column| column.identity));
    kept_by_key
        && table.primary_key.iter().any(|name| spec.column(name).is_some() && !spec.key.contains(name))
}

/// Whether a query has a row.
pub(super) fn exists(connection: &Connection, sql: &str) -> Result<bool, Error> {
    connection.prepare(sql).and_then(|mut statement| statement.exists([])).at(connection)
}

/// What the target stores, as its column's type reads it. A value that the type cannot keep (JSON with a duplicate key)
/// is taken as it is stored: it equals no typed value of a snapshot, so it counts as different, and is no error.
pub(super) fn read_value(ty: LogicalType, affinity: Affinity, stored: ValueRef<'_>) -> Value {
    let as_stored = || from_storage(LogicalType::Any, Affinity::Blob, stored).unwrap_or(Value::Null);
    from_storage(ty, affinity, stored).unwrap_or_else(|_| as_stored())
}
