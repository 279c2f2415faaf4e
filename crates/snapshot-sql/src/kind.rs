//! What a file is, from its first bytes.

use crate::header::{FORMAT, TITLE};

/// What a file is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum FileKind {
    /// What this crate writes. A file cut off within its first two lines counts as this, too.
    Format1,
    /// The layout without a `Format` line.
    Format0,
    /// A format that this version does not know: its number or name, cut short.
    Newer(String),
    /// Any snapshot with CRLF line ends.
    Crlf,
    /// Not one byte.
    Empty,
    /// Anything else.
    NotASnapshot,
}

/// Tells what a file is from its first 256 bytes (or all of them, if it has less).
pub fn detect(start: &[u8]) -> FileKind {
    if start.is_empty() {
        return FileKind::Empty;
    }
    let first: Vec<u8> = [TITLE, FORMAT].concat().into_bytes();
    if start.starts_with(&first) || first.starts_with(start) {
        return FileKind::Format1;
    }
    let title = TITLE.trim_end().as_bytes();
    match start.strip_prefix(title) {
        Some(rest) if rest.starts_with(b"\r\n") => FileKind::Crlf,
        Some(rest) if rest.starts_with(b"\n") => second_line(&rest[1..]),
        _ => FileKind::NotASnapshot,
    }
}

fn second_line(rest: &[u8]) -> FileKind {
    let line = rest.split(|byte| *byte == b'\n').next().unwrap_or_default();
    if line.ends_with(b"\r") {
        return FileKind::Crlf;
    }
    match line.strip_prefix(b"-- Format: ") {
        Some(number) => {
            let shown: String = String::from_utf8_lossy(number).chars().take(20).collect();
            FileKind::Newer(model::text::Shown(&shown).to_string())
        }
        None if line.starts_with(b"-- ") => FileKind::Format0,
        None => FileKind::NotASnapshot,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn first_bytes_tell_what_a_file_is() {
        let title = "-- Demo Data Export\n";
        let cases = [
            ("", FileKind::Empty),
            ("-- Demo", FileKind::Format1),
            ("-- Demo Data Export\n-- Format: 1\n-- Scenario: a\n", FileKind::Format1),
            ("-- Demo Data Export\n-- Format: 2\n", FileKind::Newer("2".into())),
            ("-- Demo Data Export\n-- Format: 10\n", FileKind::Newer("10".into())),
            ("-- Demo Data Export\n-- Scenario: a\n", FileKind::Format0),
            ("-- Demo Data Export\r\n-- Format: 1\r\n", FileKind::Crlf),
            ("-- Demo Data Export\n-- Format: 1\r\n", FileKind::Crlf),
            ("BEGIN;", FileKind::NotASnapshot),
            ("\u{feff}-- Demo Data Export\n", FileKind::NotASnapshot),
            ("-- Demo Data Export\nBEGIN;\n", FileKind::NotASnapshot),
        ];
        for (text, expected) in cases {
            assert_eq!(detect(text.as_bytes()), expected, "{text:?}");
        }
        assert_eq!(detect(title.as_bytes()), FileKind::Format1);
    }
}
