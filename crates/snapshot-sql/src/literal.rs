//! The one spelling of every value and name: literals, identifiers, table labels.
//!
//! Knows nothing of statements, and reads nothing back (see `parse`). The rule to keep in mind: a value has exactly one
//! spelling in a column of a given type, so equal rows are equal bytes.

use std::io::Write as _;

use memchr::memchr;
use model::Value;
use model::digits::{push_hex, push_integer, push_short_real};
use model::text::{is_escaped, needs_escape};

/// Positive infinity, spelled so that both engines read it; the sign goes before `9e999` and `Infinity`.
pub(crate) const INFINITY: &str = "CASE WHEN length(x'00')=1 THEN 9e999 ELSE 'Infinity' END";
/// Negative infinity.
pub(crate) const NEGATIVE_INFINITY: &str = "CASE WHEN length(x'00')=1 THEN -9e999 ELSE '-Infinity' END";
/// Not a number, only in a file for PostgreSQL alone.
pub(crate) const NAN: &str = "'NaN'";

/// How a value was spelled: what a raw run's requirements depend on, and a part of a statement's shape.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Kind {
    Null,
    Boolean,
    Integer,
    Real,
    Infinity,
    NotANumber,
    Text,
    Escaped,
    Bytes,
    Cast,
}

/// Appends the literal of `value` and says which kind it was.
pub(crate) fn push_value(value: &Value, out: &mut Vec<u8>) -> Kind {
    match value {
        Value::Null => {
            out.extend_from_slice(b"NULL");
            Kind::Null
        }
        Value::Boolean(flag) => {
            out.extend_from_slice(if *flag { b"TRUE" } else { b"FALSE" });
            Kind::Boolean
        }
        Value::Integer(number) => {
            push_integer(*number, out);
            Kind::Integer
        }
        Value::Real(number) => push_real(*number, out),
        Value::Text(text) | Value::Typed(text) => push_text(text, out),
        Value::RawText(bytes) => push_cast(bytes, out),
        Value::Bytes(bytes) => {
            out.extend_from_slice(b"unhex('");
            push_hex(bytes, out);
            out.extend_from_slice(b"')");
            Kind::Bytes
        }
    }
}

/// Appends a plain string literal; only for text without characters of the escaped list.
pub(crate) fn push_string(text: &str, out: &mut Vec<u8>) {
    push_quoted(text, b'\'', out);
}

/// The name in double quotes.
pub(crate) fn identifier(name: &str) -> String {
    format!("\"{}\"", name.replace('"', "\"\""))
}

/// The names in double quotes, separated by a comma and a space.
pub(crate) fn identifiers<'a>(names: impl IntoIterator<Item = &'a String>) -> String {
    names.into_iter().map(|name| identifier(name)).collect::<Vec<_>>().join(", ")
}

/// Whether a name can stand in a file: it has no character that hides or steers, no TAB and no line feed.
pub(crate) fn is_printable_name(name: &str) -> bool {
    !name.chars().any(|c| is_escaped(c) || c == '\t' || c == '\n')
}

/// The table's name as the header's total line shows it: `_` as space, words capitalised.
pub(crate) fn label(table: &str) -> String {
    let mut at_start = true;
    table
        .chars()
        .map(|c| {
            let c = if c == '_' { ' ' } else { c };
            let shown = if at_start { c.to_ascii_uppercase() } else { c };
            at_start = c == ' ';
            shown
        })
        .collect()
}

fn push_real(number: f64, out: &mut Vec<u8>) -> Kind {
    if number.is_nan() {
        out.extend_from_slice(NAN.as_bytes());
        return Kind::NotANumber;
    }
    if number.is_infinite() {
        let spelling = if number > 0.0 { INFINITY } else { NEGATIVE_INFINITY };
        out.extend_from_slice(spelling.as_bytes());
        return Kind::Infinity;
    }
    if push_short_real(number, out) {
        return Kind::Real;
    }
    let size = number.abs();
    let start = out.len();
    // A Vec takes every write.
    if size == 0.0 || (1e-5..1e16).contains(&size) {
        let _ = write!(out, "{number}");
        if !out[start..].contains(&b'.') {
            out.extend_from_slice(b".0");
        }
    } else {
        let _ = write!(out, "{number:e}");
    }
    Kind::Real
}

/// What a byte of text asks of its spelling; indexes [`CLASSES`].
#[derive(Clone, Copy, PartialEq, Eq)]
enum Class {
    Plain,
    Quote,
    /// May begin a character of the escaped list.
    Suspect,
    Nul,
}

const CLASSES: [Class; 256] = classes();

const fn classes() -> [Class; 256] {
    let mut table = [Class::Plain; 256];
    let mut byte = 1;
    while byte < 0x20 {
        table[byte] = Class::Suspect;
        byte += 1;
    }
    table[0] = Class::Nul;
    table[b'\t' as usize] = Class::Plain;
    table[b'\n' as usize] = Class::Plain;
    table[b'\'' as usize] = Class::Quote;
    table[0x7f] = Class::Suspect;
    // The first bytes in UTF-8 of the characters beyond ASCII that are on the list.
    let leads = [0xc2, 0xd8, 0xe1, 0xe2, 0xef, 0xf3];
    let mut at = 0;
    while at < leads.len() {
        table[leads[at]] = Class::Suspect;
        at += 1;
    }
    table
}

fn push_text(text: &str, out: &mut Vec<u8>) -> Kind {
    if is_plain(text) {
        push_string(text, out);
        return Kind::Text;
    }
    let (mut quote, mut suspect, mut nul) = (false, false, false);
    for &byte in text.as_bytes() {
        let class = CLASSES[usize::from(byte)];
        quote |= class == Class::Quote;
        suspect |= class == Class::Suspect;
        nul |= class == Class::Nul;
    }
    if nul {
        return push_cast(text.as_bytes(), out);
    }
    if suspect && needs_escape(text) {
        push_escaped(text, out);
        return Kind::Escaped;
    }
    if quote {
        push_string(text, out);
    } else {
        out.push(b'\'');
        out.extend_from_slice(text.as_bytes());
        out.push(b'\'');
    }
    Kind::Text
}

/// Whether all of a text is printable ASCII, TAB and LF: so told by vector instructions, without a way out in the middle.
fn is_plain(text: &str) -> bool {
    let odd = |byte: u8| {
        u8::from(byte > b'~') | u8::from(byte < b' ') & u8::from(byte != b'\t') & u8::from(byte != b'\n')
    };
    text.bytes().fold(0, |found, byte| found | odd(byte)) == 0
}

fn push_quoted(text: &str, quote: u8, out: &mut Vec<u8>) {
    out.push(quote);
    let mut rest = text.as_bytes();
    let mut next = memchr(quote, rest);
    while let Some(at) = next {
        out.extend_from_slice(&rest[..=at]);
        out.push(quote);
        rest = &rest[at + 1..];
        next = find_another(quote, rest);
    }
    out.extend_from_slice(rest);
    out.push(quote);
}

/// Where the next `quote` after one stands: where there are many it is near, and a longer search not worth its beginning.
pub(crate) fn find_another(quote: u8, text: &[u8]) -> Option<usize> {
    const NEAR: usize = 8;
    let near = text.iter().take(NEAR).position(|byte| *byte == quote);
    near.or_else(|| memchr(quote, text.get(NEAR..)?).map(|at| at + NEAR))
}

/// `json('["…"]')->>0`: pure ASCII, so that nothing hides from a reviewer or steers a terminal.
fn push_escaped(text: &str, out: &mut Vec<u8>) {
    out.extend_from_slice(b"json('[\"");
    for c in text.chars() {
        match c {
            '"' => out.extend_from_slice(b"\\\""),
            '\\' => out.extend_from_slice(b"\\\\"),
            '\n' => out.extend_from_slice(b"\\n"),
            '\r' => out.extend_from_slice(b"\\r"),
            '\t' => out.extend_from_slice(b"\\t"),
            '\'' => out.extend_from_slice(b"''"),
            ' '..='~' => out.push(c as u8),
            c => {
                for unit in c.encode_utf16(&mut [0; 2]) {
                    let _ = write!(out, "\\u{unit:04x}");
                }
            }
        }
    }
    out.extend_from_slice(b"\"]')->>0");
}

fn push_cast(bytes: &[u8], out: &mut Vec<u8>) -> Kind {
    out.extend_from_slice(b"CAST(x'");
    push_hex(bytes, out);
    out.extend_from_slice(b"' AS TEXT)");
    Kind::Cast
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn spelled(value: &Value) -> String {
        let mut out = Vec::new();
        push_value(value, &mut out);
        String::from_utf8(out).expect("literals are UTF-8")
    }

    #[test]
    fn every_kind_of_value_has_its_one_spelling() {
        let cases = [
            (Value::Null, "NULL"),
            (Value::Boolean(true), "TRUE"),
            (Value::Boolean(false), "FALSE"),
            (Value::Integer(0), "0"),
            (Value::Integer(i64::MIN), "-9223372036854775808"),
            (Value::Integer(i64::MAX), "9223372036854775807"),
            (Value::Text("it's\n\ta \\ \"b\"".into()), "'it''s\n\ta \\ \"b\"'"),
            (Value::Text(String::new()), "''"),
            (Value::Text("é 漢 👩\u{200d}👧 ❤\u{fe0f}".into()), "'é 漢 👩\u{200d}👧 ❤\u{fe0f}'"),
            (Value::Text("a\r\n'\u{1b}é\"\\".into()), "json('[\"a\\r\\n''\\u001b\\u00e9\\\"\\\\\"]')->>0"),
            (Value::Text("\u{e0041}\t".into()), "json('[\"\\udb40\\udc41\\t\"]')->>0"),
            (Value::Text("a\0\u{1b}".into()), "CAST(x'61001b' AS TEXT)"),
            (Value::RawText(vec![0xff, 0x41]), "CAST(x'ff41' AS TEXT)"),
            (Value::Bytes(vec![0, 0xff]), "unhex('00ff')"),
            (Value::Bytes(vec![]), "unhex('')"),
            (Value::Typed("{\"a\":\"it's\"}".into()), "'{\"a\":\"it''s\"}'"),
        ];
        for (value, expected) in cases {
            assert_eq!(spelled(&value), expected);
        }
    }

    #[test]
    fn doubles_have_the_shortest_digits_and_always_a_point_or_an_exponent() {
        let cases = [
            (0.0, "0.0"),
            (5.0, "5.0"),
            (-1.5, "-1.5"),
            (0.1 + 0.2, "0.30000000000000004"),
            (1e15, "1000000000000000.0"),
            (9_999_999_999_999_998.0, "9999999999999998.0"),
            (1e16, "1e16"),
            (1.25e16, "1.25e16"),
            (1e-5, "0.00001"),
            (9.99e-6, "9.99e-6"),
            (1e308, "1e308"),
            (5e-324, "5e-324"),
            (f64::INFINITY, INFINITY),
            (f64::NEG_INFINITY, NEGATIVE_INFINITY),
            (f64::NAN, "'NaN'"),
        ];
        for (number, expected) in cases {
            assert_eq!(spelled(&Value::real(number)), expected);
        }
    }

    #[test]
    fn labels_capitalise_words() {
        assert_eq!(label("chat_sessions"), "Chat Sessions");
        assert_eq!(label("éa_b"), "éa B");
    }

    proptest! {
        #[test]
        fn text_is_escaped_exactly_when_it_holds_a_character_of_the_list(text in any::<String>()) {
            let escaped = spelled(&Value::Text(text.clone())).starts_with("json(");
            prop_assert_eq!(escaped, needs_escape(&text) && !text.contains('\0'));
        }

        #[test]
        fn finite_doubles_read_back_bit_by_bit(bits in any::<u64>()) {
            let number = f64::from_bits(bits);
            prop_assume!(number.is_finite());
            let text = spelled(&Value::real(number));
            prop_assert!(text.contains('.') || text.contains('e'));
            let back: f64 = text.parse().expect("a number");
            prop_assert_eq!(Value::real(back), Value::real(number));
        }
    }
}
