//! Conditions on a column's own value.

use model::{ConditionOp, LogicalType, Scalar, canonical};

use super::{any, like, numeric, one_of, text_range, truth};
use crate::conditions::{Operand, Side};
use crate::postgres::order::{Form, is_text, limits, printed};

/// The longest number that is compared by value too.
const MAX_DIGITS: usize = 1000;

impl Operand<'_> {
    /// The condition on the column `sql`; `None` where its values are not of one kind.
    pub(super) fn plain_sql(&self, sql: &str) -> Option<String> {
        let values = &self.condition.values;
        Some(match (self.condition.op, values.first()) {
            (ConditionOp::In, _) => self.equals(sql, values)?,
            (ConditionOp::From, Some(bound)) => self.range(sql, bound, Side::From)?,
            (ConditionOp::To, Some(bound)) => self.range(sql, bound, Side::To)?,
            (ConditionOp::Like, Some(Scalar::Text(pattern))) if !self.is_number() => {
                like(&printed(self.column, sql), pattern)
            }
            (ConditionOp::Null, _) => format!("{sql} IS NULL"),
            // A bound without a value, or a pattern that is no text: nothing matches.
            (ConditionOp::From | ConditionOp::To | ConditionOp::Like, _) => truth(false),
        })
    }

    /// Numbers, booleans and bytes are like no pattern.
    fn is_number(&self) -> bool {
        use LogicalType as T;
        matches!(self.column.ty, T::Integer | T::Real | T::Boolean | T::Bytes)
    }

    fn equals(&self, sql: &str, values: &[Scalar]) -> Option<String> {
        use LogicalType as T;
        let texts =
            |of: fn(&Scalar) -> Option<String>| -> Vec<String> { values.iter().filter_map(of).collect() };
        let only = |condition: Option<String>| condition.unwrap_or_else(|| truth(false));
        Some(match self.column.ty {
            T::Integer => {
                let sql =
                    if self.column.declared == "oid" { &format!("{sql}::pg_catalog.int8") } else { sql };
                only(one_of(sql, &texts(|scalar| Some(whole(scalar)?.to_string())), "::pg_catalog.int8"))
            }
            T::Boolean => {
                let flag = |scalar: &Scalar| match whole(scalar)? {
                    0 => Some("f".to_owned()),
                    1 => Some("t".to_owned()),
                    _ => None,
                };
                only(one_of(sql, &texts(flag), "::pg_catalog.bool"))
            }
            T::Real => {
                let numbers = texts(|scalar| Some(format!("{:?}", double(scalar)?)));
                only(one_of(&self.double_sql(sql), &numbers, "::pg_catalog.float8"))
            }
            T::Bytes => truth(false),
            T::Uuid => {
                let uuids = texts(|scalar| canonical_text(T::Uuid, scalar));
                only(one_of(sql, &uuids, "::pg_catalog.uuid"))
            }
            T::Timestamptz => self.instants(sql, values),
            _ if self.ty == T::Timestamptz => return None,
            T::Date | T::Time | T::Timestamp | T::Decimal => self.typed(sql, values),
            _ => self.texts(sql, &texts(text)),
        })
    }

    /// The column as a double: what a shorter one prints, and not the digits behind it.
    fn double_sql(&self, sql: &str) -> String {
        if self.column.declared == "double precision" {
            sql.to_owned()
        } else {
            format!("{sql}::pg_catalog.text::pg_catalog.float8")
        }
    }

    /// What is no text is compared by what it prints.
    fn texts(&self, sql: &str, texts: &[String]) -> String {
        let bytes = one_of(&format!("({}) COLLATE \"C\"", printed(self.column, sql)), texts, "");
        match (is_text(self.column), one_of(sql, texts, ""), bytes) {
            // For an index; other texts may be equal in the column's collation.
            (true, Some(value), Some(bytes)) => format!("{value} AND {bytes}"),
            (_, _, bytes) => bytes.unwrap_or_else(|| truth(false)),
        }
    }

    /// A canonical text is compared by value, so that an index may serve it.
    fn typed(&self, sql: &str, values: &[Scalar]) -> String {
        let ty = self.column.ty;
        let fits = |text: &String| canonical::is_canonical(ty, text) && text.len() <= MAX_DIGITS;
        let (known, other): (Vec<String>, Vec<String>) = values.iter().filter_map(text).partition(fits);
        let mut conditions = Vec::new();
        if let Some(value) = one_of(sql, &known, &format!("::pg_catalog.{ty}").replace("decimal", "numeric"))
        {
            // 1.5 is 1.50 by value.
            let exact = format!("{value} AND {}", self.texts(sql, &known));
            conditions.push(if ty == LogicalType::Decimal { exact } else { value });
        }
        if !other.is_empty() {
            conditions.push(self.texts(sql, &other));
        }
        any(&conditions)
    }

    /// Instants are equal whatever their offset. What has no place in the model's calendar is what it prints.
    fn instants(&self, sql: &str, values: &[Scalar]) -> String {
        let (mut instants, mut other) = (Vec::new(), Vec::new());
        for scalar in values {
            let Scalar::Text(text) = scalar else { continue };
            let instant = canonical::instant(text);
            match instant.filter(|instant| self.ty == LogicalType::Timestamptz || instant == text) {
                Some(instant) => instants.push(instant),
                None if !text.contains('\0') => other.push(text.clone()),
                None => {}
            }
        }
        let mut conditions: Vec<String> =
            one_of(sql, &instants, "::pg_catalog.timestamptz").into_iter().collect();
        if !other.is_empty() {
            conditions.push(format!("NOT ({}) AND {}", self.within_limits(sql), self.texts(sql, &other)));
        }
        any(&conditions)
    }

    fn within_limits(&self, sql: &str) -> String {
        let (from, to) = limits(self.column.ty);
        format!("{sql} {from} AND {sql} {to}")
    }

    fn range(&self, sql: &str, bound: &Scalar, side: Side) -> Option<String> {
        let Scalar::Text(text) = bound else { return Some(self.number_range(sql, bound, side)) };
        let typed = match self.ty {
            LogicalType::Timestamptz => canonical::instant(text),
            ty => canonical::is_canonical(ty, text).then(|| text.clone()),
        };
        let printed = || printed(self.column, sql);
        Some(match (Form::of(self.column, self.ty), typed) {
            (Form::Model, _) => return None,
            (Form::Native, Some(uuid)) if self.column.ty == LogicalType::Uuid => {
                format!("{sql} {} '{uuid}'::pg_catalog.uuid", side.operator())
            }
            // Numbers are neither less nor more than texts.
            (Form::Native, _) => truth(false),
            (Form::Printed, _) => text_range(&printed(), text, side),
            (Form::Partly, None) => {
                format!("NOT ({}) AND {}", self.within_limits(sql), text_range(&printed(), text, side))
            }
            (Form::Partly, Some(digits)) if self.column.ty == LogicalType::Decimal => {
                format!("{} AND {}", self.within_limits(sql), text_range(&printed(), &digits, side))
            }
            (Form::Partly, Some(typed)) => format!(
                "{} AND {sql} {} '{typed}'::pg_catalog.{}",
                self.within_limits(sql),
                side.operator(),
                self.column.ty
            ),
        })
    }

    /// Numbers compare as numbers, and only with numbers.
    fn number_range(&self, sql: &str, bound: &Scalar, side: Side) -> String {
        let operator = side.operator();
        match self.column.ty {
            LogicalType::Integer | LogicalType::Boolean => {
                let int = match self.column.ty {
                    LogicalType::Boolean => format!("{sql}::pg_catalog.int4"),
                    _ if self.column.declared == "oid" => format!("{sql}::pg_catalog.int8"),
                    _ => sql.to_owned(),
                };
                match next_whole(bound) {
                    Ok(n) => format!("{int} {operator} '{n}'::pg_catalog.int8"),
                    Err(is_above) => {
                        truth(is_above == (side == Side::To)) + &format!(" AND {sql} IS NOT NULL")
                    }
                }
            }
            LogicalType::Real => match double(bound) {
                Some(x) => {
                    let double = self.double_sql(sql);
                    format!(
                        "{double} {operator} '{x:?}'::pg_catalog.float8 AND {double} < 'NaN'::pg_catalog.float8"
                    )
                }
                None => truth(false),
            },
            LogicalType::Decimal => {
                format!("{} AND {sql} {operator} {}", self.within_limits(sql), numeric(bound))
            }
            _ => truth(false),
        }
    }
}

/// A scalar as a column of texts holds it; none with U+0000, which no such column does.
fn text(scalar: &Scalar) -> Option<String> {
    let text = match scalar {
        Scalar::Boolean(truth) => i64::from(*truth).to_string(),
        Scalar::Integer(n) => n.to_string(),
        Scalar::Real(x) => format!("{x:?}"),
        Scalar::Text(text) => text.clone(),
    };
    (!text.contains('\0')).then_some(text)
}

fn canonical_text(ty: LogicalType, scalar: &Scalar) -> Option<String> {
    text(scalar).filter(|text| canonical::is_canonical(ty, text))
}

/// A scalar as a column of whole numbers holds it.
fn whole(scalar: &Scalar) -> Option<i64> {
    match scalar {
        Scalar::Boolean(truth) => Some(i64::from(*truth)),
        Scalar::Integer(n) => Some(*n),
        Scalar::Real(x) => (x.fract() == 0.0).then(|| next_whole(scalar).ok())?,
        Scalar::Text(text) => match text.trim_ascii().parse() {
            Ok(n) => Some(n),
            Err(_) => whole(&Scalar::Real(double(scalar)?)),
        },
    }
}

/// A scalar as a column of doubles holds it.
fn double(scalar: &Scalar) -> Option<f64> {
    match scalar {
        Scalar::Boolean(truth) => Some(f64::from(u8::from(*truth))),
        #[expect(clippy::cast_precision_loss, reason = "a whole number that no double is equals none")]
        Scalar::Integer(n) => Some(*n as f64),
        Scalar::Real(x) => Some(*x),
        Scalar::Text(text) => text.trim_ascii().parse().ok(),
    }
    .filter(|x| x.is_finite())
}

/// The least whole number that is not below a bound; `Err` says whether all are below it.
fn next_whole(bound: &Scalar) -> Result<i64, bool> {
    const END: f64 = 9_223_372_036_854_775_808.0;
    match bound {
        Scalar::Integer(n) => Ok(*n),
        other => match double(other).unwrap_or(END).ceil() {
            x if x >= END => Err(true),
            x if x < -END => Err(false),
            #[expect(clippy::cast_possible_truncation, reason = "whole, and within the limits")]
            x => Ok(x as i64),
        },
    }
}
