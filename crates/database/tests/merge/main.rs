//! The verified merge on SQLite, from outside: real files, and every refusal in full.

extern crate demo_snapshot_database as database;

mod archive;
mod engine;
mod failures;
mod keys;
mod laws;
mod options;
mod others;
mod plain;
mod support;
mod triggers;
mod unique;
