//! Anchors, aliases and tags, which never reach a deserialiser, found all the same.
//!
//! A document without them stays the same, those characters aside, when `&`, `*` and `!` are replaced by characters that
//! mean nothing to YAML; a document with one of them never does. So both are read and compared. Looking for the characters
//! alone would refuse honest text, since only a YAML parser knows what is quoted.

use std::collections::BTreeSet;

use crate::error::{Error, Place, Problem};
use crate::path::{Path, Step};
use crate::tree::{self, Node, Spot};

/// Refuses `text`, which reads as `node`, if it has an anchor, alias or tag.
///
/// # Errors
/// [`Problem::Indirection`] at the first place that reads otherwise without them.
pub(crate) fn refuse(text: &str, file: &str, node: &Node) -> Result<(), Error> {
    if !text.contains(['&', '*', '!']) {
        return Ok(());
    }
    let stand_ins = unused_characters(text);
    let disguise = |text: &str| -> String {
        text.chars().map(|c| "&*!".find(c).map_or(c, |at| stand_ins[at])).collect()
    };
    let (location, path) = match tree::parse(&disguise(text), None) {
        Ok(disguised) => match difference(node, &disguised, &disguise, &mut Path::default()) {
            Some(path) => (tree::locate(text, &path, Spot::Value), path),
            None => return Ok(()),
        },
        Err(fault) => (fault.location, Path::default()),
    };
    Err(Error::new(Place::new(file, location, path), Problem::Indirection))
}

/// Three characters of the private use area that `text` does not hold.
fn unused_characters(text: &str) -> [char; 3] {
    let used: BTreeSet<char> = text.chars().filter(|c| ('\u{e000}'..='\u{f8ff}').contains(c)).collect();
    let mut free = ('\u{e000}'..='\u{f8ff}').filter(|c| !used.contains(c));
    // A text that uses the whole area gets letters: at worst it is refused, never let through.
    [free.next().unwrap_or('Q'), free.next().unwrap_or('Q'), free.next().unwrap_or('Q')]
}

fn difference(
    plain: &Node,
    other: &Node,
    disguise: &dyn Fn(&str) -> String,
    path: &mut Path,
) -> Option<Path> {
    match (plain, other) {
        (Node::Text(a), Node::Text(b)) => (disguise(a) != *b).then(|| path.clone()),
        (Node::List(a), Node::List(b)) if a.len() == b.len() => {
            a.iter().zip(b).enumerate().find_map(|(at, (a, b))| {
                path.push(Step::Index(at));
                let found = difference(a, b, disguise, path);
                path.pop();
                found
            })
        }
        (Node::Map(a), Node::Map(b)) if a.len() == b.len() => {
            a.iter().zip(b).find_map(|((key_a, a), (key_b, b))| {
                path.push(Step::Key(key_a.clone()));
                let same_key = disguise(key_a) == *key_b;
                let found = if same_key { difference(a, b, disguise, path) } else { Some(path.clone()) };
                path.pop();
                found
            })
        }
        (a, b) => (a != b).then(|| path.clone()),
    }
}
