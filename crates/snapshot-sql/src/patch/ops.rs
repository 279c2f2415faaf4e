//! The operations of a patch in scratch space, where they can be read in either direction.

use std::io::{self, Read, Seek, SeekFrom, Write};

use model::Value;

use super::sort::damaged;

/// How much is read or written at once.
const BLOCK: usize = 64 << 10;

/// One row that differs.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Op {
    /// Only the head has it, as often as `times` says. In a table without a key both have `kept` equal ones besides.
    Added { row: Vec<Value>, times: u64, kept: u64 },
    /// Only the base has it.
    Removed { row: Vec<Value>, times: u64, kept: u64 },
    /// Columns of the head's table, with what they were and what they are.
    Changed { key: Vec<Value>, columns: Vec<(usize, Value, Value)> },
}

impl Op {
    /// 0 added, 1 changed, 2 removed.
    pub(super) fn kind(&self) -> usize {
        match self {
            Self::Added { .. } => 0,
            Self::Changed { .. } => 1,
            Self::Removed { .. } => 2,
        }
    }

    fn encode(&self, out: &mut Vec<u8>) {
        match self {
            Self::Added { row, times, kept } => {
                out.push(0);
                out.extend_from_slice(&times.to_be_bytes());
                out.extend_from_slice(&kept.to_be_bytes());
                encode_all(row, out);
            }
            Self::Removed { row, times, kept } => {
                out.push(1);
                out.extend_from_slice(&times.to_be_bytes());
                out.extend_from_slice(&kept.to_be_bytes());
                encode_all(row, out);
            }
            Self::Changed { key, columns } => {
                out.push(2);
                out.extend_from_slice(&(key.len() as u64).to_be_bytes());
                encode_all(key, out);
                for (at, base, head) in columns {
                    out.extend_from_slice(&(*at as u64).to_be_bytes());
                    base.encode_into(out);
                    head.encode_into(out);
                }
            }
        }
    }

    fn decode(bytes: &[u8]) -> Option<Self> {
        let (kind, mut rest) = bytes.split_first()?;
        let first = number(&mut rest)?;
        match kind {
            0 => Some(Self::Added { times: first, kept: number(&mut rest)?, row: values(rest)? }),
            1 => Some(Self::Removed { times: first, kept: number(&mut rest)?, row: values(rest)? }),
            2 => {
                let key = (0..first).map(|_| Value::decode_from(&mut rest)).collect::<Option<_>>()?;
                let mut columns = Vec::new();
                while !rest.is_empty() {
                    let at = usize::try_from(number(&mut rest)?).ok()?;
                    columns.push((at, Value::decode_from(&mut rest)?, Value::decode_from(&mut rest)?));
                }
                Some(Self::Changed { key, columns })
            }
            _ => None,
        }
    }
}

fn encode_all(values: &[Value], out: &mut Vec<u8>) {
    for value in values {
        value.encode_into(out);
    }
}

fn number(bytes: &mut &[u8]) -> Option<u64> {
    let (first, rest) = bytes.split_first_chunk()?;
    *bytes = rest;
    Some(u64::from_be_bytes(*first))
}

fn values(mut bytes: &[u8]) -> Option<Vec<Value>> {
    let mut values = Vec::new();
    while !bytes.is_empty() {
        values.push(Value::decode_from(&mut bytes)?);
    }
    Some(values)
}

/// Operations one after the other, each between its length and its length.
pub(super) struct Ops<S> {
    spool: S,
    /// Not yet written.
    pending: Vec<u8>,
    written: u64,
    /// What was last read, and where it stands.
    window: Vec<u8>,
    at: u64,
}

impl<S: Read + Write + Seek> Ops<S> {
    pub(super) fn new(mut spool: S) -> io::Result<Self> {
        spool.seek(SeekFrom::Start(0))?;
        Ok(Self { spool, pending: Vec::new(), written: 0, window: Vec::new(), at: 0 })
    }

    /// Where the next operation will stand.
    pub(super) fn end(&self) -> u64 {
        self.written + self.pending.len() as u64
    }

    pub(super) fn push(&mut self, op: &Op) -> io::Result<()> {
        let start = self.pending.len();
        self.pending.extend_from_slice(&[0; 8]);
        op.encode(&mut self.pending);
        let length = ((self.pending.len() - start - 8) as u64).to_be_bytes();
        self.pending[start..start + 8].copy_from_slice(&length);
        self.pending.extend_from_slice(&length);
        if self.pending.len() >= BLOCK { self.flush() } else { Ok(()) }
    }

    /// Everything is written: now it can be read.
    pub(super) fn flush(&mut self) -> io::Result<()> {
        self.spool.seek(SeekFrom::Start(self.written))?;
        self.spool.write_all(&self.pending)?;
        self.written += self.pending.len() as u64;
        self.pending.clear();
        Ok(())
    }

    /// The operation that starts at `at`, and where the next one does.
    pub(super) fn read(&mut self, at: u64) -> io::Result<(Op, u64)> {
        let length = self.length(at, false)?;
        let end = at.checked_add(8).and_then(|start| start.checked_add(length)).ok_or_else(damaged)?;
        let op = Op::decode(self.bytes(at + 8, end, false)?).ok_or_else(damaged)?;
        Ok((op, end + 8))
    }

    /// The operation that ends at `end`, and where it starts.
    pub(super) fn read_back(&mut self, end: u64) -> io::Result<(Op, u64)> {
        let end = end.checked_sub(8).ok_or_else(damaged)?;
        let length = self.length(end, true)?;
        let start = end.checked_sub(length).filter(|start| *start >= 8).ok_or_else(damaged)?;
        let op = Op::decode(self.bytes(start, end, true)?).ok_or_else(damaged)?;
        Ok((op, start - 8))
    }

    fn length(&mut self, at: u64, back: bool) -> io::Result<u64> {
        let bytes = self.bytes(at, at + 8, back)?;
        bytes.first_chunk().map(|bytes| u64::from_be_bytes(*bytes)).ok_or_else(damaged)
    }

    fn bytes(&mut self, from: u64, to: u64, back: bool) -> io::Result<&[u8]> {
        if to > self.written {
            return Err(damaged());
        }
        let held = self.at..=self.at + self.window.len() as u64;
        if !(held.contains(&from) && held.contains(&to)) {
            let block = BLOCK as u64;
            let (start, end) = if back {
                (from.min(to.saturating_sub(block)), to)
            } else {
                (from, to.max(from + block).min(self.written))
            };
            self.window.clear();
            self.at = start;
            self.spool.seek(SeekFrom::Start(start))?;
            Read::take(&mut self.spool, end - start).read_to_end(&mut self.window)?;
        }
        let place = |offset: u64| usize::try_from(offset - self.at).map_err(|_| damaged());
        let (from, to) = (place(from)?, place(to)?);
        self.window.get(from..to).ok_or_else(damaged)
    }
}

#[cfg(test)]
mod tests {
    use std::io::Cursor;

    use super::*;

    #[test]
    fn operations_come_back_in_either_direction() {
        let text = |n: usize| Value::Text("x".repeat(n * 37 % 90_000));
        let all: Vec<Op> = (0..90)
            .map(|n| match n % 3 {
                0 => Op::Added { row: vec![text(n), Value::Null], times: n as u64, kept: 2 },
                1 => Op::Removed { row: vec![Value::Boolean(true), text(n * n)], times: 1, kept: 7 },
                _ => Op::Changed { key: vec![text(1)], columns: vec![(n, text(n), Value::Integer(-1))] },
            })
            .collect();
        let mut ops = Ops::new(Cursor::new(vec![0xaa; 1000])).expect("starts");
        for op in &all {
            ops.push(op).expect("takes");
        }
        ops.flush().expect("writes");
        let (mut at, end) = (0, ops.end());
        let mut found = Vec::new();
        while at < end {
            let (op, next) = ops.read(at).expect("reads");
            found.push(op);
            at = next;
        }
        assert_eq!(found, all);
        let mut back = Vec::new();
        while at > 0 {
            let (op, next) = ops.read_back(at).expect("reads");
            back.push(op);
            at = next;
        }
        back.reverse();
        assert_eq!(back, all);
        assert!(ops.read(end).is_err());
    }
}
