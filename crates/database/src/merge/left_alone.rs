//! Rows that an option leaves alone keep their values. What rows of the snapshot refer to may then never come about, which
//! is found before any change, so that a dry run says it too.

use model::{ForeignKey, RowSource, Value};

use super::rows::Sections;
use crate::{Error, MergeError};

/// A reference to a table in which rows are left alone that would have had other values of its key.
pub(crate) struct Endangered {
    /// Positions of the tables in the definition: which refers, and which is referred to.
    pub child: usize,
    pub parent: usize,
    /// Positions of the columns that refer, and of those that are referred to.
    pub columns: Vec<usize>,
    pub key: Vec<usize>,
    /// As it is declared.
    pub reference: ForeignKey,
}

/// What the target says of rows.
pub(crate) trait Target {
    /// Whether the row of that number in the file, one of the table at `table`, is left alone.
    ///
    /// # Errors
    /// The target cannot be read.
    fn is_left_alone(&mut self, table: usize, number: u64) -> Result<bool, Error>;

    /// Whether a row of the target keeps the values that the row of that number has in its key.
    ///
    /// # Errors
    /// The target cannot be read.
    fn is_kept(&mut self, reference: &Endangered, number: u64, values: &[Value]) -> Result<bool, Error>;

    /// Notes the values of a key that no row will have, those of the row with these `values`; `at` is the reference's place.
    ///
    /// # Errors
    /// There is no room for that.
    fn note_lost(&mut self, at: usize, reference: &Endangered, values: &[Value]) -> Result<(), Error>;

    /// Whether a row with these `values`, none of which is NULL where it refers, refers to values that were noted.
    ///
    /// # Errors
    /// The notes cannot be read.
    fn is_lost(&mut self, at: usize, reference: &Endangered, values: &[Value]) -> Result<bool, Error>;

    /// A row of the table at `table` as people read it.
    fn show(&self, table: usize, values: &[Value]) -> String;
}

/// Looks for a row of the snapshot that refers to what a row left alone does not become.
///
/// # Errors
/// [`MergeError::ForeignKey`], or the snapshot or the target cannot be read.
pub(crate) fn check(
    snapshot: &mut dyn RowSource,
    references: &[Endangered],
    target: &mut dyn Target,
) -> Result<(), Error> {
    if references.is_empty() {
        return Ok(());
    }
    let mut any_lost = false;
    each_row(snapshot, &mut |table, number, values| {
        for (at, reference) in references.iter().enumerate().filter(|(_, r)| r.parent == table) {
            if target.is_left_alone(table, number)? && !target.is_kept(reference, number, values)? {
                target.note_lost(at, reference, values)?;
                any_lost = true;
            }
        }
        Ok(())
    })?;
    if !any_lost {
        return Ok(());
    }
    each_row(snapshot, &mut |table, number, values| {
        for (at, reference) in references.iter().enumerate().filter(|(_, r)| r.child == table) {
            let refers = reference.columns.iter().all(|at| !values[*at].is_null());
            if refers && target.is_lost(at, reference, values)? && !target.is_left_alone(table, number)? {
                return Err(MergeError::dangling(target.show(table, values), &reference.reference).into());
            }
        }
        Ok(())
    })
}

/// What is done with a row: its table, its number in the file, its values.
type EachRow<'e> = dyn FnMut(usize, u64, &[Value]) -> Result<(), Error> + 'e;

fn each_row(snapshot: &mut dyn RowSource, each: &mut EachRow<'_>) -> Result<(), Error> {
    let mut sections = Sections::open(snapshot)?;
    let mut number = 0;
    while let Some(section) = sections.next_section()? {
        while let Some(values) = sections.next_row()? {
            each(section.table, number, values)?;
            number += 1;
        }
    }
    Ok(())
}
