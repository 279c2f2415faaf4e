//! The command line: the only crate that knows clap, terminals and exit codes. Each command's file turns what was typed
//! into one request for the workflow crate and prints its report.

mod cli;
mod commands;
mod environment;
mod exit_code;
mod report;
mod terminal;

use std::process::ExitCode;

use clap::Parser as _;

fn main() -> ExitCode {
    let cli = match cli::Cli::try_parse() {
        Ok(cli) => cli,
        Err(error) => {
            let error = cli::with_nearest_command(error);
            let _ = error.print();
            return ExitCode::from(if error.use_stderr() { exit_code::USAGE } else { exit_code::DONE });
        }
    };
    environment::start_logging(cli.global.verbose);
    let outcome = commands::run(cli).and_then(|code| match terminal::Terminal::lost() {
        None => Ok(code),
        Some(source) => Err(commands::Failure::ResultLost(source)),
    });
    match outcome {
        Ok(code) => ExitCode::from(code),
        Err(error) => {
            report::print(&error);
            ExitCode::from(exit_code::of(&error))
        }
    }
}
