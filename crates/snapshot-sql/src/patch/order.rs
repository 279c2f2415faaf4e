//! Rows that follow their parents because no reference can be NULL meanwhile, and what was found out about each operation.

use std::collections::BTreeMap;
use std::io::{self, Read, Seek, SeekFrom, Write};

use super::facts::{Edge, MARK, Mark};
use super::sort::{Sorted, damaged};

/// How deep below its first parent a row stands, by operation; rows without such a parent are not in it.
///
/// # Errors
/// An operation that is in a circle, or below one.
pub(super) fn depths(edges: &[Edge]) -> Result<BTreeMap<u64, u64>, u64> {
    let mut children: BTreeMap<u64, Vec<u64>> = BTreeMap::new();
    let mut waiting: BTreeMap<u64, u64> = BTreeMap::new();
    for (parent, child) in edges {
        children.entry(*parent).or_default().push(*child);
        *waiting.entry(*child).or_default() += 1;
    }
    let mut ready: Vec<u64> = children.keys().filter(|op| !waiting.contains_key(op)).copied().collect();
    let mut depths: BTreeMap<u64, u64> = BTreeMap::new();
    while let Some(parent) = ready.pop() {
        let below = depths.get(&parent).copied().unwrap_or(0) + 1;
        for child in children.remove(&parent).unwrap_or_default() {
            let depth = depths.entry(child).or_default();
            *depth = below.max(*depth);
            if let Some(left) = waiting.get_mut(&child) {
                *left -= 1;
                if *left == 0 {
                    waiting.remove(&child);
                    ready.push(child);
                }
            }
        }
    }
    waiting.keys().next().map_or(Ok(depths), |op| Err(*op))
}

/// How many marks are held in memory.
const BLOCK: usize = 4096;

/// The marks of all operations in scratch space, to be asked for in any order; best in one direction.
pub(super) struct Marks<S> {
    spool: S,
    /// The first operation of each block.
    firsts: Vec<u64>,
    count: usize,
    /// Which kinds of mark there are.
    kinds: Vec<Mark>,
    block: Vec<u8>,
    held: Option<usize>,
}

impl<S: Read + Write + Seek> Marks<S> {
    /// Keeps sorted marks.
    pub(super) fn keep<T: Read + Write + Seek>(
        mut sorted: Sorted<T, MARK>,
        mut spool: S,
    ) -> io::Result<Self> {
        spool.seek(SeekFrom::Start(0))?;
        let (mut firsts, mut count, mut block) = (Vec::new(), 0, Vec::new());
        let mut kinds = Vec::new();
        while let Some(mark) = sorted.next()? {
            if count % BLOCK == 0 {
                spool.write_all(&block)?;
                block.clear();
                firsts.push(operation(&mark));
            }
            block.extend_from_slice(&mark);
            let kind = Mark::from_byte(mark[8]).ok_or_else(damaged)?;
            if !kinds.contains(&kind) {
                kinds.push(kind);
            }
            count += 1;
        }
        spool.write_all(&block)?;
        Ok(Self { spool, firsts, count, kinds, block: Vec::new(), held: None })
    }

    /// Whether any operation has such a mark.
    pub(super) fn any(&self, kind: Mark) -> bool {
        self.kinds.contains(&kind)
    }

    /// The marks of an operation, with the unique key or reference that each is about.
    pub(super) fn of(&mut self, op: u64) -> io::Result<Vec<(Mark, usize)>> {
        let mut found = Vec::new();
        let mut at = self.firsts.partition_point(|first| *first < op).saturating_sub(1);
        while self.firsts.get(at).is_some_and(|first| *first <= op) {
            self.load(at)?;
            let (records, _) = self.block.as_chunks::<MARK>();
            let start = records.partition_point(|mark| operation(mark) < op);
            for mark in records[start..].iter().take_while(|mark| operation(mark) == op) {
                let slot = mark[9..].iter().fold(0, |slot, byte| slot << 8 | usize::from(*byte));
                found.push((Mark::from_byte(mark[8]).ok_or_else(damaged)?, slot));
            }
            at += 1;
        }
        Ok(found)
    }

    fn load(&mut self, at: usize) -> io::Result<()> {
        if self.held == Some(at) {
            return Ok(());
        }
        let start = at * BLOCK;
        let length = BLOCK.min(self.count - start) * MARK;
        self.held = None;
        self.block.resize(length, 0);
        self.spool.seek(SeekFrom::Start((start * MARK) as u64))?;
        self.spool.read_exact(&mut self.block)?;
        self.held = Some(at);
        Ok(())
    }
}

fn operation(mark: &[u8; MARK]) -> u64 {
    let mut number = [0; 8];
    number.copy_from_slice(&mark[..8]);
    u64::from_be_bytes(number)
}

#[cfg(test)]
mod tests {
    use std::io::Cursor;

    use super::super::sort::Sorter;
    use super::*;

    #[test]
    fn rows_follow_all_their_parents() {
        let found = depths(&[(7, 3), (3, 5), (7, 5), (5, 1)]).expect("no circle");
        assert_eq!(found, BTreeMap::from([(3, 1), (5, 2), (1, 3)]));
        assert_eq!(depths(&[(1, 2), (2, 3), (3, 2)]), Err(2));
    }

    #[test]
    fn marks_are_found_in_either_direction() {
        let mut sorter = Sorter::<_, MARK>::new(Cursor::new(Vec::new())).expect("starts");
        let ops: u64 = 9000;
        for op in (0..ops).rev().filter(|op| op % 3 == 0) {
            for slot in 0..2 {
                let mut mark = [0; MARK];
                mark[..8].copy_from_slice(&op.to_be_bytes());
                mark[8] = Mark::Link as u8;
                mark[12] = slot;
                sorter.push(mark).expect("takes");
            }
        }
        let sorted = sorter.finish().expect("sorts");
        let mut marks = Marks::keep(sorted, Cursor::new(vec![0xaa; 50])).expect("keeps");
        for op in (0..ops).chain((0..ops).rev()) {
            let expected = if op % 3 == 0 { vec![(Mark::Link, 0), (Mark::Link, 1)] } else { vec![] };
            assert_eq!(marks.of(op).expect("reads"), expected, "{op}");
        }
    }
}
