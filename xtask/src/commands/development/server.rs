//! The PostgreSQL server that all test programs of a run share: started by `throw-away-postgres` of `test-support`, which
//! also knows where PostgreSQL is found; here it is provided where there is none.
//!
//! The server lives as long as the pipe to that program: it is gone with this process, however this process ends.

use std::io::{BufRead as _, BufReader, Read as _};
use std::process::{Child, Command, Stdio};

use cli::{Failure, Global};
use xshell::{Shell, cmd};

use super::{anew, target_apart, task};
use crate::commands::absent;
use crate::environment;

/// Tells test programs the server's URL.
pub(super) const VARIABLE: &str = "DEMO_TEST_POSTGRES";

/// What `throw-away-postgres` ends with where a program is missing.
const MISSING: i32 = 4;

/// A running server; gone when dropped, unless it is somebody else's.
pub(super) struct TestServer {
    child: Child,
    url: String,
}

/// Why there is none.
enum Absent {
    /// It or a client is not on this machine: what to do.
    Missing(String),
    /// It does not start or answer: what it said.
    Failed(String),
}

impl TestServer {
    pub(super) fn url(&self) -> &str {
        &self.url
    }

    /// Starts a server, or checks the one that is named.
    fn start(shell: &Shell) -> Result<Self, Absent> {
        let failed = |error: &dyn std::fmt::Display| Absent::Failed(error.to_string());
        let (package, apart) = (PACKAGE, target_apart());
        let command = cmd!(shell, "cargo run --quiet {package...} {apart...}");
        let mut command: Command = anew(command).into();
        command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
        let mut child = command.spawn().map_err(|error| failed(&error))?;
        let mut url = String::new();
        let mut lines = BufReader::new(child.stdout.take().ok_or_else(|| failed(&"no output"))?);
        lines.read_line(&mut url).map_err(|error| failed(&error))?;
        if url.trim().is_empty() {
            let mut said = String::new();
            if let Some(mut stderr) = child.stderr.take() {
                stderr.read_to_string(&mut said).map_err(|error| failed(&error))?;
            }
            let status = child.wait().map_err(|error| failed(&error))?;
            return Err(if status.code() == Some(MISSING) {
                Absent::Missing(said)
            } else {
                Absent::Failed(said)
            });
        }
        Ok(Self { child, url: url.trim().to_owned() })
    }
}

impl Drop for TestServer {
    fn drop(&mut self) {
        // Until then it waits for its stdin to end.
        drop(self.child.stdin.take());
        let _ = self.child.wait();
    }
}

const PACKAGE: &[&str] = &["--package", "demo-snapshot-test-support", "--bin", "throw-away-postgres"];

/// A server for this run. On a Debian where this process may install packages, PostgreSQL is installed if need be.
pub(super) fn provide(global: &Global, shell: &Shell) -> Result<TestServer, Failure> {
    build(global, shell)?;
    match TestServer::start(shell) {
        Err(Absent::Missing(_)) if may_install(shell) => {
            global.terminal().say(
                "PostgreSQL or sqlite3 is not on this machine: installing Debian's packages postgresql and sqlite3",
            );
            install(global, shell, &["postgresql", "sqlite3"])?;
            start(shell)
        }
        other => other.map_err(Failure::from),
    }
}

/// Builds what finds PostgreSQL and starts it, so that its compiler's words are seen.
pub(super) fn build(global: &Global, shell: &Shell) -> Result<(), Failure> {
    let (package, apart) = (PACKAGE, target_apart());
    let build = cmd!(shell, "cargo build --quiet {package...} {apart...}");
    task(global, "the build of what finds PostgreSQL", build).map(|_| ())
}

/// A server for this run, from what is there; [`build`] comes first.
pub(super) fn start(shell: &Shell) -> Result<TestServer, Failure> {
    TestServer::start(shell).map_err(Failure::from)
}

impl From<Absent> for Failure {
    fn from(why: Absent) -> Self {
        match why {
            Absent::Missing(help) => {
                absent("the tests need PostgreSQL and the client sqlite3, and nothing was run", help)
            }
            Absent::Failed(said) => absent(
                format!("PostgreSQL cannot be used by the tests, and nothing was run\n{}", said.trim_end()),
                "`cargo xtask test --without-postgres` leaves its tests out",
            ),
        }
    }
}

/// Whether packages can be installed without asking: by the superuser of a Debian, over the network.
pub(super) fn may_install(shell: &Shell) -> bool {
    let path = environment::search_path().unwrap_or_default();
    let has_apt = std::env::split_paths(&path).any(|folder| folder.join("apt-get").is_file());
    let is_superuser = || cmd!(shell, "id -u").quiet().ignore_stderr().read().is_ok_and(|id| id == "0");
    has_apt && !environment::no_network() && is_superuser()
}

/// Installs Debian's packages.
pub(super) fn install(global: &Global, shell: &Shell, packages: &[&str]) -> Result<(), Failure> {
    let _variable = shell.push_env("DEBIAN_FRONTEND", "noninteractive");
    task(global, "apt-get", cmd!(shell, "apt-get --quiet --quiet update"))?;
    let options = ["--quiet", "--quiet", "--yes", "--no-install-recommends"];
    task(global, "apt-get", cmd!(shell, "apt-get {options...} install {packages...}"))?;
    Ok(())
}
