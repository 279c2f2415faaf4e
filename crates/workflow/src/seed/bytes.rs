//! How a seed spells bytes: as a mapping whose one key says what they are made from.
//!
//! MessagePack is written here, without a library: its shortest form of what YAML can say fits on this page. It is what
//! agent frameworks keep their state in; read back it is the same value, with keys in byte order.

use model::json::Json;
use model::text::Shown;
use scenario::SeedValue;

/// A value that stands in a column of bytes and means none.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error, miette::Diagnostic)]
#[error("seed.yaml: `{}`, row {row}: column `{}` holds bytes, and {found}", Shown(.table), Shown(.column))]
#[diagnostic(help(
    "write `{{ hex: \"00ff\" }}`, `{{ text: … }}` for its UTF-8, or `{{ json: … }}` or `{{ msgpack: … }}` for a value in that form"
))]
pub struct BytesError {
    pub(super) table: String,
    /// Counted from 1, in written order.
    pub(super) row: usize,
    pub(super) column: String,
    pub(super) found: String,
}

/// The bytes that a value spells; `None` for null.
///
/// # Errors
/// It spells none: says what it is instead, as the end of a sentence.
pub(super) fn read(value: &SeedValue) -> Result<Option<Vec<u8>>, String> {
    let map = match value {
        SeedValue::Null => return Ok(None),
        SeedValue::Json(Json::Object(map)) => map,
        SeedValue::Json(_) => return Err("this is a list".to_owned()),
        SeedValue::Text(_) => return Err("this is text".to_owned()),
        SeedValue::Boolean(_) => return Err("this is true or false".to_owned()),
        SeedValue::Integer(_) | SeedValue::Real(_) => return Err("this is a number".to_owned()),
    };
    let mut entries = map.iter();
    let (Some((form, value)), None) = (entries.next(), entries.next()) else {
        return Err(format!("this mapping has {} keys, not one", map.len()));
    };
    match (form.as_str(), value) {
        ("hex", Json::String(text)) => from_hex(text).map(Some),
        ("text", Json::String(text)) => Ok(Some(text.clone().into_bytes())),
        ("hex" | "text", _) => Err(format!("`{form}` is not text: put it in quotes")),
        ("json", value) => Ok(Some(value.to_text().into_bytes())),
        ("msgpack", value) => {
            let mut out = Vec::new();
            pack(value, &mut out)?;
            Ok(Some(out))
        }
        _ => Err(format!("`{}` is none of the forms they can be written in", Shown(form))),
    }
}

/// Pairs of hexadecimal digits; spaces and line breaks between them do not count.
fn from_hex(text: &str) -> Result<Vec<u8>, String> {
    let refused = || "its `hex` is not pairs of the digits 0-9 and a-f".to_owned();
    let digit = |c: char| c.to_digit(16).and_then(|n| u8::try_from(n).ok()).ok_or_else(refused);
    let digits: Vec<u8> =
        text.chars().filter(|c| !matches!(c, ' ' | '\n')).map(digit).collect::<Result<_, _>>()?;
    let (pairs, rest) = digits.as_chunks::<2>();
    if !rest.is_empty() {
        return Err(refused());
    }
    Ok(pairs.iter().map(|[high, low]| high << 4 | low).collect())
}

fn pack(value: &Json, out: &mut Vec<u8>) -> Result<(), String> {
    match value {
        Json::Null => out.push(0xc0),
        Json::Bool(false) => out.push(0xc2),
        Json::Bool(true) => out.push(0xc3),
        Json::Number(digits) => pack_number(digits, out)?,
        Json::String(text) => {
            pack_length(text.len(), (0xa0, 32), Some(0xd9), [0xda, 0xdb], out)?;
            out.extend_from_slice(text.as_bytes());
        }
        Json::Array(items) => {
            pack_length(items.len(), (0x90, 16), None, [0xdc, 0xdd], out)?;
            items.iter().try_for_each(|item| pack(item, out))?;
        }
        Json::Object(map) => {
            pack_length(map.len(), (0x80, 16), None, [0xde, 0xdf], out)?;
            for (key, value) in map {
                pack(&Json::String(key.clone()), out)?;
                pack(value, out)?;
            }
        }
    }
    Ok(())
}

/// A length below `short`'s limit is part of the tag; a longer one follows a tag of its own, in 1, 2 or 4 bytes.
fn pack_length(
    length: usize,
    (short, limit): (u8, u8),
    in_one: Option<u8>,
    [in_two, in_four]: [u8; 2],
    out: &mut Vec<u8>,
) -> Result<(), String> {
    match (u8::try_from(length), u16::try_from(length), u32::try_from(length)) {
        (Ok(length), ..) if length < limit => out.push(short | length),
        (Ok(length), ..) if in_one.is_some() => out.extend(in_one.into_iter().chain([length])),
        (_, Ok(length), _) => {
            out.push(in_two);
            out.extend_from_slice(&length.to_be_bytes());
        }
        (.., Ok(length)) => {
            out.push(in_four);
            out.extend_from_slice(&length.to_be_bytes());
        }
        _ => return Err("its `msgpack` is longer than 4 GiB".to_owned()),
    }
    Ok(())
}

/// A whole number in the fewest bytes, any other as a double.
fn pack_number(digits: &str, out: &mut Vec<u8>) -> Result<(), String> {
    let Ok(whole) = digits.parse::<i64>() else {
        let double: f64 = digits.parse().map_err(|_| "its `msgpack` has a number that is none".to_owned())?;
        out.push(0xcb);
        out.extend_from_slice(&double.to_be_bytes());
        return Ok(());
    };
    if let Ok(small) = i8::try_from(whole)
        && small >= -32
    {
        out.extend_from_slice(&small.to_be_bytes());
        return Ok(());
    }
    let bytes = whole.to_be_bytes();
    let (tag, width) = match whole {
        0..=0xff => (0xcc, 1),
        0x100..=0xffff => (0xcd, 2),
        0x1_0000..=0xffff_ffff => (0xce, 4),
        0x1_0000_0000.. => (0xcf, 8),
        -0x80..0 => (0xd0, 1),
        -0x8000..-0x80 => (0xd1, 2),
        -0x8000_0000..-0x8000 => (0xd2, 4),
        _ => (0xd3, 8),
    };
    out.push(tag);
    out.extend_from_slice(&bytes[8 - width..]);
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn value(form: &str, json: &str) -> SeedValue {
        let map = format!("{{\"{form}\":{json}}}");
        SeedValue::Json(model::json::parse(&map).expect("JSON"))
    }

    #[track_caller]
    fn bytes(form: &str, json: &str) -> Vec<u8> {
        read(&value(form, json)).expect("bytes").expect("not null")
    }

    #[test]
    fn each_form_spells_its_bytes() {
        assert_eq!(bytes("hex", r#""00FF 7f""#), [0, 0xff, 0x7f]);
        assert!(bytes("hex", r#""""#).is_empty());
        assert_eq!(bytes("text", r#""Łódź""#), "Łódź".as_bytes());
        assert_eq!(bytes("json", r#"{"b": [1.50, null], "a": "x"}"#), br#"{"a":"x","b":[1.50,null]}"#);
        assert_eq!(read(&SeedValue::Null), Ok(None));
    }

    /// As Python's ormsgpack packs the same values, and reads these.
    #[test]
    fn msgpack_is_in_its_shortest_form() {
        let hex = |json: &str| {
            let bytes = bytes("msgpack", json);
            bytes.iter().fold(String::new(), |hex, byte| format!("{hex}{byte:02x}"))
        };
        for (json, packed) in [
            (r#"{"a":[null,true,false],"b":"é"}"#, "82a16193c0c3c2a162a2c3a9"),
            ("[0,127,128,255,256,65535,65536]", "97007fcc80ccffcd0100cdffffce00010000"),
            (
                "[4294967295,4294967296,9223372036854775807]",
                "93ceffffffffcf0000000100000000cf7fffffffffffffff",
            ),
            ("[-1,-32,-33,-128,-129,-32768,-32769]", "97ffe0d0dfd080d1ff7fd18000d2ffff7fff"),
            (
                "[-2147483648,-2147483649,-9223372036854775808]",
                "93d280000000d3ffffffff7fffffffd38000000000000000",
            ),
            ("[1.5,-0.25,1.0]", "93cb3ff8000000000000cbbfd0000000000000cb3ff0000000000000"),
        ] {
            assert_eq!(hex(json), packed, "{json}");
        }
        for (length, head) in
            [(31, "bf"), (32, "d920"), (255, "d9ff"), (256, "da0100"), (65536, "db00010000")]
        {
            assert!(
                hex(&format!("\"{}\"", "x".repeat(length))).starts_with(&format!("{head}78")),
                "{length}"
            );
        }
        let list = |length: usize| hex(&format!("[{}]", vec!["1"; length].join(",")));
        for (length, head) in [(15, "9f"), (16, "dc0010"), (65536, "dd00010000")] {
            assert!(list(length).starts_with(&format!("{head}01")), "{length}");
        }
        let entries: Vec<String> = (10..26).map(|n| format!("\"{n}\":0")).collect();
        assert!(hex(&format!("{{{}}}", entries.join(","))).starts_with("de0010a2313000"));
    }

    #[test]
    fn what_spells_no_bytes_is_named() {
        let found = |value: &SeedValue| read(value).expect_err("refused");
        insta::assert_snapshot!([
            found(&SeedValue::Text("00ff".to_owned())),
            found(&SeedValue::Integer(7)),
            found(&SeedValue::Boolean(true)),
            found(&SeedValue::Json(Json::Array(vec![]))),
            found(&SeedValue::Json(model::json::parse(r#"{"hex":"00","text":"x"}"#).expect("JSON"))),
            found(&value("hex", r#""0""#)),
            found(&value("hex", r#""0g""#)),
            found(&value("hex", "12")),
            found(&value("base64\u{202e}", r#""AA==""#)),
        ].join("\n"), @r"
        this is text
        this is a number
        this is true or false
        this is a list
        this mapping has 2 keys, not one
        its `hex` is not pairs of the digits 0-9 and a-f
        its `hex` is not pairs of the digits 0-9 and a-f
        `hex` is not text: put it in quotes
        `base64\u202e` is none of the forms they can be written in
        ");
    }
}
