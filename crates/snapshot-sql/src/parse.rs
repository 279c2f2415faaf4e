//! Literals, rows and links from bytes: the closed grammar, without I/O.
//!
//! Takes a slice and says how much of it was used, that it needs more, or what is wrong where. Accepts a little more than
//! the writer writes (a number's spelling, say): the comparison with the writer's own bytes settles that. The rule to keep
//! in mind: nothing here recurses, and no text becomes anything but a value.

use memchr::memchr;
use model::digits::{EXACT_DIGITS, POWERS_OF_TEN};
use model::json::{self, Json};
use model::{LogicalType, Value};

use crate::compose::Link;
use crate::layout::Layout;
use crate::literal::{INFINITY, NAN, NEGATIVE_INFINITY, find_another, identifier};

/// Why parsing stopped.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Stop {
    /// The slice ends inside a piece.
    More,
    /// Not of the grammar.
    Bad {
        /// The byte at fault.
        at: usize,
        /// What is wrong, as a sentence's end.
        why: String,
    },
    /// A row with too many or too few values.
    Width {
        /// Where the row starts.
        at: usize,
        /// Its values; counted up to the first too many.
        found: usize,
    },
}

/// A reader of one slice.
pub(crate) struct Parser<'a> {
    bytes: &'a [u8],
    at: usize,
    /// Whether `'NaN'` in a column of doubles is a number.
    nan: bool,
}

impl<'a> Parser<'a> {
    /// Starts at the beginning of `bytes`.
    pub(crate) fn new(bytes: &'a [u8], nan: bool) -> Self {
        Self { bytes, at: 0, nan }
    }

    /// How many bytes were used.
    pub(crate) fn used(&self) -> usize {
        self.at
    }

    /// Uses `text` if it comes next.
    pub(crate) fn skip(&mut self, text: &str) -> Result<bool, Stop> {
        let rest = &self.bytes[self.at..];
        if rest.starts_with(text.as_bytes()) {
            self.at += text.len();
            return Ok(true);
        }
        // All that is left may be the beginning of it.
        if rest.len() < text.len() && text.as_bytes().starts_with(rest) { Err(Stop::More) } else { Ok(false) }
    }

    /// Uses `text`, which has to come next.
    pub(crate) fn expect(&mut self, text: &str) -> Result<(), Stop> {
        if self.skip(text)? { Ok(()) } else { self.bad(format!("`{}` is missing", text.escape_debug())) }
    }

    /// Uses a word of whatever case (or a sign) that is not the beginning of a longer word.
    pub(crate) fn skip_word(&mut self, word: &str) -> Result<bool, Stop> {
        let rest = &self.bytes[self.at..];
        let (start, after) = rest.split_at(word.len().min(rest.len()));
        if !word.as_bytes()[..start.len()].eq_ignore_ascii_case(start) {
            return Ok(false);
        }
        let is_word = word.bytes().all(is_name_byte);
        match after.first() {
            None => Err(Stop::More),
            Some(next) if is_word && is_name_byte(*next) => Ok(false),
            Some(_) => {
                self.at += word.len();
                Ok(true)
            }
        }
    }

    /// Uses spaces, tabs and line feeds; returns how many.
    pub(crate) fn skip_space(&mut self) -> usize {
        let rest = &self.bytes[self.at..];
        let count = rest.iter().take_while(|byte| matches!(byte, b' ' | b'\t' | b'\n')).count();
        self.at += count;
        count
    }

    /// Reads a name without quotes.
    pub(crate) fn bare_name(&mut self) -> Result<String, Stop> {
        let rest = &self.bytes[self.at..];
        let Some(end) = rest.iter().position(|byte| !is_name_byte(*byte)) else { return Err(Stop::More) };
        if end == 0 || rest[0].is_ascii_digit() {
            return self.bad("a name is missing".to_owned());
        }
        self.at += end;
        Ok(String::from_utf8_lossy(&rest[..end]).into_owned())
    }

    /// The next byte.
    pub(crate) fn peek(&self) -> Result<u8, Stop> {
        self.bytes.get(self.at).copied().ok_or(Stop::More)
    }

    /// Reads `(…)`, one value per type, into `row`, whose values lend their memory. After an error they are any.
    pub(crate) fn row(&mut self, types: &[LogicalType], row: &mut Vec<Value>) -> Result<(), Stop> {
        let start = self.at;
        row.resize(types.len(), Value::Null);
        self.expect("(")?;
        let mut found = 0;
        loop {
            let (Some(ty), Some(slot)) = (types.get(found), row.get_mut(found)) else {
                return Err(Stop::Width { at: start, found: found + 1 });
            };
            self.value_into(*ty, slot)?;
            found += 1;
            if self.skip(", ")? {
                continue;
            }
            if !self.skip(")")? {
                return self.bad("`, ` or `)` is missing after the value".to_owned());
            }
            if found < types.len() {
                return Err(Stop::Width { at: start, found });
            }
            return Ok(());
        }
    }

    /// Reads one literal of a column of type `ty`.
    pub(crate) fn value(&mut self, ty: LogicalType) -> Result<Value, Stop> {
        let mut value = Value::Null;
        self.value_into(ty, &mut value)?;
        Ok(value)
    }

    /// Reads one literal into `slot`, whose text lends its memory. After an error it is any value.
    fn value_into(&mut self, ty: LogicalType, slot: &mut Value) -> Result<(), Stop> {
        let Some(first) = self.bytes.get(self.at) else { return Err(Stop::More) };
        *slot = match first {
            b'\'' => {
                let start = self.at;
                self.at += 1;
                let text = self.until(b'\'', true, memory_of(slot))?;
                let nan =
                    self.nan && ty == LogicalType::Real && &self.bytes[start..self.at] == NAN.as_bytes();
                if nan { Value::Real(f64::NAN) } else { Value::from_quoted(ty, text) }
            }
            b'-' | b'0'..=b'9' => self.number()?,
            b'N' => self.word("NULL", Value::Null)?,
            b'T' => self.word("TRUE", Value::Boolean(true))?,
            b'F' => self.word("FALSE", Value::Boolean(false))?,
            b'j' => Value::from_quoted(ty, self.escaped()?),
            b'u' => {
                self.expect("unhex('")?;
                let bytes = self.hex()?;
                self.expect("')")?;
                Value::Bytes(bytes)
            }
            b'C' => self.cast_or_infinity(ty)?,
            _ => return self.bad(NO_LITERAL.to_owned()),
        };
        Ok(())
    }

    /// Reads an UPDATE that sets references, its line feed included.
    pub(crate) fn link(&mut self, layout: &Layout<'_>) -> Result<Link, Stop> {
        self.expect("UPDATE ")?;
        let name = self.identifier()?;
        let Some(table) = layout.position(&name) else {
            return self.bad("the table is none of the file's".to_owned());
        };
        let spec = layout.tables[table].spec;
        let mut set: Vec<(usize, Value)> = Vec::new();
        loop {
            self.expect(if set.is_empty() { " SET " } else { ", " })?;
            let name = self.identifier()?;
            let Some(column) = spec.column(&name) else {
                return self.bad("the table has no such column".to_owned());
            };
            self.expect(" = ")?;
            set.push((column, self.value(spec.columns[column].ty)?));
            if self.skip(" WHERE ")? {
                break;
            }
            if set.len() > spec.columns.len() {
                return self.bad("a column is set twice".to_owned());
            }
        }
        let mut key = Vec::new();
        for column in &layout.tables[table].key {
            if !key.is_empty() {
                self.expect(" AND ")?;
            }
            self.expect(&format!("{} = ", identifier(&spec.columns[*column].name)))?;
            key.push(self.value(spec.columns[*column].ty)?);
        }
        for (column, _) in &set {
            self.expect(&format!(" AND {} IS NULL", identifier(&spec.columns[*column].name)))?;
        }
        self.expect(";\n")?;
        Ok(Link { table, key, set })
    }

    /// Reads a name in double quotes.
    pub(crate) fn identifier(&mut self) -> Result<String, Stop> {
        self.expect("\"")?;
        self.until(b'"', false, Vec::new())
    }

    /// Something is wrong here.
    pub(crate) fn bad<T>(&self, why: String) -> Result<T, Stop> {
        Err(Stop::Bad { at: self.at, why })
    }

    fn word(&mut self, word: &str, value: Value) -> Result<Value, Stop> {
        if self.skip(word)? { Ok(value) } else { self.bad(NO_LITERAL.to_owned()) }
    }

    /// Reads a plain string literal.
    pub(crate) fn quoted(&mut self) -> Result<String, Stop> {
        self.expect("'")?;
        self.until(b'\'', true, Vec::new())
    }

    /// Reads up to a quote that is not doubled, into `text`, which is empty.
    fn until(&mut self, quote: u8, line_feeds: bool, mut text: Vec<u8>) -> Result<String, Stop> {
        let start = self.at;
        let mut rest = &self.bytes[self.at..];
        let mut found = memchr(quote, rest);
        loop {
            // The byte after the quote decides, so it has to be there.
            let Some((end, next)) = found.and_then(|end| Some((end, rest.get(end + 1)?))) else {
                return Err(Stop::More);
            };
            if *next != quote {
                text.extend_from_slice(&rest[..end]);
                self.at += end + 1;
                break;
            }
            text.extend_from_slice(&rest[..=end]);
            self.at += end + 2;
            rest = &rest[end + 2..];
            found = find_another(quote, rest);
        }
        if text.len() > Value::MAX_BYTES {
            return Err(Stop::Bad {
                at: start,
                why: format!("the value is longer than {} bytes", Value::MAX_BYTES),
            });
        }
        if !line_feeds && text.contains(&b'\n') {
            return Err(Stop::Bad { at: start, why: "a name does not end on its line".to_owned() });
        }
        String::from_utf8(text).map_err(|error| {
            let at = start + error.utf8_error().valid_up_to();
            Stop::Bad { at, why: "the bytes are no UTF-8".to_owned() }
        })
    }

    fn number(&mut self) -> Result<Value, Stop> {
        let rest = &self.bytes[self.at..];
        if let Some((value, used)) = short_number(rest) {
            self.at += used;
            return Ok(value);
        }
        let is_part = |byte: &u8| byte.is_ascii_digit() || matches!(byte, b'-' | b'.' | b'e');
        let Some(end) = rest.iter().position(|byte| !is_part(byte)) else {
            return if rest.len() > 400 { self.bad(NO_LITERAL.to_owned()) } else { Err(Stop::More) };
        };
        let value = any_number(&rest[..end]);
        match value {
            Some(value) => {
                self.at += end;
                Ok(value)
            }
            None => self.bad("this is no 64-bit integer and no number of the format".to_owned()),
        }
    }

    /// `json('["…"]')->>0`
    fn escaped(&mut self) -> Result<String, Stop> {
        let start = self.at;
        self.expect("json('[")?;
        let mut json = self.until(b'\'', false, Vec::new())?;
        self.expect(")->>0")?;
        let well_formed = json.pop() == Some(']');
        match json::parse(&json) {
            Ok(Json::String(text)) if well_formed => Ok(text),
            _ => Err(Stop::Bad {
                at: start,
                why: "the text inside `json('[…]')` is no JSON string".to_owned(),
            }),
        }
    }

    fn cast_or_infinity(&mut self, ty: LogicalType) -> Result<Value, Stop> {
        if self.skip("CAST(x'")? {
            let bytes = self.hex()?;
            self.expect("' AS TEXT)")?;
            return Ok(match String::from_utf8(bytes) {
                Ok(text) => Value::from_quoted(ty, text),
                Err(error) => Value::RawText(error.into_bytes()),
            });
        }
        if self.skip(INFINITY)? {
            return Ok(Value::Real(f64::INFINITY));
        }
        if self.skip(NEGATIVE_INFINITY)? {
            return Ok(Value::Real(f64::NEG_INFINITY));
        }
        self.bad(NO_LITERAL.to_owned())
    }

    fn hex(&mut self) -> Result<Vec<u8>, Stop> {
        let rest = &self.bytes[self.at..];
        let Some(end) = memchr(b'\'', rest) else { return Err(Stop::More) };
        let nibble = |byte: u8| match byte {
            b'0'..=b'9' => Some(byte - b'0'),
            b'a'..=b'f' => Some(byte - b'a' + 10),
            _ => None,
        };
        let pairs = rest[..end].chunks(2);
        let bytes: Option<Vec<u8>> = pairs
            .map(|pair| match *pair {
                [high, low] => Some(nibble(high)? << 4 | nibble(low)?),
                _ => None,
            })
            .collect();
        match bytes {
            Some(bytes) if bytes.len() <= Value::MAX_BYTES => {
                self.at += end;
                Ok(bytes)
            }
            _ => self.bad("these are no pairs of lower-case hexadecimal digits".to_owned()),
        }
    }
}

/// The number that digits, signs, points and exponents spell, if they do.
fn any_number(bytes: &[u8]) -> Option<Value> {
    let digits = std::str::from_utf8(bytes).ok()?;
    if digits.contains(['.', 'e']) {
        digits.parse().ok().map(Value::real)
    } else {
        digits.parse().ok().map(Value::Integer)
    }
}

/// The number at the beginning of `bytes` and its length, if it is short enough to be reckoned exactly here: what
/// `str::parse` says, at a fraction of its cost. `None` says nothing.
#[expect(clippy::cast_precision_loss, reason = "fifteen digits are a double")]
fn short_number(bytes: &[u8]) -> Option<(Value, usize)> {
    let negative = bytes.first() == Some(&b'-');
    let (mut at, mut count, mut number, mut point) = (usize::from(negative), 0, 0i64, None);
    loop {
        match bytes.get(at)? {
            byte @ b'0'..=b'9' if count < 18 => {
                number = number * 10 + i64::from(byte - b'0');
                count += 1;
            }
            b'.' if point.is_none() => point = Some(count),
            b'0'..=b'9' | b'.' | b'-' | b'e' => return None,
            _ => break,
        }
        at += 1;
    }
    if count == 0 {
        return None;
    }
    let number = if negative { -number } else { number };
    let value = match point {
        None => Value::Integer(number),
        // Both are doubles without rounding, so their quotient is the double next to the decimal.
        Some(point) if count <= EXACT_DIGITS => Value::real(number as f64 / POWERS_OF_TEN[count - point]),
        Some(_) => return None,
    };
    Some((value, at))
}

/// Takes the memory of a text, empty; it is given back where it is so much that keeping it would cost more than it saves.
fn memory_of(value: &mut Value) -> Vec<u8> {
    const KEPT: usize = 64 * 1024;
    match std::mem::replace(value, Value::Null) {
        Value::Text(text) | Value::Typed(text) if text.capacity() <= KEPT => {
            let mut bytes = text.into_bytes();
            bytes.clear();
            bytes
        }
        _ => Vec::new(),
    }
}

fn is_name_byte(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || byte == b'_'
}

const NO_LITERAL: &str = "this is no literal of the format";

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn short_numbers_are_what_the_standard_library_reads(
            text in prop_oneof![
                "-?[0-9]{0,19}",
                "-?[0-9]{0,16}\\.[0-9]{0,16}",
                "-?0{0,3}[0-9]{1,3}\\.[0-9]{1,12}",
                "[0-9.e-]{0,12}",
            ],
            after in prop::sample::select(vec![",", ")", " ", ""]),
        ) {
            let bytes = [text.as_bytes(), after.as_bytes()].concat();
            if let Some((value, used)) = short_number(&bytes) {
                prop_assert_eq!(used, text.len());
                prop_assert_eq!(Some(value), any_number(text.as_bytes()), "{}", text);
            }
            let plain = text.parse::<i64>().is_ok_and(|number| number.unsigned_abs() < 1_000_000_000_000_000_000);
            let covered = !plain || text.len() > 18 || text.starts_with('+') || after.is_empty();
            prop_assert!(covered || short_number(&bytes).is_some(), "{}", text);
        }

        #[test]
        fn a_row_is_the_same_whatever_row_lent_its_memory(
            before in prop::collection::vec("[a-z']{0,40}", 0..6),
            texts in prop::collection::vec("[a-zé' -]{0,40}", 1..5),
        ) {
            let mut bytes = b"(".to_vec();
            for (nth, text) in texts.iter().enumerate() {
                bytes.extend_from_slice(if nth == 0 { b"'" } else { b", '" });
                bytes.extend_from_slice(text.replace('\'', "''").as_bytes());
                bytes.push(b'\'');
            }
            bytes.extend_from_slice(b")\n");
            let types = vec![LogicalType::Text; texts.len()];
            let mut row: Vec<Value> = before.into_iter().map(Value::Text).collect();
            prop_assert_eq!(Parser::new(&bytes, false).row(&types, &mut row), Ok(()));
            prop_assert_eq!(row, texts.into_iter().map(Value::Text).collect::<Vec<_>>());
        }
    }
}
