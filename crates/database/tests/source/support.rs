//! Throw-away databases, definitions in a few words, and rows as text.

use std::fmt::Write as _;
use std::path::{Path, PathBuf};

use database::{DatabaseUrl, Error, Source, SourceOptions, open_source};
use model::text::show_value;
use model::{Catalog, Condition, ConditionOp, Definition, Ownership, Reference, Scalar, TableSpec};
use rusqlite::Connection;
use tempfile::TempDir;

pub(crate) struct Db {
    pub(crate) folder: TempDir,
    pub(crate) path: PathBuf,
}

/// A new database made by `sql`.
pub(crate) fn db(sql: &str) -> Db {
    let folder = tempfile::tempdir().unwrap();
    // SQLite names the file that a link leads to, and on some systems the temporary folder is one.
    let path = if cfg!(unix) { folder.path().canonicalize().unwrap() } else { folder.path().to_owned() };
    let path = path.join("test.db");
    let db = Db { folder, path };
    db.run(sql);
    db
}

impl Db {
    pub(crate) fn connect(&self) -> Connection {
        Connection::open(&self.path).unwrap()
    }

    pub(crate) fn run(&self, sql: &str) {
        let connection = self.connect();
        connection.pragma_update(None, "foreign_keys", false).unwrap();
        connection.execute_batch(sql).unwrap();
    }

    pub(crate) fn source(&self) -> Box<dyn Source> {
        open(&self.path).unwrap()
    }

    pub(crate) fn bytes(&self) -> Vec<u8> {
        std::fs::read(&self.path).unwrap()
    }

    /// All rows of the definition that `change` makes of [`definition`].
    #[track_caller]
    pub(crate) fn rows(&self, change: impl FnOnce(&mut Definition)) -> String {
        self.try_rows(change).unwrap()
    }

    pub(crate) fn try_rows(&self, change: impl FnOnce(&mut Definition)) -> Result<String, Error> {
        let mut source = self.source();
        let mut definition = definition(&source.catalog()?);
        change(&mut definition);
        rows(source.as_mut(), &definition)
    }

    /// The error of reading them, with its help.
    #[track_caller]
    pub(crate) fn error(&self, change: impl FnOnce(&mut Definition)) -> String {
        message(&self.try_rows(change).unwrap_err()).replace(&self.path.display().to_string(), "[path]")
    }
}

pub(crate) fn open(path: &Path) -> Result<Box<dyn Source>, Error> {
    open_source(&DatabaseUrl::sqlite(path), &SourceOptions::default())
}

/// Opens it as one who waits that long for a lock.
pub(crate) fn open_waiting(path: &Path, lock_timeout: std::time::Duration) -> Result<Box<dyn Source>, Error> {
    open_source(&DatabaseUrl::sqlite(path), &SourceOptions { lock_timeout })
}

/// An error as people read it, with its help.
pub(crate) fn message(error: &Error) -> String {
    use miette::Diagnostic as _;
    let help = error.help().map_or_else(String::new, |help| format!("\nhelp: {help}"));
    format!("{error}{help}")
}

/// Every table of the catalog by name, with its declared references, nothing selected.
pub(crate) fn definition(catalog: &Catalog) -> Definition {
    let tables = catalog.tables.iter().map(|(name, table)| TableSpec {
        name: name.clone(),
        schema: None,
        columns: table
            .columns
            .iter()
            .filter(|column| !column.generated)
            .map(|column| model::ColumnSpec { name: column.name.clone(), ty: column.ty })
            .collect(),
        key: table.row_key(),
        order_parents: false,
        limit: false,
        select: Vec::new(),
        references: table
            .foreign_keys
            .iter()
            .map(|key| Reference {
                columns: key.columns.clone(),
                to: key.to.clone(),
                key: key.key.clone(),
                child: false,
                link: false,
            })
            .collect(),
    });
    let total = catalog.tables.keys().next().cloned().unwrap_or_default();
    Definition { total, breakdown: std::collections::BTreeMap::default(), tables: tables.collect() }
}

/// The table of that name in a definition, to change it.
pub(crate) fn table<'d>(definition: &'d mut Definition, name: &str) -> &'d mut TableSpec {
    definition.tables.iter_mut().find(|spec| spec.name == name).unwrap()
}

/// Selects all rows of a table.
pub(crate) fn all(definition: &mut Definition, name: &str) {
    table(definition, name).select = vec![Vec::new()];
}

/// Selects the rows of a table that meet one condition; `path` is separated by dots.
pub(crate) fn only(definition: &mut Definition, name: &str, path: &str, op: ConditionOp, values: &[Scalar]) {
    let path = path.split('.').map(str::to_owned).collect();
    table(definition, name).select.push(vec![Condition { path, op, values: values.to_vec() }]);
}

/// Makes every reference of a table a child reference.
pub(crate) fn child(definition: &mut Definition, name: &str) {
    for reference in &mut table(definition, name).references {
        reference.child = true;
    }
}

pub(crate) fn text(text: &str) -> Scalar {
    Scalar::Text(text.to_owned())
}

/// The sections and rows of `definition`, a line each.
pub(crate) fn rows(source: &mut dyn Source, definition: &Definition) -> Result<String, Error> {
    let mut out = String::new();
    for section in source.select(definition)? {
        let shared = if section.ownership == Ownership::Shared { " shared" } else { "" };
        let _ = writeln!(out, "{} ({}{shared})", definition.tables[section.table].name, section.count);
        let read = source.read(definition, section.table, section.ownership, &mut |values| {
            let values: Vec<String> = values.iter().map(|value| show_value(value, 40)).collect();
            let _ = writeln!(out, "  {}", values.join(" | "));
            Ok(())
        })?;
        assert_eq!(read, section.count, "select counts what read gives");
    }
    Ok(out)
}

/// The side file of a database.
pub(crate) fn beside(path: &Path, suffix: &str) -> PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push(suffix);
    PathBuf::from(name)
}
