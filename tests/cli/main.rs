//! Every command as its users run it: transcripts of what is typed, printed and returned.

mod browser;
mod ci;
mod cleanup;
mod data_check;
mod development;
mod diff;
mod docs;
mod embedding;
mod errors;
mod explain;
mod export;
mod help;
mod import;
mod init;
mod list;
mod merge;
mod migrate;
mod postgres;
mod reach;
mod regenerate;
mod repair;
mod report;
mod review;
mod schemas;
mod seed;
mod stats;
mod support;
mod textconv;
mod traps;
mod troubleshooting;
mod verify;

use support::clone;
