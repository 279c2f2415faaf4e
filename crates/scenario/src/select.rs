//! `select`: predicates as data. A table's value is `all`, one term (a mapping, its conditions joined by AND) or a list
//! of terms joined by OR.
//!
//! Conditions come out sorted by path, then operation, as a snapshot's `Table` line writes them; terms keep their order.

use model::{Condition, ConditionOp, Scalar};

use crate::cursor::{Cursor, Fault, Known};
use crate::names::split_path;
use crate::path::cut;
use crate::tree::Node;

const VALUE: &str = "a value, a list of values, null, `{ from: …, to: … }` or `{ like: … }`";

/// Table to terms, in written order.
pub(crate) type Select = Vec<(String, Vec<Vec<Condition>>)>;

/// Never empty.
pub(crate) fn read(value: &Cursor<'_>) -> Result<Select, Fault> {
    let tables = value.entries("a mapping of tables to conditions")?;
    if tables.is_empty() {
        return Err(value.meaning("no table is selected"));
    }
    tables.into_iter().map(|(table, terms)| Ok((table.to_owned(), read_terms(&terms)?))).collect()
}

fn read_terms(value: &Cursor<'_>) -> Result<Vec<Vec<Condition>>, Fault> {
    const EXPECTED: &str = "`all`, a mapping of columns to values, or a list of such mappings";
    match value.node {
        Node::Text(all) if all == "all" => Ok(vec![Vec::new()]),
        Node::Map(_) => Ok(vec![read_term(value)?]),
        Node::List(items) if items.is_empty() => {
            Err(value
                .meaning("an empty list selects nothing: remove the table, or write `all` for every row"))
        }
        Node::List(_) => {
            let mut terms = Vec::new();
            for item in value.items(EXPECTED)? {
                let term = read_term(&item)?;
                if !terms.contains(&term) {
                    terms.push(term);
                }
            }
            Ok(terms)
        }
        _ => Err(value.kind(EXPECTED)),
    }
}

/// One mapping of columns to values, never empty.
pub(crate) fn read_term(value: &Cursor<'_>) -> Result<Vec<Condition>, Fault> {
    let mut term: Vec<Condition> = Vec::new();
    for (key, wanted) in value.entries("a mapping of columns to values")? {
        let path = split_path(key)
            .map_err(|reason| wanted.meaning(format!("not a column or a path into its JSON: {reason}")))?;
        if term.iter().any(|condition| condition.path == path) {
            return Err(wanted.meaning("the same column or path is written twice in one term"));
        }
        term.extend(read_condition(&wanted)?.into_iter().map(|(op, values)| Condition {
            path: path.clone(),
            op,
            values,
        }));
    }
    if term.is_empty() {
        return Err(value.meaning("no condition: write `all` to select every row"));
    }
    term.sort_by(|a, b| (&a.path, a.op).cmp(&(&b.path, b.op)));
    Ok(term)
}

fn read_condition(value: &Cursor<'_>) -> Result<Vec<(ConditionOp, Vec<Scalar>)>, Fault> {
    match value.node {
        Node::Null => Ok(vec![(ConditionOp::Null, Vec::new())]),
        Node::List(_) => Ok(vec![(ConditionOp::In, read_list(value)?)]),
        Node::Map(_) => read_comparison(value),
        _ => Ok(vec![(ConditionOp::In, vec![scalar(value, VALUE)?])]),
    }
}

fn read_list(value: &Cursor<'_>) -> Result<Vec<Scalar>, Fault> {
    let mut values = Vec::new();
    for item in value.items(VALUE)? {
        if *item.node == Node::Null {
            return Err(item.meaning("null in a list: write a list of terms, one of them with `null`"));
        }
        let scalar = scalar(&item, "true or false, a number or text")?;
        if !values.contains(&scalar) {
            values.push(scalar);
        }
    }
    if values.is_empty() { Err(value.meaning("an empty list matches nothing")) } else { Ok(values) }
}

fn read_comparison(value: &Cursor<'_>) -> Result<Vec<(ConditionOp, Vec<Scalar>)>, Fault> {
    const KEYS: Known = Known { keys: &["from", "to", "like"], reserved: &[] };
    let fields = value.fields(VALUE, &KEYS)?;
    if let Some(pattern) = fields.get("like") {
        if fields.len() > 1 {
            return Err(value.meaning("`like` stands alone: write a second column or term for the range"));
        }
        let pattern = pattern.text("a pattern in which % is any text and _ any character")?;
        return Ok(vec![(ConditionOp::Like, vec![Scalar::Text(pattern.to_owned())])]);
    }
    let mut bounds = Vec::new();
    for (key, op) in [("from", ConditionOp::From), ("to", ConditionOp::To)] {
        if let Some(bound) = fields.get(key) {
            bounds.push((op, vec![read_bound(bound)?]));
        }
    }
    let kinds = |scalars: &[Scalar]| matches!(scalars, [Scalar::Text(_)]);
    match bounds.as_slice() {
        [] => Err(value.kind_of_empty()),
        [(_, from), (_, to)] if kinds(from) != kinds(to) => {
            Err(value.meaning("`from` and `to` are of different kinds: two numbers or two texts"))
        }
        [(_, from), (_, to)] if nothing_between(from, to) => Err(value.meaning(
            "no value is at least `from` and below `to`: `from` is the smallest that is meant, `to` comes after the largest",
        )),
        _ => Ok(bounds),
    }
}

/// Whether two numbers leave no value between them. Texts may be ordered by their column's type.
fn nothing_between(from: &[Scalar], to: &[Scalar]) -> bool {
    #[expect(clippy::cast_precision_loss, reason = "one of them is a double anyway")]
    let real = |scalar: &Scalar| match scalar {
        Scalar::Integer(number) => Some(*number as f64),
        Scalar::Real(number) => Some(*number),
        Scalar::Boolean(_) | Scalar::Text(_) => None,
    };
    match (from, to) {
        ([Scalar::Integer(from)], [Scalar::Integer(to)]) => from >= to,
        ([from], [to]) => real(from).zip(real(to)).is_some_and(|(from, to)| from >= to),
        _ => false,
    }
}

fn read_bound(value: &Cursor<'_>) -> Result<Scalar, Fault> {
    const EXPECTED: &str = "a number or text";
    match scalar(value, EXPECTED)? {
        Scalar::Boolean(_) => Err(value.kind(EXPECTED)),
        bound => Ok(bound),
    }
}

fn scalar(value: &Cursor<'_>, expected: &'static str) -> Result<Scalar, Fault> {
    match value.node {
        Node::Boolean(flag) => Ok(Scalar::Boolean(*flag)),
        Node::Integer(number) => Ok(Scalar::Integer(*number)),
        Node::Real(number) => Ok(Scalar::Real(*number)),
        Node::Text(text) => Ok(Scalar::Text(text.clone())),
        Node::Null | Node::List(_) | Node::Map(_) => Err(value.kind(expected)),
    }
}

impl Cursor<'_> {
    fn kind_of_empty(&self) -> Fault {
        self.meaning(format!("an empty mapping: expected {VALUE}"))
    }
}

/// How a scalar is named and shown in messages.
pub(crate) fn show(scalar: &Scalar) -> String {
    match scalar {
        Scalar::Boolean(flag) => flag.to_string(),
        Scalar::Integer(number) => number.to_string(),
        Scalar::Real(number) => format!("{number:?}"),
        Scalar::Text(text) => format!("'{}'", cut(text)),
    }
}
