//! The pages of a site: nothing in an archive gets out of its place in them.

#[path = "../../row-diff/tests/support/page.rs"]
mod page;

use demo_snapshot_report::{Contents, Scenario, Tables, VersionFacts, index, scenario, version};
use model::{
    ColumnSpec, Definition, Engine, LogicalType, Ownership, Reference, ScenarioName, TableSpec, Value,
    Version,
};
use proptest::prelude::*;

/// What drawings are made of.
const ELEMENTS: &[&str] = &["circle", "defs", "desc", "g", "marker", "path", "polyline", "text"];
const ATTRIBUTES: &[&str] = &[
    "cx",
    "cy",
    "d",
    "marker-end",
    "markerHeight",
    "markerWidth",
    "orient",
    "points",
    "r",
    "refX",
    "refY",
    "rx",
    "text-anchor",
];

fn spec(name: &str, column: &str, references: &[&str]) -> TableSpec {
    let reference = |to: &&str| Reference {
        columns: vec![column.to_owned()],
        to: (*to).to_owned(),
        key: vec![column.to_owned()],
        child: true,
        link: false,
    };
    TableSpec {
        name: name.to_owned(),
        schema: None,
        columns: vec![ColumnSpec { name: column.to_owned(), ty: LogicalType::Text }],
        key: vec![column.to_owned()],
        order_parents: false,
        limit: false,
        select: vec![],
        references: references.iter().map(reference).collect(),
    }
}

fn facts(number: u32, second: i64, records: u64, removed: bool, base: Option<Version>) -> VersionFacts {
    VersionFacts {
        version: Version::parse(&format!("v{number}_2026-11-20")).expect("a version"),
        generated: jiff::Timestamp::from_second(1_795_000_000 + second).expect("a moment"),
        source: Engine::Sqlite,
        records,
        size: records.saturating_mul(99),
        changes: [records, 0, 1],
        content: "0".repeat(64),
        removed,
        base,
    }
}

/// Text that would like to be markup, a script or another direction's.
fn nasty() -> impl Strategy<Value = String> {
    let parts = [
        "<script>alert(1)</script>",
        "</title>",
        "<img src=x onerror=alert(1)>",
        "\"",
        "'",
        "&",
        "<!--",
        "</svg>",
        "</main>",
        "\u{202e}",
        "\u{200b}",
        "\u{1b}[31m",
        "\r",
        "\n",
        "\t",
        "\0",
        "word",
        "漢字",
        "javascript:alert(1)",
        "url(x)",
        " ",
    ];
    proptest::collection::vec(proptest::sample::select(parts.to_vec()), 0..6).prop_map(|parts| parts.concat())
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]
    #[test]
    fn no_data_gets_out_of_its_place(
        description in nasty(), name in nasty(), column in nasty(), value in nasty(),
        seconds in proptest::collection::vec((0i64..100_000, 0u64..9_999_999, any::<bool>()), 0..12),
    ) {
        let (one, other) = (format!("a{name}"), format!("b{name}"));
        let tables = vec![spec(&one, &column, &[&one, &other]), spec(&other, &column, &[&one])];
        let definition = Definition { total: one, breakdown: [].into(), tables };
        let mut contents = Contents::new(&definition);
        for _ in 0..12 {
            contents.row(1, Ownership::Owned, &[Value::Text(value.clone())]);
        }
        prop_assert_eq!(contents.rows(), [0, 12]);
        let mut versions: Vec<VersionFacts> = Vec::new();
        for (at, (second, records, removed)) in seconds.iter().enumerate() {
            let base = versions.last().map(|facts| facts.version);
            let number = u32::try_from(at + 1).expect("small");
            versions.push(facts(number, *second, *records, *removed, base));
        }
        let latest = Some(Tables { rows: contents.rows(), definition });
        let of = Scenario { name: ScenarioName::new("shop").expect("a name"), description, versions, latest };
        let first = facts(1, 0, 12, false, None);
        for page in [index(std::slice::from_ref(&of)), scenario(&of), version(&of.name, &first, &contents)] {
            page::assert_closed(&page, ELEMENTS, ATTRIBUTES);
        }
    }
}

#[test]
fn many_versions_fit_and_those_that_are_gone_keep_their_place() {
    let versions: Vec<VersionFacts> =
        (1..=60).map(|number| facts(number, 9, u64::from(number), number % 5 == 0, None)).collect();
    let of = Scenario {
        name: ScenarioName::new("shop").expect("a name"),
        description: String::new(),
        versions,
        latest: None,
    };
    let page = scenario(&of);
    page::assert_closed(&page, ELEMENTS, ATTRIBUTES);
    assert_eq!(page.matches("<circle").count(), 120, "a point of each version in both plots");
    assert_eq!(page.matches("point gone").count(), 24);
    assert_eq!(page.matches("file removed").count(), 12);
    assert_eq!(page.matches("href=\"v").count(), 48, "no link to what is gone");
    let labels = page.matches(r#"text-anchor="middle">v"#).count();
    assert!((10..=16).contains(&labels), "{labels} names of versions");
}
