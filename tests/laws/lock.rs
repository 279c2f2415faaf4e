//! Many writers at once: each waits for its turn, every version is recorded, no number is given twice.

use std::collections::BTreeSet;

use test_support::{Sandbox, sqlite};

use crate::{DATABASE, VAULT, clone, content, done, versions, with_scenario};

const WRITERS: usize = 6;
const ROUNDS: usize = 5;

/// An archive, and a database for each writer.
fn prepared() -> Sandbox {
    let sandbox = with_scenario("scenario: shared\nselect: { notes: all }\n");
    for writer in 0..WRITERS {
        sqlite::execute(
            &sandbox.path(&format!("{writer}.sqlite")),
            &format!(
                "CREATE TABLE notes (id INTEGER PRIMARY KEY, text TEXT);
                 WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 50)
                   INSERT INTO notes SELECT i, 'Note ' || i || ' of {writer}' FROM n;"
            ),
        );
    }
    sandbox
}

#[test]
fn exports_at_once_are_all_recorded_under_numbers_of_their_own() {
    let sandbox = prepared();
    std::thread::scope(|scope| {
        for writer in 0..WRITERS {
            let sandbox = &sandbox;
            scope.spawn(move || {
                let database = format!("{writer}.sqlite");
                for round in 0..ROUNDS {
                    sqlite::execute(
                        &sandbox.path(&database),
                        &format!("UPDATE notes SET text = 'Round {round} of {writer}' WHERE id = 7"),
                    );
                    let run = done(
                        sandbox,
                        &["demo-export", "shared", "--database", &format!("sqlite:{database}")],
                    );
                    assert!(run.stdout.contains("Wrote "), "{}", run.transcript());
                }
            });
        }
        // Readers need no lock and never meet a half-written archive.
        scope.spawn(|| {
            for _ in 0..ROUNDS {
                done(&sandbox, &["demo-list", "shared", "--json"]);
            }
        });
    });
    let files: BTreeSet<String> = versions(&sandbox, "shared").into_keys().collect();
    let numbers: BTreeSet<usize> = files
        .iter()
        .map(|file| {
            file.trim_start_matches("shared_v")
                .split('_')
                .next()
                .expect("a number")
                .parse()
                .expect("a number")
        })
        .collect();
    assert_eq!(files.len(), WRITERS * ROUNDS);
    assert_eq!(numbers, (1..=WRITERS * ROUNDS).collect());
    let manifest = sandbox.read("demo-snapshots/metadata/export_manifest.json");
    for file in &files {
        assert_eq!(manifest.matches(&format!("\"{file}\"")).count(), 1, "{file}");
    }
    let changes = sandbox.read("demo-snapshots/shared/CHANGES.md");
    assert_eq!(changes.matches("\n## v").count(), WRITERS * ROUNDS);
    done(&sandbox, &["demo-verify"]);
}

#[test]
fn imports_at_once_into_one_database_wait_for_each_other() {
    let sandbox = clone();
    done(&sandbox, &["db-migrate"]);
    let codes: Vec<Option<i32>> = std::thread::scope(|scope| {
        let sandbox = &sandbox;
        let runs = VAULT.map(|scenario| scope.spawn(move || sandbox.run(&["demo-import", scenario])));
        runs.into_iter().map(|run| run.join().expect("a run").code).collect()
    });
    assert_eq!(codes, [Some(0); VAULT.len()]);
    for scenario in VAULT {
        let run = done(&sandbox, &["demo-import", scenario]);
        assert!(run.stdout.contains("nothing was changed"), "{}", run.transcript());
    }
    let alone = clone();
    for scenario in VAULT {
        done(&alone, &["demo-import", scenario]);
    }
    assert_eq!(content(&sandbox.path(DATABASE)), content(&alone.path(DATABASE)));
}

#[test]
fn an_import_is_done_beside_a_program_that_keeps_writing() {
    let sandbox = clone();
    let database = sandbox.path(DATABASE);
    done(&sandbox, &["demo-import", "general", "--version", "v1"]);
    sqlite::execute(&database, "PRAGMA journal_mode = wal; CREATE TABLE ticks (id INTEGER PRIMARY KEY)");
    let over = std::sync::atomic::AtomicBool::new(false);
    std::thread::scope(|scope| {
        scope.spawn(|| {
            let writer = sqlite::open(&database);
            writer.busy_timeout(std::time::Duration::from_secs(30)).expect("patience");
            while !over.load(std::sync::atomic::Ordering::Relaxed) {
                writer.execute("INSERT INTO ticks DEFAULT VALUES", []).expect("a tick");
                std::thread::sleep(std::time::Duration::from_millis(2));
            }
        });
        for version in ["v2", "v1", "v2", "v1", "v2"] {
            let run = sandbox.run(&["demo-import", "general", "--version", version]);
            over.fetch_or(run.code != Some(0), std::sync::atomic::Ordering::Relaxed);
            assert_eq!(run.code, Some(0), "{}", run.transcript());
        }
        over.store(true, std::sync::atomic::Ordering::Relaxed);
    });
    assert_ne!(sqlite::one(&database, "SELECT count(*) FROM ticks"), "0");
}
