//! Same data, same bytes: whatever the database has been through, wherever and when the export runs.

use std::path::Path;
use std::sync::atomic::{AtomicBool, Ordering};

use rusqlite::Connection;
use test_support::{Sandbox, sqlite};

use crate::{DATABASE, EPOCH, VAULT, archive, clone, done, exported, exported_under, quoted};

/// All three scenarios in one database.
fn filled() -> Sandbox {
    let sandbox = clone();
    for scenario in VAULT {
        done(&sandbox, &["demo-import", scenario]);
    }
    sandbox
}

#[track_caller]
fn same_exports(sandbox: &Sandbox, copy: &str, what: &str) {
    for scenario in VAULT {
        let original = exported(sandbox, scenario, DATABASE);
        assert!(exported(sandbox, scenario, copy) == original, "{scenario}: {what}");
    }
}

/// How a copy stores the rows.
pub(crate) struct Layout<'a> {
    pub(crate) encoding: &'a str,
    pub(crate) page_size: u32,
    /// The order in which rows are inserted.
    pub(crate) order: &'a str,
}

/// Schema and rows of a database in a new one, row by row; foreign keys and triggers only once everything is there.
pub(crate) fn copy_rows(from: &Path, to: &Path, layout: &Layout<'_>) {
    let (source, target) = (sqlite::open(from), Connection::open(to).expect("opens"));
    let Layout { encoding, page_size, order } = layout;
    target
        .execute_batch(&format!(
            "PRAGMA encoding = '{encoding}'; PRAGMA page_size = {page_size}; PRAGMA foreign_keys = OFF; BEGIN"
        ))
        .expect("a new database");
    let tables = names(
        &source,
        "SELECT name FROM pragma_table_list WHERE schema = 'main' AND type = 'table' AND name NOT LIKE 'sqlite_%'",
    );
    for table in &tables {
        target.execute_batch(&statement_of(&source, table)).expect("a table");
        copy_table(&source, &target, table, order);
    }
    let rest = "SELECT sql FROM sqlite_schema WHERE sql IS NOT NULL AND type <> 'table' OR sql LIKE 'CREATE VIRTUAL%' ORDER BY type = 'trigger', name";
    for sql in names(&source, rest) {
        target.execute_batch(&sql).expect("an index, a trigger or a full-text table");
    }
    target.execute_batch("COMMIT").expect("commits");
    let found: String = target.query_row("PRAGMA encoding", [], |row| row.get(0)).expect("an encoding");
    assert_eq!(found, *encoding);
}

fn statement_of(source: &Connection, table: &str) -> String {
    source
        .query_row("SELECT sql FROM sqlite_schema WHERE name = ?1", [table], |row| row.get(0))
        .expect("its statement")
}

fn names(connection: &Connection, sql: &str) -> Vec<String> {
    let mut statement = connection.prepare(sql).expect("a query");
    statement.query_map([], |row| row.get(0)).expect("runs").map(|name| name.expect("text")).collect()
}

fn copy_table(source: &Connection, target: &Connection, table: &str, order: &str) {
    let table = quoted(table);
    let mut read = source.prepare(&format!("SELECT * FROM {table} ORDER BY {order}")).expect("a query");
    let places = vec!["?"; read.column_count()].join(", ");
    let mut insert = target.prepare(&format!("INSERT INTO {table} VALUES ({places})")).expect("a statement");
    let mut rows = read.query([]).expect("runs");
    while let Some(row) = rows.next().expect("a row") {
        let values = (0..insert.parameter_count())
            .map(|at| row.get::<_, rusqlite::types::Value>(at).expect("a value"));
        insert.execute(rusqlite::params_from_iter(values)).expect("inserted");
    }
}

#[test]
fn what_the_database_went_through_does_not_show() {
    let sandbox = filled();
    let copies = [
        ("reversed.sqlite", Layout { encoding: "UTF-8", page_size: 512, order: "1 DESC" }),
        ("shuffled.sqlite", Layout { encoding: "UTF-8", page_size: 65536, order: "random()" }),
        ("little.sqlite", Layout { encoding: "UTF-16le", page_size: 4096, order: "2, 1 DESC" }),
        ("big.sqlite", Layout { encoding: "UTF-16be", page_size: 1024, order: "random()" }),
    ];
    for (copy, layout) in copies {
        copy_rows(&sandbox.path(DATABASE), &sandbox.path(copy), &layout);
        same_exports(&sandbox, copy, copy);
    }
}

#[test]
fn deleting_and_inserting_again_in_another_order_and_a_vacuum_do_not_show() {
    let sandbox = filled();
    let copy = sandbox.path("copy.sqlite");
    std::fs::copy(sandbox.path(DATABASE), &copy).expect("copied");
    let connection = Connection::open(&copy).expect("opens");
    connection
        .execute_batch(
            "PRAGMA foreign_keys = OFF;
             CREATE TEMP TABLE kept_f AS SELECT * FROM fragments; CREATE TEMP TABLE kept_t AS SELECT * FROM todos;
             DELETE FROM fragments; DELETE FROM todos;
             INSERT INTO todos SELECT * FROM kept_t ORDER BY id DESC;
             INSERT INTO fragments SELECT * FROM kept_f ORDER BY random();",
        )
        .expect("reinserted");
    same_exports(&sandbox, "copy.sqlite", "after reinserting");
    connection
        .execute_batch("VACUUM; PRAGMA journal_mode = WAL; REINDEX; ANALYZE; PRAGMA application_id = 7")
        .expect("vacuumed");
    drop(connection);
    same_exports(&sandbox, "copy.sqlite", "after VACUUM and ANALYZE");
}

#[test]
fn locale_time_zone_and_folder_do_not_show() {
    let sandbox = filled();
    for scenario in VAULT {
        let plain = exported(&sandbox, scenario, DATABASE);
        for variables in [
            [("LC_ALL", "tr_TR.UTF-8"), ("TZ", "Asia/Kolkata"), ("COLUMNS", "40")],
            [("LC_ALL", "C"), ("TZ", "America/St_Johns"), ("LANG", "de_DE@euro")],
            [("LC_ALL", "xx_XX.bogus"), ("TZ", "Nowhere/Land"), ("RUST_BACKTRACE", "full")],
        ] {
            let under = exported_under(&sandbox, scenario, DATABASE, &[&variables[..], &[EPOCH]].concat());
            assert!(under == plain, "{scenario}: {variables:?}");
        }
    }
}

#[test]
fn a_fixed_time_fixes_every_byte_of_an_archive() {
    let written = |variables: &[(&str, &str)]| {
        let sandbox = clone();
        for scenario in VAULT {
            done(&sandbox, &["demo-import", scenario]);
        }
        sqlite::execute(
            &sandbox.path(DATABASE),
            "UPDATE fragments SET title = title || '!' WHERE id % 10 = 0; DELETE FROM todos WHERE id % 5 = 0;
             UPDATE vaults SET description = 'Changed' WHERE slug = 'personal'",
        );
        for scenario in VAULT {
            let run =
                sandbox.run_with(&["demo-export", scenario], &[&[EPOCH], variables].concat()).expect_code(0);
            assert!(run.stdout.contains("2026-11-21"), "{}", run.transcript());
        }
        archive(&sandbox)
    };
    let (one, other) = (
        written(&[("TZ", "Pacific/Kiritimati")]),
        written(&[("TZ", "Pacific/Pago_Pago"), ("LC_ALL", "tr_TR.UTF-8")]),
    );
    assert_eq!(one.keys().collect::<Vec<_>>(), other.keys().collect::<Vec<_>>());
    for (path, bytes) in &one {
        assert!(other[path] == *bytes, "{}", path.display());
    }
}

#[test]
fn the_order_of_columns_and_of_tables_does_not_show_once_there_is_a_version() {
    let sandbox = crate::with_scenario("scenario: order\nselect: { notes: all, lists: all }\n");
    let rows = "INSERT INTO lists (id, name) VALUES (1, 'A'), (2, 'B');
                INSERT INTO notes (id, list, text, done) VALUES (1, 2, 'x', TRUE), (2, NULL, NULL, FALSE);";
    let schemas = [
        "CREATE TABLE lists (id INTEGER PRIMARY KEY, name TEXT);
         CREATE TABLE notes (id INTEGER PRIMARY KEY, list INTEGER REFERENCES lists (id), text TEXT, done BOOLEAN);",
        "CREATE TABLE notes (done BOOLEAN, text TEXT, list INTEGER, id INTEGER PRIMARY KEY,
                             FOREIGN KEY (LIST) REFERENCES Lists);
         CREATE TABLE lists (name TEXT, id INTEGER PRIMARY KEY);",
    ];
    for (at, schema) in schemas.iter().enumerate() {
        sqlite::execute(&sandbox.path(&format!("{at}.sqlite")), &format!("{schema}{rows}"));
        let run = done(&sandbox, &["demo-export", "order", "--database", &format!("sqlite:{at}.sqlite")]);
        assert_eq!(run.stdout.contains("is unchanged since v1_"), at == 1, "{}", run.transcript());
    }
}

#[test]
fn an_export_that_changes_nothing_writes_nothing() {
    let sandbox = filled();
    let before = archive(&sandbox);
    for scenario in VAULT {
        done(&sandbox, &["demo-export", scenario]);
    }
    assert_eq!(archive(&sandbox), before);
}

#[test]
fn a_wal_database_that_is_written_to_meanwhile_gives_the_same_bytes_and_is_left_alone() {
    let sandbox = filled();
    let originals = VAULT.map(|scenario| exported(&sandbox, scenario, DATABASE));
    let busy = sandbox.path("busy.sqlite");
    std::fs::copy(sandbox.path(DATABASE), &busy).expect("copied");
    let writer = sqlite::open(&busy);
    writer
        .execute_batch("PRAGMA journal_mode = WAL; PRAGMA synchronous = OFF; CREATE TABLE ticks (at TEXT);")
        .expect("WAL mode");
    let stop = AtomicBool::new(false);
    let commits = std::thread::scope(|scope| {
        let stop = &stop;
        let writing = scope.spawn({
            let path = busy.clone();
            move || {
                let connection = sqlite::open(&path);
                let mut commits = 0u32;
                while !stop.load(Ordering::Relaxed) {
                    connection
                        .execute_batch(
                            "INSERT INTO ticks VALUES (hex(randomblob(200)));
                             UPDATE vaults SET name = name WHERE id < 0;
                             INSERT INTO contacts (name, metadata, created_at, updated_at) VALUES ('Passer-by', '{}', 'now', 'now');",
                        )
                        .expect("committed");
                    commits += 1;
                }
                commits
            }
        });
        for (scenario, original) in VAULT.iter().zip(&originals) {
            assert!(exported(&sandbox, scenario, "busy.sqlite") == *original, "{scenario}");
        }
        stop.store(true, Ordering::Relaxed);
        writing.join().expect("the writer")
    });
    assert!(commits > 0);

    // The writer pauses, its log not yet in the main file: an export must not put it there.
    let bytes = |suffix: &str| std::fs::read(sandbox.path(&format!("busy.sqlite{suffix}"))).expect("there");
    let before = (bytes(""), bytes("-wal"));
    assert!(!before.1.is_empty(), "the log holds commits");
    for (scenario, original) in VAULT.iter().zip(&originals) {
        assert!(exported(&sandbox, scenario, "busy.sqlite") == *original, "{scenario}");
    }
    assert!((bytes(""), bytes("-wal")) == before, "the export touched the database");
    drop(writer);
}
