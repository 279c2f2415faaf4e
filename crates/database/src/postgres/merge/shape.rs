//! A table of the snapshot as the target has it: names ready for SQL, column types, how a row is found again.
//!
//! Makes no decision and changes nothing. The rule to keep in mind: `k0`, `k1`, … is a row's identity in the target: the
//! columns of its row key, which the merge never changes but in spelling, or for a table without one the place of the row,
//! which stays since such rows are never updated (`parking` follows those that are).

use model::text::Shown;
use model::{Catalog, LogicalType, Table, TableSpec, Value};

use super::super::binary::{self, Wire};
use super::super::session::Session;
use super::super::sql::identifier;
use super::facts::{End, Relation, Relations, exists};
use super::indexes::{self, Unique};
use super::names::RowName;
use super::postponed;
use crate::merge::naming;
use crate::merge::rows::out_of_step;
use crate::{Error, Triggers};

/// One table of the snapshot, as the target has it.
#[derive(Debug)]
pub(super) struct Shape {
    /// Position in the snapshot's definition.
    pub index: usize,
    /// What the snapshot says of it.
    pub spec: TableSpec,
    /// What the target says of it.
    pub table: Table,
    /// What the server says of it.
    pub relation: Relation,
    /// The snapshot's columns, in its order.
    pub columns: Vec<ShapeColumn>,
    /// Positions of the row key's columns; empty for a table without one.
    pub key: Vec<usize>,
    /// Unique indexes of the target whose columns all are the snapshot's; the row key's own is not among them.
    pub uniques: Vec<Unique>,
    /// Whether rows are copied straight in: the table is empty, and nothing but the server's own rules is in between.
    pub direct: bool,
    /// How the columns travel in COPY's binary form, if all of them can.
    pub wires: Option<Vec<Wire>>,
    /// Positions of columns that are NULL until the table that they refer to is written (see `postponed`).
    pub postponed: Vec<usize>,
    /// Whether it has references to tables further down that can neither wait nor be checked at the end by this role.
    pub checked_at_once: bool,
}

/// A column of a [`Shape`].
#[derive(Debug)]
pub(super) struct ShapeColumn {
    /// `"title"`.
    pub quoted: String,
    /// What its values mean in the snapshot.
    pub ty: LogicalType,
    /// What the target stores.
    pub stored: LogicalType,
    /// Whether the target forbids NULL.
    pub not_null: bool,
    /// Whether the target lets no statement change it.
    pub always_identity: bool,
    /// Whether two of its values are equal only where their texts are: `jsonb` is, `json` is not comparable at all.
    pub is_plain_json: bool,
    /// The operator by which the server's keys tell two of its values apart: `=`, or that of the type's extension.
    pub equals: String,
}

/// The number of PostgreSQL's type `json` in every server.
const JSON: u32 = 114;

impl Shape {
    /// The shapes of the definition's tables, in its order. The definition has been checked against the catalog. `are_new`:
    /// this transaction made them.
    ///
    /// # Errors
    /// Reading the target fails.
    pub(super) fn of_all(
        session: &mut Session,
        tables: &[TableSpec],
        catalog: &Catalog,
        relations: &Relations,
        triggers: Triggers,
        are_new: bool,
    ) -> Result<Vec<Self>, Error> {
        let mut shapes = Vec::with_capacity(tables.len());
        for (index, spec) in tables.iter().enumerate() {
            let (Some(table), Some(relation)) = (catalog.tables.get(&spec.name), relations.get(&spec.name))
            else {
                return Err(out_of_step());
            };
            shapes.push(Self::of(session, index, spec, table, relation)?);
        }
        postponed::find(session, &mut shapes, are_new)?;
        for shape in &mut shapes {
            let empty = !exists(session, &format!("SELECT FROM {}", shape.relation.from))?;
            let waits = !shape.postponed.is_empty() || shape.checked_at_once;
            let in_between = triggers == Triggers::On || shape.relation.row_security || waits;
            shape.direct = empty && !in_between;
        }
        Ok(shapes)
    }

    fn of(
        session: &mut Session,
        index: usize,
        spec: &TableSpec,
        table: &Table,
        relation: &Relation,
    ) -> Result<Self, Error> {
        let columns = spec.columns.iter().map(|column| {
            let found = table.column(&column.name);
            let facts = relation.columns.get(&column.name);
            ShapeColumn {
                quoted: identifier(&column.name),
                ty: column.ty,
                stored: found.map_or(LogicalType::Text, |column| column.ty),
                not_null: found.is_some_and(|column| column.not_null),
                always_identity: facts.is_some_and(|facts| facts.always_identity),
                is_plain_json: facts.is_some_and(|facts| facts.type_oid == JSON),
                equals: facts.map_or_else(|| "=".to_owned(), |facts| facts.equals.clone()),
            }
        });
        let mut shape = Self {
            index,
            table: table.clone(),
            columns: columns.collect(),
            key: spec.key_indexes(),
            uniques: Vec::new(),
            direct: false,
            wires: None,
            postponed: Vec::new(),
            checked_at_once: false,
            relation: relation.clone(),
            spec: spec.clone(),
        };
        let select = format!("SELECT {} FROM {} AS t", shape.column_list("t"), shape.relation.from);
        shape.wires = binary::wires(session, &select)?;
        shape.uniques = indexes::of(session, &shape)?;
        Ok(shape)
    }

    /// The position of the snapshot's column of that name.
    pub(super) fn position(&self, name: &str) -> Option<usize> {
        self.spec.column(name)
    }

    /// Whether rows are told apart by a key.
    pub(super) fn has_key(&self) -> bool {
        !self.key.is_empty()
    }

    /// This table as one end of a comparison.
    pub(super) fn end<'a>(&'a self, alias: &'a str) -> End<'a> {
        End { alias, relation: &self.relation, table: &self.table }
    }

    /// `t."a", t."b"`: the snapshot's columns.
    pub(super) fn column_list(&self, alias: &str) -> String {
        let columns: Vec<String> =
            self.columns.iter().map(|column| format!("{alias}.{}", column.quoted)).collect();
        columns.join(", ")
    }

    /// `"a", "b"`: the snapshot's columns without alias.
    pub(super) fn bare_columns(&self) -> String {
        self.columns.iter().map(|column| column.quoted.as_str()).collect::<Vec<_>>().join(", ")
    }

    /// A row of the snapshot as people read it: `fragments: id 3`; a row without key by its first values.
    pub(super) fn show(&self, values: &[Value]) -> String {
        naming::show(&self.spec, values)
    }

    /// How the target's rows `alias` are named, by the snapshot's columns.
    pub(super) fn row_name(&self, alias: &str) -> RowName {
        let column = |at: usize| format!("{alias}.{}", self.columns[at].quoted);
        self.named(&column)
    }

    /// How the staged rows `alias` are named.
    pub(super) fn staged_name(&self, alias: &str) -> RowName {
        self.named(&|at| format!("{alias}.c{at}"))
    }

    fn named(&self, sql: &dyn Fn(usize) -> String) -> RowName {
        let parts = naming::named_by(&self.spec).into_iter().map(|at| {
            let column = &self.columns[at];
            (self.spec.columns[at].name.clone(), sql(at), column.stored, column.ty)
        });
        RowName::of(&self.spec.name, parts.collect())
    }

    /// The table's name as people read it.
    pub(super) fn shown_name(&self) -> String {
        Shown(&self.spec.name).to_string()
    }

    /// The SQL condition under which the mask of `alias` marks one of the columns at `positions`.
    pub(super) fn touches(alias: &str, positions: &[usize]) -> String {
        let terms: Vec<String> = positions
            .iter()
            .map(|at| format!("pg_catalog.substr({alias}.mask, {}, 1) = '1'", at + 1))
            .collect();
        if terms.is_empty() { "FALSE".to_owned() } else { format!("({})", terms.join(" OR ")) }
    }

    /// Positions of the columns that a mask marks.
    pub(super) fn marked(mask: &str) -> Vec<usize> {
        naming::marked(mask.bytes().map(|mark| mark == b'1'))
    }

    /// The names of the columns at `positions`: `list_id, position`.
    pub(super) fn show_columns(&self, positions: &[usize]) -> String {
        naming::show_columns(&self.spec, positions)
    }
}
