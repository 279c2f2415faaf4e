//! A place in a settings file: a value with the path that led to it, and typed ways to read on from there.

use std::collections::BTreeMap;

use crate::error::{Error, Place, Problem};
use crate::path::{Path, cut};
use crate::suggest::closest;
use crate::tree::{self, Node, Spot};

/// A value and where it stands.
#[derive(Clone)]
pub(crate) struct Cursor<'a> {
    pub(crate) node: &'a Node,
    path: Path,
}

/// Something refused. Becomes an [`Error`] once the file is known.
pub(crate) struct Fault {
    path: Path,
    spot: Spot,
    problem: Problem,
}

/// Reads the file's tree and hands it to `reader`; a fault gets its line and column.
pub(crate) fn read_file<T>(
    text: &str,
    file: &str,
    limit: usize,
    reader: impl FnOnce(&Cursor<'_>) -> Result<T, Fault>,
) -> Result<T, Error> {
    let node = tree::read(text, file, limit)?;
    reader(&Cursor { node: &node, path: Path::default() }).map_err(|fault| {
        let location = tree::locate(text, &fault.path, fault.spot);
        Error::new(Place::new(file, location, fault.path), fault.problem)
    })
}

/// What a mapping's keys may be.
pub(crate) struct Known {
    pub(crate) keys: &'static [&'static str],
    /// Keys kept for later, each with what it will be.
    pub(crate) reserved: &'static [(&'static str, &'static str)],
}

impl<'a> Cursor<'a> {
    /// A fault of the value.
    pub(crate) fn refuse(&self, problem: Problem) -> Fault {
        Fault { path: self.path.clone(), spot: Spot::Value, problem }
    }

    /// A fault of the key that leads to the value.
    pub(crate) fn refuse_key(&self, problem: Problem) -> Fault {
        Fault { path: self.path.clone(), spot: Spot::Key, problem }
    }

    /// A fault of the value in words: a whole sentence, safe to show.
    pub(crate) fn meaning(&self, sentence: impl Into<String>) -> Fault {
        self.refuse(Problem::Meaning(sentence.into()))
    }

    /// A value of another kind than `expected`.
    pub(crate) fn kind(&self, expected: &'static str) -> Fault {
        self.refuse(Problem::Kind { expected, found: self.node.kind() })
    }

    /// The entries in written order.
    pub(crate) fn entries(&self, expected: &'static str) -> Result<Vec<(&'a str, Self)>, Fault> {
        let Node::Map(entries) = self.node else { return Err(self.kind(expected)) };
        Ok(entries
            .iter()
            .map(|(key, node)| (key.as_str(), Self { node, path: self.path.key(key) }))
            .collect())
    }

    /// The items in written order.
    pub(crate) fn items(&self, expected: &'static str) -> Result<Vec<Self>, Fault> {
        let Node::List(items) = self.node else { return Err(self.kind(expected)) };
        Ok(items.iter().enumerate().map(|(at, node)| Self { node, path: self.path.index(at) }).collect())
    }

    /// The entries by key; a key that is not known is refused.
    pub(crate) fn fields(
        &self,
        expected: &'static str,
        known: &Known,
    ) -> Result<BTreeMap<&'a str, Self>, Fault> {
        let fields: BTreeMap<_, _> = self.entries(expected)?.into_iter().collect();
        for (key, value) in self.entries(expected)? {
            if let Some((_, what)) = known.reserved.iter().find(|(reserved, _)| *reserved == key) {
                return Err(value.refuse_key(Problem::Reserved(what)));
            }
            if !known.keys.contains(&key) {
                return Err(value.unknown_key(key, known.keys));
            }
        }
        Ok(fields)
    }

    /// The fault of a key that is not one of `known`.
    pub(crate) fn unknown_key(&self, key: &str, known: &[&str]) -> Fault {
        let candidate = closest(key, known.iter().copied()).map(str::to_owned);
        self.refuse_key(Problem::UnknownKey {
            candidate,
            known: known.iter().map(|name| cut(name)).collect(),
        })
    }

    /// The text of a text value.
    pub(crate) fn text(&self, expected: &'static str) -> Result<&'a str, Fault> {
        match self.node {
            Node::Text(text) => Ok(text),
            _ => Err(self.kind(expected)),
        }
    }

    /// A text that is not empty: a table's or column's name.
    pub(crate) fn name(&self, expected: &'static str) -> Result<String, Fault> {
        match self.text(expected)? {
            "" => Err(self.meaning(format!("expected {expected}, found empty text"))),
            name => Ok(name.to_owned()),
        }
    }

    /// The value of a switch.
    pub(crate) fn flag(&self, expected: &'static str) -> Result<bool, Fault> {
        match self.node {
            Node::Boolean(flag) => Ok(*flag),
            _ => Err(self.kind(expected)),
        }
    }

    /// A whole number from 0.
    pub(crate) fn count(&self, expected: &'static str) -> Result<u64, Fault> {
        match self.node {
            Node::Integer(number) => u64::try_from(*number)
                .map_err(|_| self.meaning(format!("expected {expected}, found {number}"))),
            _ => Err(self.kind(expected)),
        }
    }

    /// One of a closed list of names.
    pub(crate) fn one_of<T: Copy>(
        &self,
        expected: &'static str,
        choices: &[(&'static str, T)],
    ) -> Result<T, Fault> {
        let name = self.text(expected)?;
        choices.iter().find(|(choice, _)| *choice == name).map(|(_, value)| *value).ok_or_else(|| {
            let allowed: Vec<&'static str> = choices.iter().map(|(choice, _)| *choice).collect();
            let candidate = closest(name, allowed.iter().copied()).map(str::to_owned);
            self.refuse(Problem::NotOneOf { name: cut(name), candidate, allowed })
        })
    }
}

/// The value of a key that must be there.
pub(crate) fn required<'m, 'a>(
    fields: &'m BTreeMap<&'a str, Cursor<'a>>,
    whole: &Cursor<'a>,
    key: &'static str,
) -> Result<&'m Cursor<'a>, Fault> {
    fields.get(key).ok_or_else(|| whole.refuse(Problem::MissingKey(key)))
}
