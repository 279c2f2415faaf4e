//! What a snapshot and its target can disagree on.
//!
//! Every variant is a fault of the data, and leaves the target as it was; faults of the environment (locked, full,
//! read-only) are [`crate::Error`]'s own. Rows are named as people read them, made safe and cut before they get here.

use std::fmt;

use model::ForeignKey;
use model::text::{Shown, show_names};

/// The first rows of a list, and how many there are in all.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct FirstRows {
    /// A line each: `vaults: id 1`.
    pub rows: Vec<String>,
    /// At least `rows.len()`.
    pub total: u64,
}

impl FirstRows {
    /// How many are named; the rest are counted.
    pub const MAX: usize = 20;

    /// Counts a row, and keeps its name if it is one of the first.
    pub fn push_with(&mut self, name: impl FnOnce() -> String) {
        self.total += 1;
        if self.rows.len() < Self::MAX {
            self.rows.push(name());
        }
    }

    /// Whether nothing was counted.
    pub fn is_empty(&self) -> bool {
        self.total == 0
    }
}

impl fmt::Display for FirstRows {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for row in &self.rows {
            write!(f, "\n  {row}")?;
        }
        match self.total.saturating_sub(self.rows.len() as u64) {
            0 => Ok(()),
            more => write!(f, "\n  … and {more} more"),
        }
    }
}

/// Why a snapshot was not merged. The target is as it was.
#[derive(Debug, thiserror::Error, miette::Diagnostic)]
#[non_exhaustive]
pub enum MergeError {
    /// The target's tables cannot hold the snapshot's rows.
    #[error("the target's schema does not fit the snapshot:{problems}")]
    #[diagnostic(help(
        "migrate the target, import into an empty database with `--create-schema`, or export the scenario again from a database with the target's schema"
    ))]
    Drift {
        /// All of them.
        problems: FirstRows,
    },
    /// The target is an empty database.
    #[error("the target has no tables")]
    #[diagnostic(help(
        "`db-migrate` makes those of the bundled schema, `demo-import --create-schema` those of the snapshot"
    ))]
    NoTables,
    /// Shared parents exist with values that no archived version has.
    #[error("{} in the target with other values:{rows}", shared_rows_exist(rows.total))]
    #[diagnostic(help(
        "`--parents keep` leaves them as they are, `--parents overwrite` gives them the snapshot's values"
    ))]
    SharedDiffers {
        /// The rows, each with its columns.
        rows: FirstRows,
    },
    /// Keys of the scenario's rows belong to rows of others.
    #[error("{} taken by rows that are not the scenario's:{rows}", keys_are(rows.total))]
    #[diagnostic(help(
        "`--on-conflict skip` leaves those rows as they are, `--on-conflict overwrite` gives them the snapshot's values"
    ))]
    KeyTaken {
        /// The rows in the way, each with the columns that differ.
        rows: FirstRows,
    },
    /// Rows to be deleted, or whose referenced key would change, are referred to.
    #[error(
        "rows that the import would delete, or whose key it would change, are referred to by rows that stay:{rows}"
    )]
    #[diagnostic(help("delete those referring rows or point them elsewhere, then import again"))]
    Referenced {
        /// Both rows of each pair.
        rows: FirstRows,
    },
    /// Rows to be deleted, or whose referenced key would change, may be referred to by rows that the role is not shown.
    #[error(
        "row-level security hides rows from this role that may refer to rows that the import would delete, or whose key it would change:{keys}"
    )]
    #[diagnostic(help(
        "import as the owner of those tables (without FORCE ROW LEVEL SECURITY) or as a role with BYPASSRLS; nothing was changed"
    ))]
    ReferencesHidden {
        /// Each referring table with its key.
        keys: FirstRows,
    },
    /// Rows of others follow a row that an option gives to the scenario.
    #[error(
        "rows that are not the scenario's would become its own with the rows of others that they refer to:{rows}"
    )]
    #[diagnostic(help(
        "`--on-conflict skip` leaves the rows of others as they are; or point those referring rows elsewhere, then import again"
    ))]
    Adopted {
        /// The rows.
        rows: FirstRows,
    },
    /// A unique value that an incoming row needs is held by a row that keeps it.
    #[error("unique values of the snapshot are taken in the target:{rows}")]
    #[diagnostic(help("give the rows that hold them other values, or delete them, then import again"))]
    UniqueTaken {
        /// Both rows of each pair.
        rows: FirstRows,
    },
    /// A row has to give up a unique value before another row takes it, and nothing can stand there in the meantime.
    #[error(
        "unique values of the target have to move, and nothing can stand in their place meanwhile:{rows}"
    )]
    #[diagnostic(help("change or delete those rows in the target first, then import again"))]
    CannotPark {
        /// The rows, each with its columns.
        rows: FirstRows,
    },
    /// A full-text table is filled by triggers only.
    #[error("full-text tables of the target are filled by triggers, which are off during an import:{tables}")]
    #[diagnostic(help("import with `--triggers on`"))]
    NeedsTriggers {
        /// Each with its trigger.
        tables: FirstRows,
    },
    /// Full-text tables hold other rows than a rebuild would give them.
    #[error(
        "full-text tables of the target do not index the rows of their tables as a rebuild would:{tables}"
    )]
    #[diagnostic(help(
        "import with `--triggers on` if triggers leave rows out of them on purpose; rebuild those that are only out of date"
    ))]
    FullTextPartial {
        /// Each with the table that it indexes.
        tables: FirstRows,
    },
    /// Triggers changed rows of others.
    #[error("with `--triggers on`, triggers of the target changed rows that are not the scenario's:{tables}")]
    #[diagnostic(help("import with `--triggers off`, or change those triggers; nothing was changed"))]
    TriggersChangedOthers {
        /// Each with what was done to how many rows.
        tables: FirstRows,
    },
    /// The role may not switch triggers off.
    #[error(
        "triggers of the target would fire, and this role, which does not own their tables, cannot switch them off:{triggers}"
    )]
    #[diagnostic(help("import as the owner of those tables, or with `--triggers on`; nothing was changed"))]
    TriggersFixed {
        /// Each with its table.
        triggers: FirstRows,
    },
    /// Rows refer to each other in a circle, and the role may not have that checked at the end.
    #[error(
        "rows of the snapshot refer to each other in a circle, foreign keys of the target are checked at once, and this role, which does not own their tables, cannot put that off:{keys}"
    )]
    #[diagnostic(help(
        "import as the owner of those tables, or make one foreign key of each circle DEFERRABLE; nothing was changed"
    ))]
    KeysFixed {
        /// Each with the circle that it belongs to.
        keys: FirstRows,
    },
    /// Triggers name tables of which the engine does not tell what happens to their rows.
    #[error(
        "with `--triggers on`, triggers of the target may change rows of tables without row numbers, which the import cannot notice:{triggers}"
    )]
    #[diagnostic(help(
        "import with `--triggers off`, or make those tables anew without WITHOUT ROWID; nothing was changed"
    ))]
    TriggersUnheard {
        /// Each with a table that it names.
        triggers: FirstRows,
    },
    /// A definition says something about a row that no database can mean.
    #[error("the snapshot holds a row without a key: {row}")]
    #[diagnostic(help("the file was not made by an export; export the scenario again"))]
    NullKey {
        /// The row.
        row: String,
    },
    /// The target's own rules refuse a row.
    #[error("the target refuses {row}: {reason}")]
    #[diagnostic(help(
        "compare the target's constraints with those of the database that was exported; nothing was changed"
    ))]
    Refused {
        /// `fragments: id 3`.
        row: String,
        /// The constraint, as the engine names it.
        reason: String,
    },
    /// A row of the snapshot refers to a row that the target does not have.
    #[error("{row} refers by ({columns}) to a row of {} that does not exist in the target", Shown(.parent))]
    #[diagnostic(help(
        "the target's schema has a reference that the exported database had not, or a row was left alone that others need; nothing was changed"
    ))]
    ForeignKey {
        /// The referring row.
        row: String,
        /// Its columns.
        columns: String,
        /// The table referred to.
        parent: String,
    },
    /// What was read back is not what was written.
    #[error("read back after the import, {what}")]
    #[diagnostic(help(
        "nothing was changed; the target's schema alters what is written (a trigger, a column's type), or the file's definition and rows disagree"
    ))]
    Verification {
        /// Table, key and column.
        what: String,
    },
    /// A full-text table could not be brought in step with its table.
    #[error("the full-text table {} cannot be brought in step with its rows: {reason}", Shown(.table))]
    #[diagnostic(help(
        "check the options of that table, or import with `--triggers on`; nothing was changed"
    ))]
    FullText {
        /// The full-text table.
        table: String,
        /// What the engine said.
        reason: String,
    },
    /// A table cannot be made from the typed catalog.
    #[error("the schema cannot be made in the target: {reason}")]
    #[diagnostic(help("make the schema with the application's own migrations, then import"))]
    CreateSchema {
        /// What the engine said.
        reason: String,
    },
}

impl MergeError {
    /// `row` refers by `key` to a row that is not there.
    pub(crate) fn dangling(row: String, key: &ForeignKey) -> Self {
        Self::ForeignKey { row, columns: show_names(&key.columns), parent: key.to.clone() }
    }

    /// The snapshot holds two rows of one key, which no export writes.
    pub(crate) fn twice(row: String, table: &str) -> Self {
        let reason = format!("the snapshot holds two rows of {} with this key", Shown(table));
        Self::Refused { row, reason }
    }
}

fn shared_rows_exist(total: u64) -> String {
    if total == 1 { "1 shared row exists".to_owned() } else { format!("{total} shared rows exist") }
}

fn keys_are(total: u64) -> String {
    if total == 1 { "1 key is".to_owned() } else { format!("{total} keys are") }
}
