//! The comparison of two versions of a size, of which one row in a hundred is changed, one in two hundred removed and as many
//! added, beside what people have: `git diff --stat` of the two files, `sqldiff` of the two databases.

use std::path::{Path, PathBuf};

use cli::terminal::{Align, Terminal, count, table};
use cli::{Failure, Outcome, exit_code};
use database::DatabaseUrl;
use model::Engine;

use super::measure::{self, Round, Step};
use super::rows::{Edition, Rows};
use super::{Archive, fill_with, io, memory};
use crate::commands::failed;
use crate::tasks::BenchArgs;

pub(super) fn run(terminal: Terminal, xtask: &Path, args: &BenchArgs) -> Outcome {
    let dir = tempfile::tempdir().map_err(|source| io(Path::new("a temp folder"), "making it", source))?;
    let archive = Archive::prepare(dir.path())?;
    let mut sides: Vec<PathBuf> = Vec::new();
    for (name, edition) in [("base", Edition::Base), ("head", Edition::Head)] {
        let database = dir.path().join(format!("{name}.sqlite"));
        database::create_database(&database).map_err(workflow::Error::from)?;
        fill_with(&DatabaseUrl::sqlite(&database), Engine::Sqlite, Rows::of(args.rows, edition))?;
        let url = format!("sqlite:{}", database.display());
        measure::take(&archive.command(xtask, "demo-export", &url, &[]))?;
        sides.push(database);
    }
    terminal.say(format!("{} rows of six columns on each side, {} runs each", count(args.rows), args.runs));
    let cases = cases(xtask, &archive, dir.path(), &sides)?;
    let rounds: Vec<Round<'_>> = cases.iter().map(|(_, steps)| Round { steps, server: &[] }).collect();
    let bar = terminal.progress("Comparing", (args.runs * rounds.len()) as u64);
    let figures = measure::by_turns(&rounds, args.runs, || bar.inc(1))?;
    bar.finish_and_clear();
    let first = figures.first().map_or(1.0, |figure| figure.seconds);
    let lines = cases.iter().zip(&figures).map(|((name, _), figure)| {
        let ratio = format!("{:.2}", first / figure.seconds);
        vec![name.clone(), format!("{:.2}", figure.seconds), ratio, memory(figure.peak)]
    });
    let columns = [
        ("", Align::Left),
        ("seconds", Align::Right),
        ("demo-diff to it", Align::Right),
        ("peak memory", Align::Right),
    ];
    terminal.result(table(&columns, lines));
    let told = std::fs::read_to_string(dir.path().join("summary"))
        .map_err(|source| io(Path::new("the summary"), "reading it", source))?;
    terminal.result(told.trim_end());
    for missing in ["git", "sqldiff"].into_iter().filter(|name| measure::find(name).is_none()) {
        terminal.warn(format!("{missing} is not installed, so it does not stand beside these figures"));
    }
    Ok(exit_code::DONE)
}

fn cases(
    xtask: &Path,
    archive: &Archive,
    dir: &Path,
    sides: &[PathBuf],
) -> Result<Vec<(String, Vec<Step>)>, Failure> {
    let own = |name: &str, format: &str| {
        let place = format!("--archive={}", archive.0.display());
        let args = ["demo-diff", "bench", "v1", "v2", "--format", format, "--quiet", &place];
        compared(&format!("demo-diff --format {name}"), xtask, &args, &dir.join(name))
    };
    let mut cases = vec![own("summary", "summary"), own("terminal", "terminal"), own("json", "json")];
    let files = versions(&archive.0.join("bench"))?;
    if let (Some(git), [base, head]) = (measure::find("git"), files.as_slice()) {
        let args = ["diff", "--no-index", "--stat", base, head];
        cases.push(compared("git diff --no-index --stat", &git, &args, &dir.join("git")));
    }
    if let (Some(sqldiff), [base, head]) = (measure::find("sqldiff"), sides) {
        let args = [&*base.to_string_lossy(), &*head.to_string_lossy()];
        cases.push(compared("sqldiff", &sqldiff, &args, &dir.join("sqldiff")));
    }
    Ok(cases)
}

fn compared(name: &str, program: &Path, args: &[&str], stdout: &Path) -> (String, Vec<Step>) {
    let args = args.iter().map(|&arg| arg.to_owned()).collect();
    let step = Step::Compared { program: program.to_owned(), args, stdout: stdout.to_owned() };
    (name.to_owned(), vec![step])
}

/// The version files, oldest first.
fn versions(folder: &Path) -> Result<Vec<String>, Failure> {
    let listed = std::fs::read_dir(folder).map_err(|source| io(folder, "listing it", source))?;
    let mut found: Vec<String> = listed
        .flatten()
        .map(|entry| entry.path())
        .filter(|path| path.extension().is_some_and(|suffix| suffix == "sql") && !path.is_symlink())
        .map(|path| path.display().to_string())
        .collect();
    found.sort();
    if found.len() == 2 { Ok(found) } else { Err(failed(format!("{} versions, not two", found.len()))) }
}
