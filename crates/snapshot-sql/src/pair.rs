//! Two files read side by side for a comparison: rows that are equal in both are left out and counted, not parsed.
//!
//! A row may be left out wherever it stands on either side, as long as both sides lose the same one: a comparison asks
//! which rows of a table only one side has, and its answer is the same for what is left (a table's rows are told apart by
//! their key, or are a bag if there is none). So rows are left out of both whenever those that come next are the same
//! bytes, even while one side has handed out others that wait. The same bytes are the same values only where the table has
//! the same columns on both sides, and the same links are set in both rows. The rule to keep in mind: nothing of it counts
//! before both files have proven to be what is known of them.

use std::cell::RefCell;
use std::io::{Read, Seek};

use model::{Definition, RowEvent, RowSource, RowStream, StreamError, Value};

use crate::layout::has_links;
use crate::replay::{Replay, Step, changed};
use crate::{Error, Recorded, Snapshot};

/// Two files for one comparison, each of which can be read once, forwards.
pub struct Pair<'s, R> {
    both: RefCell<Both<'s, R>>,
    definitions: [&'s Definition; 2],
}

/// One of the two files, without the rows that the other has, too.
pub struct PairSide<'p, 's, R> {
    pair: &'p Pair<'s, R>,
    at: usize,
    opened: bool,
}

struct Both<'s, R> {
    sides: [Replay<'s, R>; 2],
    /// What was found wrong with a side while the other was asked.
    faults: [Option<Error>; 2],
    tables: Vec<SameText>,
    /// By table: how many rows were left out of each side.
    left_out: Vec<u64>,
    /// A row, to find its link.
    row: Vec<Value>,
}

/// What rows of a table are whose text is the same in both files.
#[derive(Clone, Copy, PartialEq, Eq)]
enum SameText {
    /// The same rows.
    SameRow,
    /// The same rows, unless a link sets a reference of one.
    UnlessLinked,
    /// Perhaps others: the columns are.
    AnyRow,
}

impl<'s, R: Read + Seek> Pair<'s, R> {
    /// Two files and what is known of them, the base's first; `None` if they do not have the same tables in the same order.
    pub fn of(base: &'s mut Snapshot<R>, head: &'s mut Snapshot<R>, recorded: [Recorded; 2]) -> Option<Self> {
        let names = |snapshot: &Snapshot<R>| -> Vec<String> {
            snapshot.draft.definition.tables.iter().map(|spec| spec.name.clone()).collect()
        };
        if names(base) != names(head) {
            return None;
        }
        let sides = [Replay::start(base, recorded[0]), Replay::start(head, recorded[1])];
        let [old, new] = &sides;
        let same_numbers = old.layout.has_nan() == new.layout.has_nan();
        let specs = old.definition.tables.iter().zip(&new.definition.tables);
        let tables: Vec<SameText> = specs
            .map(|(old, new)| {
                if !same_numbers || old.columns != new.columns || old.key != new.key {
                    SameText::AnyRow
                } else if has_links(old) || has_links(new) {
                    SameText::UnlessLinked
                } else {
                    SameText::SameRow
                }
            })
            .collect();
        let definitions = [old.definition, new.definition];
        let left_out = vec![0; tables.len()];
        let both = Both { sides, faults: [None, None], tables, left_out, row: Vec::new() };
        Some(Self { both: RefCell::new(both), definitions })
    }

    /// Base and head, each to be read once and to its end.
    pub fn sides<'p>(&'p self) -> (PairSide<'p, 's, R>, PairSide<'p, 's, R>) {
        let side = |at| PairSide { pair: self, at, opened: false };
        (side(0), side(1))
    }

    /// How many rows were left out of each side until now.
    pub fn left_out(&self) -> u64 {
        self.both.try_borrow().map_or(0, |both| both.left_out.iter().sum())
    }

    /// By table: how many rows both files have that were not handed out.
    ///
    /// # Errors
    /// A side was not read to its end, or is not what is known of it.
    pub fn finish(self) -> Result<Vec<(String, u64)>, Error> {
        let both = self.both.into_inner();
        if !both.sides.iter().all(Replay::is_proven) {
            return Err(Error::Changed);
        }
        let names = self.definitions[0].tables.iter().map(|spec| spec.name.clone());
        Ok(names.zip(both.left_out).collect())
    }
}

impl<R: Read + Seek> Both<'_, R> {
    fn next(&mut self, at: usize) -> Result<Step, Error> {
        if let Some(fault) = self.faults[at].take() {
            return Err(fault);
        }
        while self.faults[1 - at].is_none() && self.leave_out(at)? {}
        self.sides[at].advance()
    }

    /// Passes the next row on both sides if it is the same. What is wrong with the side that was not asked waits until it is.
    fn leave_out(&mut self, at: usize) -> Result<bool, Error> {
        let section = self.sides[at].section();
        let Some((table, _)) = section.filter(|_| section == self.sides[1 - at].section()) else {
            return Ok(false);
        };
        if self.tables[table] == SameText::AnyRow {
            return Ok(false);
        }
        let [first, second] = &mut self.sides;
        let (asked, other) = if at == 0 { (first, second) } else { (second, first) };
        let Some((before, length)) = asked.row_ahead()? else { return Ok(false) };
        let same = other.row_start().and_then(|start| match start {
            Some(start) => Ok(other.has_ahead(start, asked.text_ahead(before, length))?.then_some(start)),
            None => Ok(None),
        });
        let Some(start) = self.or_later(1 - at, same).flatten() else { return Ok(false) };
        if self.tables[table] == SameText::UnlessLinked
            && self.has_link(at, table, [before, start], length)?
        {
            return Ok(false);
        }
        self.sides[at].pass_row(before + length);
        self.sides[1 - at].pass_row(start + length);
        self.left_out[table] += 1;
        Ok(true)
    }

    /// Whether a link belongs to the row that comes next on both sides, on the side that was asked after `ahead[0]` bytes.
    fn has_link(&mut self, at: usize, table: usize, ahead: [usize; 2], length: usize) -> Result<bool, Error> {
        // Few rows have a link, and parsing is what takes time.
        let here = self.sides[at].may_have_link(table, ahead[0], length)?;
        let there = self.sides[1 - at].may_have_link(table, ahead[1], length);
        let Some(there) = self.or_later(1 - at, there) else { return Ok(true) };
        if !here && !there {
            return Ok(false);
        }
        self.sides[at].look_at_row(&mut self.row)?;
        if self.sides[at].has_link_for(table, &self.row)? {
            return Ok(true);
        }
        let found = self.sides[1 - at].has_link_for(table, &self.row);
        Ok(self.or_later(1 - at, found).unwrap_or(true))
    }

    /// Keeps the error of a side that was not asked.
    fn or_later<T>(&mut self, at: usize, result: Result<T, Error>) -> Option<T> {
        result.map_err(|error| self.faults[at] = Some(error)).ok()
    }
}

impl<R: Read + Seek> RowSource for PairSide<'_, '_, R> {
    fn definition(&self) -> &Definition {
        self.pair.definitions[self.at]
    }

    fn open(&mut self) -> Result<Box<dyn RowStream + '_>, StreamError> {
        // Rows that were left out once are gone.
        if std::mem::replace(&mut self.opened, true) {
            return Err(Error::Changed.into());
        }
        Ok(Box::new(Rows { both: &self.pair.both, at: self.at, row: Vec::new() }))
    }
}

/// What a side hands out.
struct Rows<'p, 's, R> {
    both: &'p RefCell<Both<'s, R>>,
    at: usize,
    row: Vec<Value>,
}

impl<R: Read + Seek> RowStream for Rows<'_, '_, R> {
    fn next(&mut self) -> Result<Option<RowEvent<'_>>, StreamError> {
        let mut both = self.both.try_borrow_mut()?;
        Ok(match both.next(self.at).map_err(changed)? {
            Step::Section { table, ownership, count } => Some(RowEvent::Section { table, ownership, count }),
            Step::Row => {
                std::mem::swap(&mut self.row, both.sides[self.at].row_mut());
                Some(RowEvent::Row(&self.row))
            }
            Step::End => None,
        })
    }
}
