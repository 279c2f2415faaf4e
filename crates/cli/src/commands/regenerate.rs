//! `demo-regenerate`: every seed to its next version, or a check that none is due.

use model::ScenarioName;
use row_diff::render::{Capped, Look, Terminal as Told};
use serde_json::json;
use workflow::{ChangeSummary, Context, ExportOutcome, Observer};

use crate::cli::{Global, RegenerateArgs};
use crate::commands::{Failure, Outcome, merge_view, print_json};
use crate::terminal::{Align, Terminal, count, table};
use crate::{environment, exit_code};

/// Rows that a check shows of each scenario.
const MOST_ROWS: u64 = 200;

/// One scenario's line.
struct Line {
    name: ScenarioName,
    version: String,
    state: &'static str,
    changes: ChangeSummary,
    /// Whether a check fails by it.
    differs: bool,
    /// Whether it was left for a review.
    pending: bool,
    /// What differs, row by row.
    told: String,
}

impl Line {
    fn new(name: &ScenarioName, version: String, state: &'static str, changes: ChangeSummary) -> Self {
        Self {
            name: name.clone(),
            version,
            state,
            changes,
            differs: false,
            pending: false,
            told: String::new(),
        }
    }
}

pub(crate) fn run(global: &Global, args: &RegenerateArgs) -> Outcome {
    let terminal = environment::terminal(global);
    let context = environment::context_with_schema(global, "demo-regenerate")?;
    let mut lines = Vec::new();
    for name in workflow::seeded_scenarios(&context, args.scenario.as_deref())? {
        let observer = &mut merge_view::observer(terminal);
        lines.push(if args.check {
            checked(&context, &name, observer)?
        } else if args.accept {
            accepted(&context, terminal, &name, observer)?
        } else {
            left(&context, terminal, &name, observer)?
        });
    }
    let differs = lines.iter().any(|line| line.differs);
    let code = if differs { exit_code::DIFFERS } else { exit_code::DONE };
    if args.json.json {
        let rows: Vec<_> = lines.iter().map(|line| json!({
            "scenario": line.name, "version": line.version, "state": line.state, "changes": line.changes,
        })).collect();
        print_json(terminal, &json!({ "ok": !differs, "scenarios": rows }));
        return Ok(code);
    }
    terminal.result(view(&lines));
    tell(global, &lines);
    Ok(code)
}

/// The check of one scenario.
fn checked(context: &Context, name: &ScenarioName, observer: Observer<'_>) -> Result<Line, Failure> {
    let mut told = Vec::new();
    let look = Look { width: None, colour: false };
    let mut rendering = Capped::new(Told::new(&mut told, look), MOST_ROWS);
    let report = workflow::check(context, name, &mut rendering, observer)?;
    let left_out = rendering.left_out();
    let version = report.latest.as_ref().map_or_else(|| "none yet".to_owned(), |e| e.version().to_string());
    let state = match (report.differs, report.pending.is_empty()) {
        (true, _) => "differs",
        (false, false) => "waits for a review",
        (false, true) => "up to date",
    };
    let mut told = String::from_utf8_lossy(&told).trim_end().to_owned();
    if left_out > 0 {
        told = format!("{told}\n{left_out} more rows differ");
    }
    let line = Line::new(name, version, state, report.changes);
    Ok(Line { differs: report.differs || !report.pending.is_empty(), told, ..line })
}

/// One scenario's version, written.
fn accepted(
    context: &Context,
    terminal: Terminal,
    name: &ScenarioName,
    observer: Observer<'_>,
) -> Result<Line, Failure> {
    let report = workflow::regenerate_accepted(context, name, observer)?;
    super::export::show_notes(terminal, &report.notes);
    let state = if report.outcome == ExportOutcome::Written { "written" } else { "unchanged" };
    let version = report.entry.version().to_string();
    Ok(Line::new(name, version, state, report.changes))
}

/// One scenario's version, left for a review.
fn left(
    context: &Context,
    terminal: Terminal,
    name: &ScenarioName,
    observer: Observer<'_>,
) -> Result<Line, Failure> {
    let report = workflow::regenerate(context, name, observer)?;
    super::export::show_notes(terminal, &report.notes);
    let pending = report.pending.is_some();
    let state = if pending { "waits for a review" } else { "unchanged" };
    let version = report.version.to_string();
    Ok(Line { pending, ..Line::new(name, version, state, report.changes) })
}

/// What differs, row by row, and what to do about it.
fn tell(global: &Global, lines: &[Line]) {
    let terminal = environment::terminal(global);
    let program = global.program();
    for line in lines.iter().filter(|line| !line.told.is_empty()) {
        terminal.say(format!("\n{}", line.told));
    }
    if lines.iter().any(|line| line.differs && line.state == "differs") {
        terminal.say(format!(
            "\nThe seeds hold other rows than the latest versions. To write new versions: {program} demo-regenerate && {program} demo-review"
        ));
    }
    if lines.iter().any(|line| line.differs && line.state != "differs") {
        terminal.say(format!(
            "Versions that wait for a review are no part of the archive: {program} demo-review, then commit."
        ));
    }
    if lines.iter().any(|line| line.pending) {
        terminal.say(format!(
            "What differs waits for a review: {program} demo-review shows it, {program} demo-accept takes it, {program} demo-reject removes it."
        ));
    }
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
            line.name.to_string(),
            line.version.clone(),
            line.state.to_owned(),
            count(c.added),
            count(c.changed),
            count(c.removed),
        ]
    });
    table(&columns, rows)
}
