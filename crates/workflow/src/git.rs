//! What other revisions of the archive hold, read from git's objects. The one place that starts a program.
//!
//! Only reads: `rev-parse`, `rev-list`, `merge-base`, `ls-tree`, `cat-file`, none of which runs a hook, a filter or a textconv. No
//! shell; what was typed never stands where git takes options, and what comes back is content from outside, to be parsed
//! like any other. The rule to keep in mind: the repository is the one that the archive's folder is in, whatever the
//! environment says, so that a hook of another repository may run the tool.

use std::ffi::OsStr;
use std::fmt;
use std::fs::File;
use std::io::{self, Seek as _, SeekFrom};
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};

use model::text::Shown;

/// What names another repository, or another part of it, than the folder does.
const ELSEWHERE: [&str; 12] = [
    "GIT_ALTERNATE_OBJECT_DIRECTORIES",
    "GIT_COMMON_DIR",
    "GIT_DIR",
    "GIT_GRAFT_FILE",
    "GIT_IMPLICIT_WORK_TREE",
    "GIT_INDEX_FILE",
    "GIT_NAMESPACE",
    "GIT_OBJECT_DIRECTORY",
    "GIT_PREFIX",
    "GIT_REPLACE_REF_BASE",
    "GIT_SHALLOW_FILE",
    "GIT_WORK_TREE",
];

/// How many commits of one file are looked at.
pub const MOST_COMMITS: usize = 100;

/// How much of what git says is told again.
const MOST_SAID: usize = 400;

/// The git repository that a folder is in.
#[derive(Clone, Debug)]
pub struct Repository {
    dir: PathBuf,
    prefix: String,
}

/// A commit's id.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Commit(String);

/// A file in a commit.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Blob {
    id: String,
    /// Its size in bytes.
    pub size: u64,
}

/// Why git could not tell.
#[derive(Debug, thiserror::Error, miette::Diagnostic)]
pub enum GitError {
    /// The program cannot be started.
    #[error("git cannot be started")]
    #[diagnostic(help(
        "what other branches hold is read with the program `git`: install it, or put it in PATH"
    ))]
    NoGit(#[source] io::Error),
    /// The folder is in no work tree.
    #[error("{}: this folder is in no git work tree", Shown(.dir))]
    #[diagnostic(help("run this in a clone of the repository{}", .said.as_deref().map(|said| format!(" (git says: {said})")).unwrap_or_default()))]
    NoRepository {
        /// The folder.
        dir: String,
        /// What git says.
        said: Option<String>,
    },
    /// What was typed is no revision.
    #[error("`{}` cannot name a revision", Shown(.revision))]
    #[diagnostic(help("name a branch, a tag or a commit, such as `main` or `origin/main`"))]
    Spelling {
        /// As typed.
        revision: String,
    },
    /// There is no such commit.
    #[error("git knows no revision `{}`", Shown(.revision))]
    #[diagnostic(help(
        "`git branch --all` lists the branches; fetch it if another repository has it (`git fetch`; in a shallow clone `git fetch --unshallow`)"
    ))]
    UnknownRevision {
        /// As typed.
        revision: String,
    },
    /// A link or folder where a file should be.
    #[error("{}: in {commit} this is {what}, not a file", Shown(.path))]
    #[diagnostic(help("commit the file itself: no command follows a link within the archive"))]
    NotAFile {
        /// Its path in the archive.
        path: String,
        /// The commit, short.
        commit: String,
        /// What it is.
        what: &'static str,
    },
    /// A text that is too large or no text.
    #[error("{}: in {commit} this {what}", Shown(.path))]
    #[diagnostic(help("restore it in that branch; `demo-repair` rebuilds a manifest"))]
    NoText {
        /// Its path in the archive.
        path: String,
        /// The commit, short.
        commit: String,
        /// What it is.
        what: String,
    },
    /// Git failed.
    #[error("git could not {doing}: {said}")]
    #[diagnostic(help("run `git status` and `git fsck` in the archive's folder"))]
    Failed {
        /// What it was asked for.
        doing: &'static str,
        /// What it said, safe to print.
        said: String,
    },
    /// What git wrote cannot be kept.
    #[error("what git wrote cannot be kept")]
    #[diagnostic(help("the disk may be full"))]
    Keep(#[source] io::Error),
}

impl Commit {
    /// The first ten digits, as people read it.
    pub fn short(&self) -> &str {
        self.0.get(..10).unwrap_or(&self.0)
    }

    /// All digits.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    fn parse(text: &str) -> Option<Self> {
        let hex = text.len() >= 40 && text.len() <= 64 && text.bytes().all(|byte| byte.is_ascii_hexdigit());
        hex.then(|| Self(text.to_owned()))
    }
}

impl fmt::Display for Commit {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.short())
    }
}

impl Repository {
    /// The repository that `dir`, an existing folder, is in.
    ///
    /// # Errors
    /// It is in no work tree, or git is not there.
    pub fn of(dir: &Path) -> Result<Self, GitError> {
        let mut repository = Self { dir: dir.to_owned(), prefix: String::new() };
        let found = repository.run(&["rev-parse", "--is-inside-work-tree"])?;
        if !found.status.success() || found.stdout != b"true\n" {
            let said = said(&found.stderr);
            let said = (!said.is_empty() && !said.contains("not a git repository")).then_some(said);
            return Err(GitError::NoRepository { dir: dir.display().to_string(), said });
        }
        repository.prefix = repository.line("find the archive's place", &["rev-parse", "--show-prefix"])?;
        Ok(repository)
    }

    /// The folder's path in the repository, with `/` at its end; empty for the top.
    pub fn prefix(&self) -> &str {
        &self.prefix
    }

    /// The commit that a branch, a tag or an id names.
    ///
    /// # Errors
    /// There is none, or what was typed can be none.
    pub fn resolve(&self, revision: &str) -> Result<Commit, GitError> {
        // What begins with `-` would be an option.
        if revision.is_empty() || revision.starts_with('-') || revision.chars().any(char::is_control) {
            return Err(GitError::Spelling { revision: revision.to_owned() });
        }
        let unknown = || GitError::UnknownRevision { revision: revision.to_owned() };
        self.verify(&format!("{revision}^{{commit}}"))?.ok_or_else(unknown)
    }

    /// The commits that an unfinished `git merge` brings in; none if there is no merge.
    ///
    /// # Errors
    /// Git fails.
    pub fn merge_heads(&self) -> Result<Vec<Commit>, GitError> {
        let path = self.line("find MERGE_HEAD", &["rev-parse", "--git-path", "MERGE_HEAD"])?;
        match std::fs::read_to_string(self.dir.join(path)) {
            Ok(text) => Ok(text.lines().filter_map(Commit::parse).collect()),
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(Vec::new()),
            Err(error) => Err(GitError::Failed { doing: "read MERGE_HEAD", said: error.to_string() }),
        }
    }

    /// What else than a merge is going on, `rebase` or `cherry-pick`, which stops at commits without saying whose they are.
    ///
    /// # Errors
    /// Git fails.
    pub fn replaying(&self) -> Result<Option<&'static str>, GitError> {
        let marks = [
            ("rebase-merge", "rebase"),
            ("rebase-apply", "rebase"),
            ("REBASE_HEAD", "rebase"),
            ("CHERRY_PICK_HEAD", "cherry-pick"),
        ];
        for (mark, what) in marks {
            let path = self.line("find what is going on", &["rev-parse", "--git-path", mark])?;
            if self.dir.join(path).exists() {
                return Ok(Some(what));
            }
        }
        Ok(None)
    }

    /// The newest commits that both have in their history: one as a rule, none where the histories are unrelated, several
    /// after merges in both directions.
    ///
    /// # Errors
    /// Git fails.
    pub fn merge_bases(&self, a: &Commit, b: &Commit) -> Result<Vec<Commit>, GitError> {
        let found = self.run(&["merge-base", "--all", &a.0, &b.0])?;
        match found.status.code() {
            Some(0) => Ok(String::from_utf8_lossy(&found.stdout).lines().filter_map(Commit::parse).collect()),
            Some(1) if found.stderr.is_empty() => Ok(Vec::new()),
            _ => Err(failed("find the merge base", &found)),
        }
    }

    /// The commits in the history of `from` that changed a file, the newest first, [`MOST_COMMITS`] at most; `path` as in
    /// [`Repository::blob`].
    ///
    /// # Errors
    /// Git fails.
    pub fn commits_of(&self, from: &Commit, path: &str) -> Result<Vec<Commit>, GitError> {
        let most = format!("--max-count={MOST_COMMITS}");
        let args = ["--literal-pathspecs", "rev-list", "--full-history", &most, &from.0, "--", path];
        let found = self.run(&args)?;
        if !found.status.success() {
            return Err(failed("list a file's commits", &found));
        }
        Ok(String::from_utf8_lossy(&found.stdout).lines().filter_map(Commit::parse).collect())
    }

    /// A plain file of a commit; `path` is relative to the folder, with `/` between its parts. `None` if the commit has
    /// nothing there.
    ///
    /// # Errors
    /// It is a link or a folder there, or git fails.
    pub fn blob(&self, commit: &Commit, path: &str) -> Result<Option<Blob>, GitError> {
        let doing = "list a commit's files";
        let found = self.run(&["--literal-pathspecs", "ls-tree", "-z", "-l", &commit.0, "--", path])?;
        if !found.status.success() {
            return Err(failed(doing, &found));
        }
        // `100644 blob 0123…    1234\tpath\0`
        let text = String::from_utf8_lossy(&found.stdout);
        let Some((facts, _)) = text.split_once('\t') else { return Ok(None) };
        let facts: Vec<&str> = facts.split_ascii_whitespace().collect();
        let what = match facts.as_slice() {
            ["100644" | "100755", "blob", id, size] => {
                let size = size.parse().map_err(|_| failed(doing, &found))?;
                return Ok(Some(Blob { id: (*id).to_owned(), size }));
            }
            ["120000", ..] => "a link",
            ["040000", ..] => "a folder",
            _ => "something else",
        };
        Err(GitError::NotAFile { path: path.to_owned(), commit: commit.to_string(), what })
    }

    /// Writes a file of a commit into `file`, which is emptied first, and goes back to its start.
    ///
    /// # Errors
    /// Git fails, or the file cannot be written.
    pub fn read_into(&self, blob: &Blob, file: &mut File) -> Result<(), GitError> {
        file.set_len(0).map_err(GitError::Keep)?;
        file.seek(SeekFrom::Start(0)).map_err(GitError::Keep)?;
        let out = file.try_clone().map_err(GitError::Keep)?;
        let mut command = self.command(&["cat-file", "blob", &blob.id]);
        let child = command.stdout(Stdio::from(out)).stderr(Stdio::piped()).spawn();
        let done = child.and_then(std::process::Child::wait_with_output).map_err(GitError::NoGit)?;
        if !done.status.success() {
            return Err(failed("read a file of a commit", &done));
        }
        file.seek(SeekFrom::Start(0)).map_err(GitError::Keep)?;
        Ok(())
    }

    /// The text of a file of a commit, at most `cap` bytes; `None` if the commit does not have it.
    ///
    /// # Errors
    /// It is no plain file, larger, or not UTF-8; or git fails.
    pub fn text(&self, commit: &Commit, path: &str, cap: u64) -> Result<Option<String>, GitError> {
        let Some(blob) = self.blob(commit, path)? else { return Ok(None) };
        let no_text =
            |what: String| GitError::NoText { path: path.to_owned(), commit: commit.to_string(), what };
        if blob.size > cap {
            return Err(no_text(format!("has {} bytes, more than {cap}", blob.size)));
        }
        let found = self.run(&["cat-file", "blob", &blob.id])?;
        if !found.status.success() {
            return Err(failed("read a file of a commit", &found));
        }
        String::from_utf8(found.stdout).map(Some).map_err(|_| no_text("is not UTF-8".to_owned()))
    }

    fn verify(&self, revision: &str) -> Result<Option<Commit>, GitError> {
        let found = self.run(&["rev-parse", "--verify", "--quiet", revision])?;
        if !found.status.success() {
            return Ok(None);
        }
        let text = String::from_utf8_lossy(&found.stdout);
        Commit::parse(text.trim_end()).map(Some).ok_or_else(|| failed("resolve a revision", &found))
    }

    fn line(&self, doing: &'static str, args: &[&str]) -> Result<String, GitError> {
        let found = self.run(args)?;
        match String::from_utf8(found.stdout.clone()) {
            Ok(text) if found.status.success() => Ok(text.strip_suffix('\n').unwrap_or(&text).to_owned()),
            _ => Err(failed(doing, &found)),
        }
    }

    fn run(&self, args: &[&str]) -> Result<Output, GitError> {
        self.command(args).output().map_err(GitError::NoGit)
    }

    #[expect(
        clippy::disallowed_methods,
        reason = "git is asked for the files of other branches, without a shell"
    )]
    fn command(&self, args: &[&str]) -> Command {
        let mut command = Command::new("git");
        for name in ELSEWHERE {
            command.env_remove(name);
        }
        // In its own words, whoever reads them; no locks, no questions.
        command.env("LC_ALL", "C").env("GIT_OPTIONAL_LOCKS", "0").env("GIT_TERMINAL_PROMPT", "0");
        command.arg("-C").arg(self.dir.as_os_str()).args(args.iter().map(OsStr::new)).stdin(Stdio::null());
        command
    }
}

fn failed(doing: &'static str, output: &Output) -> GitError {
    let said = said(&output.stderr);
    let said = if said.is_empty() { format!("it ended with {}", output.status) } else { said };
    GitError::Failed { doing, said }
}

/// What git says, on one line and safe to print.
fn said(stderr: &[u8]) -> String {
    let text: String = String::from_utf8_lossy(stderr).trim().chars().take(MOST_SAID).collect();
    Shown(&text.replace('\n', " ")).to_string()
}

#[cfg(test)]
mod tests {
    use std::io::Read as _;

    use super::*;

    fn git(dir: &Path, args: &[&str]) {
        let plain = Repository { dir: dir.to_owned(), prefix: String::new() };
        let mut command = plain.command(&["-c", "user.name=n", "-c", "user.email=e@example.com"]);
        let done = command.args(args).output().expect("git runs");
        assert!(done.status.success(), "{args:?}: {}", String::from_utf8_lossy(&done.stderr));
    }

    fn commit(dir: &Path, text: &str) {
        archive::write_atomic(&dir.join("a/file [x].txt"), text.as_bytes()).expect("writes");
        git(dir, &["add", "."]);
        git(dir, &["commit", "-q", "-m", "one"]);
    }

    fn repository() -> (tempfile::TempDir, PathBuf) {
        let root = tempfile::tempdir().expect("a folder");
        let dir = root.path().join("a");
        std::fs::create_dir(&dir).expect("a folder");
        git(root.path(), &["init", "-q", "-b", "main"]);
        commit(root.path(), "one");
        (root, dir)
    }

    #[test]
    fn files_of_another_branch_are_read() {
        let (root, dir) = repository();
        git(root.path(), &["checkout", "-q", "-b", "other"]);
        commit(root.path(), "two, longer");
        git(root.path(), &["checkout", "-q", "main"]);
        commit(root.path(), "three");
        let repository = Repository::of(&dir).expect("a repository");
        assert_eq!(repository.prefix(), "a/");
        let (main, other) =
            (repository.resolve("main").expect("main"), repository.resolve("other").expect("other"));
        let [base] = &repository.merge_bases(&main, &other).expect("bases")[..] else { panic!("one base") };
        assert_eq!(repository.text(base, "file [x].txt", 10).expect("reads").as_deref(), Some("one"));
        assert_eq!(repository.text(&main, "file [x].txt", 10).expect("reads").as_deref(), Some("three"));
        assert_eq!(repository.text(&main, "file*", 10).expect("reads"), None);
        let blob = repository.blob(&other, "file [x].txt").expect("reads").expect("is there");
        assert_eq!(blob.size, 11);
        let mut file = tempfile::tempfile().expect("a file");
        repository.read_into(&blob, &mut file).expect("reads");
        let mut text = String::new();
        file.read_to_string(&mut text).expect("reads");
        assert_eq!(text, "two, longer");
        assert_eq!(repository.merge_heads().expect("reads"), []);
        insta::assert_snapshot!(repository.text(&other, "file [x].txt", 4).expect_err("too large").to_string()
            .replace(other.short(), "COMMIT"), @"file [x].txt: in COMMIT this has 11 bytes, more than 4");
    }

    #[test]
    fn a_revision_is_never_an_option() {
        let (_root, dir) = repository();
        let repository = Repository::of(&dir).expect("a repository");
        let refused = |revision: &str| repository.resolve(revision).expect_err("refused").to_string();
        assert_eq!(refused("--all"), "`--all` cannot name a revision");
        assert_eq!(refused(""), "`` cannot name a revision");
        assert_eq!(refused("a\u{1b}b"), "`a\\u001bb` cannot name a revision");
        assert_eq!(refused("nowhere"), "git knows no revision `nowhere`");
        assert_eq!(refused("HEAD:file [x].txt"), "git knows no revision `HEAD:file [x].txt`");
    }

    #[test]
    fn a_folder_outside_of_every_repository_is_refused() {
        let root = tempfile::tempdir().expect("a folder");
        let error = Repository::of(root.path()).expect_err("no repository");
        assert!(matches!(error, GitError::NoRepository { said: None, .. }), "{error:?}");
    }

    #[cfg(unix)]
    #[test]
    fn a_link_is_not_followed() {
        let (root, dir) = repository();
        std::os::unix::fs::symlink("file [x].txt", dir.join("link")).expect("links");
        commit(root.path(), "two");
        let repository = Repository::of(&dir).expect("a repository");
        let head = repository.resolve("HEAD").expect("HEAD");
        let error = repository.blob(&head, "link").expect_err("refused").to_string();
        assert_eq!(error.replace(head.short(), "COMMIT"), "link: in COMMIT this is a link, not a file");
    }
}
