//! Rows and bytes of every table.

use std::collections::BTreeMap;

use model::Catalog;
use rusqlite::Connection;

use crate::error::At as _;
use crate::sql::identifier;
use crate::{Error, TableStatistics};

/// Rows and bytes of every table of `catalog`, by name. Bytes are the pages of the table and its indexes, as `dbstat`
/// counts them; `None` where SQLite was built without it.
///
/// Reading `catalog` has made sure that no table of the schema stands in front of `dbstat`.
///
/// # Errors
/// Reading fails.
pub(crate) fn statistics(connection: &Connection, catalog: &Catalog) -> Result<Vec<TableStatistics>, Error> {
    let bytes = bytes_by_table(connection)?;
    catalog
        .tables
        .keys()
        .map(|table| {
            let sql = format!("SELECT count(*) FROM main.{}", identifier(table));
            let rows: i64 = connection.query_row(&sql, [], |row| row.get(0)).at(connection)?;
            Ok(TableStatistics {
                table: table.clone(),
                rows: rows.unsigned_abs(),
                bytes: bytes.as_ref().map(|bytes| bytes.get(table).copied().unwrap_or(0)),
            })
        })
        .collect()
}

fn bytes_by_table(connection: &Connection) -> Result<Option<BTreeMap<String, u64>>, Error> {
    let compiled = "SELECT count(*) FROM pragma_module_list WHERE name = 'dbstat'";
    if connection.query_row(compiled, [], |row| row.get::<_, i64>(0)).at(connection)? == 0 {
        return Ok(None);
    }
    let sql =
        "SELECT s.tbl_name, sum(d.pgsize) FROM dbstat AS d JOIN main.sqlite_schema AS s ON s.name = d.name
               WHERE d.aggregate = TRUE GROUP BY s.tbl_name";
    let mut statement = connection.prepare(sql).at(connection)?;
    let pairs = statement
        .query_map([], |row| Ok((row.get(0)?, row.get::<_, i64>(1)?.unsigned_abs())))
        .at(connection)?;
    pairs.collect::<rusqlite::Result<BTreeMap<String, u64>>>().at(connection).map(Some)
}
