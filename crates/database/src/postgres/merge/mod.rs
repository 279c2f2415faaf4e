//! The verified merge on PostgreSQL: compare, ask, change, read back, commit; in one transaction behind the tables' locks.
//!
//! `compare` notes what is to be done, `history` what the archive explains, `resolve` what the options decide; `referenced`
//! and `unique` find what is in the way; `apply` changes; `watch` and `verify` look at what came of it. Rows stay on the
//! server, in temporary tables, or flow: memory does not grow with them on either side.
//!
//! The rule to keep in mind: every fault that can be known is found before the first change, and whatever fails later rolls
//! everything back.

mod adopted;
mod apply;
mod compare;
mod constraints;
mod deletes;
mod differences;
mod direct;
mod extras;
mod facts;
mod filtered;
mod history;
mod identity;
mod indexes;
mod keys;
mod left_alone;
mod load;
mod names;
mod notes;
mod owned;
mod parking;
mod postponed;
mod referenced;
mod refused;
mod replication;
mod resolve;
mod schema;
mod scratch;
mod sequences;
mod shape;
mod spelling;
mod transaction;
mod triggers;
mod unique;
mod untried;
mod verify;
mod watch;

pub(crate) use self::load::load;

use model::{Catalog, Definition, ForeignKey, Reference, RowSource, Table};

use self::compare::Tally;
use self::facts::{Relation, Relations};
use self::owned::OwnedRows;
use self::shape::Shape;
use self::transaction::End;
use super::introspect;
use super::session::Session;
use crate::merge::digest::RunKey;
use crate::merge::rows::{check_keys, out_of_step};
use crate::merge::{drift, references};
use crate::{
    CreatedSchema, Decision, Error, History, MergeMode, MergeOptions, MergeOutcome, MergePlan, MergeProgress,
    Triggers,
};

/// What every step of a merge looks at.
struct Merge<'m> {
    /// The target's tables, followed or not.
    catalog: Catalog,
    /// The same tables, as the server has them.
    relations: Relations,
    /// The snapshot's.
    definition: &'m Definition,
    /// The snapshot's tables as the target has them, in the definition's order.
    shapes: Vec<Shape>,
    /// By which rows of the target are the scenario's.
    ownership: Definition,
    /// Those rows, before any change.
    owned: OwnedRows,
    options: &'m MergeOptions,
    /// [`Triggers::On`] only where the target has any that may fire.
    triggers: Triggers,
    /// The transaction's number: what it writes has this or a later one.
    number: u64,
    /// The key of the digests.
    key: RunKey,
}

/// The target's tables, as a definition's rows are looked for.
#[derive(Clone, Copy)]
struct Tables<'t> {
    catalog: &'t Catalog,
    relations: &'t Relations,
    /// The snapshot's.
    definition: &'t Definition,
}

/// Merges `snapshot`: see [`Target::merge`](crate::Target::merge).
///
/// # Errors
/// The snapshot and the target disagree, either cannot be read, or the target cannot be changed. It is then as it was.
pub(crate) fn merge(
    session: &mut Session,
    snapshot: &mut dyn RowSource,
    history: &mut dyn History,
    options: &MergeOptions,
    progress: &mut dyn FnMut(MergeProgress),
    decide: &mut dyn FnMut(&MergePlan) -> Decision,
) -> Result<MergeOutcome, Error> {
    let definition = snapshot.definition().clone();
    transaction::run(session, &definition, options.mode, |session, number| {
        let made = schema::make_if_empty(session, options, &definition)?;
        let are_new = made.created.is_some() || made.migrated;
        let merge = Merge::new(session, &definition, options, number, are_new)?;
        merge.run(session, snapshot, history, made, progress, decide)
    })
}

impl<'m> Merge<'m> {
    fn new(
        session: &mut Session,
        definition: &'m Definition,
        options: &'m MergeOptions,
        number: u64,
        are_new: bool,
    ) -> Result<Self, Error> {
        check_keys(definition)?;
        replication::leave(session)?;
        let catalog = introspect::catalog(session)?;
        // No update moves a row of PostgreSQL away from its key.
        drift::check(definition, &catalog, |_, _| false)?;
        let relations = facts::relations(session, &catalog)?;
        if options.mode == MergeMode::Write {
            transaction::check_locked(session, definition, &relations)?;
        }
        triggers::refuse_rules(session, definition, &relations)?;
        let triggers = triggers::effective(session, options.triggers, &relations)?;
        let shapes = Shape::of_all(session, &definition.tables, &catalog, &relations, triggers, are_new)?;
        for shape in shapes.iter().filter(|shape| !shape.direct) {
            shape.create_notes(session)?;
        }
        let ownership = options.ownership.clone().unwrap_or_else(|| definition.clone());
        let tables = Tables { catalog: &catalog, relations: &relations, definition };
        let owned = OwnedRows::find(session, &tables, &ownership, "own_before")?;
        let key = RunKey::random()?;
        Ok(Self { catalog, relations, definition, shapes, ownership, owned, options, triggers, number, key })
    }

    fn run(
        &self,
        session: &mut Session,
        snapshot: &mut dyn RowSource,
        history: &mut dyn History,
        made: schema::Made,
        progress: &mut dyn FnMut(MergeProgress),
        decide: &mut dyn FnMut(&MergePlan) -> Decision,
    ) -> Result<(MergeOutcome, End), Error> {
        let mut tallies = compare::compare(session, self, snapshot, progress)?;
        let mut plan = self.plan(session, &tallies, snapshot, history, made.created)?;
        let outcome = |plan| MergeOutcome { plan, migrated: made.migrated, ..MergeOutcome::default() };
        if !plan.changes_anything() {
            let found = verify::rows(session, self, &tallies, snapshot, progress)?;
            let write = self.options.mode == MergeMode::Write;
            let behind = sequences::raise_alone(session, self)?;
            let keep = made.migrated && write;
            let end = if keep || write && !behind.is_empty() { End::Commit } else { End::RollBack };
            plan.notes.extend(behind);
            return Ok((MergeOutcome { applied: keep, verified_rows: found.rows, ..outcome(plan) }, end));
        }
        let stopped = decide(&plan) == Decision::Stop;
        if stopped || self.options.mode == MergeMode::DryRun {
            return Ok((MergeOutcome { stopped, ..outcome(plan) }, End::RollBack));
        }
        let sizes = watch::before_changes(session, self)?;
        apply::apply(session, self, &plan, &mut tallies, snapshot, progress)?;
        plan.notes.extend(watch::check(session, self, &sizes)?);
        let read_back = verify::verify(session, self, &tallies, snapshot, progress)?;
        sequences::raise(session, self)?;
        let merged = MergeOutcome {
            applied: true,
            verified_rows: read_back.rows,
            changed_by_triggers: read_back.changed_by_triggers,
            ..outcome(plan)
        };
        Ok((merged, End::Commit))
    }

    fn plan(
        &self,
        session: &mut Session,
        tallies: &[Tally],
        snapshot: &mut dyn RowSource,
        history: &mut dyn History,
        created: Option<CreatedSchema>,
    ) -> Result<MergePlan, Error> {
        let surplus = self.find_gone(session)?;
        history::explain(session, self, history)?;
        let mut plan = resolve::resolve(session, self, tallies, created)?;
        plan.surplus = surplus;
        adopted::check(session, self)?;
        referenced::check(session, self)?;
        let untried = unique::check(session, self)?;
        if !plan.skipped.is_empty() {
            left_alone::check(session, self, snapshot)?;
        }
        constraints::check(session, self)?;
        plan.notes.extend(sequences::rights::check(session, self, &plan, snapshot)?);
        plan.notes.extend(sequences::defaults::notes(session, self)?);
        if self.triggers == Triggers::Off {
            plan.notes.extend(triggers::silenced(session, self, &plan)?);
        }
        if self.options.mode == MergeMode::DryRun {
            plan.notes.extend(untried::notes(session, self, &plan, &untried)?);
        }
        Ok(plan)
    }

    /// Notes the owned rows that the snapshot lacks, to be deleted. Returns how many stay where nothing may be deleted.
    fn find_gone(&self, session: &mut Session) -> Result<u64, Error> {
        let mut staying = 0;
        for shape in self.staged() {
            let Some(owned) = self.owned.of(&shape.spec.name) else { continue };
            let lacking = format!(
                "FROM {rows} AS k WHERE NOT {seen}",
                rows = owned.rows(&shape.relation.from),
                seen = shape.note_in_snapshot("k"),
            );
            if self.deletes() {
                session.batch(&format!(
                    "INSERT INTO {gone} SELECT {k} {lacking};
                     CREATE UNIQUE INDEX gone_row_{at} ON {gone} ({bare}); ANALYZE {gone}",
                    gone = shape.gone(),
                    k = shape.k_list("k"),
                    bare = shape.k_list(""),
                    at = shape.index,
                ))?;
                extras::keep_written(session, self, shape)?;
            } else {
                let sql = format!("SELECT pg_catalog.count(*) {lacking}");
                let row = session.query_one(&sql, &[])?;
                staying += facts::get::<i64>(session, &row, 0)?.unsigned_abs();
            }
        }
        Ok(staying)
    }

    /// The references of a table: those that the target declares, then those that only the snapshot knows.
    fn references(&self, name: &str, table: &Table) -> Vec<ForeignKey> {
        references::all(table, self.known(name))
    }

    /// The references of a table that only the snapshot knows: the server does not look after them.
    fn relations_only(&self, name: &str, table: &Table) -> Vec<ForeignKey> {
        references::undeclared(table, self.known(name))
    }

    /// The references of a table that the snapshot knows.
    fn known(&self, name: &str) -> &[Reference] {
        self.shape_of(name).map_or(&[], |shape| &shape.spec.references)
    }

    /// The tables whose rows are compared on the server.
    fn staged(&self) -> impl DoubleEndedIterator<Item = &Shape> {
        self.shapes.iter().filter(|shape| !shape.direct)
    }

    /// The snapshot's table at `index`.
    ///
    /// # Errors
    /// A stream names a table that its definition lacks.
    fn shape(&self, index: usize) -> Result<&Shape, Error> {
        self.shapes.get(index).ok_or_else(out_of_step)
    }

    /// The snapshot's table of that name.
    fn shape_of(&self, table: &str) -> Option<&Shape> {
        self.shapes.iter().find(|shape| shape.spec.name == table)
    }

    /// Whether owned rows that the snapshot lacks are deleted.
    fn deletes(&self) -> bool {
        self.options.deletes(self.ownership.tables.iter().chain(self.shapes.iter().map(|shape| &shape.spec)))
    }

    fn tables(&self) -> Tables<'_> {
        Tables { catalog: &self.catalog, relations: &self.relations, definition: self.definition }
    }
}

impl<'t> Tables<'t> {
    /// The table of that name, as the server has it.
    ///
    /// # Errors
    /// There is none.
    fn relation(&self, name: &str) -> Result<&'t Relation, Error> {
        self.relations.get(name).ok_or_else(|| Error::UnknownTable { table: name.to_owned() })
    }

    /// The table of that name, as the catalog has it.
    ///
    /// # Errors
    /// There is none.
    fn table(&self, name: &str) -> Result<&'t Table, Error> {
        self.catalog.tables.get(name).ok_or_else(|| Error::UnknownTable { table: name.to_owned() })
    }
}
