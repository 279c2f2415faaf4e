//! `demo-export`: rows to a scenario's next version.

pub(crate) mod output;

use std::time::{Duration, Instant};

use serde_json::json;
use workflow::{ExportFrom, ExportOutcome, ExportReport, ExportRequest, TableCount, Validate};

use crate::cli::{ExportArgs, Global, ValidateArg};
use crate::commands::{Outcome, merge_view, print_json};
use crate::terminal::{Align, Terminal, count, duration, plural, size, table};
use crate::{environment, exit_code};

pub(crate) fn run(global: &Global, args: &ExportArgs) -> Outcome {
    let terminal = environment::terminal(global);
    let context = environment::context(global)?;
    let scenario = context.scenario_name(&args.scenario)?;
    let request = ExportRequest {
        from: match &args.from_file {
            Some(file) => ExportFrom::File(file.clone()),
            None => {
                ExportFrom::Database(environment::database_of(global, &args.database, &context, &scenario)?)
            }
        },
        scenario,
        allow_empty: args.allow_empty,
        validate: match args.validate {
            ValidateArg::Auto => Validate::Auto,
            ValidateArg::Full => Validate::Full,
        },
    };
    if let Some(path) = &args.output {
        return output::write(&context, terminal, &request, path);
    }
    let started = Instant::now();
    let report = workflow::export(&context, &request, &mut merge_view::observer(terminal))?;
    show_notes(terminal, &report.notes);
    if args.json.json {
        return Ok(print_json(terminal, &to_json(&request, &report)));
    }
    show(terminal, &request, &report, started.elapsed());
    Ok(exit_code::DONE)
}

/// What the source held that a snapshot cannot.
pub(crate) fn show_notes(terminal: Terminal, notes: &[String]) {
    for note in notes {
        terminal.warn(note);
    }
}

/// Rows by table.
pub(crate) fn counts_table(tables: &[TableCount]) -> String {
    let columns =
        [("table", Align::Left), ("rows", Align::Right), ("own", Align::Right), ("shared", Align::Right)];
    let row = |name: &str, owned: u64, shared: u64| {
        let dash = |n: u64| if n == 0 { "-".to_owned() } else { count(n) };
        vec![name.to_owned(), count(owned + shared), dash(owned), dash(shared)]
    };
    let mut rows: Vec<_> = tables.iter().map(|t| row(&t.table, t.owned, t.shared)).collect();
    rows.push(row("total", tables.iter().map(|t| t.owned).sum(), tables.iter().map(|t| t.shared).sum()));
    table(&columns, rows)
}

/// What was written, or that nothing was; ends in the table.
pub(crate) fn show(terminal: Terminal, request: &ExportRequest, report: &ExportReport, took: Duration) {
    for version in &report.recorded {
        terminal.say(format!("Recorded {version}, which an interrupted export had left complete."));
    }
    let (name, version, took) = (&request.scenario, report.entry.version(), duration(took));
    merge_view::say_breakdown(terminal, &report.breakdown);
    match report.outcome {
        ExportOutcome::Unchanged => {
            terminal.result(format!("{name} is unchanged since {version}: no version was written ({took})."));
        }
        ExportOutcome::Written => {
            let (path, size) = (environment::shown(&report.path), size(report.entry.size));
            terminal.result(format!("{name} {version}: {} ({took}).", changes(report)));
            terminal.result(format!("Wrote {path} ({size})."));
        }
    }
    terminal.result(counts_table(&report.tables));
}

/// `3 added, 1 changed, 2 removed`
pub(crate) fn changes(report: &ExportReport) -> String {
    let c = &report.changes;
    format!("{} added, {} changed, {} removed", plural(c.added, "row"), count(c.changed), count(c.removed))
}

pub(crate) fn to_json(request: &ExportRequest, report: &ExportReport) -> serde_json::Value {
    json!({
        "scenario": request.scenario,
        "written": report.outcome == ExportOutcome::Written,
        "version": report.entry.version(),
        "file": environment::shown(&report.path),
        "size": report.entry.size,
        "records": report.entry.facts.records,
        "content": report.entry.facts.content,
        "tables": report.tables,
        "breakdown": report.breakdown,
        "changes": report.changes,
        "notes": report.notes,
        "recorded": report.recorded,
    })
}
