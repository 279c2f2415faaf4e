//! How a row is found again, and how its old values are looked at, in words that both engines take alike.
//!
//! What is written in one way and kept in another (JSON, instants, doubles) cannot be compared everywhere: such values are
//! only looked at for being there.

use model::{Engine, LogicalType, Value};

use super::tables::PatchTable;
use crate::literal::{Kind, identifier, push_value};

/// Longer texts and bytes are looked at by their length.
const LONG: usize = 200;
/// PostgreSQL's types without an equality, or with one of another meaning.
const ODD_TYPES: [&str; 9] = ["xml", "point", "line", "lseg", "box", "path", "polygon", "circle", "json"];

/// Takes note of each literal that is written.
pub(super) type Note<'n> = &'n mut dyn FnMut(Kind, LogicalType);

/// `"id" = 4`, or `"id" IS NULL`.
pub(super) fn equals(name: &str, ty: LogicalType, value: &Value, out: &mut Vec<u8>, note: Note<'_>) {
    out.extend_from_slice(identifier(name).as_bytes());
    if value.is_null() {
        out.extend_from_slice(b" IS NULL");
    } else {
        out.extend_from_slice(b" = ");
        note(push_value(value, out), ty);
    }
}

/// The columns of `names` have these values.
pub(super) fn all_equal<'v>(
    columns: impl IntoIterator<Item = (&'v str, LogicalType, &'v Value)>,
    out: &mut Vec<u8>,
    note: Note<'_>,
) {
    for (nth, (name, ty, value)) in columns.into_iter().enumerate() {
        out.extend_from_slice(if nth == 0 { b"" } else { b" AND " });
        equals(name, ty, value, out, note);
    }
}

/// Whether `=` finds exactly this value wherever a patch for `engines` runs.
pub(super) fn is_comparable(
    table: &PatchTable<'_>,
    name: &str,
    ty: LogicalType,
    value: &Value,
    engines: &[Engine],
) -> bool {
    let is_odd =
        table.column(name).is_some_and(|column| ODD_TYPES.contains(&column.declared.to_lowercase().as_str()));
    match value {
        Value::Null => true,
        _ if is_odd && engines.contains(&Engine::Postgres) => false,
        Value::Typed(_) if matches!(ty, LogicalType::Json | LogicalType::Timestamptz) => {
            engines == [Engine::Postgres]
        }
        _ => ty != LogicalType::JsonVerbatim || engines == [Engine::Sqlite],
    }
}

/// What the base says of a value: all of it, its length, or that there is one.
pub(super) fn looks_like(
    (table, engines): (&PatchTable<'_>, &[Engine]),
    (name, ty): (&str, LogicalType),
    value: &Value,
    out: &mut Vec<u8>,
    note: Note<'_>,
) {
    let quoted = identifier(name);
    let compares = is_comparable(table, name, ty, value, engines) && !matches!(value, Value::Real(_));
    let length = match value {
        Value::Text(text) if ty == LogicalType::Text && text.len() > LONG && !text.contains('\0') => {
            Some(text.chars().count())
        }
        Value::Bytes(bytes) if ty == LogicalType::Bytes => Some(bytes.len()),
        _ => None,
    };
    match length {
        Some(length) if compares => out.extend_from_slice(format!("length({quoted}) = {length}").as_bytes()),
        _ if compares && value.as_bytes().len() <= 4 * LONG => equals(name, ty, value, out, note),
        _ => out.extend_from_slice(format!("{quoted} IS NOT NULL").as_bytes()),
    }
}
