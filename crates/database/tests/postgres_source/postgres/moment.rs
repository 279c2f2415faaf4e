//! One moment of the database, whatever others do meanwhile; and nothing of it is changed.

use std::time::Duration;

use database::{DatabaseUrl, SourceOptions, open_source};
use insta::assert_snapshot;
use model::Ownership;

use super::engine::db;
use super::suite::support::{all, definition, only, table, text};

#[test]
fn one_moment_is_read_while_others_write() {
    let db = db(
        "CREATE TABLE t (id INTEGER PRIMARY KEY, parent INTEGER REFERENCES t); INSERT INTO t VALUES (1, NULL), (2, 1)",
    );
    let mut source = db.source();
    let mut definition = definition(&source.catalog().unwrap());
    only(&mut definition, "t", "id", model::ConditionOp::In, &[model::Scalar::Integer(1)]);
    table(&mut definition, "t").references[0].child = true;
    db.0.psql("INSERT INTO t VALUES (3, 1)");
    assert_eq!(source.select(&definition).unwrap()[0].count, 2);
    db.0.psql("DELETE FROM t WHERE id = 3; UPDATE t SET id = 9 WHERE id = 2; INSERT INTO t VALUES (4, 1)");
    db.0.psql("VACUUM t");
    let mut ids = Vec::new();
    let read = source.read(&definition, 0, Ownership::Owned, &mut |row| {
        ids.push(model::text::show_value(&row[0], 10));
        Ok(())
    });
    assert_eq!((read.unwrap(), ids.join(" ").as_str()), (2, "1 2"));
}

#[test]
fn a_column_that_becomes_another_one_before_its_table_is_locked_is_read_as_what_it_is() {
    let db = db("CREATE TABLE t (id INTEGER PRIMARY KEY, x DOUBLE PRECISION); INSERT INTO t VALUES (1, 0.5)");
    let mut source = db.source();
    let mut definition = definition(&source.catalog().unwrap());
    all(&mut definition, "t");
    // The transaction's own catalog goes on to say that it is a double.
    db.0.psql("ALTER TABLE t DROP COLUMN x, ADD COLUMN x BIGINT DEFAULT 5");
    let mut read = Vec::new();
    let each = &mut |row: &[model::Value]| {
        read.push(row[1].clone());
        Ok(())
    };
    assert_eq!(source.read(&definition, 0, Ownership::Owned, each).unwrap(), 1);
    assert_eq!(read, [model::Value::Real(5.0)]);
}

#[test]
fn sums_that_writers_keep_are_never_seen_broken() {
    let db = db("CREATE TABLE a (id INTEGER PRIMARY KEY, n INTEGER); CREATE TABLE b (id INTEGER PRIMARY KEY, n INTEGER);
        INSERT INTO a VALUES (1, 500); INSERT INTO b VALUES (1, 500)");
    let stop = std::sync::atomic::AtomicBool::new(false);
    std::thread::scope(|scope| {
        let mut writer = db.0.client();
        let stop = &stop;
        scope.spawn(move || {
            while !stop.load(std::sync::atomic::Ordering::Relaxed) {
                writer.send("BEGIN; UPDATE a SET n = n - 1; UPDATE b SET n = n + 1; COMMIT;");
            }
        });
        for _ in 0..50 {
            let mut source = db.source();
            let mut definition = definition(&source.catalog().unwrap());
            all(&mut definition, "a");
            all(&mut definition, "b");
            let mut sum = 0;
            for at in 0..2 {
                let read = source.read(&definition, at, Ownership::Owned, &mut |row| {
                    if let model::Value::Integer(n) = row[1] {
                        sum += n;
                    }
                    Ok(())
                });
                assert_eq!(read.unwrap(), 1);
            }
            assert_eq!(sum, 1000);
        }
        stop.store(true, std::sync::atomic::Ordering::Relaxed);
    });
}

#[test]
fn reading_writes_nothing() {
    let db =
        db("CREATE TABLE t (id INTEGER PRIMARY KEY, parent INTEGER NOT NULL REFERENCES t, m JSONB, x TEXT);
        INSERT INTO t VALUES (1, 1, '{}', '{\"a\":1}'), (2, 1, '{}', 'no')");
    let mut source = db.source();
    let mut chosen = definition(&source.catalog().unwrap());
    only(&mut chosen, "t", "x.a", model::ConditionOp::In, &[model::Scalar::Integer(1)]);
    table(&mut chosen, "t").references[0].child = true;
    table(&mut chosen, "t").order_parents = true;
    let rows = super::suite::support::rows(source.as_mut(), &chosen).unwrap();
    assert_eq!(rows, "t (2)\n  1 | 1 | '{}' | '{\"a\":1}'\n  2 | 1 | '{}' | 'no'\n");
    source.statistics().unwrap();
    let writers = "SELECT count(*) FILTER (WHERE backend_xid IS NOT NULL), count(*) FROM pg_stat_activity
        WHERE datname = current_database() AND pid <> pg_backend_pid() AND backend_type = 'client backend'";
    assert_eq!(db.0.psql(writers).trim(), "0|1");
    assert_eq!(db.0.psql("SELECT count(*) FROM pg_class WHERE relpersistence = 't'").trim(), "0");
}

#[test]
fn a_locked_table_is_waited_for_and_then_reported() {
    let db = db("CREATE TABLE t (id INTEGER PRIMARY KEY)");
    let mut other = db.0.client();
    other.send("BEGIN; LOCK TABLE t IN ACCESS EXCLUSIVE MODE;");
    let options = SourceOptions { lock_timeout: Duration::from_millis(200) };
    let mut source = open_source(&DatabaseUrl::parse(&db.0.url()).unwrap(), &options).unwrap();
    let mut definition = definition(&source.catalog().unwrap());
    only(&mut definition, "t", "id", model::ConditionOp::In, &[text("1")]);
    let begun = std::time::Instant::now();
    let error = source.select(&definition).unwrap_err();
    assert!((200..3000).contains(&begun.elapsed().as_millis()), "{:?}", begun.elapsed());
    assert_snapshot!(db.shown(&error), @"
    the database `[place]` is in use: another session holds a lock for longer than was to be waited
    help: nothing was changed; close the program that is using it, or wait, then run the command again (`demo-import --lock-timeout` waits longer)
    ");
    other.send("ROLLBACK;");
    assert!(source.select(&definition).unwrap().is_empty(), "asked again in the same moment");
}
