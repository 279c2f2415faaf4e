//! Rows set aside in scratch space: ascending runs, read back merged. Memory grows with the number of runs, not of rows.
//!
//! There is one run for the shared rows of a table; a table whose rows go by depth has one per level at most.

use std::io::{self, Read, Seek, SeekFrom, Write};

use model::Value;

use crate::Error;

/// Scratch space: a temporary file, or a buffer in memory. Its content is overwritten.
pub trait Spool: Read + Write + Seek {}

impl<T: Read + Write + Seek> Spool for T {}

/// How much is read from scratch space at once, over all runs.
const READ_AHEAD: usize = 1 << 20;
const BLOCK: usize = 64 << 10;

/// Writes runs.
pub(crate) struct RunWriter<'a> {
    spool: &'a mut dyn Spool,
    buffer: Vec<u8>,
    written: u64,
    starts: Vec<u64>,
}

impl<'a> RunWriter<'a> {
    pub(crate) fn new(spool: &'a mut dyn Spool) -> Result<Self, Error> {
        spool.seek(SeekFrom::Start(0)).map_err(Error::Scratch)?;
        Ok(Self { spool, buffer: Vec::new(), written: 0, starts: Vec::new() })
    }

    /// The next row is the first of a new run.
    pub(crate) fn start_run(&mut self) {
        self.starts.push(self.written + self.buffer.len() as u64);
    }

    /// Adds a row to the current run.
    pub(crate) fn push(&mut self, row: &[Value]) -> Result<(), Error> {
        let at = self.buffer.len();
        self.buffer.extend_from_slice(&[0; 8]);
        for value in row {
            value.encode_into(&mut self.buffer);
        }
        let length = (self.buffer.len() - at - 8) as u64;
        self.buffer[at..at + 8].copy_from_slice(&length.to_be_bytes());
        if self.buffer.len() >= BLOCK { self.flush() } else { Ok(()) }
    }

    /// Ends writing; the runs can be read.
    pub(crate) fn finish(mut self) -> Result<RunReader<'a>, Error> {
        self.flush()?;
        let ahead = (READ_AHEAD / self.starts.len().max(1)).clamp(512, BLOCK);
        let ends = self.starts.iter().skip(1).copied().chain([self.written]);
        let runs = self.starts.iter().zip(ends);
        let runs =
            runs.map(|(at, end)| Run { start: *at, at: *at, end, buffer: Vec::new(), used: 0 }).collect();
        Ok(RunReader { spool: self.spool, runs, ahead })
    }

    fn flush(&mut self) -> Result<(), Error> {
        self.spool.write_all(&self.buffer).map_err(Error::Scratch)?;
        self.written += self.buffer.len() as u64;
        self.buffer.clear();
        Ok(())
    }
}

/// Reads runs, each at its own pace.
pub(crate) struct RunReader<'a> {
    spool: &'a mut dyn Spool,
    runs: Vec<Run>,
    ahead: usize,
}

struct Run {
    start: u64,
    at: u64,
    end: u64,
    buffer: Vec<u8>,
    used: usize,
}

impl RunReader<'_> {
    /// How many runs there are.
    pub(crate) fn len(&self) -> usize {
        self.runs.len()
    }

    /// Back to the first row of every run.
    pub(crate) fn rewind(&mut self) {
        for run in &mut self.runs {
            (run.at, run.used) = (run.start, 0);
            run.buffer.clear();
        }
    }

    /// The next row of a run.
    pub(crate) fn next(&mut self, run: usize) -> Result<Option<Vec<Value>>, Error> {
        let run = &mut self.runs[run];
        if run.at == run.end && run.used == run.buffer.len() {
            return Ok(None);
        }
        let head: [u8; 8] = run.take(self.spool, 8, self.ahead)?.try_into().map_err(|_| damaged())?;
        let length = usize::try_from(u64::from_be_bytes(head)).map_err(|_| damaged())?;
        let bytes = run.take(self.spool, length, self.ahead)?;
        decode(bytes).ok_or_else(damaged).map(Some)
    }
}

impl Run {
    /// The next `length` bytes of the run.
    fn take(&mut self, spool: &mut dyn Spool, length: usize, ahead: usize) -> Result<&[u8], Error> {
        if self.buffer.len() - self.used < length {
            self.buffer.drain(..self.used);
            self.used = 0;
            let missing = (length - self.buffer.len()) as u64;
            let left = self.end - self.at;
            if missing > left {
                return Err(damaged());
            }
            let more = missing.max(ahead as u64).min(left);
            spool.seek(SeekFrom::Start(self.at)).map_err(Error::Scratch)?;
            let block = Read::take(&mut *spool, more).read_to_end(&mut self.buffer);
            let read = block.map_err(Error::Scratch)?;
            self.at += read as u64;
            if read as u64 != more {
                return Err(damaged());
            }
        }
        let taken = &self.buffer[self.used..self.used + length];
        self.used += length;
        Ok(taken)
    }
}

fn damaged() -> Error {
    Error::Scratch(io::Error::new(io::ErrorKind::InvalidData, "it does not hold what was written to it"))
}

/// Values from their canonical encodings; `None` if these are none.
fn decode(mut bytes: &[u8]) -> Option<Vec<Value>> {
    let mut values = Vec::new();
    while !bytes.is_empty() {
        values.push(Value::decode_from(&mut bytes)?);
    }
    Some(values)
}

#[cfg(test)]
mod tests {
    use std::io::Cursor;

    use proptest::prelude::*;

    use super::*;

    fn any_value() -> impl Strategy<Value = Value> {
        prop_oneof![
            Just(Value::Null),
            any::<i64>().prop_map(Value::Integer),
            any::<f64>().prop_map(Value::real),
            any::<bool>().prop_map(Value::Boolean),
            ".{0,300}".prop_map(Value::Text),
            proptest::collection::vec(any::<u8>(), 0..300).prop_map(|b| Value::text_from_bytes(&b)),
            proptest::collection::vec(any::<u8>(), 0..300).prop_map(Value::Bytes),
            ".{0,9}".prop_map(Value::Typed),
        ]
    }

    fn any_runs() -> impl Strategy<Value = Vec<Vec<Vec<Value>>>> {
        let row = proptest::collection::vec(any_value(), 0..4);
        proptest::collection::vec(proptest::collection::vec(row, 1..6), 0..5)
    }

    proptest! {
        #[test]
        fn runs_come_back_as_they_were_written(runs in any_runs(), dirt in 0usize..2000) {
            let mut scratch = Cursor::new(vec![0xaa; dirt]);
            let mut writer = RunWriter::new(&mut scratch).expect("starts");
            for run in &runs {
                writer.start_run();
                for row in run {
                    writer.push(row).expect("writes");
                }
            }
            let mut reader = writer.finish().expect("ends");
            reader.ahead = 7;
            prop_assert_eq!(reader.len(), runs.len());
            // Interleaved: one row of each run in turn.
            for at in 0..6 {
                for (index, run) in runs.iter().enumerate() {
                    let row = reader.next(index).expect("reads");
                    prop_assert_eq!(row.as_ref(), run.get(at));
                }
            }
        }
    }

    #[test]
    fn scratch_space_that_lost_its_content_is_an_error() {
        struct Empty;
        impl Read for Empty {
            fn read(&mut self, _: &mut [u8]) -> io::Result<usize> {
                Ok(0)
            }
        }
        impl Write for Empty {
            fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
                Ok(bytes.len())
            }
            fn flush(&mut self) -> io::Result<()> {
                Ok(())
            }
        }
        impl Seek for Empty {
            fn seek(&mut self, _: SeekFrom) -> io::Result<u64> {
                Ok(0)
            }
        }
        let mut empty = Empty;
        let mut writer = RunWriter::new(&mut empty).expect("starts");
        writer.start_run();
        writer.push(&[Value::Integer(1)]).expect("writes");
        let error = writer.finish().expect("ends").next(0).expect_err("nothing is there");
        assert!(matches!(error, Error::Scratch(_)));
    }
}
