//! Values that SQLite stores where their column says otherwise: a warning in a scenario for SQLite alone, a refusal in one
//! for both engines, and in each case what to do. And names that no file can hold.

use insta::assert_snapshot;
use test_support::{Run, Sandbox, sqlite};

use crate::support::{EPOCH, XTASK, refused, shown};

const EXPORT: [&str; 4] = ["demo-export", "traps", "--database", "sqlite:app.sqlite"];

/// A database of one table and a scenario of all its rows.
fn sandbox(engines: &str, tables: &str) -> Sandbox {
    let sandbox = Sandbox::empty(XTASK);
    sandbox.write(
        "demo-snapshots/traps/scenario.yaml",
        format!("scenario: traps\nengines: [{engines}]\nselect: {{ items: all }}\n"),
    );
    sqlite::execute(&sandbox.path("app.sqlite"), tables);
    sandbox
}

fn exported(sandbox: &Sandbox) -> Run {
    sandbox.run_with(&EXPORT, &EPOCH).expect_code(0)
}

const MANY: &str = "
    CREATE TABLE items (
      id INTEGER PRIMARY KEY, code STRING, token UUID, day DATE, at TIMESTAMP, done BOOLEAN, amount INTEGER, price DECIMAL, data JSON
    );
    INSERT INTO items VALUES
      (1, 'A1', '123e4567-e89b-12d3-a456-426614174000', '2026-11-20', '2026-11-20 10:30:00', TRUE, 1, 1.5, '{}'),
      (2, '007', '12345678901234567890123456789012', 1763596800, 1763634600000, 'true', 'two', '12345678901234567890', '{'),
      (3, '1e5', NULL, '20261121', 1763634600001, 't', 3, NULL, NULL);
";

#[test]
fn a_scenario_for_sqlite_alone_is_warned_of_each_column() {
    let sandbox = sandbox("sqlite", MANY);
    assert_snapshot!(shown(&exported(&sandbox)), @"
    $ cargo xtask demo-export traps --database sqlite:app.sqlite
    traps v1_2026-11-18: 3 rows added, 0 changed, 0 removed ([TIME]).
    Wrote demo-snapshots/traps/traps_v1_2026-11-18.sql (1.2 KiB).
     table   rows   own   shared
    ─────────────────────────────
     items      3     3        -
     total      3     3        -
    -- stderr
    warning: items.code: 2 values are numbers, the first in row id 2; SQLite takes the declared type STRING for a number's, so that a text like '007' became 7 and '1e5' 100000.0: declare the column TEXT and store such values again
    warning: items.token: 1 value is a number, the first in row id 2; SQLite takes the declared type UUID for a number's, so that a UUID without hyphens may become one, or infinity: declare the column TEXT and store such values again
    warning: items.day: 2 values are numbers (seconds since 1970?), the first in row id 2; a date is text like '2026-11-20', and SQLite's date(…, 'unixepoch') makes one
    warning: items.at: 2 values are numbers (milliseconds since 1970?), the first in row id 2; a timestamp is text like '2026-11-20 10:30:00', and SQLite's datetime(… / 1000, 'unixepoch') makes one
    warning: items.done: 2 values are text, the first in row id 2; SQLite's TRUE and FALSE are 1 and 0, and nothing else is
    warning: items.amount: 1 value is text, the first in row id 2, in a column of type integer; PostgreSQL would not hold such values
    warning: items.price: 1 value has more than 15 digits, the first in row id 2; SQLite keeps such a decimal as a double, so that its last digits may be lost: declare the column DECIMAL TEXT and store such values again
    warning: items.data: 1 value is not JSON, the first in row id 2, in a column of type json; PostgreSQL would not hold such values
    -- exit 0
    ");
    // What was exported is what was stored.
    let _ = sandbox.run(&["demo-verify", "traps"]).expect_code(0);
    let again = sandbox.run(&EXPORT).expect_code(0);
    assert!(again.stdout.contains("traps is unchanged since v1_2026-11-18"), "{}", again.transcript());
}

#[test]
fn a_table_with_a_name_that_no_file_can_hold_is_left_out_unless_the_scenario_needs_it() {
    let sandbox = sandbox(
        "sqlite, postgres",
        "CREATE TABLE items (id INTEGER PRIMARY KEY); INSERT INTO items VALUES (1);
         CREATE TABLE \"a\nb\" (id INTEGER PRIMARY KEY, item INTEGER REFERENCES items (id)); INSERT INTO \"a\nb\" VALUES (1, 1);
         CREATE TABLE notes (\"a\tb\" INTEGER PRIMARY KEY);",
    );
    assert_snapshot!(shown(&exported(&sandbox)), @r"
    $ cargo xtask demo-export traps --database sqlite:app.sqlite
    traps v1_2026-11-18: 1 row added, 0 changed, 0 removed ([TIME]).
    Wrote demo-snapshots/traps/traps_v1_2026-11-18.sql (790 B).
     table   rows   own   shared
    ─────────────────────────────
     items      1     1        -
     total      1     1        -
    -- stderr
    warning: a table has a name that no snapshot can hold: `a\nb`; the table is left out
    warning: a column of notes has a name that no snapshot can hold: `a\tb`; the table is left out
    -- exit 0
    ");
    sandbox.write("demo-snapshots/traps/scenario.yaml", "scenario: traps\nselect: { notes: all }\n");
    assert_snapshot!(refused(&sandbox, &EXPORT), @r"
    $ cargo xtask demo-export traps --database sqlite:app.sqlite
    -- stderr
    warning: a table has a name that no snapshot can hold: `a\nb`; the table is left out
    warning: a column of notes has a name that no snapshot can hold: `a\tb`; the table is left out
    error: demo-snapshots/traps/scenario.yaml does not fit the database:
             `select.notes`: no table `notes`
       help: correct the scenario, or name the right database with --database; one of a bundled schema may be too old, and `cargo xtask db-migrate` brings it up to date
    -- exit 3
    ");
}

#[test]
fn a_scenario_for_both_engines_is_refused_with_what_to_do() {
    let help = |column: &str, value: &str| {
        let sandbox = sandbox(
            "sqlite, postgres",
            &format!(
                "CREATE TABLE items (id INTEGER PRIMARY KEY, {column}); INSERT INTO items VALUES (7, {value})"
            ),
        );
        let refused = refused(&sandbox, &EXPORT);
        refused
            .lines()
            .filter(|line| line.contains("error:") || line.contains("help:"))
            .collect::<Vec<_>>()
            .join("\n")
    };
    assert_snapshot!(help("code STRING", "'007'"), @"
    error: items.code, row id 7: the value is an integer, and PostgreSQL has no column without a type; the value is 7
       help: declare the column TEXT if it is to hold text (SQLite takes the declared type STRING for a number's, and '007' for 7), or say in scenario.yaml what the column holds (`columns: { items: { code: decimal } }`) or that the scenario is for one engine (`engines: [sqlite]`)
    ");
    assert_snapshot!(help("code STRING", "'A1'"), @"
    error: items.code, row id 7: the value is text, and PostgreSQL has no column without a type; the value is 'A1'
       help: say in scenario.yaml what the column holds (`columns: { items: { code: text } }`) or that the scenario is for one engine (`engines: [sqlite]`)
    ");
    assert_snapshot!(help("day DATE", "1763596800"), @"
    error: items.day, row id 7: the value is an integer, and PostgreSQL's column of type date cannot hold it; the value is 1763596800
       help: mend the row (a number there may count seconds since 1970: SQLite's `date(…, 'unixepoch')` makes a date of it), or say in scenario.yaml what the column holds (`columns: { items: { day: integer } }`) or that the scenario is for one engine (`engines: [sqlite]`)
    ");
    assert_snapshot!(help("day DATE", "'20.11.2026'"), @"
    error: items.day, row id 7: the value is text, and PostgreSQL's column of type date cannot hold it; the value is '20.11.2026'
       help: mend the row (a date is `2026-11-20`), or say in scenario.yaml what the column holds (`columns: { items: { day: text } }`) or that the scenario is for one engine (`engines: [sqlite]`)
    ");
    assert_snapshot!(help("at TIMESTAMP", "'2026-11-20T10:30:00'"), @"
    error: items.at, row id 7: the value is text, and PostgreSQL's column of type timestamp cannot hold it; the value is '2026-11-20T10:30:00'
       help: mend the row (a timestamp is `2026-11-20 10:30:00`: a space, no zone, and no zeros at the end of a fraction), or say in scenario.yaml what the column holds (`columns: { items: { at: text } }`) or that the scenario is for one engine (`engines: [sqlite]`)
    ");
    assert_snapshot!(help("at TIMESTAMPTZ", "'2026-11-20 10:30:00'"), @"
    error: items.at, row id 7: the value is text, and PostgreSQL's column of type timestamptz cannot hold it; the value is '2026-11-20 10:30:00'
       help: mend the row (an instant is `2026-11-20 10:30:00+00:00`: with its zone), or say in scenario.yaml what the column holds (`columns: { items: { at: text } }`) or that the scenario is for one engine (`engines: [sqlite]`)
    ");
    assert_snapshot!(help("done BOOLEAN", "'true'"), @"
    error: items.done, row id 7: the value is text, and PostgreSQL's column of type boolean cannot hold it; the value is 'true'
       help: mend the row (SQLite's TRUE and FALSE are 1 and 0, and nothing else is), or say in scenario.yaml what the column holds (`columns: { items: { done: text } }`) or that the scenario is for one engine (`engines: [sqlite]`)
    ");
    assert_snapshot!(help("amount INTEGER", "'three'"), @"
    error: items.amount, row id 7: the value is text, and PostgreSQL's column of type integer cannot hold it; the value is 'three'
       help: mend the row, or say in scenario.yaml what the column holds (`columns: { items: { amount: text } }`) or that the scenario is for one engine (`engines: [sqlite]`)
    ");
    assert_snapshot!(help("token UUID", "'ABC'"), @"
    error: items.token, row id 7: the value is text, and PostgreSQL's column of type uuid cannot hold it; the value is 'ABC'
       help: mend the row (a UUID is lower case, with hyphens), or say in scenario.yaml what the column holds (`columns: { items: { token: text } }`) or that the scenario is for one engine (`engines: [sqlite]`)
    ");
    assert_snapshot!(help("price DECIMAL", "'1,50'"), @"
    error: items.price, row id 7: the value is text, and PostgreSQL's column of type decimal cannot hold it; the value is '1,50'
       help: mend the row (a decimal is `1234.50`: digits and at most one point), or say in scenario.yaml what the column holds (`columns: { items: { price: text } }`) or that the scenario is for one engine (`engines: [sqlite]`)
    ");
    assert_snapshot!(help("data JSON", "'{'"), @"
    error: items.data, row id 7: the value is text, and PostgreSQL's column of type json cannot hold it; the value is '{'
       help: mend the row (it is not JSON), or say in scenario.yaml what the column holds (`columns: { items: { data: text } }`) or that the scenario is for one engine (`engines: [sqlite]`)
    ");
    assert_snapshot!(help("data JSON", "x'8b'"), @"
    error: items.data, row id 7: the value is bytes, and PostgreSQL's column of type json cannot hold it; the value is 1 byte
       help: mend the row (SQLite's `json(…)` makes text of its binary JSON), or say in scenario.yaml what the column holds (`columns: { items: { data: bytes } }`) or that the scenario is for one engine (`engines: [sqlite]`)
    ");
    assert_snapshot!(help("name TEXT", "x'00'"), @"
    error: items.name, row id 7: the value is bytes, and PostgreSQL's column of type text cannot hold it; the value is 1 byte
       help: mend the row, or say in scenario.yaml what the column holds (`columns: { items: { name: bytes } }`) or that the scenario is for one engine (`engines: [sqlite]`)
    ");
    assert_snapshot!(help("xmin TEXT", "'x'"), @"
    error: items.xmin: every table of PostgreSQL has a column of that name of its own
       help: rename it, or say in scenario.yaml that the scenario is for one engine (`engines: [sqlite]`)
    ");
}

#[test]
fn what_postgres_prints_for_dates_without_end_is_for_both_engines() {
    let sandbox = sandbox(
        "sqlite, postgres",
        "CREATE TABLE items (id INTEGER PRIMARY KEY, day DATE, at TIMESTAMP, seen TIMESTAMPTZ, clock TIME, price DECIMAL TEXT);
         INSERT INTO items VALUES (1, 'infinity', '-infinity', '0044-03-15 10:00:00+00 BC', '24:00:00', 'NaN'),
           (2, '10000-01-01', '0044-03-15 10:00:00 BC', '2026-11-20T12:30:00+02:00', '10:30:00', '1.50')",
    );
    let run = exported(&sandbox);
    assert!(!run.stderr.contains("warning"), "{}", run.transcript());
    let file = sandbox.read("demo-snapshots/traps/traps_v1_2026-11-18.sql");
    let rows: Vec<&str> =
        file.lines().filter(|line| line.contains("  (1") || line.starts_with(", (2")).collect();
    assert_snapshot!(rows.join("\n"), @"
      (1, 'infinity', '-infinity', '0044-03-15 10:00:00+00 BC', '24:00:00', 'NaN')
    , (2, '10000-01-01', '0044-03-15 10:00:00 BC', '2026-11-20 10:30:00+00:00', '10:30:00', '1.50')
    ");
    let _ = sandbox.run(&["demo-verify", "traps"]).expect_code(0);
}

#[test]
fn an_edited_file_with_nan_is_refused_rather_than_stored_as_null() {
    let sandbox = sandbox(
        "postgres",
        "CREATE TABLE items (id INTEGER PRIMARY KEY, score REAL); INSERT INTO items VALUES (1, 0.5)",
    );
    let _ = exported(&sandbox);
    let file = sandbox.read("demo-snapshots/traps/traps_v1_2026-11-18.sql");
    sandbox.write("edited.sql", file.replace("(1, 0.5)", "(1, 'NaN')"));
    assert_snapshot!(refused(&sandbox, &["demo-export", "traps", "--from-file", "edited.sql"]), @"
    $ cargo xtask demo-export traps --from-file edited.sql
    -- stderr
    error: edited.sql: items.score, row id 1: SQLite has no NaN, and an edited file becomes a version by way of a scratch SQLite database
       help: import the latest version into a PostgreSQL database, edit the rows there, and export from it
    -- exit 3
    ");
}

mod postgres {
    use insta::assert_snapshot;
    use test_support::Sandbox;
    use test_support::postgres::TestDatabase;

    use crate::support::{EPOCH, XTASK, shown};

    const TABLES: &str = r#"
        CREATE TYPE mood AS ENUM ('sad', 'ok');
        CREATE TABLE items (
          id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, score double precision, price numeric(38, 20), mood mood, names text[],
          span int4range, lasting interval, twice numeric GENERATED ALWAYS AS (price * 2) STORED, data jsonb, raw json, bytes bytea,
          at timestamptz, code char(5)
        );
        INSERT INTO items (score, price, mood, names, span, lasting, data, raw, bytes, at, code) VALUES
          (0.5, 1.1, 'sad', '{a,b}', '[1,3)', '1 day 2 hours', '{"b":1e2,"a":null}', '{"b": 1e2, "a":1}', '\x00ff',
           '2026-11-20 10:00+02', 'ab'),
          ('Infinity', 'NaN', 'ok', '{}', 'empty', '-1 mon', '1.50', '[]', '\x', '0044-03-15 10:00:00+00 BC', '');
        CREATE TABLE "Items" (id integer PRIMARY KEY, price numeric);
        INSERT INTO "Items" VALUES (1, 12345678901234567890.123456789);
    "#;

    fn select_rows(sandbox: &Sandbox, engines: &str, select: &str) {
        let scenario = format!("scenario: traps\nengines: [{engines}]\nselect: {select}\n");
        sandbox.write("demo-snapshots/traps/scenario.yaml", scenario);
    }

    fn export(sandbox: &Sandbox, database: &TestDatabase) {
        let _ =
            sandbox.run_with(&["demo-export", "traps", "--database", &database.url()], &EPOCH).expect_code(0);
    }

    #[test]
    fn a_version_of_postgres_is_restored_into_sqlite_with_every_digit() {
        let database = TestDatabase::new();
        database.psql(TABLES);
        let sandbox = Sandbox::empty(XTASK);
        select_rows(&sandbox, "sqlite, postgres", "{ items: all }");
        export(&sandbox, &database);
        let file = sandbox.read("demo-snapshots/traps/traps_v1_2026-11-18.sql");
        assert!(file.contains("(1, 0.5, '1.10000000000000000000', 'sad', "), "{file}");
        assert_snapshot!(shown(&sandbox.run(&["demo-verify", "traps"])), @"
        $ cargo xtask demo-verify traps
         scenario   version         records
        ────────────────────────────────────────────
         traps      v1_2026-11-18         2   sound
        -- stderr
        Chain, digests, grammar, both SQL dialects and a restore agree ([TIME]).
        -- exit 0
        ");
    }

    #[test]
    fn what_sqlite_cannot_hold_is_verified_and_said_not_to_be_restored() {
        let database = TestDatabase::new();
        database.psql(TABLES);
        let sandbox = Sandbox::empty(XTASK);
        let export_all = |select: &str| {
            select_rows(&sandbox, "postgres", select);
            export(&sandbox, &database);
        };
        export_all("{ items: all, Items: all }");
        database.psql("UPDATE items SET score = 'NaN' WHERE id = 1");
        export_all("{ items: all }");
        export_all("{ Items: all }");
        assert_snapshot!(shown(&sandbox.run(&["demo-verify", "traps"])), @"
        $ cargo xtask demo-verify traps
         scenario   version         records
        ──────────────────────────────────────────────────────────
         traps      v1_2026-11-18         3   sound, not restored
         traps      v2_2026-11-18         2   sound, not restored
         traps      v3_2026-11-18         1   sound
        -- stderr
        warning: traps v1_2026-11-18 was not restored: Items and items: SQLite takes names that differ by case alone for the same
        warning: traps v2_2026-11-18 was not restored: items.score, row id 1: SQLite has no NaN
        Chain, digests, grammar and both SQL dialects agree, and so does a restore, except that 2 versions for PostgreSQL alone could not be restored into SQLite ([TIME]).
        -- exit 0
        ");
        assert_snapshot!(shown(&sandbox.run(&["demo-verify", "traps", "--json"])), @r#"
        $ cargo xtask demo-verify traps --json
        {
          "ok": true,
          "scenarios": [
            {
              "findings": [],
              "not_restored": [
                {
                  "reason": "Items and items: SQLite takes names that differ by case alone for the same",
                  "version": "v1_2026-11-18"
                },
                {
                  "reason": "items.score, row id 1: SQLite has no NaN",
                  "version": "v2_2026-11-18"
                }
              ],
              "scenario": "traps",
              "sound": [
                "v1_2026-11-18",
                "v2_2026-11-18",
                "v3_2026-11-18"
              ]
            }
          ]
        }
        -- exit 0
        "#);
    }
}
