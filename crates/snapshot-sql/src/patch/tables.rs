//! The tables of both sides by indexes: keys, unique values and references, as far as the order of statements depends on
//! them.

use std::collections::{BTreeMap, BTreeSet};

use model::text::{Shown, show_names};
use model::{Catalog, Collation, Column, Definition, Reference, Table, TableSpec};

use super::error::PatchError;
use crate::literal::is_printable_name;

/// One table, of the side or sides that have it.
pub(super) struct PatchTable<'d> {
    pub(super) name: &'d str,
    pub(super) base: Option<&'d TableSpec>,
    pub(super) head: Option<&'d TableSpec>,
    /// The place in the order of inserts: parents first.
    pub(super) head_at: usize,
    /// The place in the order of the base: deletes go backwards.
    pub(super) base_at: usize,
    pub(super) known: Option<&'d Table>,
    /// The unique keys, the row key among them.
    pub(super) uniques: Vec<Unique>,
    /// References of added rows to rows that may come later.
    pub(super) late: Vec<Late>,
    /// References of removed rows to rows that may be deleted before them.
    pub(super) early: Vec<Late>,
    /// The keys of this table that [`PatchTable::late`] of any table leads to.
    pub(super) late_keys: Vec<Vec<String>>,
    /// The same of [`PatchTable::early`].
    pub(super) early_keys: Vec<Vec<String>>,
    /// The columns outside the row key that references lead to, and who refers.
    pub(super) referred: BTreeMap<String, String>,
    /// Columns that one side has alone, or both of different types.
    pub(super) differing: BTreeMap<String, &'static str>,
}

/// A unique key.
pub(super) struct Unique {
    pub(super) columns: Vec<String>,
    pub(super) is_row_key: bool,
}

/// A reference within its table, or to one further down.
pub(super) struct Late {
    /// Referring columns, in the order of `key`.
    pub(super) columns: Vec<String>,
    pub(super) to: String,
    /// The columns referred to, sorted.
    pub(super) key: Vec<String>,
    /// The columns that can be NULL meanwhile; none: they cannot.
    pub(super) settable: Vec<String>,
}

impl Late {
    /// Whether its own table's rows have to follow their parents.
    pub(super) fn orders(&self, table: &PatchTable<'_>) -> bool {
        self.to == table.name && self.settable.is_empty()
    }
}

/// All tables, the head's in its order, then those that only the base has.
pub(super) fn tables<'d>(
    base: &'d Definition,
    head: &'d Definition,
    catalog: Option<&'d Catalog>,
) -> Result<Vec<PatchTable<'d>>, PatchError> {
    let gone = base.tables.iter().filter(|spec| head.table(&spec.name).is_none());
    let all: Vec<&TableSpec> = head.tables.iter().chain(gone).collect();
    check_names(base.tables.iter().chain(&head.tables))?;
    let place = |definition: &Definition, name: &str| definition.position(name).unwrap_or(usize::MAX);
    let table = |(at, spec): (usize, &&'d TableSpec)| {
        let (old, new) = (base.table(&spec.name), head.table(&spec.name));
        let known = catalog.and_then(|catalog| catalog.tables.get(&spec.name));
        PatchTable {
            name: &spec.name,
            base: old,
            head: new,
            head_at: at,
            base_at: place(base, &spec.name),
            known,
            uniques: uniques(spec, known, &[base, head]),
            late: new.map_or_else(Vec::new, |spec| late(spec, head, known)),
            early: old.map_or_else(Vec::new, |spec| late(spec, base, known)),
            late_keys: Vec::new(),
            early_keys: Vec::new(),
            referred: referred(spec, &[base, head]),
            differing: old.zip(new).map_or_else(BTreeMap::new, |(old, new)| differing(old, new)),
        }
    };
    let mut tables: Vec<PatchTable<'d>> = all.iter().enumerate().map(table).collect();
    for at in 0..tables.len() {
        tables[at].late_keys = keys_of(&tables, tables[at].name, |table| &table.late);
        tables[at].early_keys = keys_of(&tables, tables[at].name, |table| &table.early);
    }
    Ok(tables)
}

/// The keys of the table `name` that such references lead to.
fn keys_of(
    tables: &[PatchTable<'_>],
    name: &str,
    references: impl for<'t> Fn(&'t PatchTable<'_>) -> &'t Vec<Late>,
) -> Vec<Vec<String>> {
    let found: BTreeSet<&Vec<String>> =
        tables.iter().flat_map(references).filter(|one| one.to == name).map(|one| &one.key).collect();
    found.into_iter().cloned().collect()
}

fn check_names<'d>(specs: impl Iterator<Item = &'d TableSpec>) -> Result<(), PatchError> {
    for spec in specs {
        let names = std::iter::once(&spec.name).chain(spec.columns.iter().map(|column| &column.name));
        if let Some(name) = names.into_iter().find(|name| !is_printable_name(name)) {
            return Err(PatchError::Name { name: Shown(name).to_string() });
        }
    }
    Ok(())
}

/// The unique keys that the catalog knows; without one those that the definitions tell.
fn uniques(spec: &TableSpec, known: Option<&Table>, sides: &[&Definition]) -> Vec<Unique> {
    let mut seen = BTreeSet::new();
    let mut found = Vec::new();
    let mut add = |columns: &[String]| {
        let set: BTreeSet<&String> = columns.iter().collect();
        let own = spec.key.len() == set.len() && spec.key.iter().all(|name| set.contains(name));
        let held = columns.iter().all(|name| spec.column(name).is_some());
        if held && !columns.is_empty() && seen.insert(set.into_iter().cloned().collect::<Vec<_>>()) {
            found.push(Unique { columns: columns.to_vec(), is_row_key: own });
        }
    };
    add(&spec.key);
    if let Some(known) = known {
        add(&known.primary_key);
        known.unique_keys.iter().for_each(|key| add(&key.columns));
    }
    for reference in to_table(&spec.name, sides) {
        add(&reference.1.key);
    }
    found
}

/// The references of both sides to a table, with who refers.
fn to_table<'d>(
    name: &'d str,
    sides: &[&'d Definition],
) -> impl Iterator<Item = (&'d TableSpec, &'d Reference)> {
    let specs: Vec<&TableSpec> = sides.iter().flat_map(|side| &side.tables).collect();
    let references = specs.into_iter().flat_map(|spec| spec.references.iter().map(move |one| (spec, one)));
    references.filter(move |(_, reference)| reference.to == name)
}

fn referred(spec: &TableSpec, sides: &[&Definition]) -> BTreeMap<String, String> {
    let columns = to_table(&spec.name, sides).flat_map(|(by, reference)| {
        reference.key.iter().map(move |column| (column.clone(), Shown(&by.name).to_string()))
    });
    columns.filter(|(column, _)| !spec.key.contains(column)).collect()
}

/// The references to the table itself and to tables further down.
fn late(spec: &TableSpec, side: &Definition, known: Option<&Table>) -> Vec<Late> {
    let own = side.position(&spec.name);
    let may_wait = |reference: &&Reference| side.position(&reference.to) >= own;
    let found = spec.references.iter().filter(may_wait).map(|reference| {
        let mut pairs: Vec<(&String, &String)> = reference.key.iter().zip(&reference.columns).collect();
        pairs.sort();
        let free = |name: &&String| {
            let column = known.and_then(|table| table.column(name));
            !spec.key.contains(name) && column.map_or(reference.link, |column| !column.not_null)
        };
        // A row without a key cannot be found again.
        let settable = reference.columns.iter().filter(free).filter(|_| !spec.key.is_empty()).cloned();
        Late {
            columns: pairs.iter().map(|(_, column)| (*column).clone()).collect(),
            to: reference.to.clone(),
            key: pairs.iter().map(|(key, _)| (*key).clone()).collect(),
            settable: settable.collect(),
        }
    });
    found.collect()
}

fn differing(base: &TableSpec, head: &TableSpec) -> BTreeMap<String, &'static str> {
    let mut found = BTreeMap::new();
    for column in &head.columns {
        match base.column(&column.name).map(|at| base.columns[at].ty) {
            None => found.insert(column.name.clone(), "is in head alone"),
            Some(ty) if ty != column.ty => found.insert(column.name.clone(), "is of another type"),
            Some(_) => None,
        };
    }
    for column in base.columns.iter().filter(|column| head.column(&column.name).is_none()) {
        found.insert(column.name.clone(), "is in base alone");
    }
    found
}

impl PatchTable<'_> {
    /// The definition that a removed row has (`true`), or another.
    pub(super) fn spec(&self, removed: bool) -> Option<&TableSpec> {
        if removed { self.base.or(self.head) } else { self.head.or(self.base) }
    }

    /// What the catalog knows of a column.
    pub(super) fn column(&self, name: &str) -> Option<&Column> {
        self.known.and_then(|table| table.column(name))
    }

    pub(super) fn collation(&self, name: &str) -> Option<Collation> {
        self.column(name).and_then(|column| column.collation)
    }

    /// Whether the base has such a column.
    pub(super) fn base_has(&self, name: &str) -> bool {
        self.base.is_none_or(|base| base.column(name).is_some())
    }

    /// Fails where rows cannot differ without the table differing too.
    pub(super) fn check_rows(&self) -> Result<(), PatchError> {
        let (Some(base), Some(head)) = (self.base, self.head) else { return Ok(()) };
        if base.key != head.key {
            return Err(self.schema(format!("its row key is ({})", show_names(&head.key))));
        }
        let keyless = base.key.is_empty();
        match self.differing.iter().find(|(name, _)| keyless || base.key.contains(name)) {
            Some((name, what)) => Err(self.schema(format!("column {} {what}", Shown(name)))),
            None => Ok(()),
        }
    }

    /// The error of a column that cannot be written.
    pub(super) fn column_differs(&self, name: &str) -> Option<PatchError> {
        let what = self.differing.get(name)?;
        Some(self.schema(format!("column {} {what}", Shown(name))))
    }

    fn schema(&self, why: String) -> PatchError {
        PatchError::Schema { table: Shown(self.name).to_string(), why }
    }
}
