//! The shop's development tasks: one of its own, and all commands of the demo snapshots.

mod schema;

use demo_snapshot_cli::{Migrations, Tool};

fn main() -> std::process::ExitCode {
    let tool = Tool::new().migrations(Migrations { sqlite: schema::SQLITE, postgres: schema::POSTGRES });
    match std::env::args().nth(1).as_deref() {
        Some("schema") => schema::print(),
        _ => tool.example_scenario("spring").run(),
    }
}
