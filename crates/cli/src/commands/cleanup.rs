//! `demo-cleanup-exports`: old versions go, the latest stays.

use jiff::{ToSpan as _, civil::Date};
use serde_json::json;

use crate::cli::{CleanupArgs, Global};
use crate::commands::{Failure, Outcome, print_json};
use crate::terminal::{Align, Terminal, count, plural, size, table};
use crate::{environment, exit_code};

pub(crate) fn run(global: &Global, args: &CleanupArgs) -> Outcome {
    let terminal = environment::terminal(global);
    let context = environment::context(global)?;
    let before =
        args.older_than.as_deref().map(|text| older_than(text, context.clock.today())).transpose()?;
    let plan = workflow::cleanup_plan(&context, args.scenario.as_deref(), args.keep, before)?;
    let to_json = |removed: bool| {
        let rows: Vec<_> = plan
            .iter()
            .map(|v| json!({ "scenario": v.scenario, "version": v.entry.version(), "size": v.entry.size }))
            .collect();
        json!({ "removed": removed, "versions": rows })
    };
    if plan.is_empty() {
        terminal.say("Nothing to remove.");
    } else if !args.json.json {
        let columns = [
            ("scenario", Align::Left),
            ("version", Align::Left),
            ("records", Align::Right),
            ("size", Align::Right),
        ];
        let rows = plan.iter().map(|v| {
            vec![
                v.scenario.to_string(),
                v.entry.version().to_string(),
                count(v.entry.facts.records),
                size(v.entry.size),
            ]
        });
        terminal.result(table(&columns, rows));
    }
    if plan.is_empty() && !args.dry_run {
        // One that was stopped halfway has left files of versions that are marked as removed already.
        workflow::cleanup(&context, args.scenario.as_deref(), args.keep, before)?;
    }
    if args.dry_run || plan.is_empty() {
        return Ok(if args.json.json { print_json(terminal, &to_json(false)) } else { exit_code::DONE });
    }
    let what = format!("{} would be removed", plural(plan.len() as u64, "version"));
    if !global.yes {
        if !Terminal::can_ask() {
            return Err(Failure::NeedsYes {
                what,
                rows: String::new(),
                or: Some("look first: --dry-run".to_owned()),
            });
        }
        if !Terminal::ask(&format!("{what}; only git has them then, if they were committed. Go on?")) {
            return Err(Failure::Stopped);
        }
    }
    workflow::cleanup(&context, args.scenario.as_deref(), args.keep, before)?;
    if args.json.json {
        return Ok(print_json(terminal, &to_json(true)));
    }
    let (kept, files) = if plan.len() == 1 {
        ("its number and digest", "its file, if it was")
    } else {
        ("their numbers and digests", "their files, if they were")
    };
    let versions = plural(plan.len() as u64, "version");
    terminal.say(format!("Removed {versions}; the manifest keeps {kept}, and git {files} committed."));
    Ok(exit_code::DONE)
}

/// `2026-01-31`, or `90d` before today.
fn older_than(text: &str, today: Date) -> Result<Date, Failure> {
    let fail = || Failure::OlderThan(text.chars().take(40).collect());
    match text.strip_suffix('d') {
        Some(days) => {
            let days: i64 = days.parse().ok().filter(|days| (0..=36_500).contains(days)).ok_or_else(fail)?;
            today.checked_sub(days.days()).map_err(|_| fail())
        }
        None => text.parse().map_err(|_| fail()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dates_and_days_are_understood() {
        let today: Date = "2026-11-20".parse().expect("a date");
        assert_eq!(older_than("90d", today).expect("days").to_string(), "2026-08-22");
        assert_eq!(older_than("2026-01-31", today).expect("a date").to_string(), "2026-01-31");
        assert!(older_than("soon", today).is_err() && older_than("-1d", today).is_err());
    }
}
