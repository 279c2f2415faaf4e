//! `completions`: a shell's completion script.

use crate::cli::{CompletionsArgs, Global};
use crate::exit_code;

/// Prints the script for the program itself: of `cargo xtask`, that is `xtask`.
pub(crate) fn run(global: &Global, args: &CompletionsArgs) -> u8 {
    let mut script = Vec::new();
    let name = global.program().rsplit(' ').next().unwrap_or_default();
    clap_complete::generate(args.shell, &mut global.root().clone(), name, &mut script);
    crate::terminal::Terminal::file(String::from_utf8_lossy(&script).trim_end());
    exit_code::DONE
}
