//! What the values of a column look like: counted one by one, none of them kept.

use std::collections::BTreeSet;

use model::json::{self, Json};
use model::{Catalog, Column, Engine, LogicalType, Value, canonical};

use super::names;

/// The keys by which JSON marks the rows of a scenario, in the order in which they are named: flags, then the name.
const FLAGS: [&str; 3] = ["demo_seed", "demo", "is_demo"];
const NAME: &str = "scenario";

/// The types that a text may have a form of.
const FORMS: [LogicalType; 3] = [LogicalType::Date, LogicalType::Timestamp, LogicalType::Timestamptz];

/// What was seen in a column.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Looks {
    /// Values other than NULL.
    values: u64,
    /// Those that are JSON objects or arrays.
    json: u64,
    /// Those that are the integers 0 or 1.
    bits: u64,
    /// Those in the canonical form of each of [`FORMS`].
    forms: [u64; FORMS.len()],
    /// The marks that JSON objects have.
    marks: BTreeSet<&'static str>,
}

/// Table to columns whose values tell something about a scenario, both in the catalog's order.
pub fn columns_to_look_at(catalog: &Catalog) -> Vec<(String, Vec<String>)> {
    let tells = |column: &&Column| match column.ty {
        LogicalType::Text | LogicalType::Json | LogicalType::JsonVerbatim => true,
        LogicalType::Integer => {
            catalog.engine == Engine::Sqlite && names::suggests_flag(&column.name, &column.declared)
        }
        _ => false,
    };
    let tables = catalog.tables.iter().filter(|(name, _)| !names::is_of_a_tool(name));
    tables
        .map(|(name, table)| {
            (name.clone(), table.stored_columns().filter(tells).map(|column| column.name.clone()).collect())
        })
        .filter(|(_, columns): &(String, Vec<String>)| !columns.is_empty())
        .collect()
}

impl Looks {
    /// Takes a value in.
    pub fn add(&mut self, value: &Value) {
        match value {
            Value::Null => return,
            Value::Text(text) | Value::Typed(text) => self.add_text(text),
            Value::Integer(0 | 1) => self.bits += 1,
            _ => {}
        }
        self.values += 1;
    }

    fn add_text(&mut self, text: &str) {
        for (count, ty) in self.forms.iter_mut().zip(FORMS) {
            *count += u64::from(canonical::is_canonical(ty, text));
        }
        if !text.trim_start().starts_with(['{', '[']) {
            return;
        }
        match json::parse(text) {
            Ok(Json::Object(fields)) => {
                self.json += 1;
                let is_true =
                    |json: &Json| *json == Json::Bool(true) || *json == Json::Number("1".to_owned());
                self.marks.extend(FLAGS.iter().filter(|key| fields.get(**key).is_some_and(is_true)));
                if matches!(fields.get(NAME), Some(Json::String(_))) {
                    self.marks.insert(NAME);
                }
            }
            Ok(Json::Array(_)) => self.json += 1,
            _ => {}
        }
    }

    /// How many values were looked at.
    pub(super) fn values(&self) -> u64 {
        self.values
    }

    /// Whether every value is a JSON object or array.
    pub(super) fn is_json(&self) -> bool {
        self.values > 0 && self.json == self.values
    }

    /// Whether every value is 0 or 1.
    pub(super) fn is_boolean(&self) -> bool {
        self.values > 0 && self.bits == self.values
    }

    /// The type of which every value has the canonical form.
    pub(super) fn form(&self) -> Option<LogicalType> {
        let all = |count: u64| self.values > 0 && count == self.values;
        self.forms.iter().zip(FORMS).find(|(count, _)| all(**count)).map(|(_, ty)| ty)
    }

    /// The flags and the name by which JSON objects of the column mark rows.
    pub(super) fn marks(&self) -> (Vec<&'static str>, Option<&'static str>) {
        let flags = FLAGS.into_iter().filter(|key| self.marks.contains(key)).collect();
        (flags, self.marks.contains(NAME).then_some(NAME))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn looks(values: &[&str]) -> Looks {
        let mut looks = Looks::default();
        looks.add(&Value::Null);
        for value in values {
            looks.add(&Value::Text((*value).to_owned()));
        }
        looks
    }

    #[test]
    fn a_column_is_json_if_every_value_is_an_object_or_an_array() {
        assert!(looks(&["{}", " [1]"]).is_json());
        for other in [&["{}", "x"][..], &["1"], &["\"a\""], &["{"], &["{\"a\":1,\"a\":2}"], &[]] {
            assert!(!looks(other).is_json(), "{other:?}");
        }
    }

    #[test]
    fn marks_are_keys_whose_values_can_mark() {
        let seen = looks(&["{\"demo_seed\":true,\"scenario\":\"x\"}", "{\"demo\":false,\"is_demo\":1}"]);
        assert_eq!(seen.marks(), (vec!["demo_seed", "is_demo"], Some("scenario")));
        assert_eq!(looks(&["{\"scenario\":1}", "[\"demo\"]"]).marks(), (vec![], None));
    }

    #[test]
    fn a_form_is_one_that_all_values_have() {
        assert_eq!(looks(&["2026-11-20", "2026-01-01"]).form(), Some(LogicalType::Date));
        assert_eq!(looks(&["2026-11-20 10:30:00"]).form(), Some(LogicalType::Timestamp));
        assert_eq!(looks(&["2026-11-20", "soon"]).form(), None);
        assert_eq!(looks(&["2026-11-20T10:30:00Z"]).form(), None);
        let mut bits = Looks::default();
        [0, 1, 1].map(Value::Integer).iter().for_each(|bit| bits.add(bit));
        assert!(bits.is_boolean());
        bits.add(&Value::Integer(2));
        assert!(!bits.is_boolean());
    }
}
