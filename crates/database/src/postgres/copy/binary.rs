//! COPY's binary form, row by row.
//!
//! Source: <https://www.postgresql.org/docs/current/sql-copy.html#SQL-COPY-FILE-FORMATS>.

use std::io;

/// What a stream begins with: its signature, no flags, no extension.
pub(crate) const HEADER: &[u8; 19] = b"PGCOPY\n\xff\r\n\0\0\0\0\0\0\0\0\0";
/// How many bytes of it are the signature.
const SIGNATURE: usize = 11;
/// What a stream ends with, in place of the number of a row's fields.
pub(crate) const TRAILER: [u8; 2] = (-1_i16).to_be_bytes();

/// One row of COPY's binary form after another.
#[derive(Default)]
pub(crate) struct BinaryRow {
    /// Rows as they came.
    bytes: Vec<u8>,
    /// Where the next row begins.
    next: usize,
    /// Whether the stream's header was passed.
    begun: bool,
    fields: Vec<Option<(usize, usize)>>,
}

impl BinaryRow {
    /// The field at `index`; `None` for NULL, and for a field that is not there.
    pub(crate) fn field(&self, index: usize) -> Option<&[u8]> {
        let (start, end) = (*self.fields.get(index)?)?;
        self.bytes.get(start..end)
    }

    /// Takes whole rows to read next; what was left of others is forgotten.
    pub(crate) fn fill(&mut self, bytes: Vec<u8>) {
        (self.bytes, self.next) = (bytes, 0);
        self.fields.clear();
    }

    /// Goes to the next of the rows; false at their end.
    ///
    /// # Errors
    /// They are not in COPY's form.
    pub(crate) fn advance(&mut self) -> io::Result<bool> {
        self.fields.clear();
        self.try_advance().ok_or_else(|| io::ErrorKind::InvalidData.into())
    }

    fn try_advance(&mut self) -> Option<bool> {
        if self.next == self.bytes.len() {
            return Some(false);
        }
        if !self.begun {
            let header = self.bytes.get(self.next..self.next + HEADER.len())?;
            if header[..SIGNATURE] != HEADER[..SIGNATURE] {
                return None;
            }
            let extension = u32::from_be_bytes(*header.last_chunk()?);
            self.next += HEADER.len() + usize::try_from(extension).ok()?;
            self.begun = true;
            if self.next == self.bytes.len() {
                return Some(false);
            }
        }
        let count = i16::from_be_bytes(self.take()?);
        if count == -1 {
            return (self.next == self.bytes.len()).then_some(false);
        }
        // Kept at hand, since it is done for every value of a table.
        let (bytes, mut next) = (self.bytes.as_slice(), self.next);
        for _ in 0..count {
            let length = i32::from_be_bytes(*bytes.get(next..)?.first_chunk()?);
            next += size_of::<i32>();
            if length == -1 {
                self.fields.push(None);
                continue;
            }
            let start = next;
            next = start.checked_add(usize::try_from(length).ok()?).filter(|end| *end <= bytes.len())?;
            self.fields.push(Some((start, next)));
        }
        self.next = next;
        Some(true)
    }

    fn take<const N: usize>(&mut self) -> Option<[u8; N]> {
        let taken = *self.bytes.get(self.next..)?.first_chunk()?;
        self.next += N;
        Some(taken)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn rows_are_read_up_to_the_end_over_several_pieces() {
        let mut row = BinaryRow::default();
        let first = [HEADER.as_slice(), &[0, 2, 0, 0, 0, 1, b'a', 0xff, 0xff, 0xff, 0xff]].concat();
        row.fill(first);
        assert!(row.advance().expect("a row"));
        assert_eq!((row.field(0), row.field(1), row.field(2)), (Some(&b"a"[..]), None, None));
        assert!(!row.advance().expect("the end of a piece"));
        row.fill([&[0, 1, 0, 0, 0, 0][..], &TRAILER].concat());
        assert!(row.advance().expect("a row"));
        assert_eq!(row.field(0), Some(&b""[..]));
        assert!(!row.advance().expect("the end"));
    }

    #[test]
    fn a_stream_without_rows_has_a_header_all_the_same() {
        let mut row = BinaryRow::default();
        row.fill([HEADER.as_slice(), &TRAILER].concat());
        assert!(!row.advance().expect("the end"));
    }

    proptest! {
        #[test]
        fn what_is_no_such_stream_is_an_error_and_no_panic(bytes: Vec<u8>, has_header: bool) {
            let mut row = BinaryRow::default();
            row.fill(if has_header { [HEADER.as_slice(), &bytes].concat() } else { bytes });
            while row.advance().is_ok_and(|found| found) {
                let _ = row.field(0);
            }
        }
    }
}
