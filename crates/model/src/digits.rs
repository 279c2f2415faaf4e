//! Numbers and bytes as digits, at a fraction of what the standard library takes: every value of a file and of a COPY
//! stream passes here.
//!
//! The rule to keep in mind: what is appended is what the standard library prints, or nothing is.

/// Integers of so many digits are doubles, each another one.
pub const EXACT_DIGITS: usize = 15;
/// The powers of ten up to [`EXACT_DIGITS`]: all doubles without rounding.
pub const POWERS_OF_TEN: [f64; EXACT_DIGITS + 1] =
    [1e0, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15];

/// Appends the digits of an integer.
pub fn push_integer(number: i64, out: &mut Vec<u8>) {
    if number < 0 {
        out.push(b'-');
    }
    push_digits(number.unsigned_abs(), 1, out);
}

/// Appends a number with zeros before it up to `width` digits, of which there are at most 20.
fn push_digits(mut number: u64, width: usize, out: &mut Vec<u8>) {
    let mut digits = [b'0'; 20];
    let mut at = digits.len();
    // Two at a time: each division waits for the one before.
    while number >= 100 {
        let [tens, ones] = PAIRS[(number % 100) as usize];
        number /= 100;
        at -= 2;
        (digits[at], digits[at + 1]) = (tens, ones);
    }
    if number > 0 {
        let [tens, ones] = PAIRS[(number % 100) as usize];
        at -= 2;
        (digits[at], digits[at + 1]) = (tens, ones);
        at += usize::from(number < 10);
    }
    out.extend_from_slice(&digits[at.min(digits.len() - width)..]);
}

/// The digits of each number below 100.
const PAIRS: [[u8; 2]; 100] = {
    let mut pairs = [[b'0'; 2]; 100];
    let mut number: u8 = 0;
    while number < 100 {
        pairs[number as usize] = [b'0' + number / 10, b'0' + number % 10];
        number += 1;
    }
    pairs
};

/// Appends a double that at most fifteen digits spell, if it is near enough to 1 to have no exponent; returns whether it
/// did. No two decimals of so few digits are the same double, so the one that reads back the same is the shortest.
#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_precision_loss,
    clippy::cast_sign_loss,
    clippy::float_cmp,
    reason = "an integer below 10^15, and the very double or none"
)]
pub fn push_short_real(number: f64, out: &mut Vec<u8>) -> bool {
    let size = number.abs();
    if !(1e-3..1e14).contains(&size) {
        return false;
    }
    // As many decimals as fit into fifteen digits.
    let whole = POWERS_OF_TEN.iter().take_while(|power| size >= **power).count();
    let mut decimals = EXACT_DIGITS - whole;
    // Rounded without a call; one that is rounded wrongly reads back as another.
    let rounded = (size * POWERS_OF_TEN[decimals] + 0.5) as i64;
    let scaled = rounded as f64;
    if scaled >= POWERS_OF_TEN[EXACT_DIGITS] || scaled / POWERS_OF_TEN[decimals] != size {
        return false;
    }
    let mut digits = rounded.unsigned_abs();
    for (power, zeros) in [(10_000_000, 7), (1000, 3), (100, 2), (10, 1), (10, 1)] {
        if decimals > zeros && digits.is_multiple_of(power) {
            (digits, decimals) = (digits / power, decimals - zeros);
        }
    }
    if number < 0.0 {
        out.push(b'-');
    }
    let power = POWERS_OF_TEN[decimals] as u64;
    push_digits(digits / power, 1, out);
    out.push(b'.');
    push_digits(digits % power, decimals, out);
    true
}

/// Appends two lower-case hexadecimal digits for each byte.
pub fn push_hex(bytes: &[u8], out: &mut Vec<u8>) {
    const DIGITS: &[u8; 16] = b"0123456789abcdef";
    out.reserve(bytes.len() * 2);
    for byte in bytes {
        out.extend_from_slice(&[DIGITS[usize::from(byte >> 4)], DIGITS[usize::from(byte & 15)]]);
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn doubles_of_few_digits_are_spelled_as_the_standard_library_does(
            digits in 0i64..1_000_000_000_000_000, cut in 0u32..16, decimals in 0usize..20, off in -2i64..=2,
        ) {
            let few: f64 = format!("{}e-{decimals}", digits / 10i64.pow(cut)).parse().expect("a number");
            // Neighbours have more digits.
            let number = f64::from_bits(few.to_bits().saturating_add_signed(off));
            for number in [few, -few, number, number + 0.25, number * 1e15].map(|number| number + 0.0) {
                let mut short = Vec::new();
                if push_short_real(number, &mut short) {
                    let plain = format!("{number:?}");
                    prop_assert_eq!(String::from_utf8(short).expect("ASCII"), plain);
                }
            }
            let usual = (1.0..1e14).contains(&few);
            prop_assert!(!usual || push_short_real(few, &mut Vec::new()), "{}", few);
        }
    }
}
