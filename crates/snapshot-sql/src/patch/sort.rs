//! Records of a fixed size, sorted by their bytes in scratch space: memory does not grow with their number.

use std::cmp::Reverse;
use std::collections::BinaryHeap;
use std::io::{self, Read, Seek, SeekFrom, Write};

/// How many records are sorted in memory at once.
const HELD: usize = 32 * 1024;
/// How much is read from scratch space at once, over all runs.
const READ_AHEAD: usize = 1 << 20;

/// Takes records in any order.
pub(super) struct Sorter<S, const N: usize> {
    spool: S,
    held: Vec<[u8; N]>,
    /// Where each sorted run ends.
    ends: Vec<u64>,
}

impl<S: Read + Write + Seek, const N: usize> Sorter<S, N> {
    /// Overwrites what the scratch space holds.
    pub(super) fn new(mut spool: S) -> io::Result<Self> {
        spool.seek(SeekFrom::Start(0))?;
        Ok(Self { spool, held: Vec::new(), ends: Vec::new() })
    }

    pub(super) fn push(&mut self, record: [u8; N]) -> io::Result<()> {
        self.held.push(record);
        if self.held.len() == HELD { self.write_run() } else { Ok(()) }
    }

    /// Ends taking: the records come in the order of their bytes.
    pub(super) fn finish(mut self) -> io::Result<Sorted<S, N>> {
        self.write_run()?;
        let starts = std::iter::once(0).chain(self.ends.iter().copied());
        let runs = starts.zip(&self.ends).map(|(at, end)| Run { at, end: *end, buffer: Vec::new(), used: 0 });
        let mut sorted = Sorted { spool: self.spool, runs: runs.collect(), next: BinaryHeap::new() };
        for run in 0..sorted.runs.len() {
            sorted.refill(run)?;
        }
        Ok(sorted)
    }

    fn write_run(&mut self) -> io::Result<()> {
        if self.held.is_empty() {
            return Ok(());
        }
        self.held.sort_unstable();
        self.spool.write_all(self.held.as_flattened())?;
        let length = (self.held.len() * N) as u64;
        self.ends.push(self.ends.last().copied().unwrap_or(0) + length);
        self.held.clear();
        Ok(())
    }
}

/// Gives records in order.
pub(super) struct Sorted<S, const N: usize> {
    spool: S,
    runs: Vec<Run>,
    next: BinaryHeap<Reverse<([u8; N], usize)>>,
}

struct Run {
    at: u64,
    end: u64,
    buffer: Vec<u8>,
    used: usize,
}

impl<S: Read + Write + Seek, const N: usize> Sorted<S, N> {
    pub(super) fn next(&mut self) -> io::Result<Option<[u8; N]>> {
        let Some(Reverse((record, run))) = self.next.pop() else { return Ok(None) };
        self.refill(run)?;
        Ok(Some(record))
    }

    /// The scratch space, free for other things.
    pub(super) fn into_spool(self) -> S {
        self.spool
    }

    fn refill(&mut self, number: usize) -> io::Result<()> {
        let ahead = (READ_AHEAD / self.runs.len() / N).max(64) * N;
        let run = &mut self.runs[number];
        if run.used == run.buffer.len() {
            let more = (run.end - run.at).min(ahead as u64);
            run.buffer.clear();
            run.used = 0;
            self.spool.seek(SeekFrom::Start(run.at))?;
            let read = Read::take(&mut self.spool, more).read_to_end(&mut run.buffer)? as u64;
            if read != more {
                return Err(damaged());
            }
            run.at += read;
        }
        if let Some(record) = run.buffer[run.used..].first_chunk() {
            run.used += N;
            self.next.push(Reverse((*record, number)));
        }
        Ok(())
    }
}

/// Scratch space that lost what was written to it.
pub(super) fn damaged() -> io::Error {
    io::Error::new(io::ErrorKind::InvalidData, "it does not hold what was written to it")
}

#[cfg(test)]
mod tests {
    use std::io::Cursor;

    use super::*;

    #[test]
    fn more_records_than_memory_holds_come_sorted() {
        let mut sorter = Sorter::new(Cursor::new(vec![0xaa; 99])).expect("starts");
        let count = 3 * HELD as u64 + 5;
        for number in 0..count {
            // Every number below the count once, in no order.
            sorter.push((number * 7919 % count).to_be_bytes()).expect("takes");
        }
        let mut sorted = sorter.finish().expect("sorts");
        for number in 0..count {
            assert_eq!(sorted.next().expect("reads"), Some(number.to_be_bytes()));
        }
        assert_eq!(sorted.next().expect("reads"), None);
    }
}
