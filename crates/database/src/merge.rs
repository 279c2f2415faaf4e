//! The verified merge, as the caller sees it: options, plan, outcome and what can go wrong; and in its modules what both
//! engines reason alike.
//!
//! The rule to keep in mind: nothing here says SQL, or knows which engine it is.

pub(crate) mod archived;
pub(crate) mod digest;
pub(crate) mod drift;
mod error;
pub(crate) mod judgement;
pub(crate) mod left_alone;
pub(crate) mod naming;
pub(crate) mod read_back;
pub(crate) mod references;
pub(crate) mod resolve;
pub(crate) mod rows;
pub(crate) mod triggers;
pub(crate) mod untried;

use model::{Catalog, Definition, RowSource, StreamError, TableSpec};

use crate::{CreatedSchema, Migration};

pub use error::{FirstRows, MergeError};

/// What to do with a key that is taken by a row which is not the scenario's.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum OnConflict {
    /// Refuse the import.
    #[default]
    Error,
    /// Leave that row as it is.
    Skip,
    /// Update that row.
    Overwrite,
}

/// What to do with a shared parent that exists with other values.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Parents {
    /// Refuse the import.
    #[default]
    Error,
    /// Leave it as it is.
    Keep,
    /// Update it.
    Overwrite,
}

/// Whether the target's own triggers fire during the merge.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Triggers {
    /// They are off for this connection, and so are reference actions (CASCADE and the like); full-text indexes are
    /// rebuilt.
    #[default]
    Off,
    /// They fire, and the engine's own reference actions are on as well. Columns of the snapshot's rows that they change
    /// are listed and accepted, and so are rows that they add to tables outside the snapshot; a change to any other row
    /// that was there before fails the import. In SQLite tables WITHOUT ROWID only the number of rows is watched.
    On,
}

/// Whether a merge writes.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum MergeMode {
    /// Compare, ask, change, verify, commit.
    #[default]
    Write,
    /// Compare only. Where a full-text table would be rebuilt, the lock for writing is taken for a moment, since the engine
    /// checks such a table only then; the file stays as it is.
    DryRun,
}

/// How a snapshot is merged.
#[derive(Clone, Debug, Default)]
pub struct MergeOptions {
    /// Keys taken by others.
    pub on_conflict: OnConflict,
    /// Shared parents with other values.
    pub parents: Parents,
    /// The target's triggers.
    pub triggers: Triggers,
    /// Write or compare only.
    pub mode: MergeMode,
    /// Whether owned rows that the snapshot lacks are deleted. Never by a definition with limits.
    pub delete: bool,
    /// The definition by which rows of the target count as owned, where it is not the snapshot's own.
    pub ownership: Option<model::Definition>,
    /// For a target without tables: make these first, in the same transaction.
    pub create_schema: Option<Catalog>,
    /// For a PostgreSQL target without tables, unless `create_schema` says otherwise: run these first, in the same
    /// transaction. A SQLite file gets its schema when it is made.
    pub migrations: &'static [Migration],
}

impl MergeOptions {
    /// Whether owned rows that the snapshot lacks are deleted, by definitions of these tables.
    pub(crate) fn deletes<'s>(&self, tables: impl IntoIterator<Item = &'s TableSpec>) -> bool {
        self.delete && !tables.into_iter().any(|spec| spec.limit)
    }
}

/// What a merge would do to one table.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct TablePlan {
    /// The table.
    pub table: String,
    /// Rows that are missing.
    pub insert: u64,
    /// Rows with other values.
    pub update: u64,
    /// Owned rows that the snapshot lacks.
    pub delete: u64,
    /// Rows left alone because an option said so.
    pub skip: u64,
    /// Rows that are already as they should be.
    pub equal: u64,
}

impl TablePlan {
    /// Whether there is anything to do.
    pub(crate) fn changes_anything(&self) -> bool {
        self.insert + self.update + self.delete > 0
    }
}

/// Why a row is lost.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LostWhy {
    /// It was edited since any archived version.
    Edited,
    /// It was added under the scenario's predicates or followed tables.
    Added,
}

/// A row that people added or edited and that the merge would change or delete.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LostRow {
    /// Its table.
    pub table: String,
    /// Its key as people read it: `id 7`.
    pub key: String,
    /// What people did to it.
    pub why: LostWhy,
}

/// What a merge is about to do.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct MergePlan {
    /// In the order of the snapshot's tables.
    pub tables: Vec<TablePlan>,
    /// Rows of people that would be lost, the first 20.
    pub lost: Vec<LostRow>,
    /// How many would be lost in all.
    pub lost_total: u64,
    /// How many rows are the scenario's and not the snapshot's, and stay since nothing may be deleted.
    pub surplus: u64,
    /// Keys left alone because an option said so, the first 20, as people read them (`vaults: id 1`).
    pub skipped: Vec<String>,
    /// What the caller should tell, a sentence each.
    pub notes: Vec<String>,
    /// The schema that was made, if one was asked for.
    pub created: Option<CreatedSchema>,
}

impl MergePlan {
    /// Whether there is anything to do.
    pub fn changes_anything(&self) -> bool {
        self.created.is_some() || self.tables.iter().any(TablePlan::changes_anything)
    }
}

impl CreatedSchema {
    /// The same, listed in the order of `definition`, others behind.
    pub(crate) fn ordered_by(mut self, definition: &Definition) -> Self {
        let place = |name: &String| definition.position(name).unwrap_or(usize::MAX);
        self.tables.sort_by_key(|name| (place(name), name.clone()));
        self
    }
}

/// The caller's answer to a [`MergePlan`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Decision {
    /// Go on.
    Apply,
    /// Leave everything as it is.
    Stop,
}

/// How far a merge is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum MergeProgress {
    /// Rows of the snapshot compared so far.
    Compared(u64),
    /// Rows of the snapshot applied so far.
    Applied(u64),
    /// Rows read back so far.
    Verified(u64),
}

/// What a merge did.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct MergeOutcome {
    /// What was to be done; exactly this was done if `applied`.
    pub plan: MergePlan,
    /// Whether anything was written and committed.
    pub applied: bool,
    /// Whether the caller stopped it.
    pub stopped: bool,
    /// Rows of the snapshot that were read back from the target and found equal.
    pub verified_rows: u64,
    /// Columns that a trigger changed, `table.column`.
    pub changed_by_triggers: Vec<String>,
    /// Whether [`MergeOptions::migrations`] ran, or would have: the target had no tables.
    pub migrated: bool,
}

/// The archived versions of a scenario, newest first.
pub trait History {
    /// How many there are.
    fn len(&self) -> usize;

    /// Whether there are none.
    fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Opens the one at `index`.
    ///
    /// # Errors
    /// It cannot be read.
    fn open(&mut self, index: usize) -> Result<Box<dyn RowSource + '_>, StreamError>;
}
