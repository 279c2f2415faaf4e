//! kill -9 at any point: the next run of the same command simply works, and ends where an undisturbed run ends.
//!
//! Each command is first timed, then killed at delays spread over that time and a little beyond.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use rusqlite::Connection;
use test_support::{Sandbox, sqlite};

use crate::{EPOCH, XTASK, archive, content, done, file_name, is_ignored, with_scenario};

const KILLS: u32 = 30;

/// What a run leads to: the archive as git sees it, and the rows of the database, if there is one.
#[derive(Debug, PartialEq)]
struct Outcome {
    archive: BTreeMap<PathBuf, Vec<u8>>,
    rows: Option<BTreeMap<String, Vec<String>>>,
}

fn outcome(sandbox: &Sandbox, database: &str) -> Outcome {
    let database = sandbox.path(database);
    Outcome { archive: archive(sandbox), rows: database.exists().then(|| content(&database)) }
}

/// The files that git would show, below the workspace; what SQLite keeps beside a database that is no build product
/// belongs to that database.
fn visible(sandbox: &Sandbox) -> BTreeSet<PathBuf> {
    let root = sandbox.path("");
    let side_file =
        |name: &str| name.ends_with("-journal") || name.ends_with("-wal") || name.ends_with("-shm");
    let paths =
        sandbox.tree("").into_keys().map(|path| path.strip_prefix(&root).expect("below it").to_owned());
    paths
        .filter(|path| !path.starts_with("target") && !is_ignored(&file_name(path)) && !is_new_database(path))
        .filter(|path| !(side_file(&file_name(path)) && path.parent() == Some(Path::new(""))))
        .collect()
}

/// What a killed run was making is in a folder that git ignores.
fn is_new_database(path: &Path) -> bool {
    path.components().any(|part| is_ignored(&part.as_os_str().to_string_lossy()))
}

/// The folders of killed runs that nobody has swept.
fn unswept(sandbox: &Sandbox) -> Vec<PathBuf> {
    let made = |path: &PathBuf| path.to_string_lossy().contains(".new-database-");
    sandbox.tree("").into_keys().filter(made).collect()
}

/// A command that is killed.
struct Victim<'a> {
    args: &'a [&'a str],
    /// The database that it works on.
    database: &'a str,
    /// Whether a database in the middle of the command's work is fine, as long as the next run goes on from there.
    in_steps: bool,
}

fn copied(template: &Sandbox) -> Sandbox {
    let copy = Sandbox::with_archive(XTASK, &template.path("demo-snapshots"));
    let root = template.path("");
    for (path, bytes) in template.tree("") {
        let path = path.strip_prefix(&root).expect("below it");
        if !path.starts_with("demo-snapshots") {
            copy.write(path.to_str().expect("UTF-8"), bytes);
        }
    }
    copy
}

fn sweep(template: &Sandbox, victim: &Victim<'_>) {
    let &Victim { args, database, in_steps } = victim;
    let run = |sandbox: &Sandbox| {
        let started = Instant::now();
        let _ = sandbox.run_with(args, &[EPOCH]).expect_code(0);
        started.elapsed()
    };
    let undisturbed = copied(template);
    let (seen_before, before) = (visible(&undisturbed), outcome(&undisturbed, database));
    let mut whole = run(&undisturbed).min(run(&copied(template)));
    let (seen_after, after) = (visible(&undisturbed), outcome(&undisturbed, database));
    let expected: BTreeSet<&PathBuf> = seen_before.union(&seen_after).collect();
    let mut killed = 0;
    for at in 0..KILLS {
        let sandbox = copied(template);
        let delay = whole * at / (KILLS - 3);
        if kill_after(&sandbox, args, delay) {
            killed += 1;
        } else {
            // A machine that was busy when the run was timed makes the rest of the delays too long.
            whole = whole.min(delay.max(Duration::from_millis(1)));
        }
        let what = format!("{args:?} killed after {delay:?} of {whole:?}");
        let stray: Vec<_> = visible(&sandbox).into_iter().filter(|path| !expected.contains(path)).collect();
        assert!(stray.is_empty(), "{what}: git would see {stray:?}");
        if !in_steps && sandbox.path(database).exists() {
            // On a copy: looking at it would finish or undo what was killed.
            let left = outcome(&copied(&sandbox), database).rows;
            assert!(left == before.rows || left == after.rows, "{what}: the database is half made");
        }
        run(&sandbox);
        let again = outcome(&sandbox, database);
        assert!(again.rows == after.rows, "{what}: the next run led to other rows");
        for (path, bytes) in &after.archive {
            let found = again.archive.get(path).map(|bytes| String::from_utf8_lossy(bytes));
            assert!(
                found.as_deref() == Some(&String::from_utf8_lossy(bytes)),
                "{what}: {} differs: {found:?}",
                path.display()
            );
        }
        assert_eq!(visible(&sandbox), seen_after, "{what}");
        assert_eq!(unswept(&sandbox), Vec::<PathBuf>::new(), "{what}");
        if at % 3 == 0 {
            done(&sandbox, &["demo-verify"]);
        }
    }
    assert!(killed > KILLS / 3, "{args:?}: only {killed} of {KILLS} runs were killed before their end");
}

/// Whether the kill came before the end.
fn kill_after(sandbox: &Sandbox, args: &[&str], delay: Duration) -> bool {
    let mut child = sandbox.spawn_with(args, &[EPOCH]);
    std::thread::sleep(delay);
    child.kill().expect("killed, or ended already");
    !child.wait().expect("ended").success()
}

/// A scenario of 400 rows in two tables with two versions, and a database that holds the first.
fn template() -> Sandbox {
    let sandbox =
        with_scenario("scenario: small\nselect: { notes: { demo: true } }\nfollow: { children: all }\n");
    let database = sandbox.path("app.sqlite");
    sqlite::execute(
        &database,
        "CREATE TABLE notes (id INTEGER PRIMARY KEY, demo BOOLEAN NOT NULL, slug TEXT NOT NULL UNIQUE, text TEXT);
         CREATE TABLE marks (id INTEGER PRIMARY KEY, note INTEGER NOT NULL REFERENCES notes (id) ON DELETE CASCADE);
         WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 300)
           INSERT INTO notes SELECT i, i % 10 > 0, 'note-' || i, 'The text of note ' || i FROM n;
         INSERT INTO marks SELECT id, id FROM notes WHERE id % 3 = 0 AND demo;",
    );
    export(&sandbox);
    std::fs::copy(&database, sandbox.path("first.sqlite")).expect("copied");
    sqlite::execute(
        &database,
        "DELETE FROM notes WHERE id BETWEEN 40 AND 80 AND demo; UPDATE notes SET text = 'Edited' WHERE id > 250 AND demo;
         UPDATE notes SET slug = slug || '-new' WHERE id BETWEEN 1 AND 20 AND demo;
         INSERT INTO notes SELECT id + 1000, demo, slug || '-copy', text FROM notes WHERE id < 30;",
    );
    sandbox
}

fn export(sandbox: &Sandbox) {
    let _ = sandbox
        .run_with(&["demo-export", "small", "--database", "sqlite:app.sqlite"], &[EPOCH])
        .expect_code(0);
}

#[test]
fn an_export_that_is_killed_is_finished_by_the_next() {
    let args = ["demo-export", "small", "--database", "sqlite:app.sqlite"];
    sweep(&template(), &Victim { args: &args, database: "app.sqlite", in_steps: false });
}

#[test]
fn an_import_into_a_database_that_is_killed_is_done_again_or_not_at_all() {
    let template = template();
    export(&template);
    std::fs::rename(template.path("first.sqlite"), template.path("app.sqlite")).expect("moved");
    let args = ["demo-import", "small", "--database", "sqlite:app.sqlite"];
    sweep(&template, &Victim { args: &args, database: "app.sqlite", in_steps: false });
}

#[test]
fn an_import_that_makes_the_database_makes_it_whole_or_not_at_all() {
    let template = template();
    export(&template);
    for file in ["app.sqlite", "first.sqlite"] {
        std::fs::remove_file(template.path(file)).expect("removed");
    }
    let args = ["demo-import", "small", "--create-schema"];
    sweep(&template, &Victim { args: &args, database: crate::DATABASE, in_steps: false });
}

#[test]
fn a_cleanup_that_is_killed_is_finished_by_the_next() {
    let template = template();
    export(&template);
    let args = ["demo-cleanup", "small", "--keep", "1", "--yes"];
    sweep(&template, &Victim { args: &args, database: "app.sqlite", in_steps: false });
}

#[test]
fn a_repair_that_is_killed_is_finished_by_the_next() {
    let template = template();
    export(&template);
    for lost in ["metadata/export_manifest.json", "small/latest.sql"] {
        std::fs::remove_file(template.path("demo-snapshots").join(lost)).expect("removed");
    }
    sweep(&template, &Victim { args: &["demo-repair", "--yes"], database: "app.sqlite", in_steps: false });
}

#[test]
fn a_merge_that_is_killed_is_finished_by_the_next() {
    let template = template();
    template.write(".gitignore", "*.sqlite\n.lock\n*.tmp\n");
    let git = |args: &[&str]| drop(template.git(args).expect_code(0));
    git(&["init", "-q", "-b", "main"]);
    let commit = || {
        git(&["add", "."]);
        git(&["commit", "-q", "-m", "a version"]);
    };
    commit();
    git(&["checkout", "-q", "-b", "theirs"]);
    // On another day, so that git has both files in the work tree.
    let other_day = [("SOURCE_DATE_EPOCH", "1795000000")];
    let args = ["demo-export", "small", "--database", "sqlite:app.sqlite"];
    let _ = template.run_with(&args, &other_day).expect_code(0);
    commit();
    git(&["checkout", "-q", "main"]);
    std::fs::copy(template.path("first.sqlite"), template.path("app.sqlite")).expect("copied");
    sqlite::execute(
        &template.path("app.sqlite"),
        "UPDATE notes SET text = 'Ours' WHERE id BETWEEN 90 AND 99 AND demo",
    );
    export(&template);
    commit();
    assert_eq!(template.git(&["merge", "theirs"]).code, Some(1));
    sweep(&template, &Victim { args: &["demo-merge", "small"], database: "app.sqlite", in_steps: false });
}

#[test]
fn a_migration_that_is_killed_goes_on_where_it_was() {
    let sandbox = Sandbox::empty(XTASK);
    sweep(&sandbox, &Victim { args: &["db-migrate"], database: crate::DATABASE, in_steps: true });
}

#[test]
fn a_fresh_start_that_is_killed_starts_again() {
    let sandbox = Sandbox::empty(XTASK);
    done(&sandbox, &["db-migrate"]);
    sqlite::execute(
        &sandbox.path(crate::DATABASE),
        "INSERT INTO vaults VALUES (1, 'Old', 'old', NULL, '{}', '2026-11-20 08:00:00', '2026-11-20 08:00:00')",
    );
    sweep(
        &sandbox,
        &Victim { args: &["db-migrate", "--fresh", "--yes"], database: crate::DATABASE, in_steps: true },
    );
}

#[test]
fn an_import_undoes_what_a_killed_writer_left_half_done() {
    let template = template();
    export(&template);
    // The journal of a change that was being written into the file when its writer died: hit by a kill only by chance,
    // so made by hand, from a connection whose cache is too small to hold the change.
    let first = template.path("first.sqlite");
    let writer = Connection::open(&first).expect("opens");
    writer
        .execute_batch("PRAGMA cache_size = 1; PRAGMA cache_spill = 1; BEGIN; UPDATE notes SET text = hex(randomblob(400)); DELETE FROM marks")
        .expect("spills");
    let left = |suffix: &str| std::fs::read(template.path(&format!("first.sqlite{suffix}"))).expect("there");
    let (half, journal) = (left(""), left("-journal"));
    drop(writer);
    let sandbox = copied(&template);
    std::fs::copy(template.path("app.sqlite"), sandbox.path("whole.sqlite")).expect("copied");
    done(&sandbox, &["demo-import", "small", "--database", "sqlite:first.sqlite"]);
    let expected = content(&sandbox.path("first.sqlite"));
    sandbox.write("half.sqlite", &half);
    sandbox.write("half.sqlite-journal", &journal);
    done(&sandbox, &["demo-import", "small", "--database", "sqlite:half.sqlite"]);
    assert_eq!(content(&sandbox.path("half.sqlite")), expected);
}
