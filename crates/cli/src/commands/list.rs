//! `demo-list-exports`: the versions there are.

use serde_json::json;

use crate::cli::{Global, ListArgs};
use crate::commands::{Outcome, print_json};
use crate::terminal::{Align, count, size, table};
use crate::{environment, exit_code};

pub(crate) fn run(global: &Global, args: &ListArgs) -> Outcome {
    let terminal = environment::terminal(global);
    let context = environment::context(global)?;
    let versions = workflow::list(&context, args.scenario.as_deref())?;
    if args.json.json {
        let rows: Vec<_> = versions.iter().map(|v| json!({
            "scenario": v.scenario, "version": v.entry.version(), "file": v.entry.file, "size": v.entry.size,
            "records": v.entry.facts.records, "generated": v.entry.facts.generated.to_string(), "changes": changes(&v.entry),
            "tables": v.entry.facts.tables, "latest": v.latest, "removed": v.entry.removed,
        })).collect();
        return Ok(print_json(terminal, &json!({ "versions": rows })));
    }
    if versions.is_empty() {
        terminal.say(format!("No versions yet. Write one: {} demo-export SCENARIO", global.program()));
        return Ok(exit_code::DONE);
    }
    let columns = [
        ("scenario", Align::Left),
        ("version", Align::Left),
        ("records", Align::Right),
        ("size", Align::Right),
        ("added", Align::Right),
        ("changed", Align::Right),
        ("removed", Align::Right),
        ("", Align::Left),
    ];
    let rows = versions.iter().map(|v| {
        let state = if v.entry.removed {
            "removed"
        } else if v.latest {
            "latest"
        } else {
            ""
        };
        vec![
            v.scenario.to_string(),
            v.entry.version().to_string(),
            count(v.entry.facts.records),
            size(v.entry.size),
            count(v.entry.facts.changes.added),
            count(v.entry.facts.changes.changed),
            count(v.entry.facts.changes.removed),
            state.to_owned(),
        ]
    });
    terminal.result(table(&columns, rows));
    Ok(exit_code::DONE)
}

fn changes(entry: &archive::Entry) -> serde_json::Value {
    let changes = entry.facts.changes;
    json!({ "added": changes.added, "changed": changes.changed, "removed": changes.removed })
}
