//! What a long operation tells while it works. The library never prints.

/// A step of an operation.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Phase {
    /// Reading and checking a snapshot file, or a database.
    Checking,
    /// Reading rows from the source.
    Collecting,
    /// Checking the written file in both SQL dialects.
    Validating,
    /// Comparing rows: the new version with the one before, or the snapshot with the target.
    Comparing,
    /// Writing rows to the target.
    Applying,
    /// Reading rows back.
    Verifying,
}

impl Phase {
    /// A word for people.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Checking => "Checking",
            Self::Collecting => "Collecting",
            Self::Validating => "Validating",
            Self::Comparing => "Comparing",
            Self::Applying => "Writing",
            Self::Verifying => "Verifying",
        }
    }
}

/// Progress within a phase.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Event {
    /// What is being done.
    pub phase: Phase,
    /// Rows done so far; never less than before within a phase.
    pub done: u64,
    /// Rows in all, if known.
    pub total: Option<u64>,
}

/// Who listens.
pub type Observer<'a> = &'a mut dyn FnMut(Event);
