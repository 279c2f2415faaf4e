//! `completions`: a shell's completion script.

use clap::CommandFactory as _;

use crate::cli::{Cli, CompletionsArgs};
use crate::exit_code;

/// Prints the script for the `xtask` binary.
pub(crate) fn run(args: &CompletionsArgs) -> u8 {
    clap_complete::generate(args.shell, &mut Cli::command(), "xtask", &mut std::io::stdout().lock());
    exit_code::DONE
}
