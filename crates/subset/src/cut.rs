//! References that are not followed: to excluded tables, and with `follow_nullable_relations: false` every one that can be
//! NULL. The columns that can be are written as NULL, so that no key is left without its row.

use std::collections::BTreeSet;

use model::{Catalog, Reference};
use scenario::Scenario;

use crate::error::Error;
use crate::graph::References;

/// Decides which references are cut.
pub(crate) struct Cutter<'a> {
    catalog: &'a Catalog,
    scenario: &'a Scenario,
    /// Table and column that some reference refers to.
    referred: BTreeSet<(&'a str, &'a str)>,
}

impl<'a> Cutter<'a> {
    pub(crate) fn new(catalog: &'a Catalog, scenario: &'a Scenario, all: &'a References) -> Self {
        let columns = |r: &'a Reference| r.key.iter().map(|column| (r.to.as_str(), column.as_str()));
        Self { catalog, scenario, referred: all.values().flatten().flat_map(columns).collect() }
    }

    pub(crate) fn is_excluded(&self, table: &String) -> bool {
        self.scenario.extent.excluded.contains(table)
    }

    /// The columns that are written as NULL where the reference is cut; `None` where it is followed.
    ///
    /// # Errors
    /// It leads to an excluded table, and none of its columns can be NULL.
    pub(crate) fn columns(&self, table: &str, reference: &Reference) -> Result<Option<Vec<String>>, Error> {
        let is_excluded = self.is_excluded(&reference.to);
        if !is_excluded && !self.scenario.extent.skip_nullable {
            return Ok(None);
        }
        let columns = self.nullable(table, reference);
        match (columns.is_empty(), is_excluded) {
            (false, _) => Ok(Some(columns)),
            (true, false) => Ok(None),
            (true, true) => Err(Error::Excluded {
                file: self.scenario.file.clone(),
                table: table.to_owned(),
                columns: reference.columns.clone(),
                to: reference.to.clone(),
            }),
        }
    }

    /// The reference's columns that take NULL, tell no rows apart, and that nothing refers to. One of them is enough: a
    /// reference that is NULL in part refers to nothing.
    fn nullable(&self, name: &str, reference: &Reference) -> Vec<String> {
        let Some(table) = self.catalog.tables.get(name) else { return Vec::new() };
        let key = table.row_key();
        let can_be = |column: &&String| {
            table.column(column).is_some_and(|c| !c.not_null && !c.generated)
                && !key.contains(column)
                && !self.referred.contains(&(name, column.as_str()))
        };
        reference.columns.iter().filter(can_be).cloned().collect()
    }
}
