//! Indexes that are not valid, and rows that share the values of a primary or unique key: a damaged index lets them in, or one
//! whose texts were sorted by another version of the system's collations.

use model::text::show_names;

use super::Check;
use crate::postgres::select::get;
use crate::postgres::sql::{identifier, qualified};
use crate::{Error, Finding, FindingKind};

/// An index, as the server has it.
#[expect(clippy::struct_excessive_bools, reason = "independent facts, as the server tells them")]
pub(super) struct Index {
    number: u32,
    name: String,
    /// The table that rows are read from, and the partition of it that the index is of.
    root: u32,
    table: u32,
    is_unique: bool,
    is_valid: bool,
    /// Whether it is over columns, of all rows.
    is_plain: bool,
    /// Whether all types compare in it as they do everywhere.
    is_usual: bool,
    nulls_are_equal: bool,
    /// Whether it is a part of another.
    is_part: bool,
}

/// `indnullsnotdistinct` came with PostgreSQL 15; through JSON it may be missing.
const INDEXES: &str = "SELECT i.indexrelid, c.relname::pg_catalog.text,
      coalesce(pg_catalog.pg_partition_root(i.indrelid)::pg_catalog.oid, i.indrelid), i.indrelid, i.indisunique,
      i.indisvalid AND i.indisready AND i.indislive,
      i.indpred IS NULL AND i.indexprs IS NULL AND NOT i.indisexclusion,
      (SELECT pg_catalog.bool_and(o.opcdefault) FROM pg_catalog.unnest(i.indclass::pg_catalog.oid[]) AS u(number)
        JOIN pg_catalog.pg_opclass AS o ON o.oid = u.number),
      coalesce(pg_catalog.to_jsonb(i)->>'indnullsnotdistinct', 'false') = 'true',
      EXISTS (SELECT FROM pg_catalog.pg_inherits AS h WHERE h.inhrelid = i.indexrelid)
    FROM pg_catalog.pg_index AS i JOIN pg_catalog.pg_class AS c ON c.oid = i.indexrelid
    WHERE coalesce(pg_catalog.pg_partition_root(i.indrelid)::pg_catalog.oid, i.indrelid) = ANY ($1)
    ORDER BY c.relname, i.indexrelid";

/// The columns of an index with their collations.
const COLUMNS: &str = "SELECT a.attname::pg_catalog.text, n.nspname::pg_catalog.text, o.collname::pg_catalog.text
    FROM pg_catalog.pg_index AS i
    CROSS JOIN ROWS FROM (pg_catalog.unnest(i.indkey::pg_catalog.int2[]), pg_catalog.unnest(i.indcollation::pg_catalog.oid[]))
      WITH ORDINALITY AS k(number, collated, place)
    JOIN pg_catalog.pg_attribute AS a ON a.attrelid = i.indrelid AND a.attnum = k.number
    LEFT JOIN pg_catalog.pg_collation AS o ON o.oid = k.collated
    LEFT JOIN pg_catalog.pg_namespace AS n ON n.oid = o.collnamespace
    WHERE i.indexrelid = $1 AND k.place <= i.indnkeyatts ORDER BY k.place";

/// Every index of the tables that are looked at, those of partitions among them.
///
/// # Errors
/// Reading fails.
pub(super) fn read(check: &mut Check<'_>) -> Result<Vec<Index>, Error> {
    let numbers = check.numbers();
    let mut indexes = Vec::new();
    for row in check.session.query(INDEXES, &[&numbers])? {
        let session = &*check.session;
        indexes.push(Index {
            number: get(session, &row, 0)?,
            name: get(session, &row, 1)?,
            root: get(session, &row, 2)?,
            table: get(session, &row, 3)?,
            is_unique: get(session, &row, 4)?,
            is_valid: get(session, &row, 5)?,
            is_plain: get(session, &row, 6)?,
            is_usual: get::<Option<bool>>(session, &row, 7)?.unwrap_or(true),
            nulls_are_equal: get(session, &row, 8)?,
            is_part: get(session, &row, 9)?,
        });
    }
    Ok(indexes)
}

/// Looks at the indexes of one table.
///
/// # Errors
/// Reading fails.
pub(super) fn look(check: &mut Check<'_>, at: usize, indexes: &[Index]) -> Result<(), Error> {
    let (name, oid) = (check.subjects[at].name, check.subjects[at].oid);
    for index in indexes.iter().filter(|index| index.root == oid) {
        let shown = show_names([&index.name]);
        if !index.is_valid {
            let says = "the index is not valid, as after a CREATE INDEX CONCURRENTLY that failed or still runs: no query uses it, and a unique one does not hold for all rows; `REINDEX INDEX` makes it anew, `DROP INDEX` gives it up";
            let finding = Finding::of_table(FindingKind::Index, name, shown.clone(), says);
            check.subjects[at].findings.push(finding);
        }
        if !index.is_unique || index.is_part {
            continue;
        }
        if !index.is_plain || !index.is_usual {
            let why = if index.is_plain {
                "compares in a way of its own"
            } else {
                "is over expressions or a part of the rows"
            };
            check.notes.push(format!(
                "{}: the unique index {shown} {why}, and was not compared with the rows",
                show_names([&name.to_owned()])
            ));
            continue;
        }
        check.subjects[at].checked.unique_keys += 1;
        let finding = twice(check, at, index)?;
        check.subjects[at].findings.extend(finding);
    }
    Ok(())
}

/// The rows whose values in a unique index stand more than once.
fn twice(check: &mut Check<'_>, at: usize, index: &Index) -> Result<Option<Finding>, Error> {
    let (mut columns, mut by) = (Vec::new(), Vec::new());
    for row in check.session.query(COLUMNS, &[&index.number])? {
        let column: String = get(check.session, &row, 0)?;
        let schema: Option<String> = get(check.session, &row, 1)?;
        let collation: Option<String> = get(check.session, &row, 2)?;
        let collate = collation.map(|name| format!(" COLLATE {}", qualified(schema.as_deref(), &name)));
        by.push(format!("x.{}{}", identifier(&column), collate.unwrap_or_default()));
        columns.push(column);
    }
    let filled = columns.iter().map(|column| format!("x.{} IS NOT NULL", identifier(column)));
    let mut conditions: Vec<String> = filled.filter(|_| !index.nulls_are_equal).collect();
    if index.table != index.root {
        conditions.push(format!(
            "x.tableoid IN (SELECT t.relid FROM pg_catalog.pg_partition_tree({}) AS t)",
            index.table
        ));
    }
    if conditions.is_empty() {
        conditions.push("TRUE".to_owned());
    }
    let subject = &check.subjects[at];
    let name = subject.name;
    let (table, conditions, by) = (&subject.from, conditions.join(" AND "), by.join(", "));
    let groups = format!(
        "SELECT FROM {table} AS x WHERE {conditions} GROUP BY {by} HAVING pg_catalog.count(*) > 1 LIMIT 1"
    );
    let named: Vec<String> = (subject.naming.key.iter().map(|column| identifier(column)))
        .map(|column| format!("x.{column} AS {column}"))
        .collect();
    let from = format!(
        "(SELECT {}, pg_catalog.count(*) OVER (PARTITION BY {by}) AS demo_count FROM {table} AS x WHERE {conditions}) AS m
         WHERE m.demo_count > 1",
        named.join(", ")
    );
    if check.session.query(&groups, &[])?.is_empty() {
        return Ok(None);
    }
    let sample = check.sample(at, &from)?;
    let says = "the values are to be unique, and the index does not see that they are not: change or delete all rows but one, then `REINDEX INDEX`";
    let subject = format!("{} ({})", show_names([&index.name]), show_names(&columns));
    Ok(sample.finding(FindingKind::Duplicate, name, subject, says))
}
