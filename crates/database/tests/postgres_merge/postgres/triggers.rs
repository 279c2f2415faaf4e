//! The target's triggers and rules: kept from firing, or fired and watched.

use database::{MergeMode, MergeOptions, Triggers};

use super::engine::{Database, NOTES, fresh};
use super::suite::support::{Rows, delete, notes_snapshot};

const V1: &str = "
    INSERT INTO vaults VALUES (1, 'V');
    INSERT INTO fragments VALUES (1, 1, NULL, 'a', 'Apples', 'writer'), (2, 1, NULL, 'b', 'Bananas', 'writer');
    INSERT INTO todos VALUES (1, 'a', false);
";
const USERS: &str = "
    INSERT INTO vaults VALUES (1, 'V');
    INSERT INTO fragments VALUES (8, 1, NULL, 'm', 'Mine', NULL), (9, 1, NULL, 'n', 'Mine', NULL);
    CREATE TABLE u (id INTEGER PRIMARY KEY, x TEXT); INSERT INTO u VALUES (1, 'a'), (2, 'b'), (3, 'c');
    CREATE TABLE audit (what TEXT); CREATE TABLE more (what TEXT);
";

fn on() -> MergeOptions {
    MergeOptions { triggers: Triggers::On, ..delete() }
}

fn v1() -> Rows {
    notes_snapshot("writer", V1)
}

/// A target with a trigger `name` that waits for `when` and does `body`.
fn with_trigger(schema: &str, name: &str, when: &str, body: &str) -> Database {
    fresh("app.db", &format!("{NOTES}{schema}{}", trigger(name, when, body)))
}

fn trigger(name: &str, when: &str, body: &str) -> String {
    format!(
        "CREATE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql SET search_path = public AS $$ BEGIN {body} END $$;
         CREATE TRIGGER {name} {when} EXECUTE FUNCTION {name}();"
    )
}

#[test]
fn triggers_of_the_target_do_not_fire_are_named_and_are_on_again_afterwards_each_as_it_was() {
    let row = "FOR EACH ROW";
    let log = "INSERT INTO audit VALUES (TG_OP); RETURN NEW;";
    let all = [
        trigger("todo_log", &format!("AFTER INSERT ON todos {row}"), log),
        trigger("todo_gone", &format!("AFTER DELETE ON todos {row}"), log),
        trigger(
            "always",
            &format!("BEFORE INSERT OR UPDATE ON fragments {row}"),
            "NEW.title := upper(NEW.title); RETURN NEW;",
        ),
        trigger("replica", &format!("AFTER INSERT ON vaults {row}"), log),
        trigger("never", &format!("AFTER INSERT ON vaults {row}"), log),
    ];
    let modes = "ALTER TABLE fragments ENABLE ALWAYS TRIGGER always; ALTER TABLE vaults ENABLE REPLICA TRIGGER replica;
        ALTER TABLE vaults DISABLE TRIGGER never;";
    let target =
        fresh("app.db", &format!("{NOTES} CREATE TABLE audit (what TEXT); {} {modes}", all.concat()));
    let modes = || target.rows("SELECT tgname, tgenabled FROM pg_trigger WHERE NOT tgisinternal ORDER BY 1");
    let before = modes();
    let outcome = target.import(&v1(), &[]).expect("an import");
    insta::assert_snapshot!(outcome.plan.notes.join("\n"), @"Triggers of the target do not fire during the import: always on fragments, todo_log on todos.");
    assert_eq!(target.rows("SELECT * FROM audit"), "");
    assert_eq!(target.rows("SELECT title FROM fragments"), "Apples\nBananas");
    assert_eq!(modes(), before);
    insta::assert_snapshot!(before, @r"
    always|A
    never|D
    replica|R
    todo_gone|O
    todo_log|O
    ");
}

#[test]
fn triggers_that_are_on_fire_and_what_they_change_is_listed() {
    let shout = trigger(
        "shout",
        "BEFORE INSERT ON fragments FOR EACH ROW",
        "NEW.title := upper(NEW.title); RETURN NEW;",
    );
    let target = with_trigger(
        &format!("CREATE TABLE audit (what TEXT); {shout}"),
        "todo_log",
        "AFTER INSERT ON todos FOR EACH ROW",
        "INSERT INTO audit VALUES ('insert'); RETURN NULL;",
    );
    let outcome = target.merge(&v1(), &[], &on()).expect("an import");
    assert_eq!(outcome.changed_by_triggers, ["fragments.title"]);
    assert_eq!(outcome.verified_rows, 2);
    assert_eq!(outcome.plan.notes, ["Triggers of the target added rows: audit (1 row)."]);
    assert_eq!(target.rows("SELECT * FROM audit"), "insert");
    assert_eq!(target.rows("SELECT title FROM fragments"), "APPLES\nBANANAS");
}

#[test]
fn a_trigger_that_changes_or_deletes_rows_of_others_fails_the_import_even_in_a_part_of_the_transaction() {
    let body = "
        INSERT INTO audit VALUES ('todo'); INSERT INTO audit VALUES ('todo'); UPDATE audit SET what = 'seen';
        BEGIN
            DELETE FROM u WHERE id = 3; UPDATE u SET x = 'z' WHERE id < 3; UPDATE u SET x = 'y' WHERE id < 3;
            UPDATE fragments SET title = upper(title);
        EXCEPTION WHEN division_by_zero THEN NULL; END;
        INSERT INTO vaults VALUES (70, 'of the trigger'); RETURN NULL;";
    let target = with_trigger(USERS, "t", "AFTER INSERT ON todos FOR EACH ROW", body);
    insta::assert_snapshot!(target.refusal(&v1(), &[], &on()), @r"
    with `--triggers on`, triggers of the target changed rows that are not the scenario's:
      fragments: 2 rows updated
      u: 2 rows updated
      u: 1 row deleted
      vaults: 1 row inserted
    help: import with `--triggers off`, or change those triggers; nothing was changed
    ");
    let target = with_trigger(USERS, "t", "AFTER INSERT ON todos FOR EACH ROW", "TRUNCATE u; RETURN NULL;");
    insta::assert_snapshot!(target.refusal(&v1(), &[], &on()), @r"
    with `--triggers on`, triggers of the target changed rows that are not the scenario's:
      u: 3 rows deleted
    help: import with `--triggers off`, or change those triggers; nothing was changed
    ");
}

#[test]
fn rows_that_triggers_add_to_other_tables_are_told_and_kept() {
    let body =
        "INSERT INTO audit VALUES (NEW.slug); UPDATE audit SET what = upper(what) WHERE what = NEW.slug;
        INSERT INTO more VALUES (NEW.slug || 'w'); RETURN NULL;";
    let target = with_trigger(USERS, "t", "AFTER INSERT ON fragments FOR EACH ROW", body);
    let outcome = target.merge(&v1(), &[], &on()).expect("an import");
    assert_eq!(outcome.plan.notes, ["Triggers of the target added rows: audit (2 rows), more (2 rows)."]);
    assert_eq!(target.rows("SELECT * FROM audit"), "A\nB");
    assert!(!target.merge(&v1(), &[], &on()).expect("again").applied);
}

#[test]
fn a_row_that_a_trigger_swallows_or_takes_away_is_refused_by_name() {
    let target = with_trigger("", "t", "BEFORE INSERT ON todos FOR EACH ROW", "RETURN NULL;");
    insta::assert_snapshot!(target.refusal(&v1(), &[], &on()), @r"
    the target refuses todos: id 1: a trigger or a policy of the target ignored it
    help: compare the target's constraints with those of the database that was exported; nothing was changed
    ");
    let target = with_trigger("", "t", "BEFORE UPDATE ON fragments FOR EACH ROW", "RETURN NULL;");
    target.merge(&v1(), &[], &on()).expect("an import");
    let v2 = notes_snapshot("writer", &V1.replace("Apples", "Apricots"));
    insta::assert_snapshot!(target.refusal(&v2, &[], &on()), @r"
    the target refuses fragments: id 1: a trigger or a policy of the target ignored it
    help: compare the target's constraints with those of the database that was exported; nothing was changed
    ");
    let target = with_trigger(
        "",
        "t",
        "AFTER INSERT ON todos FOR EACH ROW",
        "DELETE FROM todos WHERE id = NEW.id; RETURN NULL;",
    );
    insta::assert_snapshot!(target.refusal(&v1(), &[], &on()), @r"
    read back after the import, todos: id 1 is missing
    help: nothing was changed; the target's schema alters what is written (a trigger, a column's type), or the file's definition and rows disagree
    ");
}

#[test]
fn what_a_trigger_raises_is_no_text_of_ours() {
    let target =
        with_trigger("", "t", "BEFORE INSERT ON todos FOR EACH ROW", "RAISE EXCEPTION 'row %', NEW;");
    insta::assert_snapshot!(target.refusal(&v1(), &[], &on()), @r"
    the target refuses todos: id 1: its function `t()` raised an error (P0001)
    help: compare the target's constraints with those of the database that was exported; nothing was changed
    ");
}

#[test]
fn rules_are_refused_by_name() {
    let target =
        fresh("app.db", &format!("{NOTES} CREATE RULE quiet AS ON INSERT TO todos DO INSTEAD NOTHING;"));
    let refusal = target.refusal(&v1(), &[], &delete());
    insta::assert_snapshot!(refusal, @r"
    the target's schema does not fit the snapshot:
      the table todos has the rule quiet, which rewrites statements
    help: migrate the target, import into an empty database with `--create-schema`, or export the scenario again from a database with the target's schema
    ");
    let dry = MergeOptions { mode: MergeMode::DryRun, ..delete() };
    assert_eq!(target.refusal(&v1(), &[], &dry), refusal);
}

#[test]
fn a_role_that_does_not_own_the_tables_is_told_which_triggers_it_cannot_switch_off() {
    let target = with_trigger("", "t", "AFTER INSERT ON todos FOR EACH ROW", "RETURN NULL;");
    let role = target.test.role("writer", "");
    target.execute(&format!(
        "GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA public TO {role};
         GRANT USAGE ON SCHEMA public TO {role}; GRANT SELECT, UPDATE ON ALL SEQUENCES IN SCHEMA public TO {role};"
    ));
    insta::assert_snapshot!(target.refusal_as(&role, &v1(), &delete()), @r"
    triggers of the target would fire, and this role, which does not own their tables, cannot switch them off:
      t on todos
    help: import as the owner of those tables, or with `--triggers on`; nothing was changed
    ");
    assert!(target.merge_as(&role, &v1(), &on()).expect("an import").applied);
}
