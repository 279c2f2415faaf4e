//! The longer sentences of the errors.

use model::text::{Shown, show_names};

pub(super) fn no_table(tables: usize) -> String {
    match tables {
        0 => "no tables: there is nothing to make a scenario of".to_owned(),
        1 => "1 table, and its rows cannot be a scenario's".to_owned(),
        n => format!("{n} tables, and the rows of none of them can be a scenario's"),
    }
}

pub(super) fn rows(n: u64) -> String {
    if n == 1 { "1 row".to_owned() } else { format!("{n} rows") }
}

/// What a table's key is, after `which`.
pub(crate) fn key_shape(columns: &[String]) -> String {
    if columns.is_empty() { "has none".to_owned() } else { format!("is ({})", show_names(columns)) }
}

/// Advice for someone who named a table that is not there.
pub(crate) fn meant_table(meant: Option<&str>) -> String {
    let list = "`data-stats` lists the tables";
    meant.map_or_else(|| list.to_owned(), |meant| format!("did you mean `{}`? {list}", Shown(meant)))
}

/// Advice for someone who is editing the file, where its content is at fault.
pub(super) fn edited_help(source: &snapshot_sql::Error) -> String {
    match source {
        snapshot_sql::Error::Read(_)
        | snapshot_sql::Error::Write(_)
        | snapshot_sql::Error::Newer { .. }
        | snapshot_sql::Error::OldFormat
        | snapshot_sql::Error::NotASnapshot
        | snapshot_sql::Error::Empty => own_help(source),
        _ => "mend the file there: rows may be added, changed and removed, and counts, order and digests are put right, \
            but every line must be of a kind that `demo-export` writes"
            .to_owned(),
    }
}

/// Advice for the author of the rows, where they are at fault and not the surroundings.
pub(super) fn loading_help(source: &database::Error) -> String {
    match source {
        database::Error::Merge(_) => "mend these rows where they come from; nothing was changed".to_owned(),
        other => own_help(other),
    }
}

pub(super) fn own_help(error: &dyn miette::Diagnostic) -> String {
    error.help().map(|help| help.to_string()).unwrap_or_default()
}

pub(super) fn seed_schema(table: &str, column: Option<&str>) -> String {
    match column {
        None => format!("the bundled schema has no table `{}`", Shown(table)),
        Some(column) => format!("table `{}` has no column `{}`", Shown(table), Shown(column)),
    }
}

/// Advice on what the archive's structure lacks.
pub(super) fn structure_help(finding: &archive::Finding) -> &'static str {
    match finding.problem {
        archive::Problem::Pending => {
            "look at it with `demo-review`; `demo-accept` makes it a version, `demo-reject` removes it"
        }
        _ => "restore the files with git, or rebuild what can be rebuilt: cargo xtask demo-repair",
    }
}
