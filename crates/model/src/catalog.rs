//! What a database's schema says, typed: the part of it that a snapshot depends on. Never DDL text.

mod circles;
mod for_engine;

pub use self::circles::Circles;

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};

use crate::{ColumnSpec, Definition, Digest, Engine, LogicalType, Reference, TableSpec};

/// The tables of a database.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Catalog {
    /// The engine that it was read from.
    pub engine: Engine,
    /// By name.
    pub tables: BTreeMap<String, Table>,
}

/// An ordinary table: views, virtual tables and their shadow tables are not in a catalog.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Table {
    /// PostgreSQL: its schema, if not `public`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub schema: Option<String>,
    /// In declaration order, generated ones included.
    pub columns: Vec<Column>,
    /// In key order; empty without a primary key.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub primary_key: Vec<String>,
    /// UNIQUE constraints and unique indexes over plain columns without a condition, by name.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub unique_keys: Vec<UniqueKey>,
    /// Sorted by columns, target, key.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub foreign_keys: Vec<ForeignKey>,
    /// SQLite: WITHOUT ROWID.
    #[serde(default, skip_serializing_if = "is_false")]
    pub without_rowid: bool,
    /// SQLite: STRICT.
    #[serde(default, skip_serializing_if = "is_false")]
    pub strict: bool,
    /// PostgreSQL: what `COMMENT ON TABLE` says, up to [`Catalog::LONGEST_COMMENT`].
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub comment: Option<String>,
}

/// A column of a [`Table`].
#[expect(
    clippy::struct_excessive_bools,
    reason = "independent facts of a schema, each its own field of the stored form"
)]
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Column {
    /// Its name.
    pub name: String,
    /// The type as declared, upper case in SQLite; may be empty there.
    pub declared: String,
    /// What its values mean.
    #[serde(rename = "type")]
    pub ty: LogicalType,
    /// NOT NULL, or part of a key that implies it.
    #[serde(default, skip_serializing_if = "is_false")]
    pub not_null: bool,
    /// Has a default, so that a row may leave it out.
    #[serde(default, skip_serializing_if = "is_false")]
    pub has_default: bool,
    /// Computed by the engine: never in a file.
    #[serde(default, skip_serializing_if = "is_false")]
    pub generated: bool,
    /// The engine counts it up: SQLite's INTEGER PRIMARY KEY, identity, serial.
    #[serde(default, skip_serializing_if = "is_false")]
    pub identity: bool,
    /// PostgreSQL: an identity that is `GENERATED ALWAYS`.
    #[serde(default, skip_serializing_if = "is_false")]
    pub always: bool,
    /// SQLite: how texts compare, where that is not byte by byte.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub collation: Option<Collation>,
    /// PostgreSQL: what `COMMENT ON COLUMN` says, up to [`Catalog::LONGEST_COMMENT`].
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub comment: Option<String>,
}

impl Column {
    /// A column of which no more is known than this.
    pub fn new(name: impl Into<String>, declared: impl Into<String>, ty: LogicalType) -> Self {
        Self {
            name: name.into(),
            declared: declared.into(),
            ty,
            not_null: false,
            has_default: false,
            generated: false,
            identity: false,
            always: false,
            collation: None,
            comment: None,
        }
    }
}

/// One of SQLite's own collations. Those that a program adds are known to that program alone.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "UPPERCASE")]
pub enum Collation {
    /// The 26 letters of ASCII are equal to themselves in the other case.
    Nocase,
    /// Spaces at the end do not count.
    Rtrim,
}

impl Collation {
    /// As SQLite calls it.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Nocase => "NOCASE",
            Self::Rtrim => "RTRIM",
        }
    }

    /// The collation of that name, in any case; `None` for `BINARY`, and for those of others.
    pub fn parse(name: &str) -> Option<Self> {
        [Self::Nocase, Self::Rtrim].into_iter().find(|known| name.eq_ignore_ascii_case(known.as_str()))
    }
}

/// A UNIQUE constraint or unique index.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct UniqueKey {
    /// The constraint's or index's name.
    pub name: String,
    /// In key order.
    pub columns: Vec<String>,
}

/// A foreign key.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct ForeignKey {
    /// The referring columns.
    pub columns: Vec<String>,
    /// The table referred to.
    pub to: String,
    /// Its columns, in the order of `columns`, resolved to the primary key where the schema leaves them out.
    pub key: Vec<String>,
    /// What deleting the parent does.
    #[serde(default, skip_serializing_if = "ReferentialAction::is_no_action")]
    pub on_delete: ReferentialAction,
    /// What changing the parent's key does.
    #[serde(default, skip_serializing_if = "ReferentialAction::is_no_action")]
    pub on_update: ReferentialAction,
    /// DEFERRABLE.
    #[serde(default, skip_serializing_if = "is_false")]
    pub deferrable: bool,
}

impl From<&Reference> for ForeignKey {
    /// What a definition says of a reference; an engine that knew it would do nothing of its own.
    fn from(reference: &Reference) -> Self {
        Self {
            columns: reference.columns.clone(),
            to: reference.to.clone(),
            key: reference.key.clone(),
            on_delete: ReferentialAction::NoAction,
            on_update: ReferentialAction::NoAction,
            deferrable: false,
        }
    }
}

/// ON DELETE and ON UPDATE.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum ReferentialAction {
    /// Refuse, at the statement's end or at commit.
    #[default]
    NoAction,
    /// Refuse at once.
    Restrict,
    /// Do the same to the children.
    Cascade,
    /// Set the children's columns NULL.
    SetNull,
    /// Set the children's columns to their defaults.
    SetDefault,
}

impl ReferentialAction {
    #[expect(clippy::trivially_copy_pass_by_ref, reason = "serde's skip_serializing_if passes a reference")]
    fn is_no_action(&self) -> bool {
        *self == Self::NoAction
    }
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde's skip_serializing_if passes a reference")]
fn is_false(flag: &bool) -> bool {
    !flag
}

impl Catalog {
    /// How long a comment may be, in bytes.
    pub const LONGEST_COMMENT: usize = 1024;

    /// The part of the catalog that holds the named tables; foreign keys to others are not in it.
    #[must_use]
    pub fn restricted_to<'a>(&self, names: impl IntoIterator<Item = &'a str>) -> Self {
        let mut tables: BTreeMap<String, Table> = names
            .into_iter()
            .filter_map(|name| self.tables.get(name).map(|table| (name.to_owned(), table.clone())))
            .collect();
        let held: BTreeSet<String> = tables.keys().cloned().collect();
        for table in tables.values_mut() {
            table.foreign_keys.retain(|key| held.contains(&key.to));
        }
        Self { engine: self.engine, tables }
    }

    /// The schema that a definition tells, for an `engine`: its columns with types, keys as primary keys, references as
    /// foreign keys; a single integer key counts up. Nullability, defaults and checks are not in a definition.
    pub fn of_definition(definition: &Definition, engine: Engine) -> Self {
        let tables = definition
            .tables
            .iter()
            .map(|spec| (spec.name.clone(), Table::of_spec(spec, definition, engine)));
        let mut catalog = Self { engine, tables: tables.collect() };
        catalog.add_referenced_keys(definition);
        catalog
    }

    /// A key that a reference leads to is unique.
    fn add_referenced_keys(&mut self, definition: &Definition) {
        for reference in definition.tables.iter().flat_map(|spec| &spec.references) {
            let Some(table) = self.tables.get_mut(&reference.to) else { continue };
            let same = |columns: &[String]| {
                columns.len() == reference.key.len()
                    && columns.iter().all(|column| reference.key.contains(column))
            };
            if !same(&table.primary_key) && !table.unique_keys.iter().any(|key| same(&key.columns)) {
                let columns = reference.key.clone();
                table.unique_keys.push(UniqueKey { name: columns.join("_"), columns });
                table.unique_keys.sort();
            }
        }
    }

    /// Whether every table and column of `definition` is here, with the definition's row keys.
    pub fn covers(&self, definition: &Definition) -> bool {
        definition.tables.iter().all(|spec| {
            self.tables.get(&spec.name).is_some_and(|table| {
                table.row_key() == spec.key
                    && spec.columns.iter().all(|column| table.column(&column.name).is_some())
            })
        })
    }

    /// A digest of the schema: the same for the same tables, columns, types and keys. Comments and how an identity counts
    /// are not in it: no row depends on them.
    pub fn fingerprint(&self) -> Digest {
        let mut text = String::new();
        fingerprint_text(self, &mut text);
        Digest::of(text.as_bytes())
    }
}

/// Rows ordered parents first have a reference to their own table that is no link: where nothing else explains that, as
/// with a column that keys are made of, it is never NULL.
fn in_not_null_self_reference(spec: &TableSpec, definition: &Definition, column: &String) -> bool {
    let references = || definition.tables.iter().flat_map(|table| &table.references);
    let is_referred =
        |name: &String| references().any(|other| other.to == spec.name && other.key.contains(name));
    let own = |reference: &&Reference| {
        let is_free = |name: &String| !spec.key.contains(name) && !is_referred(name);
        reference.to == spec.name && !reference.link && reference.columns.iter().all(is_free)
    };
    spec.order_parents
        && spec.references.iter().filter(own).any(|reference| reference.columns.contains(column))
}

fn fingerprint_text(catalog: &Catalog, out: &mut String) {
    use std::fmt::Write as _;
    let _ = writeln!(out, "demo-schema-1 {}", catalog.engine);
    for (name, table) in &catalog.tables {
        let _ = writeln!(
            out,
            "T {:?} {name:?} {:?} {} {}",
            table.schema, table.primary_key, table.without_rowid, table.strict
        );
        for c in &table.columns {
            let flags = [c.not_null, c.has_default, c.generated, c.identity];
            let _ = writeln!(out, "C {:?} {:?} {} {flags:?}", c.name, c.declared, c.ty);
        }
        for key in &table.unique_keys {
            let _ = writeln!(out, "U {:?}", key.columns);
        }
        for key in &table.foreign_keys {
            let _ = writeln!(out, "F {key:?}");
        }
    }
}

impl Table {
    fn of_spec(spec: &TableSpec, definition: &Definition, engine: Engine) -> Self {
        let column = |column: &ColumnSpec| Column {
            not_null: spec.key.contains(&column.name)
                || in_not_null_self_reference(spec, definition, &column.name),
            identity: column.ty == LogicalType::Integer && spec.key == [column.name.clone()],
            ..Column::new(&column.name, column.ty.declared(engine), column.ty)
        };
        Self {
            schema: spec.schema.clone(),
            columns: spec.columns.iter().map(column).collect(),
            primary_key: spec.key.clone(),
            unique_keys: Vec::new(),
            foreign_keys: spec.references.iter().map(ForeignKey::from).collect(),
            without_rowid: false,
            strict: false,
            comment: None,
        }
    }

    /// The column of that name.
    pub fn column(&self, name: &str) -> Option<&Column> {
        self.columns.iter().find(|column| column.name == name)
    }

    /// The columns that are not computed.
    pub fn stored_columns(&self) -> impl Iterator<Item = &Column> {
        self.columns.iter().filter(|column| !column.generated)
    }

    /// Whether the table has all of these columns, and computes none of them.
    pub fn stores(&self, columns: &[String]) -> bool {
        columns.iter().all(|name| self.column(name).is_some_and(|column| !column.generated))
    }

    /// Whether one of these columns is computed.
    pub fn has_generated(&self, columns: &[String]) -> bool {
        columns.iter().any(|name| self.column(name).is_some_and(|column| column.generated))
    }

    /// The row key: the primary key, else the smallest NOT NULL unique key (fewest columns, then name), else nothing;
    /// never over a generated column.
    pub fn row_key(&self) -> Vec<String> {
        if !self.primary_key.is_empty() && self.stores(&self.primary_key) {
            return self.primary_key.clone();
        }
        let not_null =
            |columns: &[String]| columns.iter().all(|n| self.column(n).is_some_and(|c| c.not_null));
        self.unique_keys
            .iter()
            .filter(|key| self.stores(&key.columns) && not_null(&key.columns))
            .min_by_key(|key| (key.columns.len(), key.name.clone()))
            .map(|key| key.columns.clone())
            .unwrap_or_default()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The columns of a made table that are never NULL; its rows follow their parents, found by `reference`.
    fn never_null(columns: &[&str], key: &[&str], reference: &[&str], referred: &[&str]) -> String {
        let names = |names: &[&str]| names.iter().map(|&name| name.to_owned()).collect::<Vec<_>>();
        let to_own = Reference {
            columns: names(reference),
            to: "t".to_owned(),
            key: names(referred),
            child: false,
            link: false,
        };
        let column = |&name: &&str| ColumnSpec { name: name.to_owned(), ty: LogicalType::Text };
        let spec = TableSpec {
            name: "t".to_owned(),
            schema: None,
            columns: columns.iter().map(column).collect(),
            key: names(key),
            order_parents: true,
            limit: false,
            select: Vec::new(),
            references: vec![to_own],
        };
        let definition = Definition { total: "t".to_owned(), breakdown: BTreeMap::new(), tables: vec![spec] };
        let catalog = Catalog::of_definition(&definition, Engine::Sqlite);
        let columns = catalog.tables["t"].columns.iter().filter(|column| column.not_null);
        columns.map(|column| column.name.as_str()).collect::<Vec<_>>().join(" ")
    }

    #[test]
    fn a_reference_to_parents_above_takes_null_where_a_key_explains_their_order() {
        assert_eq!(never_null(&["id", "parent"], &["id"], &["parent"], &["id"]), "id parent");
        assert_eq!(
            never_null(
                &["thread", "id", "parent"],
                &["thread", "id"],
                &["thread", "parent"],
                &["thread", "id"]
            ),
            "thread id"
        );
        assert_eq!(never_null(&["id", "a", "b"], &["id"], &["a", "b"], &["b", "a"]), "id");
    }
}
