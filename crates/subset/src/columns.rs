//! The columns of a snapshot's table: their order and what their values mean. Both follow the version that the new one
//! builds on, so that a schema that only moved columns changes no line.

use std::collections::BTreeSet;

use model::{Catalog, Column, ColumnSpec, LogicalType, Table, TableSpec, text};
use scenario::Scenario;

use crate::error::Error;

/// What decides a column's type, in this order: the scenario, the base version unless a value did not fit it, the catalog.
pub(crate) struct Types<'a> {
    pub(crate) scenario: &'a Scenario,
    pub(crate) refit: &'a BTreeSet<(String, String)>,
}

impl Types<'_> {
    fn of(&self, table: &str, column: &Column, base: Option<LogicalType>) -> LogicalType {
        let named = self.scenario.columns.get(table).and_then(|columns| columns.get(&column.name)).copied();
        let base = base.filter(|_| !self.refit.contains(&(table.to_owned(), column.name.clone())));
        named.or(base).unwrap_or(column.ty)
    }
}

/// The stored columns of `table`: those of the base version first, in its order, then the others as declared.
///
/// # Errors
/// There is none, or a name that no snapshot can spell.
pub(crate) fn columns(
    types: &Types<'_>,
    name: &str,
    table: &Table,
    base: Option<&TableSpec>,
) -> Result<Vec<ColumnSpec>, Error> {
    let stored = |column: &&Column| !column.generated;
    let known = base.map_or(&[][..], |base| &base.columns);
    let kept = known.iter().filter_map(|spec| {
        let column = table.column(&spec.name).filter(stored)?;
        Some(ColumnSpec { name: spec.name.clone(), ty: types.of(name, column, Some(spec.ty)) })
    });
    let is_new = |column: &&Column| known.iter().all(|spec| spec.name != column.name);
    let new = table.columns.iter().filter(stored).filter(is_new);
    let new = new.map(|column| ColumnSpec { name: column.name.clone(), ty: types.of(name, column, None) });
    let columns: Vec<ColumnSpec> = kept.chain(new).collect();
    if columns.is_empty() {
        return Err(Error::NoColumns { table: name.to_owned() });
    }
    Ok(columns)
}

/// Refuses names that no snapshot can spell: with control, invisible or bidirectional characters, TAB or LF, in any
/// table that the snapshot holds.
///
/// # Errors
/// [`Error::Name`] with the first such name.
pub(crate) fn check_names<'a>(
    catalog: &Catalog,
    tables: impl IntoIterator<Item = &'a String>,
) -> Result<(), Error> {
    let hidden = |name: &str| text::needs_escape(name) || name.contains(['\t', '\n']);
    for name in tables {
        let table = catalog.tables.get(name);
        let columns = table.into_iter().flat_map(|t| &t.columns).filter(|c| !c.generated).map(|c| &c.name);
        let schema = table.and_then(|t| t.schema.as_ref());
        let mut names = std::iter::once(name).chain(schema).chain(columns);
        if let Some(bad) = names.find(|name| hidden(name)) {
            return Err(Error::Name { table: name.clone(), name: bad.clone() });
        }
    }
    Ok(())
}
