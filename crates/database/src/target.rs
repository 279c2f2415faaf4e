//! What can be done to a database.

use std::path::Path;
use std::time::Duration;

use model::{Catalog, Engine, RowSource};

use crate::{Decision, Error, History, MergeOptions, MergeOutcome, MergePlan, MergeProgress};

/// How a target is opened.
#[derive(Clone, Debug)]
pub struct TargetOptions {
    /// How long to wait for a lock that another process holds.
    pub lock_timeout: Duration,
    /// Whether what is committed survives a crash of the system.
    pub durability: Durability,
}

/// Whether what is committed survives a crash of the system.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Durability {
    /// It does.
    #[default]
    Full,
    /// It need not: the database is a scratch one, or is made safe later as a whole.
    Scratch,
}

impl Default for TargetOptions {
    fn default() -> Self {
        Self { lock_timeout: Duration::from_secs(5), durability: Durability::Full }
    }
}

/// One step of a schema's history. The SQL is part of a program, never of a snapshot.
#[derive(Clone, Copy, Debug)]
pub struct Migration {
    /// Shown to people.
    pub name: &'static str,
    /// Statements of the engine's own dialect.
    pub sql: &'static str,
}

/// A schema's history on each engine, oldest first; an engine may have none.
#[derive(Clone, Copy, Debug, Default)]
pub struct Migrations {
    /// In SQLite's dialect.
    pub sqlite: &'static [Migration],
    /// In PostgreSQL's dialect.
    pub postgres: &'static [Migration],
}

impl Migrations {
    /// Those of an engine.
    pub fn of(self, engine: Engine) -> &'static [Migration] {
        match engine {
            Engine::Sqlite => self.sqlite,
            Engine::Postgres => self.postgres,
        }
    }
}

/// A schema that a program can make.
#[derive(Clone, Copy, Debug, Default)]
pub struct Schema {
    /// What people call it.
    pub name: &'static str,
    /// How it is made.
    pub migrations: Migrations,
}

/// What [`Target::migrate`] did.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MigrationReport {
    /// The names of the migrations that ran now, in order.
    pub applied: Vec<String>,
    /// The schema's version after them.
    pub version: usize,
}

/// What [`MergeOptions::create_schema`] made.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct CreatedSchema {
    /// The tables, in order.
    pub tables: Vec<String>,
    /// What the generated schema lacks of the original: defaults, checks, triggers; a sentence each.
    pub left_out: Vec<String>,
}

/// A database that is changed.
pub trait Target {
    /// The engine.
    fn engine(&self) -> Engine;

    /// The tables with their columns, types and keys.
    ///
    /// # Errors
    /// The database cannot be read.
    fn catalog(&mut self) -> Result<Catalog, Error>;

    /// Runs the migrations that have not run yet, in one transaction each.
    ///
    /// # Errors
    /// The database is newer than `migrations`, holds tables of another origin, or a statement fails.
    fn migrate(&mut self, migrations: &[Migration]) -> Result<MigrationReport, Error>;

    /// Makes the tables of `catalog` in a database without any.
    ///
    /// # Errors
    /// The database has tables already, or a statement fails.
    fn create_schema(&mut self, catalog: &Catalog) -> Result<CreatedSchema, Error>;

    /// Inserts every row of `rows` into an empty scratch database, references enforced at the end.
    ///
    /// # Errors
    /// A row does not fit the schema.
    fn load(&mut self, rows: &mut dyn RowSource) -> Result<u64, Error>;

    /// Merges `snapshot` in one transaction and verifies it (see the guide's chapter on import).
    ///
    /// `history` gives the scenario's archived versions; `decide` is asked once, after everything was compared and
    /// nothing changed, unless nothing differs.
    ///
    /// # Errors
    /// [`MergeError`](crate::MergeError) for all that the snapshot and the target disagree on; the database is then as
    /// it was.
    fn merge(
        &mut self,
        snapshot: &mut dyn RowSource,
        history: &mut dyn History,
        options: &MergeOptions,
        progress: &mut dyn FnMut(MergeProgress),
        decide: &mut dyn FnMut(&MergePlan) -> Decision,
    ) -> Result<MergeOutcome, Error>;
}

/// How many of `known` migrations the database at `path` has seen, of which it says that it has `found`; a database that has
/// seen none may have none of these `tables`.
///
/// # Errors
/// It has seen others, or has tables of another origin.
pub(crate) fn counted_version(
    path: &Path,
    found: i64,
    known: usize,
    tables: impl FnOnce() -> Result<Vec<String>, Error>,
) -> Result<usize, Error> {
    let version = usize::try_from(found).ok().filter(|version| *version <= known);
    let version = version.ok_or_else(|| Error::SchemaTooNew { path: path.to_owned(), found, known })?;
    if version == 0 {
        let tables = tables()?;
        if !tables.is_empty() {
            return Err(Error::ForeignSchema { path: path.to_owned(), tables: tables.join(", ") });
        }
    }
    Ok(version)
}
