//! Which values an engine can hold in a column of a logical type, and what helps where it cannot.

mod names;
mod postgres_form;

pub use self::names::name_misfit;
pub use self::postgres_form::is_postgres_form;

use crate::{Engine, LogicalType, Value, json};

/// How many digits PostgreSQL's numeric holds before the point, and after it.
const NUMERIC_DIGITS: (usize, usize) = (131_072, 16_383);

/// Why `engine` cannot hold `value` in a column of type `ty`, as the end of a sentence ("… is text, not an integer");
/// `None` if it can.
#[inline]
pub fn misfit(ty: LogicalType, value: &Value, engine: Engine) -> Option<String> {
    // It is asked for each value of every row, and nearly all of them are of these.
    match (ty, value) {
        (LogicalType::Integer, Value::Integer(_)) | (LogicalType::Boolean, Value::Boolean(_)) => None,
        (LogicalType::Text, Value::Text(text)) if engine == Engine::Sqlite || !has_nul(text) => None,
        (LogicalType::Real, Value::Real(number)) if !number.is_nan() => None,
        _ => rare_misfit(ty, value, engine),
    }
}

fn rare_misfit(ty: LogicalType, value: &Value, engine: Engine) -> Option<String> {
    match engine {
        Engine::Sqlite => {
            matches!(value, Value::Real(x) if x.is_nan()).then(|| "SQLite has no NaN".to_owned())
        }
        Engine::Postgres => postgres_misfit(ty, value),
    }
}

fn postgres_misfit(ty: LogicalType, value: &Value) -> Option<String> {
    let kind = match value {
        Value::Null => return None,
        Value::RawText(_) => return Some("PostgreSQL cannot hold text that is not UTF-8".to_owned()),
        Value::Text(text) | Value::Typed(text) if has_nul(text) => {
            return Some("PostgreSQL cannot hold text with U+0000".to_owned());
        }
        Value::Typed(text) if is_verbatim(ty) => {
            if is_postgres_form(ty, text) {
                return None;
            }
            "text"
        }
        Value::Typed(text) => return typed_misfit(ty, text),
        Value::Integer(_) => "an integer",
        Value::Real(_) => "a floating-point number",
        Value::Boolean(_) => "a boolean",
        Value::Text(_) => "text",
        Value::Bytes(_) => "bytes",
    };
    let fits = match (ty, value) {
        (LogicalType::Real, Value::Real(_))
        | (LogicalType::Integer, Value::Integer(_))
        | (LogicalType::Boolean, Value::Boolean(_))
        | (LogicalType::Text, Value::Text(_))
        | (LogicalType::Bytes, Value::Bytes(_)) => true,
        (LogicalType::JsonVerbatim, Value::Text(text)) => is_any_json(text),
        (_, Value::Text(text)) => is_postgres_form(ty, text),
        _ => false,
    };
    (!fits).then(|| {
        let wanted = match ty {
            LogicalType::Any => "PostgreSQL has no column without a type".to_owned(),
            _ => format!("PostgreSQL's column of type {ty} cannot hold it"),
        };
        format!("the value is {kind}, and {wanted}")
    })
}

/// What PostgreSQL cannot hold although it is its column's canonical form.
fn typed_misfit(ty: LogicalType, text: &str) -> Option<String> {
    let (before, after) = NUMERIC_DIGITS;
    let too_long = match ty {
        LogicalType::Json if json_has_nul(text) => {
            return Some("PostgreSQL's jsonb cannot hold \\u0000".to_owned());
        }
        // Only a long text has a long number.
        _ if text.len() <= after => false,
        LogicalType::Decimal => !digits_fit(text.as_bytes()),
        LogicalType::Json => !json_digits_fit(text.as_bytes()),
        _ => false,
    };
    too_long.then(|| {
        format!("PostgreSQL's numbers have at most {before} digits before the point and {after} after it")
    })
}

/// Without a way out in the middle, so that the compiler makes vector instructions of it.
fn has_nul(text: &str) -> bool {
    text.bytes().fold(0, |found, byte| found | u8::from(byte == 0)) != 0
}

/// Whether the columns of the type hold PostgreSQL's own text, which has no other canonical form.
fn is_verbatim(ty: LogicalType) -> bool {
    matches!(ty, LogicalType::Interval | LogicalType::Enum | LogicalType::Array | LogicalType::Range)
}

/// Whether PostgreSQL's type json takes the text: it looks at the grammar alone.
fn is_any_json(text: &str) -> bool {
    use json::JsonError;
    match json::parse(text) {
        Ok(_) | Err(JsonError::DuplicateKey(_) | JsonError::Exponent | JsonError::LoneSurrogate(_)) => true,
        Err(JsonError::Syntax(_) | JsonError::TooDeep | JsonError::TooLarge) => false,
    }
}

/// Whether canonical JSON holds U+0000: `\u0000` not preceded by an odd number of backslashes.
fn json_has_nul(canonical: &str) -> bool {
    canonical
        .match_indices("\\u0000")
        .any(|(at, _)| canonical.as_bytes()[..at].iter().rev().take_while(|b| **b == b'\\').count() % 2 == 0)
}

/// Whether one decimal number, sign or not, has digits that PostgreSQL can keep.
fn digits_fit(number: &[u8]) -> bool {
    let (before, after) = NUMERIC_DIGITS;
    let digits = number.strip_prefix(b"-").unwrap_or(number);
    let point = digits.iter().position(|b| *b == b'.').unwrap_or(digits.len());
    point <= before && digits.len().saturating_sub(point + 1) <= after
}

/// Whether all numbers of canonical JSON have digits that PostgreSQL can keep.
fn json_digits_fit(canonical: &[u8]) -> bool {
    let (mut at, mut in_string) = (0, false);
    while let Some(&byte) = canonical.get(at) {
        at += 1;
        match byte {
            b'\\' if in_string => at += 1,
            b'"' => in_string = !in_string,
            b'0'..=b'9' if !in_string => {
                let start = at - 1;
                let digit = |b: &&u8| b.is_ascii_digit() || **b == b'.';
                at += canonical[at..].iter().take_while(digit).count();
                if !digits_fit(&canonical[start..at]) {
                    return false;
                }
            }
            _ => {}
        }
    }
    true
}

/// The logical type that would hold a value that misfits its column as it is; `None` if no type of `engine`'s does.
pub fn fitting_type(value: &Value, engine: Engine) -> Option<LogicalType> {
    let ty = match value {
        Value::Integer(_) => LogicalType::Integer,
        Value::Real(_) => LogicalType::Real,
        Value::Boolean(_) => LogicalType::Boolean,
        Value::Text(_) | Value::Typed(_) => LogicalType::Text,
        Value::Bytes(_) => LogicalType::Bytes,
        Value::Null | Value::RawText(_) => return None,
    };
    let value = match value {
        Value::Typed(text) => &Value::Text(text.clone()),
        value => value,
    };
    misfit(ty, value, engine).is_none().then_some(ty)
}

/// How such a value is written so that PostgreSQL can hold it, for people who mend a row that misfits.
pub fn remedy(ty: LogicalType, value: &Value) -> Option<&'static str> {
    let number = matches!(value, Value::Integer(_) | Value::Real(_));
    let text = matches!(value, Value::Text(_));
    Some(match (ty, value) {
        (_, Value::Text(text) | Value::Typed(text)) if text.contains('\0') => "take U+0000 out of the text",
        (_, Value::RawText(_)) => "text is UTF-8; other bytes belong into a column declared BLOB",
        (LogicalType::Boolean, _) => "SQLite's TRUE and FALSE are 1 and 0, and nothing else is",
        (LogicalType::Date, _) if number => {
            "a number there may count seconds since 1970: SQLite's `date(…, 'unixepoch')` makes a date of it"
        }
        (LogicalType::Time, _) if number => {
            "a number there may count seconds: SQLite's `time(…, 'unixepoch')` makes a time of it"
        }
        (LogicalType::Timestamp | LogicalType::Timestamptz, _) if number => {
            "a number there may count seconds since 1970: SQLite's `datetime(…, 'unixepoch')` makes a timestamp of it"
        }
        (LogicalType::Date, _) if text => "a date is `2026-11-20`",
        (LogicalType::Time, _) if text => {
            "a time is `10:30:00`: seconds, and no zeros at the end of a fraction"
        }
        (LogicalType::Timestamp, _) if text => {
            "a timestamp is `2026-11-20 10:30:00`: a space, no zone, and no zeros at the end of a fraction"
        }
        (LogicalType::Timestamptz, _) if text => "an instant is `2026-11-20 10:30:00+00:00`: with its zone",
        (LogicalType::Decimal, _) if text => "a decimal is `1234.50`: digits and at most one point",
        (LogicalType::Uuid, _) if text => "a UUID is lower case, with hyphens",
        (LogicalType::Json, Value::Text(_)) => "it is not JSON",
        (LogicalType::Json, Value::Bytes(_)) => "SQLite's `json(…)` makes text of its binary JSON",
        _ => return None,
    })
}

#[cfg(test)]
mod tests;
