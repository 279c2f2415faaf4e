//! Starts a PostgreSQL server for as long as stdin stays open, and prints its URL: for a run of many test programs, and
//! for trying things by hand. With `DEMO_TEST_POSTGRES` it starts nothing, and checks that server instead. The clients
//! that tests run beside it must be there too.
//!
//! Exit codes: 0 done, 1 the server does not start or answer, 4 a program is not on this machine.

use std::io::Read as _;
use std::process::ExitCode;

use demo_snapshot_test_support::postgres::{Binaries, Cluster, INSTRUCTIONS};

const FAILED: u8 = 1;
const MISSING: u8 = 4;

fn main() -> ExitCode {
    match serve() {
        Ok(()) => ExitCode::SUCCESS,
        Err((code, why)) => {
            say(&why);
            ExitCode::from(code)
        }
    }
}

fn serve() -> Result<(), (u8, String)> {
    let failed = |why| (FAILED, why);
    let named = named();
    let binaries = Binaries::find().map_err(failed)?;
    let has_clients = ["psql", "sqlite3"].iter().all(|name| binaries.client(name).is_some());
    if !has_clients || (named.is_none() && binaries.server().is_none()) {
        return Err((MISSING, INSTRUCTIONS.to_owned()));
    }
    let cluster = match &named {
        Some(url) => Cluster::named(url),
        None => Cluster::try_start("C", &[]),
    };
    let cluster = cluster.map_err(failed)?;
    check(&cluster).map_err(failed)?;
    tell(&cluster.maintenance_url());
    let _ = std::io::stdin().read_to_end(&mut Vec::new());
    Ok(())
}

/// Tests make databases and roles, and use what PostgreSQL 14 has.
fn check(cluster: &Cluster) -> Result<(), String> {
    let facts = "SELECT current_setting('server_version_num')::int >= 140000, rolsuper OR (rolcreatedb AND rolcreaterole) \
                 FROM pg_roles WHERE rolname = current_user";
    match cluster.try_psql(facts)?.as_str() {
        "t|t" => Ok(()),
        "t|f" => Err("the role of DEMO_TEST_POSTGRES needs CREATEDB and CREATEROLE".to_owned()),
        _ => Err("the server is older than PostgreSQL 14".to_owned()),
    }
}

#[expect(clippy::disallowed_methods, reason = "the server may be named in the environment")]
fn named() -> Option<String> {
    std::env::var("DEMO_TEST_POSTGRES").ok().filter(|url| !url.is_empty())
}

#[expect(clippy::print_stdout, reason = "the URL is the result")]
fn tell(url: &str) {
    println!("{url}");
}

#[expect(clippy::print_stderr, reason = "a program of its own")]
fn say(why: &str) {
    eprintln!("{why}");
}
