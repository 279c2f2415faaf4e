//! How many rows differ, in a sentence and by table.

use model::Definition;

use crate::{Counts, TableCounts};

/// `3 rows added, 1 changed, 2 removed`
pub fn sentence(total: TableCounts) -> String {
    let parts = [(total.added, "added"), (total.changed, "changed"), (total.removed, "removed")];
    let mut told: Vec<String> = Vec::new();
    for (rows, what) in parts.into_iter().filter(|(rows, _)| *rows > 0) {
        let counted = if told.is_empty() { plural(rows, "row") } else { rows.to_string() };
        told.push(format!("{counted} {what}"));
    }
    if told.is_empty() { "No row differs".to_owned() } else { told.join(", ") }
}

/// `1 row`, `2 rows`
pub fn plural(count: u64, noun: &str) -> String {
    format!("{count} {noun}{}", if count == 1 { "" } else { "s" })
}

/// The tables of which rows differ: in the head's order, then those that only the base has.
pub fn differing<'c>(
    counts: &'c Counts,
    base: &'c Definition,
    head: &'c Definition,
) -> impl Iterator<Item = (&'c str, TableCounts)> {
    let only_base = base.tables.iter().filter(|spec| head.table(&spec.name).is_none());
    head.tables.iter().chain(only_base).filter_map(|spec| {
        let found = *counts.tables.get(&spec.name)?;
        (found.added + found.changed + found.removed > 0).then_some((spec.name.as_str(), found))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_sentence_names_what_there_is() {
        let told = |added, changed, removed| sentence(TableCounts { added, changed, removed, equal: 9 });
        assert_eq!(told(3, 1, 2), "3 rows added, 1 changed, 2 removed");
        assert_eq!(told(0, 1, 0), "1 row changed");
        assert_eq!(told(0, 0, 0), "No row differs");
    }
}
