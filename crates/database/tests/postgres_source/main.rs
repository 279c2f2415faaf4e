//! PostgreSQL as a source, from outside: which rows a definition means, how they are read, and what is refused.

#![expect(clippy::unwrap_used, reason = "a test that cannot set up its database has failed")]

extern crate demo_snapshot_database as database;

mod postgres;
