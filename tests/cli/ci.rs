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
#[track_caller]
fn shell(sandbox: &Sandbox, script: &str) -> String {
    let (code, text) = run(sandbox, script);
    assert_eq!(code, Some(0), "{script}\n{text}");
    text
}

/// As [`shell`], of a script that may fail: its exit code and what it printed.
#[expect(clippy::disallowed_methods, reason = "a step of a workflow is a script")]
fn run(sandbox: &Sandbox, script: &str) -> (Option<i32>, String) {
    let path = std::env::var("PATH").unwrap_or_default();
    let mut command = Command::new("bash");
    command.args(["-e", "-o", "pipefail", "-c", script]).current_dir(sandbox.path(""));
    command.env("PATH", format!("{}:{path}", sandbox.path("bin").display()));
    command.env("GITHUB_BASE_REF", "main").env("GITHUB_STEP_SUMMARY", sandbox.path("summary.md"));
    command.env("CI_MERGE_REQUEST_PROJECT_URL", sandbox.path("target"));
    command.env("CI_MERGE_REQUEST_TARGET_BRANCH_NAME", "main");
    let done = command.output().expect("bash runs");
    let text = format!("{}{}", String::from_utf8_lossy(&done.stdout), String::from_utf8_lossy(&done.stderr));
    (done.status.code(), text)
}

/// A step of one line.
fn step(file: &str, start: &str) -> String {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../docs/ci").join(file);
    let text = std::fs::read_to_string(path).expect("the workflow");
    let lines: Vec<&str> = text.lines().map(str::trim).filter(|line| line.starts_with(start)).collect();
    let [line] = lines[..] else { panic!("one `{start}` in {file}: {lines:?}") };
    line.trim_start_matches("- ").to_owned()
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
        `other` has no version in origin/main to be compared with: its CHANGES.md tells its first one.
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
fn a_comparison_that_cannot_be_made_fails_the_run() {
    let sandbox = repository();
    let (summary, step) = (sandbox.path("summary.md"), block("github-actions.yml", "run: |"));
    // The scenario was there, and has no version any more.
    let manifest = "demo-snapshots/metadata/export_manifest.json";
    let text = sandbox.read(manifest);
    std::fs::remove_file(sandbox.path(manifest)).expect("removed");
    let (code, told) = run(&sandbox, &step);
    assert!(code.is_some_and(|code| code > 1), "{told}");
    sandbox.write(manifest, text);
    if summary.exists() {
        std::fs::remove_file(&summary).expect("removed");
    }
    // As in a clone that has only the branch.
    shell(&sandbox, "git update-ref -d refs/remotes/origin/main");
    let (code, told) = run(&sandbox, &step);
    assert_eq!(code, Some(2), "{told}");
    assert_eq!(told, "origin/main is not here, so nothing can be compared: check out with fetch-depth 0\n");
    assert!(!summary.exists());
}

#[test]
fn a_scenario_that_is_removed_is_named() {
    let sandbox = repository();
    std::fs::remove_dir_all(sandbox.path("demo-snapshots/tiny")).expect("removed");
    let _ = shell(&sandbox, &block("github-actions.yml", "run: |"));
    assert_snapshot!(sandbox.read("summary.md"), @r"
        `other` has no version in origin/main to be compared with: its CHANGES.md tells its first one.
        `tiny` is removed, with all of its versions.
        ");
    shell(&sandbox, "mkdir demo-changes && git fetch -q . refs/remotes/origin/main");
    shell(&sandbox, &block("gitlab-ci.yml", "- |"));
    assert_eq!(sandbox.read("demo-changes/tiny.md"), "`tiny` is removed, with all of its versions.\n");
}

#[test]
fn the_artifact_of_a_merge_request_shows_what_it_changes_against_the_project_that_it_is_for() {
    let sandbox = repository();
    // The fork, which is `origin`, has a branch of that name that is far behind.
    let commit = "git -c user.name=n -c user.email=e@example.com commit -q --allow-empty -m none";
    shell(&sandbox, "git clone -q --bare . target.git && git init -q -b main fork");
    shell(&sandbox, &format!("cd fork && {commit} && cd .. && git remote add origin ./fork"));
    shell(&sandbox, "mkdir demo-changes");
    shell(&sandbox, &step("gitlab-ci.yml", "- git fetch"));
    shell(&sandbox, &block("gitlab-ci.yml", "- |"));
    assert!(sandbox.read("demo-changes/tiny.md").contains("1 row changed"));
    assert_eq!(
        sandbox.read("demo-changes/other.md"),
        "`other` has no version to be compared with: its CHANGES.md tells its first one.\n"
    );
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
