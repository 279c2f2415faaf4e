//! One row of a COPY as values of the model, and how it is named in messages.

use model::{LogicalType, Table, TableSpec, Value};

use crate::Error;
use crate::postgres::codec::Fields;
use crate::row::Rows;

/// Reads rows whose fields start with the columns of a [`TableSpec`].
#[derive(Clone, Debug)]
pub(crate) struct RowReader<'a> {
    rows: Rows<'a>,
    /// By column: what it holds in the database, and what its values mean.
    types: Vec<(LogicalType, LogicalType)>,
}

impl<'a> RowReader<'a> {
    /// A reader for `spec`, whose columns `table` has.
    pub(crate) fn new(spec: &'a TableSpec, table: &Table) -> Self {
        let types = spec.columns.iter().map(|column| {
            (table.column(&column.name).map_or(LogicalType::Text, |stored| stored.ty), column.ty)
        });
        Self { rows: Rows::of(spec), types: types.collect() }
    }

    /// Puts the row's values into `values`, in the order of the definition's columns.
    ///
    /// # Errors
    /// A value is too large, or has no place in its column's type.
    pub(crate) fn read(&self, row: &impl Fields, values: &mut Vec<Value>) -> Result<(), Error> {
        values.resize(self.types.len(), Value::Null);
        for (at, ((stored, ty), slot)) in self.types.iter().zip(values).enumerate() {
            self.rows.check_size(at, row.size(at, *stored), || self.shown(row))?;
            row.value_into(at, *stored, *ty, slot)
                .map_err(|reason| self.rows.misfit(at, self.shown(row), reason))?;
        }
        Ok(())
    }

    /// The row key's values among a row's.
    pub(crate) fn key_of<'v>(&self, values: &'v [Value]) -> impl Iterator<Item = &'v Value> {
        self.rows.key_of(values)
    }

    /// What orders rows: the row key's values; all of them for a table without one.
    pub(crate) fn order_of<'v>(&self, values: &'v [Value]) -> Vec<&'v Value> {
        if self.rows.key.is_empty() { values.iter().collect() } else { self.key_of(values).collect() }
    }

    /// The row as people read it: its key as stored, or, without one, its first columns.
    pub(crate) fn shown(&self, row: &impl Fields) -> String {
        self.rows.shown(|at| self.stored_value(row, at))
    }

    /// A value as it is stored, for messages.
    pub(crate) fn stored_value(&self, row: &impl Fields, at: usize) -> Value {
        let stored = self.types[at].0;
        row.value_or_text(at, stored, stored).unwrap_or_else(|_| Value::Text("?".to_owned()))
    }

    /// Adds to `counts`, by column, which of the row's `values` are stored as -0.0.
    pub(crate) fn count_negative_zeros(&self, row: &impl Fields, values: &[Value], counts: &mut [u64]) {
        for (at, (value, count)) in values.iter().zip(counts).enumerate() {
            let zero = matches!(value, Value::Real(x) if *x == 0.0);
            if zero && self.types[at].0 == LogicalType::Real && row.is_negative_zero(at) {
                *count += 1;
            }
        }
    }

    /// The definition's columns through `alias`, in their order.
    pub(crate) fn columns_sql(&self, alias: &str) -> String {
        self.rows.columns_sql(alias)
    }
}

#[cfg(test)]
mod tests {
    use insta::assert_snapshot;
    use miette::Diagnostic as _;
    use model::{Catalog, ColumnSpec, Definition, Engine};

    use super::*;
    use crate::postgres::copy::CopyRow;

    #[test]
    fn a_value_that_is_too_large_is_refused_by_name() {
        let column = |name: &str, ty| ColumnSpec { name: name.to_owned(), ty };
        let spec = TableSpec {
            name: "t".to_owned(),
            schema: None,
            columns: vec![column("id", LogicalType::Integer), column("x", LogicalType::Bytes)],
            key: vec!["id".to_owned()],
            order_parents: false,
            limit: false,
            select: Vec::new(),
            references: Vec::new(),
        };
        let definition = Definition {
            total: "t".to_owned(),
            breakdown: std::collections::BTreeMap::new(),
            tables: vec![spec],
        };
        let catalog = Catalog::of_definition(&definition, Engine::Postgres);
        let spec = &definition.tables[0];
        let mut reader = RowReader::new(spec, &catalog.tables["t"]);
        reader.rows.max_value = 3;
        let read = |mut line: &[u8]| {
            let mut row = CopyRow::default();
            row.read(&mut line).expect("a row");
            reader.read(&row, &mut Vec::new())
        };
        assert!(read(b"7\t\\\\x000102\n").is_ok());
        let error = read(b"7\t\\\\x00010203\n").expect_err("refused");
        assert_snapshot!(format!("{error}\nhelp: {}", error.help().expect("a help")), @"
        t.x, row id 7: a value of 4 bytes; a snapshot holds at most 3
        help: keep such values outside the database, or leave the row out of the scenario
        ");
    }
}
