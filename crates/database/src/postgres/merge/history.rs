//! Which rows of the target the archive explains: those that equal a row of an archived version were put there by an
//! import, not by people. How that is judged is in `judgement`, the same for both engines.
//!
//! The rows in question are few and the versions many, so they come to the versions: once, into a scratch file that goes
//! with its connection. Versions are read newest first, only while a row is unexplained, and only rows of tables that have
//! such rows are looked at.

use model::{Definition, Ownership, RowSource, Value};
use rusqlite::{Connection, Row, Statement, params, params_from_iter};

use super::super::copy::CopyRow;
use super::super::session::Session;
use super::Merge;
use super::direct::push_number;
use super::extras;
use super::facts::{count, number};
use super::names::value;
use super::scratch;
use super::shape::Shape;
use crate::error::At as _;
use crate::merge::archived::{Columns, Compared};
use crate::merge::judgement::{Judgement, Stake, Status};
use crate::merge::resolve::Origin;
use crate::merge::rows::Sections;
use crate::{Error, History};

/// Notes the status of every row that would be changed or deleted.
///
/// # Errors
/// A version or the target cannot be read, or there is no room for temporary files.
pub(super) fn explain(
    session: &mut Session,
    merge: &Merge<'_>,
    history: &mut dyn History,
) -> Result<(), Error> {
    let mut open = Vec::new();
    for shape in merge.staged() {
        note_candidates(session, shape)?;
        if count(session, &shape.candidate())? > 0 {
            open.push(shape);
        }
    }
    if open.is_empty() || history.is_empty() {
        return Ok(());
    }
    let scratch = scratch::file("")?;
    let tables: Vec<Candidates<'_>> = open
        .into_iter()
        .map(|shape| Candidates::fetch(session, &scratch, shape))
        .collect::<Result<_, _>>()?;
    for index in 0..history.len() {
        if !any_open(&tables)? {
            break;
        }
        let mut version = history.open(index).map_err(Error::Stream)?;
        compare_version(&tables, version.as_mut())?;
    }
    tables.iter().try_for_each(|table| table.write_back(session))
}

/// Every row that would be changed or deleted, as yet unknown to the archive.
fn note_candidates(session: &mut Session, shape: &Shape) -> Result<(), Error> {
    session.batch(&format!(
        "INSERT INTO {candidate} SELECT pg_catalog.row_number() OVER (), {k}, stake, {unknown} FROM (
           SELECT {k}, CASE origin WHEN {owned} THEN {changed} ELSE {not_owned} END AS stake FROM {change}
           UNION ALL SELECT {k}, {deleted} FROM {gone}) AS n;
         CREATE UNIQUE INDEX candidate_n_{at} ON {candidate} (n);
         CREATE UNIQUE INDEX candidate_row_{at} ON {candidate} ({k}); ANALYZE {candidate}",
        candidate = shape.candidate(),
        k = shape.k_list(""),
        unknown = Status::Unknown as i64,
        owned = Origin::Owned as i64,
        changed = Stake::Changed as i64,
        not_owned = Stake::NotOwned as i64,
        change = shape.change(),
        deleted = Stake::Deleted as i64,
        gone = shape.gone(),
        at = shape.index,
    ))
}

fn compare_version(tables: &[Candidates<'_>], version: &mut dyn RowSource) -> Result<(), Error> {
    let definition = version.definition().clone();
    let mut sections = Sections::open(version)?;
    while let Some(section) = sections.next_section()? {
        let mut table = ArchivedTable::new(tables, &definition, section.table, section.ownership)?;
        while let Some(values) = sections.next_row()? {
            if let Some(table) = &mut table {
                table.row(values)?;
            }
        }
    }
    Ok(())
}

fn any_open(tables: &[Candidates<'_>]) -> Result<bool, Error> {
    for table in tables {
        if table.has_open()? {
            return Ok(true);
        }
    }
    Ok(false)
}

/// The rows in question of one table, in the scratch file's `candidate_3(n, stake, hash, status, held, unlike, pending,
/// x…, b…)`: what the server holds in each compared column, as text, and whether that is nothing.
struct Candidates<'a> {
    scratch: &'a Connection,
    shape: &'a Shape,
    compared: Vec<extras::Compared>,
}

impl<'a> Candidates<'a> {
    /// Brings them here.
    fn fetch(session: &mut Session, scratch: &'a Connection, shape: &'a Shape) -> Result<Self, Error> {
        let compared = extras::compared(session, shape)?;
        let names = |prefix: &str| {
            (0..compared.len()).map(|at| format!("{prefix}{at}")).collect::<Vec<_>>().join(", ")
        };
        let (x, b) = (names("x"), names("b"));
        let table = format!("candidate_{}", shape.index);
        scratch
            .execute_batch(&format!(
                "CREATE TABLE {table} (n INTEGER PRIMARY KEY, stake INTEGER, hash BLOB, status INTEGER DEFAULT 0,
                   held BLOB DEFAULT x'', unlike BLOB DEFAULT x'', pending INTEGER DEFAULT 0, {x}, {b});
                 CREATE INDEX {table}_hash ON {table} (hash) WHERE status < 2"
            ))
            .at(scratch)?;
        let holes = vec!["?"; 2 + 2 * compared.len()].join(", ");
        let insert = format!("INSERT INTO {table} (n, stake, {x}, {b}) VALUES ({holes})");
        let mut insert = scratch.prepare(&insert).at(scratch)?;
        let stored: Vec<String> = compared
            .iter()
            .map(|column| format!("t.{}", super::super::sql::identifier(&column.name)))
            .collect();
        let blank: Vec<&str> = compared.iter().map(|column| column.blank.as_str()).collect();
        let sql = format!(
            "SELECT c.n, c.stake, {}, {} FROM {} AS c JOIN {} AS t ON {}",
            stored.join(", "),
            blank.join(", "),
            shape.candidate(),
            shape.relation.from,
            shape.is_noted("t", "c")
        );
        let columns = compared.len();
        session.copy_out(&sql, &mut |row| {
            insert.execute(params_from_iter(fields(row, columns))).map(|_| ()).at(scratch)
        })?;
        drop(insert);
        Ok(Self { scratch, shape, compared })
    }

    fn table(&self) -> String {
        format!("candidate_{}", self.shape.index)
    }

    fn has_open(&self) -> Result<bool, Error> {
        self.scratch
            .prepare_cached(&format!("SELECT 1 FROM {} WHERE status < 2", self.table()))
            .and_then(|mut statement| statement.exists([]))
            .at(self.scratch)
    }

    /// Tells the server what was found.
    fn write_back(&self, session: &mut Session) -> Result<(), Error> {
        let at = self.shape.index;
        session.batch(&format!(
            "CREATE TEMP TABLE status_{at} (n pg_catalog.int8, status pg_catalog.int8) ON COMMIT DROP"
        ))?;
        let sql = format!("SELECT n, status FROM {} WHERE status > 0 ORDER BY n", self.table());
        let mut statement = self.scratch.prepare(&sql).at(self.scratch)?;
        let mut found = statement.query([]).at(self.scratch)?;
        let mut rows = session.copy_in(&format!("pg_temp.status_{at} (n, status)"))?;
        while let Some(row) = found.next().at(self.scratch)? {
            for field in 0..2 {
                let number: i64 = row.get(field).at(self.scratch)?;
                push_number(&mut rows, number);
            }
            rows.end_row()?;
        }
        rows.finish()?;
        session.batch(&format!(
            "UPDATE {} AS c SET status = s.status FROM pg_temp.status_{at} AS s WHERE s.n = c.n",
            self.shape.candidate()
        ))
    }
}

/// A row of the server's for the scratch file: two numbers, the columns as text, whether each holds nothing.
fn fields(row: &CopyRow, columns: usize) -> impl Iterator<Item = rusqlite::types::Value> + '_ {
    use rusqlite::types::Value as Stored;
    let number = |at: usize| Stored::Integer(number(row, at).unwrap_or_default());
    let text = |at: usize| row.text(at).map_or(Stored::Null, |text| Stored::Text(text.to_owned()));
    let blank = move |at: usize| Stored::Integer(i64::from(row.text(at) == Some("t")));
    (0..2).map(number).chain((2..2 + columns).map(text)).chain((2 + columns..2 + 2 * columns).map(blank))
}

/// A section of an archived version beside the table's candidates.
struct ArchivedTable<'a> {
    candidates: &'a Candidates<'a>,
    columns: Columns,
    /// Finds candidates by hash.
    find: String,
    note: Statement<'a>,
}

impl<'a> ArchivedTable<'a> {
    /// `None` where nothing of the section can explain a row.
    fn new(
        tables: &'a [Candidates<'a>],
        definition: &Definition,
        index: usize,
        ownership: Ownership,
    ) -> Result<Option<Self>, Error> {
        let Some(spec) = definition.tables.get(index) else { return Ok(None) };
        let Some(candidates) = tables.iter().find(|table| table.shape.spec.name == spec.name) else {
            return Ok(None);
        };
        if !candidates.has_open()? {
            return Ok(None);
        }
        let (shape, all) = (candidates.shape, &candidates.compared);
        let matched = Compared {
            spec: &shape.spec,
            key: &shape.key,
            columns: all.len(),
            position: &|name| all.iter().position(|column| column.name == name),
        };
        let Some(columns) = Columns::of(spec, ownership, &matched) else { return Ok(None) };
        let (table, scratch) = (candidates.table(), candidates.scratch);
        let find = format!("SELECT * FROM {table} WHERE hash = ? AND status < 2");
        let note = scratch
            .prepare(&format!(
                "UPDATE {table} SET status = ?1, held = ?2, unlike = ?3, pending = ?4 WHERE n = ?5"
            ))
            .at(scratch)?;
        let archived = Self { candidates, columns, find, note };
        archived.hash_candidates()?;
        Ok(Some(archived))
    }

    /// Gives every open candidate the hash of its key, read with this version's types.
    fn hash_candidates(&self) -> Result<(), Error> {
        let (table, scratch) = (self.candidates.table(), self.candidates.scratch);
        let part = format!("SELECT * FROM {table} WHERE status < 2 AND n > ? ORDER BY n LIMIT 1000");
        let mut select = scratch.prepare(&part).at(scratch)?;
        let mut update =
            scratch.prepare(&format!("UPDATE {table} SET hash = ?1 WHERE n = ?2")).at(scratch)?;
        let mut after: i64 = i64::MIN;
        loop {
            // In parts, since a row that is being read is not to move.
            let mut hashes = Vec::new();
            let mut rows = select.query([after]).at(scratch)?;
            while let Some(row) = rows.next().at(scratch)? {
                let n: i64 = row.get(0).at(scratch)?;
                let values = self.values(row).at(scratch)?;
                hashes.push((n, self.columns.hash(&values)));
                after = n;
            }
            drop(rows);
            if hashes.is_empty() {
                return Ok(());
            }
            for (n, hash) in hashes {
                update.execute(params![hash, n]).at(scratch)?;
            }
        }
    }

    /// The common columns of a candidate, read with the version's types.
    fn values(&self, row: &Row<'_>) -> rusqlite::Result<Vec<Value>> {
        self.columns.read(|at, ty| {
            let text: Option<String> = row.get(FIRST_COLUMN + at)?;
            Ok(value(self.candidates.compared[at].stored, ty, text.as_deref()))
        })
    }

    fn row(&mut self, values: &[Value]) -> Result<(), Error> {
        let archived = self.columns.pick(values)?;
        let scratch = self.candidates.scratch;
        let hash = self.columns.hash(&archived);
        let mut judged: Vec<(i64, Judgement)> = Vec::new();
        let mut find = scratch.prepare_cached(&self.find).at(scratch)?;
        let mut rows = find.query([hash]).at(scratch)?;
        while let Some(row) = rows.next().at(scratch)? {
            judged.push((row.get(0).at(scratch)?, self.judge(row, &archived).at(scratch)?));
        }
        drop(rows);
        for (n, judgement) in judged {
            self.note
                .execute(params![
                    judgement.status as i64,
                    judgement.held,
                    judgement.unlike,
                    judgement.pending,
                    n
                ])
                .at(scratch)?;
        }
        Ok(())
    }

    /// What is known of a candidate once an archived row with its key is read.
    fn judge(&self, row: &Row<'_>, archived: &[&Value]) -> rusqlite::Result<Judgement> {
        let mut judgement =
            Judgement { status: Status::Known, held: row.get(4)?, unlike: row.get(5)?, pending: row.get(6)? };
        let stake = Stake::of(row.get(1)?);
        let first_blank = FIRST_COLUMN + self.candidates.compared.len();
        let blank = |at| row.get(first_blank + at);
        self.columns.weigh(&mut judgement, stake, (&self.values(row)?, archived), &blank)?;
        Ok(judgement)
    }
}

/// Where the compared columns begin in a row of the scratch file.
const FIRST_COLUMN: usize = 7;
