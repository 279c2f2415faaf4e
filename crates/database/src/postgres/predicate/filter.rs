//! Conditions that no SQL can say, looked at row by row: JSON in a column of texts, and texts read as another type.

use std::cmp::Ordering;

use model::text::Shown;
use model::{ConditionOp, LogicalType, Scalar, Value, canonical, json};

use super::Operand;
use super::json::json_texts;
use crate::Error;
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
        Ok(self.is_met_by(&value, |bound| self.value_of(bound)))
    }

    fn is_met_by(&self, value: &Value, read: impl Fn(&Scalar) -> Value) -> bool {
        let values = &self.condition.values;
        let bound = || values.first().map(&read).filter(|bound| bound.tag() == value.tag());
        match self.condition.op {
            ConditionOp::In => values.iter().any(|scalar| read(scalar) == *value),
            ConditionOp::From => bound().is_some_and(|bound| *value >= bound),
            ConditionOp::To => bound().is_some_and(|bound| *value < bound),
            ConditionOp::Like => match (value, values.first()) {
                (Value::Text(text) | Value::Typed(text), Some(Scalar::Text(pattern))) => like(text, pattern),
                _ => false,
            },
            ConditionOp::Null => value.is_null(),
        }
    }

    /// What a scalar of the scenario is in this column.
    fn value_of(&self, scalar: &Scalar) -> Value {
        match scalar {
            Scalar::Boolean(truth) => Value::Boolean(*truth),
            Scalar::Integer(n) => Value::Integer(*n),
            Scalar::Real(x) => Value::real(*x),
            Scalar::Text(text) if self.ty == LogicalType::Timestamptz => {
                canonical::instant(text).map_or_else(|| Value::Text(text.clone()), Value::Typed)
            }
            Scalar::Text(text) => Value::from_quoted(self.ty, text.clone()),
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
            _ => self.is_met_by(&Value::Text(text), |bound| match bound {
                Scalar::Text(text) => Value::Text(text.clone()),
                _ => Value::Null,
            }),
        })
    }

    fn at_path(&self, text: &str) -> Result<Option<json::Json>, Error> {
        let path = self.json.unwrap_or_default();
        match json::parse(text) {
            Ok(whole) => Ok(whole.at(path).cloned()),
            Err(error) if error.is_json() && may_have(text, path) => {
                let cut: String = error.to_string().chars().take(300).collect();
                Err(Error::UncomparableJson { place: self.place.clone(), reason: Shown(&cut).to_string() })
            }
            Err(_) => Ok(None),
        }
    }
}

/// Whether `text` can have a value at `path` at all: a path leads through an object, and without a backslash in the text
/// its keys stand there as they are. Keeps rows that have nothing to do with the selection from failing it.
fn may_have(text: &str, path: &[String]) -> bool {
    let is_object = text.trim_start_matches([' ', '\t', '\n', '\r']).starts_with('{');
    path.is_empty() || is_object && (text.contains('\\') || path.iter().all(|key| text.contains(key)))
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

/// Whether `text` matches `pattern`: greedy with one step back, so linear in each segment and never exponential.
fn like(text: &str, pattern: &str) -> bool {
    let mut segments = pattern.split('%');
    let first = segments.next().unwrap_or_default();
    let Some(mut rest) = after(text, first) else { return false };
    let Some(last) = segments.next_back() else { return rest.is_empty() };
    for segment in segments {
        match anywhere(rest, segment) {
            Some(after) => rest = after,
            None => return false,
        }
    }
    let (have, want) = (rest.chars().count(), last.chars().count());
    let tail = rest.char_indices().nth(have.saturating_sub(want)).map_or("", |(at, _)| &rest[at..]);
    have >= want && after(tail, last).is_some()
}

/// What follows `segment`, whose `_` is any character, at the beginning of `text`.
fn after<'t>(text: &'t str, segment: &str) -> Option<&'t str> {
    let mut text = text.chars();
    for wanted in segment.chars() {
        let found = text.next()?;
        if wanted != '_' && wanted != found {
            return None;
        }
    }
    Some(text.as_str())
}

/// What follows the first place of `segment` in `text`.
fn anywhere<'t>(text: &'t str, segment: &str) -> Option<&'t str> {
    let starts = text.char_indices().map(|(at, _)| at).chain([text.len()]);
    starts.into_iter().find_map(|at| after(&text[at..], segment))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn like_is_case_sensitive_and_counts_characters() {
        for (text, pattern, expected) in [
            ("abc", "a%", true),
            ("abc", "A%", false),
            ("é", "_", true),
            ("abcabc", "%b_a%c", true),
            ("", "%", true),
            ("", "_", false),
            ("", "", true),
            ("a", "", false),
            ("a%", "a\\%", false),
            ("aXa", "a%a", true),
            ("a", "a%a", false),
            ("éé", "%é", true),
            ("aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaab", "%a%a%a%a%a%a%a%a%a%ac", false),
        ] {
            assert_eq!(like(text, pattern), expected, "{text} like {pattern}");
        }
    }
}
