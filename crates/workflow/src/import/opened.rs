//! The snapshot that is imported, read once whole before the target is looked at: an archived version, a file of this
//! format, or one of the old layout.

use std::fs::File;
use std::path::Path;

use archive::{Entry, Wanted};
use database::{DatabaseUrl, MergeOutcome};
use model::{Digest, Ownership, RowEvent, RowSource, ScenarioName, Version};
use snapshot_sql::format0::Format0;
use snapshot_sql::{FileKind, Snapshot};

use super::ownership::target_source;
use super::{ImportReport, ImportRequest, ImportWhat, VouchedBy};
use crate::event::{Event, Observer, Phase};
use crate::export::open_recorded;
use crate::statistics::{Breakdown, BreakdownCounts, TableCount, table_counts};
use crate::{Context, Error, input};

/// A snapshot that was read once, whole, and found good.
pub(super) struct Opened {
    pub(super) rows: Box<dyn RowSource>,
    pub(super) file: String,
    pub(super) entry: Option<Entry>,
    pub(super) format: Format,
    pub(super) tables: Vec<TableCount>,
    pub(super) breakdown: Vec<BreakdownCounts>,
    pub(super) total: (String, u64),
    pub(super) records: u64,
}

#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Format {
    Zero,
    One,
}

impl Opened {
    fn vouched_by(&self) -> VouchedBy {
        match (&self.entry, self.format) {
            (Some(_), _) => VouchedBy::Archive,
            (None, Format::One) => VouchedBy::OwnDigest,
            (None, Format::Zero) => VouchedBy::Totals,
        }
    }

    pub(super) fn into_report(
        self,
        outcome: MergeOutcome,
        created_database: bool,
        recorded: Vec<Version>,
    ) -> ImportReport {
        ImportReport {
            version: self.entry.as_ref().map(Entry::version),
            vouched_by: self.vouched_by(),
            file: self.file,
            new_database: created_database,
            created_database,
            tables: self.tables,
            breakdown: self.breakdown,
            total: self.total,
            limited: (self.rows.definition().tables.iter())
                .filter(|spec| spec.limit)
                .map(|spec| spec.name.clone())
                .collect(),
            records: self.records,
            outcome,
            recorded,
            unrecorded: Vec::new(),
        }
    }
}

pub(super) fn open(
    context: &Context,
    request: &ImportRequest,
    url: &DatabaseUrl,
    observer: Observer<'_>,
) -> Result<Opened, Error> {
    let name = &request.scenario;
    let wanted = match &request.what {
        ImportWhat::File(path) => return open_file(context, request, path, url, observer),
        ImportWhat::Latest => Wanted::Latest,
        ImportWhat::Version(typed) => Wanted::parse(typed)?,
    };
    let entry = context.archive.resolve(name, wanted)?;
    let snapshot = open_recorded(context, name, &entry)?;
    let path = context.archive.version_path(name, entry.version()).display().to_string();
    let (opened, digests) =
        read_whole(snapshot, entry.file.clone(), observer).map_err(|error| error.in_file(&path))?;
    if digests != (entry.facts.content, entry.facts.file_digest) {
        let what = "its digests are not those that were recorded".to_owned();
        return Err(Error::NotTheRecorded { file: path, what });
    }
    Ok(Opened { entry: Some(entry), ..opened })
}

fn open_file(
    context: &Context,
    request: &ImportRequest,
    path: &Path,
    url: &DatabaseUrl,
    observer: Observer<'_>,
) -> Result<Opened, Error> {
    let shown = path.display().to_string();
    let in_file = |source: snapshot_sql::Error| Error::file(&shown, source);
    let mut file = input::open_plain(path)?;
    if input::kind_of(&mut file, path)? == FileKind::Format0 {
        let catalog = target_source(url, request.lock_timeout)?.catalog()?;
        let rows = Format0::open(file, &catalog).map_err(in_file)?;
        same_scenario(&shown, rows.header().scenario.as_str(), &request.scenario)?;
        return read_format0(rows, shown, observer);
    }
    let snapshot = Snapshot::open(file).map_err(in_file)?;
    same_scenario(&shown, snapshot.header().scenario.as_str(), &request.scenario)?;
    let (opened, (_, digest)) =
        read_whole(snapshot, shown.clone(), observer).map_err(|error| error.in_file(&shown))?;
    let manifest = context.archive.manifest()?;
    let entry =
        manifest.entries(&request.scenario).iter().find(|entry| entry.facts.file_digest == digest).cloned();
    Ok(Opened { entry, ..opened })
}

fn same_scenario(file: &str, found: &str, expected: &ScenarioName) -> Result<(), Error> {
    if found == expected.as_str() {
        return Ok(());
    }
    let (found, expected) = (found.to_owned(), expected.to_string());
    Err(Error::OtherScenario { file: file.to_owned(), found, expected })
}

/// Reads every row once, counting; the reader checks all there is to check. Also returns the content's and the file's
/// digest.
fn read_whole(
    mut snapshot: Snapshot<File>,
    file: String,
    observer: Observer<'_>,
) -> Result<(Opened, (Digest, Digest)), Error> {
    let header = snapshot.header();
    let (total, records) = ((header.definition.total.clone(), header.total), header.records);
    let counted = count_rows(&mut snapshot, records, observer)?;
    let checked = snapshot.checked().ok_or(snapshot_sql::Error::Changed)?;
    let digests = (checked.trailer.content, checked.trailer.file);
    let tables = table_counts(snapshot.definition(), &counted.sections);
    let breakdown = counted.breakdown.counts().to_vec();
    let rows = Box::new(snapshot);
    let opened = Opened { rows, file, entry: None, format: Format::One, tables, breakdown, total, records };
    Ok((opened, digests))
}

fn read_format0(mut rows: Format0<File>, file: String, observer: Observer<'_>) -> Result<Opened, Error> {
    let header = rows.header();
    let (total, records) = ((rows.definition().total.clone(), header.total), header.records);
    let counted = count_rows(&mut rows, records, observer).map_err(|error| error.in_file(&file))?;
    let tables = table_counts(rows.definition(), &counted.sections);
    let (rows, format, breakdown) = (Box::new(rows), Format::Zero, Vec::new());
    Ok(Opened { rows, file, entry: None, format, tables, breakdown, total, records })
}

struct Counted {
    sections: Vec<(usize, Ownership, u64)>,
    breakdown: Breakdown,
}

fn count_rows(rows: &mut dyn RowSource, records: u64, observer: Observer<'_>) -> Result<Counted, Error> {
    let mut counted = Counted { sections: Vec::new(), breakdown: Breakdown::new(rows.definition()) };
    let mut stream = rows.open().map_err(Error::from_boxed)?;
    let mut done = 0;
    while let Some(event) = stream.next().map_err(Error::from_boxed)? {
        match event {
            RowEvent::Section { table, ownership, count } => counted.sections.push((table, ownership, count)),
            RowEvent::Row(values) => {
                let table = counted.sections.last().map_or(0, |section| section.0);
                counted.breakdown.add(table, values);
                done += 1;
                if done % 1024 == 0 {
                    observer(Event { phase: Phase::Checking, done, total: Some(records) });
                }
            }
        }
    }
    observer(Event { phase: Phase::Checking, done, total: Some(records) });
    Ok(counted)
}
