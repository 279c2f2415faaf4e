//! How the two ends of a reference compare in SQL: as SQLite's own foreign keys do.
//!
//! The parent's column stands on the left, so that its collation counts, and the child's value takes its affinity.

use model::{Catalog, Definition, Reference, Table, TableSpec};

use super::connection::quote_identifier;
use super::convert::Affinity;
use crate::Error;

/// The pairs of columns of a reference, in SQL.
#[derive(Clone, Debug)]
pub(crate) struct Ends {
    /// Child column, parent column; quoted.
    pairs: Vec<(String, String)>,
    /// Whether no pair converts values when it is compared as it stands.
    pub(crate) same_affinity: bool,
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
        if reference.columns.is_empty() || reference.columns.len() != reference.key.len() {
            return Err(Error::UnevenReference {
                table: child.to_owned(),
                parent: reference.to.clone(),
                columns: reference.columns.len(),
                keys: reference.key.len(),
            });
        }
        let mut pairs = Vec::new();
        let mut same_affinity = true;
        for (column, key) in reference.columns.iter().zip(&reference.key) {
            let affinities = (affinity(child, table, column)?, affinity(&reference.to, parent, key)?);
            same_affinity &= affinities.0 == affinities.1;
            pairs.push((quote_identifier(column), quote_identifier(key)));
        }
        Ok(Self { pairs, same_affinity })
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

    fn join(&self, each: impl Fn(&str, &str) -> String) -> String {
        let parts: Vec<String> = self.pairs.iter().map(|(column, key)| each(column, key)).collect();
        parts.join(" AND ")
    }
}

/// The table of that name.
///
/// # Errors
/// There is none.
pub(crate) fn known_table<'c>(catalog: &'c Catalog, name: &str) -> Result<&'c Table, Error> {
    catalog.tables.get(name).ok_or_else(|| Error::UnknownTable { table: name.to_owned() })
}

/// Which table of `definition` a reference of `spec` leads to.
///
/// # Errors
/// The definition has no such table.
pub(crate) fn parent_position(
    definition: &Definition,
    spec: &TableSpec,
    reference: &Reference,
) -> Result<usize, Error> {
    definition
        .position(&reference.to)
        .ok_or_else(|| Error::UnknownParent { table: spec.name.clone(), parent: reference.to.clone() })
}

fn affinity(name: &str, table: &Table, column: &str) -> Result<Affinity, Error> {
    let found = table.column(column);
    let unknown = || Error::UnknownColumn { table: name.to_owned(), column: column.to_owned() };
    Ok(Affinity::of_column(table, found.ok_or_else(unknown)?))
}
