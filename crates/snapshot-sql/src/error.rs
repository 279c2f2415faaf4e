//! What can be wrong with a snapshot, or with what is about to become one: where, what, why, and what to do next.
//!
//! Text from a file enters a message only through [`model::text::Shown`] and cut short. The rule to keep in mind: a
//! fault of the environment ([`Error::Read`], [`Error::Write`]) never shares a variant with a fault of the data.

use miette::Diagnostic;
use model::{Digest, Engine};

/// Why a snapshot cannot be read or written.
#[derive(Debug, thiserror::Error, Diagnostic)]
pub enum Error {
    /// Reading failed: the environment is at fault.
    #[error("the snapshot cannot be read")]
    #[diagnostic(help("check the disk and the file's permissions, then run the command again"))]
    Read(#[source] std::io::Error),

    /// Writing failed: the environment is at fault.
    #[error("the snapshot cannot be written")]
    #[diagnostic(help("check free space and permissions, then run the command again"))]
    Write(#[source] std::io::Error),

    /// Not one byte.
    #[error("the file is empty")]
    #[diagnostic(help("restore it from version control, or export the scenario again"))]
    Empty,

    /// Something else.
    #[error("line 1: this is not a snapshot, since it does not start with `-- Demo Data Export`")]
    #[diagnostic(help("name a file that `demo-export` wrote"))]
    NotASnapshot,

    /// A format or a header field that this version does not know.
    #[error("line {line}: the snapshot was made by a newer tool: {what}")]
    #[diagnostic(help("update this tool, or export the scenario again with it"))]
    Newer {
        /// Counted from 1.
        line: u64,
        /// What is not known here.
        what: String,
    },

    /// Format 0 where format 1 is needed.
    #[error("line 2: this is a snapshot in format 0, the layout without a `Format` line")]
    #[diagnostic(help(
        "import it with `demo-import SCENARIO --file FILE`; the next export then writes format 1"
    ))]
    OldFormat,

    /// Windows line ends.
    #[error("line {line}: the file has CRLF line ends; a snapshot has LF only")]
    #[diagnostic(help(
        "git or an editor converted it: add `*.sql text eol=lf` to .gitattributes, then delete the file and restore it with `git checkout`"
    ))]
    Crlf {
        /// Counted from 1.
        line: u64,
    },

    /// The file ends early.
    #[error("line {line}: the file ends here, before `{expected}`: it was cut off")]
    #[diagnostic(help("restore it from version control, or export the scenario again"))]
    Truncated {
        /// The last line.
        line: u64,
        /// What a whole file ends with.
        expected: &'static str,
    },

    /// Something follows the end.
    #[error("line {line}: text follows the end of the snapshot")]
    #[diagnostic(help("remove what follows `-- End of export`, or restore the file from version control"))]
    TrailingText {
        /// Counted from 1.
        line: u64,
    },

    /// A header line that is missing, damaged or spelled otherwise.
    #[error("line {line}: the header is damaged: {why}")]
    #[diagnostic(help(
        "headers are written by `demo-export`; restore the file from version control, or export again"
    ))]
    Header {
        /// Counted from 1.
        line: u64,
        /// What is wrong.
        why: String,
    },

    /// Tables, keys, references or selection that contradict each other.
    #[error("the definition of the snapshot is inconsistent: {why}")]
    #[diagnostic(help("compare the scenario's settings with the schema; a file that says so was damaged"))]
    Definition {
        /// What is wrong.
        why: String,
    },

    /// Text that is no statement, comment or literal of the format.
    #[error("line {line}, column {column}: {why}")]
    #[diagnostic(help(
        "a snapshot holds only what `demo-export` writes: restore the file, or hand an edited one to `demo-export --from-file`"
    ))]
    Syntax {
        /// Counted from 1.
        line: u64,
        /// In characters, counted from 1.
        column: u64,
        /// What is wrong.
        why: String,
    },

    /// A statement or comment that the writer would not write here.
    #[error("line {line}: `{found}` does not belong here: the writer would not write it")]
    #[diagnostic(help(
        "a snapshot is data, so nothing else is accepted: remove the line, or restore the file from version control"
    ))]
    ForeignStatement {
        /// Counted from 1.
        line: u64,
        /// How the line starts.
        found: String,
    },

    /// Understood, but spelled otherwise than the writer spells it.
    #[error("line {line}, column {column}: found `{found}` where the writer writes `{expected}`")]
    #[diagnostic(help(
        "the file was changed by hand or damaged: restore it, or hand an edited one to `demo-export --from-file`"
    ))]
    Spelling {
        /// Counted from 1.
        line: u64,
        /// In characters, counted from 1.
        column: u64,
        /// What the file has.
        found: String,
        /// What it should have.
        expected: String,
    },

    /// A section with more or fewer rows than it says.
    #[error("line {line}: the section of table `{table}` says {said}, and has {found} rows")]
    #[diagnostic(help(
        "a row was added or lost by hand: restore the file, or hand it to `demo-export --from-file`"
    ))]
    SectionCount {
        /// Where the count stops being right.
        line: u64,
        /// The table.
        table: String,
        /// The comment's number.
        said: u64,
        /// The rows; "more" rather than a number when they go on.
        found: String,
    },

    /// The header promises something that the rows do not keep.
    #[error("the header says {what} {said}, and the rows make it {found}")]
    #[diagnostic(help(
        "header and rows are not from the same export: restore the file from version control, or export again"
    ))]
    HeaderDisagrees {
        /// Which line of the header.
        what: String,
        /// The header's word.
        said: String,
        /// What the rows say.
        found: String,
    },

    /// A row that cannot be in a file, found while reading.
    #[error("line {line}: {fault}")]
    #[diagnostic(help(
        "the file was changed by hand or damaged: restore it, or hand an edited one to `demo-export --from-file`"
    ))]
    Row {
        /// Where the row starts.
        line: u64,
        /// What is wrong with it.
        fault: RowFault,
    },

    /// A row that cannot be in a file, found while writing.
    #[error("{fault}")]
    #[diagnostic(transparent)]
    Unwritable {
        /// What is wrong with it.
        fault: RowFault,
    },

    /// A link without its row, or a row without its link.
    #[error("line {line}: {why}")]
    #[diagnostic(help(
        "each UPDATE under `-- Links` sets the references that its row has as NULL, in the rows' order: restore the file"
    ))]
    Link {
        /// Counted from 1.
        line: u64,
        /// What does not pair.
        why: String,
    },

    /// Longer than any snapshot of this tool.
    #[error("line {line}: {what} is longer than {limit} bytes")]
    #[diagnostic(help("restore the file from version control; a snapshot holds values of at most 256 MiB"))]
    TooLong {
        /// Counted from 1.
        line: u64,
        /// The header, a row or a value.
        what: &'static str,
        /// The limit in bytes.
        limit: usize,
    },

    /// The `Content` line is not the digest of the rows.
    #[error("the rows do not have the digest that the `Content` line says: expected {said}, found {found}")]
    #[diagnostic(help("a value was changed: restore the file from version control, or export again"))]
    ContentDigest {
        /// The line's digest.
        said: Digest,
        /// The rows' digest.
        found: Digest,
    },

    /// The `File` line is not the digest of the file.
    #[error("the file does not have the digest that its `File` line says: expected {said}, found {found}")]
    #[diagnostic(help("the file was changed: restore it from version control, or export again"))]
    FileDigest {
        /// The line's digest.
        said: Digest,
        /// The file's digest.
        found: Digest,
    },

    /// The file is not what an earlier pass read.
    #[error("the file changed while it was being read")]
    #[diagnostic(help("run the command again when nothing else writes to the file"))]
    Changed,

    /// Format 0: names a table or column that the target lacks.
    #[error("line {line}: the target has no {what}")]
    #[diagnostic(help(
        "a file in format 0 has no types of its own: import it into a database with the schema that it came from"
    ))]
    NotInTarget {
        /// Counted from 1.
        line: u64,
        /// The table or column.
        what: String,
    },

    /// A statement that one of the engines' dialects does not parse.
    #[error("the statement for table `{table}` is no valid {engine} SQL: {message}")]
    #[diagnostic(help(
        "this is a fault of this tool: the snapshot was not kept; report it with the table's columns"
    ))]
    Dialect {
        /// The table, or the kind of statement.
        table: String,
        /// Whose dialect.
        engine: Engine,
        /// The parser's words, without values.
        message: String,
    },
}

/// What is wrong with a row: the same when it is written and when it is read.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error, Diagnostic)]
pub enum RowFault {
    /// More or fewer values than columns.
    #[error("a row of table `{table}` has {found} values for {expected} columns")]
    #[diagnostic(help("give one value per column of the table's definition"))]
    Width {
        /// The table.
        table: String,
        /// Its columns.
        expected: usize,
        /// The row's values.
        found: usize,
    },

    /// NULL in the row key.
    #[error("table `{table}`: a row has NULL in its key ({key})")]
    #[diagnostic(help("give the row a key, or leave it out of the selection"))]
    NullKey {
        /// The table.
        table: String,
        /// The key as shown.
        key: String,
    },

    /// Not above the row before it.
    #[error("table `{table}`: the row {key} does not come after the row {previous}")]
    #[diagnostic(help("rows stand in the order of their keys, each key once"))]
    Order {
        /// The table.
        table: String,
        /// The row's key as shown.
        key: String,
        /// The key before it.
        previous: String,
    },

    /// A reference to a row that comes later, where none may.
    #[error(
        "table `{table}`: the row {key} refers by {columns} to a row of `{to}` that comes later or is missing"
    )]
    #[diagnostic(help("only a reference through nullable columns can be set later, under `-- Links`"))]
    LaterReference {
        /// The table.
        table: String,
        /// The row's key as shown.
        key: String,
        /// The referring columns.
        columns: String,
        /// The table referred to.
        to: String,
    },

    /// A value that an engine of the header's list cannot hold.
    #[error("table `{table}`, row {key}, column `{column}`: {why}")]
    #[diagnostic(help(
        "change the value, give the column another type under `columns:`, or name fewer `engines:` in the scenario"
    ))]
    Misfit {
        /// The table.
        table: String,
        /// The row's key as shown.
        key: String,
        /// The column.
        column: String,
        /// Which engine, and why.
        why: String,
    },

    /// Beyond the format's limits.
    #[error(
        "table `{table}`: the row {key} has a value of more than {limit} bytes, or is too long as a whole"
    )]
    #[diagnostic(help("leave the row out of the selection; a snapshot holds values of at most 256 MiB"))]
    TooLong {
        /// The table.
        table: String,
        /// The row's key as shown.
        key: String,
        /// A value's limit in bytes.
        limit: usize,
    },

    /// Sections out of order, twice, or with another number of rows than announced.
    #[error("table `{table}`: {why}")]
    #[diagnostic(help(
        "sections follow the definition's tables, shared before owned, each with the rows it says"
    ))]
    Section {
        /// The table.
        table: String,
        /// What is wrong.
        why: String,
    },
}

impl From<RowFault> for Error {
    fn from(fault: RowFault) -> Self {
        Self::Unwritable { fault }
    }
}
