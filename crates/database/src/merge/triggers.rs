//! What to tell of the target's triggers: those that were kept from firing, and what those that fired did to others' rows.

use model::text::Shown;

use crate::{Error, FirstRows, MergeError};

/// The sentence on triggers that would have fired; `None` if there are none.
pub(crate) fn silenced(names: &FirstRows) -> Option<String> {
    if names.is_empty() {
        return None;
    }
    let more = names.total - names.rows.len() as u64;
    let more = if more > 0 { format!(" and {more} more") } else { String::new() };
    let names = names.rows.join(", ");
    Some(format!("Triggers of the target do not fire during the import: {names}{more}."))
}

/// What triggers did to rows that are not the scenario's.
#[derive(Debug, Default)]
pub(crate) struct Effects {
    /// What none may do.
    pub changed: FirstRows,
    added: Vec<String>,
}

impl Effects {
    /// Notes how many rows of a table were inserted, updated and deleted. Rows that triggers add to a table outside the
    /// snapshot (an audit log) are theirs.
    pub(crate) fn note(&mut self, table: &str, is_in_snapshot: bool, mut counts: [u64; 3]) {
        if !is_in_snapshot && counts[0] > 0 {
            self.added.push(format!("{} ({})", Shown(table), rows(std::mem::take(&mut counts[0]))));
        }
        for (count, what) in counts.into_iter().zip(["inserted", "updated", "deleted"]) {
            if count > 0 {
                self.changed.push_with(|| format!("{}: {} {what}", Shown(table), rows(count)));
            }
        }
    }

    /// A sentence on rows that triggers added to tables of their own.
    ///
    /// # Errors
    /// [`MergeError::TriggersChangedOthers`].
    pub(crate) fn told(self) -> Result<Option<String>, Error> {
        if !self.changed.is_empty() {
            return Err(MergeError::TriggersChangedOthers { tables: self.changed }.into());
        }
        let told = || format!("Triggers of the target added rows: {}.", self.added.join(", "));
        Ok((!self.added.is_empty()).then(told))
    }
}

fn rows(count: u64) -> String {
    if count == 1 { "1 row".to_owned() } else { format!("{count} rows") }
}
