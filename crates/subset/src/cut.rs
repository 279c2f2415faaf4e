//! References that are not followed: to excluded tables, and with `follow_nullable_relations: false` every one that can be
//! NULL. One column of each is written as NULL, so that no key is left without its row.
//!
//! The rule to keep in mind: nothing but the reference is lost with it. A column that anything else needs stays, so that what
//! an import makes of the file is again what the scenario means.

use std::collections::BTreeMap;

use model::scope::{Cut, LooseReference};
use model::{Catalog, Condition, LogicalType, Reference};
use scenario::Scenario;

use crate::error::{Error, Needed};
use crate::graph::References;

/// What needs a column, by table and column.
type NeededColumns<'a> = BTreeMap<(&'a str, &'a str), Needed>;

/// Decides which references are cut.
pub(crate) struct Cutter<'a> {
    catalog: &'a Catalog,
    scenario: &'a Scenario,
    all: &'a References,
    loose: &'a [LooseReference],
    needed: NeededColumns<'a>,
}

impl<'a> Cutter<'a> {
    pub(crate) fn new(
        catalog: &'a Catalog,
        scenario: &'a Scenario,
        all: &'a References,
        loose: &'a [LooseReference],
    ) -> Self {
        let mut cutter = Self { catalog, scenario, all, loose, needed: BTreeMap::new() };
        cutter.needed = cutter.needed();
        cutter
    }

    pub(crate) fn is_excluded(&self, table: &String) -> bool {
        self.scenario.extent.excluded.contains(table)
    }

    /// The column that is written as NULL where the reference is cut; `None` where it is followed.
    ///
    /// # Errors
    /// It leads to an excluded table, and none of its columns can be written as NULL.
    pub(crate) fn column(&self, table: &str, reference: &Reference) -> Result<Option<String>, Error> {
        let is_excluded = self.is_excluded(&reference.to);
        if !is_excluded && !self.scenario.extent.skip_nullable {
            return Ok(None);
        }
        // What is left of a reference means most without its last column: a country without its region.
        let mut needed = None;
        for column in reference.columns.iter().rev() {
            match self.needed_by(table, column, reference) {
                None => return Ok(Some(column.clone())),
                Some(by) => needed = needed.filter(|before| *before != Needed::NotNull).or(Some(by)),
            }
        }
        if !is_excluded {
            return Ok(None);
        }
        Err(self.refused(table, &reference.columns, &reference.to, needed))
    }

    /// The cut of a loose reference to an excluded table; `None` where its values stay as they are: out of JSON, and where
    /// a row that is not found is none of the export's business.
    ///
    /// # Errors
    /// Its column cannot be written as NULL.
    pub(crate) fn loose(&self, reference: &LooseReference) -> Result<Option<Cut>, Error> {
        let Some(column) = reference.path.first() else { return Ok(None) };
        if reference.optional || self.reads_json(reference) {
            return Ok(None);
        }
        match self.needed_by_others(&reference.from, column, None) {
            None => Ok(Some(Cut {
                table: reference.from.clone(),
                reference: vec![column.clone()],
                column: column.clone(),
                unless_kept: None,
                only: Some(reference.clone()),
            })),
            needed => {
                let needed = needed.map(|by| Needed::Relation(Box::new(by)));
                Err(self.refused(&reference.from, &reference.path, &reference.to, needed))
            }
        }
    }

    /// Whether the values of a reference to an excluded table stay although they are asked for: those out of JSON.
    pub(crate) fn stays(&self, reference: &LooseReference) -> bool {
        !reference.optional && self.reads_json(reference)
    }

    fn refused(&self, table: &str, columns: &[String], to: &str, needed: Option<Needed>) -> Error {
        Error::Excluded {
            file: self.scenario.file.clone(),
            table: table.to_owned(),
            columns: columns.to_vec(),
            to: to.to_owned(),
            needed: needed.unwrap_or(Needed::NotNull),
        }
    }

    fn reads_json(&self, reference: &LooseReference) -> bool {
        let Some(name) = reference.path.first() else { return false };
        let named = self.scenario.columns.get(&reference.from).and_then(|columns| columns.get(name)).copied();
        let table = self.catalog.tables.get(&reference.from);
        let declared = table.and_then(|table| table.column(name)).map(|column| column.ty);
        reference.reads_json(named.or(declared).unwrap_or(LogicalType::Any))
    }

    /// Why a column of `reference` cannot be written as NULL; `None` if it can.
    fn needed_by(&self, table: &str, column: &str, reference: &Reference) -> Option<Needed> {
        let loosely = self.loose.iter().find(|other| {
            other.from == table
                && other.path.first().is_some_and(|c| c == column)
                && !self.is_excluded(&other.to)
        });
        let loosely = || loosely.map(|other| Needed::Reference(column.to_owned(), other.to.clone()));
        self.needed_by_others(table, column, Some(reference)).or_else(loosely)
    }

    /// As [`Cutter::needed_by`], loose references aside: a column can be several of them, each for other rows.
    fn needed_by_others(&self, name: &str, column: &str, reference: Option<&Reference>) -> Option<Needed> {
        let takes_null = self.catalog.tables.get(name).is_some_and(|table| {
            table.column(column).is_some_and(|c| !c.not_null && !c.generated)
                && !table.row_key().iter().any(|key| key == column)
        });
        if !takes_null {
            return Some(Needed::NotNull);
        }
        if let Some(by) = self.needed.get(&(name, column)) {
            return Some(by.clone());
        }
        let others = self.all.get(name).into_iter().flatten().filter(|other| Some(*other) != reference);
        let mut others = others.filter(|other| !self.is_excluded(&other.to));
        let shared = others.find(|other| other.columns.iter().any(|c| c == column));
        shared.map(|other| Needed::Reference(column.to_owned(), other.to.clone()))
    }

    /// Columns whose values decide which rows are in, or which other rows find them.
    fn needed(&self) -> NeededColumns<'a> {
        let mut needed = NeededColumns::new();
        let mut add = |table: &'a str, column: &'a str, by: Needed| {
            needed.entry((table, column)).or_insert(by);
        };
        let mut conditions = |table: &'a str, conditions: &'a [Condition], by: fn(String) -> Needed| {
            for column in conditions.iter().filter_map(|condition| condition.path.first()) {
                add(table, column, by(column.clone()));
            }
        };
        for (table, terms) in &self.scenario.select {
            for term in terms {
                conditions(table, term, Needed::Select);
            }
        }
        for reference in self.loose {
            conditions(&reference.from, &reference.when, Needed::Condition);
            if let Some(types) = &reference.type_table {
                conditions(&types.table, &types.select, Needed::Condition);
            }
        }
        for reference in self.loose {
            add(&reference.to, &reference.key, Needed::Key(reference.key.clone()));
            if let Some(types) = &reference.type_table {
                add(&reference.from, &types.column, Needed::Condition(types.column.clone()));
                add(&types.table, &types.key, Needed::Key(types.key.clone()));
            }
        }
        for reference in self.all.values().flatten() {
            for column in &reference.key {
                add(&reference.to, column, Needed::Key(column.clone()));
            }
        }
        for (table, limit) in self.scenario.extent.rows.iter().chain(&self.scenario.extent.children) {
            for by in &limit.order {
                add(table, &by.column, Needed::Order(by.column.clone()));
            }
        }
        needed
    }
}
