//! The verified merge as both engines do it: one suite, included by the tests of each.
//!
//! The module that includes it has an `engine` beside it. A test belongs here if it holds for both; what holds for one
//! stands with that engine's own tests.

use super::engine;

pub(crate) mod archive;
pub(crate) mod failures;
pub(crate) mod keys;
mod laws;
mod options;
mod others;
mod plain;
pub(crate) mod support;
pub(crate) mod unique;
