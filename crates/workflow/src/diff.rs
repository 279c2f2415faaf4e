//! Two sides of a scenario compared row by row, told by any rendering.

use std::cell::{Cell, RefCell};
use std::fs::File;
use std::io::Write;

use archive::Entry;
use model::{Definition, Ownership, RowEvent, RowSource, RowStream, ScenarioName, StreamError};
use row_diff::render::{Heading, Rendering, SideName};
use row_diff::{Change, Counts, SchemaChange, Side};
use snapshot_sql::Pair;
use snapshot_sql::patch::{PatchHead, PatchSide};

use crate::event::{Event, Observer, Phase};
use crate::patch::Patch;
use crate::side::{OpenSide, Rows, SideSpec};
use crate::{Context, Error, pending};

/// What is compared.
#[derive(Clone, Debug)]
pub struct DiffRequest {
    /// The scenario.
    pub scenario: ScenarioName,
    /// What was; the version before the head if `None`. No row, where the head waits and would be the first version.
    pub base: Option<SideSpec>,
    /// What is.
    pub head: SideSpec,
}

/// What a comparison found.
#[derive(Clone, Debug)]
pub struct DiffReport {
    /// What was.
    pub base: SideName,
    /// What is.
    pub head: SideName,
    /// What differs between the tables of both.
    pub schema: Vec<SchemaChange>,
    /// How many rows differ.
    pub counts: Counts,
}

impl DiffReport {
    /// Whether anything differs.
    pub fn any(&self) -> bool {
        self.counts.any() || !self.schema.is_empty()
    }
}

/// Compares two sides and has every difference told by `rendering`.
///
/// # Errors
/// A side cannot be opened or read, or is not what the archive recorded; then what was told is incomplete. Or the rendering
/// cannot be written ([`Error::Output`]).
pub fn diff(
    context: &Context,
    request: &DiffRequest,
    rendering: &mut dyn Rendering,
    observer: Observer<'_>,
) -> Result<DiffReport, Error> {
    let (base, head) = open(context, request, observer)?;
    between(context, &request.scenario, base, head, rendering, observer)
}

/// Compares two sides and writes the SQL that leads from one to the other, by rows alone.
///
/// # Errors
/// As [`diff`]; or no such SQL leads there on both engines ([`Error::Patch`]), and nothing has been written.
pub fn diff_sql(
    context: &Context,
    request: &DiffRequest,
    out: &mut dyn Write,
    observer: Observer<'_>,
) -> Result<DiffReport, Error> {
    let (mut base, mut head) = open(context, request, observer)?;
    let (old, new) = (base.rows.definition().clone(), head.rows.definition().clone());
    let engines = head.rows.engines();
    let content = |side: &OpenSide| side.entry.as_ref().map(|entry| entry.facts.content);
    let (was, is, catalog) = (base.name.clone(), head.name.clone(), base.catalog.take());
    let wanted = PatchHead {
        scenario: &request.scenario,
        base: PatchSide { name: &was.name, content: content(&base), definition: &old },
        head: PatchSide { name: &is.name, content: content(&head), definition: &new },
        engines: &engines,
        catalog: catalog.as_ref(),
    };
    let mut patch = Patch::new(context, &wanted)?;
    let mut take =
        |change: &Change<'_>| patch.change(change).map_err(|error| StreamError::from(Error::from(error)));
    let counts = rows(context, &mut base, &mut head, &mut take, observer)?;
    patch.finish(out)?;
    Ok(DiffReport { schema: row_diff::schema_changes(&old, &new), base: was, head: is, counts })
}

/// As [`diff`], of two sides that are open.
pub(crate) fn between(
    context: &Context,
    scenario: &ScenarioName,
    mut base: OpenSide,
    mut head: OpenSide,
    rendering: &mut dyn Rendering,
    observer: Observer<'_>,
) -> Result<DiffReport, Error> {
    let (old, new) = (base.rows.definition().clone(), head.rows.definition().clone());
    let schema = row_diff::schema_changes(&old, &new);
    let heading = Heading {
        scenario,
        base: &base.name,
        head: &head.name,
        base_definition: &old,
        head_definition: &new,
        schema: &schema,
    };
    rendering.begin(&heading).map_err(Error::Output)?;
    let counts = if schema.is_empty() && is_same_content(&base, &head) && old == new {
        equal(&head)
    } else {
        compare(context, &mut base, &mut head, rendering, observer)?
    };
    rendering.end(&counts).map_err(Error::Output)?;
    Ok(DiffReport { base: base.name, head: head.name, schema, counts })
}

/// Whether the archive has recorded the same content of both: then there is nothing to read.
fn is_same_content(base: &OpenSide, head: &OpenSide) -> bool {
    let content = |side: &OpenSide| side.entry.as_ref().map(|entry| entry.facts.content);
    content(base).is_some() && content(base) == content(head)
}

fn equal(side: &OpenSide) -> Counts {
    let mut counts = Counts::default();
    for (table, rows) in side.entry.iter().flat_map(|entry| &entry.facts.tables) {
        counts.tables.entry(table.clone()).or_default().equal = *rows;
    }
    counts
}

/// Opens both sides.
///
/// # Errors
/// See [`OpenSide::open`]; no version is before the head.
pub(crate) fn open(
    context: &Context,
    request: &DiffRequest,
    observer: Observer<'_>,
) -> Result<(OpenSide, OpenSide), Error> {
    let name = &request.scenario;
    let head = OpenSide::open(context, name, &request.head, observer)?;
    let base = match &request.base {
        None | Some(SideSpec::Latest) if is_first(context, request)? => OpenSide::nothing(&head),
        Some(spec) => OpenSide::open(context, name, spec, observer)?,
        None => OpenSide::entry(context, name, before(context, name, head.entry.as_ref())?)?,
    };
    Ok((base, head))
}

/// Whether what waits is compared with a version before it, and would be the scenario's first.
fn is_first(context: &Context, request: &DiffRequest) -> Result<bool, Error> {
    let waits = matches!(request.head, SideSpec::Pending | SideSpec::Listed(_));
    Ok(waits && pending::is_first(context, &request.scenario)?)
}

/// The version before the head; for what is no version, the latest.
fn before(context: &Context, name: &ScenarioName, head: Option<&Entry>) -> Result<Entry, Error> {
    let manifest = context.archive.manifest()?;
    match head {
        Some(head) => manifest.before(name, head.version()).cloned().ok_or_else(|| Error::NothingBefore {
            scenario: name.to_string(),
            version: head.version().to_string(),
        }),
        None => Ok(context.archive.resolve(name, archive::Wanted::Latest)?),
    }
}

fn compare(
    context: &Context,
    base: &mut OpenSide,
    head: &mut OpenSide,
    rendering: &mut dyn Rendering,
    observer: Observer<'_>,
) -> Result<Counts, Error> {
    let mut tell = |change: &Change<'_>| {
        rendering.change(change).map_err(|error| StreamError::from(Error::Output(error)))
    };
    let total = base.name.records.zip(head.name.records).map(|(base, head)| base + head);
    if let Some((old, new)) = base.recorded.zip(head.recorded)
        && let (Rows::Snapshot(was), Rows::Snapshot(is)) = (&mut base.rows, &mut head.rows)
        && let Some(pair) = Pair::of(was, is, [old, new])
    {
        let progress = Progress::new(total, observer);
        let found = side_by_side(context, pair, (&base.file, &head.file), &progress, &mut tell);
        return found.map_err(|error| match &error {
            Error::File { file, source: snapshot_sql::Error::Changed } => {
                let mut sides = [base, head].into_iter().filter(|side| side.file == *file);
                sides.find_map(OpenSide::fault).unwrap_or(error)
            }
            _ => error,
        });
    }
    rows(context, base, head, &mut tell, observer)
}

type Each<'e> = dyn FnMut(&Change<'_>) -> Result<(), StreamError> + 'e;

/// Reads the rows of both sides whole, and hands every difference to `each`.
fn rows(
    context: &Context,
    base: &mut OpenSide,
    head: &mut OpenSide,
    each: &mut Each<'_>,
    observer: Observer<'_>,
) -> Result<Counts, Error> {
    let total = base.name.records.zip(head.name.records).map(|(base, head)| base + head);
    let progress = Progress::new(total, observer);
    let mut old = Watched { rows: &mut base.rows, file: &base.file, progress: &progress, left_out: None };
    let mut new = Watched { rows: &mut head.rows, file: &head.file, progress: &progress, left_out: None };
    let counts = run(context, &mut old, &mut new, each)?;
    base.check()?;
    head.check()?;
    Ok(counts)
}

fn run(
    context: &Context,
    base: &mut dyn RowSource,
    head: &mut dyn RowSource,
    each: &mut Each<'_>,
) -> Result<Counts, Error> {
    let (mut base_scratch, mut head_scratch) = (context.scratch_file()?, context.scratch_file()?);
    let base = Side { rows: base, scratch: &mut base_scratch };
    let head = Side { rows: head, scratch: &mut head_scratch };
    Ok(row_diff::diff(base, head, each)?)
}

/// Compares two files that are known: of their rows only those are parsed that are not the same bytes in both.
fn side_by_side(
    context: &Context,
    pair: Pair<'_, File>,
    (base, head): (&str, &str),
    progress: &Progress<'_>,
    each: &mut Each<'_>,
) -> Result<Counts, Error> {
    let left_out = || pair.left_out();
    let (mut old, mut new) = pair.sides();
    let mut old = Watched { rows: &mut old, file: base, progress, left_out: Some(&left_out) };
    let mut new = Watched { rows: &mut new, file: head, progress, left_out: Some(&left_out) };
    let mut counts = run(context, &mut old, &mut new, each)?;
    for (table, rows) in pair.finish()? {
        counts.tables.entry(table).or_default().equal += rows;
    }
    Ok(counts)
}

/// How far both sides are.
struct Progress<'a> {
    done: Cell<u64>,
    total: Option<u64>,
    observer: RefCell<Observer<'a>>,
}

impl<'a> Progress<'a> {
    fn new(total: Option<u64>, observer: Observer<'a>) -> Self {
        Self { done: Cell::new(0), total, observer: RefCell::new(observer) }
    }

    fn count(&self, left_out: Option<&dyn Fn() -> u64>) {
        let done = self.done.get() + 1;
        self.done.set(done);
        if done.is_multiple_of(1024)
            && let Ok(mut observer) = self.observer.try_borrow_mut()
        {
            let done = done + 2 * left_out.map_or(0, |rows| rows());
            observer(Event { phase: Phase::Comparing, done, total: self.total });
        }
    }
}

/// A snapshot whose rows are counted as they are read, and whose errors name its file.
struct Watched<'a, 'o> {
    rows: &'a mut dyn RowSource,
    file: &'a str,
    progress: &'a Progress<'o>,
    /// How many rows either side has that are not handed out.
    left_out: Option<&'a dyn Fn() -> u64>,
}

impl RowSource for Watched<'_, '_> {
    fn definition(&self) -> &Definition {
        self.rows.definition()
    }

    fn sections(&self) -> Option<Vec<(usize, Ownership, u64)>> {
        self.rows.sections()
    }

    fn open(&mut self) -> Result<Box<dyn RowStream + '_>, StreamError> {
        let stream = self.rows.open().map_err(|error| named(error, self.file))?;
        let Self { file, progress, left_out, .. } = *self;
        Ok(Box::new(WatchedRows { stream, file, progress, left_out }))
    }
}

struct WatchedRows<'a, 'o> {
    stream: Box<dyn RowStream + 'a>,
    file: &'a str,
    progress: &'a Progress<'o>,
    left_out: Option<&'a dyn Fn() -> u64>,
}

impl RowStream for WatchedRows<'_, '_> {
    fn next(&mut self) -> Result<Option<RowEvent<'_>>, StreamError> {
        let event = self.stream.next().map_err(|error| named(error, self.file))?;
        if matches!(event, Some(RowEvent::Row(_))) {
            self.progress.count(self.left_out);
        }
        Ok(event)
    }
}

fn named(error: StreamError, file: &str) -> StreamError {
    Error::from_boxed(error).in_file(file).into()
}
