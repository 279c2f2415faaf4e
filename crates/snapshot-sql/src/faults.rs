//! From a place in a file to an error that says what stands there and what should.

use model::text::Shown;

use crate::Error;
use crate::cursor::Cursor;
use crate::parse::Stop;

/// The last line of a file.
pub(crate) const END: &str = "-- End of export";
/// How much of a line a message shows, in characters.
const SHOWN: usize = 60;

/// The error for a file that ends at what the cursor has in memory.
pub(crate) fn truncated(cursor: &Cursor) -> Error {
    let (line, _) = cursor.place(cursor.rest().len());
    Error::Truncated { line, expected: END }
}

/// The error for a line that does not belong where it stands.
pub(crate) fn foreign(rest: &[u8], line: u64) -> Error {
    Error::ForeignStatement { line, found: shown_line(rest) }
}

/// The error for text that differs from `expected`, which the cursor has in memory so far as the file goes.
pub(crate) fn difference(cursor: &Cursor, expected: &[u8]) -> Error {
    let rest = cursor.rest();
    let same = rest.iter().zip(expected).take_while(|(found, wanted)| found == wanted).count();
    if same == rest.len() && cursor.ended() {
        return truncated(cursor);
    }
    let line_start = rest[..same].iter().rposition(|byte| *byte == b'\n').map_or(0, |at| at + 1);
    let (line, _) = cursor.place(same);
    let (found, wanted) = (&rest[line_start..], expected.get(line_start..).unwrap_or_default());
    if first_word(found) != first_word(wanted) || found.starts_with(b"-- ") {
        return foreign(found, line);
    }
    // Not from the middle of a character.
    let back = rest[line_start..same].iter().rev().take(3).take_while(|byte| **byte & 0xc0 == 0x80).count();
    let same = if rest.get(same).is_some_and(|byte| byte & 0xc0 == 0x80) { same - back - 1 } else { same };
    let (line, column) = cursor.place(same);
    Error::Spelling {
        line,
        column,
        found: shown_line(&rest[same..]),
        expected: shown_line(expected.get(same..).unwrap_or_default()),
    }
}

/// The error for what stopped a parser; `table` is the name and width of the table whose row it read.
pub(crate) fn stopped(cursor: &Cursor, stop: Stop, table: Option<(&str, usize)>) -> Error {
    match (stop, table) {
        (Stop::Width { at, found }, Some((table, expected))) => {
            let (line, _) = cursor.place(at);
            let table = Shown(table).to_string();
            Error::Row { line, fault: crate::RowFault::Width { table, expected, found } }
        }
        (Stop::Bad { at, why }, _) => {
            let (line, column) = cursor.place(at);
            Error::Syntax { line, column, why }
        }
        (Stop::More | Stop::Width { .. }, _) => truncated(cursor),
    }
}

fn first_word(line: &[u8]) -> &[u8] {
    line.split(|byte| matches!(byte, b' ' | b'\n')).next().unwrap_or_default()
}

/// The beginning of the line, safe to print.
fn shown_line(text: &[u8]) -> String {
    let cut = &text[..text.len().min(SHOWN * 4)];
    let line = cut.split(|byte| *byte == b'\n').next().unwrap_or_default();
    let line = String::from_utf8_lossy(line);
    let mut shown = line.chars().take(SHOWN).collect::<String>();
    if line.chars().count() > SHOWN {
        shown.push('…');
    }
    if shown.is_empty() {
        return "the end of the line".to_owned();
    }
    Shown(&shown).to_string()
}
