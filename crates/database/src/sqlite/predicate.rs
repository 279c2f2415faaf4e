//! The conditions of a selection as SQL: bound values only, with the model's meaning in every database.
//!
//! Equality on a plain column is SQLite's own, byte by byte after the column's affinity (a TEXT column's '5' equals 5, as
//! in the file's Cleanup), so that an index can serve it. Ranges of text go through
//! `demo_key`, since a UTF-16 database orders text otherwise; JSON goes through `demo_json_text`, which passes
//! over what is no JSON and fails on JSON that cannot be held.

use model::text::Shown;
use model::{
    Condition, ConditionOp, LogicalType, Scalar, Table, TableSpec, Value, canonical, json, order_key,
};
use rusqlite::types::Value as Owned;

use super::connection::quote_identifier;
use super::convert::Affinity;
use super::functions::key_spec;
use crate::Error;

/// SQLite binds at most 32,766 values in a statement.
const MAX_VALUES: usize = 32_000;
/// SQLite's expressions are at most 1,000 deep, and AND nests.
const MAX_CONDITIONS: usize = 400;
/// SQLite's functions take at most 127 arguments.
const MAX_PATH: usize = 100;

/// A condition in SQL, and what its `?` stand for in order.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct Predicate {
    /// An expression.
    pub(crate) sql: String,
    /// Bound values.
    pub(crate) values: Vec<Owned>,
}

/// One term of a selection, all of its conditions joined by AND, over the table `alias`; no condition is `TRUE`.
///
/// # Errors
/// A column that the table lacks, or more than one statement can hold.
pub(crate) fn compile_term(
    spec: &TableSpec,
    table: &Table,
    alias: &str,
    term: &[Condition],
) -> Result<Predicate, Error> {
    let too_large = |reason: &str| Error::Selection { table: spec.name.clone(), reason: reason.to_owned() };
    if term.len() > MAX_CONDITIONS {
        return Err(too_large("more than 400 conditions are joined"));
    }
    let mut builder = Builder::default();
    for (at, condition) in term.iter().enumerate() {
        if condition.path.len() > MAX_PATH {
            return Err(too_large("a path into JSON is longer than 100 keys"));
        }
        let operand = Operand::of(spec, table, alias, condition)?;
        builder.push(if at == 0 { "(" } else { " AND (" });
        builder.condition(&operand, condition);
        builder.push(")");
    }
    if builder.0.values.len() > MAX_VALUES {
        return Err(too_large("it lists more than 32,000 values"));
    }
    if term.is_empty() {
        builder.push("TRUE");
    }
    Ok(builder.0)
}

/// What a condition looks at.
struct Operand<'a> {
    /// `alias."column"`.
    column: String,
    /// `table.column`, made safe: where people find it.
    place: String,
    ty: LogicalType,
    affinity: Affinity,
    /// The keys of a path into JSON; `None` for the column's own value.
    json: Option<&'a [String]>,
}

impl<'a> Operand<'a> {
    fn of(spec: &TableSpec, table: &Table, alias: &str, condition: &'a Condition) -> Result<Self, Error> {
        let name = condition.path.first().map_or("", String::as_str);
        let unknown = || Error::UnknownColumn { table: spec.name.clone(), column: name.to_owned() };
        let column = table.column(name).ok_or_else(unknown)?;
        // A generated column has no place in a file, but rows may be selected by it.
        let ty = spec.column(name).map_or(column.ty, |at| spec.columns[at].ty);
        let keys = &condition.path[1..];
        Ok(Self {
            column: format!("{alias}.{}", quote_identifier(name)),
            place: format!("{}.{}", Shown(&spec.name), Shown(name)),
            ty,
            affinity: Affinity::of_column(table, column),
            json: (!keys.is_empty() || ty == LogicalType::Json).then_some(keys),
        })
    }

    /// What a text of the scenario is in this column.
    fn value(&self, text: &str) -> Value {
        match (self.json, self.ty) {
            (Some(_), _) => Value::Text(text.to_owned()),
            (None, LogicalType::Timestamptz) => {
                canonical::instant(text).map_or_else(|| Value::Text(text.to_owned()), Value::Typed)
            }
            (None, ty) => Value::from_quoted(ty, text.to_owned()),
        }
    }
}

#[derive(Default)]
struct Builder(Predicate);

impl Builder {
    fn push(&mut self, sql: &str) {
        self.0.sql.push_str(sql);
    }

    fn bind(&mut self, value: Owned) {
        self.push("?");
        self.0.values.push(value);
    }

    fn list(&mut self, values: Vec<Owned>) {
        self.push(" IN (");
        for (at, value) in values.into_iter().enumerate() {
            self.push(if at == 0 { "" } else { ", " });
            self.bind(value);
        }
        self.push(")");
    }

    fn condition(&mut self, operand: &Operand<'_>, condition: &Condition) {
        match (condition.op, condition.values.first()) {
            (ConditionOp::In, _) => self.one_of(operand, &condition.values),
            (ConditionOp::From, Some(bound)) => self.range(operand, bound, Side::From),
            (ConditionOp::To, Some(bound)) => self.range(operand, bound, Side::To),
            (ConditionOp::Like, Some(Scalar::Text(pattern))) => {
                self.push("demo_like(");
                self.text_of(operand);
                self.push(", ");
                self.bind(Owned::Text(pattern.clone()));
                self.push(")");
            }
            (ConditionOp::Null, _) => {
                self.text_of(operand);
                self.push(" IS NULL");
            }
            // A bound without a value, or a pattern that is no text: nothing matches.
            (ConditionOp::From | ConditionOp::To | ConditionOp::Like, _) => self.push("FALSE"),
        }
    }

    /// The column itself, or the scalar text at the path.
    fn text_of(&mut self, operand: &Operand<'_>) {
        match operand.json {
            Some(_) => self.json_call("demo_json_text", operand),
            None => self.push(&operand.column),
        }
    }

    fn json_call(&mut self, function: &str, operand: &Operand<'_>) {
        self.push(function);
        self.push("(");
        self.bind(Owned::Text(operand.place.clone()));
        self.push(", ");
        self.push(&operand.column);
        for key in operand.json.unwrap_or_default() {
            self.push(", ");
            self.bind(Owned::Text(key.clone()));
        }
        self.push(")");
    }

    fn one_of(&mut self, operand: &Operand<'_>, values: &[Scalar]) {
        if operand.json.is_some() {
            self.json_call("demo_json_text", operand);
            self.list(values.iter().flat_map(json_texts).map(Owned::Text).collect());
        } else if operand.ty == LogicalType::Timestamptz {
            self.key_of(operand);
            self.list(values.iter().map(|scalar| instant_key(operand, scalar)).collect());
        } else {
            self.push(&operand.column);
            self.push(" COLLATE BINARY");
            self.list(values.iter().map(stored).collect());
        }
    }

    fn range(&mut self, operand: &Operand<'_>, bound: &Scalar, side: Side) {
        match bound {
            Scalar::Text(text) => self.text_range(operand, &operand.value(text), side),
            number => self.number_range(operand, number, side),
        }
    }

    /// Numbers compare as numbers, and only with numbers.
    fn number_range(&mut self, operand: &Operand<'_>, bound: &Scalar, side: Side) {
        if operand.json.is_some() {
            self.json_call("demo_json_number", operand);
        } else {
            self.push(&format!("typeof({0}) IN ('integer', 'real') AND {0}", operand.column));
        }
        self.push(side.operator());
        self.bind(stored(bound));
    }

    /// Text compares by its bytes, and only with values of its own kind.
    fn text_range(&mut self, operand: &Operand<'_>, bound: &Value, side: Side) {
        let key = order_key([bound]);
        let (from, to) = match side {
            Side::From => (key, vec![bound.tag() + 1]),
            Side::To => (vec![bound.tag()], key),
        };
        self.key_of(operand);
        self.push(" >= ");
        self.bind(Owned::Blob(from));
        self.push(" AND ");
        self.key_of(operand);
        self.push(" < ");
        self.bind(Owned::Blob(to));
    }

    fn key_of(&mut self, operand: &Operand<'_>) {
        let column = match operand.json {
            Some(_) => (LogicalType::Text, Affinity::Text),
            None => (operand.ty, operand.affinity),
        };
        self.push("demo_key(");
        self.bind(Owned::Text(key_spec([column])));
        self.push(", ");
        self.text_of(operand);
        self.push(")");
    }
}

#[derive(Clone, Copy)]
enum Side {
    From,
    To,
}

impl Side {
    fn operator(self) -> &'static str {
        match self {
            Self::From => " >= ",
            Self::To => " < ",
        }
    }
}

/// A scalar as a plain column stores it.
fn stored(scalar: &Scalar) -> Owned {
    match scalar {
        Scalar::Boolean(b) => Owned::Integer(i64::from(*b)),
        Scalar::Integer(n) => Owned::Integer(*n),
        Scalar::Real(x) => Owned::Real(*x),
        Scalar::Text(text) => Owned::Text(text.clone()),
    }
}

fn instant_key(operand: &Operand<'_>, scalar: &Scalar) -> Owned {
    let value = match scalar {
        Scalar::Boolean(b) => Value::Boolean(*b),
        Scalar::Integer(n) => Value::Integer(*n),
        Scalar::Real(x) => Value::real(*x),
        Scalar::Text(text) => operand.value(text),
    };
    Owned::Blob(order_key([&value]))
}

/// The scalar texts that a value matches in JSON. SQLite's JSON gives 1 for `true`, so a flag matches both spellings; a
/// whole number matches with and without its `.0`.
fn json_texts(scalar: &Scalar) -> Vec<String> {
    match scalar {
        Scalar::Boolean(true) => vec!["true".to_owned(), "1".to_owned()],
        Scalar::Boolean(false) => vec!["false".to_owned(), "0".to_owned()],
        Scalar::Integer(n) => vec![n.to_string()],
        Scalar::Real(x) => [format!("{x}"), format!("{x:?}")]
            .into_iter()
            .filter_map(|digits| json::canonicalize(&digits).ok())
            .collect(),
        Scalar::Text(text) => vec![text.clone()],
    }
}
