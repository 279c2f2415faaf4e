//! References that names suggest: `user_id` beside a table `users`, and a composite key whose columns stand in another
//! table.

use std::collections::BTreeMap;

use model::{Catalog, Column, LogicalType, Table};
use scenario::{Proposal, Relation, is_spellable};

use super::names;

/// References that the schema does not declare, by table and column; all of them wait.
pub(super) fn relations(catalog: &Catalog) -> Vec<Proposal<Relation>> {
    let known = Known::of(catalog);
    let mut found = Vec::new();
    for (name, table) in catalog.tables.iter().filter(|(name, _)| is_spellable(name)) {
        found.extend(known.by_composite_key(name, table));
        let columns = free_columns(table).filter(|column| type_column(table, column).is_none());
        found.extend(columns.filter_map(|column| known.by_name(name, column)));
    }
    found
}

/// A sentence for each pair of columns of which one names a table and the other a row of it.
pub(super) fn polymorphic(catalog: &Catalog) -> Vec<String> {
    let pairs = catalog.tables.iter().flat_map(|(name, table)| {
        free_columns(table).filter_map(move |column| Some((name, column, type_column(table, column)?)))
    });
    let sentence = |(table, column, of): (&String, &Column, &Column)| {
        let [table, column, of] = [table, &column.name, &of.name].map(|name| names::cut(name));
        format!("{table}.{column} seems to name a row of the table that {of} tells")
    };
    pairs.map(sentence).collect()
}

/// Stored columns that no foreign key has, and whose names a file can hold.
fn free_columns(table: &Table) -> impl Iterator<Item = &Column> {
    let is_free = |name: &String| table.foreign_keys.iter().all(|key| !key.columns.contains(name));
    table.stored_columns().filter(move |column| is_free(&column.name) && is_spellable(&column.name))
}

/// `subject` of `subject_id`, `subjectId`; nothing of `id` and of names that end otherwise.
fn stem(column: &str) -> Option<Vec<String>> {
    let mut words = names::words(column);
    let ends = words.pop_if(|word| matches!(word.as_str(), "id" | "uuid" | "fk")).is_some();
    (ends && !words.is_empty()).then_some(words)
}

/// The text column `subject_type` beside `subject_id`.
fn type_column<'t>(table: &'t Table, column: &Column) -> Option<&'t Column> {
    let mut wanted = stem(&column.name)?;
    wanted.push("type".to_owned());
    let is_text = |ty| matches!(ty, LogicalType::Text | LogicalType::Enum);
    table.stored_columns().find(|other| is_text(other.ty) && names::words(&other.name) == wanted)
}

/// The tables that a reference may lead to.
struct Known<'a> {
    catalog: &'a Catalog,
    /// By [`names::joined`], in the catalog's order.
    named: BTreeMap<String, Vec<&'a str>>,
    /// Those with a key of several columns, and the key.
    composite: Vec<(&'a str, &'a Table, Vec<String>)>,
}

impl<'a> Known<'a> {
    fn of(catalog: &'a Catalog) -> Self {
        let mut known = Self { catalog, named: BTreeMap::new(), composite: Vec::new() };
        for (name, table) in catalog.tables.iter().filter(|(name, _)| is_spellable(name)) {
            known.named.entry(names::joined(name)).or_default().push(name);
            let key = table.row_key();
            if key.len() > 1 && key.iter().all(|column| is_spellable(column)) {
                known.composite.push((name, table, key));
            }
        }
        known
    }

    /// The table that a column names, with what stands before it left out step by step: `author_user_id` means `users`
    /// unless there are `author_users`. A `parent_id` that names no table means its own.
    fn by_name(&self, name: &str, column: &Column) -> Option<Proposal<Relation>> {
        let stem = stem(&column.name)?;
        let fits = |to: &&str| {
            let Some(table) = self.catalog.tables.get(*to) else { return false };
            let is_itself = *to == name && table.row_key() == [column.name.clone()];
            has_such_key(table, column) && !is_itself
        };
        let of_words = |words: &[String]| {
            let forms = names::of_tables_holding(words);
            forms.iter().filter_map(|form| self.named.get(form)).flatten().copied().find(fits)
        };
        let itself = || Some(name).filter(|own| stem == ["parent"] && fits(own));
        let to = (0..stem.len()).find_map(|from| of_words(&stem[from..])).or_else(itself)?;
        Some(waiting(name, vec![column.name.clone()], to, "by its name"))
    }

    /// Tables whose key of several columns stands, by name and type, in a table with more of a key.
    fn by_composite_key(&self, name: &str, table: &Table) -> Vec<Proposal<Relation>> {
        let own = table.row_key();
        let is_declared = |to: &str| table.foreign_keys.iter().any(|key| key.to == to);
        let same = |target: &Table, column: &String| {
            let (here, there) = (table.column(column), target.column(column));
            here.is_some_and(|here| !here.generated && there.is_some_and(|there| there.ty == here.ty))
        };
        let adds_to = |key: &[String]| own.is_empty() || own.iter().any(|column| !key.contains(column));
        self.composite
            .iter()
            .filter(|(to, target, key)| {
                *to != name
                    && key.iter().all(|column| same(target, column))
                    && adds_to(key)
                    && !is_declared(to)
            })
            .map(|(to, _, key)| waiting(name, key.clone(), to, "it has all columns of that key"))
            .collect()
    }
}

fn waiting(from: &str, columns: Vec<String>, to: &str, why: &str) -> Proposal<Relation> {
    let what = Relation { from: from.to_owned(), columns, to: to.to_owned(), key: None };
    Proposal { what, why: why.to_owned(), active: false }
}

/// Whether the table's rows are known by one column, of the other column's type.
fn has_such_key(table: &Table, column: &Column) -> bool {
    let can_be_key = matches!(column.ty, LogicalType::Integer | LogicalType::Uuid | LogicalType::Text);
    match table.row_key().as_slice() {
        [key] => can_be_key && table.column(key).is_some_and(|key| key.ty == column.ty),
        _ => false,
    }
}
