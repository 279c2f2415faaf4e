//! What both engines make alike of a typed catalog: foreign keys, and the sentences on what is left out.
//!
//! The rule to keep in mind: a catalog may come from a file of a pull request; SQL has its names in quotes, and sentences
//! have them made safe.

use model::text::Shown;
use model::{Column, ForeignKey, ReferentialAction, Table};

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

/// A sentence for what no engine makes of a table anew: its defaults, and its computed columns.
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
    sentences
}
