//! Why a scenario has no plan on a catalog. Every fault here is the scenario's or the schema's.

use std::fmt;

use model::text::Shown;

/// Why there is no plan. Names are kept raw and shown safely.
#[derive(Debug, thiserror::Error, miette::Diagnostic)]
pub enum Error {
    /// The scenario names things that the catalog lacks.
    #[error(transparent)]
    #[diagnostic(transparent)]
    Scenario(#[from] scenario::Error),
    /// `follow.children` names a table that points at none of the scenario's.
    #[error(
        "{file}, at `follow.children`: `{}` refers to none of the scenario's tables ({})",
        Shown(table),
        names(owned)
    )]
    #[diagnostic(help("remove it from the list, or declare how it refers to them under `relations`"))]
    NoChild {
        /// The scenario's file, as shown.
        file: String,
        /// The table.
        table: String,
        /// The tables whose rows are the scenario's own.
        owned: Vec<String>,
    },
    /// `limits.tables` names a table of which no row is the scenario's own.
    #[error(
        "{file}, at `limits.tables.{}`: no row of this table is the scenario's own, only rows of {}",
        Shown(table),
        names(owned)
    )]
    #[diagnostic(help(
        "a limit counts selected rows and followed children: select the table or follow it; rows that others refer to always come along"
    ))]
    NotOwned {
        /// The scenario's file, as shown.
        file: String,
        /// The table.
        table: String,
        /// The tables whose rows are the scenario's own.
        owned: Vec<String>,
    },
    /// A row that is kept must refer to a table that is excluded.
    #[error(
        "{file}, at `excluded_tables`: `{}` refers to `{}` and {needed}",
        reference(table, columns),
        Shown(to)
    )]
    #[diagnostic(help("{}", needed.way_out()))]
    Excluded {
        /// The scenario's file, as shown.
        file: String,
        /// The referring table.
        table: String,
        /// Its columns.
        columns: Vec<String>,
        /// The excluded table.
        to: String,
        /// Why the reference cannot be left out.
        needed: Needed,
    },
    /// `breakdown` or `expect` names a table that the snapshot does not hold.
    #[error(
        "{file}, at `{setting}.{}`: the snapshot does not hold this table, only {}",
        Shown(table),
        names(held)
    )]
    #[diagnostic(help("select the table, follow it, or remove it from `{setting}`"))]
    NotHeld {
        /// The scenario's file, as shown.
        file: String,
        /// `breakdown` or `expect`.
        setting: &'static str,
        /// The table.
        table: String,
        /// The tables that the snapshot holds, in its order.
        held: Vec<String>,
    },
    /// A foreign key refers to a table that the database does not have.
    #[error("`{}` refers to `{}`, and the database has no such table", reference(table, columns), Shown(to))]
    #[diagnostic(help("create the missing table, or drop the foreign key: its rows could not be restored"))]
    MissingTarget {
        /// The referring table.
        table: String,
        /// Its columns.
        columns: Vec<String>,
        /// The missing table.
        to: String,
    },
    /// A reference to columns that identify no row.
    #[error(
        "`{}` refers to `{}`, which is neither a primary key nor a unique key, so that it may mean several rows",
        reference(table, columns),
        reference(to, key)
    )]
    #[diagnostic(help("make the columns referred to a unique key, or refer to one"))]
    NotUnique {
        /// The referring table.
        table: String,
        /// Its columns.
        columns: Vec<String>,
        /// The table referred to.
        to: String,
        /// Its columns.
        key: Vec<String>,
    },
    /// A reference from or to a column that a snapshot does not hold.
    #[error(
        "`{}` refers to `{}` through `{}`, which the database computes or does not have",
        reference(table, columns),
        reference(to, key),
        Shown(column)
    )]
    #[diagnostic(help("snapshots hold no computed columns: let the foreign key use stored ones"))]
    NotStored {
        /// The referring table.
        table: String,
        /// Its columns.
        columns: Vec<String>,
        /// The table referred to.
        to: String,
        /// Its columns.
        key: Vec<String>,
        /// The column that is not stored.
        column: String,
    },
    /// Tables that refer to each other in a circle without a reference that could be set or checked afterwards.
    #[error("the tables refer to each other in a circle that no row can start: {}", cycle(steps))]
    #[diagnostic(help(
        "let one of these references be NULL in all its columns, none of them in a key that identifies rows: then its rows are written with NULL and set afterwards; or make it DEFERRABLE: then it is checked at the end"
    ))]
    Cycle {
        /// The references of the circle; the first table has the smallest name.
        steps: Vec<CycleStep>,
    },
    /// A name that no snapshot can spell.
    #[error(
        "the name `{}` in `{}` holds a control or invisible character, which no snapshot can spell",
        Shown(name),
        Shown(table)
    )]
    #[diagnostic(help("rename it in the database"))]
    Name {
        /// The table that it belongs to.
        table: String,
        /// The name of the table or of one of its columns.
        name: String,
    },
    /// A table without a column that a snapshot could hold.
    #[error("`{}` has no stored column, so that a snapshot cannot hold its rows", Shown(table))]
    #[diagnostic(help("leave the table out of the scenario"))]
    NoColumns {
        /// The table.
        table: String,
    },
}

/// Why a column of a reference cannot be written as NULL; the column's name, where it has one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Needed {
    /// It takes no NULL, or is a part of the row key.
    NotNull,
    /// The scenario selects rows by it.
    Select(String),
    /// A relation looks at it to tell which table is meant.
    Condition(String),
    /// Rows refer to it.
    Key(String),
    /// A limit orders rows by it.
    Order(String),
    /// It is a part of the reference to another table, too, which is named second.
    Reference(String, String),
    /// What of the above it is, for a relation's own column.
    Relation(Box<Self>),
}

impl Needed {
    fn way_out(&self) -> String {
        let more = match self {
            Self::Select(_) => ", or select rows by another column",
            Self::Order(_) => ", or order rows by another column",
            Self::Relation(_) => {
                ", or say `optional: true` of the relation: then its values stay as they are"
            }
            Self::NotNull | Self::Condition(_) | Self::Key(_) | Self::Reference(..) => {
                return "rows of that table are needed: take it off the list, or exclude the referring table too"
                    .to_owned();
            }
        };
        format!("rows of that table are needed: take it off the list, exclude the referring table too{more}")
    }
}

impl fmt::Display for Needed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let cannot = "cannot be written as NULL";
        match self {
            Self::NotNull => write!(f, "cannot be NULL"),
            Self::Select(column) => write!(f, "{cannot}: rows are selected by `{}`", Shown(column)),
            Self::Condition(column) => {
                write!(f, "{cannot}: a relation tells by `{}` which table it means", Shown(column))
            }
            Self::Key(column) => write!(f, "{cannot}: rows refer to `{}`", Shown(column)),
            Self::Order(column) => write!(f, "{cannot}: a limit orders rows by `{}`", Shown(column)),
            Self::Reference(column, to) => {
                write!(f, "{cannot}: `{}` is a part of the reference to `{}`, too", Shown(column), Shown(to))
            }
            Self::Relation(why) => why.fmt(f),
        }
    }
}

/// One reference of a circle.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CycleStep {
    /// The referring table.
    pub table: String,
    /// Its columns.
    pub columns: Vec<String>,
    /// The table referred to: the next step's, or the first's.
    pub to: String,
}

impl fmt::Display for CycleStep {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} -> {}", reference(&self.table, &self.columns), Shown(&self.to))
    }
}

/// `table.column`, or `table(a, b)`.
fn reference(table: &str, columns: &[String]) -> String {
    match columns {
        [column] => format!("{}.{}", Shown(table), Shown(column)),
        _ => format!("{}({})", Shown(table), names(columns)),
    }
}

fn names(names: &[String]) -> String {
    const MOST: usize = 20;
    let mut shown: Vec<String> = names.iter().take(MOST).map(|name| Shown(name).to_string()).collect();
    if names.len() > MOST {
        shown.push(format!("and {} more", names.len() - MOST));
    }
    shown.join(", ")
}

fn cycle(steps: &[CycleStep]) -> String {
    steps.iter().map(CycleStep::to_string).collect::<Vec<_>>().join(", ")
}
