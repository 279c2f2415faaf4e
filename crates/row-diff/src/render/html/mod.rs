//! The comparison as one page for a browser: the summary, then each row that differs, both sides beside each other.
//!
//! The page is one file that asks for nothing, and that nothing in the data can steer: see `data` and `page`. The rows are
//! set aside in scratch space until their counts are known; how many are shown is capped, their counts are exact.

mod data;
mod page;
mod palette;
mod rows;
mod summary;

pub use data::{line, lines, value};
pub use page::{Crumb, page};

use std::io::{self, Read as _, SeekFrom, Write};

use maud::{Markup, PreEscaped, html};
use model::text::count;

use super::{Heading, Rendering, SideName};
use crate::{Change, Counts, Spool};

/// How much of a comparison a page shows: beyond this, nobody reads on, and browsers grow slow.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Caps {
    /// Rows of one table.
    pub table: u64,
    /// Rows in all.
    pub rows: u64,
    /// Bytes of the rows in all.
    pub bytes: u64,
}

impl Default for Caps {
    fn default() -> Self {
        Self { table: 1_000, rows: 2_000, bytes: 16 << 20 }
    }
}

/// A table's rows in scratch space.
struct Section {
    table: String,
    start: u64,
    shown: u64,
}

/// What the heading said.
struct Told {
    title: String,
    /// The names of base and head.
    sides: (String, String),
    records: (Option<u64>, Option<u64>),
    /// The tables of both, in the head's order.
    tables: Vec<String>,
    schema: Markup,
}

/// Writes the page.
pub struct Html<'a, W> {
    out: W,
    scratch: &'a mut dyn Spool,
    caps: Caps,
    above: Vec<Crumb>,
    told: Option<Told>,
    sections: Vec<Section>,
    rows: u64,
    bytes: u64,
}

impl<'a, W: Write> Html<'a, W> {
    /// A page to `out`; its rows wait in `scratch`.
    pub fn new(out: W, scratch: &'a mut dyn Spool, caps: Caps) -> Self {
        let (told, sections, above) = (None, Vec::new(), Vec::new());
        Self { out, scratch, caps, above, told, sections, rows: 0, bytes: 0 }
    }

    /// The pages above this one, where it is part of a site.
    #[must_use]
    pub fn below(mut self, above: Vec<Crumb>) -> Self {
        self.above = above;
        self
    }

    fn has_room(&self) -> bool {
        let of_table = self.sections.last().map_or(0, |section| section.shown);
        of_table < self.caps.table && self.rows < self.caps.rows && self.bytes < self.caps.bytes
    }

    fn before_rows(&mut self, counts: &Counts) -> io::Result<()> {
        let Some(told) = &self.told else { return Ok(()) };
        let anchor = |table: &str| self.sections.iter().position(|section| section.table == table);
        let first = html! {
            h1 { (line(&told.title)) }
            p { (summary::sentence(counts.total())) }
            p.soft { (side("before", &told.sides.0, told.records.0)) ", " (side("after", &told.sides.1, told.records.1)) }
            section aria-labelledby="summary" {
                h2 id="summary" { "Summary" }
                (summary::counts(&told.tables, counts, &anchor))
            }
            (told.schema)
            @if self.rows > 0 { (tools(&self.sections, self.rows, counts)) }
        };
        self.out.write_all(page::begin(&told.title, &self.above).as_bytes())?;
        self.out.write_all(first.0.as_bytes())
    }

    fn section(&mut self, number: usize, end: u64, counts: &Counts) -> io::Result<()> {
        let section = &self.sections[number];
        let found = counts.tables.get(&section.table).copied().unwrap_or_default();
        let more = (found.added + found.changed + found.removed).saturating_sub(section.shown);
        let label = format!("t{number}");
        write!(self.out, "\n<section class=\"table\" aria-labelledby=\"{label}\">\n")?;
        let heading = html! {
            h2 id=(label) { span { (line(&section.table)) } span.told { (summary::sentence(found)) } }
        };
        writeln!(self.out, "{}", heading.0)?;
        self.scratch.seek(SeekFrom::Start(section.start))?;
        let length = end - section.start;
        let copied = io::copy(&mut (&mut self.scratch).take(length), &mut self.out)?;
        if copied != length {
            return Err(io::ErrorKind::UnexpectedEof.into());
        }
        if more > 0 {
            let note = html! { p.more { "… and " (count(more)) " more" } };
            writeln!(self.out, "{}", note.0)?;
        }
        self.out.write_all(b"</section>\n")
    }
}

impl<W: Write> Rendering for Html<'_, W> {
    fn begin(&mut self, heading: &Heading<'_>) -> io::Result<()> {
        let name = |side: &SideName| side.name.clone();
        let sides = (name(heading.base), name(heading.head));
        self.told = Some(Told {
            title: format!("{}: {} → {}", heading.scenario, sides.0, sides.1),
            sides,
            records: (heading.base.records, heading.head.records),
            tables: tables(heading),
            schema: summary::schema(heading.schema),
        });
        self.scratch.seek(SeekFrom::Start(0)).map(drop)
    }

    fn change(&mut self, change: &Change<'_>) -> io::Result<()> {
        let name = &change.table.name;
        if self.sections.last().is_none_or(|section| section.table != *name) {
            self.sections.push(Section { table: name.clone(), start: self.bytes, shown: 0 });
        }
        if !self.has_room() {
            return Ok(());
        }
        let Some(told) = &self.told else { return Ok(()) };
        let article = rows::article(self.rows + 1, self.sections.len() - 1, change, &told.sides);
        self.scratch.write_all(article.0.as_bytes())?;
        self.bytes += article.0.len() as u64;
        self.rows += 1;
        if let Some(section) = self.sections.last_mut() {
            section.shown += 1;
        }
        Ok(())
    }

    fn end(&mut self, counts: &Counts) -> io::Result<()> {
        self.scratch.flush()?;
        self.before_rows(counts)?;
        let starts = self.sections.iter().map(|section| section.start);
        let ends: Vec<u64> = starts.skip(1).chain([self.bytes]).collect();
        for (number, end) in ends.into_iter().enumerate().take(self.sections.len()) {
            self.section(number, end, counts)?;
        }
        self.out.write_all(page::END.as_bytes())?;
        self.out.flush()
    }
}

/// The head's tables, then those that only the base has.
fn tables(heading: &Heading<'_>) -> Vec<String> {
    let head = heading.head_definition.tables.iter();
    let base = heading.base_definition.tables.iter();
    let gone = base.filter(|spec| heading.head_definition.table(&spec.name).is_none());
    head.chain(gone).map(|spec| spec.name.clone()).collect()
}

fn side(what: &str, name: &str, records: Option<u64>) -> Markup {
    html! {
        (what) ": " (line(name))
        @if let Some(records) = records { " (" (count(records)) (if records == 1 { " record)" } else { " records)" }) }
    }
}

/// The filters, which the script shows: without it they would do nothing. `shown` rows are on the page.
fn tools(sections: &[Section], shown: u64, counts: &Counts) -> Markup {
    let total = counts.total();
    let total = total.added + total.changed + total.removed;
    let noun = if total == 1 { "row" } else { "rows" };
    let of = format!("{} {noun} shown", count(total));
    let of = if shown < total { format!("{of}; {} are on this page", count(shown)) } else { of };
    html! {
        form.tools id="tools" role="search" aria-label="Rows" hidden {
            label { "Search" input id="search" type="search" autocomplete="off" spellcheck="false"; }
            label {
                "Table"
                select id="table" {
                    option value="" { "all" }
                    @for (number, section) in sections.iter().enumerate() {
                        option value=(number) { (model::text::Shown(&section.table)) }
                    }
                }
            }
            fieldset {
                legend.sr { "Operations" }
                @for name in ["added", "changed", "removed"] {
                    label { input type="checkbox" name="operation" value=(name) checked; (name) }
                }
            }
            output id="told" aria-live="polite" data-of=(of) {}
            p.keys {
                label { input id="keys" type="checkbox" checked; "Keys:" }
                " " kbd { "/" } " search, " kbd { "j" } " next row, " kbd { "k" } " row before, " kbd { "Esc" } " ends the search"
            }
        }
        (PreEscaped("\n"))
    }
}
