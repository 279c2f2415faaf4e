//! What is written once nothing is open: version files, CHANGES.md, latest, schemas and manifest, under the lock.

use archive::{Adoption, Entry, Lock, Manifest, NewFile};
use model::{RowSource as _, ScenarioName, Version};
use row_diff::changes as page;
use snapshot_sql::{Snapshot, Validate};

use super::branches::{Branches, Side};
use super::renumber::renumber;
use super::rows::{Made, Merged};
use super::{Both, MergeError, MergeOutcome, MergeReport, MergeRequest};
use crate::changes::{self, Head};
use crate::export::{Base, check_written};
use crate::{Context, Error, facts};

/// Writes what needs no merge of rows: the entries of both branches, of which at most one added versions.
pub(super) fn one_sided(
    context: &Context,
    request: &MergeRequest,
    branches: &Branches,
    entries: Vec<Entry>,
    report: &mut MergeReport,
) -> Result<(), Error> {
    let name = &request.scenario;
    let (mut manifest, waiting) = others(context, branches, name)?;
    report.waiting = waiting;
    let later = later(context, branches, name, &entries)?;
    if let Some(entries) = &later {
        report.latest = entries.iter().find(|entry| !entry.removed).map(Entry::version);
    }
    if request.dry_run {
        return Ok(());
    }
    let lock = context.archive.lock()?;
    let restored = missing(context, branches, name, &entries, &lock)?;
    let (base, ours, theirs) = (&branches.base.changes, &branches.ours.changes, &branches.theirs.changes);
    let of_ours = branches.ours.manifest.entries(name).first() == entries.first();
    let (changes, other, whose) = if of_ours { (ours, theirs, "ours") } else { (theirs, ours, "theirs") };
    if report.outcome == MergeOutcome::OneSided && other != base && other != changes {
        report.notes.push(format!("both branches edited CHANGES.md: the text of {whose} was taken"));
    }
    let gone = gone(branches.theirs.manifest.entries(name), &entries);
    // What was exported since has its section in CHANGES.md.
    let changes = if later.is_some() { None } else { changes.clone() };
    manifest.set(name.clone(), later.unwrap_or(entries));
    let (files, schemas) = (Vec::new(), schemas(branches));
    let adoption = Adoption { scenario: name, manifest, files, restored, gone, schemas, changes };
    report.paths = context.archive.adopt(&lock, adoption)?;
    Ok(())
}

/// Ends what an earlier run may have been stopped in: the manifest says all of both, files with their old names may be left.
pub(super) fn again(
    context: &Context,
    request: &MergeRequest,
    both: &Both,
    report: &mut MergeReport,
) -> Result<(), Error> {
    let name = &request.scenario;
    let manifest = context.archive.manifest()?;
    report.latest = manifest.latest(name).map(Entry::version);
    if request.dry_run {
        return Ok(());
    }
    let lock = context.archive.lock()?;
    let (files, restored) = (Vec::new(), Vec::new());
    let (gone, schemas) = (both.gone.clone(), std::collections::BTreeMap::new());
    let adoption = Adoption { scenario: name, manifest, files, restored, gone, schemas, changes: None };
    report.paths = context.archive.adopt(&lock, adoption)?;
    Ok(())
}

/// The versions of theirs that did not keep their names.
fn gone(theirs: &[Entry], kept: &[Entry]) -> Vec<Version> {
    let is_kept =
        |entry: &&Entry| !kept.iter().any(|kept| !kept.removed && kept.version() == entry.version());
    theirs.iter().filter(is_kept).map(Entry::version).collect()
}

/// Writes ours, theirs under other numbers, and the merged version.
#[expect(clippy::too_many_arguments, reason = "one caller, which has each of them at hand")]
pub(super) fn both(
    context: &Context,
    request: &MergeRequest,
    branches: &Branches,
    both: &Both,
    numbers: &[Version],
    merged: Merged,
    lock: &Lock,
    report: &mut MergeReport,
) -> Result<(), Error> {
    let name = &request.scenario;
    let (mut manifest, waiting) = others(context, branches, name)?;
    report.waiting = waiting;
    if let Some(entries) = later(context, branches, name, &both.ours_whole)? {
        return Err(between(branches, name, &entries));
    }
    let mut writing =
        Writing { context, branches, name, lock, text: branches.ours.changes.clone(), files: Vec::new() };
    let mut before = both.base.clone();
    for (entry, version) in both.new.iter().zip(numbers) {
        writing.theirs(entry, *version, before)?;
        before = Some((entry.clone(), Side::Theirs));
    }
    match merged {
        Merged::Open | Merged::Newest | Merged::Seen => {}
        Merged::Again(entry, version) => writing.theirs(&entry, version, before)?,
        Merged::OnTop(made) => report.changes = writing.on_top(both, *made)?,
    }
    let restored = missing(context, branches, name, &both.ours_whole, lock)?;
    manifest.set(name.clone(), both.ours_whole.clone());
    let adoption = Adoption {
        scenario: name,
        manifest,
        files: writing.files,
        restored,
        gone: both.gone.clone(),
        schemas: schemas(branches),
        changes: writing.text,
    };
    report.paths = context.archive.adopt(lock, adoption)?;
    Ok(())
}

struct Writing<'a> {
    context: &'a Context,
    branches: &'a Branches,
    name: &'a ScenarioName,
    lock: &'a Lock,
    text: Option<String>,
    files: Vec<(NewFile, archive::Facts)>,
}

impl Writing<'_> {
    /// Adds a version of theirs under another number; `before` is the one that it was made from, and who has its file.
    fn theirs(
        &mut self,
        entry: &Entry,
        version: Version,
        before: Option<(Entry, Side)>,
    ) -> Result<(), Error> {
        let (context, branches, name) = (self.context, self.branches, self.name);
        let mut snapshot = branches.open(context, name, &branches.theirs, entry)?;
        let file = context.archive.begin(self.lock, name)?;
        let facts = renumber(context, &mut snapshot, entry, version, file.file())?;
        let base = match before {
            None => None,
            Some((before, side)) => {
                let snapshot = branches.open(context, name, branches.tree(side), &before)?;
                let entry = self.renamed(before);
                Some(Base { definition: snapshot.definition().clone(), entry, snapshot })
            }
        };
        let sections = snapshot.sections().unwrap_or_default();
        let head = Head { version, rows: &mut snapshot, sections: &sections };
        let (_, section) = changes::section(context, base, head)?;
        self.text = Some(page::prepend(self.text.as_deref(), &section));
        self.files.push((file, facts));
        Ok(())
    }

    /// A version of theirs as it is called now.
    fn renamed(&self, entry: Entry) -> Entry {
        let same = |facts: &&archive::Facts| facts.content == entry.facts.content;
        match self.files.iter().map(|(_, facts)| facts).find(same) {
            Some(facts) => Entry { facts: facts.clone(), ..entry },
            None => entry,
        }
    }

    /// Adds the version made of both, described against ours.
    fn on_top(&mut self, both: &Both, made: Made) -> Result<changes::ChangeSummary, Error> {
        let (context, name) = (self.context, self.name);
        let Made { file, version, collected, assembled } = made;
        check_written(file.file(), Validate::Auto, &mut |_| ())?;
        let base = match both.ours.last() {
            Some(entry) => {
                let snapshot = self.branches.open(context, name, &self.branches.ours, entry)?;
                Some(Base { definition: snapshot.definition().clone(), entry: entry.clone(), snapshot })
            }
            None => None,
        };
        let handle = file.file().try_clone().map_err(Error::spool)?;
        let sections = &collected.body.tally().sections;
        let head = Head { version, rows: &mut Snapshot::open(handle)?, sections };
        let (changes, section) = changes::section(context, base, head)?;
        let catalog = &collected.catalog;
        let facts = facts::of(&assembled.header, &assembled.trailer, sections, catalog, &changes, version);
        self.text = Some(page::prepend(self.text.as_deref(), &section));
        self.files.push((file, facts));
        Ok(changes)
    }
}

fn schemas(branches: &Branches) -> std::collections::BTreeMap<model::Digest, model::Catalog> {
    let mut all = branches.ours.schemas.clone();
    all.extend(branches.theirs.schemas.clone());
    all
}

/// The manifest with all other scenarios, and those of them that both branches added versions to.
fn others(
    context: &Context,
    branches: &Branches,
    name: &ScenarioName,
) -> Result<(Manifest, Vec<ScenarioName>), Error> {
    // Without a merge by git, its other files have not been merged either.
    if !branches.in_progress {
        return Ok((branches.ours.manifest.clone(), Vec::new()));
    }
    let path = branches.ours.manifest_path();
    let (base, ours, theirs) = (&branches.base.manifest, &branches.ours.manifest, &branches.theirs.manifest);
    let mut joined = archive::join_manifests(&path, base, ours, theirs)?;
    joined.open.retain(|open| open != name);
    // One that was merged before this one stays as it is.
    if let Ok(disk) = context.archive.manifest() {
        joined.open.retain(|open| {
            let whole = disk.entries(open);
            let done = whole.len() > ours.entries(open).len()
                && archive::begins_with(whole, ours.entries(open))
                && holds(whole, theirs.entries(open));
            if done {
                joined.manifest.set(open.clone(), whole.to_vec());
            }
            !done
        });
        for (other, _) in disk.scenarios().filter(|(other, _)| *other != name) {
            if let Some(entries) = later(context, branches, other, joined.manifest.entries(other))? {
                joined.manifest.set(other.clone(), entries);
            }
        }
    }
    Ok((joined.manifest, joined.open))
}

/// Whether the rows of all these versions stand in a list.
fn holds(whole: &[Entry], entries: &[Entry]) -> bool {
    let has = |entry: &Entry| whole.iter().any(|other| other.facts.content == entry.facts.content);
    entries.iter().all(|entry| entry.removed || has(entry))
}

/// The scenario's entries on disk, if they go on where `entries` end: what was exported while the merge was open.
///
/// # Errors
/// They go on somewhere else.
fn later(
    context: &Context,
    branches: &Branches,
    name: &ScenarioName,
    entries: &[Entry],
) -> Result<Option<Vec<Entry>>, Error> {
    let Ok(disk) = context.archive.manifest() else { return Ok(None) };
    let found = disk.entries(name);
    if !archive::begins_with(found, entries) {
        let known = !found.iter().any(|entry| branches.is_unknown(name, entry));
        return if known { Ok(None) } else { Err(between(branches, name, found)) };
    }
    let more = found.len() - entries.len();
    if more == 0 {
        return Ok(None);
    }
    let mut all = found.to_vec();
    for (entry, joined) in all[more..].iter_mut().zip(entries) {
        entry.removed |= joined.removed;
    }
    Ok(Some(all))
}

fn between(branches: &Branches, name: &ScenarioName, entries: &[Entry]) -> Error {
    let unknown = entries.iter().find(|entry| branches.is_unknown(name, entry)).or(entries.first());
    match unknown.map(Entry::version) {
        Some(version) => MergeError::Between { scenario: name.clone(), version }.into(),
        None => MergeError::Uncommitted.into(),
    }
}

/// Versions of `entries` whose files are not on disk as a branch has them: where git left an attempt of its own, or where
/// nothing was merged by git. Versions that both branches began with are not touched.
fn missing(
    context: &Context,
    branches: &Branches,
    name: &ScenarioName,
    entries: &[Entry],
    lock: &Lock,
) -> Result<Vec<(NewFile, Version)>, Error> {
    let (base, ours, theirs) = (&branches.base.manifest, &branches.ours.manifest, &branches.theirs.manifest);
    let mut files = Vec::new();
    for entry in entries.iter().filter(|entry| !entry.removed && !base.entries(name).contains(entry)) {
        let has = |manifest: &Manifest| manifest.entries(name).iter().any(|other| other.chain == entry.chain);
        let rival = |manifest: &Manifest| {
            manifest.entries(name).iter().any(|other| other.file == entry.file && other.chain != entry.chain)
        };
        let in_place = context.archive.open_version(name, entry).is_ok();
        if in_place && !rival(ours) && !rival(theirs) {
            continue;
        }
        let tree = if has(ours) { &branches.ours } else { &branches.theirs };
        let file = context.archive.begin(lock, name)?;
        let mut handle = file.file().try_clone().map_err(Error::spool)?;
        branches.read(name, tree, entry, &mut handle)?;
        files.push((file, entry.version()));
    }
    Ok(files)
}
