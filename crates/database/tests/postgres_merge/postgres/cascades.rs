//! Rows of others that the server's own keys would delete or change along with the scenario's, however hard they are to see.

use std::cell::Cell;

use database::{Decision, Error, History, MergeOutcome, TargetOptions, open_target};
use model::{Definition, RowSource, StreamError};

use super::engine::{Database, fresh};
use super::suite::support::{Rows, child, definition, delete, selecting, table};

/// Rows 1 and 2 are the scenario's, 3 is not.
const BASE: &str = "
    CREATE TABLE parents (id INTEGER PRIMARY KEY, tag TEXT, name TEXT);
    INSERT INTO parents VALUES (1, 'demo', 'One'), (2, 'demo', 'Two'), (3, NULL, 'Other');
";

/// The same, in parts.
const IN_PARTS: &str = "
    CREATE TABLE parents (id INTEGER PRIMARY KEY, tag TEXT, name TEXT) PARTITION BY RANGE (id);
    CREATE TABLE parents_1 PARTITION OF parents FOR VALUES FROM (0) TO (2);
    CREATE TABLE parents_2 PARTITION OF parents FOR VALUES FROM (2) TO (9);
    INSERT INTO parents VALUES (1, 'demo', 'One'), (2, 'demo', 'Two'), (3, NULL, 'Other');
";

fn parents(key: &str) -> Definition {
    definition(vec![selecting(table("parents", &format!("id:{key} tag:text name:text")), "tag", "demo")])
}

/// A snapshot without row 2.
fn one() -> Rows {
    fresh("new.db", &format!("{BASE} DELETE FROM parents WHERE id = 2;")).snapshot(&parents("integer"))
}

/// The refusal of the import without row 2; once `DELETE` rows of others are gone it is let through.
#[track_caller]
fn refusal(base: &str, sql: &str, delete_others: &str) -> String {
    let target = fresh("app.db", &format!("{base}{sql}"));
    let refusal = target.refusal(&one(), &[], &delete());
    target.execute(delete_others);
    assert!(target.import(&one(), &[]).expect("an import").applied);
    assert_eq!(target.rows("SELECT id FROM parents"), "1\n3");
    refusal
}

#[test]
fn a_table_of_the_same_name_in_another_schema_is_looked_at() {
    let notes = "CREATE TABLE notes (id INTEGER PRIMARY KEY, p INTEGER);
        CREATE SCHEMA z; CREATE TABLE z.notes (p INTEGER REFERENCES parents ON DELETE CASCADE, t TEXT);
        INSERT INTO z.notes VALUES (1, 'a'), (2, 'b'), (3, 'c');";
    insta::assert_snapshot!(refusal(BASE, notes, "DELETE FROM z.notes WHERE p = 2"), @r"
    rows that the import would delete, or whose key it would change, are referred to by rows that stay:
      z.notes: (p, t) (2, 'b') refers by (p) to parents: id 2
    help: delete those referring rows or point them elsewhere, then import again
    ");
}

#[test]
fn a_key_of_one_partition_is_looked_at() {
    let notes = "CREATE TABLE notes (id INTEGER PRIMARY KEY, p INTEGER) PARTITION BY RANGE (id);
        CREATE TABLE notes_1 PARTITION OF notes FOR VALUES FROM (0) TO (10);
        CREATE TABLE notes_2 PARTITION OF notes FOR VALUES FROM (10) TO (20);
        ALTER TABLE notes_2 ADD FOREIGN KEY (p) REFERENCES parents ON DELETE SET NULL;
        INSERT INTO notes VALUES (1, 2), (11, 2), (12, 1);";
    insta::assert_snapshot!(refusal(BASE, notes, "DELETE FROM notes_2 WHERE p = 2"), @r"
    rows that the import would delete, or whose key it would change, are referred to by rows that stay:
      notes: id 11 refers by (p) to parents: id 2
    help: delete those referring rows or point them elsewhere, then import again
    ");
}

#[test]
fn a_key_to_one_partition_is_looked_at() {
    let notes =
        "CREATE TABLE notes (id INTEGER PRIMARY KEY, p INTEGER REFERENCES parents_2 ON DELETE CASCADE);
        INSERT INTO notes VALUES (7, 2), (8, 3);";
    insta::assert_snapshot!(refusal(IN_PARTS, notes, "DELETE FROM notes WHERE p = 2"), @r"
    rows that the import would delete, or whose key it would change, are referred to by rows that stay:
      notes: id 7 refers by (p) to parents: id 2
    help: delete those referring rows or point them elsewhere, then import again
    ");
}

#[test]
fn a_key_of_a_partitioned_table_counts_once() {
    let notes = "CREATE TABLE notes (id INTEGER PRIMARY KEY, p INTEGER REFERENCES parents ON DELETE CASCADE)
            PARTITION BY RANGE (id);
        CREATE TABLE notes_1 PARTITION OF notes FOR VALUES FROM (0) TO (10);
        CREATE TABLE notes_2 PARTITION OF notes FOR VALUES FROM (10) TO (20);
        INSERT INTO notes VALUES (1, 2), (11, 2), (12, 1);";
    insta::assert_snapshot!(refusal(IN_PARTS, notes, "DELETE FROM notes WHERE p = 2"), @r"
    rows that the import would delete, or whose key it would change, are referred to by rows that stay:
      notes: id 1 refers by (p) to parents: id 2
      notes: id 11 refers by (p) to parents: id 2
    help: delete those referring rows or point them elsewhere, then import again
    ");
}

#[test]
fn a_table_of_an_extension_is_looked_at() {
    let notes = "CREATE TABLE notes (id UUID PRIMARY KEY, p INTEGER REFERENCES parents ON DELETE SET NULL);
        ALTER EXTENSION plpgsql ADD TABLE notes;
        INSERT INTO notes VALUES ('00000000-0000-0000-0000-000000000001', 2);";
    insta::assert_snapshot!(refusal(BASE, notes, "DELETE FROM notes"), @r"
    rows that the import would delete, or whose key it would change, are referred to by rows that stay:
      notes: id '00000000-0000-0000-0000-000000000001' refers by (p) to parents: id 2
    help: delete those referring rows or point them elsewhere, then import again
    ");
}

/// A role that may do everything with the tables, and the import without row 2 as that role.
fn as_role(target: &Database) -> (String, Result<MergeOutcome, Error>) {
    let rights = "GRANT USAGE ON SCHEMA z TO ROLE; GRANT SELECT, INSERT, UPDATE, DELETE ON parents TO ROLE;";
    let role = target.test.role("app", "");
    target.execute(&rights.replace("ROLE", &role));
    let outcome = target.merge_as(&role, &one(), &delete());
    (role, outcome)
}

#[test]
fn rows_that_a_policy_hides_may_refer_to_anything() {
    let notes =
        "CREATE SCHEMA z; CREATE TABLE z.notes (p INTEGER REFERENCES parents ON DELETE CASCADE, t TEXT);
        INSERT INTO z.notes VALUES (2, 'hidden'); ALTER TABLE z.notes ENABLE ROW LEVEL SECURITY;
        GRANT SELECT ON z.notes TO PUBLIC;";
    let target = fresh("app.db", &format!("{BASE}{notes}"));
    let (_, outcome) = as_role(&target);
    insta::assert_snapshot!(Database::in_general(&outcome.expect_err("refused")), @r"
    row-level security hides rows from this role that may refer to rows that the import would delete, or whose key it would change:
      notes refers by (p) to parents
    help: import as the owner of those tables (without FORCE ROW LEVEL SECURITY) or as a role with BYPASSRLS; nothing was changed
    ");
    assert_eq!(target.rows("SELECT * FROM z.notes"), "2|hidden");
    // The owner sees all of them.
    target.execute("TRUNCATE z.notes");
    assert!(target.import(&one(), &[]).expect("an import").applied);
}

#[test]
fn rows_that_the_role_may_not_read_are_named_with_the_right() {
    let notes =
        "CREATE SCHEMA z; CREATE TABLE z.notes (p INTEGER REFERENCES parents ON DELETE CASCADE, t TEXT);
        INSERT INTO z.notes VALUES (2, 'hidden');";
    let target = fresh("app.db", &format!("{BASE}{notes}"));
    let (role, outcome) = as_role(&target);
    insta::assert_snapshot!(Database::in_general(&outcome.expect_err("refused")).replace(&role, "ROLE"), @r#"
    the role `ROLE` has no right to use the table "z"."notes" in `ADDRESS`
    help: the owner can give it: GRANT SELECT ON TABLE "z"."notes" TO "ROLE"
    "#);
    assert_eq!(target.rows("SELECT * FROM z.notes"), "2|hidden");
}

/// The refusal of an import into a table with a key of type `ty`, whose row is to go and has the key `key`, to which a row
/// of others refers by `reference`, of the type `its`.
#[track_caller]
fn refusal_of(setup: &str, ty: &str, key: &str, its: &str, reference: &str, logical: &str) -> String {
    let base =
        |row: &str| format!("{setup} CREATE TABLE parents (id {ty} PRIMARY KEY, tag TEXT, name TEXT); {row}");
    let new = fresh("new.db", &base("")).snapshot(&parents(logical));
    let rows = format!(
        "INSERT INTO parents VALUES ({key}, 'demo', 'One');
         CREATE TABLE notes (n INTEGER PRIMARY KEY, p {its} REFERENCES parents ON DELETE CASCADE);
         INSERT INTO notes VALUES (7, {reference});"
    );
    fresh("app.db", &base(&rows)).refusal(&new, &[], &delete())
}

#[test]
fn keys_compare_as_the_server_compares_them() {
    let loose = |child: &str| {
        let setup =
            "CREATE COLLATION loose (provider = icu, locale = 'und-u-ks-level2', deterministic = false);";
        refusal_of(setup, "TEXT COLLATE loose", "'Abc'", child, "'aBC'", "text")
    };
    let refusals = [
        refusal_of("CREATE EXTENSION citext;", "citext", "'Abc'", "citext", "'aBC'", "text"),
        refusal_of(
            "CREATE SCHEMA x; CREATE EXTENSION citext SCHEMA x;",
            "x.citext",
            "'Abc'",
            "x.citext",
            "'aBC'",
            "text",
        ),
        loose("TEXT COLLATE loose"),
        refusal_of("", "DATE", "'2024-01-02'", "TIMESTAMP", "'2024-01-02'", "date"),
        refusal_of("", "DOUBLE PRECISION", "0.5", "REAL", "0.5", "real"),
        refusal_of("", "NUMERIC", "2.0", "INTEGER", "2", "decimal"),
    ];
    insta::assert_snapshot!(refusals.join("\n"), @r"
    rows that the import would delete, or whose key it would change, are referred to by rows that stay:
      notes: n 7 refers by (p) to parents: id 'Abc'
    help: delete those referring rows or point them elsewhere, then import again
    rows that the import would delete, or whose key it would change, are referred to by rows that stay:
      notes: n 7 refers by (p) to parents: id 'Abc'
    help: delete those referring rows or point them elsewhere, then import again
    rows that the import would delete, or whose key it would change, are referred to by rows that stay:
      notes: n 7 refers by (p) to parents: id 'Abc'
    help: delete those referring rows or point them elsewhere, then import again
    rows that the import would delete, or whose key it would change, are referred to by rows that stay:
      notes: n 7 refers by (p) to parents: id '2024-01-02'
    help: delete those referring rows or point them elsewhere, then import again
    rows that the import would delete, or whose key it would change, are referred to by rows that stay:
      notes: n 7 refers by (p) to parents: id 0.5
    help: delete those referring rows or point them elsewhere, then import again
    rows that the import would delete, or whose key it would change, are referred to by rows that stay:
      notes: n 7 refers by (p) to parents: id '2.0'
    help: delete those referring rows or point them elsewhere, then import again
    ");
    // From PostgreSQL 18 on both ends must have the same collation.
    let version = fresh("version", "").test.psql("SHOW server_version_num");
    if version.trim().parse::<u32>().expect("a number") < 180_000 {
        assert_eq!(loose("TEXT"), refusals[2]);
    }
}

#[test]
fn children_of_another_type_are_found_again_by_the_import() {
    let schema = "CREATE TABLE parents (id DATE PRIMARY KEY, tag TEXT, name TEXT);
        CREATE TABLE notes (n INTEGER PRIMARY KEY, p TIMESTAMP REFERENCES parents);";
    let mut days = parents("date");
    days.tables.push(child(table("notes", "n:integer p:timestamp"), "p", "parents", "id"));
    let rows = "INSERT INTO parents VALUES ('2024-01-02', 'demo', 'One'); INSERT INTO notes VALUES (7, '2024-01-02');";
    let snapshot = fresh("new.db", &format!("{schema}{rows}")).snapshot(&days);
    let target = fresh("app.db", schema);
    assert!(target.import(&snapshot, &[]).expect("an import").applied);
    assert_eq!(target.rows("SELECT * FROM notes"), "7|2024-01-02 00:00:00");
    assert!(!target.import(&snapshot, &[]).expect("an import").plan.changes_anything());
    // And gone when the snapshot lacks them.
    let without = fresh("less.db", schema).snapshot(&days);
    assert!(target.import(&without, &[]).expect("an import").applied);
    assert_eq!(target.rows("SELECT n FROM notes"), "");
}

#[test]
fn a_referring_row_that_goes_too_or_takes_the_snapshots_reference_is_in_nobodys_way() {
    let schema = "CREATE TABLE parents (id INTEGER PRIMARY KEY, tag TEXT, name TEXT) PARTITION BY RANGE (id);
        CREATE TABLE parents_1 PARTITION OF parents FOR VALUES FROM (0) TO (9);
        CREATE TABLE notes (n INTEGER PRIMARY KEY, p INTEGER) PARTITION BY RANGE (n);
        CREATE TABLE notes_1 PARTITION OF notes FOR VALUES FROM (0) TO (9);
        ALTER TABLE notes_1 ADD FOREIGN KEY (p) REFERENCES parents_1 ON DELETE CASCADE;";
    let mut both = parents("integer");
    both.tables.push(child(table("notes", "n:integer p:integer"), "p", "parents", "id"));
    let old = "INSERT INTO parents VALUES (1, 'demo', 'One'), (2, 'demo', 'Two'); INSERT INTO notes VALUES (1, 2), (2, 2);";
    let new = "INSERT INTO parents VALUES (1, 'demo', 'One'); INSERT INTO notes VALUES (1, 1);";
    let snapshot = fresh("new.db", &format!("{schema}{new}")).snapshot(&both);
    let target = fresh("app.db", &format!("{schema}{old}"));
    assert!(target.import(&snapshot, &[]).expect("an import").applied);
    assert_eq!(target.rows("SELECT * FROM notes"), "1|1");
}

/// No versions; whoever asks for them finds a view in the place of `notes`.
struct Swap<'d>(&'d Database, Cell<bool>);

impl History for Swap<'_> {
    fn len(&self) -> usize {
        if !self.1.replace(true) {
            self.0.execute("ALTER TABLE notes RENAME TO kept; CREATE VIEW notes AS SELECT trap() AS p");
        }
        0
    }

    fn open(&mut self, _: usize) -> Result<Box<dyn RowSource + '_>, StreamError> {
        unreachable!("there is no version")
    }
}

#[test]
fn a_view_that_takes_the_name_of_a_referring_table_is_not_read() {
    let notes = "CREATE TABLE notes (p INTEGER REFERENCES parents ON DELETE CASCADE); INSERT INTO notes VALUES (2);
        CREATE TABLE ran (x INTEGER);
        CREATE FUNCTION trap() RETURNS INTEGER LANGUAGE sql AS 'INSERT INTO public.ran VALUES (1) RETURNING 3';";
    let target = fresh("app.db", &format!("{BASE}{notes}"));
    let mut history = Swap(&target, Cell::new(false));
    let mut merging = open_target(&target.url(), &TargetOptions::default()).expect("a target");
    let outcome = merging.merge(&mut one(), &mut history, &delete(), &mut |_| {}, &mut |_| Decision::Apply);
    insta::assert_snapshot!(Database::in_general(&outcome.expect_err("refused")), @r"
    the database `ADDRESS` is in use: another session made or replaced the table `notes` meanwhile
    help: nothing was changed; close the program that is using it, or wait, then run the command again (`demo-import --lock-timeout` waits longer)
    ");
    assert!(history.1.get());
    assert_eq!(target.rows("SELECT * FROM kept"), "2");
    assert_eq!(target.rows("SELECT * FROM ran"), "");
}
