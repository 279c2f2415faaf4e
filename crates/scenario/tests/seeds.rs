//! What seed.yaml means: defaults, copies, values.

use std::collections::BTreeMap;

use demo_snapshot_scenario::{Seed, SeedValue, read_seed};

#[track_caller]
fn read(text: &str) -> Seed {
    read_seed(text, "seed.yaml").unwrap_or_else(|error| panic!("{error}"))
}

/// One row per line.
fn rows(seed: &Seed) -> String {
    let value = |value: &SeedValue| match value {
        SeedValue::Json(json) => json.to_text(),
        other => format!("{other:?}"),
    };
    let row = |row: &BTreeMap<String, SeedValue>| {
        row.iter().map(|(column, v)| format!("{column}={}", value(v))).collect::<Vec<_>>().join(" ")
    };
    let lines =
        seed.tables.iter().flat_map(|table| table.rows.iter().map(|r| format!("{}: {}", table.name, row(r))));
    lines.collect::<Vec<_>>().join("\n")
}

#[test]
fn values_keep_their_kinds() {
    let seed = read(
        r#"
seed: writer
rows:
  t:
    - { a: null, b: true, c: -7, d: 1.0, e: "7", f: [1, x, null], g: { z: 1.5, a: { b: [] } }, h: yes, i: 2026-11-20 }
    - a: |-
        Two lines,
          the second with *stars*, "quotes" & more!
      b: ~
      c:
      d: -0.0
      e: 1e20
      f: [1e20, 0.1]
"#,
    );
    insta::assert_snapshot!(rows(&seed), @r#"
        t: a=Null b=Boolean(true) c=Integer(-7) d=Real(1.0) e=Text("7") f=[1,"x",null] g={"a":{"b":[]},"z":1.5} h=Text("yes") i=Text("2026-11-20")
        t: a=Text("Two lines,\n  the second with *stars*, \"quotes\" & more!") b=Null c=Null d=Real(0.0) e=Real(1e20) f=[100000000000000000000,0.1]
        "#);
}

#[test]
fn tables_and_rows_keep_their_order() {
    let seed = read("seed: writer\nrows:\n  b: [{ id: 2 }, { id: 1 }]\n  a: [{ id: 3 }]\n  c: []\n");
    insta::assert_snapshot!(rows(&seed), @r"
        b: id=Integer(2)
        b: id=Integer(1)
        a: id=Integer(3)
        ");
    assert_eq!(seed.tables.len(), 3);
}

#[test]
fn defaults_fill_what_a_row_leaves_out_and_merge_into_mappings() {
    let seed = read(
        "
seed: writer
defaults:
  t: { status: open, tags: [a], metadata: { demo_seed: true, state: { a: 1, b: 2 } } }
rows:
  t:
    - { id: 1 }
    - { id: 2, status: null, tags: [], metadata: { state: { b: 3, c: 4 }, x: y } }
    - { id: 3, metadata: null }
    - { id: 4, metadata: { state: none } }
  u:
    - { id: 1 }
",
    );
    insta::assert_snapshot!(rows(&seed), @r#"
        t: id=Integer(1) metadata={"demo_seed":true,"state":{"a":1,"b":2}} status=Text("open") tags=["a"]
        t: id=Integer(2) metadata={"demo_seed":true,"state":{"a":1,"b":3,"c":4},"x":"y"} status=Null tags=[]
        t: id=Integer(3) metadata=Null status=Text("open") tags=["a"]
        t: id=Integer(4) metadata={"demo_seed":true,"state":"none"} status=Text("open") tags=["a"]
        u: id=Integer(1)
        "#);
}

#[test]
fn copies_take_the_value_of_the_same_row_after_defaults() {
    let seed = read(
        "
seed: writer
defaults: { t: { created_at: monday } }
copy: { t: { updated_at: created_at } }
rows:
  t:
    - { id: 1 }
    - { id: 2, created_at: tuesday }
    - { id: 3, updated_at: null }
",
    );
    insta::assert_snapshot!(rows(&seed), @r#"
        t: created_at=Text("monday") id=Integer(1) updated_at=Text("monday")
        t: created_at=Text("tuesday") id=Integer(2) updated_at=Text("tuesday")
        t: created_at=Text("monday") id=Integer(3) updated_at=Null
        "#);
}
