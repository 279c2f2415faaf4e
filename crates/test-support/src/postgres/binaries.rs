//! Where PostgreSQL's programs are.

use std::ffi::OsStr;
use std::path::{Path, PathBuf};
use std::process::Command;

use super::variable;

/// What to do on a machine where something is missing.
pub const INSTRUCTIONS: &str = "\
PostgreSQL 14 or newer (the server and psql) or the client sqlite3 was not found; any one of these helps:
  Debian, Ubuntu:    apt-get install postgresql sqlite3
  Fedora:            dnf install postgresql-server sqlite
  macOS:             brew install postgresql@17
  other folders:     DEMO_POSTGRES_BIN=<folder with initdb, postgres and psql>
  a running server:  DEMO_TEST_POSTGRES=postgres://user:password@host/postgres, for a role with CREATEDB and CREATEROLE
  without it:        cargo xtask test --without-postgres";

/// The folders with PostgreSQL's programs.
#[derive(Clone, Debug)]
pub struct Binaries {
    server: Option<PathBuf>,
}

impl Binaries {
    /// Looks in `DEMO_POSTGRES_BIN`, what `pg_config` says, where Debian, Homebrew and PostgreSQL's own installers put
    /// them, and in `PATH`; of several versions the newest. `DEMO_POSTGRES_BIN` alone counts where it is set.
    ///
    /// # Errors
    /// When `DEMO_POSTGRES_BIN` is relative, or there is nothing in it.
    pub fn find() -> Result<Self, String> {
        let server = match variable("DEMO_POSTGRES_BIN").map(PathBuf::from) {
            Some(folder) if folder.is_relative() => {
                // Each test program has a current folder of its own.
                return Err("DEMO_POSTGRES_BIN is not an absolute path".to_owned());
            }
            Some(folder) if !has_server(&folder) => {
                return Err(format!(
                    "DEMO_POSTGRES_BIN={}: there is no initdb and no postgres in this folder",
                    folder.display()
                ));
            }
            Some(folder) => Some(folder),
            None => candidates().into_iter().find(|folder| has_server(folder)),
        };
        Ok(Self { server })
    }

    /// The folder with `initdb` and `postgres`; `None` where none were found.
    pub fn server(&self) -> Option<&Path> {
        self.server.as_deref()
    }

    /// A client beside the server, else from anywhere.
    pub fn client(&self, name: &str) -> Option<PathBuf> {
        let folders = self.server.iter().cloned().chain(candidates());
        folders.map(|folder| folder.join(program(name))).find(|path| path.is_file())
    }
}

fn has_server(folder: &Path) -> bool {
    ["initdb", "postgres"].iter().all(|name| folder.join(program(name)).is_file())
}

fn program(name: &str) -> String {
    format!("{name}{}", std::env::consts::EXE_SUFFIX)
}

/// In the order in which they are tried. Debian's `/usr/bin/psql` is a script that picks a version: the versions' own
/// folders come before `PATH`.
fn candidates() -> Vec<PathBuf> {
    let mut folders: Vec<PathBuf> = pg_config().into_iter().collect();
    for parent in ["/usr/lib/postgresql", "/opt/homebrew/opt", "/usr/local/opt", "/Library/PostgreSQL"] {
        folders.extend(versions(Path::new(parent)));
    }
    folders.extend(["/usr/local/pgsql/bin"].map(PathBuf::from));
    folders.extend(std::env::split_paths(&std::env::var_os("PATH").unwrap_or_default()));
    folders
}

#[expect(clippy::disallowed_methods, reason = "asks PostgreSQL where its programs are")]
fn pg_config() -> Option<PathBuf> {
    let output = Command::new("pg_config").arg("--bindir").output().ok()?;
    let text = String::from_utf8(output.stdout).ok()?;
    Some(PathBuf::from(text.trim_end())).filter(|folder| output.status.success() && folder.is_absolute())
}

/// `17/bin`, `postgresql@16/bin` and the like, the newest version first.
fn versions(parent: &Path) -> Vec<PathBuf> {
    let entries = std::fs::read_dir(parent).into_iter().flatten().flatten();
    let mut found: Vec<(u32, PathBuf)> =
        entries.filter_map(|entry| Some((version(&entry.file_name())?, entry.path().join("bin")))).collect();
    found.sort();
    found.into_iter().rev().map(|(_, folder)| folder).collect()
}

fn version(name: &OsStr) -> Option<u32> {
    let name = name.to_str()?;
    name.strip_prefix("postgresql@").unwrap_or(name).parse().ok()
}
