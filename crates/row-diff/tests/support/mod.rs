//! Snapshots in memory, and their comparison.

#[path = "memory.rs"]
pub(crate) mod rows;

use std::io::Cursor;

use demo_snapshot_row_diff::{Change, Counts, Error, Side, diff};
pub(crate) use rows::{Memory, memory, table, text};

pub(crate) fn run(base: &Memory, head: &Memory, each: &mut dyn FnMut(&Change<'_>)) -> Result<Counts, Error> {
    let (mut base, mut head) = (base.clone(), head.clone());
    let (mut here, mut there) = (Cursor::new(vec![]), Cursor::new(vec![]));
    let base = Side { rows: &mut base, scratch: &mut here };
    let head = Side { rows: &mut head, scratch: &mut there };
    diff(base, head, &mut |change| {
        each(change);
        Ok(())
    })
}
