//! What was read back of an import, and how it may differ from the snapshot.

use std::collections::BTreeSet;

use model::text::Shown;
use model::{TableSpec, Value};

use super::naming::{show, show_columns};
use crate::{Error, MergeError, Triggers};

/// What is wrong with a row of the snapshot, as the end of a sentence.
pub(crate) const NOT_OWNED: &str = "is not the scenario's by the file's definition";
/// What is wrong with a row of the target, as the end of a sentence.
pub(crate) const LEFT_OVER: &str = "is the scenario's by the definition, and not in the snapshot";

/// What was read back.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct ReadBack {
    /// Rows that equal the snapshot's.
    pub rows: u64,
    /// `table.column`, sorted.
    pub changed_by_triggers: Vec<String>,
}

/// What differs.
#[derive(Debug, Default)]
pub(crate) struct Differences {
    /// The first one, as the end of a sentence.
    first: Option<String>,
    /// `table.column`.
    columns: BTreeSet<String>,
    /// How many rows.
    rows: u64,
}

impl ReadBack {
    /// Accepts columns that triggers changed, while they are on; nothing else. `unnamed` says what differs where no row does.
    ///
    /// # Errors
    /// [`MergeError::Verification`].
    pub(crate) fn accept(
        &mut self,
        differences: Differences,
        triggers: Triggers,
        unnamed: impl FnOnce() -> String,
    ) -> Result<(), Error> {
        if triggers == Triggers::Off || differences.columns.is_empty() {
            let what = differences.first.unwrap_or_else(unnamed);
            return Err(MergeError::Verification { what }.into());
        }
        self.rows -= differences.rows;
        self.changed_by_triggers = differences.columns.into_iter().collect();
        Ok(())
    }
}

impl Differences {
    /// A row that is missing: nothing else counts then.
    pub(crate) fn missing(what: String) -> Self {
        Self { first: Some(what), ..Self::default() }
    }

    /// A row that differs in the columns at `positions`.
    pub(crate) fn note(&mut self, spec: &TableSpec, values: &[Value], positions: &[usize]) {
        self.rows += 1;
        self.first.get_or_insert_with(|| {
            format!("{} differs in {}", show(spec, values), show_columns(spec, positions))
        });
        for column in positions.iter().filter_map(|at| spec.columns.get(*at)) {
            self.columns.insert(format!("{}.{}", Shown(&spec.name), Shown(&column.name)));
        }
    }
}

/// Checks how many rows of a table are the scenario's, where all that it has are the snapshot's.
///
/// # Errors
/// [`MergeError::Verification`].
pub(crate) fn check_owned(table: &str, found: u64, due: u64) -> Result<(), Error> {
    if found == due {
        return Ok(());
    }
    let name = Shown(table);
    let what = format!(
        "the file's definition finds {found} of the scenario's rows in {name}, where the file has {due}"
    );
    Err(MergeError::Verification { what }.into())
}
