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
    let context = environment::context(global)?;
    let name = context.scenario_name(&args.scenario)?;
    let target = environment::database(&args.database)?;
    let started = Instant::now();
    let refusal = RefCell::new(None);
    let observer = &mut merge_view::observer(terminal, 0);
    let report =
        workflow::seed(&context, &name, &target, args.allow_target.as_deref(), observer, &mut |plan| {
            let (decision, failure) = merge_view::decide(terminal, args.yes.yes, MergeMode::Write, plan);
            refusal.replace(failure);
            decision
        })?;
    if let Some(failure) = refusal.into_inner() {
        return Err(failure);
    }
    let outcome = &report.outcome;
    if args.json.json {
        let value = json!({
            "scenario": name, "target": target.to_string(), "applied": outcome.applied,
            "created_database": report.created_database, "verified_rows": outcome.verified_rows,
            "plan": merge_view::plan_json(&outcome.plan),
        });
        return Ok(print_json(terminal, &value));
    }
    let took = duration(started.elapsed());
    let rows = plural(outcome.verified_rows, "row");
    if outcome.applied {
        terminal.say(format!("Seeded {name} into {target}: {rows} read back and equal ({took})."));
    } else {
        terminal.say(format!("{target} already holds the seed of {name}; nothing was written ({took})."));
    }
    terminal.result(merge_view::plan_table(&outcome.plan));
    Ok(exit_code::DONE)
}
