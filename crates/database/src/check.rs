//! What a check of a whole database looks at and finds: rows that break keys, indexes that do not have their rows, counters
//! behind them, values that are not what their column says. How it is found is each engine's.
//!
//! The rule to keep in mind: a finding names rows by their keys, and shows nothing else of them.

use model::text::{Shown, show_names};
use model::{ColumnSpec, LogicalType, Table, TableSpec};

/// How a check tells how far it is: rows done, and rows in all.
pub type CheckProgress<'a> = &'a mut dyn FnMut(u64, u64);

/// What a check looked at, and what it found.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct DataCheck {
    /// By name.
    pub tables: Vec<CheckedTable>,
    /// By table, in the order in which it was looked for; what is no table's comes last.
    pub findings: Vec<Finding>,
    /// What could not be looked at, or is no fault of the rows: a sentence each.
    pub notes: Vec<String>,
}

/// What was looked at in one table.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct CheckedTable {
    /// The table.
    pub table: String,
    /// Its rows; `None` where damage keeps them from being counted.
    pub rows: Option<u64>,
    /// Its foreign keys whose rows were looked for.
    pub foreign_keys: u64,
    /// Its primary and unique keys.
    pub unique_keys: u64,
    /// The full-text tables over its rows.
    pub full_text: u64,
    /// The sequences or counters that number its rows.
    pub sequences: u64,
    /// The columns whose values were read; none where the engine itself lets nothing else in.
    pub columns: u64,
}

/// Something that is wrong.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Finding {
    /// What kind of fault.
    pub kind: FindingKind,
    /// The table; empty where it is no one table's.
    pub table: String,
    /// The key, index, sequence, constraint or column, as people read it; may be empty.
    pub subject: String,
    /// How many rows, where that can be told.
    pub rows: Option<u64>,
    /// The first of these rows, by their keys, as people read them.
    pub first: Vec<String>,
    /// What it means and how to mend it.
    pub says: String,
}

/// The kinds of faults.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum FindingKind {
    /// Rows refer to none.
    ForeignKey,
    /// A foreign key leads to no table, or to columns that are no key.
    BrokenForeignKey,
    /// Rows share the values of a primary or unique key.
    Duplicate,
    /// Rows have NULL in their primary key.
    NullInKey,
    /// Rows have NULL where the column allows none.
    NotNull,
    /// Rows violate a CHECK.
    Check,
    /// An index does not have the table's rows.
    Index,
    /// A full-text table does not have the words of its rows.
    FullText,
    /// A sequence or counter is behind the rows, missing, or no number.
    Sequence,
    /// Values are not what their column's type says.
    Type,
    /// Text is no text: not UTF-8, or with U+0000.
    Text,
    /// The file is damaged.
    Damage,
}

impl FindingKind {
    /// A word for programs.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::ForeignKey => "foreign-key",
            Self::BrokenForeignKey => "broken-foreign-key",
            Self::Duplicate => "duplicate",
            Self::NullInKey => "null-in-key",
            Self::NotNull => "not-null",
            Self::Check => "check",
            Self::Index => "index",
            Self::FullText => "full-text",
            Self::Sequence => "sequence",
            Self::Type => "type",
            Self::Text => "text",
            Self::Damage => "damage",
        }
    }
}

/// Rows that are counted, and the first of them by name.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Sample {
    pub(crate) total: u64,
    pub(crate) first: Vec<String>,
}

impl Sample {
    /// How many rows are named.
    pub(crate) const NAMED: usize = 5;

    /// Counts a row, and keeps its name if it is one of the first.
    pub(crate) fn push(&mut self, name: impl FnOnce() -> String) {
        self.total += 1;
        if self.first.len() < Self::NAMED {
            self.first.push(name());
        }
    }

    /// The finding that these rows are; `None` if there are none.
    pub(crate) fn finding(
        self,
        kind: FindingKind,
        table: &str,
        subject: String,
        says: impl Into<String>,
    ) -> Option<Finding> {
        (self.total > 0).then(|| Finding {
            kind,
            table: table.to_owned(),
            subject,
            rows: Some(self.total),
            first: self.first,
            says: says.into(),
        })
    }
}

impl Finding {
    /// One that is no matter of single rows.
    pub(crate) fn of_table(
        kind: FindingKind,
        table: &str,
        subject: impl Into<String>,
        says: impl Into<String>,
    ) -> Self {
        Self {
            kind,
            table: table.to_owned(),
            subject: subject.into(),
            rows: None,
            first: Vec::new(),
            says: says.into(),
        }
    }
}

/// `(thread, ns) → checkpoints (thread, ns)`.
pub(crate) fn shown_key(columns: &[String], to: &str, key: &[String]) -> String {
    let key = if key.is_empty() { String::new() } else { format!(" ({})", show_names(key)) };
    format!("({}) → {}{key}", show_names(columns), Shown(to))
}

/// What names the rows of a table: its row key, else the columns `place`, by which the engine finds a row.
pub(crate) fn naming(name: &str, table: &Table, place: &[&str]) -> TableSpec {
    let key = table.row_key();
    let key = if key.is_empty() { place.iter().map(|column| (*column).to_owned()).collect() } else { key };
    named_by(name, table, key)
}

/// Rows named by the columns `key`. What is no column of the table is read as text.
pub(crate) fn named_by(name: &str, table: &Table, key: Vec<String>) -> TableSpec {
    let ty = |column: &String| table.column(column).map_or(LogicalType::Text, |column| column.ty);
    TableSpec {
        name: name.to_owned(),
        schema: table.schema.clone(),
        columns: key.iter().map(|column| ColumnSpec { name: column.clone(), ty: ty(column) }).collect(),
        key,
        order_parents: false,
        limit: false,
        select: Vec::new(),
        references: Vec::new(),
    }
}
