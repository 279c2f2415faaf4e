//! Tests that need a server.

mod agreement;
mod checks;
mod conditions;
mod moment;
mod read;
mod refused;
mod select;
mod support;
