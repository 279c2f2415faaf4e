//! The source is only read: an export leaves the database and its folder as they were, byte by byte.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::time::SystemTime;

use rusqlite::Connection;
use test_support::Sandbox;

use crate::{DATABASE, clone, done};

/// A sandbox whose folder `source` holds nothing but a filled database in the given journal mode, closed.
fn with_source(mode: &str) -> Sandbox {
    let sandbox = clone();
    done(&sandbox, &["demo-import", "writer"]);
    std::fs::create_dir(sandbox.path("source")).expect("a folder");
    std::fs::copy(sandbox.path(DATABASE), sandbox.path("source/app.sqlite")).expect("copied");
    let connection = Connection::open(sandbox.path("source/app.sqlite")).expect("opens");
    let set: String =
        connection.query_row(&format!("PRAGMA journal_mode = {mode}"), [], |row| row.get(0)).expect("a mode");
    assert_eq!(set, mode);
    connection.execute_batch("UPDATE fragments SET title = 'Changed here' WHERE id = 1001").expect("updated");
    sandbox
}

/// The folder's files with their bytes and times of change, and the folder's own.
fn seen(sandbox: &Sandbox) -> (BTreeMap<PathBuf, Vec<u8>>, Vec<SystemTime>) {
    let files = sandbox.tree("source");
    let changed = |path: &Path| path.metadata().expect("there").modified().expect("a time");
    let times = files.keys().map(|path| changed(path)).collect();
    (files, times)
}

const READERS: [&[&str]; 3] = [
    &["demo-export", "writer", "--database", "sqlite:source/app.sqlite"],
    &["demo-export", "writer", "--database", "sqlite:source/app.sqlite", "--output", "-"],
    &["data-stats", "--database", "sqlite:source/app.sqlite"],
];

#[test]
fn reading_leaves_the_folder_as_it_was_in_every_journal_mode() {
    for mode in ["delete", "wal", "truncate", "persist", "memory"] {
        let sandbox = with_source(mode);
        let before = seen(&sandbox);
        for reader in READERS {
            done(&sandbox, reader);
            assert_eq!(seen(&sandbox), before, "{mode}: {reader:?}");
        }
    }
}

#[test]
fn a_failed_export_leaves_the_folder_as_it_was() {
    for mode in ["delete", "wal"] {
        let sandbox = with_source(mode);
        let before = seen(&sandbox);
        let run = sandbox.run(&["demo-export", "general", "--database", "sqlite:source/app.sqlite"]);
        assert_eq!(run.code, Some(3), "{}", run.transcript());
        assert_eq!(seen(&sandbox), before, "{mode}");
    }
}

#[test]
fn a_log_that_somebody_is_writing_is_read_and_not_folded_in() {
    let sandbox = with_source("wal");
    let writer = Connection::open(sandbox.path("source/app.sqlite")).expect("opens");
    writer.execute_batch("UPDATE fragments SET title = 'Only in the log' WHERE id = 1002").expect("updated");
    let bytes = |name: &str| std::fs::read(sandbox.path(&format!("source/{name}"))).expect("there");
    let before = (bytes("app.sqlite"), bytes("app.sqlite-wal"));
    done(&sandbox, READERS[0]);
    assert!((bytes("app.sqlite"), bytes("app.sqlite-wal")) == before, "the log was folded in");
    let written = crate::versions(&sandbox, "writer").pop_last().expect("a version").1;
    let text = String::from_utf8(written).expect("text");
    assert!(text.contains("'Only in the log'") && text.contains("'Changed here'"));
    drop(writer);
}

#[test]
fn a_log_that_a_killed_program_left_is_read_and_stays() {
    let sandbox = with_source("wal");
    let writer = Connection::open(sandbox.path("source/app.sqlite")).expect("opens");
    writer.execute_batch("UPDATE fragments SET title = 'Left in the log' WHERE id = 1002").expect("updated");
    // What the disk holds if the program dies now.
    for name in ["app.sqlite", "app.sqlite-wal"] {
        sandbox.write(
            &format!("left/{name}"),
            std::fs::read(sandbox.path(&format!("source/{name}"))).expect("there"),
        );
    }
    drop(writer);
    let before = sandbox.tree("left");
    done(&sandbox, &["demo-export", "writer", "--database", "sqlite:left/app.sqlite"]);
    let mut after = sandbox.tree("left");
    after.retain(|path, _| !path.to_string_lossy().ends_with("-shm"));
    assert_eq!(after, before);
    let text = String::from_utf8(crate::versions(&sandbox, "writer").pop_last().expect("a version").1)
        .expect("text");
    assert!(text.contains("'Left in the log'"));
}

#[cfg(unix)]
#[test]
fn a_read_only_file_in_a_read_only_folder_is_read() {
    use std::fs::{Permissions, set_permissions};
    use std::os::unix::fs::PermissionsExt as _;

    // For root nothing is read-only; then this tells that nothing changes, as above.
    for mode in ["delete", "wal"] {
        let sandbox = with_source(mode);
        let (file, folder) = (sandbox.path("source/app.sqlite"), sandbox.path("source"));
        set_permissions(&file, Permissions::from_mode(0o444)).expect("set");
        set_permissions(&folder, Permissions::from_mode(0o555)).expect("set");
        let before = seen(&sandbox);
        let runs = READERS.map(|reader| sandbox.run(reader));
        let after = seen(&sandbox);
        set_permissions(&folder, Permissions::from_mode(0o755)).expect("set");
        for run in runs {
            assert_eq!(run.code, Some(0), "{mode}\n{}", run.transcript());
        }
        assert_eq!(after, before, "{mode}");
    }
}
