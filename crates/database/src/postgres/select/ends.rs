//! The references of a definition, and how their two ends compare in SQL.

use std::collections::BTreeMap;

use model::{Catalog, Column, Definition, Reference, Scope, TableSpec};

use super::relation::Relations;
use crate::Error;
use crate::known::{known_column, known_table, pairs_of, parent_position};
use crate::postgres::equality::{How, declared_keys};
use crate::postgres::session::Session;
use crate::postgres::sql::identifier;

/// What makes sure that the rows that a reference leads to are there.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Parents {
    /// The server itself.
    Enforced,
    /// A look at them.
    LookedUp,
    /// Nothing: they are not kept for its sake.
    Cut,
}

/// A reference between two tables of a definition.
#[derive(Clone, Debug)]
pub(crate) struct Ends {
    /// The table that refers, and the one referred to, as indexes into the definition's tables.
    pub(crate) child: usize,
    pub(crate) parent: usize,
    /// Whether rows that refer to an owned row are owned too.
    pub(crate) follows: bool,
    /// Whether a row may come before the one that it refers to.
    pub(crate) is_link: bool,
    pub(crate) parents: Parents,
    pairs: Vec<Pair>,
}

#[derive(Clone, Debug)]
struct Pair {
    column: Column,
    key: Column,
    how: How,
}

impl Ends {
    /// Whether the rows `parent` and `child` (aliases) are the two ends.
    pub(crate) fn equal(&self, parent: &str, child: &str) -> String {
        let pairs: Vec<String> = self.pairs.iter().map(|pair| pair.equal(parent, child)).collect();
        pairs.join(" AND ")
    }

    /// Whether the row `child` (alias) refers to anything: none of its columns is NULL.
    pub(crate) fn refers(&self, child: &str) -> String {
        let pairs: Vec<String> = self
            .pairs
            .iter()
            .map(|pair| format!("{child}.{} IS NOT NULL", identifier(&pair.column.name)))
            .collect();
        pairs.join(" AND ")
    }
}

impl Pair {
    fn equal(&self, parent: &str, child: &str) -> String {
        let key = format!("{parent}.{}", identifier(&self.key.name));
        let column = format!("{child}.{}", identifier(&self.column.name));
        self.how.sql(Some(&self.key), &key, Some(&self.column), &column)
    }
}

/// The references of every table of `definition`, in its order.
///
/// # Errors
/// A table or column is missing, a reference has not as many columns on both ends, or reading fails.
pub(crate) fn read(
    session: &mut Session,
    catalog: &Catalog,
    definition: &Definition,
    scope: &Scope,
    relations: &Relations,
) -> Result<Vec<Ends>, Error> {
    let keys = foreign_keys(session, definition, relations)?;
    let mut all = Vec::new();
    for (child, spec) in definition.tables.iter().enumerate() {
        for reference in &spec.references {
            let ends = ends(catalog, definition, &keys, child, spec, reference)?;
            let is_cut = scope.cut_of(&spec.name, reference).is_some();
            all.push(Ends { parents: if is_cut { Parents::Cut } else { ends.parents }, ..ends });
        }
    }
    Ok(all)
}

fn ends(
    catalog: &Catalog,
    definition: &Definition,
    keys: &BTreeMap<Names, ForeignKey>,
    child: usize,
    spec: &TableSpec,
    reference: &Reference,
) -> Result<Ends, Error> {
    let parent = parent_position(definition, spec, reference)?;
    let names: Vec<(String, String)> =
        pairs_of(&spec.name, reference)?.map(|(column, key)| (column.clone(), key.clone())).collect();
    let mut sorted = names.clone();
    sorted.sort();
    let key = keys.get(&(child, parent, sorted));
    let (table, parent_table) = (known_table(catalog, &spec.name)?, known_table(catalog, &reference.to)?);
    let mut pairs = Vec::new();
    for names in names {
        let column = known_column(&spec.name, table, &names.0)?;
        let to = known_column(&reference.to, parent_table, &names.1)?;
        let how = key.and_then(|key| key.how.get(&names).cloned()).unwrap_or_else(|| How::of(column, to));
        pairs.push(Pair { column: column.clone(), key: to.clone(), how });
    }
    let is_enforced = key.is_some_and(|key| key.is_enforced);
    let parents = if is_enforced { Parents::Enforced } else { Parents::LookedUp };
    Ok(Ends { child, parent, follows: reference.child, is_link: reference.link, parents, pairs })
}

/// The referring table, the one referred to, and the pairs of columns, sorted.
type Names = (usize, usize, Vec<(String, String)>);

/// What the server knows of a foreign key.
struct ForeignKey {
    is_enforced: bool,
    how: Pairs,
}

/// How each pair of columns compares.
type Pairs = BTreeMap<(String, String), How>;

/// The foreign keys between the definition's tables.
fn foreign_keys(
    session: &mut Session,
    definition: &Definition,
    relations: &Relations,
) -> Result<BTreeMap<Names, ForeignKey>, Error> {
    let mut oids = Vec::new();
    for spec in &definition.tables {
        oids.push(relations.of(&spec.name)?.oid);
    }
    let position = |oid: u32| oids.iter().position(|other| *other == oid);
    let mut found = BTreeMap::new();
    // The last one counts: one that the server validated.
    for key in declared_keys(session, &oids)? {
        let (Some(child), Some(parent)) = (position(key.child), position(key.parent)) else { continue };
        let how: Pairs = key.pairs.into_iter().map(|pair| ((pair.column, pair.key), pair.how)).collect();
        let names = (child, parent, how.keys().cloned().collect());
        found.insert(names, ForeignKey { is_enforced: key.is_validated, how });
    }
    Ok(found)
}
