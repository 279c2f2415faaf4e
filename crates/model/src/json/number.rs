//! Numbers of JSON: read by RFC 8259, kept as PostgreSQL's jsonb prints them.
//!
//! Digits stay digits: no number passes through a double, so none loses its scale or its last places.

use super::reader::Reader;
use super::{Json, JsonError, MAX_EXPONENT};

impl Reader<'_> {
    pub(super) fn number(&mut self) -> Result<Json, JsonError> {
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
                // A short number may have many digits, and they are copied until they stand in the canonical text.
                self.spend(4 * usize::try_from(exponent).unwrap_or(0))?;
            }
        }
        Ok(Json::Number(canonical_number(negative, digits, scale)))
    }

    fn digits(&mut self) -> Result<&str, JsonError> {
        let start = self.at;
        while self.peek().is_some_and(|b| b.is_ascii_digit()) {
            self.at += 1;
        }
        if self.at == start { Err(JsonError::Syntax(start)) } else { Ok(&self.text[start..self.at]) }
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
