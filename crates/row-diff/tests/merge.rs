//! Two branches' snapshots to one: what is told of contradictions, and the laws.

#[path = "support/memory.rs"]
mod support;

use std::collections::BTreeMap;
use std::io::Cursor;

use demo_snapshot_row_diff::merge::{
    Conflict, ConflictKind, Differing, Hold, Judge, MergeCounts, RowsWriter, Sides, Take, merge,
    merge_definitions,
};
use demo_snapshot_row_diff::{Error, Side};
use model::LogicalType::{Integer, Json, Text};
use model::Ownership::{Owned, Shared};
use model::text::{show_key, show_value};
use model::{Ownership, RowEvent, RowSource as _, StreamError, TableSpec, Value};
use proptest::prelude::*;
use support::{Memory, Row, memory, table, text};

/// Decides alike on every row, or on none.
#[derive(Default)]
struct Telling {
    take: Option<Take>,
    /// Whether rows without a conflict are decided, too.
    every: bool,
    lines: Vec<String>,
    rows: Vec<(usize, Row)>,
}

impl Judge for Telling {
    fn take(&mut self, row: &Differing<'_>) -> Option<Take> {
        self.take.filter(|_| self.every || row.conflict)
    }

    fn row(&mut self, table: usize, row: &[Value], _: Hold) -> Result<(), StreamError> {
        self.rows.push((table, row.to_vec()));
        Ok(())
    }

    fn conflict(&mut self, conflict: &Conflict<'_>) -> Result<(), StreamError> {
        self.lines.push(line(conflict));
        Ok(())
    }
}

fn line(conflict: &Conflict<'_>) -> String {
    let columns = if conflict.table.key.is_empty() {
        conflict.table.column_names()
    } else {
        conflict.table.key.clone()
    };
    let at = format!("{} {}", conflict.table.name, show_key(&columns, conflict.key));
    let (what, cells) = match &conflict.kind {
        ConflictKind::Columns(cells) => ("both".to_owned(), cells.as_slice()),
        ConflictKind::Added(cells) => ("both anew".to_owned(), cells.as_slice()),
        ConflictKind::DeletedByOurs(cells) => ("deleted by ours".to_owned(), cells.as_slice()),
        ConflictKind::DeletedByTheirs(cells) => ("deleted by theirs".to_owned(), cells.as_slice()),
        ConflictKind::Copies { base, ours, theirs } => {
            (format!("copies {base} {ours} {theirs}"), [].as_slice())
        }
        ConflictKind::NoTable(side) => (format!("no table: {side:?}"), [].as_slice()),
    };
    let side = |side: &Option<Value>| side.as_ref().map_or("-".to_owned(), |value| show_value(value, 40));
    let told = cells.iter().map(|cell| {
        let (base, ours, theirs) = (side(&cell.base), side(&cell.ours), side(&cell.theirs));
        format!("; {}{} {base} | {ours} | {theirs}", cell.column.name, cell.path)
    });
    format!("{at}: {what}{}", told.collect::<String>())
}

fn merged_with(
    base: Option<&Memory>,
    ours: &Memory,
    theirs: &Memory,
    mut judge: Telling,
) -> Result<(Telling, MergeCounts), Error> {
    let definition =
        merge_definitions(base.map(|base| &base.definition), &ours.definition, &theirs.definition)?;
    let (mut base, mut ours, mut theirs) = (base.cloned(), ours.clone(), theirs.clone());
    let mut scratch = [Cursor::new(vec![]), Cursor::new(vec![]), Cursor::new(vec![])];
    let [a, b, c] = &mut scratch;
    let sides = Sides {
        base: base.as_mut().map(|base| Side { rows: base, scratch: a }),
        ours: Side { rows: &mut ours, scratch: b },
        theirs: Side { rows: &mut theirs, scratch: c },
    };
    let counts = merge(sides, &definition, &mut judge)?;
    Ok((judge, counts))
}

fn merged(base: &Memory, ours: &Memory, theirs: &Memory) -> (Telling, MergeCounts) {
    merged_with(Some(base), ours, theirs, Telling::default()).expect("merges")
}

/// What is open, then the rows.
fn told((judge, _): &(Telling, MergeCounts)) -> String {
    let rows = judge.rows.iter().map(|(table, row)| {
        let values: Vec<String> = row.iter().map(|value| show_value(value, 40)).collect();
        format!("{table}: {}", values.join(", "))
    });
    judge.lines.iter().cloned().chain(rows).collect::<Vec<_>>().join("\n")
}

type Note<'a> = (i64, &'a str, &'a str);

fn spec() -> TableSpec {
    table("notes", &[("id", Integer), ("title", Text), ("meta", Json)], &["id"])
}

fn notes(rows: &[Note<'_>]) -> Memory {
    in_section(Owned, rows)
}

fn in_section(ownership: Ownership, rows: &[Note<'_>]) -> Memory {
    let rows = rows.iter().map(|(id, title, meta)| {
        vec![Value::Integer(*id), text(title), Value::from_text(Json, meta).expect("JSON")]
    });
    memory(vec![spec()], vec![(0, ownership, rows.collect())])
}

#[test]
fn rows_and_columns_of_both_come_together() {
    let base = notes(&[(1, "one", "{\"a\":1}"), (2, "two", "{}"), (3, "three", "{}"), (4, "four", "{}")]);
    let ours =
        notes(&[(1, "eins", "{\"a\":1,\"o\":[1]}"), (2, "two", "{}"), (4, "four", "{}"), (5, "ours", "{}")]);
    let theirs =
        notes(&[(1, "one", "{\"a\":2}"), (3, "three", "{}"), (4, "vier", "{}"), (6, "theirs", "{}")]);
    let merge = merged(&base, &ours, &theirs);
    insta::assert_snapshot!(told(&merge), @r#"
    0: 1, 'eins', '{"a":2,"o":[1]}'
    0: 4, 'vier', '{}'
    0: 5, 'ours', '{}'
    0: 6, 'theirs', '{}'
    "#);
    insta::assert_snapshot!(format!("{:?}", merge.1.tables["notes"]), @"TableMerge { ours: 2, theirs: 3, both: 1, taken: 0, open: 0 }");
}

#[test]
fn every_contradiction_is_told_and_can_be_decided() {
    let base = notes(&[(1, "one", "{\"a\":1,\"b\":2}"), (2, "two", "{}"), (3, "three", "{}")]);
    let ours = notes(&[(1, "eins", "{\"a\":5,\"b\":3}"), (3, "drei", "{}"), (4, "vier", "{}")]);
    let theirs = notes(&[(1, "uno", "{\"a\":6}"), (2, "dos", "{}"), (4, "vier", "{\"x\":1}")]);
    let merge = merged(&base, &ours, &theirs);
    insta::assert_snapshot!(told(&merge), @r#"
    notes id 1: both; title 'one' | 'eins' | 'uno'; meta$.a '1' | '5' | '6'; meta$.b '2' | '3' | -
    notes id 2: deleted by ours; title 'two' | - | 'dos'
    notes id 3: deleted by theirs; title 'three' | 'drei' | -
    notes id 4: both anew; meta - | '{}' | '{"x":1}'
    "#);
    assert_eq!((merge.1.open, merge.0.rows.len()), (4, 0));
    let with = |take| {
        let judge = Telling { take: Some(take), ..Telling::default() };
        merged_with(Some(&base), &ours, &theirs, judge).expect("merges")
    };
    insta::assert_snapshot!(told(&with(Take::Ours)), @r#"
    0: 1, 'eins', '{"a":5,"b":3}'
    0: 3, 'drei', '{}'
    0: 4, 'vier', '{}'
    "#);
    insta::assert_snapshot!(told(&with(Take::Theirs)), @r#"
    0: 1, 'uno', '{"a":6}'
    0: 2, 'dos', '{}'
    0: 4, 'vier', '{"x":1}'
    "#);
}

#[test]
fn a_row_without_a_contradiction_can_be_decided_as_a_whole() {
    let base = notes(&[(1, "one", "{}"), (2, "two", "{}")]);
    let (ours, theirs) =
        (notes(&[(1, "eins", "{}"), (2, "two", "{}"), (3, "new", "{}")]), notes(&[(1, "one", "{}")]));
    let judge = Telling { take: Some(Take::Theirs), every: true, ..Telling::default() };
    let merge = merged_with(Some(&base), &ours, &theirs, judge).expect("merges");
    insta::assert_snapshot!(told(&merge), @"0: 1, 'one', '{}'");
}

#[test]
fn a_parent_that_one_side_no_longer_needs_is_not_deleted() {
    let base = in_section(Shared, &[(1, "one", "{}"), (2, "two", "{}")]);
    let ours = in_section(Shared, &[(1, "eins", "{}")]);
    let theirs = in_section(Shared, &[(2, "two", "{}")]);
    insta::assert_snapshot!(told(&merged(&base, &ours, &theirs)), @"
    0: 1, 'eins', '{}'
    0: 2, 'two', '{}'
    ");
}

fn tags(copies: &[(i64, usize)]) -> Memory {
    let rows = copies.iter().flat_map(|(n, copies)| vec![vec![Value::Integer(*n)]; *copies]).collect();
    memory(vec![table("tags", &[("n", Integer)], &[])], vec![(0, Owned, rows)])
}

#[test]
fn rows_without_a_key_are_counted() {
    let base = tags(&[(1, 2), (2, 2), (3, 1), (4, 1)]);
    let (ours, theirs) =
        (tags(&[(1, 3), (2, 2), (3, 2), (5, 1)]), tags(&[(1, 2), (2, 1), (3, 3), (4, 1), (5, 1)]));
    insta::assert_snapshot!(told(&merged(&base, &ours, &theirs)), @"
    tags n 3: copies 1 2 3
    0: 1
    0: 1
    0: 1
    0: 2
    0: 5
    ");
}

#[test]
fn a_new_column_and_a_lost_table_keep_the_other_sides_changes() {
    let wide = table("notes", &[("id", Integer), ("title", Text), ("stars", Integer)], &["id"]);
    let narrow = table("notes", &[("id", Integer), ("title", Text)], &["id"]);
    let tags = table("tags", &[("id", Integer)], &["id"]);
    let id = Value::Integer;
    let base = memory(
        vec![narrow.clone(), tags.clone()],
        vec![(0, Owned, vec![vec![id(1), text("one")]]), (1, Owned, vec![vec![id(1)]])],
    );
    let ours = memory(
        vec![narrow, tags],
        vec![
            (0, Owned, vec![vec![id(1), text("eins")], vec![id(2), text("zwei")]]),
            (1, Owned, vec![vec![id(1)], vec![id(2)]]),
        ],
    );
    let theirs = memory(vec![wide], vec![(0, Owned, vec![vec![id(1), text("one"), id(5)]])]);
    insta::assert_snapshot!(told(&merged(&base, &ours, &theirs)), @"
    tags id 2: no table: Theirs
    0: 1, 'eins', 5
    0: 2, 'zwei', NULL
    ");
    insta::assert_snapshot!(told(&merged(&base, &theirs, &ours)), @"
    tags id 2: no table: Ours
    0: 1, 'eins', 5
    0: 2, 'zwei', NULL
    ");
}

#[test]
fn what_a_branch_set_in_a_column_that_the_other_dropped_is_told_and_can_be_given_up() {
    let id = Value::Integer;
    let wide = |title: &str| {
        let spec = table("notes", &[("id", Integer), ("title", Text), ("stars", Integer)], &["id"]);
        memory(
            vec![spec],
            vec![(0, Owned, vec![vec![id(1), text(title), id(5)], vec![id(2), text("-"), id(5)]])],
        )
    };
    let narrow = table("notes", &[("id", Integer), ("stars", Integer)], &["id"]);
    let narrow = memory(vec![narrow], vec![(0, Owned, vec![vec![id(1), id(5)], vec![id(2), id(5)]])]);
    let (base, set) = (wide("one"), wide("eins"));
    for (ours, theirs, take) in [(&narrow, &set, Take::Ours), (&set, &narrow, Take::Theirs)] {
        let open = merged(&base, ours, theirs);
        assert_eq!((open.0.lines.len(), open.1.open), (1, 1), "{:?}", open.0.lines);
        for every in [false, true] {
            let judge = Telling { take: Some(take), every, ..Telling::default() };
            let decided = merged_with(Some(&base), ours, theirs, judge).expect("merges");
            assert_eq!((told(&decided), decided.1.open), ("0: 1, 5\n0: 2, 5".to_owned(), 0));
        }
    }
    insta::assert_snapshot!(told(&merged(&base, &narrow, &set)), @"
    notes id 1: both; title 'one' | - | 'eins'
    0: 2, 5
    ");
}

#[test]
fn shared_rows_of_a_table_that_a_branch_leaves_out_are_gone_unless_the_other_changed_them() {
    let tags = table("tags", &[("id", Integer), ("name", Text)], &["id"]);
    let with = |names: &[(i64, &str)]| {
        let rows = names.iter().map(|(id, name)| vec![Value::Integer(*id), text(name)]).collect();
        memory(vec![spec(), tags.clone()], vec![(1, Shared, rows)])
    };
    let (base, left_out) = (with(&[(1, "a"), (2, "b")]), notes(&[]));
    assert_eq!(told(&merged(&base, &with(&[(1, "a"), (2, "b")]), &left_out)), "");
    let ours = with(&[(1, "a"), (2, "z"), (3, "c")]);
    insta::assert_snapshot!(told(&merged(&base, &ours, &left_out)), @"
    tags id 2: deleted by theirs; name 'b' | 'z' | -
    tags id 3: no table: Theirs
    ");
    let judge = Telling { take: Some(Take::Theirs), ..Telling::default() };
    let decided = merged_with(Some(&base), &ours, &left_out, judge).expect("merges");
    assert_eq!((told(&decided), decided.1.open), (String::new(), 0));
}

#[test]
fn definitions_that_both_changed_are_refused_by_name() {
    let with = |column: &str| table("no\u{1b}tes", &[("id", Integer), (column, Text)], &["id"]);
    let [base, ours, theirs] = ["a", "b", "c"].map(|column| memory(vec![with(column)], vec![]));
    let error = merged_with(Some(&base), &ours, &theirs, Telling::default()).err().expect("refused");
    insta::assert_snapshot!(error.to_string(), @r"ours and theirs both changed what the scenario holds: table no\u001btes");
    let mut other = ours.clone();
    other.definition.tables[0].key = vec![];
    let error = merged_with(Some(&ours), &ours, &other, Telling::default()).err().expect("refused");
    insta::assert_snapshot!(error.to_string(), @r"ours and theirs differ in table no\u001btes: its row key");
}

#[test]
fn merged_rows_come_back_from_scratch_as_often_as_they_are_read() {
    let mut scratch = Cursor::new(vec![]);
    let mut writer = RowsWriter::new(&mut scratch).expect("starts");
    for (table, row, hold) in [(1, "b", Hold::Owned), (1, "c", Hold::Shared), (0, "a", Hold::Owned)] {
        writer.push(table, &[text(row)], hold).expect("writes");
    }
    let mut rows = writer.finish(notes(&[]).definition).expect("ends");
    assert_eq!((rows.len(), rows.is_empty()), (3, false));
    let mut read = |only: Option<Hold>| {
        if let Some(only) = only {
            rows.only(only);
        }
        let mut stream = rows.open().expect("opens");
        let mut seen = Vec::new();
        while let Some(event) = stream.next().expect("reads") {
            seen.push(match event {
                RowEvent::Section { table, count, .. } => format!("{table}:{count}"),
                RowEvent::Row(row) => show_value(&row[0], 9),
            });
        }
        seen.join(" ")
    };
    assert_eq!(
        [read(None), read(None), read(Some(Hold::Owned)), read(Some(Hold::Shared))],
        ["0:1 'a' 1:2 'b' 'c'", "0:1 'a' 1:2 'b' 'c'", "0:1 'a' 1:2 'b'", "0:1 1:2 'c'"]
    );
}

/// So many triples: 2,000 in a full run.
fn cases() -> ProptestConfig {
    #[expect(clippy::disallowed_methods, reason = "the one switch of the long sweeps")]
    let full = std::env::var("DEMO_TEST_CASES").ok().and_then(|cases| cases.parse().ok());
    ProptestConfig::with_cases(full.unwrap_or(200))
}

type State = BTreeMap<i64, (u8, Option<u8>)>;

fn any_state() -> impl Strategy<Value = State> {
    proptest::collection::btree_map(0i64..8, (0u8..3, proptest::option::of(0u8..3)), 0..8)
}

fn of_state(state: &State) -> Memory {
    let rows = state.iter().map(|(id, (title, key))| {
        let meta = key.map_or("{}".to_owned(), |key| format!("{{\"k\":{key}}}"));
        (*id, title.to_string(), meta)
    });
    let rows: Vec<(i64, String, String)> = rows.collect();
    notes(&rows.iter().map(|(id, title, meta)| (*id, title.as_str(), meta.as_str())).collect::<Vec<_>>())
}

fn rows_of(memory: &Memory) -> Vec<(usize, Row)> {
    memory.sections.iter().flat_map(|(table, _, rows)| rows.iter().map(|row| (*table, row.clone()))).collect()
}

/// The same contradiction seen from the other branch.
fn turned(line: &str) -> String {
    let line =
        line.replace("by ours", "by OTHER").replace("by theirs", "by ours").replace("by OTHER", "by theirs");
    let cells = line.split("; ").map(|cell| match cell.split(" | ").collect::<Vec<_>>()[..] {
        [base, ours, theirs] => format!("{base} | {theirs} | {ours}"),
        _ => cell.to_owned(),
    });
    cells.collect::<Vec<_>>().join("; ")
}

proptest! {
    #![proptest_config(cases())]

    #[test]
    fn the_laws_of_a_merge_hold(base in any_state(), a in any_state(), b in any_state()) {
        let [base, a, b] = [&base, &a, &b].map(of_state);
        prop_assert_eq!(merged(&base, &a, &a).0.rows, rows_of(&a));
        prop_assert_eq!(merged(&base, &a, &base).0.rows, rows_of(&a));
        prop_assert_eq!(merged(&base, &base, &a).0.rows, rows_of(&a));
        let (ours, theirs) = (merged(&base, &a, &b), merged(&base, &b, &a));
        prop_assert_eq!(&ours.0.rows, &theirs.0.rows);
        prop_assert_eq!(&ours.0.lines, &theirs.0.lines.iter().map(|line| turned(line)).collect::<Vec<_>>());
        prop_assert_eq!(ours.1.open, ours.0.lines.len() as u64);
    }

    #[test]
    fn no_row_or_value_of_either_branch_is_lost_silently(
        base in any_state(), a in any_state(), b in any_state(), all in proptest::option::of(any::<bool>())
    ) {
        let states = (base, a, b);
        let [base, a, b] = [&states.0, &states.1, &states.2].map(of_state);
        let take = all.map(|ours| if ours { Take::Ours } else { Take::Theirs });
        let judge = Telling { take, ..Telling::default() };
        let (judge, _) = merged_with(Some(&base), &a, &b, judge).expect("merges");
        let (base, a, b) = states;
        let text = |title: u8| text(&title.to_string());
        for (id, side, other) in (0..8).flat_map(|id| [(id, &a, &b), (id, &b, &a)]) {
            let open = judge.lines.iter().any(|line| line.starts_with(&format!("notes id {id}:")));
            let kept = judge.rows.iter().find(|(_, row)| row[0] == Value::Integer(id)).map(|(_, row)| row);
            prop_assert!(!(open && kept.is_some()));
            prop_assert!(!(open && take.is_some()));
            let Some(row) = side.get(&id).filter(|row| base.get(&id) != Some(row)) else { continue };
            // Set by this side: in the result, told, or given up by a decision for the other side.
            let Some(kept) = kept else {
                prop_assert!(open || (take.is_some() && !other.contains_key(&id)), "row {} is gone", id);
                continue;
            };
            let was = base.get(&id);
            let set = was.is_none_or(|was| was.0 != row.0);
            let given_up = take.is_some() && other.get(&id).is_some_and(|other| other.0 != row.0);
            prop_assert!(!set || kept[1] == text(row.0) || given_up, "the title of {} is gone", id);
        }
    }
}
