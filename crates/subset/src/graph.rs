//! Which tables a snapshot holds, and along which references: the scenario's own tables, their children as far as the
//! scenario follows them, and every parent that a kept row needs.

use std::collections::{BTreeMap, BTreeSet};

use model::{Catalog, Reference, Table};
use scenario::{Children, Scenario};

use crate::error::Error;

/// References by referring table: declared and from `relations`, sorted by columns, target, key, none twice.
pub(crate) type References = BTreeMap<String, Vec<Reference>>;

/// The tables of the snapshot with their references; `child` is set on those followed, `link` on none yet.
///
/// # Errors
/// A listed child table refers to none of the scenario's, or a reference cannot be followed.
pub(crate) fn tables(catalog: &Catalog, scenario: &Scenario) -> Result<References, Error> {
    let all = references(catalog, scenario)?;
    let selected: BTreeSet<String> = scenario.select.iter().map(|(table, _)| table.clone()).collect();
    let followed: BTreeSet<String> = match &scenario.children {
        Children::None => BTreeSet::new(),
        Children::All => all.keys().cloned().collect(),
        Children::Tables(tables) => tables.iter().cloned().collect(),
    };
    let owned = owned_tables(&all, selected, &followed);
    if let Children::Tables(listed) = &scenario.children {
        refuse_strangers(&all, scenario, listed, &owned)?;
    }
    let mut held = with_parents(catalog, &all, &owned)?;
    for (table, references) in &mut held {
        for reference in references {
            reference.child = followed.contains(table) && owned.contains(&reference.to);
        }
    }
    Ok(held)
}

/// Every reference of the catalog and the scenario. Those of tables that the snapshot does not hold are not checked.
fn references(catalog: &Catalog, scenario: &Scenario) -> Result<References, Error> {
    let mut all: References = catalog.tables.keys().map(|name| (name.clone(), Vec::new())).collect();
    for (name, table) in &catalog.tables {
        let declared = table.foreign_keys.iter().map(|key| new_reference(&key.columns, &key.to, &key.key));
        all.entry(name.clone()).or_default().extend(declared);
    }
    for relation in &scenario.relations {
        let key = match (&relation.key, catalog.tables.get(&relation.to)) {
            (Some(key), _) => key.clone(),
            (None, Some(target)) => target.row_key(),
            (None, None) => return Err(missing_target(&relation.from, &relation.columns, &relation.to)),
        };
        all.entry(relation.from.clone()).or_default().push(new_reference(
            &relation.columns,
            &relation.to,
            &key,
        ));
    }
    for references in all.values_mut() {
        references.sort();
        references.dedup();
    }
    Ok(all)
}

fn new_reference(columns: &[String], to: &str, key: &[String]) -> Reference {
    Reference { columns: columns.to_vec(), to: to.to_owned(), key: key.to_vec(), child: false, link: false }
}

fn missing_target(table: &str, columns: &[String], to: &str) -> Error {
    Error::MissingTarget { table: table.to_owned(), columns: columns.to_vec(), to: to.to_owned() }
}

/// The selected tables, and of `followed` those that refer to one of these, and so on.
fn owned_tables(
    all: &References,
    selected: BTreeSet<String>,
    followed: &BTreeSet<String>,
) -> BTreeSet<String> {
    let mut children: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
    for table in followed {
        for reference in all.get(table).into_iter().flatten() {
            children.entry(&reference.to).or_default().push(table);
        }
    }
    let mut waiting: Vec<String> = selected.iter().cloned().collect();
    let mut owned = selected;
    while let Some(parent) = waiting.pop() {
        for &child in children.get(parent.as_str()).into_iter().flatten() {
            if owned.insert(child.to_owned()) {
                waiting.push(child.to_owned());
            }
        }
    }
    owned
}

/// A listed table that points at none of the scenario's would be followed to nothing.
fn refuse_strangers(
    all: &References,
    scenario: &Scenario,
    listed: &[String],
    owned: &BTreeSet<String>,
) -> Result<(), Error> {
    let refers = |table: &String| all.get(table).into_iter().flatten().any(|r| owned.contains(&r.to));
    match listed.iter().find(|table| !refers(table)) {
        None => Ok(()),
        Some(table) => Err(Error::NoChild {
            file: scenario.file.clone(),
            table: table.clone(),
            owned: owned.iter().cloned().collect(),
        }),
    }
}

/// The owned tables and, transitively, every table that one of them refers to.
fn with_parents(catalog: &Catalog, all: &References, owned: &BTreeSet<String>) -> Result<References, Error> {
    let mut held = References::new();
    let mut waiting: Vec<String> = owned.iter().cloned().collect();
    while let Some(name) = waiting.pop() {
        if held.contains_key(&name) {
            continue;
        }
        let references = all.get(&name).cloned().unwrap_or_default();
        for reference in &references {
            check_reference(catalog, &name, reference)?;
            waiting.push(reference.to.clone());
        }
        held.insert(name, references);
    }
    Ok(held)
}

/// A reference that finds exactly one row, through columns that the snapshot holds.
fn check_reference(catalog: &Catalog, name: &str, reference: &Reference) -> Result<(), Error> {
    let Some(target) = catalog.tables.get(&reference.to) else {
        return Err(missing_target(name, &reference.columns, &reference.to));
    };
    let from = catalog.tables.get(name);
    let absent = |table: Option<&Table>, columns: &[String]| {
        columns
            .iter()
            .find(|column| table.and_then(|t| t.column(column)).is_none_or(|c| c.generated))
            .cloned()
    };
    let not_stored = absent(from, &reference.columns).or_else(|| absent(Some(target), &reference.key));
    let Reference { columns, to, key, .. } = reference.clone();
    let table = name.to_owned();
    match not_stored {
        Some(column) => Err(Error::NotStored { table, columns, to, key, column }),
        None if !is_unique(target, &key) => Err(Error::NotUnique { table, columns, to, key }),
        None => Ok(()),
    }
}

/// Whether the columns, in any order, are a primary or unique key.
fn is_unique(table: &Table, columns: &[String]) -> bool {
    let set = |columns: &[String]| columns.iter().cloned().collect::<BTreeSet<_>>();
    let wanted = set(columns);
    let primary = !table.primary_key.is_empty() && set(&table.primary_key) == wanted;
    !columns.is_empty() && (primary || table.unique_keys.iter().any(|key| set(&key.columns) == wanted))
}
