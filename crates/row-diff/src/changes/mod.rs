//! `CHANGES.md`: what each version added, changed and removed, newest first.
//!
//! Text in, text out. Everything that comes from the data stands in code spans or fenced blocks that it cannot close, so
//! that no value becomes Markdown, HTML or a command to whoever prints the file. Lists are capped and say what they leave
//! out.

mod markdown;
mod sample;

pub use sample::Sample;

use std::fmt::Write as _;

use model::Version;

use crate::render::{plural, sentence};
use crate::{Counts, SchemaChange, TableCounts};
pub(crate) use markdown::{cell, code};

/// What a section tells besides the sample of rows.
#[derive(Clone, Copy, Debug)]
pub struct Section<'a> {
    /// The version.
    pub version: Version,
    /// The version that it was compared with; `None` for a scenario's first.
    pub base: Option<Version>,
    /// How many rows differ.
    pub counts: &'a Counts,
    /// What differs in tables and columns.
    pub schema: &'a [SchemaChange],
    /// How many rows it has, by table, in file order.
    pub tables: &'a [(String, u64)],
}

/// The section of one version: its counts, what changed in the schema, and the rows of the sample. A first version has no
/// list of rows: all of them are new, and its file lists them.
pub fn entry(section: &Section<'_>, sample: &Sample) -> String {
    let mut out = format!("{}\n\n", heading(section.version));
    let records: u64 = section.tables.iter().map(|(_, rows)| rows).sum();
    // Writing to a string cannot fail.
    match section.base {
        None => {
            let _ = writeln!(out, "First version: {}.\n", plural(records, "record"));
            first_table(section.tables, &mut out);
        }
        Some(base) => {
            let told = sentence(section.counts.total());
            let _ = writeln!(out, "{told} since {base}; {} now.\n", plural(records, "record"));
            counts_table(section, &mut out);
            schema_list(section.schema, usize::MAX, &mut out);
            sample.write(&mut out);
        }
    }
    out
}

/// The whole new text: `entry` above all others, or in place of the section of the same version, so that doing it twice
/// changes nothing. Beyond 1 MiB the oldest sections are left to the file's history.
pub fn prepend(existing: Option<&str>, entry: &str) -> String {
    let existing = existing.filter(|text| !text.trim().is_empty()).unwrap_or(TITLE);
    let heading = entry.lines().next().unwrap_or_default();
    let (mut before, mut after) = (Vec::new(), Vec::new());
    let mut inside = false;
    let mut found = false;
    let same_is_there = existing.lines().any(|line| line.trim_end() == heading);
    for line in existing.lines() {
        if is_heading(line.trim_end()) {
            inside = line.trim_end() == heading;
            found |= inside || !same_is_there;
        }
        match (inside, found) {
            (true, _) => {}
            (false, true) => after.push(line),
            (false, false) => before.push(line),
        }
    }
    let parts = [before.join("\n"), entry.to_owned(), after.join("\n")];
    let parts: Vec<&str> = parts.iter().map(|part| part.trim_end()).filter(|part| !part.is_empty()).collect();
    without_oldest(format!("{}\n", parts.join("\n\n")))
}

/// How large the whole text may grow: some twenty sections of the largest size.
const MOST_BYTES: usize = 1 << 20;
const OLDER: &str = "Older versions are in this file's history.\n";

fn without_oldest(mut text: String) -> String {
    if text.len() <= MOST_BYTES {
        return text;
    }
    let headings = text.match_indices("\n## ").map(|(at, _)| at + 1);
    let headings: Vec<usize> =
        headings.filter(|at| is_heading(text[*at..].lines().next().unwrap_or_default())).collect();
    // The newest section stays, whatever its size.
    let last_kept = headings.iter().skip(1).rfind(|at| **at + OLDER.len() <= MOST_BYTES);
    if let Some(cut) = last_kept.or(headings.get(1)) {
        text.truncate(*cut);
        text.push_str(OLDER);
    }
    text
}

const TITLE: &str = "# Changes\n\nWhat each version added, changed and removed, newest first.\n";

fn heading(version: Version) -> String {
    format!("## {version}")
}

/// Whether a line begins a version's section: no line made of data can, see the module.
fn is_heading(line: &str) -> bool {
    line.strip_prefix("## ").is_some_and(|version| Version::parse(version).is_ok())
}

fn first_table(tables: &[(String, u64)], out: &mut String) {
    out.push_str("| table | rows |\n| --- | ---: |\n");
    for (table, rows) in tables {
        let _ = writeln!(out, "| {} | {rows} |", cell(table));
    }
}

fn counts_table(section: &Section<'_>, out: &mut String) {
    out.push_str("| table | rows | added | changed | removed |\n| --- | ---: | ---: | ---: | ---: |\n");
    let line = |out: &mut String, table: &str, rows: u64| {
        let TableCounts { added, changed, removed, .. } =
            section.counts.tables.get(table).copied().unwrap_or_default();
        let _ = writeln!(out, "| {} | {rows} | {added} | {changed} | {removed} |", cell(table));
    };
    for (table, rows) in section.tables {
        line(out, table, *rows);
    }
    let listed = |name: &str| section.tables.iter().any(|(table, _)| table == name);
    for table in section.counts.tables.keys().filter(|table| !listed(table)) {
        line(out, table, 0);
    }
}

/// Lists at most 50 changes, in at most `most` bytes.
pub(crate) fn schema_list(schema: &[SchemaChange], most: usize, out: &mut String) {
    const MOST: usize = 50;
    if schema.is_empty() {
        return;
    }
    out.push_str("\n### Schema\n\n");
    let (mut listed, mut used) = (0, 0);
    for change in schema.iter().take(MOST) {
        let line = format!("- {}\n", code(&change.to_string()));
        used += line.len();
        if used > most {
            break;
        }
        out.push_str(&line);
        listed += 1;
    }
    if schema.len() > listed {
        let _ = writeln!(out, "- … and {} more", schema.len() - listed);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn version(text: &str) -> Version {
        Version::parse(text).expect("a version")
    }

    fn section(text: &str) -> String {
        let counts = Counts::default();
        let base = Some(version("v1_2026-11-01"));
        let section = Section {
            version: version(text),
            base,
            counts: &counts,
            schema: &[],
            tables: &[("a".into(), 1)],
        };
        entry(&section, &Sample::new())
    }

    #[test]
    fn a_first_version_tells_its_tables() {
        let counts = Counts::default();
        let tables = [("vaults".to_owned(), 2), ("a|b`<i>".to_owned(), 1)];
        let version = version("v1_2026-11-20");
        let section = Section { version, base: None, counts: &counts, schema: &[], tables: &tables };
        insta::assert_snapshot!(prepend(None, &entry(&section, &Sample::new())), @r"
        # Changes

        What each version added, changed and removed, newest first.

        ## v1_2026-11-20

        First version: 3 records.

        | table | rows |
        | --- | ---: |
        | `vaults` | 2 |
        | ``a\|b`<i>`` | 1 |
        ");
    }

    #[test]
    fn a_newer_version_goes_on_top_and_the_same_one_in_its_place() {
        let two = prepend(Some(&prepend(None, &section("v2_2026-11-02"))), &section("v3_2026-11-03"));
        let headings: Vec<&str> = two.lines().filter(|line| line.starts_with("## ")).collect();
        assert_eq!(headings, ["## v3_2026-11-03", "## v2_2026-11-02"]);
        assert_eq!(prepend(Some(&two), &section("v3_2026-11-03")), two);
        assert_eq!(prepend(Some(&two), &section("v2_2026-11-02")), two);
    }

    #[test]
    fn notes_by_hand_outlive_a_new_version() {
        let noted = format!("{}\nA note by hand.\n", prepend(None, &section("v2_2026-11-02")));
        let text = prepend(Some(&noted), &section("v3_2026-11-03"));
        assert!(text.ends_with("\n\nA note by hand.\n"), "{text}");
        assert!(text.starts_with(TITLE), "{text}");
    }

    #[test]
    fn the_oldest_sections_make_room() {
        let mut text = None;
        for number in 1..=100 {
            let long = format!("{}{}\n", section(&format!("v{number}_2026-11-02")), "x".repeat(20_000));
            text = Some(prepend(text.as_deref(), &long));
        }
        let text = text.expect("written");
        assert!(text.len() <= MOST_BYTES && text.len() > MOST_BYTES - 21_000, "{}", text.len());
        assert!(text.starts_with(&format!("{TITLE}\n## v100_")), "{}", &text[..100]);
        assert_eq!(text.matches(OLDER).count(), 1);
        assert!(text.ends_with(OLDER));
    }
}
