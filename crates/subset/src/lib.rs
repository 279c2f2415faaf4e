//! A catalog and a scenario to a plan: which tables a snapshot holds, in which order, which references make rows the
//! scenario's own, and which have to be set afterwards. The other way round, [`propose()`]: a catalog to a scenario that a person
//! can start from.
//!
//! Pure: opens no file and no database, and sees no row; the rows themselves are found by the crate that reads the source.
//! The rule to keep in mind: the same catalog, scenario and base give the same plan, whatever order they were written in.

mod circles;
mod columns;
mod cut;
mod error;
mod graph;
mod loose;
mod order;
mod plan;
mod propose;

pub use error::{CycleStep, Error, Needed};
pub use plan::{Plan, plan, plan_ownership};
pub use propose::{Facts, Looks, columns_to_look_at, propose};
