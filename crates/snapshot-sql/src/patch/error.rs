//! Why a patch cannot be written. Nothing of it has been then.

use std::io;

use miette::Diagnostic;
use model::LogicalType;

/// Why a patch cannot be written. All texts are safe to print.
#[derive(Debug, thiserror::Error, Diagnostic)]
pub enum PatchError {
    /// Rows differ where the tables themselves do.
    #[error("table {table}: {why}, and a patch changes rows only")]
    #[diagnostic(help("change the schema first; `demo-import` then brings the rows of either side"))]
    Schema {
        /// The table.
        table: String,
        /// What differs: the end of a sentence.
        why: String,
    },

    /// A unique value goes to another row, and the row that has it cannot give it up first.
    #[error(
        "{table}: {key} has a unique value ({columns}) that another row takes over, and cannot be parked: {why}"
    )]
    #[diagnostic(help(
        "`demo-import` merges such rows; or make two versions, so that the value is free in the one between"
    ))]
    Stuck {
        /// The table.
        table: String,
        /// The row that has the value in the base.
        key: String,
        /// The columns of the unique key.
        columns: String,
        /// Why not.
        why: String,
    },

    /// Rows refer to each other in a circle that no statement can start.
    #[error(
        "{table}: {key} refers by ({columns}) to a row of {to} that is written or deleted later, and this reference cannot be NULL meanwhile"
    )]
    #[diagnostic(help(
        "a circle of NOT NULL references needs deferred keys, which a patch for both engines has not; `demo-import` has them"
    ))]
    Circle {
        /// The table.
        table: String,
        /// The row that refers.
        key: String,
        /// The referring columns.
        columns: String,
        /// The table referred to.
        to: String,
    },

    /// A value that rows refer to changes, in a row that stays.
    #[error("{table}: {key} changes {column}, which rows of {by} refer to")]
    #[diagnostic(help("`demo-import` changes it together with the rows that refer to it"))]
    Referred {
        /// The table.
        table: String,
        /// The row.
        key: String,
        /// The column.
        column: String,
        /// The table that refers to it.
        by: String,
    },

    /// A row of a table without a key cannot be found by its values.
    #[error(
        "table {table} has no key, and column {column} of type {ty} cannot be compared on every engine, so that no statement finds the row to be removed"
    )]
    #[diagnostic(help("give the table a key; or use `demo-import`, which finds such rows"))]
    Incomparable {
        /// The table.
        table: String,
        /// The column.
        column: String,
        /// Its type.
        ty: LogicalType,
    },

    /// A value that one of the head's engines cannot hold.
    #[error("{table}: {key}: column {column}: {why}")]
    #[diagnostic(help(
        "name only the engines that can hold it as `engines:` of the scenario, or change the value"
    ))]
    Misfit {
        /// The table.
        table: String,
        /// The row.
        key: String,
        /// The column.
        column: String,
        /// Why not.
        why: String,
    },

    /// A name that hides something from its reader.
    #[error("the name {name} has characters that cannot stand in a patch")]
    #[diagnostic(help(
        "rename the table or column: control and invisible characters cannot be told apart by a reviewer"
    ))]
    Name {
        /// The name.
        name: String,
    },

    /// A row does not belong to its table.
    #[error("a row of table {table} has not the columns of its definition")]
    #[diagnostic(help("export the snapshot again"))]
    Shape {
        /// The table.
        table: String,
    },

    /// Scratch space cannot be written or read.
    #[error("scratch space for the patch failed")]
    #[diagnostic(help("check the free space and permissions of the folder for temporary files"))]
    Scratch(#[source] io::Error),

    /// The patch itself cannot be written.
    #[error("the patch cannot be written")]
    #[diagnostic(help("check free space and permissions, then run the command again"))]
    Write(#[source] io::Error),
}
