//! What a check found, as text: a line for each finding, and below it what helps.

use std::fmt::Write as _;

use database::Source;

/// The findings and notes of a check of these tables.
#[track_caller]
pub(crate) fn findings(source: &mut dyn Source, tables: &[&str]) -> String {
    let tables: Vec<String> = tables.iter().map(|table| (*table).to_owned()).collect();
    let mut last = 0;
    let mut progress = |done: u64, total: u64| {
        assert!(last <= done && done <= total, "{last}, then {done} of {total}");
        last = done;
    };
    let report = source.check(&tables, &mut progress).unwrap();
    let mut out = String::new();
    for finding in &report.findings {
        let rows = finding.rows.map_or_else(String::new, |rows| format!(" ({rows})"));
        let first =
            if finding.first.is_empty() { String::new() } else { format!(": {}", finding.first.join("; ")) };
        let subject =
            if finding.subject.is_empty() { String::new() } else { format!(" {}", finding.subject) };
        let _ = writeln!(out, "{} {}{subject}{rows}{first}", finding.kind.as_str(), finding.table);
        let _ = writeln!(out, "  {}", finding.says);
    }
    for note in &report.notes {
        let _ = writeln!(out, "note: {note}");
    }
    out
}

/// What was looked at, and what is wrong.
#[track_caller]
pub(crate) fn report(source: &mut dyn Source, tables: &[&str]) -> String {
    let names: Vec<String> = tables.iter().map(|table| (*table).to_owned()).collect();
    let mut out = String::new();
    for t in source.check(&names, &mut |_, _| ()).unwrap().tables {
        let rows = t.rows.map_or_else(|| "?".to_owned(), |rows| rows.to_string());
        let _ = writeln!(
            out,
            "{}: rows {rows}, foreign {}, unique {}, full-text {}, sequences {}, columns {}",
            t.table, t.foreign_keys, t.unique_keys, t.full_text, t.sequences, t.columns
        );
    }
    out + &findings(source, tables)
}
