//! Putting a file together: header and trailer around the body, which is written where it will most likely stand.
//!
//! The header says what only the rows know, so it cannot be written before them. But its length is known beforehand, unless
//! rows turn up that no one foresaw; a body that starts there need not be copied. The rule to keep in mind: the room left
//! for the header is a guess, and a wrong one costs a copy, nothing else.

use std::fs::File;
use std::io::{Read as _, Seek as _, SeekFrom, Write as _};

use model::{Digest, Engine, Ownership};

use crate::header::Raw;
use crate::owned::Predicates;
use crate::writer::{Body, content_line, file_digest, last_lines};
use crate::{Draft, Error, Header};

/// The two digests at a file's end.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Trailer {
    /// Of the rows, the same from the file and from either engine.
    pub content: Digest,
    /// Of the file.
    pub file: Digest,
}

impl Draft {
    /// How many bytes the header will most likely have, where sections of so many rows (table, ownership, rows) follow.
    pub fn header_length(&self, sections: impl IntoIterator<Item = (usize, Ownership, u64)>) -> u64 {
        let total_table = self.definition.position(&self.definition.total);
        let (mut total, mut records) = (0, 0);
        for (table, _, count) in sections {
            total += if Some(table) == total_table { count } else { 0 };
            records += count;
        }
        let has = |engine| self.engines.contains(&engine);
        let raw = Raw {
            sqlite: has(Engine::Sqlite).then_some((3, 38)),
            postgres: has(Engine::Postgres).then_some(14),
            empty_tables_only: Predicates::new(&self.definition).incomplete(&self.definition),
        };
        self.with(raw, total, records).text().len() as u64
    }
}

/// Writes header and trailer around the body, which stands in `file` from `body_at` to the file's end.
///
/// # Errors
/// Reading or writing the file fails, or something else stands there.
pub fn assemble(
    draft: &Draft,
    body: &Body,
    file: &mut File,
    body_at: u64,
) -> Result<(Header, Trailer), Error> {
    let header = body.header(draft);
    let text = header.text();
    // A body read from the wrong place would go unnoticed until an import.
    if file.seek(SeekFrom::End(0)).map_err(Error::Write)? != body_at + body.length {
        return Err(Error::Changed);
    }
    let at = text.len() as u64;
    shift(file, body_at, at, body.length)?;
    let content = body.tally().content;
    let trailer = Trailer { content, file: file_digest(Digest::of(text.as_bytes()), body.rest) };
    let end = content_line(content) + &last_lines(trailer.file);
    for (place, text) in [(0, &text), (at + body.length, &end)] {
        file.seek(SeekFrom::Start(place)).map_err(Error::Write)?;
        file.write_all(text.as_bytes()).map_err(Error::Write)?;
    }
    file.flush().map_err(Error::Write)?;
    Ok((header, trailer))
}

/// Moves the last `length` bytes of a file, which start at `from`, to `to`, where the file then ends with them.
fn shift(file: &mut File, from: u64, to: u64, length: u64) -> Result<(), Error> {
    if from == to {
        return Ok(());
    }
    let mut buffer = vec![0; STEP];
    let mut left = length;
    while left > 0 {
        let step = left.min(STEP as u64);
        // What has not been moved yet must not be written over: towards the end the last bytes go first.
        let done = if to > from { left - step } else { length - left };
        let piece = &mut buffer[..usize::try_from(step).unwrap_or(STEP)];
        file.seek(SeekFrom::Start(from + done)).map_err(Error::Write)?;
        file.read_exact(piece).map_err(Error::Write)?;
        file.seek(SeekFrom::Start(to + done)).map_err(Error::Write)?;
        file.write_all(piece).map_err(Error::Write)?;
        left -= step;
    }
    file.set_len(to + length).map_err(Error::Write)
}

/// As much is moved at a time.
const STEP: usize = 256 * 1024;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_last_bytes_of_a_file_are_moved_either_way() {
        let body: Vec<u8> = (0..u32::try_from(STEP).expect("small") / 2).flat_map(u32::to_le_bytes).collect();
        for (from, to) in [(100, 100), (100, 93), (93, 100), (0, 5), (5, 0), (STEP + 7, 3), (3, STEP + 7)] {
            let mut file = tempfile::tempfile().expect("a file");
            file.write_all(&vec![b'-'; from]).expect("writes");
            file.write_all(&body).expect("writes");
            shift(&mut file, from as u64, to as u64, body.len() as u64).expect("moves");
            let mut moved = Vec::new();
            file.seek(SeekFrom::Start(0)).expect("seeks");
            file.read_to_end(&mut moved).expect("reads");
            assert_eq!(moved.len(), to + body.len(), "{from} to {to}");
            assert!(moved[to..] == body, "{from} to {to}");
        }
    }
}
