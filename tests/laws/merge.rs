//! Two branches merged: what comes out is what a merge of the rows by hand gives, and nothing is lost that is not told.

use std::collections::{BTreeMap, BTreeSet};
use std::fs::File;

use model::{RowEvent, RowSource as _, Value};
use proptest::prelude::*;
use proptest::test_runner::{RngSeed, TestRunner};
use snapshot_sql::Snapshot;
use test_support::{Run, Sandbox, sqlite};

use crate::{EPOCH, XTASK, cases_asked_for};

/// Lists: their title and whether a note refers to them, by key. Notes: their text and stars, by list and place.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
struct State {
    lists: BTreeMap<i64, i64>,
    notes: BTreeMap<(i64, i64), (i64, i64)>,
}

impl State {
    fn sql(&self) -> String {
        let lists = self.lists.iter().map(|(id, title)| format!("INSERT INTO lists VALUES ({id}, {title});"));
        let notes = self.notes.iter();
        let notes = notes.map(|((list, place), (text, stars))| {
            format!("INSERT INTO notes VALUES ({list}, {place}, {text}, {stars});")
        });
        let rows: String = lists.chain(notes).collect();
        format!(
            "CREATE TABLE lists (id INTEGER PRIMARY KEY, title INTEGER NOT NULL);
             CREATE TABLE notes (
               list_id INTEGER NOT NULL REFERENCES lists (id), place INTEGER NOT NULL, text INTEGER NOT NULL,
               stars INTEGER NOT NULL, PRIMARY KEY (list_id, place)
             );
             {rows}"
        )
    }
}

fn any_state() -> impl Strategy<Value = State> {
    let lists = proptest::collection::btree_map(0i64..4, 0i64..2, 1..4);
    let notes = proptest::collection::btree_map((0i64..4, 0i64..2), (0i64..2, 0i64..2), 0..5);
    (lists, notes).prop_map(|(lists, mut notes)| {
        notes.retain(|(list, _), _| lists.contains_key(list));
        State { lists, notes }
    })
}

/// A merge of one table's rows by hand: the rows, where two contradict each other as ours has them, and the keys of those.
fn by_hand<K: Ord + Copy>(base: &Rows<K>, ours: &Rows<K>, theirs: &Rows<K>) -> (Rows<K>, BTreeSet<K>) {
    let keys: BTreeSet<K> = base.keys().chain(ours.keys()).chain(theirs.keys()).copied().collect();
    let (mut rows, mut open) = (BTreeMap::new(), BTreeSet::new());
    for key in keys {
        let sides = (base.get(&key), ours.get(&key), theirs.get(&key));
        let whole = match sides {
            (_, a, b) if a == b => a.cloned(),
            (base, a, b) if a == base => b.cloned(),
            (base, a, b) if b == base => a.cloned(),
            (Some(base), Some(a), Some(b)) => {
                let columns = base.iter().zip(a).zip(b).map(|((base, a), b)| {
                    if a != base && b != base && a != b {
                        open.insert(key);
                    }
                    if a == base { *b } else { *a }
                });
                Some(columns.collect())
            }
            (_, a, _) => {
                open.insert(key);
                a.cloned()
            }
        };
        rows.extend(whole.map(|row| (key, row)));
    }
    (rows, open)
}

type Rows<K> = BTreeMap<K, Vec<i64>>;

fn tables(state: &State) -> (Rows<i64>, Rows<(i64, i64)>) {
    let lists = state.lists.iter().map(|(id, title)| (*id, vec![*title])).collect();
    let notes = state.notes.iter().map(|(key, (text, stars))| (*key, vec![*text, *stars])).collect();
    (lists, notes)
}

fn export(sandbox: &Sandbox, state: &State, message: &str) {
    let _ = std::fs::remove_file(sandbox.path("app.sqlite"));
    sqlite::execute(&sandbox.path("app.sqlite"), &state.sql());
    let _ = sandbox
        .run_with(&["demo-export", "tiny", "--database", "sqlite:app.sqlite"], &[EPOCH])
        .expect_code(0);
    let _ = sandbox.git(&["add", "."]).expect_code(0);
    let _ = sandbox.git(&["commit", "-q", "--allow-empty", "-m", message]).expect_code(0);
}

fn repository(base: &State, ours: &State, theirs: &State) -> Sandbox {
    let sandbox = Sandbox::empty(XTASK);
    let scenario = "scenario: tiny\nselect: { lists: all, notes: all }\n";
    sandbox.write("demo-snapshots/tiny/scenario.yaml", scenario);
    sandbox.write(".gitignore", "*.sqlite\n.lock\n");
    let _ = sandbox.git(&["init", "-q", "-b", "main"]).expect_code(0);
    export(&sandbox, base, "base");
    let _ = sandbox.git(&["checkout", "-q", "-b", "theirs"]).expect_code(0);
    export(&sandbox, theirs, "theirs");
    let _ = sandbox.git(&["checkout", "-q", "main"]).expect_code(0);
    export(&sandbox, ours, "ours");
    sandbox
}

fn merge(sandbox: &Sandbox, options: &[&str]) -> Run {
    sandbox.run_with(&[&["demo-merge", "tiny", "--with", "theirs"], options].concat(), &[EPOCH])
}

/// The rows of the newest version.
fn newest(sandbox: &Sandbox) -> State {
    let file = File::open(sandbox.path("demo-snapshots/tiny/latest.sql")).expect("the newest version");
    let mut snapshot = Snapshot::open(file).expect("a snapshot");
    let names: Vec<String> = snapshot.definition().tables.iter().map(|spec| spec.name.clone()).collect();
    let (mut state, mut at) = (State::default(), 0);
    let mut stream = snapshot.open().expect("opens");
    while let Some(event) = stream.next().expect("reads") {
        match event {
            RowEvent::Section { table, .. } => at = table,
            RowEvent::Row(row) => {
                let numbers: Vec<i64> = row
                    .iter()
                    .map(|value| match value {
                        Value::Integer(number) => *number,
                        other => panic!("{other:?} is no integer"),
                    })
                    .collect();
                match (names[at].as_str(), numbers.as_slice()) {
                    ("lists", [id, title]) => {
                        state.lists.insert(*id, *title);
                    }
                    ("notes", [list, place, text, stars]) => {
                        state.notes.insert((*list, *place), (*text, *stars));
                    }
                    (table, row) => panic!("{row:?} in {table}"),
                }
            }
        }
    }
    state
}

fn holds(base: &State, ours: &State, theirs: &State) {
    let sandbox = repository(base, ours, theirs);
    let [was, a, b] = [base, ours, theirs].map(tables);
    let (lists, open_lists) = by_hand(&was.0, &a.0, &b.0);
    let (notes, open_notes) = by_hand(&was.1, &a.1, &b.1);
    let run = merge(&sandbox, &["--json"]);
    let report: serde_json::Value =
        serde_json::from_str(&run.stdout).unwrap_or_else(|_| panic!("{}", run.transcript()));
    let told: BTreeSet<String> = report["conflicts"]["listed"]
        .as_array()
        .expect("a list")
        .iter()
        .map(|open| open["pick"].as_str().unwrap_or("together").to_owned())
        .collect();
    let mut expected: BTreeSet<String> = open_lists.iter().map(|id| format!("lists:{id}")).collect();
    expected.extend(open_notes.iter().map(|(list, place)| format!("notes:[{list},{place}]")));
    let dangling = notes.keys().any(|(list, _)| !lists.contains_key(list));
    if expected.is_empty() && dangling {
        expected.insert("together".to_owned());
    }
    assert_eq!(told, expected, "{}", run.transcript());
    assert_eq!(run.code, Some(i32::from(!expected.is_empty())), "{}", run.transcript());
    // Decided for ours row by row, what is left of theirs is all that ours did not touch.
    let decided: Vec<&str> = told.iter().flat_map(|pick| ["--ours", pick]).collect();
    let open = !open_lists.is_empty() || !open_notes.is_empty();
    let run = if open { merge(&sandbox, &decided) } else { run };
    assert_eq!(run.code, Some(i32::from(dangling)), "{}", run.transcript());
    if !dangling {
        assert_eq!(tables(&newest(&sandbox)), (lists, notes));
    }
    let _ = sandbox.run(&["demo-verify"]).expect_code(0);
}

#[test]
fn random_triples_merge_as_by_hand() {
    // Each takes a second: a twentieth of what is asked for.
    let cases = cases_asked_for().map_or(4, |cases| (cases / 20).max(4));
    let config = ProptestConfig {
        rng_seed: RngSeed::Fixed(5),
        failure_persistence: None,
        ..ProptestConfig::with_cases(cases)
    };
    TestRunner::new(config)
        .run(&(any_state(), any_state(), any_state()), |(base, ours, theirs)| {
            holds(&base, &ours, &theirs);
            Ok(())
        })
        .expect("the law holds");
}

#[test]
fn what_only_one_side_changed_is_that_sides() {
    let one = |id: i64, title: i64| State { lists: [(id, title)].into(), notes: BTreeMap::new() };
    let (base, a) = (one(1, 0), one(2, 1));
    // merge(base, a, a), merge(base, a, base), merge(base, base, a)
    for (ours, theirs) in [(&a, &a), (&a, &base), (&base, &a)] {
        let sandbox = repository(&base, ours, theirs);
        let run = merge(&sandbox, &[]);
        assert_eq!(run.code, Some(0), "{}", run.transcript());
        assert_eq!(newest(&sandbox), a);
        let list = sandbox.run(&["demo-list", "tiny"]).expect_code(0);
        assert!(list.stdout.contains("v2_") && !list.stdout.contains("v3_"), "{}", list.transcript());
        let _ = sandbox.run(&["demo-verify"]).expect_code(0);
    }
}
