//! The process that owns a server: a small shell script, `supervisor.sh`, which ends the server and removes its folder
//! as soon as the pipe from the test process closes, be it by `kill -9`.
//!
//! The superuser cannot run PostgreSQL: the script then runs as `postgres`, or `nobody` where there is no such user.

use std::io::{BufRead as _, BufReader, Write as _};
use std::os::unix::fs::PermissionsExt as _;
use std::os::unix::process::CommandExt as _;
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};

use super::{client, random};

/// Owns a server's process and its folder; both are gone when this is dropped.
#[derive(Debug)]
pub(super) struct Supervisor {
    child: Child,
    /// `None` once it was told to end.
    requests: Option<ChildStdin>,
    answers: BufReader<ChildStdout>,
    folder: PathBuf,
}

impl Supervisor {
    /// Starts the script, nothing else yet.
    pub(super) fn start(programs: &Path, locale: &str) -> Self {
        // The script makes it: a folder made before the script runs would stay if this process were killed in between.
        let folder = temp_folder().join(format!("demo-pg-{}-{:08x}", std::process::id(), random() >> 32));
        #[expect(clippy::disallowed_methods, reason = "tests start a server of their own")]
        let mut command = Command::new("sh");
        command.args(["-c", include_str!("supervisor.sh"), "sh"]).arg(&folder).arg(programs).arg(locale);
        if is_superuser() {
            let (uid, gid) = unprivileged();
            command.uid(uid).gid(gid);
        }
        client::without_settings(&mut command);
        // A group of its own: Ctrl-C is for the tests, which the script outlives.
        command.process_group(0).current_dir("/");
        command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::null());
        let mut child = command.spawn().expect("sh starts");
        let requests = child.stdin.take();
        let answers = BufReader::new(child.stdout.take().expect("a pipe"));
        Self { child, requests, answers, folder }
    }

    /// Where the server's files and its socket are.
    pub(super) fn folder(&self) -> &Path {
        &self.folder
    }

    /// Makes the data folder; `Err` with what initdb said if it cannot. The superuser `postgres` will have `password`.
    pub(super) fn initdb(&mut self, password: &str) -> Result<(), String> {
        if self.ask(&format!("initdb {password}")) == "done" {
            Ok(())
        } else {
            Err(format!("initdb failed:\n{}", self.log()))
        }
    }

    /// Appends lines to `postgresql.conf`: of several lines of a setting the last one counts.
    pub(super) fn configure(&self, settings: &str) {
        let path = self.folder.join("data/postgresql.conf");
        let mut file = std::fs::OpenOptions::new().append(true).open(path).expect("initdb made it");
        file.write_all(settings.as_bytes()).expect("written");
    }

    /// Starts the server and waits until it takes connections; `Err` with its log if it ended.
    pub(super) fn begin(&mut self) -> Result<u32, String> {
        let pid: u32 = self.ask("begin").parse().expect("a process id");
        let (status, ended) = (self.folder.join("data/postmaster.pid"), self.folder.join("ended"));
        for _ in 0..6_000 {
            // Checked before the status, which a server that was killed leaves behind.
            if ended.exists() {
                return Err(self.log());
            }
            let lines = std::fs::read_to_string(&status).unwrap_or_default();
            let is_ours = lines.lines().next() == Some(&pid.to_string());
            if is_ours && lines.lines().nth(7).map(str::trim) == Some("ready") {
                return Ok(pid);
            }
            std::thread::sleep(std::time::Duration::from_millis(10));
        }
        panic!("the server does not take connections after a minute:\n{}", self.log());
    }

    /// Stops the server at once, as a crash would: nothing is written any more.
    pub(super) fn end(&mut self) {
        self.ask("end");
    }

    /// Sends a signal to one of the server's processes; whether it was there.
    pub(super) fn kill(&mut self, signal: &str, pid: u32) -> bool {
        self.ask(&format!("kill -{signal} {pid}")) == "done"
    }

    /// What the server wrote since it was started.
    pub(super) fn log(&self) -> String {
        std::fs::read_to_string(self.folder.join("log")).unwrap_or_default()
    }

    fn ask(&mut self, request: &str) -> String {
        let requests = self.requests.as_mut().expect("open until dropped");
        writeln!(requests, "{request}").expect("the supervisor listens");
        let mut answer = String::new();
        self.answers.read_line(&mut answer).expect("the supervisor answers");
        answer.trim_end().to_owned()
    }
}

impl Drop for Supervisor {
    fn drop(&mut self) {
        drop(self.requests.take());
        let _ = self.child.wait();
    }
}

/// A folder with a path short enough for a socket in it, where another user may make and remove files if need be.
fn temp_folder() -> PathBuf {
    let usual = std::env::temp_dir();
    let is_short = usual.as_os_str().len() <= 60;
    let is_open = || usual.ancestors().all(|folder| mode(folder) & 0o001 != 0) && mode(&usual) & 0o002 != 0;
    if is_short && (!is_superuser() || is_open()) { usual } else { PathBuf::from("/tmp") }
}

/// Whether this process may become another user.
#[expect(clippy::disallowed_methods, reason = "the standard library does not tell who we are")]
fn is_superuser() -> bool {
    Command::new("id").arg("-u").output().is_ok_and(|output| output.stdout == b"0\n")
}

fn mode(path: &Path) -> u32 {
    path.metadata().map_or(0, |found| found.permissions().mode())
}

/// The user and group to run as instead of the superuser.
fn unprivileged() -> (u32, u32) {
    let users = std::fs::read_to_string("/etc/passwd").expect("the list of users");
    let find = |name: &str| {
        let fields: Vec<&str> = users
            .lines()
            .map(|line| line.split(':').collect())
            .find(|fields: &Vec<&str>| fields.first() == Some(&name))?;
        Some((fields.get(2)?.parse().ok()?, fields.get(3)?.parse().ok()?))
    };
    find("postgres")
        .or_else(|| find("nobody"))
        .expect("a user `postgres` or `nobody`: PostgreSQL refuses to run as root")
}
