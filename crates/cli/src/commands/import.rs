//! `demo-import`: a version into a database.

use std::cell::RefCell;
use std::time::{Duration, Instant};

use database::{MergeMode, OnConflict, Parents, Triggers};
use model::text::show_names;
use model::{ScenarioName, Version};
use serde_json::json;
use workflow::{ImportReport, ImportRequest, ImportWhat, OwnedBy, VouchedBy};

use crate::cli::{DefinitionArg, Global, ImportArgs, OnConflictArg, ParentsArg, TriggersArg};
use crate::commands::{Failure, Outcome, merge_view, print_json};
use crate::terminal::{Terminal, count, duration, plural};
use crate::{environment, exit_code};

pub(crate) fn run(global: &Global, args: &ImportArgs) -> Outcome {
    let terminal = environment::terminal(global);
    let context = environment::context(global)?;
    let request = request(global, &context, args)?;
    let started = Instant::now();
    let refusal = RefCell::new(None);
    let progress = merge_view::Progress::new(terminal);
    let report = workflow::import(&context, &request, &mut |event| progress.show(event), &mut |plan| {
        let (decision, failure) = merge_view::decide(terminal, &progress, global.yes, request.mode, plan);
        refusal.replace(failure);
        decision
    })?;
    if let Some(failure) = refusal.into_inner() {
        return Err(failure);
    }
    if args.json.json {
        return Ok(print_json(terminal, &to_json(&request, &report)));
    }
    show(terminal, &request, &report, started.elapsed());
    Ok(exit_code::DONE)
}

fn request(
    global: &Global,
    context: &workflow::Context,
    args: &ImportArgs,
) -> Result<ImportRequest, Failure> {
    let what = match (&args.file, &args.version) {
        (Some(file), _) => ImportWhat::File(file.clone()),
        (None, Some(version)) => ImportWhat::Version(spelled(version)?),
        (None, None) => ImportWhat::Latest,
    };
    // A file may belong to a scenario that this archive does not have.
    let scenario = match (&what, ScenarioName::new(&args.scenario)) {
        (ImportWhat::File(_), Ok(name)) => name,
        _ => context.scenario_name(&args.scenario)?,
    };
    Ok(ImportRequest {
        target: environment::database_of(global, &args.database, context, &scenario)?,
        scenario,
        what,
        on_conflict: match args.on_conflict {
            OnConflictArg::Error => OnConflict::Error,
            OnConflictArg::Skip => OnConflict::Skip,
            OnConflictArg::Overwrite => OnConflict::Overwrite,
        },
        parents: match args.parents {
            ParentsArg::Error => Parents::Error,
            ParentsArg::Keep => Parents::Keep,
            ParentsArg::Overwrite => Parents::Overwrite,
        },
        triggers: match args.triggers {
            TriggersArg::Off => Triggers::Off,
            TriggersArg::On => Triggers::On,
        },
        mode: if args.dry_run { MergeMode::DryRun } else { MergeMode::Write },
        owned_by: args.definition.map(|definition| match definition {
            DefinitionArg::File => OwnedBy::File,
            DefinitionArg::Scenario => OwnedBy::Scenario,
        }),
        create_schema: args.create_schema,
        allow_target: args.allow_target.clone(),
        lock_timeout: Duration::from_secs(args.lock_timeout),
    })
}

/// Refuses `2` and `V2` with what they look like; what else is wrong with a version, the archive tells.
fn spelled(typed: &str) -> Result<String, Failure> {
    let meant = format!("v{}", typed.trim_start_matches(['v', 'V']));
    match Version::parse_label(typed) {
        Err(error) if Version::parse_label(&meant).is_ok() => Err(Failure::Spelling { error, meant }),
        _ => Ok(typed.to_owned()),
    }
}

/// Ends in the table, whose head line says what was verified.
fn show(terminal: Terminal, request: &ImportRequest, report: &ImportReport, took: Duration) {
    let plan = &report.outcome.plan;
    for version in &report.recorded {
        terminal.say(format!("Recorded {version}, which an interrupted export had left complete."));
    }
    for version in &report.unrecorded {
        terminal.warn(format!(
            "{version} is on disk and not in the manifest: a dry run passes it over, an import records it first if it is whole"
        ));
    }
    match report.vouched_by {
        VouchedBy::Archive => {}
        VouchedBy::OwnDigest => {
            terminal.warn("this file is not from this archive: only its own digest vouches for it");
        }
        VouchedBy::Totals => {
            terminal.warn("this file is in format 0, without digests: only its totals vouch for it");
        }
    }
    let would = if request.mode == MergeMode::DryRun { "An import would first make" } else { "Made" };
    if report.created_database || (report.new_database && request.mode == MergeMode::DryRun) {
        terminal.say(format!("{would} {} with {}.", request.target, schema_made(request)));
    }
    if report.outcome.migrated {
        terminal.say(format!("{would} the bundled schema in {}.", request.target));
    }
    if plan.surplus > 0 {
        terminal.warn(format!(
            "{} of the scenario not in the file: left, {}",
            plural(plan.surplus, "row"),
            left(report)
        ));
    }
    merge_view::say_plan(terminal, request.mode, plan);
    for column in &report.outcome.changed_by_triggers {
        terminal.warn(format!("a trigger changed {column}"));
    }
    if let Some(created) = &plan.created {
        terminal.say(format!("{would} {}.", plural(created.tables.len() as u64, "table")));
        for what in &created.left_out {
            terminal.warn(what);
        }
    }
    merge_view::say_breakdown(terminal, &report.breakdown);
    terminal.result(verdict(request, report, took));
    terminal.result(merge_view::plan_table(plan));
}

/// Why no row is deleted.
fn left(report: &ImportReport) -> String {
    if report.limited.is_empty() {
        return "as there is no scenario.yaml that says what is the scenario's; `--definition file` goes by the file"
            .to_owned();
    }
    format!(
        "since a limit, or a relation out of JSON, shapes its rows of {}: an import of such a version deletes none",
        show_names(&report.limited)
    )
}

fn schema_made(request: &ImportRequest) -> &'static str {
    if request.create_schema { "the schema of the snapshot" } else { "the bundled schema" }
}

fn verdict(request: &ImportRequest, report: &ImportReport, took: Duration) -> String {
    let what = report.version.map_or_else(|| report.file.clone(), |version| version.to_string());
    let (scenario, target, took) = (&request.scenario, &request.target, duration(took));
    let verified = plural(report.outcome.verified_rows, "row");
    match (request.mode, report.outcome.applied) {
        (MergeMode::DryRun, _) => {
            format!("Dry run of {scenario} {what} into {target}: nothing was changed ({took}).")
        }
        (_, true) => {
            format!(
                "Imported {scenario} {what} into {target}: {verified} read back and equal to the file ({took})."
            )
        }
        (_, false) => {
            let surplus = report.outcome.plan.surplus;
            let left: u64 = report.outcome.plan.tables.iter().map(|table| table.skip).sum();
            let held = match report.version {
                _ if left > 0 => format!("{what}, but for {} left as they are", plural(left, "row")),
                _ if surplus > 0 => format!("every row of {what}, and {} more", count(surplus)),
                Some(version) => format!("{scenario} {version}"),
                None => format!("the rows of {}", report.file),
            };
            format!("{target} already holds {held}: nothing was changed ({took}).")
        }
    }
}

fn to_json(request: &ImportRequest, report: &ImportReport) -> serde_json::Value {
    json!({
        "scenario": request.scenario,
        "version": report.version,
        "file": report.file,
        "from_archive": report.vouched_by == VouchedBy::Archive,
        "target": request.target.to_string(),
        "created_database": report.created_database,
        "dry_run": request.mode == MergeMode::DryRun,
        "applied": report.outcome.applied,
        "verified_rows": report.outcome.verified_rows,
        "total": { "table": report.total.0, "rows": report.total.1 },
        "records": report.records,
        "surplus": report.outcome.plan.surplus,
        "rows": report.tables,
        "breakdown": report.breakdown,
        "plan": merge_view::plan_json(&report.outcome.plan),
        "changed_by_triggers": report.outcome.changed_by_triggers,
    })
}
