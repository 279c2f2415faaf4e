//! What differs between two definitions: told before the rows, so that a reader knows why so many of them changed.

use std::fmt;

use model::text::Shown;
use model::{Definition, LogicalType, TableSpec};

/// A difference between the tables of two definitions.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum SchemaChange {
    /// Only the head has the table.
    TableAdded(String),
    /// Only the base has the table.
    TableRemoved(String),
    /// Rows are identified by other columns, so none can be matched: all are told as removed and added.
    KeyChanged(String),
    /// Only the head has the column.
    ColumnAdded {
        /// Its table.
        table: String,
        /// Its name.
        column: String,
    },
    /// Only the base has the column.
    ColumnRemoved {
        /// Its table.
        table: String,
        /// Its name.
        column: String,
    },
    /// The column has another type.
    TypeChanged {
        /// Its table.
        table: String,
        /// Its name.
        column: String,
        /// The type it had.
        base: LogicalType,
        /// The type it has.
        head: LogicalType,
    },
}

/// The differences, removed tables first, then table by table in the head's order.
pub fn schema_changes(base: &Definition, head: &Definition) -> Vec<SchemaChange> {
    let gone = base.tables.iter().filter(|spec| head.table(&spec.name).is_none());
    let mut changes: Vec<SchemaChange> =
        gone.map(|spec| SchemaChange::TableRemoved(spec.name.clone())).collect();
    for spec in &head.tables {
        match base.table(&spec.name) {
            None => changes.push(SchemaChange::TableAdded(spec.name.clone())),
            Some(old) => table_changes(old, spec, &mut changes),
        }
    }
    changes
}

/// Whether rows of both can be matched: by the same key, or, without one, by all their columns.
pub(crate) fn comparable(base: &TableSpec, head: &TableSpec) -> bool {
    base.key == head.key && (!base.key.is_empty() || base.column_names() == head.column_names())
}

fn table_changes(base: &TableSpec, head: &TableSpec, changes: &mut Vec<SchemaChange>) {
    if base.key != head.key {
        changes.push(SchemaChange::KeyChanged(head.name.clone()));
    }
    for column in &base.columns {
        if head.column(&column.name).is_none() {
            let (table, column) = (head.name.clone(), column.name.clone());
            changes.push(SchemaChange::ColumnRemoved { table, column });
        }
    }
    for column in &head.columns {
        let (table, name) = (head.name.clone(), column.name.clone());
        match base.column(&name).map(|at| base.columns[at].ty) {
            None => changes.push(SchemaChange::ColumnAdded { table, column: name }),
            Some(ty) if ty != column.ty => {
                changes.push(SchemaChange::TypeChanged { table, column: name, base: ty, head: column.ty });
            }
            Some(_) => {}
        }
    }
}

impl fmt::Display for SchemaChange {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::TableAdded(table) => write!(f, "table {} added", Shown(table)),
            Self::TableRemoved(table) => write!(f, "table {} removed", Shown(table)),
            Self::KeyChanged(table) => write!(f, "table {} has another row key", Shown(table)),
            Self::ColumnAdded { table, column } => {
                write!(f, "column {}.{} added", Shown(table), Shown(column))
            }
            Self::ColumnRemoved { table, column } => {
                write!(f, "column {}.{} removed", Shown(table), Shown(column))
            }
            Self::TypeChanged { table, column, base, head } => {
                write!(f, "column {}.{} is {head}, was {base}", Shown(table), Shown(column))
            }
        }
    }
}
