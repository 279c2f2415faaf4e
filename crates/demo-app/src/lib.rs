//! The bundled example application: a personal knowledge store of vaults, projects, fragments, todos, contacts and chat
//! sessions, with real constraints, so that scenarios have something real to hold.
//!
//! Holds migrations only; the database crate runs them, and the seeds live with their scenarios. Runs no statement and
//! opens no database itself.

use database::Migration;

/// The SQLite schema's migrations, oldest first. One that has shipped is never changed: the next step is a new one.
pub const SQLITE: &[Migration] = &[
    Migration { name: "0001_tables", sql: include_str!("../migrations/sqlite/0001_tables.sql") },
    Migration { name: "0002_indexes", sql: include_str!("../migrations/sqlite/0002_indexes.sql") },
    Migration { name: "0003_full_text", sql: include_str!("../migrations/sqlite/0003_full_text.sql") },
];

/// The same tables for PostgreSQL, in as many steps; a snapshot of either goes into the other.
pub const POSTGRES: &[Migration] = &[
    Migration { name: "0001_tables", sql: include_str!("../migrations/postgres/0001_tables.sql") },
    Migration { name: "0002_indexes", sql: include_str!("../migrations/postgres/0002_indexes.sql") },
    Migration { name: "0003_full_text", sql: include_str!("../migrations/postgres/0003_full_text.sql") },
];

#[cfg(test)]
mod tests {
    use rusqlite::Connection;

    fn fresh() -> Connection {
        let db = Connection::open_in_memory().expect("memory");
        for migration in super::SQLITE {
            db.execute_batch(migration.sql).expect(migration.name);
        }
        db
    }

    fn fragment(db: &Connection, metadata: &str) -> rusqlite::Result<usize> {
        db.execute(
            "INSERT INTO fragments (type, title, message, metadata, vault, created_at, updated_at)
             VALUES ('note', 'Hinges', 'Order the 110° ones', ?1, 'home', '2026-11-01 08:00:00', '2026-11-01 08:00:00')",
            [metadata],
        )
    }

    fn vault(db: &Connection) {
        let sql = "INSERT INTO vaults (name, slug, created_at, updated_at)
                   VALUES ('Home', 'home', '2026-11-01 08:00:00', '2026-11-01 08:00:00')";
        db.execute(sql, []).expect("a vault");
    }

    #[test]
    fn the_full_text_index_follows_inserts_updates_and_deletes() {
        let db = fresh();
        vault(&db);
        let hits = |word: &str| -> i64 {
            let sql = "SELECT count(*) FROM fragments_fts WHERE fragments_fts MATCH ?1";
            db.query_row(sql, [word], |row| row.get(0)).expect("a count")
        };
        fragment(&db, "{}").expect("a fragment");
        assert_eq!((hits("hinges"), hits("screws")), (1, 0));
        db.execute("UPDATE fragments SET title = 'Screws'", []).expect("updated");
        assert_eq!((hits("hinges"), hits("screws")), (0, 1));
        db.execute("DELETE FROM fragments", []).expect("deleted");
        assert_eq!(hits("screws"), 0);
        db.execute("INSERT INTO fragments_fts (fragments_fts, rank) VALUES ('integrity-check', 1)", [])
            .expect("in sync");
    }

    #[test]
    fn constraints_refuse_what_the_application_could_not_show() {
        let db = fresh();
        db.pragma_update(None, "foreign_keys", true).expect("foreign keys");
        assert!(fragment(&db, "{}").is_err(), "a fragment without its vault");
        vault(&db);
        assert!(fragment(&db, "{").is_err(), "metadata that is not JSON");
        fragment(&db, "{}").expect("a fragment");
    }

    #[test]
    fn the_schema_has_six_tables() {
        let db = fresh();
        let sql = "SELECT name FROM pragma_table_list WHERE schema = 'main' AND type = 'table' AND name NOT LIKE 'sqlite%' ORDER BY name";
        let mut statement = db.prepare(sql).expect("a query");
        let names: Vec<String> = statement.query_map([], |row| row.get(0)).expect("rows").flatten().collect();
        assert_eq!(names, ["chat_sessions", "contacts", "fragments", "projects", "todos", "vaults"]);
    }
}
