//! Random schemas: tables of every key shape with references of every kind, said without any engine's SQL.
//!
//! Numbers are drawn (`Genes`), and a schema is built from them in which every reference can be met. So a failing case
//! shrinks to few tables of plain names, and each case is the same on both engines.

use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::select;

/// What a column holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Type {
    Integer,
    Text,
    Real,
    Bytes,
    Boolean,
    Decimal,
    Date,
    Time,
    Timestamp,
    Instant,
    Uuid,
    Json,
}

pub(crate) struct Column {
    pub(crate) name: String,
    pub(crate) ty: Type,
    pub(crate) not_null: bool,
}

pub(crate) struct Reference {
    /// Positions of the referring columns.
    pub(crate) columns: Vec<usize>,
    /// The table referred to.
    pub(crate) to: usize,
    /// Its columns, pair by pair.
    pub(crate) key: Vec<usize>,
    pub(crate) on_delete: &'static str,
    pub(crate) deferrable: bool,
    /// Whether the schema declares it; else only the scenario knows it.
    pub(crate) is_declared: bool,
    /// Whether rows go parents first along it, which rules out circles of rows.
    pub(crate) is_ordered: bool,
}

/// How a table's rows are told apart.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Key {
    /// A number that the engine counts up.
    Identity,
    One(Type),
    /// Of an integer and a text, turned round in the key or not.
    Two {
        turned: bool,
    },
    /// The key of an earlier table, which it refers to.
    Inherited(usize),
    None,
}

pub(crate) struct Table {
    pub(crate) name: String,
    pub(crate) columns: Vec<Column>,
    pub(crate) kind: Key,
    /// Positions of the primary key's columns, in its order.
    pub(crate) key: Vec<usize>,
    /// The position of a unique text.
    pub(crate) unique: Option<usize>,
    /// The position of the integer that rows are selected by.
    pub(crate) number: usize,
    /// Positions of columns that mean nothing.
    pub(crate) plain: Vec<usize>,
    pub(crate) references: Vec<Reference>,
    pub(crate) without_rowid: bool,
    pub(crate) strict: bool,
}

#[derive(Clone, Debug)]
pub(crate) struct TableGenes {
    name: usize,
    key: Key,
    unique: Option<bool>,
    plain: Vec<(Type, bool, usize)>,
    references: Vec<ReferenceGenes>,
    flags: (bool, bool),
    /// A seed for each row.
    pub(crate) rows: Vec<u32>,
}

#[derive(Clone, Debug)]
struct ReferenceGenes {
    to: usize,
    by_unique: bool,
    not_null: bool,
    turned: bool,
    /// What is declared, if it is: what deleting the parent does, and whether it is DEFERRABLE.
    declared: Option<(&'static str, bool)>,
    name: usize,
}

/// Names that look like keywords, hide in quotes, or differ by case alone between tables.
const NAMES: [&str; 16] = [
    "",
    "",
    "",
    "",
    "select",
    "Order",
    "naïve",
    "表",
    "two words",
    "quo\"te",
    "it's",
    "user",
    "Mixed_Case",
    "semi;colon",
    "👩‍👩‍👧",
    "-- x",
];

pub(crate) const TYPES: [Type; 12] = [
    Type::Integer,
    Type::Text,
    Type::Real,
    Type::Bytes,
    Type::Boolean,
    Type::Decimal,
    Type::Date,
    Type::Time,
    Type::Timestamp,
    Type::Instant,
    Type::Uuid,
    Type::Json,
];

fn keys() -> impl Strategy<Value = Key> {
    prop_oneof![
        4 => Just(Key::Identity),
        1 => select(vec![Type::Text, Type::Uuid, Type::Date, Type::Bytes, Type::Integer]).prop_map(Key::One),
        1 => any::<bool>().prop_map(|turned| Key::Two { turned }),
        1 => (0..6usize).prop_map(Key::Inherited),
        1 => Just(Key::None),
    ]
}

fn references() -> impl Strategy<Value = ReferenceGenes> {
    let unlikely = || proptest::bool::weighted(0.25);
    let actions =
        select(vec!["", "", "", " ON DELETE CASCADE", " ON DELETE SET NULL", " ON DELETE RESTRICT"]);
    let declared = proptest::option::weighted(0.9, (actions, any::<bool>()));
    let genes = (0..6usize, unlikely(), any::<bool>(), unlikely(), declared, 0..NAMES.len());
    genes.prop_map(|(to, by_unique, not_null, turned, declared, name)| ReferenceGenes {
        to,
        by_unique,
        not_null,
        turned,
        declared,
        name,
    })
}

/// The genes of one to six tables.
pub(crate) fn tables() -> impl Strategy<Value = Vec<TableGenes>> {
    let plain = vec((select(TYPES.to_vec()), any::<bool>(), 0..NAMES.len()), 0..3);
    let unique = proptest::option::weighted(0.4, any::<bool>());
    let flags = (proptest::bool::weighted(0.2), proptest::bool::weighted(0.2));
    let table =
        (0..NAMES.len(), keys(), unique, plain, vec(references(), 0..4), flags, vec(any::<u32>(), 0..7));
    let table = table.prop_map(|(name, key, unique, plain, references, flags, rows)| TableGenes {
        name,
        key,
        unique,
        plain,
        references,
        flags,
        rows,
    });
    vec(table, 1..=6)
}

/// The tables that genes mean.
pub(crate) fn build(genes: &[TableGenes]) -> Vec<Table> {
    let mut tables: Vec<Table> = Vec::new();
    for (at, genes) in genes.iter().enumerate() {
        let table = Table::new(at, genes, &tables);
        tables.push(table);
    }
    for (at, genes) in genes.iter().enumerate() {
        for reference in &genes.references {
            let to = reference.to % tables.len();
            add_reference(&mut tables, at, to, reference);
        }
    }
    for at in 0..tables.len() {
        set_ordered(&mut tables, at);
        let allowed =
            |column: &Column| matches!(column.ty, Type::Integer | Type::Text | Type::Real | Type::Bytes);
        tables[at].strict = genes[at].flags.0 && tables[at].columns.iter().all(allowed);
        tables[at].without_rowid = genes[at].flags.1 && !tables[at].key.is_empty();
    }
    tables
}

impl Table {
    fn new(at: usize, genes: &TableGenes, before: &[Self]) -> Self {
        let mut table = Self {
            name: name("t", at, genes.name),
            columns: Vec::new(),
            kind: genes.key,
            key: Vec::new(),
            unique: None,
            number: 0,
            plain: Vec::new(),
            references: Vec::new(),
            without_rowid: false,
            strict: false,
        };
        table.add_key(genes, before);
        if let Some(not_null) = genes.unique {
            table.unique = Some(table.push("u".to_owned(), Type::Text, not_null));
        }
        table.number = table.push("n".to_owned(), Type::Integer, false);
        for (nth, (ty, not_null, name_of)) in genes.plain.iter().enumerate() {
            let at = table.push(name("c", nth, *name_of), *ty, *not_null);
            table.plain.push(at);
        }
        table
    }

    fn add_key(&mut self, genes: &TableGenes, before: &[Self]) {
        let parent = match genes.key {
            Key::Inherited(parent) if !before.is_empty() => {
                Some(parent % before.len()).filter(|at| !before[*at].key.is_empty())
            }
            _ => None,
        };
        self.kind = match (genes.key, parent) {
            (Key::Inherited(_), Some(parent)) => Key::Inherited(parent),
            (Key::Inherited(_), None) => Key::Identity,
            (key, _) => key,
        };
        match self.kind {
            Key::Identity => self.key = vec![self.push("id".to_owned(), Type::Integer, true)],
            Key::One(ty) => self.key = vec![self.push("code".to_owned(), ty, true)],
            Key::Two { turned } => {
                let (a, b) = (
                    self.push("a".to_owned(), Type::Integer, true),
                    self.push("b".to_owned(), Type::Text, true),
                );
                self.key = if turned { vec![b, a] } else { vec![a, b] };
            }
            Key::Inherited(parent) => {
                let other = &before[parent];
                let types: Vec<Type> = other.key.iter().map(|column| other.columns[*column].ty).collect();
                self.key = types
                    .iter()
                    .enumerate()
                    .map(|(nth, ty)| self.push(format!("k{nth}"), *ty, true))
                    .collect();
                self.references.push(Reference {
                    columns: self.key.clone(),
                    to: parent,
                    key: other.key.clone(),
                    on_delete: "",
                    deferrable: false,
                    is_declared: true,
                    is_ordered: false,
                });
            }
            Key::None => {}
        }
    }

    fn push(&mut self, name: String, ty: Type, not_null: bool) -> usize {
        self.columns.push(Column { name, ty, not_null });
        self.columns.len() - 1
    }

    /// The columns by which the tool tells rows apart.
    pub(crate) fn row_key(&self) -> Vec<usize> {
        match self.unique {
            Some(unique) if self.key.is_empty() && self.columns[unique].not_null => vec![unique],
            _ => self.key.clone(),
        }
    }

    /// Whether the reference can be NULL until all rows are there. No column of a reference is referred to itself, but for
    /// those of keys.
    pub(crate) fn can_set_later(&self, reference: &Reference) -> bool {
        let key = self.row_key();
        !key.is_empty() && reference.columns.iter().all(|at| !self.columns[*at].not_null && !key.contains(at))
    }
}

/// A name of its own within its kind, whatever its case.
fn name(prefix: &str, at: usize, name: usize) -> String {
    match NAMES[name] {
        "" => format!("{prefix}{at}"),
        odd => format!("{odd}{at}"),
    }
}

fn add_reference(tables: &mut [Table], from: usize, to: usize, genes: &ReferenceGenes) {
    let target = &tables[to];
    let mut key = match target.unique {
        Some(unique) if genes.by_unique || target.key.is_empty() => vec![unique],
        _ => target.key.clone(),
    };
    if key.is_empty() {
        return;
    }
    if genes.turned {
        key.reverse();
    }
    let types: Vec<Type> = key.iter().map(|at| target.columns[*at].ty).collect();
    let table = &mut tables[from];
    let nth = table.references.len();
    let column = |(part, ty): (usize, &Type)| {
        table.columns.push(Column {
            name: name(&format!("r{nth}_"), part, genes.name)
                + if genes.name > 3 { ["x", "y", "z", "w"][nth % 4] } else { "" },
            ty: *ty,
            not_null: genes.not_null,
        });
        table.columns.len() - 1
    };
    let columns: Vec<usize> = types.iter().enumerate().map(column).collect();
    let (on_delete, deferrable) = genes.declared.unwrap_or_default();
    let cannot = on_delete.ends_with("NULL") && genes.not_null;
    table.references.push(Reference {
        columns,
        to,
        key,
        on_delete: if cannot { "" } else { on_delete },
        deferrable,
        is_declared: genes.declared.is_some(),
        is_ordered: false,
    });
}

fn set_ordered(tables: &mut [Table], at: usize) {
    let ordered: Vec<bool> = (tables[at].references.iter())
        .map(|reference| reference.to == at && !tables[at].can_set_later(reference))
        .collect();
    for (reference, ordered) in tables[at].references.iter_mut().zip(ordered) {
        reference.is_ordered = ordered;
    }
}
