//! Values as texts that are equal where a reference finds its row.

use model::{Collation, Column, LogicalType, Value, digits, text};

/// The text of a value as people write it on a command line.
pub(super) fn plain(value: &Value) -> String {
    match value {
        Value::Text(text) | Value::Typed(text) => text.clone(),
        Value::Bytes(bytes) => {
            let mut hex = Vec::new();
            digits::push_hex(bytes, &mut hex);
            String::from_utf8_lossy(&hex).into_owned()
        }
        Value::Boolean(flag) => flag.to_string(),
        _ => text::show_value(value, usize::MAX),
    }
}

/// The texts of a key's values as one.
pub(super) fn joined(key: &[String]) -> String {
    key.join("\u{1f}")
}

/// What a value is compared as with the values of `key`, the column that is referred to: numbers by value, texts by its
/// collation.
pub(super) fn comparable(value: &Value, key: &Column) -> String {
    use LogicalType as T;
    let text = plain(value);
    if matches!(key.ty, T::Integer | T::Real | T::Decimal) {
        return number(&text);
    }
    match key.collation {
        Some(Collation::Nocase) => text.to_ascii_lowercase(),
        Some(Collation::Rtrim) => text.trim_end_matches(' ').to_owned(),
        _ if key.declared.eq_ignore_ascii_case("citext") => text.to_lowercase(),
        _ if key.ty == T::Uuid => text.to_lowercase(),
        _ => text,
    }
}

/// The text by which JSON refers to a value of `key`; none to bytes. The blanks that fill a `char(5)` are none of its text.
pub(super) fn as_text(value: &Value, key: &Column) -> Option<String> {
    match value {
        Value::Null | Value::Bytes(_) => None,
        Value::Real(number) => Some(number.to_string()),
        _ if key.declared == "character" || key.declared.starts_with("character(") => {
            Some(plain(value).trim_end_matches(' ').to_owned())
        }
        _ => Some(plain(value)),
    }
}

/// `5`, `5.0` and `5.00` are one number.
fn number(text: &str) -> String {
    match text.split_once('.') {
        Some((whole, fraction)) if !fraction.contains(['e', 'E']) => {
            let fraction = fraction.trim_end_matches('0');
            if fraction.is_empty() { whole.to_owned() } else { format!("{whole}.{fraction}") }
        }
        _ => text.to_owned(),
    }
}
