//! Laws over random definitions and rows.

mod support;

use std::collections::BTreeSet;
use std::io::Cursor;

use model::{Engine, LogicalType, Ownership, Reference, Value};
use proptest::prelude::*;
use snapshot_sql::{Edited, Snapshot, Validate, validate};
use support::{Section, definition, draft, refers, rows, table, write};

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn what_is_written_reads_back_the_same((draft, sections) in any_snapshot()) {
        let (file, header, trailer) = write(&draft, &sections).expect("writes");
        let mut snapshot = Snapshot::open(Cursor::new(file.as_slice())).expect("opens");
        prop_assert_eq!(&rows(&mut snapshot).expect("reads"), &sections);
        let checked = snapshot.checked().expect("the pass ended");
        prop_assert_eq!(&checked.header, &header);
        prop_assert_eq!(checked.trailer, trailer);
        prop_assert_eq!(&rows(&mut snapshot).expect("reads again"), &sections);
        validate(&mut snapshot, Validate::Full).expect("valid SQL");

        let mut edited = Edited::open(Cursor::new(file.as_slice())).expect("opens as edited");
        prop_assert_eq!(&rows(&mut edited).expect("reads as edited"), &sections);
    }

    #[test]
    fn writing_again_gives_the_same_bytes((draft, sections) in any_snapshot()) {
        let (file, _, _) = write(&draft, &sections).expect("writes");
        let mut snapshot = Snapshot::open(Cursor::new(file.as_slice())).expect("opens");
        let read = rows(&mut snapshot).expect("reads");
        let again = write(&snapshot.header().draft(), &read).expect("writes").0;
        prop_assert_eq!(again, file);
    }

    #[test]
    fn damage_is_found_and_never_panics(
        (draft, sections) in any_snapshot(),
        at in any::<prop::sample::Index>(),
        byte in any::<u8>(),
        cut in any::<bool>(),
    ) {
        let (file, _, _) = write(&draft, &sections).expect("writes");
        let mut damaged = file.clone();
        let at = at.index(file.len());
        if cut {
            damaged.truncate(at);
        } else {
            damaged[at] = byte;
        }
        prop_assume!(damaged != file);
        prop_assert!(support::check(&damaged).is_err());
        let _ = Edited::open(Cursor::new(damaged.as_slice())).map(|mut edited| rows(&mut edited));
    }

    #[test]
    fn a_row_inserted_anywhere_only_adds_lines(ids in prop::collection::btree_set(0i64..5000, 2..400), new in 0i64..5000) {
        prop_assume!(!ids.contains(&new));
        let body = |ids: &BTreeSet<i64>| {
            let mut notes = table("notes", &[("id", LogicalType::Integer), ("body", LogicalType::Text)], &["id"]);
            notes.select = vec![vec![]];
            let draft = draft(definition("notes", vec![notes]), &Engine::ALL);
            let rows = ids.iter().map(|id| vec![Value::Integer(*id), Value::Text(format!("note {id}"))]).collect();
            let (file, _, _) = write(&draft, &[(0, Ownership::Owned, rows)]).expect("writes");
            let text = String::from_utf8(file).expect("UTF-8");
            // Below the counts; the first row of a section has no comma.
            text.lines().skip_while(|line| !line.starts_with("INSERT")).take_while(|line| !line.starts_with("SELECT"))
                .map(|line| line.trim_start_matches([',', ' ']).to_owned()).collect::<Vec<String>>()
        };
        let mut more = ids.clone();
        more.insert(new);
        let (before, after) = (body(&ids), body(&more));
        let mut rest = after.iter();
        prop_assert!(before.iter().all(|line| rest.any(|other| other == line)), "lines were lost or moved");
    }
}

/// Two tables that refer to each other and to themselves, with rows of both ownerships.
fn any_snapshot() -> impl Strategy<Value = (snapshot_sql::Draft, Vec<Section>)> {
    let ids = || prop::collection::btree_set(-20i64..60, 0..25);
    let payload = || prop::collection::vec(any_value(), 120);
    let picks = || prop::collection::vec(any::<prop::sample::Index>(), 120);
    (ids(), ids(), payload(), picks(), prop::collection::vec(any::<bool>(), 120), any_type()).prop_map(
        |(authors, books, values, picks, flags, ty)| {
            let sqlite = [Engine::Sqlite];
            let draft = draft(two_tables(ty), &sqlite);
            let authors: Vec<i64> = authors.into_iter().collect();
            let books: Vec<i64> = books.into_iter().collect();
            let mut next = 0;
            let mut reference = |ids: &[i64]| {
                next += 1;
                let pick = picks[next % picks.len()];
                if ids.is_empty() || flags[(next * 7) % flags.len()] {
                    return Value::Null;
                }
                Value::Integer(ids[pick.index(ids.len())])
            };
            let mut sections: Vec<Section> = Vec::new();
            let mut values = values.into_iter().cycle();
            for (at, ids) in [&authors, &books].into_iter().enumerate() {
                let mut shared = Vec::new();
                let mut owned = Vec::new();
                for (nth, id) in ids.iter().enumerate() {
                    let references = if at == 0 {
                        [reference(&books), Value::Text(format!("slug {}", (id * 37).rem_euclid(101)))]
                    } else {
                        [
                            reference(&books),
                            match reference(&books) {
                                Value::Integer(id) => {
                                    Value::Text(format!("nr {}", (id * 37).rem_euclid(101)))
                                }
                                other => other,
                            },
                        ]
                    };
                    let payload = values.next().expect("endless");
                    let own = Value::Text(format!("nr {}", (id * 37).rem_euclid(101)));
                    let [first, second] = references;
                    let row = vec![Value::Integer(*id), own, first, second, retyped(ty, payload)];
                    if flags[(nth * 3 + at) % flags.len()] { owned.push(row) } else { shared.push(row) }
                }
                for (ownership, rows) in [(Ownership::Shared, shared), (Ownership::Owned, owned)] {
                    if !rows.is_empty() {
                        sections.push((at, ownership, rows));
                    }
                }
            }
            (draft, sections)
        },
    )
}

fn two_tables(ty: LogicalType) -> model::Definition {
    let columns = |first, second| {
        [
            ("id", LogicalType::Integer),
            ("nr", LogicalType::Text),
            (first, LogicalType::Integer),
            (second, LogicalType::Text),
            ("payload", ty),
        ]
    };
    let link = |reference| Reference { link: true, ..reference };
    let mut authors = table("authors", &columns("favourite", "slug"), &["id"]);
    authors.select = vec![vec![support::is_in(&["id"], &[model::Scalar::Integer(1)])]];
    authors.references = vec![link(refers(&["favourite"], "the \"books\"", &["id"]))];
    let mut books = table("the \"books\"", &columns("sequel_of", "like_nr"), &["id"]);
    books.references = vec![
        link(refers(&["like_nr"], "the \"books\"", &["nr"])),
        Reference { child: true, ..link(refers(&["sequel_of"], "the \"books\"", &["id"])) },
    ];
    definition("authors", vec![authors, books])
}

fn any_type() -> impl Strategy<Value = LogicalType> {
    prop::sample::select(LogicalType::ALL.to_vec())
}

fn any_value() -> impl Strategy<Value = Value> {
    prop_oneof![
        Just(Value::Null),
        any::<i64>().prop_map(Value::Integer),
        any::<f64>().prop_filter("no NaN in SQLite", |x| !x.is_nan()).prop_map(Value::real),
        any::<bool>().prop_map(Value::Boolean),
        any::<String>().prop_map(Value::Text),
        "[ -~\n\t'\"\\\\;\u{1b}\r\u{0}\u{202e}é漢]{0,40}".prop_map(Value::Text),
        prop::collection::vec(any::<u8>(), 0..40).prop_map(|bytes| Value::text_from_bytes(&bytes)),
        prop::collection::vec(any::<u8>(), 0..40).prop_map(Value::Bytes),
        prop::sample::select(vec![
            "1.10",
            "2026-11-20",
            "{\"a\":[1,\"'\"]}",
            "10:30:00",
            "true",
            "null",
            "NaN"
        ])
        .prop_map(support::text),
        // Long enough for a statement of its own.
        Just(Value::Text("long ' row ".repeat(4000))),
    ]
}

/// As a database's reader would have typed it.
fn retyped(ty: LogicalType, value: Value) -> Value {
    match value {
        Value::Text(text) => Value::from_quoted(ty, text),
        other => other,
    }
}
