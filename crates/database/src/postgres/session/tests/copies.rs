//! Rows on their way out of a server and into it: all of them, or why not.

use std::time::{Duration, Instant};

use insta::assert_snapshot;
use test_support::postgres::TestDatabase;

use super::{fault, session, told};
use crate::Error;
use crate::postgres::copy::escape_into;

#[test]
fn rows_of_all_sizes_are_copied_out_and_in() {
    let database = TestDatabase::new();
    database.psql(
        "CREATE TABLE a (n int, t text); CREATE TABLE b (n int, t text);
         INSERT INTO a SELECT n, CASE WHEN n % 7000 = 0 THEN repeat(E'\\\\\\n', n * 200) WHEN n % 3 > 0 THEN repeat('é', n % 90) END
             FROM generate_series(1, 20000) AS n",
    );
    let mut from = session(&database.url());
    let mut to = session(&database.url());
    let mut rows = to.copy_in("public.b (n, t)").expect("begins");
    let copied = from.copy_out("SELECT n, t FROM public.a ORDER BY n", &mut |row| {
        for at in 0..row.len() {
            let text = row.get(at);
            rows.field(text.map(|text| |out: &mut Vec<u8>| escape_into(text, out)));
        }
        rows.end_row()
    });
    assert_eq!(copied.expect("read"), 20_000);
    assert_eq!(rows.finish().expect("written"), 20_000);
    let differ = "SELECT count(*) FROM a FULL JOIN b USING (n) WHERE a.t IS DISTINCT FROM b.t";
    assert_eq!(database.psql(differ).trim(), "0");
    assert_eq!(from.copy_out("SELECT 1 WHERE false", &mut |_| Ok(())).expect("none"), 0);
}

#[test]
fn what_ends_in_the_middle_of_a_copy_is_told_after_the_rows_before_it() {
    let database = TestDatabase::new();
    let mut session = session(&database.url());
    let mut seen = 0;
    let outcome = session.copy_out("SELECT 1 / (50000 - n) FROM generate_series(1, 60000) AS n", &mut |_| {
        seen += 1;
        Ok(())
    });
    assert_eq!(fault(outcome.expect_err("a division by zero")).reason, "a division by zero");
    assert_eq!(seen, 49_999);
    assert_eq!(session.query_one("SELECT 1", &[]).expect("usable").get::<_, i32>(0), 1);
}

#[test]
fn rows_that_are_not_finished_are_not_there_and_leave_the_session_usable() {
    let database = TestDatabase::new();
    database.psql("CREATE TABLE t (n int)");
    let mut session = session(&database.url());
    let mut rows = session.copy_in("public.t (n)").expect("begins");
    for _ in 0..100_000 {
        rows.field(Some(|out: &mut Vec<u8>| out.push(b'7')));
        rows.end_row().expect("taken");
    }
    drop(rows);
    assert_eq!(session.copy_out("SELECT n FROM public.t", &mut |_| Ok(())).expect("read"), 0);
}

#[test]
fn rows_for_a_server_that_goes_are_a_lost_connection() {
    let database = TestDatabase::new();
    database.psql("CREATE TABLE t (n int)");
    let mut session = session(&database.url());
    let pid: i32 = session.query_one("SELECT pg_backend_pid()", &[]).expect("a row").get(0);
    let mut rows = session.copy_in("public.t (n)").expect("begins");
    database.psql(&format!("SELECT pg_terminate_backend({pid})"));
    let outcome = loop {
        rows.field(Some(|out: &mut Vec<u8>| out.push(b'7')));
        if let Err(error) = rows.end_row() {
            break Err::<(), _>(error);
        }
    };
    drop(rows);
    assert_snapshot!(told(&database, outcome), @"
    the connection to `PLACE` was lost
    help: the database is as it was; look into the server's log, then run the command again
    ");
}

#[test]
fn a_copy_whose_server_goes_is_a_lost_connection() {
    let database = TestDatabase::new();
    let mut session = session(&database.url());
    let pid: i32 = session.query_one("SELECT pg_backend_pid()", &[]).expect("a row").get(0);
    let mut seen = 0;
    let outcome = session.copy_out("SELECT generate_series(1, 1000000000)", &mut |_| {
        seen += 1;
        if seen == 1000 {
            database.psql(&format!("SELECT pg_terminate_backend({pid})"));
        }
        Ok(())
    });
    assert_snapshot!(told(&database, outcome), @"
    the connection to `PLACE` was lost
    help: the database is as it was; look into the server's log, then run the command again
    ");
    assert_snapshot!(told(&database, session.batch("SELECT 1")), @"
    the connection to `PLACE` was lost
    help: the database is as it was; look into the server's log, then run the command again
    ");
}

#[test]
fn a_copy_that_is_given_up_ends_at_once_and_leaves_the_session_usable() {
    let database = TestDatabase::new();
    let mut session = session(&database.url());
    let begun = Instant::now();
    let mut seen = 0;
    let outcome = session.copy_out("SELECT generate_series(1, 1000000000)", &mut |_| {
        seen += 1;
        if seen < 1000 { Ok(()) } else { Err(Error::Stream("enough".into())) }
    });
    assert!(matches!(outcome, Err(Error::Stream(_))), "{outcome:?}");
    assert!(begun.elapsed() < Duration::from_secs(20), "{:?}", begun.elapsed());
    assert_eq!(session.query_one("SELECT 1", &[]).expect("usable").get::<_, i32>(0), 1);
    let rows = session.copy_out("SELECT generate_series(1, 3)", &mut |_| Ok(()));
    assert_eq!(rows.expect("rows"), 3);
}

#[test]
fn a_copied_row_that_is_refused_is_told_by_its_line() {
    let database = TestDatabase::new();
    database.psql("CREATE TABLE t (id int PRIMARY KEY, u uuid)");
    let mut session = session(&database.url());
    let mut copy = |lines: &[&str]| {
        let mut rows = session.copy_in("\"public\".\"t\" (\"id\", \"u\")")?;
        for line in lines {
            let (id, u) = line.split_once(' ').expect("two");
            rows.field(Some(|out: &mut Vec<u8>| out.extend_from_slice(id.as_bytes())));
            rows.field(Some(|out: &mut Vec<u8>| out.extend_from_slice(u.as_bytes())));
            rows.end_row()?;
        }
        rows.finish()
    };
    let good = "00000000-0000-0000-0000-000000000000";
    let bad = fault(copy(&[&format!("1 {good}"), "2 hunter2"]).expect_err("no uuid"));
    assert_eq!((bad.line, bad.column.as_deref()), (Some(2), Some("u")));
    assert_eq!(bad.reason, "column `u`: a value is no valid `uuid`");
    let bad =
        fault(copy(&[&format!("1 {good}"), &format!("2 {good}"), &format!("1 {good}")]).expect_err("twice"));
    assert_eq!((bad.line, bad.constraint.as_deref()), (Some(3), Some("t_pkey")));
    assert_eq!(bad.reason, "the unique constraint `t_pkey` of `t` is violated");
    assert_eq!(copy(&[&format!("1 {good}")]).expect("copied"), 1);
}
