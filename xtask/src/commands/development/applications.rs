//! `test --applications`: the tests on databases of well-known applications. Their Python packages are kept in
//! `target/applications`; nothing is installed elsewhere.

use std::path::PathBuf;

use cli::{Failure, Global, Outcome};
use xshell::{Shell, cmd};

use super::{server, target_apart, task};
use crate::commands::absent;
use crate::environment;

/// The packages, below the workspace.
const REQUIREMENTS: &str = "tests/applications/requirements.txt";

/// Where they are kept.
const PLACE: &str = "target/applications";

pub(super) fn run(global: &Global, without_postgres: bool, rest: &[String]) -> Outcome {
    let shell = super::shell(global)?;
    let python = packages(global, &shell)?;
    let _python = shell.push_env("DEMO_APPLICATIONS_PYTHON", &python);
    let (apart, features) = (target_apart(), ["--features", "applications"]);
    let run = |rest: &[String]| {
        let test = cmd!(
            shell,
            "cargo test --package xtask {features...} --test applications {apart...} -- {rest...}"
        );
        task(global, "the tests of applications", test)
    };
    if without_postgres {
        let _variable = shell.push_env("DEMO_WITHOUT_POSTGRES", "1");
        return run(&[rest, &["--skip", "postgres"].map(str::to_owned)].concat());
    }
    let server = server::provide(global, &shell)?;
    let _variable = shell.push_env(server::VARIABLE, server.url());
    run(rest)
}

/// The Python that has the packages, which are fetched unless they are there.
fn packages(global: &Global, shell: &Shell) -> Result<PathBuf, Failure> {
    let failed = |error: xshell::Error| crate::commands::failed(error.to_string());
    let place = shell.current_dir().join(PLACE);
    let programs = if cfg!(windows) { "Scripts/python.exe" } else { "bin/python" };
    let (python, record) = (place.join(programs), place.join("requirements.txt"));
    let wanted = shell.read_file(REQUIREMENTS).map_err(failed)?;
    if python.exists() && shell.read_file(&record).is_ok_and(|installed| installed == wanted) {
        return Ok(python);
    }
    if environment::no_network() {
        return Err(absent(
            format!(
                "the packages of the applications are not in {PLACE}, and NO_NETWORK forbids to fetch them"
            ),
            "run `cargo xtask test --applications` once with a network",
        ));
    }
    let needed = "import sys, venv, ensurepip; sys.exit(sys.version_info < (3, 10))";
    let looked = cmd!(shell, "python3 -c {needed}").quiet().ignore_stderr().run();
    looked.map_err(|error| {
        absent(
            format!("the tests of applications need Python, and nothing was run: {error}"),
            "install Python 3.10 or newer with its module venv; Debian's packages are python3 and python3-venv",
        )
    })?;
    global.terminal().say(format!("Fetching the packages of {REQUIREMENTS} into {PLACE}"));
    let fetched = cmd!(shell, "python3 -m venv --clear {place}").quiet().run().and_then(|()| {
        // No package is built here: none runs a script of its own.
        let options = ["--quiet", "--no-input", "--disable-pip-version-check", "--only-binary", ":all:"];
        cmd!(shell, "{python} -m pip install {options...} --requirement {REQUIREMENTS}").quiet().run()
    });
    fetched.map_err(|error| {
        absent(
            format!("the packages of the applications could not be fetched: {error}"),
            "what Python said is above; PyPI, or the index that pip is set to, is needed",
        )
    })?;
    shell.write_file(&record, wanted).map_err(failed)?;
    Ok(python)
}
