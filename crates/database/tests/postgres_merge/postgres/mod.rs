//! Everything here needs a server.

mod cascades;
mod engine;
mod failures;
mod readers;
mod sequences;
mod server;
mod silent;
#[path = "../../merge_suite/mod.rs"]
mod suite;
mod tables;
mod triggers;
mod unique;
