//! A version under another number: the same rows, written again by the format's own writer.

use std::fs::File;
use std::io::{BufWriter, Seek as _, SeekFrom, Write as _};

use archive::{Entry, Facts};
use model::{RowEvent, RowSource as _, Version};
use snapshot_sql::{BodyWriter, Snapshot};

use crate::{Context, Error};

/// Writes a version's rows as `version` into `file`, which is emptied first. Its date of origin, its content digest and
/// all that it says besides stay.
///
/// # Errors
/// Reading or writing fails, or the rows do not come out the same.
pub(super) fn renumber(
    context: &Context,
    snapshot: &mut Snapshot<File>,
    entry: &Entry,
    version: Version,
    file: &File,
) -> Result<Facts, Error> {
    let mut draft = snapshot.header().draft();
    draft.version = Some(version);
    let sections = match snapshot.sections() {
        Some(sections) => sections,
        None => snapshot.check()?.tally.sections,
    };
    let body_at = draft.header_length(sections.iter().copied());
    let mut file = file.try_clone().map_err(Error::spool)?;
    file.set_len(0).map_err(Error::spool)?;
    file.seek(SeekFrom::Start(body_at)).map_err(Error::spool)?;
    let out = BufWriter::with_capacity(1 << 16, file);
    let mut writer = BodyWriter::new(out, context.scratch_file()?, &draft)?;
    let mut stream = snapshot.open().map_err(Error::from_boxed)?;
    while let Some(event) = stream.next().map_err(Error::from_boxed)? {
        match event {
            RowEvent::Section { table, ownership, count } => writer.section(table, ownership, count)?,
            RowEvent::Row(row) => writer.row(row)?,
        }
    }
    let (out, body) = writer.finish()?;
    let mut file = out.into_inner().map_err(|error| Error::spool(error.into_error()))?;
    let (_, trailer) = snapshot_sql::assemble(&draft, &body, &mut file, body_at)?;
    file.flush().map_err(Error::spool)?;
    if trailer.content != entry.facts.content {
        let what = "written again, its rows are others".to_owned();
        return Err(Error::NotTheRecorded { file: entry.file.clone(), what });
    }
    Ok(Facts { version, file_digest: trailer.file, ..entry.facts.clone() })
}
