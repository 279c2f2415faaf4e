//! What a selection remembers of rows: their places, in a private SQLite database that the system removes with its
//! connection. It is kept on disk where it grows, so that memory does not.
//!
//! Per table of the definition: `keep_3(o, t, owned)`, the rows kept so far; `front_3(o, t)`, those that the last wave
//! added; `next_3(o, t)`, those that this one does.

use std::fmt::Write as _;
use std::path::Path;

use model::Ownership;
use rusqlite::{CachedStatement, Connection, params};

use crate::Error;
use crate::postgres::copy::{CopyRow, escape_into};
use crate::scratch::PLACE;
pub(super) use crate::scratch::failed;

/// How many places one statement of the server names.
pub(super) const BATCH: usize = 4096;

/// The private database.
pub(crate) struct Scratch {
    connection: Connection,
}

/// Where a row is: which of the server's tables holds it (a partition has its own number), and where in there. It is the
/// same from the beginning of a transaction that holds the table until its end.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Place {
    pub(super) oid: u32,
    pub(super) block: u32,
    pub(super) offset: u16,
}

impl Place {
    /// What the server prints in two fields: `16384` and `(0,1)`.
    pub(super) fn read(row: &CopyRow, at: usize) -> Option<Self> {
        let (block, offset) = row.text(at + 1)?.strip_prefix('(')?.strip_suffix(')')?.split_once(',')?;
        Some(Self {
            oid: row.text(at)?.parse().ok()?,
            block: block.parse().ok()?,
            offset: offset.parse().ok()?,
        })
    }

    /// Two numbers that SQLite holds; together they order places by table, then as they lie there.
    pub(super) fn stored(self) -> (i64, i64) {
        (i64::from(self.oid), i64::from(self.block) << 16 | i64::from(self.offset))
    }

    pub(super) fn of_stored(oid: i64, tid: i64) -> Self {
        let part = |n: i64| u32::try_from(n & 0xffff_ffff).unwrap_or_default();
        Self {
            oid: part(oid),
            block: part(tid >> 16),
            offset: u16::try_from(tid & 0xffff).unwrap_or_default(),
        }
    }
}

/// Rows that a table's places are taken from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Set {
    /// Those that this wave has found so far.
    Next,
    /// Those that the last wave added.
    Front,
    /// All that are kept as owned, or as shared.
    Kept(Ownership),
}

impl Scratch {
    /// A new one, empty.
    ///
    /// # Errors
    /// There is no room for temporary files.
    pub(crate) fn new() -> Result<Self, Error> {
        Ok(Self { connection: crate::scratch::open()? })
    }

    /// Makes the tables for a definition's table, empty.
    pub(super) fn prepare(&self, table: usize) -> Result<(), Error> {
        let make = |name: &str, rest: &str| {
            format!(
                "CREATE TABLE {name}_{table} (o INTEGER, t INTEGER{rest}, PRIMARY KEY (o, t)) WITHOUT ROWID;"
            )
        };
        self.run(&[make("keep", ", owned INTEGER NOT NULL"), make("front", ""), make("next", "")].concat())
    }

    /// Adds a row to the wave, unless it is kept already.
    pub(super) fn add(&self, table: usize, place: Place) -> Result<(), Error> {
        let sql = format!(
            "INSERT OR IGNORE INTO next_{table} SELECT ?1, ?2
             WHERE NOT EXISTS (SELECT 1 FROM keep_{table} WHERE o = ?1 AND t = ?2)"
        );
        self.statement(&sql)?.execute(place.stored()).map(drop).map_err(failed)
    }

    /// Ends a wave: what it found is kept and is where the next one starts. Returns how many rows that is.
    pub(super) fn advance(&self, table: usize, ownership: Ownership) -> Result<usize, Error> {
        let owned = i64::from(ownership == Ownership::Owned);
        let run = |sql: &str| self.statement(sql)?.execute([]).map_err(failed);
        run(&format!("DELETE FROM front_{table}"))?;
        let found = run(&format!("INSERT INTO front_{table} SELECT * FROM next_{table}"))?;
        if found > 0 {
            run(&format!("INSERT INTO keep_{table} SELECT *, {owned} FROM next_{table}"))?;
            run(&format!("DELETE FROM next_{table}"))?;
        }
        Ok(found)
    }

    /// Makes all that is kept the last wave's.
    pub(super) fn start_from_kept(&self, table: usize) -> Result<(), Error> {
        self.run(&format!("INSERT OR IGNORE INTO front_{table} SELECT o, t FROM keep_{table}"))
    }

    /// The next places of a set after `last`, all of one table of the server; none at the end.
    pub(super) fn batch(&self, table: usize, set: Set, last: Option<Place>) -> Result<Vec<Place>, Error> {
        let (name, owned) = match set {
            Set::Next => ("next", ""),
            Set::Front => ("front", ""),
            Set::Kept(Ownership::Owned) => ("keep", " AND owned = 1"),
            Set::Kept(Ownership::Shared) => ("keep", " AND owned = 0"),
        };
        let sql = format!(
            "SELECT o, t FROM {name}_{table} WHERE (o, t) > (?1, ?2){owned} ORDER BY o, t LIMIT {BATCH}"
        );
        let last = last.map_or((-1, -1), Place::stored);
        let mut statement = self.statement(&sql)?;
        let places = statement
            .query_map(last, |row| Ok(Place::of_stored(row.get(0)?, row.get(1)?)))
            .and_then(Iterator::collect::<rusqlite::Result<Vec<Place>>>)
            .map_err(failed)?;
        let one = places.iter().take_while(|place| place.oid == places[0].oid).count();
        Ok(places.into_iter().take(one).collect())
    }

    /// How many rows of a table are kept with this ownership.
    pub(super) fn count(&self, table: usize, ownership: Ownership) -> Result<u64, Error> {
        let owned = i64::from(ownership == Ownership::Owned);
        let sql = format!("SELECT count(*) FROM keep_{table} WHERE owned = ?1");
        let count = self.connection.query_row(&sql, [owned], |row| row.get::<_, i64>(0)).map_err(failed)?;
        Ok(count.unsigned_abs())
    }

    /// Begins to rank rows anew, each within the row that it was found from.
    pub(super) fn begin_ranks(&self) -> Result<(), Error> {
        self.run("DROP TABLE IF EXISTS rank; CREATE TABLE rank (fo INTEGER, ft INTEGER, key BLOB, o INTEGER, t INTEGER)")
    }

    /// Adds a row to those to rank, by a key that compares as bytes.
    pub(super) fn rank(&self, from: Option<Place>, key: &[u8], place: Place) -> Result<(), Error> {
        let ((fo, ft), (o, t)) = (from.map_or((0, 0), Place::stored), place.stored());
        let mut statement = self.statement("INSERT INTO rank VALUES (?1, ?2, ?3, ?4, ?5)")?;
        statement.execute(params![fo, ft, key, o, t]).map(drop).map_err(failed)
    }

    /// Adds the first `most` of the ranked rows, for each that they were found from, to the wave of `table`, unless they are kept
    /// already; forgets all of them.
    pub(super) fn add_first(&self, table: usize, most: u64) -> Result<(), Error> {
        self.run(&format!("{}; DROP TABLE rank", first_sql(table, "rank", most)))
    }

    /// As [`Scratch::add_first`], along the pairs of a loose reference, for the rows that the last wave added to `from`.
    pub(super) fn add_first_children(
        &self,
        number: usize,
        from: usize,
        table: usize,
        most: u64,
    ) -> Result<(), Error> {
        let pairs = format!(
            "(SELECT e.po AS fo, e.pt AS ft, e.key AS key, e.co AS o, e.ct AS t
              FROM front_{from} AS f CROSS JOIN edge_{number} AS e ON e.po = f.o AND e.pt = f.t)"
        );
        self.run(&first_sql(table, &pairs, most))
    }

    /// Adds what a loose reference joins to the rows that the last wave added to `from`: their children, or their parents.
    pub(super) fn add_joined(
        &self,
        number: usize,
        from: usize,
        table: usize,
        children: bool,
    ) -> Result<(), Error> {
        let (known, found) =
            if children { (("po", "pt"), ("co", "ct")) } else { (("co", "ct"), ("po", "pt")) };
        self.run(&format!(
            "INSERT OR IGNORE INTO next_{table} SELECT e.{}, e.{}
             FROM front_{from} AS f CROSS JOIN edge_{number} AS e ON e.{} = f.o AND e.{} = f.t
             WHERE NOT EXISTS (SELECT 1 FROM keep_{table} AS k WHERE k.o = e.{} AND k.t = e.{})",
            found.0, found.1, known.0, known.1, found.0, found.1
        ))
    }

    /// Begins to sort rows anew.
    pub(super) fn begin_sort(&self) -> Result<(), Error> {
        self.run("DROP TABLE IF EXISTS sort; CREATE TABLE sort (key BLOB, row BLOB)")
    }

    /// Adds a row to those to sort, by a key that compares as bytes; the fields `nulls` of it as NULL.
    pub(super) fn sort(&self, key: &[u8], row: &CopyRow, nulls: &[usize]) -> Result<(), Error> {
        let mut line = Vec::new();
        for at in 0..row.len() {
            line.extend_from_slice(if at > 0 { b"\t" } else { b"" });
            match row.get(at).filter(|_| !nulls.contains(&at)) {
                Some(text) => escape_into(text, &mut line),
                None => line.extend_from_slice(b"\\N"),
            }
        }
        let mut statement = self.statement("INSERT INTO sort VALUES (?1, ?2)")?;
        statement.execute(params![key, line]).map(drop).map_err(failed)
    }

    /// Hands the rows to `each`, sorted, then forgets them.
    pub(super) fn sorted(&self, each: &mut dyn FnMut(&CopyRow) -> Result<(), Error>) -> Result<(), Error> {
        let mut statement =
            self.connection.prepare("SELECT row FROM sort ORDER BY key, row").map_err(failed)?;
        let mut rows = statement.query([]).map_err(failed)?;
        let mut read = CopyRow::default();
        while let Some(row) = rows.next().map_err(failed)? {
            let mut line = row.get_ref(0).and_then(|line| Ok(line.as_blob()?)).map_err(failed)?;
            // An empty line is a row of one empty field, and no end.
            let found = if line.is_empty() { read.read(&mut &b"\n"[..]) } else { read.read(&mut line) };
            found.map_err(|error| Error::of_io(Path::new(PLACE), &error))?;
            each(&read)?;
        }
        drop(rows);
        drop(statement);
        self.run("DROP TABLE sort")
    }

    /// Runs statements that have no values.
    pub(super) fn run(&self, sql: &str) -> Result<(), Error> {
        self.connection.execute_batch(sql).map_err(failed)
    }

    /// A statement that is kept ready.
    pub(super) fn statement(&self, sql: &str) -> Result<CachedStatement<'_>, Error> {
        self.connection.prepare_cached(sql).map_err(failed)
    }
}

/// Adds the first rows of `ranked` for each that they were found from to the wave of `table`.
fn first_sql(table: usize, ranked: &str, most: u64) -> String {
    format!(
        "INSERT OR IGNORE INTO next_{table} SELECT o, t FROM (
           SELECT o, t, row_number() OVER (PARTITION BY fo, ft ORDER BY key, o, t) AS n FROM {ranked}) AS r
         WHERE n <= {most} AND NOT EXISTS (SELECT 1 FROM keep_{table} AS k WHERE k.o = r.o AND k.t = r.t)"
    )
}

/// The number of one table in the server and the places in it, as a condition on the rows of `alias`.
pub(super) fn at_places(alias: &str, places: &[Place]) -> String {
    let mut sql = String::with_capacity(places.len() * 14 + 80);
    let oid = places.first().map_or(0, |place| place.oid);
    let _ = write!(sql, "{alias}.tableoid = {oid} AND {alias}.ctid = ANY ('{{");
    for (at, Place { block, offset, .. }) in places.iter().enumerate() {
        let _ = write!(sql, "{}\"({block},{offset})\"", if at == 0 { "" } else { "," });
    }
    sql.push_str("}'::pg_catalog.tid[])");
    sql
}

#[cfg(test)]
mod tests {
    use super::*;

    fn place(oid: u32, block: u32, offset: u16) -> Place {
        Place { oid, block, offset }
    }

    #[test]
    fn places_are_kept_once_and_come_back_table_by_table() -> Result<(), Error> {
        let scratch = Scratch::new()?;
        scratch.prepare(0)?;
        let places = [place(9, 1, 1), place(u32::MAX, u32::MAX, u16::MAX), place(9, 0, 2), place(9, 1, 1)];
        for place in places {
            scratch.add(0, place)?;
        }
        assert_eq!(scratch.advance(0, Ownership::Owned)?, 3);
        scratch.add(0, places[0])?;
        scratch.add(0, place(7, 0, 1))?;
        assert_eq!(scratch.advance(0, Ownership::Shared)?, 1);
        assert_eq!(scratch.count(0, Ownership::Owned)?, 3);
        let owned = |last| scratch.batch(0, Set::Kept(Ownership::Owned), last);
        assert_eq!(owned(None)?, [places[2], places[0]]);
        assert_eq!(owned(Some(places[0]))?, [places[1]]);
        assert_eq!(owned(Some(places[1]))?, []);
        assert_eq!(scratch.batch(0, Set::Front, None)?, [place(7, 0, 1)]);
        assert_eq!(
            at_places("m", &owned(None)?),
            r#"m.tableoid = 9 AND m.ctid = ANY ('{"(0,2)","(1,1)"}'::pg_catalog.tid[])"#
        );
        Ok(())
    }

    #[test]
    fn rows_come_back_sorted_and_unchanged() -> Result<(), Error> {
        let scratch = Scratch::new()?;
        scratch.begin_sort()?;
        for (key, mut line) in [(b"b", &b"\\N\t\\\\N\tx\\ty\n"[..]), (b"a", b"\n")] {
            let mut row = CopyRow::default();
            assert!(row.read(&mut line).expect("a row"));
            scratch.sort(key, &row, &[])?;
        }
        let mut seen = Vec::new();
        scratch.sorted(&mut |row| {
            seen.push((0..row.len()).map(|at| row.text(at).map(str::to_owned)).collect::<Vec<_>>());
            Ok(())
        })?;
        let some = |text: &str| Some(text.to_owned());
        assert_eq!(seen, [vec![some("")], vec![None, some("\\N"), some("x\ty")]]);
        Ok(())
    }
}
