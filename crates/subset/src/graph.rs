//! Which tables a snapshot holds, and along which references: the scenario's own tables, their children as far as the
//! scenario follows them, and every parent that a kept row needs.

use std::collections::{BTreeMap, BTreeSet};

use model::scope::{Cut, Limit, LooseReference};
use model::{Catalog, Reference, Scope, Table};
use scenario::{Children, Scenario};

use crate::cut::Cutter;
use crate::error::Error;
use crate::loose;

/// References by referring table: declared and from `relations`, sorted by columns, target, key, none twice.
pub(crate) type References = BTreeMap<String, Vec<Reference>>;

/// What a snapshot holds.
pub(crate) struct Held {
    /// The tables with their references; `child` is set on those followed, `link` on none yet.
    pub(crate) references: References,
    /// What the references do not say.
    pub(crate) scope: Scope,
    /// References to excluded tables that stay as they are.
    pub(crate) staying: Vec<LooseReference>,
}

/// The tables of the snapshot.
///
/// # Errors
/// A listed child table refers to none of the scenario's, a limit is set where no row can be one of the scenario's own, a
/// reference cannot be followed, or one leads to an excluded table and cannot be left out.
pub(crate) fn tables(catalog: &Catalog, scenario: &Scenario) -> Result<Held, Error> {
    let all = references(catalog, scenario)?;
    let mut loose = loose::references(catalog, scenario)?;
    let selected: BTreeSet<String> = scenario.select.iter().map(|(table, _)| table.clone()).collect();
    let mut followed: BTreeSet<String> = match &scenario.children {
        Children::None => BTreeSet::new(),
        Children::All => all.keys().cloned().collect(),
        Children::Tables(tables) => tables.iter().cloned().collect(),
    };
    followed.retain(|table| !scenario.extent.excluded.contains(table));
    let owned = owned_tables(&all, &loose, selected, &followed);
    refuse_strangers(&all, &loose, scenario, &owned)?;
    let whole: BTreeSet<String> = scenario.extent.passthrough.iter().cloned().collect();
    let cutter = Cutter::new(catalog, scenario, &all, &loose);
    let starts = owned.iter().chain(&whole).cloned().collect();
    let (mut references, cuts) = with_parents(catalog, &all, &loose, &cutter, starts)?;
    let staying = loose.iter().filter(|reference| {
        references.contains_key(&reference.from)
            && cutter.is_excluded(&reference.to)
            && cutter.stays(reference)
    });
    let staying = staying.cloned().collect();
    for (table, references) in &mut references {
        for reference in references {
            reference.child = followed.contains(table) && owned.contains(&reference.to);
        }
    }
    loose.retain(|reference| {
        references.contains_key(&reference.from) && references.contains_key(&reference.to)
    });
    for reference in &mut loose {
        reference.child = followed.contains(&reference.from) && owned.contains(&reference.to);
    }
    let (rows, children) = limits(scenario, &owned, |table| {
        let declared = references.get(table).into_iter().flatten().any(|reference| reference.child);
        declared || loose.iter().any(|reference| reference.child && reference.from == table)
    })?;
    Ok(Held { references, scope: Scope { rows, children, whole, cuts, loose }, staying })
}

type Limits = BTreeMap<String, Limit>;

/// Limits by table: of rows, and of rows for each parent.
fn limits(
    scenario: &Scenario,
    owned: &BTreeSet<String>,
    is_child: impl Fn(&str) -> bool,
) -> Result<(Limits, Limits), Error> {
    let extent = &scenario.extent;
    if let Some(table) = extent.rows.keys().find(|table| !owned.contains(*table)) {
        return Err(Error::NotOwned {
            file: scenario.file.clone(),
            table: table.clone(),
            owned: owned.iter().cloned().collect(),
        });
    }
    let mut children = extent.children.clone();
    if let Some(most) = extent.max_children_per_node {
        for table in owned.iter().filter(|table| is_child(table)) {
            children.entry(table.clone()).or_insert(Limit { most, order: Vec::new() });
        }
    }
    Ok((extent.rows.clone(), children))
}

/// Every reference of the catalog and the scenario. Those of tables that the snapshot does not hold are not checked.
fn references(catalog: &Catalog, scenario: &Scenario) -> Result<References, Error> {
    let mut all: References = catalog.tables.keys().map(|name| (name.clone(), Vec::new())).collect();
    for (name, table) in &catalog.tables {
        let declared = table.foreign_keys.iter().map(|key| new_reference(&key.columns, &key.to, &key.key));
        all.entry(name.clone()).or_default().extend(declared);
    }
    for relation in scenario.relations.iter().filter(|relation| !loose::is_list(catalog, scenario, relation))
    {
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

pub(crate) fn missing_target(table: &str, columns: &[String], to: &str) -> Error {
    Error::MissingTarget { table: table.to_owned(), columns: columns.to_vec(), to: to.to_owned() }
}

/// The selected tables, and of `followed` those that refer to one of these, and so on.
fn owned_tables(
    all: &References,
    loose: &[LooseReference],
    selected: BTreeSet<String>,
    followed: &BTreeSet<String>,
) -> BTreeSet<String> {
    let mut children: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
    for table in followed {
        for reference in all.get(table).into_iter().flatten() {
            children.entry(&reference.to).or_default().push(table);
        }
    }
    for reference in loose.iter().filter(|reference| followed.contains(&reference.from)) {
        children.entry(&reference.to).or_default().push(&reference.from);
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
    loose: &[LooseReference],
    scenario: &Scenario,
    owned: &BTreeSet<String>,
) -> Result<(), Error> {
    let Children::Tables(listed) = &scenario.children else { return Ok(()) };
    let refers = |table: &String| {
        let loosely = loose.iter().any(|r| r.from == *table && owned.contains(&r.to));
        loosely || all.get(table).into_iter().flatten().any(|r| owned.contains(&r.to))
    };
    match listed.iter().find(|table| !refers(table)) {
        None => Ok(()),
        Some(table) => Err(Error::NoChild {
            file: scenario.file.clone(),
            table: table.clone(),
            owned: owned.iter().cloned().collect(),
        }),
    }
}

/// The tables of `starts` and, transitively, every table that one of them refers to along a reference that is followed;
/// and the references that are not.
fn with_parents(
    catalog: &Catalog,
    all: &References,
    loose: &[LooseReference],
    cutter: &Cutter<'_>,
    starts: BTreeSet<String>,
) -> Result<(References, Vec<Cut>), Error> {
    let mut held = References::new();
    let mut waiting: Vec<String> = starts.into_iter().collect();
    let (mut cuts, mut found) = (Vec::new(), Vec::new());
    while let Some(name) = waiting.pop() {
        if held.contains_key(&name) {
            continue;
        }
        let mut references = Vec::new();
        for reference in all.get(&name).into_iter().flatten() {
            match cutter.column(&name, reference)? {
                Some(column) => cuts.push((name.clone(), column, reference.clone())),
                None => {
                    check_reference(catalog, &name, reference)?;
                    waiting.push(reference.to.clone());
                    references.push(reference.clone());
                }
            }
        }
        for reference in loose.iter().filter(|reference| reference.from == name) {
            if cutter.is_excluded(&reference.to) {
                found.extend(cutter.loose(reference)?);
            } else {
                waiting.push(reference.to.clone());
            }
        }
        held.insert(name, references);
    }
    for (table, column, reference) in cuts {
        let columns = reference.columns.clone();
        // A table that comes along for another reason is referred to where the very row does.
        let unless_kept = held.contains_key(&reference.to).then_some(reference);
        if let Some(reference) = &unless_kept {
            check_reference(catalog, &table, reference)?;
            held.entry(table.clone()).or_default().push(reference.clone());
        }
        found.push(Cut { table, reference: columns, column, unless_kept, only: None });
    }
    for references in held.values_mut() {
        references.sort();
    }
    found.sort_by_cached_key(|cut| {
        let only = cut.only.as_ref().map(|reference| format!("{reference:?}"));
        (cut.table.clone(), cut.reference.clone(), cut.unless_kept.clone(), only)
    });
    Ok((held, found))
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
pub(crate) fn is_unique(table: &Table, columns: &[String]) -> bool {
    let set = |columns: &[String]| columns.iter().cloned().collect::<BTreeSet<_>>();
    let wanted = set(columns);
    let primary = !table.primary_key.is_empty() && set(&table.primary_key) == wanted;
    !columns.is_empty() && (primary || table.unique_keys.iter().any(|key| set(&key.columns) == wanted))
}
