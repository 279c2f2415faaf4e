//! What SQLite answers only to a writer, asked of a copy: whether full-text tables agree with their rows, and which rows violate
//! which CHECK, since it does not even read the constraints of a file that it may not write. The copy is made once, of the
//! moment that is read, and only where there is something to ask.
//!
//! The rule to keep in mind: no expression of the schema becomes a statement; a row that is stored again as it is says by
//! itself whether its constraints hold.

use std::collections::BTreeMap;
use std::time::Duration;

use model::text::Shown;
use rusqlite::backup::Backup;
use rusqlite::config::DbConfig;
use rusqlite::{Connection, ErrorCode, ffi, params_from_iter};
use tempfile::TempDir;

use super::Check;
use super::integrity::Told;
use crate::check::Sample;
use crate::error::{At as _, reason_of};
use crate::sql::identifier;
use crate::sqlite::connection::open_write;
use crate::sqlite::fulltext::FullText;
use crate::sqlite::merge::stored::Stored;
use crate::sqlite::row::RowReader;
use crate::{CheckedTable, Error, Finding, FindingKind};

/// The copy, once it is made.
#[derive(Default)]
pub(super) struct Scratch(Option<Copied>);

struct Copied {
    /// Closed before its folder goes.
    connection: Connection,
    _folder: TempDir,
}

impl Scratch {
    /// # Errors
    /// There is no room, or the database cannot be read.
    pub(super) fn copy_of(&mut self, source: &Connection) -> Result<&Connection, Error> {
        if self.0.is_none() {
            self.0 = Some(Copied::of(source)?);
        }
        Ok(&self.0.as_ref().expect("just made").connection)
    }
}

impl Copied {
    fn of(source: &Connection) -> Result<Self, Error> {
        let mut builder = tempfile::Builder::new();
        builder.prefix("demo-snapshot-");
        #[cfg(unix)]
        {
            use std::os::unix::fs::PermissionsExt as _;
            // The folder of temporary files is everybody's; these rows are not.
            builder.permissions(std::fs::Permissions::from_mode(0o700));
        }
        let folder = builder.tempdir().map_err(|error| Error::of_io(&std::env::temp_dir(), &error))?;
        let path = folder.path().join("check.sqlite");
        let mut copy = Connection::open(&path).map_err(|error| Error::of_sqlite(&path, &error))?;
        let backup = Backup::new(source, &mut copy).at(source)?;
        backup
            .run_to_completion(4096, Duration::ZERO, None)
            .map_err(|error| Error::of_sqlite(&path, &error))?;
        drop(backup);
        drop(copy);
        let connection = open_write(&path, Duration::ZERO)?;
        connection.set_db_config(DbConfig::SQLITE_DBCONFIG_ENABLE_TRIGGER, false).at(&connection)?;
        connection.execute_batch("PRAGMA foreign_keys = OFF; PRAGMA synchronous = OFF").at(&connection)?;
        Ok(Self { connection, _folder: folder })
    }
}

/// Compares the full-text tables with their rows.
///
/// # Errors
/// There is no room for a copy, or the database cannot be read.
pub(super) fn full_text(check: &mut Check<'_>) -> Result<(), Error> {
    if check.full_text.is_empty() {
        return Ok(());
    }
    let copy = match check.scratch.copy_of(check.connection) {
        Err(Error::Corrupt { reason, .. }) => {
            check.report.notes.push(format!("full-text tables could not be looked at: {reason}"));
            return Ok(());
        }
        copy => copy?,
    };
    for table in &check.full_text {
        let of = owner(&mut check.report.tables, table);
        let name = identifier(&table.name);
        let rebuild = Shown(&format!("INSERT INTO {name} ({name}) VALUES ('rebuild')")).to_string();
        let says = match (table.compare(copy), &table.content) {
            (Ok(true), _) => continue,
            (Ok(false), Some(content)) => format!(
                "the index does not have the words of the rows of {}, so that searches miss rows or find others: `{rebuild}` makes it anew, unless the application leaves rows out on purpose",
                Shown(content)
            ),
            (Ok(false), None) => format!(
                "the index does not have the words of its own rows, so that searches miss rows or find others: `{rebuild}` makes it anew if the table keeps its text, else fill it again"
            ),
            (Err(error), _) => {
                let reason = table.reason(copy, &error);
                format!(
                    "it cannot be compared with its rows: {reason}; make what it needs, or drop it and make it anew"
                )
            }
        };
        let shown = Shown(&table.name).to_string();
        check.report.findings.push(Finding::of_table(FindingKind::FullText, &of, shown, says));
    }
    check.report.tables.sort_by(|a, b| a.table.cmp(&b.table));
    Ok(())
}

/// Counts a full-text table among what was looked at: with the table whose rows it indexes, else by itself.
fn owner(tables: &mut Vec<CheckedTable>, table: &FullText) -> String {
    let of = table.content.as_ref().unwrap_or(&table.name);
    if let Some(checked) = tables.iter_mut().find(|checked| checked.table.eq_ignore_ascii_case(of)) {
        checked.full_text += 1;
        return checked.table.clone();
    }
    let own = CheckedTable { table: table.name.clone(), full_text: 1, ..CheckedTable::default() };
    tables.push(own);
    table.name.clone()
}

/// Rows that violate a CHECK, for tables of which the engine says that there are some.
pub(super) fn checks(check: &mut Check<'_>, at: usize, told: &Told) -> Result<(), Error> {
    let subject = &check.subjects[at];
    if !told.checks.contains(subject.name) && !told.more.contains(subject.name) {
        return Ok(());
    }
    let source = check.connection;
    let copy = check.scratch.copy_of(source)?;
    let stored: Vec<String> = subject.table.stored_columns().map(|column| identifier(&column.name)).collect();
    let mut places: Vec<String> = subject.place.key.iter().map(|column| identifier(column)).collect();
    let mut equal = "=";
    if places.is_empty() {
        // Without a row number to name, rows are told apart by all that they hold.
        (places, equal) = (stored.clone(), "IS");
    }
    let again: Vec<String> = stored.iter().map(|column| format!("{column} = {column}")).collect();
    let found: Vec<String> =
        places.iter().zip(1..).map(|(column, number)| format!("{column} {equal} ?{number}")).collect();
    let update = format!("UPDATE {} SET {} WHERE {}", subject.sql, again.join(", "), found.join(" AND "));
    let mut update = copy.prepare(&update).at(copy)?;
    let reader = RowReader::new(&subject.naming, subject.table);
    let placed: Vec<String> = places.iter().map(|place| format!("m.{place}")).collect();
    let rows = format!(
        "SELECT {}, {} FROM {} AS m NOT INDEXED",
        reader.columns_sql("m"),
        placed.join(", "),
        subject.sql
    );
    let mut rows = source.prepare(&rows).at(source)?;
    let mut rows = rows.query([]).at(source)?;
    let mut violated: BTreeMap<String, Sample> = BTreeMap::new();
    copy.execute_batch("BEGIN").at(copy)?;
    while let Some(row) = rows.next().at(source)? {
        let first = subject.naming.columns.len();
        let place: Vec<Stored> =
            (0..places.len()).map(|at| row.get(first + at)).collect::<Result<_, _>>().at(source)?;
        let Err(error) = update.execute(params_from_iter(place)) else { continue };
        if let Some(constraint) = violated_check(&error) {
            violated.entry(constraint).or_default().push(|| reader.shown(row));
        }
        // An error may have ended the transaction, which is there for speed alone.
        if copy.is_autocommit() {
            copy.execute_batch("BEGIN").at(copy)?;
        }
    }
    drop(update);
    copy.execute_batch("ROLLBACK").at(copy)?;
    let says = "the database would refuse these rows today: change them, or the constraint";
    let name = subject.name;
    let findings =
        violated.into_iter().filter_map(|(check, rows)| rows.finding(FindingKind::Check, name, check, says));
    let findings: Vec<Finding> = findings.collect();
    check.report.findings.extend(findings);
    Ok(())
}

/// The CHECK that a row violates: its name, or its expression where it has none.
fn violated_check(error: &rusqlite::Error) -> Option<String> {
    let rusqlite::Error::SqliteFailure(code, _) = error else { return None };
    let is_check =
        code.code == ErrorCode::ConstraintViolation && code.extended_code == ffi::SQLITE_CONSTRAINT_CHECK;
    let reason = reason_of(error);
    is_check.then(|| reason.strip_prefix("CHECK constraint failed: ").unwrap_or(&reason).to_owned())
}
