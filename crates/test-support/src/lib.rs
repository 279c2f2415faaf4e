//! Development only: a workspace of its own for each test, commands run as a user runs them, their output as a
//! transcript, and plain database connections as a second opinion.
//!
//! Uses none of the tool's crates: what it looks at, it looks at from outside. Panics where a test should fail.

pub mod browser;
pub mod postgres;
mod run;
mod sandbox;
pub mod sqlite;

pub use run::Run;
pub use sandbox::Sandbox;
