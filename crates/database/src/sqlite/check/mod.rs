//! A check of a SQLite database: what the engine says of its own pages and indexes, and what it does not look at by itself,
//! such as references that were never enforced and values that their columns do not expect.
//!
//! `integrity` asks the engine, `keys` looks for rows that keys do not allow, `values` reads every value, `counters` looks at
//! AUTOINCREMENT, `scratch` asks on a copy what the engine answers only to a writer. The rule to keep in mind: damage to one
//! table is a finding, and the others are looked at all the same.

mod counters;
mod integrity;
mod keys;
mod scratch;
mod values;

use std::collections::BTreeMap;

use model::text::Shown;
use model::{Catalog, Table, TableSpec};
use rusqlite::Connection;

use self::scratch::Scratch;
use super::fulltext::{self, FullText};
use super::row::RowReader;
use super::select::{IdentityKind, identity};
use crate::check::{CheckProgress, Sample, named_by, naming};
use crate::error::At as _;
use crate::sql::identifier;
use crate::{CheckedTable, DataCheck, Error, Finding, FindingKind};

/// A table that is looked at.
struct Subject<'c> {
    name: &'c str,
    table: &'c Table,
    /// `main."todos"`
    sql: String,
    /// What names its rows, and what does where the key itself is in doubt.
    naming: TableSpec,
    place: TableSpec,
}

/// A check at work.
struct Check<'c> {
    connection: &'c Connection,
    catalog: &'c Catalog,
    subjects: Vec<Subject<'c>>,
    full_text: Vec<FullText>,
    scratch: Scratch,
    /// Whether no table was left out.
    is_whole: bool,
    report: DataCheck,
}

/// Looks at the tables of these names, at all where none is named. `progress` hears of the rows whose values were read.
///
/// # Errors
/// A table is unknown, or reading fails for another reason than damage.
pub(crate) fn check(
    connection: &Connection,
    catalog: &Catalog,
    tables: &[String],
    progress: CheckProgress<'_>,
) -> Result<DataCheck, Error> {
    let names: Vec<&str> = if tables.is_empty() {
        catalog.tables.keys().map(String::as_str).collect()
    } else {
        catalog.tables.keys().map(String::as_str).filter(|name| tables.iter().any(|t| t == name)).collect()
    };
    let subjects: Vec<Subject<'_>> =
        names.into_iter().filter_map(|name| Some(Subject::new(name, catalog.tables.get(name)?))).collect();
    let mut full_text = fulltext::stored(connection)?;
    full_text.retain(|found| tables.is_empty() || subjects.iter().any(|subject| found.is_of(subject.name)));
    let scratch = Scratch::default();
    let is_whole = tables.is_empty();
    let report = DataCheck::default();
    let mut check = Check { connection, catalog, subjects, full_text, scratch, is_whole, report };
    check.run(progress)?;
    Ok(check.report)
}

impl Check<'_> {
    fn run(&mut self, progress: CheckProgress<'_>) -> Result<(), Error> {
        self.count_rows()?;
        let total = self.report.tables.iter().filter_map(|table| table.rows).sum();
        progress(0, total);
        let told = integrity::ask(self)?;
        let mut done = 0;
        for at in 0..self.subjects.len() {
            for (look, what) in LOOKS {
                let looked = look(self, at, &told);
                self.survive(at, what, looked)?;
            }
            let rows = self.report.tables[at].rows.unwrap_or_default();
            let looked = values::look(self, at, &told, &mut |read| {
                progress((done + read).min(total), total);
            });
            self.survive(at, "its values", looked)?;
            done += rows;
        }
        self.report.findings.extend(told.elsewhere);
        scratch::full_text(self)?;
        progress(total, total);
        Ok(())
    }

    fn count_rows(&mut self) -> Result<(), Error> {
        for subject in &self.subjects {
            let sql = format!("SELECT count(*) FROM {} NOT INDEXED", subject.sql);
            let rows =
                match self.connection.query_row(&sql, [], |row| row.get::<_, i64>(0)).at(self.connection) {
                    Ok(rows) => Some(rows.unsigned_abs()),
                    Err(Error::Corrupt { .. }) => None,
                    Err(error) => return Err(error),
                };
            let table = subject.name.to_owned();
            self.report.tables.push(CheckedTable { table, rows, ..CheckedTable::default() });
        }
        Ok(())
    }

    /// Goes on after damage, which is a finding, and after what the engine cannot do for this schema, which is told.
    fn survive(&mut self, at: usize, what: &str, looked: Result<(), Error>) -> Result<(), Error> {
        let name = self.subjects[at].name;
        match looked {
            Err(Error::Corrupt { reason, .. }) => {
                let is_told = self
                    .report
                    .findings
                    .iter()
                    .any(|finding| finding.kind == FindingKind::Damage && finding.table == name);
                if !is_told {
                    let says = format!("{what} could not be read: {reason}. {DAMAGE}");
                    self.report.findings.push(Finding::of_table(FindingKind::Damage, name, "", says));
                }
                Ok(())
            }
            Err(Error::Engine { reason, .. }) => {
                self.report.notes.push(format!("{}: {what} could not be looked at: {reason}", Shown(name)));
                Ok(())
            }
            other => other,
        }
    }
}

/// What helps a damaged file.
const DAMAGE: &str =
    "The file is damaged: restore a backup, or save what can be read with `sqlite3 FILE .recover`";

/// One of the things that are looked for in a table.
type Look = fn(&mut Check<'_>, usize, &integrity::Told) -> Result<(), Error>;

const LOOKS: [(Look, &str); 6] = [
    (keys::null_in_key, "its primary key"),
    (keys::duplicates, "its unique keys"),
    (keys::not_null, "its columns without NULL"),
    (scratch::checks, "its CHECK constraints"),
    (keys::foreign_keys, "its foreign keys"),
    (counters::look, "its counter"),
];

impl<'c> Subject<'c> {
    fn new(name: &'c str, table: &'c Table) -> Self {
        let place = match identity(name, table) {
            // A name that SQLite gives the row number itself stands there bare, a column quoted.
            Ok((IdentityKind::RowNumber, columns)) => {
                let bare = |sql: String| {
                    let quoted = sql.strip_prefix('"').and_then(|rest| rest.strip_suffix('"'));
                    quoted.map(|name| name.replace("\"\"", "\"")).unwrap_or(sql)
                };
                columns.into_iter().map(bare).collect()
            }
            _ => table.primary_key.clone(),
        };
        let places: Vec<&str> = place.iter().map(String::as_str).collect();
        let key_allows_null =
            table.row_key().iter().any(|key| table.column(key).is_none_or(|column| !column.not_null));
        let by_place = named_by(name, table, place.clone());
        let mut naming = if key_allows_null { by_place.clone() } else { naming(name, table, &places) };
        if naming.columns.is_empty() {
            naming.columns = named_by(name, table, hiding_columns(table)).columns;
        }
        Self { name, table, sql: format!("main.{}", identifier(name)), naming, place: by_place }
    }

    /// The rows `m` that meet a condition, by their keys.
    fn sample(&self, connection: &Connection, condition: &str) -> Result<Sample, Error> {
        self.sample_from(
            connection,
            &self.naming,
            &format!("{} AS m NOT INDEXED WHERE {condition}", self.sql),
        )
    }

    /// The rows `m` of `from`, named by the columns of `naming`.
    fn sample_from(&self, connection: &Connection, naming: &TableSpec, from: &str) -> Result<Sample, Error> {
        let reader = RowReader::new(naming, self.table);
        let sql = format!("SELECT {} FROM {from}", reader.columns_sql("m"));
        let mut statement = connection.prepare(&sql).at(connection)?;
        let mut rows = statement.query([]).at(connection)?;
        let mut sample = Sample::default();
        while let Some(row) = rows.next().at(connection)? {
            sample.push(|| reader.shown(row));
        }
        Ok(sample)
    }
}

/// The columns that hide every name of the row number: what rows are shown by that nothing else tells apart.
fn hiding_columns(table: &Table) -> Vec<String> {
    let hides = |name: &str| ["rowid", "_rowid_", "oid"].iter().any(|own| name.eq_ignore_ascii_case(own));
    table.stored_columns().filter(|column| hides(&column.name)).map(|column| column.name.clone()).collect()
}

/// The indexes of a table, by name: whether each is unique.
fn indexes(connection: &Connection, table: &str) -> Result<BTreeMap<String, bool>, Error> {
    let sql = "SELECT name, \"unique\" FROM pragma_index_list(?1, 'main')";
    let mut statement = connection.prepare_cached(sql).at(connection)?;
    let pairs = statement.query_map([table], |row| Ok((row.get(0)?, row.get(1)?))).at(connection)?;
    pairs.collect::<rusqlite::Result<_>>().at(connection)
}

/// What a table was made by, to be looked at and never run.
fn made_by(connection: &Connection, table: &str) -> Result<String, Error> {
    let sql = "SELECT sql FROM main.sqlite_schema WHERE type = 'table' AND name = ?1";
    let lossy = |row: &rusqlite::Row<'_>| {
        Ok(row
            .get_ref(0)?
            .as_bytes()
            .map(|text| String::from_utf8_lossy(text).into_owned())
            .unwrap_or_default())
    };
    connection.query_row(sql, [table], lossy).at(connection)
}
