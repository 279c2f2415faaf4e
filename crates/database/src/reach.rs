//! What of a scope concerns the tables of a definition, by their places in it: the same for both engines.

use std::collections::BTreeMap;

use model::scope::{Limit, LooseReference};
use model::{Definition, Scope, TableSpec};

/// The limits of tables that the definition holds: the table's place, its spec, its limit.
pub(crate) fn limits<'a>(
    definition: &'a Definition,
    limits: &'a BTreeMap<String, Limit>,
) -> impl Iterator<Item = (usize, &'a TableSpec, &'a Limit)> {
    limits.iter().filter_map(|(name, limit)| {
        let at = definition.position(name)?;
        Some((at, &definition.tables[at], limit))
    })
}

/// A loose reference between two tables that the definition holds.
pub(crate) struct LooseEnds<'a> {
    /// Which of the scope's loose references it is.
    pub(crate) number: usize,
    pub(crate) reference: &'a LooseReference,
    /// The places of the table that refers, and of the one referred to.
    pub(crate) child: usize,
    pub(crate) parent: usize,
}

/// The loose references between tables that the definition holds.
pub(crate) fn loose<'a>(definition: &'a Definition, scope: &'a Scope) -> impl Iterator<Item = LooseEnds<'a>> {
    scope.loose.iter().enumerate().filter_map(|(number, reference)| {
        let (child, parent) = (definition.position(&reference.from)?, definition.position(&reference.to)?);
        Some(LooseEnds { number, reference, child, parent })
    })
}
