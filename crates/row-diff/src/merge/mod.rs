//! Two branches' versions become one: three-way, row by row and column by column, against the version that both began with.
//!
//! Reads three sorted streams side by side and hands on what stands in the merged version, and where the two branches
//! contradict each other. What a row is worth beyond its own table, the references between rows, is not seen here. The
//! rule to keep in mind: ours and theirs are equals. Changing them for each other changes the names in a conflict, and
//! nothing else.

mod cells;
mod definition;
mod json;
mod rows;
mod table;

pub use definition::merge_definitions;
pub use rows::{Rows, RowsWriter};

use std::collections::BTreeMap;

use model::{ColumnSpec, Definition, StreamError, TableSpec, Value};

use crate::sections::Sections;
use crate::spool::Spool;
use crate::{Error, Side, Which};
use table::Job;

/// The three versions.
pub struct Sides<'a> {
    /// The last version that both branches have; `None` if each made the scenario for itself.
    pub base: Option<Side<'a>>,
    /// This branch's version.
    pub ours: Side<'a>,
    /// The other branch's version.
    pub theirs: Side<'a>,
}

/// Whose word counts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Take {
    /// This branch's.
    Ours,
    /// The other branch's.
    Theirs,
}

/// What a row of the merged version is to the scenario.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Hold {
    /// Its own, on either side.
    Owned,
    /// A parent that is only shared, which neither side has given up.
    Shared,
    /// A parent that is only shared, which one side no longer needs.
    Dropped,
}

/// Decides on rows, and takes them on.
pub trait Judge {
    /// Whose word counts on a row that is not the same on both sides; `None` leaves it to the merge. Where both sides
    /// changed the row, it counts for the columns that they contradict each other in; a row without such a column is then
    /// as that side has it, or gone if it is gone there.
    fn take(&mut self, row: &Differing<'_>) -> Option<Take>;

    /// A row of the merged version: of a table (an index into its definition), in key order; and what it is to
    /// the scenario.
    ///
    /// # Errors
    /// It cannot be taken on.
    fn row(&mut self, table: usize, row: &[Value], hold: Hold) -> Result<(), StreamError>;

    /// A row that is left open.
    ///
    /// # Errors
    /// It cannot be taken on.
    fn conflict(&mut self, conflict: &Conflict<'_>) -> Result<(), StreamError>;
}

/// A row that is not the same on both sides.
#[derive(Clone, Copy, Debug)]
pub struct Differing<'a> {
    /// Its table.
    pub table: &'a TableSpec,
    /// Its key; all its values in a table without one.
    pub key: &'a [Value],
    /// Whether the sides contradict each other.
    pub conflict: bool,
}

/// A row on which the two branches contradict each other.
#[derive(Debug)]
pub struct Conflict<'a> {
    /// Its table.
    pub table: &'a TableSpec,
    /// Its key; all its values in a table without one.
    pub key: &'a [Value],
    /// How they do.
    pub kind: ConflictKind<'a>,
}

/// How two branches contradict each other.
#[derive(Debug)]
pub enum ConflictKind<'a> {
    /// Both set these columns, each to another value.
    Columns(Vec<CellConflict<'a>>),
    /// Both added the row, each with other values in these columns.
    Added(Vec<CellConflict<'a>>),
    /// Ours deleted the row, theirs set these columns.
    DeletedByOurs(Vec<CellConflict<'a>>),
    /// Theirs deleted the row, ours set these columns.
    DeletedByTheirs(Vec<CellConflict<'a>>),
    /// How many copies there are of a row in a table without key.
    Copies {
        /// In the version that both began with.
        base: u64,
        /// In ours.
        ours: u64,
        /// In theirs.
        theirs: u64,
    },
    /// One side has or changed the row, the other no longer has the table.
    NoTable(Take),
}

/// One value that two branches do not agree on.
#[derive(Clone, Debug, PartialEq)]
pub struct CellConflict<'a> {
    /// The column.
    pub column: &'a ColumnSpec,
    /// Where in its JSON, `$.tags`; empty for the whole value. Not yet safe to print.
    pub path: String,
    /// What it was; `None` if it was not.
    pub base: Option<Value>,
    /// What ours has.
    pub ours: Option<Value>,
    /// What theirs has.
    pub theirs: Option<Value>,
}

/// How a merge went, by table of the merged version.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct MergeCounts {
    /// By table name.
    pub tables: BTreeMap<String, TableMerge>,
    /// Rows that are left open.
    pub open: u64,
}

/// How many rows of a table came from where.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct TableMerge {
    /// Added, changed or removed by ours alone.
    pub ours: u64,
    /// Added, changed or removed by theirs alone.
    pub theirs: u64,
    /// Changed by both: alike, or in different columns.
    pub both: u64,
    /// Decided by [`Judge::take`].
    pub taken: u64,
    /// Left open.
    pub open: u64,
}

/// Merges two branches' versions into rows of `definition`, which is [`merge_definitions`]'s.
///
/// Rows are matched by row key; in a table without one by all their columns, as a multiset. A column that a side lacks has
/// no say there. Every row that either side has or changed is in the result, gone because one side removed it and the
/// other left it alone, or told as a conflict. A parent that is only shared is gone where no row needs it any more, which says
/// nothing against it: it stays as long as one side has it, and whoever takes the rows on drops what no row needs.
///
/// # Errors
/// A side cannot be read or is out of order, the two sides know a table's rows by different keys or types, or `judge`
/// fails.
pub fn merge(sides: Sides<'_>, definition: &Definition, judge: &mut dyn Judge) -> Result<MergeCounts, Error> {
    let Sides { base, ours, theirs } = sides;
    let (old, a, b) = (
        base.as_ref().map(|side| side.rows.definition().clone()),
        ours.rows.definition().clone(),
        theirs.rows.definition().clone(),
    );
    let mut jobs = table::jobs(definition, [old.as_ref(), Some(&a), Some(&b)])?;
    let mut counts = MergeCounts::default();
    for spec in &definition.tables {
        counts.tables.insert(spec.name.clone(), TableMerge::default());
    }
    let mut base = base;
    let (ours, theirs) = ((ours.rows, ours.scratch), (theirs.rows, theirs.scratch));
    while !jobs.is_empty() {
        let mut pass = Pass {
            base: match &mut base {
                Some(side) => {
                    let definition = side.rows.definition().clone();
                    Some((Sections::start(Which::Base, &definition, side.rows.open())?, &mut *side.scratch))
                }
                None => None,
            },
            ours: (Sections::start(Which::Ours, &a, ours.0.open())?, &mut *ours.1),
            theirs: (Sections::start(Which::Theirs, &b, theirs.0.open())?, &mut *theirs.1),
        };
        let mut later = Vec::new();
        let mut last = [None; 3];
        for job in jobs {
            // A stream goes forwards only: what lies behind waits for the next pass.
            if job.sides.iter().zip(&last).any(|(at, last)| at.is_some() && at <= last) {
                later.push(job);
                continue;
            }
            for (last, at) in last.iter_mut().zip(job.sides) {
                *last = at.or(*last);
            }
            pass.table(&job, judge, &mut counts)?;
        }
        pass.finish()?;
        jobs = later;
    }
    counts.open = counts.tables.values().map(|table| table.open).sum();
    Ok(counts)
}

type Stream<'s, 'a> = (Sections<'s>, &'a mut dyn Spool);

/// The three sides, read forwards once.
struct Pass<'s, 'a> {
    base: Option<Stream<'s, 'a>>,
    ours: Stream<'s, 'a>,
    theirs: Stream<'s, 'a>,
}

impl Pass<'_, '_> {
    fn table(&mut self, job: &Job<'_>, judge: &mut dyn Judge, counts: &mut MergeCounts) -> Result<(), Error> {
        let base = match &mut self.base {
            Some(base) => job.start(0, base)?,
            None => None,
        };
        let (ours, theirs) = (job.start(1, &mut self.ours)?, job.start(2, &mut self.theirs)?);
        let mut told = TableMerge::default();
        job.merge([base, ours, theirs], judge, &mut told)?;
        let sum = counts.tables.entry(job.spec.name.clone()).or_default();
        *sum = TableMerge {
            ours: sum.ours + told.ours,
            theirs: sum.theirs + told.theirs,
            both: sum.both + told.both,
            taken: sum.taken + told.taken,
            open: sum.open + told.open,
        };
        Ok(())
    }

    /// To the end: a stream that stops early may hide damage.
    fn finish(&mut self) -> Result<(), Error> {
        if let Some((sections, _)) = &mut self.base {
            sections.skip_to(usize::MAX)?;
        }
        self.ours.0.skip_to(usize::MAX)?;
        self.theirs.0.skip_to(usize::MAX)
    }
}
