//! The comparison: both sides are read forwards and merged by row key, table by table.

use std::cmp::Ordering;
use std::collections::BTreeMap;

use model::{ColumnSpec, Definition, RowSource, StreamError, TableSpec, Value};

use crate::passes::{Visit, passes};
use crate::schema::comparable;
use crate::sections::Sections;
use crate::spool::Spool;
use crate::table::{Keyed, Place, TableRows};
use crate::{Error, Which};

/// One side of a comparison.
pub struct Side<'a> {
    /// The snapshot, or a database seen as one.
    pub rows: &'a mut dyn RowSource,
    /// Room for rows that must wait; of its own for each side.
    pub scratch: &'a mut dyn Spool,
}

/// One row that differs.
#[derive(Debug)]
pub struct Change<'a> {
    /// Its table, as the head defines it; a removed row's as the base does.
    pub table: &'a TableSpec,
    /// Its key; empty in a table without one.
    pub key: &'a [Value],
    /// The whole row, as the head has it; a removed one as the base does.
    pub row: &'a [Value],
    /// In a table without a key: how many rows equal to this one both sides have besides. With a key 0.
    pub kept: u64,
    /// How it differs.
    pub kind: Kind<'a>,
}

/// How a row differs.
#[derive(Debug)]
pub enum Kind<'a> {
    /// Only the head has it: its values.
    Added(&'a [Value]),
    /// Only the base has it: its values.
    Removed(&'a [Value]),
    /// Both have it, with other values: the columns that differ, in the head's order, then those that only the base has.
    Changed(&'a [ColumnChange<'a>]),
}

/// One value that differs.
#[derive(Debug, PartialEq, Eq)]
pub struct ColumnChange<'a> {
    /// The column, as the head defines it where it has it.
    pub column: &'a ColumnSpec,
    /// What it was; `None` if the base has no such column.
    pub base: Option<&'a Value>,
    /// What it is; `None` if the head has no such column.
    pub head: Option<&'a Value>,
}

/// How many rows differ, by table; tables without a difference are there too.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Counts {
    /// By table name.
    pub tables: BTreeMap<String, TableCounts>,
}

/// How many rows of a table differ.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct TableCounts {
    /// Only in the head.
    pub added: u64,
    /// In both, with other values.
    pub changed: u64,
    /// Only in the base.
    pub removed: u64,
    /// In both, equal.
    pub equal: u64,
}

impl Counts {
    /// The sums over all tables.
    pub fn total(&self) -> TableCounts {
        self.tables.values().fold(TableCounts::default(), |sum, table| TableCounts {
            added: sum.added + table.added,
            changed: sum.changed + table.changed,
            removed: sum.removed + table.removed,
            equal: sum.equal + table.equal,
        })
    }

    /// Whether any row differs.
    pub fn any(&self) -> bool {
        let total = self.total();
        total.added + total.changed + total.removed > 0
    }
}

/// Receives each change in turn.
type Each<'e> = dyn FnMut(&Change<'_>) -> Result<(), StreamError> + 'e;

/// Compares two snapshots and hands each row that differs to `each`: by table in file order, then by row key, whether the
/// row is shared or owned (a row that only moved from one to the other is equal). Returns how many there were.
///
/// Rows are matched by row key; in a table without one as a multiset. A column that only one side has makes a row differ
/// where its value is not NULL. Where the key itself is another, or the columns of a table without one, all rows of the
/// table are removed, then all added. Tables that changed places cost a further pass each.
///
/// # Errors
/// A side cannot be read, its rows are out of order or share a key, scratch space fails, or `each` does.
pub fn diff(base: Side<'_>, head: Side<'_>, each: &mut Each<'_>) -> Result<Counts, Error> {
    let (Side { rows: base, scratch: base_scratch }, Side { rows: head, scratch: head_scratch }) =
        (base, head);
    let (old, new) = (base.definition().clone(), head.definition().clone());
    let mut counts = Counts::default();
    for visits in passes(&table_names(&old), &table_names(&new)) {
        let mut pass = Pass {
            base: Sections::start(Which::Base, &old, base.open())?,
            head: Sections::start(Which::Head, &new, head.open())?,
            base_scratch: &mut *base_scratch,
            head_scratch: &mut *head_scratch,
            each,
        };
        for visit in visits {
            let (table, found) = pass.visit(visit, &old, &new)?;
            counts.tables.insert(table.to_owned(), found);
        }
        // To the end: a stream that stops early may hide damage.
        pass.base.skip_to(usize::MAX)?;
        pass.head.skip_to(usize::MAX)?;
    }
    Ok(counts)
}

fn table_names(definition: &Definition) -> Vec<&str> {
    definition.tables.iter().map(|spec| spec.name.as_str()).collect()
}

/// Both sides, read forwards once.
struct Pass<'a, 's, 'e> {
    base: Sections<'s>,
    head: Sections<'s>,
    base_scratch: &'a mut dyn Spool,
    head_scratch: &'a mut dyn Spool,
    each: &'a mut Each<'e>,
}

impl Pass<'_, '_, '_> {
    fn visit<'d>(
        &mut self,
        visit: Visit,
        base: &'d Definition,
        head: &'d Definition,
    ) -> Result<(&'d str, TableCounts), Error> {
        match visit {
            Visit::Base(at) => {
                let spec = &base.tables[at];
                Ok((&spec.name, self.removed(at, spec)?))
            }
            Visit::Head(at) => {
                let spec = &head.tables[at];
                Ok((&spec.name, self.added(at, spec)?))
            }
            Visit::Both(old, new) => {
                let spec = &head.tables[new];
                Ok((&spec.name, self.both((old, &base.tables[old]), (new, spec))?))
            }
        }
    }

    fn removed(&mut self, at: usize, spec: &TableSpec) -> Result<TableCounts, Error> {
        let mut rows = TableRows::start(Place {
            sections: &mut self.base,
            table: at,
            spec,
            scratch: self.base_scratch,
        })?;
        let mut counts = TableCounts::default();
        while let Some(row) = rows.next()? {
            tell(self.each, spec, &row, 0, Kind::Removed(&row.row))?;
            counts.removed += 1;
        }
        Ok(counts)
    }

    fn added(&mut self, at: usize, spec: &TableSpec) -> Result<TableCounts, Error> {
        let mut rows = TableRows::start(Place {
            sections: &mut self.head,
            table: at,
            spec,
            scratch: self.head_scratch,
        })?;
        let mut counts = TableCounts::default();
        while let Some(row) = rows.next()? {
            tell(self.each, spec, &row, 0, Kind::Added(&row.row))?;
            counts.added += 1;
        }
        Ok(counts)
    }

    fn both(&mut self, base: (usize, &TableSpec), head: (usize, &TableSpec)) -> Result<TableCounts, Error> {
        if !comparable(base.1, head.1) {
            let removed = self.removed(base.0, base.1)?.removed;
            let added = self.added(head.0, head.1)?.added;
            return Ok(TableCounts { added, removed, ..TableCounts::default() });
        }
        let columns = Columns::of(base.1, head.1);
        let (mut old, mut new) = TableRows::start_both(
            Place { sections: &mut self.base, table: base.0, spec: base.1, scratch: self.base_scratch },
            Place { sections: &mut self.head, table: head.0, spec: head.1, scratch: self.head_scratch },
        )?;
        let mut counts = TableCounts::default();
        let mut kept = Kept::default();
        let (mut next_old, mut next_new) = (old.next()?, new.next()?);
        loop {
            let order = match (&next_old, &next_new) {
                (None, None) => return Ok(counts),
                (Some(_), None) => Ordering::Less,
                (None, Some(_)) => Ordering::Greater,
                (Some(old), Some(new)) => old.key.cmp(&new.key),
            };
            let was = if order.is_le() { next_old.take() } else { None };
            let is = if order.is_ge() { next_new.take() } else { None };
            match (&was, &is) {
                (Some(was), Some(is)) => {
                    let changes = columns.compare(&was.row, &is.row);
                    if changes.is_empty() {
                        counts.equal += 1;
                        kept.note(is, &head.1.key);
                    } else {
                        counts.changed += 1;
                        tell(self.each, head.1, is, 0, Kind::Changed(&changes))?;
                    }
                }
                (Some(was), None) => {
                    counts.removed += 1;
                    tell(self.each, base.1, was, kept.before(was), Kind::Removed(&was.row))?;
                }
                (_, Some(is)) => {
                    counts.added += 1;
                    tell(self.each, head.1, is, kept.before(is), Kind::Added(&is.row))?;
                }
                (None, None) => {}
            }
            if was.is_some() {
                next_old = old.next()?;
            }
            if is.is_some() {
                next_new = new.next()?;
            }
        }
    }
}

fn tell(
    each: &mut Each<'_>,
    table: &TableSpec,
    keyed: &Keyed,
    kept: u64,
    kind: Kind<'_>,
) -> Result<(), Error> {
    let key: &[Value] = if table.key.is_empty() { &[] } else { &keyed.key };
    each(&Change { table, key, row: &keyed.row, kept, kind }).map_err(Error::Taken)
}

/// The last row of a table without a key that both sides have, and how often: equal rows come one after the other, and
/// those that one side has more of come last.
#[derive(Default)]
struct Kept {
    row: Vec<Value>,
    times: u64,
}

impl Kept {
    fn note(&mut self, row: &Keyed, key: &[String]) {
        if !key.is_empty() {
            return;
        }
        if self.row == row.row {
            self.times += 1;
        } else {
            self.row.clone_from(&row.row);
            self.times = 1;
        }
    }

    fn before(&self, row: &Keyed) -> u64 {
        if self.times > 0 && self.row == row.row { self.times } else { 0 }
    }
}

/// The columns of both sides: each with its index on the sides that have it.
struct Columns<'a> {
    same: bool,
    pairs: Vec<(&'a ColumnSpec, Option<usize>, Option<usize>)>,
}

impl<'a> Columns<'a> {
    fn of(base: &'a TableSpec, head: &'a TableSpec) -> Self {
        let of_head = head.columns.iter().enumerate();
        let mut pairs: Vec<_> =
            of_head.map(|(at, column)| (column, base.column(&column.name), Some(at))).collect();
        let of_base = base.columns.iter().enumerate();
        let gone = of_base.filter(|(_, column)| head.column(&column.name).is_none());
        pairs.extend(gone.map(|(at, column)| (column, Some(at), None)));
        Self { same: base.column_names() == head.column_names(), pairs }
    }

    fn compare(&self, base: &'a [Value], head: &'a [Value]) -> Vec<ColumnChange<'a>> {
        if self.same && base == head {
            return Vec::new();
        }
        let pairs = self.pairs.iter().map(|(column, at_base, at_head)| ColumnChange {
            column,
            base: at_base.map(|at| &base[at]),
            head: at_head.map(|at| &head[at]),
        });
        pairs.filter(|pair| pair.base.unwrap_or(&Value::Null) != pair.head.unwrap_or(&Value::Null)).collect()
    }
}
