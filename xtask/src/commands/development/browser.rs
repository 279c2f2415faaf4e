//! The browser that tests of pages open: found by `find-browser` of `test-support`; here it is provided where there is none.

use std::process::{Command, Stdio};

use cli::{Failure, Global};
use xshell::{Shell, cmd};

use super::{anew, server, target_apart, task};
use crate::commands::{absent, failed};

/// Tells test programs where the browser is.
pub(super) const VARIABLE: &str = "DEMO_TEST_BROWSER";

/// What `find-browser` ends with where there is none.
const MISSING: i32 = 4;

const PACKAGE: &[&str] = &["--package", "demo-snapshot-test-support", "--bin", "find-browser"];

/// The path of a browser. On a Debian where this process may install packages, Chromium is installed if need be.
pub(super) fn provide(global: &Global, shell: &Shell) -> Result<String, Failure> {
    match find(shell)? {
        Ok(path) => Ok(path),
        Err(_) if server::may_install(shell) => {
            global.terminal().say("No Chromium is on this machine: installing Debian's package chromium");
            server::install(global, shell, &["chromium"])?;
            find(shell)?.map_err(missing)
        }
        Err(help) => Err(missing(help)),
    }
}

fn missing(help: String) -> Failure {
    absent("the tests need a browser, and nothing was run", help)
}

/// The path, or what to do where there is none.
fn find(shell: &Shell) -> Result<Result<String, String>, Failure> {
    let (package, apart) = (PACKAGE, target_apart());
    let mut command: Command = anew(cmd!(shell, "cargo run --quiet {package...} {apart...}")).into();
    let output = command.stdin(Stdio::null()).output();
    let output = output.map_err(|error| failed(format!("the search for a browser: {error}")))?;
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).trim_end().to_owned();
    match output.status.code() {
        Some(0) => Ok(Ok(text(&output.stdout))),
        Some(MISSING) => Ok(Err(text(&output.stderr))),
        _ => Err(failed(format!("the search for a browser\n{}", text(&output.stderr)))),
    }
}

/// The pictures in the documents, made anew by the test that looks at the same page.
pub(crate) fn pictures(global: &Global) -> cli::Outcome {
    let shell = super::shell(global)?;
    let path = provide(global, &shell)?;
    shell.set_var(VARIABLE, path);
    shell.set_var("DEMO_WRITE_PICTURES", "1");
    let apart = target_apart();
    let test = cmd!(shell, "cargo test --quiet --package xtask --test cli {apart...} -- browser::pictures");
    task(global, "the test that makes the pictures", test)
}
