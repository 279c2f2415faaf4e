//! The first rows of a comparison alone, for a log.

use std::io;

use super::{Heading, Rendering};
use crate::{Change, Counts};

/// Tells so many rows at most, and counts the others.
pub struct Capped<R> {
    inner: R,
    left: u64,
    left_out: u64,
}

impl<R: Rendering> Capped<R> {
    /// Tells at most `most` rows by `inner`.
    pub fn new(inner: R, most: u64) -> Self {
        Self { inner, left: most, left_out: 0 }
    }

    /// How many rows were not told.
    pub fn left_out(&self) -> u64 {
        self.left_out
    }
}

impl<R: Rendering> Rendering for Capped<R> {
    fn begin(&mut self, heading: &Heading<'_>) -> io::Result<()> {
        self.inner.begin(heading)
    }

    fn change(&mut self, change: &Change<'_>) -> io::Result<()> {
        if self.left == 0 {
            self.left_out += 1;
            return Ok(());
        }
        self.left -= 1;
        self.inner.change(change)
    }

    fn end(&mut self, counts: &Counts) -> io::Result<()> {
        self.inner.end(counts)
    }
}
