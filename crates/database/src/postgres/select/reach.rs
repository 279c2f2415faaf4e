//! What shapes a selection beside its definition: limits, references out of JSON values, references that are not followed.
//!
//! The model orders rows, from what the server prints of them, and the scratch file ranks them; so the same rows are first on
//! both engines. References that no columns hold are looked up once, for every row of the table, and kept as pairs of places.

use std::collections::BTreeMap;

use model::scope::{Limit, LooseReference, OrderBy};
use model::text::show_key;
use model::{Catalog, Definition, LogicalType, Scope, Table, TableSpec, Value, order_key};
use rusqlite::{OptionalExtension as _, params};

use super::row::RowReader;
use super::scratch::{Place, Scratch, at_places, failed};
use super::{Ends, Relations, Selection};
use crate::Error;
use crate::known::{known_column, known_table, whole_spec};
use crate::postgres::codec::from_hex;
use crate::postgres::copy::CopyRow;
use crate::postgres::equality::How;
use crate::postgres::predicate;
use crate::postgres::session::Session;
use crate::reach::{self, LooseEnds};
use crate::sql::identifier;

/// A limit on the rows of one table.
#[derive(Clone, Debug)]
pub(super) struct Ranked {
    pub(super) most: u64,
    order: Vec<OrderBy>,
    /// The columns that order rows: those of the limit, then the row key's.
    spec: TableSpec,
    table: Table,
}

impl Ranked {
    fn new(spec: &TableSpec, table: &Table, limit: &Limit) -> Self {
        let ordered = limit.order.iter().filter_map(|by| spec.column(&by.column));
        let rest = if spec.key.is_empty() { (0..spec.columns.len()).collect() } else { spec.key_indexes() };
        let mut columns: Vec<usize> = ordered.collect();
        let order: Vec<OrderBy> =
            limit.order.iter().filter(|by| spec.column(&by.column).is_some()).cloned().collect();
        columns.extend(rest);
        let mut narrow = spec.clone();
        narrow.columns = columns.iter().map(|at| spec.columns[*at].clone()).collect();
        Self { most: limit.most, order, spec: narrow, table: table.clone() }
    }

    /// The columns in SQL, over the alias `m`, each followed by a comma.
    pub(super) fn columns_sql(&self) -> String {
        self.spec
            .columns
            .iter()
            .fold(String::new(), |sql, column| sql + "m." + &identifier(&column.name) + ", ")
    }

    /// How many columns that is.
    pub(super) fn width(&self) -> usize {
        self.spec.columns.len()
    }

    /// Bytes that order the row among others.
    ///
    /// # Errors
    /// A value has no place in its column's type.
    pub(super) fn key(&self, row: &CopyRow) -> Result<Vec<u8>, Error> {
        let mut values = Vec::new();
        RowReader::new(&self.spec, &self.table).read(row, &mut values)?;
        let mut key = Vec::new();
        for (at, value) in values.iter().enumerate() {
            let mut bytes = order_key([value]);
            if self.order.get(at).is_some_and(|by| by.descending) {
                // No value's bytes begin another's, so the order turns round with them.
                for byte in &mut bytes {
                    *byte = !*byte;
                }
            }
            key.extend_from_slice(&bytes);
        }
        Ok(key)
    }
}

/// The pairs of rows that a loose reference joins: the scratch file's tables `edge_N` and `lost_N`.
pub(super) struct Edges {
    pub(super) number: usize,
    pub(super) child: usize,
    pub(super) parent: usize,
    /// Whether rows that refer to an owned row are owned too.
    pub(super) follows: bool,
}

/// What shapes a walk.
#[derive(Default)]
pub(super) struct Reach {
    /// By table of the definition.
    pub(super) rows: BTreeMap<usize, Ranked>,
    pub(super) children: BTreeMap<usize, Ranked>,
    pub(super) edges: Vec<Edges>,
}

impl Reach {
    /// Reads every loose reference of the scope.
    ///
    /// # Errors
    /// The scope names what `catalog` lacks, or reading fails.
    pub(super) fn new(
        session: &mut Session,
        catalog: &Catalog,
        definition: &Definition,
        scope: &Scope,
        relations: &Relations,
        scratch: &Scratch,
    ) -> Result<Self, Error> {
        let ranked = |limits: &BTreeMap<String, Limit>| -> Result<BTreeMap<usize, Ranked>, Error> {
            reach::limits(definition, limits)
                .map(|(at, spec, limit)| {
                    Ok((at, Ranked::new(spec, known_table(catalog, &spec.name)?, limit)))
                })
                .collect()
        };
        let (rows, children) = (ranked(&scope.rows)?, ranked(&scope.children)?);
        let mut edges = Vec::new();
        for LooseEnds { number, reference, child, parent } in reach::loose(definition, scope) {
            let ranked = children.get(&child);
            let finder = Finder { catalog, relations, scratch, reference, spec: &definition.tables[child] };
            finder.find(session, number, ranked)?;
            edges.push(Edges { number, child, parent, follows: reference.child });
        }
        Ok(Self { rows, children, edges })
    }
}

/// Finds the pairs of rows of a loose reference.
struct Finder<'a> {
    catalog: &'a Catalog,
    relations: &'a Relations,
    scratch: &'a Scratch,
    reference: &'a LooseReference,
    /// The referring table.
    spec: &'a TableSpec,
}

impl Finder<'_> {
    fn find(&self, session: &mut Session, number: usize, ranked: Option<&Ranked>) -> Result<(), Error> {
        self.scratch.run(
            "CREATE TABLE want (o INTEGER, t INTEGER, value TEXT, key BLOB);
             CREATE TABLE have (value TEXT PRIMARY KEY, o INTEGER, t INTEGER) WITHOUT ROWID",
        )?;
        self.wanted(session, ranked)?;
        self.there(session)?;
        self.scratch.run(&format!(
            "CREATE TABLE edge_{number} AS SELECT w.o AS co, w.t AS ct, h.o AS po, h.t AS pt, w.key AS key
               FROM want AS w CROSS JOIN have AS h ON h.value = w.value;
             CREATE INDEX edge_{number}_by_child ON edge_{number} (co, ct);
             CREATE INDEX edge_{number}_by_parent ON edge_{number} (po, pt);
             CREATE TABLE lost_{number} AS SELECT o, t, value FROM want AS w
               WHERE NOT EXISTS (SELECT 1 FROM have AS h WHERE h.value = w.value);
             DROP TABLE want; DROP TABLE have"
        ))
    }

    /// What rows refer to.
    fn wanted(&self, session: &mut Session, ranked: Option<&Ranked>) -> Result<(), Error> {
        let (reference, scratch) = (self.reference, self.scratch);
        let table = known_table(self.catalog, &reference.from)?;
        let Some(name) = reference.path.first() else { return Ok(()) };
        let stored = known_column(&reference.from, table, name)?.ty;
        let ty = self.spec.column(name).map_or(stored, |at| self.spec.columns[at].ty);
        let is_json = reference.reads_json(ty);
        let term = predicate::compile(self.spec, table, &reference.when)?;
        let types = self.type_condition()?;
        let filters =
            term.filters.iter().fold(String::new(), |sql, filter| sql + ", " + &filter.column_sql("m"));
        let sql = format!(
            "SELECT {}m.tableoid, m.ctid, m.{column}{filters} FROM {} AS m WHERE m.{column} IS NOT NULL AND ({}){types}",
            ranked.map(Ranked::columns_sql).unwrap_or_default(),
            self.relations.of(&reference.from)?.from,
            term.sql("m"),
            column = identifier(name),
        );
        let at = ranked.map_or(0, Ranked::width);
        let each = &mut |row: &CopyRow| {
            for (number, filter) in term.filters.iter().enumerate() {
                if !filter.is_met(row.text(at + 3 + number))? {
                    return Ok(());
                }
            }
            let (Some(place), Some(text)) = (Place::read(row, at), row.text(at + 2)) else { return Ok(()) };
            let Some(text) = said(text, stored) else { return Ok(()) };
            let key = ranked.map(|ranked| ranked.key(row)).transpose()?;
            let (o, t) = place.stored();
            for target in reference.targets(&text, is_json) {
                let mut insert = scratch.statement("INSERT INTO want VALUES (?1, ?2, ?3, ?4)")?;
                insert.execute(params![o, t, target, key]).map_err(failed)?;
            }
            Ok(())
        };
        session.copy_out(&sql, each).map(drop)
    }

    /// The condition by way of the type table, with its AND.
    fn type_condition(&self) -> Result<String, Error> {
        let Some(types) = &self.reference.type_table else { return Ok(String::new()) };
        let table = known_table(self.catalog, &types.table)?;
        let spec = whole_spec(&types.table, table);
        let term = predicate::compile(&spec, table, &types.select)?;
        if let Some(filter) = term.filters.first() {
            let (table, column) = (types.table.clone(), filter.column.name.clone());
            return Err(Error::UnknownColumn { table, column });
        }
        let from = known_table(self.catalog, &self.reference.from)?;
        let column = known_column(&self.reference.from, from, &types.column)?;
        let key = known_column(&types.table, table, &types.key)?;
        let (left, right) =
            (format!("t.{}", identifier(&key.name)), format!("m.{}", identifier(&column.name)));
        Ok(format!(
            " AND EXISTS (SELECT FROM {} AS t WHERE {} AND {})",
            self.relations.of(&types.table)?.from,
            How::of(column, key).sql(Some(key), &left, Some(column), &right),
            term.sql("t")
        ))
    }

    /// The rows that can be referred to.
    fn there(&self, session: &mut Session) -> Result<(), Error> {
        let (reference, scratch) = (self.reference, self.scratch);
        let key = identifier(&reference.key);
        let from = &self.relations.of(&reference.to)?.from;
        let sql = format!("SELECT p.tableoid, p.ctid, p.{key} FROM {from} AS p WHERE p.{key} IS NOT NULL");
        let each = &mut |row: &CopyRow| {
            let (Some(place), Some(text)) = (Place::read(row, 0), row.text(2)) else { return Ok(()) };
            let (o, t) = place.stored();
            let mut insert = scratch.statement("INSERT OR IGNORE INTO have VALUES (?1, ?2, ?3)")?;
            insert.execute(params![text, o, t]).map(drop).map_err(failed)
        };
        session.copy_out(&sql, each).map(drop)
    }
}

/// The text that a printed value means: bytes are the text that they spell.
fn said(printed: &str, ty: LogicalType) -> Option<String> {
    if ty == LogicalType::Bytes {
        String::from_utf8(from_hex(printed)?).ok()
    } else {
        Some(printed.to_owned())
    }
}

/// Fails with the first kept row whose loose reference finds nothing.
///
/// # Errors
/// There is one, or reading fails.
pub(super) fn check_loose(
    session: &mut Session,
    catalog: &Catalog,
    definition: &Definition,
    selection: &Selection,
    reach: &Reach,
) -> Result<(), Error> {
    for edges in &reach.edges {
        let reference = &selection.scope.loose[edges.number];
        if reference.optional {
            continue;
        }
        let sql = format!(
            "SELECT l.o, l.t, l.value FROM lost_{} AS l CROSS JOIN keep_{} AS k ON k.o = l.o AND k.t = l.t ORDER BY 1, 2, 3 LIMIT 1",
            edges.number, edges.child
        );
        let lost: Option<(i64, i64, String)> = selection
            .scratch
            .statement(&sql)?
            .query_row([], |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?)))
            .optional()
            .map_err(failed)?;
        let Some((o, t, value)) = lost else { continue };
        let spec = &definition.tables[edges.child];
        let reader = RowReader::new(spec, known_table(catalog, &spec.name)?);
        let place = at_places("m", &[Place::of_stored(o, t)]);
        let from = &selection.tables[edges.child].from;
        let sql = format!("SELECT {} FROM {from} AS m WHERE {place}", reader.columns_sql("m"));
        let mut key = String::new();
        session.copy_out(&sql, &mut |row| {
            key = reader.shown(row);
            Ok(())
        })?;
        return Err(Error::Dangling {
            table: spec.name.clone(),
            key,
            reference: show_key(&[reference.shown_path()], &[Value::Text(value)]),
            parent: reference.to.clone(),
        });
    }
    Ok(())
}

/// A reference of a table whose columns are written as NULL where its parent is not kept.
pub(super) struct CutColumns {
    /// Indexes among the table's columns in the definition.
    pub(super) columns: Vec<usize>,
    /// The scratch file's table of the rows in which they stay; `None`: in none.
    pub(super) stays: Option<String>,
}

/// Finds out in which rows the references that are not followed stay as they are.
///
/// # Errors
/// Reading fails.
pub(super) fn cut_columns(
    session: &mut Session,
    definition: &Definition,
    selection: &Selection,
    ends: &[Ends],
    table: usize,
) -> Result<Vec<CutColumns>, Error> {
    let spec = &definition.tables[table];
    let mut cuts = Vec::new();
    for (number, cut) in selection.scope.cuts_of(&spec.name).enumerate() {
        let columns = cut.columns.iter().filter_map(|name| spec.column(name)).collect();
        let own = ends.iter().filter(|ends| ends.child == table).zip(&spec.references);
        let ends =
            own.filter(|(_, reference)| Some(*reference) == cut.unless_kept.as_ref()).map(|(e, _)| e).next();
        let Some(ends) = ends else {
            cuts.push(CutColumns { columns, stays: None });
            continue;
        };
        let (scratch, name) = (&selection.scratch, format!("stays_{table}_{number}"));
        scratch
            .run(&format!("CREATE TABLE {name} (o INTEGER, t INTEGER, PRIMARY KEY (o, t)) WITHOUT ROWID"))?;
        let insert = format!(
            "INSERT OR IGNORE INTO {name} SELECT ?1, ?2 WHERE EXISTS (SELECT 1 FROM keep_{} WHERE o = ?3 AND t = ?4)",
            ends.parent
        );
        let sql = format!(
            "SELECT m.tableoid, m.ctid, p.tableoid, p.ctid FROM {} AS m JOIN {} AS p ON {}",
            selection.tables[table].from,
            selection.tables[ends.parent].from,
            ends.equal("p", "m")
        );
        for ownership in [model::Ownership::Owned, model::Ownership::Shared] {
            let each = |places: &str| {
                let pair = &mut |row: &CopyRow| {
                    let (Some(child), Some(parent)) = (Place::read(row, 0), Place::read(row, 2)) else {
                        return Ok(());
                    };
                    let ((o, t), (po, pt)) = (child.stored(), parent.stored());
                    scratch.statement(&insert)?.execute([o, t, po, pt]).map(drop).map_err(failed)
                };
                session.copy_out(&format!("{sql} WHERE {places}"), pair).map(drop)
            };
            selection.batches(table, super::scratch::Set::Kept(ownership), each, "m")?;
        }
        cuts.push(CutColumns { columns, stays: Some(name) });
    }
    Ok(cuts)
}

impl CutColumns {
    /// Whether the columns of the row at `place` are written as NULL.
    ///
    /// # Errors
    /// The scratch file cannot be read.
    pub(super) fn is_cut(&self, scratch: &Scratch, place: Place) -> Result<bool, Error> {
        let Some(stays) = &self.stays else { return Ok(true) };
        let sql = format!("SELECT 1 FROM {stays} WHERE o = ?1 AND t = ?2");
        let mut statement = scratch.statement(&sql)?;
        statement.exists(place.stored()).map(|stays| !stays).map_err(failed)
    }
}
