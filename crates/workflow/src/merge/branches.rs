//! The two branches and where they parted, as git has them: manifests, schemas, CHANGES.md and version files.
//!
//! Nothing is taken from the work tree, which is in the middle of a merge.

use std::collections::BTreeMap;
use std::fs::File;
use std::path::{Path, PathBuf};

use archive::{Entry, Manifest};
use model::{Catalog, Digest, RowSource as _, ScenarioName};
use scenario::Scenario;
use snapshot_sql::Snapshot;

use super::MergeError;
use crate::context::scenario_of;
use crate::git::{Commit, Repository};
use crate::{Context, Error};

/// As much as the archive reads of such files.
const MOST_TEXT: u64 = 16 << 20;
const MANIFEST: &str = "metadata/export_manifest.json";
const SCHEMAS: &str = "metadata/schema_versions.json";

/// Whose tree.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Side {
    Base,
    Ours,
    Theirs,
}

/// Two branches of one repository.
pub(super) struct Branches {
    repository: Repository,
    /// Whether git is in the middle of merging them.
    pub(super) in_progress: bool,
    pub(super) base: Tree,
    pub(super) ours: Tree,
    pub(super) theirs: Tree,
}

/// What a commit has of the archive; a commit that there is not has nothing.
#[derive(Default)]
pub(super) struct Tree {
    commit: Option<Commit>,
    pub(super) manifest: Manifest,
    pub(super) schemas: BTreeMap<Digest, Catalog>,
    /// Of the scenario: `CHANGES.md`.
    pub(super) changes: Option<String>,
    /// Of the scenario: `scenario.yaml`.
    pub(super) scenario: Option<String>,
}

impl Branches {
    /// The branches of the merge that is going on, or HEAD and the one that is named.
    ///
    /// # Errors
    /// No merge is going on, the branch is unknown, or what a branch has cannot be read.
    pub(super) fn find(context: &Context, name: &ScenarioName, with: Option<&str>) -> Result<Self, Error> {
        let repository = Repository::of(context.archive.dir())?;
        let heads = repository.merge_heads()?;
        if heads.is_empty()
            && let Some(what) = repository.replaying()?
        {
            return Err(MergeError::Replaying { what }.into());
        }
        let theirs = match (heads.as_slice(), with) {
            ([], None) => return Err(MergeError::NoMerge.into()),
            ([], Some(revision)) => repository.resolve(revision)?,
            ([head], None) => head.clone(),
            ([head], Some(revision)) if repository.resolve(revision)? == *head => head.clone(),
            (heads, None) => return Err(MergeError::TooMany { count: heads.len() + 1 }.into()),
            _ => return Err(MergeError::InProgress.into()),
        };
        let ours = repository.resolve("HEAD")?;
        let mut bases = Vec::new();
        for commit in repository.merge_bases(&ours, &theirs)? {
            bases.push(Tree::read(&repository, name, commit)?);
        }
        let same = |tree: &Tree| {
            bases.first().is_some_and(|first| first.manifest.entries(name) == tree.manifest.entries(name))
        };
        if !bases.iter().all(same) {
            return Err(MergeError::CrissCross { scenario: name.clone(), count: bases.len() }.into());
        }
        let in_progress = !heads.is_empty();
        let ours = Tree::read(&repository, name, ours)?;
        if !in_progress && context.archive.manifest()? != ours.manifest {
            return Err(MergeError::Uncommitted.into());
        }
        let theirs = Tree::read(&repository, name, theirs)?;
        let base = bases.into_iter().next().unwrap_or_default();
        Ok(Self { repository, in_progress, base, ours, theirs })
    }

    pub(super) fn tree(&self, side: Side) -> &Tree {
        match side {
            Side::Base => &self.base,
            Side::Ours => &self.ours,
            Side::Theirs => &self.theirs,
        }
    }

    /// Who has the file of a version that both branches know: one of them may have removed it since.
    pub(super) fn holder(&self, name: &ScenarioName, entry: &Entry) -> Option<Side> {
        [Side::Base, Side::Ours, Side::Theirs].into_iter().find(|side| {
            let entries = self.tree(*side).manifest.entries(name);
            entries.iter().any(|other| other.chain == entry.chain && !other.removed)
        })
    }

    /// What may be the settings of the scenario once both are one, the likelier first: those of the branch that changed
    /// them, then those on disk, as git or people merged them. None if both changed them and nobody has merged that yet.
    pub(super) fn scenarios(&self, context: &Context, name: &ScenarioName) -> Vec<Scenario> {
        let [base, ours, theirs] = [&self.base, &self.ours, &self.theirs];
        let of = match (base, ours, theirs) {
            (base, ours, theirs) if ours.scenario == theirs.scenario || base.scenario == theirs.scenario => {
                Some(ours)
            }
            (base, ours, theirs) if base.scenario == ours.scenario => Some(theirs),
            _ => None,
        };
        let committed = of.and_then(|tree| {
            let text = tree.scenario.as_ref()?;
            scenario_of(name, text, tree.shown(&format!("{name}/scenario.yaml"))).ok()
        });
        let on_disk = if self.in_progress { context.scenario(name).ok() } else { None };
        committed.into_iter().chain(on_disk).collect()
    }

    /// Whether neither branch, nor what both began with, has a version.
    pub(super) fn is_unknown(&self, name: &ScenarioName, entry: &Entry) -> bool {
        let mut trees = [&self.base, &self.ours, &self.theirs].into_iter();
        !trees.any(|tree| tree.manifest.entries(name).iter().any(|other| other.chain == entry.chain))
    }

    /// What tells a version from others, whatever its number: rows and definition.
    ///
    /// # Errors
    /// Its file cannot be read.
    pub(super) fn identity(
        &self,
        context: &Context,
        name: &ScenarioName,
        side: Side,
        entry: &Entry,
    ) -> Result<Digest, Error> {
        let snapshot = self.open(context, name, self.tree(side), entry)?;
        Ok(Digest::of(format!("{} {:?}", entry.facts.content, snapshot.definition()).as_bytes()))
    }

    /// A version's file as a commit has it.
    ///
    /// # Errors
    /// It is not there or not as long as its entry says.
    pub(super) fn read(
        &self,
        name: &ScenarioName,
        tree: &Tree,
        entry: &Entry,
        into: &mut File,
    ) -> Result<(), Error> {
        let path = format!("{name}/{}", entry.file);
        let file = || tree.shown(&path);
        let blob = match &tree.commit {
            Some(commit) => self.repository.blob(commit, &path)?,
            None => None,
        };
        let Some(blob) = blob else { return Err(MergeError::NoFile { file: file() }.into()) };
        if blob.size != entry.size {
            let what = format!("it has {} bytes, the manifest says {}", blob.size, entry.size);
            return Err(Error::NotTheRecorded { file: file(), what });
        }
        Ok(self.repository.read_into(&blob, into)?)
    }

    /// A version as a commit has it, read whole and found to be the recorded one.
    ///
    /// # Errors
    /// It is not, or is damaged.
    pub(super) fn open(
        &self,
        context: &Context,
        name: &ScenarioName,
        tree: &Tree,
        entry: &Entry,
    ) -> Result<Snapshot<File>, Error> {
        let mut file = context.scratch_file()?;
        self.read(name, tree, entry, &mut file)?;
        let shown = tree.shown(&format!("{name}/{}", entry.file));
        let mut snapshot = Snapshot::open(file).map_err(|source| Error::file(&shown, source))?;
        let checked = snapshot.check().map_err(|source| Error::file(&shown, source))?;
        let (header, trailer) = (&checked.header, &checked.trailer);
        let recorded = header.scenario == *name
            && header.version == Some(entry.version())
            && trailer.content == entry.facts.content
            && trailer.file == entry.facts.file_digest;
        if !recorded {
            let what = "its name or its digests are not those that were recorded".to_owned();
            return Err(Error::NotTheRecorded { file: shown, what });
        }
        Ok(snapshot)
    }
}

impl Tree {
    fn read(repository: &Repository, name: &ScenarioName, commit: Commit) -> Result<Self, Error> {
        let text = |path: &str| repository.text(&commit, path, MOST_TEXT);
        let shown = |path: &str| PathBuf::from(format!("{commit}:{path}"));
        let manifest = text(MANIFEST)?.unwrap_or_default();
        let manifest = Manifest::of_text(&shown(MANIFEST), &manifest)?;
        let schemas = archive::schemas_of(&shown(SCHEMAS), &text(SCHEMAS)?.unwrap_or_default())?;
        let changes = text(&format!("{name}/CHANGES.md"))?;
        let scenario = text(&format!("{name}/scenario.yaml"))?;
        Ok(Self { commit: Some(commit), manifest, schemas, changes, scenario })
    }

    /// A file of it, as messages name it.
    fn shown(&self, path: &str) -> String {
        let commit = self.commit.as_ref().map_or("no commit", Commit::short);
        format!("{commit}:{path}")
    }

    /// Where the manifest is, for messages.
    pub(super) fn manifest_path(&self) -> PathBuf {
        Path::new(&self.shown(MANIFEST)).to_owned()
    }
}
