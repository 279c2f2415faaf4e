//! What can be typed here: all commands of the tool, and the development tasks. Parsing only.

use clap::{Args, Subcommand};

/// The commands.
#[derive(Subcommand, Debug)]
pub(crate) enum Command {
    #[command(flatten)]
    Tool(cli::Command),
    /// Write docs/commands.md from these help texts
    Docs(DocsArgs),
    /// Run all tests, as CI does
    Test(TestArgs),
    /// Run formatting, lints, documentation checks and all tests
    Ci(CiArgs),
    /// Measure export and import of a million rows
    Bench(BenchArgs),
}

/// `docs`
#[derive(Args, Debug)]
pub(crate) struct DocsArgs {
    /// Write nothing; exit 1 if the file would change
    #[arg(long)]
    pub(crate) check: bool,
    /// Print the text instead of writing it
    #[arg(long)]
    pub(crate) print: bool,
    /// Make the pictures in docs/images anew instead, with Chromium
    #[arg(long, conflicts_with_all = ["check", "print"])]
    pub(crate) pictures: bool,
}

/// `test`
#[derive(Args, Debug, Default)]
#[command(after_help = "Examples:\n  cargo xtask test\n  cargo xtask test -- merge\n  \
    cargo xtask test --full -- random_schemas\n  \
    cargo xtask test --without-postgres --without-browser\n  cargo xtask test --postgres-matrix\n  \
    cargo xtask test --postgres-matrix --only 17,18 --write\n  \
    cargo xtask test --applications\n\n\
    PostgreSQL is looked for first, in DEMO_POSTGRES_BIN, pg_config's folder, PATH and the usual places, and installed \
    from Debian's package where that may be done. DEMO_TEST_POSTGRES=postgres://… names a running server instead. Without \
    any the exit code is 4. So it is with Chromium, for the tests of pages; DEMO_TEST_BROWSER=PATH names another browser.")]
pub(crate) struct TestArgs {
    #[command(flatten)]
    pub(crate) without: Without,
    /// Run the tests of PostgreSQL on each version from 14 to 18, which npm brings (Linux on x86-64)
    #[arg(long, conflicts_with_all = ["without_postgres", "full", "rest"])]
    pub(crate) postgres_matrix: bool,
    /// Run these versions alone
    #[arg(long, requires = "postgres_matrix", value_name = "VERSION", value_delimiter = ',', value_parser = clap::value_parser!(u32).range(14..=18))]
    pub(crate) only: Vec<u32>,
    /// Record the result in docs/postgres-versions.md; versions that were not run keep theirs
    #[arg(long, requires = "postgres_matrix")]
    pub(crate) write: bool,
    /// Run the tests on databases that Django and LangGraph make and work on, which pip brings (Python 3.10 or newer)
    #[arg(long, conflicts_with_all = ["postgres_matrix", "full"])]
    pub(crate) applications: bool,
    #[command(flatten)]
    pub(crate) size: Size,
    /// Arguments for the test programs, such as a part of test names
    #[arg(last = true)]
    pub(crate) rest: Vec<String>,
}

/// How many random cases are run.
#[derive(Args, Debug, Clone, Copy, Default)]
pub(crate) struct Size {
    /// Run 2,000 random schemas on each engine instead of a sample, which takes an hour
    #[arg(long)]
    pub(crate) full: bool,
}

/// `ci`
#[derive(Args, Debug)]
pub(crate) struct CiArgs {
    #[command(flatten)]
    pub(crate) without: Without,
}

/// What is not tested.
#[derive(Args, Debug, Clone, Copy, Default)]
pub(crate) struct Without {
    /// Leave out all tests with `postgres` in their names, and say how many
    #[arg(long)]
    pub(crate) without_postgres: bool,
    /// Leave out all tests with `browser` in their names, and say how many
    #[arg(long)]
    pub(crate) without_browser: bool,
}

/// `bench`
#[derive(Args, Debug)]
pub(crate) struct BenchArgs {
    /// Rows of the measured table
    #[arg(long, default_value_t = 1_000_000)]
    pub(crate) rows: u64,
    /// Runs of each measurement; the median is told
    #[arg(long, default_value_t = 3)]
    pub(crate) runs: usize,
    /// Measure PostgreSQL instead, in databases named demo_bench_… made and dropped on this server, beside pg_dump and psql
    #[arg(long, value_name = "URL")]
    pub(crate) postgres: Option<String>,
    /// Measure the memory of an export through three levels of references instead, beside that of one of a thousandth
    #[arg(long)]
    pub(crate) closure: bool,
    /// Measure the comparison of two versions instead, beside `git diff --stat` of their files and `sqldiff` of their databases
    #[arg(long, conflicts_with_all = ["postgres", "closure"])]
    pub(crate) diff: bool,
    /// Load a snapshot's rows into an empty database without verifying them: what the benchmark measures apart
    #[arg(long, hide = true, value_names = ["FILE", "URL"], num_args = 2)]
    pub(crate) only_load: Option<Vec<String>>,
}
