//! Definitions in a few words, and rows as text. How a database is made and opened is the engine's: see its `engine`.

use std::fmt::Write as _;

use database::{Error, Source};
use model::text::show_value;
use model::{Catalog, Condition, ConditionOp, Definition, Ownership, Reference, Scalar, TableSpec};

use super::engine::Db;

impl Db {
    /// All rows of the definition that `change` makes of [`definition`].
    #[track_caller]
    pub(crate) fn rows(&self, change: impl FnOnce(&mut Definition)) -> String {
        self.try_rows(change).unwrap_or_else(|error| panic!("{}", message(&error)))
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
        self.shown(&self.try_rows(change).unwrap_err())
    }
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
        schema: table.schema.clone(),
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

/// A condition; `path` is separated by dots.
pub(crate) fn condition(path: &str, op: ConditionOp, values: &[Scalar]) -> Condition {
    Condition { path: path.split('.').map(str::to_owned).collect(), op, values: values.to_vec() }
}

/// Selects the rows of a table that meet one condition.
pub(crate) fn only(definition: &mut Definition, name: &str, path: &str, op: ConditionOp, values: &[Scalar]) {
    table(definition, name).select.push(vec![condition(path, op, values)]);
}

/// Makes every reference of a table a child reference.
pub(crate) fn child(definition: &mut Definition, name: &str) {
    for reference in &mut table(definition, name).references {
        reference.child = true;
    }
}

/// A reference by one column that no schema declares.
pub(crate) fn relation(column: &str, to: &str, key: &str, child: bool) -> Reference {
    Reference { columns: vec![column.into()], to: to.into(), key: vec![key.into()], child, link: false }
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
