//! What both engines make alike of a typed catalog: foreign keys, and the sentences on what is left out.
//!
//! The rule to keep in mind: a catalog may come from a file of a pull request; SQL has its names in quotes, and sentences
//! have them made safe.

use model::text::Shown;
use model::{Column, Engine, ForeignKey, ReferentialAction, Table};

use crate::sql::identifiers;

/// A foreign key's constraint; `parent` is the table that it leads to, quoted.
pub(crate) fn foreign_key(key: &ForeignKey, parent: &str) -> String {
    let mut sql = format!(
        "FOREIGN KEY ({}) REFERENCES {parent} ({})",
        identifiers(&key.columns),
        identifiers(&key.key)
    );
    for (event, action) in [(" ON DELETE ", key.on_delete), (" ON UPDATE ", key.on_update)] {
        if let Some(action) = action_sql(action) {
            sql.push_str(event);
            sql.push_str(action);
        }
    }
    if key.deferrable {
        sql.push_str(" DEFERRABLE INITIALLY DEFERRED");
    }
    sql
}

fn action_sql(action: ReferentialAction) -> Option<&'static str> {
    match action {
        ReferentialAction::NoAction => None,
        ReferentialAction::Restrict => Some("RESTRICT"),
        ReferentialAction::Cascade => Some("CASCADE"),
        ReferentialAction::SetNull => Some("SET NULL"),
        ReferentialAction::SetDefault => Some("SET DEFAULT"),
    }
}

/// The columns that `wanted` picks, made safe for a message.
pub(crate) fn shown_columns(table: &Table, wanted: fn(&Column) -> bool) -> Vec<String> {
    table
        .columns
        .iter()
        .filter(|column| wanted(column))
        .map(|column| Shown(&column.name).to_string())
        .collect()
}

/// A sentence for what no engine makes of a table anew: its defaults, its computed columns, and keys with one of those.
pub(crate) fn left_out_of(name: &str, table: &Table) -> Vec<String> {
    let mut sentences = Vec::new();
    let defaults = shown_columns(table, |column| column.has_default);
    let generated = shown_columns(table, |column| column.generated);
    if !defaults.is_empty() {
        sentences.push(format!("{}: no default for {}.", Shown(name), defaults.join(", ")));
    }
    if !generated.is_empty() {
        sentences.push(format!("{}: no computed column {}.", Shown(name), generated.join(", ")));
    }
    let keys = [("primary", &table.primary_key)].into_iter();
    let keys = keys.chain(table.unique_keys.iter().map(|key| ("unique", &key.columns)));
    for (kind, columns) in keys.filter(|(_, columns)| table.has_generated(columns)) {
        sentences.push(format!(
            "{}: no {kind} key ({}), which is computed.",
            Shown(name),
            Shown(&columns.join(", "))
        ));
    }
    sentences
}

/// The sentence on a foreign key of the table `name` that is not made.
pub(crate) fn no_foreign_key(name: &str, key: &ForeignKey, reason: &str) -> String {
    format!(
        "{}: no foreign key ({}) to {}, {reason}.",
        Shown(name),
        Shown(&key.columns.join(", ")),
        Shown(&key.to)
    )
}

/// Why a foreign key that leads nowhere is not made, and one that a computed column is a part of.
pub(crate) const NOT_THERE: &str = "which is not there";
pub(crate) const COMPUTED: &str = "which is computed on one side";

/// The sentence on all that a catalog of `from` does not tell, and that is therefore not made in `to`.
pub(crate) fn not_told(from: Engine, to: Engine) -> &'static str {
    match (from, to) {
        (Engine::Sqlite, Engine::Sqlite) => {
            "Checks other than for JSON, indexes other than plain unique ones, indexes' own collations, AUTOINCREMENT, ON CONFLICT clauses, triggers, views and virtual tables (full-text ones, too) are not made."
        }
        (Engine::Sqlite, Engine::Postgres) => {
            "Checks, indexes other than plain unique ones, indexes' own collations, ON CONFLICT clauses, triggers, views and virtual tables (full-text ones, too) are not made."
        }
        (Engine::Postgres, Engine::Sqlite) => {
            "Checks other than for JSON, what enumerations, domains and lengths allow, collations, indexes other than plain unique ones, NULLS NOT DISTINCT, exclusion constraints, triggers, views, schemas, partitions, inheritance, policies and rights are not made."
        }
        (Engine::Postgres, Engine::Postgres) => {
            "Checks, collations, indexes other than plain unique ones, NULLS NOT DISTINCT, exclusion constraints, triggers, views, partitions, inheritance, policies and rights are not made."
        }
    }
}
