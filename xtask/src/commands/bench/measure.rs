//! Runs a command and tells how long it took and how much memory it held at most.

use std::fs::File;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use cli::Failure;

use crate::commands;
use crate::environment;

/// A step of a measurement.
pub(crate) enum Step {
    /// Removes a file or folder, unmeasured.
    Remove(PathBuf),
    /// Removes the version files of a scenario's folder, unmeasured.
    RemoveVersions(PathBuf),
    /// Runs a command that only prepares.
    Unmeasured { program: PathBuf, args: Vec<String> },
    /// Runs a command.
    Measured { program: PathBuf, args: Vec<String>, stdin: Option<PathBuf>, stdout: Option<PathBuf> },
    /// Runs a command that compares: the exit code 1 says that something differs.
    Compared { program: PathBuf, args: Vec<String>, stdout: PathBuf },
}

/// What was measured.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Figure {
    /// From start to end.
    pub(crate) seconds: f64,
    /// Bytes; `None` where the system does not tell.
    pub(crate) peak: Option<u64>,
    /// Of a PostgreSQL server's process that worked for it, shared memory that it touched included.
    pub(crate) server: Option<u64>,
}

/// A case that takes turns with others, and the databases whose server processes are looked at.
pub(crate) struct Round<'a> {
    pub(crate) steps: &'a [Step],
    pub(crate) server: &'a [&'a str],
}

/// The medians of `runs` runs.
pub(crate) fn medians(steps: &[Step], runs: usize, after: impl FnMut()) -> Result<Figure, Failure> {
    let alone = [Round { steps, server: &[] }];
    Ok(by_turns(&alone, runs, after)?.swap_remove(0))
}

/// The medians of `runs` runs of each, in turns: every case once, then every case again.
pub(crate) fn by_turns(
    rounds: &[Round<'_>],
    runs: usize,
    mut after: impl FnMut(),
) -> Result<Vec<Figure>, Failure> {
    let mut figures: Vec<Vec<Figure>> = rounds.iter().map(|_| Vec::new()).collect();
    for _ in 0..runs.max(1) {
        for (round, figures) in rounds.iter().zip(&mut figures) {
            for step in round.steps {
                figures.extend(take_beside(step, round.server)?);
            }
            after();
        }
    }
    Ok(figures.iter().map(|figures| median(figures)).collect())
}

fn median(figures: &[Figure]) -> Figure {
    let mut seconds: Vec<f64> = figures.iter().map(|figure| figure.seconds).collect();
    seconds.sort_by(f64::total_cmp);
    let mut peaks: Vec<u64> = figures.iter().filter_map(|figure| figure.peak).collect();
    peaks.sort_unstable();
    let mut servers: Vec<u64> = figures.iter().filter_map(|figure| figure.server).collect();
    servers.sort_unstable();
    Figure {
        seconds: seconds[seconds.len() / 2],
        peak: peaks.get(peaks.len() / 2).copied(),
        server: servers.get(servers.len() / 2).copied(),
    }
}

/// A program on the search path.
pub(crate) fn find(name: &str) -> Option<PathBuf> {
    let path = environment::search_path()?;
    std::env::split_paths(&path).map(|dir| dir.join(name)).find(|file| file.is_file())
}

/// Takes a step; a figure if it is a measured one.
pub(crate) fn take(step: &Step) -> Result<Option<Figure>, Failure> {
    take_beside(step, &[])
}

fn take_beside(step: &Step, server: &[&str]) -> Result<Option<Figure>, Failure> {
    match step {
        Step::Remove(path) => {
            let removed =
                if path.is_dir() { std::fs::remove_dir_all(path) } else { std::fs::remove_file(path) };
            match removed {
                Err(source) if source.kind() != std::io::ErrorKind::NotFound => {
                    Err(super::io(path, "removing it", source))
                }
                _ => Ok(None),
            }
        }
        Step::RemoveVersions(folder) => remove_versions(folder).map(|()| None),
        Step::Measured { program, args, stdin, stdout } => {
            measure(program, args, stdin.as_deref(), stdout.as_deref(), server, &[0]).map(Some)
        }
        Step::Compared { program, args, stdout } => {
            measure(program, args, None, Some(stdout), server, &[0, 1]).map(Some)
        }
        Step::Unmeasured { program, args } => {
            measure(program, args, None, None, &[], &[0])?;
            Ok(None)
        }
    }
}

fn remove_versions(folder: &Path) -> Result<(), Failure> {
    let failed = |source| super::io(folder, "removing its versions", source);
    for entry in std::fs::read_dir(folder).map_err(failed)? {
        let path = entry.map_err(failed)?.path();
        if path.extension().is_some_and(|extension| extension == "sql" || extension == "md") {
            std::fs::remove_file(&path).map_err(failed)?;
        }
    }
    Ok(())
}

#[expect(
    clippy::disallowed_methods,
    reason = "a benchmark starts the programs that it measures; none is given a snapshot to run but sqlite3's own dump"
)]
fn measure(
    program: &Path,
    args: &[String],
    stdin: Option<&Path>,
    stdout: Option<&Path>,
    server: &[&str],
    good: &[i32],
) -> Result<Figure, Failure> {
    let failed = |source| super::io(program, "running it", source);
    let input = stdin.map(File::open).transpose().map_err(failed)?.map_or_else(Stdio::null, Stdio::from);
    let output = stdout.map(File::create).transpose().map_err(failed)?.map_or_else(Stdio::null, Stdio::from);
    let started = Instant::now();
    let mut child = Command::new(program).args(args).stdin(input).stdout(output).spawn().map_err(failed)?;
    let mut peak = None;
    let mut of_server = None;
    let mut looks = 0u32;
    let status = loop {
        peak = peak_memory(child.id()).or(peak);
        // Looking for the server's process goes through all processes: now and then is enough.
        if !server.is_empty() && looks.is_multiple_of(25) {
            of_server = of_server.max(server_memory(server));
        }
        looks += 1;
        match child.try_wait().map_err(failed)? {
            Some(status) => break status,
            None => std::thread::sleep(Duration::from_millis(2)),
        }
    };
    let seconds = started.elapsed().as_secs_f64();
    if status.code().is_some_and(|code| good.contains(&code)) {
        Ok(Figure { seconds, peak, server: of_server })
    } else {
        Err(commands::failed(format!("{} {}: {status}", program.display(), args.join(" "))))
    }
}

/// `VmHWM` of `/proc/PID/status`, in bytes.
fn peak_memory(process: u32) -> Option<u64> {
    let status = std::fs::read_to_string(format!("/proc/{process}/status")).ok()?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"))?;
    let kibibytes: u64 = line.trim().strip_suffix("kB")?.trim().parse().ok()?;
    Some(kibibytes * 1024)
}

/// The largest peak among PostgreSQL's processes that serve one of the databases; their command line names it.
fn server_memory(databases: &[&str]) -> Option<u64> {
    let processes = std::fs::read_dir("/proc").ok()?.flatten();
    let numbers = processes.filter_map(|entry| entry.file_name().to_str()?.parse::<u32>().ok());
    let serves = |process: &u32| {
        let line = std::fs::read_to_string(format!("/proc/{process}/cmdline")).unwrap_or_default();
        line.starts_with("postgres: ")
            && databases.iter().any(|database| line.contains(&format!(" {database} ")))
    };
    numbers.filter(serves).filter_map(peak_memory).max()
}
