//! What somebody changed in a version file that is never changed: the rows of the file against those that git has committed.

use std::fs::File;

use archive::Entry;
use model::{RowSource, ScenarioName, StreamError};
use row_diff::render::{Heading, Rendering, SideName};
use row_diff::{Counts, Side};
use snapshot_sql::Snapshot;
use snapshot_sql::edited::Edited;

use crate::git::{Commit, Repository};
use crate::{Context, Error, input};

/// An edit that was found.
#[derive(Clone, Debug)]
pub struct Edit {
    /// How many rows differ.
    pub counts: Counts,
    /// The newest commit that has the version as it was recorded, as git takes it: `HEAD`, or the first digits of its id.
    pub commit: String,
}

/// Has the rows told that differ between a version as it was committed and its file as it is now; `None` if that cannot be
/// told: the archive is in no git repository, no commit in the history of HEAD has what was recorded, or the file is no
/// snapshot any more. The edit itself may be committed.
///
/// # Errors
/// The rendering cannot be written.
pub fn edited(
    context: &Context,
    name: &ScenarioName,
    entry: &Entry,
    rendering: &mut dyn Rendering,
) -> Result<Option<Edit>, Error> {
    let path = context.archive.version_path(name, entry.version());
    let Ok(Some((commit, mut was))) = committed(context, name, entry) else { return Ok(None) };
    let Ok(file) = input::open_plain(&path) else { return Ok(None) };
    let Ok(mut is) = Edited::open(file) else { return Ok(None) };
    match compare(context, name, entry, (&mut was, &mut is), rendering) {
        Ok(counts) => Ok(Some(Edit { counts, commit })),
        Err(Error::Output(error)) => Err(Error::Output(error)),
        Err(_) => Ok(None),
    }
}

/// The version as the newest commit has it that has what was recorded.
fn committed(
    context: &Context,
    name: &ScenarioName,
    entry: &Entry,
) -> Result<Option<(String, Snapshot<File>)>, Error> {
    let archive = &context.archive;
    let repository = Repository::of(archive.dir())?;
    let head = repository.resolve("HEAD")?;
    let path = archive.version_path(name, entry.version());
    let path = path.strip_prefix(archive.dir()).unwrap_or(&path).display().to_string();
    if let Some(snapshot) = recorded(context, &repository, &head, &path, entry)? {
        return Ok(Some(("HEAD".to_owned(), snapshot)));
    }
    for commit in repository.commits_of(&head, &path)? {
        if let Some(snapshot) = recorded(context, &repository, &commit, &path, entry)? {
            return Ok(Some((commit.short().to_owned(), snapshot)));
        }
    }
    Ok(None)
}

/// The version in a commit, if that is what was recorded.
fn recorded(
    context: &Context,
    repository: &Repository,
    commit: &Commit,
    path: &str,
    entry: &Entry,
) -> Result<Option<Snapshot<File>>, Error> {
    let Ok(Some(blob)) = repository.blob(commit, path) else { return Ok(None) };
    if blob.size != entry.size {
        return Ok(None);
    }
    let mut file = context.scratch_file()?;
    repository.read_into(&blob, &mut file)?;
    // An edit that kept the length may have left no snapshot.
    let Ok(mut snapshot) = Snapshot::open(file) else { return Ok(None) };
    let Ok(checked) = snapshot.check() else { return Ok(None) };
    Ok((checked.trailer.file == entry.facts.file_digest).then_some(snapshot))
}

fn compare(
    context: &Context,
    name: &ScenarioName,
    entry: &Entry,
    (was, is): (&mut dyn RowSource, &mut dyn RowSource),
    rendering: &mut dyn Rendering,
) -> Result<Counts, Error> {
    let (old, new) = (was.definition().clone(), is.definition().clone());
    let side = |what: &str| SideName { name: format!("{} as {what}", entry.version()), records: None };
    let (base, head) = (side("committed"), side("it is here"));
    let schema = row_diff::schema_changes(&old, &new);
    let heading = Heading {
        scenario: name,
        base: &base,
        head: &head,
        base_definition: &old,
        head_definition: &new,
        schema: &schema,
    };
    rendering.begin(&heading).map_err(Error::Output)?;
    let (mut base_scratch, mut head_scratch) = (context.scratch_file()?, context.scratch_file()?);
    let sides =
        (Side { rows: was, scratch: &mut base_scratch }, Side { rows: is, scratch: &mut head_scratch });
    let counts = row_diff::diff(sides.0, sides.1, &mut |change| {
        rendering.change(change).map_err(|error| StreamError::from(Error::Output(error)))
    })?;
    rendering.end(&counts).map_err(Error::Output)?;
    Ok(counts)
}
