//! PostgreSQL's own clients, run on a server.

use std::io::Write as _;
use std::path::Path;
use std::process::{Command, Output, Stdio};

use super::binaries::{Binaries, INSTRUCTIONS};

/// What `psql` prints for `sql`, unaligned and without headings. `Err` is what it said on stderr.
pub(super) fn psql(binaries: &Binaries, url: &str, sql: &str) -> Result<String, String> {
    let mut command = command(binaries, "psql", url);
    command.args(["-X", "-q", "-At", "-v", "ON_ERROR_STOP=1", "-f", "-"]);
    command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut child = command.spawn().expect("psql starts");
    let mut stdin = child.stdin.take().expect("a pipe");
    let output = std::thread::scope(|scope| {
        // psql ends at the first error and closes its end: what it did not read is of no interest.
        scope.spawn(move || stdin.write_all(sql.as_bytes()).ok());
        child.wait_with_output().expect("psql ends")
    });
    if output.status.success() {
        let text = String::from_utf8(output.stdout).expect("psql prints UTF-8");
        Ok(text.strip_suffix('\n').unwrap_or(&text).to_owned())
    } else {
        Err(String::from_utf8_lossy(&output.stderr).into_owned())
    }
}

/// Loads a file as a user would: `psql -X -v ON_ERROR_STOP=1 -f`.
pub(super) fn psql_file(binaries: &Binaries, url: &str, path: &Path) -> Output {
    let mut command = command(binaries, "psql", url);
    command.args(["-X", "-v", "ON_ERROR_STOP=1", "-f"]).arg(path).stdin(Stdio::null());
    command.output().expect("psql starts")
}

/// What `pg_dump` prints.
#[track_caller]
pub(super) fn pg_dump(binaries: &Binaries, url: &str, args: &[&str]) -> String {
    let output =
        command(binaries, "pg_dump", url).args(args).stdin(Stdio::null()).output().expect("it starts");
    assert!(output.status.success(), "pg_dump: {}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).expect("pg_dump prints UTF-8")
}

/// A client that connects to `url` and that no setting of this machine steers.
#[track_caller]
#[expect(clippy::disallowed_methods, reason = "PostgreSQL's own clients are the second opinion")]
pub(super) fn command(binaries: &Binaries, name: &str, url: &str) -> Command {
    let program = binaries.client(name);
    let program = program.unwrap_or_else(|| panic!("there is no `{name}` on this machine.\n{INSTRUCTIONS}"));
    let mut command = Command::new(program);
    without_settings(&mut command);
    command.env("PGCLIENTENCODING", "UTF8").arg("-d").arg(url);
    command
}

/// Removes what PostgreSQL's programs would heed from the environment.
pub(super) fn without_settings(command: &mut Command) {
    for (name, _) in std::env::vars_os() {
        if name.to_string_lossy().starts_with("PG") {
            command.env_remove(name);
        }
    }
    command.env("LC_ALL", "C");
}
