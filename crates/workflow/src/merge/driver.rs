//! What git calls for one file of the archive while it merges: manifest, schemas, `CHANGES.md`.
//!
//! Only parses and joins lines. Where both branches added to one scenario, ours stays as it is and the file is left
//! unmerged, for [`super::merge`] to solve with the rows at hand.

use std::path::Path;

use archive::Manifest;
use model::text::Shown;

use super::MergeError;
use crate::{Error, input};

/// Whether a file was merged.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Driven {
    /// It holds what both branches have.
    Whole,
    /// It holds what ours has: the scenarios that both added to, or nothing where it is the file of one.
    Open(Vec<String>),
}

/// Merges the file that stands at `path` in the repository: `ours` becomes the result.
///
/// # Errors
/// It is no such file, a branch's is damaged, or it cannot be read or written.
pub fn drive(base: &Path, ours: &Path, theirs: &Path, path: &str) -> Result<Driven, Error> {
    let [was, a, b] = [text(base)?, text(ours)?, text(theirs)?];
    let shown = Path::new(path);
    let name = path.rsplit('/').next().unwrap_or(path);
    let (text, driven) = match name {
        "export_manifest.json" => {
            let parse = |text: &str| Manifest::of_text(shown, text);
            let joined = archive::join_manifests(shown, &parse(&was)?, &parse(&a)?, &parse(&b)?)?;
            let open: Vec<String> = joined.open.iter().map(ToString::to_string).collect();
            (joined.manifest.text(), if open.is_empty() { Driven::Whole } else { Driven::Open(open) })
        }
        "schema_versions.json" => (archive::join_schemas(shown, &a, &b)?, Driven::Whole),
        "CHANGES.md" if a == b || b == was => (a, Driven::Whole),
        "CHANGES.md" if a == was => (b, Driven::Whole),
        "CHANGES.md" => (a, Driven::Open(Vec::new())),
        _ => return Err(MergeError::NoDriver { path: Shown(path).to_string() }.into()),
    };
    archive::write_atomic(ours, text.as_bytes())?;
    Ok(driven)
}

/// As much as the archive reads of such files.
const MOST: u64 = 16 << 20;

fn text(path: &Path) -> Result<String, Error> {
    use std::io::Read as _;
    let mut bytes = Vec::new();
    let file = input::open_plain(path)?;
    file.take(MOST + 1).read_to_end(&mut bytes).map_err(|source| Error::input(path, source))?;
    let no_text =
        |what: &str| Error::NotTheRecorded { file: path.display().to_string(), what: what.to_owned() };
    if bytes.len() as u64 > MOST {
        return Err(no_text("it is larger than 16 MiB"));
    }
    String::from_utf8(bytes).map_err(|_| no_text("it is not UTF-8"))
}
