//! A SQLite database that is changed: migrated, loaded, or merged into.

use std::path::Path;
use std::time::{Duration, Instant};

use model::{Catalog, Engine, RowSource};
use rusqlite::Connection;
use rusqlite::config::DbConfig;

use super::connection::{open_write, side_file};
use super::{introspect, merge, migrate};
use crate::error::At as _;
use crate::{
    CreatedSchema, Decision, Durability, Error, History, MergeOptions, MergeOutcome, MergePlan,
    MergeProgress, Migration, MigrationReport, Target, TargetOptions,
};

/// An open SQLite file that may be written.
pub(crate) struct SqliteTarget {
    connection: Connection,
    lock_timeout: Duration,
}

/// How long to wait before a merge that met a lock is begun again.
const RETRY: Duration = Duration::from_millis(20);

impl SqliteTarget {
    /// Opens an existing file.
    ///
    /// # Errors
    /// The file is missing, is no database, is locked, or cannot be written.
    pub(crate) fn open(path: &Path, options: &TargetOptions) -> Result<Self, Error> {
        let left_behind = std::fs::metadata(side_file(path, "-wal")).is_ok_and(|wal| wal.len() > 0);
        let connection = open_write(path, options.lock_timeout)?;
        // Closing would carry what another writer left in its log into the file, even where nothing was to change.
        connection.set_db_config(DbConfig::SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, left_behind).at(&connection)?;
        if options.durability == Durability::Scratch {
            connection.pragma_update(None, "synchronous", "OFF").at(&connection)?;
        }
        Ok(Self { connection, lock_timeout: options.lock_timeout })
    }
}

impl SqliteTarget {
    /// Merges, again from the comparison if another writer came between it and the first change: SQLite then refuses at
    /// once, since waiting could not help. The next attempt holds the write lock from its beginning, so that a busy
    /// database cannot overtake it for ever. An answer holds for the same plan.
    fn merge_patiently(
        &mut self,
        snapshot: &mut dyn RowSource,
        history: &mut dyn History,
        options: &MergeOptions,
        progress: &mut dyn FnMut(MergeProgress),
        decide: &mut dyn FnMut(&MergePlan) -> Decision,
    ) -> Result<MergeOutcome, Error> {
        let mut answer: Option<(MergePlan, Decision)> = None;
        let mut waited = Duration::ZERO;
        let mut attempt = merge::Attempt { options, begin: merge::Begin::Reading };
        loop {
            let mut asked = Duration::ZERO;
            let mut ask = |plan: &MergePlan| match &answer {
                Some((known, decision)) if known == plan => *decision,
                _ => {
                    let since = Instant::now();
                    let decision = decide(plan);
                    asked += since.elapsed();
                    answer = Some((plan.clone(), decision));
                    decision
                }
            };
            let begun = Instant::now();
            let merged = merge::merge(&mut self.connection, snapshot, history, attempt, progress, &mut ask);
            waited += begun.elapsed().saturating_sub(asked) + RETRY;
            match merged {
                Err(Error::Locked { .. }) if waited < self.lock_timeout => {
                    attempt.begin = merge::Begin::Writing;
                    std::thread::sleep(RETRY);
                }
                merged => return merged,
            }
        }
    }
}

impl Target for SqliteTarget {
    fn engine(&self) -> Engine {
        Engine::Sqlite
    }

    fn catalog(&mut self) -> Result<Catalog, Error> {
        introspect::catalog(&self.connection)
    }

    fn migrate(&mut self, migrations: &[Migration]) -> Result<MigrationReport, Error> {
        migrate::migrate(&mut self.connection, migrations)
    }

    fn create_schema(&mut self, catalog: &Catalog) -> Result<CreatedSchema, Error> {
        merge::create_schema(&self.connection, catalog)
    }

    fn load(&mut self, rows: &mut dyn RowSource) -> Result<u64, Error> {
        merge::load(&self.connection, rows)
    }

    fn merge(
        &mut self,
        snapshot: &mut dyn RowSource,
        history: &mut dyn History,
        options: &MergeOptions,
        progress: &mut dyn FnMut(MergeProgress),
        decide: &mut dyn FnMut(&MergePlan) -> Decision,
    ) -> Result<MergeOutcome, Error> {
        let outcome = self.merge_patiently(snapshot, history, options, progress, decide)?;
        if outcome.applied {
            let checkpoint = DbConfig::SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE;
            self.connection.set_db_config(checkpoint, false).at(&self.connection)?;
        }
        Ok(outcome)
    }
}

#[cfg(test)]
mod tests {
    use model::{
        ColumnSpec, Condition, ConditionOp, Definition, LogicalType, Ownership, RowEvent, RowStream, Scalar,
        StreamError, TableSpec, Value,
    };

    use super::*;

    /// As many rows as asked for.
    struct Many {
        definition: Definition,
        rows: i64,
    }

    struct Stream {
        left: i64,
        row: Option<[Value; 2]>,
    }

    impl RowSource for Many {
        fn definition(&self) -> &Definition {
            &self.definition
        }

        fn open(&mut self) -> Result<Box<dyn RowStream + '_>, StreamError> {
            Ok(Box::new(Stream { left: self.rows, row: None }))
        }
    }

    impl RowStream for Stream {
        fn next(&mut self) -> Result<Option<RowEvent<'_>>, StreamError> {
            if self.row.is_none() {
                self.row = Some([Value::Null, Value::Text("s".repeat(100))]);
                let count = self.left.unsigned_abs();
                return Ok(Some(RowEvent::Section { table: 0, ownership: Ownership::Owned, count }));
            }
            self.left -= 1;
            Ok(self.row.as_mut().filter(|_| self.left >= 0).map(|row| {
                row[0] = Value::Integer(-self.left);
                RowEvent::Row(row)
            }))
        }
    }

    struct NoVersions;

    impl History for NoVersions {
        fn len(&self) -> usize {
            0
        }

        fn open(&mut self, _: usize) -> Result<Box<dyn RowSource + '_>, StreamError> {
            Err("there is no such version".into())
        }
    }

    fn many(rows: i64) -> Many {
        let column = |name: &str, ty| ColumnSpec { name: name.to_owned(), ty };
        let condition = Condition {
            path: vec!["scenario".to_owned()],
            op: ConditionOp::In,
            values: vec![Scalar::Text("s".repeat(100))],
        };
        let spec = TableSpec {
            name: "items".to_owned(),
            schema: None,
            columns: vec![column("id", LogicalType::Integer), column("scenario", LogicalType::Text)],
            key: vec!["id".to_owned()],
            order_parents: false,
            limit: false,
            select: vec![vec![condition]],
            references: Vec::new(),
        };
        let breakdown = std::collections::BTreeMap::new();
        Many { definition: Definition { total: "items".to_owned(), breakdown, tables: vec![spec] }, rows }
    }

    #[test]
    fn a_disk_that_fills_up_leaves_the_file_as_it_was() {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("app.db");
        let schema =
            "CREATE TABLE items (id INTEGER PRIMARY KEY, scenario TEXT); INSERT INTO items VALUES (7, NULL);";
        Connection::open(&path).and_then(|c| c.execute_batch(schema)).expect("a database");
        let before = std::fs::read(&path).expect("the file");
        let mut target = SqliteTarget::open(&path, &TargetOptions::default()).expect("a target");
        // Far more than the cache holds, so that pages have been written when the limit is reached.
        target
            .connection
            .execute_batch("PRAGMA max_page_count = 1000; PRAGMA cache_size = 20")
            .expect("a limit");
        let (mut none, options) = (NoVersions, MergeOptions::default());
        let error = target
            .merge(&mut many(100_000), &mut none, &options, &mut |_| {}, &mut |_| Decision::Apply)
            .expect_err("a full disk");
        assert!(matches!(error, Error::DiskFull { .. }), "{error}");
        drop(target);
        assert!(std::fs::read(&path).expect("the file") == before);
        assert!(!side_file(&path, "-journal").exists());
        let mut target = SqliteTarget::open(&path, &TargetOptions::default()).expect("a target");
        let outcome = target.merge(&mut many(10), &mut none, &options, &mut |_| {}, &mut |_| Decision::Apply);
        assert_eq!(outcome.expect("an import").verified_rows, 10);
    }
}
