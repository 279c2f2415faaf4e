//! The model's order of values as the server's own: ORDER BY expressions for the columns of a table.
//!
//! The rule to keep in mind: what an expression looks at is what the column prints, by the type's own output function.
//! A cast to text is only used on types of the server itself: on any other, somebody may have defined one.

use model::{Column, LogicalType, Table, TableSpec};

use super::sql::identifier;

/// How the values of a column, as its logical type reads them, relate to what the server compares.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Form {
    /// Numbers, booleans and bytes, or uuids: the server compares them as the model does.
    Native,
    /// All are texts, or all are typed: they compare by the bytes of what is printed.
    Printed,
    /// Those that have their type's canonical form are typed, all others are texts, which come first; within both by the
    /// bytes of what is printed.
    Partly,
    /// Only the model can tell.
    Model,
}

impl Form {
    /// The form of the stored `column`'s values, read as `ty`.
    pub(crate) fn of(column: &Column, ty: LogicalType) -> Self {
        use LogicalType as T;
        match (column.ty, ty) {
            (T::Integer, T::Boolean | T::Decimal | T::Json) | (T::Real, T::Decimal | T::Json) => Self::Model,
            (T::Integer | T::Real | T::Boolean | T::Bytes, _) | (T::Uuid, T::Uuid) => Self::Native,
            (stored, _) if stored == ty && has_range(stored) => Self::Partly,
            (T::Timestamptz, _) | (T::Decimal, T::Integer | T::Real) | (_, T::Json) => Self::Model,
            (_, ty) if ty == T::Uuid || has_range(ty) => Self::Model,
            _ => Self::Printed,
        }
    }
}

/// Whether the server's type has values that are not among the model's: infinities, years of more than four digits.
fn has_range(ty: LogicalType) -> bool {
    use LogicalType as T;
    matches!(ty, T::Decimal | T::Date | T::Time | T::Timestamp | T::Timestamptz)
}

/// Where the model's values of a type begin and end in the server's order, in SQL: at or after the first, before the
/// second. For types whose [`Form`] is [`Form::Partly`].
pub(crate) fn limits(ty: LogicalType) -> (&'static str, &'static str) {
    match ty {
        LogicalType::Decimal => ("> '-Infinity'::pg_catalog.numeric", "< 'Infinity'::pg_catalog.numeric"),
        LogicalType::Date => (">= '0001-01-01'::pg_catalog.date", "< '10000-01-01'::pg_catalog.date"),
        LogicalType::Timestamp => (
            ">= '0001-01-01 00:00:00'::pg_catalog.timestamp",
            "< '10000-01-01 00:00:00'::pg_catalog.timestamp",
        ),
        LogicalType::Timestamptz => (
            ">= '0001-01-01 00:00:00+00'::pg_catalog.timestamptz",
            "< '10000-01-01 00:00:00+00'::pg_catalog.timestamptz",
        ),
        _ => (">= '00:00:00'::pg_catalog.time", "< '24:00:00'::pg_catalog.time"),
    }
}

/// What `sql`, a value of `column`, prints, as text.
pub(crate) fn printed(column: &Column, sql: &str) -> String {
    use LogicalType as T;
    match column.ty {
        _ if is_text(column) => sql.to_owned(),
        T::Integer
        | T::Real
        | T::Decimal
        | T::Date
        | T::Time
        | T::Timestamp
        | T::Timestamptz
        | T::Interval
        | T::Uuid => format!("{sql}::pg_catalog.text"),
        T::Json if matches!(column.declared.as_str(), "json" | "jsonb") => format!("{sql}::pg_catalog.text"),
        // The empty text would be made of NULL.
        _ => format!("CASE WHEN {sql} IS NOT NULL THEN pg_catalog.concat({sql}) END"),
    }
}

/// Whether the column is of one of the two text types that need no conversion.
pub(crate) fn is_text(column: &Column) -> bool {
    let declared = column.declared.as_str();
    declared == "text" || declared == "character varying" || declared.starts_with("character varying(")
}

/// How the server is to order texts by their bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Encoding {
    /// It holds them as UTF-8.
    Utf8,
    /// It holds them otherwise, and has to convert each.
    Other,
}

/// ` ORDER BY …` for rows of `alias` as the model orders them: by the key of `spec`, or by all of its columns where it has
/// none. `None` where only the model can tell.
pub(crate) fn order_by(spec: &TableSpec, table: &Table, alias: &str, encoding: Encoding) -> Option<String> {
    let key = spec.key_indexes();
    let columns = if key.is_empty() { (0..spec.columns.len()).collect() } else { key };
    let mut expressions = Vec::new();
    for at in columns {
        let (name, ty) = (&spec.columns[at].name, spec.columns[at].ty);
        let column = table.column(name)?;
        let sql = format!("{alias}.{}", identifier(name));
        // An index serves a column that is never NULL, and only in its own order.
        let nulls = if column.not_null { "" } else { " NULLS FIRST" };
        let printed = || match encoding {
            Encoding::Utf8 => format!("({}) COLLATE \"C\"", printed(column, &sql)),
            Encoding::Other => format!("pg_catalog.convert_to({}, 'UTF8')", printed(column, &sql)),
        };
        match Form::of(column, ty) {
            Form::Native => expressions.push(format!("{sql}{nulls}")),
            Form::Printed => expressions.push(format!("{}{nulls}", printed())),
            Form::Partly => {
                let (from, to) = limits(ty);
                expressions.push(format!("({sql} {from} AND {sql} {to}){nulls}"));
                expressions.push(format!("{}{nulls}", printed()));
            }
            Form::Model => return None,
        }
    }
    // A table without columns has equal rows only.
    Some(if expressions.is_empty() { String::new() } else { format!(" ORDER BY {}", expressions.join(", ")) })
}
