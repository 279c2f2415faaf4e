//! `demo-textconv`: a version file as git's line diff tells it best.

use std::io::{self, Write as _};

use crate::cli::{Global, TextconvArgs};
use crate::commands::Outcome;
use crate::exit_code;

pub(crate) fn run(_: &Global, args: &TextconvArgs) -> Outcome {
    let mut out = io::stdout().lock();
    match workflow::textconv(&args.file, &mut out) {
        // git has seen enough.
        Err(workflow::Error::Output(error)) if error.kind() == io::ErrorKind::BrokenPipe => {}
        outcome => outcome?,
    }
    let _ = out.flush();
    Ok(exit_code::DONE)
}
