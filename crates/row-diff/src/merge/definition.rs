//! The definition of a merged version.

use model::Definition;
use model::text::Shown;

use crate::Error;

/// The definition of a merged version: that of both, or of the one that changed it.
///
/// # Errors
/// Both changed it, each in another way ([`Error::Definitions`]).
pub fn merge_definitions(
    base: Option<&Definition>,
    ours: &Definition,
    theirs: &Definition,
) -> Result<Definition, Error> {
    if ours == theirs || base == Some(theirs) {
        return Ok(ours.clone());
    }
    if base == Some(ours) {
        return Ok(theirs.clone());
    }
    let names = ours.tables.iter().chain(&theirs.tables).map(|spec| &spec.name);
    let mut differing: Vec<String> = names
        .filter(|name| ours.table(name) != theirs.table(name))
        .map(|name| Shown(name).to_string())
        .collect();
    differing.sort();
    differing.dedup();
    let what = match differing.as_slice() {
        [] => "the order of the tables, or what the header counts".to_owned(),
        [one] => format!("table {one}"),
        many => format!("tables {}", many.join(", ")),
    };
    Err(Error::Definitions { what })
}
