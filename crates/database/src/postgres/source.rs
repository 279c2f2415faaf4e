//! A PostgreSQL database as a [`Source`]: one connection and one `REPEATABLE READ READ ONLY` transaction from open to drop.
//!
//! Rows that a policy hides from the role are an error, never left out in silence. Each question is put in a savepoint of
//! its own, so that one that fails, or whose answer nobody wants to the end, leaves the transaction and its moment usable.

use std::collections::BTreeMap;

use model::{Catalog, Definition, Engine, Ownership, Scope, StreamError, Value};

use super::select::Selection;
use super::session::Session;
use super::url::PostgresUrl;
use super::{check, connect, introspect, sample, statistics};
use crate::known::known_table;
use crate::row::{cut_note, negative_zero_sentence, place};
use crate::{CheckProgress, DataCheck, Error, SectionCount, Source, SourceOptions, TableStatistics};

/// One moment of the database. Hidden rows are an error; queries are long and few, so compiling each costs more than it
/// gives; and what is looked up is mostly a table of parents, which should fit into memory.
const BEGIN: &str = "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY;
    SET LOCAL row_security = off; SET LOCAL jit = off;
    SELECT pg_catalog.set_config('work_mem', '32MB', true) FROM pg_catalog.pg_settings
      WHERE name = 'work_mem' AND setting::pg_catalog.int8 < 32768";

/// See the module's documentation.
pub(crate) struct PostgresSource {
    session: Session,
    catalog: Option<Catalog>,
    selected: Option<Selected>,
}

struct Selected {
    definition: Definition,
    scope: Scope,
    selection: Selection,
    /// By section, how many values of -0.0 each column of it gave when it was last read, and how many references that were
    /// written as NULL; a section that is read again counts once.
    found: BTreeMap<(usize, Ownership), (Vec<u64>, Vec<u64>)>,
}

impl Selected {
    /// By table and column, in the definition's order.
    fn notes(&self) -> Vec<String> {
        let mut notes = Vec::new();
        for (at, spec) in self.definition.tables.iter().enumerate() {
            for (at_column, column) in spec.columns.iter().enumerate() {
                let sections = self.found.iter().filter(|((table, _), _)| *table == at);
                let (zeros, cut) = sections.fold((0, 0), |(zeros, cut), (_, counts)| {
                    (zeros + counts.0[at_column], cut + counts.1[at_column])
                });
                notes.extend(cut_note(spec, &column.name, cut));
                let said = negative_zero_sentence(zeros);
                notes.extend(said.map(|said| format!("{}: {said}", place(spec, &column.name))));
            }
        }
        notes
    }
}

impl PostgresSource {
    /// Connects and begins the transaction.
    ///
    /// # Errors
    /// See [`connect::connect`].
    pub(crate) fn open(url: &PostgresUrl, options: &SourceOptions) -> Result<Self, Error> {
        let mut session = connect::connect(url, options.lock_timeout)?;
        session.batch(BEGIN)?;
        Ok(Self { session, catalog: None, selected: None })
    }

    fn ensure_catalog(&mut self) -> Result<(), Error> {
        if self.catalog.is_none() {
            self.catalog = Some(ask(&mut self.session, introspect::catalog_of_source)?);
        }
        Ok(())
    }

    fn ensure_selected(&mut self, definition: &Definition, scope: Option<&Scope>) -> Result<(), Error> {
        self.ensure_catalog()?;
        let is_it = |selected: &Selected| {
            selected.definition == *definition && scope.is_none_or(|scope| selected.scope == *scope)
        };
        if !self.selected.as_ref().is_some_and(is_it) {
            self.selected = None;
            let catalog = self.catalog.as_ref().expect("just read");
            let scope = scope.cloned().unwrap_or_default();
            let question = |session: &mut Session| Selection::of(session, catalog, definition, &scope);
            let selection = ask(&mut self.session, question)?;
            let (definition, found) = (definition.clone(), BTreeMap::new());
            self.selected = Some(Selected { definition, scope, selection, found });
        }
        Ok(())
    }
}

/// Asks within a savepoint.
fn ask<T>(
    session: &mut Session,
    question: impl FnOnce(&mut Session) -> Result<T, Error>,
) -> Result<T, Error> {
    session.batch("SAVEPOINT question")?;
    let answer = question(session);
    if answer.is_ok() {
        session.batch("RELEASE SAVEPOINT question")?;
    } else {
        // A statement that was told to stop may hear of it late, in the next one. The error that counts is the first.
        let undo = "ROLLBACK TO SAVEPOINT question; RELEASE SAVEPOINT question";
        let _ = session.batch(undo).or_else(|_| session.batch(undo));
    }
    answer
}

impl Source for PostgresSource {
    fn engine(&self) -> Engine {
        Engine::Postgres
    }

    fn catalog(&mut self) -> Result<Catalog, Error> {
        self.ensure_catalog()?;
        Ok(self.catalog.clone().expect("just read"))
    }

    fn select_within(&mut self, definition: &Definition, scope: &Scope) -> Result<Vec<SectionCount>, Error> {
        self.ensure_selected(definition, Some(scope))?;
        let selected = self.selected.as_ref().expect("just selected");
        ask(&mut self.session, |session| selected.selection.sections(session))
    }

    fn read(
        &mut self,
        definition: &Definition,
        table: usize,
        ownership: Ownership,
        each: &mut dyn FnMut(&[Value]) -> Result<(), StreamError>,
    ) -> Result<u64, Error> {
        self.ensure_selected(definition, None)?;
        let selected = self.selected.as_mut().expect("just selected");
        let Some(spec) = selected.definition.tables.get(table) else { return Ok(0) };
        let known = known_table(self.catalog.as_ref().expect("read by the selection"), &spec.name)?;
        let section = selected.selection.section(spec, known, table, ownership);
        let read = ask(&mut self.session, |session| section.read(session, each))?;
        selected.found.insert((table, ownership), (read.negative_zeros, read.cut));
        Ok(read.rows)
    }

    fn notes(&mut self) -> Vec<String> {
        let Some(selected) = &mut self.selected else { return Vec::new() };
        let notes = selected.notes();
        selected.found.clear();
        notes
    }

    fn sample(
        &mut self,
        table: &str,
        columns: &[String],
        rows: u32,
        each: &mut dyn FnMut(&[Value]),
    ) -> Result<(), Error> {
        self.ensure_catalog()?;
        let catalog = self.catalog.as_ref().expect("just read");
        ask(&mut self.session, |session| sample::sample(session, catalog, table, columns, rows, each))
    }

    fn statistics(&mut self) -> Result<Vec<TableStatistics>, Error> {
        self.ensure_catalog()?;
        let catalog = self.catalog.as_ref().expect("just read");
        ask(&mut self.session, |session| statistics::statistics(session, catalog))
    }

    fn check(&mut self, tables: &[String], progress: CheckProgress<'_>) -> Result<DataCheck, Error> {
        self.ensure_catalog()?;
        let catalog = self.catalog.as_ref().expect("just read");
        for table in tables {
            known_table(catalog, table)?;
        }
        ask(&mut self.session, |session| check::check(session, catalog, tables, progress))
    }
}
