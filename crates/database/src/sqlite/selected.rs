//! The rows of a definition that were found, ready to be read, and what is to be said of them.

use std::collections::BTreeMap;

use model::{Catalog, Definition, Ownership, Scope, TableSpec};
use rusqlite::Connection;

use super::cuts::{self, CutColumn};
use super::said::Said;
use super::select::Selection;
use super::stream::{Rows, Section};
use super::traps::{Found, Traps};
use super::{checks, depths};
use crate::known::known_table;
use crate::{Error, SectionCount};

/// A definition's rows, checked.
pub(crate) struct Selected {
    definition: Definition,
    scope: Scope,
    way: Way,
    /// By table: what is looked for while it is read.
    traps: Vec<Traps>,
    /// What is said of references that are not followed.
    cut_notes: Vec<String>,
    /// By section, what was found when it was last read; a section that is read again counts once.
    found: BTreeMap<(usize, Ownership), Found>,
}

/// How the rows are found.
enum Way {
    /// Each section is a query.
    Said(Said),
    /// Their row numbers are in temporary tables.
    Walked(Box<Walked>),
}

struct Walked {
    selection: Selection,
    /// By table: where rows are ordered by depth, the temporary table of depths.
    depths: Vec<Option<String>>,
    /// By table: columns that are not always written as they are.
    cuts: Vec<Vec<CutColumn>>,
}

impl Selected {
    /// Finds the rows of `definition` within `scope`: by queries alone where the plan is plain, else by a walk.
    ///
    /// # Errors
    /// The definition does not fit the catalog, its rows break a rule, or reading fails.
    pub(crate) fn of(
        connection: &Connection,
        catalog: &Catalog,
        definition: &Definition,
        scope: &Scope,
    ) -> Result<Self, Error> {
        let Some(mut said) = Said::of(connection, catalog, definition, scope)? else {
            return Self::walked(connection, catalog, definition, scope);
        };
        checks::check_said(connection, catalog, definition, &mut said)?;
        Self::said(catalog, definition, scope, said)
    }

    /// The rows that are said, once they are counted.
    ///
    /// # Errors
    /// The catalog lacks a table.
    pub(crate) fn said(
        catalog: &Catalog,
        definition: &Definition,
        scope: &Scope,
        said: Said,
    ) -> Result<Self, Error> {
        Self::new(catalog, definition, scope, Way::Said(said))
    }

    /// As [`Selected::of`], by a walk whatever the plan is.
    ///
    /// # Errors
    /// As there.
    pub(crate) fn walked(
        connection: &Connection,
        catalog: &Catalog,
        definition: &Definition,
        scope: &Scope,
    ) -> Result<Self, Error> {
        let selection = Selection::within(connection, catalog, definition, scope, "keep")?;
        checks::check(connection, catalog, definition, &selection)?;
        let (mut depths, mut cuts, mut notes) = (Vec::new(), Vec::new(), Vec::new());
        for (spec, kept) in definition.tables.iter().zip(&selection.tables) {
            let number = || depths::number(connection, catalog, spec, &selection, kept);
            depths.push(spec.order_parents.then(number).transpose()?);
        }
        for (at, (spec, kept)) in definition.tables.iter().zip(&selection.tables).enumerate() {
            let columns = cuts::columns(connection, catalog, definition, &selection, at)?;
            notes.extend(cuts::notes(connection, spec, kept, &columns)?);
            cuts.push(columns);
        }
        let way = Way::Walked(Box::new(Walked { selection, depths, cuts }));
        Ok(Self { cut_notes: notes, ..Self::new(catalog, definition, scope, way)? })
    }

    fn new(catalog: &Catalog, definition: &Definition, scope: &Scope, way: Way) -> Result<Self, Error> {
        let traps = |spec: &TableSpec| Ok(Traps::of(spec, known_table(catalog, &spec.name)?));
        Ok(Self {
            traps: definition.tables.iter().map(traps).collect::<Result<_, Error>>()?,
            definition: definition.clone(),
            scope: scope.clone(),
            way,
            cut_notes: Vec::new(),
            found: BTreeMap::new(),
        })
    }

    /// Whether these are the rows of `definition`, within `scope` where there is one.
    pub(crate) fn is_of(&self, definition: &Definition, scope: Option<&Scope>) -> bool {
        self.definition == *definition && scope.is_none_or(|scope| self.scope == *scope)
    }

    /// How many rows each section has; none of them empty, shared before owned.
    ///
    /// # Errors
    /// Reading fails.
    pub(crate) fn sections(&self, connection: &Connection) -> Result<Vec<SectionCount>, Error> {
        match &self.way {
            Way::Said(said) => Ok(said.sections()),
            Way::Walked(walked) => walked.selection.sections(connection),
        }
    }

    /// The rows of one section of a table that the definition has, to be read.
    ///
    /// # Errors
    /// The catalog lacks the table.
    pub(crate) fn section<'a>(
        &'a self,
        connection: &'a Connection,
        catalog: &'a Catalog,
        table: usize,
        ownership: Ownership,
    ) -> Result<Section<'a>, Error> {
        let spec = &self.definition.tables[table];
        let rows = match &self.way {
            Way::Said(said) => Rows::Said(&said.tables[table]),
            Way::Walked(walked) => Rows::Kept {
                kept: &walked.selection.tables[table],
                depths: walked.depths[table].as_deref(),
                cuts: &walked.cuts[table],
            },
        };
        let (known, traps) = (known_table(catalog, &spec.name)?, &self.traps[table]);
        Ok(Section { connection, spec, table: known, rows, ownership, traps })
    }

    /// Remembers what reading a section found.
    pub(crate) fn note(&mut self, table: usize, ownership: Ownership, found: Found) {
        self.found.insert((table, ownership), found);
    }

    /// What is to be said of the rows, by table and column, in the definition's order; and then no more.
    pub(crate) fn take_notes(&mut self) -> Vec<String> {
        let mut notes = std::mem::take(&mut self.cut_notes);
        for (at, (spec, traps)) in self.definition.tables.iter().zip(&self.traps).enumerate() {
            let sections = self.found.iter().filter(|((table, _), _)| *table == at);
            let found: Vec<&Found> = sections.map(|(_, found)| found).collect();
            notes.extend(traps.notes(spec, &found));
        }
        self.found.clear();
        notes
    }
}
