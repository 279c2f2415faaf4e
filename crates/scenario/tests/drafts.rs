//! Proposals to text: pinned once, and a law over every name that a database can have.

use demo_snapshot_scenario::{
    Children, Draft, Mark, Proposal, Relation, Selected, TableTypes, is_spellable, read_scenario,
};
use insta::assert_snapshot;
use model::{LogicalType, ScenarioName};
use proptest::prelude::*;

fn proposal<T>(active: bool, what: T, why: &str) -> Proposal<T> {
    Proposal { what, why: why.to_owned(), active }
}

fn selected(table: &str, marks: &[(&[&str], Mark)]) -> Selected {
    let owned = |path: &[&str]| path.iter().map(|&step| step.to_owned()).collect();
    Selected {
        table: table.to_owned(),
        marks: marks.iter().map(|(path, mark)| (owned(path), *mark)).collect(),
    }
}

/// A draft whose every section has an entry that waits; `names` are two tables, then columns.
fn draft(scenario: &str, names: &[String], why: &str) -> Draft {
    let [first, second, columns @ ..] = names else { panic!("two tables") };
    let text = |at: usize| columns[at % columns.len()].clone();
    let relation = Relation {
        from: first.clone(),
        columns: vec![text(0)],
        to: second.clone(),
        key: Some(vec![text(1)]),
    };
    let marks = [(&[columns[0].as_str(), "scenario"][..], Mark::Name)];
    Draft {
        scenario: ScenarioName::new(scenario).expect("a name"),
        origin: "a SQLite database with 2 tables".to_owned(),
        select: vec![
            proposal(true, selected(first, &marks), why),
            proposal(false, selected(second, &[]), why),
        ],
        follow: vec![proposal(true, second.clone(), why)],
        relations: vec![proposal(false, relation, why)],
        unsaid: vec![why.to_owned()],
        columns: vec![TableTypes {
            table: first.clone(),
            columns: vec![
                proposal(true, (text(0), LogicalType::Json), why),
                proposal(false, (text(1), LogicalType::Timestamp), why),
            ],
        }],
        breakdown: vec![proposal(true, (first.clone(), text(2)), why)],
        expect: vec![proposal(false, (second.clone(), 3), why)],
        row_limit: 1000,
    }
}

/// The file with every proposal taken up.
fn taken_up(text: &str) -> String {
    let line = |line: &str| match line.strip_prefix("# ") {
        Some(rest) if rest.starts_with(|c: char| c == ' ' || c.is_ascii_lowercase()) => rest.to_owned(),
        _ => line.to_owned(),
    };
    text.lines().map(line).collect::<Vec<_>>().join("\n")
}

#[test]
fn proposals_stand_behind_the_sign_of_a_comment() {
    let names = ["people", "orders", "metadata", "created at", "kind"].map(str::to_owned);
    assert_snapshot!(draft("shop", &names, "because").to_yaml());
}

#[test]
fn a_draft_without_proposals_is_a_scenario_too() {
    let mut draft = draft("no", &["a", "b", "c", "d"].map(str::to_owned), "");
    draft.select.truncate(1);
    draft.select[0].what.marks = vec![(vec!["c".to_owned()], Mark::One)];
    draft.relations.clear();
    draft.unsaid.clear();
    draft.columns.clear();
    draft.follow.clear();
    draft.breakdown.clear();
    draft.expect.clear();
    assert_snapshot!(draft.to_yaml());
    assert_eq!(draft.scenario().expect("a scenario").name.as_str(), "no");
}

#[test]
fn proposals_that_do_not_fit_into_a_file_are_counted() {
    let mut draft = draft("shop", &["a", "b", "c", "d"].map(str::to_owned), "");
    draft.select.extend((0..5000).map(|at| proposal(false, selected(&format!("t{at}"), &[]), "one of many")));
    let text = draft.to_yaml();
    assert!(text.contains("\n# And 4961 more.\n"), "{text}");
    assert_eq!(draft.scenario().expect("a scenario").select.len(), 1);
}

/// Names as a database may have them, chosen to be taken for something else.
fn names() -> impl Strategy<Value = Vec<String>> {
    let hostile = prop::sample::select(vec![
        "no",
        "~",
        "null",
        "1",
        "1e3",
        ".inf",
        "0x1f",
        "2026-11-20",
        "=",
        "<<",
        "*a",
        "&a",
        "!a",
        "# x",
        "a # b",
        "a: b",
        "a:",
        "- a",
        "? a",
        "| a",
        "> a",
        "%a",
        "@a",
        "`a",
        "---",
        "...",
        "a\nselect: all",
        "a\r\nb",
        "\u{85}x: 1",
        "\u{2028}",
        "\u{feff}",
        "\u{fffe}",
        "'",
        "\"",
        "\"\"",
        "a\"b",
        "\\",
        "\\x41",
        "a.b",
        "a(b)",
        "a, b",
        "(",
        ")",
        "[",
        "{",
        "]}",
        "[[[[",
        " a ",
        "\t",
        "all",
        "scenario",
        "\u{0}",
        "\u{1b}[2J",
        "é",
        "表",
        "👩\u{200d}👧",
        "\u{202e}x",
        "a\u{300}",
    ]);
    let name = prop_oneof![hostile.prop_map(str::to_owned), any::<String>(), "[ -~]{1,20}"];
    let name = name.prop_filter("spellable", |name| is_spellable(name));
    prop::collection::btree_set(name, 5)
        .prop_map(|names| names.into_iter().collect::<Vec<_>>())
        .prop_shuffle()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(1000))]

    #[test]
    fn a_file_says_its_names_and_nothing_else(names in names(), why in any::<String>()) {
        let draft = draft("shop", &names, &why);
        let (text, file) = (draft.to_yaml(), "shop/scenario.yaml");
        let read = read_scenario(&text, file).map_err(|error| TestCaseError::fail(format!("{error}\n{text}")))?;
        prop_assert_eq!(read.name.as_str(), "shop");
        prop_assert_eq!(read.select.len(), 1);
        prop_assert_eq!(&read.select[0].0, &names[0]);
        prop_assert_eq!(&read.select[0].1[0][0].path, &vec![names[2].clone(), "scenario".to_owned()]);
        prop_assert_eq!(&read.children, &Children::Tables(vec![names[1].clone()]));
        prop_assert_eq!(&read.relations, &vec![]);
        prop_assert_eq!(&read.columns[&names[0]].keys().collect::<Vec<_>>(), &vec![&names[2]]);
        prop_assert_eq!(&read.breakdown[&names[0]], &names[4]);
        prop_assert!(read.expect.is_empty() && read.description.is_empty());
        prop_assert_eq!(read.row_limit, Some(1000));

        let text = taken_up(&text);
        let read = read_scenario(&text, file).map_err(|error| TestCaseError::fail(format!("{error}\n{text}")))?;
        prop_assert_eq!(&read.select[1].0, &names[1]);
        prop_assert_eq!(&read.relations, &vec![draft.relations[0].what.clone()]);
        prop_assert_eq!(read.columns[&names[0]][&names[3]], LogicalType::Timestamp);
        prop_assert_eq!(read.expect.keys().collect::<Vec<_>>(), vec![&names[1]]);
    }
}
