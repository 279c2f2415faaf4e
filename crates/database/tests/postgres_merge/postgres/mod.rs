//! Everything here needs a server.

mod archive;
mod cascades;
mod failures;
mod keys;
mod laws;
mod options;
mod others;
mod plain;
mod readers;
mod sequences;
mod server;
mod silent;
mod support;
mod tables;
mod triggers;
mod unique;
