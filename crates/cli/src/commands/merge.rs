//! `demo-merge`: two branches' versions of a scenario to one; `demo-merge-driver`: what git calls for single files.

use std::path::PathBuf;

use model::text::Shown;
use serde_json::json;
use workflow::merge::{
    Driven, MergeOutcome, MergeReport, MergeRequest, OpenRow, Pick, Picks, TableMerge, Take,
};

use crate::cli::{Global, MergeArgs, MergeDriverArgs};
use crate::commands::{Outcome, merge_view, print_json};
use crate::environment::shown;
use crate::terminal::{Align, Terminal, count, plural, table};
use crate::{environment, exit_code};

pub(crate) fn run(global: &Global, args: &MergeArgs) -> Outcome {
    let terminal = environment::terminal(global);
    let context = environment::context(global)?;
    let request = MergeRequest {
        scenario: context.scenario_name(&args.scenario)?,
        with: args.with.clone(),
        picks: picks(args),
        dry_run: args.dry_run,
    };
    let report = workflow::merge::merge(&context, &request, &mut merge_view::observer(terminal))?;
    let open = report.outcome == MergeOutcome::Open;
    let code = if open { exit_code::DIFFERS } else { exit_code::DONE };
    if args.json.json {
        print_json(terminal, &to_json(&request, &report));
        return Ok(code);
    }
    for note in &report.notes {
        terminal.warn(note);
    }
    if open {
        show_conflicts(terminal, &report);
    } else {
        show(terminal, &request, &report);
        if !request.dry_run {
            show_next(global, terminal, &context, &request, &report);
        }
    }
    Ok(code)
}

/// `--ours ROW` and `--theirs ROW`; without a row they mean every conflict.
fn picks(args: &MergeArgs) -> Picks {
    let mut picks = Picks::default();
    for (typed, take) in [(&args.ours, Take::Ours), (&args.theirs, Take::Theirs)] {
        for row in typed {
            if row.is_empty() {
                picks.all = Some(take);
            } else {
                picks.rows.push(Pick { row: row.clone(), take });
            }
        }
    }
    picks
}

fn show_conflicts(terminal: Terminal, report: &MergeReport) {
    for open in &report.conflicts.listed {
        terminal.result(lines(open));
    }
    let left = report.conflicts.total - report.conflicts.listed.len() as u64;
    if left > 0 {
        terminal.result(format!("… and {} more", plural(left, "row")));
    }
    let are = if report.conflicts.total == 1 { "is" } else { "are" };
    terminal.say(format!(
        "{} {are} open, so nothing was written. Say for each whose word counts, --ours ROW or --theirs ROW, or for all \
         of them --ours or --theirs.",
        plural(report.conflicts.total, "conflict")
    ));
}

fn lines(open: &OpenRow) -> String {
    let side = |side: &Option<String>| side.clone().unwrap_or_else(|| "nothing".to_owned());
    let cells = open.columns.iter().map(|cell| {
        let (base, ours, theirs) = (side(&cell.base), side(&cell.ours), side(&cell.theirs));
        format!("  {}: base {base}, ours {ours}, theirs {theirs}", cell.column)
    });
    let pick = open.pick.iter().map(|pick| format!("  ROW: {}", quoted(pick)));
    let head = format!("{}: {}", open.row, open.what);
    std::iter::once(head).chain(pick).chain(cells).collect::<Vec<_>>().join("\n")
}

/// As a shell takes it.
fn quoted(word: &str) -> String {
    let plain = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '.' | ':' | '@' | '/');
    if word.chars().all(plain) { word.to_owned() } else { format!("'{}'", word.replace('\'', "'\\''")) }
}

fn show(terminal: Terminal, request: &MergeRequest, report: &MergeReport) {
    if let Some(counts) = &report.counts {
        let columns = [
            ("table", Align::Left),
            ("ours", Align::Right),
            ("theirs", Align::Right),
            ("both", Align::Right),
            ("decided", Align::Right),
        ];
        let told = counts.tables.iter().filter(|(_, merged)| **merged != TableMerge::default());
        let rows = told.map(|(name, merged)| {
            let numbers = [merged.ours, merged.theirs, merged.both, merged.taken].map(count);
            [vec![Shown(name).to_string()], numbers.to_vec()].concat()
        });
        let rows: Vec<_> = rows.collect();
        if !rows.is_empty() {
            terminal.result(table(&columns, rows));
        }
    }
    for (old, new) in &report.renumbered {
        terminal.result(format!("{old} of theirs is now {new}."));
    }
    let name = &request.scenario;
    let latest = report.latest.map(|version| version.to_string()).unwrap_or_default();
    let changes = &report.changes;
    let told = match report.outcome {
        MergeOutcome::Open => String::new(),
        MergeOutcome::Standing => {
            format!("{name} holds all of both branches already: its latest is {latest}.")
        }
        MergeOutcome::OneSided => {
            format!("Only one branch added versions of {name}: its latest is {latest}.")
        }
        MergeOutcome::Renumbered => format!("{name} {latest} holds what both branches have."),
        MergeOutcome::Merged if request.dry_run => {
            format!("{name} {latest} would hold what both branches have.")
        }
        MergeOutcome::Merged => format!(
            "{name} {latest} holds what both branches have: against ours {} added, {} changed, {} removed.",
            plural(changes.added, "row"),
            count(changes.changed),
            count(changes.removed)
        ),
    };
    terminal.result(if request.dry_run { format!("Dry run: {told} Nothing was written.") } else { told });
}

/// What is left to do.
fn show_next(
    global: &Global,
    terminal: Terminal,
    context: &workflow::Context,
    request: &MergeRequest,
    report: &MergeReport,
) {
    for scenario in &report.waiting {
        terminal.say(format!(
            "Both branches added versions of {scenario}, too: {} demo-merge {scenario}",
            global.program()
        ));
    }
    if report.paths.is_empty() {
        return;
    }
    let folders =
        [context.archive.folder(&request.scenario), metadata(context)].map(|path| quoted(&shown(&path)));
    let then = match (report.in_progress, report.waiting.is_empty()) {
        (true, true) => " && git merge --continue",
        (true, false) => "",
        (false, _) => " && git commit",
    };
    terminal.say(format!("To go on: git add {}{then}", folders.join(" ")));
}

fn metadata(context: &workflow::Context) -> PathBuf {
    context.archive.manifest_file().parent().map(std::path::Path::to_path_buf).unwrap_or_default()
}

fn to_json(request: &MergeRequest, report: &MergeReport) -> serde_json::Value {
    let renumbered: Vec<_> =
        report.renumbered.iter().map(|(from, to)| json!({ "from": from, "to": to })).collect();
    let tables = report.counts.as_ref().map(|counts| {
        let tables = counts.tables.iter().map(|(name, merged)| {
            let told = json!({
                "ours": merged.ours, "theirs": merged.theirs, "both": merged.both, "decided": merged.taken,
                "open": merged.open,
            });
            (name.clone(), told)
        });
        tables.collect::<serde_json::Map<_, _>>()
    });
    json!({
        "ok": report.outcome != MergeOutcome::Open,
        "scenario": request.scenario,
        "outcome": report.outcome,
        "dry_run": request.dry_run,
        "base": report.base,
        "ours": report.ours,
        "theirs": report.theirs,
        "latest": report.latest,
        "renumbered": renumbered,
        "changes": report.changes,
        "tables": tables,
        "conflicts": report.conflicts,
        "waiting": report.waiting,
        "paths": report.paths.iter().map(|path| shown(path)).collect::<Vec<_>>(),
        "notes": report.notes,
    })
}

pub(crate) fn drive(global: &Global, args: &MergeDriverArgs) -> Outcome {
    let terminal = environment::terminal(global);
    match workflow::merge::drive(&args.base, &args.ours, &args.theirs, &args.path)? {
        Driven::Whole => Ok(exit_code::DONE),
        Driven::Open(scenarios) => {
            let path = shown(std::path::Path::new(&args.path));
            let program = global.program();
            if scenarios.is_empty() {
                terminal
                    .say(format!("{path}: both branches added versions; `{program} demo-merge` merges it"));
            }
            for name in scenarios {
                terminal.say(format!("{path}: both branches added versions: {program} demo-merge {name}"));
            }
            Ok(exit_code::DIFFERS)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::quoted;

    #[test]
    fn a_row_is_quoted_for_a_shell() {
        assert_eq!(quoted("fragments:7"), "fragments:7");
        assert_eq!(quoted("a:[\"it's\"]"), "'a:[\"it'\\''s\"]'");
    }
}
