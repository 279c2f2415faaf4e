//! SHA-256 digests: of contents, files and schemas.

use std::fmt;

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
        Self(Sha256::digest(bytes).into())
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
#[derive(Clone)]
pub struct ContentHasher {
    sha: Sha256,
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
        let mut sha = Sha256::new();
        sha.update(b"demo-content-1\n");
        Self { sha, buffer: Vec::new() }
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
    pub fn finish(self) -> Digest {
        Digest(self.sha.finalize().into())
    }

    fn flush(&mut self) {
        self.sha.update(&self.buffer);
        self.buffer.clear();
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
    fn digests_read_as_they_are_shown() {
        let digest = Digest::of(b"x");
        assert_eq!(Digest::parse(&digest.to_string()), Ok(digest));
        assert_eq!(Digest::parse(&digest.to_string().to_uppercase()), Err(DigestError));
        insta::assert_snapshot!(DigestError, @"a digest has 64 lower-case hexadecimal digits");
    }
}
