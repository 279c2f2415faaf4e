//! `completions`: a shell's completion script.

use clap::CommandFactory as _;

use crate::cli::{Cli, CompletionsArgs, Global};
use crate::{environment, exit_code};

/// Prints the script for the `xtask` binary.
pub(crate) fn run(global: &Global, args: &CompletionsArgs) -> u8 {
    let mut script = Vec::new();
    clap_complete::generate(args.shell, &mut Cli::command(), "xtask", &mut script);
    environment::terminal(global).result(String::from_utf8_lossy(&script).trim_end());
    exit_code::DONE
}
