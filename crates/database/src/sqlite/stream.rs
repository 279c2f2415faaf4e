//! The rows of one section, in file order, one at a time.
//!
//! SQLite sorts, on disk where it has to, by keys that compare as the model's values do; so no order depends on a
//! collation, a text encoding or the row numbers. The order is checked while reading all the same.

use std::cmp::Ordering;

use model::{LogicalType, Ownership, StreamError, Table, TableSpec, Value};
use rusqlite::types::Value as Stored;
use rusqlite::{Connection, params_from_iter};

use super::cuts::CutColumn;
use super::predicate::Predicate;
use super::row::{RowReader, stored};
use super::said::{ALL_ROWS, SaidTable};
use super::select::Kept;
use super::traps::{Found, Traps};
use crate::Error;
use crate::error::At as _;
use crate::sql::identifier;

/// A table is read as it lies where its row numbers span less than so many times the rows that are wanted.
const GOOD_PART: u32 = 4;

/// One section of a selection.
pub(crate) struct Section<'a> {
    pub(crate) connection: &'a Connection,
    pub(crate) spec: &'a TableSpec,
    pub(crate) table: &'a Table,
    pub(crate) rows: Rows<'a>,
    pub(crate) ownership: Ownership,
    pub(crate) traps: &'a Traps,
}

/// Where the kept rows of a table are.
#[derive(Clone, Copy)]
pub(crate) enum Rows<'a> {
    /// A condition tells.
    Said(&'a SaidTable),
    /// Their row numbers are in a temporary table.
    Kept {
        kept: &'a Kept,
        /// The temporary table of depths, where rows are ordered by them.
        depths: Option<&'a str>,
        /// The columns that are not always written as they are.
        cuts: &'a [CutColumn],
    },
}

/// A SELECT, and what its `?` stand for.
type Query = (String, Vec<Stored>);

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
        let mut read = SectionRead { rows: 0, found: Found::default() };
        let Some((sql, bound)) = self.query(&reader)? else { return Ok(read) };
        let mut statement = self.connection.prepare(&sql).at(self.connection)?;
        let mut rows = statement.query(params_from_iter(bound)).at(self.connection)?;
        let mut values: Vec<Value> = Vec::with_capacity(self.spec.columns.len());
        let mut last: Vec<Value> = Vec::new();
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

    /// The rows in order; `None` if there are none.
    fn query(&self, reader: &RowReader<'_>) -> Result<Option<Query>, Error> {
        match self.rows {
            Rows::Kept { kept, depths, cuts } => {
                let owned = i64::from(self.ownership == Ownership::Owned);
                Ok(Some((self.kept_sql(reader, kept, depths, cuts), vec![Stored::Integer(owned)])))
            }
            Rows::Said(said) => self.said(reader, said),
        }
    }

    fn said(&self, reader: &RowReader<'_>, said: &SaidTable) -> Result<Option<Query>, Error> {
        let section = said.section(self.ownership);
        let Some(Predicate { sql: rows, values }) = &section.rows else { return Ok(None) };
        let (columns, table) = (reader.columns_sql("m"), &said.table);
        let by_number = said.row_number().filter(|_| self.is_row_number_order());
        let order = match by_number {
            Some(number) => format!("m.{number}"),
            None => reader.order_sql("m", &reader.order_columns()),
        };
        if let (Some(few), Some(number)) = (&section.few, said.row_number()) {
            let marks = vec!["?"; few.len()].join(", ");
            let sql =
                format!("SELECT {columns} FROM {table} AS m WHERE m.{number} IN ({marks}) ORDER BY {order}");
            return Ok(Some((sql, few.iter().copied().map(Stored::Integer).collect())));
        }
        let sql = if by_number.is_none() || rows == ALL_ROWS {
            format!("SELECT {columns} FROM {table} AS m WHERE {rows} ORDER BY {order}")
        } else if self.is_most(&order, said)? {
            format!("SELECT {columns} FROM {table} AS m NOT INDEXED WHERE {rows} ORDER BY {order}")
        } else {
            // An index gives the rows in its own order; to sort their numbers takes less than to sort the rows.
            format!(
                "SELECT {columns} FROM {table} AS m WHERE {order} IN (SELECT {order} FROM {table} AS m WHERE {rows}) ORDER BY {order}"
            )
        };
        Ok(Some((sql, values.clone())))
    }

    /// Whether the section has a good part of the table's rows, so far as the row numbers `number` tell: then the table is best
    /// read as it lies.
    fn is_most(&self, number: &str, said: &SaidTable) -> Result<bool, Error> {
        let sql = format!(
            "SELECT (SELECT CAST(max({number}) AS REAL) FROM {0} AS m) - (SELECT min({number}) FROM {0} AS m) < ?1 * {GOOD_PART}",
            said.table
        );
        let count = i64::try_from(said.section(self.ownership).count).unwrap_or(i64::MAX);
        let is_most: Option<bool> =
            self.connection.query_row(&sql, [count], |row| row.get(0)).at(self.connection)?;
        Ok(is_most.unwrap_or_default())
    }

    fn kept_sql(
        &self,
        reader: &RowReader<'_>,
        kept: &Kept,
        depths: Option<&str>,
        cuts: &[CutColumn],
    ) -> String {
        let joined = depths.map_or_else(String::new, |depths| {
            format!(" CROSS JOIN {depths} AS d ON {}", kept.looked_up("d", "m"))
        });
        let depth = if depths.is_some() { "d.depth, " } else { "" };
        let from = format!(
            "{} AS k CROSS JOIN {} AS m ON {}{joined} WHERE k.owned = ?1",
            kept.kept,
            kept.table,
            kept.joined("m", "k"),
        );
        let columns = self.columns(reader, cuts);
        let order = |alias: &str| reader.order_sql(alias, &reader.order_columns());
        if self.is_row_number_order() {
            return format!("SELECT {columns} FROM {from} ORDER BY {depth}k.i0");
        }
        if cuts.is_empty() || !self.spec.key.is_empty() {
            return format!("SELECT {columns} FROM {from} ORDER BY {depth}{}", order("m"));
        }
        // Without a key rows are ordered by all that is written of them.
        let depth = if depths.is_some() { ", d.depth AS \"its depth\"" } else { "" };
        let by_depth = if depths.is_some() { "m.\"its depth\", " } else { "" };
        format!(
            "SELECT {} FROM (SELECT {columns}{depth} FROM {from}) AS m ORDER BY {by_depth}{}",
            reader.columns_sql("m"),
            order("m")
        )
    }

    /// The columns through the alias `m`, as they are written.
    fn columns(&self, reader: &RowReader<'_>, cuts: &[CutColumn]) -> String {
        if cuts.is_empty() {
            return reader.columns_sql("m");
        }
        let written = |(at, column): (usize, &model::ColumnSpec)| {
            let name = identifier(&column.name);
            match cuts.iter().find(|cut| cut.at == at) {
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
        let by_depth = matches!(self.rows, Rows::Kept { depths: Some(_), .. });
        let fine = order == Ordering::Less || order == Ordering::Greater && by_depth;
        let duplicate = || Error::DuplicateKey { table: self.spec.name.clone(), key: reader.shown(row) };
        if fine { Ok(()) } else { Err(duplicate()) }
    }
}
