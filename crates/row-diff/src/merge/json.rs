//! One JSON value on three sides, path by path.

use model::json::{self, Json};

use super::Take;
use crate::detail::json::push_key;

/// Longer JSON is one value: a tree of it would take several times its size.
const MOST: usize = 1 << 20;

/// A path on which the sides contradict each other, with the canonical text of each, or nothing.
pub(super) struct Open {
    pub(super) path: String,
    pub(super) base: Option<String>,
    pub(super) ours: Option<String>,
    pub(super) theirs: Option<String>,
}

/// Base, ours, theirs to one canonical text, and the paths left open, which are then as in the base. Objects are merged
/// key by key, everything else is one value. `None` if they are not all objects.
pub(super) fn merge(sides: [&str; 3], take: Option<Take>) -> Option<(String, Vec<Open>)> {
    if sides.iter().any(|text| text.len() > MOST || !text.starts_with('{')) {
        return None;
    }
    let [base, ours, theirs] = sides.map(|text| json::parse(text).ok());
    let mut open = Vec::new();
    let sides = [Some(base?), Some(ours?), Some(theirs?)];
    let merged = walk(&mut "$".to_owned(), sides, take, &mut open)?;
    Some((merged.to_text(), open))
}

/// No deeper than the reader's limit, since all three values were read by it.
fn walk(
    path: &mut String,
    [base, ours, theirs]: [Option<Json>; 3],
    take: Option<Take>,
    open: &mut Vec<Open>,
) -> Option<Json> {
    if ours == theirs || base == theirs {
        return ours;
    }
    if base == ours {
        return theirs;
    }
    match (base, ours, theirs) {
        (Some(Json::Object(mut base)), Some(Json::Object(mut ours)), Some(Json::Object(mut theirs))) => {
            let mut keys: Vec<String> = ours.keys().chain(theirs.keys()).cloned().collect();
            keys.sort();
            keys.dedup();
            let length = path.len();
            let mut merged = std::collections::BTreeMap::new();
            for key in keys {
                push_key(path, &key);
                let sides = [base.remove(&key), ours.remove(&key), theirs.remove(&key)];
                if let Some(value) = walk(path, sides, take, open) {
                    merged.insert(key, value);
                }
                path.truncate(length);
            }
            Some(Json::Object(merged))
        }
        (base, ours, theirs) => match take {
            Some(Take::Ours) => ours,
            Some(Take::Theirs) => theirs,
            None => {
                let text = |side: &Option<Json>| side.as_ref().map(Json::to_text);
                let (path, ours, theirs) = (path.clone(), text(&ours), text(&theirs));
                open.push(Open { path, base: text(&base), ours, theirs });
                base
            }
        },
    }
}
