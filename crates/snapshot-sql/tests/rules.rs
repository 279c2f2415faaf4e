//! The format's rules one by one: what is portable, what is a link, where statements begin, what a raw run needs.

mod support;

use model::{Condition, ConditionOp, Engine, LogicalType, Ownership, Reference, Scalar, TableSpec, Value};
use snapshot_sql::{Error, RowFault};
use support::{Section, check, definition, draft, is_in, refers, rows, strings, table, text, typed, write};

const OWNED: Ownership = Ownership::Owned;
const SHARED: Ownership = Ownership::Shared;

#[test]
fn cleanup_is_written_only_where_it_means_the_same_on_both_engines() {
    use LogicalType as T;
    let number = |n| vec![Scalar::Integer(n)];
    let words = |word: &str| vec![Scalar::Text(word.to_owned())];
    let cases = [
        (T::Integer, "", ConditionOp::In, vec![Scalar::Integer(1), Scalar::Real(2.5)], "\"c\" IN (1, 2.5)"),
        (T::Integer, "", ConditionOp::In, words("1"), ""),
        (T::Integer, "", ConditionOp::From, number(5), "\"c\" >= 5"),
        (T::Real, "", ConditionOp::To, number(5), "\"c\" < 5"),
        (T::Decimal, "", ConditionOp::From, number(5), ""),
        (T::Boolean, "", ConditionOp::In, vec![Scalar::Boolean(true)], "\"c\" IN (TRUE)"),
        (T::Boolean, "", ConditionOp::In, number(1), ""),
        (T::Text, "", ConditionOp::In, words("it's"), "\"c\" IN ('it''s')"),
        (T::Text, "", ConditionOp::In, words("\u{1b}"), "\"c\" IN (json('[\"\\u001b\"]')->>0)"),
        (T::Text, "", ConditionOp::In, words("a\0"), ""),
        (T::Text, "", ConditionOp::From, words("a"), ""),
        (T::Text, "", ConditionOp::Like, words("a%"), ""),
        (T::Text, "", ConditionOp::Null, vec![], "\"c\" IS NULL"),
        (T::Date, "", ConditionOp::From, words("2026-11-20"), "\"c\" >= '2026-11-20'"),
        (T::Date, "", ConditionOp::From, words("yesterday"), ""),
        (
            T::Json,
            "k",
            ConditionOp::In,
            vec![Scalar::Boolean(false)],
            "CAST(\"c\"->>'k' AS TEXT) IN ('false', '0')",
        ),
        (T::Json, "k.l", ConditionOp::In, number(7), "CAST(\"c\"->'k'->>'l' AS TEXT) IN ('7')"),
        (T::Json, "k", ConditionOp::In, number(1), ""),
        (T::Json, "k", ConditionOp::In, words("true"), ""),
        (T::Json, "k", ConditionOp::In, vec![Scalar::Real(1.5)], ""),
        (T::Json, "k-l", ConditionOp::In, words("a"), ""),
        (T::Json, "k", ConditionOp::Null, vec![], ""),
        (T::Json, "k", ConditionOp::From, number(1), ""),
        (T::Text, "k", ConditionOp::In, words("a"), ""),
        (T::Json, "", ConditionOp::In, words("{}"), ""),
    ];
    for (ty, path, op, values, expected) in cases {
        let mut spec = table("t", &[("id", T::Integer), ("c", ty)], &["id"]);
        let keys = path.split('.').filter(|key| !key.is_empty()).map(str::to_owned);
        let path: Vec<String> = std::iter::once("c".to_owned()).chain(keys).collect();
        spec.select = vec![vec![Condition { path, op, values }]];
        let cleanup = line_starting(&file("t", vec![spec.clone()], &[]), &["DELETE", "-- Not"]);
        let wanted = match expected {
            "" => "-- Not cleaned up here: \"t\"".to_owned(),
            _ => format!("DELETE FROM \"t\" WHERE {expected};"),
        };
        assert_eq!(cleanup, wanted, "{:?}", spec.select);
    }
}

#[test]
fn cleanup_follows_children_eight_deep_and_no_cycle() {
    let chain = |depth: usize| -> Vec<TableSpec> {
        let mut tables = vec![table("t0", &[("id", LogicalType::Integer)], &["id"])];
        tables[0].select = vec![vec![]];
        for at in 1..=depth {
            let (name, parent) = (format!("t{at}"), format!("t{}", at - 1));
            let columns = [("id", LogicalType::Integer), ("up", LogicalType::Integer)];
            let mut spec = table(&name, &columns, &["id"]);
            spec.references = vec![Reference { child: true, ..refers(&["up"], &parent, &["id"]) }];
            tables.push(spec);
        }
        tables
    };
    assert!(!file("t0", chain(8), &[]).contains("-- Not cleaned up here"));
    assert!(file("t0", chain(9), &[]).contains("-- Not cleaned up here: \"t9\"\nDELETE FROM \"t8\""));
    assert!(
        file("t0", chain(9), &[]).contains("-- Raw: sqlite >= 3.38, postgres >= 14, empty tables only\n")
    );
    let mut cyclic = chain(1);
    let itself = Reference { child: true, link: true, ..refers(&["up"], "t1", &["id"]) };
    cyclic[1].references.push(itself);
    assert!(
        file("t0", cyclic, &[]).contains("-- Not cleaned up here: \"t1\"\nDELETE FROM \"t0\" WHERE TRUE;\n")
    );
    let mut limited = chain(1);
    limited[0].limit = true;
    assert!(
        file("t0", limited, &[]).contains("-- Not cleaned up here: \"t1\"\n-- Not cleaned up here: \"t0\"\n")
    );
}

#[test]
fn links_across_tables_are_unlinked_before_anything_is_deleted() {
    let columns = [("id", LogicalType::Integer), ("other", LogicalType::Integer)];
    let (mut a, mut b) = (table("a", &columns, &["id"]), table("b", &columns, &["id"]));
    a.select = vec![vec![]];
    b.select = vec![vec![]];
    a.references = vec![Reference { link: true, ..refers(&["other"], "b", &["id"]) }];
    b.references = vec![refers(&["other"], "a", &["id"])];
    let n = Value::Integer;
    let text =
        file("a", vec![a, b], &[(0, OWNED, vec![vec![n(1), n(1)]]), (1, OWNED, vec![vec![n(1), n(1)]])]);
    assert!(text.contains(
        "UPDATE \"a\" SET \"other\" = NULL WHERE TRUE;\nDELETE FROM \"b\" WHERE TRUE;\nDELETE FROM \"a\" WHERE TRUE;\n"
    ));
    assert!(text.contains("  (1, NULL)\n"));
    assert!(text.contains("UPDATE \"a\" SET \"other\" = 1 WHERE \"id\" = 1 AND \"other\" IS NULL;\n"));
}

#[test]
fn a_composite_link_leaves_the_row_key_in_its_row() {
    let columns = [("tenant", LogicalType::Text), ("nr", LogicalType::Integer), ("up", LogicalType::Integer)];
    let mut spec = table("t", &columns, &["tenant", "nr"]);
    spec.select = vec![vec![]];
    // The pairs stand in another order than the row key's.
    spec.references = vec![Reference { link: true, ..refers(&["up", "tenant"], "t", &["nr", "tenant"]) }];
    let n = Value::Integer;
    let all = vec![
        vec![text("a"), n(1), n(2)],
        vec![text("a"), n(2), n(1)],
        vec![text("b"), n(1), n(1)],
        vec![text("b"), n(2), Value::Null],
    ];
    let text = file("t", vec![spec], &[(0, OWNED, all)]);
    assert!(text.contains("  ('a', 1, NULL)\n, ('a', 2, 1)\n, ('b', 1, 1)\n, ('b', 2, NULL)\n"), "{text}");
    assert!(
        text.contains(
            "UPDATE \"t\" SET \"up\" = 2 WHERE \"tenant\" = 'a' AND \"nr\" = 1 AND \"up\" IS NULL;\n"
        )
    );
}

#[test]
fn shared_rows_count_as_earlier_for_owned_ones_and_not_the_other_way_round() {
    let mut spec = table("t", &[("id", LogicalType::Integer), ("up", LogicalType::Integer)], &["id"]);
    spec.select = vec![vec![]];
    spec.references = vec![Reference { link: true, ..refers(&["up"], "t", &["id"]) }];
    let n = Value::Integer;
    let sections = [
        (0, SHARED, vec![vec![n(5), n(1)], vec![n(9), n(5)]]),
        (0, OWNED, vec![vec![n(1), n(9)], vec![n(2), n(1)], vec![n(3), n(4)], vec![n(4), n(4)]]),
    ];
    let text = file("t", vec![spec], &sections);
    assert!(text.contains("  (5, NULL)\n, (9, 5)\n"));
    assert!(text.contains("  (1, 9)\n, (2, 1)\n, (3, NULL)\n, (4, 4)\n"));
    assert!(text.contains("-- Links (2 updates)\n"));
}

#[test]
fn rows_ordered_by_parents_go_by_depth_then_key() {
    let mut spec = table("t", &[("id", LogicalType::Integer), ("up", LogicalType::Integer)], &["id"]);
    spec.select = vec![vec![]];
    spec.order_parents = true;
    spec.references = vec![refers(&["up"], "t", &["id"])];
    let n = Value::Integer;
    let pairs = |pairs: &[(i64, i64)]| -> Vec<Section> {
        vec![(0, OWNED, pairs.iter().map(|(id, up)| vec![n(*id), n(*up)]).collect())]
    };
    let draft = draft(definition("t", vec![spec]), &Engine::ALL);
    let fault = |sections: Vec<Section>| match write(&draft, &sections) {
        Err(Error::Unwritable { fault }) => Some(fault),
        _ => None,
    };
    assert_eq!(fault(pairs(&[(7, 7), (8, 8), (1, 7), (2, 8), (0, 1)])), None);
    assert!(matches!(fault(pairs(&[(7, 7), (1, 7), (8, 8)])), Some(RowFault::Order { .. })));
    assert!(matches!(fault(pairs(&[(7, 7), (2, 7), (1, 7)])), Some(RowFault::Order { .. })));
    assert!(matches!(fault(pairs(&[(1, 7), (7, 7)])), Some(RowFault::LaterReference { .. })));
    // A shared row may have an own one as its parent, though own rows come later; shared ones are in order.
    let shared = |shared: &[(i64, i64)], own: &[(i64, i64)]| -> Vec<Section> {
        let rows = |rows: &[(i64, i64)]| rows.iter().map(|(id, up)| vec![n(*id), n(*up)]).collect();
        vec![(0, SHARED, rows(shared)), (0, OWNED, rows(own))]
    };
    assert_eq!(fault(shared(&[(3, 8), (9, 9), (1, 3)], &[(7, 7), (8, 7), (2, 1)])), None);
    assert!(matches!(fault(shared(&[(9, 9), (3, 8)], &[(8, 8)])), Some(RowFault::Order { .. })));
    assert!(matches!(fault(shared(&[(1, 3), (3, 8)], &[(8, 8)])), Some(RowFault::LaterReference { .. })));
    assert!(
        matches!(fault(shared(&[(3, 8)], &[(7, 7)])), Some(RowFault::LaterReference { .. })),
        "it is missing"
    );
    let (file, header, _) = write(&draft, &shared(&[(3, 8)], &[(8, 8)])).expect("writes");
    assert_eq!(header.raw.to_string(), "sqlite >= 3.38, postgres none, empty tables only");
    check(&file).expect("reads");
}

#[test]
fn statements_begin_where_the_keys_hash_says() {
    let mut spec = table("t", &[("id", LogicalType::Integer), ("body", LogicalType::Text)], &["id"]);
    spec.select = vec![vec![]];
    let body = |id: i64| if id == 50 { "x".repeat(32 * 1024) } else { format!("row {id}") };
    let all = (0..1000).map(|id| vec![Value::Integer(id), text(&body(id))]).collect();
    let text = file("t", vec![spec], &[(0, OWNED, all)]);
    let starts: Vec<&str> = text
        .lines()
        .filter(|line| line.starts_with("  ("))
        .map(|line| line.trim_start().split(',').next().unwrap_or_default())
        .collect();
    insta::assert_snapshot!(starts.join(" "), @"(0 (50 (51 (186 (194 (244 (378 (539 (575 (613 (713 (714 (742 (805");
}

#[test]
fn raw_runs_name_what_they_need() {
    let cases: [(LogicalType, Value, &[Engine], &str); 7] = [
        (LogicalType::Integer, Value::Integer(1), &Engine::ALL, "sqlite >= 3.38, postgres >= 14"),
        (LogicalType::Bytes, Value::Bytes(vec![1]), &Engine::ALL, "sqlite >= 3.41, postgres >= 14"),
        (LogicalType::Text, text("\u{1b}"), &Engine::ALL, "sqlite >= 3.38, postgres >= 14"),
        (LogicalType::Enum, typed("\u{1b}"), &Engine::ALL, "sqlite >= 3.38, postgres none"),
        (LogicalType::Text, text("a\0"), &[Engine::Sqlite], "sqlite >= 3.38, postgres none"),
        (LogicalType::Real, Value::Real(f64::NAN), &[Engine::Postgres], "sqlite none, postgres >= 14"),
        (LogicalType::Integer, Value::Integer(1), &[Engine::Postgres], "sqlite none, postgres >= 14"),
    ];
    for (ty, value, engines, expected) in cases {
        let mut spec = table("t", &[("id", LogicalType::Integer), ("c", ty)], &["id"]);
        spec.select = vec![vec![]];
        let draft = draft(definition("t", vec![spec]), engines);
        let sections = vec![(0, OWNED, vec![vec![Value::Integer(1), value]])];
        let (file, header, _) = write(&draft, &sections).expect("writes");
        assert_eq!(header.raw.to_string(), expected);
        check(&file).expect("reads");
        let mut snapshot = snapshot_sql::Snapshot::open(std::io::Cursor::new(file)).expect("opens");
        assert_eq!(rows(&mut snapshot).expect("reads"), sections);
    }
}

#[test]
fn a_reference_to_a_later_table_that_is_no_link_stays_in_its_row() {
    use LogicalType::Integer;
    let n = Value::Integer;
    let mut books = table("books", &[("id", Integer), ("writer", Integer)], &["id"]);
    books.select = vec![vec![]];
    books.references = vec![refers(&["writer"], "writers", &["id"])];
    let mut writers = table("writers", &[("id", Integer), ("book", Integer)], &["id"]);
    writers.references = vec![refers(&["book"], "books", &["id"])];
    let sections = [(0, OWNED, vec![vec![n(1), n(2)]]), (1, SHARED, vec![vec![n(2), n(1)]])];
    let text = file("books", vec![books, writers], &sections);
    assert!(text.contains("\n  (1, 2)\n"), "{text}");
    assert!(!text.contains("-- Links"), "{text}");
    // PostgreSQL's client may check at once, SQLite's does not check at all.
    assert_eq!(
        line_starting(&text, &["-- Raw: "]),
        "-- Raw: sqlite >= 3.38, postgres none, empty tables only"
    );
}

#[test]
fn a_shared_row_that_holds_an_owned_one_needs_empty_tables() {
    use LogicalType::{Integer, Text};
    let n = Value::Integer;
    let raw = |tables: &[TableSpec], sections: &[Section]| {
        let text = file(&tables[0].name, tables.to_vec(), sections);
        line_starting(&text, &["-- Raw: "])
            .trim_start_matches("-- Raw: sqlite >= 3.38, postgres >= 14")
            .to_owned()
    };
    let mut people = table("people", &[("id", Integer), ("boss", Integer), ("team", Text)], &["id"]);
    people.select = vec![vec![]];
    people.references = vec![
        Reference { link: true, ..refers(&["boss"], "people", &["id"]) },
        Reference { link: true, ..refers(&["team"], "teams", &["code"]) },
    ];
    let mut teams = table("teams", &[("code", Text), ("lead", Integer)], &["code"]);
    teams.references = vec![refers(&["lead"], "people", &["id"])];
    let person = |id: i64| vec![n(id), n(3 - id), text("red")];
    let section = |lead: Value| {
        vec![(0, OWNED, vec![person(1), person(2)]), (1, SHARED, vec![vec![text("red"), lead]])]
    };
    let both = [people.clone(), teams.clone()];
    assert_eq!(raw(&both, &section(n(1))), ", empty tables only");
    assert_eq!(raw(&both, &section(Value::Null)), "", "it refers to nothing");
    // Cleanup unlinks owned rows alone, so a link of a shared row holds as well.
    teams.references[0].link = true;
    let (mut first, mut second) = (teams, people);
    second.references[1].link = false;
    let turned = vec![(0, SHARED, vec![vec![text("red"), n(1)]]), (1, OWNED, vec![person(1), person(2)])];
    assert_eq!(raw(&[first.clone(), second.clone()], &turned), ", empty tables only");
    // A row that refers to an owned one by a child reference would be owned itself.
    first.references[0] = Reference { child: true, ..first.references[0].clone() };
    assert_eq!(raw(&[first, second], &turned), "", "no shared row refers to an owned one here");

    let mut notes = table("notes", &[("id", Integer), ("up", Integer)], &["id"]);
    notes.select = vec![vec![is_in(&["id"], &[Scalar::Integer(9)])]];
    notes.references = vec![Reference { link: true, ..refers(&["up"], "notes", &["id"]) }];
    let shared = |rows: &[(i64, i64)]| -> Vec<Section> {
        let rows = rows.iter().map(|(id, up)| vec![n(*id), n(*up)]).collect();
        vec![(0, SHARED, rows), (0, OWNED, vec![vec![n(9), n(2)]])]
    };
    let notes = [notes];
    assert_eq!(
        raw(&notes, &shared(&[(1, 1), (2, 1)])),
        "",
        "a shared parent that has passed, and the row itself"
    );
    assert_eq!(raw(&notes, &shared(&[(1, 1), (2, 9)])), ", empty tables only");
    assert_eq!(raw(&notes, &shared(&[(1, 2), (2, 2)])), ", empty tables only", "a later row may be either");
}

#[test]
fn conditions_and_numbers_of_the_header_read_back() {
    let mut spec = table("t", &[("id", LogicalType::Integer), ("r", LogicalType::Real)], &["id"]);
    spec.schema = Some("other".to_owned());
    let reals = [1e300, 5.0, 1e16, -0.5, 5e-324, f64::MAX].map(Scalar::Real);
    let from =
        Condition { path: strings(&["id"]), op: ConditionOp::From, values: vec![Scalar::Integer(i64::MIN)] };
    let to =
        Condition { path: strings(&["id"]), op: ConditionOp::To, values: vec![Scalar::Integer(i64::MAX)] };
    spec.select =
        vec![vec![from, to, is_in(&["r"], &reals)], vec![is_in(&["id"], &[Scalar::Text("\u{1b}\"".into())])]];
    let draft = draft(definition("t", vec![spec]), &Engine::ALL);
    let (file, header, _) = write(&draft, &[]).expect("writes");
    assert_eq!(check(&file).expect("reads").header, header);
    assert_eq!(header.definition, draft.definition);
}

#[test]
fn hostile_headers_take_bounded_time_and_memory() {
    // Each table refers to the one before by twelve columns: 12^8 predicates, were they all written.
    let columns: Vec<String> = (0..12).map(|at| format!("c{at:02}")).collect();
    let mut tables = vec![table("t00", &[("id", LogicalType::Integer)], &["id"])];
    tables[0].select = vec![vec![]];
    for at in 1..=8 {
        let mut all = vec![("id", LogicalType::Integer)];
        all.extend(columns.iter().map(|name| (name.as_str(), LogicalType::Integer)));
        let (name, parent) = (format!("t{at:02}"), format!("t{:02}", at - 1));
        let mut spec = table(&name, &all, &["id"]);
        let child = |name: &String| Reference { child: true, ..refers(&[name.as_str()], &parent, &["id"]) };
        spec.references = columns.iter().map(child).collect();
        tables.push(spec);
    }
    let text = file("t00", tables, &[]);
    assert!(text.len() < 1024 * 1024, "{}", text.len());

    let head = "-- Demo Data Export\n-- Format: 1\n";
    let nested = format!("{head}-- Scenario: {}\n\n", "[".repeat(100_000));
    let endless = format!("{head}{}", "-- Table: {}\n".repeat(400_000));
    let long = format!("{head}-- Scenario: {}", "x".repeat(5_000_000));
    for (file, expected) in [(nested, "damaged"), (endless, "longer than"), (long, "longer than")] {
        let error = check(file.as_bytes()).expect_err("no header");
        assert!(error.to_string().contains(expected), "{error}");
    }
}

fn file(total: &str, tables: Vec<TableSpec>, sections: &[Section]) -> String {
    let draft = draft(definition(total, tables), &Engine::ALL);
    let (file, _, _) = write(&draft, sections).expect("writes");
    let mut snapshot = snapshot_sql::Snapshot::open(std::io::Cursor::new(file.as_slice())).expect("opens");
    assert_eq!(rows(&mut snapshot).expect("reads"), sections);
    snapshot_sql::validate(&mut snapshot, snapshot_sql::Validate::Full).expect("valid SQL");
    String::from_utf8(file).expect("UTF-8")
}

fn line_starting(text: &str, starts: &[&str]) -> String {
    let line = text.lines().find(|line| starts.iter().any(|start| line.starts_with(start)));
    line.unwrap_or_default().to_owned()
}
