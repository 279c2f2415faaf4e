//! Others go on reading while an import writes, whatever refers to what; and nobody takes its tables away meanwhile.

use std::time::Duration;

use database::{MergeMode, MergeOptions, TargetOptions, open_target};
use test_support::postgres::Interactive;

use super::engine::{Database, NOTES, fresh};
use super::suite::support::{Rows, definition, delete, notes_snapshot, referring, selecting, table};

/// The snapshot's tables that nobody may read while the import holds its locks.
const EXCLUSIVE: &str =
    "SELECT DISTINCT c.relname FROM pg_locks AS l JOIN pg_class AS c ON c.oid = l.relation
    WHERE l.mode = 'AccessExclusiveLock' AND c.relnamespace = 'public'::regnamespace AND c.relkind = 'r'";

/// Imports beside a reader whose transaction is open; the tables that nobody else could have read.
#[track_caller]
fn import_beside_a_reader(target: &Database, tables: &[&str], snapshot: &Rows) -> String {
    let mut reader = target.test.client();
    let all: Vec<String> = tables.iter().map(|table| format!("SELECT count(*) FROM {table};")).collect();
    reader.send(&format!("BEGIN; {}", all.concat()));
    let mut exclusive = String::new();
    let look = &mut || exclusive = target.rows(EXCLUSIVE);
    let outcome = target.merge_and_look(snapshot, &delete(), look).expect("an import beside a reader");
    assert!(outcome.applied);
    reader.send(&format!("{} COMMIT;", all.concat()));
    assert_eq!(target.snapshot(&snapshot.definition).sections, snapshot.sections);
    exclusive
}

const CYCLE: &str = "
    CREATE TABLE teams (id INTEGER PRIMARY KEY, head INTEGER, tag TEXT);
    CREATE TABLE people (id INTEGER PRIMARY KEY, team INTEGER NOT NULL REFERENCES teams, tag TEXT);
    ALTER TABLE teams ADD FOREIGN KEY (head) REFERENCES people;
";

fn cycle() -> model::Definition {
    let teams = referring(table("teams", "id:integer head:integer tag:text"), "head", "people", "id");
    let people = referring(table("people", "id:integer team:integer tag:text"), "team", "teams", "id");
    let mut all = definition(vec![selecting(teams, "tag", "s"), selecting(people, "tag", "s")]);
    all.tables[0].references[0].link = true;
    all
}

/// Rows of [`CYCLE`] as a snapshot.
fn cycle_of(people: &str, teams: &str) -> Rows {
    let rows = format!(
        "INSERT INTO teams SELECT id, NULL, tag FROM (VALUES {teams}) AS t (id, head, tag); INSERT INTO people VALUES {people};
         UPDATE teams SET head = t.head FROM (VALUES {teams}) AS t (id, head, tag) WHERE t.id = teams.id;"
    );
    fresh("cycle", &format!("{CYCLE}{rows}")).snapshot(&cycle())
}

#[test]
fn a_cycle_of_two_tables_keeps_no_reader_waiting() {
    let old = cycle_of("(1, 1, 's'), (2, 2, 's'), (3, 1, 's')", "(1, 1, 's'), (2, 3, 's')");
    let new = cycle_of("(1, 3, 's'), (4, 3, 's')", "(1, 4, 's'), (3, 1, 's')");
    let mine = "INSERT INTO teams VALUES (9, NULL, 'x'); INSERT INTO people VALUES (9, 9, 'x');";
    for rows in ["", mine] {
        let target = fresh("app", &format!("{CYCLE}{rows}"));
        for version in [&old, &new, &old] {
            assert_eq!(import_beside_a_reader(&target, &["teams", "people"], version), "");
        }
        let deferrable = "SELECT count(*) FROM pg_constraint WHERE condeferrable";
        assert_eq!(target.rows(deferrable), "0");
    }
}

#[test]
fn a_reference_of_a_cycle_that_leads_nowhere_is_named() {
    let mut dangling = cycle_of("(1, 1, 's')", "(1, 1, 's')");
    dangling.sections[0].2[0][1] = model::Value::Integer(7);
    for rows in ["", "INSERT INTO teams VALUES (9, NULL, 'x')"] {
        let target = fresh("app", &format!("{CYCLE}{rows}"));
        insta::allow_duplicates! {
            insta::assert_snapshot!(target.refusal(&dangling, &[], &delete()), @r"
            teams: id 1 refers by (head) to a row of people that does not exist in the target
            help: the target's schema has a reference that the exported database had not, or a row was left alone that others need; nothing was changed
            ");
        }
    }
}

#[test]
fn a_row_that_refers_to_its_own_table_keeps_no_reader_waiting_in_whichever_section_its_parent_is() {
    let schema = "CREATE TABLE nodes (id INTEGER PRIMARY KEY, parent INTEGER REFERENCES nodes, tag TEXT);";
    let nodes = referring(table("nodes", "id:integer parent:integer tag:text"), "parent", "nodes", "id");
    let nodes = definition(vec![selecting(nodes, "tag", "s")]);
    // 2 is shared, and lies between two of the scenario's own.
    let old = "(1, NULL, 's'), (2, 1, NULL), (3, 2, 's')";
    let new = "(2, 4, NULL), (3, 2, 's'), (4, NULL, 's')";
    let of =
        |rows: &str| fresh("nodes", &format!("{schema} INSERT INTO nodes VALUES {rows};")).snapshot(&nodes);
    let (old, new) = (of(old), of(new));
    assert_eq!(old.sections.len(), 2);
    for rows in ["", "INSERT INTO nodes VALUES (9, NULL, 'x')"] {
        for version in [&old, &new] {
            let target = fresh("app", &format!("{schema}{rows}"));
            assert_eq!(import_beside_a_reader(&target, &["nodes"], version), "");
        }
    }
    // The server speaks of a line of the COPY, which holds both sections.
    let target = fresh("app", &schema.replace("tag TEXT", "tag TEXT, CHECK (id <> 3)"));
    insta::assert_snapshot!(target.refusal(&old, &[], &delete()), @r"
    the target refuses nodes: id 3: the check constraint `nodes_id_check` of `nodes` is violated
    help: compare the target's constraints with those of the database that was exported; nothing was changed
    ");
}

#[test]
fn readers_wait_only_where_a_cycle_may_not_be_null_or_something_looks_at_the_column() {
    let old = cycle_of("(1, 1, 's'), (3, 1, 's')", "(1, 1, 's'), (2, 3, 's')");
    let new = cycle_of("(1, 1, 's'), (4, 1, 's')", "(1, 4, 's'), (2, 4, 's')");
    for (change, is_waited_for) in [
        ("ALTER COLUMN head SET NOT NULL", true),
        ("ADD CHECK (head IS NOT NULL)", true),
        ("ADD CHECK (id IS NOT NULL)", false),
    ] {
        let target = fresh("app", &format!("{CYCLE} ALTER TABLE teams {change};"));
        for version in [&old, &new] {
            let mut exclusive = String::new();
            let look = &mut || exclusive = target.rows(EXCLUSIVE);
            target.merge_and_look(version, &delete(), look).expect("an import");
            assert_eq!(!exclusive.is_empty(), is_waited_for, "{change}: {exclusive}");
        }
        assert_eq!(target.snapshot(&cycle()).sections, new.sections);
    }
    let index = "CREATE UNIQUE INDEX headless ON teams (tag) WHERE head IS NULL;";
    let target = fresh("app", &format!("{CYCLE}{index}"));
    for version in [&old, &new] {
        assert!(target.import(version, &[]).expect("an import").applied);
    }
}

#[test]
fn an_import_that_leaves_a_strict_cycle_alone_keeps_no_reader_waiting() {
    let schema = format!("{CYCLE} ALTER TABLE teams ADD note TEXT, ALTER COLUMN head SET NOT NULL;");
    let mut noted = cycle();
    noted.tables[0].columns.push(table("t", "note:text").columns.remove(0));
    let of = |note: &str| {
        let rows = format!(
            "BEGIN; ALTER TABLE teams ALTER CONSTRAINT teams_head_fkey DEFERRABLE INITIALLY DEFERRED;
             INSERT INTO teams VALUES (1, 1, 's', '{note}'); INSERT INTO people VALUES (1, 1, 's'); COMMIT;
             ALTER TABLE teams ALTER CONSTRAINT teams_head_fkey NOT DEFERRABLE;"
        );
        fresh("strict", &format!("{schema}{rows}"))
    };
    let (target, new) = (of("old"), of("new").snapshot(&noted));
    assert_eq!(import_beside_a_reader(&target, &["teams", "people"], &new), "");
}

#[test]
fn keys_that_are_referred_to_and_move_keep_readers_waiting_only_where_rows_cannot_follow() {
    let fragments = "INSERT INTO vaults VALUES (1, 'V');
        INSERT INTO fragments VALUES (1, 1, NULL, 'a', 'A', 'writer'), (2, 1, NULL, 'b', 'B', 'writer');";
    let todos = "INSERT INTO todos VALUES (1, 'a', false);";
    let old = notes_snapshot("writer", &format!("{fragments}{todos}"));
    let swapped = fragments.replace("'a', 'A'", "'b', 'A'").replace("'b', 'B'", "'a', 'B'");
    let new = notes_snapshot("writer", &format!("{swapped}{todos}"));
    let strict = NOTES.replace("ON UPDATE CASCADE", "");
    for (schema, is_waited_for) in [(NOTES, false), (strict.as_str(), true)] {
        let target = fresh("app", schema);
        target.import(&old, &[]).expect("an import");
        let mut exclusive = String::new();
        let look = &mut || exclusive = target.rows(EXCLUSIVE);
        target.merge_and_look(&new, &delete(), look).expect("an import");
        assert_eq!(!exclusive.is_empty(), is_waited_for, "{exclusive}");
        assert_eq!(target.snapshot(&new.definition).sections, new.sections);
    }
}

#[test]
fn rows_along_a_cycle_are_loaded() {
    let target = fresh("app", CYCLE);
    let mut rows = cycle_of("(1, 1, 's'), (2, 2, 's')", "(1, 2, 's'), (2, 1, 's')");
    let mut connection = open_target(&target.url(), &TargetOptions::default()).expect("a target");
    assert_eq!(connection.load(&mut rows).expect("loaded"), 4);
    assert_eq!(target.snapshot(&cycle()).sections, rows.sections);
}

const V1: &str =
    "INSERT INTO vaults VALUES (1, 'V'); INSERT INTO fragments VALUES (1, 1, NULL, 'a', 'A', 'writer');";

/// Returns once somebody waits for a lock, or after some time.
fn until_somebody_waits(watcher: &mut Interactive) {
    let waiting = "SELECT count(*) FROM pg_locks WHERE NOT granted
        AND database = (SELECT oid FROM pg_database WHERE datname = current_database());";
    for _ in 0..500 {
        if watcher.send(waiting).trim() != "0" {
            return;
        }
        std::thread::sleep(Duration::from_millis(5));
    }
}

#[test]
fn the_time_to_wait_is_that_of_all_tables_together() {
    let target = fresh("app", NOTES);
    let mut watcher = target.test.client();
    let held = ["fragments", "todos"].map(|table| {
        let mut client = target.test.client();
        client.send(&format!("BEGIN; LOCK TABLE {table} IN ROW EXCLUSIVE MODE;"));
        client
    });
    // Each table alone is free before the 300 ms are over.
    let freed = std::thread::spawn(move || {
        for mut client in held {
            until_somebody_waits(&mut watcher);
            std::thread::sleep(Duration::from_millis(200));
            client.send("ROLLBACK;");
        }
    });
    let error = target.import(&notes_snapshot("writer", V1), &[]).expect_err("locked");
    freed.join().expect("no panic");
    let told = Database::in_general(&error);
    assert!(told.contains("for longer than was to be waited (the table `"), "{told}");
    assert!(target.import(&notes_snapshot("writer", V1), &[]).expect("an import").applied);
}

/// Imports while another session changes the tables under a lock that the import waits for.
fn import_meanwhile(target: &Database, lock: &str, change: &str) -> String {
    let mut other = target.test.client();
    other.send(&format!("BEGIN; LOCK TABLE {lock} IN SHARE MODE;"));
    let change = change.to_owned();
    let mut watcher = target.test.client();
    let changing = std::thread::spawn(move || {
        until_somebody_waits(&mut watcher);
        other.send(&format!("{change} COMMIT;"));
    });
    let outcome = target.import(&notes_snapshot("writer", V1), &[]);
    changing.join().expect("no panic");
    match outcome {
        Ok(outcome) => format!("applied: {}", outcome.applied),
        Err(error) => Database::in_general(&error),
    }
}

#[test]
fn a_table_that_is_swapped_before_the_lock_is_refused_or_is_the_one_that_is_written() {
    let target = fresh("app", NOTES);
    let view = "ALTER TABLE vaults RENAME TO kept; CREATE VIEW vaults AS SELECT * FROM kept;";
    insta::assert_snapshot!(import_meanwhile(&target, "vaults", view), @r"
    the target's schema does not fit the snapshot:
      the target has no table vaults
    help: migrate the target, import into an empty database with `--create-schema`, or export the scenario again from a database with the target's schema
    ");
    assert_eq!(target.rows("SELECT count(*) FROM kept"), "0");
    // A table of the same shape takes the place.
    let target = fresh("app", &NOTES.replace("REFERENCES vaults (id)", ""));
    let table = "ALTER TABLE vaults RENAME TO kept; CREATE TABLE vaults (LIKE kept INCLUDING ALL);";
    assert_eq!(import_meanwhile(&target, "vaults", table), "applied: true");
    assert_eq!(target.rows("SELECT (SELECT count(*) FROM kept), (SELECT count(*) FROM vaults)"), "0|1");
    // One in another schema, which was not locked, takes the name.
    let target =
        fresh("app", &format!("{} CREATE SCHEMA other;", NOTES.replace("REFERENCES vaults (id)", "")));
    let moved = "ALTER TABLE vaults SET SCHEMA other;";
    insta::assert_snapshot!(import_meanwhile(&target, "fragments", moved), @r"
    the database `ADDRESS` is in use: another session made or replaced the table `vaults` meanwhile
    help: nothing was changed; close the program that is using it, or wait, then run the command again (`demo-import --lock-timeout` waits longer)
    ");
    assert_eq!(target.rows("SELECT count(*) FROM other.vaults"), "0");
    // Nothing is wrong with it once it stays there.
    assert!(target.import(&notes_snapshot("writer", V1), &[]).expect("an import").applied);
    // One that was not there when the locks were chosen.
    let target = fresh("app", &format!("{NOTES} DROP TABLE todos;"));
    let made = "CREATE TABLE todos (id BIGINT PRIMARY KEY, fragment TEXT, done BOOLEAN);";
    insta::assert_snapshot!(import_meanwhile(&target, "fragments", made), @r"
    the database `ADDRESS` is in use: another session made or replaced the table `todos` meanwhile
    help: nothing was changed; close the program that is using it, or wait, then run the command again (`demo-import --lock-timeout` waits longer)
    ");
    assert!(target.import(&notes_snapshot("writer", V1), &[]).expect("an import").applied);
}

#[test]
fn a_dry_run_beside_a_cycle_locks_nobody_out() {
    let target = fresh("app", CYCLE);
    let dry = MergeOptions { mode: MergeMode::DryRun, ..delete() };
    let plan = target.merge(&cycle_of("(1, 1, 's')", "(1, 1, 's')"), &[], &dry).expect("a dry run").plan;
    assert_eq!((plan.tables[0].insert, plan.tables[1].insert), (1, 1));
}
