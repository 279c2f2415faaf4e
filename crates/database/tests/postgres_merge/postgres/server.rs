//! What is the server's own: sequences, roles and their rights, policies, locks, schemas made on the way.

use database::{Decision, MergeMode, MergeOptions, Migration, TargetOptions, open_target};
use model::Value;

use super::engine::{Database, NOTES, fresh};
use super::suite::archive::{PLAIN, tagged};
use super::suite::support::{Rows, delete, notes, notes_snapshot};

const V1: &str = "
    INSERT INTO vaults VALUES (1, 'V');
    INSERT INTO fragments VALUES (1, 1, NULL, 'a', 'A', 'writer'), (40, 1, 1, 'b', 'B', 'writer');
";

fn v1() -> Rows {
    notes_snapshot("writer", V1)
}

const FILL: &str =
    "INSERT INTO vaults (name) VALUES ('x'); INSERT INTO fragments (vault_id, slug) VALUES (1, 'next');
    INSERT INTO todos (fragment) VALUES ('next');";

/// A role with these rights on the tables of [`NOTES`].
fn role(target: &Database, rights: &str) -> String {
    let role = target.test.role("writer", "");
    target.execute(&format!("GRANT USAGE ON SCHEMA public TO {role}; {}", rights.replace("ROLE", &role)));
    role
}

#[test]
fn a_role_that_owns_nothing_and_may_write_is_enough() {
    let target = fresh("app", &format!("{NOTES} INSERT INTO vaults (name) VALUES ('V');"));
    let role = role(
        &target,
        "GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA public TO ROLE;
        GRANT SELECT, UPDATE ON ALL SEQUENCES IN SCHEMA public TO ROLE;",
    );
    assert!(target.merge_as(&role, &v1(), &delete()).expect("an import").applied);
    let less = notes_snapshot("writer", &V1.replace("(40, 1, 1,", "(41, 1, NULL,"));
    assert!(target.merge_as(&role, &less, &delete()).expect("an import").applied);
    target.execute(FILL);
}

#[test]
fn a_right_that_is_missing_is_named_with_the_grant_that_gives_it() {
    let tables = "GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA public TO ROLE;";
    let said = |rights: &str| {
        let target = fresh("app", NOTES);
        let role = role(&target, rights);
        let before = target.content();
        let error = target.merge_as(&role, &v1(), &delete()).expect_err("a right is missing");
        assert!(target.content() == before);
        Database::in_general(&error).replace(&role, "ROLE").replace(target.test.name(), "DATABASE")
    };
    insta::assert_snapshot!(said(tables), @r#"
    the role `ROLE` has no right to read the sequence "public"."fragments_id_seq" in `ADDRESS`
    help: the owner can give it: GRANT SELECT, UPDATE ON SEQUENCE "public"."fragments_id_seq" TO "ROLE"
    "#);
    insta::assert_snapshot!(said("GRANT SELECT ON ALL TABLES IN SCHEMA public TO ROLE;"), @r#"
    the role `ROLE` has no right to use the table "public"."fragments" in `ADDRESS`
    help: the owner can give it: GRANT SELECT, INSERT, UPDATE, DELETE ON TABLE "public"."fragments" TO "ROLE"
    "#);
}

#[test]
fn policies_let_rows_in_that_they_admit_and_refuse_others() {
    let policy = "ALTER TABLE fragments ENABLE ROW LEVEL SECURITY;
        CREATE POLICY own ON fragments USING (scenario = 'writer');
        INSERT INTO vaults VALUES (1, 'V'); INSERT INTO fragments VALUES (9, 1, NULL, 'hidden', 'x', NULL);";
    let rights = "GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA public TO ROLE;
        GRANT SELECT, UPDATE ON ALL SEQUENCES IN SCHEMA public TO ROLE;";
    let target = fresh("app", &format!("{NOTES}{policy}"));
    let role = role(&target, rights);
    assert!(target.merge_as(&role, &v1(), &delete()).expect("an import").applied);
    assert_eq!(target.snapshot(&notes("writer")).sections, v1().sections);
    let later = notes_snapshot("writer", &V1.replace("'A'", "'Aa'"));
    assert!(target.merge_as(&role, &later, &delete()).expect("an import").applied);
    assert_eq!(target.rows("SELECT slug FROM fragments WHERE id = 9"), "hidden");
    // A key that a hidden row has is the server's to refuse.
    let hidden = notes_snapshot("writer", &V1.replace("40, 1, 1, 'b'", "9, 1, 1, 'c'"));
    insta::assert_snapshot!(target.refusal_as(&role, &hidden, &MergeOptions::default()), @r"
    the target refuses fragments: id 9: the unique constraint `fragments_pkey` of `fragments` is violated (row-level security hides rows of this table from ROLE)
    help: compare the target's constraints with those of the database that was exported; nothing was changed
    ");
}

#[test]
fn a_row_that_a_policy_lets_in_and_then_hides_is_missing_by_name() {
    let target = fresh("app", &format!("{NOTES} INSERT INTO vaults VALUES (7, 'mine');"));
    let role = role(
        &target,
        "GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA public TO ROLE;
        GRANT SELECT, UPDATE ON ALL SEQUENCES IN SCHEMA public TO ROLE;
        ALTER TABLE vaults ENABLE ROW LEVEL SECURITY; CREATE POLICY anyone ON vaults FOR INSERT WITH CHECK (true);
        CREATE POLICY mine ON vaults FOR SELECT USING (name = 'mine');",
    );
    let todo = notes_snapshot("writer", &format!("{V1} INSERT INTO todos VALUES (1, 'a', false);"));
    insta::assert_snapshot!(target.refusal_as(&role, &todo, &delete()), @r"
    read back after the import, vaults: id 1 is missing (row-level security hides rows of this table from ROLE)
    help: nothing was changed; the target's schema alters what is written (a trigger, a column's type), or the file's definition and rows disagree
    ");
}

#[test]
fn a_table_in_use_makes_the_import_give_up_in_time_and_readers_go_on_meanwhile() {
    let target = fresh("app", &format!("{NOTES} INSERT INTO vaults (name) VALUES ('V');"));
    let mut other = target.test.client();
    other.send("BEGIN; INSERT INTO vaults (name) VALUES ('mine');");
    let error = target.merge(&v1(), &[], &delete()).expect_err("locked");
    insta::assert_snapshot!(Database::in_general(&error), @r"
    the database `ADDRESS` is in use: another session holds a lock for longer than was to be waited (the table `vaults`)
    help: nothing was changed; close the program that is using it, or wait, then run the command again (`demo-import --lock-timeout` waits longer)
    ");
    other.send("ROLLBACK;");
    let mut seen = String::new();
    let outcome = target.ask(&v1(), &[], &delete(), &mut |_| {
        // A reader is let in, a writer is kept out.
        seen = target.rows("SELECT name FROM vaults");
        let write = target.test.try_psql("SET lock_timeout = 100; INSERT INTO vaults (name) VALUES ('mine')");
        assert!(write.expect_err("kept out").contains("lock timeout"));
        Decision::Apply
    });
    assert!(outcome.expect("an import").applied);
    assert_eq!(seen, "V");
}

#[test]
fn a_dry_run_waits_for_nobody_who_writes() {
    let target = fresh("app", NOTES);
    let mut other = target.test.client();
    other.send("BEGIN; INSERT INTO vaults (name) VALUES ('mine');");
    let dry = MergeOptions { mode: MergeMode::DryRun, ..delete() };
    let plan = target.merge(&v1(), &[], &dry).expect("a dry run").plan;
    assert_eq!(plan.tables[1].insert, 2);
    other.send("ROLLBACK;");
}

const MIGRATIONS: &[Migration] = &[
    Migration { name: "vaults", sql: "CREATE TABLE vaults (id BIGINT PRIMARY KEY, name TEXT);" },
    Migration {
        name: "rest",
        sql: "CREATE TABLE fragments (id BIGINT PRIMARY KEY, vault_id BIGINT NOT NULL REFERENCES vaults, parent_id BIGINT,
            slug TEXT NOT NULL UNIQUE, title TEXT, scenario TEXT);
            CREATE TABLE todos (id BIGINT PRIMARY KEY, fragment TEXT REFERENCES fragments (slug), done BOOLEAN);",
    },
];

#[test]
fn migrations_run_in_an_empty_database_within_the_import_or_not_at_all() {
    let target = fresh("app", "");
    let options = MergeOptions { migrations: MIGRATIONS, ..delete() };
    let mut dangling = v1();
    dangling.sections[1].2[0][1] = Value::Integer(77);
    insta::assert_snapshot!(target.refusal(&dangling, &[], &options), @r"
    fragments: id 1 refers by (vault_id) to a row of vaults that does not exist in the target
    help: the target's schema has a reference that the exported database had not, or a row was left alone that others need; nothing was changed
    ");
    let dry = MergeOptions { mode: MergeMode::DryRun, ..options.clone() };
    let before = target.content();
    let plan = target.merge(&v1(), &[], &dry).expect("a dry run").plan;
    assert_eq!(target.content(), before);
    assert_eq!(plan, target.merge(&v1(), &[], &options).expect("an import").plan);
    assert_eq!(target.snapshot(&notes("writer")).sections, v1().sections);
    let mut connection = open_target(&target.url(), &TargetOptions::default()).expect("a target");
    assert_eq!(connection.migrate(MIGRATIONS).expect("nothing to do").applied, Vec::<String>::new());
    assert!(!target.merge(&v1(), &[], &options).expect("again").applied);
}

#[test]
fn a_row_that_somebody_adds_meanwhile_is_not_taken_along_by_a_cascade() {
    let target = fresh("app", NOTES);
    target.import(&v1(), &[]).expect("an import");
    let less = notes_snapshot(
        "writer",
        "INSERT INTO vaults VALUES (1, 'V');
        INSERT INTO fragments VALUES (1, 1, NULL, 'a', 'A', 'writer');",
    );
    // Nothing is asked, so the tables are locked when the other session comes; its own table is not.
    let outcome = target.ask(&less, &[&v1()], &delete(), &mut |_| {
        target.execute("INSERT INTO bookmarks VALUES (7, 40);");
        Decision::Apply
    });
    insta::assert_snapshot!(Database::in_general(&outcome.expect_err("refused")), @r"
    the database `ADDRESS` is in use: another session changed the same rows meanwhile
    help: nothing was changed; close the program that is using it, or wait, then run the command again (`demo-import --lock-timeout` waits longer)
    ");
    assert_eq!(target.rows("SELECT * FROM bookmarks"), "7|40");
    insta::assert_snapshot!(target.refusal(&less, &[], &delete()), @r"
    rows that the import would delete, or whose key it would change, are referred to by rows that stay:
      bookmarks: id 7 refers by (fragment_id) to fragments: id 40
    help: delete those referring rows or point them elsewhere, then import again
    ");
}

#[test]
fn rows_are_loaded_into_empty_tables_and_their_references_checked() {
    let target = fresh("app", NOTES);
    let mut connection = open_target(&target.url(), &TargetOptions::default()).expect("a target");
    assert_eq!(connection.load(&mut v1()).expect("loaded"), 3);
    target.execute(FILL);
    assert_eq!(target.rows("SELECT max(id) FROM fragments"), "41");
}

#[test]
fn an_owner_without_further_rights_switches_triggers_off_and_moves_keys() {
    let target = fresh("app", "");
    let role = target.test.role("owner", "");
    target.execute(&format!("GRANT CREATE ON SCHEMA public TO {role};"));
    let schema = NOTES
        .replace("ON UPDATE CASCADE", "")
        .replace("CREATE TABLE", "CREATE TABLE public.")
        .replace("public. ", "public.");
    let schema = schema.replace("REFERENCES ", "REFERENCES public.");
    target.test.psql_as(
        &role,
        &format!(
            "{schema} CREATE FUNCTION public.no() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RETURN NULL; END $$;
             CREATE TRIGGER no BEFORE INSERT OR UPDATE ON public.todos FOR EACH ROW EXECUTE FUNCTION public.no();"
        ),
    );
    let todos = "INSERT INTO todos VALUES (1, 'a', false), (2, 'b', true);";
    let (old, new) = (
        notes_snapshot("writer", &format!("{V1}{todos}")),
        notes_snapshot(
            "writer",
            &format!("{}{todos}", V1.replace("'a', 'A'", "'b', 'A'").replace("'b', 'B'", "'a', 'B'")),
        ),
    );
    for version in [&old, &new, &old] {
        assert!(target.merge_as(&role, version, &delete()).expect("an import").applied);
        assert_eq!(target.snapshot(&version.definition).sections, version.sections);
    }
    assert_eq!(target.rows("SELECT tgenabled FROM pg_trigger WHERE tgname = 'no'"), "O");
}

#[test]
fn nobody_waits_while_a_question_is_asked_and_the_answer_is_for_what_was_asked() {
    let app = fresh("app.db", PLAIN);
    let v1 = app.snapshot(&tagged("id:integer tag:text v:text"));
    app.execute("UPDATE p SET v = 'edited' WHERE id = 1; INSERT INTO p VALUES (3, 'demo', 'mine')");
    let mut asked = Vec::new();
    let outcome = app.ask(&v1, &[&v1], &delete(), &mut |plan| {
        asked.push(plan.lost_total);
        // Somebody works on while the question stands; the second time the plan stays what it is.
        let sql = match asked.len() {
            1 => "INSERT INTO p VALUES (4, 'demo', 'late')",
            _ => "INSERT INTO p VALUES (5, 'other', 'not the scenario''s')",
        };
        app.execute(&format!("SET lock_timeout = '1s'; {sql}"));
        Decision::Apply
    });
    assert_eq!(outcome.expect("an import").plan.lost_total, 3);
    assert_eq!(asked, [2, 3]);
    assert_eq!(app.rows("SELECT id, v FROM p"), "1|one\n2|two\n5|not the scenario's");
}
