//! Random rows of four tables, and random edits of them.

use std::collections::BTreeMap;

use model::{Definition, Engine, LogicalType, Ownership, Reference, TableSpec, Value};
use proptest::prelude::*;

use crate::support::{self, Section, definition, draft, refers, table, write};

/// Rows by table, in no order.
#[derive(Clone, Debug, Default)]
pub(crate) struct Rows {
    /// Texts without a key, and whose they are.
    pub(crate) labels: Vec<(bool, String)>,
    /// By id: whose it is, the note that it refers to, its text.
    pub(crate) notes: BTreeMap<i64, (bool, Option<i64>, String)>,
    /// By id: its parent's, its text.
    pub(crate) nodes: BTreeMap<i64, (Option<i64>, String)>,
    /// By text and number: a text.
    pub(crate) shared: BTreeMap<(String, i64), String>,
}

pub(crate) fn tables() -> Definition {
    use LogicalType::{Integer, Json, Text};
    let selects = |mut spec: TableSpec| {
        spec.select = vec![vec![support::is_in(&["body"], &[model::Scalar::Text("\n-- notes".into())])]];
        spec
    };
    let labels = selects(table("labels", &[("body", Text), ("kind", Json)], &[]));
    let mut notes = selects(table("notes", &[("next", Integer), ("body", Text), ("id", Integer)], &["id"]));
    notes.references = vec![Reference { link: true, ..refers(&["next"], "notes", &["id"]) }];
    let mut nodes = selects(table("nodes", &[("id", Integer), ("parent", Integer), ("body", Text)], &["id"]));
    nodes.references = vec![refers(&["parent"], "nodes", &["id"])];
    nodes.order_parents = true;
    let shared = table("it's \"one\"", &[("body", Text), ("nr", Integer), ("word", Text)], &["word", "nr"]);
    definition("notes", vec![labels, notes, nodes, shared])
}

impl Rows {
    pub(crate) fn file(&self) -> Vec<u8> {
        self.file_of(tables())
    }

    pub(crate) fn file_of(&self, definition: Definition) -> Vec<u8> {
        let whose = |owned| if owned { Ownership::Owned } else { Ownership::Shared };
        let mut rows: BTreeMap<(usize, Ownership), Vec<Vec<Value>>> = BTreeMap::new();
        let mut labels = self.labels.clone();
        labels.sort();
        for (owned, body) in &labels {
            let row = vec![support::text(body), support::typed("{\"a\":\"it's\"}")];
            rows.entry((0, whose(*owned))).or_default().push(row);
        }
        for (id, (owned, next, body)) in &self.notes {
            let next = next.filter(|next| self.notes.contains_key(next));
            let row = vec![number(next), support::text(body), Value::Integer(*id)];
            rows.entry((1, whose(*owned))).or_default().push(row);
        }
        let mut nodes: Vec<(usize, i64)> = self.nodes.keys().map(|id| (self.depth(*id), *id)).collect();
        nodes.sort_unstable();
        for (_, id) in nodes {
            let body = &self.nodes[&id].1;
            let row = vec![Value::Integer(id), number(self.parent(id)), support::text(body)];
            rows.entry((2, Ownership::Owned)).or_default().push(row);
        }
        for ((word, nr), body) in &self.shared {
            let row = vec![support::text(body), Value::Integer(*nr), support::text(word)];
            rows.entry((3, Ownership::Shared)).or_default().push(row);
        }
        let sections: Vec<Section> =
            rows.into_iter().map(|((table, whose), rows)| (table, whose, rows)).collect();
        write(&draft(definition, &Engine::ALL), &sections).expect("writes").0
    }

    /// A lower one, so that there is no circle.
    fn parent(&self, id: i64) -> Option<i64> {
        self.nodes[&id].0.filter(|parent| *parent < id && self.nodes.contains_key(parent))
    }

    fn depth(&self, id: i64) -> usize {
        self.parent(id).map_or(0, |parent| self.depth(parent) + 1)
    }

    pub(crate) fn edit(&mut self, edits: Vec<Edit>) {
        for edit in edits {
            match edit {
                Edit::Label(body, owned) => self.labels.push((owned, body)),
                Edit::NoLabel(at) if !self.labels.is_empty() => {
                    let at = at.index(self.labels.len());
                    drop(self.labels.swap_remove(at));
                }
                Edit::NoLabel(_) => {}
                Edit::Note(id, Some(note)) => drop(self.notes.insert(id, note)),
                Edit::Note(id, None) => drop(self.notes.remove(&id)),
                Edit::Node(id, Some(node)) => drop(self.nodes.insert(id, node)),
                Edit::Node(id, None) => drop(self.nodes.remove(&id)),
                Edit::Shared(key, Some(body)) => drop(self.shared.insert(key, body)),
                Edit::Shared(key, None) => drop(self.shared.remove(&key)),
            }
        }
    }
}

fn number(number: Option<i64>) -> Value {
    number.map_or(Value::Null, Value::Integer)
}

#[derive(Clone, Debug)]
pub(crate) enum Edit {
    Label(String, bool),
    NoLabel(prop::sample::Index),
    Note(i64, Option<(bool, Option<i64>, String)>),
    Node(i64, Option<(Option<i64>, String)>),
    Shared((String, i64), Option<String>),
}

/// Texts of what could be mistaken for something else.
fn body() -> impl Strategy<Value = String> {
    const PIECES: &[&str] = &[
        "'",
        "''",
        "\n",
        "\\",
        ", (",
        "  (",
        ")\n",
        ";\n",
        ", (1, 'x')\n",
        "ON CONFLICT DO NOTHING\n;\n",
        "--",
        "\n-- Links (1 update)\n",
        "\n-- notes (2 records)\n",
        "INSERT INTO \"notes\"",
        "\r",
        "\u{7}",
        "é",
        "word",
        "\"",
    ];
    let short = prop::collection::vec(prop::sample::select(PIECES), 0..5);
    prop_oneof![
        40 => short.prop_map(|pieces| pieces.concat()),
        // A row that starts a statement of its own.
        1 => any::<bool>().prop_map(|odd| if odd { "it's\n".repeat(8000) } else { "y".repeat(40_000) }),
    ]
}

pub(crate) fn edit() -> impl Strategy<Value = Edit> {
    let note = (any::<bool>(), prop::option::of(0..40i64), body());
    let node = (prop::option::of(0..20i64), body());
    let words = prop::sample::select(&["", "a'", "b\n, (", "c"][..]);
    let key = (words.prop_map(str::to_owned), 0..8i64);
    prop_oneof![
        (body(), any::<bool>()).prop_map(|(body, owned)| Edit::Label(body, owned)),
        any::<prop::sample::Index>().prop_map(Edit::NoLabel),
        (0..40i64, prop::option::weighted(0.8, note)).prop_map(|(id, note)| Edit::Note(id, note)),
        (0..20i64, prop::option::weighted(0.8, node)).prop_map(|(id, node)| Edit::Node(id, node)),
        (key, prop::option::weighted(0.8, body())).prop_map(|(key, body)| Edit::Shared(key, body)),
    ]
}

pub(crate) fn rows() -> impl Strategy<Value = Rows> {
    prop::collection::vec(edit(), 0..120).prop_map(|edits| {
        let mut rows = Rows::default();
        rows.edit(edits);
        rows
    })
}
