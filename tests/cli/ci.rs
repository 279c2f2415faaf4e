//! The workflows of docs/ci, run as a build server runs their steps.

use std::path::Path;
use std::process::Command;

use insta::assert_snapshot;
use test_support::{Sandbox, sqlite};

use crate::support::{EPOCH, XTASK, tiny};

/// A repository whose branch adds a version, with another scenario that the target branch lacks; `origin/main` is the target.
fn repository() -> Sandbox {
    let sandbox = tiny();
    // The one command of the steps that is not here: it runs the tool.
    sandbox.write("bin/cargo", format!("#!/bin/sh\nshift\nexec '{XTASK}' \"$@\"\n"));
    shell(
        &sandbox,
        "chmod +x bin/cargo && git init -q -b main && git add demo-snapshots && git -c user.name=n -c user.email=e@example.com commit -q -m one",
    );
    shell(&sandbox, "git update-ref refs/remotes/origin/main HEAD && git checkout -q -b change");
    let _ = sandbox.run(&["demo-import", "tiny", "--database", "sqlite:app.sqlite"]).expect_code(0);
    sqlite::execute(
        &sandbox.path("app.sqlite"),
        "UPDATE notes SET title = '::set-output name=x::y' WHERE id = 1",
    );
    let scenario = sandbox.read("demo-snapshots/tiny/scenario.yaml");
    sandbox.write(
        "demo-snapshots/other/scenario.yaml",
        scenario.replacen("scenario: tiny", "scenario: other", 1),
    );
    for name in ["tiny", "other"] {
        let export = ["demo-export", name, "--database", "sqlite:app.sqlite"];
        let _ = sandbox.run_with(&export, &EPOCH).expect_code(0);
    }
    sandbox
}

/// Runs a script as a build server does, and returns what it printed.
#[expect(clippy::disallowed_methods, reason = "a step of a workflow is a script")]
fn shell(sandbox: &Sandbox, script: &str) -> String {
    let path = std::env::var("PATH").unwrap_or_default();
    let mut command = Command::new("bash");
    command.args(["-e", "-o", "pipefail", "-c", script]).current_dir(sandbox.path(""));
    command.env("PATH", format!("{}:{path}", sandbox.path("bin").display()));
    command.env("GITHUB_BASE_REF", "main").env("GITHUB_STEP_SUMMARY", sandbox.path("summary.md"));
    let done = command.output().expect("bash runs");
    let text = format!("{}{}", String::from_utf8_lossy(&done.stdout), String::from_utf8_lossy(&done.stderr));
    assert!(done.status.success(), "{script}\n{text}");
    text
}

/// The lines of a block, without their indent.
fn block(file: &str, start: &str) -> String {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../docs/ci").join(file);
    let text = std::fs::read_to_string(path).expect("the workflow");
    let lines = text.lines().skip_while(|line| line.trim() != start).skip(1);
    let indent = |line: &str| line.len() - line.trim_start().len();
    let lines: Vec<&str> = lines.collect();
    let depth = indent(lines.first().expect("a block"));
    let inside = lines.iter().take_while(|line| line.trim().is_empty() || indent(line) >= depth);
    let inside: Vec<&str> = inside.map(|line| line.get(depth..).unwrap_or_default()).collect();
    inside.join("\n")
}

#[test]
fn the_summary_of_a_pull_request_shows_what_it_changes() {
    let sandbox = repository();
    let printed = shell(&sandbox, &block("github-actions.yml", "run: |"));
    assert!(!printed.contains("set-output"), "no row goes into the log: {printed}");
    assert_snapshot!(sandbox.read("summary.md"), @r"
        ### `tiny`: `git:origin/main v1_2026-11-18` → `v2_2026-11-18`

        1 row changed.

        | table | added | changed | removed |
        | --- | ---: | ---: | ---: |
        | `notes` | 0 | 1 | 0 |

        <details>
        <summary><code>notes</code>: 1 row changed</summary>

        - changed `id 1`
          - `title`: `'First'` → `'::set-output name=x::y'`

        </details>
        ");
    let _ = shell(&sandbox, "cargo xtask demo-verify");
}

#[test]
fn the_artifact_of_a_merge_request_shows_what_it_changes() {
    let sandbox = repository();
    shell(&sandbox, "mkdir demo-changes && git fetch -q . refs/remotes/origin/main");
    shell(&sandbox, &block("gitlab-ci.yml", "- |"));
    assert!(sandbox.read("demo-changes/tiny.md").contains("1 row changed"));
}

#[test]
fn every_command_of_the_workflows_is_there() {
    let sandbox = Sandbox::empty(XTASK);
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../docs/ci");
    let mut seen = 0;
    for entry in std::fs::read_dir(folder).expect("docs/ci") {
        let text = std::fs::read_to_string(entry.expect("a file").path()).expect("a text");
        for (_, rest) in text.match_indices("cargo xtask ").map(|(at, found)| text.split_at(at + found.len()))
        {
            let words: Vec<&str> = rest.lines().next().unwrap_or_default().split_whitespace().collect();
            let help = sandbox.run(&[words[0], "--help"]).expect_code(0).stdout;
            for option in words.iter().filter(|word| word.starts_with("--")) {
                assert!(help.contains(option), "{option} of {}", words[0]);
            }
            seen += 1;
        }
    }
    assert_eq!(seen, 6);
}
