//! The bundled example applications: a vault of notes and projects, an assistant's memory, an agent's checkpoints, an
//! astrologer's practice. Each is a schema with real constraints, so that scenarios have something real to hold.
//!
//! Holds migrations only; the database crate runs them, and the seeds live with their scenarios. Runs no statement and
//! opens no database itself.

use database::{Migration, Migrations, Schema};

/// All of them. The first is that of scenarios which name none. Each has the same tables and columns on both engines, so that a
/// snapshot of either goes into the other.
pub const SCHEMAS: &[Schema] = &[VAULT, MEMORY, CHECKPOINTS, ASTROLOGY];

/// The migrations of the names given, from the schema's folder, oldest first. One that has shipped is never changed: the next
/// step is a new one, on both engines.
macro_rules! migrations {
    ($folder:literal: $($name:literal),+) => {
        &[$(Migration { name: $name, sql: include_str!(concat!("../migrations/", $folder, "/", $name, ".sql")) }),+]
    };
}

/// Vaults, projects, fragments, todos, contacts and chat sessions.
pub const VAULT: Schema = Schema {
    name: "vault",
    migrations: Migrations {
        sqlite: migrations!("vault/sqlite": "0001_tables", "0002_indexes", "0003_full_text"),
        postgres: migrations!("vault/postgres": "0001_tables", "0002_indexes", "0003_full_text"),
    },
};

/// What an assistant remembers: observations by scope, capsules and summaries of them, pins.
pub const MEMORY: Schema = Schema {
    name: "memory",
    migrations: Migrations {
        sqlite: migrations!("memory/sqlite": "0001_tables", "0002_full_text"),
        postgres: migrations!("memory/postgres": "0001_tables", "0002_full_text"),
    },
};

/// What LangGraph's SQLite saver keeps of an agent's threads, table by table and column by column.
pub const CHECKPOINTS: Schema = Schema {
    name: "checkpoints",
    migrations: Migrations {
        sqlite: migrations!("checkpoints/sqlite": "0001_tables"),
        postgres: migrations!("checkpoints/postgres": "0001_tables"),
    },
};

/// An astrologer's practice: clients, their charts, and what is read from them.
pub const ASTROLOGY: Schema = Schema {
    name: "astrology",
    migrations: Migrations {
        sqlite: migrations!("astrology/sqlite": "0001_tables", "0002_indexes"),
        postgres: migrations!("astrology/postgres": "0001_tables", "0002_indexes"),
    },
};

#[cfg(test)]
mod tests {
    use rusqlite::Connection;

    use super::{ASTROLOGY, MEMORY, SCHEMAS, Schema, VAULT};

    fn fresh(schema: Schema) -> Connection {
        let db = Connection::open_in_memory().expect("memory");
        for migration in schema.migrations.sqlite {
            db.execute_batch(migration.sql).expect(migration.name);
        }
        db.pragma_update(None, "foreign_keys", true).expect("foreign keys");
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

    fn scope(db: &Connection) {
        let sql = "INSERT INTO scopes (id, kind, name, created_at) VALUES ('p', 'project', 'P', '2026-11-01 08:00:00')";
        db.execute(sql, []).expect("a scope");
    }

    fn observation(db: &Connection, content: &str, redacted: &str) -> rusqlite::Result<usize> {
        db.execute(
            &format!(
                "INSERT INTO observations (scope_id, ts, kind, content, is_redacted, redaction_reason)
                 VALUES ('p', '2026-11-01 08:00:00', 'fact', {content}, {redacted})"
            ),
            [],
        )
    }

    fn hits(db: &Connection, index: &str, word: &str) -> i64 {
        let sql = format!("SELECT count(*) FROM {index} WHERE {index} MATCH ?1");
        db.query_row(&sql, [word], |row| row.get(0)).expect("a count")
    }

    fn in_sync(db: &Connection, index: &str) {
        db.execute(&format!("INSERT INTO {index} ({index}, rank) VALUES ('integrity-check', 1)"), [])
            .expect("in sync");
    }

    #[test]
    fn the_full_text_index_follows_inserts_updates_and_deletes() {
        let db = fresh(VAULT);
        vault(&db);
        let hits = |word| hits(&db, "fragments_fts", word);
        fragment(&db, "{}").expect("a fragment");
        assert_eq!((hits("hinges"), hits("screws")), (1, 0));
        db.execute("UPDATE fragments SET title = 'Screws'", []).expect("updated");
        assert_eq!((hits("hinges"), hits("screws")), (0, 1));
        db.execute("DELETE FROM fragments", []).expect("deleted");
        assert_eq!(hits("screws"), 0);
        in_sync(&db, "fragments_fts");
    }

    #[test]
    fn no_word_of_a_redacted_observation_is_found() {
        let db = fresh(MEMORY);
        scope(&db);
        observation(&db, "'rot in frame nine'", "FALSE, NULL").expect("an observation");
        assert_eq!(hits(&db, "observations_fts", "rot"), 1);
        let redact =
            "UPDATE observations SET content = NULL, is_redacted = TRUE, redaction_reason = 'asked for'";
        db.execute(redact, []).expect("redacted");
        assert_eq!(hits(&db, "observations_fts", "rot"), 0);
        in_sync(&db, "observations_fts");
        for (content, redacted) in
            [("NULL", "FALSE, NULL"), ("'x'", "TRUE, 'why'"), ("NULL", "TRUE, NULL"), ("'x'", "FALSE, 'why'")]
        {
            assert!(observation(&db, content, redacted).is_err(), "{content}, {redacted}");
        }
    }

    #[test]
    fn the_number_of_an_observation_is_never_used_again() {
        let db = fresh(MEMORY);
        scope(&db);
        observation(&db, "'one'", "FALSE, NULL").expect("an observation");
        db.execute("DELETE FROM observations", []).expect("deleted");
        observation(&db, "'two'", "FALSE, NULL").expect("an observation");
        let id: i64 = db.query_row("SELECT id FROM observations", [], |row| row.get(0)).expect("one");
        assert_eq!(id, 2);
    }

    #[test]
    fn constraints_refuse_what_the_applications_could_not_show() {
        let db = fresh(VAULT);
        assert!(fragment(&db, "{}").is_err(), "a fragment without its vault");
        vault(&db);
        assert!(fragment(&db, "{").is_err(), "metadata that is not JSON");
        fragment(&db, "{}").expect("a fragment");

        let db = fresh(MEMORY);
        assert!(observation(&db, "'x'", "FALSE, NULL").is_err(), "an observation without its scope");
        scope(&db);
        let pin = "INSERT INTO pins (scope_id, created_at) VALUES ('p', '2026-11-01 08:00:00')";
        assert!(db.execute(pin, []).is_err(), "a pin of nothing");

        let db = fresh(ASTROLOGY);
        let config =
            "INSERT INTO app_config (settings, updated_at) VALUES ('{}', '2026-11-01 08:00:00+00:00')";
        db.execute(config, []).expect("the one row");
        assert!(db.execute(config, []).is_err(), "a second row");
    }

    #[test]
    fn each_schema_has_its_tables() {
        let tables = SCHEMAS.iter().map(|&schema| {
            let db = fresh(schema);
            let sql = "SELECT group_concat(name, ' ') FROM (SELECT name FROM pragma_table_list WHERE schema = 'main'
                       AND type = 'table' AND name NOT LIKE 'sqlite%' ORDER BY name)";
            let names: String = db.query_row(sql, [], |row| row.get(0)).expect("names");
            format!("{}: {names}", schema.name)
        });
        let expected = [
            "vault: chat_sessions contacts fragments projects todos vaults",
            "memory: capsule_observations capsules observations pins scopes summaries",
            "checkpoints: checkpoints writes",
            "astrology: app_config aspect_patterns birth_data chart_interpretations charts clients interpretations \
             location_cache session_notes transit_events user_preferences",
        ];
        assert_eq!(tables.collect::<Vec<_>>(), expected);
    }
}
