//! What PostgreSQL prints for values that have no canonical form of the model's: infinities, NaN, years beyond the model's,
//! the end of a day. And the texts of those types whose only form is PostgreSQL's own.
//!
//! As a session prints them that speaks ISO dates, UTC and the `postgres` style of intervals: exactly that text reads back as
//! the same text, and so both engines hold it.

use crate::{LogicalType, canonical};

/// The first day that PostgreSQL knows, in a year before Christ.
const FIRST_DAY: (u32, &str) = (4714, "11-24");
/// The last years that PostgreSQL's date and timestamp know.
const LAST_YEARS: (u32, u32) = (5_874_897, 294_276);

/// Whether PostgreSQL prints a value of a column of type `ty` as `text`, and the text is no canonical form of the model's;
/// for enums, intervals, arrays and ranges: whether it has the look of what PostgreSQL prints.
pub fn is_postgres_form(ty: LogicalType, text: &str) -> bool {
    let infinite = || matches!(text, "infinity" | "-infinity");
    match ty {
        LogicalType::Decimal => matches!(text, "NaN" | "Infinity" | "-Infinity"),
        LogicalType::Date => infinite() || is_far_date(text, LAST_YEARS.0, str::is_empty),
        LogicalType::Time => text == "24:00:00",
        LogicalType::Timestamp => infinite() || is_far_date(text, LAST_YEARS.1, is_clock),
        LogicalType::Timestamptz => {
            let in_utc = |rest: &str| rest.strip_suffix("+00").is_some_and(is_clock);
            infinite() || is_far_date(text, LAST_YEARS.1, in_utc)
        }
        LogicalType::Enum => true,
        LogicalType::Interval => infinite() || is_interval(text),
        LogicalType::Array => text.starts_with(['{', '[']) && text.ends_with('}'),
        LogicalType::Range => is_range(text),
        LogicalType::Integer
        | LogicalType::Real
        | LogicalType::Boolean
        | LogicalType::Text
        | LogicalType::Bytes
        | LogicalType::Uuid
        | LogicalType::Json
        | LogicalType::JsonVerbatim
        | LogicalType::Any => false,
    }
}

/// A date before the model's first year or after its last, and what follows the day. PostgreSQL writes ` BC` last of all.
fn is_far_date(text: &str, last_year: u32, follows: impl Fn(&str) -> bool) -> bool {
    let (text, before_christ) = match text.strip_suffix(" BC") {
        Some(rest) => (rest, true),
        None => (text, false),
    };
    let Some((year, rest)) = text.split_once('-') else { return false };
    let Some((day, rest)) = rest.split_at_checked(5) else { return false };
    let digits = year.bytes().all(|b| b.is_ascii_digit());
    let (Ok(number), true) = (year.parse::<u32>(), digits && matches!(year.len(), 4..=7)) else {
        return false;
    };
    let known = if before_christ {
        let (first_year, first_day) = FIRST_DAY;
        year.len() == 4 && number >= 1 && (number < first_year || number == first_year && day >= first_day)
    } else {
        year.len() > 4 && !year.starts_with('0') && number <= last_year
    };
    // Leap years return every 400 years, and 1 BC is the year 0 of those who count on.
    let cycle = if before_christ { 800 - (number + 399) % 400 } else { number } % 400;
    known && canonical::is_canonical(LogicalType::Date, &format!("{}-{day}", 2000 + cycle)) && follows(rest)
}

fn is_clock(rest: &str) -> bool {
    rest.strip_prefix(' ').is_some_and(|time| canonical::is_canonical(LogicalType::Time, time))
}

/// `1 year 2 mons -3 days +04:05:06.789`: any of the parts, in that order.
fn is_interval(text: &str) -> bool {
    let mut words = text.split(' ').peekable();
    let mut parts = 0;
    for unit in ["year", "mon", "day"] {
        let mut ahead = words.clone();
        if let (Some(number), Some(name)) = (ahead.next(), ahead.next())
            && is_whole_number(number)
            && name.strip_suffix('s').unwrap_or(name) == unit
        {
            words = ahead;
            parts += 1;
        }
    }
    match (words.next(), words.next()) {
        (None, _) => parts > 0,
        (Some(clock), None) => is_span(clock),
        _ => false,
    }
}

fn is_whole_number(text: &str) -> bool {
    let digits = text.strip_prefix(['+', '-']).unwrap_or(text);
    matches!(digits.len(), 1..=10) && digits.bytes().all(|b| b.is_ascii_digit())
}

/// Hours, which may be many, minutes and seconds.
fn is_span(text: &str) -> bool {
    let Some((hours, rest)) = text.split_once(':') else { return false };
    hours.trim_start_matches(['+', '-']).len() >= 2
        && is_whole_number(hours)
        && canonical::is_canonical(LogicalType::Time, &format!("00:{rest}"))
}

/// A range, or several in braces.
fn is_range(text: &str) -> bool {
    let one = || text.starts_with(['[', '(']) && text.ends_with([']', ')']) && text.contains(',');
    let several = || text.starts_with('{') && text.ends_with('}');
    text == "empty" || one() || several()
}
