//! Sessions with a real server: what they set, what they survive, what their errors say.

mod copies;

use std::fmt::Write as _;
use std::time::{Duration, Instant};

use insta::assert_snapshot;
use miette::Diagnostic as _;
use test_support::postgres::{Cluster, TestDatabase};

use super::*;
use crate::DbFault;
use crate::postgres::connect::connect;
use crate::postgres::url::PostgresUrl;

fn try_session(url: &str) -> Result<Session, Error> {
    connect(&PostgresUrl::parse(url).expect("a URL"), Duration::from_millis(300))
}

fn session(url: &str) -> Session {
    try_session(url).expect("a session")
}

/// The error and its help, without what differs from run to run.
#[track_caller]
fn told<T>(database: &TestDatabase, outcome: Result<T, Error>) -> String {
    let error = outcome.err().expect("an error");
    let help = error.help().map_or_else(String::new, |help| help.to_string());
    let place = PostgresUrl::parse(&database.url()).expect("a URL").to_string();
    let told = format!("{error}\nhelp: {help}").replace(&place, "PLACE").replace(database.name(), "DB");
    assert!(!format!("{told}{error:?}").contains("hunter2"), "{error:?}");
    told
}

fn fault(error: Error) -> DbFault {
    match error {
        Error::Postgres(error) => error.fault().cloned().expect("a fault"),
        other => panic!("{other}"),
    }
}

#[test]
fn what_a_role_or_database_sets_does_not_reach_a_session() {
    let database = TestDatabase::new();
    let role = database.role("odd", "");
    for (name, value) in [
        ("search_path", "evil, public"),
        ("DateStyle", "German, DMY"),
        ("TimeZone", "Asia/Kolkata"),
        ("IntervalStyle", "iso_8601"),
        ("bytea_output", "escape"),
        ("extra_float_digits", "-3"),
        ("standard_conforming_strings", "off"),
        ("statement_timeout", "900ms"),
        ("idle_session_timeout", "900ms"),
        ("idle_in_transaction_session_timeout", "900ms"),
        ("quote_all_identifiers", "on"),
        ("transform_null_equals", "on"),
        ("gin_fuzzy_search_limit", "3"),
    ] {
        database.psql(&format!("ALTER ROLE {role} SET {name} = {}", value_of(value)));
    }
    database.psql(&format!(
        "CREATE SCHEMA evil; GRANT USAGE ON SCHEMA evil TO {role};
         CREATE FUNCTION evil.current_setting(text) RETURNS text LANGUAGE sql AS $$ SELECT 'hijacked' $$;
         CREATE FUNCTION evil.set_config(text, text, boolean) RETURNS text LANGUAGE sql AS $$ SELECT 'hijacked' $$;
         ALTER ROLE {role} SET search_path = evil, pg_catalog, public"
    ));
    let mut session = session(&database.url_of(&role));
    assert_eq!(session.search_path(), ["evil", "pg_catalog", "public"]);
    assert_eq!((session.role(), session.facts().database.as_str()), (role.as_str(), database.name()));
    let settings = session
        .query(
            "SELECT name, setting FROM pg_catalog.pg_settings WHERE name = ANY($1) ORDER BY name COLLATE \"C\"",
            &[&vec![
                "application_name", "bytea_output", "client_connection_check_interval", "client_encoding",
                "DateStyle", "extra_float_digits", "gin_fuzzy_search_limit", "idle_in_transaction_session_timeout",
                "idle_session_timeout", "IntervalStyle", "lc_monetary", "lock_timeout", "quote_all_identifiers",
                "search_path", "standard_conforming_strings", "statement_timeout", "TimeZone", "transform_null_equals",
            ]],
        )
        .expect("settings");
    let settings: Vec<String> =
        settings.iter().map(|row| format!("{} = {}", row.get::<_, &str>(0), row.get::<_, &str>(1))).collect();
    assert_snapshot!(settings.join("\n"), @r#"
    DateStyle = ISO, YMD
    IntervalStyle = postgres
    TimeZone = UTC
    application_name = demo-snapshot
    bytea_output = hex
    client_connection_check_interval = 250
    client_encoding = UTF8
    extra_float_digits = 1
    gin_fuzzy_search_limit = 0
    idle_in_transaction_session_timeout = 0
    idle_session_timeout = 0
    lc_monetary = C
    lock_timeout = 300
    quote_all_identifiers = off
    search_path = ""
    standard_conforming_strings = on
    statement_timeout = 0
    transform_null_equals = off
    "#);
}

fn value_of(text: &str) -> String {
    if text.contains(',') { text.to_owned() } else { format!("'{text}'") }
}

#[test]
fn the_server_says_who_and_where_it_is() {
    let database = TestDatabase::new();
    let session = session(&database.url());
    assert!(session.version() >= 140_000, "{}", session.version());
    assert_eq!(session.place(), PostgresUrl::parse(&database.url()).expect("a URL").to_string());
    assert_eq!(session.search_path(), ["public"]);
    assert_eq!((session.facts().standby, session.facts().read_only), (false, false));
}

/// A database in another encoding, dropped with this value.
struct Encoded(String);

impl Encoded {
    fn new(database: &TestDatabase, encoding: &str) -> Self {
        let name = format!("{}_{}", database.name(), encoding.to_lowercase());
        Cluster::shared().psql(&format!(
            "CREATE DATABASE {name} TEMPLATE template0 ENCODING '{encoding}' LC_COLLATE 'C' LC_CTYPE 'C'"
        ));
        Self(name)
    }
}

impl Drop for Encoded {
    fn drop(&mut self) {
        Cluster::shared().psql(&format!("DROP DATABASE {} WITH (FORCE)", self.0));
    }
}

#[test]
fn texts_are_utf_8_whatever_the_server_keeps() {
    let database = TestDatabase::new();
    let latin = Encoded::new(&database, "LATIN1");
    let mut session = session(&Cluster::shared().url(&latin.0));
    session.batch("CREATE TABLE public.t (a text); INSERT INTO public.t VALUES ('ä')").expect("made");
    let row = session.query_one("SELECT a, octet_length(a) FROM public.t", &[]).expect("a row");
    assert_eq!((row.get::<_, &str>(0), row.get::<_, i32>(1)), ("ä", 1));
    let refused =
        fault(session.batch("INSERT INTO public.t VALUES ('hunter2 漢')").expect_err("no such character"));
    assert_eq!(refused.reason, "a text has a character that the database's encoding lacks");

    let ascii = Encoded::new(&database, "SQL_ASCII");
    let outcome = try_session(&Cluster::shared().url(&ascii.0));
    assert_snapshot!(told(&database, outcome), @"
    the database `PLACE_sql_ascii` has the encoding SQL_ASCII, whose texts cannot be told as UTF-8
    help: copy it into a database made with ENCODING 'UTF8': only there is it certain what its bytes mean
    ");
}

#[test]
fn a_lock_is_waited_for_as_long_as_was_asked() {
    let database = TestDatabase::new();
    database.psql("CREATE TABLE t (a int)");
    let mut other = database.client();
    other.send("BEGIN; LOCK TABLE t;");
    let mut session = session(&database.url());
    let begun = Instant::now();
    let outcome = session.batch("BEGIN; LOCK TABLE public.t IN SHARE MODE");
    assert!((250..5_000).contains(&begun.elapsed().as_millis()), "{:?}", begun.elapsed());
    assert_snapshot!(told(&database, outcome), @"
    the database `PLACE` is in use: another session holds a lock for longer than was to be waited
    help: nothing was changed; close the program that is using it, or wait, then run the command again (`demo-import --lock-timeout` waits longer)
    ");
}

#[test]
fn a_deadlock_is_a_lock() {
    let database = TestDatabase::new();
    database.psql("CREATE TABLE a (x int); CREATE TABLE b (x int)");
    let url = PostgresUrl::parse(&database.url()).expect("a URL");
    let mut mine = connect(&url, Duration::from_secs(30)).expect("a session");
    mine.batch("BEGIN; LOCK TABLE public.a").expect("locked");
    let mut theirs = connect(&url, Duration::from_secs(30)).expect("a session");
    theirs.batch("SET deadlock_timeout = '10s'; BEGIN; LOCK TABLE public.b").expect("locked");
    mine.batch("SET deadlock_timeout = '100ms'").expect("set");
    std::thread::scope(|scope| {
        scope.spawn(move || theirs.batch("LOCK TABLE public.a"));
        while database
            .psql("SELECT count(*) FROM pg_locks WHERE NOT granted AND relation = 'a'::regclass")
            .trim()
            != "1"
        {}
        assert_snapshot!(told(&database, mine.batch("LOCK TABLE public.b")), @"
        the database `PLACE` is in use: a deadlock with another session
        help: nothing was changed; close the program that is using it, or wait, then run the command again (`demo-import --lock-timeout` waits longer)
        ");
        drop(mine);
    });
}

#[test]
fn what_the_schema_refuses_is_told_by_name_and_never_by_value() {
    let database = TestDatabase::new();
    database.psql(
        "CREATE TYPE mood AS ENUM ('ok');
         CREATE TABLE t (id int PRIMARY KEY, u uuid, n int NOT NULL DEFAULT 0, s varchar(9) UNIQUE, m mood,
             d date, j jsonb, f numeric(3, 1), p int REFERENCES t, CONSTRAINT small CHECK (s < 'x'));
         CREATE TABLE parts (a text) PARTITION BY LIST (a);
         CREATE FUNCTION guard() RETURNS trigger LANGUAGE plpgsql AS
             $$ BEGIN RAISE EXCEPTION 'no % here', NEW.s USING DETAIL = 'hunter2'; END $$;
         CREATE TABLE g (s text); CREATE TRIGGER guard BEFORE INSERT ON g FOR EACH ROW EXECUTE FUNCTION guard();
         INSERT INTO t (id, s) VALUES (1, 'hunter2')",
    );
    let mut session = session(&database.url());
    let mut refused = String::new();
    for sql in [
        "INSERT INTO public.t (id, s) VALUES (2, 'hunter2')",
        "INSERT INTO public.t (id, n, s) VALUES (2, NULL, 'hunter2x')",
        "INSERT INTO public.t (id, s) VALUES (2, 'xhunter2')",
        "INSERT INTO public.t (id, s) VALUES (2, 'hunter2 hunter2')",
        "INSERT INTO public.t (id, p) VALUES (2, 7)",
        "INSERT INTO public.t (id, u) VALUES (2, 'hunter2')",
        "INSERT INTO public.t (id, m) VALUES (2, 'hunter2')",
        "INSERT INTO public.t (id, d) VALUES (2, 'hunter2')",
        "INSERT INTO public.t (id, d) VALUES (2, '2026-02-31')",
        "INSERT INTO public.t (id, j) VALUES (2, '{hunter2}')",
        "INSERT INTO public.t (id, f) VALUES (2, 99999)",
        "INSERT INTO public.parts VALUES ('hunter2')",
        "INSERT INTO public.g VALUES ('hunter2')",
        "INSERT INTO public.missing VALUES ('hunter2')",
        "INSERT INTO public.t (id, x) VALUES (2, 'hunter2')",
        "INSERT hunter2",
    ] {
        let error = session.batch(sql).expect_err(sql);
        assert!(!format!("{error:?} {error}").contains("hunter2"), "{error:?}");
        let fault = fault(error);
        let _ = writeln!(refused, "{} {}", fault.sqlstate, fault.reason);
    }
    assert_snapshot!(refused, @r#"
    23505 the unique constraint `t_s_key` of `t` is violated
    23502 the column `n` of `t` may not be NULL
    23514 the check constraint `small` of `t` is violated
    22001 a text is longer than its column allows
    23503 the foreign key `t_p_fkey` of `t` is violated
    22P02 a value is no valid `uuid`
    22P02 a value is no valid `public.mood`
    22007 a value is no valid `date`
    22008 a date or time is out of its column's range
    22P02 a value is no valid `json`
    22003 a number is out of its column's range
    23514 no partition of `parts` takes the row
    P0001 its function `public.guard()` raised an error (P0001)
    42P01 relation "public.missing" does not exist
    42703 column "x" of relation "t" does not exist
    42601 a statement that it does not understand
    "#);
}

#[test]
fn an_error_that_a_function_raised_is_told_by_the_function_whatever_its_code() {
    let database = TestDatabase::new();
    database.psql("CREATE TABLE t (s text)");
    let mut session = session(&database.url());
    for code in ["23505", "22P02", "42501", "53100", "55P03", "57014", "28P01", "08006", "XX000", "P0002"] {
        database.psql(&format!(
            "CREATE OR REPLACE FUNCTION guard() RETURNS trigger LANGUAGE plpgsql AS
                 $$ BEGIN RAISE EXCEPTION 'permission denied for table %', NEW.s USING ERRCODE = '{code}'; END $$;
             CREATE OR REPLACE TRIGGER guard BEFORE INSERT ON t FOR EACH ROW EXECUTE FUNCTION guard()"
        ));
        let fault = fault(session.batch("INSERT INTO public.t VALUES ('hunter2')").expect_err(code));
        assert_eq!(fault.reason, format!("its function `public.guard()` raised an error ({code})"));
    }
}

#[test]
fn faults_of_the_environment_are_told_from_faults_of_the_data() {
    let database = TestDatabase::new();
    database.psql("CREATE TABLE t (a int); INSERT INTO t VALUES (1)");
    let mut session = session(&database.url());
    session.batch("SET default_transaction_read_only = on").expect("set");
    assert_snapshot!(told(&database, session.batch("INSERT INTO public.t VALUES (1)")), @"
    the database `PLACE` cannot be written: the session is read-only
    help: connect to the primary server (`target_session_attrs=read-write` finds it among several hosts), or turn off default_transaction_read_only for this role
    ");
    session
        .batch("SET default_transaction_read_only = off; SET temp_file_limit = '64kB'; SET work_mem = '64kB'")
        .expect("set");
    let sorted = session.query("SELECT x FROM generate_series(1, 100000) AS x ORDER BY md5(x::text)", &[]);
    // PostgreSQL 18 quotes the name of the setting.
    let said = told(&database, sorted.map(drop)).replace("\"temp_file_limit\"", "temp_file_limit");
    assert_snapshot!(said, @"
    the server of `PLACE` is at a limit: temporary file size exceeds temp_file_limit (64kB)
    help: nothing was changed; raise what the reason names, or close other sessions, then run the command again
    ");
    session.batch("BEGIN ISOLATION LEVEL REPEATABLE READ; SELECT 1 FROM public.t").expect("begun");
    database.psql("UPDATE t SET a = 2");
    assert_snapshot!(told(&database, session.batch("UPDATE public.t SET a = 3")), @"
    the database `PLACE` is in use: another session changed the same rows meanwhile
    help: nothing was changed; close the program that is using it, or wait, then run the command again (`demo-import --lock-timeout` waits longer)
    ");
    session.batch("ROLLBACK").expect("undone");
    let pid: i32 = session.query_one("SELECT pg_backend_pid()", &[]).expect("a row").get(0);
    let cancelled = std::thread::scope(|scope| {
        let slow = scope.spawn(|| session.batch("SELECT pg_sleep(60)"));
        while database.psql(&format!("SELECT pg_cancel_backend({pid}) FROM pg_stat_activity WHERE pid = {pid} AND wait_event = 'PgSleep'")).is_empty() {}
        slow.join().expect("no panic")
    });
    assert_snapshot!(told(&database, cancelled), @"
    work on `PLACE` was cancelled at the server
    help: nothing was changed; run the command again
    ");
}

#[test]
fn a_server_that_is_too_old_is_refused_by_name() {
    let told = |number, version, encoding| {
        check("postgres://me@h:5432/d", number, version, encoding).err().map(|error| {
            format!("{error}\nhelp: {}", error.help().map_or_else(String::new, |help| help.to_string()))
        })
    };
    assert_eq!(told(140_000, "14.0", "UTF8"), None);
    assert_eq!(told(180_001, "18.1", "LATIN1"), None);
    assert_snapshot!(told(130_021, "13.21 (Debian)", "UTF8").expect("refused"), @"
    the server of `postgres://me@h:5432/d` is PostgreSQL 13.21 (Debian), and at least 14 is needed
    help: upgrade the server, or copy the database to a newer one
    ");
    assert!(told(140_000, "14.0", "MULE_INTERNAL").is_some());
}

#[test]
fn a_right_that_is_missing_is_told_with_its_grant() {
    let database = TestDatabase::new();
    let role = database.role("reader", "");
    database.psql(
        "CREATE SCHEMA app; CREATE TABLE app.\"Items\" (id serial PRIMARY KEY, a text); CREATE TABLE t (id int);
         ALTER TABLE app.\"Items\" ENABLE ROW LEVEL SECURITY; REVOKE TEMPORARY ON DATABASE CURRENT_DATABASE FROM PUBLIC"
            .replace("CURRENT_DATABASE", database.name())
            .as_str(),
    );
    let mut session = session(&database.url_of(&role));
    let mut all = String::new();
    let place = session.place().to_owned();
    let mut say = |session: &mut Session, sql: &str| {
        let error = session.batch(sql).expect_err(sql);
        let help = error.help().map_or_else(String::new, |help| help.to_string());
        let told = format!("{error}\n  {help}\n");
        all.push_str(&told.replace(&place, "PLACE").replace(database.name(), "DB"));
    };
    say(&mut session, "SELECT \"a\" FROM \"app\".\"Items\"");
    database.psql(&format!("GRANT USAGE ON SCHEMA app TO {role}"));
    say(&mut session, "COPY (SELECT \"a\" FROM \"app\".\"Items\") TO STDOUT");
    say(&mut session, "INSERT INTO \"app\".\"Items\" (\"a\") VALUES ('hunter2')");
    say(&mut session, "SELECT pg_catalog.setval('\"app\".\"Items_id_seq\"', 7)");
    say(&mut session, "CREATE TEMP TABLE x ()");
    say(&mut session, "CREATE SCHEMA \"y\"");
    say(&mut session, "ALTER TABLE \"public\".\"t\" DISABLE TRIGGER USER");
    database.psql(&format!(
        "GRANT ALL ON ALL TABLES IN SCHEMA app TO {role}; GRANT ALL ON ALL SEQUENCES IN SCHEMA app TO {role}"
    ));
    say(&mut session, "SET row_security = off; SELECT \"a\" FROM \"app\".\"Items\"");
    say(&mut session, "SET row_security = on; INSERT INTO \"app\".\"Items\" (\"a\") VALUES ('hunter2')");
    assert_snapshot!(all, @r#"
    the role `DB_reader` has no right to use the schema "app" in `PLACE`
      the owner can give it: GRANT USAGE ON SCHEMA "app" TO "DB_reader"
    the role `DB_reader` has no right to use the table "app"."Items" in `PLACE`
      the owner can give it: GRANT SELECT ON TABLE "app"."Items" TO "DB_reader"
    the role `DB_reader` has no right to use the table "app"."Items" in `PLACE`
      the owner can give it: GRANT SELECT, INSERT, UPDATE, DELETE ON TABLE "app"."Items" TO "DB_reader"
    the role `DB_reader` has no right to use the sequence "app"."Items_id_seq" in `PLACE`
      the owner can give it: GRANT SELECT, UPDATE ON SEQUENCE "app"."Items_id_seq" TO "DB_reader"
    the role `DB_reader` has no right to make temporary tables in `PLACE`
      the owner can give it: GRANT TEMPORARY ON DATABASE "DB" TO "DB_reader"
    the role `DB_reader` has no right to use the database "DB" in `PLACE`
      the owner can give it: GRANT CREATE ON DATABASE "DB" TO "DB_reader"
    the role `DB_reader` has no right to change the table "public"."t" (its owner alone may) in `PLACE`
      the owner can give it: ALTER TABLE "public"."t" OWNER TO "DB_reader"
    row-level security of the table `Items` hides rows from the role `DB_reader` in `PLACE`
      use the table's owner (without FORCE ROW LEVEL SECURITY) or a role with BYPASSRLS: a part of the rows is never taken for all of them
    row-level security of the table `Items` refuses a row of the role `DB_reader` in `PLACE`
      nothing was changed; use the table's owner or a role with BYPASSRLS, or a policy that admits these rows
    "#);
}

#[test]
fn a_commit_says_success_only_when_it_is_one() {
    let database = TestDatabase::new();
    database.psql("CREATE TABLE t (id int PRIMARY KEY)");
    let mut session = session(&database.url());
    session.batch("BEGIN; INSERT INTO public.t VALUES (1)").expect("begun");
    session.commit().expect("committed");
    session.batch("BEGIN; INSERT INTO public.t VALUES (2)").expect("begun");
    session.batch("INSERT INTO public.t VALUES (1)").expect_err("twice");
    assert_eq!(fault(session.commit().expect_err("a failed transaction")).sqlstate, "25P02");
    session.batch("ROLLBACK").expect("undone");
    assert_eq!(database.psql("SELECT id FROM t").trim(), "1");
}

#[test]
fn a_connection_lost_during_commit_leaves_the_outcome_unknown() {
    let database = TestDatabase::new();
    database.psql(
        "CREATE TABLE t (id int);
         CREATE FUNCTION slow() RETURNS trigger LANGUAGE plpgsql AS
             $$ BEGIN PERFORM pg_catalog.pg_advisory_lock(1); RETURN NULL; END $$;
         CREATE CONSTRAINT TRIGGER slow AFTER INSERT ON t DEFERRABLE INITIALLY DEFERRED FOR EACH ROW
             EXECUTE FUNCTION slow()",
    );
    let mut other = database.client();
    other.send("SELECT pg_advisory_lock(1);");
    let url = PostgresUrl::parse(&database.url()).expect("a URL");
    let mut session = connect(&url, Duration::from_secs(30)).expect("a session");
    let pid: i32 = session.query_one("SELECT pg_backend_pid()", &[]).expect("a row").get(0);
    session.batch("BEGIN; INSERT INTO public.t VALUES (1)").expect("begun");
    let outcome = std::thread::scope(|scope| {
        let commit = scope.spawn(|| session.commit());
        while other.send(&format!("SELECT count(*) FROM pg_locks WHERE pid = {pid} AND NOT granted;")).trim()
            != "1"
        {}
        other.send(&format!("SELECT pg_terminate_backend({pid});"));
        commit.join().expect("no panic")
    });
    let told = told(&database, outcome);
    let digits = told.rsplit_once("pg_xact_status('").expect("a number").1.trim_end_matches("')").to_owned();
    assert!(digits.parse::<u64>().is_ok(), "{told}");
    assert_snapshot!(told.replace(&digits, "N"), @"
    the connection to `PLACE` was lost during COMMIT: whether the change was made is unknown
    help: run the command again: it changes nothing if all is there; or ask the server: SELECT pg_xact_status('N')
    ");
}
