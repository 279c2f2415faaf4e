//! `demo-repair`: manifest and links from the version files.

use serde_json::json;

use crate::cli::{Global, RepairArgs};
use crate::commands::{Failure, Outcome, print_json};
use crate::terminal::{Terminal, plural};
use crate::{environment, exit_code};

pub(crate) fn run(global: &Global, args: &RepairArgs) -> Outcome {
    let terminal = environment::terminal(global);
    let context = environment::context(global)?;
    if !global.yes {
        let what = "manifest, schemas and links would be rebuilt from the version files".to_owned();
        if !Terminal::can_ask() {
            return Err(Failure::NeedsYes {
                what,
                rows: String::new(),
                or: Some(format!("look first: {} demo-verify", global.program())),
            });
        }
        if !Terminal::ask(&format!("{what}. Go on?")) {
            return Err(Failure::Stopped);
        }
    }
    let report = workflow::repair(&context)?;
    if args.json.json {
        let value = json!({ "rebuilt": report.rebuilt, "changed": report.changed, "notes": report.notes });
        return Ok(print_json(terminal, &value));
    }
    for note in &report.notes {
        terminal.warn(note);
    }
    if report.changed {
        terminal.say(format!(
            "Rebuilt manifest, schemas and links from {}.",
            plural(report.rebuilt as u64, "version file")
        ));
    } else {
        terminal
            .say("Manifest, schemas and links already say what the version files hold; nothing was written.");
    }
    Ok(exit_code::DONE)
}
