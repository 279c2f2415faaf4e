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
    /// Starts on the table at index `table`, `spec`, which no earlier section of this pass belongs to.
    pub(crate) fn start(
        sections: &'a mut Sections<'s>,
        table: usize,
        spec: &'a TableSpec,
        scratch: &'a mut dyn Spool,
    ) -> Result<Self, Error> {
        sections.skip_to(table)?;
        let key = key_columns(spec);
        let mut writer = RunWriter::new(scratch)?;
        let (mut live, mut shared) = (false, Vec::new());
        while let Some(ownership) = sections.begin(table) {
            // Nothing can follow: no need to set these rows aside.
            live = !spec.order_parents && (ownership == Ownership::Owned || !spec.is_owned());
            if live {
                shared.push(ownership == Ownership::Shared);
                break;
            }
            set_aside(sections, &key, &mut writer)?;
            shared.resize(writer.runs(), ownership == Ownership::Shared);
        }
        let runs = writer.finish()?;
        let mut rows = Self { sections, spec, key, runs, shared, live, heads: BinaryHeap::new(), last: None };
        for source in 0..=rows.runs.len() {
            rows.refill(source)?;
        }
        Ok(rows)
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

/// Writes a section away; a row that does not follow the one before starts a new run.
fn set_aside(sections: &mut Sections<'_>, key: &[usize], writer: &mut RunWriter<'_>) -> Result<(), Error> {
    let mut last: Option<Vec<Value>> = None;
    while let Some(row) = sections.row()? {
        let key = pick(&row, key);
        if last.is_none_or(|last| key < last) {
            writer.start_run();
        }
        writer.push(&row)?;
        last = Some(key);
    }
    Ok(())
}

fn pick(row: &[Value], columns: &[usize]) -> Vec<Value> {
    columns.iter().map(|at| row[*at].clone()).collect()
}
