//! A digest of a set of rows that does not depend on their order, as both sides of an import have it.
//!
//! Each row is hashed with a random key of the run, so that nobody can write a file whose rows cancel each other out; the
//! hashes are added as numbers of 256 bits, so that equal rows count as often as they stand there.

use std::path::Path;

use model::{Value, canonical_encoding};
use sha2::{Digest as _, Sha256};

use crate::Error;

/// The random key of one run.
#[derive(Clone)]
pub struct RunKey([u8; 32]);

impl RunKey {
    /// A new key.
    ///
    /// # Errors
    /// The system gives no random numbers.
    pub fn random() -> Result<Self, Error> {
        let mut key = [0; 32];
        getrandom::fill(&mut key)
            .map_err(|error| Error::of_io(Path::new("the system's random numbers"), &error.into()))?;
        Ok(Self(key))
    }
}

/// How many rows there were, and the sum of their hashes.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct RowSet {
    /// The rows.
    pub rows: u64,
    sum: [u64; 4],
}

impl RowSet {
    /// Adds a row; `buffer` is scratch space.
    pub fn add(&mut self, key: &RunKey, values: &[Value], buffer: &mut Vec<u8>) {
        let all = |buffer: &mut Vec<u8>| values.iter().for_each(|value| value.encode_into(buffer));
        self.add_encoded(key, all, buffer);
    }

    /// Adds a row whose canonical encoding `encode` appends.
    pub(crate) fn add_encoded(
        &mut self,
        key: &RunKey,
        encode: impl FnOnce(&mut Vec<u8>),
        buffer: &mut Vec<u8>,
    ) {
        buffer.clear();
        buffer.extend_from_slice(&key.0);
        encode(buffer);
        self.rows += 1;
        let hash: [u8; 32] = Sha256::digest(&buffer).into();
        let mut carry = false;
        for (part, bytes) in self.sum.iter_mut().zip(hash.chunks_exact(8)) {
            let mut word = [0; 8];
            word.copy_from_slice(bytes);
            let (sum, first) = part.overflowing_add(u64::from_le_bytes(word));
            let (sum, second) = sum.overflowing_add(u64::from(carry));
            *part = sum;
            carry = first || second;
        }
    }
}

/// A SHA-256 over values, as scratch tables keep it.
pub(crate) fn hash_of<'v>(values: impl IntoIterator<Item = &'v Value>) -> Vec<u8> {
    Sha256::digest(canonical_encoding(values)).to_vec()
}

/// The hash by which a row of the snapshot is found: of the values at the positions `key`, or of all where that is empty.
pub(crate) fn key_hash(key: &[usize], values: &[Value]) -> Vec<u8> {
    if key.is_empty() { hash_of(values) } else { hash_of(key.iter().map(|at| &values[*at])) }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn set(rows: &[i64]) -> RowSet {
        let mut set = RowSet::default();
        for row in rows {
            set.add(&RunKey([7; 32]), &[Value::Integer(*row)], &mut Vec::new());
        }
        set
    }

    #[test]
    fn a_row_set_does_not_depend_on_the_order_of_its_rows_and_counts_equal_ones() {
        assert_eq!(set(&[1, 2, 3]), set(&[3, 1, 2]));
        assert_ne!(set(&[1, 1, 2]), set(&[1, 2, 2]));
        assert_ne!(set(&[1, 1]), set(&[1]));
    }
}
