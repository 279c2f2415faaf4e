//! What the archived versions read so far say of a row of the target: the same reasoning for both engines.
//!
//! A row is compared on the snapshot's columns, one to be deleted also on those that only the target has. The engines'
//! modules find the rows and keep these notes; nothing is read or written here.

use model::Ownership;

/// What the archive says of a row, as the notes keep it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
#[repr(i64)]
pub(crate) enum Status {
    /// No version has its key. The notes begin with this.
    Unknown = 0,
    /// A version has its key, with other values.
    Known = 1,
    /// A version has the row as it is.
    Explained = 2,
}

/// What the import would do to a row, as the notes keep it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(i64)]
pub(crate) enum Stake {
    /// Change a row that is shared or not the scenario's.
    NotOwned = 0,
    /// Change a row of the scenario.
    Changed = 1,
    /// Delete a row of the scenario.
    Deleted = 2,
}

impl Stake {
    /// The stake that was noted as `number`.
    pub(crate) fn of(number: i64) -> Self {
        match number {
            1 => Self::Changed,
            2 => Self::Deleted,
            _ => Self::NotOwned,
        }
    }
}

/// What the versions read so far say of a candidate.
#[derive(Debug)]
pub(crate) struct Judgement {
    pub(crate) status: Status,
    /// A byte per compared column: 1 if a version has there what the row has.
    pub(crate) held: Vec<u8>,
    /// For each version, a byte per compared column: 1 where the row differs; none twice.
    pub(crate) unlike: Vec<u8>,
    /// Whether a version explains the row but for the columns that it lacks.
    pub(crate) pending: bool,
}

/// A row of the target beside the archived row that has its key.
pub(crate) struct Weighed<'a> {
    /// What is at stake.
    pub(crate) stake: Stake,
    /// How many columns are the snapshot's; those that only the target has follow.
    pub(crate) snapshot_columns: usize,
    /// What the version says of the row.
    pub(crate) ownership: Ownership,
    /// A byte per compared column: 1 if the version has it.
    pub(crate) known: &'a [u8],
    /// Each column that the version has, and whether the row has its value.
    pub(crate) same: &'a [(usize, bool)],
}

impl Weighed<'_> {
    fn at_stake(&self) -> usize {
        if self.stake == Stake::Deleted { self.known.len() } else { self.snapshot_columns }
    }

    /// Whether nothing of the row goes beyond what the version knows: each column that it lacks holds nothing, as after an
    /// import of it and a migration. Of rows that are not the scenario's, the version has to know all.
    fn rest_is_blank<E>(&self, blank: &dyn Fn(usize) -> Result<bool, E>) -> Result<bool, E> {
        for (at, known) in self.known[..self.at_stake()].iter().enumerate() {
            if *known == 0 && (self.stake == Stake::NotOwned || !blank(at)?) {
                return Ok(false);
            }
        }
        Ok(true)
    }
}

impl Judgement {
    /// Takes in one version's row; `blank` says whether the row of the target holds nothing in a column.
    ///
    /// # Errors
    /// `blank` fails.
    pub(crate) fn weigh<E>(
        &mut self,
        row: &Weighed<'_>,
        blank: &dyn Fn(usize) -> Result<bool, E>,
    ) -> Result<(), E> {
        let (all, at_stake) = (row.known.len(), row.at_stake());
        let mut unlike = vec![0; all];
        self.status = Status::Known;
        self.held.resize(all, 0);
        let counts = row.stake != Stake::Deleted || row.ownership == Ownership::Owned;
        for (at, same) in row.same {
            let same = u8::from(*same);
            self.held[*at] |= same & u8::from(counts);
            unlike[*at] = u8::from(*at < at_stake) & (1 - same);
        }
        if counts && !unlike.contains(&1) {
            if row.rest_is_blank(blank)? {
                self.status = Status::Explained;
            } else if row.stake != Stake::NotOwned && self.differ_within(row.known) {
                self.pending = true;
            }
        }
        if self.pending && self.all_accounted(at_stake, blank)? {
            self.status = Status::Explained;
        }
        self.add_unlike(&unlike);
        Ok(())
    }

    /// Whether the row differs from every version so far in one of the `known` columns.
    fn differ_within(&self, known: &[u8]) -> bool {
        let within = |mask: &[u8]| mask.iter().zip(known).any(|(unlike, known)| unlike & known == 1);
        self.unlike.chunks(known.len()).all(within)
    }

    /// Whether each of the first columns is held by a version or holds nothing.
    fn all_accounted<E>(&self, first: usize, blank: &dyn Fn(usize) -> Result<bool, E>) -> Result<bool, E> {
        for (at, held) in self.held[..first].iter().enumerate() {
            if *held == 0 && !blank(at)? {
                return Ok(false);
            }
        }
        Ok(true)
    }

    fn add_unlike(&mut self, mask: &[u8]) {
        if !self.unlike.chunks(mask.len()).any(|known| known == mask) {
            self.unlike.extend_from_slice(mask);
        }
    }
}
