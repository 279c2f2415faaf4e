//! The references between a target's tables: those that it declares, and those that only the snapshot knows.

use model::{ForeignKey, Reference, ReferentialAction, Table};

/// The references of a table: those that the target declares, then those that only the snapshot knows.
pub(crate) fn all(table: &Table, known: &[Reference]) -> Vec<ForeignKey> {
    let mut keys = table.foreign_keys.clone();
    keys.extend(undeclared(table, known));
    keys
}

/// Those of `known` that the target does not declare, and so does not look after.
pub(crate) fn undeclared(table: &Table, known: &[Reference]) -> Vec<ForeignKey> {
    let is_declared = |reference: &&Reference| {
        table
            .foreign_keys
            .iter()
            .any(|key| key.to == reference.to && key.columns == reference.columns && key.key == reference.key)
    };
    known.iter().filter(|reference| !is_declared(reference)).map(ForeignKey::from).collect()
}

/// Whether the engine carries a change on to the rows that refer.
pub(crate) fn acts(action: ReferentialAction) -> bool {
    !matches!(action, ReferentialAction::NoAction | ReferentialAction::Restrict)
}
