//! Prints the path of the browser that tests of pages use. Exit codes: 0 found, 4 there is none.

use std::process::ExitCode;

use demo_snapshot_test_support::browser;

const MISSING: u8 = 4;

#[expect(clippy::print_stdout, clippy::print_stderr, reason = "a program of its own")]
fn main() -> ExitCode {
    match browser::find() {
        Ok(path) => {
            println!("{}", path.display());
            ExitCode::SUCCESS
        }
        Err(why) => {
            eprintln!("{why}");
            ExitCode::from(MISSING)
        }
    }
}
