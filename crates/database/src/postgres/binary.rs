//! PostgreSQL's binary forms to and from logical values: what a COPY of common types takes, at half the cost of text on both
//! sides.
//!
//! The rule to keep in mind: text is the measure. A field read in its binary form gives the value that its text would give,
//! and a value that is written arrives as its text would; where that cannot be promised it is not written, and the caller
//! copies text instead.
//!
//! Source: each type's `_send` and `_recv` function in the server, which are the same from PostgreSQL 14 on.

mod numeric;
#[cfg(test)]
mod tests;
mod times;

use model::{LogicalType, Value, digits};
use tokio_postgres::types::{Kind, Type};

use self::numeric::Numeric;
use self::times::{Civil, MICROSECONDS_A_DAY};
use super::codec::{Fields, NotText, from_text, to_text};
use super::copy::BinaryRow;
use super::session::Session;
use crate::Error;

/// How a column's values travel in COPY's binary form.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Wire {
    Boolean,
    Bytes,
    Date,
    Decimal,
    Float8,
    Int2,
    Int4,
    Int8,
    Jsonb,
    Text,
    Time,
    Timestamp,
    Timestamptz,
    Uuid,
}

/// A row whose fields travel so.
pub(crate) struct Wired<'r> {
    pub(crate) row: &'r BinaryRow,
    pub(crate) wires: &'r [Wire],
}

impl Fields for Wired<'_> {
    fn value(&self, at: usize, stored: LogicalType, ty: LogicalType) -> Result<Value, String> {
        let Some(field) = self.row.field(at) else { return Ok(Value::Null) };
        self.wires.get(at).ok_or(UNKNOWN)?.read(stored, ty, field)
    }

    fn value_into(
        &self,
        at: usize,
        stored: LogicalType,
        ty: LogicalType,
        slot: &mut Value,
    ) -> Result<(), String> {
        let Some(field) = self.row.field(at) else {
            *slot = Value::Null;
            return Ok(());
        };
        self.wires.get(at).ok_or(UNKNOWN)?.read_into(stored, ty, field, slot)
    }

    fn value_or_text(&self, at: usize, stored: LogicalType, ty: LogicalType) -> Result<Value, NotText> {
        if let Ok(value) = self.value(at, stored, ty) {
            return Ok(value);
        }
        let wire_and_field = self.wires.get(at).zip(self.row.field(at));
        let text = wire_and_field.and_then(|(wire, field)| wire.print(field).ok());
        text.map(Value::Text).ok_or(NotText)
    }

    fn size(&self, at: usize, _: LogicalType) -> usize {
        self.row.field(at).zip(self.wires.get(at)).map_or(0, |(field, wire)| wire.size(field))
    }

    fn is_negative_zero(&self, at: usize) -> bool {
        self.row.field(at).zip(self.wires.get(at)).is_some_and(|(field, wire)| wire.is_negative_zero(field))
    }

    fn plain_text(&self, at: usize) -> Option<&str> {
        let field = self.row.field(at).filter(|_| self.wires.get(at) == Some(&Wire::Text))?;
        std::str::from_utf8(field).ok()
    }
}

/// How the columns of a query travel; `None` where one of them has no binary form known here. What the query reads from is
/// locked: this is what the server knows of it now, whatever the transaction's catalog says.
///
/// # Errors
/// The server cannot be asked.
pub(crate) fn wires(session: &mut Session, select: &str) -> Result<Option<Vec<Wire>>, Error> {
    // A domain's column is told as what it is made of.
    Ok(session.column_types(select)?.iter().map(Wire::of).collect())
}

impl Wire {
    /// How the values of a type travel. The numbers of the server's own types never change.
    fn of(ty: &Type) -> Option<Self> {
        if matches!(ty.kind(), Kind::Enum(_)) {
            return Some(Self::Text);
        }
        Some(match ty.oid() {
            16 => Self::Boolean,
            17 => Self::Bytes,
            20 => Self::Int8,
            21 => Self::Int2,
            23 => Self::Int4,
            // text, json, bpchar, varchar
            25 | 114 | 1042 | 1043 => Self::Text,
            // Not `real`: the server's shortest digits for it are not always the standard library's.
            701 => Self::Float8,
            1082 => Self::Date,
            1083 => Self::Time,
            1114 => Self::Timestamp,
            1184 => Self::Timestamptz,
            1700 => Self::Decimal,
            2950 => Self::Uuid,
            3802 => Self::Jsonb,
            _ => return None,
        })
    }

    /// The logical value of a field: as [`from_text`] reads its text.
    pub(crate) fn read(self, stored: LogicalType, ty: LogicalType, field: &[u8]) -> Result<Value, String> {
        match self {
            Self::Bytes => return Ok(Value::Bytes(field.to_vec())),
            Self::Text => return from_text(stored, ty, utf8(field)?),
            Self::Float8 => {
                let number = f64::from_be_bytes(exactly(field)?);
                let is_plain = !matches!(ty, LogicalType::Decimal | LogicalType::Json) || !number.is_finite();
                if is_plain {
                    return Ok(Value::real(number));
                }
            }
            Self::Int2 | Self::Int4 | Self::Int8 => {
                let number = self.integer(field)?;
                if ty == LogicalType::Integer {
                    return Ok(Value::Integer(number));
                }
            }
            _ => {}
        }
        let text = self.print(field)?;
        if self == Self::Uuid && ty == LogicalType::Uuid {
            return Ok(Value::Typed(text));
        }
        from_text(stored, ty, &text)
    }

    /// The same in place of `slot`, whose memory is used again where both are texts.
    fn read_into(
        self,
        stored: LogicalType,
        ty: LogicalType,
        field: &[u8],
        slot: &mut Value,
    ) -> Result<(), String> {
        match (self, ty, &mut *slot) {
            (Self::Text, LogicalType::Text, Value::Text(out)) if stored == LogicalType::Text => {
                if out.capacity() > KEPT {
                    *out = String::new();
                }
                out.clear();
                out.push_str(utf8(field)?);
                return Ok(());
            }
            (Self::Timestamp, LogicalType::Timestamp, Value::Typed(out)) => {
                out.clear();
                times::timestamp(i64::from_be_bytes(exactly(field)?), "", out);
                if has_four_digits(out) {
                    return Ok(());
                }
            }
            (Self::Int2 | Self::Int4 | Self::Int8, LogicalType::Integer, Value::Integer(out)) => {
                *out = self.integer(field)?;
                return Ok(());
            }
            (Self::Float8, LogicalType::Real, Value::Real(_)) => {
                *slot = Value::real(f64::from_be_bytes(exactly(field)?));
                return Ok(());
            }
            (Self::Boolean, LogicalType::Boolean, Value::Boolean(out)) if stored == LogicalType::Boolean => {
                *out = field != [0];
                return Ok(());
            }
            _ => {}
        }
        *slot = self.read(stored, ty, field)?;
        Ok(())
    }

    /// How many bytes the value has, as a snapshot counts them.
    pub(crate) fn size(self, field: &[u8]) -> usize {
        match self {
            Self::Decimal => field.len() * 2,
            Self::Jsonb => field.len().saturating_sub(1),
            _ => field.len(),
        }
    }

    /// Whether a field is -0.0.
    pub(crate) fn is_negative_zero(self, field: &[u8]) -> bool {
        match self {
            Self::Float8 => exactly(field).is_ok_and(|bytes| u64::from_be_bytes(bytes) == 1 << 63),
            _ => false,
        }
    }

    /// The text that the server prints for a field.
    fn print(self, field: &[u8]) -> Result<String, String> {
        Ok(match self {
            Self::Boolean => if field == [0] { "f" } else { "t" }.to_owned(),
            Self::Bytes => {
                let mut out = b"\\x".to_vec();
                digits::push_hex(field, &mut out);
                utf8(&out)?.to_owned()
            }
            Self::Int2 | Self::Int4 | Self::Int8 => self.integer(field)?.to_string(),
            Self::Float8 => f64::from_be_bytes(exactly(field)?).to_string(),
            Self::Text => utf8(field)?.to_owned(),
            Self::Jsonb => match field {
                [1, text @ ..] => utf8(text)?.to_owned(),
                _ => return Err(UNKNOWN.to_owned()),
            },
            Self::Decimal => Numeric::read(field).ok_or(UNKNOWN)?.print(),
            Self::Uuid => times::uuid(&exactly(field)?),
            Self::Date => {
                let mut out = String::new();
                times::date(i32::from_be_bytes(exactly(field)?), &mut out);
                out
            }
            Self::Time => times::time(i64::from_be_bytes(exactly(field)?)),
            Self::Timestamp | Self::Timestamptz => {
                let zone = if self == Self::Timestamptz { "+00" } else { "" };
                let mut out = String::new();
                times::timestamp(i64::from_be_bytes(exactly(field)?), zone, &mut out);
                out
            }
        })
    }

    fn integer(self, field: &[u8]) -> Result<i64, String> {
        Ok(match self {
            Self::Int2 => i16::from_be_bytes(exactly(field)?).into(),
            Self::Int4 => i32::from_be_bytes(exactly(field)?).into(),
            _ => i64::from_be_bytes(exactly(field)?),
        })
    }

    /// Appends a value's field; false, and nothing that counts, where its text is needed. NULL is the caller's.
    #[must_use]
    pub(crate) fn write(self, value: &Value, out: &mut Vec<u8>) -> bool {
        self.try_write(value, out).is_some()
    }

    fn try_write(self, value: &Value, out: &mut Vec<u8>) -> Option<()> {
        match (self, value) {
            (Self::Text, Value::RawText(_) | Value::Bytes(_) | Value::Null) => return None,
            (Self::Text, value) => to_text(value, out),
            (Self::Jsonb, Value::Text(text) | Value::Typed(text)) => {
                out.push(1);
                out.extend_from_slice(text.as_bytes());
            }
            (Self::Bytes, Value::Bytes(bytes)) => out.extend_from_slice(bytes),
            (Self::Boolean, Value::Boolean(truth)) => out.push((*truth).into()),
            (Self::Boolean, Value::Integer(truth @ 0..=1)) => out.push(u8::from(*truth == 1)),
            (Self::Int2 | Self::Int4 | Self::Int8, Value::Integer(number)) => {
                self.push_integer(*number, out)?;
            }
            (Self::Int2 | Self::Int4 | Self::Int8, Value::Boolean(truth)) => {
                self.push_integer((*truth).into(), out)?;
            }
            (Self::Float8, Value::Real(number)) => out.extend_from_slice(&number.to_be_bytes()),
            (Self::Decimal, Value::Typed(text)) => Numeric::parse(text)?.write(out),
            (Self::Uuid, Value::Typed(text)) => out.extend_from_slice(&times::parse_uuid(text)?),
            (Self::Date, Value::Typed(text)) => {
                let days = Civil::parse(text.get(..10).filter(|_| text.len() == 10)?)?.days();
                out.extend_from_slice(&i32::try_from(days).ok()?.to_be_bytes());
            }
            (Self::Time, Value::Typed(text)) => {
                out.extend_from_slice(&times::parse_time(text)?.to_be_bytes());
            }
            (Self::Timestamp, Value::Typed(text)) => push_timestamp(text, out)?,
            (Self::Timestamptz, Value::Typed(text)) => push_timestamp(text.strip_suffix("+00:00")?, out)?,
            _ => return None,
        }
        Some(())
    }

    fn push_integer(self, number: i64, out: &mut Vec<u8>) -> Option<()> {
        match self {
            Self::Int2 => out.extend_from_slice(&i16::try_from(number).ok()?.to_be_bytes()),
            Self::Int4 => out.extend_from_slice(&i32::try_from(number).ok()?.to_be_bytes()),
            _ => out.extend_from_slice(&number.to_be_bytes()),
        }
        Some(())
    }
}

/// The memory of a longer text is given back.
const KEPT: usize = 64 * 1024;

const UNKNOWN: &str = "a value in an unknown form";

fn exactly<const N: usize>(field: &[u8]) -> Result<[u8; N], String> {
    field.try_into().map_err(|_| UNKNOWN.to_owned())
}

fn utf8(field: &[u8]) -> Result<&str, String> {
    std::str::from_utf8(field).map_err(|_| "text that is no UTF-8; the database may be damaged".to_owned())
}

/// Whether a date or timestamp as the server prints it has a year that snapshots know: neither more digits nor BC, nor is
/// it infinite.
fn has_four_digits(text: &str) -> bool {
    text.as_bytes().get(4) == Some(&b'-') && !text.ends_with('C') && !text.starts_with("0000")
}

fn push_timestamp(text: &str, out: &mut Vec<u8>) -> Option<()> {
    let (date, time) = (text.get(..10)?, text.get(10..)?.strip_prefix(' ')?);
    let microseconds = Civil::parse(date)?.days() * MICROSECONDS_A_DAY + times::parse_time(time)?;
    out.extend_from_slice(&microseconds.to_be_bytes());
    Some(())
}
