//! Plain SQLite connections, as any other program would open.

use std::path::Path;

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
