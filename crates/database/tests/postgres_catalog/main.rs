//! PostgreSQL's schemas, from outside: what a catalog says of them, which tables are made from a catalog, how migrations run.

#![expect(clippy::unwrap_used, reason = "a test that cannot set up its database has failed")]

extern crate demo_snapshot_database as database;

mod catalog;
mod create;
mod migrate;
mod support;
