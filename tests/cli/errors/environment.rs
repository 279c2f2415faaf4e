//! What neither file nor data is to blame for: locks, permissions, a wrong folder.

use insta::assert_snapshot;
use test_support::{Sandbox, sqlite};

use crate::support::{assert_unchanged, imported, refused, state, tiny};

const IMPORT: [&str; 4] = ["demo-import", "tiny", "--database", "sqlite:app.sqlite"];

/// Files are looked at before and after, never in between: reading a database's file gives up this process's locks on it.
#[test]
fn a_target_that_another_program_is_using() {
    let sandbox = tiny();
    let before = state(&sandbox);
    let [exclusive, immediate] = ["BEGIN EXCLUSIVE", "BEGIN IMMEDIATE"].map(|begin| {
        let other = sqlite::open(&sandbox.path("app.sqlite"));
        other.execute_batch(begin).expect("locked");
        let run = sandbox.run(&[&IMPORT[..], &["--lock-timeout", "0"]].concat()).expect_code(4);
        drop(other);
        assert_eq!(run.stdout, "");
        assert_unchanged(&before, &sandbox);
        run.transcript()
    });
    assert_eq!(exclusive, immediate);
    assert_snapshot!(exclusive, @"
    $ cargo xtask demo-import tiny --database sqlite:app.sqlite --lock-timeout 0
    -- stderr
    error: the database `app.sqlite` is locked by another process
       help: close the program that is using it, or wait, then run the command again
    -- exit 4
    ");
    let _ = sandbox.run(&IMPORT).expect_code(0);
}

#[test]
fn a_locked_target_is_waited_for_as_long_as_asked() {
    let sandbox = tiny();
    let other = sqlite::open(&sandbox.path("app.sqlite"));
    other.execute_batch("BEGIN EXCLUSIVE").expect("locked");
    let begun = std::time::Instant::now();
    let _ = sandbox.run(&[&IMPORT[..], &["--lock-timeout", "1"]].concat()).expect_code(4);
    assert!((1.0..4.0).contains(&begun.elapsed().as_secs_f64()), "{:?}", begun.elapsed());
}

#[test]
fn a_target_that_another_program_is_reading() {
    let sandbox = tiny();
    let before = state(&sandbox);
    let reader = sqlite::open(&sandbox.path("app.sqlite"));
    reader.execute_batch("BEGIN; SELECT count(*) FROM notes").expect("reads");
    let run = sandbox.run(&[&IMPORT[..], &["--lock-timeout", "0"]].concat()).expect_code(4);
    drop(reader);
    assert_unchanged(&before, &sandbox);
    assert_snapshot!(run.transcript(), @"
    $ cargo xtask demo-import tiny --database sqlite:app.sqlite --lock-timeout 0
    -- stderr
    error: the database `app.sqlite` is locked by another process
       help: close the program that is using it, or wait, then run the command again
    -- exit 4
    ");
}

#[cfg(unix)]
#[test]
fn a_target_that_cannot_be_written() {
    let sandbox = tiny();
    if let Some(transcript) = read_only(&sandbox, &["app.sqlite"], &IMPORT) {
        assert_snapshot!(transcript, @"
        $ cargo xtask demo-import tiny --database sqlite:app.sqlite
        -- stderr
        error: the database `app.sqlite` cannot be written: it, or its folder, is read-only
           help: make the file and its folder writable, or import into a copy
        -- exit 4
        ");
    }
}

#[cfg(unix)]
#[test]
fn a_target_whose_folder_cannot_be_written() {
    let sandbox = tiny();
    if let Some(transcript) = read_only(&sandbox, &[""], &IMPORT) {
        assert_snapshot!(transcript, @"
        $ cargo xtask demo-import tiny --database sqlite:app.sqlite
        -- stderr
        error: the database `app.sqlite` cannot be written: it, or its folder, is read-only
           help: make the file and its folder writable, or import into a copy
        -- exit 4
        ");
    }
    if let Some(transcript) =
        read_only(&sandbox, &[""], &["demo-import", "tiny", "--database", "sqlite:new.sqlite"])
    {
        assert_snapshot!(transcript, @"
        $ cargo xtask demo-import tiny --database sqlite:new.sqlite
        -- stderr
        error: no database can be made at `new.sqlite`
          caused by: permission denied
           help: check that the folder can be written; if the file appeared meanwhile, run the command again
        -- exit 4
        ");
    }
}

#[cfg(unix)]
#[test]
fn an_archive_that_cannot_be_written() {
    let sandbox = tiny();
    sqlite::execute(&sandbox.path("app.sqlite"), "INSERT INTO notes VALUES (5, 1, 'Fifth', 3, 'tiny')");
    let folders =
        ["demo-snapshots", "demo-snapshots/tiny", "demo-snapshots/metadata", "demo-snapshots/metadata/.lock"];
    if let Some(transcript) =
        read_only(&sandbox, &folders, &["demo-export", "tiny", "--database", "sqlite:app.sqlite"])
    {
        assert_snapshot!(transcript, @"
        $ cargo xtask demo-export tiny --database sqlite:app.sqlite
        -- stderr
        error: demo-snapshots/metadata/.lock: cannot open
          caused by: Permission denied (os error 13)
           help: check the folder's permissions and free space; nothing that was complete has been lost
        -- exit 4
        ");
    }
}

#[cfg(unix)]
#[test]
fn a_file_that_cannot_be_read() {
    let sandbox = tiny();
    sandbox.write("secret.sql", "-- Demo Data Export\n");
    permit(&sandbox, "secret.sql", 0o000);
    if let Some(transcript) = read_only(
        &sandbox,
        &[],
        &["demo-import", "tiny", "--file", "secret.sql", "--database", "sqlite:app.sqlite"],
    ) {
        assert_snapshot!(transcript, @"
        $ cargo xtask demo-import tiny --file secret.sql --database sqlite:app.sqlite
        -- stderr
        error: `secret.sql` cannot be read
          caused by: Permission denied (os error 13)
           help: check the path and the file's permissions
        -- exit 4
        ");
    }
}

#[cfg(unix)]
#[test]
fn an_output_that_cannot_be_written() {
    let sandbox = imported("writer");
    let export = |output: &str| refused(&sandbox, &["demo-export", "writer", "--output", output]);
    assert_snapshot!(export("nowhere/writer.sql"), @"
    $ cargo xtask demo-export writer --output nowhere/writer.sql
    -- stderr
    error: nowhere/writer.sql: finding its folder failed
      caused by: No such file or directory (os error 2)
       help: check that the folder exists, can be written and has space left
    -- exit 4
    ");
}

#[test]
fn a_folder_without_a_workspace() {
    let sandbox = tiny();
    std::fs::remove_file(sandbox.path("Cargo.toml")).expect("removed");
    std::fs::rename(sandbox.path("demo-snapshots"), sandbox.path("elsewhere")).expect("renamed");
    assert_snapshot!(refused(&sandbox, &["demo-list"]), @"
    $ cargo xtask demo-list
    -- stderr
    error: no demo-snapshots folder here or in any folder above
       help: run this inside the workspace, or name the folder: --archive DIR
    -- exit 2
    ");
}

#[test]
fn a_source_date_that_is_no_number() {
    let sandbox = tiny();
    let run = sandbox.run_with(&["demo-list"], &[("SOURCE_DATE_EPOCH", "yesterday")]).expect_code(2);
    assert_snapshot!(run.transcript(), @"
    $ cargo xtask demo-list
    -- stderr
    error: SOURCE_DATE_EPOCH is `yesterday`, which is no number of seconds within the years 1970 to 9999
       help: set it to a whole number, such as the output of `git log -1 --format=%ct`, or unset it
    -- exit 2
    ");
}

/// The transcript of a refusal to a user whom `paths` are read-only for; `None` if the permissions do not bind: the tests
/// run as the superuser and cannot become anyone else.
#[cfg(unix)]
#[track_caller]
fn read_only(sandbox: &Sandbox, paths: &[&str], args: &[&str]) -> Option<String> {
    use crate::support::shown;
    use std::os::unix::fs::MetadataExt as _;
    const NOBODY: u32 = 65_534;

    let before = state(sandbox);
    let is_superuser = sandbox.path("Cargo.toml").metadata().expect("there").uid() == 0;
    open_to_all(sandbox);
    for path in paths {
        let mode = if sandbox.path(path).is_dir() { 0o555 } else { 0o444 };
        permit(sandbox, path, mode);
    }
    let run = if is_superuser { sandbox.run_as(NOBODY, args)? } else { sandbox.run(args) };
    for path in paths {
        permit(sandbox, path, if sandbox.path(path).is_dir() { 0o755 } else { 0o644 });
    }
    assert_eq!((run.code, run.stdout.as_str()), (Some(4), ""), "{}", run.transcript());
    assert_unchanged(&before, sandbox);
    Some(shown(&run))
}

/// Lets everyone work in the sandbox, so that only what is taken away again binds.
#[cfg(unix)]
fn open_to_all(sandbox: &Sandbox) {
    for folder in ["", "demo-snapshots", "demo-snapshots/tiny", "demo-snapshots/metadata"] {
        permit(sandbox, folder, 0o777);
    }
    for file in ["app.sqlite", "demo-snapshots/metadata/.lock"] {
        permit(sandbox, file, 0o666);
    }
}

#[cfg(unix)]
fn permit(sandbox: &Sandbox, path: &str, mode: u32) {
    use std::os::unix::fs::PermissionsExt as _;
    std::fs::set_permissions(sandbox.path(path), std::fs::Permissions::from_mode(mode))
        .expect("permissions set");
}
