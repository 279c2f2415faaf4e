//! What shapes a selection beside its definition: limits, references out of JSON values, references that are not followed.
//!
//! References that no columns hold are looked up once, for every row of the table, and kept in temporary tables as pairs of
//! rows; then they spread like any others.

use std::collections::BTreeMap;

use model::scope::{Cut, Limit};
use model::text::show_key;
use model::{Catalog, Condition, Definition, LogicalType, Scope, Table, TableSpec, Value};
use rusqlite::types::{Value as Stored, ValueRef};
use rusqlite::{Connection, OptionalExtension as _, params_from_iter};

use super::predicate::{Predicate, compile_term};
use super::reference::{Ends, Plus};
use super::row::RowReader;
use super::select::{Kept, Selection};
use crate::Error;
use crate::error::At as _;
use crate::known::{known_table, whole_spec};
use crate::reach::{self, LooseEnds};
use crate::sql::identifier;

/// What shapes a selection; the default does not.
#[derive(Clone, Debug, Default)]
pub(crate) struct Reach {
    pub(crate) scope: Scope,
    /// By table of the definition.
    pub(crate) rows: BTreeMap<usize, Ranked>,
    pub(crate) children: BTreeMap<usize, Ranked>,
    pub(crate) edges: Vec<Edges>,
}

/// A limit in SQL.
#[derive(Clone, Debug)]
pub(crate) struct Ranked {
    pub(crate) most: u64,
    /// Its order, over the alias `m`.
    pub(crate) order: String,
}

/// The pairs of rows that a loose reference joins, in a temporary table: `c0`, … the referring row, `p0`, … the one referred
/// to; NULL where there is none, with the value in `lost`.
#[derive(Clone, Debug)]
pub(crate) struct Edges {
    /// Which of the scope's loose references they are of.
    number: usize,
    pub(crate) child: usize,
    pub(crate) parent: usize,
    /// Whether rows that refer to an owned row are owned too.
    pub(crate) follows: bool,
    /// The temporary table in SQL.
    pub(crate) table: String,
    child_width: usize,
    parent_width: usize,
}

impl Reach {
    /// # Errors
    /// The scope names what `catalog` lacks, or reading fails.
    pub(crate) fn new(
        connection: &Connection,
        catalog: &Catalog,
        definition: &Definition,
        scope: &Scope,
        tables: &[Kept],
    ) -> Result<Self, Error> {
        let ranked = |limits: &BTreeMap<String, Limit>| -> Result<BTreeMap<usize, Ranked>, Error> {
            reach::limits(definition, limits)
                .map(|(at, spec, limit)| {
                    Ok((at, Ranked::new(spec, known_table(catalog, &spec.name)?, limit)))
                })
                .collect()
        };
        let (rows, children) = (ranked(&scope.rows)?, ranked(&scope.children)?);
        let edges = reach::loose(definition, scope)
            .map(|ends| Finder { connection, catalog, definition, tables, ends }.edges())
            .collect::<Result<_, _>>()?;
        Ok(Self { scope: scope.clone(), rows, children, edges })
    }
}

impl Ranked {
    fn new(spec: &TableSpec, table: &Table, limit: &Limit) -> Self {
        let reader = RowReader::new(spec, table);
        let mut order: Vec<String> = Vec::new();
        for by in &limit.order {
            let Some(at) = spec.column(&by.column) else { continue };
            let descending = if by.descending { " DESC" } else { "" };
            order.push(format!("{}{descending}", reader.order_sql("m", &[at])));
        }
        order.push(reader.order_sql("m", &reader.order_columns()));
        Self { most: limit.most, order: order.join(", ") }
    }

    /// Leaves the first `most` rows of `rows`, a table of rows of `kept`.
    pub(crate) fn trim(
        &self,
        connection: &Connection,
        kept: &Kept,
        rows: &str,
        most: u64,
    ) -> Result<(), Error> {
        let names = kept.columns();
        let sql = format!(
            "DELETE FROM {rows} WHERE ({names}) NOT IN (SELECT {} FROM {rows} AS k CROSS JOIN {} AS m ON {} ORDER BY {} LIMIT {most})",
            kept.each_identity(", ", |at, _| format!("k.i{at}")),
            kept.table,
            kept.joined("m", "k"),
            self.order,
        );
        connection.execute(&sql, []).at(connection).map(drop)
    }
}

impl Edges {
    /// Joins the pair `edge` to its parent, the kept row `kept` (aliases).
    pub(crate) fn of_parent(&self, edge: &str, kept: &str) -> String {
        each(self.parent_width, " AND ", |at| format!("{edge}.p{at} = {kept}.i{at}"))
    }

    /// Joins the pair `edge` to its child, the kept row `kept` (aliases).
    pub(crate) fn of_child(&self, edge: &str, kept: &str) -> String {
        each(self.child_width, " AND ", |at| format!("{edge}.c{at} = {kept}.i{at}"))
    }
}

fn each(width: usize, separator: &str, part: impl Fn(usize) -> String) -> String {
    (0..width).map(part).collect::<Vec<_>>().join(separator)
}

/// Finds the pairs of rows of a loose reference.
struct Finder<'a> {
    connection: &'a Connection,
    catalog: &'a Catalog,
    definition: &'a Definition,
    tables: &'a [Kept],
    ends: LooseEnds<'a>,
}

impl Finder<'_> {
    fn edges(&self) -> Result<Edges, Error> {
        let LooseEnds { number, reference, child: from, parent: to } = self.ends;
        let (child, parent) = (&self.tables[from], &self.tables[to]);
        let name = format!("{}_edge_{number}", child.name);
        let edges = Edges {
            number,
            child: from,
            parent: to,
            follows: reference.child,
            table: format!("temp.\"{name}\""),
            child_width: child.identity.len(),
            parent_width: parent.identity.len(),
        };
        let table = &edges.table;
        let children = each(edges.child_width, ", ", |at| format!("c{at}"));
        let parents = each(edges.parent_width, ", ", |at| format!("p{at}"));
        let sql = format!(
            "DROP TABLE IF EXISTS {table}; CREATE TABLE {table} ({children}, {parents}, lost TEXT);
             CREATE INDEX temp.\"{name}_by_child\" ON \"{name}\" ({children});
             CREATE INDEX temp.\"{name}_by_parent\" ON \"{name}\" ({parents});"
        );
        self.connection.execute_batch(&sql).at(self.connection)?;
        self.fill(&edges)?;
        Ok(edges)
    }

    fn fill(&self, edges: &Edges) -> Result<(), Error> {
        let connection = self.connection;
        let reference = self.ends.reference;
        let (child, parent) = (&self.tables[edges.child], &self.tables[edges.parent]);
        let spec = &self.definition.tables[edges.child];
        let Some(column) = reference.path.first() else { return Ok(()) };
        let ty = spec.column(column).map_or(LogicalType::Any, |at| spec.columns[at].ty);
        let is_json = reference.reads_json(ty);
        let condition = self.condition(spec)?;
        let sql = format!(
            "SELECT {}, m.{} FROM {} AS m WHERE {}",
            child.identity_of("m"),
            identifier(column),
            child.table,
            condition.sql
        );
        let key = identifier(&reference.key);
        let found =
            format!("SELECT {} FROM {} AS p WHERE p.{key} = ?1", parent.identity_of("p"), parent.table);
        let marks = vec!["?"; edges.child_width + edges.parent_width + 1].join(", ");
        let mut found = connection.prepare(&found).at(connection)?;
        let mut insert =
            connection.prepare(&format!("INSERT INTO {} VALUES ({marks})", edges.table)).at(connection)?;
        let mut rows = connection.prepare(&sql).at(connection)?;
        let mut rows = rows.query(params_from_iter(condition.values)).at(connection)?;
        while let Some(row) = rows.next().at(connection)? {
            let Some(text) = text_of(row.get_ref(edges.child_width).at(connection)?) else { continue };
            let mut pair: Vec<Stored> =
                (0..edges.child_width).map(|at| row.get(at)).collect::<Result<_, _>>().at(connection)?;
            for target in reference.targets(&text, is_json) {
                pair.truncate(edges.child_width);
                let parent = |row: &rusqlite::Row<'_>| -> rusqlite::Result<Vec<Stored>> {
                    (0..edges.parent_width).map(|at| row.get(at)).collect()
                };
                match found.query_row([&target], parent).optional().at(connection)? {
                    Some(parent) => {
                        pair.extend(parent);
                        pair.push(Stored::Null);
                    }
                    None => {
                        pair.extend(vec![Stored::Null; edges.parent_width]);
                        pair.push(Stored::Text(target));
                    }
                }
                insert.execute(params_from_iter(&pair)).at(connection)?;
            }
        }
        Ok(())
    }

    /// When a row's value is this reference, over the alias `m`.
    fn condition(&self, spec: &TableSpec) -> Result<Predicate, Error> {
        let reference = self.ends.reference;
        let table = known_table(self.catalog, &reference.from)?;
        let mut predicate = compile_term(spec, table, "m", &reference.when)?;
        if let Some(types) = &reference.type_table {
            let table = known_table(self.catalog, &types.table)?;
            let select: &[Condition] = &types.select;
            let named = compile_term(&whole_spec(&types.table, table), table, "t", select)?;
            predicate.sql = format!(
                "({}) AND m.{} IN (SELECT t.{} FROM main.{} AS t WHERE {})",
                predicate.sql,
                identifier(&types.column),
                identifier(&types.key),
                identifier(&types.table),
                named.sql
            );
            predicate.values.extend(named.values);
        }
        Ok(predicate)
    }
}

/// What a stored value refers to, as text.
fn text_of(stored: ValueRef<'_>) -> Option<String> {
    match stored {
        ValueRef::Null => None,
        ValueRef::Integer(number) => Some(number.to_string()),
        ValueRef::Real(number) => Some(number.to_string()),
        ValueRef::Text(bytes) | ValueRef::Blob(bytes) => std::str::from_utf8(bytes).ok().map(str::to_owned),
    }
}

/// A column whose values are written as NULL where a condition does not hold.
#[derive(Clone, Debug)]
pub(crate) struct CutColumn {
    /// Its index among the definition's columns of its table.
    pub(crate) at: usize,
    /// When the value stays, over the alias `m`.
    pub(crate) stays: String,
}

impl Selection {
    /// The columns of the table `at` that are not always written as they are.
    ///
    /// # Errors
    /// A cut names what `catalog` lacks.
    pub(crate) fn cut_columns(
        &self,
        catalog: &Catalog,
        definition: &Definition,
        at: usize,
    ) -> Result<Vec<CutColumn>, Error> {
        let spec = &definition.tables[at];
        let mut columns: BTreeMap<usize, Vec<String>> = BTreeMap::new();
        for cut in self.reach.scope.cuts_of(&spec.name) {
            let stays = self.stays(catalog, definition, cut)?;
            for column in cut.columns.iter().filter_map(|name| spec.column(name)) {
                columns.entry(column).or_default().push(stays.clone());
            }
        }
        Ok(columns.into_iter().map(|(at, stays)| CutColumn { at, stays: stays.join(" AND ") }).collect())
    }

    fn stays(&self, catalog: &Catalog, definition: &Definition, cut: &Cut) -> Result<String, Error> {
        let Some(reference) = &cut.unless_kept else { return Ok("FALSE".to_owned()) };
        let Some(parent) = definition.position(&reference.to) else { return Ok("FALSE".to_owned()) };
        let (ends, parent) = (Ends::new(catalog, &cut.table, reference)?, &self.tables[parent]);
        Ok(format!(
            "EXISTS (SELECT 1 FROM {} AS p CROSS JOIN {} AS x ON {} WHERE {})",
            parent.table,
            parent.kept,
            parent.looked_up("x", "p"),
            ends.equal("p", "m", Plus::Yes)
        ))
    }

    /// What is said of values that are written as NULL, a sentence for each column.
    ///
    /// # Errors
    /// Reading fails.
    pub(crate) fn cut_notes(
        connection: &Connection,
        spec: &TableSpec,
        kept: &Kept,
        cuts: &[CutColumn],
    ) -> Result<Vec<String>, Error> {
        let mut notes = Vec::new();
        for CutColumn { at, stays } in cuts {
            let column = &spec.columns[*at].name;
            let sql = format!(
                "SELECT count(*) FROM {} AS k CROSS JOIN {} AS m ON {} WHERE m.{} IS NOT NULL AND NOT ({stays})",
                kept.kept,
                kept.table,
                kept.joined("m", "k"),
                identifier(column),
            );
            let count: i64 = connection.query_row(&sql, [], |row| row.get(0)).at(connection)?;
            notes.extend(crate::row::cut_note(spec, column, count.unsigned_abs()));
        }
        Ok(notes)
    }

    /// Fails with the first kept row whose loose reference finds nothing.
    ///
    /// # Errors
    /// There is one, or reading fails.
    pub(crate) fn loose_find_parents(
        &self,
        connection: &Connection,
        catalog: &Catalog,
        definition: &Definition,
    ) -> Result<(), Error> {
        for edges in &self.reach.edges {
            let reference = &self.reach.scope.loose[edges.number];
            if reference.optional {
                continue;
            }
            let (spec, child) = (&definition.tables[edges.child], &self.tables[edges.child]);
            let reader = RowReader::new(spec, known_table(catalog, &spec.name)?);
            let sql = format!(
                "SELECT {}, e.lost FROM {} AS e CROSS JOIN {} AS k ON {} CROSS JOIN {} AS m ON {} WHERE e.lost IS NOT NULL LIMIT 1",
                reader.columns_sql("m"),
                edges.table,
                child.kept,
                edges.of_child("e", "k"),
                child.table,
                child.joined("m", "k"),
            );
            let lost = connection
                .query_row(&sql, [], |row| {
                    let value: String = row.get(spec.columns.len())?;
                    Ok((reader.shown(row), value))
                })
                .optional()
                .at(connection)?;
            if let Some((key, value)) = lost {
                return Err(Error::Dangling {
                    table: spec.name.clone(),
                    key,
                    reference: show_key(&[reference.shown_path()], &[Value::Text(value)]),
                    parent: reference.to.clone(),
                });
            }
        }
        Ok(())
    }
}
