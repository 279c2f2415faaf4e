//! `numeric` on the wire: digits to the base 10,000, and where the point stands.

use std::fmt::Write as _;

/// A number, or none.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Numeric {
    /// What the server keeps beside the digits.
    sign: u16,
    /// The power of 10,000 of the first digit.
    weight: i16,
    /// How many decimal places are printed.
    places: u16,
    /// To the base 10,000.
    digits: Vec<u16>,
}

const POSITIVE: u16 = 0;
const NEGATIVE: u16 = 0x4000;
const NAN: u16 = 0xc000;
const INFINITY: u16 = 0xd000;
const NEGATIVE_INFINITY: u16 = 0xf000;
/// The most decimal places that the server keeps.
const MOST_PLACES: usize = 0x3fff;
/// Decimal digits in one of the wire's.
const WIDTH: usize = 4;

impl Numeric {
    /// Reads a field; `None` if it is no number.
    pub(super) fn read(field: &[u8]) -> Option<Self> {
        let (numbers, rest) = field.as_chunks::<2>();
        let mut numbers = numbers.iter().map(|bytes| u16::from_be_bytes(*bytes));
        let (count, weight, sign, places) =
            (numbers.next()?, numbers.next()?, numbers.next()?, numbers.next()?);
        let digits: Vec<u16> = numbers.collect();
        let is_number = rest.is_empty() && digits.len() == usize::from(count);
        let is_number = is_number && digits.iter().all(|digit| *digit < 10_000);
        is_number.then_some(Self { sign, weight: weight.cast_signed(), places, digits })
    }

    /// The text that the server prints.
    pub(super) fn print(&self) -> String {
        match self.sign {
            NAN => return "NaN".to_owned(),
            INFINITY => return "Infinity".to_owned(),
            NEGATIVE_INFINITY => return "-Infinity".to_owned(),
            _ => {}
        }
        let mut out = String::new();
        if self.sign == NEGATIVE {
            out.push('-');
        }
        let whole = out.len();
        for power in (0..=i32::from(self.weight)).rev() {
            let digit = self.digit(power);
            if out.len() > whole || digit != 0 {
                let width = if out.len() > whole { WIDTH } else { 1 };
                let _ = write!(out, "{digit:0width$}");
            }
        }
        if out.len() == whole {
            out.push('0');
        }
        let places = usize::from(self.places);
        if places > 0 {
            out.push('.');
            let end = out.len() + places;
            let mut power = -1;
            while out.len() < end {
                let _ = write!(out, "{:04}", self.digit(power));
                power -= 1;
            }
            out.truncate(end);
        }
        out
    }

    fn digit(&self, power: i32) -> u16 {
        let at = usize::try_from(i32::from(self.weight) - power).ok();
        at.and_then(|at| self.digits.get(at)).copied().unwrap_or_default()
    }

    /// Reads a decimal number without an exponent; `None` if it is none, or too long.
    pub(super) fn parse(text: &str) -> Option<Self> {
        let (sign, unsigned) = text.strip_prefix('-').map_or((POSITIVE, text), |rest| (NEGATIVE, rest));
        let (whole, fraction) = unsigned.split_once('.').unwrap_or((unsigned, ""));
        let has_digits = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
        let is_decimal = !whole.is_empty() && has_digits(whole) && has_digits(fraction);
        if !is_decimal || fraction.len() > MOST_PLACES || unsigned.ends_with('.') {
            return None;
        }
        let mut digits = Vec::with_capacity(unsigned.len() / WIDTH + 2);
        let first = whole.len() % WIDTH;
        let (head, whole_groups) = whole.as_bytes().split_at(first);
        digits.extend((first > 0).then(|| value(head)));
        digits.extend(whole_groups.chunks(WIDTH).map(value));
        let mut weight = i16::try_from(digits.len()).ok()? - 1;
        let padded =
            |group: &[u8]| value(group) * 10_u16.pow(u32::try_from(WIDTH - group.len()).unwrap_or(0));
        digits.extend(fraction.as_bytes().chunks(WIDTH).map(padded));
        let zeros = digits.iter().take_while(|digit| **digit == 0).count();
        digits.drain(..zeros);
        while digits.last() == Some(&0) {
            digits.pop();
        }
        weight = weight.checked_sub(i16::try_from(zeros).ok()?)?;
        let (sign, weight) = if digits.is_empty() { (POSITIVE, 0) } else { (sign, weight) };
        Some(Self { sign, weight, places: u16::try_from(fraction.len()).ok()?, digits })
    }

    /// Appends the field.
    pub(super) fn write(&self, out: &mut Vec<u8>) {
        let count = u16::try_from(self.digits.len()).unwrap_or(u16::MAX);
        for number in [count, self.weight.cast_unsigned(), self.sign, self.places] {
            out.extend_from_slice(&number.to_be_bytes());
        }
        for digit in &self.digits {
            out.extend_from_slice(&digit.to_be_bytes());
        }
    }
}

/// The value of up to four decimal digits.
fn value(digits: &[u8]) -> u16 {
    digits.iter().fold(0, |value, digit| value * 10 + u16::from(digit - b'0'))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn what_is_parsed_is_printed_again(text in "-?(0|[1-9][0-9]{0,30})(\\.[0-9]{1,30})?") {
            let number = Numeric::parse(&text).expect("a number");
            let mut field = Vec::new();
            number.write(&mut field);
            prop_assert_eq!(Numeric::read(&field), Some(number.clone()));
            let is_zero = !text.contains(|c: char| ('1'..='9').contains(&c));
            prop_assert_eq!(number.print(), if is_zero { text.trim_start_matches('-') } else { &text });
        }

        #[test]
        fn no_field_and_no_text_is_a_panic(field: Vec<u8>, text in ".{0,20}") {
            let _ = Numeric::read(&field).map(|number| number.print());
            let _ = Numeric::parse(&text);
        }
    }

    #[test]
    fn what_is_no_decimal_is_refused() {
        for odd in ["", "-", ".", "1.", ".5", "1e5", "NaN", "+1", "1 ", "--1", "1.2.3"] {
            assert_eq!(Numeric::parse(odd), None, "{odd}");
        }
    }
}
