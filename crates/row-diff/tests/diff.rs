//! What is told of two snapshots, and the laws of the comparison.

mod support;

use std::collections::BTreeMap;
use std::io::Cursor;

use demo_snapshot_row_diff::{Change, Counts, Error, Kind, Side, TableCounts, diff, schema_changes};
use model::LogicalType::{Boolean, Integer, Text};
use model::Ownership::{Owned, Shared};
use model::text::{show_key, show_value};
use model::{Ownership, Value};
use proptest::prelude::*;
use support::rows::Row;
use support::{Memory, memory, run, table, text};

/// The comparison, with each change as a line.
fn compare(base: &Memory, head: &Memory) -> Result<(Vec<String>, Counts), Error> {
    let mut lines = Vec::new();
    let counts = run(base, head, &mut |change| lines.push(line(change)))?;
    Ok((lines, counts))
}

fn line(change: &Change<'_>) -> String {
    let values = |row: &[Value]| row.iter().map(|v| show_value(v, 40)).collect::<Vec<_>>().join(", ");
    let at = format!("{} {}", change.table.name, show_key(&change.table.key, change.key));
    match &change.kind {
        Kind::Added(row) => format!("+ {at}: {}", values(row)),
        Kind::Removed(row) => format!("- {at}: {}", values(row)),
        Kind::Changed(columns) => {
            let side = |side: Option<&Value>| side.map_or("no column".to_owned(), |v| show_value(v, 40));
            let told =
                columns.iter().map(|c| format!("{} {} -> {}", c.column.name, side(c.base), side(c.head)));
            format!("~ {at}: {}", told.collect::<Vec<_>>().join(", "))
        }
    }
}

fn notes(sections: Vec<(Ownership, Vec<(i64, &str)>)>) -> Memory {
    let sections = sections.into_iter().map(|(ownership, rows)| {
        let rows = rows.into_iter().map(|(id, title)| vec![Value::Integer(id), text(title)]).collect();
        (0, ownership, rows)
    });
    memory(vec![table("notes", &[("id", Integer), ("title", Text)], &["id"])], sections.collect())
}

#[track_caller]
fn told(base: &Memory, head: &Memory) -> String {
    compare(base, head).expect("compares").0.join("\n")
}

#[track_caller]
fn refused(base: &Memory, head: &Memory) -> String {
    shown(&compare(base, head).expect_err("is refused"))
}

fn shown(error: &Error) -> String {
    let help = miette::Diagnostic::help(error).map(|help| help.to_string()).unwrap_or_default();
    let cause = std::error::Error::source(error).map(|cause| format!("\ncause: {cause}")).unwrap_or_default();
    format!("{error}{cause}\nhelp: {help}")
}

#[test]
fn rows_are_added_changed_and_removed_by_key() {
    let base = notes(vec![(Owned, vec![(1, "one"), (2, "two"), (4, "four")])]);
    let head = notes(vec![(Owned, vec![(2, "zwei"), (3, "three"), (4, "four")])]);
    insta::assert_snapshot!(told(&base, &head), @r"
    - notes id 1: 1, 'one'
    ~ notes id 2: title 'two' -> 'zwei'
    + notes id 3: 3, 'three'
    ");
    let counts = compare(&base, &head).expect("compares").1;
    assert_eq!(counts.tables["notes"], TableCounts { added: 1, changed: 1, removed: 1, equal: 1 });
    assert!(counts.any());
}

#[test]
fn another_key_is_a_removed_and_an_added_row() {
    let base = notes(vec![(Owned, vec![(1, "same")])]);
    let head = notes(vec![(Owned, vec![(2, "same")])]);
    insta::assert_snapshot!(told(&base, &head), @r"
    - notes id 1: 1, 'same'
    + notes id 2: 2, 'same'
    ");
}

#[test]
fn a_row_that_moves_between_shared_and_owned_is_the_same_row() {
    let base = notes(vec![(Shared, vec![(1, "a"), (5, "e")]), (Owned, vec![(2, "b"), (3, "c")])]);
    let head = notes(vec![(Shared, vec![(2, "b")]), (Owned, vec![(1, "a"), (3, "c"), (5, "E")])]);
    insta::assert_snapshot!(told(&base, &head), @"~ notes id 5: title 'e' -> 'E'");
}

#[test]
fn rows_ordered_by_depth_are_matched_by_key() {
    let by_depth = |rows| {
        let mut memory = notes(vec![(Owned, rows)]);
        memory.definition.tables[0].order_parents = true;
        memory
    };
    let base = by_depth(vec![(5, "root"), (1, "child"), (9, "child"), (2, "leaf")]);
    let head = by_depth(vec![(1, "child"), (5, "root"), (2, "leaf"), (3, "new")]);
    insta::assert_snapshot!(told(&base, &head), @r"
    + notes id 3: 3, 'new'
    - notes id 9: 9, 'child'
    ");
}

#[test]
fn a_table_without_a_key_is_a_multiset() {
    let bag = |titles: &[&str]| {
        let rows = titles.iter().map(|title| vec![text(title)]).collect();
        memory(vec![table("tags", &[("tag", Text)], &[])], vec![(0, Owned, rows)])
    };
    insta::assert_snapshot!(told(&bag(&["a", "a", "b"]), &bag(&["a", "b", "b", "c"])), @r"
    - tags () (): 'a'
    + tags () (): 'b'
    + tags () (): 'c'
    ");
}

#[test]
fn a_change_has_the_whole_row_and_without_a_key_how_many_equal_ones_stay() {
    let bag = |titles: &[&str]| {
        let rows = titles.iter().map(|title| vec![text(title)]).collect();
        memory(vec![table("tags", &[("tag", Text)], &[])], vec![(0, Owned, rows)])
    };
    let mut lines = Vec::new();
    let mut note = |change: &Change<'_>| {
        lines.push(format!("{} kept {}", show_value(&change.row[change.row.len() - 1], 40), change.kept));
    };
    run(&bag(&["a", "a", "a", "b", "c"]), &bag(&["a", "b", "b", "c", "d"]), &mut note).expect("compares");
    run(&notes(vec![(Owned, vec![(1, "old")])]), &notes(vec![(Owned, vec![(1, "new")])]), &mut note)
        .expect("compares");
    insta::assert_snapshot!(lines.join("\n"), @r"
    'a' kept 1
    'a' kept 1
    'b' kept 1
    'd' kept 0
    'new' kept 0
    ");
}

#[test]
fn a_null_in_a_key_is_not_lost() {
    let with =
        |key: Value| memory(vec![table("t", &[("id", Integer)], &["id"])], vec![(0, Owned, vec![vec![key]])]);
    insta::assert_snapshot!(told(&with(Value::Null), &with(Value::Integer(1))), @r"
    - t id NULL: NULL
    + t id 1: 1
    ");
    assert_eq!(told(&with(Value::Null), &with(Value::Null)), "");
}

#[test]
fn columns_of_one_side_differ_where_they_hold_something() {
    let one = |columns: &[(&str, model::LogicalType)], rows: Vec<Row>| {
        memory(vec![table("t", columns, &["id"])], vec![(0, Owned, rows)])
    };
    let base = one(
        &[("id", Integer), ("old", Text), ("flag", Integer)],
        vec![
            vec![Value::Integer(1), text("x"), Value::Null],
            vec![Value::Integer(2), Value::Null, Value::Null],
        ],
    );
    let head = one(
        &[("flag", Boolean), ("id", Integer), ("new", Text)],
        vec![
            vec![Value::Null, Value::Integer(1), text("y")],
            vec![Value::Null, Value::Integer(2), Value::Null],
        ],
    );
    insta::assert_snapshot!(told(&base, &head), @"~ t id 1: new no column -> 'y', old 'x' -> no column");
    let changes = schema_changes(&base.definition, &head.definition);
    let changes: Vec<String> = changes.iter().map(ToString::to_string).collect();
    insta::assert_snapshot!(changes.join("\n"), @r"
    column t.old removed
    column t.flag is boolean, was integer
    column t.new added
    ");
}

#[test]
fn tables_come_go_and_change_places() {
    let names = |names: &[&str]| {
        let tables = names.iter().map(|name| table(name, &[("id", Integer)], &["id"])).collect();
        let rows = |at: usize| (at, Owned, vec![vec![Value::Integer(1)]]);
        memory(tables, (0..names.len()).map(rows).collect())
    };
    let (base, head) = (names(&["a", "b", "gone"]), names(&["b", "a", "new"]));
    insta::assert_snapshot!(told(&base, &head), @r"
    - gone id 1: 1
    + new id 1: 1
    ");
    let counts = compare(&base, &head).expect("compares").1;
    assert_eq!(counts.total(), TableCounts { added: 1, changed: 0, removed: 1, equal: 2 });
    let changes = schema_changes(&base.definition, &head.definition);
    let changes: Vec<String> = changes.iter().map(ToString::to_string).collect();
    insta::assert_snapshot!(changes.join("\n"), @r"
    table gone removed
    table new added
    ");
}

#[test]
fn under_another_key_all_rows_are_replaced() {
    let base = notes(vec![(Owned, vec![(1, "a"), (2, "b")])]);
    let mut head = base.clone();
    head.definition.tables[0].key = vec!["title".to_owned()];
    insta::assert_snapshot!(told(&base, &head), @r"
    - notes id 1: 1, 'a'
    - notes id 2: 2, 'b'
    + notes title 'a': 1, 'a'
    + notes title 'b': 2, 'b'
    ");
    assert_eq!(
        schema_changes(&base.definition, &head.definition)[0].to_string(),
        "table notes has another row key"
    );
}

#[test]
fn a_key_that_stands_twice_is_refused_in_one_section_or_two() {
    let fine = notes(vec![(Owned, vec![(1, "a")])]);
    let twice = notes(vec![(Owned, vec![(1, "a"), (1, "b")])]);
    insta::assert_snapshot!(refused(&fine, &twice), @r"
    the head has two rows of table notes with id 1
    help: a row key must be unique: correct one of the rows in the source and export again
    ");
    let both = notes(vec![(Shared, vec![(1, "a")]), (Owned, vec![(1, "a")])]);
    insta::assert_snapshot!(refused(&both, &fine), @r"
    the base has two rows of table notes with id 1
    help: a row key must be unique: correct one of the rows in the source and export again
    ");
}

#[test]
fn rows_and_sections_out_of_order_are_refused() {
    let fine = notes(vec![(Owned, vec![(1, "a")])]);
    let rows = notes(vec![(Owned, vec![(2, "a"), (1, "b")])]);
    insta::assert_snapshot!(refused(&fine, &rows), @r"
    the head does not give the rows of table notes in the order of its definition
    help: export the snapshot again: its rows must be sorted by row key
    ");
    let sections = notes(vec![(Owned, vec![(2, "a")]), (Shared, vec![(1, "b")])]);
    assert!(matches!(compare(&sections, &fine), Err(Error::Disorder { .. })));
    let mut unknown = fine.clone();
    unknown.sections[0].0 = 9;
    assert!(matches!(compare(&unknown, &fine), Err(Error::Disorder { .. })));
    let mut narrow = fine.clone();
    narrow.sections[0].2[0].pop();
    assert!(matches!(compare(&fine, &narrow), Err(Error::Disorder { .. })));
}

#[test]
fn the_readers_error_says_which_side() {
    let fine = memory(vec![table("t", &[("a", Text)], &["a"])], vec![(0, Owned, vec![vec![text("a")]])]);
    let mut broken = fine.clone();
    broken.sections[0].2[0] = vec![text("broken")];
    insta::assert_snapshot!(refused(&fine, &broken), @r"
    the head of the comparison cannot be read
    cause: line 7: broken
    help: the cause says which file and line; `demo-verify` checks the archived versions
    ");
}

#[test]
fn a_receiver_that_fails_stops_the_comparison() {
    let (mut base, mut head) = (notes(vec![]), notes(vec![(Owned, vec![(1, "a"), (2, "b")])]));
    let (mut here, mut there) = (Cursor::new(vec![]), Cursor::new(vec![]));
    let base = Side { rows: &mut base, scratch: &mut here };
    let head = Side { rows: &mut head, scratch: &mut there };
    let error = diff(base, head, &mut |_| Err("the pipe is closed".into())).expect_err("it fails");
    insta::assert_snapshot!(shown(&error), @r"
    the changes could not be taken on
    cause: the pipe is closed
    help: the cause says what stopped them
    ");
}

#[test]
fn scratch_space_that_fails_is_the_surroundings_fault() {
    let error = Error::Scratch(std::io::Error::from(std::io::ErrorKind::StorageFull));
    insta::assert_snapshot!(shown(&error), @r"
    scratch space for the comparison failed
    cause: no storage space
    help: check the free space and permissions of the folder for temporary files
    ");
}

/// Sections of a keyed table, each row shared or owned at will.
fn any_notes() -> impl Strategy<Value = Memory> {
    let rows = proptest::collection::btree_map(0i64..12, (any::<bool>(), "[ab]{0,2}"), 0..10);
    (rows, any::<bool>()).prop_map(|(rows, by_depth)| {
        let of = |shared: bool| -> Vec<Row> {
            let rows = rows.iter().filter(|(_, (is_shared, _))| *is_shared == shared);
            rows.map(|(id, (_, title))| vec![Value::Integer(*id), text(title)]).collect()
        };
        let (shared, mut owned) = (of(true), of(false));
        if by_depth && owned.len() > 2 {
            owned.rotate_left(2);
        }
        let spec = table("notes", &[("id", Integer), ("title", Text)], &["id"]);
        let mut memory = memory(vec![spec], vec![(0, Shared, shared), (0, Owned, owned)]);
        memory.definition.tables[0].order_parents = by_depth;
        memory
    })
}

fn by_key(memory: &Memory) -> BTreeMap<Row, Row> {
    let rows = memory.sections.iter().flat_map(|(_, _, rows)| rows);
    rows.map(|row| (row[..1].to_vec(), row.clone())).collect()
}

proptest! {
    #[test]
    fn nothing_differs_from_itself(a in any_notes()) {
        let (lines, counts) = compare(&a, &a).expect("compares");
        prop_assert_eq!(lines, Vec::<String>::new());
        prop_assert!(!counts.any());
    }

    #[test]
    fn applying_the_changes_to_the_base_gives_the_head(a in any_notes(), b in any_notes()) {
        let mut rows = by_key(&a);
        let mut keys = Vec::new();
        let counts = run(&a, &b, &mut |change| {
            keys.push(change.key.to_vec());
            match &change.kind {
                Kind::Added(row) => assert!(rows.insert(change.key.to_vec(), row.to_vec()).is_none()),
                Kind::Removed(row) => assert_eq!(rows.remove(change.key).as_deref(), Some(*row)),
                Kind::Changed(columns) => {
                    let row = rows.get_mut(change.key).expect("is there");
                    for column in *columns {
                        let at = change.table.column(&column.column.name).expect("a column");
                        assert_eq!(Some(&row[at]), column.base);
                        row[at] = column.head.expect("a value").clone();
                    }
                }
            }
        }).expect("compares");
        prop_assert_eq!(&rows, &by_key(&b));
        prop_assert!(keys.is_sorted());
        let total = counts.total();
        prop_assert_eq!(total.added + total.changed + total.removed, keys.len() as u64);
        prop_assert_eq!(total.equal + total.changed + total.added, rows.len() as u64);
    }

    #[test]
    fn bags_differ_by_what_one_has_more_often(a in "[a-c]{0,8}", b in "[a-c]{0,8}") {
        let bag = |letters: &str| {
            let mut rows: Vec<Row> = letters.chars().map(|c| vec![text(&c.to_string())]).collect();
            rows.sort();
            memory(vec![table("tags", &[("tag", Text)], &[])], vec![(0, Owned, rows)])
        };
        let counts = compare(&bag(&a), &bag(&b)).expect("compares").1.total();
        let often = |text: &str, c: char| text.chars().filter(|found| *found == c).count();
        let more = |x: &str, y: &str| {
            "abc".chars().map(|c| often(x, c).saturating_sub(often(y, c))).sum::<usize>() as u64
        };
        prop_assert_eq!((counts.added, counts.removed), (more(&b, &a), more(&a, &b)));
    }
}
