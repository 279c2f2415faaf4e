//! Conditions that no SQL can say, looked at row by row: JSON in a column of texts, and texts read as another type.

use std::cmp::Ordering;

use model::text::Shown;
use model::{ConditionOp, Scalar, Value, json};

use crate::Error;
use crate::conditions::{Operand, json_at, json_texts, like};
use crate::postgres::codec;

impl Operand<'_> {
    /// Whether the printed value of the column meets the condition; `None` is NULL.
    ///
    /// # Errors
    /// It is JSON that cannot be held, and there may be a value at the path.
    pub(crate) fn is_met(&self, printed: Option<&str>) -> Result<bool, Error> {
        if self.json.is_some() {
            return self.is_met_by_json(printed);
        }
        let Some(printed) = printed else { return Ok(self.condition.op == ConditionOp::Null) };
        let value = codec::from_text(self.column.ty, self.ty, printed)
            .unwrap_or_else(|_| Value::Text(printed.to_owned()));
        Ok(self.is_met_by(&value))
    }

    fn is_met_by(&self, value: &Value) -> bool {
        let values = &self.condition.values;
        let bound =
            || values.first().map(|bound| self.value_of(bound)).filter(|bound| bound.tag() == value.tag());
        match self.condition.op {
            ConditionOp::In => values.iter().any(|scalar| self.value_of(scalar) == *value),
            ConditionOp::From => bound().is_some_and(|bound| *value >= bound),
            ConditionOp::To => bound().is_some_and(|bound| *value < bound),
            ConditionOp::Like => match (value, values.first()) {
                (Value::Text(text) | Value::Typed(text), Some(Scalar::Text(pattern))) => like(text, pattern),
                _ => false,
            },
            ConditionOp::Null => value.is_null(),
        }
    }

    fn is_met_by_json(&self, printed: Option<&str>) -> Result<bool, Error> {
        let found = match printed {
            Some(text) => self.at_path(text)?,
            None => None,
        };
        let Some(found) = found.filter(|found| *found != json::Json::Null) else {
            return Ok(self.condition.op == ConditionOp::Null);
        };
        let condition = self.condition;
        let text = found.scalar_text().unwrap_or_default();
        Ok(match (condition.op, condition.values.first()) {
            (ConditionOp::In, _) => condition.values.iter().flat_map(json_texts).any(|value| value == text),
            (ConditionOp::From, Some(bound)) if !matches!(bound, Scalar::Text(_)) => {
                compare(&found, bound).is_some_and(Ordering::is_ge)
            }
            (ConditionOp::To, Some(bound)) if !matches!(bound, Scalar::Text(_)) => {
                compare(&found, bound).is_some_and(Ordering::is_lt)
            }
            _ => self.is_met_by(&Value::Text(text)),
        })
    }

    fn at_path(&self, text: &str) -> Result<Option<json::Json>, Error> {
        json_at(text, self.json.unwrap_or_default()).map_err(|error| {
            let cut: String = error.to_string().chars().take(300).collect();
            Error::UncomparableJson { place: self.place.clone(), reason: Shown(&cut).to_string() }
        })
    }
}

/// How a number of JSON compares with a number of the scenario; nothing else does.
#[expect(clippy::cast_precision_loss, reason = "whole numbers are compared as such")]
fn compare(found: &json::Json, bound: &Scalar) -> Option<Ordering> {
    let json::Json::Number(digits) = found else { return None };
    let bound = match bound {
        Scalar::Boolean(truth) => Scalar::Integer(i64::from(*truth)),
        other => other.clone(),
    };
    match (digits.parse::<i64>(), bound) {
        (Ok(n), Scalar::Integer(bound)) => Some(n.cmp(&bound)),
        (_, Scalar::Integer(bound)) => digits.parse::<f64>().ok()?.partial_cmp(&(bound as f64)),
        (_, Scalar::Real(bound)) => digits.parse::<f64>().ok()?.partial_cmp(&bound),
        _ => None,
    }
}
