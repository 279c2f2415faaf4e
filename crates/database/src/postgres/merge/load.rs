//! Loads a snapshot into empty tables: copied straight in, in one transaction, references checked at the end.

use model::RowSource;

use super::super::session::Session;
use super::transaction::{self, End};
use super::{Merge, apply, compare, constraints, deletes, sequences, verify};
use crate::{Error, MergeMode, MergeOptions};

/// Inserts every row: how many there were. Triggers fire as the schema has them.
///
/// # Errors
/// The schema refuses a row, a reference leads nowhere, or the database cannot be written. Nothing is inserted then.
pub(crate) fn load(session: &mut Session, rows: &mut dyn RowSource) -> Result<u64, Error> {
    let definition = rows.definition().clone();
    let options = MergeOptions::default();
    transaction::run(session, &definition, MergeMode::Write, |session, number| {
        let merge = Merge::new(session, &definition, &options, number, false)?;
        let mut tallies = match compare::uncounted(&merge) {
            Some(tallies) => tallies,
            None => compare::compare(session, &merge, rows, &mut |_| {})?,
        };
        let loosened = constraints::loosen(session, &merge, &tallies)?;
        apply::write_tables(session, &merge, &mut tallies, rows, &mut |_| {})?;
        deletes::settle(session, &merge)?;
        apply::check_references(session, &merge)?;
        constraints::tighten(session, &loosened)?;
        for shape in &merge.shapes {
            verify::check_every_reference(session, &merge, shape)?;
        }
        sequences::raise(session, &merge)?;
        Ok((tallies.iter().map(|tally| tally.rows.rows).sum(), End::Commit))
    })
}
