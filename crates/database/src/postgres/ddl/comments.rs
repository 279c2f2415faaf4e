//! Comments of the tables that were made. One that would hide something from its readers is left out, and so is one that
//! no database can have given: a catalog may come from a file of a pull request.

use model::text::{Shown, needs_escape};
use model::{Catalog, Table};

use super::super::sql::{identifier, literal, qualified};

/// The statements that set the comments, and a sentence for each that is left out.
pub(super) fn statements(catalog: &Catalog, left_out: &mut Vec<String>) -> Vec<String> {
    let mut statements = Vec::new();
    for (name, table) in &catalog.tables {
        for (column, comment) in all(table) {
            if let Some(reason) = unfit(comment) {
                let on = column.map_or_else(String::new, |column| format!(" on {}", Shown(column)));
                left_out.push(format!("{}: no comment{on}, {reason}.", Shown(name)));
                continue;
            }
            let table = qualified(table.schema.as_deref(), name);
            let on = match column {
                Some(column) => format!("COLUMN {table}.{}", identifier(column)),
                None => format!("TABLE {table}"),
            };
            statements.push(format!("COMMENT ON {on} IS {}", literal(comment)));
        }
    }
    statements
}

/// The table's own comment, and those of the columns that are made.
fn all(table: &Table) -> impl Iterator<Item = (Option<&str>, &str)> {
    let own = table.comment.as_deref().map(|comment| (None, comment));
    let columns = table.columns.iter().filter(|column| !column.generated);
    let of_columns =
        columns.filter_map(|column| Some((Some(column.name.as_str()), column.comment.as_deref()?)));
    own.into_iter().chain(of_columns)
}

fn unfit(comment: &str) -> Option<String> {
    if comment.len() > Catalog::LONGEST_COMMENT {
        return Some(format!("which is longer than {} bytes", Catalog::LONGEST_COMMENT));
    }
    needs_escape(comment).then(|| "which has control, invisible or direction-changing characters".to_owned())
}
