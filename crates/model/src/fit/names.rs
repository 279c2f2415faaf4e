//! Which names of tables and columns an engine can have.

use std::collections::BTreeMap;

use crate::text::Shown;
use crate::{Definition, Engine};

/// PostgreSQL cuts longer names.
const POSTGRES_NAME: usize = 63;
/// Columns that every table of PostgreSQL has.
const POSTGRES_COLUMNS: [&str; 6] = ["cmax", "cmin", "ctid", "tableoid", "xmax", "xmin"];

/// Why `engine` cannot have the tables of `definition` by their names, as a sentence without its end; `None` if it can.
pub fn name_misfit(definition: &Definition, engine: Engine) -> Option<String> {
    let tables = definition.tables.iter().map(|spec| spec.name.as_str());
    let columns = definition.tables.iter().find_map(|spec| {
        let names = spec.columns.iter().map(|column| column.name.as_str());
        let place = |name: &str| format!("{}.{}", Shown(&spec.name), Shown(name));
        match engine {
            Engine::Sqlite => same_but_for_case(names, place),
            Engine::Postgres => names.clone().find_map(|name| postgres_column(&place(name), name)),
        }
    });
    let table = |name: &str| Shown(name).to_string();
    let by_table = match engine {
        Engine::Sqlite => same_but_for_case(tables.clone(), table).or_else(|| {
            let own = |name: &&str| name.to_ascii_lowercase().starts_with("sqlite_");
            tables
                .clone()
                .find(own)
                .map(|name| format!("{}: SQLite keeps names with `sqlite_` to itself", table(name)))
        }),
        Engine::Postgres => tables.clone().find_map(|name| postgres_name(&table(name), name)),
    };
    by_table.or(columns)
}

fn same_but_for_case<'n>(
    names: impl Iterator<Item = &'n str>,
    place: impl Fn(&str) -> String,
) -> Option<String> {
    let mut seen: BTreeMap<String, &str> = BTreeMap::new();
    for name in names {
        if let Some(other) = seen.insert(name.to_ascii_lowercase(), name) {
            let (one, two) = (place(other), place(name));
            return Some(format!(
                "{one} and {two}: SQLite takes names that differ by case alone for the same"
            ));
        }
    }
    None
}

fn postgres_name(place: &str, name: &str) -> Option<String> {
    match name.len() {
        0 => Some(format!("{place}: PostgreSQL has no empty names")),
        1..=POSTGRES_NAME => None,
        length => Some(format!(
            "{place}: PostgreSQL's names have at most {POSTGRES_NAME} bytes, and this one has {length}"
        )),
    }
}

fn postgres_column(place: &str, name: &str) -> Option<String> {
    let taken = POSTGRES_COLUMNS.contains(&name);
    postgres_name(place, name).or_else(|| {
        taken.then(|| format!("{place}: every table of PostgreSQL has a column of that name of its own"))
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{ColumnSpec, LogicalType, TableSpec};

    #[track_caller]
    fn check(tables: &[(&str, &[&str])], sqlite: Option<&str>, postgres: Option<&str>) {
        let table = |(name, columns): &(&str, &[&str])| TableSpec {
            name: (*name).to_owned(),
            schema: None,
            columns: columns
                .iter()
                .map(|c| ColumnSpec { name: (*c).to_owned(), ty: LogicalType::Text })
                .collect(),
            key: Vec::new(),
            order_parents: false,
            limit: false,
            select: Vec::new(),
            references: Vec::new(),
        };
        let tables = tables.iter().map(table).collect();
        let definition = Definition { total: String::new(), breakdown: BTreeMap::new(), tables };
        assert_eq!(name_misfit(&definition, Engine::Sqlite).as_deref(), sqlite);
        assert_eq!(name_misfit(&definition, Engine::Postgres).as_deref(), postgres);
    }

    #[test]
    fn names_that_one_engine_does_not_have() {
        check(&[("a", &["id", "größe"]), ("b", &["id", "select"])], None, None);
        check(
            &[("Users", &["id"]), ("users", &["id"])],
            Some("Users and users: SQLite takes names that differ by case alone for the same"),
            None,
        );
        check(
            &[("a", &["Id", "x", "iD"])],
            Some("a.Id and a.iD: SQLite takes names that differ by case alone for the same"),
            None,
        );
        check(&[("SQLite_x", &["id"])], Some("SQLite_x: SQLite keeps names with `sqlite_` to itself"), None);
        check(
            &[("t", &["a", "xmin"])],
            None,
            Some("t.xmin: every table of PostgreSQL has a column of that name of its own"),
        );
        check(&[("t", &[""])], None, Some("t.: PostgreSQL has no empty names"));
        let long = "ä".repeat(32);
        let why = format!("{long}: PostgreSQL's names have at most 63 bytes, and this one has 64");
        check(&[(&long, &["id"])], None, Some(&why));
    }
}
