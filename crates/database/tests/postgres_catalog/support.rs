//! Throw-away databases, and catalogs as text.

use std::fmt::Write as _;

use database::{DatabaseUrl, Error, SourceOptions, Target, TargetOptions, open_source, open_target};
use model::Catalog;
use test_support::postgres::TestDatabase;

/// A new database in which `sql` ran.
#[track_caller]
pub(crate) fn db(sql: &str) -> TestDatabase {
    let db = TestDatabase::new();
    db.psql(sql);
    db
}

/// The catalog of the database at `url`.
pub(crate) fn try_catalog(url: &str) -> Result<Catalog, Error> {
    let url = DatabaseUrl::parse(url).unwrap();
    open_source(&url, &SourceOptions::default())?.catalog()
}

/// The database at `url`, to change it.
pub(crate) fn target(url: &str) -> Box<dyn Target> {
    open_target(&DatabaseUrl::parse(url).unwrap(), &TargetOptions::default()).unwrap()
}

#[track_caller]
pub(crate) fn catalog(db: &TestDatabase) -> Catalog {
    try_catalog(&db.url()).unwrap()
}

/// The catalog of a new database in which `sql` ran, a line per table, column and key.
#[track_caller]
pub(crate) fn described(sql: &str) -> String {
    text(&catalog(&db(sql)))
}

/// A line per table, column and key.
pub(crate) fn text(catalog: &Catalog) -> String {
    let mut out = String::new();
    for (name, table) in &catalog.tables {
        let schema = table.schema.as_ref().map_or_else(String::new, |schema| format!(" in {schema}"));
        let _ = writeln!(out, "{name}{schema} key {:?} row key {:?}", table.primary_key, table.row_key());
        for c in &table.columns {
            let flags = [
                (c.not_null, " not-null"),
                (c.has_default, " default"),
                (c.generated, " generated"),
                (c.identity, " identity"),
            ];
            let flags: String = flags.iter().filter_map(|(on, flag)| on.then_some(*flag)).collect();
            let _ = writeln!(out, "  {} {} -> {}{flags}", c.name, c.declared, c.ty);
        }
        for key in &table.unique_keys {
            let _ = writeln!(out, "  unique {}: {:?}", key.name, key.columns);
        }
        for key in &table.foreign_keys {
            let deferrable = if key.deferrable { " deferrable" } else { "" };
            let _ = writeln!(
                out,
                "  {:?} -> {} {:?} delete {:?} update {:?}{deferrable}",
                key.columns, key.to, key.key, key.on_delete, key.on_update
            );
        }
    }
    out
}

/// An error as people read it, with its help.
pub(crate) fn message(error: &Error) -> String {
    use miette::Diagnostic as _;
    let help = error.help().map_or_else(String::new, |help| format!("\nhelp: {help}"));
    format!("{error}{help}")
}

/// A message in which the database's address, which changes from run to run, is left out.
#[track_caller]
pub(crate) fn without_place(message: &str, db: &TestDatabase) -> String {
    let start = message.find("`postgres:").unwrap_or(0);
    let place = message[start..].split('`').nth(1).unwrap_or_default();
    assert!(place.contains(db.name()), "{message}");
    message.replace(place, "[place]")
}
