//! SQLite as a source, from outside: what a catalog says, which rows a definition means, how they are read, and what
//! happens to the file.

#![expect(clippy::unwrap_used, reason = "a test that cannot set up its database has failed")]

extern crate demo_snapshot_database as database;

mod catalog;
mod check;
mod engine;
mod errors;
mod files;
mod read;
mod select;
mod shadowed;
#[path = "../source_suite/mod.rs"]
mod suite;
mod traps;
mod utf16;
