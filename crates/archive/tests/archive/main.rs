//! The archive as its callers use it, in temporary folders.

mod damage;
mod repair;
mod scenarios;
mod support;
mod versions;
