//! A PostgreSQL database that is changed: migrated, loaded, or merged into.

use model::{Catalog, Engine, RowSource};

use super::session::Session;
use super::url::PostgresUrl;
use super::{connect, ddl, introspect, merge, migrate};
use crate::{
    CreatedSchema, Decision, Error, History, MergeMode, MergeOptions, MergeOutcome, MergePlan, MergeProgress,
    Migration, MigrationReport, Target, TargetOptions,
};

/// An open database that may be written.
pub(crate) struct PostgresTarget {
    session: Session,
}

impl PostgresTarget {
    /// Connects.
    ///
    /// # Errors
    /// See [`connect::connect`].
    pub(crate) fn open(url: &PostgresUrl, options: &TargetOptions) -> Result<Self, Error> {
        Ok(Self { session: connect::connect(url, options.lock_timeout)? })
    }
}

/// Drops the named tables and runs all migrations again: see [`migrate::migrate_anew`].
///
/// # Errors
/// See there, and [`connect::connect`].
pub(crate) fn migrate_anew(
    url: &PostgresUrl,
    tables: &[String],
    migrations: &[Migration],
) -> Result<MigrationReport, Error> {
    let mut session = connect::connect(url, TargetOptions::default().lock_timeout)?;
    migrate::migrate_anew(&mut session, tables, migrations)
}

impl Target for PostgresTarget {
    fn engine(&self) -> Engine {
        Engine::Postgres
    }

    fn catalog(&mut self) -> Result<Catalog, Error> {
        introspect::catalog(&mut self.session)
    }

    fn migrate(&mut self, migrations: &[Migration]) -> Result<MigrationReport, Error> {
        migrate::migrate(&mut self.session, migrations)
    }

    fn create_schema(&mut self, catalog: &Catalog) -> Result<CreatedSchema, Error> {
        ddl::create(&mut self.session, catalog)
    }

    fn load(&mut self, rows: &mut dyn RowSource) -> Result<u64, Error> {
        merge::load(&mut self.session, rows)
    }

    fn merge(
        &mut self,
        snapshot: &mut dyn RowSource,
        history: &mut dyn History,
        options: &MergeOptions,
        progress: &mut dyn FnMut(MergeProgress),
        decide: &mut dyn FnMut(&MergePlan) -> Decision,
    ) -> Result<MergeOutcome, Error> {
        let mut answer: Option<(MergePlan, Decision)> = None;
        loop {
            let mut unasked = None;
            let mut ask = |plan: &MergePlan| match &answer {
                Some((known, decision)) if known == plan => *decision,
                _ if plan.lost_total == 0 || options.mode == MergeMode::DryRun => decide(plan),
                _ => {
                    unasked = Some(plan.clone());
                    Decision::Stop
                }
            };
            let merged = merge::merge(&mut self.session, snapshot, history, options, progress, &mut ask)?;
            // A question that a person may think about is asked while no table is locked. The answer holds for the same plan.
            let Some(plan) = unasked else { return Ok(merged) };
            let decision = decide(&plan);
            if decision == Decision::Stop {
                return Ok(merged);
            }
            answer = Some((plan, decision));
        }
    }
}
