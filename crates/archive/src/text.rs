//! What the archive's two JSON files have in common: refused spellings, lines, the check that nothing was edited by hand.

use std::path::Path;

use model::json::{self, Json, JsonError};
use model::text::Shown;

use crate::{Error, Written, files};

/// How large the manifest, the schemas and a `CHANGES.md` may grow: some 20,000 versions.
pub(crate) const CAP: u64 = 16 << 20;

/// Replaces a file, unless it could not be read again.
pub(crate) fn write(path: &Path, text: &str) -> Result<Written, Error> {
    let actual = text.len() as u64;
    if actual > CAP {
        return Err(Error::TooLarge { path: path.to_owned(), actual, cap: CAP });
    }
    files::write_atomic(path, text.as_bytes())
}

/// Reads JSON strictly; traces of a merge or of converted line ends get an error of their own.
pub(crate) fn parse(path: &Path, text: &str) -> Result<Json, Error> {
    if let Some(line) = text.lines().position(is_marker) {
        return Err(Error::Conflict { path: path.to_owned(), line: line + 1 });
    }
    if text.contains('\r') {
        return Err(Error::Crlf { path: path.to_owned() });
    }
    json::parse(text).map_err(|reason| match reason {
        JsonError::DuplicateKey(key) => {
            Error::DuplicateKey { path: path.to_owned(), key: Shown(&cut(&key)).to_string() }
        }
        JsonError::Syntax(at) | JsonError::LoneSurrogate(at) => {
            Error::Json { path: path.to_owned(), line: line_of(text, at), reason }
        }
        JsonError::TooDeep | JsonError::Exponent | JsonError::TooLarge => {
            Error::Json { path: path.to_owned(), line: 1, reason }
        }
    })
}

/// Refuses a text that is not what this tool would write.
pub(crate) fn require_canonical(path: &Path, text: &str, canonical: &str) -> Result<(), Error> {
    if text == canonical {
        return Ok(());
    }
    let line = text.lines().zip(canonical.lines()).take_while(|(found, expected)| found == expected).count();
    Err(Error::Edited { path: path.to_owned(), line: line + 1 })
}

/// At most 80 characters of a text from outside.
pub(crate) fn cut(text: &str) -> String {
    text.chars().take(80).collect()
}

/// Whether a line can only be git's: none of our lines begins like this.
pub(crate) fn is_marker(line: &str) -> bool {
    ["<<<<<<<", "=======", ">>>>>>>", "|||||||"].iter().any(|marker| line.starts_with(marker))
}

fn line_of(text: &str, at: usize) -> usize {
    text.as_bytes().iter().take(at).filter(|byte| **byte == b'\n').count() + 1
}
