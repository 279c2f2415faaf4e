//! A SQLite database as a [`Source`]: one read-only connection and one read transaction from open to drop.
//!
//! The main file is never written. A database in WAL mode gets side files (`-wal`, `-shm`) from whoever opens it,
//! readers included. Those that this reader made are removed again by SQLite itself, which does so only when it can
//! prove that nobody else has the database open; where that proof fails, they stay: they are empty and harmless.

use std::path::{Path, PathBuf};
use std::time::Duration;

use model::{Catalog, Definition, Engine, Ownership, Scope, StreamError, Value};
use rusqlite::{Connection, OpenFlags};

use super::connection::{open_read, side_file};
use super::selected::Selected;
use super::{check, introspect, sample, statistics};
use crate::error::At as _;
use crate::known::known_table;
use crate::{CheckProgress, DataCheck, Error, SectionCount, Source, SourceOptions, TableStatistics};

/// See the module's documentation.
pub(crate) struct SqliteSource {
    /// Closed before the side files are looked at.
    connection: Option<Connection>,
    side_files: SideFiles,
    catalog: Option<Catalog>,
    selected: Option<Selected>,
}

impl SqliteSource {
    /// Opens the file at `path`.
    ///
    /// # Errors
    /// It is missing, is no database, is locked for too long, or cannot be read without being written.
    pub(crate) fn open(path: &Path, options: &SourceOptions) -> Result<Self, Error> {
        let side_files = SideFiles::before(path);
        let connection = open_read(path, options.lock_timeout)?;
        Ok(Self { connection: Some(connection), side_files, catalog: None, selected: None })
    }

    fn connection(&self) -> &Connection {
        self.connection.as_ref().expect("the connection is there until drop")
    }

    fn ensure_catalog(&mut self) -> Result<&Catalog, Error> {
        if self.catalog.is_none() {
            self.catalog = Some(introspect::catalog_of_source(self.connection())?);
        }
        Ok(self.catalog.as_ref().expect("just read"))
    }

    fn ensure_selected(&mut self, definition: &Definition, scope: Option<&Scope>) -> Result<(), Error> {
        if !self.selected.as_ref().is_some_and(|selected| selected.is_of(definition, scope)) {
            // Its temporary tables are about to be replaced, so the old one is gone even if this fails.
            self.selected = None;
            self.ensure_catalog()?;
            let catalog = self.catalog.as_ref().expect("just read");
            let scope = scope.cloned().unwrap_or_default();
            self.selected = Some(Selected::of(self.connection(), catalog, definition, &scope)?);
        }
        Ok(())
    }
}

impl Source for SqliteSource {
    fn engine(&self) -> Engine {
        Engine::Sqlite
    }

    fn catalog(&mut self) -> Result<Catalog, Error> {
        self.ensure_catalog().cloned()
    }

    fn select_within(&mut self, definition: &Definition, scope: &Scope) -> Result<Vec<SectionCount>, Error> {
        self.ensure_selected(definition, Some(scope))?;
        let selected = self.selected.as_ref().expect("just selected");
        selected.sections(self.connection())
    }

    fn read(
        &mut self,
        definition: &Definition,
        table: usize,
        ownership: Ownership,
        each: &mut dyn FnMut(&[Value]) -> Result<(), StreamError>,
    ) -> Result<u64, Error> {
        self.ensure_selected(definition, None)?;
        let selected = self.selected.as_ref().expect("just selected");
        if table >= definition.tables.len() {
            return Ok(0);
        }
        let catalog = self.catalog.as_ref().expect("read by the selection");
        let read = selected.section(self.connection(), catalog, table, ownership)?.read(each)?;
        let selected = self.selected.as_mut().expect("just selected");
        selected.note(table, ownership, read.found);
        Ok(read.rows)
    }

    fn notes(&mut self) -> Vec<String> {
        self.selected.as_mut().map_or_else(Vec::new, Selected::take_notes)
    }

    fn sample(
        &mut self,
        table: &str,
        columns: &[String],
        rows: u32,
        each: &mut dyn FnMut(&[Value]),
    ) -> Result<(), Error> {
        self.ensure_catalog()?;
        let catalog = self.catalog.as_ref().expect("just read");
        sample::sample(self.connection(), catalog, table, columns, rows, each)
    }

    fn statistics(&mut self) -> Result<Vec<TableStatistics>, Error> {
        self.ensure_catalog()?;
        statistics::statistics(self.connection(), self.catalog.as_ref().expect("just read"))
    }

    fn check(&mut self, tables: &[String], progress: CheckProgress<'_>) -> Result<DataCheck, Error> {
        self.ensure_catalog()?;
        let catalog = self.catalog.as_ref().expect("just read");
        for table in tables {
            known_table(catalog, table)?;
        }
        check::check(self.connection(), catalog, tables, progress)
    }
}

impl Drop for SqliteSource {
    fn drop(&mut self) {
        self.connection = None;
        self.side_files.remove_ours();
    }
}

/// Which side files of a WAL database stood there before it was read.
struct SideFiles {
    path: PathBuf,
    stood_before: bool,
}

impl SideFiles {
    fn before(path: &Path) -> Self {
        let stood_before = ["-wal", "-shm"].iter().any(|suffix| side_file(path, suffix).exists());
        Self { path: path.to_owned(), stood_before }
    }

    /// Lets SQLite remove what reading made. A writer that closes as the last one removes both files under a lock that
    /// proves it to be the last; it has nothing to write, since the `-wal` file is empty and there is no journal.
    fn remove_ours(&self) {
        let is_empty_wal = || {
            std::fs::metadata(side_file(&self.path, "-wal"))
                .is_ok_and(|file| file.is_file() && file.len() == 0)
        };
        if self.stood_before || !is_empty_wal() || side_file(&self.path, "-journal").exists() {
            return;
        }
        if let Err(error) = self.close_as_a_writer() {
            tracing::debug!(%error, "the empty side files of a database that was read stay");
        }
    }

    fn close_as_a_writer(&self) -> Result<(), Error> {
        let path = std::path::absolute(&self.path).map_err(|error| Error::of_io(&self.path, &error))?;
        let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX;
        let writer =
            Connection::open_with_flags(path, flags).map_err(|error| Error::of_sqlite(&self.path, &error))?;
        // Nobody waits for a file that is empty and harmless.
        writer.busy_timeout(Duration::ZERO).at(&writer)?;
        writer.query_row("SELECT count(*) FROM main.sqlite_schema", [], |_| Ok(())).at(&writer)
    }
}
