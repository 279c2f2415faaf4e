//! Sequences behind the snapshot's tables: raised past the greatest value of every column that takes its values from them,
//! never lowered, so that the next INSERT without an id succeeds.
//!
//! The server raises a sequence at once, whatever becomes of the transaction, so this comes last. Whether the role may do
//! so is looked at with the plan (`rights`); defaults that nobody can follow are told of (`defaults`).

pub(super) mod defaults;
pub(super) mod rights;

use super::super::sequences::{self, Counted, Sequence};
use super::super::session::Session;
use super::Merge;
use crate::{Error, MergeMode};

/// Raises every sequence that the snapshot's tables use and the role may raise.
///
/// # Errors
/// The target cannot be read.
pub(super) fn raise(session: &mut Session, merge: &Merge<'_>) -> Result<(), Error> {
    for sequence in read(session, merge)?.iter().filter(|sequence| sequence.may_select && sequence.may_update)
    {
        sequence.raise(session)?;
    }
    Ok(())
}

/// The same where nothing else is to be done: a sentence on each sequence that is behind. A dry run only tells.
///
/// # Errors
/// The target cannot be read.
pub(super) fn raise_alone(session: &mut Session, merge: &Merge<'_>) -> Result<Vec<String>, Error> {
    let mut notes = Vec::new();
    for sequence in read(session, merge)?.iter().filter(|sequence| sequence.may_select && sequence.may_update)
    {
        let (shown, tables) = (&sequence.shown, sequence.tables());
        match merge.options.mode {
            MergeMode::Write if sequence.raise(session)? => {
                notes.push(format!("raised the sequence {shown}: it was behind the rows of {tables}"));
            }
            MergeMode::DryRun if sequence.is_behind(session, None)? => {
                notes.push(format!("would raise the sequence {shown}: it is behind the rows of {tables}"));
            }
            MergeMode::Write | MergeMode::DryRun => {}
        }
    }
    Ok(notes)
}

/// The sequences that the snapshot's tables use.
fn read(session: &mut Session, merge: &Merge<'_>) -> Result<Vec<Sequence>, Error> {
    let counted = |table: &str| {
        let relation = merge.relations.get(table)?;
        Some(Counted { oid: relation.oid, from: relation.from.clone(), row_security: relation.row_security })
    };
    let mut sequences = sequences::read(session, &counted)?;
    sequences
        .retain(|sequence| sequence.columns.iter().any(|column| merge.shape_of(&column.table).is_some()));
    Ok(sequences)
}

impl Sequence {
    /// Raises the sequence if it is behind: in one statement, so that it can only rise. Returns whether it was.
    fn raise(&self, session: &mut Session) -> Result<bool, Error> {
        let Some(reached) = self.reached() else { return Ok(false) };
        let set = format!(
            "SELECT pg_catalog.setval($1::pg_catalog.oid::pg_catalog.regclass, r.reached, true) FROM {}",
            self.behind(&reached)
        );
        Ok(!session.query(&set, &[&self.oid])?.is_empty())
    }
}
