//! `demo-verify`: every version against everything that vouches for it.

use std::time::Instant;

use serde_json::json;

use crate::cli::{Global, VerifyArgs};
use crate::commands::{Outcome, merge_view, print_json};
use crate::terminal::{Align, count, duration, plural, table};
use crate::{environment, exit_code, report};

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
    for finding in reports.iter().flat_map(|report| &report.findings) {
        report::print(global, &finding.error);
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
