//! Where text is code, and where it is a literal, a name or a comment: as little of SQL's lexical rules as the format uses.
//!
//! Decides nothing about validity. `--` starts a comment at the beginning of a line only, as in every snapshot.

use memchr::{memchr, memchr3};

/// What a byte is part of.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum State {
    /// The beginning of a line, outside of everything.
    #[default]
    LineStart,
    /// One hyphen after the beginning of a line.
    Hyphen,
    /// Words and signs.
    Code,
    /// A literal; a doubled quote leaves and enters it.
    Literal,
    /// A name.
    Name,
    /// After `--`.
    Comment,
}

/// Follows a text.
#[derive(Debug, Default)]
pub(crate) struct Lexer {
    state: State,
}

impl Lexer {
    /// The state before the next byte.
    pub(crate) fn state(&self) -> State {
        self.state
    }

    /// Goes on until the state has changed or the text is used up; returns how many bytes that took.
    pub(crate) fn run(&mut self, text: &[u8]) -> usize {
        let stop = match self.state {
            State::LineStart | State::Hyphen => (!text.is_empty()).then_some(0),
            State::Code => memchr3(b'\'', b'"', b'\n', text),
            State::Literal => memchr(b'\'', text),
            State::Name => memchr(b'"', text),
            State::Comment => memchr(b'\n', text),
        };
        let Some(at) = stop else { return text.len() };
        self.state = match (self.state, text[at]) {
            (State::Literal | State::Name, _) => State::Code,
            (State::Hyphen, b'-') => State::Comment,
            (State::LineStart, b'-') => State::Hyphen,
            (State::Comment, _) | (_, b'\n') => State::LineStart,
            (_, b'\'') => State::Literal,
            (_, b'"') => State::Name,
            _ => State::Code,
        };
        at + 1
    }
}

/// The length of the statement at the beginning of a text, its `;` included; `None` if it does not end here. Every
/// statement of the format ends its line.
pub(crate) fn statement_length(text: &[u8]) -> Option<usize> {
    let mut lexer = Lexer::default();
    let mut at = 0;
    while at < text.len() {
        at += lexer.run(&text[at..]);
        if lexer.state() == State::LineStart && at >= 2 && text[at - 2] == b';' {
            return Some(at - 1);
        }
    }
    None
}

/// The length of the row at the beginning of a text: up to the first line feed outside of a literal. `None` if it does not
/// end here.
///
/// The only quotes of a row are those of its literals, and a quote within one is doubled; so a line feed with an even
/// number of quotes before it is outside.
pub(crate) fn row_length(text: &[u8]) -> Option<usize> {
    let mut odd = false;
    let mut at = 0;
    loop {
        let line = memchr(b'\n', &text[at..])?;
        odd ^= has_odd_quotes(&text[at..at + line]);
        at += line + 1;
        if !odd {
            return Some(at);
        }
    }
}

fn has_odd_quotes(bytes: &[u8]) -> bool {
    // Branches nowhere, so that the compiler turns it to vector instructions.
    bytes.iter().fold(0, |odd: u8, byte| odd ^ u8::from(*byte == b'\'')) == 1
}

/// Splits text of the format into its statements, each with its `;`; comments and blank lines are left out.
pub(crate) fn statements(text: &str) -> Vec<&str> {
    let mut found = Vec::new();
    let mut rest = text;
    while !rest.is_empty() {
        let line = rest.find('\n').map_or(rest.len(), |at| at + 1);
        if rest.starts_with('\n') || rest.starts_with("--") {
            rest = &rest[line..];
            continue;
        }
        let length = statement_length(rest.as_bytes()).unwrap_or(rest.len());
        found.push(&rest[..length]);
        rest = &rest[length..];
        rest = rest.strip_prefix('\n').unwrap_or(rest);
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn statements_end_with_a_semicolon_at_a_lines_end_outside_of_literals() {
        let text = "-- a;\nBEGIN;\n\n-- it's\nINSERT 'x;\n-- y' \"a';\"\n, ('''');\nCOMMIT;\n";
        assert_eq!(statements(text), ["BEGIN;", "INSERT 'x;\n-- y' \"a';\"\n, ('''');", "COMMIT;"]);
    }

    #[test]
    fn a_row_ends_at_the_first_line_feed_outside_of_literals() {
        let whole = [
            "(1)\n",
            "(NULL, 'it''s')\n",
            "('one\ntwo')\n",
            "('''\n')\n",
            "('\n, (2)\n', json('[\"\\u0007\"]')->>0)\n",
            "(unhex('00ff'), '\n\n''\n''')\n",
        ];
        for row in whole {
            let text = format!("{row}, ('x\n');\n");
            assert_eq!(row_length(text.as_bytes()), Some(row.len()), "{row}");
            for cut in 0..row.len() {
                assert_eq!(row_length(&row.as_bytes()[..cut]), None, "{row} to {cut}");
            }
        }
    }
}
