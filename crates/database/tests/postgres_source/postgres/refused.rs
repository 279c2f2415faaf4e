//! What a role may not read, and what stands where a table was.

use insta::assert_snapshot;
use model::Ownership;

use super::engine::{Db, db, open};
use super::suite::support::{all, definition, message, rows};

#[test]
fn a_role_without_the_right_to_read_is_told_what_to_ask_for() {
    let db = db("CREATE SCHEMA s; CREATE TABLE s.t (id INTEGER PRIMARY KEY)");
    let role = db.0.role("reader", "");
    let read = || {
        let mut source = open(&db.0.url_of(&role)).unwrap();
        let mut definition = definition(&source.catalog().unwrap());
        all(&mut definition, "t");
        let error = rows(source.as_mut(), &definition).unwrap_err();
        shown(&db, &role, &error)
    };
    assert_snapshot!(read(), @r#"
    the role `[role]` has no right to use the schema "s" in `[place]`
    help: the owner can give it: GRANT USAGE ON SCHEMA "s" TO "[role]"
    "#);
    db.0.psql(&format!("GRANT USAGE ON SCHEMA s TO {role}"));
    assert_snapshot!(read(), @r#"
    the role `[role]` has no right to use the table "s"."t" in `[place]`
    help: the owner can give it: GRANT SELECT ON TABLE "s"."t" TO "[role]"
    "#);
}

#[test]
fn rows_that_a_policy_hides_are_no_part_of_the_truth() {
    let db =
        db("CREATE TABLE t (id INTEGER PRIMARY KEY, owner TEXT); ALTER TABLE t ENABLE ROW LEVEL SECURITY;
        CREATE POLICY p ON t USING (owner = current_user); INSERT INTO t VALUES (1, 'x')");
    let role = db.0.role("reader", "");
    db.0.psql(&format!("GRANT SELECT ON t TO {role}"));
    let mut source = open(&db.0.url_of(&role)).unwrap();
    let mut definition = definition(&source.catalog().unwrap());
    all(&mut definition, "t");
    let error = rows(source.as_mut(), &definition).unwrap_err();
    assert_snapshot!(shown(&db, &role, &error), @"
    row-level security of the table `t` hides rows from the role `[role]` in `[place]`
    help: use the table's owner (without FORCE ROW LEVEL SECURITY) or a role with BYPASSRLS: a part of the rows is never taken for all of them
    ");
    assert_eq!(db.rows(|definition| all(definition, "t")), "t (1)\n  1 | 'x'\n", "the owner sees all");
}

#[test]
fn a_view_in_the_place_of_a_table_is_not_read() {
    for swap in [
        "ALTER TABLE t RENAME TO was; CREATE VIEW t AS SELECT run() AS id",
        "DROP TABLE t; CREATE VIEW t AS SELECT run() AS id",
        "DROP TABLE t; CREATE TABLE t (id INTEGER PRIMARY KEY)",
        "ALTER TABLE t RENAME TO was; CREATE MATERIALIZED VIEW t AS SELECT 1 AS id",
    ] {
        let db = db("CREATE TABLE t (id INTEGER PRIMARY KEY); INSERT INTO t VALUES (1);
            CREATE FUNCTION run() RETURNS integer LANGUAGE plpgsql AS 'BEGIN RAISE EXCEPTION ''ran''; END'");
        let mut source = db.source();
        let mut definition = definition(&source.catalog().unwrap());
        all(&mut definition, "t");
        db.0.psql(swap);
        let error = source.select(&definition).unwrap_err();
        assert_eq!(
            message(&error),
            "the database has no table `t`\nhelp: migrate the database, or take the table out of the scenario",
            "{swap}"
        );
    }
}

#[test]
fn a_table_that_is_read_stays_what_it_is() {
    let db = db("CREATE TABLE t (id INTEGER PRIMARY KEY); INSERT INTO t VALUES (1)");
    let mut source = db.source();
    let mut definition = definition(&source.catalog().unwrap());
    all(&mut definition, "t");
    source.select(&definition).unwrap();
    let drop = db.0.try_psql("SET lock_timeout = 200; DROP TABLE t").unwrap_err();
    assert!(drop.contains("lock timeout"), "{drop}");
    db.0.psql("INSERT INTO t VALUES (2)");
    assert_eq!(rows(source.as_mut(), &definition).unwrap(), "t (1)\n  1\n");
    std::mem::drop(source);
    db.0.psql("DROP TABLE t");
}

#[test]
fn a_server_that_ends_the_session_is_no_end_of_the_rows() {
    let db = db("CREATE TABLE t (id INTEGER PRIMARY KEY, x TEXT);
        INSERT INTO t SELECT i, repeat('x', 1000) FROM generate_series(1, 100000) AS i");
    let mut source = db.source();
    let mut definition = definition(&source.catalog().unwrap());
    all(&mut definition, "t");
    let mut seen = 0;
    let read = source.read(&definition, 0, Ownership::Owned, &mut |_| {
        seen += 1;
        if seen == 1 {
            let others = "datname = current_database() AND pid <> pg_backend_pid()";
            db.0.psql(&format!("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE {others}"));
        }
        Ok(())
    });
    assert_snapshot!(db.shown(&read.unwrap_err()), @"
    the connection to `[place]` was lost
    help: the database is as it was; look into the server's log, then run the command again
    ");
    assert!(seen < 100_000);
    assert_snapshot!(db.shown(&source.statistics().unwrap_err()), @"
    the connection to `[place]` was lost
    help: the database is as it was; look into the server's log, then run the command again
    ");
}

/// An error that the role was told, without what differs from run to run.
fn shown(db: &Db, role: &str, error: &database::Error) -> String {
    let place = database::DatabaseUrl::parse(&db.0.url_of(role)).unwrap().to_string();
    message(error).replace(&place, "[place]").replace(role, "[role]")
}
