//! What an import and a seeding show alike: the plan's table, the question about edits, progress.

use database::{Decision, LostWhy, MergeMode, MergePlan, TablePlan};
use model::text::Shown;
use serde_json::json;
use workflow::{BreakdownCounts, Event};

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
    table(&columns, rows).to_string()
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
    for counts in breakdown {
        let parts: Vec<String> =
            counts.rows.iter().map(|(value, n)| format!("{} {}", count(*n), Shown(value))).collect();
        terminal.say_list(&format!("{} by {}", Shown(&counts.table), Shown(&counts.column)), &parts);
    }
}

/// Decides on a plan: edits that people made are lost only when someone says so.
pub(crate) fn decide(
    terminal: Terminal,
    yes: bool,
    mode: MergeMode,
    plan: &MergePlan,
) -> (Decision, Option<Failure>) {
    if plan.lost_total == 0 || mode == MergeMode::DryRun {
        return (Decision::Apply, None);
    }
    let what =
        format!("{} of the demo that people added or edited would be lost", plural(plan.lost_total, "row"));
    if yes {
        terminal.say(format!("{what}, as --yes says:\n{}", lost_rows(plan)));
        return (Decision::Apply, None);
    }
    if !Terminal::can_ask() {
        let or = "look first: --dry-run".to_owned();
        let rows = lost_rows(plan);
        return (Decision::Stop, Some(Failure::NeedsYes { what, rows, or: Some(or) }));
    }
    terminal.say(format!("{what}:\n{}", lost_rows(plan)));
    if Terminal::ask("Go on?") { (Decision::Apply, None) } else { (Decision::Stop, Some(Failure::Stopped)) }
}

/// The rows that would be lost, a line each.
pub(crate) fn lost_rows(plan: &MergePlan) -> String {
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

/// Shows events as one bar per phase.
pub(crate) fn observer(terminal: Terminal, total: u64) -> impl FnMut(Event) {
    let mut current: Option<(workflow::Phase, indicatif::ProgressBar)> = None;
    move |event: Event| {
        if current.as_ref().is_none_or(|(phase, _)| *phase != event.phase) {
            if let Some((_, bar)) = current.take() {
                bar.finish_and_clear();
            }
            current =
                Some((event.phase, terminal.progress(event.phase.as_str(), event.total.unwrap_or(total))));
        }
        if let Some((_, bar)) = &current {
            bar.set_position(event.done);
            if event.total == Some(event.done) {
                bar.finish_and_clear();
            }
        }
    }
}
