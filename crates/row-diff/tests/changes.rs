//! The Markdown of a version's section, as a whole.

mod support;

use demo_snapshot_row_diff::changes::{Sample, Section, entry, prepend};
use demo_snapshot_row_diff::schema_changes;
use model::LogicalType::{Bytes, Integer, Json, Text};
use model::Ownership::Owned;
use model::{Value, Version};
use proptest::prelude::*;
use support::rows::Row;
use support::{Memory, memory, run, table, text};

fn fragments(rows: Vec<Row>) -> Memory {
    let columns = [("id", Integer), ("title", Text), ("content", Text), ("metadata", Json), ("icon", Bytes)];
    memory(vec![table("fragments", &columns, &["id"])], vec![(0, Owned, rows)])
}

fn fragment(id: i64, title: &str, content: &str, metadata: &str) -> Row {
    let metadata = Value::Typed(metadata.to_owned());
    vec![Value::Integer(id), text(title), text(content), metadata, Value::Null]
}

fn told(base: &Memory, head: &Memory, mut sample: Sample) -> String {
    let counts = run(base, head, &mut |change| sample.add(change)).expect("compares");
    let version = |text| Version::parse(text).expect("a version");
    let schema = schema_changes(&base.definition, &head.definition);
    let section = Section {
        version: version("v2_2026-11-20"),
        base: Some(version("v1_2026-11-13")),
        counts: &counts,
        schema: &schema,
        tables: &[("fragments".to_owned(), head.sections[0].2.len() as u64)],
    };
    entry(&section, &sample)
}

#[test]
fn a_section_shows_each_row_and_what_of_it_differs() {
    let base = fragments(vec![
        fragment(1, "Gone", "x", "null"),
        fragment(3, "Old `title`", "one\ntwo\nthree\nfour", r#"{"state":"open","tags":["a"]}"#),
        fragment(4, "Same", "same", "{}"),
    ]);
    let mut icon = fragment(4, "Same", "same", "{}");
    icon[4] = Value::Bytes(vec![0; 9]);
    let head = fragments(vec![
        fragment(2, "New <b>", "first\nsecond", r#"{"demo_seed":true}"#),
        fragment(3, "New title", "one\nTWO\nthree\n```\nfour", r#"{"state":"done","tags":["a","b"]}"#),
        icon,
    ]);
    insta::assert_snapshot!(told(&base, &head, Sample::new()), @r#"
    ## v2_2026-11-20

    1 row added, 2 changed, 1 removed since v1_2026-11-13; 3 records now.

    | table | rows | added | changed | removed |
    | --- | ---: | ---: | ---: | ---: |
    | `fragments` | 3 | 1 | 2 | 1 |

    ### `fragments`

    - removed `id 1`: `title` `'Gone'`, `content` `'x'`, `metadata` `'null'`
    - added `id 2`: `title` `'New <b>'`, `content` `'first\nsecond'`, `metadata` `'{"demo_seed":true}'`
    - changed `id 3`
      - `title`: ``'Old `title`'`` → `'New title'`
      - `content`:

        ````diff
         one
        -two
        +TWO
         three
        +```
         four
        ````

      - `metadata`:
        - `$.state`: `"open"` → `"done"`
        - `$.tags`: `["a"]` → `["a","b"]`
    - changed `id 4`
      - `icon`: `NULL` → `9 bytes, sha256 3e7077fd2f66d689`
    "#);
}

#[test]
fn a_list_too_long_says_how_many_more() {
    let rows = |count: i64| fragments((1..=count).map(|id| fragment(id, "Title", "text", "{}")).collect());
    let by_rows = told(&rows(0), &rows(5), Sample::with_caps(2, 10_000));
    assert!(by_rows.ends_with("\n\n… and 3 more rows.\n"), "{by_rows}");
    let by_bytes = told(&rows(0), &rows(5), Sample::with_caps(10, 200));
    assert!(by_bytes.len() < 500, "{by_bytes}");
    let none = told(&rows(0), &rows(1), Sample::with_caps(0, 0));
    assert!(none.ends_with("\n\nNot listed: 1 row.\n"), "{none}");
}

#[test]
fn any_number_of_long_rows_fits_in_64_kib() {
    let long = "`<>|\n".repeat(2_000);
    let head = fragments((1..=300).map(|id| fragment(id, &long, &long, "{}")).collect());
    let text = told(&fragments(vec![]), &head, Sample::new());
    assert!(text.len() < 64 << 10, "{}", text.len());
}

proptest! {
    /// Outside code, no value can begin a heading, a tag or a command; inside, none can end it.
    #[test]
    fn no_value_steers_the_reader(
        old in "[`<#:\\[\\n a~\u{202e}\u{1b}]{0,20}",
        new in "[`<#:\\[\\n a~\u{202e}\u{1b}]{0,20}",
        name in "[`<#|:\\[ a]{1,9}",
    ) {
        let one = |content: &str| {
            let spec = table("t", &[("id", Integer), (name.as_str(), Text)], &["id"]);
            memory(vec![spec], vec![(0, Owned, vec![vec![Value::Integer(1), text(content)]])])
        };
        let (base, head) = (one(&old), one(&new));
        let text = prepend(None, &told(&base, &head, Sample::new()));
        for line in text.lines() {
            prop_assert!(!line.trim_start().starts_with("::"), "{line}");
            prop_assert!(!line.contains("##["), "{line}");
            prop_assert!(!line.contains(['\u{202e}', '\u{1b}']), "{line}");
        }
        let sections: Vec<&str> = text.lines().filter(|line| line.starts_with("## ")).collect();
        prop_assert_eq!(sections, ["## v2_2026-11-20"]);
        prop_assert!(!outside_code(&text).contains(['<', '`', '~']), "{}", outside_code(&text));
        prop_assert_eq!(prepend(Some(&text), &told(&base, &head, Sample::new())), text);
    }
}

/// What is left of a Markdown text without its code, by the rules of CommonMark.
fn outside_code(text: &str) -> String {
    let (mut left, mut fence) = (String::new(), None::<String>);
    for line in text.lines() {
        let trimmed = line.trim_start();
        let ticks = "`".repeat(trimmed.len() - trimmed.trim_start_matches('`').len());
        match &fence {
            Some(open) if trimmed.trim_end() == ticks && ticks.len() >= open.len() => fence = None,
            Some(_) => {}
            None if ticks.len() >= 3 && !trimmed[ticks.len()..].contains('`') => fence = Some(ticks),
            None => left.push_str(&outside_spans(line)),
        }
        left.push('\n');
    }
    assert_eq!(fence, None, "a block is left open: {text}");
    left
}

fn outside_spans(mut line: &str) -> String {
    let mut left = String::new();
    while let Some(at) = line.find('`') {
        left.push_str(&line[..at]);
        let rest = line[at..].trim_start_matches('`');
        let ticks = line[at..].len() - rest.len();
        let mut from = 0;
        let close = loop {
            let found =
                from + rest[from..].find('`').unwrap_or_else(|| panic!("a span is left open: {line}"));
            let run = rest[found..].len() - rest[found..].trim_start_matches('`').len();
            if run == ticks {
                break found + run;
            }
            from = found + run;
        };
        line = &rest[close..];
    }
    left + line
}
