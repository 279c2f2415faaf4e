//! The rows of a selection, with what they refer to, into a private database.

use std::collections::BTreeMap;

use model::scope::{Limit, LooseReference};
use model::text::show_key;
use model::{
    Catalog, Column, Definition, Ownership, Scope, StreamError, TableSpec, Value, canonical_encoding,
    order_key,
};
use rusqlite::{Connection, params};

use super::Link;
use super::values::{as_text, comparable, joined, plain};
use crate::known::{known_column, known_table, whole_spec};
use crate::reach::{self, LooseEnds};
use crate::scratch::failed;
use crate::{Error, Source};

/// Every reference along which rows can come: the definition's, then the scope's loose ones.
pub(super) fn links(definition: &Definition, scope: &Scope) -> Vec<Link> {
    let mut links = Vec::new();
    for (child, spec) in definition.tables.iter().enumerate() {
        for reference in &spec.references {
            let Some(parent) = definition.position(&reference.to) else { continue };
            links.push(Link {
                child,
                parent,
                columns: reference.columns.clone(),
                key: reference.key.clone(),
                loose: None,
                follows: reference.child,
                brings_parents: scope.cut_of(&spec.name, reference).is_none(),
                most: most(scope, &spec.name),
            });
        }
    }
    for LooseEnds { number, reference, child, parent } in reach::loose(definition, scope) {
        links.push(Link {
            child,
            parent,
            columns: vec![reference.shown_path()],
            key: vec![reference.key.clone()],
            loose: Some(number),
            follows: reference.child,
            brings_parents: true,
            most: most(scope, &reference.from),
        });
    }
    links
}

fn most(scope: &Scope, child: &str) -> Option<i64> {
    scope.children.get(child).map(|limit| i64::try_from(limit.most).unwrap_or(i64::MAX))
}

/// Fills `row`, `chosen`, `refers` and `target`.
///
/// # Errors
/// Reading fails, or there is no room.
pub(super) fn rows(
    connection: &Connection,
    source: &mut dyn Source,
    catalog: &Catalog,
    definition: &Definition,
    scope: &Scope,
    links: &[Link],
    progress: &mut dyn FnMut(u64, u64),
) -> Result<(), Error> {
    connection.execute_batch(TABLES).map_err(failed)?;
    let tables: Vec<Loaded<'_>> = (0..definition.tables.len())
        .map(|at| Loaded::new(catalog, definition, scope, links, at))
        .collect::<Result<_, _>>()?;
    chosen(connection, source, definition, &tables)?;
    for (number, link) in links.iter().enumerate() {
        let Some(reference) = link.loose.and_then(|at| scope.loose.get(at)) else { continue };
        meant(connection, source, (number, reference), &tables[link.child])?;
        types(connection, source, catalog, (number, reference))?;
    }
    let sections = source.select_within(definition, scope)?;
    let all = sections.iter().map(|section| section.count).sum();
    let mut done = 0;
    for section in sections {
        let table = &tables[section.table];
        source.read(definition, section.table, section.ownership, &mut |row| {
            table.insert(connection, section.ownership, row).map_err(boxed)?;
            done += 1;
            if done % 10_000 == 0 {
                progress(done, all);
            }
            Ok(())
        })?;
    }
    progress(done, all);
    connection.execute_batch(INDEXES).map_err(failed)
}

/// The rows that the conditions select, whatever the scope leaves of them.
fn chosen(
    connection: &Connection,
    source: &mut dyn Source,
    definition: &Definition,
    tables: &[Loaded<'_>],
) -> Result<(), Error> {
    let mut selected = definition.clone();
    for spec in &mut selected.tables {
        spec.references.iter_mut().for_each(|reference| reference.child = false);
        // The order of rows is of no interest here, and what they refer to need not be there.
        spec.references.clear();
        spec.order_parents = false;
    }
    for section in source.select(&selected)? {
        let table = &tables[section.table];
        source.read(&selected, section.table, section.ownership, &mut |row| {
            let number = i64::try_from(section.table).unwrap_or(i64::MAX);
            let mut insert =
                connection.prepare_cached("INSERT OR IGNORE INTO chosen VALUES (?1, ?2)").map_err(boxed)?;
            insert.execute(params![number, table.identity(row)]).map(drop).map_err(boxed)
        })?;
    }
    Ok(())
}

/// The rows that meet the conditions under which a loose reference counts.
fn meant(
    connection: &Connection,
    source: &mut dyn Source,
    (link, reference): (usize, &LooseReference),
    table: &Loaded<'_>,
) -> Result<(), Error> {
    if reference.when.is_empty() {
        return Ok(());
    }
    let link = i64::try_from(link).unwrap_or(i64::MAX);
    let spec = TableSpec {
        select: vec![reference.when.clone()],
        references: Vec::new(),
        order_parents: false,
        ..table.spec.clone()
    };
    each_of(source, spec, &mut |row| {
        connection
            .prepare_cached("INSERT OR IGNORE INTO meant VALUES (?1, ?2)")?
            .execute(params![link, table.identity(row)])
            .map(drop)
    })
}

/// The keys of the type table's rows that mean a loose reference's table.
fn types(
    connection: &Connection,
    source: &mut dyn Source,
    catalog: &Catalog,
    (link, reference): (usize, &LooseReference),
) -> Result<(), Error> {
    let Some(types) = &reference.type_table else { return Ok(()) };
    let link = i64::try_from(link).unwrap_or(i64::MAX);
    let table = known_table(catalog, &types.table)?;
    let key = known_column(&types.table, table, &types.key)?;
    let mut spec = whole_spec(&types.table, table);
    let looked_at = |name: &String| {
        let conditions = types.select.iter().filter_map(|condition| condition.path.first());
        *name == types.key || conditions.chain(&table.row_key()).any(|other| other == name)
    };
    spec.columns.retain(|column| looked_at(&column.name));
    spec.select = vec![types.select.clone()];
    let Some(at) = spec.column(&types.key) else { return Ok(()) };
    each_of(source, spec, &mut |row| {
        connection
            .prepare_cached("INSERT OR IGNORE INTO type VALUES (?1, ?2)")?
            .execute(params![link, comparable(&row[at], key)])
            .map(drop)
    })
}

/// Hands every row that a table's own conditions select to `each`.
fn each_of(
    source: &mut dyn Source,
    spec: TableSpec,
    each: &mut dyn FnMut(&[Value]) -> rusqlite::Result<()>,
) -> Result<(), Error> {
    let definition = Definition { total: spec.name.clone(), breakdown: BTreeMap::new(), tables: vec![spec] };
    for section in source.select(&definition)? {
        source.read(&definition, section.table, section.ownership, &mut |row| each(row).map_err(boxed))?;
    }
    Ok(())
}

fn boxed(error: rusqlite::Error) -> StreamError {
    Box::new(failed(error))
}

/// How the rows of one table are written down.
struct Loaded<'a> {
    number: i64,
    spec: &'a TableSpec,
    key: Vec<usize>,
    /// What tells rows apart: the key's columns, without one all that are written as they are.
    identity: Vec<usize>,
    /// By link that starts here: its number, and what it reads.
    refers: Vec<(i64, Refers<'a>)>,
    /// By link that ends here: its number, and its columns.
    target: Vec<(i64, Target<'a>)>,
    /// The columns by which the first of several children are told, and whether the largest comes first.
    order: Vec<(usize, bool)>,
}

/// How a row that is referred to is found.
enum Target<'a> {
    /// By the values of its columns.
    Columns(Vec<(usize, &'a Column)>),
    /// By the text of its column.
    Text(usize, &'a Column),
}

/// What a link reads of a referring row.
enum Refers<'a> {
    /// Columns, each with the one that it refers to.
    Columns(Vec<(usize, &'a Column)>),
    /// What holds under conditions, out of a column or the JSON in it.
    Loosely(Loosely<'a>),
}

struct Loosely<'a> {
    reference: &'a LooseReference,
    column: usize,
    is_json: bool,
    key: &'a Column,
    /// The column that names a row of the type table, and the key that it refers to.
    types: Option<(usize, &'a Column)>,
}

impl<'a> Loaded<'a> {
    fn new(
        catalog: &'a Catalog,
        definition: &'a Definition,
        scope: &'a Scope,
        links: &[Link],
        at: usize,
    ) -> Result<Self, Error> {
        let spec = &definition.tables[at];
        let (mut refers, mut target) = (Vec::new(), Vec::new());
        for (number, link) in links.iter().enumerate() {
            if link.child != at && link.parent != at {
                continue;
            }
            let parent = &definition.tables[link.parent];
            let table = known_table(catalog, &parent.name)?;
            let keys: Vec<&Column> = link
                .key
                .iter()
                .map(|key| known_column(&parent.name, table, key))
                .collect::<Result<_, _>>()?;
            let loose = match (link.loose.and_then(|at| scope.loose.get(at)), keys.first()) {
                (Some(reference), Some(&key)) => {
                    Loosely::new(catalog, reference, &definition.tables[link.child], key)?
                }
                _ => None,
            };
            let own = i64::try_from(number).unwrap_or(i64::MAX);
            if link.parent == at {
                let mut columns =
                    link.key.iter().filter_map(|name| spec.column(name)).zip(keys.iter().copied());
                let text = loose.as_ref().filter(|loose| loose.is_json).and_then(|_| columns.next());
                let by = match text {
                    Some((column, key)) => Target::Text(column, key),
                    None => Target::Columns(columns.collect()),
                };
                target.push((own, by));
            }
            if link.child == at {
                let columns = link.columns.iter().filter_map(|name| spec.column(name));
                let columns = || Refers::Columns(columns.zip(keys).collect());
                refers.push((own, loose.map_or_else(columns, Refers::Loosely)));
            }
        }
        let key = spec.key_indexes();
        let cut = |at: &usize| scope.cuts_of(&spec.name).any(|cut| cut.column == spec.columns[*at].name);
        let identity = if key.is_empty() {
            (0..spec.columns.len()).filter(|at| !cut(at)).collect()
        } else {
            key.clone()
        };
        let order = scope.children.get(&spec.name).map_or_else(Vec::new, |limit| order(spec, limit));
        let number = i64::try_from(at).unwrap_or(i64::MAX);
        Ok(Self { number, spec, key, identity, refers, target, order })
    }

    fn identity(&self, row: &[Value]) -> Vec<u8> {
        canonical_encoding(self.identity.iter().map(|at| &row[*at]))
    }

    fn insert(&self, connection: &Connection, ownership: Ownership, row: &[Value]) -> rusqlite::Result<()> {
        let key: Vec<Value> = self.key.iter().map(|at| row[*at].clone()).collect();
        let shown =
            if key.is_empty() { "a row without a key".to_owned() } else { show_key(&self.spec.key, &key) };
        let texts: Vec<String> = key.iter().map(plain).collect();
        let owned = ownership == Ownership::Owned;
        connection
            .prepare_cached(
                "INSERT INTO row (tbl, owned, key, plain, identity, place) VALUES (?1, ?2, ?3, ?4, ?5, ?6)",
            )?
            .execute(params![
                self.number,
                owned,
                shown,
                joined(&texts),
                self.identity(row),
                self.place(row)
            ])?;
        let id = connection.last_insert_rowid();
        for (link, target) in &self.target {
            if let Some(value) = target.value(row) {
                connection
                    .prepare_cached("INSERT INTO target VALUES (?1, ?2, ?3)")?
                    .execute(params![link, value, id])?;
            }
        }
        for (link, refers) in &self.refers {
            if let Refers::Loosely(loosely) = refers
                && !self.is_meant(connection, *link, loosely, row)?
            {
                continue;
            }
            for value in refers.values(row) {
                connection
                    .prepare_cached("INSERT INTO refers VALUES (?1, ?2, ?3)")?
                    .execute(params![link, value, id])?;
            }
        }
        Ok(())
    }
}

impl Loaded<'_> {
    /// Whether the conditions hold under which a loose reference counts.
    fn is_meant(
        &self,
        connection: &Connection,
        link: i64,
        loosely: &Loosely<'_>,
        row: &[Value],
    ) -> rusqlite::Result<bool> {
        if !loosely.reference.when.is_empty() {
            let mut meant =
                connection.prepare_cached("SELECT 1 FROM meant WHERE link = ?1 AND identity = ?2")?;
            if !meant.exists(params![link, self.identity(row)])? {
                return Ok(false);
            }
        }
        let Some((column, key)) = loosely.types else { return Ok(true) };
        let mut named = connection.prepare_cached("SELECT 1 FROM type WHERE link = ?1 AND value = ?2")?;
        named.exists(params![link, comparable(&row[column], key)])
    }

    /// Bytes that order the row among the children of one.
    fn place(&self, row: &[Value]) -> Vec<u8> {
        let mut place = Vec::new();
        for (at, descending) in &self.order {
            let mut bytes = order_key([&row[*at]]);
            if *descending {
                for byte in &mut bytes {
                    *byte = !*byte;
                }
            }
            place.extend_from_slice(&bytes);
        }
        place
    }
}

/// The columns of a limit's order, then what tells rows apart.
fn order(spec: &TableSpec, limit: &Limit) -> Vec<(usize, bool)> {
    let ordered = limit.order.iter().filter_map(|by| Some((spec.column(&by.column)?, by.descending)));
    let rest = if spec.key.is_empty() { (0..spec.columns.len()).collect() } else { spec.key_indexes() };
    ordered.chain(rest.into_iter().map(|at| (at, false))).collect()
}

impl Target<'_> {
    fn value(&self, row: &[Value]) -> Option<String> {
        match self {
            Self::Columns(columns) => value_of(row, columns),
            Self::Text(at, key) => as_text(&row[*at], key),
        }
    }
}

impl<'a> Loosely<'a> {
    /// `None` where the table does not hold the reference's column.
    fn new(
        catalog: &'a Catalog,
        reference: &'a LooseReference,
        spec: &TableSpec,
        key: &'a Column,
    ) -> Result<Option<Self>, Error> {
        let Some(column) = reference.path.first().and_then(|name| spec.column(name)) else { return Ok(None) };
        let types = match &reference.type_table {
            None => None,
            Some(types) => {
                let key = known_column(&types.table, known_table(catalog, &types.table)?, &types.key)?;
                spec.column(&types.column).map(|at| (at, key))
            }
        };
        let is_json = reference.reads_json(spec.columns[column].ty);
        Ok(Some(Self { reference, column, is_json, key, types }))
    }
}

impl Refers<'_> {
    fn values(&self, row: &[Value]) -> Vec<String> {
        match self {
            Self::Columns(columns) => value_of(row, columns).into_iter().collect(),
            Self::Loosely(Loosely { column, .. }) if row[*column].is_null() => Vec::new(),
            Self::Loosely(Loosely { reference, column, is_json: true, .. }) => match &row[*column] {
                Value::Bytes(bytes) => reference.targets(&String::from_utf8_lossy(bytes)),
                value => reference.targets(&plain(value)),
            },
            Self::Loosely(Loosely { column, key, .. }) => vec![comparable(&row[*column], key)],
        }
    }
}

/// The values of columns as one text; `None` where one is NULL, so that they refer to nothing.
fn value_of(row: &[Value], columns: &[(usize, &Column)]) -> Option<String> {
    let texts: Option<Vec<String>> =
        columns.iter().map(|(at, key)| (!row[*at].is_null()).then(|| comparable(&row[*at], key))).collect();
    texts.map(|texts| joined(&texts))
}

const TABLES: &str = "CREATE TABLE row (id INTEGER PRIMARY KEY, tbl INTEGER, owned INTEGER, key TEXT, plain TEXT, identity BLOB, place BLOB);
    CREATE TABLE chosen (tbl INTEGER, identity BLOB, PRIMARY KEY (tbl, identity)) WITHOUT ROWID;
    CREATE TABLE meant (link INTEGER, identity BLOB, PRIMARY KEY (link, identity)) WITHOUT ROWID;
    CREATE TABLE type (link INTEGER, value TEXT, PRIMARY KEY (link, value)) WITHOUT ROWID;
    CREATE TABLE target (link INTEGER, value TEXT, id INTEGER);
    CREATE TABLE refers (link INTEGER, value TEXT, id INTEGER);
    CREATE TABLE reason (id INTEGER PRIMARY KEY, wave INTEGER, via INTEGER, of INTEGER)";

const INDEXES: &str = "CREATE INDEX row_by_key ON row (tbl, plain);
    CREATE INDEX target_by_value ON target (link, value, id); CREATE INDEX target_by_id ON target (link, id);
    CREATE INDEX refers_by_value ON refers (link, value, id); CREATE INDEX refers_by_id ON refers (link, id);
    CREATE INDEX reason_by_wave ON reason (wave); ANALYZE";
