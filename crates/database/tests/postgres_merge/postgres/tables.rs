//! Tables of every kind and values of every type.

use database::{MergeMode, MergeOptions};
use model::Definition;

use super::engine::{Database, fresh};
use super::suite::support::{child, definition, delete, referring, selecting, table};

fn whole(mut spec: model::TableSpec) -> model::TableSpec {
    spec.select.push(Vec::new());
    spec
}

/// Imports what `definition` means in `old` and in `new` into `target`, back and forth; each time it is then there.
#[track_caller]
fn back_and_forth(target: &Database, old: &Database, new: &Database, definition: &Definition) {
    let (v1, v2) = (old.snapshot(definition), new.snapshot(definition));
    for version in [&v1, &v2, &v1] {
        target.merge(version, &[&v2, &v1], &delete()).expect("an import");
        assert_eq!(target.snapshot(definition).sections, version.sections);
        assert!(!target.merge(version, &[], &delete()).expect("again").plan.changes_anything());
    }
}

const TYPES: &str = r#"
    CREATE TYPE mood AS ENUM ('sad', 'happy'); CREATE DOMAIN score AS NUMERIC(38,20) CHECK (VALUE <> 13);
    CREATE TABLE "Odd ""Table" ("select" UUID PRIMARY KEY, i2 SMALLINT, i4 INTEGER, i8 BIGINT, r4 REAL, r8 DOUBLE PRECISION,
        n NUMERIC, s score, b BOOLEAN, t TEXT, c CHAR(5), v VARCHAR(9), y BYTEA, d DATE, tm TIME, ts TIMESTAMP,
        tz TIMESTAMPTZ, iv INTERVAL, j JSON, jb JSONB, m mood, a TEXT[], nn NUMERIC[], rg INT4RANGE, ip INET);
"#;
const COLUMNS: &str = "select:uuid i2:integer i4:integer i8:integer r4:real r8:real n:decimal s:decimal b:boolean t:text
    c:text v:text y:bytes d:date tm:time ts:timestamp tz:timestamptz iv:interval j:json jb:json m:enum a:array nn:array
    rg:range ip:text";

fn types(rows: &[&str]) -> Database {
    let rows: Vec<String> =
        rows.iter().map(|row| format!(r#"INSERT INTO "Odd ""Table" VALUES ({row});"#)).collect();
    let rows = rows.concat();
    fresh("types", &format!("{TYPES}{rows}"))
}

#[test]
fn values_of_every_type_come_back_as_they_were_and_differences_are_seen() {
    let odd = definition(vec![whole(table("Odd \"Table", COLUMNS))]);
    let first = "'00000000-0000-0000-0000-000000000001'";
    let bytes: Vec<String> = (0..=255).map(|byte| format!("{byte:02x}")).collect();
    let bytes = bytes.concat();
    let nothing = ["NULL"; 24].join(", ");
    let full = format!(
        r#"{first}, -32768, 2147483647, -9223372036854775808, 'NaN', '-Infinity', 'NaN', 1.10, TRUE, E'a\tb\\N\n', 'ab', '',
        '\x{bytes}', 'infinity', '24:00:00', '0044-03-15 10:00:00 BC', '2024-02-29 12:00:00.5+02', '1 mon -1 day 00:00:01',
        '{{"b": [1e2, 1.10], "a": 1}}', '{{"b": [1e2, 1.10], "a": 1}}', 'happy', '{{NULL,"NULL","a\"b"}}', '{{1.0,2}}',
        '[1,5)', '10.0.0.1/8'"#
    );
    let other = format!(
        r#"{first}, 1, 2, 3, 0.1, 1e300, 1.1, 1.1, FALSE, 'NULL', 'abc', 'x', '', '2024-02-29', '23:59:59.999999',
        'infinity', '-infinity', '-1 day', '{{"a": 1, "b": [100, 1.1]}}', '{{"a": 1, "b": [100, 1.1]}}', 'sad', '{{}}',
        '{{1.00,2}}', 'empty', '::1'"#
    );
    let zeros = "'00000000-0000-0000-0000-000000000002', 0, 0, 0, '-0', '-0', 0.0, 0, NULL, '', '', '', '', NULL, NULL, NULL, NULL,
        '0', 'null', 'null', NULL, NULL, NULL, NULL, NULL";
    let empty = format!("'00000000-0000-0000-0000-000000000003', {nothing}");
    let (old, new) = (types(&[&full, zeros, &empty]), types(&[&other, &empty]));
    back_and_forth(&types(&[]), &old, &new, &odd);
    // In a table with other rows, the server compares.
    let there = format!("'00000000-0000-0000-0000-000000000003', {nothing}");
    back_and_forth(&types(&[&there]), &old, &new, &odd);
}

#[test]
fn values_that_need_their_text_in_tables_that_do_not_come_back_as_they_were() {
    let schema = "CREATE TABLE days (id INTEGER PRIMARY KEY, d DATE, t TEXT);
        CREATE TYPE mood AS ENUM ('sad', 'happy'); CREATE DOMAIN price AS NUMERIC(12,2) CHECK (VALUE <> 13);
        CREATE TABLE sales (id BIGINT PRIMARY KEY, p price, at TIMESTAMPTZ, m mood, j JSONB, b BYTEA);";
    let days = whole(table("days", "id:integer d:date t:text"));
    let sales = whole(table("sales", "id:integer p:decimal at:timestamptz m:enum j:json b:bytes"));
    let both = definition(vec![days, sales]);
    let rows = |price: &str, day: &str, at: &str| {
        fresh(
            "forms",
            &format!(
                "{schema} INSERT INTO days SELECT n, date '2024-01-01' + n, 'day ' || n FROM generate_series(1, 500) AS n;
                 INSERT INTO days VALUES (501, {day}, NULL);
                 INSERT INTO sales SELECT n, n * 1.5, timestamptz '2024-01-01' + n * interval '1 minute', 'sad', '{{\"a\": 1}}',
                   decode(md5(n::text), 'hex') FROM generate_series(1, 500) AS n;
                 INSERT INTO sales VALUES (501, {price}, {at}, 'happy', NULL, '')"
            ),
        )
    };
    let plain = rows("0.10", "'2024-02-29'", "'1999-12-31 23:59:59.999999+00'");
    let odd = rows("'NaN'", "'0044-03-15 BC'", "'infinity'");
    let target = || fresh("forms", schema);
    back_and_forth(&target(), &plain, &odd, &both);
    back_and_forth(&target(), &odd, &plain, &both);
    let other_rows = fresh(
        "forms",
        &format!("{schema} INSERT INTO days VALUES (1, '-infinity', ''); INSERT INTO sales VALUES (7)"),
    );
    back_and_forth(&other_rows, &odd, &plain, &both);
}

#[test]
fn json_and_instants_are_compared_by_value_and_left_as_they_are_spelled() {
    let odd = definition(vec![whole(table("Odd \"Table", COLUMNS))]);
    let row = |json: &str, instant: &str| {
        let id = "'00000000-0000-0000-0000-000000000001'";
        let row = format!(
            r#"INSERT INTO "Odd ""Table" ("select", j, jb, tz) VALUES ({id}, '{json}', '{json}', '{instant}');"#
        );
        fresh("types", &format!("{TYPES}{row}"))
    };
    let target = row(r#"{ "b": 1e2, "a": [true] }"#, "2026-01-01 00:00:00+01");
    let same = row(r#"{"a":[true],"b":100}"#, "2025-12-31 23:00:00Z").snapshot(&odd);
    assert!(!target.import(&same, &[]).expect("an import").plan.changes_anything());
    assert_eq!(target.rows(r#"SELECT j FROM "Odd ""Table""#), r#"{ "b": 1e2, "a": [true] }"#);
    for (json, instant) in [
        (r#"{"a":[1],"b":100}"#, "2025-12-31 23:00:00Z"),
        (r#"{"a":[true],"b":100.0}"#, "2025-12-31 23:00:00Z"),
        (r#"{"a":[true],"b":100}"#, "2025-12-31 23:00:01Z"),
    ] {
        let other = row(json, instant).snapshot(&odd);
        let plan = target.merge(&other, &[], &delete()).expect("an import").plan;
        assert_eq!(plan.tables[0].update, 1, "{json} {instant}");
        target.import(&same, &[]).expect("back");
    }
}

#[test]
fn identities_that_are_always_generated_keep_the_snapshots_values() {
    let schema =
        "CREATE TABLE items (id BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY, n INTEGER, twice INTEGER
        GENERATED ALWAYS AS (n * 2) STORED, tag TEXT);";
    let items = definition(vec![selecting(table("items", "id:integer n:integer tag:text"), "tag", "s")]);
    let rows = |rows: &str| {
        format!("{schema} INSERT INTO items (id, n, tag) OVERRIDING SYSTEM VALUE VALUES {rows};")
    };
    let old = fresh("old", &rows("(5, 1, 's'), (7, 2, 's')"));
    let new = fresh("new", &rows("(5, 3, 's'), (9, 4, 's')"));
    for fixture in [schema.to_owned(), rows("(6, 1, NULL)")] {
        let target = fresh("app", &fixture);
        back_and_forth(&target, &old, &new, &items);
        target.execute("INSERT INTO items (n) VALUES (0);");
        assert_eq!(target.rows("SELECT id, twice FROM items WHERE n = 0"), "10|0");
    }
}

#[test]
fn an_identity_that_nothing_may_change_is_refused_by_name() {
    let schema =
        "CREATE TABLE items (code TEXT PRIMARY KEY, number BIGINT GENERATED ALWAYS AS IDENTITY, tag TEXT);";
    let items = definition(vec![selecting(table("items", "code:text number:integer tag:text"), "tag", "s")]);
    let row = |number: i32| {
        let row = format!("{schema} INSERT INTO items OVERRIDING SYSTEM VALUE VALUES ('a', {number}, 's');");
        fresh("items", &row)
    };
    insta::assert_snapshot!(row(1).refusal(&row(2).snapshot(&items), &[], &delete()), @r#"
    the target refuses items: code 'a': the column "number" is GENERATED ALWAYS AS IDENTITY and cannot be changed
    help: compare the target's constraints with those of the database that was exported; nothing was changed
    "#);
}

#[test]
fn cycles_of_tables_are_written_and_deleted() {
    for rule in ["", "DEFERRABLE", "DEFERRABLE INITIALLY DEFERRED"] {
        let schema = format!(
            "CREATE TABLE teams (id BIGINT PRIMARY KEY, lead BIGINT NOT NULL, tag TEXT);
             CREATE TABLE people (id BIGINT PRIMARY KEY, team BIGINT NOT NULL REFERENCES teams {rule}, tag TEXT);
             ALTER TABLE teams ADD CONSTRAINT leads FOREIGN KEY (lead) REFERENCES people {rule};"
        );
        let mut teams = referring(
            selecting(table("teams", "id:integer lead:integer tag:text"), "tag", "s"),
            "lead",
            "people",
            "id",
        );
        teams.references[0].link = true;
        let people = referring(
            selecting(table("people", "id:integer team:integer tag:text"), "tag", "s"),
            "team",
            "teams",
            "id",
        );
        let cycle = definition(vec![teams, people]);
        let rows = |rows: &str| {
            fresh(
                "cycle",
                &format!(
                    "{schema} BEGIN; ALTER TABLE teams DISABLE TRIGGER ALL; {rows} ALTER TABLE teams ENABLE TRIGGER ALL; COMMIT;"
                ),
            )
        };
        let old = rows(
            "INSERT INTO teams VALUES (1, 1, 's'), (2, 3, 's'); INSERT INTO people VALUES (1, 1, 's'), (2, 1, 's'), (3, 2, 's');",
        );
        let new = rows(
            "INSERT INTO teams VALUES (1, 4, 's'), (3, 2, 's'); INSERT INTO people VALUES (4, 1, 's'), (2, 3, 's');",
        );
        for target in
            [rows(""), rows("INSERT INTO teams VALUES (9, 9, NULL); INSERT INTO people VALUES (9, 9, NULL);")]
        {
            let before =
                target.rows("SELECT conname, condeferrable, condeferred FROM pg_constraint ORDER BY 1");
            back_and_forth(&target, &old, &new, &cycle);
            assert_eq!(
                target.rows("SELECT conname, condeferrable, condeferred FROM pg_constraint ORDER BY 1"),
                before
            );
        }
    }
}

#[test]
fn a_cycle_whose_tables_are_somebody_elses_is_written_with_the_reference_last() {
    let schema = "CREATE TABLE teams (id BIGINT PRIMARY KEY, lead BIGINT, tag TEXT);
         CREATE TABLE people (id BIGINT PRIMARY KEY, team BIGINT NOT NULL REFERENCES teams, tag TEXT);
         ALTER TABLE teams ADD FOREIGN KEY (lead) REFERENCES people;";
    let teams = referring(
        selecting(table("teams", "id:integer lead:integer tag:text"), "tag", "s"),
        "lead",
        "people",
        "id",
    );
    let people = referring(
        selecting(table("people", "id:integer team:integer tag:text"), "tag", "s"),
        "team",
        "teams",
        "id",
    );
    let cycle = definition(vec![teams, people]);
    let rows = |rows: &str, leads: &str| fresh("cycle", &format!("{schema}{rows}{leads}"));
    let old = rows(
        "INSERT INTO teams VALUES (1, NULL, 's'), (2, NULL, 's'); INSERT INTO people VALUES (1, 1, 's'), (3, 2, 's');",
        "UPDATE teams SET lead = 1 WHERE id = 1; UPDATE teams SET lead = 3 WHERE id = 2;",
    );
    let new = rows(
        "INSERT INTO teams VALUES (1, NULL, 's'), (3, NULL, 's'); INSERT INTO people VALUES (4, 1, 's'), (2, 3, 's');",
        "UPDATE teams SET lead = 4 WHERE id = 1; UPDATE teams SET lead = 2 WHERE id = 3;",
    );
    let (v1, v2) = (old.snapshot(&cycle), new.snapshot(&cycle));
    let target = rows("INSERT INTO teams VALUES (9, NULL, NULL);", "");
    let role = target.test.role("writer", "");
    target.execute(&format!("GRANT SELECT, INSERT, UPDATE, DELETE ON teams, people TO {role};"));
    for version in [&v1, &v2, &v1] {
        target.merge_as(&role, version, &delete()).expect("an import");
        assert_eq!(target.snapshot(&cycle).sections, version.sections);
    }
}

#[test]
fn a_circle_without_null_that_is_checked_at_once_is_refused_to_those_who_do_not_own_it() {
    let schema = |rule: &str| {
        format!(
            "CREATE TABLE books (id BIGINT PRIMARY KEY, writer BIGINT NOT NULL, tag TEXT);
             CREATE TABLE writers (id BIGINT PRIMARY KEY, book BIGINT NOT NULL REFERENCES books, tag TEXT);
             ALTER TABLE books ADD FOREIGN KEY (writer) REFERENCES writers {rule};"
        )
    };
    let books = selecting(table("books", "id:integer writer:integer tag:text"), "tag", "s");
    let writers = selecting(table("writers", "id:integer book:integer tag:text"), "tag", "s");
    let circle = definition(vec![
        referring(books, "writer", "writers", "id"),
        referring(writers, "book", "books", "id"),
    ]);
    let with_rows = |rows: &str| {
        fresh("circle", &format!("{} BEGIN; {rows} COMMIT;", schema("DEFERRABLE INITIALLY DEFERRED")))
    };
    let v1 = with_rows(
        "INSERT INTO books VALUES (1, 1, 's'), (2, 1, 's'); INSERT INTO writers VALUES (1, 1, 's');",
    )
    .snapshot(&circle);
    let v2 = with_rows("INSERT INTO books VALUES (3, 3, 's'); INSERT INTO writers VALUES (3, 3, 's');")
        .snapshot(&circle);
    let with_role = |rule: &str| {
        let target = fresh("circle", &schema(rule));
        let role = target.test.role("writer", "");
        target.execute(&format!("GRANT SELECT, INSERT, UPDATE, DELETE ON books, writers TO {role};"));
        (target, role)
    };
    let (target, role) = with_role("");
    let dry = MergeOptions { mode: MergeMode::DryRun, ..delete() };
    let refused = target.refusal_as(&role, &v1, &delete());
    insta::assert_snapshot!(refused, @r"
    rows of the snapshot refer to each other in a circle, foreign keys of the target are checked at once, and this role, which does not own their tables, cannot put that off:
      books.writer -> writers, writers.book -> books
    help: import as the owner of those tables, or make one foreign key of each circle DEFERRABLE; nothing was changed
    ");
    assert_eq!(target.refusal_as(&role, &v1, &dry), refused);
    target.merge(&v1, &[], &delete()).expect("the owner's import");
    target.execute("INSERT INTO books VALUES (9, 1, 's')");
    target.merge_as(&role, &v1, &delete()).expect("a book that nobody refers to is deleted");
    assert!(
        target.refusal_as(&role, &v2, &delete()).contains("books.writer -> writers, writers.book -> books")
    );
    let (target, role) = with_role("DEFERRABLE");
    for version in [&v1, &v2, &v1] {
        target.merge_as(&role, version, &delete()).expect("an import along references that can wait");
        assert_eq!(target.snapshot(&circle).sections, version.sections);
    }
}

#[test]
fn rows_along_a_circle_that_restricts_deletes_go_together() {
    let rule = "ON DELETE RESTRICT DEFERRABLE INITIALLY DEFERRED";
    let schema = format!(
        "CREATE TABLE books (id BIGINT PRIMARY KEY, writer BIGINT NOT NULL, tag TEXT);
         CREATE TABLE writers (id BIGINT PRIMARY KEY, book BIGINT NOT NULL REFERENCES books {rule}, tag TEXT);
         ALTER TABLE books ADD FOREIGN KEY (writer) REFERENCES writers {rule};"
    );
    let books = selecting(table("books", "id:integer writer:integer tag:text"), "tag", "s");
    let writers = selecting(table("writers", "id:integer book:integer tag:text"), "tag", "s");
    let circle = definition(vec![
        referring(books, "writer", "writers", "id"),
        referring(writers, "book", "books", "id"),
    ]);
    let rows = |rows: &str| fresh("circle", &format!("{schema} BEGIN; {rows} COMMIT;"));
    let old =
        rows("INSERT INTO books VALUES (1, 1, 's'), (2, 1, 's'); INSERT INTO writers VALUES (1, 2, 's');");
    let new = rows("INSERT INTO books VALUES (3, 3, 's'); INSERT INTO writers VALUES (3, 3, 's');");
    let mine = "INSERT INTO books VALUES (9, 9, NULL); INSERT INTO writers VALUES (9, 9, NULL);";
    back_and_forth(&rows(mine), &old, &new, &circle);
}

#[test]
fn json_in_a_column_of_text_is_compared_by_value_and_left_as_it_is_spelled() {
    let schema = "CREATE TABLE facts (id BIGINT PRIMARY KEY, data TEXT, note TEXT, tag TEXT);";
    let facts =
        definition(vec![selecting(table("facts", "id:integer data:json note:text tag:text"), "tag", "s")]);
    let rows = |rows: &str| fresh("facts", &format!("{schema} INSERT INTO facts VALUES {rows};"));
    let target = rows(
        r#"(1, '{ "b": 1, "a": [1e2] }', 'x', 's'), (2, '{"a": 2}', 'x', 's'), (3, 'no JSON', 'x', 's')"#,
    );
    let new = rows(r#"(1, '{"a":[100],"b":1}', 'x', 's'), (2, '{"a":2}', 'y', 's'), (3, '3', 'x', 's')"#)
        .snapshot(&facts);
    let plan = target.merge(&new, &[], &delete()).expect("an import").plan;
    assert_eq!((plan.tables[0].equal, plan.tables[0].update), (1, 2));
    assert_eq!(
        target.rows("SELECT data, note FROM facts ORDER BY id"),
        "{ \"b\": 1, \"a\": [1e2] }|x\n{\"a\": 2}|y\n3|x"
    );
}

#[test]
fn rows_are_the_scenarios_by_json_in_columns_of_json_and_of_text() {
    for declared in ["json", "text", "jsonb"] {
        let schema = format!("CREATE TABLE facts (id BIGINT PRIMARY KEY, meta {declared}, note TEXT);");
        let mut spec = selecting(table("facts", "id:integer meta:json note:text"), "meta", "s");
        spec.select[0][0].path.push("tag".to_owned());
        let facts = definition(vec![spec]);
        let with = |rows: &str| fresh("facts", &format!("{schema} INSERT INTO facts VALUES {rows};"));
        let target = with(
            r#"(1, '{"tag": "s"}', 'old'), (2, '{"tag": "other"}', 'mine'), (3, '{"tag":"s", "more": [1]}', 'goes'), (4, '"s"', 'mine'), (5, NULL, 'mine')"#,
        );
        if declared == "text" {
            target.execute("INSERT INTO facts VALUES (6, 'no JSON', 'mine')");
        }
        let new = with(r#"(1, '{"tag":"s"}', 'new'), (7, '{"tag":"s"}', 'added')"#).snapshot(&facts);
        let plan = target.merge(&new, &[], &delete()).expect("an import").plan;
        let counts = (plan.tables[0].insert, plan.tables[0].update, plan.tables[0].delete);
        assert_eq!(counts, (1, 1, 1), "{declared}");
        let rest = if declared == "text" { "\n6|mine" } else { "" };
        let expected = format!("1|new\n2|mine\n4|mine\n5|mine{rest}\n7|added");
        assert_eq!(target.rows("SELECT id, note FROM facts ORDER BY id"), expected, "{declared}");
    }
}

#[test]
fn partitioned_tables_and_tables_of_another_schema_merge_and_those_that_inherit_are_left_alone() {
    let schema = r#"CREATE SCHEMA "Other";
        CREATE TABLE "Other"."Days" (day DATE NOT NULL, id INTEGER NOT NULL, tag TEXT, PRIMARY KEY (day, id)) PARTITION BY RANGE (day);
        CREATE TABLE "Other".early PARTITION OF "Other"."Days" FOR VALUES FROM (MINVALUE) TO ('2000-01-01') PARTITION BY LIST (id);
        CREATE TABLE "Other".early_all PARTITION OF "Other".early DEFAULT;
        CREATE TABLE "Other".late PARTITION OF "Other"."Days" FOR VALUES FROM ('2000-01-01') TO (MAXVALUE);
        CREATE TABLE log (what TEXT, tag TEXT) PARTITION BY LIST (tag); CREATE TABLE log_s PARTITION OF log DEFAULT;
        CREATE TABLE base (id INTEGER PRIMARY KEY, tag TEXT); CREATE TABLE heir (extra TEXT) INHERITS (base);
        INSERT INTO heir VALUES (1, 's', 'mine');"#;
    let mut days = selecting(table("Days", "day:date id:integer tag:text"), "tag", "s");
    days.schema = Some("Other".to_owned());
    days.key.push("id".to_owned());
    let mut log = selecting(table("log", "what:text tag:text"), "tag", "s");
    log.key.clear();
    let all = definition(vec![days, log, selecting(table("base", "id:integer tag:text"), "tag", "s")]);
    let rows = |rows: &str| fresh("parts", &format!("{schema}{rows}"));
    let old = rows(
        r#"INSERT INTO "Other"."Days" VALUES ('1990-01-01', 1, 's'), ('2010-01-01', 1, 's');
        INSERT INTO log VALUES ('a', 's'), ('a', 's'), ('b', 's'); INSERT INTO base VALUES (1, 's');"#,
    );
    let new = rows(
        r#"INSERT INTO "Other"."Days" VALUES ('1990-01-02', 1, 's'), ('2010-01-01', 1, 's');
        INSERT INTO log VALUES ('a', 's'), ('c', 's'), (NULL, 's'); INSERT INTO base VALUES (2, 's');"#,
    );
    let mine = r#"INSERT INTO "Other"."Days" VALUES ('1990-01-01', 9, NULL); INSERT INTO log VALUES ('a', NULL);
        INSERT INTO base VALUES (9, NULL);"#;
    for target in [rows(""), rows(mine)] {
        back_and_forth(&target, &old, &new, &all);
        assert_eq!(target.rows("SELECT * FROM heir"), "1|s|mine");
    }
}

#[test]
fn relations_that_the_schema_does_not_declare_are_followed_and_checked() {
    let schema = "CREATE TABLE threads (id TEXT PRIMARY KEY, tag TEXT);
        CREATE TABLE writes (thread VARCHAR(20), n BIGINT, body JSONB, PRIMARY KEY (thread, n));
        CREATE TABLE steps (id BIGINT PRIMARY KEY, thread UUID);";
    let mut writes = child(table("writes", "thread:text n:integer body:json"), "thread", "threads", "id");
    writes.key.push("n".to_owned());
    let threads = || selecting(table("threads", "id:text tag:text"), "tag", "s");
    let steps = referring(whole(table("steps", "id:integer thread:uuid")), "thread", "threads", "id");
    let related = definition(vec![threads(), writes]);
    let rows = |rows: &str| fresh("threads", &format!("{schema}{rows}"));
    let old = rows(
        "INSERT INTO threads VALUES ('a', 's'), ('b', 's'); INSERT INTO writes VALUES ('a', 1, '1'), ('b', 1, '{}'), ('b', 2, '[]');",
    );
    let new = rows(
        "INSERT INTO threads VALUES ('b', 's'), ('c', 's'); INSERT INTO writes VALUES ('b', 1, '{}'), ('c', 5, '[]');",
    );
    let target = rows("INSERT INTO threads VALUES ('z', NULL); INSERT INTO writes VALUES ('z', 1, '1');");
    back_and_forth(&target, &old, &new, &related);
    let mut dangling = new.snapshot(&related);
    dangling.sections[0].2.pop();
    insta::assert_snapshot!(target.refusal(&dangling, &[&dangling], &delete()), @r"
    read back after the import, writes: (thread, n) ('c', 5) is not the scenario's by the file's definition
    help: nothing was changed; the target's schema alters what is written (a trigger, a column's type), or the file's definition and rows disagree
    ");
    // A reference between columns that the server cannot compare as they stand.
    let stepping = definition(vec![threads(), steps]);
    let thread = "00000000-0000-0000-0000-000000000001";
    let new = rows(&format!(
        "INSERT INTO threads VALUES ('{thread}', 's'); INSERT INTO steps VALUES (1, '{thread}');"
    ));
    let mut dangling = new.snapshot(&stepping);
    target.import(&dangling, &[]).expect("an import");
    dangling.sections[0].2.clear();
    let target = rows("");
    insta::assert_snapshot!(target.refusal(&dangling, &[], &delete()), @r"
    steps: id 1 refers by (thread) to a row of threads that does not exist in the target
    help: the target's schema has a reference that the exported database had not, or a row was left alone that others need; nothing was changed
    ");
}
