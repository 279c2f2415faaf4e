//! What can go wrong in an archive, by the user's situation.
//!
//! Faults of the surroundings (`Io`, `Locked`, `Replaced`) are never mixed with faults of the archive's content: programs tell them
//! apart by exit code.

use std::io;
use std::path::{Path, PathBuf};

use model::text::Shown;
use model::{Digest, ScenarioName, Version};

/// Why the archive could not be read or changed.
#[derive(Debug, thiserror::Error, miette::Diagnostic)]
pub enum Error {
    /// The archive's folder does not exist.
    #[error("{}: there is no archive yet", shown(.path))]
    #[diagnostic(help(
        "`cargo xtask demo-init SCENARIO` makes it, with a scenario that it proposes for your database; if it is elsewhere, name its folder: --archive DIR"
    ))]
    NoArchive {
        /// The folder.
        path: PathBuf,
    },

    /// What was named as the archive is no folder.
    #[error("{}: this is not a folder, and so no archive", shown(.path))]
    #[diagnostic(help("name the folder that holds the scenarios: --archive DIR"))]
    NoFolder {
        /// What was named.
        path: PathBuf,
    },

    /// No scenario of that name.
    #[error("there is no scenario `{name}`{}", did_you_mean(.candidate.as_ref()))]
    #[diagnostic(help("scenarios here: {}", listed(.known)))]
    UnknownScenario {
        /// The name as given, safe to print.
        name: String,
        /// The closest name.
        candidate: Option<String>,
        /// Every scenario.
        known: Vec<String>,
    },

    /// No version of that number.
    #[error("scenario {scenario} has no version {wanted}")]
    #[diagnostic(help("versions here: {}", listed(.known)))]
    UnknownVersion {
        /// The scenario.
        scenario: ScenarioName,
        /// The version as given.
        wanted: String,
        /// The versions that exist, newest first.
        known: Vec<String>,
    },

    /// The scenario has no version at all.
    #[error("scenario {scenario} has no version yet")]
    #[diagnostic(help("write its first one with `demo-export {scenario}`"))]
    NoVersions {
        /// The scenario.
        scenario: ScenarioName,
    },

    /// The number exists, under another date.
    #[error("scenario {scenario} has no {wanted}: its version {} is {right}", .right.number)]
    #[diagnostic(help("the number identifies a version, the date is a label: say `v{}` or `{right}`", .right.number))]
    WrongDate {
        /// The scenario.
        scenario: ScenarioName,
        /// The version as given.
        wanted: Version,
        /// The version of that number.
        right: Version,
    },

    /// The version was cleaned up.
    #[error("{scenario} {version} was removed from the archive")]
    #[diagnostic(help("if it was committed, its file is in the git history; versions still here: {}", listed(.known)))]
    Removed {
        /// The scenario.
        scenario: ScenarioName,
        /// The version.
        version: Version,
        /// The versions that exist, newest first.
        known: Vec<String>,
    },

    /// The file was already there.
    #[error("{}: this version exists already", shown(.path))]
    #[diagnostic(help("a version is never rewritten; run `demo-verify` to see what the archive holds"))]
    Exists {
        /// The file.
        path: PathBuf,
    },

    /// A scenario's settings were already there.
    #[error("{}: this scenario exists already", shown(.path))]
    #[diagnostic(help(
        "edit it, or choose another name; `--output -` prints a proposal beside it, `--force` writes one in its place"
    ))]
    ScenarioExists {
        /// The file.
        path: PathBuf,
    },

    /// A version's number is not above those before it.
    #[error("{scenario} {version} cannot be added: the archive already has {newest}")]
    #[diagnostic(help("run `demo-repair` to take up version files that the manifest lacks"))]
    NotNewest {
        /// The scenario.
        scenario: ScenarioName,
        /// The version to add.
        version: Version,
        /// The newest in the manifest.
        newest: Version,
    },

    /// A branch changed a version that the other one has too.
    #[error("{}: {branch} changed {scenario} {version}, which both branches began with", shown(.path))]
    #[diagnostic(help(
        "a version is never changed once written: restore it in that branch with git, then merge again"
    ))]
    Rewritten {
        /// The manifest.
        path: PathBuf,
        /// The scenario.
        scenario: ScenarioName,
        /// The version.
        version: Version,
        /// `ours` or `theirs`.
        branch: &'static str,
    },

    /// Two files have one number.
    #[error("scenario {scenario} has two files of one number: {first} and {second}")]
    #[diagnostic(help(
        "two branches may each have added a version: merge them row by row, cargo xtask demo-merge {scenario}, in the middle of git's merge or with `--with BRANCH`"
    ))]
    SameNumber {
        /// The scenario.
        scenario: ScenarioName,
        /// One.
        first: Version,
        /// The other.
        second: Version,
    },

    /// Numbers are used up.
    #[error("scenario {scenario} has used every version number")]
    #[diagnostic(help("start a new scenario"))]
    NoNumberLeft {
        /// The scenario.
        scenario: ScenarioName,
    },

    /// A file that must be there is not.
    #[error("{}: no such file", shown(.path))]
    #[diagnostic(help("if it was there before, restore it with `git checkout -- {}`", shown(.path)))]
    Missing {
        /// The file.
        path: PathBuf,
    },

    /// A link, folder, device or pipe where a plain file must be.
    #[error("{}: this is {found}, not a plain file", shown(.path))]
    #[diagnostic(help("remove it and restore the file with `git checkout -- {}`", shown(.path)))]
    NotAFile {
        /// The path.
        path: PathBuf,
        /// What it is instead.
        found: &'static str,
    },

    /// A path that is not the archive's.
    #[error("{}: outside the archive", shown(.path))]
    #[diagnostic(help("only files of the archive are read here"))]
    Outside {
        /// The path.
        path: PathBuf,
    },

    /// Another process replaced the file between the look at it and its opening.
    #[error("{}: the file is being replaced at this moment", shown(.path))]
    #[diagnostic(help("run this again when nothing else is changing the archive"))]
    Replaced {
        /// The file.
        path: PathBuf,
    },

    /// A link or file where a folder must be.
    #[error("{}: this is {found}, not a folder", shown(.path))]
    #[diagnostic(help("the archive follows no links: remove it and make a real folder"))]
    NotAFolder {
        /// The path.
        path: PathBuf,
        /// What it is instead.
        found: &'static str,
    },

    /// A file is not as long as the manifest says.
    #[error("{}: the file has {actual} bytes, the manifest says {expected}", shown(.path))]
    #[diagnostic(help("if the edit is not committed, `git checkout -- {}` restores it; `demo-verify` shows the edit, and which commit has the file as it was", shown(.path)))]
    Size {
        /// The file.
        path: PathBuf,
        /// As recorded.
        expected: u64,
        /// As found.
        actual: u64,
    },

    /// A text is larger than any that this tool writes.
    #[error("{}: {actual} bytes are more than the {cap} allowed", shown(.path))]
    #[diagnostic(help("nothing of this kind grows so large by itself: check what the file holds"))]
    TooLarge {
        /// The file.
        path: PathBuf,
        /// Its size.
        actual: u64,
        /// The limit.
        cap: u64,
    },

    /// A text is not UTF-8.
    #[error("{}: not UTF-8 (at byte {at})", shown(.path))]
    #[diagnostic(help("save it as UTF-8 without a byte order mark"))]
    NotUtf8 {
        /// The file.
        path: PathBuf,
        /// The first wrong byte.
        at: usize,
    },

    /// `latest.sql` points somewhere it must not.
    #[error("{}: the link points outside its folder, to `{target}`", shown(.path))]
    #[diagnostic(help("run `demo-repair` to point it at the newest version"))]
    LatestOutside {
        /// The link.
        path: PathBuf,
        /// Where it points, safe to print.
        target: String,
    },

    /// `latest.sql` is a folder.
    #[error("{}: a folder stands where the link to the newest version goes", shown(.path))]
    #[diagnostic(help("move the folder away, then run `demo-repair`"))]
    LatestIsFolder {
        /// The folder.
        path: PathBuf,
    },

    /// A merge left its conflict markers.
    #[error("{}:{line}: conflict markers of an unfinished merge", shown(.path))]
    #[diagnostic(help(
        "merge the scenario that both branches added versions to: cargo xtask demo-merge SCENARIO; without a merge in git, `demo-repair` rebuilds the manifest from the files"
    ))]
    Conflict {
        /// The file.
        path: PathBuf,
        /// The first marker's line.
        line: usize,
    },

    /// There are versions, and no manifest.
    #[error("{}: the manifest is missing, and the archive holds versions", shown(.path))]
    #[diagnostic(help("restore it with `git checkout -- {}`, or rebuild it from the files with `demo-repair`", shown(.path)))]
    NoManifest {
        /// Where it should be.
        path: PathBuf,
    },

    /// Line ends were converted.
    #[error("{}: the file has CRLF line ends", shown(.path))]
    #[diagnostic(help(
        "add `demo-snapshots/** text eol=lf` to .gitattributes, delete the file and restore it with `git checkout -- {}`",
        shown(.path)
    ))]
    Crlf {
        /// The file.
        path: PathBuf,
    },

    /// Not JSON.
    #[error("{}:{line}: {reason}", shown(.path))]
    #[diagnostic(help("restore it with `git checkout -- {}`, or run `demo-repair`", shown(.path)))]
    Json {
        /// The file.
        path: PathBuf,
        /// Where.
        line: usize,
        /// What is wrong.
        reason: model::json::JsonError,
    },

    /// A key stands twice in one object, so that readers disagree.
    #[error("{}: the key `{key}` stands twice in one object", shown(.path))]
    #[diagnostic(help("restore it with `git checkout -- {}`, or run `demo-repair`", shown(.path)))]
    DuplicateKey {
        /// The file.
        path: PathBuf,
        /// The key, safe to print.
        key: String,
    },

    /// A key that this tool does not know.
    #[error("{}: {place}: unknown key `{key}`", shown(.path))]
    #[diagnostic(help(
        "a newer version of this tool may have written it: update the tool, or run `demo-repair`"
    ))]
    UnknownKey {
        /// The file.
        path: PathBuf,
        /// The entry.
        place: String,
        /// The key, safe to print.
        key: String,
    },

    /// A value is missing or is not what it must be.
    #[error("{}: {place}: `{key}` must be {expected}", shown(.path))]
    #[diagnostic(help("restore it with `git checkout -- {}`, or run `demo-repair`", shown(.path)))]
    Field {
        /// The file.
        path: PathBuf,
        /// The entry.
        place: String,
        /// The key.
        key: String,
        /// What it must be.
        expected: &'static str,
    },

    /// Written by a later release.
    #[error("{}: written in format {format}, this tool knows up to {known}", shown(.path))]
    #[diagnostic(help("made by a newer tool: update this one"))]
    Newer {
        /// The file.
        path: PathBuf,
        /// Its format.
        format: u64,
        /// Ours.
        known: u64,
    },

    /// The chain of a scenario's versions is broken.
    #[error("{}: scenario {scenario}: the entry of {version} does not follow from those before it", shown(.path))]
    #[diagnostic(help(
        "an entry was changed, moved or taken out: restore the file with `git checkout -- {}`, or run `demo-repair`",
        shown(.path)
    ))]
    Chain {
        /// The file.
        path: PathBuf,
        /// The scenario.
        scenario: ScenarioName,
        /// The first version that does not fit.
        version: Version,
    },

    /// A scenario's entries are not newest first.
    #[error("{}: scenario {scenario}: {version} stands below {above}: entries go newest first", shown(.path))]
    #[diagnostic(help(
        "two branches may each have added a version: renumber one of them, or run `demo-repair`"
    ))]
    Order {
        /// The file.
        path: PathBuf,
        /// The scenario.
        scenario: ScenarioName,
        /// The misplaced version.
        version: Version,
        /// The one above it.
        above: Version,
    },

    /// Says the right things in a spelling that this tool would not write.
    #[error("{}:{line}: edited by hand: the line is not as this tool writes it", shown(.path))]
    #[diagnostic(help("restore it with `git checkout -- {}`, or run `demo-repair`", shown(.path)))]
    Edited {
        /// The file.
        path: PathBuf,
        /// The first differing line.
        line: usize,
    },

    /// A schema does not have the fingerprint under which it is kept.
    #[error("{}: the schema kept as {fingerprint} is another one", shown(.path))]
    #[diagnostic(help("restore it with `git checkout -- {}`, or run `demo-repair`", shown(.path)))]
    SchemaChanged {
        /// The file.
        path: PathBuf,
        /// The key.
        fingerprint: Digest,
    },

    /// Another process is changing the archive.
    #[error("{}: another process is changing the archive (waited {waited} s)", shown(.path))]
    #[diagnostic(help("wait for it to finish and run this again; the lock goes away with its process"))]
    Locked {
        /// The lock file.
        path: PathBuf,
        /// How long was waited.
        waited: u64,
    },

    /// The system refused.
    #[error("{}: cannot {action}", shown(.path))]
    #[diagnostic(help(
        "check the folder's permissions and free space; nothing that was complete has been lost"
    ))]
    Io {
        /// What was tried.
        action: &'static str,
        /// On what.
        path: PathBuf,
        /// What the system said.
        #[source]
        source: io::Error,
    },
}

impl Error {
    pub(crate) fn io(action: &'static str, path: &Path) -> impl FnOnce(io::Error) -> Self {
        let path = path.to_owned();
        move |source| Self::Io { action, path, source }
    }
}

/// A path as messages show it.
pub(crate) fn shown(path: &Path) -> String {
    Shown(&path.display().to_string()).to_string()
}

fn did_you_mean(candidate: Option<&String>) -> String {
    candidate.map(|name| format!("; did you mean `{name}`?")).unwrap_or_default()
}

/// At most twenty names, and how many more there are.
fn listed(names: &[String]) -> String {
    const MOST: usize = 20;
    match names.len() {
        0 => "none".to_owned(),
        n if n > MOST => format!("{} and {} more", names[..MOST].join(", "), n - MOST),
        _ => names.join(", "),
    }
}
