//! What PostgreSQL stores otherwise or refuses, by name.

use model::Value;

use super::engine::{NOTES, fresh};
use super::suite::failures::V1;
use super::suite::support::{delete, notes_snapshot};

#[test]
fn a_value_that_the_target_stores_otherwise_is_refused() {
    let snapshot = notes_snapshot("writer", &V1.replace("'B'", "'0012'").replace("'A'", "'7'"));
    let target = fresh("app.db", &NOTES.replace("title TEXT", "title INTEGER"));
    let refusal = target.refusal(&snapshot, &[], &delete());
    insta::assert_snapshot!(refusal, @r"
    read back after the import, fragments: id 1 differs in title
    help: nothing was changed; the target's schema alters what is written (a trigger, a column's type), or the file's definition and rows disagree
    ");
    // The same where the server compares, even if it finds nothing to do.
    target.execute(
        "INSERT INTO vaults VALUES (1, 'V'); INSERT INTO fragments VALUES (1, 1, NULL, 'a', 7, 'writer'),
        (2, 1, NULL, 'b', 12, 'writer'); INSERT INTO todos VALUES (1, 'a');",
    );
    assert_eq!(target.refusal(&snapshot, &[], &delete()), refusal);
}

#[test]
fn a_row_that_the_target_refuses_is_named_whether_it_is_copied_or_inserted() {
    let many: Vec<String> =
        (10..200).map(|id| format!(", ({id}, 1, NULL, 's{id}', 'x', 'writer')")).collect();
    let many = many.concat();
    let snapshot = |title: &str| {
        let row = format!(
            "INSERT INTO vaults VALUES (1, 'V'); INSERT INTO fragments VALUES (1, 1, NULL, 'a', 'A', 'writer'){many};"
        );
        notes_snapshot("writer", &format!("{row} UPDATE fragments SET title = {title} WHERE id = 77;"))
    };
    let user =
        "INSERT INTO vaults VALUES (1, 'V'); INSERT INTO fragments VALUES (9, 1, NULL, 'mine', 'x', NULL);";
    for (column, title, reason) in [
        (
            "title TEXT CHECK (length(title) < 7)",
            "'hunter2'",
            "the check constraint `fragments_title_check` of `fragments` is violated",
        ),
        ("title TEXT NOT NULL", "NULL", "the column `title` of `fragments` may not be NULL"),
        ("title VARCHAR(3)", "'hunter2'", "column `title`: a text is longer than its column allows"),
        (
            "title TEXT, EXCLUDE (title WITH =) WHERE (title = 'A')",
            "'A'",
            "the exclusion constraint `fragments_title_excl` of `fragments` is violated",
        ),
    ] {
        let schema = NOTES.replace("title TEXT", column);
        let schema = schema.replace(
            "title TEXT, EXCLUDE (title WITH =) WHERE (title = 'A'),\n        scenario TEXT",
            "title TEXT, scenario TEXT, EXCLUDE (title WITH =) WHERE (title = 'A')",
        );
        for fixture in ["", user] {
            let target = fresh("app.db", &format!("{schema}{fixture}"));
            let said = target.refusal(&snapshot(title), &[], &delete());
            let first = said.lines().next().expect("a line");
            assert_eq!(first, format!("the target refuses fragments: id 77: {reason}"), "{fixture}");
        }
    }
}

#[test]
fn an_update_that_the_target_refuses_is_named() {
    let target = fresh("app.db", &NOTES.replace("title TEXT", "title TEXT CHECK (length(title) < 7)"));
    target.import(&notes_snapshot("writer", V1), &[]).expect("an import");
    let long = notes_snapshot("writer", &V1.replace("'B'", "'hunter2'"));
    insta::assert_snapshot!(target.refusal(&long, &[], &delete()), @r"
    the target refuses fragments: id 2: the check constraint `fragments_title_check` of `fragments` is violated
    help: compare the target's constraints with those of the database that was exported; nothing was changed
    ");
}

#[test]
fn a_text_that_postgresql_cannot_hold_is_refused_by_name() {
    let mut snapshot = notes_snapshot("writer", V1);
    snapshot.sections[1].2[1][4] = Value::Text("a\0b".into());
    for fixture in [
        "",
        "INSERT INTO vaults VALUES (1, 'V'); INSERT INTO fragments VALUES (9, 1, NULL, 'mine', 'x', NULL);",
    ] {
        let target = fresh("app.db", &format!("{NOTES}{fixture}"));
        insta::allow_duplicates! {
            insta::assert_snapshot!(target.refusal(&snapshot, &[], &delete()), @r"
            the target refuses fragments: id 2: column `title`: a text with U+0000, which PostgreSQL cannot hold
            help: compare the target's constraints with those of the database that was exported; nothing was changed
            ");
        }
    }
}
