//! Triggers that nobody would expect to fire: for statements without rows, for rows that only make room, in replicas.

use database::{Error, MergeError, PostgresError};
use model::Definition;

use super::engine::{Database, fresh};
use super::suite::support::{Rows, definition, delete, selecting, table};

const TABLES: &str = "CREATE TABLE parents (id int PRIMARY KEY, tag text, name text);
    CREATE TABLE quiet (id int PRIMARY KEY, tag text, slug text UNIQUE);
    CREATE TABLE others (what text);";

const WIPE: &str = "INSERT INTO others VALUES ('mine');
    CREATE FUNCTION wipe() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN DELETE FROM public.others; RETURN NULL; END $$;";

fn both() -> Definition {
    definition(vec![
        selecting(table("parents", "id:integer tag:text name:text"), "tag", "s"),
        selecting(table("quiet", "id:integer tag:text slug:text"), "tag", "s"),
    ])
}

fn rows(rows: &str) -> Rows {
    fresh("source", &format!("{TABLES}{rows}")).snapshot(&both())
}

fn others(target: &Database) -> String {
    target.rows("SELECT * FROM others")
}

#[test]
fn a_trigger_for_whole_statements_does_not_fire_on_a_table_that_stays_as_it_is() {
    let snapshot = rows("INSERT INTO parents VALUES (1, 's', 'a'); INSERT INTO quiet VALUES (1, 's', 'q')");
    let target = fresh("target", TABLES);
    target.execute("INSERT INTO parents VALUES (1, 's', 'edited'); INSERT INTO quiet VALUES (1, 's', 'q')");
    target.execute(WIPE);
    target.execute("CREATE TRIGGER wipe AFTER INSERT OR UPDATE OR DELETE ON quiet EXECUTE FUNCTION wipe()");
    let role = target.test.role("writer", "");
    target.execute(&format!("GRANT SELECT, INSERT, UPDATE, DELETE ON parents, quiet TO {role}"));
    target.merge_as(&role, &snapshot, &delete()).expect("an import");
    assert_eq!(others(&target), "mine");
    target.execute("UPDATE parents SET name = 'edited'");
    target.merge(&snapshot, &[], &delete()).expect("an import");
    assert_eq!(others(&target), "mine");
}

#[test]
fn a_trigger_that_parking_would_fire_is_one_that_has_to_be_switched_off() {
    // A slug goes from a row that is deleted to one that is new.
    let snapshot = rows("INSERT INTO quiet VALUES (5, 's', 'c')");
    let target = fresh("target", TABLES);
    target.execute("INSERT INTO quiet VALUES (2, 's', 'c')");
    target.execute(WIPE);
    target.execute("CREATE TRIGGER wipe AFTER UPDATE ON quiet FOR EACH ROW EXECUTE FUNCTION wipe()");
    let role = target.test.role("writer", "");
    target.execute(&format!("GRANT SELECT, INSERT, UPDATE, DELETE ON parents, quiet TO {role}"));
    let error = target.merge_as(&role, &snapshot, &delete()).expect_err("refused");
    assert!(matches!(error, Error::Merge(MergeError::TriggersFixed { .. })), "{error}");
    target.merge(&snapshot, &[], &delete()).expect("as the owner");
    assert_eq!(others(&target), "mine");
}

#[test]
fn a_session_does_not_pose_as_a_replica() {
    let snapshot = rows("INSERT INTO parents VALUES (1, 's', 'a')");
    let target = fresh("target", TABLES);
    target.execute("INSERT INTO parents VALUES (1, 's', 'a'), (2, 's', 'goes')");
    target.execute(WIPE);
    target.execute(
        "CREATE TRIGGER wipe AFTER DELETE ON parents EXECUTE FUNCTION wipe(); ALTER TABLE parents ENABLE REPLICA TRIGGER wipe",
    );
    let role = target.test.role("replica", "");
    target.execute(&format!(
        "GRANT SELECT, INSERT, UPDATE, DELETE ON parents, quiet TO {role};
         ALTER ROLE {role} SET session_replication_role = replica"
    ));
    let error = target.merge_as(&role, &snapshot, &delete()).expect_err("refused");
    let Error::Postgres(refused) = &error else { panic!("{error}") };
    assert!(matches!(**refused, PostgresError::Replica { .. }), "{error}");
    // Who may leave that state does.
    let database = target.test.name();
    target.execute(&format!("ALTER DATABASE {database} SET session_replication_role = replica"));
    target.merge(&snapshot, &[], &delete()).expect("an import");
    assert_eq!(others(&target), "mine");
}
