//! An import into a database in use: others read on, writers wait or are told so in time, and so is the import.

use std::time::{Duration, Instant};

use test_support::postgres::TestDatabase;

use crate::{clone, done};

#[test]
fn an_import_that_meets_a_lock_says_so_within_its_lock_timeout() {
    let sandbox = clone();
    let server = TestDatabase::new();
    done(&sandbox, &["demo-import", "general", "--version", "v1", "--database", &server.url()]);
    let before = server.psql("SELECT count(*), max(updated_at) FROM fragments");
    let mut holder = server.client();
    holder.send("BEGIN; UPDATE fragments SET title = title WHERE id = (SELECT min(id) FROM fragments);");
    let started = Instant::now();
    let args = ["demo-import", "general", "--database", &server.url(), "--lock-timeout", "1"];
    let run = sandbox.run(&args).expect_code(4);
    let waited = started.elapsed();
    assert!(run.stderr.contains("lock"), "{}", run.transcript());
    assert!(waited >= Duration::from_secs(1) && waited < Duration::from_secs(4), "{waited:?}");
    holder.send("ROLLBACK;");
    assert_eq!(server.psql("SELECT count(*), max(updated_at) FROM fragments"), before);
    done(&sandbox, &["demo-import", "general", "--database", &server.url()]);
}

#[test]
fn rows_of_others_stay_readable_while_an_import_is_at_work() {
    let sandbox = crate::with_scenario("scenario: busy\nselect: { items: { demo: true } }\n");
    let schema = "CREATE TABLE items (id bigint PRIMARY KEY, demo boolean NOT NULL, note text);";
    let source = TestDatabase::new();
    source.psql(&format!(
        "{schema} INSERT INTO items SELECT i, true, 'Note ' || i FROM generate_series(1, 60000) AS i"
    ));
    done(&sandbox, &["demo-export", "busy", "--database", &source.url()]);
    let target = TestDatabase::new();
    target.psql(&format!(
        "{schema} INSERT INTO items SELECT -i, false, 'Mine' FROM generate_series(1, 100) AS i"
    ));
    let mut import = sandbox.spawn(&["demo-import", "busy", "--database", &target.url()]);
    let mut reads = 0;
    let mut longest = Duration::ZERO;
    while import.try_wait().expect("a child").is_none() {
        let started = Instant::now();
        assert_eq!(target.psql("SELECT count(*) FROM items WHERE NOT demo"), "100");
        longest = longest.max(started.elapsed());
        reads += 1;
    }
    assert!(import.wait().expect("ended").success());
    assert!(reads > 2, "the import was over after {reads} reads");
    assert!(longest < Duration::from_secs(1), "a reader waited for {longest:?}");
    assert_eq!(target.psql("SELECT count(*) FROM items"), "60100");
}

#[test]
fn imports_at_once_into_one_database_wait_for_each_other() {
    let sandbox = clone();
    let server = TestDatabase::new();
    done(&sandbox, &["db-migrate", "--database", &server.url()]);
    let url = server.url();
    let codes: Vec<Option<i32>> = std::thread::scope(|scope| {
        let (sandbox, url) = (&sandbox, &url);
        let runs = crate::VAULT
            .map(|scenario| scope.spawn(move || sandbox.run(&["demo-import", scenario, "--database", url])));
        runs.into_iter().map(|run| run.join().expect("a run").code).collect()
    });
    assert_eq!(codes, [Some(0); 3]);
    for scenario in crate::VAULT {
        let run = done(&sandbox, &["demo-import", scenario, "--database", &url]);
        assert!(run.stdout.contains("nothing was changed"), "{}", run.transcript());
    }
}
