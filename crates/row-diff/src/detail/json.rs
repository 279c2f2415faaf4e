//! How one JSON value became another: the paths at which they differ.

use std::fmt::Write as _;

use model::json::{self, Json};

/// A difference at a path such as `$.tags[2]`: the canonical text on each side, or nothing.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PathChange {
    /// Where, `$` being the value itself. Not yet safe to print.
    pub path: String,
    /// What was there.
    pub base: Option<String>,
    /// What is there.
    pub head: Option<String>,
}

/// The differences, in the order of the paths. Lists of unequal length differ as a whole: which of their items moved is
/// anybody's guess.
pub(super) fn compare(base: &str, head: &str) -> Option<Vec<PathChange>> {
    let (base, head) = (json::parse(base).ok()?, json::parse(head).ok()?);
    let mut changes = Vec::new();
    walk(&mut "$".to_owned(), &base, &head, &mut changes);
    Some(changes)
}

/// No deeper than the reader's limit, since both values were read by it.
fn walk(path: &mut String, base: &Json, head: &Json, changes: &mut Vec<PathChange>) {
    let length = path.len();
    match (base, head) {
        (Json::Object(base), Json::Object(head)) => {
            let mut keys: Vec<&String> = base.keys().chain(head.keys()).collect();
            keys.sort();
            keys.dedup();
            for key in keys {
                push_key(path, key);
                match (base.get(key), head.get(key)) {
                    (Some(base), Some(head)) => walk(path, base, head, changes),
                    (base, head) => changes.push(at(path, base, head)),
                }
                path.truncate(length);
            }
        }
        (Json::Array(base), Json::Array(head)) if base.len() == head.len() => {
            for (index, (base, head)) in base.iter().zip(head).enumerate() {
                let _ = write!(path, "[{index}]");
                walk(path, base, head, changes);
                path.truncate(length);
            }
        }
        (base, head) if base == head => {}
        (base, head) => changes.push(at(path, Some(base), Some(head))),
    }
}

fn at(path: &str, base: Option<&Json>, head: Option<&Json>) -> PathChange {
    PathChange { path: path.to_owned(), base: base.map(Json::to_text), head: head.map(Json::to_text) }
}

pub(crate) fn push_key(path: &mut String, key: &str) {
    let word = |b: u8| b.is_ascii_alphanumeric() || b == b'_';
    if !key.is_empty() && key.bytes().all(word) && !key.as_bytes()[0].is_ascii_digit() {
        path.push('.');
        path.push_str(key);
    } else {
        path.push('[');
        json::write_string(key, path);
        path.push(']');
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn told(base: &str, head: &str) -> String {
        let changes = compare(base, head).expect("JSON");
        let side = |text: &Option<String>| text.clone().unwrap_or_else(|| "nothing".to_owned());
        let told = changes.iter().map(|c| format!("{}: {} → {}", c.path, side(&c.base), side(&c.head)));
        told.collect::<Vec<_>>().join("\n")
    }

    #[test]
    fn each_differing_path_is_told() {
        insta::assert_snapshot!(
            told(
                r#"{"a":{"b":1,"c":[1,2]},"gone":null,"odd key":true,"tags":["x"]}"#,
                r#"{"a":{"b":2,"c":[1,3]},"new":"n","odd key":false,"tags":["x","y"]}"#
            ),
            @r#"
        $.a.b: 1 → 2
        $.a.c[1]: 2 → 3
        $.gone: null → nothing
        $.new: nothing → "n"
        $["odd key"]: true → false
        $.tags: ["x"] → ["x","y"]
        "#
        );
        assert_eq!(told("1", "[]"), "$: 1 → []");
        assert_eq!(told(r#"{"a":1}"#, r#"{"a":1}"#), "");
    }
}
