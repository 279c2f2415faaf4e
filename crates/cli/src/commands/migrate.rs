//! `db-migrate`: a bundled schema, brought up to date or made anew.

use model::Engine;
use serde_json::json;

use crate::cli::{Global, MigrateArgs};
use crate::commands::{Failure, Outcome, print_json};
use crate::terminal::{Terminal, count};
use crate::{environment, exit_code};

pub(crate) fn run(global: &Global, args: &MigrateArgs) -> Outcome {
    let terminal = environment::terminal(global);
    let context = environment::context_with_schema(global, "db-migrate")?;
    let schema = context.schemas.get(args.schema.as_deref()).map_err(workflow::Error::from)?;
    let url = environment::database_with(global, &args.database, &context, schema)?;
    // The bundled file is there to be thrown away; a database that somebody named is not.
    let named = args.database.database.is_some();
    if args.fresh && named && !global.yes {
        let rows = workflow::rows_to_lose(&context, schema, &url)?;
        if rows > 0 {
            let rows = count(rows);
            let what = match url.engine() {
                Engine::Sqlite => format!("{url} and its {rows} rows would be removed"),
                Engine::Postgres => {
                    format!("the bundled tables of {url} and their {rows} rows would be removed")
                }
            };
            if !Terminal::can_ask() {
                return Err(Failure::NeedsYes { what, rows: String::new(), or: None });
            }
            if !Terminal::ask(&format!("{what}. Go on?")) {
                return Err(Failure::Stopped);
            }
        }
    }
    let report = workflow::migrate(&context, schema, &url, args.fresh, args.allow_target.as_deref())?;
    if args.json.json {
        let value = json!({ "database": url.to_string(), "schema": schema.name, "applied": report.applied, "version": report.version, "fresh": args.fresh });
        return Ok(print_json(terminal, &value));
    }
    if report.applied.is_empty() {
        terminal.say(format!("{url} is at schema version {} already.", report.version));
    } else {
        terminal.say(format!(
            "{url} is at schema version {}: ran {}.",
            report.version,
            report.applied.join(", ")
        ));
    }
    Ok(exit_code::DONE)
}
