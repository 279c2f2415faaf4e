//! `demo-verify`: every version against everything that vouches for it.

use std::time::Instant;

use model::ScenarioName;
use row_diff::render::{Capped, Look, Terminal as Told};
use serde_json::json;
use workflow::Context;

use crate::cli::{Global, VerifyArgs};
use crate::commands::{Failure, Outcome, merge_view, print_json};
use crate::terminal::{Align, Terminal, count, duration, plural, table};
use crate::{environment, exit_code, report};

/// Rows that are shown of a file that was changed.
const MOST_ROWS: u64 = 200;

pub(crate) fn run(global: &Global, args: &VerifyArgs) -> Outcome {
    let terminal = environment::terminal(global);
    let context = environment::context(global)?;
    let started = Instant::now();
    let mut reports = Vec::new();
    for name in workflow::verifiable(&context, args.scenario.as_deref())? {
        reports.push(workflow::verify(&context, &name, &mut merge_view::observer(terminal))?);
    }
    let findings: usize = reports.iter().map(|report| report.findings.len()).sum();
    let code = if findings == 0 { exit_code::DONE } else { exit_code::DIFFERS };
    if args.json.json {
        let rows: Vec<_> = reports.iter().map(|report| json!({
            "scenario": report.scenario,
            "sound": report.sound.iter().map(archive::Entry::version).collect::<Vec<_>>(),
            "not_restored": report.not_restored.iter().map(|n| json!({ "version": n.entry.version(), "reason": n.why })).collect::<Vec<_>>(),
            "findings": report.findings.iter().map(|f| json!({ "subject": f.subject, "error": f.error.to_string() })).collect::<Vec<_>>(),
        })).collect();
        print_json(terminal, &json!({ "ok": findings == 0, "scenarios": rows }));
        return Ok(code);
    }
    let columns =
        [("scenario", Align::Left), ("version", Align::Left), ("records", Align::Right), ("", Align::Left)];
    let rows = reports.iter().flat_map(|report| {
        report.sound.iter().map(|entry| {
            vec![
                report.scenario.to_string(),
                entry.version().to_string(),
                count(entry.facts.records),
                if is_restored(report, entry) { "sound" } else { "sound, not restored" }.to_owned(),
            ]
        })
    });
    if reports.iter().any(|report| !report.sound.is_empty()) {
        terminal.result(table(&columns, rows));
    }
    for (name, finding) in reports.iter().flat_map(|r| r.findings.iter().map(|found| (&r.scenario, found))) {
        report::print(global, &finding.error);
        if let Some(entry) = &finding.entry {
            show_edit(&context, terminal, name, entry)?;
        }
    }
    for (report, left) in reports.iter().flat_map(|r| r.not_restored.iter().map(move |left| (r, left))) {
        terminal.warn(format!("{} {} was not restored: {}", report.scenario, left.entry.version(), left.why));
    }
    let not_restored: usize = reports.iter().map(|report| report.not_restored.len()).sum();
    let took = duration(started.elapsed());
    if findings == 0 && not_restored > 0 {
        let versions = plural(not_restored as u64, "version");
        terminal.say(format!(
            "Chain, digests, grammar and both SQL dialects agree, and so does a restore, except that {versions} for PostgreSQL alone could not be restored into SQLite ({took})."
        ));
    } else if findings == 0 {
        terminal.say(format!("Chain, digests, grammar, both SQL dialects and a restore agree ({took})."));
    } else {
        terminal.say(format!("{} ({took}).", plural(findings as u64, "finding")));
    }
    Ok(code)
}

fn is_restored(report: &workflow::VerifyReport, entry: &archive::Entry) -> bool {
    report.not_restored.iter().all(|left| left.entry.version() != entry.version())
}

/// The rows that somebody changed in a version's file, where git still has it as it was, and how to go on.
fn show_edit(
    context: &Context,
    terminal: Terminal,
    name: &ScenarioName,
    entry: &archive::Entry,
) -> Result<(), Failure> {
    let mut told = Vec::new();
    let mut rendering = Capped::new(Told::new(&mut told, Look { width: None, colour: false }), MOST_ROWS);
    let Some(edit) = workflow::edited(context, name, entry, &mut rendering)? else { return Ok(()) };
    let more = match rendering.left_out() {
        0 => String::new(),
        rows => format!("{} more\n", plural(rows, "row")),
    };
    let path = environment::shown(&context.archive.version_path(name, entry.version()));
    terminal.say(format!("\n{}{more}", String::from_utf8_lossy(&told)));
    let keep = if edit.counts.any() {
        format!("; to keep the change, `demo-export {name} --from-file` a copy of it first")
    } else {
        String::new()
    };
    terminal.say(format!("To have the version back: git checkout {} -- {path}{keep}\n", edit.commit));
    Ok(())
}
