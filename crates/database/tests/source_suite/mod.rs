//! A source as both engines read it: one suite, included by the tests of each.
//!
//! The module that includes it has an `engine` beside it. A test belongs here if it holds for both; what holds for one
//! stands with that engine's own tests.

use super::engine;

pub(crate) mod check;
mod read;
mod sample;
mod select;
pub(crate) mod support;
