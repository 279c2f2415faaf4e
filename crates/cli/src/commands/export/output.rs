//! `demo-export --output`: a snapshot that is no version, to a file or to stdout.
//!
//! The rule to keep in mind: nothing is replaced but another snapshot, and the archive and the source are not written at
//! all. That is checked before any row is read.

use std::io::{self, Read as _};
use std::path::{Path, PathBuf};

use database::DatabaseUrl;
use workflow::{Context, ExportFrom, ExportRequest};

use super::{counts_table, show_notes};
use crate::commands::{Failure, Outcome, merge_view};
use crate::terminal::{Terminal, size};
use crate::{environment, exit_code};

/// How every snapshot begins, of any format.
const FIRST_LINE: &[u8] = b"-- Demo Data Export";

/// Why nothing is written to a place.
#[derive(Debug, thiserror::Error, miette::Diagnostic)]
pub enum Refusal {
    /// Only the tool's own commands write there, and they record what they write.
    #[error("`{path}` is inside the archive, where only versions belong")]
    #[diagnostic(help(
        "name a file elsewhere, or leave out `--output`: the export then becomes the scenario's next version"
    ))]
    InArchive { path: String },
    /// The source is read-only.
    #[error("`{path}` is the database that is exported, or one of its side files")]
    #[diagnostic(help("name another file: the source of an export is only read"))]
    Source { path: String },
    /// Somebody's file.
    #[error("`{path}` is there already, and is not a snapshot")]
    #[diagnostic(help(
        "name another file, or remove this one first: `--output` replaces nothing but a snapshot"
    ))]
    NotASnapshot { path: String },
    /// Nothing that a file could replace.
    #[error("`{path}` is {what}, not a file that can be written")]
    #[diagnostic(help("name a file; `--output -` writes to stdout"))]
    NotAFile { path: String, what: &'static str },
}

/// Writes the snapshot to `output`, `-` for stdout.
pub(crate) fn write(
    context: &Context,
    terminal: Terminal,
    request: &ExportRequest,
    output: &Path,
) -> Outcome {
    if output == Path::new("-") {
        to_stdout(context, terminal, request)
    } else {
        to_file(context, terminal, request, output)
    }
}

fn to_stdout(context: &Context, terminal: Terminal, request: &ExportRequest) -> Outcome {
    let observer = &mut merge_view::observer(terminal);
    match workflow::export_to(context, request, &mut io::stdout().lock(), observer) {
        // A reader that has seen enough (`| head`) is no error of ours.
        Err(workflow::Error::Output(error)) if error.kind() == io::ErrorKind::BrokenPipe => {
            Ok(exit_code::DONE)
        }
        outcome => {
            show_notes(terminal, &outcome?.0.notes);
            Ok(exit_code::DONE)
        }
    }
}

fn to_file(context: &Context, terminal: Terminal, request: &ExportRequest, output: &Path) -> Outcome {
    check(context, request, output)?;
    let temp = archive::temp_in(folder_of(output))
        // The error names the temporary file, which tells nobody anything.
        .map_err(|error| failed(output, "creating a file beside it")(error.kind().into()))?;
    let observer = &mut merge_view::observer(terminal);
    let (assembled, tables) = workflow::export_into(context, request, temp.as_file(), observer)?;
    temp.as_file().sync_all().map_err(failed(output, "writing"))?;
    let file = temp.persist(output).map_err(|error| failed(output, "replacing")(error.error))?;
    let bytes = size(file.metadata().map_err(failed(output, "reading its size"))?.len());
    let path = environment::shown(output);
    show_notes(terminal, &assembled.notes);
    terminal.result(format!("Wrote {path} ({bytes}); the archive is as it was."));
    terminal.result(counts_table(&tables));
    Ok(exit_code::DONE)
}

/// Refuses a place whose loss would not be another export away.
fn check(context: &Context, request: &ExportRequest, output: &Path) -> Result<(), Failure> {
    let path = environment::shown(output);
    let found = match output.metadata() {
        Ok(found) => Some(found.file_type()),
        Err(error) if error.kind() == io::ErrorKind::NotFound => None,
        Err(error) => return Err(failed(output, "looking at it")(error)),
    };
    if let Some(kind) = found.filter(|kind| !kind.is_file()) {
        let what = if kind.is_dir() { "a folder" } else { "a pipe or device" };
        return Err(Refusal::NotAFile { path, what }.into());
    }
    let place = place_of(output).map_err(failed(output, "finding its folder"))?;
    let archive = context.archive.dir();
    if place.starts_with(archive.canonicalize().map_err(failed(archive, "finding the archive"))?) {
        return Err(Refusal::InArchive { path }.into());
    }
    let leads_to = output.canonicalize().ok();
    if source_files(request).iter().any(|file| *file == place || Some(file) == leads_to.as_ref()) {
        return Err(Refusal::Source { path }.into());
    }
    if found.is_some() && !is_snapshot(output).map_err(failed(output, "reading its first line"))? {
        return Err(Refusal::NotASnapshot { path }.into());
    }
    Ok(())
}

/// The source's file and its side files, whether they exist or not: as named, and where a link leads.
fn source_files(request: &ExportRequest) -> Vec<PathBuf> {
    let ExportFrom::Database(DatabaseUrl::Sqlite(path)) = &request.from else { return Vec::new() };
    let places = [place_of(path).ok(), path.canonicalize().ok()];
    let beside = |place: PathBuf| {
        ["", "-wal", "-shm", "-journal"].map(|suffix| {
            let mut name = place.clone().into_os_string();
            name.push(suffix);
            PathBuf::from(name)
        })
    };
    places.into_iter().flatten().flat_map(beside).collect()
}

/// The name in its real folder.
fn place_of(path: &Path) -> io::Result<PathBuf> {
    let folder = folder_of(path).canonicalize()?;
    Ok(path.file_name().map_or_else(|| folder.clone(), |name| folder.join(name)))
}

fn folder_of(path: &Path) -> &Path {
    path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."))
}

fn is_snapshot(path: &Path) -> io::Result<bool> {
    let mut start = Vec::new();
    std::fs::File::open(path)?.take(FIRST_LINE.len() as u64).read_to_end(&mut start)?;
    Ok(start == FIRST_LINE)
}

fn failed(path: &Path, doing: &'static str) -> impl FnOnce(io::Error) -> Failure {
    let path = environment::shown(path);
    move |source| Failure::Io { path, doing, source }
}
