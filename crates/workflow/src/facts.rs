//! What the archive records of a version file, learned by reading it whole.

use std::collections::BTreeMap;
use std::fs::File;

use archive::{Archive, ChangeCounts, Facts};
use model::{Catalog, Definition, Engine, Ownership, RowSource as _, ScenarioName, Version};
use snapshot_sql::{Checked, Header, Snapshot, Trailer};

use crate::changes::{self, ChangeSummary, Head};
use crate::{Context, Error};

/// The facts of a finished file.
pub(crate) fn of(
    header: &Header,
    trailer: &Trailer,
    sections: &[(usize, Ownership, u64)],
    catalog: &Catalog,
    changes: &ChangeSummary,
    version: Version,
) -> Facts {
    let mut tables: BTreeMap<String, u64> = BTreeMap::new();
    for (table, _, count) in sections {
        *tables.entry(header.definition.tables[*table].name.clone()).or_default() += count;
    }
    Facts {
        version,
        records: header.records,
        total: header.total,
        tables,
        format: 1,
        source: header.source,
        generated: header.generated,
        content: trailer.content,
        file_digest: trailer.file,
        schema: catalog.fingerprint(),
        changes: ChangeCounts { added: changes.added, changed: changes.changed, removed: changes.removed },
    }
}

/// What is learned of a version that the manifest lacks.
pub(crate) struct Learned {
    pub(crate) facts: Facts,
    pub(crate) catalog: Catalog,
    /// The whole new text of `CHANGES.md`.
    pub(crate) markdown: String,
}

/// Reads a version's file whole and compares it with the version before, `base`.
pub(crate) fn of_file(
    context: &Context,
    name: &ScenarioName,
    version: Version,
    base: Option<crate::export::Base>,
) -> Result<Learned, Error> {
    let (mut snapshot, checked) = read_unlisted(context, name, version)?;
    let catalog = schema_of(&context.archive, snapshot.definition(), checked.header.source)?;
    let head = Head { version, rows: &mut snapshot, sections: &checked.tally.sections };
    let (changes, markdown) = changes::describe(context, name, base, head)?;
    let facts = of(&checked.header, &checked.trailer, &checked.tally.sections, &catalog, &changes, version);
    Ok(Learned { facts, catalog, markdown })
}

/// Reads a version's file whole, which the manifest may lack.
pub(crate) fn read_unlisted(
    context: &Context,
    name: &ScenarioName,
    version: Version,
) -> Result<(Snapshot<File>, Checked), Error> {
    let path = context.archive.version_path(name, version).display().to_string();
    let (file, _) = context.archive.open_unlisted(name, version)?;
    let mut snapshot = Snapshot::open(file).map_err(|source| Error::file(&path, source))?;
    let checked = snapshot.check().map_err(|source| Error::file(&path, source))?;
    if checked.header.scenario != *name || checked.header.version != Some(version) {
        let what = "its header names another version".to_owned();
        return Err(Error::NotTheRecorded { file: path, what });
    }
    Ok((snapshot, checked))
}

/// The schema of a file that does not tell which one its rows came from: a recorded one that holds its tables, rather of
/// `engine` than of the other, else the one that its own `Table` lines make.
pub(crate) fn schema_of(
    archive: &Archive,
    definition: &Definition,
    engine: Engine,
) -> Result<Catalog, Error> {
    let recorded = recorded_schema_of(archive, definition, engine)?;
    Ok(recorded.unwrap_or_else(|| Catalog::of_definition(definition, engine)))
}

/// As [`schema_of`], if there is a recorded one.
pub(crate) fn recorded_schema_of(
    archive: &Archive,
    definition: &Definition,
    engine: Engine,
) -> Result<Option<Catalog>, Error> {
    let recorded = archive.salvage_schemas()?.into_values();
    Ok(recorded
        .filter(|catalog| catalog.covers(definition) && catalog.tables.len() == definition.tables.len())
        .min_by_key(|catalog| catalog.engine != engine))
}
