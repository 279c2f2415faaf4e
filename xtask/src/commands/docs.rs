//! `docs`: the command reference, written from the help texts that people see.

use std::fmt::Write as _;

use cli::clap::{ColorChoice, Command};
use cli::{Global, Outcome, exit_code};

use crate::tasks::DocsArgs;

const FILE: &str = "docs/commands.md";

pub(crate) fn run(global: &Global, args: &DocsArgs) -> Outcome {
    if args.pictures {
        return super::development::pictures(global);
    }
    let terminal = global.terminal();
    let current = reference(global.root());
    if args.print {
        terminal.result(current.trim_end());
        return Ok(exit_code::DONE);
    }
    let path = global.workspace()?.join(FILE);
    let written = std::fs::read_to_string(&path).unwrap_or_default().replace("\r\n", "\n");
    if written == current {
        terminal.say(format!("{FILE} is up to date."));
        return Ok(exit_code::DONE);
    }
    if args.check {
        terminal.say(format!("{FILE} is not what the help texts say. To write it: cargo xtask docs"));
        return Ok(exit_code::DIFFERS);
    }
    archive::write_atomic(&path, current.as_bytes()).map_err(workflow::Error::from)?;
    terminal.say(format!("Wrote {FILE}."));
    Ok(exit_code::DONE)
}

/// The reference: the overview, then every command's long help at 100 columns.
fn reference(root: &Command) -> String {
    let mut root = root.clone().term_width(100).color(ColorChoice::Never);
    root.build();
    let mut out = String::from(
        "# Commands\n\nWritten by `cargo xtask docs` from the help texts; a test keeps it true.\n\n## Overview\n\n",
    );
    push_help(&mut out, &mut root);
    let names: Vec<String> = root.get_subcommands().map(|sub| sub.get_name().to_owned()).collect();
    for name in names.iter().filter(|name| *name != "help") {
        let Some(sub) = root.find_subcommand_mut(name) else { continue };
        let _ = writeln!(out, "## {name}\n");
        let mut sub = sub.clone().term_width(100);
        push_help(&mut out, &mut sub);
    }
    out.truncate(out.trim_end().len());
    out.push('\n');
    out
}

fn push_help(out: &mut String, command: &mut Command) {
    let help = command.render_long_help().to_string();
    let lines: Vec<&str> = help.lines().map(str::trim_end).collect();
    let _ = writeln!(out, "```text\n{}\n```\n", lines.join("\n").trim());
}
