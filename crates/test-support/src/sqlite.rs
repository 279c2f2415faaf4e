//! Plain SQLite connections, as any other program would open.

use std::fs::File;
use std::path::Path;
use std::process::Command;

use rusqlite::Connection;

/// Opens a database, making it when missing, with foreign keys enforced.
pub fn open(path: &Path) -> Connection {
    let connection = Connection::open(path).expect("opens");
    connection.pragma_update(None, "foreign_keys", true).expect("foreign keys");
    connection
}

/// Runs statements.
#[track_caller]
pub fn execute(path: &Path, sql: &str) {
    open(path).execute_batch(sql).expect("runs");
}

/// The first column of the first row, as text.
#[track_caller]
pub fn one(path: &Path, sql: &str) -> String {
    let value: rusqlite::types::Value = open(path).query_row(sql, [], |row| row.get(0)).expect("a row");
    match value {
        rusqlite::types::Value::Null => "NULL".to_owned(),
        rusqlite::types::Value::Integer(n) => n.to_string(),
        rusqlite::types::Value::Real(x) => format!("{x:?}"),
        rusqlite::types::Value::Text(text) => text,
        rusqlite::types::Value::Blob(bytes) => format!("{bytes:?}"),
    }
}

/// The release of the client `sqlite3`: `n` of 3.`n`.
#[track_caller]
#[expect(clippy::disallowed_methods, reason = "SQLite's own client is the second opinion")]
pub fn client_minor_version() -> u32 {
    let output = Command::new("sqlite3").arg("--version").output();
    let output = output.expect("the client `sqlite3` is on the search path (Debian's package is sqlite3)");
    let printed = String::from_utf8_lossy(&output.stdout);
    let minor = printed.strip_prefix("3.").and_then(|rest| rest.split('.').next());
    minor.and_then(|minor| minor.parse().ok()).unwrap_or_else(|| panic!("sqlite3 --version: {printed}"))
}

/// What the client prints that runs a file as a user would: `sqlite3 -bail DATABASE < FILE`.
#[track_caller]
#[expect(clippy::disallowed_methods, reason = "SQLite's own client is the second opinion")]
pub fn client(database: &Path, file: &Path) -> String {
    let script = File::open(file).expect("opens");
    let output = Command::new("sqlite3").arg("-bail").arg(database).stdin(script).output();
    let output = output.expect("the client `sqlite3` is on the search path (Debian's package is sqlite3)");
    assert!(output.status.success(), "sqlite3: {}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).expect("sqlite3 prints UTF-8")
}

/// As [`client`], with foreign keys enforced from the first statement on.
///
/// # Errors
/// What the client says of a statement that failed.
#[expect(clippy::disallowed_methods, reason = "SQLite's own client is the second opinion")]
pub fn client_with_keys(database: &Path, file: &Path) -> Result<String, String> {
    let script = File::open(file).expect("opens");
    let keys = ["-bail", "-cmd", "PRAGMA foreign_keys = ON"];
    let output = Command::new("sqlite3").args(keys).arg(database).stdin(script).output();
    let output = output.expect("the client `sqlite3` is on the search path (Debian's package is sqlite3)");
    let said = |bytes| String::from_utf8(bytes).expect("sqlite3 prints UTF-8");
    if output.status.success() { Ok(said(output.stdout)) } else { Err(said(output.stderr)) }
}
