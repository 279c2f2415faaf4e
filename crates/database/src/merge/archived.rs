//! A table of an archived version beside the rows of the target in question: the columns that both have, those that find a
//! row, and what a row of the version says of one.
//!
//! Positions count the columns that are compared: the snapshot's, then those that only the target has.

use std::borrow::Borrow;

use model::{LogicalType, Ownership, TableSpec, Value};

use super::digest::hash_of;
use super::judgement::{Judgement, Stake, Weighed};
use super::rows::out_of_step;
use crate::Error;

/// The columns of an archived table.
pub(crate) struct Columns {
    common: Vec<Common>,
    /// A byte for each that is compared: 1 if the version has it.
    known: Vec<u8>,
    /// Positions in `common` of those that find a row.
    key: Vec<usize>,
    /// How many are the snapshot's.
    of_snapshot: usize,
    /// Of what the version says here.
    ownership: Ownership,
}

struct Common {
    /// Position in the archived row.
    archived: usize,
    /// What the version says of its values.
    ty: LogicalType,
    /// Position among those compared.
    at: usize,
}

/// What is compared of the target's table.
pub(crate) struct Compared<'c> {
    /// What the snapshot says of it.
    pub spec: &'c TableSpec,
    /// Positions of the row key's columns; empty for a table without one.
    pub key: &'c [usize],
    /// How many columns are compared.
    pub columns: usize,
    /// Where the column of that name stands among them.
    pub position: &'c dyn Fn(&str) -> Option<usize>,
}

impl Columns {
    /// Matches a section of a version; `None` if the version lacks a column that finds a row.
    pub(crate) fn of(archived: &TableSpec, ownership: Ownership, compared: &Compared<'_>) -> Option<Self> {
        let matched = archived.columns.iter().enumerate().filter_map(|(place, column)| {
            let at = (compared.position)(&column.name)?;
            Some(Common { archived: place, ty: column.ty, at })
        });
        let common: Vec<Common> = matched.collect();
        let mut known = vec![0; compared.columns];
        for column in &common {
            known[column.at] = 1;
        }
        let of_snapshot = compared.spec.columns.len();
        let all: Vec<usize> = (0..of_snapshot).collect();
        let finding = if compared.key.is_empty() { &all } else { compared.key };
        let key = finding.iter().map(|key| common.iter().position(|column| column.at == *key));
        let key = key.collect::<Option<_>>()?;
        Some(Self { common, known, key, of_snapshot, ownership })
    }

    /// The common columns of a row of the target: `read` gives the value at a position, read with the version's type.
    ///
    /// # Errors
    /// `read` fails.
    pub(crate) fn read<E>(
        &self,
        read: impl Fn(usize, LogicalType) -> Result<Value, E>,
    ) -> Result<Vec<Value>, E> {
        self.common.iter().map(|column| read(column.at, column.ty)).collect()
    }

    /// The common columns of a row of the version.
    ///
    /// # Errors
    /// The row has too few values.
    pub(crate) fn pick<'v>(&self, values: &'v [Value]) -> Result<Vec<&'v Value>, Error> {
        let picked: Option<Vec<&Value>> =
            self.common.iter().map(|column| values.get(column.archived)).collect();
        picked.ok_or_else(out_of_step)
    }

    /// The hash by which a row is found, of its common columns.
    pub(crate) fn hash(&self, common: &[impl Borrow<Value>]) -> Vec<u8> {
        hash_of(self.key.iter().map(|at| common[*at].borrow()))
    }

    /// Takes in what a row of the version says of the row of the target that it finds, both by their common columns;
    /// `blank` says whether the target's row holds nothing at a position.
    ///
    /// # Errors
    /// `blank` fails.
    pub(crate) fn weigh<E>(
        &self,
        judgement: &mut Judgement,
        stake: Stake,
        (found, archived): (&[Value], &[&Value]),
        blank: &dyn Fn(usize) -> Result<bool, E>,
    ) -> Result<(), E> {
        let same: Vec<(usize, bool)> = (found.iter().zip(archived).zip(&self.common))
            .map(|((value, archived), column)| (column.at, value == *archived))
            .collect();
        let row = Weighed {
            stake,
            snapshot_columns: self.of_snapshot,
            ownership: self.ownership,
            known: &self.known,
            same: &same,
        };
        judgement.weigh(&row, blank)
    }
}
