//! The rows of one section, in file order, one at a time.
//!
//! SQLite sorts, on disk where it has to, by keys that compare as the model's values do; so no order depends on a
//! collation, a text encoding or the row numbers. The order is checked while reading all the same.

use std::cmp::Ordering;

use model::{LogicalType, Ownership, StreamError, Table, TableSpec, Value};
use rusqlite::Connection;

use super::reach::CutColumn;
use super::row::{RowReader, stored};
use super::select::Kept;
use super::traps::{Found, Traps};
use crate::Error;
use crate::error::At as _;
use crate::sql::identifier;

/// One section of a selection.
pub(crate) struct Section<'a> {
    pub(crate) connection: &'a Connection,
    pub(crate) spec: &'a TableSpec,
    pub(crate) table: &'a Table,
    pub(crate) kept: &'a Kept,
    pub(crate) ownership: Ownership,
    /// The temporary table of depths, where rows are ordered by them.
    pub(crate) depths: Option<&'a str>,
    pub(crate) traps: &'a Traps,
    /// The columns that are not always written as they are.
    pub(crate) cuts: &'a [CutColumn],
}

/// What reading a section found.
#[derive(Debug)]
pub(crate) struct SectionRead {
    pub(crate) rows: u64,
    pub(crate) found: Found,
}

impl Section<'_> {
    /// Hands every row to `each`.
    ///
    /// # Errors
    /// Two rows have the same key, a value has no place in its column's type, reading fails, or `each` does.
    pub(crate) fn read(
        &self,
        each: &mut dyn FnMut(&[Value]) -> Result<(), StreamError>,
    ) -> Result<SectionRead, Error> {
        let reader = RowReader::new(self.spec, self.table);
        let mut statement = self.connection.prepare(&self.sql(&reader)).at(self.connection)?;
        let mut rows = statement.query([i64::from(self.ownership == Ownership::Owned)]).at(self.connection)?;
        let mut values: Vec<Value> = Vec::with_capacity(self.spec.columns.len());
        let mut last: Vec<Value> = Vec::new();
        let mut read = SectionRead { rows: 0, found: Found::default() };
        while let Some(row) = rows.next().at(self.connection)? {
            reader.read(row, &mut values)?;
            self.traps.look(&values, |at| stored(row, at), || reader.shown(row), &mut read.found);
            if !self.spec.key.is_empty() {
                self.check_order(&reader, row, &last, &values)?;
                last.clear();
                last.extend(reader.key_of(&values).cloned());
            }
            each(&values).map_err(Error::Stream)?;
            read.rows += 1;
        }
        Ok(read)
    }

    fn sql(&self, reader: &RowReader<'_>) -> String {
        let depths = self.depths.map_or_else(String::new, |depths| {
            format!(" CROSS JOIN {depths} AS d ON {}", self.kept.looked_up("d", "m"))
        });
        let depth = if self.depths.is_some() { "d.depth, " } else { "" };
        let from = format!(
            "{} AS k CROSS JOIN {} AS m ON {}{depths} WHERE k.owned = ?1",
            self.kept.kept,
            self.kept.table,
            self.kept.joined("m", "k"),
        );
        let order = |alias: &str| reader.order_sql(alias, &reader.order_columns());
        if self.is_row_number_order() {
            return format!("SELECT {} FROM {from} ORDER BY {depth}k.i0", self.columns(reader));
        }
        if self.cuts.is_empty() || !self.spec.key.is_empty() {
            return format!("SELECT {} FROM {from} ORDER BY {depth}{}", self.columns(reader), order("m"));
        }
        // Without a key rows are ordered by all that is written of them.
        let depth = if self.depths.is_some() { ", d.depth AS \"its depth\"" } else { "" };
        let by_depth = if self.depths.is_some() { "m.\"its depth\", " } else { "" };
        format!(
            "SELECT {} FROM (SELECT {}{depth} FROM {from}) AS m ORDER BY {by_depth}{}",
            reader.columns_sql("m"),
            self.columns(reader),
            order("m")
        )
    }

    /// The columns through the alias `m`, as they are written.
    fn columns(&self, reader: &RowReader<'_>) -> String {
        if self.cuts.is_empty() {
            return reader.columns_sql("m");
        }
        let written = |(at, column): (usize, &model::ColumnSpec)| {
            let name = identifier(&column.name);
            match self.cuts.iter().find(|cut| cut.at == at) {
                Some(cut) => format!("CASE WHEN {} THEN m.{name} END AS {name}", cut.stays),
                None => format!("m.{name}"),
            }
        };
        self.spec.columns.iter().enumerate().map(written).collect::<Vec<_>>().join(", ")
    }

    /// Whether the key is SQLite's row number, so that rows lie in the file's order already.
    fn is_row_number_order(&self) -> bool {
        let [key] = self.spec.key.as_slice() else { return false };
        let plain = self.spec.column(key).is_some_and(|at| self.spec.columns[at].ty == LogicalType::Integer);
        plain && self.table.column(key).is_some_and(|column| column.identity)
    }

    fn check_order(
        &self,
        reader: &RowReader<'_>,
        row: &rusqlite::Row<'_>,
        last: &[Value],
        values: &[Value],
    ) -> Result<(), Error> {
        if last.is_empty() {
            return Ok(());
        }
        let order = last.iter().cmp(reader.key_of(values));
        // Depths start again from small keys.
        let fine = order == Ordering::Less || order == Ordering::Greater && self.depths.is_some();
        let duplicate = || Error::DuplicateKey { table: self.spec.name.clone(), key: reader.shown(row) };
        if fine { Ok(()) } else { Err(duplicate()) }
    }
}
