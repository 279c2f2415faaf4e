//! The rows of both branches as one version, checked as an import would: in a scratch database, references whole, each row
//! in the section where the scenario's own definition puts it.

use std::fs::File;

use archive::{Entry, Lock, NewFile};
use model::{Catalog, Definition, Engine, RowSource, Scope, Version, fit};
use row_diff::merge::{Hold, Rows, RowsWriter, Sides, Take, merge_definitions};
use row_diff::{Change, Kind, Side};
use snapshot_sql::{Draft, Snapshot};

use super::branches::Branches;
use super::conflicts::{Deciding, OpenRow, shown_row};
use super::{Both, MergeError, MergeReport, MergeRequest};
use crate::collect::{Assembled, Collected, Output, collect_within, first_misfit};
use crate::context::{Scratch, plan};
use crate::event::Observer;
use crate::{Context, Error, Fault, restored};

/// What the merged rows have become.
pub(super) enum Merged {
    /// Rows are open.
    Open,
    /// They are those of theirs' newest version, which will be the newest.
    Newest,
    /// They are a version of their own.
    OnTop(Box<Made>),
    /// They would be a version of their own.
    Seen,
    /// They are those of a version of theirs that will not be the newest.
    Again(Box<Entry>, Version),
}

/// A version of the rows of both.
pub(super) struct Made {
    /// Its file, complete.
    pub(super) file: NewFile,
    pub(super) version: Version,
    pub(super) collected: Collected,
    pub(super) assembled: Assembled,
}

/// What is to be made.
#[derive(Clone, Copy)]
pub(super) struct Target<'a> {
    /// The number of a version on top.
    pub(super) version: Version,
    /// The version of theirs that will be the newest but for that.
    pub(super) new: Option<&'a Entry>,
}

/// The three versions that are merged, each in a file of its own.
struct Three {
    base: Option<Snapshot<File>>,
    ours: Snapshot<File>,
    theirs: Snapshot<File>,
}

/// Merges the rows of both branches.
///
/// # Errors
/// A version cannot be read, both changed what the scenario holds, or a pick names no row.
#[expect(clippy::too_many_arguments, reason = "one caller, which has each of them at hand")]
pub(super) fn merged(
    context: &Context,
    request: &MergeRequest,
    branches: &Branches,
    both: &Both,
    target: Target<'_>,
    lock: Option<&Lock>,
    report: &mut MergeReport,
    observer: Observer<'_>,
) -> Result<Merged, Error> {
    let (Some(ours), Some(theirs)) = (both.ours.last(), both.theirs.last()) else {
        return Ok(Merged::Newest);
    };
    if both.settled() == Some(Take::Theirs) {
        let newest = target.new.is_some_and(|new| new.facts.content == theirs.facts.content);
        return Ok(if newest {
            Merged::Newest
        } else {
            Merged::Again(Box::new(theirs.clone()), target.version)
        });
    }
    let name = &request.scenario;
    let mut three = Three {
        base: match &both.base {
            Some((entry, side)) => Some(branches.open(context, name, branches.tree(*side), entry)?),
            None => None,
        },
        ours: branches.open(context, name, &branches.ours, ours)?,
        theirs: branches.open(context, name, &branches.theirs, theirs)?,
    };
    let base = three.base.as_ref().map(|base| base.definition().clone());
    let definition = merge_definitions(base.as_ref(), three.ours.definition(), three.theirs.definition())?;
    let catalog = catalog(branches, both, &three, &definition)?;
    let mut spool = context.scratch_file()?;
    let mut deciding = Deciding::new(&request.picks, RowsWriter::new(&mut spool)?);
    let counts = compare(context, &mut three, &definition, &mut deciding)?;
    deciding.unused()?;
    report.counts = Some(counts);
    report.conflicts = std::mem::take(&mut deciding.conflicts);
    if report.conflicts.total > 0 {
        return Ok(Merged::Open);
    }
    let mut rows = deciding.rows.finish(restored::all_rows(&definition))?;
    let draft = Draft {
        scenario: name.clone(),
        version: Some(target.version),
        generated: context.clock.now(),
        source: Engine::Sqlite,
        engines: engines(&three),
        definition,
    };
    let file = lock.map(|lock| context.archive.begin(lock, name)).transpose()?;
    let scope = scope(context, branches, &catalog, &draft);
    let checked = check(context, &catalog, scope, draft, &mut rows, file.as_ref(), report, observer)?;
    let Some((collected, assembled)) = checked else { return Ok(Merged::Open) };
    let content = collected.body.tally().content;
    let same = content == theirs.facts.content && collected.draft.definition == *three.theirs.definition();
    if same && target.new.is_some_and(|new| new.facts.content == content) {
        return Ok(Merged::Newest);
    }
    let version = target.version;
    Ok(file
        .map_or(Merged::Seen, |file| Merged::OnTop(Box::new(Made { file, version, collected, assembled }))))
}

fn compare(
    context: &Context,
    three: &mut Three,
    definition: &Definition,
    deciding: &mut Deciding<'_, '_>,
) -> Result<row_diff::merge::MergeCounts, Error> {
    let mut scratch = [context.scratch_file()?, context.scratch_file()?, context.scratch_file()?];
    let [a, b, c] = &mut scratch;
    let sides = Sides {
        base: three.base.as_mut().map(|base| Side { rows: base, scratch: a }),
        ours: Side { rows: &mut three.ours, scratch: b },
        theirs: Side { rows: &mut three.theirs, scratch: c },
    };
    Ok(row_diff::merge::merge(sides, definition, deciding)?)
}

/// The schema of the branch whose definition it is; of both, that of the branch that changed it.
fn catalog(
    branches: &Branches,
    both: &Both,
    three: &Three,
    definition: &Definition,
) -> Result<Catalog, Error> {
    let schema = |entry: Option<&Entry>| entry.map(|entry| entry.facts.schema);
    let (ours, theirs) = (schema(both.ours.last()), schema(both.theirs.last()));
    let base = schema(both.base.as_ref().map(|(entry, _)| entry));
    let of_ours = *definition == *three.ours.definition();
    let of_theirs = *definition == *three.theirs.definition();
    let (fingerprint, tree) = if of_ours && (!of_theirs || base != ours) {
        (ours, &branches.ours)
    } else {
        (theirs, &branches.theirs)
    };
    let found = fingerprint.and_then(|fingerprint| tree.schemas.get(&fingerprint).cloned());
    found.ok_or_else(|| Error::SchemaMissing {
        file: tree.manifest_path().display().to_string(),
        schema: fingerprint.map(|fingerprint| fingerprint.to_string()).unwrap_or_default(),
    })
}

/// The engines of both, or of the branch that changed them.
fn engines(three: &Three) -> Vec<Engine> {
    let (ours, theirs) = (&three.ours.header().engines, &three.theirs.header().engines);
    match &three.base {
        Some(base) if base.header().engines == *ours => theirs.clone(),
        _ => ours.clone(),
    }
}

/// Loads the rows into a scratch database and reads them back as an export would; `None`, with the conflicts told, if they
/// do not fit together. Without a `scope`, nothing may stay behind.
#[expect(clippy::too_many_arguments, reason = "one caller, which has each of them at hand")]
fn check(
    context: &Context,
    catalog: &Catalog,
    scope: Option<Scope>,
    draft: Draft,
    rows: &mut Rows<'_>,
    file: Option<&NewFile>,
    report: &mut MergeReport,
    observer: Observer<'_>,
) -> Result<Option<(Collected, Assembled)>, Error> {
    if !draft.engines.contains(&Engine::Sqlite) {
        let misfit = match fit::name_misfit(&draft.definition, Engine::Sqlite) {
            None => first_misfit(rows, Engine::Sqlite)?,
            names => names,
        };
        if let Some(misfit) = misfit {
            return Err(MergeError::BeyondScratch { scenario: draft.scenario, misfit }.into());
        }
    }
    let scratch = Scratch::empty()?;
    let mut database = scratch.target()?;
    database.create_schema(&catalog.for_engine(Engine::Sqlite))?;
    let loaded = match database.load(rows).map_err(Error::from) {
        Ok(loaded) => loaded,
        Err(error) if error.fault() == Fault::Data => {
            report.conflicts.add(together(&error));
            return Ok(None);
        }
        Err(error) => return Err(error),
    };
    drop(database);
    let mut source = scratch.source()?;
    let unnamed = context.scratch_file()?;
    let output = Output {
        file: file.map_or(&unnamed, NewFile::file),
        lasting: file.is_some(),
        version: draft.version,
        base: None,
        allow_empty: true,
    };
    let version = draft.version;
    let is_known = scope.is_some();
    let scope = scope.unwrap_or_default();
    let mut collected = collect_within(context, output, source.as_mut(), catalog, draft, &scope, observer)?;
    let assembled = collected.assemble(version, context.clock.now())?;
    if collected.body.tally().records != loaded {
        if !is_known {
            return Err(MergeError::NoScope { scenario: collected.draft.scenario.clone() }.into());
        }
        // Parents that no row needs any more are gone; rows that are the scenario's own may not be.
        rows.only(Hold::Shared);
        report.notes.extend(left_behind(context, &mut collected, rows)?);
        rows.only(Hold::Owned);
    }
    come_back(context, &mut collected, rows, report)?;
    Ok((report.conflicts.total == 0).then_some((collected, assembled)))
}

/// The scenario's own reach, where its scenario.yaml says what the versions say. Limits shape exports, not what both
/// branches have exported already.
fn scope(context: &Context, branches: &Branches, catalog: &Catalog, draft: &Draft) -> Option<Scope> {
    let scenarios = branches.scenarios(context, &draft.scenario);
    let plans = scenarios.iter().filter_map(|scenario| {
        plan(catalog, scenario, Some(&draft.definition), &std::collections::BTreeSet::new()).ok()
    });
    let plan = plans.into_iter().find(|plan| plan.definition == draft.definition)?;
    Some(Scope {
        rows: std::collections::BTreeMap::new(),
        children: std::collections::BTreeMap::new(),
        ..plan.scope
    })
}

/// Names the parents that neither branch gave up, and that no row needs any more once both are one.
fn left_behind(
    context: &Context,
    collected: &mut Collected,
    rows: &mut Rows<'_>,
) -> Result<Vec<String>, Error> {
    let mut head = Snapshot::open(collected.reopen()?)?;
    let (mut a, mut b) = (context.scratch_file()?, context.scratch_file()?);
    let (mut first, mut count) = (None, 0_u64);
    let mut each = |change: &Change<'_>| {
        if let Kind::Removed(row) = &change.kind {
            let key = if change.table.key.is_empty() { row } else { change.key };
            first.get_or_insert_with(|| shown_row(change.table, key));
            count += 1;
        }
        Ok(())
    };
    row_diff::diff(Side { rows, scratch: &mut a }, Side { rows: &mut head, scratch: &mut b }, &mut each)?;
    let more = if count > 1 { format!(" and {} more", count - 1) } else { String::new() };
    Ok(first.into_iter().map(|row| format!("no row needs {row}{more} any more: left out")).collect())
}

/// Rows that each fit, and not all together.
fn together(error: &Error) -> OpenRow {
    let cause = std::error::Error::source(error).map(|cause| format!(": {cause}")).unwrap_or_default();
    OpenRow {
        row: "the rows of both together".to_owned(),
        pick: None,
        what: format!(
            "{error}{cause}; decide on this row, or on the one that it needs or that is in its way"
        ),
        columns: Vec::new(),
    }
}

/// Checks that the rows came back as they were, and tells those that the scenario no longer takes once both are one.
fn come_back(
    context: &Context,
    collected: &mut Collected,
    rows: &mut dyn RowSource,
    report: &mut MergeReport,
) -> Result<(), Error> {
    let mut head = Snapshot::open(collected.reopen()?)?;
    let (mut a, mut b) = (context.scratch_file()?, context.scratch_file()?);
    let mut other = None;
    let mut each = |change: &Change<'_>| {
        if let Kind::Changed(_) = &change.kind {
            other.get_or_insert_with(|| shown_row(change.table, change.key));
        }
        if let Kind::Removed(row) = &change.kind {
            let key = if change.table.key.is_empty() { row } else { change.key };
            report.conflicts.add(OpenRow {
                row: shown_row(change.table, key),
                pick: Some(super::conflicts::pick_of(change.table, key)),
                what: "once both are one, no row of the scenario leads to it any more".to_owned(),
                columns: Vec::new(),
            });
        }
        Ok(())
    };
    let base = Side { rows, scratch: &mut a };
    row_diff::diff(base, Side { rows: &mut head, scratch: &mut b }, &mut each)?;
    match other {
        None => Ok(()),
        Some(row) => {
            let misfit = format!("SQLite gives {row} back with other values");
            Err(MergeError::BeyondScratch { scenario: collected.draft.scenario.clone(), misfit }.into())
        }
    }
}
