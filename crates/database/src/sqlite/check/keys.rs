//! Rows that keys do not allow: primary and unique keys, NOT NULL, foreign keys. Values compare as SQLite compares them for
//! that key: by the index's collations, and by the parent column's collation and affinity.
//!
//! The rule to keep in mind: rows are read from the table itself, never through an index that may be what is wrong.

use model::text::show_names;
use model::{ForeignKey, Reference, Table};
use rusqlite::Connection;

use super::integrity::Told;
use super::{Check, Subject, indexes};
use crate::check::{Sample, shown_key};
use crate::error::{At as _, reason_of};
use crate::sql::identifier;
use crate::sqlite::reference::{Ends, Plus};
use crate::{Error, Finding, FindingKind};

/// Rows whose primary key holds NULL: SQLite lets them in unless the key is `INTEGER PRIMARY KEY`.
pub(super) fn null_in_key(check: &mut Check<'_>, at: usize, _: &Told) -> Result<(), Error> {
    let subject = &check.subjects[at];
    let nullable: Vec<String> = (subject.table.primary_key.iter())
        .filter(|key| subject.table.column(key).is_some_and(|column| !column.not_null))
        .map(|key| is_null(key))
        .collect();
    if nullable.is_empty() {
        return Ok(());
    }
    let from = format!("{} AS m NOT INDEXED WHERE {}", subject.sql, nullable.join(" OR "));
    let sample = subject.sample_from(check.connection, &subject.place, &from)?;
    let says = "SQLite allows NULL in a primary key, and such a row can neither be found by its key nor exported: give it a key, and declare the columns NOT NULL";
    let subject = (subject.name, show_names(&subject.table.primary_key));
    check.report.findings.extend(sample.finding(FindingKind::NullInKey, subject.0, subject.1, says));
    Ok(())
}

/// Rows with NULL in a column that allows none: rows of before the constraint, or written past it.
pub(super) fn not_null(check: &mut Check<'_>, at: usize, told: &Told) -> Result<(), Error> {
    let subject = &check.subjects[at];
    let is_doubtful = |column: &str| {
        told.more.contains(subject.name) || told.nulls.contains(&(subject.name.to_owned(), column.to_owned()))
    };
    let mut findings = Vec::new();
    for column in subject.table.columns.iter().filter(|column| column.not_null && is_doubtful(&column.name)) {
        let sample = subject.sample(check.connection, &is_null(&column.name))?;
        let says =
            "the column is NOT NULL, and the database would refuse these rows today: give them a value";
        let column = show_names([&column.name]);
        findings.extend(sample.finding(FindingKind::NotNull, subject.name, column, says));
    }
    check.report.findings.extend(findings);
    Ok(())
}

/// Indexes of which the engine says that they do not have their table's rows, and values that stand twice in unique ones.
pub(super) fn duplicates(check: &mut Check<'_>, at: usize, told: &Told) -> Result<(), Error> {
    let subject = &check.subjects[at];
    let all = indexes(check.connection, subject.name)?;
    let mut findings = Vec::new();
    let unique = all.values().filter(|unique| **unique).count() as u64;
    let has_row_number = subject.table.columns.iter().any(|column| column.identity);
    for (index, is_unique) in &all {
        let heard = told.indexes.get(&(subject.name.to_owned(), index.clone())).copied();
        let is_doubtful = heard.is_some() || told.more.contains(subject.name);
        let found = if *is_unique && is_doubtful {
            twice(check.connection, subject, index, heard.is_some_and(|(_, twice)| twice))?
        } else {
            None
        };
        let is_all = found.is_some() && heard.is_some_and(|(_, twice)| twice);
        findings.extend(found);
        if heard.is_some() && !is_all {
            let says = "the index does not have the rows of its table, so that statements which use it miss or repeat rows: `REINDEX` makes it anew";
            findings.push(Finding::of_table(FindingKind::Index, subject.name, show_names([index]), says));
        }
    }
    check.report.findings.extend(findings);
    check.report.tables[at].unique_keys = unique + u64::from(has_row_number);
    Ok(())
}

/// The rows whose values in a unique index stand more than once.
fn twice(
    connection: &Connection,
    subject: &Subject<'_>,
    index: &str,
    is_told: bool,
) -> Result<Option<Finding>, Error> {
    let says = "the values are to be unique, and an index over them can no longer be made: change or delete all rows but one";
    let Some(columns) = plain_columns(connection, subject.name, index)? else {
        // What an index over an expression or a part of the rows holds is for the engine to say.
        let found =
            Finding::of_table(FindingKind::Duplicate, subject.name, show_names([&index.to_owned()]), says);
        return Ok(is_told.then_some(found));
    };
    let names = show_names(columns.iter().map(|(name, _)| name));
    let by: Vec<String> = columns
        .iter()
        .map(|(name, collation)| format!("x.{} COLLATE {}", identifier(name), identifier(collation)))
        .collect();
    let filled: Vec<String> =
        columns.iter().map(|(name, _)| format!("typeof(x.{}) <> 'null'", identifier(name))).collect();
    let named: Vec<String> = (subject.naming.columns.iter().map(|column| identifier(&column.name)))
        .map(|column| format!("x.{column} AS {column}"))
        .collect();
    let from = format!(
        "(SELECT {}, count(*) OVER (PARTITION BY {}) AS demo_count FROM {} AS x NOT INDEXED WHERE {}) AS m
         WHERE m.demo_count > 1",
        named.join(", "),
        by.join(", "),
        subject.sql,
        filled.join(" AND ")
    );
    let sample = subject.sample_from(connection, &subject.naming, &from)?;
    let key = format!("{} ({names})", show_names([&index.to_owned()]));
    Ok(sample.finding(FindingKind::Duplicate, subject.name, key, says))
}

/// The columns of an index with their collations; `None` where it has expressions or not all rows.
fn plain_columns(
    connection: &Connection,
    table: &str,
    index: &str,
) -> Result<Option<Vec<(String, String)>>, Error> {
    let partial = "SELECT partial FROM pragma_index_list(?1, 'main') WHERE name = ?2";
    if connection.query_row(partial, [table, index], |row| row.get(0)).at(connection)? {
        return Ok(None);
    }
    let sql = "SELECT name, coll FROM pragma_index_xinfo(?1, 'main') WHERE key ORDER BY seqno";
    let mut statement = connection.prepare_cached(sql).at(connection)?;
    let read = |row: &rusqlite::Row<'_>| Ok(row.get::<_, Option<String>>(0)?.zip(row.get(1)?));
    let columns = statement.query_map([index], read).at(connection)?;
    columns.collect::<rusqlite::Result<Option<Vec<(String, String)>>>>().at(connection)
}

/// Rows that refer to nothing, and keys that lead nowhere by themselves.
pub(super) fn foreign_keys(check: &mut Check<'_>, at: usize, _: &Told) -> Result<(), Error> {
    let subject = &check.subjects[at];
    let mut findings = Vec::new();
    for key in &subject.table.foreign_keys {
        let shown = shown_key(&key.columns, &key.to, &key.key);
        if let Some(reason) = broken(check, key) {
            let refers: Vec<String> =
                key.columns.iter().map(|c| format!("m.{} IS NOT NULL", identifier(c))).collect();
            let rows = if check.catalog.tables.contains_key(&key.to) {
                Sample::default()
            } else {
                subject.sample(check.connection, &refers.join(" AND "))?
            };
            let says = format!(
                "{reason}, so that SQLite can enforce it for no row, and refuses changes where foreign keys are on: make what it refers to, or take the key out of the schema"
            );
            let mut finding = Finding::of_table(FindingKind::BrokenForeignKey, subject.name, shown, says);
            (finding.rows, finding.first) = (Some(rows.total).filter(|rows| *rows > 0), rows.first);
            findings.push(finding);
            continue;
        }
        let sample = dangling(check, subject, key)?;
        let says = "these rows refer to rows that do not exist; SQLite enforces foreign keys only for connections that ask for it: insert the missing rows, or change, empty or delete the references";
        findings.extend(sample.finding(FindingKind::ForeignKey, subject.name, shown, says));
    }
    if !findings.iter().any(|finding| finding.kind == FindingKind::BrokenForeignKey) {
        findings.extend(mismatch(check.connection, subject));
    }
    check.report.findings.extend(findings);
    check.report.tables[at].foreign_keys = check.subjects[at].table.foreign_keys.len() as u64;
    Ok(())
}

fn dangling(check: &Check<'_>, subject: &Subject<'_>, key: &ForeignKey) -> Result<Sample, Error> {
    let reference = Reference {
        columns: key.columns.clone(),
        to: key.to.clone(),
        key: key.key.clone(),
        child: false,
        link: false,
    };
    let ends = Ends::new(check.catalog, subject.name, &reference)?;
    let condition = format!(
        "{} AND NOT EXISTS (SELECT 1 FROM main.{} AS p WHERE {})",
        ends.refers("m"),
        identifier(&key.to),
        ends.equal("p", "m", Plus::Yes)
    );
    subject.sample(check.connection, &condition)
}

/// Why a foreign key can lead to no row.
fn broken(check: &Check<'_>, key: &ForeignKey) -> Option<&'static str> {
    let Some(parent) = check.catalog.tables.get(&key.to) else {
        return Some("there is no table of the name that the key leads to");
    };
    if key.key.len() != key.columns.len() {
        return Some("the key has not as many columns as what it refers to");
    }
    if key.key.iter().any(|column| parent.column(column).is_none()) {
        return Some("the key leads to a column that does not exist");
    }
    (!is_unique(parent, &key.key))
        .then_some("the columns that the key leads to are neither a primary key nor unique")
}

fn is_unique(table: &Table, columns: &[String]) -> bool {
    let same =
        |key: &[String]| key.len() == columns.len() && columns.iter().all(|column| key.contains(column));
    same(&table.primary_key) || table.unique_keys.iter().any(|key| same(&key.columns))
}

/// What only the engine sees: unique indexes whose collation is not that of their column.
fn mismatch(connection: &Connection, subject: &Subject<'_>) -> Option<Finding> {
    let sql = format!("PRAGMA main.foreign_key_check({})", identifier(subject.name));
    let error = connection.prepare(&sql).err()?;
    let reason = reason_of(&error);
    let says = format!(
        "{reason}: the columns that it leads to have no unique index in their own collation, so that SQLite refuses changes where foreign keys are on: make such an index, or take the key out of the schema"
    );
    reason
        .contains("foreign key mismatch")
        .then(|| Finding::of_table(FindingKind::BrokenForeignKey, subject.name, "", says))
}

/// Of a column that the engine believes without NULL, `IS NULL` would be answered unseen.
fn is_null(column: &str) -> String {
    format!("typeof(m.{}) = 'null'", identifier(column))
}
