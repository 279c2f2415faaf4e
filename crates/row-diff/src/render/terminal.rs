//! Rows and values for people at a terminal, or for whatever reads what is piped.
//!
//! Everything from data goes through [`Shown`], so that no value steers the terminal; a build server's commands are broken
//! in each finished line.

use std::io::{self, Write};

use anstyle::{AnsiColor, Style};
use model::text::{Shown, guarded, show_key, show_value, told_apart};
use model::{Definition, Digest, Value};
use textwrap::Options;

use super::counts::sentence;
use super::{Heading, Rendering, summary};
use crate::detail::text::{cut, excerpts, shown_lines};
use crate::detail::{Detail, detail, json};
use crate::{Change, ColumnChange, Counts, Kind};

/// Characters shown of a value of an added or removed row.
const MOST_CHARS: usize = 60;
/// Characters shown of a value that changed.
const MOST_CHANGED: usize = 240;
/// Paths listed of one JSON value.
const MOST_PATHS: usize = 50;

/// How it looks.
#[derive(Clone, Copy, Debug)]
pub struct Look {
    /// The columns to fill; `None` breaks no line.
    pub width: Option<usize>,
    /// Whether to use colours.
    pub colour: bool,
}

/// Every row that differs, and the counts below them.
pub struct Terminal<W> {
    out: W,
    look: Look,
    sides: Option<(Definition, Definition)>,
    table: Option<String>,
}

impl<W: Write> Terminal<W> {
    /// Written to `out`.
    pub fn new(out: W, look: Look) -> Self {
        Self { out, look, sides: None, table: None }
    }

    /// A line, broken where the terminal ends; what follows stands `indent` columns in.
    fn line(&mut self, text: &str, indent: usize) -> io::Result<()> {
        let text = &guarded(text);
        let Some(width) = self.look.width else { return writeln!(self.out, "{text}") };
        let mut lines = broken(text, width, indent);
        if lines.iter().any(|line| guarded(line) != *line) {
            lines = broken(&text.replace("::", "\\u003a\\u003a"), width, indent);
        }
        lines.iter().try_for_each(|line| writeln!(self.out, "{line}"))
    }

    fn styled(&self, style: Style, text: &str) -> String {
        if self.look.colour { format!("{style}{text}{style:#}") } else { text.to_owned() }
    }

    fn added(&self, text: &str) -> String {
        self.styled(AnsiColor::Green.on_default(), text)
    }

    fn removed(&self, text: &str) -> String {
        self.styled(AnsiColor::Red.on_default(), text)
    }

    /// `+ id 7  title 'Buy milk', state 'open'`
    fn whole_row(&mut self, mark: char, change: &Change<'_>, values: &[Value]) -> io::Result<()> {
        let spec = change.table;
        let others = spec.columns.iter().zip(values);
        let others = others.filter(|(column, value)| !spec.key.contains(&column.name) && !value.is_null());
        let told: Vec<String> =
            others.map(|(column, of)| format!("{} {}", Shown(&column.name), value(of, MOST_CHARS))).collect();
        let key = key_of(change);
        let gap = if key.is_empty() || told.is_empty() { "" } else { "  " };
        let text = format!("{mark} {key}{gap}{}", told.join(", "));
        let text = if mark == '+' { self.added(&text) } else { self.removed(&text) };
        self.line(&format!("  {text}"), 6)
    }

    fn changed_column(&mut self, change: &ColumnChange<'_>) -> io::Result<()> {
        let name = Shown(&change.column.name).to_string();
        match detail(change) {
            Detail::Column => {
                let side =
                    |side: Option<&Value>| side.map_or("(no column)".to_owned(), |of| value(of, MOST_CHARS));
                self.pair(&name, &side(change.base), &side(change.head))
            }
            Detail::Values => {
                let side = |side: Option<&Value>| side.map(|of| value(of, MOST_CHANGED)).unwrap_or_default();
                self.pair(&name, &side(change.base), &side(change.head))
            }
            Detail::Inline(base, head) => {
                let (base, head) = told_apart(&base, &head);
                self.pair(&name, &format!("'{base}'"), &format!("'{head}'"))
            }
            Detail::Sizes(told) => self.line(&format!("      {name}: {told}"), 8),
            Detail::Json(paths) => {
                self.line(&format!("      {name}:"), 8)?;
                self.paths(&paths)
            }
            Detail::Lines(lines) => {
                self.line(&format!("      {name}:"), 8)?;
                for (mark, text) in shown_lines(&lines) {
                    let text = format!("{mark}{text}");
                    let text = match mark {
                        '+' => self.added(&text),
                        '-' => self.removed(&text),
                        '@' => self.styled(AnsiColor::Cyan.on_default(), &text),
                        _ => text,
                    };
                    self.line(&format!("        {text}"), 9)?;
                }
                Ok(())
            }
        }
    }

    /// `title: 'old' → 'new'`
    fn pair(&mut self, name: &str, base: &str, head: &str) -> io::Result<()> {
        if base == head {
            return self.line(&format!("      {name}: {base}, of another type"), 8);
        }
        let (base, head) = (self.removed(base), self.added(head));
        self.line(&format!("      {name}: {base} → {head}"), 8)
    }

    fn paths(&mut self, paths: &[json::PathChange]) -> io::Result<()> {
        for change in paths.iter().take(MOST_PATHS) {
            let (base, head) = match (&change.base, &change.head) {
                (Some(base), Some(head)) => {
                    let (base, head) = excerpts(base, head);
                    told_apart(&base, &head)
                }
                (base, head) => {
                    let side = |side: &Option<String>| {
                        let shown = |text: &String| Shown(&cut(text, 0, MOST_CHANGED)).to_string();
                        side.as_ref().map_or("(nothing)".to_owned(), shown)
                    };
                    (side(base), side(head))
                }
            };
            let path = Shown(&cut(&change.path, 0, MOST_CHANGED)).to_string();
            let (base, head) = (self.removed(&base), self.added(&head));
            self.line(&format!("        {path}: {base} → {head}"), 10)?;
        }
        if paths.len() > MOST_PATHS {
            self.line(&format!("        … and {} more paths", paths.len() - MOST_PATHS), 8)?;
        }
        Ok(())
    }
}

impl<W: Write> Rendering for Terminal<W> {
    fn begin(&mut self, heading: &Heading<'_>) -> io::Result<()> {
        let title = self.styled(Style::new().bold(), &summary::title(heading));
        self.line(&title, 2)?;
        for change in heading.schema {
            let told = self.styled(AnsiColor::Yellow.on_default(), &change.to_string());
            self.line(&format!("  {told}"), 4)?;
        }
        self.sides = Some((heading.base_definition.clone(), heading.head_definition.clone()));
        Ok(())
    }

    fn change(&mut self, change: &Change<'_>) -> io::Result<()> {
        if self.table.as_ref() != Some(&change.table.name) {
            let name = self.styled(Style::new().bold(), &Shown(&change.table.name).to_string());
            writeln!(self.out)?;
            self.line(&name, 2)?;
            self.table = Some(change.table.name.clone());
        }
        match change.kind {
            Kind::Added(values) => self.whole_row('+', change, values),
            Kind::Removed(values) => self.whole_row('-', change, values),
            Kind::Changed(columns) => {
                let key = key_of(change);
                let text = self.styled(AnsiColor::Yellow.on_default(), &format!("~ {key}"));
                self.line(&format!("  {text}"), 6)?;
                columns.iter().try_for_each(|column| self.changed_column(column))
            }
        }
    }

    fn end(&mut self, counts: &Counts) -> io::Result<()> {
        if counts.any() {
            writeln!(self.out)?;
        }
        if let Some((base, head)) = &self.sides {
            summary::table(counts, base, head, &mut self.out)?;
        }
        writeln!(self.out, "{}", sentence(counts.total()))?;
        self.out.flush()
    }
}

/// The lines that a text takes within `width`; those after the first stand `indent` columns in.
fn broken(text: &str, width: usize, indent: usize) -> Vec<String> {
    let spaces = " ".repeat(indent.min(width / 2));
    // Blanks at the beginning of a line are its indent or the data's own: they stay.
    let blanks = text.len() - text.trim_start_matches(' ').len();
    let options = Options::new(width)
        .initial_indent(&text[..blanks])
        .subsequent_indent(&spaces)
        .wrap_algorithm(textwrap::WrapAlgorithm::FirstFit)
        .word_splitter(textwrap::WordSplitter::NoHyphenation);
    textwrap::wrap(&text[blanks..], options).into_iter().map(std::borrow::Cow::into_owned).collect()
}

fn key_of(change: &Change<'_>) -> String {
    if change.key.is_empty() { String::new() } else { show_key(&change.table.key, change.key) }
}

/// A value; bytes with the beginning of their digest, so that two of one length can be told apart.
fn value(value: &Value, max: usize) -> String {
    let shown = show_value(value, max);
    match value {
        Value::Bytes(bytes) | Value::RawText(bytes) => {
            let digest = Digest::of(bytes).to_string();
            format!("{shown}, sha256 {}", &digest[..16])
        }
        _ => shown,
    }
}
