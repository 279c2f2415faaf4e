//! COPY's text form, both ways, row by row, and its binary form (`binary`). Memory is that of a few chunks, or of a few rows
//! where one is larger.
//!
//! Source: <https://www.postgresql.org/docs/current/sql-copy.html#SQL-COPY-FILE-FORMATS>.

mod binary;
mod transfer;

use std::io::{self, BufRead};

use memchr::{memchr, memchr3_iter};

pub(crate) use self::binary::BinaryRow;
pub(crate) use self::transfer::{Form, RowsIn, RowsOut};

/// One row of COPY's text form after another: its fields, unescaped.
#[derive(Default)]
pub(crate) struct CopyRow {
    /// Lines as they came.
    lines: String,
    /// Where the next line begins.
    next: usize,
    /// The fields of this row that had escapes, without them.
    unescaped: String,
    fields: Vec<Field>,
}

/// Where a field stands.
#[derive(Clone, Copy)]
enum Field {
    Null,
    AsItCame(usize, usize),
    Unescaped(usize, usize),
}

impl CopyRow {
    /// How many fields there are.
    pub(crate) fn len(&self) -> usize {
        self.fields.len()
    }

    /// The field at `index`; `None` for NULL, and for a field that is not there.
    pub(crate) fn text(&self, index: usize) -> Option<&str> {
        match *self.fields.get(index)? {
            Field::Null => None,
            Field::AsItCame(start, end) => self.lines.get(start..end),
            Field::Unescaped(start, end) => self.unescaped.get(start..end),
        }
    }

    /// The field's bytes.
    pub(crate) fn get(&self, index: usize) -> Option<&[u8]> {
        self.text(index).map(str::as_bytes)
    }

    /// Reads the next row; false at the end.
    pub(crate) fn read(&mut self, from: &mut dyn BufRead) -> io::Result<bool> {
        let mut line = std::mem::take(&mut self.lines).into_bytes();
        line.clear();
        from.read_until(b'\n', &mut line)?;
        self.fill(line)?;
        Ok(self.advance())
    }

    /// Takes lines to read next; what was left of others is forgotten.
    ///
    /// # Errors
    /// They are no UTF-8, which is every session's encoding.
    pub(crate) fn fill(&mut self, lines: Vec<u8>) -> io::Result<()> {
        (self.lines, self.next) = (String::new(), 0);
        self.lines = String::from_utf8(lines).map_err(|_| io::Error::from(io::ErrorKind::InvalidData))?;
        Ok(())
    }

    /// Goes to the next of the lines; false at their end.
    pub(crate) fn advance(&mut self) -> bool {
        self.fields.clear();
        self.unescaped.clear();
        if self.next >= self.lines.len() {
            return false;
        }
        let (begin, bytes) = (self.next, self.lines.as_bytes());
        let (mut start, mut skip) = (begin, begin);
        let mut escapes = false;
        for at in memchr3_iter(b'\t', b'\n', b'\\', &bytes[begin..]) {
            let at = begin + at;
            if at < skip {
                continue;
            }
            if bytes[at] == b'\\' {
                escapes = true;
                // What is escaped ends no field; the end of a line always does.
                skip = if bytes.get(at + 1) == Some(&b'\n') { at + 1 } else { at + 2 };
                continue;
            }
            let field = field(&self.lines, (start, at), escapes, &mut self.unescaped);
            self.fields.push(field);
            (start, escapes) = (at + 1, false);
            if bytes[at] == b'\n' {
                self.next = start;
                return true;
            }
        }
        let field = field(&self.lines, (start, bytes.len()), escapes, &mut self.unescaped);
        self.fields.push(field);
        self.next = bytes.len();
        true
    }
}

/// A field between two places of the lines.
fn field(lines: &str, (start, end): (usize, usize), escapes: bool, unescaped: &mut String) -> Field {
    if !escapes {
        return Field::AsItCame(start, end);
    }
    let text = &lines[start..end];
    if text == "\\N" {
        return Field::Null;
    }
    let begin = unescaped.len();
    unescape_into(text, unescaped);
    Field::Unescaped(begin, unescaped.len())
}

/// Appends a field's text, unescaped.
fn unescape_into(text: &str, out: &mut String) {
    let mut rest = text;
    while let Some(at) = memchr(b'\\', rest.as_bytes()) {
        out.push_str(&rest[..at]);
        rest = &rest[at + 1..];
        let mut escaped = rest.chars();
        let Some(letter) = escaped.next() else {
            out.push('\\');
            return;
        };
        out.push(match letter {
            'b' => '\u{8}',
            'f' => '\u{c}',
            'n' => '\n',
            'r' => '\r',
            't' => '\t',
            'v' => '\u{b}',
            other => other,
        });
        rest = escaped.as_str();
    }
    out.push_str(rest);
}

/// Appends a field's text, escaped.
pub(crate) fn escape_into(text: &[u8], out: &mut Vec<u8>) {
    // Few texts have a `\r`, and the other three are looked for at once.
    if memchr(b'\r', text).is_none() {
        return escape_at(memchr3_iter(b'\\', b'\n', b'\t', text), text, out);
    }
    let escaped = |(_, byte): &(usize, &u8)| matches!(byte, b'\\' | b'\n' | b'\r' | b'\t');
    escape_at(text.iter().enumerate().filter(escaped).map(|(at, _)| at), text, out);
}

fn escape_at(places: impl Iterator<Item = usize>, text: &[u8], out: &mut Vec<u8>) {
    let mut start = 0;
    for at in places {
        out.extend_from_slice(&text[start..at]);
        out.extend_from_slice(match text[at] {
            b'\\' => b"\\\\",
            b'\n' => b"\\n",
            b'\r' => b"\\r",
            _ => b"\\t",
        });
        start = at + 1;
    }
    out.extend_from_slice(&text[start..]);
}

#[cfg(test)]
mod tests {
    use super::*;

    fn row(line: &[u8]) -> Vec<Option<Vec<u8>>> {
        let mut row = CopyRow::default();
        assert!(row.read(&mut &*line).expect("a row"));
        (0..row.len()).map(|at| row.get(at).map(<[u8]>::to_vec)).collect()
    }

    #[test]
    fn fields_are_unescaped_and_null_is_no_text() {
        let some = |text: &str| Some(text.as_bytes().to_vec());
        assert_eq!(row(b"1\t\\N\ta\\tb\\\\N\t\n"), [some("1"), None, some("a\tb\\N"), some("")]);
        assert_eq!(row(b"\\r\\n\\v\\f\\b"), [some("\r\n\u{b}\u{c}\u{8}")]);
        assert_eq!(row(b"\n"), [some("")]);
        assert_eq!(row(b"\\N"), [None]);
        assert_eq!(row(b"a\\\tb\tc\\"), [some("a\tb"), some("c\\")]);
        assert_eq!(row("\\ä€\t€\n".as_bytes()), [some("ä€"), some("€")]);
    }

    #[test]
    fn lines_are_read_one_after_the_other_up_to_their_end() {
        let mut row = CopyRow::default();
        row.fill(b"1\ta\\nb\n\n2\t\\N\nlast".to_vec()).expect("text");
        let mut read = Vec::new();
        while row.advance() {
            let fields: Vec<_> = (0..row.len()).map(|at| row.text(at).unwrap_or("NULL")).collect();
            read.push(fields.join("|"));
        }
        assert_eq!(read, ["1|a\nb", "", "2|NULL", "last"]);
        assert!(!row.advance());
        assert_eq!(row.len(), 0);
    }

    #[test]
    fn what_is_no_utf_8_is_an_error() {
        let mut row = CopyRow::default();
        assert!(row.fill(b"a\xff\n".to_vec()).is_err());
        assert!(!row.advance());
        assert!(row.read(&mut &b"\xc3\n"[..]).is_err());
    }

    #[test]
    fn what_is_escaped_reads_back() {
        for text in ["", "\\N", "\\", "a\tb\nc\rd\\e", "\u{8}\u{b}\u{c}", "ä€"] {
            let mut line = Vec::new();
            escape_into(text.as_bytes(), &mut line);
            assert!(!line.contains(&b'\n') && !line.contains(&b'\t'));
            line.push(b'\n');
            assert_eq!(row(&line), [Some(text.as_bytes().to_vec())], "{text:?}");
        }
    }
}
