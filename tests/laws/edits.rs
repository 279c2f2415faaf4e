//! What a reviewer sees of an edit: the lines of the rows that changed, and the lines that count and sign the file.

use test_support::{Sandbox, sqlite};

use crate::{EPOCH, file_name, versions, with_scenario};

const ROWS: usize = 10_000;

/// A table of 10,000 rows, exported once; ids leave room between rows.
fn exported_table() -> Sandbox {
    let sandbox = with_scenario("scenario: items\nselect: { items: all }\n");
    sqlite::execute(
        &sandbox.path("items.sqlite"),
        &format!(
            "CREATE TABLE items (id INTEGER PRIMARY KEY, name TEXT NOT NULL, note TEXT);
             WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < {ROWS})
               INSERT INTO items SELECT i * 10, 'Item ' || i, CASE WHEN i % 3 = 0 THEN 'two' || char(10) || 'lines' END FROM n;"
        ),
    );
    export(&sandbox);
    sandbox
}

fn export(sandbox: &Sandbox) {
    let args = ["demo-export", "items", "--database", "sqlite:items.sqlite"];
    let run = sandbox.run_with(&args, &[EPOCH]).expect_code(0);
    assert!(run.stdout.contains("Wrote "), "{}", run.transcript());
}

fn edit(sandbox: &Sandbox, sql: &str) {
    sqlite::execute(&sandbox.path("items.sqlite"), sql);
    export(sandbox);
}

/// Lines that tell the version, count rows or sign the file: those that any edit may change.
const BOOKKEEPING: [&str; 8] = [
    "-- Version: ",
    "-- Generated: ",
    "-- Total Items: ",
    "-- Total Records: ",
    "-- Content: sha256:",
    "-- File: sha256:",
    "-- items (",
    "SELECT 'items' AS ",
];

/// The lines of the two newest versions, each as bookkeeping and the rest.
struct Pair {
    old: Vec<String>,
    new: Vec<String>,
    changed_bookkeeping: Vec<&'static str>,
}

fn newest_two(sandbox: &Sandbox) -> Pair {
    let mut files: Vec<(u32, String)> = versions(sandbox, "items")
        .into_iter()
        .map(|(name, bytes)| (number(&name), String::from_utf8(bytes).expect("text")))
        .collect();
    files.sort();
    let (new, old) = (files.pop().expect("new").1, files.pop().expect("old").1);
    let of = |text: &str, prefix: &str| text.lines().find(|line| line.starts_with(prefix)).map(str::to_owned);
    let rest = |text: &str| -> Vec<String> {
        let lines = text.lines().filter(|line| !BOOKKEEPING.iter().any(|prefix| line.starts_with(prefix)));
        lines.map(str::to_owned).collect()
    };
    let changed = BOOKKEEPING.into_iter().filter(|prefix| of(&old, prefix) != of(&new, prefix)).collect();
    Pair { old: rest(&old), new: rest(&new), changed_bookkeeping: changed }
}

fn number(file: &str) -> u32 {
    let rest = file.strip_prefix("items_v").expect("a version");
    rest.split('_').next().expect("a number").parse().expect("a number")
}

/// The lines of `long` that are left if `short` is taken out of it in order; fails if `short` is no part of it.
#[track_caller]
fn additions(short: &[String], long: &[String]) -> Vec<String> {
    let mut wanted = short.iter().peekable();
    let mut more = Vec::new();
    for line in long {
        if wanted.next_if(|next| *next == line).is_none() {
            more.push(line.clone());
        }
    }
    assert_eq!(wanted.next(), None, "a line is gone or was changed");
    more
}

#[test]
fn a_row_inserted_in_the_middle_only_adds_lines() {
    let sandbox = exported_table();
    for (id, whole_statement) in places(&sandbox) {
        edit(&sandbox, &format!("INSERT INTO items VALUES ({id}, 'Inserted', NULL)"));
        let pair = newest_two(&sandbox);
        let added = additions(&pair.old, &pair.new);
        let row = format!("({id}, 'Inserted', NULL)");
        assert!(added.iter().any(|line| line.ends_with(&row)), "{id}: {added:#?}");
        // A row that begins a statement brings the end of the one before and its own beginning.
        assert_eq!(added.len(), if whole_statement { 3 } else { 1 }, "{id}: {added:#?}");
        assert_eq!(
            pair.changed_bookkeeping,
            [
                "-- Version: ",
                "-- Total Items: ",
                "-- Total Records: ",
                "-- Content: sha256:",
                "-- File: sha256:",
                "-- items (",
                "SELECT 'items' AS ",
            ]
        );
    }
}

/// Keys of rows to insert between others: most within a statement, the last beginning one of its own. Which keys begin
/// statements is a matter of their hash: found by asking the tool about others of the kind.
fn places(sandbox: &Sandbox) -> Vec<(usize, bool)> {
    let probe = with_scenario("scenario: items\nselect: { items: all }\n");
    std::fs::copy(sandbox.path("items.sqlite"), probe.path("items.sqlite")).expect("copied");
    sqlite::execute(&probe.path("items.sqlite"), "UPDATE items SET id = id + 3");
    export(&probe);
    let text = String::from_utf8(versions(&probe, "items").pop_first().expect("a version").1).expect("text");
    let keys = |prefix: &str| -> Vec<usize> {
        let rows = text.lines().filter_map(|line| line.strip_prefix(prefix));
        rows.map(|row| row.split(',').next().expect("a key").parse().expect("a number")).collect()
    };
    let (first, others) = (keys("  ("), keys(", ("));
    assert!((50..150).contains(&first.len()), "about one row in a hundred begins a statement");
    let within = [0, others.len() / 3, others.len() / 2, others.len() / 2 + 1, others.len() - 1]
        .map(|at| (others[at], false));
    within.into_iter().chain([(first[first.len() / 2], true)]).collect()
}

#[test]
fn an_edited_row_changes_its_own_line_the_header_and_the_two_digests() {
    let sandbox = exported_table();
    for (id, sql) in [
        (10, "UPDATE items SET name = 'Edited' WHERE id = 10"),
        (50_000, "UPDATE items SET note = 'a longer note; with ''quotes''' WHERE id = 50000"),
        (100_000, "UPDATE items SET name = '' WHERE id = 100000"),
    ] {
        edit(&sandbox, sql);
        let pair = newest_two(&sandbox);
        assert_eq!(pair.old.len(), pair.new.len());
        let changed: Vec<&String> =
            pair.old.iter().zip(&pair.new).filter(|(old, new)| old != new).map(|(_, new)| new).collect();
        assert_eq!(changed.len(), 1, "{changed:#?}");
        assert!(changed[0].contains(&format!("({id}, ")), "{changed:#?}");
        assert_eq!(pair.changed_bookkeeping, ["-- Version: ", "-- Content: sha256:", "-- File: sha256:"]);
    }
}

#[test]
fn a_deleted_row_takes_its_own_lines_along_and_no_others() {
    let sandbox = exported_table();
    // The third has two lines; the first begins the section, so the row after it takes over its place.
    for id in [50_000, 99_990, 60_000] {
        let lines = sqlite::one(
            &sandbox.path("items.sqlite"),
            &format!("SELECT 1 + (note IS NOT NULL) FROM items WHERE id = {id}"),
        );
        edit(&sandbox, &format!("DELETE FROM items WHERE id = {id}"));
        let pair = newest_two(&sandbox);
        let removed = additions(&pair.new, &pair.old);
        assert_eq!(removed.len().to_string(), lines, "{id}: {removed:#?}");
        assert!(removed[0].contains(&format!("({id}, ")), "{removed:#?}");
    }
    edit(&sandbox, "DELETE FROM items WHERE id = 10");
    let pair = newest_two(&sandbox);
    let gone: Vec<&String> = pair.old.iter().filter(|line| !pair.new.contains(line)).collect();
    assert_eq!(gone, ["  (10, 'Item 1', NULL)", ", (20, 'Item 2', NULL)"]);
}

#[test]
fn the_list_of_changes_names_the_row() {
    let sandbox = exported_table();
    edit(
        &sandbox,
        "UPDATE items SET name = 'Edited' WHERE id = 50000; DELETE FROM items WHERE id = 70; INSERT INTO items VALUES (71, 'New', NULL)",
    );
    let changes = sandbox.read("demo-snapshots/items/CHANGES.md");
    for line in [
        "- changed `id 50000`",
        "  - `name`: `'Item 5000'` → `'Edited'`",
        "- removed `id 70`: `name` `'Item 7'`",
        "- added `id 71`: `name` `'New'`",
    ] {
        assert!(changes.contains(line), "{line}\n{changes}");
    }
    assert_eq!(
        sandbox
            .tree("demo-snapshots/items")
            .keys()
            .filter(|path| file_name(path).starts_with("items_v"))
            .count(),
        2
    );
}
