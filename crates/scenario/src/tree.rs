//! YAML text to a tree of plain values: the only file that calls `serde_yaml`.
//!
//! Strict where YAML is lax: one document, text keys, no key twice, no anchors, aliases or tags, bounded depth. What the
//! values mean is the readers' business. The rule to keep in mind: a tree never holds more than its text spelled out.

use std::cell::{Cell, RefCell};
use std::collections::BTreeSet;
use std::fmt;

use serde::de::{self, DeserializeSeed, MapAccess, SeqAccess, Visitor};

use crate::error::{Error, Place, Problem};
use crate::indirection;
use crate::path::{Path, Step};

/// How deep lists and mappings may nest.
pub(crate) const MAX_DEPTH: usize = 64;

/// How many `[` and `{` may be open at once, wherever they stand: the parser's time grows with it at every token.
pub(crate) const MAX_OPEN_BRACKETS: usize = 512;

/// From here on a double cannot be told from an integer with too many digits.
const MAX_REAL: f64 = 1e38;

/// A YAML value.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Node {
    Null,
    Boolean(bool),
    Integer(i64),
    Real(f64),
    Text(String),
    List(Vec<Node>),
    /// In written order, no key twice.
    Map(Vec<(String, Node)>),
}

impl Node {
    /// The kind of value, as messages name it.
    pub(crate) fn kind(&self) -> &'static str {
        match self {
            Self::Null => "nothing",
            Self::Boolean(_) => "true or false",
            Self::Integer(_) => "an integer",
            Self::Real(_) => "a number with a fraction",
            Self::Text(_) => "text",
            Self::List(_) => "a list",
            Self::Map(_) => "a mapping",
        }
    }
}

/// Reads the one document of `text`.
///
/// # Errors
/// The text is larger than `limit` bytes, is not YAML, is empty, or uses what the module refuses.
pub(crate) fn read(text: &str, file: &str, limit: usize) -> Result<Node, Error> {
    if text.len() > limit {
        return Err(Error::too_large(file, text.len(), limit));
    }
    scan(text).map_err(|(at, problem)| Error::new(Place::new(file, Some(at), Path::default()), problem))?;
    let node = parse(text, None).map_err(|fault| fault.in_file(file))?;
    if node == Node::Null {
        return Err(Error::new(Place::new(file, None, Path::default()), Problem::Empty));
    }
    indirection::refuse(text, file, &node)?;
    Ok(node)
}

/// Line and column (from 1) of the key or value at `path`, if it is there.
pub(crate) fn locate(text: &str, path: &Path, spot: Spot) -> Option<(usize, usize)> {
    match parse(text, Some((path, spot))) {
        Err(Fault { problem: Problem::Found, location, .. }) => location,
        _ => None,
    }
}

/// Which end of an entry a message points at.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Spot {
    Key,
    Value,
}

/// Something refused while parsing.
pub(crate) struct Fault {
    pub(crate) location: Option<(usize, usize)>,
    path: Path,
    problem: Problem,
}

impl Fault {
    fn in_file(self, file: &str) -> Error {
        Error::new(Place::new(file, self.location, self.path), self.problem)
    }
}

/// What can be told without a parser, with its line and column: a character that YAML does not allow, and more open
/// brackets than any readable file has. These are counted everywhere, quoted text included.
fn scan(text: &str) -> Result<(), ((usize, usize), Problem)> {
    let mut open = 0usize;
    for (line, content) in text.lines().enumerate() {
        for (column, c) in content.chars().enumerate() {
            let at = (line + 1, column + 1);
            match c {
                '[' | '{' if open == MAX_OPEN_BRACKETS => return Err((at, Problem::OpenBrackets)),
                '[' | '{' => open += 1,
                ']' | '}' => open = open.saturating_sub(1),
                '\u{feff}' if at != (1, 1) => return Err((at, Problem::Character(c))),
                c if is_no_yaml(c) => return Err((at, Problem::Character(c))),
                _ => {}
            }
        }
    }
    Ok(())
}

/// Characters that YAML allows in no place. The parser refuses them too, but knows no line.
fn is_no_yaml(c: char) -> bool {
    c.is_control() && !matches!(c, '\t' | '\r' | '\u{85}') || matches!(c, '\u{fffe}' | '\u{ffff}')
}

/// The one document of `text`, [`Node::Null`] if there is none. Ends at `stop` with [`Problem::Found`] if it is there.
pub(crate) fn parse(text: &str, stop: Option<(&Path, Spot)>) -> Result<Node, Fault> {
    let mut documents = serde_yaml::Deserializer::from_str(text);
    let Some(first) = documents.next() else { return Ok(Node::Null) };
    let node = build(first, text.len(), stop)?;
    match documents.next() {
        None => Ok(node),
        // Only where it starts is of interest, unless it is no YAML at all.
        Some(second) => Err(match build(second, text.len(), Some((&Path::default(), Spot::Value))) {
            Err(fault @ Fault { problem: Problem::Syntax(_), .. }) => fault,
            Err(Fault { location, .. }) => {
                Fault { location, path: Path::default(), problem: Problem::SecondDocument }
            }
            Ok(_) => Fault { location: None, path: Path::default(), problem: Problem::SecondDocument },
        }),
    }
}

fn build(
    document: serde_yaml::Deserializer<'_>,
    size: usize,
    stop: Option<(&Path, Spot)>,
) -> Result<Node, Fault> {
    // Without aliases no document has more nodes, or more text in them, than this; with aliases it might have any number.
    let budget = size.saturating_mul(4).saturating_add(16);
    let state = State {
        nodes: Cell::new(budget),
        bytes: Cell::new(budget),
        path: RefCell::default(),
        problem: RefCell::default(),
        stop,
    };
    Build { state: &state, depth: 0 }.deserialize(document).map_err(|error| {
        let location = error.location().map(|at| (at.line(), at.column()));
        let problem = state.problem.take().unwrap_or_else(|| Problem::Syntax(reason(&error)));
        Fault { location, path: state.path.take(), problem }
    })
}

/// The parser's own words without the place, which the message begins with.
fn reason(error: &serde_yaml::Error) -> String {
    let text = error.to_string();
    text.split_once(" at line ").map_or(text.as_str(), |(reason, _)| reason).to_owned()
}

struct State<'a> {
    nodes: Cell<usize>,
    bytes: Cell<usize>,
    path: RefCell<Path>,
    problem: RefCell<Option<Problem>>,
    stop: Option<(&'a Path, Spot)>,
}

impl State<'_> {
    fn fail<E: de::Error>(&self, problem: Problem) -> E {
        *self.problem.borrow_mut() = Some(problem);
        E::custom("refused")
    }

    fn spend<E: de::Error>(&self, budget: &Cell<usize>, cost: usize) -> Result<(), E> {
        match budget.get().checked_sub(cost) {
            Some(rest) => budget.set(rest),
            None => return Err(self.fail(Problem::Indirection)),
        }
        Ok(())
    }

    fn is_stop(&self, spot: Spot) -> bool {
        self.stop.is_some_and(|(path, wanted)| spot == wanted && *path == *self.path.borrow())
    }

    fn enter<E: de::Error>(&self, spot: Spot) -> Result<(), E> {
        self.spend(&self.nodes, 1)?;
        if self.is_stop(spot) { Err(self.fail(Problem::Found)) } else { Ok(()) }
    }

    fn text<E: de::Error>(&self, text: &str) -> Result<String, E> {
        self.spend(&self.bytes, text.len())?;
        Ok(text.to_owned())
    }
}

#[derive(Clone, Copy)]
struct Build<'a> {
    state: &'a State<'a>,
    depth: usize,
}

impl<'a> Build<'a> {
    fn inner<E: de::Error>(self) -> Result<Build<'a>, E> {
        if self.depth == MAX_DEPTH {
            return Err(self.state.fail(Problem::TooDeep));
        }
        Ok(Build { state: self.state, depth: self.depth + 1 })
    }

    fn leaf<E: de::Error>(self, node: Node) -> Result<Node, E> {
        self.state.enter(Spot::Value)?;
        Ok(node)
    }

    fn integer<E: de::Error, N: TryInto<i64>>(self, number: N) -> Result<Node, E> {
        self.state.enter(Spot::Value)?;
        number.try_into().map(Node::Integer).map_err(|_| self.state.fail(Problem::NumberRange))
    }
}

impl<'de> DeserializeSeed<'de> for Build<'_> {
    type Value = Node;

    fn deserialize<D: de::Deserializer<'de>>(self, deserializer: D) -> Result<Node, D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Build<'_> {
    type Value = Node;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a value")
    }

    fn visit_unit<E: de::Error>(self) -> Result<Node, E> {
        self.leaf(Node::Null)
    }

    fn visit_none<E: de::Error>(self) -> Result<Node, E> {
        self.leaf(Node::Null)
    }

    fn visit_bool<E: de::Error>(self, value: bool) -> Result<Node, E> {
        self.leaf(Node::Boolean(value))
    }

    fn visit_i64<E: de::Error>(self, value: i64) -> Result<Node, E> {
        self.integer(value)
    }

    fn visit_u64<E: de::Error>(self, value: u64) -> Result<Node, E> {
        self.integer(value)
    }

    fn visit_i128<E: de::Error>(self, value: i128) -> Result<Node, E> {
        self.integer(value)
    }

    fn visit_u128<E: de::Error>(self, value: u128) -> Result<Node, E> {
        self.integer(value)
    }

    fn visit_f64<E: de::Error>(self, value: f64) -> Result<Node, E> {
        self.state.enter(Spot::Value)?;
        if value.abs() < MAX_REAL {
            // No portable spelling keeps -0.0 (`model::Value::real`).
            Ok(Node::Real(if value == 0.0 { 0.0 } else { value }))
        } else {
            Err(self.state.fail(Problem::NumberRange))
        }
    }

    fn visit_str<E: de::Error>(self, value: &str) -> Result<Node, E> {
        self.state.enter(Spot::Value)?;
        self.state.text(value).map(Node::Text)
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<Node, A::Error> {
        self.state.enter(Spot::Value)?;
        let inner = self.inner()?;
        let mut list = Vec::new();
        self.state.path.borrow_mut().push(Step::Index(0));
        while let Some(node) = items.next_element_seed(inner)? {
            list.push(node);
            self.state.path.borrow_mut().replace_last(Step::Index(list.len()));
        }
        self.state.path.borrow_mut().pop();
        Ok(Node::List(list))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut entries: A) -> Result<Node, A::Error> {
        self.state.enter(Spot::Value)?;
        let inner = self.inner()?;
        let mut keys = BTreeSet::new();
        let mut map = Vec::new();
        while let Some(key) = entries.next_key_seed(Key { state: self.state, seen: &keys })? {
            map.push((key.clone(), entries.next_value_seed(inner)?));
            self.state.path.borrow_mut().pop();
            keys.insert(key);
        }
        Ok(Node::Map(map))
    }

    fn visit_enum<A: de::EnumAccess<'de>>(self, _tagged: A) -> Result<Node, A::Error> {
        Err(self.state.fail(Problem::Indirection))
    }
}

/// Reads a mapping's key and leaves it at the end of the path.
struct Key<'a> {
    state: &'a State<'a>,
    seen: &'a BTreeSet<String>,
}

impl<'de> DeserializeSeed<'de> for Key<'_> {
    type Value = String;

    fn deserialize<D: de::Deserializer<'de>>(self, deserializer: D) -> Result<String, D::Error> {
        // What every kind of value but text ends in: the visitor has a method for no other.
        *self.state.problem.borrow_mut() = Some(Problem::KeyNotText);
        let key = deserializer.deserialize_any(Key { state: self.state, seen: self.seen })?;
        *self.state.problem.borrow_mut() = None;
        Ok(key)
    }
}

impl<'de> Visitor<'de> for Key<'_> {
    type Value = String;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a key")
    }

    fn visit_str<E: de::Error>(self, key: &str) -> Result<String, E> {
        let key = self.state.text(key)?;
        self.state.path.borrow_mut().push(Step::Key(key.clone()));
        self.state.enter(Spot::Key)?;
        if self.seen.contains(&key) { Err(self.state.fail(Problem::DuplicateKey)) } else { Ok(key) }
    }

    fn visit_enum<A: de::EnumAccess<'de>>(self, _tagged: A) -> Result<String, A::Error> {
        Err(self.state.fail(Problem::Indirection))
    }
}
