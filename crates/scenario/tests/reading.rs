//! What scenario.yaml and archive.yaml mean.

use std::fmt::Write as _;

use demo_snapshot_scenario::{
    ArchiveSettings, Children, Expect, Latest, Scenario, read_archive_settings, read_scenario, read_seed,
};
use model::{Engine, LogicalType};

#[track_caller]
fn read(text: &str) -> Scenario {
    read_scenario(text, "writer/scenario.yaml").unwrap_or_else(|error| panic!("{error}"))
}

/// The selection, one term per line.
#[track_caller]
fn select(tables: &str) -> String {
    let scenario = read(&format!("scenario: writer\nselect:\n{tables}"));
    let mut out = String::new();
    for (table, terms) in &scenario.select {
        for term in terms {
            let shown: Vec<String> = term
                .iter()
                .map(|condition| {
                    format!("{:?} {} {:?}", condition.path, condition.op.as_str(), condition.values)
                })
                .collect();
            let _ = writeln!(out, "{table}: {}", shown.join(" AND "));
        }
    }
    out
}

#[test]
fn every_key_is_read() {
    let scenario = read(
        "
scenario: writer
description: A novelist's vault - drafts, characters, research, deadlines
engines: [postgres, sqlite]
select:
  fragments: { metadata.demo_seed: true, metadata.scenario: writer }
  contacts: all
follow:
  children: [todos]
relations:
  - { from: 'writes(thread_id, checkpoint_ns)', to: checkpoints }
  - { from: notes(owner), to: 'people(\"full.name\")' }
columns:
  fragments: { metadata: json, raw: json-verbatim }
breakdown: { fragments: type }
expect: { todos: { min: 10 }, contacts: 14, fragments: { min: 1, max: 500 } }
limits: { rows: 50000 }
",
    );
    assert_eq!(scenario.file, "writer/scenario.yaml");
    assert_eq!(scenario.name.as_str(), "writer");
    assert_eq!(scenario.description, "A novelist's vault - drafts, characters, research, deadlines");
    assert_eq!(scenario.engines, Engine::ALL);
    assert_eq!(scenario.children, Children::Tables(vec!["todos".to_owned()]));
    assert_eq!(scenario.columns["fragments"]["raw"], LogicalType::JsonVerbatim);
    assert_eq!(scenario.breakdown["fragments"], "type");
    assert_eq!(scenario.expect["todos"], Expect { min: Some(10), max: None });
    assert_eq!(scenario.expect["contacts"], Expect { min: Some(14), max: Some(14) });
    assert_eq!(scenario.row_limit, Some(50_000));
    insta::assert_snapshot!(format!("{:#?}", scenario.relations), @r#"
        [
            Relation {
                from: "writes",
                columns: [
                    "thread_id",
                    "checkpoint_ns",
                ],
                to: "checkpoints",
                key: None,
            },
            Relation {
                from: "notes",
                columns: [
                    "owner",
                ],
                to: "people",
                key: Some(
                    [
                        "full.name",
                    ],
                ),
            },
        ]
        "#);
}

#[test]
fn a_scenario_of_two_keys_has_plain_defaults() {
    let scenario = read("scenario: writer\nselect: { fragments: all }\n");
    assert_eq!(scenario.description, "");
    assert_eq!(scenario.engines, Engine::ALL);
    assert_eq!(scenario.children, Children::None);
    assert_eq!(scenario.row_limit, None);
    assert!(scenario.relations.is_empty() && scenario.columns.is_empty());
    assert!(scenario.breakdown.is_empty() && scenario.expect.is_empty());
}

#[test]
fn a_scenario_may_be_of_another_schema_than_the_first() {
    assert_eq!(read("scenario: w\nselect: { t: all }\n").schema, None);
    assert_eq!(read("scenario: w\nschema: memory\nselect: { t: all }\n").schema.as_deref(), Some("memory"));
}

#[test]
fn a_scenario_may_be_for_one_engine_only() {
    let scenario = read("scenario: writer\nengines: [sqlite]\nselect: { fragments: all }\n");
    assert_eq!(scenario.engines, [Engine::Sqlite]);
}

#[test]
fn children_are_followed_from_no_table_all_or_some() {
    let children =
        |follow: &str| read(&format!("scenario: w\nselect: {{ a: all }}\nfollow: {follow}\n")).children;
    assert_eq!(children("{}"), Children::None);
    assert_eq!(children("{ children: [] }"), Children::None);
    assert_eq!(children("{ children: all }"), Children::All);
    assert_eq!(children("{ children: [b, c] }"), Children::Tables(vec!["b".to_owned(), "c".to_owned()]));
}

#[test]
fn tables_keep_their_order_and_conditions_are_sorted() {
    insta::assert_snapshot!(
        select("  todos: { status: open, id: 7 }\n  fragments: { metadata.b: x, metadata.a: y, metadata: null }\n"),
        @r#"
        todos: ["id"] in [Integer(7)] AND ["status"] in [Text("open")]
        fragments: ["metadata"] null [] AND ["metadata", "a"] in [Text("y")] AND ["metadata", "b"] in [Text("x")]
        "#
    );
}

#[test]
fn every_kind_of_condition_is_read() {
    let text = r#"
  t:
    flag: true
    number: -7
    real: 1.5
    text: "7"
    list: [a, 2, a, true]
    nothing: null
    both: { to: 20, from: 10 }
    since: { from: "2026-01-01 00:00:00" }
    like: { like: "a%_" }
    json.deep."dotted.key": 1
    '"dotted.column"': x
"#;
    insta::assert_snapshot!(select(text).replace(" AND ", "\nAND "), @r#"
        t: ["both"] from [Integer(10)]
        AND ["both"] to [Integer(20)]
        AND ["dotted.column"] in [Text("x")]
        AND ["flag"] in [Boolean(true)]
        AND ["json", "deep", "dotted.key"] in [Integer(1)]
        AND ["like"] like [Text("a%_")]
        AND ["list"] in [Text("a"), Integer(2), Boolean(true)]
        AND ["nothing"] null []
        AND ["number"] in [Integer(-7)]
        AND ["real"] in [Real(1.5)]
        AND ["since"] from [Text("2026-01-01 00:00:00")]
        AND ["text"] in [Text("7")]
        "#);
}

#[test]
fn a_list_of_terms_is_joined_by_or_and_holds_no_term_twice() {
    insta::assert_snapshot!(
        select("  t:\n  - { b: 1, a: x }\n  - { c: null }\n  - { a: x, b: 1 }\n  u: all\n"),
        @r#"
        t: ["a"] in [Text("x")] AND ["b"] in [Integer(1)]
        t: ["c"] null []
        u:
        "#
    );
}

#[test]
fn archive_settings_say_what_latest_is() {
    let read = |text| read_archive_settings(text, "archive.yaml").unwrap_or_else(|error| panic!("{error}"));
    assert_eq!(read("latest: copy\n"), ArchiveSettings { latest: Latest::Copy });
    assert_eq!(read("# a comment\nlatest: link\n"), ArchiveSettings::default());
    assert_eq!(read("{}"), ArchiveSettings { latest: Latest::Link });
}

#[test]
fn the_bundled_files_are_read() {
    let archive = concat!(env!("CARGO_MANIFEST_DIR"), "/../../demo-snapshots");
    let text = |file: &str| std::fs::read_to_string(format!("{archive}/{file}")).expect("a bundled file");
    read_archive_settings(&text("archive.yaml"), "archive.yaml").unwrap_or_else(|error| panic!("{error}"));
    let firsts = [
        ("agent", Some("checkpoints"), "checkpoints", "checkpoints"),
        ("astrology", Some("astrology"), "clients", "clients"),
        ("developer", None, "fragments", "vaults"),
        ("general", None, "fragments", "vaults"),
        ("memory", Some("memory"), "scopes", "scopes"),
        ("writer", None, "fragments", "vaults"),
    ];
    let folders =
        std::fs::read_dir(archive).expect("the archive").map(|entry| entry.expect("an entry").path());
    assert_eq!(folders.filter(|folder| folder.join("scenario.yaml").exists()).count(), firsts.len());
    for (name, schema, selected, seeded) in firsts {
        let scenario = read(&text(&format!("{name}/scenario.yaml")));
        let seed = read_seed(&text(&format!("{name}/seed.yaml")), "seed.yaml");
        let seed = seed.unwrap_or_else(|error| panic!("{name}: {error}"));
        assert_eq!((scenario.name.as_str(), seed.name.as_str()), (name, name));
        assert_eq!(scenario.schema.as_deref(), schema);
        assert_eq!((scenario.select[0].0.as_str(), seed.tables[0].name.as_str()), (selected, seeded));
    }
}

#[test]
fn the_examples_of_the_manual_are_read() {
    let manual = include_str!("../../../docs/scenarios.md");
    let examples: Vec<&str> =
        manual.split("```yaml\n").skip(1).filter_map(|rest| rest.split("```").next()).collect();
    assert!(examples.len() >= 8);
    for example in examples {
        let error = match example.split(':').next() {
            Some("seed") => read_seed(example, "manual").err(),
            Some("latest") => read_archive_settings(example, "manual").err(),
            Some("scenario") => read_scenario(example, "manual").err(),
            Some("select") => read_scenario(&format!("scenario: w\n{example}"), "manual").err(),
            _ => read_scenario(&format!("scenario: w\nselect: {{ t: all }}\n{example}"), "manual").err(),
        };
        assert!(error.is_none(), "{example}\n{error:?}");
    }
}
