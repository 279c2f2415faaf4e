//! What format 0's literals mean in the columns of a target: as if the file had been run there and read back.

use model::{LogicalType, Value};

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
            Value::typed_real(*number).map_err(|error| error.to_string())?
        }
        #[expect(clippy::cast_precision_loss, reason = "what a column of doubles stores for the literal")]
        (LogicalType::Real, Value::Integer(number)) => Value::real(*number as f64),
        (LogicalType::Integer, Value::Text(text)) => {
            text.parse().map_or_else(|_| literal.clone(), Value::Integer)
        }
        (_, Value::Text(text)) => Value::from_text(ty, text).map_err(|error| error.to_string())?,
        _ => literal.clone(),
    })
}
