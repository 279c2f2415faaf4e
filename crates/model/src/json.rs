//! JSON by value: a strict reader (RFC 8259, no duplicate keys) and the canonical text.
//!
//! Canonical: keys in byte order, compact, numbers as PostgreSQL's jsonb prints them (scale kept: `1.50`; `1e2` is
//! `100`; `100e-2` is `1.00`; `-0` is `0`), characters of the escaped list as `\uXXXX`, everything else raw.
//! Written here because no JSON library keeps the scale of numbers and refuses duplicate keys together.

use std::collections::BTreeMap;
use std::collections::btree_map::Entry;

use crate::text::{is_escaped, push_unicode_escape};

/// How deep arrays and objects may nest.
pub const MAX_DEPTH: usize = 256;
/// The largest magnitude of a number's exponent.
pub const MAX_EXPONENT: i64 = 400;

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
}

impl JsonError {
    /// Whether the text is JSON all the same: it has a value, but not one that can be kept.
    pub fn is_json(&self) -> bool {
        !matches!(self, Self::Syntax(_))
    }
}

/// Reads JSON.
///
/// # Errors
/// See [`JsonError`].
pub fn parse(text: &str) -> Result<Json, JsonError> {
    let mut reader = Reader { text, at: 0, fault: None };
    reader.space();
    let value = reader.value(0)?;
    reader.space();
    match reader.fault {
        _ if reader.at < text.len() => Err(JsonError::Syntax(reader.at)),
        None => Ok(value),
        Some(fault) => Err(fault),
    }
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

struct Reader<'a> {
    text: &'a str,
    at: usize,
    /// The first thing that cannot be kept. Only the end shows whether the text is JSON at all: `123e4567-e89b` is not.
    fault: Option<JsonError>,
}

impl Reader<'_> {
    fn peek(&self) -> Option<u8> {
        self.text.as_bytes().get(self.at).copied()
    }

    fn space(&mut self) {
        while matches!(self.peek(), Some(b' ' | b'\t' | b'\n' | b'\r')) {
            self.at += 1;
        }
    }

    fn syntax<T>(&self) -> Result<T, JsonError> {
        Err(JsonError::Syntax(self.at))
    }

    fn note(&mut self, fault: JsonError) {
        self.fault.get_or_insert(fault);
    }

    fn eat(&mut self, byte: u8) -> Result<(), JsonError> {
        if self.peek() == Some(byte) {
            self.at += 1;
            Ok(())
        } else {
            self.syntax()
        }
    }

    fn word(&mut self, word: &str, value: Json) -> Result<Json, JsonError> {
        if self.text.as_bytes()[self.at..].starts_with(word.as_bytes()) {
            self.at += word.len();
            Ok(value)
        } else {
            self.syntax()
        }
    }

    fn value(&mut self, depth: usize) -> Result<Json, JsonError> {
        if depth > MAX_DEPTH {
            return Err(JsonError::TooDeep);
        }
        match self.peek() {
            Some(b'n') => self.word("null", Json::Null),
            Some(b't') => self.word("true", Json::Bool(true)),
            Some(b'f') => self.word("false", Json::Bool(false)),
            Some(b'"') => self.string().map(Json::String),
            Some(b'[') => self.array(depth),
            Some(b'{') => self.object(depth),
            Some(b'-' | b'0'..=b'9') => self.number(),
            _ => self.syntax(),
        }
    }

    fn array(&mut self, depth: usize) -> Result<Json, JsonError> {
        self.eat(b'[')?;
        let mut items = Vec::new();
        self.space();
        if self.peek() == Some(b']') {
            self.at += 1;
            return Ok(Json::Array(items));
        }
        loop {
            self.space();
            items.push(self.value(depth + 1)?);
            self.space();
            match self.peek() {
                Some(b',') => self.at += 1,
                Some(b']') => {
                    self.at += 1;
                    return Ok(Json::Array(items));
                }
                _ => return self.syntax(),
            }
        }
    }

    fn object(&mut self, depth: usize) -> Result<Json, JsonError> {
        self.eat(b'{')?;
        let mut map = BTreeMap::new();
        self.space();
        if self.peek() == Some(b'}') {
            self.at += 1;
            return Ok(Json::Object(map));
        }
        loop {
            self.space();
            let key = self.string()?;
            self.space();
            self.eat(b':')?;
            self.space();
            let value = self.value(depth + 1)?;
            match map.entry(key) {
                Entry::Vacant(place) => {
                    place.insert(value);
                }
                Entry::Occupied(taken) => self.note(JsonError::DuplicateKey(taken.key().clone())),
            }
            self.space();
            match self.peek() {
                Some(b',') => self.at += 1,
                Some(b'}') => {
                    self.at += 1;
                    return Ok(Json::Object(map));
                }
                _ => return self.syntax(),
            }
        }
    }

    fn string(&mut self) -> Result<String, JsonError> {
        self.eat(b'"')?;
        let mut out = String::new();
        loop {
            let start = self.at;
            while self.peek().is_some_and(|b| b != b'"' && b != b'\\' && b >= 0x20) {
                self.at += 1;
            }
            out.push_str(&self.text[start..self.at]);
            match self.peek() {
                Some(b'"') => {
                    self.at += 1;
                    return Ok(out);
                }
                Some(b'\\') => {
                    self.at += 1;
                    out.push(self.escape()?);
                }
                _ => return self.syntax(),
            }
        }
    }

    fn escape(&mut self) -> Result<char, JsonError> {
        let Some(byte) = self.peek() else { return self.syntax() };
        self.at += 1;
        Ok(match byte {
            b'"' => '"',
            b'\\' => '\\',
            b'/' => '/',
            b'b' => '\u{8}',
            b'f' => '\u{c}',
            b'n' => '\n',
            b'r' => '\r',
            b't' => '\t',
            b'u' => return self.unicode(),
            _ => {
                self.at -= 1;
                return self.syntax();
            }
        })
    }

    fn unicode(&mut self) -> Result<char, JsonError> {
        let start = self.at;
        let first = self.hex4()?;
        if !(0xd800..0xe000).contains(&first) {
            return char::from_u32(first).ok_or(JsonError::Syntax(start));
        }
        let after_first = self.at;
        if first < 0xdc00 && self.text.as_bytes()[self.at..].starts_with(b"\\u") {
            self.at += 2;
            let second = self.hex4()?;
            if (0xdc00..0xe000).contains(&second) {
                let pair = 0x10000 + ((first - 0xd800) << 10) + (second - 0xdc00);
                return char::from_u32(pair).ok_or(JsonError::Syntax(start));
            }
            self.at = after_first;
        }
        self.note(JsonError::LoneSurrogate(start));
        Ok(char::REPLACEMENT_CHARACTER)
    }

    fn hex4(&mut self) -> Result<u32, JsonError> {
        let mut value = 0;
        for _ in 0..4 {
            let digit = self.peek().and_then(|b| char::from(b).to_digit(16));
            let Some(digit) = digit else { return self.syntax() };
            value = value << 4 | digit;
            self.at += 1;
        }
        Ok(value)
    }

    fn digits(&mut self) -> Result<&str, JsonError> {
        let start = self.at;
        while self.peek().is_some_and(|b| b.is_ascii_digit()) {
            self.at += 1;
        }
        if self.at == start { Err(JsonError::Syntax(start)) } else { Ok(&self.text[start..self.at]) }
    }

    fn number(&mut self) -> Result<Json, JsonError> {
        let negative = self.peek() == Some(b'-');
        if negative {
            self.at += 1;
        }
        let start = self.at;
        let mut digits = self.digits()?.to_owned();
        if digits.len() > 1 && digits.starts_with('0') {
            return Err(JsonError::Syntax(start));
        }
        let mut scale = 0;
        if self.peek() == Some(b'.') {
            self.at += 1;
            let fraction = self.digits()?;
            scale = i64::try_from(fraction.len()).unwrap_or(i64::MAX);
            digits.push_str(fraction);
        }
        if matches!(self.peek(), Some(b'e' | b'E')) {
            self.at += 1;
            let sign = match self.peek() {
                Some(b'-') => -1,
                _ => 1,
            };
            if matches!(self.peek(), Some(b'+' | b'-')) {
                self.at += 1;
            }
            let exponent: i64 = self.digits()?.parse().unwrap_or(i64::MAX);
            if exponent > MAX_EXPONENT {
                self.note(JsonError::Exponent);
            } else {
                scale -= sign * exponent;
            }
        }
        Ok(Json::Number(canonical_number(negative, digits, scale)))
    }
}

/// `digits` × 10^-`scale`, as PostgreSQL's numeric prints it: at least one digit before the point, a scale below zero
/// becomes zeros.
fn canonical_number(negative: bool, mut digits: String, scale: i64) -> String {
    let scale = match usize::try_from(scale) {
        Ok(scale) => scale,
        Err(_) => {
            digits.extend(std::iter::repeat_n('0', usize::try_from(-scale).unwrap_or(0)));
            0
        }
    };
    if digits.len() <= scale {
        digits.insert_str(0, &"0".repeat(scale + 1 - digits.len()));
    }
    let (int, fraction) = digits.split_at(digits.len() - scale);
    let int = int.trim_start_matches('0');
    let int = if int.is_empty() { "0" } else { int };
    let zero = int == "0" && fraction.bytes().all(|b| b == b'0');
    let sign = if negative && !zero { "-" } else { "" };
    if fraction.is_empty() { format!("{sign}{int}") } else { format!("{sign}{int}.{fraction}") }
}

#[cfg(test)]
mod tests {
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
