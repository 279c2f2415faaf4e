//! The rows that a version's section lists: rendered one by one as they come, up to a cap.

use std::fmt::Write as _;

use model::text::{show_key, told_apart};
use model::{TableSpec, Value};

use super::markdown::{code, diff_block, value};
use crate::detail::text::{cut, excerpts};
use crate::detail::{Detail, detail, json};
use crate::{Change, ColumnChange, Kind};

/// Rows listed at most.
const MOST_ROWS: u64 = 200;
/// Bytes listed at most.
const MOST_BYTES: usize = 60 << 10;
/// Characters shown of a value of an added or removed row.
const MOST_CHARS: usize = 60;
/// Paths listed of one JSON value.
const MOST_PATHS: usize = 20;

/// The first rows that differ, as Markdown. Its size is bounded, whatever it is given.
#[derive(Clone, Debug)]
pub struct Sample {
    rendered: String,
    /// Whether each table's name stands above its rows.
    headed: bool,
    table: Option<String>,
    listed: u64,
    unlisted: u64,
    most_rows: u64,
    most_bytes: usize,
}

impl Default for Sample {
    fn default() -> Self {
        Self::new()
    }
}

impl Sample {
    /// An empty sample of at most 200 rows and 60 KiB.
    pub fn new() -> Self {
        Self::with_caps(MOST_ROWS, MOST_BYTES)
    }

    /// An empty sample of at most so many rows and bytes.
    pub fn with_caps(rows: u64, bytes: usize) -> Self {
        Self {
            rendered: String::new(),
            headed: true,
            table: None,
            listed: 0,
            unlisted: 0,
            most_rows: rows,
            most_bytes: bytes,
        }
    }

    /// An empty sample of at most so many bytes, for the rows of one table whose name stands elsewhere.
    pub(crate) fn rows_only(bytes: usize) -> Self {
        Self { headed: false, ..Self::with_caps(u64::MAX, bytes) }
    }

    /// How many bytes the listed rows take.
    pub(crate) fn bytes(&self) -> usize {
        self.rendered.len()
    }

    /// How many rows are listed.
    pub(crate) fn listed(&self) -> u64 {
        self.listed
    }

    /// Takes in the next row; once full, only counts it.
    pub fn add(&mut self, change: &Change<'_>) {
        if self.unlisted > 0 || self.listed == self.most_rows {
            self.unlisted += 1;
            return;
        }
        let mut text = String::new();
        if self.headed && self.table.as_ref() != Some(&change.table.name) {
            let _ = write!(text, "\n### {}\n\n", code(&change.table.name));
        }
        row(change, &mut text);
        if self.rendered.len() + text.len() > self.most_bytes {
            self.unlisted += 1;
            return;
        }
        self.rendered.push_str(&text);
        self.table = Some(change.table.name.clone());
        self.listed += 1;
    }

    /// Appends the list, and how many more there are.
    pub(crate) fn write(&self, out: &mut String) {
        out.push_str(&self.rendered);
        if self.unlisted > 0 {
            let rows = if self.unlisted == 1 { "row" } else { "rows" };
            let and = if self.listed > 0 { "… and " } else { "Not listed: " };
            let more = if self.listed > 0 { " more" } else { "" };
            let _ = writeln!(out, "\n{and}{}{more} {rows}.", self.unlisted);
        }
    }
}

fn row(change: &Change<'_>, out: &mut String) {
    match change.kind {
        Kind::Added(values) => whole_row("added", change, values, out),
        Kind::Removed(values) => whole_row("removed", change, values, out),
        Kind::Changed(columns) => {
            let _ = writeln!(out, "- changed{}", key_of(change));
            for column in columns {
                changed_column(column, out);
            }
        }
    }
}

/// The key, and every other value that is not NULL, each cut.
fn whole_row(what: &str, change: &Change<'_>, values: &[Value], out: &mut String) {
    let spec: &TableSpec = change.table;
    let others = spec.columns.iter().zip(values);
    let others = others.filter(|(column, value)| !spec.key.contains(&column.name) && !value.is_null());
    let told: Vec<String> =
        others.map(|(column, of)| format!("{} {}", code(&column.name), value(of, MOST_CHARS))).collect();
    let colon = if told.is_empty() { "" } else { ": " };
    let _ = writeln!(out, "- {what}{}{colon}{}", key_of(change), told.join(", "));
}

fn key_of(change: &Change<'_>) -> String {
    if change.key.is_empty() {
        return String::new();
    }
    format!(" {}", code(&show_key(&change.table.key, change.key)))
}

fn changed_column(change: &ColumnChange<'_>, out: &mut String) {
    let name = code(&change.column.name);
    let (Some(base), Some(head)) = (change.base, change.head) else {
        let side = |side: Option<&Value>| side.map_or("(no column)".to_owned(), |of| value(of, MOST_CHARS));
        let _ = writeln!(out, "  - {name}: {} → {}", side(change.base), side(change.head));
        return;
    };
    match detail(change) {
        Detail::Json(paths) => json_paths(&name, &paths, out),
        Detail::Inline(base, head) => {
            let (base, head) = told_apart(&base, &head);
            let quoted = |text: &str| code(&format!("'{text}'"));
            let _ = if base == head {
                writeln!(out, "  - {name}: {}, of another type", quoted(&base))
            } else {
                writeln!(out, "  - {name}: {} → {}", quoted(&base), quoted(&head))
            };
        }
        Detail::Sizes(told) => {
            let _ = writeln!(out, "  - {name}: {told}");
        }
        Detail::Lines(lines) => {
            let _ = writeln!(out, "  - {name}:\n");
            diff_block(&lines, "    ", out);
            out.push('\n');
        }
        Detail::Values | Detail::Column => {
            let _ = writeln!(out, "  - {name}: {} → {}", value(base, 240), value(head, 240));
        }
    }
}

fn json_paths(name: &str, paths: &[json::PathChange], out: &mut String) {
    let _ = writeln!(out, "  - {name}:");
    for change in paths.iter().take(MOST_PATHS) {
        let (base, head) = match (&change.base, &change.head) {
            (Some(base), Some(head)) => {
                let (base, head) = excerpts(base, head);
                let (base, head) = told_apart(&base, &head);
                (code(&base), code(&head))
            }
            (base, head) => {
                let side = |side: &Option<String>| {
                    side.as_ref().map_or("(nothing)".to_owned(), |text| code(&cut(text, 0, 240)))
                };
                (side(base), side(head))
            }
        };
        let _ = writeln!(out, "    - {}: {base} → {head}", code(&cut(&change.path, 0, 240)));
    }
    if paths.len() > MOST_PATHS {
        let _ = writeln!(out, "    - … and {} more paths", paths.len() - MOST_PATHS);
    }
}
