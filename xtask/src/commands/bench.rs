//! `bench`: export and import at size, each run a process of its own, beside `sqlite3 .dump` and its restore in the same
//! session where that client is installed. Medians of several runs; peak memory as Linux accounts it.

mod closure;
mod diff;
mod measure;
mod postgres;
mod rows;

use std::path::{Path, PathBuf};

use cli::terminal::{Align, count, size, table};
use cli::{Failure, Global, Outcome, exit_code};
use database::{DatabaseUrl, TargetOptions};
use model::{Catalog, Engine};

use crate::commands::{development, failed};
use crate::tasks::BenchArgs;
use measure::{Figure, Step, medians};

const SCENARIO: &str = "scenario: bench\ndescription: Rows of a size\nselect: { items: all }\n";

pub(crate) fn run(global: &Global, args: &BenchArgs) -> Outcome {
    let terminal = global.terminal();
    if let Some([file, url]) = args.only_load.as_deref() {
        return postgres::only_load(Path::new(file), url);
    }
    let xtask = release_binary(global)?;
    if args.closure {
        return closure::run(terminal, &xtask, args);
    }
    if args.diff {
        return diff::run(terminal, &xtask, args);
    }
    if let Some(url) = &args.postgres {
        return postgres::run(terminal, &xtask, url, args);
    }
    let dir = tempfile::tempdir().map_err(|source| io(Path::new("a temp folder"), "making it", source))?;
    let place = Place::prepare(dir.path(), args.rows)?;
    terminal.say(format!("{} rows of six columns, {} runs each", count(args.rows), args.runs));
    let mut lines = Vec::new();
    for (name, steps) in place.cases(&xtask) {
        let bar = terminal.progress(&name, args.runs as u64);
        let figure = medians(&steps, args.runs, || bar.inc(1))?;
        bar.finish_and_clear();
        lines.push(line(&name, args.rows, figure));
    }
    let columns = [
        ("", Align::Left),
        ("seconds", Align::Right),
        ("rows/s", Align::Right),
        ("peak memory", Align::Right),
    ];
    terminal.result(table(&columns, lines));
    if measure::find("sqlite3").is_none() {
        terminal.warn("the client sqlite3 is not installed, so nothing stands beside these figures");
    }
    Ok(exit_code::DONE)
}

fn line(name: &str, rows: u64, figure: Figure) -> Vec<String> {
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        clippy::cast_precision_loss,
        reason = "shown rounded"
    )]
    let rate = (rows as f64 / figure.seconds) as u64;
    vec![name.to_owned(), format!("{:.2}", figure.seconds), count(rate), memory(figure.peak)]
}

fn memory(peak: Option<u64>) -> String {
    peak.map_or_else(|| "?".to_owned(), size)
}

/// Builds the binary that is measured: this one may be a debug build.
fn release_binary(global: &Global) -> Result<PathBuf, Failure> {
    let shell = development::shell(global)?;
    let task = |error: xshell::Error| failed(error.to_string());
    xshell::cmd!(shell, "cargo build --release --package xtask").quiet().run().map_err(task)?;
    let metadata =
        xshell::cmd!(shell, "cargo metadata --format-version 1 --no-deps").quiet().read().map_err(task)?;
    let metadata: serde_json::Value =
        serde_json::from_str(&metadata).map_err(|error| failed(error.to_string()))?;
    let target = metadata["target_directory"].as_str().unwrap_or("target");
    Ok(Path::new(target).join("release").join(format!("xtask{}", std::env::consts::EXE_SUFFIX)))
}

/// An archive of the one scenario.
struct Archive(PathBuf);

impl Archive {
    /// Makes it in `dir`, without a version.
    fn prepare(dir: &Path) -> Result<Self, Failure> {
        Self(dir.join("demo-snapshots")).with(SCENARIO)
    }

    /// Another one with another scenario, beside this one.
    fn beside(&self, name: &str, scenario: &str) -> Result<Self, Failure> {
        Self(self.0.with_extension(name)).with(scenario)
    }

    fn with(self, text: &str) -> Result<Self, Failure> {
        let scenario = self.0.join("bench");
        std::fs::create_dir_all(&scenario).map_err(|source| io(&scenario, "making it", source))?;
        archive::write_atomic(&scenario.join("scenario.yaml"), text.as_bytes())
            .map_err(workflow::Error::from)?;
        Ok(self)
    }

    /// Leaves nothing but the scenario, unmeasured.
    fn emptied(&self) -> Vec<Step> {
        vec![Step::Remove(self.0.join("metadata")), Step::RemoveVersions(self.0.join("bench"))]
    }

    /// A measured command on the scenario and a database.
    fn command(&self, xtask: &Path, command: &str, database: &str, more: &[&str]) -> Step {
        let archive = format!("--archive={}", self.0.display());
        let database = format!("--database={database}");
        let fixed = [command.to_owned(), "bench".to_owned(), "--quiet".to_owned(), archive, database];
        let args = fixed.into_iter().chain(more.iter().map(|&arg| arg.to_owned())).collect();
        Step::Measured { program: xtask.to_owned(), args, stdin: None, stdout: None }
    }
}

/// Makes the table in an empty database, and fills it with `rows` rows.
fn fill(url: &DatabaseUrl, engine: Engine, rows: u64) -> Result<(), Failure> {
    fill_with(url, engine, rows::Rows::new(rows))
}

fn fill_with(url: &DatabaseUrl, engine: Engine, mut rows: rows::Rows) -> Result<(), Failure> {
    let catalog = Catalog::of_definition(model::RowSource::definition(&rows), engine);
    let filled = database::open_target(url, &TargetOptions::default()).and_then(|mut target| {
        target.create_schema(&catalog)?;
        target.load(&mut rows)
    });
    filled.map_err(workflow::Error::from)?;
    Ok(())
}

/// A folder with an archive and a database of rows.
struct Place {
    archive: Archive,
    source: PathBuf,
    copy: PathBuf,
    dump: PathBuf,
}

impl Place {
    fn prepare(dir: &Path, rows: u64) -> Result<Self, Failure> {
        let place = Self {
            archive: Archive::prepare(dir)?,
            source: dir.join("source.sqlite"),
            copy: dir.join("copy.sqlite"),
            dump: dir.join("dump.sql"),
        };
        database::create_database(&place.source).map_err(workflow::Error::from)?;
        fill(&DatabaseUrl::sqlite(&place.source), Engine::Sqlite, rows)?;
        Ok(place)
    }

    /// Each measurement: what is done before every run, unmeasured, and the measured command.
    fn cases(&self, xtask: &Path) -> Vec<(String, Vec<Step>)> {
        let own = |command: &str, database: &Path, more: &[&str]| {
            self.archive.command(xtask, command, &format!("sqlite:{}", database.display()), more)
        };
        let mut export = self.archive.emptied();
        export.push(own("demo-export", &self.source, &[]));
        let mut cases = vec![
            ("export".to_owned(), export),
            ("export, unchanged".to_owned(), vec![own("demo-export", &self.source, &[])]),
            (
                "import".to_owned(),
                vec![Step::Remove(self.copy.clone()), own("demo-import", &self.copy, &["--create-schema"])],
            ),
            ("import, unchanged".to_owned(), vec![own("demo-import", &self.copy, &[])]),
        ];
        if let Some(sqlite3) = measure::find("sqlite3") {
            let (dump, restored) = (Some(self.dump.clone()), self.copy.with_extension("restored"));
            let args = |path: &Path, rest: &[&str]| {
                std::iter::once(path.display().to_string())
                    .chain(rest.iter().map(|&arg| arg.to_owned()))
                    .collect()
            };
            let dumped = Step::Measured {
                program: sqlite3.clone(),
                args: args(&self.source, &[".dump"]),
                stdin: None,
                stdout: dump.clone(),
            };
            let read = Step::Measured {
                program: sqlite3,
                args: args(&restored, &["-bail"]),
                stdin: dump,
                stdout: None,
            };
            cases.push(("sqlite3 .dump".to_owned(), vec![dumped]));
            cases.push(("sqlite3 restore".to_owned(), vec![Step::Remove(restored), read]));
        }
        cases
    }
}

fn io(path: &Path, doing: &'static str, source: std::io::Error) -> Failure {
    Failure::Io { path: cli::shown(path), doing, source }
}
