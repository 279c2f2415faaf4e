//! The rows of a plain plan, in SQL: each section is one query over its table, with nothing in temporary tables.
//!
//! A row is owned by a condition, or because its reference is one of an owned row's keys; it is shared if it is not owned and
//! its key is one of those that kept rows refer to. Both are `IN (SELECT …)` that does not look outside, so that SQLite goes
//! through each subquery once, or follows an index, and never once for each row.
//!
//! A subquery stands in the queries of all the tables that depend on it, and a query of many rows is asked twice, once to count
//! and once to read; of few rows the numbers are remembered. So a plan is said only where that costs little: where it is
//! [plain](plan), and each of its conditions finds its rows by an index. All others are walked once, with row numbers in
//! temporary tables: see `select`.

mod plan;
#[cfg(test)]
mod tests;

use model::{Catalog, Condition, ConditionOp, Definition, LogicalType, Ownership, Scope, TableSpec};
use rusqlite::Connection;

use self::plan::{Edge, Plan, Shared};
use super::predicate::{Predicate, compile_term};
use super::reference::{Ends, Plus};
use super::select::{IdentityKind, checked_table, identity};
use crate::conditions::MAX_VALUES;
use crate::error::At as _;
use crate::known::{known_table, parent_position};
use crate::owned::Owned;
use crate::sql::identifier;
use crate::{Error, SectionCount};

/// The rows of a definition, said in SQL.
#[derive(Clone, Debug)]
pub(crate) struct Said {
    /// In the order of the definition's tables.
    pub(crate) tables: Vec<SaidTable>,
}

/// The rows of one table.
#[derive(Clone, Debug)]
pub(crate) struct SaidTable {
    /// The table in SQL: `main."fragments"`.
    pub(crate) table: String,
    /// What tells the table's rows apart, in SQL.
    pub(crate) identity: Vec<String>,
    kind: IdentityKind,
    /// The condition for kept rows, over the alias `m`.
    pub(crate) kept: Predicate,
    shared: SaidSection,
    owned: SaidSection,
}

/// The rows of one section.
#[derive(Clone, Debug)]
pub(crate) struct SaidSection {
    /// The condition for its rows, over the alias `m`; `None` where there are none.
    pub(crate) rows: Option<Predicate>,
    /// How many there are, once they are counted.
    pub(crate) count: u64,
    /// Their row numbers, once they are counted, where they are [`Few`].
    pub(crate) few: Option<Vec<i64>>,
}

/// The condition for every row.
pub(crate) const ALL_ROWS: &str = "TRUE";

/// Row numbers, so long as there are no more than one statement can name: rows that were found once are then not looked
/// for again.
#[derive(Debug, Default)]
pub(crate) struct Few {
    numbers: Vec<i64>,
    are_many: bool,
}

impl Few {
    const MOST: usize = 4_000;

    pub(crate) fn add(&mut self, number: i64) {
        if self.numbers.len() == Self::MOST {
            *self = Self { numbers: Vec::new(), are_many: true };
        } else if !self.are_many {
            self.numbers.push(number);
        }
    }

    /// All of them; `None` if they are many.
    pub(crate) fn into_numbers(self) -> Option<Vec<i64>> {
        (!self.are_many).then_some(self.numbers)
    }
}

impl Said {
    /// The rows of `definition` within `scope`, if SQL is to say them. Nothing is read but the schema.
    ///
    /// # Errors
    /// The definition does not fit the catalog, or the schema cannot be read.
    pub(crate) fn of(
        connection: &Connection,
        catalog: &Catalog,
        definition: &Definition,
        scope: &Scope,
    ) -> Result<Option<Self>, Error> {
        let mut edges = Vec::new();
        for (child, spec) in definition.tables.iter().enumerate() {
            checked_table(catalog, definition, spec)?;
            for (reference, found) in spec.references.iter().enumerate() {
                let parent = parent_position(definition, spec, found)?;
                edges.push(Edge { child, parent, reference, follows: found.child });
            }
        }
        let Some(plan) = Plan::of(definition, scope, edges) else { return Ok(None) };
        for (spec, owned) in definition.tables.iter().zip(&plan.owned) {
            if *owned != Owned::All && !is_served(connection, catalog, spec)? {
                return Ok(None);
            }
        }
        let sayer = Sayer { connection, catalog, definition, plan };
        let tables: Vec<SaidTable> =
            (0..definition.tables.len()).map(|table| sayer.table(table)).collect::<Result<_, _>>()?;
        let fits = |table: &SaidTable| table.sections().all(|section| section.values() <= MAX_VALUES);
        Ok(tables.iter().all(fits).then_some(Self { tables }))
    }

    /// How many rows each section has; none of them empty, shared before owned.
    pub(crate) fn sections(&self) -> Vec<SectionCount> {
        let mut sections = Vec::new();
        for (table, said) in self.tables.iter().enumerate() {
            for ownership in [Ownership::Shared, Ownership::Owned] {
                let count = said.section(ownership).count;
                if count > 0 {
                    sections.push(SectionCount { table, ownership, count });
                }
            }
        }
        sections
    }
}

impl SaidTable {
    pub(crate) fn section(&self, ownership: Ownership) -> &SaidSection {
        match ownership {
            Ownership::Shared => &self.shared,
            Ownership::Owned => &self.owned,
        }
    }

    /// The table's row number, in SQL, if it has one.
    pub(crate) fn row_number(&self) -> Option<&str> {
        match (self.kind, self.identity.as_slice()) {
            (IdentityKind::RowNumber, [number]) => Some(number),
            _ => None,
        }
    }

    pub(crate) fn sections_mut(&mut self) -> [&mut SaidSection; 2] {
        [&mut self.shared, &mut self.owned]
    }

    fn sections(&self) -> impl Iterator<Item = &SaidSection> {
        [&self.shared, &self.owned].into_iter()
    }
}

impl SaidSection {
    fn new(rows: Option<Predicate>) -> Self {
        Self { rows, count: 0, few: None }
    }

    fn values(&self) -> usize {
        self.rows.as_ref().map_or(0, |rows| rows.values.len())
    }
}

/// Whether each term of a selection finds its rows by an index, and not by a look at every row. One that looks into JSON does not: beside
/// others it might be asked of rows that are none of its business, and fail on them.
fn is_served(connection: &Connection, catalog: &Catalog, spec: &TableSpec) -> Result<bool, Error> {
    let table = known_table(catalog, &spec.name)?;
    for term in &spec.select {
        let mut served = false;
        for condition in term {
            if reads_json(spec, condition) {
                return Ok(false);
            }
            let Some(column) = compared_column(spec, condition) else { continue };
            let is_row_number = table.column(column).is_some_and(|column| column.identity);
            served = served || is_row_number || leads_an_index(connection, spec, column)?;
        }
        if !served {
            return Ok(false);
        }
    }
    Ok(true)
}

fn reads_json(spec: &TableSpec, condition: &Condition) -> bool {
    let column = condition.path.first().and_then(|name| spec.column(name));
    condition.path.len() > 1 || column.is_none_or(|at| spec.columns[at].ty == LogicalType::Json)
}

/// The column that a condition compares for equality as it is stored.
fn compared_column<'a>(spec: &TableSpec, condition: &'a Condition) -> Option<&'a str> {
    let [column] = condition.path.as_slice() else { return None };
    let ty = spec.columns[spec.column(column)?].ty;
    let is_stored = ty != LogicalType::Timestamptz;
    (condition.op == ConditionOp::In && is_stored).then_some(column)
}

/// Whether an index over all rows begins with the column, byte by byte, as conditions compare.
fn leads_an_index(connection: &Connection, spec: &TableSpec, column: &str) -> Result<bool, Error> {
    let sql = "SELECT 1 FROM pragma_index_list(?1, 'main') AS l JOIN pragma_index_xinfo(l.name, 'main') AS x
        WHERE NOT l.partial AND x.seqno = 0 AND x.name = ?2 AND x.coll = 'BINARY'";
    connection
        .prepare_cached(sql)
        .and_then(|mut statement| statement.exists([spec.name.as_str(), column]))
        .at(connection)
}

/// Puts a plan into SQL.
struct Sayer<'a> {
    connection: &'a Connection,
    catalog: &'a Catalog,
    definition: &'a Definition,
    plan: Plan,
}

impl Sayer<'_> {
    fn table(&self, table: usize) -> Result<SaidTable, Error> {
        let spec = &self.definition.tables[table];
        let (kind, identity) = identity(&spec.name, known_table(self.catalog, &spec.name)?)?;
        let owned = match self.plan.owned[table] {
            Owned::None => None,
            _ => Some(self.owned(table, "m", &mut 0)?),
        };
        let needed = match &self.plan.shared[table] {
            Shared::None => None,
            Shared::All => Some(always()),
            Shared::Needed(edges) => Some(self.any(table, "m", self.needed(edges, "m", &mut 0)?)?),
        };
        let shared = match (needed, &owned) {
            (Some(needed), Some(owned)) => Some(all([needed, not(owned.clone())])),
            (needed, _) => needed,
        };
        Ok(SaidTable {
            table: self.name(table),
            identity,
            kind,
            kept: self.kept(table, "m", &mut 0)?,
            shared: SaidSection::new(shared),
            owned: SaidSection::new(owned),
        })
    }

    fn name(&self, table: usize) -> String {
        format!("main.{}", identifier(&self.definition.tables[table].name))
    }

    /// Whether the row `alias` is owned; NULL is no.
    fn owned(&self, table: usize, alias: &str, aliases: &mut usize) -> Result<Predicate, Error> {
        if self.plan.owned[table] == Owned::All {
            return Ok(always());
        }
        let parts = self.any_owned(table, alias, aliases)?;
        self.any(table, alias, parts)
    }

    /// Whether the row `alias` is kept; NULL is no.
    fn kept(&self, table: usize, alias: &str, aliases: &mut usize) -> Result<Predicate, Error> {
        if self.plan.keeps_all(table) {
            return Ok(always());
        }
        let mut parts = self.any_owned(table, alias, aliases)?;
        if let Shared::Needed(edges) = &self.plan.shared[table] {
            parts.extend(self.needed(edges, alias, aliases)?);
        }
        self.any(table, alias, parts)
    }

    /// Whether the row `alias` of a table meets one of `parts`. Of several, each gathers its row numbers, by an index of its own
    /// where there is one: SQLite would do the same for OR, but in memory.
    fn any(&self, table: usize, alias: &str, mut parts: Vec<Predicate>) -> Result<Predicate, Error> {
        if parts.len() == 1 {
            return Ok(parts.swap_remove(0));
        }
        let spec = &self.definition.tables[table];
        let (kind, identity) = identity(&spec.name, known_table(self.catalog, &spec.name)?)?;
        let ([number], IdentityKind::RowNumber, false) = (identity.as_slice(), kind, parts.is_empty()) else {
            return Ok(either(parts));
        };
        let name = self.name(table);
        let gathered =
            |part: &Predicate| format!("SELECT {alias}.{number} FROM {name} AS {alias} WHERE {}", part.sql);
        let union: Vec<String> = parts.iter().map(gathered).collect();
        Ok(Predicate {
            sql: format!("{alias}.{number} IN ({})", union.join(" UNION ALL ")),
            values: parts.into_iter().flat_map(|part| part.values).collect(),
        })
    }

    fn any_owned(&self, table: usize, alias: &str, aliases: &mut usize) -> Result<Vec<Predicate>, Error> {
        let spec = &self.definition.tables[table];
        let known = known_table(self.catalog, &spec.name)?;
        let mut parts: Vec<Predicate> = spec
            .select
            .iter()
            .map(|term| compile_term(spec, known, alias, term))
            .collect::<Result<_, _>>()?;
        for edge in self.plan.followed(table) {
            parts.push(self.refers_to_owned(edge, alias, aliases)?);
        }
        Ok(parts)
    }

    /// Whether the row `alias` refers to an owned row.
    fn refers_to_owned(&self, edge: &Edge, alias: &str, aliases: &mut usize) -> Result<Predicate, Error> {
        let (ends, parent) = (self.ends(edge)?, next(aliases));
        let mut rows = self.owned(edge.parent, &parent, aliases)?;
        rows.sql = ends.found_in(self.connection, alias, &self.name(edge.parent), &parent, &rows.sql)?;
        Ok(rows)
    }

    /// By edge, whether a kept row refers to the row `alias`.
    fn needed(&self, edges: &[Edge], alias: &str, aliases: &mut usize) -> Result<Vec<Predicate>, Error> {
        edges.iter().map(|edge| self.is_needed(edge, alias, aliases)).collect()
    }

    /// The parent's key stands on the left, so that its collation counts, and the `+` lets the child's value take its affinity.
    fn is_needed(&self, edge: &Edge, alias: &str, aliases: &mut usize) -> Result<Predicate, Error> {
        let (ends, child) = (self.ends(edge)?, next(aliases));
        let mut rows = self.kept(edge.child, &child, aliases)?;
        rows.sql = format!(
            "{} IN (SELECT {} FROM {} AS {child} WHERE {})",
            ends.row_of_keys(alias),
            ends.columns(&child, Plus::Yes),
            self.name(edge.child),
            rows.sql
        );
        Ok(rows)
    }

    fn ends(&self, edge: &Edge) -> Result<Ends, Error> {
        let spec = &self.definition.tables[edge.child];
        Ends::new(self.catalog, &spec.name, &spec.references[edge.reference])
    }
}

fn next(aliases: &mut usize) -> String {
    *aliases += 1;
    format!("r{aliases}")
}

fn always() -> Predicate {
    Predicate { sql: ALL_ROWS.to_owned(), values: Vec::new() }
}

fn not(mut predicate: Predicate) -> Predicate {
    predicate.sql = format!("({}) IS NOT TRUE", predicate.sql);
    predicate
}

fn either(parts: Vec<Predicate>) -> Predicate {
    if parts.is_empty() {
        return Predicate { sql: "FALSE".to_owned(), values: Vec::new() };
    }
    joined(parts, " OR ")
}

fn all(parts: [Predicate; 2]) -> Predicate {
    joined(parts, " AND ")
}

/// Each part in parentheses, and what its `?` stand for in the same order.
fn joined(parts: impl IntoIterator<Item = Predicate>, between: &str) -> Predicate {
    let mut joined = Predicate::default();
    for part in parts {
        if !joined.sql.is_empty() {
            joined.sql.push_str(between);
        }
        joined.sql.push('(');
        joined.sql.push_str(&part.sql);
        joined.sql.push(')');
        joined.values.extend(part.values);
    }
    joined
}
