//! What an import and a seeding show alike: the plan's table, the question about edits, progress.

use std::cell::RefCell;

use database::{Decision, LostWhy, MergeMode, MergePlan, TablePlan};
use indicatif::ProgressBar;
use model::text::Shown;
use serde_json::json;
use workflow::{BreakdownCounts, Event, Phase};

use crate::commands::Failure;
use crate::terminal::{Align, Terminal, count, plural, table};

/// The table of what was or would be done. `total` comes last.
pub(crate) fn plan_table(plan: &MergePlan) -> String {
    let columns = [
        ("table", Align::Left),
        ("rows", Align::Right),
        ("inserted", Align::Right),
        ("updated", Align::Right),
        ("deleted", Align::Right),
        ("skipped", Align::Right),
        ("unchanged", Align::Right),
    ];
    let mut sum = TablePlan { table: "total".to_owned(), ..TablePlan::default() };
    let mut rows = Vec::new();
    for t in &plan.tables {
        sum.insert += t.insert;
        sum.update += t.update;
        sum.delete += t.delete;
        sum.skip += t.skip;
        sum.equal += t.equal;
        rows.push(row(t));
    }
    rows.push(row(&sum));
    table(&columns, rows)
}

fn row(t: &TablePlan) -> Vec<String> {
    let dash = |n: u64| if n == 0 { "-".to_owned() } else { count(n) };
    let rows = t.insert + t.update + t.skip + t.equal;
    vec![
        t.table.clone(),
        count(rows),
        dash(t.insert),
        dash(t.update),
        dash(t.delete),
        dash(t.skip),
        dash(t.equal),
    ]
}

/// The plan for programs.
pub(crate) fn plan_json(plan: &MergePlan) -> serde_json::Value {
    let tables: Vec<_> = plan
        .tables
        .iter()
        .map(|t| {
            json!({
                "table": t.table, "insert": t.insert, "update": t.update, "delete": t.delete,
                "skip": t.skip, "unchanged": t.equal,
            })
        })
        .collect();
    let lost: Vec<_> = plan
        .lost
        .iter()
        .map(|row| json!({ "table": row.table, "key": row.key, "why": why(row.why) }))
        .collect();
    json!({ "tables": tables, "lost_edits": plan.lost_total, "lost": lost, "skipped": plan.skipped, "notes": plan.notes })
}

/// `fragments by type: 9 character, 13 draft`
pub(crate) fn say_breakdown(terminal: Terminal, breakdown: &[BreakdownCounts]) {
    for counts in breakdown.iter().filter(|counts| !counts.rows.is_empty()) {
        let parts: Vec<String> =
            counts.rows.iter().map(|(value, n)| format!("{} {}", count(*n), Shown(value))).collect();
        terminal.say_list(&format!("{} by {}", Shown(&counts.table), Shown(&counts.column)), &parts);
    }
}

/// What a plan has to tell beside its numbers.
pub(crate) fn say_plan(terminal: Terminal, mode: MergeMode, plan: &MergePlan) {
    if mode == MergeMode::DryRun && plan.lost_total > 0 {
        let lost = lost_rows(plan);
        terminal.say(format!("Rows that people added or edited and that would be lost:\n{lost}"));
    }
    for key in &plan.skipped {
        terminal.warn(format!("left as it is: {key}"));
    }
    for note in &plan.notes {
        terminal.say(note);
    }
}

/// Decides on a plan: edits that people made are lost only when someone says so. Nothing is asked while a bar is shown.
pub(crate) fn decide(
    terminal: Terminal,
    progress: &Progress,
    yes: bool,
    mode: MergeMode,
    plan: &MergePlan,
) -> (Decision, Option<Failure>) {
    if plan.lost_total == 0 || mode == MergeMode::DryRun {
        return (Decision::Apply, None);
    }
    progress.clear();
    let edits = format!("{} of the demo that people added or edited", plural(plan.lost_total, "row"));
    if yes {
        terminal.say(format!("losing {edits}, as --yes says:\n{}", lost_rows(plan)));
        return (Decision::Apply, None);
    }
    let what = format!("{edits} would be lost");
    if !Terminal::can_ask() {
        let or = "look first: --dry-run".to_owned();
        let rows = lost_rows(plan);
        return (Decision::Stop, Some(Failure::NeedsYes { what, rows, or: Some(or) }));
    }
    terminal.say(format!("{what}:\n{}", lost_rows(plan)));
    if Terminal::ask("Go on?") { (Decision::Apply, None) } else { (Decision::Stop, Some(Failure::Stopped)) }
}

/// The rows that would be lost, a line each.
fn lost_rows(plan: &MergePlan) -> String {
    let mut lines: Vec<String> =
        plan.lost.iter().map(|row| format!("  {} {} ({})", row.table, row.key, why(row.why))).collect();
    let more = plan.lost_total.saturating_sub(plan.lost.len() as u64);
    if more > 0 {
        lines.push(format!("  and {} more", count(more)));
    }
    lines.join("\n")
}

fn why(why: LostWhy) -> &'static str {
    match why {
        LostWhy::Edited => "edited",
        LostWhy::Added => "added",
    }
}

/// One bar per phase of the work.
pub(crate) struct Progress {
    terminal: Terminal,
    current: RefCell<Option<(Phase, ProgressBar)>>,
}

impl Progress {
    /// No bar yet.
    pub(crate) fn new(terminal: Terminal) -> Self {
        Self { terminal, current: RefCell::new(None) }
    }

    /// Shows how far the work is.
    pub(crate) fn show(&self, event: Event) {
        let is_current = self.current.borrow().as_ref().is_some_and(|(phase, _)| *phase == event.phase);
        if !is_current {
            self.clear();
            let bar = self.terminal.progress(event.phase.as_str(), event.total.unwrap_or_default());
            self.current.replace(Some((event.phase, bar)));
        }
        if let Some((_, bar)) = self.current.borrow().as_ref() {
            bar.set_position(event.done);
            if event.total == Some(event.done) {
                bar.finish_and_clear();
            }
        }
    }

    /// Takes the bar off the terminal; the next event brings up another.
    fn clear(&self) {
        if let Some((_, bar)) = self.current.take() {
            bar.finish_and_clear();
        }
    }
}

/// A [`Progress`] for work that asks nothing.
pub(crate) fn observer(terminal: Terminal) -> impl FnMut(Event) {
    let progress = Progress::new(terminal);
    move |event| progress.show(event)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_bar_is_shown_while_a_question_is_asked() {
        let terminal = Terminal { quiet: true };
        let progress = Progress::new(terminal);
        let compared = Event { phase: Phase::Comparing, done: 3, total: Some(9) };
        let edited = MergePlan { lost_total: 1, ..MergePlan::default() };
        for yes in [true, false] {
            progress.show(compared);
            let bar = progress.current.borrow().as_ref().map(|(_, bar)| bar.clone()).expect("a bar");
            let _ = decide(terminal, &progress, yes, MergeMode::Write, &edited);
            assert!(bar.is_finished() && progress.current.borrow().is_none());
        }
        progress.show(compared);
        assert!(progress.current.borrow().is_some(), "the work goes on");
    }
}
