//! The canonical text of typed values: what a quoted literal must be to count as its column's type.

use crate::{LogicalType, json};

/// Whether `text` is a canonical form of `ty`. Types without a form of their own have none.
pub fn is_canonical(ty: LogicalType, text: &str) -> bool {
    match ty {
        LogicalType::Decimal => is_decimal(text),
        LogicalType::Date => is_date(text.as_bytes()),
        LogicalType::Time => is_time(text.as_bytes()),
        LogicalType::Timestamp => is_timestamp(text.as_bytes()),
        LogicalType::Timestamptz => {
            text.strip_suffix("+00:00").is_some_and(|rest| is_timestamp(rest.as_bytes()))
        }
        LogicalType::Uuid => is_uuid(text.as_bytes()),
        LogicalType::Json => json::canonicalize(text).is_ok_and(|canonical| canonical == text),
        LogicalType::Interval | LogicalType::Enum | LogicalType::Array | LogicalType::Range => true,
        LogicalType::Integer
        | LogicalType::Real
        | LogicalType::Boolean
        | LogicalType::Text
        | LogicalType::Bytes
        | LogicalType::JsonVerbatim
        | LogicalType::Any => false,
    }
}

/// The canonical form of an instant written with any offset (`Z`, `+02`, `+02:00`, `+0200`), `T` or a space between
/// date and time, and up to six fractional digits; `None` if `text` is no such instant within the years 1 to 9999.
pub fn instant(text: &str) -> Option<String> {
    let bytes = text.as_bytes();
    // As PostgreSQL prints UTC.
    if let Some(local) = bytes.strip_suffix(b"+00")
        && is_timestamp(local)
    {
        let mut instant = String::with_capacity(text.len() + 3);
        instant.push_str(text);
        instant.push_str(":00");
        return Some(instant);
    }
    if bytes.len() < 20 || !matches!(bytes[10], b' ' | b'T') || !text.is_ascii() {
        return None;
    }
    let zone_at = bytes.iter().skip(11).position(|b| matches!(b, b'Z' | b'+' | b'-')).map(|at| at + 11)?;
    let (local, zone) = text.split_at(zone_at);
    let (seconds, fraction) = match local.split_once('.') {
        Some((seconds, fraction)) => (seconds, fraction.trim_end_matches('0')),
        None => (local, ""),
    };
    let digits =
        local.split_once('.').is_none_or(|(_, f)| !f.is_empty() && f.bytes().all(|b| b.is_ascii_digit()));
    if !digits
        || fraction.len() > 6
        || !is_date(&seconds.as_bytes()[..10])
        || !is_time(&seconds.as_bytes()[11..])
    {
        return None;
    }
    let offset_minutes = offset(zone)?;
    let local: jiff::civil::DateTime = format!("{}T{}", &seconds[..10], &seconds[11..]).parse().ok()?;
    let utc = local.checked_sub(jiff::SignedDuration::from_mins(offset_minutes)).ok()?;
    if utc.year() < 1 {
        return None;
    }
    let point = if fraction.is_empty() { "" } else { "." };
    Some(format!("{} {}{point}{fraction}+00:00", utc.date(), utc.time()))
}

fn offset(zone: &str) -> Option<i64> {
    if zone == "Z" {
        return Some(0);
    }
    let sign = if zone.starts_with('-') { -1 } else { 1 };
    let digits: String = zone[1..].chars().filter(|c| *c != ':').collect();
    let well_formed =
        matches!(zone.len(), 3 | 5) && !zone.contains(':') || zone.len() == 6 && zone.as_bytes()[3] == b':';
    if !well_formed || !digits.bytes().all(|b| b.is_ascii_digit()) {
        return None;
    }
    let hours: i64 = digits[..2].parse().ok()?;
    let minutes: i64 = digits.get(2..4).map_or(Some(0), |m| m.parse().ok())?;
    (hours <= 15 && minutes < 60).then_some(sign * (hours * 60 + minutes))
}

fn is_decimal(text: &str) -> bool {
    let digits = text.strip_prefix('-').unwrap_or(text);
    let (int, fraction) = match digits.split_once('.') {
        Some((int, fraction)) => (int, Some(fraction)),
        None => (digits, None),
    };
    let all = |part: &str| !part.is_empty() && part.bytes().all(|b| b.is_ascii_digit());
    let plain = all(int) && (int == "0" || !int.starts_with('0')) && fraction.is_none_or(all);
    let negative_zero = text.starts_with('-') && digits.bytes().all(|b| matches!(b, b'0' | b'.'));
    plain && !negative_zero
}

fn number(digits: &[u8]) -> Option<u32> {
    digits.iter().try_fold(0u32, |n, b| b.is_ascii_digit().then(|| n * 10 + u32::from(b - b'0')))
}

fn is_date(text: &[u8]) -> bool {
    let [y1, y2, y3, y4, b'-', m1, m2, b'-', d1, d2] = *text else { return false };
    let (Some(year), Some(month), Some(day)) =
        (number(&[y1, y2, y3, y4]), number(&[m1, m2]), number(&[d1, d2]))
    else {
        return false;
    };
    let leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
    let days = match month {
        1 | 3 | 5 | 7 | 8 | 10 | 12 => 31,
        4 | 6 | 9 | 11 => 30,
        2 if leap => 29,
        2 => 28,
        _ => return false,
    };
    year >= 1 && (1..=days).contains(&day)
}

fn is_time(text: &[u8]) -> bool {
    let Some((clock, rest)) = text.split_at_checked(8) else { return false };
    let [h1, h2, b':', m1, m2, b':', s1, s2] = *clock else { return false };
    let below = |digits: [u8; 2], limit: u32| number(&digits).is_some_and(|n| n < limit);
    let fraction = match rest {
        [] => true,
        [b'.', digits @ .., last] => {
            digits.len() < 6 && digits.iter().all(u8::is_ascii_digit) && (b'1'..=b'9').contains(last)
        }
        _ => false,
    };
    below([h1, h2], 24) && below([m1, m2], 60) && below([s1, s2], 60) && fraction
}

fn is_timestamp(text: &[u8]) -> bool {
    text.len() >= 19 && text[10] == b' ' && is_date(&text[..10]) && is_time(&text[11..])
}

fn is_uuid(text: &[u8]) -> bool {
    text.len() == 36
        && text.iter().enumerate().all(|(at, b)| match at {
            8 | 13 | 18 | 23 => *b == b'-',
            _ => matches!(b, b'0'..=b'9' | b'a'..=b'f'),
        })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(ty: LogicalType, yes: &[&str], no: &[&str]) {
        for text in yes {
            assert!(is_canonical(ty, text), "{text} is a canonical {ty}");
        }
        for text in no {
            assert!(!is_canonical(ty, text), "{text} is no canonical {ty}");
        }
    }

    #[test]
    fn canonical_forms() {
        check(
            LogicalType::Decimal,
            &["0", "-1.10", "0.00", "12345678901234567890.5"],
            &["", "01", "-0", "-0.0", "1.", ".5", "+1", "1e2"],
        );
        check(
            LogicalType::Date,
            &["2024-02-29", "0001-01-01"],
            &["2023-02-29", "2024-2-9", "0000-01-01", "2024-13-01", "2024-00-10"],
        );
        check(
            LogicalType::Time,
            &["00:00:00", "23:59:59.5", "10:00:00.000001"],
            &["24:00:00", "10:00", "10:00:00.", "10:00:00.50", "10:00:00.1234567"],
        );
        check(
            LogicalType::Timestamp,
            &["2024-02-29 10:00:00"],
            &["2024-02-29T10:00:00", "2024-02-29", "2024-02-29 10:00:00+00:00"],
        );
        check(
            LogicalType::Timestamptz,
            &["2024-02-29 10:00:00.5+00:00"],
            &["2024-02-29 10:00:00Z", "2024-02-29 10:00:00"],
        );
        check(
            LogicalType::Uuid,
            &["123e4567-e89b-12d3-a456-426614174000"],
            &["123E4567-E89B-12D3-A456-426614174000", "123e4567"],
        );
        check(LogicalType::Json, &["{\"a\":1}", "null"], &["{\"a\": 1}", "{", "1e2"]);
        check(LogicalType::Text, &[], &["a"]);
    }

    #[test]
    fn instants_are_brought_to_utc() {
        let cases = [
            ("2024-02-29T12:34:56.1200+02:00", Some("2024-02-29 10:34:56.12+00:00")),
            ("2024-01-01 00:30:00+01", Some("2023-12-31 23:30:00+00:00")),
            ("2024-01-01T00:00:00Z", Some("2024-01-01 00:00:00+00:00")),
            ("2024-01-01 00:00:00-0330", Some("2024-01-01 03:30:00+00:00")),
            ("2024-01-01 00:00:00", None),
            ("0001-01-01 00:00:00+01", None),
            ("2024-01-01 00:00:00.1234567Z", None),
            ("2024-01-01 00:00:00+1", None),
        ];
        for (text, expected) in cases {
            assert_eq!(instant(text).as_deref(), expected, "{text}");
        }
    }
}
