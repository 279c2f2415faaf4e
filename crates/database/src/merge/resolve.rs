//! What the options say of rows that are in the way. Which rows those are the engines find.

use super::judgement::Status;
use crate::{Error, FirstRows, LostRow, LostWhy, MergeError, MergeOptions, MergePlan, OnConflict, Parents};

/// Whose a row of the target is that has a snapshot row's key and other values, as the notes keep it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(i64)]
pub(crate) enum Origin {
    /// The scenario's, by the definition.
    Owned = 0,
    /// A parent that it shares.
    Shared = 1,
    /// Another's.
    Foreign = 2,
}

/// What an option says of rows that are not to be changed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Rule {
    Refuse,
    LeaveAlone,
}

/// Unexplained rows of others that the snapshot would change.
#[derive(Debug, Default)]
pub(crate) struct InTheWay {
    refused: FirstRows,
    skipped: FirstRows,
}

impl InTheWay {
    /// Notes a row, and the columns in which it differs.
    pub(crate) fn note(
        &mut self,
        rule: Rule,
        row: impl FnOnce() -> String,
        columns: impl FnOnce() -> String,
    ) {
        match rule {
            Rule::Refuse => self.refused.push_with(|| format!("{} ({})", row(), columns())),
            Rule::LeaveAlone => self.skipped.push_with(row),
        }
    }
}

/// Has `decide` apply each option to the unexplained rows of its origin and note them. Returns the first rows left alone.
///
/// # Errors
/// [`MergeError::SharedDiffers`] or [`MergeError::KeyTaken`] where the options refuse, or `decide` fails.
pub(crate) fn apply_options(
    options: &MergeOptions,
    decide: &mut dyn FnMut(Origin, Rule, &mut InTheWay) -> Result<(), Error>,
) -> Result<Vec<String>, Error> {
    let parents = match options.parents {
        Parents::Error => Some(Rule::Refuse),
        Parents::Keep => Some(Rule::LeaveAlone),
        Parents::Overwrite => None,
    };
    let conflicts = match options.on_conflict {
        OnConflict::Error => Some(Rule::Refuse),
        OnConflict::Skip => Some(Rule::LeaveAlone),
        OnConflict::Overwrite => None,
    };
    let mut rows = InTheWay::default();
    if let Some(rule) = parents {
        decide(Origin::Shared, rule, &mut rows)?;
    }
    if !rows.refused.is_empty() {
        return Err(MergeError::SharedDiffers { rows: rows.refused }.into());
    }
    if let Some(rule) = conflicts {
        decide(Origin::Foreign, rule, &mut rows)?;
    }
    if !rows.refused.is_empty() {
        return Err(MergeError::KeyTaken { rows: rows.refused }.into());
    }
    Ok(rows.skipped.rows)
}

impl MergePlan {
    /// Counts a row of people that would be changed or deleted, with its noted status, and names the first ones.
    pub(crate) fn note_lost(&mut self, table: &str, status: i64, key: impl FnOnce() -> String) {
        self.lost_total += 1;
        if self.lost.len() < FirstRows::MAX {
            let why = if status == Status::Unknown as i64 { LostWhy::Added } else { LostWhy::Edited };
            self.lost.push(LostRow { table: table.to_owned(), key: key(), why });
        }
    }
}
