//! Plans of small schemas, written as text, and laws of random ones.

mod columns;
mod cuts;
mod fixture;
mod follow;
mod laws;
mod order;
mod proposals;
mod reach;
mod refusals;
