//! Days, times of day and instants as the server counts and prints them: from 2000-01-01, in the proleptic Gregorian calendar.

/// A day of the calendar.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Civil {
    /// 0 is the year 1 BC.
    year: i64,
    /// 1 to 12.
    month: i64,
    /// 1 to 31.
    day: i64,
}

pub(super) const MICROSECONDS_A_DAY: i64 = 86_400_000_000;
const MICROSECONDS_A_SECOND: i64 = 1_000_000;
/// Days from 0000-03-01 to 2000-01-01.
const EPOCH: i64 = 730_425;
/// Days in 400 years.
const ERA: i64 = 146_097;

impl Civil {
    /// The day so many days after 2000-01-01.
    ///
    /// Source: Howard Hinnant, "chrono-Compatible Low-Level Date Algorithms", `civil_from_days`.
    fn of(days: i64) -> Self {
        let days = days + EPOCH;
        let (era, day) = (days.div_euclid(ERA), days.rem_euclid(ERA));
        let year = (day - day / 1460 + day / 36_524 - day / 146_096) / 365;
        let day = day - (365 * year + year / 4 - year / 100);
        // Months count from March, so that the leap day is a year's last.
        let month = (5 * day + 2) / 153;
        let day = day - (153 * month + 2) / 5 + 1;
        let month = if month < 10 { month + 3 } else { month - 9 };
        Self { year: year + era * 400 + i64::from(month <= 2), month, day }
    }

    /// How many days after 2000-01-01 it is.
    ///
    /// Source: as [`Civil::of`], `days_from_civil`.
    pub(super) fn days(self) -> i64 {
        let year = self.year - i64::from(self.month <= 2);
        let (era, of_era) = (year.div_euclid(400), year.rem_euclid(400));
        let month = (self.month + 9) % 12;
        let day = (153 * month + 2) / 5 + self.day - 1;
        era * ERA + of_era * 365 + of_era / 4 - of_era / 100 + day - EPOCH
    }

    /// Reads `YYYY-MM-DD`; `None` if there is no such day in the years 1 to 9999.
    pub(super) fn parse(text: &str) -> Option<Self> {
        let bytes: &[u8; 10] = text.as_bytes().try_into().ok()?;
        if bytes[4] != b'-' || bytes[7] != b'-' {
            return None;
        }
        let civil =
            Self { year: number(&bytes[..4])?, month: number(&bytes[5..7])?, day: number(&bytes[8..])? };
        let is_day = civil.year > 0 && (1..=12).contains(&civil.month) && Self::of(civil.days()) == civil;
        is_day.then_some(civil)
    }

    /// Its ten characters; `None` for a year that has more digits, or none.
    fn ten(self) -> Option<[u8; 10]> {
        let year = u64::try_from(self.year).ok().filter(|year| (1..10_000).contains(year))?;
        let ([y1, y2], [y3, y4]) = (pair(year / 100), pair(year % 100));
        let ([m1, m2], [d1, d2]) = (pair(self.month.unsigned_abs()), pair(self.day.unsigned_abs()));
        Some([y1, y2, y3, y4, b'-', m1, m2, b'-', d1, d2])
    }

    /// Appends it; what the server prints behind the whole value is returned.
    fn print(self, out: &mut String) -> &'static str {
        if let Some(ten) = self.ten() {
            push_ascii(&ten, out);
            return "";
        }
        let (year, suffix) = if self.year > 0 { (self.year, "") } else { (1 - self.year, " BC") };
        push(year, 4, out);
        out.push('-');
        push(self.month, 2, out);
        out.push('-');
        push(self.day, 2, out);
        suffix
    }
}

/// Appends the text of a date.
pub(super) fn date(days: i32, out: &mut String) {
    match days {
        i32::MAX => out.push_str("infinity"),
        i32::MIN => out.push_str("-infinity"),
        _ => {
            let suffix = Civil::of(days.into()).print(out);
            out.push_str(suffix);
        }
    }
}

/// The text of a time of day.
pub(super) fn time(microseconds: i64) -> String {
    let mut out = String::with_capacity(15);
    push_time(microseconds, &mut out);
    out
}

/// Appends the text of a timestamp with `zone` behind it.
pub(super) fn timestamp(microseconds: i64, zone: &str, out: &mut String) {
    match microseconds {
        i64::MAX => return out.push_str("infinity"),
        i64::MIN => return out.push_str("-infinity"),
        _ => {}
    }
    let day = Civil::of(microseconds.div_euclid(MICROSECONDS_A_DAY));
    let of_day = microseconds.rem_euclid(MICROSECONDS_A_DAY);
    let suffix = if let Some(ten) = day.ten() {
        let mut whole = [b' '; 19];
        whole[..10].copy_from_slice(&ten);
        whole[11..].copy_from_slice(&clock(of_day));
        push_ascii(&whole, out);
        push_fraction(of_day, out);
        ""
    } else {
        let suffix = day.print(out);
        out.push(' ');
        push_time(of_day, out);
        suffix
    };
    out.push_str(zone);
    out.push_str(suffix);
}

fn push_time(microseconds: i64, out: &mut String) {
    push_ascii(&clock(microseconds), out);
    push_fraction(microseconds, out);
}

/// `HH:MM:SS`.
fn clock(microseconds: i64) -> [u8; 8] {
    let seconds = (microseconds / MICROSECONDS_A_SECOND).unsigned_abs();
    let ([h1, h2], [m1, m2], [s1, s2]) = (pair(seconds / 3600), pair(seconds / 60 % 60), pair(seconds % 60));
    [h1, h2, b':', m1, m2, b':', s1, s2]
}

/// Appends what is behind the seconds, without zeros at its end.
fn push_fraction(microseconds: i64, out: &mut String) {
    let fraction = microseconds % MICROSECONDS_A_SECOND;
    if fraction != 0 {
        out.push('.');
        push(fraction, 6, out);
        out.truncate(out.trim_end_matches('0').len());
    }
}

/// Reads `HH:MM:SS` with up to six decimal places, of a day's 24 hours.
pub(super) fn parse_time(text: &str) -> Option<i64> {
    let (time, fraction) = text.as_bytes().split_at_checked(8)?;
    if time[2] != b':' || time[5] != b':' {
        return None;
    }
    let (hour, minute, second) = (number(&time[..2])?, number(&time[3..5])?, number(&time[6..])?);
    let microseconds = match fraction {
        [] => 0,
        [b'.', places @ ..] if (1..=6).contains(&places.len()) => {
            number(places)? * 10_i64.pow(6 - u32::try_from(places.len()).ok()?)
        }
        _ => return None,
    };
    let is_time = hour < 24 && minute < 60 && second < 60;
    is_time.then_some(((hour * 60 + minute) * 60 + second) * MICROSECONDS_A_SECOND + microseconds)
}

/// The text of a UUID.
pub(super) fn uuid(bytes: &[u8; 16]) -> String {
    let mut out = String::with_capacity(36);
    for (at, byte) in bytes.iter().enumerate() {
        if matches!(at, 4 | 6 | 8 | 10) {
            out.push('-');
        }
        for nibble in [byte >> 4, byte & 15] {
            out.push(char::from_digit(nibble.into(), 16).unwrap_or('0'));
        }
    }
    out
}

/// Reads a UUID in its canonical form.
pub(super) fn parse_uuid(text: &str) -> Option<[u8; 16]> {
    let mut bytes = [0; 16];
    let mut digits = text.bytes().filter(|byte| *byte != b'-');
    for byte in &mut bytes {
        for _ in 0..2 {
            let digit = char::from(digits.next()?).to_digit(16)?;
            *byte = *byte << 4 | u8::try_from(digit).ok()?;
        }
    }
    // Its groups are where they belong, and its letters are small.
    (uuid(&bytes) == text).then_some(bytes)
}

/// The two digits of a number below 100.
fn pair(number: u64) -> [u8; 2] {
    [b'0' + (number / 10 % 10) as u8, b'0' + (number % 10) as u8]
}

fn push_ascii(bytes: &[u8], out: &mut String) {
    out.push_str(std::str::from_utf8(bytes).unwrap_or_default());
}

/// Appends a number with zeros before it up to `width` digits.
fn push(number: i64, width: usize, out: &mut String) {
    let mut digits = [b'0'; 20];
    let (mut at, mut rest) = (digits.len(), number.unsigned_abs());
    while rest > 0 {
        at -= 1;
        digits[at] = b'0' + (rest % 10) as u8;
        rest /= 10;
    }
    out.push_str(std::str::from_utf8(&digits[at.min(digits.len() - width)..]).unwrap_or_default());
}

fn number(digits: &[u8]) -> Option<i64> {
    digits
        .iter()
        .try_fold(0, |number, digit| digit.is_ascii_digit().then(|| number * 10 + i64::from(digit - b'0')))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn days_are_counted_as_calendars_do(days in -2_451_507_i64..=2_145_031_948) {
            let civil = Civil::of(days);
            prop_assert_eq!(civil.days(), days);
            let next = Civil::of(days + 1);
            prop_assert!(next.day == civil.day + 1 && next.month == civil.month || next.day == 1);
        }

        #[test]
        fn what_is_printed_reads_back(microseconds in 0..MICROSECONDS_A_DAY, days in -730_119_i64..2_921_939, bytes: [u8; 16]) {
            prop_assert_eq!(parse_time(&time(microseconds)), Some(microseconds));
            let mut printed = String::new();
            date(i32::try_from(days).expect("small"), &mut printed);
            prop_assert_eq!(Civil::parse(&printed).expect("a day").days(), days, "{}", printed);
            prop_assert_eq!(parse_uuid(&uuid(&bytes)), Some(bytes));
        }

        #[test]
        fn nothing_read_is_a_panic(text in ".{0,40}") {
            let _ = (Civil::parse(&text), parse_time(&text), parse_uuid(&text));
        }
    }

    #[test]
    fn ends_and_odd_days_are_printed_as_the_server_does() {
        for (days, printed) in [
            (0, "2000-01-01"),
            (-730_119, "0001-01-01"),
            (-730_120, "0001-12-31 BC"),
            (-2_451_545, "4714-11-24 BC"),
            (2_921_940, "10000-01-01"),
            (8_824, "2024-02-28"),
            (8_825, "2024-02-29"),
        ] {
            let mut out = String::new();
            date(days, &mut out);
            assert_eq!(out, printed);
        }
        assert_eq!(time(MICROSECONDS_A_DAY), "24:00:00");
        let mut out = String::new();
        timestamp(-1, "+00", &mut out);
        assert_eq!(out, "1999-12-31 23:59:59.999999+00");
        for odd in ["2023-02-29", "0000-01-01", "2024-13-01", "2024-00-10", "2024-1-010"] {
            assert_eq!(Civil::parse(odd), None, "{odd}");
        }
        for odd in ["24:00:00", "10:60:00", "10:00:60", "10:00:00.", "10:00:00.1234567"] {
            assert_eq!(parse_time(odd), None, "{odd}");
        }
    }
}
