//! When two values are the same: what spelling may change without changing a digest, and what may not.

extern crate demo_snapshot_model as model;

use std::fmt::Write as _;

use model::canonical::{instant, is_canonical};
use model::json::{Json, canonicalize};
use model::{LogicalType, Value, canonical_encoding};
use proptest::prelude::*;
use proptest::sample::Index;

/// The encoding that digests hash.
fn encoded(ty: LogicalType, canonical: &str) -> Vec<u8> {
    let value = Value::from_quoted(ty, canonical.to_owned());
    assert!(matches!(value, Value::Typed(_)), "{canonical} is no canonical {ty}");
    canonical_encoding([&value])
}

fn json(text: &str) -> Vec<u8> {
    encoded(LogicalType::Json, &canonicalize(text).expect("JSON"))
}

/// A JSON number: its digits, and how many of them follow the point.
fn number() -> impl Strategy<Value = Json> {
    (any::<bool>(), "[1-9][0-9]{0,30}", proptest::option::of("[0-9]{1,25}")).prop_map(
        |(negative, whole, fraction)| {
            let sign = if negative { "-" } else { "" };
            Json::Number(fraction.map_or_else(|| format!("{sign}{whole}"), |f| format!("{sign}{whole}.{f}")))
        },
    )
}

fn any_json() -> impl Strategy<Value = Json> {
    let leaf = prop_oneof![
        Just(Json::Null),
        any::<bool>().prop_map(Json::Bool),
        number(),
        ".{0,8}".prop_map(Json::String),
    ];
    leaf.prop_recursive(4, 32, 5, |inner| {
        prop_oneof![
            proptest::collection::vec(inner.clone(), 0..5).prop_map(Json::Array),
            proptest::collection::btree_map(".{0,4}", inner, 0..5).prop_map(Json::Object),
        ]
    })
}

/// The same JSON in another spelling, as `choices` say: other spaces, keys turned round, escapes, exponents.
fn respelled(json: &Json, choices: &mut impl Iterator<Item = usize>, out: &mut String) {
    let mut choose = |from: usize| choices.next().unwrap_or_default() % from;
    let space = ["", " ", "\n", "\t ", "\r\n"];
    out.push_str(space[choose(5)]);
    match json {
        Json::Null => out.push_str("null"),
        Json::Bool(flag) => out.push_str(if *flag { "true" } else { "false" }),
        Json::Number(digits) => match (digits.split_once('.'), choose(3)) {
            // The point moves, the exponent moves it back: the scale stays.
            (Some((whole, fraction)), 1) => drop(write!(out, "{whole}{fraction}e-{}", fraction.len())),
            (None, 1) if digits.ends_with('0') && digits.len() > 1 && digits != "-0" => {
                let _ = write!(out, "{}E+1", &digits[..digits.len() - 1]);
            }
            (_, 2) => drop(write!(out, "{digits}e0")),
            _ => out.push_str(digits),
        },
        Json::String(text) => respelled_string(text, choose(2) == 1, out),
        Json::Array(items) => {
            out.push('[');
            for (at, item) in items.iter().enumerate() {
                out.push_str(if at > 0 { "," } else { "" });
                respelled(item, choices, out);
            }
            out.push(']');
        }
        Json::Object(map) => {
            let mut members: Vec<_> = map.iter().collect();
            members.rotate_left(choose(map.len().max(1)));
            out.push('{');
            for (at, (key, value)) in members.into_iter().enumerate() {
                out.push_str(if at > 0 { " ," } else { "" });
                respelled_string(key, at % 2 == 1, out);
                out.push_str(" :");
                respelled(value, choices, out);
            }
            out.push('}');
        }
    }
    out.push(' ');
}

fn respelled_string(text: &str, escaped: bool, out: &mut String) {
    out.push('"');
    for c in text.chars() {
        if escaped || matches!(c, '"' | '\\') || c < ' ' {
            let mut units = [0; 2];
            for unit in c.encode_utf16(&mut units) {
                let _ = write!(out, "\\u{unit:04X}");
            }
        } else {
            out.push(c);
        }
    }
    out.push('"');
}

/// Changes one digit of a text that has one.
fn one_digit_changed(text: &str, which: Index, by: u8) -> Option<String> {
    let digits: Vec<usize> =
        text.bytes().enumerate().filter(|(_, b)| b.is_ascii_digit()).map(|(at, _)| at).collect();
    let at = *digits.get(which.index(digits.len().max(1)))?;
    let mut bytes = text.as_bytes().to_vec();
    bytes[at] = b'0' + (bytes[at] - b'0' + by) % 10;
    String::from_utf8(bytes).ok()
}

proptest! {
    #[test]
    fn order_spacing_escapes_and_exponents_of_json_change_nothing(
        value in any_json(), choices in proptest::collection::vec(any::<usize>(), 0..80),
    ) {
        let mut other = String::new();
        respelled(&value, &mut choices.into_iter(), &mut other);
        prop_assert_eq!(json(&other), json(&value.to_text()), "{}", other);
    }

    #[test]
    fn different_json_is_different(a in any_json(), b in any_json()) {
        prop_assert_eq!(json(&a.to_text()) == json(&b.to_text()), a == b);
    }

    #[test]
    fn a_changed_digit_of_a_number_changes_json_and_decimals(
        value in number(), which in any::<Index>(), by in 1u8..10,
    ) {
        let text = value.to_text();
        let other = one_digit_changed(&text, which, by).expect("a number has digits");
        if is_canonical(LogicalType::Decimal, &other) {
            prop_assert_ne!(json(&text), json(&other));
            prop_assert_ne!(encoded(LogicalType::Decimal, &text), encoded(LogicalType::Decimal, &other));
        }
    }

    #[test]
    fn an_instant_is_the_same_in_every_zone_and_another_a_microsecond_later(
        microseconds in 0i64..250_000_000_000_000_000, offset in -900i64..900, t in any::<bool>(), zeros in 0usize..3,
    ) {
        let point = jiff::Timestamp::from_microsecond(microseconds).expect("in range");
        let spelled = |at: jiff::Timestamp, offset: i64| {
            let local = jiff::tz::Offset::UTC.to_datetime(at).checked_add(jiff::SignedDuration::from_mins(offset));
            let local = local.expect("in range");
            let fraction = format!("{:06}", local.subsec_nanosecond() / 1000);
            let fraction = &fraction[..6 - zeros.min(fraction.len() - fraction.trim_end_matches('0').len())];
            let sign = if offset < 0 { '-' } else { '+' };
            let (hours, minutes) = (offset.abs() / 60, offset.abs() % 60);
            let between = if t { 'T' } else { ' ' };
            format!("{}{between}{}.{fraction}{sign}{hours:02}:{minutes:02}", local.date(), local.strftime("%H:%M:%S"))
        };
        let canonical = |text: String| instant(&text).unwrap_or_else(|| panic!("{text} is an instant"));
        let here = canonical(spelled(point, 0));
        prop_assert_eq!(&canonical(spelled(point, offset)), &here);
        prop_assert_eq!(&canonical(here.clone()), &here);
        let later = canonical(spelled(point + jiff::SignedDuration::from_micros(1), offset));
        prop_assert_ne!(encoded(LogicalType::Timestamptz, &later), encoded(LogicalType::Timestamptz, &here));
    }
}

#[test]
fn one_is_not_true_and_scale_counts() {
    assert_ne!(json("1"), json("true"));
    assert_ne!(json("{\"a\":1}"), json("{\"a\":true}"));
    assert_ne!(json("\"1\""), json("1"));
    assert_ne!(json("1.50"), json("1.5"));
    assert_eq!(json("{\"b\":1e2,\"a\":0}"), json("{ \"a\": -0, \"b\": 100 }"));
    assert_ne!(canonical_encoding([&Value::Integer(1)]), canonical_encoding([&Value::Boolean(true)]));
    assert_ne!(canonical_encoding([&Value::Integer(1)]), canonical_encoding([&Value::real(1.0)]));
    assert_ne!(encoded(LogicalType::Decimal, "1.10"), encoded(LogicalType::Decimal, "1.1"));
    let (typed, text) = (Value::Typed("2026-11-20".into()), Value::Text("2026-11-20".into()));
    assert_ne!(canonical_encoding([&typed]), canonical_encoding([&text]), "a date and a text of a date");
}
