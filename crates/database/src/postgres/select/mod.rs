//! Which rows a definition means: owned rows by selection and child references, then every parent that they need.
//!
//! Where SQL can say which rows are owned, it does, and nothing is remembered of them: reading such a section is one query.
//! Other rows are walked, wave by wave, and their places kept in a scratch file. Nothing is ever written to the database,
//! not even a temporary table: a standby has none.

mod checks;
mod cuts;
mod depths;
mod ends;
mod owned;
mod reach;
mod relation;
mod row;
mod scratch;
mod stream;
mod walk;

use model::{Catalog, Definition, Ownership, Scope, Table, TableSpec};

pub(crate) use self::relation::{Relations, count, get};
pub(crate) use self::row::RowReader;
pub(crate) use self::stream::Section;

use self::cuts::CutColumn;
use self::ends::Ends;
use self::owned::Rules;
use self::reach::Reach;
use self::scratch::{Scratch, Set};
use super::order::Encoding;
use super::session::Session;
use crate::known::{known_table, stored_table};
use crate::owned::Owned;
use crate::{Error, SectionCount};

/// The rows of a definition.
pub(crate) struct Selection {
    encoding: Encoding,
    scope: Scope,
    scratch: Scratch,
    /// In the order of the definition's tables.
    tables: Vec<Kept>,
}

/// The kept rows of one table.
struct Kept {
    /// What they are read from, in SQL.
    from: String,
    /// The condition for owned rows, over the alias `m`; `None` where the scratch file has their places.
    owned: Option<String>,
    /// Whether the scratch file has the depths by which rows are ordered.
    has_depths: bool,
    /// The columns that are not always written as they are.
    cuts: Vec<CutColumn>,
}

impl Selection {
    /// Finds the rows of `definition` within `scope`, and checks what must hold of them.
    ///
    /// # Errors
    /// The definition does not fit the catalog, a kept row refers to nothing or has NULL in its key, rows refer to each
    /// other in a circle where they are ordered parents first, or reading fails.
    pub(crate) fn of(
        session: &mut Session,
        catalog: &Catalog,
        definition: &Definition,
        scope: &Scope,
    ) -> Result<Self, Error> {
        for spec in &definition.tables {
            stored_table(catalog, spec)?;
        }
        let mut names: Vec<&str> = definition.tables.iter().map(|spec| spec.name.as_str()).collect();
        let cut = scope.cuts.iter().filter_map(|cut| cut.only.as_ref());
        let types = scope.loose.iter().chain(cut).filter_map(|reference| reference.type_table.as_ref());
        names.extend(types.map(|types| types.table.as_str()));
        names.sort_unstable();
        names.dedup();
        let relations = Relations::lock(session, catalog, &names)?;
        let ends = ends::read(session, catalog, definition, scope, &relations)?;
        let rules = Rules::new(catalog, definition, scope, &relations, &ends)?;
        let scratch = Scratch::new()?;
        let is_walked =
            |table: usize| rules.owned[table] == Owned::Walked || definition.tables[table].order_parents;
        let tables = (0..definition.tables.len()).map(|table| Kept {
            from: rules.from(table).to_owned(),
            owned: (!is_walked(table)).then(|| rules.sql(table)),
            has_depths: definition.tables[table].order_parents,
            cuts: Vec::new(),
        });
        let (encoding, tables) = (encoding(session)?, tables.collect());
        let mut selection = Self { encoding, scope: scope.clone(), scratch, tables };
        let reach = Reach::new(session, catalog, definition, scope, &relations, &selection.scratch)?;
        walk::walk(session, &selection, &rules, &reach)?;
        checks::check(session, catalog, definition, &selection, &ends)?;
        reach::check_loose(session, catalog, definition, &selection, &reach)?;
        for table in 0..definition.tables.len() {
            let found = cuts::columns(session, catalog, definition, &selection, &relations, &ends, table)?;
            selection.tables[table].cuts = found;
        }
        for (table, spec) in definition.tables.iter().enumerate().filter(|(_, spec)| spec.order_parents) {
            depths::number(session, known_table(catalog, &spec.name)?, spec, &selection, table, &ends)?;
        }
        Ok(selection)
    }

    /// How many rows each section has; none of them empty, shared before owned.
    ///
    /// # Errors
    /// Reading fails.
    pub(crate) fn sections(&self, session: &mut Session) -> Result<Vec<SectionCount>, Error> {
        let mut sections = Vec::new();
        for (table, kept) in self.tables.iter().enumerate() {
            let shared = self.scratch.count(table, Ownership::Shared)?;
            let owned = match &kept.owned {
                None => self.scratch.count(table, Ownership::Owned)?,
                Some(none) if none == "FALSE" => 0,
                Some(owned) => count(
                    session,
                    &format!("SELECT pg_catalog.count(*) FROM {} AS m WHERE {owned}", kept.from),
                )?,
            };
            for (ownership, count) in [(Ownership::Shared, shared), (Ownership::Owned, owned)] {
                if count > 0 {
                    sections.push(SectionCount { table, ownership, count });
                }
            }
        }
        Ok(sections)
    }

    /// The rows of one section, to be read.
    pub(crate) fn section<'a>(
        &'a self,
        spec: &'a TableSpec,
        table: &'a Table,
        index: usize,
        ownership: Ownership,
    ) -> Section<'a> {
        Section { selection: self, spec, table, index, ownership }
    }

    /// The condition for the owned rows of a table where SQL tells them; shared ones are always in the scratch file.
    fn said(&self, table: usize, ownership: Ownership) -> Option<&str> {
        self.tables[table].owned.as_deref().filter(|_| ownership == Ownership::Owned)
    }

    /// Hands the places of a set to `each`, batch by batch.
    fn batches(
        &self,
        table: usize,
        set: Set,
        mut each: impl FnMut(&str) -> Result<(), Error>,
        alias: &str,
    ) -> Result<(), Error> {
        let mut last = None;
        loop {
            let places = self.scratch.batch(table, set, last)?;
            last = places.last().copied();
            if last.is_none() {
                return Ok(());
            }
            each(&scratch::at_places(alias, &places))?;
        }
    }
}

fn encoding(session: &mut Session) -> Result<Encoding, Error> {
    let row = session.query_one("SELECT pg_catalog.current_setting('server_encoding')", &[])?;
    let name: String = get(session, &row, 0)?;
    Ok(if name == "UTF8" { Encoding::Utf8 } else { Encoding::Other })
}
