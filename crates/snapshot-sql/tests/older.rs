//! Format 0, and files of format 1 that someone edited.

mod support;

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::io::Cursor;

use model::{
    Catalog, Column, Engine, ForeignKey, LogicalType, Ownership, ReferentialAction, RowSource, Table,
    UniqueKey,
};
use snapshot_sql::{Edited, Error, Format0};
use support::{golden, message, rows, text, typed, write};

const EXAMPLE: &str = include_str!("golden/format-0.sql");

#[test]
fn format_0_takes_types_and_keys_from_the_target() {
    let mut old = Format0::open(Cursor::new(EXAMPLE), &catalog()).expect("opens");
    let header = old.header().clone();
    assert_eq!((header.scenario.as_str(), header.total, header.records), ("general", 2, 5));
    assert_eq!(header.version.to_string(), "v1_2025-01-15");
    let names: Vec<&str> = old.definition().tables.iter().map(|spec| spec.name.as_str()).collect();
    assert_eq!(
        (old.definition().total.as_str(), names),
        ("fragments", vec!["vaults", "projects", "fragments", "todos"])
    );
    assert_eq!(old.definition().tables[2].references.len(), 2);
    let sections = rows(&mut old).expect("reads");
    let counts: Vec<_> =
        sections.iter().map(|(table, ownership, rows)| (*table, *ownership, rows.len())).collect();
    let shared = Ownership::Shared;
    assert_eq!(counts, [(0, shared, 1), (1, shared, 1), (2, shared, 2), (3, shared, 1)]);
    let fragment = &sections[2].2[0];
    assert_eq!(fragment[3], text("TODO: the 110° ones; the shop's list says \"soft close\""));
    assert_eq!(fragment[6], typed("{\"demo_category\":\"todo\",\"demo_seed\":true}"));
    assert_eq!(fragment[12], typed("2025-01-15 08:30:00"));
    assert_eq!(rows(&mut old).expect("reads again"), sections);
}

#[test]
fn format_0_is_closed() {
    let mut all = String::new();
    let mut case = |name: &str, file: String| {
        let error = Format0::open(Cursor::new(file), &catalog()).map(|_| ()).expect_err(name);
        writeln!(all, "## {name}\n{}\n", message(&error)).expect("a String takes every write");
    };
    let replaced = |from: &str, to: &str| EXAMPLE.replacen(from, to, 1);
    case("no end mark", replaced("-- Export complete", "-- Export"));
    case("text after the end", format!("{EXAMPLE}\nDROP TABLE todos;\n"));
    case("another statement", replaced("SET FOREIGN_KEY_CHECKS = 0;", "DROP TABLE todos;"));
    case("another setting", replaced("SET FOREIGN_KEY_CHECKS = 0;", "SET search_path = 'x';"));
    case("an expression", replaced("(1, 1, 'Order", "(1, 1 + 1, 'Order"));
    case("a value too many", replaced("(1, 1, 'Order", "(1, 1, 1, 'Order"));
    case("an unknown table", replaced("INSERT INTO todos", "INSERT INTO todo"));
    case("an unknown column", replaced("fragment_id, title", "fragment, title"));
    case("a total that is wrong", replaced("-- Total Fragments: 2", "-- Total Fragments: 3"));
    case("records that are wrong", replaced("-- Total Records: 5", "-- Total Records: 6"));
    case("a header line missing", replaced("-- Scenario: general\n", ""));
    case("an unknown header line", replaced("-- Scenario: general\n", "-- Scenery: general\n"));
    case("CRLF", EXAMPLE.replace('\n', "\r\n"));
    case("an empty file", String::new());
    case("format 1", String::from_utf8(golden_file()).expect("UTF-8"));
    insta::with_settings!({ snapshot_path => "golden", prepend_module_to_snapshot => false, omit_expression => true }, {
        insta::assert_snapshot!("format_0", all);
    });
}

#[test]
fn format_0_that_is_cut_anywhere_is_refused_and_never_panics() {
    let end = EXAMPLE.trim_end().len();
    for at in (0..end).filter(|at| EXAMPLE.is_char_boundary(*at)) {
        let result = Format0::open(Cursor::new(&EXAMPLE[..at]), &catalog()).map(|_| ());
        assert!(result.is_err(), "cut at {at}");
        if at > 60 {
            assert!(matches!(result, Err(Error::Truncated { .. })), "cut at {at}: {result:?}");
        }
    }
}

#[test]
fn an_edited_file_needs_no_bookkeeping() {
    let (_, sections) = golden();
    let file = String::from_utf8(golden_file()).expect("UTF-8");
    let (kept, _) = file.split_once("-- Content").expect("a trailer");
    // A row added at the wrong place, a row changed, a row removed, a statement split, counts and trailer not kept.
    let edited = kept
        .replace("  (1, -7, unhex('00ff'))\n", "  (9, 1, unhex('aa'))\n, (1, -7, unhex('00ff'))\n")
        .replace(", (2, '', NULL)\n", "ON CONFLICT DO NOTHING\n;\n\nINSERT INTO \"authors\" (\"id\", \"name\", \"favourite\") VALUES\n  (2, 'new', NULL)\n")
        .replace(", ('demo-2')\n", "");
    let mut source = Edited::open(Cursor::new(edited)).expect("opens");
    let read = rows(&mut source).expect("reads");
    let mut expected = sections.clone();
    expected[0].2[1][1] = text("new");
    expected[3].2.insert(0, vec![9.into_value(), 1.into_value(), model::Value::Bytes(vec![0xaa])]);
    expected[4].2.pop();
    assert_eq!(read, expected);
}

trait IntoValue {
    fn into_value(self) -> model::Value;
}

impl IntoValue for i64 {
    fn into_value(self) -> model::Value {
        model::Value::Integer(self)
    }
}

fn golden_file() -> Vec<u8> {
    let (draft, sections) = golden();
    write(&draft, &sections).expect("writes").0
}

/// The target that the example came from, as far as it needs.
fn catalog() -> Catalog {
    let table = |columns: &[(&str, LogicalType)], unique: &[&str], keys: &[(&str, &str, &str)]| Table {
        schema: None,
        columns: columns
            .iter()
            .map(|(name, ty)| Column {
                not_null: *name == "id",
                identity: *name == "id",
                ..Column::new(*name, "", *ty)
            })
            .collect(),
        primary_key: vec!["id".to_owned()],
        unique_keys: unique
            .iter()
            .map(|name| UniqueKey { name: (*name).to_owned(), columns: vec![(*name).to_owned()] })
            .collect(),
        foreign_keys: keys
            .iter()
            .map(|(column, to, key)| ForeignKey {
                columns: vec![(*column).to_owned()],
                to: (*to).to_owned(),
                key: vec![(*key).to_owned()],
                on_delete: ReferentialAction::NoAction,
                on_update: ReferentialAction::NoAction,
                deferrable: false,
            })
            .collect(),
        without_rowid: false,
        strict: false,
        comment: None,
    };
    let (int, txt, json, time) =
        (LogicalType::Integer, LogicalType::Text, LogicalType::Json, LogicalType::Timestamp);
    let mut tables = BTreeMap::new();
    let common = [("metadata", json), ("created_at", time), ("updated_at", time)];
    let with = |columns: &[(&'static str, LogicalType)]| [columns, &common].concat();
    tables.insert(
        "vaults".to_owned(),
        table(&with(&[("id", int), ("name", txt), ("slug", txt), ("description", txt)]), &["slug"], &[]),
    );
    tables.insert(
        "projects".to_owned(),
        table(
            &with(&[("id", int), ("vault_id", int), ("name", txt), ("description", txt), ("status", txt)]),
            &[],
            &[("vault_id", "vaults", "id")],
        ),
    );
    let fragment = [
        ("id", int),
        ("type", txt),
        ("title", txt),
        ("message", txt),
        ("tags", json),
        ("relationships", json),
        ("state", json),
        ("vault", txt),
        ("project_id", int),
        ("inbox_status", txt),
        ("inbox_at", time),
    ];
    tables.insert(
        "fragments".to_owned(),
        table(&with(&fragment), &[], &[("project_id", "projects", "id"), ("vault", "vaults", "slug")]),
    );
    tables.insert(
        "todos".to_owned(),
        table(
            &with(&[("id", int), ("fragment_id", int), ("title", txt), ("status", txt)]),
            &[],
            &[("fragment_id", "fragments", "id")],
        ),
    );
    Catalog { engine: Engine::Sqlite, tables }
}
