//! How results look: tables, sizes, questions, progress. Data goes to stdout, everything else to stderr.

use std::io::{BufRead as _, IsTerminal as _, Write as _};
use std::time::Duration;

use comfy_table::{Cell, CellAlignment, ColumnConstraint, ContentArrangement, LineStyle, Table, TableStyle};
use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};
use model::text::{Shown, guarded, guarded_lines};
pub use model::text::{count, size};

/// A line below the head, and nothing else.
const STYLE: TableStyle = TableStyle::new().header_separator(LineStyle::none().fill('─').junction('─'));

/// The columns of a pipe, and of a terminal that tells none of its own.
const WIDTH: u16 = 100;

/// Less than this is no terminal that anybody reads: one that was never given a size tells 0.
const NARROWEST: u16 = 40;

/// A sentence is not broken into less than this.
const READABLE: usize = 20;

/// What the user asked to see.
#[derive(Clone, Copy, Debug)]
pub struct Terminal {
    /// `--quiet`
    pub(crate) quiet: bool,
}

/// What a column holds, and so how it is aligned.
#[derive(Clone, Copy)]
pub enum Align {
    /// At its beginning: words.
    Left,
    /// At its end: numbers.
    Right,
    /// At its beginning: sentences, which can be broken between words.
    Words,
}

impl Terminal {
    /// A sentence for people, on stderr; nothing with `--quiet`.
    pub fn say(self, text: impl std::fmt::Display) {
        if !self.quiet {
            told(&format!("{text}\n"));
        }
    }

    /// `head: part, part, part`, as [`Terminal::say`]; on a terminal broken between parts where a line is full.
    pub(crate) fn say_list(self, head: &str, parts: &[String]) {
        self.say(list(
            head,
            parts,
            Table::new().use_stderr().width().map(|told| usize::from(readable(told))),
        ));
    }

    /// A result, on stdout, without what a build server would take for a command.
    pub fn result(self, text: impl std::fmt::Display) {
        Self::file(guarded_lines(&text.to_string()));
    }

    /// The content of a file, on stdout, as it is.
    pub(crate) fn file(text: impl std::fmt::Display) {
        let mut out = anstream::stdout().lock();
        match writeln!(out, "{text}").and_then(|()| out.flush()) {
            // A reader that went away (`| head`) is no error of ours.
            Err(error) if error.kind() != std::io::ErrorKind::BrokenPipe => {
                let _ = LOST.set(error.kind());
            }
            _ => {}
        }
    }

    /// Why a result could not be written, if one could not.
    pub(crate) fn lost() -> Option<std::io::Error> {
        LOST.get().map(|kind| (*kind).into())
    }

    /// A warning, on stderr, also with `--quiet`.
    pub fn warn(self, text: impl std::fmt::Display) {
        let style = clap::builder::styling::AnsiColor::Yellow.on_default().bold();
        told(&format!("{style}warning{style:#}: {text}\n"));
    }

    /// Whether a question can be asked: someone sits at both ends.
    pub(crate) fn can_ask() -> bool {
        std::io::stdin().is_terminal() && std::io::stderr().is_terminal()
    }

    /// Asks, and returns what was answered, in lower case; `None` if nobody answers any more.
    pub(crate) fn answer(question: &str) -> Option<String> {
        told(question);
        let mut answer = String::new();
        let read = std::io::stdin().lock().read_line(&mut answer);
        read.is_ok_and(|bytes| bytes > 0).then(|| answer.trim().to_ascii_lowercase())
    }

    /// Asks; anything but yes is no.
    pub(crate) fn ask(question: &str) -> bool {
        Self::answer(&format!("{question} [y/N] ")).is_some_and(|answer| matches!(&*answer, "y" | "yes"))
    }

    /// A bar for work that counts rows; it appears once the work takes a moment, and only on a terminal.
    pub fn progress(self, message: &str, total: u64) -> ProgressBar {
        let shown = !self.quiet && std::io::stderr().is_terminal();
        let target =
            if shown { ProgressDrawTarget::stderr_with_hz(10) } else { ProgressDrawTarget::hidden() };
        let bar = ProgressBar::with_draw_target(Some(total), target);
        let template = "{msg:12} [{bar:30}] {human_pos}/{human_len} rows, {eta} left";
        if let Ok(style) = ProgressStyle::with_template(template) {
            bar.set_style(style.progress_chars("=> "));
        }
        bar.set_message(message.to_owned());
        bar
    }
}

/// The first failure to write a result. A command goes on to its end all the same: what it did is done.
static LOST: std::sync::OnceLock<std::io::ErrorKind> = std::sync::OnceLock::new();

/// Writes to stderr. Nobody can be told that nobody can be told.
pub(crate) fn told(text: &str) {
    let _ = write!(anstream::stderr().lock(), "{}", guarded_lines(text));
}

/// A table with a head, aligned as `columns` says. Blanks between columns go where it is too wide, and sentences break on a
/// terminal; a name or a number never does.
pub fn table(columns: &[(&str, Align)], rows: impl IntoIterator<Item = Vec<String>>) -> String {
    let is_terminal = std::io::stdout().is_terminal();
    let width = if is_terminal { width() } else { Some(WIDTH) };
    lay_out(columns, rows, width, is_terminal)
}

/// The table within `width`; where even its narrowest form is wider, that.
fn lay_out(
    columns: &[(&str, Align)],
    rows: impl IntoIterator<Item = Vec<String>>,
    width: Option<u16>,
    may_break: bool,
) -> String {
    let mut table = Table::new();
    table.load_style(STYLE).set_content_arrangement(ContentArrangement::Disabled);
    let cell = |text: &str, align: Align| {
        Cell::new(guarded(&Shown(text).to_string())).set_alignment(match align {
            Align::Left | Align::Words => CellAlignment::Left,
            Align::Right => CellAlignment::Right,
        })
    };
    table.set_header(columns.iter().map(|(name, align)| cell(name, *align)));
    for row in rows {
        table.add_row(row.iter().zip(columns).map(|(text, (_, align))| cell(text, *align)));
    }
    if let Some(width) = width {
        tighten(&mut table, columns, width, may_break);
    }
    // Where names are wider than a terminal, it breaks their lines; the one below the head would be a second one.
    let most = width.filter(|_| may_break).map_or(usize::MAX, usize::from);
    let shown = |line: String| match line.strip_prefix('─') {
        Some(_) => line.chars().take(most).collect(),
        None => line.trim_end().to_owned(),
    };
    table.lines().map(shown).collect::<Vec<_>>().join("\n")
}

/// The columns of the terminal that stdout is; `None` if it tells none.
pub(crate) fn width() -> Option<u16> {
    Table::new().width().map(readable)
}

/// The columns to fill on a terminal that tells `told`.
fn readable(told: u16) -> u16 {
    if told < NARROWEST { WIDTH } else { told }
}

/// Takes a table that is too wide from three blanks between columns to two, then to one or to broken sentences.
fn tighten(table: &mut Table, columns: &[(&str, Align)], width: u16, may_break: bool) {
    let widths: Vec<usize> =
        table.column_max_content_widths().iter().map(|width| usize::from(*width)).collect();
    let content: usize = widths.iter().sum();
    let is_too_wide =
        |blanks: usize| (content + blanks * widths.len()).saturating_sub(1) > usize::from(width);
    if !is_too_wide(3) {
        return;
    }
    let of_words = |at: &usize| matches!(columns.get(*at), Some((_, Align::Words)));
    let words: usize = (0..widths.len()).filter(of_words).map(|at| widths[at]).sum();
    let rest = usize::from(width).saturating_sub(content - words + 2 * widths.len());
    let breaks = may_break && is_too_wide(2) && words > 0 && rest >= READABLE;
    let padding = u16::from(breaks || !is_too_wide(2));
    for (at, column) in table.column_iter_mut().enumerate() {
        column.set_padding((padding, 0));
        if breaks && !of_words(&at) {
            column.set_constraint(ColumnConstraint::ContentWidth);
        }
    }
    if breaks {
        table.set_width(width).set_content_arrangement(ContentArrangement::Dynamic);
    }
}

fn list(head: &str, parts: &[String], width: Option<usize>) -> String {
    let mut out = format!("{head}:");
    let mut used = out.chars().count();
    for (at, part) in parts.iter().enumerate() {
        let comma = if at + 1 < parts.len() { "," } else { "" };
        let length = part.chars().count() + comma.len() + 1;
        if width.is_some_and(|width| used + length > width) {
            out.push_str("\n ");
            used = 1;
        }
        out.extend([" ", part, comma]);
        used += length;
    }
    out
}

/// `45 ms`, `1.2 s`
pub fn duration(time: Duration) -> String {
    if time < Duration::from_secs(1) {
        format!("{} ms", time.as_millis())
    } else {
        format!("{:.1} s", time.as_secs_f64())
    }
}

/// `1 row`, `2 rows`
pub fn plural(n: u64, one: &str) -> String {
    if n == 1 { format!("1 {one}") } else { format!("{} {one}s", count(n)) }
}

#[cfg(test)]
mod tests {
    use insta::assert_snapshot;

    use super::*;

    #[test]
    fn numbers_read_easily() {
        assert_eq!([count(0), count(999), count(1000), count(1_234_567)], ["0", "999", "1,000", "1,234,567"]);
        assert_eq!(
            [size(0), size(1023), size(1024), size(5_000_000)],
            ["0 B", "1023 B", "1.0 KiB", "4.8 MiB"]
        );
        assert_eq!(plural(1, "row"), "1 row");
    }

    #[test]
    fn a_terminal_without_a_size_is_as_wide_as_a_pipe() {
        assert_eq!([0, 1, 39, 40, 80, 250].map(readable), [100, 100, 100, 40, 80, 250]);
    }

    #[test]
    fn a_list_breaks_between_its_parts() {
        let parts = ["9 character", "13 draft", "7 idea"].map(str::to_owned);
        assert_eq!(list("by type", &parts, None), "by type: 9 character, 13 draft, 7 idea");
        assert_eq!(list("by type", &parts, Some(31)), "by type: 9 character, 13 draft,\n  7 idea");
        assert_eq!(list("by type", &parts, Some(5)), "by type:\n  9 character,\n  13 draft,\n  7 idea");
    }

    #[test]
    fn a_table_that_is_too_wide_gets_tighter() {
        let wide = "x".repeat(48);
        let columns = [("a", Align::Left), ("b", Align::Right)];
        let shown = |row: [&str; 2]| lay_out(&columns, [row.map(str::to_owned).to_vec()], Some(100), false);
        assert_eq!(shown([&wide, "1"]).lines().last(), Some(format!(" {wide}   1").as_str()));
        assert_eq!(shown([&wide, &wide]).lines().last(), Some(format!(" {wide}  {wide}").as_str()));
        let wider = "x".repeat(50);
        assert_eq!(shown([&wide, &wider]).lines().last(), Some(format!("{wide} {wider}").as_str()));
    }

    #[test]
    fn only_sentences_break_and_only_on_a_terminal() {
        let columns = [("row", Align::Left), ("why", Align::Words)];
        let rows = || {
            let row = |depth: usize, why: &str| {
                vec![format!("{}└ orders id 1234567", "  ".repeat(depth)), why.to_owned()]
            };
            [row(0, "selected"), row(1, "child: its customer_id refers to customers (id)")]
        };
        assert_snapshot!(lay_out(&columns, rows(), Some(50), true), @"
         row                    why
        ──────────────────────────────────────────────────
         └ orders id 1234567    selected
           └ orders id 1234567  child: its customer_id
                                refers to customers (id)
        ");
        let piped = lay_out(&columns, rows(), Some(50), false);
        assert_eq!(
            piped.lines().last(),
            Some("  └ orders id 1234567 child: its customer_id refers to customers (id)")
        );
        let narrow = lay_out(&columns, rows(), Some(41), true);
        assert_eq!(narrow.lines().last(), piped.lines().last(), "too narrow to break anything");
        assert!(narrow.lines().nth(1).is_some_and(|rule| rule.chars().count() == 41), "{narrow}");
        assert!(piped.lines().all(|line| !line.ends_with(' ')));
    }
}
