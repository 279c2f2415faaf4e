//! The page of a comparison: pinned on the six pairs, and that no data gets out of its place in it.

#[path = "support/page.rs"]
mod page;
#[path = "support/pairs.rs"]
mod pairs;
mod support;

use std::collections::BTreeSet;
use std::io::Cursor;

use demo_snapshot_row_diff::render::html::{Caps, Html};
use demo_snapshot_row_diff::render::{Heading, Rendering as _, SideName};
use demo_snapshot_row_diff::{Side, diff, schema_changes};
use model::LogicalType::{Any, Integer, Json, Text};
use model::Ownership::Owned;
use model::{RowSource, ScenarioName, Value};
use proptest::prelude::*;
use scraper::Node;
use support::{Memory, memory, run, table, text};

/// The page of two snapshots, and how much scratch space it took.
fn render(base: &mut dyn RowSource, head: &mut dyn RowSource, names: [&str; 2], caps: Caps) -> String {
    let (old, new) = (base.definition().clone(), head.definition().clone());
    let schema = schema_changes(&old, &new);
    let side = |name: &str| SideName { name: name.to_owned(), records: Some(7) };
    let (base_name, head_name) = (side(names[0]), side(names[1]));
    let scenario = ScenarioName::new("writer").expect("a name");
    let (mut out, mut rows) = (Vec::new(), Cursor::new(vec![0xaa; 3_000]));
    let mut page = Html::new(&mut out, &mut rows, caps);
    page.begin(&Heading {
        scenario: &scenario,
        base: &base_name,
        head: &head_name,
        base_definition: &old,
        head_definition: &new,
        schema: &schema,
    })
    .expect("begins");
    let (mut here, mut there) = (Cursor::new(vec![]), Cursor::new(vec![]));
    let base = Side { rows: base, scratch: &mut here };
    let head = Side { rows: head, scratch: &mut there };
    let counts = diff(base, head, &mut |change| Ok(page.change(change)?)).expect("compares");
    page.end(&counts).expect("ends");
    String::from_utf8(out).expect("UTF-8")
}

/// The names of a page's elements.
fn elements(page: &str) -> BTreeSet<String> {
    let parsed = scraper::Html::parse_document(page);
    parsed.tree.values().filter_map(Node::as_element).map(|element| element.name().to_owned()).collect()
}

/// The main part, a line for each element that begins one.
fn main_part(page: &str) -> String {
    let main = page.split("<main").nth(1).and_then(|rest| rest.split("</main>").next()).expect("a main part");
    let mut text = format!("<main{main}");
    for tag in [
        "<h1", "<h3", "<p", "<tr", "<td", "<th ", "<thead", "<tbody", "<tfoot", "<dl", "<div", "<label",
        "<svg", "<li", "<table",
    ] {
        text = text.replace(tag, &format!("\n{tag}"));
    }
    let lines = text.lines().map(str::trim_end).filter(|line| !line.is_empty());
    lines.collect::<Vec<_>>().join("\n")
}

const VERSIONS: [&str; 2] = ["v1_2026-11-13", "v2_2026-11-20"];

#[test]
fn the_six_pairs_as_pages() {
    for pair in pairs::pairs() {
        let (mut base, mut head) = (pair.base.clone(), pair.head.clone());
        let page = render(&mut base, &mut head, VERSIONS, Caps::default());
        page::assert_closed(&page, &[], &[]);
        assert_eq!(page, render(&mut base, &mut head, VERSIONS, Caps::default()), "the same each time");
        insta::assert_snapshot!(format!("page_of_{}", pair.name.replace(' ', "_")), main_part(&page));
    }
}

#[test]
fn equal_snapshots_have_a_page_without_filters() {
    let mut pair = pairs::pairs().remove(0);
    let mut same = pair.base.clone();
    let page = render(&mut pair.base, &mut same, VERSIONS, Caps::default());
    assert!(page.contains("No row differs."), "{page}");
    assert!(!page.contains("id=\"tools\"") && !page.contains("class=\"change"), "{page}");
}

fn numbered(rows: i64) -> Memory {
    let columns = [("id", Integer), ("title", Text)];
    let tables = vec![table("a", &columns, &["id"]), table("b", &columns, &["id"])];
    let rows: Vec<_> = (1..=rows).map(|id| vec![Value::Integer(id), text("Title")]).collect();
    memory(tables, vec![(0, Owned, rows.clone()), (1, Owned, rows)])
}

#[test]
fn beyond_its_caps_a_page_says_how_many_more_and_counts_them_all() {
    let shown = |caps: Caps| {
        let page = render(&mut numbered(0), &mut numbered(1_200), VERSIONS, caps);
        assert_eq!(page.matches("1,200 rows added").count(), 2, "each table tells its own");
        assert!(page.contains("2,400 rows added"));
        let more: Vec<&str> =
            page.split("… and ").skip(1).filter_map(|rest| rest.split(' ').next()).collect();
        (page.matches("<article").count(), more.join(" "), page.len())
    };
    let counts = run(&numbered(0), &numbered(1_200), &mut |_| ()).expect("compares");
    assert_eq!(counts.total().added, 2_400);
    let all = Caps { table: u64::MAX, rows: u64::MAX, bytes: u64::MAX };
    assert_eq!(shown(all).0, 2_400);
    let (rows, more, _) = shown(Caps::default());
    assert_eq!((rows, more.as_str()), (2_000, "200 200"));
    let (rows, more, _) = shown(Caps { table: 5, rows: 7, ..all });
    assert_eq!((rows, more.as_str()), (7, "1,195 1,198"));
    let (rows, more, length) = shown(Caps { bytes: 2_000, ..all });
    assert!(rows < 10 && length < 30_000, "{rows} rows, {length} bytes");
    assert_eq!(more.split(' ').next_back(), Some("1,200"));
}

#[test]
fn a_page_marks_what_would_look_the_same() {
    let one = |title: &str, number: Value| {
        let spec = table("a", &[("id", Integer), ("title", Text), ("number", Any)], &["id"]);
        memory(vec![spec], vec![(0, Owned, vec![vec![Value::Integer(1), text(title), number]])])
    };
    let (mut base, mut head) = (one("one two", Value::Integer(1)), one("one\u{a0}two", text("1")));
    let page = main_part(&render(&mut base, &mut head, VERSIONS, Caps::default()));
    let cells: Vec<&str> = page.lines().filter(|line| line.starts_with("<td class=\"base\"")).collect();
    insta::assert_snapshot!(cells.join("\n"), @r#"
        <td class="base">one<del> </del>two</td>
        <td class="base">1 <span class="none">integer</span></td>
        "#);
}

#[test]
fn a_page_says_how_many_of_all_rows_it_shows() {
    let of = |caps: Caps| {
        let page = render(&mut numbered(0), &mut numbered(1_200), VERSIONS, caps);
        let told = page.split("data-of=\"").nth(1).and_then(|rest| rest.split('"').next());
        told.expect("told").to_owned()
    };
    assert_eq!(of(Caps::default()), "2,400 rows shown; 2,000 are on this page");
    assert_eq!(of(Caps { table: 2_000, rows: 3_000, ..Caps::default() }), "2,400 rows shown");
}

#[test]
fn what_a_page_is_made_of_depends_on_no_data() {
    // Every kind of change, so that the closed list below is no larger than it must be.
    let pages: Vec<String> = pairs::pairs()
        .iter_mut()
        .map(|pair| render(&mut pair.base, &mut pair.head, VERSIONS, Caps::default()))
        .collect();
    let used: BTreeSet<String> = pages.iter().flat_map(|page| elements(page)).collect();
    let known: BTreeSet<String> = page::ELEMENTS.iter().map(|name| (*name).to_owned()).collect();
    let unused: Vec<&String> = known.difference(&used).collect();
    assert_eq!(unused, Vec::<&String>::new(), "listed and never used");
}

/// Text that would like to be markup, a script, a terminal's or another direction's.
fn nasty() -> impl Strategy<Value = String> {
    let parts = [
        "<script>alert(1)</script>",
        "</script>",
        "<img src=x onerror=alert(1)>",
        "\"",
        "'",
        "&",
        "&lt;",
        "<!--",
        "-->",
        "]]>",
        "</style>",
        "</td></tr></table>",
        "<svg onload=alert(1)>",
        "javascript:alert(1)",
        "\u{202e}",
        "\u{2066}",
        "\u{200b}",
        "\u{feff}",
        "\u{1b}[31m",
        "\r",
        "\0",
        "\n",
        "\t",
        "\u{7f}",
        "\u{85}",
        "\u{e0041}",
        " ",
        "word",
        "{\"a\":1}",
        "漢字",
        "é",
        "👩\u{200d}👧",
        "`",
        "=",
        "onclick=",
        "<",
        ">",
        "</main>",
        "</title>",
    ];
    proptest::collection::vec(proptest::sample::select(parts.to_vec()), 0..8).prop_map(|parts| parts.concat())
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(96))]
    #[test]
    fn no_data_gets_out_of_its_place(
        old in nasty(), new in nasty(), gone in nasty(), key in nasty(), name in nasty(), column in nasty(), side in nasty(),
    ) {
        let json = |text: &str| Value::Typed(model::json::Json::String(text.to_owned()).to_text());
        let one = |id: &str, content: &str| {
            let column = format!("c{column}");
            let columns = [("id", Text), (column.as_str(), Text), ("json", Json)];
            let spec = table(&format!("t{name}"), &columns, &["id"]);
            let rows = [("k", content), (id, content)].map(|(id, content)| vec![text(id), text(content), json(content)]);
            let mut rows = rows.to_vec();
            rows.sort();
            rows.dedup_by(|a, b| a[0] == b[0]);
            memory(vec![spec], vec![(0, Owned, rows)])
        };
        let (mut base, mut head) = (one(&gone, &old), one(&key, &new));
        let page = render(&mut base, &mut head, [side.as_str(), "head"], Caps::default());
        page::assert_closed(&page, &[], &[]);
    }
}
