//! What names suggest. Every answer is a guess, and goes no further than a proposal.

use model::{LogicalType, Table};

/// Tables that tools keep for themselves, without underscores and in lower case; any name with `migration` in it is one
/// more.
const OF_TOOLS: [&str; 12] = [
    "alembicversion",
    "arinternalmetadata",
    "databasechangelog",
    "databasechangeloglock",
    "efmigrationshistory",
    "flywayschemahistory",
    "goosedbversion",
    "phinxlog",
    "refineryschemahistory",
    "schemaversion",
    "sequelizemeta",
    "typeormmetadata",
];

/// Columns by which the rows of a table are counted, the most telling first.
const KINDS: [&str; 3] = ["type", "kind", "status"];

/// A name's words in lower case: `created_at`, `createdAt` and `Created At` have the same.
pub(super) fn words(name: &str) -> Vec<String> {
    let mut words = vec![String::new()];
    let mut after_lower = false;
    for c in name.chars() {
        if !c.is_alphanumeric() || (c.is_uppercase() && after_lower) {
            words.push(String::new());
        }
        after_lower = c.is_lowercase() || c.is_numeric();
        if let (true, Some(word)) = (c.is_alphanumeric(), words.last_mut()) {
            word.extend(c.to_lowercase());
        }
    }
    words.retain(|word| !word.is_empty());
    words
}

/// Whether a tool keeps it to know which migrations ran.
pub(super) fn is_of_a_tool(table: &str) -> bool {
    let joined = joined(table);
    joined.contains("migration") || OF_TOOLS.contains(&joined.as_str())
}

/// Whether it may only record what happened to other tables.
pub(super) fn is_log(table: &str) -> bool {
    let is_log = |word: &String| {
        matches!(word.as_str(), "log" | "logs" | "audit" | "audits" | "history" | "histories" | "journal")
    };
    words(table).iter().any(is_log)
}

/// Whether a column may hold JSON.
pub(super) fn suggests_json(column: &str) -> bool {
    let words = words(column);
    words.iter().any(|word| word == "json")
        || words.last().is_some_and(|word| {
            matches!(
                word.as_str(),
                "metadata"
                    | "meta"
                    | "settings"
                    | "preferences"
                    | "payload"
                    | "attributes"
                    | "properties"
                    | "config"
            )
        })
}

/// Whether a column of integers may hold only 0 and 1.
pub(super) fn suggests_flag(column: &str, declared: &str) -> bool {
    let words = words(column);
    let starts = |word: &String| matches!(word.as_str(), "is" | "has" | "can" | "should" | "was");
    let ends =
        |word: &String| matches!(word.as_str(), "flag" | "enabled" | "disabled" | "active" | "deleted");
    declared.eq_ignore_ascii_case("TINYINT(1)")
        || words.first().is_some_and(starts)
        || words.last().is_some_and(ends)
        || is_mark(column)
}

/// Whether a column says by itself that a row is for show.
pub(super) fn is_mark(column: &str) -> bool {
    matches!(words(column).join("_").as_str(), "demo" | "is_demo" | "demo_seed" | "demo_data" | "is_sample")
}

/// Whether a column may hold the name of a scenario.
pub(super) fn is_scenario(column: &str) -> bool {
    matches!(words(column).join("_").as_str(), "scenario" | "demo_scenario" | "scenario_name")
}

/// The column that tells what kind of thing a row is.
pub(super) fn kind_column(table: &Table) -> Option<&str> {
    let is_countable = |ty| matches!(ty, LogicalType::Text | LogicalType::Enum | LogicalType::Integer);
    KINDS.iter().find_map(|kind| {
        let mut columns = table.stored_columns().filter(|column| is_countable(column.ty));
        columns.find(|column| column.name.eq_ignore_ascii_case(kind)).map(|column| column.name.as_str())
    })
}

/// The names, as [`joined`], of a table that may hold what `words` name: `user` is found in `user` and in `users`.
pub(super) fn of_tables_holding(words: &[String]) -> Vec<String> {
    let one = words.concat();
    let ies = one.strip_suffix('y').map(|stem| format!("{stem}ies"));
    let many = [format!("{one}s"), format!("{one}es")];
    std::iter::once(one).filter(|one| !one.is_empty()).chain(many).chain(ies).collect()
}

/// A name without case and without what stands between its words.
pub(super) fn joined(name: &str) -> String {
    words(name).concat()
}

/// A name as a sentence shows it: not at any length.
pub(super) fn cut(name: &str) -> &str {
    name.char_indices().nth(60).map_or(name, |(at, _)| &name[..at])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_words_in_every_spelling() {
        for name in ["created_at", "createdAt", "CreatedAt", "created at", "_created__at"] {
            assert_eq!(words(name), ["created", "at"], "{name}");
        }
        assert_eq!(words("userID"), ["user", "id"]);
        assert_eq!(words("ORDER2x"), ["order2x"]);
        assert!(words("…").is_empty());
    }

    #[test]
    fn tables_of_tools_and_logs_are_told_by_name() {
        for tool in ["schema_migrations", "_sqlx_migrations", "alembic_version", "demo_snapshot_migrations"] {
            assert!(is_of_a_tool(tool), "{tool}");
        }
        for tool in ["__EFMigrationsHistory", "flyway_schema_history", "SequelizeMeta", "_prisma_migrations"]
        {
            assert!(is_of_a_tool(tool), "{tool}");
        }
        assert!(["audit_log", "loginHistory", "logs"].iter().all(|table| is_log(table)));
        assert!(
            ["blogs", "catalog", "users", "logins"]
                .iter()
                .all(|table| !is_log(table) && !is_of_a_tool(table))
        );
    }

    #[test]
    fn a_column_names_a_table_in_singular_or_plural() {
        let named = |table: &str, column: &str| of_tables_holding(&words(column)).contains(&joined(table));
        assert!(named("users", "user") && named("user", "user") && named("Users", "USER"));
        assert!(named("categories", "category") && named("boxes", "box"));
        assert!(named("user_profiles", "userProfile"));
        assert!(!named("user_profiles", "user") && !named("users", "") && !named("", ""));
    }
}
