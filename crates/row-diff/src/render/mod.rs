//! How a comparison is told: to a terminal, in a pull request, to a program, in a browser.
//!
//! The rule to keep in mind: a rendering is told the rows as they come and writes them out; what it must know before it
//! writes its first line, it sets aside itself. Its memory never grows with the number of rows.

mod capped;
mod counts;
pub mod html;
mod json;
mod markdown;
mod summary;
mod terminal;

pub use capped::Capped;
pub use counts::{differing, plural, sentence};
pub use json::Json;
pub use markdown::{MOST_BYTES as MOST_MARKDOWN, Markdown};
use std::io;
pub use summary::Summary;
pub use terminal::{Look, Terminal};

use model::{Definition, ScenarioName};

use crate::{Change, Counts, SchemaChange};

/// What is compared, told before the rows.
#[derive(Clone, Copy, Debug)]
pub struct Heading<'a> {
    /// The scenario.
    pub scenario: &'a ScenarioName,
    /// What was.
    pub base: &'a SideName,
    /// What is.
    pub head: &'a SideName,
    /// The tables of both sides, as they define them.
    pub base_definition: &'a Definition,
    /// See `base_definition`.
    pub head_definition: &'a Definition,
    /// What differs between the two definitions.
    pub schema: &'a [SchemaChange],
}

/// One side of a comparison, as people name it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SideName {
    /// `v2_2026-11-20`, `git:main`, a file, a database without its password. Not yet safe to print.
    pub name: String,
    /// How many rows it has, where that is known before they are read.
    pub records: Option<u64>,
}

/// A way to tell a comparison.
pub trait Rendering {
    /// Called once, before all else.
    ///
    /// # Errors
    /// Writing fails.
    fn begin(&mut self, heading: &Heading<'_>) -> io::Result<()>;

    /// Called for each row that differs, table by table.
    ///
    /// # Errors
    /// As [`Rendering::begin`].
    fn change(&mut self, change: &Change<'_>) -> io::Result<()>;

    /// Called once, at the end.
    ///
    /// # Errors
    /// As [`Rendering::begin`].
    fn end(&mut self, counts: &Counts) -> io::Result<()>;
}
