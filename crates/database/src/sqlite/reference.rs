//! How the two ends of a reference compare in SQL: as SQLite's own foreign keys do.
//!
//! The parent's column stands on the left, so that its collation counts, and the child's value takes its affinity.

use model::{Catalog, Reference};
use rusqlite::Connection;

use super::convert::Affinity;
use super::said::ALL_ROWS;
use crate::Error;
use crate::error::At as _;
use crate::known::{known_column, known_table, pairs_of};
use crate::sql::identifier;

/// The pairs of columns of a reference, in SQL.
#[derive(Clone, Debug)]
pub(crate) struct Ends {
    /// Child column, parent column; quoted.
    pairs: Vec<(String, String)>,
    /// The two tables and the names of their columns, unquoted.
    names: Names,
    /// Whether no pair converts values when it is compared as it stands.
    pub(crate) same_affinity: bool,
}

/// The child and the parent, and the pairs of their columns.
#[derive(Clone, Debug)]
struct Names {
    tables: (String, String),
    columns: Vec<(String, String)>,
}

/// Whether the child's column gets a `+`, which takes its own affinity away and its index out of the question.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Plus {
    Yes,
    No,
}

impl Ends {
    /// The ends of `reference`, which belongs to the table `child`.
    ///
    /// # Errors
    /// A table or column that `catalog` lacks, or a reference without as many columns on both ends.
    pub(crate) fn new(catalog: &Catalog, child: &str, reference: &Reference) -> Result<Self, Error> {
        let (table, parent) = (known_table(catalog, child)?, known_table(catalog, &reference.to)?);
        let (mut pairs, mut columns) = (Vec::new(), Vec::new());
        let mut same_affinity = true;
        for (column, key) in pairs_of(child, reference)? {
            let affinities = (
                Affinity::of_column(table, known_column(child, table, column)?),
                Affinity::of_column(parent, known_column(&reference.to, parent, key)?),
            );
            same_affinity &= affinities.0 == affinities.1;
            pairs.push((identifier(column), identifier(key)));
            columns.push((column.clone(), key.clone()));
        }
        let names = Names { tables: (child.to_owned(), reference.to.clone()), columns };
        Ok(Self { pairs, names, same_affinity })
    }

    /// Whether the rows `parent` and `child` (aliases) are the two ends.
    pub(crate) fn equal(&self, parent: &str, child: &str, plus: Plus) -> String {
        let plus = if plus == Plus::Yes { "+" } else { "" };
        self.join(|column, key| format!("{parent}.{key} = {plus}{child}.{column}"))
    }

    /// Whether the row `child` (alias) refers to anything: none of its columns is NULL.
    pub(crate) fn refers(&self, child: &str) -> String {
        self.join(|column, _| format!("{child}.{column} IS NOT NULL"))
    }

    /// The child's columns through `child`: `m."a", m."b"`.
    pub(crate) fn columns(&self, child: &str, plus: Plus) -> String {
        let plus = if plus == Plus::Yes { "+" } else { "" };
        self.list(|column, _| format!("{plus}{child}.{column}"))
    }

    /// The parent's columns through `parent`, as one value: `p."a"`, `(p."a", p."b")`.
    pub(crate) fn row_of_keys(&self, parent: &str) -> String {
        self.row(self.list(|_, key| format!("{parent}.{key}")))
    }

    /// Whether the row `child` (alias) refers to a row `parent` of `table` that meets `condition`. Where both ends compare alike, an index on
    /// either can serve; elsewhere only one on the parent's key does.
    ///
    /// # Errors
    /// The schema cannot be read.
    pub(crate) fn found_in(
        &self,
        connection: &Connection,
        child: &str,
        table: &str,
        parent: &str,
        condition: &str,
    ) -> Result<String, Error> {
        if !self.compare_alike(connection)? {
            let equal = self.equal(parent, child, Plus::Yes);
            return Ok(format!("EXISTS (SELECT 1 FROM {table} AS {parent} WHERE {equal} AND ({condition}))"));
        }
        let filter = if condition == ALL_ROWS { String::new() } else { format!(" WHERE {condition}") };
        let (columns, keys) = (self.columns(child, Plus::No), self.list(|_, key| format!("{parent}.{key}")));
        Ok(format!("{} IN (SELECT {keys} FROM {table} AS {parent}{filter})", self.row(columns)))
    }

    /// Whether both columns of each pair convert values and order texts in the same way, so that either may stand on the left.
    fn compare_alike(&self, connection: &Connection) -> Result<bool, Error> {
        let collation = |table: &str, column: &str| -> Result<String, Error> {
            let (_, name, ..) = connection.column_metadata(Some("main"), table, column).at(connection)?;
            Ok(name.map_or_else(String::new, |name| name.to_string_lossy().to_ascii_uppercase()))
        };
        let (child, parent) = &self.names.tables;
        for (column, key) in &self.names.columns {
            if !self.same_affinity || collation(child, column)? != collation(parent, key)? {
                return Ok(false);
            }
        }
        Ok(true)
    }

    fn row(&self, list: String) -> String {
        if self.pairs.len() > 1 { format!("({list})") } else { list }
    }

    fn list(&self, each: impl Fn(&str, &str) -> String) -> String {
        let parts: Vec<String> = self.pairs.iter().map(|(column, key)| each(column, key)).collect();
        parts.join(", ")
    }

    fn join(&self, each: impl Fn(&str, &str) -> String) -> String {
        let parts: Vec<String> = self.pairs.iter().map(|(column, key)| each(column, key)).collect();
        parts.join(" AND ")
    }
}
