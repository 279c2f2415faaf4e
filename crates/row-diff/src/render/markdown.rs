//! For a comment on a pull request: counts, then the rows of each table behind a fold. Its size is capped, and no row is
//! cut: what does not fit is counted.

use std::io::{self, Write};

use model::Definition;

use super::counts::{differing, sentence};
use super::{Heading, Rendering};
use crate::changes::{Sample, cell, code, schema_list};
use crate::{Change, Counts};

/// The largest comment that GitHub takes has 65,536 characters; GitLab takes a million.
pub const MOST_BYTES: usize = 60_000;

/// Room for title, counts and folds.
const FRAME: usize = 2_000;

/// Written at the end, since the counts stand first; until then the rows that fit are held.
pub struct Markdown<W> {
    out: W,
    most: usize,
    used: usize,
    head: String,
    sides: Option<(Definition, Definition)>,
    tables: Vec<(String, Sample)>,
}

impl<W: Write> Markdown<W> {
    /// Written to `out`, in at most `most` bytes, or somewhat more where only the counts need them.
    pub fn new(out: W, most: usize) -> Self {
        Self { out, most, used: FRAME, head: String::new(), sides: None, tables: Vec::new() }
    }

    /// How much the next table may take: an equal part of what is left, for each table that could still come.
    fn share(&self, table: &str) -> usize {
        let left = self.most.saturating_sub(self.used);
        let Some((_, head)) = &self.sides else { return left };
        let at = head.position(table).unwrap_or(head.tables.len());
        // Most tables do not differ: a third of what is left, or more towards the end.
        left / (head.tables.len() - at).clamp(1, 3)
    }
}

impl<W: Write> Rendering for Markdown<W> {
    fn begin(&mut self, heading: &Heading<'_>) -> io::Result<()> {
        let Heading { scenario, base, head, .. } = heading;
        self.head = format!("### {}: {} → {}\n", code(scenario.as_str()), code(&base.name), code(&head.name));
        schema_list(heading.schema, &mut self.head);
        self.used += self.head.len();
        self.sides = Some((heading.base_definition.clone(), heading.head_definition.clone()));
        Ok(())
    }

    fn change(&mut self, change: &Change<'_>) -> io::Result<()> {
        let name = &change.table.name;
        if self.tables.last().is_none_or(|(last, _)| last != name) {
            if let Some((_, done)) = self.tables.last() {
                self.used += done.bytes();
            }
            let share = self.share(name);
            self.tables.push((name.clone(), Sample::rows_only(share)));
        }
        if let Some((_, sample)) = self.tables.last_mut() {
            sample.add(change);
        }
        Ok(())
    }

    fn end(&mut self, counts: &Counts) -> io::Result<()> {
        writeln!(self.out, "{}\n{}.", self.head, sentence(counts.total()))?;
        let Some((base, head)) = &self.sides else { return self.out.flush() };
        if counts.any() {
            writeln!(self.out, "\n| table | added | changed | removed |\n| --- | ---: | ---: | ---: |")?;
        }
        for (table, found) in differing(counts, base, head) {
            let (added, changed, removed) = (found.added, found.changed, found.removed);
            writeln!(self.out, "| {} | {added} | {changed} | {removed} |", cell(table))?;
        }
        for (table, sample) in &self.tables {
            let found = counts.tables.get(table).copied().unwrap_or_default();
            let told = sentence(found);
            writeln!(self.out, "\n<details>\n<summary>{}: {told}</summary>\n", fold(table))?;
            let mut rows = String::new();
            sample.write(&mut rows);
            writeln!(self.out, "{}\n\n</details>", rows.trim_matches('\n'))?;
        }
        self.out.flush()
    }
}

/// A name in the summary of a fold, where Markdown is not read and HTML is.
fn fold(table: &str) -> String {
    let shown = super::guarded(&model::text::Shown(table).to_string());
    let escaped = shown.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;");
    format!("<code>{escaped}</code>")
}
