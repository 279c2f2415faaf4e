//! Which rows are owned, as SQL: by selection or by a child reference to an owned row. Where those references go round in a
//! circle, or a condition has to be looked at here, no SQL says it, and the rows are walked.

use model::{Catalog, Definition, Scope, TableSpec};

use super::ends::{Ends, Parents};
use super::relation::Relations;
use crate::Error;
use crate::known::known_table;
use crate::owned::{self, Follows, Owned};
use crate::postgres::predicate::{self, Term};

/// The rules of ownership of a definition.
pub(crate) struct Rules<'a> {
    pub(crate) definition: &'a Definition,
    pub(crate) relations: &'a Relations,
    pub(crate) ends: &'a [Ends],
    pub(crate) terms: Vec<Vec<Term<'a>>>,
    pub(crate) owned: Vec<Owned>,
}

impl<'a> Rules<'a> {
    /// Compiles the selection.
    ///
    /// # Errors
    /// A column that the table lacks, or more conditions than a statement can hold.
    pub(crate) fn new(
        catalog: &'a Catalog,
        definition: &'a Definition,
        scope: &Scope,
        relations: &'a Relations,
        ends: &'a [Ends],
    ) -> Result<Self, Error> {
        let mut terms = Vec::new();
        for spec in &definition.tables {
            let table = known_table(catalog, &spec.name)?;
            let compiled: Result<Vec<Term<'a>>, Error> =
                spec.select.iter().map(|term| predicate::compile(spec, table, term)).collect();
            terms.push(compiled?);
        }
        let mut rules = Self { definition, relations, ends, terms, owned: Vec::new() };
        rules.owned = if scope.is_walked() { rules.walked(scope) } else { rules.decide() };
        Ok(rules)
    }

    fn children_of(&self, table: usize) -> impl Iterator<Item = &'a Ends> {
        self.ends.iter().filter(move |ends| ends.follows && ends.child == table)
    }

    /// Everything is walked, wave by wave, but tables that have no owned row.
    fn walked(&self, scope: &Scope) -> Vec<Owned> {
        let is_owned = |(table, spec): (usize, &TableSpec)| {
            let loosely = scope.loose.iter().any(|reference| reference.child && reference.from == spec.name);
            !spec.select.is_empty() || self.children_of(table).next().is_some() || loosely
        };
        let tables = self.definition.tables.iter().enumerate();
        tables.map(|table| if is_owned(table) { Owned::Walked } else { Owned::None }).collect()
    }

    /// Where a condition has to be looked at here, rows are walked.
    fn decide(&self) -> Vec<Owned> {
        let follows: Vec<Follows> = (self.ends.iter())
            .filter(|ends| ends.follows)
            .map(|ends| Follows { child: ends.child, parent: ends.parent })
            .collect();
        let is_filtered = |table: usize| self.terms[table].iter().any(|term| !term.filters.is_empty());
        owned::decide(self.definition, &follows, is_filtered)
    }

    /// Whether the row `m` of a table is owned, so far as SQL can tell: for a walked table this leaves out what the walk
    /// has to find. NULL is no.
    pub(crate) fn sql(&self, table: usize) -> String {
        self.sql_of(table, "m", &mut 0)
    }

    /// As [`Rules::sql`], for the row `alias`.
    pub(crate) fn sql_as(&self, table: usize, alias: &str) -> String {
        self.sql_of(table, alias, &mut 0)
    }

    fn sql_of(&self, table: usize, alias: &str, used: &mut usize) -> String {
        match self.owned[table] {
            Owned::All => return "TRUE".to_owned(),
            Owned::None => return "FALSE".to_owned(),
            Owned::Sql(_) | Owned::Walked => {}
        }
        let mut parts: Vec<String> = self.terms[table]
            .iter()
            .filter(|term| term.filters.is_empty())
            .map(|term| format!("({})", term.sql(alias)))
            .collect();
        for ends in self.children_of(table) {
            match self.owned[ends.parent] {
                Owned::All if ends.parents == Parents::Enforced => {
                    parts.push(format!("({})", ends.refers(alias)));
                }
                Owned::None | Owned::Walked => {}
                Owned::All | Owned::Sql(_) => {
                    *used += 1;
                    let parent = format!("p{used}");
                    let rest = self.sql_of(ends.parent, &parent, used);
                    parts.push(format!(
                        "EXISTS (SELECT FROM {} AS {parent} WHERE {} AND ({rest}))",
                        self.from(ends.parent),
                        ends.equal(&parent, alias)
                    ));
                }
            }
        }
        if parts.is_empty() { "FALSE".to_owned() } else { parts.join(" OR ") }
    }

    /// What the rows of a table are read from, in SQL.
    pub(crate) fn from(&self, table: usize) -> &str {
        let name = &self.definition.tables[table].name;
        self.relations.of(name).map_or("", |relation| relation.from.as_str())
    }
}
