//! Export and import at size on a PostgreSQL server, beside `pg_dump` and `psql`: the cases take turns, so that what else
//! the machine does meets all of them alike. Every database is made for it and dropped afterwards.

use std::fs::File;
use std::path::{Path, PathBuf};

use cli::terminal::{Align, Terminal, count, table};
use cli::{Failure, Outcome, exit_code};
use database::{DatabaseUrl, TargetOptions};
use model::Engine;
use snapshot_sql::Snapshot;

use super::measure::{self, Figure, Round, Step};
use super::{Archive, fill, io, memory};
use crate::commands::failed;
use crate::tasks::BenchArgs;

const SOURCE: &str = "demo_bench_source";
const TARGET: &str = "demo_bench_target";

pub(super) fn run(terminal: Terminal, xtask: &Path, url: &str, args: &BenchArgs) -> Outcome {
    let dir = tempfile::tempdir().map_err(|source| io(Path::new("a temp folder"), "making it", source))?;
    let place = Place::prepare(dir.path(), url, args.rows)?;
    terminal.say(format!("{} rows of six columns, {} runs each, by turns", count(args.rows), args.runs));
    let cases = place.cases(xtask);
    let bar = terminal.progress("measuring", (args.runs * cases.len()) as u64);
    let rounds: Vec<Round<'_>> =
        cases.iter().map(|case| Round { steps: &case.steps, server: TARGET_AND_SOURCE }).collect();
    let figures = measure::by_turns(&rounds, args.runs, || bar.inc(1))?;
    bar.finish_and_clear();
    let lines = cases.iter().zip(&figures).map(|(case, figure)| {
        let named = |name: &str| cases.iter().position(|other| other.name == name).map(|at| figures[at]);
        let raw = case.is_import.then(|| named(RAW)).flatten();
        line(case.name, *figure, [case.beside.and_then(named), raw])
    });
    let columns = [
        ("", Align::Left),
        ("seconds", Align::Right),
        ("to pg_dump's", Align::Right),
        ("to the raw run", Align::Right),
        ("client's peak", Align::Right),
        ("server's peak", Align::Right),
    ];
    terminal.result(table(&columns, lines.collect::<Vec<_>>()));
    Ok(exit_code::DONE)
}

const TARGET_AND_SOURCE: &[&str] = &[SOURCE, TARGET];
const DUMPED: &str = "psql of pg_dump's file";
const RAW: &str = "psql of the snapshot";

/// Loads a snapshot's rows without verifying them, as one measured process.
pub(super) fn only_load(file: &Path, url: &str) -> Outcome {
    let url = DatabaseUrl::parse(url).map_err(workflow::Error::from)?;
    let opened = File::open(file).map_err(|source| io(file, "opening it", source))?;
    let mut snapshot = Snapshot::open(opened).map_err(workflow::Error::from)?;
    database::open_target(&url, &TargetOptions::default())
        .and_then(|mut target| target.load(&mut snapshot))
        .map_err(workflow::Error::from)?;
    Ok(exit_code::DONE)
}

fn line(name: &str, figure: Figure, bases: [Option<Figure>; 2]) -> Vec<String> {
    let [dumped, raw] = bases
        .map(|base| base.map_or_else(String::new, |base| format!("{:.2} ×", figure.seconds / base.seconds)));
    let seconds = format!("{:.2}", figure.seconds);
    vec![name.to_owned(), seconds, dumped, raw, memory(figure.peak), memory(figure.server)]
}

/// What is measured: unmeasured steps, then the command.
struct Case {
    name: &'static str,
    /// The case whose time it is compared with.
    beside: Option<&'static str>,
    /// Whether it is compared with psql's run of the snapshot too.
    is_import: bool,
    steps: Vec<Step>,
}

/// A server, on which databases are made and dropped.
pub(super) struct Server {
    url: String,
    psql: PathBuf,
}

impl Server {
    pub(super) fn new(url: &str) -> Result<Self, Failure> {
        Ok(Self { url: url.to_owned(), psql: client("psql")? })
    }

    /// The server's URL with another database: what stands between the host's `/` and the parameters.
    pub(super) fn of(&self, database: &str) -> String {
        let (address, parameters) = match self.url.split_once('?') {
            Some((address, parameters)) => (address, format!("?{parameters}")),
            None => (self.url.as_str(), String::new()),
        };
        let scheme = address.find("://").map_or(0, |at| at + 3);
        let host = address[scheme..].find('/').map_or(address.len(), |at| scheme + at);
        format!("{}/{database}{parameters}", &address[..host])
    }

    pub(super) fn psql(&self, database: &str, args: &[&str]) -> Step {
        let fixed = ["-X", "-q", "-v", "ON_ERROR_STOP=1", "-d"].map(str::to_owned);
        let args = fixed.into_iter().chain([self.of(database)]).chain(args.iter().map(|&arg| arg.to_owned()));
        Step::Measured { program: self.psql.clone(), args: args.collect(), stdin: None, stdout: None }
    }

    /// Makes a database anew.
    pub(super) fn fresh(&self, database: &str) -> Vec<Step> {
        let run = |sql: String| {
            // That there was none to drop is nothing to tell.
            let quiet = "SET client_min_messages = warning";
            let fixed = ["-X", "-q", "-v", "ON_ERROR_STOP=1", "-c", quiet, "-c"].map(str::to_owned);
            let args = fixed.into_iter().chain([sql, self.url.clone()]).collect();
            Step::Unmeasured { program: self.psql.clone(), args }
        };
        vec![
            run(format!("DROP DATABASE IF EXISTS {database}")),
            run(format!("CREATE DATABASE {database} TEMPLATE template0 ENCODING 'UTF8'")),
        ]
    }

    /// Drops a database, if it is there.
    pub(super) fn drop_database(&self, database: &str) {
        // What is left behind by a server that is gone is nobody's to remove.
        let _ = measure::take(&self.fresh(database).swap_remove(0));
    }
}

fn client(name: &str) -> Result<PathBuf, Failure> {
    measure::find(name).ok_or_else(|| failed(format!("the client {name} is not installed")))
}

/// A folder with an archive, dumps, and two databases on the server; dropped with it.
struct Place {
    server: Server,
    pg_dump: PathBuf,
    archive: Archive,
    dump: PathBuf,
    snapshot: PathBuf,
    /// The table alone, for the raw run of the snapshot and the load without verification.
    schema: PathBuf,
}

impl Place {
    fn prepare(dir: &Path, url: &str, rows: u64) -> Result<Self, Failure> {
        let place = Self {
            server: Server::new(url)?,
            pg_dump: client("pg_dump")?,
            archive: Archive::prepare(dir)?,
            dump: dir.join("dump.sql"),
            snapshot: dir.join("snapshot.sql"),
            schema: dir.join("schema.sql"),
        };
        for step in place.server.fresh(SOURCE) {
            measure::take(&step)?;
        }
        let source = DatabaseUrl::parse(&place.server.of(SOURCE)).map_err(workflow::Error::from)?;
        fill(&source, Engine::Postgres, rows)?;
        measure::take(&place.server.psql(SOURCE, &["-c", "VACUUM ANALYZE"]))?;
        measure::take(&place.pg_dump(&["--schema-only"], &place.schema))?;
        measure::take(&place.pg_dump(&[], &place.dump))?;
        Ok(place)
    }

    /// Into a file that is on the disk when the command ends, as an export's is.
    fn pg_dump(&self, args: &[&str], to: &Path) -> Step {
        let to = format!("--file={}", to.display());
        let args =
            args.iter().map(|&arg| arg.to_owned()).chain([to, "-d".to_owned(), self.server.of(SOURCE)]);
        Step::Measured { program: self.pg_dump.clone(), args: args.collect(), stdin: None, stdout: None }
    }

    fn unmeasured(step: Step) -> Step {
        match step {
            Step::Measured { program, args, .. } => Step::Unmeasured { program, args },
            step => step,
        }
    }

    fn cases(&self, xtask: &Path) -> Vec<Case> {
        let own = |command: &str, database: &str, more: &[&str]| {
            self.archive.command(xtask, command, &self.server.of(database), more)
        };
        let path = |path: &Path| path.display().to_string();
        let with = |mut steps: Vec<Step>, step: Step| {
            steps.push(step);
            steps
        };
        let with_table = || {
            with(
                self.server.fresh(TARGET),
                Self::unmeasured(self.server.psql(TARGET, &["-f", &path(&self.schema)])),
            )
        };
        let load = Step::Measured {
            program: xtask.to_owned(),
            args: [
                "bench".to_owned(),
                "--only-load".to_owned(),
                path(&self.snapshot),
                self.server.of(TARGET),
            ]
            .into(),
            stdin: None,
            stdout: None,
        };
        let output = ["--output", &path(&self.snapshot)];
        // To replace a file, its old bytes have to be given back first: that is nobody's work here.
        let anew = |file: &Path, step: Step| vec![Step::Remove(file.to_owned()), step];
        let case = |name, beside, steps| Case { name, beside, is_import: false, steps };
        let import = |name, steps| Case { name, beside: Some(DUMPED), is_import: true, steps };
        vec![
            case("pg_dump", None, anew(&self.dump, self.pg_dump(&[], &self.dump))),
            case(
                "export to a file",
                Some("pg_dump"),
                anew(&self.snapshot, own("demo-export", SOURCE, &output)),
            ),
            case("export", Some("pg_dump"), with(self.archive.emptied(), own("demo-export", SOURCE, &[]))),
            case("export, unchanged", Some("pg_dump"), vec![own("demo-export", SOURCE, &[])]),
            case(
                DUMPED,
                None,
                with(self.server.fresh(TARGET), self.server.psql(TARGET, &["-f", &path(&self.dump)])),
            ),
            case(RAW, None, with(with_table(), self.server.psql(TARGET, &["-f", &path(&self.snapshot)]))),
            import("load, not verified", with(with_table(), load)),
            import("import, verified", with(with_table(), own("demo-import", TARGET, &[]))),
            import("import, unchanged", vec![own("demo-import", TARGET, &[])]),
        ]
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        for database in TARGET_AND_SOURCE {
            self.server.drop_database(database);
        }
    }
}
