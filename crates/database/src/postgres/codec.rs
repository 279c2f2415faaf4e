//! PostgreSQL's text forms to and from logical values.
//!
//! Sessions fix the settings that text forms depend on. The rule to keep in mind: what a column prints that is not the
//! canonical form of its type (`infinity`, a year BC, `24:00:00`) stays text as it was printed, and is read back as such.

use std::io::Write as _;

use model::{LogicalType, Value, canonical, digits};

use super::copy::{CopyRow, escape_into};

/// The logical value of a field's text: `stored` is what the column holds in PostgreSQL, `ty` what its values mean in the
/// snapshot. `Err` says what is wrong with it.
pub(crate) fn from_text(stored: LogicalType, ty: LogicalType, text: &str) -> Result<Value, String> {
    match stored {
        LogicalType::Integer => Ok(from_integer(ty, text)),
        LogicalType::Boolean => Ok(match (ty, text == "t") {
            (LogicalType::Integer, truth) => Value::Integer(i64::from(truth)),
            (_, truth) => Value::Boolean(truth),
        }),
        LogicalType::Bytes => {
            from_hex(text).map(Value::Bytes).ok_or_else(|| "bytes in an unknown form".to_owned())
        }
        LogicalType::Real => from_real(ty, text),
        LogicalType::Decimal => from_decimal(ty, text),
        LogicalType::Timestamptz => Ok(match canonical::instant(text) {
            Some(instant) => Value::from_quoted(ty, instant),
            None => Value::Text(text.to_owned()),
        }),
        _ => from_quoted(ty, text),
    }
}

fn from_integer(ty: LogicalType, text: &str) -> Value {
    match (ty, text.parse()) {
        (LogicalType::Boolean, Ok(n @ 0..=1)) => Value::Boolean(n == 1),
        (LogicalType::Decimal | LogicalType::Json, Ok(_)) => Value::Typed(text.to_owned()),
        (_, Ok(n)) => Value::Integer(n),
        (_, Err(_)) => Value::Text(text.to_owned()),
    }
}

fn from_real(ty: LogicalType, text: &str) -> Result<Value, String> {
    let Ok(value) = text.parse::<f64>() else { return from_quoted(ty, text) };
    if value.is_finite() && matches!(ty, LogicalType::Decimal | LogicalType::Json) {
        return Value::typed_real(value).map_err(|error| error.to_string());
    }
    Ok(Value::real(value))
}

fn from_decimal(ty: LogicalType, text: &str) -> Result<Value, String> {
    match ty {
        LogicalType::Integer => {
            Ok(text.parse().map_or_else(|_| Value::Text(text.to_owned()), Value::Integer))
        }
        LogicalType::Real => from_real(ty, text),
        _ => from_quoted(ty, text),
    }
}

fn from_quoted(ty: LogicalType, text: &str) -> Result<Value, String> {
    Value::from_text(ty, text).map_err(|error| error.to_string())
}

/// What is no hexadecimal digit.
const NO_DIGIT: u8 = 0xff;

/// The value of each hexadecimal digit.
const NIBBLES: [u8; 256] = {
    let mut nibbles = [NO_DIGIT; 256];
    let digits = b"0123456789abcdef";
    let mut value = 0;
    while value < 16 {
        nibbles[digits[value as usize] as usize] = value;
        nibbles[digits[value as usize].to_ascii_uppercase() as usize] = value;
        value += 1;
    }
    nibbles
};

/// The bytes that `\\x00ff` prints.
pub(crate) fn from_hex(text: &str) -> Option<Vec<u8>> {
    let digits = text.strip_prefix("\\x")?.as_bytes();
    let (pairs, rest) = digits.as_chunks::<2>();
    let mut bytes = Vec::with_capacity(pairs.len());
    // Gathered and looked at once: the loop then has no branch.
    let mut seen = 0;
    for [high, low] in pairs {
        let (high, low) = (NIBBLES[usize::from(*high)], NIBBLES[usize::from(*low)]);
        seen |= high | low;
        bytes.push(high << 4 | low & 0xf);
    }
    (seen < 16 && rest.is_empty()).then_some(bytes)
}

/// Appends a value's text as PostgreSQL reads it into any column of its type, escaped for COPY; NULL is the caller's.
/// A boolean is `1` or `0`: columns of booleans and of integers take both.
pub(crate) fn to_copy(value: &Value, out: &mut Vec<u8>) {
    match value {
        Value::Text(text) | Value::Typed(text) => escape_into(text.as_bytes(), out),
        Value::RawText(bytes) => escape_into(bytes, out),
        Value::Bytes(_) => {
            out.push(b'\\');
            to_text(value, out);
        }
        _ => to_text(value, out),
    }
}

/// The same as it is, without escapes.
pub(crate) fn to_text(value: &Value, out: &mut Vec<u8>) {
    match value {
        Value::Null => {}
        Value::Integer(n) => digits::push_integer(*n, out),
        Value::Real(x) if x.is_infinite() => {
            out.extend_from_slice(if *x > 0.0 { b"Infinity" } else { b"-Infinity" });
        }
        Value::Real(x) => {
            if !digits::push_short_real(*x, out) {
                let _ = write!(out, "{x:?}");
            }
        }
        Value::Boolean(truth) => out.push(if *truth { b'1' } else { b'0' }),
        Value::Text(text) | Value::Typed(text) => out.extend_from_slice(text.as_bytes()),
        Value::RawText(bytes) => out.extend_from_slice(bytes),
        Value::Bytes(bytes) => {
            out.extend_from_slice(b"\\x");
            digits::push_hex(bytes, out);
        }
    }
}

/// A field of a text that is no UTF-8.
#[derive(Debug)]
pub(crate) struct NotText;

/// A row of either of COPY's forms.
pub(crate) trait Fields {
    /// The logical value of a field (see [`from_text`]): the value itself, NULL included, or what is wrong with it.
    fn value(&self, at: usize, stored: LogicalType, ty: LogicalType) -> Result<Value, String>;

    /// The same in place of another value, whose memory may be used again.
    fn value_into(
        &self,
        at: usize,
        stored: LogicalType,
        ty: LogicalType,
        slot: &mut Value,
    ) -> Result<(), String> {
        *slot = self.value(at, stored, ty)?;
        Ok(())
    }

    /// The same, with its text where it has no value: for messages, and for comparisons that it is to fail.
    ///
    /// # Errors
    /// It is a text that is none.
    fn value_or_text(&self, at: usize, stored: LogicalType, ty: LogicalType) -> Result<Value, NotText>;

    /// How many bytes the value has, as a snapshot counts them.
    fn size(&self, at: usize, stored: LogicalType) -> usize;

    /// Whether it is -0.0 in a column of doubles.
    fn is_negative_zero(&self, at: usize) -> bool;

    /// The text of a field in a column of texts, if it is at hand; `None` for NULL, too.
    fn plain_text(&self, at: usize) -> Option<&str>;
}

impl Fields for CopyRow {
    fn value(&self, at: usize, stored: LogicalType, ty: LogicalType) -> Result<Value, String> {
        self.text(at).map_or(Ok(Value::Null), |text| from_text(stored, ty, text))
    }

    fn value_or_text(&self, at: usize, stored: LogicalType, ty: LogicalType) -> Result<Value, NotText> {
        let Some(text) = self.text(at) else { return Ok(Value::Null) };
        Ok(from_text(stored, ty, text).unwrap_or_else(|_| Value::Text(text.to_owned())))
    }

    fn size(&self, at: usize, stored: LogicalType) -> usize {
        let length = self.text(at).map_or(0, str::len);
        // Two digits for each byte, after `\x`.
        if stored == LogicalType::Bytes { (length / 2).saturating_sub(1) } else { length }
    }

    fn is_negative_zero(&self, at: usize) -> bool {
        self.text(at).is_some_and(|text| text.starts_with('-'))
    }

    fn plain_text(&self, at: usize) -> Option<&str> {
        self.text(at)
    }
}

#[cfg(test)]
pub(super) mod tests {
    use std::fmt::Write as _;

    use proptest::prelude::*;
    use test_support::postgres::TestDatabase;

    use super::*;
    use crate::postgres::introspect;
    use crate::postgres::introspect::tests::session;
    use crate::postgres::session::Session;

    fn typed(text: &str) -> Value {
        Value::Typed(text.to_owned())
    }

    fn text(text: &str) -> Value {
        Value::Text(text.to_owned())
    }

    /// What is read from the field that a value is written as.
    fn read_back(stored: LogicalType, ty: LogicalType, value: &Value) -> Value {
        let mut line = Vec::new();
        to_copy(value, &mut line);
        line.push(b'\n');
        let mut row = CopyRow::default();
        assert!(row.read(&mut line.as_slice()).expect("a row"));
        assert_eq!(row.len(), 1, "one field");
        from_text(stored, ty, row.text(0).expect("no NULL")).expect("a value")
    }

    fn any_field() -> impl Strategy<Value = (LogicalType, Value)> {
        use LogicalType::{Array, Boolean, Bytes, Decimal, Integer, Json, Real, Text, Timestamptz};
        prop_oneof![
            any::<i64>().prop_map(|n| (Integer, Value::Integer(n))),
            any::<f64>().prop_map(|x| (Real, Value::real(x))),
            any::<f32>().prop_map(|x| (Real, Value::real(x.to_string().parse().expect("a number")))),
            any::<bool>().prop_map(|truth| (Boolean, Value::Integer(i64::from(truth)))),
            ".{0,12}".prop_map(|s| (Text, Value::Text(s))),
            "[\\\\N\t\r\n\u{1}-\u{20}a\u{e9}\u{1f600}]{0,8}".prop_map(|s| (Text, Value::Text(s))),
            "[{}\",\\\\ a]{0,8}".prop_map(|s| (Array, Value::Typed(s))),
            proptest::collection::vec(any::<u8>(), 0..300).prop_map(|bytes| (Bytes, Value::Bytes(bytes))),
            "-?[1-9][0-9]{0,40}(\\.[0-9]{1,40})?".prop_map(|s| (Decimal, Value::Typed(s))),
            "[1-9][0-9]{3}-(0[1-9]|1[0-2])-[0-2][1-8] [01][0-9]:[0-5][0-9]:[0-5][0-9](\\.[0-9]{0,5}[1-9])?\\+00:00"
                .prop_map(|s| (Timestamptz, Value::Typed(s))),
            any::<i64>().prop_map(|n| (Json, Value::Typed(format!("{{\"a\":[{n},\"\\n\"]}}")))),
        ]
    }

    proptest! {
        #[test]
        fn what_is_written_reads_back((ty, value) in any_field()) {
            // A boolean is written as an integer column takes it too; the server prints `t`.
            let stored = if ty == LogicalType::Boolean { LogicalType::Integer } else { ty };
            let expected = match (&value, ty) {
                (Value::Integer(n), LogicalType::Boolean) => Value::Boolean(*n == 1),
                _ => value.clone(),
            };
            prop_assert_eq!(read_back(stored, ty, &value), expected);
        }

        #[test]
        fn numbers_have_the_digits_that_they_are_printed_with(
            n in any::<i64>(), whole in -100_000_000_000_000_i64..100_000_000_000_000, places in 0..16, x in any::<f64>(),
            single in any::<f32>(),
        ) {
            let written = |value: &Value| {
                let mut out = Vec::new();
                to_copy(value, &mut out);
                String::from_utf8(out).expect("text")
            };
            prop_assert_eq!(written(&Value::Integer(n)), n.to_string());
            let decimal: f64 = format!("{whole}e-{places}").parse().expect("a number");
            for x in [decimal, x, f64::from(single), decimal.trunc()] {
                let Value::Real(x) = Value::real(x) else { continue };
                if x.is_finite() {
                    prop_assert_eq!(written(&Value::Real(x)), format!("{x:?}"));
                }
            }
        }

        #[test]
        fn no_text_of_a_server_is_a_panic(printed in ".{0,20}") {
            for stored in LogicalType::ALL {
                for ty in LogicalType::ALL {
                    let _ = from_text(stored, ty, &printed);
                }
            }
        }
    }

    #[test]
    fn what_is_not_canonical_stays_the_text_that_it_was() {
        use LogicalType::{Date, Decimal, Time, Timestamp, Timestamptz};
        for (ty, printed) in [
            (Decimal, "NaN"),
            (Decimal, "-Infinity"),
            (Date, "infinity"),
            (Date, "0044-03-15 BC"),
            (Date, "10000-01-01"),
            (Time, "24:00:00"),
            (Timestamp, "-infinity"),
            (Timestamptz, "infinity"),
            (Timestamptz, "0044-03-15 10:00:00+00 BC"),
            (Timestamptz, "12024-01-01 00:00:00+00"),
        ] {
            assert_eq!(from_text(ty, ty, printed), Ok(text(printed)));
            assert_eq!(read_back(ty, ty, &text(printed)), text(printed));
        }
    }

    #[test]
    fn what_the_column_holds_is_brought_to_what_the_snapshot_means() {
        use LogicalType as T;
        let real = Value::real;
        for (stored, ty, printed, expected) in [
            (T::Integer, T::Boolean, "1", Value::Boolean(true)),
            (T::Integer, T::Boolean, "2", Value::Integer(2)),
            (T::Boolean, T::Boolean, "f", Value::Boolean(false)),
            (T::Boolean, T::Integer, "t", Value::Integer(1)),
            (T::Integer, T::Decimal, "-7", typed("-7")),
            (T::Integer, T::Any, "7", Value::Integer(7)),
            (T::Real, T::Real, "-0", real(0.0)),
            (T::Real, T::Real, "-Infinity", real(f64::NEG_INFINITY)),
            (T::Real, T::Real, "NaN", real(f64::NAN)),
            (T::Real, T::Real, "1e+300", real(1e300)),
            (T::Real, T::Decimal, "1.5e+20", typed("150000000000000000000")),
            (T::Decimal, T::Real, "5.00", real(5.0)),
            (T::Decimal, T::Integer, "5", Value::Integer(5)),
            (T::Decimal, T::Integer, "5.0", text("5.0")),
            (T::Decimal, T::Text, "1.10", text("1.10")),
            (
                T::Timestamptz,
                T::Timestamptz,
                "2024-02-29 10:00:00.5+00",
                typed("2024-02-29 10:00:00.5+00:00"),
            ),
            (T::Timestamptz, T::Text, "2024-02-29 10:00:00+00", text("2024-02-29 10:00:00+00:00")),
            (T::Text, T::Timestamptz, "2024-02-29T12:00:00+02:00", typed("2024-02-29 10:00:00+00:00")),
            (T::Text, T::Json, "{\"b\": 1e2, \"a\": null}", typed("{\"a\":null,\"b\":100}")),
            (T::Text, T::Json, "{", text("{")),
            (T::Json, T::JsonVerbatim, "{\"b\": 1, \"a\": 1}", text("{\"b\": 1, \"a\": 1}")),
            (T::Bytes, T::Bytes, "\\x", Value::Bytes(Vec::new())),
            (T::Bytes, T::Json, "\\x00fF", Value::Bytes(vec![0, 255])),
            (T::Text, T::Bytes, "\\x00", text("\\x00")),
            (T::Enum, T::Enum, "", typed("")),
        ] {
            assert_eq!(from_text(stored, ty, printed), Ok(expected), "{stored} as {ty}: {printed}");
        }
    }

    #[test]
    fn what_has_no_one_value_says_why() {
        let json = |printed| from_text(LogicalType::Json, LogicalType::Json, printed).expect_err("refused");
        assert_eq!(json("{\"a\": 1, \"a\": 2}"), "the key `a` stands twice in one JSON object");
        assert_eq!(json("1e5000"), "a JSON number with an exponent beyond 400");
        for odd in ["\\x0", "\\xzz", "00", "", "\\x0g"] {
            assert!(from_text(LogicalType::Bytes, LogicalType::Bytes, odd).is_err(), "{odd}");
        }
    }

    /// Values of each type that are hard to keep.
    pub(in crate::postgres) const COLUMNS: &[(&str, &str)] = &[
        ("bigint", "-9223372036854775808; 9223372036854775807; 0"),
        ("oid", "0; 4294967295"),
        ("real", "'NaN'; 'Infinity'; '-Infinity'; 1.1; 3.4028235e38; 1e-45; 16777216; 0.3"),
        (
            "double precision",
            "'NaN'; -'NaN'::float8; 'Infinity'; '-Infinity'; 1.1; 1.7976931348623157e308; 5e-324; 1e15; 1e16",
        ),
        ("numeric", "'NaN'; 'Infinity'; '-Infinity'; 0; -0.00; 1.10; 1e100; 1e-30"),
        ("numeric(38,20)", "1; -12345678901234567.00000000000000000001"),
        ("boolean", "true; false"),
        ("text", "''; E'\\\\'; E'\\\\N'; E'\\\\.'; E'a\\tb\\nc\\rd\\v\\f\\b'; 'ä€😀'; E'\\u0001'"),
        ("character(3)", "''; 'a'; 'a  '"),
        ("\"char\"", "''; 'a'; '\\'; E'\\t'"),
        (
            "bytea",
            "''; '\\x00'; (SELECT string_agg(set_byte('\\x00', 0, n), '') FROM generate_series(0, 255) AS n)",
        ),
        ("date", "'infinity'; '-infinity'; '0044-03-15 BC'; '10000-01-01'; '2024-02-29'; '4713-01-01 BC'"),
        ("time", "'24:00:00'; '00:00'; '23:59:59.999999'; '10:00:00.5'"),
        ("timetz", "'24:00:00+15:59'; '10:00:00.5-03:30'"),
        (
            "timestamp",
            "'infinity'; '0044-03-15 10:00 BC'; '294276-12-31 23:59:59.999999'; '2024-02-29 10:00:00.100'",
        ),
        (
            "timestamptz",
            "'-infinity'; '0044-03-15 10:00+00 BC'; '2024-02-29 10:00:00.5+05:30'; '1890-01-01 00:00+00'",
        ),
        ("interval", "'1 year 2 mons -3 days +04:05:06.789'; '-00:00:01'; '0'; '178000000 years'"),
        ("uuid", "'123E4567-E89B-12D3-A456-426614174000'"),
        (
            "jsonb",
            "'{\"b\": 1e2, \"a\": [1.50, null, \"\\u00e9\\n\\\\\"]}'; '\"x\"'; '12345678901234567890.50'",
        ),
        ("json", "'{\"a\":[],\"b\":100}'; 'null'"),
        ("xml", "'<a b=\"c\">&amp;</a>'"),
        ("money", "-1234567.89; 0"),
        ("inet", "'::1/64'; '10.0.0.1'"),
        ("bit varying", "''; '101'"),
        ("tsvector", "'''a b'':1A c'"),
        ("point", "'(1.5,-2)'; '(NaN,Infinity)'"),
        ("pg_lsn", "'16/B374D848'"),
        ("mood", "'sad'; 'o k'; ''"),
        ("mood[]", "'{sad,\"o k\",\"\",NULL}'"),
        ("text[]", "'{}'; '{\"a\\\"b\",\"c\\\\\\\\d\",NULL,\"NULL\",\"{\"}'; '[0:1]={a,b}'; '{{a},{b}}'"),
        ("float8[]", "'{NaN,-0,1e300}'"),
        ("bytea[]", "ARRAY['\\x00'::bytea, '']"),
        ("int4range", "'empty'; '[1,5]'; '(,)'; '[1,)'"),
        ("tstzrange", "'[2024-01-01 00:00+05,infinity)'"),
        ("nummultirange", "'{}'; '{[1.0,2.5),(3,)}'"),
        ("pair", "'(1,\"a \\\"b\")'; '(,)'"),
        ("email", "'a@b'; NULL"),
    ];

    /// The rows of a table of columns `id` and `v`.
    fn rows(session: &mut Session, ty: LogicalType, table: &str) -> Vec<(String, Value)> {
        let mut rows = Vec::new();
        let select = format!("SELECT id, v FROM public.{table} ORDER BY id");
        let read = session.copy_out(&select, &mut |row| {
            let value = row.text(1).map(|printed| from_text(ty, ty, printed).expect("a value"));
            rows.push((row.text(0).expect("an id").to_owned(), value.unwrap_or(Value::Null)));
            Ok(())
        });
        read.expect("reads");
        rows
    }

    /// A table `a0`, `a1`, … with the values of each of [`COLUMNS`], and `b0`, `b1`, … like them, without rows.
    pub(in crate::postgres) fn make_columns(db: &TestDatabase) {
        let mut sql = "CREATE TYPE mood AS ENUM ('sad', 'o k', ''); CREATE TYPE pair AS (a int, b text);
            CREATE DOMAIN email AS text CHECK (VALUE ~ '@');"
            .to_owned();
        for (at, (declared, values)) in COLUMNS.iter().enumerate() {
            let _ = write!(
                sql,
                "CREATE TABLE a{at} (id int GENERATED ALWAYS AS IDENTITY, v {declared}); CREATE TABLE b{at} (LIKE a{at});"
            );
            for value in values.split("; ") {
                let _ = write!(sql, "INSERT INTO a{at} (v) VALUES ({value});");
            }
        }
        db.psql(&sql);
    }

    #[test]
    fn values_of_every_type_come_back_as_they_were() {
        let db = TestDatabase::new();
        make_columns(&db);
        let mut session = session(&db);
        let catalog = introspect::catalog(&mut session).expect("a catalog");
        for (at, (declared, _)) in COLUMNS.iter().enumerate() {
            let ty = catalog.tables[&format!("a{at}")].columns[1].ty;
            let read = rows(&mut session, ty, &format!("a{at}"));
            let mut copy = session.copy_in(&format!("public.b{at} (id, v)")).expect("begins");
            for (id, value) in &read {
                copy.field(Some(|out: &mut Vec<u8>| out.extend_from_slice(id.as_bytes())));
                copy.field((!value.is_null()).then_some(|out: &mut Vec<u8>| to_copy(value, out)));
                copy.end_row().expect("takes a row");
            }
            copy.finish().expect("takes the rows");
            assert_eq!(rows(&mut session, ty, &format!("b{at}")), read, "{declared}");
            let differ = format!(
                "SELECT count(*) FROM a{at} FULL JOIN b{at} USING (id) WHERE a{at}.v::text IS DISTINCT FROM b{at}.v::text"
            );
            assert_eq!(db.psql(&differ).trim(), "0", "{declared}");
        }
    }
}
