//! Snapshots read from databases or written by hand, and what every test does with a target.
//!
//! How a database is made and looked at is the engine's: its `engine` module has `Database`, `fresh`, and what the two
//! engines spell otherwise. What an engine says otherwise stands there too, so that each expectation is written once.

use std::path::Path;

use database::{
    DatabaseUrl, Decision, Error, History, LostWhy, MergeOptions, MergeOutcome, MergePlan, MergeProgress,
    Source, TargetOptions, open_source, open_target,
};
use miette::Diagnostic;
use model::{
    ColumnSpec, Condition, ConditionOp, Definition, LogicalType, Ownership, Reference, RowEvent, RowSource,
    RowStream, Scalar, StreamError, TableSpec, Value,
};

use super::engine::{Database, LOCK_TIMEOUT};

impl Database {
    /// A snapshot of what `definition` means in it.
    pub(crate) fn snapshot(&self, definition: &Definition) -> Rows {
        snapshot_of(&self.url(), definition)
    }

    /// Merges `snapshot` with nothing but defaults and deletion.
    pub(crate) fn import(&self, snapshot: &Rows, history: &[&Rows]) -> Result<MergeOutcome, Error> {
        self.merge(snapshot, history, &delete())
    }

    pub(crate) fn merge(
        &self,
        snapshot: &Rows,
        history: &[&Rows],
        options: &MergeOptions,
    ) -> Result<MergeOutcome, Error> {
        self.ask(snapshot, history, options, &mut |_| Decision::Apply)
    }

    pub(crate) fn ask(
        &self,
        snapshot: &Rows,
        history: &[&Rows],
        options: &MergeOptions,
        decide: &mut dyn FnMut(&MergePlan) -> Decision,
    ) -> Result<MergeOutcome, Error> {
        merge_into(&self.url(), snapshot, history, options, decide, &mut |_| {})
    }

    /// The error of a merge, in full; the database must not have changed.
    #[track_caller]
    pub(crate) fn refusal(&self, snapshot: &Rows, history: &[&Rows], options: &MergeOptions) -> String {
        let before = self.content();
        let error = self.merge(snapshot, history, options).expect_err("the merge is refused");
        assert!(self.content() == before, "the database is as it was");
        in_full(&error)
    }
}

/// An error with its help.
pub(crate) fn in_full(error: &Error) -> String {
    let help = error.help().map(|help| format!("\nhelp: {help}")).unwrap_or_default();
    format!("{error}{help}")
}

pub(crate) fn delete() -> MergeOptions {
    MergeOptions { delete: true, ..MergeOptions::default() }
}

/// The rows that a merge takes from people.
pub(crate) fn lost(outcome: &MergeOutcome) -> Vec<String> {
    let why = |why| if why == LostWhy::Added { "added" } else { "edited" };
    outcome.plan.lost.iter().map(|row| format!("{}: {} {}", row.table, row.key, why(row.why))).collect()
}

pub(crate) fn merge_into(
    url: &DatabaseUrl,
    snapshot: &Rows,
    history: &[&Rows],
    options: &MergeOptions,
    decide: &mut dyn FnMut(&MergePlan) -> Decision,
    progress: &mut dyn FnMut(MergeProgress),
) -> Result<MergeOutcome, Error> {
    let options_of_target = TargetOptions { lock_timeout: LOCK_TIMEOUT, ..TargetOptions::default() };
    let mut target = open_target(url, &options_of_target)?;
    let mut history = Versions(history.iter().map(|version| (*version).clone()).collect());
    target.merge(&mut snapshot.clone(), &mut history, options, progress, decide)
}

/// A snapshot in memory.
#[derive(Clone, Debug)]
pub(crate) struct Rows {
    pub(crate) definition: Definition,
    pub(crate) sections: Vec<(usize, Ownership, Vec<Vec<Value>>)>,
}

impl RowSource for Rows {
    fn definition(&self) -> &Definition {
        &self.definition
    }

    fn open(&mut self) -> Result<Box<dyn RowStream + '_>, StreamError> {
        Ok(Box::new(Stream { rows: self, section: 0, row: None }))
    }
}

struct Stream<'a> {
    rows: &'a Rows,
    section: usize,
    /// `None` before the section itself was given.
    row: Option<usize>,
}

impl RowStream for Stream<'_> {
    fn next(&mut self) -> Result<Option<RowEvent<'_>>, StreamError> {
        loop {
            let Some((table, ownership, rows)) = self.rows.sections.get(self.section) else {
                return Ok(None);
            };
            match self.row {
                None => {
                    self.row = Some(0);
                    let count = rows.len() as u64;
                    return Ok(Some(RowEvent::Section { table: *table, ownership: *ownership, count }));
                }
                Some(row) if row < rows.len() => {
                    self.row = Some(row + 1);
                    return Ok(Some(RowEvent::Row(&rows[row])));
                }
                Some(_) => {
                    self.section += 1;
                    self.row = None;
                }
            }
        }
    }
}

struct Versions(Vec<Rows>);

impl History for Versions {
    fn len(&self) -> usize {
        self.0.len()
    }

    fn open(&mut self, index: usize) -> Result<Box<dyn RowSource + '_>, StreamError> {
        Ok(Box::new(self.0[index].clone()))
    }
}

/// A table of a definition: `"id:integer title:text"`, keyed by its first column.
pub(crate) fn table(name: &str, columns: &str) -> TableSpec {
    let columns: Vec<ColumnSpec> = columns
        .split_whitespace()
        .map(|column| {
            let (name, ty) = column.split_once(':').expect("name:type");
            ColumnSpec { name: name.to_owned(), ty: LogicalType::parse(ty).expect("a type") }
        })
        .collect();
    TableSpec {
        name: name.to_owned(),
        schema: None,
        key: vec![columns[0].name.clone()],
        columns,
        order_parents: false,
        limit: false,
        select: Vec::new(),
        references: Vec::new(),
    }
}

/// Rows whose `column` is `value` are owned.
pub(crate) fn selecting(mut spec: TableSpec, column: &str, value: &str) -> TableSpec {
    let condition = Condition {
        path: vec![column.to_owned()],
        op: ConditionOp::In,
        values: vec![Scalar::Text(value.to_owned())],
    };
    spec.select.push(vec![condition]);
    spec
}

/// A parent reference `column` → `to(key)`.
pub(crate) fn referring(spec: TableSpec, column: &str, to: &str, key: &str) -> TableSpec {
    with_reference(spec, column, to, key, false)
}

/// A child reference `column` → `to(key)`.
pub(crate) fn child(spec: TableSpec, column: &str, to: &str, key: &str) -> TableSpec {
    with_reference(spec, column, to, key, true)
}

fn with_reference(mut spec: TableSpec, column: &str, to: &str, key: &str, child: bool) -> TableSpec {
    spec.references.push(Reference {
        columns: vec![column.to_owned()],
        to: to.to_owned(),
        key: vec![key.to_owned()],
        child,
        link: to == spec.name,
    });
    spec
}

pub(crate) fn definition(tables: Vec<TableSpec>) -> Definition {
    let total = tables.last().map(|spec| spec.name.clone()).unwrap_or_default();
    Definition { total, breakdown: std::collections::BTreeMap::new(), tables }
}

/// The schema that most tests share, as SQLite has it: most snapshots come from there.
pub(crate) const NOTES_IN_SQLITE: &str = "
    CREATE TABLE vaults (id INTEGER PRIMARY KEY, name TEXT NOT NULL);
    CREATE TABLE fragments (
        id INTEGER PRIMARY KEY,
        vault_id INTEGER NOT NULL REFERENCES vaults (id),
        parent_id INTEGER REFERENCES fragments (id) ON DELETE SET NULL,
        slug TEXT NOT NULL UNIQUE,
        title TEXT,
        scenario TEXT
    );
    CREATE TABLE todos (
        id INTEGER PRIMARY KEY,
        fragment TEXT NOT NULL REFERENCES fragments (slug) ON DELETE CASCADE ON UPDATE CASCADE,
        done BOOLEAN NOT NULL DEFAULT 0
    );
    CREATE TABLE bookmarks (
        id INTEGER PRIMARY KEY,
        fragment_id INTEGER REFERENCES fragments (id) ON DELETE CASCADE
    );
";

/// The definition of a scenario over [`NOTES_IN_SQLITE`]: its fragments, their todos, the vaults that they share.
pub(crate) fn notes(scenario: &str) -> Definition {
    let fragments = table(
        "fragments",
        "id:integer vault_id:integer parent_id:integer slug:text title:text scenario:text",
    );
    let fragments = referring(fragments, "parent_id", "fragments", "id");
    let fragments = referring(fragments, "vault_id", "vaults", "id");
    definition(vec![
        table("vaults", "id:integer name:text"),
        selecting(fragments, "scenario", scenario),
        child(table("todos", "id:integer fragment:text done:boolean"), "fragment", "fragments", "slug"),
    ])
}

/// The rows of `sql` in a fresh SQLite database with [`NOTES_IN_SQLITE`], as a snapshot of the scenario.
pub(crate) fn notes_snapshot(scenario: &str, sql: &str) -> Rows {
    snapshot_in_sqlite(&format!("{NOTES_IN_SQLITE}{sql}"), &notes(scenario))
}

/// What `definition` means in a fresh SQLite database that `sql` made.
pub(crate) fn snapshot_in_sqlite(sql: &str, definition: &Definition) -> Rows {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let path = folder.path().join("source.db");
    make_in_sqlite(&path, sql);
    snapshot_of(&DatabaseUrl::sqlite(&path), definition)
}

/// Makes a SQLite database by `sql`, whose rows need not keep its references.
pub(crate) fn make_in_sqlite(path: &Path, sql: &str) {
    let connection = rusqlite::Connection::open(path).expect("a database");
    connection.execute_batch("PRAGMA foreign_keys = OFF; PRAGMA synchronous = OFF").expect("a free hand");
    connection.execute_batch(sql).expect("the fixture's SQL");
}

/// A snapshot of what `definition` means in a database.
pub(crate) fn snapshot_of(url: &DatabaseUrl, definition: &Definition) -> Rows {
    let mut source = open_source(url, &database::SourceOptions::default()).expect("a source");
    let sections = source.select(definition).expect("a selection");
    let mut rows = Rows { definition: definition.clone(), sections: Vec::new() };
    for section in sections {
        rows.sections.push(read(source.as_mut(), definition, section.table, section.ownership));
    }
    rows
}

fn read(
    source: &mut dyn Source,
    definition: &Definition,
    table: usize,
    ownership: Ownership,
) -> (usize, Ownership, Vec<Vec<Value>>) {
    let mut rows = Vec::new();
    source
        .read(definition, table, ownership, &mut |values| {
            rows.push(values.to_vec());
            Ok(())
        })
        .expect("readable rows");
    (table, ownership, rows)
}
