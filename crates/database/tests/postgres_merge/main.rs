//! The verified merge on PostgreSQL, from outside: real servers, and every refusal in full.

extern crate demo_snapshot_database as database;

mod postgres;
