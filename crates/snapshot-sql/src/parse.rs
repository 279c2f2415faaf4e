//! Literals, rows and links from bytes: the closed grammar, without I/O.
//!
//! Takes a slice and says how much of it was used, that it needs more, or what is wrong where. Accepts a little more than
//! the writer writes (a number's spelling, say): the comparison with the writer's own bytes settles that. The rule to keep
//! in mind: nothing here recurses, and no text becomes anything but a value.

use model::json::{self, Json};
use model::{LogicalType, Value};

use crate::compose::{Link, MAX_VALUE};
use crate::layout::Layout;
use crate::literal::{INFINITY, NAN, NEGATIVE_INFINITY, identifier};

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

    /// Reads `(…)`, one value per type, into `row`.
    pub(crate) fn row(&mut self, types: &[LogicalType], row: &mut Vec<Value>) -> Result<(), Stop> {
        let start = self.at;
        row.clear();
        self.expect("(")?;
        loop {
            let Some(ty) = types.get(row.len()) else {
                return Err(Stop::Width { at: start, found: row.len() + 1 });
            };
            row.push(self.value(*ty)?);
            if self.skip(", ")? {
                continue;
            }
            if !self.skip(")")? {
                return self.bad("`, ` or `)` is missing after the value".to_owned());
            }
            if row.len() < types.len() {
                return Err(Stop::Width { at: start, found: row.len() });
            }
            return Ok(());
        }
    }

    /// Reads one literal of a column of type `ty`.
    pub(crate) fn value(&mut self, ty: LogicalType) -> Result<Value, Stop> {
        let Some(first) = self.bytes.get(self.at) else { return Err(Stop::More) };
        match first {
            b'\'' => {
                let start = self.at;
                let text = self.quoted()?;
                let nan =
                    self.nan && ty == LogicalType::Real && &self.bytes[start..self.at] == NAN.as_bytes();
                Ok(if nan { Value::Real(f64::NAN) } else { Value::from_quoted(ty, text) })
            }
            b'-' | b'0'..=b'9' => self.number(),
            b'N' => self.word("NULL", Value::Null),
            b'T' => self.word("TRUE", Value::Boolean(true)),
            b'F' => self.word("FALSE", Value::Boolean(false)),
            b'j' => self.escaped().map(|text| Value::from_quoted(ty, text)),
            b'u' => {
                self.expect("unhex('")?;
                let bytes = self.hex()?;
                self.expect("')")?;
                Ok(Value::Bytes(bytes))
            }
            b'C' => self.cast_or_infinity(ty),
            _ => self.bad(NO_LITERAL.to_owned()),
        }
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
        self.until(b'"', false)
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
        self.until(b'\'', true)
    }

    /// Reads up to a quote that is not doubled.
    fn until(&mut self, quote: u8, line_feeds: bool) -> Result<String, Stop> {
        let start = self.at;
        let mut text = Vec::new();
        loop {
            let rest = &self.bytes[self.at..];
            let Some(end) = rest.iter().position(|byte| *byte == quote) else { return Err(Stop::More) };
            // The byte after the quote decides, so it has to be there.
            let Some(next) = rest.get(end + 1) else { return Err(Stop::More) };
            if *next == quote {
                text.extend_from_slice(&rest[..=end]);
                self.at += end + 2;
                continue;
            }
            text.extend_from_slice(&rest[..end]);
            self.at += end + 1;
            break;
        }
        if text.len() > MAX_VALUE {
            return Err(Stop::Bad { at: start, why: format!("the value is longer than {MAX_VALUE} bytes") });
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
        let is_part = |byte: &u8| byte.is_ascii_digit() || matches!(byte, b'-' | b'.' | b'e');
        let Some(end) = rest.iter().position(|byte| !is_part(byte)) else {
            return if rest.len() > 400 { self.bad(NO_LITERAL.to_owned()) } else { Err(Stop::More) };
        };
        // Digits and signs only, so this is UTF-8.
        let digits = std::str::from_utf8(&rest[..end]).unwrap_or_default();
        let value = if digits.contains(['.', 'e']) {
            digits.parse().ok().map(Value::real)
        } else {
            digits.parse().ok().map(Value::Integer)
        };
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
        let mut json = self.until(b'\'', false)?;
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
        let Some(end) = rest.iter().position(|byte| *byte == b'\'') else { return Err(Stop::More) };
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
            Some(bytes) if bytes.len() <= MAX_VALUE => {
                self.at += end;
                Ok(bytes)
            }
            _ => self.bad("these are no pairs of lower-case hexadecimal digits".to_owned()),
        }
    }
}

fn is_name_byte(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || byte == b'_'
}

const NO_LITERAL: &str = "this is no literal of the format";
