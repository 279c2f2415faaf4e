//! Seed, export, start afresh, import: what a header promises is what plain SQL counts.

use test_support::{Sandbox, sqlite};

use crate::{DATABASE, VAULT, archive, clone, done, versions};

/// What a snapshot promises: its `Total` lines, and the records of one table's sections.
struct Promised {
    total: u64,
    records: u64,
    todos: u64,
}

fn promised(sandbox: &Sandbox, file: &str) -> Promised {
    let scenario = file.split('_').next().expect("a scenario");
    let text =
        String::from_utf8(versions(sandbox, scenario).remove(file).expect("the version")).expect("text");
    let after = |prefix: &str| {
        let line =
            text.lines().find_map(|line| line.strip_prefix(prefix)).unwrap_or_else(|| panic!("{prefix}"));
        line.split(' ').next().expect("a number").parse().expect("a number")
    };
    Promised {
        total: after("-- Total Fragments: "),
        records: after("-- Total Records: "),
        todos: after("-- todos ("),
    }
}

fn count(sandbox: &Sandbox, what: &str) -> u64 {
    sqlite::one(&sandbox.path(DATABASE), &format!("SELECT count(*) FROM {what}")).parse().expect("a number")
}

fn fragments_of(scenario: &str) -> String {
    format!("fragments WHERE metadata ->> 'demo_seed' = 1 AND metadata ->> 'scenario' = '{scenario}'")
}

fn todos_of(scenario: &str) -> String {
    format!("todos WHERE fragment_id IN (SELECT id FROM {})", fragments_of(scenario))
}

#[test]
fn the_numbers_in_the_headers_are_those_that_plain_sql_counts() {
    let sandbox = clone();
    let before = archive(&sandbox);
    done(&sandbox, &["db-migrate", "--fresh"]);
    for scenario in VAULT {
        done(&sandbox, &["demo-seed", scenario]);
    }
    for scenario in VAULT {
        let run = done(&sandbox, &["demo-export", scenario]);
        assert!(run.stdout.contains("is unchanged since"), "{}", run.transcript());
    }
    assert_eq!(archive(&sandbox), before);

    done(&sandbox, &["db-migrate", "--fresh"]);
    assert_eq!(count(&sandbox, "fragments"), 0);
    done(&sandbox, &["demo-import", "general", "--latest"]);
    done(&sandbox, &["demo-import", "writer", "--version", "v1_2026-11-20"]);

    let general = promised(&sandbox, "general_v2_2026-11-20.sql");
    let writer = promised(&sandbox, "writer_v1_2026-11-20.sql");
    assert_eq!((general.total, general.records), (175, 218));
    for (scenario, promised) in [("general", &general), ("writer", &writer)] {
        assert_eq!(count(&sandbox, &fragments_of(scenario)), promised.total, "{scenario}");
        assert_eq!(count(&sandbox, &todos_of(scenario)), promised.todos, "{scenario}");
    }
    assert_eq!(count(&sandbox, "fragments"), general.total + writer.total);
    assert_eq!(count(&sandbox, "todos"), general.todos + writer.todos);
    // The vault that both share is in both files and once in the database.
    let tables = ["vaults", "projects", "fragments", "todos", "contacts", "chat_sessions"];
    let all: u64 = tables.iter().map(|table| count(&sandbox, table)).sum();
    assert_eq!(all + 1, general.records + writer.records);
}
