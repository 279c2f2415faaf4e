//! The rows of a selection, with what they refer to, into a private database.

use model::text::show_key;
use model::{
    Catalog, Column, Condition, ConditionOp, Definition, Ownership, Scalar, Scope, StreamError, TableSpec,
    Value, canonical_encoding,
};
use rusqlite::{Connection, params};

use super::Link;
use super::values::{comparable, joined, plain};
use crate::known::{known_column, known_table};
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
        });
    }
    links
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
    target: Vec<(i64, Vec<(usize, &'a Column)>)>,
}

/// What a link reads of a referring row.
enum Refers<'a> {
    /// Columns, each with the one that it refers to.
    Columns(Vec<(usize, &'a Column)>),
    /// What a JSON value or a condition decides.
    Loosely(&'a model::scope::LooseReference, usize, bool, &'a Column),
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
            let parent = &definition.tables[link.parent];
            let table = known_table(catalog, &parent.name)?;
            let keys: Vec<&Column> = link
                .key
                .iter()
                .map(|key| known_column(&parent.name, table, key))
                .collect::<Result<_, _>>()?;
            let own = i64::try_from(number).unwrap_or(i64::MAX);
            if link.child == at {
                match link.loose.and_then(|at| scope.loose.get(at)) {
                    Some(reference) => {
                        let Some(column) = reference.path.first().and_then(|name| spec.column(name)) else {
                            continue;
                        };
                        let json = reference.reads_json(spec.columns[column].ty);
                        let Some(key) = keys.first() else { continue };
                        refers.push((own, Refers::Loosely(reference, column, json, key)));
                    }
                    None => {
                        let columns = link.columns.iter().filter_map(|name| spec.column(name));
                        refers.push((own, Refers::Columns(columns.zip(keys.iter().copied()).collect())));
                    }
                }
            }
            if link.parent == at {
                let columns = link.key.iter().filter_map(|name| spec.column(name));
                target.push((own, columns.zip(keys).collect()));
            }
        }
        let key = spec.key_indexes();
        let cut =
            |at: &usize| scope.cuts_of(&spec.name).any(|cut| cut.columns.contains(&spec.columns[*at].name));
        let identity = if key.is_empty() {
            (0..spec.columns.len()).filter(|at| !cut(at)).collect()
        } else {
            key.clone()
        };
        let number = i64::try_from(at).unwrap_or(i64::MAX);
        Ok(Self { number, spec, key, identity, refers, target })
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
            .prepare_cached("INSERT INTO row (tbl, owned, key, plain, identity) VALUES (?1, ?2, ?3, ?4, ?5)")?
            .execute(params![self.number, owned, shown, joined(&texts), self.identity(row)])?;
        let id = connection.last_insert_rowid();
        for (link, columns) in &self.target {
            if let Some(value) = value_of(row, columns) {
                connection
                    .prepare_cached("INSERT INTO target VALUES (?1, ?2, ?3)")?
                    .execute(params![link, value, id])?;
            }
        }
        for (link, refers) in &self.refers {
            for value in refers.values(self.spec, row) {
                connection
                    .prepare_cached("INSERT INTO refers VALUES (?1, ?2, ?3)")?
                    .execute(params![link, value, id])?;
            }
        }
        Ok(())
    }
}

impl Refers<'_> {
    fn values(&self, spec: &TableSpec, row: &[Value]) -> Vec<String> {
        match self {
            Self::Columns(columns) => value_of(row, columns).into_iter().collect(),
            Self::Loosely(reference, column, json, key) => {
                let is_meant = reference.when.iter().all(|condition| may_hold(spec, condition, row));
                if row[*column].is_null() || !is_meant {
                    return Vec::new();
                }
                let targets = reference.targets(&plain(&row[*column]), *json);
                targets.into_iter().map(|target| comparable(&Value::Text(target), key)).collect()
            }
        }
    }
}

/// The values of columns as one text; `None` where one is NULL, so that they refer to nothing.
fn value_of(row: &[Value], columns: &[(usize, &Column)]) -> Option<String> {
    let texts: Option<Vec<String>> =
        columns.iter().map(|(at, key)| (!row[*at].is_null()).then(|| comparable(&row[*at], key))).collect();
    texts.map(|texts| joined(&texts))
}

/// Whether a condition on a plain column holds; conditions of other kinds are taken to, since the row that is referred to is
/// there.
fn may_hold(spec: &TableSpec, condition: &Condition, row: &[Value]) -> bool {
    let [name] = condition.path.as_slice() else { return true };
    let Some(at) = spec.column(name) else { return true };
    let text = plain(&row[at]);
    match condition.op {
        ConditionOp::In => condition.values.iter().any(|value| match value {
            Scalar::Boolean(flag) => text == flag.to_string() || text == u8::from(*flag).to_string(),
            Scalar::Integer(number) => text == number.to_string(),
            Scalar::Real(number) => row[at] == Value::real(*number),
            Scalar::Text(wanted) => text == *wanted,
        }),
        ConditionOp::Null => row[at].is_null(),
        ConditionOp::From | ConditionOp::To | ConditionOp::Like => true,
    }
}

const TABLES: &str = "CREATE TABLE row (id INTEGER PRIMARY KEY, tbl INTEGER, owned INTEGER, key TEXT, plain TEXT, identity BLOB);
    CREATE TABLE chosen (tbl INTEGER, identity BLOB, PRIMARY KEY (tbl, identity)) WITHOUT ROWID;
    CREATE TABLE target (link INTEGER, value TEXT, id INTEGER);
    CREATE TABLE refers (link INTEGER, value TEXT, id INTEGER);
    CREATE TABLE reason (id INTEGER PRIMARY KEY, wave INTEGER, via INTEGER, of INTEGER)";

const INDEXES: &str = "CREATE INDEX row_by_key ON row (tbl, plain);
    CREATE INDEX target_by_value ON target (link, value, id); CREATE INDEX target_by_id ON target (link, id);
    CREATE INDEX refers_by_value ON refers (link, value, id); CREATE INDEX refers_by_id ON refers (link, id);
    CREATE INDEX reason_by_wave ON reason (wave); ANALYZE";
