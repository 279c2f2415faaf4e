//! What can keep two branches from being merged, before any row is compared.

use model::text::Shown;
use model::{ScenarioName, Version};

/// Why two branches' versions could not be merged. The archive is then as it was.
#[derive(Debug, thiserror::Error, miette::Diagnostic)]
pub enum MergeError {
    /// There is nothing to merge with.
    #[error("no merge is going on here")]
    #[diagnostic(help("start one with `git merge BRANCH`, or name the other branch: --with BRANCH"))]
    NoMerge,
    /// A merge is going on, and another branch was named.
    #[error("a merge is going on here, and --with names another branch")]
    #[diagnostic(help("leave out --with, or end the merge first: `git merge --abort`"))]
    InProgress,
    /// A rebase or a cherry-pick, where ours and theirs are not two branches.
    #[error("a {what} is going on here, and only two branches can be merged row by row")]
    #[diagnostic(help("end it with `git {what} --abort`, and merge the branch: `git merge BRANCH`"))]
    Replaying {
        /// `rebase` or `cherry-pick`.
        what: &'static str,
    },
    /// Something was to be decided where all is done.
    #[error("{scenario} holds all of both branches already, so there is nothing to decide")]
    #[diagnostic(help(
        "leave out --ours and --theirs; to decide again: `git add demo-snapshots && git merge --abort`, and begin anew"
    ))]
    Stands {
        /// The scenario.
        scenario: ScenarioName,
    },
    /// Versions that were added on disk while the merge was open.
    #[error("the archive holds a version of {scenario} that neither branch has: {version}")]
    #[diagnostic(help(
        "it was exported while the merge was open, and is not based on what both have: end the merge with `git add demo-snapshots && git merge --abort`, merge again, and export after that"
    ))]
    Between {
        /// The scenario.
        scenario: ScenarioName,
        /// The newest of them.
        version: Version,
    },
    /// Rows that the scenario.yaml at hand does not lead to.
    #[error("{scenario}: no scenario.yaml at hand leads to all rows of both branches")]
    #[diagnostic(help(
        "both branches changed scenario.yaml, or it does not say what their versions hold: resolve scenario.yaml first, then merge again (without git's merge: bring one branch's scenario.yaml into the other, and export there)"
    ))]
    NoScope {
        /// The scenario.
        scenario: ScenarioName,
    },
    /// A merge of more than two branches.
    #[error("this merge has {count} branches, and only two can be merged row by row")]
    #[diagnostic(help("end it with `git merge --abort`, and merge one branch after the other"))]
    TooMany {
        /// How many.
        count: usize,
    },
    /// Several newest common commits, which have different versions.
    #[error(
        "the two branches have {count} newest common commits, and these differ in the versions of {scenario}"
    )]
    #[diagnostic(help(
        "merge one of those commits into both branches first; `git merge-base --all HEAD MERGE_HEAD` names them"
    ))]
    CrissCross {
        /// The scenario.
        scenario: ScenarioName,
        /// How many.
        count: usize,
    },
    /// The archive holds what is not committed.
    #[error("the archive holds versions that are not committed")]
    #[diagnostic(help("commit them first: what is merged is what both branches have committed"))]
    Uncommitted,
    /// Neither branch has a version.
    #[error("neither branch has a version of {scenario}")]
    #[diagnostic(help("`demo-list` shows the versions there are"))]
    NoVersions {
        /// The scenario.
        scenario: ScenarioName,
    },
    /// A file of a commit is missing.
    #[error("{}: the commit does not have this file", Shown(.file))]
    #[diagnostic(help("commit the version's file in that branch, then merge again"))]
    NoFile {
        /// Commit and path.
        file: String,
    },
    /// A row was named that does not differ.
    #[error("`{}` names no row on which the two branches differ", Shown(.row))]
    #[diagnostic(help(
        "name a row as the list of conflicts does: TABLE:KEY, the key of several columns as a JSON list; a table alone means all its conflicts"
    ))]
    NoSuchRow {
        /// As typed.
        row: String,
    },
    /// A version for PostgreSQL alone that the scratch database, SQLite's, cannot hold.
    #[error(
        "{scenario} cannot be merged row by row: {misfit}, and merged rows are checked in a scratch SQLite database"
    )]
    #[diagnostic(help(
        "import one branch's version into a PostgreSQL database, bring in the other's changes there, and export"
    ))]
    BeyondScratch {
        /// The scenario.
        scenario: ScenarioName,
        /// What SQLite cannot hold, in words.
        misfit: String,
    },
    /// No driver for such a file.
    #[error("`{}` is no file that this merges", Shown(.path))]
    #[diagnostic(help("set `merge=demo-merge` for metadata/*.json and CHANGES.md of the archive alone"))]
    NoDriver {
        /// The path.
        path: String,
    },
}

impl MergeError {
    /// Whether the request is at fault, and not what the branches hold.
    pub(crate) fn is_usage(&self) -> bool {
        !matches!(
            self,
            Self::CrissCross { .. } | Self::NoFile { .. } | Self::BeyondScratch { .. } | Self::TooMany { .. }
        )
    }
}
