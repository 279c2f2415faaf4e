//! Rows and bytes of every table.

use model::Catalog;

use super::select::{Relations, count, get};
use super::session::Session;
use crate::{Error, TableStatistics};

/// A table that is no part of a partitioned one is in no tree of partitions.
const BYTES: &str = "SELECT coalesce((SELECT pg_catalog.sum(pg_catalog.pg_total_relation_size(relid))
    FROM pg_catalog.pg_partition_tree($1::pg_catalog.oid::pg_catalog.regclass)),
    pg_catalog.pg_total_relation_size($1::pg_catalog.oid::pg_catalog.regclass))::pg_catalog.int8";

/// Rows and bytes of every table of `catalog`, by name. Bytes are those of the table, its partitions, their indexes and
/// long values.
///
/// # Errors
/// The role may not read a table, or reading fails.
pub(crate) fn statistics(session: &mut Session, catalog: &Catalog) -> Result<Vec<TableStatistics>, Error> {
    let names: Vec<&str> = catalog.tables.keys().map(String::as_str).collect();
    let relations = Relations::lock(session, catalog, &names)?;
    let mut statistics = Vec::new();
    for name in names {
        let relation = relations.of(name)?;
        let rows = count(session, &format!("SELECT pg_catalog.count(*) FROM {}", relation.from))?;
        let row = session.query_one(BYTES, &[&relation.oid])?;
        let bytes: Option<i64> = get(session, &row, 0)?;
        statistics.push(TableStatistics {
            table: name.to_owned(),
            rows,
            bytes: bytes.map(i64::unsigned_abs),
        });
    }
    Ok(statistics)
}
