//! Counts that people see after an export or import: rows by table, and by a column where the scenario asks for it.

use std::collections::BTreeMap;

use database::{DatabaseUrl, SourceOptions, TableStatistics};
use model::{Definition, Ownership, Value, text::show_value};
use serde::Serialize;

use crate::Error;

/// More distinct values than this are counted together.
const MAX_VALUES: usize = 200;

/// Rows of one table of a snapshot.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct TableCount {
    /// The table.
    pub table: String,
    /// The scenario's own rows.
    pub owned: u64,
    /// Parents that it shares.
    pub shared: u64,
}

/// Rows by table, in the definition's order, empty tables included.
pub(crate) fn table_counts(definition: &Definition, sections: &[(usize, Ownership, u64)]) -> Vec<TableCount> {
    let rows = |table: usize, ownership: Ownership| {
        sections.iter().filter(|(t, o, _)| *t == table && *o == ownership).map(|(_, _, count)| count).sum()
    };
    let count = |(at, spec): (usize, &model::TableSpec)| TableCount {
        table: spec.name.clone(),
        owned: rows(at, Ownership::Owned),
        shared: rows(at, Ownership::Shared),
    };
    definition.tables.iter().enumerate().map(count).collect()
}

/// Rows by the values of a column, for each table that the definition breaks down.
#[derive(Clone, Debug, PartialEq, Eq, Default)]
pub(crate) struct Breakdown {
    columns: Vec<(usize, usize)>,
    counts: Vec<BreakdownCounts>,
}

/// One table's breakdown.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct BreakdownCounts {
    /// The table.
    pub table: String,
    /// The column.
    pub column: String,
    /// Rows by value as people read it.
    pub rows: BTreeMap<String, u64>,
}

impl Breakdown {
    /// Nothing counted yet.
    pub(crate) fn new(definition: &Definition) -> Self {
        let mut breakdown = Self::default();
        for (table, column) in &definition.breakdown {
            let Some(at) = definition.position(table) else { continue };
            let Some(index) = definition.tables[at].column(column) else { continue };
            breakdown.columns.push((at, index));
            breakdown.counts.push(BreakdownCounts {
                table: table.clone(),
                column: column.clone(),
                rows: BTreeMap::new(),
            });
        }
        breakdown
    }

    /// Counts a row of the definition's table `table`.
    pub(crate) fn add(&mut self, table: usize, values: &[Value]) {
        for ((at, column), counts) in self.columns.iter().zip(&mut self.counts) {
            if *at == table {
                let value = match &values[*column] {
                    Value::Text(text) => text.clone(),
                    other => show_value(other, 40),
                };
                let full = counts.rows.len() >= MAX_VALUES && !counts.rows.contains_key(&value);
                *counts.rows.entry(if full { "(other values)".to_owned() } else { value }).or_default() += 1;
            }
        }
    }

    /// The counts, by table.
    pub(crate) fn counts(&self) -> &[BreakdownCounts] {
        &self.counts
    }
}

/// Rows and bytes of every table of a database, by name.
///
/// # Errors
/// The database cannot be read.
pub fn database_statistics(url: &DatabaseUrl) -> Result<Vec<TableStatistics>, Error> {
    Ok(database::open_source(url, &SourceOptions::default())?.statistics()?)
}
