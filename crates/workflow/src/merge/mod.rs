//! When two branches each added a version: three-way, by row and column, against the last version that both have.
//!
//! What is merged is what both branches have committed, read from git's objects; the work tree, which may be full of git's
//! own attempt, is only written. Versions that both branches have are never touched; those that theirs added come after
//! ours, under other numbers, and a version made of both goes on top. The rule to keep in mind: while one row is open,
//! nothing is written.

mod branches;
mod conflicts;
mod driver;
mod error;
mod renumber;
mod rows;
mod write;

use std::path::PathBuf;

use archive::{Entry, Joined};
use model::{Digest, ScenarioName, Version};
pub use row_diff::merge::{MergeCounts, TableMerge, Take};
use serde::Serialize;

use self::branches::{Branches, Side};
pub use self::conflicts::{Conflicts, OpenCell, OpenRow, Pick, Picks};
pub use self::driver::{Driven, drive};
pub use self::error::MergeError;
use self::rows::{Merged, Target};
use crate::changes::ChangeSummary;
use crate::event::Observer;
use crate::{Context, Error};

/// What a merge does.
#[derive(Clone, Debug)]
pub struct MergeRequest {
    /// The scenario.
    pub scenario: ScenarioName,
    /// The other branch, where git is not in the middle of a merge.
    pub with: Option<String>,
    /// Whose word counts.
    pub picks: Picks,
    /// Whether nothing is written.
    pub dry_run: bool,
}

/// How a scenario's branches were brought together.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum MergeOutcome {
    /// Rows are open; nothing was written.
    Open,
    /// Only one branch added versions.
    OneSided,
    /// This was done before: the archive has all of both.
    Standing,
    /// The versions of theirs come after those of ours, and the last of them holds all that both have.
    Renumbered,
    /// A version made of both is on top.
    Merged,
}

/// What a merge did, or would do.
#[derive(Clone, Debug)]
pub struct MergeReport {
    /// How it ended.
    pub outcome: MergeOutcome,
    /// The version that both began with.
    pub base: Option<Version>,
    /// The newest version of ours.
    pub ours: Option<Version>,
    /// The newest version of theirs.
    pub theirs: Option<Version>,
    /// Versions of theirs that got another number: the old one, the new one.
    pub renumbered: Vec<(Version, Version)>,
    /// The newest version now.
    pub latest: Option<Version>,
    /// How the latest differs from ours.
    pub changes: ChangeSummary,
    /// Which rows came from where, where rows were merged.
    pub counts: Option<MergeCounts>,
    /// What is open.
    pub conflicts: Conflicts,
    /// Other scenarios that both branches added versions to, and that still have to be merged.
    pub waiting: Vec<ScenarioName>,
    /// Files that were written or removed.
    pub paths: Vec<PathBuf>,
    /// Whether git waits for the merge to be committed.
    pub in_progress: bool,
    /// What people should know.
    pub notes: Vec<String>,
}

/// Merges two branches' versions of a scenario.
///
/// # Errors
/// There is nothing to merge, a branch's archive is damaged, or both changed what the scenario holds; the archive is then as
/// it was. Rows that contradict each other are no error but a report.
pub fn merge(
    context: &Context,
    request: &MergeRequest,
    observer: Observer<'_>,
) -> Result<MergeReport, Error> {
    let name = &request.scenario;
    let branches = Branches::find(context, name, request.with.as_deref())?;
    let [base, ours, theirs] =
        [&branches.base, &branches.ours, &branches.theirs].map(|tree| tree.manifest.entries(name));
    if ours.is_empty() && theirs.is_empty() {
        return Err(MergeError::NoVersions { scenario: name.clone() }.into());
    }
    let newest = |entries: &[Entry]| entries.iter().find(|entry| !entry.removed).map(Entry::version);
    let mut report = MergeReport {
        outcome: MergeOutcome::OneSided,
        base: newest(base),
        ours: newest(ours),
        theirs: newest(theirs),
        renumbered: Vec::new(),
        latest: None,
        changes: ChangeSummary::default(),
        counts: None,
        conflicts: Conflicts::default(),
        waiting: Vec::new(),
        paths: Vec::new(),
        in_progress: branches.in_progress,
        notes: Vec::new(),
    };
    match archive::join(base, ours, theirs) {
        Joined::Rewritten(branch, version) => {
            let side = if branch == archive::Branch::Ours { Side::Ours } else { Side::Theirs };
            let path = branches.tree(side).manifest_path();
            let scenario = name.clone();
            Err(archive::Error::Rewritten { path, scenario, version, branch: branch.as_str() }.into())
        }
        Joined::One(entries) => {
            report.latest = newest(&entries);
            write::one_sided(context, request, &branches, entries, &mut report)?;
            Ok(report)
        }
        Joined::Both { common, ours, theirs } => {
            let both = Both::new(context, name, &branches, (common, ours, theirs), &mut report.notes)?;
            merge_both(context, request, &branches, &both, &mut report, observer)?;
            Ok(report)
        }
    }
}

/// The versions of a scenario that both branches added to, each list oldest first.
struct Both {
    /// As the manifest has them: those that both have and those of ours, newest first.
    ours_whole: Vec<Entry>,
    /// The version to merge against, and who still has its file.
    base: Option<(Entry, Side)>,
    /// What ours added and still has.
    ours: Vec<Entry>,
    /// What theirs added and still has.
    theirs: Vec<Entry>,
    /// What tells these versions from each other: rows and definition.
    ids: [Vec<Digest>; 2],
    /// Those of theirs that ours has not.
    new: Vec<Entry>,
    /// Versions whose files go: those that either removed, and all that theirs added, under the names that they had.
    gone: Vec<Version>,
}

impl Both {
    fn new(
        context: &Context,
        name: &ScenarioName,
        branches: &Branches,
        (common, ours, theirs): (Vec<Entry>, Vec<Entry>, Vec<Entry>),
        notes: &mut Vec<String>,
    ) -> Result<Self, Error> {
        let ours_whole = [ours.as_slice(), common.as_slice()].concat();
        let removed = ours_whole.iter().filter(|entry| entry.removed);
        let gone = theirs.iter().chain(removed).map(Entry::version).collect();
        for entry in theirs.iter().filter(|entry| entry.removed) {
            notes.push(format!("theirs had added {} and removed it again: left out", entry.version()));
        }
        let present = |entries: Vec<Entry>| -> Vec<Entry> {
            entries.into_iter().rev().filter(|entry| !entry.removed).collect()
        };
        let (ours, theirs) = (present(ours), present(theirs));
        let held = |entry: &Entry| ours.iter().any(|other| other.facts.content == entry.facts.content);
        // The same rows are the same version only if both mean the same by them.
        let precise = theirs.iter().any(held);
        let id = |side: Side, entry: &Entry| {
            if precise { branches.identity(context, name, side, entry) } else { Ok(entry.facts.content) }
        };
        let ids = [
            ours.iter().map(|entry| id(Side::Ours, entry)).collect::<Result<Vec<_>, _>>()?,
            theirs.iter().map(|entry| id(Side::Theirs, entry)).collect::<Result<Vec<_>, _>>()?,
        ];
        // The same on both, such as after an export of a cherry-picked seed: they part only after it.
        let alike = ids[0].iter().zip(&ids[1]).take_while(|(a, b)| a == b).count();
        let base = match alike.checked_sub(1) {
            Some(at) => Some((ours[at].clone(), Side::Ours)),
            None => common.iter().find_map(|entry| Some((entry.clone(), branches.holder(name, entry)?))),
        };
        let new = theirs.iter().zip(&ids[1]).filter(|(_, id)| !ids[0].contains(id));
        let new = new.map(|(entry, _)| entry.clone()).collect();
        Ok(Self { ours_whole, base, ours, theirs, ids, new, gone })
    }

    /// Where the merged rows come from, if not from a merge.
    fn settled(&self) -> Option<Take> {
        let [ours, theirs] = &self.ids;
        match (is_within(theirs, ours), is_within(ours, theirs)) {
            (true, _) => Some(Take::Ours),
            (false, true) => Some(Take::Theirs),
            (false, false) => None,
        }
    }

    /// The numbers that the versions of theirs get.
    fn numbers(&self, name: &ScenarioName) -> Result<Vec<Version>, Error> {
        let first = self.ours_whole.first().map_or(0, |entry| entry.version().number);
        let none = || archive::Error::NoNumberLeft { scenario: name.clone() };
        let number = |at: usize| u32::try_from(at + 1).ok().and_then(|at| first.checked_add(at));
        let numbered = self.new.iter().enumerate().map(|(at, entry)| {
            Ok(Version { number: number(at).ok_or_else(none)?, date: entry.version().date })
        });
        numbered.collect()
    }
}

/// Whether all of `some` stand in `all`, in this order.
fn is_within(some: &[Digest], all: &[Digest]) -> bool {
    let mut all = all.iter();
    some.iter().all(|wanted| all.any(|found| found == wanted))
}

fn merge_both(
    context: &Context,
    request: &MergeRequest,
    branches: &Branches,
    both: &Both,
    report: &mut MergeReport,
    observer: Observer<'_>,
) -> Result<(), Error> {
    let name = &request.scenario;
    if both.settled() == Some(Take::Ours) || was_done(context, name, both) {
        if !request.picks.rows.is_empty() || request.picks.all.is_some() {
            return Err(MergeError::Stands { scenario: name.clone() }.into());
        }
        report.outcome = MergeOutcome::Standing;
        report.latest = report.ours;
        return match both.settled() {
            Some(Take::Ours) => write::one_sided(context, request, branches, both.ours_whole.clone(), report),
            _ => write::again(context, request, both, report),
        };
    }
    let numbers = both.numbers(name)?;
    let lock = if request.dry_run { None } else { Some(context.archive.lock()?) };
    let on_top = match numbers.last().or(report.ours.as_ref()) {
        Some(last) => last.number.checked_add(1),
        None => Some(1),
    };
    let none = || archive::Error::NoNumberLeft { scenario: name.clone() };
    let version = Version { number: on_top.ok_or_else(none)?, date: context.clock.today() };
    let target = Target { version, new: both.new.last() };
    let merged = rows::merged(context, request, branches, both, target, lock.as_ref(), report, observer)?;
    report.renumbered = both.new.iter().map(Entry::version).zip(numbers.iter().copied()).collect();
    report.outcome = match &merged {
        Merged::Open => {
            report.renumbered.clear();
            report.outcome = MergeOutcome::Open;
            return Ok(());
        }
        Merged::Newest => MergeOutcome::Renumbered,
        Merged::OnTop(_) | Merged::Seen | Merged::Again(..) => MergeOutcome::Merged,
    };
    report.latest = match &merged {
        Merged::Newest | Merged::Open => numbers.last().copied().or(report.ours),
        Merged::OnTop(_) | Merged::Seen | Merged::Again(..) => Some(version),
    };
    match lock {
        Some(lock) => write::both(context, request, branches, both, &numbers, merged, &lock, report),
        None => Ok(()),
    }
}

/// Whether the archive on disk has all of both already: this command was run before.
fn was_done(context: &Context, name: &ScenarioName, both: &Both) -> bool {
    let Ok(manifest) = context.archive.manifest() else { return false };
    let entries = manifest.entries(name);
    let Some(more) = entries.len().checked_sub(both.ours_whole.len()) else { return false };
    let added: Vec<Digest> = entries[..more].iter().rev().map(|entry| entry.facts.content).collect();
    let wanted: Vec<Digest> = both.new.iter().map(|entry| entry.facts.content).collect();
    more > 0 && archive::begins_with(entries, &both.ours_whole) && is_within(&wanted, &added)
}
