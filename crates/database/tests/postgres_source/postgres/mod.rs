//! Tests that need a server.

mod agreement;
mod check;
mod checks;
mod conditions;
mod engine;
mod moment;
mod read;
mod refused;
mod select;
#[path = "../../source_suite/mod.rs"]
mod suite;
