//! The key that a row is asked for by: typed values, and whether the database has such a row at all.

use std::collections::BTreeMap;

use database::Source;
use model::text::Shown;
use model::{
    Condition, ConditionOp, Definition, LogicalType, Ownership, Scalar, TableSpec, Value, canonical,
};

use super::ExplainError;

/// A key as it was typed, held against its columns.
pub(super) struct Key {
    /// Its values as they would be shown without quotes.
    pub(super) texts: Vec<String>,
    /// By column what they are compared as; empty where no condition can say it.
    values: Vec<Vec<Scalar>>,
}

impl Key {
    /// Reads the values of a key of `spec`'s table.
    ///
    /// # Errors
    /// Another number of values than the key has columns, or one that its column cannot hold.
    pub(super) fn read(spec: &TableSpec, typed: &[String]) -> Result<Self, ExplainError> {
        if typed.len() != spec.key.len() {
            let (table, columns, given) = (spec.name.clone(), spec.key.clone(), typed.len());
            return Err(ExplainError::KeyColumns { table, columns, given });
        }
        let mut key = Self { texts: Vec::new(), values: Vec::new() };
        for (name, typed) in spec.key.iter().zip(typed) {
            let column = spec.columns.iter().find(|column| column.name == *name);
            let ty = column.map_or(LogicalType::Any, |column| column.ty);
            let (text, values) = read(ty, typed).ok_or_else(|| ExplainError::KeyValue {
                place: format!("{}.{}", Shown(&spec.name), Shown(name)),
                value: typed.chars().take(60).collect(),
                wanted: wanted(ty),
                columns: spec.key.clone(),
            })?;
            key.texts.push(text);
            key.values.push(values);
        }
        Ok(key)
    }

    /// Whether the database has a row of this key, of the scenario or not; `None` where that cannot be asked.
    pub(super) fn exists(&self, source: &mut dyn Source, spec: &TableSpec) -> Option<bool> {
        if self.values.iter().any(Vec::is_empty) {
            return None;
        }
        let equal = |(name, values): (&String, &Vec<Scalar>)| Condition {
            path: vec![name.clone()],
            op: ConditionOp::In,
            values: values.clone(),
        };
        let conditions = spec.key.iter().zip(&self.values).map(equal).collect();
        let alone = TableSpec { select: vec![conditions], references: Vec::new(), ..spec.clone() };
        let definition =
            Definition { total: spec.name.clone(), breakdown: BTreeMap::new(), tables: vec![alone] };
        // The answer stands without this; it only says less.
        let sections = source.select(&definition).ok()?;
        Some(sections.iter().any(|section| section.ownership == Ownership::Owned))
    }
}

/// A value of type `ty` from its text: as it is shown, and what it is compared as.
fn read(ty: LogicalType, typed: &str) -> Option<(String, Vec<Scalar>)> {
    use LogicalType as T;
    let text = |text: String| Some((text.clone(), vec![Scalar::Text(text)]));
    match ty {
        T::Integer => {
            let number: i64 = typed.parse().ok()?;
            Some((number.to_string(), vec![Scalar::Integer(number)]))
        }
        T::Real => {
            let number: f64 = typed.parse().ok().filter(|number: &f64| number.is_finite())?;
            Some((model::text::show_value(&Value::real(number), usize::MAX), vec![Scalar::Real(number)]))
        }
        T::Boolean => {
            let flag = match typed {
                "true" | "1" => true,
                "false" | "0" => false,
                _ => return None,
            };
            Some((flag.to_string(), vec![Scalar::Boolean(flag)]))
        }
        T::Text => text(typed.to_owned()),
        // A column without a type may hold the number or its text.
        T::Any => {
            let number = typed.parse().ok().map(Scalar::Integer);
            let values = std::iter::once(Scalar::Text(typed.to_owned())).chain(number).collect();
            Some((typed.to_owned(), values))
        }
        T::Bytes => {
            let is_hex = typed.len().is_multiple_of(2) && typed.bytes().all(|byte| byte.is_ascii_hexdigit());
            is_hex.then(|| (typed.to_ascii_lowercase(), Vec::new()))
        }
        T::Uuid => {
            let lower = typed.to_ascii_lowercase();
            canonical::is_canonical(ty, &lower).then(|| text(lower)).flatten()
        }
        T::Decimal | T::Date | T::Time | T::Timestamp | T::Timestamptz => {
            canonical::is_canonical(ty, typed).then(|| text(typed.to_owned())).flatten()
        }
        T::Json | T::JsonVerbatim | T::Interval | T::Enum | T::Array | T::Range => {
            Some((typed.to_owned(), Vec::new()))
        }
    }
}

/// What the values of a column look like on a command line.
fn wanted(ty: LogicalType) -> &'static str {
    match ty {
        LogicalType::Bytes => "it holds bytes, typed as pairs of hexadecimal digits",
        LogicalType::Uuid => "it holds UUIDs such as 6f1c0f9e-8a53-4d0c-9a0e-2f1d5b7c3e11",
        other => scenario::wanted(other),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_are_read_as_their_columns_show_them() {
        use LogicalType as T;
        let uuid = "6F1C0F9E-8A53-4D0C-9A0E-2F1D5B7C3E11";
        for (ty, typed, shown) in [
            (T::Integer, "007", Some("7")),
            (T::Integer, "abc", None),
            (T::Real, "5", Some("5.0")),
            (T::Real, "inf", None),
            (T::Boolean, "1", Some("true")),
            (T::Boolean, "yes", None),
            (T::Text, "", Some("")),
            (T::Any, "12", Some("12")),
            (T::Bytes, "00FF", Some("00ff")),
            (T::Bytes, "0", None),
            (T::Uuid, uuid, Some("6f1c0f9e-8a53-4d0c-9a0e-2f1d5b7c3e11")),
            (T::Uuid, "1111", None),
            (T::Date, "2026-11-20", Some("2026-11-20")),
            (T::Date, "20.11.2026", None),
            (T::Enum, "sad", Some("sad")),
        ] {
            assert_eq!(read(ty, typed).map(|(text, _)| text).as_deref(), shown, "{ty} {typed}");
        }
        assert_eq!(
            read(T::Any, "12").expect("any").1,
            [Scalar::Text("12".to_owned()), Scalar::Integer(12)],
            "the number or its text"
        );
    }
}
