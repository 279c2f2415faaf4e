//! The merge's notes, in temporary tables on disk: which rows were met, changed, lost, in whose way. Memory does not grow
//! with the rows, and a rollback takes all notes with it.
//!
//! Per table of the snapshot, by the row's identity: `seen` (rows of the target that the snapshot has), `change` (those
//! with other values, by their number in the file), `gone` (rows to delete), `wait` (unique values in the way).
//! Over all rows of the file: `run`, the length of each stretch of rows that are treated alike.

use rusqlite::{CachedStatement, Connection, params};

use super::shape::Shape;
use crate::Error;
use crate::error::At as _;

/// What happens to a row of the snapshot.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(i64)]
pub(super) enum Code {
    /// It is in the target as it should be.
    Equal = 0,
    /// It is missing.
    Insert = 1,
    /// It is in the target with other values; the table `change` says more.
    Change = 2,
}

impl Shape {
    /// `temp.merge_seen_3(r…, owned, skipped)`.
    pub(super) fn seen(&self) -> String {
        format!("temp.merge_seen_{}", self.index)
    }

    /// `temp.merge_change_3(seq, r…, mask, origin, skipped)`; a mask has a byte per column, 1 where it differs.
    pub(super) fn change(&self) -> String {
        format!("temp.merge_change_{}", self.index)
    }

    /// `temp.merge_gone_3(r…)`.
    pub(super) fn gone(&self) -> String {
        format!("temp.merge_gone_{}", self.index)
    }

    /// `temp.merge_candidate_3(r…, stake, hash, status, held, unlike, pending)`: rows that the archive may explain. The last
    /// three are what versions read so far said: a byte per column that a version has like the row; the columns in which
    /// each version differs, one mask behind the other; whether a version lacks only columns that are not accounted for.
    pub(super) fn candidate(&self) -> String {
        format!("temp.merge_candidate_{}", self.index)
    }

    /// `temp.merge_wait_3(seq, number, incoming, h0…)`: the incoming row, the unique key, the row that holds its values.
    pub(super) fn wait(&self) -> String {
        format!("temp.merge_wait_{}", self.index)
    }

    /// `temp.merge_bag_3(hash, r…, owned)`: rows by the hash of their key, where SQLite cannot compare it.
    pub(super) fn bag(&self) -> String {
        format!("temp.merge_bag_{}", self.index)
    }

    /// Empties the bag, so that a later pass fills it with the target's rows of then.
    ///
    /// # Errors
    /// There is no room for temporary files.
    pub(super) fn empty_bag(&self, connection: &Connection) -> Result<(), Error> {
        connection.execute_batch(&self.bag_ddl()).at(connection)
    }

    fn bag_ddl(&self) -> String {
        format!(
            "DROP TABLE IF EXISTS {bag}; CREATE TABLE {bag} (hash BLOB, {r}, owned INTEGER);",
            bag = self.bag(),
            r = self.typed(&self.r_list(""))
        )
    }

    /// Makes this table's notes, empty.
    ///
    /// # Errors
    /// There is no room for temporary files.
    pub(super) fn create_scratch(&self, connection: &Connection) -> Result<(), Error> {
        let (r, h) = (self.typed(&self.r_list("")), self.typed(&self.holder_list()));
        let keyed = |name: String, rest: &str| {
            let (columns, kind) = if self.by_row_number {
                (format!("{r} PRIMARY KEY{rest}"), "")
            } else {
                (format!("{r}{rest}, PRIMARY KEY ({r})"), " WITHOUT ROWID")
            };
            format!("DROP TABLE IF EXISTS {name}; CREATE TABLE {name} ({columns}){kind};")
        };
        let plain = |name: String, columns: String| {
            format!("DROP TABLE IF EXISTS {name}; CREATE TABLE {name} ({columns});")
        };
        let sql = [
            keyed(self.seen(), ", owned INTEGER, skipped INTEGER NOT NULL DEFAULT 0"),
            keyed(self.gone(), ""),
            keyed(
                self.candidate(),
                ", stake INTEGER, hash BLOB, status INTEGER NOT NULL DEFAULT 0, held BLOB NOT NULL DEFAULT x'',
                 unlike BLOB NOT NULL DEFAULT x'', pending INTEGER NOT NULL DEFAULT 0",
            ),
            plain(
                self.change(),
                format!(
                    "seq INTEGER PRIMARY KEY, {r}, mask BLOB, origin INTEGER, skipped INTEGER NOT NULL DEFAULT 0"
                ),
            ),
            plain(self.wait(), format!("seq INTEGER, number INTEGER, incoming TEXT, {h}")),
            self.bag_ddl(),
        ];
        connection.execute_batch(&sql.concat()).at(connection)
    }

    /// Row numbers are typed everywhere, the values of a primary key nowhere: SQLite uses an index only between columns
    /// of one affinity, and without one it would compare every note with every other.
    fn typed(&self, columns: &str) -> String {
        if self.by_row_number { format!("{columns} INTEGER") } else { columns.to_owned() }
    }

    /// Indexes the notes of the comparison, once they are complete.
    ///
    /// # Errors
    /// There is no room for temporary files.
    pub(super) fn index_scratch(&self, connection: &Connection) -> Result<(), Error> {
        let at = self.index;
        let sql =
            format!("CREATE INDEX temp.merge_change_row_{at} ON merge_change_{at} ({});", self.r_list(""));
        connection.execute_batch(&sql).at(connection)
    }
}

/// Writes the codes of the file's rows, in their order, as run lengths.
pub(super) struct RunWriter<'c> {
    connection: &'c Connection,
    insert: CachedStatement<'c>,
    code: Code,
    length: u64,
}

impl<'c> RunWriter<'c> {
    /// Begins with the file's first row.
    ///
    /// # Errors
    /// There is no room for temporary files.
    pub(super) fn new(connection: &'c Connection) -> Result<Self, Error> {
        connection
            .execute_batch(
                "DROP TABLE IF EXISTS temp.merge_run;
                 CREATE TABLE temp.merge_run (n INTEGER PRIMARY KEY, code INTEGER, length INTEGER);",
            )
            .at(connection)?;
        let insert = connection
            .prepare_cached("INSERT INTO temp.merge_run (code, length) VALUES (?, ?)")
            .at(connection)?;
        Ok(Self { connection, insert, code: Code::Equal, length: 0 })
    }

    /// The next row's code.
    ///
    /// # Errors
    /// There is no room for temporary files.
    pub(super) fn push(&mut self, code: Code) -> Result<(), Error> {
        if code != self.code {
            self.flush()?;
            self.code = code;
        }
        self.length += 1;
        Ok(())
    }

    /// Writes what is left.
    ///
    /// # Errors
    /// There is no room for temporary files.
    pub(super) fn flush(&mut self) -> Result<(), Error> {
        if self.length > 0 {
            self.insert.execute(params![self.code as i64, self.length.cast_signed()]).at(self.connection)?;
            self.length = 0;
        }
        Ok(())
    }
}

/// Reads the codes back, row by row.
pub(super) struct RunReader<'c> {
    connection: &'c Connection,
    run: i64,
    code: Code,
    left: i64,
}

impl<'c> RunReader<'c> {
    /// From the file's first row on.
    pub(super) fn new(connection: &'c Connection) -> Self {
        Self { connection, run: 0, code: Code::Equal, left: 0 }
    }

    /// The next row's code; `None` where the comparison had no such row.
    ///
    /// # Errors
    /// The notes cannot be read.
    pub(super) fn next(&mut self) -> Result<Option<Code>, Error> {
        use rusqlite::OptionalExtension as _;
        if self.left == 0 {
            self.run += 1;
            let next: Option<(i64, i64)> = self
                .connection
                .prepare_cached("SELECT code, length FROM temp.merge_run WHERE n = ?")
                .and_then(|mut statement| {
                    statement.query_row([self.run], |row| Ok((row.get(0)?, row.get(1)?))).optional()
                })
                .at(self.connection)?;
            let Some((code, length)) = next else { return Ok(None) };
            self.left = length;
            self.code = match code {
                0 => Code::Equal,
                1 => Code::Insert,
                _ => Code::Change,
            };
        }
        self.left -= 1;
        Ok(Some(self.code))
    }
}
