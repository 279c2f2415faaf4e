//! The folder of a site: written apart, then put in the place of the one before, whole.
//!
//! The rule to keep in mind: a folder is only ever replaced if everything in it was written by an earlier run, which its
//! list of files tells. What anybody else put there stays.

use std::collections::BTreeSet;
use std::fs::{self, File};
use std::io;
use std::path::{Path, PathBuf};

use model::json::{self, Json};
use model::text::Shown;

use crate::{Context, Error};

/// The list of a site's files, which marks its folder.
const LIST: &str = "demo-report.json";

/// No list of ours is longer.
const LIST_CAP: u64 = 16 << 20;

/// Why a site has no place.
#[derive(Debug, thiserror::Error, miette::Diagnostic)]
pub enum PlaceError {
    /// Only versions belong there.
    #[error("`{}` is inside the archive, where only versions belong", Shown(&.path.to_string_lossy()))]
    #[diagnostic(help("name a folder elsewhere: --output DIR"))]
    InArchive {
        /// The folder.
        path: PathBuf,
    },
    /// Something else has the name.
    #[error("`{}` is not a folder", Shown(&.path.to_string_lossy()))]
    #[diagnostic(help("name a folder, or a name that is free: --output DIR"))]
    NotAFolder {
        /// What is there.
        path: PathBuf,
    },
    /// Somebody's folder.
    #[error("`{}` holds `{}`, which is not part of a report", Shown(&.path.to_string_lossy()), Shown(.file))]
    #[diagnostic(help("name another folder: --output DIR; a report replaces nothing but an earlier report"))]
    NotASite {
        /// The folder.
        path: PathBuf,
        /// What it holds.
        file: String,
    },
    /// The system refuses.
    #[error("{}: {doing} failed", Shown(&.path.to_string_lossy()))]
    #[diagnostic(help("check that the folder exists, can be written and has space left"))]
    Io {
        /// The file or folder.
        path: PathBuf,
        /// What was tried.
        doing: &'static str,
        /// Why.
        #[source]
        source: io::Error,
    },
}

/// A site that is being written.
pub(super) struct Site {
    output: PathBuf,
    /// Gone with this value, and what is left in it: the site before, or one that was not finished.
    apart: tempfile::TempDir,
    files: BTreeSet<String>,
}

impl Site {
    /// A new site for the folder `output`, which is checked first and not touched yet.
    pub(super) fn start(context: &Context, output: &Path) -> Result<Self, Error> {
        // Where a link leads: what it points to is replaced, not the link.
        let output = output.canonicalize().unwrap_or_else(|_| output.to_owned());
        let folder = match output.parent() {
            Some(folder) if !folder.as_os_str().is_empty() => folder.to_owned(),
            _ => PathBuf::from("."),
        };
        let inside = context
            .archive
            .dir()
            .canonicalize()
            .map_err(io_error(context.archive.dir(), "finding the archive"))?;
        let nearest = folder.ancestors().find_map(|folder| non_empty(folder).canonicalize().ok());
        if nearest.is_some_and(|folder| folder.starts_with(&inside)) || output.starts_with(&inside) {
            return Err(PlaceError::InArchive { path: output }.into());
        }
        check(&output)?;
        fs::create_dir_all(&folder).map_err(io_error(&folder, "making the folder"))?;
        let apart = tempfile::Builder::new().prefix(".demo-report-").tempdir_in(&folder);
        let site = Self {
            output,
            apart: apart.map_err(io_error(&folder, "making a folder in it"))?,
            files: BTreeSet::new(),
        };
        fs::create_dir(site.new_folder()).map_err(io_error(&site.output, "making the folder"))?;
        Ok(site)
    }

    /// How many pages were made.
    pub(super) fn pages(&self) -> u64 {
        self.files.len() as u64
    }

    /// A new file of the site, at a path of the program's own making.
    pub(super) fn create(&mut self, path: &str) -> Result<File, Error> {
        let place = self.new_folder().join(path);
        if let Some(folder) = place.parent() {
            fs::create_dir_all(folder).map_err(self.failed(path))?;
        }
        let file = File::create_new(&place).map_err(self.failed(path))?;
        self.files.insert(path.to_owned());
        Ok(file)
    }

    /// The error of a file of the site, by the path that it was to have.
    pub(super) fn failed(&self, path: &str) -> impl FnOnce(io::Error) -> PlaceError + use<> {
        io_error(&self.output.join(path), "writing")
    }

    /// Puts the site in its place, and says where that is.
    pub(super) fn finish(mut self) -> Result<PathBuf, Error> {
        let listed =
            self.files.iter().chain([&LIST.to_owned()]).map(|file| Json::String(file.clone())).collect();
        let list = Json::Object([("files".to_owned(), Json::Array(listed))].into());
        let mut file = self.create(LIST)?;
        io::Write::write_all(&mut file, format!("{}\n", list.to_text()).as_bytes())
            .map_err(self.failed(LIST))?;
        drop(file);
        // Somebody may have written there meanwhile.
        check(&self.output)?;
        if self.output.exists() {
            let before = self.apart.path().join("before");
            fs::rename(&self.output, &before).map_err(io_error(&self.output, "replacing it"))?;
            if let Err(source) = fs::rename(self.new_folder(), &self.output) {
                // As it was, as far as that can be had.
                let _ = fs::rename(&before, &self.output);
                return Err(io_error(&self.output, "replacing it")(source).into());
            }
        } else {
            fs::rename(self.new_folder(), &self.output).map_err(io_error(&self.output, "making it"))?;
        }
        Ok(self.output)
    }

    fn new_folder(&self) -> PathBuf {
        self.apart.path().join("new")
    }
}

fn non_empty(folder: &Path) -> &Path {
    if folder.as_os_str().is_empty() { Path::new(".") } else { folder }
}

/// Refuses a folder that holds anything but a site, and anything else that is no folder.
fn check(output: &Path) -> Result<(), PlaceError> {
    match fs::metadata(output) {
        Ok(found) if !found.is_dir() => return Err(PlaceError::NotAFolder { path: output.to_owned() }),
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(()),
        found => found.map_err(io_error(output, "looking at it"))?,
    };
    let listed = listed(output);
    let foreign = foreign(output, "", &listed).map_err(io_error(output, "looking at it"))?;
    match foreign {
        Some(file) => Err(PlaceError::NotASite { path: output.to_owned(), file }),
        None => Ok(()),
    }
}

/// The files of the site in a folder; none where there is no site.
fn listed(folder: &Path) -> BTreeSet<String> {
    let read = || -> Option<Json> {
        let mut text = String::new();
        let file = File::open(folder.join(LIST)).ok()?;
        io::Read::read_to_string(&mut io::Read::take(file, LIST_CAP), &mut text).ok()?;
        json::parse(text.trim_end()).ok()
    };
    let Some(Json::Object(mut list)) = read() else { return BTreeSet::new() };
    let Some(Json::Array(files)) = list.remove("files") else { return BTreeSet::new() };
    let name = |file| if let Json::String(name) = file { Some(name) } else { None };
    files.into_iter().filter_map(name).collect()
}

/// A file or link below `folder` that is not in the list; folders are looked into, and an empty one is nobody's.
fn foreign(folder: &Path, prefix: &str, listed: &BTreeSet<String>) -> io::Result<Option<String>> {
    for entry in fs::read_dir(folder)? {
        let entry = entry?;
        let name = format!("{prefix}{}", entry.file_name().to_string_lossy());
        if entry.file_type()?.is_dir() {
            if let Some(file) = foreign(&entry.path(), &format!("{name}/"), listed)? {
                return Ok(Some(file));
            }
        } else if !listed.contains(&name) {
            return Ok(Some(name));
        }
    }
    Ok(None)
}

fn io_error(path: &Path, doing: &'static str) -> impl FnOnce(io::Error) -> PlaceError + use<> {
    let path = path.to_owned();
    move |source| PlaceError::Io { path, doing, source }
}
