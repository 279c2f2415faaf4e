//! What shapes a selection beside its definition: limits, and references out of JSON values or under conditions.
//!
//! References that no columns hold are looked up once, for every row of the table, and kept in temporary tables as pairs of
//! rows; then they spread like any others.

use std::collections::BTreeMap;

use model::scope::{Limit, LooseReference};
use model::text::show_key;
use model::{Catalog, Condition, Definition, LogicalType, Reference, Scope, Table, TableSpec};
use rusqlite::types::ValueRef;
use rusqlite::{Connection, OptionalExtension as _, params_from_iter};

use super::merge::stored::Stored;
use super::predicate::{Predicate, compile_term};
use super::reference::{Ends, Plus};
use super::row::{RowReader, stored_value};
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
        let spec = &self.definition.tables[from];
        let Some(column) = reference.path.first() else { return Ok(edges) };
        let ty = spec.column(column).map_or(LogicalType::Any, |at| spec.columns[at].ty);
        if reference.reads_json(ty) {
            self.fill_of_json(&edges, column)?;
        } else {
            self.fill(&edges, column)?;
        }
        Ok(edges)
    }

    /// Joins a column with the key as it is stored, by the rules of a foreign key.
    fn fill(&self, edges: &Edges, column: &str) -> Result<(), Error> {
        let reference = self.ends.reference;
        let (child, parent) = (&self.tables[edges.child], &self.tables[edges.parent]);
        let condition = meant(self.catalog, &self.definition.tables[edges.child], reference)?;
        let plain = Reference {
            columns: vec![column.to_owned()],
            to: reference.to.clone(),
            key: vec![reference.key.clone()],
            child: false,
            link: false,
        };
        let ends = Ends::new(self.catalog, &reference.from, &plain)?;
        let sql = format!(
            "INSERT INTO {} SELECT {}, {}, CASE WHEN p.{} IS NULL THEN m.{} END
             FROM {} AS m LEFT JOIN {} AS p ON {} WHERE {}",
            edges.table,
            child.identity_of("m"),
            parent.identity_of("p"),
            identifier(&reference.key),
            identifier(column),
            child.table,
            parent.table,
            ends.equal("p", "m", Plus::Yes),
            condition.sql
        );
        let connection = self.connection;
        connection.execute(&sql, params_from_iter(condition.values)).map(drop).at(connection)
    }

    /// Looks up what the JSON in a column holds, as text.
    fn fill_of_json(&self, edges: &Edges, column: &str) -> Result<(), Error> {
        let connection = self.connection;
        let reference = self.ends.reference;
        let child = &self.tables[edges.child];
        let condition = meant(self.catalog, &self.definition.tables[edges.child], reference)?;
        let sql = format!(
            "SELECT {}, m.{} FROM {} AS m WHERE {}",
            child.identity_of("m"),
            identifier(column),
            child.table,
            condition.sql
        );
        let marks = vec!["?"; edges.child_width + edges.parent_width + 1].join(", ");
        let mut keys = Keys::new(connection, &self.tables[edges.parent], &reference.key)?;
        let mut insert =
            connection.prepare(&format!("INSERT INTO {} VALUES ({marks})", edges.table)).at(connection)?;
        let mut rows = connection.prepare(&sql).at(connection)?;
        let mut rows = rows.query(params_from_iter(condition.values)).at(connection)?;
        while let Some(row) = rows.next().at(connection)? {
            let Some(text) = text_of(row.get_ref(edges.child_width).at(connection)?) else { continue };
            let mut pair: Vec<Stored> =
                (0..edges.child_width).map(|at| row.get(at)).collect::<Result<_, _>>().at(connection)?;
            for target in reference.targets(&text) {
                pair.truncate(edges.child_width);
                if let Some(parent) = keys.find(&target)? {
                    pair.extend(parent);
                    pair.push(Stored::Null);
                } else {
                    pair.extend(vec![Stored::Null; edges.parent_width]);
                    pair.push(Stored::Text(target.into_bytes()));
                }
                insert.execute(params_from_iter(&pair)).at(connection)?;
            }
        }
        Ok(())
    }
}

/// When a row's value is this reference, over the alias `m`.
///
/// # Errors
/// The reference names what `catalog` lacks.
pub(crate) fn meant(
    catalog: &Catalog,
    spec: &TableSpec,
    reference: &LooseReference,
) -> Result<Predicate, Error> {
    let table = known_table(catalog, &reference.from)?;
    let mut predicate = compile_term(spec, table, "m", &reference.when)?;
    if let Some(types) = &reference.type_table {
        let table = known_table(catalog, &types.table)?;
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
    if let Some(column) = reference.path.first() {
        predicate.sql = format!("({}) AND m.{} IS NOT NULL", predicate.sql, identifier(column));
    }
    Ok(predicate)
}

/// The rows of a table by the text of one of its columns.
struct Keys<'a> {
    connection: &'a Connection,
    find: rusqlite::Statement<'a>,
    width: usize,
}

impl<'a> Keys<'a> {
    fn new(connection: &'a Connection, parent: &Kept, key: &str) -> Result<Self, Error> {
        let key = identifier(key);
        let sql = format!(
            "SELECT {}, p.{key} FROM {} AS p WHERE p.{key} = ?1",
            parent.identity_of("p"),
            parent.table
        );
        let find = connection.prepare(&sql).at(connection)?;
        Ok(Self { connection, find, width: parent.identity.len() })
    }

    /// The row whose key is this text, byte by byte. The index finds it by its own rules, by which more is equal.
    fn find(&mut self, text: &str) -> Result<Option<Vec<Stored>>, Error> {
        // A column without a type makes no number of a text.
        let number = text.parse().ok().map(Stored::Integer);
        for bound in [Some(Stored::Text(text.as_bytes().to_vec())), number].into_iter().flatten() {
            let mut rows = self.find.query([bound]).at(self.connection)?;
            while let Some(row) = rows.next().at(self.connection)? {
                let key = row.get_ref(self.width).at(self.connection)?;
                if !matches!(key, ValueRef::Blob(_)) && text_of(key).is_some_and(|key| key == text) {
                    let identity = (0..self.width).map(|at| row.get(at)).collect::<Result<_, _>>();
                    return identity.map(Some).at(self.connection);
                }
            }
        }
        Ok(None)
    }
}

/// A stored value as text.
fn text_of(stored: ValueRef<'_>) -> Option<String> {
    match stored {
        ValueRef::Null => None,
        ValueRef::Integer(number) => Some(number.to_string()),
        ValueRef::Real(number) => Some(number.to_string()),
        ValueRef::Text(bytes) | ValueRef::Blob(bytes) => std::str::from_utf8(bytes).ok().map(str::to_owned),
    }
}

impl Selection {
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
                .query_row(&sql, [], |row| Ok((reader.shown(row), stored_value(row, spec.columns.len()))))
                .optional()
                .at(connection)?;
            if let Some((key, value)) = lost {
                return Err(Error::Dangling {
                    table: spec.name.clone(),
                    key,
                    reference: show_key(&[reference.shown_path()], &[value]),
                    parent: reference.to.clone(),
                });
            }
        }
        Ok(())
    }
}
