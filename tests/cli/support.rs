//! What the transcripts share: a fresh clone, a tiny archive for loops, and the promise that a refusal changes nothing.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use test_support::{Run, Sandbox, sqlite};

pub(crate) const XTASK: &str = env!("CARGO_BIN_EXE_xtask");

/// Fixes the date of what is written: 2026-11-18.
pub(crate) const EPOCH: [(&str, &str); 1] = [("SOURCE_DATE_EPOCH", "1795000000")];

/// The only version of the scenario `writer` in a fresh clone.
pub(crate) const WRITER_FILE: &str = "demo-snapshots/writer/writer_v1_2026-11-20.sql";

/// The file of the tiny archive's only version.
pub(crate) const TINY_FILE: &str = "demo-snapshots/tiny/tiny_v1_2026-11-18.sql";

/// A fresh clone's archive.
pub(crate) fn clone() -> Sandbox {
    Sandbox::with_archive(XTASK, &Path::new(env!("CARGO_MANIFEST_DIR")).join("../demo-snapshots"))
}

/// A fresh clone with a scenario in its bundled database.
pub(crate) fn imported(scenario: &str) -> Sandbox {
    let sandbox = clone();
    let _ = sandbox.run(&["demo-import", scenario]).expect_code(0);
    sandbox
}

/// Runs git in the sandbox, as somebody at a fixed time, with nobody's settings.
#[track_caller]
pub(crate) fn git(sandbox: &Sandbox, args: &[&str]) -> Run {
    sandbox.git(args).expect_code(0)
}

/// An archive small enough to be damaged everywhere: scenario `tiny`, two notes in a shared folder. `app.sqlite` has the
/// tables, the folder and a user's own note; the scenario's notes wait to be imported.
pub(crate) fn tiny() -> Sandbox {
    let sandbox = Sandbox::empty(XTASK);
    sandbox.write("demo-snapshots/tiny/scenario.yaml", TINY_SCENARIO);
    let database = sandbox.path("app.sqlite");
    sqlite::execute(&database, TINY_TABLES);
    let _ =
        sandbox.run_with(&["demo-export", "tiny", "--database", "sqlite:app.sqlite"], &EPOCH).expect_code(0);
    sqlite::execute(&database, "DELETE FROM notes WHERE scenario = 'tiny'");
    sandbox
}

const TINY_SCENARIO: &str = "\
scenario: tiny
description: Two notes in a shared folder
select:
  notes: { scenario: tiny }
";

const TINY_TABLES: &str = "
    CREATE TABLE folders (id INTEGER PRIMARY KEY, name TEXT NOT NULL);
    CREATE TABLE notes (
      id INTEGER PRIMARY KEY, folder_id INTEGER NOT NULL REFERENCES folders (id), title TEXT NOT NULL,
      stars INTEGER, scenario TEXT
    );
    INSERT INTO folders VALUES (1, 'Inbox');
    INSERT INTO notes VALUES (1, 1, 'First', 3, 'tiny'), (2, 1, 'Second', NULL, 'tiny'), (9, 1, 'My own', NULL, NULL);
";

/// Runs `demo-import tiny` into `app.sqlite`, which must be refused.
#[track_caller]
pub(crate) fn tiny_refused(sandbox: &Sandbox, options: &[&str]) -> String {
    refused(sandbox, &[&["demo-import", "tiny", "--database", "sqlite:app.sqlite"], options].concat())
}

/// The transcript of a command that must fail, say nothing on stdout, and leave every file of the sandbox as it was.
#[track_caller]
pub(crate) fn refused(sandbox: &Sandbox, args: &[&str]) -> String {
    let before = state(sandbox);
    let run = sandbox.run(args);
    assert!(matches!(run.code, Some(2..=4)), "{}", run.transcript());
    assert_eq!(run.stdout, "", "data goes to stdout, errors do not");
    assert_unchanged(&before, sandbox);
    shown(&run)
}

/// A transcript without what the archive's regeneration changes: digests and times.
pub(crate) fn shown(run: &Run) -> String {
    redacted(&run.transcript())
}

/// Digests and times replaced by what they are.
pub(crate) fn redacted(text: &str) -> String {
    let mut out = String::new();
    let mut word = String::new();
    for c in text.chars().chain(['\n']) {
        if c.is_ascii_alphanumeric() || matches!(c, '-' | ':') {
            word.push(c);
        } else {
            out.push_str(&without_digest(&word));
            word.clear();
            out.push(c);
        }
    }
    out.pop();
    out
}

fn without_digest(word: &str) -> String {
    let hex = word.strip_prefix("sha256:").unwrap_or(word);
    let is_time = word.len() == 20 && word.starts_with("20") && word.ends_with('Z') && word.contains('T');
    if hex.len() == 64 && hex.bytes().all(|b| b.is_ascii_hexdigit()) {
        word.replace(hex, "[DIGEST]")
    } else if is_time {
        "[TIME]".to_owned()
    } else {
        word.to_owned()
    }
}

/// Every file of the sandbox, databases included; the lock file aside, which a command may leave empty.
pub(crate) fn state(sandbox: &Sandbox) -> BTreeMap<PathBuf, Vec<u8>> {
    let mut files = sandbox.tree("");
    files.retain(|path, _| !path.ends_with("metadata/.lock"));
    files
}

/// Fails the test if a file changed, appeared or went, and names it.
#[track_caller]
pub(crate) fn assert_unchanged(before: &BTreeMap<PathBuf, Vec<u8>>, sandbox: &Sandbox) {
    let after = state(sandbox);
    let differing: Vec<&PathBuf> =
        before.keys().chain(after.keys()).filter(|path| before.get(*path) != after.get(*path)).collect();
    assert!(differing.is_empty(), "changed: {differing:?}");
}
