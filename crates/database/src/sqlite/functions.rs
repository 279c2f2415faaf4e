//! The SQL functions of our own statements: the model's order and comparisons inside SQLite, the same in every version
//! and for every text encoding.
//!
//! All are `DIRECTONLY`: nothing in a database's schema can call them. What cannot be converted sorts by what is stored,
//! and reading reports it by name. Only JSON fails a statement: a text that is JSON and cannot be held has a value that
//! nobody can compare, so its row can neither be selected nor left out in silence.

use model::{LogicalType, Value, json, order_key};
use rusqlite::functions::{Context, FunctionFlags};
use rusqlite::types::{Value as Owned, ValueRef};
use rusqlite::{Connection, Result};

use super::convert::{Affinity, from_storage};
use crate::conditions::{self, like};
use crate::error::json_failure;

/// How many values one call of `demo_key` takes besides its first argument; SQLite allows 127 arguments.
pub(crate) const MAX_KEY_ARGUMENTS: usize = 100;

/// Registers on `connection`:
///
/// - `demo_key(spec, value, …)`: bytes that compare as the converted values do; `spec` is [`key_spec`]'s text.
/// - `demo_json_text(place, json, key, …)`: the scalar text at a path; NULL for a missing value, JSON null and what is no
///   JSON. Fails on JSON that cannot be held, with `place` (`table.column`, made safe) as the place.
/// - `demo_json_number(place, json, key, …)`: the number at a path; NULL if there is none. Fails likewise.
/// - `demo_is_utf16(blob, little)`: whether these bytes are UTF-16 without half a surrogate pair, in that byte order.
/// - `demo_like(text, pattern)`: `%` and `_`, by characters, case-sensitive, no escape; 0 for what is not text.
pub(crate) fn register_functions(connection: &Connection) -> Result<()> {
    let flags =
        FunctionFlags::SQLITE_UTF8 | FunctionFlags::SQLITE_DETERMINISTIC | FunctionFlags::SQLITE_DIRECTONLY;
    connection.create_scalar_function("demo_key", -1, flags, |context| Ok(demo_key(context)))?;
    connection.create_scalar_function("demo_json_text", -1, flags, |context| {
        Ok(json_at(context)?.and_then(|value| value.scalar_text()))
    })?;
    connection.create_scalar_function("demo_json_number", -1, flags, |context| {
        Ok(match json_at(context)? {
            Some(json::Json::Number(digits)) => number(&digits),
            _ => Owned::Null,
        })
    })?;
    connection.create_scalar_function("demo_is_utf16", 2, flags, |context| {
        Ok(match (context.get_raw(0), context.get_raw(1)) {
            (ValueRef::Blob(bytes), ValueRef::Integer(little)) => is_utf16(bytes, little != 0),
            _ => false,
        })
    })?;
    connection.create_scalar_function("demo_like", 2, flags, |context| {
        Ok(match (context.get_raw(0), context.get_raw(1)) {
            (ValueRef::Text(text), ValueRef::Text(pattern)) => {
                like(&String::from_utf8_lossy(text), &String::from_utf8_lossy(pattern))
            }
            _ => false,
        })
    })
}

/// The first argument of `demo_key` for columns of these types and affinities, in their order.
pub(crate) fn key_spec(columns: impl IntoIterator<Item = (LogicalType, Affinity)>) -> String {
    columns
        .into_iter()
        .flat_map(|(ty, affinity)| {
            let at = |found: Option<usize>| u8::try_from(found.unwrap_or(0)).unwrap_or(0);
            let ty = at(LogicalType::ALL.iter().position(|other| *other == ty));
            let affinity = at(Affinity::ALL.iter().position(|other| *other == affinity));
            [char::from(b'a' + ty), char::from(b'0' + affinity)]
        })
        .collect()
}

fn demo_key(context: &Context<'_>) -> Vec<u8> {
    let ValueRef::Text(spec) = context.get_raw(0) else { return Vec::new() };
    let values: Vec<Value> = spec
        .chunks_exact(2)
        .zip(1..context.len())
        .map(|(column, at)| {
            let ty = LogicalType::ALL.get(usize::from(column[0].wrapping_sub(b'a')));
            let affinity = Affinity::ALL.get(usize::from(column[1].wrapping_sub(b'0')));
            let (Some(ty), Some(affinity)) = (ty, affinity) else { return Value::Null };
            let stored = context.get_raw(at);
            from_storage(*ty, *affinity, stored).unwrap_or_else(|_| as_stored(stored))
        })
        .collect();
    order_key(&values)
}

fn as_stored(stored: ValueRef<'_>) -> Value {
    from_storage(LogicalType::Any, Affinity::Blob, stored).unwrap_or(Value::Null)
}

/// The JSON value at the path that the arguments after the second one name.
///
/// # Errors
/// The text is JSON that cannot be held, and there may be a value at the path.
fn json_at(context: &Context<'_>) -> Result<Option<json::Json>> {
    let path: Option<Vec<String>> =
        (2..context.len()).map(|at| text_argument(context, at).map(str::to_owned)).collect();
    let Some(path) = path else { return Ok(None) };
    let found = match context.get_raw(1) {
        ValueRef::Text(text) => match std::str::from_utf8(text) {
            Ok(text) => conditions::json_at(text, &path),
            Err(_) => return Ok(None),
        },
        // A JSON column with a numeric affinity holds numbers as such.
        ValueRef::Integer(n) => conditions::json_at(&n.to_string(), &path),
        ValueRef::Real(x) if x.is_finite() => conditions::json_at(&format!("{x}"), &path),
        _ => return Ok(None),
    };
    found.map_err(|error| json_failure(text_argument(context, 0).unwrap_or(""), &error))
}

fn text_argument<'c>(context: &'c Context<'_>, at: usize) -> Option<&'c str> {
    match context.get_raw(at) {
        ValueRef::Text(text) => std::str::from_utf8(text).ok(),
        _ => None,
    }
}

fn number(digits: &str) -> Owned {
    match (digits.parse::<i64>(), digits.parse::<f64>()) {
        (Ok(n), _) => Owned::Integer(n),
        (_, Ok(x)) => Owned::Real(x),
        _ => Owned::Null,
    }
}

fn is_utf16(bytes: &[u8], little_endian: bool) -> bool {
    let (units, rest) = bytes.as_chunks();
    let unit = if little_endian { u16::from_le_bytes } else { u16::from_be_bytes };
    rest.is_empty() && char::decode_utf16(units.iter().map(|bytes| unit(*bytes))).all(|c| c.is_ok())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ask<T: rusqlite::types::FromSql>(sql: &str) -> Result<T> {
        let connection = Connection::open_in_memory()?;
        register_functions(&connection)?;
        connection.query_row(sql, [], |row| row.get(0))
    }

    #[test]
    fn like_is_case_sensitive_and_counts_characters() {
        for (text, pattern, expected) in conditions::tests::LIKE {
            let sql = format!("SELECT demo_like('{text}', '{pattern}')");
            assert_eq!(ask::<bool>(&sql), Ok(*expected), "{text} like {pattern}");
        }
    }

    #[test]
    fn utf16_is_made_of_whole_units_and_whole_pairs() -> Result<()> {
        for (sql, expected) in [
            ("demo_is_utf16(x'', 1)", true),
            ("demo_is_utf16(x'41003dd800de', 1)", true),
            ("demo_is_utf16(x'0041d83dde00', 0)", true),
            ("demo_is_utf16(x'0041d83dde00', 1)", true),
            ("demo_is_utf16(x'3dd84100', 1)", false),
            ("demo_is_utf16(x'41003dd8', 1)", false),
            ("demo_is_utf16(x'00de', 1)", false),
            ("demo_is_utf16(x'410042', 1)", false),
        ] {
            assert_eq!(ask::<bool>(&format!("SELECT {sql}"))?, expected, "{sql}");
        }
        Ok(())
    }

    #[test]
    fn json_paths_give_scalar_text_and_nothing_for_what_is_no_json() -> Result<()> {
        let text = |sql: &str| ask::<Option<String>>(sql);
        assert_eq!(
            text("SELECT demo_json_text('', '{\"a\":{\"b\":true}}', 'a', 'b')")?.as_deref(),
            Some("true")
        );
        assert_eq!(text("SELECT demo_json_text('', '{\"a\":1e2}', 'a')")?.as_deref(), Some("100"));
        assert_eq!(text("SELECT demo_json_text('', '{\"a\":null}', 'a')")?, None);
        assert_eq!(text("SELECT demo_json_text('', '{', 'a')")?, None);
        assert_eq!(text("SELECT demo_json_text('', x'00', 'a')")?, None);
        assert_eq!(
            ask::<f64>("SELECT demo_json_number('', '{\"a\":1.5}', 'a')")?.to_bits(),
            1.5f64.to_bits()
        );
        Ok(())
    }

    #[test]
    fn json_that_cannot_be_held_fails_unless_the_path_leads_nowhere() {
        for (json, path, fails) in [
            (r#"{"k":1,"a":1e500}"#, "'k'", true),
            (r#"{"a":1e500}"#, "'k'", false),
            (r#"{"a":1e500}"#, "'a', 'k'", false),
            (r#"{"\u006b":1,"a":1e500}"#, "'k'", true),
            (r#" ["k",1e500]"#, "'k'", false),
            ("1e500", "'k'", false),
            ("1e500", "", true),
            (r#"{"k":1,"k":2"#, "'k'", false),
        ] {
            let comma = if path.is_empty() { "" } else { ", " };
            for function in ["demo_json_text", "demo_json_number"] {
                let found =
                    ask::<Option<String>>(&format!("SELECT {function}('t.m', '{json}'{comma}{path})"));
                assert_eq!(found.is_err(), fails, "{function} of {json} at {path}: {found:?}");
            }
        }
    }

    #[test]
    fn keys_compare_as_converted_values_do() -> Result<()> {
        let spec = key_spec([(LogicalType::Timestamptz, Affinity::Text)]);
        let sql = format!(
            "SELECT demo_key('{spec}', '2026-01-01T10:00:00+01:00') < demo_key('{spec}', '2026-01-01 09:30:00Z')"
        );
        assert!(ask::<bool>(&sql)?);
        Ok(())
    }

    #[test]
    fn a_schema_cannot_call_our_functions() -> Result<()> {
        let connection = Connection::open_in_memory()?;
        register_functions(&connection)?;
        connection.execute_batch("CREATE VIEW v AS SELECT demo_like('a', 'a')")?;
        assert!(connection.query_row("SELECT * FROM v", [], |_| Ok(())).is_err());
        Ok(())
    }
}
