//! The rows that a scenario reaches, line by line, from PostgreSQL.

use test_support::postgres::TestDatabase;

use super::exported;
use crate::reached::{CASES, Case, lines};
use crate::{body, done, versions};

/// What SQLite has by itself.
const UNHEX: &str =
    "CREATE FUNCTION unhex(text) RETURNS bytea LANGUAGE sql AS 'SELECT pg_catalog.decode($1, ''hex'')';";

#[test]
fn what_is_reached_is_exactly_that_and_comes_back() {
    for case in CASES {
        let sandbox = case.sandbox();
        let (source, target) = (TestDatabase::new(), TestDatabase::new());
        let schema = format!("{UNHEX}{}", case.postgres());
        source.psql(&format!("{schema}{}", case.rows));
        done(&sandbox, &["demo-export", "reached", "--database", &source.url()]);
        let (_, file) = versions(&sandbox, "reached").pop_last().expect("a version");
        assert_eq!(lines(&file), case.lines, "{}", case.name);
        let told = sandbox.run(&["demo-explain", "reached", "--database", &source.url()]).expect_code(0);
        assert!(!told.transcript().contains("no path"), "{}: {}", case.name, told.transcript());
        target.psql(&schema);
        done(&sandbox, &["demo-import", "reached", "--database", &target.url()]);
        assert_eq!(body(&exported(&sandbox, "reached", &target.url())), body(&file), "{}", case.name);
    }
}

#[test]
fn the_blanks_that_fill_a_key_are_none_of_its_text() {
    let case = Case {
        name: "a key of fixed length",
        schema: "CREATE TABLE codes (id character(5) NOT NULL PRIMARY KEY); CREATE TABLE events (id INTEGER PRIMARY KEY, payload JSON);",
        rows: "INSERT INTO codes VALUES ('abc'), ('b'); INSERT INTO events VALUES (1, '[\"abc\"]');",
        scenario: "select: { events: all }\nrelations: [{ from: events(payload), to: codes }]\n",
        lines: &[],
    };
    let sandbox = case.sandbox();
    let source = TestDatabase::new();
    source.psql(&format!("{}{}", case.schema, case.rows));
    done(&sandbox, &["demo-export", "reached", "--database", &source.url()]);
    let (_, file) = versions(&sandbox, "reached").pop_last().expect("a version");
    assert_eq!(lines(&file), ["codes: 'abc  '", "events: 1, '[\"abc\"]'"]);
    let told = sandbox.run(&["demo-explain", "reached", "--database", &source.url()]).expect_code(0);
    assert!(!told.transcript().contains("no path"), "{}", told.transcript());
}
