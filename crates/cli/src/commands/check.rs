//! `data-check`: what is wrong in a database, by table; exit 1 if anything is.

use std::time::Instant;

use database::{CheckedTable, DataCheck, Finding};
use model::text::Shown;
use serde_json::json;

use crate::cli::{DataCheckArgs, Global};
use crate::commands::{Outcome, merge_view, print_json};
use crate::terminal::{Align, Terminal, count, duration, plural, table};
use crate::{environment, exit_code};

pub(crate) fn run(global: &Global, args: &DataCheckArgs) -> Outcome {
    let terminal = environment::terminal(global);
    let url = environment::database(global, &args.database)?;
    let started = Instant::now();
    let report = workflow::check_data(&url, &args.tables, &mut merge_view::observer(terminal))?;
    let code = if report.findings.is_empty() { exit_code::DONE } else { exit_code::DIFFERS };
    if args.json.json {
        print_json(terminal, &as_json(&url.to_string(), &report));
        return Ok(code);
    }
    terminal.result(summary(&report));
    for (finding, gap) in report.findings.iter().zip(std::iter::once("\n").chain(std::iter::repeat(""))) {
        terminal.result(format!("{gap}{}", shown(finding)));
    }
    for note in &report.notes {
        terminal.warn(note);
    }
    say_end(terminal, &report, &duration(started.elapsed()));
    Ok(code)
}

fn say_end(terminal: Terminal, report: &DataCheck, took: &str) {
    let rows: u64 = report.tables.iter().filter_map(|table| table.rows).sum();
    let looked = format!("{}, {}", plural(report.tables.len() as u64, "table"), plural(rows, "row"));
    match report.findings.len() as u64 {
        0 => terminal.say(format!("No findings: {looked} ({took}).")),
        findings => terminal.say(format!("{}: {looked} ({took}).", plural(findings, "finding"))),
    }
}

/// What was looked at, a line for each table; what no table has is left out.
fn summary(report: &DataCheck) -> String {
    type Counted = fn(&CheckedTable) -> u64;
    let counted: [(&str, Counted); 5] = [
        ("foreign", |checked| checked.foreign_keys),
        ("unique", |checked| checked.unique_keys),
        ("full-text", |checked| checked.full_text),
        ("counters", |checked| checked.sequences),
        ("columns", |checked| checked.columns),
    ];
    let has_any = |(_, counted): &&(&str, Counted)| report.tables.iter().any(|checked| counted(checked) > 0);
    let counted: Vec<_> = counted.iter().filter(has_any).collect();
    let mut columns = vec![("table", Align::Left), ("rows", Align::Right)];
    columns.extend(counted.iter().map(|(name, _)| (*name, Align::Right)));
    columns.push(("findings", Align::Right));
    let dash = |n: u64| if n == 0 { "-".to_owned() } else { count(n) };
    let rows = report.tables.iter().map(|checked| {
        let mut row = vec![checked.table.clone(), checked.rows.map_or_else(|| "?".to_owned(), count)];
        row.extend(counted.iter().map(|(_, counted)| dash(counted(checked))));
        row.push(dash(findings_of(report, checked)));
        row
    });
    table(&columns, rows)
}

fn findings_of(report: &DataCheck, checked: &CheckedTable) -> u64 {
    report.findings.iter().filter(|finding| finding.table == checked.table).count() as u64
}

/// `foreign-key: todos (fragment_id) → fragments (id): 2 rows`, which ones, and what it means.
fn shown(finding: &Finding) -> String {
    use clap::builder::styling::AnsiColor;

    let red = AnsiColor::Red.on_default().bold();
    let mut head = format!("{red}{}{red:#}:", finding.kind.as_str());
    for part in [&*Shown(&finding.table).to_string(), &finding.subject] {
        if !part.is_empty() {
            head = format!("{head} {part}");
        }
    }
    if let Some(rows) = finding.rows {
        head = format!("{head}: {}", plural(rows, "row"));
    }
    if !finding.first.is_empty() {
        let more = finding.rows.unwrap_or_default() > finding.first.len() as u64;
        head = format!("{head}\n  {}{}", finding.first.join("; "), if more { "; …" } else { "" });
    }
    format!("{head}\n  {}", finding.says)
}

fn as_json(database: &str, report: &DataCheck) -> serde_json::Value {
    let tables: Vec<_> = (report.tables.iter())
        .map(|checked| {
            json!({
                "table": checked.table, "rows": checked.rows, "foreign_keys": checked.foreign_keys,
                "unique_keys": checked.unique_keys, "full_text": checked.full_text,
                "sequences": checked.sequences, "columns": checked.columns,
                "findings": findings_of(report, checked),
            })
        })
        .collect();
    let findings: Vec<_> = (report.findings.iter())
        .map(|finding| {
            json!({
                "kind": finding.kind.as_str(), "table": finding.table, "subject": finding.subject,
                "rows": finding.rows, "first": finding.first, "says": finding.says,
            })
        })
        .collect();
    json!({
        "database": database, "ok": report.findings.is_empty(), "tables": tables, "findings": findings,
        "notes": report.notes,
    })
}
