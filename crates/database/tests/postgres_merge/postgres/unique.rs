//! Unique values that PostgreSQL itself carries on to other rows.

use super::engine::{NOTES, fresh};
use super::suite::support::{delete, notes_snapshot};

#[test]
fn a_value_that_the_server_carries_on_to_rows_that_stay_is_parked_and_given_back() {
    let todos = "INSERT INTO todos VALUES (1, 'a', false), (2, 'b', true), (3, 'c', true);";
    let version = |rows: &str| {
        let rows = format!("INSERT INTO vaults VALUES (1, 'V'); INSERT INTO fragments VALUES {rows};{todos}");
        notes_snapshot("writer", &rows)
    };
    let old = version(
        "(1, 1, NULL, 'a', 'x', 'writer'), (2, 1, NULL, 'b', 'y', 'writer'), (3, 1, NULL, 'c', 'z', 'writer')",
    );
    let new = version(
        "(1, 1, NULL, 'b', 'x', 'writer'), (2, 1, NULL, 'a', 'y', 'writer'), (4, 1, NULL, 'c', 'z', 'writer')",
    );
    for action in ["CASCADE", "NO ACTION", "SET DEFAULT"] {
        let schema = NOTES
            .replace("fragment TEXT NOT NULL", "fragment TEXT")
            .replace("ON UPDATE CASCADE", &format!("ON UPDATE {action}"));
        let target = fresh("app.db", &schema);
        for version in [&old, &new, &old, &new] {
            target.import(version, &[&new, &old]).expect("an import");
            assert_eq!(target.snapshot(&version.definition).sections, version.sections, "{action}");
        }
        assert_eq!(
            target.rows("SELECT condeferrable FROM pg_constraint WHERE conname LIKE '%fkey'"),
            "f\nf\nf\nf"
        );
    }
    let target = fresh("app.db", &NOTES.replace("ON UPDATE CASCADE", "ON UPDATE RESTRICT"));
    target.import(&old, &[]).expect("an import");
    insta::assert_snapshot!(target.refusal(&new, &[&old], &delete()), @r"
    unique values of the target have to move, and nothing can stand in their place meanwhile:
      fragments: id 1 (slug)
      fragments: id 2 (slug)
      fragments: id 3 (slug)
    help: change or delete those rows in the target first, then import again
    ");
}
