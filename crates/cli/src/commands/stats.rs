//! `data-stats`: rows and bytes of every table.

use serde_json::json;

use crate::cli::{Global, StatsArgs};
use crate::commands::{Outcome, print_json};
use crate::terminal::{Align, count, size, table};
use crate::{environment, exit_code};

pub(crate) fn run(global: &Global, args: &StatsArgs) -> Outcome {
    let terminal = environment::terminal(global);
    let url = environment::database(global, &args.database)?;
    let tables = workflow::database_statistics(&url)?;
    if args.json.json {
        let rows: Vec<_> =
            tables.iter().map(|t| json!({ "table": t.table, "rows": t.rows, "bytes": t.bytes })).collect();
        return Ok(print_json(terminal, &json!({ "database": url.to_string(), "tables": rows })));
    }
    let columns = [("table", Align::Left), ("rows", Align::Right), ("size", Align::Right)];
    let bytes = |n: Option<u64>| n.map_or_else(|| "?".to_owned(), size);
    let mut rows: Vec<_> =
        tables.iter().map(|t| vec![t.table.clone(), count(t.rows), bytes(t.bytes)]).collect();
    let total = tables.iter().map(|t| t.bytes).sum::<Option<u64>>();
    rows.push(vec!["total".to_owned(), count(tables.iter().map(|t| t.rows).sum()), bytes(total)]);
    terminal.result(table(&columns, rows));
    Ok(exit_code::DONE)
}
