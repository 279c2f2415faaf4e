//! How the two ends of a reference compare in SQL: as SQLite's own foreign keys do.
//!
//! The parent's column stands on the left, so that its collation counts, and the child's value takes its affinity.

use model::{Catalog, Reference};

use super::convert::Affinity;
use crate::Error;
use crate::known::{known_column, known_table, pairs_of};
use crate::sql::identifier;

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
        let mut pairs = Vec::new();
        let mut same_affinity = true;
        for (column, key) in pairs_of(child, reference)? {
            let affinities = (
                Affinity::of_column(table, known_column(child, table, column)?),
                Affinity::of_column(parent, known_column(&reference.to, parent, key)?),
            );
            same_affinity &= affinities.0 == affinities.1;
            pairs.push((identifier(column), identifier(key)));
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
