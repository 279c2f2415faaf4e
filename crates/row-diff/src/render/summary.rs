//! The counts alone, as text.

use std::io::{self, Write};

use model::Definition;
use model::text::{Shown, guarded};

use super::counts::{differing, sentence};
use super::{Heading, Rendering};
use crate::{Change, Counts};

/// What is compared, what differs in the schema, and how many rows differ by table.
pub struct Summary<W> {
    out: W,
    sides: Option<(Definition, Definition)>,
}

impl<W: Write> Summary<W> {
    /// Written to `out`.
    pub fn new(out: W) -> Self {
        Self { out, sides: None }
    }
}

impl<W: Write> Rendering for Summary<W> {
    fn begin(&mut self, heading: &Heading<'_>) -> io::Result<()> {
        writeln!(self.out, "{}", title(heading))?;
        for change in heading.schema {
            writeln!(self.out, "{}", guarded(&change.to_string()))?;
        }
        self.sides = Some((heading.base_definition.clone(), heading.head_definition.clone()));
        Ok(())
    }

    fn change(&mut self, _: &Change<'_>) -> io::Result<()> {
        Ok(())
    }

    fn end(&mut self, counts: &Counts) -> io::Result<()> {
        if let Some((base, head)) = &self.sides {
            table(counts, base, head, &mut self.out)?;
        }
        writeln!(self.out, "{}", sentence(counts.total()))?;
        self.out.flush()
    }
}

/// `writer: v1_2026-11-20 → v2_2026-11-21`
pub(super) fn title(heading: &Heading<'_>) -> String {
    let (base, head) = (Shown(&heading.base.name), Shown(&heading.head.name));
    guarded(&format!("{}: {base} → {head}", heading.scenario))
}

/// The tables of which rows differ, a line each, in columns.
pub(super) fn table(
    counts: &Counts,
    base: &Definition,
    head: &Definition,
    out: &mut dyn Write,
) -> io::Result<()> {
    let rows: Vec<[String; 5]> = differing(counts, base, head)
        .map(|(table, found)| {
            [
                guarded(&Shown(table).to_string()),
                found.added.to_string(),
                found.changed.to_string(),
                found.removed.to_string(),
                found.equal.to_string(),
            ]
        })
        .collect();
    if rows.is_empty() {
        return Ok(());
    }
    let names = ["table", "added", "changed", "removed", "equal"];
    let wide = |text: &str| textwrap::core::display_width(text);
    let widths: Vec<usize> = (0..names.len())
        .map(|at| rows.iter().map(|row| wide(&row[at])).chain([wide(names[at])]).max().unwrap_or(0))
        .collect();
    for row in [names.map(str::to_owned)].iter().chain(&rows) {
        let mut line = format!(" {}{}", row[0], " ".repeat(widths[0] - wide(&row[0])));
        for (cell, width) in row.iter().zip(&widths).skip(1) {
            line.push_str("  ");
            line.push_str(&" ".repeat(width - wide(cell)));
            line.push_str(cell);
        }
        writeln!(out, "{line}")?;
    }
    Ok(())
}
