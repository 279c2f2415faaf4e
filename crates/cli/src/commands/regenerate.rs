//! `demo-regenerate`: every seed to its next version, or a check that none is due.

use serde_json::json;
use workflow::{ChangeSummary, ExportOutcome};

use crate::cli::{Global, RegenerateArgs};
use crate::commands::{Outcome, merge_view, print_json};
use crate::terminal::{Align, count, table};
use crate::{environment, exit_code};

/// One scenario's line.
struct Line {
    scenario: String,
    version: String,
    state: &'static str,
    changes: ChangeSummary,
    differs: bool,
}

pub(crate) fn run(global: &Global, args: &RegenerateArgs) -> Outcome {
    let terminal = environment::terminal(global);
    let context = environment::context_with_schema(global, "demo-regenerate")?;
    let mut lines = Vec::new();
    for name in workflow::seeded_scenarios(&context, args.scenario.as_deref())? {
        let observer = &mut merge_view::observer(terminal);
        let line = if args.check {
            let report = workflow::check(&context, &name, observer)?;
            let version =
                report.latest.as_ref().map_or_else(|| "none yet".to_owned(), |e| e.version().to_string());
            let state = if report.differs { "differs" } else { "up to date" };
            Line {
                scenario: name.to_string(),
                version,
                state,
                changes: report.changes,
                differs: report.differs,
            }
        } else {
            let report = workflow::regenerate(&context, &name, observer)?;
            super::export::show_notes(terminal, &report.notes);
            let written = report.outcome == ExportOutcome::Written;
            let state = if written { "written" } else { "unchanged" };
            let version = report.entry.version().to_string();
            Line { scenario: name.to_string(), version, state, changes: report.changes, differs: false }
        };
        lines.push(line);
    }
    let differs = lines.iter().any(|line| line.differs);
    let code = if differs { exit_code::DIFFERS } else { exit_code::DONE };
    if args.json.json {
        let rows: Vec<_> = lines.iter().map(|line| json!({
            "scenario": line.scenario, "version": line.version, "state": line.state, "changes": line.changes,
        })).collect();
        print_json(terminal, &json!({ "ok": !differs, "scenarios": rows }));
        return Ok(code);
    }
    terminal.result(view(&lines));
    if differs {
        terminal.say(format!(
            "The seeds hold other rows than the latest versions. To write new versions: {} demo-regenerate",
            global.program()
        ));
    }
    Ok(code)
}

fn view(lines: &[Line]) -> String {
    let columns = [
        ("scenario", Align::Left),
        ("version", Align::Left),
        ("", Align::Left),
        ("added", Align::Right),
        ("changed", Align::Right),
        ("removed", Align::Right),
    ];
    let rows = lines.iter().map(|line| {
        let c = &line.changes;
        vec![
            line.scenario.clone(),
            line.version.clone(),
            line.state.to_owned(),
            count(c.added),
            count(c.changed),
            count(c.removed),
        ]
    });
    table(&columns, rows).to_string()
}
