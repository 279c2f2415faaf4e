//! `demo-review`, `demo-accept`, `demo-reject`: versions that wait, shown with what they change, taken or removed.

use std::io::{self, IsTerminal as _, Write as _};

use row_diff::render::{Heading, Rendering, Terminal as Told, sentence};
use row_diff::{Change, Counts};
use serde_json::json;
use workflow::{Context, DiffRequest, Pending, SideSpec};

use crate::cli::{Global, PendingArgs};
use crate::commands::{Outcome, diff, print_json};
use crate::terminal::{Terminal, plural};
use crate::{environment, exit_code};

/// Rows of each table that are shown of a scenario's first version, whose rows are all new.
const PREVIEW: u64 = 20;

/// What a reviewer says to one version.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Answer {
    Accept,
    Reject,
    Skip,
    Quit,
}

/// Walks the pending versions: shows each, and asks what becomes of it where someone can answer.
pub(crate) fn review(global: &Global, args: &PendingArgs) -> Outcome {
    let terminal = environment::terminal(global);
    let context = environment::context(global)?;
    let waiting = workflow::pending(&context, args.scenario.as_deref())?;
    if args.json.json {
        return Ok(json(terminal, &waiting));
    }
    if waiting.is_empty() {
        terminal.say("No version waits for a review.");
        return Ok(exit_code::DONE);
    }
    let asks = Terminal::can_ask() && io::stdout().is_terminal();
    let mut left = 0;
    for (at, pending) in waiting.iter().enumerate() {
        terminal.result(format!("Version {} of {}", at + 1, waiting.len()));
        show(global, &context, pending)?;
        match if asks { ask(pending) } else { Answer::Skip } {
            Answer::Accept => accept_one(&context, terminal, pending)?,
            Answer::Reject => reject_one(&context, terminal, pending)?,
            Answer::Skip => left += 1,
            Answer::Quit => {
                left += waiting.len() - at;
                break;
            }
        }
    }
    if left == 0 {
        return Ok(exit_code::DONE);
    }
    let program = global.program();
    let waits = if left == 1 { "waits" } else { "wait" };
    terminal.say(format!(
        "{} still {waits}: {program} demo-accept or demo-reject, for one scenario or for all.",
        plural(left as u64, "version")
    ));
    Ok(exit_code::DIFFERS)
}

/// Makes pending versions versions.
pub(crate) fn accept(global: &Global, args: &PendingArgs) -> Outcome {
    each(global, args, "accepted", accept_one)
}

/// Removes pending versions.
pub(crate) fn reject(global: &Global, args: &PendingArgs) -> Outcome {
    each(global, args, "rejected", reject_one)
}

fn each(
    global: &Global,
    args: &PendingArgs,
    done: &str,
    act: impl Fn(&Context, Terminal, &Pending) -> Result<(), super::Failure>,
) -> Outcome {
    let terminal = environment::terminal(global);
    let context = environment::context(global)?;
    let waiting = workflow::pending(&context, args.scenario.as_deref())?;
    let quiet = Terminal { quiet: true };
    for pending in &waiting {
        act(&context, if args.json.json { quiet } else { terminal }, pending)?;
    }
    if args.json.json {
        let rows: Vec<_> =
            waiting.iter().map(|p| json!({ "scenario": p.scenario, "version": p.version })).collect();
        return Ok(print_json(terminal, &json!({ done: rows })));
    }
    if waiting.is_empty() {
        terminal.say("No version waits for a review.");
    }
    Ok(exit_code::DONE)
}

fn accept_one(context: &Context, terminal: Terminal, pending: &Pending) -> Result<(), super::Failure> {
    let report = workflow::accept(context, pending)?;
    let changes = &report.changes;
    let total = row_diff::TableCounts {
        added: changes.added,
        changed: changes.changed,
        removed: changes.removed,
        equal: 0,
    };
    terminal.say(format!(
        "Accepted {} {}: {} ({}).",
        pending.scenario,
        report.entry.version(),
        environment::shown(&report.path),
        sentence(total)
    ));
    Ok(())
}

fn reject_one(context: &Context, terminal: Terminal, pending: &Pending) -> Result<(), super::Failure> {
    workflow::reject(context, pending)?;
    terminal.say(format!(
        "Rejected {} {}: removed {}.",
        pending.scenario,
        pending.version,
        environment::shown(&pending.path)
    ));
    Ok(())
}

/// What a pending version changes, row by row; of a scenario's first version, whose rows are all new, those that each table
/// begins with.
fn show(global: &Global, context: &Context, pending: &Pending) -> Result<(), super::Failure> {
    let scenario = &pending.scenario;
    let request =
        DiffRequest { scenario: scenario.clone(), base: None, head: SideSpec::Listed(pending.clone()) };
    let mut out = io::stdout().lock();
    let told = Told::new(&mut out, diff::look());
    let most = if workflow::is_first(context, scenario)? { PREVIEW } else { u64::MAX };
    let mut preview = Preview { inner: told, most, table: String::new(), told: 0, left_out: 0 };
    workflow::diff(context, &request, &mut preview, &mut |_| ())?;
    let left_out = preview.left_out;
    if left_out > 0 {
        let (rows, program) = (plural(left_out, "more row"), global.program());
        // What cannot be shown is told at the end of the command, as of every result.
        let _ = writeln!(out, "{rows}, not shown here: {program} demo-diff {scenario} latest pending");
    }
    Ok(())
}

/// Tells so many rows of each table at most, and counts the others.
struct Preview<R> {
    inner: R,
    most: u64,
    table: String,
    told: u64,
    left_out: u64,
}

impl<R: Rendering> Rendering for Preview<R> {
    fn begin(&mut self, heading: &Heading<'_>) -> io::Result<()> {
        self.inner.begin(heading)
    }

    fn change(&mut self, change: &Change<'_>) -> io::Result<()> {
        if self.table != change.table.name {
            self.table.clone_from(&change.table.name);
            self.told = 0;
        }
        if self.told == self.most {
            self.left_out += 1;
            return Ok(());
        }
        self.told += 1;
        self.inner.change(change)
    }

    fn end(&mut self, counts: &Counts) -> io::Result<()> {
        self.inner.end(counts)
    }
}

fn ask(pending: &Pending) -> Answer {
    loop {
        let question =
            format!("{} {}: [a]ccept, [r]eject, [s]kip, [q]uit? ", pending.scenario, pending.version);
        match Terminal::answer(&question).as_deref() {
            Some("a" | "accept") => return Answer::Accept,
            Some("r" | "reject") => return Answer::Reject,
            Some("s" | "skip" | "") => return Answer::Skip,
            Some("q" | "quit") | None => return Answer::Quit,
            Some(_) => {}
        }
    }
}

fn json(terminal: Terminal, waiting: &[Pending]) -> u8 {
    let rows: Vec<_> = waiting
        .iter()
        .map(|p| json!({ "scenario": p.scenario, "version": p.version, "file": environment::shown(&p.path) }))
        .collect();
    print_json(terminal, &json!({ "pending": rows }));
    if waiting.is_empty() { exit_code::DONE } else { exit_code::DIFFERS }
}
