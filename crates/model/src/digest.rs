//! SHA-256 digests: of contents, files and schemas.

mod stream;

use std::fmt;

pub use self::stream::{BLOCK, StreamDigest};

use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};

use crate::{ColumnSpec, Ownership, Value};

/// A SHA-256 digest, shown as 64 lower-case hexadecimal digits.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Digest(pub [u8; 32]);

/// Why a text is not a digest.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("a digest has 64 lower-case hexadecimal digits")]
pub struct DigestError;

impl Digest {
    /// The digest of `bytes`.
    pub fn of(bytes: &[u8]) -> Self {
        one_block(bytes).unwrap_or_else(|| Self(Sha256::digest(bytes).into()))
    }

    /// Reads 64 lower-case hexadecimal digits.
    ///
    /// # Errors
    /// The text is spelled otherwise.
    pub fn parse(text: &str) -> Result<Self, DigestError> {
        let nibble = |byte: u8| match byte {
            b'0'..=b'9' => Ok(byte - b'0'),
            b'a'..=b'f' => Ok(byte - b'a' + 10),
            _ => Err(DigestError),
        };
        let bytes: &[u8; 64] = text.as_bytes().try_into().map_err(|_| DigestError)?;
        let mut out = [0; 32];
        for (slot, pair) in out.iter_mut().zip(bytes.chunks_exact(2)) {
            *slot = nibble(pair[0])? << 4 | nibble(pair[1])?;
        }
        Ok(Self(out))
    }
}

/// The digest of so few bytes that they are one block with their padding: a row key's, mostly, and of every row.
fn one_block(bytes: &[u8]) -> Option<Digest> {
    let mut block = [0; 64];
    let bits = u16::try_from(bytes.len()).ok().filter(|length| *length < 56)? * 8;
    block[..bytes.len()].copy_from_slice(bytes);
    block[bytes.len()] = 0x80;
    block[62..].copy_from_slice(&bits.to_be_bytes());
    let mut state = INITIAL;
    sha2::block_api::compress256(&mut state, &[block]);
    let mut digest = [0; 32];
    for (to, word) in digest.chunks_exact_mut(4).zip(state) {
        to.copy_from_slice(&word.to_be_bytes());
    }
    Some(Digest(digest))
}

/// What SHA-256 begins with.
const INITIAL: [u32; 8] =
    [0x6a09_e667, 0xbb67_ae85, 0x3c6e_f372, 0xa54f_f53a, 0x510e_527f, 0x9b05_688c, 0x1f83_d9ab, 0x5be0_cd19];

impl fmt::Display for Digest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.iter().try_for_each(|byte| write!(f, "{byte:02x}"))
    }
}

impl fmt::Debug for Digest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl TryFrom<String> for Digest {
    type Error = DigestError;
    fn try_from(text: String) -> Result<Self, DigestError> {
        Self::parse(&text)
    }
}

impl From<Digest> for String {
    fn from(digest: Digest) -> Self {
        digest.to_string()
    }
}

/// Hashes a snapshot's content, in file order, as format 1 defines it (rule 9).
pub struct ContentHasher {
    sha: StreamDigest,
    buffer: Vec<u8>,
}

impl Default for ContentHasher {
    fn default() -> Self {
        Self::new()
    }
}

impl ContentHasher {
    /// An empty content: `demo-content-1` and a line feed.
    pub fn new() -> Self {
        Self { sha: StreamDigest::new(), buffer: b"demo-content-1\n".to_vec() }
    }

    /// A section begins: `T`, the table, `s` or `o`, then each column's name and type.
    pub fn section(&mut self, table: &str, ownership: Ownership, columns: &[ColumnSpec]) {
        self.buffer.push(b'T');
        push_string(&mut self.buffer, table.as_bytes());
        self.buffer.push(match ownership {
            Ownership::Shared => b's',
            Ownership::Owned => b'o',
        });
        for column in columns {
            push_string(&mut self.buffer, column.name.as_bytes());
            push_string(&mut self.buffer, column.ty.as_str().as_bytes());
        }
        self.flush();
    }

    /// A row as the file holds it (linked references NULL): `R`, then its values.
    pub fn row(&mut self, values: &[Value]) {
        self.buffer.push(b'R');
        for value in values {
            value.encode_into(&mut self.buffer);
        }
        self.flush();
    }

    /// A link: `L`, the table, the row key's values, then each column that is set with its value.
    pub fn link<'a>(
        &mut self,
        table: &str,
        key: impl IntoIterator<Item = &'a Value>,
        set: impl IntoIterator<Item = (&'a str, &'a Value)>,
    ) {
        self.buffer.push(b'L');
        push_string(&mut self.buffer, table.as_bytes());
        for value in key {
            value.encode_into(&mut self.buffer);
        }
        for (column, value) in set {
            push_string(&mut self.buffer, column.as_bytes());
            value.encode_into(&mut self.buffer);
        }
        self.flush();
    }

    /// The digest of everything so far.
    pub fn finish(mut self) -> Digest {
        self.sha.update(&self.buffer);
        self.sha.finish()
    }

    fn flush(&mut self) {
        if self.buffer.len() >= BLOCK {
            self.sha.hand_over(&mut self.buffer, 0);
        }
    }
}

fn push_string(out: &mut Vec<u8>, bytes: &[u8]) {
    out.extend_from_slice(&(bytes.len() as u64).to_be_bytes());
    out.extend_from_slice(bytes);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn short_texts_have_the_digest_of_long_ones() {
        for length in 0..130 {
            let bytes: Vec<u8> = (0..length).map(|at| at ^ 0xa5).collect();
            assert_eq!(Digest::of(&bytes), Digest(Sha256::digest(&bytes).into()), "{length} bytes");
            assert_eq!(one_block(&bytes).is_some(), length < 56);
        }
    }

    #[test]
    fn digests_read_as_they_are_shown() {
        let digest = Digest::of(b"x");
        assert_eq!(Digest::parse(&digest.to_string()), Ok(digest));
        assert_eq!(Digest::parse(&digest.to_string().to_uppercase()), Err(DigestError));
        insta::assert_snapshot!(DigestError, @"a digest has 64 lower-case hexadecimal digits");
    }
}
