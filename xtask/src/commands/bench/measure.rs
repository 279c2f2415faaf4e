//! Runs a command and tells how long it took and how much memory it held at most.

use std::fs::File;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use crate::commands::Failure;
use crate::environment;

/// A step of a measurement.
pub(crate) enum Step {
    /// Removes a file or folder, unmeasured.
    Remove(PathBuf),
    /// Removes the version files of a scenario's folder, unmeasured.
    RemoveVersions(PathBuf),
    /// Runs a command.
    Measured { program: PathBuf, args: Vec<String>, stdin: Option<PathBuf>, stdout: Option<PathBuf> },
}

/// What was measured.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Figure {
    /// From start to end.
    pub(crate) seconds: f64,
    /// Bytes; `None` where the system does not tell.
    pub(crate) peak: Option<u64>,
}

/// The medians of `runs` runs.
pub(crate) fn medians(steps: &[Step], runs: usize, mut after: impl FnMut()) -> Result<Figure, Failure> {
    let mut figures = Vec::new();
    for _ in 0..runs.max(1) {
        for step in steps {
            if let Some(figure) = take(step)? {
                figures.push(figure);
            }
        }
        after();
    }
    let mut seconds: Vec<f64> = figures.iter().map(|figure| figure.seconds).collect();
    seconds.sort_by(f64::total_cmp);
    let mut peaks: Vec<u64> = figures.iter().filter_map(|figure| figure.peak).collect();
    peaks.sort_unstable();
    let middle = |length: usize| length / 2;
    Ok(Figure { seconds: seconds[middle(seconds.len())], peak: peaks.get(middle(peaks.len())).copied() })
}

/// A program on the search path.
pub(crate) fn find(name: &str) -> Option<PathBuf> {
    let path = environment::search_path()?;
    std::env::split_paths(&path).map(|dir| dir.join(name)).find(|file| file.is_file())
}

fn take(step: &Step) -> Result<Option<Figure>, Failure> {
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
            measure(program, args, stdin.as_deref(), stdout.as_deref()).map(Some)
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
) -> Result<Figure, Failure> {
    let failed = |source| super::io(program, "running it", source);
    let input = stdin.map(File::open).transpose().map_err(failed)?.map_or_else(Stdio::null, Stdio::from);
    let output = stdout.map(File::create).transpose().map_err(failed)?.map_or_else(Stdio::null, Stdio::from);
    let started = Instant::now();
    let mut child = Command::new(program).args(args).stdin(input).stdout(output).spawn().map_err(failed)?;
    let mut peak = None;
    let status = loop {
        peak = peak_memory(child.id()).or(peak);
        match child.try_wait().map_err(failed)? {
            Some(status) => break status,
            None => std::thread::sleep(Duration::from_millis(2)),
        }
    };
    let seconds = started.elapsed().as_secs_f64();
    if status.success() {
        Ok(Figure { seconds, peak })
    } else {
        Err(Failure::Task(format!("{} {}: {status}", program.display(), args.join(" "))))
    }
}

/// `VmHWM` of `/proc/PID/status`, in bytes.
fn peak_memory(process: u32) -> Option<u64> {
    let status = std::fs::read_to_string(format!("/proc/{process}/status")).ok()?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"))?;
    let kibibytes: u64 = line.trim().strip_suffix("kB")?.trim().parse().ok()?;
    Some(kibibytes * 1024)
}
