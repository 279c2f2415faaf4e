//! What differs within one value: the paths of a JSON value, the lines of a text, the part of a line. The same for every
//! rendering; how it looks is theirs.

pub mod json;
pub mod text;
mod words;

use model::{LogicalType, Value};

use crate::ColumnChange;

/// Longer JSON is compared as text: a tree of it would take several times its size.
const MOST_JSON: usize = 1 << 20;

/// What differs between two values of one column.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Detail {
    /// One side has no such column: its value, or the lack of one.
    Column,
    /// Neither texts nor JSON: the values themselves say it.
    Values,
    /// JSON values, by the paths at which they differ, in their order.
    Json(Vec<json::PathChange>),
    /// Two texts on one line each, cut to what differs.
    Inline(String, String),
    /// Texts of several lines.
    Lines(Vec<text::Line>),
    /// Texts too long to compare, told by their size.
    Sizes(String),
}

/// Finds out what differs.
pub fn detail(change: &ColumnChange<'_>) -> Detail {
    let (Some(base), Some(head)) = (change.base, change.head) else { return Detail::Column };
    match (base, head) {
        (Value::Typed(base), Value::Typed(head)) if change.column.ty == LogicalType::Json => {
            let small = base.len().max(head.len()) <= MOST_JSON;
            match small.then(|| json::compare(base, head)).flatten() {
                Some(paths) => Detail::Json(paths),
                None => {
                    let (base, head) = text::excerpts(base, head);
                    Detail::Inline(base, head)
                }
            }
        }
        (Value::Text(base) | Value::Typed(base), Value::Text(head) | Value::Typed(head)) => {
            text::compare(base, head)
        }
        _ => Detail::Values,
    }
}
