//! `demo-seed`: a scenario's seed.yaml into a database.

use std::cell::RefCell;
use std::time::Instant;

use database::MergeMode;
use serde_json::json;

use crate::cli::{Global, SeedArgs};
use crate::commands::{Outcome, merge_view, print_json};
use crate::terminal::{duration, plural};
use crate::{environment, exit_code};

pub(crate) fn run(global: &Global, args: &SeedArgs) -> Outcome {
    let terminal = environment::terminal(global);
    let context = environment::context_with_schema(global, "demo-seed")?;
    let name = context.scenario_name(&args.scenario)?;
    let target = environment::database_of(global, &args.database, &context, &name)?;
    let started = Instant::now();
    let refusal = RefCell::new(None);
    let mode = if args.dry_run { MergeMode::DryRun } else { MergeMode::Write };
    let progress = merge_view::Progress::new(terminal);
    let allow_target = args.allow_target.as_deref();
    let observer = &mut |event| progress.show(event);
    let report = workflow::seed(&context, &name, &target, allow_target, mode, observer, &mut |plan| {
        let (decision, failure) = merge_view::decide(terminal, &progress, global.yes, mode, plan);
        refusal.replace(failure);
        decision
    })?;
    if let Some(failure) = refusal.into_inner() {
        return Err(failure);
    }
    let outcome = &report.outcome;
    if args.json.json {
        let value = json!({
            "scenario": name, "target": target.to_string(), "dry_run": args.dry_run, "applied": outcome.applied,
            "created_database": report.created_database, "verified_rows": outcome.verified_rows,
            "plan": merge_view::plan_json(&outcome.plan),
        });
        return Ok(print_json(terminal, &value));
    }
    let took = duration(started.elapsed());
    let rows = plural(outcome.verified_rows, "row");
    match mode {
        MergeMode::DryRun if report.new_database => {
            terminal.say(format!("A seeding would first make {target} with the bundled schema."));
        }
        MergeMode::DryRun if outcome.migrated => {
            terminal.say(format!("A seeding would first make the bundled schema in {target}."));
        }
        _ => {}
    }
    merge_view::say_plan(terminal, mode, &outcome.plan);
    terminal.result(match (mode, outcome.applied) {
        (MergeMode::DryRun, _) => {
            format!("Dry run of the seed of {name} into {target}: nothing was changed ({took}).")
        }
        (_, true) => format!("Seeded {name} into {target}: {rows} read back and equal ({took})."),
        (_, false) => format!("{target} already holds the seed of {name}: nothing was changed ({took})."),
    });
    terminal.result(merge_view::plan_table(&outcome.plan));
    Ok(exit_code::DONE)
}
