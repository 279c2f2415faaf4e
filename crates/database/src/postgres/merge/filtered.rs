//! Rows that a selection finds by conditions which no SQL can say (JSON in a column of texts): each row that meets the
//! rest is looked at here. What is found waits in a nameless file, since a connection copies only one way at a time.

use std::io::{BufReader, BufWriter, Seek as _, SeekFrom, Write as _};

use super::super::copy::{CopyRow, escape_into};
use super::super::predicate::Term;
use super::super::session::Session;
use crate::Error;

/// Where found rows go: a temporary table of identities `k0`, …, and their `wave`, which is 0.
pub(super) struct Found<'f> {
    /// `pg_temp.own_before_0`.
    pub kept: &'f str,
    /// What tells the rows apart, in SQL.
    pub identity: &'f [String],
    /// The SQL condition under which the row `m` is kept already.
    pub known: String,
}

/// Adds the rows `m` of `from` that `term` selects.
///
/// # Errors
/// A value of JSON cannot be compared, there is no room for the file, or the target cannot be read.
pub(super) fn keep(
    session: &mut Session,
    from: &str,
    term: &Term<'_>,
    found: &Found<'_>,
) -> Result<(), Error> {
    let ids = found.identity.len();
    let columns: Vec<String> = (found.identity.iter().map(|column| format!("m.{column}")))
        .chain(term.filters.iter().map(|filter| filter.column_sql("m")))
        .collect();
    let sql = format!(
        "SELECT {} FROM {from} AS m WHERE {} AND NOT {}",
        columns.join(", "),
        term.sql("m"),
        found.known
    );
    let no_room = |error: std::io::Error| Error::of_io(&std::env::temp_dir(), &error);
    let mut file = BufWriter::new(tempfile::tempfile().map_err(no_room)?);
    let mut line = Vec::new();
    let mut count = 0u64;
    session.copy_out(&sql, &mut |row| {
        for (at, filter) in term.filters.iter().enumerate() {
            if !filter.is_met(row.text(ids + at))? {
                return Ok(());
            }
        }
        line.clear();
        for at in 0..ids {
            line.extend_from_slice(if at == 0 { b"" } else { b"\t" });
            match row.get(at) {
                Some(text) => escape_into(text, &mut line),
                None => line.extend_from_slice(b"\\N"),
            }
        }
        line.push(b'\n');
        count += 1;
        file.write_all(&line).map_err(no_room)
    })?;
    if count == 0 {
        return Ok(());
    }
    let mut file = file.into_inner().map_err(|error| no_room(error.into_error()))?;
    file.seek(SeekFrom::Start(0)).map_err(no_room)?;
    let names: Vec<String> = (0..ids).map(|at| format!("k{at}")).collect();
    let mut rows = session.copy_in(&format!("{} ({}, wave)", found.kept, names.join(", ")))?;
    let (mut file, mut row) = (BufReader::new(file), CopyRow::default());
    while row.read(&mut file).map_err(no_room)? {
        for at in 0..ids {
            rows.field(row.get(at).map(|text| |out: &mut Vec<u8>| escape_into(text, out)));
        }
        rows.field(Some(|out: &mut Vec<u8>| out.push(b'0')));
        rows.end_row()?;
    }
    rows.finish().map(|_| ())
}
