//! Why each row of a selection is in it: selected, kept with its whole table, a child of such a row, or a parent that some row
//! needs. Found from the rows themselves, as they would be exported, and not from how an engine walked to them: so it is a
//! second opinion on the walk, and a row without a reason is a fault that shows.
//!
//! The rows' keys and what they refer to lie in a private database; memory does not grow with them.

mod load;
mod values;

use model::{Catalog, Definition, Ownership, Scope};
use rusqlite::{Connection, OptionalExtension as _, Row};

use crate::scratch::failed;
use crate::{Error, Source};

/// The reasons of all rows of a selection.
pub struct Explanation {
    connection: Connection,
    /// By table of the definition: its name.
    tables: Vec<String>,
    links: Vec<Link>,
}

/// A reference along which rows can come.
#[derive(Clone, Debug)]
struct Link {
    child: usize,
    parent: usize,
    columns: Vec<String>,
    key: Vec<String>,
    /// Which of the scope's loose references it is, if it is one.
    loose: Option<usize>,
    /// Whether children come along it, and parents.
    follows: bool,
    brings_parents: bool,
    /// So many children come for each parent, where they are limited.
    most: Option<i64>,
}

/// Why a row is in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Why {
    /// The scenario selects it.
    Selected,
    /// Its table is kept whole.
    Whole,
    /// Its `columns` refer to the `key` of a row of `of`, and such children are followed.
    Child {
        /// The row's columns, or a path into JSON.
        columns: Vec<String>,
        /// The table of the row that it refers to.
        of: String,
        /// That row's columns.
        key: Vec<String>,
    },
    /// The `columns` of a row of `of` refer to its `key`.
    Parent {
        /// The table of the row that refers to it.
        of: String,
        /// That row's columns, or a path into JSON.
        columns: Vec<String>,
        /// The row's columns.
        key: Vec<String>,
    },
    /// No path was found: two values are equal by a rule that only the database knows.
    Unknown,
}

/// A row on the way to another one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Step {
    /// Its table.
    pub table: String,
    /// Its key, as people read it.
    pub key: String,
    /// Whether it is the scenario's own.
    pub ownership: Ownership,
    /// Why it is in.
    pub why: Why,
}

/// How many rows of a table are in for one reason.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ReasonCount {
    /// The table.
    pub table: String,
    /// Whether they are the scenario's own.
    pub ownership: Ownership,
    /// Why they are in; the nearest reason where a row has several.
    pub why: Why,
    /// How many.
    pub rows: u64,
}

/// Finds the reasons of the rows of `definition` within `scope`. `progress` is told how many rows were looked at, and of how
/// many.
///
/// # Errors
/// As [`Source::select_within`] and [`Source::read`], or there is no room for temporary files.
pub fn explain(
    source: &mut dyn Source,
    catalog: &Catalog,
    definition: &Definition,
    scope: &Scope,
    progress: &mut dyn FnMut(u64, u64),
) -> Result<Explanation, Error> {
    let connection = crate::scratch::open()?;
    let links = load::links(definition, scope);
    load::rows(&connection, source, catalog, definition, scope, &links, progress)?;
    let tables = definition.tables.iter().map(|spec| spec.name.clone()).collect();
    let explanation = Explanation { connection, tables, links };
    explanation.spread(scope)?;
    Ok(explanation)
}

/// The number of a row that is in because its table is kept whole.
const WHOLE: i64 = -1;

impl Explanation {
    /// Gives each row its nearest reason, wave by wave: owned rows from the selected ones along child references, then
    /// whole tables, then parents.
    fn spread(&self, scope: &Scope) -> Result<(), Error> {
        let run = |sql: &str| self.connection.execute(sql, []).map_err(failed);
        run("INSERT INTO reason SELECT r.id, 0, NULL, NULL FROM row AS r
             JOIN chosen AS c ON c.tbl = r.tbl AND c.identity = r.identity WHERE r.owned")?;
        let mut wave = 0;
        loop {
            wave += 1;
            let mut found = 0;
            for (number, link) in self.links.iter().enumerate().filter(|(_, link)| link.follows) {
                found += match link.most {
                    None => self.wave(CHILDREN, number, wave, wave - 1)?,
                    Some(most) => self.first_children(most, number, wave)?,
                };
            }
            if found == 0 {
                break;
            }
        }
        for name in &scope.whole {
            let Some(table) = self.tables.iter().position(|table| table == name) else { continue };
            run(&format!(
                "INSERT OR IGNORE INTO reason SELECT id, {wave}, {WHOLE}, NULL FROM row WHERE tbl = {table} AND NOT owned"
            ))?;
        }
        let mut since = 0;
        loop {
            wave += 1;
            let mut found = 0;
            for (number, _) in self.links.iter().enumerate().filter(|(_, link)| link.brings_parents) {
                found += self.wave(PARENTS, number, wave, since)?;
            }
            since = wave;
            if found == 0 {
                return Ok(());
            }
        }
    }

    fn first_children(&self, most: i64, link: usize, wave: i64) -> Result<usize, Error> {
        let mut statement = self.connection.prepare_cached(FIRST_CHILDREN).map_err(failed)?;
        let link = i64::try_from(link).unwrap_or(i64::MAX);
        statement.execute([link, wave, wave - 1, most]).map_err(failed)
    }

    fn wave(&self, sql: &str, link: usize, wave: i64, since: i64) -> Result<usize, Error> {
        let mut statement = self.connection.prepare_cached(sql).map_err(failed)?;
        let link = i64::try_from(link).unwrap_or(i64::MAX);
        statement.execute([link, wave, since]).map_err(failed)
    }

    /// How many rows are in for which reason: by table in the definition's order, the most first.
    ///
    /// # Errors
    /// The temporary files cannot be read.
    pub fn counts(&self) -> Result<Vec<ReasonCount>, Error> {
        let sql = "SELECT r.tbl, r.owned, r.id IN (SELECT id FROM reason), e.via, count(*) FROM row AS r
             LEFT JOIN reason AS e ON e.id = r.id GROUP BY 1, 2, 3, 4 ORDER BY 1, 2 DESC, 5 DESC, 4";
        let mut statement = self.connection.prepare(sql).map_err(failed)?;
        let mut rows = statement.query([]).map_err(failed)?;
        let mut counts = Vec::new();
        while let Some(row) = rows.next().map_err(failed)? {
            let (table, ownership, why) = self.reason(row, 0).map_err(failed)?;
            let count: i64 = row.get(4).map_err(failed)?;
            counts.push(ReasonCount { table, ownership, why, rows: count.unsigned_abs() });
        }
        Ok(counts)
    }

    /// The way to the row of `table` whose key's values, as plain text in the key's order, are `key`: from a row that needs no
    /// other to that row. `None` where the selection does not have it.
    ///
    /// # Errors
    /// The temporary files cannot be read.
    pub fn path(&self, table: &str, key: &[String]) -> Result<Option<Vec<Step>>, Error> {
        let Some(table) = self.tables.iter().position(|name| name == table) else { return Ok(None) };
        let table = i64::try_from(table).unwrap_or(i64::MAX);
        let sql = "SELECT id FROM row WHERE tbl = ?1 AND plain = ?2 ORDER BY id LIMIT 1";
        let found: Option<i64> = self
            .connection
            .query_row(sql, (table, values::joined(key)), |row| row.get(0))
            .optional()
            .map_err(failed)?;
        let mut steps = Vec::new();
        let mut next = found;
        while let Some(id) = next {
            let sql = "SELECT r.tbl, r.owned, e.id IS NOT NULL, e.via, r.key, e.of FROM row AS r
                 LEFT JOIN reason AS e ON e.id = r.id WHERE r.id = ?1";
            let (step, of) = self
                .connection
                .query_row(sql, [id], |row| {
                    let (table, ownership, why) = self.reason(row, 0)?;
                    Ok((Step { table, key: row.get(4)?, ownership, why }, row.get(5)?))
                })
                .map_err(failed)?;
            steps.push(step);
            next = of;
        }
        steps.reverse();
        Ok((!steps.is_empty()).then_some(steps))
    }

    /// Reads table, ownership, whether there is a reason, and which, from four columns.
    fn reason(&self, row: &Row<'_>, at: usize) -> rusqlite::Result<(String, Ownership, Why)> {
        let table: u32 = row.get(at)?;
        let owned: bool = row.get(at + 1)?;
        let known: bool = row.get(at + 2)?;
        let via: Option<i64> = row.get(at + 3)?;
        let ownership = if owned { Ownership::Owned } else { Ownership::Shared };
        let link = via.and_then(|via| usize::try_from(via).ok()).and_then(|via| self.links.get(via));
        let name = |table: usize| self.tables.get(table).cloned().unwrap_or_default();
        let table = usize::try_from(table).unwrap_or(usize::MAX);
        let why = match (known, via, link) {
            (false, ..) => Why::Unknown,
            (true, None, _) => Why::Selected,
            (true, Some(_), None) => Why::Whole,
            (true, _, Some(Link { columns, parent, key, .. })) if owned => {
                Why::Child { columns: columns.clone(), of: name(*parent), key: key.clone() }
            }
            (true, _, Some(Link { columns, child, key, .. })) => {
                Why::Parent { of: name(*child), columns: columns.clone(), key: key.clone() }
            }
        };
        Ok((name(table), ownership, why))
    }
}

/// Children of the rows that the last wave reached.
const CHILDREN: &str = "INSERT OR IGNORE INTO reason
    SELECT c.id, ?2, ?1, t.id FROM reason AS f
    CROSS JOIN target AS t ON t.link = ?1 AND t.id = f.id
    CROSS JOIN refers AS c ON c.link = ?1 AND c.value = t.value
    CROSS JOIN row AS r ON r.id = c.id
    WHERE f.wave >= ?3 AND f.wave < ?2 AND r.owned ORDER BY c.id, t.id";

/// The first children of each of the rows that the last wave reached. Rows that a limit left out are none of these: they would
/// come after all others.
const FIRST_CHILDREN: &str = "INSERT OR IGNORE INTO reason
    SELECT child, ?2, ?1, parent FROM (
      SELECT c.id AS child, t.id AS parent, r.owned AS owned,
        row_number() OVER (PARTITION BY t.id ORDER BY r.place, r.id) AS n FROM reason AS f
      CROSS JOIN target AS t ON t.link = ?1 AND t.id = f.id
      CROSS JOIN refers AS c ON c.link = ?1 AND c.value = t.value
      CROSS JOIN row AS r ON r.id = c.id
      WHERE f.wave >= ?3 AND f.wave < ?2)
    WHERE owned AND n <= ?4 ORDER BY child, parent";

/// Parents, not owned, of the rows that were reached since a wave.
const PARENTS: &str = "INSERT OR IGNORE INTO reason
    SELECT t.id, ?2, ?1, c.id FROM reason AS f
    CROSS JOIN refers AS c ON c.link = ?1 AND c.id = f.id
    CROSS JOIN target AS t ON t.link = ?1 AND t.value = c.value
    CROSS JOIN row AS r ON r.id = t.id
    WHERE f.wave >= ?3 AND f.wave < ?2 AND NOT r.owned ORDER BY t.id, c.id";
