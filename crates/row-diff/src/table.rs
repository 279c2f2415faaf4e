//! The rows of one table on one side, in key order whatever section they stand in.
//!
//! A file has a table's shared rows before its owned ones. To tell a row that moved from one section to the other as the
//! row it is, the shared ones are set aside and merged with the owned ones; so are the rows of a table that is ordered by
//! depth.

use std::cmp::Reverse;
use std::collections::BinaryHeap;

use model::text::{Shown, show_key};
use model::{Ownership, TableSpec, Value};

use crate::sections::Sections;
use crate::spool::{RunReader, RunWriter, Spool};
use crate::{Error, Which};

/// A row with its key; a table without a key has all columns for one.
#[derive(PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Keyed {
    pub(crate) key: Vec<Value>,
    pub(crate) row: Vec<Value>,
    /// Whether it is a parent that the scenario shares.
    pub(crate) shared: bool,
}

/// Where a side's rows of a table are.
pub(crate) struct Place<'a, 's> {
    pub(crate) sections: &'a mut Sections<'s>,
    /// Its index, which no earlier section of this pass belongs to.
    pub(crate) table: usize,
    pub(crate) spec: &'a TableSpec,
    pub(crate) scratch: &'a mut dyn Spool,
}

/// Rows in key order.
pub(crate) struct TableRows<'a, 's> {
    sections: &'a mut Sections<'s>,
    spec: &'a TableSpec,
    key: Vec<usize>,
    runs: RunReader<'a>,
    /// Whether the rows of each run, and of the section that is read as it comes, are shared.
    shared: Vec<bool>,
    /// Whether a section is read as it comes; it is the source after the last run.
    live: bool,
    /// The next row of each source, by key.
    heads: BinaryHeap<Reverse<(Keyed, usize)>>,
    last: Option<Vec<Value>>,
}

impl<'a, 's> TableRows<'a, 's> {
    /// Starts on a table of one side.
    pub(crate) fn start(place: Place<'a, 's>) -> Result<Self, Error> {
        let mut start = Start::new(place)?;
        while start.begin() {
            while start.set_aside()? {}
        }
        start.finish()
    }

    /// Starts on a table of both sides. Rows that are set aside are read side by side, as those that are not: so a source
    /// of both sides can tell which of them are the same.
    pub(crate) fn start_both(
        base: Place<'a, 's>,
        head: Place<'a, 's>,
    ) -> Result<(TableRows<'a, 's>, TableRows<'a, 's>), Error> {
        let (mut old, mut new) = (Start::new(base)?, Start::new(head)?);
        let (mut more_old, mut more_new) = (old.begin(), new.begin());
        while more_old || more_new {
            let order = if more_old && more_new { old.last.cmp(&new.last) } else { more_new.cmp(&more_old) };
            if order.is_le() && more_old {
                more_old = old.set_aside()? || old.begin();
            }
            if order.is_ge() && more_new {
                more_new = new.set_aside()? || new.begin();
            }
        }
        Ok((old.finish()?, new.finish()?))
    }

    /// The next row.
    pub(crate) fn next(&mut self) -> Result<Option<Keyed>, Error> {
        let Some(Reverse((found, source))) = self.heads.pop() else { return Ok(None) };
        self.refill(source)?;
        match &self.last {
            Some(last) if found.key < *last => return Err(self.sections.disorder()),
            Some(last) if found.key == *last && !self.spec.key.is_empty() => {
                return Err(Error::DuplicateKey {
                    which: self.which(),
                    table: Shown(&self.spec.name).to_string(),
                    key: show_key(&self.spec.key, &found.key),
                });
            }
            _ => {}
        }
        // Reuses the buffer: most tables have short keys.
        self.last.get_or_insert_default().clone_from(&found.key);
        Ok(Some(found))
    }

    fn which(&self) -> Which {
        self.sections.which()
    }

    fn refill(&mut self, source: usize) -> Result<(), Error> {
        let row = if source < self.runs.len() {
            self.runs.next(source)?
        } else if self.live {
            self.sections.row()?
        } else {
            None
        };
        if let Some(row) = row {
            let key = pick(&row, &self.key);
            let shared = self.shared.get(source).copied().unwrap_or_default();
            self.heads.push(Reverse((Keyed { key, row, shared }, source)));
        }
        Ok(())
    }
}

/// The indexes of the columns that rows are matched by.
fn key_columns(spec: &TableSpec) -> Vec<usize> {
    if spec.key.is_empty() { (0..spec.columns.len()).collect() } else { spec.key_indexes() }
}

/// The beginning of a table, while its rows are set aside.
struct Start<'a, 's> {
    sections: &'a mut Sections<'s>,
    table: usize,
    spec: &'a TableSpec,
    key: Vec<usize>,
    writer: RunWriter<'a>,
    /// Whether the rows of each run, and of the section that is read as it comes, are shared.
    shared: Vec<bool>,
    /// Whose the rows of this section are.
    ownership: Ownership,
    /// The key of the last row of this section that was set aside.
    last: Option<Vec<Value>>,
    live: bool,
}

impl<'a, 's> Start<'a, 's> {
    fn new(place: Place<'a, 's>) -> Result<Self, Error> {
        let Place { sections, table, spec, scratch } = place;
        sections.skip_to(table)?;
        let (key, writer) = (key_columns(spec), RunWriter::new(scratch)?);
        let (shared, ownership) = (Vec::new(), Ownership::Owned);
        Ok(Self { sections, table, spec, key, writer, shared, ownership, last: None, live: false })
    }

    /// Begins the next section of the table; whether its rows have to be set aside.
    fn begin(&mut self) -> bool {
        let Some(ownership) = self.sections.begin(self.table) else { return false };
        // Nothing can follow: no need to set these rows aside.
        self.live = !self.spec.order_parents && (ownership == Ownership::Owned || !self.spec.is_owned());
        (self.last, self.ownership) = (None, ownership);
        if self.live {
            self.shared.push(ownership == Ownership::Shared);
        }
        !self.live
    }

    /// Writes a row away, if there is one; a row that does not follow the one before starts a new run.
    fn set_aside(&mut self) -> Result<bool, Error> {
        let Some(row) = self.sections.row()? else { return Ok(false) };
        let key = pick(&row, &self.key);
        if self.last.as_ref().is_none_or(|last| key < *last) {
            self.writer.start_run();
            self.shared.push(self.ownership == Ownership::Shared);
        }
        self.writer.push(&row)?;
        self.last = Some(key);
        Ok(true)
    }

    fn finish(self) -> Result<TableRows<'a, 's>, Error> {
        let runs = self.writer.finish()?;
        let Self { sections, spec, key, shared, live, .. } = self;
        let mut rows =
            TableRows { sections, spec, key, runs, shared, live, heads: BinaryHeap::new(), last: None };
        for source in 0..=rows.runs.len() {
            rows.refill(source)?;
        }
        Ok(rows)
    }
}

fn pick(row: &[Value], columns: &[usize]) -> Vec<Value> {
    columns.iter().map(|at| row[*at].clone()).collect()
}
