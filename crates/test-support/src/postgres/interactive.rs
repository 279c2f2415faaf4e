//! A `psql` that stays: for tests that hold a transaction open, or write without a pause.

use std::io::{BufRead as _, BufReader, Write as _};
use std::process::{Child, ChildStdin, ChildStdout, Stdio};

use super::binaries::Binaries;
use super::client::command;

/// A running client; it leaves with this value, and what it had not committed is undone.
#[derive(Debug)]
pub struct Interactive {
    child: Child,
    stdin: ChildStdin,
    stdout: BufReader<ChildStdout>,
}

impl Interactive {
    #[track_caller]
    pub(super) fn start(binaries: &Binaries, url: &str) -> Self {
        let mut command = command(binaries, "psql", url);
        command.args(["-X", "-q", "-At", "-v", "ON_ERROR_STOP=1", "-f", "-"]);
        let mut child = command.stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().expect("psql starts");
        let stdin = child.stdin.take().expect("a pipe");
        let stdout = BufReader::new(child.stdout.take().expect("a pipe"));
        Self { child, stdin, stdout }
    }

    /// Runs statements and waits for their end; what they printed. Fails the test if one of them fails.
    #[track_caller]
    pub fn send(&mut self, sql: &str) -> String {
        self.try_send(sql).unwrap_or_else(|| panic!("psql ended at: {sql}"))
    }

    /// As [`Interactive::send`]; `None` if psql ended.
    pub(super) fn try_send(&mut self, sql: &str) -> Option<String> {
        const END: &str = "-- that was all --";
        writeln!(self.stdin, "{sql}\n;\n\\echo '{END}'").and_then(|()| self.stdin.flush()).ok()?;
        let mut printed = String::new();
        loop {
            let mut line = String::new();
            if self.stdout.read_line(&mut line).expect("psql prints UTF-8") == 0 {
                return None;
            }
            if line.trim_end() == END {
                return Some(printed);
            }
            printed.push_str(&line);
        }
    }
}

impl Drop for Interactive {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
