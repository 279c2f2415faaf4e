//! What can be wrong with a settings file, and where. Every fault here is the file's: nothing in this crate touches the
//! disk or a database.

use std::fmt;

use model::text::Shown;

use crate::path::Path;

/// Why a settings file cannot be used.
#[derive(Debug, thiserror::Error, miette::Diagnostic)]
pub enum Error {
    /// The file is larger than its kind may be.
    #[error("{file} has {size} bytes, and a file of its kind has at most {limit}")]
    #[diagnostic(help(
        "settings and authored rows are small: large data belongs into a database, from which it is exported"
    ))]
    TooLarge {
        /// The file, as shown.
        file: String,
        /// Its size in bytes.
        size: usize,
        /// The largest size in bytes.
        limit: usize,
    },
    /// Something in the file is refused.
    #[error("{place}: {problem}")]
    #[diagnostic(help("{}", problem.help()))]
    Refused {
        /// Where it stands.
        place: Box<Place>,
        /// What it is.
        problem: Box<Problem>,
    },
    /// The scenario names tables or columns that the database lacks, or values that they cannot hold.
    #[error("{file} does not fit the database:\n{}", list(findings))]
    #[diagnostic(help(
        "correct the scenario, or name the right database with --database; one of a bundled schema may be too old, and `cargo xtask db-migrate` brings it up to date"
    ))]
    DoesNotFit {
        /// The file, as shown.
        file: String,
        /// What does not fit, in the order of the file's sections; never empty.
        findings: Vec<Finding>,
    },
}

/// One thing in a scenario that a database does not have.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Finding {
    /// The path of keys, safe to show.
    pub path: String,
    /// What does not fit, safe to show.
    pub what: String,
}

/// Where in a file a fault is. Displayed as `FILE:LINE:COLUMN, at KEYS`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Place {
    /// The file, safe to show.
    pub file: String,
    /// Line and column, both from 1, where they are known.
    pub location: Option<(usize, usize)>,
    /// The path of keys; empty for the file as a whole.
    pub path: Path,
}

/// What is wrong at a [`Place`].
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Problem {
    /// The text is not YAML.
    #[error("not YAML: {}", Shown(.0))]
    Syntax(String),
    /// There is no document.
    #[error("the file is empty")]
    Empty,
    /// There is more than one document.
    #[error("a second document starts here, and a file holds one")]
    SecondDocument,
    /// Lists and mappings nest too deep.
    #[error("nested deeper than {} levels", crate::tree::MAX_DEPTH)]
    TooDeep,
    /// More brackets are open than in any readable file.
    #[error(
        "more than {} brackets are open here, those in quoted text counted",
        crate::tree::MAX_OPEN_BRACKETS
    )]
    OpenBrackets,
    /// A character that YAML does not allow.
    #[error("the character {}, which YAML does not allow", Shown(&.0.to_string()))]
    Character(char),
    /// An anchor, alias or tag.
    #[error("an anchor (`&`), alias (`*`) or tag (`!`), which are not read here")]
    Indirection,
    /// A mapping has a key twice.
    #[error("the key stands twice in one mapping")]
    DuplicateKey,
    /// A mapping has a key that is no text.
    #[error("a key that is not text")]
    KeyNotText,
    /// A number that no column holds exactly.
    #[error(
        "a number out of range: integers go from -9223372036854775808 to 9223372036854775807, other numbers stay below 1e38"
    )]
    NumberRange,
    /// A key that is not known here.
    #[error("unknown key{}", did_you_mean(candidate.as_ref()))]
    UnknownKey {
        /// The known key nearest to it.
        candidate: Option<String>,
        /// Every key known here.
        known: Vec<String>,
    },
    /// A key whose meaning is reserved for later.
    #[error("this version does not know {0} yet")]
    Reserved(&'static str),
    /// A key that must be there.
    #[error("the key `{0}` is missing")]
    MissingKey(&'static str),
    /// A value of another kind.
    #[error("expected {expected}, found {found}")]
    Kind {
        /// What belongs here.
        expected: &'static str,
        /// What stands here.
        found: &'static str,
    },
    /// A name that is not one of a closed list.
    #[error("`{name}` is not one of {}{}", allowed.join(", "), did_you_mean(candidate.as_ref()))]
    NotOneOf {
        /// The name, safe to show.
        name: String,
        /// The name nearest to it.
        candidate: Option<String>,
        /// The names that belong here.
        allowed: Vec<&'static str>,
    },
    /// A name that cannot be a scenario's.
    #[error(transparent)]
    ScenarioName(#[from] model::name::NameError),
    /// A value of the right kind that means nothing here; a whole sentence, safe to show.
    #[error("{0}")]
    Meaning(String),
    /// The place that was looked for; never leaves the crate.
    #[doc(hidden)]
    #[error("found")]
    Found,
}

impl Problem {
    /// What to do about it.
    pub fn help(&self) -> String {
        match self {
            Self::Syntax(reason) if reason.contains("cannot start any token") => {
                "indent with blanks, for YAML takes no tab there; text that starts with one of % @ ` must be quoted".to_owned()
            }
            Self::Syntax(_) => "check indentation, quotes and brackets near this place; text that starts with one of & * ! | > % @ ` # - ? : , [ ] { } must be quoted".to_owned(),
            Self::Empty => "docs/scenarios.md shows what belongs into it".to_owned(),
            Self::SecondDocument => "put the second document into a file of its own, and remove the line `---`".to_owned(),
            Self::TooDeep => "flatten it: no setting and no JSON value of a demo needs that many levels".to_owned(),
            Self::OpenBrackets => "close what is open; in text, write `[` as \\x5b and `{` as \\x7b in double quotes".to_owned(),
            Self::Character(_) => "remove it, or write it as an escape such as \\x1b in double quotes".to_owned(),
            Self::Indirection => "write the value out where it is used; quote text that starts with one of these characters".to_owned(),
            Self::DuplicateKey => "keep one of them: YAML readers disagree on which one counts".to_owned(),
            Self::KeyNotText => "quote it: keys are names of settings, tables, columns or JSON keys".to_owned(),
            Self::NumberRange => "quote it if it is text or a decimal".to_owned(),
            Self::UnknownKey { known, .. } if known.is_empty() => "remove it".to_owned(),
            Self::UnknownKey { known, .. } if known.len() > 30 => "see docs/scenarios.md for what belongs here".to_owned(),
            Self::UnknownKey { known, .. } => format!("the keys here are {}", known.join(", ")),
            Self::Reserved(_) => "remove it, or use a version of the tool that knows it".to_owned(),
            Self::MissingKey(key) => format!("add `{key}:`; docs/scenarios.md shows every key"),
            Self::Kind { .. } | Self::NotOneOf { .. } | Self::Meaning(_) | Self::Found => {
                "docs/scenarios.md shows every key with examples".to_owned()
            }
            Self::ScenarioName(_) => "choose another name and rename the scenario's folder likewise".to_owned(),
        }
    }
}

impl Error {
    pub(crate) fn new(place: Place, problem: Problem) -> Self {
        Self::Refused { place: Box::new(place), problem: Box::new(problem) }
    }

    pub(crate) fn too_large(file: &str, size: usize, limit: usize) -> Self {
        Self::TooLarge { file: Shown(file).to_string(), size, limit }
    }
}

impl Place {
    pub(crate) fn new(file: &str, location: Option<(usize, usize)>, path: Path) -> Self {
        Self { file: Shown(file).to_string(), location, path }
    }
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.file)?;
        if let Some((line, column)) = self.location {
            write!(f, ":{line}:{column}")?;
        }
        if self.path.is_empty() { Ok(()) } else { write!(f, ", at `{}`", self.path) }
    }
}

impl fmt::Display for Finding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "`{}`: {}", self.path, self.what)
    }
}

/// `; did you mean …?`, or nothing.
pub(crate) fn did_you_mean(candidate: Option<&String>) -> String {
    candidate.map(|name| format!("; did you mean `{}`?", crate::path::cut(name))).unwrap_or_default()
}

/// One finding per line; a scenario made for another database has very many.
fn list(findings: &[Finding]) -> String {
    const MOST: usize = 20;
    let mut lines: Vec<String> = findings.iter().take(MOST).map(|finding| format!("  {finding}")).collect();
    if findings.len() > MOST {
        lines.push(format!("  and {} more", findings.len() - MOST));
    }
    lines.join("\n")
}
