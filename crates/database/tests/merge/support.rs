//! Throw-away databases, snapshots read from them or written by hand, and one function that merges.

use std::path::{Path, PathBuf};

use database::{
    DatabaseUrl, Decision, Error, History, MergeOptions, MergeOutcome, MergePlan, Source, TargetOptions,
    open_source, open_target,
};
use miette::Diagnostic;
use model::{
    ColumnSpec, Condition, ConditionOp, Definition, LogicalType, Ownership, Reference, RowEvent, RowSource,
    RowStream, Scalar, StreamError, TableSpec, Value,
};
use rusqlite::Connection;

/// A folder with databases.
pub(crate) struct Folder(tempfile::TempDir);

impl Folder {
    pub(crate) fn new() -> Self {
        Self(tempfile::tempdir().expect("a temporary folder"))
    }

    /// A database made by `sql`.
    pub(crate) fn database(&self, name: &str, sql: &str) -> Database {
        let path = self.0.path().join(name);
        let connection = Connection::open(&path).expect("a database");
        connection.execute_batch("PRAGMA foreign_keys = OFF; PRAGMA synchronous = OFF").expect("a free hand");
        connection.execute_batch(sql).expect("the fixture's SQL");
        drop(connection);
        Database { path }
    }

    /// Names of the files in it, sorted.
    pub(crate) fn files(&self) -> Vec<String> {
        let entries = std::fs::read_dir(self.0.path()).expect("the folder");
        let mut names: Vec<String> =
            entries.map(|e| e.expect("an entry").file_name().to_string_lossy().into_owned()).collect();
        names.sort();
        names
    }
}

/// A SQLite file.
pub(crate) struct Database {
    pub(crate) path: PathBuf,
}

impl Database {
    pub(crate) fn url(&self) -> DatabaseUrl {
        DatabaseUrl::sqlite(&self.path)
    }

    pub(crate) fn connect(&self) -> Connection {
        Connection::open(&self.path).expect("the database")
    }

    pub(crate) fn execute(&self, sql: &str) {
        self.connect().execute_batch(sql).expect("the test's SQL");
    }

    pub(crate) fn bytes(&self) -> Vec<u8> {
        std::fs::read(&self.path).expect("the file")
    }

    /// Rows of a query, a line each, columns separated by `|`.
    #[track_caller]
    pub(crate) fn rows(&self, sql: &str) -> String {
        let connection = self.connect();
        let mut statement = connection.prepare(sql).expect("the test's query");
        let columns = statement.column_count();
        let mut lines = Vec::new();
        let mut rows = statement.query([]).expect("the test's query");
        while let Some(row) = rows.next().expect("a row") {
            let values: Vec<String> =
                (0..columns).map(|at| shown(row.get_ref(at).expect("a value"))).collect();
            lines.push(values.join("|"));
        }
        lines.join("\n")
    }

    /// A snapshot of what `definition` means in it.
    pub(crate) fn snapshot(&self, definition: &Definition) -> Rows {
        let mut source = open_source(&self.url(), &database::SourceOptions::default()).expect("a source");
        let sections = source.select(definition).expect("a selection");
        let mut rows = Rows { definition: definition.clone(), sections: Vec::new() };
        for section in sections {
            rows.sections.push(read(source.as_mut(), definition, section.table, section.ownership));
        }
        rows
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
        let options_of_target =
            TargetOptions { lock_timeout: std::time::Duration::from_millis(50), ..TargetOptions::default() };
        let mut target = open_target(&self.url(), &options_of_target)?;
        let mut history = Versions(history.iter().map(|version| (*version).clone()).collect());
        target.merge(&mut snapshot.clone(), &mut history, options, &mut |_| {}, decide)
    }

    /// The error of a merge, in full; the file must not have changed.
    #[track_caller]
    pub(crate) fn refusal(&self, snapshot: &Rows, history: &[&Rows], options: &MergeOptions) -> String {
        let before = self.bytes();
        let mut asked = 0;
        let error = self
            .ask(snapshot, history, options, &mut |_| {
                asked += 1;
                Decision::Apply
            })
            .expect_err("the merge is refused");
        assert!(self.bytes() == before, "the database is as it was");
        assert!(!journal(&self.path).exists(), "no journal is left");
        let help = error.help().map(|help| format!("\nhelp: {help}")).unwrap_or_default();
        format!("{error}{help}")
    }
}

pub(crate) fn journal(path: &Path) -> PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push("-journal");
    name.into()
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

fn shown(value: rusqlite::types::ValueRef<'_>) -> String {
    use rusqlite::types::ValueRef;
    match value {
        ValueRef::Null => "NULL".to_owned(),
        ValueRef::Integer(n) => n.to_string(),
        ValueRef::Real(x) => format!("{x:?}"),
        ValueRef::Text(text) => String::from_utf8_lossy(text).into_owned(),
        ValueRef::Blob(bytes) => format!("{bytes:?}"),
    }
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

/// The rows of `sql` in a fresh database with [`NOTES`], as a snapshot of the scenario.
pub(crate) fn notes_snapshot(scenario: &str, sql: &str) -> Rows {
    let folder = Folder::new();
    folder.database("source.db", &format!("{NOTES}{sql}")).snapshot(&notes(scenario))
}
