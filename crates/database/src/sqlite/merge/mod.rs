//! The verified merge: compare, ask, change, read back, commit; in one transaction that begins as a read.
//!
//! `compare` notes what is to be done, `history` what the archive explains, `resolve` what the options decide; `referenced`
//! and `unique` find what is in the way; `apply` changes; `watch`, `dangling` and `verify` look at what came of it. The
//! rule to keep in mind: every fault that can be known is found before the first change, and whatever fails later rolls
//! everything back.

mod adopted;
mod apply;
mod compare;
mod dangling;
mod extras;
mod finder;
mod fulltext;
mod history;
mod identity;
mod indexes;
mod left_alone;
mod load;
mod names;
mod parking;
mod referenced;
mod resolve;
mod schema;
mod scratch;
mod shape;
pub(super) mod stored;
mod transaction;
mod triggers;
mod unique;
mod untried;
mod verify;
mod watch;

pub(crate) use self::load::load;
pub(crate) use self::schema::create as create_schema;
pub(crate) use self::transaction::Begin;

use model::{Catalog, Definition, ForeignKey, RowSource, Table};
use rusqlite::Connection;

use self::shape::Shape;
use self::transaction::Transaction;
use self::watch::Watch;
use super::introspect;
use super::select::{Kept, Selection};
use crate::error::At as _;
use crate::merge::{drift, references, rows};
use crate::{
    CreatedSchema, Decision, Error, History, MergeMode, MergeOptions, MergeOutcome, MergePlan, MergeProgress,
    TablePlan, Triggers,
};

/// What every step of a merge looks at.
struct Merge<'c> {
    connection: &'c Connection,
    /// The target's tables, followed or not.
    catalog: Catalog,
    /// The snapshot's tables as the target has them, in the definition's order.
    shapes: Vec<Shape>,
    /// By which rows of the target are the scenario's.
    ownership: Definition,
    /// Those rows, before any change.
    owned: Selection,
    options: &'c MergeOptions,
}

/// What is asked of one attempt to merge.
#[derive(Clone, Copy)]
pub(crate) struct Attempt<'o> {
    pub(crate) options: &'o MergeOptions,
    pub(crate) begin: Begin,
}

/// Merges `snapshot` into the database of `connection`: see [`Target::merge`](crate::Target::merge).
///
/// # Errors
/// The snapshot and the target disagree, either cannot be read, or the target cannot be changed. It is then as it was.
pub(crate) fn merge(
    connection: &mut Connection,
    snapshot: &mut dyn RowSource,
    history: &mut dyn History,
    attempt: Attempt<'_>,
    progress: &mut dyn FnMut(MergeProgress),
    decide: &mut dyn FnMut(&MergePlan) -> Decision,
) -> Result<MergeOutcome, Error> {
    let watch = Watch::begin(connection, attempt.options.triggers)?;
    let merged = merge_watched(connection, &watch, snapshot, history, attempt, progress, decide);
    watch.end(connection);
    merged
}

fn merge_watched(
    connection: &Connection,
    watch: &Watch,
    snapshot: &mut dyn RowSource,
    history: &mut dyn History,
    attempt: Attempt<'_>,
    progress: &mut dyn FnMut(MergeProgress),
    decide: &mut dyn FnMut(&MergePlan) -> Decision,
) -> Result<MergeOutcome, Error> {
    let options = attempt.options;
    let definition = snapshot.definition().clone();
    let transaction = Transaction::begin(connection, options, attempt.begin)?.watched_by(watch);
    let created = schema::create_if_empty(connection, options.create_schema.as_ref(), &definition)?;
    let merge = Merge::new(connection, &definition, options)?;
    let tables = compare::compare(&merge, snapshot, progress)?;
    let mut plan = merge.plan(tables, snapshot, history, created)?;
    if !plan.changes_anything() {
        let verified_rows = plan.tables.iter().map(|table| table.equal).sum();
        return Ok(MergeOutcome { plan, verified_rows, ..MergeOutcome::default() });
    }
    let stopped = decide(&plan) == Decision::Stop;
    if !stopped {
        fulltext::check_in_step(&merge, &plan)?;
    }
    if stopped || options.mode == MergeMode::DryRun {
        return Ok(MergeOutcome { plan, stopped, ..MergeOutcome::default() });
    }
    let endangered = dangling::note(&merge)?;
    let sizes = watch.before_changes(&merge)?;
    let in_step = fulltext::InStep::before(&merge, &plan)?;
    let written = apply::apply(&merge, &transaction, snapshot, progress)?;
    fulltext::follow(&merge, &plan)?;
    plan.notes.extend(watch.check(&merge, &plan, &sizes)?);
    plan.notes.extend(in_step.after(&merge)?);
    dangling::check(&merge, &endangered)?;
    drop(endangered);
    let read_back = verify::verify(&merge, &written, snapshot, progress)?;
    drop(merge);
    transaction.commit()?;
    Ok(MergeOutcome {
        plan,
        applied: true,
        verified_rows: read_back.rows,
        changed_by_triggers: read_back.changed_by_triggers,
        ..MergeOutcome::default()
    })
}

impl<'c> Merge<'c> {
    fn new(
        connection: &'c Connection,
        definition: &Definition,
        options: &'c MergeOptions,
    ) -> Result<Self, Error> {
        rows::check_keys(definition)?;
        let catalog = introspect::catalog(connection)?;
        drift::check(definition, &catalog, shape::moves_rows)?;
        let shapes = Shape::of_all(connection, definition, &catalog)?;
        for shape in &shapes {
            shape.create_scratch(connection)?;
        }
        let ownership = options.ownership.clone().unwrap_or_else(|| definition.clone());
        let owned = Selection::prepare(connection, &catalog, &ownership, "merge_owned")?;
        owned.keep_owned(connection, &catalog, &ownership)?;
        Ok(Self { connection, catalog, shapes, ownership, owned, options })
    }

    /// The references of a table: those that the target declares, then those that only the snapshot knows.
    fn references(&self, name: &str, table: &Table) -> Vec<ForeignKey> {
        references::all(table, self.shape_of(name).map_or(&[], |shape| &shape.spec.references))
    }

    /// The rows of a table that are the scenario's; `None` if none can be.
    fn owned(&self, shape: &Shape) -> Option<&Kept> {
        let at = self.ownership.position(&shape.spec.name)?;
        self.owned.tables.get(at).filter(|_| self.ownership.tables[at].is_owned())
    }

    /// The SQL condition under which a row `t` of a table is the scenario's.
    fn owned_condition(&self, shape: &Shape) -> String {
        self.owned(shape).map_or_else(
            || "0".to_owned(),
            |kept| format!("EXISTS (SELECT 1 FROM {} AS k WHERE {})", kept.kept, kept.looked_up("k", "t")),
        )
    }

    /// The snapshot's table at `index`.
    ///
    /// # Errors
    /// A stream names a table that its definition lacks.
    fn shape(&self, index: usize) -> Result<&Shape, Error> {
        self.shapes.get(index).ok_or_else(rows::out_of_step)
    }

    /// The snapshot's table of that name.
    fn shape_of(&self, table: &str) -> Option<&Shape> {
        self.shapes.iter().find(|shape| shape.spec.name.eq_ignore_ascii_case(table))
    }

    /// Whether every row of a table is the snapshot's once the import is done: it was empty, and no trigger adds any.
    fn is_whole(&self, shape: &Shape) -> bool {
        shape.empty && self.options.triggers == Triggers::Off
    }

    /// Whether owned rows that the snapshot lacks are deleted.
    fn deletes(&self) -> bool {
        self.options.deletes(self.ownership.tables.iter().chain(self.shapes.iter().map(|shape| &shape.spec)))
    }

    fn plan(
        &self,
        tables: Vec<TablePlan>,
        snapshot: &mut dyn RowSource,
        history: &mut dyn History,
        created: Option<CreatedSchema>,
    ) -> Result<MergePlan, Error> {
        for shape in &self.shapes {
            shape.index_scratch(self.connection)?;
        }
        let surplus = self.find_gone()?;
        history::explain(self, history)?;
        let mut plan = resolve::resolve(self, tables, created)?;
        plan.surplus = surplus;
        adopted::check(self)?;
        referenced::check(self)?;
        unique::check(self)?;
        if !plan.skipped.is_empty() {
            left_alone::check(self, snapshot)?;
        }
        fulltext::check(self, &plan)?;
        match self.options.triggers {
            Triggers::Off => plan.notes.extend(triggers::silenced(self, &plan)?),
            Triggers::On => triggers::check_heard(self, &plan)?,
        }
        if self.options.mode == MergeMode::DryRun {
            plan.notes.extend(untried::notes(self, &plan)?);
        }
        Ok(plan)
    }

    /// Notes the owned rows that the snapshot lacks, to be deleted. Returns how many stay where nothing may be deleted.
    fn find_gone(&self) -> Result<u64, Error> {
        let mut staying = 0;
        for shape in &self.shapes {
            let Some(kept) = self.owned(shape) else { continue };
            let lacking = format!(
                "FROM {kept} AS k WHERE NOT EXISTS (SELECT 1 FROM {seen} AS s WHERE {same})",
                kept = kept.kept,
                seen = shape.seen(),
                same = shape.same_as_kept("s", "k"),
            );
            if self.deletes() {
                let sql = format!("INSERT INTO {} SELECT {} {lacking}", shape.gone(), shape.kept_list("k"));
                self.connection.execute_batch(&sql).at(self.connection)?;
                extras::keep_written(self, shape)?;
            } else {
                let sql = format!("SELECT count(*) {lacking}");
                let count: i64 = self.connection.query_row(&sql, [], |row| row.get(0)).at(self.connection)?;
                staying += count.unsigned_abs();
            }
        }
        Ok(staying)
    }
}
