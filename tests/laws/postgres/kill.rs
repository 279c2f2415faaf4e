//! Pulling the plug: the importer is killed, or the server's own process; the database is then in the old state or in the
//! new one, and nothing stays locked.

use std::process::Child;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use test_support::Sandbox;
use test_support::postgres::{Cluster, Interactive, TestDatabase};

use crate::{clone, done};

/// Points within its transaction at which the importer is killed.
const IMPORTER: u32 = 200;
/// Points within the transaction at which the server's process is killed.
const BACKEND: u32 = 50;
/// The delays are spread over this many parts of a transaction's time.
const STEPS: u32 = 47;

/// Everything that the bundled tables hold, as one digest a table.
const STATE: &str = "
    SELECT 'vaults', count(*), md5(string_agg(t::text, E'\\n' ORDER BY id)) FROM vaults AS t UNION ALL
    SELECT 'projects', count(*), md5(string_agg(t::text, E'\\n' ORDER BY id)) FROM projects AS t UNION ALL
    SELECT 'fragments', count(*), md5(string_agg(t::text, E'\\n' ORDER BY id)) FROM fragments AS t UNION ALL
    SELECT 'todos', count(*), md5(string_agg(t::text, E'\\n' ORDER BY id)) FROM todos AS t UNION ALL
    SELECT 'contacts', count(*), md5(string_agg(t::text, E'\\n' ORDER BY id)) FROM contacts AS t UNION ALL
    SELECT 'chat_sessions', count(*), md5(string_agg(t::text, E'\\n' ORDER BY id)) FROM chat_sessions AS t ORDER BY 1";

/// The processes of the tool's sessions in the current database that are in a transaction which writes.
const INSIDE: &str = "
    SELECT pid FROM pg_stat_activity
    WHERE datname = current_database() AND application_name = 'demo-snapshot' AND backend_xid IS NOT NULL";

/// Locks on tables, and transactions of the tool, in the current database.
const HELD: &str = "
    SELECT (SELECT count(*) FROM pg_locks AS l JOIN pg_class AS c ON c.oid = l.relation
            JOIN pg_namespace AS n ON n.oid = c.relnamespace AND n.nspname = 'public'
            WHERE l.database = (SELECT oid FROM pg_database WHERE datname = current_database()))
         + (SELECT count(*) FROM pg_stat_activity
            WHERE datname = current_database() AND application_name = 'demo-snapshot' AND xact_start IS NOT NULL)";

struct States {
    old: String,
    new: String,
    /// How long the transaction of an undisturbed import takes.
    transaction: Duration,
}

/// Both states of a database that goes from version 1 to version 2; it is left in the first.
fn states(sandbox: &Sandbox, url: &str, psql: &mut dyn FnMut(&str) -> String) -> States {
    let import = |version: &str| {
        done(sandbox, &["demo-import", "general", "--version", version, "--database", url]);
    };
    import("v1");
    let old = psql(STATE);
    import("v2");
    let new = psql(STATE);
    assert_ne!(old, new);
    let mut transaction = Duration::MAX;
    for _ in 0..3 {
        import("v1");
        let mut child = sandbox.spawn(&["demo-import", "general", "--version", "v2", "--database", url]);
        wait_for_transaction(&mut child, psql);
        let started = Instant::now();
        while !psql(INSIDE).is_empty() {
            std::thread::sleep(Duration::from_millis(1));
        }
        transaction = transaction.min(started.elapsed());
        assert!(child.wait().expect("ended").success());
    }
    import("v1");
    assert_eq!(psql(STATE), old);
    States { old, new, transaction }
}

impl States {
    /// The delay of a turn: from the begin of the transaction to a little behind its end.
    fn delay(&self, turn: u32) -> Duration {
        self.transaction * (turn * 11 % STEPS) / (STEPS - 4)
    }

    /// Takes in whether the transaction still went on after `delay`: a machine may be busier, or less so, than it was when
    /// the transaction was timed.
    fn learn(&mut self, delay: Duration, went_on: bool) {
        let end = self.transaction;
        if !went_on && delay < end {
            self.transaction = delay.max(Duration::from_millis(2));
        } else if went_on && delay > end * 9 / 10 {
            self.transaction = end * 9 / 8;
        }
    }
}

/// Waits until the process is in its transaction, or has ended.
fn wait_for_transaction(child: &mut Child, psql: &mut dyn FnMut(&str) -> String) {
    while psql(INSIDE).is_empty() && child.try_wait().expect("a child").is_none() {
        std::thread::sleep(Duration::from_millis(1));
    }
}

#[test]
fn an_importer_killed_at_any_point_leaves_the_old_state_or_the_new_one() {
    let sandbox = clone();
    let server = TestDatabase::new();
    let url = server.url();
    let mut watch = server.client();
    let mut states = states(&sandbox, &url, &mut |sql| watch.send(sql));
    let (mut inside, mut turn) = (0, 0);
    while inside < IMPORTER {
        turn += 1;
        assert!(turn < 6 * IMPORTER, "only {inside} of {turn} kills fell into a transaction");
        let delay = states.delay(turn);
        let mut child = sandbox.spawn(&["demo-import", "general", "--version", "v2", "--database", &url]);
        wait_for_transaction(&mut child, &mut |sql| watch.send(sql));
        std::thread::sleep(delay);
        let was_inside = !watch.send(INSIDE).is_empty();
        child.kill().expect("killed, or ended already");
        let killed = !child.wait().expect("ended").success();
        inside += u32::from(was_inside && killed);
        states.learn(delay, was_inside);
        wait_until_free(&mut watch, delay);
        let state = watch.send(STATE);
        assert!(state == states.old || state == states.new, "killed after {delay:?}: {state}");
        assert!(killed || state == states.new, "success was said of the old state");
        if state == states.new {
            done(&sandbox, &["demo-import", "general", "--version", "v1", "--database", &url]);
        }
    }
    done(&sandbox, &["demo-import", "general", "--version", "v2", "--database", &url]);
    assert_eq!(watch.send(STATE), states.new);
}

#[test]
fn an_importer_killed_while_the_server_is_at_work_leaves_no_lock() {
    let sandbox = clone();
    let server = TestDatabase::new();
    done(&sandbox, &["demo-import", "general", "--version", "v1", "--database", &server.url()]);
    server.psql(
        "CREATE FUNCTION slow() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN PERFORM pg_sleep(60); RETURN NEW; END $$;
         CREATE TRIGGER slow BEFORE INSERT OR UPDATE ON fragments FOR EACH ROW EXECUTE FUNCTION slow();",
    );
    let before = server.psql(STATE);
    let mut watch = server.client();
    for _ in 0..5 {
        let mut child =
            sandbox.spawn(&["demo-import", "general", "--triggers", "on", "--database", &server.url()]);
        let asleep = format!("{INSIDE} AND wait_event = 'PgSleep'");
        while watch.send(&asleep).is_empty() {
            assert!(child.try_wait().expect("a child").is_none(), "the import ended before its trigger");
            std::thread::sleep(Duration::from_millis(10));
        }
        child.kill().expect("killed");
        child.wait().expect("ended");
        wait_until_free(&mut watch, Duration::ZERO);
        assert_eq!(server.psql(STATE), before);
    }
}

/// Fails where something is held a second after a kill.
#[track_caller]
fn wait_until_free(watch: &mut Interactive, delay: Duration) {
    let since = Instant::now();
    while watch.send(HELD).trim_end() != "0" {
        let waited = since.elapsed();
        assert!(waited < Duration::from_secs(1), "locks are held {waited:?} after the kill at {delay:?}");
        std::thread::sleep(Duration::from_millis(10));
    }
}

#[test]
fn a_server_process_killed_at_any_point_leaves_the_old_state_or_the_new_one() {
    let cluster = Cluster::start();
    cluster.psql("CREATE DATABASE plug");
    let sandbox = clone();
    let url = cluster.url("plug");
    let mut watch = cluster.client_in("plug");
    let mut states = states(&sandbox, &url, &mut |sql| watch.send(sql));
    let (mut inside, mut turn) = (0, 0);
    while inside < BACKEND {
        turn += 1;
        assert!(turn < 8 * BACKEND, "only {inside} of {turn} kills fell into a transaction");
        let delay = states.delay(turn);
        let ended = AtomicBool::new(false);
        let run = std::thread::scope(|scope| {
            let run = scope.spawn(|| {
                let run = sandbox.run(&["demo-import", "general", "--version", "v2", "--database", &url]);
                ended.store(true, Ordering::Relaxed);
                run
            });
            while watch.send(INSIDE).is_empty() && !ended.load(Ordering::Relaxed) {
                std::thread::sleep(Duration::from_millis(1));
            }
            std::thread::sleep(delay);
            let found = watch.send(INSIDE);
            states.learn(delay, !found.is_empty());
            for pid in found.lines() {
                inside += u32::from(cluster.kill("KILL", pid.parse().expect("a process")));
            }
            let run = run.join().expect("no panic");
            // Until the server itself has noticed.
            std::thread::sleep(Duration::from_millis(50));
            run
        });
        assert!(matches!(run.code, Some(0 | 4)), "killed after {delay:?}: {}", run.transcript());
        cluster.wait_until_ready();
        // A process that is killed takes all other sessions along.
        watch = cluster.client_in("plug");
        let state = watch.send(STATE);
        assert!(state == states.old || state == states.new, "killed after {delay:?}: {state}");
        assert!(run.code != Some(0) || state == states.new, "success was said of the old state");
        if run.code == Some(4) && state == states.new {
            assert!(run.stderr.contains("whether the change was made is unknown"), "{}", run.transcript());
        }
        if state == states.new {
            done(&sandbox, &["demo-import", "general", "--version", "v1", "--database", &url]);
        }
    }
}
