//! Rows copied straight into a table that was empty, and the search for the one that the target refuses.

use std::fmt::Display;

use model::{RowSource, Value};

use super::super::binary::Wire;
use super::super::codec::to_copy;
use super::super::copy::{Form, RowsIn};
use super::super::session::Session;
use super::Merge;
use super::refused::{FailedCopy, checked_row, is_reference, row_in};
use super::shape::Shape;
use super::verify;
use crate::merge::digest::{RowSet, RunKey};
use crate::merge::rows::{STEP, Sections};
use crate::{Error, MergeProgress};

/// Appends a row's values as fields, in the binary form where `wires` are told. False where a value needs its text, so that
/// the rows have to be copied again in that form.
#[must_use]
pub(super) fn push_values(rows: &mut RowsIn<'_>, wires: Option<&[Wire]>, values: &[Value]) -> bool {
    let Some(wires) = wires else {
        for value in values {
            rows.field((!value.is_null()).then_some(|out: &mut Vec<u8>| to_copy(value, out)));
        }
        return true;
    };
    wires.iter().zip(values).all(|(wire, value)| {
        rows.binary_field((!value.is_null()).then_some(|out: &mut Vec<u8>| wire.write(value, out)))
    })
}

/// The form that goes with `wires`.
pub(super) fn form(wires: Option<&[Wire]>) -> Form {
    if wires.is_some() { Form::Binary } else { Form::Text }
}

/// Appends a number as a field.
pub(super) fn push_number(rows: &mut RowsIn<'_>, number: impl Display) {
    rows.field(Some(|out: &mut Vec<u8>| out.extend_from_slice(number.to_string().as_bytes())));
}

/// How a section is copied.
pub(super) struct Copy<'c> {
    /// The key of the digests.
    pub key: &'c RunKey,
    /// Whether values travel as text, whatever the columns are.
    pub as_text: bool,
    /// Rows of the file that came before.
    pub before: u64,
    pub progress: &'c mut dyn FnMut(MergeProgress),
}

impl Copy<'_> {
    /// Copies the rest of a section, and the sections of the same table that follow it: their rows may refer to each other,
    /// so they are one statement. Adds the rows to `copied`; returns how many rows and sections that was, or `None` where a value
    /// needs its text.
    ///
    /// # Errors
    /// A row has no key or cannot be held, the target refuses one or cannot be written, or the snapshot cannot be read.
    pub(super) fn sections(
        self,
        session: &mut Session,
        shape: &Shape,
        sections: &mut Sections<'_>,
        copied: &mut RowSet,
    ) -> Result<Option<(u64, usize)>, Error> {
        let wires = shape.wires.as_deref().filter(|_| !self.as_text);
        let into = format!("{} ({})", shape.relation.name, shape.bare_columns());
        let mut rows = session.copy_in_as(&into, form(wires))?;
        let mut buffer = Vec::new();
        let (mut count, mut number) = (0, 1);
        loop {
            while let Some(values) = sections.next_row()? {
                checked_row(shape, values)?;
                if wires.is_some() {
                    rows.begin_row(values.len());
                }
                if !push_values(&mut rows, wires, values) {
                    return Ok(None);
                }
                rows.end_row()?;
                copied.add(self.key, values, &mut buffer);
                count += 1;
                if (self.before + count).is_multiple_of(STEP) {
                    (self.progress)(MergeProgress::Applied(self.before + count));
                }
            }
            if !sections.goes_on_with(shape.index) {
                break;
            }
            sections.next_section()?;
            number += 1;
        }
        rows.finish()?;
        Ok(Some((count, number)))
    }
}

/// The error of a copied section with the row that the target refuses. The transaction is at the savepoint before it.
pub(super) fn explain(
    session: &mut Session,
    merge: &Merge<'_>,
    shape: &Shape,
    snapshot: &mut dyn RowSource,
    failed: FailedCopy,
) -> Error {
    if is_reference(&failed.error) {
        // The server names no row. The rows are staged after all, and looked through there.
        let looked =
            stage_again(session, shape, snapshot).and_then(|()| verify::check_staged(session, merge, shape));
        if let Err(found @ Error::Merge(_)) = looked {
            return found;
        }
    }
    row_in(merge, snapshot, failed)
}

fn stage_again(session: &mut Session, shape: &Shape, snapshot: &mut dyn RowSource) -> Result<(), Error> {
    shape.create_notes(session)?;
    let into = format!("{} (seq, {})", shape.stage(), shape.staged_columns());
    let mut seq: u64 = 0;
    let mut sections = Sections::open(snapshot)?;
    while let Some(section) = sections.next_section()? {
        if section.table != shape.index {
            while sections.next_row()?.is_some() {}
            continue;
        }
        let mut rows = session.copy_in(&into)?;
        while let Some(values) = sections.next_row()? {
            push_number(&mut rows, seq);
            let _: bool = push_values(&mut rows, None, values);
            rows.end_row()?;
            seq += 1;
        }
        rows.finish()?;
    }
    Ok(())
}
