//! Rows that the target refuses, by name: which row it was, and which rule, in words that hold no value.

use model::text::Shown;
use model::{RowSource, Value};

use super::super::error::DbFault;
use super::super::session::Session;
use super::Merge;
use super::facts::Relation;
use super::shape::Shape;
use crate::merge::rows::{Sections, check_row};
use crate::{Error, MergeError};

/// A section that could not be copied.
pub(super) struct FailedCopy {
    /// Why.
    pub error: Error,
    /// Its number in the file; for a copy of several sections that of the first one.
    pub section: usize,
}

impl From<Error> for FailedCopy {
    fn from(error: Error) -> Self {
        Self { error, section: usize::MAX }
    }
}

/// What a rule of the target said, if `error` is that.
pub(super) fn fault(error: &Error) -> Option<&DbFault> {
    match error {
        Error::Postgres(error) if error.is_of_the_data() => error.fault(),
        _ => None,
    }
}

/// The server's code for `error`, if a rule of the target is behind it.
pub(super) fn sqlstate(error: &Error) -> Option<&str> {
    fault(error).map(|fault| fault.sqlstate.as_str())
}

/// Whether a row refers to nothing, or is still referred to.
pub(super) fn is_reference(error: &Error) -> bool {
    matches!(sqlstate(error), Some("23503" | "23001"))
}

/// Whether a rule of the target is behind it, or a value that does not fit.
pub(super) fn is_refusal(error: &Error) -> bool {
    fault(error).is_some()
}

/// Whether the target takes a statement; what it takes stays.
///
/// # Errors
/// It fails for another reason.
pub(super) fn takes(session: &mut Session, sql: &str) -> Result<bool, Error> {
    session.batch("SAVEPOINT merge_try")?;
    match session.batch(sql) {
        Ok(()) => session.batch("RELEASE SAVEPOINT merge_try").map(|()| true),
        Err(error) if is_refusal(&error) => session.batch("ROLLBACK TO SAVEPOINT merge_try").map(|()| false),
        Err(error) => Err(error),
    }
}

/// A rule that refuses `row` is a fault of the data; everything else keeps its own meaning.
pub(super) fn refused(error: Error, row: impl FnOnce() -> String) -> Error {
    match fault(&error) {
        Some(fault) => MergeError::Refused { row: row(), reason: fault.to_string() }.into(),
        None => error,
    }
}

/// The same for rows of `shape`, with a word on row-level security where the row that is in the way may be hidden.
pub(super) fn refused_in(
    session: &Session,
    merge: &Merge<'_>,
    shape: Option<&Shape>,
    error: Error,
    row: impl FnOnce() -> String,
) -> Error {
    let Some(fault) = fault(&error) else { return error };
    let meets_another = matches!(fault.sqlstate.as_str(), "23505" | "23P01" | "23503" | "23001");
    let table = fault.table.as_ref().and_then(|table| merge.relations.get(table));
    let relation = table.or_else(|| shape.map(|shape| &shape.relation)).filter(|_| meets_another);
    let reason = format!("{fault}{}", relation.map(|relation| hidden(session, relation)).unwrap_or_default());
    MergeError::Refused { row: row(), reason }.into()
}

/// What to add to a reason where policies may hide rows of a table from the role.
pub(super) fn hidden(session: &Session, relation: &Relation) -> String {
    if !relation.row_security {
        return String::new();
    }
    format!(" (row-level security hides rows of this table from {})", Shown(session.role()))
}

/// The error of a failed COPY, with the row that the server speaks of: its line is looked up in the snapshot.
pub(super) fn row_in(merge: &Merge<'_>, snapshot: &mut dyn RowSource, failed: FailedCopy) -> Error {
    let Some(fault) = fault(&failed.error) else { return failed.error };
    let mut reason = fault.to_string();
    let found = fault.line.and_then(|line| find_row(merge, snapshot, failed.section, line).ok().flatten());
    let Some((shape, row)) = found else {
        return refused(failed.error, || "a row of the snapshot".to_owned());
    };
    // A staged row's columns are numbered.
    let number = fault.column.as_deref().and_then(|name| name.strip_prefix('c')?.parse::<usize>().ok());
    if let Some(column) = number.filter(|_| !shape.direct).and_then(|at| shape.spec.columns.get(at)) {
        let staged = fault.column.as_deref().unwrap_or_default();
        reason = reason.replacen(&format!("`{staged}`"), &format!("`{}`", Shown(&column.name)), 1);
    }
    MergeError::Refused { row, reason }.into()
}

/// The table and the name of the row `line` (from 1) of a section, or of one of the same table behind it.
fn find_row<'m>(
    merge: &'m Merge<'_>,
    snapshot: &mut dyn RowSource,
    section: usize,
    line: u64,
) -> Result<Option<(&'m Shape, String)>, Error> {
    let mut sections = Sections::open(snapshot)?;
    let (mut number, mut at) = (0, 0);
    while let Some(found) = sections.next_section()? {
        let shape = merge.shape(found.table)?;
        while let Some(values) = sections.next_row()? {
            at += u64::from(number >= section);
            if number >= section && at == line {
                return Ok(Some((shape, shape.show(values))));
            }
        }
        if number >= section && !sections.goes_on_with(found.table) {
            break;
        }
        number += 1;
    }
    Ok(None)
}

/// Checks what the server is not to be asked: the number of values, the key, and texts that it cannot hold.
///
/// # Errors
/// [`MergeError::NullKey`], [`MergeError::Refused`], or the stream does not keep to its definition.
pub(super) fn checked_row(shape: &Shape, values: &[Value]) -> Result<(), Error> {
    check_row(&shape.spec, &shape.key, values)?;
    for (at, value) in values.iter().enumerate() {
        let what = match value {
            Value::Text(text) if text.contains('\0') => "a text with U+0000",
            Value::RawText(_) => "a text that is not UTF-8",
            _ => continue,
        };
        let column = Shown(&shape.spec.columns[at].name).to_string();
        let reason = format!("column `{column}`: {what}, which PostgreSQL cannot hold");
        return Err(MergeError::Refused { row: shape.show(values), reason }.into());
    }
    Ok(())
}
