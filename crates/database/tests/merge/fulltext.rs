//! Full-text tables of every kind beside the snapshot's tables: kept in step, checked, or asked about.

use database::{MergeMode, MergeOptions, MergeOutcome, Triggers};

use crate::engine::{Database, NOTES, fresh};
use crate::suite::support::{Rows, delete, notes_snapshot};

const V1: &str = "
    INSERT INTO vaults VALUES (1, 'V');
    INSERT INTO fragments VALUES (1, 1, NULL, 'a', 'Apples', 'writer'), (2, 1, NULL, 'b', 'Bananas', 'writer');
";
const V2: &str = "
    INSERT INTO vaults VALUES (1, 'V');
    INSERT INTO fragments VALUES (1, 1, NULL, 'a', 'Apricots', 'writer'), (3, 1, NULL, 'c', 'Cherries', 'writer');
";
/// Rows of the target's users.
const MINE: &str =
    "INSERT INTO vaults VALUES (1, 'V'); INSERT INTO fragments VALUES (9, 1, NULL, 'm', 'Mangos', NULL);";

fn versions() -> [Rows; 2] {
    [notes_snapshot("writer", V1), notes_snapshot("writer", V2)]
}

fn merged(target: &Database, snapshot: &Rows, triggers: Triggers) -> MergeOutcome {
    target.merge(snapshot, &[], &MergeOptions { triggers, ..delete() }).expect("an import")
}

fn found(target: &Database, table: &str, words: &[&str]) -> Vec<String> {
    let query = |word: &&str| {
        target.rows(&format!("SELECT rowid FROM {table} WHERE {table} MATCH '{word}' ORDER BY rowid"))
    };
    words.iter().map(query).collect()
}

/// Imports one version after the other; afterwards what the table finds is what the rows say.
#[track_caller]
fn kept_in_step(schema: &str, triggers: Triggers) {
    let target = fresh("app.db", &format!("{NOTES}{schema}{MINE}"));
    if triggers == Triggers::Off {
        target.execute("INSERT INTO search (search) VALUES ('rebuild')");
    }
    let [v1, v2] = versions();
    for (version, expected) in
        [(&v1, ["1", "2", "", "", "9"]), (&v2, ["", "", "1", "3", "9"]), (&v1, ["1", "2", "", "", "9"])]
    {
        let outcome = merged(&target, version, triggers);
        assert_eq!(outcome.plan.notes, Vec::<String>::new());
        let words = ["apples", "bananas", "apricots", "cherries", "mangos"];
        assert_eq!(found(&target, "search", &words), expected, "{schema}");
        target.execute("INSERT INTO search (search) VALUES ('integrity-check')");
    }
}

/// Triggers on `table` that keep `search` in step: what they do for a new row, and for an old one.
fn triggers(add: &str, remove: &str) -> String {
    format!(
        "CREATE TRIGGER s_insert AFTER INSERT ON fragments BEGIN {add}; END;
         CREATE TRIGGER s_delete AFTER DELETE ON fragments BEGIN {remove}; END;
         CREATE TRIGGER s_update AFTER UPDATE ON fragments BEGIN {remove}; {add}; END;"
    )
}

const ADD: &str = "INSERT INTO search (rowid, title) VALUES (new.id, new.title)";
const REMOVE: &str = "DELETE FROM search WHERE rowid = old.id";
const COMMAND: &str = "INSERT INTO search (search, rowid, title) VALUES ('delete', old.id, old.title)";

#[test]
fn tables_that_index_the_rows_of_another_are_rebuilt_or_filled_by_triggers() {
    let external = [
        "CREATE VIRTUAL TABLE search USING fts5(title, content='fragments', content_rowid='id');",
        "CREATE VIRTUAL TABLE search USING fts5(slug UNINDEXED, title, content = \"fragments\", content_rowid=id, detail=none,
           columnsize=0, prefix='2 3', tokenize='porter unicode61 remove_diacritics 2');",
    ];
    for table in external {
        kept_in_step(table, Triggers::Off);
        kept_in_step(&format!("{table}{}", triggers(ADD, COMMAND)), Triggers::Off);
        kept_in_step(&format!("{table}{}", triggers(ADD, COMMAND)), Triggers::On);
    }
}

#[test]
fn older_full_text_tables_are_rebuilt_too() {
    // Their triggers have to go first, while the old row is there.
    let before = format!(
        "CREATE TRIGGER s_insert AFTER INSERT ON fragments BEGIN INSERT INTO search (docid, title) VALUES (new.id, new.title); END;
         CREATE TRIGGER s_bu BEFORE UPDATE ON fragments BEGIN {0}; END; CREATE TRIGGER s_bd BEFORE DELETE ON fragments BEGIN {0}; END;
         CREATE TRIGGER s_au AFTER UPDATE ON fragments BEGIN INSERT INTO search (docid, title) VALUES (new.id, new.title); END;",
        "DELETE FROM search WHERE docid = old.id"
    );
    let table = "CREATE VIRTUAL TABLE search USING fts4(content=\"fragments\", title);";
    kept_in_step(table, Triggers::Off);
    kept_in_step(&format!("{table}{before}"), Triggers::Off);
    kept_in_step(&format!("{table}{before}"), Triggers::On);
    for module in ["fts3(title)", "fts4(title, tokenize=porter)"] {
        kept_in_step(&format!("CREATE VIRTUAL TABLE search USING {module}; {before}"), Triggers::On);
    }
}

#[test]
fn a_table_that_indexes_a_view_of_changed_rows_is_rebuilt() {
    let views =
        "CREATE VIEW titles AS SELECT id, title, scenario FROM \"Fragments\" JOIN vaults USING (id) WHERE 0
                   UNION ALL SELECT id, title, scenario FROM fragments;
                 CREATE VIEW shown AS SELECT id, title FROM Titles;
                 CREATE VIRTUAL TABLE search USING fts5(title, content='SHOWN', content_rowid='id');";
    kept_in_step(views, Triggers::Off);
}

#[test]
fn tables_with_text_of_their_own_or_with_none_are_filled_by_triggers() {
    for (table, remove) in [
        ("fts5(title)", REMOVE),
        ("fts5(title, content='')", COMMAND),
        ("fts5(title, content='', contentless_delete=1)", REMOVE),
        ("fts5(title, content='', contentless_delete=1, contentless_unindexed=1)", REMOVE),
    ] {
        let schema = format!("CREATE VIRTUAL TABLE search USING {table}; {}", triggers(ADD, remove));
        kept_in_step(&schema, Triggers::On);
        let target = fresh("app.db", &format!("{NOTES}{schema}"));
        let [v1, _] = versions();
        let refusal = target.refusal(&v1, &[], &delete());
        assert_eq!(
            refusal.lines().nth(1),
            Some("  search (by the trigger s_insert on fragments)"),
            "{table}"
        );
        let dry = MergeOptions { mode: MergeMode::DryRun, ..delete() };
        assert_eq!(target.refusal(&v1, &[], &dry), refusal, "a dry run says the same");
    }
}

#[test]
fn a_table_that_nothing_but_the_application_fills_is_left_alone() {
    let target = fresh(
        "app.db",
        &format!(
            "{NOTES} CREATE VIRTUAL TABLE search USING fts5(title); INSERT INTO search VALUES ('apples');"
        ),
    );
    let [v1, _] = versions();
    assert_eq!(merged(&target, &v1, Triggers::Off).plan.notes, Vec::<String>::new());
    assert_eq!(target.rows("SELECT rowid, title FROM search"), "1|apples");
}

#[test]
fn triggers_that_leave_a_full_text_table_behind_are_told() {
    let table = "CREATE VIRTUAL TABLE search USING fts5(title, content='fragments', content_rowid='id');";
    let only_new = format!("CREATE TRIGGER s_insert AFTER INSERT ON fragments BEGIN {ADD}; END;");
    let target = fresh("app.db", &format!("{NOTES}{table}{only_new}{MINE}"));
    let [v1, v2] = versions();
    assert_eq!(merged(&target, &v1, Triggers::On).plan.notes, Vec::<String>::new());
    let outcome = merged(&target, &v2, Triggers::On);
    insta::assert_snapshot!(outcome.plan.notes.join("\n"), @"The full-text table search does not index the rows of fragments as a rebuild would: triggers of the target left it so.");
    assert!(outcome.applied);
    // It was behind already.
    assert_eq!(merged(&target, &v1, Triggers::On).plan.notes, Vec::<String>::new());
}
