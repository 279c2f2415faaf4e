//! Every rendering of the same six pairs, as a whole; then what every rendering must hold on data made to break it.

#[path = "support/pairs.rs"]
mod pairs;
#[path = "support/memory.rs"]
mod rows;

use std::fmt::Write as _;
use std::io::Cursor;

use demo_snapshot_row_diff::render::{Heading, Json, Look, Markdown, Rendering, SideName, Summary, Terminal};
use demo_snapshot_row_diff::{Side, diff, schema_changes};
use model::LogicalType::{Bytes, Integer, Json as JsonType, Text};
use model::Ownership::Owned;
use model::{RowSource, ScenarioName, Value, text};
use pairs::{Pair, pairs};
use rows::{Memory, memory, table, text};

/// What a rendering writes for a pair.
fn told(pair: &Pair, rendering: &mut dyn Rendering) {
    render(&mut pair.base.clone(), &mut pair.head.clone(), rendering);
}

fn render(base: &mut dyn RowSource, head: &mut dyn RowSource, rendering: &mut dyn Rendering) {
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
    let base = Side { rows: base, scratch: &mut here };
    let head = Side { rows: head, scratch: &mut there };
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

/// What a rendering writes for two snapshots.
fn shown(base: &Memory, head: &Memory, make: impl FnOnce(&mut Vec<u8>) -> Box<dyn Rendering + '_>) -> String {
    let mut out = Vec::new();
    render(&mut base.clone(), &mut head.clone(), &mut *make(&mut out));
    String::from_utf8(out).expect("UTF-8")
}

/// Rows and names that a build server would take for commands, wherever a line could begin with one.
fn commands() -> [Memory; 2] {
    let (name, column) = ("::set-output name=a::b ##[group]", "::error::c");
    let json = |text: &str| Value::Typed(format!("{{\"##[error]\":\"{text}::warning::x\"}}"));
    let row = |id: &str, content: &str, other: Value| vec![text(id), text(content), other];
    let one = |names: &[&str], content: &str, more: &str| {
        let columns = [("::id ##[x]", Text), (column, Text), ("json", JsonType)];
        let tables = names.iter().map(|name| table(name, &columns, &["::id ##[x]"])).collect();
        let same =
            row("##[error]key", &format!("##[error]seed {content}\n::stop-commands::t\n"), json(content));
        let long = row(&"::k".repeat(30), &format!("{content} {}", "::debug::y ".repeat(30)), json("::a"));
        memory(tables, vec![(0, Owned, vec![same, long, row(more, "::error::z", Value::Null)])])
    };
    [one(&[name, "::gone"], "a", "::old"), one(&[name, "::new ##[y]"], "b", "::young")]
}

#[test]
fn no_line_is_a_command_to_a_build_server() {
    let [base, head] = commands();
    let mut all = vec![
        shown(&base, &head, |out| Box::new(Summary::new(out))),
        shown(&base, &head, |out| Box::new(Markdown::new(out, 60_000))),
    ];
    let json = shown(&base, &head, |out| Box::new(Json::new(out)));
    let read: serde_json::Value = serde_json::from_str(&json).expect("JSON");
    assert!(read["tables"]["::set-output name=a::b ##[group]"].is_object(), "read, it is what it was");
    all.push(json);
    for (width, colour) in
        [None, Some(160), Some(50), Some(23)].into_iter().flat_map(|w| [(w, false), (w, true)])
    {
        all.push(shown(&base, &head, |out| Box::new(Terminal::new(out, Look { width, colour }))));
    }
    for told in all {
        let told = anstream::adapter::strip_str(&told).to_string();
        let found = told.lines().find(|line| line.trim_start().starts_with("::") || line.contains("##["));
        assert_eq!(found, None, "in\n{told}");
    }
}

#[test]
fn markdown_is_never_larger_than_its_cap() {
    let columns = [("id", Integer), ("title", Text)];
    let many = |title: &str| {
        let tables =
            (0..150).map(|at| table(&format!("a_table_of_the_shop_{at}"), &columns, &["id"])).collect();
        let rows = |at: i64| (0..=at % 7).map(|id| vec![Value::Integer(id), text(title)]).collect();
        memory(tables, (0..150).map(|at| (at, Owned, rows(i64::try_from(at).expect("small")))).collect())
    };
    let (base, head) = (many(&"old ".repeat(12)), many(&"new ".repeat(12)));
    let mut kept = Vec::new();
    for most in [1_000_000, 60_000, 20_000, 4_000, 700] {
        let told = shown(&base, &head, |out| Box::new(Markdown::new(out, most)));
        assert!(told.len() <= most, "{} bytes of {most}", told.len());
        assert!(most > 100_000 || told.len() > most / 3, "{} bytes of {most}", told.len());
        assert!(told.contains("594 rows changed."), "the total is of all");
        let lines = told.lines().filter(|line| line.starts_with("| `")).count();
        let more = told.lines().find(|line| line.starts_with("… and ") && line.contains(" more table"));
        let folds = told.matches("<details>").count();
        assert_eq!(folds, told.matches("</details>").count());
        let unlisted = format!("Not listed: the rows of {} tables.", lines - folds);
        assert_eq!(told.contains(&unlisted), lines > folds, "{told}");
        kept.push(format!("{most}: {lines} tables, {folds} folds, {}", more.unwrap_or("all")));
    }
    insta::assert_snapshot!(kept.join("\n"), @r"
        1000000: 150 tables, 150 folds, all
        60000: 150 tables, 150 folds, all
        20000: 150 tables, 58 folds, all
        4000: 84 tables, 0 folds, … and 66 more tables: 132 rows changed.
        700: 6 tables, 0 folds, … and 144 more tables: 552 rows changed.
        ");
}

/// Rows of which nothing that differs may look the same.
fn lookalikes() -> [Memory; 2] {
    let uuid = |last: u8| Value::Bytes([0xab; 15].into_iter().chain([last]).collect());
    let url = |end: &str| text(&format!("https://example.com/{}/{end}", "path".repeat(12)));
    let one = |content: &str, joined: &str, kind: Value, lines: &str| {
        let tables = vec![
            table("files", &[("id", Bytes), ("name", Text)], &["id"]),
            table(
                "pages",
                &[("url", Text), ("v", Text), ("w", Text), ("kind", Text), ("lines", Text)],
                &["url"],
            ),
        ];
        let files = vec![vec![uuid(1), text(content)], vec![uuid(2), text(content)]];
        let rows =
            ["a", "b"].map(|end| vec![url(end), text(content), text(joined), kind.clone(), text(lines)]);
        memory(tables, vec![(0, Owned, files), (1, Owned, rows.to_vec())])
    };
    [
        one("a\tb", "one two", Value::Integer(1), "x\ny\tz\n"),
        one("a\\tb", "one\u{a0}two", text("1"), "x\ny\\tz\n"),
    ]
}

#[test]
fn what_differs_looks_different() {
    let [base, head] = lookalikes();
    let look = Look { width: None, colour: false };
    insta::assert_snapshot!(shown(&base, &head, |out| Box::new(Terminal::new(out, look))), @r"
        writer: v1_2026-11-13 → v2_2026-11-20

        files
          ~ id x'ababababababababababababababab01'
              name: 'a\tb' → 'a\\tb'
          ~ id x'ababababababababababababababab02'
              name: 'a\tb' → 'a\\tb'

        pages
          ~ url 'https://example.com/pathpathpathpathpathpathpathpathpathpath…' (sha256 339aad9b984654e7)
              v: 'a\tb' → 'a\\tb'
              w: 'one two' → 'one\u00a0two'
              kind: 1 → '1'
              lines:
                 x
                -y\tz
                +y\\tz
          ~ url 'https://example.com/pathpathpathpathpathpathpathpathpathpath…' (sha256 713b4c9521b951cd)
              v: 'a\tb' → 'a\\tb'
              w: 'one two' → 'one\u00a0two'
              kind: 1 → '1'
              lines:
                 x
                -y\tz
                +y\\tz

         table  added  changed  removed  equal
         files      0        2        0      0
         pages      0        2        0      0
        4 rows changed
        ");
    insta::assert_snapshot!(shown(&base, &head, |out| Box::new(Markdown::new(out, 60_000))), @r"
        ### `writer`: `v1_2026-11-13` → `v2_2026-11-20`

        4 rows changed.

        | table | added | changed | removed |
        | --- | ---: | ---: | ---: |
        | `files` | 0 | 2 | 0 |
        | `pages` | 0 | 2 | 0 |

        <details>
        <summary><code>files</code>: 2 rows changed</summary>

        - changed `id x'ababababababababababababababab01'`
          - `name`: `'a\tb'` → `'a\\tb'`
        - changed `id x'ababababababababababababababab02'`
          - `name`: `'a\tb'` → `'a\\tb'`

        </details>

        <details>
        <summary><code>pages</code>: 2 rows changed</summary>

        - changed `url 'https://example.com/pathpathpathpathpathpathpathpathpathpath…' (sha256 339aad9b984654e7)`
          - `v`: `'a\tb'` → `'a\\tb'`
          - `w`: `'one two'` → `'one\u00a0two'`
          - `kind`: `1` → `'1'`
          - `lines`:

            ```diff
             x
            -y\tz
            +y\\tz
            ```

        - changed `url 'https://example.com/pathpathpathpathpathpathpathpathpathpath…' (sha256 713b4c9521b951cd)`
          - `v`: `'a\tb'` → `'a\\tb'`
          - `w`: `'one two'` → `'one\u00a0two'`
          - `kind`: `1` → `'1'`
          - `lines`:

            ```diff
             x
            -y\tz
            +y\\tz
            ```

        </details>
        ");
}
