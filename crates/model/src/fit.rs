//! Which values an engine can hold in a column of a logical type.

use crate::{Engine, LogicalType, Value, json};

/// Why `engine` cannot hold `value` in a column of type `ty`, as the end of a sentence ("… is text, not an integer");
/// `None` if it can.
pub fn misfit(ty: LogicalType, value: &Value, engine: Engine) -> Option<String> {
    match engine {
        Engine::Sqlite => {
            matches!(value, Value::Real(x) if x.is_nan()).then(|| "SQLite has no NaN".to_owned())
        }
        Engine::Postgres => postgres_misfit(ty, value),
    }
}

fn postgres_misfit(ty: LogicalType, value: &Value) -> Option<String> {
    let kind = match value {
        Value::RawText(_) => return Some("PostgreSQL cannot hold text that is not UTF-8".to_owned()),
        Value::Text(text) if text.contains('\0') => {
            return Some("PostgreSQL cannot hold text with U+0000".to_owned());
        }
        Value::Typed(text) if ty == LogicalType::Json && json_has_nul(text) => {
            return Some("PostgreSQL's jsonb cannot hold \\u0000".to_owned());
        }
        Value::Integer(_) => "an integer",
        Value::Real(_) => "a floating-point number",
        Value::Boolean(_) => "a boolean",
        Value::Text(_) => "text",
        Value::Bytes(_) => "bytes",
        Value::Null | Value::Typed(_) => return None,
    };
    let fits = match (ty, value) {
        (LogicalType::Integer, Value::Integer(_))
        | (LogicalType::Real, Value::Real(_))
        | (LogicalType::Boolean, Value::Boolean(_))
        | (LogicalType::Text, Value::Text(_))
        | (LogicalType::Bytes, Value::Bytes(_)) => true,
        (LogicalType::JsonVerbatim, Value::Text(text)) => json::parse(text).is_ok(),
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

/// Whether canonical JSON holds U+0000: `\u0000` not preceded by an odd number of backslashes.
fn json_has_nul(canonical: &str) -> bool {
    canonical
        .match_indices("\\u0000")
        .any(|(at, _)| canonical.as_bytes()[..at].iter().rev().take_while(|b| **b == b'\\').count() % 2 == 0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn postgres_holds_what_has_its_columns_type() {
        let check = |ty, value| misfit(ty, &value, Engine::Postgres);
        assert_eq!(check(LogicalType::Integer, Value::Integer(1)), None);
        assert_eq!(
            check(LogicalType::Integer, Value::Text("a".into())).as_deref(),
            Some("the value is text, and PostgreSQL's column of type integer cannot hold it")
        );
        assert_eq!(
            check(LogicalType::Text, Value::Text("a\0".into())).as_deref(),
            Some("PostgreSQL cannot hold text with U+0000")
        );
        assert!(check(LogicalType::Json, Value::Typed("\"\\u0000\"".into())).is_some());
        assert!(check(LogicalType::Json, Value::Typed("\"\\\\u0000\"".into())).is_none());
        assert!(check(LogicalType::Any, Value::Integer(1)).is_some());
    }
}
