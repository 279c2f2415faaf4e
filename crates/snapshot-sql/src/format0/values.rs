//! What format 0's literals mean in the columns of a target: as if the file had been run there and read back.

use model::{LogicalType, Value, canonical, json};

/// The value of `literal` in a column of type `ty`.
///
/// # Errors
/// JSON that cannot be kept by value, as a sentence.
pub(super) fn typed(ty: LogicalType, literal: &Value) -> Result<Value, String> {
    Ok(match (ty, literal) {
        (LogicalType::Boolean, Value::Integer(number @ (0 | 1))) => Value::Boolean(*number == 1),
        (LogicalType::Boolean, value) => value.clone(),
        // SQLite stores 1 and 0 for the words.
        (_, Value::Boolean(flag)) => typed(ty, &Value::Integer(i64::from(*flag)))?,
        (LogicalType::Decimal | LogicalType::Json, Value::Integer(number)) => {
            Value::Typed(number.to_string())
        }
        (LogicalType::Decimal | LogicalType::Json, Value::Real(number)) if number.is_finite() => {
            Value::Typed(json::canonicalize(&number.to_string()).map_err(|error| error.to_string())?)
        }
        #[expect(clippy::cast_precision_loss, reason = "what a column of doubles stores for the literal")]
        (LogicalType::Real, Value::Integer(number)) => Value::real(*number as f64),
        (LogicalType::Integer, Value::Text(text)) => {
            text.parse().map_or_else(|_| literal.clone(), Value::Integer)
        }
        (_, Value::Text(text)) => from_text(ty, text)?,
        _ => literal.clone(),
    })
}

fn from_text(ty: LogicalType, text: &str) -> Result<Value, String> {
    match ty {
        LogicalType::Json => match json::canonicalize(text) {
            Ok(canonical) => Ok(Value::Typed(canonical)),
            Err(error) if error.is_json() => Err(error.to_string()),
            Err(_) => Ok(Value::Text(text.to_owned())),
        },
        LogicalType::Timestamptz => {
            Ok(canonical::instant(text).map_or_else(|| Value::Text(text.to_owned()), Value::Typed))
        }
        _ => Ok(Value::from_quoted(ty, text.to_owned())),
    }
}
