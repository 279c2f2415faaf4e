//! Conditions on paths into `jsonb`.

use model::{ConditionOp, Scalar, json};

use super::{any, like, numeric, one_of, text_range, truth};
use crate::conditions::{Operand, Side, json_texts};
use crate::postgres::sql::literal;

impl Operand<'_> {
    /// The condition on the `jsonb` column `sql`; `None` where it depends on the canonical text of arrays or objects,
    /// since `jsonb` prints another one.
    pub(super) fn json_sql(&self, sql: &str) -> Option<String> {
        let keys = self.json.unwrap_or_default();
        if keys.iter().any(|key| key.contains('\0')) {
            return Some(truth(self.condition.op == ConditionOp::Null));
        }
        // `->` with a text finds keys of objects only, never an item of an array.
        let steps: Vec<String> = keys.iter().map(|key| literal(key)).collect();
        let text = match steps.split_last() {
            None => format!("({sql} #>> '{{}}')"),
            Some((last, [])) => format!("({sql} ->> {last})"),
            Some((last, before)) => format!("({sql} -> {} ->> {last})", before.join(" -> ")),
        };
        let value = [vec![sql.to_owned()], steps].concat().join(" -> ");
        let is = |kind: &str| format!("pg_catalog.jsonb_typeof({value}) = '{kind}'");
        let values = &self.condition.values;
        Some(match (self.condition.op, values.first()) {
            (ConditionOp::In, _) => json_one_of(&text, &value, &is("string"), values),
            (ConditionOp::Null, _) => format!("{text} IS NULL"),
            (ConditionOp::Like, Some(Scalar::Text(pattern))) => {
                if !is_alike_nested(pattern) {
                    return None;
                }
                like(&text, pattern)
            }
            (ConditionOp::From, Some(bound)) => json_range(&text, &is("number"), bound, Side::From)?,
            (ConditionOp::To, Some(bound)) => json_range(&text, &is("number"), bound, Side::To)?,
            (ConditionOp::From | ConditionOp::To | ConditionOp::Like, _) => truth(false),
        })
    }
}

fn json_one_of(text: &str, value: &str, is_string: &str, values: &[Scalar]) -> String {
    let texts = values.iter().flat_map(json_texts).filter(|text| !text.contains('\0'));
    let (nested, plain): (Vec<String>, Vec<String>) = texts.partition(|text| is_nested(text));
    let mut conditions: Vec<String> = one_of(text, &plain, "").into_iter().collect();
    // What begins like an array or an object may be a string's content, or the value itself, which prints otherwise.
    if let Some(strings) = one_of(text, &nested, "") {
        conditions.push(format!("{is_string} AND {strings}"));
    }
    let held = |text: &&String| !text.contains("\\u0000") && json::canonicalize(text).as_ref() == Ok(*text);
    let objects: Vec<String> = nested.iter().filter(held).cloned().collect();
    conditions.extend(objects.iter().map(|text| {
        format!("({value})::pg_catalog.text = {}::pg_catalog.jsonb::pg_catalog.text", literal(text))
    }));
    any(&conditions)
}

fn json_range(text: &str, is_number: &str, bound: &Scalar, side: Side) -> Option<String> {
    match bound {
        // Another text of an array or object begins with the same byte, and no other byte counts.
        Scalar::Text(bound) => (!is_nested(bound)).then(|| text_range(text, bound, side)),
        number => Some(format!(
            "CASE WHEN {is_number} THEN {text}::pg_catalog.numeric {} {} END",
            side.operator(),
            numeric(number)
        )),
    }
}

/// Whether a pattern matches the text that `jsonb` prints for an array or object exactly when it matches the canonical one:
/// it cannot match either, or it looks for one piece of a key, text or number.
fn is_alike_nested(pattern: &str) -> bool {
    let begins = pattern.starts_with(['%', '_', '{', '[']);
    let ends = pattern.ends_with(['%', '_', '}', ']']);
    let piece = pattern.trim_matches('%');
    let is_plain = |c: char| c.is_alphanumeric() || matches!(c, '-' | '.' | '@' | '#' | '+' | '/');
    !begins || !ends || pattern.starts_with('%') && pattern.ends_with('%') && piece.chars().all(is_plain)
}

fn is_nested(text: &str) -> bool {
    text.starts_with(['[', '{'])
}
