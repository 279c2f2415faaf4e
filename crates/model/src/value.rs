//! One value of a row, its total order and its canonical encodings.
//!
//! Values are what a snapshot holds, not what an engine stores: JSON is already canonical, booleans are booleans, an
//! instant is in UTC. The conversion from an engine's storage is the database crate's.

use std::cmp::Ordering;

use crate::{LogicalType, canonical, json};

/// A value of a snapshot's row.
///
/// Order and equality are those of the canonical encoding: first by kind (the order of the variants), then by content;
/// text and bytes by their bytes, doubles by their total order.
#[derive(Debug)]
pub enum Value {
    /// SQL's NULL.
    Null,
    /// A 64-bit integer.
    Integer(i64),
    /// A double, never -0.0: build it with [`Value::real`].
    Real(f64),
    /// A boolean column's value.
    Boolean(bool),
    /// Text, and every quoted value that is not its typed column's canonical form. May hold U+0000 (SQLite only).
    Text(String),
    /// SQLite text that is not UTF-8. Build it with [`Value::text_from_bytes`].
    RawText(Vec<u8>),
    /// BLOB or bytea.
    Bytes(Vec<u8>),
    /// The canonical form of a typed column's value (decimal, date, json, uuid, …).
    Typed(String),
}

impl Clone for Value {
    fn clone(&self) -> Self {
        match self {
            Self::Null => Self::Null,
            Self::Integer(value) => Self::Integer(*value),
            Self::Real(value) => Self::Real(*value),
            Self::Boolean(value) => Self::Boolean(*value),
            Self::Text(text) => Self::Text(text.clone()),
            Self::RawText(bytes) => Self::RawText(bytes.clone()),
            Self::Bytes(bytes) => Self::Bytes(bytes.clone()),
            Self::Typed(text) => Self::Typed(text.clone()),
        }
    }

    /// Keeps the memory of a text or bytes where the new value is of the same kind.
    fn clone_from(&mut self, source: &Self) {
        match (&mut *self, source) {
            (Self::Text(to), Self::Text(from)) | (Self::Typed(to), Self::Typed(from)) => to.clone_from(from),
            (Self::RawText(to), Self::RawText(from)) | (Self::Bytes(to), Self::Bytes(from)) => {
                to.clone_from(from);
            }
            (to, from) => *to = from.clone(),
        }
    }
}

impl Value {
    /// The most bytes that a snapshot's text, bytes or typed value may have.
    pub const MAX_BYTES: usize = 256 << 20;

    /// A double; -0.0 becomes 0.0, and every NaN the same one, since no portable spelling keeps them apart.
    pub fn real(value: f64) -> Self {
        Self::Real(match value {
            0.0 => 0.0,
            value if value.is_nan() => f64::NAN,
            value => value,
        })
    }

    /// Text from an engine's bytes: [`Value::Text`] if they are UTF-8, else [`Value::RawText`].
    pub fn text_from_bytes(bytes: &[u8]) -> Self {
        match std::str::from_utf8(bytes) {
            Ok(text) => Self::Text(text.to_owned()),
            Err(_) => Self::RawText(bytes.to_vec()),
        }
    }

    /// What a quoted literal means in a column of type `ty`: the typed value if `text` is in the type's canonical form,
    /// else text.
    pub fn from_quoted(ty: LogicalType, text: String) -> Self {
        if ty.has_canonical_form() && canonical::is_canonical(ty, &text) {
            Self::Typed(text)
        } else {
            Self::Text(text)
        }
    }

    /// What a text that an engine gave or a person wrote means in a column of type `ty`: JSON and instants are brought to
    /// their canonical form first, and stay text where they have none.
    ///
    /// # Errors
    /// It is JSON that has no one value, or one that cannot be kept.
    pub fn from_text(ty: LogicalType, text: &str) -> Result<Self, json::JsonError> {
        Ok(match ty {
            LogicalType::Json => match json::canonicalize(text) {
                Ok(canonical) => Self::Typed(canonical),
                Err(error) if error.is_json() => return Err(error),
                Err(_) => Self::Text(text.to_owned()),
            },
            LogicalType::Timestamptz => {
                canonical::instant(text).map_or_else(|| Self::Text(text.to_owned()), Self::Typed)
            }
            _ => Self::from_quoted(ty, text.to_owned()),
        })
    }

    /// What a finite double is in a column of decimals or of JSON, whose digits are the same: shortest round trip, no
    /// exponent.
    ///
    /// # Errors
    /// It is not finite.
    pub fn typed_real(value: f64) -> Result<Self, json::JsonError> {
        json::canonicalize(&format!("{value}")).map(Self::Typed)
    }

    /// Whether this is NULL.
    pub fn is_null(&self) -> bool {
        matches!(self, Self::Null)
    }

    /// The tag byte of the canonical encoding: 0 null, 1 integer, 2 real, 3 boolean, 4 text, 5 bytes, 6 typed.
    pub fn tag(&self) -> u8 {
        match self {
            Self::Null => 0,
            Self::Integer(_) => 1,
            Self::Real(_) => 2,
            Self::Boolean(_) => 3,
            Self::Text(_) | Self::RawText(_) => 4,
            Self::Bytes(_) => 5,
            Self::Typed(_) => 6,
        }
    }

    /// The bytes of a text, bytes or typed value; empty for the others.
    pub fn as_bytes(&self) -> &[u8] {
        match self {
            Self::Text(text) | Self::Typed(text) => text.as_bytes(),
            Self::RawText(bytes) | Self::Bytes(bytes) => bytes,
            Self::Null | Self::Integer(_) | Self::Real(_) | Self::Boolean(_) => &[],
        }
    }

    /// Appends the canonical encoding: the tag byte, then an integer's or a double's eight bytes (big endian), a
    /// boolean's one, or a string's length (eight bytes, big endian) and bytes.
    pub fn encode_into(&self, out: &mut Vec<u8>) {
        out.push(self.tag());
        match self {
            Self::Null => {}
            Self::Integer(value) => out.extend_from_slice(&value.to_be_bytes()),
            Self::Real(value) => out.extend_from_slice(&value.to_bits().to_be_bytes()),
            Self::Boolean(value) => out.push(u8::from(*value)),
            Self::Text(_) | Self::RawText(_) | Self::Bytes(_) | Self::Typed(_) => {
                let bytes = self.as_bytes();
                out.extend_from_slice(&(bytes.len() as u64).to_be_bytes());
                out.extend_from_slice(bytes);
            }
        }
    }

    /// Takes one value off the beginning of canonical encodings; `None` if no value stands there.
    pub fn decode_from(bytes: &mut &[u8]) -> Option<Self> {
        let (tag, rest) = bytes.split_first()?;
        *bytes = rest;
        Some(match tag {
            0 => Self::Null,
            1 => Self::Integer(i64::from_be_bytes(eight(bytes)?)),
            2 => Self::Real(f64::from_bits(u64::from_be_bytes(eight(bytes)?))),
            3 => Self::Boolean(split(bytes, 1)? == [1]),
            4 => Self::text_from_bytes(string(bytes)?),
            5 => Self::Bytes(string(bytes)?.to_vec()),
            6 => Self::Typed(String::from_utf8(string(bytes)?.to_vec()).ok()?),
            _ => return None,
        })
    }

    fn order_into(&self, out: &mut Vec<u8>) {
        const SIGN: u64 = 1 << 63;
        out.push(self.tag());
        match self {
            Self::Null => {}
            Self::Integer(value) => out.extend_from_slice(&(value.cast_unsigned() ^ SIGN).to_be_bytes()),
            Self::Real(value) => {
                let bits = value.to_bits();
                let ordered = if bits & SIGN == 0 { bits | SIGN } else { !bits };
                out.extend_from_slice(&ordered.to_be_bytes());
            }
            Self::Boolean(value) => out.push(u8::from(*value)),
            Self::Text(_) | Self::RawText(_) | Self::Bytes(_) | Self::Typed(_) => {
                for &byte in self.as_bytes() {
                    out.push(byte);
                    if byte == 0 {
                        out.push(0xff);
                    }
                }
                out.extend_from_slice(&[0, 0]);
            }
        }
    }
}

impl Ord for Value {
    fn cmp(&self, other: &Self) -> Ordering {
        self.tag().cmp(&other.tag()).then_with(|| match (self, other) {
            (Self::Integer(a), Self::Integer(b)) => a.cmp(b),
            (Self::Real(a), Self::Real(b)) => a.total_cmp(b),
            (Self::Boolean(a), Self::Boolean(b)) => a.cmp(b),
            _ => self.as_bytes().cmp(other.as_bytes()),
        })
    }
}

impl PartialOrd for Value {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl PartialEq for Value {
    fn eq(&self, other: &Self) -> bool {
        self.cmp(other) == Ordering::Equal
    }
}

impl Eq for Value {}

fn split<'a>(bytes: &mut &'a [u8], length: usize) -> Option<&'a [u8]> {
    let (taken, rest) = bytes.split_at_checked(length)?;
    *bytes = rest;
    Some(taken)
}

fn eight(bytes: &mut &[u8]) -> Option<[u8; 8]> {
    split(bytes, 8)?.try_into().ok()
}

fn string<'a>(bytes: &mut &'a [u8]) -> Option<&'a [u8]> {
    let length = usize::try_from(u64::from_be_bytes(eight(bytes)?)).ok()?;
    split(bytes, length)
}

/// The canonical encoding of several values, one after the other: what digests and statement boundaries hash.
pub fn canonical_encoding<'a>(values: impl IntoIterator<Item = &'a Value>) -> Vec<u8> {
    let mut out = Vec::new();
    for value in values {
        value.encode_into(&mut out);
    }
    out
}

/// Bytes that compare (as bytes) like the values compare one after the other: a sort key for scratch files.
pub fn order_key<'a>(values: impl IntoIterator<Item = &'a Value>) -> Vec<u8> {
    let mut out = Vec::new();
    for value in values {
        value.order_into(&mut out);
    }
    out
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn any_value() -> impl Strategy<Value = Value> {
        prop_oneof![
            Just(Value::Null),
            any::<i64>().prop_map(Value::Integer),
            any::<f64>().prop_map(Value::real),
            any::<bool>().prop_map(Value::Boolean),
            "[\\x00\\x01a-c\u{e9}\u{1f600}]{0,5}".prop_map(Value::Text),
            proptest::collection::vec(any::<u8>(), 0..5).prop_map(|bytes| Value::text_from_bytes(&bytes)),
            proptest::collection::vec(any::<u8>(), 0..5).prop_map(Value::Bytes),
            "[a-c]{0,3}".prop_map(Value::Typed),
        ]
    }

    proptest! {
        #[test]
        fn order_keys_compare_as_the_values_do(
            a in proptest::collection::vec(any_value(), 2),
            b in proptest::collection::vec(any_value(), 2),
        ) {
            prop_assert_eq!(order_key(&a).cmp(&order_key(&b)), a.cmp(&b));
        }

        #[test]
        fn a_value_copied_over_another_is_the_same(mut a in any_value(), b in any_value()) {
            a.clone_from(&b);
            prop_assert_eq!(canonical_encoding([&a]), canonical_encoding([&b]));
            prop_assert_eq!(std::mem::discriminant(&a), std::mem::discriminant(&b));
        }

        #[test]
        fn values_come_back_from_their_encodings(values in proptest::collection::vec(any_value(), 0..4)) {
            let encoded = canonical_encoding(&values);
            let mut rest = encoded.as_slice();
            let back: Vec<Value> = std::iter::from_fn(|| Value::decode_from(&mut rest)).collect();
            prop_assert_eq!(back, values);
            prop_assert!(rest.is_empty());
        }

        #[test]
        fn values_are_equal_exactly_when_their_encodings_are(a in any_value(), b in any_value()) {
            prop_assert_eq!(canonical_encoding([&a]) == canonical_encoding([&b]), a == b);
        }
    }

    #[test]
    fn negative_zero_becomes_zero() {
        assert_eq!(canonical_encoding([&Value::real(-0.0)]), canonical_encoding([&Value::real(0.0)]));
    }
}
