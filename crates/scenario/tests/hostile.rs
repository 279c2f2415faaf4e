//! Files made to mislead or to exhaust: refused, quickly, and nothing that merely looks like them is.

use std::fmt::Write as _;

use demo_snapshot_scenario::{SeedValue, read_scenario, read_seed};
use model::json::Json;
use proptest::prelude::*;

fn refusal(text: &str) -> Option<String> {
    read_seed(text, "seed.yaml").err().map(|error| error.to_string())
}

#[track_caller]
fn indirection(text: &str) {
    let message = refusal(text).unwrap_or_else(|| panic!("read: {text}"));
    assert!(message.contains("an anchor (`&`), alias (`*`) or tag (`!`)"), "{text}: {message}");
}

#[test]
fn anchors_aliases_and_tags_are_refused_wherever_yaml_allows_them() {
    for row in [
        "&a { id: 1 }",
        "{ id: &a 1 }",
        "{ &a id: 1 }",
        "{ id: &a }",
        "{ id: &a [1], b: 2 }",
        "{ id: &a {x: 1}, b: 2 }",
        "{ id: &a 1, b: *a }",
        "{ id: &a x, *a : 2 }",
        "{ id: ! 1 }",
        "{ id: ! }",
        "{ id: !x 1 }",
        "{ id: !!str 1 }",
        "{ id: !!str }",
        "{ id: !!binary aGk= }",
        "{ id: !!int \"7\" }",
        "{ id: !<tag:yaml.org,2002:str> 1 }",
        "{ id: !x [1] }",
        "{ id: !x { a: 1 } }",
        "{ id: &a !x \"y\" }",
        "{ !x id: 1 }",
        "{ id: &a 'quoted' }",
        "{ id: &a \"\" }",
    ] {
        indirection(&format!("seed: writer\nrows:\n  t:\n  - {row}\n"));
    }
    indirection("&a seed: writer\nrows: {}\n");
    indirection("--- &a\nseed: writer\nrows: {}\n");
    indirection("--- !x\nseed: writer\nrows: {}\n");
    indirection("seed: writer\nrows:\n  t:\n  - id: &a |\n      text\n");
    indirection("seed: writer\nrows:\n  t: &a\n  - id: 1\n");
}

#[test]
fn the_same_characters_inside_text_are_read() {
    for (row, text) in [
        ("{ id: \"&a *b !c\" }", "&a *b !c"),
        ("{ id: '*b' }", "*b"),
        ("{ id: a &b *c !d }", "a &b *c !d"),
        ("{ id: Oh! }", "Oh!"),
        ("{ id: 1&2 }", "1&2"),
        ("{ id: 1*2 } # &a *b !c", "1*2"),
        ("id: |\n      &a *b\n      !c\n", "&a *b\n!c\n"),
        ("id: >-\n      **bold**\n      &amp;\n", "**bold** &amp;"),
    ] {
        let seed = read_seed(&format!("seed: writer\nrows:\n  t:\n  - {row}\n"), "seed.yaml");
        let seed = seed.unwrap_or_else(|error| panic!("{row}: {error}"));
        assert_eq!(seed.tables[0].rows[0]["id"], SeedValue::Text(text.to_owned()), "{row}");
    }
}

#[test]
fn characters_of_the_private_use_area_are_text_like_any_other() {
    let text = "\u{e000}!\u{e001}&\u{e002}*\u{f8ff}";
    let seed =
        read_seed(&format!("seed: w\nrows: {{ t: [{{ id: '{text}' }}] }}"), "seed.yaml").expect("a seed");
    assert_eq!(seed.tables[0].rows[0]["id"], SeedValue::Text(text.to_owned()));
}

#[test]
fn alias_bombs_are_refused_without_being_expanded() {
    let mut lists = "seed: w\na0: &a0 [x, x, x, x, x, x, x, x, x]\n".to_owned();
    let mut texts = format!("seed: w\nb: &b {}\nrows: [", "y".repeat(20_000));
    for level in 1..30 {
        let refers = vec![format!("*a{}", level - 1); 9].join(", ");
        let _ = writeln!(lists, "a{level}: &a{level} [{refers}]");
    }
    texts.push_str(&"*b, ".repeat(10_000));
    texts.push(']');
    indirection(&lists);
    indirection(&texts);
}

#[test]
fn aliases_of_themselves_are_refused() {
    for text in ["a: &a [*a, *a, *a, *a]\n", "a: &a { b: *a, c: *a }\n"] {
        // Whichever limit is met first.
        assert!(refusal(text).is_some(), "{text}");
    }
}

#[test]
fn one_long_default_does_not_fill_memory_row_by_row() {
    let text = format!("seed: w\ndefaults: {{ t: {{ a: {} }} }}\nrows: {{ t: [", "x".repeat(1 << 20))
        + &"{},".repeat(100)
        + "] }";
    let expected =
        "seed.yaml:3:202, at `rows.t[63]`: `defaults` and `copy` fill in more than 64 MiB by this row";
    assert_eq!(refusal(&text).as_deref(), Some(expected));
}

#[test]
fn deep_and_wide_files_end_in_a_message() {
    let size = 60 << 10;
    for text in [
        "[", "{", "- ", "? ", "a: ", "[a,", "{a: ", "[[],", "\"", "'", "|\n ", "!", "&a ", "*a ", "%",
        "---\n",
    ] {
        let text = text.repeat(size / text.len());
        assert!(read_scenario(&text, "scenario.yaml").is_err());
    }
}

#[test]
fn control_characters_of_a_file_do_not_reach_a_message() {
    for text in ["a\u{1b}[31m: 1\n", "\"\\e[31m\": 1\n", "\"\\u202e\": 1", "seed: \"\\e]0;x\\a\"\nrows: {}\n"]
    {
        let message = refusal(text).unwrap_or_else(|| panic!("read: {text}"));
        assert!(!message.chars().any(model::text::is_escaped), "{message:?}");
    }
    let message = read_seed("a: 1", "x\u{1b}.yaml").map(|_| ()).expect_err("refused").to_string();
    assert!(message.starts_with("x\\u001b.yaml:1:1"), "{message}");
}

fn any_json() -> impl Strategy<Value = Json> {
    let text = "[ -~\u{e9}\u{6f22}\u{1f600}\u{e000}&*!\\n]{0,12}";
    let leaf = prop_oneof![
        Just(Json::Null),
        any::<bool>().prop_map(Json::Bool),
        any::<i64>().prop_map(|n| Json::Number(n.to_string())),
        text.prop_map(Json::String),
    ];
    leaf.prop_recursive(4, 40, 6, move |inner| {
        prop_oneof![
            proptest::collection::vec(inner.clone(), 0..5).prop_map(Json::Array),
            proptest::collection::btree_map("[ -~&*!]{0,5}", inner, 0..5).prop_map(Json::Object),
        ]
    })
}

proptest! {
    #[test]
    fn json_in_a_seed_is_read_as_it_is(json in proptest::collection::vec(any_json(), 0..5).prop_map(Json::Array)) {
        let text = format!("seed: w\nrows: {{ t: [{{ c: {} }}] }}", json.to_text());
        let seed = read_seed(&text, "seed.yaml").map_err(|error| TestCaseError::fail(format!("{error}\n{text}")))?;
        prop_assert_eq!(&seed.tables[0].rows[0]["c"], &SeedValue::Json(json));
    }

    #[test]
    fn no_text_makes_a_reader_panic(text in "([-?:,{}\\[\\]&*!|>'\"%@`# \\n\\t]|[a-c0-9.]|scenario: w\\n|select: |seed: |rows: |  ){0,60}") {
        let _ = read_scenario(&text, "scenario.yaml");
        let _ = read_seed(&text, "seed.yaml");
    }

    #[test]
    fn an_anchor_on_any_value_is_refused(json in any_json(), name in "[a-z]{1,3}") {
        let text = format!("seed: w\nrows: {{ t: [{{ c: &{name} {} }}] }}", json.to_text());
        let message = refusal(&text).unwrap_or_default();
        prop_assert!(message.contains("an anchor (`&`)"), "{}: {}", text, message);
    }
}
