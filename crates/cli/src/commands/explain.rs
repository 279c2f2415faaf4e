//! `demo-explain`: why rows are in a scenario; exit 1 if the row asked for is not.

use database::{ReasonCount, Step, Why};
use model::text::{Shown, show_names};
use model::{Ownership, ScenarioName};
use serde_json::json;
use workflow::{ExplainReport, ExplainRequest, LimitedBy, NotIn};

use crate::cli::{ExplainArgs, Global};
use crate::commands::{Outcome, merge_view, print_json};
use crate::terminal::{Align, Terminal, count, plural, table};
use crate::{environment, exit_code};

pub(crate) fn run(global: &Global, args: &ExplainArgs) -> Outcome {
    let terminal = environment::terminal(global);
    let context = environment::context(global)?;
    let scenario = context.scenario_name(&args.scenario)?;
    let request = ExplainRequest {
        database: environment::database_of(global, &args.database, &context, &scenario)?,
        scenario,
        table: args.table.clone(),
        key: args.key.clone(),
    };
    let report = workflow::explain(&context, &request, &mut merge_view::observer(terminal))?;
    let code = if is_told(&report) { exit_code::DONE } else { exit_code::DIFFERS };
    if args.json.json {
        print_json(terminal, &as_json(&report));
        return Ok(code);
    }
    match &report {
        ExplainReport::Counts(counts) => terminal.result(counted(counts)),
        ExplainReport::Path(steps) => terminal.result(path(steps)),
        ExplainReport::NotIn(found) => terminal.result(absent(&request.scenario, found)),
    }
    say(terminal, &request, &report);
    Ok(code)
}

/// Whether every row has a reason, and the one that was asked for is there.
fn is_told(report: &ExplainReport) -> bool {
    match report {
        ExplainReport::Counts(counts) => counts.iter().all(|count| count.why != Why::Unknown),
        ExplainReport::Path(steps) => steps.iter().all(|step| step.why != Why::Unknown),
        ExplainReport::NotIn(_) => false,
    }
}

fn say(terminal: Terminal, request: &ExplainRequest, report: &ExplainReport) {
    let ExplainReport::Counts(counts) = report else { return };
    let rows = counts.iter().map(|count| count.rows).sum();
    let unknown: u64 =
        (counts.iter()).filter(|count| count.why == Why::Unknown).map(|count| count.rows).sum();
    let end =
        if unknown == 0 { String::new() } else { format!(", {unknown} of them for no reason found here") };
    let of = request.table.as_ref().map_or_else(String::new, |table| format!(" of {}", Shown(table)));
    terminal.say(format!("{}{of} in {}{end}.", plural(rows, "row"), request.scenario));
}

/// That a row is not in the scenario, and what is known of why not.
fn absent(scenario: &ScenarioName, found: &NotIn) -> String {
    let values: Vec<String> = found.key.iter().map(|value| Shown(value).to_string()).collect();
    let (table, values) = (Shown(&found.table), values.join(", "));
    let row = format!("row of {table} with {} {values}", show_names(&found.columns));
    let takes = format!("of {table} it takes {}", plural(found.rows, "row"));
    match found.exists {
        Some(false) => format!("The database has no {row}."),
        None => format!("{scenario} takes no {row}; {takes}."),
        Some(true) => {
            let limit = match found.limit {
                None => String::new(),
                Some(LimitedBy::Rows(most)) => {
                    format!(", or it is beyond the {} that `limits` allows", plural(most, "row"))
                }
                Some(LimitedBy::Children(most)) => {
                    format!(
                        ", or it is beyond the {} for each parent that `follow` allows",
                        plural(most, "row")
                    )
                }
                Some(LimitedBy::Others) => ", or a limit leaves out what would lead to it".to_owned(),
            };
            format!(
                "The database has the {row}, but {scenario} does not take it: it is not selected, and no reference \
                 that is followed leads to it{limit}; {takes}."
            )
        }
    }
}

/// How many rows are in for which reason, a line each.
fn counted(counts: &[ReasonCount]) -> String {
    let rows = counts.iter().map(|reason| {
        vec![reason.table.clone(), count(reason.rows), owner(reason.ownership).to_owned(), why(&reason.why)]
    });
    table(
        &[("table", Align::Left), ("rows", Align::Right), ("owner", Align::Left), ("why", Align::Words)],
        rows,
    )
}

/// The rows on the way, a line each, and why each is in.
fn path(steps: &[Step]) -> String {
    let rows = steps.iter().enumerate().map(|(depth, step)| {
        let corner = if depth == 0 { String::new() } else { format!("{}└ ", "  ".repeat(depth - 1)) };
        vec![
            format!("{corner}{} {}", Shown(&step.table), step.key),
            owner(step.ownership).to_owned(),
            why(&step.why),
        ]
    });
    table(&[("row", Align::Left), ("owner", Align::Left), ("why", Align::Words)], rows)
}

fn owner(ownership: Ownership) -> &'static str {
    if ownership == Ownership::Owned { "own" } else { "shared" }
}

fn why(why: &Why) -> String {
    match why {
        Why::Selected => "selected".to_owned(),
        Why::Whole => "its table is kept whole".to_owned(),
        Why::Child { columns, of, key } => {
            format!("child: its {} refers to {} ({})", show_names(columns), Shown(of), show_names(key))
        }
        Why::Parent { of, columns, key } => {
            format!("parent: {} ({}) refers to its {}", Shown(of), show_names(columns), show_names(key))
        }
        Why::Unknown => "no path was found: the database takes other values for equal here".to_owned(),
    }
}

fn as_json(report: &ExplainReport) -> serde_json::Value {
    match report {
        ExplainReport::Counts(counts) => {
            let reasons: Vec<_> = (counts.iter())
                .map(|count| {
                    let mut entry = json!({ "table": count.table, "rows": count.rows });
                    add_reason(&mut entry, count.ownership, &count.why);
                    entry
                })
                .collect();
            json!({ "reasons": reasons })
        }
        ExplainReport::Path(steps) => {
            let path: Vec<_> = (steps.iter())
                .map(|step| {
                    let mut entry = json!({ "table": step.table, "key": step.key });
                    add_reason(&mut entry, step.ownership, &step.why);
                    entry
                })
                .collect();
            json!({ "path": path })
        }
        ExplainReport::NotIn(found) => {
            json!({ "table": found.table, "rows": found.rows, "exists": found.exists, "path": null })
        }
    }
}

fn add_reason(entry: &mut serde_json::Value, ownership: Ownership, why: &Why) {
    entry["shared"] = json!(ownership == Ownership::Shared);
    let (name, reference) = match why {
        Why::Selected => ("selected", None),
        Why::Whole => ("whole", None),
        Why::Unknown => ("unknown", None),
        Why::Child { columns, of, key } => ("child", Some((columns, of, key))),
        Why::Parent { of, columns, key } => ("parent", Some((columns, of, key))),
    };
    entry["why"] = json!(name);
    if let Some((columns, of, key)) = reference {
        entry["columns"] = json!(columns);
        entry["of"] = json!(of);
        entry["key_columns"] = json!(key);
    }
}
