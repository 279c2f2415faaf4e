//! The conditions of a selection as SQL: bound values only, with the model's meaning in every database.
//!
//! Equality on a plain column is SQLite's own, byte by byte after the column's affinity (a TEXT column's '5' equals 5, as
//! in the file's Cleanup), so that an index can serve it. Ranges of text go through
//! `demo_key`, since a UTF-16 database orders text otherwise; JSON goes through `demo_json_text`, which passes
//! over what is no JSON and fails on JSON that cannot be held.

use model::{Condition, ConditionOp, LogicalType, Scalar, Table, TableSpec, Value, order_key};
use rusqlite::types::Value as Owned;

use super::convert::Affinity;
use super::functions::key_spec;
use crate::Error;
use crate::conditions::{Operand, Side, check_conditions, check_path, check_values, json_texts};
use crate::sql::identifier;

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
    check_conditions(spec, term)?;
    let mut builder = Builder::default();
    for (at, condition) in term.iter().enumerate() {
        check_path(spec, condition)?;
        let looked = Looked::of(spec, table, alias, condition)?;
        builder.push(if at == 0 { "(" } else { " AND (" });
        builder.condition(&looked);
        builder.push(")");
    }
    check_values(spec, builder.0.values.len())?;
    if term.is_empty() {
        builder.push("TRUE");
    }
    Ok(builder.0)
}

/// A condition, and the column that it looks at as SQL has it.
struct Looked<'a> {
    operand: Operand<'a>,
    /// `alias."column"`.
    column: String,
    affinity: Affinity,
}

impl<'a> Looked<'a> {
    fn of(spec: &TableSpec, table: &'a Table, alias: &str, condition: &'a Condition) -> Result<Self, Error> {
        let operand = Operand::of(spec, table, condition)?;
        Ok(Self {
            column: format!("{alias}.{}", identifier(&operand.column.name)),
            affinity: Affinity::of_column(table, operand.column),
            operand,
        })
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

    fn condition(&mut self, looked: &Looked<'_>) {
        let condition = looked.operand.condition;
        match (condition.op, condition.values.first()) {
            (ConditionOp::In, _) => self.one_of(looked, &condition.values),
            (ConditionOp::From, Some(bound)) => self.range(looked, bound, Side::From),
            (ConditionOp::To, Some(bound)) => self.range(looked, bound, Side::To),
            (ConditionOp::Like, Some(Scalar::Text(pattern))) => {
                self.push("demo_like(");
                self.text_of(looked);
                self.push(", ");
                self.bind(Owned::Text(pattern.clone()));
                self.push(")");
            }
            (ConditionOp::Null, _) => {
                self.text_of(looked);
                self.push(" IS NULL");
            }
            // A bound without a value, or a pattern that is no text: nothing matches.
            (ConditionOp::From | ConditionOp::To | ConditionOp::Like, _) => self.push("FALSE"),
        }
    }

    /// The column itself, or the scalar text at the path.
    fn text_of(&mut self, looked: &Looked<'_>) {
        match looked.operand.json {
            Some(_) => self.json_call("demo_json_text", looked),
            None => self.push(&looked.column),
        }
    }

    fn json_call(&mut self, function: &str, looked: &Looked<'_>) {
        self.push(function);
        self.push("(");
        self.bind(Owned::Text(looked.operand.place.clone()));
        self.push(", ");
        self.push(&looked.column);
        for key in looked.operand.json.unwrap_or_default() {
            self.push(", ");
            self.bind(Owned::Text(key.clone()));
        }
        self.push(")");
    }

    fn one_of(&mut self, looked: &Looked<'_>, values: &[Scalar]) {
        if looked.operand.json.is_some() {
            self.json_call("demo_json_text", looked);
            self.list(values.iter().flat_map(json_texts).map(Owned::Text).collect());
        } else if looked.operand.ty == LogicalType::Timestamptz {
            self.key_of(looked);
            self.list(
                values
                    .iter()
                    .map(|scalar| Owned::Blob(order_key([&looked.operand.value_of(scalar)])))
                    .collect(),
            );
        } else {
            self.push(&looked.column);
            self.push(" COLLATE BINARY");
            self.list(values.iter().map(stored).collect());
        }
    }

    fn range(&mut self, looked: &Looked<'_>, bound: &Scalar, side: Side) {
        match bound {
            Scalar::Text(_) => self.text_range(looked, &looked.operand.value_of(bound), side),
            number => self.number_range(looked, number, side),
        }
    }

    /// Numbers compare as numbers, and only with numbers.
    fn number_range(&mut self, looked: &Looked<'_>, bound: &Scalar, side: Side) {
        if looked.operand.json.is_some() {
            self.json_call("demo_json_number", looked);
        } else {
            self.push(&format!("typeof({0}) IN ('integer', 'real') AND {0}", looked.column));
        }
        self.push(&format!(" {} ", side.operator()));
        self.bind(stored(bound));
    }

    /// Text compares by its bytes, and only with values of its own kind.
    fn text_range(&mut self, looked: &Looked<'_>, bound: &Value, side: Side) {
        let key = order_key([bound]);
        let (from, to) = match side {
            Side::From => (key, vec![bound.tag() + 1]),
            Side::To => (vec![bound.tag()], key),
        };
        self.key_of(looked);
        self.push(" >= ");
        self.bind(Owned::Blob(from));
        self.push(" AND ");
        self.key_of(looked);
        self.push(" < ");
        self.bind(Owned::Blob(to));
    }

    fn key_of(&mut self, looked: &Looked<'_>) {
        let column = match looked.operand.json {
            Some(_) => (LogicalType::Text, Affinity::Text),
            None => (looked.operand.ty, looked.affinity),
        };
        self.push("demo_key(");
        self.bind(Owned::Text(key_spec([column])));
        self.push(", ");
        self.text_of(looked);
        self.push(")");
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
