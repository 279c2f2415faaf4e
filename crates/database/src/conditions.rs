//! What the conditions of a selection mean in every database: how many there may be, what they look at, which texts of JSON
//! they match, and what a pattern is.
//!
//! The rule to keep in mind: a selection that one engine takes, the other takes too, and both take the same rows.

use model::json::{self, Json, JsonError};
use model::text::Shown;
use model::{Column, Condition, LogicalType, Scalar, Table, TableSpec, Value};

use crate::Error;
use crate::known::known_column;

/// SQLite binds at most 32,766 values in a statement.
pub(crate) const MAX_VALUES: usize = 32_000;
/// SQLite's expressions are at most 1,000 deep, and AND nests.
const MAX_CONDITIONS: usize = 400;
/// SQLite's functions take at most 127 arguments.
const MAX_PATH: usize = 100;

/// Whether so many conditions of `spec` may be joined.
///
/// # Errors
/// There are too many.
pub(crate) fn check_conditions(spec: &TableSpec, term: &[Condition]) -> Result<(), Error> {
    within(spec, term.len(), MAX_CONDITIONS, "more than 400 conditions are joined")
}

/// Whether a path into JSON may be as long as that of `condition`.
///
/// # Errors
/// It is too long.
pub(crate) fn check_path(spec: &TableSpec, condition: &Condition) -> Result<(), Error> {
    within(spec, condition.path.len(), MAX_PATH, "a path into JSON is longer than 100 keys")
}

/// Whether a term of `spec` may have so many values.
///
/// # Errors
/// There are too many.
pub(crate) fn check_values(spec: &TableSpec, values: usize) -> Result<(), Error> {
    within(spec, values, MAX_VALUES, "it lists more than 32,000 values")
}

fn within(spec: &TableSpec, found: usize, most: usize, reason: &str) -> Result<(), Error> {
    if found <= most {
        return Ok(());
    }
    Err(Error::Selection { table: spec.name.clone(), reason: reason.to_owned() })
}

/// A condition and what it looks at.
#[derive(Clone, Debug)]
pub(crate) struct Operand<'a> {
    pub(crate) column: &'a Column,
    /// What the column's values mean.
    pub(crate) ty: LogicalType,
    /// The keys of a path into JSON; `None` for the column's own value.
    pub(crate) json: Option<&'a [String]>,
    pub(crate) condition: &'a Condition,
    /// `table.column`, made safe: where people find it.
    pub(crate) place: String,
}

impl<'a> Operand<'a> {
    /// What `condition` looks at.
    ///
    /// # Errors
    /// A column that the table lacks.
    pub(crate) fn of(spec: &TableSpec, table: &'a Table, condition: &'a Condition) -> Result<Self, Error> {
        let name = condition.path.first().map_or("", String::as_str);
        let column = known_column(&spec.name, table, name)?;
        // A generated column has no place in a file, but rows may be selected by it.
        let ty = spec.column(name).map_or(column.ty, |at| spec.columns[at].ty);
        let keys = condition.path.get(1..).unwrap_or_default();
        Ok(Self {
            column,
            ty,
            json: (!keys.is_empty() || ty == LogicalType::Json).then_some(keys),
            condition,
            place: format!("{}.{}", Shown(&spec.name), Shown(name)),
        })
    }

    /// What a scalar of the scenario is in this column; at a path into JSON, text is text.
    pub(crate) fn value_of(&self, scalar: &Scalar) -> Value {
        match scalar {
            Scalar::Boolean(truth) => Value::Boolean(*truth),
            Scalar::Integer(n) => Value::Integer(*n),
            Scalar::Real(x) => Value::real(*x),
            Scalar::Text(text) => {
                let ty = if self.json.is_some() { LogicalType::Text } else { self.ty };
                Value::from_text(ty, text).unwrap_or_else(|_| Value::Text(text.clone()))
            }
        }
    }
}

/// Which end of a range a bound is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Side {
    From,
    To,
}

impl Side {
    /// What a value inside is to the bound.
    pub(crate) fn operator(self) -> &'static str {
        match self {
            Self::From => ">=",
            Self::To => "<",
        }
    }
}

/// The scalar texts that a value matches in JSON. SQLite's JSON gives 1 for `true`, so a flag matches both spellings; a
/// whole number matches with and without its `.0`.
pub(crate) fn json_texts(scalar: &Scalar) -> Vec<String> {
    match scalar {
        Scalar::Boolean(true) => vec!["true".to_owned(), "1".to_owned()],
        Scalar::Boolean(false) => vec!["false".to_owned(), "0".to_owned()],
        Scalar::Integer(n) => vec![n.to_string()],
        Scalar::Real(x) => [format!("{x}"), format!("{x:?}")]
            .into_iter()
            .filter_map(|digits| json::canonicalize(&digits).ok())
            .collect(),
        Scalar::Text(text) => vec![text.clone()],
    }
}

/// The value at `path` in `text`; `None` for what is no JSON, or has nothing there in any reading.
///
/// # Errors
/// It is JSON that cannot be held, and there may be a value at the path.
pub(crate) fn json_at(text: &str, path: &[String]) -> Result<Option<Json>, JsonError> {
    match json::parse(text) {
        Ok(whole) => Ok(whole.at(path).cloned()),
        Err(error) if error.is_json() && may_have(text, path) => Err(error),
        Err(_) => Ok(None),
    }
}

/// Whether `text` can have a value at `path` at all: a path leads through an object, and without a backslash in the text
/// its keys stand there as they are. Keeps rows that have nothing to do with the selection from failing it.
fn may_have(text: &str, path: &[String]) -> bool {
    let is_object = text.trim_start_matches([' ', '\t', '\n', '\r']).starts_with('{');
    path.is_empty() || is_object && (text.contains('\\') || path.iter().all(|key| text.contains(key)))
}

/// Whether `text` matches `pattern`: greedy with one step back, so linear in each segment and never exponential.
pub(crate) fn like(text: &str, pattern: &str) -> bool {
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
pub(crate) mod tests {
    use super::*;

    /// A text, a pattern, and whether they match.
    pub(crate) const LIKE: &[(&str, &str, bool)] = &[
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
    ];

    #[test]
    fn like_is_case_sensitive_and_counts_characters() {
        for (text, pattern, expected) in LIKE {
            assert_eq!(like(text, pattern), *expected, "{text} like {pattern}");
        }
    }
}
