//! What somebody changed in a version file that is never changed: the rows of the file against those that git has committed.

use archive::Entry;
use model::{RowSource, ScenarioName, StreamError};
use row_diff::render::{Heading, Rendering, SideName};
use row_diff::{Counts, Side};
use snapshot_sql::Snapshot;
use snapshot_sql::edited::Edited;

use crate::git::Repository;
use crate::{Context, Error, input};

/// Has the rows told that differ between a version as it is committed and its file as it is now; `None` if that cannot be told:
/// the archive is in no git repository, HEAD does not have what was recorded, or the file is no snapshot any more.
///
/// # Errors
/// The rendering cannot be written.
pub fn edited(
    context: &Context,
    name: &ScenarioName,
    entry: &Entry,
    rendering: &mut dyn Rendering,
) -> Result<Option<Counts>, Error> {
    let path = context.archive.version_path(name, entry.version());
    let Ok(Some(mut was)) = committed(context, name, entry) else { return Ok(None) };
    let Ok(file) = input::open_plain(&path) else { return Ok(None) };
    let Ok(mut is) = Edited::open(file) else { return Ok(None) };
    match compare(context, name, entry, (&mut was, &mut is), rendering) {
        Ok(counts) => Ok(Some(counts)),
        Err(Error::Output(error)) => Err(Error::Output(error)),
        Err(_) => Ok(None),
    }
}

fn committed(
    context: &Context,
    name: &ScenarioName,
    entry: &Entry,
) -> Result<Option<Snapshot<std::fs::File>>, Error> {
    let archive = &context.archive;
    let repository = Repository::of(archive.dir())?;
    let head = repository.resolve("HEAD")?;
    let path = archive.version_path(name, entry.version());
    let path = path.strip_prefix(archive.dir()).unwrap_or(&path).display().to_string();
    let Some(blob) = repository.blob(&head, &path)?.filter(|blob| blob.size == entry.size) else {
        return Ok(None);
    };
    let mut file = context.scratch_file()?;
    repository.read_into(&blob, &mut file)?;
    let mut snapshot = Snapshot::open(file)?;
    let recorded = snapshot.check()?.trailer.file == entry.facts.file_digest;
    Ok(recorded.then_some(snapshot))
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
