//! A workspace of a test's own.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};

use tempfile::TempDir;

use crate::Run;

/// A folder that looks like a fresh clone to the commands: a workspace with an archive, no database yet.
#[derive(Debug)]
pub struct Sandbox {
    dir: TempDir,
    xtask: PathBuf,
}

impl Sandbox {
    /// A workspace with an empty archive. `xtask` is the binary under test.
    pub fn empty(xtask: &str) -> Self {
        let dir = tempfile::Builder::new().prefix("sandbox").tempdir().expect("a temp folder");
        let sandbox = Self { dir, xtask: PathBuf::from(xtask) };
        sandbox.write("Cargo.toml", "[workspace]\n");
        std::fs::create_dir(sandbox.path("demo-snapshots")).expect("a folder");
        sandbox
    }

    /// A workspace with a copy of the archive at `archive`.
    pub fn with_archive(xtask: &str, archive: &Path) -> Self {
        let sandbox = Self::empty(xtask);
        copy_tree(archive, &sandbox.path("demo-snapshots"));
        sandbox
    }

    /// A path below the workspace.
    pub fn path(&self, relative: &str) -> PathBuf {
        self.dir.path().join(relative)
    }

    /// Writes a file below the workspace, with its folders.
    pub fn write(&self, relative: &str, text: impl AsRef<[u8]>) {
        let path = self.path(relative);
        std::fs::create_dir_all(path.parent().expect("a folder")).expect("folders");
        #[expect(clippy::disallowed_methods, reason = "a test's own files need no atomicity")]
        std::fs::write(path, text).expect("written");
    }

    /// Reads a file below the workspace.
    pub fn read(&self, relative: &str) -> String {
        std::fs::read_to_string(self.path(relative)).unwrap_or_else(|error| panic!("{relative}: {error}"))
    }

    /// Every file below `relative` with its bytes, by path; links as their target.
    pub fn tree(&self, relative: &str) -> BTreeMap<PathBuf, Vec<u8>> {
        let mut files = BTreeMap::new();
        collect(&self.path(relative), &mut files);
        files
    }

    /// Runs a command as `cargo xtask` would, in the workspace, with nothing in its environment that could steer it.
    pub fn run(&self, args: &[&str]) -> Run {
        self.run_with(args, &[])
    }

    /// As [`Sandbox::run`], with variables set.
    pub fn run_with(&self, args: &[&str], variables: &[(&str, &str)]) -> Run {
        let output = self.command(args).envs(variables.iter().copied()).output().expect("the command starts");
        Run::of(args, &output, &self.dir.path().canonicalize().expect("exists"))
    }

    /// As [`Sandbox::run`], as another user; `None` if that user cannot run the command, since its file is not theirs to
    /// read. Only the superuser can become another.
    #[cfg(unix)]
    pub fn run_as(&self, uid: u32, args: &[&str]) -> Option<Run> {
        use std::os::unix::process::CommandExt as _;
        let output = self.command(args).uid(uid).gid(uid).output().ok()?;
        Some(Run::of(args, &output, &self.dir.path().canonicalize().expect("exists")))
    }

    /// Runs a command whose output goes to these files. Its exit code; `None` if a signal ended it.
    pub fn run_into(&self, args: &[&str], stdout: std::fs::File, stderr: std::fs::File) -> Option<i32> {
        self.command(args).stdout(stdout).stderr(stderr).status().expect("the command starts").code()
    }

    /// Starts a command to be killed.
    pub fn spawn(&self, args: &[&str]) -> Child {
        self.spawn_with(args, &[])
    }

    /// As [`Sandbox::spawn`], with variables set.
    pub fn spawn_with(&self, args: &[&str], variables: &[(&str, &str)]) -> Child {
        let mut command = self.command(args);
        command.envs(variables.iter().copied()).stdout(Stdio::null()).stderr(Stdio::null());
        command.spawn().expect("the command starts")
    }

    /// Runs git in the workspace, as somebody at a fixed time and without anybody's settings. What it prints is that of its
    /// version.
    #[expect(clippy::disallowed_methods, reason = "tests run git as the tool's users do")]
    pub fn git(&self, args: &[&str]) -> Run {
        let mut command = Command::new("git");
        for (name, _) in std::env::vars_os() {
            if name.to_string_lossy().starts_with("GIT_") {
                command.env_remove(&name);
            }
        }
        for who in ["AUTHOR", "COMMITTER"] {
            command
                .env(format!("GIT_{who}_NAME"), "Somebody")
                .env(format!("GIT_{who}_EMAIL"), "somebody@example.com");
            command.env(format!("GIT_{who}_DATE"), "2026-11-20T12:00:00Z");
        }
        command.env("GIT_CONFIG_NOSYSTEM", "1").env("GIT_CONFIG_GLOBAL", "/dev/null").env("LC_ALL", "C");
        let output = command.args(args).current_dir(self.dir.path()).stdin(Stdio::null()).output();
        Run::of(args, &output.expect("git is there"), &self.dir.path().canonicalize().expect("exists"))
    }

    #[expect(clippy::disallowed_methods, reason = "tests run the tool as its users do")]
    fn command(&self, args: &[&str]) -> Command {
        let mut command = Command::new(&self.xtask);
        command.args(args).current_dir(self.dir.path()).stdin(Stdio::null());
        for (name, _) in std::env::vars_os() {
            let text = name.to_string_lossy();
            if text.starts_with("DEMO_") || text.starts_with("PG") {
                command.env_remove(&name);
            }
        }
        command.env_remove("SOURCE_DATE_EPOCH").env_remove("RUST_LOG");
        command.env("NO_COLOR", "1");
        command
    }
}

fn copy_tree(from: &Path, to: &Path) {
    std::fs::create_dir_all(to).expect("a folder");
    for entry in std::fs::read_dir(from).expect("a folder") {
        let entry = entry.expect("an entry");
        let (source, target) = (entry.path(), to.join(entry.file_name()));
        let kind = entry.file_type().expect("a kind");
        if kind.is_dir() {
            copy_tree(&source, &target);
        } else if kind.is_symlink() {
            copy_link(&source, &target);
        } else {
            std::fs::copy(&source, &target).expect("copied");
        }
    }
}

#[cfg(unix)]
fn copy_link(source: &Path, target: &Path) {
    std::os::unix::fs::symlink(std::fs::read_link(source).expect("a link"), target).expect("linked");
}

#[cfg(not(unix))]
fn copy_link(source: &Path, target: &Path) {
    std::fs::copy(source, target).expect("copied");
}

fn collect(path: &Path, files: &mut BTreeMap<PathBuf, Vec<u8>>) {
    let Ok(found) = path.symlink_metadata() else { return };
    if found.is_dir() {
        for entry in std::fs::read_dir(path).expect("a folder") {
            collect(&entry.expect("an entry").path(), files);
        }
    } else if found.is_symlink() {
        let target = std::fs::read_link(path).expect("a link");
        files.insert(path.to_owned(), target.to_string_lossy().into_owned().into_bytes());
    } else {
        files.insert(path.to_owned(), std::fs::read(path).expect("a file"));
    }
}
