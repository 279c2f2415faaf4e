//! Every rendering of the same six pairs, as a whole.

#[path = "support/pairs.rs"]
mod pairs;

use std::fmt::Write as _;
use std::io::Cursor;

use demo_snapshot_row_diff::render::{Heading, Json, Look, Markdown, Rendering, SideName, Summary, Terminal};
use demo_snapshot_row_diff::{Side, diff, schema_changes};
use model::{RowSource as _, ScenarioName, text};
use pairs::{Pair, pairs};

/// What a rendering writes for a pair.
fn told(pair: &Pair, rendering: &mut dyn Rendering) {
    let (mut base, mut head) = (pair.base.clone(), pair.head.clone());
    let scenario = ScenarioName::new("writer").expect("a name");
    let name = |name: &str| SideName { name: name.to_owned(), records: None };
    let (was, is) = (name("v1_2026-11-13"), name("v2_2026-11-20"));
    let (old, new) = (base.definition().clone(), head.definition().clone());
    let schema = schema_changes(&old, &new);
    let heading = Heading {
        scenario: &scenario,
        base: &was,
        head: &is,
        base_definition: &old,
        head_definition: &new,
        schema: &schema,
    };
    rendering.begin(&heading).expect("begins");
    let (mut here, mut there) = (Cursor::new(vec![]), Cursor::new(vec![]));
    let base = Side { rows: &mut base, scratch: &mut here };
    let head = Side { rows: &mut head, scratch: &mut there };
    let counts = diff(base, head, &mut |change| Ok(rendering.change(change)?)).expect("compares");
    rendering.end(&counts).expect("ends");
}

/// The renderings of all pairs, one below the other.
fn all(render: impl Fn(&Pair, &mut Vec<u8>)) -> String {
    let mut out = String::new();
    for pair in pairs() {
        let mut bytes = Vec::new();
        render(&pair, &mut bytes);
        let text = String::from_utf8(bytes).expect("UTF-8");
        let bare: String = text.replace(['\u{1b}', '\n'], "");
        assert!(!text::needs_escape(&bare), "{}: {text:?}", pair.name);
        let _ = writeln!(out, "==== {} ====\n{text}", pair.name);
    }
    out
}

fn terminal(width: Option<usize>, colour: bool) -> String {
    all(|pair, out| told(pair, &mut Terminal::new(out, Look { width, colour })))
}

#[test]
fn on_a_terminal() {
    let wide = terminal(Some(160), false);
    let narrow = terminal(Some(80), false);
    let piped = terminal(None, false);
    for (text, width) in [(&wide, 160), (&narrow, 80)] {
        let longest = text.lines().map(textwrap::core::display_width).max();
        assert!(longest <= Some(width), "{longest:?}\n{text}");
    }
    assert!([&wide, &narrow, &piped].iter().all(|text| !text.contains('\u{1b}')));
    insta::assert_snapshot!("terminal-160", wide);
    insta::assert_snapshot!("terminal-80", narrow);
    insta::assert_snapshot!("terminal-piped", piped);
}

#[test]
fn colours_change_nothing_but_colours() {
    let (plain, coloured) = (terminal(None, false), terminal(None, true));
    let stripped = anstream::adapter::strip_str(&coloured).to_string();
    assert_eq!(stripped, plain);
    assert_ne!(coloured, plain);
}

#[test]
fn as_a_summary() {
    insta::assert_snapshot!("summary", all(|pair, out| told(pair, &mut Summary::new(out))));
}

#[test]
fn as_markdown() {
    insta::assert_snapshot!("markdown", all(|pair, out| told(pair, &mut Markdown::new(out, 60_000))));
}

#[test]
fn markdown_that_must_be_short_counts_what_it_leaves_out() {
    insta::assert_snapshot!("markdown-short", all(|pair, out| told(pair, &mut Markdown::new(out, 3_000))));
}

#[test]
fn as_json() {
    let told = all(|pair, out| {
        let at = out.len();
        told(pair, &mut Json::new(&mut *out));
        let read: serde_json::Value = serde_json::from_slice(&out[at..]).expect("JSON");
        let total = &read["counts"]["total"];
        let changes = read["changes"].as_array().expect("a list");
        for operation in ["added", "changed", "removed"] {
            let listed = changes.iter().filter(|change| change["operation"] == operation).count();
            assert_eq!(total[operation], listed, "{operation} of {}", pair.name);
        }
    });
    insta::assert_snapshot!("json", told);
}
