//! Throw-away databases of PostgreSQL, snapshots read from them or written by hand, and one function that merges.

use database::{
    DatabaseUrl, Decision, Error, History, MergeOptions, MergeOutcome, MergePlan, MergeProgress, Source,
    TargetOptions, open_source, open_target,
};
use miette::Diagnostic;
use model::{
    ColumnSpec, Condition, ConditionOp, Definition, LogicalType, Ownership, Reference, RowEvent, RowSource,
    RowStream, Scalar, StreamError, TableSpec, Value,
};
use test_support::postgres::TestDatabase;

/// A database made by `sql`; `_name` tells the reader of a test which one it is.
pub(crate) fn fresh(_name: &str, sql: &str) -> Database {
    let database = Database { test: TestDatabase::new() };
    database.execute(sql);
    database
}

/// A PostgreSQL database.
pub(crate) struct Database {
    pub(crate) test: TestDatabase,
}

impl Database {
    pub(crate) fn url(&self) -> DatabaseUrl {
        self.test.url().parse().expect("a URL")
    }

    #[track_caller]
    pub(crate) fn execute(&self, sql: &str) {
        self.test.psql(sql);
    }

    /// Everything in it: schema, rows, sequences.
    pub(crate) fn content(&self) -> String {
        self.test.content()
    }

    /// Rows of a query, a line each, columns separated by `|`; sorted unless the query says how.
    #[track_caller]
    pub(crate) fn rows(&self, sql: &str) -> String {
        let printed = self.test.psql(&format!("\\pset null NULL\n{sql}"));
        let mut lines: Vec<&str> = printed.lines().collect();
        if !sql.contains("ORDER BY") {
            lines.sort_unstable();
        }
        lines.join("\n")
    }

    /// A snapshot of what `definition` means in it.
    pub(crate) fn snapshot(&self, definition: &Definition) -> Rows {
        snapshot_of(&self.url(), definition)
    }

    /// Merges `snapshot` with nothing but defaults and deletion.
    pub(crate) fn import(&self, snapshot: &Rows, history: &[&Rows]) -> Result<MergeOutcome, Error> {
        self.merge(snapshot, history, &MergeOptions { delete: true, ..MergeOptions::default() })
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

    /// Merges, and calls `look` once everything was changed and nothing is committed.
    pub(crate) fn merge_and_look(
        &self,
        snapshot: &Rows,
        options: &MergeOptions,
        look: &mut dyn FnMut(),
    ) -> Result<MergeOutcome, Error> {
        let mut looked = false;
        let mut progress = |progress| {
            if matches!(progress, MergeProgress::Verified(_)) && !std::mem::replace(&mut looked, true) {
                look();
            }
        };
        merge_into(&self.url(), snapshot, &[], options, &mut |_| Decision::Apply, &mut progress)
    }

    /// Merges as a role that [`TestDatabase::role`] made.
    pub(crate) fn merge_as(
        &self,
        role: &str,
        snapshot: &Rows,
        options: &MergeOptions,
    ) -> Result<MergeOutcome, Error> {
        let url = self.test.url_of(role).parse().expect("a URL");
        merge_into(&url, snapshot, &[], options, &mut |_| Decision::Apply, &mut |_| {})
    }

    /// The error of a merge as that role, in full; the role, the address and the database are told apart by no test.
    #[track_caller]
    pub(crate) fn refusal_as(&self, role: &str, snapshot: &Rows, options: &MergeOptions) -> String {
        let before = self.content();
        let error = self.merge_as(role, snapshot, options).expect_err("the merge is refused");
        assert!(self.content() == before, "the database is as it was");
        Self::in_general(&error).replace(role, "ROLE")
    }

    /// An error in full, without what differs between runs.
    pub(crate) fn in_general(error: &Error) -> String {
        let help = error.help().map(|help| format!("\nhelp: {help}")).unwrap_or_default();
        let text = format!("{error}{help}");
        text.split('`')
            .map(|part| if part.starts_with("postgres:") { "ADDRESS" } else { part })
            .collect::<Vec<_>>()
            .join("`")
    }

    /// The error of a merge, in full; the database must not have changed.
    #[track_caller]
    pub(crate) fn refusal(&self, snapshot: &Rows, history: &[&Rows], options: &MergeOptions) -> String {
        let before = self.content();
        let error = self.merge(snapshot, history, options).expect_err("the merge is refused");
        assert!(self.content() == before, "the database is as it was");
        let help = error.help().map(|help| format!("\nhelp: {help}")).unwrap_or_default();
        format!("{error}{help}")
    }
}

fn merge_into(
    url: &DatabaseUrl,
    snapshot: &Rows,
    history: &[&Rows],
    options: &MergeOptions,
    decide: &mut dyn FnMut(&MergePlan) -> Decision,
    progress: &mut dyn FnMut(MergeProgress),
) -> Result<MergeOutcome, Error> {
    let options_of_target =
        TargetOptions { lock_timeout: std::time::Duration::from_millis(300), ..TargetOptions::default() };
    let mut target = open_target(url, &options_of_target)?;
    let mut history = Versions(history.iter().map(|version| (*version).clone()).collect());
    target.merge(&mut snapshot.clone(), &mut history, options, progress, decide)
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

/// The schema that most tests share.
pub(crate) const NOTES: &str = "
    CREATE TABLE vaults (id BIGINT PRIMARY KEY GENERATED BY DEFAULT AS IDENTITY, name TEXT NOT NULL);
    CREATE TABLE fragments (
        id BIGINT PRIMARY KEY GENERATED BY DEFAULT AS IDENTITY,
        vault_id BIGINT NOT NULL REFERENCES vaults (id),
        parent_id BIGINT REFERENCES fragments (id) ON DELETE SET NULL,
        slug TEXT NOT NULL UNIQUE,
        title TEXT,
        scenario TEXT
    );
    CREATE TABLE todos (
        id BIGSERIAL PRIMARY KEY,
        fragment TEXT NOT NULL REFERENCES fragments (slug) ON DELETE CASCADE ON UPDATE CASCADE,
        done BOOLEAN NOT NULL DEFAULT FALSE
    );
    CREATE TABLE bookmarks (
        id INTEGER PRIMARY KEY,
        fragment_id BIGINT REFERENCES fragments (id) ON DELETE CASCADE
    );
";

/// The same tables in SQLite, where most snapshots come from.
const NOTES_IN_SQLITE: &str = "
    CREATE TABLE vaults (id INTEGER PRIMARY KEY, name TEXT NOT NULL);
    CREATE TABLE fragments (id INTEGER PRIMARY KEY, vault_id INTEGER NOT NULL REFERENCES vaults (id),
        parent_id INTEGER REFERENCES fragments (id), slug TEXT NOT NULL UNIQUE, title TEXT, scenario TEXT);
    CREATE TABLE todos (id INTEGER PRIMARY KEY, fragment TEXT NOT NULL REFERENCES fragments (slug),
        done BOOLEAN NOT NULL DEFAULT FALSE);
";

/// The definition of a scenario over [`NOTES`]: its fragments, their todos, the vaults that they share.
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

/// The rows of `sql` in a fresh SQLite database with these tables, as a snapshot of the scenario.
pub(crate) fn notes_snapshot(scenario: &str, sql: &str) -> Rows {
    snapshot_in_sqlite(&format!("{NOTES_IN_SQLITE}{sql}"), &notes(scenario))
}

/// What `definition` means in a fresh SQLite database that `sql` made.
pub(crate) fn snapshot_in_sqlite(sql: &str, definition: &Definition) -> Rows {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let path = folder.path().join("source.db");
    let connection = rusqlite::Connection::open(&path).expect("a database");
    connection.execute_batch("PRAGMA foreign_keys = OFF; PRAGMA synchronous = OFF").expect("a free hand");
    connection.execute_batch(sql).expect("the fixture's SQL");
    drop(connection);
    snapshot_of(&DatabaseUrl::sqlite(&path), definition)
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
