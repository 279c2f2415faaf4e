//! SQLite's storage classes to and from logical values.
//!
//! Reading keeps what the column's type can mean and leaves the rest as it is stored; writing gives SQLite what, after
//! the column's affinity, reads back as the same value.

use model::{LogicalType, Value, json};
use rusqlite::types::{ToSqlOutput, Value as Owned, ValueRef};

/// A column's affinity (<https://www.sqlite.org/datatype3.html#determination_of_column_affinity>).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Affinity {
    Integer,
    Text,
    Blob,
    Real,
    Numeric,
}

impl Affinity {
    /// Every affinity.
    pub(crate) const ALL: [Self; 5] = [Self::Integer, Self::Text, Self::Blob, Self::Real, Self::Numeric];

    /// The affinity of a table's column: STRICT tables know the type ANY, which converts nothing.
    pub(crate) fn of_column(table: &model::Table, column: &model::Column) -> Self {
        if table.strict && column.declared == "ANY" { Self::Blob } else { Self::of(&column.declared) }
    }

    /// The affinity of a declared type, by SQLite's five rules in their order.
    pub(crate) fn of(declared: &str) -> Self {
        let upper = declared.to_ascii_uppercase();
        let has = |part: &str| upper.contains(part);
        if has("INT") {
            Self::Integer
        } else if has("CHAR") || has("CLOB") || has("TEXT") {
            Self::Text
        } else if has("BLOB") || upper.trim().is_empty() {
            Self::Blob
        } else if has("REAL") || has("FLOA") || has("DOUB") {
            Self::Real
        } else {
            Self::Numeric
        }
    }

    fn is_numeric(self) -> bool {
        matches!(self, Self::Integer | Self::Real | Self::Numeric)
    }
}

/// The logical value of what SQLite stores.
///
/// # Errors
/// It is JSON that has no one value, or one that cannot be kept.
pub(crate) fn from_storage(
    ty: LogicalType,
    affinity: Affinity,
    stored: ValueRef<'_>,
) -> Result<Value, json::JsonError> {
    Ok(match stored {
        ValueRef::Null => Value::Null,
        ValueRef::Blob(bytes) => Value::Bytes(bytes.to_vec()),
        ValueRef::Integer(n) => from_integer(ty, affinity, n),
        ValueRef::Real(x) => from_real(ty, affinity, x)?,
        ValueRef::Text(bytes) => match std::str::from_utf8(bytes) {
            Ok(text) => Value::from_text(ty, text)?,
            Err(_) => Value::RawText(bytes.to_vec()),
        },
    })
}

fn from_integer(ty: LogicalType, affinity: Affinity, n: i64) -> Value {
    match (ty, n) {
        (LogicalType::Boolean, 0 | 1) => Value::Boolean(n == 1),
        (LogicalType::Decimal | LogicalType::Json, _) if affinity.is_numeric() => Value::Typed(n.to_string()),
        _ => Value::Integer(n),
    }
}

fn from_real(ty: LogicalType, affinity: Affinity, x: f64) -> Result<Value, json::JsonError> {
    if affinity.is_numeric() && x.is_finite() && matches!(ty, LogicalType::Decimal | LogicalType::Json) {
        return Value::typed_real(x);
    }
    Ok(Value::real(x))
}

/// What to bind so that the column stores `value`. Text that is not UTF-8 is bound as it is, byte by byte; only a
/// UTF-8 database keeps it.
pub(crate) fn to_storage(ty: LogicalType, affinity: Affinity, value: &Value) -> ToSqlOutput<'_> {
    match value {
        Value::Null => ToSqlOutput::Owned(Owned::Null),
        Value::Integer(n) => ToSqlOutput::Owned(Owned::Integer(*n)),
        Value::Real(x) => ToSqlOutput::Owned(Owned::Real(*x)),
        Value::Boolean(b) => ToSqlOutput::Owned(Owned::Integer(i64::from(*b))),
        Value::Text(text) => ToSqlOutput::Borrowed(ValueRef::Text(text.as_bytes())),
        Value::RawText(bytes) => ToSqlOutput::Borrowed(ValueRef::Text(bytes)),
        Value::Bytes(bytes) => ToSqlOutput::Borrowed(ValueRef::Blob(bytes)),
        Value::Typed(text) => number_of(ty, affinity, text)
            .map_or_else(|| ToSqlOutput::Borrowed(ValueRef::Text(text.as_bytes())), ToSqlOutput::Owned),
    }
}

/// The number that a numeric column stores for a typed text, if it reads back as the same text. SQLite's own
/// conversion of text is exact only from 3.47 on; ours always is.
fn number_of(ty: LogicalType, affinity: Affinity, text: &str) -> Option<Owned> {
    if !affinity.is_numeric() || !matches!(ty, LogicalType::Decimal | LogicalType::Json) {
        return None;
    }
    if let Ok(n) = text.parse::<i64>() {
        return Some(Owned::Integer(n)).filter(|_| n.to_string() == text);
    }
    let x: f64 = text.parse().ok()?;
    (x.is_finite() && Value::typed_real(x).is_ok_and(|back| back.as_bytes() == text.as_bytes()))
        .then_some(Owned::Real(x))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn affinities_follow_sqlites_five_rules() {
        let cases = [
            ("INTEGER", Affinity::Integer),
            ("POINT", Affinity::Integer),
            ("VARCHAR(10)", Affinity::Text),
            ("", Affinity::Blob),
            ("BLOB", Affinity::Blob),
            ("DOUBLE", Affinity::Real),
            ("DATE", Affinity::Numeric),
            ("STRING", Affinity::Numeric),
            ("json", Affinity::Numeric),
        ];
        for (declared, expected) in cases {
            assert_eq!(Affinity::of(declared), expected, "{declared}");
        }
    }

    #[test]
    fn what_is_read_depends_on_the_logical_type() {
        let read = |ty, affinity, stored| from_storage(ty, affinity, stored).expect("converts");
        assert_eq!(read(LogicalType::Boolean, Affinity::Numeric, ValueRef::Integer(1)), Value::Boolean(true));
        assert_eq!(read(LogicalType::Boolean, Affinity::Numeric, ValueRef::Integer(2)), Value::Integer(2));
        assert_eq!(
            read(LogicalType::Json, Affinity::Text, ValueRef::Text(b"{ \"b\": 1e2, \"a\": null }")),
            Value::Typed("{\"a\":null,\"b\":100}".into())
        );
        assert_eq!(read(LogicalType::Json, Affinity::Text, ValueRef::Text(b"{")), Value::Text("{".into()));
        assert_eq!(
            read(LogicalType::Timestamptz, Affinity::Numeric, ValueRef::Text(b"2026-01-01T00:00:00+01:00")),
            Value::Typed("2025-12-31 23:00:00+00:00".into())
        );
        assert_eq!(
            read(LogicalType::Decimal, Affinity::Numeric, ValueRef::Real(1.5)),
            Value::Typed("1.5".into())
        );
        assert_eq!(
            read(LogicalType::Text, Affinity::Text, ValueRef::Text(&[0xff])),
            Value::RawText(vec![0xff])
        );
    }
}
