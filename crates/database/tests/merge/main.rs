//! The verified merge on SQLite, from outside: real files, and every refusal in full.

extern crate demo_snapshot_database as database;

mod engine;
mod failures;
mod fulltext;
mod keys;
mod sqlite;
#[path = "../merge_suite/mod.rs"]
mod suite;
mod triggers;
