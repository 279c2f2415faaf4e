//! Throw-away PostgreSQL: a cluster of its own per test process, a database of its own per test, real `psql` and
//! `pg_dump` as the second opinion.
//!
//! [`TestDatabase::new`] is what nearly every test wants. A harness that kills servers starts its own [`Cluster`].
//! `DEMO_TEST_POSTGRES` names a running server to use instead, `DEMO_POSTGRES_BIN` the binaries to start one with.
//! The rule: a test of PostgreSQL has `postgres` in its name or module, so that it can be left out by name; nothing here
//! ever skips, it panics.

mod binaries;
mod client;
mod cluster;
mod database;
mod interactive;
#[cfg(unix)]
mod supervisor;
mod url;

pub use binaries::{Binaries, INSTRUCTIONS};
pub use cluster::Cluster;
pub use database::TestDatabase;
pub use interactive::Interactive;

/// Panics where no PostgreSQL may be used: when it was left out, and in a test whose name does not say that it needs it.
#[track_caller]
fn assert_allowed() {
    assert!(
        variable("DEMO_WITHOUT_POSTGRES").is_none(),
        "DEMO_WITHOUT_POSTGRES is set, but this test needs PostgreSQL: it must be left out by `--skip postgres`"
    );
    let thread = std::thread::current();
    // With one test thread libtest runs tests on `main`; threads that a test starts have no name.
    if let Some(name) = thread.name().filter(|&name| name != "main") {
        assert!(
            name.contains("postgres"),
            "the test `{name}` needs PostgreSQL: put it into a module whose name has `postgres` in it, so that \
             `cargo xtask test --without-postgres` leaves it out"
        );
    }
}

/// A variable of the environment that is set to something.
#[expect(clippy::disallowed_methods, reason = "tests are told by their environment which PostgreSQL to use")]
fn variable(name: &str) -> Option<String> {
    std::env::var(name).ok().filter(|value| !value.is_empty())
}

/// A number that nobody can guess and no other process has.
fn random() -> u64 {
    use std::hash::{BuildHasher as _, Hasher as _};
    std::hash::RandomState::new().build_hasher().finish()
}
