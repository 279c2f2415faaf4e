//! A scenario held against a catalog.

use std::collections::BTreeMap;

use demo_snapshot_scenario::{check, read_scenario};
use miette::Diagnostic as _;
use model::{Catalog, Column, Engine, LogicalType, Table};

fn column(name: &str, ty: LogicalType) -> Column {
    Column { generated: name.starts_with("generated"), ..Column::new(name, "", ty) }
}

fn table(columns: Vec<Column>, primary_key: &[&str]) -> Table {
    Table {
        schema: None,
        columns,
        primary_key: primary_key.iter().map(|&name| name.to_owned()).collect(),
        unique_keys: Vec::new(),
        foreign_keys: Vec::new(),
        without_rowid: false,
        strict: false,
        comment: None,
    }
}

/// `fragments` with a column of every type, named after it; `keyless`; `pairs` with a key of two columns.
fn catalog() -> Catalog {
    let mut all: Vec<Column> = LogicalType::ALL.map(|ty| column(ty.as_str(), ty)).into();
    all.insert(0, column("id", LogicalType::Integer));
    all.push(column("generated_text", LogicalType::Text));
    let plain = |names: &[&str]| names.iter().map(|name| column(name, LogicalType::Integer)).collect();
    let tables = BTreeMap::from([
        ("fragments".to_owned(), table(all, &["id"])),
        ("keyless".to_owned(), table(plain(&["a"]), &[])),
        ("pairs".to_owned(), table(plain(&["a", "b"]), &["a", "b"])),
    ]);
    Catalog { engine: Engine::Sqlite, tables }
}

/// The findings, or `fits`.
#[track_caller]
fn fit(text: &str) -> String {
    let scenario =
        read_scenario(&format!("scenario: w\n{text}"), "w/scenario.yaml").unwrap_or_else(|e| panic!("{e}"));
    match check(&scenario, &catalog()) {
        Ok(()) => "fits".to_owned(),
        Err(error) => error.to_string(),
    }
}

#[track_caller]
fn select(condition: &str) -> String {
    let text = fit(&format!("select: {{ fragments: {{ {condition} }} }}"));
    text.lines().last().unwrap_or_default().trim().to_owned()
}

#[test]
fn everything_that_does_not_fit_is_reported_together() {
    let text = "
select:
  fragment: all
  fragments: { txt: a, generated_text: a, integer: seven }
follow: { children: [todos] }
relations:
  - { from: 'pair(a)', to: keyless }
  - { from: 'keyless(a)', to: pairs }
  - { from: 'keyless(b)', to: 'pairs(c)' }
columns: { fragments: { jsn: json } }
breakdown: { keyless: a, pairs: d }
expect: { parts: 1 }
";
    insta::assert_snapshot!(fit(text), @r"
        w/scenario.yaml does not fit the database:
          `select.fragment`: no table `fragment`; did you mean `fragments`?
          `select.fragments.generated_text`: `fragments.generated_text` is computed by the database, so that snapshots do not hold it
          `select.fragments.integer`: 'seven' is no value of `fragments.integer`: it holds integers
          `select.fragments.txt`: no column `txt` in `fragments`; did you mean `text`?
          `follow.children[0]`: no table `todos`
          `relations[0].from`: no table `pair`; did you mean `pairs`?
          `relations[0].to`: `keyless` has no row key; name the columns: `keyless(column)`
          `relations[1].to`: 1 column referring, but the row key of `pairs` is (a, b)
          `relations[2].from`: no column `b` in `keyless`
          `relations[2].to`: no column `c` in `pairs`
          `columns.fragments.jsn`: no column `jsn` in `fragments`; did you mean `json`?
          `breakdown.pairs`: no column `d` in `pairs`
          `expect.parts`: no table `parts`; did you mean `pairs`?
        ");
    let scenario = read_scenario("scenario: w\nselect: { x: all }", "w/scenario.yaml").expect("a scenario");
    let error = check(&scenario, &catalog()).expect_err("x is no table");
    insta::assert_snapshot!(error.help().expect("a help"), @"correct the scenario, or name the right database with --database; one of a bundled schema may be too old, and `cargo xtask db-migrate` brings it up to date");
}

#[test]
fn how_far_a_scenario_reaches_is_held_against_the_database() {
    let text = "
select: { fragments: all }
follow: { children: { keyles: all, keyless: { max_children_per_node: 1, order_by: b } } }
limits: { tables: { fragments: { row_limit: 5, order_by: [-integer, intger] }, part: { row_limit: 1 } } }
passthrough_tables: [pair]
excluded_tables: [pairz]
relations:
  - { from: fragments(integer.id), to: fragments }
  - { from: fragments(json.id), to: pairs }
  - { from: fragments(json.id), to: fragments(idd) }
  - { from: fragments(integer), to: fragments, when: { txt: a, integer: a } }
  - { from: fragments(integer), to: fragments, type_table: { column: kind, table: keyless, where: { a: x, c: 1 } } }
  - { from: pairs(a), to: fragments, type_table: { column: b, table: fragments, where: { json.a: x } } }
";
    insta::assert_snapshot!(fit(text), @r"
        w/scenario.yaml does not fit the database:
          `follow.children[0]`: no table `keyles`; did you mean `keyless`?
          `follow.children.keyless.order_by`: no column `b` in `keyless`
          `limits.tables.fragments.order_by`: no column `intger` in `fragments`; did you mean `integer`?
          `limits.tables.part`: no table `part`
          `passthrough_tables[0]`: no table `pair`; did you mean `pairs`?
          `excluded_tables[0]`: no table `pairz`; did you mean `pairs`?
          `relations[0].from`: `fragments.integer` is integer: only JSON has keys; if it holds JSON, say so under `columns`
          `relations[1].to`: 1 column referring, but the row key of `pairs` is (a, b)
          `relations[2].to`: no column `idd` in `fragments`; did you mean `id`?
          `relations[3].when.integer`: 'a' is no value of `fragments.integer`: it holds integers
          `relations[3].when.txt`: no column `txt` in `fragments`; did you mean `text`?
          `relations[4].type_table.column`: no column `kind` in `fragments`
          `relations[4].type_table.table`: `keyless` has no row key; name the columns: `keyless(column)`
          `relations[4].type_table.where.a`: 'x' is no value of `keyless.a`: it holds integers
          `relations[4].type_table.where.c`: no column `c` in `keyless`
          `relations[5].type_table.where`: `fragments.json` is JSON: the rows of a type table are told apart by other columns
        ");
}

#[test]
fn long_lists_of_findings_are_cut() {
    let tables: Vec<String> = (0..30).map(|n| format!("  x{n}: all")).collect();
    let shown = fit(&format!("select:\n{}", tables.join("\n")));
    assert_eq!(shown.lines().count(), 22);
    assert_eq!(shown.lines().last(), Some("  and 10 more"));
}

#[test]
fn values_that_fit_their_columns() {
    for condition in [
        "integer: [1, 2]",
        "real: [1, 1.5]",
        "boolean: true",
        "text: { like: 'a%' }",
        "text: { from: a, to: b }",
        "decimal: '1.10'",
        "date: { from: 2026-11-01, to: 2026-11-20 }",
        "time: '10:30:00'",
        "timestamp: { from: '2026-11-20 10:00:00' }",
        "timestamptz: '2026-11-20 10:00:00+00:00'",
        "uuid: 123e4567-e89b-12d3-a456-426614174000",
        "json.a.b: [true, 1, x]",
        "json.a: { from: 1 }",
        "json.a: null",
        "json: null",
        "json-verbatim.a: x",
        "any: [1, x, true]",
        "bytes: null",
        "enum: open",
    ] {
        assert_eq!(select(condition), "fits", "{condition}");
    }
}

#[test]
fn values_that_do_not_fit_their_columns() {
    let conditions = [
        "integer: '1'",
        "integer: 1.5",
        "integer: { from: a }",
        "integer: { like: a }",
        "real: true",
        "boolean: 1",
        "boolean: { from: 1 }",
        "text: 7",
        "bytes: a",
        "decimal: 1.1",
        "date: 2026-11-31",
        "time: '10:30'",
        "timestamp: '2026-11-20'",
        "timestamptz: '2026-11-20 10:00:00'",
        "uuid: abc",
        "json: x",
        "text.key: x",
        "enum: { from: a }",
        "interval: 7",
    ];
    let shown: Vec<String> = conditions.iter().map(|condition| select(condition)).collect();
    insta::assert_snapshot!(shown.join("\n"), @r#"
        `select.fragments.integer`: '1' is no value of `fragments.integer`: it holds integers
        `select.fragments.integer`: 1.5 is no value of `fragments.integer`: it holds integers
        `select.fragments.integer`: 'a' is no value of `fragments.integer`: it holds integers
        `select.fragments.integer`: `fragments.integer` is integer: `like` compares text
        `select.fragments.real`: true is no value of `fragments.real`: it holds numbers
        `select.fragments.boolean`: 1 is no value of `fragments.boolean`: it holds true and false
        `select.fragments.boolean`: `fragments.boolean` is boolean: it has no order that both engines share; list its values
        `select.fragments.text`: 7 is no value of `fragments.text`: it holds text; quote it
        `select.fragments.bytes`: 'a' is no value of `fragments.bytes`: bytes can only be compared with null
        `select.fragments.decimal`: 1.1 is no value of `fragments.decimal`: it holds decimals, written as text such as "12.50"
        `select.fragments.date`: '2026-11-31' is no value of `fragments.date`: it holds dates, written as "2026-11-20"
        `select.fragments.time`: '10:30' is no value of `fragments.time`: it holds times, written as "10:30:00"
        `select.fragments.timestamp`: '2026-11-20' is no value of `fragments.timestamp`: it holds timestamps, written as "2026-11-20 10:30:00"
        `select.fragments.timestamptz`: '2026-11-20 10:00:00' is no value of `fragments.timestamptz`: it holds instants, written in UTC as "2026-11-20 10:30:00+00:00"
        `select.fragments.uuid`: 'abc' is no value of `fragments.uuid`: it holds UUIDs, written in lower case with hyphens
        `select.fragments.json`: `fragments.json` is json: compare one of its keys (`column.key`), or with null
        `select.fragments.text.key`: `fragments.text` is text: only JSON has keys; if it holds JSON, say so under `columns`
        `select.fragments.enum`: `fragments.enum` is enum: it has no order that both engines share; list its values
        `select.fragments.interval`: 7 is no value of `fragments.interval`: its values are written as text
        "#);
}

#[test]
fn a_type_under_columns_counts_before_the_catalogs() {
    assert_eq!(fit("select: { fragments: { text.key: x } }\ncolumns: { fragments: { text: json } }"), "fits");
    assert!(
        fit("select: { fragments: { text: x } }\ncolumns: { fragments: { text: json } }").contains("is json")
    );
}

#[test]
fn relations_that_fit() {
    assert_eq!(
        fit("select: { pairs: all }\nrelations: [{ from: 'fragments(id, integer)', to: pairs }]"),
        "fits"
    );
    assert_eq!(fit("select: { pairs: all }\nrelations: [{ from: 'keyless(a)', to: 'pairs(b)' }]"), "fits");
}
