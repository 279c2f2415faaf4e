//! JSON by value: a strict reader (RFC 8259, no duplicate keys) and the canonical text.
//!
//! Canonical: keys in byte order, compact, numbers as PostgreSQL's jsonb prints them (scale kept: `1.50`; `1e2` is
//! `100`; `100e-2` is `1.00`; `-0` is `0`), characters of the escaped list as `\uXXXX`, everything else raw.
//! Written here because no JSON library keeps the scale of numbers and refuses duplicate keys together.

mod number;
mod reader;

use std::collections::BTreeMap;

use self::reader::Reader;
use crate::text::{is_escaped, push_unicode_escape};

/// How deep arrays and objects may nest.
pub const MAX_DEPTH: usize = 256;
/// The largest magnitude of a number's exponent.
pub const MAX_EXPONENT: i64 = 400;
/// The longest text, in bytes.
pub const MAX_TEXT: usize = 32 << 20;
/// What the values of one text may take in memory, in bytes: a short text can name many values, and long numbers.
const MAX_MEMORY: usize = 192 << 20;

/// A JSON value; numbers keep their canonical digits.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Json {
    /// `null`
    Null,
    /// `true`, `false`
    Bool(bool),
    /// A number in canonical form.
    Number(String),
    /// A string.
    String(String),
    /// An array.
    Array(Vec<Json>),
    /// An object, by key.
    Object(BTreeMap<String, Json>),
}

/// Why a text is not JSON that can be compared by value.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum JsonError {
    /// Not JSON at all.
    #[error("not JSON (at byte {0})")]
    Syntax(usize),
    /// An object names a key twice, so that readers disagree on its value.
    #[error("the key `{}` stands twice in one JSON object", crate::text::Shown(.0))]
    DuplicateKey(String),
    /// Nested deeper than [`MAX_DEPTH`].
    #[error("JSON nested deeper than {MAX_DEPTH} levels")]
    TooDeep,
    /// An exponent beyond [`MAX_EXPONENT`].
    #[error("a JSON number with an exponent beyond {MAX_EXPONENT}")]
    Exponent,
    /// Half of a surrogate pair, which no Unicode text can hold.
    #[error("a JSON string with half a surrogate pair (at byte {0})")]
    LoneSurrogate(usize),
    /// Longer than [`MAX_TEXT`], or so many values that reading it would take too much memory.
    #[error("JSON of more than {} MiB, or taking more than {} MiB of memory", MAX_TEXT >> 20, MAX_MEMORY >> 20)]
    TooLarge,
}

impl JsonError {
    /// Whether the text is JSON all the same, so far as it was read: it has a value, but not one that can be kept.
    pub fn is_json(&self) -> bool {
        !matches!(self, Self::Syntax(_))
    }
}

/// Reads JSON.
///
/// # Errors
/// See [`JsonError`].
pub fn parse(text: &str) -> Result<Json, JsonError> {
    parse_within(text, MAX_MEMORY)
}

fn parse_within(text: &str, memory: usize) -> Result<Json, JsonError> {
    if text.len() > MAX_TEXT { Err(JsonError::TooLarge) } else { Reader::new(text, memory).whole() }
}

/// The canonical text of the JSON in `text`.
///
/// # Errors
/// See [`JsonError`].
pub fn canonicalize(text: &str) -> Result<String, JsonError> {
    let mut out = String::with_capacity(text.len());
    parse(text)?.write(&mut out);
    Ok(out)
}

impl Json {
    /// The canonical text.
    pub fn to_text(&self) -> String {
        let mut out = String::new();
        self.write(&mut out);
        out
    }

    /// The value at a path of object keys.
    pub fn at(&self, path: &[String]) -> Option<&Self> {
        path.iter().try_fold(self, |value, key| match value {
            Self::Object(map) => map.get(key),
            _ => None,
        })
    }

    /// The texts of the scalars at a path of object keys, null aside; a list stands for each of its elements, at every step.
    /// What a reference out of JSON refers to.
    pub fn scalars_at(&self, path: &[String]) -> Vec<String> {
        match (self, path.split_first()) {
            (Self::Array(items), _) => items.iter().flat_map(|item| item.scalars_at(path)).collect(),
            (Self::Object(map), Some((key, rest))) => {
                map.get(key).map_or_else(Vec::new, |value| value.scalars_at(rest))
            }
            (Self::Object(_), None) | (_, Some(_)) => Vec::new(),
            (scalar, None) => scalar.scalar_text().into_iter().collect(),
        }
    }

    /// The text that selections compare: a string's content, a number's or boolean's canonical text; `None` for null,
    /// the canonical text of arrays and objects.
    pub fn scalar_text(&self) -> Option<String> {
        match self {
            Self::Null => None,
            Self::String(text) => Some(text.clone()),
            _ => Some(self.to_text()),
        }
    }

    fn write(&self, out: &mut String) {
        match self {
            Self::Null => out.push_str("null"),
            Self::Bool(value) => out.push_str(if *value { "true" } else { "false" }),
            Self::Number(digits) => out.push_str(digits),
            Self::String(text) => write_string(text, out),
            Self::Array(items) => {
                out.push('[');
                for (at, item) in items.iter().enumerate() {
                    if at > 0 {
                        out.push(',');
                    }
                    item.write(out);
                }
                out.push(']');
            }
            Self::Object(map) => {
                out.push('{');
                for (at, (key, value)) in map.iter().enumerate() {
                    if at > 0 {
                        out.push(',');
                    }
                    write_string(key, out);
                    out.push(':');
                    value.write(out);
                }
                out.push('}');
            }
        }
    }
}

/// Appends `text` as a canonical JSON string, quotes included.
pub fn write_string(text: &str, out: &mut String) {
    out.push('"');
    for c in text.chars() {
        match c {
            '"' => out.push_str("\\\""),
            '\\' => out.push_str("\\\\"),
            '\n' => out.push_str("\\n"),
            '\r' => out.push_str("\\r"),
            '\t' => out.push_str("\\t"),
            c if is_escaped(c) => push_unicode_escape(out, c),
            c => out.push(c),
        }
    }
    out.push('"');
}

#[cfg(test)]
mod tests {
    use insta::assert_snapshot;
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn text_that_only_begins_like_json_is_no_json() {
        for text in [
            "123e4567-e89b-12d3",
            "1e999 ",
            "{\"a\":1,\"a\":2} x",
            "\"\\ud800\"\"",
            "[\"\\ud800\\n\", 1e500, {",
        ] {
            assert_eq!(parse(text).is_err_and(|error| error.is_json()), text == "1e999 ", "{text}");
        }
        assert_eq!(parse(r#"["\ud800\ud83d\ude42", 1e500]"#), Err(JsonError::LoneSurrogate(4)));
    }

    #[test]
    fn numbers_print_as_jsonb_prints_them() {
        let cases = [
            ("1.50", "1.50"),
            ("1e2", "100"),
            ("100e-2", "1.00"),
            ("-0", "0"),
            ("-0.0", "0.0"),
            ("0e5", "0"),
            ("1.5E+1", "15"),
            ("1.50e1", "15.0"),
            ("12345678901234567890.5", "12345678901234567890.5"),
            ("1e-3", "0.001"),
            ("-12.5e-1", "-1.25"),
        ];
        for (text, expected) in cases {
            assert_eq!(canonicalize(text).as_deref(), Ok(expected), "{text}");
        }
    }

    #[test]
    fn what_is_refused() {
        assert_eq!(canonicalize("{\"a\":1,\"a\":2}"), Err(JsonError::DuplicateKey("a".into())));
        assert_eq!(canonicalize("1e401"), Err(JsonError::Exponent));
        assert_eq!(canonicalize(r#""\ud800""#), Err(JsonError::LoneSurrogate(3)));
        assert_eq!(canonicalize(&"[".repeat(100_000)), Err(JsonError::TooDeep));
        for bad in [
            "",
            "{",
            "[1,]",
            "01",
            "+1",
            "nul",
            "'a'",
            "1 2",
            "\"\n\"",
            "{a:1}",
            "\u{feff}1",
            "-",
            "1.",
            "\"\\x\"",
        ] {
            assert!(matches!(canonicalize(bad), Err(JsonError::Syntax(_))), "{bad}");
        }
    }

    #[test]
    fn a_text_that_would_take_too_much_memory_is_refused() {
        let string = |length: usize| format!("\"{}\"", "x".repeat(length - 2));
        assert!(parse(&string(MAX_TEXT)).is_ok());
        assert_eq!(parse(&string(MAX_TEXT + 1)), Err(JsonError::TooLarge));
        // Two bytes of text for a value of some sixty in memory.
        assert_eq!(canonicalize(&format!("[{}1]", "1,".repeat(MAX_TEXT / 2 - 2))), Err(JsonError::TooLarge));
        let within = |text: &str| parse_within(text, 1000).map(|_| ());
        assert_eq!(within(&format!("[{}1]", "1,".repeat(10))), Ok(()));
        assert_eq!(within(&format!("[{}1]", "1,".repeat(20))), Err(JsonError::TooLarge));
        let members: Vec<String> = (0..9).map(|n| format!("\"{n}\":{{}}")).collect();
        assert_eq!(within(&format!("{{{}}}", members.join(","))), Err(JsonError::TooLarge));
        // Five bytes of text for a number of a hundred digits.
        assert_eq!(within("[1e100,1e100]"), Ok(()));
        assert_eq!(within("[1e100,1e-99,1e100]"), Err(JsonError::TooLarge));
    }

    #[test]
    fn messages() {
        let said = |error: JsonError| format!("{error} (JSON: {})", error.is_json());
        assert_snapshot!(said(JsonError::Syntax(7)), @"not JSON (at byte 7) (JSON: false)");
        assert_snapshot!(said(JsonError::DuplicateKey("a\u{1b}".into())), @r"the key `a\u001b` stands twice in one JSON object (JSON: true)");
        assert_snapshot!(said(JsonError::TooDeep), @"JSON nested deeper than 256 levels (JSON: true)");
        assert_snapshot!(said(JsonError::Exponent), @"a JSON number with an exponent beyond 400 (JSON: true)");
        assert_snapshot!(said(JsonError::LoneSurrogate(3)), @"a JSON string with half a surrogate pair (at byte 3) (JSON: true)");
        assert_snapshot!(said(JsonError::TooLarge), @"JSON of more than 32 MiB, or taking more than 192 MiB of memory (JSON: true)");
    }

    #[test]
    fn strings_show_what_they_hide() {
        let text = "\"\\u001b é 👩\\u200d👧 \\u202e \\u00ad \\/ \\n\"";
        assert_eq!(canonicalize(text).as_deref(), Ok("\"\\u001b é 👩\u{200d}👧 \\u202e \\u00ad / \\n\""));
    }

    fn any_json() -> impl Strategy<Value = serde_json::Value> {
        let leaf = prop_oneof![
            Just(serde_json::Value::Null),
            any::<bool>().prop_map(Into::into),
            any::<i64>().prop_map(Into::into),
            ".{0,8}".prop_map(Into::into),
        ];
        leaf.prop_recursive(4, 32, 6, |inner| {
            prop_oneof![
                proptest::collection::vec(inner.clone(), 0..6).prop_map(serde_json::Value::Array),
                proptest::collection::btree_map(".{0,4}", inner, 0..6)
                    .prop_map(|map| serde_json::Value::Object(map.into_iter().collect())),
            ]
        })
    }

    proptest! {
        #[test]
        fn canonical_text_means_the_same_and_is_its_own_canonical_text(value in any_json()) {
            let canonical = canonicalize(&serde_json::to_string_pretty(&value).expect("prints")).expect("is JSON");
            prop_assert_eq!(&canonicalize(&canonical).expect("is JSON"), &canonical);
            let back: serde_json::Value = serde_json::from_str(&canonical).expect("is JSON");
            prop_assert_eq!(back, value);
        }

        #[test]
        fn any_text_is_json_here_exactly_when_it_is_elsewhere(text in "[\\[\\]{}:,\"a\\\\u0-9eE.+\\- tn]{0,12}") {
            let ours = parse(&text);
            let theirs = serde_json::from_str::<serde_json::Value>(&text);
            match ours {
                Ok(_) => prop_assert!(theirs.is_ok(), "{} {:?}", text, theirs),
                // Infinite there, refused by both; duplicate keys only here.
                Err(ref error) if error.is_json() => {}
                Err(_) => prop_assert!(theirs.is_err(), "{}", text),
            }
        }
    }
}
