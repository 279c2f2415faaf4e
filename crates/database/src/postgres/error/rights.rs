//! A right that the role lacks, and the GRANT that gives it.
//!
//! PostgreSQL names the object without its schema, so that is taken from the statement, which always has it.

use model::text::Shown;
use tokio_postgres::error::DbError;

use super::fault::bounded;
use super::{Attempt, PostgresError};
use crate::postgres::sql::identifier;

/// What SQLSTATE 42501 means.
pub(super) fn missing(attempt: &Attempt<'_>, db: &DbError) -> PostgresError {
    let message = db.message();
    let (place, role) = (attempt.place.to_owned(), attempt.role.to_owned());
    if message.contains("row-level security policy for table") {
        let table = quoted_name(message).or_else(|| db.table().map(str::to_owned)).unwrap_or_default();
        return if message.starts_with("query would be affected") {
            PostgresError::RowSecurity { place, role, table }
        } else {
            PostgresError::PolicyRefuses { place, role, table }
        };
    }
    let (what, grant) = needed(attempt, message).unwrap_or_else(|| {
        (format!("do this ({})", bounded(message)), format!("GRANT … TO {}", role_of(attempt)))
    });
    let safe = |text: String| Shown(&text).to_string();
    PostgresError::MissingRight { place, role, what: safe(what), grant: safe(grant) }
}

/// What the role wants to do, and the statement that lets it.
fn needed(attempt: &Attempt<'_>, message: &str) -> Option<(String, String)> {
    let role = role_of(attempt);
    let database = identifier(attempt.database);
    if message.starts_with("permission denied to create temporary tables in database") {
        return Some((
            "make temporary tables".to_owned(),
            format!("GRANT TEMPORARY ON DATABASE {database} TO {role}"),
        ));
    }
    if let Some(rest) = message.strip_prefix("must be owner of ") {
        let (kind, name) = rest.rsplit_once(' ')?;
        let name = in_statement(attempt.sql, name);
        return Some((
            format!("change the {kind} {name} (its owner alone may)"),
            format!("ALTER {} {name} OWNER TO {role}", keyword(kind)),
        ));
    }
    let (kind, name) = split_kind(message.strip_prefix("permission denied for ")?)?;
    let rights = rights_on(kind, attempt.sql);
    let name = match kind {
        "database" => database,
        "schema" => identifier(name),
        _ => in_statement(attempt.sql, name),
    };
    Some((format!("use the {kind} {name}"), format!("GRANT {rights} ON {} {name} TO {role}", keyword(kind))))
}

/// `table items` in two; kinds of two words first.
fn split_kind(object: &str) -> Option<(&str, &str)> {
    for kind in ["foreign table", "materialized view"] {
        if let Some(name) = object.strip_prefix(kind).and_then(|rest| rest.strip_prefix(' ')) {
            return Some((kind, name));
        }
    }
    object.split_once(' ').filter(|(kind, _)| {
        matches!(
            *kind,
            "table" | "view" | "sequence" | "schema" | "database" | "function" | "type" | "relation"
        )
    })
}

fn keyword(kind: &str) -> &'static str {
    match kind {
        "sequence" => "SEQUENCE",
        "schema" => "SCHEMA",
        "database" => "DATABASE",
        "function" => "FUNCTION",
        "type" => "TYPE",
        _ => "TABLE",
    }
}

/// All that a statement of this kind is about to need: an import reads, inserts, updates and deletes.
fn rights_on(kind: &str, sql: &str) -> &'static str {
    let writes = writes(sql);
    match kind {
        "sequence" if writes || sql.contains("setval") => "SELECT, UPDATE",
        "sequence" => "SELECT",
        "schema" if sql.contains("CREATE ") => "USAGE, CREATE",
        "schema" | "type" => "USAGE",
        "database" if sql.is_empty() => "CONNECT",
        "database" => "CREATE",
        "function" => "EXECUTE",
        _ if writes => "SELECT, INSERT, UPDATE, DELETE",
        _ => "SELECT",
    }
}

fn writes(sql: &str) -> bool {
    let sql = sql.trim_start();
    let reads =
        ["SELECT", "COPY (", "WITH", "TABLE", "DECLARE", "FETCH"].iter().any(|word| sql.starts_with(word))
            || (sql.starts_with("LOCK") && sql.contains("IN ACCESS SHARE MODE"));
    !(reads || sql.is_empty())
}

/// The object `name` as the statement names it: with its schema.
fn in_statement(sql: &str, name: &str) -> String {
    let name = identifier(name);
    let with_dot = format!(".{name}");
    let schema = sql.match_indices(&with_dot).find_map(|(at, _)| {
        let before = sql[..at].strip_suffix('"')?;
        let start = before.rfind('"')?;
        let schema = &before[start + 1..];
        (!schema.is_empty()).then(|| identifier(schema))
    });
    match schema {
        Some(schema) => format!("{schema}{with_dot}"),
        None => name,
    }
}

fn role_of(attempt: &Attempt<'_>) -> String {
    if attempt.role.is_empty() { "the role".to_owned() } else { identifier(attempt.role) }
}

/// The name in the message's last pair of quotes.
fn quoted_name(message: &str) -> Option<String> {
    let end = message.rfind('"')?;
    let start = message[..end].rfind('"')?;
    Some(message[start + 1..end].to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn grant(sql: &str, message: &str) -> String {
        let attempt = Attempt { place: "postgres://h/d", role: "reader", database: "demo", sql };
        needed(&attempt, message)
            .map_or_else(|| "none".to_owned(), |(what, grant)| format!("{what}: {grant}"))
    }

    #[test]
    fn the_grant_is_the_one_that_is_missing() {
        insta::assert_snapshot!(grant(r#"COPY (SELECT "a" FROM "app"."Items") TO STDOUT"#, "permission denied for table Items"), @r#"use the table "app"."Items": GRANT SELECT ON TABLE "app"."Items" TO "reader""#);
        insta::assert_snapshot!(grant(r#"INSERT INTO "public"."t" ("a") VALUES (1)"#, "permission denied for table t"), @r#"use the table "public"."t": GRANT SELECT, INSERT, UPDATE, DELETE ON TABLE "public"."t" TO "reader""#);
        insta::assert_snapshot!(grant(r#"LOCK TABLE "public"."t" IN ACCESS SHARE MODE"#, "permission denied for table t"), @r#"use the table "public"."t": GRANT SELECT ON TABLE "public"."t" TO "reader""#);
        insta::assert_snapshot!(grant(r#"SELECT 1 FROM "app"."t""#, "permission denied for schema app"), @r#"use the schema "app": GRANT USAGE ON SCHEMA "app" TO "reader""#);
        insta::assert_snapshot!(grant(r#"CREATE TABLE "public"."t" ()"#, "permission denied for schema public"), @r#"use the schema "public": GRANT USAGE, CREATE ON SCHEMA "public" TO "reader""#);
        insta::assert_snapshot!(grant(r#"SELECT pg_catalog.setval('"public"."t_id_seq"', 9)"#, "permission denied for sequence t_id_seq"), @r#"use the sequence "public"."t_id_seq": GRANT SELECT, UPDATE ON SEQUENCE "public"."t_id_seq" TO "reader""#);
        insta::assert_snapshot!(grant("CREATE TEMP TABLE x ()", "permission denied to create temporary tables in database \"demo\""), @r#"make temporary tables: GRANT TEMPORARY ON DATABASE "demo" TO "reader""#);
        insta::assert_snapshot!(grant("", "permission denied for database demo"), @r#"use the database "demo": GRANT CONNECT ON DATABASE "demo" TO "reader""#);
        insta::assert_snapshot!(grant(r#"ALTER TABLE "public"."t" DISABLE TRIGGER USER"#, "must be owner of table t"), @r#"change the table "public"."t" (its owner alone may): ALTER TABLE "public"."t" OWNER TO "reader""#);
        insta::assert_snapshot!(grant("SELECT 1", "keine Berechtigung für Tabelle t"), @"none");
    }
}
