//! Unique indexes that only the engine itself can try: with a condition, an expression, or columns of which the snapshot
//! does not say what they will hold. The real run refuses a row that they refuse, by name; a dry run names the indexes.

use model::Column;
use model::text::Shown;

/// A unique index of the target.
pub(crate) struct UniqueIndex<'t> {
    pub name: String,
    /// Whether it has a condition.
    pub partial: bool,
    /// Whether it has an expression.
    pub computed: bool,
    pub columns: Vec<IndexColumn<'t>>,
}

/// A column of it.
pub(crate) struct IndexColumn<'t> {
    /// Whether it is among the snapshot's.
    pub is_known: bool,
    /// What the target says of it.
    pub column: Option<&'t Column>,
}

impl UniqueIndex<'_> {
    /// The sentence on an index of `table` that the merge cannot try; `None` if it can.
    pub(crate) fn note(&self, table: &str) -> Option<String> {
        let (name, table, why) = (Shown(&self.name), Shown(table), self.why()?);
        Some(format!(
            "The unique index {name} of {table} has {why}: whether its rows fit shows only in the real run."
        ))
    }

    /// What keeps the merge from trying it; `None` if nothing does, or if no row can meet another there.
    fn why(&self) -> Option<&'static str> {
        let known = |column: &IndexColumn<'_>| column.is_known;
        let generated = |column: &IndexColumn<'_>| column.column.is_some_and(|column| column.generated);
        // A column that a new row leaves out is NULL, which is unlike every other, unless a default says otherwise.
        let filled = |column: &IndexColumn<'_>| {
            column.column.is_some_and(|column| column.has_default || column.not_null)
        };
        if self.partial {
            Some("a condition")
        } else if self.computed {
            Some("an expression")
        } else if self.columns.iter().any(generated) {
            Some("columns that the target computes")
        } else if self.columns.iter().all(known)
            || !self.columns.iter().any(|column| known(column) || filled(column))
        {
            None
        } else {
            Some("columns that the snapshot lacks")
        }
    }
}
