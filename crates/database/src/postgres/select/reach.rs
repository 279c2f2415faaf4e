//! What shapes a selection beside its definition: limits, and references out of JSON values or under conditions.
//!
//! The model orders rows, from what the server prints of them, and the scratch file ranks them; so the same rows are first on
//! both engines. References that no columns hold are looked up once, for every row of the table, and kept as pairs of places.

use std::collections::BTreeMap;

use model::scope::{Limit, LooseReference, OrderBy};
use model::text::show_key;
use model::{Catalog, Column, Definition, LogicalType, Scope, Table, TableSpec, Value, order_key};
use rusqlite::{OptionalExtension as _, params};

use super::row::RowReader;
use super::scratch::{Place, Scratch, at_places, failed};
use super::{Relations, Selection};
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
        self.scratch.run(&format!(
            "CREATE TABLE edge_{number} (co INTEGER, ct INTEGER, po INTEGER, pt INTEGER, key BLOB);
             CREATE TABLE lost_{number} (o INTEGER, t INTEGER, value TEXT)"
        ))?;
        let Some(name) = self.reference.path.first() else { return Ok(()) };
        let table = known_table(self.catalog, &self.reference.from)?;
        let stored = known_column(&self.reference.from, table, name)?;
        let ty = self.spec.column(name).map_or(stored.ty, |at| self.spec.columns[at].ty);
        if self.reference.reads_json(ty) {
            self.find_of_json(session, number, ranked, stored)?;
        } else {
            self.find_plain(session, number, ranked, stored)?;
        }
        self.scratch.run(&format!(
            "CREATE INDEX edge_{number}_by_child ON edge_{number} (co, ct);
             CREATE INDEX edge_{number}_by_parent ON edge_{number} (po, pt)"
        ))
    }

    /// Joins a column with the key as it is stored, by the rules of a reference.
    fn find_plain(
        &self,
        session: &mut Session,
        number: usize,
        ranked: Option<&Ranked>,
        stored: &Column,
    ) -> Result<(), Error> {
        let (reference, scratch) = (self.reference, self.scratch);
        let key = known_column(&reference.to, known_table(self.catalog, &reference.to)?, &reference.key)?;
        let (left, right) =
            (format!("p.{}", identifier(&key.name)), format!("m.{}", identifier(&stored.name)));
        let join = format!(
            " LEFT JOIN {} AS p ON {}",
            self.relations.of(&reference.to)?.from,
            How::of(stored, key).sql(Some(key), &left, Some(stored), &right)
        );
        let looked =
            Looked { ranked, columns: &format!("{right}, p.tableoid, p.ctid"), width: 3, join: &join };
        let (edge, lost) = (
            format!("INSERT INTO edge_{number} VALUES (?1, ?2, ?3, ?4, ?5)"),
            format!("INSERT INTO lost_{number} VALUES (?1, ?2, ?3)"),
        );
        Meant::new(self.catalog, self.relations, reference, self.spec)?.each(
            session,
            &looked,
            &mut |row, at, place| {
                let (o, t) = place.stored();
                if let Some(parent) = Place::read(row, at + 1) {
                    let (po, pt) = parent.stored();
                    let key = ranked.map(|ranked| ranked.key(row)).transpose()?;
                    scratch.statement(&edge)?.execute(params![o, t, po, pt, key]).map(drop).map_err(failed)
                } else {
                    scratch.statement(&lost)?.execute(params![o, t, row.text(at)]).map(drop).map_err(failed)
                }
            },
        )
    }

    /// Looks up what the JSON in a column holds, as text.
    fn find_of_json(
        &self,
        session: &mut Session,
        number: usize,
        ranked: Option<&Ranked>,
        stored: &Column,
    ) -> Result<(), Error> {
        let (reference, scratch) = (self.reference, self.scratch);
        scratch.run(
            "CREATE TABLE want (o INTEGER, t INTEGER, value TEXT, key BLOB);
             CREATE TABLE have (value TEXT PRIMARY KEY, o INTEGER, t INTEGER) WITHOUT ROWID",
        )?;
        let column = format!("m.{}", identifier(&stored.name));
        let looked = Looked { ranked, columns: &column, width: 1, join: "" };
        Meant::new(self.catalog, self.relations, reference, self.spec)?.each(
            session,
            &looked,
            &mut |row, at, place| {
                let Some(text) = row.text(at).and_then(|text| said(text, stored.ty)) else { return Ok(()) };
                let key = ranked.map(|ranked| ranked.key(row)).transpose()?;
                let (o, t) = place.stored();
                for target in reference.targets(&text) {
                    let mut insert = scratch.statement("INSERT INTO want VALUES (?1, ?2, ?3, ?4)")?;
                    insert.execute(params![o, t, target, key]).map_err(failed)?;
                }
                Ok(())
            },
        )?;
        self.there(session)?;
        scratch.run(&format!(
            "INSERT INTO edge_{number} SELECT w.o, w.t, h.o, h.t, w.key
               FROM want AS w CROSS JOIN have AS h ON h.value = w.value;
             INSERT INTO lost_{number} SELECT o, t, value FROM want AS w
               WHERE NOT EXISTS (SELECT 1 FROM have AS h WHERE h.value = w.value);
             DROP TABLE want; DROP TABLE have"
        ))
    }

    /// The rows that can be referred to.
    fn there(&self, session: &mut Session) -> Result<(), Error> {
        let (reference, scratch) = (self.reference, self.scratch);
        let column = known_column(&reference.to, known_table(self.catalog, &reference.to)?, &reference.key)?;
        if column.ty == LogicalType::Bytes {
            // No text is equal to bytes.
            return Ok(());
        }
        // The blanks that fill a `char(5)` are none of its text.
        let is_padded = column.declared.starts_with("character(") || column.declared == "character";
        let key = identifier(&reference.key);
        let from = &self.relations.of(&reference.to)?.from;
        let sql = format!("SELECT p.tableoid, p.ctid, p.{key} FROM {from} AS p WHERE p.{key} IS NOT NULL");
        let each = &mut |row: &CopyRow| {
            let (Some(place), Some(text)) = (Place::read(row, 0), row.text(2)) else { return Ok(()) };
            let text = if is_padded { text.trim_end_matches(' ') } else { text };
            let (o, t) = place.stored();
            let mut insert = scratch.statement("INSERT OR IGNORE INTO have VALUES (?1, ?2, ?3)")?;
            insert.execute(params![text, o, t]).map(drop).map_err(failed)
        };
        session.copy_out(&sql, each).map(drop)
    }
}

/// The rows that a loose reference is meant for.
pub(super) struct Meant<'a> {
    from: String,
    column: String,
    term: predicate::Term<'a>,
    /// The condition by way of the type table, with its AND.
    types: String,
}

/// What of a row is looked at besides its place.
struct Looked<'a> {
    ranked: Option<&'a Ranked>,
    /// So many columns in SQL.
    columns: &'a str,
    width: usize,
    /// A join of more rows.
    join: &'a str,
}

impl<'a> Meant<'a> {
    /// # Errors
    /// The reference names what `catalog` lacks.
    pub(super) fn new(
        catalog: &'a Catalog,
        relations: &Relations,
        reference: &'a LooseReference,
        spec: &TableSpec,
    ) -> Result<Self, Error> {
        let table = known_table(catalog, &reference.from)?;
        let name = reference.path.first().map_or("", String::as_str);
        Ok(Self {
            from: relations.of(&reference.from)?.from.clone(),
            column: identifier(name),
            term: predicate::compile(spec, table, &reference.when)?,
            types: type_condition(catalog, relations, reference)?,
        })
    }

    /// Hands the place of every row to `each`.
    ///
    /// # Errors
    /// Reading fails, or `each` does.
    pub(super) fn places(
        &self,
        session: &mut Session,
        each: &mut dyn FnMut(Place) -> Result<(), Error>,
    ) -> Result<(), Error> {
        let looked = Looked { ranked: None, columns: &format!("m.{}", self.column), width: 1, join: "" };
        self.each(session, &looked, &mut |_, _, place| each(place))
    }

    /// Hands every row to `each`, with the first of the columns looked at, and its place.
    fn each(
        &self,
        session: &mut Session,
        looked: &Looked<'_>,
        each: &mut dyn FnMut(&CopyRow, usize, Place) -> Result<(), Error>,
    ) -> Result<(), Error> {
        let filters =
            self.term.filters.iter().fold(String::new(), |sql, filter| sql + ", " + &filter.column_sql("m"));
        let sql = format!(
            "SELECT {}m.tableoid, m.ctid, {}{filters} FROM {} AS m{} WHERE m.{} IS NOT NULL AND ({}){}",
            looked.ranked.map(Ranked::columns_sql).unwrap_or_default(),
            looked.columns,
            self.from,
            looked.join,
            self.column,
            self.term.sql("m"),
            self.types,
        );
        let at = looked.ranked.map_or(0, Ranked::width);
        let take = &mut |row: &CopyRow| {
            for (number, filter) in self.term.filters.iter().enumerate() {
                if !filter.is_met(row.text(at + 2 + looked.width + number))? {
                    return Ok(());
                }
            }
            Place::read(row, at).map_or(Ok(()), |place| each(row, at + 2, place))
        };
        session.copy_out(&sql, take).map(drop)
    }
}

/// The condition by way of the type table, with its AND.
fn type_condition(
    catalog: &Catalog,
    relations: &Relations,
    reference: &LooseReference,
) -> Result<String, Error> {
    let Some(types) = &reference.type_table else { return Ok(String::new()) };
    let table = known_table(catalog, &types.table)?;
    let spec = whole_spec(&types.table, table);
    let term = predicate::compile(&spec, table, &types.select)?;
    if let Some(filter) = term.filters.first() {
        let (table, column) = (types.table.clone(), filter.column.name.clone());
        return Err(Error::UnknownColumn { table, column });
    }
    let from = known_table(catalog, &reference.from)?;
    let column = known_column(&reference.from, from, &types.column)?;
    let key = known_column(&types.table, table, &types.key)?;
    let (left, right) = (format!("t.{}", identifier(&key.name)), format!("m.{}", identifier(&column.name)));
    Ok(format!(
        " AND EXISTS (SELECT FROM {} AS t WHERE {} AND {})",
        relations.of(&types.table)?.from,
        How::of(column, key).sql(Some(key), &left, Some(column), &right),
        term.sql("t")
    ))
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
            reference: show_key(&[reference.shown_path()], &[shown(value, catalog, reference)]),
            parent: reference.to.clone(),
        });
    }
    Ok(())
}

/// A value that finds nothing, as people know it: bytes of a column are no text.
fn shown(printed: String, catalog: &Catalog, reference: &LooseReference) -> Value {
    let table = catalog.tables.get(&reference.from);
    let column = reference.path.first().and_then(|name| table?.column(name));
    let is_bytes = reference.path.len() == 1 && column.is_some_and(|c| c.ty == LogicalType::Bytes);
    match from_hex(&printed) {
        Some(bytes) if is_bytes => Value::Bytes(bytes),
        _ => Value::Text(printed),
    }
}
