//! What a snapshot says of itself: its tables with types, keys, references and selection, the `Definition` and `Table`
//! lines of a file. A definition is complete: rows can be found in a source, and owned rows told from shared ones in a
//! target, without the scenario's settings.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::LogicalType;

/// Whether a row is the scenario's own or a parent that it shares with others.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Ownership {
    /// A parent that nothing selects: inserted if missing, never deleted.
    Shared,
    /// A selected row or a child of one.
    Owned,
}

/// A plan in the order of its tables: what is exported, and what a file says it holds.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Definition {
    /// The table whose rows the header counts by name.
    pub total: String,
    /// Statistics by a column: table to column.
    pub breakdown: BTreeMap<String, String>,
    /// Parents before children, so far as cycles allow.
    pub tables: Vec<TableSpec>,
}

/// One table of a definition: a `Table` line.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TableSpec {
    /// The table's name.
    pub name: String,
    /// PostgreSQL: its schema, if not `public`.
    pub schema: Option<String>,
    /// The columns that the file holds, in order; generated ones are not among them.
    pub columns: Vec<ColumnSpec>,
    /// The row key's columns; empty for a table without one.
    pub key: Vec<String>,
    /// Rows by depth, then key: only where a NOT NULL self-reference needs it.
    pub order_parents: bool,
    /// Limits shaped the rows, so an import must not delete by this definition.
    pub limit: bool,
    /// Terms joined by OR, each a list of conditions joined by AND. No term: nothing is selected; an empty term: all rows.
    pub select: Vec<Vec<Condition>>,
    /// References to tables of this definition, sorted by columns, target, key.
    pub references: Vec<Reference>,
}

/// A column of a [`TableSpec`].
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ColumnSpec {
    /// The column's name.
    pub name: String,
    /// What its values mean.
    pub ty: LogicalType,
}

/// A reference from columns of one table to a key of another (or the same).
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Reference {
    /// The referring columns.
    pub columns: Vec<String>,
    /// The table referred to.
    pub to: String,
    /// Its columns, in the order of `columns`.
    pub key: Vec<String>,
    /// Rows that refer to an owned row along this reference are owned too.
    pub child: bool,
    /// A reference to a row that comes later in the file is set under `Links`.
    pub link: bool,
}

/// One condition of a selection.
#[derive(Clone, Debug, PartialEq)]
pub struct Condition {
    /// The column, then the keys of a path into its JSON.
    pub path: Vec<String>,
    /// How the values are compared.
    pub op: ConditionOp,
    /// One or more for `in`, one for `from`, `to` and `like`, none for `null`.
    pub values: Vec<Scalar>,
}

impl Eq for Condition {}

/// How a [`Condition`] compares.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum ConditionOp {
    /// Equal to one of the values.
    In,
    /// At least the value.
    From,
    /// Below the value.
    To,
    /// NULL; for a JSON path: missing or JSON null.
    Null,
    /// Matches a pattern of `%` (any characters) and `_` (one), case-sensitive, without escape.
    Like,
}

impl ConditionOp {
    /// The name in files.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::In => "in",
            Self::From => "from",
            Self::To => "to",
            Self::Null => "null",
            Self::Like => "like",
        }
    }

    /// The operation of that name.
    pub fn parse(name: &str) -> Option<Self> {
        [Self::In, Self::From, Self::To, Self::Null, Self::Like].into_iter().find(|op| op.as_str() == name)
    }
}

/// A value of a condition.
#[derive(Clone, Debug, PartialEq)]
pub enum Scalar {
    /// `true` or `false`; along a JSON path it also matches 1 or 0.
    Boolean(bool),
    /// A whole number.
    Integer(i64),
    /// A finite double.
    Real(f64),
    /// Text, compared by its bytes.
    Text(String),
}

impl Definition {
    /// The index of the table of that name.
    pub fn position(&self, table: &str) -> Option<usize> {
        self.tables.iter().position(|spec| spec.name == table)
    }

    /// The table of that name.
    pub fn table(&self, name: &str) -> Option<&TableSpec> {
        self.tables.iter().find(|spec| spec.name == name)
    }

    /// Whether limits shaped the rows of a table, so that no condition tells which of them are the scenario's own.
    pub fn has_limits(&self) -> bool {
        self.tables.iter().any(|spec| spec.limit)
    }

    /// Whether both say the same of which rows the scenario owns: selection and child references of every table.
    pub fn same_ownership(&self, other: &Self) -> bool {
        let rules = |definition: &Self| -> BTreeMap<String, (Vec<Vec<Condition>>, Vec<Reference>)> {
            definition
                .tables
                .iter()
                .filter(|spec| spec.is_owned())
                .map(|spec| {
                    let children = spec.references.iter().filter(|reference| reference.child).cloned();
                    (
                        spec.name.clone(),
                        (spec.select.clone(), children.map(|r| Reference { link: false, ..r }).collect()),
                    )
                })
                .collect()
        };
        rules(self) == rules(other)
    }
}

impl TableSpec {
    /// Whether rows of this table can be the scenario's own. Of a limited table they can be so for a reason that the
    /// definition does not hold.
    pub fn is_owned(&self) -> bool {
        self.limit || !self.select.is_empty() || self.references.iter().any(|reference| reference.child)
    }

    /// The index of the column of that name.
    pub fn column(&self, name: &str) -> Option<usize> {
        self.columns.iter().position(|column| column.name == name)
    }

    /// The indexes of the row key's columns.
    pub fn key_indexes(&self) -> Vec<usize> {
        self.key.iter().filter_map(|name| self.column(name)).collect()
    }

    /// The columns' names in order.
    pub fn column_names(&self) -> Vec<String> {
        self.columns.iter().map(|column| column.name.clone()).collect()
    }
}
