//! The Cleanup and Verification parts: the scenario's own rows as portable predicates, where there is a portable one.
//!
//! For people who run a file through a database's own client; this tool never executes them. The rule to keep in mind: a
//! predicate that could mean other rows on one engine is not written at all, the file then says `Not cleaned up here`.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use model::text::needs_escape;
use model::{
    Condition, ConditionOp, Definition, LogicalType, Reference, Scalar, TableSpec, Value, canonical,
};

use crate::header::Draft;
use crate::literal::{identifier, identifiers, push_string, push_value};

/// How deep child references may nest in a predicate.
const MAX_NESTING: usize = 8;
/// A predicate beyond this many bytes is no help to a reader, and diamonds of references would multiply without end.
const MAX_PREDICATE: usize = 64 * 1024;
/// All predicates together: a header may name tens of thousands of tables.
const MAX_PREDICATES: usize = 8 * 1024 * 1024;

/// The predicates of a definition, by table; `None` for tables that own no rows or have no portable predicate.
#[derive(Debug)]
pub(crate) struct Predicates {
    by_table: Vec<Option<String>>,
}

impl Predicates {
    /// Builds the predicate of every table that has a portable one.
    pub(crate) fn new(definition: &Definition) -> Self {
        let positions: BTreeMap<&str, usize> =
            definition.tables.iter().enumerate().map(|(at, spec)| (spec.name.as_str(), at)).collect();
        let mut by_table: Vec<Option<String>> = vec![None; definition.tables.len()];
        let mut room = MAX_PREDICATES;
        // By nesting depth, not recursively: references come from files, and may form cycles or endless chains.
        for _ in 0..=MAX_NESTING {
            let mut ready = Vec::new();
            for (at, spec) in definition.tables.iter().enumerate() {
                if by_table[at].is_some() || !spec.is_owned() || spec.limit {
                    continue;
                }
                let parent = |table: &str| by_table[*positions.get(table)?].as_deref();
                if let Some(text) = predicate(spec, parent).filter(|text| text.len() <= room) {
                    room -= text.len();
                    ready.push((at, text));
                }
            }
            for (at, text) in ready {
                by_table[at] = Some(text);
            }
        }
        Self { by_table }
    }

    /// Whether some owned table cannot be cleaned up by the file itself.
    pub(crate) fn incomplete(&self, definition: &Definition) -> bool {
        definition.tables.iter().zip(&self.by_table).any(|(spec, text)| spec.is_owned() && text.is_none())
    }

    /// From the Cleanup comment to the last line before the sections.
    pub(crate) fn cleanup(&self, draft: &Draft) -> String {
        let tables = &draft.definition.tables;
        let mut out = format!("-- Cleanup: rows of scenario {}\n", draft.scenario);
        for (spec, owned) in tables.iter().zip(&self.by_table) {
            let columns = linked_columns(spec);
            if let (Some(owned), false) = (owned, columns.is_empty()) {
                let set: Vec<String> =
                    columns.iter().map(|name| format!("{} = NULL", identifier(name))).collect();
                let (table, set) = (identifier(&spec.name), set.join(", "));
                let _ = writeln!(out, "UPDATE {table} SET {set} WHERE {owned};");
            }
        }
        for (spec, owned) in tables.iter().zip(&self.by_table).rev() {
            let table = identifier(&spec.name);
            // A String takes every write.
            let _ = match owned {
                Some(owned) => writeln!(out, "DELETE FROM {table} WHERE {owned};"),
                None if spec.is_owned() => writeln!(out, "-- Not cleaned up here: {table}"),
                None => Ok(()),
            };
        }
        out
    }

    /// From the Verification comment to its last query; `counts` are the owned rows by table.
    pub(crate) fn verification(&self, definition: &Definition, counts: &[u64]) -> String {
        let mut out = String::from("-- Verification\n");
        for ((spec, owned), count) in definition.tables.iter().zip(&self.by_table).zip(counts) {
            if let Some(owned) = owned {
                let (name, table) = (string(&spec.name), identifier(&spec.name));
                let _ = writeln!(
                    out,
                    "SELECT {name} AS \"table\", {count} AS \"expected\", COUNT(*) AS \"actual\" FROM {table} WHERE {owned};"
                );
            }
        }
        out
    }
}

/// The columns that Cleanup sets NULL before it deletes: those of link references to other tables, in column order.
fn linked_columns(spec: &TableSpec) -> Vec<&String> {
    let linked = |name: &String| {
        let across = |reference: &&Reference| reference.link && reference.to != spec.name;
        spec.references.iter().filter(across).any(|reference| reference.columns.contains(name))
    };
    let free = |name: &&String| !spec.key.contains(name) && linked(name);
    spec.columns.iter().map(|column| &column.name).filter(free).collect()
}

/// The predicate, given those of the tables nested deeper; `None` if one is missing or a condition is not portable.
fn predicate<'a>(spec: &TableSpec, parent: impl Fn(&str) -> Option<&'a str>) -> Option<String> {
    let mut text = String::new();
    let mut push = |term: &str| {
        if !text.is_empty() {
            text.push_str(" OR ");
        }
        text.push_str(term);
        (text.len() <= MAX_PREDICATE).then_some(())
    };
    for select in &spec.select {
        let conditions: Vec<String> = select.iter().map(|one| condition(spec, one)).collect::<Option<_>>()?;
        push(if conditions.is_empty() { "TRUE".to_owned() } else { conditions.join(" AND ") }.as_str())?;
    }
    for reference in spec.references.iter().filter(|reference| reference.child) {
        let parent = parent(&reference.to)?;
        let columns = match reference.columns.as_slice() {
            [column] => identifier(column),
            columns => format!("({})", identifiers(columns)),
        };
        let (key, to) = (identifiers(&reference.key), identifier(&reference.to));
        push(&format!("{columns} IN (SELECT {key} FROM {to} WHERE {parent})"))?;
    }
    Some(text)
}

fn condition(spec: &TableSpec, condition: &Condition) -> Option<String> {
    let (column, keys) = condition.path.split_first()?;
    let ty = spec.columns.get(spec.column(column)?)?.ty;
    if !keys.is_empty() {
        return json_condition(column, ty, keys, condition);
    }
    let column = identifier(column);
    match condition.op {
        ConditionOp::Null => Some(format!("{column} IS NULL")),
        ConditionOp::In => {
            Some(format!("{column} IN ({})", joined(&condition.values, |value| listed(ty, value))?))
        }
        ConditionOp::From => Some(format!("{column} >= {}", ranged(ty, condition.values.first()?)?)),
        ConditionOp::To => Some(format!("{column} < {}", ranged(ty, condition.values.first()?)?)),
        // Case-sensitive on PostgreSQL only.
        ConditionOp::Like => None,
    }
}

fn json_condition(column: &str, ty: LogicalType, keys: &[String], condition: &Condition) -> Option<String> {
    // SQLite before 3.41 reads a dot in a key as a step.
    if ty != LogicalType::Json || condition.op != ConditionOp::In || !keys.iter().all(|key| is_plain_key(key))
    {
        return None;
    }
    let (last, steps) = keys.split_last()?;
    let steps = steps.iter().fold(String::new(), |steps, key| steps + "->'" + key + "'");
    let values = joined(&condition.values, json_values)?;
    Some(format!("CAST({}{steps}->>'{last}' AS TEXT) IN ({values})", identifier(column)))
}

fn is_plain_key(key: &str) -> bool {
    let letter = |b: u8| b.is_ascii_alphabetic() || b == b'_';
    key.bytes().next().is_some_and(letter) && key.bytes().all(|b| letter(b) || b.is_ascii_digit())
}

fn joined(values: &[Scalar], spell: impl FnMut(&Scalar) -> Option<String>) -> Option<String> {
    Some(values.iter().map(spell).collect::<Option<Vec<_>>>()?.join(", "))
}

/// SQLite's `->>` gives 1 for JSON true, PostgreSQL's gives `true`; so 0, 1 and the words themselves can only be told
/// from a boolean by one of the engines.
fn json_values(value: &Scalar) -> Option<String> {
    match value {
        Scalar::Boolean(true) => Some("'true', '1'".to_owned()),
        Scalar::Boolean(false) => Some("'false', '0'".to_owned()),
        Scalar::Integer(0 | 1) | Scalar::Real(_) => None,
        Scalar::Integer(number) => Some(format!("'{number}'")),
        Scalar::Text(text) if matches!(text.as_str(), "true" | "false" | "0" | "1") => None,
        Scalar::Text(text) => (!needs_escape(text)).then(|| string(text)),
    }
}

fn listed(ty: LogicalType, value: &Scalar) -> Option<String> {
    let number = matches!(ty, LogicalType::Integer | LogicalType::Real | LogicalType::Any);
    match (ty, value) {
        (LogicalType::Boolean, Scalar::Boolean(flag)) => Some(literal(&Value::Boolean(*flag))),
        (_, Scalar::Integer(whole)) if number || ty == LogicalType::Decimal => {
            Some(literal(&Value::Integer(*whole)))
        }
        (_, Scalar::Real(real)) if number => Some(literal(&Value::real(*real))),
        (LogicalType::Text | LogicalType::Any, Scalar::Text(text)) => {
            (!text.contains('\0')).then(|| literal(&Value::Text(text.clone())))
        }
        (LogicalType::Enum, Scalar::Text(text)) => (!needs_escape(text)).then(|| string(text)),
        (LogicalType::Uuid, Scalar::Text(text)) => canonical::is_canonical(ty, text).then(|| string(text)),
        (_, Scalar::Text(_)) => time(ty, value),
        _ => None,
    }
}

fn ranged(ty: LogicalType, value: &Scalar) -> Option<String> {
    match (ty, value) {
        (LogicalType::Integer | LogicalType::Real, Scalar::Integer(_) | Scalar::Real(_)) => listed(ty, value),
        _ => time(ty, value),
    }
}

fn time(ty: LogicalType, value: &Scalar) -> Option<String> {
    let is_time = matches!(
        ty,
        LogicalType::Date | LogicalType::Time | LogicalType::Timestamp | LogicalType::Timestamptz
    );
    match value {
        Scalar::Text(text) if is_time && canonical::is_canonical(ty, text) => Some(string(text)),
        _ => None,
    }
}

fn literal(value: &Value) -> String {
    let mut out = Vec::new();
    push_value(value, &mut out);
    String::from_utf8_lossy(&out).into_owned()
}

fn string(text: &str) -> String {
    let mut out = Vec::new();
    push_string(text, &mut out);
    String::from_utf8_lossy(&out).into_owned()
}
