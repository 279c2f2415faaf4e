//! The command line: all commands, for the program of any workspace. Each command's file turns what was typed into one
//! request for the workflow crate and prints its report. Owns clap, the terminal and the exit codes.
//!
//! A program says what it is ([`Tool`]) and runs. The rule to keep in mind: no logic that a test could want without a
//! terminal.
//!
//! ```no_run
//! use demo_snapshot_cli::{Migration, Migrations, Tool};
//!
//! const SHOP: &[Migration] =
//!     &[Migration { name: "0001_shop", sql: "CREATE TABLE products (id INTEGER PRIMARY KEY, name TEXT NOT NULL)" }];
//!
//! fn main() -> std::process::ExitCode {
//!     Tool::new().migrations(Migrations { sqlite: SHOP, postgres: SHOP }).run()
//! }
//! ```

mod cli;
mod commands;
mod environment;
pub mod exit_code;
mod nearest;
mod pager;
mod report;
pub mod terminal;
mod tool;

pub use clap;
pub use database::Migration;
pub use workflow::{Migrations, Schema};

pub use cli::{Command, Global};
pub use commands::{Failure, Outcome};
pub use environment::shown;
pub use tool::Tool;
