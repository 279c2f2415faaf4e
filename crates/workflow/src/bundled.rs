//! The bundled schemas by their names: what a scenario may be of, and what a database without tables gets.
//!
//! Holds migrations and runs none. The rule to keep in mind: one database holds one schema, since its migrations are
//! counted in it.

use database::{Migrations, Schema};
use model::text::Shown;

/// The schemas that a program can make. The first is that of scenarios which name none.
#[derive(Clone, Copy, Debug, Default)]
pub struct Schemas {
    first: Schema,
    more: &'static [Schema],
}

impl Schemas {
    /// The schema of scenarios that name none; without tables if the program makes no schema.
    pub fn first(self) -> Schema {
        self.first
    }

    /// The schema called `name`, or the first without one.
    ///
    /// # Errors
    /// There is none of that name; the error lists those there are.
    pub fn get(self, name: Option<&str>) -> Result<Schema, SchemaError> {
        name.map_or_else(|| Ok(self.first), |name| self.named(name, None))
    }

    /// All of them, the first one first.
    pub fn iter(self) -> impl Iterator<Item = Schema> {
        let all = std::iter::once(self.first).chain(self.more.iter().copied());
        all.filter(|schema| !schema.name.is_empty())
    }

    /// The schema that `file` calls `name`.
    pub(crate) fn named(self, name: &str, file: Option<&str>) -> Result<Schema, SchemaError> {
        let unknown = || SchemaError::Unknown {
            file: file.map(|file| format!("{}: ", Shown(file))).unwrap_or_default(),
            name: name.to_owned(),
            candidate: scenario::closest(name, self.iter().map(|schema| schema.name)).map(str::to_owned),
            known: self.iter().map(|schema| schema.name).collect::<Vec<_>>().join(", "),
        };
        self.iter().find(|schema| schema.name == name).ok_or_else(unknown)
    }
}

impl From<Migrations> for Schemas {
    /// One schema, for all scenarios.
    fn from(migrations: Migrations) -> Self {
        Self { first: Schema { name: "default", migrations }, more: &[] }
    }
}

impl From<&'static [Schema]> for Schemas {
    /// Several, the first of which is that of scenarios which name none.
    fn from(schemas: &'static [Schema]) -> Self {
        schemas.split_first().map_or_else(Self::default, |(&first, more)| Self { first, more })
    }
}

/// Why a schema is not the one to work with.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error, miette::Diagnostic)]
pub enum SchemaError {
    /// There is none of the name.
    #[error("{file}there is no bundled schema `{}`", Shown(.name))]
    #[diagnostic(help("{}", known_schemas(.candidate.as_deref(), .known)))]
    Unknown {
        /// The file that names it, with a colon; empty where it was typed.
        file: String,
        /// The name.
        name: String,
        /// The nearest one.
        candidate: Option<String>,
        /// All there are.
        known: String,
    },
    /// There is no file to import into, and none can be made for the rows without their tables' definitions.
    #[error("there is no database at `{}`{why}", Shown(.path))]
    #[diagnostic(help("check the path; `--create-schema` makes one, with the tables of the snapshot"))]
    NoTarget {
        /// Where.
        path: String,
        /// Why the program's own schema is not what it would be made with; may be empty.
        why: String,
    },
    /// A database that was named for a scenario has the bundled schema of others.
    #[error("{database} holds the bundled schema `{found}`, and the scenario is of `{wanted}`")]
    #[diagnostic(help(
        "leave --database out, for the scenario's schema has a file of its own; or name another database, since one holds one bundled schema"
    ))]
    OfOthers {
        /// The database.
        database: String,
        /// The scenario's schema.
        wanted: &'static str,
        /// The one that is there.
        found: &'static str,
    },
    /// A database has another one.
    #[error("{database} holds the schema `{found}`, not `{wanted}`")]
    #[diagnostic(help(
        "name the schema that it holds: --schema {found}; or another database, since one holds one bundled schema"
    ))]
    Other {
        /// The database.
        database: String,
        /// The schema asked for.
        wanted: &'static str,
        /// The one that is there.
        found: &'static str,
    },
}

fn known_schemas(candidate: Option<&str>, known: &str) -> String {
    match candidate {
        _ if known.is_empty() => "leave `schema` out: this program makes no schema".to_owned(),
        None => format!("the bundled schemas are: {known}"),
        Some(candidate) => format!("did you mean `{}`? the bundled schemas are: {known}", Shown(candidate)),
    }
}

#[cfg(test)]
mod tests {
    use insta::assert_snapshot;
    use miette::Diagnostic as _;

    use super::*;

    const NONE: Migrations = Migrations { sqlite: &[], postgres: &[] };
    const TWO: &[Schema] =
        &[Schema { name: "shop", migrations: NONE }, Schema { name: "ledger", migrations: NONE }];

    fn schemas() -> Schemas {
        TWO.into()
    }

    #[test]
    fn the_first_schema_is_that_of_scenarios_which_name_none() {
        assert_eq!(schemas().get(None).map(|schema| schema.name), Ok("shop"));
        assert_eq!(schemas().get(Some("ledger")).map(|schema| schema.name), Ok("ledger"));
        assert_eq!(Schemas::from(Migrations::default()).first().name, "default");
        assert!(Schemas::default().first().migrations.sqlite.is_empty());
        assert_eq!(Schemas::default().iter().count(), 0);
    }

    #[test]
    fn a_name_that_no_schema_has_is_told_with_the_nearest() {
        let told = |error: SchemaError| format!("{error}\n{}", error.help().expect("a help"));
        let error = schemas().named("legder", Some("a\u{1b}/scenario.yaml")).expect_err("unknown");
        assert_snapshot!(told(error), @r"
        a\u001b/scenario.yaml: there is no bundled schema `legder`
        did you mean `ledger`? the bundled schemas are: shop, ledger
        ");
        assert_snapshot!(told(schemas().get(Some("x")).expect_err("unknown")), @"
        there is no bundled schema `x`
        the bundled schemas are: shop, ledger
        ");
        let missing =
            |why: &str| SchemaError::NoTarget { path: "a\u{1b}.db".to_owned(), why: why.to_owned() };
        assert_snapshot!(told(missing("")), @r"
        there is no database at `a\u001b.db`
        check the path; `--create-schema` makes one, with the tables of the snapshot
        ");
        assert_snapshot!(told(Schemas::default().get(Some("x")).expect_err("unknown")), @"
        there is no bundled schema `x`
        leave `schema` out: this program makes no schema
        ");
    }
}
