//! What can go wrong while two snapshots are compared.

use std::fmt;
use std::io;

use model::StreamError;

/// One side of a comparison.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Which {
    /// What was.
    Base,
    /// What is.
    Head,
    /// This branch's, of two that are merged.
    Ours,
    /// The other branch's.
    Theirs,
}

impl fmt::Display for Which {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Base => "base",
            Self::Head => "head",
            Self::Ours => "version of ours",
            Self::Theirs => "version of theirs",
        })
    }
}

/// Why two snapshots could not be compared.
#[derive(Debug, thiserror::Error, miette::Diagnostic)]
pub enum Error {
    /// A side cannot be read; its own error says why.
    #[error("the {which} of the comparison cannot be read")]
    #[diagnostic(help("the cause says which file and line; `demo-verify` checks the archived versions"))]
    Read {
        /// Which side.
        which: Which,
        /// The reader's error.
        #[source]
        source: StreamError,
    },

    /// The receiver of the changes failed.
    #[error("the changes could not be taken on")]
    #[diagnostic(help("the cause says what stopped them"))]
    Taken(#[source] StreamError),

    /// Two rows of a table have the same key, so that neither can be told from the other.
    #[error("the {which} has two rows of table {table} with {key}")]
    #[diagnostic(help("a row key must be unique: correct one of the rows in the source and export again"))]
    DuplicateKey {
        /// Which side.
        which: Which,
        /// The table, safe to print.
        table: String,
        /// The key as people read it.
        key: String,
    },

    /// Rows or tables do not come in the order of the definition.
    #[error("the {which} does not give the rows of table {table} in the order of its definition")]
    #[diagnostic(help("export the snapshot again: its rows must be sorted by row key"))]
    Disorder {
        /// Which side.
        which: Which,
        /// The table, safe to print.
        table: String,
    },

    /// Both branches changed what the scenario holds, each in another way.
    #[error("ours and theirs both changed what the scenario holds: {what}")]
    #[diagnostic(help(
        "bring one branch's change of tables, columns or selection into the other, export there, and merge again"
    ))]
    Definitions {
        /// What differs, safe to print.
        what: String,
    },

    /// Two branches know the rows of a table by different keys or types.
    #[error("ours and theirs differ in table {table}: {what}")]
    #[diagnostic(help("bring the change of the schema into both branches, export there, and merge again"))]
    Incomparable {
        /// The table, safe to print.
        table: String,
        /// What differs.
        what: String,
    },

    /// Scratch space cannot be written or read.
    #[error("scratch space for the comparison failed")]
    #[diagnostic(help("check the free space and permissions of the folder for temporary files"))]
    Scratch(#[source] io::Error),
}
