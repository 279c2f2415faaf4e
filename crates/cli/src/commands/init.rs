//! `demo-init`: a proposed scenario.yaml for a database.

use std::path::Path;

use database::DatabaseUrl;
use model::ScenarioName;
use model::text::{Shown, show_names};
use serde_json::json;
use workflow::{Drafted, Existing, InitReport, Trial, Waiting};

use crate::cli::{Global, InitArgs};
use crate::commands::{Outcome, print_json};
use crate::terminal::plural;
use crate::{environment, exit_code};

pub(crate) fn run(global: &Global, args: &InitArgs) -> Outcome {
    let terminal = environment::terminal(global);
    let name = ScenarioName::new(&args.scenario)?;
    if args.output.is_some() {
        let drafted = workflow::draft(&name, &environment::database(global, &args.database)?)?;
        crate::terminal::Terminal::file(drafted.text.trim_end());
        return Ok(exit_code::DONE);
    }
    let context = environment::context_to_begin(global)?;
    let url = environment::database(global, &args.database)?;
    let existing = if args.force { Existing::Replace } else { Existing::Keep };
    let report = workflow::init(&context, &name, &url, existing)?;
    if args.json.json {
        return Ok(print_json(terminal, &to_json(&name, &url, &report)));
    }
    show(global, &name, args.database.database.as_ref().map(|_| &url), &report);
    Ok(exit_code::DONE)
}

/// What was written, what an export would take now, and what comes next. `named` is the database, if it was named.
fn show(global: &Global, name: &ScenarioName, named: Option<&DatabaseUrl>, report: &InitReport) {
    let (drafted, path) = (&report.drafted, environment::shown(&report.path));
    let (terminal, program) = (environment::terminal(global), global.program());
    terminal.result(format!("Wrote {path}: {}.", chosen(drafted)));
    if report.made_archive {
        let archive = global.archive.as_deref().unwrap_or(Path::new(global.tool.archive));
        let archive = environment::shown(archive);
        terminal.say(format!(
            "Made {archive}, the archive. Git must keep its bytes: write `{archive}/** text eol=lf` into .gitattributes."
        ));
    }
    if report.replaced {
        terminal.say(format!(
            "It replaces another one, which git has if it was committed: `git diff -- {path}` shows what changed."
        ));
    }
    if let Some(waiting) = waiting(&drafted.waiting) {
        terminal.say(format!("Behind `#` in it, for you to take up or to remove: {waiting}."));
    }
    let next = match named {
        Some(url) => format!("{program} demo-export {name} --database {}", quoted(&url.to_string())),
        None => format!("{program} demo-export {name}"),
    };
    match &drafted.trial {
        Trial::Rows { rows: 0, .. } => {
            terminal.warn("it selects no row of the database as it is: change `select`, or mark some rows, before you export");
        }
        Trial::Rows { rows, tables, without } => {
            let (rows, tables) = (plural(*rows, "row"), plural(*tables as u64, "table"));
            terminal.say(format!("As it stands it takes {rows} in {tables}."));
            if !without.is_empty() {
                let names = show_names(without);
                terminal.warn(format!("it selects no row of {names}: no row carries the mark that stands there, or the table is empty"));
            }
        }
        Trial::Refused(error) => {
            terminal.warn(format!("an export of it as it stands would be refused: {error}"));
        }
    }
    terminal.say(format!("Read it, then export: {next}"));
}

/// `users is selected, 3 tables are followed`
fn chosen(drafted: &Drafted) -> String {
    let selected = match drafted.select.as_slice() {
        [one] => format!("selects {}", Shown(one)),
        [first, rest @ ..] => {
            format!("selects {} and {}", Shown(first), plural(rest.len() as u64, "other table"))
        }
        [] => "selects nothing".to_owned(),
    };
    match drafted.follow.len() {
        0 => format!("{selected}, follows no table"),
        n => format!("{selected}, follows {}", plural(n as u64, "table")),
    }
}

/// `2 tables to select, 3 types of columns`
fn waiting(waiting: &Waiting) -> Option<String> {
    let counts = [
        (waiting.select, "table to select", "tables to select"),
        (waiting.follow, "table to follow", "tables to follow"),
        (waiting.relations, "relation", "relations"),
        (waiting.columns, "type of a column", "types of columns"),
    ];
    let parts: Vec<String> = counts
        .into_iter()
        .filter(|(count, ..)| *count > 0)
        .map(|(count, one, many)| format!("{count} {}", if count == 1 { one } else { many }))
        .collect();
    (!parts.is_empty()).then(|| parts.join(", "))
}

/// A word for a shell.
fn quoted(word: &str) -> String {
    let is_plain = |c: char| c.is_ascii_alphanumeric() || "-_./:@%+=,".contains(c);
    let shown = Shown(word).to_string();
    if word.chars().all(is_plain) { shown } else { format!("'{}'", shown.replace('\'', r"'\''")) }
}

fn to_json(name: &ScenarioName, url: &DatabaseUrl, report: &InitReport) -> serde_json::Value {
    let drafted = &report.drafted;
    let (rows, tables, refused) = match &drafted.trial {
        Trial::Rows { rows, tables, .. } => (Some(*rows), Some(*tables), None),
        Trial::Refused(error) => (None, None, Some(error.to_string())),
    };
    json!({
        "scenario": name,
        "database": url.to_string(),
        "file": environment::shown(&report.path),
        "replaced": report.replaced,
        "select": drafted.select,
        "follow": drafted.follow,
        "waiting": drafted.waiting,
        "rows": rows,
        "tables": tables,
        "refused": refused,
    })
}
