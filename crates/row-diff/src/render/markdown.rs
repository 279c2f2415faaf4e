//! For a comment on a pull request: counts, then the rows of each table behind a fold. Its size is capped, and no row is
//! cut: what does not fit is counted.

use std::io::{self, Write};

use model::Definition;

use super::counts::{differing, plural, sentence};
use super::{Heading, Rendering};
use crate::changes::{Sample, cell, code, schema_list};
use crate::{Change, Counts, TableCounts};

/// The largest comment that GitHub takes has 65,536 characters; GitLab takes a million.
pub const MOST_BYTES: usize = 60_000;

/// Room for the title's sentence, the head of the counts, and what is said of tables that are left out.
const FRAME: usize = 400;
/// Room for a table's counts, beside its name.
const COUNTS: usize = 40;
/// Room for what stands around the rows of a table, beside its name.
const FOLD: usize = 150;

/// Written at the end, since the counts stand first; until then the rows that fit are held.
pub struct Markdown<W> {
    out: W,
    most: usize,
    used: usize,
    head: String,
    sides: Option<(Definition, Definition)>,
    tables: Vec<(String, Sample)>,
}

/// What is said of one table: its line of the counts, and its rows behind a fold.
struct Part {
    line: String,
    fold: String,
    listed: u64,
    found: TableCounts,
}

impl<W: Write> Markdown<W> {
    /// Written to `out`, in at most `most` bytes, or somewhat more where only the title and the totals need them.
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

    fn parts(&self, counts: &Counts) -> Vec<Part> {
        let Some((base, head)) = &self.sides else { return Vec::new() };
        let part = |(table, found): (&str, TableCounts)| {
            let TableCounts { added, changed, removed, .. } = found;
            let line = format!("| {} | {added} | {changed} | {removed} |\n", cell(table));
            let sample = self.tables.iter().find(|(name, _)| name == table).map(|(_, sample)| sample);
            let mut rows = String::new();
            if let Some(sample) = sample {
                sample.write(&mut rows);
            }
            let (name, told, rows) = (fold(table), sentence(found), rows.trim_matches('\n'));
            let fold = format!("\n<details>\n<summary>{name}: {told}</summary>\n\n{rows}\n\n</details>\n");
            Part { line, fold, listed: sample.map_or(0, Sample::listed), found }
        };
        differing(counts, base, head).map(part).collect()
    }
}

/// Takes from `parts` what is more than `room`: folds that list no row, then the tables with the fewest rows that differ.
/// Returns how many tables were taken, and their counts.
fn fit(parts: &mut Vec<Part>, room: usize) -> (u64, TableCounts) {
    let mut used: usize = parts.iter().map(|part| part.line.len() + part.fold.len()).sum();
    for part in parts.iter_mut().rev().filter(|part| part.listed == 0) {
        if used > room {
            used -= part.fold.len();
            part.fold.clear();
        }
    }
    let rows = |part: &Part| part.found.added + part.found.changed + part.found.removed;
    let mut by_rows: Vec<usize> = (0..parts.len()).rev().collect();
    by_rows.sort_by_key(|at| rows(&parts[*at]));
    let (mut more, mut left_out) = (0, TableCounts::default());
    for at in by_rows {
        if used <= room {
            break;
        }
        let part = &mut parts[at];
        used -= part.line.len() + part.fold.len();
        (part.line, part.fold) = (String::new(), String::new());
        more += 1;
        left_out.added += part.found.added;
        left_out.changed += part.found.changed;
        left_out.removed += part.found.removed;
    }
    parts.retain(|part| !part.line.is_empty());
    (more, left_out)
}

impl<W: Write> Rendering for Markdown<W> {
    fn begin(&mut self, heading: &Heading<'_>) -> io::Result<()> {
        let Heading { scenario, base, head, .. } = heading;
        self.head = format!("### {}: {} → {}\n", code(scenario.as_str()), code(&base.name), code(&head.name));
        schema_list(heading.schema, self.most / 4, &mut self.head);
        // The counts of all tables that could come, since those of a later one stand before the rows of the first.
        let tables = heading.head_definition.tables.iter().chain(&heading.base_definition.tables);
        let mut names: Vec<&String> = tables.map(|spec| &spec.name).collect();
        names.sort();
        names.dedup();
        let lines: usize = names.iter().map(|name| cell(name).len() + COUNTS).sum();
        self.used += self.head.len() + lines.min(self.most / 2);
        self.sides = Some((heading.base_definition.clone(), heading.head_definition.clone()));
        Ok(())
    }

    fn change(&mut self, change: &Change<'_>) -> io::Result<()> {
        let name = &change.table.name;
        if self.tables.last().is_none_or(|(last, _)| last != name) {
            if let Some((_, done)) = self.tables.last() {
                self.used += done.bytes();
            }
            self.used += fold(name).len() + FOLD;
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
        let mut parts = self.parts(counts);
        let (more, left_out) = fit(&mut parts, self.most.saturating_sub(self.head.len() + FRAME));
        if !parts.is_empty() {
            writeln!(self.out, "\n| table | added | changed | removed |\n| --- | ---: | ---: | ---: |")?;
        }
        parts.iter().try_for_each(|part| self.out.write_all(part.line.as_bytes()))?;
        if more > 0 {
            let and = if parts.is_empty() { "" } else { "… and " };
            let noun = if parts.is_empty() { "table" } else { "more table" };
            writeln!(self.out, "\n{and}{}: {}.", plural(more, noun), sentence(left_out))?;
        }
        parts.iter().try_for_each(|part| self.out.write_all(part.fold.as_bytes()))?;
        let unlisted = parts.iter().filter(|part| part.fold.is_empty()).count() as u64;
        if unlisted > 0 {
            writeln!(self.out, "\nNot listed: the rows of {}.", plural(unlisted, "table"))?;
        }
        self.out.flush()
    }
}

/// A name in the summary of a fold, where Markdown is not read and HTML is.
fn fold(table: &str) -> String {
    let shown = model::text::guarded(&model::text::Shown(table).to_string());
    let escaped = shown.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;");
    format!("<code>{escaped}</code>")
}
